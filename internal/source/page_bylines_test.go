package source

import (
	"strings"
	"testing"
)

func TestWhoMadeThePicturesDidNotWriteTheText(t *testing.T) {
	for _, line := range []string{"Ảnh: Nguyễn Lan", "Ảnh, video: Nguyễn Lan", "Ảnh - Nguyễn Lan", "Video và đồ họa: Nguyễn Lan", "Photo - Jane Doe", "Photos, video: Jane Doe", "Photographs by Owen Marsh", "Rezept von", "Nhà văn của"} {
		if names, _, ok := byline(line); ok {
			t.Errorf("%s: authors %v", line, names)
		}
	}
	for line, want := range map[string]bool{
		"Ảnh: Nguyễn Lan": true, "Photographs by Owen Marsh": true, "Photo: AP": true, "Video: Nguyễn Lan": true, "Đồ họa: Nguyễn Lan": true, "Illustration: Owen Marsh": true,
		"Tin, ảnh: Nguyễn Lan": false, "Bài và ảnh: Nguyễn Lan": false, "By Owen Marsh": false, "Story and photos by Owen Marsh": false, "Text and photos: Owen Marsh": false, "Phương Hằng": false,
	} {
		if isPictureCredit(line) != want {
			t.Errorf("%s: a credit %v", line, !want)
		}
	}
}

func TestABylineOfSeveralLines(t *testing.T) {
	for markup, want := range map[string]string{
		`<p class="author">Bài: Hà My<br>Ảnh: Nguyễn Lan</p>`:                                            "Hà My",
		`<div class="author"><p>Ellen Ward</p><p>Staff Writer</p><p>Follow</p></div>`:                    "Ellen Ward",
		`<div class="byline"><p>By Ellen Ward</p><p>ellen@tidewater.example</p><p>3 May 2026</p></div>`:  "Ellen Ward",
		`<div class="byline"><p>By Ellen Ward</p><p>Additional reporting by Owen Marsh</p></div>`:        "Ellen Ward+Owen Marsh",
		`<div class="post-byline">Ellen Ward<br>Photographs by Owen Marsh</div>`:                         "Ellen Ward",
		`<p class="author">Ảnh: Nguyễn Lan</p>`:                                                          "",
		`<div class="my-author"><p>Recipe of</p><p>admin</p></div>`:                                      "",
		`<meta name="author" content="admin"><div class="author">See all posts of the desk</div>`:        "",
		`<meta name="author" content="admin"><a href="/author/all/">More Posts</a>`:                      "",
		`<meta name="author" content="btv03"><p class="author">Hà My</p>`:                                "Hà My",
		`<meta name="author" content="btv03"><meta name="byl" content="Hà My">`:                          "Hà My",
		`<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="editor2">`: "",
	} {
		doc, err := Read(Input{Body: []byte(strings.Replace(pageOf(""), "</h1>", "</h1>"+markup, 1)), Kind: "page", URL: "https://tidewater.example/q/1"})
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, a := range doc.Drafts[0].Authors {
			names = append(names, a.Name)
		}
		if got := strings.Join(names, "+"); got != want {
			t.Errorf("%s: authors %q, want %q", markup, got, want)
		}
	}
}
