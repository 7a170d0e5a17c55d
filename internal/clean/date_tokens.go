package clean

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

type tokenKind uint8

const (
	nothing tokenKind = iota // past the end
	numeral
	letterRun
	punct
)

// token is one piece of a date.
type token struct {
	kind   tokenKind
	value  int    // of a number
	digits int    // how many it has
	text   string // a number's ASCII digits, a word in lower case, one punctuation mark in its plain form
	word   word
	start  int  // where it begins, in bytes
	spaced bool // space stands before it
	dash   bool // a "-" that was a longer dash: it parts, and is no sign
	cjk    bool // a Chinese, Japanese or Korean word
	thai   bool
}

const maxTokens = 40

// tokenize cuts a date into pieces; false where it cannot be one.
func tokenize(s string, out []token) ([]token, bool) {
	spaced := false
	for i := 0; i < len(s); {
		if len(out) == maxTokens {
			return nil, false
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		t := token{start: i, spaced: spaced}
		switch {
		case r == utf8.RuneError && n == 1:
			return nil, false
		case blankRune(r):
			spaced = true
			i += n
			continue
		case digitOf(r) >= 0:
			t.kind = numeral
			if n = t.readDigits(s[i:]); n == 0 {
				return nil, false
			}
		case t.readHanNumber(s[i:]):
			n = len(t.text)
			t.text = strconv.Itoa(t.value)
		case cjk(r):
			t.kind, t.cjk = letterRun, true
			if t.text, t.word = longestWord(s[i:]); t.text == "" {
				return nil, false
			}
			n = len(t.text)
		case unicode.IsLetter(r):
			t.kind, t.thai = letterRun, unicode.Is(unicode.Thai, r)
			n = t.readWord(s[i:])
		default:
			t.kind, t.text = punct, plainMark(s[i:i+n], r)
			t.dash = t.text == "-" && r != '-' && r != '−'
		}
		out = append(out, t)
		i += n
		spaced = false
	}
	return out, true
}

// blankRune tells spaces of every kind, and marks that nobody sees.
func blankRune(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202F || r >= 0x2060 && r <= 0x2069 || r == 0xFEFF || r == 0xFE0F || r == 0xAD || r == 0x61C
}

// digitOf is the value of a digit in the scripts that are read, else -1.
func digitOf(r rune) int {
	if r < 0x80 {
		if r >= '0' && r <= '9' {
			return int(r - '0')
		}
		return -1
	}
	for _, zero := range [...]rune{'٠', '۰', '०', '০', '๐', '０'} {
		if r >= zero && r <= zero+9 {
			return int(r - zero)
		}
	}
	return -1
}

// maxDigits keeps a number within an int.
const maxDigits = 18

// readDigits reads a run of digits of one script and gives its length in bytes; 0 where it is too long or mixed.
func (t *token) readDigits(s string) int {
	n, ascii := 0, true
	var first rune
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		v := digitOf(r)
		if v < 0 {
			break
		}
		if t.digits == 0 {
			first = r - rune(v)
		}
		if r-rune(v) != first {
			return 0
		}
		ascii = ascii && r < 0x80
		t.value = t.value*10 + v
		if t.digits++; t.digits > maxDigits {
			return 0
		}
		n += size
	}
	t.text = s[:n]
	if !ascii {
		b := make([]byte, 0, maxDigits)
		for _, r := range t.text {
			b = append(b, byte('0'+digitOf(r)))
		}
		t.text = string(b)
	}
	return n
}

// readWord reads a run of letters and gives its length in bytes. Thai short forms keep the points between their letters.
func (t *token) readWord(s string) int {
	n := 0
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		if !unicode.IsLetter(r) && !unicode.IsMark(r) && (!t.thai || r != '.') || cjk(r) || t.thai && digitOf(r) >= 0 {
			break
		}
		n += size
	}
	t.text, t.word = lookUp(s[:n], t.thai)
	return n
}

