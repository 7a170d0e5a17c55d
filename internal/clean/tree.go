package clean

import (
	"html"
	"strconv"
	"strings"
)

// node is one element (tag) or text of a cleaned body. Where a body is whole it keeps to a small grammar, so that what is
// written parses back into the same tree: a root holds blocks; p, headings and figcaption hold inline nodes; blockquote
// holds blocks; li, td, th, dt and dd hold either; figure holds media and at most one figcaption, last.
type node struct {
	tag     string // "" for text
	text    string
	attrs   []attr // in the order they are written
	kids    []*node
	caption bool // its class says that it captions the picture before it
	spare   bool // stood in noscript, beside the lazy picture it stands in for
	settled bool // text that settle has been over
}

type attr struct{ key, val string }

// kind is how an element of HTML is treated.
type kind uint8

const (
	dropped     kind = iota + 1 // with all that is in it
	transparent                 // only what is in it stays
	wrapper                     // the same, and its edges end a paragraph
	inline                      // stays, within a paragraph
	textBlock                   // stays, holds inline nodes: p, headings
	block                       // stays, holds blocks or parts of its own
	part                        // stays within the block it belongs to: li, td, figcaption
	void                        // br, hr, img, source
	media                       // audio, video
	player                      // iframe, embed: becomes a link where it shows a known player
)

// tags says how each element is treated; one that is not here is transparent.
var tags = map[string]kind{
	"script": dropped, "style": dropped, "head": dropped, "template": dropped, "svg": dropped, "noframes": dropped,
	"noembed": dropped, "meta": dropped, "link": dropped, "base": dropped, "title": dropped, "object": transparent, "applet": dropped,
	"button": dropped, "select": dropped, "option": dropped, "textarea": dropped, "input": dropped, "datalist": dropped,
	"param": dropped, "track": dropped, "canvas": dropped, "map": dropped, "area": dropped, "progress": dropped, "meter": dropped,
	"dialog": dropped, "frameset": dropped, "frame": dropped, "plaintext": wrapper, "xmp": wrapper, "colgroup": dropped, "col": dropped,

	"html": transparent, "body": transparent, "span": transparent, "font": transparent, "big": transparent, "label": transparent,
	"noscript": transparent, "picture": transparent, "blink": transparent, "nobr": transparent, "bdi": transparent, "bdo": transparent,
	"data": transparent, "output": transparent, "ruby": transparent, "rb": transparent, "rt": transparent, "rp": transparent,
	"slot": transparent, "math": transparent, "wbr": transparent, "marquee": transparent, "amp-img": void, "amp-video": media,
	"amp-audio": media,

	"div": wrapper, "section": wrapper, "article": wrapper, "header": wrapper, "footer": wrapper, "main": wrapper, "aside": wrapper,
	"nav": wrapper, "address": wrapper, "center": wrapper, "form": wrapper, "fieldset": wrapper, "legend": wrapper, "details": wrapper,
	"summary": wrapper, "hgroup": wrapper, "search": wrapper,

	"a": inline, "abbr": inline, "acronym": inline, "b": inline, "cite": inline, "code": inline, "del": inline, "dfn": inline,
	"em": inline, "i": inline, "ins": inline, "kbd": inline, "mark": inline, "q": inline, "s": inline, "samp": inline,
	"small": inline, "strike": inline, "strong": inline, "sub": inline, "sup": inline, "time": inline, "tt": inline, "u": inline, "var": inline,

	"p": textBlock, "h1": textBlock, "h2": textBlock, "h3": textBlock, "h4": textBlock, "h5": textBlock, "h6": textBlock,

	"blockquote": block, "pre": block, "listing": block, "ul": block, "ol": block, "menu": block, "dir": block, "dl": block, "table": block, "figure": block,

	"li": part, "dt": part, "dd": part, "thead": part, "tbody": part, "tfoot": part, "tr": part, "td": part, "th": part,
	"caption": part, "figcaption": part,

	"br": void, "hr": void, "img": void, "image": void, "source": void,

	"audio": media, "video": media,

	"iframe": player, "embed": player, "amp-youtube": player, "amp-iframe": player,
}

// renamed are elements written under another name.
var renamed = map[string]string{
	"h1": "h2", "strike": "s", "del": "s", "ins": "u", "tt": "code", "kbd": "code", "samp": "code", "var": "code", "dfn": "em",
	"acronym": "abbr", "menu": "ul", "dir": "ul", "listing": "pre", "image": "img", "amp-img": "img", "amp-video": "video", "amp-audio": "audio",
	"xmp": "pre", "plaintext": "pre",
}

func textNode(s string) *node { return &node{text: s} }

func element(tag string, kids ...*node) *node { return &node{tag: tag, kids: kids} }

func (n *node) get(key string) string {
	for _, a := range n.attrs {
		if a.key == key {
			return a.val
		}
	}
	return ""
}

func (n *node) set(key, val string) {
	for i, a := range n.attrs {
		if a.key == key {
			n.attrs[i].val = val
			return
		}
	}
	n.attrs = append(n.attrs, attr{key, val})
}

func (n *node) number(key string) int {
	v, err := strconv.Atoi(n.get(key))
	if err != nil {
		return 0
	}
	return v
}

// isBlock says whether a node of a body stands on its own rather than in a paragraph.
func (n *node) isBlock() bool {
	switch tags[n.tag] {
	case textBlock, block, part, media:
		return true
	}
	return n.tag == "hr" || n.tag == edge
}

// each calls f for n and all below it, in order, until it says false.
func (n *node) each(f func(*node) bool) bool {
	if !f(n) {
		return false
	}
	for _, k := range n.kids {
		if !k.each(f) {
			return false
		}
	}
	return true
}

// words is the text below n on one line.
func (n *node) words() string {
	var b strings.Builder
	n.each(func(k *node) bool {
		b.WriteString(k.text)
		if k.tag == "br" || k.isBlock() {
			b.WriteByte(' ')
		}
		return true
	})
	return spaced(b.String())
}

// size is how many bytes of text stand below n; beyond most it stops counting.
func (n *node) size(most int) int {
	size := 0
	n.each(func(k *node) bool {
		size += len(k.text)
		return size <= most
	})
	return size
}

// first gives the first node with that tag below n, or n.
func (n *node) first(tag string) *node {
	var found *node
	n.each(func(k *node) bool {
		if k.tag == tag {
			found = k
		}
		return found == nil
	})
	return found
}

// showsMore says whether there is more in n than its words: a picture, a sound, a rule.
func (n *node) showsMore() bool {
	return n.first("img") != nil || n.first("video") != nil || n.first("audio") != nil
}

// render writes the nodes as HTML.
func render(b *strings.Builder, nodes []*node) {
	for _, n := range nodes {
		if n.tag == "" {
			b.WriteString(html.EscapeString(n.text))
			continue
		}
		b.WriteByte('<')
		b.WriteString(n.tag)
		for _, a := range n.attrs {
			b.WriteByte(' ')
			b.WriteString(a.key)
			b.WriteString(`="`)
			b.WriteString(html.EscapeString(a.val))
			b.WriteByte('"')
		}
		b.WriteByte('>')
		if tags[n.tag] == void {
			continue
		}
		render(b, n.kids)
		b.WriteString("</")
		b.WriteString(n.tag)
		b.WriteByte('>')
	}
}
