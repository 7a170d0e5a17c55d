package storetest

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinhub/internal/hub"
)

// broken is a store with one fault and a promise that the fault breaks.
type broken struct {
	fault  string
	breaks func(*kit)
	with   func(*handle) hub.Store
}

// spoiled is a model some of whose calls are others.
type spoiled struct {
	*handle
	put    func(context.Context, time.Time, []hub.Incoming) ([]hub.Outcome, error)
	mark   func(context.Context, time.Time, hub.Order) (hub.Outcome, error)
	shelf  func(context.Context, string, int) (hub.Shelf, error)
	recs   func(context.Context, []hub.ID) ([]hub.Record, error)
	events func(context.Context, hub.Seq, int) ([]hub.Event, error)
	trim   func(context.Context, time.Time, hub.Keep) (hub.Trimmed, error)
}

func (s *spoiled) Put(ctx context.Context, at time.Time, items []hub.Incoming) ([]hub.Outcome, error) {
	if s.put != nil {
		return s.put(ctx, at, items)
	}
	return s.handle.Put(ctx, at, items)
}

func (s *spoiled) Mark(ctx context.Context, at time.Time, o hub.Order) (hub.Outcome, error) {
	if s.mark != nil {
		return s.mark(ctx, at, o)
	}
	return s.handle.Mark(ctx, at, o)
}

func (s *spoiled) Shelf(ctx context.Context, section string, limit int) (hub.Shelf, error) {
	if s.shelf != nil {
		return s.shelf(ctx, section, limit)
	}
	return s.handle.Shelf(ctx, section, limit)
}

func (s *spoiled) Records(ctx context.Context, ids []hub.ID) ([]hub.Record, error) {
	if s.recs != nil {
		return s.recs(ctx, ids)
	}
	return s.handle.Records(ctx, ids)
}

func (s *spoiled) Events(ctx context.Context, since hub.Seq, limit int) ([]hub.Event, error) {
	if s.events != nil {
		return s.events(ctx, since, limit)
	}
	return s.handle.Events(ctx, since, limit)
}

func (s *spoiled) Trim(ctx context.Context, at time.Time, keep hub.Keep) (hub.Trimmed, error) {
	if s.trim != nil {
		return s.trim(ctx, at, keep)
	}
	return s.handle.Trim(ctx, at, keep)
}

// locked runs fn with the model's insides.
func (h *handle) locked(fn func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	fn()
}

// reput is a store that puts otherwise.
func reput(put func(context.Context, *handle, time.Time, []hub.Incoming) ([]hub.Outcome, error)) func(*handle) hub.Store {
	return func(h *handle) hub.Store {
		return &spoiled{handle: h, put: func(ctx context.Context, at time.Time, items []hub.Incoming) ([]hub.Outcome, error) {
			return put(ctx, h, at, items)
		}}
	}
}

// misread is a store that takes each incoming item for another.
func misread(change func(h *handle, in *hub.Incoming)) func(*handle) hub.Store {
	return reput(func(ctx context.Context, h *handle, at time.Time, items []hub.Incoming) ([]hub.Outcome, error) {
		items = slices.Clone(items)
		for i := range items {
			change(h, &items[i])
		}
		return h.Put(ctx, at, items)
	})
}

// amid is a store that does something to its insides before and after each put.
func amid(before, after func(*handle)) func(*handle) hub.Store {
	return reput(func(ctx context.Context, h *handle, at time.Time, items []hub.Incoming) ([]hub.Outcome, error) {
		h.locked(func() { before(h) })
		defer h.locked(func() { after(h) })
		return h.Put(ctx, at, items)
	})
}

func nothing(*handle) {}

// forgetting drops the records in that state.
func forgetting(state hub.State) func(*handle) {
	return func(h *handle) {
		for id, r := range h.index {
			if r.State == state {
				delete(h.index, id)
				delete(h.records, id)
			}
		}
	}
}

func faultsOfPut() []broken {
	return []broken{
		{"stores half a document before it looks at its context", wholeOrNot, reput(putHalf(0))},
		{"makes an event of what did not change", putTwice, reput(putRepeating)},
		{"decides a document before it writes any of it", secondSeesFirst, reput(putBlind)},
		{"answers in another order", thousandItems, reput(func(ctx context.Context, h *handle, at time.Time, items []hub.Incoming) ([]hub.Outcome, error) {
			out, err := h.Put(ctx, at, items)
			slices.Reverse(out)
			return out, err
		})},
		{"forgets aliases", changedGuid, amid(nothing, func(h *handle) { clear(h.alias) })},
		{"dates events by the caller's clock", timesNeverBack, amid(func(h *handle) { h.last = time.Time{} }, nothing)},
		{"leaves gaps in its numbers", concurrentPuts, amid(nothing, func(h *handle) { h.head++ })},
		{"lets what was trimmed in again as new", trimmedComesAgain, amid(forgetting(hub.StateTrimmed), nothing)},
		{"lets what was killed in again as new", killedStaysKilled, amid(forgetting(hub.StateRetracted), nothing)},
		{"lets no URL lead to an item", sighting, misread(func(_ *handle, in *hub.Incoming) { in.URLKey = "" })},
		{"forgets the name an item came under", knownByName, misread(func(_ *handle, in *hub.Incoming) { in.Known = "" })},
		{"takes one link for one article", sharedLink, misread(func(_ *handle, in *hub.Incoming) { in.Item.ID = hub.ID(in.URLKey) })},
		{"takes every source's word", takeover, misread(func(h *handle, in *hub.Incoming) { in.Priority = int(h.head) + 1 })},
		{"knows no embargo", heldShowsNowhere, misread(func(_ *handle, in *hub.Incoming) { in.PublishAt = time.Time{} })},
		{"takes a tombstone for an item", sourceTombstone, misread(func(_ *handle, in *hub.Incoming) { in.Retract = false })},
		{"does not know its own", ownComingBack, misread(func(_ *handle, in *hub.Incoming) { in.Item.OriginalID = "x" + in.Item.OriginalID })},
		{"takes no correction of what is held", heldCorrected, ignoring(hub.StateHeld)},
		{"stores half a document before it gives way to others", wholeBesideOthers, reput(putHalf(time.Millisecond))},
		{"takes no version of what is out", restoredShowsNewest, ignoring(hub.StateRetracted)},
	}
}

