package storetest

import (
	"time"

	"tinhub/internal/hub"
)

func trimChecks() []check {
	return []check{
		{promise: "a trimmed log tells a reader whose place is gone", steps: trimAnnounces},
		{promise: "a trimmed item keeps its identity and nothing else", steps: trimmedItem},
		{promise: "a trimmed item that comes again is unchanged, from whatever side", steps: trimmedComesAgain},
		{promise: "trimming an item touches its shelves", steps: trimTouches},
		{promise: "what is young, held or kept without end is not trimmed", steps: trimKeeps},
		{promise: "a retraction outlives the body", steps: retractionOutlives},
		{promise: "a body that two items share stays while one needs it", steps: sharedBody},
		{promise: "trim forgets more than one step's worth", steps: trimMany},
	}
}

func trimAnnounces(k *kit) {
	k.put(at(0), numbered("feed", 10)...)
	same(k, "events trimmed", k.trim(at(1), hub.Keep{Events: 4}).Events, 6)
	for _, since := range []hub.Seq{0, 3, 5} {
		_, err := k.s.Events(k.ctx, since, 10)
		k.logGone(err, 7)
		k.kind(err, hub.Gone, "events whose place is trimmed")
	}
	var seqs []hub.Seq
	for _, ev := range k.events(6, 10) {
		seqs = append(seqs, ev.Seq)
	}
	same(k, "what is left", seqs, []hub.Seq{7, 8, 9, 10})
	same(k, "events since the head", k.events(10, 10), nil)
	k.headIs(10)
	same(k, "trimming twice", k.trim(at(1), hub.Keep{Events: 4}).Events, 0)
	same(k, "the next seq", k.put(at(2), article("feed", "next"))[0].Seq, 11)
	same(k, "items whose event was trimmed stand", len(k.shelf("news").Items), 11)
}

// aged puts an item that is old and one that is young and trims between them.
func (k *kit) aged() (old, young hub.Incoming) {
	old = article("feed", "old", dated(at(-2).In(hanoi())), func(in *hub.Incoming) {
		in.Item.Summary, in.Item.Tags, in.Item.Captions = "What it says", []string{"a"}, []string{"A picture"}
		in.Item.Authors, in.Item.Pictures = []hub.Author{{Name: "P. H."}}, []hub.Picture{{URL: "https://example.org/p.jpg"}}
		in.Item.OriginalDate = "yesterday"
	})
	young = article("feed", "young", dated(at(-1).In(hanoi())))
	k.put(at(0), old)
	k.put(at(60), young)
	return old, young
}

const keepItems = 90 * time.Minute

func trimmedItem(k *kit) {
	old, young := k.aged()
	before := k.record(old.Item.ID)
	same(k, "items trimmed", k.trim(at(120), hub.Keep{Items: keepItems}).Items, 1)
	k.stands("news", young)
	k.stands(hub.AllSection, young)
	k.headIs(2)
	want := before
	want.State = hub.StateTrimmed
	want.Item = hub.Item{
		ID: before.ID, Source: "feed", OriginalID: "old", URL: before.URL, Title: before.Title, Hash: before.Hash,
		Published: before.Published, OriginalDate: "yesterday", Language: "vi",
	}
	same(k, "what stays", k.record(old.Item.ID), want)
	again := article("feed", "under another guid", keyed(old.URLKey), titled(old.Item.Title))
	same(k, "sent again under another guid", k.put(at(125), again)[0].Change, hub.ChangeUnchanged)
	same(k, "trimming twice", k.trim(at(120), hub.Keep{Items: keepItems}).Items, 0)
	k.tombstones("news")
}

func trimmedComesAgain(k *kit) {
	old, _ := k.aged()
	k.trim(at(120), hub.Keep{Items: keepItems})
	corrected := article("feed", "old", titled("Corrected long after"))
	alias := article("feed", "guid-2", keyed(old.URLKey), titled(old.Item.Title))
	for _, in := range []hub.Incoming{old, corrected, article("other", "copy", keyed(old.URLKey))} {
		out := k.put(at(121), in)[0]
		same(k, "the answer", out, hub.Outcome{ID: old.Item.ID, Seq: 1, Change: hub.ChangeUnchanged, State: hub.StateTrimmed})
	}
	// Its title is gone, so within its source only an id can tell it; what that makes of a new guid is the rule's affair,
	// but nothing that was trimmed shows again.
	k.put(at(122), alias)
	for _, r := range k.shelf(hub.AllSection).Items {
		if r.ID == old.Item.ID {
			k.fail("a trimmed item shows again")
		}
	}
	same(k, "the copy's id leads to it", k.record(hub.NewID("other", "copy")).ID, old.Item.ID)
	out := k.mark(at(123), retract(old))
	same(k, "a trimmed item retracted", out.State, hub.StateRetracted)
	k.tombstones("news", old)
}

