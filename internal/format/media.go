package format

import "tinhub/internal/hub"

// The namespaces beside the formats' own; each stands once, on the root.
const (
	nsAtom  = "http://www.w3.org/2005/Atom"
	nsDC    = "http://purl.org/dc/elements/1.1/"
	nsMedia = "http://search.yahoo.com/mrss/"
	nsAt    = "http://purl.org/atompub/tombstones/1.0"
)

// mediaContent is a picture in Media RSS 1.5.1, the same in RSS and Atom.
type mediaContent struct {
	URL         string `xml:"url,attr"`
	Medium      string `xml:"medium,attr"`
	Type        string `xml:"type,attr,omitempty"`
	Width       int    `xml:"width,attr,omitempty"`
	Height      int    `xml:"height,attr,omitempty"`
	Description string `xml:"media:description,omitempty"`
	Credit      string `xml:"media:credit,omitempty"`
}

func newMedia(pictures []hub.Picture) []mediaContent {
	var out []mediaContent
	for _, p := range pictures {
		out = append(out, mediaContent{
			URL: p.URL, Medium: "image", Type: p.Type, Width: p.Width, Height: p.Height,
			Description: p.Caption, Credit: p.Credit,
		})
	}
	return out
}
