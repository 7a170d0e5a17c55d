package clean

import (
	"strings"
	"unicode"

	"golang.org/x/text/language"
)

// sampleRunes is how much of a text its language is found from.
const sampleRunes = 6000

// language is the declared one, nearest first, else what the text is written in, else the site's.
func (m *maker) language() string {
	for _, raw := range []string{m.draft.Language, m.doc.Language, m.setting.Source.Language} {
		if tag := m.arena.languageTag(raw); tag != "" {
			m.trace.changed("language", "language", raw, tag)
			return tag
		}
	}
	if found := detectLanguage(m.item.Title, m.item.Summary, m.item.ContentText); found != "" {
		m.trace.add("language found", "language", "", found)
		return found
	}
	return languageTag(m.setting.Language)
}

// languageTag is languageTag, remembered: the items of a document mostly have one language.
func (a *arena) languageTag(raw string) string {
	if a.language[0] != raw {
		a.language = [2]string{raw, languageTag(raw)}
	}
	return a.language[1]
}

// languageTag normalises a declared language to BCP 47 (en_US → en-US, IT-it → it-IT); "" where it is none.
func languageTag(raw string) string {
	raw = strings.TrimSpace(raw)
	if raw == "" || len(raw) > 35 || strings.EqualFold(raw, "x-default") {
		return ""
	}
	if i := strings.IndexAny(raw, ".@,; "); i > 0 { // en_US.UTF-8; "en, vi"
		raw = raw[:i]
	}
	tag, err := language.Raw.Parse(raw)
	if err != nil || tag == language.Und {
		return ""
	}
	if tag, err = language.DeprecatedBase.Canonicalize(tag); err != nil {
		return ""
	}
	if s := tag.String(); !strings.HasPrefix(s, "x-") && s != "mul" && s != "zxx" {
		return s
	}
	return ""
}

// detectLanguage names the language of a text, "" where it is not sure: by its script, by the letters only Vietnamese has,
// else by the small words.
func detectLanguage(texts ...string) string {
	var s letters
	n := 0
	for _, text := range texts {
		for _, r := range text {
			if n++; n > sampleRunes {
				break
			}
			s.count(r)
		}
		n++ // the line's end
	}
	switch {
	case s.all < 8:
		return ""
	case s.hangul*4 > s.all:
		return "ko"
	case s.kana*20 > s.all:
		return "ja"
	case s.han*3 > s.all:
		return "zh"
	case s.thai*2 > s.all:
		return "th"
	case s.arabic*2 > s.all:
		return s.ofArabicScript()
	case s.greek*2 > s.all:
		return "el"
	case s.hebrew*2 > s.all:
		return "he"
	case s.cyrillic*2 > s.all:
		return s.ofCyrillicScript()
	case s.vietnamese >= 2 && s.vietnamese*25 >= s.all:
		return "vi"
	case s.latin*2 < s.all:
		return ""
	}
	return byStopWords(strings.Join(texts, "\n"))
}

type letters struct {
	all, latin, han, kana, hangul, thai, arabic, cyrillic, ukrainian, russian, vietnamese int
	persian, urdu, greek, hebrew, serbian, macedonian, belarusian, hard, foreign          int
}

// ofArabicScript tells Persian and Urdu, which have letters of their own in every line, from Arabic.
func (s *letters) ofArabicScript() string {
	switch {
	case s.urdu*40 > s.arabic:
		return "ur"
	case s.persian*20 > s.arabic:
		return "fa"
	}
	return "ar"
}

// ofCyrillicScript names the language by the letters that only it has; "" where it is none of these.
func (s *letters) ofCyrillicScript() string {
	switch {
	case s.foreign > 0: // of Central Asia
		return ""
	case s.belarusian > 0:
		return "be"
	case s.ukrainian > 0 && s.ukrainian >= s.russian:
		return "uk"
	case s.macedonian > 0:
		return "mk"
	case s.serbian > 0 && s.russian == 0:
		return "sr"
	case s.russian == 0 && s.hard > 1 && s.hard*100 > s.cyrillic:
		return "bg" // where the hard sign is a vowel
	}
	return "ru"
}

func (s *letters) count(r rune) {
	if r < unicode.MaxASCII {
		if c := r | 0x20; c >= 'a' && c <= 'z' {
			s.all++
			s.latin++
		}
		return
	}
	if !unicode.IsLetter(r) {
		return
	}
	s.all++
	switch {
	case r < 0x250 || r >= 0x1E00 && r <= 0x1EFF:
		s.latin++
		if r >= 0x1EA0 && r <= 0x1EF9 || r == 'ơ' || r == 'ư' || r == 'đ' || r == 'Đ' || r == 'Ơ' || r == 'Ư' || r == 'ă' || r == 'Ă' {
			s.vietnamese++
		}
	case r >= 0x400 && r <= 0x52F:
		s.cyrillic++
		s.countCyrillic(r)
	case unicode.Is(unicode.Han, r):
		s.han++
	case unicode.Is(unicode.Hiragana, r) || unicode.Is(unicode.Katakana, r):
		s.kana++
	case unicode.Is(unicode.Hangul, r):
		s.hangul++
	case unicode.Is(unicode.Thai, r):
		s.thai++
	case unicode.Is(unicode.Arabic, r):
		s.arabic++
		switch r {
		case 'پ', 'چ', 'ژ', 'گ', 'ک', 'ی':
			s.persian++
		case 'ٹ', 'ڈ', 'ڑ', 'ے', 'ں', 'ھ':
			s.urdu++
		}
	case unicode.Is(unicode.Greek, r):
		s.greek++
	case unicode.Is(unicode.Hebrew, r):
		s.hebrew++
	}
}

