package fetch

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// site serves robots.txt by robots and everything else as a page; it counts both.
type site struct {
	*httptest.Server
	robots, pages atomic.Int32
}

func serveSite(t *testing.T, robots http.HandlerFunc) *site {
	t.Helper()
	s := &site{}
	s.Server = serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			s.robots.Add(1)
			robots(w, r)
			return
		}
		s.pages.Add(1)
		_, _ = w.Write([]byte("a page"))
	})
	return s
}

func says(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(text)) }
}

const nothing = "User-agent: *\nDisallow: /\n"

func TestRobotsTxtDecidesWhereItIsAsked(t *testing.T) {
	s := serveSite(t, says("User-agent: *\nDisallow: /inner\n"))
	c := client(t, Options{})
	get(t, c, Request{URL: s.URL + "/a", Robots: true})
	get(t, c, Request{URL: s.URL + "/inner/feed"}) // a feed is published to be fetched
	_, err := c.Get(t.Context(), Request{URL: s.URL + "/inner/page?key=hush", Robots: true})
	e := mustFail(t, err, ReasonRobots)
	for _, words := range []string{s.URL + "/robots.txt", "line 2", "Disallow: /inner", "/inner/page"} {
		if !strings.Contains(e.Error(), words) {
			t.Errorf("%q does not say %q", e, words)
		}
	}
	if strings.Contains(e.Error(), "hush") || !e.RetryAfter.IsZero() {
		t.Errorf("the error tells the query, or that it will pass: %v, %s", e, e.RetryAfter)
	}
	get(t, c, Request{URL: s.URL, Robots: true}) // "" is "/"
	if s.robots.Load() != 1 || s.pages.Load() != 3 {
		t.Errorf("robots.txt was asked for %d times, pages %d times", s.robots.Load(), s.pages.Load())
	}
}

func TestRobotsTxtIsAskedAtEveryHop(t *testing.T) {
	other := serveSite(t, says(nothing))
	home := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/robots.txt":
			says("User-agent: Tinhub\nDisallow: /closed")(w, r)
		case "/near":
			http.Redirect(w, r, "/closed", http.StatusFound)
		case "/far":
			http.Redirect(w, r, other.URL+"/x", http.StatusMovedPermanently)
		default:
			t.Errorf("%s was asked for", r.URL.Path)
		}
	})
	c := client(t, Options{})
	for path, detour := range map[string]bool{"/near": true, "/far": false} {
		_, err := c.Get(t.Context(), Request{URL: home.URL + path, Robots: true})
		if e := mustFail(t, err, ReasonRobots); e.Detour != detour {
			t.Errorf("%s: detour is %t", path, e.Detour)
		}
	}
	if other.pages.Load() != 0 {
		t.Error("the other site's page was asked for")
	}
}

