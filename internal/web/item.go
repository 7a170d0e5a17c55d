package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"tinhub/internal/hub"
)

// item serves /items/{id}: JSON, or a page for people.
func (s *server) item(w *recorder, r *http.Request) error {
	w.page = true
	w.Header()["Vary"] = varyBoth
	rec, asked, err := s.shown(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if rec.ID != asked {
		s.redirect(w, http.StatusMovedPermanently, s.base+"/items/"+rec.ID.Bare(), "")
		return nil
	}
	counts := s.counts(r.Context(), rec.ID)
	var f *hub.Feed
	if prefersPage(r) {
		f, err = s.itemPage(r.Context(), rec, counts)
	} else {
		f, err = s.itemJSON(rec, counts)
	}
	if err != nil {
		return err
	}
	extra := []field{{"Vary", varyBoth}, {"Cache-Control", cachePage}}
	if f.ContentType == typeHTML {
		extra = append(extra, s.pageFields()...)
	}
	return s.serve(w, r, prepare(f, extra...))
}

func (s *server) itemJSON(rec hub.Record, counts *hub.ViewCounts) (*hub.Feed, error) {
	body, err := s.ItemJSON(s.Site, rec, counts)
	if err != nil {
		return nil, err
	}
	return light("application/json; charset=utf-8", body), nil
}

// counts are an item's views; nil while the store does not tell, which is no reason to withhold the item.
func (s *server) counts(ctx context.Context, id hub.ID) *hub.ViewCounts {
	v, err := s.Items.Views(ctx, s.Now(), []hub.ID{id})
	if err != nil || len(v) != 1 {
		s.Log.WarnContext(ctx, "an item is shown without its views", "item", string(id), "error", err)
		return nil
	}
	return &v[0]
}

// shown is the live item that a path's id leads to, and the id itself. What was retracted or trimmed is a goneError;
// what is held back is as unknown as what never was.
func (s *server) shown(ctx context.Context, path string) (rec hub.Record, asked hub.ID, err error) {
	asked, err = hub.ParseID(path)
	if err != nil {
		return rec, "", hub.Errorf(hub.NotFound, "no item has such an id")
	}
	if rec, err = s.record(ctx, asked); err != nil {
		return rec, asked, err
	}
	switch rec.State {
	case hub.StateLive:
		return rec, asked, nil
	case hub.StateRetracted:
		e := &goneError{detail: "this item was taken out"}
		if rec.Retraction != nil {
			e.reason = rec.Retraction.Reason
		}
		return rec, asked, e
	case hub.StateTrimmed:
		return rec, asked, &goneError{detail: "this item is too old to be kept", trimmed: true}
	}
	return rec, asked, hub.Errorf(hub.NotFound, "no item %s", asked)
}

// record asks the store, and where that is away the snapshots, which hold the items people ask for most.
func (s *server) record(ctx context.Context, id hub.ID) (hub.Record, error) {
	recs, err := s.Items.Records(ctx, []hub.ID{id})
	switch {
	case err == nil && (len(recs) != 1 || recs[0].ID == ""):
		return hub.Record{}, hub.Errorf(hub.NotFound, "no item %s", id)
	case err == nil:
		return recs[0], nil
	case hub.KindOf(err) != hub.Unavailable:
		return hub.Record{}, err //nolint:wrapcheck // says what and why already
	}
	for section := range s.sections {
		snap, snapErr := s.Feeds.Snapshot(ctx, section)
		if snapErr != nil {
			continue
		}
		for i := range snap.Items {
			if snap.Items[i].ID == id {
				return snap.Items[i], nil
			}
		}
	}
	return hub.Record{}, err //nolint:wrapcheck // says what and why already
}

// goTo counts a reading and redirects to the article, which is always an item's own address and never one the request
// names.
func (s *server) goTo(w *recorder, r *http.Request) error {
	w.page = true
	w.Header().Set("X-Robots-Tag", "noindex")
	rec, _, err := s.shown(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	s.count(r, rec.ID)
	w.Header().Set("Cache-Control", "no-store")
	to := s.Site.URL + "/items/" + rec.ID.Bare() // as it stands in the feeds
	if safeLink(rec.URL) {
		to = rec.URL
	}
	s.redirect(w, http.StatusFound, to, "")
	return nil
}

// safeLink says whether a URL may be led to: absolute, http or https, and with a host.
func safeLink(raw string) bool {
	u, err := url.Parse(raw)
	return err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") && !strings.ContainsAny(raw, "\r\n")
}

// prefersPage says whether Accept wants HTML rather than JSON; no word means JSON.
func prefersPage(r *http.Request) bool {
	lines := r.Header["Accept"]
	html, wild := mediaWeight(lines, "text", "html")
	if html <= 0 || wild {
		return false
	}
	json, _ := mediaWeight(lines, "application", "json")
	return html >= json
}
