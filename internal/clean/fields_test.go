package clean

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"tinhub/internal/hub"
)

func TestTitlesArePlainText(t *testing.T) {
	for _, c := range []struct {
		in   string
		html bool
		want string
	}{
		{"Giá  vàng\n tăng", false, "Giá vàng tăng"},
		{"Dùng thẻ <b> trong HTML", false, "Dùng thẻ <b> trong HTML"},
		{"AT&T", false, "AT&T"},
		{"x < y", false, "x < y"},
		{"x < y > z", false, "x < y > z"},
		{"Q&A; more", false, "Q&A; more"},
		{"Blog &#8211; Paper", false, "Blog – Paper"},
		{"How to write &nbsp; in HTML", false, "How to write &nbsp; in HTML"},
		{"<b>Bold</b> move", false, "Bold move"},
		{"Why I <3 Go", false, "Why I <3 Go"},
		{"Tom <tom@paper.example>", false, "Tom <tom@paper.example>"},
		{"AT&T", true, "AT&T"},
		{"AT&amp;T", true, "AT&T"},
		{"AT&amp;amp;T", true, "AT&T"},
		{"x < y", true, "x < y"},
		{"x &lt; y", true, "x < y"},
		{"<em>Tin</em> <strong>nóng</strong>", true, "Tin nóng"},
		{"<p>One</p><p>Two</p>", true, "One Two"},
		{"a<br>b", true, "a b"},
		{"H<sub>2</sub>O", true, "H2O"},
		{"&lt;b&gt;Bold&lt;/b&gt; move", true, "Bold move"},
		{"&amp;lt;b&amp;gt;Bold&amp;lt;/b&amp;gt;", true, "Bold"},
		{"&amp;quot;Quote&amp;quot;", true, `"Quote"`},
		{"Dùng thẻ &lt;b&gt; trong HTML", true, "Dùng thẻ <b> trong HTML"},
		{"List&lt;T&gt; in C#", true, "List<T> in C#"},
		{"vector<int> explained", true, "vector<int> explained"},
		{"<script>alert(1)</script>News", true, "News"},
		{"News <!-- ad -->today", true, "News today"},
		{"a &lt;b and c", true, "a <b and c"},
		{"2 <b", true, "2 <b"},
		{"<a href='x' onclick='y'>Link</a>", true, "Link"},
		{"&eacute;t&#233; &#x1F600;", true, "été 😀"},
		{"fish &amp chips", true, "fish &amp chips"},
		{"e\u0301te\u0301", false, "été"},
		{"a\x00b\x08c\ufffed\uffff", false, "abcd"},
		{"a\xffb\xed\xa0\x80c", false, "abc"},
		{"\ufeffa\u00a0b", false, "a b"},
		{"a\u202Egnp.exe", false, "agnp.exe"},
		{"a \u202Bעברית\u202C b", false, "a \u202Bעברית\u202C b"},
		{"\u2067x", false, "x"},
		{"a\u2066b\u202Cc\u2069", false, "abc"},
		{"x\u0085y\u2028z", false, "x y z"},
		{"<img src=x onerror=alert(1)>News", false, "News"},
		{"&lt;svg/onload=alert(1)&gt;News", false, "News"},
		{"<script>alert(1)</script>News", false, "News"},
		{"Dùng thẻ <script> và <img>", false, "Dùng thẻ <script> và <img>"},
		{"x <y z=1>", false, "x <y z=1>"},
		{`<iframe src="x">in</iframe>`, false, "in"},
		{`<time datetime="x">today</time> news`, false, "today news"},
		{"<!-- c -->A title", false, "A title"},
		{`<svg><path d="M0"/></svg> Icon title`, true, "Icon title"},
		{"<o:p>Word</o:p> paste", true, "Word paste"},
		{"B</button>keep</form>", false, "B keep"},
		{"</video><audio> </audio>", false, ""},
		{"", false, ""},
		{"<b></b>", true, ""},
		{"&#0;&#xD800;", true, "\uFFFD\uFFFD"},
	} {
		got := plain(hub.Text{Value: c.in, HTML: c.html})
		if got != c.want {
			t.Errorf("plain(%q, html %v) = %q, want %q", c.in, c.html, got, c.want)
		}
		if again := plain(hub.Text{Value: got}); again != got {
			t.Errorf("%q changes again, to %q", got, again)
		}
	}
}

