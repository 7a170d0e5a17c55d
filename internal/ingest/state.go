package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

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

// state reads what is known of a source and holds it against what is declared.
func (i *Ingest) state(ctx context.Context, patience time.Duration, src hub.Source) (hub.SourceState, error) {
	var st hub.SourceState
	err := i.insist(ctx, patience, "read the state of source "+src.ID, func(ctx context.Context) error {
		states, err := i.o.Store.SourceStates(ctx, []string{src.ID})
		if err == nil && len(states) != 1 {
			err = fmt.Errorf("the store gave %d states for one source", len(states))
		}
		if err == nil {
			st = states[0]
		}
		return err
	})
	return i.known(src, st), err
}

// known is what of a state still holds. Another URL is another source as far as the machine has learned anything, so even
// a 410 ends with it; other settings make other items out of the same bytes, so the bytes must be had once more.
func (i *Ingest) known(src hub.Source, st hub.SourceState) hub.SourceState {
	declared, shape := declaration(src), i.shape(src)
	if st.Declared != declared {
		return hub.SourceState{ID: src.ID, Declared: declared, Shape: shape}
	}
	if st.Shape != shape {
		st.Shape, st.ETag, st.LastModified, st.BodyHash, st.Files = shape, "", "", "", nil
		st.NextFetch = time.Time{}
	}
	return st
}

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
