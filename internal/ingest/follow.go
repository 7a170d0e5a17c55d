package ingest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"tinhub/internal/clean"
	"tinhub/internal/fetch"
	"tinhub/internal/hub"
	"tinhub/internal/source"
)

// Pages counts what became of the pages that a listing or sitemap leads to, in one turn.
type Pages struct {
	Read      int `json:"read"`      // became items, or showed that theirs are unchanged
	Unchanged int `json:"unchanged"` // answered that nothing changed, or with the same bytes
	Skipped   int `json:"skipped"`   // are no articles
	Failed    int `json:"failed"`    // could not be had; robots.txt counts
	Gone      int `json:"gone"`      // of those: were items and answer 404 or 410 now; the items stay
	Waiting   int `json:"waiting"`   // new ones left for the next turns
}

// following is one turn of a source that leads to pages. It works on the turn's state, whose maps are its own.
type following struct {
	i        *Ingest
	s        *seat
	src      hub.Source
	st       *hub.SourceState
	rep      *Report
	patience time.Duration
	first    bool // nothing was ever taken from the source
	few      bool // of the links of the list, only the newest are wanted
	inside   bool // a page is looked at for another's sake
}

// askLinks asks a source that leads to pages: first its list for new ones, then a number of the pages themselves.
func (i *Ingest) askLinks(ctx context.Context, s *seat, st *hub.SourceState, rep *Report, patience time.Duration) result {
	st.Links, st.Maps = maps.Clone(st.Links), maps.Clone(st.Maps)
	if st.Links == nil {
		st.Links = map[string]hub.Link{}
	}
	if st.Maps == nil {
		st.Maps = map[string]hub.Link{}
	}
	f := &following{i: i, s: s, src: s.src, st: st, rep: rep, patience: patience}
	f.first = len(st.Links) == 0 && len(st.Maps) == 0 && st.OldLinks == ""
	f.few = f.first
	r := f.list(ctx)
	if r.outcome != OutcomeFailed && r.outcome != OutcomeHeld {
		r = f.pages(ctx, r)
	}
	if len(st.Links) == 0 {
		st.Links = nil // as it comes back from a store
	}
	if len(st.Maps) == 0 {
		st.Maps = nil
	}
	return r
}

// list asks the source's list, whichever that is, and notes what it leads to.
func (f *following) list(ctx context.Context) result {
	if f.st.Feed != "" {
		if !f.chosenByHand() {
			r := f.askFeed(ctx)
			if !f.hopeless(ctx, r) {
				return r
			}
			f.i.o.Log.WarnContext(ctx, "the feed of a listing fails; the listing's links serve from now on",
				"source", f.src.ID, "feed", f.st.Feed, "error", r.err)
		}
		f.st.Feed, f.st.Teasers, f.st.Seen, f.few = "", false, "", true
		f.st.ETag, f.st.LastModified, f.st.BodyHash = "", "", ""
		f.st.TTL, f.st.SkipHours, f.st.SkipDays = 0, nil, nil
	}
	if f.src.Kind == hub.KindSitemap {
		return f.askSitemap(ctx)
	}
	return f.askListing(ctx)
}

// chosenByHand says whether the editor said which links count: no feed knows better.
func (f *following) chosenByHand() bool { return f.src.Select.Items != "" || f.src.Select.Link != "" }

// patientFailures is how often in a row the feed of a listing may fail in ways that tend to pass.
const patientFailures = 3

// hopeless says whether the feed that a listing is followed through has ended, as far as anybody can tell.
func (f *following) hopeless(ctx context.Context, r result) bool {
	switch {
	case ctx.Err() != nil, r.reason == "store", r.outcome != OutcomeFailed && r.outcome != OutcomeHeld:
		return false
	case r.outcome == OutcomeHeld, r.reason == "document", refused(r):
		return true
	}
	return f.st.Failures+1 >= patientFailures && !r.retry.After(f.i.o.Now())
}

// get asks for one document of the source: its list, a part of that, or a page. The source's headers and credentials go to
// its own host only.
func (f *following) get(ctx context.Context, url string, kind hub.SourceKind, etag, modified string) (*fetch.Response, error) {
	req := f.i.request(f.src, hub.SourceState{ETag: etag, LastModified: modified})
	req.URL, req.Accept = url, accept(kind)
	if url != f.src.URL {
		req.Declared = f.src.URL
	}
	return f.i.o.Fetch.Get(ctx, req)
}

