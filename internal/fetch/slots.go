package fetch

import (
	"context"
	"net"
	"net/url"
	"strings"
	"sync"
)

// Host names the server that a URL leads to, as far as politeness goes: its host, and its port where that is not one of
// the web's own. It is "" for what is no URL.
func Host(rawURL string) string {
	u, err := url.Parse(strings.TrimSpace(rawURL))
	if err != nil {
		return ""
	}
	return hostOf(u)
}

func hostOf(u *url.URL) string {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	switch p := u.Port(); p {
	case "", "80", "443":
		return host
	default:
		return net.JoinHostPort(host, p)
	}
}

// slots bounds how many requests run at once, to one host and in all.
type slots struct {
	total   chan struct{}
	perHost int
	mu      sync.Mutex
	hosts   map[string]*hostSlots // of hosts that someone uses or waits for
}

type hostSlots struct {
	free  chan struct{}
	users int
}

func newSlots(perHost, total int) *slots {
	return &slots{total: make(chan struct{}, total), perHost: perHost, hosts: map[string]*hostSlots{}}
}

// take waits for a slot. The host's comes first, so that those who wait for a slow host hold none of the others' slots.
func (s *slots) take(ctx context.Context, host string) (release func(), err error) {
	h := s.enter(host)
	select {
	case h.free <- struct{}{}:
	case <-ctx.Done():
		s.leave(host)
		return nil, ctx.Err()
	}
	select {
	case s.total <- struct{}{}:
	case <-ctx.Done():
		<-h.free
		s.leave(host)
		return nil, ctx.Err()
	}
	return func() {
		<-s.total
		<-h.free
		s.leave(host)
	}, nil
}

func (s *slots) enter(host string) *hostSlots {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.hosts[host]
	if h == nil {
		h = &hostSlots{free: make(chan struct{}, s.perHost)}
		s.hosts[host] = h
	}
	h.users++
	return h
}

func (s *slots) leave(host string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if h := s.hosts[host]; h.users > 1 {
		h.users--
	} else {
		delete(s.hosts, host)
	}
}
