package source_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tinhub/internal/clean"
	"tinhub/internal/format"
	"tinhub/internal/hub"
	"tinhub/internal/source"
)

// TestEveryFixtureBecomesTheItemsItNames goes the whole way: the file "items" of a fixture is what `tinhub inspect --explain`
// prints of its document for a Vietnamese house. A fixture that is an error in reading has none.
func TestEveryFixtureBecomesTheItemsItNames(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		t.Fatal(err)
	}
	setting := clean.Setting{Source: hub.Source{ID: "inspect", Location: zone}, Language: "vi", Explain: true}
	for _, f := range source.Fixtures(t, 200) {
		t.Run(f.Name, func(t *testing.T) {
			doc, err := f.Document(t)
			if err != nil {
				if f.File("items") != nil {
					t.Fatalf("has items, and cannot be read: %v", err)
				}
				return
			}
			items, err := clean.Document(doc, setting)
			if err != nil {
				t.Fatal(err)
			}
			var buf bytes.Buffer
			err = format.Inspect(&buf, doc, items, true)
			got := buf.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			if *source.Update {
				f.Write(t, "items", got)
				return
			}
			if diff := cmp.Diff(string(f.File("items")), string(got)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
			again(t, items, setting)
		})
	}
}

// again reads back what was printed: the hub's own output is the document it must understand best, and normalising it once
// more changes nothing.
func again(t *testing.T, items []hub.Incoming, setting clean.Setting) {
	t.Helper()
	var buf bytes.Buffer
	err := format.Inspect(&buf, hub.Document{}, items, false)
	printed := bytes.Clone(buf.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	doc, err := source.Read(source.Input{Body: printed, Kind: "feed"})
	if err != nil {
		t.Fatalf("reading back: %v", err)
	}
	second, err := clean.Document(doc, setting)
	if err != nil {
		t.Fatalf("cleaning again: %v", err)
	}
	var live []hub.Item
	for _, in := range items {
		if !in.Retract {
			live = append(live, in.Item)
		}
	}
	var back []hub.Item
	for _, in := range second {
		if !in.Retract {
			back = append(back, in.Item)
		}
	}
	if len(back) != len(live) {
		t.Fatalf("%d items became %d when read back", len(live), len(back))
	}
	for i, want := range live {
		got := back[i]
		for _, f := range []struct{ field, want, got string }{
			{"url", want.URL, got.URL},
			{"title", want.Title, got.Title},
			{"summary", want.Summary, got.Summary},
			{"content_html", want.ContentHTML, got.ContentHTML},
			{"content_text", want.ContentText, got.ContentText},
			{"image", want.Image, got.Image},
			{"language", want.Language, got.Language},
			{"tags", strings.Join(want.Tags, "|"), strings.Join(got.Tags, "|")},
			{"published", want.Published.String(), got.Published.String()},
			{"modified", want.Modified.String(), got.Modified.String()},
		} {
			if f.want != f.got {
				t.Errorf("%s of item %d changed when it was read back:\n was %s\n now %s", f.field, i, f.want, f.got)
			}
		}
	}
	buf.Reset()
	if err := format.Inspect(&buf, doc, unsaid(live, second), false); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(printed), buf.String()); diff != "" {
		t.Errorf("printed again it differs (-first +again)\n%s", diff)
	}
}

// unsaid gives items that were read back the hash that they had where the difference cannot be printed: where an item was
// syndicated from, the mail address of its writers, and that nobody had named the type of a file, which JSON Feed must.
func unsaid(first []hub.Item, again []hub.Incoming) []hub.Incoming {
	i := 0
	for j := range again {
		if again[j].Retract {
			continue
		}
		was := first[i]
		mail := slices.ContainsFunc(was.Authors, func(a hub.Author) bool { return a.Email != "" })
		untyped := slices.ContainsFunc(was.Attachments, func(a hub.Attachment) bool { return a.Type == "" })
		if was.Via != nil || mail || untyped {
			again[j].Item.Hash = was.Hash
		}
		i++
	}
	return again
}
