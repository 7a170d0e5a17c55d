package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"

	"tinhub/internal/hub"
)

// formats are the extensions of feed addresses.
var formats = [...]string{"rss", "atom", "json"}

// feedKey names a feed: window is "" for the newest items.
type feedKey struct {
	section, format string
	window          hub.Window
}

// cutFormat splits a feed's file name.
func cutFormat(file string) (name, format string, ok bool) {
	for _, f := range formats {
		if name, ok := strings.CutSuffix(file, "."+f); ok && name != "" {
			return name, f, true
		}
	}
	return "", "", false
}

// feedOrPage serves /feeds/{section}.rss .atom .json, and the section's page below the bare name.
func (s *server) feedOrPage(w *recorder, r *http.Request) error {
	section, format, ok := cutFormat(r.PathValue("file"))
	if !ok {
		w.route = "/feeds/{section}"
		return s.sectionPage(w, r, r.PathValue("file"))
	}
	w.route = "/feeds/{section}.{format}"
	s.seen(r, section)
	limit, err := limitOf(r)
	if err != nil {
		return err
	}
	if limit != hub.FeedSize {
		return s.limitedFeed(w, r, section, format, limit)
	}
	f, err := s.Feeds.Feed(r.Context(), section, format, 0)
	if err != nil {
		return err //nolint:wrapcheck // says what and why already
	}
	return s.serve(w, r, s.readyFeed(feedKey{section, format, ""}, f))
}

// seen tells of a reader of a section's feeds, whether it gets the feed, a 304 or nothing better than an error.
func (s *server) seen(r *http.Request, section string) {
	if s.Audience != nil && r.Method == http.MethodGet {
		s.Audience.Seen(section, s.client(r), r.UserAgent())
	}
}

// limitedFeed serves a section's feed with another number of items, which may have to be made first.
func (s *server) limitedFeed(w *recorder, r *http.Request, section, format string, limit int) error {
	ctx, cancel := withTimeout(r, storeTime)
	defer cancel()
	f, err := s.Feeds.Limited(ctx, section, format, limit, 0)
	if err != nil {
		return err //nolint:wrapcheck // says what and why already
	}
	return s.serve(w, r, prepareFeed(f))
}

// feedMost is the most items a feed is served with; who asks for more gets so many.
const feedMost = 1000

// limitOf reads ?limit=.
func limitOf(r *http.Request) (int, error) {
	if r.URL.RawQuery == "" {
		return hub.FeedSize, nil
	}
	q := r.URL.Query()
	if !q.Has("limit") {
		return hub.FeedSize, nil
	}
	n, err := strconv.ParseUint(q.Get("limit"), 10, 64) // feedMost and more where the number is too large to be held
	if err != nil && !errors.Is(err, strconv.ErrRange) || n < 1 {
		return 0, &hub.Error{Kind: hub.Invalid, Place: "limit", Detail: fmt.Sprintf("want a number from 1 to %d", feedMost)}
	}
	return int(min(n, feedMost)), nil
}

// below serves /feeds/{section}/popular.rss .atom .json; /feeds/{section}/feed is what some try for the section's RSS.
func (s *server) below(w *recorder, r *http.Request) error {
	section, file := r.PathValue("section"), r.PathValue("file")
	name, format, ok := cutFormat(file)
	switch {
	case ok && name == "popular":
		w.route = "/feeds/{section}/popular.{format}"
	case s.sections[section].ID == "":
		return hub.Errorf(hub.NotFound, "no section %q", section)
	case file == "feed":
		return s.moved("/feeds/"+url.PathEscape(section)+".rss")(w, r)
	case file == "":
		return s.moved("/feeds/"+url.PathEscape(section))(w, r)
	default:
		return hub.Errorf(hub.NotFound, "there is nothing at this address")
	}
	window, err := windowOf(r)
	if err != nil {
		return err
	}
	s.seen(r, section)
	f, err := s.Feeds.Popular(r.Context(), section, format, window, 0)
	if err != nil {
		return err //nolint:wrapcheck // says what and why already
	}
	return s.serve(w, r, s.readyFeed(feedKey{section, format, window}, f))
}

// slashed leads from /feeds/{section}/ to the section's page.
func (s *server) slashed(w *recorder, r *http.Request) error {
	section := r.PathValue("section")
	if s.sections[section].ID == "" {
		return hub.Errorf(hub.NotFound, "no section %q", section)
	}
	return s.moved("/feeds/"+url.PathEscape(section))(w, r)
}

func windowOf(r *http.Request) (hub.Window, error) {
	if r.URL.RawQuery == "" {
		return hub.WindowDay, nil
	}
	q := r.URL.Query()
	if !q.Has("window") {
		return hub.WindowDay, nil
	}
	w := hub.Window(q.Get("window"))
	if _, _, ok := w.Span(); !ok {
		return "", &hub.Error{Kind: hub.Invalid, Place: "window", Detail: "want 1h, 24h or 7d"}
	}
	return w, nil
}

// readyFeed makes a rendered feed ready once; the next request finds it made.
func (s *server) readyFeed(key feedKey, f *hub.Feed) *ready {
	slot := s.rendered[key]
	if slot == nil {
		slot = &atomic.Pointer[ready]{} // a section that the options do not list
	}
	rd := slot.Load()
	if rd == nil || rd.feed != f {
		rd = prepareFeed(f)
		slot.Store(rd)
	}
	return rd
}

func prepareFeed(f *hub.Feed) *ready {
	return prepare(f, field{"Cache-Control", cacheFeed}, field{"Link", []string{"<" + f.Self + `>; rel="self"`}})
}

// opml serves the list of all feeds.
func (s *server) opml(w *recorder, r *http.Request) error {
	f := s.Feeds.OPML()
	if f == nil {
		return hub.Errorf(hub.Unavailable, "the list of feeds is not made yet")
	}
	return s.serve(w, r, prepare(f, field{"Cache-Control", cacheFeed}))
}
