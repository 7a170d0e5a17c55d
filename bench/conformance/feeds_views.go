package main

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mmcdole/gofeed"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/idna"

	"tinhub/internal/clean"
	"tinhub/internal/hub"
	"tinhub/internal/source"
)

// fieldKind says how a field is compared.
type fieldKind int

const (
	kindExact  fieldKind = iota
	kindTitle            // plain text: of what the corpus expects, the text that its markup shows
	kindMarkup           // the same text, the same links and pictures, nothing that runs
	kindLink             // the same address
	kindDate             // the same second; candidates are RFC 3339
)

// article is what a reader made of one item, in the words of the corpora.
type article struct {
	title, id               string
	links                   []string // the article's own first
	summary, body           string   // as markup
	plainSummary            string
	language                string
	published, updated      time.Time
	rawPublished, rawUpdate []string
	authors                 []hub.Author
	tags                    []string
	files                   []hub.Attachment
	pictures                []hub.Picture
	thumbnails              []hub.Picture
	via                     hub.Via
	point                   *hub.Point
}

// feedRead is what a reader made of a document.
type feedRead struct {
	err                     error
	title, home, self, lang string
	items                   []article
	feedLinks               []string
	warnings                []string
}

// feedByOurs reads as `tinhub inspect` does.
func feedByOurs(body []byte, contentType, docURL string) feedRead {
	doc, err := source.Read(source.Input{Body: body, ContentType: contentType, URL: docURL, Kind: "feed", Handed: true})
	if err != nil {
		return feedRead{err: err}
	}
	items, err := clean.Document(doc, clean.Setting{Source: hub.Source{ID: "inspect", Location: time.UTC}})
	if err != nil {
		return feedRead{err: err}
	}
	r := feedRead{title: doc.Title, home: doc.Home, self: doc.Feed, lang: doc.Language, feedLinks: []string{doc.Home, doc.Feed, doc.Hub}, warnings: doc.Warnings}
	for i, in := range items {
		if in.Retract {
			continue
		}
		it, d := in.Item, doc.Drafts[i]
		a := article{
			title: html.EscapeString(it.Title), id: it.OriginalID, links: []string{it.URL, d.URL}, plainSummary: it.Summary, body: it.ContentHTML,
			summary: html.EscapeString(it.Summary), language: it.Language, published: it.Published, updated: it.Modified,
			rawPublished: append(slices.Clone(d.Published), it.OriginalDate), rawUpdate: d.Modified, authors: it.Authors, tags: it.Tags, files: it.Attachments,
			pictures: it.Pictures, point: it.Point,
		}
		if it.Image != "" && !slices.ContainsFunc(it.Pictures, func(p hub.Picture) bool { return p.URL == it.Image }) {
			a.pictures = append([]hub.Picture{{URL: it.Image}}, a.pictures...)
		}
		a.thumbnails = a.pictures
		for _, f := range it.Attachments {
			a.links = append(a.links, f.URL)
		}
		for _, alt := range it.Alternates {
			a.links = append(a.links, alt.URL)
		}
		if it.Via != nil {
			a.via = *it.Via
			a.links = append(a.links, a.via.URL)
		}
		r.items = append(r.items, a)
	}
	return r
}

// feedByGofeed reads with gofeed alone, as its README shows.
func feedByGofeed(body []byte) (r feedRead) {
	defer func() {
		if p := recover(); p != nil {
			r = feedRead{err: fmt.Errorf("panic: %v", p)}
		}
	}()
	f, err := gofeed.NewParser().ParseString(string(body))
	if err != nil {
		return feedRead{err: err}
	}
	return articlesOfGofeed(f)
}

