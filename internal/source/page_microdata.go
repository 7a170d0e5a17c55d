package source

import (
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// Limits on microdata.
const (
	maxMicroItems = 50     // articles of one page
	maxMicroNodes = 20_000 // elements looked at in them
)

// microdata gives the articles that a page describes by itemscope and itemprop in the shape that JSON-LD has, so that
// one reading serves both. The text itself is not taken from there.
func (p *page) microdata() []map[string]any {
	var list []map[string]any
	left := maxMicroNodes
	p.doc.Find("[itemscope][itemtype]").EachWithBreak(func(_ int, s *goquery.Selection) bool {
		item := newMicroItem(s.Nodes[0])
		if ldScore(item) > 0 && s.Closest(aside).Length() == 0 {
			fillMicroItem(item, s.Nodes[0], &left, 0)
			list = append(list, item)
		}
		return len(list) < maxMicroItems
	})
	return list
}

func newMicroItem(n *html.Node) map[string]any {
	var types []any
	for _, t := range strings.Fields(attribute(n, "itemtype")) {
		types = append(types, t[strings.LastIndexAny(t, "/:#")+1:])
	}
	item := map[string]any{"@type": types}
	if id := attribute(n, "itemid"); id != "" {
		item["@id"] = id
	}
	return item
}

// fillMicroItem puts the properties below n into an item.
func fillMicroItem(item map[string]any, n *html.Node, left *int, depth int) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if *left--; *left < 0 || depth > maxOpen+maxInner {
			return
		}
		if c.Type != html.ElementNode {
			continue
		}
		names := strings.Fields(attribute(c, "itemprop"))
		if _, scope := attributeIs(c, "itemscope"); scope {
			if len(names) > 0 {
				value := newMicroItem(c)
				fillMicroItem(value, c, left, depth+1)
				setMicro(item, names, value)
			}
			continue
		}
		if value := microValue(c, names); value != "" {
			setMicro(item, names, value)
		}
		fillMicroItem(item, c, left, depth+1)
	}
}

func setMicro(item map[string]any, names []string, value any) {
	for _, name := range names {
		switch have := item[name].(type) {
		case nil:
			item[name] = value
		case []any:
			if len(have) < maxPictures {
				item[name] = append(have, value)
			}
		default:
			item[name] = []any{have, value}
		}
	}
}

// microValue is what one property says: an attribute where its element has one for it, else its text. "" for what is too
// long, and for names without a scope of their own, which are bylines to be read as such.
func microValue(n *html.Node, names []string) string {
	text := false
	for _, name := range names {
		switch name {
		case "articleBody", "text", "comment", "author", "creator":
			return ""
		case "name", "headline", "alternativeHeadline", "description", "articleSection", "keywords", "caption":
			text = true
		}
	}
	if len(names) == 0 {
		return ""
	}
	keys := []string{"content", "datetime", "href", "src", "value"}
	if n.Data == "abbr" {
		keys = append(keys, "title")
	}
	if text {
		keys = keys[:1]
	}
	for _, key := range keys {
		if v := strings.TrimSpace(attribute(n, key)); v != "" && len(v) <= maxMetaBytes {
			return v
		}
	}
	chars := 0
	for c := range n.Descendants() {
		if chars += len(c.Data); chars > maxMetaBytes {
			return ""
		}
	}
	return lineOfNode(n)
}

// attributeIs is the value of an attribute, and whether there is one.
func attributeIs(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val, true
		}
	}
	return "", false
}
