package source

import (
	"bytes"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
)

var xmlDeclaration = regexp.MustCompile(`(?i)^\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([a-z0-9._:-]{1,40})["']`)

var metaCharset = regexp.MustCompile(`(?i)<meta\s[^>]{0,200}?\bcharset\s*=\s*["']?([a-z0-9._:-]{2,40})`)

// toUTF8 turns a document into UTF-8 without a BOM. What counts, in this order: a BOM, the charset of the Content-Type, the
// document's own word (XML declaration, HTML meta), what the bytes look like. Bytes that are valid UTF-8 with letters
// beyond ASCII are UTF-8 whatever the label says: no text of another encoding looks like that by accident, but for a
// few letters of a double-byte one (the two characters of 联通 in GBK do).
// What was decided against the labels or lost is noted in n, which may be nil.
func toUTF8(b []byte, contentType string, n *notes) []byte {
	note := func(s string) {
		if n != nil {
			n.add(s)
		}
	}
	return withoutOldFonts(fromC1(decode(b, contentType, note), note), note)
}

func decode(b []byte, contentType string, note func(string)) []byte {
	switch {
	case bytes.HasPrefix(b, []byte("\xef\xbb\xbf")):
		return mendUTF8(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), note)
	case bytes.HasPrefix(b, []byte("\xff\xfe\x00\x00")), bytes.HasPrefix(b, []byte("\x00\x00\xfe\xff")):
		return fromUTF32(b[4:], b[0] == 0xff)
	case bytes.HasPrefix(b, []byte("<\x00\x00\x00")), bytes.HasPrefix(b, []byte("\x00\x00\x00<")):
		return fromUTF32(b, b[0] == '<')
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		return convert(b, unicode.UTF16(unicode.BigEndian, unicode.UseBOM))
	}
	if order, ok := guessUTF16(b); ok {
		return convert(b, unicode.UTF16(order, unicode.IgnoreBOM))
	}
	label := declared(b, contentType)
	valid := utf8.Valid(b)
	if label != "" {
		enc, name := charset.Lookup(label)
		switch {
		case enc == nil, strings.HasPrefix(name, "utf-16"), strings.HasPrefix(label, "utf-32"), name == "replacement":
			note("the encoding it names, " + label + ", is not what it has")
		case name == "utf-8":
			if valid {
				return b
			}
			if looksUTF8(b, 1) || looksUTF8(b, 4) && !isOtherText(b) {
				return mendUTF8(b, note)
			}
			note("it says UTF-8 but is not")
		case valid && isSingleByte(name) && hasHighByte(b), valid && isDoubleByte(name) && hasLetters(b, 6):
			note("it says " + label + " but is UTF-8")
			return b
		case name == "gbk":
			return convert(b, simplifiedchinese.GB18030) // feeds that name GB2312 or GBK use all of it
		case name == "windows-1258":
			return norm.NFC.Bytes(convert(b, enc)) // it spells a letter's tone as a character of its own
		default:
			return convert(b, enc)
		}
	}
	if valid {
		return b
	}
	if looksUTF8(b, 1) {
		return mendUTF8(b, note)
	}
	if enc, name := guessEncoding(b); enc != nil && !isMixedVietnamese(b) {
		note("no encoding that fits is named: read as " + name)
		return convert(b, enc)
	}
	if looksVietnamese1258(b) {
		note("no encoding named: read as windows-1258")
		return norm.NFC.Bytes(convert(b, charmap.Windows1258))
	}
	note("no encoding named: read as windows-1252")
	return convert(b, charmap.Windows1252)
}

// declared is the encoding that the Content-Type or the document itself names, "" for none.
func declared(b []byte, contentType string) string {
	if _, label := mediaType(contentType); label != "" {
		return strings.ToLower(strings.Trim(label, `"' `))
	}
	head := b[:min(len(b), 1024)]
	if m := xmlDeclaration.FindSubmatch(head); m != nil {
		return strings.ToLower(string(m[1]))
	}
	if m := metaCharset.FindSubmatch(b[:min(len(b), 4096)]); m != nil {
		return strings.ToLower(string(m[1]))
	}
	return ""
}

func convert(b []byte, enc encoding.Encoding) []byte {
	out, err := enc.NewDecoder().Bytes(b)
	if err != nil {
		// Decoders of the Encoding Standard put U+FFFD for what they cannot read; an error is not in them, but if it comes,
		// a readable half is better than nothing.
		return bytes.ToValidUTF8(b, []byte("\ufffd"))
	}
	return bytes.TrimPrefix(out, []byte("\ufeff"))
}

func isSingleByte(name string) bool {
	for _, family := range []string{"windows-125", "iso-8859-", "koi8", "macintosh", "x-mac", "ibm866", "windows-874"} {
		if strings.HasPrefix(name, family) {
			return true
		}
	}
	return false
}

