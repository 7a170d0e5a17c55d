package publish

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/errgroup"

	"tinhub/internal/hub"
)

const (
	batchSize    = 1000             // events read at once
	callTimeout  = 10 * time.Second // one call of the store
	waitTimeout  = 30 * time.Second // one wait for events; then the store is asked whether it is still there
	spuriousWait = 100 * time.Millisecond
	retryFirst   = 100 * time.Millisecond
	retryLast    = 10 * time.Second
)

// The activities that can fail on their own.
const (
	following = "follow the log"
	sweeping  = "read the shelves"
	ranking   = "rank the most read"
)

// Run reads every section, then follows the log until the context ends, and returns nil then. While the store is away it
// goes on serving what it knows and tries again, from every 100 ms to every 10 s. Run must be called once.
func (p *Publisher) Run(ctx context.Context) error {
	if p.fault != nil {
		return fmt.Errorf("publish: %w", p.fault)
	}
	ctx, cancel := context.WithCancel(ctx)
	var ticker sync.WaitGroup
	ticker.Go(func() { p.tick(ctx) })
	defer ticker.Wait()
	defer cancel()

	pause := &backoff.ExponentialBackOff{
		InitialInterval: retryFirst, MaxInterval: retryLast, Multiplier: 2, RandomizationFactor: backoff.DefaultRandomizationFactor,
	}
	pause.Reset()
	for {
		err := p.follow(ctx, pause.Reset)
		if ctx.Err() != nil {
			return nil
		}
		p.note(following, err)
		sleep(ctx, pause.NextBackOff())
	}
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// note keeps what an activity came to for Status, and logs where that changes. Where the store stands and what it said is
// for the log alone: Status is shown to whoever asks.
func (p *Publisher) note(activity string, err error) {
	reason := ""
	if err != nil {
		kind := hub.KindOf(err)
		if errors.Is(err, context.DeadlineExceeded) {
			kind = hub.Unavailable // a store that hangs is away too
		}
		reason = "cannot " + activity + ": " + string(kind)
	}
	p.mu.Lock()
	before := p.faults[activity]
	p.faults[activity] = reason
	p.mu.Unlock()
	switch {
	case err != nil && before == "":
		p.log.Warn("publishing is degraded", "cannot", activity, "error", err)
	case err != nil:
		p.log.Debug("publishing is still degraded", "cannot", activity, "error", err)
	case before != "":
		p.log.Info("publishing is well again", "can", activity)
	}
}

// follow keeps up with the log until something fails. well is called whenever the store has answered and all is served.
func (p *Publisher) follow(ctx context.Context, well func()) error {
	woken := false
	for {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		head, err := p.head(ctx)
		if err != nil {
			return err
		}
		st := p.state.Load()
		moved := st == nil || head.Generation != st.head.Generation || head.Seq > st.head.Seq
		if err := p.reach(ctx, st, head); err != nil {
			return err
		}
		well()
		p.note(following, nil)
		if woken && !moved {
			sleep(ctx, spuriousWait) // a store that wakes for nothing must not make a busy loop
		}
		if woken, err = p.wait(ctx); err != nil {
			return err
		}
	}
}

// reach brings what is served up to head.
func (p *Publisher) reach(ctx context.Context, st *state, head hub.Head) error {
	if st == nil {
		return p.rebuild(ctx, head)
	}
	if head.Generation != st.head.Generation {
		p.log.Warn("the log began anew: the store lost data; writing back what is known here",
			"generation", head.Generation, "before", st.head.Generation)
		if err := p.reseed(ctx, st); err != nil {
			return err
		}
		return p.rebuild(ctx, head)
	}
	for st := st; st.head.Seq < head.Seq; st = p.state.Load() {
		events, err := p.events(ctx, st.head.Seq)
		if gone, ok := errors.AsType[*hub.LogGoneError](err); ok {
			p.log.Warn("events were trimmed before they were read; reading every section again", "since", st.head.Seq, "oldest", gone.Oldest)
			return p.rebuild(ctx, head)
		}
		if err != nil {
			return err
		}
		if len(events) == 0 {
			return fmt.Errorf("the head of the log is %d, but it gives no events after %d", head.Seq, st.head.Seq)
		}
		if err := p.advance(ctx, events); err != nil {
			return err
		}
	}
	return nil
}

func (p *Publisher) head(ctx context.Context) (hub.Head, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	head, err := p.store.Head(ctx)
	if err != nil {
		return hub.Head{}, fmt.Errorf("read the head of the log: %w", err)
	}
	return head, nil
}

func (p *Publisher) events(ctx context.Context, since hub.Seq) ([]hub.Event, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	events, err := p.store.Events(ctx, since, batchSize)
	if err != nil {
		return nil, fmt.Errorf("read events after %d: %w", since, err)
	}
	return events, nil
}

// wait waits for events, and says whether there are any; after a while it returns without, so that the store is asked
// whether it is still there.
func (p *Publisher) wait(ctx context.Context) (woken bool, err error) {
	head := p.state.Load().head
	wctx, cancel := context.WithTimeout(ctx, waitTimeout)
	defer cancel()
	err = p.store.Wait(wctx, head.Generation, head.Seq)
	switch {
	case err == nil:
		return true, nil
	case ctx.Err() == nil && wctx.Err() != nil:
		return false, nil
	}
	return false, fmt.Errorf("wait for events after %d: %w", head.Seq, err)
}

// rebuild reads every section anew. head was read before, so that no event between is missed.
func (p *Publisher) rebuild(ctx context.Context, head hub.Head) error {
	if err := p.take(ctx); err != nil {
		return err
	}
	defer p.give()
	ids := make([]string, len(p.sections))
	for i, s := range p.sections {
		ids[i] = s.ID
	}
	octx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if err := p.store.OpenSections(octx, p.now().UTC().Truncate(time.Second), ids); err != nil {
		return fmt.Errorf("open the sections: %w", err)
	}
	next := p.state.Load().after()
	if err := p.reread(ctx, next, ids); err != nil {
		return err
	}
	next.head = head
	if err := p.refresh(ctx, next, func(string) bool { return true }); err != nil {
		return err
	}
	p.swap(next)
	return nil
}

// advance serves a batch of events: what they touched is read and rendered again, and goes up as one.
func (p *Publisher) advance(ctx context.Context, events []hub.Event) error {
	if err := p.take(ctx); err != nil {
		return err
	}
	defer p.give()
	touched := map[string]hub.Seq{hub.AllSection: events[len(events)-1].Seq}
	for _, e := range events {
		for _, s := range e.Sections {
			touched[s] = e.Seq
		}
	}
	next := p.state.Load().after()
	var ids []string
	for id, seq := range touched {
		// A section may have been read after the event already: with an earlier batch, or by the sweep.
		if fr, ok := next.sections[id]; ok && fr.snap.Head < seq {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	if err := p.reread(ctx, next, ids); err != nil {
		return err
	}
	next.head.Seq = events[len(events)-1].Seq
	if err := p.refresh(ctx, next, func(section string) bool { _, ok := touched[section]; return ok }); err != nil {
		return err
	}
	p.swap(next)
	if p.meter != nil {
		now := p.now()
		for _, e := range events {
			p.meter.Published(max(0, now.Sub(e.Time)))
		}
	}
	return nil
}

// reread reads the sections ids and renders those that changed, in as many threads as there are processors.
func (p *Publisher) reread(ctx context.Context, next *state, ids []string) error {
	made := make([]*frozen, len(ids))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i, id := range ids {
		before := next.sections[id]
		g.Go(func() (err error) {
			made[i], err = p.read(ctx, id, before)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for i, id := range ids {
		next.sections[id] = made[i]
	}
	return nil
}

// read reads one section and renders it, unless it is as it was before.
func (p *Publisher) read(ctx context.Context, id string, before *frozen) (*frozen, error) {
	cctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	shelf, err := p.store.Shelf(cctx, id, hub.FeedSize)
	if err != nil {
		return nil, fmt.Errorf("read section %s: %w", id, err)
	}
	snap := p.freeze(id, shelf)
	if before == nil {
		before = &frozen{}
	} else if same(before.snap, snap) {
		return &frozen{snap: snap, feeds: before.feeds}, nil
	}
	return p.render(snap, snap.Updated, before.feeds)
}

// same says whether two snapshots of one feed hold the same.
func same(a, b *hub.Snapshot) bool {
	return a.Updated.Equal(b.Updated) &&
		slices.EqualFunc(a.Retracted, b.Retracted, func(a, b hub.Tombstone) bool { return a.ID == b.ID && a.When.Equal(b.When) }) &&
		slices.EqualFunc(a.Items, b.Items, func(a, b hub.Record) bool {
			return a.Seq == b.Seq && reflect.DeepEqual(a, b)
		})
}
