package clean

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// tablesAround puts content into so many tables of one cell each.
func tablesAround(levels int, content string) string {
	return strings.Repeat("<table><tbody><tr><td>", levels) + content + strings.Repeat("</td></tr></tbody></table>", levels)
}

func BenchmarkNestedTables(b *testing.B) {
	for _, c := range []struct{ name, content string }{
		{"paragraphs", strings.Repeat("<p>Một câu của bài.</p>", 5000)},
		{"pictures", strings.Repeat("<p><img src='/a.jpg'></p>", 5000)},
		{"one paragraph", "<p>" + strings.Repeat("Một câu<br>", 5000) + "</p>"},
		{"a table of text", "<table>" + strings.Repeat("<tr><td>Một</td><td>câu</td></tr>", 2500) + "</table>"},
		{"lines", strings.Repeat("Một câu của bài.<br><br>", 5000)},
	} {
		for _, levels := range []int{1, 120} {
			b.Run(fmt.Sprintf("%s in %d", c.name, levels), func(b *testing.B) {
				body := tablesAround(levels, c.content)
				b.ReportAllocs()
				for b.Loop() {
					cleanBody(b, body)
				}
			})
		}
	}
}

func TestATableThatOnlyLaysOutIsItsContentHoweverDeep(t *testing.T) {
	const picture = `<figure><img src="https://paper.example/a.jpg" alt="">`
	for in, want := range map[string]string{
		"<p>A</p><p><img src='/a.jpg'></p><p>B</p>":    "<p>A</p>" + picture + "</figure><p>B</p>",
		"<p><img src='/a.jpg'></p><p>Ảnh: A</p>":       picture + "<figcaption>Ảnh: A</figcaption></figure>",
		"<img src='/a.jpg'></td></tr><tr><td>Ảnh: A":   picture + "<figcaption>Ảnh: A</figcaption></figure>",
		"<p>A</p></td></tr><tr><td><img src='/a.jpg'>": "<table><tbody><tr><td>A</td></tr><tr><td><img src=\"https://paper.example/a.jpg\" alt=\"\"></td></tr></tbody></table>",
		"A<br>B":               "<p>A<br>B</p>",
		"A<ul><li>B</li></ul>": "<p>A</p><ul><li>B</li></ul>",
		"<table><tr><td>A</td><td>B</td></tr></table>": "<table><tbody><tr><td>A</td><td>B</td></tr></tbody></table>",
	} {
		for _, levels := range []int{1, 2, 5, 100} {
			if it := cleanBody(t, tablesAround(levels, in)); it.ContentHTML != want {
				t.Errorf("%s in %d tables:\n got %s\nwant %s", in, levels, it.ContentHTML, want)
			}
		}
	}
}

func TestNestedTablesAreReadInTime(t *testing.T) {
	for name, content := range map[string]string{
		"paragraphs": strings.Repeat("<p>Một câu của bài.</p>", 10_000), "one paragraph": "<p>" + strings.Repeat("Một câu<br>", 10_000) + "</p>", "pictures": strings.Repeat("<p><img src='/a.jpg'></p>", 5_000),
	} {
		flat, deep := memoryOf(func() { cleanBody(t, tablesAround(1, content)) }), memoryOf(func() { cleanBody(t, tablesAround(120, content)) })
		if deep > 8*flat {
			t.Errorf("%s in 120 tables take %d MiB, in one %d", name, deep>>20, flat>>20)
		}
	}
}

// memoryOf is how many bytes f takes from the heap.
func memoryOf(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
