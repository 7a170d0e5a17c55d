package source

import (
	"regexp"
	"strings"
	"unicode/utf8"

	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"

	"tinhub/internal/hub"
)

// longDescription is the number of characters above which an RSS description is taken for the article, not its summary.
const longDescription = 600

// rssReader makes drafts of the RSS dialects.
type rssReader struct {
	feed   *rss.Feed
	index  feedIndex
	doc    *hub.Document
	docURL string
	base   string // of items that have no xml:base
}

func (r *rssReader) read() {
	f, d := r.feed, r.doc
	f.Extensions = r.index.usual(f.Extensions)
	d.Title = plainTitle(sniffed(first(f.Title, value(f.Extensions, "dc", "title"))))
	d.Home = resolveIf(r.index.base, first(append(append([]string{}, f.Links...), atomLink(f.Extensions, "alternate"), r.index.href)...))
	d.Feed = resolveIf(r.index.base, atomLink(f.Extensions, "self"))
	d.Hub = resolveIf(r.index.base, atomLink(f.Extensions, "hub"))
	d.Language = first(f.Language, value(f.Extensions, "dc", "language"), r.index.lang)
	d.TTL = rhythm(f.TTL, f.Extensions)
	d.SkipHours, d.SkipDays = skipHours(f.SkipHours), skipDays(f.SkipDays)
	r.base = baseFor(r.docURL, d.Home)
	// The index helps only where it saw the very items that the parser saw.
	known := len(r.index.entries) == len(f.Items)
	for i, it := range f.Items {
		x := entryIndex{base: r.index.base, contentBase: r.index.base}
		if known {
			x = r.index.entries[i]
		}
		it.Extensions = r.index.usual(it.Extensions)
		d.Drafts = append(d.Drafts, r.item(it, x))
	}
}

func (r *rssReader) item(it *rss.Item, x entryIndex) hub.Draft {
	exts := it.Extensions
	d := hub.Draft{
		OriginalID: first(x.about, value(exts, "atom", "id")),
		Canonical:  atomLink(exts, "canonical"),
		AMP:        atomLink(exts, "amphtml"),
		Title:      sniffed(first(it.Title, value(exts, "dc", "title"), value(exts, "atom", "title"))),
		Language:   first(value(exts, "dc", "language"), x.lang, r.doc.Language),
		Published: raws(append(append([]string{it.PubDate}, values(exts, "dc", "date")...),
			value(exts, "dcterms", "issued"), value(exts, "dcterms", "created"), value(exts, "atom", "published"),
			value(exts, "prism", "publicationDate"), it.Custom["date"], it.Custom["published"], it.Custom["pubdate"],
			value(exts, "atom", "updated"), value(exts, "dcterms", "modified"), x.lastMod)...),
		Modified: raws(value(exts, "atom", "updated"), value(exts, "dcterms", "modified"), value(exts, "prism", "modificationDate"),
			it.Custom["updated"], it.Custom["modified"], x.lastMod),
		Tags:    raws(rssTags(it)...),
		Authors: rssAuthors(it, x),
		Steps:   x.steps,
	}
	place(&d, exts)
	r.links(&d, it, x)
	d.Base = x.base
	if d.Base == "" || d.Base == r.docURL {
		d.Base = r.base
	}
	if s := it.Source; s != nil && (s.URL != "" || s.Title != "") {
		d.Via = &hub.Via{Title: s.Title, URL: s.URL}
	} else if s, ok := firstExtension(exts["atom"]["source"]); ok {
		d.Via = &hub.Via{Title: childText(s, "title"), URL: first(linkChild(s, "self"), linkChild(s, "alternate"))}
	}
	r.texts(&d, it, x)
	if d.Title.Value == "" {
		d.Title = mediaTitle(exts)
	}
	m := media{}
	for _, e := range it.Enclosures {
		m.enclosure(e.URL, e.Type, e.Length, "")
	}
	m.extensions(exts)
	m.custom(it.Custom)
	m.into(&d)
	wholeLinks(&d)
	if x.contentBase != x.base {
		base := d.Base
		d.Base = x.contentBase
		resolveDraft(&d, base)
	}
	settle(&d)
	return d
}

