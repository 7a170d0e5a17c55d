package opml

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
)

// one is a list of one feed whose title has letters of Vietnamese.
func one(head string) string {
	return head + `<opml version="2.0"><head><title>Của tôi</title></head><body><outline text="Báo Đồng" xmlUrl="https://a.example/rss"/></body></opml>`
}

func utf16Bytes(text string, mark, big bool) []byte {
	var out []byte
	if mark {
		text = "\ufeff" + text
	}
	for _, u := range utf16.Encode([]rune(text)) {
		if big {
			out = append(out, byte(u>>8), byte(u))
		} else {
			out = append(out, byte(u), byte(u>>8))
		}
	}
	return out
}

func TestAListIsReadWhateverItIsEncodedIn(t *testing.T) {
	const declared = `<?xml version="1.0" encoding="UTF-16"?>`
	for name, data := range map[string][]byte{
		"UTF-8":                            []byte(one("")),
		"UTF-8 that says so":               []byte(one(`<?xml version="1.0" encoding="utf-8"?>`)),
		"UTF-8 with a mark":                []byte("\ufeff" + one(`<?xml version="1.0" encoding='UTF-8' ?>`)),
		"UTF-8 that says it is UTF-16":     []byte(one(declared)),
		"blank lines before":               []byte("\r\n \n" + one(`<?xml version="1.0"?>`)),
		"UTF-16, little, marked":           utf16Bytes(one(declared), true, false),
		"UTF-16, big, marked":              utf16Bytes(one(declared), true, true),
		"UTF-16, little, without a mark":   utf16Bytes(one(declared), false, false),
		"UTF-16, big, without a mark":      utf16Bytes(one(""), false, true),
		"an encoding that nobody has":      []byte(one(`<?xml version="1.0" encoding="klingon"?>`)),
		"windows-1258 in decimal entities": []byte(strings.NewReplacer("Báo Đồng", "B&#225;o &#272;&#7891;ng", "Của tôi", "C&#7911;a t&ocirc;i").Replace(one(`<?xml version="1.0" encoding="windows-1258"?>`))),
	} {
		l, err := Read(data)
		if err != nil || len(l.Outlines) != 1 || l.Outlines[0].Text != "Báo Đồng" || l.Title != "Của tôi" || len(l.Warnings) > 0 {
			t.Errorf("%s: %v %+v", name, err, l)
		}
	}
	latin := []byte(`<?xml version="1.0" encoding="iso-8859-1"?><opml><body><outline text="Caf` + "\xe9" + `" xmlUrl="https://a.example/"/></body></opml>`)
	for _, data := range [][]byte{latin, bytes.Replace(latin, []byte(`<?xml version="1.0" encoding="iso-8859-1"?>`), nil, 1)} {
		if l, err := Read(data); err != nil || len(l.Outlines) != 1 || l.Outlines[0].Text != "Café" {
			t.Errorf("Latin-1: %v %+v", err, l)
		}
	}
	liar := bytes.Replace(latin, []byte("iso-8859-1"), []byte("utf-8"), 1)
	if l, err := Read(liar); err != nil || len(l.Outlines) != 1 || l.Outlines[0].Text != "Caf\uFFFD" || len(l.Warnings) != 1 {
		t.Errorf("Latin-1 that says it is UTF-8: %v %+v", err, l)
	}
}

func TestWhatOtherProgramsWriteIsUnderstood(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		want string // folder/text|url|site|type|other
	}{
		"Feedly": {
			`<outline text="Tin" title="Tin"><outline type="rss" text="A" title="A" xmlUrl="https://a.example/rss" htmlUrl="https://a.example"/></outline>`,
			"Tin/A|https://a.example/rss|https://a.example|rss|[]",
		},
		"Inoreader": {
			`<outline text="Tin" title="Tin"><outline text="A" title="A &amp; B" type="rss" xmlUrl="https://a.example/rss" htmlUrl="https://a.example"/></outline>`,
			"Tin/A|https://a.example/rss|https://a.example|rss|[{title A & B}]",
		},
		"NetNewsWire": {
			`<outline text="Tin" title="Tin"><outline text="A" title="A" description="" type="rss" version="RSS" htmlUrl="" xmlUrl="https://a.example/rss"/></outline>`,
			"Tin/A|https://a.example/rss||rss|[{description } {version RSS}]",
		},
		"FreshRSS": {
			`<outline text="Tin"><outline xmlns:frss="https://freshrss.org/opml" text="A" type="HTML+XPath" xmlUrl="https://a.example/" frss:xPathItem="//article" description="d"/></outline>`,
			"Tin/A|https://a.example/||HTML+XPath|[{https://freshrss.org/opml:xPathItem //article} {description d}]",
		},
		"Thunderbird": {
			`<outline title="Tin"><outline type="rss" title="A" text="A" version="RSS" fz:quickMode="false" fz:options="{&quot;version&quot;:2}" xmlUrl="https://a.example/rss" htmlUrl="https://a.example"/></outline>`,
			`Tin/A|https://a.example/rss|https://a.example|rss|[{version RSS} {fz:quickMode false} {fz:options {"version":2}}]`,
		},
		"shouting": {
			`<OUTLINE TEXT="Tin"><Outline TEXT="A" XMLURL="https://a.example/rss?a=1&b=2" HTMLURL='x'></Outline></OUTLINE>`,
			"Tin/A|https://a.example/rss?a=1&b=2|x||[]",
		},
	} {
		l, err := Read([]byte(`<?xml version="1.0"?><opml version="1.1" xmlns:tb="x"><head><title>T</title><dateCreated>now</dateCreated></head><body>` + test.body + `</body></opml>`))
		got := ""
		l.Walk(func(folders []Outline, o Outline) {
			for _, f := range folders {
				got += f.Text + "/"
			}
			got += fmt.Sprintf("%s|%s|%s|%s|%v", o.Text, o.URL, o.Site, o.Type, o.Other)
		})
		if err != nil || got != test.want || len(l.Warnings) > 0 {
			t.Errorf("%s: %v %v\n got %s\nwant %s", name, err, l.Warnings, got, test.want)
		}
	}
}

