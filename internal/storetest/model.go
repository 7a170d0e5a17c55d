package storetest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"tinhub/internal/hub"
)

// model is the plainest store that keeps the promises: maps under one lock, everything sorted anew at each question. It is
// what random histories are compared with and what the suite's own tests break; it keeps nothing and is not fast.
type model struct {
	mu         sync.Mutex
	generation string
	head       hub.Seq
	last       time.Time              // of the newest event
	log        []hub.Event            // what is left of it
	records    map[hub.ID][]byte      // as JSON, so that none is ever shared
	index      map[hub.ID]*hub.Record // the same, read; never given out and never changed
	alias      map[hub.ID]hub.Alias   // also those set apart
	met        []hub.ID               // the aliases in the order they came
	keys       map[string]hub.ID      // of addresses and texts
	touched    map[string]time.Time
	tombs      map[string][]tomb
	views      map[viewKey]uint64
	batches    map[string]bool
	leases     map[string]lease
	cursors    map[string]hub.Seq
	sources    map[string][]byte
	news       chan struct{} // closed and replaced whenever the head moves
}

type tomb struct {
	seq  hub.Seq
	item hub.ID
	when time.Time
}

// viewKey is one bucket of one item; size 0 is the total.
type viewKey struct {
	item  hub.ID
	size  time.Duration
	start time.Time
}

type lease struct {
	holder string
	token  uint64
	until  time.Time
}

// handle is one opening of a model, as Engine.Another and Reopen give them.
type handle struct {
	*model
	once   sync.Once
	closed chan struct{}
}

func newModel() *handle {
	return (&model{
		generation: fmt.Sprintf("model %d", time.Now().UnixNano()),
		records:    map[hub.ID][]byte{}, index: map[hub.ID]*hub.Record{}, alias: map[hub.ID]hub.Alias{}, keys: map[string]hub.ID{},
		touched: map[string]time.Time{},
		tombs:   map[string][]tomb{}, views: map[viewKey]uint64{}, batches: map[string]bool{}, leases: map[string]lease{},
		cursors: map[string]hub.Seq{}, sources: map[string][]byte{}, news: make(chan struct{}),
	}).open()
}

func (m *model) open() *handle { return &handle{model: m, closed: make(chan struct{})} }

// Engine names what is tested.
func (h *handle) Engine() string { return "plain model" }

func (h *handle) Close() error {
	h.once.Do(func() { close(h.closed) })
	return nil
}

// enter takes the lock unless the context or the handle has ended.
func (h *handle) enter(ctx context.Context) (leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case <-h.closed:
		return nil, hub.Errorf(hub.Unavailable, "the store is closed")
	default:
	}
	h.mu.Lock()
	return h.mu.Unlock, nil
}

// get gives a copy of the record that id leads to.
func (m *model) get(id hub.ID) *hub.Record {
	text, ok := m.records[id]
	if !ok {
		if a, known := m.alias[id]; known && !a.Apart {
			text, ok = m.records[a.Item]
		}
	}
	if !ok {
		return nil
	}
	r := new(hub.Record)
	decode(text, r)
	return r
}

func (m *model) set(r hub.Record) {
	m.records[r.ID] = encode(r)
	own := new(hub.Record)
	decode(m.records[r.ID], own)
	m.index[r.ID] = own
}

func encode(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("the model has no JSON for %T: %v", v, err))
	}
	return text
}

func decode(text []byte, v any) {
	if err := json.Unmarshal(text, v); err != nil {
		panic(fmt.Sprintf("the model cannot read its own %T: %v", v, err))
	}
}

// eventTime is at in whole seconds, or the newest event's time where at is behind it.
func (m *model) eventTime(at time.Time) time.Time {
	at = at.UTC().Truncate(time.Second)
	if at.Before(m.last) {
		return m.last
	}
	return at
}

func (h *handle) Put(ctx context.Context, at time.Time, items []hub.Incoming) ([]hub.Outcome, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	at = h.eventTime(at)
	var out []hub.Outcome
	for _, in := range items {
		cur, why := h.identify(in)
		out = append(out, h.apply(cur, hub.Decide(cur, why, in, at), at))
	}
	return out, nil
}

func (h *handle) Mark(ctx context.Context, at time.Time, o hub.Order) (hub.Outcome, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return hub.Outcome{}, err
	}
	defer leave()
	at = h.eventTime(at)
	cur := h.get(o.ID)
	d, err := hub.DecideOrder(cur, o, at)
	if err != nil {
		return hub.Outcome{}, err
	}
	return h.apply(cur, d, at), nil
}

