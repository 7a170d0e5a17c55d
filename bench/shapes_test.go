package bench

import (
	"bytes"
	"fmt"
	"html"
	"strings"
	"testing"
	"time"

	"tinhub/internal/clean"
	"tinhub/internal/hub"
	"tinhub/internal/source"
)

// shape is a kind of feed as sites publish them, fifty items of it.
type shape struct {
	name, mediaType string
	feed            []byte
}

func shapes() []shape {
	return []shape{
		{"articles", "application/rss+xml", rssFeed(0)},
		{"figures", "application/rss+xml", rssOf(figures)},
		{"escaped", "application/atom+xml", atomFeed()},
		{"summaries", "application/rss+xml", summaryFeed()},
		{"messy", "application/rss+xml", rssOf(messy)},
	}
}

// rssOf is an RSS feed of full texts in content:encoded.
func rssOf(body func(n int) string) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>River Paper</title><link>https://songxanh.example/</link><language>en</language>`)
	for n := range itemsPerFeed {
		fmt.Fprintf(&b, `<item><title>Report %d: the riverside road opens</title><link>https://songxanh.example/en/%d.html</link><guid>https://songxanh.example/en/%d.html</guid><pubDate>%s</pubDate><category>Traffic</category><description>The riverside road opened this morning.</description><content:encoded><![CDATA[%s]]></content:encoded></item>`,
			n, n, n, dated(n).Format(time.RFC1123Z), body(n))
	}
	b.WriteString(`</channel></rss>`)
	return b.Bytes()
}

func dated(n int) time.Time {
	return time.Date(2026, 11, 18, 8, 0, 0, 0, time.UTC).Add(-time.Duration(n) * time.Minute)
}

// figures is a body as content systems write them: blocks in comments, pictures with captions, subheadings, a list, a quote.
func figures(n int) string {
	var b strings.Builder
	for p := range 4 {
		fmt.Fprintf(&b, "<!-- wp:paragraph -->\n<p>Part %d of report %d: according to <a href=\"https://songxanh.example/tag/road?utm_source=rss\">the council</a>, the road is twelve metres wide, with a <em>lane for bicycles</em> &amp; two rows of trees. People on both banks say that the market is ten minutes away now.</p>\n<!-- /wp:paragraph -->\n\n", p, n)
		fmt.Fprintf(&b, "<figure class=\"wp-block-image\"><img loading=\"lazy\" width=\"1024\" height=\"576\" src=\"https://songxanh.example/wp/%d-%d-1024x576.jpg\" alt=\"The first buses\" srcset=\"https://songxanh.example/wp/%d-%d-1024x576.jpg 1024w, https://songxanh.example/wp/%d-%d-300x169.jpg 300w\" sizes=\"(max-width: 1024px) 100vw, 1024px\" /><figcaption>The first buses cross at dawn. Photo: Lan Anh</figcaption></figure>\n", n, p, n, p, n, p)
	}
	b.WriteString("<h3>What comes next</h3>\n<ul>\n<li>A second bridge</li>\n<li>Lamps along the bank</li>\n</ul>\n<blockquote><p>“We have waited for years,” said a teacher.</p></blockquote>\n")
	return b.String()
}

// messy is a body as old pages have them: a layout table, fonts, paragraphs never closed, crossing tags, no-break spaces.
func messy(n int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<div style="text-align:justify"><table align=center width="500"><tr><td><img src=/anh/%d.jpg border=0></td></tr><tr><td class="image_desc">The first buses</td></tr></table>`, n)
	for p := range 6 {
		fmt.Fprintf(&b, "<p class=MsoNormal><font face=\"Times New Roman\" size=3><b>Part&nbsp;%d <i>of report</b> %d</i>:&nbsp; according to <a href=/tin/%d target=_blank onclick=\"go()\">the council</a> the road is twelve metres wide.<br><br>People on both banks say that the market is ten minutes away now.</font>\r\n", p, n, p)
	}
	b.WriteString(`<script>track()</script><img src="http://stats.example/1.gif" width=1 height=1></div>`)
	return b.String()
}

func atomFeed() []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>River Paper</title><id>https://songxanh.example/</id><updated>2026-11-18T08:00:00Z</updated><link href="https://songxanh.example/"/>`)
	for n := range itemsPerFeed {
		fmt.Fprintf(&b, `<entry><title type="html">Report %d: the road &amp;amp; the river</title><id>tag:songxanh.example,2026:%d</id><link href="https://songxanh.example/en/%d.html"/><updated>%s</updated><author><name>Jane Roe</name></author><content type="html">%s</content></entry>`,
			n, n, n, dated(n).Format(time.RFC3339), html.EscapeString(figures(n)))
	}
	b.WriteString(`</feed>`)
	return b.Bytes()
}

func summaryFeed() []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Báo Sông Xanh</title><link>https://songxanh.example/</link>`)
	for n := range itemsPerFeed {
		fmt.Fprintf(&b, `<item><title>Bài số %d: đường ven sông thông xe</title><link>https://songxanh.example/bai/%d.html</link><guid>https://songxanh.example/bai/%d.html</guid><pubDate>%s</pubDate><description><![CDATA[<a href="https://songxanh.example/bai/%d.html"><img src="https://songxanh.example/anh/%d.jpg"/></a></br>Đoạn đường ven sông dài sáu cây số thông xe sáng nay.]]></description></item>`,
			n, n, n, dated(n).Format(time.RFC1123Z), n, n)
	}
	b.WriteString(`</channel></rss>`)
	return b.Bytes()
}

// Per item of each shape: read and normalise, beside gofeed alone.
func BenchmarkReadAndNormalise(b *testing.B) {
	for _, s := range shapes() {
		b.Run(s.name, func(b *testing.B) {
			beside(b, itemsPerFeed, func() { parseAlone(b, s.feed) }, func() { normaliseAs(b, s.mediaType, s.feed) })
		})
	}
}

// What reading and cleaning cost each on its own, beside gofeed alone.
func BenchmarkRooms(b *testing.B) {
	for _, s := range shapes() {
		in := source.Input{Body: s.feed, ContentType: s.mediaType, URL: "https://songxanh.example/rss.xml"}
		doc, err := source.Read(in)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(s.name+"/source", func(b *testing.B) {
			beside(b, itemsPerFeed, func() { parseAlone(b, s.feed) }, func() { _, _ = source.Read(in) })
		})
		b.Run(s.name+"/clean", func(b *testing.B) {
			beside(b, itemsPerFeed, func() { parseAlone(b, s.feed) }, func() { _, _ = clean.Document(doc, benchSetting()) })
		})
	}
}

func benchSetting() clean.Setting {
	return clean.Setting{Source: hub.Source{ID: "bench", Sections: []string{"thoi-su"}, Location: time.UTC}}
}

func normaliseAs(tb testing.TB, mediaType string, raw []byte) []hub.Incoming {
	tb.Helper()
	doc, err := source.Read(source.Input{Body: raw, ContentType: mediaType, URL: "https://songxanh.example/rss.xml"})
	if err != nil {
		tb.Fatal(err)
	}
	items, err := clean.Document(doc, benchSetting())
	if err != nil || len(items) != itemsPerFeed {
		tb.Fatalf("%d items, %v", len(items), err)
	}
	return items
}
