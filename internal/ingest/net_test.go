package ingest

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tinhub/internal/fetch"
	"tinhub/internal/hub"
	"tinhub/internal/sqlitestore"
)

func realFetch(t *testing.T, o fetch.Options) *fetch.Client {
	t.Helper()
	o.AllowPrivate = true
	c := fetch.New(o)
	t.Cleanup(c.Close)
	return c
}

func server(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s.URL
}

// plug is a port that says what it likes.
func plug(t *testing.T, talk func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 4096))
			_ = c.SetDeadline(time.Now().Add(3 * time.Second))
			talk(c)
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return "http://" + l.Addr().String()
}

func body(s string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, s) }
}

// rude is a source that behaves badly, the reason its failure is counted under, and what the operator reads.
type rude struct {
	name, reason, words string
	serve               http.HandlerFunc
	talk                func(net.Conn)
}

func rudes(t *testing.T) []rude {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	if _, err := z.Write(make([]byte, 4<<20)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	answer := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	forever := func(w io.Writer, b []byte) {
		for {
			if _, err := w.Write(b); err != nil {
				return
			}
		}
	}
	return []rude{
		{name: "HTML instead of a feed", reason: "document", words: "HTML", serve: body("<!DOCTYPE html><html><body><p>We are moving.</p></body></html>")},
		{name: "nothing", reason: "document", words: "empty", serve: body("")},
		{name: "an error in JSON", reason: "document", serve: body(`{"error":"no"}`)},
		{name: "garbage instead of a feed", reason: "document", serve: body("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")},
		{name: "a 500", reason: "status", words: "500", serve: answer(500)},
		{name: "a 404", reason: "status", words: "404", serve: answer(404)},
		{name: "a 401", reason: "status", words: "401", serve: answer(401)},
		{name: "50 MB", reason: "too-large", serve: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(50<<20))
			forever(w, make([]byte, 64<<10))
		}},
		{name: "an endless feed", reason: "too-large", serve: func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, rss("endless"))
			forever(w, []byte(strings.Repeat(" ", 64<<10)))
		}},
		{name: "a bomb", reason: "too-large", serve: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes())
		}},
		{name: "silence", reason: "timeout", serve: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }},
		{name: "a drip", reason: "timeout", serve: func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = io.WriteString(w, " ")
				w.(http.Flusher).Flush()
				time.Sleep(10 * time.Millisecond)
			}
		}},
		{name: "a length that lies", reason: "protocol", talk: func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n"+rss("short"))
		}},
		{name: "HTTP/0.9", reason: "protocol", talk: func(c net.Conn) { _, _ = io.WriteString(c, rss("old")) }},
		{name: "a door slammed", reason: "connect", talk: func(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) }},
		{name: "a circle", reason: "redirects", serve: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusMovedPermanently)
		}},
		{name: "a way to the metadata", reason: "refused-address", serve: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
		}},
		{name: "a flood of cookies", reason: "too-large", talk: func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n")
			forever(c, []byte("Set-Cookie: a="+strings.Repeat("b", 200)+"\r\n"))
		}},
	}
}

func TestARudeSourceFailsWithItsReasonAndKeepsWhatItHad(t *testing.T) {
	patient := realFetch(t, fetch.Options{Timeout: 20 * time.Second, MaxBytes: 1 << 20})
	hasty := realFetch(t, fetch.Options{Timeout: 300 * time.Millisecond, MaxBytes: 1 << 20})
	for _, r := range rudes(t) {
		t.Run(r.name, func(t *testing.T) {
			var bad atomic.Bool
			good := server(t, func(w http.ResponseWriter, req *http.Request) {
				if bad.Load() && r.serve != nil {
					r.serve(w, req)
					return
				}
				w.Header().Set("ETag", `"good"`)
				_, _ = io.WriteString(w, rss("kept"))
			})
			m, c := newMemory(), newCounts()
			src := feedSource("a", good, time.Minute)
			i := New(Options{Sources: []hub.Source{src}, Store: m, Fetch: patient, Meter: c})
			if reports, err := i.Once(t.Context(), nil, nil); err != nil || reports[0].Created != 1 {
				t.Fatalf("while it was good: %+v, %v", reports, err)
			}
			bad.Store(true)
			if r.reason == fetch.ReasonTimeout {
				i.o.Fetch = hasty
			}
			if r.talk != nil {
				i.seats["a"].src.URL = plug(t, r.talk)
			}
			reports, err := i.Once(t.Context(), nil, nil)
			if err != nil || reports[0].Outcome != OutcomeFailed || !strings.Contains(reports[0].Error, r.words) {
				t.Fatalf("got %+v, %v", reports, err)
			}
			if c.fetched["a "+r.reason] != 1 {
				t.Errorf("counted %v, want %s", c.fetched, r.reason)
			}
			if got := m.titles(); !slices.Equal(got, []string{"kept"}) {
				t.Errorf("stored %q", got)
			}
			st := m.state("a")
			if st.Failures != 1 || st.LastError == "" || !st.NextFetch.After(st.LastFetch) || st.NextReason == "" {
				t.Errorf("state %+v", st)
			}
			if r.talk == nil && st.ETag != `"good"` {
				t.Errorf("a bad answer took the validator: %q", st.ETag)
			}
		})
	}
}

