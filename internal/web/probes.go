package web

import (
	"net/http"

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
		if err := s.Items.Ping(r.Context(), true); err != nil {
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
