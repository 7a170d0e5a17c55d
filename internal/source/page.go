package source

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"tinhub/internal/hub"
)

// Limits on pages.
const (
	maxPageBytes    = 16 << 20
	maxPageElements = 60_000
	maxPictures     = 12 // named by metadata
)

func sniffPage(in Input) int {
	media, _ := mediaType(in.ContentType)
	switch a := look(in); {
	case a.shape == "html" && media == "text/plain":
		return 60
	case a.shape == "html":
		return 90
	}
	return 0
}

// readPage reads an article's page: its text by readability (or the selectors given), the rest from what the page says of
// itself to machines, then from what it shows to people.
func readPage(in Input) (hub.Document, error) {
	if err := admit(in); err != nil {
		return hub.Document{}, err
	}
	if len(in.Body) > maxPageBytes {
		return hub.Document{}, hub.Errorf(hub.TooLarge, "the page has %d bytes, more than %d", len(in.Body), maxPageBytes)
	}
	if a := look(in); a.shape != "html" && !strings.Contains(strings.ToLower(a.head[:min(len(a.head), 4096)]), "<html") {
		return hub.Document{}, hub.Errorf(hub.Invalid, "%s, not an HTML page", a.phrase())
	}
	p := page{in: in, notes: &notes{}}
	if err := p.parse(); err != nil {
		return hub.Document{}, err
	}
	feeds := pageFeeds(p.doc, p.in.URL)
	p.metadata()
	if err := p.content(); err != nil {
		return hub.Document{}, err
	}
	doc := hub.Document{Kind: "page", Title: p.site, Home: p.home(), Language: p.draft.Language, Drafts: []hub.Draft{p.draft}, Feeds: feeds}
	doc.Warnings = p.notes.all()
	return doc, nil
}

// page is one page while it is read.
type page struct {
	in    Input
	doc   *goquery.Document
	named map[string][]string // meta elements: their contents by their name in lower case
	ld    linkedData
	site  string // the site's name, as the page gives it
	draft hub.Draft

	lead     *goquery.Selection // the element that is the summary
	dateline *goquery.Selection // the element that is the first date after the title, and nothing else
	titled   *html.Node         // the element that the title stood in
	pruned   []prunedBox
	notes    *notes
}

func (p *page) parse() error {
	markup := toUTF8(p.in.Body, p.in.ContentType, p.notes)
	tamed := suspicious(markup)
	if tamed {
		markup = tame(markup, p.notes)
	}
	root, err := html.Parse(bytes.NewReader(markup))
	if err != nil && !tamed {
		root, err = html.Parse(bytes.NewReader(tame(markup, p.notes)))
	}
	if err != nil {
		return &hub.Error{Kind: hub.Invalid, Detail: "the page cannot be read", Err: err}
	}
	p.doc = goquery.NewDocumentFromNode(root)
	if err := p.checkSelectors(); err != nil {
		return err
	}
	p.find(p.in.Select.Remove).Each(func(_ int, s *goquery.Selection) { p.step("removed by selector", "content_html", lineOf(s), "") }).Remove()
	ampElements(p.doc)
	showPictures(p.doc.Selection)
	return nil
}

// checkSelectors: goquery takes a selector it cannot read for one that matches nothing; the operator wants to know.
func (p *page) checkSelectors() error {
	s := p.in.Select
	for _, c := range [][2]string{{"title", s.Title}, {"date", s.Date}, {"body", s.Body}, {"remove", s.Remove}} {
		if _, err := cascadia.ParseGroup(c[1]); c[1] != "" && err != nil {
			return &hub.Error{Kind: hub.Invalid, Place: "select." + c[0], Detail: "not a CSS selector", Err: err}
		}
	}
	return nil
}

// find is what a selector matches, nothing where there is none.
func (p *page) find(selector string) *goquery.Selection {
	if selector == "" {
		return p.doc.FindNodes()
	}
	return p.doc.Find(selector)
}

