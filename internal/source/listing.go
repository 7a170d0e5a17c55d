package source

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"

	"tinhub/internal/hub"
)

// Limits on listings.
const (
	maxListingElements   = 150_000
	maxListingAttributes = 1_000_000
	maxListingLinks      = 20_000 // looked at
	maxListed            = 1_000  // articles
)

// ErrNoLinks is the *hub.Error of a listing that leads to no article and names no feed.
var ErrNoLinks error = hub.Errorf(hub.Invalid, "no links to articles found in this page")

// readListing reads a page that leads to articles: a front page, a section, an archive. Its drafts are links, each with
// the title, date, teaser and picture that the page shows beside it.
func readListing(in Input) (hub.Document, error) {
	if err := admit(in); err != nil {
		return hub.Document{}, err
	}
	if a := look(in); !isHTMLPage(a) {
		return hub.Document{}, hub.Errorf(hub.Invalid, "%s, not an HTML page", a.phrase())
	}
	l := &listing{in: in, notes: &notes{}}
	if err := l.parse(); err != nil {
		return hub.Document{}, err
	}
	doc := hub.Document{Kind: "listing", Title: l.title(), Home: l.home(), Language: l.language(), Feeds: pageFeeds(l.doc, in.URL)}
	if in.Select.Items != "" || in.Select.Link != "" {
		l.selected()
	} else {
		l.collect()
		l.judge()
	}
	l.checkFields()
	doc.Drafts = l.drafts()
	if len(doc.Drafts) == 0 {
		if len(doc.Feeds) == 0 && in.Select == (hub.Selectors{}) {
			return hub.Document{}, ErrNoLinks
		}
		l.notes.add("no links to articles found in this page")
	}
	doc.Warnings = l.notes.all()
	return doc, nil
}

func isHTMLPage(a appearance) bool {
	return a.shape == "html" || strings.Contains(strings.ToLower(a.head[:min(len(a.head), 4096)]), "<html")
}

// listing is one listing while it is read.
type listing struct {
	in    Input
	doc   *goquery.Document
	base  string // links resolve against it
	host  string // the site's, without www.
	notes *notes

	ld     map[string]ldEntry // what JSON-LD lists, by key
	ldKeys []string           // in its order
	lists  bool               // JSON-LD says that this page is a list

	weight map[*html.Node]int // links inside an element
	all    int                // links of the page
	links  []*listLink
	groups []*listGroup // in order of their first link
	byKey  map[string]*listGroup
	owner  map[*html.Node]*listGroup // the one article that an element's links lead to
	shared map[*html.Node]bool       // elements whose links lead to several
	days   map[*html.Node]string     // the day that stands as a heading above a link
}

func (l *listing) parse() error {
	if len(l.in.Body) > maxPageBytes {
		return hub.Errorf(hub.TooLarge, "the page has %d bytes, more than %d", len(l.in.Body), maxPageBytes)
	}
	// Counted before the tree is built: a tag of four bytes is a node of two hundred.
	text := toUTF8(l.in.Body, l.in.ContentType, l.notes)
	switch tags, attributes := weighTags(text); {
	case tags > maxListingElements:
		return hub.Errorf(hub.TooLarge, "the page has more than %d elements", maxListingElements)
	case attributes > maxListingAttributes:
		return hub.Errorf(hub.TooLarge, "the page has more than %d attributes", maxListingAttributes)
	}
	root, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		return &hub.Error{Kind: hub.Invalid, Detail: "the page cannot be read: its elements are nested too deep", Err: err}
	}
	l.doc = goquery.NewDocumentFromNode(root)
	s := l.in.Select
	for _, c := range [][2]string{{"items", s.Items}, {"link", s.Link}, {"title", s.Title}, {"date", s.Date}, {"body", s.Body}, {"remove", s.Remove}} {
		if _, err := cascadia.ParseGroup(c[1]); c[1] != "" && err != nil {
			return &hub.Error{Kind: hub.Invalid, Place: "select." + c[0], Detail: "not a CSS selector", Err: err}
		}
	}
	if s.Remove != "" {
		found := l.doc.Find(s.Remove)
		if found.Length() == 0 {
			l.unmatched("remove", s.Remove)
		}
		found.Remove()
	}
	l.base = resolve(l.in.URL, strings.TrimSpace(l.doc.Find("base[href]").First().AttrOr("href", "")))
	if !isWeb(l.base) && isWeb(l.canonical()) {
		l.base = l.canonical()
	}
	if l.host = hostOf(first(l.in.URL, l.base)); l.host == "" {
		l.host = l.usualHost()
	}
	l.byKey, l.owner, l.shared = map[string]*listGroup{}, map[*html.Node]*listGroup{}, map[*html.Node]bool{}
	l.readLists()
	showPictures(l.doc.Selection)
	return nil
}

