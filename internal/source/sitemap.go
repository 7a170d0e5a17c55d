package source

import (
	"bytes"
	"regexp"
	"strings"

	"tinhub/internal/hub"
)

// Limits on sitemaps. A sitemap has at most 50,000 addresses (sitemaps.org); what follows is left out.
const (
	maxSitemapURLs  = 50_000
	maxSitemapField = 32 << 10 // bytes of one text
	maxLink         = 8 << 10  // bytes of one address
	maxAlternates   = 100
)

func sniffSitemap(in Input) int {
	switch a := look(in); a.shape {
	case "xml":
		if isSitemapRoot(a.root) {
			return certain
		}
	case "text", "html":
		if at := sitemapAfterNotice([]byte(a.head)); at > 0 {
			return 95
		}
		if a.shape == "text" && isListOfLinks(a.head, len(a.head) < sniffBytes/2) {
			return 95
		}
	}
	return 0
}

// readSitemap reads what tells a crawler which addresses a site has: sitemaps and their indexes in XML, plain lists of
// addresses, the Sitemap lines of a robots.txt, and feeds that stand in a sitemap's place.
func readSitemap(in Input) (hub.Document, error) {
	if err := admit(in); err != nil {
		return hub.Document{}, err
	}
	a := look(in)
	switch {
	case a.shape == "json", a.shape == "xml" && isFeedRoot(a.root):
		doc, err := readFeed(in)
		doc.Kind = "sitemap"
		return doc, err
	case a.shape == "binary", a.shape == "html" && sitemapAfterNotice([]byte(a.head)) < 0, a.shape == "xml" && !isSitemapRoot(a.root):
		return hub.Document{}, hub.Errorf(hub.Invalid, "%s, not a sitemap", a.phrase())
	}
	r := sitemapReader{in: in, notes: &notes{}, seen: map[string]bool{}, doc: hub.Document{Kind: "sitemap"}}
	r.b = toUTF8(in.Body, in.ContentType, r.notes)
	var err error
	if at := sitemapAfterNotice(r.b); a.shape == "xml" || at >= 0 {
		r.b = r.b[max(at, 0):]
		err = r.xml()
	} else {
		err = r.lines(a)
	}
	if err != nil {
		return hub.Document{}, err
	}
	r.finish()
	return r.doc, nil
}

func isSitemapRoot(name string) bool { return name == "urlset" || name == "sitemapindex" }

var sitemapRoot = regexp.MustCompile(`(?i)<(?:[a-z0-9_-]{1,20}:)?(?:urlset|sitemapindex)[\s>]`)

// sitemapAfterNotice is where a sitemap begins behind the notice of a broken server; -1 where none does.
func sitemapAfterNotice(b []byte) int {
	head := b[:min(len(b), maxNotice)]
	at := bytes.Index(head, []byte("<?xml"))
	if at < 0 || !sitemapRoot.Match(head[at:]) {
		return -1
	}
	return at
}

// isListOfLinks says whether every line is a web address. The last line of a text that goes on may be half a one.
func isListOfLinks(text string, whole bool) bool {
	links := 0
	for line := range strings.Lines(text) {
		if !whole && !strings.HasSuffix(line, "\n") {
			break
		}
		if line = trimLine(line); line == "" {
			continue
		}
		if strings.ContainsAny(line, " \t<>\"") || !isWeb(line) {
			return false
		}
		links++
	}
	return links > 0
}

func trimLine(line string) string { return strings.Trim(line, " \t\r\n\ufeff\u00a0") }

var robotsLine = regexp.MustCompile(`(?i)^(site-?map|user-agent|disallow|allow|crawl-delay|host)[ \t]*:[ \t]*(.*)$`)

// lines reads a list of addresses or a robots.txt.
func (r *sitemapReader) lines(a appearance) error {
	robots, links, other := false, 0, 0
	r.expect(bytes.Count(r.b, []byte("\n"))+1, len(r.b))
	for raw := range bytes.Lines(r.b) {
		line := trimLine(string(clipBytes(raw, maxLink+1)))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if len(r.doc.Drafts) >= maxSitemapURLs {
			r.more++
			continue
		}
		if m := robotsLine.FindStringSubmatch(line); m != nil {
			robots = true
			if value, _, _ := strings.Cut(m[2], " #"); strings.HasSuffix(strings.ToLower(m[1]), "map") {
				r.sitemap(value, "")
			}
			continue
		}
		if len(line) > maxLink || strings.ContainsAny(line, " \t<>\"") || !isWeb(line) && (!strings.HasPrefix(line, "/") || r.in.URL == "") {
			other++
			continue
		}
		links++
		if !robots {
			r.url(&sitemapEntry{loc: line})
		}
	}
	if robots {
		r.doc.Drafts = nil
		if len(r.doc.Sitemaps) == 0 {
			r.notes.add("this robots.txt names no sitemap")
		}
		return nil
	}
	if other > links {
		return hub.Errorf(hub.Invalid, "%s, not a sitemap", a.phrase())
	}
	r.unusable += other
	return nil
}
