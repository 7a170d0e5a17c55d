package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"time"

	"tinhub/internal/hub"
)

// batchMemory is how long the id of a batch is remembered, by the clock on the wall: twice what the contract asks.
const batchMemory = 2 * time.Hour

// bucketSizes are the sizes that views are counted in, in seconds, beside the total.
func bucketSizes() []int64 { return []int64{fiveMinutes, hour, day} }

const (
	fiveMinutes = 5 * 60
	hour        = 60 * 60
	day         = 24 * hour
)

const (
	sqlBatch = `INSERT OR IGNORE INTO batches (id, added) VALUES (?, ?)`
	sqlNamed = `SELECT r.id FROM aliases a JOIN records r ON r.n = a.record WHERE a.alias = ? AND NOT a.apart`
	sqlView  = `INSERT INTO viewed (item, total, record) VALUES (?1, ?2, (SELECT n FROM records WHERE id = ?1))
		ON CONFLICT (item) DO UPDATE SET total = total + excluded.total RETURNING n`
	sqlViewed = `UPDATE viewed SET record = ? WHERE item = ?`
	// A bucket is a row of its own for each size; the key leads to it without a look at the others.
	sqlBucket = `INSERT INTO buckets (viewed, size, start, count) VALUES (?, ?, ?, ?)
		ON CONFLICT (viewed, size, start) DO UPDATE SET count = count + excluded.count`
)

// AddViews implements hub.Store.
func (s *Store) AddViews(ctx context.Context, batch hub.ViewBatch) error {
	return s.write(ctx, "counting views", func(t *tx) error {
		res, err := t.result(sqlBatch, batch.ID, time.Now().Unix())
		if err != nil {
			return err
		}
		if added, err := res.RowsAffected(); err != nil || added == 0 {
			return err
		}
		for id, n := range batch.Counts {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := t.addView(id, n, batch.Bucket.Unix()); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *tx) addView(id hub.ID, n uint64, at int64) error {
	if n > math.MaxInt32 {
		return hub.Errorf(hub.Invalid, "%d views of %s in five minutes are more than can be", n, id)
	}
	id, err := t.canonical(id)
	if err != nil {
		return err
	}
	var viewed int64
	if _, err := t.one(sqlView, []any{string(id), int64(n)}, []any{&viewed}); err != nil {
		return err
	}
	for _, size := range bucketSizes() {
		if err := t.exec(sqlBucket, viewed, size, floor(at, size), int64(n)); err != nil {
			return err
		}
	}
	return nil
}

// floor is the start of the bucket that at falls in, also before 1970.
func floor(at, size int64) int64 { return at - ((at%size)+size)%size }

// canonical follows an alias, so that a reading under an old id counts for the item.
func (t *tx) canonical(id hub.ID) (hub.ID, error) {
	to := string(id)
	_, err := t.one(sqlNamed, []any{string(id)}, []any{&to})
	return hub.ID(to), err
}

const (
	sqlTotal  = `SELECT total FROM viewed WHERE item = ?`
	sqlWindow = `SELECT coalesce(sum(count), 0) FROM buckets WHERE viewed = (SELECT n FROM viewed WHERE item = ?) AND size = ? AND start >= ?`
)

// Views implements hub.Store.
func (s *Store) Views(ctx context.Context, at time.Time, ids []hub.ID) ([]hub.ViewCounts, error) {
	out := make([]hub.ViewCounts, len(ids))
	err := s.read(ctx, "reading views", func(t *tx) error {
		for i, id := range ids {
			if err := ctx.Err(); err != nil {
				return err
			}
			id, err := t.canonical(id)
			if err != nil {
				return err
			}
			c := &out[i]
			if ok, err := t.one(sqlTotal, []any{string(id)}, []any{&c.Total}); err != nil {
				return err
			} else if !ok {
				continue
			}
			for w, to := range map[hub.Window]*uint64{hub.WindowHour: &c.Hour, hub.WindowDay: &c.Day, hub.WindowWeek: &c.Week} {
				size, start := window(w, at)
				if _, err := t.one(sqlWindow, []any{string(id), size, start}, []any{to}); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// window is which buckets count for it at that moment: their size in seconds and the start of the oldest.
func window(w hub.Window, at time.Time) (size, start int64) {
	_, bucket, _ := w.Span()
	return int64(bucket / time.Second), hub.WindowStart(w, at).Unix()
}

// sqlTop joins what was read with the shelf, so that only what stands there is ranked, and ties are broken by its order.
const sqlTop = `SELECT r.id, t.views
	FROM (SELECT viewed, sum(count) AS views FROM buckets WHERE size = ? AND start >= ? GROUP BY viewed) t
	JOIN viewed v ON v.n = t.viewed
	JOIN records r ON r.n = v.record
	JOIN shelf s ON s.section = ? AND s.published = r.published AND s.first_seq = r.first_seq AND s.record = r.n
	WHERE t.views > 0
	ORDER BY t.views DESC, s.published DESC, s.first_seq DESC LIMIT ?`

// Top implements hub.Store.
func (s *Store) Top(ctx context.Context, at time.Time, section string, w hub.Window, limit int) (out []hub.Ranked, err error) {
	if _, _, ok := w.Span(); !ok {
		return nil, &hub.Error{Kind: hub.Invalid, Detail: fmt.Sprintf("there is no window %q; there are 1h, 24h and 7d", string(w))}
	}
	err = s.read(ctx, "ranking the most read", func(t *tx) error {
		size, start := window(w, at)
		return t.each(sqlTop, []any{size, start, section, max(limit, 0)}, func(rows *sql.Rows) error {
			var id string
			var views uint64
			err := rows.Scan(&id, &views)
			out = append(out, hub.Ranked{ID: hub.ID(id), Views: views})
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
