package source

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"tinhub/internal/hub"
)

// finishG2 settles what the inline text may still have said.
func (d *wireDraft) finishG2() {
	d.peopleG2()
	d.title()
	if d.Image.URL == "" && d.Summary.Value == "" {
		d.Summary = d.caption
	}
}

// contentG2 reads contentSet: forms of one content, of which the first that is text is the body.
func (d *wireDraft) contentG2(e *wireNode) {
	var list []rendition
	for _, set := range e.all("contentset") {
		for i, c := range set.all("remotecontent") {
			list = append(list, d.remoteG2(c, fmt.Sprintf("contentSet/remoteContent[%d]", i)))
		}
		for _, c := range set.all("inlinexml") {
			if d.Body.Value == "" {
				d.inlineXML(c)
			}
		}
		for _, c := range set.all("inlinedata") {
			if d.Body.Value == "" {
				d.inlineData(c)
			}
		}
	}
	d.media(list)
}

// remoteG2 is one remoteContent. What is named by a relative address lies beside the document and not on the web.
func (d *wireDraft) remoteG2(c *wireNode, place string) rendition {
	r := rendition{
		name: c.attr("rendition"), link: first(c.attr("href"), webOnly(c.attr("residref"))), kind: strings.ToLower(c.attr("contenttype")),
		width: pixels(c.attr("width")), height: pixels(c.attr("height")), size: positive(c.attr("size")), seconds: positive(c.attr("duration")),
	}
	if foreignScheme(r.link) {
		d.fail(place+"/@href", "%q is not an http or https link", clip(r.link, 80))
		r.link = ""
	}
	return r
}

// media makes the main picture, the film or the file of renditions of one content.
func (d *wireDraft) media(list []rendition) {
	if r, ok := film(list); ok {
		d.attach(r.attachment(d.headline.Value))
	}
	if r, ok := largest(list); ok {
		d.picture(hub.DraftPicture{
			URL: r.link, Type: r.kind, Width: r.width, Height: r.height, Caption: d.caption, Credit: first(d.credit, d.byName()),
		})
		return
	}
	for _, r := range list {
		switch {
		case r.link == "" || r.av() != "" || strings.HasPrefix(r.kind, "image/"):
		case strings.HasPrefix(r.kind, "text/html") && d.URL == "":
			d.URL = r.link
		case r.kind != "":
			d.attach(r.attachment(""))
		}
	}
}

// byName is the first author's name: of a picture its photographer.
func (d *wireDraft) byName() string {
	if len(d.Authors) > 0 {
		return d.Authors[0].Name
	}
	return ""
}

// inlineXML reads NITF and XHTML; of any other markup it takes the text.
func (d *wireDraft) inlineXML(c *wireNode) {
	if nitf := c.child("nitf"); nitf != nil {
		d.nitfHead(nitf)
		d.Body = hub.Text{Value: d.nitfBody(nitf), HTML: true}
		return
	}
	if page := c.child("html"); page != nil {
		d.name = first(d.name, page.child("head", "title").words())
		c = page
		if body := page.child("body"); body != nil {
			c = body
		}
	}
	if c.words() != "" || len(c.every("img")) > 0 {
		d.Body = hub.Text{Value: d.bodyOf(c), HTML: true}
	}
}

// inlineData reads text, with or without markup, plain or in base64.
func (d *wireDraft) inlineData(c *wireNode) {
	var b strings.Builder
	c.write(&b, nil)
	text, kind := b.String(), strings.ToLower(c.attr("contenttype"))
	if strings.Contains(strings.ToLower(c.attr("encoding")), "base64") {
		raw, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), ""))
		if err != nil || !utf8.Valid(raw) {
			d.leaveOut("inline data", clip(kind+" "+text, 80))
			return
		}
		text = string(raw)
	}
	switch {
	case strings.TrimSpace(text) == "":
	case kind != "" && !strings.Contains(kind, "text") && !strings.Contains(kind, "html") && !strings.Contains(kind, "nitf"):
		d.leaveOut("inline data", clip(kind+" "+text, 80))
	default:
		d.Body = hub.Text{Value: strings.TrimSpace(text), HTML: hasMarkup(text)}
	}
}

