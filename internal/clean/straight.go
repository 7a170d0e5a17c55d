package clean

import (
	"unicode"
	"unicode/utf8"
)

// straight says whether blocks are so simple that reading back what is written of them gives the same blocks: paragraphs and
// headings of text in plain emphasis and links, lists and quotations of these, pictures with their captions. Most articles
// are, and need no second reading.
func straight(blocks []*node) bool {
	for _, k := range blocks {
		ok := false
		switch k.tag {
		case "p", "h2", "h3", "h4", "h5", "h6":
			ok = straightLine(k.kids)
		case "hr":
			ok = true
		case "ul", "ol":
			ok = straightList(k)
		case "blockquote":
			ok = straightQuote(k)
		case "figure":
			ok = straightFigure(k)
		}
		if !ok {
			return false
		}
	}
	return true
}

func straightList(list *node) bool {
	for _, li := range list.kids {
		if li.tag != "li" || len(li.kids) == 0 || !straightLine(li.kids) {
			return false
		}
	}
	return len(list.kids) > 0
}

func straightQuote(quote *node) bool {
	for _, p := range quote.kids {
		if p.tag != "p" || !straightLine(p.kids) {
			return false
		}
	}
	return len(quote.kids) > 0
}

func straightFigure(figure *node) bool {
	for i, k := range figure.kids {
		switch {
		case k.tag == "img", k.tag == "a" && len(k.kids) == 1 && k.kids[0].tag == "img":
		case k.tag == "figcaption" && i > 0 && i == len(figure.kids)-1 && straightLine(k.kids):
		default:
			return false
		}
	}
	return len(figure.kids) > 0
}

// straightLine wants text, single line breaks between texts, and pictures, and inline elements that hold text or pictures alone.
func straightLine(kids []*node) bool {
	for i, k := range kids {
		switch {
		case k.tag == "":
			before := i == 0 || kids[i-1].tag == "br"
			after := i == len(kids)-1 || kids[i+1].tag == "br"
			if !k.settled || before && startsBlank(k.text) || after && endsBlank(k.text) || i > 0 && kids[i-1].tag == "" {
				return false
			}
		case k.tag == "br":
			if i == 0 || i == len(kids)-1 || kids[i-1].tag == "br" {
				return false
			}
		case k.tag == "img":
		case k.kind == inline:
			if !straightWords(k, k.tag) {
				return false
			}
		default:
			return false
		}
	}
	return len(kids) > 0
}

func startsBlank(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return s == "" || unicode.IsSpace(r)
}

func endsBlank(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return s == "" || unicode.IsSpace(r)
}

// straightWords wants text in an inline element, or one more inline element of another name that holds text.
func straightWords(el *node, outer string) bool {
	for _, k := range el.kids {
		switch {
		case k.tag == "":
			if !k.settled {
				return false
			}
		case k.tag == "img":
		case el.tag != outer || k.tag == outer || k.kind != inline || !straightWords(k, outer):
			return false
		}
	}
	return len(el.kids) > 0
}
