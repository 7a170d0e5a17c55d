// Package clean makes items out of drafts: it settles identity and addresses, turns titles into plain text, sanitises
// bodies, reads dates in the source's zone, takes out what a text says twice, and finds language, authors, pictures. It is
// the only maker of items.
//
// It never touches the network, the disk or a clock, so that the same draft gives the same item on every node and at any
// time; and cleaning what was cleaned changes nothing. Start with Document here, then read repeats.go (what is
// taken for a repeat) and date.go (which dates are believed).
package clean

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"tinhub/internal/hub"
)

// Setting is what cleaning must know beside the draft.
type Setting struct {
	Source   hub.Source // its ID, Sections, Match, Location, Language, Priority, HoldFuture, Kind and URL count
	Language string     // the site's: of items whose language nothing else tells
	Site     string     // public base URL of the hub: links to its own item pages lead to items of ours; "" where unknown
	Churns   bool       // the source's guids change at each fetch and identify nothing
	Explain  bool       // fill Incoming.Steps
}

// Bounds of an item, in characters or pieces. What is beyond is cut off, with a step.
const (
	maxTitle    = 1000
	maxSummary  = 4000
	maxCaption  = 2000
	maxName     = 200
	maxTag      = 200
	maxAuthors  = 32
	maxTags     = 64
	maxPictures = 200
	maxFiles    = 200
)

// Document cleans all drafts of a document, in order. A URLKey that drafts with different ids share tells them apart from
// nothing and is left out. An error is an *hub.Error of kind Invalid with the place; only pushed documents make one, whose
// sender is there to hear of it.
func Document(doc hub.Document, s Setting) ([]hub.Incoming, error) {
	out := make([]hub.Incoming, 0, len(doc.Drafts))
	var room arena
	for i, d := range doc.Drafts {
		in, err := room.draft(d, doc, s)
		if err != nil {
			if e, ok := errors.AsType[*hub.Error](err); ok {
				placed := *e
				placed.Place = strings.TrimSuffix(fmt.Sprintf("items[%d].%s", i, e.Place), ".")
				return nil, &placed
			}
			return nil, fmt.Errorf("cleaning item %d: %w", i, err)
		}
		out = append(out, in)
	}
	dropSharedKeys(out)
	return out, nil
}

// draft cleans one draft of a document. An error is an *hub.Error of kind Invalid whose Place is the draft's field.
func (a *arena) draft(d hub.Draft, doc hub.Document, s Setting) (hub.Incoming, error) {
	a.reset()
	a.maker = maker{draft: d, doc: doc, setting: s, trace: newTrace(s.Explain, d.Steps), arena: a}
	m := &a.maker
	if err := m.links(); err != nil {
		return hub.Incoming{}, err
	}
	if d.Deleted {
		m.dates() // when it went
		m.publishAt = time.Time{}
		return m.incoming(true), nil
	}
	m.texts()
	if err := m.refuseEmpty(); err != nil {
		return hub.Incoming{}, err
	}
	m.dates()
	m.authors()
	m.content()
	m.pictures()
	m.rest()
	m.identify()
	m.item.Hash = a.digest.item(&m.item)
	return m.incoming(false), nil
}

// maker carries one draft on its way to an item.
type maker struct {
	draft   hub.Draft
	doc     hub.Document
	setting Setting
	trace   *trace
	arena   *arena

	item      hub.Item
	title     string // the item's, folded
	base      string // relative links of the body resolve against it
	replaced  string // the item's address before its canonical one was taken; "" where it is the same
	blocks    []*node
	publishAt time.Time
}

func (m *maker) incoming(gone bool) hub.Incoming {
	src := m.setting.Source
	if gone {
		m.identify()
	}
	return hub.Incoming{
		Item: m.item, URLKey: urlKey(m.item.URL), OtherKeys: m.otherKeys(), Text: m.fingerprint(), Sections: m.sections(), Location: src.Location, Priority: src.Priority,
		PublishAt: m.publishAt, Restore: m.draft.Restore, Retract: gone, Steps: m.trace.steps,
	}
}

// texts settles title and summary, before anything is compared with them.
func (m *maker) texts() {
	d, it := m.draft, &m.item
	it.Title = cut(short(d.Title), maxTitle)
	m.title = fold(it.Title)
	m.trace.changed("title", "title", d.Title.Value, it.Title)
	m.blocks = m.read("content_html", d.Body)
	if len(d.Blocks) > 0 && len(m.blocks) == 0 {
		m.blocks = m.builder("content_html").shortcodes(dumpBlocks(d.Blocks))
	}
	var summary []*node
	if d.Summary.HTML && !isUnmarked(d.Summary.Value) {
		summary = m.read("summary", d.Summary)
	} else {
		// A plain summary may still hold entities, and a tag that it only speaks of.
		summary = m.builder("summary").shortcodes(plainSummary(d.Summary))
	}
	if len(m.blocks) == 0 && isBody(summary) {
		m.blocks = summary
		m.trace.add("summary is the body", "summary", d.Summary.Value, "")
		return
	}
	m.draft.Pictures = append(m.draft.Pictures, bodyPictures(summary)...)
	it.Summary = summaryText(summary)
	if it.Summary != "" && fold(it.Summary) == m.title {
		m.trace.add("summary repeats the title", "summary", it.Summary, "")
		it.Summary = ""
	}
	if len(m.blocks) > 0 {
		it.Summary = cut(it.Summary, maxSummary)
	}
	m.trace.changed("summary", "summary", d.Summary.Value, it.Summary)
}

