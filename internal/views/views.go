// Package views says what counts as a view, counts in memory and hands the counts to the store in batches.
//
// A visitor counts once per item within a span. Crawlers, prefetches and HEAD requests do not count; a missing
// User-Agent does. No cookie is set and no address is kept: a visitor is a hash under a random salt that lives in this
// process for a day. Memory is bounded: under a flood of distinct visitors the memory of who has read what gets shorter,
// so that a repeat may count again; while the store is away counts of one item merge, and only after a quarter of a
// million of them wait are further items lost, which is said in the log and to the meter.
//
// It never reads a request, answers one or ranks anything. Start with Counter.Count.
package views

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"

	"tinhub/internal/hub"
)

const (
	flushEvery   = 250 * time.Millisecond
	storeWait    = 2 * time.Second // for one batch
	finalWait    = 3 * time.Second // for all that is left at the end
	firstBackOff = 250 * time.Millisecond
	lastBackOff  = 5 * time.Second
	finalBackOff = 100 * time.Millisecond
)

// The outcomes of Count.
const (
	Counted  = "counted"
	Repeat   = "repeat"   // the same visitor, within Options.Dedupe
	Crawler  = "crawler"  // its User-Agent is on the list
	Prefetch = "prefetch" // nobody looks: a prefetch or a HEAD request
	Unknown  = "unknown"  // no such item: View.Item is empty
	Dropped  = "dropped"  // the store was away for so long that there was no room left to count in
)

// Store takes the batches (hub.Counters).
type Store interface {
	AddViews(ctx context.Context, batch hub.ViewBatch) error
}

// Meter is told what became of n calls of Count; outcome is one of the six.
type Meter interface {
	Counted(outcome string, n int)
}

// View is one request that may be a reading.
type View struct {
	Item      hub.ID // of an item that exists, aliases followed; "" where there is none
	Addr      netip.Addr
	UserAgent string
	Prefetch  bool
	Head      bool
}

// Options are what a Counter is made of. Store is needed; Dedupe of zero counts every call.
type Options struct {
	Store  Store
	Dedupe time.Duration
	Now    func() time.Time
	Log    *slog.Logger
	Meter  Meter
}

// Counter counts views. Its methods may be called from anywhere at any time.
type Counter struct {
	store Store
	now   func() time.Time
	log   *slog.Logger
	meter Meter

	crawlers *crawlers
	seen     *seen

	mu      sync.Mutex
	pending *pending
	dropped bool // the log knows already

	backOff *backoff.ExponentialBackOff // Run's alone, as the next two
	resume  time.Time
	failed  bool
}

// New makes a Counter. It fails on a missing store or a list of crawlers that cannot be read.
func New(o Options) (*Counter, error) {
	if o.Store == nil {
		return nil, errors.New("views: no store")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	list, err := newCrawlers()
	if err != nil {
		return nil, err
	}
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval = firstBackOff, lastBackOff
	return &Counter{
		store: o.Store, now: o.Now, log: o.Log, meter: o.Meter,
		crawlers: list, seen: newSeen(o.Dedupe, o.Now()), pending: newPending(), backOff: b,
	}, nil
}

// Count decides whether v is a view and counts it if so. It touches no store; what it counted is durable within a second
// while Run runs and the store answers.
func (c *Counter) Count(v View) (outcome string) {
	outcome = c.judge(v)
	if c.meter != nil {
		c.meter.Counted(outcome, 1)
	}
	return outcome
}

func (c *Counter) judge(v View) string {
	switch {
	case v.Item == "":
		return Unknown
	case v.Head, v.Prefetch:
		return Prefetch
	case c.crawlers.is(v.UserAgent):
		return Crawler
	}
	now := c.now()
	if !c.seen.first(v.Addr, v.UserAgent, v.Item, now) {
		return Repeat
	}
	c.mu.Lock()
	ok := c.pending.add(hub.ViewBucket(now), v.Item)
	tell := !ok && !c.dropped
	c.dropped = !ok
	c.mu.Unlock()
	if tell {
		c.log.Error("views are lost: the store takes none and there is no room for more", "items", pendingItems)
	}
	if !ok {
		return Dropped
	}
	return Counted
}

// Run stores what was counted, four times a second, until ctx ends; then it stores what is left, within three seconds,
// and returns. Views counted after that are lost: stop answering requests first. Its error says how many views could
// not be stored. A batch that fails is sent again unchanged, with growing pauses, so that it counts once.
func (c *Counter) Run(ctx context.Context) error {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return c.finish(context.WithoutCancel(ctx))
		case <-tick.C:
			if time.Now().Before(c.resume) {
				continue
			}
			c.flush(ctx)
		}
	}
}

// flush sends what waits; after a failure it sets a pause.
func (c *Counter) flush(ctx context.Context) {
	err := c.send(ctx)
	switch {
	case err == nil:
		if c.failed {
			c.log.Info("views are stored again")
		}
		c.failed = false
		c.backOff.Reset()
	case ctx.Err() != nil:
	default:
		pause := c.backOff.NextBackOff()
		c.resume = time.Now().Add(pause)
		if !c.failed {
			c.log.Warn("views wait for the store", "error", err, "pause", pause)
		}
		c.failed = true
	}
}

// send stores what waited, then freezes what is open and stores that too, or stops at the first batch that fails.
func (c *Counter) send(ctx context.Context) error {
	for range 2 {
		c.mu.Lock()
		c.pending.freeze()
		waiting := c.pending.waiting
		c.mu.Unlock()
		for _, batch := range waiting {
			if err := c.sendOne(ctx, batch); err != nil {
				return err
			}
			c.mu.Lock()
			c.pending.waiting = c.pending.waiting[1:]
			c.mu.Unlock()
		}
	}
	return nil
}

func (c *Counter) sendOne(ctx context.Context, batch hub.ViewBatch) error {
	ctx, cancel := context.WithTimeout(ctx, storeWait)
	defer cancel()
	if err := c.store.AddViews(ctx, batch); err != nil {
		return fmt.Errorf("store a batch of %d items' views: %w", len(batch.Counts), err)
	}
	return nil
}

// finish stores what is left, trying again until its own time is over.
func (c *Counter) finish(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, finalWait)
	defer cancel()
	for {
		err := c.send(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			c.mu.Lock()
			left := c.pending.left()
			c.mu.Unlock()
			return fmt.Errorf("%d views are lost: %w", left, err)
		case <-time.After(finalBackOff):
		}
	}
}
