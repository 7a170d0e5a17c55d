package source

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var (
	// imprintSure are lines that only the foot of a newspaper's page has.
	imprintSure = regexp.MustCompile(`(?i)^(?:giấy phép|gp số|gp-|(?:tổng biên tập|phó tổng biên tập|cơ quan chủ quản|đường dây nóng)(?:\s*[:：]|.*[^.]$)|chịu trách nhiệm (?:nội dung|chính)|` +
		`[®©]|copyright|bản quyền|ghi rõ nguồn|vui lòng ghi rõ nguồn|cấm sao chép|không được sao chép|liên hệ quảng cáo|phòng quảng cáo|powered by|designed by|thiết kế bởi|phát triển bởi|` +
		`editor-in-chief|editor in chief|license no|all rights reserved|terms of (?:use|service)|privacy policy|điều khoản sử dụng|chính sách bảo mật|` +
		`a version of this (?:article|story) (?:appears|appeared|was)|cơ quan ngôn luận|tiếng nói của đảng bộ)`)
	// imprintSoft may be an article's own last lines, where none of the others stands by.
	imprintSoft = regexp.MustCompile(`(?i)^(?:tòa soạn|toà soạn|trụ sở|địa chỉ|văn phòng|điện thoại|đt|tel|phone|hotline|fax|e-?mail|thư điện tử|website|address|contact|liên hệ|publisher|contact us|about us)\s*[:：]`)
	// commentHead are headings below which nothing is the paper's.
	commentHead = lineSet(`bình luận|ý kiến|ý kiến bạn đọc|ý kiến của bạn|ý kiến độc giả|gửi bình luận|viết bình luận|bình luận của bạn|bình luận hay|phản hồi|
		comments|comment|leave a comment|leave a reply|post a comment|join the conversation|add a comment|reader comments`)
	commentSign = regexp.MustCompile(`(?i)(?:^|[^\p{L}])(?:trả lời|reply|\d+\s+(?:giờ|phút|ngày|tuần|tháng)\s+trước|\d+\s+(?:hours?|minutes?|days?|weeks?|months?)\s+ago)(?:[^\p{L}]|$)`)
)

func isImprint(line string) bool {
	return imprintSure.MatchString(line) || imprintSoft.MatchString(line)
}

// foot finds where the article's own text ends and where the readers' comments begin, and whether captions stand twice.
func (r *textReader) foot() {
	r.over = len(r.paras)
	for i := r.at + 1; i < len(r.paras); i++ {
		if r.form && r.paras[i].text == "--" && r.isShortFrom(i+1) { // a letter's signature
			r.over = i
			break
		}
		if isCommentHead(r.paras[i].text) && r.isComments(i) {
			r.over = i
			break
		}
	}
	for r.end = r.over - 1; r.end > r.at; r.end-- {
		if _, _, name := byline(r.paras[r.end].text); !name && endsSentence(r.paras[r.end].text) && !isFrame(r.paras[r.end].text) {
			break
		}
	}
	r.last = -1
	for i := r.over - 1; i >= r.at; i-- {
		p := r.paras[i]
		if endsSentence(p.text) && utf8.RuneCountInString(p.text) >= 30 && !isFrame(p.text) && !isImprint(p.text) && !photoCredit.MatchString(p.text) {
			r.last = i
			break
		}
	}
	for _, p := range r.paras[r.at:r.over] {
		r.doubled = r.doubled || p.times == 2 && !endsSentence(p.text) && len(strings.Fields(p.text)) > 3
	}
	for i := r.at + 2; i < r.last; i++ {
		if p := r.paras[i]; p.times == 1 && !p.heading && !p.picture && isOpen(p.text) && !photoCredit.MatchString(p.text) && endsSentence(r.paras[i-1].text) {
			r.lines++
		}
	}
	for _, p := range r.paras[r.last+1 : r.over] {
		r.imprint = r.imprint || imprintSure.MatchString(p.text)
	}
}

func isCommentHead(text string) bool {
	key := foldLine(text)
	return commentHead[key] || commentName.MatchString(key)
}

// maxComments is how many paragraphs below a heading are looked at.
const maxComments = 60

// isComments says whether the heading at i has the readers' comments below it: it counts them, or they show their buttons, or
// only short lines, the form to fill in, are left.
func (r *textReader) isComments(i int) bool {
	if lineCount.MatchString(r.paras[i].text) {
		return true
	}
	short := true
	for j := i + 1; j < len(r.paras) && j < i+maxComments; j++ {
		text := r.paras[j].text
		if utf8.RuneCountInString(text) < 60 && commentSign.MatchString(text) {
			return true
		}
		short = short && utf8.RuneCountInString(text) < 50 && !strings.HasSuffix(text, ".") && !isWriterLine(text)
	}
	return short
}

// isShortFrom says whether only a few short lines are left.
func (r *textReader) isShortFrom(i int) bool {
	for _, p := range r.paras[min(i, len(r.paras)):] {
		if utf8.RuneCountInString(p.text) > 80 {
			return false
		}
	}
	return len(r.paras)-i <= 10
}

// tail takes what stands after the last paragraph of an article and is no text: keywords, links to editions, a date, the
// paper's imprint, counters.
func (r *textReader) tail(i int) bool {
	p := r.paras[i]
	if r.tagLine(i) || r.sourceLink(p) {
		return true
	}
	if list := editions(p.text); list != nil {
		r.edition(p.text, list)
		return true
	}
	if r.dateline(p) {
		return true
	}
	if isAddress(p.text) {
		r.address(p)
		return true
	}
	if r.isTailFurniture(i) {
		r.drop(p)
		return true
	}
	return false
}

