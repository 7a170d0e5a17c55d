package source

import (
	"regexp"
	"slices"
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
	p.ld.people, p.ld.groups = p.withoutAccounts(p.ld.people), p.withoutAccounts(p.ld.groups)
	people := len(p.ld.people) > 0 && !p.isSite(p.ld.people[0].Name)
	if people && !p.ld.micro {
		return p.ld.people
	}
	var list []hub.DraftAuthor
	for _, name := range p.metaAuthors() {
		if !isWeb(name) && !p.isNobody(name) && !strings.HasPrefix(name, "@") {
			list = append(list, hub.DraftAuthor{Name: splitForeign(name)})
		}
	}
	if len(list) > 0 {
		return uniqueAuthors(list)
	}
	if people {
		return p.ld.people
	}
	list = p.shownBylines()
	if len(list) == 0 {
		list = p.namedBylines()
	}
	if len(list) == 0 {
		list = p.linkedBylines()
	}
	if len(list) == 0 {
		list = p.labelledBylines()
	}
	if len(list) > 0 {
		return uniqueAuthors(list)
	}
	return append(p.ld.people, p.ld.groups...)
}

// shownBylines are the names in the elements that pages show the writer in.
func (p *page) shownBylines() []hub.DraftAuthor {
	var list []hub.DraftAuthor
	p.doc.Find(bylineClass).EachWithBreak(func(_ int, s *goquery.Selection) bool {
		name := lineOf(s)
		if name == "" || utf8.RuneCountInString(name) > maxByline || s.Closest(aside).Length() > 0 {
			return true
		}
		if date, other := dateBeside(name); date != "" {
			name = other
		}
		if name == "" || p.isNobody(name) || isPictureCredit(name) || furniture(name) != notFurniture {
			return true
		}
		if names := p.namesInLines(s.Nodes[0]); len(names) > 0 {
			list = append(list, names...)
			return len(list) < maxAuthors
		}
		if names := namesOf(name); len(names) > 1 || len(names) == 1 && goquery.NodeName(s) != "a" {
			list = append(list, names...)
			return len(list) < maxAuthors
		}
		if p.account && !isName(name) {
			return true
		}
		a := hub.DraftAuthor{Name: name}
		if goquery.NodeName(s) == "a" {
			a.URL = s.AttrOr("href", "")
		}
		list = append(list, a)
		return len(list) < maxAuthors
	})
	return list
}

// bylineWords are words in the class of an element that names the writer.
var bylineWords = wordSet("byline bylines author authors authorname signature writer reporter contributor tacgia penname butdanh autor auteur autore")

// namedBylines are the names in elements whose class has a word for the writer, where they read like a byline.
func (p *page) namedBylines() []hub.DraftAuthor {
	var list []hub.DraftAuthor
	var around *html.Node
	for n := range p.doc.Nodes[0].Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if around != nil && n.Parent != around || !hasClassWord(n, bylineWords) || goquery.NewDocumentFromNode(n).Closest(aside).Length() > 0 {
			continue
		}
		if names := p.namesInLines(n); len(names) > 0 && utf8.RuneCountInString(lineOfNode(n)) <= maxByline {
			around = n.Parent
			if list = append(list, names...); len(list) >= maxAuthors {
				break
			}
			continue
		}
		text := lineOfNode(n)
		if date := findDateline(text); date != "" {
			if _, other := dateBeside(text); other != text {
				text = other
			} else {
				text, _, _ = strings.Cut(text, date)
			}
		}
		if names := namesOf(text); len(names) > 0 && !p.isNobody(names[0].Name) {
			if len(names) == 1 && n.Data == "a" {
				names[0].URL = attribute(n, "href")
			}
			around = n.Parent
			if list = append(list, names...); len(list) >= maxAuthors {
				break
			}
		}
	}
	return list
}

// maxAuthors bounds the authors that a page shows.
const maxAuthors = 10

var (
	// foreignAnd joins two names in other languages than byline reads. Names of one word are none of them: Ortega y Gasset.
	foreignAnd = regexp.MustCompile(`(\p{Lu}[\p{L}.'’-]*\s+\p{Lu}[\p{L}.'’-]*)\s+(?:und|et|e|y|и|og|och|en)\s+(\p{Lu}[\p{L}.'’-]*\s+\p{Lu})`)

	// degree stands behind a name and is none: Brenda Goodman, MA.
	degree = regexp.MustCompile(`(\p{L}), (?:MA|MD|BA|BSc|MSc|MBA|MPH|RN|JD|DO|DDS|PhD|Ph\.D\.|M\.D\.|M\.A\.|Esq\.?|Jr\.?|Sr\.?)(?:\b|$)`)

	// afterPlace is the town behind names of more than one word: Von Petra Klein, Neuhagen.
	afterPlace = regexp.MustCompile(`^(.*\p{L}\s+\p{Lu}[\p{L}'’-]+), \p{Lu}[\p{L}-]+$`)
)

func splitForeign(names string) string { return foreignAnd.ReplaceAllString(names, "$1 and $2") }

