package clean

import (
	"slices"
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
	kind    kind   // of its tag
	stands  bool   // on its own rather than in a paragraph
	said    string // words, once asked for by saying
	asked   bool
	caption bool // its class says that it captions the picture before it
	embed   bool // stands for a player
	spare   bool // stood in noscript, beside the lazy picture it stands in for
	settled bool // text that settle has been over
	even    bool // text without white space but single spaces
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
	player                      // iframe, embed, object: becomes a link where it shows a known player
)

// tags says how each element is treated; one that is not here is transparent.
var tags = map[string]kind{
	"script": dropped, "style": dropped, "head": dropped, "template": dropped, "svg": dropped, "noframes": dropped,
	"noembed": dropped, "meta": dropped, "link": dropped, "base": dropped, "title": dropped, "applet": dropped,
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

	"iframe": player, "embed": player, "object": player, "amp-iframe": player, "amp-video-iframe": player, "amp-youtube": player,
	"amp-vimeo": player, "amp-dailymotion": player, "amp-twitter": player, "amp-instagram": player, "amp-facebook": player,
	"amp-facebook-video": player, "amp-tiktok": player, "amp-soundcloud": player, "amp-reddit": player, "amp-pinterest": player,
	"lite-youtube": player, "lite-vimeo": player,
}

// renamed are elements written under another name.
var renamed = map[string]string{
	"h1": "h2", "strike": "s", "del": "s", "ins": "u", "tt": "code", "kbd": "code", "samp": "code", "var": "code", "dfn": "em",
	"acronym": "abbr", "menu": "ul", "dir": "ul", "listing": "pre", "image": "img", "amp-img": "img", "amp-video": "video", "amp-audio": "audio",
	"xmp": "pre", "plaintext": "pre",
}

func textNode(s string) *node { return &node{text: s} }

func element(tag string, kids ...*node) *node {
	k, stands := treatment(tag)
	return &node{tag: tag, kind: k, stands: stands, kids: kids}
}

// treatment is how a tag is treated, and whether it stands on its own rather than in a paragraph.
func treatment(tag string) (kind, bool) {
	k := tags[tag]
	return k, k == textBlock || k == block || k == part || k == media || tag == "hr" || tag == edge
}

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
	s := n.get(key)
	if s == "" {
		return 0
	}
	v, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return v
}

// isBlock says whether a node of a body stands on its own rather than in a paragraph.
func (n *node) isBlock() bool { return n.stands }

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
	if len(n.kids) == 0 {
		return spaced(n.text)
	}
	w := wordWriter{even: true}
	w.text.Grow(n.span())
	w.write(n)
	if !w.even {
		return spaced(w.text.String())
	}
	return strings.TrimSuffix(w.text.String(), " ")
}

// wordWriter joins texts so that no two spaces meet.
type wordWriter struct {
	text strings.Builder
	gap  bool // the last written is a space
	even bool // no text may hold another white space than single spaces
}

func (w *wordWriter) write(n *node) {
	switch {
	case n.tag == "" && n.text != "":
		s := n.text
		if s[0] == ' ' && (w.gap || w.text.Len() == 0) {
			s = s[1:]
		}
		if s != "" {
			w.text.WriteString(s)
			w.gap = s[len(s)-1] == ' '
		}
		w.even = w.even && n.even
	case (n.stands || n.tag == "br") && !w.gap && w.text.Len() > 0:
		w.text.WriteByte(' ')
		w.gap = true
	}
	for _, k := range n.kids {
		w.write(k)
	}
}

// span is how many bytes of text stand below n, and a space for each break.
func (n *node) span() int {
	size := len(n.text)
	if n.stands || n.tag == "br" {
		size++
	}
	for _, k := range n.kids {
		size += k.span()
	}
	return size
}

// saying is words, remembered: for blocks of which nothing but the figures' captions changes any more.
func (n *node) saying() string {
	if !n.asked {
		n.said, n.asked = n.words(), true
	}
	return n.said
}

// size is how many bytes of text stand below n; beyond most it stops counting.
func (n *node) size(most int) int {
	size := len(n.text)
	for _, k := range n.kids {
		if size > most {
			break
		}
		size += k.size(most - size)
	}
	return size
}

// first gives the first node with that tag below n, or n.
func (n *node) first(tag string) *node {
	if n.tag == tag {
		return n
	}
	for _, k := range n.kids {
		if found := k.first(tag); found != nil {
			return found
		}
	}
	return nil
}

// showsMore says whether there is more in n than its words: a picture, a sound.
func (n *node) showsMore() bool {
	switch n.tag {
	case "img", "video", "audio":
		return true
	}
	return slices.ContainsFunc(n.kids, (*node).showsMore)
}

// render appends the nodes as HTML.
func render(b []byte, nodes []*node) []byte {
	for _, n := range nodes {
		if n.tag == "" {
			b = appendEscaped(b, n.text)
			continue
		}
		b = append(append(b, '<'), n.tag...)
		for _, a := range n.attrs {
			b = append(append(append(b, ' '), a.key...), `="`...)
			b = append(appendEscaped(b, a.val), '"')
		}
		b = append(b, '>')
		if n.kind == void {
			continue
		}
		b = append(append(append(render(b, n.kids), "</"...), n.tag...), '>')
	}
	return b
}

// appendEscaped appends s as html.EscapeString gives it.
func appendEscaped(b []byte, s string) []byte {
	start := 0
	for i := 0; i < len(s); i++ {
		if !isEscaped[s[i]] {
			continue
		}
		esc := ""
		switch s[i] {
		case '<':
			esc = "&lt;"
		case '>':
			esc = "&gt;"
		case '&':
			esc = "&amp;"
		case '"':
			esc = "&#34;"
		case '\'':
			esc = "&#39;"
		}
		b = append(append(b, s[start:i]...), esc...)
		start = i + 1
	}
	return append(b, s[start:]...)
}

// isEscaped marks the bytes that appendEscaped does not write as they are.
var isEscaped = [256]bool{'<': true, '>': true, '&': true, '"': true, '\'': true}