func trimTouches(k *kit) {
	k.aged()
	k.put(at(61), article("feed", "elsewhere", shelved("world")))
	k.trim(at(120), hub.Keep{Items: keepItems})
	k.touched("news", at(120))
	k.touched(hub.AllSection, at(120))
	k.touched("world", at(61))
}

func trimKeeps(k *kit) {
	old, young := k.aged()
	held := article("feed", "held", embargoed(at(1_000_000)))
	k.put(at(61), held)
	same(k, "what Keep{} trims", k.trim(at(1_000_000), hub.Keep{}), hub.Trimmed{})
	k.stands("news", young, old)
	same(k, "events", len(k.events(0, 10)), 2)
	// Exactly as old as Keep says is not older.
	same(k, "an item at the edge", k.trim(at(90), hub.Keep{Items: keepItems}).Items, 0)
	k.trim(at(900_000), hub.Keep{Items: keepItems})
	same(k, "the held one", k.record(held.Item.ID).State, hub.StateHeld)
	same(k, "the held one's body", k.record(held.Item.ID).ContentHTML, held.Item.ContentHTML)
	// A correction is a new event: the item is young again.
	k.put(at(900_001), article("feed", "x"))
	k.put(at(900_100), article("feed", "x", titled("Corrected")))
	same(k, "an old item lately corrected", k.trim(at(900_150), hub.Keep{Items: keepItems}).Items, 0)
}

func retractionOutlives(k *kit) {
	old, _ := k.aged()
	k.mark(at(5), retract(old))
	same(k, "items trimmed", k.trim(at(900), hub.Keep{Items: keepItems, Events: 1}).Items, 2)
	r := k.record(old.Item.ID)
	if r.State != hub.StateRetracted || !r.Bodiless || r.Retraction == nil || r.Retraction.Reason != "wrong" || r.Title+r.ContentHTML != "" {
		k.fail("the retracted record after trimming is %+v", r)
	}
	k.tombstones("news", old)
	k.tombstones(hub.AllSection, old)
	for _, in := range []hub.Incoming{old, article("feed", "old", titled("Again")), article("feed", "guid-9", keyed(old.URLKey))} {
		same(k, "the killed one again", k.put(at(901), in)[0].Change, hub.ChangeRetracted)
	}
	if r := k.record(old.Item.ID); r.ContentHTML != "" || r.Title != "" {
		k.fail("a bodiless record took a body back: %+v", r.Item)
	}
	head := k.head().Seq
	out := k.mark(at(902), restore(old))
	same(k, "restored without a body", out.State, hub.StateTrimmed)
	k.headIs(head)
	k.tombstones("news")
	k.stands("news")
	same(k, "it comes again", k.put(at(903), old)[0].Change, hub.ChangeUnchanged)
}

func sharedBody(k *kit) {
	const html = "<p>Word for word the same agency text</p>"
	a := article("feed", "a", bodied(html))
	b := article("feed", "b", bodied(html))
	k.put(at(0), a)
	k.put(at(60), b)
	k.trim(at(120), hub.Keep{Items: keepItems})
	same(k, "the body of the one that stays", k.record(b.Item.ID).ContentHTML, html)
	// Named again after nobody did.
	k.put(at(121), article("feed", "b", bodied("<p>rewritten</p>")))
	c := article("feed", "c", bodied(html))
	k.put(at(122), c)
	k.trim(at(123), hub.Keep{Items: keepItems})
	same(k, "the body that came back", k.record(c.Item.ID).ContentHTML, html)
	same(k, "the rewritten body", k.record(b.Item.ID).ContentText, "<p>rewritten</p>")
}

func trimMany(k *kit) {
	items := numbered("feed", 700)
	k.put(at(0), items...)
	trimmed := k.trim(at(900), hub.Keep{Items: time.Hour, Events: 10})
	same(k, "items and events trimmed", []int{trimmed.Items, int(trimmed.Events)}, []int{700, 690})
	k.stands(hub.AllSection)
	_, err := k.s.Events(k.ctx, 0, 10)
	k.logGone(err, 691)
	for _, o := range k.put(at(901), items...) {
		if o.Change != hub.ChangeUnchanged {
			k.fail("a trimmed item sent again is %q", o.Change)
		}
	}
}
