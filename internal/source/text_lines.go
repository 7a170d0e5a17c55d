package source

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// para is one paragraph of a plain-text document, its lines joined.
type para struct {
	text    string
	times   int  // how often it stands there in a row
	tight   bool // the repeat stands on the very next line
	heading bool // marked as one with #, or underlined
	bold    bool // set between stars
	joint   bool // the line above belongs to the same group of lines
	picture bool // marked as what stands for a picture
	ruled   bool // a rule stands above it
}

// Lines of hard-wrapped text are between these numbers of characters long.
const (
	minWrap = 40
	maxWrap = 132
)

// layout is what the lines of a text are cut into paragraphs by.
type layout struct {
	width   int // lines were wrapped at; 0 where they were not
	measure func(string) int
	strict  bool                             // no blank lines show where paragraphs end, so a finished line is the last one if the next word had room
	note    func(step, before, after string) // told of every line and mark that is taken out
}

// paragraphs cuts a text at its blank lines; inside, each line is a paragraph unless the text is wrapped, which shows in
// lines that end only where the next word has no room.
func paragraphs(s string, note func(step, before, after string)) []para {
	groups := lineGroups(unnumbered(legible(s), note))
	l := layout{note: note}
	lines := 0
	for _, g := range groups {
		lines += len(g)
	}
	l.width, l.measure = wrapWidth(groups)
	var list []para
	for _, g := range groups {
		l.strict = len(groups) <= 3 || len(g) > 8 && len(g)*2 > lines
		// A caption's lines come twice, one copy right under the other.
		half := len(g) / 2
		if len(g)%2 == 0 && slices.Equal(g[:half], g[half:]) {
			if once := l.joined(g[:half]); len(once) == 1 {
				once[0].times, once[0].tight = 2, true
				list = append(list, once...)
				continue
			}
		}
		list = append(list, l.joined(g)...)
	}
	return counted(list, note)
}

// legible is a text with one kind of line end, composed letters and nothing that cannot be seen. A page's end divides no
// sentence.
func legible(s string) string {
	s = norm.NFC.String(s)
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n", "\u0085", "\n", "\v", "\n").Replace(s)
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\f', r == '\n', r == '\t', r == ' ':
			return r
		case unicode.Is(unicode.Zs, r):
			return ' '
		case r == '\ufeff', r == '\u200b', r == '\u00ad', r == '\u2060', r == '\u200e', r == '\u200f', !legalRune(r):
			return -1
		}
		return r
	}, s)
}

// lineGroups are the lines between blank lines, trimmed.
func lineGroups(s string) [][]string {
	var groups [][]string
	var group []string
	flush := func() {
		if group != nil {
			groups = append(groups, group)
			group = nil
		}
	}
	for line := range strings.SplitSeq(s, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			flush()
			continue
		}
		group = append(group, line)
	}
	flush()
	return groups
}

// wrapWidth finds the width a text was wrapped at and how it was measured; 0 where it is not wrapped. In wrapped text
// sentences run on from line to line, and only where a line is full; verses and lists do not.
func wrapWidth(groups [][]string) (int, func(string) int) {
	for _, measure := range []func(string) int{utf8.RuneCountInString, func(s string) int { return len(s) }} {
		width := 0
		for _, g := range groups {
			for _, line := range g {
				if !isAddress(line) {
					width = max(width, measure(line))
				}
			}
		}
		if width < minWrap || width > maxWrap {
			continue
		}
		full, running, runningFull := 0, 0, 0
		for _, g := range groups {
			for i := range len(g) - 1 {
				if g[i] == g[i+1] {
					continue
				}
				isFull := isFull(g[i], g[i+1], width, measure)
				if isFull {
					full++
				}
				if goesOn(g[i], g[i+1]) && !isField(g[i+1]) {
					running++
					if isFull {
						runningFull++
					}
				}
			}
		}
		if running > 0 && runningFull*5 >= running*4 && running*10 >= full*3 {
			return width, measure
		}
	}
	return 0, utf8.RuneCountInString
}

// goesOn says whether a sentence runs from one line into the next.
func goesOn(line, next string) bool {
	r, _ := utf8.DecodeRuneInString(next)
	return unicode.IsLower(r) && !isFinished(line)
}

// isFinished says whether a line ends with a sentence's last mark.
func isFinished(line string) bool {
	return endsSentence(line) && !strings.HasSuffix(line, ",") && !strings.HasSuffix(line, ";") && !creditLeft.MatchString(line)
}

// isFull says whether the next line's first word would not have fitted. Wrappers that balance lines leave some room.
func isFull(line, next string, width int, measure func(string) int) bool {
	word, _, _ := strings.Cut(next, " ")
	return measure(line)+1+measure(word) > width*88/100
}

