package config

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// maxVisits bounds the work on one file: aliases can make a small file a large one.
const maxVisits = 200_000

// reader walks the tree of a file. It goes on after a mistake, so that all of them are found.
type reader struct {
	file     string // as named by the operator
	folder   string // absolute; relative paths start here
	env      func(string) (string, bool)
	mistakes Mistakes
	unused   []string
	visits   int
	known    []string                  // section ids
	taken    map[string]map[string]int // kind of thing → id → line
}

// value is one place of the file: a node, where it stands, and the way to it. A zero node means that the key is not there.
type value struct {
	r            *reader
	node         *yaml.Node
	line, column int
	key          string
	from         string // "environment" for a variable, else ""
}

// mapping is an opened mapping.
type mapping struct {
	at     value
	fields map[string]value
}

// tree parses data into its root value.
func (r *reader) tree(data []byte) (value, bool) {
	if len(data) > maxFile {
		r.add(Mistake{File: r.file, Problem: errTooLarge.Error()})
		return value{}, false
	}
	if line, column, what := unreadable(data); what != "" {
		r.add(Mistake{File: r.file, Line: line, Column: column, Problem: what, Allowed: "UTF-8 text"})
		return value{}, false
	}
	var doc yaml.Node
	if err := yaml.Load(bareMemory.ReplaceAll(data, []byte(`${1}"memory:"${2}`)), &doc); err != nil {
		r.add(r.syntax(err))
		return value{}, false
	}
	if len(doc.Content) == 0 || doc.Content[0].Tag == "!!null" {
		r.add(r.empty())
		return value{}, false
	}
	n := doc.Content[0]
	v := value{r: r, node: n, line: n.Line, column: n.Column}
	if n.Kind != yaml.MappingNode {
		v.mistake("", "is not a mapping of keys to values", strings.Join(rootKeys(), ", "))
		return value{}, false
	}
	return v, true
}

// bareMemory is the store's URL as people write it; YAML wants quotes around a word that ends in a colon.
var bareMemory = regexp.MustCompile(`(?m)^(store:[ \t]+)memory:([ \t]*(?:#.*)?\r?)$`)

func (r *reader) empty() Mistake {
	return Mistake{File: r.file, Problem: "is empty. " + howTo(r.file)}
}

// syntax turns the parser's error into a mistake with its place.
func (r *reader) syntax(err error) Mistake {
	m := Mistake{File: r.file, Problem: "is not YAML"}
	e, ok := errors.AsType[*yaml.LoadError](err)
	if !ok {
		return m
	}
	switch {
	case strings.Contains(e.Message, "no documents"):
		return r.empty()
	case strings.Contains(e.Message, "multiple"):
		m.Problem = "holds several YAML documents (---)"
		m.Allowed = "one"
		return m
	}
	m.Line, m.Column = e.Mark.Line, e.Mark.Column
	m.Problem = "is not YAML: " + e.Message
	if e.ContextMsg != "" {
		m.Problem += " " + e.ContextMsg
		if e.ContextMark.Line > 0 && e.ContextMark.Line != e.Mark.Line {
			m.Problem += " that began on line " + strconv.Itoa(e.ContextMark.Line)
		}
	}
	if strings.Contains(e.Message, "cannot start any token") {
		m.Problem += " (a tab? YAML is indented with spaces)"
	}
	return m
}

// unreadable finds the first byte that is not UTF-8 and the first control character, which YAML forbids.
func unreadable(data []byte) (line, column int, what string) {
	line, column = 1, 1
	for len(data) > 0 {
		c, n := utf8.DecodeRune(data)
		switch {
		case c == utf8.RuneError && n == 1:
			return line, column, "holds a byte that is not UTF-8"
		case c < ' ' && c != '\t' && c != '\n' && c != '\r', c == 0x7f:
			return line, column, fmt.Sprintf("holds the control character %U", c)
		case c == '\n':
			line, column = line+1, 0
		}
		column++
		data = data[n:]
	}
	return 0, 0, ""
}

func (r *reader) add(m Mistake) {
	if len(r.mistakes) < maxKept {
		r.mistakes = append(r.mistakes, m)
	}
}

// visit counts work and says whether there may be more.
func (r *reader) visit() bool {
	r.visits++
	if r.visits == maxVisits {
		r.add(Mistake{File: r.file, Problem: "holds too many values once its aliases are followed", Allowed: "200000"})
	}
	return r.visits < maxVisits
}

// mistake notes what is wrong here, or with the key below here.
func (v value) mistake(below, problem, allowed string) {
	key := v.key
	if below != "" {
		key = strings.TrimPrefix(key+"."+below, ".")
	}
	file := v.r.file
	if v.from != "" {
		file = v.from
	}
	v.r.add(Mistake{File: file, Line: v.line, Column: v.column, Key: key, Problem: problem, Allowed: allowed})
}

