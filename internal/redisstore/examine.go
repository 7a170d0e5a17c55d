package redisstore

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

// oldestMajor is the oldest major version this package is tested with.
const oldestMajor = 7

// examine learns what server answers and refuses one that would lose what it promised to keep.
func (s *Store) examine(ctx context.Context) error {
	nodes, err := s.masters(ctx)
	if err != nil {
		return s.fail("looking for the nodes of redis at "+s.host, err)
	}
	for addr, node := range nodes {
		if addr == "" {
			addr = s.host
		}
		if err := s.learnVersion(ctx, node, addr); err != nil {
			return err
		}
		if err := s.checkSettings(ctx, node, addr); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) learnVersion(ctx context.Context, node *redis.Client, addr string) error {
	info, err := node.Info(ctx, "server").Result()
	if err != nil {
		if forbidden(err) {
			s.engine = "redis"
			s.log.Warn("redis does not tell its version; 7.0 or newer is needed", "host", addr)
			return nil
		}
		return s.fail("asking redis for its version", err)
	}
	name, version := "redis", infoField(info, "redis_version")
	if v := infoField(info, "valkey_version"); v != "" {
		name, version = "valkey", v
	}
	s.engine = name + " " + version
	major, _, _ := strings.Cut(version, ".")
	if n, err := strconv.Atoi(major); err == nil && n < oldestMajor {
		return hub.Errorf(hub.Invalid, "store: %s at %s is too old: 7.0 or newer is needed", s.engine, addr)
	}
	return nil
}

func infoField(info, name string) string {
	for line := range strings.Lines(info) {
		if v, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(v)
		}
	}
	return ""
}

// checkSettings: what evicts is refused, what forgets is warned of.
func (s *Store) checkSettings(ctx context.Context, node *redis.Client, addr string) error {
	set := map[string]string{}
	for _, name := range []string{"maxmemory", "maxmemory-policy", "appendonly"} {
		got, err := node.ConfigGet(ctx, name).Result()
		if err != nil {
			if !forbidden(err) {
				return s.fail("asking redis for its settings", err)
			}
			s.log.Warn("redis does not show its settings; see that maxmemory-policy is noeviction and appendonly is yes", "host", addr)
			return nil
		}
		set[name] = got[name]
	}
	if policy := set["maxmemory-policy"]; policy != "noeviction" && policy != "" {
		if set["maxmemory"] != "0" {
			return hub.Errorf(hub.Invalid, "store: redis at %s has maxmemory-policy %s and maxmemory %s: when memory is full it would throw "+
				"articles away. Set it right with: redis-cli -h HOST -p PORT CONFIG SET maxmemory-policy noeviction (and in redis.conf)",
				addr, policy, set["maxmemory"])
		}
		s.log.Warn(fmt.Sprintf("redis has maxmemory-policy %s: should maxmemory ever be set, it would throw articles away; "+
			"CONFIG SET maxmemory-policy noeviction", policy), "host", addr)
	}
	if set["appendonly"] == "no" {
		s.log.Warn("redis has appendonly no: a crash of the server loses what was acknowledged since the last snapshot; CONFIG SET appendonly yes", "host", addr)
	}
	return nil
}

// forbidden says that the server refuses a command as such: an ACL, or a hosted Redis that has renamed it.
func forbidden(err error) bool {
	return strings.HasPrefix(err.Error(), "NOPERM") || strings.HasPrefix(err.Error(), "ERR unknown command")
}

// unknownHere says that the server does not know who calls.
func unknownHere(err error) bool {
	for _, p := range []string{"NOAUTH", "WRONGPASS", "ERR invalid password", "ERR AUTH"} {
		if strings.HasPrefix(err.Error(), p) {
			return true
		}
	}
	return false
}