func TestLongTextsAreCutWithAStep(t *testing.T) {
	in, err := cleanDraft(hub.Draft{
		Title: hub.Text{Value: strings.Repeat("từ ", 20_000)}, Summary: hub.Text{Value: strings.Repeat("chữ ", 20_000)}, Body: hub.Text{Value: "<p>x</p><p>y</p>", HTML: true},
		Tags: slices.Repeat([]string{"a", "b"}, 3),
	}, hub.Document{}, Setting{Explain: true})
	if err != nil {
		t.Fatal(err)
	}
	it := in.Item
	if n := utf8.RuneCountInString(it.Title); n > maxTitle || n < maxTitle-50 || !strings.HasSuffix(it.Title, "từ…") {
		t.Errorf("a title of %d characters ending in %q", n, it.Title[len(it.Title)-10:])
	}
	if n := utf8.RuneCountInString(it.Summary); n > maxSummary || n < maxSummary-50 {
		t.Errorf("a summary of %d characters", n)
	}
	if len(in.Steps) < 2 {
		t.Errorf("steps %v", in.Steps)
	}
	for _, s := range in.Steps {
		if utf8.RuneCountInString(s.Before) > maxStepText || utf8.RuneCountInString(s.After) > maxStepText {
			t.Errorf("a step of %d and %d characters", utf8.RuneCountInString(s.Before), utf8.RuneCountInString(s.After))
		}
	}
	if !slices.Equal(it.Tags, []string{"a", "b"}) {
		t.Errorf("tags %q", it.Tags)
	}
	checkIdempotent(t, "long", in, Setting{})
	long := strings.Repeat("chữ ", 20_000)
	in, err = cleanDraft(hub.Draft{Title: hub.Text{Value: "T"}, Summary: hub.Text{Value: long}}, hub.Document{}, Setting{})
	if err != nil || in.Item.ContentText != strings.TrimSpace(long) || in.Item.Summary != "" {
		t.Errorf("a summary that is the whole article lost text: %d of %d bytes, %v", len(in.Item.ContentText), len(long), err)
	}
}

