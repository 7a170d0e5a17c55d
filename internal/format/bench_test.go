package format

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/feeds"

	"tinhub/internal/hub"
)

// fifty is a full feed: articles of about 4 KB.
func fifty() hub.Snapshot {
	s := daily()
	s.Items = nil
	paragraph := "<p>" + strings.Repeat("Người dân hai bờ sông qua cầu trong buổi sáng đầu tiên. ", 10) + "</p>\n"
	for i := range hub.FeedSize {
		r := bridge()
		r.ID = hub.NewID("toa-soan", fmt.Sprint(i))
		r.ContentHTML = strings.Repeat(paragraph, 5)
		r.ContentText = strings.NewReplacer("<p>", "", "</p>", "").Replace(r.ContentHTML)
		r.Published = r.Published.Add(-time.Duration(i) * time.Minute)
		s.Items = append(s.Items, r)
	}
	return s
}

func BenchmarkRender(b *testing.B) {
	s := fifty()
	for _, f := range Formats() {
		b.Run(f.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				out, err := f.Render(s)
				if err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(len(out)))
			}
		})
	}
}

// BenchmarkGorillaAlone is the plain baseline: the library by itself, with as many of the same fields as it can hold.
func BenchmarkGorillaAlone(b *testing.B) {
	s := fifty()
	build := func() *feeds.Feed {
		f := &feeds.Feed{
			Title: feedTitle(s), Link: &feeds.Link{Href: sectionPage(s.Site, s.Section.ID)}, Description: s.Section.Description,
			Updated: s.Updated, Copyright: s.Site.Rights, Image: &feeds.Image{Url: s.Site.Image, Title: feedTitle(s), Link: s.Site.URL},
		}
		for _, r := range s.Items {
			f.Add(&feeds.Item{
				Title: r.Title, Link: &feeds.Link{Href: r.URL}, Author: &feeds.Author{Name: r.Authors[0].Name}, Description: r.Summary,
				Id: string(r.ID), IsPermaLink: "false", Created: r.Published, Updated: r.Modified, Content: r.ContentHTML,
				Enclosure: &feeds.Enclosure{Url: r.Attachments[0].URL, Type: r.Attachments[0].Type, Length: "1"},
			})
		}
		return f
	}
	for name, write := range map[string]func(*feeds.Feed, *bytes.Buffer) error{
		"rss":  func(f *feeds.Feed, b *bytes.Buffer) error { return f.WriteRss(b) },
		"atom": func(f *feeds.Feed, b *bytes.Buffer) error { return f.WriteAtom(b) },
		"json": func(f *feeds.Feed, b *bytes.Buffer) error { return f.WriteJSON(b) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var out bytes.Buffer
				if err := write(build(), &out); err != nil {
					b.Fatal(err)
				}
				b.SetBytes(int64(out.Len()))
			}
		})
	}
}