// links finds the article's own address: its link, else a guid that is one. The address of its comments never is.
func (r *rssReader) links(d *hub.Draft, it *rss.Item, x entryIndex) {
	named := append(append([]string{}, it.Links...), x.href, atomLink(it.Extensions, "alternate"))
	d.URL = first(named...)
	for _, link := range named {
		if isWeb(link) {
			d.URL = strings.TrimSpace(link)
			break
		}
	}
	for _, link := range raws(it.Links...) {
		if link != d.URL && len(d.Steps) < maxRepeated {
			d.Steps = append(d.Steps, hub.Step{Step: "more than one link", Field: "url", Before: clip(link, 300), After: clip(d.URL, 300)})
		}
	}
	articleBehind(d, it.Extensions)
	if it.GUID != nil && it.GUID.Value != "" {
		d.OriginalID = it.GUID.Value
		if d.URL == "" && !strings.EqualFold(it.GUID.IsPermalink, "false") && isWeb(it.GUID.Value) {
			d.URL = it.GUID.Value
		}
	}
	switch id := value(it.Extensions, "yt", "videoId"); {
	case d.URL != "":
	case isWeb(x.about):
		d.URL = x.about
	case id != "":
		d.URL = "https://www.youtube.com/watch?v=" + id
	}
	for _, l := range it.Extensions["atom"]["link"] {
		lang, href := strings.TrimSpace(l.Attrs["hreflang"]), strings.TrimSpace(l.Attrs["href"])
		if lang != "" && href != "" && href != d.URL && strings.EqualFold(first(l.Attrs["rel"], "alternate"), "alternate") && !sameLanguage(lang, d.Language) {
			d.Alternates = append(d.Alternates, hub.Alternate{Language: lang, URL: href})
		}
	}
}

// texts tells summary from body. With both description and content:encoded they are the two. A description alone is the
// body where it is built like one (blocks, or long); a short one is the summary and the only body there is, and clean takes
// the repeat out.
func (r *rssReader) texts(d *hub.Draft, it *rss.Item, x entryIndex) {
	exts := it.Extensions
	description := hub.Text{Value: first(it.Description, value(exts, "dc", "description"), it.Custom["abstract"], it.Custom["ABSTRACT"]), HTML: true}
	teaser := hub.Text{Value: first(it.Custom["summary"], value(exts, "atom", "summary")), HTML: true}
	body := hub.Text{Value: first(it.Content, value(exts, "yandex", "full-text"), value(exts, "content", "encoded"), x.body, it.Custom["content"], it.Custom["encoded"],
		it.Custom["fullitem"], it.Custom["fulltext"], value(exts, "atom", "content")), HTML: true}
	switch {
	case body.Value == "" && teaser.Value != "" && description.Value != "":
		description, body = teaser, description
	case description.Value == "":
		description = teaser
	}
	summary := plainSummary(exts)
	switch {
	case body.Value != "" && description.Value != "":
		d.Summary, d.Body = description, body
	case body.Value != "":
		d.Summary, d.Body = summary, body
	case description.Value == "":
		d.Summary = summary
	case hasBlocks(description.Value) || utf8.RuneCountInString(description.Value) > longDescription:
		d.Body = description
		if summary.Value != "" && summary.Value != description.Value {
			d.Summary = summary
		}
	default:
		d.Summary, d.Body = description, description
	}
}

// plainSummary is the summary that an extension has in plain text.
func plainSummary(exts ext.Extensions) hub.Text {
	if s := first(value(exts, "itunes", "summary"), value(exts, "itunes", "subtitle")); s != "" {
		return sniffed(s)
	}
	for _, g := range exts["media"]["group"] {
		if v := childText(g, "description"); v != "" && !hasImage(g.Children["content"]) {
			return hub.Text{Value: v, HTML: childIsHTML(g, "description")}
		}
	}
	if !hasImage(exts["media"]["content"]) {
		for _, e := range exts["media"]["description"] {
			return hub.Text{Value: e.Value, HTML: e.Attrs["type"] == "html"}
		}
	}
	return hub.Text{}
}

