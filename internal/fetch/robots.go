package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// How long a robots.txt holds, and how many are kept.
const (
	robotsFor      = 24 * time.Hour  // at most (RFC 9309 §2.4)
	robotsAtLeast  = 5 * time.Minute // also before one that could not be had is asked for again
	robotsHosts    = 2000
	robotsMemory   = 32 << 20 // bytes, about; those longest unused go first
	robotsMaxHops  = 5        // redirects (§2.3.1.2)
	robotsAccept   = "text/plain, */*;q=0.5"
	robotsFilePath = "/robots.txt"
)

// robots keeps what the origins' robots.txt say. Those who ask for the same one at a time share one request for it,
// which none of them ends: it belongs to the Client and ends with it.
type robots struct {
	fetch   func(ctx context.Context, place, proxy string) (robotsAnswer, error)
	now     func() time.Time
	closed  context.Context
	running sync.WaitGroup

	mu      sync.Mutex
	origins map[string]*robotsEntry // by origin and proxy
	memory  int
	ended   bool // nothing is fetched any more
}

// robotsAnswer is a robots.txt and how long it holds.
type robotsAnswer struct {
	file *robotsFile
	hold time.Duration
}

// robotsEntry is an origin's. file and err are written before done is closed; until is zero before, used is under mu.
type robotsEntry struct {
	done  chan struct{}
	file  *robotsFile
	err   error // why it could not be had, so that nothing is allowed
	until time.Time
	used  time.Time
}

func newRobots(closed context.Context, c *Client) *robots {
	return &robots{fetch: c.fetchRobots, now: time.Now, closed: closed, origins: map[string]*robotsEntry{}}
}

// allow says whether u may be fetched, and how far requests to its host shall stand apart (0 where it does not say).
func (r *robots) allow(ctx context.Context, u *url.URL, proxy, product string) (time.Duration, error) {
	place := robotsPlace(u)
	e, err := r.entry(ctx, place, proxy)
	if err != nil {
		return 0, err
	}
	if e.err != nil {
		if why, ok := errors.AsType[*Error](e.err); ok && why.Reason == ReasonRefusedAddress && why.URL == redact(place) {
			return 0, &Error{Reason: why.Reason, Err: why.Err} // the page stands there too, and a while changes nothing
		}
		return 0, &Error{
			Reason: ReasonRobots, RetryAfter: e.until,
			Err: fmt.Errorf("nothing is fetched from there while its robots.txt cannot be had; it is asked for again after %s: %w",
				e.until.UTC().Format("15:04 MST"), e.err),
		}
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" || u.ForceQuery {
		path += "?" + u.RawQuery
	}
	if rule := e.file.decide(path); rule != nil && !rule.allow && path != robotsFilePath {
		return 0, &Error{Reason: ReasonRobots, Err: fmt.Errorf(
			"line %d of %s (%s) forbids it to %s; ask the site to allow it there, or take the source out", rule.line, redact(place), rule, product)}
	}
	return e.file.delay, nil
}

// robotsPlace is where u's origin keeps its robots.txt, one spelling for an origin.
func robotsPlace(u *url.URL) string {
	host := strings.ToLower(u.Host)
	switch u.Scheme {
	case "http":
		host = strings.TrimSuffix(host, ":80")
	case "https":
		host = strings.TrimSuffix(host, ":443")
	}
	return (&url.URL{Scheme: u.Scheme, Host: strings.TrimSuffix(host, ":"), Path: robotsFilePath}).String()
}

