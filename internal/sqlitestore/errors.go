package sqlitestore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"tinhub/internal/hub"
)

// fault says in the words of package hub what went wrong while op was done.
func (s *Store) fault(ctx context.Context, op string, err error) error {
	if err == nil {
		return nil
	}
	// An ended context shows as many things: an interrupted statement, a transaction that is done.
	if ended := ctx.Err(); ended != nil {
		return fmt.Errorf("%s: %w", op, ended)
	}
	if _, ok := errors.AsType[*hub.Error](err); ok {
		return err
	}
	if _, ok := errors.AsType[*hub.LogGoneError](err); ok {
		return err
	}
	if errors.Is(err, sql.ErrConnDone) || errors.Is(err, errClosed) {
		return s.closedError()
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		if kind, detail := meaning(e.Code()); kind != "" {
			return &hub.Error{Kind: kind, Detail: op + ": store " + s.path + " " + detail, Err: err}
		}
	}
	return fmt.Errorf("%s: %w", op, err)
}

var errClosed = errors.New("closed")

func (s *Store) closedError() error {
	return hub.Errorf(hub.Unavailable, "store %s is closed", s.path)
}

// meaning is what a result code of SQLite means to an operator; "" for a mistake of this package.
func meaning(code int) (hub.ErrorKind, string) {
	switch code & 0xff {
	case sqlite3.SQLITE_FULL:
		return hub.Unavailable, "takes no more: the disk is full"
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL:
		return hub.Unavailable, "is locked by another program"
	case sqlite3.SQLITE_IOERR:
		return hub.Unavailable, "cannot be read or written: the disk reports an error"
	case sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY:
		return hub.Unavailable, "cannot be opened for writing: see that this user may write the file and its folder"
	case sqlite3.SQLITE_NOMEM:
		return hub.Unavailable, "has no memory left to work with"
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return hub.Internal, "is damaged: stop, keep a copy of the file and restore a backup"
	}
	return "", ""
}

// openError is fault for the opening, where a damaged file has a way out that a running store has not.
func (s *Store) openError(err error) error {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			return s.damaged(err)
		}
	}
	return s.fault(context.Background(), "opening", err)
}
