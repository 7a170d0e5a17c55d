package source

import (
	"bytes"
	"html"
	"slices"
	"strings"
	"unicode/utf8"
)

// The parser goes over each byte of a text one by one, copies it several times, and spends more on the smallest element than
// we on an item. So the plain texts of items are kept from it: of each item one is left as a mark, which says where the others
// go afterwards. Where anything about that is in doubt the parser gets the document itself.
const (
	textMark  = "\x7ftinhub:" // no document has it, or its texts are not held back
	leastHeld = 64            // bytes of an Atom text that is worth it
	mostHeld  = maxMarkup     // and that no limit touches
)

// heldKind is an element whose text may be kept from the parser.
type heldKind uint16

const (
	heldTitle heldKind = 1 << iota
	heldDescription
	heldLink
	heldGUID
	heldDate
	heldCategory
	heldBody // content:encoded and dc:creator of the namespaces that everybody gives these prefixes
	heldCreator
	heldEncoded // its prefix may mean anything, so that it is always marked itself, as the next two
	heldContent
	heldSummary

	heldMarked = heldEncoded | heldContent | heldSummary
)

// heldText is a text kept from the parser.
type heldText struct {
	kind       heldKind
	entry      int // of which item
	tag, after int // of the element
	start, end int // of all between its tags
	from, to   int // of the text in it
	cdata      bool
	permalink  string // of a guid
	marked     bool   // not removed
}

// heldTexts are all texts of a document that are kept from the parser.
type heldTexts struct {
	texts []heldText
	known heldKind // those of modules whose namespaces the root declares
	seen  heldKind // what the item that is open had already
	left  heldKind // and what of it is left to the parser
}

// hold keeps the text from the parser that the start tag t begins, where it is one run of text or one CDATA section.
func (p *xmlPass) hold(t token, list []attr) {
	kind := p.held.kindOf(t.name, p.index.root)
	if kind == 0 || p.held.left&kind != 0 {
		return
	}
	h, ok := p.plainText(t)
	if h.kind, h.entry = kind, len(p.index.entries)-1; ok {
		h.permalink, ok = heldAttrs(kind, t, list, h.cdata)
	}
	if kind == heldCreator { // the parser reads modules in another way
		ok = ok && !bytes.ContainsAny(p.b[h.from:h.to], "\r&")
	}
	again := p.held.seen&kind != 0 && kind&(heldCategory|heldCreator) == 0 // the parser takes one of them
	p.held.seen |= kind
	if ok && !again && (kind&(heldContent|heldSummary) == 0 || h.to-h.from >= leastHeld) {
		p.held.texts = append(p.held.texts, h)
		return
	}
	p.held.left |= kind
	from := len(p.held.texts)
	for from > 0 && p.held.texts[from-1].entry == h.entry {
		from--
	}
	own := slices.DeleteFunc(p.held.texts[from:], func(h heldText) bool { return h.kind == kind })
	p.held.texts = p.held.texts[:from+len(own)]
}

// plainText is the text of the element that t begins; ok says that there is nothing else in it.
func (p *xmlPass) plainText(t token) (h heldText, ok bool) {
	if t.empty {
		return h, false
	}
	h.tag, h.start = t.start, t.end
	b := p.b[:min(len(p.b), t.end+mostHeld)]
	if h.from = skipSpace(b, t.end, len(b)); bytes.HasPrefix(b[h.from:], []byte(cdataStart)) {
		h.cdata = true
		h.from += len(cdataStart)
		size := bytes.Index(b[h.from:], []byte(cdataEnd))
		if size <= 0 || bytes.Contains(b[h.from:h.from+size], []byte(cdataStart)) {
			return h, false
		}
		h.to = h.from + size
		h.end = skipSpace(b, h.to+len(cdataEnd), len(b))
	} else {
		size := bytes.IndexByte(b[t.end:], '<')
		if size <= 0 {
			return h, false
		}
		h.from, h.to, h.end = t.end, t.end+size, t.end+size
	}
	rest := b[h.end:]
	if len(rest) < len(t.name)+3 || string(rest[:2]) != "</" || string(rest[2:2+len(t.name)]) != t.name || rest[2+len(t.name)] != '>' {
		return h, false
	}
	h.after = h.end + len(t.name) + 3
	text := b[h.from:h.to]
	return h, isPlainText(text, h.cdata) && (p.valid || utf8.Valid(text))
}

// since drops the texts from byte at on, whose item goes.
func (h *heldTexts) since(at int) {
	for len(h.texts) > 0 && h.texts[len(h.texts)-1].start >= at {
		h.texts = h.texts[:len(h.texts)-1]
	}
}

// declared notes the namespaces that the root declares for modules whose texts are held back.
func (h *heldTexts) declared(list []attr) {
	for _, a := range list {
		switch {
		case a.name == "xmlns:content" && a.value == "http://purl.org/rss/1.0/modules/content/" && attrsNamed(list, a.name) == 1:
			h.known |= heldBody
		case a.name == "xmlns:dc" && a.value == "http://purl.org/dc/elements/1.1/" && attrsNamed(list, a.name) == 1:
			h.known |= heldCreator
		}
	}
}

