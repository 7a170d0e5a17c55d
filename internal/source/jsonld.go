package source

import (
	"strings"

	"github.com/PuerkitoBio/goquery"

	"tinhub/internal/hub"
)

// Limits on JSON-LD.
const (
	maxLDBytes = 1 << 20
	maxLDNodes = 5_000
	maxLDDepth = 30

	maxLDScripts = 50 // scripts, and values in one
	maxLDMended  = 10
	maxLDUpdates = 300
)

// linkedData is what a page's JSON-LD says of its article.
type linkedData struct {
	headline, description, body, url, language, publisher string
	published, modified                                   []string
	people, groups                                        []hub.DraftAuthor // authors that are persons, and that are not
	images                                                []hub.DraftPicture
	tags                                                  []string
	paywalled                                             bool
	micro                                                 bool // it is the page's microdata: templates fill that with less care
}

// ldGraph holds all nodes of all scripts, so that {"@id": …} can be followed.
type ldGraph struct {
	nodes []map[string]any
	byID  map[string]map[string]any
}

// linkedData reads the article that the page's JSON-LD describes, else the one that its microdata does.
func (p *page) linkedData() linkedData {
	g := ldGraph{byID: map[string]map[string]any{}}
	total := 0
	p.doc.Find(`script[type*="ld+json" i]`).EachWithBreak(func(i int, s *goquery.Selection) bool {
		text := s.Text()
		if total += len(text); len(text) > maxLDBytes || total > 2*maxLDBytes {
			p.notes.add("JSON-LD of more than a megabyte was not read")
			return false
		}
		values, how := ldValues(text)
		for _, v := range values {
			g.collect(v, 0)
		}
		switch {
		case len(values) == 0 && strings.TrimSpace(text) != "":
			p.notes.add("a block of JSON-LD cannot be read")
		case how != "":
			p.step("JSON-LD mended", "jsonld", text, how)
		}
		return i < maxLDScripts
	})
	best, micro := p.ownArticle(&g, g.nodes), false
	if best == nil || ldScore(best) < scoreArticle {
		if item := p.ownArticle(&g, p.microdata()); item != nil && (best == nil || ldScore(item) >= scoreArticle) {
			best, micro = item, true
		}
	}
	if best == nil {
		return linkedData{}
	}
	d := g.article(best)
	d.micro = micro
	for _, n := range g.nodes { // the page, not the article, often says what it costs
		if _, said := best["isAccessibleForFree"]; !said && ldScore(n) == scorePage && isFalse(n["isAccessibleForFree"]) {
			d.paywalled = true
		}
	}
	return d
}

// ownArticle is the article that is the page's own: of several that whose address or headline is the page's, then the
// first. It is nil where there is none.
func (p *page) ownArticle(g *ldGraph, nodes []map[string]any) map[string]any {
	h1 := lineOf(p.doc.Find("h1").First())
	var best map[string]any
	score := 0
	for _, n := range nodes {
		at := ldScore(n)
		if at == 0 {
			continue
		}
		if u := first(g.text(n["url"]), g.idOf(n["mainEntityOfPage"])); u != "" && p.in.URL != "" && strings.TrimSuffix(u, "/") == strings.TrimSuffix(p.in.URL, "/") {
			at += 4
		}
		if h := g.text(n["headline"]); h != "" && (within(h1, strings.TrimRight(h, ". …")) || within(h, h1)) {
			at += 2
		}
		if at > score {
			best, score = n, at
		}
	}
	return best
}

// What nodes are worth: an article, and a page that has a date.
const (
	scoreArticle = 10
	scorePage    = 3
)

// ldScore: an article is worth more than a page that has a date.
func ldScore(n map[string]any) int {
	for _, t := range ldTypes(n["@type"]) {
		switch t = t[strings.LastIndexAny(t, "/:#")+1:]; {
		case strings.HasSuffix(t, "Article"), strings.HasSuffix(t, "Posting"), t == "Report", t == "Review":
			return scoreArticle
		case t == "WebPage" && (n["datePublished"] != nil || n["isAccessibleForFree"] != nil):
			return scorePage
		case strings.HasSuffix(t, "Object") && t != "ImageObject" && n["uploadDate"] != nil, t == "PodcastEpisode", t == "MediaGallery", t == "ImageGallery":
			return 2
		}
	}
	return 0
}

func ldTypes(v any) []string {
	switch t := v.(type) {
	case string:
		return []string{t}
	case []any:
		var list []string
		for _, e := range t {
			if s, ok := e.(string); ok {
				list = append(list, s)
			}
		}
		return list
	}
	return nil
}

func (g *ldGraph) collect(v any, depth int) {
	if depth > maxLDDepth || len(g.nodes) > maxLDNodes {
		return
	}
	switch t := v.(type) {
	case []any:
		for _, e := range t {
			g.collect(e, depth+1)
		}
	case map[string]any:
		if t["@type"] != nil {
			g.nodes = append(g.nodes, t)
			if id, ok := t["@id"].(string); ok && g.byID[id] == nil {
				g.byID[id] = t
			}
		}
		for _, key := range []string{"@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "author", "creator", "image", "publisher", "hasPart", "isPartOf", "video", "about", "liveBlogUpdate"} {
			if t[key] != nil {
				g.collect(t[key], depth+1)
			}
		}
	}
}

