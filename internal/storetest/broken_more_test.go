package storetest

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"tinhub/internal/hub"
)

// reshelved is a store whose shelves are changed on their way out.
func reshelved(change func(*handle, string, *hub.Shelf)) func(*handle) hub.Store {
	return func(h *handle) hub.Store {
		return &spoiled{handle: h, shelf: func(ctx context.Context, section string, limit int) (hub.Shelf, error) {
			shelf, err := h.Shelf(ctx, section, limit)
			change(h, section, &shelf)
			return shelf, err
		}}
	}
}

// retold is a store whose records are changed on their way out.
func retold(change func(*hub.Record)) func(*handle) hub.Store {
	return func(h *handle) hub.Store {
		return &spoiled{handle: h, recs: func(ctx context.Context, ids []hub.ID) ([]hub.Record, error) {
			recs, err := h.Records(ctx, ids)
			for i := range recs {
				change(&recs[i])
			}
			return recs, err
		}}
	}
}

func faultsOfShelves() []broken {
	return []broken{
		{"orders equal dates by first seq, lower first", equalDates, reshelved(func(_ *handle, _ string, s *hub.Shelf) {
			slices.SortFunc(s.Items, func(a, b hub.Record) int {
				return cmp.Or(b.Published.Compare(a.Published), cmp.Compare(a.FirstSeq, b.FirstSeq))
			})
		})},
		{"orders by first seq alone", byDate, reshelved(func(_ *handle, _ string, s *hub.Shelf) {
			slices.SortFunc(s.Items, func(a, b hub.Record) int { return cmp.Compare(b.FirstSeq, a.FirstSeq) })
		})},
		{"shows no section of everything", sectionsAndAll, reshelved(func(_ *handle, section string, s *hub.Shelf) {
			if section == hub.AllSection {
				s.Items = nil
			}
		})},
		{"orders dates as text", acrossZones, reshelved(func(_ *handle, _ string, s *hub.Shelf) {
			slices.SortStableFunc(s.Items, func(a, b hub.Record) int {
				return cmp.Compare(b.Published.Format(time.RFC3339), a.Published.Format(time.RFC3339))
			})
		})},
		{"cuts no shelf", shelfLimit, func(h *handle) hub.Store {
			return &spoiled{handle: h, shelf: func(ctx context.Context, section string, _ int) (hub.Shelf, error) {
				return h.Shelf(ctx, section, 10_000)
			}}
		}},
		{"leaves an item on the shelf it left", leavesSection, misread(func(h *handle, in *hub.Incoming) {
			if r := h.get(in.Item.ID); r != nil {
				in.Sections = append(slices.Clone(in.Sections), r.Sections...)
			}
		})},
	}
}

