package clean

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"

	"tinhub/internal/hub"
)

// maxLayers is how many times over a title may be escaped; sources manage three.
const maxLayers = 8

// plain makes one line of plain text out of a text that may be markup, may say that it is not, and may be escaped more
// than once. A tag that a plain text only speaks of stays: nothing but a pair around text, or a line break, is taken for
// markup where the text says it has none.
func plain(t hub.Text) string {
	s := line(t.Value)
	if t.HTML {
		s = line(decode(stripTags(unwritten.ReplaceAllString(s, " "))))
	}
	for range maxLayers {
		next := line(decodeVisible(stripPairs(s)))
		if next == s {
			break
		}
		s = next
	}
	return s
}

// About settles what a document says of itself: its title as plain text, its language as BCP 47, its addresses absolute and
// canonical, each "" where there is no such one.
func About(doc hub.Document, s Setting) hub.Document {
	doc.Title = cut(short(hub.Text{Value: doc.Title, HTML: true}), maxTitle)
	doc.Language = languageTag(doc.Language)
	doc.Feed, _ = canonicalURL(s.Source.URL, doc.Feed)
	base := doc.Feed
	if base == "" {
		base = s.Source.URL
	}
	doc.Home, _ = canonicalURL(base, doc.Home)
	return doc
}

// maxRaw is how much of a title, name or label is looked at, in bytes: far more than is kept of it.
const maxRaw = 64 << 10

// short is plain for what is cut to a bound anyway.
func short(t hub.Text) string {
	if len(t.Value) > maxRaw {
		t.Value = strings.ToValidUTF8(t.Value[:maxRaw], "")
	}
	return plain(t)
}

// decodeVisible is decode but for entities that are seen only as written: a plain title may speak of &nbsp;.
func decodeVisible(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return entity.ReplaceAllStringFunc(s, func(e string) string {
		if d := html.UnescapeString(e); line(d) != "" {
			return d
		}
		return e
	})
}

// stripTags takes the tags, comments and scripts out of markup. What looks like a tag but is none HTML knows stays.
func stripTags(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(s))
	skip := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			b.Write(z.Raw()) // a "<" that opens nothing
			return b.String()
		case html.TextToken:
			if !skip {
				b.Write(z.Raw())
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			raw := string(z.Raw())
			name, _ := z.TagName()
			switch tag := tags[string(name)]; {
			case tag == 0:
				b.WriteString(raw)
			case tag == dropped:
				skip = !strings.HasPrefix(raw, "</") && (string(name) == "script" || string(name) == "style")
			case tag != inline && tag != transparent:
				b.WriteByte(' ')
			}
		}
	}
}

var (
	pair      = regexp.MustCompile(`(?is)<(a|abbr|b|big|cite|code|em|font|i|mark|p|q|s|small|span|strong|sub|sup|u|h[1-6]|div)(?:\s[^<>]*)?>([^<>]*[\p{L}\p{N}][^<>]*)</([a-z0-9]+)\s*>`)
	code      = regexp.MustCompile(`(?is)<(?:script|style)\b[^<>]*>.*?</(?:script|style)\s*>`)
	unwritten = regexp.MustCompile(`(?is)<svg\b[^<>]*>.*?</svg\s*>|<!--.*?-->`)
	spacedTag = regexp.MustCompile(`</?[a-zA-Z][a-zA-Z0-9-]*:[a-zA-Z][a-zA-Z0-9-]*(?:\s[^<>]*)?/?>`)
	bareTag   = regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9-]*)\s*/?>`)
	dressed   = regexp.MustCompile(`<([a-zA-Z][a-zA-Z0-9]*)[\s/][^<>]*=[^<>]*>`)
	lineBreak = regexp.MustCompile(`(?i)<(?:br|wbr)\s*/?>`)
)

// stripPairs takes out tags that stand in pairs around text, from the inside out, tags with attributes, scripts, line breaks.
func stripPairs(s string) string {
	if !strings.Contains(s, "<") {
		return s
	}
	s = lineBreak.ReplaceAllString(s, " ")
	for range maxLayers {
		next := pair.ReplaceAllStringFunc(s, func(m string) string {
			g := pair.FindStringSubmatch(m)
			if !strings.EqualFold(g[1], g[3]) {
				return m
			}
			return g[2]
		})
		if next == s {
			break
		}
		s = next
	}
	s = unwritten.ReplaceAllString(code.ReplaceAllString(s, " "), " ")
	s = bareTags(spacedTag.ReplaceAllString(s, ""))
	return dressed.ReplaceAllStringFunc(s, func(m string) string {
		if tags[strings.ToLower(dressed.FindStringSubmatch(m)[1])] == 0 {
			return m
		}
		return " "
	})
}

// bareTags takes out the end tags of known elements, and the start tags that such an end follows: a title that speaks of an
// element names its start alone.
func bareTags(s string) string {
	if !strings.Contains(s, "</") {
		return s
	}
	last := map[string]int{} // where an element's last end tag stands
	all := bareTag.FindAllStringSubmatchIndex(s, -1)
	for _, at := range all {
		if at[3] > at[2] {
			last[strings.ToLower(s[at[4]:at[5]])] = at[0]
		}
	}
	var b strings.Builder
	end := 0
	for _, at := range all {
		name := strings.ToLower(s[at[4]:at[5]])
		tag := tags[name]
		if to, ok := last[name]; tag == 0 || !ok || to < at[0] {
			continue
		}
		b.WriteString(s[end:at[0]])
		if end = at[1]; tag != inline && tag != transparent {
			b.WriteByte(' ')
		}
	}
	return b.String() + s[end:]
}
