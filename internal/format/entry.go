package format

import (
	"html"
	"slices"
	"strings"
	"time"

	"tinhub/internal/hub"
)

// head is what every format says of a feed.
type head struct {
	title, description, home, self, language, rights, image string

	publisher hub.Author // the site, where a feed needs an author of its own
	updated   time.Time  // in the site's zone
}

func newHead(s hub.Snapshot, ext string) head {
	site := s.Site
	h := head{
		title:       feedTitle(s),
		description: line(s.Section.Description),
		home:        address(sectionPage(site, s.Section.ID)),
		self:        address(Self(s, ext)),
		language:    line(s.Section.Language),
		rights:      line(site.Rights),
		image:       address(s.Section.Image),
		publisher:   hub.Author{Name: line(site.Title), URL: address(site.URL)},
		updated:     s.Updated,
	}
	if h.description == "" {
		h.description = line(site.Description)
	}
	if h.description == "" {
		h.description = h.title // RSS 2.0 wants one
	}
	if h.language == "" {
		h.language = line(site.Language)
	}
	if h.image == "" {
		h.image = address(site.Image)
	}
	if h.publisher.Name == "" {
		h.publisher.Name = h.publisher.URL
	}
	if site.Location != nil {
		h.updated = h.updated.In(site.Location)
	} else {
		h.updated = h.updated.UTC()
	}
	if h.updated = dated(h.updated); h.updated.IsZero() {
		h.updated = time.Unix(0, 0).UTC() // both XML formats must name one
	}
	return h
}

// feedTitle names section and site: in a list of subscriptions it stands among those of other houses.
func feedTitle(s hub.Snapshot) string {
	section, site := line(s.Section.Title), line(s.Site.Title)
	switch {
	case section == "" && s.Section.ID != hub.AllSection:
		section = line(s.Section.ID)
	case section == "":
		return site
	}
	if site == "" || s.Section.ID == hub.AllSection || section == site {
		return section
	}
	return section + " – " + site
}

// entry is what every format says of an item.
type entry struct {
	id, link, title string

	summary             string // plain text, "" where the item has none
	html, text          string // the body
	image, language     string
	published, modified time.Time // zero for none
	authors             []hub.Author
	tags, captions      []string
	attachments         []hub.Attachment
	pictures            []hub.Picture
	via                 *hub.Via
}

// newEntry makes an item ready to be written. Where the item has no URL its page on the site stands for it; without a
// site it has none.
func newEntry(site hub.Site, r *hub.Record) entry {
	e := entry{
		id: line(string(r.ID)), link: address(r.URL), title: line(r.Title), summary: strings.TrimSpace(scrub(r.Summary)),
		html: strings.TrimSpace(scrub(r.ContentHTML)), text: strings.TrimSpace(scrub(r.ContentText)),
		image: address(r.Image), language: line(r.Language),
		published: dated(r.Published), modified: dated(r.Modified),
		authors: newAuthors(r.Authors), tags: lines(r.Tags), captions: lines(r.Captions),
		attachments: newAttachments(r.Attachments), pictures: newPictures(r),
	}
	if e.link == "" && site.URL != "" {
		e.link = address(site.URL + "/items/" + r.ID.Bare())
	}
	if e.published.IsZero() {
		e.published = dated(r.FirstSeen)
	}
	if r.Via != nil && r.Via.URL != "" {
		e.via = &hub.Via{Title: line(r.Via.Title), URL: address(r.Via.URL)}
	}
	return e
}

// newAuthors leaves nobody without a name: Atom must have one.
func newAuthors(list []hub.Author) []hub.Author {
	var out []hub.Author
	for _, a := range list {
		a = hub.Author{Name: line(a.Name), URL: address(a.URL), Email: line(a.Email)}
		if !strings.Contains(a.Email, "@") {
			a.Email = ""
		}
		for _, other := range []string{a.Email, a.URL} {
			if a.Name == "" {
				a.Name = other
			}
		}
		if a.Name != "" && !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

func newAttachments(list []hub.Attachment) []hub.Attachment {
	var out []hub.Attachment
	for _, a := range list {
		if a.URL = address(a.URL); a.URL == "" {
			continue
		}
		a.Title, a.Size, a.Duration = line(a.Title), max(a.Size, 0), max(a.Duration, 0)
		a.Type = mediaType(a.Type, a.URL, "application/octet-stream") // no format lets an attachment go without
		out = append(out, a)
	}
	return out
}

// newPictures has each picture once, the main one first.
func newPictures(r *hub.Record) []hub.Picture {
	var out []hub.Picture
	seen := map[string]bool{"": true}
	add := func(p hub.Picture) {
		if p.URL = address(p.URL); seen[p.URL] {
			return
		}
		seen[p.URL] = true
		p.Type = mediaType(p.Type, p.URL, "")
		p.Caption, p.Credit = line(p.Caption), line(p.Credit)
		p.Width, p.Height = max(p.Width, 0), max(p.Height, 0)
		out = append(out, p)
	}
	main := slices.IndexFunc(r.Pictures, func(p hub.Picture) bool { return p.URL == r.Image })
	if main >= 0 {
		add(r.Pictures[main])
	} else {
		add(hub.Picture{URL: r.Image})
	}
	for _, p := range r.Pictures {
		add(p)
	}
	return out
}

// body is the content as HTML: that of the item, or its text in paragraphs.
func (e *entry) body() string {
	if e.html != "" || e.text == "" {
		return e.html
	}
	var b strings.Builder
	for l := range strings.Lines(e.text) {
		if l = strings.TrimSpace(l); l != "" {
			b.WriteString("<p>" + html.EscapeString(l) + "</p>\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// description is what stands for the item where a reader shows no body: plain text.
func (e *entry) description() string {
	if e.summary != "" {
		return e.summary
	}
	return excerpt(e.text)
}

// updated is when the item last changed, as far as the item itself says.
func (e *entry) updated() time.Time {
	if e.modified.IsZero() {
		return e.published
	}
	return e.modified
}
