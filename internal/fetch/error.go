package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"code.dny.dev/ssrf"
)

// Why a document could not be had.
const (
	ReasonDNS            = "dns"             // its host has no address
	ReasonRefusedAddress = "refused-address" // the guard refuses its address
	ReasonConnect        = "connect"         // no connection, or one that broke
	ReasonTLS            = "tls"             // no trusted connection
	ReasonTimeout        = "timeout"         // no answer, or not the whole one, in time
	ReasonSlow           = "slow"            // a body that drips: below minSpeed on average
	ReasonRobots         = "robots"          // the origin's robots.txt forbids it, or cannot be had for now
	ReasonTooLarge       = "too-large"       // a head or body over the limit
	ReasonRedirects      = "redirects"       // too many, a circle, or to where nothing is fetched
	ReasonStatus         = "status"          // an answer that is no document
	ReasonProtocol       = "protocol"        // not HTTP as it should be, or a URL that cannot be asked
	ReasonCancelled      = "cancelled"       // the caller's context ended, or the Client was closed
)

// Error says why a document could not be had.
type Error struct {
	Reason string // one of the Reason constants
	Status int    // ReasonStatus: the answer's
	// RetryAfter is when to ask again. With ReasonStatus it is the server's wish, zero where it has none; with ReasonRobots
	// it is when robots.txt will be asked for again, zero where that was read and forbids.
	RetryAfter time.Time
	Detour     bool   // it happened behind a temporary redirect, so it says little about the URL that was asked for
	URL        string // where it happened, without user information, query and fragment
	Err        error  // the cause; nil where Reason and Status say all
}

// Error implements error. It holds no secret of the request.
func (e *Error) Error() string {
	s := "fetch " + e.URL + ": " + e.Reason
	if e.Status != 0 {
		s = fmt.Sprintf("%s %d %s", s, e.Status, http.StatusText(e.Status))
	}
	if e.Err != nil {
		s += ": " + short(e.Err.Error())
	}
	return strings.TrimSpace(s)
}

// maxCause bounds what an Error quotes of its cause, in bytes: some causes repeat what the server sent, however long.
const maxCause = 600

func short(s string) string {
	if len(s) <= maxCause {
		return s
	}
	return strings.ToValidUTF8(s[:maxCause], "") + "…"
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// redact is a URL for logs: user information, query and fragment may hold secrets.
func redact(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return "(unreadable URL)"
	}
	host, hidden := u.Scheme+"://"+u.Host+u.EscapedPath(), ""
	if u.RawQuery != "" {
		hidden = "?…"
	}
	return host + hidden
}

// fail makes an *Error of whatever ended the trip; ctx is the caller's.
func (t *trip) fail(ctx context.Context, err error) *Error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		if wrapped, ok := errors.AsType[*url.Error](err); ok {
			err = wrapped.Err // its text quotes the whole URL
		}
		e = &Error{Reason: reasonOf(err), Err: err}
	}
	switch {
	case context.Cause(ctx) != nil && !errors.Is(ctx.Err(), context.DeadlineExceeded):
		e = &Error{Reason: ReasonCancelled, Err: context.Cause(ctx)}
	case e.Reason == ReasonTimeout && errors.Is(err, context.DeadlineExceeded):
		e.Err = fmt.Errorf("not done in %s", t.c.o.Timeout)
	}
	e.URL, e.Detour = redact(t.at.String()), t.hops > 0 && !t.permanent
	return e
}

// reasonOf sorts what net and net/http say. Some of their errors have no type and are known by their text alone; a text that
// changes one day costs the right word, not the error.
func reasonOf(err error) string {
	if errors.Is(err, context.Canceled) {
		return ReasonCancelled
	}
	if errors.Is(err, ssrf.ErrProhibitedIP) || errors.Is(err, ssrf.ErrProhibitedNetwork) || errors.Is(err, errSpecial) {
		return ReasonRefusedAddress
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok && !dns.IsTimeout {
		return ReasonDNS
	}
	if n, ok := errors.AsType[net.Error](err); ok && n.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		return ReasonTimeout
	}
	if isTLS(err) {
		return ReasonTLS
	}
	text := err.Error()
	switch {
	case strings.Contains(text, "headers exceeded"), strings.Contains(text, "header list too large"),
		strings.Contains(text, "header list larger"):
		return ReasonTooLarge
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		strings.Contains(text, "received from peer"), strings.Contains(text, "GOAWAY"), strings.Contains(text, "connection lost"):
		return ReasonConnect // the last three are how HTTP/2 says it
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return ReasonConnect
	}
	return ReasonProtocol
}

func isTLS(err error) bool {
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return true
	}
	if _, ok := errors.AsType[tls.AlertError](err); ok {
		return true
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return true
	}
	text := err.Error()
	return strings.Contains(text, "tls: ") || strings.Contains(text, "x509: ") ||
		strings.Contains(text, "server gave HTTP response to HTTPS client")
}
