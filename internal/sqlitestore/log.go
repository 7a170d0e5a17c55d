package sqlitestore

import (
	"context"
	"database/sql"
	"encoding/json"
	"sync"
	"sync/atomic"
	"time"

	"tinhub/internal/hub"
)

const sqlEvents = `SELECT seq, type, item, sections, time FROM events WHERE seq > ? ORDER BY seq LIMIT ?`

// Events implements hub.Store.
func (s *Store) Events(ctx context.Context, since hub.Seq, limit int) (out []hub.Event, err error) {
	err = s.read(ctx, "reading the log", func(t *tx) error {
		if err := t.readLog(); err != nil || since >= t.head.Seq {
			return err
		}
		err := t.each(sqlEvents, []any{int64(since), max(limit, 1)}, func(rows *sql.Rows) error {
			ev, err := scanEvent(rows)
			out = append(out, ev)
			return err
		})
		switch {
		case err != nil:
			return err
		case len(out) == 0: // after a loss the log may be empty below its head
			return &hub.LogGoneError{Oldest: t.head.Seq + 1}
		case out[0].Seq != since+1:
			return &hub.LogGoneError{Oldest: out[0].Seq}
		}
		return nil
	})
	if err != nil || limit <= 0 {
		return nil, err
	}
	return out, nil
}

func scanEvent(rows *sql.Rows) (ev hub.Event, err error) {
	var seq, at int64
	var typ, item string
	var sections []byte
	if err := rows.Scan(&seq, &typ, &item, &sections, &at); err != nil {
		return ev, err
	}
	ev = hub.Event{Seq: hub.Seq(seq), Type: hub.EventType(typ), Item: hub.ID(item), Time: time.Unix(at, 0).UTC()}
	return ev, json.Unmarshal(sections, &ev.Sections)
}

// Head implements hub.Store.
func (s *Store) Head(ctx context.Context) (head hub.Head, err error) {
	err = s.read(ctx, "reading the head of the log", func(t *tx) error {
		err := t.readLog()
		head = t.head
		return err
	})
	return head, err
}

// Wait implements hub.Store. A waiter reads the file once, when it comes; from then on it is told.
func (s *Store) Wait(ctx context.Context, generation string, since hub.Seq) error {
	s.news.waiters.Add(1)
	defer s.news.waiters.Add(-1)
	_, told := s.news.look()
	head, err := s.Head(ctx)
	for {
		if err != nil {
			return err
		}
		if head.Seq > since || head.Generation != generation {
			return nil
		}
		select {
		case <-told:
		case <-ctx.Done():
			return s.fault(ctx, "waiting for news", ctx.Err())
		case <-s.done:
			return s.closedError()
		}
		head, told = s.news.look()
	}
}

// news tells waiters where the head is. One channel is closed for all of them, so that telling costs the same however
// many wait, and none can hold up the writer.
type news struct {
	waiters atomic.Int64
	mu      sync.Mutex
	head    hub.Head
	moved   chan struct{}
}

func newNews() *news { return &news{moved: make(chan struct{})} }

// look gives the head that was told last and a channel that is closed when another is told.
func (n *news) look() (hub.Head, <-chan struct{}) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.head, n.moved
}

func (n *news) tell(head hub.Head) {
	n.mu.Lock()
	defer n.mu.Unlock()
	// The watcher may have read an older head than the writer told meanwhile.
	if head.Generation == n.head.Generation && head.Seq <= n.head.Seq {
		return
	}
	n.head = head
	close(n.moved)
	n.moved = make(chan struct{})
}

// watch looks for writes of other processes while somebody waits: the file says cheaply, on a connection that stays open,
// whether anybody else committed.
func (s *Store) watch(ctx context.Context) {
	tick := time.NewTicker(s.opt.poll)
	defer tick.Stop()
	conn, err := s.reader.db.Conn(ctx)
	if err != nil {
		if ctx.Err() == nil {
			s.log.Error("writes of other processes will not be noticed", "store", s.path, "error", err)
		}
		return
	}
	defer conn.Close()
	var seen int64
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if s.news.waiters.Load() == 0 {
			continue
		}
		var version int64
		err := conn.QueryRowContext(ctx, `PRAGMA data_version`).Scan(&version)
		if err == nil && version != seen {
			seen = version
			var head hub.Head
			if head, err = s.Head(ctx); err == nil {
				s.news.tell(head)
			}
		}
		if err != nil && ctx.Err() == nil {
			seen = 0
			s.log.Warn("could not look for writes of other processes", "store", s.path, "error", err)
		}
	}
}
