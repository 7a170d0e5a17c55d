package source

import (
	"encoding/base64"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/mmcdole/gofeed/atom"

	"tinhub/internal/hub"
)

// atomReader makes drafts of Atom 0.3 and 1.0.
type atomReader struct {
	feed   *atom.Feed
	index  feedIndex
	doc    *hub.Document
	docURL string
}

func (r *atomReader) read() {
	f, d := r.feed, r.doc
	f.Extensions = r.index.usual(f.Extensions)
	d.Title = plainTitle(r.index.title.read(f.Title))
	d.Home = resolveIf(r.index.base, linkTo(f.Links, "alternate", ""))
	d.Feed = resolveIf(r.index.base, linkTo(f.Links, "self", ""))
	d.Hub = resolveIf(r.index.base, linkTo(f.Links, "hub", ""))
	d.Language = first(f.Language, r.index.lang)
	d.TTL = rhythm("", f.Extensions)
	known := len(r.index.entries) == len(f.Entries)
	for i, e := range f.Entries {
		x := entryIndex{base: r.index.base, contentBase: r.index.base, lang: r.index.lang, id: e.ID}
		if known {
			x = r.index.entries[i]
		}
		d.Drafts = append(d.Drafts, r.entry(e, x))
	}
}

func (r *atomReader) entry(e *atom.Entry, x entryIndex) hub.Draft {
	exts := r.index.usual(e.Extensions)
	d := hub.Draft{
		OriginalID: first(x.id, e.ID),
		URL:        linkTo(e.Links, "alternate", first(x.lang, r.doc.Language)),
		Canonical:  linkTo(e.Links, "canonical", ""),
		Title:      x.title.read(e.Title),
		Summary:    x.summary.read(e.Summary),
		AMP:        linkTo(e.Links, "amphtml", ""),
		Steps:      x.steps,
		Language:   first(x.lang, r.doc.Language),
		Published:  raws(e.Published, value(exts, "dc", "date"), value(exts, "dcterms", "issued"), x.created, e.Updated),
		Modified:   raws(e.Updated, value(exts, "dcterms", "modified")),
		Authors:    r.authors(e),
		Base:       first(x.contentBase, x.base, r.docURL, r.doc.Feed, r.doc.Home),
	}
	place(&d, exts)
	articleBehind(&d, exts)
	if id := value(exts, "yt", "videoId"); d.URL == "" && id != "" {
		d.URL = "https://www.youtube.com/watch?v=" + id
	}
	if c := e.Content; c != nil {
		r.content(&d, c, x)
	}
	switch {
	case d.Summary.Value == "":
		d.Summary = plainSummary(exts)
	case d.Body.Value == "" && d.Summary.HTML:
		d.Body = d.Summary // the only body there is; clean takes the repeat out
	}
	if d.Title.Value == "" {
		d.Title = mediaTitle(exts)
	}
	d.Tags = raws(append(r.tags(e), moduleTags(exts)...)...)
	m := media{}
	r.links(&d, e.Links, &m)
	m.extensions(exts)
	m.into(&d)
	settle(&d)
	wholeLinks(&d)
	if x.contentBase != x.base {
		// Draft has one base, and the body needs its own: the entry's links become absolute here.
		resolveDraft(&d, x.base)
	}
	if s := e.Source; s != nil {
		d.Via = &hub.Via{Title: s.Title, URL: resolveIf(x.base, first(linkTo(s.Links, "self", ""), linkTo(s.Links, "alternate", "")))}
	}
	return d
}

// tags are the labels of the categories, where they have some, without what Google's feeds say of themselves there.
func (r *atomReader) tags(e *atom.Entry) []string {
	var tags []string
	for _, c := range e.Categories {
		if !strings.HasSuffix(c.Scheme, "schemas.google.com/g/2005#kind") {
			tags = append(tags, first(c.Label, c.Term))
		}
	}
	return tags
}

func (r *atomReader) content(d *hub.Draft, c *atom.Content, x entryIndex) {
	kind := strings.ToLower(c.Type)
	if c.Src != "" && d.URL == "" {
		d.URL = c.Src
	}
	for _, binary := range []string{"image/", "audio/", "video/", "application/pdf", "application/zip"} {
		if strings.HasPrefix(kind, binary) {
			return
		}
	}
	if strings.HasPrefix(kind, "application/octet") {
		if !isBinary([]byte(c.Value)) && utf8.ValidString(c.Value) { // the parser has decoded it
			d.Body = sniffed(c.Value)
		}
		return
	}
	if x.content.kind == "" {
		x.content.kind = kind
	}
	d.Body = x.content.read(c.Value)
}

