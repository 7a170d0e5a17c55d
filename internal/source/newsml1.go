package source

import (
	"strings"

	"tinhub/internal/hub"
)

// newsML1 makes a draft of a NewsML 1.0 to 1.2 NewsItem.
func (r *wireReader) newsML1(e *wireNode) {
	d := r.draft("NewsItem")
	d.OriginalID = identifier1(e.child("identification"))
	if isWeb(d.OriginalID) {
		d.URL = d.OriginalID
	}
	manage := e.child("newsmanagement")
	revised := manage.child("thisrevisioncreated").words()
	d.Published = raws(manage.child("firstcreated").words(), revised, e.child("identification", "newsidentifier", "dateid").words())
	d.Modified = raws(revised)
	d.status1(manage)
	d.Language = e.attr("lang")
	d.name = e.child("identification", "namelabel").words()
	c := components1{d: d}
	for _, k := range e.all("newscomponent") {
		c.component(k, 0)
	}
	c.flush()
	d.Body.Value = strings.Join(append([]string{d.Body.Value}, c.more...), "\n")
	if len(d.Authors) == 0 {
		d.author(hub.DraftAuthor{Name: c.agency})
	}
	if d.headline.Value == "" && d.slug != "" {
		d.name = "" // a label is for machines
	}
	d.title()
	d.asPicture()
	r.finish(d)
	for _, nested := range e.every("newsitem") {
		r.newsItem(nested)
	}
}

// identifier1 is what all revisions of an item have in common: the public identifier without the revision at its end
// (NewsML 1.2 §5.5.1). By the whole of it no correction and no cancel would find what it is about.
func identifier1(id *wireNode) string {
	news := id.child("newsidentifier")
	public, revision := news.child("publicidentifier").words(), news.child("revisionid").words()
	if update := news.child("revisionid").attr("update"); update != "" && update != "N" {
		if short, ok := strings.CutSuffix(public, ":"+revision+update); ok {
			return short
		}
	}
	for _, end := range []string{":" + revision, ":" + revision + "N"} {
		if short, ok := strings.CutSuffix(public, end); ok && revision != "" {
			return short
		}
	}
	if public != "" {
		return public
	}
	parts := raws(news.child("providerid").words(), news.child("dateid").words(), news.child("newsitemid").words())
	if len(parts) < 3 {
		return strings.Join(parts, ":")
	}
	return "urn:newsml:" + strings.Join(parts, ":")
}

// status1 reads Status and what it will change to: that is how an embargo ends.
func (d *wireDraft) status1(manage *wireNode) {
	status := manage.child("status").attr("formalname")
	until := ""
	for _, change := range manage.all("statuswillchange") {
		if next := change.child("futurestatus").attr("formalname"); statusOf(next) == usable {
			until = first(until, change.child("dateandtime").words())
		}
	}
	withheld := strings.EqualFold(lastWord(status), "withheld") // and usable from a moment on: an embargo by another name
	if until != "" && (withheld || statusOf(status) == waiting) {
		d.embargo("NewsManagement/StatusWillChange/DateAndTime", until)
		return
	}
	d.status("NewsManagement/Status", status)
}

// components1 goes through the components of a NewsItem, which may hold one another to any depth.
type components1 struct {
	d        *wireDraft
	agency   string
	more     []string    // what the body goes on with, as HTML
	list     []rendition // of the picture or film that is being read
	captions []string
	media    string // its media type
	role     string // the role of the component it began in
}

// component reads one component. The parts of a picture, its sizes and its caption, are often components of their own: a
// picture ends where a component ends that is no such part.
func (c *components1) component(n *wireNode, depth int) {
	role := strings.ToLower(n.child("role").attr("formalname"))
	c.lines(n.child("newslines"), depth)
	c.metadata(n)
	part := isPart(role)
	if !part {
		c.flush()
	}
	alternatives := strings.EqualFold(n.attr("equivalentslist"), "yes")
	for _, item := range n.all("contentitem") {
		c.content(item, role, alternatives)
	}
	for _, k := range n.all("newscomponent") {
		c.component(k, depth+1)
	}
	if !part {
		c.flush()
	}
}

// isPart says whether a role is that of one form or the caption of a picture.
func isPart(role string) bool {
	for _, w := range []string{"caption", "thumb", "preview", "quicklook", "highres", "lowres", "hires", "viewable", "rendition", "screen"} {
		if strings.Contains(strings.ReplaceAll(role, "-", ""), w) {
			return true
		}
	}
	return false
}

// lines reads NewsLines. Those of a part, a picture's for instance, are the item's where the item has none.
func (c *components1) lines(n *wireNode, depth int) {
	d := c.d
	headlines, foreign := d.inLanguage(n.all("headline"))
	for _, h := range headlines {
		if d.headline.Value == "" {
			d.headline = hub.Text{Value: h.words()}
		}
	}
	for _, h := range foreign {
		d.leaveOut("headline in "+h.attr("lang"), h.words())
	}
	d.slug = first(d.slug, n.child("slugline").words())
	if depth == 0 || len(d.Authors) == 0 && len(c.list) == 0 {
		for _, by := range append(n.all("byline"), n.all("bylinetitle")...) {
			if by.name == "byline" {
				d.author(hub.DraftAuthor{Name: by.words("bylinetitle")})
			}
		}
	}
	d.leaveOut("dateline", n.child("dateline").words())
	d.credit = first(d.credit, n.child("creditline").words())
	for _, k := range n.all("keywordline") {
		d.tag(k.words())
	}
	for _, s := range n.all("subheadline") {
		d.subtitles(s.words())
	}
}

