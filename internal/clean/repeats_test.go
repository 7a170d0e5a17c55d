package clean

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tinhub/internal/hub"
)

const spoken = "Sáng nay, đoạn đường ven sông dài sáu cây số đã thông xe."

// kept is the HTML that stays of a body whose lead is spoken, and the steps that were taken.
func kept(t *testing.T, d hub.Draft) (hub.Item, []string) {
	t.Helper()
	s := Setting{Source: hub.Source{ID: "s"}, Explain: true}
	d.OriginalID, d.URL, d.Title.Value = "1", "https://p.example/a", "Tựa của bài"
	in, err := cleanDraft(d, hub.Document{}, s)
	if err != nil {
		t.Fatal(err)
	}
	checkIdempotent(t, d.Body.Value, in, s)
	var steps []string
	for _, st := range in.Steps {
		steps = append(steps, st.Step)
	}
	return in.Item, steps
}

func TestWhatABodySaysTwiceItSaysOnce(t *testing.T) {
	const fine = "Con đường này là giấc mơ của cả xã."
	const picture = `<figure><img src="https://p.example/a.jpg" alt=""></figure>`
	for name, c := range map[string]struct{ body, want, step string }{
		"the lead behind a picture in its paragraph":     {"<p><img src='/a.jpg'>" + spoken + "</p><p>B</p><p>C</p>", picture + "<p>B</p><p>C</p>", "lead repeated"},
		"the lead under a picture in its paragraph":      {"<p><a href='/x'><img src='/a.jpg'></a><br><b>" + spoken + "</b></p><p>B</p>", `<figure><a href="https://p.example/x"><img src="https://p.example/a.jpg" alt=""></a></figure><p>B</p>`, "lead repeated"},
		"the title behind a picture":                     {"<p><img src='/a.jpg'>Tựa của bài</p><p>B</p>", picture + "<p>B</p>", "title repeated"},
		"the lead as a quotation":                        {"<blockquote>" + spoken + "</blockquote><p>B</p><p>C</p>", "<p>B</p><p>C</p>", "lead repeated"},
		"the lead as a quotation, then as a paragraph":   {"<blockquote><p>" + spoken + "</p></blockquote><p>" + spoken + "</p><p>B</p>", "<p>B</p>", "lead repeated"},
		"the lead at the end":                            {"<p>A</p><p>B</p><p>" + spoken + "</p>", "<p>A</p><p>B</p>", "lead repeated"},
		"the lead at both ends":                          {"<p>" + spoken + "</p><p>A</p><p>B</p><p><i>" + spoken + "</i></p>", "<p>A</p><p>B</p>", "lead repeated"},
		"the lead at the end, with a picture":            {"<p>A</p><p>B</p><p><img src='/a.jpg'>" + spoken + "</p>", "<p>A</p><p>B</p>" + picture, "lead repeated"},
		"the lead at the end, above the byline":          {"<p>A</p><p>B</p><p>" + spoken + "</p><p>Phương Hằng</p>", "<p>A</p><p>B</p>", "lead repeated"},
		"a pull quote below its sentence":                {"<p>A</p><p>" + fine + " Rồi ông cười.</p><blockquote>" + fine + "</blockquote><p>C</p>", "<p>A</p><p>" + fine + " Rồi ông cười.</p><p>C</p>", "pull quote repeated"},
		"a pull quote above its sentence":                {"<p>A</p><figure class=wp-block-pullquote><blockquote><p>“" + fine + "”</p></blockquote></figure><p>" + fine + "</p><p>C</p>", "<p>A</p><p>" + fine + "</p><p>C</p>", "pull quote repeated"},
		"a pull quote by its class":                      {"<p>A</p><aside class='article-pullquote'>" + fine + "</aside><p>Ông nói: " + fine + "</p>", "<p>A</p><p>Ông nói: " + fine + "</p>", "pull quote repeated"},
		"a pull quote with the name of who said it":      {"<p>Ông Lâm nói: " + fine + "</p><blockquote><p>" + fine + "</p><cite>Ông Lâm</cite></blockquote><p>C</p>", "<p>Ông Lâm nói: " + fine + "</p><p>C</p>", "pull quote repeated"},
		"a pull quote that says what nothing else says":  {"<p>A</p><p class='pull-quote'>" + fine + "</p><p>C</p>", "<p>A</p><blockquote><p>" + fine + "</p></blockquote><p>C</p>", ""},
		"a quotation whose speaker is named there alone": {"<p>A: " + fine + "</p><blockquote><p>" + fine + "</p><p>Bà Hoa</p></blockquote><p>C</p>", "<p>A: " + fine + "</p><blockquote><p>" + fine + "</p><p>Bà Hoa</p></blockquote><p>C</p>", ""},
		"a short quotation":                              {"<p>A không ai biết B</p><blockquote>không ai biết</blockquote><p>C</p>", "<p>A không ai biết B</p><blockquote><p>không ai biết</p></blockquote><p>C</p>", ""},
		"half a word is no repeat":                       {"<p>Xa " + "một hai ba bốn nămx" + "</p><blockquote>một hai ba bốn năm</blockquote><p>C</p>", "<p>Xa một hai ba bốn nămx</p><blockquote><p>một hai ba bốn năm</p></blockquote><p>C</p>", ""},
		"a refrain in quotations":                        {"<p>" + fine + "</p><blockquote>" + fine + "</blockquote><p>B</p><blockquote>" + fine + "</blockquote><p>C</p>", "<p>" + fine + "</p><blockquote><p>" + fine + "</p></blockquote><p>B</p><blockquote><p>" + fine + "</p></blockquote><p>C</p>", ""},
		"a refrain of the lead":                          {"<p>A</p><p>" + spoken + "</p><p>B</p><p>" + spoken + "</p>", "<p>A</p><p>" + spoken + "</p><p>B</p><p>" + spoken + "</p>", ""},
		"a quotation of the lead with its source":        {"<blockquote cite='https://x.example/'>" + spoken + "</blockquote><p>B</p>", `<blockquote cite="https://x.example/"><p>` + spoken + "</p></blockquote><p>B</p>", ""},
		"the lead in a link around a picture":            {"<p><a href='/x'><img src='/a.jpg'>" + spoken + "</a></p><p>B</p>", `<p><a href="https://p.example/x"><img src="https://p.example/a.jpg" alt="">` + spoken + "</a></p><p>B</p>", ""},
		"a picture with another text":                    {"<p><img src='/a.jpg'>" + spoken + " Thêm.</p><p>B</p>", `<p><img src="https://p.example/a.jpg" alt="">` + spoken + " Thêm.</p><p>B</p>", ""},
	} {
		it, steps := kept(t, hub.Draft{Summary: hub.Text{Value: spoken}, Body: hub.Text{Value: c.body, HTML: true}})
		if it.ContentHTML != c.want || it.Summary != spoken {
			t.Errorf("%s:\n got %s\nwant %s\nsummary %q", name, it.ContentHTML, c.want, it.Summary)
		}
		if c.step != "" && !slices.Contains(steps, c.step) {
			t.Errorf("%s: no step %q among %q", name, c.step, steps)
		}
	}
}

