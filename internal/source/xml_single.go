package source

import (
	"bytes"
	"fmt"
	"slices"

	"tinhub/internal/hub"
)

// What an item has once may stand in it twice, by a template or a merge of two feeds. The first that is not empty counts. The
// parser would take the last and say nothing of the others: here they are taken out, and each leaves a step.

// Bounds of what is said of one item.
const (
	maxRepeated  = 20
	maxBeginning = 4 << 10 // bytes of a text
)

// single is an element that an item has once.
type single struct {
	name       string // as written, in lower case
	start, end int
	from, to   int // of what is in it
}

// isSingle says whether an item has an element of that name once, of those we read.
func isSingle(name, root string) bool {
	switch name {
	case "title":
		return true
	case "description", "pubdate", "guid", "content:encoded", "author":
		return root != "feed"
	case "summary", "content", "id", "published", "issued", "updated", "modified":
		return root == "feed" || root == "entry"
	}
	return false
}

// changes says whether an element says when the item was changed: there the last counts.
func changes(name string) bool { return name == "updated" || name == "modified" }

// beginSingle takes the start of an item's child and says whether the item has such a one already.
func (p *xmlPass) beginSingle(t token, name string) (again bool) {
	p.one = single{}
	if !isSingle(name, p.index.root) {
		return false
	}
	p.one = single{name: name, start: t.start, end: t.end, from: t.end, to: t.end}
	again = !changes(name) && slices.ContainsFunc(p.singles, func(s single) bool { return s.name == name })
	if t.empty {
		p.endOne()
	}
	return again
}

func (p *xmlPass) endSingle(t token, name string) {
	if p.one.name != name || p.entry == nil || len(p.open) != p.level+1 {
		return
	}
	p.one.to, p.one.end = t.start, t.end
	p.endOne()
}

// endOne takes the child that has ended.
func (p *xmlPass) endOne() {
	s := p.one
	p.one = single{}
	now := bytes.TrimSpace(p.b[s.from:s.to])
	i := slices.IndexFunc(p.singles, func(before single) bool { return before.name == s.name })
	if i < 0 {
		if len(now) > 0 {
			p.singles = append(p.singles, s)
		}
		return
	}
	taken := p.singles[i]
	if changes(s.name) && len(now) > 0 {
		taken, s, p.singles[i] = s, taken, s
	}
	p.remove(s.start, s.end)
	if p.repeats++; p.repeats <= maxRepeated {
		p.repeated(s.name, p.beginning(taken), p.beginning(s))
	}
}

// beginning is as much of a child's text as a step or a name has room for.
func (p *xmlPass) beginning(s single) string {
	b := bytes.TrimSpace(p.b[s.from:s.to])
	if len(b) <= maxBeginning {
		return xmlText(b)
	}
	b = bytes.ToValidUTF8(b[:maxBeginning], nil)
	if cdata, ok := bytes.CutPrefix(b, []byte(cdataStart)); ok { // whose end is cut off
		return string(cdata)
	}
	return xmlText(b)
}

// repeated notes that the second of two values of an item is left out. Of authors both are taken.
func (p *xmlPass) repeated(name, taken, lost string) {
	switch {
	case lost == taken || lost == "":
		return
	case name == "author":
		p.entry.authors = append(p.entry.authors, lost)
		return
	}
	p.notes.add(fmt.Sprintf("an item has more than one <%s>; one of them was taken", name))
	p.entry.steps = append(p.entry.steps, hub.Step{
		Step: "more than one " + local(name), Field: itemField(name), Before: clip(lost, 300), After: clip(taken, 300),
	})
}

// itemField is the field of an item that an element of a feed fills.
func itemField(name string) string {
	switch name {
	case "title":
		return "title"
	case "description", "summary":
		return "summary"
	case "content", "content:encoded":
		return "content_html"
	case "pubdate", "published", "issued":
		return "date_published"
	case "updated", "modified":
		return "date_modified"
	}
	return "original_id"
}
