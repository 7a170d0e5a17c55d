package web

import (
	"net/http"
	"net/url"
	"strconv"

	"tinhub/internal/hub"
)

const (
	eventsLimit = 100
	eventsMost  = 1000
)

// events serves the log as JSON.
func (s *server) events(w *recorder, r *http.Request) error {
	q := r.URL.Query()
	since, err := number(q, "since", 0)
	if err != nil {
		return err
	}
	limit, err := number(q, "limit", eventsLimit)
	if err != nil {
		return err
	}
	if limit < 1 {
		return &hub.Error{Kind: hub.Invalid, Place: "limit", Detail: "want a number from 1 to 1000"}
	}
	list, err := s.Items.Events(r.Context(), hub.Seq(since), int(min(limit, eventsMost)))
	if err != nil {
		return err //nolint:wrapcheck // says what and why already
	}
	answer := struct {
		Events []hub.Event `json:"events"`
		Next   hub.Seq     `json:"next"`
	}{[]hub.Event{}, hub.Seq(since)}
	for _, e := range list {
		if e.Sections == nil {
			e.Sections = []string{}
		}
		e.Time = e.Time.UTC()
		answer.Events, answer.Next = append(answer.Events, e), e.Seq
	}
	return writeJSON(w, r, http.StatusOK, answer)
}

func number(q url.Values, name string, otherwise uint64) (uint64, error) {
	if !q.Has(name) {
		return otherwise, nil
	}
	n, err := strconv.ParseUint(q.Get(name), 10, 63)
	if err != nil {
		return 0, &hub.Error{Kind: hub.Invalid, Place: name, Detail: "want a whole number"}
	}
	return n, nil
}
