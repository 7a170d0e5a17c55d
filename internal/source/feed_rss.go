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
}

func (r *rssReader) read() {
	f, d := r.feed, r.doc
	d.Title = f.Title
	d.Home = resolveIf(r.index.base, first(append(append([]string{}, f.Links...), atomLink(f.Extensions, "alternate"))...))
	d.Feed = resolveIf(r.index.base, atomLink(f.Extensions, "self"))
	d.Hub = resolveIf(r.index.base, atomLink(f.Extensions, "hub"))
	d.Language = first(f.Language, value(f.Extensions, "dc", "language"), r.index.lang)
	d.TTL = rhythm(f.TTL, f.Extensions)
	// The index helps only where it saw the very items that the parser saw.
	known := len(r.index.entries) == len(f.Items)
	for i, it := range f.Items {
		var x entryIndex
		if known {
			x = r.index.entries[i]
		}
		d.Drafts = append(d.Drafts, r.item(it, x))
	}
}

func (r *rssReader) item(it *rss.Item, x entryIndex) hub.Draft {
	d := hub.Draft{
		OriginalID: x.about,
		URL:        first(append(append([]string{}, it.Links...), atomLink(it.Extensions, "alternate"))...),
		Canonical:  first(value(it.Extensions, "feedburner", "origLink"), value(it.Extensions, "pheedo", "origLink"), atomLink(it.Extensions, "canonical")),
		Title:      sniffed(first(it.Title, value(it.Extensions, "dc", "title"))),
		Language:   first(value(it.Extensions, "dc", "language"), x.lang, r.doc.Language),
		Published: raws(append(append([]string{it.PubDate}, values(it.Extensions, "dc", "date")...),
			value(it.Extensions, "dcterms", "issued"), value(it.Extensions, "dcterms", "created"), value(it.Extensions, "atom", "published"),
			value(it.Extensions, "prism", "publicationDate"), it.Custom["date"], it.Custom["published"], it.Custom["pubdate"],
			value(it.Extensions, "atom", "updated"), value(it.Extensions, "dcterms", "modified"))...),
		Modified: raws(value(it.Extensions, "atom", "updated"), value(it.Extensions, "dcterms", "modified"), it.Custom["updated"]),
		Tags:     raws(rssTags(it)...),
		Authors:  rssAuthors(it),
	}
	if it.GUID != nil && it.GUID.Value != "" {
		d.OriginalID = it.GUID.Value
		if d.URL == "" && !strings.EqualFold(it.GUID.IsPermalink, "false") && isWeb(it.GUID.Value) {
			d.URL = it.GUID.Value
		}
	}
	d.Base = x.base
	if d.Base == "" || d.Base == r.docURL {
		d.Base = baseFor(r.docURL, r.doc.Home)
	}
	if s := it.Source; s != nil && (s.URL != "" || s.Title != "") {
		d.Via = &hub.Via{Title: s.Title, URL: s.URL}
	}
	r.texts(&d, it)
	m := media{}
	for _, e := range it.Enclosures {
		m.enclosure(e.URL, e.Type, e.Length, "")
	}
	m.extensions(it.Extensions)
	m.itunes(it.ITunesExt)
	m.custom(it.Custom)
	m.into(&d)
	return d
}

// texts tells summary from body. With both description and content:encoded they are the two. A description alone is the
// body where it is built like one (blocks, or long); a short one is the summary and the only body there is, and clean takes
// the repeat out.
func (r *rssReader) texts(d *hub.Draft, it *rss.Item) {
	description := hub.Text{Value: it.Description, HTML: true}
	body := hub.Text{Value: first(it.Content, value(it.Extensions, "yandex", "full-text"), it.Custom["content"], it.Custom["encoded"], value(it.Extensions, "content", "encoded")), HTML: true}
	if it.Description == "" {
		description = hub.Text{Value: first(value(it.Extensions, "dc", "description"), value(it.Extensions, "atom", "summary")), HTML: true}
	}
	summary := plainSummary(it.Extensions, it.ITunesExt)
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
func plainSummary(exts ext.Extensions, it *ext.ITunesItemExtension) hub.Text {
	if it != nil && first(it.Summary, it.Subtitle) != "" {
		return sniffed(first(it.Summary, it.Subtitle))
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
	tags = append(tags, values(it.Extensions, "dc", "subject")...)
	for _, e := range it.Extensions["atom"]["category"] {
		tags = append(tags, first(e.Attrs["label"], e.Attrs["term"]))
	}
	if len(tags) > 0 {
		return tags
	}
	keywords := value(it.Extensions, "media", "keywords")
	if it.ITunesExt != nil {
		keywords = first(keywords, it.ITunesExt.Keywords)
	}
	return strings.Split(keywords, ",")
}

// rssAuthors names the writers by the first of the ways an item may name them: Dublin Core, Atom, RSS itself, iTunes.
func rssAuthors(it *rss.Item) []hub.DraftAuthor {
	var list []hub.DraftAuthor
	for _, name := range append(values(it.Extensions, "dc", "creator"), values(it.Extensions, "dc", "author")...) {
		list = append(list, hub.DraftAuthor{Name: name})
	}
	if len(list) == 0 {
		for _, e := range it.Extensions["atom"]["author"] {
			a := hub.DraftAuthor{Name: first(childText(e, "name"), e.Value), URL: childText(e, "uri"), Email: childText(e, "email")}
			if a != (hub.DraftAuthor{}) {
				list = append(list, a)
			}
		}
	}
	if len(list) == 0 {
		name := it.Author
		if it.ITunesExt != nil {
			name = first(name, it.ITunesExt.Author)
		}
		if name = first(name, it.Custom["creator"]); name != "" {
			list = append(list, hub.DraftAuthor{Name: name})
		}
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
	blockTag  = regexp.MustCompile(`(?i)<(p|div|figure|ul|ol|table|blockquote|h[1-6]|pre|section|article)[\s>/]`)
	closedTag = regexp.MustCompile(`(?i)</(a|b|i|u|em|strong|span|p|div|sup|sub|br|q|cite|code|font|small|mark|s|del|ins|abbr|tt|h[1-6])\s*>|<br\s*/?>`)
	entityRef = regexp.MustCompile(`&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});`)
)

func hasBlocks(s string) bool { return blockTag.MatchString(s) }

// sniffed is a text whose format leaves open whether it may be markup: it is where it closes an element of HTML or names an
// entity. "Use the <b> tag" and "AT&T" are plain.
func sniffed(s string) hub.Text {
	return hub.Text{Value: s, HTML: s != "" && (closedTag.MatchString(s) || entityRef.MatchString(s))}
}
