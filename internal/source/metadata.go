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
		"pubdate", "publication_date", "article.published", "parsely-pub-date", "sailthru.date", "dc.date", "dc.date.issued", "dcterms.created", "dcterms.date", "date",
	} {
		published = append(published, p.meta(name))
	}
	published = append(published, datesOf(p.doc.Find(`[itemprop~="datePublished"]`).First())...)
	published = append(published, p.shownDates()...)
	modified := append([]string{}, p.ld.modified...)
	for _, name := range []string{"article:modified_time", "og:updated_time", "dateModified", "last-modified", "dcterms.modified", "revised"} {
		modified = append(modified, p.meta(name))
	}
	modified = append(modified, datesOf(p.doc.Find(`[itemprop~="dateModified"]`).First())...)
	d.Modified = raws(modified...)
	d.Published = raws(published...)
	if len(d.Published) == 0 {
		d.Published = d.Modified
	}
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
	note := func(s *goquery.Selection, dates ...string) {
		if s.Closest(aside).Length() > 0 {
			return
		}
		if p.dateline == nil && order[s.Nodes[0]] > title && isOnlyDate(s) {
			p.dateline = s
		}
		if order[s.Nodes[0]] > title {
			after = append(after, dates...)
		} else if s.Closest("header").Length() == 0 || s.Closest("article").Length() > 0 {
			before = append(before, dates...)
		}
	}
	p.doc.Find("time[datetime]").Each(func(_ int, s *goquery.Selection) { note(s, s.AttrOr("datetime", "")) })
	p.doc.Find(`time, [class*="date" i], [class*="time" i], [class*="publish" i], [id*="date" i]`).Each(func(_ int, s *goquery.Selection) {
		text := lineOf(s)
		if date, _ := splitDateline(text); date != "" {
			note(s, date)
		} else if date := findDateline(text); date != "" {
			note(s, date)
		}
	})
	for n := range p.doc.Nodes[0].Descendants() {
		if n.Type == html.TextNode && n.Parent != nil && n.Parent.Data != "script" && n.Parent.Data != "style" && len(n.Data) < 4*maxDateline {
			if line := strings.TrimSpace(n.Data); line != "" && isDateline(line) {
				note(goquery.NewDocumentFromNode(n.Parent).Selection, line)
			}
		}
	}
	const most = 6
	if len(after) > 0 {
		before = nil
	}
	list := raws(append(after, before...)...)
	return list[:min(len(list), most)]
}

// isOnlyDate says whether an element shows a date and nothing else, and is no part of a sentence.
func isOnlyDate(s *goquery.Selection) bool {
	text := lineOf(s)
	switch goquery.NodeName(s.Parent()) {
	case "p", "li", "td", "a", "em", "strong":
		return isDateline(text) && sameText(text, lineOf(s.Parent()))
	}
	return isDateline(text) || goquery.NodeName(s) == "time" && utf8.RuneCountInString(text) <= 40
}

// bylineClass is where pages show who wrote an article.
const bylineClass = `[rel~="author"], [itemprop~="author"] [itemprop~="name"], [itemprop~="author"], .author-name, .author_mail, .author .name, .author-info .name, .article-author, .detail-author, .post-author, .byline, .by-line, .author, .tacgia, .tac-gia, .journalist`

// authors: persons that JSON-LD names, then meta elements, then the byline that people see; a publisher that is named as
// author only where no person is.
func (p *page) authors() []hub.DraftAuthor {
	if len(p.ld.people) > 0 && !p.isSite(p.ld.people[0].Name) {
		return p.ld.people
	}
	var list []hub.DraftAuthor
	for _, name := range append(append(p.metas("author"), p.metas("article:author")...), append(p.metas("parsely-author"), append(p.metas("dc.creator"), p.metas("byl")...)...)...) {
		if !isWeb(name) && !p.isSite(name) {
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
	if len(list) > 0 {
		return uniqueAuthors(list)
	}
	return append(p.ld.people, p.ld.groups...)
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

// pictures are those the page names for sharing.
func (p *page) pictures() {
	d := &p.draft
	add := func(pic hub.DraftPicture) {
		if pic.URL == "" || strings.HasPrefix(pic.URL, "data:") || len(d.Pictures) >= maxPictures {
			return
		}
		for i := range d.Pictures {
			have := &d.Pictures[i]
			if resolve(d.Base, have.URL) == resolve(d.Base, pic.URL) {
				have.Width, have.Height = max(have.Width, pic.Width), max(have.Height, pic.Height)
				have.Alt, have.Credit = first(have.Alt, pic.Alt), first(have.Credit, pic.Credit)
				if have.Caption.Value == "" {
					have.Caption = pic.Caption
				}
				return
			}
		}
		d.Pictures = append(d.Pictures, pic)
	}
	for i, link := range append(p.metas("og:image"), p.metas("og:image:url")...) {
		pic := hub.DraftPicture{URL: link}
		if i == 0 {
			pic.Width, pic.Height = number(p.meta("og:image:width")), number(p.meta("og:image:height"))
			pic.Alt, pic.Type = p.meta("og:image:alt"), p.meta("og:image:type")
		}
		add(pic)
	}
	for _, pic := range p.ld.images {
		add(pic)
	}
	if len(d.Pictures) == 0 {
		add(hub.DraftPicture{URL: first(p.meta("twitter:image"), p.meta("twitter:image:src"), p.attr(`link[rel="image_src"]`, "href"))})
	}
	if len(d.Pictures) > 0 {
		d.Image = d.Pictures[0]
	}
}

func (p *page) keywords() []string {
	var list []string
	for _, name := range []string{"article:section", "news_keywords", "keywords"} {
		for _, v := range p.metas(name) {
			list = append(list, strings.Split(v, ",")...)
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
