package source

import (
	"strings"

	ext "github.com/mmcdole/gofeed/extensions"
)

const atomSpace = "http://www.w3.org/2005/Atom"

// nameSpaces sees to the namespaces of the root. The parser takes the elements of a format for a module's where the feed
// misnames the format's namespace, and knows some modules by one of their addresses only.
func (p *xmlPass) nameSpaces(t token, list []attr) {
	prefix, own := "", "xmlns"
	if i := strings.IndexByte(t.name, ':'); i >= 0 {
		prefix, own = t.name[:i], "xmlns:"+t.name[:i]
	}
	atom := p.index.root == "feed" || p.index.root == "entry"
	declared := false
	for _, a := range list {
		if a.name == own {
			declared = true
			if space := strings.TrimSpace(a.value); atom && space != atomSpace && space != "http://purl.org/atom/ns#" {
				p.edits = append(p.edits, edit{a.start, a.end, own + `="` + atomSpace + `"`})
			}
			continue
		}
		if name, ok := strings.CutPrefix(a.name, "xmlns:"); ok {
			if usual := usualPrefix(a.value); usual != "" && usual != name {
				p.index.aliases = append(p.index.aliases, name, usual)
			}
		}
	}
	if atom && prefix != "" && !declared {
		p.edits = append(p.edits, edit{t.attrsAt, t.attrsAt, " " + own + `="` + atomSpace + `"`})
	}
	if p.index.root == "rss" || p.index.root == "channel" {
		p.bare(list)
	}
}

// bare takes a default namespace off an element of RSS, which has none.
func (p *xmlPass) bare(list []attr) {
	if p.index.root == "rdf" {
		return
	}
	for _, a := range list {
		if a.name == "xmlns" && a.value != "" {
			p.edits = append(p.edits, edit{a.start, a.end, ""})
		}
	}
}

// usualPrefix is the prefix by which we name a module whose address the parser does not know, or knows in another spelling.
func usualPrefix(space string) string {
	space = strings.ToLower(strings.TrimSpace(space))
	for _, known := range [][2]string{
		{"podcastindex", "podcast"},
		{"itunes.com/dtds/podcast", "itunes"},
		{"youtube.com/xml/schemas", "yt"},
		{"gdata.youtube.com/schemas", "yt"},
		{"georss.org/georss", "georss"},
		{"opengis.net/gml", "gml"},
		{"2003/01/geo/wgs84_pos", "geo"},
		{"pheedo.com", "pheedo"},
		{"search.yahoo.com/mrss", "media"},
		{"prismstandard.org/namespaces", "prism"},
		{"news.yandex.ru", "yandex"},
		{"purl.org/dc/elements", "dc"},
		{"purl.org/dc/terms", "dcterms"},
		{"modules/content", "content"},
		{"feedburner/ext", "feedburner"},
	} {
		if strings.Contains(space, known[0]) {
			return known[1]
		}
	}
	return ""
}

// usual gives the extensions of known modules the prefixes by which we name them.
func (x *feedIndex) usual(exts ext.Extensions) ext.Extensions {
	for i := 0; i+1 < len(x.aliases); i += 2 {
		from, to := exts[x.aliases[i]], x.aliases[i+1]
		if len(from) == 0 {
			continue
		}
		if exts[to] == nil {
			exts[to] = map[string][]ext.Extension{}
		}
		for name, list := range from {
			exts[to][name] = append(exts[to][name], list...)
		}
		delete(exts, x.aliases[i])
	}
	return exts
}
