package clean

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"pgregory.net/rapid"

	"tinhub/internal/hub"
)

var (
	nouns = []string{"huyện", "cây cầu", "con đường", "trường học", "the council", "a bridge", "the river", "người dân", "chợ mới", "le parc"}
	verbs = []string{"mở rộng", "khánh thành", "was opened near", "hỗ trợ", "will follow", "đón", "crosses", "nâng cấp"}
)

// sentence draws a sentence that no other paragraph of the body is.
func sentence(t *rapid.T, i int) string {
	return fmt.Sprintf("Đoạn %d: %s %s %s.", i, rapid.SampledFrom(nouns).Draw(t, "who"), rapid.SampledFrom(verbs).Draw(t, "does"), rapid.SampledFrom(nouns).Draw(t, "what"))
}

// dress writes a paragraph the ways pages write paragraphs, and says whether that is as a caption.
func dress(t *rapid.T, s string) (markup string, caption bool) {
	s = html.EscapeString(s)
	form := rapid.SampledFrom([]string{
		"<p>%s</p>", "<div>%s</div>", "%s<br><br>", "<p class='x' style='y'><span>%s</span></p>", "<section><p>%s</section>", "<p><b>%s</b></p>", "<p>%s",
		"<div><div>%s</div></div>", "<h3>%s</h3>", "<ul><li>%s</li></ul>", "<blockquote>%s</blockquote>", "<p><a href='/x?utm_source=1'>%s</a></p>",
		"<table><tr><td>%s</td><td>2</td></tr></table>", "<figure><img src='/i.jpg'><figcaption>%s</figcaption></figure>", "<p>&nbsp;%s&nbsp;</p>", "<center><font>%s</font></center>",
		"<article><header>%s</header></article>", "<pre>%s</pre>", "<dl><dd>%s</dl>", "<p><!-- c --><em><i>%s</i></em><script>x</script></p>",
	}).Draw(t, "dress")
	return fmt.Sprintf(form, s), strings.Contains(form, "<figcaption>")
}

func TestNoParagraphIsEverLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var all, paragraphs, captions []string
		var body strings.Builder
		form := rapid.IntRange(0, 2).Draw(t, "form")
		blocks := []hub.Block{}
		for i := range rapid.IntRange(1, 12).Draw(t, "paragraphs") {
			s := sentence(t, i)
			markup, caption := dress(t, s)
			all = append(all, s)
			body.WriteString(markup)
			kind := rapid.SampledFrom([]hub.BlockKind{hub.BlockParagraph, hub.BlockHeading, hub.BlockCaption}).Draw(t, "kind")
			blocks = append(blocks, hub.Block{Kind: kind, Text: s})
			if form == 0 && caption || form == 2 && kind == hub.BlockCaption {
				captions = append(captions, s)
			} else {
				paragraphs = append(paragraphs, s)
			}
		}
		s := Setting{Source: hub.Source{ID: "s"}, Explain: true}
		d := hub.Draft{URL: "https://paper.example/a", Title: hub.Text{Value: "Một tiêu đề khác hẳn"}}
		switch form {
		case 0:
			d.Body = hub.Text{Value: body.String(), HTML: true}
		case 1:
			d.Body = hub.Text{Value: strings.Join(all, "\n\n")}
		case 2:
			d.Blocks = blocks
		}
		in, err := cleanDraft(d, hub.Document{}, s)
		if err != nil {
			t.Fatalf("cleaning: %v", err)
		}
		inOrder(t, "content_html", html.UnescapeString(in.Item.ContentHTML), all)
		inOrder(t, "content_text", in.Item.ContentText, paragraphs)
		if !slices.Equal(in.Item.Captions, captions) {
			t.Fatalf("captions %q, want %q", in.Item.Captions, captions)
		}
		for _, c := range captions {
			if strings.Contains(in.Item.ContentText, c) {
				t.Fatalf("the caption %q stands among the text", c)
			}
		}
		if bad := unsafe(in.Item.ContentHTML); bad != "" {
			t.Fatalf("%q: %s", in.Item.ContentHTML, bad)
		}
		checkIdempotent(t, body.String(), in, s)
	})
}

// inOrder fails where one of the texts is not in the whole, once, after the one before it.
func inOrder(t *rapid.T, field, whole string, texts []string) {
	rest := whole
	for _, w := range texts {
		_, after, found := strings.Cut(rest, w)
		if !found {
			t.Fatalf("%s: lost, or out of order: %q in\n%s", field, w, whole)
		}
		if rest = after; strings.Count(whole, w) != 1 {
			t.Fatalf("%s: doubled: %q", field, w)
		}
	}
}

