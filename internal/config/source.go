package config

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"tinhub/internal/hub"
)

func sourceKeys() []string {
	return []string{
		"id", "kind", "url", "path", "section", "sections", "match", "every", "title", "timezone", "language",
		"format", "priority", "headers", "username", "password", "password_file", "password_env", "proxy", "future", "select",
		"key", "key_file", "key_env",
	}
}

// webKinds are the kinds of source that are asked for by URL.
var webKinds = [...]hub.SourceKind{hub.KindFeed, hub.KindPage, hub.KindListing, hub.KindSitemap}

// kindKeys are the keys that only some kinds have.
var kindKeys = [...]struct {
	key   string
	kinds []hub.SourceKind
}{
	{"url", webKinds[:]},
	{"path", []hub.SourceKind{hub.KindFiles}},
	{"format", []hub.SourceKind{hub.KindFeed, hub.KindPage, hub.KindFiles, hub.KindPush}},
	{"every", []hub.SourceKind{hub.KindFeed, hub.KindPage, hub.KindListing, hub.KindSitemap, hub.KindFiles}},
	{"headers", webKinds[:]},
	{"username", webKinds[:]},
	{"password", webKinds[:]},
	{"password_file", webKinds[:]},
	{"password_env", webKinds[:]},
	{"proxy", webKinds[:]},
	{"key", []hub.SourceKind{hub.KindPush}},
	{"key_file", []hub.SourceKind{hub.KindPush}},
	{"key_env", []hub.SourceKind{hub.KindPush}},
}

func (r *reader) sources(v value, site hub.Site) []hub.Source {
	var out []hub.Source
	for _, v := range v.list() {
		out = append(out, r.source(v, site))
	}
	return out
}

func (r *reader) source(v value, site hub.Site) hub.Source {
	f := v.fields(sourceKeys()...)
	s := hub.Source{
		ID:         f.get("id").id("sources"),
		Kind:       kind(f.get("kind")),
		Location:   f.get("timezone").location(site.Location),
		Language:   f.get("language").language(""),
		Format:     format(f.get("format")),
		Priority:   int(f.get("priority").number(0, -1_000_000, 1_000_000)),
		HoldFuture: f.get("future").oneOf("now", "now", "hold") == "hold",
		Select:     selectors(f.get("select")),
	}
	s.Title = f.get("title").text(s.ID)
	r.shelves(&s, f, v)
	r.foreign(s.Kind, f)
	if s.Kind == hub.KindSitemap {
		noList(f.get("select"))
	}
	switch s.Kind {
	case hub.KindFeed, hub.KindPage, hub.KindListing, hub.KindSitemap:
		r.remote(&s, f, v)
	case hub.KindFiles:
		s.Every = f.get("every").duration(defaultFiles, time.Second, day)
		s.Path, s.Root = r.glob(f.get("path"), v)
	case hub.KindPush:
		s.Key = r.secret(f, v, "key", true)
	default: // a mistake by itself; what can be judged without a kind is judged all the same
		f.get("every").duration(defaultEvery, time.Second, day)
		if u := f.get("url"); u.given() {
			u.link()
		}
	}
	return s
}

// kind reads what a source is; "" where it cannot be told.
func kind(v value) hub.SourceKind {
	kinds := []string{"feed", "page", "listing", "sitemap", "files", "push", "websub"}
	s, ok := v.scalar()
	switch {
	case !ok:
		if !v.given() {
			v.mistake("", "is missing", strings.Join(kinds, ", "))
		}
		return ""
	case s == "websub": // a feed that a hub tells us of
		return hub.KindFeed
	}
	return hub.SourceKind(v.oneOf("", kinds...))
}

// format reads what the documents are; "" is to find it out.
func format(v value) string {
	words := []string{"auto", "feed", "page", "text", "ninjs", "newsml", "nitf"}
	if s, ok := v.scalar(); ok && slices.Contains([]string{"listing", "sitemap"}, s) {
		v.mistake("", quote(s)+" leads to articles and holds none", strings.Join(words, ", ")+"; or kind: "+s)
		return ""
	}
	if s := v.oneOf("auto", words...); s != "auto" {
		return s
	}
	return ""
}

// foreign refuses keys that a kind has no use for: whoever wrote them expects something that would not happen.
func (r *reader) foreign(kind hub.SourceKind, f mapping) {
	if kind == "" {
		return
	}
	for _, k := range kindKeys {
		if v := f.get(k.key); v.given() && !slices.Contains(k.kinds, kind) {
			v.mistake("", "has no meaning for kind "+string(kind), "for kind "+joinKinds(k.kinds))
		}
	}
}

func joinKinds(kinds []hub.SourceKind) string {
	words := make([]string, len(kinds))
	for i, k := range kinds {
		words[i] = string(k)
	}
	return strings.Join(words, ", ")
}

