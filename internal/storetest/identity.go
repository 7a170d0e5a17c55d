package storetest

import (
	"slices"

	"tinhub/internal/hub"
)

func identityChecks() []check {
	return []check{
		{promise: "an item put twice is one event", steps: putTwice},
		{promise: "a correction is an updated event under the same id", steps: correction},
		{promise: "the second of a document sees the first", steps: secondSeesFirst},
		{promise: "a changed guid becomes an alias", steps: changedGuid},
		{promise: "an item is found by every id its source knows it by", steps: knownByName},
		{promise: "one link of one source may hold several articles", steps: sharedLink},
		{promise: "the same URL from another source is a sighting that adds its section", steps: sighting},
		{promise: "a higher priority takes the item over", steps: takeover},
		{promise: "an item that carries an id of ours is our own coming back", steps: ownComingBack},
		{promise: "what was killed does not come back under a new guid", steps: killedStaysKilled},
		{promise: "a source's tombstone takes its own item out and leaves no trace of an unknown one", steps: sourceTombstone},
	}
}

func putTwice(k *kit) {
	a, b := article("feed", "a"), article("feed", "b")
	first := k.put(at(0), a, b)
	again := k.put(at(1), a, b)
	for i, in := range []hub.Incoming{a, b} {
		seq := hub.Seq(i + 1)
		same(k, "the first answer", first[i], hub.Outcome{ID: in.Item.ID, Seq: seq, Change: hub.ChangeCreated, State: hub.StateLive})
		same(k, "the second answer", again[i], hub.Outcome{ID: in.Item.ID, Seq: seq, Change: hub.ChangeUnchanged, State: hub.StateLive})
	}
	k.headIs(2)
	same(k, "the log", k.events(0, 10), []hub.Event{
		{Seq: 1, Type: hub.Created, Item: a.Item.ID, Sections: []string{"news"}, Time: at(0)},
		{Seq: 2, Type: hub.Created, Item: b.Item.ID, Sections: []string{"news"}, Time: at(0)},
	})
	if n := len(k.shelf("news").Items); n != 2 {
		k.fail("the shelf holds %d items, want 2", n)
	}
}

func correction(k *kit) {
	a := article("feed", "a")
	k.put(at(0), a)
	better := article("feed", "a", titled("A better title"), bodied("<p>And a better body</p>"))
	out := k.put(at(1), better)[0]
	same(k, "the answer", out, hub.Outcome{ID: a.Item.ID, Seq: 2, Change: hub.ChangeUpdated, State: hub.StateLive})
	r := k.record(a.Item.ID)
	same(k, "the title", r.Title, "A better title")
	same(k, "the body", r.ContentHTML, "<p>And a better body</p>")
	same(k, "its first seq, newest seq", []hub.Seq{r.FirstSeq, r.Seq}, []hub.Seq{1, 2})
	same(k, "first seen", r.FirstSeen, at(0).In(hanoi()))
	same(k, "changed", r.Changed, at(1))
	same(k, "the event", k.events(1, 10), []hub.Event{
		{Seq: 2, Type: hub.Updated, Item: a.Item.ID, Sections: []string{"news"}, Time: at(1)},
	})
}

func knownByName(k *kit) {
	name := hub.NewID("feed", "the name its CMS gives it")
	known := func(in *hub.Incoming) { in.Known = name }
	a := article("feed", "a", known)
	k.put(at(0), a)
	same(k, "found by its name", k.record(name).ID, a.Item.ID)
	moved := k.put(at(1), article("feed", "elsewhere", known, titled("Moved and renamed"), keyed("example.org/elsewhere")))[0]
	same(k, "from elsewhere under the same name", moved.ID, a.Item.ID)
	out := k.mark(at(2), hub.Order{ID: name, By: hub.BySource, Source: "feed"})
	same(k, "taken out by its name", out.ID, a.Item.ID)
	k.stands("news")
}

func secondSeesFirst(k *kit) {
	a := article("feed", "a")
	corrected := article("feed", "a", titled("Corrected"))
	renamed := article("feed", "a2", keyed(a.URLKey), titled("Corrected"), bodied("<p>renamed</p>"))
	out := k.put(at(0), a, corrected, corrected, renamed)
	var changes []hub.Change
	for _, o := range out {
		same(k, "the id", o.ID, a.Item.ID)
		changes = append(changes, o.Change)
	}
	same(k, "the answers", changes, []hub.Change{hub.ChangeCreated, hub.ChangeUpdated, hub.ChangeUnchanged, hub.ChangeUpdated})
	k.headIs(3)
	k.stands("news", a)
}

func changedGuid(k *kit) {
	a := article("feed", "guid-1")
	k.put(at(0), a)
	b := article("feed", "guid-2", keyed(a.URLKey), titled(a.Item.Title))
	out := k.put(at(1), b)[0]
	same(k, "the id under a new guid", out.ID, a.Item.ID)
	same(k, "the record the alias leads to", k.record(b.Item.ID).ID, a.Item.ID)
	same(k, "the item's own id", k.record(b.Item.ID).OriginalID, "guid-1")
	// From now on the new guid alone is enough, wherever the link goes.
	moved := article("feed", "guid-2", keyed("elsewhere.example/moved"), titled("All new"))
	same(k, "the id under alias alone", k.put(at(2), moved)[0].ID, a.Item.ID)
	k.stands("news", a)
	order := retract(b)
	same(k, "an order by alias", k.mark(at(3), order).ID, a.Item.ID)
	k.stands("news")
}

