package source

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// isListing is what sniffListing says of a page that leads to articles: more than sniffPage says of any page.
const isListing = 92

// fewestListed is how many articles a page must lead to, to be taken for a listing.
const fewestListed = 3

// fewestPosts is how many articles with their text make a page a blog's, not an article with a box of others.
const fewestPosts = 3

// sniffListing tells a page that leads to articles from one that is an article. Where both could be it is an article: an
// article read as a listing is lost, a listing read as an article is an error that says so. A file of a newsroom's folder
// is what it was put there for.
func sniffListing(in Input) int {
	media, _ := mediaType(in.ContentType)
	if in.Path != "" || media == "text/plain" || look(in).shape != "html" {
		return 0
	}
	l := &listing{in: in, notes: &notes{}}
	l.in.Select.Remove = ""
	if l.parse() != nil {
		return 0
	}
	l.collect()
	l.judge()
	if l.evidence() > 0 {
		return isListing
	}
	return 0
}

// evidence is above zero where the page is a listing.
func (l *listing) evidence() int {
	main, all := 0, 0
	for _, g := range l.groups {
		if g.taken {
			all++
			if !g.side() {
				main++
			}
		}
	}
	score := 0
	if main < fewestListed && all >= fewestListed {
		main, score = all, -1 // the list has the class of a side box
	}
	if main < fewestListed {
		return notArticle
	}
	switch text := l.longestText(); {
	case text > 1500:
		score -= 5
	case text > 700:
		score -= 3
	case text > 350:
		score--
	case text < 200:
		score += 2
	}
	switch {
	case main >= 20:
		score += 2
	case main >= 8:
		score++
	}
	score += l.ownWord() + l.addressWord() + l.headingWord()
	return score
}

// ownWord is what the page says of itself to machines.
func (l *listing) ownWord() int {
	score := 0
	switch kind := strings.ToLower(l.meta("og:type")); {
	case kind == "article", strings.HasPrefix(kind, "article"), kind == "video.other", kind == "news":
		score -= 4
	case kind == "website", kind == "blog":
		score++
	}
	if first(l.meta("article:published_time"), l.meta("article:author"), l.meta("pubdate"), l.meta("parsely-pub-date")) != "" {
		score -= 3
	}
	if l.lists {
		score += 3
	}
	if l.isOneArticle() {
		score -= 5
	}
	return score
}

// isOneArticle says whether microdata or JSON-LD describe one article that is the page.
func (l *listing) isOneArticle() bool {
	if l.doc.Find(`[itemprop~="articleBody"]`).Length() == 1 {
		return true
	}
	p := page{in: l.in, doc: l.doc, notes: &notes{}}
	ld := p.linkedData()
	if ld.headline == "" || len(ld.published) == 0 {
		return false
	}
	key, _, ok := l.key(ld.url)
	return !ok || l.ld[key] == (ldEntry{}) && (l.byKey[key] == nil || !l.byKey[key].taken)
}

// addressWord is what the page's address says: a front page and a section have short ones, articles have dates, numbers
// and long names.
func (l *listing) addressWord() int {
	link := first(l.in.URL, l.canonical())
	if link == "" {
		return 0
	}
	u, err := url.Parse(link)
	if err != nil {
		return 0
	}
	path := strings.Trim(strings.ToLower(u.Path), "/")
	switch path {
	case "", "index.html", "index.htm", "index.php", "default.aspx", "index.aspx", "home", "trang-chu", "vi", "en":
		if u.RawQuery == "" {
			if l.in.URL == "" && l.canonical() != "" {
				return 1 // templates name the front page on every page
			}
			return 3
		}
	}
	switch n := urlScore(u); {
	case n <= notArticle:
		return 1 // a tag, a category, page 2
	case n >= 4:
		return -3
	case n < 0:
		return 1
	}
	return 0
}

// headingWord is what the page's heading says: of an article, a headline that is no link and that the page's title
// repeats.
func (l *listing) headingWord() int {
	found := l.doc.Find("h1")
	if found.Length() != 1 || found.Find("a[href]").Length() > 0 || found.Closest("a[href]").Length() > 0 {
		return 0
	}
	text := lineOf(found)
	if textScore(text) >= 2 && l.beginsText(found.Nodes[0]) {
		return -5
	}
	if textScore(text) >= 2 && within(l.title(), text) && !strings.HasPrefix(foldLine(l.title()), foldLine(text)+" -") {
		return -2
	}
	if textScore(text) >= 3 {
		return -1
	}
	return 0
}

