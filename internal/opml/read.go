package opml

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	unicode16 "golang.org/x/text/encoding/unicode"
)

// The bounds of a list that is read.
const (
	maxBytes    = 16 << 20
	maxOutlines = 50_000
	maxDepth    = 32
	maxText     = 64 << 10 // bytes of one attribute
	maxAttrs    = 200      // of one outline
)

// Read reads a document. What is not OPML is an error that says so; what is mended or left out in it is a warning.
func Read(data []byte) (List, error) {
	if len(data) > maxBytes {
		return List{}, fmt.Errorf("it is larger than %d MiB: split it", maxBytes>>20)
	}
	text, warning := decoded(data)
	r := &reader{dec: xml.NewDecoder(bytes.NewReader(text))}
	r.dec.Strict = false // a bare & in a URL is in every other list
	r.dec.Entity = xml.HTMLEntity
	r.dec.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it is UTF-8 by now
	if warning != "" {
		r.warn("%s", warning)
	}
	return r.list()
}

// decoded is a document in UTF-8: by its byte order mark, by what its first bytes must be, by what it says, or by what it must be.
func decoded(data []byte) (text []byte, warning string) {
	const head = 1024
	var e encoding.Encoding
	said := saidEncoding(data[:min(len(data), 200)])
	switch {
	case bytes.HasPrefix(data, []byte("\xef\xbb\xbf")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("<\x00")):
		e = unicode16.UTF16(unicode16.LittleEndian, unicode16.UseBOM)
		if data[0] == '<' {
			e = unicode16.UTF16(unicode16.LittleEndian, unicode16.IgnoreBOM)
		}
	case bytes.HasPrefix(data, []byte("\xfe\xff")), bytes.HasPrefix(data, []byte("\x00<")):
		e = unicode16.UTF16(unicode16.BigEndian, unicode16.IgnoreBOM)
	case said != "" && !strings.HasPrefix(said, "utf-16"): // what reads as ASCII is not that
		e, _ = charset.Lookup(said)
	case !utf8.Valid(data):
		e, _, _ = charset.DetermineEncoding(data[:min(len(data), head)], "text/xml")
	}
	if e != nil && e != encoding.Nop && said != "utf-8" {
		if out, err := e.NewDecoder().Bytes(data); err == nil {
			data = bytes.TrimPrefix(out, []byte("\xef\xbb\xbf"))
		}
	}
	data = bytes.TrimLeftFunc(data, unicode.IsSpace)
	if !utf8.Valid(data) {
		return bytes.ToValidUTF8(data, []byte("\uFFFD")), "some of its letters are not in the encoding it says it is in; they are �"
	}
	return data, ""
}

// saidEncoding is what the XML declaration at the head of a document says, in lower case.
func saidEncoding(head []byte) string {
	_, rest, ok := strings.Cut(strings.ToLower(string(head)), "encoding=")
	end := strings.Index(rest, "?>")
	if !ok || end < 2 {
		return ""
	}
	name, _, _ := strings.Cut(rest[1:end], rest[:1])
	return strings.TrimSpace(name)
}

// reader walks a document.
type reader struct {
	dec      *xml.Decoder
	got      List
	outlines int
}

func (r *reader) warn(format string, args ...any) {
	const most = 100
	if len(r.got.Warnings) < most {
		r.got.Warnings = append(r.got.Warnings, fmt.Sprintf(format, args...))
	}
}

