package hub

import "time"

// Snapshot is a section frozen at one place of the log; formats render it and nothing else.
type Snapshot struct {
	Site      Site
	Section   Section     // its texts; ID AllSection for the section of everything
	Self      string      // path of the feed without its extension, from the site's root: /feeds/{section}
	Query     string      // the rest of its normal form, "window=1h" or ""
	Items     []Record    // in the order they are shown
	Retracted []Tombstone // newest first, at most FeedSize
	Updated   time.Time   // of the newest event that touched the feed
	Head      Seq         // the place of the log it was frozen at, at least; stands in no feed
}

// Tombstone remembers that an item was taken out; never its title or link.
type Tombstone struct {
	ID   ID        `json:"id"`
	When time.Time `json:"when"`
}

// Shelf is what a store knows of one section, read at one moment.
type Shelf struct {
	Items     []Record    // newest first by Published; equal dates by FirstSeq, higher first
	Retracted []Tombstone // newest first, at most FeedSize
	Touched   time.Time   // of the newest event that touched the first FeedSize items or the retractions, else when the section was opened
	Head      Seq         // of the log at that moment
}

// Feed is a rendered feed, ready to be sent; nobody may write to its slices.
type Feed struct {
	ContentType  string
	Self         string    // absolute URL of the normal form
	LastModified time.Time // zero where the feed has none (popular)
	Head         Seq       // it holds every event up to this one
	Codings      []Coding  // identity first, then what else was made ready
}

// Coding is one representation of a feed.
type Coding struct {
	Name string // "" for identity, else the content coding's name (RFC 9110 §8.4.1)
	ETag string // strong, quoted
	Body []byte
}

// Window is a span that views are ranked over.
type Window string

// The windows of the most-read feeds.
const (
	WindowHour Window = "1h"
	WindowDay  Window = "24h"
	WindowWeek Window = "7d"
)

// Windows lists them, the default first.
func Windows() []Window { return []Window{WindowDay, WindowHour, WindowWeek} }

// ViewCounts are the readings of one item.
type ViewCounts struct {
	Total uint64 `json:"total"`
	Hour  uint64 `json:"1h"`
	Day   uint64 `json:"24h"`
	Week  uint64 `json:"7d"`
}

// ViewBatch is what a process counted since its last flush. A store adds a batch once, however often it is sent.
type ViewBatch struct {
	ID     string    // unique to this batch
	Bucket time.Time // start of the five minutes it was counted in, UTC
	Counts map[ID]uint64
}

// Ranked is an item with its views in a window.
type Ranked struct {
	ID    ID
	Views uint64
}
