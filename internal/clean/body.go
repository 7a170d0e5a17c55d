package clean

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tinhub/internal/hub"
)

// maxBody is how much of a body is read, in bytes; what comes after is cut off, with a step that says so.
const maxBody = 8 << 20

// edge ends a paragraph; it is never written.
const edge = "#edge"

// builder turns the markup of one body into nodes.
type builder struct {
	base  string // relative links resolve against it
	trace *trace
	field string
	open  []string // inline elements around the place that is being built; one within itself says nothing
	pre   int      // how many pre elements stand around it

	tidied bool // no text of the body needs to be made tidy, nor has another white space than ASCII's
	even   bool // and none has any but single spaces
	arena  *arena

	rawFallback bool // a noscript holds raw text
	inFallback  bool // what is built stands in one
}

// body makes blocks out of a text, markup or plain.
func (b *builder) body(t hub.Text) []*node { return b.shortcodes(b.blocks(t)) }

func (b *builder) blocks(t hub.Text) []*node {
	// Markup is not normalised before it is parsed: a combining stroke after a ">" would eat the tag.
	s := t.Value
	quiet := calm(s)
	if !quiet {
		s = strings.ToValidUTF8(s, "")
	}
	b.tidied = quiet && strings.IndexByte(s, '&') < 0 && !strings.Contains(s, "\u00A0")
	b.even = b.tidied && !strings.Contains(s, "  ") && strings.IndexByte(s, '\n') < 0 && strings.IndexByte(s, '\t') < 0 && strings.IndexByte(s, '\r') < 0
	if len(s) > maxBody {
		b.trace.add("cut", b.field, fmt.Sprintf("%d bytes", len(s)), fmt.Sprintf("%d bytes", maxBody))
		s = strings.ToValidUTF8(s[:maxBody], "")
	}
	if !t.HTML {
		return plainBlocks(tidy(s))
	}
	if isUnmarked(s) {
		var blocks []*node
		for _, p := range paragraphs(shown(decode(s))) {
			blocks = append(blocks, element("p", textNode(strings.ReplaceAll(p, "\n", " "))))
		}
		return blocks
	}
	// Sources escape bodies twice, some three times.
	for range 3 {
		kids, err := b.parse(s)
		if err != nil {
			b.trace.add("markup beyond repair", b.field, err.Error(), "text only")
			return plainBlocks(bareText(s))
		}
		if text, ok := onlyText(kids); ok && escapedMarkup.MatchString(text) {
			b.trace.add("unescape", b.field, s, text)
			s = text
			continue
		}
		return b.stable(b.arena.figures(b.arena.flow(kids)))
	}
	return plainBlocks(bareText(s))
}

// stable reads back what was built until that changes nothing: twisted markup comes straight in two or three turns, and an
// item that is cleaned again must stay what it is.
func (b *builder) stable(blocks []*node) []*node {
	if straight(blocks) {
		return blocks
	}
	quiet := builder{base: b.base, trace: &trace{}, field: b.field, arena: b.arena}
	written := ""
	for range maxRounds {
		now := string(render(nil, blocks))
		if now == written || now == "" {
			break
		}
		written = now
		kids, err := quiet.parse(written)
		if err != nil {
			break
		}
		blocks = b.arena.figures(b.arena.flow(kids))
	}
	return blocks
}

var escapedMarkup = regexp.MustCompile(`(?i)</(?:p|div|a|strong|em|b|i|ul|ol|li|h[1-6]|span|table|figure|blockquote)>|<(?:br|hr|img)(?:\s[^>]*)?>`)

func plainBlocks(s string) []*node {
	var blocks []*node
	for _, p := range paragraphs(shown(s)) {
		var kids []*node
		for i, l := range strings.Split(p, "\n") {
			if i > 0 {
				kids = append(kids, element("br"))
			}
			kids = append(kids, textNode(l))
		}
		blocks = append(blocks, element("p", kids...))
	}
	return blocks
}

func onlyText(kids []*node) (string, bool) {
	var b strings.Builder
	for _, k := range kids {
		if k.tag != "" {
			return "", false
		}
		b.WriteString(k.text)
	}
	return b.String(), b.Len() > 0
}

func (b *builder) parse(markup string) ([]*node, error) {
	if !strings.ContainsAny(markup, "<&\x00") {
		return []*node{b.arena.textNode(markup)}, nil
	}
	b.open, b.rawFallback = b.open[:0], false
	if root := nested(b.arena, markup); root != nil {
		return b.kids(root), nil
	}
	if err := affordable(markup); err != nil {
		return nil, err
	}
	b.rawFallback = !b.inFallback
	context := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	// With scripting a noscript is raw text up to its end tag, so that what was left open in it does not take in the rest of
	// the article. In it is markup: lazy pictures stand there once more, plain.
	roots, err := html.ParseFragmentWithOptions(strings.NewReader(markup), context, html.ParseOptionEnableScripting(b.rawFallback))
	if err != nil {
		return nil, fmt.Errorf("parsing the body: %w", err)
	}
	var out []*node
	for _, n := range roots {
		out = append(out, b.convert(n)...)
	}
	return out, nil
}

