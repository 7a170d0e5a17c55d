package ingest

import (
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinhub/internal/hub"
	"tinhub/internal/sqlitestore"
)

// Random histories of a source: whatever happens to its guids, URLs, order and texts, and whoever copies from it, each
// article is exactly one item, is announced once, and is told of again where something about it changed and nowhere else.

const historyKeep = 30 * 24 * time.Hour

// history is one of them, being lived.
type history struct {
	t     *rapid.T
	m     *newsroom
	store *sqlitestore.Store
	i     *Ingest
	now   time.Time
	seq   hub.Seq
	log   []string
}

func TestHistoryEveryArticleIsOneItemAndAnnouncedOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		store, err := sqlitestore.Open(t.Context(), ":memory:", slog.New(slog.DiscardHandler))
		if err != nil {
			rt.Fatal(err)
		}
		defer store.Close()
		h := &history{t: rt, m: &newsroom{}, store: store, now: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
		h.restart()
		h.publish()
		h.publish()
		h.publish()
		h.visit(mainFeed)
		for range rapid.IntRange(1, 20).Draw(rt, "steps") {
			h.now = h.now.Add(time.Duration(rapid.IntRange(1, 120).Draw(rt, "minutes")) * time.Minute)
			h.step()
			for _, feed := range rapid.SampledFrom([][]string{
				{}, {mainFeed}, {mainFeed}, {mainFeed}, {copyFeed}, {mainFeed, copyFeed}, {copyFeed, mainFeed}, {mainFeed, mainFeed}, {ownFeed}, {mainFeed, ownFeed},
			}).Draw(rt, "asked") {
				h.visit(feed)
			}
		}
		h.visit(mainFeed)
		h.visit(copyFeed)
		h.visit(ownFeed)
		h.visit(mainFeed)
	})
}

func (h *history) note(format string, args ...any) {
	h.log = append(h.log, fmt.Sprintf(format, args...))
}

func (h *history) fail(format string, args ...any) {
	h.t.Helper()
	for _, line := range h.log {
		h.t.Log(line)
	}
	h.t.Fatalf(format, args...)
}

// restart ends the process, in order or not, and begins the next.
func (h *history) restart() {
	if h.i != nil && rapid.Bool().Draw(h.t, "in order") {
		h.i.saveUnsaved(h.t.Context())
	}
	source := func(id, url string) hub.Source {
		return hub.Source{ID: id, Kind: hub.KindFeed, URL: url, Every: time.Minute, Sections: []string{"news"}, Location: time.UTC}
	}
	h.i = New(Options{
		Site: hub.Site{URL: "https://hub.example"}, Store: h.store, Fetch: h.m, Holder: "x", Now: func() time.Time { return h.now },
		Sources: []hub.Source{source("news", mainFeed), source("paper", copyFeed), source("ours", ownFeed)},
	})
}

func (h *history) step() {
	steps := []struct {
		name string
		do   func()
	}{
		{"publish", h.publish},
		{"publish", h.publish},
		{"a second article on the same matter", h.another},
		{"a report with other numbers", h.report},
		{"edit a text", h.editText},
		{"edit a title", h.editTitle},
		{"change a guid", func() { h.some(func(s *piece) { s.guid += "x" }) }},
		{"guids change at each fetch, or no more", func() { h.m.churning = !h.m.churning }},
		{"http and https", func() { h.m.secure = !h.m.secure }},
		{"the mobile host", func() { h.m.mobile = !h.m.mobile }},
		{"AMP pages", func() { h.m.amp = !h.m.amp }},
		{"tracking", func() { h.m.tracking = !h.m.tracking }},
		{"another CMS", h.moveCMS},
		{"another order", func() { h.m.window = rapid.Permutation(h.m.window).Draw(h.t, "order") }},
		{"an article leaves", h.leave},
		{"an article comes back", h.comeBack},
		{"an article is listed twice", func() {
			h.some(func(s *piece) { s.double = rapid.SampledFrom([]string{"", "same", "other"}).Draw(h.t, "double") })
		}},
		{"the other paper copies", h.borrow},
		{"the other paper copies", h.borrow},
		{"a restart", h.restart},
		{"what is old is trimmed", h.trim},
		{"nothing", func() {}},
	}
	n := rapid.IntRange(0, len(steps)-1).Draw(h.t, "step")
	h.note("%s: %s", h.now.Format("2 15:04"), steps[n].name)
	steps[n].do()
}

func (h *history) add(s *piece) *piece {
	s.n = len(h.m.stories) + 1
	s.marker = "zq" + letters(s.n+700)
	s.guid = fmt.Sprint("guid-", s.n)
	s.words[len(s.words)/2] = s.marker
	if rapid.IntRange(0, 3).Draw(h.t, "dated") > 0 {
		s.date = h.now.Add(-time.Duration(rapid.IntRange(0, 50).Draw(h.t, "age")) * time.Minute)
	}
	s.listed = true
	h.m.stories = append(h.m.stories, s)
	h.m.window = slices.Insert(h.m.window, 0, s)
	h.note("   story %d (%s): %q, dated %s", s.n, s.marker, s.title, s.date.Format("2 15:04"))
	return s
}

