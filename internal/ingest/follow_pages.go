package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tinhub/internal/fetch"
	"tinhub/internal/hub"
)

const (
	newPages     = 20 // fetched in a turn
	agains       = 10 // pages looked at again in a turn
	pageTries    = 5  // of a page that cannot be had
	pageBackoff  = 15 * time.Minute
	pagesTime    = 2 * time.Minute // after which a turn begins no other page
	pagesSaved   = 5               // pages after which what was learned is saved
	downInARow   = 3               // pages that fail as only a site fails that is down
	fewestFailed = 3               // pages, none of which could be had, make a failing source of one that was well
	lookGrain    = 15 * time.Minute
)

// looks are the times after the first fetch of a page at which it is looked at again, for corrections.
func looks() []time.Duration {
	return []time.Duration{time.Hour, 6 * time.Hour, 24 * time.Hour, 72 * time.Hour}
}

// nextLook is when a page is looked at next; zero for never.
func nextLook(fetched, now time.Time) time.Time {
	for _, d := range looks() {
		if at := fetched.Add(d); at.Sub(now) > lookGrain {
			return at
		}
	}
	return time.Time{}
}

// duePages are the pages to be fetched in this turn: new ones, the newest first, then those to be looked at again, those
// fetched last first.
func (f *following) duePages() []string {
	var fresh, again []string
	now := f.i.o.Now()
	for key, link := range f.st.Links {
		switch {
		case link.Next.IsZero() || link.Next.After(now):
		case link.Fetched.IsZero():
			fresh = append(fresh, key)
		default:
			again = append(again, key)
		}
	}
	slices.SortFunc(fresh, func(x, y string) int {
		a, b := f.st.Links[x], f.st.Links[y]
		return cmp.Or(cmp.Compare(a.Failures, b.Failures), newer(hintOf(a), hintOf(b)), b.Seen.Compare(a.Seen), cmp.Compare(x, y))
	})
	slices.SortFunc(again, func(x, y string) int {
		return cmp.Or(f.st.Links[y].Fetched.Compare(f.st.Links[x].Fetched), cmp.Compare(x, y))
	})
	return append(fresh[:min(len(fresh), newPages)], again[:min(len(again), agains)]...)
}

func hintOf(link hub.Link) hub.Hint {
	if link.Hint == nil {
		return hub.Hint{}
	}
	return *link.Hint
}

// visits is what a turn's pages came to.
type visits struct {
	fresh, had int // new pages asked for, and those of them that are articles
	down       int // failures in a row that speak of the site
	err        error
	retry      time.Time // the site asks to be left alone
	store      error
}

// pages fetches the pages that are due. r is what the list came to.
func (f *following) pages(ctx context.Context, r result) result {
	due := f.duePages()
	if len(due) == 0 {
		return r
	}
	f.rep.Pages = &Pages{}
	var v visits
	start := f.i.o.Now()
	for n, key := range due {
		if ctx.Err() != nil || v.down >= downInARow || !v.retry.IsZero() || f.i.o.Now().Sub(start) > pagesTime {
			break
		}
		f.visit(ctx, key, &v)
		if v.store == nil && (n+1)%pagesSaved == 0 && ctx.Err() == nil {
			v.store = f.saveNow(ctx)
		}
		if v.store != nil {
			return storeFailure(v.store)
		}
	}
	f.rep.Pages.Waiting = f.waiting()
	p := f.rep.Pages
	f.i.o.Log.DebugContext(ctx, "looked at the pages of a list", "source", f.src.ID, "read", p.Read, "unchanged", p.Unchanged,
		"skipped", p.Skipped, "failed", p.Failed, "gone", p.Gone, "waiting", p.Waiting)
	return f.verdict(r, v)
}

