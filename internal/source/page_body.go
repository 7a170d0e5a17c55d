package source

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"tinhub/internal/hub"
)

// Below these numbers of characters a text is no article: where the page says that it is one, and where it does not.
// An article of less than shortArticle is found by the page's own elements: its paragraphs are too few to speak for one.
const (
	minSaidArticle = 40
	minArticle     = 140
	shortArticle   = 600
)

// junk is what a short article's element holds beside the text. It is stricter than junkWords, whose guards weigh a box against
// the article: beside a text of two lines every box weighs too much.
const junk = `script, style, noscript, template, nav, aside, form, button, input, select, textarea, footer, svg, object, embed, ins.adsbygoogle, link, meta, .related, [class*="related" i], [class*="relate-" i], [type*="Related"], [class*="lien-quan" i], [class*="lienquan" i], [class*="share" i], [class*="social" i], [class*="comment" i], [class*="tags" i], [class*="banner" i], [class*="advert" i], .ads, [class*="ads-" i], [class*="most-" i], [class*="newsletter" i], [class*="author-box" i], [hidden], [style*="display:none"], [style*="display: none"]`

// content finds the article's text and puts it into the draft.
func (p *page) content() error {
	if p.in.Select.Body != "" {
		return p.selectedBody()
	}
	work := goquery.NewDocumentFromNode(p.cleared())
	makeFigures(work.Selection)
	p.framePictures(work.Nodes[0])
	captions := captionsOf(work.Selection)
	p.prune(work.Nodes[0])
	var w weigher
	w.weigh(work.Nodes[0])
	body := locate(&w)
	above := p.pictureAbove(work.Nodes[0], body)
	var short *html.Node
	if body == nil || w.of[body].good < shortArticle {
		if short = p.shortBody(work, body == nil && p.in.handed()); short != nil {
			body = short
		}
	}
	if body != nil {
		if short == nil {
			p.prunedSteps(body)
		}
		p.trim(body)
		if body.Parent != nil {
			body.Parent.RemoveChild(body) // the table that a page lays it out in is none of its own
		}
	}
	size := textSize(body)
	if fallback := strings.TrimSpace(p.ld.body); utf8.RuneCountInString(fallback) > 2*size && utf8.RuneCountInString(fallback) > minArticle {
		p.notes.add("the text was taken from the page's JSON-LD: the page itself shows less")
		p.step("text from JSON-LD", "content_html", textOf(body), fallback)
		p.draft.Body = sniffed(fallback)
		return nil
	}
	if size < p.leastText(short) || p.draft.Title.Value == "" && !p.in.handed() || linkShare(body) > 0.6 {
		return hub.Errorf(hub.Invalid, "no article found in this page: point to its text with select rules (body, title, date), or read it as a listing if it is a list of links")
	}
	p.captionMainPicture(captions)
	p.shownPicture(above)
	p.signature(body)
	p.draft.Body = hub.Text{Value: render(body), HTML: true}
	return nil
}

// leastText is how much text makes an article of this page. One that was asked for by address may be a notice in the
// article's place; one that was handed over is what it was handed over for, however short.
func (p *page) leastText(short *html.Node) int {
	switch {
	case p.in.handed(), short != nil:
		return 1
	case p.ld.headline != "", strings.EqualFold(p.meta("og:type"), "article"), p.lead != nil:
		return minSaidArticle
	}
	return minArticle
}

// shortBody is a copy of a short article's text without junk: of the one <article>, else, on a page that was handed over,
// of <main> or of the whole body. It is nil where there is none, or where the text is long.
// With all it is that text however long, for pages that have nothing that reads like paragraphs.
func (p *page) shortBody(doc *goquery.Document, all bool) *html.Node {
	found := doc.Find("article")
	if found.Length() != 1 && p.in.handed() {
		if found = doc.Find(`main, [role="main"]`); found.Length() != 1 {
			found = doc.Find("body")
		}
	}
	if found.Length() != 1 {
		return nil
	}
	copied := found.Clone()
	boxes := copied.Find(junk).AddNodes(linkBoxes(copied.Nodes[0])...)
	texts := boxes.Map(func(_ int, s *goquery.Selection) string { return lineOf(s) })
	boxes.Remove()
	copied.Find("h1, body > header, body > nav").Remove()
	if n := textSize(copied.Nodes[0]); n == 0 || n >= shortArticle && !all {
		return nil
	}
	p.prunedSteps(found.Nodes[0])
	for _, t := range raws(texts...) {
		p.step("box removed", "content_html", t, "")
	}
	return copied.Nodes[0]
}

// linkBoxes are the outermost boxes of a short article that lead elsewhere: three links at least, and hardly a word that is
// none. Where nothing else is there, they are what it is.
func linkBoxes(within *html.Node) []*html.Node {
	var boxes []*html.Node
	var walk func(n *html.Node, inLink bool) (all, linked, links int)
	walk = func(n *html.Node, inLink bool) (all, linked, links int) {
		if n.Type == html.TextNode {
			if all = utf8.RuneCountInString(strings.TrimSpace(n.Data)); inLink {
				linked = all
			}
			return all, linked, 0
		}
		if n.Data == "a" {
			inLink, links = true, 1
		}
		before := len(boxes)
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			a, l, k := walk(c, inLink)
			all, linked, links = all+a, linked+l, links+k
		}
		switch n.Data {
		case "div", "ul", "ol", "section", "table":
			if n != within && links >= 3 && 10*linked > 6*all {
				boxes = append(boxes[:before], n)
			}
		}
		return all, linked, links
	}
	walk(within, false)
	size := 0
	for _, n := range boxes {
		size += textSize(n)
	}
	if size >= textSize(within) {
		return nil
	}
	return boxes
}

