package storetest

import (
	"slices"

	"tinhub/internal/hub"
)

func deskChecks() []check {
	return []check{
		{promise: "a retracted item leaves every shelf at once and stays out", steps: retractedStaysOut},
		{promise: "an order carried out twice is one event", steps: orderedTwice},
		{promise: "an order on what is not there is not found", steps: orderUnknown},
		{promise: "the desk's word stands above the source's", steps: deskAboveSource},
		{promise: "a restored item shows its newest version", steps: restoredShowsNewest},
		{promise: "the newest retractions of a section are named, newest first", steps: newestTombstones},
	}
}

func retractedStaysOut(k *kit) {
	a := article("feed", "a", shelved("news", "world"))
	b := article("feed", "b", shelved("world"))
	k.put(at(0), a, b)
	out := k.mark(at(1), retract(a))
	same(k, "the answer", out, hub.Outcome{ID: a.Item.ID, Seq: 3, Change: hub.ChangeRetracted, State: hub.StateRetracted})
	same(k, "the event", k.events(2, 5), []hub.Event{
		{Seq: 3, Type: hub.Retracted, Item: a.Item.ID, Sections: []string{"news", "world"}, Time: at(1)},
	})
	k.stands("news")
	k.stands("world", b)
	k.stands(hub.AllSection, b)
	for _, section := range []string{"news", "world", hub.AllSection} {
		same(k, "the tombstones of "+section, k.shelf(section).Retracted, []hub.Tombstone{{ID: a.Item.ID, When: at(1)}})
	}
	r := k.record(a.Item.ID)
	same(k, "who, why and when", r.Retraction, &hub.Retraction{
		By: hub.ByDesk, Reason: "wrong", Note: "ask the desk", When: at(1), Sections: []string{"news", "world"},
	})
	same(k, "the body is kept", r.ContentHTML, a.Item.ContentHTML)
	same(k, "sent again", k.put(at(2), a)[0].Change, hub.ChangeRetracted)
	k.stands("news")
	k.headIs(3)
}

func orderedTwice(k *kit) {
	a := article("feed", "a")
	k.put(at(0), a)
	first := k.mark(at(1), retract(a))
	same(k, "retracted twice", k.mark(at(2), retract(a)), first)
	k.headIs(2)
	first = k.mark(at(3), restore(a))
	same(k, "the answer to a restoration", first, hub.Outcome{ID: a.Item.ID, Seq: 3, Change: hub.ChangeRestored, State: hub.StateLive})
	again := k.mark(at(4), restore(a))
	same(k, "restored twice", again, hub.Outcome{ID: a.Item.ID, Seq: 3, Change: hub.ChangeUnchanged, State: hub.StateLive})
	k.headIs(3)
	k.stands("news", a)
	k.tombstones("news")
	same(k, "the event", k.events(2, 5)[0].Type, hub.Restored)
}

func orderUnknown(k *kit) {
	a := article("feed", "a")
	_, err := k.s.Mark(k.ctx, at(0), retract(a))
	k.kind(err, hub.NotFound, "retracting an unknown item")
	k.put(at(0), a)
	_, err = k.s.Mark(k.ctx, at(1), hub.Order{ID: a.Item.ID, By: hub.BySource, Source: "other"})
	k.kind(err, hub.NotFound, "retracting another source's item")
	k.stands("news", a)
	k.headIs(1)
}

func deskAboveSource(k *kit) {
	a := article("feed", "a")
	own := hub.Order{ID: a.Item.ID, By: hub.BySource, Source: "feed"}
	ownBack := hub.Order{ID: a.Item.ID, By: hub.BySource, Source: "feed", Restore: true}
	pushedBack := a
	pushedBack.Restore = true
	k.put(at(0), a)
	k.mark(at(1), own)
	same(k, "what the source took out its push takes back", k.put(at(2), pushedBack)[0].Change, hub.ChangeRestored)
	k.mark(at(3), own)
	same(k, "or its order", k.mark(at(4), ownBack).Change, hub.ChangeRestored)
	k.mark(at(5), own)
	same(k, "or the desk", k.mark(at(6), restore(a)).Change, hub.ChangeRestored)
	k.mark(at(7), own)
	head := k.head().Seq
	same(k, "the desk confirms a source's retraction", k.mark(at(8), retract(a)).Change, hub.ChangeRetracted)
	k.headIs(head)
	same(k, "and it is the desk's now", k.record(a.Item.ID).Retraction.By, hub.ByDesk)
	same(k, "since when", k.record(a.Item.ID).Retraction.When, at(7))
	same(k, "no push takes it back", k.put(at(9), pushedBack)[0].Change, hub.ChangeRetracted)
	same(k, "nor an order of the source", k.mark(at(10), ownBack).Change, hub.ChangeRetracted)
	k.headIs(head)
	k.stands("news")
	k.tombstones("news", a)
	same(k, "the desk itself does", k.mark(at(11), restore(a)).Change, hub.ChangeRestored)
	k.stands("news", a)
}

func restoredShowsNewest(k *kit) {
	a := article("feed", "a", dated(at(-10)))
	b := article("feed", "b", dated(at(-5)))
	k.put(at(0), a, b)
	k.mark(at(1), retract(a))
	newer := article("feed", "a", titled("Corrected meanwhile"), bodied("<p>new</p>"), dated(at(-1)), shelved("world"))
	k.put(at(2), newer)
	k.stands("world")
	k.mark(at(3), restore(a))
	r := k.record(a.Item.ID)
	same(k, "title and body", []string{r.Title, r.ContentHTML}, []string{"Corrected meanwhile", "<p>new</p>"})
	k.stands("news", b)
	k.stands("world", a)
	k.stands(hub.AllSection, a, b)
	same(k, "where it was retracted nothing is named any more", k.shelf("news").Retracted, nil)
	same(k, "the first seq", r.FirstSeq, 1)
}

func newestTombstones(k *kit) {
	items := numbered("feed", hub.FeedSize+10)
	k.put(at(100), items...)
	for i, in := range items {
		k.mark(at(200+i), retract(in))
	}
	slices.Reverse(items)
	k.tombstones("news", items[:hub.FeedSize]...)
	k.tombstones(hub.AllSection, items[:hub.FeedSize]...)
	// One restored: it is named no longer, and the one that had been pushed out may come back in its place.
	k.mark(at(300), restore(items[0]))
	named := k.shelf("news").Retracted
	if len(named) == 0 || named[0].ID != items[1].Item.ID || len(named) < hub.FeedSize-1 {
		k.fail("after a restoration %d retractions are named", len(named))
	}
	same(k, "each when it was taken out", named[0].When, at(200+hub.FeedSize+8))
}