func TestALeadNobodyNamesIsFoundBehindAPicture(t *testing.T) {
	it, _ := kept(t, hub.Draft{Body: hub.Text{Value: "<p><img src='/a.jpg'>" + spoken + "</p><p>" + spoken + "</p><p>B</p><p>C</p>", HTML: true}})
	if it.Summary != spoken || it.ContentText != "B\n\nC" || len(it.Pictures) != 1 {
		t.Errorf("summary %q, text %q, pictures %v", it.Summary, it.ContentText, it.Pictures)
	}
}

func TestAShortLastLineLikeTheLeadIsARefrain(t *testing.T) {
	it, _ := kept(t, hub.Draft{Summary: hub.Text{Value: "La la la."}, Body: hub.Text{Value: "<p>A</p><p>B</p><p>La la la.</p>", HTML: true}})
	if it.ContentText != "A\n\nB\n\nLa la la." {
		t.Errorf("%q", it.ContentText)
	}
}

func TestAVerseThatComesAgainIsNoLead(t *testing.T) {
	verses := "<p>" + spoken + "</p><p>" + spoken + "</p><p>Một</p><p>" + spoken + "</p><p>Hai</p>"
	it, _ := kept(t, hub.Draft{Body: hub.Text{Value: verses, HTML: true}})
	if it.ContentHTML != verses || it.Summary != "" {
		t.Errorf("summary %q, %s", it.Summary, it.ContentHTML)
	}
}

func TestManyQuotationsAreLookedAtInTime(t *testing.T) {
	var b strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&b, "<p>Câu số %d của bài này rất dài.</p><blockquote>câu số %d của bài này</blockquote>", i, i)
	}
	it := cleanBody(t, b.String())
	if n := strings.Count(it.ContentHTML, "<p>Câu số"); n != 20_000 {
		t.Errorf("%d paragraphs left", n)
	}
}

// Bodies of sentences that may come again anywhere: each is said at least once in the end, and twice cleaned is once cleaned.
func TestRepeatsNeverTakeTheLastOfASentence(t *testing.T) {
	forms := []string{"<p>%s</p>", "<p><img src='/a.jpg'>%s</p>", "<blockquote>%s</blockquote>", "<p class=pullquote>%s</p>", "<figure><img src='/b.jpg'><figcaption>%s</figcaption></figure>", "<p>%s Thêm một câu nữa.</p>", "<h2>%s</h2>", "<ul><li>%s</li></ul>", "<figure><blockquote>%s</blockquote></figure>", "[caption id='x']<img src='/c.jpg'>%s[/caption]"}
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 4).Draw(t, "sentences")
		var body strings.Builder
		used := map[string]bool{}
		for range rapid.IntRange(1, 9).Draw(t, "blocks") {
			s := fmt.Sprintf("Câu thứ %d của bài là một câu khác.", rapid.IntRange(0, n).Draw(t, "which"))
			used[s] = true
			fmt.Fprintf(&body, rapid.SampledFrom(forms).Draw(t, "form"), s)
		}
		d := hub.Draft{OriginalID: "1", URL: "https://p.example/a", Title: hub.Text{Value: "Tựa của bài"}, Body: hub.Text{Value: body.String(), HTML: true}}
		if rapid.Bool().Draw(t, "summary") {
			d.Summary.Value = "Câu thứ 0 của bài là một câu khác."
		}
		s := Setting{Source: hub.Source{ID: "s"}}
		in, err := cleanDraft(d, hub.Document{}, s)
		if err != nil {
			t.Fatal(err)
		}
		for u := range used {
			if !strings.Contains(in.Item.Summary+"\n"+in.Item.ContentHTML, u) {
				t.Fatalf("%q is lost from %s: %s", u, body.String(), in.Item.ContentHTML)
			}
		}
		checkIdempotent(t, body.String(), in, s)
	})
}
