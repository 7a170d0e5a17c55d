package clean

import (
	"strings"
	"testing"

	"tinhub/internal/hub"
)

// cleaned is what becomes of a draft of a paper's page.
func cleaned(t *testing.T, d hub.Draft) hub.Item {
	t.Helper()
	d.OriginalID, d.URL = "1", "https://paper.example/1"
	in, err := cleanDraft(d, hub.Document{}, Setting{Source: hub.Source{ID: "s"}})
	if err != nil {
		t.Fatal(err)
	}
	return in.Item
}

func TestParagraphsOfAPlainSummaryAreABody(t *testing.T) {
	it := cleaned(t, hub.Draft{Title: hub.Text{Value: "A"}, Summary: hub.Text{Value: "Line one.\n\nLine two, which is another paragraph.", HTML: true}})
	if it.ContentText != "Line one.\n\nLine two, which is another paragraph." || it.Summary != "" {
		t.Errorf("text %q, summary %q", it.ContentText, it.Summary)
	}
}

func TestAHeadingLikeTheTitleGoesAlsoBelowASubheading(t *testing.T) {
	it := cleaned(t, hub.Draft{
		Title: hub.Text{Value: "Harbour to close for six weeks"},
		Body:  hub.Text{Value: "<h2>Ferries move east</h2><h1>Harbour to close for six weeks</h1><p>The piles will be changed.</p>", HTML: true},
	})
	if strings.Contains(it.ContentText, "Harbour to close") || !strings.Contains(it.ContentText, "Ferries move east") {
		t.Errorf("%q", it.ContentText)
	}
}

func TestAFragmentThatOnlyTracksIsNoPartOfALink(t *testing.T) {
	it := cleaned(t, hub.Draft{
		Title: hub.Text{Value: "A"},
		Body:  hub.Text{Value: `<p>One <a href="https://a.example/x#utm_source=z">link</a> and <a href="https://a.example/y#part-2">another</a>.</p>`, HTML: true},
	})
	if !strings.Contains(it.ContentHTML, `href="https://a.example/x"`) || !strings.Contains(it.ContentHTML, `href="https://a.example/y#part-2"`) {
		t.Errorf("%s", it.ContentHTML)
	}
}

func TestTheLargestOfAPicturesSizesIsTaken(t *testing.T) {
	it := cleaned(t, hub.Draft{
		Title: hub.Text{Value: "A"},
		Body:  hub.Text{Value: `<p>Text of it.</p><p><img src="https://p.example/a-300x200.jpg" srcset="https://p.example/a-300x200.jpg 300w, https://p.example/a.jpg 1200w"></p>`, HTML: true},
	})
	if it.Image != "https://p.example/a.jpg" {
		t.Errorf("image %q", it.Image)
	}
}

func TestAPluginsLastSentenceIsNoSummary(t *testing.T) {
	it := cleaned(t, hub.Draft{
		Title: hub.Text{Value: "Bridge opens"}, Body: hub.Text{Value: "<p>The whole text stands here.</p><p>And more of it.</p>", HTML: true},
		Summary: hub.Text{Value: "<p>The bridge opened today.</p><p>The post <a href='https://p.example/1'>Bridge opens</a> appeared first on <a href='https://p.example'>The Paper</a>.</p>", HTML: true},
	})
	if it.Summary != "The bridge opened today." {
		t.Errorf("summary %q", it.Summary)
	}
}

func TestALanguageIsFoundByWhatOnlyItHas(t *testing.T) {
	for text, want := range map[string]string{
		"Cong an da bat giu hai nguoi trong vu trom cap tai cua hang o trung tam thanh pho, theo nguon tin dieu tra.": "vi",
		"Los Angeles, Las Vegas y San Diego: Los Lobos play the Rose Bowl":                                            "",
		"Cristiano Ronaldo: Al Nassr 3-0, La Liga, El Clasico, Los Blancos, Las Palmas":                               "",
		"El gobierno anunció que los precios bajan por las lluvias":                                                   "es",
		"Полицията задържа двама мъже в София за кражба на къща":                                                      "bg",
		"Суд объявил приговор по делу о краже":                                                                        "ru",
		"Поліція затримала двох чоловіків":                                                                            "uk",
		"Паліцыя затрымала двух мужчын у Магілёве, іх аўто знайшлі":                                                   "be",
		"Полиција је ухапсила два мушкарца због крађе":                                                                "sr",
		"Қазақстанда жаңа көпір ашылды":                                                                               "",
		"در تهران رئیس جمهور گفت که این طرح اجرا میشود":                                                               "fa",
		"وزیر اعظم نے کہا ہے کہ یہ منصوبہ جلد مکمل ہوگا":                                                              "ur",
		"في القاهرة أعلن الرئيس عن خطة جديدة":                                                                         "ar",
		"Το υπουργείο ανακοίνωσε νέα μέτρα":                                                                           "el",
		"ראש הממשלה הודיע היום על תוכנית":                                                                             "he",
		"A Day In The Life Of The Harbour":                                                                            "en",
	} {
		if got := detectLanguage("", "", text); got != want {
			t.Errorf("%q is %q, want %q", text, got, want)
		}
	}
	for raw, want := range map[string]string{"iw": "he", "in_ID": "id-ID", "vi_VN.UTF-8": "vi-VN", "x-default": ""} {
		if got := languageTag(raw); got != want {
			t.Errorf("%q is %q, want %q", raw, got, want)
		}
	}
}

func TestAPictureIsFoundBesideWhatIsNone(t *testing.T) {
	for _, c := range [][2]string{
		{`<img src="/spacer.gif" srcset="javascript:go() 900w, /b.jpg 300w">`, "b.jpg"},
		{`<img srcset="data:image/gif;base64,R0lGOD 900w, /c.jpg 300w">`, "c.jpg"},
		{`<img src="/a-300x200.jpg" srcset="/a.jpg 1200w, /a-300x200.jpg 300w">`, "a.jpg"},
		{`<img src="/a-300x200.jpg" srcset="https://other.example/a.jpg 1200w">`, "a-300x200.jpg"},
		{`<img srcset="/a.jpg 100w 50h, /b.jpg 200w 100h">`, "b.jpg"},
		{`<img srcset="/a.jpg 1e99w, /b.jpg NaNw, /c.jpg Infx, /d.jpg -5w, /e.jpg 2w">`, "e.jpg"},
		{`<img srcset="/a.jpg 0w">`, "a.jpg"},
		{`<img srcset="https://paper.example/i,w=3.jpg 3w, https://paper.example/i,w=9.jpg 9w">`, "i,w=9.jpg"},
	} {
		img, want := c[0], c[1]
		if it := cleanBody(t, "<p>x</p>"+img); it.Image != "https://paper.example/"+want {
			t.Errorf("%s: %q, want %q", img, it.Image, want)
		}
	}
}

func TestOnlyTrackingGoesFromAFragment(t *testing.T) {
	for raw, want := range map[string]string{
		"#utm_source=z&part=2": "#part=2", "#page=3&utm_source=z": "#page=3", "#Echobox=123": "", "#a=b": "#a=b", "#!/a?b=1": "#!/a?b=1", "#:~:text=abc": "#:~:text=abc", "#%C3%A1=1&utm_source=z": "#%C3%A1=1",
	} {
		want = `href="https://a.example/x` + want + `"`
		if it := cleanBody(t, `<p>See <a href="https://a.example/x`+raw+`">it</a>.</p>`); !strings.Contains(it.ContentHTML, want) {
			t.Errorf("%s: %s, want %s", raw, it.ContentHTML, want)
		}
	}
}
