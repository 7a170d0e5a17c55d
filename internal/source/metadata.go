package source

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"tinhub/internal/hub"
)

// aside is what stands around an article: what is in it says nothing of the article.
const aside = "aside, nav, footer, .related, .sidebar, [class*='related'], [class*='sidebar'], [id*='sidebar'], [class*='most-'], [class*='xem-nhieu'], [class*='tin-lien-quan'], [class*='comment'], [id*='comment']"

// dates lists what the page says of when, the most trusted first.
func (p *page) dates() {
	d := &p.draft
	chosen := datesOf(p.find(p.in.Select.Date).First())
	published := append(chosen, p.ld.published...)
	for _, name := range []string{
		"article:published_time", "datePublished", "og:published_time", "published_time", "publishdate", "publish-date",
		"pubdate", "publication_date", "article.published", "article:published", "og:article:published_time", "parsely-pub-date", "sailthru.date",
		"cxenseparse:recs:publishtime", "citation_publication_date", "citation_date", "citation_online_date", "dc.date.issued", "dc.date.created", "dc.date",
		"dcterms.issued", "dcterms.created", "dcterms.date", "dc.terms.created", "date_published", "dateCreated", "rnews:datepublished", "schema:datepublished",
		"displaydate", "publish_date", "article_date_original", "release_date", "date",
	} {
		published = append(published, p.meta(name))
	}
	published = append(published, datesOf(p.doc.Find(`[itemprop~="datePublished"], [property~="datePublished"], [property~="schema:datePublished"], time[pubdate]`).Not("meta").First())...)
	published = append(published, p.shownDates()...)
	published = append(published, dateInAddress(first(p.draft.URL, p.draft.Canonical)))
	modified := append([]string{}, p.ld.modified...)
	for _, name := range []string{"article:modified_time", "og:updated_time", "dateModified", "article:modified", "og:modified_time", "lastmod", "last-modified", "dcterms.modified", "dc.date.modified", "schema:datemodified", "parsely-updated", "revised"} {
		modified = append(modified, p.meta(name))
	}
	modified = append(modified, datesOf(p.doc.Find(`[itemprop~="dateModified"], [property~="dateModified"], [property~="schema:dateModified"]`).Not("meta").First())...)
	d.Modified = raws(modified...)
	d.Published = raws(published...)
	if len(d.Published) == 0 {
		d.Published = d.Modified
	}
}

// dayInPath is a whole day in an address: /2023/05/12/, /2023-05-12-…
var dayInPath = regexp.MustCompile(`/((?:19|20)\d{2})[/-](0[1-9]|1[0-2])[/-](0[1-9]|[12]\d|3[01])(?:[/-]|$)`)

// dateInAddress is the day that news systems put into an article's address, the last that is asked.
func dateInAddress(link string) string {
	m := dayInPath.FindStringSubmatch(link)
	if m == nil {
		return ""
	}
	return m[1] + "-" + m[2] + "-" + m[3]
}

// datesOf are the dates an element carries: in attributes, then as its text.
func datesOf(s *goquery.Selection) []string {
	if s.Length() == 0 {
		return nil
	}
	text := lineOf(s)
	if utf8.RuneCountInString(text) > 3*maxDateline {
		text = ""
	}
	return raws(s.AttrOr("content", ""), s.AttrOr("datetime", ""), text)
}

// shownDates are the dates that people see: <time>, elements called date or time, and last a line that is nothing but a
// date. Those after the title come first, for above it stands the clock of the day.
func (p *page) shownDates() []string {
	order := map[*html.Node]int{}
	i := 0
	for n := range p.doc.Nodes[0].Descendants() {
		order[n] = i
		i++
	}
	title := -1
	if h1 := p.doc.Find("h1").First(); h1.Length() > 0 {
		title = order[h1.Nodes[0]]
	}
	var after, before []string
	lines := map[string]bool{}
	note := func(s *goquery.Selection, dates ...string) {
		if s.Closest(aside).Length() > 0 {
			return
		}
		if order[s.Nodes[0]] > title && isOnlyDate(s) {
			lines[lineOf(s)] = true
			if p.dateline == nil {
				p.dateline = s
			}
		}
		if order[s.Nodes[0]] > title {
			after = append(after, dates...)
		} else if s.Closest("header").Length() == 0 || s.Closest("article").Length() > 0 {
			before = append(before, dates...)
		}
	}
	p.doc.Find("time[datetime]").EachWithBreak(func(i int, s *goquery.Selection) bool {
		note(s, s.AttrOr("datetime", ""))
		return i < maxShownDates
	})
	p.doc.Find(`time, [class*="date" i], [class*="time" i], [class*="publish" i], [id*="date" i]`).EachWithBreak(func(i int, s *goquery.Selection) bool {
		text := lineOf(s)
		if date, _ := splitDateline(text); date != "" {
			note(s, date)
		} else if date := findDateline(text); date != "" {
			note(s, date)
		}
		return i < maxShownDates
	})
	found := 0
	for n := range p.doc.Nodes[0].Descendants() {
		if n.Type == html.TextNode && n.Parent != nil && n.Parent.Data != "script" && n.Parent.Data != "style" && len(n.Data) < 4*maxDateline {
			if line := strings.TrimSpace(n.Data); line != "" && isDateline(line) {
				note(goquery.NewDocumentFromNode(n.Parent).Selection, line)
				if found++; found > maxShownDates {
					break
				}
			}
		}
	}
	if len(lines) > maxDatelines {
		p.dateline = nil // the times of a live blog's entries belong to them
	}
	const most = 6
	if len(after) > 0 {
		before = nil
	}
	list := raws(append(after, before...)...)
	return list[:min(len(list), most)]
}