// entry gives the origin's robots.txt, and waits for it where it has to be fetched.
func (r *robots) entry(ctx context.Context, place, proxy string) (*robotsEntry, error) {
	key := place + " " + proxy
	r.mu.Lock()
	now := r.now()
	e := r.origins[key]
	if e != nil && !e.until.IsZero() && !now.Before(e.until) {
		r.drop(key, e)
		e = nil
	}
	if e == nil {
		if r.ended {
			r.mu.Unlock()
			return nil, context.Canceled
		}
		e = &robotsEntry{done: make(chan struct{})}
		r.origins[key] = e
		r.running.Go(func() { r.fill(key, place, proxy, e) })
	}
	e.used = now
	r.mu.Unlock()
	select {
	case <-e.done:
		return e, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// fill fetches an entry's robots.txt; every request in it has its deadline.
func (r *robots) fill(key, place, proxy string, e *robotsEntry) {
	answer, err := r.fetch(r.closed, place, proxy)
	r.mu.Lock()
	defer r.mu.Unlock()
	defer close(e.done)
	e.file, e.err, e.until = answer.file, err, r.now().Add(answer.hold)
	if r.closed.Err() != nil {
		delete(r.origins, key)
		return
	}
	if e.file != nil {
		r.memory += e.file.cost()
	}
	for len(r.origins) > robotsHosts || r.memory > robotsMemory {
		if !r.dropOldest(e) {
			return
		}
	}
}

// dropOldest forgets what was not asked for the longest, but never keep and nothing that is still on its way.
func (r *robots) dropOldest(keep *robotsEntry) bool {
	var oldest *robotsEntry
	var at string
	for key, e := range r.origins {
		if e != keep && !e.until.IsZero() && (oldest == nil || e.used.Before(oldest.used)) {
			oldest, at = e, key
		}
	}
	if oldest == nil {
		return false
	}
	r.drop(at, oldest)
	return true
}

func (r *robots) drop(key string, e *robotsEntry) {
	delete(r.origins, key)
	if e.file != nil {
		r.memory -= e.file.cost()
	}
}

// end returns once no request for a robots.txt runs, nor will; closed must have ended, so that it need not wait for any.
func (r *robots) end() {
	r.mu.Lock()
	r.ended = true
	r.mu.Unlock()
	r.running.Wait()
}

// fetchRobots asks for a robots.txt, as RFC 9309 §2.3.1 wants it: what is not there allows everything, what cannot be had
// allows nothing (an error) until it can.
func (c *Client) fetchRobots(ctx context.Context, place, proxy string) (robotsAnswer, error) {
	t, err := c.newTrip(Request{URL: place, Proxy: proxy, Accept: robotsAccept})
	if err != nil {
		return robotsAnswer{hold: robotsAtLeast}, err
	}
	t.limit, t.cut, t.maxHops = maxRobotsBytes, true, robotsMaxHops
	res, err := t.run(ctx)
	if err == nil {
		return robotsAnswer{file: parseRobots(res.Body, productToken(c.o.Product)), hold: robotsHold(t.head, time.Now())}, nil
	}
	e, ok := errors.AsType[*Error](err)
	switch {
	case !ok:
		return robotsAnswer{hold: robotsAtLeast}, err
	case e.Reason == ReasonRedirects, e.Reason == ReasonStatus && robotsAbsent(e.Status):
		return robotsAnswer{file: &robotsFile{}, hold: robotsHold(t.head, time.Now())}, nil
	}
	return robotsAnswer{hold: min(max(time.Until(e.RetryAfter), robotsAtLeast), robotsFor)}, err
}

// robotsAbsent says whether an answer of this status means that there is no robots.txt.
func robotsAbsent(status int) bool {
	return status/100 == 4 && status != http.StatusTooManyRequests || status/100 == 3 ||
		status == http.StatusNoContent || status == http.StatusResetContent
}

// robotsHold is how long a robots.txt holds: a day, or less where the answer says so.
func robotsHold(h http.Header, now time.Time) time.Duration {
	if h.Get("Cache-Control") == "" && h.Get("Expires") == "" {
		return robotsFor
	}
	if _, stated := cacheControl(h); !stated && h.Get("Expires") == "" {
		return robotsFor
	}
	return min(max(maxAge(h, now), robotsAtLeast), robotsFor)
}