func (h *history) publish() {
	n := len(h.m.stories) + 1
	h.add(&piece{title: "The town hears of " + prose(fmt.Sprint("title", n), 2)[0] + " and " + letters(n*31), words: prose(fmt.Sprint("text", n), storyWords)})
}

// another is a second article under the same or a similar title, with a text of its own.
func (h *history) another() {
	s := h.any(h.m.stories)
	title := s.title
	if rapid.Bool().Draw(h.t, "similar only") {
		title += ", a second look"
	}
	h.add(&piece{title: title, words: prose(fmt.Sprint("second", len(h.m.stories)), storyWords)})
}

// report is one that differs from all others of its kind in its numbers alone.
func (h *history) report() {
	n := len(h.m.stories) + 1
	words := prose("report", storyWords)
	for k := range 12 {
		words[k*30+7] = fmt.Sprint(1000 + n*37 + k*11)
	}
	h.add(&piece{title: reportTitle, words: words})
}

// moveCMS changes every guid and URL at once.
func (h *history) moveCMS() { h.m.cms++ }

const reportTitle = "Prices of the day"

func (h *history) any(list []*piece) *piece {
	return list[rapid.IntRange(0, len(list)-1).Draw(h.t, "which")]
}

// some does something to a story of the window.
func (h *history) some(do func(*piece)) {
	if len(h.m.window) > 0 {
		s := h.any(h.m.window)
		h.note("   story %d", s.n)
		do(s)
	}
}

// editText changes a word of an article. The feed is read before and after it, so that at most one thing about a story changes unseen.
func (h *history) editText() {
	h.visit(mainFeed)
	h.some(func(s *piece) {
		s.words = slices.Clone(s.words)
		s.words[20+rapid.IntRange(0, 100).Draw(h.t, "word")] = prose(fmt.Sprint("edit", s.n, h.m.fetches), 1)[0]
	})
	h.visit(mainFeed)
}

// editTitle changes a title, where guid or link tell the story: one whose guid, title and text change at once is another.
func (h *history) editTitle() {
	h.visit(mainFeed)
	if h.m.churning && !h.churns() {
		return
	}
	h.some(func(s *piece) {
		s.title += " " + prose(fmt.Sprint("more", s.n, h.m.fetches), 1)[0]
	})
	h.visit(mainFeed)
}

// churns says whether the hub has found out that guids identify nothing.
func (h *history) churns() bool {
	status, err := h.i.Status(h.t.Context())
	if err != nil {
		h.t.Fatal(err)
	}
	return status[0].Churns
}

func (h *history) leave() {
	h.some(func(s *piece) {
		s.listed = false
		h.m.window = slices.DeleteFunc(slices.Clone(h.m.window), func(o *piece) bool { return o == s })
	})
}

func (h *history) comeBack() {
	for _, s := range h.m.stories {
		if !s.listed {
			s.listed = true
			h.m.window = append(slices.Clone(h.m.window), s)
			h.note("   story %d", s.n)
			return
		}
	}
}

// borrow lets the other paper print a story: word for word, with a line of its own, a word changed, another headline, or
// nothing but a link to it.
func (h *history) borrow() {
	s := h.any(h.m.stories)
	if s.copy != nil || s.title == reportTitle {
		return
	}
	c := &borrowed{title: s.title, words: slices.Clone(s.words), link: fmt.Sprintf("https://paper.example/copies/%d", s.n)}
	if !s.date.IsZero() {
		if c.date = s.date.Add(40 * time.Minute); c.date.After(h.now) {
			c.date = s.date
		}
	}
	how := rapid.SampledFrom([]string{"word for word", "with a credit line", "a word changed", "another headline", "a link to it"}).Draw(h.t, "how")
	switch how {
	case "with a credit line":
		c.words = append(c.words, "by", "courtesy", "of", "news")
	case "a word changed":
		c.words[33] = "changed"
	case "another headline":
		c.title = "Overheard " + letters(s.n*977)
	case "a link to it":
		if s.link == "" {
			return // nobody knows yet where it stands
		}
		c.title, c.link, c.words = "Read elsewhere: "+letters(s.n*977), s.link, append(prose("teaser"+s.marker, 20), s.marker)
	}
	s.copy = c
	h.note("   story %d, %s", s.n, how)
}

func (h *history) trim() {
	h.now = h.now.Add(time.Duration(rapid.IntRange(1, 40).Draw(h.t, "days")) * 24 * time.Hour)
	if _, err := h.store.Trim(h.t.Context(), h.now, hub.Keep{Items: historyKeep}); err != nil {
		h.t.Fatal(err)
	}
	live := h.live()
	for _, s := range h.m.stories {
		s.trimmed = s.trimmed || s.born && len(live[s.marker]) == 0
	}
}
