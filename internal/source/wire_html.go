package source

import (
	"html"
	"slices"
	"strconv"
	"strings"

	"tinhub/internal/hub"
)

// wireHTML writes the markup of wires as HTML: NITF's elements as what readers know, XHTML's as they are. An element that
// neither has is the text in it.
type wireHTML struct {
	b *strings.Builder
	d *wireDraft
}

// bodyOf is the HTML of an element's content.
func (d *wireDraft) bodyOf(n *wireNode) string {
	var b strings.Builder
	h := wireHTML{b: &b, d: d}
	h.content(n)
	return strings.TrimSpace(b.String())
}

// content writes what an element holds. Markup that was set in CDATA, or escaped, instead of being elements is markup.
func (h wireHTML) content(n *wireNode) {
	if !n.hasElements() {
		var b strings.Builder
		if n.write(&b, nil); hasMarkup(b.String()) {
			h.b.WriteString(b.String())
			return
		}
	}
	h.kids(n)
}

func (h wireHTML) kids(n *wireNode) {
	if n == nil {
		return
	}
	for _, k := range n.kids {
		h.node(k)
	}
}

func (h wireHTML) node(n *wireNode) {
	switch n.name {
	case "":
		h.b.WriteString(html.EscapeString(n.text))
	case "head", "style", "script", "title", "body.head", "nitf-table-metadata", "pronounce", "media-metadata", "media-object", "tobject", "docdata":
		// what describes the text, and is no part of it
	case "header":
		if len(n.every("p")) == 0 { // key words and a dateline once more
			h.d.leaveOut("header", n.words())
			return
		}
		h.kids(n)
	case "hl1", "hl2":
		h.as("h2", n)
	case "bq", "blockquote":
		h.quote(n)
	case "media":
		h.media(n)
	case "note":
		h.note(n)
	case "em":
		h.as(emphasis(n), n)
	case "q":
		h.quoted(n)
	case "frac":
		if s := h.b.String(); s != "" && s[len(s)-1] >= '0' && s[len(s)-1] <= '9' {
			h.b.WriteByte(' ') // 1 1/2, not 11/2
		}
		h.b.WriteString(html.EscapeString(fraction(n)))
	case "tagline", "bibliography", "credit", "datasource":
		h.block(n)
	case "br", "hr", "img", "source", "wbr", "col":
		h.tag(n.name, n)
	case "p":
		h.paragraph(n)
	default:
		if isPlainHTML(n.name) {
			h.as(n.name, n)
			return
		}
		h.kids(n)
	}
}

// isPlainHTML names what is the same in NITF, XHTML and HTML, or only in HTML.
func isPlainHTML(name string) bool {
	return slices.Contains(strings.Fields(`h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr td th caption
		figure figcaption video audio iframe picture pre strong b i u s sub sup a code div span section article aside small del ins
		abbr cite mark time address noscript`), name)
}

func (h wireHTML) as(tag string, n *wireNode) {
	h.tag(tag, n)
	h.kids(n)
	h.b.WriteString("</" + tag + ">")
}

// tag writes a start tag with the attributes that mean something to HTML; package clean judges their values.
func (h wireHTML) tag(name string, n *wireNode) {
	h.b.WriteString("<" + name)
	seen := map[string]bool{}
	for _, a := range n.attrs {
		key := strings.ToLower(a.name)
		if key == "xml:lang" {
			key = "lang"
		}
		if seen[key] || strings.ContainsAny(key, ":.") || strings.HasPrefix(key, "xmlns") {
			continue
		}
		seen[key] = true
		h.b.WriteString(" " + key + `="` + html.EscapeString(a.value) + `"`)
	}
	h.b.WriteString(">")
}

// paragraph also takes what stands in a paragraph of NITF but may not stand in one of HTML: the paragraph goes on after it.
func (h wireHTML) paragraph(n *wireNode) {
	open := false
	for _, k := range n.kids {
		switch k.name {
		case "media", "table", "nitf-table", "ul", "ol", "dl", "bq", "blockquote", "block", "p", "h1", "h2", "h3", "h4", "hl2", "figure", "div":
			if open {
				h.b.WriteString("</p>")
			}
			open = false
			h.node(k)
		default:
			if !open && (k.name != "" || strings.TrimSpace(k.text) != "") {
				h.b.WriteString("<p>")
				open = true
			}
			h.node(k)
		}
	}
	if open {
		h.b.WriteString("</p>")
	}
}

func (h wireHTML) block(n *wireNode) {
	h.b.WriteString("<p>")
	h.kids(n)
	h.b.WriteString("</p>")
}

