package format

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/mmcdole/gofeed"
	"pgregory.net/rapid"

	"tinhub/internal/hub"
)

// failer is what testing.T and rapid.T have in common.
type failer interface {
	Helper()
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// readBack renders a snapshot in every format, checks that each is well formed, and reads it with gofeed.
func readBack(t failer, s hub.Snapshot) map[string]*gofeed.Feed {
	t.Helper()
	out := map[string]*gofeed.Feed{}
	for _, f := range Formats() {
		b, err := f.Render(s)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		if err := wellFormed(f.Name, b); err != nil {
			t.Fatalf("%s: %v\n%s", f.Name, err, b)
		}
		feed, err := gofeed.NewParser().Parse(bytes.NewReader(b))
		if err != nil {
			t.Fatalf("gofeed on %s: %v\n%s", f.Name, err, b)
		}
		again, err := f.Render(s)
		if err != nil || !bytes.Equal(b, again) {
			t.Fatalf("%s: rendered twice, the bytes differ (%v)", f.Name, err)
		}
		out[f.Name] = feed
	}
	return out
}

func wellFormed(name string, b []byte) error {
	if !utf8.Valid(b) {
		return errors.New("not UTF-8")
	}
	if name == "json" {
		var doc struct {
			Items []struct {
				ID   string  `json:"id"`
				HTML *string `json:"content_html"`
				Text *string `json:"content_text"`
			} `json:"items"`
		}
		if err := json.Unmarshal(b, &doc); err != nil {
			return err
		}
		if doc.Items == nil {
			return errors.New("no items array")
		}
		for _, i := range doc.Items {
			if i.ID == "" || i.HTML == nil && i.Text == nil {
				return fmt.Errorf("item %q has neither content_html nor content_text", i.ID)
			}
		}
		return nil
	}
	dec := xml.NewDecoder(bytes.NewReader(b))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		// The decoder leaves a prefix that nothing declares where the namespace should be.
		if e, ok := tok.(xml.StartElement); ok && e.Name.Space != "" && !strings.HasPrefix(e.Name.Space, "http://") {
			return fmt.Errorf("the prefix of %s:%s is not declared", e.Name.Space, e.Name.Local)
		}
	}
}

// checkAgreement holds the three feeds against the snapshot they were made of.
func checkAgreement(t failer, s hub.Snapshot, read map[string]*gofeed.Feed) {
	t.Helper()
	for name, feed := range read {
		if feed.Title != feedTitle(s) {
			t.Errorf("%s: title %q, want %q", name, feed.Title, feedTitle(s))
		}
		if len(feed.Items) != len(s.Items) {
			t.Fatalf("%s: %d items of %d", name, len(feed.Items), len(s.Items))
		}
		for i, got := range feed.Items {
			want := newEntry(s.Site, &s.Items[i])
			if got.GUID != want.id || got.Title != want.title || got.Link != want.link {
				t.Errorf("%s item %d: %q %q %q, want %q %q %q", name, i, got.GUID, got.Title, got.Link, want.id, want.title, want.link)
			}
			if !want.published.IsZero() && (got.PublishedParsed == nil || !got.PublishedParsed.Equal(want.published)) {
				t.Errorf("%s item %d: published %q, want %s", name, i, got.Published, want.published)
			}
			if !want.modified.IsZero() && (got.UpdatedParsed == nil || !got.UpdatedParsed.Equal(want.modified)) {
				t.Errorf("%s item %d: updated %q, want %s", name, i, got.Updated, want.modified)
			}
			checkContent(t, name, i, got, &want)
		}
	}
}

func checkContent(t failer, name string, i int, got *gofeed.Item, want *entry) {
	t.Helper()
	summary := got.Description
	if name == "rss" {
		summary = html.UnescapeString(summary)
	}
	if want.summary != "" && summary != want.summary {
		t.Errorf("%s item %d: summary %q, want %q", name, i, summary, want.summary)
	}
	content := got.Content
	if body := want.body(); body != "" && (name != "json" || want.html != "") && content != body {
		t.Errorf("%s item %d: content %q, want %q", name, i, content, body)
	}
	if !slices.Equal(got.Categories, want.tags) {
		t.Errorf("%s item %d: categories %q, want %q", name, i, got.Categories, want.tags)
	}
	if len(got.Enclosures) != len(want.attachments) {
		t.Errorf("%s item %d: %d enclosures of %d", name, i, len(got.Enclosures), len(want.attachments))
	}
	for k := range min(len(got.Enclosures), len(want.attachments)) {
		if g, w := got.Enclosures[k], want.attachments[k]; g.URL != w.URL || g.Type != w.Type {
			t.Errorf("%s item %d: enclosure %+v, want %+v", name, i, g, w)
		}
	}
}

