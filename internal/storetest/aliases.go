package storetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tinhub/internal/hub"
)

func aliasChecks() []check {
	return []check{
		{promise: "an alias tells whose id it is, why it leads where it leads and since when", steps: aliasTells},
		{promise: "an id that leads somewhere does not become an alias of another item", steps: aliasFirstLeads},
		{promise: "aliases are listed the last met first, of one item by any of its ids or of all", steps: aliasesListed},
		{promise: "an alias set apart leads nowhere, and its next coming is an item of its own", steps: setApart},
		{promise: "setting apart the last alias of a source ends its sighting", steps: apartEndsSighting},
		{promise: "setting apart twice is nothing", steps: apartTwice},
		{promise: "what is set apart never becomes an alias again", steps: apartForGood},
		{promise: "only an alias can be set apart", steps: apartUnknown},
		{promise: "setting apart is whole or not at all", steps: apartWhole},
		{promise: "aliases of any name can be listed and set apart", steps: hostileAliases},
		{promise: "aliases outlive the process, and so does what was set apart", steps: aliasesOutlive, reopens: true},
	}
}

func (k *kit) aliases(item hub.ID, limit int) []hub.Alias {
	list, err := k.s.Aliases(k.ctx, item, limit)
	k.ok(err, fmt.Sprintf("aliases of %q", item))
	return list
}

func (k *kit) apart(at time.Time, alias hub.ID) hub.Outcome {
	out, err := k.s.SetApart(k.ctx, at, alias)
	k.ok(err, "set apart")
	return out
}

// led is the alias that in became of item.
func led(in, item hub.Incoming, why hub.Why, when time.Time) hub.Alias {
	return hub.Alias{ID: in.Item.ID, Item: item.Item.ID, Source: in.Item.Source, OriginalID: in.Item.OriginalID, Why: why, When: when}
}

func aliasTells(k *kit) {
	name := hub.NewID("feed", "its name in the CMS")
	a := article("feed", "a", worded(opened, bridge), func(in *hub.Incoming) { in.Known = name })
	k.put(at(0), a)
	byName := hub.Alias{ID: name, Item: a.Item.ID, Source: "feed", OriginalID: "a", Why: hub.WhyKnown, When: at(0)}
	same(k, "of the one it came with", k.aliases(a.Item.ID, 9), []hub.Alias{byName})
	byURL := article("feed", "guid-2", keyed(a.URLKey), worded(opened, bridge))
	byText := article("other", "x", worded(opened, bridge))
	ours := article("partner", string(a.Item.ID), keyed(""))
	// The seconds are the store's, UTC and whole, and never behind its newest event.
	k.put(at(1).In(hanoi()).Add(300*time.Millisecond), byURL)
	k.put(at(2), byText)
	k.put(at(3), ours)
	want := []hub.Alias{
		led(ours, a, hub.WhyOurs, at(3)), led(byText, a, hub.WhyText, at(2)), led(byURL, a, hub.WhyURL, at(1)), byName,
	}
	same(k, "all of them", k.aliases(a.Item.ID, 9), want)
	k.put(at(4), byURL, byText, ours, a)
	same(k, "met again", k.aliases(a.Item.ID, 9), want)
	k.put(at(10), article("feed", "later"))
	late := article("late", "y", keyed(a.URLKey), shelved())
	k.put(at(5), late)
	same(k, "under a clock that is behind", k.aliases(a.Item.ID, 1), []hub.Alias{led(late, a, hub.WhyURL, at(10))})
}

func aliasFirstLeads(k *kit) {
	a, b := article("feed", "a"), article("feed", "b")
	k.put(at(0), a, b)
	// Each is found by its own id first; the name it carries is taken.
	k.put(at(1), article("feed", "a", titled("Newer"), func(in *hub.Incoming) { in.Known = b.Item.ID }))
	same(k, "an id that is an item's own", k.aliases("", 9), nil)
	same(k, "and leads to it", k.record(b.Item.ID).ID, b.Item.ID)
	x := article("other", "x", keyed(a.URLKey), shelved())
	k.put(at(2), x)
	k.put(at(3), article("feed", "b", titled("Newer"), func(in *hub.Incoming) { in.Known = x.Item.ID }))
	same(k, "an id that is another's alias", k.aliases("", 9), []hub.Alias{led(x, a, hub.WhyURL, at(2))})
	same(k, "and leads there", k.record(x.Item.ID).ID, a.Item.ID)
}