// usualHost is the host that most links lead to, of those that name one: the page's own, where nobody knows its address.
func (l *listing) usualHost() string {
	hosts, all, most := map[string]int{}, 0, ""
	l.doc.Find("a[href]").EachWithBreak(func(_ int, s *goquery.Selection) bool {
		if host := hostOf(s.AttrOr("href", "")); host != "" {
			all++
			if hosts[host]++; hosts[host] > hosts[most] {
				most = host
			}
		}
		return all < maxListed
	})
	if hosts[most]*2 <= all {
		return ""
	}
	return most
}

// weighTags counts start tags and their attributes, without building anything.
func weighTags(b []byte) (tags, attributes int) {
	for i := 0; i+1 < len(b); i++ {
		if b[i] != '<' || !isNameStart(b[i+1]) {
			continue
		}
		tags++
		for i++; i < len(b) && b[i] != '>'; i++ {
			switch c := b[i]; {
			case (c == '"' || c == '\'') && b[i-1] == '=':
				end := bytes.IndexByte(b[i+1:], c)
				if end < 0 {
					return tags, attributes
				}
				i += end + 1
			case c > ' ' && c != '=' && (b[i-1] <= ' ' || b[i-1] == '/' || b[i-1] == '"' || b[i-1] == '\''):
				attributes++
			}
		}
	}
	return tags, attributes
}

func (l *listing) unmatched(name, selector string) {
	l.notes.add("select." + name + " matches nothing in this page: " + clip(selector, 80))
}

func (l *listing) meta(name string) string {
	return strings.TrimSpace(l.doc.Find(`meta[property="`+name+`"], meta[name="`+name+`"]`).First().AttrOr("content", ""))
}

func (l *listing) canonical() string {
	return first(strings.TrimSpace(l.doc.Find(`link[rel~="canonical"]`).First().AttrOr("href", "")), l.meta("og:url"))
}

func (l *listing) title() string {
	return first(lineOf(l.doc.Find("head title").First()), lineOf(l.doc.Find("title").First()), l.meta("og:title"), l.meta("og:site_name"))
}

func (l *listing) home() string {
	if u := first(l.in.URL, l.canonical()); isWeb(u) {
		return resolve(u, "/")
	}
	return ""
}

func (l *listing) language() string {
	return first(l.doc.Find("html").AttrOr("lang", ""), l.doc.Find("html").AttrOr("xml:lang", ""), l.meta("og:locale"))
}

// drafts are the articles found, those of side boxes last.
func (l *listing) drafts() []hub.Draft {
	var list []hub.Draft
	beyond := 0
	for _, side := range []bool{false, true} {
		for _, g := range l.groups {
			if !g.taken || g.side() != side {
				continue
			}
			if len(list) >= maxListed {
				beyond++
				continue
			}
			list = append(list, l.draft(g))
		}
	}
	if beyond > 0 {
		l.notes.add(fmt.Sprintf("%d articles beyond the first %d were left out", beyond, maxListed))
	}
	return list
}
