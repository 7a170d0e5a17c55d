package clean

import (
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
	text   string // a number's digits, a folded word, one punctuation mark
	word   word
	marked bool // the word was written with Vietnamese marks
	spaced bool // space stands before it
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
		switch {
		case r == utf8.RuneError && n == 1:
			return nil, false
		case unicode.IsSpace(r) || r >= 0x200B && r <= 0x200F || r == 0x202F || r == 0x2060 || r == 0xFEFF:
			spaced = true
			i += n
			continue
		case r >= '0' && r <= '9':
			j, v := i, 0
			for j < len(s) && s[j] >= '0' && s[j] <= '9' {
				v = v*10 + int(s[j]-'0')
				if j++; j-i > 18 {
					return nil, false
				}
			}
			out = append(out, token{kind: numeral, value: v, digits: j - i, text: s[i:j], spaced: spaced})
			i = j
		case cjk(r):
			text, w := longestWord(s[i:])
			if text == "" {
				return nil, false
			}
			out = append(out, token{kind: letterRun, text: text, word: w, spaced: spaced})
			i += len(text)
		case unicode.IsLetter(r):
			j := i
			for j < len(s) {
				r, n := utf8.DecodeRuneInString(s[j:])
				if !unicode.IsLetter(r) && !unicode.IsMark(r) || cjk(r) {
					break
				}
				j += n
			}
			text, marked := foldWord(s[i:j])
			out = append(out, token{kind: letterRun, text: text, word: dateWords[text], marked: marked, spaced: spaced})
			i = j
		default:
			out = append(out, token{kind: punct, text: mark(s[i:i+n], r), spaced: spaced})
			i += n
		}
		spaced = false
	}
	return out, true
}

// mark gives the plain form of a dash, colon or bracket.
func mark(s string, r rune) string {
	switch r {
	case '–', '—', '−', '‐', '‑':
		return "-"
	case '：':
		return ":"
	case '（':
		return "("
	case '）':
		return ")"
	case '，', '、':
		return ","
	}
	return s
}

func cjk(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r >= 0xAC00 && r <= 0xD7A3
}

// longestWord finds the longest known word that s starts with; these languages write without spaces.
func longestWord(s string) (string, word) {
	ends := [4]int{}
	n := 0
	for i, r := range s {
		if n == len(ends) || !cjk(r) {
			break
		}
		ends[n] = i + utf8.RuneLen(r)
		n++
	}
	for n--; n >= 0; n-- {
		if w, ok := dateWords[s[:ends[n]]]; ok {
			return s[:ends[n]], w
		}
	}
	return "", word{}
}

// foldWord lowers a word and takes its marks away; marked says that it had some.
func foldWord(s string) (string, bool) {
	ascii := true
	for i := range len(s) {
		if s[i] >= 0x80 {
			ascii = false
			break
		}
	}
	if ascii {
		return strings.ToLower(s), false
	}
	var b strings.Builder
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.IsMark(r):
		case r == 'đ' || r == 'Đ':
			b.WriteByte('d')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String(), true
}
