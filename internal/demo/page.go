package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html/template"
	"strings"
	"time"
)

// view is what a template sees of an article.
type view struct {
	Site, Paper, Motto          string
	URL, Feed, Path             string
	Language, Locale            string
	Section, SectionID          string
	Title, Lead, Author         string
	Published, Modified         time.Time
	Corrected                   bool
	Tags                        []string
	Picture                     picture
	PictureURL                  string
	Blocks                      []block
	PairURL, PairLanguage       string
	PairTitle                   string
	LD                          template.JS
	Menu                        []entry
	More                        []entry
	Pixel                       string // of the view counter; only on pages that are served
	PictureWidth, PictureHeight int
}

// entry is a link with its text.
type entry struct {
	Title, URL, Language string
	Here                 bool
}

// view makes an article ready for a template.
func (n *Newsroom) view(a *article) (view, error) {
	ld, err := n.linkedData(a)
	if err != nil {
		return view{}, err
	}
	v := view{
		Site: n.site, Paper: paper, Motto: motto, URL: n.address(a), Feed: n.site + "/feeds/" + a.section.id + ".rss",
		Language: a.section.language, Locale: map[string]string{"vi": "vi_VN", "en": "en_GB"}[a.section.language],
		Section: a.section.title, SectionID: a.section.id, Title: a.title, Lead: a.lead, Author: a.author,
		Published: a.published, Modified: a.updated(), Corrected: !a.modified.IsZero(), Tags: a.tags, Picture: a.picture,
		LD: ld, Menu: n.menu(a.section), More: n.more(a), PictureWidth: pictureWidth, PictureHeight: pictureHeight,
	}
	if a.picture.File != "" {
		v.PictureURL = n.pictureURL(a.picture)
	}
	for _, b := range a.blocks {
		if b.Kind == "picture" {
			b.Src = n.pictureURL(b.Picture)
		}
		v.Blocks = append(v.Blocks, b)
	}
	if a.pair != nil {
		v.PairURL, v.PairLanguage, v.PairTitle = n.address(a.pair), a.pair.section.language, a.pair.title
	}
	return v, nil
}

func (n *Newsroom) pictureURL(p picture) string { return n.site + "/demo/pictures/" + p.File }

// menu links the paper's sections.
func (n *Newsroom) menu(here *section) []entry {
	var out []entry
	for _, s := range n.sections {
		out = append(out, entry{Title: s.title, URL: n.site + "/demo/#" + s.id, Language: s.language, Here: s == here})
	}
	return out
}

// more links five other articles in the language, newest first: the furniture a real page has beside its text.
func (n *Newsroom) more(a *article) []entry {
	var out []entry
	for _, other := range n.articles {
		if other != a && other.section.language == a.section.language && len(out) < 5 {
			out = append(out, entry{Title: other.title, URL: n.address(other), Language: other.section.language})
		}
	}
	return out
}

// linkedData is the article's schema.org NewsArticle.
func (n *Newsroom) linkedData(a *article) (template.JS, error) {
	ld := map[string]any{
		"@context": "https://schema.org", "@type": "NewsArticle",
		"headline": a.title, "description": a.lead, "inLanguage": a.section.language, "articleSection": a.section.title,
		"datePublished": a.published.Format(time.RFC3339), "dateModified": a.updated().Format(time.RFC3339),
		"mainEntityOfPage": map[string]string{"@type": "WebPage", "@id": n.address(a)},
		"author":           []map[string]string{{"@type": "Person", "name": a.author}},
		"publisher": map[string]any{
			"@type": "NewsMediaOrganization", "name": paper,
			"logo": map[string]string{"@type": "ImageObject", "url": n.site + "/demo/logo.png"},
		},
		"keywords": a.tags,
	}
	var images []map[string]any
	for _, p := range a.pictures() {
		images = append(images, map[string]any{
			"@type": "ImageObject", "url": n.pictureURL(p), "caption": caption(p, a.section.language), "creditText": p.Credit,
			"width": pictureWidth, "height": pictureHeight,
		})
	}
	if images != nil {
		ld["image"] = images
	}
	b, err := json.Marshal(ld) // escapes < and >, so that no text ends the script element
	if err != nil {
		return "", fmt.Errorf("write the linked data of %s: %w", a.name(), err)
	}
	return template.JS(b), nil //nolint:gosec // JSON of our own
}

// render writes an article's page. Only a page that is served counts its readers.
func (n *Newsroom) render(a *article, served bool) ([]byte, error) {
	v, err := n.view(a)
	if err != nil {
		return nil, err
	}
	if served {
		v.Pixel = n.site + "/views.gif?id=" + n.id(a).Bare()
	}
	var b bytes.Buffer
	if err := n.page.Execute(&b, v); err != nil {
		return nil, fmt.Errorf("render %s: %w", a.name(), err)
	}
	return b.Bytes(), nil
}

// frontView is what the front page's template sees.
type frontView struct {
	Site, Paper, Motto string
	Lead               view
	Sections           []frontSection
}

type frontSection struct {
	ID, Title, Description, Language string
	Articles                         []view
}

// renderFront writes the front page: the first section's newest article large, then every section.
func (n *Newsroom) renderFront() ([]byte, error) {
	f := frontView{Site: n.site, Paper: paper, Motto: motto}
	for _, s := range n.sections {
		shelf := frontSection{ID: s.id, Title: s.title, Description: s.description, Language: s.language}
		for _, a := range n.articles {
			if a.section != s {
				continue
			}
			v, err := n.view(a)
			if err != nil {
				return nil, err
			}
			if f.Lead.URL == "" && v.PictureURL != "" {
				f.Lead = v
				continue
			}
			shelf.Articles = append(shelf.Articles, v)
		}
		f.Sections = append(f.Sections, shelf)
	}
	var b bytes.Buffer
	if err := n.front.Execute(&b, f); err != nil {
		return nil, fmt.Errorf("render the demo's front page: %w", err)
	}
	return b.Bytes(), nil
}

// caption is a picture's caption as it is printed, with who took the picture.
func caption(p picture, language string) string {
	return p.Caption + " (" + words(language, "credit") + p.Credit + ")"
}

// when writes a time as the language does.
func when(t time.Time, language string) string {
	if language == "vi" {
		return t.Format("15:04, 02/01/2006")
	}
	return t.Format("2 January 2006, 15:04")
}

// words gives the paper's own words around an article in its language.
func words(language, key string) string {
	table := map[string][2]string{
		"by":        {"Bài: ", "By "},
		"updated":   {"Cập nhật: ", "Updated "},
		"credit":    {"Ảnh: ", "Picture: "},
		"note":      {"Đính chính: ", "Correction: "},
		"more":      {"Tin xem nhiều", "Most read"},
		"pair":      {"Đọc bằng tiếng Anh", "Read in Vietnamese"},
		"subscribe": {"Theo dõi mục này", "Follow this section"},
		"sample":    {"Tờ báo, con người và địa danh trong bản dùng thử này là hư cấu.", "The paper, its people and its places are invented for this demonstration."},
		"menu":      {"Chuyên mục", "Sections"},
	}
	pair := table[key]
	if strings.HasPrefix(language, "vi") {
		return pair[0]
	}
	return pair[1]
}