// beginsText says whether an article's text follows a headline, before anything leads to another article: two paragraphs,
// or the date and one.
func (l *listing) beginsText(headline *html.Node) bool {
	const (
		paragraph = 60 // characters that no caption or slogan has
		enough    = 100
	)
	paragraphs, size, dated, after := 0, 0, false, false
	for n := range l.doc.Nodes[0].Descendants() {
		switch {
		case n == headline:
			after = true
		case !after:
		case n.Type == html.ElementNode && n.Data == "a" && l.isOwned(n):
			return false
		case n.Type == html.ElementNode && n.Data == "p":
			if own := plainSize(n); own >= paragraph && endsText(visibleText(n)) {
				paragraphs, size = paragraphs+1, size+own
			} else if paragraphs == 0 {
				dated = dated || datePart(shortNodeText(n)) != ""
			}
		case paragraphs == 0 && (n.Type == html.ElementNode && n.Data == "time" || n.Type == html.TextNode && isDateText(shortNodeText(n))):
			dated = true
		}
		if size >= enough && (paragraphs > 1 || dated) {
			return true
		}
	}
	return false
}

// endsText says whether a paragraph ends as sentences do, in scripts of any width.
func endsText(s string) bool { return endsSentence(s) || strings.HasSuffix(s, "。") }

// proseRun is text that stands in one element: all of it, and the pieces that headlines divide it into.
type proseRun struct {
	paragraphs, size int
	piece, most      int // characters of the piece now read, and of the largest
	pieces           int
}

// longestText is the most text, in characters and without links, that stands in paragraphs beside each other. What stands
// beside headlines that lead elsewhere, a paragraph or two for each, is their teasers.
func (l *listing) longestText() int {
	runs := map[*html.Node]proseRun{}
	for n := range l.doc.Nodes[0].Descendants() {
		parent := n.Parent
		size := 0
		switch {
		case parent == nil:
			continue
		case n.Type == html.TextNode && parent.Data != "p" && parent.Data != "script" && parent.Data != "style" && parent.Data != "a":
			if size = utf8.RuneCountInString(lineOfText(n.Data)); size < 80 {
				continue // the lines of a text without paragraphs are longer
			}
		case n.Type == html.ElementNode && n.Data == "figcaption" && !l.isOwned(n):
			if parent.Parent == nil {
				continue
			}
			parent, size = parent.Parent, plainSize(n) // the captions of a gallery are its text
		case n.Type == html.ElementNode && n.Data == "p":
			if size = plainSize(n); size < 300 && isSmallPrint(n) {
				continue
			}
		case n.Type != html.ElementNode:
			continue
		}
		r := runs[parent]
		switch {
		case size >= 40:
			r.paragraphs, r.size, r.piece = r.paragraphs+1, r.size+size, r.piece+size
			r.most = max(r.most, r.piece)
		case n.Type == html.ElementNode && l.isOwned(n):
			r.pieces, r.piece = r.pieces+1, 0
		default:
			continue
		}
		runs[parent] = r
	}
	return l.longestRun(runs)
}

func (l *listing) longestRun(runs map[*html.Node]proseRun) int {
	// Where several articles stand here with their text, none of them is the page.
	posts := map[*listGroup]bool{}
	for parent, r := range runs {
		if g := l.owner[parent]; g != nil && r.size >= 200 {
			posts[g] = true
		}
	}
	most := 0
	for parent, r := range runs {
		switch {
		case l.owner[parent] != nil && (r.paragraphs <= 2 && r.size <= 2*maxTeaser || len(posts) >= fewestPosts):
		case r.pieces >= fewestListed && r.paragraphs <= 2*r.pieces && r.most <= 600:
			most = max(most, r.most)
		default:
			most = max(most, r.size)
		}
	}
	return most
}

// isSmallPrint says whether a paragraph stands in a list or beside the page's text.
func isSmallPrint(n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		switch n.Data {
		case "li", "nav", "footer", "aside":
			return true
		}
	}
	return false
}

// plainSize is how much text an element has outside links.
func plainSize(n *html.Node) int {
	size := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			size += utf8.RuneCountInString(lineOfText(c.Data))
		case c.Type == html.ElementNode && c.Data != "a" && c.Data != "script" && c.Data != "style" && c.Data != "noscript":
			size += plainSize(c)
		}
	}
	return size
}
