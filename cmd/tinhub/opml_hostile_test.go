package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhub/internal/config"
)

// imported runs opml import and gives what it printed.
func imported(t *testing.T, code int, args ...string) (out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	term := terminal{in: strings.NewReader(""), out: &o, err: &e, env: os.LookupEnv}
	if got := run(t.Context(), append([]string{"opml", "import"}, args...), term); got != code {
		t.Errorf("opml import %v: exit %d, want %d: %s", args, got, code, e.String())
	}
	return o.String(), e.String()
}

const smallHouse = "site: {title: T, url: \"http://127.0.0.1:8080\", language: vi, timezone: Asia/Ho_Chi_Minh}\n\n# ours\nsections: []\nsources: [] # none yet\n"

func TestTextsThatYAMLHasRulesAboutComeThroughAnImport(t *testing.T) {
	texts := []string{
		"- dash", "a: b", "# no comment", "{flow}", "[list]", "&anchor", "*alias", "!tag", "%dir", "@at", "`tick", "null", "~", "yes", "1e3", "2026-01-01", "<<",
		"'single'", "\"double\"", "tab&#9;here", "line&#10;break", "C1 &#x9f; here", "nel &#x85; here", "ls &#x2028; here", "bom &#xfeff; here", "emoji 😀", "báo mới", "| block", "> fold", "---", "...",
	}
	var list strings.Builder
	list.WriteString("<opml><body>")
	for n, text := range texts {
		text = strings.NewReplacer("<", "&lt;", `"`, "&quot;").Replace(text)
		fmt.Fprintf(&list, `<outline text="%s"><outline text="%[1]s" type="%[1]s" category="%[1]s" description="%[1]s" xmlUrl="https://a.example/%d"/></outline>`, text, n)
	}
	list.WriteString("</body></opml>")
	dir := t.TempDir()
	file, house := filepath.Join(dir, "list.opml"), filepath.Join(dir, "tinhub.yaml")
	write(t, file, list.String())
	write(t, house, smallHouse)
	_, errs := imported(t, exitDone, "--config", house, "--into", file)
	cfg, err := config.Load(house, os.LookupEnv)
	if err != nil {
		text, _ := os.ReadFile(house)
		t.Fatalf("%v\n%s\n%s", err, errs, text)
	}
	if len(cfg.Sources) != len(texts) {
		t.Errorf("%d sources of %d", len(cfg.Sources), len(texts))
	}
	before, _ := os.ReadFile(house)
	imported(t, exitDone, "--config", house, "--into", file)
	if after, _ := os.ReadFile(house); !bytes.Equal(before, after) {
		t.Errorf("done twice it changes the file:\n%s", after)
	}
}

func TestAnImportIntoALinkChangesWhatItLeadsTo(t *testing.T) {
	dir := t.TempDir()
	house, link, list := filepath.Join(dir, "real", "house.yaml"), filepath.Join(dir, "tinhub.yaml"), filepath.Join(dir, "list.opml")
	write(t, house, smallHouse)
	write(t, list, `<opml><body><outline text="A" xmlUrl="feed://u:p@a.example/rss"/><outline text="B" xmlUrl="feed:https://b.example/rss"/><outline text="C" type="HTML+XPath" xmlUrl="https://c.example/"/></body></opml>`)
	if err := os.Symlink(filepath.Join("real", "house.yaml"), link); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		imported(t, exitDone, "--config", link, "--into", list)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is no link any more: %v", err)
	}
	text, err := os.ReadFile(house)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"url: http://a.example/rss\n", "url: https://b.example/rss\n", "kind: listing\n", "# ours\nsections:\n", "sources: # none yet\n"} {
		if strings.Count(string(text), want) != 1 {
			t.Errorf("not once %q in\n%s", want, text)
		}
	}
	if info, err := os.Stat(house); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("its mode is %v (%v)", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "real", ".*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAForeignListThatReachesForThisMachineIsToldOf(t *testing.T) {
	dir := t.TempDir()
	house, list := filepath.Join(dir, "tinhub.yaml"), filepath.Join(dir, "list.opml")
	write(t, house, smallHouse)
	write(t, list, `<opml xmlns:tinhub="urn:tinhub:opml"><body><outline text="A" tinhub:id="a" tinhub:kind="files" tinhub:path="/etc/*"/>
<outline text="B" tinhub:id="b" tinhub:kind="feed" tinhub:match="*x" xmlUrl="https://b.example/"/></body></opml>`)
	_, errs := imported(t, exitFailures, "--config", house, list)
	for _, want := range []string{"a has path: /etc/*", "b: the value of match is not JSON"} {
		if !strings.Contains(errs, want) {
			t.Errorf("nothing says %q: %s", want, errs)
		}
	}
}

func TestFoldersWithoutLatinLettersStayApart(t *testing.T) {
	dir := t.TempDir()
	list := filepath.Join(dir, "list.opml")
	write(t, list, `<opml><body><outline text="新闻"><outline text="甲" xmlUrl="https://a.example/1"/></outline><outline text="体育"><outline text="乙" xmlUrl="https://a.example/2"/></outline>
<outline text="All"><outline text="C" xmlUrl="https://a.example/3"/></outline><outline text="新闻"><outline text="丁" xmlUrl="https://b.example/4"/></outline></body></opml>`)
	out, _ := imported(t, exitDone, "--config", filepath.Join(dir, "none.yaml"), list)
	sections, sources, err := config.Declared([]byte(out))
	if err != nil || len(sections) != 3 || len(sources) != 4 {
		t.Fatalf("%v: %d sections, %d sources\n%s", err, len(sections), len(sources), out)
	}
	for n, want := range []string{`["section-1"]`, `["section-2"]`, `["section-3"]`, `["section-1"]`} {
		if got := strings.ReplaceAll(sources[n].Get("sections"), " ", ""); got != want {
			t.Errorf("source %d stands in %s, want %s", n, got, want)
		}
	}
	if sources[0].Get("id") != "a-example" || sources[1].Get("id") != "a-example-2" {
		t.Errorf("ids %s, %s", sources[0].Get("id"), sources[1].Get("id"))
	}
}

func TestALongListIsImportedInMoments(t *testing.T) {
	var list strings.Builder
	list.WriteString("<opml><body>")
	for n := range 10_000 {
		fmt.Fprintf(&list, `<outline text="Folder %d"><outline text="The same title" xmlUrl="https://a.example/%d"/></outline>`, n%300, n)
	}
	list.WriteString("</body></opml>")
	dir := t.TempDir()
	file, house := filepath.Join(dir, "list.opml"), filepath.Join(dir, "tinhub.yaml")
	write(t, file, list.String())
	write(t, house, smallHouse)
	begin := time.Now()
	_, errs := imported(t, exitDone, "--config", house, "--into", file)
	took := time.Since(begin)
	if took > 2*time.Minute || !strings.Contains(errs, "10000 sources, 300 sections") {
		t.Errorf("%s: %s", took, errs)
	}
}

func TestAFolderThatTakesNoFileSaysWhatToDo(t *testing.T) {
	dir := t.TempDir()
	house := filepath.Join(dir, "tinhub.yaml")
	write(t, house, smallHouse)
	var out, errs bytes.Buffer
	term := terminal{in: strings.NewReader(""), out: &out, err: &errs, env: os.LookupEnv}
	if code := run(t.Context(), []string{"opml", "export", "--config", house, filepath.Join(dir, "nowhere", "list.opml")}, term); code != exitNoStart || !strings.Contains(errs.String(), "have it printed") {
		t.Errorf("exit %d: %s", code, errs.String())
	}
}
