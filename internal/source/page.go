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
	p.metadata()
	if err := p.content(); err != nil {
		return hub.Document{}, err
	}
	doc := hub.Document{Kind: "page", Title: p.site, Home: p.home(), Language: p.draft.Language, Drafts: []hub.Draft{p.draft}}
	doc.Warnings = p.notes.all()
	return doc, nil
}

// page is one page while it is read.
type page struct {
	in    Input
	doc   *goquery.Document
	ld    linkedData
	site  string // the site's name, as the page gives it
	draft hub.Draft

	lead     *goquery.Selection // the element that is the summary
	dateline *goquery.Selection // the element that is the first date after the title, and nothing else
	notes    *notes
}

func (p *page) parse() error {
	root, err := html.Parse(bytes.NewReader(toUTF8(p.in.Body, p.in.ContentType, p.notes)))
	if err != nil {
		return &hub.Error{Kind: hub.Invalid, Detail: "the page cannot be read: its elements are nested too deep", Err: err}
	}
	count := 0
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			count++
		}
	}
	if count > maxPageElements {
		return hub.Errorf(hub.TooLarge, "the page has %d elements, more than %d", count, maxPageElements)
	}
	p.doc = goquery.NewDocumentFromNode(root)
	if err := p.checkSelectors(); err != nil {
		return err
	}
	p.find(p.in.Select.Remove).Remove()
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
	p.ld = p.linkedData()
	d.Path = p.in.Path
	p.site = first(p.meta("og:site_name"), p.ld.publisher, p.meta("application-name"))
	p.addresses()
	d.Language = first(p.attr("html", "lang"), p.attr("html", "xml:lang"), p.ld.language, p.meta("content-language"), p.meta("og:locale"))
	d.Title = p.title()
	p.dates()
	d.Authors = p.authors()
	p.pictures()
	d.Tags = raws(append(append(append([]string{}, p.ld.tags...), p.metas("article:tag")...), p.keywords()...)...)
	d.Paywalled = p.ld.paywalled || strings.EqualFold(p.meta("article:content_tier"), "locked")
	p.alternates()
	p.summary()
}

func (p *page) addresses() {
	d := &p.draft
	base := p.attr("base[href]", "href")
	canonical := first(p.attr(`link[rel~="canonical"]`, "href"), p.meta("og:url"), p.ld.url)
	d.URL = p.in.URL
	d.Base = resolve(p.in.URL, base)
	if isFrontPage(canonical) && !isFrontPage(d.URL) && d.URL != "" {
		canonical = "" // a template that names the front page on every page
	}
	if d.URL == "" {
		d.URL = resolveIf(d.Base, canonical)
	} else if canonical != d.URL {
		d.Canonical = canonical
	}
	if d.Base == "" && isWeb(d.URL) {
		d.Base = d.URL
	}
}

func isFrontPage(link string) bool {
	if i := strings.Index(link, "://"); i >= 0 {
		link = link[i+3:]
		if i := strings.IndexByte(link, '/'); i >= 0 {
			link = link[i:]
		} else {
			link = ""
		}
	}
	return link == "" || link == "/"
}

// meta is the content of a meta element by its name, property, itemprop or http-equiv.
func (p *page) meta(name string) string { return first(p.metas(name)...) }

func (p *page) metas(name string) []string {
	var list []string
	p.doc.Find("meta[content]").Each(func(_ int, s *goquery.Selection) {
		for _, key := range []string{"property", "name", "itemprop", "http-equiv"} {
			if v, ok := s.Attr(key); ok && strings.EqualFold(strings.TrimSpace(v), name) {
				list = append(list, s.AttrOr("content", ""))
				return
			}
		}
	})
	return raws(list...)
}

func (p *page) attr(selector, name string) string {
	return strings.TrimSpace(p.doc.Find(selector).First().AttrOr(name, ""))
}

// siteSuffix is " - VnExpress", " | Báo Đồng Nai" at a title's end.
var siteSuffix = regexp.MustCompile(`\s+[-–—|·:»]\s+[^-–—|·»]{2,60}$`)

// title prefers the heading that people read: <title> and og:title often carry the site's name, headlines in JSON-LD are
// often cut.
func (p *page) title() hub.Text {
	if t := lineOf(p.find(p.in.Select.Title).First()); t != "" {
		return hub.Text{Value: t}
	}
	named := first(p.meta("og:title"), p.meta("twitter:title"), lineOf(p.doc.Find("head title").First()), lineOf(p.doc.Find("title").First()))
	var heading string
	p.doc.Find(`h1, [itemprop="headline"]`).EachWithBreak(func(_ int, s *goquery.Selection) bool {
		t := lineOf(s)
		if t == "" || sameText(t, p.site) {
			return true
		}
		if within(named, t) || within(p.ld.headline, t) || within(t, strings.TrimRight(p.ld.headline, ". …")) {
			heading = t
			return false
		}
		if heading == "" && s.Closest("header nav, footer, aside").Length() == 0 {
			heading = t
		}
		return true
	})
	switch {
	case heading != "" && (named == "" || within(named, heading) || p.doc.Find("h1").Length() == 1):
		return hub.Text{Value: heading}
	case p.ld.headline != "":
		return sniffed(p.ld.headline)
	case named != "":
		if cut := siteSuffix.ReplaceAllString(named, ""); p.site == "" || within(named[len(cut):], p.site) || utf8.RuneCountInString(cut) > 25 {
			named = cut
		}
		return hub.Text{Value: named}
	}
	return hub.Text{Value: heading}
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
