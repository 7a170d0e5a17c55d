package clean

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// flow makes blocks of what stands in a body or a quotation: runs of inline nodes become paragraphs, parts that lost their
// whole get one.
func (a *arena) flow(kids []*node) []*node { return a.split("p", kids) }

// split makes blocks of kids, each run of inline nodes one with that tag; an edge, a block or two line breaks end a run.
func (a *arena) split(tag string, kids []*node) []*node {
	if blocks, ok := allBlocks(kids); ok {
		return blocks
	}
	out := a.list(len(kids))
	start := 0 // of the run that goes on
	flush := func(end int) {
		if start == end {
			return
		}
		for _, r := range breaks(tag, kids[start:end]) {
			if el := a.run(tag, r); el != nil {
				out = append(out, el)
			}
		}
	}
	for i := 0; i < len(kids); i++ {
		k := kids[i]
		if !k.isBlock() {
			continue
		}
		flush(i)
		start = i + 1
		switch k.tag {
		case edge:
		case "li", "dt", "dd":
			end := i + 1
			for end < len(kids) && (kids[end].kind == part || isBlank(kids[end])) {
				end++
			}
			if k.tag == "li" {
				out = append(out, one(a.entries("ul", kids[i:end]))...)
			} else {
				out = append(out, one(a.definitions(kids[i:end]))...)
			}
			i, start = end-1, end
		case "figcaption", "caption":
			for _, p := range a.split("p", k.kids) {
				p.caption = p.tag == "p"
				out = append(out, p)
			}
		case "tr", "td", "th", "thead", "tbody", "tfoot":
			out = append(out, a.flow(k.kids)...)
		default:
			out = append(out, k)
		}
	}
	flush(len(kids))
	return out
}

// allBlocks gives kids without the edges around them where they are blocks already, as those of a cell whose table is gone.
func allBlocks(kids []*node) ([]*node, bool) {
	for len(kids) > 0 && kids[0].tag == edge {
		kids = kids[1:]
	}
	for len(kids) > 0 && kids[len(kids)-1].tag == edge {
		kids = kids[:len(kids)-1]
	}
	for _, k := range kids {
		if !k.stands || k.kind == part || k.tag == edge {
			return nil, false
		}
	}
	return kids[:len(kids):len(kids)], len(kids) > 0
}

// breaks cuts a run where two line breaks stand together, as old pages end paragraphs. A heading is never cut.
func breaks(tag string, kids []*node) [][]*node {
	out := make([][]*node, 0, 1)
	if tag != "p" {
		return append(out, kids)
	}
	start := 0
	for i := 0; i < len(kids); i++ {
		if kids[i].tag != "br" {
			continue
		}
		end := i + 1
		n := 1
		for end < len(kids) && (kids[end].tag == "br" || isBlank(kids[end])) {
			if kids[end].tag == "br" {
				n++
			}
			end++
		}
		if n > 1 {
			out = append(out, kids[start:i])
			start = end
		}
		i = end - 1
	}
	return append(out, kids[start:])
}

// isBlank says whether a node is text that shows nothing.
func isBlank(n *node) bool { return n.tag == "" && blank(n.text) }

func blank(s string) bool {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r >= 0x200B && r <= 0x200F || r == 0x2060 }) == ""
}

// run makes one block of inline nodes, nil where they show nothing.
func (a *arena) run(tag string, kids []*node) *node {
	kids = a.settle(kids)
	for len(kids) > 0 && (kids[0].tag == "br" || isBlank(kids[0])) {
		kids = kids[1:]
	}
	for len(kids) > 0 && (kids[len(kids)-1].tag == "br" || isBlank(kids[len(kids)-1])) {
		kids = kids[:len(kids)-1]
	}
	if len(kids) == 0 {
		return nil
	}
	if first := kids[0]; first.tag == "" {
		first.text = strings.TrimLeftFunc(first.text, unicode.IsSpace)
	}
	if last := kids[len(kids)-1]; last.tag == "" {
		last.text = strings.TrimRightFunc(last.text, unicode.IsSpace)
	}
	el := a.element(tag, kids...)
	shows := false
	el.each(func(k *node) bool {
		shows = k.tag == "img" || k.tag == "" && !blank(k.text)
		return !shows
	})
	if !shows {
		return nil
	}
	return el
}

