package source

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"tinhub/internal/hub"
)

// A press release as offices mail it: lines of "Name: value", an empty line, the text.

func sniffRelease(in Input) int {
	a := look(in)
	if a.shape == "text" && strings.HasPrefix(strings.ToLower(a.head), "release: ") {
		return 90 // surer than the reader of plain text, which takes anything
	}
	return 0
}

func readRelease(in Input) (hub.Document, error) {
	if a := look(in); a.shape != "text" {
		return hub.Document{}, hub.Errorf(hub.Invalid, "%s, not a press release", a.phrase())
	}
	n := &notes{}
	text := strings.ReplaceAll(string(toUTF8(in.Body, in.ContentType, n)), "\r\n", "\n")
	head, body, found := strings.Cut(text, "\n\n")
	if !found {
		return hub.Document{}, hub.Errorf(hub.Invalid, "a press release without an empty line before its text")
	}
	d := hub.Draft{Base: in.URL, Path: in.Path, Body: hub.Text{Value: body}}
	for line := range strings.Lines(head) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch strings.ToLower(name) {
		case "release":
			d.Title = hub.Text{Value: value}
		case "number":
			d.OriginalID = value
		case "date":
			d.Published = raws(value) // as written: package clean reads dates
		case "office":
			d.Authors = []hub.DraftAuthor{{Name: value}}
		case "embargo":
			d.PublishAt = value
		default:
			n.add("a line that says nothing to us was left out: " + clip(line, 40))
		}
	}
	return hub.Document{Kind: "release", Drafts: []hub.Draft{d}, Warnings: n.all()}, nil
}

// End of the example.

func TestTheExampleKindIsReadAmongTheOthers(t *testing.T) {
	kinds := append(Kinds(), Kind{Name: "release", Sniff: sniffRelease, Read: readRelease})
	body := "Release: Mưa lớn, học sinh nghỉ học\nNumber: 118/TB\nDate: 18/11/2026 06:00\nOffice: Sở Giáo dục\nFax: 123\n\nHọc sinh toàn tỉnh nghỉ học.\n"
	for _, kind := range []string{"", "release"} {
		doc, err := readAs(kinds, Input{Body: []byte(body), Kind: kind, Path: "118.txt"})
		if err != nil || doc.Kind != "release" || len(doc.Drafts) != 1 || len(doc.Warnings) != 1 {
			t.Fatalf("%q: %+v, %v", kind, doc, err)
		}
		if d := doc.Drafts[0]; d.Title.Value != "Mưa lớn, học sinh nghỉ học" || d.OriginalID != "118/TB" || d.Published[0] != "18/11/2026 06:00" || d.Authors[0].Name != "Sở Giáo dục" {
			t.Errorf("%+v", d)
		}
	}
	if doc, err := readAs(kinds, Input{Body: []byte("Một tiêu đề\n\nMột đoạn văn.\n")}); err != nil || doc.Kind != "text" {
		t.Errorf("a dump is read as %s, %v", doc.Kind, err)
	}
	if _, err := readAs(kinds, Input{Body: []byte("<rss/>"), Kind: "release"}); hub.KindOf(err) != hub.Invalid || !strings.Contains(err.Error(), "this is a feed, not a press release") {
		t.Errorf("a feed: %v", err)
	}
}

// TestThePageShowsTheExample: the code on the page is the code above, to the letter.
func TestThePageShowsTheExample(t *testing.T) {
	code, err := os.ReadFile("example_kind_test.go")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(code), "// A press release")
	example, _, found := strings.Cut(rest, "// End of the example.")
	page, err := os.ReadFile("../../docs/new-kind.md")
	if err != nil || !found {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```go\n(// A press release.*?)```").FindSubmatch(page)
	if block == nil || strings.TrimSpace(string(block[1])) != strings.TrimSpace("// A press release"+example) {
		t.Error("docs/new-kind.md does not show the example as it is")
	}
	for _, k := range Kinds() {
		if !strings.Contains(string(page), "`"+k.Name+"`") {
			t.Errorf("docs/new-kind.md does not name the kind %s", k.Name)
		}
	}
}
