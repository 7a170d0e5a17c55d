package source

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"tinhub/internal/hub"
)

// entryIndex is what the parser drops of one item.
type entryIndex struct {
	about       string   // rdf:about
	id          string   // atom:id as written; the parser resolves it against xml:base, which RFC 4287 §4.2.6 forbids
	lang        string   // xml:lang in scope
	base        string   // xml:base in scope, each resolved against the one outside it
	contentBase string   // the same for its content
	created     string   // Atom 0.3
	href        string   // CDF: the item's link
	lastMod     string   // CDF: its date
	body        string   // xhtml:body as markup
	authors     []string // of RSS, after the first
	title       textType
	summary     textType
	content     textType
	steps       []hub.Step // what the repair did to it
}

// feedIndex is what the parser drops of a feed.
type feedIndex struct {
	root    string // local name, lower case
	lang    string
	base    string
	href    string   // CDF: the channel's link
	title   textType // of the feed's own title
	stray   bool     // an end tag ends nothing: the parser would take it for the end of everything, and say nothing
	aliases []string // prefixes of well-known namespaces that the parser does not know, by twos: as declared, as we say
	entries []entryIndex
	rest    []byte // of the document, behind its root
}

// xmlPass goes over a document once before the parser. It refuses what is too deep or a bomb, cuts what is too much, takes
// xml:base out (the parser would resolve ids and links by a rule of its own) and notes what the parser drops.
type xmlPass struct {
	b         []byte
	valid     bool // UTF-8 all through
	notes     *notes
	index     feedIndex
	bases     []scope
	open      []string // names, lower case
	frame     []string // of the elements around items, as written
	entry     *entryIndex
	level     int // len(open) of the children of that entry
	itemName  string
	child     string   // whose text is wanted
	repeats   int      // of such children
	singles   []single // the children of that entry that it has once
	one       single   // such a child that is open
	from      int      // where that text begins
	link      token    // a link without href, whose text is wanted
	afterLink int      // where an empty link of RSS ended
	edits     []edit
	budget    budget
	cutAt     int    // where the document was cut short, 0 for nowhere
	why       string // why it was
	root      int    // where the root element begins, -1 for nowhere
	closed    int    // comments and sections whose end was missing
	held      heldTexts
}

type scope struct{ base, lang string }

// prepareXML makes the pass over a document, whose index and text are then ready for the parser. docURL is where it came from.
func prepareXML(b []byte, docURL string, n *notes) (*xmlPass, error) {
	return prepareText(b, utf8.Valid(b), docURL, n)
}

// prepareText is prepareXML for those who know whether the document is valid UTF-8.
func prepareText(b []byte, valid bool, docURL string, n *notes) (*xmlPass, error) {
	b, err := dropDoctype(b, n)
	if err != nil {
		return nil, err
	}
	p := &xmlPass{b: b, valid: valid, notes: n, bases: []scope{{base: docURL}}, root: -1}
	s := xmlScanner{b: b}
	for p.cutAt == 0 {
		t, ok := s.next()
		if !ok {
			break
		}
		if p.unclosed(&t) {
			s.pos = t.end
		}
		switch t.kind {
		case tokCut:
			p.index.stray = true // no need to ask the parser
			if t.end-t.start > maxAside {
				p.remove(t.start, t.end)
			}
		case tokStart:
			if p.root < 0 {
				p.root = t.start
				p.index.root = strings.ToLower(local(t.name))
			}
			if err := p.start(t); err != nil {
				return nil, err
			}
		case tokEnd:
			p.end(t)
		default:
			p.other(t)
		}
		if p.root >= 0 && len(p.open) == 0 {
			p.index.rest = b[t.end:]
			break
		}
	}
	if p.cutAt > 0 && len(p.index.entries) == 0 {
		return nil, hub.Errorf(hub.TooLarge, "no item before the limit: %s", p.why)
	}
	return p, nil
}