func TestCleaningTwiceIsCleaningOnce(t *testing.T) {
	tag := rapid.SampledFrom(strings.Fields("p div b i a em strong ul ol li table tr td th tbody caption blockquote pre code figure figcaption img br hr h1 h2 h4 span section noscript picture video audio source iframe dl dt dd sub q time abbr font center form script svg math ruby p p div"))
	attrs := rapid.SampledFrom([]string{"", "", "", " href='/x#y'", " src='/a.jpg'", " src='https://www.youtube.com/embed/q'", " class='caption'", " alt='Đoạn văn'", " width=1", " style='display:none'", " colspan=2", " data-src='/b.jpg'", " cite='/c'", " datetime='2022-01-14'", " title='x'", " class='pullquote'"})
	words := rapid.SampledFrom([]string{"Đoạn văn", " ", "Tin liên quan", "Read more", "Nguyễn Văn An", "By Jane Doe", "The lead.", "Facebook", "Zalo", "14/01/2022", "e\u0301", "\u0301", "\u0338", "&lt;p&gt;x&lt;/p&gt;", "&#8;", "\n\n", "&nbsp;", "\u202e", "(ĐN) - The lead.", "A title", "•", "\u200b", "[caption id=\"1\"]", "[/caption]", "[gallery]", "[gal", "lery ids=1]", "[embed]https://x.example/v[/embed]", "[video src=/v.mp4]", "a sentence of five words", "he said a sentence of five words"})
	piece := rapid.Custom(func(t *rapid.T) string {
		switch rapid.IntRange(0, 3).Draw(t, "what") {
		case 0:
			return "</" + tag.Draw(t, "tag") + ">"
		case 1:
			return words.Draw(t, "words")
		}
		return "<" + tag.Draw(t, "tag") + attrs.Draw(t, "attrs") + ">"
	})
	rapid.Check(t, func(t *rapid.T) {
		s := Setting{Source: hub.Source{ID: "s"}, Explain: true}
		d := hub.Draft{
			OriginalID: "1", URL: "https://paper.example/a",
			Title:   hub.Text{Value: words.Draw(t, "title"), HTML: rapid.Bool().Draw(t, "title is markup")},
			Summary: hub.Text{Value: rapid.SampledFrom([]string{"", "The lead.", "<p>The lead.</p><p>x</p>", "<img src='/s.jpg'>The lead."}).Draw(t, "summary"), HTML: rapid.Bool().Draw(t, "summary is markup")},
			Body:    hub.Text{Value: strings.Join(rapid.SliceOfN(piece, 0, 40).Draw(t, "body"), ""), HTML: true},
		}
		if rapid.Bool().Draw(t, "dated") {
			d.Published = []string{"14/01/2022"}
		}
		in, err := cleanDraft(d, hub.Document{}, s)
		if err != nil {
			t.Fatalf("cleaning: %v", err)
		}
		if bad := unsafe(in.Item.ContentHTML); bad != "" {
			t.Fatalf("%q: %s", in.Item.ContentHTML, bad)
		}
		checkIdempotent(t, d.Body.Value, in, s)
	})
}

func TestTextsAreAlwaysTidy(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "s")
		got := tidy(s)
		if again := tidy(got); again != got {
			t.Fatalf("%q became %q, and that %q", s, got, again)
		}
		p := plain(hub.Text{Value: s, HTML: rapid.Bool().Draw(t, "markup")})
		if again := plain(hub.Text{Value: p}); again != p {
			t.Fatalf("%q became %q, and that %q", s, p, again)
		}
	})
}

// Every way that this package writes a moment must read back as that moment.
func TestDatesReadBackWhatWasWritten(t *testing.T) {
	loc := mustZone(t, "Asia/Ho_Chi_Minh")
	layouts := []string{
		time.RFC3339, time.RFC1123Z, time.RFC1123, time.RFC850, time.ANSIC, time.UnixDate, "02/01/2006 15:04:05", "15:04:05, 02/01/2006", "2 January 2006 15:04:05", "January 2, 2006 3:04:05 PM",
		"2006-01-02 15:04:05 -0700", "20060102T150405Z0700", "Mon, 2 Jan 2006 15:04:05 GMT-07:00", "2006年1月2日 15:04:05", "2-Jan-2006 15:04:05", "ngày 2 tháng 1 năm 2006, 15:04:05",
	}
	rapid.Check(t, func(t *rapid.T) {
		layout := rapid.SampledFrom(layouts).Draw(t, "layout")
		latest := int64(4_000_000_000)
		if !strings.Contains(layout, "2006") {
			latest = 2_000_000_000 // two digits of a year say no more
		}
		want := time.Unix(rapid.Int64Range(0, latest).Draw(t, "unix"), 0).In(loc)
		raw := want.Format(layout)
		if got, ok := readDate(raw, loc); !ok || !got.Equal(want) {
			t.Fatalf("readDate(%q) = %s %v, want %s", raw, got, ok, want)
		}
	})
}

func FuzzDate(f *testing.F) {
	for _, c := range saigonDates {
		f.Add(c.raw)
	}
	loc := mustZone(f, "Asia/Ho_Chi_Minh")
	f.Fuzz(func(t *testing.T, raw string) {
		got, ok := readDate(raw, loc)
		if !ok {
			if !got.IsZero() {
				t.Fatalf("%q was refused with %s", raw, got)
			}
			return
		}
		if got.Nanosecond() != 0 || got.Location() != loc || got.Year() < minYear-1 || got.Year() > maxYear+1 {
			t.Fatalf("%q became %s", raw, got)
		}
		if again, ok := readDate(got.Format(time.RFC3339), loc); got.Year() > 1910 && (!ok || !again.Equal(got)) {
			t.Fatalf("%q became %s, and that %s", raw, got, again)
		}
	})
}