func TestTheNewsroomReadsTheSameInEveryFormat(t *testing.T) {
	for _, s := range snapshots() {
		checkAgreement(t, s, readBack(t, s))
	}
}

func TestAFeedSaysAllThatItKnowsOfAnItem(t *testing.T) {
	read := readBack(t, daily())
	for name, feed := range read {
		first := feed.Items[0]
		if len(first.Authors) != 2 && name != "rss" || first.Authors[0].Name != "Lê An" {
			t.Errorf("%s: authors %+v", name, first.Authors)
		}
		if feed.Language != "vi" {
			t.Errorf("%s: language %q", name, feed.Language)
		}
		if name == "atom" {
			if m := first.Extensions["media"]["content"]; len(m) != 3 || m[0].Attrs["width"] != "1200" {
				t.Errorf("atom: media:content %+v", m)
			}
		} else if first.Image == nil || first.Image.URL != "https://songxanh.example/anh/cau.jpg" {
			t.Errorf("%s: image %+v", name, first.Image)
		}
		want := "https://songxanh.example/feeds/thoi-su." + name
		if feed.FeedLink != want {
			t.Errorf("%s: self link %q, want %q", name, feed.FeedLink, want)
		}
		if name != "json" && (feed.UpdatedParsed == nil || !feed.UpdatedParsed.Equal(at(20, 9, 31))) {
			t.Errorf("%s: updated %q", name, feed.Updated)
		}
	}
	if c := read["rss"].Items[0].DublinCoreExt.Creator; !slices.Equal(c, []string{"Lê An", "Trần Bình"}) {
		t.Errorf("dc:creator %q", c)
	}
	if m := read["rss"].Items[0].Extensions["media"]["content"]; len(m) != 3 || m[0].Children["description"][0].Value != "Cầu mới lúc bình minh" {
		t.Errorf("media:content %+v", m)
	}
	if l := read["rss"].Items[1].DublinCoreExt.Language; !slices.Equal(l, []string{"en"}) {
		t.Errorf("dc:language %q", l)
	}
}

var hostile = []string{
	"", " ", "]]>", "<![CDATA[x]]>", "</item></channel></rss>", "<script>alert(1)</script>", "a & b &amp; c &#8;", "\x00\x01\x08\x0b\x1f",
	"\xff\xfe bad utf-8 \xc3", "\r\nline\rends\n", "\ufffe\uffff\ufeff", "\u2028\u2029\u0085", "&lt;b&gt;", "x\u0000y", strings.Repeat("]]>", 40),
	"{\"}\\", "đ\u0309 NFC?", "🌊", "\U0010ffff", "--> <!--", "<?xml?>", "%00%zz", "javascript:alert(1)", "\t a \t b ",
}

func anyText(t *rapid.T, label string) string {
	return rapid.OneOf(rapid.String(), rapid.SampledFrom(hostile), rapid.Custom(func(t *rapid.T) string {
		return string(rapid.SliceOfN(rapid.Byte(), 0, 40).Draw(t, "bytes"))
	}), rapid.Custom(func(t *rapid.T) string {
		return rapid.SampledFrom(hostile).Draw(t, "a") + rapid.String().Draw(t, "b") + rapid.SampledFrom(hostile).Draw(t, "c")
	})).Draw(t, label)
}

func anyTime(t *rapid.T, label string) time.Time {
	if rapid.IntRange(0, 9).Draw(t, label+" none") == 0 {
		return time.Time{}
	}
	zone := time.FixedZone("", rapid.IntRange(-14*60, 14*60).Draw(t, label+" zone")*60)
	if rapid.IntRange(0, 9).Draw(t, label+" lmt") == 0 {
		zone = time.FixedZone("LMT", 7*3600+6*60+30)
	}
	return time.Unix(rapid.Int64Range(-70_000_000_000, 253_500_000_000).Draw(t, label), 0).In(zone)
}

func anyURL(t *rapid.T, label string) string {
	return rapid.SampledFrom([]string{
		"", "https://a.example/x", "http://a.example/?q=1&r=<2>\"'", "https://a.example/ảnh đẹp.jpg", "https://a.example/x.mp3#t", "https://a.example/ ]]>",
	}).Draw(t, label)
}

