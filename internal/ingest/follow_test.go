package ingest

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tinhub/internal/fetch"
	"tinhub/internal/hub"
)

func TestFollowAListingsNewLinksBecomeItemsOnce(t *testing.T) {
	p := newPaper(6)
	r := followed(t, p, hub.KindListing, "/")
	rep := r.well(0)
	if rep.Created != 6 || rep.Items != 6 || rep.Pages == nil || rep.Pages.Read != 6 {
		t.Fatalf("first turn: %+v, pages %+v", rep, rep.Pages)
	}
	for _, s := range p.stories {
		got, ok := r.items()[s.title]
		if !ok || got.URL != r.url[:len(r.url)-1]+s.path() || !got.Published.Equal(s.date) || !strings.Contains(got.ContentHTML, s.text[4]) {
			t.Errorf("%q became %+v", s.title, got.Item)
		}
	}
	if p.asked["/robots.txt"] != 1 {
		t.Errorf("robots.txt was asked for %d times", p.asked["/robots.txt"])
	}
	if rep := r.well(20 * time.Minute); rep.Outcome != OutcomeNotModified || p.pagesAsked() != 6 {
		t.Errorf("nothing new: %+v, %d pages asked for", rep, p.pagesAsked())
	}
	p.change(func() { p.add() })
	if rep := r.well(20 * time.Minute); rep.Created != 1 || p.pagesAsked() != 7 {
		t.Errorf("one new story: %+v, %d pages asked for", rep, p.pagesAsked())
	}
}

func TestFollowALongListIsTakenFromItsNewestEnd(t *testing.T) {
	p := newPaper(120)
	r := readerOf(t, p, hub.KindListing, "https://paper.example/", direct{p})
	for n := range 3 {
		want := min(newPages, firstLinks-n*newPages)
		if rep := r.well(20 * time.Minute); rep.Created != want || rep.Pages.Waiting != firstLinks-n*newPages-want {
			t.Fatalf("turn %d: %+v, pages %+v", n, rep, rep.Pages)
		}
	}
	items := r.items()
	for n, s := range p.stories {
		if _, ok := items[s.title]; ok != (n < firstLinks) {
			t.Errorf("report %d of the list: an item is %v", n, ok)
		}
	}
	r.restart()
	p.change(func() { p.furniture++ })
	before := r.events()
	if rep := r.well(80 * time.Hour); rep.Created != 0 || r.events() != before {
		t.Errorf("the older ones came after all: %+v", rep)
	}
}

func TestFollowAListThatGivesNothingIsAnErrorOfTheSource(t *testing.T) {
	p := newPaper(5)
	r := followed(t, p, hub.KindListing, "/")
	r.well(0)
	p.change(func() { p.listed = func() string { return "<p>We have a new look.</p>" } })
	for n := range 2 {
		rep := r.turn(20 * time.Minute)
		if rep.Outcome != OutcomeFailed || !strings.Contains(rep.Error, "gave 5 links before and gives none now") || !strings.Contains(rep.Error, "select:") {
			t.Fatalf("got %+v", rep)
		}
		if st := r.state(); st.Failures != n+1 || st.LastReason != "empty" || !st.NextFetch.After(r.now) {
			t.Errorf("state %+v", st)
		}
	}
	if r.meter.fetched["a empty"] != 2 || len(r.items()) != 5 {
		t.Errorf("counted %v, %d items", r.meter.fetched, len(r.items()))
	}
	p.change(func() { p.listed = p.list; p.add() })
	if rep := r.well(time.Hour); rep.Created != 1 {
		t.Errorf("when it was mended: %+v", rep)
	}
}

