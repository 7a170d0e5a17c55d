package web

import (
	"bytes"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"sync"

	"tinhub/internal/hub"
)

// templates are the pages; each file of templates/ is one, over the frame they share.
type templates struct {
	front, sections, section, item, trouble, embed *template.Template
}

func parseTemplates() (*templates, error) {
	frame, err := template.ParseFS(files, "templates/frame.html", "templates/parts.html")
	if err != nil {
		return nil, fmt.Errorf("web: read the pages' frame: %w", err)
	}
	t := &templates{}
	for name, into := range map[string]**template.Template{
		"front": &t.front, "sections": &t.sections, "section": &t.section, "item": &t.item, "trouble": &t.trouble,
	} {
		page, err := frame.Clone()
		if err == nil {
			page, err = page.ParseFS(files, "templates/"+name+".html")
		}
		if err != nil {
			return nil, fmt.Errorf("web: read the page %s: %w", name, err)
		}
		*into = page.Lookup("frame")
	}
	t.embed, err = template.ParseFS(files, "templates/embed.html")
	if err != nil {
		return nil, fmt.Errorf("web: read the embed's page: %w", err)
	}
	return t, nil
}

// pageSlot keeps the newest rendering of one page, until something it shows is replaced.
type pageSlot struct {
	mu    sync.Mutex
	of    []*hub.Snapshot
	read  []hub.ID // the most read, which views change and no event
	ready *ready
}

// cached gives the page made of these snapshots and most-read items, rendering it where it is new. Requests that come
// meanwhile wait, so that a page is rendered once.
func (p *pageSlot) cached(of []*hub.Snapshot, read []hub.ID, render func() (*ready, error)) (*ready, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ready != nil && slices.Equal(p.of, of) && slices.Equal(p.read, read) {
		return p.ready, nil
	}
	rd, err := render()
	if err != nil {
		return nil, err
	}
	p.of, p.read, p.ready = of, read, rd
	return rd, nil
}

// pagePolicy lets a page load our style sheet and pictures and media from where the articles have them, and nothing
// else: no script runs on it, whatever an article's text holds.
const pagePolicy = "default-src 'none'; style-src 'self'; img-src http: https: data:; media-src http: https:; " +
	"base-uri 'none'; form-action 'none'; "

// pageFields are the header fields of a page.
func (s *server) pageFields() []field {
	return []field{
		{"Content-Security-Policy", []string{pagePolicy + "frame-ancestors 'none'"}},
		{"X-Frame-Options", []string{"DENY"}},
		{"Referrer-Policy", []string{"strict-origin-when-cross-origin"}},
	}
}

func (s *server) pageHeaders(h http.Header) {
	for _, f := range s.pageFields() {
		h[f.name] = f.values
	}
}

func execute(t *template.Template, data any) ([]byte, error) {
	var buf bytes.Buffer
	if err := t.Execute(&buf, data); err != nil {
		return nil, fmt.Errorf("render a page: %w", err)
	}
	return buf.Bytes(), nil
}

// publicPage renders a page that everybody gets alike.
func (s *server) publicPage(t *template.Template, data any) (*ready, error) {
	body, err := execute(t, data)
	if err != nil {
		return nil, err
	}
	return prepare(compressed(typeHTML, body), append(s.pageFields(), field{"Cache-Control", cachePage})...), nil
}

// frame is what every page has.
type frame struct {
	T           *texts
	Lang        string
	Base        string
	Site        hub.Site
	SiteLang    string // of the site's name, where it is another than the page's
	Host        string
	Nav         []navLink
	Front       bool // the masthead is the page's heading
	Title       string
	Description string
	Canonical   string
	NoIndex     bool
	Feeds       []feedLink
	Assets      assetURLs
}

// navLink is a section in the navigation.
type navLink struct {
	Title, Lang, Href string
	Current           bool
}

// feedLink is a feed as browsers and people find it.
type feedLink struct {
	Name, Title, URL string // Name: RSS, Atom or JSON Feed; frame.html knows their types
}

// newFrame begins a page in a language, on the section current ("" for none).
func (s *server) newFrame(language, current string) frame {
	f := frame{
		T: textsFor(language), Lang: language, Base: s.base, Site: s.Site, Host: hostOf(s.Site.URL), Assets: s.urls,
	}
	if f.Lang == "" {
		f.Lang = f.T.Lang
	}
	f.SiteLang = differs(s.Site.Language, f.Lang)
	for _, sec := range s.Sections {
		if sec.ID == hub.AllSection {
			continue
		}
		f.Nav = append(f.Nav, navLink{sec.Title, differs(sec.Language, f.Lang), s.sectionPath(sec.ID), sec.ID == current})
	}
	return f
}

// differs is a language where it is another than the page's, for a lang attribute; else "".
func differs(language, page string) string {
	if language == "" || baseLanguage(language) == baseLanguage(page) {
		return ""
	}
	return language
}
