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
	if isTidyASCII(s) || isTidy(s) {
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

func isTidyASCII(s string) bool {
	for i := range len(s) {
		if c := s[i]; c >= 0x7F || c < 0x20 && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return true
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
	gap := true
	for i := range len(s) {
		switch c := s[i]; {
		case c == ' ' && !gap:
			gap = true
			continue
		case c == ' ', c < ' ', c == 0xC2, c == 0xE1 && strings.HasPrefix(s[i+1:], "\x9a"), c == 0xE2 && !strings.HasPrefix(s[i+1:], "\x80\x9c"), c == 0xE3:
			// Two spaces, or what may be the first byte of another kind of space.
			return strings.Join(strings.Fields(s), " ")
		}
		gap = false
	}
	return strings.TrimSuffix(s, " ")
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
	s = norm.NFC.String(s)
	if m := agency.FindString(s); m != "" {
		s = s[len(m):]
	}
	return lettersOf(s)
}

// lettersOf gives the letters and digits of a text in lower case, words one space apart.
func lettersOf(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for _, r := range s {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
		case r >= 'A' && r <= 'Z':
			r += 'a' - 'A'
		case r >= utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)):
			r = unicode.ToLower(r)
		default:
			gap = true
			continue
		}
		if gap && b.Len() > 0 {
			b.WriteByte(' ')
		}
		gap = false
		b.WriteRune(r)
	}
	return b.String()
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
