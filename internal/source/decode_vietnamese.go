package source

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Before Unicode, Vietnamese papers wrote with fonts that drew other letters in the places of Latin ones. Their texts come
// as bytes of windows-1252, or pasted as its letters: "§ång Nai" (TCVN3) and "Ñoàng Nai" (VNI) are both Đồng Nai.

// tcvn3 has the letters of TCVN3 from 0xa1 on; a space is no letter.
const tcvn3 = "ĂÂÊÔƠƯĐăâêôơưđ" + "      " + "àảãáạ ằẳẵắ       ặầẩẫấậè ẻẽéẹềểễếệìỉ   ĩíịò ỏõóọồổỗốộờởỡớợù ủũúụừửữứựỳỷỹýỵ"

// vniMarks are what VNI puts behind a letter, each with the marks it stands for.
var vniMarks = map[rune]string{
	'ù': "\u0301", 'ø': "\u0300", 'û': "\u0309", 'õ': "\u0303", 'ï': "\u0323",
	'â': "\u0302", 'á': "\u0302\u0301", 'à': "\u0302\u0300", 'å': "\u0302\u0309", 'ã': "\u0302\u0303", 'ä': "\u0302\u0323",
	'ê': "\u0306", 'é': "\u0306\u0301", 'è': "\u0306\u0300", 'ú': "\u0306\u0309", 'ü': "\u0306\u0303", 'ë': "\u0306\u0323",
}

// vniLetters are letters that VNI draws as a whole.
var vniLetters = map[rune]rune{'ñ': 'đ', 'ô': 'ơ', 'ö': 'ư', 'í': 'í', 'ì': 'ì', 'æ': 'ỉ', 'ó': 'ĩ', 'ò': 'ị', 'î': 'ỵ'}

// vietnameseWords are so common that a text of some length has several of them, whatever it is about.
var vietnameseWords = lineSet(`và|của|là|được|trong|người|không|với|những|một|đã|cho|các|có|này|để|tại|từ|năm|nước|đến|về|việc|ngày|tỉnh|xã|huyện|nhiều`)

// fromOldFonts reads a text that was written with such a font, and names it; ok is false where it was not, or nobody could
// be sure: the text must not have the words of the language before, and several of them, three different ones, after; one
// chance word that a text repeats is not enough.
func fromOldFonts(s string) (text, font string, ok bool) {
	sample := s[:min(len(s), sniffBytes)]
	if !strings.ContainsFunc(sample, func(r rune) bool { return r >= 0xa1 && r <= 0xff }) {
		return s, "", false
	}
	if n, _ := markedWords(sample); n > 1 {
		return s, "", false
	}
	for _, f := range []struct {
		name string
		read func(string) string
	}{{"TCVN3", fromTCVN3}, {"VNI", fromVNI}} {
		if n, different := markedWords(f.read(sample)); n >= 5 && different >= 3 {
			return f.read(s), f.name, true
		}
	}
	return s, "", false
}

// markedWords counts the common words of a text, up to a few, and how many different ones they are; those without a mark are
// any language's.
func markedWords(s string) (n, different int) {
	seen := map[string]bool{}
	for w := range strings.FieldsFuncSeq(s, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len(w) > 12 || !hasMark(w) {
			continue
		}
		if w = strings.ToLower(norm.NFC.String(w)); vietnameseWords[w] {
			seen[w] = true
			if n++; n > 20 {
				break
			}
		}
	}
	return n, len(seen)
}

func fromTCVN3(s string) string {
	letters := []rune(tcvn3)
	s = strings.Map(func(r rune) rune {
		if i := int(r) - 0xa1; i >= 0 && i < len(letters) && letters[i] != ' ' {
			return letters[i]
		}
		return r
	}, s)
	return capitals(s)
}

// capitals mends words in capitals, whose font drew the small marked letters as capitals.
func capitals(s string) string {
	var out strings.Builder
	out.Grow(len(s))
	inCapitals := false
	for len(s) > 0 {
		end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
		if end < 0 {
			end = len(s)
		}
		word := s[:end]
		if plain := strings.Map(asciiOnly, word); word != "" {
			inCapitals = plain == strings.ToUpper(plain) && (len(plain) > 1 || inCapitals)
			if inCapitals {
				word = strings.ToUpper(word)
			}
		}
		out.WriteString(word)
		s = s[end:]
		if s != "" {
			_, size := utf8.DecodeRuneInString(s)
			out.WriteString(s[:size])
			s = s[size:]
		}
	}
	return out.String()
}

func asciiOnly(r rune) rune {
	if r > unicode.MaxASCII {
		return -1
	}
	return r
}

func fromVNI(s string) string {
	out := make([]rune, 0, len(s))
	for _, r := range s {
		small := unicode.ToLower(r)
		if marks, ok := vniMarks[small]; ok && len(out) > 0 && strings.ContainsRune("aeouyơưAEOUYƠƯ", out[len(out)-1]) {
			out = append(out, []rune(marks)...)
			continue
		}
		if letter, ok := vniLetters[small]; ok {
			if small != r {
				letter = unicode.ToUpper(letter)
			}
			r = letter
		}
		out = append(out, r)
	}
	return norm.NFC.String(string(out))
}
