package sqlitestore

import (
	"bytes"
	"context"
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
func (s *Store) claim() error {
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
	head := make([]byte, len(magic))
	n, err := io.ReadFull(f, head)
	switch {
	case n == 0 && errors.Is(err, io.EOF):
		syncDir(dir) // the file is new: its name must outlive a power cut as its commits do
		return nil
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return s.unusable(err)
	case !bytes.Equal(head[:n], []byte(magic)):
		return s.damaged(nil)
	}
	return nil
}

// magic stands at the start of every SQLite file.
const magic = "SQLite format 3\x00"

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
	return &hub.Error{Kind: hub.Invalid, Err: err, Detail: "store " + s.path + " is damaged or is not a tinhub store: restore a backup " +
		"(tinhub restore-backup), or move the file and its -wal and -shm aside to begin anew; nothing was changed"}
}

func (s *Store) writerDSN() string {
	return s.dsn("_txlock=immediate", "_pragma=journal_mode(wal)", "_pragma=synchronous(full)", "_pragma=fullfsync(1)",
		"_pragma=wal_autocheckpoint(0)", "_pragma=cache_size(-16000)")
}

func (s *Store) readerDSN() string {
	return s.dsn("_pragma=query_only(1)", "_pragma=cache_size(-8000)")
}

// dsn names the file so that no character in its path is taken for a parameter. A connection that meets a lock (only an
// outside tool, such as a backup, can hold one) tries for five seconds.
func (s *Store) dsn(params ...string) string {
	if s.file == "" {
		return memoryPath + "?" + strings.Join(params, "&")
	}
	path := filepath.ToSlash(s.file)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive letter
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + strings.Join(append(params, "_pragma=busy_timeout(5000)"), "&")
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
