package sqlitestore

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"tinhub/internal/hub"
)

// claim makes the folders and the file where they are missing, and takes the lock, so that whatever comes after is alone.
func (s *Store) claim(ctx context.Context) error {
	abs, err := filepath.Abs(s.path)
	if err != nil {
		return fmt.Errorf("store %s: %w", s.path, err)
	}
	dir := filepath.Dir(abs)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return s.unusable(err)
	}
	// Two names of one folder must not be two locks.
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	s.file = abs
	if !s.opt.unlocked {
		if s.lock, err = lockFile(abs + ".lock"); err != nil {
			if held, ok := errors.AsType[*heldError](err); ok {
				return hub.Errorf(hub.Conflict, "store %s is in use by %s: stop that one, or give this one another store", s.path, held.by)
			}
			return s.unusable(err)
		}
	}
	f, err := os.OpenFile(abs, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return s.unusable(err)
	}
	defer f.Close()
	head := make([]byte, headerSize)
	n, err := io.ReadFull(f, head)
	switch {
	case n == 0 && errors.Is(err, io.EOF):
		syncDir(dir) // the file is new: its name must outlive a power cut as its commits do
		return nil
	case n < headerSize && !errors.Is(err, io.ErrUnexpectedEOF):
		return s.unusable(err)
	case n < headerSize || !bytes.HasPrefix(head, []byte(magic)):
		return s.damaged(nil)
	case binary.BigEndian.Uint32(head[appIDAt:]) != applicationID:
		return s.mustBeEmpty(ctx)
	}
	return nil
}

// A SQLite file begins with magic in a header of a hundred bytes, which names the application (file format, §1.3).
const (
	magic      = "SQLite format 3\x00"
	headerSize = 100
	appIDAt    = 68
)

// mustBeEmpty looks at a file that does not say it is ours, in a way that neither changes it nor makes files beside it. An
// empty one is a store whose making was cut short.
func (s *Store) mustBeEmpty(ctx context.Context) error {
	p, err := openPool(s.dsn("immutable=1"), 1)
	if err != nil {
		return s.openError(err)
	}
	defer func() { _ = p.close() }()
	var tables int
	if err := p.db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_schema`).Scan(&tables); err != nil {
		return s.openError(err)
	}
	if tables > 0 {
		return s.foreign()
	}
	return nil
}

func (s *Store) foreign() error {
	return hub.Errorf(hub.Invalid, "store %s is another program's database: name another file; nothing was changed", s.path)
}

func syncDir(dir string) {
	d, err := os.Open(dir)
	if err != nil {
		return
	}
	_ = d.Sync() // not every system can; SQLite does the same, and asks no more
	_ = d.Close()
}

func (s *Store) unusable(err error) error {
	detail := "store " + s.path + " cannot be opened: see that this user may read and write it and its folder"
	if errors.Is(err, fs.ErrPermission) {
		detail = "store " + s.path + " may not be opened by this user: give it the file and its folder, or name another store"
	}
	return &hub.Error{Kind: hub.Unavailable, Detail: detail, Err: err}
}

func (s *Store) damaged(err error) error {
	return &hub.Error{Kind: hub.Invalid, Err: err, Detail: "store " + s.path + " is damaged or is not a tinhub store: restore a backup, " +
		"or move the file and its -wal and -shm aside to begin anew; nothing was changed"}
}

func (s *Store) writerDSN() string {
	return s.dsn("_txlock=immediate", "_pragma=journal_mode(wal)", "_pragma=synchronous(full)", "_pragma=fullfsync(1)",
		"_pragma=wal_autocheckpoint(0)", "_pragma=cache_size(-16000)", "_pragma=temp_store(memory)")
}

func (s *Store) readerDSN() string {
	return s.dsn("_pragma=query_only(1)", "_pragma=cache_size(-8000)")
}

// dsn names the file so that no character in its path is taken for a parameter.
func (s *Store) dsn(params ...string) string {
	if s.file == "" {
		return memoryPath + "?" + strings.Join(params, "&")
	}
	path := filepath.ToSlash(s.file)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive letter
	}
	params = append(params, fmt.Sprintf("_pragma=busy_timeout(%d)", s.opt.busy.Milliseconds()))
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + strings.Join(params, "&")
}

// prepareFile sees that the file is ours and has the schema this program knows.
func (s *Store) prepareFile(ctx context.Context) error {
	var version string
	if err := s.writer.db.QueryRowContext(ctx, `SELECT sqlite_version()`).Scan(&version); err != nil {
		return err
	}
	s.engine = "sqlite " + version
	if s.file != "" {
		var mode string
		if err := s.writer.db.QueryRowContext(ctx, `PRAGMA journal_mode`).Scan(&mode); err != nil {
			return err
		}
		if mode != "wal" {
			return hub.Errorf(hub.Unavailable, "store %s cannot keep a write-ahead log where it lies (journal mode %q): "+
				"put it on a local disk", s.path, mode)
		}
	}
	return s.migrate(ctx)
}
