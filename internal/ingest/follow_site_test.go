package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhub/internal/fetch"
	"tinhub/internal/hub"
	"tinhub/internal/sqlitestore"
)

// The site of a small newspaper, for the tests of listings and sitemaps. A test changes it between two turns.

// report is an article of the site.
type report struct {
	n      int
	title  string
	text   []string
	date   time.Time
	undone bool // the page does not give its date
	status int  // the page answers so, 0 for 200
	page   string
	name   string // in its address, whatever becomes of its title
	edits  int
}

// path is where the report's page stands.
func (s *report) path() string { return fmt.Sprintf("/news/%s-%d.html", s.name, s.n) }

// paper is the site.
type paper struct {
	mu        sync.Mutex
	stories   []*report // the newest first
	listed    func() string
	head      string // in the listing's head
	furniture int    // changes what stands around the articles
	extra     map[string]func(http.ResponseWriter, *http.Request)
	asked     map[string]int // by path
	whole     map[string]int // of those, without a condition that held
	headers   map[string]http.Header
	canonical func(*report) string
}

func newPaper(n int) *paper {
	p := &paper{
		extra: map[string]func(http.ResponseWriter, *http.Request){}, asked: map[string]int{}, whole: map[string]int{}, headers: map[string]http.Header{},
		canonical: func(*report) string { return "" },
	}
	p.listed = p.list
	for range n {
		p.add()
	}
	return p
}

var syllables = []string{"ka", "lo", "mi", "ten", "ru", "sa", "vor", "pel", "dun", "mar", "ish", "gol", "ber", "cat", "fen", "ost"}

// wordsOf is n words that hardly another story has in that order.
func wordsOf(r *rand.Rand, n int) string {
	words := make([]string, n)
	for i := range words {
		for range 2 + r.IntN(2) {
			words[i] += syllables[r.IntN(len(syllables))]
		}
	}
	words[0] = strings.ToUpper(words[0][:1]) + words[0][1:]
	return strings.Join(words, " ")
}

// add publishes a report.
func (p *paper) add() *report {
	n := len(p.stories) + 1
	r := rand.New(rand.NewPCG(uint64(n), 7))
	s := &report{n: n, title: wordsOf(r, 6), date: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC).Add(time.Duration(n) * time.Hour)}
	s.name = strings.ToLower(strings.Join(strings.Fields(s.title)[:2], "-"))
	for range 5 {
		s.text = append(s.text, wordsOf(r, 45)+".")
	}
	p.stories = slices.Insert(p.stories, 0, s)
	return s
}

// list is the listing's boxes.
func (p *paper) list() string {
	var b strings.Builder
	for _, s := range p.stories {
		p.box(&b, s, s.path())
	}
	return b.String()
}

func (p *paper) box(b *strings.Builder, s *report, link string) {
	fmt.Fprintf(b, `<article class="box"><h2><a href="%s">%s</a></h2><time datetime="%s">%s</time><p>%s</p></article>`,
		link, s.title, s.date.Format(time.RFC3339), s.date.Format("2 January 2006"), s.text[0][:60])
}

const pageOfPaper = `<!DOCTYPE html><html lang="en"><head><title>%s - The Hill Paper</title>%s</head><body>
<header><a href="/">The Hill Paper</a><nav><a href="/sport/">Sport</a> <a href="/about">About us</a></nav></header>
<main>%s</main>
<aside class="most-read"><h3>Most read</h3><ul><li><a href="/x/%d">What the weather did on day %d</a></li></ul></aside>
<footer>Contact: the desk. Edition %d</footer></body></html>`

func (p *paper) front() string {
	return fmt.Sprintf(pageOfPaper, "News", p.head, p.listed(), p.furniture, p.furniture, p.furniture)
}

func (p *paper) pageOf(s *report) string {
	if s.page != "" {
		return s.page
	}
	head := `<meta property="og:type" content="article">`
	if c := p.canonical(s); c != "" {
		head += `<link rel="canonical" href="` + c + `">`
	}
	date := ""
	if !s.undone {
		date = fmt.Sprintf(`<time datetime="%s">%s</time>`, s.date.Format(time.RFC3339), s.date.Format("2 January 2006"))
	}
	body := fmt.Sprintf(`<article><h1>%s</h1>%s<p>%s</p></article>`, s.title, date, strings.Join(s.text, "</p><p>"))
	return fmt.Sprintf(pageOfPaper, s.title, head, body, p.furniture, p.furniture, p.furniture)
}

// ServeHTTP serves the paper.
func (p *paper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked[r.URL.Path]++
	p.headers[r.URL.Path] = r.Header.Clone()
	if f := p.extra[r.URL.Path]; f != nil {
		f(w, r)
		return
	}
	if r.URL.Path == "/" {
		p.send(w, r, "text/html; charset=utf-8", p.front())
		return
	}
	// Another door leads to each story: /box/….
	for _, s := range p.stories {
		if strings.TrimPrefix(r.URL.Path, "/box") == s.path() {
			if s.status != 0 {
				w.WriteHeader(s.status)
				return
			}
			p.send(w, r, "text/html; charset=utf-8", p.pageOf(s))
			return
		}
	}
	w.WriteHeader(http.StatusNotFound)
}