func (h *handle) Release(ctx context.Context, at time.Time, limit int) (released int, next time.Time, err error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return 0, next, err
	}
	defer leave()
	held := h.every(func(r *hub.Record) bool { return r.State == hub.StateHeld })
	slices.SortStableFunc(held, func(a, b *hub.Record) int { return a.PublishAt.Compare(b.PublishAt) })
	for _, r := range held {
		if released == limit || r.PublishAt.After(at) {
			return released, r.PublishAt, nil
		}
		h.apply(r, hub.DecideRelease(*r), h.eventTime(at))
		released++
	}
	return released, next, nil
}

// every lists the records that pass, in the order of their ids.
func (m *model) every(pass func(*hub.Record) bool) (found []*hub.Record) {
	for id, r := range m.index {
		if pass(r) {
			found = append(found, m.get(id))
		}
	}
	slices.SortFunc(found, func(a, b *hub.Record) int { return cmp.Compare(a.ID, b.ID) })
	return found
}

// apply writes what was decided and tells the outcome.
func (m *model) apply(cur *hub.Record, d hub.Decision, at time.Time) hub.Outcome {
	r := d.Record
	if d.Write {
		around := slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(d.Touched), hub.AllSection))))
		counts := d.Event != "" || r.State == hub.StateTrimmed || r.Bodiless
		moved := map[string]bool{}
		for _, s := range around {
			moved[s] = counts && m.ranks(s, r.ID)
		}
		if d.Event != "" {
			m.append(&r, d, at)
		}
		m.set(r)
		m.bury(cur, r, d.Event, around)
		for _, s := range around {
			if (moved[s] || counts && m.ranks(s, r.ID) || d.Event.Tombstones()) && at.After(m.touched[s]) {
				m.touched[s] = at
			}
		}
	}
	if _, known := m.records[r.ID]; known {
		m.lead(r.ID, d, at)
	}
	return hub.Outcome{ID: r.ID, Seq: r.Seq, Change: d.Change, State: r.State}
}

func (m *model) append(r *hub.Record, d hub.Decision, at time.Time) {
	m.head++
	m.last = at
	r.Seq, r.Changed = m.head, at
	if r.FirstSeq == 0 {
		r.FirstSeq = m.head
	}
	m.log = append(m.log, hub.Event{Seq: m.head, Type: d.Event, Item: r.ID, Sections: slices.Clone(d.Touched), Time: at})
	close(m.news)
	m.news = make(chan struct{})
}

// bury keeps the tombstones: one for each section of a retraction that was told, none for what is not retracted.
func (m *model) bury(cur *hub.Record, r hub.Record, ev hub.EventType, around []string) {
	if cur != nil && cur.State == hub.StateRetracted && r.State != hub.StateRetracted {
		for s, list := range m.tombs {
			m.tombs[s] = slices.DeleteFunc(list, func(t tomb) bool { return t.item == r.ID })
		}
	}
	if ev == hub.Retracted {
		for _, s := range around {
			m.tombs[s] = append(m.tombs[s], tomb{r.Seq, r.ID, r.Retraction.When})
		}
	}
}

// shelf lists copies of the live records of a section in their order.
func (m *model) shelf(section string) []*hub.Record {
	items := m.every(func(r *hub.Record) bool { return stands(r, section) })
	slices.SortFunc(items, newestFirst)
	return items
}

func stands(r *hub.Record, section string) bool {
	return r.State == hub.StateLive && (section == hub.AllSection || slices.Contains(r.Sections, section))
}

func newestFirst(a, b *hub.Record) int {
	return cmp.Or(b.Published.Compare(a.Published), cmp.Compare(b.FirstSeq, a.FirstSeq))
}

// ranks tells whether the item is among the first of the section.
func (m *model) ranks(section string, id hub.ID) bool {
	own, ok := m.index[id]
	if !ok || !stands(own, section) {
		return false
	}
	before := 0
	for _, r := range m.index {
		if stands(r, section) && newestFirst(r, own) < 0 {
			before++
		}
	}
	return before < hub.FeedSize
}

func (h *handle) Records(ctx context.Context, ids []hub.ID) ([]hub.Record, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	out := make([]hub.Record, len(ids))
	for i, id := range ids {
		if r := h.get(id); r != nil {
			out[i] = *r
		}
	}
	return out, nil
}

func (h *handle) Shelf(ctx context.Context, section string, limit int) (hub.Shelf, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return hub.Shelf{}, err
	}
	defer leave()
	shelf := hub.Shelf{Touched: h.touched[section], Head: h.head}
	items := h.shelf(section)
	for _, r := range items[:min(limit, len(items))] {
		shelf.Items = append(shelf.Items, *r)
	}
	tombs := slices.SortedFunc(slices.Values(h.tombs[section]), func(a, b tomb) int { return cmp.Compare(b.seq, a.seq) })
	for _, t := range tombs[:min(hub.FeedSize, len(tombs))] {
		shelf.Retracted = append(shelf.Retracted, hub.Tombstone{ID: t.item, When: t.when})
	}
	return shelf, nil
}
