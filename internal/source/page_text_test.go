package source

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestParagraphsOfAPageAreKept: whatever a page wraps its text in and puts beside it, every paragraph, heading, quote and
// entry of a list of the article comes out, in order, and nothing of what stands beside it.
func TestParagraphsOfAPageAreKept(t *testing.T) {
	wraps := [][2]string{
		{"<article>", "</article>"},
		{"<main><div class='entry-content'>", "</div></main>"},
		{"<div id='c'><div class='x9'>", "</div></div>"},
		{"<table><tr><td>menu</td><td>", "</td></tr></table>"},
		{"<section><div itemprop='articleBody'>", "</div></section>"},
		{"<form id='aspnetForm'><div><div class='detail-content'>", "</div></div></form>"},
		{"<div class='widget post-widget'><div class='widget-content'>", "</div></div>"},
	}
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		var body strings.Builder
		var want []string
		n := 4 + r.IntN(12)
		for i := range n {
			text := fmt.Sprintf("Sentence %d of page %d tells what happened on the quay, and who saw it. It was not far from the crane.", i, seed)
			switch r.IntN(7) {
			case 0:
				head := fmt.Sprintf("Part %d of page %d", i, seed)
				fmt.Fprintf(&body, "<h2>%s</h2>", head)
				want = append(want, head)
			case 1:
				entry := fmt.Sprintf("entry %d of page %d", i, seed)
				fmt.Fprintf(&body, "<ul><li>%s</li><li>another thing</li></ul>", entry)
				want = append(want, entry)
			case 2:
				fmt.Fprintf(&body, "<blockquote><p>%s</p></blockquote>", text)
				want = append(want, text)
				continue
			case 3:
				fmt.Fprintf(&body, "<div>%s<br><br>And more of it.</div>", text)
				want = append(want, text, "And more of it.")
				continue
			}
			fmt.Fprintf(&body, "<p>%s</p>\n", text)
			want = append(want, text)
		}
		wrap := wraps[r.IntN(len(wraps))]
		page := "<html><head><title>A page of the quay</title></head><body><nav><ul><li><a href='/'>Home page of it all</a></li></ul></nav><h1>A page of the quay</h1>" +
			wrap[0] + body.String() + wrap[1] +
			"<aside class='related'><h3>Related</h3><p><a href='/1'>Some other headline</a> with a line of text below it, of no use here.</p></aside><footer><p>Some notice of the owner of all this, at some length, as they are.</p></footer></body></html>"
		doc, err := Read(Input{Body: []byte(page), Kind: "page", URL: "https://a.example/b"})
		if err != nil {
			t.Errorf("page %d in %s: %v", seed, wrap[0], err)
			continue
		}
		got, at := doc.Drafts[0].Body.Value, 0
		for _, w := range want {
			i := strings.Index(got[at:], w)
			if i < 0 {
				t.Errorf("page %d in %s lost %q", seed, wrap[0], w)
				break
			}
			at += i + len(w)
		}
		for _, extra := range []string{"Some other headline", "Some notice", "Home page"} {
			if strings.Contains(got, extra) {
				t.Errorf("page %d in %s has %q", seed, wrap[0], extra)
			}
		}
	}
}

// TestSentencesThatLookLikeFurniture: words that papers ask their readers with also begin sentences.
func TestSentencesThatLookLikeFurniture(t *testing.T) {
	sentences := []string{
		"Cookies, of all things, paid for the lights: the bakers of the town sold them on the wall for three summers in a row.",
		"Sign up sheets hung on every door of the harbour on Tuesday, after the council had said that it would close the quay.",
		"Follow the money, said one fisherman, and you end up in the east basin with a crane and no fish to land under it.",
		"Share this view? Most do, our survey of forty boats says, and eight of ten would rather pay than move to the basin.",
		"Related to this is the crane, which nobody has asked for, and which the council bought in the autumn all the same.",
		"Comments by the harbour master were read out, and the fishermen laughed at most of them, though not at the last one.",
		"Read the small print, the lawyer said, and he read it: the quay belongs to the town, the mud below it to nobody at all.",
		"Photo by photo the divers showed what they had found, until the whole table was full of pictures of rotten wood.",
		"By Tuesday evening nobody was left on the quay but two gulls, who had not heard of it or did not believe a word.",
		"Tin liên quan đến cầu cảng được đọc trước toàn thể bà con, ai cũng chăm chú lắng nghe và không ai nói lời nào.",
	}
	page := "<html><head><title>The quay closes</title></head><body><article><h1>The quay closes</h1><p>" + strings.Join(sentences, "</p><p>") + "</p></article></body></html>"
	doc, err := Read(Input{Body: []byte(page), Kind: "page", URL: "https://a.example/b"})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sentences {
		if !strings.Contains(doc.Drafts[0].Body.Value, s) {
			t.Errorf("lost: %s", s)
		}
	}
}
