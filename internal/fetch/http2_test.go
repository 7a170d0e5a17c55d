package fetch

import (
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// serveHTTP2 is a server of HTTP/2 and a Client that trusts it; conns counts its connections.
func serveHTTP2(t *testing.T, o Options, h http.HandlerFunc) (c *Client, url string, conns *atomic.Int32) {
	t.Helper()
	var count atomic.Int32
	s := httptest.NewUnstartedServer(h)
	s.EnableHTTP2 = true
	s.Config.ErrorLog = discardLog()
	s.TLS = &tls.Config{GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
		count.Add(1)
		return nil, nil
	}}
	s.StartTLS()
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	c = client(t, o)
	trusted := s.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	c.direct.Transport.(*http.Transport).TLSClientConfig = &tls.Config{RootCAs: trusted}
	return c, s.URL, &count
}

func TestHTTP2KeepsTheSameLimits(t *testing.T) {
	c, url, conns := serveHTTP2(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor != 2 {
			t.Errorf("asked by %s", r.Proto)
		}
		switch r.URL.Path {
		case "/endless":
			endless(w, make([]byte, 32<<10))
		case "/cookies":
			for range 1000 {
				w.Header().Add("Set-Cookie", "a="+strings.Repeat("b", 100))
			}
		case "/reset", "/reset-body":
			if r.URL.Path == "/reset-body" {
				_, _ = w.Write([]byte("some"))
				_ = http.NewResponseController(w).Flush()
			}
			panic(http.ErrAbortHandler)
		case "/hangs":
			<-r.Context().Done()
		default:
			if r.Header.Get("If-None-Match") != "" {
				w.WriteHeader(304)
				return
			}
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(zip(t, []byte("news")))
		}
	})
	for range 5 {
		if resp := get(t, c, Request{URL: url}); string(resp.Body) != "news" {
			t.Errorf("got %q", resp.Body)
		}
		if resp := get(t, c, Request{URL: url, ETag: `"e"`}); !resp.NotModified {
			t.Error("got a document")
		}
		_, err := c.Get(t.Context(), Request{URL: url + "/endless"})
		mustFail(t, err, ReasonTooLarge)
	}
	if conns.Load() != 1 {
		t.Errorf("%d connections", conns.Load())
	}
	_, err := c.Get(t.Context(), Request{URL: url + "/cookies"})
	mustFail(t, err, ReasonTooLarge)
	for _, path := range []string{"/reset", "/reset-body"} {
		_, err = c.Get(t.Context(), Request{URL: url + path})
		mustFail(t, err, ReasonConnect)
	}
	c.o.Timeout = 200 * time.Millisecond
	_, err = c.Get(t.Context(), Request{URL: url + "/hangs"})
	mustFail(t, err, ReasonTimeout)
	c.o.Timeout = 20 * time.Second
	get(t, c, Request{URL: url})
}
