package source

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"tinhub/internal/hub"
)

// Limits on what of a feed goes on to the parser, which holds several copies of each text and two maps for each element of
// a module. What is beyond them is cut out of the bytes before.
const (
	maxFeedItems = 10_000   // a feed lists what is new; ten thousand is an archive
	maxFeedText  = 12 << 20 // bytes of all texts
	maxItemBytes = 6 << 20  // bytes of one item
	maxText      = 4 << 20  // bytes of one run of text
	maxAside     = 4 << 10  // bytes of one comment or instruction
	maxElements  = 250_000  // elements that the parser keeps as such
	usualTag     = 256      // bytes of a tag that count as one element
	maxBare      = 10_000   // angle brackets that begin nothing
	maxMarkup    = 100_000  // tags in the texts of one item
	maxSpaces    = 200      // namespaces that one tag declares; the parser copies all for each element inside
	maxCopied    = 1 << 30  // bytes that the parser copies to put texts between elements of modules together
)

// maxResolved is how many bytes of addresses are resolved against xml:base: a long base would be written out for each tag.
const maxResolved = 4 << 20

// budget is what an xmlPass has spent of them.
type budget struct {
	at       int // where the item that is open begins
	edits    int // how many edits there were then
	before   int // text before it
	trimmed  int // bytes that were cut out of it
	text     int
	bare     int
	markup   int // tags in its texts
	inside   int // text inside the child that is open
	copied   int
	elements int
	resolved int  // bytes of addresses
	inText   bool // inside a text of the item, where markup costs the parser nothing
}

// spend accounts for a start tag and says whether it may still go in; where not, the document ends before it.
func (p *xmlPass) spend(t token, begins bool) bool {
	u := &p.budget
	switch {
	case begins && len(p.index.entries) >= maxFeedItems:
		p.cut(t.start, fmt.Sprintf("the feed has more than %d items; the rest was left out", maxFeedItems))
	case begins && u.text > maxFeedText:
		p.cut(t.start, fmt.Sprintf("the texts of the feed have more than %d MiB; what followed item %d was left out", maxFeedText>>20, len(p.index.entries)))
	case u.elements > maxElements || p.entry == nil && u.text > maxFeedText:
		p.cut(t.start, fmt.Sprintf("the feed has more elements than anyone reads; what followed item %d was left out", len(p.index.entries)))
	}
	if p.cutAt > 0 {
		return false
	}
	if p.entry != nil && len(p.open) == p.level {
		u.inText, u.inside = isTextElement(local(t.name)), 0
	} else if len(p.open) < 3 {
		u.inside = 0
	}
	if p.entry != nil && u.inText {
		u.markup++
	} else {
		u.elements += 1 + max(t.end-t.start-usualTag, 0)/8
	}
	if begins {
		u.edits, u.before, u.trimmed, u.markup, u.inText = len(p.edits), u.text, 0, 0, false
	}
	return true
}

// resolved resolves an address while that costs little; beyond it stays as written.
func (p *xmlPass) resolved(base, ref string) string {
	if p.budget.resolved += len(base) + len(ref); p.budget.resolved > maxResolved {
		return ref
	}
	return resolve(base, withScheme(ref))
}

// tooManySpaces says whether a tag declares more namespaces than any document has.
func (p *xmlPass) tooManySpaces(t token) bool {
	return t.end-t.start > 10*maxSpaces && bytes.Count(p.b[t.start:t.end], []byte("xmlns")) > maxSpaces
}

// cut ends the document at byte at, or where the item begins that is open there.
func (p *xmlPass) cut(at int, why string) {
	p.notes.add(why)
	p.why = why
	if p.entry != nil {
		at = p.budget.at
		p.index.entries = p.index.entries[:len(p.index.entries)-1]
		p.open, p.bases = p.open[:p.level-1], p.bases[:p.level]
		p.entry, p.edits = nil, p.edits[:p.budget.edits]
		p.held.since(at)
	}
	p.cutAt = at
}

