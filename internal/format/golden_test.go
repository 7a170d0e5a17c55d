package format

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tinhub/internal/hub"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s (-want +got):\n%s", name, d)
	}
}

func rendered(t testing.TB, f Format, s hub.Snapshot) []byte {
	t.Helper()
	b, err := f.Render(s)
	if err != nil {
		t.Fatalf("%s: %v", f.Name, err)
	}
	return b
}

func TestEveryFormatWritesTheNewsroomAsItsGoldenFileShows(t *testing.T) {
	for name, s := range snapshots() {
		for _, f := range Formats() {
			t.Run(name+f.Ext, func(t *testing.T) { golden(t, name+f.Ext, rendered(t, f, s)) })
		}
	}
}

func TestTheListOfFeedsIsOPML(t *testing.T) {
	b, err := OPML(site, []hub.Section{section, {ID: "news", Title: "News & \"views\"", Language: "en"}})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "feeds.opml", b)
}

func TestOneItemIsWrittenWithItsViewsAndSteps(t *testing.T) {
	b, err := Item(site, bridge(), &hub.ViewCounts{Total: 40, Hour: 1, Day: 30, Week: 40}, []hub.Step{{Step: "title", Field: "title", Before: "<b>Cầu</b>", After: "Cầu"}})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "item.json", b)
}

func inspectedDocument() (hub.Document, []hub.Incoming) {
	full := bridge()
	doc := hub.Document{
		Kind: "feed", Title: "Delta Wire", Home: "https://delta.example/", Feed: "https://delta.example/feed.xml", Language: "vi",
		Warnings: []string{"control characters were taken out"},
	}
	items := []hub.Incoming{
		{Item: full.Item, Sections: []string{"thoi-su"}, PublishAt: at(21, 6, 0), Restore: true, Steps: []hub.Step{{Step: "date", Field: "published", Before: "08:05, 20/11/2026", After: "2026-11-20T08:05:00+07:00"}}},
		{Item: hub.Item{ID: hub.NewID("wire", "x"), Source: "wire", OriginalID: "x", Summary: "No title, no link, no date.", Published: time.Time{}, Hash: "33cc"}},
		{Item: hub.Item{ID: hub.NewID("wire", "far"), Source: "wire", OriginalID: "far", URL: "https://delta.example/far", Title: "Xa", Published: at(20, 0, 0).AddDate(73, 0, 0), Hash: "44dd"}},
		{Item: hub.Item{ID: hub.NewID("wire", "gone"), Source: "wire", OriginalID: "gone"}, Retract: true},
	}
	return doc, items
}

func TestInspectShowsWhatWasReadAndNothingElse(t *testing.T) {
	doc, items := inspectedDocument()
	for name, explain := range map[string]bool{"inspect.json": false, "inspect-explain.json": true} {
		var b bytes.Buffer
		if err := Inspect(&b, doc, items, explain); err != nil {
			t.Fatal(err)
		}
		golden(t, name, b.Bytes())
	}
	var b bytes.Buffer
	if err := Inspect(&b, doc, nil, false); err != nil {
		t.Fatal(err)
	}
	var f struct{ Items []any }
	if err := json.Unmarshal(b.Bytes(), &f); err != nil || f.Items == nil {
		t.Errorf("a document without items is printed as %s (%v)", b.Bytes(), err)
	}
}
