package main

import (
	"fmt"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"tinhub/internal/config"
	"tinhub/internal/opml"
)

// opmlImport turns outlines into entries of the configuration.
type opmlImport struct {
	sections, sources []config.Entry // new ones
	notes             []string       // for the person who imports
	fallback          string         // section of what stands in no folder

	ids      map[string]bool   // of sources
	named    map[string]int    // how many more have the same name
	urls     map[string]string // URL → id of its source
	shelves  map[string]string // folder's title, folded → section id
	declared map[string]bool   // section ids
}

func newImport(sections, sources []config.Entry, fallback string) *opmlImport {
	i := &opmlImport{
		fallback: slug(fallback, "feeds"),
		ids:      map[string]bool{}, named: map[string]int{}, urls: map[string]string{}, shelves: map[string]string{}, declared: map[string]bool{},
	}
	for _, s := range sections {
		i.declared[s.Get("id")] = true
		i.shelves[strings.ToLower(firstOf(s.Get("title"), s.Get("id")))] = s.Get("id")
	}
	for _, s := range sources {
		i.ids[s.Get("id")] = true
		if u := s.Get("url"); u != "" {
			i.urls[u] = s.Get("id")
		}
	}
	return i
}

func (i *opmlImport) note(format string, args ...any) {
	i.notes = append(i.notes, fmt.Sprintf(format, args...))
}

// print tells of what a person should know, and of how much there is.
func (i *opmlImport) print(out io.Writer) {
	const most = 100
	for _, w := range i.notes[:min(len(i.notes), most)] {
		fmt.Fprintln(out, shortened(w, 1000))
	}
	if more := len(i.notes) - most; more > 0 {
		fmt.Fprintf(out, "… and %d notes more\n", more)
	}
	fmt.Fprintf(out, "%s, %s\n", counted(len(i.sources), "source"), counted(len(i.sections), "section"))
}

func (i *opmlImport) take(list opml.List) {
	for _, w := range list.Warnings {
		i.note("%s", w)
	}
	for _, o := range list.Outlines {
		if o.URL == "" && o.Get("kind") == "" && o.Get("id") != "" { // a section of ours, also an empty one
			i.section(o)
		}
	}
	list.Walk(func(folders []opml.Outline, o opml.Outline) {
		if o.Get("kind") != "" {
			i.ours(o)
		} else {
			i.theirs(folders, o)
		}
	})
}

// section takes over a section as it was declared.
func (i *opmlImport) section(o opml.Outline) {
	id := o.Get("id")
	if i.declared[id] {
		return
	}
	i.declared[id] = true
	i.shelves[strings.ToLower(o.Text)] = id
	i.sections = append(i.sections, config.Entry{Settings: settings(o)})
}

func settings(o opml.Outline) []config.Setting {
	var list []config.Setting
	for _, a := range o.Own {
		if a.Name != "withheld" {
			list = append(list, config.Setting{Key: a.Name, Value: a.Value})
		}
	}
	return list
}

// ours takes over a source as it was declared; the URL stands where OPML has it.
func (i *opmlImport) ours(o opml.Outline) {
	e := config.Entry{Settings: settings(o), Withheld: strings.Fields(o.Get("withheld"))}
	if o.URL != "" {
		at := slices.IndexFunc(e.Settings, func(s config.Setting) bool { return s.Key == "kind" }) + 1
		e.Settings = slices.Insert(e.Settings, at, config.Setting{Key: "url", Value: o.URL})
	}
	id := e.Get("id")
	switch {
	case id == "":
		i.note("%q is left out: it has no id", firstOf(o.Text, o.URL))
		return
	case o.URL != "" && i.urls[o.URL] != "":
		i.note("%s is there already and stays as it is", i.urls[o.URL])
		return
	case i.ids[id]:
		i.note("%s is there already and stays as it is; the list has it at %s", id, firstOf(o.URL, e.Get("path"), "no address"))
		return
	}
	for _, key := range []string{"path", "proxy", "key_file", "password_file"} {
		if value := e.Get(key); value != "" {
			i.note("%s has %s: %s. If the list is not your own, look at that before you serve", id, key, value)
		}
	}
	i.add(e)
}

