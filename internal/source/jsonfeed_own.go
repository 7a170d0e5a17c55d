package source

import (
	"slices"
	"strings"

	"tinhub/internal/hub"
)

// What a hub like ours adds to an item of JSON Feed, and how an item is read that such a hub has printed: nothing of it is to
// change by going through a hub once more.

// printed says whether a hub has printed the item, and not a system that only knows our extension.
func printed(o jsonObject) bool {
	t, ok := o.fields["_tinhub"]
	return ok && jsonType(t) == "an object" && len(members(t)["content_hash"]) > 0
}

// extension reads _tinhub.
func (f *jsonFeedReader) extension(d *hub.Draft, o jsonObject) {
	if !o.has("_tinhub") {
		return
	}
	t, ok := o.object("_tinhub")
	if !ok {
		return
	}
	d.Restore, d.Paywalled, d.AMP = t.boolean("restore"), t.boolean("paywalled"), f.link(t, "amp")
	if p, ok := t.object("point"); ok {
		d.Point = strings.TrimSpace(p.text("lat", true) + " " + p.text("lon", true))
	}
	d.Origin = hub.Origin{ID: t.text("original_id", true), Date: t.text("original_date", false)}
	if printed(o) && o.text("date_published", false) == "" {
		d.Published = nil // the hub knew only when the item was changed
	}
	if d.PublishAt = strings.TrimSpace(t.text("publish_at", false)); d.PublishAt != "" && !isMoment(d.PublishAt) {
		f.r.fail(t.at("publish_at"), "%q is not a date: want RFC 3339, 2027-01-31T06:00:00+07:00", clip(d.PublishAt, 40))
		d.PublishAt = ""
	}
	f.alternates(d, t)
	f.pictures(d, t)
	f.captions(d, t.texts("captions"))
}

func (f *jsonFeedReader) alternates(d *hub.Draft, t jsonObject) {
	for _, a := range t.objects("alternates") {
		alt := hub.Alternate{Language: a.text("language", false), URL: f.link(a, "url")}
		if alt.Language == "" {
			f.r.fail(a.at("language"), "an alternate needs a language")
			continue
		}
		d.Alternates = append(d.Alternates, alt)
	}
	if f.r.strict && len(d.Alternates) > maxAlternates {
		f.r.fail(t.at("alternates"), "%d alternates, more than %d", len(d.Alternates), maxAlternates)
	}
	boundAlternates(d)
}

// pictures have more to say there than JSON Feed has words for. The main one is that which the item names as its image.
func (f *jsonFeedReader) pictures(d *hub.Draft, t jsonObject) {
	var list []hub.DraftPicture
	for _, o := range t.objects("pictures") {
		p := hub.DraftPicture{
			URL: f.link(o, "url"), Type: o.text("type", false), Width: int(o.number("width")), Height: int(o.number("height")),
			Alt: o.text("alt", false), Caption: hub.Text{Value: o.text("caption", false)}, Credit: o.text("credit", false),
		}
		if p.URL == "" || len(list) == maxMedia {
			continue
		}
		if p.URL == d.Image.URL {
			d.Image = p
		}
		list = append(list, p)
	}
	for _, p := range d.Pictures {
		if !slices.ContainsFunc(list, func(have hub.DraftPicture) bool { return have.URL == p.URL }) {
			list = append(list, p)
		}
	}
	d.Pictures = list
}

// captions gives the first caption to the main picture where the pictures have none of their own; the others belong to pictures
// of the body, so they come as pictures without an address.
func (f *jsonFeedReader) captions(d *hub.Draft, captions []string) {
	said := func(c string) bool {
		return slices.ContainsFunc(d.Pictures, func(p hub.DraftPicture) bool { return p.URL != "" && p.Caption.Value == c })
	}
	own := slices.ContainsFunc(d.Pictures, func(p hub.DraftPicture) bool { return p.Caption.Value != "" })
	for i, c := range raws(captions...) {
		switch {
		case said(c):
		case i == 0 && d.Image.URL != "" && !own:
			d.Image.Caption = hub.Text{Value: c}
			for j := range d.Pictures {
				if d.Pictures[j].URL == d.Image.URL {
					d.Pictures[j].Caption = d.Image.Caption
				}
			}
		default:
			d.Pictures = append(d.Pictures, hub.DraftPicture{Caption: hub.Text{Value: c}})
		}
	}
}
