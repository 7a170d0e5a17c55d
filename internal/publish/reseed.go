package publish

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"tinhub/internal/hub"
)

// reseedSize is how many records are written back in one call.
const reseedSize = 100

// reseed writes back what this process knows after the engine lost data: the live items of every shelf, and a mark for
// every retraction, so that what was taken out does not come back as new.
func (p *Publisher) reseed(ctx context.Context, st *state) error {
	held, written := holdings(st), 0
	for part := range slices.Chunk(held, reseedSize) {
		n, err := p.reseedPart(ctx, part)
		if err != nil {
			return err
		}
		written += n
	}
	p.log.Info("wrote back what was known here", "held", len(held), "written", written)
	return nil
}

func (p *Publisher) reseedPart(ctx context.Context, part []hub.Record) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	n, err := p.store.Reseed(ctx, part)
	if err != nil {
		return 0, fmt.Errorf("write back %d records: %w", len(part), err)
	}
	return n, nil
}

// holdings is every record that the state knows, each once, in the order of their newest events.
func holdings(st *state) []hub.Record {
	known, gone := map[hub.ID]hub.Record{}, map[hub.ID]hub.Record{}
	keep := func(items []hub.Record) {
		for _, r := range items {
			if r.Seq >= known[r.ID].Seq {
				known[r.ID] = r
			}
		}
	}
	for _, pop := range st.popular {
		keep(pop.snap.Items)
	}
	for id, fr := range st.sections {
		keep(fr.snap.Items)
		for _, t := range fr.snap.Retracted {
			r := tombstone(t)
			if r.Sections = gone[t.ID].Sections; id != hub.AllSection {
				r.Sections = append(r.Sections, id)
			}
			gone[t.ID] = r
		}
	}
	for id, r := range gone {
		slices.Sort(r.Sections)
		gone[id] = r
	}
	maps.Copy(known, gone) // a retraction stands above a copy of the item that is still held somewhere
	return slices.SortedFunc(maps.Values(known), func(a, b hub.Record) int {
		return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.ID, b.ID))
	})
}

// tombstone is a record of what was taken out, as far as a feed remembers it. Who ordered it is not known: taken for the
// desk's, it cannot be undone by mistake. The first source that sends the item owns it, whatever its priority.
func tombstone(t hub.Tombstone) hub.Record {
	return hub.Record{
		Item:       hub.Item{ID: t.ID},
		State:      hub.StateRetracted,
		Changed:    t.When,
		Priority:   math.MinInt32,
		Retraction: &hub.Retraction{By: hub.ByDesk, When: t.When},
	}
}
