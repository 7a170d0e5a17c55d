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
	ctx  context.Context // of the call that is carried out; checked between items and rows
	sql  *sql.Tx
	pool *pool
	own  map[string]*sql.Stmt // the pool's statements, bound to this transaction
	end  func()               // of one that writes: undoes what was not committed

	head    hub.Head
	last    time.Time            // of the newest event
	moved   bool                 // head, last or generation must be written
	wrote   bool                 // a row was changed
	touched map[string]time.Time // what this transaction noted, by section
	brinks  map[string]brink     // likewise
	newest  int64                // number of the newest record; 0 where it was not asked for
	batch   batch
	alone   bool   // the call that is carried out has no savepoint
	guarded bool   // it has set it
	led     *ahead // what was looked up for the call that is carried out
}

// read runs fn over one moment of the store.
func (s *Store) read(ctx context.Context, op string, fn func(*tx) error) error {
	s.gate.RLock()
	defer s.gate.RUnlock()
	if err := s.alive(ctx); err != nil {
		return s.fault(ctx, op, err)
	}
	return s.fault(ctx, op, s.within(ctx, fn))
}

func (s *Store) alive(ctx context.Context) error {
	select {
	case <-s.done:
		return errClosed
	default:
		return ctx.Err()
	}
}

// within runs fn in a transaction of a reader.
func (s *Store) within(ctx context.Context, fn func(*tx) error) error {
	sqltx, err := s.reader.db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	t := &tx{ctx: ctx, sql: sqltx, pool: s.reader, own: map[string]*sql.Stmt{}}
	if err := fn(t); err != nil {
		_ = sqltx.Rollback() // what matters is why
		return err
	}
	return sqltx.Commit()
}

// stmt binds a prepared statement. Statements run without the context's end: it is looked at between them, where the driver
// would otherwise start a goroutine for each, and could interrupt what belongs to another call.
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
	if err := t.flush(); err != nil {
		return nil, err
	}
	if err := t.guard(); err != nil {
		return nil, err
	}
	return t.run(text, args...)
}

func (t *tx) run(text string, args ...any) (sql.Result, error) {
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
	if err := t.flush(); err != nil {
		return false, err
	}
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
	if err := t.flush(); err != nil {
		return err
	}
	stmt, err := t.stmt(text)
	if err != nil {
		return err
	}
	ctx := t.ctx
	if t.end != nil {
		ctx = context.WithoutCancel(ctx) // as in stmt
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := t.ctx.Err(); err != nil {
			return err
		}
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