// verdict is the turn's result: single pages fail without the source, but a source none of whose pages can be had has failed.
func (f *following) verdict(r result, v visits) result {
	r.news = r.news || f.rep.news()
	r.retry = later(r.retry, v.retry)
	if p := f.rep.Pages; p.Read+p.Unchanged+p.Skipped > 0 {
		r.outcome, r.reason = OutcomeOK, OutcomeOK
	}
	if v.fresh == 0 || v.had > 0 || v.err == nil || v.fresh < fewestFailed && f.hasItems() {
		return r
	}
	failed := result{outcome: OutcomeFailed, reason: "document", fresh: r.fresh}
	if e, ok := errors.AsType[*fetch.Error](v.err); ok {
		failed = failure(e)
		failed.status, failed.detour = 0, true // the list itself is there
	}
	failed.retry = later(r.retry, failed.retry)
	failed.err = fmt.Errorf("none of the %d new pages asked for became an article: %w", v.fresh, v.err)
	return failed
}

// hasItems says whether any page became an item.
func (f *following) hasItems() bool {
	for _, link := range f.st.Links {
		if link.Item != "" {
			return true
		}
	}
	return false
}

// visit fetches one page and makes an item of it.
func (f *following) visit(ctx context.Context, key string, v *visits) {
	link := f.st.Links[key]
	fresh := link.Fetched.IsZero()
	if fresh {
		v.fresh++
	}
	resp, err := f.get(ctx, link.URL, hub.KindPage, link.ETag, link.Modified)
	if ctx.Err() != nil {
		return
	}
	now := f.i.o.Now().UTC().Truncate(time.Second)
	if err != nil {
		v.err = err
		f.st.Links[key] = f.missed(ctx, link, err, now, v)
		return
	}
	v.down, link.Failures = 0, 0
	if fresh {
		link.Fetched = now
	}
	link.Next = nextLook(link.Fetched, now)
	hash := link.Body
	if !resp.NotModified {
		hash = digest(resp.Body)
	}
	if hash == link.Body {
		f.rep.Pages.Unchanged++
	} else if err := f.take(ctx, key, resp, &link, v); err != nil {
		stored, ok := errors.AsType[storeError](err)
		switch {
		case ok || ctx.Err() != nil:
			v.store = stored.error
			return
		case errors.Is(err, errSame):
			link.Next = time.Time{}
			v.had++
		default:
			v.err = err
		}
		link.Why, link.Hint = clipText(err.Error()), nil
		f.rep.Pages.Skipped++
		f.i.o.Log.DebugContext(ctx, "a page is no article", "source", f.src.ID, "page", link.URL, "why", link.Why)
	} else {
		link.Why = ""
		f.rep.Pages.Read++
		if fresh {
			v.had++
		}
	}
	link.ETag, link.Modified, link.Body = headerText(resp.ETag), headerText(resp.LastModified), hash
	if link.Next.IsZero() {
		link.ETag, link.Modified, link.Body = "", "", ""
	}
	f.st.Links[key] = link
}

// missed is a link whose page could not be had. One that never answered is tried a number of times; one that did is looked at
// again as if it had.
func (f *following) missed(ctx context.Context, link hub.Link, err error, now time.Time, v *visits) hub.Link {
	f.rep.Pages.Failed++
	r := failure(err)
	if r.retry.After(now) && r.reason == fetch.ReasonStatus {
		v.retry = r.retry // of the whole site: the page has its turn when that is over
		return link
	}
	if r.status >= 500 || r.status == 0 && r.reason != fetch.ReasonRobots {
		v.down++
	} else {
		v.down = 0
	}
	link.Failures++
	link.Why = clipText(err.Error())
	if !link.Fetched.IsZero() {
		link.Next = nextLook(link.Fetched, now)
		if gone(r.status) && link.Item != "" {
			f.rep.Pages.Gone++
			f.i.o.Log.WarnContext(ctx, "the page of an item is gone; the item stays until somebody retracts it",
				"source", f.src.ID, "page", link.URL, "status", r.status)
		}
		return link
	}
	link.Next = now.Add(backoffOf(pageBackoff, 2*link.Failures-1))
	if link.Failures >= pageTries {
		link.Next, link.Hint = time.Time{}, nil
		f.i.o.Log.WarnContext(ctx, "a page was given up", "source", f.src.ID, "page", link.URL, "tries", link.Failures, "error", err)
	}
	return link
}
