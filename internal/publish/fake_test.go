package publish

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"tinhub/internal/hub"
)

// fake is a store in memory, made of the hub's own rules, that can be broken in the ways a real one breaks.
type fake struct {
	mu       sync.Mutex
	head     hub.Head
	records  map[hub.ID]hub.Record
	log      []hub.Event
	touched  map[string]time.Time
	views    map[hub.ID]uint64
	reseeded []hub.Record
	changed  chan struct{}

	down    error // every call fails with it
	topDown error // every ranking does

	topHangs chan struct{} // every ranking waits for it to be closed, with what it found
	oldest   hub.Seq
	idle     bool // Wait returns at once, for nothing
	calls    map[string]int
}

func newFake() *fake {
	return &fake{
		head: hub.Head{Generation: "g1"}, records: map[hub.ID]hub.Record{}, touched: map[string]time.Time{},
		views: map[hub.ID]uint64{}, changed: make(chan struct{}), calls: map[string]int{},
	}
}

// do runs change under the lock and wakes who waits.
func (f *fake) do(change func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	change()
	close(f.changed)
	f.changed = make(chan struct{})
}

func (f *fake) count(call string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls[call]
}

func (f *fake) called(call string) error {
	f.calls[call]++
	return f.down
}

func (f *fake) write(d hub.Decision, at time.Time) hub.Seq {
	r := d.Record
	if d.Event != "" {
		f.head.Seq++
		r.Seq, r.Changed = f.head.Seq, at.UTC().Truncate(time.Second)
		if r.FirstSeq == 0 {
			r.FirstSeq = r.Seq
		}
		f.log = append(f.log, hub.Event{Seq: r.Seq, Type: d.Event, Item: r.ID, Sections: d.Touched, Time: r.Changed})
		for _, s := range append(slices.Clone(d.Touched), hub.AllSection) {
			f.touched[s] = r.Changed
		}
	}
	f.records[r.ID] = r
	return r.Seq
}

func (f *fake) put(in hub.Incoming) hub.Seq {
	var seq hub.Seq
	f.do(func() {
		var cur *hub.Record
		if r, ok := f.records[in.Item.ID]; ok {
			cur = &r
		}
		if d := hub.Decide(cur, hub.WhyID, in, time.Now()); d.Write {
			seq = f.write(d, time.Now())
		}
	})
	return seq
}

func (f *fake) order(o hub.Order) hub.Seq {
	var seq hub.Seq
	f.do(func() {
		r := f.records[o.ID]
		d, err := hub.DecideOrder(&r, o, time.Now())
		if err != nil {
			panic(err)
		}
		seq = f.write(d, time.Now())
	})
	return seq
}

func (f *fake) Events(_ context.Context, since hub.Seq, limit int) ([]hub.Event, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.called("Events"); err != nil {
		return nil, err
	}
	if since+1 < f.oldest {
		return nil, &hub.LogGoneError{Oldest: f.oldest}
	}
	var out []hub.Event
	for _, e := range f.log {
		if e.Seq > since && len(out) < limit {
			out = append(out, e)
		}
	}
	return out, nil
}

func (f *fake) Head(context.Context) (hub.Head, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.head, f.called("Head")
}

func (f *fake) Wait(ctx context.Context, gen string, since hub.Seq) error {
	for {
		f.mu.Lock()
		err := f.called("Wait")
		done := f.head.Seq > since || f.head.Generation != gen || f.idle
		changed := f.changed
		f.mu.Unlock()
		if err != nil || done {
			return err
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (f *fake) Shelf(_ context.Context, section string, limit int) (hub.Shelf, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.called("Shelf " + section); err != nil {
		return hub.Shelf{}, err
	}
	shelf := hub.Shelf{Touched: f.touched[section], Head: f.head.Seq}
	for _, r := range f.records {
		if section != hub.AllSection && !slices.Contains(r.Sections, section) {
			continue
		}
		switch r.State {
		case hub.StateLive:
			shelf.Items = append(shelf.Items, r)
		case hub.StateRetracted:
			shelf.Retracted = append(shelf.Retracted, hub.Tombstone{ID: r.ID, When: r.Retraction.When})
		}
	}
	slices.SortFunc(shelf.Items, func(a, b hub.Record) int {
		return cmp.Or(b.Published.Compare(a.Published), cmp.Compare(b.FirstSeq, a.FirstSeq))
	})
	shelf.Items = shelf.Items[:min(limit, len(shelf.Items))]
	slices.SortFunc(shelf.Retracted, func(a, b hub.Tombstone) int { return cmp.Or(b.When.Compare(a.When), cmp.Compare(a.ID, b.ID)) })
	return shelf, nil
}

func (f *fake) Records(_ context.Context, ids []hub.ID) ([]hub.Record, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.called("Records"); err != nil {
		return nil, err
	}
	out := make([]hub.Record, len(ids))
	for i, id := range ids {
		out[i] = f.records[id]
	}
	return out, nil
}

func (f *fake) Top(ctx context.Context, _ time.Time, section string, _ hub.Window, limit int) ([]hub.Ranked, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := cmp.Or(f.called("Top "+section), f.topDown); err != nil {
		return nil, err
	}
	var out []hub.Ranked
	for id, n := range f.views {
		r := f.records[id]
		if r.State == hub.StateLive && (section == hub.AllSection || slices.Contains(r.Sections, section)) {
			out = append(out, hub.Ranked{ID: id, Views: n})
		}
	}
	slices.SortFunc(out, func(a, b hub.Ranked) int {
		ra, rb := f.records[a.ID], f.records[b.ID]
		return cmp.Or(cmp.Compare(b.Views, a.Views), rb.Published.Compare(ra.Published), cmp.Compare(rb.FirstSeq, ra.FirstSeq))
	})
	if f.topHangs != nil {
		hangs := f.topHangs
		f.mu.Unlock()
		select {
		case <-hangs:
		case <-ctx.Done():
		}
		f.mu.Lock()
	}
	return out[:min(limit, len(out))], ctx.Err()
}

func (f *fake) OpenSections(_ context.Context, at time.Time, ids []string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.called("OpenSections"); err != nil {
		return err
	}
	for _, id := range ids {
		if _, ok := f.touched[id]; !ok {
			f.touched[id] = at
		}
	}
	return nil
}

func (f *fake) Reseed(_ context.Context, records []hub.Record) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.called("Reseed"); err != nil {
		return 0, err
	}
	n := 0
	for _, r := range records {
		if _, known := f.records[r.ID]; !known {
			f.records[r.ID] = r
			n++
			for _, s := range append(slices.Clone(r.Sections), hub.AllSection) {
				if r.Changed.After(f.touched[s]) {
					f.touched[s] = r.Changed
				}
			}
		}
	}
	f.reseeded = append(f.reseeded, records...)
	return n, nil
}

// lose forgets everything, as an engine that failed over does, and begins a new generation above the head.
func (f *fake) lose() map[hub.ID]hub.Record {
	var lost map[hub.ID]hub.Record
	f.do(func() {
		lost = maps.Clone(f.records)
		clear(f.records)
		clear(f.touched)
		f.log = nil
		f.head = hub.Head{Generation: "g2", Seq: f.head.Seq + 1000}
	})
	return lost
}