// finish ends the item that is open, at byte at. One that is too large goes.
func (p *xmlPass) finish(at int) {
	u := &p.budget
	if size := at - u.at - u.trimmed; size > maxItemBytes || u.markup > maxMarkup {
		p.notes.add(fmt.Sprintf("an item of %d KiB was left out", size>>10))
		p.index.entries = p.index.entries[:len(p.index.entries)-1]
		p.edits = append(p.edits[:u.edits], edit{start: u.at, end: at})
		u.text = u.before
		p.held.since(u.at)
	}
	p.entry, p.child, u.inText = nil, "", false
}

// other accounts for what is no tag: long asides go, a text beyond its bound is cut.
func (p *xmlPass) other(t token) {
	size := t.end - t.start
	switch t.kind {
	case tokComment, tokInstruction:
		if size > maxAside {
			p.remove(t.start, t.end)
		}
	case tokBare:
		p.index.stray = true // the parser's own guess would be worse than ours
		if p.budget.bare++; p.budget.bare > maxBare {
			p.cut(t.start, fmt.Sprintf("the feed is no XML after item %d", len(p.index.entries)))
		}
	case tokText, tokCDATA:
		if most := p.most(t); size > most {
			end := t.end
			if t.kind == tokCDATA {
				end -= len(cdataEnd)
			}
			p.cutText(t, min(p.between(t.start+most), end), end)
			size = most
		} else if t.start == p.afterLink && p.afterLink > 0 && p.entry != nil {
			if link := xmlText(p.b[t.start:t.end]); isWeb(link) {
				p.entry.href = link // an HTML parser wrote <link/>https://… for the link
			}
		}
		u := &p.budget
		u.text += size
		if !u.inText {
			u.inside += size
			if u.copied += u.inside; u.copied > maxCopied {
				p.cut(t.start, fmt.Sprintf("a text is in too many pieces; what followed item %d was left out", len(p.index.entries)-1))
			}
		}
	}
}

// cutText takes the end off a text that is too long, with a step where it is an item's.
func (p *xmlPass) cutText(t token, from, to int) {
	size := fmt.Sprintf("%d KiB", (t.end-t.start)>>10)
	p.notes.add("a text of " + size + " was cut")
	if e := p.entry; e != nil && len(e.steps) < maxRepairs {
		field := "item"
		if len(p.open) > p.level {
			field = fieldOfElement(p.open[p.level])
		}
		e.steps = append(e.steps, hub.Step{Step: "cut", Field: field, Before: size, After: fmt.Sprintf("%d KiB", (from-t.start)>>10)})
	}
	p.remove(from, to)
}

// most is how many bytes of a text go on: fewer where they are nothing but tags.
func (p *xmlPass) most(t token) int {
	size := t.end - t.start
	if size < maxMarkup {
		return maxText
	}
	text := p.b[t.start:t.end]
	if tags := bytes.Count(text, []byte("<")) + bytes.Count(text, []byte("&lt;")); tags > maxMarkup {
		return min(maxText, int(int64(size)*maxMarkup/int64(tags)))
	}
	return maxText
}

func (p *xmlPass) remove(start, end int) {
	p.edits = append(p.edits, edit{start: start, end: end})
	p.budget.trimmed += end - start
}

// between is the last place at or before at that is between two characters and in no reference.
func (p *xmlPass) between(at int) int {
	for at > 0 && !utf8.RuneStart(p.b[at]) {
		at--
	}
	near := p.b[max(at-40, 0):at]
	if i := bytes.LastIndexByte(near, '&'); i >= 0 && bytes.IndexByte(near[i:], ';') < 0 {
		at -= len(near) - i
	}
	return at
}

// isTextElement names the elements whose inside the parser takes as one text.
func isTextElement(name string) bool {
	switch strings.ToLower(name) {
	case "title", "summary", "content", "description", "encoded", "body", "fullitem":
		return true
	}
	return false
}
