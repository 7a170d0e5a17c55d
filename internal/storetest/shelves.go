package storetest

import (
	"slices"
	"time"

	"tinhub/internal/hub"
)

func shelfChecks() []check {
	return []check{
		{promise: "a shelf is ordered by date, newest first", steps: byDate},
		{promise: "equal dates are ordered by first seq, higher first, for good", steps: equalDates},
		{promise: "dates are ordered as moments, whatever zone they are written in", steps: acrossZones},
		{promise: "every item stands in its sections and in all", steps: sectionsAndAll},
		{promise: "an item that changes its section leaves the old one", steps: leavesSection},
		{promise: "a shelf is cut at the limit and an unknown one is empty", steps: shelfLimit},
	}
}

func byDate(k *kit) {
	old := article("feed", "old", dated(at(-60)))
	mid := article("feed", "mid", dated(at(-30)))
	young := article("feed", "young", dated(at(-1)))
	k.put(at(0), mid, young, old)
	k.stands("news", young, mid, old)
	ancient := article("feed", "ancient", dated(time.Date(1901, 2, 3, 4, 5, 6, 0, time.UTC)))
	k.put(at(1), ancient)
	k.stands("news", young, mid, old, ancient)
	// A correction keeps its place; a new date moves it.
	k.put(at(2), article("feed", "old", dated(at(-60)), titled("Corrected")))
	k.stands("news", young, mid, old, ancient)
	k.put(at(3), article("feed", "old", dated(at(0)), titled("Corrected")))
	k.stands("news", old, young, mid, ancient)
}

func equalDates(k *kit) {
	same := dated(at(-5))
	a, b, c := article("feed", "a", same), article("feed", "b", same), article("feed", "c", same)
	k.put(at(0), a, b)
	k.put(at(1), c)
	k.stands("news", c, b, a)
	k.put(at(2), article("feed", "a", same, titled("A correction does not move it")))
	k.stands("news", c, b, a)
	k.mark(at(3), retract(b))
	k.mark(at(4), restore(b))
	k.stands("news", c, b, a)
	// More than one digit: an engine that orders numbers as text would put 10 before 9.
	more := make([]hub.Incoming, 0, 12)
	for _, name := range []string{"d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o"} {
		more = append(more, article("feed", name, same))
	}
	k.put(at(5), more...)
	want := append([]hub.Incoming{a, b, c}, more...)
	slices.Reverse(want)
	k.stands("news", want...)
}

func acrossZones(k *kit) {
	noon := at(0)
	// As text these sort the other way round.
	first := article("feed", "first", dated(noon.In(time.FixedZone("", 14*3600))))
	second := article("feed", "second", dated(noon.Add(time.Minute).In(time.FixedZone("", 0))))
	third := article("feed", "third", dated(noon.Add(2*time.Minute).In(time.FixedZone("", -11*3600))))
	k.put(noon.Add(5*time.Minute), second, third, first)
	k.stands("news", third, second, first)
}

func sectionsAndAll(k *kit) {
	a := article("feed", "a", shelved("news", "world"), dated(at(-3)))
	b := article("feed", "b", shelved("world"), dated(at(-2)))
	c := article("feed", "c", shelved(), dated(at(-1)))
	k.put(at(0), a, b, c)
	k.stands("news", a)
	k.stands("world", b, a)
	k.stands(hub.AllSection, c, b, a)
	same(k, "the sections of an event", k.events(0, 1)[0].Sections, []string{"news", "world"})
	same(k, "the sections of a record", k.record(a.Item.ID).Sections, []string{"news", "world"})
	if shelf := k.shelf("news"); shelf.Head != 3 {
		k.fail("the shelf says it was read at seq %d, want 3", shelf.Head)
	}
}

func leavesSection(k *kit) {
	k.put(at(0), article("feed", "a", shelved("news", "sport")))
	moved := article("feed", "a", shelved("sport", "world"))
	same(k, "the answer", k.put(at(1), moved)[0].Change, hub.ChangeUpdated)
	k.stands("news")
	k.stands("sport", moved)
	k.stands("world", moved)
	same(k, "the event names what it left too", k.events(1, 1)[0].Sections, []string{"news", "sport", "world"})
}

func shelfLimit(k *kit) {
	items := numbered("feed", 70)
	k.put(at(100), items...)
	slices.Reverse(items)
	same(k, "the first three", idsOf(k.shelfOf("news", 3).Items), idsIn(items[:3]...))
	same(k, "the first sixty", idsOf(k.shelfOf("news", 60).Items), idsIn(items[:60]...))
	empty := k.shelf("nobody opened this")
	if len(empty.Items) != 0 || len(empty.Retracted) != 0 || !empty.Touched.IsZero() {
		k.fail("an unknown section is %+v, want empty with the zero time", empty)
	}
}

