package source

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"tinhub/internal/hub"
)

func sniffText(in Input) int {
	media, _ := mediaType(in.ContentType)
	switch look(in).shape {
	case "text":
		return 60
	case "html", "xml", "json":
		if media == "text/plain" {
			return 10
		}
	}
	return 0
}

// readText reads an article as plain text: what a person gets who copies an article's page.
func readText(in Input) (hub.Document, error) {
	if err := admit(in); err != nil {
		return hub.Document{}, err
	}
	if a := look(in); a.shape == "binary" || a.shape == "html" || a.shape == "xml" {
		return hub.Document{}, hub.Errorf(hub.Invalid, "%s, not plain text", a.phrase())
	}
	n := &notes{}
	r := textReader{
		draft: hub.Draft{URL: in.URL, Base: in.URL, Path: in.Path},
		paras: paragraphs(string(toUTF8(in.Body, in.ContentType, n))),
		notes: n,
	}
	if len(r.paras) == 0 {
		return hub.Document{}, hub.Errorf(hub.Invalid, "empty document")
	}
	r.read()
	return hub.Document{Kind: "text", Drafts: []hub.Draft{r.draft}, Warnings: n.all()}, nil
}

// textReader takes the paragraphs of a text one by one: first the head (links to editions, kicker, title, date, writer),
// then the lead, then the body, whose end may be a byline and the page's furniture.
type textReader struct {
	draft   hub.Draft
	paras   []para
	at      int
	prose   bool // most long paragraphs end like sentences, so a line that doesn't is something else
	viet    bool
	spaced  bool // blank lines stand between paragraphs
	star    int  // the last paragraph that a * begins
	notes   *notes
	dropped []string
	updated []string
}

// The head has at most so many paragraphs, and a title so many characters.
const (
	maxHead  = 15
	maxTitle = 300
)

func (r *textReader) read() {
	r.survey()
	r.head()
	lead := r.lead()
	r.body(lead)
	r.bylines()
	r.draft.Published = raws(append(r.draft.Published, r.updated...)...)
	r.draft.Modified = raws(r.updated...)
	if len(r.dropped) > 0 {
		r.notes.add(fmt.Sprintf("left out as furniture of the page: %s", strings.Join(r.dropped, " · ")))
	}
}

// survey looks at the whole before its parts are judged.
func (r *textReader) survey() {
	long, ended, tight := 0, 0, 0
	var sample strings.Builder
	for i, p := range r.paras {
		if p.tight {
			tight++
		}
		if strings.HasPrefix(p.text, "*") {
			r.star = i
		}
		if sample.Len() < 4096 {
			sample.WriteString(p.text)
		}
		if utf8.RuneCountInString(p.text) > 60 {
			long++
			if endsSentence(p.text) {
				ended++
			}
		}
	}
	r.prose = ended > 1 && ended*2 >= long
	r.spaced = tight*3 <= len(r.paras)
	r.viet = isVietnamese(sample.String())
}

func (r *textReader) drop(p para) {
	if len(r.dropped) < maxWarnings {
		r.dropped = append(r.dropped, clip(p.text, 80))
	}
}

func (r *textReader) edition(list []hub.Alternate) {
	own := "en"
	if r.viet {
		own = "vi"
	}
	for _, a := range list {
		known := len(list) > 1 && a.Language == own // "Tiếng Việt | English" names the article's own edition too
		for _, have := range r.draft.Alternates {
			known = known || have.Language == a.Language
		}
		if !known {
			r.draft.Alternates = append(r.draft.Alternates, a)
		}
	}
}

func (r *textReader) date(line string) {
	published, updated := splitDates(line)
	r.draft.Published = append(r.draft.Published, published...)
	r.updated = append(r.updated, updated...)
}

// head takes paragraphs up to the first that belongs to the article's text.
func (r *textReader) head() {
	for ; r.at < len(r.paras) && r.at < maxHead; r.at++ {
		p := r.paras[r.at]
		if r.frame(p) {
			continue
		}
		switch {
		case r.draft.Title.Value == "" && r.isKicker(r.at):
			r.draft.Tags = raws(append(r.draft.Tags, p.text)...)
		case r.draft.Title.Value == "":
			if size := utf8.RuneCountInString(p.text); size > maxTitle || size > maxTitle/2 && strings.HasSuffix(p.text, ".") {
				return // it begins with its text
			}
			r.draft.Title.Value = p.text
		case sameText(p.text, r.draft.Title.Value):
		default:
			authors, labelled, ok := byline(p.text)
			if !ok || p.times > 1 || !labelled && (!r.dated() || r.at+1 >= len(r.paras) || len(r.draft.Authors) > 0) {
				return
			}
			r.author(authors)
		}
	}
}

// dated says whether a date stands above the line, or right below it: a bare name beside one is the writer's, and a bare
// name without one may be a subtitle.
func (r *textReader) dated() bool {
	return len(r.draft.Published) > 0 || r.at+1 < len(r.paras) && isDateline(r.paras[r.at+1].text)
}

