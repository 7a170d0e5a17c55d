package fetch

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// behaviour is a server that misbehaves, and what must be said of it.
type behaviour struct {
	name   string
	serve  http.HandlerFunc // one of serve and talk
	talk   func(net.Conn)
	reason string
	status int
	words  string // stand in the error
}

// answers are servers that speak HTTP and give no document, or one that is too much.
func answers(t *testing.T) []behaviour {
	bomb := zip(t, make([]byte, 1<<20))
	text := []byte(strings.Repeat("All the news. ", 1000))
	packed := func(coding string, body []byte) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", coding)
			_, _ = w.Write(body)
		}
	}
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	return []behaviour{
		{name: "a 500", serve: status(500), reason: ReasonStatus, status: 500},
		{name: "a 404", serve: status(404), reason: ReasonStatus, status: 404},
		{name: "a 410", serve: status(410), reason: ReasonStatus, status: 410},
		{name: "a 204 without a document", serve: status(204), reason: ReasonStatus, status: 204},
		{name: "a part nobody asked for", serve: status(206), reason: ReasonStatus, status: 206},
		{name: "a 304 to an unconditional request", serve: status(304), reason: ReasonStatus, status: 304},
		{name: "a redirect without a place", serve: status(302), reason: ReasonStatus, status: 302},
		{name: "a body declared too large", serve: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", strconv.Itoa(50<<20))
			endless(w, make([]byte, 32<<10))
		}, reason: ReasonTooLarge, words: "65536 bytes"},
		{name: "an endless body", serve: func(w http.ResponseWriter, _ *http.Request) {
			endless(w, make([]byte, 32<<10))
		}, reason: ReasonTooLarge},
		{name: "a gzip bomb", serve: packed("gzip", bomb), reason: ReasonTooLarge},
		{name: "a gzip bomb inside gzip", serve: packed("gzip, gzip", zip(t, bomb)), reason: ReasonTooLarge},
		{name: "a brotli bomb", serve: packed("br", br(t, make([]byte, 1<<20))), reason: ReasonTooLarge},
		{name: "gzip members without an end and without content", serve: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			endless(w, bytes.Repeat(zip(t, nil), 100))
		}, reason: ReasonTooLarge},
		{name: "a body packed three times", serve: packed("gzip, gzip, gzip", text), reason: ReasonProtocol},
		{name: "gzip that is none", serve: packed("gzip", text), reason: ReasonProtocol, words: "decoded"},
		{name: "brotli that is none", serve: packed("br", text), reason: ReasonProtocol},
		{name: "gzip cut off", serve: packed("gzip", zip(t, text)[:60]), reason: ReasonProtocol, words: "too early"},
		{name: "a coding nobody asked for", serve: packed("zstd", text), reason: ReasonProtocol, words: "zstd"},
	}
}

// wires are servers that break HTTP itself, or take their time.
func wires() []behaviour {
	answer := func(s string) func(net.Conn) {
		return func(c net.Conn) { _, _ = io.WriteString(c, s) }
	}
	return []behaviour{
		{
			name: "a Content-Length that promises more", talk: answer("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nshort"),
			reason: ReasonProtocol, words: "too early",
		},
		{
			name: "two Content-Lengths", talk: answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 9\r\n\r\nshort"),
			reason: ReasonProtocol,
		},
		{name: "a negative Content-Length", talk: answer("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nshort"), reason: ReasonProtocol},
		{name: "a broken chunk", talk: answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nshort\r\n"), reason: ReasonProtocol},
		{
			name: "chunks without an end", talk: answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n"),
			reason: ReasonProtocol, words: "too early",
		},
		{name: "garbage on the port", talk: answer("\x00\x01\x02SSH-2.0-OpenSSH_9.9\r\n\r\n"), reason: ReasonProtocol},
		{name: "HTTP/0.9", talk: answer("<rss><channel><title>old</title></channel></rss>"), reason: ReasonProtocol},
		{name: "nothing at all", talk: func(net.Conn) {}, reason: ReasonConnect},
		{name: "a reset before the answer", talk: reset(""), reason: ReasonConnect},
		{name: "a reset in the body", talk: reset("HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nshort"), reason: ReasonConnect},
		{name: "a header without an end", talk: func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nX-Long: ")
			endless(c, bytes.Repeat([]byte("x"), 4096))
		}, reason: ReasonTooLarge},
		{name: "a flood of cookies", talk: func(c net.Conn) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\n")
			endless(c, []byte("Set-Cookie: a="+strings.Repeat("b", 100)+"\r\n"))
		}, reason: ReasonTooLarge},
		{name: "informational answers without an end", talk: func(c net.Conn) {
			endless(c, []byte("HTTP/1.1 103 Early Hints\r\nLink: <a>; rel=preload\r\n\r\n"))
		}, reason: ReasonTooLarge},
		{name: "no answer in time", serve: func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, reason: ReasonTimeout},
		{name: "a drip that never ends", serve: func(w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				_, _ = w.Write([]byte("."))
				w.(http.Flusher).Flush()
				time.Sleep(10 * time.Millisecond)
			}
		}, reason: ReasonTimeout, words: "not done in"},
		{name: "a head that drips", talk: func(c net.Conn) {
			for range 100 {
				if _, err := io.WriteString(c, "H"); err != nil {
					return
				}
				time.Sleep(20 * time.Millisecond)
			}
		}, reason: ReasonTimeout},
	}
}

// signposts are servers that lead astray.
func signposts() []behaviour {
	return []behaviour{
		{name: "a redirect to itself", serve: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.String(), http.StatusFound)
		}, reason: ReasonRedirects, words: "circle"},
		{name: "a redirect in a circle of two", serve: func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/feed" {
				http.Redirect(w, r, "/other", http.StatusMovedPermanently)
				return
			}
			http.Redirect(w, r, "/feed?key=hush", http.StatusMovedPermanently)
		}, reason: ReasonRedirects, words: "circle"},
		{name: "redirects without an end", serve: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
		}, reason: ReasonRedirects, words: "more than 5"},
		{name: "a redirect to a file", serve: to("file:///etc/passwd"), reason: ReasonRedirects, words: `"file"`},
		{name: "a redirect to a script", serve: to("javascript:alert(1)"), reason: ReasonRedirects},
		{name: "a redirect to gopher", serve: to("gopher://127.0.0.1:70/x"), reason: ReasonRedirects},
		{name: "a redirect to what is no URL", serve: to("http://[::1"), reason: ReasonProtocol},
		{name: "a redirect to the cloud's metadata", serve: to("http://169.254.169.254/latest/"), reason: ReasonRefusedAddress},
		{name: "a redirect to a closed port", serve: to("http://127.0.0.1:1/"), reason: ReasonConnect},
	}
}

func to(place string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", place)
		w.WriteHeader(http.StatusFound)
	}
}

func reset(first string) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = io.WriteString(c, first)
		time.Sleep(20 * time.Millisecond) // the answer must be read before the reset overtakes it
		_ = c.(*net.TCPConn).SetLinger(0)
	}
}

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