// bareText is the text of markup that cannot be parsed, a line break at each block.
func bareText(markup string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(markup))
	skip := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return tidy(b.String())
		case html.TextToken:
			if !skip {
				b.Write(z.Text())
			}
		case html.StartTagToken, html.EndTagToken, html.SelfClosingTagToken:
			end := strings.HasPrefix(string(z.Raw()), "</")
			name, _ := z.TagName()
			switch tags[string(name)] {
			case dropped:
				skip = !end && (string(name) == "script" || string(name) == "style")
			case inline, transparent, 0:
			default:
				b.WriteString("\n\n")
			}
		}
	}
}

// convert makes nodes of n and all below it. x/net/html refuses more than 512 levels, so that recursion has a bound.
func (b *builder) convert(n *html.Node) []*node {
	switch n.Type {
	case html.TextNode:
		return b.alone(b.arena.textNode(n.Data))
	case html.ElementNode:
	default:
		return nil // comments, doctypes
	}
	if n.Namespace == "svg" {
		b.note(n)
		return nil
	}
	k := tags[n.Data]
	if k == dropped || hidden(n) {
		b.note(n)
		return nil
	}
	tag := n.Data
	if to, ok := renamed[tag]; ok {
		tag = to
	}
	switch k {
	case inline:
		return b.inline(tag, n)
	case wrapper:
		return b.wrapper(n)
	case textBlock:
		return b.textBlock(tag, n)
	case block, part:
		return b.block(tag, n)
	case void:
		return b.void(tag, n)
	case media:
		return b.media(tag, n)
	case player:
		return b.player(n)
	}
	switch n.Data {
	case "noscript":
		return b.noscript(n)
	case "picture":
		return b.picture(n)
	}
	return b.kids(n)
}

func (b *builder) kids(n *html.Node) []*node {
	out := b.refs(n)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && c.Namespace == "" && tags[c.Data] == textBlock && !hidden(c) {
			if p := b.phrase(c); p != nil {
				out = append(out, p)
				continue
			}
		}
		out = append(out, b.convert(c)...)
	}
	return out
}

func (b *builder) note(n *html.Node) {
	if n.Data == "meta" || n.Data == "link" || n.Data == "head" {
		return
	}
	var s strings.Builder
	if b.trace.on && html.Render(&s, n) == nil {
		b.trace.add("sanitise", b.field, s.String(), "")
	}
}

func (b *builder) inline(tag string, n *html.Node) []*node {
	el := b.element(tag, nil)
	if b.isOpen(tag) || !b.dress(el, n) {
		return b.kids(n)
	}
	b.open = append(b.open, tag)
	kids := b.kids(n)
	b.open = b.open[:len(b.open)-1]
	if b.pre > 0 {
		el.kids = b.arena.lines(kids)
		if blank(rawText(el)) {
			return el.kids
		}
		return b.alone(el)
	}
	if anyBlock(kids) {
		return b.arena.around(el, kids)
	}
	if el.kids = b.arena.settle(kids); !anyShown(el.kids) {
		return el.kids // nothing to emphasise
	}
	return b.alone(el)
}

func (b *builder) isOpen(tag string) bool { return slices.Contains(b.open, tag) }

// dress gives an inline element what n has of attributes; false where it is a link that leads nowhere.
func (b *builder) dress(el *node, n *html.Node) bool {
	switch el.tag {
	case "a":
		href, ok := b.href(get(n, "href"))
		if !ok {
			return false
		}
		el.set("href", href)
		if t := line(get(n, "title")); t != "" {
			el.set("title", t)
		}
		if r := rel(get(n, "rel")); r != "" {
			el.set("rel", r)
		}
	case "abbr":
		if t := line(get(n, "title")); t != "" {
			el.set("title", t)
		}
	case "time":
		if d := line(get(n, "datetime")); datetime.MatchString(d) {
			el.set("datetime", d)
		}
	}
	return true
}

var datetime = regexp.MustCompile(`^[0-9A-Za-z:.+ -]{4,40}$`)

