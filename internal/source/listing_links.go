package source

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// zone is the part of a page that a link stands in.
type zone int

const (
	zoneMain  zone = iota
	zoneSide       // most read, related, sidebars: articles, but not the list that the page is about
	zoneFrame      // menus, footers, by their class alone
	zoneOut        // navigation and footers by their element; nothing in them is looked at
)

// listLink is one link of a page.
type listLink struct {
	node      *html.Node
	href      string
	text      string
	zone      zone
	heading   bool // in a heading, or a heading in it
	titled    bool // a class says that it is a headline
	foreign   bool
	numbered  bool   // the address has a digit: a number or a day
	urlScore  int    // of href
	textScore int    // of text
	more      bool   // the text is "read more", a number or nothing: the headline stands elsewhere
	shape     string // where it stands, as elements and classes: the links of one list have one shape
}

// listGroup is all links of a page to one article.
type listGroup struct {
	key   string
	links []*listLink
	score int
	taken bool
	box   *html.Node // with select.items

	top   *listLink // what best found when there were so many links
	topOf int
}

// side says whether the article stands in side boxes alone.
func (g *listGroup) side() bool {
	return !slices.ContainsFunc(g.links, func(a *listLink) bool { return a.zone == zoneMain })
}

// walk is what is known on the way down a tree.
type walk struct {
	zone            zone
	heading, titled bool
	article         bool // inside what holds one article: its header is no page's header
}

// collect finds the page's links and where they stand.
func (l *listing) collect() {
	l.weight = map[*html.Node]int{}
	l.weigh(l.doc.Nodes[0])
	l.all = l.weight[l.doc.Nodes[0]]
	l.visit(l.doc.Nodes[0], walk{})
	if len(l.links) >= maxListingLinks {
		l.notes.add("the page has very many links; those at its end were left out")
	}
}

func (l *listing) weigh(n *html.Node) int {
	sum := 0
	if n.Type == html.ElementNode && n.Data == "a" {
		sum = 1
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			sum += l.weigh(c)
		}
	}
	if sum > 0 {
		l.weight[n] = sum
	}
	return sum
}

func (l *listing) visit(n *html.Node, w walk) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || l.weight[c] == 0 || len(l.links) >= maxListingLinks {
			continue
		}
		in := l.step(c, w)
		switch {
		case in.zone == zoneOut:
		case c.Data == "a":
			l.link(c, in)
		default:
			l.visit(c, in)
		}
	}
}

// step is what is known inside an element.
func (l *listing) step(n *html.Node, w walk) walk {
	switch n.Data {
	case "h1", "h2", "h3", "h4", "h5", "h6", "dt":
		w.heading = w.heading || n.Data != "dt"
		w.titled = true
	case "article", "main", "li":
		w.article = true
	case "nav", "footer", "select", "template", "noscript", "svg", "dialog", "address", "cite":
		if n.Data != "footer" && n.Data != "address" && n.Data != "cite" || l.weight[n] > 0 {
			w.zone = zoneOut
		}
		return w
	case "aside":
		w.zone = max(w.zone, zoneSide)
	case "header":
		if !w.article && !l.isMost(n) {
			w.zone = max(w.zone, zoneFrame)
		}
	case "html", "body":
		return w
	}
	switch strings.ToLower(attribute(n, "role")) {
	case "navigation", "contentinfo", "search", "menu", "menubar", "dialog", "tablist":
		w.zone = zoneOut
		return w
	case "complementary":
		w.zone = max(w.zone, zoneSide)
	}
	if strings.Contains(strings.ReplaceAll(attribute(n, "style"), " ", ""), "display:none") && !l.isMost(n) {
		w.zone = max(w.zone, zoneFrame)
	}
	named := strings.ToLower(attribute(n, "class") + " " + attribute(n, "id"))
	if titleName.MatchString(named) {
		w.titled = true
	}
	if n.Data == "a" || w.zone >= zoneFrame || l.isMost(n) {
		return w
	}
	switch {
	case frameName.MatchString(named):
		w.zone = zoneFrame
	case sideName.MatchString(named), sideHeads[headOf(n)]:
		w.zone = zoneSide
	}
	return w
}

// isMost says whether most of the page's links stand in n: then it is the page, whatever it is called.
func (l *listing) isMost(n *html.Node) bool { return l.weight[n]*2 > l.all }

