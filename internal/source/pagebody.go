package source

import (
	"bytes"
	"strings"
	"unicode/utf8"

	readability "codeberg.org/readeck/go-readability/v2"
	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tinhub/internal/hub"
)

// Below these numbers of characters a text is no article: where the page says that it is one, and where it does not.
// A page whose article has less than shortArticle is not left to readability, which was made for long ones.
const (
	minSaidArticle = 40
	minArticle     = 140
	shortArticle   = 600
)

// containers are where news systems put an article's text, the surest name first.
func containers() []string {
	return []string{
		`[itemprop~="articleBody"]`, `.fck_detail`, `[data-role="content"]`, `.detail-content-body`, `.detail-content`, `.article__body`,
		`.article-body`, `#article-body`, `.entry-content`, `.post-content`, `.article-content`, `.content-detail`, `#content_detail`,
		`.detail__content`, `.news-content`, `.singular-content`, `.cms-body`, `.divcontent`, `.article-detail`,
	}
}

// junk is what a container holds beside the text.
const junk = `script, style, noscript, template, nav, aside, form, button, input, select, textarea, footer, svg, object, embed, ins.adsbygoogle, link, meta, .related, [class*="related" i], [class*="relate-" i], [type*="Related"], [class*="lien-quan" i], [class*="lienquan" i], [class*="share" i], [class*="social" i], [class*="comment" i], [class*="tags" i], [class*="banner" i], [class*="advert" i], .ads, [class*="ads-" i], [class*="most-" i], [class*="newsletter" i], [class*="author-box" i], [hidden], [style*="display:none"], [style*="display: none"]`

// content finds the article's text and puts it into the draft.
func (p *page) content() error {
	if p.in.Select.Body != "" {
		return p.selectedBody()
	}
	work := goquery.NewDocumentFromNode(p.cleared())
	makeFigures(work.Selection)
	captions := captionsOf(work.Selection)
	whole := cleanContainer(work)
	short := p.shortBody(work)
	body := extract(work, whole)
	if whole != nil && (body == nil || missing(whole, body) > 0) {
		body = whole
	}
	if short != nil && whole == nil {
		body = short
	}
	if body != nil {
		restoreCaptions(body, captions)
	}
	size := textSize(body)
	if fallback := strings.TrimSpace(p.ld.body); utf8.RuneCountInString(fallback) > 2*size && utf8.RuneCountInString(fallback) > minArticle {
		p.notes.add("the text was taken from the page's JSON-LD: the page itself shows less")
		p.draft.Body = sniffed(fallback)
		return nil
	}
	if size < p.leastText(whole, short) || p.draft.Title.Value == "" && !p.in.handed() || linkShare(body) > 0.6 {
		return hub.Errorf(hub.Invalid, "no article found in this page")
	}
	p.captionMainPicture(captions)
	p.signature(body)
	p.draft.Body = hub.Text{Value: render(body), HTML: true}
	return nil
}

// leastText is how much text makes an article of this page. One that was asked for by address may be a notice in the
// article's place; one that was handed over is what it was handed over for, however short.
func (p *page) leastText(whole, short *html.Node) int {
	switch {
	case p.in.handed(), short != nil:
		return 1
	case p.ld.headline != "", strings.EqualFold(p.meta("og:type"), "article"), p.lead != nil, whole != nil:
		return minSaidArticle
	}
	return minArticle
}

// shortBody is a copy of a short article's text without junk: of the one <article>, else, on a page that was handed over,
// of <main> or of the whole body. It is nil where there is none, or where the text is long.
func (p *page) shortBody(doc *goquery.Document) *html.Node {
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
	copied.Find(junk).Remove()
	copied.Find("h1, body > header, body > nav").Remove()
	if n := textSize(copied.Nodes[0]); n == 0 || n >= shortArticle {
		return nil
	}
	return copied.Nodes[0]
}

func textSize(n *html.Node) int {
	if n == nil {
		return 0
	}
	return utf8.RuneCountInString(lineOf(goquery.NewDocumentFromNode(n).Selection))
}

func (p *page) selectedBody() error {
	found := p.doc.Find(p.in.Select.Body)
	makeFigures(found)
	found.Find("script, style, noscript, template").Remove()
	if lineOf(found) == "" && found.Find("img").Length() == 0 {
		return &hub.Error{Kind: hub.Invalid, Place: "select.body", Detail: "nothing in this page matches " + clip(p.in.Select.Body, 80)}
	}
	p.captionMainPicture(captionsOf(found))
	var sb strings.Builder
	for _, n := range found.Nodes {
		sb.WriteString(render(n))
	}
	p.draft.Body = hub.Text{Value: sb.String(), HTML: true}
	return nil
}