// isUnmarked says whether a text that may be markup has none, but paragraphs as plain texts set them.
func isUnmarked(s string) bool {
	return !strings.Contains(s, "<") && strings.Contains(s, "\n") && !strings.Contains(s, "&lt;") && !strings.Contains(s, "&amp;lt;") && len(paragraphs(s)) > 1
}

// plainSummary keeps the paragraphs of a plain summary, which may turn out to be the body. Markup may stand around several.
func plainSummary(t hub.Text) []*node {
	if strings.Contains(t.Value, "<") {
		return plainBlocks(plain(t))
	}
	var blocks []*node
	for _, p := range paragraphs(t.Value) {
		blocks = append(blocks, plainBlocks(plain(hub.Text{Value: p, HTML: t.HTML}))...)
	}
	return blocks
}

func (m *maker) read(field string, t hub.Text) []*node {
	if strings.TrimSpace(t.Value) == "" {
		return nil
	}
	return m.builder(field).body(t)
}

func (m *maker) builder(field string) *builder {
	return &builder{base: m.base, trace: m.trace, field: field, arena: m.arena}
}

// isBody says whether a summary is the article itself, as in feeds that have only one field for both.
func isBody(blocks []*node) bool {
	texts, length := 0, 0
	for _, k := range blocks {
		if k.tag == "figure" {
			continue
		}
		if k.tag != "p" {
			return true
		}
		texts++
		length += len(k.words())
	}
	return texts > 1 || length > maxSummary
}

// summaryText is one line: a teaser's paragraphs have no meaning of their own.
func summaryText(blocks []*node) string {
	var parts []string
	for _, k := range blocks {
		if k.tag == "figure" {
			continue
		}
		if w := k.words(); w != "" && (len(parts) == 0 || !isFooter(w)) {
			parts = append(parts, w)
		}
	}
	return line(strings.Join(parts, " "))
}

// dumpBlocks makes a body of a text dump's blocks. A caption stands where the dump has it, as a figure without a picture:
// what a reader of the page saw there is neither lost nor taken for a paragraph, and a picture that is found later has its
// place.
func dumpBlocks(blocks []hub.Block) []*node {
	var out []*node
	for _, b := range blocks {
		text := line(shown(b.Text))
		if text == "" {
			continue
		}
		switch b.Kind {
		case hub.BlockHeading:
			out = append(out, element("h2", textNode(text)))
		case hub.BlockCaption:
			out = append(out, element("figure", element("figcaption", textNode(text))))
		default:
			out = append(out, element("p", textNode(text)))
		}
	}
	return out
}

// content takes out repeats and writes the body in its two forms.
func (m *maker) content() {
	r := &repeats{item: &m.item, title: m.title, trace: m.trace, arena: m.arena, blocks: m.blocks, named: m.namedBeside()}
	r.remove()
	m.blocks = r.blocks
	if len(m.blocks) == 0 {
		return
	}
	m.arena.text = render(m.arena.text[:0], m.blocks)
	m.item.ContentHTML = string(m.arena.text)
	if !admits(m.item.ContentHTML) {
		m.item.ContentHTML = policy.Sanitize(m.item.ContentHTML)
	}
	m.item.ContentText = contentText(m.blocks)
	if m.draft.Body.HTML {
		m.trace.changed("sanitise", "content_html", m.draft.Body.Value, m.item.ContentHTML)
	}
}

func (m *maker) refuseEmpty() error {
	it := &m.item
	if m.setting.Source.Kind == hub.KindPush && it.Title == "" && it.Summary == "" && it.URL == "" && len(m.blocks) == 0 {
		return hub.Errorf(hub.Invalid, "the item has neither title, text nor url")
	}
	return nil
}

// rest settles what needs no thought of its own.
func (m *maker) rest() {
	m.item.Language = m.language()
	m.item.Tags = m.tags()
	m.item.Attachments = m.attachments()
	m.item.Alternates = m.alternates()
	m.item.Paywalled = m.draft.Paywalled
	m.item.Point = readPoint(m.draft.Point)
	if m.draft.AMP != "" {
		m.item.AMP, _ = canonicalURL(m.base, m.draft.AMP)
	}
	if v := m.draft.Via; v != nil {
		via := hub.Via{Title: cut(short(hub.Text{Value: v.Title}), maxTitle)}
		via.URL, _ = canonicalURL(m.base, v.URL)
		if via != (hub.Via{}) {
			m.item.Via = &via
		}
	}
}