func TestAuthorsAreRead(t *testing.T) {
	for _, c := range []struct {
		in   hub.DraftAuthor
		want []hub.Author
	}{
		{hub.DraftAuthor{Name: "desk@paper.example (Angela Lee)"}, []hub.Author{{Name: "Angela Lee", Email: "desk@paper.example"}}},
		{hub.DraftAuthor{Name: "Angela Lee <desk@paper.example>"}, []hub.Author{{Name: "Angela Lee", Email: "desk@paper.example"}}},
		{hub.DraftAuthor{Name: "desk@paper.example"}, []hub.Author{{Email: "desk@paper.example"}}},
		{hub.DraftAuthor{Email: "desk@paper.example (Angela Lee)"}, []hub.Author{{Name: "Angela Lee", Email: "desk@paper.example"}}},
		{hub.DraftAuthor{Name: "By Jane Doe"}, []hub.Author{{Name: "Jane Doe"}}},
		{hub.DraftAuthor{Name: "Bởi Nguyễn Văn An"}, []hub.Author{{Name: "Nguyễn Văn An"}}},
		{hub.DraftAuthor{Name: "Jane Doe and John Smith"}, []hub.Author{{Name: "Jane Doe"}, {Name: "John Smith"}}},
		{hub.DraftAuthor{Name: "Minh Anh - Quốc Bảo"}, []hub.Author{{Name: "Minh Anh"}, {Name: "Quốc Bảo"}}},
		{hub.DraftAuthor{Name: "Jane Doe, John Smith"}, []hub.Author{{Name: "Jane Doe"}, {Name: "John Smith"}}},
		{hub.DraftAuthor{Name: "Doe, Jane"}, []hub.Author{{Name: "Doe, Jane"}}},
		{hub.DraftAuthor{Name: "Health and Science desk"}, []hub.Author{{Name: "Health and Science desk"}}},
		{hub.DraftAuthor{Name: "Von Trapp"}, []hub.Author{{Name: "Von Trapp"}}},
		{hub.DraftAuthor{Name: "byron"}, []hub.Author{{Name: "byron"}}},
		{hub.DraftAuthor{Name: "<b>Ann</b> &amp; Co", URL: "/ann"}, []hub.Author{{Name: "Ann & Co", URL: "https://paper.example/ann"}}},
		{hub.DraftAuthor{Name: "Ann", URL: "javascript:x", Email: "not a mail"}, []hub.Author{{Name: "Ann"}}},
		{hub.DraftAuthor{Name: "  "}, nil},
	} {
		in, err := cleanDraft(hub.Draft{URL: "https://paper.example/a", Authors: []hub.DraftAuthor{c.in, c.in}}, hub.Document{}, Setting{})
		if diff := cmp.Diff(c.want, in.Item.Authors); err != nil || diff != "" {
			t.Errorf("%+v (-want +got), %v:\n%s", c.in, err, diff)
		}
	}
	var many []hub.DraftAuthor
	for i := range 100 {
		many = append(many, hub.DraftAuthor{Name: fmt.Sprintf("Author%d", i)})
	}
	if in, err := cleanDraft(hub.Draft{Authors: many}, hub.Document{}, Setting{}); err != nil || len(in.Item.Authors) != maxAuthors {
		t.Errorf("%d authors, %v", len(in.Item.Authors), err)
	}
}

func TestSectionsFollowSourceAndCategories(t *testing.T) {
	src := hub.Source{ID: "s", Sections: []string{"all-news"}, Match: map[string]string{"Thể thao": "sport", "Bóng đá": "sport", "Kinh tế": "economy"}}
	in, err := cleanDraft(hub.Draft{Tags: []string{" THỂ  THAO ", "kinh tế", "khác", "Thể thao"}}, hub.Document{}, Setting{Source: src})
	if err != nil || !slices.Equal(in.Sections, []string{"all-news", "economy", "sport"}) {
		t.Errorf("sections %q, %v", in.Sections, err)
	}
	if !slices.Equal(in.Item.Tags, []string{"THỂ THAO", "kinh tế", "khác"}) {
		t.Errorf("tags %q", in.Item.Tags)
	}
	if !slices.Equal(src.Sections, []string{"all-news"}) {
		t.Error("the source's own list was changed")
	}
}

// A JSON Feed names its main picture without a width: read back, it must not give way to the body's size of it.
func TestTheOriginalPictureStays(t *testing.T) {
	for _, c := range []struct{ image, body, want string }{
		{"https://paper.example/garden.jpg", `<img src="https://paper.example/garden-1024x576.jpg" width="1024" height="576">`, "https://paper.example/garden.jpg"},
		{"https://paper.example/garden-300x169.jpg", `<img src="https://paper.example/garden-1024x576.jpg" width="1024" height="576">`, "https://paper.example/garden-1024x576.jpg"},
		{"https://paper.example/garden-2048x1152.jpg", `<img src="https://paper.example/garden-1024x576.jpg" width="1024" height="576">`, "https://paper.example/garden-2048x1152.jpg"},
		{"https://paper.example/garden-300x169.jpg", `<img src="https://paper.example/garden-1024x576.jpg">`, "https://paper.example/garden-1024x576.jpg"},
		{"https://paper.example/garden.jpg?w=300&quality=80", `<img src="https://paper.example/garden.jpg?w=1200">`, "https://paper.example/garden.jpg?w=1200"},
		{"https://paper.example/garden.jpg?quality=80", `<img src="https://paper.example/garden.jpg?resize=1200,800" width="1200">`, "https://paper.example/garden.jpg?quality=80"},
		{"https://paper.example/garden.jpg?height=80", `<img src="https://paper.example/garden.jpg" width="1200">`, "https://paper.example/garden.jpg"},
	} {
		for range 2 {
			in, err := cleanDraft(hub.Draft{
				OriginalID: "1", Image: hub.DraftPicture{URL: c.image}, Body: hub.Text{Value: "<p>x</p>" + c.body, HTML: true},
			}, hub.Document{}, Setting{Source: hub.Source{ID: "s"}})
			if err != nil {
				t.Fatal(err)
			}
			if in.Item.Image != c.want {
				t.Errorf("%s beside %s: got %s, want %s", c.image, c.body, in.Item.Image, c.want)
			}
			c.image = in.Item.Image
		}
	}
}

