package ingest

import (
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhub/internal/fetch"
	"tinhub/internal/hub"
	"tinhub/internal/sourcetest"
	"tinhub/internal/sqlitestore"
)

// stage is a hub over sources that sourcetest plays.
type stage struct {
	t      *testing.T
	server *sourcetest.Server
	store  *sqlitestore.Store
	client *fetch.Client
	sites  map[string]*sourcetest.Site // by source
	list   []hub.Source
	now    time.Time // zero: the real one
	i      *Ingest
}

func newStage(t *testing.T, o fetch.Options) *stage {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), filepath.Join(t.TempDir(), "hub.db"), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, server: sourcetest.New(), store: store, client: realFetch(t, o), sites: map[string]*sourcetest.Site{}}
	t.Cleanup(func() {
		s.server.Close()
		_ = store.Close()
	})
	return s
}

// play begins a behaviour as a source of that id.
func (s *stage) play(id, name string) *sourcetest.Site {
	s.t.Helper()
	b, ok := sourcetest.Find(name)
	if !ok {
		s.t.Fatalf("no behaviour %q", name)
	}
	site, err := s.server.Play(id, b)
	if err != nil {
		s.t.Fatal(err)
	}
	s.sites[id] = site
	s.list = append(s.list, hub.Source{
		ID: id, Kind: hub.SourceKind(b.Kind), URL: site.URL(), Every: 10 * time.Minute, Sections: []string{"news"}, Location: time.UTC,
	})
	s.i = nil
	return site
}

// restart is the end of one process and the start of another over the same store.
func (s *stage) restart() {
	if s.i != nil {
		s.i.saveUnsaved(s.t.Context())
	}
	s.i = New(Options{Sources: s.list, Store: s.store, Fetch: s.client, Holder: "x", Site: hub.Site{URL: "https://hub.example"}, Subscribers: func(hub.Source) int { return 12 }, Now: func() time.Time {
		if s.now.IsZero() {
			return time.Now()
		}
		return s.now
	}})
}

