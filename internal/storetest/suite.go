// Package storetest is the behaviour that every store owes, written by promise and not by method: an engine's own test is
// one call of Run. A check is a named function that gives up with an error, so that the suite itself is tested, against
// stores broken on purpose (broken_test.go), and a plain model (model.go) is what random histories are compared with.
//
// It is imported by tests only, and never knows an engine. Start with Engine and Run here, then read the promise of each
// check in the lists (identityChecks, logChecks …).
package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"tinhub/internal/hub"
)

// Engine is how the suite gets at the stores of one engine.
type Engine struct {
	// Open gives a fresh, empty store and sees to its end (t.Cleanup). It may be asked several times in one test, and the
	// suite may have closed what it gave by then.
	Open func(t testing.TB) hub.Store

	// Reopen closes a store and opens one on the same data. Nil where the engine keeps nothing.
	Reopen func(t testing.TB, s hub.Store) hub.Store

	// Another opens a second handle on the data of an open store, as a second process would. Nil where there can be none.
	Another func(t testing.TB, s hub.Store) hub.Store
}

// checkTimeout bounds one check; the slowest takes a few seconds under the race detector on a busy machine.
const checkTimeout = 2 * time.Minute

// Run holds the engine to every promise. It logs the engine and its version, so that nobody mistakes what was tested, and
// which promises the engine cannot give (they are not run, rather than skipped).
func Run(t *testing.T, e Engine) {
	t.Helper()
	logEngine(t, e.Open(t))
	for _, c := range checks() {
		if !c.possible(e) {
			t.Logf("not a promise of this engine: %s", c.promise)
			continue
		}
		t.Run(c.promise, func(t *testing.T) {
			if err := c.against(t, e); err != nil {
				t.Error(err)
			}
		})
	}
	t.Run("random histories agree with the model", func(t *testing.T) { histories(t, e) })
}

func logEngine(t testing.TB, s hub.Store) {
	if n, ok := s.(interface{ Engine() string }); ok {
		t.Logf("engine: %s", n.Engine())
		return
	}
	t.Logf("engine: %T, which does not tell its version", s)
}

// check is one promise and the steps that show it.
type check struct {
	promise string
	steps   func(*kit)
	reopens bool // needs Engine.Reopen
	pairs   bool // needs Engine.Another
}

func (c check) possible(e Engine) bool {
	return (!c.reopens || e.Reopen != nil) && (!c.pairs || e.Another != nil)
}

// checks lists every promise.
func checks() []check {
	return slices.Concat(identityChecks(), textChecks(), aliasChecks(), atomicChecks(), shelfChecks(), touchChecks(), logChecks(), waitChecks(), trimChecks(),
		deskChecks(), embargoChecks(), viewChecks(), leaseChecks(), valueChecks(), upkeepChecks())
}

// against runs the check over a fresh store of the engine and says how the promise was broken.
func (c check) against(t testing.TB, e Engine) (err error) {
	ctx, cancel := context.WithTimeout(t.Context(), checkTimeout)
	defer cancel()
	k := &kit{ctx: ctx, t: t, e: e, s: e.Open(t)}
	defer func() {
		switch p := recover().(type) {
		case nil:
		case failure:
			err = p.err
		default:
			panic(p)
		}
	}()
	c.steps(k)
	return nil
}

// failure is what a step gives up with; it never leaves against.
type failure struct{ err error }

// kit is what the steps of one check work with. Its methods give up on any error, so that a check reads as a story.
// They must be called in the check's own goroutine; others use the store itself and hand errors back.
type kit struct {
	ctx context.Context
	t   testing.TB
	e   Engine
	s   hub.Store
}

func (k *kit) fail(format string, args ...any) {
	panic(failure{fmt.Errorf(format, args...)})
}

func (k *kit) ok(err error, doing string) {
	if err != nil {
		k.fail("%s: %w", doing, err)
	}
}

// kind gives up unless err is of that kind.
func (k *kit) kind(err error, want hub.ErrorKind, doing string) {
	switch {
	case err == nil:
		k.fail("%s went through; want an error of kind %q", doing, want)
	case hub.KindOf(err) != want:
		k.fail("%s: kind %q (%w); want %q", doing, hub.KindOf(err), err, want)
	}
}

func (k *kit) put(at time.Time, items ...hub.Incoming) []hub.Outcome {
	out, err := k.s.Put(k.ctx, at, items)
	k.ok(err, "put")
	if len(out) != len(items) {
		k.fail("put of %d items answered %d", len(items), len(out))
	}
	return out
}

func (k *kit) mark(at time.Time, o hub.Order) hub.Outcome {
	out, err := k.s.Mark(k.ctx, at, o)
	k.ok(err, "mark")
	return out
}

func (k *kit) record(id hub.ID) hub.Record {
	recs, err := k.s.Records(k.ctx, []hub.ID{id})
	k.ok(err, "records")
	if len(recs) != 1 {
		k.fail("records of 1 id answered %d", len(recs))
	}
	return recs[0]
}

func (k *kit) shelf(section string) hub.Shelf { return k.shelfOf(section, hub.FeedSize) }

func (k *kit) shelfOf(section string, limit int) hub.Shelf {
	shelf, err := k.s.Shelf(k.ctx, section, limit)
	k.ok(err, fmt.Sprintf("shelf of %q", section))
	return shelf
}

func (k *kit) events(since hub.Seq, limit int) []hub.Event {
	events, err := k.s.Events(k.ctx, since, limit)
	k.ok(err, fmt.Sprintf("events since %d", since))
	return events
}

func (k *kit) head() hub.Head {
	head, err := k.s.Head(k.ctx)
	k.ok(err, "head")
	return head
}

func (k *kit) headIs(want hub.Seq) {
	if head := k.head(); head.Seq != want {
		k.fail("the head is %d, want %d", head.Seq, want)
	}
}

func (k *kit) trim(at time.Time, keep hub.Keep) hub.Trimmed {
	trimmed, err := k.s.Trim(k.ctx, at, keep)
	k.ok(err, "trim")
	return trimmed
}

func (k *kit) reopen() {
	k.s = k.e.Reopen(k.t, k.s)
}

// logGone gives up unless err says that the log begins at oldest.
func (k *kit) logGone(err error, oldest hub.Seq) {
	gone, ok := errors.AsType[*hub.LogGoneError](err)
	switch {
	case !ok:
		k.fail("a reader whose place is trimmed was told %v; want a LogGoneError", err)
	case gone.Oldest != oldest:
		k.fail("the log is said to begin at %d, want %d", gone.Oldest, oldest)
	}
}
