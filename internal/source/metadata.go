package source

import (
	"regexp"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"tinhub/internal/hub"
)

// aside is what stands around an article: what is in it says nothing of the article.
const aside = "aside, nav, footer, .related, .sidebar, [class*='related'], [class*='sidebar'], [id*='sidebar'], [class*='most-'], [class*='xem-nhieu'], [class*='tin-lien-quan'], [class*='comment'], [id*='comment']"

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

// maxEditions bounds the other editions of an article.
const maxEditions = 100

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
		if lang = strings.TrimSpace(lang); lang == "" || len(d.Alternates) >= maxEditions || strings.EqualFold(lang, "x-default") || primary(lang) == own || self {
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

var editionHome = regexp.MustCompile(`^(?:https?://[^/]+)?/?(?:(?:ar|cs|da|de|el|en|es|fi|fr|he|hi|hu|id|it|ja|jp|km|ko|kr|lo|ms|nl|no|pl|pt|ro|ru|sv|th|tr|uk|vi|vn|zh|cn)(?:-[a-z]{2})?/?)?(?:index\.\w+)?$`)

// isEditionHome: a link to another edition's front page is the site's switch, not this article's other edition.
func isEditionHome(link string) bool { return editionHome.MatchString(strings.ToLower(link)) }
