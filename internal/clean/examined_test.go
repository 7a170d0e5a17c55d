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
