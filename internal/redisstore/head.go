package redisstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

// place is the log's head as it stands in Redis. Events up to base are of an earlier generation and lost.
type place struct {
	seq, base hub.Seq
	gen       string
	time      int64 // of the newest event, Unix seconds; 0 for none
}

// sight is what this handle has seen of the log. Less than that in Redis means that Redis lost data.
type sight struct {
	mu   sync.Mutex
	gen  string
	seen hub.Seq
	time int64
	bell bell
}

// mark is sight at the beginning of a call: a reading that began later must not be behind it.
type mark struct {
	gen  string
	seen hub.Seq
	time int64
}

func (g *sight) mark() mark {
	g.mu.Lock()
	defer g.mu.Unlock()
	return mark{gen: g.gen, seen: g.seen, time: g.time}
}

// note takes in a head that was found whole.
func (g *sight) note(p place) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case p.gen == g.gen:
		g.seen, g.time = max(g.seen, p.seq), max(g.time, p.time)
	case g.gen == "" || p.base > g.seen:
		g.gen, g.seen, g.time = p.gen, p.seq, max(g.time, p.time)
	default:
		return // read before the generation changed
	}
	g.bell.ringFor(hub.Head{Seq: g.seen, Generation: g.gen})
}

// whole says whether what was read after m holds all that m had seen, as far as one can tell from here.
func (m mark) whole(p place) bool {
	return p.gen != "" && p.seq >= m.seen && (m.gen == "" || p.gen == m.gen || p.base > m.seen)
}

// errLost says that a new generation began under a call, which must begin again.
var errLost = errors.New("a new generation of the log began")

// check takes in the head that a call read; where it shows a loss, a new generation begins and the answer is errLost.
func (s *Store) check(ctx context.Context, m mark, p place) error {
	if m.whole(p) {
		s.sight.note(p)
		return nil
	}
	if _, err := s.renew(ctx); err != nil {
		return err
	}
	return errLost
}

// renew asks Redis, in a script, whether it lost anything, and begins a generation there if so.
func (s *Store) renew(ctx context.Context) (place, error) {
	m := s.sight.mark()
	// Not waited for by replicas, whatever the URL asks: a generation that a failover loses is one more loss that is noticed.
	reply, err := s.scripts.renew.Run(ctx, s.client, []string{s.keys.head(), s.keys.log()},
		m.gen, uint64(m.seen), m.time, rand.Text()).Result()
	if err != nil {
		return place{}, s.fail("looking for the log's head", err)
	}
	fields, err := stringsOf(reply)
	if err != nil {
		return place{}, s.fail("looking for the log's head", err)
	}
	p, err := parsePlace(fields)
	if err != nil {
		return place{}, s.fail("looking for the log's head", err)
	}
	if m.gen != "" && p.gen != m.gen {
		s.log.Warn("redis lost data: a new generation of the log has begun", "host", s.host, "seen", uint64(m.seen), "head", uint64(p.seq))
	}
	s.sight.note(p)
	return p, nil
}

// parsePlace reads seq, gen, base, time, "" where there is none.
func parsePlace(fields []string) (place, error) {
	if len(fields) < 4 {
		return place{}, fmt.Errorf("head of %d fields", len(fields))
	}
	p := place{gen: fields[1]}
	if p.gen == "" {
		return p, nil
	}
	var err error
	if p.seq, err = parseSeq(fields[0]); err != nil {
		return place{}, err
	}
	if p.base, err = parseSeq(fields[2]); err != nil {
		return place{}, err
	}
	if p.time, err = strconv.ParseInt(fields[3], 10, 64); err != nil {
		return place{}, fmt.Errorf("time of the head: %w", err)
	}
	return p, nil
}

func parseSeq(s string) (hub.Seq, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("seq: %w", err)
	}
	return hub.Seq(n), nil
}

var headFields = []string{"seq", "gen", "base", "time"}

// placeOf reads the answer to HMGET head seq gen base time.
func placeOf(cmd *redis.SliceCmd) (place, error) {
	values, err := cmd.Result()
	if err != nil {
		return place{}, err
	}
	fields := make([]string, len(values))
	for i, v := range values {
		fields[i], _ = v.(string)
	}
	return parsePlace(fields)
}

