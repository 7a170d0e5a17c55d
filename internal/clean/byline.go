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
	// writerWord stands in such a label where it introduces who wrote, not only who took the pictures.
	writerWord = regexp.MustCompile(`(?i)bài|tin|thực hiện|nội dung`)
	agencyBy   = regexp.MustCompile(`(?i)^(?:theo|nguồn|source|via)\s*:?\s+`)
	mailName   = regexp.MustCompile(`^\s*<?([^\s()<>@]+@[^\s()<>@]+)>?\s*(?:\(([^()]*)\))?\s*$`)
	nameMail   = regexp.MustCompile(`^\s*(.*?)\s*[<(]([^\s()<>@]+@[^\s()<>@]+)[>)]\s*$`)
)

// endByline finds the names in a paragraph that may be the byline under the body; none where it is anything else. Names
// without a label are weighed against the text above them.
func (r *repeats) endByline(words string) []string {
	words = strings.TrimSpace(strings.Trim(strings.TrimSpace(words), "()[]*—–-"))
	if strings.HasSuffix(words, ".") && !initials(words) || strings.ContainsAny(words, "?!;\"“”") {
		return nil
	}
	if s := viPrefix.ReplaceAllString(words, ""); s != words {
		if !writerWord.MatchString(words[:len(words)-len(s)]) {
			return nil // who took the pictures is credited, and wrote nothing
		}
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
	if len(r.item.Authors) == 0 && !r.signedBy(names) {
		return nil
	}
	return names
}

// maxWeighed is how much of a body is looked through for what speaks against a name, in bytes.
const maxWeighed = 1 << 20

// signedBy weighs names in the body's last paragraph. They sign nothing below a colon or in a list of names; and a phrase of
// plain Latin letters is no name where the text has one of its words without a capital, or speaks of the person.
func (r *repeats) signedBy(names []string) bool {
	above := len(r.blocks) - 1
	for above > 0 && (r.blocks[above] == nil || r.blocks[above].tag != "p" || isNames(line(r.blocks[above].words()))) {
		above--
	}
	if len(r.blocks)-above > 4 || strings.HasSuffix(line(r.blocks[above].words()), ":") {
		return false
	}
	common, said := map[string]bool{}, ""
	for _, n := range names {
		first, _, _ := strings.Cut(n, " ")
		for _, w := range strings.Fields(n) {
			if commonWords[lettersOf(w)] && !surnames[lettersOf(first)] {
				return false
			}
			if isLatin(n) {
				common[strings.ToLower(w)] = false
			}
		}
	}
	size := 0
	for _, k := range r.blocks[:above+1] {
		if k == nil || k.tag == "figure" {
			continue
		}
		said = k.words()
		if size += len(said); size > maxWeighed {
			break
		}
		for _, n := range names {
			if isLatin(n) && strings.Contains(said, n) {
				return false
			}
		}
		for _, w := range strings.FieldsFunc(said, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsMark(c) }) {
			if _, asked := common[w]; asked {
				return false
			}
		}
	}
	return true
}

func isNames(words string) bool {
	for _, n := range splitNames(words) {
		if !looksLikeName(n, 2) {
			return false
		}
	}
	return words != ""
}

// isLatin says whether a name has only the letters of ASCII: in Vietnamese, whose phrases have one capital, a name is known
// by its capitals alone.
func isLatin(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool { return c > unicode.MaxASCII && c != '’' }) < 0
}

// surnames are Vietnamese ones without their marks, which English words may follow as given names.
var surnames = wordSet("nguyen tran le pham hoang huynh phan vu vo dang bui ngo duong dinh trinh truong luong doan dao")

// commonWords stand in capitals in closing phrases, and not in names.
var commonWords = wordSet(`a about accomplished again all always amen an and any are as at away back be before bye can case christmas closed coming complete conclusion
	congratulations continued day days details done down easter editor editors end enough even evening ever every farewell final finally first
	for forever free from full game go goes good goodbye great guide happy has have here history home hooray how in into is it its just know
	last later less life list live lives local look luck made make matters maybe me men merry mission months more morning most much must my
	never new news next night no none not note notes nothing now of off ok on once one only or our out over part people perhaps please point
	problem put question quite read ready really report rest results right said same say says see set simple simply so solved some soon staff
	start still stop stories story sure take tale test thank thanks that the their them then there these they thing things think this time to
	today together told tomorrow too top true truth two under until up us very video want was watch way we week well were what when where who
	why will win with without word words work world worth would writer year years yes yesterday yet york you your`)

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// enders are words, folded, that end an article and look like a name.
var enders = []string{"còn nữa", "còn tiếp", "more to come", "the end", "to be continued", "watch this space", "xin cảm ơn", "việt nam", "hà nội", "sài gòn"}

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
	if !strings.ContainsAny(s, ",;-–—") && !strings.Contains(s, "và") && !strings.Contains(s, "and") {
		return []string{s} // regexpSplit finds nothing
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
