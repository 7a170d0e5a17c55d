package source

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// trim takes out of a body what is no part of the article though it stands among its paragraphs: links to other articles,
// share bars, requests to subscribe, bylines and dates at its head, link lists and notices at its end.
func (p *page) trim(body *html.Node) {
	list := passages(body)
	good, chars := 0, 0
	for _, t := range list {
		if t.good {
			good++
			chars += t.chars
		}
	}
	if good == 0 {
		return
	}
	p.trimHead(list)
	trimLinks(list)
	trimLines(list, good, within(p.draft.Title.Value, "cookie"))
	trimBoxes(list, chars)
	p.trimTail(list)
	p.takeOut(list, body, chars)
}

// trimHead marks what stands before the first paragraph: a menu on one line, and what tells when, by whom and with whose pictures.
// Where nobody else is named, the one who is named there wrote it.
func (p *page) trimHead(list []*passage) {
	for _, t := range list {
		switch {
		case t.kind == "object" || t.isHeading():
			continue
		case isPageDate(t.text), isDateAndName(t.text), isAccountAndDate(t.text), p.isNamesAndCounts(t.text):
			t.remove = "byline removed"
		case isMenuRow(t.text), menuRow.MatchString(t.text):
			t.remove = "furniture removed"
		case t.good || t.chars > 3*maxByline:
			return
		case crediting.MatchString(t.text), t.isDate(), len(p.draft.Authors) > 0 && isRole(t.text):
			t.remove = "byline removed"
		case t.chars <= maxByline && writtenBy.MatchString(t.text):
			names := namesOf(t.text)
			if len(p.draft.Authors) == 0 {
				p.draft.Authors = names
			}
			if len(names) > 0 || len(p.draft.Authors) > 0 {
				t.remove = "byline removed"
			}
		}
	}
}

// isDateAndName says whether a line is a date, and beside it names or what the page counts.
func isDateAndName(line string) bool {
	date, other := dateBeside(line)
	if date == "" {
		return false
	}
	for part := range strings.SplitSeq(other, "|") {
		if part = strings.TrimSpace(part); part != "" && len(namesOf(part)) == 0 && !countsOnly.MatchString(part) {
			return false
		}
	}
	return true
}

// isNamesAndCounts says whether a line names the draft's authors, and beside them only what the page counts; the date between
// them may have been taken out.
func (p *page) isNamesAndCounts(line string) bool {
	if utf8.RuneCountInString(line) > maxDateline || !strings.ContainsAny(line, "|•·") {
		return false
	}
	known := false
	for _, part := range besideDate.Split(line, -1) {
		if part = strings.Trim(part, " |•·"); part == "" || countsOnly.MatchString(part) {
			continue
		}
		if !p.isAuthor(part) {
			return false
		}
		known = true
	}
	return known
}

func (p *page) isAuthor(name string) bool {
	for _, a := range p.draft.Authors {
		if strings.EqualFold(a.Name, name) {
			return true
		}
	}
	return false
}

// countsOnly is what a page counts: its readers, the minutes of reading.
var countsOnly = regexp.MustCompile(`(?i)^(?:` + countWords + `)$`)

// trimLinks marks lists of nothing but links, and such lines between paragraphs.
func trimLinks(list []*passage) {
	for i := 0; i < len(list); {
		end := i
		for end < len(list) && list[end].kind != "object" && (list[end].isLinks() && !list[end].good || list[end].remove != "") {
			end++
		}
		if end == i {
			i++
			continue
		}
		announced := i > 0 && strings.HasSuffix(list[i-1].text, ":") && list[i-1].good
		for _, t := range list[i:end] {
			if t.remove == "" && !announced && !t.isHeading() && t.chars <= 2*maxCaption && t.kind != "td" {
				t.remove = "links to other pages removed"
			}
		}
		i = end
	}
}

// trimLines marks single lines of a page's frame.
func trimLines(list []*passage, good int, aboutCookies bool) {
	from, to := storyOf(list)
	for i, t := range list {
		if t.remove != "" || t.kind == "object" {
			continue
		}
		kind := furniture(t.text)
		switch {
		case t.chars <= 40 && counting.MatchString(t.text):
			t.remove = "furniture removed"
		case kind == button || kind == boxHead && (t.isHeading() || i+1 < len(list) && list[i+1].remove != ""):
			t.remove = "furniture removed"
		case kind == pointer && good > 1:
			t.remove = "furniture removed"
		case t.chars <= 300 && (t.links*2 > t.chars || t.links*3 > t.chars && !t.good) && pointing.MatchString(t.text):
			t.remove = "links to other pages removed"
		case good > 2 && t.isRequest(i < from || i > to):
			t.remove = "request to the reader removed"
		case t.chars <= 600 && good > 2 && !aboutCookies && mentionsCookies(t.text) && (i < 3 && consentWords.MatchString(t.text) || consenting.MatchString(t.text)):
			t.remove = "cookie notice removed"
		case t.chars <= 120 && owning.MatchString(t.text):
			t.remove = "furniture removed"
		}
	}
}

