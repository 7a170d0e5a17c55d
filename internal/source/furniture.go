package source

import (
	"regexp"
	"strings"
	"unicode"

	"tinhub/internal/hub"
)

// furnitureKind says what a line that belongs to the page, not to the article, does.
type furnitureKind int

const (
	notFurniture furnitureKind = iota
	button                     // stands alone: Share, Print
	boxHead                    // a list of other headlines may follow: Most read, Related
	pointer                    // one other headline may follow: Read also
)

// These are lines of a page's frame, folded by foldLine.
var (
	pointers = lineSet(`read also|see also|also read|read more|đọc thêm|xem thêm|mời xem thêm|mời đọc thêm|continue reading`)
	buttons  = lineSet(`chia sẻ|chia sẻ bài viết|share|share this|share this article|share on facebook|share on twitter|chia sẻ facebook|
		facebook|twitter|zalo|linkedin|pinterest|telegram|whatsapp|email|e-mail|gửi email|copy link|sao chép liên kết|lấy link|link|
		print|print this|in|in bài|in bài viết|in trang|in trang này|bản in|print this page|lưu bài|lưu|save|bookmark|
		nghe|nghe đọc bài|nghe bài viết|nghe audio|listen|listen to this article|cỡ chữ|font size|a-|a+|a- a a+|a|aa|
		quảng cáo|advertisement|ads|sponsored|google news|theo dõi trên google news|follow us|follow us on google news|theo dõi chúng tôi|
		về đầu trang|back to top|lên đầu trang|trang chủ|home|quay lại|back|thích|like|tweet|0 bình luận|0 comments|
		đăng nhập|log in|sign in|subscribe|đăng ký|menu|skip to content|skip to main content|search|tìm kiếm`)
	related = lineSet(`related|related news|related article|related articles|related story|related stories|đọc tiếp|xem tiếp|
		tin liên quan|bài liên quan|bài viết liên quan|tin bài liên quan`)
	boxHeads = lineSet(`tin xem nhiều|xem nhiều|xem nhiều nhất|tin xem nhiều nhất|bài xem nhiều|đọc nhiều|đọc nhiều nhất|tin đọc nhiều|bài đọc nhiều|
		tin đọc nhiều nhất|được quan tâm|được quan tâm nhất|tin nổi bật|nổi bật|tin nóng|tin hot|
		most read|most viewed|most popular|most read articles|most read stories|popular|popular news|popular posts|trending|trending now|top stories|top news|
		tin liên quan|bài liên quan|bài viết liên quan|tin bài liên quan|tin, bài liên quan|liên quan|xem thêm tin liên quan|
		related|related news|related articles|related article|related stories|related story|related posts|related topics|related content|related links|more on this story|
		xem thêm các tin khác|tin cùng chuyên mục|cùng chuyên mục|bài cùng chuyên mục|tin khác|các tin khác|các tin đã đưa|tin đã đưa|tin cũ hơn|tin mới hơn|
		tin mới|tin mới nhất|mới nhất|tin tức mới nhất|latest|latest news|more news|other news|other stories|recommended|recommended for you|you may also like|you might also like|
		có thể bạn quan tâm|bạn có thể quan tâm|gợi ý cho bạn|dành cho bạn|video nổi bật|tin video|
		bình luận|ý kiến|ý kiến bạn đọc|ý kiến của bạn|gửi bình luận|viết bình luận|bình luận của bạn|comments|comment|leave a comment|leave a reply|post a comment|
		từ khóa|từ khoá|tags|tag|chủ đề|chủ đề liên quan|topics|keywords`)
)

func lineSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, s := range strings.Split(list, "|") {
		set[foldLine(s)] = true
	}
	return set
}

var (
	lineCount = regexp.MustCompile(`\s*[(\[]\s*\d+\s*[)\]]$`)

	tagLine    = regexp.MustCompile(`(?i)^(?:từ kh(?:óa|oá)|tags?|keywords|chủ đề|topics)\s*[:：]\s*(.+)$`)
	copyright  = regexp.MustCompile(`(?i)^(?:©|\(c\)\s|copyright\b|bản quyền thuộc|all rights reserved)`)
	counts     = regexp.MustCompile(`(?i)^\d[\d.,]*\s*(?:-\s*)?(?:min(?:ute)?s?\s+read|phút\s+đọc|lượt\s+(?:xem|đọc)|views?|bình\s+luận|comments?|shares?)$`)
	breadcrumb = regexp.MustCompile(`^[^.!?]{2,40}(?:\s*[>»›]\s*[^.!?>»›]{1,40}){1,5}$`)
)

