package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/cascadia"
	"github.com/mmcdole/gofeed"

	"tinhub/internal/hub"
)

// hang is a net under what would never end. How fast things are is the bench's to say.
const hang = 2 * time.Minute

func TestKindsAreFoundByTypeThenContent(t *testing.T) {
	rss := `<rss version="2.0"><channel><title>t</title><item><guid>1</guid><title>x</title></item></channel></rss>`
	page := `<!doctype html><html><head><title>Một bài báo</title></head><body><h1>Một bài báo</h1><article><p>` + strings.Repeat("Đây là một câu của bài báo này. ", 10) + `</p></article></body></html>`
	text := "Tiêu đề\n\nMột đoạn văn của bài.\n\nMột đoạn nữa của bài."
	for _, c := range []struct{ name, body, contentType, kind string }{
		{"RSS whatever its type", rss, "", "feed"},
		{"RSS as text/html", rss, "text/html", "feed"},
		{"RSS as text/plain", rss, "text/plain", "feed"},
		{"RSS after a BOM and space", "\ufeff \n" + rss, "", "feed"},
		{"a page", page, "", "page"},
		{"a page as text/plain", page, "text/plain", "page"},
		{"a page as a feed", page, "application/rss+xml", "page"},
		{"text", text, "", "text"},
		{"text as text/plain", text, "text/plain; charset=utf-8", "text"},
		{"JSON Feed as text", `{"version":"https://jsonfeed.org/version/1.1","items":[]}`, "text/plain", "feed"},
		{"XHTML", `<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "x"><html xmlns="http://www.w3.org/1999/xhtml">` + page[strings.Index(page, "<head>"):], "application/xhtml+xml", "page"},
	} {
		doc, err := Read(Input{Body: []byte(c.body), ContentType: c.contentType})
		if err != nil || doc.Kind != c.kind {
			t.Errorf("%s: %q, %v", c.name, doc.Kind, err)
		}
	}
}

func TestKindNamesAreUniqueAndKnownToErrors(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range Kinds() {
		if k.Name == "" || seen[k.Name] || k.Sniff == nil || k.Read == nil {
			t.Errorf("kind %q is not whole, or there twice", k.Name)
		}
		seen[k.Name] = true
	}
	_, err := Read(Input{Body: []byte("x"), Kind: "pdf"})
	if hub.KindOf(err) != hub.Invalid || !strings.Contains(err.Error(), "feed, sitemap, ninjs, newsml, nitf, page, listing, text") {
		t.Errorf("unknown kind: %v", err)
	}
}

// TestHostileDocuments are refused, or read, but never hang: each within a time that a slow machine still makes.
func TestHostileDocuments(t *testing.T) {
	item := "<item><guid>1</guid><title>x</title></item>"
	for _, c := range []struct {
		name string
		in   Input
		kind hub.ErrorKind // "" for no error
	}{
		{"100,000 nested elements", Input{Body: []byte("<rss><channel>" + strings.Repeat("<a>", 100_000))}, hub.Invalid},
		{"100,000 nested elements in an item's extension", Input{Body: []byte(`<rss xmlns:m="x"><channel><item>` + strings.Repeat("<m:a>", 100_000))}, hub.Invalid},
		{"100,000 nested divs", Input{Body: []byte("<html><body>" + strings.Repeat("<div>", 100_000)), Kind: "page"}, hub.Invalid},
		{"100,000 elements side by side in a page", Input{Body: []byte("<html><body>" + strings.Repeat("<i>x</i>", 100_000)), Kind: "page"}, hub.Invalid},
		{"100,001 items", Input{Body: []byte("<rss><channel>" + strings.Repeat(item, 100_001) + "</channel></rss>")}, ""},
		{"100,001 items of JSON", Input{Body: []byte(`{"items":[` + strings.Repeat(`{"id":1},`, 100_000) + `{"id":2}]}`)}, ""},
		{"100,000 nested brackets", Input{Body: []byte(`{"items":` + strings.Repeat("[", 100_000)), Kind: "feed"}, hub.Invalid},
		{"a quadratic entity", Input{Body: []byte(`<!DOCTYPE rss [<!ENTITY a "` + strings.Repeat("a", 250) + `">]><rss><channel><title>` + strings.Repeat("&a;", 200_000) + `</title></channel></rss>`), Kind: "feed"}, hub.Invalid},
		{"a million bare brackets", Input{Body: []byte("<rss><channel><title>" + strings.Repeat("<", 1_000_000))}, hub.TooLarge},
		{"a million quotes in a tag", Input{Body: []byte("<rss a='" + strings.Repeat(`"'=`, 400_000)), Kind: "feed"}, hub.Invalid},
		{"a million ampersands", Input{Body: []byte("<rss><channel><title>" + strings.Repeat("&", 1_000_000) + "</title>" + item + "</channel></rss>")}, ""},
		{"end tags that nothing began", Input{Body: []byte("<rss><channel>" + item + strings.Repeat("</x>", 200_000) + "</channel></rss>")}, ""},
		{"a million lines of text", Input{Body: []byte(strings.Repeat("một dòng\n\n", 300_000)), Kind: "text"}, ""},
		{"one line of four megabytes", Input{Body: bytes.Repeat([]byte("abcdefghi "), 400_000), Kind: "text"}, ""},
		{"one line of eight megabytes", Input{Body: bytes.Repeat([]byte("abcdefghi "), 800_000), Kind: "text"}, hub.TooLarge},
		{"zeros", Input{Body: make([]byte, 1_000_000)}, hub.Invalid},
		{"more than 64 MiB", Input{Body: make([]byte, maxBytes+1)}, hub.TooLarge},
		{"a page of more than 16 MiB", Input{Body: append([]byte("<html>"), make([]byte, maxPageBytes)...), Kind: "page"}, hub.TooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			start := time.Now()
			_, err := Read(c.in)
			if (err == nil) != (c.kind == "") || err != nil && hub.KindOf(err) != c.kind {
				t.Errorf("got %.200v", err)
			}
			if took := time.Since(start); took > hang {
				t.Errorf("took %v", took)
			}
		})
	}
}