func faultsOfReading() []broken {
	return []broken{
		{"names a seq that it read before the items", seenTogether, func(h *handle) hub.Store {
			return &spoiled{handle: h, shelf: func(ctx context.Context, section string, limit int) (hub.Shelf, error) {
				head, err := h.Head(ctx)
				if err != nil {
					return hub.Shelf{}, err
				}
				time.Sleep(time.Millisecond)
				shelf, err := h.Shelf(ctx, section, limit)
				shelf.Head = head.Seq
				return shelf, err
			}}
		}},
		{"moves the touch time back", touchNeverBack, func(h *handle) hub.Store {
			return &spoiled{handle: h, put: func(ctx context.Context, at time.Time, items []hub.Incoming) ([]hub.Outcome, error) {
				out, err := h.Put(ctx, at, items)
				h.locked(func() { h.touched["news"] = at })
				return out, err
			}}
		}},
		{"touches every section with every event", touchedByEvents, reshelved(func(h *handle, _ string, s *hub.Shelf) { s.Touched = h.last })},
		{"touches for what nobody sees", beyondFirst, reshelved(func(h *handle, _ string, s *hub.Shelf) { s.Touched = h.last })},
		{"opens a section that is open", openSections, func(h *handle) hub.Store { return &opening{handle: h} }},
		{"gives out what it keeps", nothingShared, func(h *handle) hub.Store {
			kept := map[hub.ID]hub.Record{}
			return &spoiled{handle: h, recs: func(ctx context.Context, ids []hub.ID) ([]hub.Record, error) {
				recs, err := h.Records(ctx, ids)
				for i, id := range ids {
					if r, ok := kept[id]; ok {
						recs[i] = r
					}
					kept[id] = recs[i]
				}
				return recs, err
			}}
		}},
		{"drops a field", everyField, retold(func(r *hub.Record) { r.Alternates = nil })},
		{"gives times in UTC", offsetsKept, retold(func(r *hub.Record) { r.Published = r.Published.UTC() })},
		{"cuts bodies at 64 KiB", bigBodies, retold(func(r *hub.Record) { r.ContentHTML = r.ContentHTML[:min(len(r.ContentHTML), 1<<16)] })},
		{"keeps the old version beside the new seq", correction, retold(func(r *hub.Record) { r.Title = "Title of " + r.OriginalID })},
		{"gives events by their place in what is left", readFromAnyPlace, func(h *handle) hub.Store {
			return &spoiled{handle: h, events: func(ctx context.Context, since hub.Seq, limit int) ([]hub.Event, error) {
				return h.Events(ctx, since+1, limit)
			}}
		}},
	}
}

// opening forgets when a section was opened first.
type opening struct{ *handle }

func (o *opening) OpenSections(ctx context.Context, at time.Time, ids []string) error {
	o.locked(func() {
		for _, id := range ids {
			delete(o.touched, id)
		}
	})
	return o.handle.OpenSections(ctx, at, ids)
}

func faultsOfOrders() []broken {
	remark := func(change func(*handle, *hub.Order)) func(*handle) hub.Store {
		return func(h *handle) hub.Store {
			return &spoiled{handle: h, mark: func(ctx context.Context, at time.Time, o hub.Order) (hub.Outcome, error) {
				change(h, &o)
				return h.Mark(ctx, at, o)
			}}
		}
	}
	return []broken{
		{"shows what is retracted", retractedStaysOut, reshelved(func(h *handle, _ string, s *hub.Shelf) {
			for _, t := range s.Retracted {
				s.Items = append(s.Items, *h.get(t.ID))
			}
		})},
		{"hears every order as the desk's", deskAboveSource, remark(func(_ *handle, o *hub.Order) { o.By = hub.ByDesk })},
		{"asks no source whose item it is", orderUnknown, remark(func(h *handle, o *hub.Order) {
			if r := h.get(o.ID); r != nil {
				o.Source = r.Source
			}
		})},
		{"restores what is there", orderedTwice, func(h *handle) hub.Store {
			return &spoiled{handle: h, mark: func(ctx context.Context, at time.Time, o hub.Order) (hub.Outcome, error) {
				out, err := h.Mark(ctx, at, o)
				if out.Change == hub.ChangeUnchanged && err == nil {
					h.locked(func() { h.append(h.get(o.ID), hub.Decision{Event: hub.Restored}, h.eventTime(at)) })
				}
				return out, err
			}}
		}},
		{"names retractions oldest first", newestTombstones, reshelved(func(_ *handle, _ string, s *hub.Shelf) { slices.Reverse(s.Retracted) })},
		{"names what was never there", heldRetracted, func(h *handle) hub.Store {
			return &spoiled{handle: h, mark: func(ctx context.Context, at time.Time, o hub.Order) (hub.Outcome, error) {
				out, err := h.Mark(ctx, at, o)
				if r := h.get(o.ID); r != nil && r.FirstSeq == 0 && r.Retraction != nil {
					h.locked(func() { h.tombs["news"] = append(h.tombs["news"], tomb{item: r.ID, when: at}) })
				}
				return out, err
			}}
		}},
		{"releases all that is due, whatever the limit", releasedInOrder, func(h *handle) hub.Store { return &releasing{h} }},
	}
}

