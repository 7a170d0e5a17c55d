package clean

import (
	"html"
	"regexp"
	"strings"
)

// maxCaptioned bounds what a caption's shortcode may stand around, in bytes of markup: a picture and some lines.
const maxCaptioned = 8 << 10

// shortcodes takes out what a content system failed to replace before it sent an article: [caption] becomes a figure,
// [embed], [video] and [audio] what they play, and [gallery] and [playlist], whose files only that system knows, go. It works on what is written
// of a body, in which text is text, and goes over it until nothing more is found.
func (b *builder) shortcodes(blocks []*node) []*node {
	for range maxRounds {
		if !speaksOfShortcodes(blocks) {
			break
		}
		x := expander{b: b, s: string(render(nil, blocks))}
		if !x.expand() {
			break
		}
		quiet := builder{base: b.base, trace: &trace{}, field: b.field, arena: b.arena}
		kids, err := quiet.parse(x.out.String())
		if err != nil {
			break
		}
		for _, st := range x.steps.steps {
			b.trace.add(st.Step, st.Field, st.Before, st.After)
		}
		blocks = b.stable(b.arena.figures(b.arena.flow(kids)))
	}
	return blocks
}

// shortcodeNames are those that are taken out; all others may be an author's brackets.
var shortcodeNames = []string{"caption", "wp_caption", "gallery", "playlist", "embed", "video", "audio"}

// speaksOfShortcodes spares most bodies the work.
func speaksOfShortcodes(nodes []*node) bool {
	for _, n := range nodes {
		if n.tag == "" && mayBeShortcode(n.text) || len(n.kids) > 0 && n.tag != "pre" && n.tag != "code" && speaksOfShortcodes(n.kids) {
			return true
		}
	}
	return false
}

func mayBeShortcode(s string) bool {
	for {
		i := strings.IndexByte(s, '[')
		if i < 0 {
			return false
		}
		s = strings.TrimPrefix(s[i+1:], "/")
		for _, name := range shortcodeNames {
			if strings.HasPrefix(s, name) {
				return true
			}
		}
	}
}

// shortcode is one tag in brackets.
type shortcode struct {
	from, to int
	name     string
	end      bool
	attrs    string // as they stand in the markup; "" where it has none
	pairs    [][]string
	alone    bool   // nothing else stands in its text
	markup   string // what it becomes, once that is known
}

var (
	shortcodeTag  = regexp.MustCompile(`\[(/?)(caption|wp_caption|gallery|playlist|embed|video|audio)((?:[\s/]|\x{A0})[^\[\]<>]*)?\]`)
	shortcodeAttr = regexp.MustCompile(`([A-Za-z][A-Za-z0-9_-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|[“”„″]([^“”„″]*)[“”„″]|([^\s"'“”„″]+))`)
	markupTag     = regexp.MustCompile(`<[^>]*>`)
)

// ended is the name of an end tag whose beginning has settled what it becomes.
const ended = "#ended"

// expander rewrites the shortcodes of a body.
type expander struct {
	b     *builder
	s     string
	codes []shortcode
	done  int // bytes of s that out has
	out   strings.Builder
	steps trace
}

// expand says whether anything was rewritten.
func (x *expander) expand() bool {
	x.steps.on = x.b.trace.on
	x.find()
	for i := 0; i < len(x.codes); i++ {
		c := x.codes[i]
		if c.from < x.done {
			continue
		}
		switch c.name {
		case ended:
			x.write(c.from, c.to, c.markup)
		case "gallery", "playlist":
			if c.attrs != "" || c.alone || c.end {
				x.replace(c.from, c.to, "")
			}
		case "embed":
			x.embed(i)
		case "video", "audio":
			x.play(i)
		default:
			x.caption(i)
		}
	}
	x.out.WriteString(x.s[x.done:])
	return x.done > 0
}

// find lists the shortcodes that stand in text, but for those in code and those that are written to be shown: [[gallery]].
func (x *expander) find() {
	verbatim := 0
	for i := 0; i < len(x.s); {
		end := strings.IndexByte(x.s[i:], '<')
		if end < 0 {
			end = len(x.s) - i
		}
		text := x.s[i : i+end]
		if verbatim == 0 && mayBeShortcode(text) {
			found := shortcodeTag.FindAllStringSubmatchIndex(text, -1)
			for _, g := range found {
				if g[0] > 0 && text[g[0]-1] == '[' || g[1] < len(text) && text[g[1]] == ']' {
					continue
				}
				c := shortcode{from: i + g[0], to: i + g[1], name: strings.TrimPrefix(text[g[4]:g[5]], "wp_"), end: g[2] < g[3], alone: len(found) == 1 && blank(text[:g[0]]) && blank(text[g[1]:])}
				if g[6] >= 0 {
					c.attrs = strings.Trim(text[g[6]:g[7]], " /\u00a0")
				}
				x.codes = append(x.codes, c)
			}
		}
		i += end
		if i == len(x.s) {
			return
		}
		end = strings.IndexByte(x.s[i:], '>')
		switch x.s[i : i+end+1] {
		case "<pre>", "<code>":
			verbatim++
		case "</pre>", "</code>":
			verbatim--
		}
		i += end + 1
	}
}

