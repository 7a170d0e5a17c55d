package fetch

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

func TestTheUserAgentSaysWhoWhereAndForHowMany(t *testing.T) {
	var got atomic.Value
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) { got.Store(r.UserAgent()) })
	const site = "https://hub.example/about"
	for _, c := range []struct {
		o           Options
		subscribers int
		want        string
	}{
		{Options{}, 0, "Tinhub"},
		{Options{}, 3, "Tinhub (3 subscribers)"},
		{Options{Product: "Tinhub/1.2", Contact: site}, 0, "Tinhub/1.2 (+https://hub.example/about)"},
		{Options{Product: "Tinhub/1.2", Contact: site}, 1, "Tinhub/1.2 (+https://hub.example/about; 1 subscriber)"},
		{Options{Product: "Tinhub/1.2", Contact: site}, 12, "Tinhub/1.2 (+https://hub.example/about; 12 subscribers)"},
		{Options{Product: "Tinhub/1.2", Contact: site}, -1, "Tinhub/1.2 (+https://hub.example/about)"},
		{Options{Product: "Tinhub/1.2", Contact: site, UserAgent: "Ours/9"}, 12, "Ours/9"},
	} {
		c.o.AllowPrivate = true
		cl := New(c.o)
		get(t, cl, Request{URL: s.URL, Subscribers: c.subscribers})
		cl.Close()
		if got.Load() != c.want {
			t.Errorf("got %q, want %q", got.Load(), c.want)
		}
	}
}

func TestTheProductsNameIsWhatRobotsTxtKnows(t *testing.T) {
	s := serveSite(t, says("User-agent: *\nDisallow: /\nUser-agent: Tinhub\nDisallow: /p"))
	c := client(t, Options{Product: "Tinhub/1.2.3-dev"})
	get(t, c, Request{URL: s.URL + "/a", Robots: true})
	_, err := c.Get(t.Context(), Request{URL: s.URL + "/p", Robots: true})
	mustFail(t, err, ReasonRobots)
}

// connections counts those that a server is asked over.
func connections(t *testing.T, h http.HandlerFunc) (url string, count *atomic.Int32) {
	t.Helper()
	count = new(atomic.Int32)
	s := httptest.NewUnstartedServer(h)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			count.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s.URL, count
}

func TestUnchangedDocumentsShareAConnection(t *testing.T) {
	for _, c := range []struct {
		name string
		h    http.HandlerFunc
		want int32
	}{
		{"304", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(304) }, 1},
		{"304 with a length", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "50000")
			w.WriteHeader(304)
		}, 1},
		{"404 with a page", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(404)
			_, _ = w.Write(make([]byte, 10<<10))
		}, 1},
		{"a document", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 50<<10)) }, 1},
		{"a packed document", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(zip(t, make([]byte, 50<<10)))
		}, 1},
		{"a server that wants none", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Connection", "close")
			w.WriteHeader(304)
		}, 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			url, count := connections(t, c.h)
			cl := client(t, Options{})
			for range 10 {
				_, _ = cl.Get(t.Context(), Request{URL: url, ETag: `"e"`})
			}
			if got := count.Load(); got != c.want {
				t.Errorf("ten requests took %d connections, want %d", got, c.want)
			}
		})
	}
}

func TestOneLanguageIsTold(t *testing.T) {
	for _, c := range []struct {
		said []string
		want string
	}{
		{nil, ""},
		{[]string{"vi"}, "vi"},
		{[]string{" pt-BR "}, "pt-BR"},
		{[]string{"zh-Hant-TW"}, "zh-Hant-TW"},
		{[]string{"vi, en"}, ""},
		{[]string{"vi", "en"}, ""},
		{[]string{""}, ""},
		{[]string{"français"}, ""},
		{[]string{"en_US"}, ""},
		{[]string{"a-very-long-tag-that-nobody-needs-at-all"}, ""},
	} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Header()["Content-Language"] = c.said })
		if got := get(t, client(t, Options{}), Request{URL: s.URL}).ContentLanguage; got != c.want {
			t.Errorf("%q: got %q, want %q", c.said, got, c.want)
		}
	}
}

func TestTheWishForALaterQuestionIsHeardFromEveryAnswer(t *testing.T) {
	for _, said := range []string{"3600", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)} {
		for _, code := range []int{200, 304, 404, 429, 500, 503, 302} {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/end" {
					return
				}
				w.Header().Set("Retry-After", said)
				if code == 302 {
					w.Header().Set("Location", "/end")
				}
				w.WriteHeader(code)
			})
			var at time.Time
			resp, err := client(t, Options{}).Get(t.Context(), Request{URL: s.URL, ETag: `"e"`})
			if err != nil {
				at = mustFail(t, err, ReasonStatus).RetryAfter
			} else {
				at = resp.RetryAfter
			}
			if wait := time.Until(at); wait < 59*time.Minute || wait > 61*time.Minute {
				t.Errorf("%d, %s: to be asked again in %s", code, said, wait)
			}
		}
	}
}