// textSize is how much text an element has, a character of Chinese, Japanese or Korean counted twice.
func textSize(n *html.Node) int {
	if n == nil {
		return 0
	}
	chars, _, _ := measureText(lineOfNode(n))
	return chars
}

func textOf(n *html.Node) string {
	if n == nil {
		return ""
	}
	return lineOfNode(n)
}

// selectedBody is what the operator's selector matches, each element once, in the order of the page.
func (p *page) selectedBody() error {
	found := p.doc.Find(p.in.Select.Body)
	makeFigures(found)
	found.Find("script, style, noscript, template").Remove()
	if lineOf(found) == "" && found.Find("img").AddSelection(found.Filter("img")).Length() == 0 {
		return &hub.Error{Kind: hub.Invalid, Place: "select.body", Detail: "nothing in this page matches " + clip(p.in.Select.Body, 80)}
	}
	p.captionMainPicture(captionsOf(found))
	chosen := map[*html.Node]bool{}
	for _, n := range found.Nodes {
		chosen[n] = true
	}
	var outer []*html.Node
	for _, n := range found.Nodes {
		if !insideOf(n, chosen) {
			outer = append(outer, n)
		}
	}
	var sb strings.Builder
	for _, n := range outer {
		switch {
		case !isContainer(n.Data) && n.Data != "li" && n.Data != "tr" && n.Data != "tbody":
			sb.WriteString(renderWhole(n)) // a paragraph, a picture: the selector means the element itself
		case len(outer) > 1:
			sb.WriteString("<div>" + render(n) + "</div>")
		default:
			sb.WriteString(render(n))
		}
	}
	p.draft.Body = hub.Text{Value: sb.String(), HTML: true}
	return nil
}

func insideOf(n *html.Node, set map[*html.Node]bool) bool {
	for up := n.Parent; up != nil; up = up.Parent {
		if set[up] {
			return true
		}
	}
	return false
}

// cleared takes out what the draft has already, the lead, the line with the date and the article's head, and gives the tree.
func (p *page) cleared() *html.Node {
	if p.lead != nil {
		p.step(StepLead, "summary", "", lineOf(p.lead))
		p.lead.Remove()
	}
	if p.dateline != nil {
		p.step("date line removed", "content_html", lineOf(p.dateline), "")
		p.dateline.Remove()
	}
	p.doc.Find("script, style, template").Remove()
	p.clearHead()
	return p.doc.Nodes[0]
}

// signature takes the writer's name from the last paragraph, where the page names nobody elsewhere. It stays in the text.
func (p *page) signature(body *html.Node) {
	if len(p.draft.Authors) > 0 {
		return
	}
	last := goquery.NewDocumentFromNode(body).Find("p, div").FilterFunction(func(_ int, s *goquery.Selection) bool {
		return s.Find("p, div").Length() == 0 && s.Closest("figure, table, li").Length() == 0 && lineOf(s) != ""
	}).Last()
	if authors, _, ok := byline(lineOf(last)); ok {
		p.draft.Authors = authors
	}
}

// linkShare is how much of a text is links: most of it, on a list of headlines.
func linkShare(n *html.Node) float64 {
	s := goquery.NewDocumentFromNode(n).Selection
	all := utf8.RuneCountInString(lineOf(s))
	if all == 0 {
		return 1
	}
	return float64(utf8.RuneCountInString(lineOf(s.Find("a")))) / float64(all)
}

// captioned is a picture and the caption that the page gives it.
type captioned struct{ src, caption string }

func captionsOf(s *goquery.Selection) []captioned {
	var list []captioned
	s.Find("figure").Each(func(_ int, f *goquery.Selection) {
		src, caption := f.Find("img").First().AttrOr("src", ""), lineOf(f.Find("figcaption").First())
		if src != "" && caption != "" {
			list = append(list, captioned{src, caption})
		}
	})
	return list
}

// captionMainPicture gives the main picture the caption that it has in the text.
func (p *page) captionMainPicture(captions []captioned) {
	d := &p.draft
	for i := range d.Pictures {
		for _, c := range captions {
			if pic := &d.Pictures[i]; pic.Caption.Value == "" && resolve(d.Base, pic.URL) == resolve(d.Base, c.src) {
				pic.Caption = hub.Text{Value: c.caption}
			}
		}
	}
	if len(d.Pictures) > 0 {
		d.Image = d.Pictures[0]
	}
}

// render is the markup of an element, without the element.
func render(n *html.Node) string {
	var buf bytes.Buffer
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if html.Render(&buf, c) != nil {
			break // the tree came from the parser; what it cannot render is raw text in a wrong place
		}
	}
	return strings.TrimSpace(buf.String())
}

// renderWhole is the markup of an element, with the element.
func renderWhole(n *html.Node) string {
	var buf bytes.Buffer
	if html.Render(&buf, n) != nil {
		return ""
	}
	return buf.String()
}
