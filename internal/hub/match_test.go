package hub

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// report is a text of a little over a hundred words; each of its sentences can be told from the others.
const report = `sáng nay ủy ban nhân dân tỉnh khánh thành cây cầu bắc qua sông đồng nai sau ba năm thi công cầu dài 780 mét rộng 23 mét
tổng vốn 1200 tỷ đồng lấy từ ngân sách tỉnh và trung ương phát biểu tại buổi lễ chủ tịch tỉnh cảm ơn người dân hai bên bờ đã
nhường đất cho công trình từ nay xe từ thành phố đi sân bay bớt được 18 cây số bà lê thị hoa bán hàng ở chân cầu nói rằng bà
đã chờ ngày này từ khi còn trẻ đơn vị thi công cho biết phần đường dẫn phía đông sẽ trồng thêm cây xanh trong mùa mưa tới còn
đèn chiếu sáng dùng điện mặt trời hoàn toàn ban quản lý dự án nhắc lái xe giữ tốc độ dưới 60 trong tuần đầu`

func withText(title, text string) func(*Incoming) {
	return func(in *Incoming) {
		in.Item.Title, in.Text = title, NewFingerprint(strings.Join(titleWords(title), " "), text)
	}
}

func elsewhere(url string) func(*Incoming) { return func(in *Incoming) { in.URLKey = url } }

func TestWhatAnIncomingItemIsKnownBy(t *testing.T) {
	const title = "Cầu mới thông xe"
	edited := strings.Replace(report, "bà lê thị hoa bán hàng ở chân cầu nói rằng bà đã chờ", "một người bán hàng ở chân cầu nói đã chờ", 1) + " theo thông tấn xã"
	old, killed := stored(withText(title, report)), retracted(ByDesk)
	teaser := stored(withText("Ảnh trong ngày", "xem loạt ảnh đẹp nhất trong ngày trên trang của chúng tôi"))
	day := 24 * time.Hour
	for _, c := range []struct {
		name  string
		in    Incoming
		byID  *Record
		byKey *Record // of its address where it has one, else of its text
		want  Why
	}{
		{"an id decides", incoming("a", "1", "h"), old, nil, WhyID},
		{"nothing known is new", incoming("a", "1", "h"), nil, nil, ""},
		{"a changed guid with the same link and title is the same", incoming("a", "2", "h"), nil, old, WhyURL},
		{"and so where only the title's case and marks differ", incoming("a", "2", "h", withText("CẦU MỚI “thông xe”", "")), nil, old, WhyURL},
		{"another title under the same link of one source is another article", incoming("a", "2", "h", withText("Trường mới", "")), nil, old, ""},
		{"but not where the text is the same: its title was corrected", incoming("a", "2", "h", withText("Trường mới", report)), nil, old, WhyURL},
		{
			"unless its numbers are others", incoming("a", "2", "h", withText("Trường mới", strings.NewReplacer(
				"780", "912", "23", "31", "1200", "3400", "18", "25", "60", "80").Replace(report))), nil, old, "",
		},
		{"another title under the same link of another source is the same", incoming("b", "2", "h", withText("x", "")), nil, old, WhyURL},
		{"a killed article does not come back under a new guid and title", incoming("a", "2", "h", withText("Trường mới", "")), nil, killed, WhyURL},
		{"a new guid and a new link with the same text is the same", incoming("a", "2", "h", elsewhere(""), withText(title, report)), nil, old, WhyText},
		{"but not under another title", incoming("a", "2", "h", elsewhere(""), withText("Trường mới", report)), nil, old, ""},
		{"nor a day later", incoming("a", "2", "h", elsewhere(""), withText(title, report), published(noon.Add(day))), nil, old, ""},
		{"another source's edited copy is the same", incoming("b", "2", "h", elsewhere(""), withText("Khánh thành cầu mới", edited), published(noon.Add(day))), nil, old, WhyText},
		{"but not weeks later", incoming("b", "2", "h", elsewhere(""), withText(title, report), published(noon.Add(30*day))), nil, old, ""},
		{"one without a date may be it", incoming("b", "2", "h", elsewhere(""), withText(title, report), published(time.Time{})), nil, old, WhyText},
		{
			"the same report with other numbers is another", incoming("b", "2", "h", elsewhere(""), withText(title, strings.NewReplacer(
				"780", "912", "23", "31", "1200", "3400", "18", "25", "60", "80").Replace(report))), nil, old, "",
		},
		{
			"the same teaser on another day is another", incoming("b", "2", "h", elsewhere(""), published(noon.Add(day)),
				withText("Ảnh trong ngày", "xem loạt ảnh đẹp nhất trong ngày trên trang của chúng tôi")), nil, teaser, "",
		},
		{
			"the same teaser at the same hour is the same", incoming("b", "2", "h", elsewhere(""),
				withText("Ảnh trong ngày", "xem loạt ảnh đẹp nhất trong ngày trên trang của chúng tôi")), nil, teaser, WhyText,
		},
	} {
		f := Found{ByID: []*Record{c.byID}}
		if c.byKey != nil {
			f.ByKey = []*Record{c.byKey}
		}
		got, why := Identify(c.in, f)
		if why != c.want || (got != nil) != (c.want != "") {
			t.Errorf("%s: got %q (alike %.2f)", c.name, why, c.in.Text.alike(old.Text))
		}
	}
}