func TestABrokenOrHostileListCostsLittleAndGivesWhatItHas(t *testing.T) {
	feeds := strings.Repeat(`<outline text="A" xmlUrl="https://a.example/rss"/>`, 100)
	for name, test := range map[string]struct {
		data     string
		outlines int
		warned   bool
	}{
		"cut off in a tag":    {`<opml><body>` + feeds + `<outline text="B" xmlUr`, 100, true},
		"cut off in a folder": {`<opml><body><outline text="F">` + feeds, 1, true},
		"no end":              {`<opml><body>` + feeds, 100, true},
		"a bomb of entities": {
			`<!DOCTYPE opml [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]><opml><body><outline text="&c;&c;&c;" xmlUrl="https://a.example/"/></body></opml>`, 1, false,
		},
		"an outside entity": {`<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline text="&x;" xmlUrl="https://a.example/"/></body></opml>`, 1, false},
		"deep folders":      {`<opml><body>` + strings.Repeat(`<outline text="F">`, 100_000), 1, true},
		"a long attribute":  {`<opml><body><outline text="` + strings.Repeat("x", 1<<20) + `" xmlUrl="https://a.example/"/></body></opml>`, 1, true},
		"crossed tags":      {`<opml><body>` + feeds + `<outline text="F"><b></outline></b></body></opml>`, 101, true},
		"many attributes":   {`<opml><body><outline text="F"` + manyAttributes(100_000) + `/></body></opml>`, 1, true},
	} {
		begin := time.Now()
		l, err := Read([]byte(test.data))
		if err != nil || len(l.Outlines) != test.outlines || len(l.Warnings) > 0 != test.warned {
			t.Errorf("%s: %v, %d outlines, %v", name, err, len(l.Outlines), l.Warnings)
		}
		if took := time.Since(begin); took > 2*time.Minute {
			t.Errorf("%s took %s", name, took)
		}
		if strings.Contains(fmt.Sprint(l), "root:") {
			t.Errorf("%s: a file of this machine was read", name)
		}
	}
	for _, no := range []string{"", "   ", "<html><body>", "<rss><channel/></rss>", "not XML", "\xff\xfe", "\x00<", "<", strings.Repeat("x", maxBytes+1)} {
		if l, err := Read([]byte(no)); err == nil {
			t.Errorf("%.20q passes for OPML: %+v", no, l)
		}
	}
}

func manyAttributes(n int) string {
	var b strings.Builder
	for k := range n {
		fmt.Fprintf(&b, ` a%d=""`, k)
	}
	return b.String()
}

func TestALongListIsReadInAMoment(t *testing.T) {
	var l List
	for n := range 10_000 {
		l.Outlines = append(l.Outlines, Outline{Text: fmt.Sprint("Báo ", n), URL: fmt.Sprintf("https://a.example/%d?x=1&y=2", n), Own: []Attr{{"id", fmt.Sprint(n)}}})
	}
	begin := time.Now()
	got, err := Read(Write(l))
	if took := time.Since(begin); err != nil || len(got.Outlines) != 10_000 || took > 2*time.Minute {
		t.Errorf("%d outlines in %s: %v", len(got.Outlines), took, err)
	}
}

// FuzzRead: no document makes it panic, and what was read is read again as the same.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		one(""), one(`<?xml version="1.0" encoding="utf-8"?>`), `<opml><body><outline text="a" title="b" tinhub:id=" x&#10;y " xmlns:tinhub="urn:tinhub:opml" a:b="c" d="e"><outline xmlUrl="u" category="/x"/></outline></body></opml>`,
		`<opml><outline text="&amp;&lt;&#x1F600;" type="t" htmlUrl="h"/><outline title="only"/>`, string(utf16Bytes(one(""), true, true)),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := Read(data)
		if err != nil {
			return
		}
		l.Warnings = nil
		bare(l.Outlines)
		again, err := Read(Write(l))
		if err != nil {
			t.Fatalf("what was written is not OPML: %v\n%s", err, Write(l))
		}
		if diff := cmp.Diff(l, again); diff != "" {
			t.Errorf("%s\n%s", diff, Write(l))
		}
	})
}

// bare takes off what is not written: attributes of other namespaces, and those with names that only a lenient reader takes.
func bare(list []Outline) {
	no := func(a Attr) bool { return !isName(a.Name) }
	for n := range list {
		o := &list[n]
		if o.Own = slices.DeleteFunc(o.Own, no); len(o.Own) == 0 {
			o.Own = nil
		}
		if o.Other = slices.DeleteFunc(o.Other, no); len(o.Other) == 0 {
			o.Other = nil
		}
		bare(o.Outlines)
	}
}