// list reads from the root to the end. A document that breaks off gives what stood before.
func (r *reader) list() (List, error) {
	seen := false
	for {
		token, err := r.dec.Token()
		if err != nil {
			switch {
			case !seen:
				return List{}, errors.New("it is not OPML: no <opml> element in it")
			case !errors.Is(err, io.EOF):
				line, column := r.dec.InputPos()
				r.warn("line %d, column %d: it breaks off or is not XML from here on (%v); what stood before is taken", line, column, err)
			}
			return r.got, nil
		}
		start, ok := token.(xml.StartElement)
		switch {
		case !ok:
		case !seen && !strings.EqualFold(start.Name.Local, "opml"):
			return List{}, fmt.Errorf("it is not OPML: its root is <%s>", short(start.Name.Local))
		case !seen:
			seen = true
		case strings.EqualFold(start.Name.Local, "title") && r.got.Title == "":
			r.got.Title = r.text()
		case strings.EqualFold(start.Name.Local, "outline"):
			if o, ok := r.outline(start, 1); ok {
				r.got.Outlines = append(r.got.Outlines, o)
			}
		}
	}
}

// text is the character data up to the next tag.
func (r *reader) text() string {
	var b strings.Builder
	for {
		token, err := r.dec.Token()
		if err != nil {
			return strings.TrimSpace(b.String())
		}
		data, ok := token.(xml.CharData)
		if !ok {
			return strings.TrimSpace(b.String())
		}
		if b.Len() < maxText {
			b.Write(data)
		}
	}
}

// outline reads an outline with all in it; ok is false where there are too many.
func (r *reader) outline(start xml.StartElement, depth int) (o Outline, ok bool) {
	r.outlines++
	ok = r.outlines <= maxOutlines && depth <= maxDepth
	if !ok {
		r.warn("more than %d outlines, or more than %d in one another: the rest is left out", maxOutlines, maxDepth)
	} else {
		r.attributes(&o, start)
	}
	for {
		token, err := r.dec.Token()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				line, column := r.dec.InputPos()
				r.warn("line %d, column %d: %v; what stood before is taken", line, column, err)
			}
			return o, ok
		}
		switch t := token.(type) {
		case xml.StartElement:
			if !strings.EqualFold(t.Name.Local, "outline") {
				r.warn("<%s> in an outline is left out", short(t.Name.Local))
				continue
			}
			if !ok { // deeper than is looked at
				if r.dec.Skip() != nil {
					return o, false
				}
				continue
			}
			if child, ok := r.outline(t, depth+1); ok {
				o.Outlines = append(o.Outlines, child)
			}
		case xml.EndElement:
			if strings.EqualFold(t.Name.Local, "outline") {
				return o, ok
			}
		}
	}
}

func (r *reader) attributes(o *Outline, start xml.StartElement) {
	title := ""
	if len(start.Attr) > maxAttrs {
		r.warn("an outline has %d attributes; those behind the first %d are left out", len(start.Attr), maxAttrs)
	}
	for _, a := range start.Attr[:min(len(start.Attr), maxAttrs)] {
		value := strings.TrimSpace(a.Value)
		if len(value) > maxText {
			r.warn("attribute %s of %d bytes is left out", short(a.Name.Local), len(value))
			continue
		}
		switch name := strings.ToLower(a.Name.Local); {
		case a.Name.Space == Namespace || a.Name.Space == "tinhub":
			if !slices.ContainsFunc(o.Own, func(have Attr) bool { return have.Name == a.Name.Local }) {
				o.Own = append(o.Own, Attr{a.Name.Local, a.Value})
			}
		case a.Name.Space == "xmlns" || a.Name.Local == "xmlns":
		case a.Name.Space != "":
			o.Other = append(o.Other, Attr{a.Name.Space + ":" + a.Name.Local, value})
		case name == "text":
			o.Text = value
		case name == "title":
			title = value
		case name == "xmlurl":
			o.URL = value
		case name == "htmlurl":
			o.Site = value
		case name == "type":
			o.Type = value
		case name == "category":
			o.Category = value
		case !slices.ContainsFunc(o.Other, func(have Attr) bool { return have.Name == a.Name.Local }):
			o.Other = append(o.Other, Attr{a.Name.Local, value})
		}
	}
	switch {
	case o.Text == "":
		o.Text = title
	case title != "" && title != o.Text:
		o.Other = append(o.Other, Attr{"title", title})
	}
}

func short(s string) string {
	if len(s) > 40 {
		return strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}
