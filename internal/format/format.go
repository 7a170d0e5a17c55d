// Package format turns frozen sections into the bytes of feeds: RSS 2.0 (rss.go), Atom 1.0 (atom.go), JSON Feed 1.1
// (jsonfeed.go), and the list of them all as OPML (opml.go). What a format says of an item is made once, in entry.go, so
// that the formats agree by construction.
//
// It is pure: the same snapshot gives the same bytes in every process. It never reads a clock, a file or the network,
// never chooses or orders items, and never puts anything of the program's version into the bytes. Start with Formats.
package format

import (
	"net/url"

	"tinhub/internal/hub"
)

// generator is the name that stands in feeds as their maker, without a version: a release must not change the bytes of
// feeds whose items did not change.
const generator = "Tinhub"

// OPMLType is the content type of OPML.
const OPMLType = "text/x-opml; charset=utf-8"

// Format is one way to write a section.
type Format struct {
	Name        string // as in --format and partners' contracts
	Ext         string // of the feed's URL, with its dot
	ContentType string
	Render      func(hub.Snapshot) ([]byte, error) // equal snapshots give equal bytes; the snapshot is not changed
}

// Formats lists every format, the one most readers ask for first. A new format is one file and one line here.
func Formats() []Format {
	return []Format{
		{"rss", ".rss", "application/rss+xml; charset=utf-8", renderRSS},
		{"atom", ".atom", "application/atom+xml; charset=utf-8", renderAtom},
		{"json", ".json", "application/feed+json; charset=utf-8", renderJSON},
	}
}

// ByName finds a format by its name.
func ByName(name string) (Format, bool) {
	for _, f := range Formats() {
		if f.Name == name {
			return f, true
		}
	}
	return Format{}, false
}

// Self is the absolute URL of the snapshot's feed with the extension ext, in its normal form.
func Self(s hub.Snapshot, ext string) string {
	u := s.Site.URL + s.Self + ext
	if s.Query != "" {
		u += "?" + s.Query
	}
	return u
}

// sectionPage is the page for people that a section has.
func sectionPage(site hub.Site, section string) string {
	return site.URL + "/feeds/" + url.PathEscape(section)
}