func TestFollowAListThatNeverGaveAnythingSaysWhatToDo(t *testing.T) {
	p := newPaper(1)
	p.listed = func() string { return "<p>Nothing here.</p>" }
	r := followed(t, p, hub.KindListing, "/")
	if rep := r.turn(0); rep.Outcome != OutcomeFailed || !strings.Contains(rep.Error, "give select:") {
		t.Errorf("got %+v", rep)
	}
	p.change(func() { p.listed = p.list })
	r.src.Select = hub.Selectors{Items: ".box", Link: "h3 a"}
	r.restart()
	if rep := r.turn(time.Hour); rep.Outcome != OutcomeFailed || r.state().LastReason != "empty" {
		t.Errorf("selectors that match nothing: %+v", rep)
	}
	r.src.Select.Link = "h2 a"
	r.restart()
	if rep := r.well(time.Hour); rep.Created != 1 {
		t.Errorf("selectors that match: %+v", rep)
	}
}

func TestFollowASourceFailsWhereNoneOfItsPagesCanBeHad(t *testing.T) {
	p := newPaper(8)
	for _, s := range p.stories {
		s.status = 503
	}
	r := followed(t, p, hub.KindListing, "/")
	rep := r.turn(0)
	if rep.Outcome != OutcomeFailed || !strings.Contains(rep.Error, "none of the 3 new pages") || r.state().LastReason != fetch.ReasonStatus {
		t.Errorf("got %+v, reason %q", rep, r.state().LastReason)
	}
	if p.pagesAsked() != downInARow {
		t.Errorf("a site that is down was asked for %d pages", p.pagesAsked())
	}
	for _, s := range p.stories {
		p.change(func() { s.status = 0 })
	}
	if rep := r.well(24 * time.Hour); rep.Created != 8 {
		t.Errorf("when it was up again: %+v", rep)
	}
}

func TestFollowRetryAfterOfAPageHoldsTheSource(t *testing.T) {
	p := newPaper(6)
	r := followed(t, p, hub.KindListing, "/")
	second := p.stories[1]
	p.extra[second.path()] = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "7200")
		w.WriteHeader(http.StatusTooManyRequests)
	}
	if rep := r.well(0); rep.Created != 1 || p.pagesAsked() != 2 || rep.Pages.Waiting != 5 {
		t.Errorf("got %+v, pages %+v", rep, rep.Pages)
	}
	if st := r.state(); st.NextFetch.Sub(r.now) < time.Hour || st.NextReason != "Retry-After" {
		t.Errorf("next at %s, %s", st.NextFetch, st.NextReason)
	}
}

func TestFollowRobotsDecidesWhatIsFetched(t *testing.T) {
	p := newPaper(5)
	p.extra["/robots.txt"] = func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, "User-agent: *\nDisallow: %s\n", p.stories[0].path())
	}
	r := followed(t, p, hub.KindListing, "/")
	if rep := r.well(0); rep.Created != 4 || rep.Pages.Failed != 1 || p.asked[p.stories[0].path()] != 0 {
		t.Errorf("one page forbidden: %+v, pages %+v", rep, rep.Pages)
	}
	q := newPaper(5)
	q.extra["/robots.txt"] = func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "User-agent: *\nDisallow: /news/\n") }
	r = followed(t, q, hub.KindListing, "/")
	if rep := r.turn(0); rep.Outcome != OutcomeHeld || q.pagesAsked() != 0 || !strings.Contains(rep.Error, "robots") {
		t.Errorf("all pages forbidden: %+v", rep)
	}
}

