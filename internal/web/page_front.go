package web

import (
	"net/http"
	"slices"

	"tinhub/internal/hub"
)

const (
	frontHeadlines = 8
	frontShelf     = 4
)

// frontData is the front page.
type frontData struct {
	frame
	Lead      *card
	Headlines []card
	Shelves   []shelf
	MostRead  []card
	Subscribe subscribeBox
	Empty     bool
}

// shelf is a section's newest items on the front page.
type shelf struct {
	Title, Lang, Href, RSS string
	First                  *card
	Rest                   []card
}

// subscribeBox says how a section is followed.
type subscribeBox struct {
	T       *texts
	Feeds   []feedLink
	OPML    string
	Snippet string // the line that puts its headlines on another page
}

// frontPage serves the front page.
func (s *server) frontPage(w *recorder, r *http.Request) error {
	w.page = true
	ctx := r.Context()
	all, err := s.Feeds.Snapshot(ctx, hub.AllSection)
	if err != nil {
		return err //nolint:wrapcheck // says what and why already
	}
	var shelves []*hub.Snapshot
	for _, sec := range s.Sections {
		snap, err := s.Feeds.Snapshot(ctx, sec.ID)
		if err != nil || sec.ID == hub.AllSection {
			snap = nil // the page is whole without a shelf
		}
		shelves = append(shelves, snap)
	}
	read, ids := s.mostRead(ctx, hub.AllSection)
	rd, err := s.front.cached(append([]*hub.Snapshot{all}, shelves...), ids, func() (*ready, error) {
		return s.publicPage(s.pages.front, s.frontData(all, shelves, read))
	})
	if err != nil {
		return err
	}
	return s.serve(w, r, rd)
}

func (s *server) frontData(all *hub.Snapshot, shelves []*hub.Snapshot, read []*hub.Record) *frontData {
	f := s.newFrame(s.Site.Language, "")
	f.Front, f.Title, f.Description, f.Canonical = true, s.Site.Title, s.Site.Description, s.Site.URL+"/"
	f.Feeds = s.feedLinks(hub.AllSection, s.Site.Title)
	for _, sec := range s.Sections {
		f.Feeds = append(f.Feeds, s.feedLinks(sec.ID, sec.Title)[0])
	}
	d := &frontData{frame: f, MostRead: s.cards(read, &f), Subscribe: s.subscribe(hub.AllSection, f.T)}
	shown := map[hub.ID]bool{}
	d.Lead, d.Headlines = s.top(all, &f, shown)
	d.Empty = d.Lead == nil
	for i, snap := range shelves {
		if snap == nil {
			continue
		}
		if sh := s.shelfOf(s.Sections[i], snap, &f, shown); sh.First != nil {
			d.Shelves = append(d.Shelves, sh)
		}
	}
	return d
}

// top takes the lead story – the newest with a picture among the newest ten, in the site's own language where there are
// any – and the headlines beside it.
func (s *server) top(all *hub.Snapshot, f *frame, shown map[hub.ID]bool) (lead *card, headlines []card) {
	items := slices.DeleteFunc(slices.Clone(all.Items), func(r hub.Record) bool { return differs(r.Language, f.Lang) != "" })
	if len(items) == 0 {
		items = all.Items
	}
	if len(items) == 0 {
		return nil, nil
	}
	first := max(0, slices.IndexFunc(items[:min(10, len(items))], func(r hub.Record) bool { return safeLink(r.Image) }))
	c := s.cardOf(&items[first], f.T, f.Lang)
	shown[c.ID] = true
	for i := range items {
		if i != first && len(headlines) < frontHeadlines {
			h := s.cardOf(&items[i], f.T, f.Lang)
			shown[h.ID] = true
			headlines = append(headlines, h)
		}
	}
	return &c, headlines
}

// shelfOf fills a section's shelf with what the page does not show yet, and with what it does where there is little else.
func (s *server) shelfOf(sec hub.Section, snap *hub.Snapshot, f *frame, shown map[hub.ID]bool) shelf {
	sh := shelf{
		Title: sec.Title, Lang: differs(sec.Language, f.Lang), Href: s.sectionPath(sec.ID),
		RSS: s.sectionPath(sec.ID) + ".rss",
	}
	var fresh, again []card
	for i := range snap.Items {
		c := s.cardOf(&snap.Items[i], f.T, f.Lang)
		c.Section = ""
		if shown[c.ID] {
			again = append(again, c)
		} else {
			fresh = append(fresh, c)
		}
		if len(fresh) == frontShelf {
			break
		}
	}
	list := append(fresh, again...)
	list = list[:min(len(list), frontShelf)]
	if len(list) > 0 {
		// The one with a picture stands on top.
		if i := slices.IndexFunc(list, func(c card) bool { return c.Image != "" }); i > 0 {
			with := list[i]
			list = slices.Insert(slices.Delete(list, i, i+1), 0, with)
		}
		sh.First, sh.Rest = &list[0], list[1:]
	}
	return sh
}

func (s *server) subscribe(section string, t *texts) subscribeBox {
	return subscribeBox{
		T: t, Feeds: s.feedLinks(section, s.sections[section].Title), OPML: s.base + "/feeds.opml",
		Snippet: `<script async src="` + s.Site.URL + `/embed.js" data-section="` + section + `"></script>`,
	}
}
