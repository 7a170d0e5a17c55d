package source

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"tinhub/internal/hub"
)

// jsonReader takes values out of JSON and knows the place of each. Strict, the first wrong one is an error that names its
// place; otherwise what can be understood is, the rest is left out with a note.
type jsonReader struct {
	strict bool
	notes  *notes
	err    error
}

// fail notes what is wrong at a place.
func (r *jsonReader) fail(place, format string, args ...any) {
	detail := fmt.Sprintf(format, args...)
	if r.strict {
		if r.err == nil {
			r.err = &hub.Error{Kind: hub.Invalid, Place: place, Detail: detail}
		}
		return
	}
	r.notes.add(place + ": " + detail + "; left out")
}

// jsonObject is an object and its place in the document.
type jsonObject struct {
	r      *jsonReader
	place  string
	fields map[string]json.RawMessage
}

func (o jsonObject) at(key string) string {
	if o.place == "" {
		return key
	}
	return o.place + "." + key
}

func (o jsonObject) has(key string) bool {
	raw, ok := o.fields[key]
	return ok && !bytes.Equal(bytes.TrimSpace(raw), []byte("null"))
}

func (r *jsonReader) object(place string, raw json.RawMessage) (jsonObject, bool) {
	o := jsonObject{r: r, place: place}
	if jsonType(raw) != "an object" {
		r.fail(place, "want an object, got %s", jsonType(raw))
		return o, false
	}
	o.fields = members(raw)
	return o, true
}

// text is a string; with number a number will do (JSON Feed 1.1 asks readers to take ids so).
func (o jsonObject) text(key string, number bool) string {
	if !o.has(key) {
		return ""
	}
	raw := o.fields[key]
	switch kind := jsonType(raw); {
	case kind == "a string":
		var s string
		if len(raw) > maxText && !o.r.strict {
			o.r.notes.add(fmt.Sprintf("a text of %d KiB was cut", len(raw)>>10))
			raw = cutString(raw, maxText)
		}
		if json.Unmarshal(raw, &s) == nil {
			return s
		}
	case kind == "a number" && (number || !o.r.strict):
		return string(bytes.TrimSpace(raw))
	default:
		o.r.fail(o.at(key), "want a string, got %s", kind)
	}
	return ""
}

// cutString is the beginning of a string as a string.
func cutString(raw json.RawMessage, most int) json.RawMessage {
	end := most
	if i := bytes.LastIndexByte(raw[end-12:end], '\\'); i >= 0 { // no half escape, nor half a pair of them
		end += i - 12
	}
	for end > 0 && (!utf8.RuneStart(raw[end]) || raw[end-1] == '\\') {
		end--
	}
	return append(raw[:end:end], '"')
}

func (o jsonObject) boolean(key string) bool {
	if !o.has(key) {
		return false
	}
	var b bool
	if json.Unmarshal(o.fields[key], &b) != nil {
		if !o.r.strict && strings.EqualFold(o.text(key, false), "true") {
			return true
		}
		o.r.fail(o.at(key), "want true or false, got %s", jsonType(o.fields[key]))
	}
	return b
}

// number is a number that is not negative.
func (o jsonObject) number(key string) float64 {
	if !o.has(key) {
		return 0
	}
	raw := o.fields[key]
	if jsonType(raw) == "a string" && !o.r.strict {
		raw = json.RawMessage(o.text(key, false))
	}
	var f float64
	switch {
	case json.Unmarshal(raw, &f) != nil:
		o.r.fail(o.at(key), "want a number, got %s", jsonType(o.fields[key]))
		return 0
	case f < 0 || f > 1<<53:
		o.r.fail(o.at(key), "%s is out of range", clip(string(raw), 40))
		return 0
	}
	return f
}

// list is an array's elements with their places. Not strict, a lone value stands for a list of one.
func (o jsonObject) list(key string) []jsonElement {
	list, more := o.first(key, maxMembers)
	if more {
		o.r.fail(o.at(key), "more than %d elements", maxMembers)
	}
	return list
}

// first is list, but at most so many of it, and whether there are more.
func (o jsonObject) first(key string, most int) (list []jsonElement, more bool) {
	if !o.has(key) {
		return nil, false
	}
	raw := o.fields[key]
	parts := []json.RawMessage{raw}
	switch {
	case jsonType(raw) == "a list":
		parts, more = elements(raw, most)
	case o.r.strict:
		o.r.fail(o.at(key), "want a list, got %s", jsonType(raw))
		return nil, false
	}
	list = make([]jsonElement, len(parts))
	for i, e := range parts {
		list[i] = jsonElement{place: o.at(key) + "[" + strconv.Itoa(i) + "]", raw: e}
	}
	return list, more
}

type jsonElement struct {
	place string
	raw   json.RawMessage
}

func (o jsonObject) texts(key string) []string {
	var list []string
	for _, e := range o.list(key) {
		var s string
		switch {
		case json.Unmarshal(e.raw, &s) == nil:
			list = append(list, s)
		case jsonType(e.raw) == "a number" && !o.r.strict:
			list = append(list, string(bytes.TrimSpace(e.raw)))
		default:
			o.r.fail(e.place, "want a string, got %s", jsonType(e.raw))
		}
	}
	return list
}

func (o jsonObject) objects(key string) []jsonObject {
	var list []jsonObject
	for _, e := range o.list(key) {
		if c, ok := o.r.object(e.place, e.raw); ok {
			list = append(list, c)
		}
	}
	return list
}

func (o jsonObject) object(key string) (jsonObject, bool) {
	if !o.has(key) {
		return jsonObject{r: o.r, place: o.at(key)}, false
	}
	return o.r.object(o.at(key), o.fields[key])
}

func jsonType(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return "nothing"
	}
	switch raw[0] {
	case '{':
		return "an object"
	case '[':
		return "a list"
	case '"':
		return "a string"
	case 't', 'f':
		return "true or false"
	case 'n':
		return "null"
	}
	return "a number"
}

// jsonError puts an error of encoding/json at its line and column, both counted from 1.
func jsonError(b []byte, err error) error {
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return &hub.Error{Kind: hub.Invalid, Detail: "not JSON", Err: err}
	}
	at := min(max(int(syntax.Offset)-1, 0), len(b))
	if strings.Contains(syntax.Error(), "unexpected end") {
		at = len(b)
	}
	line := bytes.Count(b[:at], []byte("\n")) + 1
	column := at - bytes.LastIndexByte(b[:at], '\n')
	return &hub.Error{Kind: hub.Invalid, Place: fmt.Sprintf("line %d column %d", line, column), Detail: "broken JSON: " + syntax.Error()}
}
