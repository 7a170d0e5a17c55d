package source

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMenu is how many paragraphs of menus may stand above an article.
const maxMenu = 120

// menu passes over the lines of a page's menu above the title: a run of short lines, some of which are known to be names of
// sections or links of every page.
func (r *textReader) menu() {
	if r.form {
		return
	}
	end, known, sections, loose := r.menuRun()
	if end >= len(r.paras) {
		return
	}
	// The last short line may be the title itself, where a date or running text follows it.
	next := r.paras[end]
	if date, _ := dateAndName(next.text); date != "" || isProse(next) || isLabelledByline(next.text) {
		for end > r.at && (isFrame(r.paras[end-1].text) || isMenuRow(r.paras[end-1].text)) {
			end--
		}
		if end > r.at {
			end--
			if key := foldLine(r.paras[end].text); sectionNames[key] {
				sections--
			} else {
				loose--
			}
		}
	}
	enough := known >= 3 || known == 2 && sections < 2 && loose <= 2 || loose >= 5 && known > 0
	if !enough || loose > 2*known+4 {
		return
	}
	for ; r.at < end; r.at++ {
		p := r.paras[r.at]
		if list := editions(p.text); list != nil {
			r.edition(p.text, list)
		} else if isAddress(p.text) {
			r.address(p)
		} else {
			r.dropAs("menu", p)
		}
	}
}

// menuRun counts the short lines at the beginning: which are known as furniture or as a section's name, and which are not.
func (r *textReader) menuRun() (end, known, sections, loose int) {
	for end = r.at; end < len(r.paras) && end < r.at+maxMenu; end++ {
		p := r.paras[end]
		switch {
		case isMenuRow(p.text):
			known += 3
		case sectionNames[foldLine(p.text)]:
			sections++
			known++
		case isAddress(p.text), editions(p.text) != nil:
		case furniture(p.text) != notFurniture, isImprint(p.text):
			known++
		case r.isMenuItem(p):
			loose++
		default:
			return end, known, sections, loose
		}
	}
	return end, known, sections, loose
}

// isMenuItem says whether a line may be an entry of a menu: a few words without an end.
func (r *textReader) isMenuItem(p para) bool {
	words := len(strings.Fields(p.text))
	return p.times == 1 && !p.heading && !p.bold && !p.picture && words <= 5 && utf8.RuneCountInString(p.text) <= 28 && !endsSentence(p.text) &&
		!strings.ContainsAny(p.text, "0123456789:\"“")
}

// isFrame says whether a line is a link to an edition or furniture.
func isFrame(text string) bool { return editions(text) != nil || furniture(text) != notFurniture }

// head takes paragraphs up to the first that belongs to the article's text.
func (r *textReader) head() {
	for end := r.at + maxHead; r.at < len(r.paras) && r.at < end; r.at++ {
		p := r.paras[r.at]
		if r.frame(p) {
			continue
		}
		switch {
		case r.draft.Title.Value == "" && (isSection(p.text) && r.at+2 < len(r.paras) && !isProse(r.paras[r.at+1]) || r.isKicker(r.at)):
			r.step("section's name", "tags", p.text, p.text)
			r.draft.Tags = raws(append(r.draft.Tags, p.text)...)
		case r.draft.Title.Value == "" && r.isBylineAbove(p):
			authors, _, _ := byline(p.text)
			r.author(p.text, authors)
		case r.draft.Title.Value == "":
			if size := utf8.RuneCountInString(p.text); size > maxTitle || size > maxTitle/2 && strings.HasSuffix(p.text, ".") {
				return // it begins with its text
			}
			r.draft.Title.Value, r.early = p.text, len(r.draft.Published)
			if p.times > 1 {
				r.step("title repeated", "title", p.text, p.text)
			}
			if short := r.shorterTitle(r.at); short != "" {
				r.step("title repeated", "title", p.text, short)
				r.draft.Title.Value = short
			}
		case sameText(p.text, r.draft.Title.Value), isTitleOf(p.text, r.draft.Title.Value):
			r.step("title repeated", "title", p.text, r.draft.Title.Value)
		case isPlayer(p.text):
			r.drop(p)
		default:
			if !r.headByline(p) {
				return
			}
		}
	}
}

// isSection says whether a line names a section, or two together: Văn hóa - Giải trí.
func isSection(line string) bool {
	if key := foldLine(line); sectionNames[key] {
		return true
	}
	parts := nameSeparator.Split(line, -1)
	for _, part := range parts {
		if !sectionNames[foldLine(part)] {
			return false
		}
	}
	return len(parts) == 2
}

// headByline takes the line of the writer, or of what the writer is, from the head.
func (r *textReader) headByline(p para) bool {
	if isRole(p.text) && (len(r.draft.Authors) > 0 || r.dated()) {
		r.step("byline", "authors", p.text, "")
		return true
	}
	authors, labelled, ok := byline(p.text)
	if !ok || p.times > 1 || !labelled && (r.at+1 >= len(r.paras) || len(r.draft.Authors) > 0 || !r.dated() || !r.areNames(authors, p, true)) {
		return false
	}
	r.author(p.text, authors)
	return true
}

