package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"
	"golang.org/x/net/html"

	"tinhub/internal/hub"
)

// Corpora whose expectations are documents beside the feeds: each field that an expected item has is one expectation.

// fieldTally counts, by field, what is expected and what each reader has of it.
type fieldTally struct {
	names  []string
	counts map[string]*tally
	wrong  []string
}

func (f *fieldTally) add(name string, ours, alone bool, where string) {
	if f.counts == nil {
		f.counts = map[string]*tally{}
	}
	t := f.counts[name]
	if t == nil {
		t = &tally{}
		f.counts[name], f.names = t, append(f.names, name)
	}
	t.counted++
	t.ours += one(ours)
	t.gofeed += one(alone)
	if !ours {
		f.wrong = append(f.wrong, where)
	}
}

func (f *fieldTally) table(title string) table {
	out := table{title: title, head: []string{"field", "expectations", "ours", "gofeed alone"}}
	total := &tally{}
	for _, n := range f.names {
		t := f.counts[n]
		out.rows = append(out.rows, []string{n, fmt.Sprint(t.counted), share(t.ours, t.counted), share(t.gofeed, t.counted)})
		total.counted, total.ours, total.gofeed = total.counted+t.counted, total.ours+t.ours, total.gofeed+t.gofeed
	}
	out.rows = append(out.rows, []string{"**all**", fmt.Sprint(total.counted), share(total.ours, total.counted), share(total.gofeed, total.counted)})
	for _, w := range f.wrong[:min(len(f.wrong), 30)] {
		out.notes = append(out.notes, "`"+strings.ReplaceAll(w, "`", "'")+"`")
	}
	return out
}

// compare holds what two readers made of a document against what is expected of it.
func (f *fieldTally) compare(name string, want, ours, alone feedRead) {
	check := func(field, value string, has func(feedRead) bool) {
		if strings.TrimSpace(value) != "" && !strings.ContainsRune(value, utf8.RuneError) { // what the corpus lost itself is no expectation
			f.add(field, has(ours), has(alone), fmt.Sprintf("%s: %s %.80q, read %s", name, field, value, ours.brief(field)))
		}
	}
	check("feed title", want.title, func(r feedRead) bool { return sameField(kindTitle, r.title, want.title) })
	if isWebAddress(want.home) {
		check("feed link", want.home, func(r feedRead) bool {
			return sameAddress(r.home, want.home) || slices.Contains(want.feedLinks, r.home)
		})
	}
	for i, w := range want.items {
		at := func(r feedRead) article {
			if i < len(r.items) {
				return r.items[i]
			}
			return article{}
		}
		check("title", w.title, func(r feedRead) bool { return sameField(kindTitle, at(r).title, w.title) })
		if len(w.links) > 0 && isWebAddress(w.links[0]) {
			check("link", w.links[0], func(r feedRead) bool {
				return slices.ContainsFunc(at(r).links[:min(len(at(r).links), 2)], func(l string) bool {
					// Of several links nothing says which is the article.
					return slices.ContainsFunc(w.links, func(want string) bool { return sameLink(l, want) })
				})
			})
		}
		check("id", w.id, func(r feedRead) bool { return words(at(r).id) == words(w.id) })
		for _, text := range []string{w.summary, w.body} {
			check("summary, content", text, func(r feedRead) bool { return at(r).saysAll(text) })
		}
		if !w.published.IsZero() {
			check("published", w.published.UTC().Format(time.RFC3339), func(r feedRead) bool { return at(r).published.Equal(w.published) })
		}
		for _, p := range w.authors {
			check("author", p.Name, func(r feedRead) bool {
				var names []string
				for _, a := range at(r).authors {
					names = append(names, a.Name)
				}
				if strings.Join(names, " and ") == words(p.Name) {
					return true // two people are two authors
				}
				return slices.ContainsFunc(at(r).authors, func(a hub.Author) bool {
					return words(a.Name) == words(p.Name) || a.Email == words(p.Name) || words(a.Name) == shown(shown(p.Name)) || words(a.Name) == shown(p.Name)
				})
			})
		}
		for _, t := range w.tags {
			check("tag", t, func(r feedRead) bool {
				return slices.ContainsFunc(at(r).tags, func(h string) bool {
					return strings.EqualFold(words(h), words(t)) || strings.EqualFold(words(h), shown(t))
				})
			})
		}
		for _, e := range w.files {
			check("enclosure", e.URL, func(r feedRead) bool {
				return slices.ContainsFunc(at(r).files, func(h hub.Attachment) bool { return sameLink(h.URL, e.URL) && (e.Type == "" || h.Type == e.Type) })
			})
		}
	}
}

// saysAll says whether an article's text is the one expected: in its summary or body, or, where clean has taken out what
// stands twice, in both together.
func (a article) saysAll(want string) bool {
	if sameField(kindMarkup, a.body, want) || sameField(kindMarkup, a.summary, want) {
		return true
	}
	if shown(shown(want)) == shown(a.body) || shown(shown(want)) == shown(a.summary) {
		return true // escaped twice
	}
	// "Continue reading …" at the end is furniture, and goes.
	have, wanted := squeeze(shown(a.title)+shown(a.summary)+shown(a.body)), squeeze(readOn.ReplaceAllString(shown(want), ""))
	captions := ""
	for _, p := range a.pictures {
		captions += squeeze(p.Caption) + squeeze(p.Alt)
	}
	return wanted == "" || !readMarkup(a.body).runs && strings.Contains(have+captions, wanted)
}

