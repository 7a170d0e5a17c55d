package clean

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// phrase makes a block of n, a paragraph or heading, where it is what most are: text, single line breaks, and inline elements
// around text. It gives what textBlock gives, in one pass; nil where there is anything else in n.
func (b *builder) phrase(n *html.Node) *node {
	if b.pre > 0 || len(b.open) > 0 || n.FirstChild == nil || mayMean(get(n, "class")) {
		return nil
	}
	steps := len(b.trace.steps)
	kids := b.phraseKids(n)
	if kids == nil {
		b.trace.steps = b.trace.steps[:steps] // whoever reads n now says it again
		b.open = b.open[:0]
		return nil
	}
	tag := n.Data
	if tag == "h1" {
		tag = "h2"
	}
	el := b.arena.node()
	el.tag, el.kids, el.kind, el.stands = tag, kids, textBlock, true
	return el
}

func (b *builder) phraseKids(n *html.Node) []*node {
	kids := b.refs(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		first, last := c.PrevSibling == nil, c.NextSibling == nil
		switch {
		case c.Type == html.TextNode:
			t := b.phraseText(c)
			edge := first || last
			if first {
				t = strings.TrimLeftFunc(t, unicode.IsSpace)
			} else if isBreak(c.PrevSibling) {
				t, edge = strings.TrimLeft(t, " "), true
			}
			if last {
				t = strings.TrimRightFunc(t, unicode.IsSpace)
			} else if isBreak(c.NextSibling) {
				t, edge = strings.TrimRight(t, " "), true
			}
			if t == "" || edge && blank(t) || !first && c.PrevSibling.Type == html.TextNode {
				return nil
			}
			kids = append(kids, b.text(t))
		case isBreak(c):
			if first || last || isBreak(c.PrevSibling) {
				return nil
			}
			kids = append(kids, b.element("br", nil))
		default:
			el := b.phraseInline(c)
			if el == nil {
				return nil
			}
			kids = append(kids, el)
		}
	}
	return kids
}

// phraseInline is inline for an element that holds text and other such elements, and shows something.
func (b *builder) phraseInline(n *html.Node) *node {
	if n.Type != html.ElementNode || n.Namespace != "" || tags[n.Data] != inline || n.FirstChild == nil || hidden(n) {
		return nil
	}
	tag := n.Data
	if to := renamed[tag]; to != "" {
		tag = to
	}
	if b.isOpen(tag) {
		return nil
	}
	el := b.arena.node()
	el.tag, el.kind = tag, inline // under its other name too
	if !b.dress(el, n) {
		return nil
	}
	b.open = append(b.open, tag)
	kids := b.refs(n)
	shows := false
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.TextNode {
			k := b.phraseInline(c)
			if k == nil {
				return nil
			}
			kids, shows = append(kids, k), true
			continue
		}
		t := b.phraseText(c)
		if t == "" || c.PrevSibling != nil && c.PrevSibling.Type == html.TextNode {
			return nil
		}
		shows = shows || !blank(t)
		kids = append(kids, b.text(t))
	}
	b.open = b.open[:len(b.open)-1]
	if !shows {
		return nil
	}
	el.kids = kids
	return el
}

func (b *builder) phraseText(n *html.Node) string {
	if b.tidied {
		if b.even {
			return n.Data
		}
		return collapse(n.Data)
	}
	return collapse(shown(n.Data))
}

func isBreak(n *html.Node) bool {
	return n != nil && n.Type == html.ElementNode && n.Namespace == "" && n.Data == "br"
}

// text is a settled text out of the arena.
func (b *builder) text(s string) *node {
	n := b.arena.node()
	n.text, n.settled, n.even = s, true, b.tidied
	return n
}

// element is element, out of the arena.
func (b *builder) element(tag string, kids []*node) *node {
	return b.arena.element(tag, kids...)
}

// alone is a list of one node.
func (b *builder) alone(n *node) []*node { return append(b.arena.list(1), n) }

// refs is an empty list with room for what becomes of the children of n.
func (b *builder) refs(n *html.Node) []*node {
	room := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		room++
	}
	return b.arena.list(room)
}
