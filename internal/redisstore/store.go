// Package redisstore keeps what the hub remembers in Redis (7.0 or newer): one server, Sentinel or Cluster, all by the
// layout of its keys (keys.go).
//
// What must change together – small records, names, shelves, log, leases: the spine – stands under one hash tag and
// changes in one script a write (commit.go, indexes.go, scripts/commit.lua). Decisions are made in Go by package hub, on records read
// before; the script writes only if nothing that was read has changed, else the call reads and decides again. Bodies and
// views are spread over the slots (bodies.go, views.go).
//
// It never decides what becomes of an item, never publishes, and never retries a call by itself except where another
// writer got in between. It alone knows go-redis. Start with Open, then transact (commit.go).
package redisstore

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

var _ hub.Store = (*Store)(nil)

const (
	// callLimit ends every call whose context would let it go on longer.
	callLimit = 30 * time.Second
	// openLimit is how long Open looks for a server.
	openLimit = 5 * time.Second
)

// silence ends go-redis's habit of writing to stderr by itself, once and before the first client is made: whatever it tells
// of comes back as an error too.
var silence = sync.OnceFunc(func() { redis.SetLogger(silent{}) })

type silent struct{}

// Printf implements go-redis's logger.
func (silent) Printf(context.Context, string, ...any) {}

// Store is one process's handle on the hub's memory in Redis. It is safe for concurrent use.
type Store struct {
	client   redis.UniversalClient
	keys     keys
	scripts  scripts
	host     string // for messages, without credentials
	engine   string
	wait     int           // replicas that must have a write before it is acknowledged
	patience time.Duration // how long they may take
	log      *slog.Logger

	sight  sight
	token  atomic.Uint64 // the highest lease token seen: tokens rise even over a loss
	tally  chan *tallies // the counts Top last merged; the channel is the lock
	kept   int           // how many of them are kept at most
	sweep  chan *sweeper // where the search for stray bodies stands; the channel is the lock
	wake   string        // a stream of this handle's, written to end the watcher's XREAD
	stop   context.CancelFunc
	done   chan struct{}
	closed atomic.Bool
}

// Open connects to the Redis that url names: redis://, rediss://, redis+cluster://h1:p,h2:p or
// redis+sentinel://h1:p,h2:p/master (with TLS: rediss+cluster, rediss+sentinel), with ?prefix= (default "tinhub"), ?wait=N
// (replicas that must have acknowledged a write) and go-redis's own options. An *hub.Error of kind Invalid says what is
// wrong with the URL or the server's settings and how to put it right, one of kind Unavailable that nobody answers.
func Open(ctx context.Context, url string, log *slog.Logger) (*Store, error) {
	silence()
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	set, err := parseURL(url)
	if err != nil {
		return nil, err
	}
	s := &Store{
		client: set.client(), keys: keysFor(set.prefix), scripts: loadScripts(), host: set.host, wait: set.wait, log: log, kept: tallyLimit, patience: waitLimit,
		tally: make(chan *tallies, 1), sweep: make(chan *sweeper, 1), done: make(chan struct{}),
	}
	s.wake = s.keys.wake(rand.Text())
	s.sight.bell.init()
	s.tally <- newTallies()
	s.sweep <- &sweeper{}
	ctx, cancel := context.WithTimeout(ctx, openLimit)
	defer cancel()
	if err := s.start(ctx); err != nil {
		_ = s.client.Close()
		return nil, err
	}
	watching, stop := context.WithCancel(context.Background())
	s.stop = stop
	go s.watch(watching)
	return s, nil
}

func (s *Store) start(ctx context.Context) error {
	if err := s.client.Ping(ctx).Err(); err != nil {
		if unknownHere(err) {
			return hub.Errorf(hub.Invalid, "store: redis at %s refuses the user or password: put them into the URL as user:password@ "+
				"(the user may be empty)", s.host)
		}
		return s.fail("connecting", err)
	}
	if err := s.examine(ctx); err != nil {
		return err
	}
	_, err := s.readHead(ctx)
	return err
}

// Engine names the server and its version: "redis 7.0.15".
func (s *Store) Engine() string { return s.engine }

// Ping implements hub.Housekeeping.
func (s *Store) Ping(ctx context.Context, write bool) error {
	const doing = "asking whether redis answers"
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return err
	}
	defer cancel()
	if err := s.client.Ping(ctx).Err(); err != nil {
		return s.fail(doing, err)
	}
	if !write {
		return nil
	}
	err = s.client.Set(ctx, s.keys.ping(), time.Now().Unix(), time.Minute).Err()
	return s.fail("asking whether redis takes writes", err)
}

// Close implements hub.Housekeeping.
func (s *Store) Close() error {
	if !s.closed.CompareAndSwap(false, true) {
		return nil
	}
	s.stopWatching()
	err := s.client.Close()
	<-s.done
	s.sight.bell.ring()
	if err != nil {
		return fmt.Errorf("closing redis at %s: %w", s.host, err)
	}
	return nil
}

// enter begins a call: it gives it an end, and refuses it where its context or the store has ended already.
func (s *Store) enter(ctx context.Context, doing string) (context.Context, context.CancelFunc, error) {
	switch {
	case ctx.Err() != nil:
		return nil, nil, s.fail(doing, ctx.Err())
	case s.closed.Load():
		return nil, nil, s.fail(doing, redis.ErrClosed)
	}
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	return ctx, cancel, nil
}