func TestPicturesOnceAtTheirLargest(t *testing.T) {
	in, err := cleanDraft(hub.Draft{
		URL: "https://paper.example/a",
		Pictures: []hub.DraftPicture{
			{URL: "/i/bridge.jpg?w=150", Width: 150, Height: 100},
			{URL: "/i/bridge.jpg?w=1200", Width: 1200, Height: 800, Caption: hub.Text{Value: "<b>Cầu</b> mới", HTML: true}, Credit: "An"},
			{URL: "/i/other-300x200.jpg", Width: 300},
			{URL: "data:image/png;base64,x"},
			{URL: "https://pixel.wp.com/g.gif"},
			{Caption: hub.Text{Value: "Chỉ có chú thích"}},
		},
		Body: hub.Text{Value: `<figure><img src="/i/other.jpg" width="900" alt="Khác"><figcaption>Ảnh khác</figcaption></figure><p>x</p><img src="/i/third.jpg"><p>y</p>`, HTML: true},
	}, hub.Document{}, Setting{})
	if err != nil {
		t.Fatal(err)
	}
	want := []hub.Picture{
		{URL: "https://paper.example/i/bridge.jpg?w=1200", Type: "image/jpeg", Width: 1200, Height: 800, Caption: "Cầu mới", Credit: "An"},
		{URL: "https://paper.example/i/other.jpg", Type: "image/jpeg", Width: 900, Alt: "Khác", Caption: "Ảnh khác"},
		{URL: "https://paper.example/i/third.jpg", Type: "image/jpeg"},
	}
	if diff := cmp.Diff(want, in.Item.Pictures); diff != "" {
		t.Errorf("pictures (-want +got):\n%s", diff)
	}
	if in.Item.Image != want[0].URL || !slices.Equal(in.Item.Captions, []string{"Cầu mới", "Ảnh khác", "Chỉ có chú thích"}) {
		t.Errorf("image %q, captions %q", in.Item.Image, in.Item.Captions)
	}
	in, err = cleanDraft(hub.Draft{URL: "https://paper.example/a", Body: hub.Text{Value: `<p>x<img src="/icon.png" width="32" height="32"> y</p><img src="/big.jpg" width="800">`, HTML: true}}, hub.Document{}, Setting{})
	if err != nil || in.Item.Image != "https://paper.example/big.jpg" {
		t.Errorf("the first big picture of the body is the main one, got %q, %v", in.Item.Image, err)
	}
}

