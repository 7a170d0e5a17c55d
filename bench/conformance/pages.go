package main

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"syscall"
	"time"

	readability "codeberg.org/readeck/go-readability/v2"
	"github.com/markusmobius/go-trafilatura"
	"github.com/rs/zerolog"
	"golang.org/x/net/html"

	"tinhub/internal/clean"
	"tinhub/internal/hub"
	"tinhub/internal/source"
)

func pageSuites() []suite {
	return []suite{
		{
			name:   "article-extraction",
			get:    "scrapinghub/article-extraction-benchmark (github.com)",
			marker: "extractors/run_xpath_text.py", run: articleExtraction,
		},
		{
			name:   "trafilatura-pages",
			get:    "adbar/trafilatura (github.com), its tests/ folder",
			marker: "tests/evaldata.json", run: trafilaturaPages,
		},
		{
			name:   "readability-pages",
			get:    "mozilla/readability (github.com), its test/ folder",
			marker: "test/test-pages/001/expected-metadata.json", run: readabilityPages,
		},
	}
}

// pageReader is one way to get an article's text out of a page.
type pageReader struct {
	name string
	read func(page []byte, url string) (string, error)
}

func pageReaders() []pageReader {
	return []pageReader{
		{"tinhub", readOurs},
		{"tinhub, lead put back", readWithLead},
		{"go-readability v2", readReadability},
		{"go-trafilatura", func(page []byte, _ string) (string, error) { return readTrafilatura(page, false) }},
		{"go-trafilatura with fallback", func(page []byte, _ string) (string, error) { return readTrafilatura(page, true) }},
	}
}

// ourItem is a page as the program reads it.
func ourItem(page []byte, url string) (hub.Incoming, error) {
	doc, err := source.Read(source.Input{Body: page, Kind: "page", URL: url, Handed: true})
	if err != nil {
		return hub.Incoming{}, err
	}
	items, err := clean.Document(doc, clean.Setting{Source: hub.Source{ID: "conformance", Location: time.UTC}, Explain: true})
	if err != nil || len(items) != 1 {
		return hub.Incoming{}, fmt.Errorf("%d items: %w", len(items), err)
	}
	return items[0], nil
}

// readOurs is an item's content_text as it is.
func readOurs(page []byte, url string) (string, error) {
	in, err := ourItem(page, url)
	return in.Item.ContentText, err
}

// readWithLead puts a first paragraph that became the summary back where it stood: the item has it once, as its summary.
func readWithLead(page []byte, url string) (string, error) {
	in, err := ourItem(page, url)
	text := in.Item.ContentText
	if slices.ContainsFunc(in.Steps, func(s hub.Step) bool {
		return s.Step == "lead repeated" || s.Step == "lead found" || s.Step == source.StepLead
	}) {
		text = in.Item.Summary + "\n\n" + text
	}
	return text, err
}

// ourMetadata are the fields that readability's tests expect.
func ourMetadata(page []byte) (fields [6]string, err error) {
	doc, err := source.Read(source.Input{Body: page, Kind: "page", URL: "http://fakehost/test/page.html", Handed: true})
	if err != nil {
		return fields, err
	}
	items, err := clean.Document(doc, clean.Setting{Source: hub.Source{ID: "conformance", Location: time.UTC}})
	if err != nil || len(items) != 1 {
		return fields, err
	}
	it := items[0].Item
	var names []string
	for _, a := range it.Authors {
		names = append(names, a.Name)
	}
	fields = [6]string{it.Title, strings.Join(names, ", "), it.Language, it.Summary, doc.Title, ""}
	if !it.Published.IsZero() {
		fields[5] = it.Published.Format(time.DateOnly)
	}
	return fields, nil
}

// markupText is the text of markup, each block on its own line.
func markupText(markup string) string {
	root, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		return ""
	}
	var sb strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			sb.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		switch n.Data {
		case "p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "tr", "br", "blockquote", "pre", "div", "figure", "figcaption", "dt", "dd":
			sb.WriteByte('\n')
		}
	}
	walk(root)
	return sb.String()
}

