package source

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tinhub/internal/hub"
)

// photoCredit names a picture's maker inside its caption. (RE2's word boundary knows ASCII only.)
var photoCredit = regexp.MustCompile(`(?i)^image (?:source|caption|credit)s?\s*[,:]|(?:^|\s)(?:photos?|pictures?|images?) courtesy (?:of|:)|(?:^|[^\p{L}])(?:nguồn ảnh|ảnh|photos?|picture|photograph|đồ họa|graphic|infographic)\s*(?:by\s|[:：])|[(\[](?:ảnh|photo)[\s/]|ảnh minh h(?:ọa|oạ)[).]?$|\S\s+[(–—|-]?\s*(?:nguồn|credit|source)\s*[:：]\s*\p{L}[^.!?;:]{1,50}[.)]*$`)

// mediaHeadline is the headline of pictures or a film elsewhere.
var mediaHeadline = regexp.MustCompile(`(?i)^(?:chùm ảnh|phóng sự ảnh|video|clip|infographic|podcast|in pictures|gallery|watch)\s*:\s`)

// isCaption says whether paragraph i is a picture's caption: it is written twice where other paragraphs are not, or names a
// photographer, or is a line without an end among sentences. head asks only for the sure signs.
func (r *textReader) isCaption(i int, sure bool) bool {
	p := r.paras[i]
	size, words := utf8.RuneCountInString(p.text), len(strings.Fields(p.text))
	if p.picture {
		return true
	}
	if p.heading || size > 350 || strings.HasPrefix(p.text, "* ") || isWriterLine(p.text) || p.times == 1 && sectionNumber.MatchString(p.text) {
		return false
	}
	if photoCredit.MatchString(p.text) {
		return !mediaHeadline.MatchString(p.text)
	}
	if startsAnew(p.text) || strings.ContainsRune("\"“'‘", []rune(p.text)[0]) {
		return false
	}
	ended := endsSentence(p.text)
	if p.times == 2 && words >= 4 {
		// A doubled line with a full stop is a caption only where lines are set tight, unlike the paragraphs around it.
		// No writer says a long sentence twice.
		return !ended || (p.tight && r.spaced && !r.doubledLead(i) || words >= 10 && i > r.at) && strings.HasSuffix(p.text, ".") && size <= 250 && !leadMark.MatchString(p.text)
	}
	if sure || p.times > 1 || ended || !r.prose || i+1 >= len(r.paras) || r.openLines(i) > 2 && !r.inGallery(i) {
		return false
	}
	if r.doubled || innerEnd.MatchString(p.text) {
		return false // captions stand twice here, or only the last full stop is missing
	}
	_, _, name := byline(p.text)
	return !name && (r.comesAgain(p) || r.showsPicture(i))
}

// showsPicture weighs a line without an end that stands alone among sentences: a caption tells what is to be seen, who and
// where; a heading says in few words what is to come. Where no heading can stand, little is needed.
func (r *textReader) showsPicture(i int) bool {
	text := r.paras[i].text
	words := len(strings.Fields(text))
	short, long := 5, 9
	if r.viet {
		short, long = 6, 14 // syllables, of which a Vietnamese word has about two
	}
	seen := sightsIn(text)
	switch {
	case invites.MatchString(text) && i > r.at+1:
		return false
	case words >= long, sceneWords.MatchString(text):
		return true
	case r.isBelowLead(i), r.isLastPicture(i):
		return words >= 6 // nobody puts a heading right below the lead
	case isUpper(text), asks.MatchString(text), r.paras[i].bold:
		return false // it heads what follows
	case abstract.MatchString(text):
		seen--
	case words*4 >= long*3-2 && !r.credited: // captions do not name their makers here
		seen++
		if r.bare && words*3 > long*2-2 {
			seen++ // this text's captions are like it
		}
	}
	if r.lines == 1 && seen > 0 {
		seen++ // who divides a text sets more than one heading
	}
	if first, _, _ := strings.Cut(text, " "); r.isNameInside(first) {
		seen++
	}
	return words >= short && seen >= 2
}

