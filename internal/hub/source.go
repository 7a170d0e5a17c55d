package hub

import "time"

// SourceState is what the machine has learned of one source; it lives in the store and outlives the process.
type SourceState struct {
	ID           string            `json:"id"`
	Declared     string            `json:"declared,omitempty"`      // the URL or path it was declared with when this was learned, without user information
	Shape        string            `json:"shape,omitempty"`         // hash of the declared settings that shape its items (section, format, zone…)
	URL          string            `json:"url,omitempty"`           // where it moved to for good (301, 308); "" for the declared one
	ETag         string            `json:"etag,omitempty"`          // exactly as given (RFC 9110 §8.8.3)
	LastModified string            `json:"last_modified,omitempty"` // exactly as given (RFC 9110 §8.8.2)
	BodyHash     string            `json:"body_hash,omitempty"`     // of the last body that was read whole
	Files        map[string]string `json:"files,omitempty"`         // files: path below Root → hash of what was last read there
	Links        map[string]Link   `json:"links,omitempty"`         // listing, sitemap: the pages it leads to, by the key of their URLs (Incoming.URLKey)
	OldLinks     string            `json:"old_links,omitempty"`     // likewise, those that are not looked at any more, in package ingest's own packing
	OldSince     time.Time         `json:"old_since,omitzero"`      // what of OldLinks fell out is known by this: nothing dated before it is new
	Maps         map[string]Link   `json:"maps,omitempty"`          // sitemap: the sitemaps that its index leads to, by URL
	Feed         string            `json:"feed,omitempty"`          // listing: the feed of its own that it is followed through; "" for its links
	Teasers      bool              `json:"teasers,omitempty"`       // that feed has no texts: it serves as a list of links
	Seen         string            `json:"seen,omitempty"`          // what its last document held, in package ingest's own packing
	Churned      int               `json:"churned,omitempty"`       // documents in a row whose guids were nearly all new
	Churns       bool              `json:"churns,omitempty"`        // its guids change at each fetch and identify nothing
	Sample       []string          `json:"sample,omitempty"`        // some of its last document's links with queries, in package ingest's own form
	Strayed      int               `json:"strayed,omitempty"`       // documents in a row in which nearly all of those had another query
	Volatile     []string          `json:"volatile,omitempty"`      // query parameters whose values change at each fetch and identify nothing
	Dates        []string          `json:"dates,omitempty"`         // some of its last document's items with their dates, in package ingest's own form
	Redated      int               `json:"redated,omitempty"`       // documents in a row in which nearly all of those had another date, and nothing else was other
	Undated      bool              `json:"undated,omitempty"`       // its dates change at each fetch and tell nothing
	Generation   string            `json:"generation,omitempty"`    // of the log when Seen was learned: a store that lost data has to hear all again

	TTL       time.Duration  `json:"ttl,omitempty"`        // how long the last document asked to be left alone (ttl, sy:)
	SkipHours []int          `json:"skip_hours,omitempty"` // hours of the day, UTC, in which it asked not to be fetched
	SkipDays  []time.Weekday `json:"skip_days,omitempty"`  // likewise days of the week, UTC
	LastNews  time.Time      `json:"last_news,omitzero"`   // when it last brought something new
	Habit     time.Duration  `json:"habit,omitempty"`      // its usual time between two of those; 0 while unknown

	LastFetch   time.Time `json:"last_fetch,omitzero"`
	LastSuccess time.Time `json:"last_success,omitzero"`
	NextFetch   time.Time `json:"next_fetch,omitzero"`
	NextReason  string    `json:"next_reason,omitempty"` // why NextFetch is when it is, for a person
	HoldUntil   time.Time `json:"hold_until,omitzero"`   // Retry-After: not even an operator's order fetches before
	Gone        bool      `json:"gone,omitempty"`        // 410: never again
	Failures    int       `json:"failures,omitempty"`    // in a row
	LastReason  string    `json:"last_reason,omitempty"` // of the last failure, one word for counting; "" after a success
	LastError   string    `json:"last_error,omitempty"`  // the same for a person
	Items       int       `json:"items,omitempty"`       // in the last document
}

// Link is what was learned of one page that a listing or sitemap leads to, or of one sitemap of an index. A page whose Next
// and Fetched are zero was given up.
type Link struct {
	URL      string    `json:"url,omitempty"`      // where it is fetched
	At       string    `json:"at,omitempty"`       // its item's URL, where that is another
	Seen     time.Time `json:"seen"`               // when it was last listed, to within half a day
	Fetched  time.Time `json:"fetched,omitzero"`   // page: when it first answered; sitemap: when it last did. Zero before
	Next     time.Time `json:"next,omitzero"`      // when it is looked at next; zero for never
	ETag     string    `json:"etag,omitempty"`     // exactly as given
	Modified string    `json:"mod,omitempty"`      // Last-Modified, exactly as given
	Listed   string    `json:"listed,omitempty"`   // the date of change that the list gives for it, as written (lastmod)
	Body     string    `json:"body,omitempty"`     // hash of the body that was last read
	Failures int       `json:"failures,omitempty"` // in a row
	Item     string    `json:"item,omitempty"`     // page: hash of its item's id; "" while it made none
	Title    string    `json:"title,omitempty"`    // page: hash of its item's title and date
	Text     string    `json:"text,omitempty"`     // page: hash of its item's text
	Why      string    `json:"why,omitempty"`      // why no item came of it, for a person
	Depth    int       `json:"depth,omitempty"`    // sitemap: how far below the source's URL
	Old      bool      `json:"old,omitempty"`      // sitemap: it was there when the source was first asked, and was not read then
	Hint     *Hint     `json:"hint,omitempty"`     // page: what of the list's word it needs
}

// Hint is what a list says of a page. It counts only where the page itself says nothing.
type Hint struct {
	Title     string    `json:"title,omitempty"`
	Date      string    `json:"date,omitempty"` // of publication, as written
	Language  string    `json:"language,omitempty"`
	Tags      []string  `json:"tags,omitempty"`
	Paywalled bool      `json:"paywalled,omitempty"`
	When      time.Time `json:"when,omitzero"`  // while the page waits: of publication or change, for the order
	Rank      int       `json:"rank,omitempty"` // while it waits: its place in the list
}
