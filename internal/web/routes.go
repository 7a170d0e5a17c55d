package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"tinhub/internal/hub"
)

// access is who may call an endpoint.
type access int

const (
	anyone    access = iota
	adminOnly        // Authorization: Bearer with the admin token
	sourceKey        // Authorization: Bearer with the key of the source {id}
)

// handler answers a request; an error it returns is answered for it (problem.go).
type handler func(w *recorder, r *http.Request) error

// endpoint is one method of a route. GET answers HEAD too.
type endpoint struct {
	method string
	access access
	wait   time.Duration // how long it may take; 0 where it reads memory only
	serve  handler
}

// route is one path with what it is called in the metrics (its pattern) and who may use it how.
type route struct {
	pattern   string
	cors      cors
	endpoints []endpoint
}

// cors is what the scripts of other origins may do (Fetch Standard, "CORS protocol").
type cors int

const (
	sameSite cors = iota // nothing
	anywhere             // read the answer
	beacons              // the same, and send with credentials, as sendBeacon always does; nothing here reads them
)

const (
	storeTime = 5 * time.Second  // for a few reads
	deskTime  = 10 * time.Second // an order, and the wait until the feeds show it
	pushTime  = 2 * time.Minute  // 32 MiB over a slow line and 1,000 items
	// Where thousands of sources stand has to be read from the store.
	sourcesTime = 15 * time.Second
)

func get(wait time.Duration, h handler) []endpoint {
	return []endpoint{{http.MethodGet, anyone, wait, h}}
}

func post(a access, wait time.Duration, h handler) []endpoint {
	return []endpoint{{http.MethodPost, a, wait, h}}
}

// routes is all that the public door serves.
func (s *server) routes() []route {
	all := "/feeds/" + hub.AllSection
	return slices.Concat([]route{
		// Pages for people.
		{"/{$}", sameSite, get(storeTime, s.frontPage)},
		{"/feeds", sameSite, get(0, s.sectionsPage)},
		{"/assets/{file}", anywhere, get(0, s.asset)},
		{"/robots.txt", sameSite, get(0, s.robots)},

		// Items and their readings.
		{"/items/{id}", anywhere, get(storeTime, s.item)},
		{"/go/{id}", sameSite, get(storeTime, s.goTo)},
		{"/views", beacons, post(anyone, storeTime, s.view)},
		{"/views.gif", anywhere, get(storeTime, s.viewGIF)},

		// Headlines elsewhere.
		{"/embed/{section}", anywhere, get(0, s.embed)},
		{"/embed.js", anywhere, get(0, s.embedScript)},

		// The log, pushes and orders.
		{"/api/events", anywhere, get(storeTime, s.events)},
		{"/api/sources/{id}/items", sameSite, []endpoint{
			{http.MethodPost, sourceKey, pushTime, s.push},
			{http.MethodDelete, sourceKey, deskTime, s.withdraw},
		}},

		// Operations.
		{"/healthz", sameSite, get(0, s.healthz)},
		{"/readyz", sameSite, get(storeTime, s.readyz)},
		{"/metrics", sameSite, get(storeTime, s.metrics)},

		// What people try.
		{"/feeds/{$}", sameSite, get(0, s.moved("/feeds"))},
		{"/feeds/{section}/{$}", sameSite, get(0, s.slashed)},
		{"/feed", anywhere, get(0, s.moved(all+".rss"))},
		{"/rss", anywhere, get(0, s.moved(all+".rss"))},
		{"/rss.xml", anywhere, get(0, s.moved(all+".rss"))},
		{"/index.xml", anywhere, get(0, s.moved(all+".rss"))},
		{"/atom.xml", anywhere, get(0, s.moved(all+".atom"))},
		{"/feed.json", anywhere, get(0, s.moved(all+".json"))},
	}, s.controlRoutes())
}

// controlRoutes is what both doors serve: the feeds, where the sources stand, and the desk's orders.
func (s *server) controlRoutes() []route {
	return []route{
		{"/feeds/{file}", anywhere, get(0, s.feedOrPage)},              // {section}.rss .atom .json, and the section's page
		{"/feeds/{section}/{file}", anywhere, get(storeTime, s.below)}, // popular.rss .atom .json
		{"/feeds.opml", anywhere, get(0, s.opml)},
		{"/api/sources", sameSite, []endpoint{{http.MethodGet, adminOnly, sourcesTime, s.listSources}}},
		{"/api/sources/{id}/refresh", sameSite, post(adminOnly, deskTime, s.refresh)},
		{"/api/items/{id}/retract", sameSite, post(adminOnly, deskTime, s.retract)},
		{"/api/items/{id}/restore", sameSite, post(adminOnly, deskTime, s.restore)},
	}
}

