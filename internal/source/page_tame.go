package source

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
)

// Limits on what the HTML parser is given. The parser itself refuses 512 levels.
const (
	maxInner      = 100      // paragraphs and the like that may still be opened in them
	maxOpen       = 300      // elements open at once; deeper ones lose their tags, not their text
	maxTables     = 8        // tables open at once; those in deeper ones lose their tags, not their text
	maxFormatting = 24       // formatting elements open at once: the parser reopens every one of them in every block
	maxTag        = 16 << 10 // bytes of one tag
	maxTagRebuild = 400_000  // tags × formatting elements left open
	maxTagAttr    = 100
)

// tagCount is what a first look at markup counts.
type tagCount struct {
	starts, ends, strays int
	open, most           int // formatting elements open now, and at most
	longest              int
}

// suspicious says whether markup may cost the parser more than its share: a look at each tag's name, much cheaper than
// parsing.
func suspicious(b []byte) bool {
	var c tagCount
	tables, nested, deepest := 0, 0, 0
	for i := 0; i < len(b); {
		at := bytes.IndexByte(b[i:], '<')
		if at < 0 {
			break
		}
		i += at + 1
		end := i < len(b) && b[i] == '/'
		if end {
			i++
		}
		name := shortName(b[i:])
		if name == "" {
			continue
		}
		if end {
			c.ends++
		} else {
			c.starts++
			if close := bytes.IndexByte(b[i:min(len(b), i+maxTag+1)], '>'); close < 0 {
				c.longest = maxTag + 1
			}
		}
		switch {
		case name == "table" && end:
			nested = max(0, nested-1)
		case name == "table":
			tables++
			nested++
			deepest = max(deepest, nested)
		case formatsText(name) && end:
			c.open = max(0, c.open-1)
		case formatsText(name):
			c.open++
			c.most = max(c.most, c.open)
		case !end && (tables == 0 && isTablePart(name) || name == "html" || name == "body" || name == "head" || name == "frame"):
			c.strays++
		}
	}
	tags := c.starts + c.ends
	return tags > maxPageElements || c.most*tags > maxTagRebuild && c.most > maxFormatting || c.longest > maxTag || c.strays > 2_000 || c.ends > 2*c.starts+2_000 || deepest > maxTables
}

// shortName is a tag's name in lower case, where it is short enough to be one that counts; "other" where it is not.
func shortName(b []byte) string {
	n := 0
	for n < len(b) && n < 10 && (b[n]|0x20 >= 'a' && b[n]|0x20 <= 'z' || n > 0 && b[n] >= '0' && b[n] <= '9') {
		n++
	}
	switch {
	case n == 0:
		return ""
	case n > 9:
		return "other"
	}
	return strings.ToLower(string(b[:n]))
}

// formatsText lists the elements that HTML5 §13.2.4.3 reopens in every block until they are closed.
func formatsText(name string) bool {
	switch name {
	case "a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u":
		return true
	}
	return false
}

// wraps lists the elements that are there for a page's looks alone.
func wraps(name string) bool {
	switch name {
	case "div", "span", "section", "center", "font", "article", "main", "table", "tr", "td", "tbody", "ul", "ol", "blockquote", "form", "fieldset", "header", "footer", "nav", "aside":
		return true
	}
	return formatsText(name)
}

func isTablePart(name string) bool {
	switch name {
	case "caption", "col", "colgroup", "tbody", "td", "tfoot", "th", "thead", "tr":
		return true
	}
	return false
}

func isVoidTag(name string) bool {
	switch name {
	case "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr", "frame", "keygen", "basefont", "bgsound":
		return true
	}
	return false
}

// tame writes markup again so that it costs the parser no more than its length: elements nested too deep lose their tags
// and keep their text, end tags that close nothing go, formatting that is never closed ends, tags with too many attributes
// keep the few that count, and after maxPageElements elements the page ends.
func tame(b []byte, n *notes) []byte {
	t := tamer{z: html.NewTokenizer(bytes.NewReader(b)), open: map[string]int{}}
	t.z.SetMaxBuf(maxPageBytes)
	t.out.Grow(len(b))
	for t.next() {
	}
	if t.deep {
		n.add("elements are nested too deep: their text was kept")
	}
	if t.elements >= maxPageElements {
		n.add("the page has too many elements: what comes after the first was left out")
	}
	return t.out.Bytes()
}

type tamer struct {
	z        *html.Tokenizer
	out      bytes.Buffer
	stack    []string // elements open, "" for one whose tags were left out
	names    []string // their names
	open     map[string]int
	format   int // formatting elements open
	reopened int // how often the parser reopened one
	elements int
	depth    int // elements written and open
	deep     bool
}

