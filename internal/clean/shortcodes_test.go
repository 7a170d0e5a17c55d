package clean

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tinhub/internal/hub"
)

func TestShortcodesBecomeWhatTheyStandFor(t *testing.T) {
	const a = `<img src="https://p.example/a.jpg" alt="">`
	for in, want := range map[string]string{
		`<p>A</p>[caption id="attachment_1" align="aligncenter" width="640"]<img src="/a.jpg" /> Cầu mới[/caption]<p>B</p>`:                    "<p>A</p><figure>" + a + "<figcaption>Cầu mới</figcaption></figure><p>B</p>",
		`<p>[caption id=&#8221;attachment_1&#8243; width=&#8221;640&#8243;]<a href="/b"><img src="/a.jpg"></a> Cầu <em>mới</em>[/caption]</p>`: `<figure><a href="https://p.example/b">` + a + "</a><figcaption>Cầu <em>mới</em></figcaption></figure>",
		`<p>[caption width="640" caption="Cầu &amp; đường"]<img src="/a.jpg">[/caption]</p>`:                                                   "<figure>" + a + "<figcaption>Cầu &amp; đường</figcaption></figure>",
		`<p>[wp_caption id='x']</p><p><img src="/a.jpg"></p><p>Cầu mới[/wp_caption]</p><p>B</p>`:                                               "<figure>" + a + "<figcaption>Cầu mới</figcaption></figure><p>B</p>",
		`<p>[caption id="x"]Chỉ có chữ[/caption]</p><p>B</p>`:                                                                                  "<p>Chỉ có chữ</p><p>B</p>",
		`<p>A [caption id="x"] B</p>`:                                                              "<p>A</p><p>B</p>",
		`<p>A[/caption]</p>`:                                                                       "<p>A</p>",
		`<p>A</p><p>[gallery ids="1,2,3" link="file"]</p><p>B</p>`:                                 "<p>A</p><p>B</p>",
		`<p>A</p><p>[gallery]</p><p>B</p>`:                                                         "<p>A</p><p>B</p>",
		`<p>[embed]https://x.example/v?a=1&amp;b=2[/embed]</p>`:                                    `<p><a href="https://x.example/v?a=1&amp;b=2">https://x.example/v?a=1&amp;b=2</a></p>`,
		`<p>[embed width="3"]<a href="https://x.example/v">https://x.example/v</a>[/embed]</p>`:    `<p><a href="https://x.example/v">https://x.example/v</a></p>`,
		`<p>[embed]một câu[/embed]</p>`:                                                            "<p>một câu</p>",
		`<p>[video width="640" height="360" mp4="/v.mp4" poster="/p.jpg"][/video]</p>`:             `<video src="https://p.example/v.mp4" poster="https://p.example/p.jpg" width="640" height="360" controls=""></video>`,
		`<p>[video src="https://www.youtube.com/watch?v=Ab"]</p>`:                                  `<p><a href="https://www.youtube.com/watch?v=Ab">https://www.youtube.com/watch?v=Ab</a></p>`,
		`<p>A</p><p>[audio mp3="https://x.example/a.mp3"][/audio]</p>`:                             `<p>A</p><audio src="https://x.example/a.mp3" controls=""></audio>`,
		`<p>A</p><p>[audio]https://x.example/a.mp3[/audio]</p>`:                                    `<p>A</p><audio src="https://x.example/a.mp3" controls=""></audio>`,
		`<p>A</p><p>[video src="javascript:go()"]</p>`:                                             "<p>A</p>",
		`<p>A</p><p>[video src="&quot;&gt;&lt;script&gt;go()&lt;/script&gt;"]</p>`:                 "<p>A</p>",
		`<p>[caption caption="&lt;script&gt;go()&lt;/script&gt;"]<img src="/a.jpg">[/caption]</p>`: "<figure>" + a + "<figcaption>&lt;script&gt;go()&lt;/script&gt;</figcaption></figure>",

		`<p>[Video] Toàn cảnh lễ khánh thành [1] [sic] [video] [caption]</p>`: "<p>[Video] Toàn cảnh lễ khánh thành [1] [sic] [video] [caption]</p>",
		`<p>Gõ [[gallery]] và <code>[gallery ids="1"]</code></p>`:             "<p>Gõ [[gallery]] và <code>[gallery ids=&#34;1&#34;]</code></p>",
		`<p><a href="/x" title='[gallery ids="1"]'>A</a> B</p>`:               `<p><a href="https://p.example/x" title="[gallery ids=&#34;1&#34;]">A</a> B</p>`,
		`<p>[videos ids="1"] [captions]</p>`:                                  `<p>[videos ids=&#34;1&#34;] [captions]</p>`,
		`<p>[gal[gallery ids="1"]lery]</p><p>[gal<b></b>lery ids="1"]</p>`:    "<p>[gal</p><p>lery]</p>",
	} {
		it, steps := kept(t, hub.Draft{Body: hub.Text{Value: in, HTML: true}})
		if it.ContentHTML != want {
			t.Errorf("%s:\n got %s\nwant %s", in, it.ContentHTML, want)
		}
		if bad := unsafe(it.ContentHTML); bad != "" {
			t.Errorf("%s: %s", in, bad)
		}
		if text := strings.Contains(want, "["); !text && !slices.Contains(steps, "shortcode") {
			t.Errorf("%s: no step among %q", in, steps)
		}
	}
}

