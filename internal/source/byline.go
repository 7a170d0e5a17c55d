package source

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"tinhub/internal/hub"
)

// creditLabel introduces a byline: who wrote it, whose pictures they are, where it was taken from.
var creditLabel = regexp.MustCompile(`(?i)^(?:(?:tin,?\s+)?bài(?:,|\s+và|\s*&)?\s*ảnh|tin(?:,|\s+và|\s*-)?\s*ảnh|(?:lời|văn|ảnh|chữ)(?:,|\s+và|\s*&)\s*(?:bài|ảnh|hình|tranh)|biên soạn|bài viết|bài|tin|thực hiện|người viết|người đăng|người thực hiện|nhóm thực hiện|tác giả bài viết|tác giả|phóng viên|автор|ghi nhận|ghi chép|phóng sự|phóng sự ảnh|ký sự|bút ký|tùy bút|tản văn|thơ|biên dịch|người dịch|dịch|lược dịch|tổng hợp|nguồn tin|nguồn|(?:story|words|text|report|reporting)(?:\s+(?:and|&)\s+(?:photos?|pictures|images|photography))?|author|source|reporter|reporters|correspondent|translator|editor|interview)\s*[:：]\s*|^(?:ghi chép|phóng sự|ký sự|bút ký|tùy bút|tản văn|thơ)\s+của\s+|^(?:\p{Lu}(?:\.\p{Lu}){1,2}\.?|t/h|th)\s*[:：]\s*|^(?:thơ|truyện ngắn|tản văn|(?:bài|tin)(?:,|\s+và|\s*&)\s*ảnh)\s+|^(?:theo|by|(?:được\s+)?(?:đăng\s+|viết\s+)?bởi|from|(?:written|story\s+and\s+(?:photos?|pictures)|words\s+and\s+(?:photos?|pictures)|photos?\s+and\s+text|words|text|story|reported|reporting|interview|compiled|translated|edited|report|article|posted)\s+by|phóng viên|pv|p\.v\.?|ctv|btv|ttv|cộng tác viên|biên tập viên|thông tín viên|reporter|staff writer)(?:\s*[:：]\s*|\s+)`)

// tailCredit ends a byline: Minh Anh (tổng hợp), Lan (theo TTXVN).
var tailCredit = regexp.MustCompile(`(?i)\s*[(\[](?:tổng hợp|t/h|lược dịch|dịch|ghi|thực hiện|tường thuật|phóng viên|pv|cộng tác viên|ctv|thông tín viên|staff writer|reporter|correspondent|theo\b[^()]{0,40}|biên dịch|compiled|translated)[^()]{0,30}[)\]]\s*$`)

// partLabel stands before a later name of a byline: Bài: An - Ảnh: Hà.
var partLabel = regexp.MustCompile(`(?i)^(?:ảnh|đồ họa|đồ hoạ|video|clip|trình bày|thiết kế|photos?|photography|pictures|additional reporting|editing|graphics?|translated|edited|dịch|biên dịch|người dịch)\s*(?:by\s|[:：])\s*`)

// partBehindStop is such a label behind a full stop: Bài: An. Ảnh: Hà.
var partBehindStop = regexp.MustCompile(`\.\s+((?i:ảnh|video|clip|đồ họa|photos?|pictures|graphics?)\s*[:：])`)

// notNamed says that a picture's maker is not named.
var notNamed = lineSet(`nvcc|ntcc|cncc|tư liệu|tl|internet|sưu tầm|minh họa|nhân vật cung cấp|ctv|supplied|handout|file|archive`)

// pictureWork is what somebody made for a text without writing it.
var pictureWork = lineSet(`ảnh|hình|hình ảnh|video|clip|đồ họa|đồ hoạ|thiết kế|trình bày|photo|photos|photography|picture|pictures|images|graphic|graphics`)

// tailVerb says what the person did, without brackets: Hà An lược ghi.
var tailVerb = regexp.MustCompile(`\s+(?:lược ghi|thực hiện|tổng hợp|lược dịch|biên dịch|ghi|dịch|lược thuật)$`)

// tailPlace is where the person is or writes for: Lê Văn Tám (Long Thành), Minh Triết/Báo Miền Kênh.
var tailPlace = regexp.MustCompile(`\s*\(\p{Lu}[^()\d]{1,40}\)$|\s*/\s*(?i:báo|đài|ttxvn|vna|vov|tạp chí)[^/()]{0,40}$|\s*/\s*\p{Lu}[^/()]{0,40}\s(?:Newspaper|News|Online)$`)

// tailWhat is what somebody is who writes to the paper: Lê Văn Tám (phụ huynh).
var tailWhat = regexp.MustCompile(`\s*\(\p{Ll}[^()\d]{1,30}\)$`)

