package source

import (
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
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
	pointers = lineSet(`read also|see also|also read|read more|read next|more on this|don't miss|in case you missed it|đọc thêm|xem thêm|mời xem thêm|mời đọc thêm|mời bạn đọc thêm|mời bạn xem thêm|xem thêm bài|đọc thêm bài|tham khảo thêm|bài liên quan|đọc tiếp|xem tiếp|>> xem thêm|continue reading`)
	buttons  = lineSet(`chia sẻ|chia sẻ bài viết|share|share this|share this article|share on facebook|share on twitter|chia sẻ facebook|
		facebook|twitter|zalo|linkedin|pinterest|telegram|whatsapp|email|e-mail|gửi email|gửi mail|gửi|gửi đi|send|submit|đầu trang|cuối trang|download our app|download the app|tải ứng dụng|back to list|back to home|back to homepage|back to news|quay lại danh sách|copy link|sao chép liên kết|sao chép|lấy link|link|copy|copy url|messenger|reddit|threads|tiktok|youtube|instagram|viber|line app|gửi bài viết|gửi mail|gửi qua email|gửi cho bạn bè|gửi bài viết cho bạn bè|gửi bài cho bạn bè|gửi cho bạn|email this|email this article|share via email|chia sẻ qua email|chia sẻ:|
		print|print this|in|in bài|in bài viết|in trang|in trang này|bản in|print this page|print article|in bài này|bản để in|lưu bài viết|lưu bài|lưu tin|lưu|save|bookmark|
		nghe|nghe đọc bài|nghe bài viết|nghe audio|nghe tin|nghe báo|nghe nội dung|nam miền bắc|nữ miền bắc|nam miền nam|nữ miền nam|giọng nam|giọng nữ|giọng đọc|tốc độ đọc|listen to article|play audio|read aloud|listen|listen to this article|cỡ chữ|font size|a-|a+|a- a a+|a|aa|
		cỡ chữ nhỏ|cỡ chữ lớn|thu nhỏ|phóng to|xem cỡ chữ|tăng cỡ chữ|giảm cỡ chữ|quảng cáo|tài trợ|advertisement|advertising|advertisements|sponsored content|article continues below|story continues below|article continues below advertisement|story continues below advertisement|advertisement - continue reading below|advertisement continue reading below|ads|sponsored|google news|theo dõi trên google news|follow us|follow us on google news|theo dõi chúng tôi|theo dõi|theo dõi báo trên google news|theo dõi báo trên|follow|follow us on|đăng ký nhận bản tin|đăng ký nhận tin|nhận bản tin|sign up for our newsletter|subscribe to our newsletter|get our newsletter|newsletter|xem toàn màn hình|tắt âm|toàn màn hình|
		về đầu trang|back to top|lên đầu trang|trang chủ|home|quay lại|back|thích|like|tweet|0 bình luận|0 comments|no comments|trả lời|reply|về trang chủ|trở lại|trở về|quay về trang chủ|về trang trước|quay lại trang chủ|gửi phản hồi|góp ý|báo lỗi|thích bài viết|yêu thích|đánh giá bài viết|trở thành người đầu tiên tặng sao cho bài viết|đọc tiếp về trang chủ đề|tặng sao|
		đăng nhập|log in|sign in|subscribe|đăng ký|đăng xuất|tài khoản|giỏ hàng|toggle navigation|main menu|close|đóng|chuyển đến nội dung chính|skip to navigation|skip navigation|my account|menu|skip to content|bỏ qua nội dung|skip advertisement|skip to main content|search|tìm kiếm`)
	related = lineSet(`related|related news|related article|related articles|related story|related stories|đọc tiếp|xem tiếp|
		tin liên quan|bài liên quan|bài viết liên quan|tin bài liên quan`)
	boxHeads = lineSet(`tin xem nhiều|mới - nóng|mới nóng|tin mới - nóng|xem nhiều|xem nhiều nhất|tin xem nhiều nhất|bài xem nhiều|đọc nhiều|đọc nhiều nhất|đọc nhiều trong ngày|xem nhiều trong tuần|tin đọc nhiều|bài đọc nhiều|
		tin đọc nhiều nhất|bài đọc nhiều nhất|được quan tâm|được quan tâm nhất|tin nổi bật|nổi bật|tin nóng|tin hot|tiêu điểm|tin tiêu điểm|đừng bỏ lỡ|tin bài khác|bài khác|các bài khác|cùng chủ đề|cùng tác giả|tin cùng loại|tin cùng chủ đề|bài cùng chủ đề|bài mới nhất|bài mới|tin bài mới|tin tức khác|tin tức liên quan|video liên quan|chuyên đề liên quan|sự kiện liên quan|
		most read|most viewed|most popular|most read articles|most read stories|popular|popular news|popular posts|trending|trending now|top stories|top news|
		tin liên quan|bài liên quan|bài viết liên quan|tin bài liên quan|tin, bài liên quan|liên quan|xem thêm tin liên quan|
		related|related news|related articles|related article|related stories|related story|related posts|related topics|related content|related links|more on this story|
		xem thêm các tin khác|tin cùng chuyên mục|cùng chuyên mục|bài cùng chuyên mục|tin khác|các tin khác|các tin đã đưa|tin đã đưa|tin cũ hơn|tin mới hơn|
		tin mới|tin mới nhất|mới nhất|tin tức mới nhất|latest|latest news|more news|other news|more stories|more posts|more articles|more from this section|more from this author|editor's picks|editors' picks|in this section|also in this section|read next|up next|most shared|most commented|most viewed articles|other stories|recommended|recommended for you|you may also like|you might also like|
		có thể bạn quan tâm|bạn có thể quan tâm|gợi ý cho bạn|dành cho bạn|video nổi bật|tin video|
		bình luận|ý kiến|ý kiến bạn đọc|ý kiến của bạn|bình luận hay|bình luận mới nhất|bình luận bài viết|phản hồi|gửi ý kiến|ý kiến độc giả|gửi bình luận|viết bình luận|bình luận của bạn|comments|comment|leave a comment|leave a reply|post a comment|join the conversation|add a comment|write a comment|reader comments|view comments|
		từ khóa|từ khoá|tags|tag|chủ đề|chủ đề liên quan|topics|keywords`)
)

func lineSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, s := range strings.Split(list, "|") {
		key := foldLine(s)
		set[key] = true
		if strings.Contains(key, " ") {
			set[unaccented(key)] = true
		}
	}
	return set
}

// unaccented spells Vietnamese as systems do that have no letters for it.
func unaccented(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Mn, r):
			return -1
		case r == 'đ':
			return 'd'
		}
		return r
	}, norm.NFD.String(s))
}

var (
	lineCount = regexp.MustCompile(`\s*[(\[]\s*\d+\s*[)\]]$`)

	// arrowed is another article's headline inside a text, as papers set it.
	arrowed = regexp.MustCompile(`^(?:>>+|»+|►|▶|☞|👉|➤|➡️?|→)\s*[\p{L}\p{N}“"'‘]`)
	// bracketed has its label in brackets: [Xem thêm] Another headline.
	bracketed = regexp.MustCompile(`^\[([^\[\]]{3,40})\]\s*(.+)$`)

	tagLine   = regexp.MustCompile(`(?i)^(?:từ kh(?:óa|oá)|thẻ|tags?|tagged(?: with| as)?|filed (?:under|in)|posted in|keywords?|chủ đề|chuyên mục|topics?|hashtags?)\s*[:：]\s*(.+)$|^(?:tagged(?: with| as| in)?|filed under|posted in)\s+([^.!?:]{2,100})$`)
	hashtags  = regexp.MustCompile(`^#[\p{L}\d][^#\n]*(?:\s#[\p{L}\d][^#\n]*)*$`)
	copyright = regexp.MustCompile(`(?i)^(?:©|®|\(c\)\s|copyright\b(?:[^.!?]*$|.*(?:©|\(c\)|\d{4}|reserved))|bản quyền thuộc|all rights reserved)`)
	counts    = regexp.MustCompile(`(?i)^(?:(?:số\s+|tổng\s+(?:số\s+)?)?(?:lượt|người)?\s*(?:xem|đọc|truy\s+cập)|(?:đang|đã)\s+(?:online|xem|truy\s+cập)|trực\s+tuyến|visitors?(?:\s+online)?|online|page\s?views?|views?|hits)\s*[:：]\s*\d[\d.,]*$|^\d[\d.,]*\s*(?:-\s*)?(?:min(?:ute)?s?\s+(?:read|listen)|phút\s+(?:đọc|nghe)|lượt\s+(?:xem|đọc)|views?|bình\s+luận|comments?|shares?)$|^(?:đọc|nghe|reading time:?|thời gian đọc:?)\s+\d{1,2}\s+(?:phút|min(?:ute)?s?)$`)
	homeCrumb = regexp.MustCompile(`(?i)^(?:home|trang chủ|trang nhất)\s*[/>»›|→-]\s*[^.!?]{2,100}$`)
	moreFrom  = regexp.MustCompile(`(?i)^(?:xem tất cả|tất cả (?:tin|bài)|see all|view all|explore more|discover more|more (?:from|in|on|stories from|stories in|news from)|latest (?:in|from)|also in|top stories in|tin khác trong|bài khác trong|xem thêm về|các bài viết khác của)\s+[^.!?:]{2,40}$`)
	// invitation asks the reader to follow the paper or to take its letters.
	invitation = regexp.MustCompile(`(?i)^(?:theo dõi|follow)\s[^.!?]{0,50}\s(?:trên|on)\s+(?:google news|facebook|zalo|twitter|x|youtube|tiktok|telegram|instagram)(?:\s*(?:,|&|and|và)\s*[\p{L} ]{1,20})*$|` +
		`^(?:sign up|subscribe|đăng ký)\s[^.!?:]{0,40}(?:newsletters?|bản tin)$`)
	// invited begins a pointer as a paper words it for its readers.
	invited = regexp.MustCompile(`^mời (?:bạn|quý vị|độc giả|bạn đọc|các bạn)? ?(?:đọc|xem|theo dõi|nghe|đón đọc|đón xem)(?: thêm| tiếp)?(?: (?:các )?(?:video|clip|bài|tin|bài viết|ảnh|phóng sự))?$`)
	// shareName is what a page offers to do with the article.
	shareName = regexp.MustCompile(`^(?:share|print|e-?mail|save|bookmark|rate|listen to|read) (?:this|the) (?:story|article|post|news|page|item|release)(?: (?:on|via|with|by) [\p{L} ]{1,20})?$|` +
		`^(?:was|is|did you find) this (?:page|article|story|information|content)(?: was)? (?:helpful|useful|interesting)\s?\??$|^bài viết (?:này )?có (?:hữu ích|ích).{0,30}$|^share (?:on|via|to|with) \S+$|^giọng (?:nam|nữ)(?: miền)? (?:bắc|trung|nam)$|^(?:save|read|watch|listen)(?: (?:it|this|article|story))? (?:for )?later$|^(?:lưu|để dành|đánh dấu)(?: (?:bài|tin|bài viết))? (?:để )?(?:đọc|xem|nghe) sau$|` +
		`^(?:chia sẻ|in|gửi|lưu|nghe|đánh giá|in ấn) (?:bài viết|bài báo|bài|tin|trang)(?: này)?(?: (?:lên|qua|trên) [\p{L} ]{1,20})?$`)
	// boxName and commentName are the names of such boxes in the many ways papers word them.
	boxName = regexp.MustCompile(`^(?:(?:the )?(?:most|top)[ -](?:read|viewed|popular|shared|commented|discussed|visited|watched|clicked|recent)|(?:read|viewed|shared|watched) (?:the )?most|` +
		`(?:related|other|latest|recent|previous|next|earlier|older|newer|featured|recommended|similar|associated|further|hot|newest|top|breaking|trending|popular) (?:news|articles?|stor(?:y|ies)|posts?|headlines|reads|videos?)|` +
		`(?:what|which stories) (?:others|people|everyone|other readers|readers|you) (?:are|is) (?:reading|watching|sharing)|(?:in case )?you (?:may|might|could)?(?: also)?(?: have)? ?missed(?: it)?|(?:from|in|out of) (?:our|the) archives?|(?:bạn đọc|độc giả|mọi người)? ?(?:cùng|đang) (?:xem|đọc|quan tâm)|` +
		`(?:(?:các|những) )?(?:tin|bài|bài viết|tin tức|tin,? bài|bài báo|video)? ?(?:được )?(?:xem|đọc|quan tâm|chia sẻ|bình luận) nhiều(?: nhất)?|` +
		`(?:(?:các|những) )?(?:tin|bài|bài viết|tin tức|tin,? bài|bài báo) (?:mới|mới nhất|mới cập nhật|mới đăng|vừa đăng|khác|nóng|nóng nhất|nổi bật|liên quan|cùng chuyên mục|cùng mục|cùng chủ đề|trước|tiếp theo|đáng chú ý|cũ hơn|mới hơn|đã đăng))` +
		`(?: (?:news|articles?|stories|posts|today|now|this week|this month|hôm nay|trong ngày|trong tuần|trong tháng|tuần qua|24h|24 giờ))*$`)
	commentName = regexp.MustCompile(`^(?:(?:(?:post|leave|write|add|send|submit|view|all|show) (?:your |a |all )?|your |readers?['’]? )(?:comments?|reply|opinions?|feedback)|` +
		`feedback|(?:bạn đọc|độc giả) (?:bình luận|phản hồi|góp ý|viết)|(?:gửi|viết|đăng|thêm|nhập|để lại|xem) (?:ý kiến|bình luận|phản hồi|nhận xét|cảm nghĩ)|(?:ý kiến|bình luận|phản hồi|nhận xét) (?:của bạn|bạn đọc|độc giả|về bài viết))` +
		`(?: (?:(?:about|on|for|to) (?:the|this) (?:article|story|news|post)|here|below|của bạn|của bạn đọc|bạn đọc|độc giả|của độc giả|về bài viết|về bài viết này|cho bài viết|cho bài viết này|tại đây))*$`)
	// weather above a title is that of the paper's town; in a text it is what the article tells.
	weather = regexp.MustCompile(`^(?:[\p{L} .]{2,30},?\s+)?[-–]?\d{1,2}\s?°\s?[CF](?:\s*[-–/|]\s*\d{1,2}\s?°\s?[CF])?(?:\s+[\p{L} .]{2,30})?$`)
	// mailField is the field below such an invitation.
	mailField = lineSet(`email|email address|your email|your email address|e-mail address|enter your email|nhập email|nhập email của bạn|email của bạn`)
	// playTime is how long a reading takes, beside its button.
	playTime   = regexp.MustCompile(`\s+\d{1,2}:\d{2}(?:\s*/\s*\d{1,2}:\d{2})?$`)
	breadcrumb = regexp.MustCompile(`^[^.!?]{2,40}(?:\s*[>»›]\s*[^.!?>»›]{1,40}){1,5}$`)
)

