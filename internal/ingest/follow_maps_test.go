package ingest

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tinhub/internal/hub"
)

const sitemapNamespaces = `xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"`

// mapOf serves these stories as a sitemap at path, in a gzip where its name says so. It locks nothing: the paper does.
func (p *paper) mapOf(path string, entry func(*report) string, stories func() []*report) {
	p.extra[path] = func(w http.ResponseWriter, r *http.Request) {
		var b strings.Builder
		b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><urlset ` + sitemapNamespaces + `>`)
		for _, s := range stories() {
			fmt.Fprintf(&b, `<url><loc>http://%s%s</loc>%s</url>`, r.Host, s.path(), entry(s))
		}
		b.WriteString(`</urlset>`)
		if !strings.HasSuffix(path, ".gz") {
			p.send(w, r, "application/xml", b.String())
			return
		}
		var zipped bytes.Buffer
		z := gzip.NewWriter(&zipped)
		_, _ = z.Write([]byte(b.String()))
		_ = z.Close()
		p.send(w, r, "application/gzip", zipped.String())
	}
}

// indexOf serves an index of sitemaps, each a path and its lastmod.
func (p *paper) indexOf(path string, maps func() [][2]string) {
	p.extra[path] = func(w http.ResponseWriter, r *http.Request) {
		var b strings.Builder
		b.WriteString(`<?xml version="1.0"?><sitemapindex ` + sitemapNamespaces + `>`)
		for _, m := range maps() {
			host := r.Host
			if strings.HasPrefix(m[0], "//") {
				host, m[0] = "", strings.TrimPrefix(m[0], "//")
			}
			fmt.Fprintf(&b, `<sitemap><loc>http://%s%s</loc>`, host, m[0])
			if m[1] != "" {
				fmt.Fprintf(&b, `<lastmod>%s</lastmod>`, m[1])
			}
			b.WriteString(`</sitemap>`)
		}
		b.WriteString(`</sitemapindex>`)
		p.send(w, r, "application/xml", b.String())
	}
}

func lastmod(s *report) string { return "<lastmod>" + s.date.Format(time.RFC3339) + "</lastmod>" }

func noWord(*report) string { return "" }

func TestFollowASitemapsNewPagesBecomeItemsNewestFirst(t *testing.T) {
	p := newPaper(70)
	p.mapOf("/sitemap.xml", lastmod, p.newest(70))
	r := followed(t, p, hub.KindSitemap, "/sitemap.xml")
	r.well(0)
	items := r.items()
	for n, s := range p.stories {
		if _, ok := items[s.title]; ok != (n < newPages) {
			t.Errorf("story %d: an item is %v", n, ok)
		}
	}
	p.change(func() { p.add() })
	if rep := r.well(30 * time.Minute); rep.Created != newPages || r.items()[p.stories[0].title].ID == "" {
		t.Errorf("the newest did not come first: %+v", rep)
	}
	r.well(30 * time.Minute)
	if rep := r.well(30 * time.Minute); rep.Created != 0 || len(r.items()) != firstLinks+1 {
		t.Errorf("%d items in the end, %+v", len(r.items()), rep)
	}
}

func TestFollowAChangedLastmodBringsThePageForward(t *testing.T) {
	p := newPaper(3)
	p.mapOf("/sitemap.xml", lastmod, p.newest(3))
	r := followed(t, p, hub.KindSitemap, "/sitemap.xml")
	r.well(0)
	for range 30 {
		r.well(6 * time.Hour)
	}
	asked := p.pagesAsked()
	s := p.stories[2]
	p.change(func() {
		s.date = s.date.Add(time.Minute)
		s.text[1] = "Another paragraph, which says it in other words than before."
	})
	if rep := r.well(20 * time.Minute); rep.Updated != 1 || p.pagesAsked() != asked+1 {
		t.Errorf("got %+v, %d pages asked for", rep, p.pagesAsked()-asked)
	}
}

