package redisstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

// The tests of this package run against a real redis-server. TestMain starts one on a free port of the loopback, in a
// folder of its own; TINHUB_TEST_REDIS names another to use instead (each store then has a prefix of its own there, and
// what must stop or flush a server still starts one). Where there is none, TestRedis and TestServer hold no tests – and
// under CI=true that is a failure.

const envServer = "TINHUB_TEST_REDIS"

// shared is the URL of the server that most tests use; "" where there is none.
var shared string //nolint:gochecknoglobals // set once, by TestMain

func TestMain(m *testing.M) { os.Exit(mainTest(m)) }

func mainTest(m *testing.M) int {
	silence()
	_, missing := exec.LookPath("redis-server")
	shared = os.Getenv(envServer)
	switch {
	case missing != nil && os.Getenv("CI") == "true":
		fmt.Fprintln(os.Stderr, "redisstore: redis-server is not on PATH, and under CI=true nothing may be left out: "+
			"install it (Debian, Ubuntu: apt-get install redis-server; macOS: brew install redis; or make test does it)")
		return 1
	case missing != nil && shared == "":
		fmt.Fprintln(os.Stderr, "redisstore: redis-server is not on PATH: the tests against a real Redis are not there")
		return m.Run()
	case shared != "":
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "tinhub-redis-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "redisstore:", err)
		return 1
	}
	defer os.RemoveAll(dir)
	srv, err := startServer(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, "redisstore:", err)
		return 1
	}
	defer srv.kill()
	shared = srv.url()
	return m.Run()
}

// ownServer says whether tests may start servers of their own.
func ownServer() bool {
	_, err := exec.LookPath("redis-server")
	return err == nil
}

// server is a redis-server process of ours.
type server struct {
	port string
	dir  string
	args []string
	cmd  *exec.Cmd
}

// startServer starts one on a free port; args go after the harness's own.
func startServer(dir string, args ...string) (*server, error) {
	var err error
	for range 3 { // another process may take the port in between
		var l net.Listener
		if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return nil, err
		}
		_, port, _ := net.SplitHostPort(l.Addr().String())
		l.Close()
		s := &server{port: port, dir: dir, args: args}
		if err = s.start(); err == nil {
			return s, nil
		}
		s.kill()
	}
	return nil, err
}

func (s *server) addr() string { return "127.0.0.1:" + s.port }
func (s *server) url() string  { return "redis://" + s.addr() }

// start runs the server and waits until it has loaded its data.
func (s *server) start() error {
	out, err := os.OpenFile(filepath.Join(s.dir, "server.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer out.Close()
	args := append([]string{"--port", s.port, "--bind", "127.0.0.1", "--dir", s.dir, "--appendonly", "yes", "--save", ""}, s.args...)
	s.cmd = exec.Command("redis-server", args...)
	s.cmd.Stdout, s.cmd.Stderr = out, out
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("starting redis-server: %w", err)
	}
	client := redis.NewClient(&redis.Options{Addr: s.addr(), MaxRetries: -1})
	defer client.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	for {
		err := client.Ping(ctx).Err()
		if err == nil || err.Error() == "NOAUTH Authentication required." {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("redis-server on port %s does not answer: %w", s.port, err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// kill stops the server as a power cut would.
func (s *server) kill() {
	if s.cmd != nil && s.cmd.Process != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		s.cmd = nil
	}
}

// newServer is a server for one test.
func newServer(t testing.TB, args ...string) *server {
	t.Helper()
	srv, err := startServer(t.TempDir(), args...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.kill)
	return srv
}

// admin is a bare client on a server.
func (s *server) admin(t testing.TB) *redis.Client {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: s.addr()})
	t.Cleanup(func() { c.Close() })
	return c
}

// storeURL is the shared server with a prefix that nobody has.
func storeURL(t testing.TB) string {
	t.Helper()
	u, err := url.Parse(shared)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	prefix := "test-" + rand.Text()
	q.Set("prefix", prefix)
	u.RawQuery = q.Encode()
	if os.Getenv(envServer) != "" {
		t.Cleanup(func() { sweepKeys(t, keysFor(prefix)) })
	}
	return u.String()
}

// open opens a store and closes it with the test.
func open(t testing.TB, url string) *Store {
	t.Helper()
	s, err := Open(t.Context(), url, testLog(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// sweepKeys removes what a store wrote, where the server is not ours.
func sweepKeys(t testing.TB, k keys) {
	ctx := context.Background()
	set, err := parseURL(shared)
	if err != nil {
		t.Fatal(err)
	}
	s := &Store{client: set.client()}
	defer s.client.Close()
	nodes, err := s.masters(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, node := range nodes {
		for _, pattern := range []string{k.spine, k.spread} {
			it := node.Scan(ctx, 0, escapeGlob(pattern)+"*", 1000).Iterator()
			for it.Next(ctx) {
				node.Unlink(ctx, it.Val())
			}
			if err := it.Err(); err != nil {
				t.Error(err)
			}
		}
	}
}

func testLog(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
}

// until polls f until it says nil or the time is up.
func until(t testing.TB, limit time.Duration, f func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	for {
		err := f()
		if err == nil {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("not within %s: %v", limit, err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// live is a test that needs a server; the name reads as a sentence.
type live struct {
	name string
	run  func(t *testing.T)
}

// item is an incoming article of a source.
func item(source, original, title, section string, at time.Time) hub.Incoming {
	return hub.Incoming{
		Item: hub.Item{
			ID: hub.NewID(source, original), Source: source, OriginalID: original, URL: "https://news.example/" + original,
			Title: title, ContentHTML: "<p>" + title + "</p>", Published: at, Hash: title, Language: "vi",
		},
		Sections: []string{section}, Location: time.FixedZone("ICT", 7*3600),
	}
}

func mustPut(t testing.TB, s *Store, at time.Time, items ...hub.Incoming) []hub.Outcome {
	t.Helper()
	out, err := s.Put(t.Context(), at, items)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func isKind(err error, kind hub.ErrorKind) error {
	if err == nil {
		return errors.New("it went through")
	}
	if hub.KindOf(err) != kind {
		return fmt.Errorf("kind %q: %w", hub.KindOf(err), err)
	}
	return nil
}