func (t *tamer) next() bool {
	kind := t.z.Next()
	switch kind {
	case html.ErrorToken:
		return false
	case html.TextToken:
		t.out.Write(t.z.Raw())
	case html.StartTagToken, html.SelfClosingTagToken:
		if t.elements >= maxPageElements {
			return false
		}
		t.start()
	case html.EndTagToken:
		t.end()
	case html.DoctypeToken:
		if t.elements == 0 {
			t.out.Write(t.z.Raw())
		}
	}
	return true
}

func (t *tamer) start() {
	raw := t.z.Raw()
	nameBytes, more := t.z.TagName()
	name := string(nameBytes)
	if isTablePart(name) && t.open["table"] == 0 || name == "frame" || name == "frameset" || (name == "html" || name == "body" || name == "head") && t.open[name] > 0 {
		return
	}
	t.implied(name)
	if isBlock(name) {
		t.reopened += t.format
	}
	limit := maxFormatting
	if t.reopened > maxTagRebuild/4 {
		limit = 0
		t.endFormatting()
	}
	drop := !isVoidTag(name) && (t.depth >= maxOpen && (wraps(name) || t.depth >= maxOpen+maxInner) || formatsText(name) && t.format >= limit || t.inTables(name))
	if drop {
		t.deep = t.deep || !formatsText(name)
	} else if t.elements++; len(raw) <= maxTag/4 || !more {
		t.out.Write(raw)
	} else {
		t.short(name)
	}
	if isVoidTag(name) {
		return
	}
	if drop && formatsText(name) {
		return // its end tag goes where it closes nothing
	}
	if drop && (name == "script" || name == "style" || name == "textarea" || name == "title") {
		t.z.Next() // its text is no text of the page
		t.z.Next()
		return
	}
	mark := name
	if drop {
		mark = ""
	} else {
		t.depth++
	}
	t.stack, t.names = append(t.stack, mark), append(t.names, name)
	t.open[name]++
	if formatsText(name) {
		t.format++
	}
}

// inTables says whether an element is a table, or of one, that stands in too many others.
func (t *tamer) inTables(name string) bool {
	return name == "table" && t.open["table"] >= maxTables || isTablePart(name) && t.open["table"] > maxTables
}

// endFormatting ends all formatting that is open, once it has been reopened too often.
func (t *tamer) endFormatting() {
	for i := len(t.names) - 1; i >= 0 && t.format > 0; i-- {
		if formatsText(t.names[i]) && t.stack[i] != "" {
			t.out.WriteString("</" + t.names[i] + ">")
			t.stack[i] = ""
			t.depth--
			t.format--
		}
	}
	t.format = 0
}

// implied closes what a start tag ends by itself, as a paragraph ends the one before.
func (t *tamer) implied(name string) {
	switch name {
	case "p", "li", "option", "dt", "dd", "tr", "td", "th", "optgroup":
		if last := len(t.names) - 1; last >= 0 && t.names[last] == name {
			t.pop()
		}
	}
}

func (t *tamer) pop() {
	last := len(t.names) - 1
	name := t.names[last]
	t.open[name]--
	if t.stack[last] != "" {
		t.depth--
	}
	if formatsText(name) && t.stack[last] != "" {
		t.format--
	}
	t.stack, t.names = t.stack[:last], t.names[:last]
}

// maxLookBack bounds how far an end tag looks for its start.
const maxLookBack = 50

func (t *tamer) end() {
	raw := t.z.Raw()
	nameBytes, _ := t.z.TagName()
	name := string(nameBytes)
	if t.open[name] == 0 {
		return
	}
	for i := len(t.names) - 1; i >= max(0, len(t.names)-maxLookBack); i-- {
		if t.names[i] != name {
			continue
		}
		dropped := t.stack[i] == ""
		for len(t.names) > i+1 {
			if formatsText(t.names[len(t.names)-1]) && t.stack[len(t.names)-1] != "" {
				t.out.WriteString("</" + t.names[len(t.names)-1] + ">")
			}
			t.pop()
		}
		t.pop()
		if !dropped {
			t.out.Write(raw)
		}
		return
	}
}

// short writes a tag with the attributes that count.
func (t *tamer) short(name string) {
	t.out.WriteString("<" + name)
	for range maxTagAttr {
		key, value, more := t.z.TagAttr()
		switch string(key) {
		case "href", "src", "class", "id", "content", "name", "property", "itemprop", "rel", "lang", "alt", "title", "datetime", "data-src", "srcset":
			if len(value) < maxTag {
				t.out.WriteString(" " + string(key) + `="` + html.EscapeString(string(value)) + `"`)
			}
		}
		if !more {
			break
		}
	}
	t.out.WriteByte('>')
}
