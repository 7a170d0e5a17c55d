package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tinhub/internal/config"
	"tinhub/internal/hub"
)

// everyKey uses every key that a section or a source may have, and texts that XML and YAML both have rules about.
const everyKey = `# the paper's own comment
site: {title: T, url: "http://127.0.0.1:8080", language: vi, timezone: Asia/Ho_Chi_Minh}
sections:
  - {id: xay-dung, title: "Xây dựng & \"Đảng\" <b>", description: "hai\ndòng", language: vi, edition: vi, image: "https://a.example/x.png", paths: [/rss/old.rss], quota: 10}
  - {id: world, title: World}
sources:
  - id: bdn
    kind: feed
    url: https://news.example/rss?a=1&b=2
    section: xay-dung # where it stands
    every: 5m
    title: "yes: a title with 'quotes' & a tab\t."
    timezone: Europe/Paris
    language: fr
    priority: -3
    proxy: http://proxy.example:3128
    username: tin
    password_env: TINHUB_TEST_SECRET
    future: hold
    headers: {X-Key: very-secret, Accept-Language: vi}
  - {id: many, kind: page, url: "https://news.example/a", sections: [xay-dung, world], match: {"Thể thao, giải trí": world}, select: {title: "h1 > a[href^=\"/x\"]", body: .body}, language: vi}
  - {id: in, kind: files, path: in/*.txt, match: {Kinh tế: xay-dung}, every: 7s, format: text}
  - {id: cms, kind: push, section: world, key_env: TINHUB_TEST_SECRET, format: ninjs}
  - {id: open, kind: push, section: world, key: plainly-secret}
`

func secretEnv(name string) (string, bool) {
	if name == "TINHUB_TEST_SECRET" {
		return "from-the-environment", true
	}
	return "", false
}

func TestSourcesGoOutAsOPMLAndComeBackWithNothingLostButSecrets(t *testing.T) {
	dir := t.TempDir()
	from, list, into := filepath.Join(dir, "a", "tinhub.yaml"), filepath.Join(dir, "list.opml"), filepath.Join(dir, "b", "tinhub.yaml")
	write(t, from, everyKey)
	write(t, into, "# another house\nsite: {title: T, url: \"http://127.0.0.1:8080\", language: vi, timezone: Asia/Ho_Chi_Minh} # at home\n")
	var out, errs bytes.Buffer
	term := terminal{in: strings.NewReader(""), out: &out, err: &errs, env: secretEnv}
	if code := run(t.Context(), []string{"opml", "export", "--config", from, list}, term); code != exitDone {
		t.Fatalf("export: exit %d: %s", code, errs.String())
	}
	text, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"very-secret", "plainly-secret", "from-the-environment"} {
		if bytes.Contains(text, []byte(secret)) {
			t.Errorf("the list holds the secret %q", secret)
		}
	}
	if code := run(t.Context(), []string{"opml", "import", "--config", into, "--into", list}, term); code != exitDone {
		t.Fatalf("import: exit %d: %s", code, errs.String())
	}
	imported, err := os.ReadFile(into)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# another house", "# at home", "# fill in key", "# fill in headers"} {
		if !bytes.Contains(imported, []byte(want)) {
			t.Errorf("nothing says %q in\n%s", want, imported)
		}
	}
	before, err := config.Load(from, secretEnv)
	if err != nil {
		t.Fatal(err)
	}
	// Whoever imports fills in what was withheld.
	filled := strings.Replace(string(imported), "    section: world\n    key_env", "    section: world\n    key_env", 1)
	filled = strings.Replace(filled, "  - id: open\n", "  - id: open\n    key: plainly-secret\n", 1)
	if !strings.Contains(filled, "plainly-secret") {
		filled = strings.Replace(filled, "    id: open\n", "    id: open\n    key: plainly-secret\n", 1)
	}
	write(t, into, filled)
	after, err := config.Load(into, secretEnv)
	if err != nil {
		t.Fatalf("%v\n%s", err, filled)
	}
	if diff := cmp.Diff(before.Sections, after.Sections); diff != "" {
		t.Errorf("sections: %s", diff)
	}
	lost := cmpopts.IgnoreFields(hub.Source{}, "Headers", "Path", "Root", "Location")
	byID := cmpopts.SortSlices(func(a, b hub.Source) bool { return a.ID < b.ID }) // those of several sections stand behind
	if diff := cmp.Diff(before.Sources, after.Sources, lost, byID); diff != "" {
		t.Errorf("sources: %s\n%s", diff, text)
	}
	if before.Sources[0].Location.String() != "Europe/Paris" || after.Sources[0].Location.String() != "Europe/Paris" {
		t.Error("the zone was lost")
	}
	// Done twice it changes nothing.
	if code := run(t.Context(), []string{"opml", "import", "--config", into, "--into", list}, term); code != exitDone {
		t.Fatalf("again: exit %d: %s", code, errs.String())
	}
	again, err := config.Load(into, secretEnv)
	if err != nil || len(again.Sources) != len(after.Sources) || len(again.Sections) != len(after.Sections) {
		t.Errorf("imported twice: %v, %d sources", err, len(again.Sources))
	}
}

