package source

import (
	"bytes"

	"tinhub/internal/hub"
)

// maxUnclosed bounds them, as each was looked for to the end of the document.
const maxUnclosed = 50

// unclosed mends t where it is a comment or CDATA section that lacks its end and would swallow items: the comment's beginning
// goes, the section ends where its element does, and what only looks like another beginning is text. A document that was cut
// off there is another matter; its last bytes tell.
func (p *xmlPass) unclosed(t *token) bool {
	if t.kind != tokCut && t.kind != tokCDATA || p.closed >= maxUnclosed {
		return false
	}
	raw := p.b[t.start:t.end]
	switch {
	case t.kind == tokCut && bytes.HasPrefix(raw, []byte("<!--")) && p.endsWhole():
		p.notes.add("a comment without its end was opened")
		p.closed++
		t.kind, t.end = tokComment, t.start+len("<!--")
		p.edits = append(p.edits, edit{start: t.start, end: t.end})
		return true
	case len(p.open) == 0:
		return false
	case t.kind == tokCut && (bytes.HasPrefix(raw, []byte("<?")) || bytes.HasPrefix(raw, []byte("<!")) && len(raw) > 2 && raw[2] != '[') && p.endsWhole():
		p.closed++
		p.notes.add("a bare < was escaped")
		t.kind, t.end = tokText, t.start+1
		p.edits = append(p.edits, edit{t.start, t.end, "&lt;"})
		return true
	case t.kind == tokCut && bytes.HasPrefix(raw, []byte(cdataStart)) && p.endsWhole():
	case t.kind == tokCDATA && bytes.Contains(raw[len(cdataStart):], []byte(cdataStart)):
	default:
		return false
	}
	own := []byte("</" + p.open[len(p.open)-1] + ">")
	end := bytes.Index(raw, own)
	if end < 0 {
		return false
	}
	// A section may rightly show such markup. One that goes on to another section after the end of its item does not.
	rest := raw[end:]
	if t.kind == tokCDATA && (p.entry == nil || !hasInOrder(rest, "</"+p.itemName+">", cdataStart)) {
		return false
	}
	p.notes.add("a CDATA section without its end was closed")
	p.closed++
	t.kind, t.end = tokText, t.start+end
	p.edits = append(p.edits, edit{t.end, t.end, cdataEnd})
	if e := p.entry; e != nil && len(p.open) > p.level && len(e.steps) < maxRepairs {
		e.steps = append(e.steps, hub.Step{Step: "repair XML", Field: fieldOfElement(p.open[p.level]), After: cdataEnd})
	}
	return true
}

// hasInOrder says whether b has both, the second after the first.
func hasInOrder(b []byte, one, two string) bool {
	i := bytes.Index(b, []byte(one))
	return i >= 0 && bytes.Contains(b[i:], []byte(two))
}

// endsWhole says whether the document ends with the end tag of its root.
func (p *xmlPass) endsWhole() bool {
	if len(p.frame) == 0 {
		return false
	}
	return bytes.HasSuffix(bytes.TrimSpace(p.b), []byte("</"+p.frame[0]+">"))
}
