package source

import (
	"encoding/json"
	"errors"
	"io"
	"strings"

	"golang.org/x/net/html"
)

// ldValues reads a script's JSON as templates write it: marks of comments around it, several values one after the other,
// entities of HTML in the place of quotes. how says what had to be done.
func ldValues(text string) (values []any, how string) {
	text = strings.TrimSpace(ldMarks.Replace(text))
	if values = decodeAll(text); len(values) > 0 {
		return values, ""
	}
	if mended := mendAll(text); len(mended) > 0 {
		return mended, "broken JSON was mended"
	}
	if strings.Contains(text, "&quot;") || strings.Contains(text, "&#34;") {
		text = html.UnescapeString(text)
		if values = decodeAll(text); len(values) == 0 {
			values = mendAll(text)
		}
		return values, "entities were decoded"
	}
	return nil, ""
}

// ldMarks are what templates put around a script's text.
var ldMarks = strings.NewReplacer("<!--", "", "-->", "", "//<![CDATA[", "", "//]]>", "", "/*<![CDATA[*/", "", "/*]]>*/", "", "<![CDATA[", "", "]]>", "", "\ufeff", "")

// decodeAll reads JSON values that follow each other; nil where any of them is ill-formed.
func decodeAll(text string) []any {
	var list []any
	dec := json.NewDecoder(strings.NewReader(text))
	for len(list) < maxLDScripts {
		var v any
		err := dec.Decode(&v)
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			break
		}
		list = append(list, v)
		rest := text[dec.InputOffset():]
		if trimmed := strings.TrimLeft(rest, " \t\r\n;,"); trimmed != rest {
			text = trimmed
			dec = json.NewDecoder(strings.NewReader(text))
		}
	}
	return nil
}

// mendAll reads values as well as they can be mended, each from where the one before ended.
func mendAll(text string) []any {
	var list []any
	for range maxLDMended {
		at := strings.IndexAny(text, "{[")
		if at < 0 {
			break
		}
		text = text[at:]
		mended, _ := looseJSON([]byte(text))
		var v any
		if json.Unmarshal(mended, &v) != nil {
			break
		}
		list = append(list, v)
		end := balancedEnd(text)
		if end <= 0 {
			break
		}
		text = text[end:]
	}
	return list
}

// balancedEnd is where the first value of a text ends, by its brackets outside of strings; 0 where it does not.
func balancedEnd(text string) int {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}