// lineMarks are what stands around such a line and means nothing.
const lineMarks = "•▪►▶»«›‹>|:：.…-–—*#+_[]()\t "

// maxFolded is more bytes than any line of the lists has.
const maxFolded = 300

// foldLine is a line as it is compared with the lists.
func foldLine(s string) string {
	if len(s) > maxFolded {
		return s
	}
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
	if len(line) <= 120 {
		switch key := foldLine(line); {
		case boxHeads[key], moreFrom.MatchString(line), boxName.MatchString(key), commentName.MatchString(key):
			return boxHead
		case pointers[key], invited.MatchString(key):
			return pointer
		case buttons[key], buttons[playTime.ReplaceAllString(key, "")], isButtonRow(key), shareName.MatchString(playTime.ReplaceAllString(key, "")), invitation.MatchString(line):
			return button
		}
	}
	if len(line) < 300 && arrowed.MatchString(line) && !strings.HasSuffix(line, ".") {
		return button
	}
	if len(line) > 120 {
		return notFurniture
	}
	if breadcrumb.MatchString(line) && strings.ContainsAny(line, ">»›") || homeCrumb.MatchString(line) || copyright.MatchString(line) || counts.MatchString(line) {
		return button
	}
	return notFurniture
}

// pointsElsewhere: "Read also: Harbour shop wins award", the label and one headline on one line.
func pointsElsewhere(line string) bool {
	label, headline, ok := strings.Cut(line, ":")
	if m := bracketed.FindStringSubmatch(line[:min(len(line), 301)]); m != nil {
		label, headline, ok = m[1], m[2], true
	}
	if !ok || len(label) > 60 || len(line) > 300 || strings.TrimSpace(headline) == "" || strings.HasSuffix(line, ".") {
		return false
	}
	key := foldLine(label)
	return pointers[key] || related[key] || boxName.MatchString(key)
}

