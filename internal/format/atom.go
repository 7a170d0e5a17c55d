package format

import (
	"bytes"
	"strconv"

	"github.com/gorilla/feeds"

	"tinhub/internal/hub"
)

// The Atom 1.0 document (RFC 4287) is that of gorilla/feeds. The structs here embed its own and shadow the fields that
// fall short (one link, one author, categories as text) or add what it lacks (xml:lang, tombstones, Media RSS).

type atomFeed struct {
	feeds.AtomFeed
	Lang      string           `xml:"xml:lang,attr,omitempty"`
	Media     string           `xml:"xmlns:media,attr"`
	At        string           `xml:"xmlns:at,attr"`
	Generator string           `xml:"generator"`
	Links     []feeds.AtomLink `xml:"link"`
	Entries   []atomEntry      `xml:"entry"`
	Deleted   []atomDeleted    `xml:"at:deleted-entry"`
}

// FeedXml implements feeds.XmlFeed.
func (f *atomFeed) FeedXml() any { return f }

type atomEntry struct {
	feeds.AtomEntry
	Lang       string             `xml:"xml:lang,attr,omitempty"`
	Authors    []feeds.AtomAuthor `xml:"author"`
	Categories []atomCategory     `xml:"category"`
	Source     *atomSource        `xml:"source"`
	Media      []mediaContent     `xml:"media:content"`
}

type atomCategory struct {
	Term string `xml:"term,attr"`
}

// atomSource names the feed an item came from. Its id is not known, and a wrong one is worse than none.
type atomSource struct {
	Title string         `xml:"title,omitempty"`
	Link  feeds.AtomLink `xml:"link"`
}

// atomDeleted is a tombstone (RFC 6721 §3): it tells a reader that holds the entry to let it go.
type atomDeleted struct {
	Ref  string `xml:"ref,attr"`
	When string `xml:"when,attr"`
}

// The feed's id (RFC 4287 §4.2.6) is its own URL in normal form. Section names repeat between houses, so an id must hold
// something of the house, and its URL is the only thing it has that is its own; entries keep their ids when it moves.
func renderAtom(s hub.Snapshot) ([]byte, error) {
	h := newHead(s, ".atom")
	f := &atomFeed{
		AtomFeed: feeds.AtomFeed{
			Xmlns: nsAtom, Title: h.title, Id: h.self, Updated: rfc3339(h.updated), Subtitle: h.description,
			Icon: h.image, Logo: h.image, Rights: h.rights,
			// Entries without an author of their own take the feed's (RFC 4287 §4.1.2).
			Author: &feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: h.publisher.Name, Uri: h.publisher.URL}},
		},
		Lang: h.language, Media: nsMedia, At: nsAt, Generator: generator,
		Links: []feeds.AtomLink{
			{Href: h.self, Rel: "self", Type: "application/atom+xml"},
			{Href: h.home, Rel: "alternate", Type: "text/html"},
		},
		Entries: make([]atomEntry, len(s.Items)),
	}
	for i := range s.Items {
		e := newEntry(s.Site, &s.Items[i])
		f.Entries[i] = newAtomEntry(&e, &h)
	}
	for _, t := range s.Retracted {
		f.Deleted = append(f.Deleted, atomDeleted{Ref: line(string(t.ID)), When: rfc3339(dated(t.When.UTC()))})
	}
	var b bytes.Buffer
	if err := feeds.WriteXML(f, &b); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func newAtomEntry(e *entry, h *head) atomEntry {
	updated := e.updated()
	if updated.IsZero() {
		updated = h.updated // an entry must name one, and this is the only date left that no clock moves
	}
	a := atomEntry{
		AtomEntry: feeds.AtomEntry{
			Title: e.title, Updated: rfc3339(updated), Id: e.id, Published: rfc3339(e.published),
			Links: []feeds.AtomLink{{Href: e.link, Rel: "alternate", Type: "text/html"}},
		},
		Media: newMedia(e.pictures),
	}
	if e.summary != "" {
		a.Summary = &feeds.AtomSummary{Content: e.summary, Type: "text"}
	}
	if body := e.body(); body != "" {
		a.Content = &feeds.AtomContent{Content: body, Type: "html"}
	}
	if e.language != h.language {
		a.Lang = e.language
	}
	for _, p := range e.authors {
		a.Authors = append(a.Authors, feeds.AtomAuthor{AtomPerson: feeds.AtomPerson{Name: p.Name, Uri: p.URL, Email: p.Email}})
	}
	for _, t := range e.tags {
		a.Categories = append(a.Categories, atomCategory{Term: t})
	}
	for _, f := range e.attachments {
		l := feeds.AtomLink{Href: f.URL, Rel: "enclosure", Type: f.Type}
		if f.Size > 0 {
			l.Length = strconv.FormatInt(f.Size, 10)
		}
		a.Links = append(a.Links, l)
	}
	if e.via != nil {
		a.Source = &atomSource{Title: e.via.Title, Link: feeds.AtomLink{Href: e.via.URL, Rel: "self"}}
	}
	return a
}
