package source

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

const maxLead = 900 // characters

// leadMark is the paper's sign before its lead: (ĐN) -, TTO -.
var leadMark = regexp.MustCompile(`^\(?[\p{Lu}.]{2,12}\)?(?:\s?[-–—:]|\.\s?[-–—])\s|^(?:\p{Lu}[\p{L}\d ,.'’-]{1,40}\s)?\([\p{Lu}][\p{L}\d+./ ]{1,20}\)\s?[-–—]\s|^\p{Lu}{2,12}(?:\s\p{Lu}{2,12}){1,3}\s?[-–—]\s`)

// lead finds the paragraph that sums the article up; -1 where there is none. Pictures may stand above it.
func (r *textReader) lead() int {
	if r.draft.Summary.Value != "" {
		return -1 // a field said it
	}
	for i := r.at; i < len(r.paras) && i < r.at+4; i++ {
		p := r.paras[i]
		if isFrame(p.text) || isDateline(p.text) || p.picture {
			continue
		}
		if _, labelled, ok := byline(p.text); ok && labelled {
			continue
		}
		// What stands between title and date is a lead, however short.
		sure := leadMark.MatchString(p.text) || len(r.draft.Published) == 0 && i == r.at && i+1 < len(r.paras) && isDateline(r.paras[i+1].text)
		if !sure && r.isVerse(i) {
			return -1
		}
		if !sure && (r.isCaption(i, false) || r.isButton(i)) {
			continue
		}
		switch {
		case p.heading, !sure && startsAnew(p.text), utf8.RuneCountInString(p.text) > maxLead, strings.HasSuffix(p.text, ":"), strings.HasSuffix(p.text, ","):
			return -1
		case sure, p.times > 1, r.textFollows(i):
			r.draft.Summary.Value = p.text
			return i
		}
		return -1
	}
	return -1
}

// isButton says whether a line between the date and the text is some button of the page that no list knows: a few words
// without an end, where a lead would be a sentence.
func (r *textReader) isButton(i int) bool {
	p := r.paras[i]
	if !r.prose || len(r.draft.Published)+len(r.updated) == 0 || p.times > 1 || p.heading || p.bold || wordCount(p.text) > r.fewWords() || !isOpen(p.text) || isBareName(p.text) {
		return false
	}
	for _, next := range r.paras[i+1 : min(len(r.paras), i+4)] {
		if isProse(next) {
			return true
		}
		if !isOpen(next.text) {
			return false
		}
	}
	return false
}

// isVerse says whether the line at i is the first of a poem's: no text is prose, and lines of its kind stand right below it.
func (r *textReader) isVerse(i int) bool {
	if r.prose || i+2 >= len(r.paras) {
		return false
	}
	for _, p := range r.paras[i : i+3] {
		if size := utf8.RuneCountInString(p.text); p.times > 1 || size > 60 || strings.ContainsAny(p.text, ".:") || !strings.Contains(p.text, " ") || isBareName(p.text) {
			return false
		}
	}
	return r.paras[i+1].joint && r.paras[i+2].joint
}

// isOpen says whether a line ends no sentence and marks itself as nothing else.
func isOpen(text string) bool {
	return !endsSentence(text) && !startsAnew(text) && !sectionNumber.MatchString(text)
}

// textFollows says whether the article goes on after paragraph i.
func (r *textReader) textFollows(i int) bool {
	for _, p := range r.paras[i+1:] {
		if _, _, name := byline(p.text); !name && endsSentence(p.text) && furniture(p.text) == notFurniture {
			return true
		}
	}
	return false
}

// maxSign is the longest sign of a paper before its lead, in bytes.
const maxSign = 160

// leadCopies finds the paragraphs that say the lead once more: below nothing but pictures, as the body of a page begins, and
// as the text's last one. Where it stands in the middle, or again and again, it is a refrain.
func (r *textReader) leadCopies(lead int) []int {
	text, first := r.draft.Summary.Value, lead+1
	plain := plainLead(text)
	if text == "" {
		return nil
	}
	if lead < 0 {
		first = r.at
	}
	var all []int
	for i := first; i < r.over && len(all) < 4; i++ {
		if size := len(r.paras[i].text); size <= len(text)+maxSign && size+maxSign >= len(text) && plainLead(r.paras[i].text) == plain {
			all = append(all, i)
		}
	}
	var gone []int
	if len(all) > 0 && all[0] <= first+4 && !slices.ContainsFunc(r.paras[first:all[0]], isProse) {
		gone, all = all[:1], all[1:]
	}
	if len(all) == 1 && !slices.ContainsFunc(r.paras[all[0]+1:r.over], isProse) && slices.ContainsFunc(r.paras[first:all[0]], isProse) {
		gone = append(gone, all[0])
	}
	return gone
}

// plainLead is a lead without its paper's sign.
func plainLead(text string) string { return oneSpaced(leadMark.ReplaceAllString(text, "")) }
