package source

import (
	"fmt"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// selected takes the articles that the source's selectors name.
func (l *listing) selected() {
	s := l.in.Select
	name, selector := "items", s.Items
	if selector == "" {
		name, selector = "link", s.Link
	}
	boxes := l.doc.Find(selector)
	if boxes.Length() == 0 {
		l.unmatched(name, selector)
		return
	}
	l.weight = map[*html.Node]int{}
	l.weigh(l.doc.Nodes[0])
	without, linked := 0, false
	for i, box := range boxes.Nodes {
		if i >= maxListingLinks {
			l.notes.add("the page has very many links; those at its end were left out")
			break
		}
		n := l.linkOf(box)
		linked = linked || n != nil
		key, u, ok := "", "", false
		if n != nil {
			u = strings.TrimSpace(attribute(n, "href"))
			key, _, ok = l.key(u)
		}
		if !ok {
			without++
			continue
		}
		g := l.group(key)
		g.taken = true
		if g.box != nil {
			continue // the article stands in an earlier element
		}
		a := &listLink{node: n, href: u}
		if a.setText(linkText(n)); a.more {
			l.headingBeside(a)
		}
		g.links = append(g.links, a)
		if s.Items != "" {
			g.box = box
			l.othersIn(g, box, key, n)
		}
	}
	if s.Items != "" && s.Link != "" && !linked {
		l.unmatched("link", s.Link)
	} else if without > 0 {
		l.notes.add(fmt.Sprintf("%d of the elements that select.%s matches have no link and were left out", without, name))
	}
	l.own()
}

// othersIn adds the box's other links to the same article: one of them may have the headline.
func (l *listing) othersIn(g *listGroup, box *html.Node, key string, have *html.Node) {
	if l.in.Select.Link != "" {
		return
	}
	goquery.NewDocumentFromNode(box).Find("a[href]").EachWithBreak(func(i int, s *goquery.Selection) bool {
		n := s.Nodes[0]
		if k, _, ok := l.key(attribute(n, "href")); n != have && ok && k == key {
			heading := s.Closest("h1, h2, h3, h4, h5, h6").Length() > 0 || s.Find("h1, h2, h3, h4, h5, h6").Length() > 0
			a := &listLink{node: n, href: strings.TrimSpace(attribute(n, "href")), heading: heading}
			a.setText(linkText(n))
			g.links = append(g.links, a)
		}
		return i < 50
	})
}

// linkOf is a box's link: what the selector names, the first link with an address, or the box itself.
func (l *listing) linkOf(box *html.Node) *html.Node {
	in := goquery.NewDocumentFromNode(box).Selection
	if s := l.in.Select.Link; s != "" && l.in.Select.Items != "" {
		found := in.Find(s).AddSelection(in.Filter(s)).First()
		if found.Length() == 0 {
			return nil
		}
		in = found
	}
	if in.Is("a[href]") {
		return in.Nodes[0]
	}
	if found := in.Find("a[href]").First(); found.Length() > 0 {
		return found.Nodes[0]
	}
	if found := in.Closest("a[href]"); found.Length() > 0 {
		return found.Nodes[0]
	}
	return nil
}

// checkFields says which selectors of a field match in no box.
func (l *listing) checkFields() {
	s := l.in.Select
	for _, c := range [][2]string{{"title", s.Title}, {"date", s.Date}, {"body", s.Body}} {
		if c[1] != "" && l.doc.Find(c[1]).Length() == 0 {
			l.unmatched(c[0], c[1])
		}
	}
}

// within is what a selector matches in an element, or the element itself.
func (l *listing) within(n *html.Node, selector string) *goquery.Selection {
	if n.Type != html.ElementNode {
		return goquery.NewDocumentFromNode(n).FindNodes()
	}
	s := goquery.NewDocumentFromNode(n).Selection
	return s.Find(selector).AddSelection(s.Filter(selector)).First()
}

// selectedText is a selected element's text, or what it holds in an attribute.
func selectedText(s *goquery.Selection) string {
	return first(lineOf(s), s.AttrOr("content", ""), s.AttrOr("title", ""), s.AttrOr("alt", ""))
}