// namesOf reads a line that names writers and nothing else, with the word that introduces them in any language of writtenBy.
func namesOf(line string) []hub.DraftAuthor {
	line = strings.Trim(line, " |•·–—-,")
	if at := writtenBy.FindStringIndex(line); at != nil {
		line = splitForeign(afterPlace.ReplaceAllString(line[at[1]:], "$1"))
		line = "by " + strings.TrimLeft(line, ": ")
	}
	names, _, ok := byline(degree.ReplaceAllString(line, "$1"))
	if !ok {
		return nil
	}
	return names
}

// authorPath is the address of a writer's own page.
var authorPath = regexp.MustCompile(`(?i)/(?:author|authors|by|byline|auteur|auteurs|autor|autoren|autores|autore|tac-gia|journalist|journalists|reporter|reporters|contributor|contributors|writer|writers)/[^/?#]+/?$`)

// maxAuthorLinks is how many links of a page are asked whether they lead to its writer.
const maxAuthorLinks = 2_000

// linkedBylines are the names whose links lead to a writer's page: the first such, and those beside it.
func (p *page) linkedBylines() []hub.DraftAuthor {
	var list []hub.DraftAuthor
	var around *html.Node
	p.doc.Find("a[href]").EachWithBreak(func(i int, s *goquery.Selection) bool {
		name, href := lineOf(s), s.AttrOr("href", "")
		if authorPath.MatchString(href) && isName(name) && strings.Contains(name, " ") && furniture(name) == notFurniture && s.Closest(aside+", header nav").Length() == 0 && (around == nil || around == s.Nodes[0].Parent) {
			around = s.Nodes[0].Parent
			list = append(list, hub.DraftAuthor{Name: name, URL: href})
		}
		return i < maxAuthorLinks && len(list) < maxAuthors
	})
	return list
}

// maxLabelled is how many elements below the title are asked for a byline that only its own words call one.
const maxLabelled = 30

// labelledBylines are the names in one of the first lines below the title that says of itself that it names the writer,
// alone or beside the date.
func (p *page) labelledBylines() []hub.DraftAuthor {
	title := p.headline
	if title == nil || title.Nodes[0].Parent == nil {
		return nil
	}
	asked, after := 0, false
	for n := range title.Nodes[0].Parent.Descendants() {
		if n == title.Nodes[0] {
			after = true
		}
		if !after || n.Type != html.TextNode && !isBlock(n.Data) || n.Type == html.TextNode && strings.TrimSpace(n.Data) == "" {
			continue
		}
		if asked++; asked > maxLabelled {
			return nil
		}
		text := lineOfText(n.Data)
		if n.Type == html.ElementNode {
			text = lineOfNode(n)
		}
		date, other := dateBeside(text)
		for part := range strings.SplitSeq(other, "|") {
			if part = strings.TrimSpace(part); writtenBy.MatchString(part) || date != "" && strings.Contains(part, " ") && !p.isSection(part, n) {
				if names := namesOf(part); len(names) > 0 && !p.isNobody(names[0].Name) {
					return names
				}
			}
		}
	}
	return nil
}

// isSection says whether what stands beside a date is the name of a section: one of the page's keywords, or a link that leads to
// no writer.
func (p *page) isSection(name string, around *html.Node) bool {
	for _, word := range p.keywords() {
		if strings.EqualFold(strings.TrimSpace(word), name) {
			return true
		}
	}
	if around.Type == html.TextNode {
		around = around.Parent
	}
	links := (&goquery.Selection{Nodes: []*html.Node{around}}).Find("a[href]").FilterFunction(func(_ int, s *goquery.Selection) bool {
		return sameText(lineOf(s), name) && !authorPath.MatchString(s.AttrOr("href", "")) && s.AttrOr("rel", "") != "author"
	})
	return links.Length() > 0
}

// metaAuthors are the names that meta elements give, of the first kind that gives any.
func (p *page) metaAuthors() []string {
	for _, name := range []string{"author", "article:author", "citation_author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "dc.creator.author", "byl", "article:author_name", "cxenseparse:author", "article.author", "authors", "rbauthors"} {
		list := slices.DeleteFunc(p.metas(name), p.passesOver)
		if slices.ContainsFunc(list, func(v string) bool { return !isWeb(v) && !p.isNobody(v) }) {
			return list
		}
	}
	// Yoast and others name the writer in a Twitter card: label1 "Written by", data1 the name.
	for _, i := range []string{"1", "2"} {
		switch foldLine(p.meta("twitter:label" + i)) {
		case "written by", "author", "by", "tác giả", "được viết bởi", "viết bởi", "verfasst von", "geschrieben von", "écrit par", "escrito por", "scritto da", "geschreven door":
			return slices.DeleteFunc(p.metas("twitter:data"+i), p.passesOver)
		}
	}
	return nil
}

// isAccount says whether a name is that of a system's account and nobody's.
func isAccount(name string) bool {
	switch foldLine(name) {
	case "admin", "administrator", "root", "superuser", "webmaster", "wpadmin", "user", "quản trị viên", "quản trị":
		return true
	}
	return false
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
				if len(a.Name) <= len(have.Name) {
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
