package source

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"tinhub/internal/hub"
)

// What a page shows beside a headline, in characters.
const (
	minTeaser      = 30
	maxTeaser      = 1_500
	maxListedTitle = 400
)

// draft is one article of the list.
func (l *listing) draft(g *listGroup) hub.Draft {
	a := g.best()
	d := hub.Draft{URL: a.href, Base: l.base}
	parts := l.parts(g)
	title, inTitle := splitTitle(strings.TrimLeft(l.headline(g), "•·▪►▶»›● "))
	d.Published, d.Modified = l.dates(parts)
	if len(d.Published) == 0 && inTitle != "" {
		d.Published = []string{inTitle}
		d.Steps = append(d.Steps, hub.Step{Step: "the date is no part of the headline", Field: "title", Before: clip(l.headline(g), 300), After: clip(title, 300)})
	}
	if day := l.days[a.node]; day != "" && len(d.Published)+len(d.Modified) == 0 {
		d.Published = []string{day}
		d.Steps = append(d.Steps, hub.Step{Step: "the day stands as a heading above", Field: "date_published", After: day})
	}
	d.Title = hub.Text{Value: clip(title, maxListedTitle)}
	d.Summary = hub.Text{Value: l.teaser(parts, title)}
	d.Image = l.image(parts)
	if e, ok := l.ld[g.key]; ok {
		d.Published = raws(append([]string{e.date}, d.Published...)...)
		if d.Title.Value == "" {
			d.Title = sniffed(e.title)
		}
		if d.Summary.Value == "" {
			d.Summary = sniffed(e.summary)
		}
		if d.Image.URL == "" {
			d.Image.URL = e.image
		}
	}
	if d.Image.URL != "" {
		d.Pictures = []hub.DraftPicture{d.Image}
	}
	var others []string
	for _, b := range g.links {
		switch {
		case b.text != a.text && b.text != "":
			others = append(others, b.text)
		case b.href != a.href:
			others = append(others, b.href)
		}
	}
	if len(others) > 0 {
		d.Steps = append(d.Steps, hub.Step{Step: "other links to the same article", Field: "url", Before: clip(strings.Join(raws(others...), " | "), 300), After: a.href})
	}
	return d
}

// headline is the article's title: the selector's, the link's text, in full where the page cuts it and names it elsewhere.
func (l *listing) headline(g *listGroup) string {
	if s := l.in.Select.Title; s != "" {
		for _, n := range l.boxes(g) {
			if t := selectedText(l.within(n, s)); t != "" {
				return t
			}
		}
	}
	a := g.best()
	text := a.text
	if g.box != nil && a.more {
		if h := goquery.NewDocumentFromNode(g.box).Find("h1, h2, h3, h4, h5, h6").First(); h.Length() > 0 {
			text = lineOf(h)
		}
	}
	cutShort := strings.TrimRight(text, ".…") // "Nửa đầu tiêu đề..."
	for _, b := range g.links {
		if b.node == nil {
			continue
		}
		full := lineOfText(attribute(b.node, "title"))
		switch {
		case full == "":
		case isNoHeadline(text):
			text = full
		case cutShort != text && len(full) > len(text) && strings.HasPrefix(fold(full), fold(cutShort)):
			return full
		}
	}
	if isNoHeadline(text) {
		for _, b := range g.links {
			if b.node == nil {
				continue
			}
			if alt := lineOfText(goquery.NewDocumentFromNode(b.node).Find("img[alt]").First().AttrOr("alt", "")); alt != "" {
				return alt
			}
		}
		return ""
	}
	return text
}

var titleDate = regexp.MustCompile(`\s*[-–—|·]?\s*[(\[]?\s*(?:\d{1,2}[:h]\d{2}[,\s-]*)?(?:ngày\s+)?\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)\d{2}(?:[,\s-]*\d{1,2}[:h]\d{2}(?::\d{2})?)?\s*[)\]]?$`)

// splitTitle takes a date from the end of a headline that was written into the link.
func splitTitle(s string) (title, date string) {
	at := titleDate.FindStringIndex(s)
	if at == nil || at[0] == 0 || !strings.HasSuffix(s, ")") && !strings.HasSuffix(s, "]") && !strings.Contains(s[at[0]:], ":") {
		return s, "" // "Giá vàng ngày 14/01/2022" is a headline
	}
	date = strings.Trim(s[at[0]:], " -–—|·()[]")
	if headlineWords(s[:at[0]]) < 2 || !isDateline(date) {
		return s, ""
	}
	return strings.TrimSpace(s[:at[0]]), date
}

