package source

import (
	"fmt"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tinhub/internal/hub"
)

// What the wire documents (ninjs, NewsML, NITF) have in common: the status of an item, embargoes, renditions.

// Limits on a wire document and on one item of it. No agency sends so much at once; the items beyond the limit are cut off.
const (
	maxWireBytes     = 32 << 20
	maxWireItems     = 10_000
	maxWireSteps     = 100
	maxWireTags      = 200
	maxWireMedia     = 500
	maxWireSubtitles = 20
)

// StepLeftOut is the name of the step that says what a wire document holds for the desk and not for readers.
const StepLeftOut = "left out"

// admitWire refuses what no reader of a wire has to look at.
func admitWire(in Input) error {
	if len(in.Body) > maxWireBytes {
		return hub.Errorf(hub.TooLarge, "the document has %d bytes, more than the %d MiB that are read of a wire: split it", len(in.Body), maxWireBytes>>20)
	}
	return admit(in)
}

// wireStatus is what a newsroom may do with an item.
type wireStatus int

const (
	usable  wireStatus = iota
	gone               // canceled: withdrawn for good; withheld: not to be published until the agency says so. Both are out
	waiting            // embargoed: the item says elsewhere until when
	unready            // a system's own word for what is not to be published yet
	unknown            // a word that no standard has
)

// statusOf reads ninjs pubstatus, G2 pubStatus and NewsML 1.2 Status, written as a word, a QCode (stat:canceled) or the
// address of IPTC's NewsCode.
func statusOf(s string) wireStatus {
	s = strings.ToLower(strings.Trim(s, " \t\r\n/"))
	if i := strings.LastIndexAny(s, ":/#"); i >= 0 {
		s = s[i+1:]
	}
	switch s {
	case "", "usable", "published", "corrected":
		return usable
	case "canceled", "cancelled", "killed", "withheld", "deleted", "recalled", "withdrawn":
		return gone
	case "embargoed":
		return waiting
	case "draft", "pending", "hold", "onhold", "scheduled", "spiked", "unpublished", "in_progress", "submitted":
		return unready
	}
	return unknown
}

// wireMoment is how wires write when: ISO 8601, extended or basic, with or without a zone.
var wireMoment = regexp.MustCompile(`^\d{4}(?:-\d{2}-\d{2}|\d{4})(?:[T ]\d{2}(?::?\d{2}(?::?\d{2}(?:[.,]\d{1,9})?)?)?(?: ?(?:Z|z|[+-]\d{2}(?::?\d{2})?))?)?$`)

// isWireMoment says whether s is a date that an embargo can be kept by: written as the standards ask, with a month and a
// day that there are.
func isWireMoment(s string) bool {
	if !wireMoment.MatchString(s) {
		return false
	}
	digits := strings.ReplaceAll(s[:min(len(s), 10)], "-", "")
	month, _ := strconv.Atoi(digits[4:6])
	day, _ := strconv.Atoi(digits[6:8])
	return month >= 1 && month <= 12 && day >= 1 && day <= 31
}

// wireDraft fills one draft from a wire document.
type wireDraft struct {
	hub.Draft
	place string // in the document, for messages
	fail  func(place, format string, args ...any)

	class    string   // text, picture, video …: the last word of a NewsML itemClass or MediaType
	headline hub.Text // what readers are told; the title once all is read
	name     string   // what the agency calls the item
	slug     string
	caption  hub.Text  // of the pictures that the item is about
	credit   string    // the same
	meta     *wireNode // NewsML-G2 contentMeta
	refs     []string  // ids of items that it links to
	subtitle []string  // goes before the text

	// held is an embargo that cannot be kept, because nobody can say when it ends.
	held bool
}

// step notes what was taken out, moved or repaired.
func (d *wireDraft) step(name, field, before, after string) {
	if len(d.Steps) < maxWireSteps {
		d.Steps = append(d.Steps, hub.Step{Step: name, Field: field, Before: clipText(before), After: clipText(after)})
	}
}

// leaveOut notes a text that is for the desk, or that a feed's reader has no use for.
func (d *wireDraft) leaveOut(what, text string) {
	if strings.TrimSpace(text) != "" {
		d.step(StepLeftOut, what, text, "")
	}
}