// readList reads a list, of the kind given, and gives its links.
func (f *following) readList(ctx context.Context, resp *fetch.Response, kind hub.SourceKind) (hub.Document, []listed, error) {
	in := source.Input{Body: resp.Body, ContentType: resp.ContentType, URL: resp.URL, Kind: string(kind), Select: listSelectors(f.src)}
	doc, items, err := f.i.understand(ctx, f.src, in, f.i.read, func(doc *hub.Document, _ *clean.Setting) error {
		judgeLinks(f.st, doc.Drafts)
		for n := range doc.Drafts {
			doc.Drafts[n].URL = without(doc.Drafts[n].URL, f.st.Volatile)
		}
		return nil
	})
	if err != nil {
		return doc, nil, err
	}
	return doc, f.linksOf(doc, items, resp.URL), nil
}

// listSelectors are those of the source's selectors that are meant for a listing: body is meant for the pages.
func listSelectors(src hub.Source) hub.Selectors {
	s := src.Select
	if src.Kind == hub.KindListing {
		s.Body = ""
	}
	return s
}

// pageSelectors are those meant for the pages. In a listing, title and date are those of its boxes.
func (f *following) pageSelectors() hub.Selectors {
	s := hub.Selectors{Body: f.src.Select.Body, Remove: f.src.Select.Remove}
	if f.src.Kind == hub.KindSitemap {
		s.Title, s.Date = f.src.Select.Title, f.src.Select.Date
	}
	return s
}

// documentFailure is the result of a list that cannot be read, or gives nothing.
func documentFailure(err error, fresh time.Duration) result {
	r := result{outcome: OutcomeFailed, reason: "document", err: err, fresh: fresh}
	switch storeErr, ok := errors.AsType[storeError](err); {
	case ok:
		return storeFailure(storeErr.error)
	case errors.Is(err, errEmpty):
		r.reason = "empty"
	}
	return r
}

// errEmpty is a list without links.
var errEmpty = errors.New("no links")

// empty is the error of a list that gives nothing: a list that has always had something to say is not without news, its
// markup has changed.
func (f *following) empty(what string) error {
	advice := "its markup may have changed; see select: in the docs"
	if f.src.Kind == hub.KindSitemap {
		advice = "it may have moved; robots.txt often says where to"
	}
	if n := f.st.Items; n > 0 {
		return told{errEmpty, fmt.Sprintf("the %s gave %d links before and gives none now: %s", what, n, advice)}
	}
	if f.src.Kind == hub.KindSitemap {
		return told{errEmpty, "no links to this site found in the " + what + ": check its URL"}
	}
	return told{errEmpty, "no links to articles of this site found in the " + what + ": give select: {items: …, link: …} with CSS selectors, or check its URL"}
}

// told is an error in the words of a person, with its cause behind it.
type told struct {
	cause error
	words string
}

// Error gives the words.
func (t told) Error() string { return t.words }

// Unwrap gives the cause.
func (t told) Unwrap() error { return t.cause }

// askListing asks a page of links.
func (f *following) askListing(ctx context.Context) result {
	resp, hash, r, err := f.i.fetchSource(ctx, f.src, *f.st)
	if err != nil {
		return failure(err)
	}
	if hash != f.st.BodyHash {
		r.outcome, r.reason = OutcomeOK, OutcomeOK
		doc, links, err := f.readList(ctx, resp, hub.KindListing)
		switch {
		case errors.Is(err, source.ErrNoLinks):
			return documentFailure(f.empty("listing"), resp.MaxAge)
		case err != nil:
			return documentFailure(err, resp.MaxAge)
		}
		if f.first && !f.chosenByHand() {
			if r, ok := f.choose(ctx, doc.Feeds, links); ok {
				return r
			}
		}
		if len(links) == 0 {
			return documentFailure(f.empty("listing"), resp.MaxAge)
		}
		f.note(ctx, links)
		f.st.Items, f.st.BodyHash = len(links), hash
	}
	f.answered(resp)
	return r
}

// answered notes the validators of the list, and where it moved to.
func (f *following) answered(resp *fetch.Response) {
	f.st.ETag, f.st.LastModified = headerText(resp.ETag), headerText(resp.LastModified)
	if resp.Moved == "" {
		return
	}
	if f.st.URL = resp.Moved; f.st.URL == f.st.Declared {
		f.st.URL = ""
	}
}

// saveNow saves what was learned so far in the middle of a turn, so that what ends it costs little.
func (f *following) saveNow(ctx context.Context) error {
	st := *f.st
	st.Links, st.Maps = maps.Clone(st.Links), maps.Clone(st.Maps)
	if err := f.i.save(ctx, f.patience, st); err != nil {
		return err
	}
	f.s.unsaved.Store(nil)
	return nil
}

// gone says whether an answer means that there is nothing any more.
func gone(status int) bool {
	return slices.Contains([]int{http.StatusNotFound, http.StatusGone}, status)
}
