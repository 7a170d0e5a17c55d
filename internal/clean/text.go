package clean

import (
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// tidy makes s what an item's text must be: valid UTF-8 in NFC, without characters XML 1.0 forbids, noncharacters, C1
// controls, byte order marks or unbalanced bidi controls. Whitespace stays as it is.
func tidy(s string) string {
	if calm(s) || isTidy(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				continue // an invalid byte; lone surrogates are made of these
			}
		}
		if r == 0x85 || r == 0x2028 || r == 0x2029 {
			r = '\n'
		}
		if !forbidden(r) {
			b.WriteRune(r)
		}
	}
	return norm.NFC.String(balanceBidi(b.String()))
}

// calm says, in one quick pass, whether s is of the characters that most articles are written in and that tidy never
// touches: ASCII without controls, Latin and Vietnamese letters, Cyrillic, Han, common punctuation. None of them joins with
// its neighbour, so that s is in NFC as well.
func calm(s string) bool {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c < 0x7F {
			i++
			continue
		}
		// The letters of Vietnamese, of which there are many.
		if c >= 0xC3 && c <= 0xC6 && i+1 < len(s) && s[i+1]&0xC0 == 0x80 {
			i += 2
			continue
		}
		if c == 0xE1 && i+2 < len(s) && s[i+1] == 0xBB && s[i+2]&0xC0 == 0x80 {
			i += 3
			continue
		}
		n := calmLen(s, i)
		if n == 0 {
			return false
		}
		i += n
	}
	return true
}

// calmLen is the length of the calm character at i, 0 where it is none.
func calmLen(s string, i int) int {
	c := s[i]
	switch {
	case c < 0x80:
		if c >= 0x20 && c != 0x7F || c == '\t' || c == '\n' || c == '\r' {
			return 1
		}
		return 0
	case i+1 >= len(s):
		return 0
	}
	d := s[i+1]
	switch {
	case d < 0x80 || d > 0xBF:
		return 0
	case c == 0xC2:
		if d >= 0xA0 { // U+00A0–00BF
			return 2
		}
		return 0
	case c >= 0xC3 && c <= 0xCB, c == 0xD0, c == 0xD1: // U+00C0–02FF, U+0400–047F
		return 2
	case i+2 >= len(s) || s[i+2] < 0x80 || s[i+2] > 0xBF:
		return 0
	case c == 0xE1 && (d == 0xBB || d == 0xBA && s[i+2] >= 0xA0), // U+1EA0–1EFF
		c == 0xE2 && d == 0x80 && s[i+2] >= 0x90 && s[i+2] != 0xAF && (s[i+2] < 0xA8 || s[i+2] > 0xAE), // U+2010–2027, 2030–203F
		c == 0xE2 && d == 0x82 && s[i+2] >= 0xA0,                                                       // U+20A0–20BF
		c >= 0xE4 && c <= 0xE9:                                                                         // U+4000–9FFF
		return 3
	}
	return 0
}

// nfc is s in NFC.
func nfc(s string) string {
	if calm(s) {
		return s
	}
	return norm.NFC.String(s)
}

// isTidy says whether tidy would change nothing.
func isTidy(s string) bool {
	for i, r := range s {
		switch {
		case r < 0x7F && r >= 0x20:
		case forbidden(r), r == 0x2028, r == 0x2029, isBidi(r):
			return false
		case r == utf8.RuneError:
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return false
			}
		}
	}
	return norm.NFC.IsNormalString(s)
}

// forbidden lists what XML 1.0 §2.2 forbids or discourages, beside the byte order mark.
func forbidden(r rune) bool {
	switch {
	case r < 0x20:
		return r != '\t' && r != '\n' && r != '\r'
	case r < 0x7F:
		return false
	}
	return r <= 0x9F || r == 0xFEFF || r >= 0xFDD0 && r <= 0xFDEF || r&0xFFFE == 0xFFFE || r >= 0xFFF9 && r <= 0xFFFB
}

// balanceBidi takes all bidi embeddings, overrides and isolates out of a text that does not close each of them: left open
// they turn round whatever a page shows next.
func balanceBidi(s string) string {
	if !strings.ContainsFunc(s, isBidi) {
		return s
	}
	var open []rune
	balanced := true
	for _, r := range s {
		switch {
		case r >= 0x202A && r <= 0x202E && r != 0x202C:
			open = append(open, 0x202C)
		case r >= 0x2066 && r <= 0x2068:
			open = append(open, 0x2069)
		case r == 0x202C || r == 0x2069:
			if len(open) == 0 || open[len(open)-1] != r {
				balanced = false
			} else {
				open = open[:len(open)-1]
			}
		}
	}
	if balanced && len(open) == 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		if isBidi(r) {
			return -1
		}
		return r
	}, s)
}

func isBidi(r rune) bool { return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 }

// line is tidy text on one line.
func line(s string) string { return spaced(tidy(s)) }

