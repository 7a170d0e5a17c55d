package source

import (
	"strings"

	"golang.org/x/net/html"
)

// passage is a piece of an article's body that stands on lines of its own: a paragraph, a heading, a list entry, text between
// two line breaks, or an object that is no text.
type passage struct {
	nodes  []*html.Node
	text   string
	chars  int
	links  int
	good   bool
	kind   string // the element around it: p, li, h2, td, …; "object" for pictures, tables and the like
	remove string // the step that takes it out; "" while it stays
}

// A box ends the text where so much of it, in percent, stands above and no more below: boxBelow where that reads like
// teasers, boxRest whatever it is.
const (
	boxAbove = 60
	boxBelow = 35
	boxRest  = 6
)

// maxPassages bounds how many passages are looked at.
const maxPassages = 20_000

// passages divides a body, in document order.
func passages(body *html.Node) []*passage {
	var d divider
	d.below(body)
	return d.list
}

type divider struct {
	list  []*passage
	group []*html.Node
}

func (d *divider) below(n *html.Node) {
	for c := n.FirstChild; c != nil && len(d.list) < maxPassages; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			d.group = append(d.group, c)
		case c.Type != html.ElementNode:
		case c.Data == "br" || c.Data == "hr":
			d.end(n)
		case isObject(c):
			d.end(n)
			d.list = append(d.list, &passage{nodes: []*html.Node{c}, kind: "object"})
		case isBlock(c.Data) || holdsBlock(c, 0):
			d.end(n)
			d.below(c)
			d.end(c)
		default:
			d.group = append(d.group, c)
		}
	}
	d.end(n)
}

func isObject(n *html.Node) bool {
	switch n.Data {
	case "figure", "table", "pre", "video", "audio", "iframe", "picture", "amp-img", "amp-video":
		return true
	}
	return false
}

// holdsBlock says whether an inline element has a block in it, as in <a><div>.
func holdsBlock(n *html.Node, depth int) bool {
	for c := range n.ChildNodes() {
		if c.Type == html.ElementNode && (isBlock(c.Data) && c.Data != "br" || depth < 4 && holdsBlock(c, depth+1)) {
			return true
		}
	}
	return false
}

// end closes the passage begun, whose parent is n.
func (d *divider) end(n *html.Node) {
	if len(d.group) == 0 {
		return
	}
	p := &passage{nodes: d.group, kind: n.Data}
	d.group = nil
	line := liner{last: ' '}
	var run textRun
	for _, c := range p.nodes {
		gatherText(c, &line, &run, c.Data == "a")
	}
	p.text = line.line()
	if p.text == "" {
		return
	}
	p.chars, p.links, p.good = run.chars, run.links, run.worth() > 0
	d.list = append(d.list, p)
}

// gatherText writes a node and all below it, and measures its text.
func gatherText(n *html.Node, line *liner, run *textRun, linked bool) {
	line.add(n)
	if n.Type == html.TextNode {
		run.add(n.Data, linked)
		return
	}
	for c := range n.ChildNodes() {
		gatherText(c, line, run, linked || c.Type == html.ElementNode && c.Data == "a")
	}
}

func (p *passage) isHeading() bool {
	return len(p.kind) == 2 && p.kind[0] == 'h' && p.kind[1] >= '1' && p.kind[1] <= '6'
}

// isDate says whether a passage is an element that the page itself calls its date.
func (p *passage) isDate() bool {
	for _, n := range p.nodes {
		if n.Type == html.ElementNode && !strings.Contains(attribute(n, "itemprop")+attribute(n, "property"), "date") || n.Type == html.TextNode && strings.TrimSpace(n.Data) != "" {
			return false
		}
	}
	return p.chars < maxDateline
}

func (p *passage) isLinks() bool { return p.links > 0 && p.links*10 >= p.chars*8 }
