package source

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"tinhub/internal/hub"
)

// photoCredit names a picture's maker inside its caption. (RE2's word boundary knows ASCII only.)
var photoCredit = regexp.MustCompile(`(?i)^image (?:source|caption|credit)s?\s*[,:]|(?:^|[^\p{L}])(?:nguồn ảnh|ảnh|photos?|picture|photograph|đồ họa|graphic|infographic)\s*(?:by\s|[:：])|[(\[](?:ảnh|photo)[\s/]|ảnh minh h(?:ọa|oạ)[).]?$`)

// isCaption says whether paragraph i is a picture's caption: it is written twice where other paragraphs are not, or names a
// photographer, or is a line without an end among sentences. head asks only for the sure signs.
func (r *textReader) isCaption(i int, sure bool) bool {
	p := r.paras[i]
	size, words := utf8.RuneCountInString(p.text), len(strings.Fields(p.text))
	if p.picture {
		return true
	}
	if p.heading || size > 350 || strings.HasPrefix(p.text, "* ") || isWriterLine(p.text) || p.times == 1 && sectionNumber.MatchString(p.text) {
		return false
	}
	if photoCredit.MatchString(p.text) {
		return true
	}
	if startsAnew(p.text) || strings.HasPrefix(p.text, `"`) || strings.HasPrefix(p.text, "“") {
		return false
	}
	ended := endsSentence(p.text)
	if p.times == 2 && words >= 4 {
		// A doubled line with a full stop is a caption only where lines are set tight, unlike the paragraphs around it.
		// No writer says a long sentence twice.
		return !ended || (p.tight && r.spaced && !r.doubledLead(i) || words >= 10 && i > r.at) && strings.HasSuffix(p.text, ".") && size <= 250 && !leadMark.MatchString(p.text)
	}
	if sure || p.times > 1 || ended || !r.prose || i+1 >= len(r.paras) || r.openLines(i) > 2 {
		return false
	}
	if r.doubled || innerEnd.MatchString(p.text) {
		return false // captions stand twice here, or only the last full stop is missing
	}
	least := 9
	if r.viet {
		least = 14 // syllables, of which a Vietnamese word has about two
	}
	if i == r.at || i == r.at+1 || r.isLastPicture(i) || sceneWords.MatchString(p.text) {
		least = 6 // nobody puts a heading right below the lead
	}
	_, _, name := byline(p.text)
	return words >= least && !name
}

// sceneWords begin what only a picture shows.
var sceneWords = regexp.MustCompile(`(?i)^(?:quang cảnh|một góc|an? (?:aerial |general |bird's-eye )?view of)\s`)

// isLastPicture says whether the line at i stands between the article's last sentence and what ends it: no heading does, and
// other pictures have captions.
func (r *textReader) isLastPicture(i int) bool {
	if i != r.last+1 || !(isBylineText(r.paras[i+1].text) || isFrame(r.paras[i+1].text)) {
		return false
	}
	return slices.ContainsFunc(r.draft.Blocks, func(b hub.Block) bool { return b.Kind == hub.BlockCaption })
}

// sectionNumber begins a heading or a list's entry: "1. ", "2) ", "IV. ".
var sectionNumber = regexp.MustCompile(`^(?:\d{1,2}[.)]|[IVX]{1,4}[.)])\s`)

// doubledLead says whether a doubled sentence is the lead: nothing of the text stands above it, and what follows is no other
// lead that stands twice.
func (r *textReader) doubledLead(i int) bool {
	return i == r.at && i+1 < len(r.paras) && !(r.paras[i+1].times > 1 && endsSentence(r.paras[i+1].text))
}

// isCredit says whether what follows a caption names its maker and nothing else.
func isCredit(rest string) bool {
	return utf8.RuneCountInString(rest) <= 60 && (photoCredit.MatchString(rest) || creditEnd.MatchString(rest))
}

var creditEnd = regexp.MustCompile(`(?i)^[\s.(–—-]*(?:ảnh|nguồn|photo|credit|source|clip|video)\s*[:：]`)

var innerEnd = regexp.MustCompile(`[\p{Ll}\d”"]{2}[.!?]\s+\p{Lu}`)

// loneCredit is a line that names a picture's maker and nothing else.
var loneCredit = regexp.MustCompile(`^(?i:ảnh|nguồn ảnh|photos?|photo by|photograph|photo credit|image)\s*[:：]\s*[\p{Lu}(][^.!?;:]{1,50}\.?$`)

// openLines counts the lines around i, in a row, that end no sentence: more than a caption and a heading are verses or a list.
func (r *textReader) openLines(i int) int {
	open := func(p para) bool {
		_, _, name := byline(p.text)
		return !name && !endsSentence(p.text) && !standsAlone(p.text)
	}
	n := 1
	for j := i - 1; j >= max(r.at, i-2) && open(r.paras[j]); j-- {
		n++
	}
	for j := i + 1; j < min(len(r.paras), i+3) && open(r.paras[j]); j++ {
		n++
	}
	return n
}
