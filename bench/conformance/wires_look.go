package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

var wireTags = regexp.MustCompile(`(?s)<!--.*?-->|<[^>]*>`)

// lookAt finds what a document has, by its form alone; nothing where it is no wire document, or reports no news.
func lookAt(path string, body []byte) []wantedItem {
	switch filepath.Ext(path) {
	case ".json":
		return lookJSON(body)
	case ".xml":
		return lookXML(body)
	}
	return nil
}

func lookJSON(body []byte) []wantedItem {
	var top any
	if json.Unmarshal(body, &top) != nil {
		return nil
	}
	list, ok := top.([]any)
	if !ok {
		list = []any{top}
	}
	var out []wantedItem
	for _, e := range list {
		o, _ := e.(map[string]any)
		low := map[string]any{}
		for k, v := range o {
			low[strings.ToLower(k)] = v
		}
		id := jsonText(low, "uri", "guid")
		if id == "" || low["items"] != nil || low["$schema"] != nil && low["properties"] != nil {
			continue
		}
		w := wantedItem{id: id, title: jsonText(low, "headline"), language: jsonText(low, "language"), gone: jsonText(low, "pubstatus") == "canceled"}
		if w.title == "" {
			w.title = valueOfRole(low["headlines"], "main", "")
		}
		for k, v := range low {
			if s, ok := v.(string); ok && strings.HasPrefix(k, "body_") && len(s) > len(w.body) && k != "body_footer" {
				w.body = s
			}
		}
		if w.body == "" {
			w.body = valueOfRole(low["bodies"], "html", "xhtml", "main", "text", "")
		}
		w.body = wireTags.ReplaceAllString(w.body, " ")
		for _, k := range []string{"firstpublished", "firstcreated", "versioncreated"} {
			w.dates = wireMoments(w.dates, jsonText(low, k))
		}
		for _, t := range wireMoments(nil, jsonText(low, "embargoed")) {
			w.embargo = t
		}
		w.pictures = pictureLinks(nil, o)
		out = append(out, w)
	}
	return out
}

func jsonText(o map[string]any, keys ...string) string {
	for _, k := range keys {
		if s, ok := o[k].(string); ok && s != "" {
			return s
		}
	}
	return ""
}

// valueOfRole is the value of the first of a list whose role is the first of these that there is.
func valueOfRole(list any, roles ...string) string {
	elements, _ := list.([]any)
	for _, want := range roles {
		for _, e := range elements {
			o, _ := e.(map[string]any)
			if s, _ := o["role"].(string); s == want {
				v, _ := o["value"].(string)
				return v
			}
		}
	}
	return ""
}

// pictureLinks are the addresses of pictures, wherever they stand.
func pictureLinks(list []string, v any) []string {
	switch t := v.(type) {
	case map[string]any:
		link, _ := t["href"].(string)
		for _, k := range []string{"mimetype", "contenttype", "contentType"} {
			if kind, _ := t[k].(string); strings.HasPrefix(link, "http") && (kind == "image/jpeg" || kind == "image/jpg" || kind == "image/png") {
				list = append(list, link)
			}
		}
		for _, e := range t {
			list = pictureLinks(list, e)
		}
	case []any:
		for _, e := range t {
			list = pictureLinks(list, e)
		}
	}
	return list
}

func wireMoments(list []time.Time, s string) []time.Time {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05-0700", "20060102T150405Z0700", "20060102T150405-0700", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "20060102T150405"} {
		if t, err := time.Parse(layout, strings.TrimSpace(s)); err == nil {
			return append(list, t.Truncate(time.Second))
		}
	}
	return list
}

// wireElement is any element, for a plain look.
type wireElement struct {
	XMLName xml.Name
	Attrs   []xml.Attr    `xml:",any,attr"`
	Kids    []wireElement `xml:",any"`
	Text    string        `xml:",chardata"`
	Inner   string        `xml:",innerxml"`
}

func (e wireElement) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// all are the descendants of a name, in document order.
func (e wireElement) all(name string) []wireElement {
	var list []wireElement
	for _, k := range e.Kids {
		if k.XMLName.Local == name {
			list = append(list, k)
		}
		list = append(list, k.all(name)...)
	}
	return list
}

func (e wireElement) words() string {
	return strings.TrimSpace(wireTags.ReplaceAllString(e.Inner, " "))
}

