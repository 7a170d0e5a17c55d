package clean

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// nested reads markup in which every tag is closed in its turn and nothing needs the repairs of HTML5 §13.2, and gives the
// very tree that html.ParseFragment makes of it, below a root that stands for the body, to be used before the next one; nil where there is anything it does
// not know for sure. Most articles are such markup, and this costs a fraction of the whole algorithm.
func nested(a *arena, markup string) *html.Node {
	if strings.IndexByte(markup, '\r') >= 0 {
		markup = strings.ReplaceAll(strings.ReplaceAll(markup, "\r\n", "\n"), "\r", "\n")
	}
	a.resetTrees()
	r := nest{s: markup, arena: a}
	root := a.tree(html.ElementNode, "body")
	r.open[0], r.depth = root, 1
	for r.i < len(r.s) {
		if !r.step() {
			return nil
		}
	}
	return root
}

// nestDepth bounds how many elements may be open; deeper markup takes the long way.
const nestDepth = 64

// nestAttrs bounds the attributes of an element: each is compared with those before it.
const nestAttrs = 32

// nest is where the reading of nested markup stands.
type nest struct {
	s       string
	i       int
	open    [nestDepth]*html.Node
	how     [nestDepth]growing // of each that is open
	depth   int
	formats uint32 // formatting elements that are open
	inP     bool

	arena *arena
}

// growth is how HTML5's "in body" rules treat an element's start tag, as far as nested knows it.
type growth uint8

const (
	growBlock   growth = iota + 1 // closes an open p
	growHeading                   // the same, and a heading
	growItem                      // stands in a list
	growTerm                      // stands in a dl
	growFormat                    // reopened where it was left open
	growInline                    // nothing of its own
	growVoid                      // has no content
	growRule                      // has none, and closes an open p
	growFrame                     // its content is raw text
)

// growing is how nested treats an element, and the bit of a formatting one.
type growing struct {
	growth
	bit uint32
}

// grown says how nested treats each element; others take the long way.
var grown = func() map[string]growing {
	all := map[string]growing{}
	for g, names := range map[growth]string{
		growBlock: "address article aside blockquote center details div dl fieldset figcaption figure footer header main nav ol p pre" +
			" section summary ul",
		growHeading: "h1 h2 h3 h4 h5 h6",
		growItem:    "li",
		growTerm:    "dt dd",
		growFormat:  "a b big code em font i s small strike strong tt u",
		growInline:  "abbr acronym audio cite del dfn ins kbd label mark noscript picture q samp span sub sup time var video",
		growVoid:    "br img source wbr",
		growRule:    "hr",
		growFrame:   "iframe",
	} {
		for i, name := range strings.Fields(names) {
			one := growing{growth: g}
			if g == growFormat {
				one.bit = 1 << i
			}
			all[name] = one
		}
	}
	return all
}()

func (r *nest) top() *html.Node { return r.open[r.depth-1] }

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
	if top.Data == "pre" && top.FirstChild == nil && (s[0] == '\n' || s[0] == '\r') {
		return false // it does not count there
	}
	top.AppendChild(r.arena.tree(html.TextNode, s))
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
	r.top().AppendChild(r.arena.tree(html.CommentNode, s))
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

// end reads an end tag; only that of the element opened last will do.
func (r *nest) end() bool {
	name := r.name()
	if name == "br" && r.i < len(r.s) && r.s[r.i] == '>' { // as old feeds write it, and HTML5 §13.2.6.4.7 reads it
		r.i++
		r.top().AppendChild(r.arena.tree(html.ElementNode, "br"))
		return true
	}
	r.space()
	if r.i >= len(r.s) || r.s[r.i] != '>' || r.depth == 1 || r.top().Data != name {
		return false
	}
	r.i++
	r.depth--
	r.formats &^= r.how[r.depth].bit
	r.inP = r.inP && name != "p"
	return true
}

func (r *nest) start() bool {
	name := r.name()
	g := grown[name]
	top := r.top().Data
	switch g.growth {
	case 0:
		return false
	case growBlock, growRule:
		if r.inP {
			return false
		}
	case growHeading:
		if r.inP || r.how[r.depth-1].growth == growHeading {
			return false
		}
	case growItem:
		if r.inP || top != "ul" && top != "ol" {
			return false
		}
	case growTerm:
		if r.inP || top != "dl" {
			return false
		}
	case growFormat:
		if r.formats&g.bit != 0 {
			return false
		}
	}
	n := r.arena.tree(html.ElementNode, name)
	closed, ok := r.attributes(n)
	if !ok {
		return false
	}
	r.top().AppendChild(n)
	switch g.growth {
	case growVoid, growRule:
		return true
	case growFrame:
		const none = "</iframe>"
		if closed || !strings.HasPrefix(r.s[r.i:], none) {
			return false
		}
		r.i += len(none)
		return true
	}
	if closed || r.depth == nestDepth {
		return false
	}
	r.formats |= g.bit
	r.inP = r.inP || name == "p"
	r.open[r.depth], r.how[r.depth] = n, g
	r.depth++
	return true
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

// value reads what stands after an attribute's name: nothing, or a value in quotes.
func (r *nest) value() (string, bool) {
	if c := r.s[r.i]; c != '=' {
		// The next is a space, a slash or the end; after a space a "=" could still follow.
		return "", c == '>' || c == ' ' && r.i+1 < len(r.s) && r.s[r.i+1] != '=' && r.s[r.i+1] != ' '
	}
	r.i++
	if r.i >= len(r.s) || r.s[r.i] != '"' && r.s[r.i] != '\'' {
		return "", false
	}
	end := strings.IndexByte(r.s[r.i+1:], r.s[r.i])
	if end < 0 {
		return "", false
	}
	val := r.s[r.i+1 : r.i+1+end]
	r.i += end + 2
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
