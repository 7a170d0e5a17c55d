package source

import "testing"

func TestBracesBeginATextOrAnObject(t *testing.T) {
	for text, want := range map[string]string{
		"{Ảnh: Minh Hòa} Sáng nay chợ mở cửa sớm hơn mọi ngày.": "text",
		"{ Cập nhật lúc 10:30 } Nước trên sông Bé đang rút.":    "text",
		"{Video} Thuyền về bến":                                 "text",
		"{12} điều cần biết: trước hết là giấy tờ":              "text",
		"{\"Ảnh: Minh\"} Sáng nay chợ mở cửa.":                  "text",
		"{Lưu ý: đây là bản nháp\n\nBài viết bắt đầu ở đây.":    "text",
		`{"title": "x"}`:                        "json",
		"{\n  \"title\" : \"x\"":                "json",
		`{}`:                                    "json",
		`{`:                                     "json",
		`{ // ghi chú` + "\n" + `"title": "x"}`: "json",
		`{title: "x", items: []}`:               "json",
		`{items: [1]}`:                          "json",
		`{'title': 'x'}`:                        "json",
		`{"title" "x"}`:                         "json",
		`{"items":[`:                            "json",
		`{, "title": "x"}`:                      "json",
		`{count: 3, title: "x"}`:                "json",
		`{rtf: not that magic one, but a sentence`: "text",
	} {
		if got := look(Input{Body: []byte(text)}).shape; got != want {
			t.Errorf("%q looks like %s, want %s", text, got, want)
		}
	}
}

func TestATextThatBeginsWithABraceAndAColonIsRead(t *testing.T) {
	doc, err := Read(Input{Body: []byte("{Ảnh: Minh Hòa}\n\nChợ Cồn mở cửa sớm\n\nSáng nay chợ mở cửa sớm hơn mọi ngày một giờ.\n\nBà con bán hàng nói khách đến đông.\n"), Handed: true})
	if err != nil {
		t.Fatal(err)
	}
	if doc.Kind != "text" || len(doc.Drafts) != 1 {
		t.Errorf("read as %q with %d drafts, want one text", doc.Kind, len(doc.Drafts))
	}
}

func TestAFeedIsKnownByItsFirstLinesAsByAllOfIt(t *testing.T) {
	docs := []string{
		"", "<", "<rss", "<rss>", "<rss>ă", "<RSS version='2.0'>", "<!-- <feed> --><rss>", "<!-- <feed> ă --><rss>", "<!DOCTYPE rss [<!ENTITY a '<feed>'>]><rss>", "<a><rss>", "<html><rss>",
		"<?xml version='1.0'?>\n<feed xmlns='x'>", "\n<rss>", "\ufeff<rss>", "x<rss>", "<<rss>", "< rss>", "<rss a='>'>", "<rss a='<'>", "<rss a='", "</a><rss>", "<x:item>", "<![CDATA[x]]><rss>", "<?xml ?><body><rss>",
		"<\x00r\x00s\x00s\x00>\x00", "<rss>\x00a\x00b\x00c\x00d\x00e\x00f\x00g\x00h\x00i\x00j\x00k\x00l",
	}
	for _, f := range fixtures(t, "feed", 1) {
		if input := fileOf(f.Archive, "input"); input != nil {
			docs = append(docs, string(input))
		}
	}
	for _, doc := range docs {
		got, want := lookForFeed(Input{Body: []byte(doc)}), look(Input{Body: []byte(doc)})
		if got.shape != want.shape || got.root != want.root {
			t.Errorf("%.200q looks like %s %s, want %s %s", doc, got.shape, got.root, want.shape, want.root)
		}
	}
}
