package clean

import (
	"errors"
	"strings"

	"golang.org/x/net/html"
)

// maxRebuild bounds how often the HTML5 algorithm may reopen formatting that was left open (tokens × elements left open):
// half a megabyte of hostile markup would otherwise become gigabytes of tree.
const maxRebuild = 1_500_000

// maxCopied bounds how many bytes the parser may copy to join texts that only ignored tags divide.
const maxCopied = 1 << 30

var errCostly = errors.New("markup made to be costly")

// affordable goes over markup once and refuses what the parser would take more than its share of memory or time for.
func affordable(markup string) error {
	if most := strings.Count(markup, "<"); most*(2*most+1) <= maxRebuild && len(markup)*(2*most+1) <= maxCopied {
		return nil // every tag begins with one
	}
	m := meter{open: map[string]int{}}
	z := html.NewTokenizer(strings.NewReader(markup))
	for {
		kind := z.Next()
		switch kind {
		case html.ErrorToken:
			if m.most*m.tokens > maxRebuild || m.copied > maxCopied {
				return errCostly
			}
			return nil
		case html.TextToken:
			m.text += len(z.Raw())
			m.copied += m.text
		case html.StartTagToken, html.EndTagToken:
			name, _ := z.TagName()
			m.tag(string(name), kind == html.StartTagToken)
		}
		m.tokens++
	}
}

// meter estimates what a parse will cost.
type meter struct {
	open         map[string]int // elements by name
	format, most int            // formatting elements open now, and at most
	tokens       int
	text, copied int // bytes of the text that is growing, and copied in all
}

func (m *meter) tag(name string, start bool) {
	if start {
		if ignoredOutside(name) && m.open["table"] == 0 {
			return
		}
		m.open[name]++
		if formatting(name) {
			m.format++
			m.most = max(m.most, m.format)
		}
		m.text = 0
		return
	}
	if formatting(name) {
		m.format = max(0, m.format-1)
	}
	if m.open[name] > 0 {
		m.open[name]--
		m.text = 0
	}
}

// ignoredOutside lists the tags that mean nothing where no table is open, or nothing at all within a body.
func ignoredOutside(tag string) bool {
	switch tag {
	case "caption", "col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr", "html", "head", "body", "frame", "frameset":
		return true
	}
	return false
}

// formatting lists the elements that HTML5 §13.2.4.3 reopens in every block until they are closed.
func formatting(tag string) bool {
	switch tag {
	case "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u":
		return true
	}
	return false
}
