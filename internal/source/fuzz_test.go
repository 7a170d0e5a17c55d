package source

import (
	"bytes"
	"encoding/xml"
	"io"
	"testing"
	"unicode/utf8"

	"tinhub/internal/hub"
)

// seeds adds the documents of fixtures to a fuzz target.
func seeds(f *testing.F, folder string) {
	for _, x := range fixtures(f, folder, 1) {
		f.Add(fileOf(x.Archive, "input"))
	}
}

// sound checks what every document must be, whatever went in.
func sound(t *testing.T, doc hub.Document, err error) {
	t.Helper()
	if err != nil {
		if kind := hub.KindOf(err); kind == hub.Internal || err.Error() == "" {
			t.Fatalf("an error that nobody outside can understand: %v", err)
		}
		return
	}
	if doc.Kind == "" || len(doc.Warnings) > maxWarnings+1 {
		t.Fatalf("kind %q, %d warnings", doc.Kind, len(doc.Warnings))
	}
	for _, d := range doc.Drafts {
		for _, s := range append([]string{d.OriginalID, d.URL, d.Title.Value, d.Summary.Value, d.Body.Value}, d.Tags...) {
			if !utf8.ValidString(s) {
				t.Fatalf("not UTF-8: %q", s)
			}
		}
	}
}

func FuzzFeed(f *testing.F) {
	seeds(f, "feed")
	f.Fuzz(func(t *testing.T, b []byte) {
		doc, err := Read(Input{Body: b, Kind: "feed", URL: "https://f.example/rss"})
		sound(t, doc, err)
		// The parser's tokenizer reads what was repaired to its end.
		n := &notes{}
		mended := repaired(toUTF8(b, "", n), n)
		d := xml.NewDecoder(bytes.NewReader(mended))
		d.Strict = false
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%v in %q, repaired from %q", err, mended, b)
			}
		}
	})
}

func FuzzPage(f *testing.F) {
	seeds(f, "page")
	f.Fuzz(func(t *testing.T, b []byte) {
		doc, err := Read(Input{Body: b, Kind: "page", URL: "https://f.example/a"})
		sound(t, doc, err)
	})
}

func FuzzText(f *testing.F) {
	f.Add([]byte(vietnamese().lay(shape{edition: true, date: true, leadTwice: true, captionsTwice: true, byline: true, furniture: true})))
	f.Add([]byte(english().lay(shape{kicker: true, date: true, wrap: 72, hash: true})))
	f.Fuzz(func(t *testing.T, b []byte) {
		doc, err := Read(Input{Body: b, Kind: "text"})
		sound(t, doc, err)
	})
}

func FuzzPush(f *testing.F) {
	seeds(f, "push")
	f.Fuzz(func(t *testing.T, b []byte) {
		doc, err := ReadPush(Input{Body: b, ContentType: "application/json"})
		sound(t, doc, err)
		if err != nil {
			return
		}
		for _, d := range doc.Drafts {
			if !d.Deleted && d.Title.Value == "" && d.Body.Value == "" && d.Summary.Value == "" && len(d.Attachments) == 0 {
				t.Fatal("an empty item was taken")
			}
			if d.URL != "" && !isWeb(d.URL) {
				t.Fatalf("the link %q was taken", d.URL)
			}
		}
	})
}
