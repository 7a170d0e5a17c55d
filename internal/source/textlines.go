package source

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// para is one paragraph of a plain-text document, its lines joined.
type para struct {
	text    string
	times   int  // how often it stands there in a row
	tight   bool // the repeat stands on the very next line
	heading bool // marked as one with #
}

// Lines of hard-wrapped text are between these numbers of characters long.
const (
	minWrap = 40
	maxWrap = 100
)

// paragraphs cuts a text at its blank lines; inside, each line is a paragraph unless the text is wrapped, which shows in
// lines that end only where the next word has no room.
func paragraphs(s string) []para {
	groups := lineGroups(s)
	width, measure := wrapWidth(groups)
	var list []para
	for _, g := range groups {
		// A caption's lines come twice, one copy right under the other.
		half := len(g) / 2
		if len(g)%2 == 0 && slices.Equal(g[:half], g[half:]) {
			if once := joined(g[:half], width, measure); len(once) == 1 {
				once[0].times, once[0].tight = 2, true
				list = append(list, once...)
				continue
			}
		}
		list = append(list, joined(g, width, measure)...)
	}
	return counted(list)
}

// lineGroups are the lines between blank lines, trimmed.
func lineGroups(s string) [][]string {
	s = norm.NFC.String(s)
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\f", "\n\n", "\u2028", "\n", "\u2029", "\n\n", "\u0085", "\n").Replace(s)
	s = strings.Map(func(r rune) rune {
		if r == '\ufeff' || r == '\u200b' || r == '\u00ad' || r == '\u2060' || !legalRune(r) {
			return -1
		}
		return r
	}, s)
	var groups [][]string
	var group []string
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			group = append(group, line)
			continue
		}
		if group != nil {
			groups = append(groups, group)
			group = nil
		}
	}
	if group != nil {
		groups = append(groups, group)
	}
	return groups
}

// wrapWidth finds the width a text was wrapped at and how it was measured; 0 where it is not wrapped.
func wrapWidth(groups [][]string) (int, func(string) int) {
	for _, measure := range []func(string) int{utf8.RuneCountInString, func(s string) int { return len(s) }} {
		width := 0
		for _, g := range groups {
			for _, line := range g {
				width = max(width, measure(line))
			}
		}
		if width < minWrap || width > maxWrap {
			continue
		}
		full, breaks := 0, 0
		for _, g := range groups {
			for i := range len(g) - 1 {
				if g[i] == g[i+1] {
					continue
				}
				breaks++
				if isFull(g[i], g[i+1], width, measure) {
					full++
				}
			}
		}
		if breaks >= 3 && full*4 >= breaks*3 {
			return width, measure
		}
	}
	return 0, utf8.RuneCountInString
}

// isFull says whether the next line's first word would not have fitted. Wrappers that balance lines leave some room.
func isFull(line, next string, width int, measure func(string) int) bool {
	word, _, _ := strings.Cut(next, " ")
	return measure(line)+1+measure(word) > width*88/100
}

// joined makes paragraphs of neighbouring lines, which are pieces of one where the text is wrapped.
func joined(lines []string, width int, measure func(string) int) []para {
	var list []para
	for start := 0; start < len(lines); {
		end := start + 1
		for end < len(lines) && width > 0 && isFull(lines[end-1], lines[end], width, measure) && !startsAnew(lines[end]) && !standsAlone(lines[end-1]) {
			end++
		}
		p := para{text: lines[start], times: 1}
		if t := strings.TrimLeft(p.text, "#"); len(t) < len(p.text) && len(p.text)-len(t) <= 6 && strings.HasPrefix(t, " ") {
			p.text, p.heading = strings.TrimSpace(strings.TrimRight(t, "# ")), true
		}
		if p.text = strings.TrimSpace(strings.Join(append([]string{p.text}, lines[start+1:end]...), " ")); p.text != "" {
			list = append(list, p)
		}
		start = end
	}
	return list
}

// startsAnew says whether a line begins a paragraph however full the one before it is.
func startsAnew(line string) bool {
	for _, mark := range []string{"* ", "- ", "• ", "– ", "+ ", "#", "> "} {
		if strings.HasPrefix(line, mark) {
			return true
		}
	}
	return standsAlone(line)
}

func standsAlone(line string) bool {
	return isDateline(line) || furniture(line) != notFurniture || editions(line) != nil
}

// counted folds paragraphs that follow themselves into one with its count.
func counted(list []para) []para {
	var out []para
	for _, p := range list {
		if n := len(out); n > 0 && sameText(out[n-1].text, p.text) && out[n-1].heading == p.heading {
			out[n-1].times += p.times
			continue
		}
		out = append(out, p)
	}
	return out
}

func sameText(a, b string) bool {
	return a == b || strings.Join(strings.Fields(a), " ") == strings.Join(strings.Fields(b), " ")
}
