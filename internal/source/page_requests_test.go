package source

import (
	"strings"
	"testing"
)

// pageOf is a page of five paragraphs with one more after the third.
func pageOf(extra string) string {
	p := func(s string) string { return "<p>" + s + "</p>" }
	return "<html><head><title>The quay closes for six weeks</title></head><body><article><h1>The quay closes for six weeks</h1>" +
		p("The harbour office said on Tuesday that the north quay will close for six weeks, because its piles are older than anybody had thought.") +
		p("Divers found the damage in March, when they looked for a lost anchor and brought up a piece of oak instead of it.") +
		p("Boats that land fish there will be sent to the east basin, where the council is putting up lights and a crane.") +
		extra +
		p("The fishermen of the town asked for a meeting, and got one, on the evening before the crane was to arrive by sea.") +
		p("Nobody had told the gulls, which sat on the wall all evening and looked as if they had heard of it long before.") +
		"</article></body></html>"
}

func readPageOf(t *testing.T, markup string) string {
	t.Helper()
	doc, err := Read(Input{Body: []byte(markup), Kind: "page", URL: "https://tidewater.example/q/1"})
	if err != nil {
		t.Fatal(err)
	}
	return doc.Drafts[0].Body.Value
}

func TestSentencesThatBeginLikeRequestsStay(t *testing.T) {
	for _, s := range []string{
		"Follow us, the fire chief shouted.",
		"Follow us on foot, said the guide.",
		"Subscribe to the theory that crabs can count.",
		"Sign up for classes opened Monday.",
		"Sign up for the race closed an hour early, the club told its members.",
		"Share your bread, the baker wrote on the door.",
		"Support us or leave us, he said.",
		"Click here, the sign on the crane said.",
		"“Follow us!”",
		"“Sign up today!”",
		"Subscribe to Facebook pages of cranes, a friend of ours says, and you learn a lot.",
		"Register of boats since 1904",
		"Contact us, they called from the wall, when you have seen enough.",
		"Leave a comment in the book at the door, the verger told us.",
		"Đăng ký học nghề trong tháng này tăng gấp đôi, riêng lớp hàn phải mở thêm buổi tối.",
		"Đăng ký kết hôn tại đây chỉ mất nửa giờ, ông trưởng ấp nói.",
		"Theo dõi trên bờ, bà con thấy ba chiếc ghe quay mũi.",
		"Mời bạn đọc thơ trước đã, cụ đùa.",
		"« Abonnez-vous à la prudence », a lancé le maire aux élus.",
		"Abonnieren wollte das Heft niemand, sagte der Wirt.",
	} {
		for _, mark := range []string{"p", "div"} {
			line := "<" + mark + ">" + s + "</" + mark + ">"
			if got := readPageOf(t, pageOf(line)); !strings.Contains(got, s) {
				t.Errorf("lost in a %s: %s", mark, s)
			}
			if got := readPageOf(t, strings.Replace(pageOf(""), "</article>", line+"</article>", 1)); !strings.Contains(got, s) {
				t.Errorf("lost at the end in a %s: %s", mark, s)
			}
		}
	}
	if got := readPageOf(t, pageOf("<h2>Follow the money</h2>")); !strings.Contains(got, "Follow the money") {
		t.Error("lost the heading Follow the money")
	}
	entries := "<ol><li>Sign up for a berth at the harbour office</li><li>Register your boat by e-mail</li></ol>"
	if got := readPageOf(t, pageOf(entries)); !strings.Contains(got, entries) {
		t.Errorf("lost the steps of a list: %s", got)
	}
}

func TestRequestsToTheReaderGo(t *testing.T) {
	for _, s := range []string{
		"Follow us on Facebook and Instagram.",
		"Follow the Tidewater Post on Twitter (@tidewater).",
		"Sign up for our newsletter and never miss a story.",
		"Sign up here",
		"Subscribe now",
		"Get the latest harbour news delivered to your inbox every morning.",
		"Share this story",
		"Download our app to read on the boat.",
		"Follow all of our coverage of the quay at https://tidewater.example/quay",
		`<a href="/s">Subscribe to the Tidewater Post for 3 crowns a week.</a>`,
		`Want more? <a href="/s">Read all of it with a subscription.</a>`,
		"Theo dõi chúng tôi trên Zalo",
		"Theo dõi báo trên Google News để không bỏ lỡ tin nào.",
		"Đăng ký nhận bản tin mỗi sáng của báo.",
		"Mời bạn đọc gửi ý kiến về cho báo tại đây",
		"Abonnez-vous à notre newsletter pour tout savoir.",
	} {
		if got := readPageOf(t, pageOf("<p>"+s+"</p>")); strings.Contains(got, s) {
			t.Errorf("stayed: %s", s)
		}
	}
}

func TestARequestAtTheEndMayBeASentence(t *testing.T) {
	for _, s := range []string{"Subscribe now to our evening edition for the full story.", "Support our work with a coin a month.", "Đăng ký ngay để đọc trọn bài trên báo giấy."} {
		if got := readPageOf(t, strings.Replace(pageOf(""), "</article>", "<p>"+s+"</p></article>", 1)); strings.Contains(got, s) {
			t.Errorf("stayed: %s", s)
		}
	}
}

func TestAMenuOnOneLineGoes(t *testing.T) {
	for line, menu := range map[string]bool{
		"Menu Home News Sport": true, "Menu Home Harbour Fish Tides Boats": true, "Home | Harbour | Fish | Boats": true, "HOME HARBOUR FISH BOATS": true,
		"Trang chủ Giới thiệu Hành chính công Bến cảng": true, "Menu Trang chủ Bến cảng Chợ cá": true, "News Sport Weather Opinion": true, "Trang chủ Giới thiệu Tin tức Văn bản": true,
		"Home at last after the war": false, "Home Sweet Home": false, "Menu of the day in the harbour": false, "Harbour Fish Boats Tides": false, "Home is where the boats are.": false,
		"Trang chủ của báo": false, "Trang chủ của báo đổi giao diện": false,
	} {
		page := strings.Replace(pageOf(""), "<article>", "<article><div id=top>"+line+"</div>", 1)
		page = strings.Replace(page, "</h1>", "</h1><div>"+line+"</div>", 1)
		if stays := strings.Contains(readPageOf(t, page), line); stays == menu {
			t.Errorf("%s: stays %v", line, stays)
		}
	}
}