var (
	titleName = regexp.MustCompile(`(?:^|[\s_-])(?:title|headline|heading|tieude|tieu-de|ttl|hdl|headlines)(?:$|[\s_-])|(?:title|headline|tieude)(?:\s|$)`)
	frameName = regexp.MustCompile(`(?:^|[\s_-])(?:nav|navbar|navigation|menu|menus|submenu|mainmenu|topmenu|mega-?menu|breadcrumbs?|footer|foot|pagination|pager|paging|page-numbers|paginate|share|sharing|social|socials|login|comments?|cookie|cookies|language|languages|search|` +
		`weblinks?|lienket|lien-ket|adv|ads|advert|advertisement|quangcao|quang-cao|sponsor|sponsored|topbar|toolbar|newsletter|copyright|skip-link|tags?-?(?:list|cloud|links)|tagcloud|topics-list|byline|post-meta|entry-meta|entry-footer|user-box|hot-?topics?|dropdown)(?:$|[\s_-])|(?:menu|breadcrumbs?|pagination)(?:\s|$)`)
	sideName = regexp.MustCompile(`(?:^|[\s_-])(?:sidebar|side-bar|aside|most-?(?:read|viewed|popular)|mostread|mostviewed|popular|trending|xem-?nhieu|xemnhieu|doc-?nhieu|docnhieu|related|lien-?quan|lienquan|widget|widgets|right-?col(?:umn)?|col-?right|recommend(?:ed)?)(?:$|[\s_-])`)

	sideHeads = lineSet(`tin xem nhiều|xem nhiều|xem nhiều nhất|tin xem nhiều nhất|bài xem nhiều|bài xem nhiều nhất|đọc nhiều|đọc nhiều nhất|tin đọc nhiều|bài đọc nhiều|tin đọc nhiều nhất|được quan tâm|được quan tâm nhất|
		tin liên quan|bài liên quan|tin, bài liên quan|bài viết liên quan|có thể bạn quan tâm|bạn có thể quan tâm|gợi ý cho bạn|dành cho bạn|liên kết website|liên kết web|quảng cáo|thông báo|
		most read|most viewed|most popular|most read articles|popular|popular posts|popular news|trending|trending now|related|related news|related articles|related stories|recommended|recommended for you|you may also like|recent comments|categories|archives|tags|blogroll|meta`)
)

// headOf is the heading that an element begins with, folded; "" where it begins with something longer.
func headOf(n *html.Node) string {
	switch n.Data {
	case "div", "section", "ul", "ol", "td", "table", "tbody", "dl", "article", "fieldset":
	default:
		return ""
	}
	const most = 40 // characters
	text := ""
	for c := range n.Descendants() {
		if c.Type != html.TextNode {
			continue
		}
		if t := strings.TrimSpace(c.Data); t != "" {
			text = t
			break
		}
	}
	if text == "" || utf8.RuneCountInString(text) > most {
		return ""
	}
	return foldLine(text)
}

// link takes one link.
func (l *listing) link(n *html.Node, w walk) {
	rel := strings.Fields(strings.ToLower(attribute(n, "rel")))
	if slices.Contains(rel, "tag") || slices.Contains(rel, "author") || slices.Contains(rel, "sponsored") || slices.Contains(rel, "next") || slices.Contains(rel, "prev") {
		return
	}
	href := strings.TrimSpace(attribute(n, "href"))
	key, u, ok := l.key(href)
	if !ok {
		return
	}
	a := &listLink{node: n, href: href, zone: w.zone, heading: w.heading, titled: w.titled, foreign: l.isForeign(u), urlScore: urlScore(u), shape: shapeOf(n)}
	a.numbered = hasDigit(u.Path + u.RawQuery)
	a.setText(linkText(n))
	for c := range n.Descendants() {
		if isHeading(c) {
			a.heading = true
		} else if c.Type == html.ElementNode && titleName.MatchString(strings.ToLower(attribute(c, "class"))) {
			a.titled = true
		}
	}
	if a.more {
		l.headingBeside(a)
	}
	if a.text == "" { // laid over its card
		a.setText(lineOfText(attribute(n, "aria-label")))
	}
	l.links = append(l.links, a)
	l.group(key).links = append(l.group(key).links, a)
}

