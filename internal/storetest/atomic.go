package storetest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tinhub/internal/hub"
)

func atomicChecks() []check {
	return []check{
		{promise: "a document is stored whole or not at all when its context ends in the middle", steps: wholeOrNot},
		{promise: "so it is beside other writers, and an error of one is none of another", steps: wholeBesideOthers},
		{promise: "a context that has ended changes nothing", steps: endedContext},
		{promise: "an item and its event are seen together", steps: seenTogether},
		{promise: "concurrent puts leave gapless seqs and each item once", steps: concurrentPuts},
		{promise: "a thousand items are one put", steps: thousandItems},
	}
}

// wholeOrNot ends the context of a large put at moments spread over the time that such a put takes.
func wholeOrNot(k *kit) {
	const size, rounds = 120, 24
	whole := numbered("measure", size)
	began := time.Now()
	k.put(at(0), whole...)
	took := time.Since(began)
	head := k.head().Seq
	for round := range rounds {
		items := numbered(fmt.Sprintf("round-%d", round), size)
		ctx, cancel := context.WithTimeout(k.ctx, took*time.Duration(round)/(rounds*3/4))
		out, err := k.s.Put(ctx, at(round), items)
		cancel()
		stored := k.countKnown(items)
		now := k.head().Seq
		switch {
		case stored != 0 && stored != size:
			k.fail("round %d: %d of %d items are stored, the put said %v", round, stored, size, err)
		case now-head != hub.Seq(stored):
			k.fail("round %d: %d items are stored with %d events", round, stored, now-head)
		case err == nil && (stored != size || len(out) != size):
			k.fail("round %d: acknowledged, and %d of %d items are stored", round, stored, size)
		}
		head = now
	}
	k.gapless(head)
}

// wholeBesideOthers is wholeOrNot with eight writers at once, every other one of which has no hurry.
func wholeBesideOthers(k *kit) {
	const writers, rounds, size = 8, 6, 30
	began := time.Now()
	k.put(at(0), numbered("measure", size)...)
	took := max(time.Since(began), time.Millisecond)
	type answer struct {
		items []hub.Incoming
		hurry bool
		err   error
	}
	answers := make(chan answer, writers*rounds)
	for w := range writers {
		go func() {
			for round := range rounds {
				a := answer{items: numbered(fmt.Sprintf("w%d-%d", w, round), size), hurry: w%2 == 0}
				ctx, cancel := k.ctx, context.CancelFunc(func() {})
				if a.hurry {
					ctx, cancel = context.WithTimeout(k.ctx, took*time.Duration(1+w*rounds+round)/writers)
				}
				_, a.err = k.s.Put(ctx, at(round), a.items)
				cancel()
				answers <- a
			}
		}()
	}
	want := hub.Seq(size)
	for range writers * rounds {
		a := <-answers
		stored := k.countKnown(a.items)
		switch {
		case !a.hurry && a.err != nil:
			k.fail("a put without hurry beside others: %w", a.err)
		case stored != 0 && stored != size, a.err == nil && stored != size:
			k.fail("%d of %d items are stored, the put said %v", stored, size, a.err)
		}
		want += hub.Seq(stored)
	}
	k.headIs(want)
	k.gapless(want)
}

func (k *kit) countKnown(items []hub.Incoming) (n int) {
	recs, err := k.s.Records(k.ctx, idsIn(items...))
	k.ok(err, "records")
	for i, r := range recs {
		if r.ID == "" {
			continue
		}
		if r.ID != items[i].Item.ID || r.ContentHTML != items[i].Item.ContentHTML {
			k.fail("the record of %s came back without its body", items[i].Item.ID)
		}
		n++
	}
	return n
}

// gapless reads the whole log and gives up unless it is 1, 2 … head with every item created once.
func (k *kit) gapless(head hub.Seq) {
	seen := map[hub.ID]bool{}
	next, last := hub.Seq(1), time.Time{}
	for next <= head {
		events := k.events(next-1, 500)
		if len(events) == 0 {
			k.fail("the log ends before seq %d, its head is %d", next, head)
		}
		for _, ev := range events {
			if ev.Seq != next {
				k.fail("seq %d follows %d", ev.Seq, next-1)
			}
			if ev.Time.Before(last) {
				k.fail("event %d is of %s, the one before of %s", ev.Seq, ev.Time, last)
			}
			if ev.Type == hub.Created {
				if seen[ev.Item] {
					k.fail("%s was created twice", ev.Item)
				}
				seen[ev.Item] = true
			}
			next, last = next+1, ev.Time
		}
	}
}