func touchChecks() []check {
	return []check{
		{promise: "a section is touched by every event among its first items", steps: touchedByEvents},
		{promise: "what happens beyond the first items does not touch a section", steps: beyondFirst},
		{promise: "the touch time never goes back", steps: touchNeverBack},
		{promise: "a section opened has a touch time, and keeps the one it has", steps: openSections},
	}
}

func (k *kit) touched(section string, want time.Time) {
	got := k.shelf(section).Touched
	if !got.Equal(want) {
		k.fail("%q was touched at %s, want %s", section, got, want)
	}
}

func touchedByEvents(k *kit) {
	a := article("feed", "a", shelved("news"))
	k.put(at(0), a)
	k.touched("news", at(0))
	k.touched(hub.AllSection, at(0))
	k.put(at(1), article("feed", "b", shelved("world")))
	k.touched("news", at(0))
	k.touched("world", at(1))
	k.touched(hub.AllSection, at(1))
	a = article("feed", "a", titled("Corrected"))
	k.put(at(2), a)
	k.touched("news", at(2))
	k.put(at(3), a) // unchanged
	k.touched("news", at(2))
	k.mark(at(4), retract(a))
	k.touched("news", at(4))
	k.mark(at(5), restore(a))
	k.touched("news", at(5))
	k.put(at(6), article("feed", "a", titled("Corrected"), shelved("sport")))
	k.touched("news", at(6))
	k.touched("sport", at(6))
	k.touched("world", at(1))
	k.touched(hub.AllSection, at(6))
}

func beyondFirst(k *kit) {
	items := numbered("feed", hub.FeedSize+5)
	k.put(at(100), items...)
	k.put(at(101), article("feed", "n00000", dated(at(0).In(hanoi())), titled("The oldest, corrected")))
	k.put(at(102), article("feed", "older", dated(at(-60))))
	k.touched("news", at(100))
	k.touched(hub.AllSection, at(100))
	// Seen from two sections, an item may be among the first of one only.
	k.put(at(104), article("feed", "older", dated(at(-60)), shelved("news", "sport")))
	k.touched("sport", at(104))
	k.touched("news", at(100))
	// The first beyond the edge, then the last within it.
	k.put(at(105), article("feed", "n00004", dated(items[4].Item.Published), titled("Beyond the edge")))
	k.touched("news", at(100))
	k.put(at(106), article("feed", "n00005", dated(items[5].Item.Published), titled("Within it")))
	k.touched("news", at(106))
	// An item that moves in or out counts with its better place.
	k.put(at(107), article("feed", "n00002", dated(at(99)), titled("Moved up")))
	k.touched("news", at(107))
	k.put(at(108), article("feed", "n00002", dated(at(-90)), titled("Moved down")))
	k.touched("news", at(108))
	// A retraction stands among the tombstones, wherever its item stood, and its end takes it away there.
	k.mark(at(109), retract(items[1]))
	k.touched("news", at(109))
	k.mark(at(110), restore(items[1]))
	k.touched("news", at(110))
	k.touched("sport", at(104))
}

func touchNeverBack(k *kit) {
	a := article("feed", "a")
	k.put(at(10), a)
	k.put(at(5), article("feed", "b")) // a clock that stands behind
	k.touched("news", at(10))
	k.ok(k.s.OpenSections(k.ctx, at(1), []string{"news"}), "open sections")
	k.touched("news", at(10))
	k.mark(at(600), retract(a))
	k.mark(at(600), restore(a))
	// Trimmed by a process whose clock is behind, the section keeps the later time.
	k.put(at(600), article("feed", "c"))
	k.trim(at(500), hub.Keep{Items: time.Hour})
	k.touched("news", at(600))
}

func openSections(k *kit) {
	k.ok(k.s.OpenSections(k.ctx, at(3), []string{"news", "world", hub.AllSection}), "open sections")
	k.touched("news", at(3))
	k.touched(hub.AllSection, at(3))
	k.ok(k.s.OpenSections(k.ctx, at(7), []string{"news", "sport"}), "open sections again")
	k.touched("news", at(3))
	k.touched("sport", at(7))
	k.put(at(9), article("feed", "a"))
	k.touched("news", at(9))
	k.touched("world", at(3))
	k.touched(hub.AllSection, at(9))
	k.headIs(1)
}
