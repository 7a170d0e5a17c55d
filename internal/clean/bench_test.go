package clean

import (
	"strings"
	"testing"

	"tinhub/internal/hub"
)

// benchBody is an article of about 8 KB with what articles have: pictures, captions, links, a list, a related box.
func benchBody() string {
	var b strings.Builder
	for i := range 12 {
		b.WriteString(`<p class="body" style="text-align:justify">Sáng nay, lãnh đạo huyện đã <a href="/tin/` + string(rune('a'+i)) + `?utm_source=feed">khảo sát tuyến đường</a> dài 12 km, đi qua ba xã; người dân hiến đất, góp công. The council said that the <b>new bridge</b> would open in March, and that buses will follow.</p>`)
		if i%4 == 1 {
			b.WriteString(`<figure><img src="data:," data-src="/i/` + string(rune('a'+i)) + `.jpg" width="800" height="600" alt="Cây cầu mới"><figcaption>Cây cầu mới</figcaption></figure>`)
		}
	}
	b.WriteString(`<ul><li>Một</li><li>Hai</li></ul><h3>Tin liên quan</h3><ul><li><a href="/x">Bài khác</a></li></ul><p>Phương Hằng</p>`)
	s := b.String()
	return s + strings.Repeat("<p>"+strings.Repeat("Nội dung của bài viết. ", 20)+"</p>", (8<<10-len(s))/500)
}

func BenchmarkDraft(b *testing.B) {
	body := benchBody()
	d := hub.Draft{
		OriginalID: "1", URL: "https://paper.example/a?utm_source=rss", Title: hub.Text{Value: "Khánh thành &amp; đưa vào sử dụng", HTML: true}, Summary: hub.Text{Value: "Tóm tắt của bài."},
		Body: hub.Text{Value: body, HTML: true}, Published: []string{"Fri, 14 Jan 2022 02:01:00 +0700"}, Tags: []string{"a", "b"},
	}
	s := Setting{Source: hub.Source{ID: "s"}}
	b.Run("clean", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			if _, err := cleanDraft(d, hub.Document{}, s); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("bluemonday alone", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			policy.Sanitize(body)
		}
	})
}