func (h wireHTML) quote(n *wireNode) {
	h.b.WriteString("<blockquote>")
	h.kids(n)
	if source := n.attr("quote-source"); source != "" {
		h.b.WriteString("<p>" + html.EscapeString(source) + "</p>")
	}
	h.b.WriteString("</blockquote>")
}

// quoted writes the quotation marks that a browser would draw: plain text has no browser.
func (h wireHTML) quoted(n *wireNode) {
	if strings.IndexAny(n.words(), "\"“”„«‘'") == 0 {
		h.kids(n)
		return
	}
	h.b.WriteString("“")
	h.kids(n)
	h.b.WriteString("”")
}

func emphasis(n *wireNode) string {
	if strings.Contains(strings.ToLower(n.attr("class")), "bold") {
		return "strong"
	}
	return "em"
}

func fraction(n *wireNode) string {
	top, bottom := n.child("frac-num").words(), n.child("frac-den").words()
	if top == "" || bottom == "" {
		return n.words()
	}
	return top + "/" + bottom
}

// note leaves out what editors tell editors; a note for readers stays.
func (h wireHTML) note(n *wireNode) {
	switch strings.ToLower(n.attr("noteclass")) {
	case "editorsnote", "hd":
		h.d.leaveOut("editor's note", n.words())
		return
	}
	for _, k := range n.kids {
		if k.name == "body.content" {
			h.kids(k)
			continue
		}
		h.node(k)
	}
}

// media makes a figure of a picture, and an attachment of a film or a recording.
func (h wireHTML) media(n *wireNode) {
	var list []rendition
	for _, ref := range n.all("media-reference") {
		link := first(ref.attr("source"), ref.attr("data-location"))
		alt := ref.attr("alternate-text")
		list = append(list, rendition{
			name: first(ref.attr("name"), ref.attr("id")), link: link, kind: ref.attr("mime-type"), title: alt,
			width: pixels(ref.attr("width")), height: pixels(ref.attr("height")), seconds: positive(ref.attr("time")),
		})
	}
	var captions []string
	for _, c := range n.all("media-caption") {
		captions = append(captions, c.words())
	}
	var producers []string
	for _, m := range n.all("media-producer") {
		producers = append(producers, m.words())
	}
	p := hub.DraftPicture{Caption: hub.Text{Value: strings.Join(raws(captions...), " ")}}
	kind := strings.ToLower(n.attr("media-type"))
	if producers = raws(producers...); h.film(kind, list, p.Caption.Value) {
		h.leaveOutAll("media-producer", producers)
		return
	}
	if r, ok := largest(list); ok {
		p.URL, p.Type, p.Width, p.Height, p.Alt = r.link, r.kind, r.width, r.height, r.title
		if p.Credit = first(producers...); p.Credit != "" {
			producers = producers[1:]
		}
		h.d.picture(p)
	}
	h.leaveOutAll("media-producer", producers) // a picture has one, and what is no picture none
	if p.URL != "" || p.Caption.Value != "" {
		writeFigure(h.b, p)
	}
}

// film attaches what is played and says whether it is something that is.
func (h wireHTML) film(kind string, list []rendition, caption string) bool {
	r, ok := film(list)
	played := kind == "video" || kind == "audio"
	if !ok && played && len(list) > 0 {
		r, ok = list[0], true
	}
	if ok {
		h.d.attach(r.attachment(caption))
	} else if played {
		h.d.leaveOut("media-caption", caption)
	}
	return ok || played
}

func (h wireHTML) leaveOutAll(what string, texts []string) {
	for _, text := range texts {
		h.d.leaveOut(what, text)
	}
}

// writeFigure writes a picture with its caption; a caption whose picture is not named stands alone.
func writeFigure(b *strings.Builder, p hub.DraftPicture) {
	b.WriteString("<figure>")
	if p.URL != "" {
		b.WriteString(`<img src="` + html.EscapeString(p.URL) + `" alt="` + html.EscapeString(p.Alt) + `"`)
		if p.Width > 0 && p.Height > 0 {
			b.WriteString(` width="` + strconv.Itoa(p.Width) + `" height="` + strconv.Itoa(p.Height) + `"`)
		}
		b.WriteString(">")
	}
	if caption := p.Caption.Value; caption != "" {
		if !p.Caption.HTML {
			caption = html.EscapeString(caption)
		}
		b.WriteString("<figcaption>" + caption + "</figcaption>")
	}
	b.WriteString("</figure>")
}
