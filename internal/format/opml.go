package format

import (
	"bytes"
	"encoding/xml"
	"slices"

	"tinhub/internal/hub"
)

type opmlDoc struct {
	XMLName  xml.Name      `xml:"opml"`
	Version  string        `xml:"version,attr"`
	Title    string        `xml:"head>title"`
	Owner    string        `xml:"head>ownerId,omitempty"`
	Outlines []opmlOutline `xml:"body>outline"`
}

type opmlOutline struct {
	Type        string `xml:"type,attr"`
	Text        string `xml:"text,attr"`
	Title       string `xml:"title,attr"`
	Description string `xml:"description,attr,omitempty"`
	Language    string `xml:"language,attr,omitempty"`
	XMLURL      string `xml:"xmlUrl,attr"`
	HTMLURL     string `xml:"htmlUrl,attr"`
}

// OPML lists the RSS feeds of the sections (OPML 2.0, "Subscription lists"), in their order; the section of everything
// comes first where it is not among them.
func OPML(site hub.Site, sections []hub.Section) ([]byte, error) {
	if !slices.ContainsFunc(sections, func(s hub.Section) bool { return s.ID == hub.AllSection }) {
		sections = append([]hub.Section{{ID: hub.AllSection}}, sections...)
	}
	d := opmlDoc{Version: "2.0", Title: line(site.Title), Owner: address(site.URL)}
	for _, s := range sections {
		h := newHead(hub.Snapshot{Site: site, Section: s, Self: "/feeds/" + s.ID}, ".rss")
		d.Outlines = append(d.Outlines, opmlOutline{
			Type: "rss", Text: h.title, Title: h.title, Description: h.description, Language: h.language,
			XMLURL: h.self, HTMLURL: h.home,
		})
	}
	var b bytes.Buffer
	b.WriteString(xml.Header)
	enc := xml.NewEncoder(&b)
	enc.Indent("", "  ")
	if err := enc.Encode(d); err != nil {
		return nil, err
	}
	b.WriteByte('\n')
	return b.Bytes(), nil
}