func (s *letters) countCyrillic(r rune) {
	switch unicode.ToLower(r) {
	case 'і', 'ї', 'є', 'ґ':
		s.ukrainian++
	case 'ы', 'э', 'ё':
		s.russian++
	case 'ъ':
		s.hard++
	case 'ў':
		s.belarusian++
	case 'ј', 'љ', 'њ', 'ћ', 'ђ', 'џ':
		s.serbian++
	case 'ѓ', 'ќ', 'ѕ':
		s.macedonian++
	case 'ә', 'ғ', 'қ', 'ң', 'ө', 'ү', 'ұ', 'һ':
		s.foreign++
	}
}

// stopWords are words that are frequent in one language and rare in the others; those several share stand with none.
var stopWords = map[string]string{
	"the": "en", "and": "en", "of": "en", "with": "en", "that": "en", "this": "en", "from": "en", "have": "en", "has": "en", "was": "en",
	"were": "en", "which": "en", "their": "en", "will": "en", "would": "en", "for": "en", "are": "en", "by": "en", "it": "en", "to": "en", "is": "en",
	"le": "fr", "les": "fr", "des": "fr", "est": "fr", "dans": "fr", "pour": "fr", "qui": "fr", "sur": "fr", "avec": "fr", "une": "fr",
	"pas": "fr", "par": "fr", "ont": "fr", "au": "fr", "aux": "fr", "du": "fr", "et": "fr", "cette": "fr", "ses": "fr",
	"der": "de", "die": "de", "das": "de", "und": "de", "ist": "de", "nicht": "de", "mit": "de", "auf": "de", "für": "de", "von": "de",
	"dem": "de", "ein": "de", "eine": "de", "sich": "de", "auch": "de", "wird": "de", "zu": "de", "im": "de", "nach": "de", "bei": "de",
	"el": "es", "los": "es", "las": "es", "y": "es", "por": "es", "una": "es", "para": "es", "más": "es", "como": "es", "su": "es",
	"pero": "es", "con": "es", "del": "es", "fue": "es", "sus": "es", "este": "es", "muy": "es", "está": "es",
	"il": "it", "gli": "it", "di": "it", "che": "it", "della": "it", "per": "it", "sono": "it", "nel": "it", "alla": "it", "anche": "it",
	"dei": "it", "delle": "it", "è": "it", "ha": "it", "non": "it", "più": "it", "dal": "it", "questo": "it",
	"o": "pt", "os": "pt", "um": "pt", "uma": "pt", "não": "pt", "em": "pt", "da": "pt", "do": "pt", "dos": "pt", "mais": "pt",
	"na": "pt", "ao": "pt", "foi": "pt", "são": "pt", "também": "pt", "pela": "pt", "pelo": "pt",
	"het": "nl", "een": "nl", "van": "nl", "niet": "nl", "voor": "nl", "zijn": "nl", "aan": "nl", "ook": "nl", "naar": "nl", "wordt": "nl", "bij": "nl",
	"cua": "vi", "nguoi": "vi", "khong": "vi", "duoc": "vi", "nhung": "vi", "trong": "vi", "cac": "vi", "theo": "vi", "tai": "vi", "voi": "vi", "ngay": "vi",
	"yang": "id", "dan": "id", "dengan": "id", "untuk": "id", "dari": "id", "tidak": "id", "dalam": "id", "ini": "id", "itu": "id", "pada": "id", "adalah": "id", "akan": "id",
}

func byStopWords(text string) string {
	score, distinct, seen, words := map[string]int{}, map[string]int{}, map[string]bool{}, 0
	eachWord(text, func(w string, name bool) {
		words++
		// English writes capitals in headlines.
		if lang, ok := stopWords[w]; ok && (!name || lang == "en") {
			score[lang]++
			if !seen[w] {
				seen[w] = true
				distinct[lang]++
			}
		}
	})
	best, second := "", ""
	for lang, n := range score {
		switch {
		case n > score[best] || n == score[best] && lang < best:
			best, second = lang, best
		case n > score[second]:
			second = lang
		}
	}
	// One foreign word said twice ("para") is no evidence, nor are two among English ones, which may be names.
	if best != "en" && (distinct[best] < 2 || distinct[best] < 3 && score["en"] > 0) {
		return ""
	}
	if score[best] < 2 || score[best]*12 < words || score[best] < 2*score[second] {
		return ""
	}
	return best
}

// eachWord calls f for the words of a text's beginning, in lower case, and says which a capital within a sentence makes part of a
// name: Los Angeles, La Liga.
func eachWord(text string, f func(w string, name bool)) {
	begins := true
	for read := 0; text != "" && read <= sampleRunes; {
		start := strings.IndexFunc(text, unicode.IsLetter)
		if start < 0 {
			return
		}
		begins = begins || strings.ContainsAny(text[:start], ".!?…\n\"“«")
		text = text[start:]
		end := strings.IndexFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
		if end < 0 {
			end = len(text)
		}
		w := strings.ToLower(text[:end])
		f(w, !begins && w != text[:end])
		begins, read, text = false, read+end, text[end:]
	}
}
