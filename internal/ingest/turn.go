package ingest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strings"
	"time"

	"tinhub/internal/clean"
	"tinhub/internal/fetch"
	"tinhub/internal/hub"
	"tinhub/internal/source"
)

// chunk is how many items go into the store in one transaction.
const chunk = 500

// maxError bounds what is kept of an error, in bytes: some quote what they were given.
const maxError = 500

// work gives a source its turn, which the caller holds: look at what is known, ask, read, clean, put, remember. The state
// is saved after the items are durable, so a crash in between costs a repetition and loses nothing. patience is how long
// a store that is away is waited for, 0 for ever.
func (i *Ingest) work(ctx context.Context, s *seat, patience time.Duration) Report {
	start := i.o.Now()
	rep := Report{Source: s.src.ID, Kind: string(s.src.Kind)}
	st, err := i.state(ctx, patience, s)
	if err != nil {
		rep.Next = i.postpone(s, start)
		return i.close(ctx, s, rep, storeFailure(err), start)
	}
	if why := held(st, start); why != "" {
		rep.Next = i.plan(s, st, start)
		return i.close(ctx, s, rep, result{outcome: OutcomeHeld, reason: OutcomeHeld, err: errors.New(why)}, start)
	}
	before := st
	var r result
	switch s.src.Kind {
	case hub.KindFiles:
		r = i.askFiles(ctx, s, &st, &rep, patience)
	case hub.KindListing, hub.KindSitemap:
		r = i.askLinks(ctx, s, &st, &rep, patience)
	default:
		r = i.askURL(ctx, s.src, &st, &rep, patience)
	}
	if ctx.Err() != nil {
		// Going home is not the source's failure: nothing is remembered, and the next round begins where this one did.
		return i.close(ctx, s, rep, result{outcome: OutcomeFailed, reason: fetch.ReasonCancelled, err: ctx.Err()}, start)
	}
	now := i.o.Now()
	i.pace.settle(s.src, &st, r, now)
	i.o.Meter.Failing(s.src.ID, st.LastReason, st.Failures)
	err = i.keep(ctx, patience, s, before, st, now)
	rep.Next = i.plan(s, st, now)
	if err != nil && r.outcome != OutcomeFailed {
		r = storeFailure(err)
	}
	return i.close(ctx, s, rep, r, start)
}

func storeFailure(err error) result {
	return result{outcome: OutcomeFailed, reason: "store", err: err}
}

// held says why a source is not asked, "" where it may be.
func held(st hub.SourceState, now time.Time) string {
	switch {
	case st.Gone:
		return "it answered 410 Gone and is not asked any more; a new URL in the configuration revives it"
	case st.HoldUntil.After(now):
		return "it asked not to be asked before " + st.HoldUntil.Format(time.RFC3339) + " (Retry-After)"
	}
	return ""
}

// plan notes when the source is due, and gives that back.
func (i *Ingest) plan(s *seat, st hub.SourceState, now time.Time) time.Time {
	i.mu.Lock()
	defer i.mu.Unlock()
	s.next, s.trust = i.pace.resume(s.src, st, now), trustOf(s.src, st)
	if !st.Gone && st.NextFetch.After(now) {
		s.next = later(st.NextFetch, st.HoldUntil)
	}
	return s.next
}

// trustOf says how surely a source's turn is over soon. One that fetches pages, a pause between each, may last for minutes.
func trustOf(src hub.Source, st hub.SourceState) trust {
	switch {
	case st.Failures > 0, src.Kind == hub.KindListing, src.Kind == hub.KindSitemap:
		return failing
	case st.LastSuccess.IsZero():
		return untried
	}
	return proven
}

// postpone is plan where nothing is known of the source, because the store gave no answer.
func (i *Ingest) postpone(s *seat, now time.Time) time.Time {
	i.mu.Lock()
	defer i.mu.Unlock()
	s.next = now.Add(max(s.src.Every, longestWait))
	return s.next
}