type releasing struct{ *handle }

func (r *releasing) Release(ctx context.Context, at time.Time, _ int) (int, time.Time, error) {
	return r.handle.Release(ctx, at, 1000)
}

func faultsOfTrim() []broken {
	retrim := func(change func(h *handle, at time.Time, keep *hub.Keep) (after func())) func(*handle) hub.Store {
		return func(h *handle) hub.Store {
			return &spoiled{handle: h, trim: func(ctx context.Context, at time.Time, keep hub.Keep) (hub.Trimmed, error) {
				after := change(h, at, &keep)
				if after != nil {
					defer h.locked(after)
				}
				return h.Trim(ctx, at, keep)
			}}
		}
	}
	return []broken{
		{"loses retractions on trim", retractionOutlives, retrim(func(h *handle, _ time.Time, _ *hub.Keep) func() { return func() { clear(h.tombs) } })},
		{"trims without a touch", trimTouches, retrim(func(h *handle, _ time.Time, _ *hub.Keep) func() {
			before := map[string]time.Time{}
			h.locked(func() {
				for s, t := range h.touched {
					before[s] = t
				}
			})
			return func() { h.touched = before }
		})},
		{"trims the young", trimKeeps, retrim(func(_ *handle, _ time.Time, keep *hub.Keep) func() {
			if keep.Items > 0 {
				keep.Items /= 2
			}
			return nil
		})},
		{"skips what was trimmed without a word", trimAnnounces, func(h *handle) hub.Store {
			return &spoiled{handle: h, events: func(ctx context.Context, since hub.Seq, limit int) ([]hub.Event, error) {
				if len(h.log) > 0 {
					since = max(since, h.log[0].Seq-1)
				}
				return h.Events(ctx, since, limit)
			}}
		}},
		{"keeps the title of what is trimmed", trimmedItem, retold(func(r *hub.Record) {
			if r.State == hub.StateTrimmed {
				r.Title = "Title"
			}
		})},
		{"trims one step and no more", trimMany, retrim(func(h *handle, at time.Time, keep *hub.Keep) func() {
			if len(h.index) > 500 {
				keep.Items = 0
			}
			return nil
		})},
		{"trims a body that another item names", sharedBody, retrim(func(h *handle, _ time.Time, _ *hub.Keep) func() {
			return func() {
				for _, r := range h.every(func(r *hub.Record) bool { return r.State == hub.StateLive }) {
					r.ContentHTML = ""
					h.set(*r)
				}
			}
		})},
		{"forgets totals with the buckets", totalsStay, retrim(func(h *handle, _ time.Time, _ *hub.Keep) func() {
			return func() {
				if len(h.views) == 1 {
					clear(h.views)
				}
			}
		})},
	}
}

// counting is a store that counts otherwise.
type counting struct {
	*handle
	add   func(context.Context, hub.ViewBatch) error
	views func(context.Context, time.Time, []hub.ID) ([]hub.ViewCounts, error)
	top   func(context.Context, time.Time, string, hub.Window, int) ([]hub.Ranked, error)
}

func (c *counting) AddViews(ctx context.Context, b hub.ViewBatch) error {
	if c.add != nil {
		return c.add(ctx, b)
	}
	return c.handle.AddViews(ctx, b)
}

func (c *counting) Views(ctx context.Context, at time.Time, ids []hub.ID) ([]hub.ViewCounts, error) {
	if c.views != nil {
		return c.views(ctx, at, ids)
	}
	return c.handle.Views(ctx, at, ids)
}

func (c *counting) Top(ctx context.Context, at time.Time, section string, w hub.Window, limit int) ([]hub.Ranked, error) {
	if c.top != nil {
		return c.top(ctx, at, section, w, limit)
	}
	return c.handle.Top(ctx, at, section, w, limit)
}

