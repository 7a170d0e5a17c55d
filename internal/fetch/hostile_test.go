package fetch

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestAHostileServerIsOneErrorWithItsReason(t *testing.T) {
	for _, b := range slices.Concat(answers(t), wires(), signposts()) {
		t.Run(b.name, func(t *testing.T) {
			c := client(t, Options{Timeout: 20 * time.Second, HeaderTimeout: 20 * time.Second})
			if b.reason == ReasonTimeout {
				c = client(t, Options{Timeout: 300 * time.Millisecond})
			}
			var url string
			if b.talk != nil {
				url = raw(t, b.talk)
			} else {
				url = serve(t, b.serve).URL + "/feed?key=hush"
			}
			_, err := c.Get(t.Context(), Request{URL: url})
			e := mustFail(t, err, b.reason)
			if e.Status != b.status {
				t.Errorf("got status %d, want %d", e.Status, b.status)
			}
			if !strings.Contains(e.Error(), b.words) {
				t.Errorf("error %q does not say %q", e, b.words)
			}
			if len(e.Error()) > 1000 {
				t.Errorf("an error of %d bytes", len(e.Error()))
			}
			if strings.Contains(e.Error(), "hush") {
				t.Errorf("error %q tells the query", e)
			}
		})
	}
}

func TestABombCostsItsLimitAndNoMore(t *testing.T) {
	bomb := zip(t, make([]byte, 64<<20))
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(bomb)
	})
	c := client(t, Options{MaxBytes: 1 << 20, Timeout: 20 * time.Second})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := c.Get(t.Context(), Request{URL: s.URL})
	runtime.ReadMemStats(&after)
	mustFail(t, err, ReasonTooLarge)
	if used := after.TotalAlloc - before.TotalAlloc; used > 12<<20 {
		t.Errorf("a bomb of 64 MiB made it allocate %d MiB", used>>20)
	}
}

func TestAnUntrustedCertificateIsATLSError(t *testing.T) {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = discardLog()
	s.StartTLS()
	t.Cleanup(s.Close)
	_, err := client(t, Options{}).Get(t.Context(), Request{URL: s.URL})
	mustFail(t, err, ReasonTLS)

	plain := serve(t, func(http.ResponseWriter, *http.Request) {})
	_, err = client(t, Options{}).Get(t.Context(), Request{URL: strings.Replace(plain.URL, "http:", "https:", 1)})
	mustFail(t, err, ReasonTLS)
}

func TestAHostWithoutAddressIsADNSError(t *testing.T) {
	_, err := client(t, Options{}).Get(t.Context(), Request{URL: "http://no..such.invalid/"})
	mustFail(t, err, ReasonDNS)
}

func TestOnlyHTTPURLsAreAsked(t *testing.T) {
	c := client(t, Options{})
	for _, u := range []string{
		"", "news.example/rss", "/etc/passwd", "file:///etc/passwd", "ftp://a.example/x", "javascript:alert(1)", "http://", "http:///x",
		"data:text/html,x", "http://a b/", "http://[::1", "HTTPS:foo", "http://" + strings.Repeat("a", 9<<10) + ".example/",
	} {
		_, err := c.Get(t.Context(), Request{URL: u})
		mustFail(t, err, ReasonProtocol)
	}
}

func TestTheCallerAndCloseEndAGet(t *testing.T) {
	started := make(chan struct{}, 2)
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		started <- struct{}{}
		<-r.Context().Done()
	})
	for name, end := range map[string]func(*Client, context.CancelFunc){
		"the caller's context": func(_ *Client, cancel context.CancelFunc) { cancel() },
		"Close":                func(c *Client, _ context.CancelFunc) { c.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			c := client(t, Options{Timeout: time.Minute})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			result := make(chan error, 1)
			go func() {
				_, err := c.Get(ctx, Request{URL: s.URL})
				result <- err
			}()
			<-started
			end(c, cancel)
			mustFail(t, <-result, ReasonCancelled)
			_, err := c.Get(ctx, Request{URL: s.URL})
			mustFail(t, err, ReasonCancelled)
		})
	}
}

func TestTheCallersDeadlineIsATimeout(t *testing.T) {
	s := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := client(t, Options{}).Get(ctx, Request{URL: s.URL})
	mustFail(t, err, ReasonTimeout)
}

func TestSlowRedirectsShareOneDeadline(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(150 * time.Millisecond)
		http.Redirect(w, r, fmt.Sprintf("%sx", r.URL.Path), http.StatusFound)
	})
	_, err := client(t, Options{Timeout: 400 * time.Millisecond}).Get(t.Context(), Request{URL: s.URL + "/"})
	mustFail(t, err, ReasonTimeout)
}

func TestAPlainQuestionAtATLSPortIsOneError(t *testing.T) {
	s := httptest.NewUnstartedServer(http.NotFoundHandler())
	s.Config.ErrorLog = discardLog()
	s.StartTLS()
	t.Cleanup(s.Close)
	_, err := client(t, Options{}).Get(t.Context(), Request{URL: strings.Replace(s.URL, "https:", "http:", 1)})
	mustFail(t, err, ReasonStatus)
}

func TestABodyLongerThanItsLengthEndsThere(t *testing.T) {
	url := raw(t, func(c net.Conn) {
		_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\nnews and lies")
	})
	c := client(t, Options{})
	for range 3 { // what is left over is no answer to the next question
		if resp := get(t, c, Request{URL: url}); string(resp.Body) != "news" {
			t.Errorf("got %q", resp.Body)
		}
	}
}

func TestTrailersAndEarlyHintsDoNoHarm(t *testing.T) {
	url := raw(t, func(c net.Conn) {
		_, _ = io.WriteString(c, "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n"+
			"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: ETag\r\n\r\n4;why=not\r\nnews\r\n0\r\nETag: \"late\"\r\nX-More: 1\r\n\r\n")
	})
	if resp := get(t, client(t, Options{}), Request{URL: url}); string(resp.Body) != "news" || resp.ETag != "" {
		t.Errorf("got %q, tag %q", resp.Body, resp.ETag)
	}
}

func TestNoneOfManyCookiesComesBack(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if c := r.Header.Values("Cookie"); len(c) > 0 {
			t.Errorf("%d cookies came back", len(c))
		}
		for n := range 500 {
			http.SetCookie(w, &http.Cookie{Name: fmt.Sprintf("c%d", n), Value: strings.Repeat("x", 50), Path: "/"})
		}
		if r.URL.Path == "/a" {
			http.Redirect(w, r, "/b", http.StatusFound)
		}
	})
	c := client(t, Options{})
	get(t, c, Request{URL: s.URL + "/a"})
	get(t, c, Request{URL: s.URL + "/b"})
}

// TestRudeServersHoldUpNoGoodOne sends a hundred Gets to a server that drips, and one to a good one meanwhile.
func TestRudeServersHoldUpNoGoodOne(t *testing.T) {
	rude := serve(t, drips(200))
	good := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("news")) })
	c := client(t, Options{Timeout: time.Minute, PerHost: 2, Total: 8})
	ctx, cancel := context.WithCancel(t.Context())
	var g sync.WaitGroup
	for range 100 {
		g.Go(func() { _, _ = c.Get(ctx, Request{URL: rude.URL}) })
	}
	start := time.Now()
	for range 20 {
		get(t, c, Request{URL: strings.Replace(good.URL, "127.0.0.1", "localhost", 1)})
	}
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("20 fetches took %s", took)
	}
	cancel()
	g.Wait()
}
