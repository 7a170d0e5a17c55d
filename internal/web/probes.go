package web

import (
	"context"
	"net/http"
	"sync"
	"time"

	"tinhub/internal/hub"
)

// healthz says that the process answers.
func (s *server) healthz(w *recorder, r *http.Request) error {
	return plainText(w, r, http.StatusOK, "ok\n")
}

// readyz says whether feeds can be served; with ?write=1 whether the store takes writes too.
func (s *server) readyz(w *recorder, r *http.Request) error {
	up, degraded := s.Feeds.Status()
	if !up {
		return plainText(w, r, http.StatusServiceUnavailable, "starting: the first snapshot is not up yet\n")
	}
	write := r.URL.Query().Get("write")
	if write != "" && write != "0" && degraded == "" {
		if err := s.writes.ask(r.Context(), s.Items); err != nil {
			s.Log.WarnContext(r.Context(), "the store takes no writes", "error", err)
			degraded = "the store takes no writes"
		}
	}
	switch {
	case degraded == "":
		return plainText(w, r, http.StatusOK, "ok\n")
	case write != "" && write != "0":
		return plainText(w, r, http.StatusServiceUnavailable, "degraded: "+degraded+"\n")
	}
	return plainText(w, r, http.StatusOK, "degraded: "+degraded+"\n")
}

// writeProbe asks the store whether it takes writes: at most once a second, however many want to know, since the answer
// costs a durable write and the door is open to everybody.
type writeProbe struct {
	mu  sync.Mutex
	at  time.Time // of the answer, zero for none
	err error
}

const probeEvery = time.Second

func (p *writeProbe) ask(ctx context.Context, store Items) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.at.IsZero() && time.Since(p.at) < probeEvery {
		return p.err
	}
	// Not within the caller's context: one that hangs up must not answer for all others.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	p.err = store.Ping(ctx, true)
	p.at = time.Now()
	return p.err
}

// metrics serves Prometheus.
func (s *server) metrics(w *recorder, r *http.Request) error {
	if s.Metrics == nil {
		return hub.Errorf(hub.NotFound, "metrics are not kept")
	}
	s.Metrics.ServeHTTP(w, r)
	return nil
}

// robots asks machines to leave alone what only counts or takes orders.
func (s *server) robots(w *recorder, r *http.Request) error {
	w.Header().Set("Cache-Control", "public, max-age=3600")
	return plainText(w, r, http.StatusOK, "User-agent: *\nDisallow: /go/\nDisallow: /views\nDisallow: /api/\nDisallow: /metrics\n")
}

func plainText(w *recorder, r *http.Request, status int, text string) error {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h["X-Content-Type-Options"] = noSniff
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	writeBody(w, r, status, []byte(text))
	return nil
}
