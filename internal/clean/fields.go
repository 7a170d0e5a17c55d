package clean

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tinhub/internal/hub"
)

// maxOriginalDate bounds what is kept of a date that cannot be read, in characters.
const maxOriginalDate = 100

// dates reads the draft's dates. What cannot be read is left out, never guessed. The text of the most trusted one is
// kept also where there is no such day; words such as "yesterday" give way to a date.
func (m *maker) dates() {
	loc := m.setting.Source.Location
	if loc == nil {
		loc = time.UTC
	}
	it := &m.item
	for _, raw := range m.draft.Published {
		if t, ok := readDate(raw, loc); ok {
			if digitsIn(it.OriginalDate) < 4 { // relative words, or nothing
				it.OriginalDate = ""
			}
			m.asWritten(raw)
			it.Published = t
			if m.trace.on {
				m.trace.changed("date", "date_published", raw, t.Format(time.RFC3339))
			}
			break
		}
		m.unreadable("date_published", raw)
	}
	for _, raw := range m.draft.Modified {
		if t, ok := readDate(raw, loc); ok {
			// A sitemap knows only when a page was changed, and so does what was made of one; where a date of publication is
			// given and cannot be read, that alone is no date of an article.
			if t.After(it.Published) && (!it.Published.IsZero() || len(m.draft.Published) == 0 || m.doc.Kind == "sitemap") {
				it.Modified = t
			}
			break
		}
		m.unreadable("date_modified", raw)
	}
	if t, ok := readDate(m.draft.PublishAt, loc); ok {
		m.publishAt = t
	} else if m.setting.Source.HoldFuture {
		m.publishAt = it.Published
	}
}

// unreadable notes a date that nothing can be made of.
func (m *maker) unreadable(field, raw string) {
	if strings.TrimSpace(raw) != "" {
		m.trace.add("unreadable date", field, strings.TrimSpace(raw), "")
		m.asWritten(raw)
	}
}

// asWritten keeps the first date that a draft has.
func (m *maker) asWritten(raw string) {
	raw = strings.TrimSpace(tidy(raw))
	if m.item.OriginalDate == "" && utf8.RuneCountInString(raw) <= maxOriginalDate {
		m.item.OriginalDate = raw
	}
}

