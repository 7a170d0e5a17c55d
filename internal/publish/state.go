package publish

import (
	"context"
	"maps"
	"time"

	"tinhub/internal/hub"
)

// state is all that is served at one moment. It is never changed: the next one takes its place.
type state struct {
	head     hub.Head
	sections map[string]*frozen
	popular  map[popularKey]*popular
	next     chan struct{} // closed once a newer state is up
}

// frozen is a snapshot and its feeds, by format.
type frozen struct {
	snap  *hub.Snapshot
	feeds map[string]*hub.Feed
}

// after begins the state that comes after st, whose sections and most-read feeds may be set.
func (st *state) after() *state {
	next := &state{sections: map[string]*frozen{}, popular: map[popularKey]*popular{}}
	if st != nil {
		next.head = st.head
		maps.Copy(next.sections, st.sections)
		maps.Copy(next.popular, st.popular)
	}
	return next
}

// swap puts the next state up, as one thing, and wakes who waits for it. The caller holds the work.
func (p *Publisher) swap(next *state) {
	next.next = make(chan struct{})
	switch before := p.state.Swap(next); before {
	case nil:
		close(p.ready)
	default:
		close(before.next)
	}
}

// take waits for the right to make the next state.
func (p *Publisher) take(ctx context.Context) error {
	select {
	case p.work <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *Publisher) give() { <-p.work }

// await gives the state as soon as it holds seq.
func (p *Publisher) await(ctx context.Context, seq hub.Seq) (*state, error) {
	for {
		st, next := p.state.Load(), (<-chan struct{})(p.ready)
		if st != nil {
			if st.head.Seq >= seq {
				return st, nil
			}
			next = st.next
		}
		select {
		case <-next:
		case <-ctx.Done():
			return nil, &hub.Error{Kind: hub.Unavailable, Detail: "what was asked for is not published yet", Err: ctx.Err()}
		}
	}
}

// at is await for a request: one that asks for nothing special does not wait for the first state.
func (p *Publisher) at(ctx context.Context, seq hub.Seq) (*state, error) {
	if st := p.state.Load(); st != nil && st.head.Seq >= seq {
		return st, nil
	}
	if seq == 0 {
		return nil, hub.Errorf(hub.Unavailable, "the first snapshot is not up yet")
	}
	return p.await(ctx, seq)
}

// WaitFor returns once everything that is served holds every event up to seq. Where the context ends first the error is
// an *hub.Error of kind Unavailable.
func (p *Publisher) WaitFor(ctx context.Context, seq hub.Seq) error {
	_, err := p.await(ctx, seq)
	return err
}

// Feed gives a section's feed in a format, as soon as it holds every event up to atLeast (0: as it is). An unknown section
// or format is an *hub.Error of kind NotFound; it is Unavailable before the first state and where the context ends while
// waiting. The feed must not be changed.
func (p *Publisher) Feed(ctx context.Context, section, format string, atLeast hub.Seq) (*hub.Feed, error) {
	if err := p.known(section, format); err != nil {
		return nil, err
	}
	st, err := p.at(ctx, atLeast)
	if err != nil {
		return nil, err
	}
	return st.holding(st.sections[section].feeds[format], atLeast), nil
}

// Snapshot gives a section as it is served. It must not be changed. Errors are those of Feed.
func (p *Publisher) Snapshot(ctx context.Context, section string) (*hub.Snapshot, error) {
	if err := p.known(section, ""); err != nil {
		return nil, err
	}
	st, err := p.at(ctx, 0)
	if err != nil {
		return nil, err
	}
	return st.sections[section].snap, nil
}

func (p *Publisher) known(section, format string) error {
	if _, ok := p.byID[section]; !ok {
		return hub.Errorf(hub.NotFound, "no section %q", section)
	}
	if format == "" {
		return nil
	}
	for i := range p.formats {
		if p.formats[i].Name == format {
			return nil
		}
	}
	return hub.Errorf(hub.NotFound, "no format %q", format)
}

// holding is the feed with a Head that says what it holds: a feed that no event touched holds all of the state's.
func (st *state) holding(f *hub.Feed, atLeast hub.Seq) *hub.Feed {
	if f.Head >= atLeast {
		return f
	}
	g := *f
	g.Head = st.head.Seq
	return &g
}

// freeze makes a snapshot of a shelf.
func (p *Publisher) freeze(section string, shelf hub.Shelf) *hub.Snapshot {
	return &hub.Snapshot{
		Site: p.site, Section: p.byID[section], Self: feedPath(section),
		Items: shelf.Items, Retracted: shelf.Retracted, Updated: shelf.Touched, Head: shelf.Head,
	}
}

// render makes the feeds of a snapshot. A feed whose bytes are those of before keeps its codings, and with them its ETags.
func (p *Publisher) render(snap *hub.Snapshot, modified time.Time, before map[string]*hub.Feed) (*frozen, error) {
	fr := &frozen{snap: snap, feeds: make(map[string]*hub.Feed, len(p.formats))}
	for _, f := range p.formats {
		feed, err := p.renderOne(snap, f, before[f.Name])
		if err != nil {
			return nil, err
		}
		feed.LastModified = modified
		fr.feeds[f.Name] = feed
	}
	return fr, nil
}
