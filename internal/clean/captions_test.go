package clean

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tinhub/internal/hub"
)

func TestCaptionsStandInTheOrderOfTheDocument(t *testing.T) {
	const body = "<p>x</p><figure><img src='/a.jpg'><figcaption>Một</figcaption></figure><p>y</p><p><img src='/b-300x200.jpg'></p><p>z</p><figure><figcaption>Ba</figcaption></figure><p>u</p><figure><img src='/c.jpg'><figcaption>Bốn</figcaption></figure>"
	named := func(u, caption string) hub.DraftPicture {
		return hub.DraftPicture{URL: u, Caption: hub.Text{Value: caption}}
	}
	for name, c := range map[string]struct {
		image    hub.DraftPicture
		pictures []hub.DraftPicture
		want     string
	}{
		"none is named":                                       {want: "Một Ba Bốn"},
		"the main one is the body's last":                     {image: named("/c.jpg", "Bốn"), want: "Một Ba Bốn"},
		"the main one stands in the body without a caption":   {image: named("/b.jpg", "Hai"), want: "Một Hai Ba Bốn"},
		"the main one stands outside":                         {image: named("/z.jpg", "Không"), want: "Không Một Ba Bốn"},
		"the main one is said with its credit":                {image: named("/c.jpg", "Bốn (Ảnh: A)"), want: "Một Ba Bốn (Ảnh: A)"},
		"others are named in another order":                   {pictures: []hub.DraftPicture{named("/c.jpg", "Bốn"), named("/b.jpg", "Hai"), named("/a.jpg", "Một")}, want: "Một Hai Ba Bốn"},
		"the main one outside, others within":                 {image: named("/z.jpg", "Không"), pictures: []hub.DraftPicture{named("/b.jpg", "Hai")}, want: "Không Một Hai Ba Bốn"},
		"the document speaks of one that it does not show":    {pictures: []hub.DraftPicture{named("", "Năm")}, want: "Một Ba Bốn Năm"},
		"one picture is captioned in two ways, both are said": {image: named("/c.jpg", "Khác"), want: "Một Ba Khác Bốn"},
	} {
		d := hub.Draft{Image: c.image, Pictures: c.pictures, Body: hub.Text{Value: body, HTML: true}}
		d.OriginalID, d.URL, d.Title.Value = "1", "https://p.example/a", "Tựa của bài"
		in, err := cleanDraft(d, hub.Document{}, Setting{})
		if got := strings.Join(in.Item.Captions, " "); err != nil || got != c.want {
			t.Errorf("%s: %q, want %q, %v", name, got, c.want, err)
		}
	}
}

func TestAParagraphLikeAFiguresCaptionStays(t *testing.T) {
	d := hub.Draft{
		Summary: hub.Text{Value: "Tóm tắt."}, Pictures: []hub.DraftPicture{{URL: "/a.jpg", Caption: hub.Text{Value: "Đoàn xe qua cầu"}}},
		Body: hub.Text{Value: "<p>Đoàn xe qua cầu</p><p>B</p><figure><img src='/a.jpg'><figcaption>Đoàn xe qua cầu</figcaption></figure>", HTML: true},
	}
	if it, _ := kept(t, d); it.ContentText != "Đoàn xe qua cầu\n\nB" {
		t.Errorf("%q", it.ContentText)
	}
}

func TestEditionsAreKeptOnceAndInBounds(t *testing.T) {
	d := hub.Draft{OriginalID: "1", URL: "https://p.example/a", Title: hub.Text{Value: "Tựa"}}
	for i := range 60_000 {
		d.Alternates = append(d.Alternates, hub.Alternate{Language: "en", URL: fmt.Sprintf("https://p.example/en/%d", i/2)})
		d.Authors = append(d.Authors, hub.DraftAuthor{Name: fmt.Sprintf("Nguyễn Văn A%d", i)})
	}
	in, err := cleanDraft(d, hub.Document{}, Setting{Explain: true})
	if err != nil || len(in.Item.Alternates) != maxFiles || in.Item.Alternates[1].URL != "https://p.example/en/1" || len(in.Item.Authors) != maxAuthors {
		t.Errorf("%d editions, %d authors, %v", len(in.Item.Alternates), len(in.Item.Authors), err)
	}
	if !slices.ContainsFunc(in.Steps, func(s hub.Step) bool { return s.Step == "cut" && s.Field == "alternates" }) {
		t.Error("no step says that editions were left out")
	}
}

func TestEditionsSaidAgainAreNoneMore(t *testing.T) {
	d := hub.Draft{OriginalID: "1", URL: "https://p.example/a", Title: hub.Text{Value: "Tựa"}}
	for range 30_000 {
		d.Alternates = append(d.Alternates, hub.Alternate{Language: "en_US", URL: "/en"}, hub.Alternate{Language: "fr"})
	}
	in, err := cleanDraft(d, hub.Document{}, Setting{})
	if want := []hub.Alternate{{Language: "en-US", URL: "https://p.example/en"}, {Language: "fr"}}; err != nil || !slices.Equal(in.Item.Alternates, want) {
		t.Errorf("%v, %v", in.Item.Alternates, err)
	}
}
