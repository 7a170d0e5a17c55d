package source

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sniffBytes is how much of a document is looked at to guess what it is.
const sniffBytes = 64 << 10

// appearance is what a document looks like from outside.
type appearance struct {
	shape string // xml, html, json, text, binary, empty
	root  string // xml: local name of the root element, in lower case
	head  string // the beginning, decoded, without BOM and leading space
	magic string // binary: the format that its first bytes name, "" for none
}

// look takes a first look at a document.
func look(in Input) appearance {
	raw := in.Body[:min(len(in.Body), sniffBytes)]
	for n := 1; n < utf8.UTFMax && len(raw) < len(in.Body) && !utf8.RuneStart(in.Body[len(raw)]); n++ {
		raw = raw[:len(raw)-1] // no half character at the end
	}
	head := toUTF8(raw, in.ContentType, nil)
	s := strings.TrimLeftFunc(string(head), func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' || r == 0 })
	a := appearance{head: s}
	a.magic = magicOf(raw)
	switch {
	case s == "":
		a.shape = "empty"
	case a.magic != "":
		a.shape = "binary"
	case s[0] == '{' && !beginsWithBraces(s) || s[0] == '[' && !beginsWithBrackets(s):
		a.shape = "json"
	case s[0] == '<':
		a.lookAtMarkup()
		if a.shape == "html" || a.shape == "text" {
			return afterNotice(a, in.Body)
		}
	case isBinary(head):
		a.shape = "binary"
	default:
		a.shape = "text"
		return afterNotice(a, in.Body)
	}
	return a
}

// lookForFeed is look for those who ask only whether a document is a feed: one whose root stands in the first lines, in ASCII
// and with nothing else before it, is known by them.
func lookForFeed(in Input) appearance {
	head := in.Body[:min(len(in.Body), maxNotice)]
	if i := bytes.IndexFunc(head, func(r rune) bool { return r > '~' || r < ' ' && r != '\t' && r != '\n' && r != '\r' }); i >= 0 {
		head = head[:i]
	}
	if _, wide := guessUTF16(in.Body); wide || len(head) == 0 || head[0] != '<' {
		return look(in)
	}
	for sc := (xmlScanner{b: head}); ; {
		switch tok, _ := sc.next(); tok.kind {
		case tokStart:
			if root := strings.ToLower(local(tok.name)); tok.end > 0 && isFeedRoot(root) && !isHTMLElement(root) {
				return appearance{shape: "xml", root: root, head: string(head)}
			}
			return look(in)
		case tokText, tokInstruction, tokComment, tokDoctype:
			if tok.end == 0 {
				return look(in)
			}
		default:
			return look(in)
		}
	}
}

// maxNotice bounds, in bytes, the notices of a broken server before a document.
const maxNotice = 4096

var (
	feedRoot    = regexp.MustCompile(`<(?:rss|feed|rdf:RDF)[\s>]`)
	feedRootEnd = regexp.MustCompile(`</(?:rss|feed|rdf:RDF)\s*>\s*$`)
	wholePage   = regexp.MustCompile(`(?i)<(?:!doctype|html|body|pre|code)[\s>]`)
)

// afterNotice is what the rest of a document looks like, where that is a feed: from its XML declaration on, or from its root
// where the document ends with that. A page that quotes a feed is a page.
func afterNotice(whole appearance, body []byte) appearance {
	near := whole.head[:min(len(whole.head), maxNotice)]
	i := strings.Index(near, "<?xml")
	if at := feedRoot.FindStringIndex(near); i <= 0 && at != nil && feedRootEnd.Match(body[max(0, len(body)-256):]) && !wholePage.MatchString(near[:at[0]]) {
		i = at[0]
	}
	if i <= 0 {
		return whole
	}
	b := appearance{head: whole.head[i:]}
	if b.lookAtMarkup(); b.shape == "xml" && isFeedRoot(b.root) {
		return b
	}
	return whole
}

// magicOf is the name of a format that is no text, by a document's first bytes.
func magicOf(b []byte) string {
	b = bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), " \t\r\n")
	for _, m := range [][2]string{
		{"%PDF-", "a PDF"},
		{`{\rtf`, "an RTF document"},
		{"PK\x03\x04", "a ZIP archive or an Office document"},
		{"\xd0\xcf\x11\xe0", "an old Office document"},
		{"\x89PNG", "a PNG picture"},
		{"\xff\xd8\xff", "a JPEG picture"},
		{"GIF87a", "a GIF picture"},
		{"GIF89a", "a GIF picture"},
	} {
		if bytes.HasPrefix(b, []byte(m[0])) {
			return m[1]
		}
	}
	return ""
}

