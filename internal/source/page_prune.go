package source

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// prune takes out of a tree what is no part of an article by its name, its role or because the page does not show it, unless too
// much of the page's text is in it. A word alone never decides: half of what is called widget is the article.
func (p *page) prune(root *html.Node) {
	var w weigher
	all := w.weigh(root)
	for up := p.titled; up != nil; up = up.Parent { // the title itself was taken out
		if own := w.of[up]; own != nil {
			own.title = true
		}
	}
	p.showHidden(root, &w, all)
	p.pruneBelow(root, &w, all)
}

// showHidden shows the paragraphs, alone or in a box, that a page hides until a script or a reader's subscription shows them,
// where they are a good part of all that it has.
func (p *page) showHidden(root *html.Node, w *weigher, all *weighed) {
	var hidden []*html.Node
	good := 0
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || w.of[n] == nil || w.of[n].good == 0 || !isHidden(n) {
			continue
		}
		switch n.Data {
		case "p":
			hidden = append(hidden, n)
			good += w.of[n].good
		case "div", "section", "span":
			if w.of[n].good*4 >= all.good && followsText(n, w) {
				n.Attr = slices.DeleteFunc(n.Attr, hides)
			}
		}
	}
	if good*4 < all.good {
		return
	}
	for _, n := range hidden {
		n.Attr = slices.DeleteFunc(n.Attr, hides)
	}
}

// followsText says whether a box has shown paragraphs right above it, so that it is the rest of a text and no copy of it.
func followsText(n *html.Node, w *weigher) bool {
	for b := n.PrevSibling; b != nil; b = b.PrevSibling {
		if b.Type == html.ElementNode {
			return b.Data == "p" && w.of[b] != nil && w.of[b].good > 0 && !isHidden(b)
		}
	}
	return false
}

func hides(a html.Attribute) bool { return a.Key == "hidden" || a.Key == "style" }

func (p *page) pruneBelow(n *html.Node, w *weigher, all *weighed) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch {
		case c.Type == html.CommentNode:
			n.RemoveChild(c)
		case c.Type != html.ElementNode:
		case p.isJunk(c, w, all):
			p.removed(c)
		default:
			p.pruneBelow(c, w, all)
		}
		c = next
	}
}

// isJunk decides about one element by its name, what it holds and what the page holds.
func (p *page) isJunk(n *html.Node, w *weigher, all *weighed) bool {
	rank := junkElement(n)
	if rank == surelyJunk {
		return true
	}
	switch n.Data {
	case "html", "head", "body", "article", "main", "p", "h1", "img", "figure", "figcaption", "picture", "video", "iframe", "table", "tr", "td", "tbody", "blockquote", "em", "strong", "b", "i":
		if n.Data != "p" && n.Data != "table" && n.Data != "blockquote" && n.Data != "figure" {
			return false
		}
	}
	own := w.of[n]
	if own == nil {
		return true
	}
	if isHidden(n) {
		return own.good*4 < all.good && !own.media
	}
	rank = max(rank, junkName(n))
	if n.Data == "header" && rank < likelyJunk {
		return false
	}
	if rank == notJunk || own.title || strings.Contains(attribute(n, "itemprop"), "articleBody") {
		return false
	}
	if n.Data == "a" {
		return rank == surelyJunk
	}
	if isCaptionName(n) {
		return false
	}
	switch rank {
	case commentJunk:
		return own.good*100 < all.good*95
	case surelyJunk:
		return own.good*10 < all.good*6
	case likelyJunk:
		if own.chars < maxQuoted && firstElement(n, "blockquote") != nil {
			return false // a post that the article shows
		}
		if own.media && own.chars <= maxCaption && own.links*2 <= own.chars && n.Data != "nav" && n.Data != "footer" {
			return false // a picture with its caption
		}
		return own.good*4 < all.good
	}
	return false
}

// maxQuoted is the longest post from elsewhere, in characters, that a box may show.
const maxQuoted = 1_500

// isCaptionName says whether an element is named as a picture's caption.
func isCaptionName(n *html.Node) bool {
	return strings.Contains(strings.ToLower(attribute(n, "class")), "caption")
}

// prunedBox is what was taken out of the page, and where it stood.
type prunedBox struct{ box, from *html.Node }

// maxPruned bounds how many boxes are remembered for the steps.
const maxPruned = 1_000

// removed takes an element out of its tree and remembers it.
func (p *page) removed(n *html.Node) {
	from := n.Parent
	from.RemoveChild(n)
	if len(p.pruned) < maxPruned {
		p.pruned = append(p.pruned, prunedBox{n, from})
	}
}

// prunedSteps tells what was taken out of the body; what stood around it is nobody's question.
func (p *page) prunedSteps(body *html.Node) {
	for _, b := range p.pruned {
		for up := b.from; up != nil; up = up.Parent {
			if up != body {
				continue
			}
			if junkElement(b.box) == surelyJunk {
				break
			}
			if text := lineOfNode(b.box); text != "" {
				p.step("box removed", "content_html", text, "")
			}
			break
		}
	}
}
