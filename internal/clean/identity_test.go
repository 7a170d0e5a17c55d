package clean

import (
	"slices"
	"testing"

	"tinhub/internal/hub"
)

func TestAnItemIsFoundByItsOtherAddresses(t *testing.T) {
	in, err := cleanDraft(hub.Draft{
		OriginalID: "1", URL: "https://paper.example/p/1", Canonical: "https://paper.example/xa-hoi/cau-moi", AMP: "https://paper.example/lite/cau-moi",
		Title: hub.Text{Value: "Cầu mới"},
	}, hub.Document{}, Setting{Source: hub.Source{ID: "feed", Kind: hub.KindFeed}})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"paper.example/p/1", "paper.example/lite/cau-moi"}; in.URLKey != "paper.example/xa-hoi/cau-moi" || !slices.Equal(in.OtherKeys, want) {
		t.Errorf("keys %q and %q", in.URLKey, in.OtherKeys)
	}
}

func TestALinkToOurOwnItemPageIsAnItemOfOurs(t *testing.T) {
	ours := hub.NewID("feed", "guid-1")
	setting := Setting{Site: "https://hub.example/tin", Source: hub.Source{ID: "partner", Kind: hub.KindFeed}}
	for _, c := range []struct {
		name, id, url string
		want          string
	}{
		{"the guid of ours", string(ours), "https://paper.example/a", string(ours)},
		{"its page", "their-7", "https://hub.example/tin/items/" + ours.Bare(), string(ours)},
		{"the counted link", "their-7", "https://hub.example/tin/go/" + ours.Bare() + "?from=doi-tac", string(ours)},
		{"its page as a guid", "https://hub.example/tin/items/" + ours.Bare(), "https://paper.example/a", string(ours)},
		{"another site's page", "their-7", "https://other.example/tin/items/" + ours.Bare(), "their-7"},
		{"a feed of ours", "their-7", "https://hub.example/tin/feeds/all", "their-7"},
	} {
		in, err := cleanDraft(hub.Draft{OriginalID: c.id, URL: c.url, Title: hub.Text{Value: "Cầu mới"}}, hub.Document{}, setting)
		if err != nil || in.Item.OriginalID != c.want {
			t.Errorf("%s: original id %q, %v; want %q", c.name, in.Item.OriginalID, err, c.want)
		}
	}
}

func TestWhereGuidsChurnTheAddressIsTheItemsOwnID(t *testing.T) {
	churns := Setting{Churns: true, Source: hub.Source{ID: "feed", Kind: hub.KindFeed}}
	d := func(guid, url string) string {
		in, err := cleanDraft(hub.Draft{
			OriginalID: guid, URL: url, Title: hub.Text{Value: "Cầu mới"}, Published: []string{"2026-11-20T08:00:00+07:00"},
		}, hub.Document{}, churns)
		if err != nil {
			t.Fatal(err)
		}
		return in.Item.OriginalID
	}
	if got := d("a1", "https://paper.example/a?utm_source=rss"); got != "https://paper.example/a" {
		t.Errorf("original id %q", got)
	}
	if a, b := d("a1", ""), d("b2", ""); a != b {
		t.Errorf("without an address its title and date are its own id: %q, %q", a, b)
	}
}

func TestAFingerprintIsOfTheTextAndNotOfItsMarks(t *testing.T) {
	const text = "Sáng nay, tỉnh Đồng Nai khánh thành cây cầu mới bắc qua sông Đồng Nai sau ba năm thi công. Cầu dài 780 mét, rộng 23 mét; tổng vốn 1.200 tỷ đồng."
	print := func(d hub.Draft) hub.Fingerprint {
		d.Title.Value = "Cầu mới"
		in, err := cleanDraft(d, hub.Document{}, Setting{Source: hub.Source{ID: "feed", Kind: hub.KindFeed}})
		if err != nil {
			t.Fatal(err)
		}
		return in.Text
	}
	a := print(hub.Draft{Body: hub.Text{Value: "<p>" + text + "</p>", HTML: true}})
	b := print(hub.Draft{Summary: hub.Text{Value: "SÁNG NAY tỉnh Đồng Nai khánh thành cây cầu mới bắc qua sông Đồng Nai sau ba năm thi công – cầu dài 780 mét, rộng 23 mét, tổng vốn 1.200 tỷ đồng!"}})
	if a == "" || a != b {
		t.Errorf("%q is not %q", a, b)
	}
}