func anyRecord(t *rapid.T) hub.Record {
	text := func(label string) string { return anyText(t, label) }
	r := hub.Record{
		Item: hub.Item{
			ID: hub.NewID("s", text("id")), Source: text("source"), OriginalID: text("original"), URL: anyURL(t, "url"),
			Title: text("title"), Summary: text("summary"), ContentHTML: text("html"), ContentText: text("text"), Image: anyURL(t, "image"),
			Published: anyTime(t, "published"), Modified: anyTime(t, "modified"), OriginalDate: text("date"), Language: text("language"),
			Tags: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string { return anyText(t, "tag") }), 0, 3).Draw(t, "tags"),
			Hash: text("hash"), Captions: []string{text("caption")}, Paywalled: rapid.Bool().Draw(t, "paywalled"),
		},
		State: hub.StateLive, FirstSeen: anyTime(t, "seen"), Seq: hub.Seq(rapid.Uint64().Draw(t, "seq")), Sections: []string{text("section")},
	}
	for range rapid.IntRange(0, 2).Draw(t, "authors") {
		r.Authors = append(r.Authors, hub.Author{Name: text("name"), URL: anyURL(t, "author"), Email: text("email")})
	}
	for range rapid.IntRange(0, 2).Draw(t, "pictures") {
		r.Pictures = append(r.Pictures, hub.Picture{
			URL: anyURL(t, "picture"), Type: text("type"), Width: rapid.Int().Draw(t, "width"), Height: rapid.Int().Draw(t, "height"),
			Alt: text("alt"), Caption: text("caption"), Credit: text("credit"),
		})
	}
	for range rapid.IntRange(0, 2).Draw(t, "attachments") {
		r.Attachments = append(r.Attachments, hub.Attachment{
			URL: anyURL(t, "attachment"), Type: text("type"), Title: text("name"), Size: rapid.Int64().Draw(t, "size"),
			Duration: time.Duration(rapid.Int64().Draw(t, "duration")),
		})
	}
	if rapid.Bool().Draw(t, "via") {
		r.Via = &hub.Via{Title: text("via"), URL: anyURL(t, "via url")}
	}
	return r
}

func TestAnyItemsMakeThreeFeedsThatAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := hub.Snapshot{
			Site: hub.Site{
				Title: anyText(t, "site"), Description: anyText(t, "about"), URL: "https://hub.example", Language: anyText(t, "language"),
				Location: ict, Rights: anyText(t, "rights"), Image: anyURL(t, "logo"),
			},
			Section: hub.Section{ID: "s", Title: anyText(t, "section"), Description: anyText(t, "description")},
			Self:    "/feeds/s", Updated: anyTime(t, "updated"),
			Items:     rapid.SliceOfN(rapid.Custom(anyRecord), 0, 3).Draw(t, "items"),
			Retracted: []hub.Tombstone{{ID: hub.NewID("s", "gone"), When: anyTime(t, "when")}},
		}
		checkAgreement(t, s, readBack(t, s))
	})
}

func TestHostileTextBreaksNoFormatInAnyField(t *testing.T) {
	for _, h := range hostile {
		r := bridge()
		r.Title, r.Summary, r.ContentHTML, r.ContentText, r.Language = h, h, h, h, h
		r.Tags, r.Captions, r.OriginalID, r.OriginalDate = []string{h, "tag"}, []string{h}, h, h
		r.Authors = []hub.Author{{Name: h, URL: h, Email: h}}
		r.Pictures = []hub.Picture{{URL: "https://a.example/" + h, Type: h, Caption: h, Credit: h}}
		r.Attachments = []hub.Attachment{{URL: "https://a.example/" + h, Type: h, Title: h, Size: -1}}
		r.Via = &hub.Via{Title: h, URL: h}
		s := daily()
		s.Items = []hub.Record{r}
		s.Site.Title, s.Site.Description, s.Site.Rights, s.Section.Title, s.Section.Description = h, h, h, h, h
		checkAgreement(t, s, readBack(t, s))
		if b, err := OPML(s.Site, []hub.Section{s.Section}); err != nil || wellFormed("opml", b) != nil {
			t.Errorf("OPML with %q: %v, %v", h, err, wellFormed("opml", b))
		}
	}
}