func faultsOfCounting() []broken {
	return []broken{
		{"adds a batch as often as it is sent", batchOnce, func(h *handle) hub.Store {
			return &counting{handle: h, add: func(ctx context.Context, b hub.ViewBatch) error {
				b.ID = string(rune(rand.IntN(1 << 20)))
				return h.AddViews(ctx, b)
			}}
		}},
		{"loses a batch when many come at once", exactUnderFifty, func(h *handle) hub.Store {
			return &counting{handle: h, add: func(ctx context.Context, b hub.ViewBatch) error {
				if b.ID == "7/1" { // one that the check does not send again
					return nil
				}
				return h.AddViews(ctx, b)
			}}
		}},
		{"forgets no view", windowsMove, func(h *handle) hub.Store {
			return &counting{handle: h, views: func(ctx context.Context, at time.Time, ids []hub.ID) ([]hub.ViewCounts, error) {
				counts, err := h.Views(ctx, at, ids)
				for i := range counts {
					counts[i].Hour = counts[i].Total
				}
				return counts, err
			}}
		}},
		{"breaks ties by id", topRanked, func(h *handle) hub.Store {
			return &counting{handle: h, top: func(ctx context.Context, at time.Time, section string, w hub.Window, limit int) ([]hub.Ranked, error) {
				top, err := h.Top(ctx, at, section, w, limit)
				slices.SortFunc(top, func(a, b hub.Ranked) int { return cmp.Or(cmp.Compare(b.Views, a.Views), cmp.Compare(b.ID, a.ID)) })
				return top, err
			}}
		}},
		{"ranks by an older list", topLive, func(h *handle) hub.Store {
			var last []hub.Ranked
			return &counting{handle: h, top: func(ctx context.Context, at time.Time, section string, w hub.Window, limit int) ([]hub.Ranked, error) {
				if last != nil {
					return last, nil
				}
				top, err := h.Top(ctx, at, section, w, limit)
				last = top
				return top, err
			}}
		}},
		{"forgets batches when it is opened", viewsOutlive, func(h *handle) hub.Store {
			h.locked(func() { clear(h.batches) })
			return h
		}},
	}
}

// keys is a store that does something to the names it is given.
type keys struct {
	*handle
	name func(string) string
}

func (s *keys) SaveSourceState(ctx context.Context, state hub.SourceState) error {
	state.ID = s.name(state.ID)
	return s.handle.SaveSourceState(ctx, state)
}

func (s *keys) SourceStates(ctx context.Context, ids []string) ([]hub.SourceState, error) {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = s.name(id)
	}
	states, err := s.handle.SourceStates(ctx, names)
	for i := range states {
		states[i].ID = ids[i]
	}
	return states, err
}

func (s *keys) Shelf(ctx context.Context, section string, limit int) (hub.Shelf, error) {
	return s.handle.Shelf(ctx, s.name(section), limit)
}

func faultsOfKeys() []broken {
	named := func(name func(string) string) func(*handle) hub.Store {
		return func(h *handle) hub.Store { return &keys{h, name} }
	}
	return []broken{
		{"takes a capital for a small letter", lookalikes, named(strings.ToLower)},
		{"ends a key at NUL", hostileStrings, named(func(s string) string { return strings.SplitN(s, "\x00", 2)[0] })},
		{"trims blanks off a key", lookalikes, named(strings.TrimSpace)},
		{"merges states", sourceStates, func(h *handle) hub.Store { return &merging{h} }},
		{"forgets states when it is opened", sourceStatesOutlive, func(h *handle) hub.Store {
			h.locked(func() { clear(h.sources) })
			return h
		}},
	}
}

type merging struct{ *handle }

func (m *merging) SaveSourceState(ctx context.Context, state hub.SourceState) error {
	old, err := m.SourceStates(ctx, []string{state.ID})
	if err == nil && state.URL == "" {
		state.URL = old[0].URL
	}
	return m.handle.SaveSourceState(ctx, state)
}
