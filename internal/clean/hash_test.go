package clean

import (
	"strings"
	"testing"

	"tinhub/internal/hub"
)

func TestASiteThatTurnsToHTTPSChangesNoArticle(t *testing.T) {
	item := func(scheme, host, query, text string) string {
		in, err := cleanDraft(hub.Draft{
			OriginalID: "1", URL: scheme + "://" + host + "/a" + query, Title: hub.Text{Value: "Cầu mới"},
			Body:  hub.Text{HTML: true, Value: "<p>" + text + ` <a href="` + scheme + `://paper.example/b">theo đây</a> và <a href="/c">đây</a>.</p><img src="` + scheme + `://paper.example/a.jpg">`},
			Image: hub.DraftPicture{URL: scheme + "://paper.example/a.jpg"},
		}, hub.Document{}, Setting{Source: hub.Source{ID: "feed", Kind: hub.KindFeed}})
		if err != nil {
			t.Fatal(err)
		}
		return in.Item.Hash
	}
	was := item("http", "paper.example", "", "Sáng nay")
	for _, same := range []string{
		item("https", "paper.example", "", "Sáng nay"), item("https", "paper.example", "?utm_source=rss", "Sáng nay"),
	} {
		if same != was {
			t.Error("another scheme or tracking parameter made another version")
		}
	}
	for _, other := range []string{
		item("http", "paper.example", "", "Chiều nay"), item("http", "paper.example", "?id=2", "Sáng nay"),
	} {
		if other == was {
			t.Error("another text or address made no other version")
		}
	}
}

func TestASecureAddressIsFoundWhereItBegins(t *testing.T) {
	for _, s := range []string{
		"", ":", "https", "https:", "https:/", "https://", "https://https://", "a: https://b", "http://a https://b", "hhttps://", "https:https://", "ttps://", "https//:https", "::https://a::",
	} {
		want := strings.Index(s, "https://") + len("https")
		if want < len("https") {
			want = len(s)
		}
		if got := secureAt(s); got != want {
			t.Errorf("%q: at %d, want %d", s, got, want)
		}
	}
}
