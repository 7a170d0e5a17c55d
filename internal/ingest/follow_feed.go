package ingest

import (
	"context"
	"strings"

	"tinhub/internal/fetch"
	"tinhub/internal/hub"
	"tinhub/internal/source"
)

const (
	maxFeedTries = 3 // feeds of a page that are looked at
	teaserShare  = 2 // one in so many items has a text, or the feed is one of teasers
)

// choose looks whether one of the feeds that a listing names is its own, and follows that from now on. False where none is.
func (f *following) choose(ctx context.Context, feeds []hub.FeedLink, links []listed) (result, bool) {
	tried := 0
	for _, feed := range feeds {
		if isCommentFeed(feed) || tried == maxFeedTries {
			continue
		}
		tried++
		resp, err := f.get(ctx, feed.URL, hub.KindFeed, "", "")
		if err != nil {
			f.passOver(ctx, feed.URL, err.Error())
			continue
		}
		items, err := f.readFeed(ctx, resp)
		switch {
		case err != nil:
			f.passOver(ctx, feed.URL, err.Error())
			continue
		case !f.ownFeed(items, links):
			f.passOver(ctx, feed.URL, "it is about something else than the page")
			continue
		}
		before := *f.st
		f.st.Feed, f.st.Teasers = feed.URL, teasers(items)
		f.st.ETag, f.st.LastModified, f.st.BodyHash = "", "", ""
		r := f.takeFeed(ctx, resp)
		if r.outcome != OutcomeFailed || r.reason == "store" {
			f.i.o.Log.InfoContext(ctx, "a listing is followed through its own feed", "source", f.src.ID, "feed", feed.URL, "teasers", f.st.Teasers)
			return r, true
		}
		*f.st = before
		f.passOver(ctx, feed.URL, r.err.Error())
	}
	return result{}, false
}

func (f *following) passOver(ctx context.Context, feed, why string) {
	f.i.o.Log.InfoContext(ctx, "a feed that a listing names does not serve", "source", f.src.ID, "feed", feed, "why", why)
}

func isCommentFeed(feed hub.FeedLink) bool {
	return strings.Contains(strings.ToLower(feed.URL+" "+feed.Title), "comment")
}

// readFeed reads a feed without taking anything from it.
func (f *following) readFeed(ctx context.Context, resp *fetch.Response) ([]hub.Incoming, error) {
	_, items, err := f.i.understand(ctx, f.src, f.feedInput(resp), f.i.read, nil)
	return items, err
}

func (f *following) feedInput(resp *fetch.Response) source.Input {
	return source.Input{Body: resp.Body, ContentType: resp.ContentType, URL: resp.URL, Kind: string(hub.KindFeed)}
}

// ownFeed says whether a feed is about what the page is about: half of the one stands in the other. A section's page often
// names the feed of the whole site. A page that a script draws has no links to compare.
func (f *following) ownFeed(items []hub.Incoming, links []listed) bool {
	if len(items) == 0 || len(links) == 0 {
		return len(items) > 0
	}
	shown := make(map[string]bool, len(links))
	for _, l := range links {
		shown[l.key] = true
	}
	both := 0
	for _, in := range items {
		if shown[keyOf(in)] {
			both++
		}
	}
	return 2*both >= min(len(items), len(links))
}

// teasers says whether a feed has hardly a text, so that the pages are worth fetching.
func teasers(items []hub.Incoming) bool {
	texts := 0
	for _, in := range items {
		if in.Item.ContentHTML != "" || in.Item.ContentText != "" {
			texts++
		}
	}
	return teaserShare*texts < len(items)
}

// askFeed asks the feed that the listing is followed through.
func (f *following) askFeed(ctx context.Context) result {
	resp, err := f.get(ctx, f.st.Feed, hub.KindFeed, f.st.ETag, f.st.LastModified)
	if err != nil {
		return failure(err)
	}
	return f.takeFeed(ctx, resp)
}

// takeFeed takes what a listing's feed gave: its items, or its links where it has teasers only.
func (f *following) takeFeed(ctx context.Context, resp *fetch.Response) result {
	r := result{outcome: OutcomeNotModified, reason: OutcomeNotModified, fresh: resp.MaxAge, retry: resp.RetryAfter}
	hash := f.st.BodyHash
	if !resp.NotModified {
		hash = digest(resp.Body)
	}
	if hash != f.st.BodyHash {
		take := f.takeItems
		if f.st.Teasers {
			take = f.takeTeasers
		}
		if err := take(ctx, resp); err != nil {
			return documentFailure(err, resp.MaxAge)
		}
		f.st.BodyHash = hash
		r.outcome, r.reason = OutcomeOK, OutcomeOK
		r.news = f.rep.news()
	}
	f.st.ETag, f.st.LastModified = headerText(resp.ETag), headerText(resp.LastModified)
	if resp.Moved != "" {
		f.st.Feed = resp.Moved
	}
	return r
}

// takeItems takes the items of a feed as those of any other, and remembers their links: should the feed end one day, the
// pages of these are not new.
func (f *following) takeItems(ctx context.Context, resp *fetch.Response) error {
	learned := *f.st
	items, err := f.i.takeIn(ctx, f.src, f.feedInput(resp), &learned, f.rep, f.patience)
	if err != nil {
		return err
	}
	*f.st = learned
	old := readOld(f.st.OldLinks)
	for _, in := range items {
		if key := keyOf(in); key != "" {
			old.add(key)
		}
	}
	f.remember(old)
	return nil
}

func (f *following) takeTeasers(ctx context.Context, resp *fetch.Response) error {
	_, links, err := f.readList(ctx, resp, hub.KindFeed)
	if err != nil {
		return err
	}
	if len(links) == 0 {
		return f.empty("feed")
	}
	f.note(ctx, links)
	f.st.Items = len(links)
	return nil
}

// news says whether anything new or changed came.
func (r *Report) news() bool { return r.Created+r.Updated+r.Retracted+r.Restored > 0 }
