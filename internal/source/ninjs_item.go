package source

import (
	"fmt"
	"strings"

	"tinhub/internal/hub"
)

// item makes a draft of a ninjs object; of a package it makes one of each article in it. An embargo on the package around it is
// also the article's.
func (f *ninjsReader) item(o ninjsObject, around *wireDraft) {
	d := &wireDraft{place: o.place}
	d.Base = f.base
	d.fail = func(place, format string, args ...any) {
		f.r.fail(strings.TrimSuffix(o.at(place), "."), format, args...)
	}
	d.OriginalID = o.one("uri", "guid", "_id", "id")
	d.class = lastWord(o.one("type"))
	f.address(d, o)
	f.dates(d, o)
	d.status(o.key("pubstatus"), o.one("pubstatus", "state"))
	if around != nil && d.PublishAt == "" {
		d.PublishAt, d.held = around.PublishAt, d.held || around.held
	}
	d.Language = o.one("language")
	if d.Deleted {
		f.finish(d)
		return
	}
	f.texts(d, o)
	f.people(d, o)
	f.concepts(d, o)
	d.title()
	f.pictures(d, o)
	var members []ninjsObject
	if around == nil {
		members = f.members(o)
	}
	if len(members) > 0 && d.Body.Value == "" && d.class == "composite" {
		f.r.note(o.place, "a package; its %d articles are items of their own", len(members))
	} else {
		f.finish(d)
	}
	for _, m := range members {
		f.item(m, d)
	}
}

// note tells of something that is no mistake.
func (r *jsonReader) note(place, format string, args ...any) {
	if r.notes != nil {
		r.notes.add(strings.TrimPrefix(place+": ", ": ") + fmt.Sprintf(format, args...))
	}
}

func (f *ninjsReader) finish(d *wireDraft) {
	if d.settle("uri", f.r.strict) {
		if !f.r.strict {
			wholeLinks(&d.Draft)
		}
		f.drafts = append(f.drafts, d.Draft)
	}
}

// address is the item's page on the web: the uri only where it is an address itself.
func (f *ninjsReader) address(d *wireDraft, o ninjsObject) {
	for _, key := range []string{"url", "href", "canonical_url", "canonicalurl", "web_url", "weburl", "link"} {
		if d.URL != "" || jsonType(o.fields[o.key(key)]) != "a string" {
			continue
		}
		d.URL = f.link(o, key)
	}
	for _, p := range o.altIDs() {
		role := strings.ToLower(p[0])
		if d.URL == "" && isWeb(p[1]) && (strings.Contains(role, "url") || strings.Contains(role, "web") || strings.Contains(role, "canonical") || strings.Contains(role, "link")) {
			d.URL = strings.TrimSpace(p[1])
		}
	}
	if jsonType(o.fields[o.key("links")]) == "a list" {
		for _, l := range o.parts("links") {
			link, rel := f.link(l, "href"), strings.ToLower(l.one("rel", "role"))
			switch lang := l.one("hreflang", "language"); {
			case link == "":
			case rel == "canonical" && d.URL == "":
				d.URL = link
			case rel == "alternate" && lang != "":
				d.alternate(lang, link)
			}
		}
	}
	if d.URL == "" {
		d.URL = webOnly(d.OriginalID)
	}
}

// altIDs are other names of the item, each with what it is: an object in ninjs 1, a list in 2 and 3.
func (o ninjsObject) altIDs() [][2]string {
	key := o.key("altids")
	if !o.has(key) {
		return nil
	}
	var list [][2]string
	if jsonType(o.fields[key]) == "an object" {
		m, _ := o.object(key)
		for _, k := range orderedKeys(o.fields[key]) {
			if jsonType(m.fields[k]) == "a string" {
				list = append(list, [2]string{k, m.text(k, false)})
			}
		}
		return list
	}
	for _, p := range o.parts("altids") {
		list = append(list, [2]string{p.one("role", "name", "type"), p.one("value", "id")})
	}
	return list
}

// link is a link as written. Strict, it must be one that the web has.
func (f *ninjsReader) link(o ninjsObject, key string) string {
	s := strings.TrimSpace(o.str(key))
	if s == "" || isWeb(resolve(f.base, s)) && !strings.ContainsAny(s, " \t\r\n") {
		return s
	}
	if f.r.strict || foreignScheme(s) {
		f.r.fail(o.at(o.key(key)), "%q is not an http or https link", clip(s, 80))
		return ""
	}
	return s
}

func (f *ninjsReader) dates(d *wireDraft, o ninjsObject) {
	version := o.one("versioncreated")
	d.Published = raws(o.one("firstpublished"), o.one("firstcreated"), version, o.one("contentcreated"))
	d.Modified = raws(version)
	for _, key := range []string{"embargoed", "embargoeduntil"} {
		switch key = o.key(key); {
		case jsonType(o.fields[key]) == "a string":
			d.embargo(key, o.text(key, false))
		case o.has(key):
			d.embargo(key, string(o.fields[key])) // a number or a truth: an embargo, but nobody knows until when
		}
	}
}

// texts reads headlines, descriptions and bodies.
func (f *ninjsReader) texts(d *wireDraft, o ninjsObject) {
	d.name, d.slug = o.one("title", "name"), o.one("slugline")
	f.bodies(d, o)
	f.descriptions(d, o) // before the headlines: a second one is the summary only where there is no other
	f.headlines(d, o)
	d.leaveOut("editor's note", o.one("ednote"))
	for _, key := range []string{"body_footer", "dateline"} {
		if jsonType(o.fields[o.key(key)]) == "a string" {
			d.leaveOut(key, o.str(key))
		}
	}
}

// byRole are the texts of a list as ninjs 2 and 3 have it.
type byRole struct{ role, kind, value string }

