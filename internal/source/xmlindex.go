package source

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strings"

	"tinhub/internal/hub"
)

// entryIndex is what the parser drops of one item.
type entryIndex struct {
	about       string            // rdf:about
	id          string            // atom:id as written; the parser resolves it against xml:base, which RFC 4287 §4.2.6 forbids
	lang        string            // xml:lang in scope
	base        string            // xml:base in scope, each resolved against the one outside it
	contentBase string            // the same for its content
	created     string            // Atom 0.3
	types       map[string]string // Atom text constructs: element → type, or Atom 0.3 mode
}

// feedIndex is what the parser drops of a feed.
type feedIndex struct {
	root    string // local name, lower case
	lang    string
	base    string
	stray   bool // an end tag ends nothing: the parser would take it for the end of everything, and say nothing
	entries []entryIndex
}

// xmlPass goes over a document once before the parser: it refuses what is too deep, too many or a bomb, takes xml:base out
// (the parser would resolve ids and links by a rule of its own) and notes what the parser drops.
type xmlPass struct {
	b     []byte
	index feedIndex
	bases []scope
	open  []string // local names, lower case
	entry *entryIndex
	level int // len(open) of the children of that entry
	child string
	from  int // where the child's text begins
	edits []edit
}

type scope struct{ base, lang string }

type edit struct {
	start, end int
	text       string
}

// prepareXML gives the document from its root element on, ready for the parser, and its index. docURL is where it came from.
func prepareXML(b []byte, docURL string, n *notes) ([]byte, feedIndex, error) {
	b, err := dropDoctype(b, n)
	if err != nil {
		return nil, feedIndex{}, err
	}
	p := xmlPass{b: b, bases: []scope{{base: docURL}}}
	root := -1
	s := xmlScanner{b: b}
	for {
		t, ok := s.next()
		if !ok || t.kind == tokCut {
			break
		}
		switch t.kind {
		case tokStart:
			if root < 0 {
				root = t.start
				p.index.root = strings.ToLower(local(t.name))
			}
			if err := p.start(t); err != nil {
				return nil, feedIndex{}, err
			}
		case tokEnd:
			p.end(t)
		}
		if root >= 0 && len(p.open) == 0 {
			break
		}
	}
	if root < 0 {
		return b, p.index, nil
	}
	return apply(b, p.edits)[root:], p.index, nil
}

func (p *xmlPass) start(t token) error {
	name := strings.ToLower(t.name)
	if n := len(p.open); n > 0 && impliesClose(p.open[n-1], name) {
		p.pop()
	}
	inherited := p.bases[len(p.bases)-1]
	in := inherited
	list := attrs(p.b, t)
	for _, a := range list {
		switch strings.ToLower(a.name) {
		case "xml:base":
			in.base = resolve(in.base, a.value)
			p.edits = append(p.edits, edit{a.start, a.end, strings.Repeat(" ", a.end-a.start)})
		case "xml:lang":
			in.lang = a.value
		}
	}
	lname := local(name)
	switch {
	case len(p.open) == 0:
		p.index.base, p.index.lang = in.base, in.lang
	case len(p.open) == 1 && lname == "channel":
		p.index.base, p.index.lang = in.base, in.lang
	}
	switch {
	case p.entry == nil && p.beginsEntry(lname):
		if len(p.index.entries) >= maxItems {
			return hub.Errorf(hub.TooLarge, "the feed has more than %d items", maxItems)
		}
		p.index.entries = append(p.index.entries, entryIndex{base: in.base, contentBase: in.base, lang: in.lang, about: attrOf(list, "about")})
		p.entry, p.level = &p.index.entries[len(p.index.entries)-1], len(p.open)+1
	case p.entry != nil && len(p.open) == p.level:
		p.childOf(t, name, list, in)
	}
	if t.empty || isVoid(name) {
		if t.empty && p.entry != nil && len(p.open)+1 == p.level {
			p.entry = nil
		}
		return nil
	}
	if len(p.open) >= maxDepth {
		return hub.Errorf(hub.Invalid, "more than %d elements inside each other, at byte %d", maxDepth, t.start)
	}
	p.open = append(p.open, name)
	p.bases = append(p.bases, in)
	return nil
}

// beginsEntry says whether name is an item where items may stand: below the root or its channel.
func (p *xmlPass) beginsEntry(name string) bool {
	switch len(p.open) {
	case 0:
		return name == "entry"
	case 1:
		return name == "item" && p.index.root != "feed" || name == "entry" && p.index.root == "feed"
	case 2:
		return name == "item" && local(p.open[1]) == "channel"
	}
	return false
}