func digitsIn(s string) int {
	n := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// authors settles the declared ones.
func (m *maker) authors() {
	var out []hub.Author
	for _, d := range m.draft.Authors {
		a := readAuthor(d)
		a.URL, _ = canonicalURL(m.base, d.URL)
		if a.Name == "" && a.URL == "" && a.Email == "" {
			continue
		}
		names := []string{a.Name}
		if a.URL == "" && a.Email == "" {
			names = splitNames(a.Name)
		}
		for _, n := range names {
			one := a
			one.Name = cut(n, maxName)
			known := slices.ContainsFunc(out, func(o hub.Author) bool {
				return fold(o.Name) == fold(one.Name) && (o.URL == one.URL || one.URL == "") && (o.Email == one.Email || one.Email == "")
			})
			if !known {
				out = append(out, one)
			}
			if len(out) > maxAuthors {
				break
			}
		}
		if d.Name != a.Name || len(names) > 1 {
			m.trace.add("author", "authors", d.Name, strings.Join(names, ", "))
		}
		if len(out) > maxAuthors {
			break
		}
	}
	m.item.Authors = bounded(m.trace, "authors", out, maxAuthors)
}

// readAuthor reads the forms feeds write authors in: "a@b.c (Name)", "Name <a@b.c>", "By Name".
func readAuthor(d hub.DraftAuthor) hub.Author {
	name := short(hub.Text{Value: d.Name})
	a := hub.Author{Email: line(d.Email)}
	if strings.Contains(name, "@") {
		mail := ""
		if g := mailName.FindStringSubmatch(name); g != nil {
			mail, name = g[1], strings.TrimSpace(g[2])
		} else if g := nameMail.FindStringSubmatch(name); g != nil {
			name, mail = g[1], g[2]
		}
		a.Email = either(a.Email, mail)
	}
	if a.Email != "" {
		name = readMail(&a, name)
	}
	a.Name = stripBy(strings.Trim(name, " ,;"))
	return a
}

// readMail puts an author's address right, which may hold the name as well, or be none.
func readMail(a *hub.Author, name string) string {
	g := mailName.FindStringSubmatch(a.Email)
	if g == nil {
		a.Email = ""
		return name
	}
	a.Email = g[1]
	if name == "" {
		return strings.TrimSpace(g[2])
	}
	return name
}

func (m *maker) tags() []string {
	var out, seen []string
	for _, t := range m.draft.Tags {
		t = cut(short(hub.Text{Value: t}), maxTag)
		if f := strings.ToLower(t); t != "" && !slices.Contains(seen, f) {
			seen = append(seen, f)
			out = append(out, t)
		}
		if len(out) > maxTags {
			break
		}
	}
	if m.trace.on {
		m.trace.changed("tags", "tags", strings.Join(m.draft.Tags, ", "), strings.Join(out, ", "))
	}
	return bounded(m.trace, "tags", out, maxTags)
}

// sections are the source's, and those its categories stand for.
func (m *maker) sections() []string {
	src := m.setting.Source
	out := slices.Clone(src.Sections)
	if len(src.Match) == 0 || len(m.draft.Tags) == 0 {
		return out
	}
	tags := make(map[string]bool, len(m.draft.Tags))
	for _, t := range m.draft.Tags {
		tags[fold(short(hub.Text{Value: t}))] = true
	}
	for name, section := range src.Match {
		if tags[fold(name)] && !slices.Contains(out, section) {
			out = append(out, section)
		}
	}
	slices.Sort(out[len(src.Sections):]) // a map has no order
	return out
}

func (m *maker) attachments() []hub.Attachment {
	var out []hub.Attachment
	for _, a := range m.draft.Attachments {
		u, ok := canonicalURL(m.base, a.URL)
		if !ok {
			m.trace.add("no usable link", "attachments", a.URL, "")
			continue
		}
		a.URL = u
		if a.Type = strings.ToLower(line(a.Type)); !fileType.MatchString(a.Type) {
			a.Type = ""
		}
		a.Title = cut(short(hub.Text{Value: a.Title}), maxTitle)
		a.Size, a.Duration = max(0, a.Size), max(0, a.Duration)
		if !slices.ContainsFunc(out, func(o hub.Attachment) bool { return o.URL == u }) {
			out = append(out, a)
		}
		if len(out) > maxFiles {
			break
		}
	}
	return bounded(m.trace, "attachments", out, maxFiles)
}

// fileType is a media type (RFC 6838 §4.2), maybe with parameters.
var fileType = regexp.MustCompile(`^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}(?: ?;[^<>]*)?$`)

// alternates names the article's other editions; one without a usable link is still worth knowing.
func (m *maker) alternates() []hub.Alternate {
	var out []hub.Alternate
	seen := map[hub.Alternate]bool{}
	for _, a := range m.draft.Alternates {
		lang := languageTag(a.Language)
		if lang == "" {
			continue
		}
		u, _ := canonicalURL(m.base, a.URL)
		if u != "" && u == m.item.URL || strings.EqualFold(lang, m.item.Language) && u == "" {
			continue // itself
		}
		one := hub.Alternate{Language: lang, URL: u}
		if !seen[one] {
			seen[one] = true
			out = append(out, one)
		}
		if len(out) > maxFiles {
			break
		}
	}
	return bounded(m.trace, "alternates", out, maxFiles)
}

func bounded[T any](t *trace, field string, list []T, most int) []T {
	if len(list) <= most {
		return list
	}
	t.add("cut", field, "too many", "the first are kept")
	return list[:most]
}
