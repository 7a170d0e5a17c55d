package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"time"

	"golang.org/x/sync/errgroup"

	"tinhub/internal/hub"
)

const (
	storeDeadline = 30 * time.Second // of one call
	firstWait     = 250 * time.Millisecond
	longestWait   = 30 * time.Second
)

// insist calls the store until it answers: while it cannot be reached the call is repeated, ever more slowly, for as long
// as patience says (0: until ctx ends). Other errors are the caller's at once.
func (i *Ingest) insist(ctx context.Context, patience time.Duration, what string, call func(context.Context) error) error {
	start := time.Now()
	for wait := firstWait; ; wait = min(2*wait, longestWait) {
		err := bounded(ctx, storeDeadline, call)
		if err == nil || hub.KindOf(err) != hub.Unavailable || ctx.Err() != nil {
			return wrap(err, what)
		}
		if patience > 0 && time.Since(start)+wait > patience {
			return wrap(err, what)
		}
		i.o.Log.WarnContext(ctx, "the store does not answer; trying again", "doing", what, "wait", wait, "error", err)
		if !sleep(ctx, wait+time.Duration(i.pace.random()*float64(wait)/4)) {
			return wrap(err, what)
		}
	}
}

// bounded gives a call of the store at most d. One that does not answer for so long is away, whatever it says at the end.
func bounded(ctx context.Context, d time.Duration, call func(context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	err := call(limited)
	if ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) && hub.KindOf(err) == hub.Internal {
		return &hub.Error{Kind: hub.Unavailable, Detail: "the store did not answer in " + words(d), Err: err}
	}
	return err
}

func wrap(err error, what string) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// sleep says whether d went by before ctx ended.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// state reads what is known of a source and holds it against what is declared, and against the store's generation.
func (i *Ingest) state(ctx context.Context, patience time.Duration, s *seat) (hub.SourceState, error) {
	var st hub.SourceState
	var head hub.Head
	err := i.insist(ctx, patience, "read the state of source "+s.src.ID, func(ctx context.Context) (err error) {
		if head, err = i.o.Store.Head(ctx); err != nil {
			return err
		}
		states, err := i.o.Store.SourceStates(ctx, []string{s.src.ID})
		if err == nil && len(states) != 1 {
			err = fmt.Errorf("the store gave %d states for one source", len(states))
		}
		if err == nil {
			st = states[0]
		}
		return err
	})
	if u := s.unsaved.Load(); u != nil && u.LastFetch.After(st.LastFetch) {
		st = *u // of a turn at rest
	}
	return i.known(s.src, st, head.Generation), err
}

// known is what of a state still holds. Another URL is another source as far as the machine has learned anything, so even
// a 410 ends with it; other settings make other items out of the same bytes, and a store that lost data has lost items, so
// the bytes must be had once more.
func (i *Ingest) known(src hub.Source, st hub.SourceState, generation string) hub.SourceState {
	declared, shape := declaration(src), i.shape(src)
	if st.Declared != declared {
		return hub.SourceState{ID: src.ID, Declared: declared, Shape: shape, Generation: generation}
	}
	if st.Shape != shape || st.Generation != generation {
		forget(&st)
		st.Shape, st.Generation = shape, generation
	}
	return st
}

// forget drops what would spare the next reading, and makes the source due.
func forget(st *hub.SourceState) {
	st.ETag, st.LastModified, st.BodyHash, st.Seen, st.Files = "", "", "", "", nil
	st.NextFetch = time.Time{}
	st.Links = maps.Clone(st.Links)
	for key, link := range st.Links {
		link.ETag, link.Modified, link.Body = "", "", ""
		if link.Item != "" {
			link.Next = link.Fetched // due
		}
		st.Links[key] = link
	}
	st.Maps = maps.Clone(st.Maps)
	for url, link := range st.Maps {
		link.ETag, link.Modified, link.Body = "", "", ""
		st.Maps[url] = link
	}
}

// restSave is how old the saved state of a source at rest may get: a folder is looked at every few seconds and its state
// names every file; a thousand feeds that answer 304 are a thousand durable writes that say nothing.
const restSave = 5 * time.Minute

