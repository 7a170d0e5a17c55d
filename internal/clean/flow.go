package clean

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// flow makes blocks of what stands in a body or a quotation: runs of inline nodes become paragraphs, parts that lost their
// whole get one.
func flow(kids []*node) []*node { return split("p", kids) }

// split makes blocks of kids, each run of inline nodes one with that tag; an edge, a block or two line breaks end a run.
func split(tag string, kids []*node) []*node {
	var pending []*node
	out := make([]*node, 0, len(kids))
	flush := func() {
		if len(pending) == 0 {
			return
		}
		for _, r := range breaks(tag, pending) {
			if el := run(tag, r); el != nil {
				out = append(out, el)
			}
		}
		pending = nil
	}
	for i := 0; i < len(kids); i++ {
		k := kids[i]
		switch {
		case !k.isBlock():
			pending = append(pending, k)
			continue
		case k.tag == edge:
			flush()
			continue
		}
		flush()
		switch k.tag {
		case "li", "dt", "dd":
			end := i + 1
			for end < len(kids) && (kids[end].kind == part || isBlank(kids[end])) {
				end++
			}
			if k.tag == "li" {
				out = append(out, one(list("ul", kids[i:end]))...)
			} else {
				out = append(out, one(definitions(kids[i:end]))...)
			}
			i = end - 1
		case "figcaption", "caption":
			for _, p := range split("p", k.kids) {
				p.caption = p.tag == "p"
				out = append(out, p)
			}
		case "tr", "td", "th", "thead", "tbody", "tfoot":
			out = append(out, flow(k.kids)...)
		default:
			out = append(out, k)
		}
	}
	flush()
	return out
}

// breaks cuts a run where two line breaks stand together, as old pages end paragraphs. A heading is never cut.
func breaks(tag string, kids []*node) [][]*node {
	if tag != "p" {
		return [][]*node{kids}
	}
	var out [][]*node
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
func run(tag string, kids []*node) *node {
	kids = settle(kids)
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
	el := element(tag, kids...)
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
func settle(kids []*node) []*node {
	out := joined(kids)
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
func joined(kids []*node) []*node {
	out := make([]*node, 0, len(kids))
	for i := 0; i < len(kids); i++ {
		k := kids[i]
		if k.tag != "" {
			out = append(out, k)
			continue
		}
		if i+1 == len(kids) || kids[i+1].tag != "" {
			out = append(out, &node{text: k.text, settled: k.settled})
			continue
		}
		var b strings.Builder
		for ; i < len(kids) && kids[i].tag == ""; i++ {
			b.WriteString(kids[i].text)
		}
		i--
		out = append(out, textNode(b.String()))
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
func around(el *node, kids []*node) []*node {
	var out, pending []*node
	flush := func() {
		inner := settle(pending)
		pending = nil
		if !slices.ContainsFunc(inner, func(k *node) bool { return k.tag != "br" && !isBlank(k) }) {
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
			k.kids = around(el, k.kids)
		}
		out = append(out, k)
	}
	flush()
	return out
}

// inlined gives kids without blocks, a line break where one ended.
func inlined(kids []*node) []*node {
	if !anyBlock(kids) {
		return kids
	}
	var out []*node
	gap := func() {
		if len(out) > 0 && out[len(out)-1].tag != "br" {
			out = append(out, element("br"))
		}
	}
	for _, k := range kids {
		switch {
		case k.tag == edge:
			gap()
		case k.isBlock():
			gap()
			out = append(out, inlined(k.kids)...)
			gap()
		default:
			out = append(out, k)
		}
	}
	return out
}

// within makes the content of a cell or list entry: inline nodes where it is one paragraph, with lists below it, else blocks.
func within(kids []*node) []*node {
	blocks := flow(kids)
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

func list(tag string, kids []*node) *node {
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
		stray := flow(kids[i:end])
		i = end - 1
		if len(stray) == 0 {
			continue
		}
		if last := len(items) - 1; last >= 0 && (stray[0].tag == "ul" || stray[0].tag == "ol") {
			items[last].kids = within(append(slices.Clone(items[last].kids), stray...))
			continue
		}
		items = append(items, element("li", within(stray)...))
	}
	if len(items) == 0 {
		return nil
	}
	return element(tag, items...)
}

func definitions(kids []*node) *node {
	var items []*node
	for _, k := range kids {
		switch {
		case k.tag == "dt" || k.tag == "dd":
			if len(k.kids) > 0 {
				items = append(items, k)
			}
		case k.tag == edge || isBlank(k):
		default:
			if inner := within([]*node{k}); len(inner) > 0 {
				items = append(items, element("dd", inner...))
			}
		}
	}
	if len(items) == 0 {
		return nil
	}
	return element("dl", items...)
}

// preformatted keeps text as it stands; blocks in it become lines.
func preformatted(kids []*node) []*node {
	out := lines(kids)
	if len(out) > 0 && out[0].tag == "" {
		out[0].text = strings.TrimLeft(out[0].text, "\n")
	}
	if last := len(out) - 1; last >= 0 && out[last].tag == "" {
		out[last].text = strings.TrimRightFunc(out[last].text, unicode.IsSpace)
	}
	out = slices.DeleteFunc(out, func(k *node) bool { return k.tag == "" && k.text == "" })
	el := element("pre", out...)
	if blank(rawText(el)) {
		return []*node{element(edge)}
	}
	return []*node{el}
}

// lines gives preformatted nodes with every break and block as a line, neighbouring texts joined.
func lines(kids []*node) []*node {
	var out []*node
	add := func(s string) { out = append(out, textNode(s)) }
	for _, k := range kids {
		switch {
		case k.tag == "br" || k.tag == "hr" || k.tag == edge:
			add("\n")
		case k.tag == "img":
		case k.isBlock():
			out = append(out, lines(k.kids)...)
			add("\n")
		default:
			out = append(out, k)
		}
	}
	out = joined(out)
	for _, k := range out {
		if k.tag == "" {
			k.text = strings.ReplaceAll(shown(k.text), "\r", "")
		}
	}
	return out
}
