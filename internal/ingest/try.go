package ingest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"tinhub/internal/fetch"
	"tinhub/internal/hub"
	"tinhub/internal/source"
)

// Trial is what one look at a source showed; nothing was stored and nothing is remembered of it.
type Trial struct {
	Source   string        `json:"source"`
	Kind     string        `json:"kind"`
	OK       bool          `json:"ok"`
	Reason   string        `json:"reason,omitempty"` // one word, where it is not OK
	Error    string        `json:"error,omitempty"`
	Where    string        `json:"where,omitempty"` // where the document was found in the end
	Moved    string        `json:"moved,omitempty"` // where it has moved to for good: the configuration should say so
	Title    string        `json:"title,omitempty"` // the document's own
	Found    string        `json:"found,omitempty"` // what kind of document it was read as
	Items    int           `json:"items"`           // or links, of a listing or sitemap
	Newest   *time.Time    `json:"newest,omitempty"`
	Warnings []string      `json:"warnings,omitempty"`
	Took     time.Duration `json:"took_ns"`
}

// tries is how many sources are tried at once.
const tries = 16

// Try looks at these sources once, or at every one where ids is empty: fetched (or opened) and read as in a turn, without
// conditions, nothing stored. The trials stand in the order of the ids; report (may be nil) is called as each is done, by
// one at a time. An unknown id is an *hub.Error of kind NotFound. No store is needed.
func (i *Ingest) Try(ctx context.Context, ids []string, report func(Trial)) ([]Trial, error) {
	if len(ids) == 0 {
		for _, s := range i.o.Sources {
			ids = append(ids, s.ID)
		}
	}
	for _, id := range ids {
		if _, _, err := i.find(id); err != nil {
			return nil, err
		}
	}
	out := make([]Trial, len(ids))
	var wait sync.WaitGroup
	var one sync.Mutex
	room := make(chan struct{}, tries)
	for n, id := range ids {
		wait.Go(func() {
			room <- struct{}{}
			defer func() { <-room }()
			start := time.Now()
			t := i.try(ctx, id)
			t.Took = time.Since(start)
			one.Lock()
			defer one.Unlock()
			if out[n] = t; report != nil {
				report(t)
			}
		})
	}
	wait.Wait()
	return out, ctx.Err()
}

func (i *Ingest) try(ctx context.Context, id string) Trial {
	s := i.seats[id]
	if s == nil {
		src := i.pushes[id]
		t := Trial{Source: id, Kind: string(src.Kind), OK: src.Key != ""}
		if !t.OK {
			t.Reason, t.Error = "key", "it has no key, so nobody can push"
		}
		return t
	}
	t := Trial{Source: id, Kind: string(s.src.Kind)}
	if err := i.look(ctx, s.src, &t); err != nil {
		t.Reason, t.Error = "document", clip(err)
		if e, ok := errors.AsType[*fetch.Error](err); ok {
			t.Reason = e.Reason
		}
		return t
	}
	t.OK = true
	return t
}

// look reads the source's document, or its newest file, into the trial.
func (i *Ingest) look(ctx context.Context, src hub.Source, t *Trial) error {
	in := source.Input{Kind: kindOf(src), Select: listSelectors(src)}
	if src.Kind == hub.KindFiles {
		return i.lookAtFiles(ctx, src, in, t)
	}
	resp, err := i.o.Fetch.Get(ctx, i.request(src, hub.SourceState{}))
	if err != nil {
		return err
	}
	t.Where, t.Moved = resp.URL, resp.Moved
	if t.Moved != "" {
		t.Warnings = append(t.Warnings, "it has moved to "+t.Moved+" for good: write that URL into the configuration")
	}
	in.Body, in.ContentType, in.URL = resp.Body, resp.ContentType, resp.URL
	err = i.lookInto(ctx, src, in, t)
	switch {
	case err == nil && t.Items == 0:
		return errors.New("it has no items now")
	case err != nil && src.Kind == hub.KindFeed:
		if doc, pageErr := source.Read(source.Input{Body: resp.Body, ContentType: resp.ContentType, URL: resp.URL, Kind: "page", Handed: true}); pageErr == nil && len(doc.Feeds) > 0 {
			return fmt.Errorf("%w; this page names the feed %s", err, doc.Feeds[0].URL)
		}
	}
	return err
}

// lookInto reads one document into the trial.
func (i *Ingest) lookInto(ctx context.Context, src hub.Source, in source.Input, t *Trial) error {
	doc, items, err := i.understand(ctx, src, in, i.read, nil)
	if err != nil {
		return err
	}
	t.Found, t.Title = doc.Kind, doc.Title
	t.Items += len(items)
	t.Warnings = append(t.Warnings, doc.Warnings...)
	now := i.o.Now()
	for _, in := range items {
		at := in.Item.Published
		if at.IsZero() || at.Sub(now) > hub.FutureTolerance {
			continue
		}
		if t.Newest == nil || at.After(*t.Newest) {
			t.Newest = moment(at)
		}
	}
	return nil
}

func (i *Ingest) lookAtFiles(ctx context.Context, src hub.Source, in source.Input, t *Trial) error {
	root, names, err := list(src)
	if err != nil {
		return err
	}
	defer root.Close()
	t.Where = src.Path
	if len(names) == 0 {
		t.Warnings = append(t.Warnings, "no file matches now")
		return nil
	}
	w := &sweep{i: i, root: root}
	var bad []string
	for _, name := range names {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		info, err := root.Stat(name)
		if err == nil && info.IsDir() {
			continue
		}
		if err == nil && !info.Mode().IsRegular() {
			err = errors.New("not a regular file")
		}
		if err == nil {
			if in.Body, _, err = w.open(name); err == nil {
				in.Path = name
				err = i.lookInto(ctx, src, in, t)
			}
		}
		if err != nil {
			bad = append(bad, name+": "+plain(err).Error())
		}
	}
	if len(bad) > 0 {
		return fmt.Errorf("%d of %d files cannot be read: %s", len(bad), len(names), strings.Join(bad[:min(len(bad), maxNamed)], "; "))
	}
	return nil
}