// visit asks these sources once, all where none is named.
func (s *stage) visit(ids ...string) []Report {
	s.t.Helper()
	if s.i == nil {
		s.restart()
	}
	reports, err := s.i.Once(s.t.Context(), ids, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return reports
}

func (s *stage) state(id string) hub.SourceState {
	s.t.Helper()
	if u := s.i.seats[id].unsaved.Load(); u != nil {
		return *u
	}
	states, err := s.store.SourceStates(s.t.Context(), []string{id})
	if err != nil {
		s.t.Fatal(err)
	}
	return states[0]
}

// said is the word for a visit in sourcetest's terms.
func (s *stage) said(r Report) string {
	switch st := s.state(r.Source); {
	case r.Outcome == OutcomeHeld && st.LastReason == fetch.ReasonRobots:
		return fetch.ReasonRobots
	case r.Outcome == OutcomeFailed:
		return st.LastReason
	}
	return r.Outcome
}

func TestEveryRudeAndHostileSourceIsReportedWithItsReasonAndNoOtherSuffers(t *testing.T) {
	s := newStage(t, fetch.Options{Product: "Tinhub/9", Contact: "https://hub.example/about", Timeout: time.Minute, HeaderTimeout: 30 * time.Second})
	s.visitAll(func(b sourcetest.Behaviour) bool {
		return !b.Slow && b.Name != "a newsroom that publishes all the time"
	})
	if n := s.sites[sourceID("an entity that is a URL")].Requests(); len(n) != 2 {
		t.Errorf("somebody asked for the entity: %+v", n)
	}
	s.look()
}

func TestEveryHostileSourceThatTakesItsTimeIsGivenUp(t *testing.T) {
	s := newStage(t, fetch.Options{Product: "Tinhub/9", Contact: "https://hub.example/about", Timeout: 3 * time.Second, HeaderTimeout: 2 * time.Second})
	s.visitAll(func(b sourcetest.Behaviour) bool { return b.Slow })
}

// visitAll visits all these behaviours twice, and holds what is said of them and how they were asked against what is due.
func (s *stage) visitAll(which func(sourcetest.Behaviour) bool) {
	t := s.t
	t.Helper()
	all := map[string]sourcetest.Behaviour{}
	for _, b := range sourcetest.Behaviours() {
		if which(b) {
			all[sourceID(b.Name)] = b
			s.play(sourceID(b.Name), b.Name)
		}
	}
	check := func(r Report, want string) {
		b := all[r.Source]
		if want == fetch.ReasonSlow {
			want = fetch.ReasonTimeout // with so little patience
		}
		if got := s.said(r); got != want {
			t.Errorf("%s source %q: said %q, want %q: %s", b.Class, b.Name, got, want, r.Error)
		}
		if r.Outcome == OutcomeFailed && (r.Error == "" || r.Next.Before(time.Now().Add(8*time.Minute)) && !r.Next.IsZero()) {
			t.Errorf("%q failed, and is asked again at %s: %q", b.Name, r.Next, r.Error)
		}
	}
	for _, r := range s.visit() {
		check(r, all[r.Source].Reason)
	}
	for _, r := range s.visit() {
		check(r, all[r.Source].Then)
		if b := all[r.Source]; r.Created > 0 && !strings.HasPrefix(b.Name, "new articles") {
			t.Errorf("%q brought %d new articles at the second visit", b.Name, r.Created)
		}
	}
	for id, site := range s.sites {
		for _, r := range site.Requests() {
			checkManners(t, id, r)
		}
	}
}

// checkManners looks at what every request owes, whatever the source is like.
func checkManners(t *testing.T, id string, r sourcetest.Request) {
	t.Helper()
	if r.Method == "" {
		return // the site talked before it was asked
	}
	const agent = "Tinhub/9 (+https://hub.example/about; 12 subscribers)"
	robots := r.Path == "/robots.txt" || r.Path == "/rules.txt" // many sources share it, so it says nothing of their readers
	if got := r.Header.Get("User-Agent"); got != agent && !(robots && strings.HasPrefix(got, "Tinhub/9 (+https://hub.example/about")) {
		t.Errorf("%s%s: User-Agent %q", id, r.Path, got)
	}
	if got := r.Header.Get("Accept-Encoding"); got != "gzip, br" {
		t.Errorf("%s%s: Accept-Encoding %q", id, r.Path, got)
	}
	if r.Method != "GET" || r.Header.Get("Accept") == "" {
		t.Errorf("%s%s: %s, Accept %q", id, r.Path, r.Method, r.Header.Get("Accept"))
	}
	for _, name := range []string{"Cookie", "Referer", "Authorization", "X-Forwarded-For", "Range"} {
		if got := r.Header.Get(name); got != "" {
			t.Errorf("%s%s: %s %q", id, r.Path, name, got)
		}
	}
}

// look goes through all that was stored for what must never be there.
func (s *stage) look() {
	s.t.Helper()
	shelf, err := s.store.Shelf(s.t.Context(), "news", 1000)
	if err != nil {
		s.t.Fatal(err)
	}
	if len(shelf.Items) < 100 {
		s.t.Errorf("only %d items are there", len(shelf.Items))
	}
	for _, r := range shelf.Items {
		links := []string{r.URL, r.Image, r.AMP}
		for _, a := range r.Attachments {
			links = append(links, a.URL)
		}
		for _, p := range r.Pictures {
			links = append(links, p.URL)
		}
		for _, link := range links {
			if link != "" && !strings.HasPrefix(link, "http://") && !strings.HasPrefix(link, "https://") {
				s.t.Errorf("source %s: a link to %q", r.Source, link)
			}
		}
		for _, bad := range []string{"javascript:", "vbscript:", "file:", "data:", "onerror", "<script", "root:", "evil"} {
			if strings.Contains(strings.ToLower(r.ContentHTML+r.Summary+r.Title), bad) {
				s.t.Errorf("source %s: %q in %.300s", r.Source, bad, r.ContentHTML)
			}
		}
	}
}

// sourceID makes a source's id of a behaviour's name.
func sourceID(name string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		}
		return '-'
	}, name), "-")
}