// boxes are the elements that belong to one article alone.
func (l *listing) boxes(g *listGroup) []*html.Node {
	if g.box != nil {
		return []*html.Node{g.box}
	}
	const most = 6
	var list []*html.Node
	for _, a := range g.links {
		if a.node == nil || len(list) >= most || a.zone != g.best().zone {
			continue
		}
		n := a.node
		for p := n.Parent; p != nil && l.owner[p] == g && p.Data != "body" && p.Data != "main" && p.Data != "html"; p = p.Parent {
			n = p
		}
		if !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}

// parts are an article's boxes and what stands between them and the next article's.
func (l *listing) parts(g *listGroup) []*html.Node {
	boxes := l.boxes(g)
	if g.box != nil {
		return boxes
	}
	var list []*html.Node
	for _, n := range boxes {
		if l.datesComeFirst(n.Parent) {
			for _, c := range l.gapBefore(n) {
				if isDateNode(c) {
					list = append(list, c)
				}
			}
		}
		list = append(list, n)
		first := l.datesComeFirst(n.Parent)
		for _, c := range l.gapAfter(n) {
			if !first || !isDateNode(c) {
				list = append(list, c)
			}
		}
	}
	return list
}

// maxGap bounds how many nodes after a headline are looked at for what belongs to it.
const maxGap = 12

func (l *listing) gapAfter(n *html.Node) []*html.Node {
	var list []*html.Node
	for c := n.NextSibling; c != nil && len(list) < maxGap && !l.isOwned(c) && !isHeading(c) && !l.isLikeBox(c, n); c = c.NextSibling {
		list = append(list, c)
	}
	return list
}

func (l *listing) gapBefore(n *html.Node) []*html.Node {
	var list []*html.Node
	for c := n.PrevSibling; c != nil && len(list) < maxGap && !l.isOwned(c); c = c.PrevSibling {
		list = append(list, c)
	}
	return list
}

// isLikeBox says whether c is built like the box n and has a link of its own: another entry of the list, if no article.
func (l *listing) isLikeBox(c, n *html.Node) bool {
	return c.Type == html.ElementNode && c.Data == n.Data && l.weight[c] > 0 && attribute(c, "class") == attribute(n, "class")
}

func (l *listing) isOwned(n *html.Node) bool { return l.owner[n] != nil || l.shared[n] }

var teaserName = regexp.MustCompile(`(?:^|[\s_-])(?:sapo|lead|summary|desc|description|des|excerpt|teaser|intro|introtext|trichdan|trich-dan|dek|deck|standfirst|abstract|snippet|entry-content|mota|mo-ta|blurb)(?:\s|$)|(?:^|[\s_-])sapo`)

// teaser is the text that stands beside a headline.
func (l *listing) teaser(parts []*html.Node, title string) string {
	if s := l.in.Select.Body; s != "" {
		for _, n := range parts {
			if t := selectedText(l.within(n, s)); t != "" {
				return clip(t, maxTeaser)
			}
		}
		return ""
	}
	var named, plain string
	for _, n := range parts {
		if n.Type == html.TextNode {
			if t := lineOfText(n.Data); isTeaser(t, title) {
				plain = first(plain, t)
			}
			continue
		}
		for c := range withSelf(n) {
			switch {
			case c.Type == html.TextNode && c.Parent != nil && c.Parent.Data != "a" && c.Parent.Data != "script" && c.Parent.Data != "style":
				if t := lineOfText(c.Data); utf8.RuneCountInString(t) > minTeaser*3/2 && isTeaser(t, title) {
					plain = first(plain, t)
				}
			case c.Type != html.ElementNode || isHeading(c) || named != "":
			case c.Data == "p", c.Data == "dd", teaserName.MatchString(strings.ToLower(attribute(c, "class"))):
				if t := teaserText(c, title); isTeaser(t, title) {
					named = t
				}
			}
		}
		if named != "" {
			break
		}
	}
	return clip(first(named, plain), maxTeaser)
}

// teaserText is an element's text without "read more", dates and headlines in it, the article's own first of all.
func teaserText(n *html.Node, title string) string {
	copied := goquery.NewDocumentFromNode(n).Clone()
	copied.Find("h1, h2, h3, h4, h5, h6, time, script, style, button, figcaption").Remove()
	copied.Find("a, span, em, i, b, strong").FilterFunction(func(_ int, s *goquery.Selection) bool {
		t := lineOf(s)
		return sameText(t, title) || readOn[foldLine(t)] || isDateText(strings.Trim(t, dateMarks))
	}).Remove()
	text := lineOf(copied)
	for _, tail := range []string{"[…]", "[...]", "Xem thêm", "Đọc tiếp", "Read more", "Continue reading", "Chi tiết", ">>", "»", "→", "(Xem tiếp)"} {
		text = strings.TrimSpace(strings.TrimSuffix(text, tail))
	}
	return text
}

func isTeaser(text, title string) bool {
	n := utf8.RuneCountInString(text)
	return n >= minTeaser && n <= 4*maxTeaser && !sameText(text, title) && !within(title, text) && !isDateText(text)
}

var backgroundURL = regexp.MustCompile(`background(?:-image)?\s*:[^;]*url\(\s*["']?([^"')\s]{3,900})["']?\s*\)`)

// image is the first picture beside a headline that is no icon.
func (l *listing) image(parts []*html.Node) hub.DraftPicture {
	for _, n := range parts {
		for c := range withSelf(n) {
			if c.Type != html.ElementNode {
				continue
			}
			if c.Data == "img" {
				src := strings.TrimSpace(attribute(c, "src"))
				if src != "" && !isPlaceholder(src) && !isIcon(c, src) {
					return hub.DraftPicture{URL: src, Width: number(attribute(c, "width")), Height: number(attribute(c, "height")), Alt: lineOfText(attribute(c, "alt"))}
				}
			} else if m := backgroundURL.FindStringSubmatch(first(attribute(c, "style"), attribute(c, "data-bg"))); m != nil && !isPlaceholder(m[1]) {
				return hub.DraftPicture{URL: m[1]}
			}
		}
	}
	return hub.DraftPicture{}
}

var iconName = regexp.MustCompile(`(?i)(?:^|[/_.-])(?:icons?|ico|logo|avatar|gravatar|bullet|arrow|sprite|new|hot|star|emoji)(?:[/_.-]|\d*\.(?:gif|png|svg)|$)`)

func isIcon(n *html.Node, src string) bool {
	w, h := number(attribute(n, "width")), number(attribute(n, "height"))
	return w > 0 && w < 40 || h > 0 && h < 40 || iconName.MatchString(src) && (w == 0 || w < 100) || strings.HasSuffix(strings.ToLower(src), ".svg")
}
