package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"tinhub/internal/hub"
)

// tx is one transaction with what it knows of the log. Its methods must be used by one goroutine.
type tx struct {
	ctx  context.Context // ends the transaction, and with it every statement; checked between items
	sql  *sql.Tx
	pool *pool
	own  map[string]*sql.Stmt // the pool's statements, bound to this transaction

	head    hub.Head
	last    time.Time            // of the newest event
	moved   bool                 // head, last or generation must be written
	wrote   bool                 // a row was changed
	touched map[string]time.Time // what this transaction noted, by section
}

// read runs fn over one moment of the store.
func (s *Store) read(ctx context.Context, op string, fn func(*tx) error) error {
	s.gate.RLock()
	defer s.gate.RUnlock()
	if err := s.alive(ctx); err != nil {
		return s.fault(ctx, op, err)
	}
	_, err := s.within(ctx, s.reader, &sql.TxOptions{ReadOnly: true}, fn)
	return s.fault(ctx, op, err)
}

func (s *Store) alive(ctx context.Context) error {
	select {
	case <-s.done:
		return errClosed
	default:
		return ctx.Err()
	}
}

// write runs fn in a transaction that is durable when write returns nil, and leaves nothing when it returns an error.
func (s *Store) write(ctx context.Context, op string, fn func(*tx) error) error {
	s.gate.RLock()
	defer s.gate.RUnlock()
	if err := s.alive(ctx); err != nil {
		return s.fault(ctx, op, err)
	}
	select {
	case s.slot <- struct{}{}:
	case <-ctx.Done():
		return s.fault(ctx, op, ctx.Err())
	case <-s.done:
		return s.closedError()
	}
	defer s.yield()
	t, err := s.within(ctx, s.writer, nil, func(t *tx) error {
		t.touched = map[string]time.Time{}
		if err := t.readLog(); err != nil {
			return err
		}
		if err := fn(t); err != nil {
			return err
		}
		if !t.moved {
			return nil
		}
		return t.exec(sqlSetLog, t.head.Generation, int64(t.head.Seq), t.last.Unix())
	})
	if err != nil {
		return s.fault(ctx, op, err)
	}
	if t.wrote { // a look that found nothing to do leaves the moment idle
		s.wrote.Store(time.Now().UnixMilli())
	}
	if t.moved {
		s.news.tell(t.head)
	}
	return nil
}

// within runs fn in a transaction of the pool and commits.
func (s *Store) within(ctx context.Context, p *pool, opt *sql.TxOptions, fn func(*tx) error) (*tx, error) {
	sqltx, err := p.db.BeginTx(ctx, opt)
	if err != nil {
		return nil, err
	}
	t := &tx{ctx: ctx, sql: sqltx, pool: p, own: map[string]*sql.Stmt{}}
	if err := fn(t); err != nil {
		_ = sqltx.Rollback() // what matters is why
		return nil, err
	}
	return t, sqltx.Commit()
}

// stmt binds a prepared statement. Statements run without the context's end: it ends the transaction between them, where
// the driver would otherwise start a goroutine for each.
func (t *tx) stmt(text string) (*sql.Stmt, error) {
	if own, ok := t.own[text]; ok {
		return own, nil
	}
	prepared, ok := t.pool.stmts[text]
	if !ok {
		return nil, fmt.Errorf("not among the prepared statements: %s", text)
	}
	own := t.sql.StmtContext(context.WithoutCancel(t.ctx), prepared)
	t.own[text] = own
	return own, nil
}

func (t *tx) exec(text string, args ...any) error {
	_, err := t.result(text, args...)
	return err
}

func (t *tx) result(text string, args ...any) (sql.Result, error) {
	stmt, err := t.stmt(text)
	if err != nil {
		return nil, err
	}
	res, err := stmt.ExecContext(context.WithoutCancel(t.ctx), args...)
	if err == nil && !t.wrote {
		n, err := res.RowsAffected()
		t.wrote = err != nil || n > 0
	}
	return res, err
}

// one scans a single row and says whether there was one.
func (t *tx) one(text string, args, into []any) (bool, error) {
	stmt, err := t.stmt(text)
	if err != nil {
		return false, err
	}
	err = stmt.QueryRowContext(context.WithoutCancel(t.ctx), args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// each calls fn for every row. It is what long walks use, so it ends with the context.
func (t *tx) each(text string, args []any, fn func(*sql.Rows) error) error {
	stmt, err := t.stmt(text)
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(t.ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

const (
	sqlLog    = `SELECT generation, head, last FROM log`
	sqlSetLog = `UPDATE log SET generation = ?, head = ?, last = ?`
)

func (t *tx) readLog() error {
	var head, last int64
	ok, err := t.one(sqlLog, nil, []any{&t.head.Generation, &head, &last})
	if err == nil && !ok {
		err = hub.Errorf(hub.Internal, "the store has lost the head of its log: restore a backup")
	}
	t.head.Seq, t.last = hub.Seq(head), time.Unix(last, 0).UTC()
	return err
}

// eventTime is at in whole seconds, or the newest event's time where the caller's clock is behind it.
func (t *tx) eventTime(at time.Time) time.Time {
	at = at.UTC().Truncate(time.Second)
	if at.Before(t.last) {
		return t.last
	}
	return at
}
