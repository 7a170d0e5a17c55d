package source

import (
	"bytes"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"tinhub/internal/hub"
)

// xmlRepair writes a broken XML document anew so that a parser can read it. It changes nothing that is well-formed.
type xmlRepair struct {
	out   bytes.Buffer
	n     *notes
	stack []string // open elements, as written
	item  int      // where in out the item that is open began, -1 outside items
	depth int      // len(stack) when that item began
	items int      // complete items written

	steps map[int][]hub.Step // by item: what was mended in it
	noted int                // how many steps there are
}

// run mends bare '<' and '&', HTML entities, characters XML forbids, end tags that are missing or too many, and a
// document that ends early: its unfinished item is dropped and what is open is closed. cut says that it did end early.
func (r *xmlRepair) run(b []byte) (mended []byte, cut bool) {
	r.out.Grow(len(b) + len(b)/16)
	s := xmlScanner{b: b}
	for {
		t, ok := s.next()
		if !ok {
			break
		}
		raw := b[t.start:t.end]
		if t.kind == tokCut {
			if name, ok := bytes.CutPrefix(bytes.TrimSpace(raw), []byte("</")); ok && r.item < 0 && len(name) > 1 && isXMLName(name) {
				r.closeCut(string(name)) // only the bracket of an end tag is missing, or its last letters
			}
			break
		}
		switch t.kind {
		case tokText:
			if len(r.stack) > 0 || len(bytes.TrimSpace(raw)) == 0 {
				r.text(raw)
			}
		case tokBare:
			r.note("a bare < was escaped", "<", "&lt;")
			r.out.WriteString("&lt;")
		case tokCDATA:
			r.out.WriteString(cdataStart) // which may be in small letters
			r.out.Write(r.legal(raw[len(cdataStart):]))
		case tokStart:
			t.name = plainName(t.name)
			r.open(b, t)
		case tokEnd:
			r.close(plainName(t.name))
		case tokComment, tokInstruction, tokDoctype: // nothing in them is wanted, and they may be broken too
		}
		if len(r.stack) == 0 && t.kind == tokEnd && r.out.Len() > 0 {
			return r.out.Bytes(), false // what follows the root is not the document's
		}
	}
	cut = len(r.stack) > 0
	if cut && r.item >= 0 {
		r.out.Truncate(r.item)
		r.stack = r.stack[:r.depth]
	}
	for len(r.stack) > 0 {
		r.pop()
	}
	return r.out.Bytes(), cut
}

func (r *xmlRepair) open(b []byte, t token) {
	name := strings.ToLower(t.name)
	if n := len(r.stack); n > 0 && impliesClose(r.stack[n-1], name) {
		if isItem(name) {
			r.n.add("a missing end tag was added: </" + name + ">")
		}
		r.pop()
	}
	if r.item >= 0 && len(r.stack) == r.depth+2 && endsSibling(strings.ToLower(r.stack[r.depth+1]), name) {
		missing := "</" + clip(r.stack[r.depth+1], 40) + ">" // one of the item's texts has lost its end
		r.note("a missing end tag was added: "+missing, "", missing)
		r.pop()
	}
	if r.item >= 0 && len(r.stack) > r.depth+1 && name == strings.ToLower(r.stack[r.depth]) && !slices.ContainsFunc(r.stack[r.depth:], isContent) {
		r.close(r.stack[r.depth]) // an item inside an item: that one has lost its end
	}
	if name == "item" && r.item < 0 && len(r.stack) > 2 && strings.EqualFold(r.stack[0], "rss") && strings.EqualFold(r.stack[1], "channel") {
		for len(r.stack) > 2 {
			r.n.add("a missing end tag was added: </" + clip(r.stack[len(r.stack)-1], 40) + ">")
			r.pop()
		}
	}
	if isItem(name) && r.item < 0 && len(r.stack) <= 2 {
		r.item, r.depth = r.out.Len(), len(r.stack)
	}
	r.out.WriteByte('<')
	r.out.WriteString(t.name)
	for _, a := range attrs(b, t) {
		fmt.Fprintf(&r.out, ` %s="`, plainName(a.name))
		r.out.WriteString(escapeAttr(a.value))
		r.out.WriteByte('"')
	}
	if t.empty || isVoid(name) {
		r.out.WriteString("/>")
		return
	}
	r.out.WriteByte('>')
	r.stack = append(r.stack, t.name)
}