// shelves reads section, sections and match: at least one of them, and declared sections only.
func (r *reader) shelves(s *hub.Source, f mapping, at value) {
	one, many, match := f.get("section"), f.get("sections"), f.get("match")
	if !one.given() && !many.given() && !match.given() {
		at.mistake("section", "is missing", "section: ID, sections: [ID, …] or match: {Category name: ID}")
		return
	}
	if one.given() && many.given() {
		one.mistake("", "stands beside sections", "only one of section, sections")
	}
	for _, v := range append([]value{one}, many.list()...) {
		id := v.sectionName()
		switch {
		case id == "":
		case slices.Contains(s.Sections, id):
			v.mistake("", quote(id)+" stands twice", "")
		default:
			s.Sections = append(s.Sections, id)
		}
	}
	if many.is(sequence) && len(many.node.Content) == 0 && !match.given() {
		many.mistake("", "is empty", r.sectionList())
	}
	for _, p := range match.pairs() {
		name := strings.TrimSpace(p.name)
		if name == "" {
			p.mistake("", "has an empty category name", "")
			continue
		}
		if id := p.sectionName(); id != "" {
			if s.Match == nil {
				s.Match = map[string]string{}
			}
			s.Match[name] = id
		}
	}
}

// remote reads what only sources on the web have.
func (r *reader) remote(s *hub.Source, f mapping, at value) {
	s.Every = f.get("every").duration(defaultEvery, time.Second, day)
	if u := f.get("url"); u.given() {
		s.URL = u.link()
	} else {
		at.mistake("url", "is missing", "the address of the "+string(s.Kind)+", http or https")
	}
	s.Username = f.get("username").text("")
	if strings.Contains(s.Username, ":") {
		f.get("username").mistake("", "has a colon, which HTTP cannot send", "")
	}
	s.Password = r.secret(f, at, "password", false)
	if s.Password != "" && !f.get("username").given() {
		at.mistake("username", "is missing beside the password", "")
	}
	if p := f.get("proxy"); p.given() {
		if _, ok := p.url("http", "https", "socks5"); ok {
			s.Proxy = strings.TrimSpace(p.node.Value)
		}
	}
	s.Headers = headers(f.get("headers"))
}

var headerName = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$")

// headers reads fields to send with each request (RFC 9110 §5.1); the hub sets some of them itself.
func headers(v value) map[string]string {
	var out map[string]string
	ours := []string{
		"Host", "Content-Length", "Connection", "Transfer-Encoding", "If-None-Match", "If-Modified-Since",
		"Accept-Encoding",
	}
	for _, p := range v.pairs() {
		if !headerName.MatchString(p.name) {
			p.mistake("", "is not the name of a header", "letters, digits and -")
			continue
		}
		if slices.ContainsFunc(ours, func(o string) bool { return strings.EqualFold(o, p.name) }) {
			p.mistake("", "is set by the hub itself", "another header")
			continue
		}
		s := p.text("")
		if strings.ContainsFunc(s, func(c rune) bool { return (c < ' ' && c != '\t') || c == 0x7f }) {
			p.mistake("", "holds a line end or control character", "")
			continue
		}
		if out == nil {
			out = map[string]string{}
		}
		out[p.name] = s
	}
	return out
}

// glob reads path: an absolute pattern, and the fixed folder before its first wildcard. Only what follows the folder is a
// pattern: the folder's own name may hold any sign.
func (r *reader) glob(v, at value) (pattern, root string) {
	const allowed = "a file or a pattern with * ? […], e.g. articles/*.txt"
	s, ok := v.scalar()
	switch {
	case !v.given():
		at.mistake("path", "is missing", allowed)
		return "", ""
	case !ok:
		return "", ""
	case s == "" || strings.ContainsRune(s, 0):
		v.mistake("", "is empty", allowed)
		return "", ""
	case strings.Contains(s, "**"):
		v.mistake("", "** is not in this version", allowed+", or articles/*/*.txt for one folder deeper")
		return "", ""
	case strings.HasSuffix(s, "/"):
		v.mistake("", quote(s)+" is a folder", allowed)
		return "", ""
	}
	folder := r.folder
	if filepath.IsAbs(s) {
		folder = ""
	}
	first := strings.IndexAny(s, `*?[\`)
	fixed := s
	if first >= 0 {
		fixed = s[:first]
	}
	fixed = fixed[:strings.LastIndexByte(fixed, '/')+1]
	root = filepath.Join(folder, fixed)
	if _, err := filepath.Match(s[len(fixed):], "x"); err != nil {
		v.mistake("", quote(s)+" is not a pattern", allowed)
		return "", ""
	}
	pattern = filepath.Join(root, s[len(fixed):])
	return pattern, root
}

// noList refuses the selectors of a listing where there is none.
func noList(v value) {
	for _, p := range v.pairs() {
		if p.name == "items" || p.name == "link" {
			p.mistake("", "has no meaning for kind sitemap", "title, date, body and remove, for the pages it leads to")
		}
	}
}

// selectors reads the CSS selectors of a page or a listing.
func selectors(v value) hub.Selectors {
	f := v.fields("items", "link", "title", "date", "body", "remove")
	return hub.Selectors{
		Items:  selector(f.get("items")),
		Link:   selector(f.get("link")),
		Title:  selector(f.get("title")),
		Date:   selector(f.get("date")),
		Body:   selector(f.get("body")),
		Remove: selector(f.get("remove")),
	}
}