func TestShortcodesGoFromPlainTextsToo(t *testing.T) {
	it, _ := kept(t, hub.Draft{
		Summary: hub.Text{Value: `[caption id="x" width="640"]Ảnh: TTXVN[/caption] Tóm tắt của bài.`},
		Body:    hub.Text{Value: "Một.\n\n[gallery ids=\"1,2\"]\n\n[embed]https://x.example/v[/embed]\n\nHai."},
	})
	if it.ContentText != "Một.\n\nhttps://x.example/v\n\nHai." || strings.Contains(it.Summary, "[") || !strings.Contains(it.Summary, "Tóm tắt của bài.") {
		t.Errorf("text %q, summary %q", it.ContentText, it.Summary)
	}
	it, _ = kept(t, hub.Draft{Blocks: []hub.Block{{Kind: hub.BlockParagraph, Text: "Một."}, {Kind: hub.BlockParagraph, Text: `[gallery ids="1"]`}, {Kind: hub.BlockCaption, Text: "Ảnh"}}})
	if it.ContentText != "Một." || !slices.Equal(it.Captions, []string{"Ảnh"}) {
		t.Errorf("text %q, captions %q", it.ContentText, it.Captions)
	}
}

func TestACaptionNobodyClosesTakesNoArticleIn(t *testing.T) {
	body := `<p>[caption id="x"]<img src="/a.jpg"></p>` + strings.Repeat("<p>Một câu của bài.</p>", 600) + "<p>Hết.[/caption]</p>"
	it, _ := kept(t, hub.Draft{Body: hub.Text{Value: body, HTML: true}})
	if strings.Count(it.ContentText, "Một câu của bài.") != 600 || len(it.Captions) > 0 || strings.Contains(it.ContentHTML, "caption") {
		t.Errorf("captions %q, %d bytes of text", it.Captions, len(it.ContentText))
	}
}

func TestShortcodesAreReadInTime(t *testing.T) {
	for _, s := range []string{
		"[caption id=1", `[caption id="1"]`, "[caption id=1][embed a=1][video a=1]", "[embed a=1]", "[", "[[caption]", `[video src="/v.mp4" a=b c=d]`, "[/caption]", `[gal[gallery a=b]lery a=b]`, `<p>[caption a=b]<img src=/a.jpg> x[/caption]</p>`,
		"[caption a=" + strings.Repeat("b=", 500) + "]",
	} {
		start := time.Now()
		body := strings.Repeat(s, 100_000/len(s))
		it := cleanBody(t, body)
		if took := time.Since(start); took > 10*time.Second || len(it.ContentHTML) > 10*len(body)+1000 {
			t.Errorf("%.40q… took %v and became %d bytes of %d", s, took, len(it.ContentHTML), len(body))
		}
	}
}

func FuzzShortcodes(f *testing.F) {
	for _, s := range []string{`[caption id="1"]<img src="/a.jpg"> Cầu[/caption]`, "[gal[gallery a]lery a]", "[embed]https://x.example/[/embed]", `[video src="/v.mp4"]x[/video]`, "<pre>[gallery]</pre>[audio]"} {
		f.Add(s, true)
		f.Add(fmt.Sprintf("<ul><li>%s</ul>", s), false)
	}
	f.Fuzz(func(t *testing.T, body string, markup bool) {
		s := Setting{Source: hub.Source{ID: "s"}, Explain: true}
		in, err := cleanDraft(hub.Draft{OriginalID: "1", URL: "https://p.example/a", Title: hub.Text{Value: "Tiêu đề"}, Body: hub.Text{Value: body, HTML: markup}}, hub.Document{}, s)
		if err != nil {
			t.Fatal(err)
		}
		if bad := unsafe(in.Item.ContentHTML); bad != "" {
			t.Fatalf("%q became %q with %s", body, in.Item.ContentHTML, bad)
		}
		checkIdempotent(t, body, in, s)
	})
}
