package redisstore

import (
	"context"
	"slices"
	"time"

	"tinhub/internal/hub"
)

// reseedStep is how many records one script writes back.
const reseedStep = 200

// Reseed implements hub.Housekeeping. A record of a seq above the head is a loss that this handle had not seen: a new
// generation begins, numbered above it.
func (s *Store) Reseed(ctx context.Context, records []hub.Record) (int, error) {
	const doing = "writing records back"
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return 0, err
	}
	defer cancel()
	if err := s.raise(ctx, records); err != nil {
		return 0, s.fail(doing, err)
	}
	total := 0
	for chunk := range slices.Chunk(records, reseedStep) {
		var ids []hub.ID
		var keys []string
		for _, r := range chunk {
			ids, keys = append(ids, r.ID), append(keys, keysTo(r)...)
		}
		n := 0
		_, err := s.transact(ctx, time.Time{},
			func() (*known, error) { return s.read(ctx, ids, keys) },
			func(p *plan) error {
				n = 0
				for _, r := range chunk {
					if r.ID == "" || p.follow(r.ID) != nil {
						continue
					}
					if err := p.reseed(r); err != nil {
						return err
					}
					n++
				}
				return nil
			})
		if err != nil {
			return total, s.fail(doing, err)
		}
		total += n
	}
	return total, nil
}

func (s *Store) raise(ctx context.Context, records []hub.Record) error {
	var highest hub.Seq
	for _, r := range records {
		highest = max(highest, r.Seq, r.FirstSeq)
	}
	p, err := s.readHead(ctx)
	if err != nil || highest <= p.seq {
		return err
	}
	s.sight.mu.Lock()
	s.sight.seen = max(s.sight.seen, highest)
	s.sight.mu.Unlock()
	_, err = s.renew(ctx)
	return err
}

// keysTo are the keys that lead to a record: those of its addresses and of its text.
func keysTo(r hub.Record) []string {
	_, keys := hub.Lookup(hub.Incoming{URLKey: r.URLKey, OtherKeys: r.OtherKeys, Text: r.Text})
	return keys
}

// reseed writes a record as it stood: its sections are touched as by its newest event.
func (p *plan) reseed(r hub.Record) error {
	d := hub.Decision{Record: r, Write: true, Keys: keysTo(r)}
	if _, err := p.carry(nil, d, &r.Item); err != nil {
		return err
	}
	o, e := &p.ops[len(p.ops)-1], p.recs[r.ID]
	o.touched, o.touchAt = r.Sections, -1
	if !r.Changed.IsZero() {
		o.touchAt = r.Changed.Unix()
	}
	if r.State == hub.StateRetracted && r.FirstSeq != 0 {
		o.graves = append(slices.Clone(r.Sections), hub.AllSection)
		e.Graves = o.graves
	}
	return nil
}
