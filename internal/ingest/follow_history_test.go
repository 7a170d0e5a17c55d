package ingest

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhub/internal/hub"
)

// annals is a random history of the paper, and what was announced of it.
type annals struct {
	t      *testing.T
	r      *rand.Rand
	p      *paper
	reader *reader
	log    []string

	https     bool
	shown     []*report // in the list, in its order
	tracked   bool      // the list's links carry tracking parameters, others at each fetch
	named     bool      // the pages name their canonical address
	fetches   int
	told      hub.Seq
	created   map[*report]hub.ID
	announced map[*report]int // edits as of the last announcement
}

// annalsOf begins a history. The site speaks http at first, and every page has a picture at a relative address.
func annalsOf(t *testing.T, seed uint64, kind hub.SourceKind) *annals {
	p := newPaper(12)
	a := &annals{
		t: t, r: rand.New(rand.NewPCG(seed, 11)), p: p, created: map[*report]hub.ID{}, announced: map[*report]int{},
	}
	a.named = a.r.IntN(2) == 0
	a.shown = slices.Clone(p.stories)
	doubled := a.r.IntN(3) == 0 // each article twice, under links that differ
	p.listed = func() string {
		var b strings.Builder
		for _, s := range a.shown {
			p.box(&b, s, a.link(s))
			if doubled {
				p.box(&b, s, a.site()+"/box"+s.path())
			}
		}
		return b.String()
	}
	p.extra["/sitemap.xml"] = func(w http.ResponseWriter, r *http.Request) {
		var b strings.Builder
		b.WriteString(`<urlset ` + sitemapNamespaces + `>`)
		for _, s := range a.shown {
			fmt.Fprintf(&b, `<url><loc>%s</loc><lastmod>%s</lastmod></url>`, strings.ReplaceAll(a.link(s), "&", "&amp;"), s.date.Add(time.Duration(s.edits)*time.Minute).Format(time.RFC3339))
		}
		p.send(w, r, "application/xml", b.String()+`</urlset>`)
	}
	p.canonical = func(s *report) string {
		if !a.named {
			return ""
		}
		return a.site() + s.path()
	}
	for _, s := range p.stories {
		a.illustrate(s)
	}
	at := "http://paper.example/"
	if kind == hub.KindSitemap {
		at += "sitemap.xml"
	}
	a.reader = readerOf(t, p, kind, at, direct{http.HandlerFunc(a.serve)})
	return a
}

func (a *annals) illustrate(s *report) {
	s.text[3] += fmt.Sprintf(` <img src="/pictures/%d.jpg" alt="A view" width="900" height="600">`, s.n)
}

func (a *annals) site() string {
	if a.https {
		return "https://paper.example"
	}
	return "http://paper.example"
}

// serve sends those who come by http to https once the site speaks that.
func (a *annals) serve(w http.ResponseWriter, r *http.Request) {
	if a.https && r.URL.Scheme == "http" {
		u := *r.URL
		u.Scheme = "https"
		w.Header().Set("Location", u.String())
		w.WriteHeader(http.StatusMovedPermanently)
		return
	}
	a.p.ServeHTTP(w, r)
}

func (a *annals) link(s *report) string {
	link := a.site() + s.path()
	if a.tracked {
		a.fetches++
		link += fmt.Sprintf("?utm_source=front&utm_content=%d", a.fetches)
	}
	return link
}

// step does something to the paper.
func (a *annals) step() {
	p, some := a.p, func() *report { return a.p.stories[a.r.IntN(len(a.p.stories))] }
	did := ""
	switch a.r.IntN(12) {
	case 0, 1, 2:
		s := p.add()
		a.illustrate(s)
		a.shown = slices.Insert(a.shown, 0, s)
		did = fmt.Sprint("publish ", s.n)
	case 3:
		s := some()
		s.edits++
		s.text[a.r.IntN(3)] += fmt.Sprintf(" Correction %d of the desk.", s.edits)
		did = fmt.Sprint("edit the text of ", s.n)
	case 4:
		s := some()
		s.edits++
		s.title += " again"
		did = fmt.Sprint("edit the title of ", s.n)
	case 5:
		p.furniture++
		did = "other furniture"
	case 6:
		a.r.Shuffle(len(a.shown), func(i, j int) { a.shown[i], a.shown[j] = a.shown[j], a.shown[i] })
		did = "another order"
	case 7:
		n := a.r.IntN(len(a.shown) / 2)
		a.shown = a.shown[:len(a.shown)-n]
		did = fmt.Sprint("the last ", n, " leave the list")
	case 8:
		a.shown = slices.Clone(p.stories)
		did = "all are listed"
	case 9:
		a.https, did = true, "https"
	case 10:
		a.tracked, did = !a.tracked, "tracking or not"
	case 11:
		s := some()
		s.status = [...]int{0, 404, 500}[a.r.IntN(3)]
		did = fmt.Sprint(s.n, " answers ", s.status)
	}
	a.log = append(a.log, did)
}