func TestFollowANewsSitemapHelpsWhereThePageSaysNothing(t *testing.T) {
	p := newPaper(2)
	p.stories[0].undone = true
	p.mapOf("/news.xml", func(s *report) string {
		return `<news:news><news:publication><news:name>The Hill Paper</news:name><news:language>en</news:language></news:publication>` +
			`<news:publication_date>` + s.date.Add(-time.Minute).Format(time.RFC3339) + `</news:publication_date><news:title>` + s.title +
			`</news:title><news:keywords>Hills, Rivers</news:keywords></news:news>`
	}, p.newest(2))
	r := followed(t, p, hub.KindSitemap, "/news.xml")
	r.well(0)
	if got := r.items()[p.stories[0].title]; !got.Published.Equal(p.stories[0].date.Add(-time.Minute)) || len(got.Tags) != 2 {
		t.Errorf("without a date of its own: %s, tags %v", got.Published, got.Tags)
	}
	if got := r.items()[p.stories[1].title]; !got.Published.Equal(p.stories[1].date) {
		t.Errorf("with a date of its own: %s", got.Published)
	}
	before := r.events()
	p.change(func() { p.furniture++; p.extra["/news.xml"] = nil; p.mapOf("/news.xml", noWord, p.newest(2)) })
	r.well(2 * time.Hour)
	if r.events() != before {
		t.Error("what the list said got lost when the pages were read again")
	}
}

func TestFollowAnIndexReadsTheNewestOfItsSitemapsAndNoneAgainThatDidNotChange(t *testing.T) {
	p := newPaper(80)
	months := [][2]string{{"/map-1.xml.gz", "2026-01-31"}, {"/map-2.xml.gz", "2026-02-28"}, {"/map-3.xml.gz", "2026-03-31T10:00:00Z"}}
	p.mapOf("/map-1.xml.gz", lastmod, func() []*report { return p.stories[len(p.stories)-10:] })
	p.mapOf("/map-2.xml.gz", lastmod, func() []*report { return p.stories[len(p.stories)-20 : len(p.stories)-10] })
	p.mapOf("/map-3.xml.gz", lastmod, func() []*report { return p.stories[:len(p.stories)-20] })
	p.indexOf("/sitemap.xml", func() [][2]string { return months })
	r := followed(t, p, hub.KindSitemap, "/sitemap.xml")
	for range 4 {
		r.well(20 * time.Minute)
	}
	if p.asked["/map-3.xml.gz"] != 1 || p.asked["/map-1.xml.gz"]+p.asked["/map-2.xml.gz"] != 0 || len(r.items()) != firstLinks {
		t.Errorf("%d items; asked %v", len(r.items()), p.asked)
	}
	p.change(func() { p.add(); months[2][1] = "2026-04-01T13:00:00Z" })
	if rep := r.well(20 * time.Minute); rep.Created != 1 || p.asked["/map-3.xml.gz"] != 2 {
		t.Errorf("a new story: %+v, %v", rep, p.asked)
	}
	// A sitemap that was passed over at first and changes now: what was in it before is not new.
	p.change(func() {
		months[0][1] = "2026-04-01T14:00:00Z"
		p.stories[len(p.stories)-1].date = r.now.Add(time.Minute)
	})
	if rep := r.well(20 * time.Minute); rep.Created != 1 || p.asked["/map-1.xml.gz"] != 1 {
		t.Errorf("an old sitemap changed: %+v", rep)
	}
	// One that comes later is new altogether.
	p.mapOf("/map-4.xml.gz", lastmod, func() []*report { return newPaper(83).stories[:2] })
	p.change(func() {
		months = append(months, [2]string{"/map-4.xml.gz", "2026-04-02"})
		for range 2 {
			p.add()
		}
	})
	if rep := r.well(20 * time.Minute); rep.Created != 2 {
		t.Errorf("a new sitemap: %+v", rep)
	}
}

