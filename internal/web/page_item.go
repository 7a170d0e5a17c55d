package web

import (
	"context"
	"html"
	"html/template"
	"net/url"
	"slices"
	"strings"
	"time"

	"tinhub/internal/hub"
)

// itemData is an item's page.
type itemData struct {
	frame
	Item       hub.Record
	Body       template.HTML // sanitised by package clean, the only maker of items
	Paragraphs []string      // instead of Body, where the item has only text
	Lead       string
	Hero       *hub.Picture
	Gallery    []hub.Picture
	Captions   []string
	Byline     string
	Time       string
	DateTime   string
	Updated    string
	UpdatedAt  string
	Original   string
	From       string // Original's host
	Readings   string
	Crumbs     []navLink
	Related    []card
	Others     []hub.Alternate
	LD         map[string]any // schema.org NewsArticle
	OGImage    string
	Section    string
}

const relatedItems = 5

// itemPage renders an item for people.
func (s *server) itemPage(ctx context.Context, r hub.Record, counts *hub.ViewCounts) (*hub.Feed, error) {
	body, err := execute(s.pages.item, s.itemData(ctx, r, counts))
	if err != nil {
		return nil, err
	}
	return light(typeHTML, body), nil
}

func (s *server) itemData(ctx context.Context, r hub.Record, counts *hub.ViewCounts) *itemData {
	language := r.Language
	if language == "" {
		language = s.Site.Language
	}
	d := &itemData{frame: s.newFrame(language, ""), Item: r}
	d.Title, d.Description = r.Title, summaryOf(&r, brief)
	if d.Title == "" {
		d.Title = d.T.NoTitle
	}
	d.Canonical = s.Site.URL + "/items/" + r.ID.Bare()
	d.Lead = r.Summary
	d.story(&r)
	d.pictures(&r)
	d.Time, d.DateTime = s.stamp(r.Published, d.T)
	if r.Modified.Sub(r.Published) > time.Minute {
		d.Updated, d.UpdatedAt = s.stamp(r.Modified, d.T)
	}
	var names []string
	for _, a := range r.Authors {
		if a.Name != "" {
			names = append(names, a.Name)
		}
	}
	d.Byline = strings.Join(names, ", ")
	if safeLink(r.URL) {
		d.Original, d.From = s.base+"/go/"+r.ID.Bare(), hostOf(r.URL)
		d.Canonical = r.URL // the article's own address is the one to be found under
	}
	for _, a := range r.Alternates {
		if safeLink(a.URL) {
			d.Others = append(d.Others, a)
		}
	}
	if counts != nil && counts.Total > 0 {
		d.Readings = d.T.number(counts.Total)
	}
	s.placeItem(ctx, d, &r)
	d.LD = s.linkedData(d, &r)
	return d
}

func (d *itemData) story(r *hub.Record) {
	if r.ContentHTML != "" {
		d.Body = template.HTML(r.ContentHTML) //nolint:gosec // see itemData.Body; pagePolicy stands behind it
		return
	}
	for line := range strings.SplitSeq(r.ContentText, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			d.Paragraphs = append(d.Paragraphs, line)
		}
	}
}

// pictures shows each picture once: those in the body stand there, the main one on top, the others below, and captions
// that belong to no picture we have at the end.
func (d *itemData) pictures(r *hub.Record) {
	inBody := func(u string) bool { return strings.Contains(r.ContentHTML, html.EscapeString(u)) }
	pics := slices.DeleteFunc(slices.Clone(r.Pictures), func(p hub.Picture) bool { return !safeLink(p.URL) || inBody(p.URL) })
	if safeLink(r.Image) {
		d.OGImage = r.Image
		if !inBody(r.Image) {
			i := slices.IndexFunc(pics, func(p hub.Picture) bool { return p.URL == r.Image })
			if i >= 0 {
				hero := pics[i]
				d.Hero, pics = &hero, slices.Delete(pics, i, i+1)
			} else {
				d.Hero = &hub.Picture{URL: r.Image}
			}
		}
	}
	d.Gallery = pics
	for _, c := range r.Captions {
		under := func(p hub.Picture) bool { return p.Caption == c }
		if c != "" && !slices.ContainsFunc(r.Pictures, under) && !strings.Contains(r.ContentHTML, html.EscapeString(c)) {
			d.Captions = append(d.Captions, c)
		}
	}
}

// placeItem fills in where the item stands and what stands beside it.
func (s *server) placeItem(ctx context.Context, d *itemData, r *hub.Record) {
	for _, id := range r.Sections {
		sec, ok := s.sections[id]
		if !ok || id == hub.AllSection {
			continue
		}
		d.Crumbs = append(d.Crumbs, navLink{sec.Title, differs(sec.Language, d.Lang), s.sectionPath(id), false})
		if d.Section != "" {
			continue
		}
		d.Section = sec.Title
		d.Feeds = s.feedLinks(id, sec.Title)
		snap, err := s.Feeds.Snapshot(ctx, id)
		if err != nil {
			continue // the page is whole without its neighbours
		}
		for i := range snap.Items {
			if snap.Items[i].ID != r.ID && len(d.Related) < relatedItems {
				d.Related = append(d.Related, s.cardOf(&snap.Items[i], d.T, d.Lang))
			}
		}
	}
	for i := range d.Nav {
		d.Nav[i].Current = slices.ContainsFunc(d.Crumbs, func(c navLink) bool { return c.Href == d.Nav[i].Href })
	}
	if d.Feeds == nil {
		d.Feeds = s.feedLinks(hub.AllSection, s.Site.Title)
	}
}

// linkedData describes the item in schema.org's words.
func (s *server) linkedData(d *itemData, r *hub.Record) map[string]any {
	publisher := map[string]any{"@type": "NewsMediaOrganization", "name": s.Site.Title, "url": s.Site.URL}
	if s.Site.Image != "" {
		publisher["logo"] = map[string]any{"@type": "ImageObject", "url": s.Site.Image}
	}
	ld := map[string]any{
		"@context": "https://schema.org", "@type": "NewsArticle", "headline": clip(d.Title, 110),
		"mainEntityOfPage": d.Canonical, "inLanguage": d.Lang, "publisher": publisher, "identifier": string(r.ID),
		"isAccessibleForFree": !r.Paywalled,
	}
	for name, value := range map[string]string{"datePublished": d.DateTime, "description": d.Description, "articleSection": d.Section} {
		if value != "" {
			ld[name] = value
		}
	}
	if !r.Modified.IsZero() {
		ld["dateModified"] = r.Modified.Format(time.RFC3339)
	}
	if d.OGImage != "" {
		ld["image"] = []string{d.OGImage}
	}
	if len(r.Tags) > 0 {
		ld["keywords"] = r.Tags
	}
	var people []map[string]any
	for _, a := range r.Authors {
		if a.Name != "" {
			people = append(people, map[string]any{"@type": "Person", "name": a.Name})
		}
	}
	if people != nil {
		ld["author"] = people
	}
	return ld
}

// embedHref is an item's address for another site's page.
func (s *server) embedHref(id hub.ID, partner string) string {
	href := s.Site.URL + "/go/" + id.Bare()
	if partner != "" {
		href += "?from=" + url.QueryEscape(partner)
	}
	return href
}
