package source

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"tinhub/internal/hub"
)

// creditLabel introduces a byline: who wrote it, whose pictures they are, where it was taken from.
var creditLabel = regexp.MustCompile(`(?i)^(?:(?:tin,?\s+)?bài(?:,|\s+và|\s*&)?\s*ảnh|tin(?:,|\s+và|\s*-)?\s*ảnh|bài viết|bài|tin|thực hiện|tác giả|phóng viên|ghi nhận|nguồn tin|nguồn|story(?:\s+and\s+photos?)?|words|text|written by|reported by|reporting by|author|source|reporter)\s*[:：]\s*|^(?:theo|by|bởi|from)\s+(?:[:：]\s*)?`)

// tailCredit ends a byline: Minh Anh (tổng hợp), Lan (theo TTXVN).
var tailCredit = regexp.MustCompile(`(?i)\s*[(\[](?:tổng hợp|lược dịch|dịch|ghi|thực hiện|tường thuật|theo\b[^()]{0,40}|biên dịch|compiled|translated)[^()]{0,30}[)\]]\s*$`)

// partLabel stands before a later name of a byline: Bài: An - Ảnh: Hà.
var partLabel = regexp.MustCompile(`(?i)^(?:ảnh|đồ họa|đồ hoạ|video|clip|trình bày|thiết kế|photos?|pictures|graphics?)\s*(?:by\s|[:：])\s*`)

// dateplace ends an English byline: Jane Doe in Oban.
var dateplace = regexp.MustCompile(`\s+(?:in|at)\s+\p{Lu}[\p{L} .'-]*$`)

var mailAddress = regexp.MustCompile(`^[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,5}[A-Za-z]{2,24}$`)

// enders are the words that end a text and look like a name.
var enders = lineSet(`hết|end|ends|the end|fin|còn nữa|còn tiếp|to be continued|more to come|watch this space|xin cảm ơn`)

var initials = regexp.MustCompile(`^(?:\p{Lu}{1,3}\.\s?)+\p{Lu}?[\p{L}]{0,12}\.?$`)

const maxByline = 70 // characters

// byline reads a line that names writers and nothing else. labelled says that it says so itself.
func byline(line string) (authors []hub.DraftAuthor, labelled, ok bool) {
	if utf8.RuneCountInString(line) > maxByline || strings.HasSuffix(line, ":") {
		return nil, false, false
	}
	s := strings.Trim(line, "*_ \t–—-")
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		s = strings.TrimSpace(s[1 : len(s)-1])
	}
	if at := creditLabel.FindStringIndex(s); at != nil {
		labelled, s = true, strings.TrimSpace(s[at[1]:])
	}
	if at := tailCredit.FindStringIndex(s); at != nil {
		labelled, s = true, strings.TrimSpace(s[:at[0]])
	}
	if mailAddress.MatchString(s) {
		return []hub.DraftAuthor{{Email: s}}, true, true
	}
	if labelled {
		s = dateplace.ReplaceAllString(s, "")
	}
	if s == "" || enders[foldLine(s)] {
		return nil, false, false
	}
	for i, part := range splitNames(s) {
		if i > 0 && labelled {
			part = strings.TrimSpace(partLabel.ReplaceAllString(part, ""))
		}
		if strings.ContainsAny(part, "?!;:“”\"%") {
			return nil, false, false
		}
		if !isName(part) && !(labelled && isSourceName(part)) {
			return nil, false, false
		}
		authors = append(authors, hub.DraftAuthor{Name: part})
	}
	return authors, labelled, len(authors) > 0
}

var nameSeparator = regexp.MustCompile(`\s+[-–—/|]\s+|\s*[,&]\s*|\s+(?:và|and|với)\s+`)

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
		if !unicode.IsUpper(r) && !(i > 0 && isParticle(w)) {
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