// send answers with a document and its ETag.
func (p *paper) send(w http.ResponseWriter, r *http.Request, media, body string) {
	sum := sha256.Sum256([]byte(body))
	etag := `"` + hex.EncodeToString(sum[:8]) + `"`
	w.Header().Set("ETag", etag)
	w.Header().Set("Content-Type", media)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	p.whole[r.URL.Path]++
	_, _ = io.WriteString(w, body)
}

// pagesAsked counts the requests for stories.
func (p *paper) pagesAsked() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for path, times := range p.asked {
		if strings.Contains(path, "/news/") {
			n += times
		}
	}
	return n
}

// change changes the paper between two turns.
func (p *paper) change(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

// reader is the hub of a test that follows the paper.
type reader struct {
	t     *testing.T
	p     *paper
	url   string
	src   hub.Source
	now   time.Time
	store *sqlitestore.Store
	fetch Fetcher
	i     *Ingest
	meter *counts
}

// followed is a hub that follows the paper on a real server, from a path of it.
func followed(t *testing.T, p *paper, kind hub.SourceKind, path string) *reader {
	t.Helper()
	server := httptest.NewServer(p)
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return readerOf(t, p, kind, server.URL+path, realFetch(t, fetch.Options{}))
}

func readerOf(t *testing.T, p *paper, kind hub.SourceKind, url string, f Fetcher) *reader {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), ":memory:", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	r := &reader{t: t, p: p, url: url, store: store, fetch: f, now: time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)}
	r.src = hub.Source{ID: "a", Kind: kind, URL: url, Every: 15 * time.Minute, Sections: []string{"news"}, Location: time.UTC}
	r.restart()
	return r
}

// restart is another process on the same store.
func (r *reader) restart() {
	r.meter = newCounts()
	r.i = New(Options{
		Sources: []hub.Source{r.src}, Store: r.store, Fetch: r.fetch, Now: func() time.Time { return r.now }, Meter: r.meter, Holder: "x",
	})
}

// turn asks the source, so much later.
func (r *reader) turn(later time.Duration) Report {
	r.t.Helper()
	r.now = r.now.Add(later)
	reports, err := r.i.Once(r.t.Context(), nil, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return reports[0]
}

// well is turn where nothing may fail.
func (r *reader) well(later time.Duration) Report {
	r.t.Helper()
	rep := r.turn(later)
	if rep.Outcome == OutcomeFailed || rep.Outcome == OutcomeHeld {
		r.t.Fatalf("the turn failed: %+v", rep)
	}
	return rep
}

func (r *reader) state() hub.SourceState {
	r.t.Helper()
	if u := r.i.seats["a"].unsaved.Load(); u != nil {
		return *u
	}
	states, err := r.store.SourceStates(r.t.Context(), []string{"a"})
	if err != nil {
		r.t.Fatal(err)
	}
	return states[0]
}

// items are the section's items by title.
func (r *reader) items() map[string]hub.Record {
	r.t.Helper()
	shelf, err := r.store.Shelf(r.t.Context(), "news", 1000)
	if err != nil {
		r.t.Fatal(err)
	}
	out := map[string]hub.Record{}
	for _, rec := range shelf.Items {
		if _, twice := out[rec.Title]; twice {
			r.t.Errorf("%q is an item twice", rec.Title)
		}
		out[rec.Title] = rec
	}
	return out
}

// events counts what was announced so far.
func (r *reader) events() int {
	r.t.Helper()
	head, err := r.store.Head(r.t.Context())
	if err != nil {
		r.t.Fatal(err)
	}
	return int(head.Seq)
}

// direct is a Fetcher that goes to a handler without a network, over redirects, whatever the scheme and host.
type direct struct{ h http.Handler }

// Get implements Fetcher.
func (d direct) Get(ctx context.Context, q fetch.Request) (*fetch.Response, error) {
	at, err := url.Parse(q.URL)
	if err != nil {
		return nil, err
	}
	moved := ""
	for range 5 {
		req := httptest.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
		if q.ETag != "" {
			req.Header.Set("If-None-Match", q.ETag)
		}
		rec := httptest.NewRecorder()
		d.h.ServeHTTP(rec, req)
		switch {
		case rec.Code == http.StatusMovedPermanently:
			if at, err = at.Parse(rec.Header().Get("Location")); err != nil {
				return nil, err
			}
			moved = at.String()
			continue
		case rec.Code == http.StatusNotModified:
			return &fetch.Response{Status: 304, URL: at.String(), NotModified: true, ETag: q.ETag, Moved: moved}, nil
		case rec.Code != http.StatusOK:
			return nil, &fetch.Error{Reason: fetch.ReasonStatus, Status: rec.Code, URL: at.String()}
		}
		return &fetch.Response{
			Status: 200, URL: at.String(), Body: rec.Body.Bytes(), ContentType: rec.Header().Get("Content-Type"), ETag: rec.Header().Get("ETag"), Moved: moved,
		}, nil
	}
	return nil, &fetch.Error{Reason: fetch.ReasonRedirects}
}
