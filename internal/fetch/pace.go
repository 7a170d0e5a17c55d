package fetch

import (
	"context"
	"errors"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How far the starts of requests to one host stand apart.
const (
	paceGap   = 100 * time.Millisecond // after a burst
	paceBurst = 8
	pageGap   = time.Second // of requests that robots.txt decides, where it names no Crawl-delay
	sweepFrom = 1024        // hosts
)

// pacer keeps the starts of requests to one host apart. It knows the hosts whose turns are not over, and few others.
type pacer struct {
	gap, pageGap time.Duration
	local        bool // private hosts are paced too

	mu      sync.Mutex
	hosts   map[string]*turns
	sweepAt int
}

// turns are a host's: documents that were asked for one by one, and those that a crawl leads to.
type turns struct {
	feeds, pages *rate.Limiter
	waiting      int
}

func newPacer(local bool) *pacer {
	return &pacer{gap: paceGap, pageGap: pageGap, local: local, hosts: map[string]*turns{}, sweepAt: sweepFrom}
}

// wait returns when the next request to u's host may start. delay is the host's own wish for a crawl, 0 where it has none.
func (p *pacer) wait(ctx context.Context, u *url.URL, crawl bool, delay time.Duration) error {
	if delay == 0 && !p.local && isLocal(u.Hostname()) {
		return nil
	}
	t := p.enter(hostOf(u))
	defer p.leave(t)
	turn := t.feeds
	if crawl {
		turn = t.pages
		if delay == 0 {
			delay = p.pageGap
		}
		if limit := rate.Every(max(delay, p.gap)); turn.Limit() != limit {
			turn.SetLimit(limit)
		}
	}
	if err := turn.Wait(ctx); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &Error{Reason: ReasonTimeout, Err: errors.New("the host's next turn comes after the caller's deadline")}
	}
	return nil
}

func (p *pacer) enter(host string) *turns {
	p.mu.Lock()
	defer p.mu.Unlock()
	t := p.hosts[host]
	if t == nil {
		if len(p.hosts) >= p.sweepAt {
			p.sweep()
			p.sweepAt = max(sweepFrom, 2*len(p.hosts))
		}
		t = &turns{feeds: rate.NewLimiter(rate.Every(p.gap), paceBurst), pages: rate.NewLimiter(rate.Every(p.pageGap), 1)}
		p.hosts[host] = t
	}
	t.waiting++
	return t
}

func (p *pacer) leave(t *turns) {
	p.mu.Lock()
	defer p.mu.Unlock()
	t.waiting--
}

// sweep forgets the hosts that owe nobody a wait: met again they start as they would have gone on.
func (p *pacer) sweep() {
	for host, t := range p.hosts {
		if t.waiting == 0 && t.feeds.Tokens() >= paceBurst && t.pages.Tokens() >= 1 {
			delete(p.hosts, host)
		}
	}
}

// isLocal says whether a host stands in the house's own network, as far as its name tells: nothing is resolved for it.
func isLocal(hostname string) bool {
	if isLocalhost(hostname) {
		return true
	}
	a, err := netip.ParseAddr(hostname)
	if err != nil {
		return false
	}
	a = a.Unmap()
	return a.IsLoopback() || a.IsPrivate() || carrierRange.Contains(a)
}
