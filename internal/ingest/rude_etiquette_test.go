package ingest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhub/internal/fetch"
	"tinhub/internal/hub"
	"tinhub/internal/sourcetest"
)

// clockwork sets the stage's clock to this moment, and lets it stand.
func (s *stage) clockwork() { s.now = time.Now() }

// live asks a source whenever it is due, for so long on the stage's clock, and gives the gaps between its visits. It
// restarts the hub now and then.
func (s *stage) live(id string, span time.Duration, most int) (gaps []time.Duration) {
	s.t.Helper()
	if s.now.IsZero() {
		s.clockwork()
	}
	for end := s.now.Add(span); s.now.Before(end) && len(gaps) < most; {
		r := s.visit(id)[0]
		if r.Next.IsZero() {
			return gaps
		}
		gaps = append(gaps, r.Next.Sub(s.now))
		s.now = r.Next
		if len(gaps)%3 == 0 {
			s.restart()
		}
	}
	return gaps
}

func paths(site *sourcetest.Site) string {
	var list []string
	for _, r := range site.Requests() {
		list = append(list, r.Path)
	}
	return strings.Join(list, " ")
}

func TestEtiquetteValidatorsGoBackExactlyAsTheyCameAlsoAfterARestart(t *testing.T) {
	s := newStage(t, fetch.Options{})
	for n, name := range []string{
		"a strong ETag", "a weak ETag", "an ETag with commas and blanks", "an ETag without quotes", "an ETag of 900 bytes",
		"an ETag that is no ASCII", "Last-Modified", "Last-Modified in a zone of its own", "Last-Modified that is no date", "both validators",
	} {
		id := fmt.Sprint("v", n)
		s.play(id, name)
		s.visit(id)
		s.restart()
		for range 2 {
			if r := s.visit(id)[0]; r.Outcome != OutcomeNotModified {
				t.Errorf("%s: %+v", name, r)
			}
		}
		got := s.sites[id].Requests()
		if h := got[0].Header; h.Get("If-None-Match")+h.Get("If-Modified-Since") != "" {
			t.Errorf("%s: the first request had a condition: %v", name, h)
		}
	}
}

func TestEtiquetteAPermanentMoveIsRememberedAndATemporaryOneIsNot(t *testing.T) {
	s := newStage(t, fetch.Options{})
	for n, c := range []struct{ name, want string }{
		{"a 301", "/feed /new /new /new"},
		{"a 308", "/feed /new /new /new"},
		{"a 302", "/feed /new /feed /new /feed /new"},
		{"a 303", "/feed /new /feed /new /feed /new"},
		{"a 307", "/feed /new /feed /new /feed /new"},
		{"a 301 and a 302 behind it", "/feed /half /new /feed /half /new /feed /half /new"},
		{"a 301 to a 404", "/feed /lost /feed /lost /feed /lost"},
		{"a 302 to a 410", "/feed /gone /feed /gone /feed /gone"},
		{"a 410", "/feed"},
		{"a 301 to a 410", "/feed /gone"},
	} {
		id := fmt.Sprint("m", n)
		site := s.play(id, c.name)
		for range 3 {
			s.restart()
			s.visit(id)
		}
		if got := paths(site); got != c.want {
			t.Errorf("%s: asked %s, want %s", c.name, got, c.want)
		}
	}
}

