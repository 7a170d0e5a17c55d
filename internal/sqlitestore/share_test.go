package sqlitestore

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tinhub/internal/hub"
)

// commits counts the transactions in the write-ahead log: the last frame of each tells how large the file is by then (file
// format, §4.1).
func commits(t *testing.T, s *Store) (n int) {
	t.Helper()
	const header, frameHeader, page = 32, 24, 4096
	wal, err := os.ReadFile(s.file + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	for at := header; at+frameHeader+page <= len(wal); at += frameHeader + page {
		if binary.BigEndian.Uint32(wal[at+4:]) != 0 {
			n++
		}
	}
	return n
}

// held makes every writer of s wait until release is called.
func held(s *Store) (release func()) {
	s.slot <- struct{}{}
	return func() { <-s.slot }
}

// waits returns when that many calls wait to write.
func waits(t *testing.T, s *Store, n int) {
	t.Helper()
	until(t, fmt.Sprintf("%d calls wait", n), func() bool {
		s.calls.mu.Lock()
		defer s.calls.mu.Unlock()
		return len(s.calls.waiting) == n
	})
}

// later runs call in a goroutine of its own once n others wait before it, so that their order is known.
func later(t *testing.T, s *Store, n int, call func() error) <-chan error {
	t.Helper()
	waits(t, s, n)
	answer := make(chan error, 1)
	go func() { answer <- call() }()
	waits(t, s, n+1)
	return answer
}

// withoutJSON is an item that no store can keep.
func withoutJSON() hub.Incoming {
	in := item("no json", 0)
	in.Item.Published = time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)
	return in
}

func TestCallsThatWaitShareOneCommit(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "hub.db"), standard())
	before := commits(t, s)
	release := held(s)
	var answers []<-chan error
	for i := range maxShared {
		answers = append(answers, later(t, s, i, func() error {
			_, err := s.Put(t.Context(), time.Now(), []hub.Incoming{item(fmt.Sprint(i), 0)})
			return err
		}))
	}
	release()
	for _, answer := range answers {
		if err := <-answer; err != nil {
			t.Error(err)
		}
	}
	// A slow machine may end a transaction early (maxGather), hardly more often than this.
	if n := commits(t, s) - before; n < 1 || n > maxShared/4 {
		t.Errorf("%d calls made %d commits", maxShared, n)
	}
	if created := readWholeLog(t, s); len(created) != maxShared {
		t.Errorf("the log tells of %d items, want %d", len(created), maxShared)
	}
	for i := range maxShared {
		if r := onlyRecord(t, s, item(fmt.Sprint(i), 0).Item.ID); r.Seq != hub.Seq(i+1) {
			t.Errorf("the call that came %d. got seq %d", i+1, r.Seq)
		}
	}
}

func TestCallThatFailsUndoesItsOwnPartOnly(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "hub.db"), standard())
	noJSON := withoutJSON()
	ended, cancel := context.WithCancel(t.Context())
	put := func(ctx context.Context, items ...hub.Incoming) func() error {
		return func() error {
			out, err := s.Put(ctx, time.Now(), items)
			if err == nil && len(out) != len(items) {
				return fmt.Errorf("%d answers to %d items", len(out), len(items))
			}
			return err
		}
	}
	release := held(s)
	a := later(t, s, 0, put(t.Context(), item("a", 1)))
	refused := later(t, s, 1, put(t.Context(), item("b", 1), item("c", 1), noJSON))
	unknown := later(t, s, 2, func() error {
		_, err := s.Mark(t.Context(), time.Now(), hub.Order{ID: item("b", 1).Item.ID, By: hub.ByDesk})
		return err
	})
	broken := later(t, s, 3, func() error {
		return s.write(ended, "ending in the middle", func(t *tx) error {
			if err := t.exec(sqlSetCursor, "broken", 1); err != nil {
				return err
			}
			cancel()
			return t.ctx.Err()
		})
	})
	d := later(t, s, 4, put(t.Context(), item("d", 1)))
	state := later(t, s, 5, func() error { return s.SaveSourceState(t.Context(), hub.SourceState{ID: "feed", Items: 3}) })
	release()
	for what, answer := range map[string]<-chan error{"the first": a, "the one after": d, "a state": state} {
		if err := <-answer; err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := <-refused; hub.KindOf(err) != hub.Invalid {
		t.Errorf("what has no JSON was answered with %v", err)
	}
	if err := <-unknown; hub.KindOf(err) != hub.NotFound {
		t.Errorf("an order on what was undone was answered with %v", err)
	}
	if err := <-broken; !errors.Is(err, context.Canceled) {
		t.Errorf("a call whose context ended said %v", err)
	}
	if seq, err := s.Cursor(t.Context(), "broken"); err != nil || seq != 0 {
		t.Errorf("its part is there: %d, %v", seq, err)
	}
	if created := readWholeLog(t, s); len(created) != 2 {
		t.Errorf("the log tells of %d items, want 2", len(created))
	}
	shelf, err := s.Shelf(t.Context(), "news", 10)
	if err != nil || len(shelf.Items) != 2 || shelf.Head != 2 {
		t.Errorf("the shelf holds %d items at seq %d (%v)", len(shelf.Items), shelf.Head, err)
	}
	if out, err := s.Put(t.Context(), time.Now(), []hub.Incoming{item("b", 1)}); err != nil || out[0].Seq != 3 {
		t.Errorf("afterwards: %+v, %v", out, err)
	}
}

