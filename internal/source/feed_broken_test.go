package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"

	"golang.org/x/tools/txtar"
)

// TestCutAnywhere cuts feeds off behind each of their bytes: every item whose end is there comes out as from the whole feed.
func TestCutAnywhere(t *testing.T) {
	for _, name := range []string{"rss2-wordpress", "atom10", "rss1-rdf-content", "media-rss", "blogger", "atom03-modes", "podcast"} {
		ar, err := txtar.ParseFile("testdata/feed/" + name + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		in, _ := fixtureInput(t, ar)
		whole, err := readFeed(in)
		if err != nil {
			t.Fatal(name, err)
		}
		full := bytes.TrimSpace(in.Body)
		end := []byte("</item>")
		if !bytes.Contains(full, end) {
			end = []byte("</entry>")
		}
		for cut := range len(full) {
			complete := bytes.Count(full[:cut], end)
			if complete == 0 {
				continue
			}
			in.Body = full[:cut]
			doc, err := readFeed(in)
			if err != nil || len(doc.Drafts) < complete {
				t.Fatalf("%s, cut behind %q: %d of %d items, %v", name, full[max(0, cut-30):cut], len(doc.Drafts), complete, err)
			}
			for i := range complete {
				got, want := doc.Drafts[i], whole.Drafts[i]
				got.Steps, want.Steps = nil, nil
				g, _ := json.Marshal(got)
				w, _ := json.Marshal(want)
				if !bytes.Equal(g, w) {
					t.Fatalf("%s, cut behind %q: item %d\ngot  %s\nwant %s", name, full[max(0, cut-30):cut], i, g, w)
				}
			}
		}
	}
}

// TestOneWrongByte puts a wrong byte anywhere into an item: the items before and behind it come out.
func TestOneWrongByte(t *testing.T) {
	item := func(n int) string {
		return fmt.Sprintf(`<item><title>T%d</title><guid isPermaLink="false">%d</guid><link>https://k.example/%d</link></item>`, n, n, n)
	}
	middle := `<item><title><![CDATA[Hai & ba]]></title><link>https://k.example/2?a=1&amp;b=2</link><description>&lt;p&gt;x&lt;/p&gt;</description><!-- c --><guid isPermaLink="false">2</guid><content:encoded><![CDATA[<p>Full</p>]]></content:encoded></item>`
	for at := range middle {
		for _, wrong := range []string{"", "<", "&", `"`, ">", "\x00", "\xff", "/", "!"} {
			body := `<rss version="2.0"><channel><title>K</title>` + item(1) + middle[:at] + wrong + middle[at+1:] + item(3) + `</channel></rss>`
			doc, err := readFeed(Input{Body: []byte(body)})
			found := 0
			for _, d := range doc.Drafts {
				if d.OriginalID == "1" || d.OriginalID == "3" {
					found++
				}
			}
			if err != nil || found != 2 {
				t.Errorf("%q at %q: found %d of the 2 others, %v, %v", wrong, middle[max(0, at-20):at+1], found, err, doc.Warnings)
			}
		}
	}
}