// agencyName is how agencies sign: TTXVN, TTXVN/Vietnam+.
var agencyName = regexp.MustCompile(`^\p{Lu}{2,8}(?:/[\p{L}+]{2,12})?$`)

// dateplace ends an English byline: Jane Doe in Oban.
var dateplace = regexp.MustCompile(`\s+(?:in|at|for(?:\s+the)?)\s+\p{Lu}[\p{L} .'-]*$`)

// tailRole is what a writer is, behind the name: By Jane Doe, Staff Writer.
var tailRole = regexp.MustCompile(`(?i)(?:\s*[,|]|\s+[–—-])\s*(?:(?:\p{L}+\s+){0,3}(?:writer|reporter|correspondent|editor|contributor|columnist|critic)|phóng viên)$`)

// foreignBy is "by" in other languages. It begins names too (Von Trapp), so that two words must follow.
var foreignBy = regexp.MustCompile(`^(?:[Vv]on|[Pp]ar|[Pp]or|di)\s+`)

// beginsLikePerson says whether words begin with somebody's first name, or with a Vietnamese surname, and have another.
func beginsLikePerson(s string) bool {
	first, _, more := strings.Cut(strings.ToLower(s), " ")
	return more && (givenNames[first] || surnames[first])
}

// roles are lines below a writer's name that say what the writer is.
var roles = lineSet(`staff writer|staff reporter|staff writers|staff reporters|reporters|phd|senior reporter|reporter|correspondent|senior correspondent|special correspondent|contributor|
	contributing writer|editor|phóng viên|biên tập viên|cộng tác viên|thông tín viên|the author|tác giả`)

// deskRole is a role with its desk: Rural affairs editor.
var deskRole = regexp.MustCompile(`^\p{Lu}\p{L}*(?:\s+\p{L}+){0,2}\s+(?i:editor|correspondent|reporter|writer|columnist|critic)$`)

func isRole(line string) bool { return roles[foldLine(line)] || deskRole.MatchString(line) }

var namedMail = regexp.MustCompile(`^(.{1,100}?)\s*[<(]([\w.+-]{1,64}@[\w.-]{1,120})[>)]$`)

// namedAuthors reads a field that holds writers: what a form says is a name is one.
func namedAuthors(value string) []hub.DraftAuthor {
	if m := namedMail.FindStringSubmatch(value); m != nil {
		return []hub.DraftAuthor{{Name: strings.Trim(m[1], `"' `), Email: m[2]}}
	}
	if authors, _, ok := byline(value); ok {
		return authors
	}
	return []hub.DraftAuthor{{Name: clip(value, maxTitle)}}
}

// isWriterLine says whether a line is a byline with its label, also where it names who made the pictures.
func isWriterLine(line string) bool { return writerLabel.MatchString(line) && isLabelledByline(line) }

var writerLabel = regexp.MustCompile(`(?i)^[\s*(–—-]*(?:tin|bài|thực hiện|story|words|text|by|report)(?:[^\p{L}]|$)`)

func isLabelledByline(line string) bool {
	_, labelled, ok := byline(line)
	return ok && labelled
}

var mailAddress = regexp.MustCompile(`^[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,24}$`)

// enders are the words that end a text and look like a name: closing phrases, and places.
var enders = lineSet(`hết|kết|kết thúc|tạm biệt|tái bút|end|ends|the end|fin|còn nữa|còn tiếp|to be continued|more to come|watch this space|xin cảm ơn|việt nam|hà nội|sài gòn|hải phòng|đà nẵng|cần thơ|
	thanh hóa|nghệ an|hà tĩnh|quảng bình|quảng trị|quảng nam|quảng ngãi|quảng ninh|bình định|phú yên|khánh hòa|ninh thuận|bình thuận|lâm đồng|đắk lắk|gia lai|
	kon tum|đồng nai|bình phước|tây ninh|bến tre|đồng tháp|trà vinh|sóc trăng|bạc liêu|cà mau|lạng sơn|cao bằng|lào cai|yên bái|điện biên|lai châu|sơn la|phú thọ|
	tuyên quang|thái nguyên|bắc giang|bắc ninh|hưng yên|vĩnh phúc|biên hòa|long khánh|long thành|hanoi|ho chi minh city|hcm city|tp. hồ chí minh|tp.hcm`)

// staffMark is what a writer is to the paper, behind the name: Lê Na - CTV.
var staffMark = regexp.MustCompile(`^(?:CTV|PV|BTV|TTV)$`)

// writersGroup is how several writers sign together.
var writersGroup = lineSet(`nhóm phóng viên|nhóm pv|nhóm p.v|nhóm tác giả|nhóm phóng viên thời sự|nhóm phóng viên, cộng tác viên|nhóm pv, ctv|nhóm pv - ctv`)

var initials = regexp.MustCompile(`^(?:\p{Lu}{1,3}\.\s?)+\p{Lu}?[\p{L}]{0,12}\.?$`)

