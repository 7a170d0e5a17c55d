package source

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
)

// ldEntry is one article that a page's JSON-LD lists.
type ldEntry struct{ href, title, date, image, summary string }

// readLists takes the lists of articles from the page's JSON-LD: ItemList, and what a collection or a blog is made of.
func (l *listing) readLists() {
	l.ld = map[string]ldEntry{}
	l.doc.Find(`script[type*="ld+json" i]`).Each(func(_ int, s *goquery.Selection) {
		text := s.Text()
		if len(text) > maxLDBytes {
			return
		}
		var v any
		if json.Unmarshal([]byte(text), &v) != nil {
			if mended, _ := looseJSON([]byte(text)); json.Unmarshal(mended, &v) != nil {
				return
			}
		}
		g := ldGraph{byID: map[string]map[string]any{}}
		g.collect(v, 0)
		for _, n := range g.nodes {
			l.readList(&g, n)
		}
	})
}

func (l *listing) readList(g *ldGraph, n map[string]any) {
	parts := ""
	for _, t := range ldTypes(n["@type"]) {
		switch t[strings.LastIndexAny(t, "/:#")+1:] {
		case "ItemList":
			parts = "itemListElement"
		case "CollectionPage":
			l.lists, parts = true, "hasPart"
		case "Blog":
			parts = "blogPost"
		}
	}
	if parts == "" {
		return
	}
	for _, v := range each(n[parts]) {
		m := g.node(v)
		if m == nil {
			continue
		}
		e := ldEntry{href: first(g.text(m["url"]), g.idOf(m["item"]), g.idOf(m["mainEntityOfPage"])), title: first(g.text(m["headline"]), g.text(m["name"]))}
		if item := g.node(m["item"]); item != nil {
			m = item
			e.href, e.title = first(e.href, g.text(m["url"])), first(e.title, g.text(m["headline"]), g.text(m["name"]))
		}
		e.date, e.summary, e.image = g.text(m["datePublished"]), g.text(m["description"]), g.picture(first2(m["image"], m["thumbnailUrl"])).URL
		key, _, ok := l.key(e.href)
		if ok && !slices.Contains(l.ldKeys, key) && len(l.ldKeys) < maxListed {
			l.ld[key] = e
			l.ldKeys = append(l.ldKeys, key)
		}
	}
	l.lists = l.lists || len(l.ldKeys) > 3
}
