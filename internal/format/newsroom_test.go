package format

import (
	"time"

	"tinhub/internal/hub"
)

// A small newsroom of our own writing, which the golden files show.

var (
	ict  = time.FixedZone("", 7*3600)
	site = hub.Site{
		Title: "Báo Sông Xanh", Description: "Tin tức miền sông nước", URL: "https://songxanh.example", Language: "vi",
		Location: ict, Image: "https://songxanh.example/logo.png", Rights: "© Báo Sông Xanh",
	}
	section = hub.Section{ID: "thoi-su", Title: "Thời sự", Description: "Chuyện trong ngày", Language: "vi"}
)

func at(day, hour, minute int) time.Time { return time.Date(2026, 11, day, hour, minute, 0, 0, ict) }

func bridge() hub.Record {
	id := hub.NewID("toa-soan", "https://songxanh.example/cau-moi")
	return hub.Record{
		Item: hub.Item{
			ID: id, Source: "toa-soan", OriginalID: "https://songxanh.example/cau-moi", URL: "https://songxanh.example/cau-moi?a=1&b=2",
			Title: "Cầu mới thông xe: \"nối hai bờ\" & rút ngắn 12 km", Summary: "Sáng 20-11, cây cầu < 1 km đưa vào sử dụng.",
			ContentHTML: "<p>Sáng 20-11, người dân hai xã qua cầu <b>lần đầu</b>.</p>\n<p>Mã đoạn: <code>a[b[0]]&gt;1</code></p>",
			ContentText: "Sáng 20-11, người dân hai xã qua cầu lần đầu.\n\nMã đoạn: a[b[0]]>1",
			Image:       "https://songxanh.example/anh/cau.jpg",
			Pictures: []hub.Picture{
				{URL: "https://songxanh.example/anh/cau.jpg", Width: 1200, Height: 800, Alt: "Cây cầu", Caption: "Cầu mới lúc bình minh", Credit: "Lê An"},
				{URL: "https://songxanh.example/anh/le.webp?w=640", Caption: "Lễ thông xe"},
				{URL: "https://songxanh.example/anh/khong-duoi", Type: ""},
			},
			Published: at(20, 8, 5), Modified: at(20, 9, 30), OriginalDate: "08:05, 20/11/2026",
			Authors: []hub.Author{{Name: "Lê An", URL: "https://songxanh.example/tac-gia/le-an"}, {Name: "Trần Bình", Email: "binh@songxanh.example"}},
			Tags:    []string{"Giao thông", "Hạ tầng & đô thị"}, Language: "vi",
			Attachments: []hub.Attachment{
				{URL: "https://songxanh.example/tep/phong-van.mp3", Type: "audio/mpeg", Title: "Phỏng vấn", Size: 6_123_456_789, Duration: 90500 * time.Millisecond},
				{URL: "https://songxanh.example/tep/ban-do.pdf"},
			},
			Captions:   []string{"Cầu mới lúc bình minh", "Lễ thông xe"},
			Alternates: []hub.Alternate{{Language: "en"}}, Paywalled: true, Hash: "9f2c",
		},
		State: hub.StateLive, FirstSeen: at(20, 8, 6), FirstSeq: 7, Seq: 9, Changed: at(20, 9, 31).UTC(),
		Sections: []string{"giao-thong", "thoi-su"},
	}
}

func market() hub.Record {
	return hub.Record{
		Item: hub.Item{
			ID: hub.NewID("wire", "m-1"), Source: "wire", OriginalID: "m-1",
			Title: "Floating market opens early", Language: "en", Hash: "11aa", Published: at(19, 6, 0),
			ContentText: "Boats came before dawn.\nPrices held steady.", ContentHTML: "<p>Boats came before dawn.</p><p>Prices held steady.</p>",
			Via: &hub.Via{Title: "Delta Wire", URL: "https://delta.example/feed.xml"},
		},
		State: hub.StateLive, FirstSeen: at(19, 6, 1), FirstSeq: 3, Seq: 3, Changed: at(19, 6, 1).UTC(), Sections: []string{"thoi-su"},
	}
}

func headline() hub.Record {
	return hub.Record{
		Item: hub.Item{
			ID: hub.NewID("wire", "h-2"), Source: "wire", OriginalID: "h-2", URL: "https://delta.example/h-2",
			Title: "Mực nước sông lên", Summary: "Mực nước tại trạm chính vượt báo động 1.", Language: "vi", Hash: "22bb", Published: at(18, 17, 45),
		},
		State: hub.StateLive, FirstSeen: at(18, 18, 0), FirstSeq: 2, Seq: 2, Changed: at(18, 18, 0).UTC(), Sections: []string{"thoi-su"},
	}
}

func daily() hub.Snapshot {
	return hub.Snapshot{
		Site: site, Section: section, Self: "/feeds/thoi-su", Items: []hub.Record{bridge(), market(), headline()},
		Retracted: []hub.Tombstone{{ID: hub.NewID("wire", "sai"), When: at(20, 9, 0).UTC()}},
		Updated:   at(20, 9, 31).UTC(), Head: 9,
	}
}

func bare() hub.Snapshot {
	return hub.Snapshot{
		Site:    hub.Site{Title: "River News", URL: "http://127.0.0.1:8080", Language: "en"},
		Section: hub.Section{ID: hub.AllSection, Title: "River News"}, Self: "/feeds/all/popular", Query: "window=1h", Updated: at(1, 0, 0),
	}
}

func snapshots() map[string]hub.Snapshot {
	return map[string]hub.Snapshot{"daily": daily(), "empty": bare()}
}