func articlesOfGofeed(f *gofeed.Feed) feedRead {
	r := feedRead{title: f.Title, home: f.Link, self: f.FeedLink, lang: f.Language, feedLinks: append([]string{f.Link, f.FeedLink}, f.Links...)}
	for _, it := range f.Items {
		a := article{
			title: it.Title, id: it.GUID, links: append([]string{it.Link}, it.Links...), summary: it.Description, body: it.Content, plainSummary: it.Description,
			rawPublished: []string{it.Published}, rawUpdate: []string{it.Updated}, tags: it.Categories,
		}
		if it.PublishedParsed != nil {
			a.published = it.PublishedParsed.UTC()
		}
		if it.UpdatedParsed != nil {
			a.updated = it.UpdatedParsed.UTC()
		}
		for _, p := range it.Authors {
			if p != nil {
				a.authors = append(a.authors, hub.Author{Name: p.Name, Email: p.Email})
			}
		}
		for _, e := range it.Enclosures {
			size, _ := strconv.ParseInt(e.Length, 10, 64)
			a.files = append(a.files, hub.Attachment{URL: e.URL, Type: e.Type, Size: size})
		}
		a.language = f.Language
		if it.DublinCoreExt != nil && len(it.DublinCoreExt.Language) > 0 {
			a.language = it.DublinCoreExt.Language[0]
		}
		if it.Image != nil {
			a.pictures = append(a.pictures, hub.Picture{URL: it.Image.URL})
		}
		gofeedMedia(&a, it)
		r.items = append(r.items, a)
	}
	return r
}

// gofeedMedia gives gofeed what its users find in its extensions.
func gofeedMedia(a *article, it *gofeed.Item) {
	space := it.Extensions["media"]
	for _, c := range space["content"] {
		w, _ := strconv.Atoi(c.Attrs["width"])
		h, _ := strconv.Atoi(c.Attrs["height"])
		a.pictures = append(a.pictures, hub.Picture{URL: c.Attrs["url"], Type: c.Attrs["type"], Width: w, Height: h})
	}
	for _, c := range space["thumbnail"] {
		w, _ := strconv.Atoi(c.Attrs["width"])
		h, _ := strconv.Atoi(c.Attrs["height"])
		a.thumbnails = append(a.thumbnails, hub.Picture{URL: c.Attrs["url"], Width: w, Height: h})
	}
	for i, c := range space["credit"] {
		for len(a.pictures) <= i {
			a.pictures = append(a.pictures, hub.Picture{})
		}
		a.pictures[i].Credit = c.Value
	}
	if p := it.Extensions["georss"]["point"]; len(p) > 0 {
		var pt hub.Point
		if n, _ := fmt.Sscanf(strings.ReplaceAll(p[0].Value, ",", " "), "%g %g", &pt.Lat, &pt.Lon); n == 2 {
			a.point = &pt
		}
	}
}

// pythonNames gives what a reader made the names that feedparser uses.
func pythonNames(r feedRead) pyDict {
	var entries entryList
	for _, a := range r.items {
		entries = append(entries, a.names())
	}
	links := pyList{}
	for range 8 {
		links = append(links, pyDict{"href": field{kindLink, r.feedLinks}})
	}
	feed := pyDict{
		"title": field{kindTitle, []string{r.title}}, "title_detail": pyDict{"value": field{kindTitle, []string{r.title}}},
		"link": field{kindLink, []string{r.home}}, "language": field{kindExact, []string{r.lang, strings.ReplaceAll(r.lang, "_", "-")}}, "links": links,
	}
	return pyDict{"entries": entries, "feed": feed, "channel": feed}
}

