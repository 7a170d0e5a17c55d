package source

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"strings"
	"testing"

	"tinhub/internal/hub"
)

func gzipped(t *testing.T, b []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func sitemapOf(n int, more string) []byte {
	var sb strings.Builder
	sb.WriteString(`<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
	for i := range n {
		fmt.Fprintf(&sb, "<url><loc>https://x.example/%d.html</loc>%s</url>", i, more)
	}
	sb.WriteString("</urlset>")
	return []byte(sb.String())
}

// TestGzip: what is in a gzip is read, whatever its type says, and of a cut-off one what came out.
func TestGzip(t *testing.T) {
	packed := gzipped(t, sitemapOf(1000, ""))
	for name, c := range map[string]struct {
		body  []byte
		media string
		least int
	}{
		"by its bytes":     {packed, "", 1000},
		"application/gzip": {packed, "application/gzip", 1000},
		"x-gzip":           {packed, "application/x-gzip", 1000},
		"named XML":        {packed, "text/xml; charset=utf-8", 1000},
		"twice":            {gzipped(t, packed), "application/gzip", 1000},
		"two in a row":     {append(gzipped(t, []byte("  \n")), packed...), "", 1000},
		"with a tail":      {append(bytes.Clone(packed), "tail"...), "", 1000},
		"cut off":          {packed[:len(packed)/2], "", 100},
	} {
		doc, err := Read(Input{Body: c.body, ContentType: c.media})
		if err != nil || doc.Kind != "sitemap" || len(doc.Drafts) < c.least {
			t.Errorf("%s: %d entries of a %s, %v", name, len(doc.Drafts), doc.Kind, err)
		}
	}
	doc, err := Read(Input{Body: gzipped(t, []byte(`<rss version="2.0"><channel><item><title>T</title></item></channel></rss>`))})
	if err != nil || doc.Kind != "feed" || len(doc.Drafts) != 1 {
		t.Errorf("a feed in a gzip: %+v, %v", doc, err)
	}
}

func TestGzipBomb(t *testing.T) {
	for name, body := range map[string][]byte{
		"of a high ratio": gzipped(t, append([]byte("<urlset>"), make([]byte, 32<<20)...)),
		"of a large size": gzipped(t, make([]byte, maxBytes+1)),
	} {
		if _, err := Read(Input{Body: body}); hub.KindOf(err) != hub.TooLarge {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Read(Input{Body: []byte("\x1f\x8b\x08 but no gzip")}); hub.KindOf(err) != hub.Invalid {
		t.Errorf("broken: %v", err)
	}
}

// TestSitemapLimits counts what a hostile sitemap makes; nothing is timed.
func TestSitemapLimits(t *testing.T) {
	long := strings.Repeat("a", 1<<20)
	for name, c := range map[string]struct {
		body    []byte
		entries int
		warns   string
		err     string
	}{
		"a full one":        {body: sitemapOf(maxSitemapURLs, ""), entries: maxSitemapURLs},
		"one more":          {body: sitemapOf(maxSitemapURLs+1, ""), entries: maxSitemapURLs, warns: "beyond the first 50000"},
		"a long title":      {body: sitemapOf(2, "<news:title>"+long+"</news:title>"), entries: 2, warns: "was cut"},
		"a long address":    {body: []byte("<urlset><url><loc>https://x.example/" + long + "</loc></url></urlset>"), warns: "none of the web"},
		"many pictures":     {body: sitemapOf(1, strings.Repeat("<image:image><image:loc>https://x.example/1.jpg</image:loc></image:image>", 10_000)), entries: 1},
		"many languages":    {body: sitemapOf(1, strings.Repeat(`<xhtml:link rel="alternate" hreflang="vi" href="/x"/>`, 10_000)), entries: 1},
		"deep":              {body: []byte("<urlset><url>" + strings.Repeat("<a>", 100_000)), err: "inside each other"},
		"only openings":     {body: []byte("<urlset><url><loc>" + strings.Repeat("<", 1<<20)), err: "ends early"},
		"a list":            {body: bytes.Repeat([]byte("https://x.example/\n"), 100_000), entries: 1, warns: "stood here before"},
		"nothing but names": {body: []byte("<urlset>" + strings.Repeat("<url/>", 100_000) + "</urlset>")},
	} {
		doc, err := Read(Input{Body: c.body, URL: "https://x.example/"})
		warns := strings.Join(doc.Warnings, "\n")
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%s: %v, want an error that speaks of %q", name, err, c.err)
			}
			continue
		}
		if err != nil || len(doc.Drafts) != c.entries || !strings.Contains(warns, c.warns) || len(doc.Warnings) > maxWarnings+1 {
			t.Errorf("%s: %d entries, %v, warnings %s", name, len(doc.Drafts), err, warns)
		}
		for _, d := range doc.Drafts {
			if len(d.Title.Value) > maxSitemapField || len(d.Pictures) > maxPictures || len(d.Alternates) > maxAlternates {
				t.Errorf("%s: %d bytes of title, %d pictures, %d languages", name, len(d.Title.Value), len(d.Pictures), len(d.Alternates))
			}
		}
	}
}

func FuzzSitemap(f *testing.F) {
	seeds(f, "sitemap")
	f.Fuzz(func(t *testing.T, body []byte) {
		doc, err := readSitemap(Input{Body: body, URL: "https://x.example/maps/s.xml"})
		sound(t, doc, err)
		for _, link := range doc.Sitemaps {
			if !isWeb(link) {
				t.Fatalf("%q is no address", link)
			}
		}
		seen := map[string]bool{}
		for _, d := range doc.Drafts {
			if isFeedRoot(look(Input{Body: body}).root) || look(Input{Body: body}).shape == "json" {
				break // read by the feed's reader
			}
			if !isWeb(d.URL) || seen[d.URL] {
				t.Fatalf("%q is no address or stands here twice", d.URL)
			}
			seen[d.URL] = true
		}
	})
}
