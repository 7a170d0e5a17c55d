package format

import (
	"encoding/hex"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// excerptRunes is about how long the excerpt is that stands in for a missing summary.
const excerptRunes = 300

// scrub takes out what XML 1.0 §2.2 forbids, so that nothing an item holds can break a feed; bytes that are not UTF-8
// become U+FFFD, and line ends become \n, as an XML reader would make of them anyway. JSON gets the same text.
func scrub(s string) string {
	if clean(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	cr := false
	for _, r := range s {
		if !(cr && r == '\n') && !forbidden(r) {
			if r == '\r' {
				b.WriteByte('\n')
			} else {
				b.WriteRune(r)
			}
		}
		cr = r == '\r'
	}
	return b.String()
}

// clean is the fast answer for nearly all texts: nothing to scrub.
func clean(s string) bool {
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c < ' ' && c != '\t' && c != '\n' {
				return false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || forbidden(r) {
			return false
		}
		i += n
	}
	return true
}

func forbidden(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}

// line is a text of one line: title, name, category. Readers trim and fold them in their own ways; folded here, they
// read the same everywhere. Spaces that do not break stay.
func line(s string) string {
	s = strings.TrimSpace(scrub(s))
	if !strings.ContainsAny(s, "\t\n") && !strings.Contains(s, "  ") {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }), " ")
}

// lines is line for each, without the empty ones and repeats.
func lines(list []string) []string {
	var out []string
	seen := make(map[string]bool, len(list))
	for _, s := range list {
		if s = line(s); s != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// address is a URL as RFC 3986 §2 lets it be written: what it does not allow is percent-encoded, what it allows stays to
// the byte, since a URL is also a name.
func address(s string) string {
	s = strings.TrimSpace(scrub(s))
	allowed := func(i int) bool {
		switch c := s[i]; {
		case c == '%':
			return i+2 < len(s) && hexDigit(s[i+1]) && hexDigit(s[i+2])
		case c <= ' ' || c >= 0x7F:
			return false
		default:
			return !strings.ContainsRune("\"<>\\^`{|}", rune(c))
		}
	}
	var b strings.Builder
	from := 0
	for i := range len(s) {
		if !allowed(i) {
			b.WriteString(s[from:i])
			b.WriteString("%" + strings.ToUpper(hex.EncodeToString([]byte{s[i]})))
			from = i + 1
		}
	}
	if from == 0 {
		return s
	}
	b.WriteString(s[from:])
	return b.String()
}

func hexDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// excerpt is the beginning of a text, cut between words.
func excerpt(text string) string {
	text = line(text)
	n, cut := 0, 0
	for i, r := range text {
		if unicode.IsSpace(r) && n > 0 {
			cut = i
		}
		if n++; n > excerptRunes {
			if cut == 0 {
				cut = i // scripts without spaces
			}
			return strings.TrimRightFunc(text[:cut], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;:–-", r) }) + "…"
		}
	}
	return text
}

// dated is a time that every format can write: zero where its year is none of theirs (RFC 3339 and RFC 822 have four
// digits), in UTC where its offset is not one of whole minutes, as local mean times are, which would be written as
// another moment.
func dated(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	if _, offset := t.Zone(); offset%60 != 0 || offset <= -24*3600 || offset >= 24*3600 {
		t = t.UTC()
	}
	if y := t.Year(); y < 1 || y > 9999 {
		return time.Time{}
	}
	return t
}

// rfc3339 and rfc822 write a time that dated gave; "" for none.
func rfc3339(t time.Time) string { return stamp(t, time.RFC3339) }

func rfc822(t time.Time) string { return stamp(t, time.RFC1123Z) }

func stamp(t time.Time, layout string) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(layout)
}

// mediaTypes is what the extension of a file's URL says. The system's table is not asked: it differs between machines,
// and so would the bytes.
var mediaTypes = map[string]string{
	".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".jpe": "image/jpeg", ".jfif": "image/jpeg", ".png": "image/png",
	".gif": "image/gif", ".webp": "image/webp", ".avif": "image/avif", ".svg": "image/svg+xml", ".bmp": "image/bmp",
	".tif": "image/tiff", ".tiff": "image/tiff", ".heic": "image/heic", ".ico": "image/x-icon",
	".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".aac": "audio/aac", ".ogg": "audio/ogg", ".oga": "audio/ogg",
	".opus": "audio/ogg", ".wav": "audio/wav", ".flac": "audio/flac", ".weba": "audio/webm",
	".mp4": "video/mp4", ".m4v": "video/mp4", ".webm": "video/webm", ".mov": "video/quicktime", ".ogv": "video/ogg",
	".m3u8": "application/vnd.apple.mpegurl", ".pdf": "application/pdf", ".zip": "application/zip",
	".epub": "application/epub+zip", ".doc": "application/msword", ".xls": "application/vnd.ms-excel",
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".txt":  "text/plain", ".csv": "text/csv", ".html": "text/html", ".htm": "text/html",
}

// mediaType is the declared type, or what the URL's extension says, or unknown.
func mediaType(declared, address, unknown string) string {
	if declared = line(declared); declared != "" {
		return declared
	}
	if i := strings.IndexAny(address, "?#"); i >= 0 {
		address = address[:i]
	}
	if t, ok := mediaTypes[strings.ToLower(path.Ext(address))]; ok {
		return t
	}
	return unknown
}