const maxByline = 70 // characters

// byline reads a line that names writers and nothing else. labelled says that it says so itself.
func byline(line string) (authors []hub.DraftAuthor, labelled, ok bool) {
	if utf8.RuneCountInString(line) > maxByline || strings.HasSuffix(line, ":") || strings.HasSuffix(line, ",") { // "Sir,"
		return nil, false, false
	}
	s := strings.Trim(line, "*_ \t–—-")
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		s = strings.TrimSpace(s[1 : len(s)-1])
	}
	s = partBehindStop.ReplaceAllString(s, "; $1")
	if at := creditLabel.FindStringIndex(s); at != nil {
		labelled, s = true, strings.TrimSpace(s[at[1]:])
	}
	if at := foreignBy.FindStringIndex(s); at != nil && strings.Contains(s[at[1]:], " ") && isName(s[at[1]:]) {
		labelled, s = true, s[at[1]:]
	}
	if at := tailCredit.FindStringIndex(s); at != nil {
		labelled, s = true, strings.TrimSpace(s[:at[0]])
	}
	if at := tailVerb.FindStringIndex(s); at != nil {
		labelled, s = true, s[:at[0]]
	}
	if rest := tailPlace.ReplaceAllString(s, ""); rest != s && isName(rest) {
		s = rest
	}
	if rest := tailWhat.ReplaceAllString(s, ""); rest != s && strings.Contains(rest, " ") && isName(rest) && !whereInPicture.MatchString(s) {
		s = rest
	}
	if rest := tailRole.ReplaceAllString(s, ""); labelled || strings.Contains(rest, " ") {
		s = rest
	}
	if mailAddress.MatchString(s) {
		return []hub.DraftAuthor{{Email: s}}, true, true
	}
	if rest := dateplace.ReplaceAllString(s, ""); labelled || beginsLikePerson(rest) {
		s = rest
	}
	if s == "" || enders[foldLine(s)] {
		return nil, false, false
	}
	if writersGroup[foldLine(s)] {
		return []hub.DraftAuthor{{Name: s}}, true, true
	}
	for i, part := range splitNames(s) {
		if i == 0 && pictureWork[foldLine(part)] { // Ảnh, video: Hà; Photo - Jane Doe
			return nil, false, false
		}
		if label := partLabel.FindString(part); label != "" && i > 0 {
			labelled, part = true, strings.TrimSpace(part[len(label):])
			if notNamed[foldLine(part)] {
				continue
			}
		}
		if i > 0 && (staffMark.MatchString(part) || enders[foldLine(part)] || isRole(part) || paperName.MatchString(part)) {
			continue
		}
		if hasMark(part) && strings.Contains(part, " ") && !initials.MatchString(part) {
			part = strings.TrimSuffix(part, ".")
		}
		if strings.ContainsAny(part, "?!;:“”\"%") {
			return nil, false, false
		}
		if !isName(part) && !agencyName.MatchString(part) && !(labelled && isSourceName(part)) {
			return nil, false, false
		}
		authors = append(authors, hub.DraftAuthor{Name: part})
	}
	return authors, labelled, len(authors) > 0
}

var nameSeparator = regexp.MustCompile(`\s+[-–—/|]\s+|\s*[,;&]\s*|\s+(?:và|and|với)\s+`)

func splitNames(s string) []string {
	var parts []string
	for _, p := range nameSeparator.Split(s, -1) {
		if p = strings.TrimSpace(p); p != "" {
			parts = append(parts, p)
		}
	}
	return parts
}

// isName says whether s looks like a person's name or pen name: one to five words, each with a capital, no digits.
func isName(s string) bool {
	s = strings.TrimSpace(s)
	if initials.MatchString(s) {
		return true
	}
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > 5 || utf8.RuneCountInString(s) > 40 {
		return false
	}
	for i, w := range words {
		r, _ := utf8.DecodeRuneInString(w)
		if !unicode.IsUpper(r) && !(i > 0 && i < len(words)-1 && isParticle(w)) {
			return false
		}
		for _, c := range w {
			if !unicode.IsLetter(c) && !unicode.Is(unicode.Mn, c) && !strings.ContainsRune(".'’-", c) {
				return false
			}
		}
	}
	last := words[len(words)-1]
	return !strings.HasSuffix(last, ".") || len(last) <= 4
}

func isParticle(w string) bool {
	switch w {
	case "de", "van", "von", "der", "da", "di", "du", "la", "le", "bin", "al", "of":
		return true
	}
	return false
}

// isSourceName is laxer, for what a label introduces: an agency, a paper, a site.
func isSourceName(s string) bool {
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > 6 || strings.HasSuffix(s, ".") {
		return false
	}
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r) || strings.Contains(s, ".")
}
