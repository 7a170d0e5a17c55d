package ingest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tinhub/internal/fetch"
	"tinhub/internal/hub"
)

func TestFollowValidatorsGoBackToTheByte(t *testing.T) {
	const front, page, sitemap, part = "https://paper.example/", "https://paper.example/news/bridge", "https://paper.example/map.xml", "https://paper.example/part.xml"
	const etag, modified = "\"caf\xe9-é\"", "h\xf4m nay"
	text := strings.Repeat("The bridge over the river was opened this morning after three years of work, and many came to see it. ", 5)
	answers := map[string]string{
		front: fmt.Sprintf(`<html><body><main><article><h2><a href="%s">The bridge over the river is open</a></h2></article></main></body></html>`, page),
		page:  fmt.Sprintf(`<html><body><article><h1>The bridge over the river is open</h1><p>%s</p></article></body></html>`, text),
		sitemap: fmt.Sprintf(`<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>%s</loc></sitemap></sitemapindex>`,
			part),
		part: fmt.Sprintf(`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>%s</loc></url></urlset>`, page),
	}
	for _, c := range []struct {
		kind  hub.SourceKind
		url   string
		asked []string
	}{{hub.KindListing, front, []string{front, page}}, {hub.KindSitemap, sitemap, []string{sitemap, part, page}}} {
		w, now := newWorld(), noonUTC
		for url, body := range answers {
			w.on(url, func(r fetch.Request) (*fetch.Response, error) {
				if r.ETag != "" {
					return &fetch.Response{Status: 304, URL: url, NotModified: true, ETag: r.ETag, LastModified: r.LastModified}, nil
				}
				return &fetch.Response{Status: 200, URL: url, Body: []byte(body), ETag: etag, LastModified: modified}, nil
			})
		}
		src := hub.Source{ID: "a", Kind: c.kind, URL: c.url, Every: time.Minute, Sections: []string{"news"}, Location: time.UTC}
		round := New(Options{Sources: []hub.Source{src}, Store: newMemory(), Fetch: w, Holder: "x", Now: func() time.Time { return now }})
		for range 5 {
			reports, err := round.Once(t.Context(), nil, nil)
			if err != nil || reports[0].Outcome == OutcomeFailed {
				t.Fatalf("%s: %+v, %v", c.kind, reports, err)
			}
			now = now.Add(7 * time.Hour)
		}
		for _, url := range c.asked {
			if n := len(w.times(url)); n < 3 {
				t.Errorf("%s: %s was asked for %d times", c.kind, url, n)
				continue
			}
			if r := w.last(t, url); r.ETag != etag || r.LastModified != modified {
				t.Errorf("%s: %s was asked for with %q and %q", c.kind, url, r.ETag, r.LastModified)
			}
		}
	}
}
