package hub

import (
	"encoding/base64"
	"encoding/binary"
	"slices"
	"strconv"
	"unicode"
	"unicode/utf8"
)

// Fingerprint is what the texts of two items are compared by, small enough to stand in every record: base64 (RFC 4648 §5,
// unpadded) of the counts and of the smallest hashes of what the text is made of. "" where a text is too short to tell it
// from others.
//
// It is a bottom-k sketch over runs of five words (Broder, "On the resemblance and containment of documents", 1997): the
// share of hashes that two sketches have in common estimates the share of the runs their texts have in common. The numbers in
// a text are kept apart, because reports that repeat each day (prices, weather, draws) differ in nothing else.
type Fingerprint string

const (
	shingle     = 5  // words in a run
	sketchSize  = 32 // hashes of runs kept
	numbersSize = 12 // hashes of numbers kept
	textKeys    = 3  // hashes a text can be found by

	minWords  = 8  // a text below says nothing about identity
	longWords = 24 // a text from here on may differ in places; a shorter one must be the same
	sureWords = 80 // a text from here on decides without its title
)

// NewFingerprint makes the fingerprint of an article from its title and text, both in NFC. Their words count, in lower case;
// their punctuation does not. The title counts for texts that are short, and for its numbers.
func NewFingerprint(title, text string) Fingerprint {
	runs, numbers := sketch{most: sketchSize}, sketch{most: numbersSize}
	var last [shingle]uint64 // the hashes of the words before, in a ring
	run, gone, count := uint64(0), uint64(1), 0
	for range shingle {
		gone *= mixer
	}
	for w := (words{rest: text}); w.next(); count++ {
		if w.number {
			numbers.add(uint32(w.hash >> 32))
		}
		// A run's hash is that before it without the word that leaves it and with the one that comes.
		run = run*mixer - last[count%shingle]*gone + w.hash
		last[count%shingle] = w.hash
		if count >= shingle-1 {
			runs.add(uint32(run * mixer >> 32))
		}
	}
	if count < minWords {
		return ""
	}
	p := print{words: count, title: numbersOf(title), numbers: numbers, runs: runs}
	if p.short() {
		whole := uint64(offset)
		for _, part := range []string{title, text} {
			for w := (words{rest: part}); w.next(); {
				whole = whole*mixer + w.hash
			}
		}
		p.runs = sketch{n: 1}
		p.runs.hashes[0] = uint32(whole * mixer >> 32)
	}
	return p.encode()
}

// Keys are the names by which a copy of the text can be found in a store: two texts that are nearly the same share one of
// them as good as always. They can never be the key of a URL.
func (f Fingerprint) Keys() []string {
	p, ok := f.decode()
	if !ok {
		return nil
	}
	var hashes []uint32
	if p.numbers.n > 0 {
		// Of reports that differ in their numbers alone, the runs without one lead to the newest.
		sum := uint64(p.title)
		for _, h := range append(slices.Clone(p.numbers.list()), p.runs.hashes[0]) {
			sum = sum*mixer + uint64(h) + 1
		}
		hashes = append(hashes, uint32(sum>>32))
	}
	hashes = append(hashes, p.runs.list()[:min(textKeys-len(hashes), p.runs.n)]...)
	keys := make([]string, len(hashes))
	for n, h := range hashes {
		keys[n] = "#" + strconv.FormatUint(uint64(h), 36) + "." + strconv.Itoa(min(p.words/longWords, 1))
	}
	return keys
}

// Near says whether two texts have so much in common that Identify may take one for the other. What is not near is known
// by nothing of its text.
func (f Fingerprint) Near(g Fingerprint) bool { return f.alike(g) >= nearly }

// alike is how much of the text two fingerprints have in common, 0 to 1. It is 0 where they tell of different numbers, or of
// texts so short that only the same one counts.
func (f Fingerprint) alike(g Fingerprint) float64 {
	a, okA := f.decode()
	b, okB := g.decode()
	switch {
	case !okA || !okB, a.short() != b.short():
		return 0
	case a.title != 0 && b.title != 0 && a.title != b.title:
		return 0
	case !sameNumbers(a.numbers.list(), b.numbers.list()):
		return 0
	case a.short():
		if a.runs.hashes[0] == b.runs.hashes[0] {
			return 1
		}
		return 0
	}
	return resemblance(a.runs.list(), b.runs.list(), sketchSize)
}

func (f Fingerprint) words() int {
	p, _ := f.decode()
	return p.words
}

// print is a fingerprint taken apart.
type print struct {
	words   int
	title   uint32 // of the numbers in the title; 0 where it has none
	numbers sketch // of distinct numbers in the text
	runs    sketch // of distinct runs; of a short text the one hash of all
}

func (p print) short() bool { return p.words < longWords }

const fingerprintVersion = 1

const (
	headSize = 8 // bytes before the hashes
	mostSize = headSize + 4*(numbersSize+sketchSize)
)

func (p *print) encode() Fingerprint {
	var room [mostSize]byte
	b := append(room[:0], fingerprintVersion)
	b = binary.BigEndian.AppendUint16(b, uint16(min(p.words, 1<<16-1)))
	b = binary.BigEndian.AppendUint32(b, p.title)
	b = append(b, byte(p.numbers.n))
	for _, list := range [][]uint32{p.numbers.list(), p.runs.list()} {
		for _, h := range list {
			b = binary.BigEndian.AppendUint32(b, h)
		}
	}
	return Fingerprint(base64.RawURLEncoding.EncodeToString(b))
}