// href is a link a reader may follow: http, https or mail.
func (b *builder) href(raw string) (string, bool) {
	raw = strings.TrimSpace(raw)
	if len(raw) > len("mailto:") && strings.EqualFold(raw[:len("mailto:")], "mailto:") {
		to := escape(raw[len("mailto:"):], queryKeeps)
		return "mailto:" + to, strings.Contains(to, "@") && len(to) < 1000
	}
	if raw == "" {
		return "", false
	}
	u, ok := linkURL(b.base, raw)
	u = behind(u)
	if ok && b.trace.on && strings.Contains(raw, "?") && isAbsolute(raw) && len(u) < len(raw) {
		b.trace.add("link", b.field, raw, u)
	}
	return u, ok
}

func isAbsolute(raw string) bool { return strings.Contains(raw, "://") }

func rel(s string) string {
	var out []string
	for _, t := range strings.Fields(strings.ToLower(s)) {
		switch t {
		case "nofollow", "sponsored", "ugc", "noopener", "noreferrer", "external", "author", "license", "tag":
			out = append(out, t)
		}
	}
	return strings.Join(out, " ")
}

func (b *builder) wrapper(n *html.Node) []*node {
	kids := b.kids(n)
	if isCaptionClass(get(n, "class")) && !anyBlock(kids) {
		if p := b.arena.run("p", kids); p != nil && !p.showsMore() {
			p.caption = true
			return []*node{p}
		}
	}
	if isPullClass(get(n, "class")) {
		if q := b.arena.pulled(kids); q != nil {
			return one(q)
		}
	}
	if to := b.permalink(n); to != "" && !anyText(kids) {
		kids = []*node{playerLink("", to)}
	} else if u, ok := bareAddress(kids); ok && holds(get(n, "class"), "embed") {
		kids = []*node{playerLink(u, u)}
	}
	out := make([]*node, 0, len(kids)+2)
	out = append(out, b.element(edge, nil))
	out = append(out, kids...)
	return append(out, b.element(edge, nil))
}

func (b *builder) textBlock(tag string, n *html.Node) []*node {
	out := b.arena.split(tag, b.kids(n))
	if tag == "p" && isPullClass(get(n, "class")) {
		if q := b.arena.pulled(out); q != nil {
			return one(q)
		}
	}
	if isCaptionClass(get(n, "class")) {
		for _, k := range out {
			k.caption = k.tag == "p" && !k.showsMore()
		}
	}
	if len(out) == 0 {
		return []*node{b.arena.element(edge)}
	}
	return out
}

func (b *builder) block(tag string, n *html.Node) []*node {
	// Formatting does not reach into a block of its own from outside: around puts it there.
	switch tag {
	case "pre":
		b.pre++
		kids := b.kids(n)
		b.pre--
		return b.arena.preformatted(kids)
	case "ul", "ol":
		l := b.arena.entries(tag, b.kids(n))
		if s := number(get(n, "start"), 9999); l != nil && tag == "ol" && s > 1 {
			l.set("start", strconv.Itoa(s))
		}
		return one(l)
	case "dl":
		return one(b.arena.definitions(b.kids(n)))
	case "blockquote":
		kids := b.quoted(n, b.arena.figures(b.arena.flow(b.kids(n))))
		if len(kids) == 0 {
			return nil
		}
		q := b.arena.element(tag, kids...)
		if c, ok := linkURL(b.base, get(n, "cite")); ok && get(n, "cite") != "" {
			q.set("cite", c)
		}
		return []*node{q}
	case "table":
		return b.arena.table(b.kids(n))
	case "figure":
		return b.arena.figure(b.kids(n))
	case "figcaption":
		return one(b.arena.run(tag, b.arena.inlined(b.kids(n))))
	case "td", "th":
		c := b.arena.element(tag, b.arena.within(b.kids(n))...)
		for _, key := range []string{"colspan", "rowspan"} {
			if v := number(get(n, key), 1000); v > 1 {
				c.set(key, strconv.Itoa(v))
			}
		}
		return []*node{c}
	case "caption":
		return one(b.arena.run(tag, b.arena.inlined(b.kids(n))))
	case "li", "dt", "dd":
		return []*node{b.arena.element(tag, b.arena.within(b.kids(n))...)}
	}
	return []*node{b.arena.element(tag, b.kids(n)...)} // rows and their groups; table puts them right
}

func get(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key && a.Namespace == "" {
			return a.Val
		}
	}
	return ""
}

// number reads a size as pages write it ("640", "640px"); 0 where it is none or above limit.
func number(s string, limit int) int {
	if s == "" {
		return 0
	}
	s = strings.TrimSuffix(strings.TrimSpace(s), "px")
	if f, _, ok := strings.Cut(s, "."); ok {
		s = f
	}
	v, err := strconv.Atoi(s)
	if err != nil || v < 0 || v > limit {
		return 0
	}
	return v
}

func one(n *node) []*node {
	if n == nil {
		return nil
	}
	return []*node{n}
}
