package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// redisServer starts one real redis-server for this package's tests, on a free port, and stopRedis ends it by its own
// process. Where there is none the stores of a test are one fewer; in the CI that is an error.
var redisServer = sync.OnceValues(func() (*exec.Cmd, error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	dir, err := os.MkdirTemp("", "tinhub-redis-")
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path, "--port", port, "--bind", "127.0.0.1", "--dir", dir, "--save", "", "--appendonly", "yes",
		"--appendfsync", "always")
	cmd.Dir = dir
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	deadline := time.Now().Add(10 * time.Second)
	for {
		conn, err := net.DialTimeout("tcp", "127.0.0.1:"+port, time.Second)
		if err == nil {
			conn.Close()
			return cmd, nil
		}
		if time.Now().After(deadline) {
			return cmd, fmt.Errorf("redis-server did not come up: %w", err)
		}
		time.Sleep(20 * time.Millisecond)
	}
})

func stopRedis() {
	cmd, _ := redisServer()
	if cmd == nil {
		return
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	_ = os.RemoveAll(cmd.Dir)
}

// storeURLs are the stores that a test of the whole program runs on, each fresh.
func storeURLs(t *testing.T) map[string]string {
	t.Helper()
	urls := map[string]string{"sqlite": "file:data/tinhub.db"}
	cmd, err := redisServer()
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("redis-server is needed (package redis-server): %v", err)
		}
		t.Logf("no redis-server here, so this runs on SQLite alone: %v", err)
		return urls
	}
	prefix := strings.ToLower(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, t.Name()))
	urls["redis"] = "redis://127.0.0.1:" + cmd.Args[2] + "/0?prefix=" + prefix
	return urls
}
