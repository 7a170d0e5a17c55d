package source

import (
	"bytes"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// xmlRepair writes a broken XML document anew so that a parser can read it. It changes nothing that is well-formed.
type xmlRepair struct {
	out   bytes.Buffer
	n     *notes
	stack []string // open elements, as written
	item  int      // where in out the item that is open began, -1 outside items
	depth int      // len(stack) when that item began
	items int      // complete items written
}

// repairXML mends bare '<' and '&', HTML entities, characters XML forbids, end tags that are missing or too many, and a
// document that ends early: its unfinished item is dropped and what is open is closed. cut says that it did end early.
func repairXML(b []byte, n *notes) (mended []byte, items int, cut bool) {
	r := xmlRepair{n: n, item: -1}
	r.out.Grow(len(b) + len(b)/16)
	s := xmlScanner{b: b}
	for {
		t, ok := s.next()
		if !ok || t.kind == tokCut {
			break
		}
		raw := b[t.start:t.end]
		switch t.kind {
		case tokText:
			if len(r.stack) > 0 || len(bytes.TrimSpace(raw)) == 0 {
				r.text(raw)
			}
		case tokBare:
			n.add("a bare < was escaped")
			r.out.WriteString("&lt;")
		case tokCDATA:
			r.out.Write(legalOnly(raw, n))
		case tokStart:
			t.name = plainName(t.name)
			r.open(b, t)
		case tokEnd:
			r.close(plainName(t.name))
		case tokComment, tokInstruction, tokDoctype: // nothing in them is wanted, and they may be broken too
		}
		if len(r.stack) == 0 && t.kind == tokEnd && r.out.Len() > 0 {
			return r.out.Bytes(), r.items, false // what follows the root is not the document's
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
	return r.out.Bytes(), r.items, cut
}

func (r *xmlRepair) open(b []byte, t token) {
	name := strings.ToLower(t.name)
	if n := len(r.stack); n > 0 && impliesClose(r.stack[n-1], name) {
		r.pop()
	}
	if isItem(name) && r.item < 0 && len(r.stack) <= 2 {
		r.item, r.depth = r.out.Len(), len(r.stack)
	}
	r.out.WriteByte('<')
	r.out.WriteString(t.name)
	for _, a := range attrs(b, t) {
		fmt.Fprintf(&r.out, ` %s="`, plainName(a.name))
		r.escape(a.value)
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

// escape writes an attribute's value.
func (r *xmlRepair) escape(v string) {
	for _, c := range v {
		switch c {
		case '&':
			r.out.WriteString("&amp;")
		case '<':
			r.out.WriteString("&lt;")
		case '"':
			r.out.WriteString("&quot;")
		default:
			if legalRune(c) {
				r.out.WriteRune(c)
			}
		}
	}
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
	if at < 0 || r.item >= 0 && at < r.depth && !isFrame(name) {
		r.n.add("an end tag without a start tag was dropped: </" + clip(name, 40) + ">")
		return
	}
	if at < len(r.stack)-1 {
		r.n.add("a missing end tag was added: </" + clip(r.stack[len(r.stack)-1], 40) + ">")
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

// text writes character data, mending what stands after each '&' and what XML forbids.
func (r *xmlRepair) text(raw []byte) {
	raw = legalOnly(raw, r.n)
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
			r.n.add("a bare & was escaped")
			ref = 1
		case written == "":
			r.n.add("a reference to a character that XML forbids was dropped")
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

func isItem(name string) bool {
	return name == "item" || name == "entry" || strings.HasSuffix(name, ":item")
}

// isFrame says whether the end of name ends the document's frame around items.
func isFrame(name string) bool {
	return slices.Contains([]string{"channel", "rss", "rdf", "feed"}, strings.ToLower(local(name)))
}

// impliesClose says whether a start tag ends the open element of HTML that was written into the feed as it is.
func impliesClose(open, next string) bool {
	return strings.EqualFold(open, next) && (next == "p" || next == "li" || isItem(next))
}

// isVoid names the elements of HTML that have no end and no meaning of their own in any feed.
func isVoid(name string) bool {
	switch name {
	case "br", "hr", "img", "input", "wbr":
		return true
	}
	return false
}
