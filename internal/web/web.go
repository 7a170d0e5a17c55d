// Package web is the door to the public: feeds, items, pages for people, embeds, view counting, pushes, orders of the
// desk and the probes of operators, over HTTP.
//
// It reads snapshots and rendered feeds from memory and asks the store only about single items, their views and the log.
// It never renders a feed, decides what counts as a view, or checks an article; those are other rooms, which it reaches
// through the small interfaces of Options. Start with routes.go, the one table of what is served to whom.
package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"tinhub/internal/hub"
)

// Feeds are the rendered feeds and the snapshots behind them, from memory. An unknown section or format is an *hub.Error
// of kind NotFound, one that is not there yet of kind Unavailable. What is returned is shared and must not be written to.
type Feeds interface {
	// Feed is a section's feed that holds every event up to atLeast.
	Feed(ctx context.Context, section, format string, atLeast hub.Seq) (*hub.Feed, error)
	// Limited is Feed with another number of items, from 1 to feedMost.
	Limited(ctx context.Context, section, format string, limit int, atLeast hub.Seq) (*hub.Feed, error)
	// Popular is a section's most-read feed.
	Popular(ctx context.Context, section, format string, w hub.Window, atLeast hub.Seq) (*hub.Feed, error)
	// Snapshot is what a section's feed is rendered from.
	Snapshot(ctx context.Context, section string) (*hub.Snapshot, error)
	// PopularSnapshot is what a most-read feed is rendered from, and the views that ranked it.
	PopularSnapshot(ctx context.Context, section string, w hub.Window) (*hub.Snapshot, []hub.Ranked, error)
	// OPML is the list of all feeds.
	OPML() *hub.Feed
	// Status says whether a first snapshot is up, and what is wrong, "" for nothing. Strangers read it.
	Status() (ready bool, degraded string)
}

// Items is what is asked of the store (hub.Items, hub.Counters, hub.Events).
type Items interface {
	Records(ctx context.Context, ids []hub.ID) ([]hub.Record, error)
	Views(ctx context.Context, at time.Time, ids []hub.ID) ([]hub.ViewCounts, error)
	Events(ctx context.Context, since hub.Seq, limit int) ([]hub.Event, error)
	Ping(ctx context.Context, write bool) error
}

// Push takes documents that sources send.
type Push interface {
	// Push stores a document, whole or not at all. originalID is "" where the query named none. Kinds of error: Invalid
	// with its place, UnsupportedType, TooLarge, Unavailable.
	Push(ctx context.Context, source, contentType, originalID string, body []byte) ([]hub.Outcome, error)
	// Withdraw retracts a source's own item; NotFound where it has none of that id.
	Withdraw(ctx context.Context, source, originalID string) (hub.Outcome, error)
	// Refresh has a source asked soon.
	Refresh(ctx context.Context, source string) error
}

// Desk takes items out and lets them back in.
type Desk interface {
	Retract(ctx context.Context, id hub.ID, reason, note string) (hub.Outcome, error)
	Restore(ctx context.Context, id hub.ID) (hub.Outcome, error)
}

// Views counts. An empty item is one that does not exist.
type Views interface {
	Count(item hub.ID, addr netip.Addr, userAgent string, prefetch, head bool) (outcome string)
}

// Round tells where the sources stand, for who runs the hub.
type Round interface {
	// Sources is a list that encodes to JSON as an array, one object a source. Kinds of error: Unavailable.
	Sources(ctx context.Context) (any, error)
}

// Audience is told of every feed that is fetched. It is called on the way of each request: it must not wait for anything.
type Audience interface {
	Seen(section string, addr netip.Addr, userAgent string)
}

// Meter is told of every answer; route is one of a fixed set of patterns.
type Meter interface {
	Request(route string, code int, took time.Duration)
}

