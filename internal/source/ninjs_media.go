package source

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"tinhub/internal/hub"
)

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }

// people are the authors: the byline that readers get, else those named one by one, else the agency.
func (f *ninjsReader) people(d *wireDraft, o ninjsObject) {
	if by := o.one("byline", "by"); by != "" {
		d.author(hub.DraftAuthor{Name: by})
	}
	for _, p := range o.creators("authors", "author") {
		d.author(p)
	}
	for _, p := range o.parts("people", "person") {
		if rel := lastWord(p.one("rel")); rel == "author" || rel == "creator" || rel == "writer" || rel == "photographer" {
			d.author(hub.DraftAuthor{Name: p.one("name"), URL: webOnly(p.one("uri"))})
		}
	}
	for _, p := range o.parts("infosources", "infosource") {
		if len(d.Authors) > 0 {
			break
		}
		d.author(hub.DraftAuthor{Name: p.one("name")})
	}
	if len(d.Authors) == 0 {
		if jsonType(o.fields[o.key("source")]) == "a string" {
			d.author(hub.DraftAuthor{Name: o.str("source")})
		}
	}
}

// creators are the persons of a list in which a name may stand alone. One who only has the byline's name is not named twice.
func (o ninjsObject) creators(names ...string) []hub.DraftAuthor {
	by := strings.ToLower(o.one("byline", "by"))
	var list []hub.DraftAuthor
	for _, name := range names {
		for _, e := range o.list(o.key(name)) {
			var s string
			a := hub.DraftAuthor{}
			if json.Unmarshal(e.raw, &s) == nil {
				a.Name = s
			} else if p, ok := o.r.object(e.place, e.raw); ok {
				n := withKeys(p)
				a = hub.DraftAuthor{Name: n.one("name", "display_name", "byline"), URL: webOnly(n.one("url")), Email: n.one("email")}
			}
			if !strings.Contains(by, strings.ToLower(a.Name)) || by == "" {
				list = append(list, a)
			}
		}
	}
	return list
}

// concepts are what the item is about: key words, subjects, genres, services, then who and where.
func (f *ninjsReader) concepts(d *wireDraft, o ninjsObject) {
	for _, e := range o.list(o.key("keywords")) {
		var s string
		if json.Unmarshal(e.raw, &s) == nil {
			d.tag(s)
		} else if p, ok := f.object(e.place, e.raw); ok {
			d.tag(p.one("name", "value"))
		}
	}
	for _, p := range o.parts("subjects", "subject", "genres", "genre", "service", "services", "anpa_category", "events", "event", "objects", "object") {
		d.tag(p.one("name"))
	}
	for _, p := range o.parts("people", "person", "organisations", "organisation", "organizations", "places", "place") {
		d.tag(p.one("name"))
	}
	for _, p := range o.parts("places", "place") {
		f.place(d, p)
	}
}

// place reads a point in any of the forms that the versions have: geoJSON, geometry_geojson, or two numbers.
func (f *ninjsReader) place(d *wireDraft, p ninjsObject) {
	for key, written := range p.keys {
		if key != "geojson" && !strings.HasPrefix(key, "geometry_") {
			continue
		}
		var g struct {
			Type        string
			Coordinates json.RawMessage
			Geometry    *struct {
				Type        string
				Coordinates json.RawMessage
			}
		}
		if json.Unmarshal(p.fields[written], &g) != nil {
			continue
		}
		if g.Geometry != nil {
			g.Type, g.Coordinates = g.Geometry.Type, g.Geometry.Coordinates
		}
		var at []json.Number
		if g.Type == "Point" && json.Unmarshal(g.Coordinates, &at) == nil && len(at) >= 2 {
			d.point(at[1].String(), at[0].String()) // GeoJSON has the longitude first (RFC 7946 §3.1.1)
		}
	}
	for _, pair := range [][2]string{{"latitude", "longitude"}, {"lat", "lon"}, {"lat", "lng"}} {
		d.point(p.one(pair[0]), p.one(pair[1]))
	}
	for _, key := range []string{"location", "geo", "position"} {
		if jsonType(p.fields[p.key(key)]) == "an object" {
			in, _ := f.object(p.at(key), p.fields[p.key(key)])
			d.point(in.one("lat", "latitude"), in.one("lon", "lng", "longitude"))
		}
	}
}

