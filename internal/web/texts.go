package web

import (
	"strings"
	"time"
)

// texts are the words of our pages in one language.
type texts struct {
	Lang      string
	Skip      string // past the navigation
	Edition   string // the line over the masthead
	Sections  string // the navigation's name
	Home      string
	AllTitle  string
	AllFeeds  string
	Latest    string
	MostRead  string
	NoViews   string
	Empty     string
	MoreIn    string
	Subscribe string
	SubHint   string
	FeedOf    string
	OPML      string
	Embed     string
	EmbedHint string
	Updated   string
	Original  string
	Source    string
	Tags      string
	Photos    string
	Readings  string
	OtherLang string
	Files     string
	Paywalled string
	NoTitle   string
	Breadcrum string
	Related   string
	GoneTitle string
	GoneText  string
	Reason    string
	OldTitle  string
	OldText   string
	LostTitle string
	LostText  string
	FailTitle string
	FailText  string
	BackHome  string
	Powered   string
	layout    string // of a time
	thousand  string
}

var vietnamese = texts{
	Lang: "vi", Skip: "Đến nội dung chính", Edition: "Ấn bản điện tử", Sections: "Chuyên mục", Home: "Trang nhất",
	AllTitle: "Tất cả tin", AllFeeds: "Các nguồn tin RSS", Latest: "Tin mới", MostRead: "Tin xem nhiều",
	NoViews: "Chưa có lượt đọc nào trong 24 giờ qua.", Empty: "Chuyên mục chưa có tin nào.", MoreIn: "Xem tất cả",
	Subscribe: "Theo dõi chuyên mục", SubHint: "Chép một địa chỉ dưới đây vào trình đọc tin của bạn.", FeedOf: "Nguồn tin",
	OPML: "Tải mọi chuyên mục (OPML)", Embed: "Đưa tin lên trang của bạn",
	EmbedHint: "Chép dòng này vào chỗ cần hiện tin.",
	Updated:   "Cập nhật lúc", Original: "Đọc bài gốc", Source: "Nguồn", Tags: "Từ khóa",
	Photos: "Chú thích ảnh", Readings: "lượt đọc", OtherLang: "Bản ngôn ngữ khác", Files: "Tệp kèm theo",
	Paywalled: "Bài có phí", NoTitle: "Tin không có tiêu đề", Breadcrum: "Vị trí", Related: "Tin cùng chuyên mục",
	GoneTitle: "Bài này đã được gỡ", GoneText: "Tòa soạn đã gỡ bài viết này.", Reason: "Lý do",
	OldTitle: "Bài này không còn được lưu", OldText: "Bài viết đã quá thời hạn lưu trữ.",
	LostTitle: "Không tìm thấy trang", LostText: "Địa chỉ này không có nội dung nào.",
	FailTitle: "Trang tạm thời không mở được", FailText: "Xin thử lại sau ít phút.", BackHome: "Về trang nhất",
	Powered: "Phát hành bằng", layout: "15:04, 02/01/2006", thousand: ".",
}

var english = texts{
	Lang: "en", Skip: "Skip to main content", Edition: "Online edition", Sections: "Sections", Home: "Front page",
	AllTitle: "All news", AllFeeds: "RSS feeds", Latest: "Latest", MostRead: "Most read",
	NoViews: "Nothing has been read in the last 24 hours.", Empty: "There is nothing in this section yet.", MoreIn: "See all",
	Subscribe: "Follow this section", SubHint: "Copy one of these addresses into your feed reader.", FeedOf: "Feed",
	OPML: "Download all sections (OPML)", Embed: "Put these headlines on your site",
	EmbedHint: "Copy this line to where the headlines should stand.",
	Updated:   "Updated", Original: "Read the original", Source: "Source", Tags: "Topics",
	Photos: "Captions", Readings: "readings", OtherLang: "In other languages", Files: "Attachments",
	Paywalled: "For subscribers", NoTitle: "Untitled", Breadcrum: "You are here", Related: "More from this section",
	GoneTitle: "This article was withdrawn", GoneText: "The newsroom has withdrawn this article.", Reason: "Reason",
	OldTitle: "This article is no longer kept", OldText: "It is older than what is kept here.",
	LostTitle: "Page not found", LostText: "There is nothing at this address.",
	FailTitle: "This page cannot be shown just now", FailText: "Please try again in a few minutes.", BackHome: "To the front page",
	Powered: "Published with", layout: "15:04, 2 January 2006", thousand: ",",
}

// textsFor are the words for a language tag: Vietnamese for vi, English for all others.
func textsFor(language string) *texts {
	if baseLanguage(language) == "vi" {
		return &vietnamese
	}
	return &english
}

// baseLanguage is a tag's primary subtag (RFC 5646 §2.2.1) in lower case.
func baseLanguage(tag string) string {
	base, _, _ := strings.Cut(strings.ToLower(tag), "-")
	return base
}

func (t *texts) time(at time.Time) string { return at.Format(t.layout) }

// number groups digits by three.
func (t *texts) number(n uint64) string {
	var groups []string
	for ; n >= 1000; n /= 1000 {
		groups = append([]string{digits(n%1000, 3)}, groups...)
	}
	return strings.Join(append([]string{digits(n, 1)}, groups...), t.thousand)
}

func digits(n uint64, width int) string {
	var b []byte
	for ; n > 0 || len(b) < width; n /= 10 {
		b = append([]byte{byte('0' + n%10)}, b...)
	}
	return string(b)
}
