// Package opml reads and writes lists of subscriptions (OPML 2.0, the specification of 2006), with
// what OPML has no word for in attributes of Tinhub's own namespace, so that a list that goes out and comes back has lost
// nothing.
//
// It knows nothing of the configuration or of feeds, and never touches the network or the disk. Start with List.
package opml

import (
	"bytes"
	"encoding/xml"
	"slices"
	"strings"
	"unicode"
)

// Namespace is that of the attributes that OPML has no word for.
const Namespace = "urn:tinhub:opml"

// List is a list of subscriptions.
type List struct {
	Title    string
	Outlines []Outline
	Warnings []string // what had to be left out or mended in reading
}

// Outline is a subscription, or a folder of such.
type Outline struct {
	Text     string // what people see; the title where a list gives both
	URL      string // xmlUrl; "" for a folder
	Site     string // htmlUrl
	Type     string // rss, atom…
	Category string // as written: comma-separated, slashes between levels
	Own      []Attr // of our namespace, in order
	Other    []Attr // of OPML what is not above; of others, which are not written, the namespace (or prefix), a colon and the name
	Outlines []Outline
}

// Attr is an attribute.
type Attr struct{ Name, Value string }

// Get is the value of our own attribute of that name, "" where there is none.
func (o Outline) Get(name string) string {
	for _, a := range o.Own {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// Write gives the list as a document.
func Write(l List) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header)
	b.WriteString(`<opml version="2.0" xmlns:tinhub="` + Namespace + `">` + "\n  <head>\n    <title>")
	escape(&b, l.Title)
	b.WriteString("</title>\n  </head>\n  <body>\n")
	for _, o := range l.Outlines {
		write(&b, o, "    ")
	}
	b.WriteString("  </body>\n</opml>\n")
	return b.Bytes()
}

func write(b *bytes.Buffer, o Outline, indent string) {
	b.WriteString(indent + "<outline")
	attr(b, "text", o.Text)
	title := o.Text // some readers look for the one, some for the other
	for _, a := range o.Other {
		if a.Name == "title" {
			title = a.Value
		}
	}
	if o.URL != "" || title != o.Text {
		attr(b, "title", title)
	}
	for _, a := range []Attr{{"type", o.Type}, {"xmlUrl", o.URL}, {"htmlUrl", o.Site}, {"category", o.Category}} {
		if a.Value != "" {
			attr(b, a.Name, a.Value)
		}
	}
	for _, a := range o.Own {
		if isName(a.Name) {
			attr(b, "tinhub:"+a.Name, a.Value)
		}
	}
	for _, a := range o.Other {
		if isName(a.Name) && a.Name != "title" {
			attr(b, a.Name, a.Value)
		}
	}
	if len(o.Outlines) == 0 {
		b.WriteString("/>\n")
		return
	}
	b.WriteString(">\n")
	for _, child := range o.Outlines {
		write(b, child, indent+"  ")
	}
	b.WriteString(indent + "</outline>\n")
}

func attr(b *bytes.Buffer, name, value string) {
	b.WriteString(" " + name + `="`)
	escape(b, value)
	b.WriteByte('"')
}

// isName says whether an attribute may be called so, beside a prefix (Namespaces in XML 1.0 §3, NCName; what of it we use).
func isName(s string) bool {
	for n, r := range s {
		first := r == '_' || unicode.IsLetter(r)
		if !first && (n == 0 || r != '-' && r != '.' && !unicode.IsDigit(r)) {
			return false
		}
	}
	return s != "" && !strings.HasPrefix(strings.ToLower(s), "xml")
}

// escape writes text so that an XML reader gives it back as it was, line breaks in attributes too; what XML forbids is left
// out.
func escape(b *bytes.Buffer, s string) {
	s = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	_ = xml.EscapeText(b, []byte(s)) // a buffer takes all
}

// Walk calls f for every subscription of the list, in order, with the folders it stands in, the outermost first.
func (l List) Walk(f func(folders []Outline, o Outline)) {
	var walk func(folders, list []Outline)
	walk = func(folders, list []Outline) {
		for _, o := range list {
			if o.URL != "" || o.Get("kind") != "" {
				f(folders, o)
			}
			if len(o.Outlines) > 0 {
				walk(append(slices.Clone(folders), o), o.Outlines)
			}
		}
	}
	walk(nil, l.Outlines)
}
