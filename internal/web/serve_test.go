package web

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"
)

func TestAConditionalRequestIsAnsweredByTheStateAlone(t *testing.T) {
	const (
		plain = `"320"`
		zip   = `"320-gzip"`
		lm    = "Mon, 04 May 2026 11:00:00 GMT"
	)
	door := newHouse().door(t)
	for _, tc := range []struct {
		name   string
		header []string
		status int
		tag    string // of the answer
	}{
		{"no condition", nil, 200, plain},
		{"the tag of the plain form", []string{"If-None-Match: " + plain}, 304, plain},
		{"the tag of the gzip form, plain asked for", []string{"If-None-Match: " + zip}, 304, zip},
		{"the tag of the plain form, gzip asked for", []string{"If-None-Match: " + plain, "Accept-Encoding: gzip"}, 304, plain},
		{"a weak tag", []string{"If-None-Match: W/" + plain}, 304, plain},
		{"a list with ours in it", []string{`If-None-Match: "x", W/"y,z" ,` + zip + `, "q"`}, 304, zip},
		{"ours on the second line", []string{`If-None-Match: "x"`, "If-None-Match: " + plain}, 304, plain},
		{"any state", []string{"If-None-Match: *"}, 304, plain},
		{"any state, gzip asked for", []string{"If-None-Match: *", "Accept-Encoding: gzip"}, 304, zip},
		{"another tag", []string{`If-None-Match: "old"`}, 200, plain},
		{"a tag without quotes", []string{"If-None-Match: 320"}, 200, plain},
		{"a tag that is not closed", []string{`If-None-Match: "320`}, 200, plain},
		{"an empty list", []string{"If-None-Match: "}, 200, plain},
		{"another tag wins over a date", []string{`If-None-Match: "old"`, "If-Modified-Since: " + lm}, 200, plain},
		{"the date itself", []string{"If-Modified-Since: " + lm}, 304, plain},
		{"a later date", []string{"If-Modified-Since: Tue, 05 May 2026 11:00:00 GMT"}, 304, plain},
		{"an earlier date", []string{"If-Modified-Since: Mon, 04 May 2026 10:59:59 GMT"}, 200, plain},
		{"what is no date", []string{"If-Modified-Since: yesterday"}, 200, plain},
		{"the tag demanded", []string{"If-Match: " + zip}, 200, plain},
		{"a weak tag demanded", []string{"If-Match: W/" + plain}, 412, ""},
		{"another tag demanded", []string{`If-Match: "old"`}, 412, ""},
		{"unchanged since demanded", []string{"If-Unmodified-Since: " + lm}, 200, plain},
		{"unchanged since long ago demanded", []string{"If-Unmodified-Since: Mon, 04 May 2026 10:00:00 GMT"}, 412, ""},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			t.Run(tc.name+", "+method, func(t *testing.T) {
				w := ask(door, method+" /feeds/all.rss", "", tc.header...)
				if w.Code != tc.status || w.Header().Get("Etag") != tc.tag {
					t.Fatalf("%d with tag %s, want %d with %s", w.Code, w.Header().Get("Etag"), tc.status, tc.tag)
				}
				if w.Code == 304 && (w.Body.Len() > 0 || w.Header().Get("Content-Length") != "" || w.Header().Get("Last-Modified") != lm ||
					w.Header().Get("Cache-Control") == "" || w.Header().Get("Vary") == "") {
					t.Errorf("a 304 with %d bytes and %v", w.Body.Len(), w.Header())
				}
				if method == "HEAD" && w.Body.Len() > 0 {
					t.Errorf("HEAD has a body of %d bytes", w.Body.Len())
				}
			})
		}
	}
}

func TestWithinTheSecondOfAChangeADateIsNoProof(t *testing.T) {
	h := newHouse()
	door := h.door(t)
	for _, tc := range []struct {
		after time.Duration
		want  int
	}{{-time.Minute, 200}, {0, 200}, {999 * time.Millisecond, 200}, {time.Second, 304}} {
		h.now = noon.Add(-time.Hour).Add(tc.after)
		if w := ask(door, "GET /feeds/all.rss", "", "If-Modified-Since: Mon, 04 May 2026 11:00:00 GMT"); w.Code != tc.want {
			t.Errorf("%s after the change it is %d, want %d", tc.after, w.Code, tc.want)
		}
		if w := ask(door, "GET /feeds/all.rss", "", `If-None-Match: "320"`); w.Code != 304 {
			t.Errorf("%s after the change the tag is %d", tc.after, w.Code)
		}
	}
}

