package source

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"tinhub/internal/hub"
)

// TestWhatHugeFeedsCost builds documents near the limit of bytes and bounds all that reading them allocates. What is beyond
// a limit has to be cut out of the bytes, before the parser makes objects of it.
func TestWhatHugeFeedsCost(t *testing.T) {
	rss := func(inside string) []byte {
		return []byte(`<rss version="2.0" xmlns:m="urn:m"><channel><title>M</title>` + inside + `</channel></rss>`)
	}
	item := func(inside string) string { return "<item><title>x</title>" + inside + "</item>" }
	last := "<item><title>last</title></item>"
	million := strings.Repeat("<item><title>Tin</title><link>https://n.example/1</link></item>", 450_000)
	for _, c := range []struct {
		name   string
		body   []byte
		drafts int // -1: an error
		warns  string
		most   int // MiB allocated
	}{
		{"450,000 items", rss(million), maxFeedItems, "more than 10000 items", 120},
		{"450,000 items, cut off in the middle", []byte("<rss><channel>" + million), maxFeedItems, "more than 10000 items", 120},
		{"tens of MB of text", rss(item("<description>"+strings.Repeat("chữ và chữ ", 2_000_000)+"</description>") + last), 2, "was cut", 80},
		{"tens of MB of CDATA", rss(item("<description><![CDATA["+strings.Repeat("<p>chữ</p> ", 2_000_000)+"]]></description>") + last), 2, "was cut", 80},
		{"tens of MB of markup in one item", rss(item("<description>"+strings.Repeat("<p>chữ</p> ", 2_000_000)+"</description>") + last), 1, "was left out", 8},
		{"4,000,000 elements of a module in one item", rss(item(strings.Repeat("<m:x/>", 4_000_000)) + last), -1, "more elements", 60},
		{"4,000,000 elements of a module before the items", rss(strings.Repeat("<m:x/>", 4_000_000) + last), -1, "more elements", 60},
		{"a comment of tens of MB", rss("<!--" + strings.Repeat("x", 30_000_000) + "-->" + last), 1, "", 4},
		{"a comment that never ends", []byte("<rss><channel>" + last + "<!--" + strings.Repeat("x", 30_000_000)), 1, "ends early", 4},
		{"millions of comments that never end", rss(last + strings.Repeat("<!-- ", 6_000_000)), 1, "ends early", 8},
		{"a million sections that never end", rss(strings.Repeat("<item><title><![CDATA[x</title></item>", 800_000)), maxUnclosed, "ends early", 8},
		{"a long base for 90,000 tags", []byte(`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://x.example/` + strings.Repeat("a/", 25_000) + `"><title>x</title><entry><title>last</title><content type="xhtml"><div>` +
			strings.Repeat(`<a xml:base="b" href="c">d</a>`, 90_000) + strings.Repeat(`<p>e</p>`, 1_000) + `</div></content></entry></feed>`), 1, "", 220},
		{"200,000 categories of which the last is another", rss(item(strings.Repeat("<category>x</category>", 200_000)+`<category domain="d">y</category>`) + last), 2, "", 350},
		{"a title of 1 MB and 90,000 more", rss(item(strings.Repeat("chữ ", 200_000)+"</title>"+strings.Repeat("<title>y</title>", 90_000)+"<title>") + last), 2, "more than one", 80},
		{"a million attributes", rss("<item " + strings.Repeat(`a="b" `, 1_000_000) + "><title>x</title></item>" + last), 1, "", 60},
		{"a thousand tags of 5,000 attributes", rss(strings.Repeat(item("<m:x "+strings.Repeat(`a="b" `, 5_000)+"/>"), 1_000)), 68, "more elements", 150},
		{"a module's text in a million pieces", rss(last + item("<m:x>"+strings.Repeat("y<b/>", 1_000_000)+"</m:x>")), 1, "too many pieces", 8},
		{"30,000,000 angle brackets", rss(last + strings.Repeat("<", 30_000_000)), 1, "no XML", 8},
		{"10,000 namespaces", []byte("<rss " + strings.Repeat(`xmlns:a="b" `, 5_000) + "><channel>" + last + "</channel></rss>"), -1, "namespaces", 8},
		{"a million items of JSON", []byte(`{"items":[` + strings.Repeat(`{"id":"1","title":"Tin"},`, 1_000_000) + `{"id":"2"}]}`), maxFeedItems, "more than 10000 items", 60},
		{"8,000,000 lists in JSON", []byte(`{"items":[` + strings.Repeat("[],", 8_000_000) + `[]]}`), 0, "more than 10000 items", 24},
		{"30,000,000 brackets of JSON", []byte(`{"items":` + strings.Repeat("[", 30_000_000)), -1, "max depth", 80},
		{"one member of tens of MB in JSON", []byte(`{"items":[{"id":"1","content_text":"` + strings.Repeat("chữ ", 4_000_000) + `"},{"id":"2"}]}`), 1, "was left out", 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			doc, err := readFeed(Input{Body: c.body})
			runtime.ReadMemStats(&after)
			if mib := int((after.TotalAlloc - before.TotalAlloc) >> 20); mib > c.most {
				t.Errorf("allocated %d MiB, more than %d", mib, c.most)
			}
			said := strings.Join(doc.Warnings, "; ")
			if err != nil {
				said = err.Error()
			}
			if (err != nil) != (c.drafts < 0) || err == nil && len(doc.Drafts) != c.drafts || !strings.Contains(said, c.warns) {
				t.Errorf("%d drafts, %v, %s", len(doc.Drafts), err, clip(said, 200))
			}
		})
	}
}