// readHead reads the head, beginning a generation where need be.
func (s *Store) readHead(ctx context.Context) (place, error) {
	m := s.sight.mark()
	p, err := placeOf(s.client.HMGet(ctx, s.keys.head(), headFields...))
	if err != nil {
		return place{}, s.fail("reading the log's head", err)
	}
	if m.whole(p) {
		s.sight.note(p)
		return p, nil
	}
	return s.renew(ctx)
}

// Head implements hub.Events.
func (s *Store) Head(ctx context.Context) (hub.Head, error) {
	ctx, cancel, err := s.enter(ctx, "reading the log's head")
	if err != nil {
		return hub.Head{}, err
	}
	defer cancel()
	p, err := s.readHead(ctx)
	return hub.Head{Seq: p.seq, Generation: p.gen}, err
}

// Wait implements hub.Events. It holds no connection: one goroutine watches for all who wait.
func (s *Store) Wait(ctx context.Context, gen string, since hub.Seq) error {
	if _, err := s.Head(ctx); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return err
	}
	s.sight.bell.trouble(nil)
	for {
		now := s.sight.bell.state()
		switch {
		case s.closed.Load():
			return s.fail("waiting for events", redis.ErrClosed)
		case now.head.Seq > since || now.head.Generation != gen:
			return nil
		case now.err != nil:
			return now.err
		}
		select {
		case <-now.rung:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

const (
	// watchBlock is how long the watcher stays in one XREAD; it bounds how late a loss is noticed, which wakes nobody.
	watchBlock = 800 * time.Millisecond
	// watchPause is the watcher's pause while Redis is away.
	watchPause = 250 * time.Millisecond
)

// watch rings the bell for what other processes write and for losses. It ends with ctx, at the latest when the client is
// closed.
func (s *Store) watch(ctx context.Context) {
	defer close(s.done)
	for ctx.Err() == nil {
		err := s.watchOnce(ctx)
		s.sight.bell.trouble(err)
		if err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(watchPause):
		}
	}
}

func (s *Store) watchOnce(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, openLimit)
	defer cancel()
	p, err := s.readHead(limited)
	if err != nil {
		return err
	}
	s.sight.bell.trouble(nil)
	after := strconv.FormatUint(uint64(p.seq), 10) + "-0"
	err = s.client.XRead(limited, &redis.XReadArgs{
		Streams: []string{s.keys.log(), s.wake, after, "0-0"}, Count: 1, Block: watchBlock,
	}).Err()
	if err != nil && !errors.Is(err, redis.Nil) {
		return s.fail("watching the log", err)
	}
	return nil
}

// stopWatching ends the watcher, out of its XREAD too, so that the client is closed with nothing under way.
func (s *Store) stopWatching() {
	s.stop()
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.XAdd(ctx, &redis.XAddArgs{Stream: s.wake, Values: []string{"end", ""}})
		p.PExpire(ctx, s.wake, time.Second)
		return nil
	})
	if err != nil {
		return // Redis is away: closing the client ends the watcher
	}
	select {
	case <-s.done:
	case <-ctx.Done():
	}
}

// bell wakes those who wait for the log.
type bell struct {
	mu  sync.Mutex
	now tidings
}

// tidings are the head last seen, the watcher's trouble if it has any, and a channel that is closed when either changes.
type tidings struct {
	head hub.Head
	err  error
	rung chan struct{}
}

func (b *bell) init() { b.now.rung = make(chan struct{}) }

func (b *bell) state() tidings {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bell) ring() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.wake()
}

func (b *bell) wake() {
	close(b.now.rung)
	b.now.rung = make(chan struct{})
}

func (b *bell) ringFor(h hub.Head) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if h != b.now.head {
		b.now.head = h
		b.wake()
	}
}

func (b *bell) trouble(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if (err == nil) != (b.now.err == nil) {
		b.now.err = err
		b.wake()
	}
}
