package source

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Marks are what converters put into a text beside its words: stars, brackets, numbers of links, page numbers, rules.
var (
	linkMark    = regexp.MustCompile(`\[([^\[\]\n]+)\]\((?:https?://|/|#|mailto:|\./|\.\./)[^()\s]*(?:\s+"[^"\n]*")?\)`)
	imageMark   = regexp.MustCompile(`!\[([^\[\]\n]*)\]\([^()\s]+(?:\s+"[^"\n]*")?\)`)
	boldMark    = regexp.MustCompile(`\*\*([^*\n]+)\*\*`)
	starMark    = regexp.MustCompile(`(^|[\s(“"])\*([^\s*](?:[^*\n]*[^\s*])?)\*($|[\s).,;:!?”"])`)
	imageName   = regexp.MustCompile(`(?i)^\[(?:image|img|inline|picture|ảnh|hình ảnh|[\w.-]{1,80}\.(?:png|jpe?g|gif|webp|svg))\]$`)
	imageWords  = regexp.MustCompile(`(?i)^\[(?:image|img|photo|picture|ảnh|hình|hình ảnh)\s*:\s*(.+)\]$`)
	listHead    = regexp.MustCompile(`(?im)^[ \t]*(?:references|links|visible links|liên kết)[ \t]*:?[ \t]*$`)
	listEntry   = regexp.MustCompile(`^(?:\d{1,4}\.|\[\d{1,4}\])\s+\S+:\S+$`)
	linkNumber  = regexp.MustCompile(`\[\d{1,4}\]`)
	pageNumber  = regexp.MustCompile(`(?i)^(?:page|trang)\s+\d{1,4}(?:\s*(?:of|/|trên)\s*\d{1,4})?$`)
	loneNumber  = regexp.MustCompile(`^[-–—]?\s*\d{1,4}\s*[-–—]?$`)
	bracketText = regexp.MustCompile(`^\[[^\[\]{}"\n]{0,80}\][^\S\n]*[^\s,\]\[]|^\[\p{L}[^\[\]{}"\n]{0,80}\]\s*[\p{L}\d(]`)
)

// beginsWithBrackets tells a text whose first word stands in brackets ("[1]Home", "[Ảnh] …") from a JSON list.
func beginsWithBrackets(s string) bool { return bracketText.MatchString(s) }

// isRule says whether a line is drawn, not written: =====, -----, * * *.
func isRule(line string) bool {
	if len(line) < 3 {
		return false
	}
	marks := 0
	for _, r := range line {
		switch {
		case strings.ContainsRune("=-_*~—–─━═+|:", r):
			marks++
		case !unicode.IsSpace(r):
			return false
		}
	}
	return marks >= 3
}

// isAddress says whether a line is a URL and nothing else.
func isAddress(line string) bool {
	return (strings.HasPrefix(line, "https://") || strings.HasPrefix(line, "http://")) && !strings.ContainsAny(line, " \t")
}

// unnumbered takes out what a dump adds to a text as a whole: the numbers of links with the list they point into, the
// numbers of pages and the breaks between them.
func unnumbered(s string, note func(step, before, after string)) string {
	s = withoutLinkList(s, note)
	if !strings.Contains(s, "\f") {
		return s
	}
	pages := strings.Split(s, "\f")
	var out strings.Builder
	for i, page := range pages {
		page = strings.TrimRight(page, " \t\n")
		if at := strings.LastIndexByte(page, '\n'); at >= 0 && i+1 < len(pages) {
			if line := strings.TrimSpace(page[at+1:]); loneNumber.MatchString(line) || pageNumber.MatchString(line) {
				note("page number", line, "")
				page = strings.TrimRight(page[:at], " \t\n")
			}
		}
		if i > 0 {
			page = strings.TrimLeft(page, "\n")
			gap := "\n\n"
			if r, _ := utf8.DecodeRuneInString(strings.TrimSpace(page)); unicode.IsLower(r) && !endsSentence(out.String()) {
				gap = "\n"
			}
			out.WriteString(gap)
		}
		out.WriteString(page)
	}
	return out.String()
}

// withoutLinkList takes out the list of addresses that numbers in the text point into, and the numbers.
func withoutLinkList(s string, note func(step, before, after string)) string {
	heads := listHead.FindAllStringIndex(s, -1)
	if len(heads) == 0 {
		return s
	}
	at := heads[len(heads)-1]
	end, entries := at[1], 0
	for line := range strings.Lines(s[at[1]:]) {
		if text := strings.TrimSpace(line); listEntry.MatchString(text) {
			entries++
		} else if text != "" {
			break
		}
		end += len(line)
	}
	if entries == 0 {
		return s
	}
	for line := range strings.Lines(s[at[0]:end]) {
		if line = strings.TrimSpace(line); line != "" {
			note("list of links", line, "")
		}
	}
	var out strings.Builder
	for line := range strings.Lines(s[:at[0]] + "\n" + s[end:]) {
		plain := linkNumber.ReplaceAllString(line, "")
		if plain != line {
			note("numbers of links", strings.TrimSpace(line), strings.TrimSpace(plain))
		}
		out.WriteString(plain)
	}
	return out.String()
}

// unmarked is a paragraph without the marks around and inside it.
func unmarked(text string, note func(step, before, after string)) para {
	p := para{text: text, times: 1}
	if t := strings.TrimLeft(p.text, "#"); len(t) < len(p.text) && len(p.text)-len(t) <= 6 && strings.HasPrefix(t, " ") {
		p.text, p.heading = strings.TrimSpace(strings.TrimRight(t, "# ")), true
	}
	switch {
	case pageNumber.MatchString(p.text):
		note("page number", p.text, "")
		return para{}
	case imageName.MatchString(p.text):
		note("name of a picture", p.text, "")
		return para{}
	}
	if m := imageWords.FindStringSubmatch(p.text); m != nil {
		p.text, p.picture = strings.TrimSpace(m[1]), true
	}
	if strings.Contains(p.text, "](") {
		if at := imageMark.FindStringSubmatchIndex(p.text); at != nil && at[0] == 0 && at[1] == len(p.text) {
			p.text, p.picture = p.text[at[2]:at[3]], true
		}
		p.text = imageMark.ReplaceAllString(p.text, "$1")
		p.text = linkMark.ReplaceAllString(p.text, "$1")
	}
	if t, ok := strings.CutPrefix(p.text, "> "); ok && furniture(p.text) == notFurniture { // a quotation in Markdown
		p.text = t
	}
	p.text, p.bold = unstarred(p.text)
	p.text = strings.TrimSpace(p.text)
	if p.text != text {
		note("marks", text, p.text)
	}
	return p
}

// unstarred takes the stars off words that stand between them; whole says that all of it did.
func unstarred(s string) (text string, whole bool) {
	for _, mark := range []string{"***", "**", "__", "*", "_"} {
		inner, ok := strings.CutPrefix(s, mark)
		if !ok {
			continue
		}
		if inner, ok = strings.CutSuffix(inner, mark); ok && inner != "" && inner == strings.TrimSpace(inner) && !strings.Contains(inner, mark) {
			return inner, true
		}
	}
	if strings.Contains(s, "**") {
		s = boldMark.ReplaceAllString(s, "$1")
	}
	if strings.Count(s, "*") > 1 {
		s = starMark.ReplaceAllString(s, "$1$2$3")
	}
	return s, false
}