// isTailFurniture says whether a line of the tail belongs to the page.
func (r *textReader) isTailFurniture(i int) bool {
	text := r.paras[i].text
	switch {
	case imprintSure.MatchString(text), isMenuRow(text):
		return true
	case imprintSoft.MatchString(text):
		return r.imprint
	case followPaper.MatchString(text), eventName.MatchString(text), isSection(text) && r.isMenuEnd(i):
		return true
	case invites.MatchString(text) && isOpen(text) && r.isBelowText(i) && !photoCredit.MatchString(text):
		return true
	case asksReader.MatchString(text):
		return true
	case player.MatchString(text) && r.closed, !hasLetter(text), r.isLeftOver(i):
		return true
	}
	// The paper's own name heads its imprint.
	return r.imprint && i+1 < len(r.paras) && isImprint(r.paras[i+1].text) && (paperName.MatchString(text) || isUpper(text) && !isBareName(text))
}

// isLeftOver says whether a line of the tail is a piece of the page that no list knows: it ends no sentence, and the writer's
// name or other furniture stands between the text and it.
func (r *textReader) isLeftOver(i int) bool {
	p := r.paras[i]
	text := strings.TrimRight(p.text, ": ")
	if p.times > 1 || p.heading || p.picture || endsSentence(text) || utf8.RuneCountInString(text) > 120 || photoCredit.MatchString(text) ||
		isRole(text) || tailNote.MatchString(text) {
		return false
	}
	signed := r.afterByline() || r.signed && !strings.Contains(p.text, ":") && isOpen(p.text) && !isTableRow(p.text) && sightsIn(p.text) < 2 && r.isBelowText(i)
	if authors, labelled, ok := byline(p.text); ok && (labelled || !r.isTopic(p.text) && r.areNames(authors, p, true)) {
		gap := signed && r.from[len(r.from)-1] < i-1
		return gap && !labelled
	}
	return signed || r.closed
}

// asksReader is what a page asks below an article.
var asksReader = regexp.MustCompile(`(?i)^(?:bạn|quý vị|quý độc giả)\s.{0,60}\s(?:bài|bài viết|bài báo|tin|trang)\s.{0,40}\?$|^(?:was|is|do|did|have|how|what|got|want)\s.{0,60}(?:\b(?:this|the)\s(?:article|story|page)|\byou think|\ba story|\ba tip|\bto know more)\b.{0,40}\?`)

// isTopic says whether one word below an article that names its writer above is a topic of it.
func (r *textReader) isTopic(text string) bool {
	return r.signed && !strings.ContainsAny(text, " .") && !agencyName.MatchString(text)
}

// isBelowText says whether the line at i follows the article's last sentence, or what was left out below it, and not the
// beginning of a list.
func (r *textReader) isBelowText(i int) bool {
	return r.prose && r.last >= 0 && !strings.HasSuffix(r.paras[r.last].text, ":") && (len(r.from) == 0 || r.from[len(r.from)-1] <= r.last) && i > r.last
}

// tailNote is what an article says of itself below its writer's name: where it goes on, a remark, whom to ring.
var tailNote = regexp.MustCompile(`(?i)^(?:[*("“\[•+-]|(?:kỳ|bài|phần|số)\s+(?:\d|sau|tới|cuối|tiếp)|còn (?:nữa|tiếp)|mời\s|next|part\s|to be|tomorrow|note|ghi chú|chú thích|p\.?s\b|đón đọc)|\d{5,}|@`)

// followPaper asks for readers elsewhere.
var followPaper = regexp.MustCompile(`^(?i:follow|theo dõi|subscribe to)\s+(?:\p{Lu}[\p{L}\d+]*)(?:\s\p{Lu}[\p{L}\d+]*){0,3}$`)

// eventName is the series that an article belongs to.
var eventName = regexp.MustCompile(`(?i)^(?:dòng sự kiện|sự kiện|chuyên đề)\s*[:：]`)

// isMenuEnd says whether the line at i is one of several sections' names that stand together below the text.
func (r *textReader) isMenuEnd(i int) bool {
	return i > r.last+1 && isSection(r.paras[i-1].text) || i+1 < r.over && isSection(r.paras[i+1].text)
}

var paperName = regexp.MustCompile(`(?i)^(?:báo|tạp chí|đài|trang thông tin|cổng thông tin|tòa soạn|the)\s|\s(?:newspaper|online|điện tử)$`)

var sourceLabel = regexp.MustCompile(`(?i)^(?:nguồn|link gốc|link bài gốc|xem bài gốc|theo|source|original|original article|link|url)\s*[:：]\s*(https?://\S+)$`)

// sourceLink takes the line that says where the article is.
func (r *textReader) sourceLink(p para) bool {
	m := sourceLabel.FindStringSubmatch(p.text)
	if m == nil {
		return false
	}
	if r.draft.URL == "" {
		r.draft.URL, r.draft.Base = m[1], m[1]
	}
	r.step("address", "url", p.text, m[1])
	return true
}

// tagLine takes a line of keywords, which stands in the article's second half.
func (r *textReader) tagLine(i int) bool {
	p := r.paras[i]
	if i <= r.last && (i*2 < len(r.paras) || endsSentence(p.text) || utf8.RuneCountInString(p.text) > 300) {
		return false
	}
	tags, ok := tagsOf(p.text)
	if !ok {
		return false
	}
	r.draft.Tags = raws(append(r.draft.Tags, tags...)...)
	r.step("keywords", "tags", p.text, strings.Join(tags, ", "))
	return true
}