// isBylineAbove says whether the line names its writer as such and the headline is still to come: below it, or below the dates
// that follow it, stands another line that is no sentence.
func (r *textReader) isBylineAbove(p para) bool {
	if p.times > 1 || !isLabelledByline(p.text) {
		return false
	}
	dates := 0
	for i := r.at + 1; i+1 < len(r.paras) && i <= r.at+3; i++ {
		text := r.paras[i].text
		if date, _ := dateAndName(text); date != "" {
			dates++
			continue
		}
		return !isProse(r.paras[i]) && !endsSentence(text) && (dates > 0 || namesYear(r.paras[i+1].text))
	}
	return false
}

// shorterTitle finds the headline where the title of the page's window stands above it: "Headline | Paper".
func (r *textReader) shorterTitle(i int) string {
	for j := i + 1; j < len(r.paras) && j <= i+6; j++ {
		if p := r.paras[j]; isTitleOf(r.paras[i].text, p.text) {
			return p.text
		}
	}
	return ""
}

// isTitleOf says whether a line is a headline with the paper's or section's name behind it.
func isTitleOf(line, headline string) bool {
	rest, ok := strings.CutPrefix(line, headline)
	if !ok || headline == "" || utf8.RuneCountInString(rest) > 60 || utf8.RuneCountInString(headline) < 12 {
		return false
	}
	for _, sep := range []string{" | ", " - ", " – ", " — ", " :: ", " » ", " · "} {
		if strings.HasPrefix(rest, sep) {
			return true
		}
	}
	return false
}

// frame takes a line that is no text: a link to an edition, a date, an address, furniture.
func (r *textReader) frame(p para) bool {
	if list := editions(p.text); list != nil {
		r.edition(p.text, list)
		return true
	}
	if r.dateline(p) {
		return true
	}
	switch {
	case isAddress(p.text):
		r.address(p)
	case furniture(p.text) != notFurniture, isMenuRow(p.text), weather.MatchString(p.text):
		r.drop(p)
	default:
		return false
	}
	return true
}

// address takes a line that is a URL: the article's own, where nothing else names one.
func (r *textReader) address(p para) {
	if r.draft.URL == "" && strings.Count(p.text, "/") > 3 {
		r.draft.URL, r.draft.Base = p.text, p.text
		r.step("address", "url", p.text, p.text)
		return
	}
	if sameText(p.text, r.draft.URL) {
		r.step("address", "url", p.text, p.text)
		return
	}
	r.drop(p)
}

// player is what a page that reads its text aloud shows: the time gone by, the speed.
var player = regexp.MustCompile(`(?i)^(?:\d{1,2}:\d{2}(?:\s*/\s*-?\d{1,2}:\d{2})?|\d(?:[.,]\d{1,2})?x|\d{1,6}|(?:\d{1,5}\s+)+\d{1,5})$`)

func isPlayer(line string) bool { return player.MatchString(line) }

// isKicker says whether the paragraph is the section's name above the title: a short line, then a longer line that is no
// sentence, then a date or the lead.
func (r *textReader) isKicker(i int) bool {
	p := r.paras[i]
	words := len(strings.Fields(p.text))
	if p.times > 1 || p.heading || words > 8 || endsSentence(p.text) || utf8.RuneCountInString(p.text) > 50 {
		return false
	}
	most := 3
	if r.viet {
		most = 5 // syllables
	}
	next, dated := i+1, false
	for next < len(r.paras) {
		date, _ := dateAndName(r.paras[next].text)
		if date == "" && editions(r.paras[next].text) == nil && furniture(r.paras[next].text) != button {
			break
		}
		dated = dated || date != ""
		next++
	}
	if next+1 >= len(r.paras) {
		return false
	}
	title, after := r.paras[next], r.paras[next+1]
	marked := leadMark.MatchString(after.text) || r.isLeadAbove(next+1) || after.times > 1 && isProse(after)
	if words > most && !isUpper(p.text) {
		return false
	}
	date, _ := dateAndName(after.text)
	if title.times > 1 && title.tight && date == "" || leadMark.MatchString(title.text) || dated && r.isCaption(next, true) || utf8.RuneCountInString(title.text) <= utf8.RuneCountInString(p.text) ||
		strings.HasSuffix(title.text, ".") || isProse(title) || dated && !isUpper(p.text) && !marked {
		return false
	}
	if _, _, ok := byline(title.text); ok {
		return false
	}
	_, _, signed := byline(after.text)
	// Without any of these two short lines are a title and its second line, unless the first stands in capitals.
	return title.heading || date != "" || signed || marked ||
		isUpper(p.text) && !r.isCaption(next, true) && endsSentence(after.text) && utf8.RuneCountInString(title.text) < 200
}

func isUpper(s string) bool { return strings.ToUpper(s) == s && strings.ToLower(s) != s }

// isProse says whether a paragraph is running text.
func isProse(p para) bool {
	return !p.heading && !p.picture && utf8.RuneCountInString(p.text) >= 60 && endsSentence(p.text) && !photoCredit.MatchString(p.text)
}

// hasLetter says whether there is anything to read in a line.
func hasLetter(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) >= 0
}