func TestFollowAnIndexOfIndexesHasABoundedDepthAndKeepsToItsSite(t *testing.T) {
	p := newPaper(6)
	other := newPaper(3)
	other.mapOf("/map.xml", lastmod, other.newest(3))
	away := followed(t, other, hub.KindSitemap, "/map.xml")
	p.indexOf("/sitemap.xml", func() [][2]string {
		return [][2]string{{"/1.xml", ""}, {"//" + strings.Replace(strings.TrimPrefix(away.url, "http://"), "127.0.0.1", "localhost", 1), ""}}
	})
	p.indexOf("/1.xml", func() [][2]string { return [][2]string{{"/2.xml", ""}, {"/map.xml", ""}} })
	p.indexOf("/2.xml", func() [][2]string { return [][2]string{{"/3.xml", ""}} })
	p.mapOf("/map.xml", noWord, p.newest(6))
	r := followed(t, p, hub.KindSitemap, "/sitemap.xml")
	if rep := r.well(0); rep.Created != 6 || p.asked["/2.xml"] != 1 || p.asked["/3.xml"] != 0 || other.asked["/map.xml"] != 0 {
		t.Errorf("got %+v, %v; the other site %v", rep, p.asked, other.asked)
	}
}

func TestFollowAnIndexAsksForABoundedNumberOfSitemaps(t *testing.T) {
	p := newPaper(64)
	var maps [][2]string
	for n := range 32 {
		path := fmt.Sprintf("/part-%d.xml", n)
		maps = append(maps, [2]string{path, ""})
		p.mapOf(path, noWord, func() []*report { return []*report{p.stories[len(p.stories)-1-2*n], p.stories[len(p.stories)-2-2*n]} })
	}
	p.indexOf("/sitemap.xml", func() [][2]string { return maps })
	r := readerOf(t, p, hub.KindSitemap, "https://paper.example/sitemap.xml", direct{p})
	asked := func() (n int) {
		for _, m := range maps {
			n += p.asked[m[0]]
		}
		return n
	}
	for n := range 4 {
		r.well(20 * time.Minute)
		if asked() != (n+1)*maxMapReads {
			t.Fatalf("turn %d: %d sitemaps asked for", n, asked())
		}
	}
	for _, m := range maps {
		if p.asked[m[0]] == 0 {
			t.Errorf("%s was never asked for", m[0])
		}
	}
	if n := len(r.items()); n != 2*maxMapReads {
		t.Errorf("%d items; those of sitemaps not read in the first turn were there before", n)
	}
}

func TestFollowAnIndexWhoseSitemapsFailIsAFailureUntilTheyAreThere(t *testing.T) {
	p := newPaper(3)
	p.indexOf("/sitemap.xml", func() [][2]string { return [][2]string{{"/map.xml", "2026-01-01"}} })
	r := followed(t, p, hub.KindSitemap, "/sitemap.xml")
	if rep := r.turn(0); rep.Outcome != OutcomeFailed || r.state().Gone || r.state().LastReason != "status" {
		t.Fatalf("got %+v", rep)
	}
	p.change(func() { p.mapOf("/map.xml", lastmod, p.newest(3)) })
	if rep := r.well(time.Hour); rep.Created != 3 {
		t.Errorf("got %+v", rep)
	}
	p.change(func() { p.extra["/sitemap.xml"] = nil; p.mapOf("/sitemap.xml", lastmod, p.newest(0)) })
	if rep := r.turn(time.Hour); rep.Outcome != OutcomeFailed || !strings.Contains(rep.Error, "gives none now") {
		t.Errorf("an empty sitemap: %+v", rep)
	}
}