func (i *opmlImport) add(e config.Entry) {
	i.ids[e.Get("id")] = true
	if u := e.Get("url"); u != "" {
		i.urls[u] = e.Get("id")
	}
	i.sources = append(i.sources, e)
}

// theirs makes a source of another program's subscription.
func (i *opmlImport) theirs(folders []opml.Outline, o opml.Outline) {
	u, err := url.Parse(webAddress(o.URL))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		i.note("%q is left out: %q is no http or https address", o.Text, o.URL)
		return
	}
	shelf := i.shelf(folders)
	e := config.Entry{}
	if u.User != nil {
		u.User = nil
		e.Withheld = append(e.Withheld, "username and password")
	}
	if id := i.urls[u.String()]; id != "" {
		i.again(id, shelf)
		return
	}
	id := slug(firstOf(o.Text, u.Host), slug(u.Host, "feed"))
	for base := id; i.ids[id]; {
		i.named[base]++
		id = base + "-" + strconv.Itoa(i.named[base]+1)
	}
	kind := "feed"
	if strings.HasPrefix(strings.ToUpper(o.Type), "HTML") { // FreshRSS: headlines found in a page
		kind = "listing"
	}
	e.Settings = []config.Setting{{Key: "id", Value: id}, {Key: "kind", Value: kind}, {Key: "url", Value: u.String()}}
	if o.Text != "" && o.Text != id {
		e.Settings = append(e.Settings, config.Setting{Key: "title", Value: o.Text})
	}
	e.Settings = append(e.Settings, config.Setting{Key: "sections", Value: `["` + shelf + `"]`})
	// What there is no key for is kept where a person sees it.
	for _, a := range append([]opml.Attr{{Name: "htmlUrl", Value: o.Site}, {Name: "category", Value: o.Category}}, o.Other...) {
		if a.Value != "" {
			e.Comments = append(e.Comments, a.Name+": "+a.Value)
		}
	}
	i.add(e)
}

// webAddress is an address with the scheme that feed: stands for.
func webAddress(s string) string {
	if rest, ok := strings.CutPrefix(s, "feed://"); ok {
		return "http://" + rest
	}
	return strings.TrimPrefix(s, "feed:")
}

// again adds a section to a source that the list names twice.
func (i *opmlImport) again(id, shelf string) {
	at := slices.IndexFunc(i.sources, func(e config.Entry) bool { return e.Get("id") == id })
	if at < 0 {
		i.note("%s is there already and stays as it is", id)
		return
	}
	for n, s := range i.sources[at].Settings {
		if s.Key == "sections" && !strings.Contains(s.Value, `"`+shelf+`"`) {
			i.sources[at].Settings[n].Value = strings.TrimSuffix(s.Value, "]") + `,"` + shelf + `"]`
		}
	}
}

// shelf is the section of the innermost folder with a name; it is declared where it is not there yet.
func (i *opmlImport) shelf(folders []opml.Outline) string {
	title := ""
	for _, f := range folders {
		if t := strings.TrimSpace(f.Text); t != "" {
			title = t
		}
	}
	if id := i.shelves[strings.ToLower(title)]; id != "" {
		return id
	}
	id := i.fallback
	if title != "" {
		id = slug(title, "")
	}
	for n := 1; id == ""; n++ { // a title without Latin letters says nothing in an id
		if free := "section-" + strconv.Itoa(n); !i.declared[free] {
			id = free
		}
	}
	if i.declared[id] {
		return id
	}
	i.declared[id] = true
	if title == "" {
		title = id
	}
	i.shelves[strings.ToLower(title)] = id
	i.sections = append(i.sections, config.Entry{Settings: []config.Setting{{Key: "id", Value: id}, {Key: "title", Value: title}}})
	return id
}

// maxSlug keeps ids short enough to be read.
const maxSlug = 40

// slug makes an id of a title: letters without their marks, digits, hyphens; or gives other where nothing is left.
func slug(title, other string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(strings.NewReplacer("đ", "d", "Đ", "d").Replace(title))) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.IsMark(r):
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= maxSlug {
			break
		}
	}
	id := strings.Trim(b.String(), "-")
	if id == "" || id == "all" {
		return other
	}
	return id
}
