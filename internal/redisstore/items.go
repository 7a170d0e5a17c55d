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
	looked := make([]sought, len(items))
	for i, in := range items {
		looked[i] = seek(in)
	}
	outcomes := make([]hub.Outcome, len(items))
	base, err := s.transact(ctx, at,
		func() (*known, error) { return s.readSought(ctx, looked) },
		func(p *plan) error {
			for i, in := range looked {
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
func (p *plan) put(in sought) (hub.Outcome, error) {
	found := hub.Found{
		ByID: make([]*hub.Record, len(in.ids)), ByKey: make([]*hub.Record, len(in.keys)), Apart: p.aliases[in.Item.ID].Apart,
	}
	known := false
	for i, id := range in.ids {
		found.ByID[i] = p.follow(id).record()
		known = known || found.ByID[i] != nil
	}
	for i, key := range in.keys {
		if known {
			break // an id decides
		}
		found.ByKey[i] = p.keyed(key).record()
	}
	var cur *entry
	rec, why := hub.Identify(in.Incoming, found)
	if rec != nil {
		cur = p.get(rec.ID)
	}
	d := hub.Decide(rec, why, in.Incoming, p.at())
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
			d, err := hub.DecideOrder(cur.record(), order, p.at())
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