func TestWhatRobotsTxtAnswersDecides(t *testing.T) {
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	elsewhere := serve(t, says(nothing))
	hops := func(n int) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			var at int
			_, _ = fmt.Sscanf(r.URL.RawQuery, "%d", &at)
			if at < n {
				http.Redirect(w, r, fmt.Sprintf("/robots.txt?%d", at+1), http.StatusFound)
				return
			}
			says(nothing)(w, r)
		}
	}
	for _, c := range []struct {
		name   string
		robots http.HandlerFunc
		open   bool
		passes bool // it will be asked for again soon
	}{
		{"404", status(404), true, false},
		{"410", status(410), true, false},
		{"401", status(401), true, false},
		{"403", status(403), true, false},
		{"204", status(204), true, false},
		{"a redirect without a place", status(301), true, false},
		{"429", status(429), false, true},
		{"500", status(500), false, true},
		{"503", status(503), false, true},
		{"a reset", func(w http.ResponseWriter, _ *http.Request) { hijack(w) }, false, true},
		{"a time-out", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, false, true},
		{"a broken coding", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write([]byte(nothing))
		}, false, true},
		{"an HTML page", says("<html><body>User-agent: *\nDisallow: /</body></html>"), true, false},
		{"packed", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(zip(t, []byte(nothing)))
		}, false, false},
		{"a redirect to another host", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL+"/their-robots", http.StatusMovedPermanently)
		}, false, false},
		{"five redirects", hops(5), false, false},
		{"six redirects", hops(6), true, false},
		{"a redirect in a circle", func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/robots.txt", http.StatusFound)
		}, true, false},
		{"a redirect to a refused address", to("http://169.254.169.254/robots.txt"), false, true},
		{"very long, its rule early", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(nothing + strings.Repeat("# more\n", 1<<20)))
		}, false, false},
		{"very long, its rule too late", func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(strings.Repeat("#\n", maxRobotsBytes/2) + nothing))
		}, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serveSite(t, c.robots)
			o := Options{MaxRedirects: -1} // those of robots.txt are followed all the same
			if c.name == "a time-out" {
				o.Timeout = 500 * time.Millisecond
			}
			cl := client(t, o)
			for range 2 {
				_, err := cl.Get(t.Context(), Request{URL: s.URL + "/a", Robots: true})
				if c.open {
					if err != nil {
						t.Fatal(err)
					}
					continue
				}
				e := mustFail(t, err, ReasonRobots)
				if soon := time.Until(e.RetryAfter); (soon > 0) != c.passes || soon > robotsAtLeast {
					t.Errorf("to be asked again in %s", soon)
				}
				if !strings.Contains(e.Error(), "robots.txt") {
					t.Errorf("%q does not name the file", e)
				}
			}
			if got := s.pages.Load(); (got == 2) != c.open || !c.open && got != 0 {
				t.Errorf("the page was asked for %d times", got)
			}
		})
	}
}

func hijack(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = conn.(*net.TCPConn).SetLinger(0)
		_ = conn.Close()
	}
}

func TestARefusedAddressIsNotCalledRobots(t *testing.T) {
	s := serveSite(t, says(""))
	c := New(Options{})
	t.Cleanup(c.Close)
	for range 2 {
		_, err := c.Get(t.Context(), Request{URL: s.URL + "/a", Robots: true})
		mustFail(t, err, ReasonRefusedAddress)
	}
}

func TestRobotsTxtComesThroughTheRequestsProxy(t *testing.T) {
	var asked atomic.Int32
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.String() == "http://news.example/robots.txt" {
			asked.Add(1)
			says(nothing)(w, r)
			return
		}
		t.Errorf("%s was asked for", r.URL)
	})
	c := client(t, Options{})
	_, err := c.Get(t.Context(), Request{URL: "http://news.example/a", Robots: true, Proxy: proxy.URL})
	mustFail(t, err, ReasonRobots)
	if asked.Load() != 1 {
		t.Errorf("robots.txt was asked for %d times", asked.Load())
	}
}

func TestARobotsTxtSeesNoSecretOfTheRequest(t *testing.T) {
	s := serveSite(t, func(_ http.ResponseWriter, r *http.Request) {
		for _, k := range []string{"Authorization", "X-Key", "If-None-Match"} {
			if v := r.Header.Get(k); v != "" {
				t.Errorf("robots.txt was asked for with %s: %s", k, v)
			}
		}
	})
	get(t, client(t, Options{}), Request{
		URL: s.URL + "/a", Robots: true, ETag: `"e"`, Username: "an", Password: "x", Headers: map[string]string{"X-Key": "k"},
	})
}

func TestAnOriginIsSchemeHostAndPort(t *testing.T) {
	for raw, want := range map[string]string{
		"http://News.Example/a?b":    "http://news.example/robots.txt",
		"http://news.example:80/":    "http://news.example/robots.txt",
		"http://news.example:":       "http://news.example/robots.txt",
		"https://news.example:443/x": "https://news.example/robots.txt",
		"https://news.example:80/":   "https://news.example:80/robots.txt",
		"http://[2001:DB8::80]:80/":  "http://[2001:db8::80]/robots.txt",
		"http://[2001:db8::80]/":     "http://[2001:db8::80]/robots.txt",
	} {
		u, err := parseURL(raw)
		if err != nil {
			t.Fatal(err)
		}
		if got := robotsPlace(u); got != want {
			t.Errorf("%s: got %s, want %s", raw, got, want)
		}
	}
}
