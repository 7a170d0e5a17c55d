package redisstore

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

// Views stand in a hash per bucket, each in a slot of its own, so no one script can add a batch. It is counted once all the
// same, and in the end whole:
//
//	begun (the spine refuses it where it is counted) → kept whole under a key of its own → added bucket by bucket, each
//	remembering in the same script that it has it → counted (the spine remembers it, the copy goes)
//
// A batch whose process died half-way is finished from its copy by the next Trim of any process.

const (
	// batchMemory is how long a batch is known again; longer than a caller may repeat it (an hour) and than its copy lives.
	batchMemory = 2 * time.Hour
	// batchCopy is how long an unfinished batch is kept for somebody to finish it.
	batchCopy = time.Hour
	// batchLimit bounds the adding of a batch once it is kept: it does not end with the caller's context.
	batchLimit = 5 * time.Second
	// maxCount bounds one count, so that no sum overflows half-way through a script.
	maxCount = 1 << 40
	// batchOverdue is when a batch under way is taken for abandoned.
	batchOverdue = 30 * time.Second
)

// bucketKind is one size of bucket.
type bucketKind struct {
	name string
	size time.Duration
	ttl  time.Duration // after its last batch, should Trim miss it; 0 for ever
	kept time.Duration // until Trim takes it; 0: Keep.Views
}

func bucketKinds() [3]bucketKind {
	return [3]bucketKind{
		{name: "5m", size: 5 * time.Minute, ttl: 4 * time.Hour, kept: 2 * time.Hour},
		{name: "h", size: time.Hour, ttl: 9 * 24 * time.Hour, kept: 8 * 24 * time.Hour},
		{name: "d", size: 24 * time.Hour},
	}
}

// AddViews implements hub.Counters.
func (s *Store) AddViews(ctx context.Context, batch hub.ViewBatch) error {
	const doing = "adding views"
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return err
	}
	defer cancel()
	name := batchName(batch.ID)
	keys := []string{s.keys.batches(), s.keys.pending()}
	args := []any{name, seconds(batchMemory)}
	for _, kind := range bucketKinds() {
		keys = append(keys, s.keys.buckets(kind.name))
		args = append(args, batch.Bucket.UTC().Truncate(kind.size).Unix())
	}
	begun, err := s.write(ctx, s.scripts.viewBegin, keys, args...)
	if err != nil || begun == int64(0) {
		return s.fail(doing, err)
	}
	copied, err := encode(batch)
	if err != nil {
		return s.fail(doing, err)
	}
	var kept string
	err = s.acknowledged(ctx, s.keys.batch(name), func(c redis.Cmdable) error {
		var err error
		kept, err = c.SetArgs(ctx, s.keys.batch(name), copied, redis.SetArgs{Mode: "NX", Get: true, TTL: batchCopy}).Result()
		if errors.Is(err, redis.Nil) {
			return nil
		}
		return err
	})
	if err != nil {
		return s.fail(doing, err)
	}
	if kept != "" { // sent before, and in doubt since: what was sent first counts
		batch = hub.ViewBatch{}
		if err := decode(kept, &batch); err != nil {
			return s.fail(doing, err)
		}
	}
	adding, cancel := context.WithTimeout(context.WithoutCancel(ctx), batchLimit)
	defer cancel()
	return s.fail(doing, s.count(adding, name, batch))
}

