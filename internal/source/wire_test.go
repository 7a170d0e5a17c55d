package source

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"tinhub/internal/hub"
)

// TestHostileWires: each is an error or a cut list, soon and in little memory.
func TestHostileWires(t *testing.T) {
	item := `<newsItem guid="1"><contentMeta><headline>x</headline></contentMeta></newsItem>`
	open, end := `<newsItem guid="1"><contentSet><inlineXML>`, `</inlineXML></contentSet></newsItem>`
	for _, c := range []struct {
		name, body string
		kind       hub.ErrorKind // "" for no error
	}{
		{"100,000 nested elements", open + strings.Repeat("<a>", 100_000), hub.Invalid},
		{"100,000 nested elements outside items", "<newsMessage>" + strings.Repeat("<a>", 100_000), hub.Invalid},
		{"200,000 elements in one item", open + strings.Repeat("<p>x</p>", 200_000) + end, hub.TooLarge},
		{"a million items", "<newsMessage><itemSet>" + strings.Repeat(`<newsItem guid="1"/>`, 1_000_000) + "</itemSet></newsMessage>", ""},
		{"60 MB of text in one element", open + "<p>" + strings.Repeat("abcdefghi ", 6_000_000) + "</p>" + end, hub.TooLarge},
		{"30 MB of text in one element", open + "<p>" + strings.Repeat("abcdefghi ", 3_000_000) + "</p>" + end, hub.TooLarge},
		{"30 MB of text outside items", "<newsMessage><header>" + strings.Repeat("abcdefghi ", 3_000_000) + "</header>" + item + "</newsMessage>", ""},
		{"100,000 end tags that end nothing", "<newsMessage>" + item + strings.Repeat("</x>", 100_000) + "</newsMessage>", ""},
		{"a quadratic entity", `<!DOCTYPE newsItem [<!ENTITY a "` + strings.Repeat("a", 250) + `">]>` + open + strings.Repeat("&a;", 200_000) + end, hub.Invalid},
		{"a million brackets", open + strings.Repeat("<", 1_000_000), hub.TooLarge},
		{"a million attributes", "<newsMessage><newsItem " + strings.Repeat("a='' ", 1_000_000) + "/></newsMessage>", ""},
		{"a root that is 200 kB of attributes", "<newsItem guid='1' " + strings.Repeat("a='' ", 40_000) + "/>", ""},
		{"95,000 references in a package", "<packageItem><groupSet>" + numbered(`<itemRef residref="u%d"/>`, 95_000) + "</groupSet></packageItem>", ""},
		{"50,000 headlines", "<nitf><body><body.head>" + numbered("<hl1>a%d</hl1>", 49_000) + "</body.head></body></nitf>", ""},
		{"50,000 second headlines", "<nitf><body><body.head><hl1>x</hl1>" + numbered("<hl2>a%d</hl2>", 49_000) + "</body.head><body.content><p>y</p></body.content></body></nitf>", ""},
		{"50,000 captions", "<nitf><body><body.content><media>" + numbered("<media-caption>a%d</media-caption>", 49_000) + "</media></body.content></body></nitf>", ""},
		{"90,000 translations", `<newsItem guid="1"><itemMeta>` + numbered(`<link rel="translation" hreflang="en" href="https://x.example/%d"/>`, 90_000) + "</itemMeta></newsItem>", ""},
		{"20,000 texts", "<NewsML><NewsItem><NewsComponent>" + numbered("<ContentItem><DataContent><p>%d "+strings.Repeat("abcdefghi ", 30)+"</p></DataContent></ContentItem>", 20_000) + "</NewsComponent></NewsItem></NewsML>", ""},
		{"packages of 400,000 articles", "[" + strings.Repeat(`{"uri":"p","type":"composite","associations":[`+numbered(`{"type":"text","uri":"u%d","body_text":"x"},`, 500)+`{}]},`, 800) + `{"uri":"z"}]`, ""},
		{"200 kB of NITF around nothing", "<nitf>" + strings.Repeat("<body><body.content>", 90) + "x", hub.Invalid},
		{"a list of 100,001 in JSON", `[` + strings.Repeat(`{"uri":"u","headline":"x"},`, 100_000) + `{"uri":"u","headline":"x"}]`, ""},
		{"a million lines of JSON", strings.Repeat(`{"uri":"u","headline":"x"}`+"\n", 1_000_000), ""},
		{"nested associations", strings.Repeat(`{"uri":"u","type":"composite","headline":"x","body_html":"y","associations":{"a":`, 3_000) + "null" + strings.Repeat("}}", 3_000), ""},
		{"100,000 nested brackets", `{"uri":"u","headline":"x","subject":` + strings.Repeat("[", 100_000), ""}, // mended to the last whole value
		{"100,000 associations", `{"uri":"u","headline":"x","associations":{` + strings.Repeat(`"a":{"renditions":{"b":{"href":"https://x.example/a.jpg"}}},`, 100_000) + `"z":null}}`, ""},
		{"100,000 renditions", `{"uri":"u","headline":"x","renditions":[` + strings.Repeat(`{"href":"https://x.example/a.jpg"},`, 100_000) + `{}]}`, ""},
		{"60 MB of text in JSON", `{"uri":"u","headline":"x","body_text":"` + strings.Repeat("abcdefghi ", 6_000_000) + `"}`, hub.TooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := []byte(c.body)
			start, before := time.Now(), heap()
			doc, err := Read(Input{Body: body})
			if (err == nil) != (c.kind == "") || err != nil && hub.KindOf(err) != c.kind {
				t.Errorf("got %.200v", err)
			}
			if took := time.Since(start); took > hang {
				t.Errorf("took %v", took)
			}
			if held := heap() - before; held > 128<<20 {
				t.Errorf("holds %d MiB", held>>20)
			}
			runtime.KeepAlive(doc)
		})
	}
}