// frame takes a line that is no text: a link to an edition, a date, furniture.
func (r *textReader) frame(p para) bool {
	if list := editions(p.text); list != nil {
		r.edition(list)
		return true
	}
	if date, other := splitDateline(p.text); date != "" {
		r.date(date)
		if authors, _, ok := byline(other); ok {
			r.author(authors)
		}
		return true
	}
	if furniture(p.text) != notFurniture {
		r.drop(p)
		return true
	}
	return false
}

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
	if words > most && !isUpper(p.text) {
		return false
	}
	next := i + 1
	for next < len(r.paras) && (editions(r.paras[next].text) != nil || furniture(r.paras[next].text) == button) {
		next++
	}
	if next+1 >= len(r.paras) {
		return false
	}
	title, after := r.paras[next], r.paras[next+1]
	if isDateline(title.text) || title.times > 1 && title.tight || utf8.RuneCountInString(title.text) <= utf8.RuneCountInString(p.text) ||
		strings.HasSuffix(title.text, ".") {
		return false
	}
	if _, _, ok := byline(title.text); ok {
		return false
	}
	date, _ := splitDateline(after.text)
	_, _, signed := byline(after.text)
	// Without any of these two short lines are a title and its second line, unless the first stands in capitals.
	return title.heading || date != "" || signed ||
		isUpper(p.text) && !r.isCaption(next, true) && endsSentence(after.text) && utf8.RuneCountInString(title.text) < 200
}

func isUpper(s string) bool { return strings.ToUpper(s) == s && strings.ToLower(s) != s }

const maxLead = 900 // characters

// leadMark is the paper's sign before its lead: (ĐN) -, TTO -.
var leadMark = regexp.MustCompile(`^\(?[\p{Lu}.]{2,12}\)?(?:\s?[-–—:]|\.\s?[-–—])\s`)

// lead finds the paragraph that sums the article up; -1 where there is none. Pictures may stand above it.
func (r *textReader) lead() int {
	for i := r.at; i < len(r.paras) && i < r.at+4; i++ {
		p := r.paras[i]
		if furniture(p.text) != notFurniture || editions(p.text) != nil || isDateline(p.text) {
			continue
		}
		if _, labelled, ok := byline(p.text); ok && labelled {
			continue
		}
		// What stands between title and date is a lead, however short.
		sure := leadMark.MatchString(p.text) || len(r.draft.Published) == 0 && i == r.at && i+1 < len(r.paras) && isDateline(r.paras[i+1].text)
		if !sure && r.isCaption(i, false) {
			continue
		}
		switch {
		case p.heading, !sure && startsAnew(p.text), utf8.RuneCountInString(p.text) > maxLead, strings.HasSuffix(p.text, ":"):
			return -1
		case sure, p.times > 1, r.textFollows(i):
			r.draft.Summary.Value = p.text
			return i
		}
		return -1
	}
	return -1
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

// photoCredit names a picture's maker inside its caption. (RE2's word boundary knows ASCII only.)
var photoCredit = regexp.MustCompile(`(?i)^image (?:source|caption|credit)s?\s*[,:]|(?:^|[^\p{L}])(?:nguồn ảnh|ảnh|photos?|picture|photograph|đồ họa|graphic|infographic)\s*(?:by\s|[:：])|[(\[](?:ảnh|photo)[\s/]|ảnh minh h(?:ọa|oạ)[).]?$`)

// isCaption says whether paragraph i is a picture's caption: it is written twice where other paragraphs are not, or names a
// photographer, or is a line without an end among sentences. head asks only for the sure signs.
func (r *textReader) isCaption(i int, sure bool) bool {
	p := r.paras[i]
	size, words := utf8.RuneCountInString(p.text), len(strings.Fields(p.text))
	if p.heading || size > 350 || strings.HasPrefix(p.text, "* ") {
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
		return !ended || p.tight && strings.HasSuffix(p.text, ".") && r.spaced && size <= 250 && !leadMark.MatchString(p.text)
	}
	if sure || p.times > 1 || ended || !r.prose || i+1 >= len(r.paras) || r.openLines(i) > 2 {
		return false
	}
	least := 9
	if r.viet {
		least = 14 // syllables, of which a Vietnamese word has about two
	}
	if i == r.at || i == r.at+1 {
		least = 6 // nobody puts a heading right below the lead
	}
	_, _, name := byline(p.text)
	return words >= least && !name
}

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

// isHeading: marked as one, or a short line without an end between paragraphs of prose.
func (r *textReader) isHeading(i int) bool {
	p := r.paras[i]
	if p.heading {
		return true
	}
	return r.prose && p.times == 1 && !endsSentence(p.text) && !startsAnew(p.text) && utf8.RuneCountInString(p.text) <= 120 &&
		i+1 < len(r.paras) && len(strings.Fields(p.text)) <= 16
}

// endsSentence says whether a text ends like a sentence.
func endsSentence(s string) bool {
	s = strings.TrimRightFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"'”’)]»*`, r) })
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?…:;,", r) && s != ""
}