// plainMark gives the plain form of a dash, colon or bracket.
func plainMark(s string, r rune) string {
	switch r {
	case '–', '—', '−', '‐', '‑', '‒', '―', '－':
		return "-"
	case '：', '∶':
		return ":"
	case '（', '【', '「':
		return "("
	case '）', '】', '」':
		return ")"
	case '，', '、', '،', '､':
		return ","
	case '／', '⁄', '∕':
		return "/"
	case '．', '。':
		return "."
	case '＋':
		return "+"
	case '｜', '│', '¦':
		return "|"
	case '・', '∙', '‧', '●', '▪':
		return "·"
	case 'ʼ', '′', '‘', '`', '´':
		return "'"
	case '″', '”', '“', '„', '«', '»', '＂':
		return "\""
	}
	if pictograph(r) {
		return "·"
	}
	return s
}

// pictograph tells the little pictures that stand before dates and times; not arrows, nor digits in circles.
func pictograph(r rune) bool {
	return r >= 0x1F300 && r <= 0x1FAFF || r >= 0x2600 && r <= 0x2775 || r >= 0x23F0 && r <= 0x23F3 || r == 0x231A || r == 0x231B
}

// readHanNumber reads 二〇二一 before 年, and 五, 十五, 三十一 before another unit. Anything else made of these digits is no
// number of a date: 一二月 is two months.
func (t *token) readHanNumber(s string) bool {
	const figures, units = "〇一二三四五六七八九", "年月日号號时時点點分秒"
	runes, n := [5]rune{}, 0
	for i, r := range s {
		if r == '零' || r == '○' {
			r = '〇'
		}
		if r != '十' && !strings.ContainsRune(figures, r) {
			if n == 0 || !strings.ContainsRune(units, r) {
				return false
			}
			v, ok := hanValue(runes[:n], figures)
			if !ok || n == 4 && r != '年' {
				return false
			}
			t.kind, t.cjk, t.text, t.value, t.digits = numeral, true, s[:i], v, len(strconv.Itoa(v))
			return true
		}
		if n == len(runes) {
			return false
		}
		runes[n] = r
		n++
	}
	return false
}

// hanValue is the value of four figures, of one, or of tens and ones.
func hanValue(runes []rune, figures string) (int, bool) {
	v, tens := 0, false
	for i, r := range runes {
		if r == '十' {
			if tens || i > 1 {
				return 0, false
			}
			tens = true
			v = max(v, 1) * 10
			continue
		}
		d := strings.IndexRune(figures, r) / len("一")
		if tens && (d == 0 || i+1 < len(runes)) {
			return 0, false
		}
		if tens {
			v += d
		} else {
			v = v*10 + d
		}
	}
	return v, tens || len(runes) == 4 || len(runes) == 1
}

func cjk(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0xAC00 && r <= 0xD7A3
}

// longestWord finds the longest known word that s starts with; these languages write without spaces.
func longestWord(s string) (string, word) {
	ends := [5]int{}
	n := 0
	for i, r := range s {
		if n == len(ends) || !cjk(r) {
			break
		}
		ends[n] = i + utf8.RuneLen(r)
		n++
	}
	for n--; n >= 0; n-- {
		if w, ok := dateWords.exact[s[:ends[n]]]; ok {
			return s[:ends[n]], w
		}
	}
	if strings.ContainsAny(s[:ends[0]], bracketedDays) {
		return s[:ends[0]], word{}
	}
	return "", word{}
}

// lookUp finds what a word says. Written with its marks it must have the right ones (tới is until, tối the evening); without
// any it is understood where only one word is meant.
func lookUp(s string, thai bool) (string, word) {
	plain := true
	for i := range len(s) {
		if s[i] >= 0x80 {
			plain = false
			break
		}
	}
	if !plain {
		s = norm.NFC.String(s)
	}
	s = strings.ToLower(s)
	if thai {
		s = strings.ReplaceAll(s, ".", "")
	}
	if w, ok := dateWords.exact[s]; ok || !plain {
		return s, w
	}
	return s, dateWords.plain[s]
}

// withoutMarks lowers a word and takes its marks away.
func withoutMarks(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.IsMark(r):
		case r == 'đ':
			b.WriteByte('d')
		case r == 'ı':
			b.WriteByte('i')
		case r == 'ł':
			b.WriteByte('l')
		case r == 'ø':
			b.WriteByte('o')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
