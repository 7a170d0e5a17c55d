package source

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"slices"
	"strings"

	"tinhub/internal/hub"
)

// Limits on one item of a wire document in XML.
const (
	maxWireItem  = 8 << 20 // bytes
	maxWireNodes = 100_000
)

// wireNode is an element, or a piece of text where name is "".
type wireNode struct {
	name  string // local, in lower case
	attrs []attr
	kids  []*wireNode
	text  string
}

// wireXML reads a wire document item by item: an item is a tree, the document never is.
type wireXML struct {
	b      []byte
	strict bool
	most   int // items
	wanted []string
	notes  *notes
	handle func(n *wireNode) error
	ignore func(name string) // told of every element outside items

	open  []string    // the elements that are open, outside and inside the item
	item  []*wireNode // the elements that are open inside the item
	from  int         // where the item begins
	nodes int
	items int
	cut   bool // there were more
}

// run gives each whole item to handle. What ends early or is broken gives the items that are whole, with a note; strict, it is
// an error with its place.
func (w *wireXML) run() error {
	if err := w.prepare(); err != nil {
		return err
	}
	s := xmlScanner{b: w.b}
	for {
		t, ok := s.next()
		if !ok || t.kind == tokCut {
			break
		}
		if w.cut {
			w.notes.add(fmt.Sprintf("more than %d items; those that follow were left out", w.most))
			return nil
		}
		if len(w.item) > 0 && t.end-w.from > maxWireItem {
			return hub.Errorf(hub.TooLarge, "item %d is larger than %d MiB", w.items, maxWireItem>>20)
		}
		if err := w.token(t); err != nil {
			return err
		}
	}
	switch {
	case len(w.open) == 0:
	case w.items == 0, w.items == 1 && len(w.item) > 0:
		return hub.Errorf(hub.Invalid, "XML ends early, before its first item is complete")
	default:
		w.notes.add("XML ends early; what is not complete was left out")
	}
	return nil
}

// prepare takes the entities in that the document declares, and has a strict reader's document checked.
func (w *wireXML) prepare() error {
	if head := w.b[:min(len(w.b), sniffBytes)]; bytes.Contains(head, []byte("<!ENTITY")) {
		b, err := dropDoctype(w.b, w.notes)
		if err != nil {
			return err
		}
		w.b = b
	}
	if !w.strict {
		return nil
	}
	d := xml.NewDecoder(bytes.NewReader(w.b))
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil } // it is UTF-8 by now
	depth := 0
	for {
		t, err := d.Token()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			line, column := d.InputPos()
			why := err.Error()
			if e, ok := errors.AsType[*xml.SyntaxError](err); ok {
				why = e.Msg
			}
			return &hub.Error{Kind: hub.Invalid, Place: fmt.Sprintf("line %d column %d", line, column), Detail: "broken XML: " + clip(why, 200)}
		}
		switch t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
		if depth > maxDepth {
			return hub.Errorf(hub.Invalid, "more than %d elements inside each other, at byte %d", maxDepth, d.InputOffset())
		}
	}
}

func (w *wireXML) token(t token) error {
	switch t.kind {
	case tokStart:
		return w.start(t)
	case tokEnd:
		return w.end(strings.ToLower(t.name))
	case tokText, tokBare:
		return w.text(html.UnescapeString(string(w.inside(t.start, t.end))))
	case tokCDATA:
		return w.text(string(w.inside(t.start+9, t.end-3)))
	}
	return nil
}

// inside is a piece of the document where an item is open; outside nothing is kept.
func (w *wireXML) inside(from, to int) []byte {
	if len(w.item) == 0 {
		return nil
	}
	return w.b[from:to]
}

func (w *wireXML) start(t token) error {
	name := strings.ToLower(t.name)
	if len(w.open) >= maxDepth {
		return hub.Errorf(hub.Invalid, "more than %d elements inside each other, at byte %d", maxDepth, t.start)
	}
	n := &wireNode{name: strings.Clone(local(name))}
	switch {
	case len(w.item) > 0:
		if err := w.add(n); err != nil {
			return err
		}
	case slices.Contains(w.wanted, n.name):
		if w.items == w.most {
			if w.cut = true; w.strict {
				return hub.Errorf(hub.TooLarge, "more than %d items", w.most)
			}
			return nil
		}
		w.items++
		w.from, w.nodes = t.start, 0
	default:
		if w.ignore != nil {
			w.ignore(n.name)
		}
		if !t.empty {
			w.open = append(w.open, name)
		}
		return nil
	}
	n.attrs = attrs(w.b, t)
	if t.empty {
		if len(w.item) == 0 {
			return w.handle(n)
		}
		return nil
	}
	w.open, w.item = append(w.open, name), append(w.item, n)
	return nil
}

