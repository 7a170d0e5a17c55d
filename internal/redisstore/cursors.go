package redisstore

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

// Lease implements hub.Cursors, by the server's clock.
func (s *Store) Lease(ctx context.Context, name, holder string, ttl time.Duration) (uint64, error) {
	doing := "taking lease " + name
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return 0, err
	}
	defer cancel()
	// Whole milliseconds, never fewer than asked for.
	ms := (ttl + time.Millisecond - 1) / time.Millisecond
	reply, err := s.write(ctx, s.scripts.lease, []string{s.keys.leases()}, name, holder, int64(ms), s.token.Load())
	if err != nil {
		return 0, s.fail(doing, err)
	}
	fields, err := stringsOf(reply)
	if err != nil {
		return 0, s.fail(doing, err)
	}
	if fields[0] == "" {
		return 0, hub.Errorf(hub.Conflict, "lease %q is another's for %s ms", name, fields[1])
	}
	token, err := strconv.ParseUint(fields[0], 10, 64)
	if err != nil {
		return 0, s.fail(doing, err)
	}
	for seen := s.token.Load(); token > seen && !s.token.CompareAndSwap(seen, token); {
		seen = s.token.Load()
	}
	return token, nil
}

// Unlease implements hub.Cursors.
func (s *Store) Unlease(ctx context.Context, name, holder string) error {
	doing := "giving back lease " + name
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return err
	}
	defer cancel()
	_, err = s.write(ctx, s.scripts.unlease, []string{s.keys.leases()}, name, holder)
	return s.fail(doing, err)
}

// Cursor implements hub.Cursors.
func (s *Store) Cursor(ctx context.Context, name string) (hub.Seq, error) {
	doing := "reading cursor " + name
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return 0, err
	}
	defer cancel()
	value, err := s.client.HGet(ctx, s.keys.cursors(), name).Result()
	if errors.Is(err, redis.Nil) {
		return 0, nil
	}
	if err != nil {
		return 0, s.fail(doing, err)
	}
	seq, err := parseSeq(value)
	return seq, s.fail(doing, err)
}

// SaveCursor implements hub.Cursors.
func (s *Store) SaveCursor(ctx context.Context, name string, token uint64, seq hub.Seq) error {
	doing := "saving cursor " + name
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return err
	}
	defer cancel()
	reply, err := s.write(ctx, s.scripts.cursor, []string{s.keys.leases(), s.keys.cursors()}, name, token, uint64(seq))
	if err != nil {
		return s.fail(doing, err)
	}
	if reply == int64(0) {
		return hub.Errorf(hub.Conflict, "cursor %q: token %d is not the newest of its lease", name, token)
	}
	return nil
}