// spaced makes each run of whitespace one space and takes it off the ends.
func spaced(s string) string {
	s = strings.TrimLeft(s, " ")
	gap := false
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c > ' ' && (c < 0xC2 || c > 0xE3 || !isSpaceAt(s, i)) {
			gap = false
			continue
		}
		if c < ' ' && !isSpaceAt(s, i) {
			gap = false
			continue
		}
		if gap || c != ' ' {
			return strings.Join(strings.Fields(s), " ")
		}
		gap = true
	}
	return strings.TrimSuffix(s, " ")
}

// isSpaceAt says whether the character at i is white space, as unicode.IsSpace has it.
func isSpaceAt(s string, i int) bool {
	switch c := s[i]; c {
	case ' ', '\t', '\n', '\v', '\f', '\r':
		return true
	case 0xC2:
		return i+1 < len(s) && (s[i+1] == 0x85 || s[i+1] == 0xA0)
	case 0xE1:
		return strings.HasPrefix(s[i+1:], "\x9A\x80")
	case 0xE2:
		if i+2 >= len(s) {
			return false
		}
		d := s[i+2]
		return s[i+1] == 0x80 && (d >= 0x80 && d <= 0x8A || d == 0xA8 || d == 0xA9 || d == 0xAF) || s[i+1] == 0x81 && d == 0x9F
	case 0xE3:
		return strings.HasPrefix(s[i+1:], "\x80\x80")
	}
	return false
}

// paragraphs is tidy text in lines: whitespace collapsed within each, blank lines between paragraphs kept as one.
func paragraphs(s string) []string {
	s = strings.ReplaceAll(tidy(s), "\r\n", "\n")
	var out []string
	var current []string
	flush := func() {
		if len(current) > 0 {
			out = append(out, strings.Join(current, "\n"))
			current = nil
		}
	}
	for l := range strings.FieldsFuncSeq(strings.ReplaceAll(s, "\n", "\n\x00"), func(r rune) bool { return r == '\n' || r == '\r' }) {
		l = strings.Join(strings.Fields(strings.ReplaceAll(l, "\x00", " ")), " ")
		if l == "" {
			flush()
			continue
		}
		current = append(current, l)
	}
	flush()
	return out
}

// cut bounds s to n runes, at a word's end where one is near, with an ellipsis.
func cut(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)[:n-1]
	end := len(r)
	for i := end; i > end-40 && i > 0; i-- {
		if unicode.IsSpace(r[i-1]) {
			end = i - 1
			break
		}
	}
	return strings.TrimRightFunc(string(r[:end]), unicode.IsSpace) + "…"
}

// fold is the form that texts are compared in: letters and digits only, in lower case, words one space apart, the agency's
// mark before a dash ("(ĐN) - ", "Hà Nội (TTXVN) – ") left out.
func fold(s string) string {
	s = nfc(s)
	if mayBeAgency(s) {
		s = s[len(agency.FindString(s)):]
	}
	return lettersOf(s)
}

// mayBeAgency says whether a text can begin with an agency's mark: with a bracket somewhere, or with two capitals.
func mayBeAgency(s string) bool {
	if strings.IndexByte(s, '(') >= 0 {
		return true
	}
	s = strings.TrimLeft(s, " \t\n\r\f")
	first, n := utf8.DecodeRuneInString(s)
	if !unicode.IsUpper(first) {
		return false
	}
	second, _ := utf8.DecodeRuneInString(s[n:])
	return unicode.IsUpper(second)
}

// maxRoom is the length in bytes of what is folded without a detour over the heap.
const maxRoom = 512

// lettersOf gives the letters and digits of a text in lower case, words one space apart.
func lettersOf(s string) string {
	if s == "" {
		return ""
	}
	if len(s) > maxRoom {
		return string(appendLetters(make([]byte, 0, len(s)+utf8.UTFMax), s))
	}
	var room [maxRoom + utf8.UTFMax]byte
	return string(appendLetters(room[:0], s))
}

// appendLetters is lettersOf for those who have room.
func appendLetters(b []byte, s string) []byte {
	start := len(b)
	gap := false
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
		case r >= 'A' && r <= 'Z':
			r += 'a' - 'A'
		case r >= 0x1EA0 && r <= 0x1EFF: // Vietnamese: small letters are odd
			r |= 1
		case r >= 0xC0 && r <= 0x12F && r != 0xD7 && r != 0xF7:
			switch {
			case r < 0xDF:
				r += 0x20
			case r >= 0x100:
				r |= 1
			}
		case r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)):
			r = unicode.ToLower(r)
		default:
			gap = true
			continue
		}
		if gap && len(b) > start {
			b = append(b, ' ')
		}
		gap = false
		b = utf8.AppendRune(b, r)
	}
	return b
}

var agency = regexp.MustCompile(`^\s*(?:(?:\p{Lu}\p{L}*[ ,.]*){0,5}\([\p{L}][\p{L}\p{N} .&/-]{0,29}\)|\p{Lu}{2,6})\s*[-–—:]\s+`)

var entity = regexp.MustCompile(`&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,7}|[A-Za-z][A-Za-z0-9]{1,31});`)

// decode replaces the entities that end in a semicolon; a bare & is left alone, as in AT&T.
func decode(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	return entity.ReplaceAllStringFunc(s, html.UnescapeString)
}
