package source

import (
	"bytes"
	"strings"

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

// readPage reads an article's page: its text by prune, locate and trim (or the selectors given), the rest from what the page says of
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

	headline *goquery.Selection // the element that shows the title
	lead     *goquery.Selection // the element that is the summary
	dateline *goquery.Selection // the element that is the first date after the title, and nothing else
	titled   *html.Node         // the element that the title stood in
	changed  []string           // dates of changes that people are shown
	account  bool               // an account was named where a writer belongs: names are asked for more strictly
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
	p.headline = p.titleElement()
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

// within says whether text contains part, whatever the spacing and case.
func within(text, part string) bool {
	part = fold(part)
	return part != "" && strings.Contains(fold(text), part)
}

func fold(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }
