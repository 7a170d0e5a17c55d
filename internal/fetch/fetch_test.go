package fetch

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestValidatorsGoBackExactlyAsTheyCame(t *testing.T) {
	for _, v := range []struct{ name, etag, modified string }{
		{"a strong tag", `"abc"`, ""},
		{"a weak tag", `W/"abc"`, ""},
		{"a tag without quotes", `abc-123`, ""},
		{"a tag in Latin-1", "\"t\xeat\"", ""},
		{"a tag with a coding's suffix", `"abc-gzip"`, ""},
		{"an ordinary date", "", "Fri, 14 Jan 2022 02:01:00 GMT"},
		{"a date in another form", "", "2022-01-14 02:01:00"},
		{"a date in a local zone", "", "Fri, 14 Jan 2022 09:01:00 +0700"},
		{"both", `"abc"`, "Fri, 14 Jan 2022 02:01:00 GMT"},
	} {
		t.Run(v.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("If-None-Match") == v.etag && r.Header.Get("If-Modified-Since") == v.modified && v.etag+v.modified != "" {
					if len(r.Header.Values("If-None-Match"))+len(r.Header.Values("If-Modified-Since")) > 0 {
						w.WriteHeader(http.StatusNotModified)
						return
					}
				}
				if v.etag != "" {
					w.Header()["ETag"] = []string{v.etag}
				}
				if v.modified != "" {
					w.Header().Set("Last-Modified", v.modified)
				}
				_, _ = w.Write([]byte("news"))
			})
			c := client(t, Options{})
			first := get(t, c, Request{URL: s.URL})
			if first.NotModified || first.ETag != v.etag || first.LastModified != v.modified {
				t.Fatalf("first answer: %+v", first)
			}
			second := get(t, c, Request{URL: s.URL, ETag: first.ETag, LastModified: first.LastModified})
			if !second.NotModified || second.Status != 304 || len(second.Body) != 0 {
				t.Fatalf("second answer: %+v", second)
			}
			if second.ETag != v.etag || second.LastModified != v.modified {
				t.Errorf("a 304 without validators lost them: %q %q", second.ETag, second.LastModified)
			}
		})
	}
}

func TestARequestSaysWhoAsksAndWhatItReads(t *testing.T) {
	var got http.Header
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = r.Header.Clone() })
	c := client(t, Options{})
	get(t, c, Request{URL: s.URL, Accept: "text/html", Headers: map[string]string{"x-key": "k", "accept-encoding": "zstd"}})
	for k, want := range map[string]string{
		"User-Agent": "Tinhub/test (+http://hub.example)", "Accept": "text/html", "X-Key": "k", "Accept-Encoding": "gzip, br",
		"If-None-Match": "", "If-Modified-Since": "", "Cookie": "", "Referer": "",
	} {
		if got.Get(k) != want {
			t.Errorf("%s: got %q, want %q", k, got.Get(k), want)
		}
	}
	get(t, c, Request{URL: s.URL, Headers: map[string]string{"User-Agent": "Other/1"}})
	if got.Get("User-Agent") != "Other/1" || got.Get("Accept") != "*/*" {
		t.Errorf("a source's own agent, and no Accept: got %q, %q", got.Get("User-Agent"), got.Get("Accept"))
	}
}

func TestBodiesComeDecoded(t *testing.T) {
	text := []byte(strings.Repeat("Tin tức. ", 500))
	for name, pack := range map[string]func() (string, []byte){
		"plain":          func() (string, []byte) { return "", text },
		"identity":       func() (string, []byte) { return "identity", text },
		"gzip":           func() (string, []byte) { return "gzip", zip(t, text) },
		"x-gzip":         func() (string, []byte) { return "X-GZIP", zip(t, text) },
		"br":             func() (string, []byte) { return "br", br(t, text) },
		"gzip twice":     func() (string, []byte) { return "gzip, gzip", zip(t, zip(t, text)) },
		"two members":    func() (string, []byte) { return "gzip", append(zip(t, text[:100]), zip(t, text[100:])...) },
		"gzip around br": func() (string, []byte) { return "br, gzip", zip(t, br(t, text)) },
	} {
		t.Run(name, func(t *testing.T) {
			coding, body := pack()
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if coding != "" {
					w.Header().Set("Content-Encoding", coding)
				}
				w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
				_, _ = w.Write(body)
			})
			// The limit is the text's very length: exactly as much is not too much.
			resp := get(t, client(t, Options{}), Request{URL: s.URL, MaxBytes: int64(len(text))})
			if string(resp.Body) != string(text) {
				t.Errorf("got %d bytes, want %d", len(resp.Body), len(text))
			}
			if resp.ContentType != "application/rss+xml; charset=utf-8" {
				t.Errorf("content type %q", resp.ContentType)
			}
			_, err := client(t, Options{}).Get(t.Context(), Request{URL: s.URL, MaxBytes: int64(len(text)) - 1})
			mustFail(t, err, ReasonTooLarge)
		})
	}
}