// metadata reads DescriptiveMetadata and AdministrativeMetadata.
func (c *components1) metadata(n *wireNode) {
	d := c.d
	about, manage := n.child("descriptivemetadata"), n.child("administrativemetadata")
	d.Language = first(d.Language, about.child("language").attr("formalname"))
	var lat, lon string
	about.each(func(k *wireNode) bool {
		name := k.attr("formalname")
		switch {
		case k.name == "property" && strings.EqualFold(name, "keyword"):
			d.tag(k.attr("value"))
		case k.name == "property" && strings.EqualFold(name, "latitude"):
			lat = k.attr("value")
		case k.name == "property" && strings.EqualFold(name, "longitude"):
			lon = k.attr("value")
		case (strings.HasPrefix(k.name, "subject") || k.name == "genre") && !isCode(name):
			d.tag(name)
		}
		return true
	})
	d.point(lat, lon)
	for _, name := range []string{"creator", "source", "provider"} {
		c.agency = first(c.agency, manage.child(name, "party").attr("formalname"))
	}
}

// isCode says whether a formal name is a number of a code list and no word.
func isCode(s string) bool { return strings.Trim(s, "0123456789 -") == "" }

// content reads one ContentItem.
func (c *components1) content(n *wireNode, role string, alternatives bool) {
	media := strings.ToLower(n.child("mediatype").attr("formalname"))
	link, data := n.attr("href"), n.child("datacontent")
	if media == "" && data.words() != "" {
		media = "text"
	}
	switch {
	case link != "" && media != "text":
		if foreignScheme(link) && !strings.HasPrefix(link, "urn:") {
			c.d.fail("ContentItem/@Href", "%q is not an http or https link", clip(link, 80))
			return
		}
		c.role = first(c.role, role)
		c.list = append(c.list, rendition1(n, role, link))
		c.media = first(c.media, media)
	case data == nil:
	case isStyle(n):
	case strings.Contains(role, "caption"):
		c.captions = append(c.captions, data.words())
	case strings.Contains(role, "contact"):
		c.d.leaveOut("contact", data.words())
	case strings.Contains(role, "subhead"):
		c.d.subtitles(data.words())
	case strings.Contains(role, "headline"):
		if c.d.headline.Value == "" {
			c.d.headline = hub.Text{Value: data.words()}
		}
	case c.d.Body.Value != "" && alternatives:
		// the same text in another format
	default:
		c.text(data, strings.ToLower(n.child("format").attr("formalname")))
	}
}

// isStyle says whether a content is for a browser and not for a reader.
func isStyle(n *wireNode) bool {
	kind := strings.ToLower(n.child("mimetype").attr("formalname") + " " + n.child("format").attr("formalname"))
	return strings.Contains(kind, "css") || strings.Contains(kind, "javascript")
}

func rendition1(n *wireNode, role, link string) rendition {
	r := rendition{name: role, link: link, kind: strings.ToLower(n.child("mimetype").attr("formalname"))}
	about := n.child("characteristics")
	r.size = positive(about.child("sizeinbytes").words())
	for _, p := range about.all("property") {
		switch strings.ToLower(p.attr("formalname")) {
		case "imageuse":
			r.name = p.attr("value")
		case "width", "pixelwidth", "xpixels":
			r.width = pixels(p.attr("value"))
		case "height", "pixelheight", "ypixels":
			r.height = pixels(p.attr("value"))
		case "duration", "totalduration":
			r.seconds = positive(p.attr("value"))
		}
	}
	return r
}

// text adds DataContent to the body.
func (c *components1) text(data *wireNode, format string) {
	d := c.d
	before := d.Body
	d.Body = hub.Text{}
	if data.child("encoding") != nil {
		data = data.child("encoding")
		data.attrs = append(data.attrs, attr{name: "encoding", value: data.attr("notation")})
	}
	if data.hasElements() {
		d.inlineXML(data)
	} else {
		d.inlineData(data)
	}
	switch {
	case before.Value == "":
	case d.Body.Value == "":
		d.Body = before
	case before.HTML && d.Body.HTML:
		c.more = append(c.more, d.Body.Value)
		d.Body = before
	default:
		d.leaveOut("another text "+format, d.Body.Value)
		d.Body = before
	}
}

// flush makes a picture or an attachment of the parts gathered.
func (c *components1) flush() {
	d := c.d
	caption := strings.Join(raws(c.captions...), " ")
	r, ok := film(c.list)
	switch {
	case ok:
		d.attach(r.attachment(first(caption, d.headline.Value)))
	case len(c.list) > 0 && (c.media == "video" || c.media == "audio"):
		d.attach(c.list[0].attachment(first(caption, d.headline.Value)))
	}
	p := hub.DraftPicture{Caption: hub.Text{Value: caption}, Credit: d.credit}
	if r, ok := largest(c.list); ok && c.media != "video" && c.media != "audio" {
		p.URL, p.Type, p.Width, p.Height = r.link, r.kind, r.width, r.height
	}
	switch {
	case p.URL != "" && !strings.Contains(c.role, "logo"):
		d.picture(p)
	case p.URL == "" && (len(c.list) > 0 || caption == ""), len(d.Pictures) >= maxWireMedia:
	default: // a logo does not stand for an article; a caption alone is still worth keeping
		d.Pictures = append(d.Pictures, p)
	}
	c.list, c.captions, c.media, c.role = nil, nil, "", ""
}