// links sorts an entry's links: enclosures are media, alternates in another language are editions.
func (r *atomReader) links(d *hub.Draft, links []*atom.Link, m *media) {
	own := strings.ToLower(d.Language)
	for _, l := range links {
		lang := strings.ToLower(l.Hreflang)
		switch strings.ToLower(l.Rel) {
		case "enclosure":
			m.enclosure(l.Href, l.Type, l.Length, l.Title)
		case "alternate":
			if lang != "" && l.Href != "" && l.Href != d.URL && !sameLanguage(lang, own) {
				d.Alternates = append(d.Alternates, hub.Alternate{Language: l.Hreflang, URL: l.Href})
			}
		}
	}
}

// authors are the entry's, else its source's, else the feed's (RFC 4287 §4.2.1).
func (r *atomReader) authors(e *atom.Entry) []hub.DraftAuthor {
	people := e.Authors
	if len(people) == 0 && e.Source != nil {
		people = e.Source.Authors
	}
	if len(people) == 0 {
		people = r.feed.Authors
	}
	var list []hub.DraftAuthor
	for _, p := range people {
		if a := (hub.DraftAuthor{Name: p.Name, URL: p.URI, Email: p.Email}); a != (hub.DraftAuthor{}) {
			list = append(list, a)
		}
	}
	if len(e.Authors) > 0 {
		return list
	}
	for _, name := range values(e.Extensions, "dc", "creator") {
		list = append(list, hub.DraftAuthor{Name: name})
	}
	if len(list) == 0 {
		list = podcastPeople(e.Extensions)
	}
	return list
}

// linkTo is the address of the link with that relation; of several the page in the language wanted, then any page.
func linkTo(links []*atom.Link, rel, lang string) string {
	best, score := "", -1
	for _, l := range links {
		if !strings.EqualFold(l.Rel, rel) || l.Href == "" {
			continue
		}
		n := 0
		if l.Type == "" || strings.Contains(l.Type, "html") {
			n += 2
		}
		switch {
		case l.Hreflang == "":
			n += 3
		case sameLanguage(l.Hreflang, lang):
			n += 4
		}
		if n > score {
			best, score = l.Href, n
		}
	}
	return strings.TrimSpace(best)
}

// sameLanguage compares two language tags by their primary language.
func sameLanguage(a, b string) bool { return a != "" && primary(a) == primary(b) }

func primary(tag string) string {
	tag = strings.ToLower(tag)
	if i := strings.IndexAny(tag, "-_"); i > 0 {
		return tag[:i]
	}
	return tag
}

func resolveIf(base, ref string) string {
	if ref == "" {
		return ""
	}
	return resolve(base, withScheme(ref))
}

// resolveDraft makes all links of a draft absolute but those in its texts.
func resolveDraft(d *hub.Draft, base string) {
	d.URL, d.Canonical, d.Image.URL = resolveIf(base, d.URL), resolveIf(base, d.Canonical), resolveIf(base, d.Image.URL)
	for i := range d.Pictures {
		d.Pictures[i].URL = resolveIf(base, d.Pictures[i].URL)
	}
	for i := range d.Attachments {
		d.Attachments[i].URL = resolveIf(base, d.Attachments[i].URL)
	}
	for i := range d.Alternates {
		d.Alternates[i].URL = resolveIf(base, d.Alternates[i].URL)
	}
	for i := range d.Authors {
		d.Authors[i].URL = resolveIf(base, d.Authors[i].URL)
	}
}

// prefixedTag begins an element of XHTML under a prefix: in HTML there are none.
var prefixedTag = regexp.MustCompile(`<(/?)[A-Za-z_][\w.-]*:([A-Za-z])`)

// read is the text construct with that type.
func (t textType) read(s string) hub.Text {
	if t.base64 {
		if raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), "")); err == nil && utf8.Valid(raw) {
			s = string(raw)
		}
	}
	return atomText(s, t.kind)
}

// atomText is a text construct (RFC 4287 §3.1). Without a type it is plain by the spec; feeds that put markup there are
// believed.
func atomText(s, kind string) hub.Text {
	switch {
	case strings.Contains(kind, "xhtml"):
		return hub.Text{Value: prefixedTag.ReplaceAllString(s, "<$1$2"), HTML: true}
	case strings.Contains(kind, "html"), strings.HasSuffix(kind, "/xml"):
		return hub.Text{Value: s, HTML: s != ""}
	case strings.HasSuffix(kind, "+xml"):
		return hub.Text{} // a document of another kind, which no reader shows
	case kind == "":
		return sniffed(s)
	}
	return hub.Text{Value: s}
}