// look has the source asked, and judges what was announced.
func (a *annals) look() {
	wait := time.Duration(10+a.r.IntN(120)) * time.Minute
	if a.r.IntN(5) == 0 {
		wait = time.Duration(a.r.IntN(60)) * time.Hour
	}
	if a.r.IntN(4) == 0 {
		a.log = append(a.log, "restart")
		a.reader.restart()
	}
	a.log = append(a.log, fmt.Sprint("a turn after ", wait))
	a.reader.well(wait)
	a.judge()
}

// judge holds the new events against what happened: every story is created once, and updated only if it was edited since.
func (a *annals) judge() {
	a.t.Helper()
	events, err := a.reader.store.Events(a.t.Context(), a.told, 1000)
	if err != nil {
		a.t.Fatal(err)
	}
	for _, e := range events {
		a.told = e.Seq
		records, err := a.reader.store.Records(a.t.Context(), []hub.ID{e.Item})
		if err != nil {
			a.t.Fatal(err)
		}
		s := a.storyOf(records[0])
		id, known := a.created[s]
		switch {
		case e.Type == hub.Created && known:
			a.fail("story %d was created twice: %s and %s, %s", s.n, id, e.Item, records[0].URL)
		case e.Type == hub.Updated && a.announced[s] == s.edits:
			a.fail("story %d was announced again although nothing changed: %s", s.n, records[0].URL)
		case e.Type != hub.Created && e.Type != hub.Updated:
			a.fail("story %d was %s", s.n, e.Type)
		}
		a.created[s], a.announced[s] = e.Item, s.edits
	}
}

func (a *annals) storyOf(r hub.Record) *report {
	for _, s := range a.p.stories {
		if strings.Contains(r.URL, s.path()) {
			return s
		}
	}
	a.fail("an item of no story: %s %s", r.Title, r.URL)
	return nil
}

func (a *annals) fail(format string, args ...any) {
	a.t.Helper()
	a.t.Fatalf("%s\n%s", fmt.Sprintf(format, args...), strings.Join(a.log, "\n"))
}

// end brings everything into order, and looks whether every story is one item, as it reads now where it was edited lately.
func (a *annals) end() {
	a.shown = slices.Clone(a.p.stories)
	for _, s := range a.p.stories {
		s.status = 0
	}
	for range 8 {
		a.log = append(a.log, "a turn at the end")
		a.reader.well(40 * time.Minute)
		a.judge()
	}
	last := a.p.add()
	a.illustrate(last)
	a.shown = slices.Insert(a.shown, 0, last)
	a.reader.well(40 * time.Minute)
	a.judge()
	last.edits++
	last.title += ", corrected"
	a.reader.well(70 * time.Minute)
	a.judge()
	items := a.reader.items()
	if _, ok := items[last.title]; !ok {
		a.fail("the last story's correction did not come")
	}
	missing := 0
	for _, s := range a.p.stories {
		if a.created[s] == "" {
			missing++
		}
	}
	if len(items)+missing != len(a.p.stories) || missing > a.givenUp() {
		a.fail("%d stories are %d items; %d are missing", len(a.p.stories), len(items), missing)
	}
}

// givenUp counts the pages that did not answer for too long.
func (a *annals) givenUp() (n int) {
	for _, link := range a.reader.state().Links {
		if link.Fetched.IsZero() && link.Failures > 0 {
			n++
		}
	}
	return n
}

func TestFollowOverAnyHistoryEveryArticleIsOneItemAndAnnouncedOnlyWhenItChanged(t *testing.T) {
	for seed := range uint64(24) {
		kind := [...]hub.SourceKind{hub.KindListing, hub.KindSitemap}[seed%2]
		t.Run(fmt.Sprint(kind, seed), func(t *testing.T) {
			t.Parallel()
			a := annalsOf(t, seed, kind)
			a.look()
			for range 24 {
				for range 1 + a.r.IntN(3) {
					a.step()
				}
				a.look()
			}
			a.end()
		})
	}
}
