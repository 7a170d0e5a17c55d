package source

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// edit is a piece of a document that another text takes the place of.
type edit struct {
	start, end int
	text       string
}

// whole is the document from its root on, ready for the parser.
func (p *xmlPass) whole() []byte {
	if p.root < 0 {
		return p.b
	}
	return p.apply(p.edits)
}

// apply writes the document from its root on with all edits made, and ended where it was cut.
func (p *xmlPass) apply(edits []edit) []byte {
	b := p.b
	if p.cutAt > 0 {
		b = b[:p.cutAt]
	}
	if len(edits) == 0 && p.cutAt == 0 {
		return b[p.root:]
	}
	slices.SortStableFunc(edits, func(a, b edit) int { return cmp.Compare(a.start, b.start) })
	size := len(b)
	for _, e := range edits {
		size += len(e.text) - (e.end - e.start)
	}
	out, at := make([]byte, 0, max(size-p.root, 0)+64), p.root
	for _, e := range edits {
		if e.start < at || e.end > len(b) {
			continue // inside something that is gone already
		}
		out = append(append(out, b[at:e.start]...), e.text...)
		at = e.end
	}
	out = append(out, b[at:]...)
	if p.cutAt > 0 {
		for i := len(p.open) - 1; i >= 0; i-- {
			out = fmt.Appendf(out, "</%s>", p.frame[i])
		}
	}
	return out
}

func attrOf(list []attr, name string) string {
	for _, a := range list {
		if strings.EqualFold(local(a.name), name) {
			return strings.TrimSpace(a.value)
		}
	}
	return ""
}