func TestWhatWasSetApartIsKnownByItsOwnIDAlone(t *testing.T) {
	old, in := stored(), incoming("a", "2", "h2")
	if got, why := Identify(in, Found{ByID: []*Record{nil}, ByKey: []*Record{old}, Apart: true}); got != nil {
		t.Errorf("known by %q", why)
	}
	if got, _ := Identify(in, Found{ByID: []*Record{old}, Apart: true}); got != nil {
		t.Error("its alias still led to the other item")
	}
	own := played(Decide(nil, "", in, noon), 3, noon)
	if got, why := Identify(in, Found{ByID: []*Record{own}, ByKey: []*Record{old}, Apart: true}); got != own || why != WhyApart {
		t.Errorf("known as %v by %q, want its own record", got, why)
	}
}

func TestSettingAnAliasApartEndsItsSourcesSighting(t *testing.T) {
	in := incoming("b", "x", "h9", func(in *Incoming) { in.Sections = []string{"kinh-te"} })
	seen := played(Decide(stored(), WhyURL, in, noon), 2, noon)
	alias := Alias{ID: in.Item.ID, Item: seen.ID, Source: "b"}
	if d := DecideApart(seen, alias, false, noon); d.Write || d.Event != "" {
		t.Errorf("another alias of the source leads there, and yet: %+v", d)
	}
	d := DecideApart(seen, alias, true, noon)
	if d.Event != Updated || !slices.Equal(d.Record.Sections, []string{"thoi-su"}) || !slices.Equal(d.Touched, []string{"kinh-te", "thoi-su"}) {
		t.Errorf("event %q, sections %v, touched %v", d.Event, d.Record.Sections, d.Touched)
	}
	if d := DecideApart(seen, Alias{ID: "x", Item: seen.ID, Source: "a"}, true, noon); d.Write {
		t.Error("the owner's shelf was taken away")
	}
}

func TestAnItemIsKnownByTheIDItWasPushedUnderAsWell(t *testing.T) {
	known := NewID("a", "cms-7")
	as := func(in *Incoming) { in.Known = known }
	in := incoming("a", "https://sx.example/7", "h1", as)
	if ids, _ := Lookup(in); !slices.Equal(ids, []ID{in.Item.ID, known}) {
		t.Errorf("looked up %v", ids)
	}
	ids := func(list []Alias) (ids []ID) {
		for _, a := range list {
			ids = append(ids, a.ID)
		}
		return ids
	}
	if d := Decide(nil, "", in, noon); !slices.Equal(ids(d.Aliases), []ID{known}) {
		t.Errorf("a new one leads from %v", d.Aliases)
	}
	moved := incoming("a", "https://sx.example/8", "h1", as)
	d := Decide(stored(), WhyKnown, moved, noon)
	if !slices.Equal(ids(d.Aliases), []ID{moved.Item.ID, known}) {
		t.Errorf("one that moved leads from %v", d.Aliases)
	}
}

func TestOurOwnIDComingBackIsLookedUp(t *testing.T) {
	ours := NewID("a", "1")
	ids, _ := Lookup(incoming("b", string(ours), "h"))
	if !slices.Contains(ids, ours) || len(ids) != 2 {
		t.Errorf("looked up %v", ids)
	}
}

func TestAddressesAreLookedUpBeforeTexts(t *testing.T) {
	in := incoming("a", "1", "h", withText("Cầu", report), func(in *Incoming) { in.OtherKeys = []string{"amp.example/cau", in.URLKey, ""} })
	_, keys := Lookup(in)
	if len(keys) != 2+textKeys || keys[0] != "sx.example/cau-moi" || keys[1] != "amp.example/cau" || keys[2][0] != '#' {
		t.Errorf("keys %q", keys)
	}
}

