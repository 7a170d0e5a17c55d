package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"tinhub/internal/hub"
	"tinhub/internal/source"
)

const (
	maxFiles    = 50_000                 // of one source
	youngAge    = 2 * time.Second        // a file changed this recently may still be written
	writingTime = 200 * time.Millisecond // how long a young file is watched before it is read
	maxNamed    = 5                      // files that an error names
)

// stamp is what a file looked like when it was last dealt with.
type stamp struct {
	size int64
	mod  time.Time
	bad  string // why it could not be read as a document; "" where it could
}

// sweep is one look at the files of a source. The folder belongs to this machine, whoever holds the lease: a hub of several
// nodes gives all of them the same folder, or reads it on one.
type sweep struct {
	i        *Ingest
	s        *seat
	patience time.Duration
	rep      *Report
	root     *os.Root
	old      map[string]string // path → digest of what is in the store
	files    map[string]string // likewise, as it will be saved
	stamps   map[string]stamp
	batch    []hub.Incoming // read, not yet stored
	pending  []pendingFile  // the files that batch ends with, so far
	bad      []string
	read     int
	folders  int // that the glob means too
}

type pendingFile struct {
	name, digest string
	stamp        stamp
	keep         bool // whether the stamp may spare the next look
}

// askFiles asks a source that is a folder of files.
func (i *Ingest) askFiles(ctx context.Context, s *seat, st *hub.SourceState, rep *Report, patience time.Duration) result {
	root, names, err := list(s.src)
	if err != nil {
		return result{outcome: OutcomeFailed, reason: "files", err: err}
	}
	defer root.Close()
	w := &sweep{
		i: i, s: s, patience: patience, rep: rep, root: root, old: st.Files,
		files: make(map[string]string, len(names)), stamps: make(map[string]stamp, len(names)),
	}
	young := w.young(names)
	if len(young) > 0 && !sleep(ctx, writingTime) {
		return result{outcome: OutcomeFailed, reason: "files", err: ctx.Err()}
	}
	for _, name := range names {
		if ctx.Err() != nil {
			break
		}
		w.look(ctx, name, young)
		if len(w.batch) >= chunk {
			if err := w.flush(ctx); err != nil {
				return storeFailure(err)
			}
		}
	}
	if err := w.flush(ctx); err != nil {
		return storeFailure(err)
	}
	if ctx.Err() != nil {
		return result{outcome: OutcomeFailed, reason: "files", err: ctx.Err()}
	}
	st.Files, s.stamps = w.files, w.stamps
	if w.read > 0 {
		st.Items = rep.Items
	}
	return w.result(len(names) - w.folders)
}

func (w *sweep) result(all int) result {
	switch {
	case len(w.bad) > 0:
		named := strings.Join(w.bad[:min(len(w.bad), maxNamed)], "; ")
		if more := len(w.bad) - maxNamed; more > 0 {
			named += fmt.Sprintf("; and %d more", more)
		}
		return result{
			outcome: OutcomeFailed, reason: "files",
			err: fmt.Errorf("%d of %d files could not be read: %s", len(w.bad), all, named),
		}
	case w.read == 0:
		return result{outcome: OutcomeNotModified, reason: OutcomeNotModified}
	}
	return result{outcome: OutcomeOK, reason: OutcomeOK}
}

// list opens the source's folder and finds the files its glob means, sorted. The folder is opened as an os.Root, so that no
// link, however it is swapped in the middle, leads out of it.
func list(src hub.Source) (*os.Root, []string, error) {
	pattern, err := filepath.Rel(src.Root, src.Path)
	if err != nil {
		return nil, nil, fmt.Errorf("path %s is not below %s", src.Path, src.Root)
	}
	if pattern = filepath.ToSlash(pattern); pattern == "." {
		pattern = "*"
	}
	root, err := os.OpenRoot(src.Root)
	if err != nil {
		return nil, nil, fmt.Errorf("open the folder: %w", err)
	}
	names, err := fs.Glob(root.FS(), pattern)
	if err == nil && len(names) > maxFiles {
		err = fmt.Errorf("%d files; one source may have %d", len(names), maxFiles)
	}
	if err != nil {
		root.Close()
		return nil, nil, fmt.Errorf("list %s: %w", src.Path, err)
	}
	slices.Sort(names)
	return root, names, nil
}