// settle joins neighbouring texts, collapses their whitespace, and takes it away around line breaks.
func (a *arena) settle(kids []*node) []*node {
	out := a.joined(kids)
	for i, k := range out {
		if k.tag != "" {
			continue
		}
		if !k.settled {
			k.text, k.settled = collapse(shown(k.text)), true
		}
		if i > 0 && out[i-1].tag == "br" {
			k.text = strings.TrimLeft(k.text, " ")
		}
		if i+1 < len(out) && out[i+1].tag == "br" {
			k.text = strings.TrimRight(k.text, " ")
		}
	}
	return slices.DeleteFunc(out, func(k *node) bool { return k.tag == "" && k.text == "" })
}

// joined makes one text of neighbouring ones; the texts are new, the elements are not.
func (a *arena) joined(kids []*node) []*node {
	out := a.list(len(kids))
	for i := 0; i < len(kids); i++ {
		k := kids[i]
		if k.tag != "" {
			out = append(out, k)
			continue
		}
		if i+1 == len(kids) || kids[i+1].tag != "" {
			t := a.textNode(k.text)
			t.settled = k.settled
			out = append(out, t)
			continue
		}
		var b strings.Builder
		for ; i < len(kids) && kids[i].tag == ""; i++ {
			b.WriteString(kids[i].text)
		}
		i--
		out = append(out, a.textNode(b.String()))
	}
	return out
}

// shown is tidy text that may stand after a tag: a combining stroke there would turn its ">" into another character
// wherever the whole is normalised.
func shown(s string) string {
	s = tidy(s)
	if !strings.Contains(s, "\u0338") {
		return s
	}
	return looseStroke.ReplaceAllString(s, "$1")
}

var looseStroke = regexp.MustCompile(`(^|[\s\p{Z}\x{85}])\x{0338}+`)

