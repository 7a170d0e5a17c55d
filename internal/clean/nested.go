package clean

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// nested reads markup as most articles are written, and gives the very tree that html.ParseFragment makes of it, below a
// root that stands for the body, to be used before the next one; nil where there is anything it does not know for sure. It
// costs a fraction of the whole algorithm. This file reads the tags; elements.go says what they do to each other.
func nested(a *arena, markup string) *html.Node {
	if strings.IndexByte(markup, '\r') >= 0 {
		markup = strings.ReplaceAll(strings.ReplaceAll(markup, "\r\n", "\n"), "\r", "\n")
	}
	a.resetTrees()
	r := nest{s: markup, arena: a}
	root := a.tree(html.ElementNode, "body")
	r.open[0].node, r.depth = root, 1
	for r.i < len(r.s) {
		if !r.step() || r.odd {
			return nil
		}
	}
	return root
}

// nestAttrs bounds the attributes of an element: each is compared with those before it.
const nestAttrs = 32

// nest is where the reading of nested markup stands.
type nest struct {
	s string
	i int
	elements

	arena *arena
}

// step reads one text, comment or tag.
func (r *nest) step() bool {
	rest := r.s[r.i:]
	if rest[0] != '<' {
		end := strings.IndexByte(rest, '<')
		if end < 0 {
			end = len(rest)
		}
		r.i += end
		return r.text(rest[:end])
	}
	if len(rest) < 3 {
		return false
	}
	switch rest[1] {
	case '!':
		return r.comment(rest)
	case '/':
		r.i += 2
		return r.end()
	}
	r.i++
	return r.start()
}

func (r *nest) text(s string) bool {
	if strings.IndexByte(s, 0) >= 0 {
		return false
	}
	if strings.IndexByte(s, '&') >= 0 {
		s = html.UnescapeString(s)
	}
	top := r.top()
	if top.node.Data == "pre" && top.node.FirstChild == nil && (s[0] == '\n' || s[0] == '\r') {
		return false // it does not count there
	}
	if top.growth >= growTable {
		if strings.Trim(s, " \t\n\f") != "" {
			return false // it belongs before the table
		}
	} else if r.dangling > 0 && !r.reopen() {
		return false
	}
	n := r.top().node
	if last := n.LastChild; last != nil && last.Type == html.TextNode {
		last.Data += s
		r.joined += len(last.Data)
		return r.joined <= nestJoined
	}
	n.AppendChild(r.arena.tree(html.TextNode, s))
	return true
}

func (r *nest) comment(rest string) bool {
	if !strings.HasPrefix(rest, "<!--") {
		return false
	}
	end := strings.Index(rest[4:], "--")
	if end < 0 || !strings.HasPrefix(rest[4+end:], "-->") {
		return false
	}
	s := rest[4 : 4+end]
	if s == "" || s[0] == '-' || s[0] == '>' || strings.IndexByte(s, 0) >= 0 {
		return false
	}
	r.i += 4 + end + 3
	r.top().node.AppendChild(r.arena.tree(html.CommentNode, s))
	return true
}

// name reads a tag's or attribute's name, in lower case.
func (r *nest) name() string {
	start, upper := r.i, false
	for ; r.i < len(r.s); r.i++ {
		c := r.s[r.i]
		if c >= 'A' && c <= 'Z' {
			upper = true
		} else if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != ':' {
			break
		}
	}
	if upper {
		return strings.ToLower(r.s[start:r.i])
	}
	return r.s[start:r.i]
}

// space goes over whitespace and says whether there was any.
func (r *nest) space() bool {
	start := r.i
	for r.i < len(r.s) && (r.s[r.i] == ' ' || r.s[r.i] == '\n' || r.s[r.i] == '\t' || r.s[r.i] == '\f') {
		r.i++
	}
	return r.i > start
}

// end reads an end tag.
func (r *nest) end() bool {
	name := r.name()
	r.space()
	if name == "" || r.i >= len(r.s) || r.s[r.i] != '>' {
		return false
	}
	r.i++
	return r.close(name)
}

