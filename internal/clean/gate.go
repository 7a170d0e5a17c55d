package clean

import "strings"

// admits says whether markup is nothing but what render writes and policy lets through unchanged: listed tags, each closed
// in its turn, their attributes in the one way of quoting, addresses of the web in plain characters, text without a bare
// quote or bracket. It is stricter than policy in everything, so that most bodies need not be parsed again for it; what it
// does not know goes through policy.
func admits(markup string) bool {
	g := gate{s: markup}
	for g.i < len(g.s) {
		if g.s[g.i] != '<' {
			if !g.text('<') {
				return false
			}
			continue
		}
		g.i++
		if !g.tag() {
			return false
		}
	}
	return g.depth == 0
}

// gateDepth is how many open elements the gate follows; deeper bodies go through policy.
const gateDepth = 32

type gate struct {
	s     string
	i     int
	open  [gateDepth]string
	depth int
}

// pass is what the gate lets an element carry.
type pass struct {
	void  bool
	first string // the attribute it must begin with; "" where it may have none
	more  string // those it may have beside, each between spaces
}

// passes lists the elements of policy, no more.
var passes = map[string]pass{
	"p": {}, "h2": {}, "h3": {}, "h4": {}, "h5": {}, "h6": {}, "ul": {}, "li": {}, "pre": {}, "code": {},
	"table": {}, "caption": {}, "thead": {}, "tbody": {}, "tfoot": {}, "tr": {}, "figure": {}, "figcaption": {}, "dl": {}, "dt": {}, "dd": {},
	"em": {}, "strong": {}, "b": {}, "i": {}, "u": {}, "s": {}, "sub": {}, "sup": {}, "small": {}, "mark": {}, "cite": {}, "q": {},
	"br": {void: true}, "hr": {void: true},
	"blockquote": {more: " cite "}, "ol": {more: " start "}, "td": {more: " colspan rowspan "}, "th": {more: " colspan rowspan "},
	"abbr": {more: " title "}, "time": {more: " datetime "},
	"a": {first: "href", more: " title rel "}, "img": {void: true, first: "src", more: " alt width height title "},
	"source": {void: true, first: "src", more: " type "},
	"audio":  {first: "src", more: " controls "}, "video": {first: "src", more: " poster width height controls "},
}

// tag reads what stands after a "<".
func (g *gate) tag() bool {
	closing := g.i < len(g.s) && g.s[g.i] == '/'
	if closing {
		g.i++
	}
	name := g.name()
	if closing {
		if g.depth == 0 || g.open[g.depth-1] != name || !g.byte('>') {
			return false
		}
		g.depth--
		return true
	}
	p, ok := passes[name]
	if !ok || !g.attributes(p) {
		return false
	}
	if p.void {
		return true
	}
	if g.depth == gateDepth {
		return false
	}
	g.open[g.depth] = name
	g.depth++
	return true
}

func (g *gate) name() string {
	start := g.i
	for g.i < len(g.s) && (g.s[g.i] >= 'a' && g.s[g.i] <= 'z' || g.s[g.i] >= '0' && g.s[g.i] <= '9') {
		g.i++
	}
	return g.s[start:g.i]
}

func (g *gate) byte(c byte) bool {
	if g.i < len(g.s) && g.s[g.i] == c {
		g.i++
		return true
	}
	return false
}

// attributes reads all attributes and the ">" after them.
func (g *gate) attributes(p pass) bool {
	var seen [6]string
	n := 0
	for !g.byte('>') {
		if !g.byte(' ') || n == len(seen) {
			return false
		}
		key := g.name()
		switch {
		case key == "":
			return false
		case n == 0 && p.first != "":
			if key != p.first {
				return false
			}
		case !listed(p.more, key):
			return false
		}
		for _, s := range seen[:n] {
			if s == key {
				return false
			}
		}
		seen[n] = key
		n++
		if !g.byte('=') || !g.byte('"') {
			return false
		}
		start := g.i
		if !g.text('"') || !g.byte('"') || !goodValue(key, g.s[start:g.i-1]) {
			return false
		}
	}
	return n > 0 || p.first == ""
}

// listed says whether key is one of the words of list, each of which stands between spaces.
func listed(list, key string) bool {
	i := strings.Index(list, key)
	return i > 0 && list[i-1] == ' ' && list[i+len(key)] == ' '
}

