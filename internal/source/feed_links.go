package source

import (
	"fmt"
	"regexp"
	"strings"

	"tinhub/internal/hub"
)

// barewww is an address without its scheme: www, a name, and an end that may be a top level domain.
var barewww = regexp.MustCompile(`(?i)^www(?:\.[\pL\d](?:[\pL\d-]{0,61}[\pL\d])?)+\.(\pL{2,24}|xn--[a-z0-9-]{2,59})(?::\d{1,5})?(?:[/?#]|$)`)

// withScheme is an address that begins with www. as what its writer meant; any other link as it is. By RFC 3986 §4.2 it would
// be a path, but no site has a folder of that name.
func withScheme(link string) string {
	link = strings.TrimSpace(link)
	if len(link) < 4 || link[0]|0x20 != 'w' {
		return link
	}
	m := barewww.FindStringSubmatch(link)
	if m == nil || isFileEnding(strings.ToLower(m[1])) {
		return link
	}
	return "https://" + link
}

// isFileEnding names what the last part of a file's name is, and no domain's.
func isFileEnding(s string) bool {
	switch s {
	case "html", "htm", "xhtml", "shtml", "php", "asp", "aspx", "jsp", "cgi", "xml", "rss", "json", "txt", "pdf", "css", "js", "jpg", "jpeg", "png",
		"gif", "webp", "svg", "avif", "mp", "doc", "docx", "zip", "gz":
		return true
	}
	return false
}

// wholeLinks gives the links of a draft that lack their scheme one, each with a step.
func wholeLinks(d *hub.Draft) {
	mend := func(field string, link *string) {
		if whole := withScheme(*link); whole != strings.TrimSpace(*link) {
			d.Steps = append(d.Steps, hub.Step{Step: "link without a scheme", Field: field, Before: clip(*link, 300), After: clip(whole, 300)})
			*link = whole
		}
	}
	mend("url", &d.URL)
	mend("url", &d.Canonical)
	mend("amp", &d.AMP)
	image := d.Image.URL
	mend("image", &d.Image.URL)
	for i := range d.Pictures {
		if p := &d.Pictures[i]; p.URL == image {
			p.URL = d.Image.URL
		} else {
			mend("pictures", &p.URL)
		}
	}
	for i := range d.Attachments {
		mend("attachments", &d.Attachments[i].URL)
	}
	for i := range d.Alternates {
		mend("alternates", &d.Alternates[i].URL)
	}
	for i := range d.Authors {
		mend("authors", &d.Authors[i].URL)
	}
	if d.Via != nil {
		d.Via.URL = withScheme(d.Via.URL)
	}
}

// boundAlternates keeps of an item's editions as many as any house has.
func boundAlternates(d *hub.Draft) {
	if n := len(d.Alternates); n > maxAlternates {
		d.Alternates = d.Alternates[:maxAlternates:maxAlternates]
		d.Steps = append(d.Steps, cutAlternates(n))
	}
}

func cutAlternates(n int) hub.Step {
	return hub.Step{Step: "cut", Field: "alternates", Before: fmt.Sprintf("%d alternates", n), After: fmt.Sprintf("%d alternates", maxAlternates)}
}
