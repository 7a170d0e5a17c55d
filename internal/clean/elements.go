package clean

import (
	"strings"

	"golang.org/x/net/html"
)

// nestDepth bounds how many elements may be open; deeper markup takes the long way.
const nestDepth = 64

// nestFormats bounds how many formatting elements may be open or left open.
const nestFormats = 24

// nestReopened bounds how often formatting elements are reopened or have elements in them, for each of which they stand once
// in the end; nestJoined how many bytes are copied to join texts that ignored tags divide. Markup made to be costly takes
// the long way, which refuses it.
const (
	nestReopened = 500_000
	nestJoined   = 1 << 20
)

// growth is how HTML5 §13.2.6.4 treats an element's tags, as far as nested knows it.
type growth uint8

const (
	growBlock   growth = iota + 1 // closes an open p
	growHeading                   // the same, and a heading
	growItem                      // closes an open li
	growTerm                      // closes an open dt or dd
	growFormat                    // reopened where it was left open
	growInline                    // nothing of its own
	growHidden                    // noscript: raw text where there are scripts
	growVoid                      // has no content
	growSource                    // has none, and reopens nothing
	growRule                      // has none, and closes an open p
	growFrame                     // its content is raw text
	growRaw                       // the same, and may stand between a table's parts
	growCell                      // td, th: a body of its own
	growCaption                   // the same, of a table
	growTable                     // this and what follows hold parts of a table alone
	growGroup                     // tbody, thead, tfoot
	growRow                       // tr
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
		growInline:  "abbr acronym audio cite del dfn ins kbd label mark picture q samp span sub sup time var video",
		growHidden:  "noscript",
		growVoid:    "br img wbr",
		growSource:  "source",
		growRule:    "hr",
		growFrame:   "iframe",
		growRaw:     "script style",
		growCell:    "td th",
		growCaption: "caption",
		growTable:   "table",
		growGroup:   "tbody thead tfoot",
		growRow:     "tr",
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

// opened is an element that is open.
type opened struct {
	node *html.Node
	growing
	floor int // cells and captions: where the formatting elements outside of it end
}

// format is one of the active formatting elements (HTML5 §13.2.4.3).
type format struct {
	node *html.Node
	growing
	open bool // false where it waits to be reopened
}

// elements are those that are open, from the body in, and the formatting elements that are active.
type elements struct {
	open     [nestDepth]opened
	depth    int
	formats  [nestFormats]format
	active   int
	floor    int // the formatting elements before this one are out of a cell's reach
	dangling int // how many wait to be reopened
	reopened int
	joined   int // bytes
	inP      bool
	odd      bool // something happened that takes the long way
}

func (r *elements) top() *opened { return &r.open[r.depth-1] }

// push opens an element.
func (r *elements) push(n *html.Node, g growing) bool {
	if r.reopened += r.active; r.depth == nestDepth || r.reopened > nestReopened {
		return false
	}
	r.open[r.depth] = opened{n, g, r.floor}
	r.depth++
	switch {
	case g.bit != 0:
		if r.active == nestFormats {
			return false
		}
		r.formats[r.active] = format{n, g, true}
		r.active++
	case g.growth == growCell || g.growth == growCaption:
		r.floor = r.active
	}
	r.inP = r.inP || n.Data == "p"
	return true
}

// popTo closes the elements from place i on. A formatting element that was not closed itself waits to be reopened.
func (r *elements) popTo(i int) {
	for r.depth > i {
		r.depth--
		o := &r.open[r.depth]
		switch {
		case o.bit != 0:
			for j := r.active - 1; j >= 0; j-- {
				if f := &r.formats[j]; f.node == o.node {
					f.open = false
					r.dangling++
				}
			}
		case o.growth == growCell || o.growth == growCaption:
			for _, f := range r.formats[r.floor:r.active] {
				if !f.open {
					r.dangling--
				}
			}
			r.active, r.floor = r.floor, o.floor
		case o.growth == growHidden:
			r.odd = true
		}
		if o.node.Data == "p" {
			r.inP = false
		}
	}
}

// forget takes a formatting element off the list.
func (r *elements) forget(j int) {
	if !r.formats[j].open {
		r.dangling--
	}
	copy(r.formats[j:r.active-1], r.formats[j+1:r.active])
	r.active--
}

// reopen opens the formatting elements again that were left open in another (§13.2.4.3, "reconstruct").
func (r *nest) reopen() bool {
	from := r.active
	for from > r.floor && !r.formats[from-1].open {
		from--
	}
	for j := from; j < r.active; j++ {
		f := &r.formats[j]
		if r.reopened++; r.depth == nestDepth || r.reopened > nestReopened {
			return false
		}
		n := r.arena.tree(html.ElementNode, f.node.Data)
		n.Attr = f.node.Attr
		r.top().node.AppendChild(n)
		f.node, f.open = n, true
		r.dangling--
		r.open[r.depth] = opened{n, f.growing, r.floor}
		r.depth++
	}
	return true
}

// special says whether an open element bounds what an end tag of an inline one reaches.
func (o *opened) special() bool { return o.growth != growFormat && o.growth != growInline }

// bounds says whether no end tag inside reaches beyond the element (§13.2.4.2, "scope").
func (o *opened) bounds() bool { return o.growth >= growCell }

// inScope is the place of the innermost open element for which is says so; 0 where a bound stands before it.
func (r *elements) inScope(is func(*opened) bool) int {
	for i := r.depth - 1; i > 0; i-- {
		switch o := &r.open[i]; {
		case is(o):
			return i
		case o.bounds():
			return 0
		}
	}
	return 0
}

// closeP closes an open paragraph.
func (r *elements) closeP() {
	if r.inP {
		r.popTo(r.inScope(func(o *opened) bool { return o.node.Data == "p" }))
	}
}

// admit makes ready for an element that starts; false where that takes the long way.
func (r *nest) admit(name string, g growing) bool {
	if g.growth >= growCell {
		return r.admitPart(name, g.growth)
	}
	if r.top().growth >= growTable && g.growth != growRaw {
		return false
	}
	switch g.growth {
	case growBlock, growRule:
		r.closeP()
	case growHeading:
		r.closeP()
		if r.top().growth == growHeading {
			r.popTo(r.depth - 1)
		}
	case growItem, growTerm:
		r.closeEntry(g.growth)
		r.closeP()
	case growFormat:
		for _, f := range r.formats[r.floor:r.active] {
			if f.bit == g.bit {
				return false
			}
		}
		return r.reopen()
	case growInline, growVoid, growHidden:
		return r.reopen()
	}
	return true
}

// closeEntry closes the entry of a list that another follows.
func (r *elements) closeEntry(g growth) {
	for i := r.depth - 1; i > 0; i-- {
		o := &r.open[i]
		if o.growth == g {
			r.popTo(i)
			return
		}
		if o.special() && o.node.Data != "address" && o.node.Data != "div" && o.node.Data != "p" {
			return
		}
	}
}

// admitPart makes ready for a table or a part of one: it closes what stands before it, and opens what is understood.
func (r *nest) admitPart(name string, g growth) bool {
	if g == growTable {
		if r.top().growth >= growTable {
			return false
		}
		r.closeP()
		return true
	}
	if r.top().growth < growTable {
		i := r.inScope((*opened).bounds)
		if i == 0 || r.open[i].growth != growCell {
			return false
		}
		r.popTo(i)
	}
	if g == growCaption {
		return r.top().growth == growTable
	}
	for g != growCell && r.top().growth >= g && r.top().growth != growTable {
		r.popTo(r.depth - 1)
	}
	if g != growGroup && r.top().growth == growTable && !r.imply("tbody") {
		return false
	}
	return g != growCell || r.top().growth == growRow || r.imply("tr")
}

// imply opens an element that markup may leave out.
func (r *nest) imply(name string) bool {
	n := r.arena.tree(html.ElementNode, name)
	r.top().node.AppendChild(n)
	return r.push(n, grown[name])
}

// close does what an end tag does; false where that takes the long way.
func (r *nest) close(name string) bool {
	g, ok := grown[name]
	switch {
	case !ok && strings.IndexByte(name, ':') > 0 && name[0] >= 'a':
		g.growth = growInline
	case name == "br": // as old feeds write it, and HTML5 §13.2.6.4.7 reads it
		if r.top().growth >= growTable || !r.reopen() {
			return false
		}
		r.top().node.AppendChild(r.arena.tree(html.ElementNode, "br"))
		return true
	}
	if g.growth >= growCell {
		return r.closePart(name, g.growth)
	}
	if r.top().growth >= growTable {
		return false
	}
	i := 0
	switch g.growth {
	case growBlock, growTerm:
		i = r.inScope(func(o *opened) bool { return o.node.Data == name })
		if i == 0 && name == "p" {
			r.top().node.AppendChild(r.arena.tree(html.ElementNode, "p"))
		}
	case growHeading:
		i = r.inScope(func(o *opened) bool { return o.growth == growHeading })
	case growItem:
		i = r.inScope(func(o *opened) bool { return o.growth == growItem || o.node.Data == "ul" || o.node.Data == "ol" })
		if r.open[i].growth != growItem {
			i = 0
		}
	case growFormat:
		return r.closeFormat(g)
	case growInline:
		for i = r.depth - 1; i > 0 && r.open[i].node.Data != name; i-- {
			if r.open[i].special() {
				i = 0
				break
			}
		}
	case growHidden:
		if r.top().growth != growHidden || r.dangling > 0 {
			return false
		}
		r.depth--
	default:
		return false
	}
	if i > 0 {
		r.popTo(i)
	}
	return true
}

// closeFormat closes a formatting element, where no block stands in it (§13.2.6.4.7, "adoption agency").
func (r *elements) closeFormat(g growing) bool {
	j := r.active - 1
	for j >= r.floor && r.formats[j].bit != g.bit {
		j--
	}
	if j < r.floor {
		return true
	}
	if r.formats[j].open {
		i := r.depth - 1
		for r.open[i].node != r.formats[j].node {
			if r.open[i].special() {
				return false
			}
			i--
		}
		r.popTo(i)
	}
	r.forget(j)
	return true
}

// closePart does what the end tag of a table or a part of one does.
func (r *nest) closePart(name string, g growth) bool {
	if r.top().growth < growTable {
		i := r.inScope((*opened).bounds)
		switch {
		case i == 0:
			return false
		case r.open[i].node.Data == name:
			r.popTo(i)
			return true
		case r.open[i].growth != growCell || g < growTable:
			return false
		}
		r.popTo(i)
	}
	if g < growTable {
		return false
	}
	for r.top().growth > g {
		r.popTo(r.depth - 1)
	}
	if r.top().node.Data != name {
		return false
	}
	r.popTo(r.depth - 1)
	return true
}
