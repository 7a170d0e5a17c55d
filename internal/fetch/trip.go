package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// maxURL bounds a URL, also one that a redirect gives.
const maxURL = 8 << 10

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
	permanent bool // every hop so far was for good
	budget    time.Duration
	limit     int64
}

func (c *Client) newTrip(r Request) (*trip, error) {
	t := &trip{c: c, r: r, permanent: true, budget: c.o.Timeout, limit: orDefault(r.MaxBytes, c.o.MaxBytes)}
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

// bare is u without what is not sent: user information and fragment.
func bare(u *url.URL) *url.URL {
	b := *u
	b.User, b.Fragment, b.RawFragment = nil, "", ""
	return &b
}

func parseURL(s string) (*url.URL, error) {
	if len(s) > maxURL {
		return nil, fmt.Errorf("a URL of %d bytes; %d are allowed", len(s), maxURL)
	}
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil {
		return nil, errors.New("not a URL") // the cause would quote it, and it may hold a password
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("scheme %q; only http and https are fetched", u.Scheme)
	}
	if u.Hostname() == "" {
		return nil, errors.New("a URL without a host")
	}
	return u, nil
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
	if t.hops > t.c.o.MaxRedirects {
		return &Error{Reason: ReasonRedirects, Err: fmt.Errorf("more than %d redirects", max(t.c.o.MaxRedirects, 0))}
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
	// A slot is taken for each hop alone: whoever waits for another host's holds none meanwhile.
	release, err := t.c.slots.take(ctx, hostOf(t.at))
	if err != nil {
		return nil, nil, err
	}
	defer release()
	start := time.Now()
	ctx, cancel := context.WithTimeout(ctx, t.budget)
	defer cancel()
	defer func() { t.budget -= time.Since(start) }()

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
	switch code := resp.StatusCode; {
	case isRedirect(code) && resp.Header.Get("Location") != "":
		drain(resp.Body)
		return &redirect{
			location:  resp.Header.Get("Location"),
			permanent: code == http.StatusMovedPermanently || code == http.StatusPermanentRedirect,
		}, nil, nil
	case code == http.StatusNotModified && (t.r.ETag != "" || t.r.LastModified != ""):
		return nil, t.unchanged(resp), nil
	case isDocument(code):
		res, err := t.document(resp)
		return nil, res, err
	default:
		drain(resp.Body)
		return nil, nil, &Error{Reason: ReasonStatus, Status: code, RetryAfter: retryAfter(resp.Header, time.Now())}
	}
}

func isRedirect(code int) bool {
	switch code {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther,
		http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// isDocument says whether an answer of this status carries the whole document: a 206 was not asked for, a 204 and a 205
// have none.
func isDocument(code int) bool {
	switch code {
	case http.StatusNoContent, http.StatusResetContent, http.StatusPartialContent:
		return false
	}
	return code/100 == 2
}

// drain reads a little of a body nobody wants, so that the connection can serve again; what is longer costs the connection.
func drain(body io.Reader) { _, _ = io.CopyN(io.Discard, body, 16<<10) }

func (t *trip) request(ctx context.Context) (*http.Request, error) {
	if t.proxy != nil {
		ctx = context.WithValue(ctx, proxyKey{}, t.proxy)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.at.String(), nil)
	if err != nil {
		return nil, &Error{Reason: ReasonProtocol, Err: errors.New("no request can be made of this URL")}
	}
	h := req.Header
	h.Set("User-Agent", t.c.o.UserAgent)
	h.Set("Accept", orDefault(t.r.Accept, "*/*"))
	if sameHost(t.home, t.at) {
		for _, k := range slices.Sorted(maps.Keys(t.r.Headers)) {
			h.Set(k, t.r.Headers[k])
		}
		if t.user != nil && h.Get("Authorization") == "" {
			password, _ := t.user.Password()
			req.SetBasicAuth(t.user.Username(), password)
		}
	}
	h.Set("Accept-Encoding", "gzip, br")
	if t.r.ETag != "" {
		h.Set("If-None-Match", t.r.ETag)
	}
	if t.r.LastModified != "" {
		h.Set("If-Modified-Since", t.r.LastModified)
	}
	return req, nil
}

// sameHost says whether b may see what was meant for a: the same host and port, or the same host one step up from http
// to https on the ordinary ports; never down.
func sameHost(a, b *url.URL) bool {
	if !strings.EqualFold(a.Hostname(), b.Hostname()) {
		return false
	}
	if a.Scheme == b.Scheme {
		return port(a) == port(b)
	}
	return a.Scheme == "http" && port(a) == "80" && b.Scheme == "https" && port(b) == "443"
}

func port(u *url.URL) string {
	switch p := u.Port(); {
	case p != "":
		return p
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}

func (t *trip) unchanged(resp *http.Response) *Response {
	res := t.response(resp)
	res.NotModified = true
	res.ETag = orDefault(res.ETag, t.r.ETag)
	res.LastModified = orDefault(res.LastModified, t.r.LastModified)
	return res
}

func (t *trip) document(resp *http.Response) (*Response, error) {
	body, err := readBody(resp, t.limit)
	if err != nil {
		return nil, err
	}
	res := t.response(resp)
	res.Body = body
	return res, nil
}

func (t *trip) response(resp *http.Response) *Response {
	now := time.Now()
	res := &Response{
		Status:       resp.StatusCode,
		URL:          t.at.String(),
		ETag:         validator(resp.Header, "ETag"),
		LastModified: validator(resp.Header, "Last-Modified"),
		ContentType:  resp.Header.Get("Content-Type"),
		MaxAge:       maxAge(resp.Header, now),
		RetryAfter:   retryAfter(resp.Header, now),
	}
	if t.hops > 0 && t.permanent {
		res.Moved = res.URL
	}
	return res
}