// embargo keeps the item until raw. An embargo whose end cannot be read is not broken by guessing: the item is held.
func (d *wireDraft) embargo(place, raw string) {
	switch raw = strings.TrimSpace(raw); {
	case raw == "":
	case isWireMoment(raw):
		d.PublishAt = raw
	default:
		d.held = true
		d.fail(place, "%q is not a date, so that nobody knows when the embargo ends: want 2027-01-31T06:00:00+07:00", clip(raw, 40))
	}
}

// status takes the item out where its agency says so. It is asked after the embargo: one without an end could not be waited for.
func (d *wireDraft) status(place, raw string) {
	switch statusOf(raw) {
	case usable:
	case gone:
		d.Deleted = true
	case waiting:
		if d.PublishAt == "" && !d.held {
			d.held = true
			d.fail(place, "the item is embargoed, but nothing says until when")
		}
	case unready:
		d.held = true
		d.fail(place, "%q is not ready to be published: want usable, withheld or canceled", clip(raw, 40))
	case unknown:
		d.fail(place, "%q is no publishing status: want usable, withheld or canceled", clip(raw, 40))
	}
}

func (d *wireDraft) tag(names ...string) {
	for _, name := range names {
		if name = strings.Join(strings.Fields(name), " "); name != "" && len(d.Tags) < maxWireTags && !slices.Contains(d.Tags, name) {
			d.Tags = append(d.Tags, name)
		}
	}
}

func (d *wireDraft) author(a hub.DraftAuthor) {
	a.Name = strings.Join(strings.Fields(a.Name), " ")
	if (a.Name != "" || a.Email != "") && len(d.Authors) < maxWireTags && !slices.Contains(d.Authors, a) {
		d.Authors = append(d.Authors, a)
	}
}

func (d *wireDraft) picture(p hub.DraftPicture) {
	if p.URL == "" || len(d.Pictures) >= maxWireMedia {
		return
	}
	if d.Image.URL == "" {
		d.Image = p
	}
	if !slices.ContainsFunc(d.Pictures, func(have hub.DraftPicture) bool { return have.URL == p.URL }) {
		d.Pictures = append(d.Pictures, p)
	}
}

func (d *wireDraft) attach(a hub.Attachment) {
	if a.URL == "" || len(d.Attachments) >= maxWireMedia {
		return
	}
	if !slices.ContainsFunc(d.Attachments, func(have hub.Attachment) bool { return have.URL == a.URL }) {
		d.Attachments = append(d.Attachments, a)
	}
}

func (d *wireDraft) alternate(language, link string) {
	if len(d.Alternates) < maxWireMedia {
		d.Alternates = append(d.Alternates, hub.Alternate{Language: language, URL: link})
	}
}

// point keeps the first place on earth that the document names.
func (d *wireDraft) point(lat, lon string) {
	lat, lon = strings.TrimSpace(lat), strings.TrimSpace(lon)
	if d.Point == "" && lat != "" && lon != "" {
		d.Point = lat + " " + lon
	}
}

// subtitles are the summary where there is no other, else they go before the text. Agencies also put a key word there, or the
// headline once more.
func (d *wireDraft) subtitles(list ...string) {
	for _, l := range raws(list...) {
		switch {
		case oneInOther(l, d.headline.Value), slices.ContainsFunc(d.Tags, func(t string) bool { return strings.EqualFold(t, l) }):
			d.leaveOut("second headline", l)
		case d.Summary.Value == "":
			d.Summary = hub.Text{Value: l}
			d.step("second headline is the summary", "summary", l, l)
		case strings.EqualFold(d.Summary.Value, l):
		case len(d.subtitle) < maxWireSubtitles:
			d.subtitle = append(d.subtitle, l)
		default:
			d.leaveOut("second headline", l)
		}
	}
}

// oneInOther says whether one of two lines is a part of the other.
func oneInOther(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	return b != "" && (strings.Contains(a, b) || strings.Contains(b, a))
}

