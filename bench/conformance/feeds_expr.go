package main

import (
	"fmt"
	"strconv"
	"strings"
)

// The tests of feedparser say what they expect in Python. This evaluates the part of that language that they use: literals,
// names, indexing, comparison (chained too), and, or, not, + and len.

// noField is the panic of an expression that asks for something an item of ours has no field for.
type noField struct{ name string }

// missing is the panic of an expression that asks for an entry or a list's element that is not there.
type missing struct{ what string }

type (
	pyDict  map[string]any
	pyList  []any
	pyTuple []any
	pyNone  struct{}
)

// entryList is the list of items; one that is not there knows at least what it could be asked for.
type entryList []any

type absent struct{ like pyDict }

// field is one value of an item: where our rules may put one thing in either of two places, any of the candidates will do.
type field struct {
	kind       fieldKind
	candidates []string
}

type pyParser struct {
	src  string
	at   int
	tok  string // "" at the end
	str  string // the value of a string token
	kind byte   // n name, s string, d number, o operator
	env  pyDict
}

// evaluate gives the value of a Python expression over env.
func evaluate(src string, env pyDict) (value any, err error) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case noField, missing:
			err = fmt.Errorf("%w", pyError{r})
		case string:
			err = fmt.Errorf("%w", pyError{noField{"expression: " + r}})
		default:
			panic(r)
		}
	}()
	p := &pyParser{src: src, env: env}
	p.next()
	value = p.or()
	if p.tok != "" {
		panic("rest " + p.tok)
	}
	return value, nil
}

type pyError struct{ why any }

func (e pyError) Error() string { return fmt.Sprint(e.why) }

// conjuncts cuts an expression at its outermost "and".
func conjuncts(src string) []string {
	p := &pyParser{src: src}
	depth, from := 0, 0
	var list []string
	for p.next(); p.tok != ""; p.next() {
		switch {
		case p.kind == 'o' && strings.Contains("([{", p.tok):
			depth++
		case p.kind == 'o' && strings.Contains(")]}", p.tok):
			depth--
		case p.kind == 'n' && p.tok == "or" && depth == 0:
			return []string{src}
		case p.kind == 'n' && p.tok == "and" && depth == 0:
			list = append(list, strings.TrimSpace(src[from:p.at-len("and")]))
			from = p.at
		}
	}
	list = append(list, strings.TrimSpace(src[from:]))
	var flat []string
	for _, c := range list {
		if strings.HasPrefix(c, "(") && strings.HasSuffix(c, ")") && !strings.Contains(c[1:len(c)-1], "(") {
			flat = append(flat, conjuncts(c[1:len(c)-1])...)
			continue
		}
		flat = append(flat, c)
	}
	return flat
}

func (p *pyParser) next() {
	for p.at < len(p.src) && strings.ContainsRune(" \t\r\n", rune(p.src[p.at])) {
		p.at++
	}
	p.tok, p.kind = "", 0
	if p.at >= len(p.src) {
		return
	}
	start, c := p.at, p.src[p.at]
	if i := strings.IndexAny(p.src[start:min(len(p.src), start+3)], `'"`); i >= 0 && strings.Trim(p.src[start:start+i], "uUbBrR") == "" {
		p.at += i
		p.text(strings.ContainsAny(p.src[start:start+i], "rR"))
		return
	}
	switch {
	case isLetter(c):
		for p.at < len(p.src) && (isLetter(p.src[p.at]) || isDigit(p.src[p.at])) {
			p.at++
		}
		p.kind = 'n'
	case isDigit(c):
		for p.at < len(p.src) && (isDigit(p.src[p.at]) || p.src[p.at] == '.') {
			p.at++
		}
		p.kind = 'd'
	case strings.HasPrefix(p.src[p.at:], "==") || strings.HasPrefix(p.src[p.at:], "!="):
		p.at, p.kind = p.at+2, 'o'
	default:
		p.at, p.kind = p.at+1, 'o'
	}
	p.tok = p.src[start:p.at]
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// text reads a string literal with its escapes.
func (p *pyParser) text(raw bool) {
	quote := p.src[p.at : p.at+1]
	if strings.HasPrefix(p.src[p.at:], strings.Repeat(quote, 3)) {
		quote = strings.Repeat(quote, 3)
	}
	p.at += len(quote)
	var sb strings.Builder
	for p.at < len(p.src) && !strings.HasPrefix(p.src[p.at:], quote) {
		if c := p.src[p.at]; c != '\\' || raw || p.at+1 >= len(p.src) {
			sb.WriteByte(c)
			p.at++
			continue
		}
		p.escape(&sb)
	}
	p.at = min(p.at+len(quote), len(p.src))
	p.tok, p.str, p.kind = quote, sb.String(), 's'
}

func (p *pyParser) escape(sb *strings.Builder) {
	c := p.src[p.at+1]
	p.at += 2
	if digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]; digits > 0 && p.at+digits <= len(p.src) {
		if n, err := strconv.ParseUint(p.src[p.at:p.at+digits], 16, 32); err == nil {
			p.at += digits
			sb.WriteRune(rune(n))
			return
		}
	}
	switch c {
	case 'n':
		sb.WriteByte('\n')
	case 't':
		sb.WriteByte('\t')
	case 'r':
		sb.WriteByte('\r')
	case '0':
		sb.WriteByte(0)
	case '\n':
	case '\\', '\'', '"':
		sb.WriteByte(c)
	default:
		sb.WriteByte('\\')
		sb.WriteByte(c)
	}
}

