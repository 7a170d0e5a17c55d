package source

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

// maxGuessed is how many bytes, from the first letter beyond ASCII on, are looked at to guess an encoding.
const maxGuessed = 16 << 10

// guess is an encoding that a document may have, and the letters that a text in it has most of.
type guess struct {
	name   string
	enc    encoding.Encoding
	script *unicode.RangeTable // the letters it is there for
	common string              // the most frequent of them; "" where all count
	least  float64             // what share of the letters beyond ASCII must be common ones
}

// guesses are in the order in which equals are believed. The letters are those most frequent in newspapers.
func guesses() []guess {
	const (
		cyrillic    = "оеаинтсрвлкмдпуяыьгзб"
		simplified  = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严"
		traditional = "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過子說產種面而方後多定行學法所民得經十三之進著等部度家電力裡如水化高自二理起小物現實加量都兩體制機當使點從業本去把性好應開它合還因由其些然前外天政四日那社義事平形相全表間樣與關各重新線內數正心反你明看原又利比或但質氣第向道命此變條只沒結解問意建月公無系軍很情者最立代想已通並提直題黨程展五果料象員位入常文總次品式活設及管特件長求老頭基資邊流路級少圖山統接知較將組見計別她手期根論運農指區強放決西被做必戰先回則任取據處隊南給色光門即保治北造百規熱領七海口東導器壓世金增爭濟思術極交受聯什認六共權收證改清己美再採轉更單風打白教速花帶安場身車例真務具萬每目至達走積示議聲報完類八離華名確才科張信馬節話整空元況今集傳土許步群廣石記需段研界林律且究觀越織影算低持音眾書布復容兒須際商非連斷深難近千周委技備半辦青省列習響約支般史感勞便團往歷市克何除消構府稱太準精值號率族維劃選標寫存候親快效院查江型眼王按格養易置派層片始卻專狀育廠京識適屬包火住調滿縣局照參紅細引聽該鐵價嚴台灣"
	)
	return []guess{
		{"EUC-JP", japanese.EUCJP, unicode.Hiragana, "", 0.25},
		{"Shift_JIS", japanese.ShiftJIS, unicode.Hiragana, "", 0.25},
		{"EUC-KR", korean.EUCKR, unicode.Hangul, "", 0.7},
		{"GB18030", simplifiedchinese.GB18030, unicode.Han, simplified, 0.5},
		{"Big5", traditionalchinese.Big5, unicode.Han, traditional, 0.5},
		{"windows-1251", charmap.Windows1251, unicode.Cyrillic, cyrillic, 0.6},
		{"KOI8-R", charmap.KOI8R, unicode.Cyrillic, cyrillic, 0.6},
		{"ISO-8859-5", charmap.ISO8859_5, unicode.Cyrillic, cyrillic, 0.6},
		{"windows-1253", charmap.Windows1253, unicode.Greek, "αοιετσνηυρπκμλςδγωθάέίόήύώ", 0.7},
		{"windows-1255", charmap.Windows1255, unicode.Hebrew, "", 0.85},
		{"windows-1256", charmap.Windows1256, unicode.Arabic, "اليمونترفبعدسهحكقجذشصطخغزثضظءآأإةىؤئپچگ", 0.85},
		{"windows-874", charmap.Windows874, unicode.Thai, "", 0.85},
	}
}

// guessEncoding finds the encoding of a text in another script than Latin, by what it would read as; nil where it is none.
// Only runs of letters beyond ASCII are such a text: in Latin scripts they stand alone.
func guessEncoding(b []byte) (encoding.Encoding, string) {
	at := bytes.IndexFunc(b, func(r rune) bool { return r >= utf8.RuneSelf })
	if at < 0 || !hasRuns(b[at:min(len(b), at+maxGuessed)]) {
		return nil, ""
	}
	sample := b[at:min(len(b), at+maxGuessed)]
	var best guess
	top := 0.0
	for _, g := range guesses() {
		text, err := g.enc.NewDecoder().Bytes(sample)
		if err != nil {
			continue
		}
		if s := g.score(text); s >= g.least && s/g.least > top {
			best, top = g, s/g.least
		}
	}
	return best.enc, best.name
}

func hasRuns(b []byte) bool {
	high, paired := 0, 0
	for i, c := range b {
		if c < 0x80 {
			continue
		}
		high++
		// The second byte of a pair may be ASCII in Shift_JIS, GBK and Big5.
		if i > 0 && b[i-1] >= 0x80 || i+1 < len(b) && b[i+1] >= 0x80 {
			paired++
		}
	}
	return high >= 4 && paired*10 >= high*7
}

// score is the share of expected letters among all beyond ASCII, 0 where bytes cannot be read.
func (g guess) score(text []byte) float64 {
	all, good, bad := 0, 0, 0
	for _, r := range string(text) {
		switch {
		case r < utf8.RuneSelf:
			continue
		case r == utf8.RuneError, r >= 0x80 && r < 0xa0, r >= 0xe000 && r < 0xf900, r >= 0xff61 && r <= 0xff9f: // none, C1, private, half-width
			bad++
		case g.common != "" && strings.ContainsRune(g.common, r), g.common == "" && (unicode.Is(g.script, r) || g.script == unicode.Hiragana && unicode.Is(unicode.Katakana, r)):
			good++
		}
		all++
	}
	if all == 0 || bad*50 > all {
		return 0
	}
	return float64(good) / float64(all)
}

// fromC1 turns the control characters U+0080–U+009F, which no text has, into what windows-1252 has at those bytes.
func fromC1(b []byte, note func(string)) []byte {
	for i := 0; ; {
		j := bytes.IndexByte(b[i:], 0xc2)
		if j < 0 || i+j+1 >= len(b) {
			return b
		}
		if i += j + 1; b[i] >= 0x80 && b[i] < 0xa0 {
			break
		}
	}
	note("control characters were read as windows-1252")
	return bytes.Map(func(r rune) rune {
		if r >= 0x80 && r < 0xa0 {
			if c := charmap.Windows1252.DecodeByte(byte(r)); c != utf8.RuneError {
				return c
			}
		}
		return r
	}, b)
}

// withoutOldFonts reads a document that was typed for a font from before Unicode. Both kinds of font draw đ in the place of a
// letter that hardly any text has, so that other documents cost no more than a search.
func withoutOldFonts(b []byte, note func(string)) []byte {
	if bytes.Count(b, []byte("®")) < 2 && bytes.Count(b, []byte("ñ")) < 2 {
		return b
	}
	text, font, ok := fromOldFonts(string(b))
	if !ok {
		return b
	}
	note("letters of a " + font + " font were read as Vietnamese")
	return []byte(text)
}