func (f Fingerprint) decode() (p print, ok bool) {
	var room [mostSize]byte
	if len(f) > base64.RawURLEncoding.EncodedLen(mostSize) {
		return p, false
	}
	n, err := base64.RawURLEncoding.Decode(room[:], []byte(f))
	b := room[:n]
	if err != nil || n < headSize+4 || b[0] != fingerprintVersion || n%4 != 0 {
		return p, false
	}
	p.words = int(binary.BigEndian.Uint16(b[1:]))
	p.title = binary.BigEndian.Uint32(b[3:])
	p.numbers.n, p.runs.n = int(b[7]), (n-headSize)/4-int(b[7])
	if p.numbers.n > numbersSize || p.runs.n <= 0 || p.runs.n > sketchSize {
		return p, false
	}
	b = b[headSize:]
	for _, list := range [][]uint32{p.numbers.list(), p.runs.list()} {
		for i := range list {
			list[i], b = binary.BigEndian.Uint32(b), b[4:]
		}
	}
	return p, true
}

// FNV-1a, 64 bits, over the letters of a word, and an odd number that spreads its bits.
const (
	offset = 14695981039346656037
	prime  = 1099511628211
	mixer  = 0x9e3779b97f4a7c15
)

// words walks along the words of a text: runs of letters, digits and marks, in lower case.
type words struct {
	rest   string
	hash   uint64 // of the word
	number bool   // whether a digit of ASCII is in it
}

// small has the small letter or digit in the place of each byte of ASCII, 0 where it is none.
const small = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00" +
	"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x000123456789\x00\x00\x00\x00\x00\x00" +
	"\x00abcdefghijklmnopqrstuvwxyz\x00\x00\x00\x00\x00\x00abcdefghijklmnopqrstuvwxyz\x00\x00\x00\x00\x00"

// next goes to the next word and says whether there is one.
func (w *words) next() bool {
	h, number, found, i := uint64(offset), false, false, 0
	for i < len(w.rest) {
		r, size := rune(w.rest[i]), 1
		if r < utf8.RuneSelf {
			number = number || r >= '0' && r <= '9'
			r = rune(small[r])
		} else {
			r, size = runeAt(w.rest[i:])
			r = letter(r)
		}
		i += size
		if r != 0 {
			h, found = (h^uint64(r))*prime, true
		} else if found {
			break
		}
	}
	w.rest, w.hash, w.number = w.rest[i:], (h^h>>32)*mixer, number
	return found
}

// runeAt is utf8.DecodeRuneInString, quicker for the letters of Europe.
func runeAt(s string) (r rune, size int) {
	if len(s) >= 2 && s[0] >= 0xC2 && s[0] < 0xE0 && s[1]&0xC0 == 0x80 {
		return rune(s[0]&0x1F)<<6 | rune(s[1]&0x3F), 2
	}
	return utf8.DecodeRuneInString(s)
}

// letter is the small letter, digit or mark that r stands for, 0 where it is none. ASCII is not asked for.
func letter(r rune) rune {
	switch {
	case r >= 0x1EA0 && r <= 0x1EFF: // Vietnamese: small letters are odd
		return r | 1
	case r >= 0xC0 && r < 0xDF && r != 0xD7:
		return r + 0x20
	case r >= 0xDF && r <= 0xFF && r != 0xF7:
		return r
	case r >= 0x100 && r <= 0x12F:
		return r | 1
	case r == 0x1A1 || r == 0x1B0: // ơ, ư
		return r
	case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
		return unicode.ToLower(r)
	}
	return 0
}

// sketch keeps the smallest distinct values of those it is given, ascending, at most so many.
type sketch struct {
	most, n int
	hashes  [sketchSize]uint32
}

func (s *sketch) list() []uint32 { return s.hashes[:s.n] }

func (s *sketch) add(v uint32) {
	if s.n == s.most && v >= s.hashes[s.n-1] {
		return
	}
	at, found := slices.BinarySearch(s.list(), v)
	if found {
		return
	}
	s.n = min(s.n+1, s.most)
	copy(s.hashes[at+1:s.n], s.hashes[at:])
	s.hashes[at] = v
}

// numbersOf is one hash of all numbers in a text, 0 where there is none.
func numbersOf(text string) uint32 {
	s := sketch{most: numbersSize}
	for w := (words{rest: text}); w.next(); {
		if w.number {
			s.add(uint32(w.hash >> 32))
		}
	}
	sum := uint64(0)
	for _, h := range s.list() {
		sum = sum*mixer + uint64(h) + 1
	}
	return uint32(sum >> 16)
}

// sameNumbers says whether two texts can be one as far as their numbers go: those of one stand in the other, up to one in
// four that a desk corrected.
func sameNumbers(a, b []uint32) bool {
	few := min(len(a), len(b))
	if few == 0 {
		return max(len(a), len(b)) <= 2
	}
	common := 0
	for _, h := range a {
		if _, found := slices.BinarySearch(b, h); found {
			common++
		}
	}
	// Where there are more than are kept, only those below both sketches' ends can be compared.
	if len(a) == numbersSize || len(b) == numbersSize {
		end := min(a[len(a)-1], b[len(b)-1])
		few = min(upTo(a, end), upTo(b, end))
	}
	return 4*common >= 3*few
}

func upTo(sorted []uint32, end uint32) int {
	n, found := slices.BinarySearch(sorted, end)
	if found {
		n++
	}
	return n
}

// resemblance estimates the Jaccard index of two sets from their k smallest hashes.
func resemblance(a, b []uint32, k int) float64 {
	common, all := 0, 0
	for i, j := 0, 0; all < k && (i < len(a) || j < len(b)); all++ {
		switch {
		case j == len(b) || i < len(a) && a[i] < b[j]:
			i++
		case i == len(a) || b[j] < a[i]:
			j++
		default:
			common, i, j = common+1, i+1, j+1
		}
	}
	if all == 0 {
		return 0
	}
	return float64(common) / float64(all)
}
