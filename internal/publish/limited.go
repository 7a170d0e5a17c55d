package publish

import (
	"context"
	"fmt"
	"sync"
	"time"

	"tinhub/internal/format"
	"tinhub/internal/hub"
)

// maxLimit is the most items that a feed can be asked for; who asks for more gets so many.
const maxLimit = 1000

const (
	keepLimited   = 10 * time.Minute                     // one that nobody asked for is let go
	limitedAge    = sweepTicks * tickEvery               // then the shelf is read again: trimming makes no event
	maxLimited    = 256                                  // kept at once
	limitedBytes  = 128 << 20                            // of all that are kept, in all their codings; the newest may stand above it
	limitedDetail = "the feed could not be made in time" // for who asked
)

type limitedKey struct {
	section, format string
	limit           int
}

// limited is a feed of another length than usual, made when it was first asked for. It is current as long as the section
// it was made of is what is served: every event that touches a section, at whatever depth, puts up a new snapshot of it.
type limited struct {
	feed  *hub.Feed
	of    *hub.Snapshot
	made  time.Time
	asked time.Time
	bytes int
}

// limitedFeeds is what is kept of them. Its two slots let one at a time be made of what is in memory, and one of what is in
// the store: who waits for the same finds it made, and short ones do not wait for long ones.
type limitedFeeds struct {
	near, far chan struct{}

	mu    sync.Mutex
	kept  map[limitedKey]*limited
	bytes int
}

func newLimitedFeeds() *limitedFeeds {
	return &limitedFeeds{near: make(chan struct{}, 1), far: make(chan struct{}, 1), kept: map[limitedKey]*limited{}}
}

// Limited gives a section's feed with its newest limit items, at most maxLimit, under the rules of Feed; a limit below 1
// is an *hub.Error of kind Invalid. The first request makes it, from memory up to hub.FeedSize and from the store beyond
// that; it is made again when an event touched the section, and let go when nobody asks. While the store is away a long
// feed that is not current is Unavailable, rather than with something in it that was taken out.
//
// Its time is that of the newest event that its items and retractions show; where it holds all of the section's usual
// feed, also the time of that. What happens to items beyond its limit does not move it. An item that leaves it downwards
// or to another section takes its time along: this process then stays at the time it told last, so that no reader is told
// an earlier one; another process, or this one after a restart, tells the time of what is left.
func (p *Publisher) Limited(ctx context.Context, section, format string, limit int, atLeast hub.Seq) (*hub.Feed, error) {
	if err := p.known(section, format); err != nil {
		return nil, err
	}
	if limit < 1 {
		return nil, &hub.Error{Kind: hub.Invalid, Place: "limit", Detail: fmt.Sprintf("want a number from 1 to %d", maxLimit)}
	}
	if limit = min(limit, maxLimit); limit == hub.FeedSize {
		return p.Feed(ctx, section, format, atLeast)
	}
	st, err := p.at(ctx, atLeast)
	if err != nil {
		return nil, err
	}
	key := limitedKey{section, format, limit}
	if f := p.limited.current(key, st.sections[section].snap, p.now()); f != nil {
		return st.holding(f, atLeast), nil
	}
	return p.makeLimited(ctx, key, atLeast)
}

func (p *Publisher) makeLimited(ctx context.Context, key limitedKey, atLeast hub.Seq) (*hub.Feed, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	slot := p.limited.near
	if key.limit > hub.FeedSize {
		slot = p.limited.far
	}
	select {
	case slot <- struct{}{}:
		defer func() { <-slot }()
	case <-ctx.Done():
		return nil, &hub.Error{Kind: hub.Unavailable, Detail: limitedDetail, Err: ctx.Err()}
	}
	st, now := p.state.Load(), p.now()
	of := st.sections[key.section].snap
	if f := p.limited.current(key, of, now); f != nil {
		return st.holding(f, atLeast), nil
	}
	before := p.limited.last(key)
	feed, err := p.cut(ctx, key, of, before)
	switch {
	case err == nil:
	case before != nil && before.of == of: // only its age asked for a new one
		return st.holding(before.feed, atLeast), nil
	case ctx.Err() != nil:
		return nil, &hub.Error{Kind: hub.Unavailable, Detail: limitedDetail, Err: err}
	default:
		return nil, err
	}
	p.limited.keep(key, &limited{feed: feed, of: of, made: now, asked: now, bytes: sizeOf(feed)})
	return st.holding(feed, atLeast), nil
}

// cut makes the feed: of the section as it is served, or of a deeper look into its shelf, which is never older.
func (p *Publisher) cut(ctx context.Context, key limitedKey, of *hub.Snapshot, before *limited) (*hub.Feed, error) {
	snap := *of
	snap.Query = fmt.Sprintf("limit=%d", key.limit)
	if key.limit < hub.FeedSize {
		snap.Items = of.Items[:min(key.limit, len(of.Items))]
		if len(snap.Items)+len(snap.Retracted) > 0 {
			snap.Updated = time.Time{}
		}
	} else {
		shelf, err := p.store.Shelf(ctx, key.section, key.limit)
		if err != nil {
			return nil, fmt.Errorf("read %d items of section %s: %w", key.limit, key.section, err)
		}
		snap.Items, snap.Retracted, snap.Head = shelf.Items, shelf.Retracted, shelf.Head
		snap.Updated = later(snap.Updated, shelf.Touched)
	}
	for i := range snap.Items {
		snap.Updated = later(snap.Updated, snap.Items[i].Changed)
	}
	for _, t := range snap.Retracted {
		snap.Updated = later(snap.Updated, t.When)
	}
	var last *hub.Feed
	if before != nil {
		last = before.feed
		snap.Updated = later(snap.Updated, last.LastModified)
	}
	f, _ := format.ByName(key.format) // known to be there
	feed, err := p.renderOne(&snap, f, last)
	if err != nil {
		return nil, err
	}
	feed.LastModified = snap.Updated
	return feed, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func sizeOf(f *hub.Feed) (n int) {
	for _, c := range f.Codings {
		n += len(c.Body)
	}
	return n
}

// current is the feed that is kept, where it is still what the section of says and not too old; else nil.
func (l *limitedFeeds) current(key limitedKey, of *hub.Snapshot, now time.Time) *hub.Feed {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := l.kept[key]
	if k == nil || k.of != of || key.limit > hub.FeedSize && now.Sub(k.made) >= limitedAge {
		return nil
	}
	k.asked = now
	return k.feed
}

// last is what is kept, current or not.
func (l *limitedFeeds) last(key limitedKey) *limited {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.kept[key]
}

// keep takes a feed in, in the place of its predecessor; where there is no room those asked for longest ago go.
func (l *limitedFeeds) keep(key limitedKey, made *limited) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.drop(key)
	for len(l.kept) > 0 && (len(l.kept) >= maxLimited || l.bytes+made.bytes > limitedBytes) {
		var oldest limitedKey
		var at time.Time
		for k, kept := range l.kept {
			if at.IsZero() || kept.asked.Before(at) {
				oldest, at = k, kept.asked
			}
		}
		l.drop(oldest)
	}
	l.kept[key] = made
	l.bytes += made.bytes
}

// forget lets go of what nobody asked for in a while.
func (l *limitedFeeds) forget(now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, k := range l.kept {
		if now.Sub(k.asked) > keepLimited {
			l.drop(key)
		}
	}
}

// drop is for who holds the lock.
func (l *limitedFeeds) drop(key limitedKey) {
	if k := l.kept[key]; k != nil {
		l.bytes -= k.bytes
		delete(l.kept, key)
	}
}