func rssTags(it *rss.Item) []string {
	var tags []string
	for _, c := range it.Categories {
		tags = append(tags, c.Value)
	}
	for _, e := range it.Extensions["atom"]["category"] {
		tags = append(tags, first(e.Attrs["label"], e.Attrs["term"]))
	}
	tags = append(tags, moduleTags(it.Extensions)...)
	for _, list := range []string{it.Custom["tags"], it.Custom["tag"], value(it.Extensions, "itunes", "keywords")} {
		if list != "" {
			tags = append(tags, strings.Split(list, ",")...)
		}
	}
	if keywords := first(value(it.Extensions, "media", "keywords"), it.Custom["keywords"]); keywords != "" && len(raws(tags...)) == 0 {
		return strings.Split(keywords, ",")
	}
	return tags
}

// rssAuthors names the writers by the first of the ways an item may name them: Dublin Core, Atom, RSS itself, iTunes.
func rssAuthors(it *rss.Item, x entryIndex) []hub.DraftAuthor {
	var list []hub.DraftAuthor
	for _, e := range append(it.Extensions["dc"]["creator"], it.Extensions["dc"]["author"]...) {
		// Some write Atom's person, or FOAF's, inside.
		if name := first(e.Value, childText(e, "name"), nested(e, "Person", "name")); name != "" {
			list = append(list, hub.DraftAuthor{Name: name})
		}
	}
	if len(list) == 0 {
		for _, e := range it.Extensions["atom"]["author"] {
			a := hub.DraftAuthor{Name: first(childText(e, "name"), e.Value), URL: childText(e, "uri"), Email: childText(e, "email")}
			if a != (hub.DraftAuthor{}) {
				list = append(list, a)
			}
		}
	}
	if name := first(it.Author, value(it.Extensions, "itunes", "author"), it.Custom["creator"], it.Custom["byline"]); len(list) == 0 && name != "" {
		for _, name := range append([]string{name}, x.authors...) {
			list = append(list, hub.DraftAuthor{Name: name})
		}
	}
	if len(list) == 0 {
		list = podcastPeople(it.Extensions)
	}
	return list
}

// atomLink is the address of the Atom link with that relation inside an RSS feed, "" for none.
func atomLink(exts ext.Extensions, rel string) string {
	for _, prefix := range []string{"atom", "a10", "atom10", "atom03"} {
		for _, e := range exts[prefix]["link"] {
			have := strings.ToLower(first(e.Attrs["rel"], "alternate"))
			if have == rel && e.Attrs["href"] != "" {
				return strings.TrimSpace(e.Attrs["href"])
			}
		}
	}
	return ""
}

var (
	closedTag = regexp.MustCompile(`(?i)</(a|b|i|u|em|strong|span|p|div|sup|sub|br|q|cite|code|font|small|mark|s|del|ins|abbr|tt|h[1-6])\s*>|<br\s*/?>`)
	entityRef = regexp.MustCompile(`&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});`)
)

// hasBlocks says whether a text has an element that is a block of its own.
func hasBlocks(s string) bool {
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			return false
		}
		s = s[i+1:]
		if end := strings.IndexAny(s[:min(len(s), 12)], " \t\n\f\r>/"); end > 0 && startsBlock(strings.ToLower(s[:end])) {
			return true
		}
	}
}

func startsBlock(name string) bool {
	switch name {
	case "p", "div", "figure", "ul", "ol", "table", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "section", "article":
		return true
	}
	return false
}

// sniffed is a text whose format leaves open whether it may be markup: it is where it closes an element of HTML or names an
// entity. "Use the <b> tag" and "AT&T" are plain.
func sniffed(s string) hub.Text {
	return hub.Text{Value: s, HTML: strings.ContainsAny(s, "<&") && (closedTag.MatchString(s) || entityRef.MatchString(s))}
}
