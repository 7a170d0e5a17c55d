package storetest

import (
	"context"
	"errors"
	"time"

	"tinhub/internal/hub"
)

func logChecks() []check {
	return []check{
		{promise: "the log is numbered from one without gaps and read from any place", steps: readFromAnyPlace},
		{promise: "event times are whole seconds in UTC and never go back", steps: timesNeverBack},
		{promise: "the head, the log and its generation outlive the process", steps: logOutlives, reopens: true},
		{promise: "what one handle acknowledged another sees at once", steps: visibleAtOnce, pairs: true},
	}
}

func readFromAnyPlace(k *kit) {
	if head := k.head(); head.Seq != 0 || head.Generation == "" {
		k.fail("the head of an empty store is %+v, want seq 0 of a generation with a name", head)
	}
	same(k, "an empty log", k.events(0, 10), nil)
	k.put(at(0), numbered("feed", 7)...)
	var seqs []hub.Seq
	for _, ev := range k.events(2, 3) {
		seqs = append(seqs, ev.Seq)
	}
	same(k, "three events since 2", seqs, []hub.Seq{3, 4, 5})
	same(k, "events since the head", k.events(7, 10), nil)
	same(k, "events since beyond the head", k.events(1000, 10), nil)
	if n := len(k.events(0, 1000)); n != 7 {
		k.fail("the log holds %d events, want 7", n)
	}
	k.gapless(7)
}

func timesNeverBack(k *kit) {
	a := article("feed", "a")
	late := at(10).Add(900 * time.Millisecond).In(hanoi())
	k.put(late, a)
	k.put(at(4), article("feed", "b"))
	k.mark(at(5), retract(a))
	k.mark(at(11), restore(a))
	var got []string
	for _, ev := range k.events(0, 10) {
		got = append(got, ev.Time.Format(time.RFC3339Nano))
	}
	at10, at11 := at(10).Format(time.RFC3339Nano), at(11).Format(time.RFC3339Nano)
	same(k, "the times", got, []string{at10, at10, at10, at11})
	b := k.record(hub.NewID("feed", "b"))
	same(k, "what was seen while the clock stood behind", b.FirstSeen, at(10).In(hanoi()))
	same(k, "when it changed", b.Changed, at(10))
}

func logOutlives(k *kit) {
	a := article("feed", "a")
	k.put(at(0), a, article("feed", "b"))
	k.mark(at(1), retract(a))
	k.ok(k.s.OpenSections(k.ctx, at(0), []string{"empty"}), "open sections")
	head, shelf, events, rec := k.head(), k.shelf("news"), k.events(0, 10), k.record(a.Item.ID)
	k.reopen()
	same(k, "the head", k.head(), head)
	same(k, "the shelf", k.shelf("news"), shelf)
	same(k, "the log", k.events(0, 10), events)
	same(k, "the record", k.record(a.Item.ID), rec)
	k.touched("empty", at(0))
	same(k, "the next seq", k.put(at(2), article("feed", "c"))[0].Seq, 4)
	same(k, "what was killed before", k.put(at(3), a)[0].Change, hub.ChangeRetracted)
}

func visibleAtOnce(k *kit) {
	other := k.e.Another(k.t, k.s)
	for i, in := range numbered("feed", 20) {
		k.put(at(100+i), in)
		head, err := other.Head(k.ctx)
		k.ok(err, "head by another handle")
		same(k, "the head by another handle", head, k.head())
		shelf, err := other.Shelf(k.ctx, "news", 1)
		k.ok(err, "shelf by another handle")
		same(k, "the newest by another handle", idsOf(shelf.Items), idsIn(in))
	}
	// And the other way round: the second handle writes on.
	_, err := other.Put(k.ctx, at(200), []hub.Incoming{article("feed", "theirs")})
	k.ok(err, "put by another handle")
	k.headIs(21)
	k.gapless(21)
}

func waitChecks() []check {
	return []check{
		{promise: "wait returns at once to who is behind or of another generation", steps: waitBehind},
		{promise: "wait wakes for a write", steps: waitWakes},
		{promise: "wait wakes within a second for another process's write", steps: waitWakesForAnother, pairs: true},
		{promise: "wait ends with its context, and with the store", steps: waitEnds},
	}
}

// patience is how long a waiter that ought to wake may take before the check gives up on it.
const patience = 10 * time.Second

func waitBehind(k *kit) {
	k.put(at(0), article("feed", "a"))
	gen := k.head().Generation
	ctx, cancel := context.WithTimeout(k.ctx, patience)
	defer cancel()
	k.ok(k.s.Wait(ctx, gen, 0), "wait by a reader that is behind")
	k.ok(k.s.Wait(ctx, "another generation", 1), "wait by a reader of another generation")
	k.ok(k.s.Wait(ctx, "another generation", 99), "wait by a reader of another generation, ahead of the log")
}

// waiting starts a waiter at the head and gives it time to fall asleep; the channel gives how long it slept on after wake
// was called.
func (k *kit) waking(s hub.Store, wake func()) time.Duration {
	head := k.head()
	ctx, cancel := context.WithTimeout(k.ctx, patience)
	defer cancel()
	woke := make(chan error, 1)
	go func() { woke <- s.Wait(ctx, head.Generation, head.Seq) }()
	select {
	case err := <-woke:
		k.fail("wait at the head returned (%v) before anything happened", err)
	case <-time.After(150 * time.Millisecond):
	}
	wake()
	began := time.Now()
	k.ok(<-woke, "wait")
	return time.Since(began)
}

func waitWakes(k *kit) {
	a := article("feed", "a")
	k.waking(k.s, func() { k.put(at(0), a) })
	k.waking(k.s, func() { k.mark(at(1), retract(a)) })
	k.waking(k.s, func() { k.mark(at(2), restore(a)) })
	b := article("feed", "b", embargoed(at(10)))
	k.put(at(3), b)
	k.waking(k.s, func() {
		_, _, err := k.s.Release(k.ctx, at(10), 10)
		k.ok(err, "release")
	})
}

func waitWakesForAnother(k *kit) {
	other := k.e.Another(k.t, k.s)
	for i := range 3 {
		in := article("feed", string(rune('a'+i)))
		slept := k.waking(other, func() { k.put(at(i), in) })
		if slept > 2*time.Second { // the promise is one; the rest is a busy test machine's
			k.fail("a waiter slept %s on after another handle's write", slept)
		}
	}
	k.waking(k.s, func() {
		_, err := other.Put(k.ctx, at(9), []hub.Incoming{article("feed", "theirs")})
		k.ok(err, "put by another handle")
	})
}

func waitEnds(k *kit) {
	gen := k.head().Generation
	ctx, cancel := context.WithTimeout(k.ctx, 50*time.Millisecond)
	defer cancel()
	if err := k.s.Wait(ctx, gen, 0); !errors.Is(err, context.DeadlineExceeded) {
		k.fail("wait past its deadline said %v", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- k.s.Wait(k.ctx, gen, 0) }()
	select {
	case err := <-ended:
		k.fail("wait on an empty log returned: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	k.ok(k.s.Close(), "close")
	select {
	case err := <-ended:
		if err == nil {
			k.fail("wait said that there was news when the store was closed")
		}
	case <-time.After(patience):
		k.fail("wait sleeps on after the store was closed")
	}
}
