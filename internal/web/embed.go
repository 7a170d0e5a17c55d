package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"tinhub/internal/hub"
)

// The looks of an embed; the first is taken where nothing is asked for.
var (
	layouts = [...]string{"list", "cards", "compact"}
	themes  = [...]string{"light", "dark", "auto"}
)

const embedLimit = 5

// embedData is the page in a partner's iframe.
type embedData struct {
	T             *texts
	Lang          string
	Site          hub.Site
	Title         string
	Href          string
	Layout, Theme string
	Items         []card
	Assets        assetURLs
}

// embed serves a section's headlines for an iframe: ?limit= 1 to 50, layout, theme, and from (or partner), which the
// links carry.
func (s *server) embed(w *recorder, r *http.Request) error {
	sec, ok := s.sections[r.PathValue("section")]
	if !ok {
		return hub.Errorf(hub.NotFound, "no section %q", r.PathValue("section"))
	}
	q := r.URL.Query()
	layout, err := oneOf(q, "layout", layouts[:])
	if err != nil {
		return err
	}
	theme, err := oneOf(q, "theme", themes[:])
	if err != nil {
		return err
	}
	limit, err := number(q, "limit", embedLimit)
	if err != nil || limit < 1 {
		return &hub.Error{Kind: hub.Invalid, Place: "limit", Detail: "want a number from 1 to 50"}
	}
	snap, err := s.Feeds.Snapshot(r.Context(), sec.ID)
	if err != nil {
		return err //nolint:wrapcheck // says what and why already
	}
	partner := partnerOf(q)
	d := embedData{
		Lang: sec.Language, Site: s.Site, Title: sec.Title, Layout: layout, Theme: theme, Assets: s.urls,
		Href: s.Site.URL + "/feeds/" + url.PathEscape(sec.ID),
	}
	if d.Lang == "" {
		d.Lang = s.Site.Language
	}
	d.T = textsFor(d.Lang)
	for i := range snap.Items[:min(uint64(len(snap.Items)), limit, hub.FeedSize)] {
		c := s.cardOf(&snap.Items[i], d.T, d.Lang)
		c.Href = s.embedHref(c.ID, partner)
		c.Summary = summaryOf(&snap.Items[i], brief)
		d.Items = append(d.Items, c)
	}
	body, err := execute(s.pages.embed, d)
	if err != nil {
		return err
	}
	return s.serve(w, r, prepare(light(typeHTML, body),
		field{"Cache-Control", cacheFeed},
		field{"Content-Security-Policy", []string{pagePolicy + "frame-ancestors *"}},
		field{"Referrer-Policy", []string{"strict-origin-when-cross-origin"}}))
}

// embedScript serves the script that puts headlines on another site's page.
func (s *server) embedScript(w *recorder, r *http.Request) error {
	return s.serve(w, r, s.script)
}

func oneOf(q url.Values, name string, allowed []string) (string, error) {
	v := q.Get(name)
	if v == "" {
		return allowed[0], nil
	}
	if !slices.Contains(allowed, v) {
		return "", &hub.Error{Kind: hub.Invalid, Place: name, Detail: "want one of " + strings.Join(allowed, ", ")}
	}
	return v, nil
}

// partnerOf is who shows the embed, "" where that is no plain name.
func partnerOf(q url.Values) string {
	name := q.Get("from")
	if name == "" {
		name = q.Get("partner")
	}
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_.", r)
	}
	if len(name) > 64 || strings.ContainsFunc(name, func(r rune) bool { return !plain(r) }) {
		return ""
	}
	return name
}