func TestAnEmptyBodyIsADocument(t *testing.T) {
	for _, coding := range []string{"", "gzip", "br"} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if coding != "" {
				w.Header().Set("Content-Encoding", coding)
			}
		})
		resp, err := client(t, Options{}).Get(t.Context(), Request{URL: s.URL})
		if coding == "br" {
			mustFail(t, err, ReasonProtocol) // not even an empty stream is empty there
			continue
		}
		if err != nil || len(resp.Body) != 0 {
			t.Errorf("%q: got %v, %v", coding, resp, err)
		}
	}
}

func TestOnlyPermanentRedirectsAreRemembered(t *testing.T) {
	for _, c := range []struct {
		name  string
		chain []int
		moved bool
	}{
		{"no redirect", nil, false},
		{"301", []int{301}, true},
		{"308", []int{308}, true},
		{"301 then 308", []int{301, 308}, true},
		{"302", []int{302}, false},
		{"303", []int{303}, false},
		{"307", []int{307}, false},
		{"301 then 302", []int{301, 302}, false},
		{"302 then 301", []int{302, 301}, false},
		{"five of them", []int{301, 301, 301, 301, 301}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				n := strings.Count(r.URL.Path, "x")
				if n < len(c.chain) {
					w.Header().Set("Location", r.URL.Path[1:]+"x") // relative, as RFC 9110 allows
					w.WriteHeader(c.chain[n])
					return
				}
				if r.Header.Get("If-None-Match") != "" {
					w.WriteHeader(304)
				}
			})
			end := s.URL + "/f" + strings.Repeat("x", len(c.chain))
			want := ""
			if c.moved {
				want = end
			}
			for _, etag := range []string{"", `"e"`} {
				resp := get(t, client(t, Options{}), Request{URL: s.URL + "/f", ETag: etag})
				if resp.URL != end || resp.Moved != want || resp.NotModified != (etag != "") {
					t.Errorf("got url %s, moved %q, not modified %t", resp.URL, resp.Moved, resp.NotModified)
				}
			}
		})
	}
}

func TestAnErrorBehindATemporaryRedirectIsADetour(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/temporary":
			http.Redirect(w, r, "/gone", http.StatusFound)
		case "/permanent":
			http.Redirect(w, r, "/gone", http.StatusMovedPermanently)
		default:
			w.WriteHeader(http.StatusGone)
		}
	})
	for path, want := range map[string]bool{"/temporary": true, "/permanent": false, "/gone": false} {
		_, err := client(t, Options{}).Get(t.Context(), Request{URL: s.URL + path})
		if e := mustFail(t, err, ReasonStatus); e.Detour != want {
			t.Errorf("%s: got detour %t, want %t", path, e.Detour, want)
		}
	}
}

// seen is what a server was told.
type seen struct{ auth, key, path string }

func witness(t *testing.T, redirect func(r *http.Request) string) (*httptest.Server, func() []seen) {
	var mu sync.Mutex
	var all []seen
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		all = append(all, seen{r.Header.Get("Authorization"), r.Header.Get("X-Key"), r.URL.Path})
		mu.Unlock()
		if to := redirect(r); to != "" {
			http.Redirect(w, r, to, http.StatusMovedPermanently)
		}
	})
	return s, func() []seen {
		mu.Lock()
		defer mu.Unlock()
		return all
	}
}

