package source

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"

	"tinhub/internal/hub"
)

// sitemapReader reads one sitemap. It goes over the tags alone and asks for no grammar: of a broken sitemap, too, every
// entry that is whole comes out.
type sitemapReader struct {
	in    Input
	b     []byte
	notes *notes
	doc   hub.Document
	seen  map[string]bool

	root, prefix string   // of the root element, in lower case
	whole        bool     // a root element has ended
	open         []string // local names below the root, in lower case
	entry        *sitemapEntry
	level        int  // len(open) inside the entry
	index        bool // the entry is a sitemap
	leaf         string
	group        string
	text         strings.Builder
	entries      int // complete ones
	hint         int // how many there may be

	unusable, without, twice, more int
}

// xml reads a sitemap or an index in XML.
func (r *sitemapReader) xml() error {
	b, err := dropDoctype(r.b, r.notes)
	if err != nil {
		return err
	}
	r.b = b
	r.expect(bytes.Count(b, []byte("loc>"))/2, len(b))
	s := xmlScanner{b: b}
	for {
		t, ok := s.next()
		if !ok || t.kind == tokCut {
			if r.whole && r.root == "" {
				return nil
			}
			return r.cutOff()
		}
		switch t.kind {
		case tokText, tokBare:
			if r.room() {
				r.write(unescapeXML(string(clipBytes(b[t.start:t.end], maxSitemapField+1))))
			}
		case tokCDATA:
			if r.room() {
				r.write(string(clipBytes(b[t.start+9:t.end-3], maxSitemapField+1)))
			}
		case tokStart:
			if err := r.start(t); err != nil {
				return err
			}
		case tokEnd:
			if r.end(t) {
				return nil
			}
		}
	}
}

// expect notes how many entries there may be, as many as so many bytes can hold, so that room for them is made once.
func (r *sitemapReader) expect(n, size int) { r.hint = min(n, size/16, maxSitemapURLs) }

// cutOff drops the entry that the document ends in.
func (r *sitemapReader) cutOff() error {
	if r.entries == 0 {
		return hub.Errorf(hub.Invalid, "XML ends early, before its first entry is complete")
	}
	r.notes.add(fmt.Sprintf("XML ends early after entry %d; what followed was left out", r.entries))
	return nil
}

// room says whether a text is wanted here and not yet too long.
func (r *sitemapReader) room() bool { return r.leaf != "" && r.text.Len() < maxSitemapField }

func (r *sitemapReader) write(s string) {
	room := maxSitemapField - r.text.Len()
	if len(s) > room {
		s = s[:room]
		r.notes.add(fmt.Sprintf("a text of more than %d KiB was cut", maxSitemapField>>10))
	}
	r.text.WriteString(s)
}

func clipBytes(b []byte, most int) []byte { return b[:min(len(b), most)] }

func (r *sitemapReader) start(t token) error {
	prefix, name := "", strings.ToLower(t.name)
	if i := strings.LastIndexByte(name, ':'); i >= 0 {
		prefix, name = name[:i], name[i+1:]
	}
	if r.root == "" {
		if isSitemapRoot(name) {
			r.root, r.prefix = name, prefix
			if t.empty {
				r.root = ""
			}
		}
		return nil
	}
	begins := (name == "url" || name == "sitemap") && prefix == r.prefix
	if r.leaf != "" && (begins || isSitemapName(name)) {
		r.closeLeaf() // its end tag is missing
		r.pop(len(r.open) - 1)
	}
	if begins {
		r.pop(0)
	}
	if t.empty {
		if r.entry != nil && name == "link" {
			r.link(attrs(r.b, t))
		}
		return nil
	}
	if len(r.open) >= maxDepth {
		return hub.Errorf(hub.Invalid, "more than %d elements inside each other, at byte %d", maxDepth, t.start)
	}
	r.open = append(r.open, name)
	switch {
	case begins:
		r.entry, r.level, r.index = &sitemapEntry{}, len(r.open), name == "sitemap"
	case r.entry != nil && name == "link":
		r.link(attrs(r.b, t))
	case r.entry != nil && r.leaf == "":
		if r.group = r.groupOf(prefix); isSitemapLeaf(r.group, name) {
			r.leaf = name
			r.text.Reset()
		}
	}
	return nil
}

// groupOf is what an element inside an entry speaks of: the news, an image, a video, or the address itself.
func (r *sitemapReader) groupOf(prefix string) string {
	for _, name := range slices.Backward(r.open[r.level : len(r.open)-1]) {
		switch name {
		case "news", "image", "video":
			return name
		}
	}
	switch prefix {
	case "news", "image", "video":
		return prefix
	}
	return ""
}

