package web

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tinhub/internal/hub"
)

// card is an item as a headline.
type card struct {
	ID       hub.ID
	Title    string
	Href     string
	Summary  string
	Image    string
	Width    int
	Height   int
	Time     string
	DateTime string
	Section  string // its first section's title, where a page shows several
	Lang     string // where it is another than the page's
}

const (
	summaryRunes = 280
	brief        = 140
	boxRead      = 8           // headlines in the most-read box
	boxWait      = time.Second // for a ranking that is not made yet: a page is whole without its box
)

// cardOf makes a headline for a page in lang.
func (s *server) cardOf(r *hub.Record, t *texts, lang string) card {
	c := card{
		ID: r.ID, Title: r.Title, Href: s.base + "/go/" + r.ID.Bare(), Summary: summaryOf(r, summaryRunes),
		Lang: differs(r.Language, lang),
	}
	if c.Title == "" {
		c.Title = summaryOf(r, brief)
	}
	if c.Title == "" {
		c.Title = t.NoTitle
	}
	if safeLink(r.Image) {
		c.Image = r.Image
		if p := pictureOf(r, r.Image); p != nil {
			c.Width, c.Height = p.Width, p.Height
		}
	}
	c.Time, c.DateTime = s.stamp(r.Published, t)
	for _, id := range r.Sections {
		if sec, ok := s.sections[id]; ok && id != hub.AllSection {
			c.Section = sec.Title
			break
		}
	}
	return c
}

// stamp is a time for people, in the site's zone, and for machines.
func (s *server) stamp(at time.Time, t *texts) (people, machines string) {
	if at.IsZero() {
		return "", ""
	}
	return t.time(at.In(s.Site.Location)), at.Format(time.RFC3339)
}

func pictureOf(r *hub.Record, image string) *hub.Picture {
	i := slices.IndexFunc(r.Pictures, func(p hub.Picture) bool { return p.URL == image })
	if i < 0 {
		return nil
	}
	return &r.Pictures[i]
}

// summaryOf is the item's summary, else the beginning of its text, cut at a word.
func summaryOf(r *hub.Record, runes int) string {
	text := r.Summary
	if text == "" {
		text = strings.Join(strings.Fields(clip(r.ContentText, 4*runes)), " ")
	}
	if utf8.RuneCountInString(text) <= runes {
		return text
	}
	cut := clip(text, runes)
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)/2 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:–-") + "…"
}

// clip is the first n characters of s.
func clip(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

func (s *server) sectionPath(id string) string { return s.base + "/feeds/" + url.PathEscape(id) }

func hostOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Host
}

// mostRead are a section's items that were read most in a day and at all, at most boxRead. Where they cannot be told
// there are none, and the page is whole without them.
func (s *server) mostRead(ctx context.Context, section string) (list []*hub.Record, ids []hub.ID) {
	ctx, cancel := context.WithTimeout(ctx, boxWait)
	defer cancel()
	snap, ranked, err := s.Feeds.PopularSnapshot(ctx, section, hub.WindowDay)
	if err != nil {
		return nil, nil
	}
	read := make(map[hub.ID]bool, len(ranked))
	for _, r := range ranked {
		read[r.ID] = r.Views > 0
	}
	for i := range snap.Items {
		if r := &snap.Items[i]; read[r.ID] && len(list) < boxRead {
			list, ids = append(list, r), append(ids, r.ID)
		}
	}
	return list, ids
}

func (s *server) cards(list []*hub.Record, f *frame) (cards []card) {
	for _, r := range list {
		cards = append(cards, s.cardOf(r, f.T, f.Lang))
	}
	return cards
}

// feedLinks are a section's three feeds under their public addresses.
func (s *server) feedLinks(section, title string) []feedLink {
	at := s.Site.URL + "/feeds/" + url.PathEscape(section)
	return []feedLink{
		{"RSS", title + " – RSS", at + ".rss"},
		{"Atom", title + " – Atom", at + ".atom"},
		{"JSON Feed", title + " – JSON Feed", at + ".json"},
	}
}