func TestAnotherProgramsListBecomesSourcesAndSections(t *testing.T) {
	const list = `<?xml version="1.0" encoding="UTF-8"?>
<opml version="1.0" xmlns:fr="https://reader.example/opml"><head><title>Mine</title></head><body>
<outline text="Thời sự">
  <outline type="rss" text="Báo A" title="Báo A" xmlUrl="https://a.example/rss?x=1&y=2" htmlUrl="https://a.example/" fr:cssFullContent="article"/>
  <outline type="rss" text="Báo A" xmlUrl="https://u:p@b.example/rss"/>
</outline>
<outline title="Kinh tế"><outline text="sub"><outline text="Deep" xmlUrl="http://c.example/atom.xml" category="/x,y"/></outline>
  <outline type="rss" text="Báo A again" xmlUrl="https://a.example/rss?x=1&y=2"/></outline>
<outline text="Loose" type="rss" xmlUrl="https://d.example/feed"/>
<outline text="Bad" type="rss" xmlUrl="javascript:alert(1)"/>
<outline text="Note, not a feed"/>
</body></opml>`
	dir := t.TempDir()
	file := filepath.Join(dir, "mine.opml")
	write(t, file, list)
	var out, errs bytes.Buffer
	term := terminal{in: strings.NewReader(""), out: &out, err: &errs, env: os.LookupEnv}
	if code := run(t.Context(), []string{"opml", "import", "--config", filepath.Join(dir, "none.yaml"), file}, term); code != exitDone {
		t.Fatalf("exit %d: %s", code, errs.String())
	}
	whole := filepath.Join(dir, "tinhub.yaml")
	write(t, whole, "site: {url: \"http://127.0.0.1:8080\"}\n"+out.String())
	cfg, err := config.Load(whole, os.LookupEnv)
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	var got []string
	for _, s := range cfg.Sources {
		got = append(got, s.ID+" "+s.URL+" "+strings.Join(s.Sections, "+"))
	}
	want := []string{
		"bao-a https://a.example/rss?x=1&y=2 thoi-su+kinh-te",
		"bao-a-2 https://b.example/rss thoi-su",
		"deep http://c.example/atom.xml sub",
		"loose https://d.example/feed feeds",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sources: %s", diff)
	}
	for _, kept := range []string{"cssFullContent: article", "htmlUrl: https://a.example/", "category: /x,y", "fill in username and password"} {
		if !strings.Contains(out.String(), kept) {
			t.Errorf("%q was lost:\n%s", kept, out.String())
		}
	}
	if !strings.Contains(errs.String(), "javascript:alert(1)") {
		t.Errorf("nobody was told of the bad address: %s", errs.String())
	}
}