// beginsWithBraces tells a text whose first words stand in braces from a JSON object: in an object a name in quotes and a
// colon follow the brace, or a bare name, a colon and a value, or the end.
func beginsWithBraces(s string) bool {
	rest := strings.TrimLeftFunc(s[1:], unicode.IsSpace)
	if rest == "" || strings.ContainsRune("}/,{[", rune(rest[0])) { // cut off, empty, a comment, or JSON that is broken
		return false
	}
	if quote := rest[0]; quote == '"' || quote == '\'' {
		_, after, ended := strings.Cut(rest[1:], string(quote))
		after, braced := strings.CutPrefix(strings.TrimLeftFunc(after, unicode.IsSpace), "}")
		if braced {
			after = strings.TrimLeftFunc(after, unicode.IsSpace)
		}
		first, _ := utf8.DecodeRuneInString(after)
		return ended && unicode.IsLetter(first)
	}
	return !bareMember.MatchString(rest)
}

// bareMember is a name without quotes and the beginning of its value.
var bareMember = regexp.MustCompile(`^[A-Za-z_$][\w$-]*\s*:\s*(?:["'{\[]|-?\d+(?:\.\d+)?\s*[,}]|(?:true|false|null|None|True|False)\s*[,}])`)

func (a *appearance) lookAtMarkup() {
	lower := strings.ToLower(a.head[:min(len(a.head), 1024)])
	sc := xmlScanner{b: []byte(a.head)}
	for {
		tok, ok := sc.next()
		if !ok {
			break
		}
		if tok.kind != tokStart {
			continue
		}
		name := strings.ToLower(local(tok.name))
		switch {
		case name == "html" || isHTMLElement(name) && !strings.HasPrefix(lower, "<?xml"):
			a.shape, a.root = "html", "html"
		default:
			a.shape, a.root = "xml", name
		}
		return
	}
	switch root := a.openRoot(); {
	case root != "":
		a.shape, a.root = "xml", root
	case strings.HasPrefix(lower, "<?xml"), bytes.HasPrefix([]byte(a.head), []byte("<!--")):
		a.shape = "xml"
	case strings.HasPrefix(lower, "<!doctype html"):
		a.shape, a.root = "html", "html"
	default:
		a.shape = "text"
	}
}

// openRoot is the root element of a document whose attributes alone are longer than what was looked at; "" where a line of text
// only begins with a bracket.
func (a *appearance) openRoot() string {
	if len(a.head) < sniffBytes/2 || strings.Contains(a.head, ">") {
		return ""
	}
	name, _, _ := strings.Cut(strings.Fields(a.head)[0][1:], ">")
	if first, _ := utf8.DecodeRuneInString(name); !unicode.IsLetter(first) || !strings.Contains(a.head, "=") {
		return ""
	}
	return strings.ToLower(local(name))
}

// phrase says what it looks like, to go before ", not a …".
func (a appearance) phrase() string {
	switch a.shape {
	case "empty":
		return "empty document"
	case "html":
		return "this is an HTML page"
	case "json":
		switch {
		case seemsNinjs(topKeys([]byte(a.head))):
			return "this is a ninjs item"
		case strings.Contains(a.head, "jsonfeed.org/version/"):
			return "this is a JSON Feed document"
		}
		return "this is JSON"
	case "binary":
		if a.magic != "" {
			return "this is " + a.magic + ", not text"
		}
		return "this is binary data, not text"
	case "text":
		return "this is plain text"
	}
	switch a.root {
	case "":
		return "this is XML without a root element"
	case "rss", "rdf", "feed":
		return "this is a feed"
	case "urlset", "sitemapindex":
		return "this is a sitemap"
	case "opml":
		return "this is an OPML list"
	case "newsitem", "newsmessage", "newsml", "packageitem", "conceptitem", "knowledgeitem", "planningitem", "catalogitem":
		return "this is a NewsML document"
	case "nitf":
		return "this is an NITF document"
	case "error":
		return "this is an error message in XML"
	}
	return "this is XML with the root element <" + clip(a.root, 40) + ">"
}

func isFeedRoot(name string) bool {
	switch name {
	case "rss", "rdf", "feed", "entry", "channel", "item":
		return true
	}
	return false
}

func isHTMLElement(name string) bool {
	switch name {
	case "html", "head", "body", "div", "p", "article", "section", "main", "h1", "h2", "span", "script", "meta", "title",
		"header", "figure", "a", "img", "table", "ul", "ol", "style", "center", "b", "strong", "em", "i", "br", "base":
		return true
	}
	return false
}

// isBinary says whether decoded text has more control characters than any text would.
func isBinary(b []byte) bool {
	bad := 0
	for _, c := range b {
		if c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b && c != 0x08 {
			bad++
		}
	}
	return bad*50 > len(b)
}

// clip cuts s to at most n runes for use in a message.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)
	return string(r[:n-1]) + "…"
}