func TestEtiquetteNobodyIsAskedBeforeRetryAfterIsOver(t *testing.T) {
	const week = 7 * 24 * time.Hour
	for _, c := range []struct {
		name string
		wait time.Duration
	}{
		{"a 429 for an hour", time.Hour},
		{"a 503 for an hour", time.Hour},
		{"a 503 until a date", time.Hour},
		{"a 429 for a year", week},
		{"a 429 for ever", week},
	} {
		s := newStage(t, fetch.Options{})
		site := s.play("a", c.name)
		s.clockwork()
		begin := s.now
		if next := s.visit("a")[0].Next; next.Before(begin.Add(c.wait-2*time.Second)) || next.After(begin.Add(c.wait+time.Minute)) {
			t.Errorf("%s: asked again after %s", c.name, next.Sub(begin))
		}
		for _, part := range []time.Duration{0, c.wait / 2, c.wait - 5*time.Second} {
			s.now = begin.Add(part)
			s.restart()
			if r := s.visit("a")[0]; r.Outcome != OutcomeHeld || !strings.Contains(r.Error, "Retry-After") {
				t.Errorf("%s, after %s: %+v", c.name, part, r)
			}
		}
		if n := len(site.Requests()); n != 1 {
			t.Errorf("%s: asked %d times within it", c.name, n)
		}
		s.now = begin.Add(c.wait + 2*time.Second)
		if s.visit("a"); len(site.Requests()) != 2 {
			t.Errorf("%s: not asked after it", c.name)
		}
	}
	for _, name := range []string{"a 429 for nobody knows how long", "a 503 until yesterday"} {
		s := newStage(t, fetch.Options{})
		s.play("a", name)
		if gaps := s.live("a", time.Hour, 1); gaps[0] < 10*time.Minute || gaps[0] > time.Hour {
			t.Errorf("%s: asked again after %s", name, gaps[0])
		}
	}
}

func TestEtiquetteA410EndsTheSourceForEver(t *testing.T) {
	s := newStage(t, fetch.Options{})
	site := s.play("a", "a 410")
	s.clockwork()
	for range 20 {
		if r := s.visit("a")[0]; !r.Next.IsZero() {
			t.Errorf("asked again at %s", r.Next)
		}
		s.now = s.now.Add(30 * 24 * time.Hour)
		s.restart()
	}
	if n := len(site.Requests()); n != 1 {
		t.Errorf("asked %d times", n)
	}
	if st := s.state("a"); !st.Gone || !strings.Contains(st.NextReason, "410") {
		t.Errorf("state %+v", st)
	}
}

func TestEtiquetteRefusalsSlowDownToADayAndFaultsToAnHour(t *testing.T) {
	for _, c := range []struct {
		name  string
		limit time.Duration
	}{
		{"a 401", 24 * time.Hour},
		{"a 403", 24 * time.Hour},
		{"a 404", 24 * time.Hour},
		{"a 500", time.Hour},
		{"a 502", time.Hour},
		{"a 503", time.Hour},
		{"a 504", time.Hour},
		{"a 429", time.Hour},
		{"nothing at all", time.Hour},
		{"a reset at once", time.Hour},
		{"garbage on the port", time.Hour},
		{"an error page under 200", time.Hour},
	} {
		s := newStage(t, fetch.Options{})
		s.play("a", c.name)
		gaps := s.live("a", 90*24*time.Hour, 12)
		want := 10 * time.Minute
		for n, gap := range gaps {
			if want = min(2*want, c.limit); gap < want || gap > want*6/5+time.Second {
				t.Errorf("%s: gap %d is %s, want %s and up to a fifth more", c.name, n, gap, want)
			}
		}
		if len(gaps) != 12 {
			t.Errorf("%s: asked %d times", c.name, len(gaps))
		}
	}
}

func TestEtiquetteManyThatFailAtOnceDoNotComeBackAtOnce(t *testing.T) {
	s := newStage(t, fetch.Options{})
	for n := range 24 {
		s.play(fmt.Sprint("a", n), "a 500")
	}
	s.clockwork()
	minutes := map[time.Duration]int{}
	for _, r := range s.visit() {
		minutes[r.Next.Sub(s.now).Truncate(30*time.Second)]++
	}
	if len(minutes) < 4 {
		t.Errorf("24 sources that failed at once come back at %v", minutes)
	}
}

