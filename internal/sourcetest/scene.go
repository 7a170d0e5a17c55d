package sourcetest

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// scene is one request to a site, and what there is to answer it with.
type scene struct {
	*Site
	n     int // the how manieth request for this path, from 1
	w     http.ResponseWriter
	r     *http.Request
	other bool
}

// accept talks on bare connections until the site ends.
func (s *Site) accept() {
	for {
		c, err := s.main.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.conns[c] = true
		s.mu.Unlock()
		s.running.Go(func() {
			defer func() {
				s.mu.Lock()
				delete(s.conns, c)
				s.mu.Unlock()
				_ = c.Close()
			}()
			s.converse(c)
		})
	}
}

// converse reads one request and talks.
func (s *Site) converse(c net.Conn) {
	if s.ended.Err() != nil {
		return
	}
	_ = c.SetDeadline(time.Now().Add(2 * time.Minute))
	seen := Request{Conn: s.number()}
	sc := &scene{Site: s}
	if !s.b.first {
		r, err := http.ReadRequest(bufio.NewReader(c))
		if err != nil {
			return
		}
		seen.Method, seen.Path, seen.Host, seen.Header = r.Method, r.URL.RequestURI(), r.Host, r.Header
		sc.r = r
	}
	n, left := s.note(seen)
	defer left()
	sc.n = n
	s.b.talk(c, sc)
}

// give answers with a document.
func (c *scene) give(body string) {
	if c.w.Header().Get("Content-Type") == "" {
		c.w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
	}
	_, _ = io.WriteString(c.w, body)
}

// set sets headers of the answer: names and values in turn.
func (c *scene) set(pairs ...string) *scene {
	for n := 0; n+1 < len(pairs); n += 2 {
		c.w.Header().Set(pairs[n], pairs[n+1])
	}
	return c
}

func (c *scene) status(code int) {
	c.w.WriteHeader(code)
	_, _ = fmt.Fprintf(c.w, "%d, and nothing else to say\n", code)
}

func (c *scene) redirect(code int, to string) {
	c.w.Header().Set("Location", to)
	c.w.WriteHeader(code)
}

// flush sends what was written.
func (c *scene) flush() {
	if f, ok := c.w.(http.Flusher); ok {
		f.Flush()
	}
}

// sleep waits, and says whether the site goes on.
func (s *Site) sleep(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-s.ended.Done():
		return false
	}
}

// hold says nothing until the visitor goes or the site ends.
func (c *scene) hold() {
	if c.r != nil && c.w != nil {
		select {
		case <-c.r.Context().Done():
		case <-c.ended.Done():
		}
		return
	}
	<-c.ended.Done()
}

// silence is hold on a bare connection: it reads, so as to see its end.
func silence(c net.Conn, _ *scene) { _, _ = io.Copy(io.Discard, c) }

// endless writes b until nobody takes it, in all no more than most bytes.
func endless(w io.Writer, b []byte) {
	const most = 4 << 30
	for sent := 0; sent < most; sent += len(b) {
		if _, err := w.Write(b); err != nil {
			return
		}
	}
}

// drip writes text over and over, a byte every while.
func (c *scene) drip(w io.Writer, text string, every time.Duration) {
	for n := 0; ; n++ {
		if _, err := io.WriteString(w, text[n%len(text):n%len(text)+1]); err != nil {
			return
		}
		if c.w != nil {
			c.flush()
		}
		if !c.sleep(every) {
			return
		}
	}
}
