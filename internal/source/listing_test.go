package source

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

// TestArticlesAreNoListings: an article read as a listing is lost, so no page of the corpus is taken for one.
func TestArticlesAreNoListings(t *testing.T) {
	for _, f := range fixtures(t, "page", 15) {
		in, _ := fixtureInput(t, f.Archive)
		want := fileOf(f.Archive, "want")
		if in.Path = ""; sniffListing(in) > 0 && !bytes.HasPrefix(want, []byte("error")) {
			t.Errorf("%s is taken for a listing", f.name)
		}
	}
}

const (
	relatedBox = `<div class="related"><h4>Tin liên quan</h4><ul>%s</ul></div>`
	sentence   = "Các nhà thầu tăng ca suốt đêm để kịp thông xe đoạn qua Nhơn Trạch trước mùa mưa, xe chở đá nối nhau ra bờ sông."
)

func headlines(n int) string {
	var sb strings.Builder
	for i := range n {
		fmt.Fprintf(&sb, `<li><a href="/xa-hoi/mot-bai-viet-khac-ve-tinh-nha-%d.html">Một bài viết khác về tỉnh nhà thứ %d</a></li>`, 310000+i, i)
	}
	return sb.String()
}

func TestPageOrListing(t *testing.T) {
	box := fmt.Sprintf(relatedBox, headlines(12))
	article := `<h1>Đồng Nai đẩy nhanh tiến độ đường vành đai</h1>` + strings.Repeat("<p>"+sentence+"</p>", 6)
	url := "https://baotinh.example/xa-hoi/dong-nai-day-nhanh-tien-do-3101234.html"
	for name, c := range map[string]struct {
		head, body, url string
		listing         bool
	}{
		"an article with a box of headlines":          {body: "<article>" + article + "</article>" + box, url: url},
		"the same without its address":                {body: "<article>" + article + "</article>" + box},
		"a short article that says it is one":         {head: `<meta property="og:type" content="article">`, body: "<h1>Mở thêm tuyến xe buýt nối sân bay Long Thành</h1><p>Sáng nay xe chạy thử.</p>" + box, url: url},
		"an article between headlines":                {body: box + "<div>" + article + "</div><ul>" + headlines(30) + "</ul>", url: url},
		"an article whose lines are apart by <br>":    {body: "<h1>Đồng Nai đẩy nhanh tiến độ đường vành đai</h1><div>" + strings.Repeat(sentence+"<br><br>", 8) + "</div>" + box, url: url},
		"an article with read-also links in its text": {body: "<article><h1>Một chuyện dài nhiều kỳ của tỉnh nhà</h1>" + strings.Repeat("<p>"+sentence+"</p><p>"+sentence+"</p><p>"+sentence+"</p>"+headlines(1), 4) + "</article>" + box, url: url},
		"a short report between headlines":            {body: "<ul>" + headlines(8) + "</ul><h1>Xe tải lật trên quốc lộ 51, giao thông ùn tắc</h1><p>Thứ hai, 02/03/2026 07:15</p><p>" + sentence + "</p><ul>" + headlines(30) + "</ul>"},
		"two sentences and many headlines":            {body: "<h1>Vĩnh biệt người lái đò cuối cùng của làng</h1><p>Ông lái đò cuối cùng của làng Phước Khánh đã qua đời ở tuổi 94.</p><p>Sáu mươi năm ông đưa học trò qua sông, chưa bỏ một chuyến nào.</p><ul>" + headlines(20) + "</ul>"},
		"a gallery whose text are its captions":       {body: "<h1>Mùa xuân trên sông</h1>" + strings.Repeat(`<figure><img src="/1.jpg"><figcaption>`+sentence+"</figcaption></figure>", 8) + "<ul>" + headlines(12) + "</ul>"},
		"a tag's page with a line about it":           {body: "<h1>Mọi tin tức về đường vành đai 3 qua Đồng Nai</h1><p>" + sentence + "</p><ul>" + headlines(12) + "</ul>", listing: true},
		"a calendar with a line about it":             {body: "<h1>Lịch sự kiện cuối tuần ở Biên Hòa</h1><p>" + sentence + "</p><p>Đang xem 1–10 trong số 1.966 sự kiện từ ngày 14 tháng 3 năm 2026</p><ul>" + headlines(12) + "</ul>", listing: true},
		"a front page":                                {body: "<ul>" + headlines(12) + "</ul>", url: "https://baotinh.example/", listing: true},
		"a front page without its address":            {body: "<ul>" + headlines(12) + "</ul>", listing: true},
		"a front page with a notice":                  {body: "<p>" + sentence + "</p><ul>" + headlines(12) + "</ul>", url: "https://baotinh.example/", listing: true},
		"two headlines are too few":                   {body: "<ul>" + headlines(2) + "</ul>", url: "https://baotinh.example/"},
		"a menu alone":                                {body: `<div class="m"><a href="/a">Kinh tế</a><a href="/b">Xã hội</a><a href="/c">Thể thao</a><a href="/d">Văn hóa</a><a href="/e">Giáo dục</a></div>`, url: "https://baotinh.example/"},
	} {
		in := Input{URL: c.url, Body: []byte("<!DOCTYPE html><html><head><title>Báo Tỉnh</title>" + c.head + "</head><body>" + c.body + "</body></html>")}
		if got := sniffListing(in) > sniffPage(in); got != c.listing {
			t.Errorf("%s: listing %t, want %t", name, got, c.listing)
		}
		in.Path = "bai.html"
		if sniffListing(in) > 0 {
			t.Errorf("%s: a file of a newsroom's folder is an article", name)
		}
	}
}