func (p *pyParser) is(tok string) bool { return p.kind != 's' && p.tok == tok }

func (p *pyParser) take(tok string) bool {
	if p.is(tok) {
		p.next()
		return true
	}
	return false
}

func (p *pyParser) want(tok string) {
	if !p.take(tok) {
		panic("want " + tok)
	}
}

func (p *pyParser) or() any {
	v := p.and()
	for p.take("or") {
		w := p.and()
		v = truth(v) || truth(w)
	}
	return v
}

func (p *pyParser) and() any {
	v := p.not()
	for p.take("and") {
		w := p.not()
		v = truth(v) && truth(w)
	}
	return v
}

func (p *pyParser) not() any {
	if p.take("not") {
		return !truth(p.not())
	}
	return p.comparison()
}

func (p *pyParser) comparison() any {
	left, result, compared := p.sum(), true, false
	for {
		var holds func(a, b any) bool
		switch {
		case p.take("=="):
			holds = equal
		case p.take("!="):
			holds = func(a, b any) bool { return !equal(a, b) }
		case p.take("is"):
			holds = equal
			if p.take("not") {
				holds = func(a, b any) bool { return !equal(a, b) }
			}
		case p.take("in"):
			holds = contains
		case p.is("not"):
			p.next()
			p.want("in")
			holds = func(a, b any) bool { return !contains(a, b) }
		default:
			if compared {
				return result
			}
			return left
		}
		right := p.sum()
		result, compared = result && holds(left, right), true
		left = right
	}
}

func (p *pyParser) sum() any {
	v := p.unary()
	for p.take("+") {
		w := p.unary()
		a, ok1 := v.(string)
		b, ok2 := w.(string)
		if !ok1 || !ok2 {
			panic("+ of no strings")
		}
		v = a + b
	}
	return v
}

func (p *pyParser) unary() any {
	if p.take("-") {
		f, ok := p.unary().(float64)
		if !ok {
			panic("- of no number")
		}
		return -f
	}
	return p.postfix(p.atom())
}

func (p *pyParser) postfix(v any) any {
	for {
		switch {
		case p.take("."):
			name := p.tok
			p.next()
			if name == "get" && p.take("(") {
				key, _ := p.or().(string)
				p.want(")")
				v = index(v, key)
				continue
			}
			v = index(v, name)
		case p.take("["):
			key := p.or()
			p.want("]")
			v = index(v, key)
		default:
			return v
		}
	}
}

func (p *pyParser) atom() any {
	tok, kind := p.tok, p.kind
	switch {
	case kind == 's':
		s := ""
		for p.kind == 's' {
			s += p.str
			p.next()
		}
		return s
	case kind == 'd':
		p.next()
		f, err := strconv.ParseFloat(tok, 64)
		if err != nil {
			panic("number " + tok)
		}
		return f
	case p.take("("):
		return p.tuple()
	case p.take("["):
		return pyList(p.elements("]"))
	case p.take("{"):
		return p.dict()
	case kind != 'n':
		panic("at " + tok)
	}
	p.next()
	switch tok {
	case "True":
		return true
	case "False":
		return false
	case "None":
		return pyNone{}
	case "len", "ord":
		p.want("(")
		v := p.or()
		p.want(")")
		if tok == "ord" {
			return ordinal{v}
		}
		return length(v)
	}
	v, ok := p.env[tok]
	if !ok {
		panic(noField{tok})
	}
	return v
}

// ordinal is ord(x): compared with a number, x is compared with that character.
type ordinal struct{ of any }

func (p *pyParser) tuple() any {
	if p.take(")") {
		return pyTuple{}
	}
	v := p.or()
	if p.take(")") {
		return v
	}
	p.want(",")
	return append(pyTuple{v}, p.elements(")")...)
}

func (p *pyParser) elements(end string) []any {
	var list []any
	for !p.take(end) {
		list = append(list, p.or())
		if !p.take(",") {
			p.want(end)
			break
		}
	}
	return list
}

func (p *pyParser) dict() any {
	d := pyDict{}
	for !p.take("}") {
		key, _ := p.or().(string)
		p.want(":")
		d[key] = p.or()
		if !p.take(",") {
			p.want("}")
			break
		}
	}
	return d
}
