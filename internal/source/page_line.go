package source

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// liner gathers the text of nodes on one line, with a space where an element breaks the line.
type liner struct {
	sb   strings.Builder
	last rune // of what was written; a space where none was
}

// add writes a node, without those below it.
func (l *liner) add(n *html.Node) {
	switch {
	case n.Type == html.TextNode && (n.Parent == nil || n.Parent.Data != "script" && n.Parent.Data != "style"):
		if isGlued(n, l.last) {
			l.sb.WriteByte(' ')
		}
		l.sb.WriteString(n.Data)
		l.last, _ = utf8.DecodeLastRuneInString(n.Data)
	case n.Type == html.ElementNode && (n.Data == "br" || n.Data == "p" || n.Data == "div" || n.Data == "li" || n.Data == "td"):
		l.space()
	}
}

func (l *liner) space() {
	l.sb.WriteByte(' ')
	l.last = ' '
}

func (l *liner) line() string { return strings.Join(strings.Fields(l.sb.String()), " ") }

// lineOf is the text of a selection on one line.
func lineOf(s *goquery.Selection) string {
	l := liner{last: ' '}
	for _, n := range s.Nodes {
		for c := range n.Descendants() {
			l.add(c)
		}
		l.space()
	}
	return l.line()
}

func lineOfNode(n *html.Node) string { return lineOf(&goquery.Selection{Nodes: []*html.Node{n}}) }

// isGlued says whether a text follows an element that a style sheet sets apart from it: <span>Hà Nội</span>Sáng nay.
func isGlued(c *html.Node, last rune) bool {
	r, _ := utf8.DecodeRuneInString(c.Data)
	before := c.PrevSibling
	return unicode.IsUpper(r) && unicode.IsLower(last) && before != nil && before.Type == html.ElementNode &&
		before.FirstChild != nil && len(before.FirstChild.Data) > 2
}
