package source

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// hostilePages are pages of a quarter of a megabyte and more that cost naive readers minutes or gigabytes.
func hostilePages() map[string]string {
	const mega = 1 << 18
	fill := func(piece string) string { return strings.Repeat(piece, mega/len(piece)) }
	var links, attributes, formats, classes strings.Builder
	for i := range 12_000 {
		fmt.Fprintf(&links, "<a href=/%d>%d</a> ", i, i)
	}
	for i := range 50_000 {
		fmt.Fprintf(&attributes, " a%d=1", i)
	}
	for i := range 15_000 {
		fmt.Fprintf(&formats, "<b id=x%d><p>t", i)
	}
	for i := range 5_000 {
		fmt.Fprintf(&classes, "<div class='related-%d comment share caption image'><img src=/%d.jpg>text, of one.</div>", i, i)
	}
	text := "<p>A paragraph that is long enough to be one, with a comma and an end.</p>"
	return map[string]string{
		"nested divs":              fill("<div>") + text,
		"nested divs around text":  strings.Repeat("<div>", 30_000) + strings.Repeat(text, 700) + strings.Repeat("</div>", 30_000),
		"paragraphs":               strings.Repeat("<p>Short, but one.</p>", 100_000)[:mega],
		"unclosed paragraphs":      fill("<p>"),
		"a table":                  "<table>" + fill("<tr><td>1<td>2"),
		"nested tables":            fill("<table><tr><td>"),
		"unclosed formatting":      fill("<b>"),
		"formatting of many kinds": formats.String(),
		"links":                    links.String(),
		"attributes":               "<p" + attributes.String() + ">" + text + "<b" + attributes.String()[:100_000] + "><b" + attributes.String()[:100_000] + ">",
		"end tags":                 fill("</x>a"),
		"table parts outside":      fill("<td>a"),
		"named boxes":              classes.String(),
		"lists in lists":           fill("<ul><li>a"),
		"JSON-LD nested":           `<script type="application/ld+json">` + fill("[") + `</script>` + text,
		"JSON-LD wide":             `<script type="application/ld+json">{"@type":"NewsArticle","author":[` + fill(`{"name":"A"},`) + `]}</script>` + text,
		"JSON-LD braces":           `<script type="application/ld+json">` + fill(`{"a":`) + `</script>` + text,
		"JSON-LD scripts":          fill(`<script type="application/ld+json">{"@type":"Article"}</script>`) + text,
		"JSON-LD references":       `<script type="application/ld+json">{"@graph":[` + fill(`{"@type":"Article","@id":"a","author":{"@id":"a"}},`) + `{}]}</script>` + text,
		"meta elements":            fill(`<meta name=author content=a>`) + text,
		"headings":                 fill("<h1>a</h1>"),
		"figures":                  fill("<figure><img src=a.jpg><figcaption>c</figcaption></figure>"),
		"pictures":                 fill("<img data-src=a.jpg src=data:x>"),
		"noscript":                 fill("<img class=lazy><noscript><img src=a.jpg></noscript>"),
		"one word":                 "<p>" + strings.Repeat("a", mega),
		"one text of dates":        "<p>" + fill("14/01/2022 "),
		"times":                    fill("<time>14/01/2022</time>"),
		"hidden":                   fill("<p hidden>Some text, of no length.</p>"),
		"comments":                 fill("<!-- -->"),
		"select":                   fill("<select><option>a"),
		"svg":                      fill("<svg><g>"),
		"math":                     fill("<math><mi>"),
		"templates":                fill("<template>"),
		"frameset":                 "<frameset>" + fill("<frame>"),
		"picture sources":          fill("<picture><source srcset='a.jpg 1x, b.jpg 2x'>"),
		"line breaks":              fill("a<br>"),
		"alternates":               fill("<link rel=alternate hreflang=fr href=/a>"),
		"feeds":                    fill("<link rel=alternate type=application/rss+xml href=/a>"),
		"nested spans with text":   fill("<span>a"),
		"blocks in links":          fill("<a><div>a"),
		"entities":                 fill("&amp;"),
		"angle brackets":           fill("<"),
		"microdata nested":         "<div itemscope itemtype='http://schema.org/NewsArticle'>" + fill("<div itemprop=author itemscope itemtype='http://schema.org/Person'>"),
		"microdata texts nested":   "<div itemscope itemtype='http://schema.org/NewsArticle'>" + fill("<div itemprop=headline>a"),
		"lines with years":         fill("<p>2019 | 3 mai | 2 juin 2020 and then 19 - 20 | by Ann Lee</p>"),
		"titles by class":          fill("<div class=title>Title of something</div>"),
		"bylines":                  fill("<p class=author>By Ann Lee and Tom Fox</p>"),
		"galleries in galleries":   fill("<figure class=gallery><img src=a.jpg><figcaption>c</figcaption>"),
	}
}

// TestHostilePages: none of them may cost more than its length deserves. What is counted is the parser's work; the clock
// is only there to catch what counting forgot, and generous.
func TestHostilePages(t *testing.T) {
	for name, body := range hostilePages() {
		t.Run(name, func(t *testing.T) {
			markup := []byte("<html><head><title>A title of a page</title></head><body><h1>A title of a page</h1>" + body)
			if suspicious(markup) {
				markup = tame(markup, &notes{})
			}
			if n := countNodes(markup); n > 8*maxPageElements {
				t.Errorf("%d nodes from %d bytes", n, len(body))
			}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			_, err := Read(Input{Body: []byte("<html><head><title>A title of a page</title></head><body><h1>A title of a page</h1>" + body), Kind: "page", URL: "https://a.example/b", Handed: true})
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if took > hang {
				t.Errorf("took %v (%v)", took, err)
			}
			t.Logf("%s %v, %d MB allocated, err %v", name, took, (after.TotalAlloc-before.TotalAlloc)>>20, err)
		})
	}
}

// TestManyEditions: each edition is held against those before it, so their number must have an end.
func TestManyEditions(t *testing.T) {
	var sb strings.Builder
	for i := range 20_000 {
		fmt.Fprintf(&sb, "<link rel=alternate hreflang=x%d href=/%d>", i, i)
	}
	doc, err := Read(Input{Kind: "page", URL: "https://a.example/b", Body: []byte("<html><head>" + sb.String() + "</head><body><h1>A title of a page</h1><p>A paragraph.</p>"), Handed: true})
	if err != nil || len(doc.Drafts[0].Alternates) != maxEditions {
		t.Errorf("%d alternates, %v", len(doc.Drafts[0].Alternates), err)
	}
}

func countNodes(markup []byte) int {
	root, err := html.Parse(strings.NewReader(string(markup)))
	if err != nil {
		return 0
	}
	n := 0
	for range root.Descendants() {
		n++
	}
	return n
}