func TestAFeedWithoutADateIsNotAnsweredByOne(t *testing.T) {
	if w := ask(newHouse().door(t), "GET /feeds/all/popular.rss", "", "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"); w.Code != 200 {
		t.Errorf("it is %d", w.Code)
	}
}

func TestTheCodingIsTheOneAskedFor(t *testing.T) {
	parts := []part{{name: "", body: make([]byte, 100)}, {name: "gzip", body: make([]byte, 30)}, {name: "br", body: make([]byte, 20)}, {name: "zstd", body: make([]byte, 25)}}
	small := []part{{name: "", body: make([]byte, 10)}, {name: "gzip", body: make([]byte, 30)}}
	for _, tc := range []struct {
		accept string
		want   string // "-" for none
		of     []part
	}{
		{"(none)", "", parts},
		{"", "", parts},
		{"gzip", "gzip", parts},
		{"GZip", "gzip", parts},
		{"x-gzip", "gzip", parts},
		{"gzip, deflate, br, zstd", "br", parts},
		{"gzip, zstd", "zstd", parts},
		{"gzip;q=1.0, br;q=0.5", "gzip", parts},
		{"br;q=0, gzip;q=0.1", "gzip", parts},
		{"deflate", "", parts},
		{"*", "br", parts},
		{"*;q=0.5, br;q=0", "zstd", parts},
		{"identity", "", parts},
		{"identity, gzip;q=0.5", "", parts},
		{"identity;q=0.5, gzip", "gzip", parts},
		{"identity;q=0", "-", parts},
		{"*;q=0", "-", parts},
		{"identity;q=0, gzip;q=0.001", "gzip", parts},
		{"*;q=0, identity", "", parts},
		{"*;q=0, gzip", "gzip", parts},
		{"identity;q=0, *", "br", parts},
		{"deflate, identity;q=0", "-", parts},
		{"gzip;q=0", "", parts},
		{"gzip;q=x", "gzip", parts},
		{"gzip ; q=0.8 , br ; q=0.9", "br", parts},
		{",,gzip,", "gzip", parts},
		{"gzip;q=2", "gzip", parts},
		{"gzip;foo=bar;q=0", "", parts},
		{"gzip", "gzip", small},
		{"*", "", small},
		{"identity, gzip", "", small},
	} {
		lines := []string{tc.accept}
		if tc.accept == "(none)" {
			lines = nil
		}
		got := "-"
		if i := chooseCoding(lines, tc.of); i >= 0 {
			got = tc.of[i].name
		}
		if got != tc.want {
			t.Errorf("Accept-Encoding: %s gets %q, want %q", tc.accept, got, tc.want)
		}
	}
}

func FuzzChooseCoding(f *testing.F) {
	for _, s := range []string{"", "gzip;q=0.5, *;q=0", "identity;q=0", ";;;,=,q=", "gzip;q=NaN", "gzip;q=-1", "gzip;q=1e-9"} {
		f.Add(s)
	}
	parts := []part{{body: make([]byte, 9)}, {name: "gzip", body: make([]byte, 5)}}
	f.Fuzz(func(t *testing.T, accept string) {
		if i := chooseCoding([]string{accept}, parts); i < -1 || i > 1 {
			t.Errorf("coding %d", i)
		}
		if q, _ := mediaWeight([]string{accept}, "text", "html"); q < -1 || q > 1000 {
			t.Errorf("weight %d", q)
		}
		matchTags([]string{accept}, []part{{etag: []string{`"x"`}}}, false)
	})
}

func TestAFeedIsSentCompressedByteForByte(t *testing.T) {
	door := newHouse().door(t)
	plain := ask(door, "GET /feeds/all.rss", "")
	zipped := ask(door, "GET /feeds/all.rss", "", "Accept-Encoding: br, gzip")
	if zipped.Header().Get("Content-Encoding") != "gzip" || zipped.Header().Get("Content-Length") != fmt.Sprint(zipped.Body.Len()) {
		t.Fatalf("the header is %v", zipped.Header())
	}
	r, err := gzip.NewReader(zipped.Body)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err != nil || string(got) != plain.Body.String() {
		t.Errorf("%d bytes, want %d: %v", len(got), plain.Body.Len(), err)
	}
	if w := ask(door, "GET /feeds/all.rss", "", "Accept-Encoding: identity;q=0"); w.Code != http.StatusNotAcceptable {
		t.Errorf("nothing acceptable is %d", w.Code)
	}
}

