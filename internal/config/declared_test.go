package config

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func newEntries() (sections, sources []Entry) {
	return []Entry{{Settings: []Setting{{"id", "n"}, {"title", "N: x"}}}},
		[]Entry{{
			Settings: []Setting{{"id", "new"}, {"title", "yes"}, {"sections", `["n"]`}, {"match", `{"a: b":"n"}`}, {"language", "no"}},
			Withheld: []string{"key"}, Comments: []string{"a\x07b \u009f c\nd"},
		}}
}

func TestAnAdditionLeavesTheRestOfTheFileAsItIs(t *testing.T) {
	for name, text := range map[string]string{
		"comments and blank lines": "# top\n\nsite:\n    title: T\n\n# about sections\nsections: []   # none yet\n\n# the sources\nsources:\n    - id: a # one\n      kind: feed\n\n    # the second\n    - id: b\n      kind: feed\n      # of the second\n\n# after\n\nadmin:\n    token: x\n",
		"a block at the end":       "sources:\n- id: a\n  title: |\n    x\n\n    y\n\n\n# after\nlisten: x",
		"nothing but keys":         "sources:\nsections: ~ # none\nsite: {title: T}\n",
		"neither list":             "site: {title: T} # at home\n# the end",
		"lines of another system":  "# top\r\nsite:\r\n  title: T # at\r\nsources:\r\n  - id: a\r\n    title: |\r\n      x\r\n      y\r\n",
		"flow entries":             "sections:\n  - {id: s, title: \"S\"}   # s\nsources:\n  - {id: a, kind: feed,\n     section: s}\n  - <<: &d {kind: feed}\n    id: b\n",
		"a dash of its own":        "sources:\n  -\n    id: a\n    kind: feed\n",
	} {
		sections, sources := newEntries()
		out, err := Add([]byte(text), sections, sources)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !added([]byte(text), out, sections, sources) {
			t.Errorf("%s: the new ones do not stand behind the old:\n%s", name, out)
		}
		rest := string(out)
		for line := range strings.Lines(text) {
			line = strings.NewReplacer(" []", "", " ~", "").Replace(line)
			_, after, ok := strings.Cut(rest, strings.TrimSuffix(line, "\n"))
			if !ok {
				t.Errorf("%s: %q is not where it was:\n%s", name, line, out)
				break
			}
			rest = after
		}
		if lone := strings.Count(strings.ReplaceAll(string(out), "\r\n", ""), "\n"); strings.Contains(text, "\r\n") && lone != 0 {
			t.Errorf("%s: %d lines end otherwise:\n%q", name, lone, out)
		}
	}
}

func TestAFileOfOneLineIsWrittenAnew(t *testing.T) {
	for _, text := range []string{
		"{site: {title: T}, sources: []} # end\n",
		"# top\n{site: {title: T}, sources: [{id: a, kind: feed}]}\n",
		"site: {title: T}\nsources: [{id: a, kind: feed}] # some\n",
		"\ufeffsite: {title: T}\nsources: [\n]\n",
		"",
	} {
		sections, sources := newEntries()
		out, err := Add([]byte(text), sections, sources)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if text != "" && !added([]byte(text), out, sections, sources) {
			t.Errorf("%q: the new ones do not stand behind the old:\n%s", text, out)
		}
		for _, comment := range []string{"# end", "# top", "# some"} {
			if strings.Contains(text, comment) && !strings.Contains(string(out), comment) {
				t.Errorf("%q lost its comment:\n%s", text, out)
			}
		}
	}
}

func TestAFileThatCannotTakeAnAdditionSaysWhy(t *testing.T) {
	for text, want := range map[string]string{
		"a: &l\n  - id: a\nsources: *l\n": "line 3: sources is an alias, *l: write the list itself",
		"sources: none\n":                 "line 1: sources is not a list",
		"site:\n\ttitle: T\n":             "not YAML",
		"a: b\n---\nc: d\n":               "not YAML",
		"- a\n":                           "not a mapping",
	} {
		_, sources := newEntries()
		if out, err := Add([]byte(text), nil, sources); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q\n%s", text, err, want, out)
		}
	}
	for _, value := range []string{"[", "*x", "&a [*a]", "a: b", ""} {
		if _, err := Add(nil, nil, []Entry{{Settings: []Setting{{"id", "x"}, {"match", value}}}}); err == nil {
			t.Errorf("%q passes for JSON", value)
		}
	}
}

func TestWhatIsMergedIsDeclaredAndItsSecretsAreNot(t *testing.T) {
	const text = `
defaults: &d {kind: feed, key: SECRET, every: 5m, section: s, headers: {A: SECRET}, language: ~}
more: &m
  <<: *d
  proxy: "http://u:SECRET@proxy.example:1"
list: &list
  - &first {<<: *d, id: a, every: 7m, url: "http://u:SECRET@a.example/ %zz"}
  - <<: [{section: t}, *m]
    id: b
  - *first
sources: *list
`
	_, got, err := Declared([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(fmt.Sprint(got), "SECRET") {
		t.Errorf("a secret got out: %v", got)
	}
	a := []Setting{{"id", "a"}, {"every", "7m"}, {"kind", "feed"}, {"section", "s"}}
	want := [][]Setting{a, {{"id", "b"}, {"section", "t"}, {"proxy", "http://proxy.example:1"}, {"kind", "feed"}, {"every", "5m"}}, a}
	for n, e := range got {
		if diff := cmp.Diff(want[n], e.Settings); diff != "" {
			t.Errorf("source %d: %s", n, diff)
		}
	}
	if !reflect.DeepEqual(got[0].Withheld, []string{"url", "key", "headers"}) {
		t.Errorf("withheld: %v", got[0].Withheld)
	}
	for _, bad := range []string{"a: &a\n  <<: *a\nsources: [*a]\n", "sources:\n  - <<: 5\n", "sources: [x]\n"} {
		if _, _, err := Declared([]byte(bad)); err == nil {
			t.Errorf("%q passes", bad)
		}
	}
}
