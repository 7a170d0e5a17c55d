package ingest

import (
	"context"
	"fmt"
	"time"

	"tinhub/internal/hub"
)

// The states of a source, as Status tells them.
const (
	StateNew     = "new"     // never asked
	StateWell    = "well"    // its last turn brought a document, or the word that nothing is new
	StateFailing = "failing" // it did not
	StateHeld    = "held"    // it said not to be asked for a while: Retry-After, robots.txt
	StateGone    = "gone"    // it answered 410 and is not asked any more
	StatePush    = "push"    // it is not asked; it comes by itself
)

// SourceStatus is where a source stands, for the people who run the hub.
type SourceStatus struct {
	ID          string     `json:"id"`
	Title       string     `json:"title,omitempty"`
	Kind        string     `json:"kind"`
	Where       string     `json:"where,omitempty"` // URL or path, without user information
	Moved       string     `json:"moved,omitempty"` // where it answered that it moved to for good
	State       string     `json:"state"`           // one of the State constants
	Reason      string     `json:"reason,omitempty"`
	Error       string     `json:"error,omitempty"`
	Failures    int        `json:"failures,omitempty"` // in a row
	Items       int        `json:"items"`              // in its last document
	LastFetch   *time.Time `json:"last_fetch,omitempty"`
	LastSuccess *time.Time `json:"last_success,omitempty"`
	LastNews    *time.Time `json:"last_news,omitempty"`
	NextFetch   *time.Time `json:"next_fetch,omitempty"` // nil for never, and while it is being asked for the first time
	NextReason  string     `json:"next_reason,omitempty"`
	Churns      bool       `json:"guids_churn,omitempty"`
}

// Status tells where every source stands, in the order they were declared, pushing ones at the end.
func (i *Ingest) Status(ctx context.Context) ([]SourceStatus, error) {
	ids := make([]string, len(i.o.Sources))
	for n, s := range i.o.Sources {
		ids[n] = s.ID
	}
	var states []hub.SourceState
	err := i.insist(ctx, oncePatience, "read the states of the sources", func(ctx context.Context) (err error) {
		states, err = i.o.Store.SourceStates(ctx, ids)
		if err == nil && len(states) != len(ids) {
			err = fmt.Errorf("the store gave %d states for %d sources", len(states), len(ids))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	out := make([]SourceStatus, len(states))
	now := i.o.Now()
	for n, src := range i.o.Sources {
		st := states[n]
		seat := i.seats[src.ID]
		if seat != nil {
			if u := seat.unsaved.Load(); u != nil && u.LastFetch.After(st.LastFetch) {
				st = *u
			}
		}
		if st.Declared != declaration(src) {
			st = hub.SourceState{ID: src.ID}
		}
		out[n] = statusOf(src, st, now)
		if seat == nil || st.Gone {
			continue
		}
		i.mu.Lock()
		if i.running && !seat.next.IsZero() && i.leading { // a restart, or another's lease, may have moved it
			out[n].NextFetch = moment(seat.next)
		}
		i.mu.Unlock()
	}
	return out, nil
}

func statusOf(src hub.Source, st hub.SourceState, now time.Time) SourceStatus {
	s := SourceStatus{
		ID: src.ID, Title: src.Title, Kind: string(src.Kind), Where: declaration(src), Moved: st.URL,
		Reason: st.LastReason, Error: st.LastError, Failures: st.Failures, Items: st.Items, Churns: st.Churns,
		LastFetch: moment(st.LastFetch), LastSuccess: moment(st.LastSuccess), LastNews: moment(st.LastNews),
		NextFetch: moment(st.NextFetch), NextReason: st.NextReason,
	}
	switch {
	case src.Kind == hub.KindPush:
		s.State, s.Where, s.NextReason = StatePush, "", "it pushes"
	case st.Gone:
		s.State, s.NextFetch = StateGone, nil
	case st.HoldUntil.After(now), st.Failures == 0 && st.LastReason != "":
		s.State = StateHeld
	case st.Failures > 0:
		s.State = StateFailing
	case st.LastFetch.IsZero():
		s.State, s.NextReason = StateNew, "it was never asked: at once"
	default:
		s.State = StateWell
	}
	return s
}

// moment is nil for the zero time, and in whole seconds, UTC.
func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Second)
	return &t
}

// Reread makes a source's next turn take its whole document anew, and the source due now: what spares the reading of what
// is known is forgotten. Unknown sources are NotFound; push sources have nothing to be reread and are left alone.
func (i *Ingest) Reread(ctx context.Context, id string) error {
	s, push, err := i.find(id)
	if err != nil || push {
		return err
	}
	select {
	case s.turn <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer i.poke()
	defer i.end(s)
	st, err := i.state(ctx, oncePatience, s)
	if err != nil {
		return err
	}
	forget(&st)
	if err := i.save(ctx, oncePatience, st); err != nil {
		return err
	}
	s.unsaved.Store(nil)
	s.stamps = nil
	i.mu.Lock()
	defer i.mu.Unlock()
	s.next = later(i.o.Now(), st.HoldUntil)
	return nil
}