func TestANewStateOfAFeedIsSeenAtOnce(t *testing.T) {
	h := newHouse()
	door := h.door(t)
	if w := ask(door, "GET /feeds/all.rss", "", `If-None-Match: "320"`); w.Code != 304 {
		t.Fatalf("it is %d", w.Code)
	}
	f := feedOf("application/rss+xml; charset=utf-8", siteURL+"/feeds/all.rss", []byte("new"))
	h.feeds["all.rss"] = f
	w := ask(door, "GET /feeds/all.rss", "", `If-None-Match: "320"`)
	if w.Code != 200 || w.Body.String() != "new" || w.Header().Get("Etag") != f.Codings[0].ETag {
		t.Errorf("%d %q %s", w.Code, w.Body, w.Header().Get("Etag"))
	}
}

func TestAFeedThatIsNotThereYetIsUnavailable(t *testing.T) {
	h := newHouse()
	h.notReady, h.opml = true, nil
	for _, path := range []string{"/feeds/all.rss", "/", "/feeds/english", "/embed/all", "/feeds.opml", "/readyz"} {
		w := ask(h.door(t), "GET "+path, "")
		if w.Code != 503 || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s is %d, %s", path, w.Code, w.Header().Get("Cache-Control"))
		}
	}
}

func TestAnswersCostNoMoreForALargeFeed(t *testing.T) {
	h := newHouse()
	door := h.door(t)
	bytesOf := func(size int) float64 {
		h.feeds["all.rss"] = feedOf("application/rss+xml; charset=utf-8", siteURL, []byte(strings.Repeat("x", size)))
		r, _ := http.NewRequest("GET", "/feeds/all.rss", nil)
		var before, after runtime.MemStats
		door.ServeHTTP(&nowhere{h: http.Header{}}, r)
		runtime.ReadMemStats(&before)
		for range 100 {
			door.ServeHTTP(&nowhere{h: http.Header{}}, r)
		}
		runtime.ReadMemStats(&after)
		return float64(after.TotalAlloc-before.TotalAlloc) / 100
	}
	small, large := bytesOf(1<<10), bytesOf(8<<20)
	if large > small+4096 {
		t.Errorf("a feed of 8 MiB costs %.0f bytes an answer, one of 1 KiB %.0f", large, small)
	}
}

// nowhere is a ResponseWriter that keeps nothing.
type nowhere struct{ h http.Header }

func (n *nowhere) Header() http.Header         { return n.h }
func (n *nowhere) Write(b []byte) (int, error) { return len(b), nil }
func (n *nowhere) WriteHeader(int)             {}

func BenchmarkFeed(b *testing.B) {
	h := newHouse()
	h.feeds["all.rss"] = feedOf("application/rss+xml; charset=utf-8", siteURL, []byte(strings.Repeat("x", 120<<10)))
	o := h.options()
	o.Meter = nil
	door, err := New(o)
	if err != nil {
		b.Fatal(err)
	}
	tag := h.feeds["all.rss"].Codings[1].ETag
	for _, bc := range []struct{ name, accept, match string }{{"200", "", ""}, {"200 gzip", "gzip, deflate, br", ""}, {"304", "gzip", tag}} {
		b.Run(bc.name, func(b *testing.B) {
			r, _ := http.NewRequest("GET", "/feeds/all.rss", nil)
			if bc.accept != "" {
				r.Header.Set("Accept-Encoding", bc.accept)
			}
			if bc.match != "" {
				r.Header.Set("If-None-Match", bc.match)
			}
			w := &nowhere{h: http.Header{}}
			b.ReportAllocs()
			for b.Loop() {
				clear(w.h)
				door.ServeHTTP(w, r)
			}
		})
	}
}

func BenchmarkFrontPage(b *testing.B) {
	h := newHouse()
	door := h.door(b)
	r, _ := http.NewRequest("GET", "/", nil)
	w := &nowhere{h: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.h)
		door.ServeHTTP(w, r)
	}
}