func (w *wireXML) add(n *wireNode) error {
	if w.nodes++; w.nodes > maxWireNodes {
		return hub.Errorf(hub.TooLarge, "item %d has more than %d elements and texts", w.items, maxWireNodes)
	}
	top := w.item[len(w.item)-1]
	top.kids = append(top.kids, n)
	return nil
}

func (w *wireXML) text(s string) error {
	if len(w.item) == 0 || s == "" {
		return nil
	}
	return w.add(&wireNode{text: strings.ToValidUTF8(s, "\ufffd")})
}

// end closes an element and what was left open inside it.
func (w *wireXML) end(name string) error {
	for i := len(w.open) - 1; i >= 0; i-- {
		if w.open[i] != name {
			continue
		}
		if i < len(w.open)-1 {
			if i < len(w.open)-len(w.item) && len(w.item) > 0 {
				w.notes.add("an item without an end was left out")
				w.item = nil
			}
			w.notes.add("a missing end tag was added: </" + clip(w.open[len(w.open)-1], 40) + ">")
		}
		for len(w.open) > i {
			w.open = w.open[:len(w.open)-1]
			if n := len(w.item); n > 0 {
				top := w.item[n-1]
				if w.item = w.item[:n-1]; n == 1 {
					return w.handle(top)
				}
			}
		}
		return nil
	}
	w.notes.add("an end tag without a start tag was dropped: </" + clip(name, 40) + ">")
	return nil
}

// attr is an attribute's value; one without a prefix goes before one with.
func (n *wireNode) attr(name string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.attrs {
		if strings.EqualFold(a.name, name) {
			return strings.TrimSpace(a.value)
		}
	}
	for _, a := range n.attrs {
		if strings.EqualFold(local(a.name), name) {
			return strings.TrimSpace(a.value)
		}
	}
	return ""
}

// all are the children of a name.
func (n *wireNode) all(name string) []*wireNode {
	if n == nil {
		return nil
	}
	var list []*wireNode
	for _, k := range n.kids {
		if k.name == name {
			list = append(list, k)
		}
	}
	return list
}

// child goes down a path, at each step into the first child of that name; nil where there is none.
func (n *wireNode) child(names ...string) *wireNode {
	for _, name := range names {
		if n == nil {
			return nil
		}
		i := slices.IndexFunc(n.kids, func(k *wireNode) bool { return k.name == name })
		if i < 0 {
			return nil
		}
		n = n.kids[i]
	}
	return n
}

// each visits the descendants in document order; into those where f says false it does not go.
func (n *wireNode) each(f func(*wireNode) bool) {
	if n == nil {
		return
	}
	for _, k := range n.kids {
		if k.name != "" && f(k) {
			k.each(f)
		}
	}
}

// hasElements says whether there is markup, and not text alone.
func (n *wireNode) hasElements() bool {
	return n != nil && slices.ContainsFunc(n.kids, func(k *wireNode) bool { return k.name != "" })
}

// every are the descendants of a name; those inside one another are not told apart.
func (n *wireNode) every(name string) []*wireNode {
	var list []*wireNode
	n.each(func(k *wireNode) bool {
		if k.name == name {
			list = append(list, k)
		}
		return k.name != name
	})
	return list
}

// words is the text of an element on one line; what is set as a block of its own stands apart.
func (n *wireNode) words(without ...string) string {
	var b strings.Builder
	n.write(&b, without)
	return strings.Join(strings.Fields(b.String()), " ")
}

func (n *wireNode) write(b *strings.Builder, without []string) {
	if n == nil || slices.Contains(without, n.name) && n.name != "" {
		return
	}
	b.WriteString(n.text)
	for _, k := range n.kids {
		apart := isWireBlock(k.name)
		if apart {
			b.WriteByte(' ')
		}
		k.write(b, without)
		if apart {
			b.WriteByte(' ')
		}
	}
}

// isWireBlock names the elements that are no part of the line they stand in.
func isWireBlock(name string) bool {
	switch name {
	case "p", "br", "div", "block", "hl1", "hl2", "li", "tr", "td", "th", "dt", "dd", "byttl", "h1", "h2", "h3", "story.date", "copyrite":
		return true
	}
	return false
}
