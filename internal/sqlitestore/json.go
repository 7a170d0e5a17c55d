package sqlitestore

import (
	"maps"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"tinhub/internal/hub"
)

// writer writes JSON as encoding/json does without escaping for HTML, for what stands in nearly every record, which is
// most of what storing an item costs beside SQLite. The rest it has encoding/json write.
type writer struct {
	b   []byte
	err error
}

// recordJSON is toJSON of a record.
func recordJSON(r *hub.Record) (string, error) {
	w := &writer{b: make([]byte, 0, 2<<10)}
	w.b = append(w.b, '{')
	w.item(&r.Item)
	w.field("state", string(r.State))
	w.key("first_seen").time(r.FirstSeen)
	w.key("first_seq").seq(r.FirstSeq)
	w.key("seq").seq(r.Seq)
	w.date("changed", r.Changed)
	w.key("sections").texts(r.Sections)
	w.shelves(r.Shelves)
	w.date("declared", r.Declared)
	w.date("publish_at", r.PublishAt)
	w.count("priority", r.Priority)
	if r.Retraction != nil {
		w.key("retraction").other(r.Retraction)
	}
	w.some("url_key", r.URLKey)
	w.list("other_keys", r.OtherKeys)
	w.some("text", string(r.Text))
	w.flag("bodiless", r.Bodiless)
	w.b = append(w.b, '}')
	return string(w.b), w.err
}

func (w *writer) item(it *hub.Item) {
	w.field("id", string(it.ID))
	w.field("source", it.Source)
	w.field("original_id", it.OriginalID)
	w.some("url", it.URL)
	w.some("title", it.Title)
	w.some("summary", it.Summary)
	w.some("content_html", it.ContentHTML)
	w.some("content_text", it.ContentText)
	w.some("image", it.Image)
	w.pictures(it.Pictures)
	w.date("published", it.Published)
	w.date("modified", it.Modified)
	w.some("original_date", it.OriginalDate)
	w.authors(it.Authors)
	w.list("tags", it.Tags)
	w.some("language", it.Language)
	if len(it.Attachments) > 0 {
		w.key("attachments").other(it.Attachments)
	}
	w.list("captions", it.Captions)
	if len(it.Alternates) > 0 {
		w.key("alternates").other(it.Alternates)
	}
	w.flag("paywalled", it.Paywalled)
	if it.Via != nil {
		w.key("via").other(it.Via)
	}
	if it.Point != nil {
		w.key("point").other(it.Point)
	}
	w.some("amp", it.AMP)
	w.field("hash", it.Hash)
}

func (w *writer) pictures(list []hub.Picture) {
	if len(list) == 0 {
		return
	}
	w.key("pictures")
	for i, p := range list {
		w.open(i)
		w.field("url", p.URL)
		w.some("type", p.Type)
		w.count("width", p.Width)
		w.count("height", p.Height)
		w.some("alt", p.Alt)
		w.some("caption", p.Caption)
		w.some("credit", p.Credit)
		w.b = append(w.b, '}')
	}
	w.b = append(w.b, ']')
}

func (w *writer) authors(list []hub.Author) {
	if len(list) == 0 {
		return
	}
	w.key("authors")
	for i, a := range list {
		w.open(i)
		w.some("name", a.Name)
		w.some("url", a.URL)
		w.some("email", a.Email)
		w.b = append(w.b, '}')
	}
	w.b = append(w.b, ']')
}

func (w *writer) shelves(m map[string][]string) {
	if len(m) == 0 {
		return
	}
	w.key("shelves")
	w.b = append(w.b, '{')
	for _, source := range slices.Sorted(maps.Keys(m)) {
		w.comma()
		w.text(source)
		w.b = append(w.b, ':')
		w.texts(m[source])
	}
	w.b = append(w.b, '}')
}

// open begins the i-th object of a list.
func (w *writer) open(i int) {
	w.b = append(w.b, "[,"[min(i, 1)], '{')
}

// comma stands before everything but the first of an object.
func (w *writer) comma() {
	if w.b[len(w.b)-1] != '{' {
		w.b = append(w.b, ',')
	}
}

func (w *writer) key(name string) *writer {
	w.comma()
	w.b = append(w.b, '"')
	w.b = append(w.b, name...)
	w.b = append(w.b, `":`...)
	return w
}

func (w *writer) field(name, value string) { w.key(name).text(value) }

func (w *writer) some(name, value string) {
	if value != "" {
		w.field(name, value)
	}
}

func (w *writer) list(name string, values []string) {
	if len(values) > 0 {
		w.key(name).texts(values)
	}
}

func (w *writer) count(name string, n int) {
	if n != 0 {
		w.key(name)
		w.b = strconv.AppendInt(w.b, int64(n), 10)
	}
}

func (w *writer) flag(name string, on bool) {
	if on {
		w.key(name)
		w.b = append(w.b, "true"...)
	}
}

func (w *writer) date(name string, t time.Time) {
	if !t.IsZero() {
		w.key(name).time(t)
	}
}

func (w *writer) seq(n hub.Seq) { w.b = strconv.AppendUint(w.b, uint64(n), 10) }

func (w *writer) time(t time.Time) {
	b, err := t.AppendText(append(w.b, '"'))
	if err != nil {
		w.other(t) // says what is wrong
		return
	}
	w.b = append(b, '"')
}

func (w *writer) texts(values []string) {
	if values == nil {
		w.b = append(w.b, "null"...)
		return
	}
	w.b = append(w.b, '[')
	for i, v := range values {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.text(v)
	}
	w.b = append(w.b, ']')
}

func (w *writer) text(s string) {
	if !plain(s) {
		w.other(s)
		return
	}
	w.b = append(w.b, '"')
	w.b = append(w.b, s...)
	w.b = append(w.b, '"')
}

// plain says whether a string stands in JSON as it is.
func plain(s string) bool {
	high := false
	for i := range len(s) {
		switch c := s[i]; {
		case c < 0x20 || c == '"' || c == '\\':
			return false
		case c == 0xE2 && i+2 < len(s) && s[i+1] == 0x80 && s[i+2]&^1 == 0xA8: // U+2028, U+2029
			return false
		case c >= utf8.RuneSelf:
			high = true
		}
	}
	return !high || utf8.ValidString(s)
}

func (w *writer) other(v any) {
	text, err := toJSON(v)
	w.b = append(w.b, text...)
	if w.err == nil {
		w.err = err
	}
}