func TestSecretsStayWithTheHostTheyWereMeantFor(t *testing.T) {
	const basic = "Basic YW46czNjcmV0" // an:s3cret
	headers := map[string]string{"X-Key": "k"}
	other, atOther := witness(t, func(*http.Request) string { return "" })
	home, atHome := witness(t, func(r *http.Request) string {
		switch r.URL.Path {
		case "/away":
			return other.URL + "/there"
		case "/near":
			return "/here"
		case "/with-user":
			return strings.Replace(other.URL, "http://", "http://an:s3cret@", 1) + "/user"
		}
		return ""
	})
	c := client(t, Options{})
	userinfo := strings.Replace(home.URL, "http://", "http://an:s3cret@", 1)
	for _, r := range []Request{
		{URL: home.URL + "/near", Username: "an", Password: "s3cret", Headers: headers},
		{URL: home.URL + "/away", Username: "an", Password: "s3cret", Headers: headers},
		{URL: userinfo + "/away", Headers: headers},
		{URL: home.URL + "/with-user"},
		{URL: other.URL + "/moved", Declared: userinfo + "/away", Headers: headers},
		{URL: other.URL + "/moved", Declared: home.URL + "/away", Username: "an", Password: "s3cret", Headers: headers},
		{URL: home.URL + "/moved", Declared: userinfo + "/away", Headers: headers},
	} {
		resp := get(t, c, r)
		if strings.Contains(resp.URL+resp.Moved, "s3cret") {
			t.Errorf("the answer tells the password: %s, %s", resp.URL, resp.Moved)
		}
	}
	want := []seen{
		{basic, "k", "/near"},
		{basic, "k", "/here"},
		{basic, "k", "/away"},
		{basic, "k", "/away"},
		{"", "", "/with-user"},
		{basic, "k", "/moved"},
	}
	got := atHome()
	if len(got) != len(want) {
		t.Fatalf("home saw %+v, want %+v", got, want)
	}
	for n := range want {
		if got[n] != want[n] {
			t.Errorf("home saw %+v, want %+v", got[n], want[n])
		}
	}
	if got := atOther(); len(got) != 5 {
		t.Errorf("the other host saw %d requests, want 5", len(got))
	}
	for _, s := range atOther() {
		if s.auth != "" || s.key != "" {
			t.Errorf("the other host was told %+v", s)
		}
	}
}

func TestSecretsGoUpToHTTPSAndNeverDown(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"http://a.example/x", "http://A.example:80/y", true},
		{"https://a.example/x", "https://a.example:443/y", true},
		{"http://a.example/x", "https://a.example/y", true},
		{"https://a.example/x", "http://a.example/y", false},
		{"http://a.example:8080/x", "https://a.example/y", false},
		{"http://a.example/x", "http://a.example:8080/y", false},
		{"http://a.example/x", "http://b.a.example/y", false},
		{"http://b.a.example/x", "http://a.example/y", false},
	} {
		a, _ := url.Parse(c.a)
		b, _ := url.Parse(c.b)
		if got := sameHost(a, b); got != c.want {
			t.Errorf("%s to %s: got %t", c.a, c.b, got)
		}
	}
}

func TestNoCookieIsKept(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Cookie") != "" {
			t.Errorf("a cookie came back: %s", r.Header.Get("Cookie"))
		}
		http.SetCookie(w, &http.Cookie{Name: "id", Value: "1"})
		if r.URL.Path == "/a" {
			http.Redirect(w, r, "/b", http.StatusFound)
		}
	})
	c := client(t, Options{})
	get(t, c, Request{URL: s.URL + "/a"})
	get(t, c, Request{URL: s.URL + "/b"})
}

func TestAConnectionServesAgain(t *testing.T) {
	var mu sync.Mutex
	ports, requests := map[string]bool{}, 0
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		ports[r.RemoteAddr] = true
		requests++
		if r.URL.Path == "/bad" {
			w.WriteHeader(503)
		}
		_, _ = w.Write([]byte("some words"))
	})
	c := client(t, Options{})
	for range 3 {
		get(t, c, Request{URL: s.URL})
		_, err := c.Get(t.Context(), Request{URL: s.URL + "/bad"})
		mustFail(t, err, ReasonStatus)
	}
	if requests != 6 || len(ports) != 1 {
		t.Errorf("%d requests over %d connections, want 6 over 1", requests, len(ports))
	}
}

func TestSimultaneousRequestsAreBounded(t *testing.T) {
	var now, most atomic.Int32
	h := func(w http.ResponseWriter, _ *http.Request) {
		n := now.Add(1)
		for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
		}
		time.Sleep(20 * time.Millisecond)
		now.Add(-1)
	}
	var many []string
	for _, address := range []string{"127.0.0.1:0", "127.0.0.2:0", "127.0.0.3:0", "127.0.0.4:0"} {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		s := httptest.NewUnstartedServer(http.HandlerFunc(h))
		s.Listener.Close()
		s.Listener = l
		s.Start()
		t.Cleanup(s.Close)
		many = append(many, s.URL)
	}
	for _, c := range []struct {
		name  string
		hosts []string
		want  int32
	}{
		{"to one host", many[:1], 2},
		{"in all", many, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			most.Store(0)
			cl := client(t, Options{PerHost: 2, Total: 3})
			var g sync.WaitGroup
			for n := range 12 {
				g.Go(func() {
					if _, err := cl.Get(t.Context(), Request{URL: c.hosts[n%len(c.hosts)]}); err != nil {
						t.Error(err)
					}
				})
			}
			g.Wait()
			if most.Load() != c.want {
				t.Errorf("%d at once, want %d", most.Load(), c.want)
			}
			if n := len(cl.slots.hosts); n != 0 {
				t.Errorf("%d hosts are still remembered", n)
			}
		})
	}
}