func aliasesListed(k *kit) {
	a, b := article("feed", "a"), article("feed", "b")
	k.put(at(0), a, b)
	var all, ofA []hub.Alias
	for i := range 12 {
		to := []hub.Incoming{a, b}[i%2]
		in := article(fmt.Sprintf("source-%d", i), "x", keyed(to.URLKey), shelved())
		k.put(at(1+i), in)
		all = append(all, led(in, to, hub.WhyURL, at(1+i)))
		if i%2 == 0 {
			ofA = append(ofA, all[i])
		}
	}
	slices.Reverse(all)
	slices.Reverse(ofA)
	same(k, "all", k.aliases("", 100), all)
	same(k, "the last met", k.aliases("", 5), all[:5])
	same(k, "of one item", k.aliases(a.Item.ID, 100), ofA)
	same(k, "by one of its other ids", k.aliases(ofA[3].ID, 100), ofA)
	same(k, "the last met of one item", k.aliases(ofA[0].ID, 2), ofA[:2])
	same(k, "none asked for", k.aliases("", 0), nil)
	same(k, "of what is not there", k.aliases(hub.NewID("feed", "never"), 9), nil)
	k.put(at(20), article("feed", "c"))
	same(k, "of an item without", k.aliases(hub.NewID("feed", "c"), 9), nil)
}

func setApart(k *kit) {
	a := article("feed", "a", worded(opened, bridge))
	wrong := article("feed", "b", worded(opened, bridge), keyed(a.URLKey))
	k.put(at(0), a)
	k.put(at(1), wrong)
	same(k, "before", k.record(wrong.Item.ID).ID, a.Item.ID)
	head := k.head().Seq
	out := k.apart(at(2), wrong.Item.ID)
	same(k, "the answer", out, hub.Outcome{ID: a.Item.ID, Seq: head, Change: hub.ChangeUnchanged, State: hub.StateLive})
	k.headIs(head)
	same(k, "what it leads to", k.record(wrong.Item.ID), hub.Record{})
	listed := led(wrong, a, hub.WhyURL, at(1))
	listed.Apart = true
	same(k, "the list", k.aliases(a.Item.ID, 9), []hub.Alias{listed})
	same(k, "the list of what leads nowhere", k.aliases(wrong.Item.ID, 9), nil)
	_, err := k.s.Mark(k.ctx, at(3), retract(wrong))
	k.kind(err, hub.NotFound, "an order on what leads nowhere")
	// It has the address, the title and the text of the other, and is itself all the same.
	out = k.put(at(4), wrong)[0]
	same(k, "its next coming", out, hub.Outcome{ID: wrong.Item.ID, Seq: head + 1, Change: hub.ChangeCreated, State: hub.StateLive})
	same(k, "the one after", k.put(at(5), wrong)[0].Change, hub.ChangeUnchanged)
	k.headIs(head + 1)
	same(k, "its record", k.record(wrong.Item.ID).ID, wrong.Item.ID)
	k.stands("news", wrong, a)
	same(k, "the other goes on", k.put(at(6), article("feed", "a", titled("Newer")))[0].ID, a.Item.ID)
	same(k, "the list stays", k.aliases("", 9), []hub.Alias{listed})
	same(k, "an order on it", k.mark(at(7), retract(wrong)).ID, wrong.Item.ID)
	k.stands("news", a)
}