// TestCutTextsStayWhole: a text is cut between two characters and outside a reference, and what follows it is still read.
func TestCutTextsStayWhole(t *testing.T) {
	for _, piece := range []string{"ữ", "a&amp;b", "&lt;p&gt;ể&lt;/p&gt;", "x\U0001F600y"} {
		for shift := range 5 {
			text := strings.Repeat("-", shift) + strings.Repeat(piece, 5_000_000/len(piece))
			body := []byte("<rss><channel><item><title>x</title><description>" + text + "</description></item><item><title>last</title></item></channel></rss>")
			doc, err := readFeed(Input{Body: body})
			if err != nil || len(doc.Drafts) != 2 || doc.Drafts[1].Title.Value != "last" {
				t.Fatalf("%q: %d drafts, %v", piece, len(doc.Drafts), err)
			}
			got := doc.Drafts[0].Body.Value
			if steps := doc.Drafts[0].Steps; len(steps) != 1 || steps[0].Step != "cut" {
				t.Errorf("%q: steps %v", piece, steps)
			}
			if n := len(got); n < 1<<18 || strings.ContainsRune(got, '\ufffd') || strings.HasSuffix(got, "&am") || strings.HasSuffix(got, "&l") {
				t.Errorf("%q: %d bytes, ending %q", piece, n, got[max(0, n-12):])
			}
		}
	}
}

// TestJSONIsCutWhereItStands: members and elements are those that encoding/json finds.
func TestJSONIsCutWhereItStands(t *testing.T) {
	raw := []byte(` { "a" : "x\"}" , "b":[1, [2,{"c":"]"}] ,"d"], "a":-1.5e3,"é":null , "f":{ } } `)
	m := members(raw)
	for key, want := range map[string]string{"a": "-1.5e3", "b": `[1, [2,{"c":"]"}] ,"d"]`, "é": "null", "f": "{ }"} {
		if string(m[key]) != want {
			t.Errorf("%s: %s", key, m[key])
		}
	}
	list, more := elements(m["b"], 10)
	if got := fmt.Sprintf("%s", list); got != `[1 [2,{"c":"]"}] "d"]` || more {
		t.Errorf("%s, %v", got, more)
	}
	if list, more = elements(m["b"], 2); len(list) != 2 || !more {
		t.Errorf("%d, %v", len(list), more)
	}
	if len(members([]byte(" { } "))) != 0 {
		t.Error("an empty object has members")
	}
	if list, _ := elements([]byte(" [ ] "), 5); len(list) != 0 {
		t.Error("an empty list has elements")
	}
}

// TestRepairIsToldPerItem: what was mended in an item is a step of that item alone, and there are not more than anyone reads.
func TestRepairIsToldPerItem(t *testing.T) {
	body := []byte("<rss><channel><item><title>1</title></item><item><title>a & b</title></item><item><title>" + strings.Repeat("& ", 1000) + "</title></item><item><title>cut")
	doc, err := readFeed(Input{Body: body})
	if err != nil || len(doc.Drafts) != 3 {
		t.Fatalf("%d drafts, %v", len(doc.Drafts), err)
	}
	if n := len(doc.Drafts[0].Steps); n != 0 {
		t.Errorf("%d steps of an item that is whole", n)
	}
	if s := doc.Drafts[1].Steps; len(s) != 1 || s[0] != (hub.Step{Step: "repair XML", Field: "title", Before: "& b", After: "&amp;"}) {
		t.Errorf("%+v", s)
	}
	if n := len(doc.Drafts[2].Steps); n != maxRepairs {
		t.Errorf("%d steps of the third", n)
	}
}

// TestPlainLatinIsNoOtherEncoding: texts of Latin scripts in windows-1252 are not taken for another encoding.
func TestPlainLatinIsNoOtherEncoding(t *testing.T) {
	for _, s := range []string{"D\xe9j\xe0 vu, \xe0 l'\xe9t\xe9, \xeatre \xe9lu", "\xdcber die Br\xfccke f\xfchrt die Stra\xdfe", "El ni\xf1o so\xf1\xf3 con la ma\xf1ana", "Na\xe7\xe3o, a\xe7\xf5es, S\xe3o Jo\xe3o", "\xabOui\xbb, dit-il \x96 \x93non\x94"} {
		if enc, name := guessEncoding([]byte(s)); enc != nil {
			t.Errorf("%q was taken for %s", s, name)
		}
		if out := toUTF8([]byte(s), "", nil); bytes.ContainsRune(out, '\ufffd') {
			t.Errorf("%q was read as %q", s, out)
		}
	}
	for _, s := range []string{"El niño soñó con la mañana de España y su señor", "Acme® y Ñandú®, niño® ñu", "Ca®t® giá ®"} {
		if out := toUTF8([]byte(s), "", nil); string(out) != s {
			t.Errorf("%q became %q", s, out)
		}
		if out := undouble(s); out != s {
			t.Errorf("%q became %q", s, out)
		}
	}
}
