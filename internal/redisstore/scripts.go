package redisstore

import (
	"context"
	_ "embed" // the scripts' texts
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

var (
	//go:embed scripts/commit.lua
	commitSource string
	//go:embed scripts/renew.lua
	renewSource string
	//go:embed scripts/announce.lua
	announceSource string
	//go:embed scripts/giveup.lua
	giveupSource string
	//go:embed scripts/shelf.lua
	shelfSource string
	//go:embed scripts/events.lua
	eventsSource string
	//go:embed scripts/rank.lua
	rankSource string
	//go:embed scripts/views.lua
	viewsSource string
	//go:embed scripts/viewbegin.lua
	viewBeginSource string
	//go:embed scripts/viewend.lua
	viewEndSource string
	//go:embed scripts/lease.lua
	leaseSource string
	//go:embed scripts/unlease.lua
	unleaseSource string
	//go:embed scripts/aliases.lua
	aliasesSource string
	//go:embed scripts/cursor.lua
	cursorSource string
)

// scripts are the Lua scripts; each touches only the keys it is given, and those are in one slot.
type scripts struct {
	commit, renew, announce, giveup, shelf, events, rank, aliases, viewBegin, viewEnd, lease, unlease, cursor *redis.Script
}

func loadScripts() scripts {
	return scripts{
		commit: redis.NewScript(commitSource), renew: redis.NewScript(renewSource), announce: redis.NewScript(announceSource),
		giveup: redis.NewScript(giveupSource), shelf: redis.NewScript(shelfSource), events: redis.NewScript(eventsSource),
		rank: redis.NewScript(rankSource), aliases: redis.NewScript(aliasesSource), viewBegin: redis.NewScript(viewBeginSource),
		viewEnd: redis.NewScript(viewEndSource), lease: redis.NewScript(leaseSource),
		unlease: redis.NewScript(unleaseSource), cursor: redis.NewScript(cursorSource),
	}
}

// acknowledged runs f, which writes to the slot of key, and, where the URL asks for it, waits until that many replicas have
// what it wrote. WAIT counts what its own connection wrote, so f gets one connection.
func (s *Store) acknowledged(ctx context.Context, key string, f func(c redis.Cmdable) error) error {
	if s.wait == 0 {
		return f(s.client)
	}
	node, err := s.nodeOf(ctx, key)
	if err != nil {
		return err
	}
	return s.onNode(ctx, node, f)
}

// write runs a script that changes something in one slot.
func (s *Store) write(ctx context.Context, script *redis.Script, keys []string, args ...any) (reply any, err error) {
	err = s.acknowledged(ctx, keys[0], func(c redis.Cmdable) error {
		reply, err = script.Run(ctx, c, keys, args...).Result()
		return err
	})
	return reply, err
}

// spread writes to many slots, each key by its own commands: add puts those for keys[i] into the pipeline.
func (s *Store) spread(ctx context.Context, keys []string, add func(p redis.Pipeliner, i int)) error {
	if s.wait == 0 {
		_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			for i := range keys {
				add(p, i)
			}
			return nil
		})
		return err
	}
	nodes := map[*redis.Client][]int{}
	for i, key := range keys {
		node, err := s.nodeOf(ctx, key)
		if err != nil {
			return err
		}
		nodes[node] = append(nodes[node], i)
	}
	for node, places := range nodes {
		err := s.onNode(ctx, node, func(c redis.Cmdable) error {
			_, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
				for _, i := range places {
					add(p, i)
				}
				return nil
			})
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// waitLimit is how long replicas may take to confirm a write, where no test is in more of a hurry.
const waitLimit = 3 * time.Second

func (s *Store) onNode(ctx context.Context, node *redis.Client, f func(c redis.Cmdable) error) error {
	conn := node.Conn()
	defer conn.Close()
	if err := f(conn); err != nil {
		return err
	}
	have, err := conn.Wait(ctx, s.wait, s.patience).Result()
	if err != nil {
		return err
	}
	if int(have) < s.wait {
		return hub.Errorf(hub.Unavailable, "redis at %s: written, but only %d of wait=%d replicas confirmed it within %s",
			s.host, have, s.wait, s.patience)
	}
	return nil
}

func (s *Store) nodeOf(ctx context.Context, key string) (*redis.Client, error) {
	switch c := s.client.(type) {
	case *redis.ClusterClient:
		return c.MasterForKey(ctx, key)
	case *redis.Client:
		return c, nil
	}
	return nil, fmt.Errorf("redis client %T has no nodes", s.client)
}

// stringsOf reads a script's answer that is a list of strings.
func stringsOf(reply any) ([]string, error) {
	list, ok := reply.([]any)
	if !ok {
		return nil, fmt.Errorf("script answered %T, not a list", reply)
	}
	out := make([]string, len(list))
	for i, v := range list {
		if out[i], ok = v.(string); !ok {
			return nil, fmt.Errorf("script answered %T at place %d, not a string", v, i)
		}
	}
	return out, nil
}

func unixTime(sec int64) time.Time {
	if sec == 0 {
		return time.Time{}
	}
	return time.Unix(sec, 0).UTC()
}