// isBelowLead says whether nothing but captions stands between the lead, or the head, and the line at i.
func (r *textReader) isBelowLead(i int) bool {
	if i <= r.at+1 {
		return true
	}
	n := len(r.from)
	return n > 0 && n <= 4 && r.from[n-1] == i-1 && r.from[0] <= r.at+1 &&
		!slices.ContainsFunc(r.draft.Blocks, func(b hub.Block) bool { return b.Kind != hub.BlockCaption })
}

var (
	// asks begins a heading that the text below answers.
	asks = regexp.MustCompile(`(?i)^(?:vì sao|tại sao|làm sao|làm gì|thế nào|how|why|what|who|when|where)\s|:`)
	// atPlace says where in the picture, or where it was taken: in the middle of a line, with the thing behind it.
	atPlace = regexp.MustCompile(`\s(?:tại|trên|bên|trong|ở|dưới|giữa|trước|sau|cạnh|quanh|ngoài|nhìn từ|at|in|on|near|beside|outside|inside|above|below|along|between|among|behind|from|during|with)\s+\S`)
	// abstract begins what nobody can take a picture of.
	abstract = regexp.MustCompile(`^(?:Những|Nhiều|Hướng|Nỗi|Niềm|Sức|Bài học|Giải pháp|Hiệu quả|Đẩy|Nâng|Phát (?:triển|huy)|Tăng|Khó khăn|Thuận lợi|Tín hiệu|Chuyện|Cần|Khi|Để|Không|Giữ|Gỡ|Tháo|Vì|Từ|Bắt đầu|Sống|\p{Lu}\p{Ll}+ing|Lessons|Life|Hope|Back|Out)\s`)
	// onDay says when it was taken, or how big it is.
	onDay = regexp.MustCompile(`\d{1,2}[-/]\d{1,2}|\d\s?(?:m|km|m2|ha|hécta|tấn|kg)(?:\s|$)|(?i:ngày|sáng|chiều|tối|đêm)\s\d{1,2}`)
	// people begins with who is to be seen.
	people = regexp.MustCompile(`^(?:Ông|Bà|Anh|Chị|Cô|Chú|Cụ|Em|Bé|Thầy|Người|Học sinh|Nông dân|Công nhân|Ngư dân|Du khách|Khách|Đại biểu|Lãnh đạo|Cán bộ|Chủ tịch|Bí thư|Bộ đội|Chiến sĩ|Đoàn|Các|Đội|Nhóm|Hội viên|Đoàn viên|Thanh niên|Phụ nữ|Bà con|Tiểu thương|Thương lái|Cầu thủ|Bác sĩ|Kiểm lâm|Thợ|Trẻ em|Thiếu nhi|Nghệ nhân|Chủ|Giám đốc|Mr|Mrs|Ms|Dr|People|Pupils|Students|Visitors|Workers|Farmers|Members|Volunteers|Children)\s`)
	// withArticle stands before a thing that is to be seen; headings do without it.
	withArticle = regexp.MustCompile(`(?:^(?:A|An|The)|\s(?:a|an|the))\s`)
)

// sightsIn counts what in a line points to something that can be seen: a place, a person, a day, a name.
func sightsIn(text string) int {
	n := 0
	for _, sign := range []*regexp.Regexp{atPlace, onDay, people, withArticle} {
		if sign.MatchString(text) {
			n++
		}
	}
	if namesSomebody(text) {
		n++
	}
	if whereInPicture.MatchString(text) {
		n += 2
	}
	return n
}

// whereInPicture says in brackets which person is meant.
var whereInPicture = regexp.MustCompile(`(?i)\((?:[^()]{0,30}\s)?(?:trái|phải|giữa|bìa|left|right|centre|center|above|below)(?:\s[^()]{0,30})?\)`)

// inGallery says whether the line at i stands in a row of captions: each tells of things to be seen, as verses and lists do not.
func (r *textReader) inGallery(i int) bool {
	shown := func(j int) bool { return sightsIn(r.paras[j].text) >= 2 && len(strings.Fields(r.paras[j].text)) >= 6 }
	for j := i; j >= max(r.at, i-2) && isOpen(r.paras[j].text); j-- {
		if !shown(j) {
			return false
		}
	}
	for j := i + 1; j < min(len(r.paras), i+3) && isOpen(r.paras[j].text) && !isBareName(r.paras[j].text); j++ {
		if !shown(j) {
			return false
		}
	}
	return true
}

