package config

import (
	"slices"
	"strconv"
	"strings"

	"tinhub/internal/hub"
)

// sections reads the shelves and remembers their ids for whoever names them.
func (r *reader) sections(v, root value, language string) []hub.Section {
	var out []hub.Section
	paths := map[string]int{}
	for _, v := range v.list() {
		out = append(out, r.section(v, paths, language))
	}
	if len(out) == 0 && (!v.given() || v.isNull() || v.is(sequence)) {
		root.mistake("sections", "is missing or empty", "at least one, e.g. - {id: news, title: News}")
	}
	return out
}

func (r *reader) section(v value, paths map[string]int, language string) hub.Section {
	f := v.fields("id", "title", "description", "language", "edition", "image", "guid", "paths", "quota")
	id := f.get("id").id("sections")
	if id != "" {
		r.sectionID(f.get("id"), id)
		if !slices.Contains(r.known, id) {
			r.known = append(r.known, id)
		}
	}
	f.get("guid").oneOf("ours", "ours", "source")
	f.get("quota").number(0, 1, 1000)
	for _, p := range f.get("paths").list() {
		r.sectionPath(p, paths)
	}
	r.notUsed(f.get("guid"), f.get("paths"), f.get("quota"))
	return hub.Section{
		ID:          id,
		Title:       f.get("title").text(id),
		Description: f.get("description").text(""),
		Language:    f.get("language").language(language),
		Edition:     f.get("edition").text(""),
		Image:       f.get("image").link(),
	}
}

// sectionID refuses ids that cannot stand in /feeds/{section}.rss.
func (r *reader) sectionID(v value, id string) {
	if id == hub.AllSection {
		v.mistake("", `"all" is the section of everything, which is always there`, "another id")
	}
	for _, ext := range []string{".rss", ".atom", ".json", ".xml", ".opml"} {
		if strings.HasSuffix(id, ext) {
			v.mistake("", quote(id)+" ends like a feed's address", "an id without "+ext)
		}
	}
}

// sectionPath reads an old address that the section's feed is to answer under.
func (r *reader) sectionPath(v value, taken map[string]int) {
	s, ok := v.scalar()
	switch {
	case !ok:
	case !strings.HasPrefix(s, "/") || s == "/" || strings.HasPrefix(s, "//") || len(s) > 2_000 ||
		strings.ContainsFunc(s, func(c rune) bool { return c <= ' ' || c == '?' || c == '#' }):
		v.mistake("", quote(s)+" is not a path", "/rss/old.rss")
	case taken[s] > 0:
		v.mistake("", quote(s)+" is taken by the one on line "+strconv.Itoa(taken[s]), "each path once")
	default:
		taken[s] = v.line
	}
}

// sectionName reads the id of a declared section.
func (v value) sectionName() string {
	s, ok := v.scalar()
	if !ok {
		return ""
	}
	if !slices.Contains(v.r.known, s) {
		problem := quote(s) + " is not a section of this file" + hint(s, v.r.known)
		if s == hub.AllSection {
			problem = `"all" is the section of everything: every item stands in it by itself`
		}
		v.mistake("", problem, v.r.sectionList())
		return ""
	}
	return s
}

// sectionList names the declared sections, at most ten.
func (r *reader) sectionList() string {
	if len(r.known) == 0 {
		return "an id that stands under sections:"
	}
	if len(r.known) > 10 {
		return strings.Join(r.known[:10], ", ") + " …"
	}
	return strings.Join(r.known, ", ")
}