// isButtonRow: "Share Facebook Twitter Print" on one line.
func isButtonRow(key string) bool {
	parts := strings.FieldsFunc(key, func(r rune) bool { return strings.ContainsRune("|•·/,:", r) })
	if len(parts) < 2 {
		if plain := withoutCounts(key); plain != key { // Like 0 Share 12
			n, pageLinks := rowItems(plain, buttons, boxHeads)
			return n >= 2 && pageLinks > 0
		}
		n, _ := rowItems(key, buttons)
		return n >= 3 || n == 2 && (strings.Contains(key, "facebook") || strings.Contains(key, "zalo"))
	}
	for _, p := range parts {
		p = strings.TrimSpace(p)
		if n, _ := rowItems(p, buttons); n == 0 && p != "x" && !timeAgo.MatchString(p) {
			return false
		}
	}
	return true
}

// withoutCounts drops the words of a row that are numbers or signs.
func withoutCounts(key string) string {
	var words []string
	for _, w := range strings.Fields(key) {
		if strings.ContainsFunc(w, unicode.IsLetter) {
			words = append(words, w)
		}
	}
	return strings.Join(words, " ")
}

// timeAgo stands beside a reader's comment.
var timeAgo = regexp.MustCompile(`^\d{1,3}\s+(?:giây|phút|giờ|ngày|tuần|tháng|năm|seconds?|minutes?|hours?|days?|weeks?|months?|years?)\s+(?:trước|ago)$`)