func apartEndsSighting(k *kit) {
	a := article("feed", "a", shelved("news"))
	one := article("other", "x", keyed(a.URLKey), shelved("world"))
	two := article("other", "y", keyed(a.URLKey), shelved("world"))
	own := article("feed", "guid-2", keyed(a.URLKey), titled(a.Item.Title))
	k.put(at(0), a)
	k.put(at(1), one)
	k.put(at(2), two, own)
	head := k.head().Seq
	same(k, "one of two", k.apart(at(3), one.Item.ID).Change, hub.ChangeUnchanged)
	k.stands("world", a)
	same(k, "one of the owner's", k.apart(at(4), own.Item.ID).Change, hub.ChangeUnchanged)
	k.stands("news", a)
	k.headIs(head)
	out := k.apart(at(5), two.Item.ID)
	same(k, "the last", out, hub.Outcome{ID: a.Item.ID, Seq: head + 1, Change: hub.ChangeUpdated, State: hub.StateLive})
	same(k, "its event", k.events(head, 9), []hub.Event{
		{Seq: head + 1, Type: hub.Updated, Item: a.Item.ID, Sections: []string{"news", "world"}, Time: at(5)},
	})
	r := k.record(a.Item.ID)
	same(k, "who puts it where", r.Shelves, map[string][]string{"feed": {"news"}})
	same(k, "where it stands", r.Sections, []string{"news"})
	k.stands("world")
	k.touched("world", at(5))
}

func apartTwice(k *kit) {
	a := article("feed", "a")
	x := article("other", "x", keyed(a.URLKey), shelved("world"))
	k.put(at(0), a)
	k.put(at(1), x)
	first := k.apart(at(2), x.Item.ID)
	list := k.aliases("", 9)
	again := k.apart(at(3), x.Item.ID)
	same(k, "the second answer", again, hub.Outcome{ID: a.Item.ID, Seq: first.Seq, Change: hub.ChangeUnchanged, State: hub.StateLive})
	k.headIs(first.Seq)
	same(k, "the list", k.aliases("", 9), list)
	k.put(at(4), x)
	head := k.head().Seq
	same(k, "with an item of its own", k.apart(at(5), x.Item.ID).ID, a.Item.ID)
	same(k, "which stays", k.record(x.Item.ID).ID, x.Item.ID)
	k.headIs(head)
}

func apartForGood(k *kit) {
	a := article("feed", "a", worded(opened, bridge))
	x := article("other", "x", worded(opened, bridge))
	k.put(at(0), a)
	k.put(at(1), x)
	k.apart(at(2), x.Item.ID)
	list := k.aliases("", 9)
	// Named as another id of the item, before it has one of its own.
	k.put(at(3), article("feed", "a", worded("Newer", bridge), func(in *hub.Incoming) { in.Known = x.Item.ID }))
	same(k, "named by its old item", k.record(x.Item.ID), hub.Record{})
	same(k, "the list", k.aliases("", 9), list)
	named := article("feed", "b", func(in *hub.Incoming) { in.Known = x.Item.ID })
	same(k, "an item that is known as what is apart", k.put(at(4), named)[0].ID, named.Item.ID)
	ours := article("partner", string(x.Item.ID))
	same(k, "an item that carries what is apart", k.put(at(5), ours)[0].ID, ours.Item.ID)
	same(k, "what is apart still leads nowhere", k.record(x.Item.ID), hub.Record{})
	same(k, "the list after all", k.aliases("", 9), list)
	// Its own item is no copy of the other, however often both come.
	for i := range 3 {
		out := k.put(at(6+i), x, a)
		same(k, "each is itself", []hub.ID{out[0].ID, out[1].ID}, idsIn(x, a))
	}
	// Its twin in one document is an article of its own as well.
	twin := x
	twin.Twin = true
	corrected := article("other", "x", worded("Corrected", bridge))
	corrected.Twin = true
	same(k, "as a twin", k.put(at(10), twin)[0].ID, x.Item.ID)
	same(k, "a correction of the twin", k.put(at(11), corrected)[0].Change, hub.ChangeUpdated)
}

func apartUnknown(k *kit) {
	a := article("feed", "a")
	k.put(at(0), a)
	for what, id := range map[string]hub.ID{"an item's own id": a.Item.ID, "an unknown id": "unknown", "no id": ""} {
		_, err := k.s.SetApart(k.ctx, at(1), id)
		k.kind(err, hub.NotFound, "setting apart "+what)
	}
	k.headIs(1)
	same(k, "the item", k.record(a.Item.ID).ID, a.Item.ID)
}