// keep saves what was learned of a source. Where that is no more than that nothing is new, it is kept in memory for a while.
func (i *Ingest) keep(ctx context.Context, patience time.Duration, s *seat, before, after hub.SourceState, now time.Time) error {
	if now.Sub(s.savedAt).Abs() < restSave && sameMatter(s.src.Kind, before, after) {
		s.unsaved.Store(&after)
		return nil
	}
	if err := i.save(ctx, patience, after); err != nil {
		return err
	}
	s.unsaved.Store(nil)
	s.savedAt = now
	return nil
}

// sameMatter says whether two states differ in nothing but in when the source was asked, and is asked again.
func sameMatter(kind hub.SourceKind, a, b hub.SourceState) bool {
	for _, st := range []*hub.SourceState{&a, &b} {
		st.LastFetch, st.LastSuccess, st.NextFetch, st.NextReason = time.Time{}, time.Time{}, time.Time{}, ""
		if kind == hub.KindFiles {
			st.Failures = min(st.Failures, 1) // the same file cannot be read, again and again
		}
	}
	return reflect.DeepEqual(a, b)
}

// saveUnsaved writes the states that wait in memory, at the end of a round. Those of a process that no longer polls are older
// than what the one that does has learned.
func (i *Ingest) saveUnsaved(ctx context.Context) {
	i.mu.Lock()
	leading := i.leading
	i.mu.Unlock()
	if !leading {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), endSave)
	defer cancel()
	var g errgroup.Group
	g.SetLimit(endSavers)
	for _, s := range i.order {
		if st := s.unsaved.Swap(nil); st != nil {
			g.Go(func() error { return i.o.Store.SaveSourceState(ctx, *st) })
		}
	}
	if err := g.Wait(); err != nil {
		i.o.Log.WarnContext(ctx, "not every source's last fetch could be noted; some are asked a little earlier after the start", "error", err)
	}
}

const (
	endSave   = 700 * time.Millisecond // a stop must be over soon
	endSavers = 64
)

// declaration is a source's URL or path, without the user information it may hold: states are shown to people.
func declaration(src hub.Source) string {
	if src.Kind == hub.KindFiles {
		return src.Path
	}
	u, err := url.Parse(src.URL)
	if err != nil || u.User == nil {
		return src.URL
	}
	u.User = nil
	return u.String()
}

// shape is a hash of all that decides what items a document becomes.
func (i *Ingest) shape(src hub.Source) string {
	zone := src.Location
	if zone == nil {
		zone = i.o.Site.Location
	}
	b, err := json.Marshal(struct {
		Kind       hub.SourceKind
		Root       string
		Sections   []string
		Match      map[string]string
		Zone       string
		Language   []string
		Format     string
		Priority   int
		HoldFuture bool
		Select     hub.Selectors
	}{
		src.Kind, src.Root, src.Sections, src.Match, zone.String(),
		[]string{src.Language, i.o.Site.Language},
		src.Format, src.Priority, src.HoldFuture, src.Select,
	})
	if err != nil {
		return "" // strings and numbers always marshal
	}
	return digest(b)
}

// headerText is a header's value as text that every store keeps as it is: a character for each of its bytes, which need be
// no UTF-8 (RFC 9110 §5.5).
func headerText(value string) string {
	runes := make([]rune, len(value))
	for n := range len(value) {
		runes[n] = rune(value[n])
	}
	return string(runes)
}

// headerBytes is what headerText was made of.
func headerBytes(text string) string {
	b := make([]byte, 0, len(text))
	for _, r := range text {
		b = append(b, byte(r))
	}
	return string(b)
}

// digest is short and good enough to tell two bodies apart that nobody made to look alike but their own source.
func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

func (i *Ingest) save(ctx context.Context, patience time.Duration, st hub.SourceState) error {
	return i.insist(ctx, patience, "save the state of source "+st.ID, func(ctx context.Context) error {
		return i.o.Store.SaveSourceState(ctx, st)
	})
}
