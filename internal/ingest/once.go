package ingest

import (
	"context"
	"sync"
	"time"

	"tinhub/internal/hub"
)

// oncePatience is how long somebody who waits for an answer waits for a store that is away.
const oncePatience = 10 * time.Second

// Once asks these sources now, or every polled one where ids is empty, and tells of each as it is done (report may be nil;
// it is called by one at a time). What a source itself asked for holds it back: Retry-After and 410. The reports stand in
// the order of the ids. An unknown id is an *hub.Error of kind NotFound, and nothing is asked; where ctx ends the reports
// so far come with its error.
func (i *Ingest) Once(ctx context.Context, ids []string, report func(Report)) ([]Report, error) {
	if len(ids) == 0 {
		ids = make([]string, 0, len(i.order)) // the caller's slice stays the caller's
		for _, s := range i.order {
			ids = append(ids, s.src.ID)
		}
	}
	for _, id := range ids {
		if _, _, err := i.find(id); err != nil {
			return nil, err
		}
	}
	o := &once{i: i, floor: newFloor(i.o.Workers), report: report, done: make([]Report, len(ids)), wake: make(chan struct{}, 1)}
	var pending []int
	for n, id := range ids {
		if s, push, _ := i.find(id); push {
			o.finish(n, Report{Source: id, Kind: string(hub.KindPush), Outcome: OutcomeHeld, Error: "it pushes; there is nothing to ask"})
		} else if s != nil {
			pending = append(pending, n)
		}
	}
	err := o.run(ctx, ids, pending)
	reports := o.done[:0]
	for _, r := range o.done {
		if r.Source != "" {
			reports = append(reports, r)
		}
	}
	return reports, err
}

// find gives the seat of a polled source; push says that the source is known and not polled.
func (i *Ingest) find(id string) (s *seat, push bool, err error) {
	if s := i.seats[id]; s != nil {
		return s, false, nil
	}
	if _, ok := i.pushes[id]; ok {
		return nil, true, nil
	}
	return nil, false, hub.Errorf(hub.NotFound, "no source %q", id)
}

// once is one call of Once.
type once struct {
	i      *Ingest
	floor  *floor
	wake   chan struct{}
	mu     sync.Mutex // guards done, and the calls of report
	done   []Report
	report func(Report)
}

func (o *once) finish(n int, r Report) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.done[n] = r
	if o.report != nil {
		o.report(r)
	}
}

func (o *once) run(ctx context.Context, ids []string, pending []int) error {
	var turns sync.WaitGroup
	defer turns.Wait()
	for len(pending) > 0 {
		rest := pending[:0]
		for _, n := range pending {
			s := o.i.seats[ids[n]]
			if !o.floor.enter(s.host, proven) {
				rest = append(rest, n)
				continue
			}
			turns.Go(func() { o.turn(ctx, n, s) })
		}
		if pending = rest; len(pending) == 0 {
			break
		}
		select {
		case <-o.wake:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	turns.Wait()
	return ctx.Err()
}

func (o *once) turn(ctx context.Context, n int, s *seat) {
	defer func() {
		o.floor.leave(s.host, proven)
		select {
		case o.wake <- struct{}{}:
		default:
		}
	}()
	select {
	case s.turn <- struct{}{}: // the daemon's loop may be at it
	case <-ctx.Done():
		return
	}
	r := o.i.work(ctx, s, oncePatience)
	o.i.end(s)
	o.i.poke()
	o.finish(n, r)
}

// Refresh makes a source due now, in the loop that runs, and returns at once. Unknown sources are NotFound, push sources
// Invalid; Conflict says that the source itself asked to be left alone, Unavailable that no loop runs.
func (i *Ingest) Refresh(ctx context.Context, id string) error {
	s, push, err := i.find(id)
	if err != nil {
		return err
	}
	if push {
		return hub.Errorf(hub.Invalid, "source %q pushes; there is nothing to ask", id)
	}
	st, err := i.state(ctx, oncePatience, s)
	if err != nil {
		return err
	}
	if why := held(st, i.o.Now()); why != "" {
		return hub.Errorf(hub.Conflict, "source %q: %s", id, why)
	}
	i.mu.Lock()
	running := i.running
	s.asked = s.asked || running
	i.mu.Unlock()
	if !running {
		return hub.Errorf(hub.Unavailable, "no round runs in this process")
	}
	i.poke()
	return nil
}