// apartWhole ends the context of the call at moments spread over the time that it takes.
func apartWhole(k *kit) {
	const measured, rounds = 4, 28
	took := time.Hour
	for round := range rounds {
		a := article("feed", fmt.Sprint(round))
		x := article("other", fmt.Sprint(round), keyed(a.URLKey), shelved("world"))
		k.put(at(0), a)
		k.put(at(1), x)
		limit := time.Hour
		if round >= measured {
			limit = took * time.Duration(round-measured) / (rounds - measured - 2)
		}
		head, began := k.head().Seq, time.Now()
		ctx, cancel := context.WithTimeout(k.ctx, limit)
		_, err := k.s.SetApart(ctx, at(2), x.Item.ID)
		cancel()
		if round < measured { // the shortest: a pause of the machine is not the call's
			took = min(took, time.Since(began))
		}
		apart := k.aliases(a.Item.ID, 1)[0].Apart
		leads := k.record(x.Item.ID).ID == a.Item.ID
		sighted := slices.Contains(k.record(a.Item.ID).Sections, "world")
		told := k.head().Seq > head
		switch {
		case apart == leads || apart == sighted || apart != told:
			k.fail("round %d: apart %t, still leading %t, still sighted %t, an event %t; the call said %v", round, apart, leads, sighted, told, err)
		case err == nil && !apart:
			k.fail("round %d: acknowledged, and nothing happened", round)
		case err != nil && (round < measured || !errors.Is(err, context.DeadlineExceeded)):
			k.fail("round %d: %w", round, err)
		}
	}
}

func hostileAliases(k *kit) {
	var items, copies []hub.Incoming
	for i, s := range hostile() {
		if strings.HasPrefix(s, "long") {
			s = s[len(s)-300:] // its length is shown elsewhere
		}
		a := article("feed", fmt.Sprint(i), keyed("key "+s), func(in *hub.Incoming) { in.OtherKeys = []string{"other " + s} })
		x := article("x", "x", keyed("other "+s), shelved(), func(in *hub.Incoming) {
			in.Item.ID, in.Item.Source, in.Item.OriginalID = hub.ID(fmt.Sprintf("alias %d %s", i, s)), "source "+s, "original "+s
		})
		items, copies = append(items, a), append(copies, x)
		k.put(at(i), a)
		same(k, "known by its other address", k.put(at(i), x)[0].ID, a.Item.ID)
	}
	for i, x := range copies {
		want := led(x, items[i], hub.WhyURL, at(i))
		same(k, "the alias", k.aliases(items[i].Item.ID, 9), []hub.Alias{want})
		same(k, "found by its own name", k.aliases(x.Item.ID, 9), []hub.Alias{want})
		if i%2 == 0 {
			k.apart(at(1000), x.Item.ID)
		}
	}
	for i, x := range copies {
		leads, want := k.record(x.Item.ID).ID, items[i].Item.ID
		if i%2 == 0 {
			want = ""
		}
		same(k, fmt.Sprintf("what %q leads to", x.Item.ID), leads, want)
	}
}

func aliasesOutlive(k *kit) {
	a := article("feed", "a", worded(opened, bridge))
	x, y := article("other", "x", worded(opened, bridge)), article("third", "y", keyed(a.URLKey))
	k.put(at(0), a)
	k.put(at(1), x)
	k.put(at(2), y)
	k.apart(at(3), x.Item.ID)
	list := k.aliases("", 9)
	k.reopen()
	same(k, "the list", k.aliases("", 9), list)
	same(k, "the one that leads", k.record(y.Item.ID).ID, a.Item.ID)
	same(k, "the one apart", k.put(at(4), x)[0].ID, x.Item.ID)
	same(k, "by text", k.put(at(5), article("fourth", "z", worded(opened, bridge)))[0].ID, x.Item.ID)
}
