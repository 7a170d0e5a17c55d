package source

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxArticles is into how many articles a text is cut; the last one keeps the rest.
const maxArticles = 200

// articles cuts a text that holds several articles, one below the other, at their heads. One that only looks like several
// stays whole: the head above and the head below must have a title and a date, text must follow both, and between them
// stands a rule or the name that signs the first.
func articles(paras []para) [][]para {
	var list [][]para
	for start := 0; start < len(paras); {
		end := len(paras)
		if len(list)+1 < maxArticles {
			end = nextArticle(paras, start)
		}
		list = append(list, paras[start:end])
		start = end
	}
	return list
}

// nextArticle is where the article that begins at start is over.
func nextArticle(paras []para, start int) int {
	if label, ok := titleLabel(paras[start].text); ok {
		for k := start + 2; k < len(paras)-1; k++ {
			if next, ok := titleLabel(paras[k].text); ok && next == label && isField(paras[k+1].text) {
				return k
			}
		}
		return len(paras)
	}
	first, ok := articleHead(paras, start)
	if !ok {
		return len(paras)
	}
	text, signed, ruled := false, false, false
	for k := first.end; k < len(paras); k++ {
		p := paras[k]
		if isCommentHead(p.text) {
			return len(paras)
		}
		ruled = p.ruled || ruled && !isSentence(p)
		if text && (signed || ruled) {
			if next, ok := articleHead(paras, k); ok && (next.date == first.date || ruled) && next.title != first.title {
				return k
			}
		}
		if isSentence(p) {
			text, signed = true, false
			continue
		}
		authors, labelled, ok := byline(p.text)
		signed = signed || ok && (labelled || strings.Contains(authors[0].Name, " "))
	}
	return len(paras)
}

// titleLabel is the label of a form's title, where the line has one.
func titleLabel(line string) (string, bool) {
	m := fieldLine.FindStringSubmatch(line)
	if kind, value := fieldOf(line); kind != fieldTitle || value == "" || m == nil {
		return "", false
	}
	return foldLine(m[1]), true
}

// headShape is what an article's head looks like.
type headShape struct {
	title string
	date  string // how its date is written, with 0 for each digit
	end   int    // the paragraph behind it
}

// articleHead reads the head of an article that may begin at k: links to editions and a section's name, the title, a date
// below or above it, then text.
func articleHead(paras []para, k int) (headShape, bool) {
	var h headShape
	for i := k; i < len(paras) && i < k+8; i++ {
		p := paras[i]
		if date, _ := dateAndName(p.text); date != "" {
			if h.date != "" {
				return h, false
			}
			h.date = digitsAsZero(date)
			continue
		}
		switch {
		case h.title != "" && h.date != "" && isProse(p):
			h.end = i + 1
			return h, proseFrom(paras, i+1)
		case editions(p.text) != nil, isAddress(p.text), sameText(p.text, h.title):
		case furniture(p.text) == button, h.title == "" && isSection(p.text) && i == k, h.title != "" && isWriterLine(p.text):
		case h.title != "" && h.date != "" && !endsSentence(p.text): // a caption, a writer's name
		case h.title == "" && isHeadTitle(p):
			h.title = p.text
		default:
			return h, false
		}
	}
	return h, false
}

// isHeadTitle says whether a paragraph may be an article's title.
func isHeadTitle(p para) bool {
	size := utf8.RuneCountInString(p.text)
	return size >= 12 && size <= maxTitle && !isProse(p) && !endsSentence(p.text) && len(strings.Fields(p.text)) > 2 && !isBareName(p.text) &&
		furniture(p.text) == notFurniture && !photoCredit.MatchString(p.text) && !startsAnew(p.text)
}

// proseFrom says whether more text stands at k or just below.
func proseFrom(paras []para, k int) bool {
	for _, p := range paras[min(k, len(paras)):min(k+5, len(paras))] {
		if isSentence(p) {
			return true
		}
	}
	return false
}

// isSentence says whether a paragraph is text, if only a little of it.
func isSentence(p para) bool {
	return isProse(p) || endsSentence(p.text) && utf8.RuneCountInString(p.text) >= 40 && !photoCredit.MatchString(p.text)
}

func digitsAsZero(s string) string {
	out := []rune(s)
	for i, c := range out {
		if unicode.IsDigit(c) {
			out[i] = '0'
		}
	}
	return string(out)
}

// partPath gives the nth article of a file an identity of its own: the file's path alone is that of the first.
func partPath(path string, n int) string {
	if path == "" {
		return ""
	}
	return path + "#" + strconv.Itoa(n)
}