func (p *xmlPass) childOf(t token, name string, list []attr, in scope) {
	e := p.entry
	switch name {
	case "title", "summary", "content":
		kind := attrOf(list, "type")
		if kind == "" && attrOf(list, "mode") == "escaped" {
			kind = "text/html"
		}
		if e.types == nil {
			e.types = map[string]string{}
		}
		e.types[name] = strings.ToLower(kind)
		if name == "content" {
			e.contentBase = in.base
			if lang := in.lang; lang != "" && e.lang == "" {
				e.lang = lang
			}
		}
	case "id", "created":
		if !t.empty {
			p.child, p.from = name, t.end
		}
	}
}

func (p *xmlPass) end(t token) {
	name := strings.ToLower(t.name)
	if p.child == name && p.entry != nil {
		switch text := xmlText(p.b[p.from:t.start]); name {
		case "id":
			p.entry.id = text
		case "created":
			p.entry.created = text
		}
		p.child = ""
	}
	for i := len(p.open) - 1; i >= 0; i-- {
		if p.open[i] == name {
			for len(p.open) > i {
				p.pop()
			}
			return
		}
	}
	p.index.stray = true
}

func (p *xmlPass) pop() {
	p.open = p.open[:len(p.open)-1]
	p.bases = p.bases[:len(p.bases)-1]
	if p.entry != nil && len(p.open) < p.level {
		p.entry, p.child = nil, ""
	}
}

func attrOf(list []attr, name string) string {
	for _, a := range list {
		if strings.EqualFold(local(a.name), name) {
			return strings.TrimSpace(a.value)
		}
	}
	return ""
}

func apply(b []byte, edits []edit) []byte {
	if len(edits) == 0 {
		return b
	}
	out, at := make([]byte, 0, len(b)), 0
	for _, e := range edits {
		out = append(append(out, b[at:e.start]...), e.text...)
		at = e.end
	}
	return append(out, b[at:]...)
}

var entityDeclaration = regexp.MustCompile(`<!ENTITY\s+(%\s+)?([A-Za-z_:][\w.:-]*)\s+(SYSTEM|PUBLIC)?\s*(?:"([^"]*)"|'([^']*)')`)

// dropDoctype takes the DOCTYPE out and puts the few plain entities it declares where they are named. Nothing outside the
// document is ever read. Entities made of entities are an attack, not a feed.
func dropDoctype(b []byte, n *notes) ([]byte, error) {
	s := xmlScanner{b: b}
	for {
		t, ok := s.next()
		if !ok || t.kind == tokStart || t.kind == tokCut {
			return b, nil
		}
		if t.kind != tokDoctype {
			continue
		}
		blank := bytes.Repeat([]byte(" "), t.end-t.start)
		declared := entityDeclaration.FindAllSubmatch(b[t.start:t.end], maxEntities+1)
		rest := b[t.end:]
		if len(declared) > 0 {
			var err error
			if rest, err = expand(rest, declared, n); err != nil {
				return nil, err
			}
		}
		return append(append(append(make([]byte, 0, len(b)), b[:t.start]...), blank...), rest...), nil
	}
}

func expand(b []byte, declared [][][]byte, n *notes) ([]byte, error) {
	if len(declared) > maxEntities {
		return nil, hub.Errorf(hub.Invalid, "the document declares more than %d entities", maxEntities)
	}
	var pairs []string
	growth := 0
	for _, m := range declared {
		name, value := string(m[2]), string(m[4])+string(m[5])
		if len(m[1]) > 0 || len(m[3]) > 0 {
			n.add(fmt.Sprintf("the entity %s stands outside the document and was left out", clip(name, 40)))
			value = ""
		}
		if isEntityOfEntities(value) || len(value) > maxEntityLen {
			return nil, hub.Errorf(hub.Invalid, "the document declares an entity that unfolds into others or is too long: %s", clip(name, 40))
		}
		ref := "&" + name + ";"
		growth += bytes.Count(b, []byte(ref)) * len(value)
		pairs = append(pairs, ref, value)
	}
	if growth > len(b)+1<<20 {
		return nil, hub.Errorf(hub.Invalid, "the entities that the document declares unfold to too much text")
	}
	return []byte(strings.NewReplacer(pairs...).Replace(string(b))), nil
}

// isEntityOfEntities says whether an entity's value names other entities than XML's own.
func isEntityOfEntities(value string) bool {
	plain := html.UnescapeString(value)
	for {
		i := strings.IndexByte(plain, '&')
		if i < 0 {
			return strings.Contains(plain, "%")
		}
		plain = plain[i+1:]
		if end := strings.IndexByte(plain, ';'); end > 0 && plain[0] != '#' && !strings.ContainsAny(plain[:end], " \t\n") {
			return true
		}
	}
}
