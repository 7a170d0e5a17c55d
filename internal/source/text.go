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

// A text that is larger is no article: it is refused, for cutting it would lose text.
const (
	maxTextBytes = 4 << 20
	maxParas     = 30_000
)

// readText reads an article as plain text: what a person gets who copies an article's page.
func readText(in Input) (hub.Document, error) {
	if err := admit(in); err != nil {
		return hub.Document{}, err
	}
	if a := look(in); a.shape == "binary" || a.shape == "html" || a.shape == "xml" {
		return hub.Document{}, hub.Errorf(hub.Invalid, "%s, not plain text", a.phrase())
	}
	if len(in.Body) > maxTextBytes {
		return hub.Document{}, hub.Errorf(hub.TooLarge, "the text has %d bytes, more than %d", len(in.Body), maxTextBytes)
	}
	n := &notes{}
	r := textReader{draft: hub.Draft{URL: in.URL, Base: in.URL, Path: in.Path}, notes: n}
	r.paras = paragraphs(string(toUTF8(in.Body, in.ContentType, n)), func(step, before, after string) {
		r.step(step, "content_text", before, after)
	})
	if len(r.paras) == 0 {
		return hub.Document{}, hub.Errorf(hub.Invalid, "empty document")
	}
	if len(r.paras) > maxParas {
		return hub.Document{}, hub.Errorf(hub.TooLarge, "the text has %d paragraphs, more than %d", len(r.paras), maxParas)
	}
	r.read()
	return hub.Document{Kind: "text", Drafts: []hub.Draft{r.draft}, Warnings: n.all()}, nil
}

// textReader takes the paragraphs of a text one by one: first the head (a form's fields, menus, links to editions, kicker,
// title, date, writer), then the lead, then the body, whose end may be a byline and the page's foot. Each line that does not
// go into the draft as it stands leaves a step.
type textReader struct {
	draft   hub.Draft
	paras   []para
	at      int
	prose   bool // most long paragraphs end like sentences, so a line that doesn't is something else
	viet    bool
	spaced  bool   // blank lines stand between paragraphs
	form    bool   // it says of its parts what they are: "Title: …"
	doubled bool   // captions stand twice
	closed  bool   // what stands at an article's end has been seen
	early   int    // how many dates stand above the title
	counter string // what a gallery's counters end with: "/3"
	star    int    // the last paragraph that a * begins
	last    int    // the last paragraph of running text; the article's tail begins after it
	over    int    // the page's foot begins here
	imprint bool   // the tail has lines that only a paper's imprint has
	from    []int
	lower   map[string]bool
	notes   *notes
	dropped []string
	updated []string
}

// The head has at most so many paragraphs, and a title so many characters.
const (
	maxHead  = 25
	maxTitle = 300
)

// maxTextSteps bounds the steps of a text; those that come later are counted in a warning.
const maxTextSteps = 400

func (r *textReader) read() {
	r.survey()
	r.fields()
	r.menu()
	r.head()
	r.pageClock()
	lead := r.lead()
	r.foot()
	r.body(lead)
	r.bylines()
	r.draft.Published = raws(append(r.draft.Published, r.updated...)...)
	r.draft.Modified = raws(r.updated...)
	if len(r.dropped) > 0 {
		r.notes.add(fmt.Sprintf("left out as furniture of the page: %s", strings.Join(r.dropped, " · ")))
	}
}

// step writes down what became of a line.
func (r *textReader) step(step, field, before, after string) {
	if len(r.draft.Steps) >= maxTextSteps {
		r.notes.add("the steps of this document are more than are kept")
		return
	}
	r.draft.Steps = append(r.draft.Steps, hub.Step{Step: step, Field: field, Before: clipText(before), After: clipText(after)})
}

// galleryCount stands above each picture of a gallery.
var galleryCount = regexp.MustCompile(`^\d{1,3}/\d{1,3}$`)

// survey looks at the whole before its parts are judged.
func (r *textReader) survey() {
	long, ended, tight, before := 0, 0, 0, ""
	var sample strings.Builder
	for i, p := range r.paras {
		if p.tight {
			tight++
		}
		if strings.HasPrefix(p.text, "*") {
			r.star = i
		}
		if _, all, ok := strings.Cut(p.text, "/"); ok && galleryCount.MatchString(p.text) {
			if all = "/" + all; all == before {
				r.counter = all
			}
			before = all
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

func (r *textReader) drop(p para) { r.dropAs("furniture", p) }

func (r *textReader) dropAs(step string, p para) {
	r.step(step, "content_text", p.text, "")
	if len(r.dropped) < maxWarnings {
		r.dropped = append(r.dropped, clip(p.text, 80))
	}
}

func (r *textReader) edition(line string, list []hub.Alternate) {
	r.step("link to another edition", "alternates", line, languagesOf(list))
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

func languagesOf(list []hub.Alternate) string {
	var names []string
	for _, a := range list {
		names = append(names, a.Language)
	}
	return strings.Join(names, ", ")
}

// date takes a line that has a date, and what it says of it.
func (r *textReader) date(line, date string) {
	published, updated := splitDates(date)
	field := "date_published"
	if len(published) == 0 {
		field = "date_modified"
	}
	r.step("dateline", field, line, date)
	r.draft.Published = append(r.draft.Published, published...)
	r.updated = append(r.updated, updated...)
}

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
		if !sure && r.isCaption(i, false) {
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

// textFollows says whether the article goes on after paragraph i.
func (r *textReader) textFollows(i int) bool {
	for _, p := range r.paras[i+1:] {
		if _, _, name := byline(p.text); !name && endsSentence(p.text) && furniture(p.text) == notFurniture {
			return true
		}
	}
	return false
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

// agencyEnd is where a paper signs in its last sentence's line: "… next year. — VNS".
var agencyEnd = regexp.MustCompile(`[.!?…]["”]?\s*(?:[—–-]{1,2}\s*|[(/]\s*)[\p{Lu}/+]{2,12}\)?\.?$`)

var noteNumber = regexp.MustCompile(`\[\d{1,3}\]$`)

// endsSentence says whether a text ends like a sentence.
func endsSentence(s string) bool {
	if strings.HasSuffix(s, "]") { // a footnote's number
		s = noteNumber.ReplaceAllString(s, "")
	}
	if at := agencyEnd.FindStringSubmatchIndex(s[max(0, len(s)-60):]); at != nil {
		return true
	}
	s = strings.TrimRightFunc(s, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(`"'”’)]»*`, r) })
	r, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune(".!?…:;,", r) && s != ""
}