func TestFollowAHugeSitemapCostsASmallState(t *testing.T) {
	p := newPaper(60)
	var many []byte
	p.extra["/sitemap.xml"] = func(w http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		b.WriteString(`<urlset ` + sitemapNamespaces + `>`)
		for _, s := range p.stories {
			fmt.Fprintf(&b, `<url><loc>http://%s%s</loc></url>`, r.Host, s.path())
		}
		b.Write(many)
		b.WriteString(`</urlset>`)
		p.send(w, r, "application/xml", b.String())
	}
	for n := range 49_900 {
		many = fmt.Appendf(many, `<url><loc>http://paper.example/archive/a-story-of-the-year-before/%d.html</loc></url>`, n)
	}
	r := readerOf(t, p, hub.KindSitemap, "http://paper.example/sitemap.xml", direct{p})
	for range 3 {
		r.well(20 * time.Minute)
	}
	if len(r.items()) != firstLinks {
		t.Errorf("%d items", len(r.items()))
	}
	b, err := json.Marshal(r.state())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("the state of a source with 50,000 pages has %d bytes", len(b))
	if len(b) > 500_000 {
		t.Errorf("the state has %d bytes", len(b))
	}
	p.change(func() { p.add() })
	begin := time.Now()
	if rep := r.well(20 * time.Minute); rep.Created != 1 || rep.Pages.Failed != 0 {
		t.Errorf("a new story: %+v, %+v", rep, rep.Pages)
	}
	t.Logf("a turn with one new page takes %s", time.Since(begin))
}

func TestFollowMoreOldLinksThanAreRememberedAreNoNews(t *testing.T) {
	p := newPaper(0)
	r := readerOf(t, p, hub.KindSitemap, "http://paper.example/sitemap.xml", direct{p})
	f := &following{i: r.i, s: r.i.seats["a"], src: r.src, st: &hub.SourceState{Links: map[string]hub.Link{}}, first: true, few: true}
	var links []listed
	for n := range maxOld + firstLinks + 1000 {
		links = append(links, listed{key: fmt.Sprint("paper.example/", n), url: fmt.Sprint("http://paper.example/", n), hint: hub.Hint{Rank: n}})
	}
	f.note(t.Context(), links)
	if f.waiting() != firstLinks || f.st.OldSince.IsZero() {
		t.Fatalf("%d wait, since %s", f.waiting(), f.st.OldSince)
	}
	f.first, f.few = false, false
	before := f.st.OldLinks
	f.note(t.Context(), append(links, listed{key: "new", url: "http://paper.example/new", hint: hub.Hint{When: r.now, Rank: 1}}))
	if _, ok := f.st.Links["new"]; !ok || f.waiting() != firstLinks+1 {
		t.Errorf("%d wait, the new one among them: %v", f.waiting(), ok)
	}
	if f.st.OldLinks != before {
		t.Error("the old ones were written again")
	}
}

func TestFollowLinksThatFallOutOfMemoryAreStillKnown(t *testing.T) {
	p := newPaper(0)
	r := readerOf(t, p, hub.KindListing, "http://paper.example/", direct{p})
	f := &following{i: r.i, s: r.i.seats["a"], src: r.src, st: &hub.SourceState{Links: map[string]hub.Link{}}}
	var all []listed
	for n := range 8 {
		var links []listed
		for k := range 400 {
			links = append(links, listed{key: fmt.Sprint("paper.example/", n, "/", k), url: "http://paper.example/", hint: hub.Hint{Rank: k}})
		}
		all = append(all, links...)
		r.now = r.now.Add(24 * time.Hour)
		f.note(t.Context(), links)
		for key, link := range f.st.Links {
			link.Fetched, link.Next = r.now, time.Time{}
			f.st.Links[key] = link
		}
	}
	if len(f.st.Links) != maxLinks {
		t.Errorf("%d links are remembered one by one", len(f.st.Links))
	}
	if _, ok := f.st.Links[all[0].key]; ok {
		t.Error("the one longest not listed did not go first")
	}
	f.note(t.Context(), all)
	if f.waiting() != 0 {
		t.Errorf("%d links were taken for new ones", f.waiting())
	}
}
