package redisstore

import (
	"context"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

// Put implements hub.Items.
func (s *Store) Put(ctx context.Context, at time.Time, items []hub.Incoming) ([]hub.Outcome, error) {
	doing := "storing " + strconv.Itoa(len(items)) + " items"
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return nil, err
	}
	defer cancel()
	if len(items) == 0 {
		return nil, nil
	}
	var ids []hub.ID
	var urls []string
	for _, in := range items {
		ids = append(ids, hub.Lookup(in)...)
		if in.URLKey != "" {
			urls = append(urls, in.URLKey)
		}
	}
	outcomes := make([]hub.Outcome, len(items))
	base, err := s.transact(ctx, at,
		func() (*known, error) { return s.read(ctx, ids, urls) },
		func(p *plan) error {
			for i, in := range items {
				var err error
				if outcomes[i], err = p.put(in); err != nil {
					return err
				}
			}
			return nil
		})
	if err != nil {
		return nil, s.fail(doing, err)
	}
	for i := range outcomes {
		outcomes[i].Seq = settled(outcomes[i].Seq, base)
	}
	return outcomes, nil
}

// put decides on one incoming item, on top of what the plan already holds.
func (p *plan) put(in hub.Incoming) (hub.Outcome, error) {
	lookup := hub.Lookup(in)
	found, byID := make([]*entry, len(lookup)), make([]*hub.Record, len(lookup))
	for i, id := range lookup {
		if found[i] = p.follow(id); found[i] != nil {
			byID[i] = &found[i].Record
		}
	}
	var byURL *hub.Record
	if in.URLKey != "" {
		if e := p.get(p.names[urlField(in.URLKey)]); e != nil {
			found, byURL = append(found, e), &e.Record
		}
	}
	var cur *entry
	rec := hub.Identify(in, byID, byURL)
	for _, e := range found {
		if rec != nil && e != nil && rec == &e.Record {
			cur = e
		}
	}
	d := hub.Decide(rec, in, p.at())
	var content *hub.Item
	if d.Write && (cur == nil || d.Record.Hash != cur.Record.Hash) {
		content = &d.Record.Item
	}
	out, err := p.carry(cur, d, content)
	return hub.Outcome{ID: out.ID, Seq: out.Seq, Change: d.Change, State: out.State}, err
}

// Mark implements hub.Items.
func (s *Store) Mark(ctx context.Context, at time.Time, order hub.Order) (hub.Outcome, error) {
	doing := "marking item " + string(order.ID)
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return hub.Outcome{}, err
	}
	defer cancel()
	var out hub.Outcome
	base, err := s.transact(ctx, at,
		func() (*known, error) { return s.read(ctx, []hub.ID{order.ID}, nil) },
		func(p *plan) error {
			cur := p.follow(order.ID)
			var rec *hub.Record
			if cur != nil {
				rec = &cur.Record
			}
			d, err := hub.DecideOrder(rec, order, p.at())
			if err != nil {
				return err
			}
			now, err := p.carry(cur, d, nil)
			out = hub.Outcome{ID: now.ID, Seq: now.Seq, Change: d.Change, State: now.State}
			return err
		})
	out.Seq = settled(out.Seq, base)
	if err != nil {
		return hub.Outcome{}, s.fail(doing, err)
	}
	return out, nil
}

// releaseStep is how many items one script makes live.
const releaseStep = 200

// Release implements hub.Items.
func (s *Store) Release(ctx context.Context, at time.Time, limit int) (released int, next time.Time, err error) {
	const doing = "releasing held items"
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return 0, next, err
	}
	defer cancel()
	for released < limit {
		n := 0
		_, err := s.transact(ctx, at,
			func() (*known, error) {
				return s.readIndex(ctx, s.keys.due(), strconv.FormatInt(at.Unix(), 10), min(limit-released, releaseStep))
			},
			func(p *plan) error {
				n = 0
				for _, id := range p.listed {
					cur := p.get(id)
					if cur == nil || cur.Record.State != hub.StateHeld || cur.Record.PublishAt.After(at) {
						continue
					}
					if _, err := p.carry(cur, hub.DecideRelease(cur.Record), nil); err != nil {
						return err
					}
					n++
				}
				return nil
			})
		if err != nil {
			return released, time.Time{}, s.fail(doing, err)
		}
		if n == 0 {
			break
		}
		released += n
	}
	first, err := s.client.ZRangeWithScores(ctx, s.keys.due(), 0, 0).Result()
	if err != nil {
		return released, time.Time{}, s.fail(doing, err)
	}
	if len(first) > 0 {
		next = unixTime(int64(first[0].Score))
	}
	return released, next, nil
}

// readIndex reads the records that an index holds up to a score, lowest first; known.listed is their order.
func (s *Store) readIndex(ctx context.Context, index, upTo string, limit int) (*known, error) {
	members, err := s.client.ZRangeArgs(ctx, redis.ZRangeArgs{
		Key: index, ByScore: true, Start: "-inf", Stop: upTo, Count: int64(limit),
	}).Result()
	if err != nil {
		return nil, err
	}
	ids := make([]hub.ID, len(members))
	for i, m := range members {
		ids[i] = hub.ID(m)
	}
	k, err := s.read(ctx, ids, nil)
	if err != nil {
		return nil, err
	}
	k.listed = ids
	return k, nil
}
