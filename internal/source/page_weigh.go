package source

import (
	"strings"
	"unicode"

	"golang.org/x/net/html"
)

// weighed is what an element holds, itself and all below it.
type weighed struct {
	chars, links int  // characters of text, and of text in links
	good         int  // characters of text that reads like an article's paragraphs
	title        bool // the page's h1 is in it
	media        bool // a picture, a video
}

// weigher measures a tree once.
type weigher struct {
	of   map[*html.Node]*weighed
	runs []goodRun
}

// goodRun is a run of text that reads like an article's, and the block that it stands in.
type goodRun struct {
	in    *html.Node
	worth int
}

// textRun is a piece of inline text between two blocks.
type textRun struct {
	chars, links int
	stops        int // sentence ends and commas
	last         rune
}

// add takes a text into the run and says how many characters that were.
func (r *textRun) add(text string, linked bool) (chars int) {
	chars, stops, last := measureText(text)
	r.chars += chars
	r.stops += stops
	if last != 0 {
		r.last = last
	}
	if linked {
		r.links += chars
	}
	return chars
}

const minGood = 50 // characters

// worth is how much of a run counts as an article's text.
func (r textRun) worth() int {
	if r.chars < minGood && !(r.chars >= minGood/2 && strings.ContainsRune(".!?。！？…”\"", r.last)) || r.links*2 > r.chars {
		return 0
	}
	if r.stops == 0 && r.chars < 3*minGood {
		return 0
	}
	return r.chars - r.links
}

// isBlock says whether an element breaks the line.
func isBlock(name string) bool {
	switch name {
	case "p", "div", "section", "article", "main", "header", "footer", "aside", "nav", "ul", "ol", "li", "dl", "dt", "dd", "table", "tbody", "thead", "tfoot",
		"tr", "td", "th", "caption", "figure", "figcaption", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "form", "fieldset", "address", "details",
		"summary", "center", "body", "html", "br", "picture", "video", "iframe", "noscript", "amp-img", "hgroup":
		return true
	}
	return false
}

// weigh measures n and all below it.
func (w *weigher) weigh(n *html.Node) *weighed {
	w.of, w.runs = map[*html.Node]*weighed{}, nil
	sum := &weighed{}
	w.of[n] = sum
	var run textRun
	w.walk(n, n, sum, &run, false)
	w.flush(n, sum, &run)
	return sum
}

func (w *weigher) flush(block *html.Node, into *weighed, run *textRun) {
	if v := run.worth(); v > 0 {
		into.good += v
		w.runs = append(w.runs, goodRun{block, v})
	}
	*run = textRun{}
}

// walk adds what stands below n to sum; inline text goes on in the run of the block around it.
func (w *weigher) walk(n, block *html.Node, sum *weighed, run *textRun, linked bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			chars := run.add(c.Data, linked)
			sum.chars += chars
			if linked {
				sum.links += chars
			}
		case html.ElementNode:
			w.element(c, block, sum, run, linked)
		}
	}
}

func (w *weigher) element(c, block *html.Node, sum *weighed, run *textRun, linked bool) {
	switch c.Data {
	case "script", "style", "template", "noscript":
		return
	}
	own := &weighed{title: c.Data == "h1", media: isMedia(c.Data)}
	w.of[c] = own
	if isBlock(c.Data) {
		w.flush(block, sum, run)
		runs := len(w.runs)
		w.walk(c, c, own, run, linked || c.Data == "a")
		w.flush(c, own, run)
		switch c.Data {
		case "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6":
			own.good, w.runs = 0, w.runs[:runs]
		}
	} else {
		w.walk(c, block, own, run, linked || c.Data == "a")
	}
	sum.chars += own.chars
	sum.links += own.links
	sum.good += own.good
	sum.title = sum.title || own.title
	sum.media = sum.media || own.media
}

func isMedia(name string) bool {
	switch name {
	case "img", "picture", "video", "audio", "iframe", "amp-img", "amp-video", "amp-youtube":
		return true
	}
	return false
}

// measureText counts the characters of a text, a run of spaces as one, and its sentence marks.
func measureText(s string) (chars, stops int, last rune) {
	gap := true
	for _, r := range s {
		if r == ' ' || r == '\n' || r == '\t' || r > 0x7F && unicode.IsSpace(r) || r == '\r' {
			if !gap {
				chars++
			}
			gap = true
			continue
		}
		gap = false
		chars++
		last = r
		switch r {
		case '.', ',', ';', '!', '?', '。', '、', '，', '！', '？', '…':
			stops++
		}
		if r >= 0x2E80 && r < 0xFB00 {
			chars++ // a character of Chinese, Japanese or Korean says what two letters say
		}
	}
	return chars, stops, last
}
