package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// trip is one Get on its way: from the URL that was asked for, over redirects, to a document.
type trip struct {
	c         *Client
	r         Request
	at        *url.URL // of the next hop, without user information
	home      *url.URL // whose host may see credentials and headers
	proxy     *url.URL
	user      *url.Userinfo
	seen      []string
	hops      int
	maxHops   int
	permanent bool          // every hop so far was for good
	budget    time.Duration // what is left of Options.Timeout
	limit     int64
	cut       bool        // a longer body is cut at limit, not refused
	head      http.Header // of the last answer
	retry     time.Time   // the latest Retry-After on the way
}

func (c *Client) newTrip(r Request) (*trip, error) {
	t := &trip{
		c: c, r: r, permanent: true, maxHops: max(c.o.MaxRedirects, 0), budget: c.o.Timeout,
		limit: orDefault(r.MaxBytes, c.o.MaxBytes),
	}
	at, err := parseURL(r.URL)
	if err != nil {
		return nil, &Error{Reason: ReasonProtocol, URL: redact(r.URL), Err: err}
	}
	t.at, t.home = at, at
	if r.Declared != "" {
		if t.home, err = parseURL(r.Declared); err != nil {
			return nil, &Error{Reason: ReasonProtocol, URL: redact(r.Declared), Err: err}
		}
	}
	switch {
	case r.Username != "" || r.Password != "":
		t.user = url.UserPassword(r.Username, r.Password)
	case t.home.User != nil:
		t.user = t.home.User
	case sameHost(t.home, at):
		t.user = at.User
	}
	t.at = bare(at)
	if r.Proxy != "" {
		if t.proxy, err = parseProxy(r.Proxy); err != nil {
			return nil, &Error{Reason: ReasonProtocol, URL: redact(r.URL), Err: err}
		}
	}
	return t, nil
}

// run goes hop by hop until there is a document or an error.
func (t *trip) run(ctx context.Context) (*Response, error) {
	for {
		t.seen = append(t.seen, t.at.String())
		next, res, err := t.hop(ctx)
		if err != nil {
			return nil, t.fail(ctx, err)
		}
		if res != nil {
			return res, nil
		}
		if err := t.follow(next); err != nil {
			return nil, t.fail(ctx, err)
		}
	}
}

// redirect is an answer that leads elsewhere.
type redirect struct {
	location  string
	permanent bool
}

func (t *trip) follow(r *redirect) error {
	t.hops++
	t.permanent = t.permanent && r.permanent
	if t.hops > t.maxHops {
		return &Error{Reason: ReasonRedirects, Err: fmt.Errorf("more than %d redirects", t.maxHops)}
	}
	ref, err := url.Parse(r.location)
	if err != nil {
		return &Error{Reason: ReasonRedirects, Err: errors.New("a redirect to what is not a URL")}
	}
	next, err := parseURL(t.at.ResolveReference(ref).String())
	if err != nil {
		return &Error{Reason: ReasonRedirects, Err: fmt.Errorf("a redirect: %w", err)}
	}
	// What a server puts before the @ is not ours to send anywhere.
	next = bare(next)
	if slices.Contains(t.seen, next.String()) {
		return &Error{Reason: ReasonRedirects, Err: errors.New("redirects in a circle")}
	}
	t.at = next
	return nil
}

// hop asks one URL. It gives a redirect, a response, or an error.
func (t *trip) hop(ctx context.Context) (*redirect, *Response, error) {
	if err := t.c.guard.name(t.at.Hostname(), t.proxy != nil); err != nil {
		return nil, nil, err
	}
	if err := t.turn(ctx); err != nil {
		return nil, nil, err
	}
	// A slot is taken for each hop alone: whoever waits for another host's holds none meanwhile.
	release, err := t.c.slots.take(ctx, hostOf(t.at))
	if err != nil {
		return nil, nil, err
	}
	defer release()
	start := time.Now()
	defer func() { t.budget -= time.Since(start) }()
	ctx, cancel := context.WithTimeout(ctx, t.budget)
	defer cancel()
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)

	req, err := t.request(ctx)
	if err != nil {
		return nil, nil, err
	}
	client := t.c.direct
	if t.proxy != nil {
		client = t.c.proxied
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	t.c.o.Log.DebugContext(ctx, "asked", "url", redact(t.at.String()), "status", resp.StatusCode, "took", time.Since(start))
	return t.answer(ctx, end, resp)
}

// turn returns when robots.txt, where it is asked, and the host's pace let the next hop start. It holds no slot meanwhile.
func (t *trip) turn(ctx context.Context) error {
	var delay time.Duration
	if t.r.Robots {
		var err error
		if delay, err = t.c.robots.allow(ctx, t.at, t.r.Proxy, t.c.o.Product); err != nil {
			return err
		}
	}
	return t.c.pacer.wait(ctx, t.at, t.r.Robots, delay)
}
