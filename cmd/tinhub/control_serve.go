package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"tinhub/internal/hub"
	"tinhub/internal/ingest"
)

// controlHandler is what the socket serves: web's calls without a token, and the round of `tinhub ingest`.
func (d *daemon) controlHandler(next http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", next)
	mux.HandleFunc("POST /ingest", d.serveIngest)
	mux.HandleFunc("POST /aliases", func(w http.ResponseWriter, r *http.Request) {
		order, err := readOrder[aliasOrder](r)
		var list []titledAlias
		if err == nil {
			list, err = listAliases(r.Context(), d.store, order)
		}
		writeAnswer(w, list, err)
	})
	mux.HandleFunc("POST /aliases/undo", func(w http.ResponseWriter, r *http.Request) {
		order, err := readOrder[aliasOrder](r)
		var done undone
		if err == nil {
			done, err = undoAlias(r.Context(), d.store, d.ingest, order.Item)
		}
		writeAnswer(w, done, err)
	})
	return mux
}

// serveIngest asks sources and tells of each as it is done. Whoever hangs up ends the round; turns under way are broken off.
func (d *daemon) serveIngest(w http.ResponseWriter, r *http.Request) {
	order, err := readOrder[ingestOrder](r)
	if err != nil {
		writeProblem(w, err)
		return
	}
	ctx, stop := context.WithCancel(r.Context())
	defer stop()
	began := false
	tell := func(line told[ingest.Report]) {
		if !began {
			w.Header().Set("Content-Type", "application/x-ndjson")
			began = true
		}
		out := http.NewResponseController(w)
		_ = out.SetWriteDeadline(time.Now().Add(hearTimeout))
		if json.NewEncoder(w).Encode(line) != nil || out.Flush() != nil {
			stop() // nobody listens
		}
	}
	_, err = d.ingest.Once(ctx, order.Sources, func(rep ingest.Report) { tell(told[ingest.Report]{Value: rep}) })
	switch {
	case err != nil && began:
		tell(told[ingest.Report]{Problem: err.Error()})
	case err != nil:
		writeProblem(w, err)
	}
}

// hearTimeout is how long a verb may take to hear of one source.
const hearTimeout = 30 * time.Second

// readOrder reads what a verb asks for.
func readOrder[T any](r *http.Request) (order T, err error) {
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&order); err != nil {
		return order, hub.Errorf(hub.Invalid, "the order cannot be read: %v", err)
	}
	return order, nil
}

func writeAnswer(w http.ResponseWriter, answer any, err error) {
	if err != nil {
		writeProblem(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

type ingestOrder struct {
	Sources []string `json:"sources"`
}

func writeProblem(w http.ResponseWriter, err error) {
	kind := hub.KindOf(err)
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(kind.Status())
	_ = json.NewEncoder(w).Encode(map[string]any{"title": string(kind), "detail": err.Error(), "status": kind.Status()})
}
