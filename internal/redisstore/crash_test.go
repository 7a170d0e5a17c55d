package redisstore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

func crashTests() []live {
	return []live{
		{"a killed server keeps every acknowledged item", killedServer},
		{"a server that is away gives Unavailable in time, and the store recovers", serverAway},
		{"a server that hangs gives Unavailable in time, and the store recovers", serverHangs},
		{"wait= holds an answer back until replicas have the write", waitsForReplicas},
	}
}

// killedServer kills the server while four writers write, and looks for what they were told is stored.
func killedServer(t *testing.T) {
	srv := newServer(t, "--appendfsync", "always")
	s := open(t, srv.url())
	var mu sync.Mutex
	acknowledged := map[hub.ID]hub.Seq{}
	for round := range 3 {
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				for i := 0; ctx.Err() == nil; i++ {
					in := item("feed", fmt.Sprintf("%d-%d-%d", round, w, i), "Tin", "news", noon)
					out, err := s.Put(ctx, noon, []hub.Incoming{in})
					if err != nil {
						continue
					}
					mu.Lock()
					acknowledged[out[0].ID] = out[0].Seq
					mu.Unlock()
				}
			})
		}
		until(t, 20*time.Second, func() error {
			mu.Lock()
			defer mu.Unlock()
			if len(acknowledged) < 200*(round+1) {
				return fmt.Errorf("%d items acknowledged", len(acknowledged))
			}
			return nil
		})
		srv.kill()
		cancel()
		wg.Wait()
		if err := srv.start(); err != nil {
			t.Fatal(err)
		}
		until(t, 10*time.Second, func() error { return s.Ping(t.Context(), true) })
		lookFor(t, s, acknowledged)
	}
}