func (a article) names() pyDict {
	text := func(s ...string) field { return field{kindExact, s} }
	moment := func(t, or time.Time) field {
		if t.IsZero() {
			t = or
		}
		if t.IsZero() {
			return field{kind: kindDate}
		}
		return field{kindDate, []string{t.UTC().Format(time.RFC3339)}}
	}
	shownToo := ""
	for _, p := range a.pictures {
		shownToo += `<img src="` + html.EscapeString(p.URL) + `">`
	}
	summary := field{kindMarkup, []string{a.summary, a.body, a.body + shownToo, a.summary + shownToo}}
	body := field{kindMarkup, []string{a.body, a.summary, a.body + shownToo}}
	person := func(p hub.Author) pyDict {
		return pyDict{"name": text(p.Name), "email": text(p.Email), "href": field{kindLink, []string{p.URL}}, "url": field{kindLink, []string{p.URL}}}
	}
	var authors, tags, files pyList
	for _, p := range a.authors {
		authors = append(authors, person(p))
	}
	for range a.tags { // their order is nobody's promise
		tags = append(tags, pyDict{"term": text(a.tags...), "label": text(a.tags...)})
	}
	for _, f := range a.files {
		link := field{kindLink, []string{f.URL}}
		size := ""
		if f.Size > 0 {
			size = strconv.FormatInt(f.Size, 10)
		}
		files = append(files, pyDict{"href": link, "url": link, "type": text(f.Type), "length": text(size)})
	}
	pictures, thumbnails := pictureNames(a.pictures), pictureNames(a.thumbnails)
	author := pyDict{"name": text(""), "email": text(""), "href": text(""), "url": text("")}
	var names []string
	if len(a.authors) > 0 {
		p := a.authors[0]
		author = person(p)
		names = []string{p.Name, p.Email}
		if p.Email != "" {
			names = append(names, p.Name+" ("+p.Email+")", p.Email+" ("+p.Name+")")
		}
	}
	firstTag, links := "", pyList(slices.Repeat([]any{pyDict{"href": field{kindLink, a.links}}}, 8))
	if len(a.tags) > 0 {
		firstTag = a.tags[0]
	}
	var place any = pyNone{}
	if a.point != nil {
		place = pyTuple{a.point.Lon, a.point.Lat}
	}
	link, title := field{kindLink, a.links[:min(1, len(a.links))]}, field{kindTitle, []string{a.title}}
	published, updated := moment(a.published, a.updated), moment(a.updated, a.published)
	rawUpdate := append(append([]string{}, a.rawUpdate...), a.rawPublished...)
	source := pyDict{"title": field{kindTitle, []string{html.EscapeString(a.via.Title)}}, "href": field{kindLink, []string{a.via.URL}}, "link": field{kindLink, []string{a.via.URL}}, "url": field{kindLink, []string{a.via.URL}}}
	return pyDict{
		"title": title, "title_detail": pyDict{"value": title}, "link": link, "links": links, "id": text(a.id), "guid": text(a.id),
		"summary": summary, "description": summary, "subtitle": summary, "summary_detail": pyDict{"value": summary}, "description_detail": pyDict{"value": summary},
		"content": pyList{pyDict{"value": body}}, "author": text(names...), "author_detail": author, "authors": authors,
		"published": text(a.rawPublished...), "issued": text(a.rawPublished...), "created": text(a.rawPublished...), "date": text(rawUpdate...),
		"updated": text(rawUpdate...), "modified": text(rawUpdate...), "published_parsed": published, "issued_parsed": published,
		"created_parsed": published, "date_parsed": updated, "updated_parsed": updated, "modified_parsed": updated,
		"tags": tags, "category": text(firstTag), "enclosures": files, "media_content": pictures, "media_thumbnail": thumbnails,
		"source": source, "language": text(a.language), "where": pyDict{"coordinates": place},
	}
}

// pictureNames are the names of pictures.
func pictureNames(list []hub.Picture) (out pyList) {
	text := func(s string) field { return field{kindExact, []string{s}} }
	for _, p := range list {
		out = append(out, pyDict{
			"url": field{kindLink, []string{p.URL}}, "type": text(p.Type), "medium": text("image"), "width": text(strconv.Itoa(p.Width)),
			"height": text(strconv.Itoa(p.Height)), "content": text(p.Credit),
		})
	}
	return out
}

