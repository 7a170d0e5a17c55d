package sqlitestore

import (
	"context"
	"crypto/rand"
	"slices"
	"time"

	"tinhub/internal/hub"
)

// How much one step of a trim takes: some milliseconds of the writer's time.
const (
	itemsAStep = 100
	rowsAStep  = 2000
)

// Trim implements hub.Store. It is a row of transactions, each whole in itself: what it says it forgot is forgotten also
// where it ends early.
func (s *Store) Trim(ctx context.Context, at time.Time, keep hub.Keep) (done hub.Trimmed, err error) {
	if keep.Items > 0 {
		before, bodies := ceilSeconds(at.Add(-keep.Items)), 0
		err = s.steps(ctx, itemsAStep, func(t *tx, limit int) (n int, err error) {
			n, bodies, err = t.trimItems(before, at, limit)
			return n, err
		}, func(n int) { done.Items, done.Bodies = done.Items+n, done.Bodies+bodies })
	}
	if err == nil && keep.Events > 0 {
		err = s.steps(ctx, rowsAStep, func(t *tx, limit int) (int, error) { return t.trimEvents(keep.Events, limit) }, func(n int) { done.Events += uint64(n) })
	}
	for _, size := range bucketSizes() {
		if span := keptFor(size, keep); err == nil && span > 0 {
			before := ceilSeconds(at.Add(-span))
			err = s.steps(ctx, rowsAStep, func(t *tx, limit int) (int, error) { return t.count(sqlTrimBuckets, size, before, limit) }, nil)
		}
	}
	if err == nil {
		before := time.Now().Add(-batchMemory).Unix()
		err = s.steps(ctx, rowsAStep, func(t *tx, limit int) (int, error) { return t.count(sqlTrimBatches, before, limit) }, nil)
	}
	return done, err
}

// steps runs one step after another, each a transaction, until one finds less than it could take. Between two of them
// other writers have their turn.
func (s *Store) steps(ctx context.Context, limit int, step func(*tx, int) (int, error), done func(int)) error {
	for {
		n := 0
		err := s.write(ctx, "trimming", func(t *tx) (err error) {
			n, err = step(t, limit)
			return err
		})
		if err != nil {
			return err
		}
		if done != nil {
			done(n)
		}
		if n < limit {
			return nil
		}
	}
}

// keptFor is how long buckets of the size are kept; 0 for ever.
func keptFor(size int64, keep hub.Keep) time.Duration {
	switch size {
	case fiveMinutes:
		return 2 * time.Hour
	case hour:
		return 8 * 24 * time.Hour
	}
	return keep.Views
}

const (
	sqlOld         = `SELECT n FROM records WHERE changed < ? ORDER BY changed LIMIT ?`
	sqlTrimEvents  = `DELETE FROM events WHERE seq IN (SELECT seq FROM events WHERE seq <= ? ORDER BY seq LIMIT ?)`
	sqlTrimBuckets = `DELETE FROM buckets WHERE (viewed, size, start) IN
		(SELECT viewed, size, start FROM buckets WHERE size = ? AND start < ? LIMIT ?)`
	sqlTrimBatches = `DELETE FROM batches WHERE id IN (SELECT id FROM batches WHERE added < ? LIMIT ?)`
)

func (t *tx) trimItems(before int64, at time.Time, limit int) (items, bodies int, err error) {
	old, err := t.numbers(sqlOld, before, limit)
	if err != nil {
		return 0, 0, err
	}
	at = at.UTC().Truncate(time.Second)
	for _, n := range old {
		if err := t.ctx.Err(); err != nil {
			return 0, 0, err
		}
		cur, err := t.find(sqlFindN, n)
		if err != nil {
			return 0, 0, err
		}
		if _, err := t.apply(cur, hub.DecideTrim(cur.Record), at); err != nil {
			return 0, 0, err
		}
		if cur.big != (body{}) {
			bodies++
		}
	}
	return len(old), bodies, nil
}

func (t *tx) trimEvents(keep uint64, limit int) (int, error) {
	if uint64(t.head.Seq) <= keep {
		return 0, nil
	}
	return t.count(sqlTrimEvents, int64(uint64(t.head.Seq)-keep), limit)
}

// count runs a statement and says how many rows it changed.
func (t *tx) count(text string, args ...any) (int, error) {
	res, err := t.result(text, args...)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

const sqlOpenSection = `INSERT OR IGNORE INTO sections (id, touched) VALUES (?, ?)`

// OpenSections implements hub.Store.
func (s *Store) OpenSections(ctx context.Context, at time.Time, ids []string) error {
	return s.write(ctx, "opening sections", func(t *tx) error {
		for _, id := range ids {
			if err := t.exec(sqlOpenSection, id, at.Unix()); err != nil {
				return err
			}
		}
		return nil
	})
}

// Reseed implements hub.Store. Where the records know of events above the head, the log has lost them: it goes on above
// them in a new generation, so that its readers rebuild.
func (s *Store) Reseed(ctx context.Context, records []hub.Record) (written int, err error) {
	err = s.write(ctx, "writing back records", func(t *tx) error {
		for _, r := range records {
			if err := ctx.Err(); err != nil {
				return err
			}
			keys := slices.Concat([]string{r.URLKey}, r.OtherKeys, r.Text.Keys())
			if err := t.lookAhead([]string{string(r.ID)}, keys); err != nil {
				return err
			}
			if t.led.number(r.ID) != 0 {
				continue
			}
			if err := t.reseed(r, keys); err != nil {
				return err
			}
			written++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return written, nil
}

func (t *tx) reseed(r hub.Record, keys []string) error {
	n, err := t.save(nil, r)
	if err != nil {
		return err
	}
	t.lead(n, hub.Decision{Keys: keys}, r.Changed)
	to := spotOf(n, &r)
	if err := t.move(spot{}, to); err != nil {
		return err
	}
	if err := t.touch(to, r.Changed); err != nil {
		return err
	}
	if r.State == hub.StateRetracted && r.FirstSeq > 0 && r.Retraction != nil {
		if err := t.entomb(r, r.Sections); err != nil {
			return err
		}
	}
	if newest := max(r.Seq, r.FirstSeq); newest > t.head.Seq {
		t.head = hub.Head{Seq: newest, Generation: rand.Text()}
		t.moved = true
	}
	if r.Changed.After(t.last) {
		t.last, t.moved = r.Changed, true
	}
	return nil
}