// TestListingLimits counts what a hostile page makes; nothing is timed.
func TestListingLimits(t *testing.T) {
	many := func(n int, link string) []byte {
		var sb strings.Builder
		sb.WriteString("<html><body>")
		for i := range n {
			fmt.Fprintf(&sb, link, i)
		}
		return []byte(sb.String())
	}
	for name, c := range map[string]struct {
		body []byte
		want string // of an error; else at most maxListed drafts and a warning
	}{
		"100,000 links":           {body: many(100_000, "<a href=/mot-hai-ba-%d>Một tiêu đề đủ dài của bài</a>")},
		"links beside each other": {body: many(30_000, "<a href=/mot-hai-ba-%d>Một tiêu đề đủ dài của bài</a> 14/01/2022 ")},
		"too many elements":       {body: many(200_000, "<a href=/%d>x</a>"), want: "elements"},
		"too many attributes":     {body: []byte("<html><p" + strings.Repeat(" a", 1<<20) + ">"), want: "attributes"},
		"too deep":                {body: []byte("<html>" + strings.Repeat("<div>", 100_000)), want: "too deep"},
		"too large":               {body: append([]byte("<html>"), bytes.Repeat([]byte("a"), maxPageBytes)...), want: "bytes"},
	} {
		doc, err := readListing(Input{Body: c.body, URL: "https://x.example/"})
		switch {
		case c.want != "":
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %v, want an error that speaks of %q", name, err, c.want)
			}
		case err != nil:
			t.Errorf("%s: %v", name, err)
		case len(doc.Drafts) != maxListed || len(doc.Warnings) == 0:
			t.Errorf("%s: %d drafts, warnings %v", name, len(doc.Drafts), doc.Warnings)
		}
	}
}

func FuzzListing(f *testing.F) {
	seeds(f, "listing")
	f.Fuzz(func(t *testing.T, body []byte) {
		in := Input{Body: body, URL: "https://x.example/"}
		sniffListing(in)
		doc, err := readListing(in)
		sound(t, doc, err)
		l := listing{in: in, base: in.URL}
		seen := map[string]bool{}
		for _, d := range doc.Drafts {
			key, _, ok := l.key(resolve(d.Base, d.URL))
			if !ok || seen[key] {
				t.Fatalf("%q leads nowhere or stands here twice", d.URL)
			}
			seen[key] = true
		}
		if len(doc.Drafts) > maxListed {
			t.Fatalf("%d drafts", len(doc.Drafts))
		}
	})
}