func (p *xmlPass) start(t token) error {
	name := strings.ToLower(t.name)
	if n := len(p.open); n > 0 && impliesClose(p.open[n-1], name) {
		p.index.stray = p.index.stray || isItem(name) // it has lost its end
		p.pop(t.start)
	}
	in := p.bases[len(p.bases)-1]
	lname := local(name)
	depth := len(p.open)
	if depth == 1 && name == "items" && p.index.root == "channel" {
		p.remove(t.start, t.end) // RSS 1.1 has a list around the items, which the parser would skip
		return nil
	}
	begins := p.entry == nil && p.beginsEntry(lname)
	var list []attr
	if depth < 2 || begins || p.entry != nil && depth == p.level || bytes.Contains(p.b[t.start:t.end], []byte("xml:")) {
		list = attrs(p.b, t)
		in = p.scoped(t, list, in)
	}
	if p.tooManySpaces(t) {
		return hub.Errorf(hub.Invalid, "more than %d namespaces declared at once, at byte %d", maxSpaces, t.start)
	}
	if !p.spend(t, begins) {
		return nil
	}
	switch {
	case depth == 0:
		p.index.base, p.index.lang, p.index.href = in.base, in.lang, attrOf(list, "href")
		p.nameSpaces(t, list)
		p.held.declared(list)
	case depth == 1 && lname == "channel":
		p.index.base, p.index.lang = in.base, in.lang
		p.held.redeclared(list)
		p.bare(list)
	case depth == 1 && name == "title":
		p.index.title = textTypeOf(list)
		p.sayEscaped(t, list, p.index.title)
	}
	switch {
	case begins:
		p.begin(t, list, in)
	case p.entry != nil && depth == p.level:
		p.childOf(t, name, list, in)
	}
	if p.entry != nil && depth > p.level && list == nil && in.base != p.bases[p.level+1].base {
		p.resolveLinks(attrs(p.b, t), in.base) // below an xml:base inside a text
	}
	if t.empty && p.budget.inText && depth > p.level && !isVoid(lname) {
		// Once it is markup in a text, <iframe/> would be an iframe that goes on.
		p.edits = append(p.edits, edit{t.end - 2, t.end, "></" + t.name + ">"})
	}
	if p.entry != nil && depth > p.level && name == p.itemName && !slices.Contains(p.open[p.level:], "content") {
		p.index.stray = true // the item before has no end
	}
	if t.empty || isVoid(name) {
		p.index.stray = p.index.stray || !t.empty // the parser would wait for its end
		if t.empty && p.entry != nil && depth+1 == p.level {
			p.finish(t.end)
		}
		return nil
	}
	if depth >= maxDepth {
		return hub.Errorf(hub.Invalid, "more than %d elements inside each other, at byte %d", maxDepth, t.start)
	}
	if p.entry == nil {
		p.frame = append(p.frame[:depth], t.name)
	}
	p.open = append(p.open, name)
	p.bases = append(p.bases, in)
	return nil
}

// scoped is the scope inside a tag. xml:base itself is taken out; the tag's own links become absolute where it stands.
func (p *xmlPass) scoped(t token, list []attr, in scope) scope {
	based := false
	for _, a := range list {
		switch strings.ToLower(a.name) {
		case "xml:base":
			based = true
			in.base = p.resolved(in.base, a.value)
			p.edits = append(p.edits, edit{a.start, a.end, strings.Repeat(" ", a.end-a.start)})
		case "xml:lang":
			in.lang = a.value
		}
	}
	if !based || p.entry == nil || len(p.open) < p.level {
		return in
	}
	p.resolveLinks(list, in.base)
	return in
}

// resolveLinks makes the links of a tag absolute where it stands.
func (p *xmlPass) resolveLinks(list []attr, base string) {
	for _, a := range list {
		switch strings.ToLower(a.name) {
		case "href", "src", "url":
			p.edits = append(p.edits, edit{a.start, a.end, a.name + `="` + escapeAttr(p.resolved(base, a.value)) + `"`})
		}
	}
}

