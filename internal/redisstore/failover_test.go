package redisstore

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func failoverTests() []live {
	return []live{
		{"a failover by Sentinel keeps what replicas confirmed", failoverConfirmed},
		{"a failover that loses writes is noticed", failoverLosing},
		{"a user with the rights that keys.go names is enough", fewRights},
	}
}

// newSentinel watches a master alone and is quick to decide.
func newSentinel(t *testing.T, master *server) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_, port, _ := net.SplitHostPort(addr)
	l.Close()
	dir := t.TempDir()
	conf := filepath.Join(dir, "sentinel.conf")
	text := fmt.Sprintf("port %s\nbind 127.0.0.1\ndir %s\nsentinel monitor paper 127.0.0.1 %s 1\n"+
		"sentinel down-after-milliseconds paper 500\nsentinel failover-timeout paper 3000\n", port, dir, master.port)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("redis-server", conf, "--sentinel")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	c := redis.NewSentinelClient(&redis.Options{Addr: addr})
	t.Cleanup(func() { c.Close() })
	until(t, 20*time.Second, func() error {
		list, err := c.Replicas(t.Context(), "paper").Result()
		if err == nil && len(list) == 0 {
			err = errors.New("sentinel knows no replica yet")
		}
		return err
	})
	return addr
}

func linked(t *testing.T, replica *server) {
	t.Helper()
	c := replica.admin(t)
	until(t, 20*time.Second, func() error {
		info, err := c.Info(t.Context(), "replication").Result()
		if err == nil && !strings.Contains(info, "master_link_status:up") {
			err = errors.New("the replica is not linked yet")
		}
		return err
	})
}

func failoverConfirmed(t *testing.T) {
	master := newServer(t)
	replica := newServer(t, "--replicaof", "127.0.0.1 "+master.port)
	linked(t, replica)
	sentinel := newSentinel(t, master)
	s := open(t, "redis+sentinel://"+sentinel+"/paper?wait=1")
	until(t, 20*time.Second, func() error { _, err := s.Put(t.Context(), noon, articles(5)); return err })
	before := mustHead(t, s)
	master.kill()
	s.wait = 0 // there is no replica left that could confirm anything
	until(t, 30*time.Second, func() error {
		_, err := s.Put(t.Context(), noon, articles(6))
		return err
	})
	after := mustHead(t, s)
	if after.Generation != before.Generation || after.Seq != before.Seq+1 {
		t.Errorf("nothing was lost, yet before it was %+v, after %+v", before, after)
	}
	if shelf, err := s.Shelf(t.Context(), "news", 50); err != nil || len(shelf.Items) != 6 {
		t.Errorf("the shelf holds %d items: %v", len(shelf.Items), err)
	}
}

func failoverLosing(t *testing.T) {
	master := newServer(t)
	replica := newServer(t, "--replicaof", "127.0.0.1 "+master.port)
	linked(t, replica)
	sentinel := newSentinel(t, master)
	s := open(t, "redis+sentinel://"+sentinel+"/paper")
	mustPut(t, s, noon, articles(3)...)
	c := replica.admin(t)
	until(t, 10*time.Second, func() error {
		n, err := c.XLen(t.Context(), s.keys.log()).Result()
		if err == nil && n != 3 {
			err = errors.New("the replica is behind")
		}
		return err
	})
	// From here on the replica gets nothing, as over a line that is cut.
	if err := c.Do(t.Context(), "REPLICAOF", "127.0.0.1", "1").Err(); err != nil {
		t.Fatal(err)
	}
	mustPut(t, s, noon, articles(5)...)
	held, err := s.Shelf(t.Context(), "news", 50)
	if err != nil || len(held.Items) != 5 {
		t.Fatal(len(held.Items), err)
	}
	before := mustHead(t, s)
	master.kill()
	if err := c.Do(t.Context(), "REPLICAOF", "127.0.0.1", master.port).Err(); err != nil {
		t.Fatal(err)
	}
	until(t, 40*time.Second, func() error { _, err := s.Head(t.Context()); return err })
	after := mustHead(t, s)
	if after.Generation == before.Generation || after.Seq <= before.Seq {
		t.Fatalf("before %+v, after %+v", before, after)
	}
	if n, err := s.Reseed(t.Context(), held.Items); err != nil || n != 2 {
		t.Fatalf("reseed: %d, %v", n, err)
	}
	again, err := s.Shelf(t.Context(), "news", 50)
	if err != nil || len(again.Items) != 5 || again.Items[0].ContentHTML == "" {
		t.Errorf("the shelf holds %d items: %v", len(again.Items), err)
	}
}

func fewRights(t *testing.T) {
	srv := newServer(t)
	err := srv.admin(t).Do(t.Context(), "ACL", "SETUSER", "hub", "on", ">pw", "~{tinhub}:*", "~tinhub:*", "+@all", "-@dangerous",
		"+info", "+config|get").Err()
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	s, err := Open(t.Context(), "redis://hub:pw@"+srv.addr(), slog.New(slog.NewTextHandler(&log, nil)))
	if err != nil || log.Len() > 0 {
		t.Fatalf("%v, log: %s", err, log.String())
	}
	liveThrough(t, s)
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
