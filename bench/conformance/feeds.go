package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

func feedSuites() []suite {
	github := func(name string) string { return name + " from github.com/" + name }
	return []suite{
		{name: "feedparser", get: github("kurtmckee/feedparser"), marker: "tests/wellformed/atom10/atom10_namespace.xml", run: runFeedparser},
		{name: "gofeed", get: github("mmcdole/gofeed"), marker: "testdata/translator/rss", run: runGofeed},
		{name: "rss-parser", get: github("rbren/rss-parser"), marker: "test/output/heise.json", run: runRSSParser},
		{name: "feed-rs", get: github("feed-rs/feed-rs"), marker: "feed-rs/fixture/rss2", run: countSuite("feed-rs/fixture", false)},
		{name: "rome", get: github("rometools/rome"), marker: "rome-modules/src/test/resources", run: countSuite(".", false)},
		{name: "node-feedparser", get: github("danmactough/node-feedparser"), marker: "test/feeds/saxerror.xml", run: countSuite("test/feeds", false)},
		{name: "feedjira", get: github("feedjira/feedjira"), marker: "spec/sample_feeds", run: countSuite("spec/sample_feeds", false)},
		{name: "miniflux", get: github("miniflux/v2"), marker: "internal/reader/rss/parser_test.go", run: countSuite("internal/reader", true)},
		{name: "feedvalidator", get: github("w3c/feedvalidator"), marker: "testcases/rss/may", run: countSuite("testcases", false)},
	}
}

var (
	expectLine  = regexp.MustCompile(`(?s)Description:\s*([^\n]*?)\s*\n?\s*Expect:\s*([^\n]*?)\s*(-->|\n)`)
	headerLine  = regexp.MustCompile(`(?m)^Header:\s+([^:\n]+):([^\n]*)$`)
	openTagLine = regexp.MustCompile(`-->.*$`)
)

// assertion is one thing that a test of feedparser expects.
type assertion struct {
	file, group string
	expect      string
}

type tally struct{ counted, ours, gofeed, theirs int }

