package ingest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tinhub/internal/hub"
)

const feedLink = `<link rel="alternate" type="application/rss+xml" title="%s" href="%s">`

// feedOf serves these stories as a feed at path, with their texts or without.
func (p *paper) feedOf(path string, texts bool, stories func() []*report) {
	p.extra[path] = func(w http.ResponseWriter, r *http.Request) {
		var b strings.Builder
		b.WriteString(`<?xml version="1.0"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>The Hill Paper</title><link>http://` + r.Host + `/</link>`)
		for _, s := range stories() {
			fmt.Fprintf(&b, `<item><title>%s</title><link>http://%s%s</link><guid isPermaLink="false">paper-%d</guid><pubDate>%s</pubDate><description>%s</description>`,
				s.title, r.Host, s.path(), s.n, s.date.Format(time.RFC1123Z), s.text[0][:80])
			if texts {
				fmt.Fprintf(&b, `<content:encoded><![CDATA[<p>%s</p>]]></content:encoded>`, strings.Join(s.text, "</p><p>"))
			}
			b.WriteString(`</item>`)
		}
		b.WriteString(`</channel></rss>`)
		p.send(w, r, "application/rss+xml", b.String())
	}
}

func (p *paper) newest(n int) func() []*report {
	return func() []*report { return p.stories[:min(n, len(p.stories))] }
}

func TestFollowAListingThatNamesItsOwnFeedIsFollowedThroughIt(t *testing.T) {
	p := newPaper(6)
	p.head = fmt.Sprintf(feedLink, "Comments", "/comments.rss") + fmt.Sprintf(feedLink, "News", "/rss")
	p.feedOf("/comments.rss", true, p.newest(6))
	p.feedOf("/rss", true, p.newest(4))
	r := followed(t, p, hub.KindListing, "/")
	rep := r.well(0)
	if rep.Created != 4 || p.pagesAsked() != 0 || p.asked["/comments.rss"] != 0 {
		t.Fatalf("got %+v, %d pages, %v", rep, p.pagesAsked(), p.asked)
	}
	if got := r.items()[p.stories[0].title]; got.OriginalID != "paper-6" || !strings.Contains(got.ContentHTML, p.stories[0].text[4]) {
		t.Errorf("the item is not the feed's: %+v", got.Item)
	}
	r.restart()
	p.change(func() { p.add() })
	if rep := r.well(time.Hour); rep.Created != 1 || p.asked["/"] != 1 || p.pagesAsked() != 0 {
		t.Errorf("the next turn: %+v, %v", rep, p.asked)
	}
	if rep := r.well(time.Hour); rep.Outcome != OutcomeNotModified || p.whole["/rss"] != 2 {
		t.Errorf("nothing new: %+v, the feed was sent %d times", rep, p.whole["/rss"])
	}
}

func TestFollowWhenTheFeedOfAListingEndsItsLinksServeAndNothingIsToldTwice(t *testing.T) {
	p := newPaper(6)
	p.head = fmt.Sprintf(feedLink, "News", "/rss")
	p.feedOf("/rss", true, p.newest(6))
	r := followed(t, p, hub.KindListing, "/")
	r.well(0)
	works := p.extra["/rss"]
	p.change(func() {
		p.extra["/rss"] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }
	})
	if rep := r.turn(time.Hour); rep.Outcome != OutcomeFailed || p.asked["/"] != 1 {
		t.Errorf("a bad hour: %+v", rep)
	}
	p.change(func() { p.extra["/rss"] = works; p.add() })
	if rep := r.well(time.Hour); rep.Created != 1 || p.pagesAsked() != 0 {
		t.Errorf("after a bad hour: %+v", rep)
	}
	before := r.events()
	p.change(func() {
		p.extra["/rss"] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }
	})
	if rep := r.well(time.Hour); rep.Created+rep.Updated != 0 || r.events() != before || r.state().Gone {
		t.Errorf("the feed has ended: %+v", rep)
	}
	p.change(func() { p.add(); p.extra["/rss"] = works })
	if rep := r.well(time.Hour); rep.Created != 1 || rep.Updated != 0 || p.pagesAsked() != 1 {
		t.Errorf("a new story: %+v, %d pages", rep, p.pagesAsked())
	}
	for range 5 {
		r.well(7 * time.Hour)
	}
	if n := r.events() - before; n != 1 || len(r.items()) != 8 {
		t.Errorf("%d events since the feed ended, %d items", n, len(r.items()))
	}
}

func TestFollowAFeedThatFailsForLongIsGivenUp(t *testing.T) {
	p := newPaper(3)
	p.head = fmt.Sprintf(feedLink, "News", "/rss")
	p.feedOf("/rss", true, p.newest(3))
	r := followed(t, p, hub.KindListing, "/")
	r.well(0)
	p.change(func() {
		p.extra["/rss"] = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }
		p.add()
	})
	for n := 1; n < patientFailures; n++ {
		if rep := r.turn(3 * time.Hour); rep.Outcome != OutcomeFailed {
			t.Fatalf("failure %d: %+v", n, rep)
		}
	}
	if rep := r.well(3 * time.Hour); rep.Created != 1 || rep.Updated != 0 {
		t.Errorf("then the links serve: %+v", rep)
	}
}