// joined makes paragraphs of neighbouring lines, which are pieces of one where the text is wrapped.
func (l layout) joined(lines []string) []para {
	var list []para
	for start := 0; start < len(lines); {
		if isRule(lines[start]) {
			if n := len(list); start > 0 && n > 0 && strings.Trim(lines[start], "=-") == "" && !endsSentence(list[n-1].text) && list[n-1].text != "" {
				list[n-1].heading = true
			} else {
				list = append(list, para{ruled: true}) // counted gives it to the paragraph below
			}
			l.note("rule", lines[start], "")
			start++
			continue
		}
		end := start + 1
		for end < len(lines) && l.width > 0 && l.runsOn(lines[start], lines[end-1], lines[end]) {
			end++
		}
		if p := unmarked(strings.Join(lines[start:end], " "), l.note); p.text != "" {
			p.joint = start > 0
			list = append(list, p)
		}
		start = end
	}
	return list
}

// creditLeft is a label that its name did not fit beside.
var creditLeft = regexp.MustCompile(`(?i)(?:ảnh|photo|nguồn|by)\s*:$`)

func isField(line string) bool {
	kind, _ := fieldOf(line)
	return kind != noField
}

// runsOn says whether the paragraph that first begins goes on from line in the next one.
func (l layout) runsOn(first, line, next string) bool {
	if !isFull(line, next, l.width, l.measure) || isRule(next) || startsAnew(next) && !isDashInside(first, line, next) || isLabel(next) {
		return false
	}
	if len(first) > 20 && strings.HasPrefix(next, first) { // a caption again
		return false
	}
	if !isFinished(line) {
		return !standsAlone(line) || goesOn(line, next)
	}
	if standsAlone(line) || isBylineText(next) {
		return false
	}
	if l.strict {
		word, _, _ := strings.Cut(next, " ")
		return l.measure(line)+1+l.measure(word) > l.width
	}
	return true
}

// isDashInside says whether a wrapped line begins with a dash of its sentence, not with a list's: kinh tế - xã hội.
func isDashInside(first, line, next string) bool {
	rest, ok := strings.CutPrefix(next, "- ")
	if !ok {
		rest, ok = strings.CutPrefix(next, "– ")
	}
	return ok && goesOn(line, rest) && !endsSentence(line) && !startsAnew(first)
}

// isLabel says whether a line is a form's label alone, or begins with one in brackets.
func isLabel(line string) bool {
	if len(line) > 60 && line[0] != '[' || !strings.HasSuffix(line, ":") && line[0] != '[' {
		return false
	}
	kind, _ := fieldOf(line)
	return kind != noField
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

// counted folds paragraphs that follow themselves into one with its count. A caption may say its picture's maker only once.
func counted(list []para, note func(step, before, after string)) []para {
	var out []para
	ruled := false
	for _, p := range list {
		if p.text == "" {
			ruled = ruled || p.ruled
			continue
		}
		p.ruled, ruled = ruled, false
		if n := len(out); n > 0 && out[n-1].heading == p.heading {
			last := &out[n-1]
			if plain := unbracketed(p.text); plain != p.text && sameText(last.text, plain) || unbracketed(last.text) != last.text && sameText(unbracketed(last.text), p.text) {
				note("caption repeated", longer(last.text, p.text), plain)
				last.text, last.times, last.picture = unbracketed(last.text), last.times+1, true
				continue
			}
			if sameText(last.text, p.text) {
				last.times += p.times
				last.bold = last.bold || p.bold
				last.picture = last.picture || p.picture
				continue
			}
			if rest, ok := strings.CutPrefix(p.text, strings.TrimSuffix(last.text, ".")); ok && last.times == 1 && isCredit(rest) {
				*last = para{text: p.text, times: 2, tight: true, picture: true}
				continue
			}
			// The picture's maker on a line below.
			if p.joint && loneCredit.MatchString(p.text) && last.times <= 2 && utf8.RuneCountInString(last.text) <= 250 &&
				!last.heading && (!endsSentence(last.text) || !last.joint) && !isFrame(last.text) && !isLabelledByline(last.text) {
				last.text, last.picture = last.text+" "+p.text, true
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

// unbracketed is a line without the brackets around all of it.
func unbracketed(s string) string {
	if len(s) < 3 || s[0] != '(' || s[len(s)-1] != ')' || strings.ContainsAny(s[1:len(s)-1], "()") {
		return s
	}
	return s[1 : len(s)-1]
}

func longer(a, b string) string {
	if len(b) > len(a) {
		return b
	}
	return a
}

func sameText(a, b string) bool { return a == b || oneSpaced(a) == oneSpaced(b) }

func oneSpaced(s string) string { return strings.Join(strings.Fields(s), " ") }
