package publish

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"tinhub/internal/hub"
)

const (
	keepPopular = 10 * time.Minute // a most-read feed nobody asked for is ranked no longer
	maxPopular  = 256              // kept at once; the one asked for longest ago goes first
)

type popularKey struct {
	section string
	window  hub.Window
}

// popular is a most-read feed. Like all of a state it is never changed, but for the moment it was last asked for.
type popular struct {
	frozen
	ranked []hub.Ranked // of the first items, in their order
	last   *atomic.Int64
}

func (pop *popular) touch(at time.Time) { pop.last.Store(at.Unix()) }

func (pop *popular) asked() time.Time { return time.Unix(pop.last.Load(), 0) }

// Popular gives a section's most-read feed: what was read most in the window ("" is the default, 24h) first, then the
// newest. The first request for it ranks; from then on it is ranked again once a second. With every event of the section
// its items are what they are now: what was taken out is gone at once, what came in stands among the newest until the
// next ranking. It has no LastModified. An unknown window is an *hub.Error of kind Invalid; the others are those of Feed.
func (p *Publisher) Popular(ctx context.Context, section, format string, w hub.Window, atLeast hub.Seq) (*hub.Feed, error) {
	if err := p.known(section, format); err != nil {
		return nil, err
	}
	st, pop, err := p.mostRead(ctx, section, w, atLeast)
	if err != nil {
		return nil, err
	}
	return st.holding(pop.feeds[format], atLeast), nil
}

// PopularSnapshot gives a section's most-read items as they are served, and the views in the window of the first of them;
// the rest, which fills up to hub.FeedSize, has none. Neither must be changed. Errors are those of Popular.
func (p *Publisher) PopularSnapshot(ctx context.Context, section string, w hub.Window) (*hub.Snapshot, []hub.Ranked, error) {
	if err := p.known(section, ""); err != nil {
		return nil, nil, err
	}
	_, pop, err := p.mostRead(ctx, section, w, 0)
	if err != nil {
		return nil, nil, err
	}
	return pop.snap, pop.ranked, nil
}

func (p *Publisher) mostRead(ctx context.Context, section string, w hub.Window, atLeast hub.Seq) (*state, *popular, error) {
	if w == "" {
		w = hub.WindowDay
	}
	if _, _, ok := w.Span(); !ok {
		return nil, nil, &hub.Error{Kind: hub.Invalid, Place: "window", Detail: fmt.Sprintf("%q is none of 1h, 24h, 7d", w)}
	}
	st, err := p.at(ctx, atLeast)
	if err != nil {
		return nil, nil, err
	}
	key := popularKey{section, w}
	if pop, ok := st.popular[key]; ok {
		pop.touch(p.now())
		return st, pop, nil
	}
	return p.rankFirst(ctx, key)
}

// rankFirst ranks a feed that is not kept. Whoever asks for it meanwhile waits for the work, and then finds it done; where
// the store hangs, nobody waits for longer than one call of it may take.
func (p *Publisher) rankFirst(ctx context.Context, key popularKey) (*state, *popular, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	select {
	case p.ranks <- struct{}{}:
		defer func() { <-p.ranks }()
	case <-ctx.Done():
		return nil, nil, &hub.Error{Kind: hub.Unavailable, Detail: "the most read are not ranked yet", Err: ctx.Err()}
	}
	if st := p.state.Load(); st.popular[key] != nil {
		st.popular[key].touch(p.now())
		return st, st.popular[key], nil
	}
	st, pop, err := p.addPopular(ctx, key)
	if err != nil && (ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded)) {
		err = &hub.Error{Kind: hub.Unavailable, Detail: "the most read could not be ranked in time", Err: err}
	}
	return st, pop, err
}

// addPopular ranks a feed and puts it up.
func (p *Publisher) addPopular(ctx context.Context, key popularKey) (*state, *popular, error) {
	ranked, err := p.top(ctx, key)
	if err != nil {
		return nil, nil, err
	}
	if err := p.take(ctx); err != nil {
		return nil, nil, err
	}
	defer p.give()
	st := p.state.Load()
	pop, err := p.arrange(ctx, st, key, ranked, nil, false)
	if err != nil {
		return nil, nil, err
	}
	next := st.after()
	if len(next.popular) >= maxPopular {
		oldest := slices.MinFunc(slices.Collect(maps.Keys(next.popular)), func(a, b popularKey) int {
			return next.popular[a].asked().Compare(next.popular[b].asked())
		})
		delete(next.popular, oldest)
	}
	next.popular[key] = pop
	p.swap(next)
	return next, pop, nil
}

// refresh makes the kept most-read feeds of the affected sections anew on top of the next state's sections, in the order
// they were ranked in last: events, and retractions among them, do not wait for a ranking, nor fail with it.
func (p *Publisher) refresh(ctx context.Context, next *state, affected func(section string) bool) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	for key, before := range next.popular {
		if !affected(key.section) {
			continue
		}
		made, err := p.arrange(ctx, next, key, before.ranked, before, false)
		if err != nil {
			return err
		}
		next.popular[key] = made
	}
	return nil
}

