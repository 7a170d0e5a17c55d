package main

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"
)

// isWordRune is \w of Python's re in Unicode: str.isalnum or an underscore.
func isWordRune(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r)
}

// annotated is one entry of the benchmark's files.
type annotated struct {
	ArticleBody string `json:"articleBody"`
	URL         string `json:"url"`
}

// articleExtraction runs the public article-extraction benchmark: 181 pages with their texts, in two halves by a hash of
// the page's id. The reader was tuned on the first alone.
func articleExtraction(dir string) ([]table, error) {
	truth := map[string]annotated{}
	if err := readJSONFile(filepath.Join(dir, "ground-truth.json"), &truth); err != nil {
		return nil, err
	}
	ids := slices.Sorted(maps.Keys(truth))
	out := table{
		title: fmt.Sprintf("%d pages", len(ids)),
		head:  []string{"reader", "F1", "precision", "recall", "F1, half tuned on", "F1, other half", "exact texts", "nothing read", "ms a page"},
	}
	for _, r := range pageReaders() {
		var all, half, other []overlap
		var took []time.Duration
		exact, failed := 0, 0
		for _, id := range ids {
			page, err := readGzip(filepath.Join(dir, "html", id+".html.gz"))
			if err != nil {
				return nil, err
			}
			text, t, err := r.timed(page, truth[id].URL)
			if err != nil || strings.TrimSpace(text) == "" {
				failed++
			}
			took = append(took, t)
			o := compareTexts(truth[id].ArticleBody, text)
			all = append(all, o)
			if tunedOn(id) {
				half = append(half, o)
			} else {
				other = append(other, o)
			}
			if slices.Equal(plainTokens(truth[id].ArticleBody), plainTokens(text)) {
				exact++
			}
		}
		f1, precision, recall := scores(all)
		tuned, _, _ := scores(half)
		fresh, _, _ := scores(other)
		out.rows = append(out.rows, []string{
			r.name, three(f1), three(precision), three(recall), three(tuned), three(fresh),
			fmt.Sprintf("%.3f", float64(exact)/float64(len(ids))), fmt.Sprint(failed), millis(took),
		})
	}
	published, err := publishedFigures(dir, truth, ids)
	return []table{out, published}, err
}

// tunedOn divides the pages in two halves that nobody chose.
func tunedOn(id string) bool { return sha256.Sum256([]byte(id))[0]&1 == 0 }

// publishedFigures scores the outputs that the benchmark itself holds: they must be what it publishes.
func publishedFigures(dir string, truth map[string]annotated, ids []string) (table, error) {
	out := table{title: "Outputs published with the benchmark, by the same measure", head: []string{"output", "F1", "precision", "recall"}}
	for _, name := range []string{"go_readability_fork", "readability_js", "go_trafilatura", "trafilatura", "rs_trafilatura", "newspaper4k", "AutoExtract"} {
		path := filepath.Join(dir, "output", name+".json")
		if _, err := os.Stat(path); err != nil {
			continue
		}
		got, err := publishedOutput(path)
		if err != nil {
			return out, err
		}
		var list []overlap
		for _, id := range ids {
			list = append(list, compareTexts(truth[id].ArticleBody, got[id].ArticleBody))
		}
		f1, precision, recall := scores(list)
		out.rows = append(out.rows, []string{name, three(f1), three(precision), three(recall)})
	}
	return out, nil
}

func publishedOutput(path string) (map[string]annotated, error) {
	var wrapped struct {
		Output map[string]annotated `json:"output"`
	}
	if err := readJSONFile(path, &wrapped); err == nil && len(wrapped.Output) > 0 {
		return wrapped.Output, nil
	}
	plain := map[string]annotated{}
	return plain, readJSONFile(path, &plain)
}

func readJSONFile(path string, into any) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, into)
}

func readGzip(path string) (b []byte, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	z, err := gzip.NewReader(f)
	return readAll(z, err)
}