// replace writes markup for a piece of the body. What is put in place of nothing parts the texts around it, so that they
// make no new shortcode.
func (x *expander) replace(from, to int, markup string) {
	if markup == "" {
		markup = "<div></div>"
	}
	x.steps.add("shortcode", x.b.field, html.UnescapeString(markupTag.ReplaceAllString(x.s[from:to], "")), strings.TrimSuffix(markup, "<div></div>"))
	x.write(from, to, markup)
}

func (x *expander) write(from, to int, markup string) {
	x.out.WriteString(x.s[x.done:from])
	x.out.WriteString(markup)
	x.done = to
}

// closing is the end tag of the shortcode at i, where no other of its name begins before; 0 where it has none.
func (x *expander) closing(i int) int {
	if x.codes[i].end {
		return 0
	}
	for j := i + 1; j < len(x.codes); j++ {
		if x.codes[j].name == x.codes[i].name {
			if x.codes[j].end && x.codes[j].from-x.codes[i].to <= maxCaptioned {
				return j
			}
			return 0
		}
	}
	return 0
}

// caption makes a figure of [caption]<img> text[/caption], or of the older form whose text is an attribute.
func (x *expander) caption(i int) {
	c := x.codes[i]
	j := x.closing(i)
	if j == 0 {
		if c.end || c.attrs != "" {
			x.replace(c.from, c.to, "")
		}
		return
	}
	inner := markupTag.ReplaceAllString(x.s[c.to:x.codes[j].from], "")
	if len(inner) > maxCaption {
		x.replace(c.from, c.to, "")
		return // and its end, which now ends nothing
	}
	said := c.attr("caption")
	end := "</figure>"
	if said != "" {
		end = "<figcaption>" + html.EscapeString(said) + "</figcaption></figure>"
	}
	x.replace(c.from, c.to, "<figure>")
	x.codes[j].name, x.codes[j].markup = ended, end
}

// embed makes a link of [embed]address[/embed].
func (x *expander) embed(i int) {
	c := x.codes[i]
	if j := x.closing(i); j > 0 {
		if link, ok := x.link(x.s[c.to:x.codes[j].from]); ok {
			x.replace(c.from, x.codes[j].to, link)
			return
		}
	}
	if link, ok := x.link(c.attr("src")); ok {
		x.replace(c.from, c.to, link)
		return
	}
	if c.end || c.attrs != "" || x.closing(i) > 0 {
		x.replace(c.from, c.to, "")
	}
}

// playedAttrs name the file of a [video] or [audio].
var playedAttrs = []string{"src", "mp4", "m4v", "webm", "ogv", "flv", "wmv", "mp3", "m4a", "ogg", "wav", "wma", "flac"}

var playedFile = regexp.MustCompile(`(?i)\.(?:mp4|m4v|webm|ogv|mp3|m4a|ogg|wav|flac)(?:\?|$)`)

// play makes a player of [video src="…"], or a link where a known site plays it.
func (x *expander) play(i int) {
	c := x.codes[i]
	address := ""
	for _, key := range playedAttrs {
		address = either(address, c.attr(key))
	}
	j := x.closing(i)
	if address == "" && j > 0 {
		if inner := markupTag.ReplaceAllString(x.s[c.to:x.codes[j].from], ""); isAbsolute(inner) {
			address = strings.TrimSpace(html.UnescapeString(inner))
			c.to = x.codes[j].to
		}
	}
	u, ok := linkURL(x.b.base, address)
	switch {
	case address == "" && !c.end && c.attrs == "" && j == 0:
	case address == "" || !ok || strings.ContainsAny(address, " <>"):
		x.replace(c.from, x.codes[i].to, "")
	case serviceOf(u) != "" && !playedFile.MatchString(u):
		link, _ := x.link(u)
		x.replace(c.from, c.to, link)
	default:
		markup := "<" + c.name + ` src="` + html.EscapeString(u) + `"`
		for _, key := range []string{"poster", "width", "height"} {
			if v := c.attr(key); v != "" && c.name == "video" {
				markup += " " + key + `="` + html.EscapeString(v) + `"`
			}
		}
		x.replace(c.from, c.to, markup+"></"+c.name+">")
	}
}

// link is markup for a bare address; false where the text is none.
func (x *expander) link(text string) (string, bool) {
	text = strings.TrimSpace(html.UnescapeString(markupTag.ReplaceAllString(text, "")))
	if len(text) > maxURL || strings.ContainsAny(text, " <>") {
		return "", false
	}
	u, ok := canonicalURL("", text)
	if !ok || text == "" {
		return "", false
	}
	return `<div class="embed">` + html.EscapeString(u) + "</div>", true
}

// attr is an attribute of a shortcode as it was meant; content systems turn its quotes round.
func (c *shortcode) attr(key string) string {
	if c.attrs == "" {
		return ""
	}
	if c.pairs == nil {
		c.pairs = shortcodeAttr.FindAllStringSubmatch(html.UnescapeString(c.attrs), -1)
	}
	for _, g := range c.pairs {
		if strings.EqualFold(g[1], key) {
			return strings.TrimSpace(g[2] + g[3] + g[4] + g[5])
		}
	}
	return ""
}
