package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"tinhub/internal/hub"
)

var errPanic = errors.New("a handler panicked")

// statusError is an answer of HTTP's own that no hub.ErrorKind stands for.
type statusError struct {
	status int
	detail string
}

// Error implements error.
func (e *statusError) Error() string { return e.detail }

// goneError is the answer where an item was: retracted with its public reason, or trimmed.
type goneError struct {
	reason  string
	detail  string
	trimmed bool
}

// Error implements error.
func (e *goneError) Error() string { return e.detail }

// problem is the body of an error (RFC 9457).
type problem struct {
	Type   string   `json:"type"`
	Title  string   `json:"title"`
	Status int      `json:"status"`
	Detail string   `json:"detail,omitempty"`
	Place  string   `json:"place,omitempty"`  // where in the document that was sent
	Reason string   `json:"reason,omitempty"` // why an item was taken out
	Oldest *hub.Seq `json:"oldest,omitempty"` // where the log begins

	trimmed bool // an item was here and went by age
}

func problemOf(err error) problem {
	p := problem{Type: "about:blank"}
	if e, ok := errors.AsType[*statusError](err); ok {
		p.Status, p.Detail = e.status, e.detail
	} else if e, ok := errors.AsType[*goneError](err); ok {
		p.Status, p.Detail, p.Reason, p.trimmed = http.StatusGone, e.detail, e.reason, e.trimmed
	} else if e, ok := errors.AsType[*hub.LogGoneError](err); ok {
		p.Status, p.Detail, p.Oldest = http.StatusGone, e.Error(), &e.Oldest
	} else if e, ok := errors.AsType[*hub.Error](err); ok {
		p.Status, p.Detail, p.Place = e.Kind.Status(), e.Detail, e.Place
		if e.Kind == hub.Internal {
			p.Detail = ""
		}
		if e.Place != "" {
			p.Detail = e.Place + ": " + e.Detail
		}
	} else if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		p.Status, p.Detail = http.StatusServiceUnavailable, "this took too long; try again"
	} else {
		p.Status = http.StatusInternalServerError
	}
	if p.Status == http.StatusInternalServerError {
		p.Detail = "something went wrong here; the log knows more"
	}
	p.Title = http.StatusText(p.Status)
	return p
}

// fail answers with an error: a page where a person asked for one, else problem+json; never cached, and never a feed.
func (s *server) fail(w *recorder, r *http.Request, err error) {
	p := problemOf(err)
	if hub.KindOf(err) == hub.Unavailable && !s.trusted {
		// What is away and where it stands is for the log and for the operator: it is nobody's business outside.
		p.Detail = "this cannot be answered just now; try again in a few seconds"
	}
	switch {
	case r.Context().Err() == context.Canceled: //nolint:errorlint // the caller is gone; there is nobody to complain to
	case p.Status >= 500:
		s.Log.ErrorContext(r.Context(), "a request failed", "route", w.route, "status", p.Status, "error", err)
	default:
		s.Log.DebugContext(r.Context(), "a request was refused", "route", w.route, "status", p.Status, "error", err)
	}
	h := w.Header()
	for _, k := range []string{"Etag", "Last-Modified", "Link", "Content-Encoding", "Content-Length"} {
		delete(h, k)
	}
	h.Set("Cache-Control", "no-store")
	h["X-Content-Type-Options"] = noSniff
	if p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests {
		h.Set("Retry-After", "5")
	}
	if w.page {
		h.Set("Vary", "Accept")
	}
	if w.page && prefersPage(r) {
		if body, err := s.errorPage(p); err == nil {
			s.pageHeaders(h)
			h.Set("Content-Type", typeHTML)
			writeBody(w, r, p.Status, body)
			return
		}
	}
	body, _ := json.Marshal(p) // of strings and numbers: it cannot fail
	h.Set("Content-Type", "application/problem+json")
	writeBody(w, r, p.Status, append(body, '\n'))
}

// writeBody sends a whole body with its length; HEAD gets the header only.
func writeBody(w *recorder, r *http.Request, status int, body []byte) {
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // a caller that hung up is no error of ours
	}
}

// writeJSON answers 200 with v, not to be cached.
func writeJSON(w *recorder, r *http.Request, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err //nolint:wrapcheck // an answer of ours that JSON has no form for is a bug, and logged as one
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h["X-Content-Type-Options"] = noSniff
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	writeBody(w, r, status, append(body, '\n'))
	return nil
}