func TestLanguagesAreDeclaredOrFound(t *testing.T) {
	for in, want := range map[string]string{
		"en_US": "en-US", "IT-it": "it-IT", "vi-VN": "vi-VN", "vi": "vi", "EN": "en", "zh-hant-tw": "zh-Hant-TW", "en_US.UTF-8": "en-US", " fr ": "fr",
		"": "", "x-default": "", "english!": "", "und": "", "mul": "", "123": "", strings.Repeat("a", 99): "",
	} {
		if got := languageTag(in); got != want {
			t.Errorf("languageTag(%q) = %q, want %q", in, got, want)
		}
	}
	for _, c := range []struct{ text, want string }{
		{"Sáng nay, lãnh đạo tỉnh đã đến thăm các gia đình chính sách trên địa bàn.", "vi"},
		{"Giá vàng tăng mạnh", "vi"},
		{"The council will vote on the new budget that was presented by the mayor this week.", "en"},
		{"Le maire de la ville a annoncé que les travaux dans le quartier sont terminés pour cette année.", "fr"},
		{"Der Stadtrat hat am Montag den Haushalt beschlossen, und die Bürger sind nicht mit allem zufrieden.", "de"},
		{"El alcalde presentó los planes para el nuevo parque y las calles del centro de la ciudad.", "es"},
		{"Il sindaco ha presentato i piani per il nuovo parco che sono stati discussi nel consiglio della città.", "it"},
		{"O prefeito apresentou os planos para o novo parque em uma reunião que não foi aberta ao público.", "pt"},
		{"Мэр города представил план нового парка, который будут строить в этом году.", "ru"},
		{"市長は新しい公園の計画を発表しました。", "ja"},
		{"市长公布了新公园的计划并表示将于今年开工。", "zh"},
		{"시장은 새 공원 계획을 발표했다.", "ko"},
		{"OK", ""},
		{"", ""},
		{"12345 67890 !!!", ""},
		{"Lorem ipsum dolor sit amet consectetur", ""},
	} {
		if got := detectLanguage(c.text); got != c.want {
			t.Errorf("detectLanguage(%q) = %q, want %q", c.text, got, c.want)
		}
	}
	get := func(draft, doc, source, site, text string) string {
		in, err := cleanDraft(hub.Draft{Language: draft, Title: hub.Text{Value: text}}, hub.Document{Language: doc}, Setting{Source: hub.Source{Language: source}, Language: site})
		if err != nil {
			t.Fatal(err)
		}
		return in.Item.Language
	}
	const vi = "Giá vàng hôm nay tăng mạnh ở nhiều nơi"
	if a, b, c, d, e := get("fr", "en", "de", "it", vi), get("", "en", "de", "it", vi), get("", "", "de", "it", vi), get("", "", "", "it", vi), get("", "", "", "it", "OK"); a+b+c+d+e != "frendeviit" {
		t.Errorf("the nearest declaration counts: %s %s %s %s %s", a, b, c, d, e)
	}
}

func TestDatesOfAnItem(t *testing.T) {
	loc := mustZone(t, "Asia/Ho_Chi_Minh")
	s := Setting{Source: hub.Source{Location: loc}, Explain: true}
	in, err := cleanDraft(hub.Draft{Published: []string{"", "hôm qua", " 14/01/2022 02:01 ", "2020-01-01"}, Modified: []string{"soon", "2022-01-14T05:00:00Z"}}, hub.Document{}, s)
	if err != nil {
		t.Fatal(err)
	}
	it := in.Item
	if it.OriginalDate != "14/01/2022 02:01" || it.Published.Format(time.RFC3339) != "2022-01-14T02:01:00+07:00" || it.Modified.Format(time.RFC3339) != "2022-01-14T12:00:00+07:00" {
		t.Errorf("%q %s %s", it.OriginalDate, it.Published, it.Modified)
	}
	if in.Location != loc || !in.PublishAt.IsZero() {
		t.Errorf("location %v, embargo %v", in.Location, in.PublishAt)
	}
	in, _ = cleanDraft(hub.Draft{Published: []string{"2022-01-14"}, Modified: []string{"2022-01-13"}}, hub.Document{}, s)
	if !in.Item.Modified.IsZero() {
		t.Error("a change before publication is none")
	}
	in, _ = cleanDraft(hub.Draft{Published: []string{"yesterday"}}, hub.Document{}, s)
	if !in.Item.Published.IsZero() || in.Item.OriginalDate != "yesterday" {
		t.Error("a date that cannot be read is none, and stays as written")
	}
	for name, d := range map[string]hub.Draft{
		"before the date that stands in for it": {Published: []string{"2026-02-30T10:00:00Z", "2026-03-01T10:00:00Z"}},
		"as the only date, one of change":       {Modified: []string{"2026-02-30T10:00:00Z"}},
		"behind relative words it gives way":    {Published: []string{"2 giờ trước", "2026-02-30T10:00:00Z", "2026-03-01"}, Modified: []string{"2026-03-02"}},
	} {
		in, _ = cleanDraft(d, hub.Document{}, s)
		want := "2026-02-30T10:00:00Z"
		if strings.HasPrefix(name, "behind") {
			want = "2026-03-01"
		}
		if in.Item.OriginalDate != want {
			t.Errorf("an impossible date %s stays as written, got %q", name, in.Item.OriginalDate)
		}
	}
	in, _ = cleanDraft(hub.Draft{PublishAt: "2030-01-01T00:00:00Z"}, hub.Document{}, s)
	if in.PublishAt.Format(time.RFC3339) != "2030-01-01T07:00:00+07:00" {
		t.Errorf("embargo %v", in.PublishAt)
	}
	s.Source.HoldFuture = true
	in, _ = cleanDraft(hub.Draft{Published: []string{"2030-01-01"}}, hub.Document{}, s)
	if !in.PublishAt.Equal(in.Item.Published) || in.PublishAt.IsZero() {
		t.Errorf("a held date is an embargo: %v", in.PublishAt)
	}
}

