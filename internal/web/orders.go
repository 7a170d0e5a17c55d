package web

import (
	"encoding/json"
	"net/http"

	"tinhub/internal/hub"
)

// retract takes an item out, on the desk's word.
func (s *server) retract(w *recorder, r *http.Request) error {
	id, err := hub.ParseID(r.PathValue("id"))
	if err != nil {
		return hub.Errorf(hub.NotFound, "no item has such an id")
	}
	body, err := readBody(w, r, smallBody)
	if err != nil {
		return err
	}
	var order struct {
		Reason string `json:"reason"`
		Note   string `json:"note"`
	}
	if err := json.Unmarshal(body, &order); err != nil {
		return &hub.Error{Kind: hub.Invalid, Detail: `the body is not JSON of the form {"reason":"…","note":"…"}`, Err: err}
	}
	out, err := s.Desk.Retract(r.Context(), id, order.Reason, order.Note)
	if err != nil {
		return err //nolint:wrapcheck // says what and why already
	}
	return writeJSON(w, r, http.StatusOK, orderAnswer{out.ID, out.Seq, out.State})
}

// restore lets an item back in.
func (s *server) restore(w *recorder, r *http.Request) error {
	id, err := hub.ParseID(r.PathValue("id"))
	if err != nil {
		return hub.Errorf(hub.NotFound, "no item has such an id")
	}
	out, err := s.Desk.Restore(r.Context(), id)
	if err != nil {
		return err //nolint:wrapcheck // says what and why already
	}
	return writeJSON(w, r, http.StatusOK, orderAnswer{out.ID, out.Seq, out.State})
}

// listSources tells where every source stands.
func (s *server) listSources(w *recorder, r *http.Request) error {
	if s.Round == nil {
		return hub.Errorf(hub.NotFound, "there is nothing at this address")
	}
	list, err := s.Round.Sources(r.Context())
	if err != nil {
		return err //nolint:wrapcheck // says what and why already
	}
	return writeJSON(w, r, http.StatusOK, struct {
		Sources any `json:"sources"`
	}{list})
}

// refresh has a source asked soon.
func (s *server) refresh(w *recorder, r *http.Request) error {
	id := r.PathValue("id")
	if _, ok := s.sources[id]; !ok {
		return hub.Errorf(hub.NotFound, "no source %q", id)
	}
	if err := s.Push.Refresh(r.Context(), id); err != nil {
		return err //nolint:wrapcheck // says what and why already
	}
	return writeJSON(w, r, http.StatusAccepted, struct {
		Source string `json:"source"`
	}{id})
}
