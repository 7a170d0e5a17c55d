package source

import (
	"strings"

	"tinhub/internal/hub"
)

func sniffNITF(in Input) int {
	switch a := look(in); {
	case a.shape == "xml" && a.root == "nitf":
		return certain
	case a.shape == "xml" && !isFeedRoot(a.root) && !isNewsMLRoot(a.root) && !isSitemapRoot(a.root) && strings.Contains(a.head, "<nitf"):
		return 90 // several in a root of somebody's own
	}
	return 0
}

// readNITF reads IPTC's News Industry Text Format, 2.5 to 3.6: one article a document, or several in a root of their own.
func readNITF(in Input) (hub.Document, error) { return nitfDocument(in, false, maxWireItems) }

func nitfDocument(in Input, strict bool, most int) (hub.Document, error) {
	if err := admitWire(in); err != nil {
		return hub.Document{}, err
	}
	if a := look(in); a.shape != "xml" || isFeedRoot(a.root) || isNewsMLRoot(a.root) || isSitemapRoot(a.root) {
		return hub.Document{}, hub.Errorf(hub.Invalid, "%s, not an NITF document", a.phrase())
	}
	n := &notes{}
	r := wireReader{base: in.URL, strict: strict, notes: n}
	x := wireXML{b: toUTF8(in.Body, in.ContentType, n), strict: strict, most: most, wanted: []string{"nitf"}, notes: n, handle: func(e *wireNode) error {
		r.nitf(e)
		return r.err
	}}
	if err := x.run(); err != nil {
		return hub.Document{}, err
	}
	if x.items == 0 {
		return hub.Document{}, hub.Errorf(hub.Invalid, "%s, not an NITF document", look(in).phrase())
	}
	return r.document("nitf"), nil
}

// nitf makes a draft of an article, and one of an older article that its status takes back.
func (r *wireReader) nitf(e *wireNode) {
	d := r.draft("nitf")
	data := e.child("head", "docdata")
	if data == nil {
		data = e.child("docdata") // as NITF 2 has it
	}
	d.OriginalID = data.child("doc-id").attr("id-string")
	if d.OriginalID == "" {
		if key := data.child("du-key"); key.attr("key") != "" {
			d.OriginalID = key.attr("key")
		}
	}
	nitfDates(d, e, data)
	d.Language = first(e.attr("baselang"), e.attr("lang"), e.child("body").attr("lang"), e.child("body", "body.content").attr("lang"))
	d.status("docdata/@management-status", data.attr("management-status"))
	nitfTags(d, e, data)
	if u := e.child("head", "pubdata").attr("ex-ref"); isWeb(u) {
		d.URL = u
	}
	d.nitfHead(e)
	if len(d.Authors) == 0 {
		d.author(hub.DraftAuthor{Name: e.child("body", "body.head", "distributor").words()})
	}
	d.title()
	d.Body = hub.Text{Value: d.nitfBody(e), HTML: true}
	for _, note := range data.all("ed-msg") {
		d.leaveOut("editor's note", note.attr("info"))
	}
	r.finish(d)
	r.nitfOther(data)
}

// nitfDates: the day of issue is when it was sent, not when it may appear. change.date is no date of the article's: in nearly
// every document it is the day on which the DTD was changed.
//
// date.release says when it may; it is an embargo where the status says so, and where it is a later moment than the issue.
func nitfDates(d *wireDraft, e, data *wireNode) {
	release := data.child("date.release").attr("norm")
	d.Published = raws(data.child("date.issue").attr("norm"), e.child("head", "pubdata").attr("date.publication"), release,
		e.child("body", "body.head", "dateline", "story.date").attr("norm"), metaOf(e, "timestamp"))
	for _, h := range e.child("head").all("revision-history") {
		d.Modified = raws(append([]string{h.attr("norm")}, d.Modified...)...)
		if len(d.Modified) > 8 {
			d.Modified = d.Modified[:8]
		}
	}
	switch embargoed := statusOf(data.attr("management-status")) == waiting; {
	case release == "", !embargoed && release == data.child("date.issue").attr("norm"):
	case embargoed || isWireMoment(release):
		d.embargo("docdata/date.release", release)
	default:
		d.step("unreadable date", "publish_at", release, "")
	}
}

