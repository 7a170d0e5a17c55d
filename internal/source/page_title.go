package source

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"tinhub/internal/hub"
)

// siteSuffix is " - VnExpress", " | Báo Đồng Nai" at a title's end.
var siteSuffix = regexp.MustCompile(`\s+[-–—|·:»]\s+[^-–—|·»]{2,60}$`)

// title prefers the heading that people read: <title> and og:title often carry the site's name, headlines in JSON-LD are
// often cut. A heading that shares no word with what the page calls itself elsewhere is the site's or a box's.
func (p *page) title() hub.Text {
	if s := p.find(p.in.Select.Title).First(); s.Length() > 0 {
		if t := first(lineOf(s), lineOfText(s.AttrOr("content", ""))); t != "" {
			return hub.Text{Value: t}
		}
	}
	said := first(p.meta("og:title"), p.meta("twitter:title"), p.meta("parsely-title"), p.meta("dc.title"), p.meta("dcterms.title"), p.meta("citation_title"))
	named := first(said, lineOf(p.doc.Find("head title").First()), lineOf(p.doc.Find("title").First()))
	heading := p.heading(named)
	if heading == "" && said == "" && p.ld.headline == "" {
		if heading = first(p.classTitle(named), p.loneHeading(named)); heading != "" {
			return hub.Text{Value: heading}
		}
	}
	if strings.TrimSpace(p.ld.headline) == "" && named == "" {
		return hub.Text{Value: heading}
	}
	switch {
	case heading != "" && within(p.ld.headline, heading), heading != "" && within(heading, strings.TrimRight(p.ld.headline, ". …")):
		return hub.Text{Value: heading}
	case heading != "" && (within(named, heading) || p.doc.Find("h1").Length() == 1) && (p.ld.headline+said == "" || shareWords(heading, p.ld.headline+" "+said)):
		return hub.Text{Value: heading}
	case p.ld.headline != "":
		return sniffed(p.ld.headline)
	case named != "":
		return hub.Text{Value: p.withoutSite(named)}
	}
	return hub.Text{Value: heading}
}

// heading is the element that reads like the article's title: an h1 that says what the page calls itself, else another
// heading that does, else the first h1.
func (p *page) heading(named string) string {
	least := utf8.RuneCountInString(p.withoutSite(named)) * 2 / 5
	var any string
	var found string
	p.doc.Find(`h1, [itemprop="headline"]`).EachWithBreak(func(i int, s *goquery.Selection) bool {
		if i > maxHeadings {
			return false
		}
		t := lineOf(s)
		if t == "" || sameText(t, p.site) {
			return true
		}
		if within(p.ld.headline, t) || within(t, strings.TrimRight(p.ld.headline, ". …")) || within(named, t) && utf8.RuneCountInString(t) >= least {
			if len(t) > len(found) { // the site's name may be an h1 too
				found = t
			}
			return true
		}
		if any == "" && s.Closest("header nav, footer, aside").Length() == 0 {
			any = t
		}
		return true
	})
	if found == "" && named != "" {
		p.doc.Find("h2, h3").EachWithBreak(func(i int, s *goquery.Selection) bool {
			if t := lineOf(s); within(named, t) && utf8.RuneCountInString(t) >= max(least, minHeading) && !sameText(t, p.site) {
				found = t
			}
			return found == "" && i < maxHeadings
		})
	}
	return first(found, any)
}

const (
	minHeading  = 15 // characters of a heading below h1 that is taken for the title
	maxHeadings = 30 // of them looked at
)

// titleWords are words in the class of an element that is a title.
var titleWords = wordSet("title headline heading tieude tieu")

// classTitle is the title on pages without headings: an element whose class calls it one, alone of that class, as the titles
// of boxes never are. It must have a word of the page's <title>, unless that is no line of the page and so the site's own.
func (p *page) classTitle(named string) string {
	count := map[string]int{}
	var list []*html.Node
	for n := range p.doc.Nodes[0].Descendants() {
		if n.Type != html.ElementNode || !hasClassWord(n, titleWords) {
			continue
		}
		class := attribute(n, "class")
		if count[class]++; count[class] == 1 && len(list) < maxHeadings {
			list = append(list, n)
		}
	}
	var any string
	for _, n := range list {
		s := &goquery.Selection{Nodes: []*html.Node{n}}
		t := lineOf(s)
		size := utf8.RuneCountInString(t)
		if count[attribute(n, "class")] > 1 || size < minHeading || size > maxClassTitle || s.Closest(aside+", li, a").Length() > 0 || s.Find("h1, p, div, td, a").Length() > 0 || sameText(t, p.site) {
			continue
		}
		if shareWords(t, p.withoutSite(named)) {
			return t
		}
		any = first(any, t)
	}
	if any != "" && !within(lineOf(p.doc.Find("body")), p.withoutSite(named)) {
		return any
	}
	return ""
}

// loneHeading is the title on pages whose <title> is the site's own, no line of the page: their only heading, where it stands above
// the text.
func (p *page) loneHeading(named string) string {
	if within(lineOf(p.doc.Find("body")), p.withoutSite(named)) {
		return ""
	}
	found := p.doc.Find("h1, h2, h3, h4")
	if found.Length() != 1 || found.Closest(aside).Length() > 0 {
		return ""
	}
	t := lineOf(found)
	if size := utf8.RuneCountInString(t); size < minHeading || size > maxClassTitle || sameText(t, p.site) {
		return ""
	}
	for n := range p.doc.Find("body").Nodes[0].Descendants() {
		if n == found.Nodes[0] {
			return t
		}
		if n.Type == html.ElementNode && n.Data == "p" && utf8.RuneCountInString(lineOfNode(n)) > minParagraph {
			return ""
		}
	}
	return ""
}

// maxClassTitle is the longest title, in characters, that only a class calls one.
const maxClassTitle = 250

// titleElement is the element that shows the draft's title: a heading, else whatever classTitle found.
func (p *page) titleElement() *goquery.Selection {
	var found *goquery.Selection
	is := func(_ int, s *goquery.Selection) bool {
		if sameText(lineOf(s), p.draft.Title.Value) {
			found = s
		}
		return found == nil
	}
	for _, selector := range []string{first(p.in.Select.Title, "h1"), "h1", `[itemprop~="headline"]:not(meta)`, "h2, h3, h4", `[class*="title" i], [class*="headline" i], [class*="heading" i], [class*="tieu" i]`} {
		if p.doc.Find(selector).EachWithBreak(is); found != nil {
			return found
		}
	}
	return nil
}

// withoutSite is a title without " - VnExpress" or " | Báo Đồng Nai" at its end.
func (p *page) withoutSite(named string) string {
	cut := siteSuffix.ReplaceAllString(named, "")
	if p.site == "" || within(named[len(cut):], p.site) || utf8.RuneCountInString(cut) > 25 {
		return cut
	}
	return named
}

// shareWords says whether two titles have a word of some length in common.
func shareWords(a, b string) bool {
	words := map[string]bool{}
	for _, w := range strings.FieldsFunc(strings.ToLower(b), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		words[w] = true
	}
	for _, w := range strings.FieldsFunc(strings.ToLower(a), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if words[w] && (utf8.RuneCountInString(w) > 2 || w[0] >= utf8.RuneSelf) {
			return true
		}
	}
	return false
}