// pictures reads the renditions of the item itself, then the pictures, films and recordings associated with it.
func (f *ninjsReader) pictures(d *wireDraft, o ninjsObject) {
	f.content(d, d, o)
	if d.pictorial() {
		d.asPicture()
	}
	list := o.named("associations")
	slices.SortStableFunc(list, func(a, b ninjsObject) int { return mainFirst(b) - mainFirst(a) })
	for _, a := range list {
		p := &wireDraft{place: a.place, fail: d.fail}
		if p.class = lastWord(a.one("type")); isTextClass(p.class) && len(a.named("renditions")) == 0 {
			continue
		}
		if statusOf(a.one("pubstatus")) == gone {
			d.leaveOut("canceled picture", a.one("uri", "guid", "headline"))
			continue
		}
		if e := a.one("embargoed", "embargoeduntil"); e != "" && e != d.PublishAt {
			d.leaveOut("embargoed picture", a.one("uri", "guid", "headline")+" "+e)
			continue
		}
		f.headlines(p, a)
		f.descriptions(p, a)
		f.people(p, a)
		f.content(d, p, a)
	}
}

// mainFirst ranks what is associated: what a desk chose for the top, pictures, then graphics; a logo is the last to stand for an
// article.
func mainFirst(o ninjsObject) int {
	switch name := strings.ToLower(o.one("name")); {
	case slices.Contains([]string{"featuremedia", "featureimage", "mainpic", "main", "mainpicture", "mainimage", "hero", "lead"}, name):
		return 3
	case strings.Contains(name, "logo"):
		return 0
	case lastWord(o.one("type")) == "picture":
		return 2
	}
	return 1
}

func isTextClass(class string) bool {
	return class == "text" || class == "composite" || class == "event"
}

// content puts the renditions of o, which p describes, into d.
func (f *ninjsReader) content(d, p *wireDraft, o ninjsObject) {
	var list []rendition
	kind := strings.ToLower(o.one("mimetype", "contenttype"))
	for _, r := range o.named("renditions") {
		list = append(list, rendition{
			name: r.one("name", "rendition"), link: f.link(r, "href"), kind: strings.ToLower(r.one("contenttype", "mimetype")), title: r.one("title"),
			width: pixels(r.one("width")), height: pixels(r.one("height")), size: positive(r.one("sizeinbytes")), seconds: positive(r.one("duration")),
		})
	}
	if len(list) == 0 {
		if link := f.bare(o); link != "" {
			list = append(list, rendition{link: link, kind: kind})
		}
	}
	if p == d {
		d.otherForms(list)
	}
	caption := p.caption
	if caption.Value == "" && p != d {
		caption = p.Summary
	}
	if r, ok := film(list); ok {
		d.attach(r.attachment(first(p.headline.Value, caption.Value)))
	}
	r, ok := largest(list)
	if !ok || p.class == "audio" {
		return
	}
	d.picture(hub.DraftPicture{
		URL: r.link, Type: r.kind, Width: r.width, Height: r.height, Caption: caption, Credit: first(p.credit, p.byName(), o.one("copyrightholder")),
		Alt: o.one("alttext", "alt_text", "body_text_alt"),
	})
}

// otherForms reads what an article is there as beside its text: its page on the web, a document to print.
func (d *wireDraft) otherForms(list []rendition) {
	for _, r := range list {
		switch {
		case r.link == "":
		case strings.HasPrefix(r.kind, "text/html") && (d.URL == "" || d.URL == d.OriginalID):
			d.URL = r.link
		case r.kind == "application/pdf":
			d.attach(r.attachment(""))
		}
	}
}

// bare is the address of a picture that is given without renditions.
func (f *ninjsReader) bare(o ninjsObject) string {
	for _, key := range []string{"href", "uri"} {
		s := o.one(key)
		r := rendition{link: s, kind: strings.ToLower(o.one("mimetype", "contenttype"))}
		if isWeb(s) && (rendition{link: s}.web() || r.web() && key == "href") {
			return s
		}
	}
	return ""
}

// members are the articles of a package that stand in it whole.
func (f *ninjsReader) members(o ninjsObject) []ninjsObject {
	if lastWord(o.one("type")) != "composite" {
		return nil
	}
	var list []ninjsObject
	for _, a := range o.named("associations") {
		class := lastWord(a.one("type"))
		if (class == "text" || class == "") && (len(a.roles("bodies")) > 0 || len(a.suffixed("body_")) > 0) {
			list = append(list, a)
		}
	}
	return list
}
