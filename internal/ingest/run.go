package ingest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"tinhub/internal/hub"
)

const (
	leaseIngest  = "ingest"
	leaseTrim    = "trim"
	leaseTTL     = 15 * time.Second
	leaseProlong = 5 * time.Second
	leaseRetry   = 3 * time.Second // of a process that waits for the lease
	leaseCall    = 4 * time.Second

	releaseEvery = 500 * time.Millisecond // an embargo ends at most this late
	releaseBatch = 500

	trimEvery = 30 * time.Second
	trimTTL   = 2 * trimEvery
	trimCall  = 5 * time.Minute
)

// errRunning is a second Run of one Ingest.
var errRunning = errors.New("ingest: it already runs")

// Run is the daemon's round: it lasts until ctx ends, and gives nil once the turns under way have stopped; a turn that is
// cut off leaves everything as it was before it. Among processes that share a store the one with the lease polls, files
// sources too although their folders are local; all of them end embargoes, and take Refresh and Push.
func (i *Ingest) Run(ctx context.Context) error {
	i.mu.Lock()
	if i.running {
		i.mu.Unlock()
		return errRunning
	}
	i.running = true
	i.mu.Unlock()
	defer func() {
		i.mu.Lock()
		i.running, i.leading = false, false
		i.mu.Unlock()
	}()
	var g sync.WaitGroup
	g.Go(func() { i.release(ctx) })
	g.Go(func() { i.trim(ctx) })
	g.Go(func() { i.lead(ctx) })
	i.loop(ctx)
	i.saveUnsaved(ctx)
	g.Wait()
	return nil
}

// loop starts the turns that are due and waits for those it started.
func (i *Ingest) loop(ctx context.Context) {
	f := newFloor(i.o.Workers)
	var turns sync.WaitGroup
	defer turns.Wait()
	for ctx.Err() == nil {
		due, wait := i.due(i.o.Now())
		for _, d := range due {
			if ctx.Err() != nil || !f.enter(d.s.host, d.trust) {
				continue
			}
			if !i.begin(d.s) {
				f.leave(d.s.host, d.trust)
				continue
			}
			turns.Go(func() {
				defer i.poke()
				defer f.leave(d.s.host, d.trust)
				defer i.end(d.s)
				i.work(ctx, d.s, 0)
			})
		}
		i.idle(ctx, wait)
	}
}

// idle waits for the next source that falls due, or for a word.
func (i *Ingest) idle(ctx context.Context, wait time.Duration) {
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
	case <-i.wake:
	case <-ctx.Done():
	}
}

func (i *Ingest) poke() {
	select {
	case i.wake <- struct{}{}:
	default:
	}
}

// candidate is a seat that is due, with its plan as it was then.
type candidate struct {
	s     *seat
	next  time.Time
	asked bool
	trust trust
}

// due lists the sources whose turn it is, the first to be served first: those somebody asked for, then those that are well,
// then those never asked, then those that failed; among equals the longest overdue. It says how long nothing else falls
// due. A process that does not lead serves what it is asked for, nothing else.
func (i *Ingest) due(now time.Time) ([]candidate, time.Duration) {
	i.mu.Lock()
	defer i.mu.Unlock()
	wait := time.Minute
	var due []candidate
	for _, s := range i.order {
		switch {
		case len(s.turn) > 0:
			// Its end wakes the loop.
		case s.asked, i.leading && !s.next.IsZero() && !s.next.After(now):
			due = append(due, candidate{s, s.next, s.asked, s.trust})
		case i.leading && !s.next.IsZero():
			wait = min(wait, s.next.Sub(now))
		}
	}
	slices.SortStableFunc(due, func(a, b candidate) int {
		return cmp.Or(order(!a.asked, !b.asked), cmp.Compare(a.trust, b.trust), a.next.Compare(b.next))
	})
	return due, wait
}

// order puts false before true.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// begin takes the seat's turn if nobody has it.
func (i *Ingest) begin(s *seat) bool {
	select {
	case s.turn <- struct{}{}:
	default:
		return false
	}
	i.mu.Lock()
	s.asked = false
	i.mu.Unlock()
	return true
}

func (i *Ingest) end(s *seat) { <-s.turn }

// lead holds the lease to poll, or waits for it.
func (i *Ingest) lead(ctx context.Context) {
	var until time.Time // the lease is surely ours
	said := false
	for {
		asked := time.Now()
		err := bounded(ctx, leaseCall, func(ctx context.Context) error {
			_, err := i.o.Store.Lease(ctx, leaseIngest, i.o.Holder, leaseTTL)
			return err
		})
		wait := leaseRetry
		switch {
		case ctx.Err() != nil:
		case err == nil:
			until = asked.Add(leaseTTL)
			if i.takeOver(ctx) {
				wait = leaseProlong
			}
		case hub.KindOf(err) == hub.Conflict:
			i.stepDown(ctx, "another process holds the lease")
			if !said {
				i.o.Log.InfoContext(ctx, "another process polls the sources; this one stands by", "holder", i.o.Holder)
			}
			said = true
		case time.Now().After(until):
			i.stepDown(ctx, err.Error())
		}
		if !sleep(ctx, wait) {
			break
		}
	}
	i.giveBack(ctx, leaseIngest)
}

