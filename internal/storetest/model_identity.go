package storetest

import (
	"context"
	"slices"
	"time"

	"tinhub/internal/hub"
)

// identify finds the record that the incoming item is, nil where it is new, and says by what it was known.
func (m *model) identify(in hub.Incoming) (*hub.Record, hub.Why) {
	ids, keys := hub.Lookup(in)
	found := hub.Found{Apart: m.alias[in.Item.ID].Apart}
	for _, id := range ids {
		found.ByID = append(found.ByID, m.get(id))
	}
	for _, key := range keys {
		found.ByKey = append(found.ByKey, m.get(m.keys[key]))
	}
	return hub.Identify(in, found)
}

// lead makes the decision's aliases and keys lead to the record.
func (m *model) lead(id hub.ID, d hub.Decision, at time.Time) {
	for _, a := range d.Aliases {
		_, record := m.records[a.ID]
		if _, taken := m.alias[a.ID]; !taken && !record {
			a.When = at
			m.alias[a.ID] = a
			m.met = append(m.met, a.ID)
		}
	}
	for _, key := range d.Keys {
		if _, taken := m.keys[key]; key != "" && !taken {
			m.keys[key] = id
		}
	}
	for _, key := range d.Newest {
		m.keys[key] = id
	}
}

func (h *handle) Aliases(ctx context.Context, item hub.ID, limit int) ([]hub.Alias, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	var of *hub.Record
	if item != "" {
		if of = h.get(item); of == nil {
			return nil, nil
		}
	}
	var out []hub.Alias
	for _, id := range slices.Backward(h.met) {
		if a, ok := h.alias[id]; ok && (of == nil || a.Item == of.ID) {
			out = append(out, a)
		}
	}
	slices.SortStableFunc(out, func(a, b hub.Alias) int { return b.When.Compare(a.When) })
	return out[:min(max(limit, 0), len(out))], nil
}

func (h *handle) SetApart(ctx context.Context, at time.Time, alias hub.ID) (hub.Outcome, error) {
	leave, err := h.enter(ctx)
	if err != nil {
		return hub.Outcome{}, err
	}
	defer leave()
	a, ok := h.alias[alias]
	if !ok {
		return hub.Outcome{}, hub.Errorf(hub.NotFound, "no alias %s", alias)
	}
	cur := h.get(a.Item)
	if a.Apart {
		return hub.Outcome{ID: cur.ID, Seq: cur.Seq, Change: hub.ChangeUnchanged, State: cur.State}, nil
	}
	last := true
	for _, other := range h.alias {
		if other.ID != alias && !other.Apart && other.Item == a.Item && other.Source == a.Source {
			last = false
		}
	}
	a.Apart = true
	h.alias[alias] = a
	at = h.eventTime(at)
	return h.apply(cur, hub.DecideApart(cur, a, last, at), at), nil
}