// equals compares what the corpus expects with each candidate.
func (f field) equals(want any) bool {
	switch w := want.(type) {
	case pyNone:
		return !f.has()
	case pyTuple:
		if f.kind != kindDate || len(w) < 6 || len(f.candidates) == 0 {
			return false
		}
		got := fmt.Sprintf("%04g-%02g-%02gT%02g:%02g:%02gZ", w[0], w[1], w[2], w[3], w[4], w[5])
		return got == f.candidates[0]
	case field:
		return slices.ContainsFunc(w.candidates, func(s string) bool { return f.equals(s) })
	case float64:
		return f.equals(strconv.FormatFloat(w, 'f', -1, 64))
	case string:
		if !f.has() {
			m := readMarkup(w)
			return strings.TrimSpace(w) == "" || f.kind == kindTitle && m.text == "" || f.kind == kindMarkup && m.text == "" && len(m.links) == 0
		}
		return slices.ContainsFunc(f.candidates, func(have string) bool { return sameField(f.kind, have, w) })
	}
	return false
}

func sameField(kind fieldKind, have, want string) bool {
	switch kind {
	case kindLink:
		return sameAddress(have, want)
	case kindTitle:
		return slices.Contains([]string{shown(want), shown(shown(want)), words(want)}, shown(have))
	case kindMarkup:
		h, w := readMarkup(have), readMarkup(want)
		return !h.runs && (h.text == w.text || h.text == words(want)) && slices.Equal(h.links, w.links)
	}
	return words(have) == words(want)
}

func words(s string) string { return strings.Join(strings.Fields(s), " ") }

func shown(s string) string { return readMarkup(s).text }

func sameAddress(have, want string) bool {
	return address(have) == address(want)
}

// address is a link as two readers may both write it.
func address(s string) string {
	s = strings.TrimSpace(s)
	u, err := url.Parse(s)
	if err != nil {
		return s
	}
	if host, err := idna.Lookup.ToASCII(strings.ToLower(u.Host)); err == nil {
		u.Host = host
	}
	if u.Path == "" && u.Host != "" {
		u.Path = "/"
	}
	u.Fragment, u.RawFragment = "", ""
	return u.String()
}

// markup is what a reader of a page gets of it.
type markup struct {
	text  string
	links []string // absolute http(s) addresses of links and pictures, sorted
	runs  bool     // something in it would run or load by itself
}

var runsAway = regexp.MustCompile(`(?i)^[\s\x00-\x20]*(java|vb|live)script\s*:`)

func readMarkup(s string) markup {
	nodes, err := html.ParseFragment(strings.NewReader(s), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		return markup{text: words(s)}
	}
	var m markup
	var sb strings.Builder
	for _, n := range nodes {
		m.walk(n, &sb)
	}
	m.text = words(sb.String())
	slices.Sort(m.links)
	m.links = slices.Compact(m.links)
	return m
}

func (m *markup) walk(n *html.Node, sb *strings.Builder) {
	switch n.Type {
	case html.TextNode:
		sb.WriteString(n.Data)
		return
	case html.ElementNode:
	default:
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			m.walk(c, sb)
		}
		return
	}
	switch n.Data {
	case "svg": // its words are a picture's
		return
	case "script", "style", "object", "embed", "applet", "frame", "frameset", "meta", "base", "link", "xml", "noscript":
		m.runs = true
		return
	}
	for _, a := range n.Attr {
		if strings.HasPrefix(a.Key, "on") || runsAway.MatchString(a.Val) {
			m.runs = true
		}
		if a.Key == "href" && n.Data == "a" || a.Key == "src" && n.Data == "img" {
			if u, err := url.Parse(strings.TrimSpace(a.Val)); err == nil && (u.Scheme == "http" || u.Scheme == "https") {
				m.links = append(m.links, address(a.Val))
			}
		}
	}
	block := slices.Contains([]string{"p", "div", "br", "li", "ul", "ol", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "table", "tr", "td", "th", "figure", "figcaption", "pre", "dt", "dd", "hr"}, n.Data)
	if block {
		sb.WriteByte(' ')
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		m.walk(c, sb)
	}
	if block {
		sb.WriteByte(' ')
	}
}