func TestTouchOfAnUndoneCallIsUndone(t *testing.T) {
	s := mustOpen(t, memoryPath, standard())
	release := held(s)
	noJSON := withoutJSON()
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	state := later(t, s, 0, func() error { return s.SaveSourceState(t.Context(), hub.SourceState{ID: "feed"}) })
	refused := later(t, s, 1, func() error {
		_, err := s.Put(t.Context(), noon.Add(time.Hour), []hub.Incoming{item("a", 0), noJSON})
		return err
	})
	kept := later(t, s, 2, func() error {
		_, err := s.Put(t.Context(), noon, []hub.Incoming{item("b", 0)})
		return err
	})
	release()
	if err := errors.Join(<-state, <-kept); err != nil || <-refused == nil {
		t.Fatal(err)
	}
	if shelf, err := s.Shelf(t.Context(), "news", 1); err != nil || !shelf.Touched.Equal(noon) {
		t.Errorf("touched at %s, want %s (%v)", shelf.Touched, noon, err)
	}
}

func TestContextThatEndsWhileOthersWriteEndsTheWaiting(t *testing.T) {
	s := mustOpen(t, memoryPath, standard())
	release := held(s)
	ctx, cancel := context.WithCancel(t.Context())
	answer := later(t, s, 0, func() error {
		_, err := s.Put(ctx, time.Now(), []hub.Incoming{item("a", 0)})
		return err
	})
	cancel()
	if err := <-answer; !errors.Is(err, context.Canceled) { // while the slot is still taken
		t.Errorf("the call said %v", err)
	}
	waits(t, s, 0)
	release()
	if _, err := s.Put(t.Context(), time.Now(), []hub.Incoming{item("b", 0)}); err != nil {
		t.Fatal(err)
	}
	if r := onlyRecord(t, s, item("a", 0).Item.ID); r.ID != "" {
		t.Error("it was carried out all the same")
	}
}

func TestCloseAnswersWhoWaitsToWrite(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "hub.db"), standard())
	release := held(s)
	answer := later(t, s, 0, func() error { return s.Ping(t.Context(), true) })
	closed := make(chan error, 1)
	go func() { closed <- s.Close() }()
	if err := <-answer; hub.KindOf(err) != hub.Unavailable {
		t.Errorf("the waiting call said %v", err)
	}
	release()
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

func TestErrorThatUndoesAllIsToldToAll(t *testing.T) {
	s := mustOpen(t, memoryPath, standard())
	release := held(s)
	state := later(t, s, 0, func() error { return s.SaveSourceState(t.Context(), hub.SourceState{ID: "feed", Items: 1}) })
	breaking := later(t, s, 1, func() error {
		// As after an error by which SQLite rolls back by itself, there is nothing to go back to.
		return s.write(t.Context(), "breaking", func(t *tx) error { return errors.Join(t.guard(), t.plain(sqlRelease), errors.New("all is lost")) })
	})
	after := later(t, s, 2, func() error { return s.Ping(t.Context(), true) })
	release()
	if err := <-state; hub.KindOf(err) != hub.Unavailable {
		t.Errorf("a call that was undone with another said %v", err)
	}
	if err := <-breaking; err == nil || hub.KindOf(err) == hub.Unavailable {
		t.Errorf("the call that failed said %v", err)
	}
	if err := <-after; err != nil {
		t.Errorf("the next: %v", err)
	}
	if states, err := s.SourceStates(t.Context(), []string{"feed"}); err != nil || states[0].Items != 0 {
		t.Errorf("its part is there: %+v, %v", states, err)
	}
}

func TestPanicOfOneCallAnswersAll(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "hub.db"), standard())
	release := held(s)
	first := later(t, s, 0, func() (err error) {
		defer func() {
			if p := recover(); p != nil { // whoever carried it out
				err = fmt.Errorf("%v", p)
			}
		}()
		return s.SaveSourceState(t.Context(), hub.SourceState{ID: "feed", Items: 1})
	})
	second := later(t, s, 1, func() (err error) {
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("%v", p)
			}
		}()
		return s.write(t.Context(), "panicking", func(*tx) error { panic("a mistake") })
	})
	release()
	if <-first == nil || <-second == nil {
		t.Error("a call whose transaction was broken off went through")
	}
	if states, err := s.SourceStates(t.Context(), []string{"feed"}); err != nil || states[0].Items != 0 {
		t.Errorf("its part is there: %+v, %v", states, err)
	}
	if err := s.Ping(t.Context(), true); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