// top asks for a ranking. Whoever asks does not hold the work, so that a slow ranking keeps no event from being served.
func (p *Publisher) top(ctx context.Context, key popularKey) ([]hub.Ranked, error) {
	ranked, err := p.store.Top(ctx, p.now(), key.section, key.window, hub.FeedSize)
	if err != nil {
		return nil, fmt.Errorf("rank the most read of %s: %w", key.section, err)
	}
	return ranked, nil
}

// arrange makes a most-read feed in the order of ranked over the sections of st; what is no longer live, or no longer
// there, is left out. before is what the feed was, nil for nothing; it is also the answer where nothing changed. settled
// says that no event touched the section since before was made, so that its records still hold.
func (p *Publisher) arrange(ctx context.Context, st *state, key popularKey, ranked []hub.Ranked, before *popular, settled bool) (*popular, error) {
	base := st.sections[key.section].snap
	held := base.Items
	if settled {
		held = slices.Concat(held, before.snap.Items)
	}
	items, ranked, err := p.recordsOf(ctx, key.section, ranked, held)
	if err != nil {
		return nil, err
	}
	items = fill(items, base.Items)
	snap := p.freezePopular(key, base, items)
	if before == nil {
		before = &popular{last: new(atomic.Int64)}
		before.touch(p.now())
	} else if same(before.snap, snap) {
		if settled && slices.Equal(before.ranked, ranked) {
			return before, nil
		}
		return &popular{frozen: frozen{snap, before.feeds}, ranked: ranked, last: before.last}, nil
	}
	fr, err := p.render(snap, time.Time{}, before.feeds)
	if err != nil {
		return nil, err
	}
	return &popular{frozen: *fr, ranked: ranked, last: before.last}, nil
}

// recordsOf gives the records of the ranked: those that are held, the others from the store. What went out of the section
// since the ranking leaves the ranked too.
func (p *Publisher) recordsOf(ctx context.Context, section string, ranked []hub.Ranked, held []hub.Record) ([]hub.Record, []hub.Ranked, error) {
	have := make(map[hub.ID]hub.Record, len(held))
	for _, r := range held {
		if _, ok := have[r.ID]; !ok {
			have[r.ID] = r
		}
	}
	var missing []hub.ID
	for _, r := range ranked {
		if _, ok := have[r.ID]; !ok {
			missing = append(missing, r.ID)
		}
	}
	if len(missing) > 0 {
		records, err := p.store.Records(ctx, missing)
		if err != nil {
			return nil, nil, fmt.Errorf("read the most read of %s: %w", section, err)
		}
		for i, r := range records {
			if r.ID == missing[i] && r.State == hub.StateLive && (section == hub.AllSection || slices.Contains(r.Sections, section)) {
				have[r.ID] = r
			}
		}
	}
	var items []hub.Record
	var kept []hub.Ranked
	for _, r := range ranked {
		if rec, ok := have[r.ID]; ok {
			items, kept = append(items, rec), append(kept, r)
			delete(have, r.ID) // each once
		}
	}
	return items, kept, nil
}

// fill adds the newest that are not there yet, up to a feed's size.
func fill(items, newest []hub.Record) []hub.Record {
	there := make(map[hub.ID]bool, len(items))
	for _, r := range items {
		there[r.ID] = true
	}
	for _, r := range newest {
		if len(items) < hub.FeedSize && !there[r.ID] {
			items = append(items, r)
		}
	}
	return items
}

// freezePopular makes the snapshot. Its time is that of the newest event among its items, whatever their order.
func (p *Publisher) freezePopular(key popularKey, base *hub.Snapshot, items []hub.Record) *hub.Snapshot {
	snap := &hub.Snapshot{
		Site: p.site, Section: base.Section, Self: feedPath(key.section) + "/popular",
		Items: items, Retracted: base.Retracted, Head: base.Head,
	}
	if key.window != hub.WindowDay {
		snap.Query = "window=" + string(key.window)
	}
	for _, r := range items {
		if r.Changed.After(snap.Updated) {
			snap.Updated = r.Changed
		}
	}
	if snap.Updated.IsZero() {
		snap.Updated = base.Updated
	}
	snap.Section.Title = popularTitle(base.Section, p.site, key.window)
	return snap
}

// popularTitle tells the feed from the section's own in a list of subscriptions.
func popularTitle(s hub.Section, site hub.Site, w hub.Window) string {
	language := s.Language
	if language == "" {
		language = site.Language
	}
	label := map[hub.Window]string{
		hub.WindowHour: "most read in the last hour", hub.WindowDay: "most read in the last 24 hours", hub.WindowWeek: "most read in the last 7 days",
	}[w]
	if base, _, _ := strings.Cut(strings.ToLower(language), "-"); base == "vi" {
		label = map[hub.Window]string{
			hub.WindowHour: "đọc nhiều trong 1 giờ qua", hub.WindowDay: "đọc nhiều trong 24 giờ qua", hub.WindowWeek: "đọc nhiều trong 7 ngày qua",
		}[w]
	}
	title := s.Title
	if title == "" {
		title = s.ID
	}
	return title + ": " + label
}