// collapse makes each run of ASCII whitespace one space; a no-break space is the author's own.
func collapse(s string) string {
	if !collapses(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	gap := false
	for i := range len(s) {
		switch c := s[i]; c {
		case ' ', '\t', '\n', '\r', '\f':
			gap = true
		default:
			if gap {
				b.WriteByte(' ')
				gap = false
			}
			b.WriteByte(c)
		}
	}
	if gap {
		b.WriteByte(' ')
	}
	return b.String()
}

func collapses(s string) bool {
	for i := range len(s) {
		switch s[i] {
		case '\t', '\n', '\r', '\f':
			return true
		case ' ':
			if i+1 < len(s) && s[i+1] == ' ' {
				return true
			}
		}
	}
	return false
}

func anyBlock(kids []*node) bool { return slices.ContainsFunc(kids, (*node).isBlock) }

// around puts the inline element el around kids. Where blocks stand among them it goes into each of them instead: an
// element may not hold a paragraph.
func (a *arena) around(el *node, kids []*node) []*node {
	var out, pending []*node
	flush := func() {
		inner := a.settle(pending)
		pending = nil
		if !anyShown(inner) {
			out = append(out, inner...) // nothing to emphasise
			return
		}
		out = append(out, &node{tag: el.tag, kind: el.kind, stands: el.stands, attrs: el.attrs, kids: inner})
	}
	for _, k := range kids {
		if !k.isBlock() {
			pending = append(pending, k)
			continue
		}
		flush()
		switch {
		case k.tag == "pre" || k.tag == "hr" || k.tag == edge || k.kind == media:
		default:
			k.kids = a.around(el, k.kids)
		}
		out = append(out, k)
	}
	flush()
	return out
}

// anyShown says whether there is more in kids than white space and line breaks.
func anyShown(kids []*node) bool {
	return slices.ContainsFunc(kids, func(k *node) bool { return k.tag != "br" && !isBlank(k) })
}

// inlined gives kids without blocks, a line break where one ended.
func (a *arena) inlined(kids []*node) []*node {
	if !anyBlock(kids) {
		return kids
	}
	var out []*node
	gap := func() {
		if len(out) > 0 && out[len(out)-1].tag != "br" {
			out = append(out, a.element("br"))
		}
	}
	for _, k := range kids {
		switch {
		case k.tag == edge:
			gap()
		case k.isBlock():
			gap()
			out = append(out, a.inlined(k.kids)...)
			gap()
		default:
			out = append(out, k)
		}
	}
	return out
}

// within makes the content of a cell or list entry: inline nodes where it is one paragraph, with lists below it, else blocks.
func (a *arena) within(kids []*node) []*node {
	blocks := a.flow(kids)
	if len(blocks) == 0 || blocks[0].tag != "p" {
		return blocks
	}
	for _, k := range blocks[1:] {
		if k.tag != "ul" && k.tag != "ol" {
			return blocks
		}
	}
	return append(slices.Clone(blocks[0].kids), blocks[1:]...)
}

func (a *arena) entries(tag string, kids []*node) *node {
	var items []*node
	for i := 0; i < len(kids); i++ {
		if kids[i].tag == "li" {
			if len(kids[i].kids) > 0 {
				items = append(items, kids[i])
			}
			continue
		}
		end := i
		for end < len(kids) && kids[end].tag != "li" {
			end++
		}
		stray := a.flow(kids[i:end])
		i = end - 1
		if len(stray) == 0 {
			continue
		}
		if last := len(items) - 1; last >= 0 && (stray[0].tag == "ul" || stray[0].tag == "ol") {
			items[last].kids = a.within(append(slices.Clone(items[last].kids), stray...))
			continue
		}
		items = append(items, a.element("li", a.within(stray)...))
	}
	if len(items) == 0 {
		return nil
	}
	return a.element(tag, items...)
}

func (a *arena) definitions(kids []*node) *node {
	var items []*node
	for _, k := range kids {
		switch {
		case k.tag == "dt" || k.tag == "dd":
			if len(k.kids) > 0 {
				items = append(items, k)
			}
		case k.tag == edge || isBlank(k):
		default:
			if inner := a.within([]*node{k}); len(inner) > 0 {
				items = append(items, a.element("dd", inner...))
			}
		}
	}
	if len(items) == 0 {
		return nil
	}
	return a.element("dl", items...)
}

// preformatted keeps text as it stands; blocks in it become lines.
func (a *arena) preformatted(kids []*node) []*node {
	out := a.lines(kids)
	if len(out) > 0 && out[0].tag == "" {
		out[0].text = strings.TrimLeft(out[0].text, "\n")
	}
	if last := len(out) - 1; last >= 0 && out[last].tag == "" {
		out[last].text = strings.TrimRightFunc(out[last].text, unicode.IsSpace)
	}
	out = slices.DeleteFunc(out, func(k *node) bool { return k.tag == "" && k.text == "" })
	el := a.element("pre", out...)
	if blank(rawText(el)) {
		return []*node{a.element(edge)}
	}
	return []*node{el}
}

// lines gives preformatted nodes with every break and block as a line, neighbouring texts joined.
func (a *arena) lines(kids []*node) []*node {
	var out []*node
	add := func(s string) { out = append(out, a.textNode(s)) }
	for _, k := range kids {
		switch {
		case k.tag == "br" || k.tag == "hr" || k.tag == edge:
			add("\n")
		case k.tag == "img":
		case k.isBlock():
			out = append(out, a.lines(k.kids)...)
			add("\n")
		default:
			out = append(out, k)
		}
	}
	out = a.joined(out)
	for _, k := range out {
		if k.tag == "" {
			k.text = strings.ReplaceAll(shown(k.text), "\r", "")
		}
	}
	return out
}