// headingBeside gives a link without a headline the heading beside it that is no link itself: a picture's the one that
// follows, "read more" the one before, a link laid over its card either.
func (l *listing) headingBeside(a *listLink) {
	after := func(n *html.Node) *html.Node { return n.NextSibling }
	before := func(n *html.Node) *html.Node { return n.PrevSibling }
	switch {
	case showsPicture(a.node):
		l.headingAlong(a, after)
	case a.text == "":
		if l.headingAlong(a, after); a.text == "" {
			l.headingAlong(a, before)
		}
	default:
		l.headingAlong(a, before)
	}
}

func (l *listing) headingAlong(a *listLink, step func(*html.Node) *html.Node) {
	const most = 6
	for i, c := 0, step(a.node); c != nil && i < most; i, c = i+1, step(c) {
		if h := headingIn(c); h != nil && l.weight[h] == 0 {
			a.setText(visibleText(h))
			a.heading = true
			return
		}
		if l.weight[c] > 0 {
			return
		}
	}
}

// headingIn is an element if it is a heading, or the first heading in it.
func headingIn(n *html.Node) *html.Node {
	for c := range withSelf(n) {
		if isHeading(c) {
			return c
		}
	}
	return nil
}

func (a *listLink) setText(s string) {
	a.text, a.textScore, a.more = s, textScore(s), isNoHeadline(s)
}

func (l *listing) group(key string) *listGroup {
	g := l.byKey[key]
	if g == nil {
		g = &listGroup{key: key}
		l.byKey[key] = g
		l.groups = append(l.groups, g)
	}
	return g
}

func isHeading(n *html.Node) bool {
	return n.Type == html.ElementNode && len(n.Data) == 2 && n.Data[0] == 'h' && n.Data[1] >= '1' && n.Data[1] <= '6'
}

// shapeOf is a link's place: its own and its parents' elements and first classes, up to the third.
func shapeOf(n *html.Node) string {
	var sb strings.Builder
	for i := 0; i < 4 && n != nil && n.Type == html.ElementNode; i++ {
		sb.WriteString(n.Data)
		if class := strings.Fields(attribute(n, "class")); len(class) > 0 {
			sb.WriteString("." + strings.TrimRightFunc(class[0], func(r rune) bool { return unicode.IsDigit(r) || r == '-' || r == '_' }))
		}
		sb.WriteByte('>')
		n = n.Parent
	}
	return sb.String()
}

// linkText is the link's headline: the heading in it that looks most like one, or what a class calls so, or its whole text.
func linkText(n *html.Node) string {
	best, titled := "", ""
	for c := range n.Descendants() {
		switch {
		case isHeading(c):
			if t := visibleText(c); best == "" || textScore(t) > textScore(best) {
				best = t
			}
		case titled == "" && c.Type == html.ElementNode && titleName.MatchString(strings.ToLower(attribute(c, "class"))):
			titled = visibleText(c)
		}
	}
	if t := first(best, titled); t != "" {
		return t
	}
	return visibleText(n)
}

// visibleText is the text of an element that people see, on one line.
func visibleText(n *html.Node) string {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && isUnseen(c) {
			copied := goquery.NewDocumentFromNode(n).Clone()
			copied.Find("*").FilterFunction(func(_ int, s *goquery.Selection) bool { return isUnseen(s.Nodes[0]) }).Remove()
			return lineOf(copied)
		}
	}
	return lineOf(goquery.NewDocumentFromNode(n).Selection)
}

var unseenName = regexp.MustCompile(`(?:^|\s)(?:sr-only|visually-?hidden|screen-reader-text|rank|stt|number|badge|icon|material-icons|time-?ago|datetime|date|time|post-date|post-time|ngay|thoigian)(?:$|\s)`)

// isUnseen says whether an element in a link is no part of its headline: hidden, a rank, a badge, the date.
func isUnseen(n *html.Node) bool {
	switch n.Data {
	case "time", "svg", "script", "style", "figcaption", "noscript", "button":
		return true
	}
	if unseenName.MatchString(strings.ToLower(attribute(n, "class"))) {
		return true
	}
	text := shortNodeText(n)
	return hasDigit(text) && isDateText(text)
}
