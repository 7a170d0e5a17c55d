package storetest

import (
	"fmt"
	"time"

	"tinhub/internal/hub"
)

func upkeepChecks() []check {
	return []check{
		{promise: "a store that lost its data takes back what a process still holds", steps: reseedWritesBack},
		{promise: "reseeding leaves alone what the store knows", steps: reseedLeavesAlone},
		{promise: "reseeding takes no address and no text from what is there", steps: reseedTakesNothing},
		{promise: "ping tells that it answers and takes writes", steps: pingAnswers},
		{promise: "after close every call fails and none hangs", steps: closedFails},
	}
}

// lost fills a store, reads every record and gives a fresh store in its place, as after a flush.
func (k *kit) lost() (records []hub.Record, shelves map[string]hub.Shelf) {
	a, b := article("feed", "a", shelved("news", "world"), dated(at(-3)), worded(opened, bridge)), article("feed", "b", dated(at(-2)))
	c, d := article("feed", "c", dated(at(-1))), full()
	held := article("feed", "held", embargoed(at(500)))
	old := article("feed", "old")
	k.put(at(-600), old)
	k.put(at(0), a, b, c, d, held)
	k.put(at(1), article("feed", "b", dated(at(-2)), titled("Corrected")))
	k.mark(at(2), retract(c))
	k.trim(at(3), hub.Keep{Items: 8 * time.Hour})
	recs, err := k.s.Records(k.ctx, idsIn(a, b, c, d, held, old))
	k.ok(err, "records")
	shelves = map[string]hub.Shelf{}
	for _, section := range []string{"news", "world", hub.AllSection} {
		shelves[section] = k.shelf(section)
	}
	k.s = k.e.Open(k.t)
	return recs, shelves
}

func (k *kit) reseed(records []hub.Record) int {
	n, err := k.s.Reseed(k.ctx, records)
	k.ok(err, "reseed")
	return n
}

func reseedWritesBack(k *kit) {
	records, shelves := k.lost()
	same(k, "records written", k.reseed(records), len(records))
	again, err := k.s.Records(k.ctx, idsOf(records))
	k.ok(err, "records")
	same(k, "the records", again, records)
	for section, shelf := range shelves {
		got := k.shelf(section)
		same(k, "the items of "+section, got.Items, shelf.Items)
		same(k, "the retractions of "+section, got.Retracted, shelf.Retracted)
	}
	same(k, "known by its URL", k.put(at(10), article("other", "x", keyed(records[0].URLKey), shelved("news")))[0].ID, records[0].ID)
	for what, in := range map[string]hub.Incoming{
		"another of its addresses": article("other", "y", func(in *hub.Incoming) { in.OtherKeys = full().OtherKeys }),
		"its text":                 article("other", "z", worded(opened, bridge)),
	} {
		want := map[hub.ID]hub.ID{hub.NewID("other", "y"): full().Item.ID, hub.NewID("other", "z"): records[0].ID}[in.Item.ID]
		same(k, "known by "+what, k.put(at(10), in)[0].ID, want)
	}
	same(k, "killed stays killed", k.put(at(10), article("feed", "c"))[0].Change, hub.ChangeRetracted)
	same(k, "trimmed stays trimmed", k.put(at(10), article("feed", "old"))[0].Change, hub.ChangeUnchanged)
	same(k, "what is held is released", first(k.release(at(500), 5)), 1)
	// Numbering goes on above every seq that stands in a record.
	out := k.put(at(501), article("feed", "new"))[0]
	for _, r := range records {
		if r.Seq >= out.Seq || r.FirstSeq >= out.Seq {
			k.fail("the next event is %d, though a record stands at seq %d", out.Seq, r.Seq)
		}
	}
}

func reseedLeavesAlone(k *kit) {
	a, b := article("feed", "a"), article("feed", "b")
	k.put(at(0), a, b)
	k.put(at(1), article("other", "alias", keyed(a.URLKey), shelved("news")))
	k.mark(at(2), retract(a))
	head, shelf := k.head(), k.shelf("news")
	stale := k.record(a.Item.ID)
	stale.State, stale.Retraction, stale.Title = hub.StateLive, nil, "Stale"
	byAlias := stale
	byAlias.ID = hub.NewID("other", "alias")
	same(k, "known ones written", k.reseed([]hub.Record{stale, byAlias, k.record(b.Item.ID)}), 0)
	same(k, "the shelf", k.shelf("news"), shelf)
	same(k, "the head", k.head(), head)
	same(k, "none", k.reseed(nil), 0)
}

func reseedTakesNothing(k *kit) {
	const link, amp = "example.org/cau", "amp.example.org/cau"
	lost := article("feed", "a", keyed(link), worded(opened, bridge), func(in *hub.Incoming) { in.OtherKeys = []string{amp} })
	k.put(at(0), lost)
	old := k.record(lost.Item.ID)
	k.s = k.e.Open(k.t)
	// After the loss others came to have what the lost one had.
	address, text := article("feed", "b", keyed(link)), article("feed", "c", worded(opened, bridge))
	k.put(at(1), address, text)
	same(k, "records written", k.reseed([]hub.Record{old}), 1)
	same(k, "by the address", k.put(at(2), article("other", "x", keyed(link), shelved()))[0].ID, address.Item.ID)
	same(k, "by the text", k.put(at(2), article("other", "y", worded(opened, bridge), shelved()))[0].ID, text.Item.ID)
	same(k, "by the address that was free", k.put(at(2), article("other", "z", keyed(amp), shelved()))[0].ID, lost.Item.ID)
}

func pingAnswers(k *kit) {
	k.ok(k.s.Ping(k.ctx, false), "ping")
	k.ok(k.s.Ping(k.ctx, true), "ping with a write")
	k.headIs(0)
	k.put(at(0), article("feed", "a"))
	k.ok(k.s.Ping(k.ctx, true), "ping with a write")
	k.headIs(1)
}

func closedFails(k *kit) {
	a := article("feed", "a")
	k.put(at(0), a)
	k.ok(k.s.Close(), "close")
	_ = k.s.Close() // whatever it says, it must not hang or panic
	calls := map[string]func() error{
		"put":    func() error { _, err := k.s.Put(k.ctx, at(1), []hub.Incoming{a}); return err },
		"mark":   func() error { _, err := k.s.Mark(k.ctx, at(1), retract(a)); return err },
		"shelf":  func() error { _, err := k.s.Shelf(k.ctx, "news", 1); return err },
		"events": func() error { _, err := k.s.Events(k.ctx, 0, 1); return err },
		"head":   func() error { _, err := k.s.Head(k.ctx); return err },
		"wait":   func() error { return k.s.Wait(k.ctx, "", 0) },
		"ping":   func() error { return k.s.Ping(k.ctx, true) },
		"lease":  func() error { _, err := k.s.Lease(k.ctx, "l", "h", time.Minute); return err },
		"views":  func() error { _, err := k.s.Views(k.ctx, at(0), idsIn(a)); return err },
		"apart":  func() error { _, err := k.s.SetApart(k.ctx, at(1), a.Item.ID); return err },
		"alias":  func() error { _, err := k.s.Aliases(k.ctx, "", 1); return err },
		"trim":   func() error { _, err := k.s.Trim(k.ctx, at(0), hub.Keep{Events: 1}); return err },
	}
	for name, call := range calls {
		if call() == nil {
			k.fail("%s went through on a closed store", fmt.Sprintf("%q", name))
		}
	}
}