// rowItems cuts a folded line into entries of the sets and counts them, and those of the first set; 0 where a word is left.
func rowItems(key string, sets ...map[string]bool) (n, first int) {
	words := strings.Fields(key)
	if len(words) > 60 {
		return 0, 0
	}
next:
	for at := 0; at < len(words); n++ {
		for size := min(5, len(words)-at); size > 0; size-- {
			phrase := strings.Join(words[at:at+size], " ")
			for i, set := range sets {
				if set[phrase] {
					if i == 0 {
						first++
					}
					at += size
					continue next
				}
			}
		}
		return 0, 0
	}
	return n, first
}

// sectionNames are the names that newspapers give their sections.
var sectionNames = lineSet(`thời sự|chính trị|xã hội|kinh tế|văn hóa|văn hoá|thể thao|giải trí|pháp luật|giáo dục|y tế|sức khỏe|sức khoẻ|đời sống|
	du lịch|khoa học|công nghệ|khoa học công nghệ|khoa học - công nghệ|quốc tế|thế giới|trong nước|bạn đọc|video|media|multimedia|podcast|emagazine|e-magazine|longform|
	infographic|kinh doanh|bất động sản|nông nghiệp|nông thôn mới|môi trường|an ninh|quốc phòng|quốc phòng - an ninh|an ninh - quốc phòng|xây dựng đảng|tin tức|địa phương|
	phóng sự|phóng sự - ký sự|ký sự|diễn đàn|góc nhìn|liên hệ|giới thiệu|rao vặt|tuyển dụng|lao động|việc làm|công đoàn|đầu tư|tài chính|thị trường|chuyển đổi số|văn nghệ|
	văn học|truyện ngắn|văn bản|thông báo|hỏi đáp|thủ tục hành chính|dịch vụ công|nhịp sống trẻ|giới trẻ|phụ nữ|gia đình|thời trang|ẩm thực|báo in|báo giấy|e-paper|rss|doanh nghiệp|tiêu dùng|xã luận|xe|xe cộ|ảnh|phóng sự ảnh|thời tiết|lịch sử|
	tòa soạn|toà soạn|đặt báo|quân sự|giao thông|đô thị|nhà đất|công nghiệp|dân tộc|tôn giáo|
	news|politics|business|economy|society|culture|sports|sport|travel|life|lifestyle|opinion|opinions|world|national|local|local news|technology|tech|science|health|education|
	environment|law|law & justice|entertainment|arts|weather|photos|photo|videos|podcasts|events|contact|about|about us|contact us|jobs|classifieds|obituaries|features|property|food|
	international|editorial|magazine|crime|community|letters|traffic|farming|regions|real estate|markets|sitemap`)

