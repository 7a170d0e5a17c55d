package source

import (
	"fmt"
	"strings"
	"testing"
)

func TestAnItemHasAHundredAlternatesAndAStepSaysThatThereWereMore(t *testing.T) {
	links := func(format string) string {
		var b strings.Builder
		for i := range 300 {
			fmt.Fprintf(&b, format, fmt.Sprintf("x%c%c", 'a'+i/26, 'a'+i%26), i)
		}
		return b.String()
	}
	for name, doc := range map[string]string{
		"atom": `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>1</id><title>x</title><link href="https://tin.example/1"/>` +
			links(`<link rel="alternate" hreflang="%s" href="https://tin.example/%d"/>`) + `</entry></feed>`,
		"rss": `<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>T</title><item><title>x</title><link>https://tin.example/1</link>` +
			links(`<atom:link rel="alternate" hreflang="%s" href="https://tin.example/a%d"/>`) + `</item></channel></rss>`,
		"sitemap": `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"><url><loc>https://tin.example/1</loc>` +
			links(`<xhtml:link rel="alternate" hreflang="%s" href="https://tin.example/a%d"/>`) + `</url></urlset>`,
		"json": `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[{"id":"1","title":"x","_tinhub":{"alternates":[` +
			strings.TrimSuffix(links(`{"language":"%s","url":"https://tin.example/a%d"},`), ",") + `]}}]}`,
	} {
		read, err := Read(Input{Body: []byte(doc)})
		if err != nil || len(read.Drafts) != 1 {
			t.Errorf("%s: %d drafts, %v", name, len(read.Drafts), err)
			continue
		}
		d := read.Drafts[0]
		if len(d.Alternates) != maxAlternates {
			t.Errorf("%s: %d alternates, want %d", name, len(d.Alternates), maxAlternates)
		}
		if len(d.Steps) != 1 || d.Steps[0].Step != "cut" || d.Steps[0].Field != "alternates" || !strings.HasSuffix(d.Steps[0].Before, "alternates") {
			t.Errorf("%s: steps %v", name, d.Steps)
		}
	}
}