// lineMarks are what stands around such a line and means nothing.
const lineMarks = "•▪►▶»«›‹>|:：.…-–—*#+_[]()\t "

// foldLine is a line as it is compared with the lists.
func foldLine(s string) string {
	s = strings.Join(strings.Fields(strings.ToLower(s)), " ")
	s = lineCount.ReplaceAllString(s, "")
	if t := strings.Trim(s, lineMarks); t != "" && len(t) > 1 {
		return t
	}
	return s
}

func furniture(line string) furnitureKind {
	if pointsElsewhere(line) {
		return button
	}
	if len(line) > 120 {
		return notFurniture
	}
	switch key := foldLine(line); {
	case boxHeads[key]:
		return boxHead
	case pointers[key]:
		return pointer
	case buttons[key], isButtonRow(key):
		return button
	}
	if breadcrumb.MatchString(line) && strings.ContainsAny(line, ">»›") || copyright.MatchString(line) || counts.MatchString(line) {
		return button
	}
	return notFurniture
}

// pointsElsewhere: "Read also: Harbour shop wins award", the label and one headline on one line.
func pointsElsewhere(line string) bool {
	label, headline, ok := strings.Cut(line, ":")
	if !ok || len(label) > 60 || len(line) > 300 || strings.TrimSpace(headline) == "" || strings.HasSuffix(line, ".") {
		return false
	}
	key := foldLine(label)
	return pointers[key] || related[key]
}

// isButtonRow: "Share Facebook Twitter Print" on one line.
func isButtonRow(key string) bool {
	parts := strings.FieldsFunc(key, func(r rune) bool { return strings.ContainsRune("|•·/,", r) })
	if len(parts) < 2 {
		if parts = strings.Fields(key); len(parts) < 3 {
			return false
		}
	}
	for _, p := range parts {
		if !buttons[strings.TrimSpace(p)] {
			return false
		}
	}
	return true
}

// tagsOf reads a line of keywords: "Từ khóa: a, b".
func tagsOf(line string) ([]string, bool) {
	m := tagLine.FindStringSubmatch(line)
	if m == nil {
		return nil, false
	}
	return raws(strings.FieldsFunc(m[1], func(r rune) bool { return r == ',' || r == ';' || r == '|' })...), true
}

// editionNames are the texts of links to another edition of the same article.
var editionNames = map[string]string{
	"en": "en", "eng": "en", "english": "en", "english version": "en", "read in english": "en", "english edition": "en", "tiếng anh": "en",
	"bản tiếng anh": "en", "xem bản tiếng anh": "en", "phiên bản tiếng anh": "en", "vi": "vi", "vn": "vi", "vie": "vi", "tiếng việt": "vi",
	"vietnamese": "vi", "vietnamese version": "vi", "bản tiếng việt": "vi", "xem bản tiếng việt": "vi", "phiên bản tiếng việt": "vi",
	"read in vietnamese": "vi", "中文": "zh", "中文版": "zh", "tiếng trung": "zh", "français": "fr", "tiếng pháp": "fr", "русский": "ru", "日本語": "ja", "한국어": "ko",
	"deutsch": "de", "español": "es", "ខ្មែរ": "km", "ລາວ": "lo",
}

// editions reads a line that is one or more links to other editions.
func editions(line string) []hub.Alternate {
	if len(line) > 80 {
		return nil
	}
	var list []hub.Alternate
	for _, part := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune("|/•·", r) }) {
		lang, ok := editionNames[foldLine(part)]
		if !ok {
			return nil
		}
		list = append(list, hub.Alternate{Language: lang})
	}
	return list
}

// vietnameseOnly are letters that no other language a newspaper here prints has.
const vietnameseOnly = "ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹĂĐƠƯẠẢẤẦẨẪẬẮẰẲẴẶẸẺẼẾỀỂỄỆỈỊỌỎỐỒỔỖỘỚỜỞỠỢỤỦỨỪỬỮỰỲỴỶỸ"

// isVietnamese says whether the letters of a text are Vietnamese: enough that another language's stray word is not.
func isVietnamese(s string) bool {
	letters, marks := 0, 0
	for _, r := range s {
		switch {
		case strings.ContainsRune(vietnameseOnly, r), unicode.Is(unicode.Mn, r):
			marks++
			letters++
		case unicode.IsLetter(r):
			letters++
		}
	}
	return marks > 0 && marks*25 > letters
}
