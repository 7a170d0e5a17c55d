package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"sync"
	"time"

	"modernc.org/sqlite"

	"tinhub/internal/hub"
)

// Calls that write at the same time share one transaction, since most of what a small one costs is the sync at its end. No
// call waits for company: whoever has the slot begins, takes along what is waiting by then, commits once and answers all.
// Each call but the first has a savepoint once it writes, so that what fails undoes itself and nothing else.

const (
	maxShared = 64                    // calls in one transaction
	maxGather = 50 * time.Millisecond // after which a transaction takes no further call along
)

// call is one write, and where its caller waits for the answer.
type call struct {
	ctx    context.Context // of its caller; ends this call and no other
	fn     func(*tx) error
	answer chan error // takes one
}

// queue holds the calls that nobody has begun, oldest first. It is no longer than there are goroutines waiting.
type queue struct {
	mu      sync.Mutex
	waiting []*call
}

func (q *queue) add(c *call) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, c)
}

// next takes the oldest, nil where there is none. Whoever takes it answers it.
func (q *queue) next() *call {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) == 0 {
		return nil
	}
	c := q.waiting[0]
	q.waiting[0] = nil
	q.waiting = q.waiting[1:]
	return c
}

// withdraw takes c back and says whether that was in time: then nothing of it is done and nobody answers it.
func (q *queue) withdraw(c *call) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := slices.Index(q.waiting, c)
	if n >= 0 {
		q.waiting = slices.Delete(q.waiting, n, n+1)
	}
	return n >= 0
}

func (q *queue) empty() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting) == 0
}

// write runs fn in a transaction that is durable when write returns nil; where it returns an error nothing of fn is left.
func (s *Store) write(ctx context.Context, op string, fn func(*tx) error) error {
	s.gate.RLock()
	defer s.gate.RUnlock()
	if err := s.alive(ctx); err != nil {
		return s.fault(ctx, op, err)
	}
	c := &call{ctx: ctx, fn: fn, answer: make(chan error, 1)}
	s.calls.add(c)
	for {
		select {
		case err := <-c.answer: // before it carries out what others have brought meanwhile
			return s.fault(ctx, op, err)
		default:
		}
		select {
		case err := <-c.answer:
			return s.fault(ctx, op, err)
		case s.slot <- struct{}{}:
			s.share(c)
		case <-ctx.Done():
			if s.calls.withdraw(c) {
				return s.fault(ctx, op, ctx.Err())
			}
			return s.fault(ctx, op, <-c.answer) // begun: it ends soon, one way or the other
		case <-s.done:
			if s.calls.withdraw(c) {
				return s.closedError()
			}
			return s.fault(ctx, op, <-c.answer)
		}
	}
}

// share carries out what is waiting, answers it and gives the slot back, which the goroutine whose call own is has taken.
func (s *Store) share(own *call) {
	defer s.yield()
	if s.calls.empty() { // all were answered while it waited for the slot
		return
	}
	t, err := s.begin(own.ctx)
	if err != nil {
		if s.calls.withdraw(own) {
			own.answer <- err
		}
		return
	}
	var kept []*call   // carried out, to be answered when they are durable
	err = errBrokenOff // where a panic gets in between
	defer func() {
		t.end()
		for _, c := range kept {
			c.answer <- err
		}
	}()
	for began := time.Now(); len(kept) < s.opt.shared && time.Since(began) < maxGather; {
		c := s.calls.next()
		if c == nil {
			break
		}
		kept = append(kept, c)
		lost, failed := t.carryOut(c, len(kept) == 1)
		if failed != nil {
			kept = kept[:len(kept)-1]
			c.answer <- failed
		}
		if lost {
			err = hub.Errorf(hub.Unavailable, "store %s undid this with another call that failed (%v): try again", s.path, failed)
			return
		}
	}
	if len(kept) == 0 {
		return
	}
	if err = t.commit(); err != nil {
		return
	}
	if t.wrote { // a look that found nothing to do leaves the moment idle
		s.wrote.Store(time.Now().UnixMilli())
	}
	if t.moved {
		s.news.tell(t.head)
	}
}

var errBrokenOff = errors.New("the transaction was broken off")

// begin starts a transaction that no context ends; ctx bounds the waiting for it.
func (s *Store) begin(ctx context.Context) (*tx, error) {
	whole, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, cancel)
	sqltx, err := s.writer.db.BeginTx(whole, nil)
	if !stop() && err == nil {
		_ = sqltx.Rollback()
		err = ctx.Err()
	}
	if err != nil {
		cancel()
		return nil, err
	}
	t := &tx{ctx: whole, sql: sqltx, pool: s.writer, own: map[string]*sql.Stmt{}, touched: map[string]time.Time{}, brinks: map[string]brink{}}
	t.end = func() {
		_ = sqltx.Rollback() // where it was not committed
		cancel()
	}
	if err := t.readLog(); err != nil {
		t.end()
		return nil, err
	}
	return t, nil
}

// commit writes where the log stands and makes all durable.
func (t *tx) commit() error {
	if t.moved {
		if _, err := t.run(sqlSetLog, t.head.Generation, int64(t.head.Seq), t.last.Unix()); err != nil {
			return err
		}
	}
	return t.sql.Commit()
}

const (
	sqlSavepoint = `SAVEPOINT call`
	sqlRelease   = `RELEASE call`
	sqlUndo      = `ROLLBACK TO call`
)

// carryOut runs one call. Where it gives an error nothing of the call is left, and lost says that nothing of the whole
// transaction is: alone has no savepoint and stands for the transaction, and some errors of the engine undo all.
func (t *tx) carryOut(c *call, alone bool) (lost bool, err error) {
	if err := c.ctx.Err(); err != nil {
		return false, err
	}
	t.ctx, t.guarded = c.ctx, false
	before := *t
	t.alone = alone
	err = c.fn(t)
	ending := err == nil
	if ending {
		if err = t.write(); err == nil && t.guarded {
			err = t.plain(sqlRelease)
			return err != nil, err
		}
	}
	if err == nil || alone {
		return err != nil, err
	}
	wrote := t.guarded
	t.head, t.last, t.moved, t.wrote, t.newest = before.head, before.last, before.moved, before.wrote, before.newest
	t.batch = batch{}
	clear(t.touched)
	clear(t.brinks)
	if !wrote { // nothing but perhaps a part of what it ends with, which there is no way back from
		_, engine := errors.AsType[*sqlite.Error](err)
		return ending || engine, err
	}
	for _, text := range []string{sqlUndo, sqlRelease} {
		if t.plain(text) != nil {
			return true, err
		}
	}
	return false, err
}

// guard sets the savepoint of a call, before the first that it writes. Most gather all and write at their end, and need
// none.
func (t *tx) guard() error {
	if t.alone || t.guarded {
		return nil
	}
	t.guarded = true
	return t.plain(sqlSavepoint)
}

// plain runs a statement that changes no row.
func (t *tx) plain(text string) error {
	stmt, err := t.stmt(text)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(context.WithoutCancel(t.ctx))
	return err
}
