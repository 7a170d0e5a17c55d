package source

import (
	"bytes"
	"html"
	"strings"
)

// Limits on XML.
const (
	maxDepth     = 200     // nested elements
	maxTagBytes  = 1 << 16 // one tag with its attributes
	maxEntities  = 300     // declared in a DOCTYPE
	maxEntityLen = 256     // bytes of a declared entity
)

// The marks of a CDATA section.
const (
	cdataStart = "<![CDATA["
	cdataEnd   = "]]>"
)

type tokenKind int

const (
	tokText tokenKind = iota
	tokStart
	tokEnd
	tokCDATA
	tokComment
	tokInstruction
	tokDoctype
	tokBare // a '<' that begins nothing
	tokCut  // the document ends inside this token
)

// token is one piece of markup; b[start:end] is all of it.
type token struct {
	kind       tokenKind
	start, end int
	name       string // of an element, as written
	attrsAt    int    // where the attributes begin
	empty      bool   // <name/>
}

// xmlScanner cuts a document into tokens by its angle brackets alone. It knows no grammar, never fails, and bounds
// how far it looks ahead for the end of a tag, so it can go over broken and hostile documents before any parser does.
type xmlScanner struct {
	b   []byte
	pos int
}

func (s *xmlScanner) next() (token, bool) {
	b, at := s.b, s.pos
	if at >= len(b) {
		return token{}, false
	}
	if b[at] != '<' {
		end := len(b)
		if i := bytes.IndexByte(b[at:], '<'); i >= 0 {
			end = at + i
		}
		return s.take(token{kind: tokText, end: end})
	}
	rest := b[at:]
	switch {
	case bytes.HasPrefix(rest, []byte("<!--")):
		return s.until(tokComment, 4, "-->")
	case len(rest) >= len(cdataStart) && rest[1] == '!' && bytes.EqualFold(rest[:len(cdataStart)], []byte(cdataStart)):
		return s.until(tokCDATA, len(cdataStart), cdataEnd)
	case bytes.HasPrefix(rest, []byte("<?")):
		return s.until(tokInstruction, 2, "?>")
	case bytes.HasPrefix(rest, []byte("<!")):
		return s.doctype()
	case len(rest) == 1:
		return s.take(token{kind: tokCut, end: len(b)})
	}
	return s.tag()
}

func (s *xmlScanner) take(t token) (token, bool) {
	t.start = s.pos
	s.pos = t.end
	return t, true
}

func (s *xmlScanner) until(kind tokenKind, skip int, mark string) (token, bool) {
	i := bytes.Index(s.b[min(s.pos+skip, len(s.b)):], []byte(mark))
	if i < 0 {
		return s.take(token{kind: tokCut, end: len(s.b)})
	}
	return s.take(token{kind: kind, end: s.pos + skip + i + len(mark)})
}

// doctype takes <!…> with the internal subset in its brackets.
func (s *xmlScanner) doctype() (token, bool) {
	b := s.b
	if s.pos+2 < len(b) && !isNameStart(b[s.pos+2]) {
		return s.take(token{kind: tokBare, end: s.pos + 1})
	}
	depth, quote := 0, byte(0)
	for i := s.pos + 2; i < len(b); i++ {
		c := b[i]
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '[':
			depth++
		case c == ']':
			depth--
		case c == '>' && depth <= 0:
			return s.take(token{kind: tokDoctype, end: i + 1})
		}
	}
	return s.take(token{kind: tokCut, end: len(b)})
}