// plainName is a name that every parser takes: no format here has letters beyond ASCII in its names, or two prefixes.
func plainName(name string) string {
	colons := 0
	return strings.Map(func(c rune) rune {
		if c == ':' {
			colons++
		}
		if c >= utf8.RuneSelf || c == ':' && colons > 1 {
			return '_'
		}
		return c
	}, name)
}

// escapeAttr writes an attribute's value.
func escapeAttr(v string) string {
	var sb strings.Builder
	for _, c := range v {
		switch c {
		case '&':
			sb.WriteString("&amp;")
		case '<':
			sb.WriteString("&lt;")
		case '"':
			sb.WriteString("&quot;")
		default:
			if legalRune(c) {
				sb.WriteRune(c)
			}
		}
	}
	return sb.String()
}

// close ends the element name and all that is open inside it; an end tag that nothing began is dropped.
func (r *xmlRepair) close(name string) {
	at := -1
	for i := len(r.stack) - 1; i >= 0; i-- {
		if strings.EqualFold(r.stack[i], name) {
			at = i
			break
		}
	}
	if at < 0 || r.item >= 0 && at < r.depth && !isFeedFrame(name) {
		r.note("an end tag without a start tag was dropped: </"+clip(name, 40)+">", "</"+name+">", "")
		return
	}
	if at < len(r.stack)-1 {
		missing := "</" + clip(r.stack[len(r.stack)-1], 40) + ">"
		r.note("a missing end tag was added: "+missing, "", missing)
	}
	for len(r.stack) > at {
		r.pop()
	}
}

func (r *xmlRepair) pop() {
	n := len(r.stack) - 1
	r.out.WriteString("</" + r.stack[n] + ">")
	r.stack = r.stack[:n]
	if r.item >= 0 && n == r.depth {
		r.item = -1
		r.items++
	}
}

// maxRepairs bounds the steps of one item, and a thousand times as many are all.
const maxRepairs = 20

// note says what was mended: as a warning, and as a step of the item it is in.
func (r *xmlRepair) note(what, before, after string) {
	r.n.add(what)
	r.step(before, after)
}

func (r *xmlRepair) step(before, after string) {
	if r.item < 0 || r.noted >= 1000*maxRepairs || len(r.steps[r.items]) >= maxRepairs {
		return
	}
	field := "item"
	if len(r.stack) > r.depth+1 {
		field = fieldOfElement(r.stack[r.depth+1])
	}
	if r.steps == nil {
		r.steps = map[int][]hub.Step{}
	}
	r.steps[r.items] = append(r.steps[r.items], hub.Step{Step: "repair XML", Field: field, Before: clip(strings.ToValidUTF8(before, ""), 80), After: clip(after, 80)})
	r.noted++
}

// fieldOfElement is what a step calls the text of an element.
func fieldOfElement(name string) string {
	switch name = strings.ToLower(local(name)); name {
	case "description":
		return "summary"
	case "encoded", "content":
		return "content_html"
	case "link":
		return "url"
	}
	return name
}

// legal is raw without what XML forbids.
func (r *xmlRepair) legal(raw []byte) []byte {
	out := legalOnly(raw, r.n)
	if len(out) != len(raw) {
		r.step("characters that XML forbids", "")
	}
	return out
}

// closeCut ends the frame whose end tag is cut off inside its name: all items are there. In RDF they follow the channel.
func (r *xmlRepair) closeCut(name string) {
	n := len(r.stack)
	if n == 0 || !strings.HasPrefix(r.stack[n-1], name) || !isFeedFrame(r.stack[n-1]) {
		return
	}
	r.n.add("the last end tag was completed")
	r.pop()
	if n == 2 && strings.EqualFold(local(r.stack[0]), "rss") {
		r.pop()
	}
}

func isXMLName(b []byte) bool {
	for _, c := range b {
		if !isNameByte(c) {
			return false
		}
	}
	return true
}

