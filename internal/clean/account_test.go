package clean

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tinhub/internal/hub"
)

// TestEveryWordIsAccountedFor puts words that occur nowhere else into every place of a body, also those that are taken out,
// and wants each of them in the item or in a step.
func TestEveryWordIsAccountedFor(t *testing.T) {
	forms := []string{
		"<p>%s</p>", "<div>%s</div>", "<h2>%s</h2>", "<ul><li>%s</li><li>x</li></ul>", "<ol start=4><li><p>%s</p></li></ol>", "<blockquote>%s</blockquote>", "<pre>%s</pre>",
		"<table><tr><td>%s</td><td>2</td></tr></table>", "<table><caption>%s</caption><tr><td>1<td>2</table>", "<dl><dt>%s<dd>x</dl>", "<figure><img src=/a.jpg><figcaption>%s</figcaption></figure>",
		"<p><img src=/b.jpg><br><em>%s</em></p>", "<p hidden>%s</p>", "<div style='display:none'>%s</div>", "<noscript>%s</noscript>", "<button>%s</button>", "<select><option>%s</select>",
		"<textarea>%s</textarea>", "<audio src=/a.mp3>%s</audio>", "<object>%s</object>", "<svg><text>%s</text></svg>", "<math><mi>%s</mi></math>", "<details><summary>%s</summary></details>",
		"<p>Read more: <a href=/x>%s</a></p>", "<h3>Tin liên quan</h3><ul><li><a href=/y>%s</a></li></ul>", "<p>&gt;&gt; <a href=/x>%s</a></p>", "<p>The post <a href=/x>%s</a> appeared first on <a href=/>P</a>.</p>",
		"<p><b>%s", "<p>%s<br><br>", "%s", "<p><a href='javascript:x'>%s</a></p>", "<li>%s", "<td>%s</td>", "<p>By %s Doe</p>", "<template>%s</template>", "<form><label>%s</label></form>", "<marquee>%s</marquee>",
	}
	rapid.Check(t, func(t *rapid.T) {
		var body strings.Builder
		var words []string
		word := func() string {
			// Letters alone, so that no form joins two of them.
			w := "w"
			for n := len(words) + 27; n > 0; n /= 26 {
				w += string(rune('a' + n%26))
			}
			words = append(words, w+"z")
			return w + "z"
		}
		d := hub.Draft{OriginalID: "1", URL: "https://paper.example/a", Title: hub.Text{Value: "Title " + word()}, Summary: hub.Text{Value: "Lead " + word() + " says."}}
		for range rapid.IntRange(1, 10).Draw(t, "pieces") {
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				body.WriteString("<p>" + rapid.SampledFrom([]string{d.Title.Value, d.Summary.Value}).Draw(t, "repeat") + "</p>")
			default:
				fmt.Fprintf(&body, rapid.SampledFrom(forms).Draw(t, "form"), "Chữ "+word()+" đây")
			}
		}
		d.Body = hub.Text{Value: body.String(), HTML: true}
		in, err := cleanDraft(d, hub.Document{}, Setting{Explain: true})
		if err != nil {
			t.Fatal(err)
		}
		it := in.Item
		said := it.Title + "\n" + it.Summary + "\n" + it.ContentText + "\n" + strings.Join(it.Captions, "\n")
		for _, a := range it.Authors {
			said += "\n" + a.Name
		}
		for _, s := range in.Steps {
			if s.Step != "sanitise" || s.After == "" { // the step that shows the whole body shows everything
				said += "\n" + s.Before
			}
		}
		for _, w := range words {
			if !strings.Contains(said, w) {
				t.Fatalf("%q of %s\nis neither in the item nor in a step:\n%s", w, body.String(), said)
			}
		}
	})
}