func isDoubleByte(name string) bool {
	switch name {
	case "gbk", "gb18030", "big5", "euc-kr", "euc-jp", "shift_jis":
		return true
	}
	return false
}

// hasLetters says whether valid UTF-8 has so many letters beyond ASCII.
func hasLetters(b []byte, most int) bool {
	for _, c := range b {
		if c >= 0xc0 {
			most--
		}
		if most == 0 {
			return true
		}
	}
	return false
}

func hasHighByte(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return true
		}
	}
	return false
}

// looksUTF8 says whether broken UTF-8 is still UTF-8: for so many bad bytes there is a good sequence, which other encodings
// hardly ever make.
func looksUTF8(b []byte, bearable int) bool {
	good, bad := 0, 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			bad++
		} else {
			good++
		}
		i += size
	}
	return good > 0 && good*bearable >= bad
}

// mendUTF8 makes broken UTF-8 valid. A lone bad byte between ASCII is what a careless editor pasted from windows-1252
// (a curly quote, a dash); anything else is U+FFFD.
func mendUTF8(b []byte, note func(string)) []byte {
	if utf8.Valid(b) {
		return b
	}
	note("invalid UTF-8 bytes were replaced")
	out := make([]byte, 0, len(b)+16)
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r != utf8.RuneError || size != 1 {
			out = append(out, b[i:i+size]...)
			i += size
			continue
		}
		alone := (i == 0 || b[i-1] < utf8.RuneSelf) && (i+1 >= len(b) || b[i+1] < utf8.RuneSelf)
		if alone {
			r = charmap.Windows1252.DecodeByte(b[i])
		}
		out = utf8.AppendRune(out, r)
		i++
	}
	return out
}

// guessUTF16 recognises UTF-16 without a BOM by the zero bytes of its ASCII.
func guessUTF16(b []byte) (unicode.Endianness, bool) {
	head := b[:min(len(b), 512)]
	if len(head) < 4 {
		return unicode.BigEndian, false
	}
	var zero [2]int
	for i, c := range head {
		if c == 0 {
			zero[i%2]++
		}
	}
	half := len(head) / 2
	switch {
	case zero[0]*10 > half*4 && zero[1]*20 < half:
		return unicode.BigEndian, true
	case zero[1]*10 > half*4 && zero[0]*20 < half:
		return unicode.LittleEndian, true
	}
	return unicode.BigEndian, false
}

func fromUTF32(b []byte, little bool) []byte {
	out := make([]byte, 0, len(b)/4)
	for i := 0; i+3 < len(b); i += 4 {
		r := rune(b[i])<<24 | rune(b[i+1])<<16 | rune(b[i+2])<<8 | rune(b[i+3])
		if little {
			r = rune(b[i+3])<<24 | rune(b[i+2])<<16 | rune(b[i+1])<<8 | rune(b[i])
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}

// looksVietnamese1258 tells windows-1258 from windows-1252: its tone marks are bytes of their own that follow a vowel,
// where windows-1252 has letters (Ì Ò Þ ì ò) that seldom do.
func looksVietnamese1258(b []byte) bool {
	tones, after := 0, 0
	for i, c := range b {
		switch c {
		case 0xcc, 0xd2, 0xde, 0xec, 0xf2:
			tones++
			if i > 0 && isVowel1258(b[i-1]) {
				after++
			}
		}
	}
	return after >= 2 && after*10 >= tones*7
}

// isOtherText says whether a text that has more bad sequences of UTF-8 than good ones is one of another encoding.
func isOtherText(b []byte) bool {
	enc, _ := guessEncoding(b)
	return enc != nil || isMixedVietnamese(b)
}

// isMixedVietnamese tells windows-1258 from the encodings of other scripts, whose words have no Latin letters among their own.
func isMixedVietnamese(b []byte) bool {
	high, mixed := 0, 0
	for word := range bytes.FieldsFuncSeq(b, func(r rune) bool { return r < utf8.RuneSelf && !isLatin(byte(r)) }) {
		n := 0
		for _, c := range word {
			if c >= 0x80 {
				n++
			}
		}
		if high += n; n < len(word) {
			mixed += n
		}
	}
	return mixed*10 > high*7 && looksVietnamese1258(b)
}

func isLatin(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isVowel1258(c byte) bool {
	switch c {
	case 'a', 'e', 'i', 'o', 'u', 'y', 'A', 'E', 'I', 'O', 'U', 'Y',
		0xe2, 0xe3, 0xea, 0xf4, 0xf5, 0xfd, 0xc2, 0xc3, 0xca, 0xd4, 0xd5, 0xdd: // â ă ê ô ơ ư and capitals
		return true
	}
	return false
}