// young notes the files that may still be written, as they look now.
func (w *sweep) young(names []string) map[string]stamp {
	young := map[string]stamp{}
	now := w.i.o.Now()
	for _, name := range names {
		info, err := w.root.Stat(name)
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		if now.Sub(info.ModTime()).Abs() < youngAge && !w.seen(name, stampOf(info)) {
			young[name] = stampOf(info)
		}
	}
	return young
}

func stampOf(info fs.FileInfo) stamp { return stamp{size: info.Size(), mod: info.ModTime()} }

func (a stamp) same(b stamp) bool { return a.size == b.size && a.mod.Equal(b.mod) }

// seen says whether the file was dealt with as it looks now.
func (w *sweep) seen(name string, now stamp) bool {
	last, ok := w.s.stamps[name]
	return ok && last.same(now) && (last.bad != "" || w.old[name] != "")
}

// look deals with one file: what is wrong with it is noted and the others go on.
func (w *sweep) look(ctx context.Context, name string, young map[string]stamp) {
	info, err := w.root.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := w.root.Lstat(name); err != nil {
			return // taken away since it was listed
		}
		w.fail(name, stamp{}, errors.New("a link that leads nowhere"), false)
		return
	case err != nil:
		w.fail(name, stamp{}, plain(err), false)
		return
	case info.IsDir():
		w.folders++
		return
	case !info.Mode().IsRegular():
		w.fail(name, stamp{}, errors.New("not an ordinary file"), false)
		return
	}
	now := stampOf(info)
	if w.seen(name, now) {
		last := w.s.stamps[name]
		w.stamps[name] = last
		w.keep(name)
		if last.bad != "" {
			w.bad = append(w.bad, name+": "+last.bad)
		}
		return
	}
	if before, ok := young[name]; ok && !before.same(now) {
		w.putOff(ctx, name)
		return
	}
	_, isYoung := young[name]
	w.take(ctx, name, now, !isYoung)
}

// keep carries over what the store has of a file.
func (w *sweep) keep(name string) {
	if d, ok := w.old[name]; ok {
		w.files[name] = d
	}
}

func (w *sweep) putOff(ctx context.Context, name string) {
	w.keep(name)
	w.i.o.Log.InfoContext(ctx, "a file is still being written; it is read the next time", "source", w.s.src.ID, "path", name)
}

func (w *sweep) fail(name string, now stamp, err error, remember bool) {
	w.keep(name)
	w.bad = append(w.bad, name+": "+err.Error())
	if remember {
		now.bad = err.Error()
		w.stamps[name] = now
	}
}

// take reads a file, and makes its items part of the batch.
func (w *sweep) take(ctx context.Context, name string, now stamp, settled bool) {
	body, after, err := w.open(name)
	switch {
	case err != nil:
		w.fail(name, now, plain(err), false)
		return
	case !after.same(now):
		w.putOff(ctx, name)
		return
	case int64(len(body)) > w.i.o.MaxBytes:
		w.fail(name, now, fmt.Errorf("more than %d bytes", w.i.o.MaxBytes), settled)
		return
	}
	d := digest(body)
	if d == w.old[name] {
		w.files[name] = d
		if settled {
			w.stamps[name] = now
		}
		return
	}
	w.read++
	src := w.s.src
	_, items, err := w.i.understand(ctx, src, source.Input{Body: body, Path: name, Kind: kindOf(src), Select: src.Select}, w.i.read, nil)
	if err != nil {
		w.fail(name, now, err, settled && ctx.Err() == nil)
		return
	}
	hub.MarkTwins(items)
	w.rep.Items += len(items)
	w.batch = append(w.batch, items...)
	w.pending = append(w.pending, pendingFile{name: name, digest: d, stamp: now, keep: settled})
}

// open reads a file's bytes, one more than allowed at most, and says how it looked after that. Without O_NONBLOCK a pipe
// that took the file's place would hold the round up for ever.
func (w *sweep) open(name string) ([]byte, stamp, error) {
	f, err := w.root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, stamp{}, err
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, w.i.o.MaxBytes+1))
	if err != nil {
		return nil, stamp{}, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, stamp{}, err
	}
	return body, stampOf(info), nil
}

// flush stores the batch; only then its files count as read.
func (w *sweep) flush(ctx context.Context) error {
	if err := w.i.put(ctx, w.patience, w.batch, w.rep); err != nil {
		return err
	}
	for _, p := range w.pending {
		w.files[p.name] = p.digest
		if p.keep {
			w.stamps[p.name] = p.stamp
		}
	}
	w.batch, w.pending = nil, nil
	return nil
}

// plain is a file error without the path, which is named already.
func plain(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