// isMenuRow: "Trang chủ Thời sự Kinh tế Thể thao" on one line.
func isMenuRow(line string) bool {
	if len(line) > 600 || endsSentence(line) {
		return false
	}
	if isEntries(line) {
		return true
	}
	key := foldLine(strings.Map(func(r rune) rune {
		if strings.ContainsRune("|•·/,›»[]", r) {
			return ' '
		}
		return r
	}, line))
	n, pageLinks := rowItems(key, buttons, sectionNames)
	return n >= 4 || n >= 3 && pageLinks > 0
}

// wideGap stands between the entries of a menu on one line.
var wideGap = regexp.MustCompile(`\s{2,}|\s*[|•·]\s*|\t+`)

// isEntries says whether a line is three short entries or more, one of them known: "Trang chủ  Tin tức  Chi tiết".
func isEntries(line string) bool {
	parts := wideGap.Split(line, -1)
	known := 0
	for _, p := range parts {
		if len(strings.Fields(p)) > 4 || strings.ContainsAny(p, "0123456789:") {
			return false
		}
		if key := foldLine(p); buttons[key] || boxHeads[key] || sectionNames[key] {
			known++
		}
	}
	return len(parts) >= 3 && known > 0
}

// keywords cuts a list of keywords, which may be written as hashtags.
func keywords(list string) []string {
	parts := strings.FieldsFunc(list, isListMark)
	for i, p := range parts {
		parts[i] = strings.TrimLeft(strings.TrimSpace(p), "#")
	}
	return raws(parts...)
}

// tagsOf reads a line of keywords: "Từ khóa: a, b".
func tagsOf(line string) ([]string, bool) {
	if len(line) < maxFolded && hashtags.MatchString(line) {
		return keywords(strings.ReplaceAll(line, " #", ",#")), true
	}
	m := tagLine.FindStringSubmatch(line)
	if m == nil {
		return nil, false
	}
	return keywords(m[1] + m[2]), true
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