func TestFollowWhenTheFeedOfALongListingEndsNotAllOfTheListIsNews(t *testing.T) {
	p := newPaper(90)
	p.head = fmt.Sprintf(feedLink, "News", "/rss")
	p.feedOf("/rss", true, p.newest(10))
	r := readerOf(t, p, hub.KindListing, "http://paper.example/", direct{p})
	r.well(0)
	p.change(func() { delete(p.extra, "/rss") })
	for range 6 {
		r.well(time.Hour)
	}
	if n := len(r.items()); n != 10+firstLinks {
		t.Errorf("%d items, want the feed's ten and the newest %d of the rest", n, firstLinks)
	}
}

func TestFollowAFeedOfTeasersLeadsToThePages(t *testing.T) {
	p := newPaper(5)
	p.head = fmt.Sprintf(feedLink, "News", "/rss")
	p.feedOf("/rss", false, p.newest(5))
	for _, s := range p.stories {
		s.undone = true
	}
	r := followed(t, p, hub.KindListing, "/")
	if rep := r.well(0); rep.Created != 5 || p.pagesAsked() != 5 {
		t.Fatalf("got %+v, %d pages", rep, p.pagesAsked())
	}
	for _, s := range p.stories {
		if got := r.items()[s.title]; !strings.Contains(got.ContentHTML, s.text[4]) || !got.Published.Equal(s.date) {
			t.Errorf("%q: dated %s, want the feed's %s; text %.80q", s.title, got.Published, s.date, got.ContentHTML)
		}
	}
	before := r.events()
	p.change(func() { p.furniture++ })
	r.well(2 * time.Hour)
	if r.events() != before {
		t.Error("the date from the feed got lost when the page was read again")
	}
	p.change(func() { p.add() })
	if rep := r.well(time.Hour); rep.Created != 1 || p.asked["/"] != 1 {
		t.Errorf("a new story: %+v, %v", rep, p.asked)
	}
}

func TestFollowAFeedOfAnotherSubjectIsNotTheListings(t *testing.T) {
	p := newPaper(40)
	section := func() []*report { return p.stories[20:32] }
	p.listed = func() string {
		var b strings.Builder
		for _, s := range section() {
			p.box(&b, s, s.path())
		}
		return b.String()
	}
	p.head = fmt.Sprintf(feedLink, "Everything", "/all.rss") + fmt.Sprintf(feedLink, "Broken", "/broken.rss") + fmt.Sprintf(feedLink, "Section", "/section.rss")
	p.feedOf("/all.rss", true, p.newest(20))
	p.feedOf("/section.rss", true, section)
	r := followed(t, p, hub.KindListing, "/")
	if rep := r.well(0); rep.Created != 12 || p.pagesAsked() != 0 || !strings.HasSuffix(r.state().Feed, "/section.rss") {
		t.Errorf("got %+v, feed %q", rep, r.state().Feed)
	}
	q := newPaper(40)
	q.listed = func() string {
		var b strings.Builder
		for _, s := range q.stories[20:32] {
			q.box(&b, s, s.path())
		}
		return b.String()
	}
	q.head = fmt.Sprintf(feedLink, "Everything", "/all.rss")
	q.feedOf("/all.rss", true, q.newest(20))
	r = followed(t, q, hub.KindListing, "/")
	if rep := r.well(0); rep.Created != 12 || q.pagesAsked() != 12 || r.state().Feed != "" {
		t.Errorf("no feed of its own: got %+v, feed %q", rep, r.state().Feed)
	}
}

func TestFollowSelectorsWinOverAFeed(t *testing.T) {
	p := newPaper(3)
	p.head = fmt.Sprintf(feedLink, "News", "/rss")
	p.feedOf("/rss", true, p.newest(3))
	r := followed(t, p, hub.KindListing, "/")
	r.src.Select = hub.Selectors{Items: ".box", Link: "h2 a", Body: "article"}
	r.restart()
	if rep := r.well(0); rep.Created != 3 || p.pagesAsked() != 3 || p.asked["/rss"] != 0 {
		t.Errorf("got %+v, %v", rep, p.asked)
	}
	q := newPaper(3)
	q.head = fmt.Sprintf(feedLink, "News", "/rss")
	q.feedOf("/rss", true, q.newest(3))
	r = followed(t, q, hub.KindListing, "/")
	r.well(0)
	q.change(func() { q.add() })
	r.src.Select = hub.Selectors{Items: ".box", Link: "h2 a", Body: "article"}
	r.restart()
	if rep := r.well(time.Hour); rep.Created != 1 || rep.Updated != 0 || q.pagesAsked() != 1 || q.asked["/rss"] != 1 {
		t.Errorf("selectors that came later: got %+v, %v", rep, q.asked)
	}
}
