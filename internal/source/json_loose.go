package source

import (
	"bytes"
	"strings"
)

// looseJSON mends JSON as people write it by hand or by template: raw line breaks and control characters in strings,
// wrong escapes, commas too many or too few, comments, words of other languages, marks of HTML around it, an end that is missing (the value that was begun
// last is dropped back to the last complete one). cut says that the end was missing.
func looseJSON(b []byte) (mended []byte, cut bool) {
	m := jsonMender{b: trimJSON(b), out: make([]byte, 0, len(b)+len(b)/32+64)}
	m.run()
	return m.out, m.cut
}

type jsonMender struct {
	b    []byte
	out  []byte
	at   int
	open []byte // the brackets that are open
	safe int    // length of out after the last complete element of any list or object
	deep []byte // the brackets open at that place
	cut  bool
}

// maxJSONDepth bounds the brackets kept; deeper documents are left to the parser's own limit.
const maxJSONDepth = 10_000

func (m *jsonMender) run() {
	for m.at < len(m.b) {
		c := m.b[m.at]
		switch {
		case c == '"':
			m.missingComma()
			if !m.text() {
				m.close(true)
				return
			}
			continue
		case c == '/' && m.comment():
			continue
		case c == '{' || c == '[':
			m.missingComma()
			if len(m.open) < maxJSONDepth {
				m.open = append(m.open, c)
			}
		case c == '}' || c == ']':
			m.trailingComma()
			if len(m.open) > 0 {
				m.open = m.open[:len(m.open)-1]
			}
			m.out = append(m.out, c)
			m.at++
			m.mark()
			if len(m.open) == 0 {
				return // what follows the value is not its own
			}
			continue
		case c == ',' && len(m.open) < 2:
			m.mark()
		case c < ' ' && c != '\t' && c != '\n' && c != '\r':
			m.at++
			continue
		case c >= 'A' && c <= 'Z' || c == 'u':
			m.word()
			continue
		}
		m.out = append(m.out, c)
		m.at++
	}
	if len(m.open) > 0 {
		m.close(false)
	}
}

// word writes what other languages have for JSON's own words: True, None, NaN, undefined.
func (m *jsonMender) word() {
	start := m.at
	for m.at < len(m.b) && isWord(string(m.b[m.at:m.at+1])) {
		m.at++
	}
	switch word := string(m.b[start:m.at]); word {
	case "True", "False":
		m.out = append(m.out, strings.ToLower(word)...)
	case "None", "NaN", "Infinity", "undefined":
		m.out = append(m.out, "null"...)
	default:
		m.out = append(m.out, word...)
	}
}

// mark notes a place where the document may end: after an element of the outermost object or of a list in it, so that
// no half of an item is taken for a whole one.
func (m *jsonMender) mark() {
	if len(m.open) > 2 {
		return
	}
	m.safe = len(m.out)
	m.deep = append(m.deep[:0], m.open...)
}

// text copies a string and says whether it ended.
func (m *jsonMender) text() bool {
	m.out = append(m.out, '"')
	for m.at++; m.at < len(m.b); m.at++ {
		switch c := m.b[m.at]; {
		case c == '"':
			m.out = append(m.out, '"')
			m.at++
			return true
		case c == '\\':
			m.escape()
		case c == '\n':
			m.out = append(m.out, `\n`...)
		case c == '\t':
			m.out = append(m.out, `\t`...)
		case c < ' ':
		default:
			m.out = append(m.out, c)
		}
	}
	return false
}

// escape copies an escape; one that JSON does not know loses its backslash.
func (m *jsonMender) escape() {
	if m.at+1 >= len(m.b) {
		return
	}
	m.at++
	switch c := m.b[m.at]; c {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		m.out = append(m.out, '\\', c)
	case 'u':
		if m.at+4 < len(m.b) && isHex(m.b[m.at+1:m.at+5]) {
			m.out = append(m.out, '\\', 'u')
			return
		}
		m.out = append(m.out, 'u')
	default:
		if c >= ' ' {
			m.out = append(m.out, c)
		}
	}
}

func isHex(b []byte) bool {
	for _, c := range b {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') && (c < 'A' || c > 'F') {
			return false
		}
	}
	return true
}

func (m *jsonMender) comment() bool {
	rest := m.b[m.at:]
	var mark string
	switch {
	case bytes.HasPrefix(rest, []byte("//")):
		mark = "\n"
	case bytes.HasPrefix(rest, []byte("/*")):
		mark = "*/"
	default:
		return false
	}
	i := bytes.Index(rest[2:], []byte(mark))
	if i < 0 {
		m.at = len(m.b)
		return true
	}
	m.at += 2 + i + len(mark)
	return true
}

// missingComma puts a comma where a value or a key follows what was whole already.
func (m *jsonMender) missingComma() {
	before := bytes.TrimRight(m.out, " \t\r\n")
	if len(before) == 0 {
		return
	}
	switch c := before[len(before)-1]; {
	case c == '"', c == '}', c == ']', c >= '0' && c <= '9', c >= 'a' && c <= 'z':
		if len(m.open) < 2 {
			m.mark()
		}
		m.out = append(m.out, ',')
	}
}

func (m *jsonMender) trailingComma() {
	trimmed := bytes.TrimRight(m.out, " \t\r\n")
	if n := len(trimmed); n > 0 && trimmed[n-1] == ',' {
		m.out = trimmed[:n-1]
	}
}

// close ends what is open. With broken, or a value begun and not ended, the place after the last complete element is where
// the document ends.
func (m *jsonMender) close(broken bool) {
	m.cut = true
	if trimmed := bytes.TrimRight(m.out, " \t\r\n"); broken || len(m.open) > 2 || len(trimmed) > 0 && trimmed[len(trimmed)-1] != '}' && trimmed[len(trimmed)-1] != ']' {
		m.out, m.open = m.out[:m.safe], m.deep
	}
	m.trailingComma()
	for i := len(m.open) - 1; i >= 0; i-- {
		if m.open[i] == '{' {
			m.out = append(m.out, '}')
		} else {
			m.out = append(m.out, ']')
		}
	}
}