func (p *xmlPass) begin(t token, list []attr, in scope) {
	p.index.entries = append(p.index.entries, entryIndex{
		base: in.base, contentBase: in.base, lang: in.lang, about: attrOf(list, "about"), href: attrOf(list, "href"), lastMod: attrOf(list, "lastmod"),
	})
	p.entry, p.level, p.itemName = &p.index.entries[len(p.index.entries)-1], len(p.open)+1, strings.ToLower(t.name)
	p.budget.at, p.held.seen, p.held.left = t.start, 0, 0
	p.held.redeclared(list)
	p.singles, p.one, p.repeats = p.singles[:0], single{}, 0
	if p.index.root != "feed" {
		p.bare(list)
	}
}

// beginsEntry says whether name is an item where items may stand: below the root or its channel.
func (p *xmlPass) beginsEntry(name string) bool {
	if name != "item" && name != "entry" {
		return false
	}
	switch len(p.open) {
	case 0:
		return true
	case 1:
		return name == "item" && p.index.root != "feed" || name == "entry" && p.index.root == "feed"
	case 2:
		return name == "item" && local(p.open[1]) == "channel"
	}
	if name == "item" && local(p.open[1]) == "channel" && p.index.root == "rss" {
		p.index.stray = true // an element of the channel before it has no end
	}
	return false
}

func (p *xmlPass) childOf(t token, name string, list []attr, in scope) {
	e := p.entry
	if p.beginSingle(t, name) {
		return
	}
	p.hold(t, list)
	switch lname := local(name); lname {
	case "title", "summary", "content":
		kind := textTypeOf(list)
		e.text(lname, kind, name == lname)
		p.sayEscaped(t, list, kind)
		if lname != "title" && (name == lname || strings.HasPrefix(name, "atom")) && in.base != p.bases[len(p.bases)-1].base {
			e.contentBase = in.base
		}
		if lname == "content" && e.lang == "" {
			e.lang = in.lang
		}
	case "enclosure":
		for _, a := range list {
			if lower := strings.ToLower(a.name); lower != a.name {
				p.edits = append(p.edits, edit{a.start, a.start + len(a.name), lower})
			}
		}
	case "description", "encoded":
		if in.base != p.bases[len(p.bases)-1].base {
			e.contentBase = in.base
		}
	case "id", "created":
		if !t.empty && name == lname || strings.HasPrefix(name, "atom") {
			p.child, p.from = name, t.end
		}
	case "body":
		if !t.empty {
			p.child, p.from = name, t.end
		}
	case "link":
		if t.empty && p.index.root != "feed" && len(list) == 0 {
			p.afterLink = t.end
		}
		if !t.empty && p.index.root == "feed" && attrOf(list, "href") == "" {
			p.child, p.from, p.link = name, t.end, t
		}
	}
}

func (p *xmlPass) end(t token) {
	name := strings.ToLower(t.name)
	p.endSingle(t, name)
	if p.child == name && p.entry != nil && len(p.open) == p.level+1 {
		inner := p.b[p.from:t.start]
		switch local(name) {
		case "id":
			p.entry.id = xmlText(inner)
		case "created":
			p.entry.created = xmlText(inner)
		case "body":
			p.entry.body = string(inner)
		case "link":
			at := p.link.end - 1
			p.edits = append(p.edits, edit{at, at, ` href="` + escapeAttr(xmlText(inner)) + `"`})
		}
		p.child = ""
	}
	for i := len(p.open) - 1; i >= 0; i-- {
		if p.open[i] == name {
			p.index.stray = p.index.stray || i < len(p.open)-1 // an end tag is missing
			for len(p.open) > i {
				p.pop(t.end)
			}
			return
		}
	}
	if name == "items" && p.index.root == "channel" {
		p.remove(t.start, t.end)
		return
	}
	p.index.stray = true
}

// pop ends the innermost element, at byte at.
func (p *xmlPass) pop(at int) {
	p.open = p.open[:len(p.open)-1]
	p.bases = p.bases[:len(p.bases)-1]
	if p.entry != nil && len(p.open) < p.level {
		p.finish(at)
	}
}
