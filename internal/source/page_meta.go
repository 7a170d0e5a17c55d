package source

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// Limits on what a page says of itself.
const (
	maxMetas     = 2_000 // meta elements looked at
	maxMetaBytes = 16 << 10
)

// readMetas goes over the meta elements once and keeps their contents by name, property, itemprop or http-equiv.
func (p *page) readMetas() {
	p.named = map[string][]string{}
	p.doc.Find("meta[content]").EachWithBreak(func(i int, s *goquery.Selection) bool {
		n := s.Nodes[0]
		content := strings.TrimSpace(attribute(n, "content"))
		if content == "" || len(content) > maxMetaBytes {
			return i < maxMetas
		}
		for _, key := range []string{"property", "name", "itemprop", "http-equiv"} {
			names := strings.Fields(strings.ToLower(attribute(n, key)))
			for _, name := range names {
				p.named[name] = append(p.named[name], content)
			}
			if len(names) > 0 {
				break
			}
		}
		return i < maxMetas
	})
}

// meta is the content of the first meta element of that name.
func (p *page) meta(name string) string {
	if list := p.named[strings.ToLower(name)]; len(list) > 0 {
		return list[0]
	}
	return ""
}

func (p *page) metas(name string) []string { return raws(p.named[strings.ToLower(name)]...) }

// metaOf is the first content of several names.
func (p *page) metaOf(names ...string) string {
	for _, n := range names {
		if v := p.meta(n); v != "" {
			return v
		}
	}
	return ""
}

// addresses settles what the article's address is: the page's own, and the canonical one where it may be believed.
func (p *page) addresses() {
	d := &p.draft
	d.URL = p.in.URL
	d.Base = resolve(p.in.URL, p.attr("base[href]", "href"))
	var canonical string
	for _, link := range []string{p.attr(`link[rel~="canonical" i]`, "href"), p.meta("og:url"), p.ld.url, p.meta("parsely-link"), p.meta("sailthru.url")} {
		if link == "" {
			continue
		}
		if why := p.unlikely(link); why != "" {
			p.step("canonical address refused: "+why, "url", link, "")
			continue
		}
		canonical = link
		break
	}
	if d.URL == "" {
		d.URL = resolveIf(d.Base, canonical)
	} else if canonical = resolveIf(d.Base, canonical); canonical != d.URL {
		d.Canonical = canonical
	}
	if d.Base == "" && isWeb(d.URL) {
		d.Base = d.URL
	}
	p.amp()
}

// unlikely says why a link cannot be the article's canonical address; "" where it can.
func (p *page) unlikely(link string) string {
	absolute := link
	if p.draft.Base != "" {
		absolute = resolve(p.draft.Base, link)
	}
	u, err := url.Parse(strings.TrimSpace(absolute))
	switch {
	case err != nil, strings.ContainsAny(link, "{}<>\\ "), u.Scheme != "" && u.Scheme != "http" && u.Scheme != "https":
		return "not an address"
	case u.Host != "" && !isPublicHost(u.Hostname()) && isPublicHost(hostOf(p.in.URL)):
		return "a host that only its makers reach" // a house of one's own may well stand on such a host as a whole
	case hasSegment(u.Path, "undefined") || hasSegment(u.Path, "null"):
		return "not an address"
	case u.RawQuery == "" && isEditionHome(absolute) && (p.in.URL == "" || !isEditionHome(p.in.URL)):
		return "a front page"
	}
	return ""
}

func hasSegment(path, name string) bool { return strings.Contains(path+"/", "/"+name+"/") }

// isPublicHost says whether a host's name is one that readers can reach.
func isPublicHost(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return !addr.IsLoopback() && !addr.IsPrivate() && !addr.IsUnspecified() && !addr.IsLinkLocalUnicast()
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	last := host[strings.LastIndexByte(host, '.')+1:]
	return strings.Contains(host, ".") && last != "local" && last != "localhost" && last != "internal" && last != "lan" && last != "localdomain"
}

// amp notes the article's AMP page; of an AMP page it is the page itself.
func (p *page) amp() {
	d := &p.draft
	d.AMP = p.attr(`link[rel~="amphtml" i]`, "href")
	root := p.doc.Find("html").First()
	_, amp := root.Attr("amp")
	_, bolt := root.Attr("⚡")
	if (amp || bolt) && d.AMP == "" {
		d.AMP = p.in.URL
	}
}

// language is what the page says it is written in. A template's own language often stands in <html lang>: where the title is
// plainly Vietnamese and anything else on the page says so too, that counts.
func (p *page) language() string {
	said := raws(p.attr("html", "lang"), p.attr("html", "xml:lang"), p.ld.language, p.meta("content-language"), p.meta("og:locale"), p.meta("language"), p.meta("dc.language"), p.meta("dcterms.language"))
	if len(said) == 0 {
		return ""
	}
	if primary(said[0]) != "vi" && isVietnamese(p.draft.Title.Value) {
		for _, s := range said[1:] {
			if primary(s) == "vi" {
				return s
			}
		}
	}
	return said[0]
}

// paywalled says whether the page calls its article one that is paid for.
func (p *page) paywalled() bool {
	switch strings.ToLower(p.metaOf("article:content_tier", "og:article:content_tier", "content_tier")) {
	case "locked", "metered", "premium", "paid":
		return true
	}
	return p.ld.paywalled || isFalse(p.meta("isAccessibleForFree"))
}

// ampElements gives the elements of AMP pages the names that they have elsewhere.
func ampElements(doc *goquery.Document) {
	var gone []*html.Node
	defer func() {
		for _, n := range gone {
			n.Parent.RemoveChild(n)
		}
	}()
	for n := range doc.Nodes[0].Descendants() {
		if n.Type != html.ElementNode || !strings.HasPrefix(n.Data, "amp-") {
			continue
		}
		switch n.Data {
		case "amp-img", "amp-anim":
			n.Data = "img"
			for c := n.FirstChild; c != nil; c = n.FirstChild {
				n.RemoveChild(c)
			}
		case "amp-video", "amp-audio":
			n.Data = strings.TrimPrefix(n.Data, "amp-")
		case "amp-youtube":
			if id := attribute(n, "data-videoid"); id != "" {
				n.Data, n.Attr = "iframe", []html.Attribute{{Key: "src", Val: "https://www.youtube.com/embed/" + url.PathEscape(id)}}
			}
		case "amp-iframe":
			n.Data = "iframe"
		case "amp-ad", "amp-embed", "amp-analytics", "amp-sidebar", "amp-consent", "amp-sticky-ad", "amp-user-notification", "amp-auto-ads", "amp-pixel", "amp-social-share":
			gone = append(gone, n)
		}
	}
}
