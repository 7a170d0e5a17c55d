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
	first := textReader{draft: hub.Draft{URL: in.URL, Base: in.URL, Path: in.Path}, notes: n}
	paras := paragraphs(string(toUTF8(in.Body, in.ContentType, n)), func(step, before, after string) {
		first.step(step, "content_text", before, after)
	})
	if len(paras) == 0 {
		return hub.Document{}, hub.Errorf(hub.Invalid, "empty document")
	}
	if len(paras) > maxParas {
		return hub.Document{}, hub.Errorf(hub.TooLarge, "the text has %d paragraphs, more than %d", len(paras), maxParas)
	}
	doc := hub.Document{Kind: "text"}
	parts := articles(paras)
	if len(parts) > 1 {
		n.add(fmt.Sprintf("the text holds %d articles", len(parts)))
	}
	for i, part := range parts {
		r := &first
		if i > 0 {
			r = &textReader{draft: hub.Draft{Base: in.URL, Path: partPath(in.Path, i+1)}, notes: n}
		}
		r.paras = part
		r.read()
		doc.Drafts = append(doc.Drafts, r.draft)
	}
	doc.Warnings = n.all()
	return doc, nil
}

// textReader takes the paragraphs of a text one by one: first the head (a form's fields, menus, links to editions, kicker,
// title, date, writer), then the lead, then the body, whose end may be a byline and the page's foot. Each line that does not
// go into the draft as it stands leaves a step.
type textReader struct {
	draft     hub.Draft
	paras     []para
	at        int
	prose     bool // most long paragraphs end like sentences, so a line that doesn't is something else
	viet      bool
	spaced    bool            // blank lines stand between paragraphs
	form      bool            // it says of its parts what they are: "Title: …"
	doubled   bool            // captions stand twice
	credited  bool            // captions name who made their pictures
	captioned map[string]bool // captions that stand once more below
	again     map[string]int  // how often each line that ends no sentence stands there, apart from each other
	closed    bool            // what stands at an article's end has been seen
	early     int             // how many dates stand above the title
	counter   string          // what a gallery's counters end with: "/3"
	star      int             // the last paragraph that a * begins
	end       int             // the last paragraph that ends a sentence
	last      int             // the last paragraph of running text; the article's tail begins after it
	over      int             // the page's foot begins here
	lines     int             // how many lines without an end stand alone among the sentences
	bare      bool            // a caption without its maker's name has been seen
	signed    bool            // the head names a writer
	imprint   bool            // the tail has lines that only a paper's imprint has
	from      []int
	lower     map[string]bool // words that stand without a capital
	inside    map[string]bool // words that stand with one inside a sentence
	notes     *notes
	dropped   []string
	updated   []string
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
	r.masthead()
	r.head()
	r.pageClock()
	r.signed = len(r.draft.Authors) > 0
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
	long, ended, middling, finished, tight, before := 0, 0, 0, 0, 0, ""
	r.again, r.captioned = map[string]int{}, map[string]bool{}
	var sample strings.Builder
	for i, p := range r.paras {
		if p.tight {
			tight++
		}
		if strings.HasPrefix(p.text, "*") {
			r.star = i
		}
		if !endsSentence(p.text) {
			r.again[p.text]++
		}
		r.credited = r.credited || photoCredit.MatchString(p.text) && !isWriterLine(p.text) && !loneCredit.MatchString(p.text)
		if _, all, ok := strings.Cut(p.text, "/"); ok && galleryCount.MatchString(p.text) {
			if all = "/" + all; all == before {
				r.counter = all
			}
			before = all
		}
		if sample.Len() < 4096 {
			sample.WriteString(p.text)
		}
		size, end := utf8.RuneCountInString(p.text), endsSentence(p.text)
		if size > 60 {
			long++
			if end {
				ended++
			}
		}
		if size > 40 {
			middling++
			if end {
				finished++
			}
		}
	}
	r.prose = ended > 1 && ended*2 >= long || long > 0 && finished > 1 && finished*2 >= middling
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

// isHeading: marked as one, or a short line without an end between paragraphs of prose.
func (r *textReader) isHeading(i int) bool {
	p := r.paras[i]
	if p.heading {
		return true
	}
	if sectionNumber.MatchString(p.text) && (i > 0 && sectionNumber.MatchString(r.paras[i-1].text) || i+1 < len(r.paras) && sectionNumber.MatchString(r.paras[i+1].text)) {
		return false // a list's entry
	}
	if i >= r.end || r.isListed(i) {
		return false // nothing follows that it could head
	}
	return r.prose && p.times == 1 && !isTableRow(p.text) && !endsSentence(p.text) && !startsAnew(p.text) && utf8.RuneCountInString(p.text) <= 120 &&
		i+1 < len(r.paras) && len(strings.Fields(p.text)) <= 16
}

// isListed says whether the line at i belongs to a list that a colon announces.
func (r *textReader) isListed(i int) bool {
	for j := i - 1; j >= max(r.at, i-20); j-- {
		if strings.HasSuffix(r.paras[j].text, ":") {
			return true
		}
		if !isOpen(r.paras[j].text) {
			break
		}
	}
	return false
}

// isTableRow says whether a line is cells, set apart by tabs or bars.
func isTableRow(text string) bool {
	return strings.Contains(text, "\t") || strings.HasPrefix(text, "|") && strings.Count(text, "|") > 2
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