func TestAnArticleThatADocumentListsTwiceIsOneItemInAnyOrder(t *testing.T) {
	a := incoming("a", "1", "h1", elsewhere("sx.example/xa-hoi/cau"), withText("Cầu mới", report))
	b := incoming("a", "2", "h2", elsewhere("sx.example/giao-thong/cau"), withText("Cầu mới", report))
	other := incoming("a", "3", "h3", elsewhere("sx.example/khac"), withText("Cầu mới", report), published(noon.Add(-24*time.Hour)))
	for _, items := range [][]Incoming{{a, b, other}, {b, other, a}} {
		MarkTwins(items)
		if items[0].Twin || items[1].Twin || !items[2].Twin {
			t.Fatalf("marked %v %v %v", items[0].Twin, items[1].Twin, items[2].Twin)
		}
		if first := min(a.Item.ID, b.Item.ID); items[2].Item.ID == first {
			t.Errorf("the one with the lowest id is the twin")
		}
		cur := stored(withText("Cầu mới", report))
		d := Decide(cur, WhyText, items[2], noon)
		if d.Write || d.Event != "" || len(d.Aliases) == 0 && items[2].Item.ID != cur.ID {
			t.Errorf("a twin does more than lead to the item: %+v", d)
		}
	}
}

// settle gives one record a document's items the way a store does, and counts the events.
func settle(r *Record, items ...Incoming) (*Record, int) {
	events := 0
	MarkTwins(items)
	for n, in := range items {
		d := Decide(r, WhyText, in, noon)
		if d.Event != "" {
			events++
		}
		r = played(d, Seq(10+n), noon)
	}
	return r, events
}

func in(section string) func(*Incoming) {
	return func(in *Incoming) { in.Sections = []string{section} }
}

func TestAnItemThatADocumentListsOnceForEachOfItsCategoriesIsOneVersionInAnyOrder(t *testing.T) {
	for _, c := range []struct {
		name   string
		second string // the original id of the second copy
	}{{"one guid", "1"}, {"two guids", "2"}} {
		home := incoming("a", "1", "h1", in("trang-chu"), withText("Cầu mới", report))
		road := incoming("a", c.second, "h2", in("giao-thong"), elsewhere("sx.example/giao-thong/cau"), withText("Cầu mới", report))
		r, events := settle(nil, home, road)
		if events != 1 {
			t.Errorf("%s: a new one was told of %d times", c.name, events)
		}
		if !slices.Equal(r.Sections, []string{"giao-thong", "trang-chu"}) {
			t.Errorf("%s: it stands in %v", c.name, r.Sections)
		}
		for _, items := range [][]Incoming{{home, road}, {road, home}, {home, road}} {
			if r, events = settle(r, items...); events != 0 {
				t.Errorf("%s: the same document was told of %d times", c.name, events)
			}
		}
	}
}

func TestOfTwoVersionsOfOneGuidInADocumentTheNewerStands(t *testing.T) {
	old := incoming("a", "1", "h1", withText("Cầu mới", report))
	newer := incoming("a", "1", "h0", withText("Cầu mới thông xe", report), func(in *Incoming) { in.Item.Modified = noon })
	for _, items := range [][]Incoming{{old, newer}, {newer, old}} {
		if r, events := settle(nil, items...); r.Title != newer.Item.Title || events != 1 {
			t.Errorf("%q stands, after %d events", r.Title, events)
		}
	}
}

func TestTheCopyThatAnItemIsCalledAfterStandsForItsTwins(t *testing.T) {
	for _, original := range []string{"1", "2", "3", "4", "5"} {
		first := incoming("a", original, "h1", withText("Cầu mới", report))
		r, _ := settle(nil, first)
		again := incoming("a", original+"-giao-thong", "h2", elsewhere("sx.example/giao-thong/cau"), withText("Cầu mới", report))
		third := incoming("a", original+"-kinh-te", "h3", elsewhere("sx.example/kinh-te/cau"), withText("Cầu mới", report))
		r, events := settle(r, again, third, first)
		if events != 0 || r.Hash != "h1" {
			t.Errorf("item %s: listed in two more categories it was told of %d times, as %s", original, events, r.Hash)
		}
	}
}