// text goes on to the next end, over characters that mean nothing and the escapes that render writes.
func (g *gate) text(end byte) bool {
	s := g.s
	for {
		i := g.i
		for i < len(s) && gateBytes[s[i]] == 0 {
			i++
		}
		if g.i = i; i == len(s) {
			return end == '<'
		}
		c := s[i]
		if c == end {
			return true
		}
		if c != '&' {
			return false
		}
		n := escapeLen(s[i:])
		if n == 0 {
			return false
		}
		g.i += n
	}
}

// gateBytes marks what text may not hold (1) and what needs a look (2).
var gateBytes = func() (t [256]byte) {
	for c := range 0x20 {
		t[c] = 1
	}
	t['\t'], t['\n'] = 0, 0
	t['>'], t['\''], t[0x7F], t[0xC0], t[0xC1] = 1, 1, 1, 1, 1
	for c := 0xF5; c <= 0xFF; c++ {
		t[c] = 1
	}
	t['<'], t['&'], t['"'] = 2, 2, 2
	return t
}()

// escapeLen is the length of the escape that s begins with, 0 where render writes no such one.
func escapeLen(s string) int {
	for _, e := range [...]string{"&amp;", "&#34;", "&#39;", "&lt;", "&gt;"} {
		if strings.HasPrefix(s, e) {
			return len(e)
		}
	}
	return 0
}

func goodValue(key, v string) bool {
	switch key {
	case "href":
		return goodURL(v) || goodMail(v)
	case "src", "poster", "cite":
		return goodURL(v)
	case "width", "height", "colspan", "rowspan", "start":
		return len(v) >= 1 && len(v) <= 5 && all(v, func(c byte) bool { return c >= '0' && c <= '9' })
	case "controls":
		return v == ""
	case "rel":
		return v != "" && v[0] != ' ' && v[len(v)-1] != ' ' && !strings.Contains(v, "  ") &&
			all(v, func(c byte) bool { return c >= 'a' && c <= 'z' || c == ' ' })
	case "type":
		main, sub, ok := strings.Cut(v, "/")
		return ok && (main == "audio" || main == "video" || main == "application") && sub != "" &&
			all(sub, func(c byte) bool { return isAlnum(c) || c == '.' || c == '+' || c == '-' })
	case "datetime":
		return len(v) >= 4 && len(v) <= 40 && all(v, func(c byte) bool { return isAlnum(c) || strings.IndexByte(":.+ -", c) >= 0 })
	}
	return key == "title" || key == "alt"
}

// goodURL wants http or https, a host of letters, digits, dots and hyphens with maybe a port, and then nothing that
// anybody would write in another way.
func goodURL(v string) bool {
	rest, ok := strings.CutPrefix(v, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(v, "http://"); !ok {
			return false
		}
	}
	host, path := rest, ""
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		host, path = rest[:i], rest[i:]
	}
	name, port, hasPort := strings.Cut(host, ":")
	if name == "" || hasPort && (port == "" || len(port) > 5) || !all(port, func(c byte) bool { return c >= '0' && c <= '9' }) ||
		!all(name, func(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '.' || c == '-' }) {
		return false
	}
	return path != "" && plainAddress(path)
}

func goodMail(v string) bool {
	to, ok := strings.CutPrefix(v, "mailto:")
	return ok && to != "" && isAlnum(to[0]) && strings.IndexByte(to, '#') < 0 && plainAddress(to)
}

// plainAddress says whether s holds characters of an address only, every escape whole and no empty fragment.
func plainAddress(s string) bool {
	fragment := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case unreserved(c) || strings.IndexByte("!$()*+,;=:@/?", c) >= 0:
		case c == '%':
			if i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
				return false
			}
			i += 2
		case c == '&':
			n := escapeLen(s[i:])
			if e := s[i : i+n]; e != "&amp;" && e != "&#39;" {
				return false
			}
			i += n - 1
		case c == '#':
			if fragment || i+1 == len(s) {
				return false
			}
			fragment = true
		default:
			return false
		}
	}
	return true
}

func isAlnum(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

func all(s string, ok func(byte) bool) bool {
	for i := range len(s) {
		if !ok(s[i]) {
			return false
		}
	}
	return true
}
