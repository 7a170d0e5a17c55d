package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tinhub/internal/hub"
)

// sectionsData is the list of all sections.
type sectionsData struct {
	frame
	Sections []sectionRow
	OPML     string
	OPMLURL  string
}

type sectionRow struct {
	Title, Lang, Description, Href string
	Feeds                          []feedLink
	Newest                         *card
}

// sectionData is a section's page.
type sectionData struct {
	frame
	Section   hub.Section
	Lead      *card
	Headlines []card
	MostRead  []card
	Subscribe subscribeBox
}

// sectionsPage serves the list of sections.
func (s *server) sectionsPage(w *recorder, r *http.Request) error {
	w.page = true
	list := slices.DeleteFunc(slices.Clone(s.Options.Sections), func(sec hub.Section) bool { return sec.ID == hub.AllSection })
	list = append([]hub.Section{s.sections[hub.AllSection]}, list...)
	var of []*hub.Snapshot
	for _, sec := range list {
		snap, err := s.Feeds.Snapshot(r.Context(), sec.ID)
		if err != nil {
			snap = nil
		}
		of = append(of, snap)
	}
	rd, err := s.shelves[""].cached(of, nil, func() (*ready, error) {
		f := s.newFrame(s.Site.Language, "")
		f.Title, f.Canonical = f.T.AllFeeds, s.Site.URL+"/feeds"
		d := &sectionsData{frame: f, OPML: s.base + "/feeds.opml", OPMLURL: s.Site.URL + "/feeds.opml"}
		for i, sec := range list {
			links := s.feedLinks(sec.ID, sec.Title)
			d.frame.Feeds = append(d.frame.Feeds, links[0])
			row := sectionRow{sec.Title, differs(sec.Language, f.Lang), sec.Description, s.sectionPath(sec.ID), links, nil}
			if of[i] != nil && len(of[i].Items) > 0 {
				c := s.cardOf(&of[i].Items[0], f.T, f.Lang)
				row.Newest = &c
			}
			d.Sections = append(d.Sections, row)
		}
		return s.publicPage(s.pages.sections, d)
	})
	if err != nil {
		return err
	}
	return s.serve(w, r, rd)
}

// sectionPage serves a section's page; ?format= redirects to one of its feeds.
func (s *server) sectionPage(w *recorder, r *http.Request, id string) error {
	w.page = true
	sec, ok := s.sections[id]
	if !ok {
		return hub.Errorf(hub.NotFound, "no section %q", id)
	}
	if q := r.URL.Query(); q.Has("format") {
		return s.toFormat(w, q, id)
	}
	ctx, cancel := withTimeout(r, storeTime)
	defer cancel()
	snap, err := s.Feeds.Snapshot(ctx, id)
	if err != nil {
		return err //nolint:wrapcheck // says what and why already
	}
	read, ids := s.mostRead(ctx, id)
	rd, err := s.shelves[id].cached([]*hub.Snapshot{snap}, ids, func() (*ready, error) {
		return s.publicPage(s.pages.section, s.sectionData(sec, snap, read))
	})
	if err != nil {
		return err
	}
	return s.serve(w, r, rd)
}

// toFormat redirects to the feed that ?format= names, with the rest of the query.
func (s *server) toFormat(w *recorder, q url.Values, id string) error {
	format := strings.ToLower(q.Get("format"))
	if !slices.Contains(formats[:], format) {
		return &hub.Error{Kind: hub.Invalid, Place: "format", Detail: "want rss, atom or json"}
	}
	q.Del("format")
	s.redirect(w, http.StatusMovedPermanently, s.sectionPath(id)+"."+format, q.Encode())
	return nil
}

func (s *server) sectionData(sec hub.Section, snap *hub.Snapshot, read []*hub.Record) *sectionData {
	language := sec.Language
	if language == "" {
		language = s.Site.Language
	}
	f := s.newFrame(language, sec.ID)
	f.Title, f.Description, f.Canonical = sec.Title, sec.Description, s.Site.URL+"/feeds/"+url.PathEscape(sec.ID)
	f.Feeds = s.feedLinks(sec.ID, sec.Title)
	d := &sectionData{frame: f, Section: sec, Subscribe: s.subscribe(sec.ID, f.T), MostRead: s.cards(read, &f)}
	for i := range snap.Items {
		c := s.cardOf(&snap.Items[i], f.T, f.Lang)
		if sec.ID != hub.AllSection {
			c.Section = ""
		}
		if i == 0 {
			d.Lead = &c
			continue
		}
		c.Summary = summaryOf(&snap.Items[i], brief)
		d.Headlines = append(d.Headlines, c)
	}
	return d
}
