package storetest

import (
	"strings"
	"time"

	"tinhub/internal/hub"
)

func textChecks() []check {
	return []check{
		{promise: "the same text from another source under another URL is a sighting", steps: textSighted},
		{promise: "an edited copy is the same article", steps: textEdited},
		{promise: "a report that comes daily with other numbers stays apart", steps: dailyReport},
		{promise: "a new guid and a new URL with the same title and text are the same article", steps: guidAndURLMoved},
		{promise: "an item is known by its other addresses", steps: otherAddresses},
		{promise: "an address goes on leading to the item that had it first", steps: addressStays},
		{promise: "a text leads to the newest item that has it", steps: newestText},
		{promise: "a corrected item is known by its new text", steps: correctedText},
		{promise: "a killed text does not come back from another source", steps: killedText},
		{promise: "the text of a trimmed item is known again", steps: trimmedText},
	}
}

// bridge is a text of a little over a hundred words, long enough to decide without its title.
const bridge = `sáng nay tỉnh đưa vào sử dụng cây cầu bắc qua sông sau ba năm thi công cầu dài 640 mét rộng 21 mét với bốn làn
xe và hai lối đi bộ tổng vốn 980 tỷ đồng lấy từ ngân sách của tỉnh và trung ương tại buổi lễ chủ tịch tỉnh cảm ơn người dân hai
bên bờ đã nhường đất cho công trình từ nay xe từ thành phố đi cảng bớt được 14 cây số ông nguyễn văn tư chèo đò ở bến cũ nói
rằng ông đã chờ ngày này từ khi còn trẻ đơn vị thi công cho biết phần đường dẫn phía tây sẽ trồng thêm cây xanh trong mùa mưa
tới còn đèn chiếu sáng dùng điện mặt trời hoàn toàn ban quản lý nhắc lái xe giữ tốc độ dưới 60 trong tuần đầu`

// bridgeEdited is bridge as another desk prints it.
func bridgeEdited() string {
	return strings.Replace(bridge, "ông nguyễn văn tư chèo đò", "một người chèo đò", 1) + " theo tin của phóng viên"
}

// prices is a report that comes daily and differs in its numbers alone.
func prices(numbers string) string {
	n := strings.Fields(numbers)
	return `giá cà phê hôm nay tại các tỉnh tây nguyên giao dịch quanh mức ` + n[0] + ` đồng một ký thương lái ở chợ đầu mối cho biết
		hàng về ít hơn mọi ngày vì mưa kéo dài trên sàn kỳ hạn hợp đồng giao tháng tới đứng ở ` + n[1] + ` đô la một tấn giá tiêu trong ngày
		là ` + n[2] + ` đồng một ký còn giá điều thô giữ ở ` + n[3] + ` đồng người trồng được khuyên theo dõi thời tiết trước khi bán`
}

// worded gives an article its title and its text, and what the text is compared by.
func worded(title, text string) option {
	return func(in *hub.Incoming) {
		in.Item.Title, in.Item.ContentText, in.Item.ContentHTML = title, text, "<p>"+text+"</p>"
		in.Text = hub.NewFingerprint(strings.ToLower(title), text)
	}
}

const opened = "Thông xe cầu mới"

func textSighted(k *kit) {
	a := article("feed", "a", worded(opened, bridge))
	k.put(at(0), a)
	theirs := article("other", "x", worded(opened, bridge), shelved("world"), dated(at(90)))
	out := k.put(at(95), theirs)[0]
	same(k, "the answer", out, hub.Outcome{ID: a.Item.ID, Seq: 2, Change: hub.ChangeUpdated, State: hub.StateLive})
	k.stands("world", a)
	k.stands(hub.AllSection, a)
	same(k, "the record that their id leads to", k.record(theirs.Item.ID).ID, a.Item.ID)
	// Their address leads to it as well from now on, whatever stands there.
	third := article("third", "y", keyed(theirs.URLKey), titled("Short"))
	same(k, "by their address", k.put(at(96), third)[0].ID, a.Item.ID)
	same(k, "the fingerprint", k.record(a.Item.ID).Text, a.Text)
}

func textEdited(k *kit) {
	a := article("feed", "a", worded(opened, bridge))
	k.put(at(0), a)
	theirs := article("other", "x", worded("Cầu mới vừa thông xe", bridgeEdited()), dated(at(30)))
	same(k, "an edited copy", k.put(at(31), theirs)[0].ID, a.Item.ID)
	same(k, "the text is the owner's", k.record(a.Item.ID).ContentText, bridge)
	weeks := article("other", "z", worded(opened, bridge), dated(at(30*24*60)))
	same(k, "the same text weeks later", k.put(at(30*24*60), weeks)[0].ID, weeks.Item.ID)
}

func dailyReport(k *kit) {
	const title = "Giá nông sản hôm nay"
	monday := article("feed", "a", worded(title, prices("98500 4120 151000 41200")), dated(at(0)))
	tuesday := article("feed", "b", worded(title, prices("97200 4085 149500 40900")), dated(at(24*60)))
	theirs := article("other", "x", worded(title, prices("96100 4033 148000 40100")), dated(at(25*60)))
	k.put(at(1), monday)
	same(k, "the next day's", k.put(at(24*60+1), tuesday)[0].ID, tuesday.Item.ID)
	same(k, "another source's", k.put(at(25*60+1), theirs)[0].ID, theirs.Item.ID)
	k.headIs(3)
	k.stands("news", theirs, tuesday, monday)
}

