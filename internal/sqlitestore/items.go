package sqlitestore

import (
	"context"
	"database/sql"
	"time"

	"tinhub/internal/hub"
)

// Put implements hub.Store.
func (s *Store) Put(ctx context.Context, at time.Time, items []hub.Incoming) ([]hub.Outcome, error) {
	out := make([]hub.Outcome, 0, len(items))
	err := s.write(ctx, "storing items", func(t *tx) error {
		if err := t.lookAheadOf(items); err != nil {
			return err
		}
		now := t.eventTime(at)
		for n, in := range items {
			if err := ctx.Err(); err != nil {
				return err
			}
			cur, why, err := t.identify(in, &t.led.wanted[n])
			if err != nil {
				return err
			}
			o, err := t.apply(cur, hub.Decide(record(cur), why, in, now), now)
			if err != nil {
				return err
			}
			out = append(out, o)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// Mark implements hub.Store.
func (s *Store) Mark(ctx context.Context, at time.Time, o hub.Order) (out hub.Outcome, err error) {
	err = s.write(ctx, "carrying out an order", func(t *tx) error {
		cur, err := t.find(sqlFind, string(o.ID))
		if err != nil {
			return err
		}
		now := t.eventTime(at)
		d, err := hub.DecideOrder(record(cur), o, now)
		if err != nil {
			return err
		}
		out, err = t.apply(cur, d, now)
		return err
	})
	return out, err
}

const (
	sqlDue     = `SELECT n FROM records WHERE due <= ? ORDER BY due, n LIMIT ?`
	sqlNextDue = `SELECT n FROM records WHERE due IS NOT NULL ORDER BY due, n LIMIT 1`
)

// Release implements hub.Store.
func (s *Store) Release(ctx context.Context, at time.Time, limit int) (released int, next time.Time, err error) {
	err = s.write(ctx, "releasing what was held", func(t *tx) error {
		due, err := t.numbers(sqlDue, at.Unix(), max(limit, 0))
		if err != nil {
			return err
		}
		now := t.eventTime(at)
		for _, n := range due {
			if err := ctx.Err(); err != nil {
				return err
			}
			cur, err := t.find(sqlFindN, n)
			if err != nil {
				return err
			}
			if _, err := t.apply(cur, hub.DecideRelease(cur.Record), now); err != nil {
				return err
			}
		}
		released = len(due)
		rest, err := t.numbers(sqlNextDue)
		if err != nil || len(rest) == 0 {
			return err
		}
		first, err := t.find(sqlFindN, rest[0])
		if err == nil {
			next = first.PublishAt
		}
		return err
	})
	if err != nil {
		return 0, time.Time{}, err
	}
	return released, next, nil
}

// numbers reads a column of numbers whole, since a walk must not change what it walks along.
func (t *tx) numbers(query string, args ...any) (out []int64, err error) {
	err = t.each(query, args, func(rows *sql.Rows) error {
		var n int64
		err := rows.Scan(&n)
		out = append(out, n)
		return err
	})
	return out, err
}

// Records implements hub.Store.
func (s *Store) Records(ctx context.Context, ids []hub.ID) ([]hub.Record, error) {
	out := make([]hub.Record, len(ids))
	err := s.read(ctx, "reading items", func(t *tx) error {
		for i, id := range ids {
			if err := ctx.Err(); err != nil {
				return err
			}
			r, err := t.find(sqlFind, string(id))
			if err != nil {
				return err
			}
			if r != nil {
				out[i] = r.Record
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

const (
	sqlShelf = `SELECT ` + columns + ` FROM shelf s JOIN records r ON r.n = s.record LEFT JOIN bodies b ON b.n = r.n
		WHERE s.section = ? ORDER BY s.published DESC, s.first_seq DESC, s.record DESC LIMIT ?`
	sqlTombstones = `SELECT item, time FROM tombstones WHERE section = ? ORDER BY seq DESC LIMIT ?`
	sqlTouched    = `SELECT touched FROM sections WHERE id = ?`
)

// Shelf implements hub.Store.
func (s *Store) Shelf(ctx context.Context, section string, limit int) (shelf hub.Shelf, err error) {
	err = s.read(ctx, "reading a section", func(t *tx) error {
		if err := t.readLog(); err != nil {
			return err
		}
		shelf = hub.Shelf{Head: t.head.Seq}
		var touched int64
		if ok, err := t.one(sqlTouched, []any{section}, []any{&touched}); err != nil {
			return err
		} else if ok {
			shelf.Touched = time.Unix(touched, 0).UTC()
		}
		err := t.each(sqlShelf, []any{section, max(limit, 0)}, func(rows *sql.Rows) error {
			var r row
			if err := rows.Scan(r.into()...); err != nil {
				return err
			}
			rec, err := r.read()
			shelf.Items = append(shelf.Items, rec.Record)
			return err
		})
		if err != nil {
			return err
		}
		return t.each(sqlTombstones, []any{section, hub.FeedSize}, func(rows *sql.Rows) error {
			var id string
			var when int64
			err := rows.Scan(&id, &when)
			shelf.Retracted = append(shelf.Retracted, hub.Tombstone{ID: hub.ID(id), When: time.Unix(when, 0).UTC()})
			return err
		})
	})
	return shelf, err
}