func TestTheHashSeesWhatReadersSee(t *testing.T) {
	base := func() hub.Draft {
		return hub.Draft{
			OriginalID: "1", URL: "https://paper.example/a", Title: hub.Text{Value: "T"}, Summary: hub.Text{Value: "S"}, Body: hub.Text{Value: "<p>B</p>", HTML: true},
			Published: []string{"2022-01-14T02:01:00+07:00"}, Modified: []string{"2022-01-15"}, Authors: []hub.DraftAuthor{{Name: "A"}}, Tags: []string{"x", "y"},
		}
	}
	hash := func(f func(*hub.Draft), s Setting) string {
		d := base()
		f(&d)
		in, err := cleanDraft(d, hub.Document{}, s)
		if err != nil || len(in.Item.Hash) != 64 {
			t.Fatalf("hash %q, %v", in.Item.Hash, err)
		}
		return in.Item.Hash
	}
	want := hash(func(*hub.Draft) {}, Setting{})
	for name, f := range map[string]func(*hub.Draft){
		"another way to write the date": func(d *hub.Draft) { d.Published = []string{"Thu, 13 Jan 2022 19:01:00 GMT"} },
		"a new modification date":       func(d *hub.Draft) { d.Modified = []string{"2022-02-15"} },
		"another guid":                  func(d *hub.Draft) { d.OriginalID = "2" },
		"tracking in the link":          func(d *hub.Draft) { d.URL += "?utm_source=x" },
		"space and style in the body":   func(d *hub.Draft) { d.Body.Value = "<div class=x>\n<p style=y>B </p></div>" },
	} {
		if hash(f, Setting{}) != want {
			t.Errorf("%s must not make a new version", name)
		}
	}
	if hash(func(*hub.Draft) {}, Setting{Source: hub.Source{ID: "other"}}) != want {
		t.Error("another source's copy of the same text has the same hash")
	}
	seen := map[string]string{want: "nothing"}
	for name, f := range map[string]func(*hub.Draft){
		"title": func(d *hub.Draft) { d.Title.Value = "U" }, "summary": func(d *hub.Draft) { d.Summary.Value = "V" }, "body": func(d *hub.Draft) { d.Body.Value = "<p>C</p>" },
		"markup": func(d *hub.Draft) { d.Body.Value = "<p><b>B</b></p>" }, "date": func(d *hub.Draft) { d.Published = []string{"2022-01-14T02:02:00+07:00"} },
		"no date": func(d *hub.Draft) { d.Published = nil }, "author": func(d *hub.Draft) { d.Authors[0].Name = "B" }, "tags": func(d *hub.Draft) { d.Tags = []string{"xy"} },
		"tag order": func(d *hub.Draft) { d.Tags = []string{"y", "x"} }, "url": func(d *hub.Draft) { d.URL += "b" }, "paywall": func(d *hub.Draft) { d.Paywalled = true },
		"picture": func(d *hub.Draft) { d.Image.URL = "https://paper.example/i.jpg" }, "language": func(d *hub.Draft) { d.Language = "fr" },
		"attachment": func(d *hub.Draft) { d.Attachments = []hub.Attachment{{URL: "https://paper.example/a.mp3"}} }, "via": func(d *hub.Draft) { d.Via = &hub.Via{Title: "W"} },
		"alternate": func(d *hub.Draft) { d.Alternates = []hub.Alternate{{Language: "en"}} },
	} {
		h := hash(f, Setting{})
		if other, ok := seen[h]; ok {
			t.Errorf("a change of %s looks like %s", name, other)
		}
		seen[h] = name
	}
}

