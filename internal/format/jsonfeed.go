package format

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/gorilla/feeds"

	"tinhub/internal/hub"
)

const jsonFeedVersion = "https://jsonfeed.org/version/1.1"

// The JSON Feed 1.1 document is that of gorilla/feeds. The structs here embed its own and shadow the fields that fall
// short (items missing when empty, a size in 32 bits under a wrong name, dates of any precision) or add what it lacks
// (language, the extension).

type jsonFeed struct {
	feeds.JSONFeed
	Ext   *jsonFeedExt `json:"_tinhub,omitempty"`
	Items []jsonItem   `json:"items"`
}

type jsonFeedExt struct {
	Kind      string          `json:"kind,omitempty"`     // inspect: what the document was read as
	Feeds     []hub.FeedLink  `json:"feeds,omitempty"`    // inspect: the feeds a page names as its own
	Sitemaps  []string        `json:"sitemaps,omitempty"` // inspect: the sitemaps an index lists
	Warnings  []string        `json:"warnings,omitempty"` // inspect: what had to be repaired
	Retracted []jsonTombstone `json:"retracted"`
}

type jsonTombstone struct {
	ID   hub.ID `json:"id"`
	When string `json:"when,omitempty"`
}

type jsonItem struct {
	feeds.JSONItem
	Text        *string          `json:"content_text,omitempty"`
	Published   string           `json:"date_published,omitempty"`
	Modified    string           `json:"date_modified,omitempty"`
	Language    string           `json:"language,omitempty"`
	Attachments []jsonAttachment `json:"attachments,omitempty"`
	Ext         jsonItemExt      `json:"_tinhub"`
}

type jsonAttachment struct {
	URL      string  `json:"url"`
	Type     string  `json:"mime_type"`
	Title    string  `json:"title,omitempty"`
	Size     int64   `json:"size_in_bytes,omitempty"`
	Duration float64 `json:"duration_in_seconds,omitempty"`
}

type jsonItemExt struct {
	Seq          hub.Seq         `json:"seq,omitempty"`
	Source       string          `json:"source,omitempty"`
	Sections     []string        `json:"sections"`
	OriginalID   string          `json:"original_id,omitempty"`
	OriginalDate string          `json:"original_date,omitempty"`
	FirstSeen    string          `json:"first_seen,omitempty"`
	Hash         string          `json:"content_hash,omitempty"`
	Captions     []string        `json:"captions,omitempty"`
	Pictures     []hub.Picture   `json:"pictures,omitempty"` // with the credit and size of each, which JSON Feed has no place for
	Alternates   []hub.Alternate `json:"alternates,omitempty"`
	Paywalled    bool            `json:"paywalled,omitempty"`
	Point        *hub.Point      `json:"point,omitempty"`
	AMP          string          `json:"amp,omitempty"`
	PublishAt    string          `json:"publish_at,omitempty"`
	Restore      bool            `json:"restore,omitempty"`
	Views        *hub.ViewCounts `json:"views,omitempty"`
	Steps        []hub.Step      `json:"steps,omitzero"`
}

func renderJSON(s hub.Snapshot) ([]byte, error) {
	h := newHead(s, ".json")
	f := jsonFeed{
		JSONFeed: feeds.JSONFeed{
			Version: jsonFeedVersion, Title: h.title, Language: h.language, HomePageUrl: h.home, FeedUrl: h.self,
			Description: h.description, Icon: h.image,
			Authors: []*feeds.JSONAuthor{{Name: h.publisher.Name, Url: h.publisher.URL}},
		},
		Ext:   &jsonFeedExt{Retracted: make([]jsonTombstone, len(s.Retracted))},
		Items: make([]jsonItem, len(s.Items)),
	}
	for i, t := range s.Retracted {
		f.Ext.Retracted[i] = jsonTombstone{ID: t.ID, When: rfc3339(dated(t.When.UTC()))}
	}
	for i := range s.Items {
		f.Items[i] = newJSONItem(s.Site, &s.Items[i])
	}
	return encodeJSON(f)
}

// Item writes one item as it stands in a JSON feed, with its views and the steps of its normalisation where they are
// given.
func Item(site hub.Site, r hub.Record, views *hub.ViewCounts, steps []hub.Step) ([]byte, error) {
	it := newJSONItem(site, &r)
	it.Ext.Views, it.Ext.Steps = views, steps
	return encodeJSON(it)
}

func newJSONItem(site hub.Site, r *hub.Record) jsonItem {
	e := newEntry(site, r)
	it := jsonItem{
		JSONItem: feeds.JSONItem{
			Id: e.id, Url: e.link, Title: e.title, ContentHTML: e.html, Summary: e.summary, Image: e.image, Tags: e.tags,
		},
		Published: rfc3339(e.published), Modified: rfc3339(e.modified), Language: e.language,
		Ext: jsonItemExt{
			Seq: r.Seq, Source: r.Source, Sections: append([]string{}, r.Sections...), OriginalID: r.OriginalID,
			OriginalDate: r.OriginalDate, FirstSeen: rfc3339(dated(r.FirstSeen)), Hash: r.Hash, Captions: e.captions, Pictures: r.Pictures,
			Alternates: r.Alternates, Paywalled: r.Paywalled, Point: r.Point, AMP: r.AMP,
			PublishAt: rfc3339(dated(r.PublishAt)),
		},
	}
	// One of the two must be there (JSON Feed 1.1, "Items"). In a feed the summary stands in, as readers show only bodies;
	// to inspect it would be a lie.
	if e.text == "" && e.html == "" && site.URL != "" {
		e.text = e.summary
	}
	if e.text != "" || e.html == "" {
		it.Text = &e.text
	}
	for _, a := range e.authors {
		it.Authors = append(it.Authors, &feeds.JSONAuthor{Name: a.Name, Url: a.URL})
	}
	for _, a := range e.attachments {
		it.Attachments = append(it.Attachments, jsonAttachment{
			URL: a.URL, Type: a.Type, Title: a.Title, Size: a.Size, Duration: a.Duration.Seconds(),
		})
	}
	return it
}

// encodeJSON writes for people too: indented, and with <, > and & as they are, for this is no HTML page.
func encodeJSON(v any) ([]byte, error) {
	var b bytes.Buffer
	if err := newEncoder(&b, "").Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func newEncoder(w io.Writer, prefix string) *json.Encoder {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent(prefix, "  ")
	return enc
}
