package source

import (
	"strings"
	"testing"
)

// TestBylinesOfManyWordings: labels without a colon, several labels on a line, and what a writer is behind the name.
func TestBylinesOfManyWordings(t *testing.T) {
	for line, want := range map[string]string{
		"Bài và ảnh MINH TRIẾT": "MINH TRIẾT", "Lời và ảnh: Hà An": "Hà An", "P.V Hà An": "Hà An", "CTV Hà An": "Hà An", "Thơ Hà Minh An": "Hà Minh An",
		"T.H: Hà An": "Hà An", "Bài: Hà An. Ảnh: NVCC": "Hà An", "Bài viết: Hà An. Ảnh: Thu Ngân": "Hà An+Thu Ngân", "Hà An - Báo Miền Kênh": "Hà An",
		"Đăng bởi: Hà An": "Hà An", "Hà An (phụ huynh)": "Hà An", "Hà An (bìa trái)": "", "By Jane Doe for the Courier": "Jane Doe",
		"By Jane Doe | Photography by Tom Reed": "Jane Doe+Tom Reed", "By Jane Doe and Tom Reed, Staff Reporters": "Jane Doe+Tom Reed",
		"Report and pictures: Jane Doe": "Jane Doe", "Ảnh và lời của bài hát": "", "Thơ là gì": "",
	} {
		authors, _, _ := byline(line)
		var names []string
		for _, a := range authors {
			names = append(names, a.Name)
		}
		if got := strings.Join(names, "+"); got != want {
			t.Errorf("byline(%q) = %q, want %q", line, got, want)
		}
	}
}