func metaOf(e *wireNode, name string) string {
	for _, m := range e.child("head").all("meta") {
		if strings.EqualFold(m.attr("name"), name) {
			return m.attr("content")
		}
	}
	return ""
}

// nitfOther is another article that this one takes back.
func (r *wireReader) nitfOther(data *wireNode) {
	id := data.attr("management-doc-idref")
	if id != "" && statusOf(data.attr("management-idref-status")) == gone && data.attr("management-idref-status") != "" {
		d := r.draft("docdata/@management-doc-idref")
		d.OriginalID, d.Deleted = id, true
		r.finish(d)
	}
}

// nitfTags gathers key words and subjects, the narrowest of each.
func nitfTags(d *wireDraft, e, data *wireNode) {
	for _, k := range data.every("keyword") {
		d.tag(k.attr("key"))
	}
	objects := append(e.child("head").all("tobject"), e.all("tobject")...)
	for _, o := range objects {
		for _, s := range o.all("tobject.subject") {
			d.tag(first(s.attr("tobject.subject.detail"), s.attr("tobject.subject.matter"), s.attr("tobject.subject.type")))
		}
		for _, p := range o.all("tobject.property") {
			d.tag(p.attr("tobject.property.type"))
		}
	}
	data.child("identified-content").each(func(k *wireNode) bool {
		if k.name == "classifier" {
			d.tag(first(k.words(), k.attr("value")))
			return false
		}
		d.tag(first(k.words(), k.attr("value")))
		return k.words() == ""
	})
}

// nitfHead reads headline, byline, summary and dateline of a body's head.
func (d *wireDraft) nitfHead(e *wireNode) {
	head := e.child("body", "body.head")
	var hl1, hl2 []string
	for _, h := range []*wireNode{head.child("hedline"), head} {
		for _, l := range h.all("hl1") {
			hl1 = append(hl1, l.words())
		}
		for _, l := range h.all("hl2") {
			hl2 = append(hl2, l.words())
		}
	}
	hl1, hl2 = raws(hl1...), raws(hl2...)
	headline := first(hl1...)
	if headline == "" && len(hl2) > 0 {
		headline, hl2 = hl2[0], hl2[1:]
	}
	if headline == "" {
		headline = head.child("headline").words()
	}
	if d.headline.Value == "" {
		d.headline = hub.Text{Value: headline}
	} else if !strings.EqualFold(headline, d.headline.Value) {
		hl2 = append([]string{headline}, hl2...)
	}
	d.name = first(d.name, e.child("head", "title").words())
	if s := head.child("abstract"); s.words() != "" && d.Summary.Value == "" {
		d.Summary = hub.Text{Value: d.bodyOf(s), HTML: true}
	}
	d.subtitles(hl2...)
	if len(d.Authors) == 0 {
		d.bylines(append(head.all("byline"), head.all("bytag")...))
	}
	d.leaveOut("dateline", head.child("dateline").words())
	for _, note := range head.all("note") {
		d.leaveOut("editor's note", note.words())
	}
}

// bylines takes the persons that a byline marks as such, else its words without the title of a post.
func (d *wireDraft) bylines(list []*wireNode) {
	for _, by := range list {
		persons := by.every("person")
		for _, p := range persons {
			d.author(hub.DraftAuthor{Name: p.words("pronounce", "alt-code")})
		}
		if len(persons) == 0 {
			d.author(hub.DraftAuthor{Name: strings.Trim(by.words("byttl", "virtloc", "location"), " ,;")})
		}
		for _, name := range []string{"byttl", "virtloc", "location"} {
			for _, beside := range by.every(name) {
				d.leaveOut("byline: "+name, beside.words())
			}
		}
	}
}

// nitfBody is the text, and what stands below it.
func (d *wireDraft) nitfBody(e *wireNode) string {
	var b strings.Builder
	body := e.child("body")
	h := wireHTML{b: &b, d: d}
	if body.child("body.content") == nil {
		h.kids(body) // text set directly below: not as the DTD has it, but there
	}
	for _, content := range body.all("body.content") {
		h.content(content)
	}
	h.kids(body.child("body.end"))
	return strings.TrimSpace(b.String())
}
