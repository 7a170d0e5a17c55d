package redisstore

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

const (
	// trimStep is how many items one script strips.
	trimStep = 200
	// eventStep is how many events one XTRIM takes.
	eventStep = 5000
	// sweepStep is how many bodies are deleted at once.
	sweepStep = 200
)

// Trim implements hub.Housekeeping. Its parts don't wait for one another: what one cannot do the others still do.
func (s *Store) Trim(ctx context.Context, at time.Time, keep hub.Keep) (hub.Trimmed, error) {
	const doing = "trimming"
	if err := ctx.Err(); err != nil {
		return hub.Trimmed{}, s.fail(doing, err)
	}
	var out hub.Trimmed
	parts := []func(context.Context) error{
		func(ctx context.Context) (err error) { out.Items, err = s.trimItems(ctx, at, keep.Items); return err },
		func(ctx context.Context) (err error) { out.Events, err = s.trimEvents(ctx, keep.Events); return err },
		s.finishViews,
		func(ctx context.Context) error { return s.trimViews(ctx, at, keep.Views) },
		s.findStrays,
		func(ctx context.Context) (err error) { out.Bodies, err = s.sweepBodies(ctx); return err },
	}
	var errs []error
	for _, part := range parts {
		ctx, cancel, err := s.enter(ctx, doing)
		if err == nil {
			err = part(ctx)
			cancel()
		}
		if err != nil {
			errs = append(errs, s.fail(doing, err))
		}
	}
	return out, errors.Join(errs...)
}

// trimItems strips the records whose newest event is older than keep.
func (s *Store) trimItems(ctx context.Context, at time.Time, keep time.Duration) (int, error) {
	if keep <= 0 {
		return 0, nil
	}
	before := at.Add(-keep)
	total := 0
	for {
		n := 0
		_, err := s.transact(ctx, at,
			func() (*known, error) { return s.readIndex(ctx, s.keys.age(), "("+unixCeil(before), trimStep) },
			func(p *plan) error {
				n = 0
				for _, id := range p.listed {
					cur := p.get(id)
					if cur == nil || cur.Record.Seq == 0 || !cur.Record.Changed.Before(before) {
						continue
					}
					if _, err := p.carry(cur, hub.DecideTrim(cur.Record), nil); err != nil {
						return err
					}
					n++
				}
				return nil
			})
		if err != nil || n == 0 {
			return total, err
		}
		total += n
	}
}

// trimEvents shortens the log to keep events.
func (s *Store) trimEvents(ctx context.Context, keep uint64) (uint64, error) {
	if keep == 0 {
		return 0, nil
	}
	length, err := s.client.XLen(ctx, s.keys.log()).Result()
	if err != nil {
		return 0, err
	}
	var total uint64
	for over := length - int64(keep); over > 0; over -= eventStep {
		n, err := s.client.XTrimMaxLen(ctx, s.keys.log(), int64(keep)+max(0, over-eventStep)).Result()
		total += uint64(n)
		if err != nil {
			return total, err
		}
	}
	return total, nil
}

// sweepBodies deletes the bodies that nobody names: those given up, and those announced and not named for long.
func (s *Store) sweepBodies(ctx context.Context) (int, error) {
	total := 0
	for {
		reply, err := s.write(ctx, s.scripts.giveup, []string{s.keys.loose()}, seconds(bodyGrace), sweepStep)
		if err != nil {
			return total, err
		}
		names, err := stringsOf(reply)
		if err != nil || len(names) == 0 {
			return total, err
		}
		keys, members := make([]string, len(names)), make([]any, len(names))
		for i, name := range names {
			keys[i], members[i] = s.keys.body(name), name
		}
		err = s.spread(ctx, keys, func(p redis.Pipeliner, i int) { p.Unlink(ctx, keys[i]) })
		if err != nil {
			return total, err
		}
		// Last: what is not deleted yet stays on the list.
		n, err := s.client.ZRem(ctx, s.keys.loose(), members...).Result()
		total += int(n)
		if err != nil {
			return total, err
		}
	}
}

// sweeper remembers how far the search for stray bodies has come on each node.
type sweeper struct {
	cursors map[string]uint64
}

// strayStep is about how many keys one Trim looks at on each node.
const strayStep = 2000

// findStrays looks, a little with each Trim, for bodies that neither a record nor the list of loose ones names: they stay
// behind on other nodes when the spine's node lost data. They go on that list, and have the same grace.
func (s *Store) findStrays(ctx context.Context) error {
	var sw *sweeper
	select {
	case sw = <-s.sweep:
		defer func() { s.sweep <- sw }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if sw.cursors == nil {
		sw.cursors = map[string]uint64{}
	}
	nodes, err := s.masters(ctx)
	if err != nil {
		return err
	}
	for addr, node := range nodes {
		keys, next, err := node.Scan(ctx, sw.cursors[addr], escapeGlob(s.keys.body(""))+"*", strayStep).Result()
		if err != nil {
			return err
		}
		sw.cursors[addr] = next
		if err := s.listStrays(ctx, keys); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) listStrays(ctx context.Context, found []string) error {
	var names []string
	var ids []hub.ID
	for _, key := range found {
		name := key[len(s.keys.body("")):]
		if id, ok := itemOfBody(name); ok {
			names, ids = append(names, name), append(ids, id)
		}
	}
	if len(names) == 0 {
		return nil
	}
	// Loose first: one that is named in between is then found with its record.
	loose, err := s.client.ZMScore(ctx, s.keys.loose(), names...).Result()
	if err != nil {
		return err
	}
	k, err := s.read(ctx, ids, nil)
	if errors.Is(err, errLost) {
		return nil // another Trim will come by
	}
	if err != nil {
		return err
	}
	for i, name := range names {
		e := k.get(ids[i])
		if loose[i] != 0 || e != nil && e.Body == name {
			continue
		}
		if err := s.client.ZAddNX(ctx, s.keys.loose(), redis.Z{Score: float64(time.Now().Unix()), Member: name}).Err(); err != nil {
			return err
		}
	}
	return nil
}

func escapeGlob(s string) string {
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		switch s[i] {
		case '*', '?', '[', ']', '\\', '^':
			out = append(out, '\\')
		}
		out = append(out, s[i])
	}
	return string(out)
}

// masters are the nodes that take writes, by their addresses.
func (s *Store) masters(ctx context.Context) (map[string]*redis.Client, error) {
	nodes := map[string]*redis.Client{}
	switch c := s.client.(type) {
	case *redis.Client:
		nodes[""] = c
	case *redis.ClusterClient:
		var mu sync.Mutex // called side by side
		err := c.ForEachMaster(ctx, func(_ context.Context, node *redis.Client) error {
			mu.Lock()
			defer mu.Unlock()
			nodes[node.Options().Addr] = node
			return nil
		})
		if err != nil {
			return nil, err
		}
	default:
		return nil, errors.New("redis client without nodes: " + strconv.Quote(s.host))
	}
	return nodes, nil
}