func TestEtiquetteWhatTheAnswerSaysOfTimeIsKept(t *testing.T) {
	const every, two, day = 10 * time.Minute, 2 * time.Hour, 24 * time.Hour
	for _, c := range []struct {
		name string
		gap  time.Duration
	}{
		{"max-age of two hours", two},
		{"Expires in two hours", two},
		{"a ttl of two hours", two},
		{"two hours of sy:", two},
		{"sy: alone, twelve times a day", two},
		{"a fresh answer with an Age", two},
		{"max-age of a thousand years", day},
		{"no-store", every},
		{"max-age of nonsense", every},
		{"a ttl of minus one", every},
		{"RSS", every},
	} {
		s := newStage(t, fetch.Options{})
		s.play("a", c.name)
		for n, gap := range s.live("a", 30*day, 5) {
			longest := c.gap * 11 / 10
			if n == 0 {
				longest = c.gap * 3 / 2 // the first ones fall into one moment and are spread
			}
			if gap < c.gap-2*time.Second || gap > longest+time.Second {
				t.Errorf("%s: gap %d is %s, want %s", c.name, n, gap, c.gap)
			}
		}
	}
}

func TestEtiquetteSkippedHoursAndDaysAreLeftAlone(t *testing.T) {
	s := newStage(t, fetch.Options{})
	s.play("hours", "all hours but one skipped")
	s.play("days", "a long day off")
	begin := time.Now().UTC()
	s.clockwork()
	if next := s.visit("hours")[0].Next.UTC(); next.Hour() != begin.Add(5*time.Hour).Hour() {
		t.Errorf("asked again at %s", next)
	}
	if next := s.visit("days")[0].Next.UTC(); next.Weekday() == begin.Weekday() || next.Weekday() == begin.Add(24*time.Hour).Weekday() || next.Sub(begin) > 49*time.Hour {
		t.Errorf("asked again at %s", next)
	}
}

func TestEtiquetteAConnectionServesAgain(t *testing.T) {
	s := newStage(t, fetch.Options{})
	kept, closed := s.play("kept", "a strong ETag"), s.play("closed", "a connection closed each time")
	for range 5 {
		s.visit()
	}
	for _, c := range []struct {
		site *sourcetest.Site
		want int
	}{{kept, 1}, {closed, 5}} {
		conns := map[int]bool{}
		for _, r := range c.site.Requests() {
			conns[r.Conn] = true
		}
		if len(conns) != c.want {
			t.Errorf("%s: five requests over %d connections", c.site.Name(), len(conns))
		}
	}
}

func TestEtiquetteOneHostIsAskedByFewAtOnce(t *testing.T) {
	s := newStage(t, fetch.Options{PaceLocal: true})
	site := s.play("a0", "a slow answer")
	for n := range 15 {
		src := s.list[0]
		src.ID, src.URL = fmt.Sprint("a", n+1), fmt.Sprint(src.URL, "?n=", n)
		s.list = append(s.list, src)
	}
	s.i = nil
	s.visit()
	at := site.Requests()
	if site.Busiest() > 4 || len(at) != 16 {
		t.Errorf("%d requests, up to %d at once", len(at), site.Busiest())
	}
	if took := at[15].At.Sub(at[0].At); took < 700*time.Millisecond {
		t.Errorf("sixteen requests to one host began within %s", took)
	}
}

func TestEtiquetteRobotsDecidesForPagesListingsAndSitemapsAndNotForFeeds(t *testing.T) {
	s := newStage(t, fetch.Options{})
	for n, c := range []struct{ name, want string }{
		{"a page that robots.txt allows", "/robots.txt /story.html /story.html"},
		{"a page that robots.txt forbids", "/robots.txt"},
		{"a page forbidden to us by name", "/robots.txt"},
		{"a listing that robots.txt forbids", "/robots.txt"},
		{"a sitemap that robots.txt forbids", "/robots.txt"},
		{"a redirect to what robots.txt forbids", "/robots.txt /old.html /old.html"},
		{"a feed on a site closed to robots", "/feed /feed"},
		{"a robots.txt of 500", "/robots.txt"},
		{"a robots.txt elsewhere", "/robots.txt /rules.txt"},
	} {
		id := fmt.Sprint("r", n)
		site := s.play(id, c.name)
		var r Report
		for range 2 {
			r = s.visit(id)[0]
		}
		if got := paths(site); got != c.want {
			t.Errorf("%s: asked %s, want %s (%s)", c.name, got, c.want, r.Error)
		}
		if forbidden := s.said(r) == fetch.ReasonRobots; forbidden && s.state(id).Failures != 0 && c.name != "a robots.txt of 500" {
			t.Errorf("%s: a rule that is kept counts as a failure: %+v", c.name, s.state(id))
		}
	}
}

