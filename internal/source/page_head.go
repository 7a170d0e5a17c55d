package source

import (
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// minParagraph is how long, in characters, what stands in an article's head must be to be taken for text.
const minParagraph = 60

// maxBylines bounds how many elements are looked at for the byline; it stands near the top.
const maxBylines = 20

// clearHead takes out of the article what the draft has already or what is no text of its own: the section's name above the
// title, the byline, buttons. Pictures and paragraphs stay.
func (p *page) clearHead() {
	p.doc.Find("article header, main header").Each(func(_ int, h *goquery.Selection) {
		if h.Find("h1").Length() > 0 {
			p.clearHeader(h)
		}
	})
	if title := p.headline; title != nil && title.Nodes[0].Parent != nil {
		if article := title.Closest("article, main"); article.Length() > 0 {
			for n := title.Nodes[0]; n != article.Nodes[0]; n = n.Parent {
				clearBefore(n)
			}
		}
		p.titled = title.Nodes[0].Parent
		title.Remove()
	}
	p.doc.Find(bylineClass).EachWithBreak(func(i int, s *goquery.Selection) bool {
		if p.isByline(s) && s.Closest("html").Length() > 0 {
			for p.isByline(s.Parent()) {
				s = s.Parent()
			}
			p.step("byline removed", "content_html", lineOf(s), "")
			s.Remove()
		}
		return i < maxBylines
	})
}

// clearHeader leaves of an article's header its pictures and what is long enough to be a paragraph.
func (p *page) clearHeader(h *goquery.Selection) {
	var keep []*html.Node
	h.Find("figure, picture, img, video, p, h2, blockquote").Each(func(_ int, s *goquery.Selection) {
		for _, k := range keep {
			for n := s.Nodes[0].Parent; n != nil; n = n.Parent {
				if n == k {
					return
				}
			}
		}
		switch goquery.NodeName(s) {
		case "p", "h2", "blockquote":
			if utf8.RuneCountInString(lineOf(s)) < minParagraph && s.Find("img").Length() == 0 || p.isByline(s) {
				return
			}
		}
		keep = append(keep, s.Nodes[0])
	})
	h.ReplaceWithNodes(keep...)
}

// clearBefore removes the short lines without pictures before n.
func clearBefore(n *html.Node) {
	for before := n.PrevSibling; before != nil; {
		next := before.PrevSibling
		s := goquery.NewDocumentFromNode(before).Selection
		if s.Find("img, video").AddSelection(s.Filter("img, video")).Length() == 0 && utf8.RuneCountInString(lineOf(s)) < minParagraph {
			before.Parent.RemoveChild(before)
		}
		before = next
	}
}

// isByline says whether an element names authors of the draft, or an account in their place, and nothing else.
func (p *page) isByline(s *goquery.Selection) bool {
	text := lineOf(s)
	if text == "" || utf8.RuneCountInString(text) > maxByline || s.Find("img").Length() > 0 {
		return false
	}
	if _, other := splitDateline(text); other != "" {
		text = other
	}
	if p.isNobody(text) {
		return true
	}
	names, _, ok := byline(text)
	for _, n := range names {
		ok = ok && p.isAuthor(n.Name)
	}
	return ok
}