// maxShownDates is how many elements of a kind are asked for a date.
const maxShownDates = 200

// maxDatelines is how many different dates of its own an article may show below its title.
const maxDatelines = 2

// isOnlyDate says whether an element shows a date and nothing else, and is no part of a sentence.
func isOnlyDate(s *goquery.Selection) bool {
	text := lineOf(s)
	switch goquery.NodeName(s.Parent()) {
	case "p", "li", "td", "a", "em", "strong":
		return isDateline(text) && sameText(text, lineOf(s.Parent()))
	}
	return isDateline(text) || goquery.NodeName(s) == "time" && utf8.RuneCountInString(text) <= 40
}

func (p *page) keywords() []string {
	var list []string
	separated := func(r rune) bool { return r == ',' || r == ';' || r == '、' || r == '，' }
	for _, name := range []string{"article:section", "parsely-section", "og:article:section", "news_keywords", "keywords", "parsely-tags", "sailthru.tags", "citation_keywords", "dc.subject", "og:article:tag"} {
		for _, v := range p.metas(name) {
			list = append(list, strings.FieldsFunc(v, separated)...)
		}
	}
	p.doc.Find(`a[rel~="tag"]`).Each(func(_ int, s *goquery.Selection) { list = append(list, lineOf(s)) })
	const most = 30
	return list[:min(len(list), most)]
}

// alternates are other editions of the article: hreflang links, and links whose text is a language's name.
func (p *page) alternates() {
	d := &p.draft
	own := primary(d.Language)
	if own == "" && isVietnamese(d.Title.Value) {
		own = "vi"
	}
	add := func(lang, href string) {
		href = strings.TrimSpace(href)
		self := href != "" && (resolve(d.Base, href) == d.URL || resolve(d.Base, href) == resolve(d.Base, d.Canonical))
		if lang = strings.TrimSpace(lang); lang == "" || strings.EqualFold(lang, "x-default") || primary(lang) == own || self {
			return
		}
		if strings.HasPrefix(href, "javascript:") || strings.HasPrefix(href, "#") {
			href = ""
		}
		for _, have := range d.Alternates {
			if sameLanguage(have.Language, lang) {
				return
			}
		}
		d.Alternates = append(d.Alternates, hub.Alternate{Language: lang, URL: href})
	}
	p.doc.Find(`link[rel~="alternate"][hreflang][href]`).Each(func(_ int, s *goquery.Selection) {
		add(s.AttrOr("hreflang", ""), s.AttrOr("href", ""))
	})
	p.doc.Find("a[href]").Each(func(_ int, s *goquery.Selection) {
		lang, ok := editionLink(s)
		if href := s.AttrOr("href", ""); ok && !isEditionHome(resolve(d.Base, href)) {
			add(lang, href)
			s.Remove()
		}
	})
}

// editionLink says which language a link leads to, if its text is a language's name.
func editionLink(s *goquery.Selection) (string, bool) {
	text := lineOf(s)
	if text == "" || len(text) > 40 {
		return "", false
	}
	lang, ok := editionNames[foldLine(text)]
	return first(s.AttrOr("hreflang", ""), lang), ok
}

var editionHome = regexp.MustCompile(`^(?:https?://[^/]+)?/?(?:[a-z]{2}(?:-[a-z]{2})?/?)?(?:index\.\w+)?$`)

// isEditionHome: a link to another edition's front page is the site's switch, not this article's other edition.
func isEditionHome(link string) bool { return editionHome.MatchString(strings.ToLower(link)) }

// leadClass is what news systems call the lead; newspapers of this country say sapo.
const leadClass = `.sapo, .detail-sapo, [data-role="sapo"], .article-sapo, .divsapo, .lead, .article-lead, .article__lead, .detail-lead, .lead-detail, .standfirst, .article__sapo, .article-summary, .article__summary, .entry-summary, .post-excerpt, .chapeau, .singular-sapo, .content-detail-sapo, p.description, h2.description, div.description, .summary, [itemprop="description"]:not(meta)`

const maxLeadElement = 1_500 // characters

// summary is the lead that people see, else what the page says of itself.
func (p *page) summary() {
	h1 := p.doc.Find("h1").First()
	p.doc.Find(leadClass).EachWithBreak(func(_ int, s *goquery.Selection) bool {
		text := lineOf(s)
		n := utf8.RuneCountInString(text)
		if n < 30 || n > maxLeadElement || s.Closest(aside+", figure, table, li").Length() > 0 || s.Find("h1, h3, figure, img").Length() > 0 || s.Find("p").Length() > 3 {
			return true
		}
		p.lead = s
		return false
	})
	if p.lead == nil && h1.Length() > 0 {
		// An h2 right below the title, with more than a heading has.
		if s := h1.NextAllFiltered("h2, p.lead, strong").First(); s.Length() > 0 && utf8.RuneCountInString(lineOf(s)) > 60 {
			p.lead = s
		}
	}
	if p.lead != nil {
		p.draft.Summary = hub.Text{Value: lineOf(p.lead)}
		return
	}
	p.draft.Summary = sniffed(first(p.ld.description, p.meta("og:description"), p.meta("description"), p.meta("twitter:description")))
}