func isSitemapLeaf(group, name string) bool {
	switch group + ":" + name {
	case ":loc", ":lastmod", "news:name", "news:language", "news:publication_date", "news:title", "news:keywords", "news:access",
		"image:loc", "image:title", "image:caption", "video:thumbnail_loc", "video:title", "video:description", "video:content_loc",
		"video:duration", "video:publication_date", "video:tag":
		return true
	}
	return false
}

// isSitemapName says whether an element is one of sitemaps, so that it cannot stand inside a text.
func isSitemapName(name string) bool {
	switch name {
	case "loc", "lastmod", "changefreq", "priority", "news", "image", "video", "publication", "name", "language", "publication_date",
		"keywords", "access", "genres", "caption", "thumbnail_loc", "content_loc", "player_loc", "duration":
		return true
	}
	return false
}

// end takes an end tag and says whether it ends the document.
func (r *sitemapReader) end(t token) bool {
	name := strings.ToLower(local(t.name))
	if r.root != "" && name == r.root {
		r.pop(0)
		r.root, r.whole = "", true // another may follow: scripts write sitemaps one behind the other
		return false
	}
	for i := len(r.open) - 1; i >= 0; i-- {
		if r.open[i] == name {
			r.pop(i)
			return false
		}
	}
	return isSitemapRoot(name)
}

// pop closes what is open above depth.
func (r *sitemapReader) pop(depth int) {
	if len(r.open) <= depth {
		return
	}
	if r.leaf != "" && !slices.Contains(r.open[:depth], r.leaf) {
		r.closeLeaf()
	}
	r.open = r.open[:depth]
	if r.entry != nil && depth < r.level {
		r.entries++
		if r.index {
			r.sitemap(r.entry.loc, r.entry.lastmod)
		} else {
			r.url(r.entry)
		}
		r.entry = nil
	}
}

func (r *sitemapReader) closeLeaf() {
	e, v := r.entry, strings.TrimSpace(r.text.String())
	set := func(field *string) {
		switch {
		case *field == "":
			*field = v
		case v != "" && v != *field && len(e.steps) < maxRepeated:
			e.steps = append(e.steps, hub.Step{Step: "more than one " + r.leaf, Field: strings.TrimPrefix(r.group+":"+r.leaf, ":"), Before: clip(v, 300), After: clip(*field, 300)})
		}
	}
	switch r.group + ":" + r.leaf {
	case ":loc":
		set(&e.loc)
	case ":lastmod":
		set(&e.lastmod)
	case "news:name":
		set(&e.name)
	case "news:language":
		set(&e.language)
	case "news:publication_date":
		set(&e.published)
	case "news:title":
		set(&e.title)
	case "news:keywords":
		set(&e.keywords)
	case "news:access":
		set(&e.access)
	case "image:loc":
		if v != "" && len(e.pictures) < maxPictures {
			e.pictures = append(e.pictures, hub.DraftPicture{URL: v})
		}
	case "image:title":
		if n := len(e.pictures); n > 0 {
			set(&e.pictures[n-1].Alt)
		}
	case "image:caption":
		if n := len(e.pictures); n > 0 {
			set(&e.pictures[n-1].Caption.Value)
		}
	case "video:thumbnail_loc":
		set(&e.thumbnail)
	case "video:title":
		set(&e.videoTitle)
	case "video:description":
		set(&e.videoText)
	case "video:content_loc":
		set(&e.videoFile)
	case "video:duration":
		set(&e.videoLen)
	case "video:publication_date":
		set(&e.videoDate)
	case "video:tag":
		if len(e.videoTags) < maxAlternates {
			e.videoTags = append(e.videoTags, v)
		}
	}
	r.leaf = ""
	r.text.Reset()
}

// link takes xhtml:link: another language's page, or the AMP page.
func (r *sitemapReader) link(list []attr) {
	rel, lang, href := strings.ToLower(attrOf(list, "rel")), attrOf(list, "hreflang"), attrOf(list, "href")
	switch e := r.entry; {
	case href == "" || len(href) > maxLink:
	case rel == "amphtml":
		e.amp = href
	case rel == "alternate" && lang != "":
		if e.named++; len(e.alternates) < maxAlternates {
			e.alternates = append(e.alternates, hub.Alternate{Language: lang, URL: href})
		}
	}
}

var namedReference = regexp.MustCompile(`&#?[A-Za-z0-9]{1,31};`)

// unescapeXML reads references that end as they must: in an address written without escapes, &copy=2 is a parameter.
func unescapeXML(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return namedReference.ReplaceAllStringFunc(s, html.UnescapeString)
}
