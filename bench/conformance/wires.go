package main

import (
	"fmt"
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"tinhub/internal/clean"
	"tinhub/internal/hub"
	"tinhub/internal/source"
)

func wireSuites() []suite {
	return []suite{
		{"ninjs", "github.com/iptc/newsinjson", "specification/ninjs-schema_1.0.json", func(dir string) ([]table, error) {
			return wires("IPTC's examples of ninjs", dir, "examples", "documentation/includes/examples")
		}},
		{"newsml-g2", "github.com/iptc/newsml-g2", "examples/LISTING_2_NewsML-G2_Text_Document.xml", func(dir string) ([]table, error) {
			return wires("IPTC's examples of NewsML-G2", dir, "examples")
		}},
		{"superdesk", "github.com/superdesk/superdesk-core", "tests/io/fixtures/stt_newsml_test.xml", func(dir string) ([]table, error) {
			return wires("Superdesk's fixtures of ninjs, NewsML and NITF", dir, "tests/io/fixtures")
		}},
	}
}

// wantedItem is what a plain look at a document finds of one item: no rule of the reader's is used for it.
type wantedItem struct {
	id, title, body, language string
	dates                     []time.Time
	pictures                  []string
	gone                      bool
	embargo                   time.Time
}

// wireScore counts one field: of so many that have it, so many are right.
type wireScore struct {
	name         string
	asked, right int
	wrong        []string
}

func (s *wireScore) count(ok bool, where string) {
	s.asked++
	if ok {
		s.right++
		return
	}
	s.wrong = append(s.wrong, where)
}

// wireBoard counts a suite's documents, their items, and the fields of those.
type wireBoard struct {
	documents, items *wireScore
	fields           []*wireScore
}

// wires reads every wire document below the folders and holds its items against a plain look at it.
func wires(title, dir string, folders ...string) ([]table, error) {
	b := wireBoard{documents: &wireScore{name: "documents read"}, items: &wireScore{name: "items"}}
	for _, name := range []string{"id", "headline", "body", "date", "language", "picture", "cancel", "embargo"} {
		b.fields = append(b.fields, &wireScore{name: name})
	}
	for _, folder := range folders {
		err := filepath.WalkDir(filepath.Join(dir, filepath.FromSlash(folder)), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			body, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if list := lookAt(path, body); len(list) > 0 {
				b.read(list, body, strings.TrimPrefix(path, dir+string(filepath.Separator)))
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return []table{b.table(title)}, nil
}

// read counts one document.
func (b wireBoard) read(list []wantedItem, body []byte, where string) {
	doc, err := source.Read(source.Input{Body: body})
	var got []hub.Incoming
	if err == nil {
		got, err = clean.Document(doc, clean.Setting{Source: hub.Source{ID: "c", Location: time.UTC}})
	}
	if b.documents.count(err == nil, fmt.Sprintf("%s: %v", where, err)); err != nil {
		return
	}
	for _, want := range list {
		i := slices.IndexFunc(got, func(in hub.Incoming) bool { return want.id == "" || strings.HasPrefix(want.id, in.Item.OriginalID) })
		// A picture that a package puts beside an article is the article's.
		beside := len(want.pictures) > 0 && slices.ContainsFunc(got, func(in hub.Incoming) bool {
			return slices.ContainsFunc(in.Item.Pictures, func(p hub.Picture) bool { return slices.Contains(want.pictures, p.URL) })
		})
		if b.items.count(i >= 0 || beside, where+" "+want.id); i >= 0 {
			b.compare(want, got[i], where)
		}
	}
}

func (b wireBoard) table(title string) table {
	t := table{title: title, head: []string{"field", "given", "right", "share"}}
	for _, s := range append([]*wireScore{b.documents, b.items}, b.fields...) {
		if s.asked == 0 {
			continue
		}
		t.rows = append(t.rows, []string{s.name, fmt.Sprint(s.asked), fmt.Sprint(s.right), fmt.Sprintf("%.1f %%", 100*float64(s.right)/float64(s.asked))})
		for _, w := range s.wrong[:min(len(s.wrong), 10)] {
			t.notes = append(t.notes, s.name+": "+w)
		}
	}
	return t
}

// compare counts each field that the document gives of an item.
func (b wireBoard) compare(want wantedItem, in hub.Incoming, where string) {
	it := in.Item
	check := func(name string, asked, ok bool) {
		for _, f := range b.fields {
			if f.name == name && asked {
				f.count(ok, where)
			}
		}
	}
	check("cancel", want.gone, in.Retract)
	check("id", want.id != "", it.OriginalID != "" && strings.HasPrefix(want.id, it.OriginalID))
	if in.Retract {
		return
	}
	check("headline", want.title != "", lettersOf(it.Title) == lettersOf(want.title))
	check("body", want.body != "", holdsWords(it.ContentText+" "+it.Summary+" "+strings.Join(it.Captions, " ")+" "+it.Title, want.body))
	check("date", len(want.dates) > 0, slices.ContainsFunc(want.dates, it.Published.Equal))
	check("language", want.language != "", strings.EqualFold(it.Language, want.language))
	check("picture", len(want.pictures) > 0, slices.ContainsFunc(want.pictures, func(p string) bool { return lettersOf(p) == lettersOf(it.Image) }))
	check("embargo", !want.embargo.IsZero(), in.PublishAt.Equal(want.embargo))
}

// lettersOf is a text without all that may rightly differ: spaces, punctuation, case, references.
func lettersOf(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, html.UnescapeString(s))
}

// holdsWords says whether nearly all words of want are in got.
func holdsWords(got, want string) bool {
	if strings.Contains(lettersOf(got), lettersOf(want)) { // also where a script has no spaces
		return true
	}
	have := map[string]bool{}
	for _, w := range wordList(got) {
		have[w] = true
	}
	found, all := 0, wordList(want)
	for _, w := range all {
		if have[w] {
			found++
		}
	}
	return found*100 >= len(all)*95
}

func wordList(s string) []string {
	return strings.FieldsFunc(strings.ToLower(html.UnescapeString(s)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}