// namesSomebody says whether a name stands inside a line: a word with a capital behind one without, or as the second.
func namesSomebody(text string) bool {
	words := strings.Fields(text)
	if isTitleCase(words) {
		return false
	}
	for i, w := range words {
		first, _ := utf8.DecodeRuneInString(w)
		if i == 0 || !unicode.IsUpper(first) {
			continue
		}
		before, _ := utf8.DecodeRuneInString(words[i-1])
		if (i == 1 || unicode.IsLower(before) || unicode.IsDigit(before)) && !strings.ContainsAny(words[i-1], ".?!:") {
			return true
		}
	}
	return false
}

// isTitleCase says whether the long words of a line all have capitals, as in English headlines.
func isTitleCase(words []string) bool {
	for _, w := range words {
		if first, _ := utf8.DecodeRuneInString(w); unicode.IsLower(first) && utf8.RuneCountInString(w) > 3 {
			return false
		}
	}
	return true
}

// comesAgain says whether a line without an end stands once more elsewhere in the text: as the picture is shown, and as it is
// listed. What stands there more often is a refrain.
func (r *textReader) comesAgain(p para) bool {
	return len(strings.Fields(p.text)) >= 5 && r.again[p.text] == 2
}

// sceneWords begin what only a picture shows.
var sceneWords = regexp.MustCompile(`(?i)^(?:quang cảnh|toàn cảnh|một góc|an? (?:aerial |general |bird's-eye )?view of)\s`)

// isLastPicture says whether the line at i stands between the article's last sentence and what ends it: no heading does. Other
// pictures have captions, or the line itself tells of something to be seen.
func (r *textReader) isLastPicture(i int) bool {
	if i != r.last+1 || !(isBylineText(r.paras[i+1].text) || isFrame(r.paras[i+1].text)) {
		return false
	}
	return sightsIn(r.paras[i].text) > 1 || slices.ContainsFunc(r.draft.Blocks, func(b hub.Block) bool { return b.Kind == hub.BlockCaption })
}

// invites begins a line that wants the reader to do something.
var invites = regexp.MustCompile(`(?i)^(?:share|get|send|sign|tell|join|download|subscribe|follow|report|vote|support|hãy|mời|gửi|chia sẻ|tải|đăng ký|theo dõi)\s`)

// sectionNumber begins a heading or a list's entry: "1. ", "2) ", "IV. ".
var sectionNumber = regexp.MustCompile(`^(?:\d{1,2}[.)]|[IVX]{1,4}[.)])\s`)

// doubledLead says whether a doubled sentence is the lead: nothing of the text stands above it, and what follows is no other
// lead that stands twice.
func (r *textReader) doubledLead(i int) bool {
	return i == r.at && i+1 < len(r.paras) && !(r.paras[i+1].times > 1 && endsSentence(r.paras[i+1].text))
}

// isCredit says whether what follows a caption names its maker and nothing else.
func isCredit(rest string) bool {
	return utf8.RuneCountInString(rest) <= 60 && (photoCredit.MatchString(rest) || creditEnd.MatchString(rest))
}

var creditEnd = regexp.MustCompile(`(?i)^[\s.(–—-]*(?:ảnh|nguồn|photo|credit|source|clip|video)\s*[:：]`)

var innerEnd = regexp.MustCompile(`[\p{Ll}\d”"]{2}[.!?]\s+\p{Lu}`)

// loneCredit is a line that names a picture's maker and nothing else.
var loneCredit = regexp.MustCompile(`^(?i:ảnh|nguồn ảnh|photos?|photo by|photograph|photo credit|image)\s*[:：]\s*[\p{Lu}(][^.!?;:]{1,50}\.?$`)

// openLines counts the lines around i, in a row, that end no sentence: more than a caption and a heading are verses or a list.
func (r *textReader) openLines(i int) int {
	open := func(p para) bool {
		_, _, name := byline(p.text)
		return !name && !endsSentence(p.text) && !standsAlone(p.text)
	}
	n := 1
	for j := i - 1; j >= max(r.at, i-2) && open(r.paras[j]); j-- {
		n++
	}
	for j := i + 1; j < min(len(r.paras), i+3) && open(r.paras[j]); j++ {
		n++
	}
	return n
}
