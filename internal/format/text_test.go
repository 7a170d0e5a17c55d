package format

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tinhub/internal/hub"
)

func TestScrubTakesOutWhatXMLForbidsAndNothingElse(t *testing.T) {
	for in, want := range map[string]string{
		"Đồng Nai 🌊\tab\nc": "Đồng Nai 🌊\tab\nc",
		"a\x00b\x08c\x1f":   "abc",
		"a\r\nb\rc\r\r\nd":  "a\nb\nc\n\nd",
		"\ufffea\uffff":     "a",
		"a\xffb":            "a\ufffdb",
		"\ufffd":            "\ufffd",
		"\u0085\u00a0":      "\u0085\u00a0",
	} {
		if got := scrub(in); got != want {
			t.Errorf("scrub(%q) is %q, want %q", in, got, want)
		}
	}
}

func TestALineIsFoldedButKeepsItsHardSpaces(t *testing.T) {
	for in, want := range map[string]string{
		"  Hai \n\t dòng ": "Hai dòng", "10\u00a0000": "10\u00a0000", "": "", " \n ": "", "a": "a",
	} {
		if got := line(in); got != want {
			t.Errorf("line(%q) is %q, want %q", in, got, want)
		}
	}
}

func TestAnAddressIsAURIAndKeepsWhatWasOneAlready(t *testing.T) {
	for in, want := range map[string]string{
		"https://a.example/x?a=1&b=%20#c":  "https://a.example/x?a=1&b=%20#c",
		" https://a.example/ảnh đẹp.jpg\n": "https://a.example/%E1%BA%A3nh%20%C4%91%E1%BA%B9p.jpg",
		"https://a.example/<\">100%":       "https://a.example/%3C%22%3E100%25",
		"https://[::1]:8080/a;b,c":         "https://[::1]:8080/a;b,c",
		"":                                 "",
	} {
		if got := address(in); got != want || address(got) != got {
			t.Errorf("address(%q) is %q, then %q; want %q", in, got, address(got), want)
		}
	}
}

func TestAnExcerptEndsBetweenWords(t *testing.T) {
	if got := excerpt("Một câu ngắn.\nVà câu nữa."); got != "Một câu ngắn. Và câu nữa." {
		t.Errorf("a short text came out as %q", got)
	}
	long := excerpt(strings.Repeat("nước, ", 100))
	if !strings.HasSuffix(long, "nước…") || utf8.RuneCountInString(long) > excerptRunes+1 {
		t.Errorf("a long text came out as %q", long)
	}
	unbroken := excerpt(strings.Repeat("水", 400))
	if utf8.RuneCountInString(unbroken) != excerptRunes+1 || !utf8.ValidString(unbroken) {
		t.Errorf("a text without spaces came out with %d runes", utf8.RuneCountInString(unbroken))
	}
}

func TestADateThatNoFormatCanWriteIsNoDate(t *testing.T) {
	day := time.Date(2026, 11, 20, 8, 0, 0, 0, ict)
	saigon := time.FixedZone("LMT", 7*3600+6*60+30)
	for _, c := range []struct {
		name string
		in   time.Time
		want string
	}{
		{"an ordinary one keeps its offset", day, "2026-11-20T08:00:00+07:00"},
		{"none is none", time.Time{}, ""},
		{"year 10000", day.AddDate(7974, 0, 0), ""},
		{"before year 1", time.Date(0, 12, 31, 0, 0, 0, 0, time.UTC), ""},
		{"an offset with seconds is written in UTC", time.Date(1900, 1, 1, 7, 6, 30, 0, saigon), "1900-01-01T00:00:00Z"},
	} {
		if got := rfc3339(dated(c.in)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := rfc822(dated(day)); got != "Fri, 20 Nov 2026 08:00:00 +0700" {
		t.Errorf("RFC 822: %q", got)
	}
}

func TestAMediaTypeIsDeclaredOrGuessedFromTheExtension(t *testing.T) {
	for _, c := range [][3]string{
		{"image/png", "https://a.example/x.jpg", "image/png"},
		{"", "https://a.example/x.JPG?w=1#y", "image/jpeg"},
		{"", "https://a.example/x.webp", "image/webp"},
		{"", "https://a.example/x", "unknown"},
		{" ", "https://a.example/x.mp3", "audio/mpeg"},
		{"", "https://a.example/?f=x.mp3", "unknown"},
	} {
		if got := mediaType(c[0], c[1], "unknown"); got != c[2] {
			t.Errorf("%q %q is %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

func TestAFeedIsCalledAfterSectionAndSite(t *testing.T) {
	for _, c := range []struct{ id, section, site, want string }{
		{"a", "Thời sự", "Báo", "Thời sự – Báo"},
		{"a", "", "Báo", "a – Báo"},
		{"a", "Báo", "Báo", "Báo"},
		{"a", "Thời sự", "", "Thời sự"},
		{hub.AllSection, "", "Báo", "Báo"},
		{hub.AllSection, "Báo: đọc nhiều", "Báo", "Báo: đọc nhiều"},
	} {
		s := hub.Snapshot{Site: hub.Site{Title: c.site}, Section: hub.Section{ID: c.id, Title: c.section}}
		if got := feedTitle(s); got != c.want {
			t.Errorf("%+v is %q", c, got)
		}
	}
}

func TestEveryFormatIsFoundByItsNameAndNoOther(t *testing.T) {
	for _, f := range Formats() {
		if g, ok := ByName(f.Name); !ok || g.Ext != f.Ext || f.Ext != "."+f.Name || !strings.HasSuffix(f.ContentType, "; charset=utf-8") {
			t.Errorf("%s: found %t %q %q", f.Name, ok, g.Ext, g.ContentType)
		}
	}
	if _, ok := ByName("RSS"); ok {
		t.Error("RSS is no name")
	}
}

func TestBytesDependOnNothingButTheSnapshot(t *testing.T) {
	// The same moments in another *time.Location, as another store would hand them out.
	other := daily()
	for i := range other.Items {
		r := &other.Items[i]
		zone := time.FixedZone("ICT", 7*3600)
		r.Published, r.FirstSeen = r.Published.In(zone), r.FirstSeen.In(zone)
	}
	other.Updated, other.Head = other.Updated.In(time.FixedZone("", -3600)), 99
	for _, f := range Formats() {
		if string(rendered(t, f, daily())) != string(rendered(t, f, other)) {
			t.Errorf("%s: the bytes differ", f.Name)
		}
	}
}
