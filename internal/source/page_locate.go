package source

import (
	"strings"

	"golang.org/x/net/html"
)

// scoreDepth is how far up a run of text speaks for the elements around it.
const scoreDepth = 5

// smallText is how much good text, in characters, may well be a part of an article only.
const smallText = 500

// widenShare is how much, in percent of what it holds, an element may gain where it is widened.
const widenShare = 40

// locate finds the element that holds the article's text: each run of good text speaks for the elements around it, the nearest the
// most; the one most spoken for is widened as long as that brings in more text than anything else.
func locate(w *weigher) *html.Node {
	score := map[*html.Node]float64{}
	for _, r := range w.runs {
		level := 0
		worth := float64(r.worth)
		if r.in.Data == "li" {
			worth /= 2 // lists of headlines are lists
		}
		for n := r.in; n != nil && level < scoreDepth; n = n.Parent {
			if n.Type != html.ElementNode || !isContainer(n.Data) {
				continue
			}
			switch level {
			case 0:
				score[n] += worth
			case 1:
				score[n] += worth / 2
			default:
				score[n] += worth / float64(3*level)
			}
			level++
		}
	}
	var best *html.Node
	most := 0.0
	for _, r := range w.runs { // in document order, so that of equals the first wins
		for n := r.in; n != nil; n = n.Parent {
			if s := score[n] * trust(n, w.of[n]); s > most {
				best, most = n, s
			}
		}
	}
	if best == nil {
		return nil
	}
	return widen(best, w)
}

// trust weights an element's score: less where much of it is links or its name says that it stands beside the article, more where
// its name says that it is the text.
func trust(n *html.Node, own *weighed) float64 {
	if own == nil || own.chars == 0 {
		return 0
	}
	f := 1 - float64(own.links)/float64(own.chars)
	if strings.Contains(attribute(n, "itemprop"), "articleBody") || isTextName(n) {
		f *= 1.5
	}
	for up := n; up != nil; up = up.Parent {
		switch {
		case up.Data == "article" || up.Data == "main":
			return f * 1.3
		case up.Data == "body" || up.Data == "html":
			return f
		case up.Data == "aside" || up.Data == "footer" || junkName(up) >= likelyJunk:
			f /= 3
		}
	}
	return f
}

// textNames are what pages call the element that holds an article's text.
var textNames = wordSet(`entry-content post-content article-content post-body article-body story-body articlebody storybody article-text story-text
	article-detail detail-content content-detail content-body entry-body page-content main-content news-content news-detail fck-detail post-text
	body-content article-copy story-content body-copy text-content cms-body blog-content single-content post-entry maincontent articlecontent
	knc-content noidung noi-dung chi-tiet`)

// isTextName says whether an element's class or id is one of textNames.
func isTextName(n *html.Node) bool {
	for _, name := range [2]string{attribute(n, "class"), attribute(n, "id")} {
		if len(name) > maxClass {
			continue
		}
		for field := range strings.FieldsSeq(name) {
			before := ""
			for word := range classWords(field) {
				if textNames[word] || textNames[before+"-"+word] {
					return true
				}
				before = word
			}
		}
	}
	return false
}

// widen climbs from n as long as what comes in is an article's text for the greater part.
func widen(n *html.Node, w *weigher) *html.Node {
	best := n
	for child, up := n, n.Parent; up != nil && up.Type == html.ElementNode && up.Data != "html"; child, up = up, up.Parent {
		have, more := w.of[best], w.of[up]
		if have == nil || more == nil {
			break
		}
		chars, good, links := more.chars-have.chars, more.good-have.good, more.links-have.links
		little := good*100 <= have.good*widenShare && good*10 >= chars*6 && links*4 <= chars
		pure := (have.good < smallText || up.Data == "article" && besideParagraphs(child, w)) && up.Data != "body" && good*10 >= chars*8 && links*10 <= chars
		if good > 0 && ((little || pure) && allKin(child, w) || isSeries(child, w) && good*10 >= chars*4 && links*4 <= chars) {
			best = up
		}
	}
	return best
}

// allKin says whether the elements beside one that have text worth reading may be of the same article: they have no name of their
// own, or one that says so.
func allKin(child *html.Node, w *weigher) bool {
	class, i := attribute(child, "class"), 0
	for c := child.Parent.FirstChild; c != nil && i < maxSiblings; c, i = c.NextSibling, i+1 {
		own := w.of[c]
		if c == child || own == nil || own.good == 0 {
			continue
		}
		name := attribute(c, "class") + attribute(c, "id")
		if name == "" || name == class || !isContainer(c.Data) || isTextName(c) || isLeadName(c) || holdsTitle(c, w) {
			continue
		}
		return false
	}
	return true
}

// besideParagraphs says whether all that is worth reading beside an element is plain paragraphs, as where only the rest of a text
// has a box of its own.
func besideParagraphs(child *html.Node, w *weigher) bool {
	i := 0
	for c := child.Parent.FirstChild; c != nil && i < maxSiblings; c, i = c.NextSibling, i+1 {
		if own := w.of[c]; c != child && own != nil && own.good > 0 && c.Data != "p" {
			return false
		}
	}
	return true
}

func holdsTitle(n *html.Node, w *weigher) bool { return w.of[n] != nil && w.of[n].title }

// leadWords are words in the class of an article's first paragraph.
var leadWords = wordSet("lead lede leadin intro introduction sapo standfirst summary dek deck excerpt abstract chapeau subtitle subhead subheadline subheading teaser header heading head headline top")

func isLeadName(n *html.Node) bool { return hasClassWord(n, leadWords) }

// maxSiblings bounds how many elements beside one are compared with it.
const maxSiblings = 200

// isSeries says whether an element is one of several alike, as where an article's text is in pieces.
func isSeries(n *html.Node, w *weigher) bool {
	class, i := attribute(n, "class"), 0
	if n.Parent == nil {
		return false
	}
	for c := n.Parent.FirstChild; c != nil && i < maxSiblings; c, i = c.NextSibling, i+1 {
		if c != n && c.Type == html.ElementNode && c.Data == n.Data && attribute(c, "class") == class && w.of[c] != nil && w.of[c].good > 0 {
			return true
		}
	}
	return false
}

// isContainer says whether an element may be all of an article's text.
func isContainer(name string) bool {
	switch name {
	case "div", "section", "article", "main", "td", "center", "form", "body", "aside", "header", "font", "details", "footer", "span":
		return true
	}
	return false
}
