package source

import (
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"tinhub/internal/hub"
)

// bylineClass is where pages show who wrote an article.
const bylineClass = `[rel~="author"], [property~="schema:author"] [property~="schema:name"], [property~="author"] [property~="name"], [itemprop~="author"] [itemprop~="name"], [itemprop~="author"], .author-name, .author_mail, .author .name, .author-info .name, .article-author, .detail-author, .post-author, .byline, .by-line, .author, .tacgia, .tac-gia, .journalist`

// authors: persons that JSON-LD names, then meta elements, then the byline that people see; a publisher that is named as
// author only where no person is.
func (p *page) authors() []hub.DraftAuthor {
	if len(p.ld.people) > 0 && !p.isSite(p.ld.people[0].Name) {
		return p.ld.people
	}
	var list []hub.DraftAuthor
	for _, name := range p.metaAuthors() {
		if !isWeb(name) && !p.isSite(name) && !strings.HasPrefix(name, "@") {
			list = append(list, hub.DraftAuthor{Name: name})
		}
	}
	if len(list) > 0 {
		return uniqueAuthors(list)
	}
	p.doc.Find(bylineClass).EachWithBreak(func(_ int, s *goquery.Selection) bool {
		name := lineOf(s)
		if name == "" || utf8.RuneCountInString(name) > maxByline || s.Closest(aside).Length() > 0 || p.isSite(name) {
			return true
		}
		if date, other := splitDateline(name); date != "" {
			name = other
		}
		if name == "" {
			return true
		}
		a := hub.DraftAuthor{Name: name}
		if goquery.NodeName(s) == "a" {
			a.URL = s.AttrOr("href", "")
		}
		list = append(list, a)
		return len(list) < 10
	})
	if len(list) == 0 {
		list = p.namedBylines()
	}
	if len(list) > 0 {
		return uniqueAuthors(list)
	}
	return append(p.ld.people, p.ld.groups...)
}

// bylineWords are words in the class of an element that names the writer.
var bylineWords = wordSet("byline bylines author authors authorname signature writer reporter contributor tacgia penname butdanh autor auteur autore")

// namedBylines are the names in elements whose class has a word for the writer, where they read like a byline.
func (p *page) namedBylines() []hub.DraftAuthor {
	for n := range p.doc.Nodes[0].Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		named := false
		for field := range strings.FieldsSeq(clip(attribute(n, "class"), maxClass)) {
			for word := range classWords(field) {
				named = named || bylineWords[word]
			}
		}
		if !named || goquery.NewDocumentFromNode(n).Closest(aside).Length() > 0 {
			continue
		}
		text := lineOfNode(n)
		if date := findDateline(text); date != "" {
			text, _, _ = strings.Cut(text, date)
		}
		if names, _, ok := byline(writtenBy.ReplaceAllString(strings.Trim(text, " |•·–—-,"), "")); ok && !p.isSite(names[0].Name) {
			return names
		}
	}
	return nil
}

// metaAuthors are the names that meta elements give, of the first kind that gives any.
func (p *page) metaAuthors() []string {
	for _, name := range []string{"author", "article:author", "citation_author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "dc.creator.author", "byl", "article:author_name", "cxenseparse:author", "article.author", "authors", "rbauthors"} {
		list := p.metas(name)
		for _, v := range list {
			if !isWeb(v) && !p.isSite(v) {
				return list
			}
		}
	}
	// Yoast and others name the writer in a Twitter card: label1 "Written by", data1 the name.
	for _, i := range []string{"1", "2"} {
		switch foldLine(p.meta("twitter:label" + i)) {
		case "written by", "author", "by", "tác giả", "được viết bởi", "viết bởi", "verfasst von", "geschrieben von", "écrit par", "escrito por", "scritto da", "geschreven door":
			return p.metas("twitter:data" + i)
		}
	}
	return nil
}

func (p *page) isSite(name string) bool {
	return p.site != "" && sameText(strings.ToLower(name), strings.ToLower(p.site))
}

// uniqueAuthors leaves out names that stand inside others: "By Lan", "Lan".
func uniqueAuthors(list []hub.DraftAuthor) []hub.DraftAuthor {
	var out []hub.DraftAuthor
next:
	for _, a := range list {
		for i, have := range out {
			if within(have.Name, a.Name) || within(a.Name, have.Name) {
				if len(a.Name) < len(have.Name) {
					a.URL = first(a.URL, have.URL)
					out[i] = a
				}
				continue next
			}
		}
		out = append(out, a)
	}
	return out
}
