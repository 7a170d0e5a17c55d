package source

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"pgregory.net/rapid"

	"tinhub/internal/hub"
)

// article is what one text must come out as, whatever its outer form.
type article struct {
	edition, title, date, lead, byline string
	body                               []hub.Block
}

func vietnamese() article {
	return article{
		edition: "En", title: "Huyện ven sông tổng kết phong trào xây dựng nông thôn mới", date: "02:01, 14/01/2022",
		lead:   "(BM) - Sáng 14-1, huyện ven sông đã tổ chức hội nghị tổng kết phong trào xây dựng nông thôn mới năm 2021 và bàn nhiệm vụ năm 2022.",
		byline: "Phương Lan",
		body: []hub.Block{
			{Kind: hub.BlockCaption, Text: "Lãnh đạo huyện trao bằng khen cho các xã đạt chuẩn nông thôn mới nâng cao tại hội nghị"},
			{Kind: hub.BlockParagraph, Text: "Năm qua, toàn huyện có thêm ba xã đạt chuẩn nông thôn mới nâng cao, đưa tổng số xã đạt chuẩn lên mười một xã. Thu nhập bình quân của người dân tăng gần 8% so với năm trước, hộ nghèo giảm còn dưới 1%."},
			{Kind: hub.BlockParagraph, Text: "Theo Chủ tịch UBND huyện Trần Văn An, kết quả ấy có được nhờ người dân đồng lòng hiến đất, góp công làm đường. Riêng xã Bình Hòa đã vận động được hơn 12 ngàn m2 đất để mở rộng các tuyến đường liên ấp."},
			{Kind: hub.BlockParagraph, Text: "* Cùng ngày, Hội Nông dân huyện tổ chức phiên chợ nông sản đầu năm với 40 gian hàng của các hợp tác xã trong vùng."},
			{Kind: hub.BlockCaption, Text: "Người dân chọn mua nông sản sạch tại phiên chợ đầu năm do Hội Nông dân huyện tổ chức ở trung tâm thị trấn"},
			{Kind: hub.BlockParagraph, Text: "Phiên chợ kéo dài đến hết ngày 16-1. Ban tổ chức cho biết sẽ mở lại mỗi tháng một lần nếu được bà con ủng hộ."},
		},
	}
}

func english() article {
	return article{
		edition: "Tiếng Việt", title: "River district reviews its year of rural building", date: "Friday, January 14, 2022, 02:01 (GMT+7)",
		lead:   "The river district met on Friday to look back on a year of rural building and to settle its plans for the next one.",
		byline: "By Ann Porter",
		body: []hub.Block{
			{Kind: hub.BlockCaption, Text: "District leaders hand certificates to the communes that met the new standard this year"},
			{Kind: hub.BlockParagraph, Text: "Three more communes met the standard last year, which brings their number to eleven. Incomes rose by almost eight percent, and fewer than one household in a hundred is now counted as poor."},
			{Kind: hub.BlockParagraph, Text: "\"People gave their land and their weekends,\" said the chairman, who thanked the hamlets along the northern dyke by name. The roads they widened are open since November."},
			{Kind: hub.BlockParagraph, Text: "* On the same day the farmers' union opened a market with forty stalls, which will stay until Sunday evening."},
			{Kind: hub.BlockCaption, Text: "Shoppers choose vegetables at the first market of the year in the middle of the town"},
			{Kind: hub.BlockParagraph, Text: "The union wants to hold it once a month, if enough people come. The next one would be in February."},
		},
	}
}

// shape says how a text is laid out.
type shape struct {
	edition, date, dateFirst, kicker, leadTwice, captionsTwice, captionsApart, byline, furniture bool
	buttons, hash, titleTwice, tight                                                             bool
	wrap                                                                                         int
}

func (a article) lay(s shape) string {
	var paras []string
	add := func(on bool, text string) {
		if on {
			paras = append(paras, text)
		}
	}
	if s.hash {
		a.title = "# " + a.title
	}
	add(s.edition, a.edition)
	add(s.date && s.dateFirst, a.date)
	add(s.kicker, "NÔNG THÔN MỚI")
	add(true, a.title)
	add(s.titleTwice, a.title)
	add(s.date && !s.dateFirst, a.date)
	add(s.buttons, "Chia sẻ")
	add(s.buttons, "Share | Print")
	add(true, a.lead)
	add(s.leadTwice, a.lead)
	for i, b := range a.body {
		text := b.Text
		if s.wrap > 0 {
			text = wrapped(text, s.wrap)
		}
		switch {
		case b.Kind == hub.BlockCaption && s.captionsTwice && s.captionsApart:
			add(true, text)
			add(true, text)
		case b.Kind == hub.BlockCaption && s.captionsTwice:
			add(true, text+"\n"+text)
		default:
			add(true, text)
		}
		add(s.furniture && i == 1, "Tin liên quan")
	}
	add(s.byline, a.byline)
	add(s.furniture, "Tin xem nhiều")
	if s.furniture {
		paras = append(paras, "Giá xăng giảm từ chiều nay", "Đội tuyển lên đường dự giải", "Học sinh nghỉ Tết hai tuần")
	}
	gap := "\n\n"
	if s.tight {
		gap = "\n"
	}
	for i := range paras {
		if s.wrap > 0 && !strings.Contains(paras[i], "\n") {
			paras[i] = wrapped(paras[i], s.wrap)
		}
	}
	return strings.Join(paras, gap) + "\n"
}

func wrapped(s string, width int) string {
	var lines []string
	line := ""
	for _, w := range strings.Fields(s) {
		if line != "" && len([]rune(line))+1+len([]rune(w)) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += w
	}
	return strings.Join(append(lines, line), "\n")
}

func (a article) check(s shape, body []byte) string {
	doc, err := Read(Input{Body: body, Path: "2022/a.txt"})
	if err != nil {
		return err.Error()
	}
	if len(doc.Drafts) != 1 || doc.Kind != "text" {
		return "not one draft of a text"
	}
	d := doc.Drafts[0]
	d.Steps = nil
	var want hub.Draft
	want.Path = "2022/a.txt"
	want.Title.Value, want.Summary.Value, want.Blocks = a.title, a.lead, a.body
	if s.date {
		want.Published = []string{a.date}
	}
	if s.edition {
		lang := map[string]string{"En": "en", "Tiếng Việt": "vi"}[a.edition]
		want.Alternates = []hub.Alternate{{Language: lang}}
	}
	if s.byline {
		want.Authors = []hub.DraftAuthor{{Name: strings.TrimPrefix(a.byline, "By ")}}
	}
	if s.kicker {
		want.Tags = []string{"NÔNG THÔN MỚI"}
	}
	return cmp.Diff(want, d)
}

func TestOneArticleComesOutOfEveryLayout(t *testing.T) {
	seed := shape{edition: true, date: true, leadTwice: true, captionsTwice: true, byline: true, furniture: true}
	change := map[string]func(*shape){
		"as a newspaper's page is copied":             func(*shape) {},
		"without a link to the other edition":         func(s *shape) { s.edition = false },
		"without a date":                              func(s *shape) { s.date = false },
		"with the date above the title":               func(s *shape) { s.dateFirst = true },
		"with the section's name above the title":     func(s *shape) { s.kicker = true },
		"with the lead once":                          func(s *shape) { s.leadTwice = false },
		"with captions once":                          func(s *shape) { s.captionsTwice = false },
		"with captions twice and a line between":      func(s *shape) { s.captionsApart = true },
		"without a byline":                            func(s *shape) { s.byline = false },
		"without furniture":                           func(s *shape) { s.furniture = false },
		"with buttons below the date":                 func(s *shape) { s.buttons = true },
		"with the title twice":                        func(s *shape) { s.titleTwice = true },
		"with a marked title":                         func(s *shape) { s.hash = true },
		"wrapped at 72":                               func(s *shape) { s.wrap = 72 },
		"wrapped at 80 with captions once":            func(s *shape) { s.wrap, s.captionsTwice = 80, false },
		"without blank lines":                         func(s *shape) { s.tight = true },
		"bare: title, lead and text, nothing doubled": func(s *shape) { *s = shape{} },
	}
	for name, f := range change {
		for lang, a := range map[string]article{"Vietnamese": vietnamese(), "English": english()} {
			t.Run(lang+" "+name, func(t *testing.T) {
				s := seed
				f(&s)
				if diff := a.check(s, []byte(a.lay(s))); diff != "" {
					t.Errorf("%s\n%s", diff, a.lay(s))
				}
			})
		}
	}
}

func TestLayoutsMix(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		flag := func(name string) bool { return rapid.Bool().Draw(t, name) }
		s := shape{
			edition: flag("edition"), date: flag("date"), dateFirst: flag("dateFirst"), leadTwice: flag("leadTwice"),
			captionsTwice: flag("captionsTwice"), captionsApart: flag("captionsApart"), byline: flag("byline"), furniture: flag("furniture"),
			buttons: flag("buttons"), hash: flag("hash"), titleTwice: flag("titleTwice"), wrap: rapid.SampledFrom([]int{0, 0, 66, 72, 78}).Draw(t, "wrap"),
		}
		a := vietnamese()
		if flag("english") {
			a = english()
		}
		if diff := a.check(s, []byte(a.lay(s))); diff != "" {
			t.Fatalf("%s\n%s", diff, a.lay(s))
		}
	})
}

func TestOneArticleComesOutOfEveryEncoding(t *testing.T) {
	a, s := vietnamese(), shape{edition: true, date: true, leadTwice: true, captionsTwice: true, byline: true}
	plain := []byte(a.lay(s))
	utf16le, _ := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes(plain)
	utf16be, _ := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().Bytes(plain)
	w1258, err := charmap.Windows1258.NewEncoder().Bytes(tonesApart(plain))
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string][]byte{
		"UTF-8 with a BOM": append([]byte("\xef\xbb\xbf"), plain...), "UTF-16 with a BOM": utf16le, "UTF-16 without a BOM": utf16be,
		"windows-1258": w1258, "CRLF": []byte(strings.ReplaceAll(string(plain), "\n", "\r\n")), "CR": []byte(strings.ReplaceAll(string(plain), "\n", "\r")),
		"letters taken apart": tonesApart(plain),
	} {
		t.Run(name, func(t *testing.T) {
			if diff := a.check(s, body); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestNoTextIsLost: what rightly repeats stays, and all that is no furniture is somewhere in the draft.
func TestNoTextIsLost(t *testing.T) {
	text := strings.Join([]string{
		"Bài thơ bên sông", "14/01/2022", "Một câu mở đầu đủ dài để làm phần dẫn của bài viết này.",
		"Điệp khúc vang lên trên bến.", "Anh nói rằng con thuyền đã đi từ sáng sớm.", "Điệp khúc vang lên trên bến.",
		"Không ai trả lời.", "Không ai trả lời.", "Không ai trả lời.",
		"Tin liên quan", "Thuyền về bến cũ sau mười năm", "Mùa nước nổi năm nay đến muộn hơn", "Rồi mọi người ra về, trên bến chỉ còn một ngọn đèn nhỏ.",
	}, "\n\n")
	doc, err := Read(Input{Body: []byte(text), Kind: "text"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range doc.Drafts[0].Blocks {
		got = append(got, b.Text)
	}
	want := []string{
		"Điệp khúc vang lên trên bến.", "Anh nói rằng con thuyền đã đi từ sáng sớm.", "Điệp khúc vang lên trên bến.",
		"Không ai trả lời.", "Không ai trả lời.", "Không ai trả lời.", "Rồi mọi người ra về, trên bến chỉ còn một ngọn đèn nhỏ.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if !slices.ContainsFunc(doc.Warnings, func(w string) bool { return strings.Contains(w, "Thuyền về bến cũ") }) {
		t.Errorf("what was left out is not in the warnings: %q", doc.Warnings)
	}
}

func TestDatelines(t *testing.T) {
	for line, want := range map[string]bool{
		"02:01, 14/01/2022": true, "14/01/2022 02:01": true, "Thứ sáu, 14/01/2022, 02:01 (GMT+7)": true, "14/01/2022": true,
		"Thứ Sáu, 14-01-2022 - 02:01": true, "Cập nhật lúc 02:01, ngày 14/01/2022": true, "Ngày 14 tháng 1 năm 2022": true,
		"Chủ nhật, ngày 16/1/2022 | 7h30": true, "14.1.2022": true, "2022-01-14T02:01:00+07:00": true, "2022-01-14 02:01": true,
		"January 14, 2022": true, "Published: Jan. 14, 2022 at 2:01 PM": true, "Fri, 14 Jan 2022 02:01:00 GMT": true, "14 January 2022": true,
		"Posted on 14th January 2022 - Updated 15/01/2022": true, "Thứ 6, 14/01/2022": true,
		"Sáng 14-1, huyện tổ chức hội nghị": false, "Ngày 14/01/2022 tại Biên Hòa": false, "The meeting of January 14, 2022, was short.": false,
		"14/01": false, "2022": false, "Tin xem nhiều": false, "": false,
	} {
		if got := isDateline(line); got != want {
			t.Errorf("isDateline(%q) = %v", line, got)
		}
	}
}

func TestBylines(t *testing.T) {
	for line, want := range map[string]string{
		"Phương Hằng": "Phương Hằng", "PHƯƠNG HẰNG": "PHƯƠNG HẰNG", "Theo TTXVN": "TTXVN", "Bài, ảnh: Minh Anh": "Minh Anh", "By Jane Doe": "Jane Doe",
		"Bài và ảnh: Lê An - Văn Nam": "Lê An+Văn Nam", "P.H": "P.H", "N.V.An": "N.V.An", "Lan Anh (tổng hợp)": "Lan Anh", "Jane Doe and Tom Reed": "Jane Doe+Tom Reed",
		"Nguồn: Báo Nhân Dân": "Báo Nhân Dân", "Written by: Ann Porter": "Ann Porter", "Hồng Vân, Thu Hà": "Hồng Vân+Thu Hà",
		"Kết luận chung": "", "Phần hai của bài viết": "", "Theo ông An, mọi việc đều tốt.": "", "100 năm": "", "Ông nói: Được": "", "Tin xem nhiều": "",
		"Theo báo cáo của huyện":  "",
		"Ghi chép của MINH TRIẾT": "MINH TRIẾT", "Phóng sự: Minh Triết": "Minh Triết", "HÀ AN lược ghi": "HÀ AN", "Thu Ngân (lược dịch)": "Thu Ngân",
		"Hải Yến, ảnh: Thanh Tú": "Hải Yến+Thanh Tú", "Minh Triết/Báo Miền Kênh": "Minh Triết", "Lê Văn Tám (Long Thành)": "Lê Văn Tám", "TTXVN/Vietnam+": "TTXVN/Vietnam+",
		"By THANH TAM - Translated by Mai Linh": "THANH TAM+Mai Linh", "Translated by Mai Linh": "Mai Linh", "By Jane Doe, Staff Writer": "Jane Doe",
		"Story: Thanh Tam; photos: Mai Linh": "Thanh Tam+Mai Linh", "Hải Đăng (Phóng viên TTXVN tại Vĩnh Long)": "Hải Đăng", "Tạm biệt": "", "Việt Nam": "",
	} {
		authors, _, _ := byline(line)
		var names []string
		for _, a := range authors {
			names = append(names, a.Name)
		}
		if got := strings.Join(names, "+"); got != want {
			t.Errorf("byline(%q) = %q, want %q", line, got, want)
		}
	}
}

func TestSharedSeedArticle(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/data/seed-article.txt")
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := Read(Input{Body: body})
		if err != nil {
			t.Fatal(err)
		}
		d := doc.Drafts[0]
		kinds := ""
		for _, b := range d.Blocks {
			kinds += string(b.Kind)[:1]
		}
		if kinds != "cpppppcpp" || d.Authors[0].Name != "Phương Hằng" || d.Published[0] != "02:01, 14/01/2022" || d.Alternates[0].Language != "en" {
			t.Errorf("blocks %s, %+v", kinds, d)
		}
	}
}

func TestTextsThatAreNoArticleAreRefused(t *testing.T) {
	for name, body := range map[string]string{
		"one endless line": strings.Repeat("một hai ba ", maxTextBytes/16*2), "lines without end": strings.Repeat("dòng này\n\ndòng kia\n\n", maxParas),
		"control characters": strings.Repeat("a\x01\x02", 1000),
	} {
		if _, err := Read(Input{Body: []byte(body), Kind: "text"}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestAPhraseIsNoWriter(t *testing.T) {
	const text = "Old cinema becomes a library\n\n14 March 2024\n\nThe town will turn the old cinema into a library, the council said on Thursday.\n\n" +
		"The building has been empty since 2011, and its roof leaks in every room.\n\n"
	for last, signed := range map[string]bool{
		"Enough Said": false, "Case Closed": false, "Mission Accomplished": false, "Happy New Year": false, "See You Tomorrow": false, "Good Night": false,
		"Owen Marsh": true, "Tran Van Hau": true, "Tom Reed and Lan Vu": true, "A. Porter": true, "VNA": true,
	} {
		doc, err := Read(Input{Body: []byte(text + last), Kind: "text"})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(doc.Drafts[0].Authors) > 0; got != signed {
			t.Errorf("%q signs: %v", last, got)
		}
	}
}