// tag takes a start or end tag, or a bare '<' where none follows.
func (s *xmlScanner) tag() (token, bool) {
	b, at := s.b, s.pos+1
	kind := tokStart
	if b[at] == '/' {
		kind, at = tokEnd, at+1
	}
	nameAt := at
	for at < len(b) && isNameByte(b[at]) {
		at++
	}
	if at == nameAt || !isNameStart(b[nameAt]) {
		if at >= len(b) && at == nameAt {
			return s.take(token{kind: tokCut, end: len(b)})
		}
		return s.take(token{kind: tokBare, end: s.pos + 1})
	}
	t := token{kind: kind, name: elementName(b[nameAt:at]), attrsAt: at}
	quote := byte(0)
	open := 0 // where a bracket stands in the value that is open, which has lost its end if an end tag follows
	for ; at < len(b) && at-s.pos < maxTagBytes; at++ {
		c := b[at]
		switch {
		case quote != 0:
			switch {
			case c == quote:
				quote, open = 0, 0
			case c == '>' && open == 0:
				open = at
			case c == '<' && open == 0:
				open = -1 // markup in a value
			case c == '<' && open > 0 && at+1 < len(b) && b[at+1] == '/':
				t.end, t.empty = open+1, kind == tokStart && b[open-1] == '/'
				return s.take(t)
			}
		case c == '"' || c == '\'':
			// A quote counts only where a value begins: <b and c's> is no attribute.
			if prev := bytes.TrimRight(b[t.attrsAt:at], " \t\r\n"); len(prev) > 0 && prev[len(prev)-1] == '=' {
				quote = c
			}
		case c == '<':
			return s.take(token{kind: tokBare, end: s.pos + 1})
		case c == '>':
			t.end, t.empty = at+1, kind == tokStart && b[at-1] == '/'
			return s.take(t)
		}
	}
	if at >= len(b) {
		return s.take(token{kind: tokCut, end: len(b)})
	}
	return s.take(token{kind: tokBare, end: s.pos + 1})
}

// elementName is b as a string; those of most elements there are cost nothing.
func elementName(b []byte) string {
	for _, usual := range [...]string{
		"item", "title", "link", "description", "pubDate", "guid", "category", "entry", "id", "updated", "published", "content",
		"summary", "author", "name", "dc:creator", "content:encoded", "media:content", "enclosure", "p", "div", "a",
	} {
		if string(b) == usual {
			return usual
		}
	}
	return string(b)
}

func isNameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == ':' || c >= 0x80
}

func isNameByte(c byte) bool {
	return isNameStart(c) || c >= '0' && c <= '9' || c == '-' || c == '.'
}

// local is a name without its prefix.
func local(name string) string {
	if i := strings.LastIndexByte(name, ':'); i >= 0 {
		return name[i+1:]
	}
	return name
}

// attr is one attribute of a start tag: its name as written, its value unescaped, and where it stands.
type attr struct {
	name, value string
	start, end  int
}

// attrs reads the attributes of a start tag.
func attrs(b []byte, t token) []attr {
	var list []attr
	at, end := t.attrsAt, t.end-1
	if t.empty {
		end--
	}
	for at < end {
		if !isNameStart(b[at]) {
			at++
			continue
		}
		a := attr{start: at}
		for at < end && isNameByte(b[at]) {
			at++
		}
		a.name = string(b[a.start:at])
		at = skipSpace(b, at, end)
		if at >= end || b[at] != '=' {
			continue
		}
		at = skipSpace(b, at+1, end)
		if at >= end {
			break
		}
		valueAt, valueEnd := at, at
		if q := b[at]; q == '"' || q == '\'' {
			valueAt++
			i := bytes.IndexByte(b[valueAt:end], q)
			if i < 0 {
				i = end - valueAt
			}
			valueEnd, at = valueAt+i, min(valueAt+i+1, end)
		} else {
			for at < end && b[at] > ' ' {
				at++
			}
			valueEnd = at
		}
		a.value, a.end = html.UnescapeString(string(b[valueAt:valueEnd])), at
		list = append(list, a)
	}
	return list
}

func skipSpace(b []byte, at, end int) int {
	for at < end && (b[at] == ' ' || b[at] == '\t' || b[at] == '\n' || b[at] == '\r') {
		at++
	}
	return at
}

// xmlText is the character data of b: CDATA as it stands, the rest unescaped, tags left out.
func xmlText(b []byte) string {
	var sb strings.Builder
	s := xmlScanner{b: b}
	for {
		t, ok := s.next()
		if !ok {
			return strings.TrimSpace(sb.String())
		}
		switch t.kind {
		case tokText, tokBare:
			sb.WriteString(html.UnescapeString(string(b[t.start:t.end])))
		case tokCDATA:
			sb.Write(b[t.start+len(cdataStart) : t.end-len(cdataEnd)])
		}
	}
}
