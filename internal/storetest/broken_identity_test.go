package storetest

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"tinhub/internal/hub"
)

// aliasing is a store that lists aliases or sets them apart otherwise.
type aliasing struct {
	*handle
	list  func(ctx context.Context, item hub.ID, limit int) ([]hub.Alias, error)
	apart func(ctx context.Context, at time.Time, alias hub.ID) (hub.Outcome, error)
}

func (s *aliasing) Aliases(ctx context.Context, item hub.ID, limit int) ([]hub.Alias, error) {
	if s.list != nil {
		return s.list(ctx, item, limit)
	}
	return s.handle.Aliases(ctx, item, limit)
}

func (s *aliasing) SetApart(ctx context.Context, at time.Time, alias hub.ID) (hub.Outcome, error) {
	if s.apart != nil {
		return s.apart(ctx, at, alias)
	}
	return s.handle.SetApart(ctx, at, alias)
}

// putThen is a store that does something more with each item it has put.
func putThen(more func(h *handle, at time.Time, in hub.Incoming, out hub.Outcome)) func(*handle) hub.Store {
	return reput(func(ctx context.Context, h *handle, at time.Time, items []hub.Incoming) ([]hub.Outcome, error) {
		out, err := h.Put(ctx, at, items)
		h.locked(func() {
			for i, o := range out {
				more(h, at, items[i], o)
			}
		})
		return out, err
	})
}

func isText(key string) bool { return strings.HasPrefix(key, "#") }

func faultsOfTexts() []broken {
	return []broken{
		{"compares no text", textSighted, misread(func(_ *handle, in *hub.Incoming) { in.Text = "" })},
		{"knows none but the very same text", textEdited, misread(func(h *handle, in *hub.Incoming) {
			known := len(h.index) == 0
			for _, r := range h.index {
				known = known || r.Text == in.Text
			}
			if !known {
				in.Text = ""
			}
		})},
		{"reads no numbers", dailyReport, misread(func(_ *handle, in *hub.Incoming) {
			in.Text = hub.NewFingerprint("", strings.Map(func(r rune) rune {
				if r >= '0' && r <= '9' {
					return 'x'
				}
				return r
			}, in.Item.ContentText))
		})},
		{"compares no texts of one source", guidAndURLMoved, misread(func(h *handle, in *hub.Incoming) {
			for _, r := range h.index {
				if r.Source == in.Item.Source && r.ID != in.Item.ID {
					in.Text = ""
				}
			}
		})},
		{"lets no other address lead to an item", otherAddresses, putThen(func(h *handle, _ time.Time, in hub.Incoming, _ hub.Outcome) {
			for _, key := range in.OtherKeys {
				delete(h.keys, key)
			}
		})},
		{"lets an address lead to the newest item", addressStays, putThen(func(h *handle, _ time.Time, in hub.Incoming, out hub.Outcome) {
			h.keys[in.URLKey] = out.ID
		})},
		{"lets a text lead to the first item", newestText, firstText},
		{"knows an item by its first text", correctedText, firstVersion},
		{"forgets the text with the body", killedText, aftertrim(func(h *handle) {
			for _, r := range h.every(func(r *hub.Record) bool { return r.Bodiless }) {
				r.Text = ""
				h.set(*r)
			}
		})},
		{"lets no text lead to what is trimmed", trimmedText, aftertrim(func(h *handle) {
			maps.DeleteFunc(h.keys, func(key string, _ hub.ID) bool { return isText(key) })
		})},
		{"gives what is written back its addresses", reseedTakesNothing, func(h *handle) hub.Store {
			return &timing{handle: h, reseed: func(ctx context.Context, records []hub.Record) (int, error) {
				n, err := h.Reseed(ctx, records)
				h.locked(func() {
					for _, r := range records {
						h.keys[r.URLKey] = r.ID
					}
				})
				return n, err
			}}
		}},
	}
}

func firstText(h *handle) hub.Store {
	var before map[string]hub.ID
	return amid(func(h *handle) { before = maps.Clone(h.keys) }, func(h *handle) {
		for key, id := range before {
			if isText(key) {
				h.keys[key] = id
			}
		}
	})(h)
}

func firstVersion(h *handle) hub.Store {
	var before map[string]hub.ID
	var known map[hub.ID]*hub.Record
	return amid(func(h *handle) { before, known = maps.Clone(h.keys), maps.Clone(h.index) }, func(h *handle) {
		maps.DeleteFunc(h.keys, func(key string, id hub.ID) bool { return isText(key) && before[key] == "" && known[id] != nil })
	})(h)
}

// aftertrim is a store that does something to its insides after each trim.
func aftertrim(after func(*handle)) func(*handle) hub.Store {
	return func(h *handle) hub.Store {
		return &spoiled{handle: h, trim: func(ctx context.Context, at time.Time, keep hub.Keep) (hub.Trimmed, error) {
			defer h.locked(func() { after(h) })
			return h.Trim(ctx, at, keep)
		}}
	}
}