// numbered is a form filled in n times, each time with another number.
func numbered(form string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, form, i)
	}
	return b.String()
}

// heap is what is held after a collection.
func heap() int64 {
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestWireMoments(t *testing.T) {
	for s, want := range map[string]bool{
		"2027-01-31T06:00:00+07:00": true, "20270131T060000+0700": true, "20270131T060000Z": true, "2027-01-31": true, "20270131": true,
		"2027-01-31T06:00:00.5Z": true, "2027-01-31 06:00:00": true, "2027-01-31T06:00+0700": true, "2027-01-31T06:00:00+0000": true,
		"2027-13-01": false, "2027-01-32": false, "YYYYMMDD": false, "tomorrow": false, "": false, "true": false, "1801234567": false, "31/01/2027": false,
	} {
		if got := isWireMoment(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestStatusWords(t *testing.T) {
	for s, want := range map[string]wireStatus{
		"": usable, "usable": usable, "Usable": usable, "stat:usable": usable, "canceled": gone, "Cancelled": gone, "stat:canceled": gone, "stat:withheld": gone,
		"http://cv.iptc.org/newscodes/pubstatusg2/canceled": gone, "http://cv.iptc.org/newscodes/pubstatusg2/withheld/": gone, "draft": unready, "Embargoed": waiting, "final": unknown,
	} {
		if got := statusOf(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
}

func TestTheLargestRenditionThatBrowsersShow(t *testing.T) {
	at := func(name string, width int, kind string) rendition {
		return rendition{name: name, link: "https://x.example/" + name + ".jpg", width: width, kind: kind}
	}
	for _, c := range []struct {
		name, want string
		list       []rendition
	}{
		{"the widest", "b", []rendition{at("a", 100, "image/jpeg"), at("b", 900, "image/jpeg"), at("c", 300, "image/jpeg")}},
		{"no print form", "web", []rendition{at("print", 6000, "image/tiff"), at("web", 900, "image/jpeg")}},
		{"by name, without widths", "original", []rendition{at("thumbnail", 0, "image/jpeg"), at("original", 0, "image/jpeg"), at("viewImage", 0, "image/jpeg")}},
		{"without types", "b", []rendition{at("a", 100, ""), at("b", 200, "")}},
		{"nothing to show", "", []rendition{at("a", 100, "application/pdf"), {name: "x", kind: "image/jpeg", width: 5}}},
	} {
		if got, _ := largest(c.list); got.name != c.want {
			t.Errorf("%s: %q", c.name, got.name)
		}
	}
}

func FuzzNinjs(f *testing.F) { fuzzWire(f, "ninjs", "application/json") }

func FuzzNewsML(f *testing.F) { fuzzWire(f, "newsml", "application/vnd.iptc.g2.newsmessage+xml") }

func FuzzNITF(f *testing.F) { fuzzWire(f, "nitf", "application/nitf+xml") }

// fuzzWire reads as a file and as a push. Whatever went in: what is taken back has an id, and every embargo an end.
func fuzzWire(f *testing.F, kind, contentType string) {
	seeds(f, kind)
	f.Fuzz(func(t *testing.T, b []byte) {
		doc, err := Read(Input{Body: b, Kind: kind, URL: "https://f.example/wire"})
		sound(t, doc, err)
		for _, d := range doc.Drafts {
			if d.Deleted && d.OriginalID == "" {
				t.Fatal("something is taken back, and nobody knows what")
			}
			if d.PublishAt != "" && !isWireMoment(d.PublishAt) {
				t.Fatalf("an embargo until %q", d.PublishAt)
			}
		}
		doc, err = ReadPush(Input{Body: b, ContentType: contentType})
		sound(t, doc, err)
	})
}