func endedContext(k *kit) {
	a := article("feed", "a")
	k.put(at(0), a)
	before := k.shelf("news")
	ctx, cancel := context.WithCancel(k.ctx)
	cancel()
	calls := map[string]func() error{
		"put":  func() error { _, err := k.s.Put(ctx, at(1), []hub.Incoming{article("feed", "b")}); return err },
		"mark": func() error { _, err := k.s.Mark(ctx, at(1), retract(a)); return err },
		"add views": func() error {
			return k.s.AddViews(ctx, hub.ViewBatch{ID: "b", Bucket: hub.ViewBucket(time.Now()), Counts: map[hub.ID]uint64{a.Item.ID: 1}})
		},
		"apart": func() error { _, err := k.s.SetApart(ctx, at(1), a.Item.ID); return err },
		"alias": func() error { _, err := k.s.Aliases(ctx, "", 1); return err },
		"trim":  func() error { _, err := k.s.Trim(ctx, at(9000), hub.Keep{Items: time.Hour, Events: 1}); return err },
		"shelf": func() error { _, err := k.s.Shelf(ctx, "news", 1); return err },
		"lease": func() error { _, err := k.s.Lease(ctx, "l", "h", time.Minute); return err },
		"wait":  func() error { return k.s.Wait(ctx, k.head().Generation, 99) },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, context.Canceled) {
			k.fail("%s under an ended context said %v, want context.Canceled", name, err)
		}
	}
	same(k, "the shelf", k.shelf("news"), before)
	views, err := k.s.Views(k.ctx, time.Now(), idsIn(a))
	k.ok(err, "views")
	same(k, "the views", views, []hub.ViewCounts{{}})
}

// seenTogether reads while another goroutine writes: what a reader sees is always the state at one place of the log.
func seenTogether(k *kit) {
	ctx, cancel := context.WithCancel(k.ctx)
	defer cancel()
	written := make(chan error, 1)
	const puts, each = 40, 3
	go func() {
		var err error
		for i := range puts {
			if _, err = k.s.Put(ctx, at(i), numbered(fmt.Sprintf("w%d", i), each)); err != nil {
				break
			}
		}
		written <- err
	}()
	done := false
	for !done {
		select {
		case err := <-written:
			k.ok(err, "put beside a reader")
			done = true
		default:
		}
		shelf := k.shelfOf(hub.AllSection, 1000)
		if hub.Seq(len(shelf.Items)) != shelf.Head || shelf.Head%each != 0 {
			k.fail("at seq %d the shelf holds %d items; every event created one, %d at a time", shelf.Head, len(shelf.Items), each)
		}
		events := k.events(max(shelf.Head, 10)-10, 100)
		for _, ev := range events {
			if r := k.record(ev.Item); r.Seq < ev.Seq || r.ContentHTML == "" {
				k.fail("event %d names %s, whose record stands at seq %d", ev.Seq, ev.Item, r.Seq)
			}
		}
	}
	k.headIs(puts * each)
}

func concurrentPuts(k *kit) {
	const writers, rounds = 8, 12
	errs := make(chan error, writers)
	for w := range writers {
		go func() {
			var err error
			for r := 0; r < rounds && err == nil; r++ {
				// Every writer brings two of its own and one that all bring at once.
				own := numbered(fmt.Sprintf("w%d-%d", w, r), 2)
				_, err = k.s.Put(k.ctx, at(r), append(own, article("shared", fmt.Sprint(r))))
			}
			errs <- err
		}()
	}
	for range writers {
		k.ok(<-errs, "put beside seven others")
	}
	const want = writers*rounds*2 + rounds
	k.headIs(want)
	k.gapless(want)
	if n := len(k.shelfOf(hub.AllSection, 1000).Items); n != want {
		k.fail("the shelf holds %d items, want %d", n, want)
	}
}

func thousandItems(k *kit) {
	items := numbered("wire", 1000)
	out := k.put(at(1000), items...)
	for i, o := range out {
		if o.ID != items[i].Item.ID || o.Seq != hub.Seq(i+1) {
			k.fail("answer %d is %+v", i, o)
		}
	}
	same(k, "the newest", k.shelfOf("news", 1).Items[0].ID, items[999].Item.ID)
	if n := len(k.shelfOf("news", 1000).Items); n != 1000 {
		k.fail("the shelf holds %d items, want 1000", n)
	}
	k.gapless(1000)
}
