package format

import (
	"bytes"
	"html"
	"strconv"

	"github.com/gorilla/feeds"

	"tinhub/internal/hub"
)

// ttlMinutes is how long a feed may be cached: as long as its Cache-Control says by default.
const ttlMinutes = 1

// The RSS 2.0 document is that of gorilla/feeds. The structs here embed its own and shadow the fields that fall short
// (one category, one enclosure, a source without url) or add what it lacks (atom:link, Dublin Core, Media RSS).

type rssDoc struct {
	feeds.RssFeedXml
	Atom    string      `xml:"xmlns:atom,attr"`
	DC      string      `xml:"xmlns:dc,attr"`
	Media   string      `xml:"xmlns:media,attr"`
	Channel *rssChannel `xml:"channel"`
}

// FeedXml implements feeds.XmlFeed.
func (d *rssDoc) FeedXml() any { return d }

type rssChannel struct {
	feeds.RssFeed
	Self  rssSelf   `xml:"atom:link"`
	Items []rssItem `xml:"item"`
}

type rssSelf struct {
	Href string `xml:"href,attr"`
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
}

type rssItem struct {
	feeds.RssItem
	Updated    string               `xml:"atom:updated,omitempty"`
	Creators   []string             `xml:"dc:creator"`
	Language   string               `xml:"dc:language,omitempty"`
	Categories []string             `xml:"category"`
	Source     *rssSource           `xml:"source"`
	Enclosures []feeds.RssEnclosure `xml:"enclosure"`
	Media      []mediaContent       `xml:"media:content"`
}

type rssSource struct {
	URL   string `xml:"url,attr"`
	Title string `xml:",chardata"`
}

func renderRSS(s hub.Snapshot) ([]byte, error) {
	h := newHead(s, ".rss")
	c := &rssChannel{
		RssFeed: feeds.RssFeed{
			Title: h.title, Link: h.home, Description: h.description, Language: h.language, Copyright: h.rights,
			LastBuildDate: rfc822(h.updated), Generator: generator, Ttl: ttlMinutes,
		},
		Self:  rssSelf{Href: h.self, Rel: "self", Type: "application/rss+xml"},
		Items: make([]rssItem, len(s.Items)),
	}
	if h.image != "" {
		// RSS 2.0: "the image title and link should have the same value as the channel's".
		c.Image = &feeds.RssImage{Url: h.image, Title: h.title, Link: h.home}
	}
	for i := range s.Items {
		e := newEntry(s.Site, &s.Items[i])
		c.Items[i] = newRSSItem(&e, h.language)
	}
	d := &rssDoc{Atom: nsAtom, DC: nsDC, Media: nsMedia, Channel: c}
	d.Version, d.ContentNamespace = "2.0", "http://purl.org/rss/1.0/modules/content/"
	var b bytes.Buffer
	if err := feeds.WriteXML(d, &b); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func newRSSItem(e *entry, language string) rssItem {
	it := rssItem{
		RssItem: feeds.RssItem{
			Title: e.title, Link: e.link,
			// Readers take the description for HTML, so a plain text must be escaped to read as it stands.
			Description: html.EscapeString(e.description()),
			Guid:        &feeds.RssGuid{Id: e.id, IsPermaLink: "false"},
			PubDate:     rfc822(e.published),
		},
		Updated:    rfc3339(e.modified), // atom:updated: RSS has no word for it, and readers know this one
		Categories: e.tags,
		Media:      newMedia(e.pictures),
	}
	if body := e.body(); body != "" {
		it.Content = &feeds.RssContent{Content: body}
	}
	for _, a := range e.authors {
		it.Creators = append(it.Creators, a.Name)
	}
	if e.language != language {
		it.Language = e.language
	}
	if e.via != nil {
		it.Source = &rssSource{URL: e.via.URL, Title: e.via.Title}
	}
	for _, a := range e.attachments {
		// RSS 2.0 wants a length; 0 is what is written where it is unknown.
		it.Enclosures = append(it.Enclosures, feeds.RssEnclosure{Url: a.URL, Length: strconv.FormatInt(a.Size, 10), Type: a.Type})
	}
	return it
}