func guidAndURLMoved(k *kit) {
	a := article("feed", "guid-1", worded(opened, bridge))
	k.put(at(0), a)
	moved := article("feed", "guid-2", worded(opened, bridge), keyed("new-cms.example/thong-xe"))
	out := k.put(at(1), moved)[0]
	same(k, "the id", out.ID, a.Item.ID)
	same(k, "the record that the new guid leads to", k.record(moved.Item.ID).ID, a.Item.ID)
	k.stands("news", a)
	created := 0
	for _, ev := range k.events(0, 10) {
		if ev.Type == hub.Created {
			created++
		}
	}
	same(k, "articles announced", created, 1)
	same(k, "the same again", k.put(at(2), moved)[0].Change, hub.ChangeUnchanged)
	// Both addresses lead to it.
	for _, key := range []string{a.URLKey, moved.URLKey} {
		in := article("other", "at "+key, keyed(key), titled("Theirs"))
		same(k, "by "+key, k.put(at(3), in)[0].ID, a.Item.ID)
	}
}

func otherAddresses(k *kit) {
	const amp, mobile = "amp.example.org/a", "m.example.org/a"
	a := article("feed", "a", func(in *hub.Incoming) { in.OtherKeys = []string{amp, mobile} })
	k.put(at(0), a)
	same(k, "the addresses kept", k.record(a.Item.ID).OtherKeys, []string{amp, mobile})
	same(k, "by its AMP page", k.put(at(1), article("other", "x", keyed(amp)))[0].ID, a.Item.ID)
	byOther := article("third", "y", func(in *hub.Incoming) { in.OtherKeys = []string{"nowhere.example/y", mobile} })
	same(k, "by another's other address", k.put(at(2), byOther)[0].ID, a.Item.ID)
	for n, key := range []string{byOther.URLKey, "nowhere.example/y"} {
		in := article("fourth", string(rune('a'+n)), keyed(key))
		same(k, "by an address learned from a copy", k.put(at(3), in)[0].ID, a.Item.ID)
	}
}

func addressStays(k *kit) {
	const link = "example.org/gia-vang"
	a := article("feed", "a", keyed(link), titled("Sáng"))
	b := article("feed", "b", keyed(link), titled("Chiều"))
	k.put(at(0), a)
	k.put(at(1), b)
	k.put(at(2), article("feed", "b", keyed(link), titled("Chiều tối")))
	same(k, "what the address leads to", k.put(at(3), article("other", "c", keyed(link)))[0].ID, a.Item.ID)
}

// newestText: where one text stood in two items, the later one is what a copy is compared with; the older one's day has passed.
func newestText(k *kit) {
	const week = 7 * 24 * 60
	a := article("feed", "a", worded(opened, bridge))
	again := article("feed", "b", worded(opened, bridge), dated(at(week)))
	k.put(at(0), a)
	same(k, "the same text a week later", k.put(at(week), again)[0].ID, again.Item.ID)
	theirs := article("other", "x", worded(opened, bridge), dated(at(week+30)))
	same(k, "a copy of the later one", k.put(at(week+31), theirs)[0].ID, again.Item.ID)
}

func correctedText(k *kit) {
	a := article("feed", "a", worded("Short", "too short"))
	k.put(at(0), a)
	k.put(at(1), article("feed", "a", worded(opened, bridge)))
	same(k, "the fingerprint", k.record(a.Item.ID).Text, hub.NewFingerprint(strings.ToLower(opened), bridge))
	theirs := article("other", "x", worded(opened, bridge))
	same(k, "a copy of the new text", k.put(at(2), theirs)[0].ID, a.Item.ID)
}

func killedText(k *kit) {
	a := article("feed", "a", worded(opened, bridge))
	k.put(at(0), a)
	k.mark(at(1), retract(a))
	head := k.head().Seq
	out := k.put(at(2), article("other", "x", worded(opened, bridge), shelved("world")))[0]
	same(k, "the answer", out, hub.Outcome{ID: a.Item.ID, Seq: head, Change: hub.ChangeRetracted, State: hub.StateRetracted})
	// Also when the body, and with it the title, is gone by age.
	k.trim(at(900), hub.Keep{Items: time.Hour})
	same(k, "the fingerprint outlives the body", k.record(a.Item.ID).Text, a.Text)
	out = k.put(at(901), article("third", "y", worded("Cầu mới vừa thông xe", bridgeEdited())))[0]
	same(k, "the answer long after", out, hub.Outcome{ID: a.Item.ID, Seq: head, Change: hub.ChangeRetracted, State: hub.StateRetracted})
	k.headIs(head)
	k.stands(hub.AllSection)
}

func trimmedText(k *kit) {
	a := article("feed", "a", worded(opened, bridge), func(in *hub.Incoming) { in.OtherKeys = []string{"amp.example.org/a"} })
	k.put(at(0), a)
	k.trim(at(900), hub.Keep{Items: time.Hour})
	r := k.record(a.Item.ID)
	same(k, "what stays of it", []string{string(r.Text), r.OtherKeys[0]}, []string{string(a.Text), "amp.example.org/a"})
	for _, in := range []hub.Incoming{
		article("feed", "guid-2", worded(opened, bridge), keyed("new-cms.example/thong-xe")),
		article("other", "x", worded(opened, bridge)),
		article("third", "y", keyed("amp.example.org/a")),
	} {
		out := k.put(at(901), in)[0]
		same(k, "the answer", out, hub.Outcome{ID: a.Item.ID, Seq: 1, Change: hub.ChangeUnchanged, State: hub.StateTrimmed})
	}
	k.headIs(1)
	k.stands(hub.AllSection)
}