// otherRoute is what the metrics call a path that is none of ours.
const otherRoute = "other"

func (s *server) mux(routes []route) (h http.Handler, err error) {
	mux := http.NewServeMux()
	defer func() { // ServeMux panics on two patterns that mean the same
		if p := recover(); p != nil {
			h, err = nil, fmt.Errorf("web: %v", p)
		}
	}()
	for _, rt := range routes {
		mux.Handle(rt.pattern, s.dispatch(rt))
	}
	for pattern, extra := range s.Extra {
		mux.Handle(pattern, s.dispatchExtra(pattern, extra))
	}
	_, taken := s.Extra["/"]
	if !taken {
		mux.Handle("/", s.dispatchOther())
	}
	return mux, nil
}

// dispatch is the way of every request to its endpoint: what it costs is measured, a panic is caught, the method and the
// caller are checked.
func (s *server) dispatch(rt route) http.Handler {
	methods := rt.methods()
	allow := []string{strings.Join(methods, ", ")}
	return s.wrap(rt.pattern, func(w *recorder, r *http.Request) error {
		allowOrigin(w.Header(), r, rt.cors)
		if r.Method == http.MethodOptions && rt.cors != sameSite {
			h := w.Header()
			h["Allow"], h["Access-Control-Allow-Methods"] = allow, allow
			h.Set("Access-Control-Allow-Headers", "Content-Type, If-None-Match, If-Modified-Since")
			h.Set("Access-Control-Max-Age", "86400")
			w.WriteHeader(http.StatusNoContent)
			return nil
		}
		for _, ep := range rt.endpoints {
			if ep.method == r.Method || ep.method == http.MethodGet && r.Method == http.MethodHead {
				return s.call(ep, w, r)
			}
		}
		w.Header()["Allow"] = allow
		return &statusError{status: http.StatusMethodNotAllowed, detail: "this address answers " + allow[0]}
	})
}

func allowOrigin(h http.Header, r *http.Request, c cors) {
	switch origin := r.Header["Origin"]; {
	case c == beacons && len(origin) == 1:
		h["Access-Control-Allow-Origin"] = origin
		h.Set("Access-Control-Allow-Credentials", "true")
		h.Set("Vary", "Origin")
	case c != sameSite:
		h["Access-Control-Allow-Origin"] = anyOrigin
	}
}

func (s *server) call(ep endpoint, w *recorder, r *http.Request) error {
	if !s.trusted {
		if err := s.admit(ep.access, w, r); err != nil {
			return err
		}
	}
	if ep.wait > 0 {
		ctx, cancel := withTimeout(r, ep.wait)
		defer cancel()
		r = r.WithContext(ctx)
	}
	return ep.serve(w, r)
}

func (rt route) methods() []string {
	var m []string
	for _, ep := range rt.endpoints {
		m = append(m, ep.method)
		if ep.method == http.MethodGet {
			m = append(m, http.MethodHead)
		}
	}
	if rt.cors != sameSite {
		m = append(m, http.MethodOptions)
	}
	return m
}

func (s *server) dispatchOther() http.Handler {
	return s.wrap(otherRoute, func(w *recorder, _ *http.Request) error {
		w.page = true
		return hub.Errorf(hub.NotFound, "there is nothing at this address")
	})
}

func (s *server) dispatchExtra(pattern string, h http.Handler) http.Handler {
	return s.wrap(pattern, func(w *recorder, r *http.Request) error {
		h.ServeHTTP(w, r)
		return nil
	})
}

// moved redirects to another path of ours for good, with the query.
func (s *server) moved(to string) handler {
	return func(w *recorder, r *http.Request) error {
		s.redirect(w, http.StatusMovedPermanently, s.base+to, r.URL.RawQuery)
		return nil
	}
}

func (s *server) redirect(w *recorder, status int, to, query string) {
	if query != "" {
		to += "?" + query
	}
	h := w.Header()
	h.Set("Location", to)
	h["X-Content-Type-Options"] = noSniff
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "public, max-age=300")
	}
	w.WriteHeader(status)
}