// Options are the parts behind the door. Feeds, Items, Push, Desk, Views and ItemJSON are needed.
type Options struct {
	Site           hub.Site
	Sections       []hub.Section // in the order people see them; without AllSection
	Sources        []hub.Source
	AdminToken     string // "" lets nobody in
	TrustedProxies []netip.Prefix
	Feeds          Feeds
	Items          Items
	Push           Push
	Desk           Desk
	Views          Views
	Round          Round    // nil: /api/sources is 404
	Audience       Audience // nil: nobody counts
	ItemJSON       func(site hub.Site, r hub.Record, v *hub.ViewCounts) ([]byte, error)
	Metrics        http.Handler            // nil: /metrics is 404
	Meter          Meter                   // nil: nothing is measured
	Extra          map[string]http.Handler // further patterns of http.ServeMux
	Now            func() time.Time
	Log            *slog.Logger
}

// server is what the handlers share; nothing in it changes after New but the caches.
type server struct {
	Options
	trusted  bool // the caller was let in by who may open the socket
	base     string
	sections map[string]hub.Section
	sources  map[string]hub.Source
	admin    digest
	pages    *templates
	assets   map[string]*ready
	urls     assetURLs
	rendered map[feedKey]*atomic.Pointer[ready]
	known    *knownItems
	pushes   chan struct{} // one slot for every push under way
	writes   writeProbe
	script   *ready // /embed.js
	front    pageSlot
	shelves  map[string]*pageSlot // one page a section, and "" for the list of sections
}

// New makes the public door. It fails on a missing part and on a pattern of Extra that is taken.
func New(o Options) (http.Handler, error) {
	s, err := newServer(o)
	if err != nil {
		return nil, err
	}
	return s.mux(s.routes())
}

// Control makes the door on the socket beside the store, where the operator's commands ask a running daemon: the same
// orders and feeds as New's, without a token, since only who owns the store may open the socket.
func Control(o Options) (http.Handler, error) {
	s, err := newServer(o)
	if err != nil {
		return nil, err
	}
	s.trusted, s.Extra, s.Audience = true, nil, nil // the house is not its own reader
	return s.mux(s.controlRoutes())
}

func newServer(o Options) (*server, error) {
	if o.Feeds == nil || o.Items == nil || o.Push == nil || o.Desk == nil || o.Views == nil || o.ItemJSON == nil {
		return nil, errors.New("web: a part is missing: Feeds, Items, Push, Desk, Views and ItemJSON are all needed")
	}
	site, err := url.Parse(o.Site.URL)
	if err != nil || site.Host == "" || site.Scheme != "http" && site.Scheme != "https" {
		return nil, fmt.Errorf("web: the site's URL %q is not an absolute http or https URL", o.Site.URL)
	}
	o.Site.URL = strings.TrimRight(o.Site.URL, "/")
	if o.Site.Location == nil {
		o.Site.Location = time.UTC
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &server{
		Options: o, base: strings.TrimRight(site.EscapedPath(), "/"),
		sections: map[string]hub.Section{}, sources: map[string]hub.Source{},
		admin: digestOf(o.AdminToken), rendered: map[feedKey]*atomic.Pointer[ready]{},
		known: newKnownItems(), pushes: make(chan struct{}, pushesAtOnce), shelves: map[string]*pageSlot{"": {}},
	}
	for _, sec := range o.Sections {
		s.sections[sec.ID] = sec
	}
	all := hub.Section{ID: hub.AllSection, Title: textsFor(o.Site.Language).AllTitle, Language: o.Site.Language}
	if _, ok := s.sections[hub.AllSection]; !ok {
		s.sections[hub.AllSection] = all
	}
	for id := range s.sections {
		s.shelves[id] = &pageSlot{}
		for _, format := range formats {
			s.rendered[feedKey{id, format, ""}] = &atomic.Pointer[ready]{}
			for _, w := range hub.Windows() {
				s.rendered[feedKey{id, format, w}] = &atomic.Pointer[ready]{}
			}
		}
	}
	for _, src := range o.Sources {
		s.sources[src.ID] = src
	}
	if err := s.loadAssets(); err != nil {
		return nil, err
	}
	return s, nil
}
