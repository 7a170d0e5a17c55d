package ingest

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tinhub/internal/hub"
)

func TestFollowAPageIsLookedAtAgainAndIsAnUpdateOnlyIfItsArticleChanged(t *testing.T) {
	p := newPaper(4)
	r := followed(t, p, hub.KindListing, "/")
	r.well(0)
	s := p.stories[1]
	p.change(func() { p.furniture++ })
	if rep := r.well(61 * time.Minute); rep.Updated+rep.Created != 0 || rep.Pages.Read != 4 {
		t.Errorf("other furniture: %+v, pages %+v", rep, rep.Pages)
	}
	p.change(func() {
		s.text[2] = "A correction: the bridge stands where it always stood, the council says, and will stay there."
	})
	if rep := r.well(6 * time.Hour); rep.Updated != 1 || rep.Pages.Read != 1 || rep.Pages.Unchanged != 3 {
		t.Errorf("an edit: %+v, pages %+v", rep, rep.Pages)
	}
	if got := r.items()[s.title]; !strings.Contains(got.ContentHTML, "A correction") {
		t.Errorf("the item is %q", got.ContentHTML)
	}
	asked := p.pagesAsked()
	for range 100 {
		r.well(time.Hour)
	}
	if n := p.pagesAsked() - asked; n != 8 {
		t.Errorf("after that each page was to be looked at twice; asked %d times", n)
	}
	if p.whole[s.path()] != 3 {
		t.Errorf("the page was sent whole %d times, it had three states", p.whole[s.path()])
	}
	for _, link := range r.state().Links {
		if !link.Next.IsZero() || link.ETag != "" {
			t.Errorf("a page that is done with: %+v", link)
		}
	}
}

func TestFollowAPageThatIsGoneKeepsItsItem(t *testing.T) {
	p := newPaper(3)
	r := followed(t, p, hub.KindListing, "/")
	r.well(0)
	p.change(func() { p.stories[0].status, p.stories[1].status = 404, 410 })
	rep := r.well(2 * time.Hour)
	if rep.Retracted != 0 || rep.Pages.Gone != 2 || rep.Pages.Failed != 2 || len(r.items()) != 3 {
		t.Errorf("got %+v, pages %+v", rep, rep.Pages)
	}
}

func TestFollowAPageThatCannotBeHadIsTriedAgainAndGivenUp(t *testing.T) {
	p := newPaper(4)
	r := followed(t, p, hub.KindListing, "/")
	bad := p.stories[2]
	bad.status = 500
	if rep := r.well(0); rep.Created != 3 || rep.Pages.Failed != 1 {
		t.Fatalf("got %+v, pages %+v", rep, rep.Pages)
	}
	for range 300 {
		r.well(time.Hour)
	}
	if p.asked[bad.path()] != pageTries {
		t.Errorf("it was asked for %d times", p.asked[bad.path()])
	}
	late := p.stories[3]
	p.change(func() { late.status = 0; p.add().status = 503 })
	r.well(time.Hour)
	p.change(func() { p.stories[0].status = 0 })
	if rep := r.well(time.Hour); rep.Created != 1 {
		t.Errorf("one that had a bad hour: %+v", rep)
	}
}

func TestFollowWhatIsNoArticleIsSkippedAndRemembered(t *testing.T) {
	p := newPaper(7)
	p.stories[0].page = `<html><head><title>Sign in</title></head><body><form><input name="user"><input name="password" type="password"><button>Sign in</button></form></body></html>`
	p.stories[1].page = p.front() // a section
	p.stories[2].page = "%PDF-1.7 not a page at all"
	p.extra[p.stories[3].path()] = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) }
	r := followed(t, p, hub.KindListing, "/")
	rep := r.well(0)
	if rep.Created != 3 || rep.Pages.Skipped != 4 {
		t.Fatalf("got %+v, pages %+v", rep, rep.Pages)
	}
	why := 0
	for _, link := range r.state().Links {
		if link.Why != "" {
			why++
		}
	}
	if why != 4 {
		t.Errorf("%d links say why they are no items", why)
	}
	if rep := r.well(20 * time.Minute); rep.Pages != nil {
		t.Errorf("they were fetched again at once: %+v", rep.Pages)
	}
}