// start reads a start tag, and the raw text of an element that holds such.
func (r *nest) start() bool {
	name := r.name()
	g, ok := grown[name]
	if !ok {
		if strings.IndexByte(name, ':') < 1 || name[0] < 'a' {
			return false
		}
		g.growth = growInline // of another vocabulary, as in pages made by word processors
	}
	if !r.admit(name, g) {
		return false
	}
	n := r.arena.tree(html.ElementNode, name)
	closed, ok := r.attributes(n)
	if !ok {
		return false
	}
	r.top().node.AppendChild(n)
	switch g.growth {
	case growVoid, growSource, growRule:
		return true
	case growFrame, growRaw:
		return !closed && r.raw(n)
	}
	return !closed && r.push(n, g)
}

// raw reads the text of an element that knows no markup, and its end tag.
func (r *nest) raw(n *html.Node) bool {
	rest := r.s[r.i:]
	for from := 0; ; {
		at := strings.Index(rest[from:], "</")
		if at < 0 {
			return false
		}
		at += from
		from = at + 2
		if len(rest)-from < len(n.Data) || !strings.EqualFold(rest[from:from+len(n.Data)], n.Data) {
			continue
		}
		text := rest[:at]
		from += len(n.Data)
		if from == len(rest) || rest[from] != '>' || strings.IndexByte(text, 0) >= 0 || strings.Contains(text, "<!--") {
			return false
		}
		r.i += from + 1
		if text != "" {
			n.AppendChild(r.arena.tree(html.TextNode, text))
		}
		return true
	}
}

// attributes reads the attributes of a start tag and its end; closed where that is "/>".
func (r *nest) attributes(n *html.Node) (closed, ok bool) {
	list := r.arena.attrs
	from := len(list)
	for {
		gap := r.space()
		if r.i >= len(r.s) {
			return false, false
		}
		switch r.s[r.i] {
		case '>':
			r.i++
			if len(list) > from {
				n.Attr, r.arena.attrs = list[from:len(list):len(list)], list
			}
			return closed, true
		case '/':
			if r.i++; r.i >= len(r.s) || r.s[r.i] != '>' {
				return false, false
			}
			closed = true
			continue
		}
		key := r.name()
		if !gap || key == "" || r.i >= len(r.s) || len(list)-from == nestAttrs || slices.ContainsFunc(list[from:], func(a html.Attribute) bool { return a.Key == key }) {
			return false, false
		}
		val, ok := r.value()
		if !ok {
			return false, false
		}
		list = append(list, html.Attribute{Key: key, Val: val})
	}
}

// value reads what stands after an attribute's name: nothing, or a value, in quotes or not.
func (r *nest) value() (string, bool) {
	if c := r.s[r.i]; c != '=' {
		// The next is a space, a slash or the end; after a space a "=" could still follow.
		return "", c == '>' || c == ' ' && r.i+1 < len(r.s) && r.s[r.i+1] != '=' && r.s[r.i+1] != ' '
	}
	r.i++
	if r.i >= len(r.s) {
		return "", false
	}
	val := ""
	if c := r.s[r.i]; c == '"' || c == '\'' {
		end := strings.IndexByte(r.s[r.i+1:], c)
		if end < 0 {
			return "", false
		}
		val = r.s[r.i+1 : r.i+1+end]
		r.i += end + 2
	} else {
		end := strings.IndexAny(r.s[r.i:], " \t\n\f>")
		if end <= 0 {
			return "", false
		}
		val = r.s[r.i : r.i+end]
		r.i += end
	}
	if strings.IndexByte(val, 0) >= 0 {
		return "", false
	}
	if strings.IndexByte(val, '&') >= 0 {
		return attributeText(val)
	}
	return val, true
}

// attributeText decodes the references of an attribute's value (HTML5 §13.2.5.72): a name without a semicolon is none
// where "=" follows. False where a name ends in anything else.
func attributeText(s string) (string, bool) {
	var b strings.Builder
	b.Grow(len(s))
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			b.WriteString(s)
			return b.String(), true
		}
		b.WriteString(s[:i])
		s = s[i:]
		end := 1
		if end < len(s) && s[end] == '#' {
			end++
		}
		for end < len(s) && isAlnum(s[end]) {
			end++
		}
		switch {
		case end == len(s) || end == 1 && s[end] != ' ':
			return "", false
		case s[end] == ';':
			whole := html.UnescapeString(s[:end+1])
			if whole != s[:end+1] && strings.HasSuffix(whole, ";") {
				return "", false // only its beginning is a name, which means nothing here
			}
			b.WriteString(whole)
			s = s[end+1:]
		case s[end] == '=' && s[1] != '#', end == 1:
			b.WriteString(s[:end])
			s = s[end:]
		default:
			return "", false
		}
	}
}
