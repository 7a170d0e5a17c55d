package ingest

import (
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"tinhub/internal/hub"
)

// live gives the live items by the marker of their story.
func (h *history) live() map[string][]hub.Record {
	shelf, err := h.store.Shelf(h.t.Context(), hub.AllSection, 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	by := map[string][]hub.Record{}
	for _, r := range shelf.Items {
		marker := ""
		for _, w := range strings.Fields(r.ContentText + " " + r.Summary) {
			if w = strings.Trim(w, "."); strings.HasPrefix(w, "zq") {
				marker = w
			}
		}
		by[marker] = append(by[marker], r)
	}
	return by
}

// expected is what a visit may bring of each story: created, updated, or either nothing or an update.
func (h *history) expected(source string) (created, updated, maybe []*piece) {
	m := h.m
	for _, s := range m.stories {
		told, shape := "", ""
		switch {
		case source == "news" && s.listed:
			told, shape, s.link = m.says(s), m.shapeOf(s), m.link(s)
		case source == "paper" && s.copy != nil:
			told = s.copy.title + strings.Join(s.copy.words, " ")
		default:
			continue
		}
		switch {
		case !s.born:
			created = append(created, s)
			s.born, s.owner, s.first = true, source, h.now
		case s.owner != source || s.trimmed:
			continue
		case s.told != told:
			updated = append(updated, s)
		case s.shape != shape && strings.Contains(s.shape+shape, "|other"):
			maybe = append(maybe, s) // either of its two links may stand for it
		}
		s.told, s.shape = told, shape
	}
	return created, updated, maybe
}

// visit asks a feed and holds what came of it against what should.
func (h *history) visit(feed string) {
	h.t.Helper()
	source := map[string]string{mainFeed: "news", copyFeed: "paper", ownFeed: "ours"}[feed]
	h.m.own = nil
	if feed == ownFeed {
		shelf, err := h.store.Shelf(h.t.Context(), hub.AllSection, hub.FeedSize)
		if err != nil {
			h.t.Fatal(err)
		}
		h.m.own, h.m.brief = shelf.Items, rapid.Bool().Draw(h.t, "brief")
	}
	h.now = h.now.Add(time.Second)
	reports, err := h.i.Once(h.t.Context(), []string{source}, nil)
	if err != nil || reports[0].Outcome == OutcomeFailed {
		h.fail("visit %s: %+v, %v", source, reports, err)
	}
	h.note("%s: asked %s: %d created, %d updated", h.now.Format("2 15:04:05"), source, reports[0].Created, reports[0].Updated)
	created, updated, maybe := h.expected(source)
	h.checkEvents(created, updated, maybe)
	h.checkItems()
}

func (h *history) checkEvents(created, updated, maybe []*piece) {
	h.t.Helper()
	events, err := h.store.Events(h.t.Context(), h.seq, 1000)
	if err != nil {
		h.t.Fatal(err)
	}
	live := h.live()
	of := map[hub.ID]string{}
	for marker, list := range live {
		for _, r := range list {
			of[r.ID] = marker
		}
	}
	got := map[hub.EventType][]string{}
	for _, e := range events {
		h.seq = e.Seq
		got[e.Type] = append(got[e.Type], of[e.Item])
	}
	if want := markers(created); !slices.Equal(sorted(got[hub.Created]), want) {
		h.fail("created %v, want %v", sorted(got[hub.Created]), want)
	}
	told := sorted(got[hub.Updated])
	for _, s := range maybe {
		told = slices.DeleteFunc(told, func(m string) bool { return m == s.marker })
	}
	if want := markers(updated); !slices.Equal(slices.Compact(told), want) {
		h.fail("updated %v, want %v", told, want)
	}
	for kind := range got {
		if kind != hub.Created && kind != hub.Updated {
			h.fail("events of type %s: %v", kind, got[kind])
		}
	}
}

func (h *history) checkItems() {
	h.t.Helper()
	live := h.live()
	if len(live[""]) > 0 {
		h.fail("an item of no story: %+v", live[""][0].Item)
	}
	for _, s := range h.m.stories {
		list := live[s.marker]
		want := 0
		if s.born && !s.trimmed {
			want = 1
		}
		if len(list) != want {
			h.fail("story %d is %d items, want %d: %+v", s.n, len(list), want, list)
		}
		if want == 0 {
			continue
		}
		r := list[0]
		date := s.date
		if s.owner == "paper" {
			date = s.copy.date
		}
		if date.IsZero() {
			date = s.first
		}
		switch {
		case r.Source != s.owner:
			h.fail("story %d belongs to %s, not to %s", s.n, r.Source, s.owner)
		case !r.Published.Equal(date):
			h.fail("story %d is dated %s, want %s", s.n, r.Published, date)
		case s.owner == "paper" && r.Title != s.copy.title:
			h.fail("story %d of the paper is called %q, want %q", s.n, r.Title, s.copy.title)
		case s.owner == "news" && !strings.HasPrefix(s.told, r.Title+"|"):
			h.fail("story %d is called %q; last told: %.80q", s.n, r.Title, s.told)
		}
	}
}

func markers(list []*piece) []string {
	var out []string
	for _, s := range list {
		out = append(out, s.marker)
	}
	return sorted(out)
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