func putHalf(pause time.Duration) func(context.Context, *handle, time.Time, []hub.Incoming) ([]hub.Outcome, error) {
	return func(ctx context.Context, h *handle, at time.Time, items []hub.Incoming) ([]hub.Outcome, error) {
		half := len(items) / 2
		a, err := h.Put(context.WithoutCancel(ctx), at, items[:half])
		if err != nil {
			return nil, err
		}
		time.Sleep(pause)
		b, err := h.Put(ctx, at, items[half:])
		return append(a, b...), err
	}
}

func putRepeating(ctx context.Context, h *handle, at time.Time, items []hub.Incoming) ([]hub.Outcome, error) {
	out, err := h.Put(ctx, at, items)
	h.locked(func() {
		for _, o := range out {
			if r := h.get(o.ID); r != nil && o.Change == hub.ChangeUnchanged {
				h.append(r, hub.Decision{Event: hub.Updated, Touched: r.Sections}, h.eventTime(at))
			}
		}
	})
	return out, err
}

func putBlind(ctx context.Context, h *handle, at time.Time, items []hub.Incoming) (out []hub.Outcome, _ error) {
	h.locked(func() {
		cur := make([]*hub.Record, len(items))
		for i, in := range items {
			cur[i] = h.get(in.Item.ID)
		}
		for i, in := range items {
			out = append(out, h.apply(cur[i], hub.Decide(cur[i], hub.WhyID, in, h.eventTime(at)), h.eventTime(at)))
		}
	})
	return out, ctx.Err()
}

// ignoring is a store that keeps what it has of items in that state.
func ignoring(state hub.State) func(*handle) hub.Store {
	return reput(func(ctx context.Context, h *handle, at time.Time, items []hub.Incoming) ([]hub.Outcome, error) {
		out := make([]hub.Outcome, len(items))
		for i, in := range items {
			if r := h.get(in.Item.ID); r != nil && r.State == state {
				out[i] = hub.Outcome{ID: r.ID, Seq: r.Seq, Change: hub.ChangeUnchanged, State: r.State}
				continue
			}
			one, err := h.Put(ctx, at, []hub.Incoming{in})
			if err != nil {
				return nil, err
			}
			out[i] = one[0]
		}
		return out, nil
	})
}

// all gives every fault.
func all() []broken {
	return slices.Concat(faultsOfPut(), faultsOfShelves(), faultsOfReading(), faultsOfOrders(), faultsOfTrim(), faultsOfCounting(),
		faultsOfLeases(), faultsOfKeys(), faultsOfTime(), faultsOfTexts(), faultsOfAliases())
}

func TestEveryBrokenStoreIsCaughtByTheCheckItBreaks(t *testing.T) {
	for _, b := range all() {
		t.Run(b.fault, func(t *testing.T) {
			err := check{steps: b.breaks}.against(t, modelEngine(b.with))
			if err == nil {
				t.Fatal("the suite took it for a sound store")
			}
			t.Log(strings.SplitN(err.Error(), "\n", 2)[0])
		})
	}
}

func TestEveryCheckIsBrokenByAStore(t *testing.T) {
	broken := map[uintptr]bool{}
	for _, b := range all() {
		broken[reflect.ValueOf(b.breaks).Pointer()] = true
	}
	for _, c := range checks() {
		if !broken[reflect.ValueOf(c.steps).Pointer()] {
			t.Errorf("no broken store shows that this can be told: %s", c.promise)
		}
	}
}

func TestRandomHistoriesTellABrokenStoreFromTheModel(t *testing.T) {
	caught := func(with func(*handle) hub.Store) (found error) {
		for seed := range 60 {
			err := rapid.Custom(func(rt *rapid.T) error { return livedBy(t.Context(), rt, with) }).Example(seed)
			if err != nil {
				return err
			}
		}
		return nil
	}
	if err := caught(func(h *handle) hub.Store { return h }); err != nil {
		t.Errorf("the model differs from itself: %v", err)
	}
	for _, b := range slices.Concat(faultsOfShelves()[:3], faultsOfTrim()[:3], faultsOfPut()[1:3], faultsOfTexts()[:2], faultsOfTexts()[5:8],
		faultsOfAliases()[1:2], faultsOfAliases()[3:5]) {
		if caught(b.with) == nil {
			t.Errorf("no history in sixty shows that a store %s", b.fault)
		}
	}
}

// livedBy lives a history in a broken store, which is opened anew with the fault it has.
func livedBy(ctx context.Context, rt *rapid.T, with func(*handle) hub.Store) error {
	h := newModel()
	s := with(h)
	return live(ctx, rt, func() hub.Store { return s }, newModel(), func() {
		h = h.open()
		s = with(h)
	})
}

func TestEngineThatKeepsNothingIsHeldToTheOtherPromises(t *testing.T) {
	e := modelEngine(func(h *handle) hub.Store { return h })
	e.Reopen, e.Another = nil, nil
	lasting := 0
	for _, c := range checks() {
		if !c.possible(e) {
			lasting++
		}
	}
	if lasting == 0 || lasting == len(checks()) {
		t.Errorf("%d of %d checks need a store that lasts", lasting, len(checks()))
	}
}
