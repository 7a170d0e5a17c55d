package redisstore

import (
	"slices"
	"testing"

	"go.uber.org/goleak"

	"tinhub/internal/hub"
	"tinhub/internal/storetest"
)

// TestRedis holds the tests against the shared server; without one it holds none.
func TestRedis(t *testing.T) {
	if shared == "" {
		return
	}
	run(t, slices.Concat([]live{
		{"it keeps the promises of a store", keepsPromises},
		{"nothing runs on after close", nothingRunsOn},
	}, layoutTests(), bodyTests(), aliasTests(), viewTests()))
}

// TestServer holds the tests that stop, flush or set up a server of their own.
func TestServer(t *testing.T) {
	if !ownServer() {
		return
	}
	run(t, slices.Concat(examineTests(), lossTests(), crashTests(), failoverTests()))
}

func run(t *testing.T, tests []live) {
	for _, c := range tests {
		t.Run(c.name, c.run)
	}
}

// keepsPromises is the suite that every engine passes.
func keepsPromises(t *testing.T) {
	urls := map[hub.Store]string{}
	opened := func(t testing.TB, url string) hub.Store {
		s := open(t, url)
		urls[s] = url
		return s
	}
	storetest.Run(t, storetest.Engine{
		Open: func(t testing.TB) hub.Store { return opened(t, storeURL(t)) },
		Reopen: func(t testing.TB, s hub.Store) hub.Store {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			return opened(t, urls[s])
		},
		Another: func(t testing.TB, s hub.Store) hub.Store { return opened(t, urls[s]) },
	})
}

func nothingRunsOn(t *testing.T) {
	before := goleak.IgnoreCurrent()
	s, err := Open(t.Context(), storeURL(t), nil)
	if err != nil {
		t.Fatal(err)
	}
	mustPut(t, s, noon, articles(3)...)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	goleak.VerifyNone(t, before)
}