// text writes character data, mending what stands after each '&' and what XML forbids.
func (r *xmlRepair) text(raw []byte) {
	raw = r.legal(raw)
	if bytes.Contains(raw, []byte("]]>")) {
		raw = bytes.ReplaceAll(raw, []byte("]]>"), []byte("]]&gt;"))
	}
	for {
		i := bytes.IndexByte(raw, '&')
		if i < 0 {
			r.out.Write(raw)
			return
		}
		r.out.Write(raw[:i])
		raw = raw[i:]
		ref, written := reference(raw)
		switch {
		case ref == 0:
			r.note("a bare & was escaped", string(raw[:min(len(raw), 20)]), "&amp;")
			ref = 1
		case written == "":
			r.note("a reference to a character that XML forbids was dropped", string(raw[:ref]), "")
		case !bytes.Equal(raw[:ref], []byte(written)):
			r.step(string(raw[:ref]), written)
		}
		r.out.WriteString(written)
		raw = raw[ref:]
	}
}

// reference reads the entity or character reference at the start of b: its length, and what to write for it. Length 0 is
// no reference at all.
func reference(b []byte) (length int, written string) {
	end := bytes.IndexByte(b[:min(len(b), 40)], ';')
	if end < 2 {
		return 0, "&amp;"
	}
	name := string(b[1:end])
	if name[0] == '#' {
		digits, base := name[1:], 10
		if len(digits) > 1 && (digits[0] == 'x' || digits[0] == 'X') {
			digits, base = digits[1:], 16
		}
		code, err := strconv.ParseUint(digits, base, 32)
		switch {
		case err != nil:
			return 0, "&amp;"
		case !legalRune(rune(code)):
			return end + 1, ""
		}
		return end + 1, string(b[:end+1])
	}
	switch name {
	case "amp", "lt", "gt", "quot", "apos":
		return end + 1, string(b[:end+1])
	}
	whole := "&" + name + ";"
	if s := html.UnescapeString(whole); isWord(name) && s != whole && !strings.HasSuffix(s, ";") {
		return end + 1, strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(s)
	}
	return 0, "&amp;"
}

// isWord says whether s is ASCII letters and digits alone.
func isWord(s string) bool {
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// legalOnly is b without the characters that XML 1.0 §2.2 forbids.
func legalOnly(b []byte, n *notes) []byte {
	for i := 0; i < len(b); {
		c, size := rune(b[i]), 1
		if c >= utf8.RuneSelf {
			c, size = utf8.DecodeRune(b[i:])
		}
		if !legalRune(c) {
			n.add("characters that XML forbids were dropped")
			return bytes.Map(func(c rune) rune {
				if legalRune(c) {
					return c
				}
				return -1
			}, b)
		}
		i += size
	}
	return b
}

func legalRune(c rune) bool {
	switch {
	case c == '\t', c == '\n', c == '\r':
		return true
	case c < 0x20, c >= 0xd800 && c < 0xe000, c == 0xfffe, c == 0xffff, c > utf8.MaxRune:
		return false
	}
	return true
}

func isContent(name string) bool { return strings.EqualFold(name, "content") }

func isItem(name string) bool {
	return name == "item" || name == "entry" || strings.HasSuffix(name, ":item")
}

// isFeedFrame says whether the end of name ends the document's frame around items.
func isFeedFrame(name string) bool {
	return slices.Contains([]string{"channel", "rss", "rdf", "feed"}, strings.ToLower(local(name)))
}

// impliesClose says whether a start tag ends the open element of HTML that was written into the feed as it is.
func impliesClose(open, next string) bool {
	return strings.EqualFold(open, next) && (next == "p" || next == "li" || isItem(next))
}

// endsSibling says whether a start tag ends the text of an item that is open: no text has that element in it.
func endsSibling(open, next string) bool {
	switch open {
	case "title", "link", "guid", "pubdate", "author", "category", "dc:creator", "dc:date":
	default:
		return false
	}
	switch next {
	case "title", "link", "guid", "pubdate", "description", "category", "enclosure", "dc:creator", "dc:date", "content:encoded":
		return true
	}
	return false
}

// isVoid names the elements of HTML that have no end and no meaning of their own in any feed.
func isVoid(name string) bool {
	switch name {
	case "br", "hr", "img", "input", "wbr":
		return true
	}
	return false
}
