package storetest

import (
	"cmp"
	"context"
	"slices"
	"time"

	"tinhub/internal/hub"
)

func (h *handle) Events(ctx context.Context, since hub.Seq, limit int) ([]hub.Event, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	if since >= h.head {
		return nil, nil
	}
	if oldest := h.head - hub.Seq(len(h.log)) + 1; since+1 < oldest {
		return nil, &hub.LogGoneError{Oldest: oldest}
	}
	var out []hub.Event
	for _, ev := range h.log {
		if ev.Seq > since && len(out) < limit {
			ev.Sections = slices.Clone(ev.Sections)
			out = append(out, ev)
		}
	}
	return out, nil
}

func (h *handle) Head(ctx context.Context) (hub.Head, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return hub.Head{}, err
	}
	defer leave()
	return hub.Head{Seq: h.head, Generation: h.generation}, nil
}

func (h *handle) Wait(ctx context.Context, generation string, since hub.Seq) error {
	for {
		leave, err := h.enter(ctx)
		if err != nil {
			return err
		}
		ready, news := h.head > since || h.generation != generation, h.news
		leave()
		if ready {
			return nil
		}
		select {
		case <-news:
		case <-h.closed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (h *handle) AddViews(ctx context.Context, batch hub.ViewBatch) error {
	leave, err := h.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if h.batches[batch.ID] {
		return nil
	}
	h.batches[batch.ID] = true
	for id, n := range batch.Counts {
		for _, size := range []time.Duration{0, 5 * time.Minute, time.Hour, 24 * time.Hour} {
			key := viewKey{item: id, size: size}
			if size > 0 {
				key.start = batch.Bucket.UTC().Truncate(size)
			}
			h.views[key] += n
		}
	}
	return nil
}

func (m *model) inWindow(id hub.ID, w hub.Window, at time.Time) (n uint64) {
	_, size, _ := w.Span()
	start := hub.WindowStart(w, at)
	for key, count := range m.views {
		if key.item == id && key.size == size && !key.start.Before(start) {
			n += count
		}
	}
	return n
}

func (h *handle) Views(ctx context.Context, at time.Time, ids []hub.ID) ([]hub.ViewCounts, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	out := make([]hub.ViewCounts, len(ids))
	for i, id := range ids {
		out[i] = hub.ViewCounts{
			Total: h.views[viewKey{item: id}],
			Hour:  h.inWindow(id, hub.WindowHour, at), Day: h.inWindow(id, hub.WindowDay, at), Week: h.inWindow(id, hub.WindowWeek, at),
		}
	}
	return out, nil
}

func (h *handle) Top(ctx context.Context, at time.Time, section string, w hub.Window, limit int) ([]hub.Ranked, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	if _, _, ok := w.Span(); !ok {
		return nil, hub.Errorf(hub.Invalid, "no window %q", w)
	}
	var out []hub.Ranked
	for _, r := range h.shelf(section) { // in the order that breaks ties
		if n := h.inWindow(r.ID, w, at); n > 0 {
			out = append(out, hub.Ranked{ID: r.ID, Views: n})
		}
	}
	slices.SortStableFunc(out, func(a, b hub.Ranked) int { return cmp.Compare(b.Views, a.Views) })
	return out[:min(limit, len(out))], nil
}

func (h *handle) SourceStates(ctx context.Context, ids []string) ([]hub.SourceState, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	out := make([]hub.SourceState, len(ids))
	for i, id := range ids {
		out[i].ID = id
		if text, ok := h.sources[id]; ok {
			decode(text, &out[i])
		}
	}
	return out, nil
}

func (h *handle) SaveSourceState(ctx context.Context, state hub.SourceState) error {
	leave, err := h.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	h.sources[state.ID] = encode(state)
	return nil
}

func (h *handle) Lease(ctx context.Context, name, holder string, ttl time.Duration) (uint64, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	l, now := h.leases[name], time.Now()
	held := now.Before(l.until)
	switch {
	case held && l.holder != holder:
		return 0, hub.Errorf(hub.Conflict, "the lease is held by another")
	case !held:
		l.token++
	}
	l.holder, l.until = holder, now.Add(ttl)
	h.leases[name] = l
	return l.token, nil
}

func (h *handle) Unlease(ctx context.Context, name, holder string) error {
	leave, err := h.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if l, ok := h.leases[name]; ok && l.holder == holder {
		l.until = time.Time{}
		h.leases[name] = l
	}
	return nil
}

func (h *handle) Cursor(ctx context.Context, name string) (hub.Seq, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	return h.cursors[name], nil
}

func (h *handle) SaveCursor(ctx context.Context, name string, token uint64, seq hub.Seq) error {
	leave, err := h.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if l, ok := h.leases[name]; !ok || l.token != token {
		return hub.Errorf(hub.Conflict, "the token is not the newest of its lease")
	}
	h.cursors[name] = seq
	return nil
}

func (h *handle) OpenSections(ctx context.Context, at time.Time, ids []string) error {
	leave, err := h.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	for _, id := range ids {
		if h.touched[id].IsZero() {
			h.touched[id] = at.UTC().Truncate(time.Second)
		}
	}
	return nil
}

func (h *handle) Trim(ctx context.Context, at time.Time, keep hub.Keep) (hub.Trimmed, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return hub.Trimmed{}, err
	}
	defer leave()
	var out hub.Trimmed
	at = at.UTC()
	if keep.Items > 0 {
		old := h.every(func(r *hub.Record) bool {
			full := r.State == hub.StateLive || r.State == hub.StateRetracted && !r.Bodiless
			return full && r.Seq > 0 && r.Changed.Before(at.Add(-keep.Items))
		})
		for _, r := range old {
			h.apply(r, hub.DecideTrim(*r), at.Truncate(time.Second))
			out.Items++
		}
	}
	if over := len(h.log) - int(keep.Events); keep.Events > 0 && over > 0 {
		h.log = slices.Delete(h.log, 0, over)
		out.Events = uint64(over)
	}
	kept := map[time.Duration]time.Duration{5 * time.Minute: 2 * time.Hour, time.Hour: 8 * 24 * time.Hour, 24 * time.Hour: keep.Views}
	for key := range h.views {
		if span := kept[key.size]; span > 0 && key.start.Before(at.Add(-span)) {
			delete(h.views, key)
		}
	}
	return out, nil
}

func (h *handle) Reseed(ctx context.Context, records []hub.Record) (written int, err error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	for _, r := range records {
		if h.get(r.ID) != nil {
			continue
		}
		h.set(r)
		h.lead(r.ID, hub.Decision{Keys: slices.Concat([]string{r.URLKey}, r.OtherKeys, r.Text.Keys())}, r.Changed)
		h.head = max(h.head, r.Seq)
		if r.State == hub.StateRetracted && r.FirstSeq > 0 {
			h.bury(nil, r, hub.Retracted, append(slices.Clone(r.Sections), hub.AllSection))
		}
		written++
	}
	if h.head > 0 && len(h.log) == 0 {
		h.generation += "'"
	}
	return written, nil
}

func (h *handle) Ping(ctx context.Context, _ bool) error {
	leave, err := h.enter(ctx)
	if err != nil {
		return err
	}
	leave()
	return nil
}
