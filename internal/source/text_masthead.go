package source

import (
	"strings"
	"unicode/utf8"
)

// masthead passes over what a page shows above the headline and no list knows: the paper's name, menus, the section and its
// neighbours. The headline is found from below: it stands over the date, the writer and the first sentence. Only a heap of
// short lines goes, or a line that is sure to be the paper's; one short line more may be a kicker or the headline itself.
func (r *textReader) masthead() {
	if r.form {
		return
	}
	title := r.headlineBelow()
	if title <= r.at {
		return
	}
	loose, menu, sure := 0, 0, false
	for i := r.at; i < title; i++ {
		switch kind := r.aboveHeadline(i); kind {
		case otherText:
			return
		case looseLine:
			loose++
			if i == title-1 {
				menu -= maxHead // one line right above may be the headline
			}
		case knownLine:
			if text := r.paras[i].text; isSection(text) || furniture(text) != notFurniture || isMenuRow(text) {
				menu++
			}
		case paperLine:
			sure = true
		}
	}
	if loose < 2 && !sure && (loose == 0 || menu < 2) {
		return
	}
	for ; r.at < title; r.at++ {
		p := r.paras[r.at]
		switch {
		case r.frame(p):
		case isSection(p.text) && r.isLastAbove(title): // others are a menu's
			r.step("section's name", "tags", p.text, p.text)
			r.draft.Tags = raws(append(r.draft.Tags, p.text)...)
		default:
			r.dropAs("menu", p)
		}
	}
}

// isLastAbove says whether only dates and buttons stand between the line at r.at and the headline.
func (r *textReader) isLastAbove(title int) bool {
	for _, p := range r.paras[r.at+1 : title] {
		if date, _ := dateAndName(p.text); date == "" && furniture(p.text) == notFurniture {
			return false
		}
	}
	return true
}

type lineAbove int

const (
	knownLine lineAbove = iota // a date, a button, a section's name: head knows what to do with it
	looseLine                  // a few words
	paperLine                  // sure to be the paper's
	otherText
)

// aboveHeadline says what a line above the headline is.
func (r *textReader) aboveHeadline(i int) lineAbove {
	p := r.paras[i]
	words, most := wordCount(p.text), r.fewWords()
	date, _ := dateAndName(p.text)
	_, short := shortDate(p.text)
	switch {
	case date != "", short, isFrame(p.text), isAddress(p.text), isSection(p.text), isMenuRow(p.text), isImprint(p.text), isPlayer(p.text), weather.MatchString(p.text):
		return knownLine
	case p.heading, p.bold, p.picture, p.times > 1, endsSentence(p.text), photoCredit.MatchString(p.text), isWriterLine(p.text):
		return otherText
	case utf8.RuneCountInString(p.text) <= 60 && r.isPaper(i):
		return paperLine
	case words <= most, isUpper(p.text) && words <= 2*most:
		return looseLine
	}
	return otherText
}

// fewWords is how many words an entry of a menu has, at most; in Vietnamese they are syllables.
func (r *textReader) fewWords() int {
	if r.viet {
		return 6
	}
	return 4
}

// wordCount counts the words of a line; a dash is none.
func wordCount(line string) int {
	n := 0
	for w := range strings.FieldsSeq(line) {
		if hasLetter(w) {
			n++
		}
	}
	return n
}

// isPaper says whether a line above the headline names the paper or its house: it says so itself, or the page's foot names it.
func (r *textReader) isPaper(i int) bool {
	name := r.paras[i].text
	if short, _, ok := strings.Cut(name, " - "); ok {
		name = short
	}
	if len(strings.Fields(name)) < 2 {
		return false
	}
	if paperName.MatchString(name) {
		return true
	}
	for _, p := range r.paras[max(i+1, len(r.paras)-8):] {
		if strings.Contains(p.text, name) && !isProse(p) {
			return true
		}
	}
	return false
}

// headlineBelow finds the headline from below: the first open line over the first sentence and what stands between the two;
// -1 where there is none that is longer than a menu's entry.
func (r *textReader) headlineBelow() int {
	first := -1
	for i := r.at; i < len(r.paras) && i < r.at+maxHead; i++ {
		if isProse(r.paras[i]) || leadMark.MatchString(r.paras[i].text) {
			first = i
			break
		}
	}
	below := first
	for i := first - 1; i >= r.at; i-- {
		p := r.paras[i]
		if r.isBelowHeadline(i) {
			below = i
			continue
		}
		if p.heading {
			return i
		}
		// Of two open lines the upper one is the headline, where it is longer than a menu's entry.
		if i > r.at && below == i+1 && r.isHeadline(p) && r.aboveHeadline(i-1) == otherText && r.isHeadline(r.paras[i-1]) && !r.paras[i-1].picture && isOpen(r.paras[i-1].text) {
			return i - 1
		}
		if isSection(p.text) && i > r.at && r.aboveHeadline(i-1) == otherText {
			continue
		}
		if date, _ := dateAndName(r.paras[i+1].text); len(strings.Fields(p.text)) < 4 && date == "" && !isLabelledByline(r.paras[i+1].text) || !isOpen(p.text) && !strings.HasSuffix(p.text, "?") {
			return -1
		}
		return i
	}
	return -1
}

// isBelowHeadline says whether the line at i is of those that stand between a headline and the text.
func (r *textReader) isBelowHeadline(i int) bool {
	p := r.paras[i]
	date, _ := dateAndName(p.text)
	_, short := shortDate(p.text)
	switch {
	case date != "", short, isFrame(p.text), isPlayer(p.text), isRole(p.text), isLabelledByline(p.text), photoCredit.MatchString(p.text), p.picture:
		return true
	case isBareName(p.text):
		return true
	case i > r.at && wordCount(p.text) <= r.fewWords() && isOpen(p.text): // a button below the date
		if date, _ := dateAndName(r.paras[i-1].text); date != "" {
			return true
		}
	}
	return endsSentence(p.text) && !strings.HasSuffix(p.text, "?") || r.isButton(i)
}
