package redisstore

import (
	"bytes"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"tinhub/internal/hub"
)

func examineTests() []live {
	return []live{
		{"a server that would evict is refused with the way out", evictionRefused},
		{"an eviction policy without a memory limit is warned of", evictionWarned},
		{"a server without AOF is warned of", noAppendWarned},
		{"a server that hides its settings is warned of", hiddenSettings},
		{"a wrong password is refused and not told", wrongPassword},
	}
}

// opening opens a store and gives what it logged.
func opening(t *testing.T, url string) (*Store, string, error) {
	t.Helper()
	var log bytes.Buffer
	s, err := Open(t.Context(), url, slog.New(slog.NewTextHandler(&log, nil)))
	if err == nil {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	return s, log.String(), err
}

func evictionRefused(t *testing.T) {
	for _, policy := range []string{"allkeys-lru", "volatile-ttl", "allkeys-random"} {
		srv := newServer(t, "--maxmemory", "100mb", "--maxmemory-policy", policy)
		_, _, err := opening(t, srv.url())
		if err := isKind(err, hub.Invalid); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"maxmemory-policy " + policy, "CONFIG SET maxmemory-policy noeviction", srv.addr()} {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q does not say %q", err, want)
			}
		}
		if err := srv.admin(t).ConfigSet(t.Context(), "maxmemory-policy", "noeviction").Err(); err != nil {
			t.Fatal(err)
		}
		if _, log, err := opening(t, srv.url()); err != nil || log != "" {
			t.Errorf("after the command it said: %v, %s", err, log)
		}
	}
}

func evictionWarned(t *testing.T) {
	srv := newServer(t, "--maxmemory-policy", "allkeys-lru")
	_, log, err := opening(t, srv.url())
	if err != nil || !strings.Contains(log, "level=WARN") || !strings.Contains(log, "allkeys-lru") {
		t.Errorf("%v, log: %s", err, log)
	}
}

func noAppendWarned(t *testing.T) {
	srv := newServer(t, "--appendonly", "no")
	s, log, err := opening(t, srv.url())
	if err != nil || !strings.Contains(log, "level=WARN") || !strings.Contains(log, "appendonly") {
		t.Fatalf("%v, log: %s", err, log)
	}
	if engine := s.Engine(); !strings.HasPrefix(engine, "redis ") && !strings.HasPrefix(engine, "valkey ") {
		t.Errorf("the engine is %q", engine)
	}
}

func hiddenSettings(t *testing.T) {
	srv := newServer(t, "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")
	err := srv.admin(t).Do(t.Context(), "ACL", "SETUSER", "hub", "on", ">pw", "~*", "+@all", "-config", "-info").Err()
	if err != nil {
		t.Fatal(err)
	}
	_, log, err := opening(t, "redis://hub:pw@"+srv.addr())
	if err != nil || strings.Count(log, "level=WARN") != 2 || !strings.Contains(log, "noeviction") {
		t.Errorf("%v, log: %s", err, log)
	}
}

func wrongPassword(t *testing.T) {
	srv := newServer(t, "--requirepass", "right")
	for _, url := range []string{"redis://:hunter2@" + srv.addr(), srv.url()} {
		_, _, err := opening(t, url)
		if err := isKind(err, hub.Invalid); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), srv.addr()) {
			t.Errorf("it says: %v", err)
		}
	}
}

func TestOpenNamesAServerThatIsNotThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	for _, scheme := range []string{"redis", "redis+cluster"} {
		began := time.Now()
		_, err = Open(t.Context(), scheme+"://user:hunter2@"+addr, nil)
		if err := isKind(err, hub.Unavailable); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), addr) {
			t.Errorf("it says: %v", err)
		}
		if took := time.Since(began); took > 2*openLimit {
			t.Errorf("it took %s", took)
		}
	}
}