func readReadability(page []byte, _ string) (string, error) {
	article, err := readability.FromReader(bytes.NewReader(page), nil)
	if err != nil || article.Node == nil {
		return "", err
	}
	var sb strings.Builder
	err = article.RenderText(&sb)
	return sb.String(), err
}

func readTrafilatura(page []byte, fallback bool) (string, error) {
	zerolog.SetGlobalLevel(zerolog.Disabled)
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return "", err
	}
	result, err := trafilatura.ExtractDocument(root, trafilatura.Options{EnableFallback: fallback, ExcludeComments: true})
	if err != nil {
		return "", err
	}
	return result.ContentText, nil
}

// timed reads a page and says how much of the processor's time that took, which other programs on the machine do not
// change; nothing else runs in this one meanwhile. A reader that fails or panics has read nothing.
func (r pageReader) timed(page []byte, url string) (text string, took time.Duration, err error) {
	start := processorTime()
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
		took = processorTime() - start
	}()
	text, err = r.read(page, url)
	return text, 0, err
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// plainTokens is what the benchmark's own evaluation takes for words: runs of letters, digits and underscores, as \w of
// Python's re has them.
func plainTokens(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !isWordRune(r) })
}

// shingles counts the runs of n tokens of a text; a text with fewer is one.
func shingles(s string, n int) map[string]int {
	tokens := plainTokens(s)
	counts := map[string]int{}
	for i := range max(1, len(tokens)-n+1) {
		if run := tokens[i:min(i+n, len(tokens))]; len(run) > 0 {
			counts[strings.Join(run, " ")]++
		}
	}
	return counts
}

// overlap is what two texts share, what only the second has and what only the first has, normalised so that long texts count
// no more than short ones: string_shingle_matching of the benchmark's evaluate.py.
type overlap struct{ both, extra, lost float64 }

func compareTexts(want, got string) overlap {
	a, b := shingles(want, 4), shingles(got, 4)
	var o overlap
	for k, n := range a {
		o.both += float64(min(n, b[k]))
		o.lost += float64(max(0, n-b[k]))
	}
	for k, n := range b {
		o.extra += float64(max(0, n-a[k]))
	}
	if sum := o.both + o.extra + o.lost; sum > 0 {
		o.both, o.extra, o.lost = o.both/sum, o.extra/sum, o.lost/sum
	}
	return o
}

// scores are precision, recall and their harmonic mean over pages, as metrics_from_tp_fp_fns has them.
func scores(list []overlap) (f1, precision, recall float64) {
	var p, r []float64
	for _, o := range list {
		switch {
		case o.both+o.extra == 0:
		case o.extra == 0 && o.lost == 0:
			p = append(p, 1)
		default:
			p = append(p, o.both/(o.both+o.extra))
		}
		switch {
		case o.both+o.lost == 0:
		case o.extra == 0 && o.lost == 0:
			r = append(r, 1)
		default:
			r = append(r, o.both/(o.both+o.lost))
		}
	}
	precision, recall = mean(p), mean(r)
	if precision+recall == 0 {
		return 0, precision, recall
	}
	return 2 * precision * recall / (precision + recall), precision, recall
}

func mean(list []float64) float64 {
	if len(list) == 0 {
		return 0
	}
	sum := 0.0
	for _, v := range list {
		sum += v
	}
	return sum / float64(len(list))
}

func three(v float64) string {
	if math.IsNaN(v) {
		return "–"
	}
	return fmt.Sprintf("%.3f", v)
}

func millis(took []time.Duration) string {
	if len(took) == 0 {
		return "–"
	}
	var sum time.Duration
	for _, t := range took {
		sum += t
	}
	return fmt.Sprintf("%.1f", float64(sum.Microseconds())/1000/float64(len(took)))
}

func readAll(r io.Reader, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}