var readOn = regexp.MustCompile(`(Continue reading|Read more)(\.\.\.|…)?$|[^.!?]{0,120} was originally published in .* on Medium, .*$`)

func squeeze(s string) string { return strings.Join(strings.Fields(s), "") }

func (r feedRead) brief(field string) string {
	if r.err != nil {
		return "error: " + r.err.Error()
	}
	if len(r.items) == 0 {
		return "no items"
	}
	a := r.items[0]
	switch field {
	case "link":
		return fmt.Sprintf("%.100q", a.links)
	case "id":
		return a.id
	case "published":
		return a.published.Format(time.RFC3339) + fmt.Sprint(a.rawPublished)
	}
	return fmt.Sprintf("%.60q %.60q", a.title, a.body)
}

func isWebAddress(s string) bool {
	return strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://")
}

var tracking = regexp.MustCompile(`[?&](utm_\w+|wt_mc|ref|source|fbclid)=[^&]*`)

// sameLink compares without the parameters that only count clicks.
func sameLink(have, want string) bool {
	trim := func(s string) string {
		return strings.TrimRight(tracking.ReplaceAllString(html.UnescapeString(s), ""), "?&")
	}
	return sameAddress(have, want) || sameAddress(trim(have), trim(want))
}

// runGofeed holds us against gofeed's own tests; gofeed has all of them by definition, so its column says what of them its
// common form keeps.
func runGofeed(dir string) ([]table, error) {
	var f fieldTally
	skipped := 0
	err := filepath.WalkDir(filepath.Join(dir, "testdata"), func(path string, e fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".xml" {
			return err
		}
		body, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		expected, err := os.ReadFile(strings.TrimSuffix(path, ".xml") + ".json")
		if err != nil {
			skipped++
			return nil
		}
		feed, ok := expectedFeed(path, expected)
		if !ok {
			skipped++
			return nil
		}
		rel, _ := filepath.Rel(dir, path)
		f.compare(rel, articlesOfGofeed(feed), feedByOurs(body, "", ""), feedByGofeed(body))
		return nil
	})
	if err != nil {
		return nil, err
	}
	t := f.table("What gofeed's own tests expect of the fields we have")
	t.notes = append([]string{fmt.Sprintf("%d documents have no expectation beside them", skipped)}, t.notes...)
	return []table{t}, nil
}

// expectedFeed reads an expectation of gofeed: its common form, or that of one format, translated by gofeed.
func expectedFeed(path string, raw []byte) (*gofeed.Feed, bool) {
	path = filepath.ToSlash(path)
	switch {
	case strings.Contains(path, "/parser/rss/"):
		var f rss.Feed
		if json.Unmarshal(raw, &f) != nil {
			return nil, false
		}
		feed, err := (&gofeed.DefaultRSSTranslator{}).Translate(&f)
		return feed, err == nil
	case strings.Contains(path, "/parser/atom/"):
		var f atom.Feed
		if json.Unmarshal(raw, &f) != nil {
			return nil, false
		}
		feed, err := (&gofeed.DefaultAtomTranslator{}).Translate(&f)
		return feed, err == nil
	}
	var f gofeed.Feed
	return &f, json.Unmarshal(raw, &f) == nil
}

// runRSSParser holds us against the pairs of rss-parser.
func runRSSParser(dir string) ([]table, error) {
	var f fieldTally
	outputs, err := filepath.Glob(filepath.Join(dir, "test", "output", "*.json"))
	if err != nil {
		return nil, err
	}
	for _, path := range outputs {
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		inputs, _ := filepath.Glob(filepath.Join(dir, "test", "input", strings.TrimSuffix(filepath.Base(path), ".json")+".*"))
		if len(inputs) != 1 {
			continue
		}
		body, err := os.ReadFile(inputs[0])
		if err != nil {
			return nil, err
		}
		var expected struct {
			Feed struct {
				Title string `json:"title"`
				Link  string `json:"link"`
				Items []struct {
					Title      any    `json:"title"`
					Link       string `json:"link"`
					GUID       string `json:"guid"`
					ID         string `json:"id"`
					Content    any    `json:"content"`
					Encoded    string `json:"content:encoded"`
					ISODate    string `json:"isoDate"`
					Creator    string `json:"creator"`
					Categories []any  `json:"categories"`
					Enclosure  struct {
						URL  string `json:"url"`
						Type string `json:"type"`
					} `json:"enclosure"`
				} `json:"items"`
			} `json:"feed"`
		}
		if err := json.Unmarshal(raw, &expected); err != nil {
			continue
		}
		want := feedRead{title: expected.Feed.Title, home: expected.Feed.Link}
		for _, it := range expected.Feed.Items {
			text := func(v any) string { s, _ := v.(string); return s }
			a := article{title: text(it.Title), links: []string{it.Link}, id: it.GUID + it.ID, summary: text(it.Content), body: it.Encoded}
			if t, err := time.Parse(time.RFC3339, it.ISODate); err == nil {
				a.published = t.Truncate(time.Second)
			}
			if it.Creator != "" {
				a.authors = []hub.Author{{Name: it.Creator}}
			}
			for _, c := range it.Categories {
				if s := text(c); s != "" {
					a.tags = append(a.tags, s)
				}
			}
			if it.Enclosure.URL != "" {
				a.files = []hub.Attachment{{URL: it.Enclosure.URL, Type: it.Enclosure.Type}}
			}
			want.items = append(want.items, a)
		}
		f.compare(filepath.Base(inputs[0]), want, feedByOurs(body, "", ""), feedByGofeed(body))
	}
	return []table{f.table("What rss-parser expects of the fields we have")}, nil
}
