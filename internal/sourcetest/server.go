package sourcetest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"
)

// Server plays behaviours. It is safe for concurrent use.
type Server struct {
	mu     sync.Mutex
	sites  []*Site
	closed bool
}

// New makes a server that plays nothing yet.
func New() *Server { return &Server{} }

// Play begins a behaviour on a port of its own. name tells it from others that play the same: it stands in titles and links,
// and no two names have an article in common.
func (s *Server) Play(name string, b Behaviour) (*Site, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, errors.New("the server is closed")
	}
	site := &Site{name: name, b: b, start: time.Now(), conns: map[net.Conn]bool{}, visits: map[string]int{}}
	site.ended, site.end = context.WithCancel(context.Background())
	var err error
	if site.main, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("listen for %s: %w", b.Name, err)
	}
	if site.other, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		_ = site.main.Close()
		return nil, fmt.Errorf("listen for the other host of %s: %w", b.Name, err)
	}
	if b.secure {
		certificate, err := selfSigned()
		if err != nil {
			return nil, errors.Join(err, site.main.Close(), site.other.Close())
		}
		site.main = tls.NewListener(site.main, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12})
	}
	if b.talk != nil {
		site.running.Go(func() { site.accept() })
	} else {
		site.speak(site.main, false)
	}
	site.speak(site.other, true)
	s.sites = append(s.sites, site)
	return site, nil
}

// Close ends all that is played, and returns when nothing of it runs.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, site := range s.sites {
		site.close()
	}
}

// Site is one behaviour being played.
type Site struct {
	name        string
	b           Behaviour
	start       time.Time
	main, other net.Listener
	ended       context.Context
	end         context.CancelFunc
	running     sync.WaitGroup
	servers     []*http.Server

	mu       sync.Mutex
	conns    map[net.Conn]bool // bare ones
	numbers  int
	requests []Request
	visits   map[string]int
	now, top int
}

// Request is one that reached a site.
type Request struct {
	At     time.Time
	Conn   int  // which connection it came over, from 1
	Other  bool // it came to the site's second host
	Method string
	Path   string // with its query
	Host   string
	Header http.Header
}

// URL is where the site's document stands.
func (s *Site) URL() string { return s.base() + s.b.Reach }

// Name is the one it was begun under.
func (s *Site) Name() string { return s.name }

// Behaviour is what it plays.
func (s *Site) Behaviour() Behaviour { return s.b }

// Requests lists what reached it so far, in order; those for robots.txt too.
func (s *Site) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Busiest is the largest number of requests that were under way at once.
func (s *Site) Busiest() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.top
}

// Published is how many articles it had given out in all at the moment at, where it is one that publishes all the time.
func (s *Site) Published(at time.Time) int { return 1 + int(at.Sub(s.start)/newsEvery) }

// Title is the title of its nth article, from 1.
func (s *Site) Title(n int) string { return s.article(n).title }

func (s *Site) base() string {
	scheme := "http://"
	if s.b.secure || s.b.https {
		scheme = "https://"
	}
	return scheme + s.main.Addr().String()
}

func (s *Site) elsewhere() string { return "http://" + s.other.Addr().String() }

func (s *Site) close() {
	s.end()
	for _, server := range s.servers {
		_ = server.Close()
	}
	_ = s.main.Close()
	_ = s.other.Close()
	s.mu.Lock()
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.running.Wait()
}

// note writes a request down and says the how manieth it is of its path; left is to be called at its end.
func (s *Site) note(r Request) (n int, left func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.At = time.Now()
	if len(s.requests) < maxRequests {
		s.requests = append(s.requests, r)
	}
	s.now++
	s.top = max(s.top, s.now)
	s.visits[r.Path]++
	return s.visits[r.Path], func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.now--
	}
}

// maxRequests is how many are written down.
const maxRequests = 100_000

func (s *Site) number() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.numbers++
	return s.numbers
}

type connKey struct{}

// speak serves HTTP on a listener.
func (s *Site) speak(l net.Listener, other bool) {
	server := &http.Server{
		ErrorLog:          log.New(io.Discard, "", 0),
		ReadHeaderTimeout: time.Minute,
		ConnContext: func(ctx context.Context, _ net.Conn) context.Context {
			return context.WithValue(ctx, connKey{}, s.number())
		},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.running.Add(1)
			defer s.running.Done()
			conn, _ := r.Context().Value(connKey{}).(int)
			n, left := s.note(Request{Conn: conn, Other: other, Method: r.Method, Path: r.URL.RequestURI(), Host: r.Host, Header: r.Header.Clone()})
			defer left()
			s.answer(&scene{Site: s, n: n, w: w, r: r, other: other})
		}),
	}
	s.servers = append(s.servers, server)
	s.running.Go(func() { _ = server.Serve(l) })
}

func (s *Site) answer(c *scene) {
	switch {
	case c.r.URL.Path == "/robots.txt" && s.b.robots != nil:
		s.b.robots(c)
	case c.r.URL.Path == "/robots.txt":
		http.NotFound(c.w, c.r)
	case c.other || s.b.serve == nil:
		c.give(c.feed(1, 2))
	default:
		s.b.serve(c)
	}
}