func lookFor(t *testing.T, s *Store, acknowledged map[hub.ID]hub.Seq) {
	t.Helper()
	var ids []hub.ID
	for id := range acknowledged {
		ids = append(ids, id)
	}
	recs, err := s.Records(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range recs {
		if r.ID != ids[i] || r.Seq != acknowledged[r.ID] || r.ContentHTML == "" {
			t.Fatalf("acknowledged as %s at seq %d, now %q at %d", ids[i], acknowledged[ids[i]], r.ID, r.Seq)
		}
	}
	head := mustHead(t, s)
	for since := hub.Seq(0); since < head.Seq; {
		events, err := s.Events(t.Context(), since, 1000)
		if err != nil || len(events) == 0 {
			t.Fatalf("events since %d: %d, %v", since, len(events), err)
		}
		for _, ev := range events {
			if ev.Seq != since+1 {
				t.Fatalf("seq %d follows %d", ev.Seq, since)
			}
			since = ev.Seq
		}
	}
}

// unavailable makes calls under a deadline of one second.
func unavailable(t *testing.T, s *Store, gen string, since hub.Seq) {
	t.Helper()
	for name, call := range map[string]func(ctx context.Context) error{
		"put":    func(ctx context.Context) error { _, err := s.Put(ctx, noon, articles(1)); return err },
		"shelf":  func(ctx context.Context) error { _, err := s.Shelf(ctx, "news", 10); return err },
		"events": func(ctx context.Context) error { _, err := s.Events(ctx, 0, 10); return err },
		"views":  func(ctx context.Context) error { _, err := s.Views(ctx, noon, []hub.ID{"x"}); return err },
		"add views": func(ctx context.Context) error {
			return s.AddViews(ctx, hub.ViewBatch{ID: "b", Bucket: noon, Counts: map[hub.ID]uint64{"x": 1}})
		},
		"lease": func(ctx context.Context) error { _, err := s.Lease(ctx, "l", "h", time.Minute); return err },
		"trim":  func(ctx context.Context) error { _, err := s.Trim(ctx, noon, hub.Keep{Events: 1}); return err },
		"ping":  func(ctx context.Context) error { return s.Ping(ctx, true) },
		"wait":  func(ctx context.Context) error { return s.Wait(ctx, gen, since) },
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		began := time.Now()
		err := call(ctx)
		took := time.Since(began)
		cancel()
		if name == "wait" && errors.Is(err, context.DeadlineExceeded) {
			err = hub.Errorf(hub.Unavailable, "%v", err) // a waiter may as well be told that its time is up
		}
		if err := isKind(err, hub.Unavailable); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if took > 4*time.Second {
			t.Errorf("%s took %s under a deadline of a second", name, took)
		}
	}
}

func serverAway(t *testing.T) {
	srv := newServer(t, "--appendfsync", "always")
	s := open(t, srv.url())
	mustPut(t, s, noon, articles(3)...)
	head := mustHead(t, s)
	srv.kill()
	unavailable(t, s, head.Generation, head.Seq)
	if err := srv.start(); err != nil {
		t.Fatal(err)
	}
	until(t, 10*time.Second, func() error { _, err := s.Put(t.Context(), noon, articles(4)); return err })
	if h := mustHead(t, s); h.Generation != head.Generation || h.Seq != 4 {
		t.Errorf("nothing was lost, and the head is %+v", h)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	woke := make(chan error, 1)
	go func() { woke <- s.Wait(ctx, head.Generation, 4) }()
	mustPut(t, s, noon, articles(5)...)
	if err := <-woke; err != nil {
		t.Error(err)
	}
}

func serverHangs(t *testing.T) {
	srv := newServer(t)
	s := open(t, srv.url())
	mustPut(t, s, noon, articles(3)...)
	head := mustHead(t, s)
	if err := srv.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	unavailable(t, s, head.Generation, head.Seq)
	if err := srv.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	until(t, 10*time.Second, func() error { _, err := s.Put(t.Context(), noon, articles(4)); return err })
	if shelf, err := s.Shelf(t.Context(), "news", 50); err != nil || len(shelf.Items) != 4 {
		t.Errorf("the shelf holds %d items: %v", len(shelf.Items), err)
	}
}

func waitsForReplicas(t *testing.T) {
	srv := newServer(t)
	replica := newServer(t, "--replicaof", "127.0.0.1 "+srv.port)
	s := open(t, srv.url()+"?wait=1")
	until(t, 15*time.Second, func() error { _, err := s.Put(t.Context(), noon, articles(3)); return err })
	err := s.AddViews(t.Context(), hub.ViewBatch{ID: "b", Bucket: noon, Counts: map[hub.ID]uint64{hub.NewID("feed", "0"): 2}})
	if err != nil {
		t.Fatal(err)
	}
	// What was acknowledged is on the replica at that moment.
	keys := []string{s.keys.head(), s.keys.log(), s.keys.shelf("news"), s.keys.total(hub.NewID("feed", "0")) + "n"}
	if n, err := replica.admin(t).Exists(t.Context(), keys...).Result(); err != nil || n != int64(len(keys)) {
		t.Fatalf("the replica has %d of %d keys: %v", n, len(keys), err)
	}
	s.patience = 300 * time.Millisecond
	// A replica that is connected and takes nothing in: every way of writing must notice.
	if err := replica.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	for name, write := range map[string]func() error{
		"a script":  func() error { _, err := s.Lease(t.Context(), "l", "h", time.Minute); return err },
		"a command": func() error { return s.SaveSourceState(t.Context(), hub.SourceState{ID: "x"}) },
		"several slots": func() error {
			return s.spread(t.Context(), []string{s.keys.body("x")}, func(p redis.Pipeliner, _ int) { p.Set(t.Context(), s.keys.body("x"), "x", 0) })
		},
		"nothing to write": func() error { _, err := s.Put(t.Context(), noon, articles(3)); return err },
	} {
		if err := isKind(write(), hub.Unavailable); err != nil {
			t.Errorf("%s, with a replica that stands still: %v", name, err)
		}
	}
	if err := replica.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	replica.kill()
	began := time.Now()
	_, err = s.Put(t.Context(), noon, articles(4))
	if err := isKind(err, hub.Unavailable); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("it took %s", took)
	}
	// In doubt it is sent again, and the replica that is back has it then.
	if err := replica.start(); err != nil {
		t.Fatal(err)
	}
	until(t, 20*time.Second, func() error { _, err := s.Put(t.Context(), noon, articles(4)); return err })
}