// storyOf are the first and the last passage that read like an article's and ask for nothing.
func storyOf(list []*passage) (from, to int) {
	from = len(list)
	for i, t := range list {
		if t.good && !asking.MatchString(t.text) {
			from, to = min(from, i), i
		}
	}
	return from, to
}

func mentionsCookies(text string) bool {
	return strings.Contains(text, "ookie") || strings.Contains(text, "OOKIE")
}

// trimBoxes marks what stands under the heading of a box: to the end, where most of the article is above it, else its links and short lines.
func trimBoxes(list []*passage, chars int) {
	above := 0
	for i, t := range list {
		if t.good && t.remove == "" {
			above += t.chars
		}
		if !t.headsBox() {
			continue
		}
		end := i + 1
		for end < len(list) && list[end].kind != "object" && !list[end].good && list[end].chars < 2*maxByline && (list[end].kind != "p" || list[end].remove != "") {
			end++
		}
		switch {
		case above*100 >= chars*boxAbove && isBoxToEnd(list[i+1:], chars):
			end = len(list)
		case end == i+1:
			continue
		}
		for _, u := range list[i:end] {
			if u.remove == "" && (u.kind != "object" || end == len(list)) {
				u.remove = "box removed"
			}
		}
		return
	}
}

// headsBox says whether a passage is the heading of a box by its words, and neither a sentence that begins with them nor an entry of
// a list.
func (t *passage) headsBox() bool {
	sentence := t.good && !t.isHeading() && strings.HasSuffix(t.text, ".")
	return t.kind != "object" && (t.kind != "li" || strings.HasSuffix(t.text, ":")) && t.chars <= 80 && !sentence && !spoken.MatchString(t.text) && boxing.MatchString(t.text)
}

// isBoxToEnd says whether what follows the heading of a box is all of it: little text, or teasers, each with its headline or link.
func isBoxToEnd(list []*passage, chars int) bool {
	good, below, teasers := 0, 0, 0
	headline := true
	for _, u := range list {
		switch {
		case u.kind == "object":
		case u.good && u.remove == "":
			good++
			below += u.chars
			if headline {
				teasers++
			}
			headline = false
		default:
			headline = true
		}
	}
	return below*100 <= chars*boxRest || good > 1 && teasers == good && below*100 <= chars*boxBelow
}

// trimTail marks what is left hanging after the last paragraph: headings of lists that went, share words, tags, and above the
// credit of the pictures, which stays, who wrote the text.
func (p *page) trimTail(list []*passage) {
	for i := len(list) - 1; i >= 0; i-- {
		t := list[i]
		switch {
		case t.remove != "":
		case t.kind == "object":
			return
		case t.isHeading():
			t.remove = "heading without text removed"
		case t.chars < 3*maxByline && t.links*2 > t.chars:
			t.remove = "links to other pages removed"
		case isMenuRow(t.text), menuRow.MatchString(t.text):
			t.remove = "furniture removed"
		case isAccountAndDate(t.text):
			t.remove = "byline removed"
		case t.chars <= maxByline && isPictureCredit(t.text):
		case t.chars <= maxByline && p.isLabelledByline(t.text):
			t.remove = "byline removed"
		default:
			return
		}
	}
}

// takeOut removes what is marked, unless that is more than half of the text; a heading of which nothing is left goes too.
func (p *page) takeOut(list []*passage, body *html.Node, chars int) {
	gone := 0
	for i, t := range list {
		if t.remove != "" && t.good {
			gone += t.chars
		}
		if t.remove == "" && t.isHeading() && i+1 < len(list) && list[i+1].remove != "" {
			end := i + 1
			for end < len(list) && list[end].remove != "" {
				end++
			}
			if end == len(list) || list[end].isHeading() && list[end].kind <= t.kind && end > i+2 {
				t.remove = "heading without text removed"
			}
		}
	}
	if gone*2 > chars {
		return
	}
	for _, t := range list {
		if t.remove == "" {
			continue
		}
		p.step(t.remove, "content_html", t.text, "")
		for _, n := range t.nodes {
			dropUp(n, body)
		}
	}
}

// dropUp removes a node, and the elements around it that are left empty.
func dropUp(n, top *html.Node) {
	for n != top && n.Parent != nil {
		up := n.Parent
		up.RemoveChild(n)
		if up == top || !isEmpty(up) {
			return
		}
		n = up
	}
}

// isEmpty says whether an element shows nothing.
func isEmpty(n *html.Node) bool {
	for c := range n.ChildNodes() {
		if c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" {
			return false
		}
		if c.Type == html.ElementNode && (isMedia(c.Data) || c.Data != "br" && !isEmpty(c)) {
			return false
		}
	}
	return true
}