// hasMarkup says whether a text that was escaped once more, or set in CDATA, is HTML.
func hasMarkup(s string) bool {
	lower := strings.ToLower(s[:min(len(s), sniffBytes)])
	for _, tag := range []string{"<p>", "<p ", "</p>", "<div", "<br", "<html", "<body", "<h1", "<h2", "<ul", "<table", "<blockquote", "<figure", "<article", "<section", "<a href"} {
		if strings.Contains(lower, tag) {
			return true
		}
	}
	return false
}

// linksG2 reads what the item links to: its page on the web, pictures, other items.
func (d *wireDraft) linksG2(e, item *wireNode) {
	for _, l := range slices.Concat(e.all("altrep"), item.all("altrep"), item.all("link"), d.meta.all("altrep"), d.meta.all("link")) {
		link, kind, rel := l.attr("href"), strings.ToLower(l.attr("contenttype")), lastWord(l.attr("rel"))
		if ref := first(l.attr("residref"), l.attr("guidref")); ref != "" && rel != "processedfrom" && rel != "previousversion" && ref != d.OriginalID {
			d.refs = append(d.refs, ref)
		}
		switch {
		case !isWeb(link):
		case strings.HasPrefix(kind, "image/"):
			d.picture(hub.DraftPicture{
				URL: link, Type: kind, Width: pixels(l.attr("width")), Height: pixels(l.attr("height")),
				Caption: hub.Text{Value: first(l.child("description").words(), l.child("headline").words(), l.child("title").words())},
			})
		case strings.HasPrefix(kind, "video/"), strings.HasPrefix(kind, "audio/"):
			d.attach(hub.Attachment{URL: link, Type: kind, Title: first(l.child("title").words(), l.child("headline").words()), Size: int64(positive(l.attr("size")))})
		case strings.Contains(rel, "translat") && l.attr("hreflang") != "":
			d.alternate(l.attr("hreflang"), link)
		case l.name == "altrep", rel == "canonical", rel == "permalink":
			if kind == "" || strings.Contains(kind, "html") {
				d.URL = link
			}
		}
	}
}

// packageItem puts items together. It is no article: those it names that stand in the same document are.
func (r *wireReader) packageItem(e *wireNode) {
	d := r.draft("packageItem")
	r.itemG2(d, e)
	if d.Deleted {
		r.finish(d)
		return
	}
	var refs []string
	for _, ref := range e.every("itemref") {
		refs = append(refs, first(ref.attr("residref"), ref.attr("guidref"), ref.attr("href")))
	}
	r.groups = append(r.groups, raws(refs...))
}

// joinPackages gives an article the pictures that a package, or the article itself, puts beside it: they are no items of
// their own then. A package of several articles leaves everything as it is.
func (r *wireReader) joinPackages() {
	byID := map[string]*wireDraft{}
	for _, d := range r.drafts {
		byID[d.OriginalID] = d
	}
	taken := map[*wireDraft]bool{}
	for _, d := range r.drafts {
		if d.isArticle() && len(d.refs) > 0 {
			d.takePictures(d.refs, byID, taken)
		}
	}
	for _, refs := range r.groups {
		var texts []*wireDraft
		found := 0
		for _, id := range refs {
			if d := byID[id]; d != nil {
				found++
				if len(texts) < 2 && d.isArticle() && !slices.Contains(texts, d) {
					texts = append(texts, d)
				}
			}
		}
		if len(texts) == 1 {
			texts[0].takePictures(refs, byID, taken)
		}
		if found < len(refs) {
			r.notes.add(fmt.Sprintf("a package names %d items, of which %d are not in the document", len(refs), len(refs)-found))
		}
	}
	if len(r.drafts) == 0 && len(r.groups) > 0 {
		r.fail("packageItem", "none of the items that it names is in the document")
	}
	r.drafts = slices.DeleteFunc(r.drafts, func(d *wireDraft) bool { return taken[d] })
}

func (d *wireDraft) isArticle() bool {
	return !d.Deleted && !d.isPicture() && d.class != "video" && d.class != "audio" && d.Body.Value != ""
}

func (d *wireDraft) isPicture() bool {
	return !d.Deleted && d.pictorial() && d.Image.URL != ""
}

func (d *wireDraft) takePictures(ids []string, byID map[string]*wireDraft, taken map[*wireDraft]bool) {
	for _, id := range ids {
		p := byID[id]
		if p == nil || p == d || !p.isPicture() || p.PublishAt != d.PublishAt {
			continue
		}
		d.picture(p.Image)
		d.step("picture of the package", "pictures", p.OriginalID+" "+p.Title.Value, p.Image.URL)
		taken[p] = true
	}
}
