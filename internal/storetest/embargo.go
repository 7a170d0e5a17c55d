package storetest

import (
	"time"

	"tinhub/internal/hub"
)

func embargoChecks() []check {
	return []check{
		{promise: "what is held shows nowhere and has no event", steps: heldShowsNowhere},
		{promise: "what is held is released in the order it falls due", steps: releasedInOrder},
		{promise: "a correction of what is held is what comes out", steps: heldCorrected},
		{promise: "what is retracted while held was never there", steps: heldRetracted},
	}
}

func (k *kit) release(now time.Time, limit int) (int, time.Time) {
	n, next, err := k.s.Release(k.ctx, now, limit)
	k.ok(err, "release")
	return n, next
}

func heldShowsNowhere(k *kit) {
	a := article("feed", "a", embargoed(at(30)))
	out := k.put(at(0), a)[0]
	same(k, "the answer", out, hub.Outcome{ID: a.Item.ID, Change: hub.ChangeCreated, State: hub.StateHeld})
	k.headIs(0)
	k.stands("news")
	k.stands(hub.AllSection)
	if shelf := k.shelf("news"); !shelf.Touched.IsZero() {
		k.fail("an item under an embargo touched its section at %s", shelf.Touched)
	}
	same(k, "sent again", k.put(at(1), a)[0].Change, hub.ChangeUnchanged)
	n, next := k.release(at(29), 10)
	same(k, "released too early", n, 0)
	if !next.Equal(at(30)) {
		k.fail("the next is said to be due at %s, want %s", next, at(30))
	}
	k.headIs(0)
	n, next = k.release(at(30), 10)
	same(k, "released at the hour", n, 1)
	if !next.IsZero() {
		k.fail("with nothing held, the next is due at %s", next)
	}
	same(k, "the event", k.events(0, 5), []hub.Event{
		{Seq: 1, Type: hub.Created, Item: a.Item.ID, Sections: []string{"news"}, Time: at(30)},
	})
	k.stands("news", a)
	k.touched("news", at(30))
	same(k, "released twice", first(k.release(at(31), 10)), 0)
	k.headIs(1)
}

func first[A, B any](a A, _ B) A { return a }

func releasedInOrder(k *kit) {
	c := article("feed", "c", embargoed(at(30).In(time.FixedZone("", -8*3600))))
	a := article("feed", "a", embargoed(at(10).In(time.FixedZone("", 9*3600))))
	b := article("feed", "b", embargoed(at(20)))
	later := article("feed", "later", embargoed(at(99)))
	k.put(at(0), c, a, later, b)
	n, next := k.release(at(40), 2)
	same(k, "released at most", n, 2)
	if !next.Equal(at(30)) {
		k.fail("the next is due at %s, want %s", next, at(30))
	}
	n, next = k.release(at(40), 2)
	same(k, "released then", n, 1)
	if !next.Equal(at(99)) {
		k.fail("the next is due at %s, want %s", next, at(99))
	}
	var got []hub.ID
	for _, ev := range k.events(0, 10) {
		got = append(got, ev.Item)
	}
	same(k, "the order of release", got, idsIn(a, b, c))
	same(k, "where it stands", k.record(a.Item.ID).State, hub.StateLive)
}

func heldCorrected(k *kit) {
	k.put(at(0), article("feed", "a", embargoed(at(30))))
	earlier := article("feed", "a", titled("Corrected"), embargoed(at(20)))
	same(k, "a correction", k.put(at(1), earlier)[0].Change, hub.ChangeUpdated)
	k.headIs(0)
	n, _ := k.release(at(20), 5)
	same(k, "released at its new hour", n, 1)
	same(k, "the title", k.record(earlier.Item.ID).Title, "Corrected")
	// An embargo that is lifted lets the item out at once.
	held := article("feed", "b", embargoed(at(90)))
	k.put(at(21), held)
	out := k.put(at(22), article("feed", "b"))[0]
	same(k, "lifted", []any{out.Change, out.State, out.Seq}, []any{hub.ChangeCreated, hub.StateLive, hub.Seq(2)})
	if n, next := k.release(at(99), 5); n != 0 || !next.IsZero() {
		k.fail("released %d, next %s, after an embargo was lifted", n, next)
	}
}

func heldRetracted(k *kit) {
	a := article("feed", "a", embargoed(at(30)))
	k.put(at(0), a)
	out := k.mark(at(1), retract(a))
	same(k, "the answer", out, hub.Outcome{ID: a.Item.ID, Change: hub.ChangeRetracted, State: hub.StateRetracted})
	k.headIs(0)
	k.tombstones("news")
	k.tombstones(hub.AllSection)
	same(k, "released after a retraction", first(k.release(at(31), 5)), 0)
	k.headIs(0)
	// Restored before its hour it waits again; after it, it comes out as new.
	b := article("feed", "b", embargoed(at(60)))
	k.put(at(32), b)
	k.mark(at(33), retract(b))
	same(k, "restored before its hour", k.mark(at(34), restore(b)).State, hub.StateHeld)
	same(k, "released", first(k.release(at(60), 5)), 1)
	out = k.mark(at(61), restore(a))
	same(k, "restored after its hour", out, hub.Outcome{ID: a.Item.ID, Seq: 2, Change: hub.ChangeCreated, State: hub.StateLive})
	same(k, "the log", []hub.EventType{k.events(0, 5)[0].Type, k.events(0, 5)[1].Type}, []hub.EventType{hub.Created, hub.Created})
}