func faultsOfAliases() []broken {
	return []broken{
		{"dates an alias by the caller's clock", aliasTells, putThen(func(h *handle, at time.Time, in hub.Incoming, _ hub.Outcome) {
			if a, ok := h.alias[in.Item.ID]; ok && !at.Equal(a.When) {
				a.When = at
				h.alias[in.Item.ID] = a
			}
		})},
		{"lets a name lead away from the item whose it is", aliasFirstLeads, putThen(func(h *handle, at time.Time, in hub.Incoming, out hub.Outcome) {
			if in.Known != "" && in.Known != out.ID {
				h.alias[in.Known] = hub.Alias{ID: in.Known, Item: out.ID, Source: in.Item.Source, OriginalID: in.Item.OriginalID, Why: hub.WhyKnown, When: at}
				h.met = append(h.met, in.Known)
			}
		})},
		{"lists aliases the first met first", aliasesListed, func(h *handle) hub.Store {
			return &aliasing{handle: h, list: func(ctx context.Context, item hub.ID, limit int) ([]hub.Alias, error) {
				list, err := h.Aliases(ctx, item, 1<<20)
				slices.Reverse(list)
				return list[:min(limit, len(list))], err
			}}
		}},
		{"knows by its address what was set apart", setApart, amid(unparted, nothing)},
		{"leaves on its shelf what was set apart", apartEndsSighting, func(h *handle) hub.Store {
			return &aliasing{handle: h, apart: func(ctx context.Context, at time.Time, alias hub.ID) (hub.Outcome, error) {
				var out hub.Outcome
				h.locked(func() {
					if r := h.get(h.alias[alias].Item); r != nil {
						out = hub.Outcome{ID: r.ID, Seq: r.Seq, Change: hub.ChangeUnchanged, State: r.State}
					}
					h.part(alias)
				})
				return out, ctx.Err()
			}}
		}},
		{"finds no alias that is apart", apartTwice, func(h *handle) hub.Store {
			return &aliasing{handle: h, apart: func(ctx context.Context, at time.Time, alias hub.ID) (hub.Outcome, error) {
				if h.alias[alias].Apart {
					return hub.Outcome{}, hub.Errorf(hub.NotFound, "no alias %s", alias)
				}
				return h.SetApart(ctx, at, alias)
			}}
		}},
		{"lets a name bring back what was set apart", apartForGood, putThen(func(h *handle, _ time.Time, in hub.Incoming, out hub.Outcome) {
			if a, ok := h.alias[in.Known]; ok && a.Item == out.ID {
				a.Apart = false
				h.alias[in.Known] = a
			}
		})},
		{"sets apart what is no alias", apartUnknown, func(h *handle) hub.Store {
			return &aliasing{handle: h, apart: func(ctx context.Context, at time.Time, alias hub.ID) (hub.Outcome, error) {
				out, err := h.SetApart(ctx, at, alias)
				if hub.KindOf(err) == hub.NotFound {
					err = nil
				}
				return out, err
			}}
		}},
		{"sets apart in two steps", apartWhole, inTwoSteps},
		{"ends an alias at NUL", hostileAliases, func(h *handle) hub.Store {
			return &aliasing{handle: h, list: func(ctx context.Context, item hub.ID, limit int) ([]hub.Alias, error) {
				head, _, _ := strings.Cut(string(item), "\x00")
				return h.Aliases(ctx, hub.ID(head), limit)
			}}
		}},
		{"forgets what was set apart when it is opened", aliasesOutlive, func(h *handle) hub.Store {
			h.locked(func() { unparted(h) })
			return h
		}},
	}
}

// part notes that an alias is apart and does nothing else.
func (h *handle) part(alias hub.ID) {
	if a, ok := h.alias[alias]; ok {
		a.Apart = true
		h.alias[alias] = a
	}
}

// unparted forgets the aliases that are apart.
func unparted(h *handle) {
	maps.DeleteFunc(h.alias, func(_ hub.ID, a hub.Alias) bool { return a.Apart })
}

func inTwoSteps(h *handle) hub.Store {
	return &aliasing{handle: h, apart: func(ctx context.Context, at time.Time, alias hub.ID) (out hub.Outcome, err error) {
		if err := ctx.Err(); err != nil {
			return out, err
		}
		h.locked(func() { h.part(alias) })
		time.Sleep(10 * time.Millisecond)
		if err := ctx.Err(); err != nil {
			return out, err
		}
		h.locked(func() {
			at := h.eventTime(at)
			cur := h.get(h.alias[alias].Item)
			out = h.apply(cur, hub.DecideApart(cur, h.alias[alias], true, at), at)
		})
		return out, nil
	}}
}