// batchName is a batch's id in bounded length.
func batchName(id string) string {
	sum := sha256.Sum256([]byte(id))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func seconds(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }

// count adds a batch to all its buckets and marks it counted.
func (s *Store) count(ctx context.Context, name string, batch hub.ViewBatch) error {
	var all []any
	totals := map[string][]any{}
	for id, n := range batch.Counts {
		if n == 0 {
			continue
		}
		n := strconv.FormatUint(min(n, maxCount), 10)
		all = append(all, string(id), n)
		totals[s.keys.total(id)] = append(totals[s.keys.total(id)], string(id), n)
	}
	var keys []string
	var args [][]any
	if len(all) > 0 {
		for _, kind := range bucketKinds() {
			keys = append(keys, s.keys.bucket(kind.name, batch.Bucket.UTC().Truncate(kind.size).Unix()))
			args = append(args, append([]any{name, seconds(batchMemory), seconds(kind.ttl)}, all...))
		}
	}
	for key, counts := range totals {
		keys = append(keys, key)
		args = append(args, append([]any{name, seconds(batchMemory), "0"}, counts...))
	}
	err := s.spread(ctx, keys, func(p redis.Pipeliner, i int) {
		// The text and not its hash: a pipeline cannot send it after all where a node has never seen it.
		p.Eval(ctx, viewsSource, []string{keys[i] + "n", keys[i] + "m"}, args[i]...)
	})
	if err != nil {
		return err
	}
	if _, err := s.write(ctx, s.scripts.viewEnd, []string{s.keys.batches(), s.keys.pending()}, name); err != nil {
		return err
	}
	return s.client.Unlink(ctx, s.keys.batch(name)).Err()
}

// finishViews adds the batches that their processes left half-way.
func (s *Store) finishViews(ctx context.Context) error {
	overdue := strconv.FormatInt(time.Now().Add(-batchOverdue).Unix(), 10)
	names, err := s.client.ZRangeArgs(ctx, redis.ZRangeArgs{
		Key: s.keys.pending(), ByScore: true, Start: "-inf", Stop: overdue, Count: 100,
	}).Result()
	if err != nil {
		return err
	}
	for _, name := range names {
		value, err := s.client.Get(ctx, s.keys.batch(name)).Result()
		switch {
		case errors.Is(err, redis.Nil):
			err = s.client.ZRem(ctx, s.keys.pending(), name).Err()
		case err == nil:
			var batch hub.ViewBatch
			if err = decode(value, &batch); err == nil {
				err = s.count(ctx, name, batch)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// trimViews takes the buckets that are too old.
func (s *Store) trimViews(ctx context.Context, at time.Time, keep time.Duration) error {
	for _, kind := range bucketKinds() {
		kept := kind.kept
		if kept == 0 {
			kept = keep
		}
		if kept == 0 {
			continue
		}
		before := at.UTC().Add(-kept)
		old, err := s.client.ZRangeArgs(ctx, redis.ZRangeArgs{
			Key: s.keys.buckets(kind.name), ByScore: true, Start: "-inf", Stop: "(" + unixCeil(before),
		}).Result()
		if err != nil {
			return err
		}
		keys := make([]string, len(old))
		for i, start := range old {
			at, err := strconv.ParseInt(start, 10, 64)
			if err != nil {
				return err
			}
			keys[i] = s.keys.bucket(kind.name, at)
		}
		err = s.spread(ctx, keys, func(p redis.Pipeliner, i int) { p.Unlink(ctx, keys[i]+"n", keys[i]+"m") })
		if err != nil {
			return err
		}
		for _, start := range old {
			if err := s.client.ZRem(ctx, s.keys.buckets(kind.name), start).Err(); err != nil {
				return err
			}
		}
	}
	return nil
}

// unixCeil is the first whole second not before t.
func unixCeil(t time.Time) string {
	n := t.Unix()
	if t.Nanosecond() > 0 {
		n++
	}
	return strconv.FormatInt(n, 10)
}

// bucketsOf lists the starts of the buckets of a window at a moment.
func bucketsOf(w hub.Window, at time.Time) (kind string, starts []int64, ok bool) {
	_, size, ok := w.Span()
	if !ok {
		return "", nil, false
	}
	for _, k := range bucketKinds() {
		if k.size == size {
			kind = k.name
		}
	}
	for t := hub.WindowStart(w, at); !t.After(at); t = t.Add(size) {
		starts = append(starts, t.Unix())
	}
	return kind, starts, true
}

// viewChunk bounds the ids of one pipeline of Views.
const viewChunk = 200

// Views implements hub.Counters.
func (s *Store) Views(ctx context.Context, at time.Time, ids []hub.ID) ([]hub.ViewCounts, error) {
	const doing = "reading views"
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return nil, err
	}
	defer cancel()
	out := make([]hub.ViewCounts, len(ids))
	for from := 0; from < len(ids); from += viewChunk {
		to := min(from+viewChunk, len(ids))
		if err := s.readViews(ctx, at, ids[from:to], out[from:to]); err != nil {
			return nil, s.fail(doing, err)
		}
	}
	return out, nil
}

func (s *Store) readViews(ctx context.Context, at time.Time, ids []hub.ID, out []hub.ViewCounts) error {
	fields := make([]string, len(ids))
	for i, id := range ids {
		fields[i] = "i" + string(id)
	}
	type reading struct {
		cmd *redis.SliceCmd
		add func(c *hub.ViewCounts, n uint64)
	}
	var readings []reading
	totals := make([]*redis.StringCmd, len(ids))
	day := hub.WindowStart(hub.WindowDay, at).Unix()
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, id := range ids {
			totals[i] = p.HGet(ctx, s.keys.total(id)+"n", fields[i])
		}
		_, fives, _ := bucketsOf(hub.WindowHour, at)
		for _, start := range fives {
			cmd := p.HMGet(ctx, s.keys.bucket("5m", start)+"n", fields...)
			readings = append(readings, reading{cmd, func(c *hub.ViewCounts, n uint64) { c.Hour += n }})
		}
		_, hours, _ := bucketsOf(hub.WindowWeek, at)
		for _, start := range hours {
			cmd := p.HMGet(ctx, s.keys.bucket("h", start)+"n", fields...)
			readings = append(readings, reading{cmd, func(c *hub.ViewCounts, n uint64) {
				c.Week += n
				if start >= day {
					c.Day += n
				}
			}})
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return err
	}
	for i := range ids {
		n, err := totals[i].Uint64()
		if err != nil && !errors.Is(err, redis.Nil) {
			return err
		}
		out[i].Total = n
	}
	for _, r := range readings {
		if err := r.cmd.Err(); err != nil { // behind a total that is not there the pipeline's error does not show it
			return err
		}
		for i, v := range r.cmd.Val() {
			if text, ok := v.(string); ok {
				n, err := strconv.ParseUint(text, 10, 64)
				if err != nil {
					return err
				}
				r.add(&out[i], n)
			}
		}
	}
	return nil
}
