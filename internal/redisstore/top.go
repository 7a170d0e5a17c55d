package redisstore

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

const (
	// tallyLimit bounds the counts that Top keeps between two calls, over all windows; above it they are read anew each time.
	tallyLimit = 500_000
	// tallyChunk is how many buckets one pipeline reads whole.
	tallyChunk = 16
	// rankChunk is how many items one script looks for on a shelf.
	rankChunk = 500
)

// tallies are the sums of the windows as they were last read. A bucket is read again only where its version shows a change,
// so that ranking a week every second costs what changed in that second.
type tallies struct {
	windows map[hub.Window]*tally
}

type tally struct {
	parts map[int64]part // by the bucket's start
	sum   map[hub.ID]uint64
	size  int // of all parts
}

type part struct {
	version string
	counts  map[hub.ID]uint64
}

func newTallies() *tallies { return &tallies{windows: map[hub.Window]*tally{}} }

func (t *tally) drop(start int64) {
	p := t.parts[start]
	for id, n := range p.counts {
		if t.sum[id] -= n; t.sum[id] == 0 {
			delete(t.sum, id)
		}
	}
	t.size -= len(p.counts)
	delete(t.parts, start)
}

func (t *tally) take(start int64, p part) {
	t.drop(start)
	for id, n := range p.counts {
		t.sum[id] += n
	}
	t.size += len(p.counts)
	t.parts[start] = p
}

// Top implements hub.Counters.
func (s *Store) Top(ctx context.Context, at time.Time, section string, window hub.Window, limit int) ([]hub.Ranked, error) {
	doing := "ranking section " + section
	kind, starts, ok := bucketsOf(window, at)
	if !ok {
		return nil, hub.Errorf(hub.Invalid, "no window %q: want 1h, 24h or 7d", window)
	}
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return nil, err
	}
	defer cancel()
	viewed, err := s.viewed(ctx, window, kind, starts)
	if err != nil {
		return nil, s.fail(doing, err)
	}
	top, err := s.rank(ctx, section, viewed, limit)
	return top, s.fail(doing, err)
}

// viewed lists what has views in a window, most first.
func (s *Store) viewed(ctx context.Context, window hub.Window, kind string, starts []int64) ([]hub.Ranked, error) {
	var all *tallies
	select {
	case all = <-s.tally:
		defer func() { s.tally <- all }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	t := all.windows[window]
	if t == nil {
		t = &tally{parts: map[int64]part{}, sum: map[hub.ID]uint64{}}
		all.windows[window] = t
	}
	if err := s.freshen(ctx, t, kind, starts); err != nil {
		return nil, err
	}
	viewed := make([]hub.Ranked, 0, len(t.sum))
	for id, n := range t.sum {
		viewed = append(viewed, hub.Ranked{ID: id, Views: n})
	}
	slices.SortFunc(viewed, func(a, b hub.Ranked) int { return cmp.Or(cmp.Compare(b.Views, a.Views), cmp.Compare(a.ID, b.ID)) })
	size := 0
	for _, t := range all.windows {
		size += t.size
	}
	if size > s.kept {
		clear(all.windows)
	}
	return viewed, nil
}

// freshen brings a tally to what the buckets hold now.
func (s *Store) freshen(ctx context.Context, t *tally, kind string, starts []int64) error {
	for start := range t.parts {
		if !slices.Contains(starts, start) {
			t.drop(start)
		}
	}
	versions := make([]*redis.StringCmd, len(starts))
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, start := range starts {
			versions[i] = p.HGet(ctx, s.keys.bucket(kind, start)+"n", "v")
		}
		return nil
	})
	if err != nil && !errors.Is(err, redis.Nil) {
		return err
	}
	var changed []int64
	for i, start := range starts {
		// The pipeline's own error is the first; behind "there is none" another may stand.
		version, err := versions[i].Result()
		switch {
		case errors.Is(err, redis.Nil):
			t.drop(start)
		case err != nil:
			return err
		case version != t.parts[start].version:
			changed = append(changed, start)
		}
	}
	for chunk := range slices.Chunk(changed, tallyChunk) {
		if err := s.readBuckets(ctx, t, kind, chunk); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) readBuckets(ctx context.Context, t *tally, kind string, starts []int64) error {
	buckets := make([]*redis.MapStringStringCmd, len(starts))
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, start := range starts {
			buckets[i] = p.HGetAll(ctx, s.keys.bucket(kind, start)+"n")
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i, start := range starts {
		fields := buckets[i].Val()
		p := part{version: fields["v"], counts: make(map[hub.ID]uint64, len(fields))}
		for field, value := range fields {
			if field == "v" {
				continue
			}
			n, err := strconv.ParseUint(value, 10, 64)
			if err != nil {
				return err
			}
			p.counts[hub.ID(field[1:])] = n
		}
		t.take(start, p)
	}
	return nil
}

// placed is a viewed item with its place on a shelf.
type placed struct {
	hub.Ranked
	date  float64
	first hub.Seq
}

// rank picks the first of what was viewed that stand on a section's shelf; among equals the shelf's order decides.
func (s *Store) rank(ctx context.Context, section string, viewed []hub.Ranked, limit int) ([]hub.Ranked, error) {
	var found []placed
	keys := append([]string{s.keys.shelf(section)}, s.keys.allRecords()...)
	for chunk := range slices.Chunk(viewed, rankChunk) {
		// What comes now has fewer views than the last that is wanted.
		if len(found) >= limit && (limit <= 0 || chunk[0].Views < found[limit-1].Views) {
			break
		}
		args := make([]any, len(chunk))
		for i, r := range chunk {
			args[i] = shardName(shardOf(string(r.ID))) + string(r.ID)
		}
		reply, err := s.scripts.rank.Run(ctx, s.client, keys, args...).Result()
		if err != nil {
			return nil, err
		}
		fields, err := stringsOf(reply)
		if err != nil {
			return nil, err
		}
		for ; len(fields) >= 3; fields = fields[3:] {
			i, err1 := strconv.Atoi(fields[0])
			date, err2 := strconv.ParseFloat(fields[1], 64)
			first, err3 := parseSeq(fields[2])
			if err := errors.Join(err1, err2, err3); err != nil {
				return nil, err
			}
			found = append(found, placed{chunk[i], date, first})
		}
	}
	slices.SortStableFunc(found, func(a, b placed) int {
		return cmp.Or(cmp.Compare(b.Views, a.Views), cmp.Compare(b.date, a.date), cmp.Compare(b.first, a.first))
	})
	found = found[:max(0, min(limit, len(found)))]
	top := make([]hub.Ranked, len(found))
	for i, p := range found {
		top[i] = p.Ranked
	}
	return top, nil
}
