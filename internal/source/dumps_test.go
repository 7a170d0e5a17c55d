package source

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tinhub/internal/hub"
)

// TestDumpsOfManyPapers reads texts as people copy them. Each is written as its paragraphs; what comes out is one line per
// part, in the order title, tags, dates, updates, authors, lead, then the body's blocks with their kind.
func TestDumpsOfManyPapers(t *testing.T) {
	const (
		p1 = "Sáng nay, hơn 300 hộ dân ở ấp Bến Nôm đã nhận nước sạch từ trạm cấp nước mới, sau hai năm chờ đợi đường ống chính."
		p2 = "Trạm có công suất 1.200 m3 mỗi ngày, do tỉnh đầu tư 18 tỷ đồng, lấy nước từ hồ và xử lý bằng công nghệ lọc áp lực."
		p3 = "Chính quyền xã sẽ hỗ trợ đồng hồ nước cho hộ nghèo."
		e1 = "The ferry to Lismore will run every hour from June, the island council announced on Monday after a year of complaints."
		e2 = "Two boats bought from Norway will replace the old vessel, which broke down 41 times last winter and left pupils stranded."
		e3 = "Fares stay the same until 2026."
		vi = "Nước sạch về ấp Bến Nôm"
		en = "Island ferry doubles its crossings"
	)
	for _, c := range []struct {
		name  string
		paras []string
		want  []string
	}{
		{"a last word is no writer", []string{vi, p1, p2, p3, "Hết"}, []string{"title " + vi, "lead " + p1, "p " + p2, "p " + p3, "p Hết"}},
		{"nor is it in English", []string{en, e1, e2, e3, "ENDS"}, []string{"title " + en, "lead " + e1, "p " + e2, "p " + e3, "p ENDS"}},
		{"nor is a promise", []string{en, e1, e2, e3, "To Be Continued"}, []string{"title " + en, "lead " + e1, "p " + e2, "p " + e3, "p To Be Continued"}},
		{"writer and photographer, each with a label", []string{vi, p1, p2, p3, "Bài: Văn An - Ảnh: Thu Hà"}, []string{"title " + vi, "author Văn An", "author Thu Hà", "lead " + p1, "p " + p2, "p " + p3}},
		{"makers and their graphics", []string{vi, p1, p2, p3, "Thực hiện: Minh Đức - Đồ họa: Lan Chi"}, []string{"title " + vi, "author Minh Đức", "author Lan Chi", "lead " + p1, "p " + p2, "p " + p3}},
		{"a byline with a place", []string{en, "By Jane Doe in Oban", e1, e2, e3}, []string{"title " + en, "author Jane Doe", "lead " + e1, "p " + e2, "p " + e3}},
		{"a byline with its address below", []string{vi, p1, p2, p3, "Thanh Hải", "thanhhai@bao.example"}, []string{"title " + vi, "author Thanh Hải thanhhai@bao.example", "lead " + p1, "p " + p2, "p " + p3}},
		{
			"two dates on one line",
			[]string{vi, "Đăng lúc 08:15 03/05/2023 - Cập nhật 09:30 03/05/2023", p1, p2, p3},
			[]string{"title " + vi, "date Đăng lúc 08:15 03/05/2023", "date Cập nhật 09:30 03/05/2023", "update Cập nhật 09:30 03/05/2023", "lead " + p1, "p " + p2, "p " + p3},
		},
		{
			"two dates on one line, the later one first",
			[]string{en, "Updated 3 May 2023 10:00 | Published: 3 May 2023 08:15", e1, e2, e3},
			[]string{"title " + en, "date Published: 3 May 2023 08:15", "date Updated 3 May 2023 10:00", "update Updated 3 May 2023 10:00", "lead " + e1, "p " + e2, "p " + e3},
		},
		{"the time it takes to read", []string{en, "3 May 2023, 08:15", "3 min read", e1, e2, e3}, []string{"title " + en, "date 3 May 2023, 08:15", "lead " + e1, "p " + e2, "p " + e3}},
		{
			"a second headline below the first",
			[]string{en, "A year of complaints ends with two boats from Norway", "3 May 2023, 08:15", e1, e2, e3},
			[]string{"title " + en, "date 3 May 2023, 08:15", "lead A year of complaints ends with two boats from Norway", "p " + e1, "p " + e2, "p " + e3},
		},
		{"a section's name above the title", []string{"Local news", en, "3 May 2023, 08:15", e1, e2, e3}, []string{"title " + en, "tag Local news", "date 3 May 2023, 08:15", "lead " + e1, "p " + e2, "p " + e3}},
		{"a pointer to another article", []string{vi, p1, p2, ">> Xem thêm: Hồ xả lũ hai cửa từ chiều nay", p3}, []string{"title " + vi, "lead " + p1, "p " + p2, "p " + p3}},
		{"an English one", []string{en, e1, e2, "Read also: Harbour shop wins county award", e3}, []string{"title " + en, "lead " + e1, "p " + e2, "p " + e3}},
		{"a sentence that begins like one", []string{en, e1, e2, "Related: that is what the two villages are, by marriage and by feud.", e3}, []string{"title " + en, "lead " + e1, "p " + e2, "p Related: that is what the two villages are, by marriage and by feud.", "p " + e3}},
		{
			"verses are no captions",
			[]string{vi, p1, "Nước về qua ngõ nhà em", "Qua hàng cau cũ, qua thềm rêu xanh", "Nước về mát cả giấc lành", "Qua bao mùa nắng mới thành dòng trong", p2, p3},
			[]string{"title " + vi, "lead " + p1, "h Nước về qua ngõ nhà em", "h Qua hàng cau cũ, qua thềm rêu xanh", "h Nước về mát cả giấc lành", "h Qua bao mùa nắng mới thành dòng trong", "p " + p2, "p " + p3},
		},
		{
			"a last caption over the byline and the page's furniture",
			[]string{vi, p1, p2, p3, "Bà Phạm Thị Sáu hứng những xô nước đầu tiên trước sân nhà trong buổi sáng khánh thành trạm", "Thanh Hải", "Tin xem nhiều", "Giá xoài tăng trở lại"},
			[]string{"title " + vi, "author Thanh Hải", "lead " + p1, "p " + p2, "p " + p3, "caption Bà Phạm Thị Sáu hứng những xô nước đầu tiên trước sân nhà trong buổi sáng khánh thành trạm"},
		},
		{"no title at all", []string{p1 + " " + p2, p3, "Thanh Hải"}, []string{"author Thanh Hải", "lead " + p1 + " " + p2, "p " + p3}},
		{
			"a picture's lines as the BBC has them",
			[]string{en, e1, "Image source, Getty Images", "Image caption, The old ferry at Oban in January", e2, e3},
			[]string{"title " + en, "lead " + e1, "caption Image source, Getty Images", "caption Image caption, The old ferry at Oban in January", "p " + e2, "p " + e3},
		},
	} {
		for gap, form := range map[string]string{"\n\n": "apart", "\n": "one per line"} {
			t.Run(c.name+", "+form, func(t *testing.T) {
				doc, err := Read(Input{Body: []byte(strings.Join(c.paras, gap)), Kind: "text"})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(c.want, parts(doc.Drafts[0])); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

// parts writes a dump's draft down, a line for each part.
func parts(d hub.Draft) []string {
	var out []string
	add := func(what string, values ...string) {
		for _, v := range values {
			if v != "" {
				out = append(out, what+" "+v)
			}
		}
	}
	add("title", d.Title.Value)
	add("tag", d.Tags...)
	add("date", d.Published...)
	add("update", d.Modified...)
	for _, a := range d.Authors {
		add("author", strings.TrimSpace(a.Name+" "+a.Email))
	}
	add("lead", d.Summary.Value)
	for _, b := range d.Blocks {
		add(string(b.Kind), b.Text)
	}
	return out
}

// TestManyPartsAreReadInTime: what repeats without end costs as much as it is long, not as its square.
func TestManyPartsAreReadInTime(t *testing.T) {
	many := func(n int, part func(int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(part(i))
		}
		return b.String()
	}
	same := func(s string) func(int) string { return func(int) string { return s } }
	story := "<p>" + strings.Repeat("Một câu của bài viết. ", 20) + "</p>"
	page := func(body string) string {
		return "<html><head><title>Một tiêu đề</title></head><body><article><h1>Một tiêu đề</h1>" + body + story + "</article></body></html>"
	}
	feed := func(item string) string {
		return `<rss version="2.0"><channel><title>c</title><item><title>t</title>` + item + `</item></channel></rss>`
	}
	for _, c := range []struct{ name, kind, body string }{
		{"lines that are all the same", "text", many(50_000, same("dòng ngắn\n"))},
		{"a paragraph wrapped into many lines", "text", many(30_000, same(strings.Repeat("word ", 14)+"\n"))},
		{"boxes of headlines", "text", many(5_000, same("Tin liên quan\n\nMột tiêu đề ngắn\n\nMột câu.\n\n"))},
		{"bylines", "page", page(many(5_000, same(`<span class="byline">A B</span>`)))},
		{"categories", "feed", feed(many(30_000, func(i int) string { return "<category>c" + strconv.Itoa(i) + "</category>" }))},
		{"enclosures", "feed", feed(many(5_000, func(i int) string {
			return `<enclosure url="https://c.example/` + strconv.Itoa(i) + `.jpg" type="image/jpeg" length="1"/>`
		}))},
	} {
		start := time.Now()
		if _, err := Read(Input{Body: []byte(c.body), Kind: c.kind}); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if took := time.Since(start); took > hang {
			t.Errorf("%s took %s", c.name, took)
		}
	}
}