// close ends a turn in the log and the counters.
func (i *Ingest) close(ctx context.Context, s *seat, rep Report, r result, start time.Time) Report {
	rep.Outcome, rep.Took = r.outcome, i.o.Now().Sub(start)
	if r.err != nil {
		rep.Error = clip(r.err)
	}
	i.meter(rep)
	if r.reason != fetch.ReasonCancelled && r.outcome != OutcomeHeld {
		i.o.Meter.Fetched(rep.Source, r.reason)
	}
	level := slog.LevelDebug
	switch {
	case r.outcome == OutcomeFailed && r.reason != fetch.ReasonCancelled:
		level = slog.LevelWarn
	case rep.Created+rep.Updated+rep.Retracted+rep.Restored > 0:
		level = slog.LevelInfo
	}
	if s.quiet(r) {
		level = slog.LevelDebug
	}
	i.o.Log.Log(ctx, level, "asked a source", "source", rep.Source, "outcome", rep.Outcome, "reason", r.reason,
		"error", rep.Error, "items", rep.Items, "created", rep.Created, "updated", rep.Updated,
		"retracted", rep.Retracted, "took", rep.Took, "next", rep.Next)
	return rep
}

// clip is an error's text as it is kept and shown.
func clip(err error) string {
	text := strings.ToValidUTF8(err.Error(), "\uFFFD")
	if len(text) > maxError {
		text = strings.ToValidUTF8(text[:maxError], "") + "…"
	}
	return text
}

// fetchSource asks for a source's document: the answer, the hash of its body, which is the last one's where it was not
// modified, and the result as it stands until something new is read.
func (i *Ingest) fetchSource(ctx context.Context, src hub.Source, st hub.SourceState) (resp *fetch.Response, hash string, r result, err error) {
	if resp, err = i.o.Fetch.Get(ctx, i.request(src, st)); err != nil {
		return nil, "", r, err
	}
	hash = st.BodyHash
	if !resp.NotModified {
		hash = digest(resp.Body)
	}
	return resp, hash, result{outcome: OutcomeNotModified, reason: OutcomeNotModified, fresh: resp.MaxAge, retry: resp.RetryAfter}, nil
}

// askURL asks a source that has a URL.
func (i *Ingest) askURL(ctx context.Context, src hub.Source, st *hub.SourceState, rep *Report, patience time.Duration) result {
	resp, hash, r, err := i.fetchSource(ctx, src, *st)
	if err != nil {
		return failure(err)
	}
	if hash != st.BodyHash {
		// The same bytes under new validators need no second reading; other bytes do.
		learned := *st
		in := source.Input{Body: resp.Body, ContentType: resp.ContentType, URL: resp.URL, Kind: kindOf(src), Select: src.Select}
		if src.Language == "" {
			in.Language = resp.ContentLanguage
		}
		if _, err := i.takeIn(ctx, src, in, &learned, rep, patience); err != nil {
			if storeErr, ok := errors.AsType[storeError](err); ok {
				return storeFailure(storeErr.error)
			}
			return result{outcome: OutcomeFailed, reason: "document", err: err, fresh: resp.MaxAge}
		}
		*st = learned
		st.BodyHash = hash
		r.outcome, r.reason = OutcomeOK, OutcomeOK
		r.news = rep.Created+rep.Updated+rep.Retracted+rep.Restored > 0
	}
	st.ETag, st.LastModified = headerText(resp.ETag), headerText(resp.LastModified)
	if resp.Moved != "" {
		st.URL = resp.Moved
		if st.URL == st.Declared {
			st.URL = ""
		}
	}
	return r
}

// storeError is a failure of the store, not of the document.
type storeError struct{ error }

// Unwrap gives the cause.
func (e storeError) Unwrap() error { return e.error }

