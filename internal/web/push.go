package web

import (
	"net/http"
	"time"

	"tinhub/internal/hub"
)

const (
	pushBody     = 32 << 20
	pushesAtOnce = 8 // bodies of 32 MiB held in memory
)

// orderAnswer is the answer to an order on one item.
type orderAnswer struct {
	ID    hub.ID    `json:"id"`
	Seq   hub.Seq   `json:"seq"`
	State hub.State `json:"state"`
}

// push takes a document that a source sends.
func (s *server) push(w *recorder, r *http.Request) error {
	if r.ContentLength > pushBody { // before waiting for a slot
		_, err := readBody(w, r, pushBody)
		return err
	}
	select {
	case s.pushes <- struct{}{}:
		defer func() { <-s.pushes }()
	case <-r.Context().Done():
		return r.Context().Err() //nolint:wrapcheck // problemOf knows it
	}
	// A server's own timeouts are made for small requests; where there are none to set, the context's end remains.
	line := http.NewResponseController(w)
	_ = line.SetReadDeadline(time.Now().Add(pushTime))
	_ = line.SetWriteDeadline(time.Now().Add(pushTime + deskTime))
	body, err := readBody(w, r, pushBody)
	if err != nil {
		return err
	}
	out, err := s.Push.Push(r.Context(), r.PathValue("id"), r.Header.Get("Content-Type"), r.URL.Query().Get("original_id"), body)
	if err != nil {
		return err //nolint:wrapcheck // says what and why already
	}
	if out == nil {
		out = []hub.Outcome{}
	}
	return writeJSON(w, r, http.StatusOK, struct {
		Items []hub.Outcome `json:"items"`
	}{out})
}

// withdraw retracts a source's own item.
func (s *server) withdraw(w *recorder, r *http.Request) error {
	original := r.URL.Query().Get("original_id")
	if original == "" {
		return &hub.Error{Kind: hub.Invalid, Place: "original_id", Detail: "name the item in ?original_id="}
	}
	out, err := s.Push.Withdraw(r.Context(), r.PathValue("id"), original)
	if err != nil {
		return err //nolint:wrapcheck // says what and why already
	}
	return writeJSON(w, r, http.StatusOK, orderAnswer{out.ID, out.Seq, out.State})
}