func TestFollowPagesThatAllNameOneAddressStayApart(t *testing.T) {
	p := newPaper(5)
	r := followed(t, p, hub.KindListing, "/")
	p.canonical = func(*report) string { return strings.TrimSuffix(r.url, "/") + "/news/article.html" }
	r.well(0)
	r.well(20 * time.Minute)
	r.well(20 * time.Minute)
	if got := r.items(); len(got) != 5 {
		t.Errorf("five articles became %d items", len(got))
	}
}

func TestFollowTwoLinksToOneArticleAreOneItem(t *testing.T) {
	p := newPaper(4)
	p.listed = func() string {
		var b strings.Builder
		for _, s := range p.stories {
			p.box(&b, s, s.path())
			p.box(&b, s, "/box"+s.path())
		}
		return b.String()
	}
	r := followed(t, p, hub.KindListing, "/")
	p.canonical = func(s *report) string { return strings.TrimSuffix(r.url, "/") + s.path() }
	r.well(0)
	before := r.events()
	p.change(func() {
		p.stories[0].title += " after all"
		p.stories[0].text[1] = "New words, " + p.stories[0].text[1]
	})
	r.well(2 * time.Hour)
	r.well(20 * time.Minute)
	if got := r.items(); len(got) != 4 || before != 4 {
		t.Errorf("four articles became %d items, %d events at first", len(got), before)
	}
}

func TestFollowTwoLinksToOneArticleAreOneItemWithoutACanonicalAddress(t *testing.T) {
	p := newPaper(5)
	doors := []string{""}
	p.listed = func() string {
		var b strings.Builder
		for _, s := range p.stories {
			for _, door := range doors {
				p.box(&b, s, door+s.path())
			}
		}
		return b.String()
	}
	r := followed(t, p, hub.KindListing, "/")
	r.well(0)
	p.change(func() { p.furniture++ })
	r.well(2 * time.Hour)
	if r.events() != 5 || len(r.items()) != 5 {
		t.Fatalf("five articles, %d events, %d items", r.events(), len(r.items()))
	}
	p.change(func() {
		p.stories[2].text[0] = "It was another bridge, " + p.stories[2].text[0]
		doors = append(doors, "/box")
	})
	r.well(20 * time.Minute)
	for range 20 {
		r.well(4 * time.Hour)
	}
	if r.events() != 6 || len(r.items()) != 5 {
		t.Errorf("one edit, and then another link to each: %d events more, %d items", r.events()-5, len(r.items()))
	}
}

func TestFollowASessionInEveryLinkBringsNoRepeats(t *testing.T) {
	p := newPaper(5)
	sessions := 0
	p.listed = func() string {
		sessions++
		var b strings.Builder
		for _, s := range p.stories {
			p.box(&b, s, fmt.Sprint(s.path(), "?sid=", 1000+sessions))
		}
		return b.String()
	}
	r := followed(t, p, hub.KindListing, "/")
	for range 6 {
		r.well(5 * time.Minute)
	}
	asked := p.pagesAsked()
	for range 6 {
		r.well(5 * time.Minute)
	}
	if r.events() != 5 || len(r.items()) != 5 {
		t.Errorf("%d events, %d items", r.events(), len(r.items()))
	}
	if n := p.pagesAsked() - asked; n > 5 {
		t.Errorf("the session was not found out: %d pages were asked for in half an hour", n)
	}
}

func TestFollowArticlesOfOneTitleStayApart(t *testing.T) {
	p := newPaper(4)
	for _, s := range p.stories {
		s.title = "The weather in the hills today"
	}
	r := followed(t, p, hub.KindListing, "/")
	r.well(0)
	r.well(2 * time.Hour)
	if r.events() != 4 {
		t.Errorf("four articles made %d events", r.events())
	}
}
