package source

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/text/encoding/charmap"

	"tinhub/internal/hub"
)

// settle mends the texts of a finished draft that were encoded or wrapped twice, each with a step.
func settle(d *hub.Draft) {
	step := func(step, field string, s *string, whole string) {
		if whole != *s {
			d.Steps = append(d.Steps, hub.Step{Step: step, Field: field, Before: clip(*s, 300), After: clip(whole, 300)})
			*s = whole
		}
	}
	mend := func(field string, s *string) {
		step("unwrap CDATA", field, s, unwrapped(*s))
		step("close an empty element", field, s, closedFrames(*s))
		step("undo double encoding", field, s, undouble(*s))
	}
	mend("title", &d.Title.Value)
	body := func(field string, t *hub.Text) {
		mend(field, &t.Value)
		if t.HTML {
			step("undo double escaping", field, &t.Value, unescapedRuns(t.Value))
		}
	}
	was, steps := d.Summary, len(d.Steps)
	body("summary", &d.Summary)
	if d.Body != was || len(d.Steps) > steps { // often they are the same
		body("content_html", &d.Body)
	}
	for i := range d.Authors {
		mend("authors", &d.Authors[i].Name)
	}
	for i := range d.Tags {
		mend("tags", &d.Tags[i])
	}
	for i := range d.Pictures {
		mend("captions", &d.Pictures[i].Caption.Value)
	}
	d.Image.Caption.Value = undouble(d.Image.Caption.Value)
	boundAlternates(d)
}

// undouble undoes UTF-8 that was read as windows-1252 and written as UTF-8 again ("Ä‘áº¡i" for "đại"). It does so only
// where every letter beyond ASCII is part of such a sequence, and one sequence is no accident.
func undouble(s string) string {
	if !mayBeDoubled(s) {
		return s
	}
	out := make([]byte, 0, len(s))
	sure := 0
	for i := 0; i < len(s); {
		if s[i] < utf8.RuneSelf {
			out = append(out, s[i])
			i++
			continue
		}
		seq, size := doubled(s[i:])
		if size == 0 {
			return s
		}
		if len(seq) > 2 || seq[0] != 0xc2 && s[i+size-1] != ' ' {
			sure++
		}
		out = append(out, seq...)
		i += size
	}
	if sure == 0 {
		return s
	}
	return string(out)
}

// mayBeDoubled says whether the first letter beyond ASCII begins such a sequence.
func mayBeDoubled(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			_, size := doubled(s[i:])
			return size > 0
		}
	}
	return false
}

// doubled reads one letter that is written as the letters of its bytes: its bytes, and the length of what stands for them.
func doubled(s string) (seq []byte, size int) {
	var b [utf8.UTFMax]byte
	want := 1
	for n := 0; n < want; n++ {
		r, w := utf8.DecodeRuneInString(s[size:])
		c, ok := byte1252(r)
		if n == 1 && b[0] == 0xc3 && r == ' ' {
			c = 0xa0 // "à", whose second byte was a space that does not break once
		}
		if !ok || w == 0 {
			return nil, 0
		}
		if n == 0 {
			switch {
			case c >= 0xc2 && c < 0xe0:
				want = 2
			case c >= 0xe0 && c < 0xf0:
				want = 3
			case c >= 0xf0 && c < 0xf5:
				want = 4
			default:
				return nil, 0
			}
		}
		b[n] = c
		size += w
	}
	if r, w := utf8.DecodeRune(b[:want]); r == utf8.RuneError || w != want {
		return nil, 0
	}
	return b[:want], size
}

// byte1252 is the byte that windows-1252 has for r; what it leaves undefined stands for itself.
func byte1252(r rune) (byte, bool) {
	if r < 0x100 {
		return byte(r), true
	}
	return charmap.Windows1252.EncodeRune(r)
}

