package fetch

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strconv"
)

// userAgent says who asks, where its people can be found, and for how many feeds.
func (o Options) userAgent(subscribers int) string {
	if o.UserAgent != "" {
		return o.UserAgent
	}
	var about string
	switch {
	case subscribers == 1:
		about = "1 subscriber"
	case subscribers > 1:
		about = strconv.Itoa(subscribers) + " subscribers"
	}
	switch {
	case o.Contact != "" && about != "":
		about = "+" + o.Contact + "; " + about
	case o.Contact != "":
		about = "+" + o.Contact
	}
	if about == "" {
		return o.Product
	}
	return o.Product + " (" + about + ")"
}

func (t *trip) request(ctx context.Context) (*http.Request, error) {
	if t.proxy != nil {
		ctx = context.WithValue(ctx, proxyKey{}, t.proxy)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.at.String(), nil)
	if err != nil {
		return nil, &Error{Reason: ReasonProtocol, Err: errors.New("no request can be made of this URL")}
	}
	h := req.Header
	h.Set("User-Agent", t.c.o.userAgent(t.r.Subscribers))
	h.Set("Accept", orDefault(t.r.Accept, "*/*"))
	if sameHost(t.home, t.at) {
		for _, k := range slices.Sorted(maps.Keys(t.r.Headers)) {
			h.Set(k, t.r.Headers[k])
		}
		if t.user != nil && h.Get("Authorization") == "" {
			password, _ := t.user.Password()
			req.SetBasicAuth(t.user.Username(), password)
		}
	}
	h.Set("Accept-Encoding", "gzip, br")
	if t.r.ETag != "" {
		h.Set("If-None-Match", t.r.ETag)
	}
	if t.r.LastModified != "" {
		h.Set("If-Modified-Since", t.r.LastModified)
	}
	return req, nil
}