func TestACutOffFeedGivesWhatIsWholeAndTheRestLater(t *testing.T) {
	var whole atomic.Bool
	text := rss("one", "two", "three")
	url := server(t, func(w http.ResponseWriter, _ *http.Request) {
		if whole.Load() {
			_, _ = io.WriteString(w, text)
			return
		}
		_, _ = io.WriteString(w, text[:strings.Index(text, "<item><title>three")+30])
	})
	m := newMemory()
	i := New(Options{Sources: []hub.Source{feedSource("a", url, time.Minute)}, Store: m, Fetch: realFetch(t, fetch.Options{})})
	if reports, err := i.Once(t.Context(), nil, nil); err != nil || reports[0].Created < 2 {
		t.Errorf("cut off: %+v, %v", reports, err)
	}
	whole.Store(true)
	if _, err := i.Once(t.Context(), nil, nil); err != nil {
		t.Fatal(err)
	}
	if got := m.titles(); !slices.Equal(got, []string{"one", "three", "two"}) {
		t.Errorf("stored %q", got)
	}
}

func TestGoodSourcesKeepTheirRhythmBesideHostileOnes(t *testing.T) {
	client := realFetch(t, fetch.Options{Timeout: 2 * time.Second, MaxBytes: 1 << 20})
	var sources []hub.Source
	for n, r := range rudes(t) {
		var url string
		if r.talk != nil {
			url = plug(t, r.talk)
		} else {
			url = server(t, r.serve)
		}
		for k := range 3 {
			sources = append(sources, feedSource(fmt.Sprintf("rude%d-%d", n, k), fmt.Sprint(url, "/", k), time.Second))
		}
	}
	var asked [3]atomic.Int32
	for n := range asked {
		url := server(t, func(w http.ResponseWriter, r *http.Request) {
			k := asked[n].Add(1)
			_, _ = io.WriteString(w, rss(fmt.Sprintf("good%d-%d", n, k)))
		})
		src := feedSource(fmt.Sprint("good", n), url, time.Second)
		src.Headers = map[string]string{"X-N": fmt.Sprint(n)}
		sources = append(sources, src)
	}
	m := newMemory()
	i := New(Options{Sources: sources, Store: m, Fetch: client, Holder: "x"})
	stop := start(t, i)
	deadline := time.Now().Add(time.Minute)
	enough := func() bool {
		for n := range asked {
			if asked[n].Load() < 4 {
				return false
			}
		}
		return true
	}
	for !enough() && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	if took := stop(); took > 5*time.Second {
		t.Errorf("stopping took %s", took)
	}
	if !enough() {
		t.Errorf("the good ones were asked %d, %d, %d times", asked[0].Load(), asked[1].Load(), asked[2].Load())
	}
	for _, title := range m.titles() {
		if !strings.HasPrefix(title, "good") && title != "endless" {
			t.Errorf("stored %q", title)
		}
	}
}

func TestValidatorsAndItemsOutliveTheProcess(t *testing.T) {
	var full, unchanged atomic.Int32
	url := server(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-None-Match") == `W/"v;1"` && r.Header.Get("If-Modified-Since") == "Fri, 14 Jan 2022 02:01:00 +0700" {
			unchanged.Add(1)
			w.WriteHeader(http.StatusNotModified)
			return
		}
		full.Add(1)
		w.Header().Set("ETag", `W/"v;1"`)
		w.Header().Set("Last-Modified", "Fri, 14 Jan 2022 02:01:00 +0700")
		_, _ = io.WriteString(w, rss("one", "two"))
	})
	path := filepath.Join(t.TempDir(), "hub.db")
	run := func() Report {
		store, err := sqlitestore.Open(context.Background(), path, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		i := New(Options{Sources: []hub.Source{feedSource("a", url, time.Minute)}, Store: store, Fetch: realFetch(t, fetch.Options{})})
		reports, err := i.Once(t.Context(), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		return reports[0]
	}
	if r := run(); r.Outcome != OutcomeOK || r.Created != 2 {
		t.Errorf("first: %+v", r)
	}
	for range 2 {
		if r := run(); r.Outcome != OutcomeNotModified {
			t.Errorf("after a restart: %+v", r)
		}
	}
	if full.Load() != 1 || unchanged.Load() != 2 {
		t.Errorf("asked for the whole %d times, for changes %d times", full.Load(), unchanged.Load())
	}
}

func TestASourceIsNotFetchedFromInsideUnlessAllowed(t *testing.T) {
	var reached atomic.Int32
	url := server(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	guarded := fetch.New(fetch.Options{})
	t.Cleanup(guarded.Close)
	m := newMemory()
	reports, err := New(Options{Sources: []hub.Source{feedSource("a", url, time.Minute)}, Store: m, Fetch: guarded}).Once(t.Context(), nil, nil)
	if err != nil || !strings.Contains(reports[0].Error, "refused-address") || reached.Load() != 0 {
		t.Errorf("got %+v, %v, reached %d times", reports, err, reached.Load())
	}
}