func TestTheRestOfADraft(t *testing.T) {
	in, err := cleanDraft(hub.Draft{
		OriginalID: "1", URL: "https://paper.example/vi/a", Language: "vi", Paywalled: true, Restore: true,
		Attachments: []hub.Attachment{{URL: "/a.mp3", Type: "Audio/MPEG ", Title: "<b>Nghe</b>", Size: -1}, {URL: "/a.mp3"}, {URL: "ftp://x/y"}, {URL: "/i.jpg", Type: "image/jpeg"}},
		Alternates:  []hub.Alternate{{Language: "en_GB", URL: "/en/a"}, {Language: "en-GB", URL: "/en/a"}, {Language: "vi", URL: "/vi/a"}, {Language: "x-default", URL: "/"}, {Language: "fr", URL: "javascript:x"}, {URL: "/de"}},
		Via:         &hub.Via{Title: " Other  Paper ", URL: "https://other.example/feed?utm_source=x"},
	}, hub.Document{}, Setting{Source: hub.Source{ID: "s", Priority: 3}})
	if err != nil {
		t.Fatal(err)
	}
	it := in.Item
	if diff := cmp.Diff([]hub.Attachment{{URL: "https://paper.example/a.mp3", Type: "audio/mpeg", Title: "Nghe"}, {URL: "https://paper.example/i.jpg", Type: "image/jpeg"}}, it.Attachments); diff != "" {
		t.Errorf("attachments (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]hub.Alternate{{Language: "en-GB", URL: "https://paper.example/en/a"}, {Language: "fr"}}, it.Alternates); diff != "" {
		t.Errorf("alternates (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(&hub.Via{Title: "Other Paper", URL: "https://other.example/feed"}, it.Via); diff != "" {
		t.Errorf("via (-want +got):\n%s", diff)
	}
	if !it.Paywalled || !in.Restore || in.Retract || in.Priority != 3 || in.URLKey != "paper.example/vi/a" {
		t.Errorf("%+v", in)
	}
	in, err = cleanDraft(hub.Draft{OriginalID: "1", Deleted: true}, hub.Document{}, Setting{Source: hub.Source{ID: "s", Kind: hub.KindPush}})
	if err != nil || !in.Retract || in.Item.ID != hub.NewID("s", "1") {
		t.Errorf("a tombstone: %+v, %v", in, err)
	}
}

func TestAboutIsPlainAndAbsolute(t *testing.T) {
	got := About(hub.Document{Title: " Tin &#8211; B&amp;aacute;o <b>Sông</b>\n", Language: "en_US", Home: "/", Feed: "feed.xml?utm_source=x"}, Setting{Source: hub.Source{URL: "HTTPS://Paper.example/a/rss"}})
	if got.Title != "Tin – Báo Sông" || got.Language != "en-US" || got.Home != "https://paper.example/" || got.Feed != "https://paper.example/a/feed.xml" {
		t.Errorf("%+v", got)
	}
	if got := About(hub.Document{Home: "javascript:x", Feed: "/f", Language: "??"}, Setting{}); got.Home != "" || got.Feed != "" || got.Language != "" {
		t.Errorf("%+v", got)
	}
}