func (o ninjsObject) roles(name string) []byRole {
	var list []byRole
	if !o.has(o.key(name)) {
		return nil
	}
	for _, p := range o.parts(name) {
		if v := p.str("value"); strings.TrimSpace(v) != "" {
			list = append(list, byRole{lastWord(p.one("role")), strings.ToLower(p.one("contenttype", "mimetype")), v})
		}
	}
	return list
}

// suffixed are the texts whose keys begin alike, as ninjs 1 has them: body_html, description_text.
func (o ninjsObject) suffixed(prefix string, known ...string) []byRole {
	var list []byRole
	seen := map[string]bool{}
	take := func(lower string) {
		key, ok := o.keys[lower]
		if !ok || seen[lower] || jsonType(o.fields[key]) != "a string" {
			return
		}
		seen[lower] = true
		if v := o.text(key, false); strings.TrimSpace(v) != "" {
			list = append(list, byRole{role: strings.TrimPrefix(lower, prefix), value: v})
		}
	}
	for _, k := range known {
		take(prefix + k)
	}
	for _, lower := range sortedKeys(o.keys) {
		if strings.HasPrefix(lower, prefix) {
			take(lower)
		}
	}
	return list
}

func (f *ninjsReader) headlines(d *wireDraft, o ninjsObject) {
	d.headline = sniffed(o.one("headline"))
	list := append(o.roles("headlines"), o.suffixed("headline_", "text", "simple", "html", "xhtml")...)
	for pass := range 2 {
		for _, h := range list {
			main := h.role == "main" || h.role == "" || h.role == "text" || h.role == "simple" || h.role == "headline"
			if d.headline.Value == "" && (main || pass == 1) {
				d.headline = hub.Text{Value: h.value, HTML: isHTMLType(h.kind) || strings.Contains(h.role, "html")}
			}
		}
	}
	for _, h := range list {
		switch {
		case h.value == d.headline.Value:
		case strings.Contains(h.role, "sub") || strings.Contains(h.role, "deck") || strings.Contains(h.role, "second"):
			d.subtitles(h.value)
		default:
			d.leaveOut("headline "+h.role, h.value)
		}
	}
}

func isHTMLType(kind string) bool { return strings.Contains(kind, "html") }

// bodies chooses the text with markup before the one without; what is neither is NITF or a format of the agency's own.
func (f *ninjsReader) bodies(d *wireDraft, o ninjsObject) {
	list := append(o.roles("bodies"), o.suffixed("body_", "html", "xhtml", "richtext", "html5", "text", "plain")...)
	if s := o.bodyString(); s != "" {
		list = append(list, byRole{value: s})
	}
	best, rank := byRole{}, 0
	for _, b := range list {
		if b.role == "footer" {
			continue
		}
		n := b.rank()
		if b.role == "main" {
			n *= 10
		}
		if n > rank {
			best, rank = b, n
		}
	}
	switch {
	case rank == 0:
	case best.isNITF():
		f.nitfBody(d, best.value)
	default:
		markup := isHTMLType(best.kind) || strings.Contains(best.role, "html") || hasMarkup(best.value) && best.kind != "text/plain"
		d.Body = hub.Text{Value: best.value, HTML: markup}
	}
}

// bodyString is a body without a suffix, which no version of ninjs has and some systems send.
func (o ninjsObject) bodyString() string {
	if jsonType(o.fields[o.key("body")]) == "a string" {
		return o.str("body")
	}
	return ""
}

func (b byRole) isNITF() bool {
	return strings.Contains(b.kind, "nitf") || strings.Contains(b.role, "nitf") && strings.Contains(b.value, "<nitf")
}

// rank is how well a body serves: 0 for one that serves not at all.
func (b byRole) rank() int {
	switch {
	case isHTMLType(b.kind), strings.Contains(b.role, "html"):
		return 4
	case b.isNITF():
		return 3
	case strings.Contains(b.kind, "xml"), strings.Contains(b.kind, "json"), strings.Contains(b.kind, "image"):
		return 0
	case hasMarkup(b.value) && b.kind == "":
		return 3
	}
	return 2
}

// nitfBody reads an article in NITF that stands in a string.
func (f *ninjsReader) nitfBody(d *wireDraft, s string) {
	n := &notes{}
	x := wireXML{b: []byte(s), most: 1, wanted: []string{"nitf", "body.content"}, notes: n}
	x.handle = func(e *wireNode) error {
		if e.name == "nitf" {
			d.nitfHead(e)
			d.Body = hub.Text{Value: d.nitfBody(e), HTML: true}
			return nil
		}
		d.Body = hub.Text{Value: d.bodyOf(e), HTML: true}
		return nil
	}
	if err := x.run(); err != nil {
		f.r.note(d.place, "the body's NITF cannot be read: %v", err)
	}
}

// descriptions tells a summary from a picture's caption: of a picture the description is what is seen in it.
func (f *ninjsReader) descriptions(d *wireDraft, o ninjsObject) {
	list := append(o.roles("descriptions"), o.suffixed("description_", "text", "html", "xhtml")...)
	if jsonType(o.fields[o.key("description")]) == "a string" {
		list = append(list, byRole{value: o.str("description")})
	}
	picture := d.pictorial()
	for _, t := range list {
		text := hub.Text{Value: t.value, HTML: isHTMLType(t.kind) || strings.Contains(t.role, "html")}
		switch {
		case strings.Contains(t.role, "credit"):
			d.credit = first(d.credit, t.value)
		case strings.Contains(t.role, "caption") || picture:
			if d.caption.Value == "" {
				d.caption = text
			}
		case d.Summary.Value == "":
			d.Summary = text
		}
	}
	if d.Summary.Value == "" && !picture && d.Body.Value == "" {
		d.Summary = d.caption
	}
}