func sharedLink(k *kit) {
	const link = "example.org/live"
	a := article("feed", "a", keyed(link), titled("Morning"))
	b := article("feed", "b", keyed(link), titled("Evening"))
	out := k.put(at(0), a, b)
	if out[0].ID == out[1].ID {
		k.fail("two articles of one source with one link and two titles became one")
	}
	// The link goes on leading to the one that had it first.
	c := article("other", "c", keyed(link), titled("Whatever"))
	same(k, "what the link leads to", k.put(at(1), c)[0].ID, a.Item.ID)
}

func sighting(k *kit) {
	a := article("feed", "a", shelved("news"))
	k.put(at(0), a)
	copyOf := article("other", "x", keyed(a.URLKey), titled("Their title"), shelved("world"))
	out := k.put(at(1), copyOf)[0]
	same(k, "the answer to a sighting", out, hub.Outcome{ID: a.Item.ID, Seq: 2, Change: hub.ChangeUpdated, State: hub.StateLive})
	r := k.record(copyOf.Item.ID)
	same(k, "the title after a sighting", r.Title, a.Item.Title)
	same(k, "the source after a sighting", r.Source, "feed")
	same(k, "the sections after a sighting", r.Sections, []string{"news", "world"})
	same(k, "who put it where", r.Shelves, map[string][]string{"feed": {"news"}, "other": {"world"}})
	same(k, "the event", k.events(1, 10)[0].Sections, []string{"news", "world"})
	k.stands("world", a)
	k.stands("news", a)
	k.stands(hub.AllSection, a)
	same(k, "the same sighting again", k.put(at(2), copyOf)[0].Change, hub.ChangeUnchanged)
	k.headIs(2)
}

func takeover(k *kit) {
	a := article("feed", "a", titled("Theirs"))
	k.put(at(0), a)
	agency := article("agency", "x", keyed(a.URLKey), titled("Ours"), prior(5))
	out := k.put(at(1), agency)[0]
	same(k, "the id after a takeover", out.ID, a.Item.ID)
	r := k.record(a.Item.ID)
	same(k, "owner and title", []string{r.Source, r.Title}, []string{"agency", "Ours"})
	same(k, "priority", r.Priority, 5)
	k.put(at(2), article("feed", "a", titled("Theirs, again")))
	same(k, "the title after the former owner spoke", k.record(a.Item.ID).Title, "Ours")
	k.headIs(2)
}

func ownComingBack(k *kit) {
	a := article("feed", "a")
	k.put(at(0), a)
	back := article("partner", string(a.Item.ID), keyed(""), shelved("partners"))
	same(k, "the id of our own", k.put(at(1), back)[0].ID, a.Item.ID)
	same(k, "the sections of our own", k.record(a.Item.ID).Sections, []string{"news", "partners"})
	k.stands(hub.AllSection, a)
}

func killedStaysKilled(k *kit) {
	a := article("feed", "a")
	k.put(at(0), a)
	k.mark(at(1), retract(a))
	head := k.head().Seq
	for _, in := range []hub.Incoming{
		article("feed", "new-guid", keyed(a.URLKey), titled("New title")),
		article("other", "theirs", keyed(a.URLKey)),
		article("feed", "a", titled("Pushed again")),
	} {
		out := k.put(at(2), in)[0]
		same(k, "the answer", out, hub.Outcome{ID: a.Item.ID, Seq: head, Change: hub.ChangeRetracted, State: hub.StateRetracted})
	}
	k.headIs(head)
	k.stands(hub.AllSection)
}

func sourceTombstone(k *kit) {
	a := article("feed", "a")
	gone := a
	gone.Retract = true
	same(k, "a tombstone of nothing", k.put(at(0), gone)[0].Change, hub.ChangeUnchanged)
	k.headIs(0)
	same(k, "a record of nothing", k.record(a.Item.ID).ID, hub.ID(""))
	k.put(at(1), a)
	theirs := article("other", "x", keyed(a.URLKey), shelved("world"))
	theirs.Retract = true
	k.put(at(2), theirs)
	k.stands("news", a)
	out := k.put(at(3), gone)[0]
	same(k, "the answer to a tombstone", out, hub.Outcome{ID: a.Item.ID, Seq: 2, Change: hub.ChangeRetracted, State: hub.StateRetracted})
	k.stands("news")
	k.tombstones("news", a)
	if r := k.record(a.Item.ID); r.Retraction == nil || r.Retraction.By != hub.BySource {
		k.fail("the retraction is %+v, want one by the source", r.Retraction)
	}
	back := a
	back.Restore = true
	same(k, "its own push takes it back", k.put(at(4), back)[0].Change, hub.ChangeRestored)
	k.stands("news", a)
	if slices.ContainsFunc(k.shelf("news").Retracted, func(t hub.Tombstone) bool { return t.ID == a.Item.ID }) {
		k.fail("the tombstone outlived the restoration")
	}
}