// node follows a reference to the node it means.
func (g *ldGraph) node(v any) map[string]any {
	m, ok := v.(map[string]any)
	if !ok {
		return nil
	}
	if id, ok := m["@id"].(string); ok && len(m) <= 2 && g.byID[id] != nil {
		return g.byID[id]
	}
	return m
}

func (g *ldGraph) idOf(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	if m, ok := v.(map[string]any); ok {
		return first(g.text(m["@id"]), g.text(m["url"]))
	}
	return ""
}

// text is a value as a string: of a list the first, of an object its @value or name.
func (g *ldGraph) text(v any) string {
	switch t := v.(type) {
	case string:
		return strings.TrimSpace(t)
	case []any:
		if len(t) > 0 {
			return g.text(t[0])
		}
	case map[string]any:
		m := g.node(t)
		if s, ok := m["@value"].(string); ok {
			return s
		}
		if s, ok := m["name"].(string); ok {
			return s
		}
	}
	return ""
}

func each(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	if v == nil {
		return nil
	}
	return []any{v}
}

func (g *ldGraph) article(n map[string]any) linkedData {
	d := linkedData{
		headline: first(g.text(n["headline"]), g.text(n["name"])), description: g.text(n["description"]), body: g.text(n["articleBody"]),
		url: first(g.text(n["url"]), g.idOf(n["mainEntityOfPage"])), language: g.text(n["inLanguage"]), publisher: g.text(n["publisher"]),
		published: raws(g.text(n["datePublished"]), g.text(n["dateCreated"]), g.text(n["uploadDate"]), g.text(n["coverageStartTime"])), modified: raws(g.text(n["dateModified"])),
	}
	if d.body == "" {
		d.body = g.updates(n)
	}
	for _, a := range each(first2(n["author"], n["creator"])) {
		g.author(&d, a)
	}
	for _, v := range each(first2(n["image"], n["thumbnailUrl"])) {
		if pic := g.picture(v); pic.URL != "" && len(d.images) < maxPictures {
			d.images = append(d.images, pic)
		}
	}
	for _, key := range []string{"articleSection", "keywords"} {
		for _, v := range each(n[key]) {
			d.tags = append(d.tags, strings.Split(g.text(v), ",")...)
		}
	}
	d.tags = raws(d.tags...)
	d.paywalled = isFalse(n["isAccessibleForFree"])
	for _, part := range each(n["hasPart"]) {
		if m := g.node(part); m != nil && isFalse(m["isAccessibleForFree"]) {
			d.paywalled = true
		}
	}
	return d
}

// updates are the entries of a live blog, for pages that show none of them.
func (g *ldGraph) updates(n map[string]any) string {
	var sb strings.Builder
	for i, v := range each(n["liveBlogUpdate"]) {
		m := g.node(v)
		if m == nil || i >= maxLDUpdates {
			break
		}
		for _, t := range raws(g.text(m["headline"]), g.text(m["articleBody"])) {
			sb.WriteString(t)
			sb.WriteString("\n\n")
		}
	}
	return strings.TrimSpace(sb.String())
}

func first2(a, b any) any {
	if a != nil {
		return a
	}
	return b
}

func (g *ldGraph) author(d *linkedData, v any) {
	if s, ok := v.(string); ok {
		if !isWeb(s) && strings.TrimSpace(s) != "" {
			d.people = append(d.people, hub.DraftAuthor{Name: strings.TrimSpace(s)})
		}
		return
	}
	m := g.node(v)
	if m == nil {
		return
	}
	names := each(m["name"])
	if len(names) == 0 {
		names = each(strings.TrimSpace(g.text(m["givenName"]) + " " + g.text(m["familyName"])))
	}
	for _, name := range names {
		a := hub.DraftAuthor{Name: g.text(name), URL: first(g.text(m["url"]), g.text(m["sameAs"])), Email: g.text(m["email"])}
		if a.Name == "" {
			continue
		}
		person := true
		for _, t := range ldTypes(m["@type"]) {
			person = person && !strings.HasSuffix(t, "Organization")
		}
		if person {
			d.people = append(d.people, a)
		} else {
			d.groups = append(d.groups, a)
		}
	}
}

func (g *ldGraph) picture(v any) hub.DraftPicture {
	if s, ok := v.(string); ok {
		return hub.DraftPicture{URL: strings.TrimSpace(s)}
	}
	m := g.node(v)
	if m == nil {
		return hub.DraftPicture{}
	}
	return hub.DraftPicture{
		URL: first(g.text(m["url"]), g.text(m["contentUrl"])), Width: ldNumber(m["width"]), Height: ldNumber(m["height"]),
		Caption: sniffed(g.text(m["caption"])), Credit: g.text(first2(m["creditText"], m["creator"])),
	}
}

func ldNumber(v any) int {
	switch t := v.(type) {
	case float64:
		if t > 0 && t <= 100_000 {
			return int(t)
		}
	case string:
		return number(t)
	case map[string]any:
		return ldNumber(t["value"])
	}
	return 0
}

func isFalse(v any) bool {
	switch t := v.(type) {
	case bool:
		return !t
	case string:
		s := strings.ToLower(t)
		return s == "false" || strings.HasSuffix(s, "/false")
	}
	return false
}