func runFeedparser(dir string) ([]table, error) {
	tests := filepath.Join(dir, "tests")
	tallies, skipped := map[string]*tally{}, map[string]int{}
	var list []assertion
	var oursHeld, gofeedHeld []bool
	var wrong []string
	err := filepath.WalkDir(tests, func(path string, e fs.DirEntry, err error) error {
		ext := filepath.Ext(path)
		if err != nil || e.IsDir() || ext != ".xml" && ext != ".json" {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		m := expectLine.FindStringSubmatch(decoded(raw))
		if m == nil {
			skipped["(file without Expect)"]++
			return nil
		}
		rel, _ := filepath.Rel(tests, path)
		contentType, location := served(decoded(raw), rel)
		ours, alone := pythonNames(feedByOurs(raw, contentType, location)), pythonNames(feedByGofeed(raw))
		for _, c := range conjuncts(openTagLine.ReplaceAllString(m[2], "")) {
			if why := beyond(rel, c, decoded(raw)); why != "" {
				skipped[why]++
				continue
			}
			held, why := holds(c, ours)
			if why != "" {
				skipped[why]++
				continue
			}
			byGofeed, why := holds(c, alone)
			if why != "" {
				skipped[why]++
				continue
			}
			list = append(list, assertion{file: rel, group: group(rel), expect: c})
			oursHeld, gofeedHeld = append(oursHeld, held), append(gofeedHeld, byGofeed)
			if !held {
				wrong = append(wrong, rel+": "+c)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	theirs := askFeedparser(dir, list)
	total := &tally{}
	for i, a := range list {
		t := tallies[a.group]
		if t == nil {
			t = &tally{}
			tallies[a.group] = t
		}
		for _, t := range []*tally{t, total} {
			t.counted++
			t.ours += one(oursHeld[i])
			t.gofeed += one(gofeedHeld[i])
			if theirs != nil {
				t.theirs += one(theirs[i])
			}
		}
	}
	out := table{title: "What the tests of feedparser expect of the fields we have", head: []string{"tests", "expectations", "ours", "gofeed alone", "feedparser"}}
	for _, name := range slices.Sorted(mapKeys(tallies)) {
		out.rows = append(out.rows, tallies[name].row(name, theirs != nil))
	}
	out.rows = append(out.rows, total.row("**all**", theirs != nil))
	out.notes = append(out.notes, "not counted, for no reader: "+counts(skipped))
	for _, w := range wrong {
		out.notes = append(out.notes, "`"+strings.ReplaceAll(w, "`", "'")+"`")
	}
	return []table{out}, nil
}

func (t *tally) row(name string, theirs bool) []string {
	third := "–"
	if theirs {
		third = share(t.theirs, t.counted)
	}
	return []string{name, fmt.Sprint(t.counted), share(t.ours, t.counted), share(t.gofeed, t.counted), third}
}

func share(n, of int) string {
	if of == 0 {
		return "–"
	}
	return fmt.Sprintf("%d (%.1f %%)", n, 100*float64(n)/float64(of))
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

func mapKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func counts(m map[string]int) string {
	names := slices.Collect(mapKeys(m))
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(m[b]-m[a], cmp.Compare(a, b)) })
	var parts []string
	for _, n := range names {
		parts = append(parts, fmt.Sprintf("%s %d", n, m[n]))
	}
	return strings.Join(parts, ", ")
}

func group(rel string) string {
	parts := strings.Split(filepath.ToSlash(rel), "/")
	return strings.Join(parts[:min(2, len(parts)-1)], "/")
}

var otherLinks = regexp.MustCompile(`<[\w:]*link[^>]*\brel="(license|service[^"]*|related|replies|http:[^"]*)"`)

// beyond names what an expectation asks for beyond a document's items, "" for nothing.
func beyond(rel, expect, document string) string {
	switch {
	case strings.Contains(rel, "http_content_language"):
		return "(the header Content-Language)"
	case strings.Contains(expect, "['links']") && otherLinks.MatchString(document):
		return "(links of other relations)"
	case strings.HasPrefix(expect, "len(") && strings.Contains(expect, "links"):
		return "(number of links)"
	}
	return ""
}

// holds says whether an expectation holds, or why it is not counted.
func holds(expect string, env pyDict) (held bool, why string) {
	v, err := evaluate(expect, env)
	var e pyError
	if errors.As(err, &e) {
		if skip, ok := e.why.(noField); ok {
			return false, skip.name
		}
		return false, ""
	}
	return truth(v), ""
}

// served is how the test's document is served: only those with http in their name are.
func served(text, rel string) (contentType, location string) {
	if !strings.Contains(rel, "http") {
		return "", ""
	}
	contentType = "text/xml"
	location = "http://127.0.0.1:8097/tests/" + filepath.ToSlash(rel)
	base, err := url.Parse(location)
	if err != nil {
		return contentType, location
	}
	for _, m := range headerLine.FindAllStringSubmatch(text, -1) {
		switch strings.ToLower(m[1]) {
		case "content-type":
			contentType = strings.TrimSpace(m[2])
		case "content-location":
			if at, err := base.Parse(strings.TrimSpace(m[2])); err == nil && strings.HasPrefix(at.Scheme, "http") {
				location = at.String()
			}
		}
	}
	return contentType, location
}

// decoded is a test's text, for its comment alone.
func decoded(b []byte) string {
	wide := func(b []byte, hi, lo, step int) string {
		var units []uint16
		for i := 0; i+step <= len(b); i += step {
			units = append(units, uint16(b[i+hi])<<8|uint16(b[i+lo]))
		}
		return string(utf16.Decode(units))
	}
	switch {
	case bytes.HasPrefix(b, []byte("\x00\x00\xfe\xff")), bytes.HasPrefix(b, []byte("\x00\x00\x00<")):
		return wide(b, 2, 3, 4)
	case bytes.HasPrefix(b, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(b, []byte("<\x00\x00\x00")):
		return wide(b, 1, 0, 4)
	case bytes.HasPrefix(b, []byte("\xfe\xff")), bytes.HasPrefix(b, []byte("\x00<")):
		return wide(b, 0, 1, 2)
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("<\x00")):
		return wide(b, 1, 0, 2)
	}
	return string(b)
}

// feedparserAsk evaluates each expectation with feedparser itself.
const feedparserAsk = `
import sys, json, datetime, os, re
import feedparser
tests, out, cache = json.load(sys.stdin), [], {}
def read(f):
    if f not in cache:
        raw = open(f['path'], 'rb').read()
        h = {'Content-Type': f['type'], 'Content-Location': f['location']} if f['location'] else {}
        return feedparser.parse(raw, response_headers=h) if h else feedparser.parse(raw)
last, doc = None, None
for t in tests:
    if t['path'] != last:
        last, doc = t['path'], read(t) if False else None
        raw = open(t['path'], 'rb').read()
        h = {'content-type': t['type'], 'content-location': t['location']} if t['location'] else {}
        try: doc = feedparser.parse(raw, response_headers=h)
        except Exception: doc = {}
    try: out.append(bool(eval(t['expect'], {'datetime': datetime, 'feedparser': feedparser}, doc)))
    except Exception: out.append(False)
json.dump(out, sys.stdout)
`

// askFeedparser has feedparser read the same documents, where Python and feedparser are installed; else nil.
func askFeedparser(dir string, list []assertion) []bool {
	type ask struct {
		Path     string `json:"path"`
		Type     string `json:"type"`
		Location string `json:"location"`
		Expect   string `json:"expect"`
	}
	var asks []ask
	for _, a := range list {
		path := filepath.Join(dir, "tests", a.file)
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		contentType, location := served(decoded(raw), a.file)
		asks = append(asks, ask{path, contentType, location, a.expect})
	}
	in, err := json.Marshal(asks)
	if err != nil {
		return nil
	}
	for _, python := range []string{"python3", "/usr/bin/python3"} {
		cmd := exec.Command(python, "-c", feedparserAsk)
		cmd.Stdin = bytes.NewReader(in)
		raw, err := cmd.Output()
		var held []bool
		if err == nil && json.Unmarshal(raw, &held) == nil && len(held) == len(list) {
			return held
		}
	}
	return nil
}
