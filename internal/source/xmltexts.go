package source

import (
	"bytes"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mmcdole/gofeed/atom"
	"github.com/mmcdole/gofeed/rss"
)

// The parser goes over each byte of a text one by one, and copies it several times. So the plain ones among the long texts
// of items are kept from it: it gets a mark for each, and the texts take their places afterwards. Where anything about that
// is in doubt it gets the texts themselves.
const (
	textMark  = "\x7ftinhub:" // no document has it, or its texts are not held back
	leastHeld = 64            // bytes of a text that is worth it
	mostHeld  = maxMarkup     // and that no limit touches
)

// heldText is a text kept from the parser: what stands between the tags of its element, and what the parser would make of it.
type heldText struct {
	start, end int // of all between the tags
	from, to   int // of the text in it
	cdata      bool
}

// hold keeps the text from the parser that the start tag t begins, where it is one run of text or one CDATA section.
func (p *xmlPass) hold(t token, list []attr) {
	bit := heldBit(t.name, p.index.root)
	if bit == 0 || t.empty || p.held.off {
		return
	}
	if p.held.seen&bit != 0 {
		p.held.off = true // of two the parser takes one
		return
	}
	p.held.seen |= bit
	h := heldText{start: t.end}
	b := p.b[:min(len(p.b), t.end+mostHeld)]
	if h.from = skipSpace(b, t.end, len(b)); bytes.HasPrefix(b[h.from:], []byte(cdataStart)) {
		h.cdata = true
		h.from += len(cdataStart)
		size := bytes.Index(b[h.from:], []byte(cdataEnd))
		if size < leastHeld || bytes.Contains(b[h.from:h.from+size], []byte(cdataStart)) {
			return
		}
		h.to = h.from + size
		h.end = skipSpace(b, h.to+len(cdataEnd), len(b))
	} else {
		size := bytes.IndexByte(b[t.end:], '<')
		if size < leastHeld || p.index.root == "feed" && !isEscapedText(list) {
			return
		}
		h.from, h.to, h.end = t.end, t.end+size, t.end+size
	}
	rest := b[h.end:]
	if len(rest) < len(t.name)+3 || string(rest[:2]) != "</" || string(rest[2:2+len(t.name)]) != t.name || rest[2+len(t.name)] != '>' {
		return
	}
	if isPlainText(b[h.from:h.to], h.cdata) {
		p.held.texts = append(p.held.texts, h)
	}
}

const (
	cdataStart = "<![CDATA["
	cdataEnd   = "]]>"
)

// heldTexts are all texts of a document that are kept from the parser.
type heldTexts struct {
	texts []heldText
	seen  int // which elements of the item that is open were there
	off   bool
}

// since drops the texts from byte at on, whose item goes.
func (h *heldTexts) since(at int) {
	for len(h.texts) > 0 && h.texts[len(h.texts)-1].start >= at {
		h.texts = h.texts[:len(h.texts)-1]
	}
}

// heldBit numbers the elements whose texts may be kept; 0 is another element.
func heldBit(name, root string) int {
	if root == "feed" {
		switch name {
		case "content":
			return 1
		case "summary":
			return 2
		}
		return 0
	}
	switch name {
	case "description":
		return 1
	case "content:encoded":
		return 2
	}
	return 0
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

// isPlainText says whether the parser would take a text without an objection.
func isPlainText(b []byte, cdata bool) bool {
	for i, c := range b {
		switch {
		case c >= ' ' && c < 0xef && (cdata || c != '&' && c != '>'), c == '\n', c == '\t', c == '\r':
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
	return utf8.Valid(b)
}

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

// marked is the document with marks in the places of the texts that are held back; ok is false where there are none.
func (p *xmlPass) marked() (doc []byte, ok bool) {
	if p.held.off || len(p.held.texts) == 0 || bytes.Contains(p.b, []byte(textMark)) {
		return nil, false
	}
	edits := make([]edit, 0, len(p.edits)+len(p.held.texts))
	edits = append(edits, p.edits...)
	for i, h := range p.held.texts {
		edits = append(edits, edit{h.start, h.end, textMark + strconv.Itoa(i)})
	}
	return p.apply(edits), true
}

// putBack puts the texts into what the parser made of the marked document. It says whether each found its one place.
func putBack(parsed any, b []byte, texts []heldText) bool {
	places := make([]*string, 0, 2*len(texts))
	switch f := parsed.(type) {
	case *rss.Feed:
		for _, it := range f.Items {
			places = append(places, &it.Description, &it.Content)
		}
	case *atom.Feed:
		for _, e := range f.Entries {
			places = append(places, &e.Summary)
			if e.Content != nil {
				places = append(places, &e.Content.Value)
			}
		}
	}
	left := slices.Clone(texts)
	for _, place := range places {
		number, ok := strings.CutPrefix(*place, textMark)
		if !ok {
			continue
		}
		i, err := strconv.Atoi(number)
		if err != nil || i < 0 || i >= len(texts) || left[i].end == 0 {
			return false
		}
		*place = left[i].value(b)
		left[i] = heldText{}
	}
	return !slices.ContainsFunc(left, func(h heldText) bool { return h.end != 0 })
}
