package source

import (
	"strings"
	"testing"
)

const (
	firstHead = "Chợ đêm Mỹ Long mở cửa cuối tuần\n\n17:00, 01/09/2023\n\n"
	firstText = "Chợ đêm Mỹ Long mở cửa từ tối 1-9 với 64 gian hàng ăn uống và đồ thủ công.\n\nTiểu thương được miễn phí mặt bằng trong ba tháng đầu, theo ban quản lý chợ.\n\n"
	nextText  = "Nhà máy nước Cái Bè công suất 20 ngàn m3 một ngày đã được khởi công sáng 2-9.\n\nCông trình dùng nước sông Tiền, xong vào cuối năm sau, theo chủ đầu tư.\n\n"
	nextHead  = "Khởi công nhà máy nước Cái Bè\n\n08:00, 02/09/2023\n\n"
)

func TestArticlesOfOneFileHaveIdentitiesOfTheirOwn(t *testing.T) {
	text := firstHead + firstText + "Lê Duy\n\n" + nextHead + nextText + "Thu Hường\n"
	doc, err := Read(Input{Body: []byte(text), Kind: "text", Path: "2023/a.txt", URL: "https://bao.example/a.txt"})
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Drafts) != 2 {
		t.Fatalf("%d drafts", len(doc.Drafts))
	}
	first, next := doc.Drafts[0], doc.Drafts[1]
	if first.Path != "2023/a.txt" || next.Path != "2023/a.txt#2" || first.URL != "https://bao.example/a.txt" || next.URL != "" || next.Base != first.Base {
		t.Errorf("%q %q, %q %q", first.Path, next.Path, first.URL, next.URL)
	}
	if len(doc.Warnings) == 0 || !strings.Contains(doc.Warnings[0], "2 articles") {
		t.Errorf("nobody is told: %q", doc.Warnings)
	}
}

// TestHowManyArticlesATextIs: a text is cut where a rule or a writer's name stands over a title, its date and more text.
func TestHowManyArticlesATextIs(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want int
	}{
		"a rule between":                      {firstHead + firstText + "-----\n\n" + nextHead + nextText, 2},
		"the writer's name between":           {firstHead + firstText + "Lê Duy\n\n" + nextHead + nextText, 2},
		"forms one below the other":           {"Tiêu đề: Chợ đêm Mỹ Long\nNgày: 01/09/2023\n\n" + firstText + "Tiêu đề: Nhà máy nước Cái Bè\nNgày: 02/09/2023\n\n" + nextText, 2},
		"the date above the title":            {"17:00, 01/09/2023\n\nChợ đêm Mỹ Long mở cửa cuối tuần\n\n" + firstText + "=====\n\n08:00, 02/09/2023\n\nKhởi công nhà máy nước Cái Bè\n\n" + nextText, 2},
		"no rule and no name":                 {firstHead + firstText + nextHead + nextText, 1},
		"the next has no date":                {firstHead + firstText + "-----\n\nKhởi công nhà máy nước Cái Bè\n\n" + nextText, 1},
		"the first has no head":               {firstText + "-----\n\n" + nextHead + nextText, 1},
		"no text below the next head":         {firstHead + firstText + "Lê Duy\n\n" + nextHead, 1},
		"headlines with dates in a box":       {firstHead + firstText + "Lê Duy\n\nTin liên quan\n\n" + nextHead + "Phà Mỹ Long tăng chuyến dịp lễ\n\n09:00, 03/09/2023\n", 1},
		"a reader's comment with its date":    {firstHead + firstText + "Lê Duy\n\nBình luận (1)\n\nBạn đọc Nguyễn Văn Tám góp ý\n\n08:00, 02/09/2023\n\n" + nextText, 1},
		"a rule above a section's own date":   {firstHead + firstText + "-----\n\nLê Duy\n\n08:00, 02/09/2023\n\n" + nextText, 1},
		"the title again above its own text":  {firstHead + firstText + "-----\n\n" + firstHead + firstText, 1},
		"a date in capitals of another shape": {firstHead + firstText + "Lê Duy\n\nKhởi công nhà máy nước Cái Bè\n\nNgày 2 tháng 9 năm 2023\n\n" + nextText, 1},
	} {
		doc, err := Read(Input{Body: []byte(c.text), Kind: "text"})
		if err != nil {
			t.Fatal(err)
		}
		if len(doc.Drafts) != c.want {
			t.Errorf("%s: %d articles, want %d", name, len(doc.Drafts), c.want)
		}
	}
}

// TestManyArticlesStayWithinBounds: a text of thousands is cut so often, and the last one keeps the rest.
func TestManyArticlesStayWithinBounds(t *testing.T) {
	text := strings.Repeat(firstHead+firstText+"Lê Duy\n\n"+nextHead+nextText+"Thu Hường\n\n", 300)
	doc, err := Read(Input{Body: []byte(text), Kind: "text"})
	if err != nil {
		t.Fatal(err)
	}
	if len(doc.Drafts) != maxArticles || len(doc.Drafts[maxArticles-1].Blocks) < 100 {
		t.Errorf("%d articles, the last of %d blocks", len(doc.Drafts), len(doc.Drafts[len(doc.Drafts)-1].Blocks))
	}
}

func TestShortDatesAreReadAboveAText(t *testing.T) {
	for line, want := range map[string]string{
		"15-12-22": "15/12/22", "15.12.22 08:30": "08:30 15/12/22", "Đăng lúc 02g01 ngày 14/1": "Đăng lúc 02g01 ngày 14/1", "02:01, 14/1": "02:01, 14/1",
		"14/1": "", "1-2": "", "31-2-1-4": "", "45-12-22": "", "Sáng 14-1, huyện họp": "", "2-1 Garrowby": "", "": "",
	} {
		if got, _ := shortDate(line); got != want {
			t.Errorf("shortDate(%q) = %q, want %q", line, got, want)
		}
	}
}
