// Package sqlitestore is the embedded store: everything the hub remembers in one SQLite file, or in memory. It keeps the
// promises of hub.Store: one writer, a small pool of readers, write-ahead log, a full sync for every commit that was
// acknowledged.
//
// It decides nothing about items: what becomes of them is package hub's (Identify, Decide …); this package finds, applies
// and numbers. It never deletes a file, and never lets a second process at its data. Start with Open here, then schema.go
// (what is kept where), identity.go (how an item is known again), apply.go (how a decision is written) and share.go (how calls
// share a commit).
package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"tinhub/internal/hub"
)

var _ hub.Store = (*Store)(nil)

// memoryPath asks for a store that keeps nothing.
const memoryPath = ":memory:"

// options are what tests change.
type options struct {
	unlocked bool          // do without the lock file, to stand in for a second process
	walLimit int64         // bytes of log after which a checkpoint is due whatever goes on
	idle     time.Duration // how long nothing must have been written for a checkpoint before that
	busy     time.Duration // how long a lock that an outside tool holds, such as a backup, is waited for
	shared   int           // calls that one transaction may carry out
	poll     time.Duration // how often another process's writes are looked for while somebody waits
}

func standard() options {
	return options{walLimit: 64 << 20, idle: 2 * time.Second, busy: 5 * time.Second, shared: maxShared, poll: 200 * time.Millisecond}
}

// Store is an open store. It may be used by many goroutines at once.
type Store struct {
	path    string // as errors and logs name it
	file    string // absolute; "" in memory
	log     *slog.Logger
	opt     options
	lock    *fileLock
	engine  string
	writer  *pool
	reader  *pool          // the writer's own pool in memory, where there is one connection
	slot    chan struct{}  // held by who writes or checkpoints
	calls   queue          // of who waits to write
	gate    sync.RWMutex   // read-held by every call that uses a pool, so that Close waits for it
	done    chan struct{}  // closed by Close
	running sync.WaitGroup // background goroutines
	stop    context.CancelFunc
	closing sync.Once
	closed  error
	due     chan struct{} // hands the slot to the checkpointer
	walDue  int64         // bytes of log at which the next checkpoint is due; whoever has the slot may touch it
	wrote   atomic.Int64  // unix milliseconds of the newest commit that is not checkpointed; 0 for none
	news    *news
}

// Open opens the store in the file path, or one that keeps nothing where path is ":memory:". A missing file and its folders
// are made. It is an *hub.Error of kind Conflict where another process has the store open, and of kind Invalid where the
// file is damaged, is something else or was written by a newer version; the file is left as it is. The context bounds the
// opening only.
func Open(ctx context.Context, path string, log *slog.Logger) (*Store, error) {
	return open(ctx, path, log, standard())
}

func open(ctx context.Context, path string, log *slog.Logger, opt options) (_ *Store, err error) {
	s := &Store{
		path: path, log: log, opt: opt, walDue: opt.walLimit,
		slot: make(chan struct{}, 1), done: make(chan struct{}), due: make(chan struct{}, 1), news: newNews(),
	}
	defer func() {
		if err != nil {
			s.writer.close()
			s.reader.close()
			s.lock.release()
		}
	}()
	if path != memoryPath {
		if err := s.claim(ctx); err != nil {
			return nil, err
		}
	}
	if s.writer, err = openPool(s.writerDSN(), 1); err != nil {
		return nil, s.openError(err)
	}
	if err := s.prepareFile(ctx); err != nil {
		return nil, s.openError(err)
	}
	if err := s.writer.prepare(ctx, statements()); err != nil {
		return nil, s.openError(err)
	}
	s.reader = s.writer
	if s.file != "" {
		if s.reader, err = openPool(s.readerDSN(), readers); err != nil {
			return nil, s.openError(err)
		}
		if err := s.reader.prepare(ctx, readStatements()); err != nil {
			return nil, s.openError(err)
		}
	}
	s.background()
	return s, nil
}

// readers is the size of the pool of reading connections: enough for the cores of a small machine, each with its cache, and
// one for the watcher, which keeps it.
const readers = 4 + 1

// background starts what runs beside the calls; Close ends it.
func (s *Store) background() {
	if s.file == "" {
		s.stop = func() {}
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	s.stop = cancel
	if s.walSize() > 0 { // of a process that was killed
		s.wrote.Store(time.Now().UnixMilli())
	}
	s.running.Go(func() { s.checkpoints(ctx) })
	s.running.Go(func() { s.watch(ctx) })
	s.running.Go(func() { s.quickCheck(ctx) })
}

// Engine names what keeps the data and its version.
func (s *Store) Engine() string { return s.engine }

// Close ends the store: calls under way finish, later ones fail, the log is written into the file and the lock given back.
func (s *Store) Close() error {
	s.closing.Do(func() {
		close(s.done)
		s.stop()
		s.running.Wait()
		s.gate.Lock()
		defer s.gate.Unlock()
		var errs [2]error
		if s.reader != s.writer {
			errs[0] = s.reader.close()
		}
		errs[1] = s.writer.close() // the last connection to go checkpoints
		s.lock.release()
		for _, err := range errs {
			if err != nil {
				s.closed = fmt.Errorf("closing store %s: %w", s.path, err)
			}
		}
	})
	return s.closed
}

// Ping implements hub.Store. With write it commits something that changes nothing anybody sees.
func (s *Store) Ping(ctx context.Context, write bool) error {
	if !write {
		_, err := s.Head(ctx)
		return err
	}
	return s.write(ctx, "ping", func(t *tx) error { return t.exec(sqlPing, time.Now().UnixMilli()) })
}

const sqlPing = `UPDATE log SET pinged = ?`

// quickCheck looks once, after opening, whether the file is sound. It never holds anybody up; what it finds is an error in
// the log, for there is nothing that a program could do about it.
func (s *Store) quickCheck(ctx context.Context) {
	var verdict string
	err := s.reader.db.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&verdict)
	switch {
	case ctx.Err() != nil:
	case err != nil:
		s.log.Error("the store could not be checked", "store", s.path, "error", err)
	case verdict != "ok":
		s.log.Error("the store is damaged: stop, keep a copy of it and restore a backup", "store", s.path, "found", verdict)
	default:
		s.log.Debug("store checked", "store", s.path)
	}
}

// pool is one database/sql pool with the statements prepared on it.
type pool struct {
	db    *sql.DB
	stmts map[string]*sql.Stmt
}

func openPool(dsn string, size int) (*pool, error) {
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return &pool{db: db, stmts: map[string]*sql.Stmt{}}, nil
}

func (p *pool) prepare(ctx context.Context, texts []string) error {
	for _, text := range texts {
		stmt, err := p.db.PrepareContext(ctx, text)
		if err != nil {
			return fmt.Errorf("preparing %q: %w", text, err)
		}
		p.stmts[text] = stmt
	}
	return nil
}

func (p *pool) close() error {
	if p == nil {
		return nil
	}
	for _, stmt := range p.stmts {
		_ = stmt.Close() // the connection goes next
	}
	return p.db.Close()
}

// walSize is how many bytes the write-ahead log holds, 0 where there is none.
func (s *Store) walSize() int64 {
	info, err := os.Stat(s.file + "-wal")
	if err != nil {
		return 0
	}
	return info.Size()
}