func TestRepeatsInEveryDisguise(t *testing.T) {
	const lead = "Sáng nay, đoạn đường ven sông dài sáu cây số đã thông xe."
	for name, c := range map[string]struct{ title, summary, body, text string }{
		"the lead, decomposed":             {"T", "Sa\u0301ng nay, đoạn đươ\u0300ng ven sông da\u0300i sa\u0301u cây số đã thông xe.", "<p>" + lead + "</p><p>B</p>", "B"},
		"the lead in bold below a picture": {"T", lead, "<figure><img src='/a.jpg'></figure><p><strong>" + lead + "</strong></p><p>B</p>", "B"},
		"the lead behind an agency's mark": {"T", lead, "<p>(ĐN) - " + lead + "</p><p>B</p>", "B"},
		"the lead in two paragraphs":       {"T", lead + " Người dân vui mừng.", "<p>" + lead + "</p><p>Người dân vui mừng.</p><p>B</p>", "B"},
		"half a lead is none":              {"T", lead + " Thêm nữa.", "<p>" + lead + "</p><p>B</p>", lead + "\n\nB"},
		"a lead that is cut off is none":   {"T", "Sáng nay, đoạn đường ven sông dài sáu…", "<p>" + lead + "</p><p>B</p>", lead + "\n\nB"},
		"the title in other quotes":        {"Bài “một” – hai", "S", `<h1>Bài "một" - hai</h1><p>A</p>`, "A"},
		"the title in capitals and spaces": {"Đường thông xe", "S", "<p><b>ĐƯỜNG\u00a0THÔNG\u200b  XE</b></p><p>A</p>", "A"},
		"the title amid the text":          {"Đường thông xe", "S", "<p>A</p><p>Đường thông xe</p><p>B</p>", "A\n\nĐường thông xe\n\nB"},
		"a refrain":                        {"T", "S", "<p>La la</p><p>Một</p><p>La la</p><p>Hai</p>", "La la\n\nMột\n\nLa la\n\nHai"},
		"questions that come again":        {"T", "S", "<p>PV: Vì sao?</p><p>Vì thế.</p><p>PV: Vì sao?</p><p>Vì vậy.</p>", "PV: Vì sao?\n\nVì thế.\n\nPV: Vì sao?\n\nVì vậy."},
		"feed footers in French":           {"T", "S", "<p>A</p><p>L’article <a href='/a'>T</a> est apparu en premier sur <a href='/'>P</a>.</p>", "A"},
		"feed footers in German":           {"T", "S", "<p>A</p><p>Der Beitrag <a href='/a'>T</a> erschien zuerst auf <a href='/'>P</a>.</p>", "A"},
		"such words without links":         {"T", "S", "<p>A</p><p>The post he sent appeared first on paper.</p>", "A\n\nThe post he sent appeared first on paper."},
		"continue reading at the end":      {"Đường mới", "S", "<p>A</p><p>B <a href='/a'>Continue reading Đường mới →</a></p>", "A\n\nB"},
		"a link that ends a sentence":      {"T", "S", "<p>A</p><p>B in <a href='/a'>the report</a></p>", "A\n\nB in the report"},
		"headlines with dates":             {"T", "S", "<p>A</p><h3>Tin liên quan</h3><ul><li><a href='/a'>Bài khác</a> (18/11/2026)</li></ul>", "A"},
		"headlines behind arrows":          {"T", "S", "<p>A</p><p>&gt;&gt;&gt; <a href='/a'>Bài khác</a></p><p>B</p>", "A\n\nB"},
		"a quotation in arrows":            {"T", "S", "<p>A</p><p>»Ein Zitat« says <a href='/a'>he</a></p>", "A\n\n»Ein Zitat« says he"},
		"counts of comments":               {"T", "S", "<p>A</p><p><a href='/a#c'>12 comments</a></p>", "A"},
		"share bars":                       {"T", "S", "<p>A</p><p>Share this:</p><p><a href='/f'>Facebook</a> | <a href='/t'>X</a></p>", "A"},
	} {
		in, err := cleanDraft(hub.Draft{OriginalID: "1", URL: "https://p.example/a", Title: hub.Text{Value: c.title}, Summary: hub.Text{Value: c.summary}, Body: hub.Text{Value: c.body, HTML: true}}, hub.Document{}, Setting{})
		if err != nil || in.Item.ContentText != c.text {
			t.Errorf("%s: %q, want %q (%v)", name, in.Item.ContentText, c.text, err)
		}
	}
}

func TestNamedCaptionsAreSaidOnce(t *testing.T) {
	d := hub.Draft{
		URL: "https://p.example/a", Title: hub.Text{Value: "T"}, Summary: hub.Text{Value: "S"}, Image: hub.DraftPicture{URL: "/a.jpg", Caption: hub.Text{Value: "Đoàn xe đầu tiên"}},
		Body: hub.Text{Value: "<p><img src='/a.jpg'></p><p>Đoàn xe đầu tiên</p><p>A</p>", HTML: true},
	}
	in, err := cleanDraft(d, hub.Document{}, Setting{})
	if err != nil || in.Item.ContentText != "A" || strings.Join(in.Item.Captions, "|") != "Đoàn xe đầu tiên" || !strings.Contains(in.Item.ContentHTML, "<figcaption>Đoàn xe đầu tiên</figcaption>") {
		t.Errorf("%+v %v", in.Item, err)
	}
}

func TestEveryDecisionIsAStep(t *testing.T) {
	in, err := cleanDraft(hub.Draft{
		URL: "https://p.example/a?utm_source=x", Title: hub.Text{Value: "A &amp;amp; B", HTML: true}, Language: "en_US", Authors: []hub.DraftAuthor{{Name: "By Jane Roe"}},
		Tags: []string{"One", "one "}, Published: []string{"18/11/2026 08:00"}, Body: hub.Text{Value: "<p>x</p><img src='/a.jpg'>", HTML: true},
	}, hub.Document{}, Setting{Explain: true})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, s := range in.Steps {
		got[s.Step] = s.Before + " → " + s.After
	}
	for step, want := range map[string]string{
		"title": "A &amp;amp; B → A & B", "canonical url": "https://p.example/a?utm_source=x → https://p.example/a", "main picture": " → https://p.example/a.jpg",
		"date": "18/11/2026 08:00 → 2026-11-18T08:00:00Z", "author": "By Jane Roe → Jane Roe", "language": "en_US → en-US", "tags": "One, one  → One",
	} {
		if got[step] != want {
			t.Errorf("%s: %q, want %q", step, got[step], want)
		}
	}
}
