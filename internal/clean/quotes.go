package clean

import (
	"slices"
	"strings"
	"unicode"
)

// pulled makes a quotation of what a page sets as a pull quote; nil where there is more than text in it.
func (a *arena) pulled(kids []*node) *node {
	paragraphs := a.flow(kids)
	for _, p := range paragraphs {
		if p.tag != "p" || p.showsMore() {
			return nil
		}
	}
	if len(paragraphs) == 0 {
		return nil
	}
	return a.element("blockquote", paragraphs...)
}

// Bounds of a pull quote: from so many words on, for shorter ones may be anybody's, up to so many bytes. Of a body with more
// quotations than maxQuotes none is taken for one.
const (
	minPulled = 5
	maxPulled = 1000
	maxQuotes = 32
)

// pullQuotes removes quotations that say a sentence of the body again, to be seen from afar. The sentence stays in its place.
// What is quoted twice, or said in several paragraphs, is a refrain.
func (r *repeats) pullQuotes() {
	var room [maxQuotes]int
	quotes := room[:0]
	for i, k := range r.blocks {
		if !isPulled(k) {
			continue
		}
		if len(quotes) == maxQuotes {
			return
		}
		quotes = append(quotes, i)
	}
	taken := r.taken
	for _, i := range quotes {
		if k := r.blocks[i]; r.saysAll(k) && !r.quotedAgain(quotes, i) {
			r.drop(i, "pull quote repeated", "")
		}
	}
	if r.taken > taken {
		r.compact()
	}
}

// quotedAgain says whether another quotation says the same as the one at i.
func (r *repeats) quotedAgain(quotes []int, i int) bool {
	text := fold(r.blocks[i].saying())
	return slices.ContainsFunc(quotes, func(j int) bool { return j != i && r.blocks[j] != nil && fold(r.blocks[j].saying()) == text })
}

// isPulled says whether a block may be a pull quote: a quotation of text alone, maybe in a figure.
func isPulled(k *node) bool {
	return isPlainQuote(quoteOf(k)) && k.size(maxPulled) <= maxPulled
}

// quoteOf is the quotation that a figure is nothing but.
func quoteOf(k *node) *node {
	if k.tag == "figure" && len(k.kids) == 1 {
		return k.kids[0]
	}
	return k
}

// isPlainQuote says whether a block is a quotation of nothing but text.
func isPlainQuote(k *node) bool {
	if k.tag != "blockquote" || len(k.kids) == 0 || k.get("cite") != "" || k.first("a") != nil || k.showsMore() {
		return false
	}
	for _, p := range k.kids {
		if p.tag != "p" {
			return false
		}
	}
	return true
}

// saysAll says whether the body says each paragraph of a quotation, the first of some length and once; what follows it may be
// the name of who says so.
func (r *repeats) saysAll(k *node) bool {
	for i, p := range quoteOf(k).kids {
		words := p.words()
		if i == 0 && strings.Count(words, " ") < minPulled-1 {
			return false
		}
		switch n := r.said(words); {
		case n == 0, i == 0 && n > 1:
			return false
		}
	}
	return true
}

// said counts how often other blocks than quotations and figures say a text. They are folded only where its longest word stands.
func (r *repeats) said(words string) int {
	text, longest := " "+fold(words)+" ", ""
	for w := range strings.FieldsFuncSeq(words, notLetter) {
		if len(w) > len(longest) {
			longest = w
		}
	}
	if longest == "" {
		return 0
	}
	n := 0
	for _, k := range r.blocks {
		if k == nil || k.tag == "blockquote" || k.tag == "figure" {
			continue
		}
		if said := k.saying(); strings.Contains(said, longest) {
			n += strings.Count(" "+fold(said)+" ", text)
		}
	}
	return n
}

func notLetter(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }
