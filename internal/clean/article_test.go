package clean

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tinhub/internal/hub"
)

// bridge is a page's text as a person copies it: lead and captions twice, a second part, a byline, the page's furniture.
func bridge() hub.Draft {
	lead := "(ĐN) - Sáng 14-1, UBND huyện đã khánh thành cầu Suối Đá, nối liền hai xã sau 18 tháng thi công."
	c1 := "Lãnh đạo huyện cắt băng khánh thành cầu Suối Đá"
	c2 := "Người dân đi bộ qua cầu trong ngày đầu tiên"
	p := func(s string) hub.Block { return hub.Block{Kind: hub.BlockParagraph, Text: s} }
	c := func(s string) hub.Block { return hub.Block{Kind: hub.BlockCaption, Text: s} }
	return hub.Draft{
		Path: "2022/cau-suoi-da.txt", Title: hub.Text{Value: "Khánh thành cầu Suối Đá"}, Summary: hub.Text{Value: lead},
		Published: []string{"02:01, 14/01/2022"}, Alternates: []hub.Alternate{{Language: "en"}},
		Blocks: []hub.Block{
			p("Khánh thành cầu Suối Đá"), p("02:01, 14/01/2022"), p(lead), p(lead), c(c1), c(c1),
			p("Cầu dài 120 m, rộng 7 m, tổng vốn 42 tỷ đồng từ ngân sách huyện và đóng góp của người dân."),
			p("Theo Chủ tịch UBND huyện Trần Văn Lâm, cây cầu rút ngắn 9 km đường đến trường của học sinh."),
			p("* Cùng ngày, huyện khởi công tuyến đường dẫn phía đông."),
			c(c2), p(c2),
			p("Tuyến đường dự kiến xong trong quý III."),
			p("Dịp này, huyện khen thưởng 5 tập thể và 12 cá nhân."),
			p("Phương Hạnh"), p("Tin xem nhiều"),
		},
	}
}

func TestATextDumpBecomesOneCleanItem(t *testing.T) {
	loc := mustZone(t, "Asia/Ho_Chi_Minh")
	s := Setting{Source: hub.Source{ID: "files", Location: loc, Sections: []string{"xa-hoi"}}, Language: "en", Explain: true}
	out, err := Document(hub.Document{Kind: "text", Drafts: []hub.Draft{bridge()}}, s)
	if err != nil || len(out) != 1 {
		t.Fatalf("got %d items, %v", len(out), err)
	}
	it := out[0].Item
	want := strings.Join([]string{
		"Cầu dài 120 m, rộng 7 m, tổng vốn 42 tỷ đồng từ ngân sách huyện và đóng góp của người dân.",
		"Theo Chủ tịch UBND huyện Trần Văn Lâm, cây cầu rút ngắn 9 km đường đến trường của học sinh.",
		"* Cùng ngày, huyện khởi công tuyến đường dẫn phía đông.",
		"Tuyến đường dự kiến xong trong quý III.",
		"Dịp này, huyện khen thưởng 5 tập thể và 12 cá nhân.",
	}, "\n\n")
	if diff := cmp.Diff(want, it.ContentText); diff != "" {
		t.Errorf("content_text (-want +got):\n%s", diff)
	}
	if it.Title != "Khánh thành cầu Suối Đá" || !strings.HasPrefix(it.Summary, "(ĐN) - Sáng 14-1") || it.Language != "vi" {
		t.Errorf("title %q, summary %q, language %q", it.Title, it.Summary, it.Language)
	}
	if got := it.Published.Format(time.RFC3339); got != "2022-01-14T02:01:00+07:00" || it.OriginalDate != "02:01, 14/01/2022" {
		t.Errorf("published %s from %q", got, it.OriginalDate)
	}
	if !slices.Equal(it.Captions, []string{"Lãnh đạo huyện cắt băng khánh thành cầu Suối Đá", "Người dân đi bộ qua cầu trong ngày đầu tiên"}) {
		t.Errorf("captions %q", it.Captions)
	}
	if len(it.Authors) != 1 || it.Authors[0].Name != "Phương Hạnh" {
		t.Errorf("authors %v", it.Authors)
	}
	if !slices.Equal(it.Alternates, []hub.Alternate{{Language: "en"}}) || it.OriginalID != "2022/cau-suoi-da.txt" {
		t.Errorf("alternates %v, id %q", it.Alternates, it.OriginalID)
	}
	if strings.Count(it.ContentHTML, "<figcaption>") != 2 {
		t.Errorf("content_html %s", it.ContentHTML)
	}
	var steps []string
	for _, st := range out[0].Steps {
		steps = append(steps, st.Step)
	}
	for _, need := range []string{"title repeated", "date repeated", "lead repeated", "caption repeated", "byline found", "furniture", "language found"} {
		if !slices.Contains(steps, need) {
			t.Errorf("no step %q among %q", need, steps)
		}
	}
	checkIdempotent(t, "bridge", out[0], s)
	s.Explain = false
	if quiet, err := cleanDraft(bridge(), hub.Document{}, s); err != nil || quiet.Steps != nil || quiet.Item.Hash != it.Hash {
		t.Errorf("without explain: steps %v, hash %s, %v", quiet.Steps, quiet.Item.Hash, err)
	}
}

func TestALeadIsFoundWhereNothingNamesIt(t *testing.T) {
	d := bridge()
	d.Summary = hub.Text{}
	in, err := cleanDraft(d, hub.Document{}, Setting{Source: hub.Source{ID: "files"}})
	if err != nil || !strings.HasPrefix(in.Item.Summary, "(ĐN) - Sáng") || strings.Contains(in.Item.ContentText, "Sáng 14-1") {
		t.Errorf("summary %q, text %q, %v", in.Item.Summary, in.Item.ContentText, err)
	}
}

func TestRepeatsAndFurnitureGo(t *testing.T) {
	filler := "<p>First paragraph of the story.</p><p>Second paragraph of the story.</p><p>Third one.</p><p>Fourth one.</p>"
	plain := "First paragraph of the story.\n\nSecond paragraph of the story.\n\nThird one.\n\nFourth one."
	for _, c := range []struct{ name, body, want, authors string }{
		{"the title as heading", "<h1>A Title: of “the” story</h1>" + filler, plain, ""},
		{"the title as paragraph under a picture", `<figure><img src="/a.jpg"></figure><p><strong>A title – of the story</strong></p>` + filler, plain, ""},
		{"the lead, its agency named here only", "<p>(VNA) - The lead, in full.</p>" + filler, plain, ""},
		{"the lead twice", "<p>The lead in full</p><p>The lead in full.</p>" + filler, plain, ""},
		{"title, date and lead", "<h2>A title of the story</h2><p>14/01/2022 02:01</p><p>The lead in full.</p>" + filler, plain, ""},
		{"caption as alt, figcaption and paragraph", `<figure><img src="/a.jpg" alt="A bridge"><figcaption>A bridge.</figcaption></figure><p>A bridge</p>` + filler, plain, ""},
		{"a caption whose credit only the figcaption names", `<figure><img src="/a.jpg" alt="A bridge at dawn"><figcaption>A bridge at dawn (Ảnh: Thanh Hải)</figcaption></figure><p>A bridge at dawn</p>` + filler, plain, ""},
		{"caption as alt and paragraph", `<p><img src="/a.jpg" alt="A bridge at dawn"></p><p><em>A bridge at dawn</em></p>` + filler, plain, ""},
		{"related box", filler + `<h3>Related</h3><ul><li><a href="/x">One thing</a></li><li><a href="/y">Another</a></li></ul>`, plain, ""},
		{"related box in the middle", "<p>First paragraph of the story.</p><p><strong>Tin liên quan:</strong></p><ul><li><a href=/x>Một</a></ul><p>Second paragraph of the story.</p><p>Third one.</p><p>Fourth one.</p>", plain, ""},
		{"labelled link", "<p>First paragraph of the story.</p><p>Xem thêm: <a href=/x>Một bài khác</a></p><p>Second paragraph of the story.</p><p>Third one.</p><p>Fourth one.</p>", plain, ""},
		{"bold labelled link", filler + `<p><strong>Read more:</strong> <a href="/x">Another story</a></p>`, plain, ""},
		{"read-more link", filler + `<p><a href="/x">Read more</a></p>`, plain, ""},
		{"label at the end", filler + "<p>Tin xem nhiều</p>", plain, ""},
		{"headlines of a dump under their label", filler + "<p>Tin xem nhiều</p><p>Giá vàng tăng mạnh</p><p>Bão số 3 đổi hướng</p>", plain, ""},
		{"share bar as list", `<ul><li>Facebook</li><li>Twitter</li><li>Zalo</li></ul>` + filler, plain, ""},
		{"share bar as line", filler + `<p><a href="https://f.example">Share</a> | <a href="https://t.example">Tweet</a> | Email</p>`, plain, ""},
		{"a blog engine's last line", filler + `<p>The post <a href="/a">A title of the story</a> appeared first on <a href="/">The Paper</a>.</p>`, plain, ""},
		{"byline", filler + "<p><strong>Nguyễn Thị Hoa</strong></p>", plain, "Nguyễn Thị Hoa"},
		{"labelled byline", filler + "<p>Bài, ảnh: Nguyễn Văn An</p>", plain, "Nguyễn Văn An"},
		{"two with labels", filler + "<p>Bài: Văn An - Ảnh: Thu Hà</p>", plain, "Văn An, Thu Hà"},
		{"agency", filler + "<p><em>(Theo TTXVN)</em></p>", plain, "TTXVN"},
		{"English byline", filler + "<p>By Jane van Doe and John Smith</p>", plain, "Jane van Doe, John Smith"},
		{"byline first", "<p>By Jane Doe</p>" + filler, plain, "Jane Doe"},
		{"two names", filler + "<p>Minh Anh – Quốc Bảo</p>", plain, "Minh Anh, Quốc Bảo"},
		{"byline over furniture", filler + "<p>Phương Hằng</p><p>Chia sẻ</p>", plain, "Phương Hằng"},

		{"a related heading over text stays", "<h2>Related</h2>" + filler, "Related\n\n" + plain, ""},
		{"a last word is no byline", filler + "<p>To Be Continued</p>", plain + "\n\nTo Be Continued", ""},
		{"a last sentence is no byline", filler + "<p>Không ai bị thương.</p>", plain + "\n\nKhông ai bị thương.", ""},
		{"a lower-case line is no byline", filler + "<p>hết phần một</p>", plain + "\n\nhết phần một", ""},
		{"paragraphs that rightly repeat stay", "<p>La la la.</p>" + filler + "<p>La la la.</p><p>La la la.</p><p>End of song.</p>", "La la la.\n\n" + plain + "\n\nLa la la.\n\nLa la la.\n\nEnd of song.", ""},
		{"a refrain is no lead", "<p>Row.</p><p>Row.</p><p>Row.</p><p>Row.</p>" + filler, "Row.\n\nRow.\n\nRow.\n\nRow.\n\n" + plain, ""},
		{"a link in a paragraph is no furniture", filler + `<p>Read more about <a href="/x">it</a> in the library.</p>`, plain + "\n\nRead more about it in the library.", ""},
		{"a list of links without a label stays", filler + `<ul><li><a href="/x">Act one</a></li></ul>`, plain + "\n\n- Act one", ""},
		{"a date in the text stays", filler + "<p>14/01/2022 02:01</p><p>End of story.</p>", plain + "\n\n14/01/2022 02:01\n\nEnd of story.", ""},
	} {
		s := Setting{Source: hub.Source{ID: "s"}, Explain: true}
		in, err := cleanDraft(hub.Draft{
			URL: "https://paper.example/a", Title: hub.Text{Value: "A title of the story"}, Summary: hub.Text{Value: "The lead in full."},
			Published: []string{"14/01/2022 02:01"}, Body: hub.Text{Value: c.body, HTML: true},
		}, hub.Document{}, s)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, in.Item.ContentText); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
		if got := joinNames(in.Item.Authors); got != c.authors {
			t.Errorf("%s: authors %q, want %q", c.name, got, c.authors)
		}
		checkIdempotent(t, c.name, in, s)
	}
}

// A page says a picture's caption to machines and to people; the photographer is often named to people only.
func TestACaptionIsTakenOnceWhoeverIsCredited(t *testing.T) {
	for _, c := range []struct {
		name, named, src, shown string
		want                    []string
	}{
		{"the same", "Cầu Suối Đá", "/a.jpg", "Cầu Suối Đá.", []string{"Cầu Suối Đá."}},
		{"credit in the text", "Cầu Suối Đá", "/a.jpg", "Cầu Suối Đá (Ảnh: Thanh Hải)", []string{"Cầu Suối Đá (Ảnh: Thanh Hải)"}},
		{"credit in the text, the file another", "Cầu Suối Đá", "/thumb/b.jpg", "Cầu Suối Đá. Nguồn ảnh: TTXVN", []string{"Cầu Suối Đá. Nguồn ảnh: TTXVN"}},
		{"credit in what is said to machines", "A bridge at dawn. Photo: AP", "/a.jpg", "A bridge at dawn", []string{"A bridge at dawn. Photo: AP"}},
		{"two pictures of one thing", "Cầu Suối Đá", "/c.jpg", "Cầu Suối Đá ngày khánh thành", []string{"Cầu Suối Đá", "Cầu Suối Đá ngày khánh thành"}},
	} {
		in, err := cleanDraft(hub.Draft{
			URL: "https://paper.example/a", Title: hub.Text{Value: "T"},
			Pictures: []hub.DraftPicture{{URL: "/a.jpg", Caption: hub.Text{Value: c.named}}},
			Body:     hub.Text{Value: `<p>Một câu.</p><figure><img src="` + c.src + `"><figcaption>` + c.shown + `</figcaption></figure>`, HTML: true},
		}, hub.Document{}, Setting{})
		if err != nil || !slices.Equal(in.Item.Captions, c.want) {
			t.Errorf("%s: captions %q, want %q, %v", c.name, in.Item.Captions, c.want, err)
		}
		checkIdempotent(t, c.name, in, Setting{})
	}
}

func TestADeclaredAuthorsBylineGoes(t *testing.T) {
	for _, tail := range []string{"Phương Hằng", "PHƯƠNG HẰNG", "By Phương Hằng", "Bài, ảnh: Phương Hằng"} {
		in, err := cleanDraft(hub.Draft{
			Title: hub.Text{Value: "T"}, Authors: []hub.DraftAuthor{{Name: "Phương Hằng"}},
			Body: hub.Text{Value: "<p>Một câu.</p><p>" + tail + "</p>", HTML: true},
		}, hub.Document{}, Setting{})
		if err != nil || in.Item.ContentText != "Một câu." {
			t.Errorf("%q: %q, %v", tail, in.Item.ContentText, err)
		}
	}
	in, err := cleanDraft(hub.Draft{
		Title: hub.Text{Value: "T"}, Authors: []hub.DraftAuthor{{Name: "Phương Hằng"}}, Body: hub.Text{Value: "<p>Một câu.</p><p>Lê Văn Tám</p>", HTML: true},
	}, hub.Document{}, Setting{})
	if err != nil || in.Item.ContentText != "Một câu.\n\nLê Văn Tám" {
		t.Errorf("another name was lost: %q, %v", in.Item.ContentText, err)
	}
}