func TestWaitingForASlotCostsNoTimeOfTheRequest(t *testing.T) {
	s := serve(t, func(http.ResponseWriter, *http.Request) { time.Sleep(500 * time.Millisecond) })
	c := client(t, Options{PerHost: 1, Timeout: 2 * time.Second})
	var g sync.WaitGroup
	for range 6 {
		g.Go(func() {
			if _, err := c.Get(t.Context(), Request{URL: s.URL}); err != nil {
				t.Error(err)
			}
		})
	}
	g.Wait()
}

func TestAProxyIsUsedAndTrusted(t *testing.T) {
	var asked []string
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.String()+" "+r.Header.Get("Proxy-Authorization"))
		if r.URL.Path == "/inside" {
			http.Redirect(w, r, "http://10.0.0.1/", http.StatusFound)
			return
		}
		_, _ = w.Write([]byte("by proxy"))
	})
	c := New(Options{}) // with the guard: it binds sources, not the operator's proxy
	t.Cleanup(c.Close)
	through := strings.Replace(proxy.URL, "http://", "http://p:w@", 1)
	resp := get(t, c, Request{URL: "http://news.example/feed", Proxy: through})
	if string(resp.Body) != "by proxy" || len(asked) != 1 || asked[0] != "http://news.example/feed Basic cDp3" {
		t.Errorf("got %q; the proxy was asked %q", resp.Body, asked)
	}
	for _, u := range []string{
		"http://127.0.0.1/", "http://localhost/", "http://a.localhost./", "http://[::1]/", "http://[::ffff:10.0.0.1]/", "http://2130706433/",
		"http://0x7f.1/", "http://①②⑦.⓪.⓪.①/", "http://169.254.169.254/", "http://[fd00:ec2::254]/", "http://news.example/inside",
	} {
		_, err := c.Get(t.Context(), Request{URL: u, Proxy: through})
		mustFail(t, err, ReasonRefusedAddress)
	}
	if len(asked) != 2 {
		t.Errorf("the proxy was asked for what is refused: %q", asked)
	}
	for _, p := range []string{"proxy.example:3128", "ftp://proxy.example", "http://", "http://p:s3cret@[::1"} {
		_, err := c.Get(t.Context(), Request{URL: "http://news.example/", Proxy: p})
		if e := mustFail(t, err, ReasonProtocol); strings.Contains(e.Error(), "s3cret") {
			t.Errorf("the error tells the proxy's password: %v", e)
		}
	}
}

func TestAHostIsAServer(t *testing.T) {
	for raw, want := range map[string]string{
		"http://News.example/a": "news.example", "https://news.example:443/b": "news.example", "http://news.example.:80": "news.example",
		"http://u:p@news.example:8080/": "news.example:8080", "http://[::1]:8080/": "[::1]:8080", "http://[::1]/": "::1",
		"http://[": "", "": "",
	} {
		if got := Host(raw); got != want {
			t.Errorf("%q: got %q, want %q", raw, got, want)
		}
	}
}

func TestAPoisonedValidatorIsNotKept(t *testing.T) {
	for name, etag := range map[string]string{"a control character": "\"a\x01b\"", "too long": `"` + strings.Repeat("e", 2000) + `"`} {
		t.Run(name, func(t *testing.T) {
			url := raw(t, func(c net.Conn) {
				_, _ = c.Write([]byte("HTTP/1.1 200 OK\r\nETag: " + etag + "\r\nContent-Length: 4\r\n\r\nnews"))
			})
			resp, err := client(t, Options{}).Get(t.Context(), Request{URL: url})
			if err != nil {
				mustFail(t, err, ReasonProtocol) // refused as a whole is as good
				return
			}
			if resp.ETag != "" || string(resp.Body) != "news" {
				t.Errorf("got %+v", resp)
			}
		})
	}
}
