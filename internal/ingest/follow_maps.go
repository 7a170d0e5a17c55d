package ingest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"tinhub/internal/fetch"
	"tinhub/internal/hub"
)

const (
	maxMaps      = 500 // sitemaps of an index that are remembered
	maxMapReads  = 10  // asked for in a turn
	maxMapDepth  = 2   // below the source's URL
	maxMapsGiven = 50_000
	mapBackoff   = 15 * time.Minute
)

// askSitemap asks a sitemap, and those of its sitemaps that may have changed where it is an index.
func (f *following) askSitemap(ctx context.Context) result {
	resp, hash, r, err := f.i.fetchSource(ctx, f.src, *f.st)
	if err != nil {
		return failure(err)
	}
	items := f.st.Items
	var links []listed
	if hash != f.st.BodyHash {
		r.outcome, r.reason = OutcomeOK, OutcomeOK
		doc, own, err := f.readList(ctx, resp, hub.KindSitemap)
		if err != nil {
			return documentFailure(err, resp.MaxAge)
		}
		if len(own) == 0 && len(doc.Sitemaps) == 0 {
			return documentFailure(f.empty("sitemap"), resp.MaxAge)
		}
		links, items = own, len(own)
		f.noteMaps(doc, hub.Link{Seen: f.i.o.Now().UTC().Truncate(time.Second)})
	}
	more, read, err := f.readMaps(ctx, len(links))
	links = append(links, more...)
	switch {
	case ctx.Err() != nil:
		return failure(ctx.Err())
	case err != nil && read == 0 && len(links) == 0:
		if f.first {
			clear(f.st.Maps)
		}
		return f.mapsFailure(err, resp.MaxAge)
	case f.first && len(links) == 0:
		clear(f.st.Maps)
		return documentFailure(f.empty("sitemap"), resp.MaxAge)
	case read > 0:
		r.outcome, r.reason = OutcomeOK, OutcomeOK
	}
	f.note(ctx, links)
	f.passMaps()
	f.st.Items, f.st.BodyHash = max(items, len(f.st.Maps)), hash
	f.answered(resp)
	return r
}

// mapsFailure is the result of an index none of whose sitemaps could be had.
func (f *following) mapsFailure(err error, fresh time.Duration) result {
	if _, ok := errors.AsType[*fetch.Error](err); !ok {
		return documentFailure(err, fresh)
	}
	r := failure(err)
	r.status, r.detour = 0, true // the index itself is there
	return r
}

// noteMaps notes the sitemaps that an index lists, the newest of them where there are too many. parent is the index.
func (f *following) noteMaps(doc hub.Document, parent hub.Link) {
	if parent.Depth >= maxMapDepth {
		return
	}
	now := f.i.o.Now().UTC().Truncate(time.Second)
	type entry struct{ url, changed string }
	var list []entry
	for n, u := range doc.Sitemaps[:min(len(doc.Sitemaps), maxMapsGiven)] {
		if siteOf(u) == siteOf(f.src.URL) {
			list = append(list, entry{u, doc.Changed[n]})
		}
	}
	slices.SortStableFunc(list, func(a, b entry) int { return strings.Compare(b.changed, a.changed) })
	for _, e := range list[:min(len(list), maxMaps)] {
		link, known := f.st.Maps[e.url]
		switch {
		case !known:
			link = hub.Link{Seen: now, Next: now, Listed: e.changed, Depth: parent.Depth + 1}
			if parent.Old {
				link.Old, link.Seen = true, parent.Seen
			}
		case e.changed != "" && e.changed != link.Listed:
			link.Listed, link.Next = e.changed, now
		}
		if !link.Old && now.Sub(link.Seen) >= seenGrain {
			link.Seen = now
		}
		f.st.Maps[e.url] = link
	}
	for len(f.st.Maps) > maxMaps {
		oldest := ""
		for u, link := range f.st.Maps {
			if o := f.st.Maps[oldest]; oldest == "" || cmp.Or(link.Seen.Compare(o.Seen), strings.Compare(link.Listed, o.Listed), strings.Compare(u, oldest)) < 0 {
				oldest = u
			}
		}
		delete(f.st.Maps, oldest)
	}
}

// readMaps reads those sitemaps of an index that may have something new, a bounded number, and gives their links. Of a source
// never asked before it reads no more of them than are needed for what is wanted. err is the first failure.
func (f *following) readMaps(ctx context.Context, have int) (links []listed, read int, err error) {
	tried := map[string]bool{}
	for range maxMapReads {
		u := f.nextMap(tried)
		if u == "" || ctx.Err() != nil || f.first && have+len(links) >= firstLinks {
			break
		}
		tried[u] = true
		more, failed := f.readMap(ctx, u)
		if failed != nil {
			f.i.o.Log.WarnContext(ctx, "a sitemap of an index cannot be had", "source", f.src.ID, "sitemap", u, "error", failed)
			err = cmp.Or(err, failed)
			continue
		}
		read++
		links = append(links, more...)
	}
	return links, read, err
}

// nextMap is the sitemap to be read next, "" where none is due: what is new or has changed, the newest first, before what
// does not say when it changed, the longest unread first.
func (f *following) nextMap(tried map[string]bool) string {
	now, best := f.i.o.Now(), ""
	for u, link := range f.st.Maps {
		if tried[u] || link.Next.IsZero() || link.Next.After(now) {
			continue
		}
		b := f.st.Maps[best]
		if best == "" || cmp.Or(strings.Compare(b.Listed, link.Listed), link.Fetched.Compare(b.Fetched), strings.Compare(u, best)) < 0 {
			best = u
		}
	}
	return best
}

// readMap reads one sitemap of an index.
func (f *following) readMap(ctx context.Context, u string) ([]listed, error) {
	link := f.st.Maps[u]
	defer func() { f.st.Maps[u] = link }()
	resp, err := f.get(ctx, u, hub.KindSitemap, link.ETag, link.Modified)
	var doc hub.Document
	var links []listed
	now := f.i.o.Now().UTC().Truncate(time.Second)
	hash := link.Body
	if err == nil && !resp.NotModified {
		hash = digest(resp.Body)
	}
	if err == nil && hash != link.Body {
		doc, links, err = f.readList(ctx, resp, hub.KindSitemap)
	}
	if err != nil {
		link.Failures++
		link.Next = now.Add(backoffOf(mapBackoff, link.Failures))
		return nil, err
	}
	if link.Old {
		for n := range links {
			links[n].old, links[n].since = true, link.Seen
		}
	}
	f.noteMaps(doc, link)
	link.ETag, link.Modified, link.Body = headerText(resp.ETag), headerText(resp.LastModified), hash
	link.Fetched, link.Old, link.Failures = now, false, 0
	if link.Next = (time.Time{}); link.Listed == "" {
		link.Next = now
	}
	return links, nil
}

// backoffOf doubles a wait with each failure in a row, up to a day.
func backoffOf(base time.Duration, failures int) time.Duration {
	for range failures - 1 {
		if base >= maxGap {
			break
		}
		base *= 2
	}
	return min(base, maxGap)
}

// passMaps marks the sitemaps that the first turn did not need: what stands in them was there before.
func (f *following) passMaps() {
	if !f.first {
		return
	}
	for u, link := range f.st.Maps {
		if !link.Fetched.IsZero() {
			continue
		}
		link.Old = true
		if link.Listed != "" && link.Failures == 0 {
			link.Next = time.Time{}
		}
		f.st.Maps[u] = link
	}
}
