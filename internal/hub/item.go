package hub

import (
	"time"
)

// Item is one normalised article. Only package clean makes items out of drafts; a store gives back what it was given.
//
// Texts are valid UTF-8 in NFC without characters XML 1.0 forbids. Times have whole seconds and carry the offset of the
// source's zone. URLs are absolute http or https.
type Item struct {
	ID           ID           `json:"id"`
	Source       string       `json:"source"`
	OriginalID   string       `json:"original_id"`
	URL          string       `json:"url,omitempty"`          // "" where the item has none of its own
	Title        string       `json:"title,omitempty"`        // plain text, never markup
	Summary      string       `json:"summary,omitempty"`      // plain text
	ContentHTML  string       `json:"content_html,omitempty"` // sanitised, balanced, absolute links; without title, summary and byline repeated
	ContentText  string       `json:"content_text,omitempty"` // the same with block structure as lines, without captions
	Image        string       `json:"image,omitempty"`        // URL of the main picture
	Pictures     []Picture    `json:"pictures,omitempty"`
	Published    time.Time    `json:"published,omitzero"`      // clean leaves it zero where the document gives none; the store fills in FirstSeen
	Modified     time.Time    `json:"modified,omitzero"`       // zero where never modified
	OriginalDate string       `json:"original_date,omitempty"` // as written
	Authors      []Author     `json:"authors,omitempty"`
	Tags         []string     `json:"tags,omitempty"`
	Language     string       `json:"language,omitempty"` // BCP 47
	Attachments  []Attachment `json:"attachments,omitempty"`
	Captions     []string     `json:"captions,omitempty"`   // each picture's caption, once, in order
	Alternates   []Alternate  `json:"alternates,omitempty"` // the article in other languages
	Paywalled    bool         `json:"paywalled,omitempty"`
	Via          *Via         `json:"via,omitempty"`   // the feed this was syndicated from (RSS source, atom:source)
	Point        *Point       `json:"point,omitempty"` // where it happened (GeoRSS); nil where the source does not say
	AMP          string       `json:"amp,omitempty"`   // URL of its AMP page
	Hash         string       `json:"hash"`            // of all above but ID, Source, OriginalID, Modified and OriginalDate: what makes two versions differ
}

// Picture is an image that belongs to an item.
type Picture struct {
	URL     string `json:"url"`
	Type    string `json:"type,omitempty"` // media type, "" where unknown
	Width   int    `json:"width,omitempty"`
	Height  int    `json:"height,omitempty"`
	Alt     string `json:"alt,omitempty"`
	Caption string `json:"caption,omitempty"`
	Credit  string `json:"credit,omitempty"`
}

// Author is a person or desk that an item names as its writer.
type Author struct {
	Name  string `json:"name,omitempty"`
	URL   string `json:"url,omitempty"`
	Email string `json:"email,omitempty"`
}

// Attachment is a file that comes with an item: an RSS enclosure, a JSON Feed attachment.
type Attachment struct {
	URL      string        `json:"url"`
	Type     string        `json:"mime_type,omitempty"`
	Title    string        `json:"title,omitempty"`
	Size     int64         `json:"size_in_bytes,omitempty"` // 0 where unknown
	Duration time.Duration `json:"duration,omitempty"`
}

// Alternate is the same article in another language; URL is "" where the source names the edition without a usable link.
type Alternate struct {
	Language string `json:"language"`
	URL      string `json:"url,omitempty"`
}

// Via names the feed an item was syndicated from.
type Via struct {
	Title string `json:"title,omitempty"`
	URL   string `json:"url,omitempty"`
}

// Point is a place on earth, WGS 84.
type Point struct {
	Lat float64 `json:"lat"` // degrees, north positive
	Lon float64 `json:"lon"` // degrees, east positive
}

// Step is one thing normalisation did to an item; inspect --explain prints them.
type Step struct {
	Step   string `json:"step"`
	Field  string `json:"field"`
	Before string `json:"before"`
	After  string `json:"after"`
}

// State is where a stored item stands.
type State string

// The states of a record.
const (
	StateLive      State = "live"
	StateHeld      State = "held"      // under an embargo: known, not shown, no event yet
	StateRetracted State = "retracted" // out of everything; its identity and newest version are kept
	StateTrimmed   State = "trimmed"   // its body is gone by age; identity only
)

// Record is an item as a store keeps it: the newest version, where it stands and how it came there.
type Record struct {
	Item
	State      State               `json:"state"`
	FirstSeen  time.Time           `json:"first_seen"`
	FirstSeq   Seq                 `json:"first_seq"`         // of its created event; 0 while it has none
	Seq        Seq                 `json:"seq"`               // of its newest event; 0 while it has none
	Changed    time.Time           `json:"changed,omitzero"`  // time of its newest event
	Sections   []string            `json:"sections"`          // where it stands: its source's and every sighting's, sorted, without AllSection
	Shelves    map[string][]string `json:"shelves,omitempty"` // source id → the sections that source puts it in
	Declared   time.Time           `json:"declared,omitzero"` // Published as the newest version has it, before clamping
	PublishAt  time.Time           `json:"publish_at,omitzero"`
	Priority   int                 `json:"priority,omitempty"` // of the source that owns it
	Retraction *Retraction         `json:"retraction,omitempty"`
	URLKey     string              `json:"url_key,omitempty"` // see Incoming
	OtherKeys  []string            `json:"other_keys,omitempty"`
	Text       Fingerprint         `json:"text,omitempty"`     // of the newest version; it outlives the body
	Bodiless   bool                `json:"bodiless,omitempty"` // retracted, and its body is gone by age
}

// Retraction says who took an item out, when and why.
type Retraction struct {
	By     Authority `json:"by"`
	Reason string    `json:"reason,omitempty"` // public
	Note   string    `json:"note,omitempty"`   // for the house only
	When   time.Time `json:"when"`

	// Sections were told of it and hold its tombstone; they are told of the end as well, wherever the item stands by then.
	Sections []string `json:"sections,omitempty"`
}

// Authority is who may take an item out and let it back in.
type Authority string

// What the desk retracted only the desk restores; what a source retracted its own push, or the desk, restores.
const (
	BySource Authority = "source"
	ByDesk   Authority = "desk"
)

// Incoming is a normalised item on its way into a store, with what the store needs to know it again.
type Incoming struct {
	Item      Item
	Known     ID             // another id that its source knows it by (?original_id= where the document has one of its own); "" for none
	URLKey    string         // the canonical URL in the form two sources are compared by; "" where it identifies nothing
	OtherKeys []string       // its other addresses in that form: the AMP page, the link that its canonical URL replaced
	Text      Fingerprint    // what its text is compared by
	Twin      bool           // another item of its document stands for it (MarkTwins): it adds an alias and nothing else
	Copies    []ID           // the twins that it stands for, or the one that stands for it, where those have ids of their own
	Sections  []string       // where its source puts it
	Location  *time.Location // the source's zone: first_seen stands in it
	Priority  int            // of its source
	PublishAt time.Time      // an embargo, zero for none
	Restore   bool           // _tinhub.restore: the source takes its own retraction back
	Retract   bool           // the document says that this item is gone (a tombstone)
	Steps     []Step         // what normalisation did; nil unless asked for
}
