package web

import (
	"context"
	"fmt"
	"net/http"
	"runtime/debug"
	"time"
)

// recorder is the ResponseWriter of every handler; it notes what was answered.
type recorder struct {
	http.ResponseWriter
	route string // for the metrics; a handler that serves several kinds of address may say which
	code  int    // 0 until the header is written
	page  bool   // a person reads the answer where Accept says so, errors too
}

// WriteHeader implements http.ResponseWriter.
func (w *recorder) WriteHeader(code int) {
	if w.code == 0 && code >= 200 {
		w.code = code
	}
	w.ResponseWriter.WriteHeader(code)
}

// Write implements http.ResponseWriter.
func (w *recorder) Write(b []byte) (int, error) {
	if w.code == 0 {
		w.code = http.StatusOK
	}
	return w.ResponseWriter.Write(b) //nolint:wrapcheck // a ResponseWriter passes errors on
}

// Unwrap lets http.ResponseController through.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// wrap makes a handler of net/http out of one of ours.
func (s *server) wrap(route string, h handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		start := time.Now()
		w := &recorder{ResponseWriter: rw, route: route}
		defer func() {
			p := recover()
			if p != nil && p != http.ErrAbortHandler { //nolint:errorlint // the very value
				s.Log.ErrorContext(r.Context(), "a handler panicked", "route", w.route, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
				if w.code == 0 {
					s.fail(w, r, errPanic)
					p = nil
				}
			}
			if s.Meter != nil {
				s.Meter.Request(w.route, w.code, time.Since(start))
			}
			if p != nil {
				panic(http.ErrAbortHandler) // half an answer went out: break it off rather than let it pass for whole
			}
		}()
		if err := h(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

func withTimeout(r *http.Request, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(r.Context(), d)
}