func TestEtiquetteACrawlDelayIsKeptBetweenTwoPages(t *testing.T) {
	s := newStage(t, fetch.Options{})
	site := s.play("a", "a page with a Crawl-delay")
	for n := range 2 {
		src := s.list[0]
		src.ID, src.URL = fmt.Sprint("b", n), fmt.Sprint(src.URL, "?", n)
		s.list = append(s.list, src)
	}
	s.i = nil
	s.visit()
	at := site.Requests()[1:]
	slices.SortFunc(at, func(a, b sourcetest.Request) int { return a.At.Compare(b.At) })
	if len(at) != 3 {
		t.Fatalf("asked %s", paths(site))
	}
	for n := 1; n < len(at); n++ {
		if gap := at[n].At.Sub(at[n-1].At); gap < 900*time.Millisecond {
			t.Errorf("page %d came %s after the one before", n, gap)
		}
	}
}

func TestEtiquetteSecretsStayWithTheirHostAndCookiesAreNotKept(t *testing.T) {
	s := newStage(t, fetch.Options{})
	site := s.play("a", "a redirect to another host")
	cookies := s.play("b", "cookies")
	s.list[0].Username, s.list[0].Password = "reader", "secret"
	s.list[0].Headers = map[string]string{"X-Key": "hush"}
	s.i = nil
	for range 2 {
		s.visit()
	}
	for _, r := range site.Requests() {
		has := r.Header.Get("Authorization") != "" && r.Header.Get("X-Key") != ""
		some := r.Header.Get("Authorization") != "" || r.Header.Get("X-Key") != ""
		if !r.Other && !has || r.Other && some {
			t.Errorf("other host %t: %v", r.Other, r.Header)
		}
	}
	for _, r := range append(cookies.Requests(), site.Requests()...) {
		if r.Header.Get("Cookie") != "" {
			t.Errorf("a cookie came back: %v", r.Header)
		}
	}
}

func TestEtiquetteASourceIsAskedAtItsDeclaredURLAfterItWasChanged(t *testing.T) {
	s := newStage(t, fetch.Options{})
	s.play("a", "a 410")
	s.visit("a")
	b, _ := sourcetest.Find("RSS")
	site, err := s.server.Play("again", b)
	if err != nil {
		t.Fatal(err)
	}
	s.list[0] = hub.Source{ID: "a", Kind: hub.KindFeed, URL: site.URL(), Every: time.Minute, Sections: []string{"news"}, Location: time.UTC}
	s.restart()
	if r := s.visit("a")[0]; r.Outcome != OutcomeOK || r.Created == 0 {
		t.Errorf("a new URL does not revive it: %+v", r)
	}
}

func TestRudeSourcesWithAPeculiarHabitAreQuietOnceItIsKnown(t *testing.T) {
	s := newStage(t, fetch.Options{})
	for n, name := range []string{
		"a clock in the body", "guids that change at each fetch", "links that change at each fetch", "guids and links that change at each fetch",
		"links that turn to https", "an order that changes at each fetch", "an empty feed after a full one", "dates years ahead", "dates that cannot be",
		"no dates", "no guids and no links", "an article listed for each of its categories", "one guid for all",
	} {
		id := fmt.Sprint("h", n)
		s.play(id, name)
		s.clockwork()
		for visit := range 8 {
			r := s.visit(id)[0]
			if visit > 0 && r.Created > 0 || visit > 2 && r.Updated > 0 || r.Retracted > 0 {
				t.Errorf("%s, visit %d: %+v", name, visit+1, r)
			}
			if visit == 3 {
				s.restart()
			}
			s.now = s.now.Add(11 * time.Minute)
		}
	}
}