func TestPushOfTooManyItems(t *testing.T) {
	item := `{"id":"1","title":"x"}`
	body := `{"items":[` + strings.Repeat(item+",", maxPushItems) + item + `]}`
	_, err := ReadPush(Input{Body: []byte(body), ContentType: "application/feed+json"})
	if hub.KindOf(err) != hub.TooLarge {
		t.Errorf("1,001 items: %v", err)
	}
	doc, err := ReadPush(Input{Body: []byte(`{"items":[` + strings.Repeat(item+",", maxPushItems-1) + item + `]}`), ContentType: "application/feed+json"})
	if err != nil || len(doc.Drafts) != maxPushItems {
		t.Errorf("1,000 items: %d, %v", len(doc.Drafts), err)
	}
}

// TestSelectorsOfOurOwn: a selector that cannot be read matches nothing, silently.
func TestSelectorsOfOurOwn(t *testing.T) {
	for _, s := range []string{
		junk, aside, bylineClass, leadClass, captionClass, aside + ", figure, table, li",
		`script[type*="ld+json" i]`, `link[rel~="alternate"][hreflang][href]`, `time, [class*="date" i], [class*="time" i], [class*="publish" i], [id*="date" i]`,
	} {
		if _, err := cascadia.ParseGroup(s); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
}

func TestDraftsAreNotShared(t *testing.T) {
	body := []byte(`{"version":"https://jsonfeed.org/version/1.1","authors":[{"name":"A"}],"items":[{"id":"1","title":"a"},{"id":"2","title":"b"}]}`)
	doc, err := Read(Input{Body: body})
	if err != nil {
		t.Fatal(err)
	}
	doc.Drafts[0].Authors[0].Name = "changed"
	if doc.Drafts[1].Authors[0].Name != "A" {
		t.Error("two drafts share their authors")
	}
}

// TestSharedFeeds: every item of every real feed comes out, with what it can be known by.
func TestSharedFeeds(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/data/feeds/*")
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := Read(Input{Body: body})
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		want := max(bytes.Count(body, []byte("<item>"))+bytes.Count(body, []byte("<item ")), bytes.Count(body, []byte("<entry>")))
		var j struct{ Items []json.RawMessage }
		if json.Unmarshal(body, &j) == nil {
			want = len(j.Items)
		}
		if want == 0 || len(doc.Drafts) != want || len(doc.Warnings) > 0 {
			t.Errorf("%s: %d of %d items, warnings %q", file, len(doc.Drafts), want, doc.Warnings)
		}
		for i, d := range doc.Drafts {
			if d.Title.Value == "" && d.Body.Value == "" {
				t.Errorf("%s: item %d is empty", file, i)
			}
		}
	}
}

// TestBrokenFeedsKeepTheirItems breaks a good feed in many ways; its items come out of every one.
func TestBrokenFeedsKeepTheirItems(t *testing.T) {
	good := string(benchFeed(20))
	for name, broken := range map[string]string{
		"a bad byte": strings.Replace(good, "Item 7", "Item \xff7", 1), "a control character": strings.Replace(good, "Item 7", "Item &#8;7", 1),
		"a bare <": strings.Replace(good, "Item 7", "Item <7", 1), "a bare &": strings.ReplaceAll(good, "?id=", "?a=1&id="),
		"an entity of HTML": strings.Replace(good, "Item 7", "Item&nbsp;7&mdash;", 1), "no end": strings.TrimSuffix(good, "</channel></rss>"),
		"a BOM": "\ufeff" + good, "space before the declaration": "\n\n  " + good, "a form feed": strings.Replace(good, "Item 7", "Item\f7", 1),
		"]]> in text": strings.Replace(good, "Item 7", "Item ]]> 7", 1), "an attribute without quotes": strings.Replace(good, `isPermaLink="false"`, "isPermaLink=false", -1),
		"a < in an attribute": strings.Replace(good, `isPermaLink="false"`, `isPermaLink="false" x="<"`, -1), "text after the end": good + "<script>x</script>",
		"an end tag too many": strings.Replace(good, "<title>Item 7", "</b><title>Item 7", 1), "CDATA in CDATA": strings.Replace(good, "<p>Body 7", "<![CDATA[<p>Body 7", 1),
	} {
		doc, err := Read(Input{Body: []byte(broken)})
		if err != nil || len(doc.Drafts) != 20 {
			t.Errorf("%s: %d items, %v", name, len(doc.Drafts), err)
			continue
		}
		ids := map[string]bool{}
		for _, d := range doc.Drafts {
			ids[d.OriginalID] = true
		}
		if len(ids) != 20 {
			t.Errorf("%s: ids %v", name, slices.Sorted(mapsKeys(ids)))
		}
	}
}

func mapsKeys(m map[string]bool) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// TestTruncationAnywhere: cut anywhere (every seventh byte meets every kind of place), a feed gives its first complete items, in order, or an error.
func TestTruncationAnywhere(t *testing.T) {
	good := benchFeed(3)
	last := 0
	for cut := 0; cut <= len(good); cut += min(7, max(1, len(good)-cut)) {
		doc, err := Read(Input{Body: good[:cut], Kind: "feed"})
		if err != nil {
			if hub.KindOf(err) != hub.Invalid || last > 0 {
				t.Fatalf("cut at %d: %v after %d items", cut, err, last)
			}
			continue
		}
		if n := len(doc.Drafts); n < last || n > 3 || n != bytes.Count(good[:cut], []byte("</item>")) {
			t.Fatalf("cut at %d: %d items", cut, n)
		}
		last = len(doc.Drafts)
	}
	if last != 3 {
		t.Errorf("the whole gave %d items", last)
	}
}

// benchFeed is an RSS feed of n items as news sites have them.
func benchFeed(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Feed</title><link>https://b.example/</link>`)
	for i := range n {
		fmt.Fprintf(&b, `<item><title>Item %d</title><link>https://b.example/?id=%d</link><guid isPermaLink="false">g%d</guid><pubDate>Fri, 14 Jan 2022 02:01:00 +0700</pubDate><dc:creator>Ann</dc:creator><category>News</category><description>Short &lt;b&gt;text&lt;/b&gt;</description><content:encoded><![CDATA[<p>Body %d. %s</p>]]></content:encoded><media:content url="https://i.example/%d.jpg" medium="image" width="800" height="600"/></item>`,
			i, i, i, i, strings.Repeat("Một câu của bài viết. ", 60), i)
	}
	b.WriteString(`</channel></rss>`)
	return b.Bytes()
}

func BenchmarkGofeedAlone(b *testing.B) {
	body := benchFeed(50)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := gofeed.NewParser().Parse(bytes.NewReader(body)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadFeed(b *testing.B) {
	body := benchFeed(50)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(Input{Body: body}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadBrokenFeed(b *testing.B) {
	body := bytes.Replace(benchFeed(50), []byte("Item 49"), []byte("Item <49"), 1)
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := Read(Input{Body: body}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkReadText(b *testing.B) {
	body := []byte(vietnamese().lay(shape{edition: true, date: true, leadTwice: true, captionsTwice: true, byline: true, furniture: true}))
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		if _, err := Read(Input{Body: body}); err != nil {
			b.Fatal(err)
		}
	}
}
