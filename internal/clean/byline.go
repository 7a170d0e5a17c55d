package clean

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxNameWords is how many words a name in a text may have; longer ones are sentences.
const maxNameWords = 5

var (
	byPrefix = regexp.MustCompile(`(?i)^(?:written by|story by|words by|posted by|by|bởi|tác giả|người viết|phóng viên|pv|von|par|por|di)\s*[:.]?\s+`)
	viPrefix = regexp.MustCompile(`(?i)^(?:bài viết|bài và ảnh|bài, ảnh|bài|tin, ảnh|tin, bài|tin|ảnh|thực hiện|clip|video|đồ họa|nội dung)(?:\s*(?:và|,|&|-|–)\s*(?:bài|ảnh|clip|video|tin|đồ họa))*\s*:\s*`)
	agencyBy = regexp.MustCompile(`(?i)^(?:theo|nguồn|source|via)\s*:?\s+`)
	mailName = regexp.MustCompile(`^\s*<?([^\s()<>@]+@[^\s()<>@]+)>?\s*(?:\(([^()]*)\))?\s*$`)
	nameMail = regexp.MustCompile(`^\s*(.*?)\s*[<(]([^\s()<>@]+@[^\s()<>@]+)[>)]\s*$`)
)

// endByline finds the names in a paragraph that may be the byline under an article; none where it is anything else.
func endByline(words string) []string {
	words = strings.TrimSpace(strings.Trim(strings.TrimSpace(words), "()[]*—–-"))
	if strings.HasSuffix(words, ".") && !initials(words) || strings.ContainsAny(words, "?!;\"“”") {
		return nil
	}
	if s := viPrefix.ReplaceAllString(words, ""); s != words {
		return credits(s)
	}
	if s := byPrefix.ReplaceAllString(words, ""); s != words {
		return safeNames(s)
	}
	if s := agencyBy.ReplaceAllString(words, ""); s != words {
		if isAgency(s) || looksLikeName(s, 1) {
			return []string{s}
		}
		return nil
	}
	if slices.Contains(enders, foldLabel(words)) {
		return nil
	}
	names := splitNames(words)
	for _, n := range names {
		if !looksLikeName(n, 2) || isLabel(n) || isSharing(n) {
			return nil
		}
	}
	return names
}

// enders are words, folded, that end an article and look like a name.
var enders = []string{"còn nữa", "còn tiếp", "more to come", "the end", "to be continued", "watch this space", "xin cảm ơn"}

// startByline finds the names in a first paragraph; there only one that says "By" counts.
func startByline(words string) []string {
	if s := byPrefix.ReplaceAllString(words, ""); s != words && !strings.HasSuffix(s, ".") {
		return safeNames(s)
	}
	return nil
}

// credits reads what stands after "Bài:": names, maybe with the photographer's label between them.
func credits(s string) []string {
	var out []string
	for _, part := range regexpSplit.Split(s, -1) {
		part = strings.TrimSpace(viPrefix.ReplaceAllString(strings.TrimSpace(part), ""))
		if part == "" {
			continue
		}
		if !looksLikeName(part, 1) && !isAgency(part) {
			return nil
		}
		out = append(out, part)
	}
	return out
}

var regexpSplit = regexp.MustCompile(`\s+[-–—]\s+|\s*[,;]\s+|\s+và\s+|\s+and\s+`)

func safeNames(s string) []string {
	names := splitNames(s)
	for _, n := range names {
		if !looksLikeName(n, 1) {
			return nil
		}
	}
	return names
}

// splitNames divides "A, B", "A - B", "A and B" where every part looks like a name of its own.
func splitNames(s string) []string {
	s = strings.TrimSpace(s)
	if s == "" {
		return nil
	}
	parts := regexpSplit.Split(s, -1)
	for i, p := range parts {
		parts[i] = strings.TrimSpace(p)
		if len(parts) > 1 && !looksLikeName(parts[i], 2) {
			return []string{s}
		}
	}
	return parts
}

// stripBy takes "By " and its like off a declared author's name.
func stripBy(s string) string {
	if t := byPrefix.ReplaceAllString(s, ""); t != s && startsUpper(t) && !isPlaceOrParticle(s) {
		return t
	}
	return s
}

// isPlaceOrParticle keeps "Von Trapp" and "Di Maria" whole: those words introduce an author only in lower case.
func isPlaceOrParticle(s string) bool {
	first, _, _ := strings.Cut(s, " ")
	switch first {
	case "Von", "Di", "Por", "Par":
		return true
	}
	return false
}

// looksLikeName says whether s is least to five words, each capitalised or a particle between two that are.
func looksLikeName(s string, least int) bool {
	if utf8.RuneCountInString(s) > 60 {
		return false
	}
	words := strings.Fields(s)
	if len(words) < least || len(words) > maxNameWords {
		return false
	}
	for i, w := range words {
		if i > 0 && i < len(words)-1 && slices.Contains(particles, w) {
			continue
		}
		if !nameWord(w) {
			return false
		}
	}
	return true
}

var particles = []string{"van", "von", "de", "der", "den", "da", "di", "del", "della", "du", "la", "le", "dos", "bin", "al", "el", "y", "zu", "ter"}

func nameWord(w string) bool {
	w = strings.TrimSuffix(w, ".")
	if !startsUpper(w) {
		return false
	}
	for _, r := range w {
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '-' && r != '\'' && r != '’' && r != '.' {
			return false
		}
	}
	return true
}

func startsUpper(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsUpper(r)
}

// initials says whether s ends in a point because its last word is an initial: "Phương H.", "P.V.".
func initials(s string) bool {
	words := strings.Fields(s)
	last := []rune(strings.TrimSuffix(words[len(words)-1], "."))
	return len(last) == 1 || len(last) == 3 && last[1] == '.'
}

// isAgency says whether s is a short name in capitals, as agencies sign.
func isAgency(s string) bool {
	if n := utf8.RuneCountInString(s); n < 2 || n > 12 {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return !unicode.IsUpper(r) && r != '.' && r != '/' && r != '-' }) < 0
}