func (p *page) home() string {
	u := first(p.in.URL, p.draft.Canonical)
	if !isWeb(u) {
		return ""
	}
	return resolve(u, "/")
}

// metadata fills the draft with all but its text.
func (p *page) metadata() {
	d := &p.draft
	p.readMetas()
	p.ld = p.linkedData()
	d.Path = p.in.Path
	p.site = first(p.meta("og:site_name"), p.ld.publisher, p.meta("application-name"))
	p.addresses()
	d.Title = p.title()
	d.Language = p.language()
	p.dates()
	d.Authors = p.authors()
	p.pictures()
	d.Tags = raws(append(append(append([]string{}, p.ld.tags...), p.metas("article:tag")...), p.keywords()...)...)
	d.Paywalled = p.paywalled()
	p.alternates()
	p.summary()
}

func (p *page) attr(selector, name string) string {
	return strings.TrimSpace(p.doc.Find(selector).First().AttrOr(name, ""))
}

// siteSuffix is " - VnExpress", " | Báo Đồng Nai" at a title's end.
var siteSuffix = regexp.MustCompile(`\s+[-–—|·:»]\s+[^-–—|·»]{2,60}$`)

// title prefers the heading that people read: <title> and og:title often carry the site's name, headlines in JSON-LD are
// often cut. A heading that shares no word with what the page calls itself elsewhere is the site's or a box's.
func (p *page) title() hub.Text {
	if t := lineOf(p.find(p.in.Select.Title).First()); t != "" {
		return hub.Text{Value: t}
	}
	said := first(p.meta("og:title"), p.meta("twitter:title"), p.meta("parsely-title"), p.meta("dc.title"), p.meta("dcterms.title"), p.meta("citation_title"))
	named := first(said, lineOf(p.doc.Find("head title").First()), lineOf(p.doc.Find("title").First()))
	if strings.TrimSpace(p.ld.headline) == "" && named == "" {
		return hub.Text{Value: p.heading(named)}
	}
	heading := p.heading(named)
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
	p.doc.Find(`h1, [itemprop="headline"]`).EachWithBreak(func(_ int, s *goquery.Selection) bool {
		t := lineOf(s)
		if t == "" || sameText(t, p.site) {
			return true
		}
		if within(p.ld.headline, t) || within(t, strings.TrimRight(p.ld.headline, ". …")) || within(named, t) && utf8.RuneCountInString(t) >= least {
			found = t
			return false
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

// within says whether text contains part, whatever the spacing and case.
func within(text, part string) bool {
	part = fold(part)
	return part != "" && strings.Contains(fold(text), part)
}

func fold(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }

// lineOf is the text of a selection on one line, with a space where an element breaks the line.
func lineOf(s *goquery.Selection) string {
	var sb strings.Builder
	last := ' '
	for _, n := range s.Nodes {
		for c := range n.Descendants() {
			switch {
			case c.Type == html.TextNode && c.Parent.Data != "script" && c.Parent.Data != "style":
				if isGlued(c, last) {
					sb.WriteByte(' ')
				}
				sb.WriteString(c.Data)
				last, _ = utf8.DecodeLastRuneInString(c.Data)
			case c.Type == html.ElementNode && (c.Data == "br" || c.Data == "p" || c.Data == "div" || c.Data == "li" || c.Data == "td"):
				sb.WriteByte(' ')
				last = ' '
			}
		}
		sb.WriteByte(' ')
		last = ' '
	}
	return strings.Join(strings.Fields(sb.String()), " ")
}

// isGlued says whether a text follows an element that a style sheet sets apart from it: <span>Hà Nội</span>Sáng nay.
func isGlued(c *html.Node, last rune) bool {
	r, _ := utf8.DecodeRuneInString(c.Data)
	before := c.PrevSibling
	return unicode.IsUpper(r) && unicode.IsLower(last) && before != nil && before.Type == html.ElementNode &&
		before.FirstChild != nil && len(before.FirstChild.Data) > 2
}

func lineOfNode(n *html.Node) string { return lineOf(&goquery.Selection{Nodes: []*html.Node{n}}) }