// unwrapped is s without a CDATA section inside a CDATA section, which is none any more.
func unwrapped(s string) string {
	if !strings.Contains(s, cdataStart) {
		return s
	}
	opens := strings.HasPrefix(strings.TrimSpace(s), cdataStart)
	s = strings.ReplaceAll(strings.ReplaceAll(s, cdataStart, ""), cdataEnd, "")
	s = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(s), "]]&gt;"))
	if opens {
		s = strings.TrimSpace(strings.TrimSuffix(s, "]]")) // the inner end ended the outer section too
	}
	return s
}

var (
	escapedBlock    = regexp.MustCompile(`(?i)^\s*(?:&lt;!--.{0,200}?--&gt;\s*)?&lt;(?:p|div|ul|ol|table|blockquote|figure|section|article|h[1-6])(?:\s|/|&gt;)`)
	escapedBlockEnd = regexp.MustCompile(`(?i)&lt;/(?:p|div|ul|ol|table|blockquote|figure|section|article|h[1-6])\s*&gt;`)
)

// unescapedRuns is a body of which a part was escaped once too often, beside markup that was not: the text between two tags
// that begins with the tag of a block and has the end of one is what was meant as markup. In code it is code. A body that
// is nothing but such text is clean's.
func unescapedRuns(s string) string {
	if !strings.Contains(s, "&lt;") || !strings.Contains(s, "<") || !escapedBlockEnd.MatchString(s) {
		return s
	}
	b := []byte(s)
	var out strings.Builder
	code, done := 0, 0
	for scan := (xmlScanner{b: b}); ; {
		t, ok := scan.next()
		if !ok {
			break
		}
		run := s[t.start:t.end]
		switch t.kind {
		case tokStart, tokEnd:
			switch strings.ToLower(t.name) {
			case "code", "pre", "textarea", "samp", "kbd", "xmp", "script", "style":
				if t.kind == tokStart && !t.empty {
					code++
				} else if code > 0 {
					code--
				}
			}
		case tokText:
			if code == 0 && escapedBlock.MatchString(run) && escapedBlockEnd.MatchString(run) {
				out.WriteString(s[done:t.start])
				out.WriteString(html.UnescapeString(run))
				done = t.end
			}
		}
	}
	if done == 0 {
		return s
	}
	out.WriteString(s[done:])
	return out.String()
}

// plainTitle is a document's title as plain text.
func plainTitle(t hub.Text) string {
	s := undouble(unwrapped(t.Value))
	if !t.HTML {
		return s
	}
	var sb strings.Builder
	skip := false
	for z := html.NewTokenizer(strings.NewReader(s)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return strings.Join(strings.Fields(sb.String()), " ")
		case html.TextToken:
			if !skip {
				sb.Write(z.Text())
			}
		case html.EndTagToken:
			skip = false
		case html.StartTagToken:
			name, _ := z.TagName()
			skip = string(name) == "script" || string(name) == "style"
		}
	}
}

var emptyFrame = regexp.MustCompile(`(?i)<(iframe|script|textarea|noscript|style|object|video|audio)(\s[^<>]*?)?\s*/>`)

// closedFrames closes elements that XHTML writes empty and HTML does not: <iframe/> would be an iframe that swallows the rest.
func closedFrames(s string) string {
	for at := 0; ; {
		i := strings.Index(s[at:], "/>")
		if i < 0 {
			return s
		}
		at += i + 2
		if isEmptyFrame(s[strings.LastIndexByte(s[:at], '<')+1 : at]) {
			return emptyFrame.ReplaceAllString(s, "<$1$2></$1>")
		}
	}
}

// isEmptyFrame says whether tag, without its first bracket, is of an element of emptyFrame.
func isEmptyFrame(tag string) bool {
	end := strings.IndexFunc(tag, func(r rune) bool { return (r|0x20 < 'a' || r|0x20 > 'z') })
	if end < len("style") {
		return false // most empty tags are br and img
	}
	switch strings.ToLower(tag[:end]) {
	case "iframe", "script", "textarea", "noscript", "style", "object", "video", "audio":
		return emptyFrame.MatchString("<" + tag)
	}
	return false
}
