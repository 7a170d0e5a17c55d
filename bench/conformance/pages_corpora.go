package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	readability "codeberg.org/readeck/go-readability/v2"
)

// marked is an entry of trafilatura's evaluation data: strings that an article's text has, and strings that it has not.
type marked struct {
	File    string   `json:"file"`
	With    []string `json:"with"`
	Without []string `json:"without"`
}

var spaces = regexp.MustCompile(`\s+`)

func onOneLine(s string) string { return strings.TrimSpace(spaces.ReplaceAllString(s, " ")) }

// trafilaturaPages runs the pages that trafilatura is evaluated on, with its own measure.
func trafilaturaPages(dir string) ([]table, error) {
	data := map[string]marked{}
	if err := readJSONFile(filepath.Join(dir, "tests", "evaldata.json"), &data); err != nil {
		return nil, err
	}
	urls := slices.Sorted(maps.Keys(data))
	out := table{
		title: fmt.Sprintf("%d pages, %s", len(urls), "strings that the text has and has not"),
		head:  []string{"reader", "with: found", "without: absent", "precision", "recall", "F1", "nothing read", "ms a page"},
	}
	for _, r := range pageReaders() {
		var c markCounts
		var took []time.Duration
		failed := 0
		for _, u := range urls {
			page, err := markedPage(dir, data[u].File)
			if err != nil {
				return nil, err
			}
			text, t, err := r.timed(page, u)
			if err != nil || strings.TrimSpace(text) == "" {
				failed++
			}
			took = append(took, t)
			c.add(data[u], text)
		}
		out.rows = append(out.rows, append(append([]string{r.name}, c.row()...), fmt.Sprint(failed), millis(took)))
	}
	return []table{out}, nil
}

func markedPage(dir, file string) ([]byte, error) {
	page, err := os.ReadFile(filepath.Join(dir, "tests", "cache", file))
	if err != nil {
		page, err = os.ReadFile(filepath.Join(dir, "tests", "eval", file))
	}
	return page, err
}

// markCounts are the strings found and not found, of those that a text must and must not have.
type markCounts struct{ found, lost, extra, absent int }

func (c *markCounts) add(m marked, text string) {
	text = onOneLine(text)
	for _, s := range m.With {
		if strings.Contains(text, onOneLine(s)) {
			c.found++
		} else {
			c.lost++
		}
	}
	for _, s := range m.Without {
		if strings.Contains(text, onOneLine(s)) {
			c.extra++
		} else {
			c.absent++
		}
	}
}

func (c *markCounts) row() []string {
	recall := float64(c.found) / float64(c.found+c.lost)
	precision := float64(c.found) / float64(max(1, c.found+c.extra))
	clean := float64(c.absent) / float64(c.absent+c.extra)
	return []string{three(recall), three(clean), three(precision), three(recall), three(2 * precision * recall / max(0.001, precision+recall))}
}

// readabilityMeta is what readability's tests expect of a page's metadata.
type readabilityMeta struct {
	Title         string `json:"title"`
	Byline        string `json:"byline"`
	Lang          string `json:"lang"`
	Excerpt       string `json:"excerpt"`
	SiteName      string `json:"siteName"`
	PublishedTime string `json:"publishedTime"`
}

// readabilityPages runs the pages of readability's own tests: their text against what readability is expected to make of
// them (so go-readability has the answer by heart), and what of their metadata we find.
func readabilityPages(dir string) ([]table, error) {
	folders, err := filepath.Glob(filepath.Join(dir, "test", "test-pages", "*", "source.html"))
	if err != nil {
		return nil, err
	}
	texts := table{title: fmt.Sprintf("%d pages, text against expected.html", len(folders)), head: []string{"reader", "F1", "precision", "recall", "nothing read", "ms a page"}}
	for _, r := range pageReaders() {
		var list []overlap
		var took []time.Duration
		failed := 0
		for _, f := range folders {
			page, err := os.ReadFile(f)
			if err != nil {
				return nil, err
			}
			want, err := os.ReadFile(filepath.Join(filepath.Dir(f), "expected.html"))
			if err != nil {
				return nil, err
			}
			text, t, err := r.timed(page, "http://fakehost/test/page.html")
			if err != nil || strings.TrimSpace(text) == "" {
				failed++
			}
			took = append(took, t)
			list = append(list, compareTexts(markupText(string(want)), text))
		}
		f1, p, rec := scores(list)
		texts.rows = append(texts.rows, []string{r.name, three(f1), three(p), three(rec), fmt.Sprint(failed), millis(took)})
	}
	meta, err := readabilityMetadata(folders)
	return []table{texts, meta}, err
}

// agreement markCounts how often a field is as expected.
type agreement struct{ same, of int }

func (a *agreement) add(want, got string) {
	if want = comparable(want); want == "" {
		return
	}
	a.of++
	if got = comparable(got); got != "" && (want == got || strings.Contains(want, got) && len(got)*2 > len(want) || strings.Contains(got, want)) {
		a.same++
	}
}

func (a agreement) String() string { return fmt.Sprintf("%d of %d", a.same, a.of) }

func comparable(s string) string { return strings.Join(plainTokens(strings.ToLower(s)), " ") }

func readabilityMetadata(folders []string) (table, error) {
	out := table{title: "Metadata against expected-metadata.json", head: []string{"reader", "title", "byline", "language", "excerpt", "site", "published"}}
	var ours, theirs [6]agreement
	for _, f := range folders {
		page, err := os.ReadFile(f)
		if err != nil {
			return out, err
		}
		raw, err := os.ReadFile(filepath.Join(filepath.Dir(f), "expected-metadata.json"))
		if err != nil {
			return out, err
		}
		var want readabilityMeta
		if err := json.Unmarshal(raw, &want); err != nil {
			return out, err
		}
		wants := [6]string{want.Title, want.Byline, want.Lang, want.Excerpt, want.SiteName, day(want.PublishedTime)}
		got, err := ourMetadata(page)
		if err != nil {
			got = [6]string{}
		}
		var other [6]string
		if a, err := readability.FromReader(bytes.NewReader(page), nil); err == nil {
			other = [6]string{a.Title(), a.Byline(), a.Language(), a.Excerpt(), a.SiteName()}
			if t, err := a.PublishedTime(); err == nil {
				other[5] = t.Format(time.DateOnly)
			}
		}
		for i := range wants {
			ours[i].add(wants[i], got[i])
			theirs[i].add(wants[i], other[i])
		}
	}
	for _, r := range []struct {
		name string
		list [6]agreement
	}{{"tinhub", ours}, {"go-readability v2", theirs}} {
		row := []string{r.name}
		for _, a := range r.list {
			row = append(row, a.String())
		}
		out.rows = append(out.rows, row)
	}
	return out, nil
}

// day is the date of a time as the page wrote it, without the hour: zones are another suite's.
func day(s string) string {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05.999-0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format(time.DateOnly)
		}
	}
	return s
}