// cleared takes out what the draft has already, the lead, the line with the date and the article's head, and gives the tree.
func (p *page) cleared() *html.Node {
	if p.lead != nil {
		p.lead.Remove()
	}
	if p.dateline != nil {
		p.dateline.Remove()
	}
	p.doc.Find("script, style, template").Remove()
	p.clearHead()
	return p.doc.Nodes[0]
}

// cleanContainer is a copy of the one element that holds the text, by its name, without junk; nil where no name is known.
func cleanContainer(doc *goquery.Document) *html.Node {
	for _, name := range containers() {
		var best *goquery.Selection
		size := 0
		doc.Find(name).Each(func(_ int, s *goquery.Selection) {
			if n := paragraphText(s); n > size {
				best, size = s, n
			}
		})
		if size >= minArticle {
			copied := best.Clone()
			all := utf8.RuneCountInString(lineOf(copied))
			copied.Find(junk).FilterFunction(func(_ int, s *goquery.Selection) bool {
				return utf8.RuneCountInString(lineOf(s))*2 < all // half of the text is no junk, whatever its class
			}).Remove()
			copied.Find("h1").Remove()
			return copied.Nodes[0]
		}
	}
	return nil
}

// paragraphText is how much text stands in paragraphs and is no link.
func paragraphText(s *goquery.Selection) int {
	n := utf8.RuneCountInString(lineOf(s))
	return n - utf8.RuneCountInString(lineOf(s.Find("a")))
}

// extract has readability find the text in a copy of the page, since it destroys what it is given; where the container
// is known, in that alone.
func extract(doc *goquery.Document, whole *html.Node) *html.Node {
	root := doc.Nodes[0]
	if whole != nil {
		root = goquery.CloneDocument(doc).Nodes[0]
		body := goquery.NewDocumentFromNode(root).Find("body").First()
		body.Empty().AppendNodes(goquery.NewDocumentFromNode(whole).Clone().Nodes...)
	}
	hideTitle(root)
	r := readability.NewParser()
	r.MaxElemsToParse = maxPageElements
	r.DisableJSONLD = true
	article, err := r.ParseDocument(root, nil) // without an address links stay as written
	if err != nil {
		return nil
	}
	return article.Node
}

// hideTitle takes the title from the page: readability drops the first heading that resembles it, and sees resemblance in
// any heading whose ASCII letters the title has, which in Vietnamese are pieces of words. The title was read before, and clean
// takes out where the text repeats it.
func hideTitle(root *html.Node) {
	doc := goquery.NewDocumentFromNode(root)
	doc.Find(`title, meta[property*="title"], meta[name*="title"]`).Remove()
	title := &html.Node{Type: html.ElementNode, Data: "title", DataAtom: atom.Title}
	title.AppendChild(&html.Node{Type: html.TextNode, Data: strings.Repeat("…", 20)}) // shorter ones are looked for elsewhere
	doc.Find("head").First().AppendNodes(title)
}

// missing counts paragraphs of the container that readability lost.
func missing(whole, body *html.Node) int {
	have := fold(lineOf(goquery.NewDocumentFromNode(body).Selection))
	lost := 0
	goquery.NewDocumentFromNode(whole).Find("p, h2, h3, li, figcaption, blockquote").Each(func(_ int, s *goquery.Selection) {
		text := fold(lineOf(s))
		if n := utf8.RuneCountInString(text); n < 25 || utf8.RuneCountInString(lineOf(s.Find("a")))*2 > n {
			return
		}
		if !strings.Contains(have, text) {
			lost++
		}
	})
	return lost
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

// restoreCaptions puts captions back that extraction took from pictures it kept.
func restoreCaptions(body *html.Node, captions []captioned) {
	s := goquery.NewDocumentFromNode(body).Selection
	text := fold(lineOf(s))
	for _, c := range captions {
		if strings.Contains(text, fold(c.caption)) {
			continue
		}
		s.Find("img").EachWithBreak(func(_ int, img *goquery.Selection) bool {
			if img.AttrOr("src", "") != c.src {
				return true
			}
			node := img.Nodes[0]
			if f := img.Closest("figure"); f.Length() > 0 {
				line := &html.Node{Type: html.ElementNode, Data: "figcaption", DataAtom: atom.Figcaption}
				line.AppendChild(&html.Node{Type: html.TextNode, Data: c.caption})
				f.Nodes[0].AppendChild(line)
			} else if parent, next := node.Parent, node.NextSibling; parent != nil {
				parent.InsertBefore(figure([]*html.Node{node}, c.caption), next)
			}
			return false
		})
	}
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