// takeIn reads a document of a source, cleans what is new in it and stores that; st is what was learned of the source, and
// is changed. What came before as it was counts as unchanged. It gives the items that were stored.
func (i *Ingest) takeIn(ctx context.Context, src hub.Source, in source.Input, st *hub.SourceState, rep *Report, patience time.Duration) ([]hub.Incoming, error) {
	known, churned, undated := 0, st.Churns, st.Undated
	doc, items, err := i.understand(ctx, src, in, i.read, func(doc *hub.Document, setting *clean.Setting) error {
		st.TTL, st.Items, st.SkipHours, st.SkipDays = doc.TTL, len(doc.Drafts), doc.SkipHours, doc.SkipDays
		if !src.HoldFuture { // what is held until its date has to be looked at again
			known = lookOver(doc, st)
		}
		setting.Churns = st.Churns
		return nil
	})
	if err != nil {
		return nil, err
	}
	if st.Churns && !churned {
		i.o.Log.WarnContext(ctx, "the guids of a source change at each fetch; its items are known by their URLs from now on", "source", src.ID)
	}
	if st.Undated && !undated {
		i.o.Log.WarnContext(ctx, "the dates of a source change at each fetch; its items are dated when they are first seen from now on", "source", src.ID)
	}
	hub.MarkTwins(items)
	rep.Items += len(doc.Drafts) + known
	if err := i.put(ctx, patience, items, rep); err != nil {
		return nil, storeError{err}
	}
	rep.Unchanged += known
	return items, nil
}

func (i *Ingest) request(src hub.Source, st hub.SourceState) fetch.Request {
	r := fetch.Request{
		URL: src.URL, ETag: headerBytes(st.ETag), LastModified: headerBytes(st.LastModified), Accept: accept(src.Kind),
		Robots: src.Kind != hub.KindFeed, Subscribers: i.subscribers(src),
		Username: src.Username, Password: src.Password, Headers: src.Headers, Proxy: src.Proxy,
	}
	if st.URL != "" {
		r.URL, r.Declared = st.URL, src.URL
	}
	return r
}

func accept(kind hub.SourceKind) string {
	if kind == hub.KindPage || kind == hub.KindListing {
		return "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
	}
	return "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, " +
		"application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.5"
}

// kindOf is the kind of document a source gives: what it was declared as, else what it is; a file is found out.
func kindOf(src hub.Source) string {
	switch {
	case src.Format != "":
		return src.Format
	case src.Kind == hub.KindFiles:
		return ""
	}
	return string(src.Kind)
}

func failure(err error) result {
	r := result{outcome: OutcomeFailed, reason: "fetch", err: err}
	if e, ok := errors.AsType[*fetch.Error](err); ok {
		r.reason, r.status, r.retry, r.detour = e.Reason, e.Status, e.RetryAfter, e.Detour
		if e.Reason == fetch.ReasonRobots {
			r.outcome = OutcomeHeld
		}
	}
	return r
}

// understand reads and cleans one document, and lets amend see what was read in between. It waits for its turn among those
// that compute, and a panic is an error of this document.
func (i *Ingest) understand(
	ctx context.Context, src hub.Source, in source.Input,
	read func(source.Input) (hub.Document, error), amend func(*hub.Document, *clean.Setting) error,
) (doc hub.Document, items []hub.Incoming, err error) {
	select {
	case i.parses <- struct{}{}:
	case <-ctx.Done():
		return doc, nil, ctx.Err()
	}
	defer func() { <-i.parses }()
	defer func() {
		if p := recover(); p != nil {
			i.o.Log.ErrorContext(ctx, "a reader panicked", "source", src.ID, "path", in.Path, "panic", p, "stack", string(debug.Stack()))
			items, err = nil, fmt.Errorf("the reader of this document panicked: %v", p)
		}
	}()
	if doc, err = read(in); err != nil {
		return doc, nil, err
	}
	for _, w := range doc.Warnings {
		i.o.Log.DebugContext(ctx, "repaired a document", "source", src.ID, "path", in.Path, "warning", w)
	}
	setting := clean.Setting{Source: src, Language: i.o.Site.Language, Site: i.o.Site.URL}
	if amend != nil {
		if err = amend(&doc, &setting); err != nil {
			return doc, nil, err
		}
	}
	items, err = i.clean(doc, setting)
	return doc, items, err
}

// put stores items in chunks and counts what became of them.
func (i *Ingest) put(ctx context.Context, patience time.Duration, items []hub.Incoming, rep *Report) error {
	for len(items) > 0 {
		part := items[:min(chunk, len(items))]
		items = items[len(part):]
		var outcomes []hub.Outcome
		err := i.insist(ctx, patience, "store items of source "+rep.Source, func(ctx context.Context) (err error) {
			outcomes, err = i.o.Store.Put(ctx, i.o.Now(), part)
			return err
		})
		if err != nil {
			return err
		}
		rep.count(outcomes)
	}
	return nil
}
