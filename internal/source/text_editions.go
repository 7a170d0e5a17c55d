package source

import (
	"regexp"
	"strings"
	"unicode"

	"tinhub/internal/hub"
)

// editionNames are languages as links to another edition of the same article name them.
var editionNames = map[string]string{
	"en": "en", "eng": "en", "english": "en", "tiếng anh": "en", "anh ngữ": "en", "vi": "vi", "vn": "vi", "vie": "vi", "tiếng việt": "vi", "việt ngữ": "vi",
	"vietnamese": "vi", "中文": "zh", "中文版": "zh", "chinese": "zh", "tiếng trung": "zh", "tiếng hoa": "zh", "français": "fr", "french": "fr", "tiếng pháp": "fr",
	"русский": "ru", "russian": "ru", "tiếng nga": "ru", "日本語": "ja", "japanese": "ja", "tiếng nhật": "ja", "한국어": "ko", "korean": "ko", "tiếng hàn": "ko",
	"deutsch": "de", "español": "es", "ខ្មែរ": "km", "khmer": "km", "tiếng khmer": "km", "ລາວ": "lo", "tiếng lào": "lo",
}

// editionWords stand around the language's name in such a link: "Read this article in English", "Xem phiên bản tiếng Anh".
var (
	editionBefore = regexp.MustCompile(`^(?:(?:đọc|xem|chuyển|sang|bằng|phiên|ấn|bản|bài|viết|tin|này|báo|trang|ngôn ngữ|read|view|see|switch|this|the|article|story|page|it|in|to|go|also|available|language|edition|version)[\s:]+)+`)
	editionAfter  = regexp.MustCompile(`\s+(?:edition|version|page|site|translation|news)$`)
)

// languageOf is the language that a link to an edition names.
func languageOf(phrase string) (string, bool) {
	key := foldLine(phrase)
	if lang, ok := editionNames[key]; ok {
		return lang, true
	}
	lang, ok := editionNames[editionAfter.ReplaceAllString(editionBefore.ReplaceAllString(key, ""), "")]
	return lang, ok
}

// editions reads a line that is one or more links to other editions.
func editions(line string) []hub.Alternate {
	if len(line) > 80 {
		return nil
	}
	line = strings.TrimSpace(strings.Map(func(r rune) rune { // a flag, a globe
		if unicode.Is(unicode.So, r) || r == '\ufe0f' || r == '\u200d' {
			return ' '
		}
		return r
	}, line))
	var list []hub.Alternate
	for _, part := range strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune("|/•·", r) }) {
		if strings.TrimSpace(part) == "" {
			continue
		}
		if lang, ok := languageOf(part); ok {
			list = append(list, hub.Alternate{Language: lang})
			continue
		}
		row := editionRow(part)
		if row == nil {
			return nil
		}
		list = append(list, row...)
	}
	return list
}

// editionRow reads names of languages that stand side by side: "Tiếng Việt English", "EN VI".
func editionRow(part string) []hub.Alternate {
	words := strings.Fields(part)
	var list []hub.Alternate
	for at := 0; at < len(words); {
		size := min(2, len(words)-at)
		for ; size > 0; size-- {
			if lang, ok := editionNames[foldLine(strings.Join(words[at:at+size], " "))]; ok {
				list = append(list, hub.Alternate{Language: lang})
				break
			}
		}
		if size == 0 {
			return nil
		}
		at += size
	}
	return list
}