func firstText(e wireElement, names ...string) string {
	for _, n := range names {
		for _, k := range e.all(n) {
			if s := k.words(); s != "" {
				return s
			}
		}
	}
	return ""
}

func lookXML(body []byte) []wantedItem {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict, d.Entity = false, xml.HTMLEntity
	d.CharsetReader = func(label string, r io.Reader) (io.Reader, error) {
		if strings.EqualFold(label, "iso-8859-1") {
			return fromLatin1(r)
		}
		return nil, errors.New("an encoding that the suite does not have")
	}
	var root wireElement
	if d.Decode(&root) != nil {
		return nil
	}
	var out []wantedItem
	switch root.XMLName.Local {
	case "newsItem":
		out = append(out, lookG2(root))
	case "newsMessage":
		for _, e := range root.all("newsItem") {
			out = append(out, lookG2(e))
		}
	case "NewsML":
		for _, e := range root.all("NewsItem") {
			out = append(out, look1(e))
		}
	case "nitf":
		out = append(out, lookNITF(root))
	}
	return out
}

func fromLatin1(r io.Reader) (io.Reader, error) {
	b, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	if utf8.Valid(b) { // whatever it says
		return bytes.NewReader(b), nil
	}
	var sb strings.Builder
	for _, c := range b {
		sb.WriteRune(rune(c))
	}
	return strings.NewReader(sb.String()), nil
}

func lookG2(e wireElement) wantedItem {
	w := wantedItem{id: e.attr("guid"), title: firstText(e, "headline")}
	for _, l := range e.all("language")[:min(1, len(e.all("language")))] {
		w.language = l.attr("tag")
	}
	for _, k := range []string{"firstCreated", "versionCreated"} {
		w.dates = wireMoments(w.dates, firstText(e, k))
	}
	for _, s := range e.all("pubStatus") {
		w.gone = strings.HasSuffix(s.attr("qcode"), "canceled")
	}
	for _, t := range wireMoments(nil, firstText(e, "embargoed")) {
		w.embargo = t
	}
	for _, set := range e.all("contentSet") {
		for _, c := range append(set.all("inlineXML"), set.all("inlineData")...) {
			if w.body == "" {
				w.body = bodyOf(c)
			}
		}
		for _, c := range set.all("remoteContent") {
			if kind := c.attr("contenttype"); strings.HasPrefix(c.attr("href"), "http") && (kind == "image/jpeg" || kind == "image/png") {
				w.pictures = append(w.pictures, c.attr("href"))
			}
		}
	}
	return w
}

// bodyOf is the text of the innermost element that is called a body.
func bodyOf(e wireElement) string {
	for _, name := range []string{"body.content", "body"} {
		for _, b := range e.all(name) {
			return b.words()
		}
	}
	return e.words()
}

func look1(e wireElement) wantedItem {
	w := wantedItem{id: firstText(e, "PublicIdentifier"), title: firstText(e, "HeadLine")}
	for _, l := range e.all("Language")[:min(1, len(e.all("Language")))] {
		w.language = l.attr("FormalName")
	}
	for _, k := range []string{"FirstCreated", "ThisRevisionCreated"} {
		w.dates = wireMoments(w.dates, firstText(e, k))
	}
	for _, s := range e.all("Status") {
		w.gone = s.attr("FormalName") == "Canceled"
	}
	for _, c := range e.all("ContentItem") {
		kind := ""
		for _, m := range c.all("MimeType") {
			kind = m.attr("FormalName")
		}
		if strings.HasPrefix(c.attr("Href"), "http") && strings.HasPrefix(kind, "image/") {
			w.pictures = append(w.pictures, c.attr("Href"))
		}
		for _, data := range c.all("DataContent") {
			if s := bodyOf(data); len(s) > len(w.body) && kind != "text/css" {
				w.body = s
			}
		}
	}
	return w
}

func lookNITF(e wireElement) wantedItem {
	w := wantedItem{title: firstText(e, "hl1"), body: firstText(e, "body.content"), language: e.attr("baselang")}
	for _, d := range e.all("doc-id") {
		w.id = d.attr("id-string")
	}
	for _, d := range e.all("date.issue") {
		w.dates = wireMoments(w.dates, d.attr("norm"))
	}
	for _, d := range e.all("docdata") {
		w.gone = d.attr("management-status") == "canceled"
	}
	return w
}