// redeclared forgets them where an element around an item's texts, or an item, declares such a prefix again.
func (h *heldTexts) redeclared(list []attr) {
	if attrsNamed(list, "xmlns:content")+attrsNamed(list, "xmlns:dc") > 0 {
		h.known = 0
	}
}

func attrsNamed(list []attr, name string) (n int) {
	for _, a := range list {
		if a.name == name {
			n++
		}
	}
	return n
}

// kindOf is 0 for an element that the parser gets as it is.
func (h *heldTexts) kindOf(name, root string) heldKind {
	if root == "feed" {
		switch name {
		case "content":
			return heldContent
		case "summary":
			return heldSummary
		}
		return 0
	}
	switch name {
	case "title":
		return heldTitle
	case "description":
		return heldDescription
	case "link":
		return heldLink
	case "guid":
		return heldGUID
	case "pubDate":
		return heldDate
	case "category":
		return heldCategory
	case "content:encoded":
		if h.known&heldBody != 0 {
			return heldBody
		}
		return heldEncoded
	case "dc:creator":
		return h.known & heldCreator
	}
	return 0
}

// heldAttrs says whether the attributes of an element are such that the parser reads its text as we do.
func heldAttrs(kind heldKind, t token, list []attr, cdata bool) (permalink string, ok bool) {
	bare := t.attrsAt == t.end-1
	switch {
	case kind == heldContent || kind == heldSummary:
		return "", cdata || isEscapedText(list)
	case kind == heldGUID && !bare:
		if len(list) != 1 || list[0].start != t.attrsAt+1 || list[0].end != t.end-1 || list[0].name != "isPermaLink" {
			return "", false
		}
		return list[0].value, list[0].value == "true" || list[0].value == "false"
	}
	return "true", bare
}

// isEscapedText says whether the parser reads a text with these attributes as escaped, and no other way.
func isEscapedText(list []attr) bool {
	for _, a := range list {
		switch a.name {
		case "type":
			if a.value != "html" && a.value != "text" && a.value != "text/html" {
				return false
			}
		case "xml:lang", "xml:base", "xml:space":
		default:
			return false
		}
	}
	return true
}

// isPlainText says whether the parser would take a text in UTF-8 without an objection.
func isPlainText(b []byte, cdata bool) bool {
	for i, c := range b {
		switch {
		case plainBytes[c]:
		case c >= ' ' && c < 0xef && (cdata || c != '&' && c != '>'):
		case c < ' ':
			return false
		case c == 0xef:
			if i+2 < len(b) && b[i+1] == 0xbf && b[i+2] >= 0xbe {
				return false // U+FFFE and U+FFFF
			}
		case cdata:
		case c == '&':
			if i+1 < len(b) && b[i+1] == '#' && !bytes.HasPrefix(b[i:], []byte("&#34;")) && !bytes.HasPrefix(b[i:], []byte("&#39;")) {
				if n, written := reference(b[i:]); n == 0 || written == "" {
					return false
				}
			}
		case c == '>' && i > 1 && b[i-1] == ']' && b[i-2] == ']':
			return false
		}
	}
	return true
}

// plainBytes marks the bytes of which no text needs a second look.
var plainBytes = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= ' ' && c < 0xef && c != '&' && c != '>'
	}
	t['\n'], t['\t'], t['\r'] = true, true, true
	return t
}()

// value is what the parser would make of the text.
func (h heldText) value(b []byte) string {
	if h.cdata {
		return string(b[h.from:h.to])
	}
	return unescaped(bytes.TrimSpace(b[h.from:h.to]))
}

// unescaped undoes the references in b as the parser does: those that end in a semicolon, each once.
func unescaped(b []byte) string {
	i := bytes.IndexByte(b, '&')
	if i < 0 {
		return string(b)
	}
	var sb strings.Builder
	sb.Grow(len(b))
	for i >= 0 {
		sb.Write(b[:i])
		b = b[i:]
		size, plain := unescapedOne(b)
		sb.WriteString(plain)
		b = b[size:]
		i = bytes.IndexByte(b, '&')
	}
	sb.Write(b)
	return sb.String()
}

// maxReference is how many bytes the parser looks ahead for the end of a reference.
const maxReference = 64

// unescapedOne is what the '&' at the start of b begins: how long it is, and what it stands for.
func unescapedOne(b []byte) (int, string) {
	for _, usual := range [...][2]string{{"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", `"`}, {"&amp;", "&"}, {"&#34;", `"`}, {"&#39;", "'"}} {
		if len(b) >= len(usual[0]) && string(b[:len(usual[0])]) == usual[0] {
			return len(usual[0]), usual[1]
		}
	}
	end := bytes.IndexByte(b[:min(len(b), maxReference)], ';')
	if end < 0 || bytes.ContainsAny(b[1:end], " \t\r\n") {
		return 1, "&"
	}
	ref := string(b[:end+1])
	plain := html.UnescapeString(ref)
	if plain == html.UnescapeString(ref[:end])+";" {
		return 1, "&"
	}
	return end + 1, plain
}
