package clean

import (
	"strings"
	"testing"

	"tinhub/internal/hub"
)

func TestWhoTookThePicturesIsNoAuthor(t *testing.T) {
	const text = "<p>Một câu của bài.</p><p>Hai câu của bài.</p><p>Ba câu của bài.</p>"
	for line, want := range map[string]string{
		"Ảnh: Nguyễn Lan": "", "(Ảnh: Nguyễn Lan)": "", "Video: Nguyễn Lan": "", "Đồ họa: Nguyễn Lan": "", "Ảnh, video: Nguyễn Lan": "", "Ảnh và clip: Nguyễn Lan": "",
		"Clip: Hà My - Ảnh: Nguyễn Lan": "", "Photo: Jane Doe": "", "Photos by Jane Doe": "",
		"Bài: Nguyễn Lan": "Nguyễn Lan", "Tin, ảnh: Nguyễn Lan": "Nguyễn Lan", "Bài và ảnh: Nguyễn Lan": "Nguyễn Lan", "Ảnh, bài: Nguyễn Lan": "Nguyễn Lan", "Thực hiện: Nguyễn Lan": "Nguyễn Lan",
		"Bài: Hà My - Ảnh: Nguyễn Lan": "Hà My, Nguyễn Lan",
	} {
		it, _ := kept(t, hub.Draft{Body: hub.Text{Value: text + "<p>" + line + "</p>", HTML: true}})
		if got := joinNames(it.Authors); got != want {
			t.Errorf("%s: authors %q, want %q", line, got, want)
		}
		if stays := strings.Contains(it.ContentText, strings.Trim(line, "()")); stays != (want == "") {
			t.Errorf("%s: stays %v\n%s", line, stays, it.ContentText)
		}
	}
	it, _ := kept(t, hub.Draft{Authors: []hub.DraftAuthor{{Name: "Hà My"}}, Body: hub.Text{Value: text + "<p>Ảnh: Hà My</p>", HTML: true}})
	if !strings.Contains(it.ContentText, "Ảnh: Hà My") {
		t.Errorf("the credit went with the byline: %s", it.ContentText)
	}
}