// given says whether the key stands in the file.
func (v value) given() bool { return v.node != nil }

func (v value) isNull() bool { return v.node.Kind == yaml.ScalarNode && v.node.Tag == "!!null" }

func (v value) is(k yaml.Kind) bool { return v.node != nil && v.node.Kind == k }

// at makes the value of a child node; aliases are followed.
func (v value) at(n *yaml.Node, line, column int, key string) value {
	for range 100 { // an alias cannot point at an alias, but costs nothing to survive
		if n.Kind != yaml.AliasNode || n.Alias == nil {
			break
		}
		n = n.Alias
	}
	return value{r: v.r, node: n, line: line, column: column, key: key}
}

// fields opens a mapping that may hold the known keys and no others.
func (v value) fields(known ...string) mapping {
	m := mapping{at: v, fields: map[string]value{}}
	for _, f := range v.pairs() {
		name := f.name
		full := strings.TrimPrefix(v.key+"."+name, ".")
		if !slices.Contains(known, name) {
			problem := "is not a key of this version"
			if near := nearest(name, known); near != "" {
				problem = "is unknown, did you mean " + near + "?"
			}
			f.value.key = full
			f.value.mistake("", problem, strings.Join(known, ", "))
			continue
		}
		m.fields[name] = f.value
	}
	return m
}

// get is the value of a key; one that is not there has no node but knows its way.
func (m mapping) get(name string) value {
	if f, ok := m.fields[name]; ok {
		return f
	}
	return value{r: m.at.r, line: m.at.line, column: m.at.column, key: strings.TrimPrefix(m.at.key+"."+name, ".")}
}

type pair struct {
	name string
	value
}

// pairs gives the entries of a mapping in their order, merge keys (<<) followed; what stands here wins over what is merged.
func (v value) pairs() []pair {
	if v.node == nil || v.isNull() {
		return nil
	}
	if v.node.Kind != yaml.MappingNode {
		v.mistake("", "is "+kindName(v.node)+", not a mapping of keys to values", "")
		return nil
	}
	seen := map[string]int{}
	return v.collect(v.node, seen, 0, nil)
}

func (v value) collect(n *yaml.Node, seen map[string]int, depth int, out []pair) []pair {
	own := map[string]int{}
	var merged []*yaml.Node
	for i := 0; i+1 < len(n.Content) && v.r.visit(); i += 2 {
		k, c := n.Content[i], n.Content[i+1]
		if k.Kind == yaml.AliasNode && k.Alias != nil {
			k = k.Alias
		}
		if k.Kind != yaml.ScalarNode {
			value{r: v.r, line: n.Content[i].Line, column: n.Content[i].Column, key: v.key}.mistake("", "has a key that is not text", "")
			continue
		}
		if k.Tag == "!!merge" {
			merged = append(merged, c)
			continue
		}
		child := v.at(c, k.Line, k.Column, strings.TrimPrefix(v.key+"."+k.Value, "."))
		if line, twice := own[k.Value]; twice {
			child.mistake("", "stands twice, first on line "+strconv.Itoa(line), "")
			continue
		}
		own[k.Value] = k.Line
		if _, there := seen[k.Value]; !there {
			seen[k.Value] = k.Line
			out = append(out, pair{k.Value, child})
		}
	}
	for _, c := range merged {
		out = v.merge(c, seen, depth, out)
	}
	return out
}

func (v value) merge(n *yaml.Node, seen map[string]int, depth int, out []pair) []pair {
	w := v.at(n, n.Line, n.Column, v.key)
	switch {
	case depth >= 10:
		w.mistake("", "merges (<<) more than ten deep", "")
	case w.is(yaml.MappingNode):
		return v.collect(w.node, seen, depth+1, out)
	case w.is(yaml.SequenceNode):
		for _, c := range w.node.Content {
			if !v.r.visit() {
				break
			}
			out = v.merge(c, seen, depth+1, out)
		}
	default:
		w.mistake("", "merges (<<) something that is not a mapping", "")
	}
	return out
}

// list gives the values of a sequence.
func (v value) list() []value {
	if v.node == nil || v.isNull() {
		return nil
	}
	if v.node.Kind != yaml.SequenceNode {
		v.mistake("", "is "+kindName(v.node)+", not a list", "[…], or a line with - for each")
		return nil
	}
	var out []value
	for i, n := range v.node.Content {
		if !v.r.visit() {
			break
		}
		out = append(out, v.at(n, n.Line, n.Column, v.key+"["+strconv.Itoa(i)+"]"))
	}
	return out
}

func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	return "a single value"
}
