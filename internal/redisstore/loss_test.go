package redisstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"tinhub/internal/hub"
)

func lossTests() []live {
	return []live{
		{"a flush begins a generation above every seq seen, and every reader of the log is told", flushNoticed},
		{"a writer that meets the flush first goes on in the new generation", flushMetByWriter},
		{"a process that had seen more begins another generation above", seenMore},
		{"an older copy of the data is noticed and filled up again", olderCopy},
		{"lease tokens rise over a flush", tokensOverFlush},
	}
}

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func articles(n int) []hub.Incoming {
	items := make([]hub.Incoming, n)
	for i := range items {
		items[i] = item("feed", fmt.Sprint(i), fmt.Sprintf("Tin %d", i), "news", noon.Add(time.Duration(i)*time.Minute))
	}
	return items
}

func mustHead(t *testing.T, s *Store) hub.Head {
	t.Helper()
	h, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func flushNoticed(t *testing.T) {
	srv := newServer(t)
	a, b := open(t, srv.url()), open(t, srv.url())
	mustPut(t, a, noon, articles(5)...)
	before := mustHead(t, a)
	if h := mustHead(t, b); h != before {
		t.Fatalf("the other handle's head is %+v, want %+v", h, before)
	}
	shelf, err := a.Shelf(t.Context(), "news", 50)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	woke := make(chan error, 2)
	for _, s := range []*Store{a, b} {
		go func() { woke <- s.Wait(ctx, before.Generation, before.Seq) }()
	}
	if err := srv.admin(t).FlushAll(ctx).Err(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := <-woke; err != nil {
			t.Fatalf("who waits is not told: %v", err)
		}
	}
	after := mustHead(t, a)
	if after.Generation == before.Generation || after.Seq <= before.Seq {
		t.Fatalf("before the flush the head was %+v, after it %+v", before, after)
	}
	if h := mustHead(t, b); h != after {
		t.Fatalf("one handle's head is %+v, the other's %+v", after, h)
	}
	for _, since := range []hub.Seq{0, 3, before.Seq} {
		_, err := b.Events(ctx, since, 10)
		if gone, ok := errors.AsType[*hub.LogGoneError](err); !ok || gone.Oldest != after.Seq+1 {
			t.Errorf("a reader since %d is told %v", since, err)
		}
	}
	if n, err := a.Reseed(ctx, shelf.Items); n != 5 || err != nil {
		t.Fatalf("reseed: %d, %v", n, err)
	}
	again, err := b.Shelf(ctx, "news", 50)
	if err != nil || len(again.Items) != 5 || !again.Touched.Equal(shelf.Touched) {
		t.Fatalf("after writing back the shelf holds %d items, touched %s: %v", len(again.Items), again.Touched, err)
	}
	out := mustPut(t, b, noon, item("feed", "new", "Mới", "news", noon))
	if out[0].Seq != after.Seq+1 {
		t.Errorf("the next event is %d, want %d", out[0].Seq, after.Seq+1)
	}
	if ev, err := a.Events(ctx, after.Seq, 10); err != nil || len(ev) != 1 {
		t.Errorf("events of the new generation: %v, %v", ev, err)
	}
}

func flushMetByWriter(t *testing.T) {
	srv := newServer(t)
	s := open(t, srv.url())
	for i := range 10 {
		mustPut(t, s, noon, item("feed", fmt.Sprint("before", i), "Trước", "news", noon))
	}
	before := mustHead(t, s)
	if err := srv.admin(t).FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	out := mustPut(t, s, noon, item("feed", "after", "Sau", "news", noon))
	if out[0].Seq <= before.Seq+1 || out[0].Change != hub.ChangeCreated {
		t.Errorf("the first event after a flush at %d is %+v", before.Seq, out[0])
	}
	shelf, err := s.Shelf(t.Context(), "news", 10)
	if err != nil || len(shelf.Items) != 1 || shelf.Items[0].ContentHTML == "" {
		t.Errorf("the shelf: %+v, %v", shelf, err)
	}
}

func seenMore(t *testing.T) {
	srv := newServer(t)
	a, b := open(t, srv.url()), open(t, srv.url())
	mustPut(t, a, noon, articles(2)...)
	mustHead(t, b)
	b.sight.mu.Lock()
	b.sight.seen = 100 // as if a had not followed for a while
	b.sight.mu.Unlock()
	if err := srv.admin(t).FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	until(t, 5*time.Second, func() error {
		x, err := a.Head(t.Context())
		if err != nil {
			return err
		}
		y, err := b.Head(t.Context())
		if err != nil {
			return err
		}
		if x != y || x.Seq <= 100 {
			return fmt.Errorf("heads %+v and %+v", x, y)
		}
		return nil
	})
	settled := mustHead(t, a)
	mustPut(t, b, noon, articles(1)...)
	if h := mustHead(t, a); h.Generation != settled.Generation {
		t.Error("the two begin generations by turns")
	}
}

func olderCopy(t *testing.T) {
	srv := newServer(t, "--appendfsync", "always")
	s := open(t, srv.url())
	all := articles(6)
	mustPut(t, s, noon, all[:3]...)
	srv.kill()
	old := t.TempDir()
	if err := os.CopyFS(old, os.DirFS(srv.dir)); err != nil {
		t.Fatal(err)
	}
	if err := srv.start(); err != nil {
		t.Fatal(err)
	}
	until(t, 10*time.Second, func() error { _, err := s.Put(t.Context(), noon, all[3:]); return err })
	held, err := s.Shelf(t.Context(), "news", 50)
	if err != nil {
		t.Fatal(err)
	}
	before := mustHead(t, s)
	srv.kill()
	srv.dir = old // as a replica that had not received the last writes
	if err := srv.start(); err != nil {
		t.Fatal(err)
	}
	until(t, 10*time.Second, func() error { _, err := s.Head(t.Context()); return err })
	after := mustHead(t, s)
	if after.Seq <= before.Seq || after.Generation == before.Generation {
		t.Fatalf("before %+v, after %+v", before, after)
	}
	if n, err := s.Reseed(t.Context(), held.Items); n != 3 || err != nil {
		t.Fatalf("reseed: %d, %v", n, err)
	}
	shelf, err := s.Shelf(t.Context(), "news", 50)
	if err != nil || len(shelf.Items) != 6 {
		t.Fatalf("the shelf holds %d items: %v", len(shelf.Items), err)
	}
}

func tokensOverFlush(t *testing.T) {
	srv := newServer(t)
	s := open(t, srv.url())
	var last uint64
	for i := range 4 {
		token, err := s.Lease(t.Context(), "push", fmt.Sprint("node", i), time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Unlease(t.Context(), "push", fmt.Sprint("node", i)); err != nil {
			t.Fatal(err)
		}
		if token <= last {
			t.Fatalf("token %d after %d", token, last)
		}
		last = token
		if i == 2 {
			if err := srv.admin(t).FlushAll(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
}
