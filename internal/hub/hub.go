// Package hub holds the words of the program and the rules that bind them: what a source, a draft, an item, an event,
// a feed is; what an item's identity is; what a store owes (store.go); which errors there are (errors.go).
//
// It never does I/O, reads a clock or knows a format, and imports the standard library only, so that every other room
// may import it. Start with Item (item.go), then Decide (decide.go) and Store (store.go).
package hub

import "time"

// FeedSize is the number of items in a section's feed where nothing else is asked for.
const FeedSize = 50

// AllSection is the id of the section of everything; no configured section may take it.
const AllSection = "all"

// FutureTolerance is how far ahead of the clock a publication date may stand before it is taken for a mistake and
// replaced by the time the item was first seen.
const FutureTolerance = 10 * time.Minute

// Site is the house the hub speaks for; its values stand in every feed's head.
type Site struct {
	Title       string
	Description string
	URL         string // public base URL, no trailing slash
	Language    string // BCP 47
	Location    *time.Location
	Image       string // absolute URL of a logo, "" where there is none
	Rights      string
}

// Section is a named shelf of items; every section is published as feeds.
type Section struct {
	ID          string
	Title       string
	Description string
	Language    string // BCP 47; the site's where the config gives none
	Edition     string
	Image       string // absolute URL or ""
}

// SourceKind says what a source's documents are and how they come in.
type SourceKind string

// The kinds of source this hub takes in.
const (
	KindFeed    SourceKind = "feed"
	KindPage    SourceKind = "page"
	KindListing SourceKind = "listing" // a page of links; each new one is fetched as a page
	KindSitemap SourceKind = "sitemap" // likewise, also an index of sitemaps
	KindFiles   SourceKind = "files"
	KindPush    SourceKind = "push"
)

// Source is one place articles come from, as it was declared. What the machine learns about it is SourceState.
type Source struct {
	ID         string
	Title      string
	Kind       SourceKind
	URL        string // feed, page, listing, sitemap
	Path       string // files: a glob, absolute
	Root       string // files: the fixed folder before the glob's first wildcard; an item's own id is its path below it
	Sections   []string
	Match      map[string]string // category name → section id, beside Sections
	Every      time.Duration     // the shortest gap between two fetches
	Location   *time.Location    // zone of dates that name none
	Language   string            // of items that name none; "" to find it out
	Format     string            // what the documents are where they don't say: a document kind of package source, "" for auto
	Priority   int
	Key        string // push: the Bearer token
	Headers    map[string]string
	Username   string
	Password   string
	Proxy      string
	HoldFuture bool // future: hold. A date ahead is an embargo
	Select     Selectors
}

// Selectors are CSS selectors that override what a page's reader would find by itself; "" leaves it to the reader.
type Selectors struct {
	Items  string
	Link   string
	Title  string
	Date   string
	Body   string
	Remove string
}