// title takes the first that is not empty; a name that an agency gives its item for the desk stands in where readers get none.
func (d *wireDraft) title() {
	switch {
	case strings.TrimSpace(d.headline.Value) != "":
		d.Title = d.headline
		d.leaveOut("slugline", d.slug)
	case d.name != "":
		d.Title = hub.Text{Value: d.name}
		d.step("name is the title", "title", d.name, d.name)
	case d.slug != "":
		d.Title = hub.Text{Value: d.slug}
		d.step("slugline is the title", "title", d.slug, d.slug)
	}
}

// settle ends a draft and says whether it is to be taken in. What is taken back needs an id, which stands at idPlace, and nothing
// else. Strict, there must be something to read.
func (d *wireDraft) settle(idPlace string, strict bool) bool {
	d.placeSubtitles()
	switch {
	case d.Deleted && d.OriginalID == "":
		d.fail(idPlace, "the item is taken back, but has no id that says which")
		return false
	case d.Deleted:
		d.Draft = hub.Draft{OriginalID: d.OriginalID, URL: d.URL, Base: d.Base, Modified: d.Modified, Deleted: true}
		return true
	case d.held:
		return false // noted already
	case strict && d.Title.Value == "" && d.Body.Value == "" && d.Summary.Value == "" && d.Image.URL == "" && len(d.Attachments) == 0:
		d.fail("", "neither headline nor content")
		return false
	}
	return true
}

// placeSubtitles puts what remains of the second headlines before the text.
func (d *wireDraft) placeSubtitles() {
	var before strings.Builder
	for _, l := range d.subtitle {
		switch {
		case d.Body.Value == "":
			d.leaveOut("second headline", l)
		case d.Body.HTML:
			before.WriteString("<h2>" + html.EscapeString(l) + "</h2>")
		default:
			before.WriteString(l + "\n\n")
		}
	}
	d.Body.Value = before.String() + d.Body.Value
	d.subtitle = nil
}

// pictorial says whether the item is a picture, so that what is said of it is said of what is seen.
func (d *wireDraft) pictorial() bool {
	return d.class == "picture" || d.class == "graphic" || d.class == "photo"
}

// asPicture makes the body of an item that is a picture: without it a reader would get a headline and nothing to look at.
func (d *wireDraft) asPicture() {
	if d.Body.Value != "" || d.Image.URL == "" {
		return
	}
	var b strings.Builder
	writeFigure(&b, d.Image)
	d.Body = hub.Text{Value: b.String(), HTML: true}
}

// foreignScheme says whether a link names a scheme that is not the web's; a relative one names none.
func foreignScheme(link string) bool {
	u, err := url.Parse(strings.TrimSpace(link))
	return err != nil || u.Scheme != "" && !isWeb(link)
}

// wireReader gathers the drafts of a wire document in XML. Strict, the first mistake is an error that names its place;
// otherwise what can be understood is, the rest is left out with a note.
type wireReader struct {
	base   string
	strict bool
	notes  *notes
	err    error
	drafts []*wireDraft
	groups [][]string // ids of what packages put together
}

func (r *wireReader) fail(place, format string, args ...any) {
	detail := fmt.Sprintf(format, args...)
	if !r.strict {
		r.notes.add(place + ": " + detail + "; left out")
		return
	}
	if r.err == nil {
		r.err = &hub.Error{Kind: hub.Invalid, Place: place, Detail: detail}
	}
}

// draft begins the draft of an element.
func (r *wireReader) draft(name string) *wireDraft {
	d := &wireDraft{place: fmt.Sprintf("%s[%d]", name, len(r.drafts))}
	d.Base = r.base
	d.fail = func(place, format string, args ...any) {
		r.fail(strings.TrimSuffix(d.place+"/"+place, "/"), format, args...)
	}
	return d
}

func (r *wireReader) finish(d *wireDraft) {
	if d.settle("", r.strict) {
		r.drafts = append(r.drafts, d)
	}
}

func (r *wireReader) document(kind string) hub.Document {
	doc := hub.Document{Kind: kind, Drafts: make([]hub.Draft, len(r.drafts)), Warnings: r.notes.all()}
	for i, d := range r.drafts {
		if !r.strict {
			wholeLinks(&d.Draft)
		}
		doc.Drafts[i] = d.Draft
	}
	return doc
}
