package source

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tinhub/internal/hub"
)

// unaccounted lists the lines of a text that are neither in its draft nor in a step.
func unaccounted(t rapid.TB, in Input) []string {
	t.Helper()
	doc, err := Read(in)
	if err != nil || doc.Kind != "text" {
		return nil
	}
	var found strings.Builder
	add := func(values ...string) {
		for _, v := range values {
			found.WriteString(oneSpace(v))
			found.WriteString(" \n")
		}
	}
	for _, d := range doc.Drafts {
		add(d.Title.Value, d.Summary.Value)
		add(d.Tags...)
		add(d.Published...)
		for _, a := range d.Authors {
			add(a.Name, a.Email)
		}
		for _, b := range d.Blocks {
			add(b.Text)
		}
		for _, s := range d.Steps {
			add(strings.TrimSuffix(s.Before, "…"))
		}
	}
	have := found.String()
	var lost []string
	text := strings.ReplaceAll(legible(string(toUTF8(in.Body, in.ContentType, nil))), "\f", "\n")
	for line := range strings.SplitSeq(text, "\n") {
		line = oneSpace(line)
		if r := []rune(line); len(r) > 250 {
			line = string(r[:250]) // steps show so much of a line
		}
		if line != "" && !strings.Contains(have, line) {
			lost = append(lost, line)
		}
	}
	return lost
}

func oneSpace(s string) string { return strings.Join(strings.Fields(s), " ") }

// TestEveryLineIsAccountedFor: what a dump has is in the draft, or a step says what became of it.
func TestEveryLineIsAccountedFor(t *testing.T) {
	for _, f := range fixtures(t, "text", 50) {
		in, _ := fixtureInput(t, f.Archive)
		if lost := unaccounted(t, in); len(lost) > 0 {
			t.Errorf("%s: %q", f.name, lost)
		}
	}
	seeds, _ := filepath.Glob("../../../shared/data/seed-article.txt")
	for _, seed := range seeds {
		body, err := os.ReadFile(seed)
		if err != nil {
			t.Fatal(err)
		}
		if lost := unaccounted(t, Input{Body: body}); len(lost) > 0 {
			t.Errorf("%s: %q", seed, lost)
		}
	}
}

// scraps are lines that pages have around and inside their articles, and lines that only look like them.
func scraps() []string {
	return []string{
		"Trang chủ", "Thời sự", "Kinh tế", "En", "VI | EN", "Chia sẻ", "In bài viết", "Tin liên quan", "Tin xem nhiều", "Bình luận (3)", "Trả lời · 2 giờ trước",
		"Home", "Related articles", "Read more: The bridge opens", "SEE ALSO", ">> Nạo vét kênh Ông Cò", "Xem thêm: Cầu Mới thông xe", "Advertisement", "© 2024 Báo Miền Kênh",
		"Tổng biên tập: Đỗ Văn Bảy", "Điện thoại: 0270 000 000", "Từ khóa: kênh, lúa", "Tags: canal", "09/03/2024 10:15", "Cập nhật lúc 11:40 ngày 09/03/2024",
		"Minh Triết", "By Owen Marsh", "Theo TTXVN", "Bài, ảnh: Minh Triết - Thu Ngân", "Ảnh: Thu Ngân", "N.H", "Hết", "Enough Said", "* * *", "-----", "0 0 0", "1/5", "X",
		"Tiêu đề: Kênh mới", "Title: A new canal", "Tác giả: Minh Triết", "Nội dung:", "Staff writer", "https://bao.example/nong-nghiep/kenh-moi.html", "# Kênh mới",
		"**Kênh mới về làng**", "![Kênh](https://bao.example/1.jpg)", "[Ảnh: Kênh Ông Cò nhìn từ cầu]", "* Cùng ngày, xã khởi công cầu mới.", "- Ông An: Được.", "Danh sách:",
		"Nước về trên những cánh đồng ven kênh Ông Cò từ sáng sớm nay, sớm hơn mọi năm nửa tháng.",
		"Nông dân ba ấp đã xuống giống được một phần ba diện tích, theo cán bộ nông nghiệp xã.",
		"The canal brought water to the fields on Tuesday, two weeks earlier than in any year before.",
		"Lãnh đạo xã bấm nút vận hành thử tổ máy số một của trạm bơm mới", "Kênh mới, nước mới", "", "", "",
		"Chợ đêm Mỹ Long mở cửa cuối tuần", "08:00, 02/09/2023", "17:00, 01/09/2023", "Đăng bởi Admin lúc 08:15 ngày 05/04/2024", "02g01 ngày 14/1", "15-12-22",
		"Mời bạn đọc gửi bài cộng tác", "SỞ NÔNG NGHIỆP TỈNH", "Trang chủ  Tin tức  Chi tiết", "Học sinh ấp Ba qua cầu đến trường", "Ông Tám (trái) bên trạm bơm",
	}
}

// TestNoLineOfAHeapIsLost piles such lines up in any order.
func TestNoLineOfAHeapIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		lines := rapid.SliceOfN(rapid.SampledFrom(scraps()), 1, 40).Draw(t, "lines")
		gap := rapid.SampledFrom([]string{"\n", "\n\n"}).Draw(t, "gap")
		if lost := unaccounted(t, Input{Body: []byte(strings.Join(lines, gap)), Kind: "text"}); len(lost) > 0 {
			t.Fatalf("%q", lost)
		}
	})
}

// TestSentencesAreNeverFurniture: running text stays in the draft whatever stands around it, but below a reader's comments
// and what follows a byline and a box's heading.
func TestSentencesAreNeverFurniture(t *testing.T) {
	around := []string{
		"Trang chủ", "Thời sự", "Chia sẻ", "In bài viết", "Tin liên quan", "Related articles", "Read more: The bridge opens", "SEE ALSO", ">> Nạo vét kênh Ông Cò",
		"Advertisement", "Từ khóa: kênh, lúa", "09/03/2024 10:15", "Ảnh: Thu Ngân", "* * *", "X", "Danh sách:", "Kênh mới, nước mới", "", "",
	}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 8).Draw(t, "sentences")
		var lines, sentences []string
		for i := range n {
			lines = append(lines, rapid.SliceOfN(rapid.SampledFrom(around), 0, 4).Draw(t, "around")...)
			s := "Câu thứ " + strings.Repeat("i", i+1) + " của bài viết này đủ dài để không ai có thể lầm nó với một dòng nào khác của trang."
			lines, sentences = append(lines, s), append(sentences, s)
		}
		doc, err := Read(Input{Body: []byte(strings.Join(lines, "\n\n")), Kind: "text"})
		if err != nil {
			t.Fatal(err)
		}
		have := ""
		for _, d := range doc.Drafts {
			have += d.Title.Value + "\n" + d.Summary.Value
			for _, b := range d.Blocks {
				if b.Kind != hub.BlockCaption {
					have += "\n" + b.Text
				}
			}
		}
		at := 0
		for _, s := range sentences {
			i := strings.Index(have[at:], s)
			if i < 0 {
				t.Fatalf("lost or moved: %s", s)
			}
			at += i + len(s)
		}
	})
}
