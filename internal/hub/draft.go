package hub

import "time"

// Draft is one article as a document gave it: strings as written, nothing resolved, nothing decided. Package source makes
// drafts out of bytes; package clean makes items out of drafts.
type Draft struct {
	OriginalID  string // the document's own id for it (guid, atom:id, JSON Feed id); "" where it gives none
	URL         string // as written, maybe relative to Base
	Canonical   string // rel=canonical, feedburner:origLink, where it differs from URL
	Base        string // the URL that relative links of this draft resolve against; "" where none is known
	Path        string // files: path below the source's root, with / as separator
	Title       Text
	Summary     Text
	Body        Text
	Blocks      []Block        // plain-text documents: the body as blocks, instead of Body
	Image       DraftPicture   // the main picture; zero where none is named
	Pictures    []DraftPicture // named outside the body (Media RSS, og:image, enclosures that are images)
	Published   []string       // raw dates, most trusted first; the first that can be read counts
	Modified    []string
	Authors     []DraftAuthor
	Tags        []string
	Language    string       // as declared
	Attachments []Attachment // URLs as written
	Alternates  []Alternate
	Paywalled   bool
	Via         *Via
	Point       string // GeoRSS: latitude and longitude in degrees, as written; "" where none
	AMP         string // the article's AMP page (rel=amphtml), as written
	PublishAt   string // an embargo, as written: ninjs embargoed, NewsML embargoed, _tinhub.publish_at
	Restore     bool   // _tinhub.restore
	Origin      Origin // of an item that carries an id of ours: what it says of where it first came from
	Deleted     bool   // at:deleted-entry, ninjs or NewsML canceled: the item named by OriginalID is gone
	Steps       []Step // what the reader took out, repaired or moved on the way here, bounded, for --explain
}

// Origin is what an item of ours that comes back says in _tinhub of where it first came from; "" where it does not.
type Origin struct {
	ID   string // original_id
	Date string // original_date
}

// Text is a string with what it is: markup or plain.
type Text struct {
	Value string
	HTML  bool
}

// DraftPicture is a picture as a document names it.
type DraftPicture struct {
	URL           string
	Type          string
	Width, Height int
	Alt           string
	Caption       Text
	Credit        string
}

// DraftAuthor is an author as a document names them; Name may still be "a@b.c (Name)" or "By Name".
type DraftAuthor struct {
	Name, URL, Email string
}

// BlockKind says what a block of a plain-text document is.
type BlockKind string

// The kinds of block.
const (
	BlockParagraph BlockKind = "p"
	BlockHeading   BlockKind = "h"
	BlockCaption   BlockKind = "caption"
)

// Block is one block of a plain-text document, its lines joined.
type Block struct {
	Kind BlockKind
	Text string
}

// Document is what a reader makes of bytes.
type Document struct {
	Kind     string // the kind of document it was read as
	Title    string
	Home     string // home_page_url, channel link
	Feed     string // self link
	Language string
	Drafts   []Draft       // in document order; of a listing or sitemap its links, each with the title and date given there
	Feeds    []FeedLink    // pages: feeds that the page names as its own (rel=alternate), in document order
	Sitemaps []string      // sitemap indexes: the sitemaps listed, absolute
	Changed  []string      // when each of Sitemaps changed last (lastmod), as written, in the same places; "" where it is not said
	TTL      time.Duration // ttl, sy:updatePeriod/Frequency; 0 where none
	Hub      string        // rel=hub

	// When the document asks not to be fetched: hours of the day and days of the week, both UTC (RSS 2.0 skipHours, skipDays).
	SkipHours []int
	SkipDays  []time.Weekday

	Warnings []string // what had to be repaired or cut, for inspect and the log
}

// FeedLink is a feed that a page names as its own.
type FeedLink struct {
	URL   string `json:"url"` // absolute
	Title string `json:"title,omitempty"`
	Type  string `json:"type,omitempty"` // media type
}