// giveBack returns a lease on the way out, so that the next process need not wait for its end.
func (i *Ingest) giveBack(ctx context.Context, name string) {
	err := bounded(context.WithoutCancel(ctx), leaseCall/2, func(ctx context.Context) error {
		return i.o.Store.Unlease(ctx, name, i.o.Holder)
	})
	if err != nil {
		i.o.Log.WarnContext(ctx, "a lease could not be given back; it ends by itself", "lease", name, "error", err)
	}
}

// takeOver makes this process the one that polls: it reads every source's state and plans its first turn.
func (i *Ingest) takeOver(ctx context.Context) bool {
	i.mu.Lock()
	leading := i.leading
	i.mu.Unlock()
	if leading {
		return true
	}
	ids := make([]string, len(i.order))
	for n, s := range i.order {
		ids[n] = s.src.ID
	}
	var states []hub.SourceState
	var head hub.Head
	err := bounded(ctx, leaseTTL/2, func(ctx context.Context) (err error) {
		if head, err = i.o.Store.Head(ctx); err != nil {
			return err
		}
		states, err = i.o.Store.SourceStates(ctx, ids)
		return err
	})
	if err != nil || len(states) != len(ids) {
		i.o.Log.WarnContext(ctx, "the states of the sources could not be read; trying again", "error", err)
		return false
	}
	now := i.o.Now()
	i.mu.Lock()
	for n, s := range i.order {
		st := i.known(s.src, states[n], head.Generation)
		s.next, s.trust = i.pace.resume(s.src, st, now), trustOf(s.src, st)
		i.o.Meter.Failing(s.src.ID, st.LastReason, st.Failures)
	}
	i.leading = true
	i.mu.Unlock()
	i.o.Log.InfoContext(ctx, "polling", "sources", len(ids), "holder", i.o.Holder)
	i.poke()
	return true
}

func (i *Ingest) stepDown(ctx context.Context, why string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.leading {
		i.leading = false
		i.o.Log.WarnContext(ctx, "no longer polling", "reason", why)
	}
}

// release ends embargoes. Every process does it, because it is harmless twice and may not wait for a lease.
func (i *Ingest) release(ctx context.Context) {
	failing := false
	for wait := time.Duration(0); sleep(ctx, wait); {
		var n int
		var next time.Time
		err := bounded(ctx, storeDeadline, func(ctx context.Context) (err error) {
			n, next, err = i.o.Store.Release(ctx, i.o.Now(), releaseBatch)
			return err
		})
		if err != nil {
			if !failing && ctx.Err() == nil {
				i.o.Log.WarnContext(ctx, "embargoes could not be looked at; trying again", "error", err)
			}
			failing, wait = true, min(max(2*wait, releaseEvery), leaseCall)
			continue
		}
		failing, wait = false, releaseEvery
		if n > 0 {
			i.o.Log.InfoContext(ctx, "embargoes ended", "items", n)
		}
		switch until := next.Sub(i.o.Now()); {
		case n >= releaseBatch:
			wait = 0
		case !next.IsZero() && until < wait:
			wait = max(until, time.Millisecond)
		}
	}
}

// trim has the store forget what it need no longer keep, in one process at a time.
func (i *Ingest) trim(ctx context.Context) {
	for wait := time.Duration(0); sleep(ctx, wait); wait = trimEvery {
		err := bounded(ctx, leaseCall, func(ctx context.Context) error {
			_, err := i.o.Store.Lease(ctx, leaseTrim, i.o.Holder, trimTTL)
			return err
		})
		var gone hub.Trimmed
		if err == nil {
			err = bounded(ctx, trimCall, func(ctx context.Context) (err error) {
				gone, err = i.o.Store.Trim(ctx, i.o.Now(), i.o.Keep)
				return err
			})
		}
		switch {
		case ctx.Err() != nil, hub.KindOf(err) == hub.Conflict:
		case err != nil:
			i.o.Log.WarnContext(ctx, "the store could not be trimmed", "error", err)
		case gone != hub.Trimmed{}:
			i.o.Log.InfoContext(ctx, "trimmed", "items", gone.Items, "events", gone.Events, "bodies", gone.Bodies)
		}
	}
	i.giveBack(ctx, leaseTrim)
}