func TestFollowOnlyTheListsOwnSiteUnlessTheEditorChoseTheLinks(t *testing.T) {
	other := newPaper(0)
	other.extra["/elsewhere"] = func(w http.ResponseWriter, r *http.Request) {
		other.send(w, r, "text/html", other.pageOf(newPaper(9).stories[3]))
	}
	p := newPaper(3)
	host := ""
	p.listed = func() string {
		return p.list() + `<article class="box"><h2><a href="` + host + `/elsewhere">A story of quite another house, far away</a></h2><p>It begins.</p></article>`
	}
	r := followed(t, p, hub.KindListing, "/")
	r.src.Headers, r.src.Username, r.src.Password = map[string]string{"X-Key": "secret"}, "u", "p"
	away := followed(t, other, hub.KindListing, "/")
	host = strings.Replace(strings.TrimSuffix(away.url, "/"), "127.0.0.1", "localhost", 1)
	r.restart()
	if rep := r.well(0); rep.Created != 3 || other.asked["/elsewhere"] != 0 {
		t.Errorf("got %+v", rep)
	}
	if h := p.headers[p.stories[0].path()]; h.Get("X-Key") != "secret" || h.Get("Authorization") == "" {
		t.Errorf("the source's own host was sent %v", h)
	}
	r.src.Select = hub.Selectors{Items: ".box", Link: "h2 a"}
	r.restart()
	if rep := r.well(time.Hour); rep.Created != 1 || other.asked["/elsewhere"] != 1 {
		t.Errorf("with link: got %+v", rep)
	}
	if h := other.headers["/elsewhere"]; h.Get("X-Key") != "" || h.Get("Authorization") != "" {
		t.Errorf("another host was sent %v", h)
	}
}

func TestFollowATurnCutOffInTheMiddleIsNotBegunAnew(t *testing.T) {
	p := newPaper(18)
	r := followed(t, p, hub.KindListing, "/")
	ctx, cancel := context.WithCancel(t.Context())
	stop := p.stories[12]
	p.extra[stop.path()] = func(w http.ResponseWriter, q *http.Request) {
		cancel()
		<-q.Context().Done()
	}
	if reports, _ := r.i.Once(ctx, nil, nil); len(reports) == 1 && reports[0].Created != 12 {
		t.Fatalf("cut off: %+v", reports)
	}
	p.change(func() { delete(p.extra, stop.path()) })
	r.restart()
	asked := p.pagesAsked()
	if rep := r.well(time.Minute); rep.Created != 6 || len(r.items()) != 18 {
		t.Errorf("afterwards: %+v", rep)
	}
	if n := p.pagesAsked() - asked; n > 6+pagesSaved {
		t.Errorf("%d pages were asked for again or anew", n)
	}
}

func TestFollowAStopAfterARestDoesNotWriteTheOlderStateBack(t *testing.T) {
	p := newPaper(3)
	r := followed(t, p, hub.KindListing, "/")
	r.well(0)
	r.well(time.Minute)
	if r.i.seats["a"].unsaved.Load() == nil {
		t.Fatal("a turn at rest was saved")
	}
	for range 10 {
		p.add()
	}
	ctx, cancel := context.WithCancel(t.Context())
	p.extra[p.stories[7].path()] = func(_ http.ResponseWriter, q *http.Request) {
		cancel()
		<-q.Context().Done()
	}
	_, _ = r.i.Once(ctx, nil, nil)
	r.i.saveUnsaved(t.Context())
	p.change(func() { delete(p.extra, p.stories[7].path()) })
	r.restart()
	asked := p.pagesAsked()
	if rep := r.well(time.Minute); rep.Created != 3 || p.pagesAsked()-asked != 5 {
		t.Errorf("got %+v, %d pages asked for", rep, p.pagesAsked()-asked)
	}
}

func TestFollowSlowPagesLeaveTheRestForTheNextTurns(t *testing.T) {
	p := newPaper(8)
	r := readerOf(t, p, hub.KindListing, "http://paper.example/", direct{p})
	for _, s := range p.stories {
		p.extra[s.path()] = func(w http.ResponseWriter, q *http.Request) {
			r.now = r.now.Add(50 * time.Second)
			p.send(w, q, "text/html", p.pageOf(s))
		}
	}
	if rep := r.well(0); rep.Created != 3 || rep.Pages.Waiting != 5 {
		t.Errorf("got %+v, pages %+v", rep, rep.Pages)
	}
	r.well(20 * time.Minute)
	r.well(20 * time.Minute)
	if len(r.items()) != 8 {
		t.Errorf("%d items after three turns", len(r.items()))
	}
}
