package web

import (
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"tinhub/internal/hub"
)

// Header values that never change; nobody may write to them.
var (
	anyOrigin      = []string{"*"}
	noSniff        = []string{"nosniff"}
	varyEncoding   = []string{"Accept-Encoding"}
	varyBoth       = []string{"Accept, Accept-Encoding"}
	crossOrigin    = []string{"cross-origin"}
	cacheFeed      = []string{"public, max-age=60, stale-while-revalidate=30, stale-if-error=3600"}
	cachePage      = []string{"public, max-age=30, stale-while-revalidate=30, stale-if-error=3600"}
	cacheScript    = []string{"public, max-age=3600, stale-while-revalidate=86400"}
	cacheImmutable = []string{"public, max-age=31536000, immutable"}
)

// ready is a feed, page or asset with its header fields made once, so that an answer costs no more than copying them.
type ready struct {
	feed   *hub.Feed
	common []field
	parts  []part // in the order of feed.Codings
	strict time.Time
}

type field struct {
	name   string // canonical
	values []string
}

type part struct {
	name     string // of the coding
	encoding []string
	etag     []string
	length   []string
	body     []byte
}

// prepare makes a feed ready; extra are the fields beside those every representation has.
func prepare(f *hub.Feed, extra ...field) *ready {
	rd := &ready{feed: f, strict: f.LastModified}
	rd.common = append(rd.common,
		field{"Content-Type", []string{f.ContentType}},
		field{"X-Content-Type-Options", noSniff},
		field{"Vary", varyEncoding})
	if !f.LastModified.IsZero() {
		rd.common = append(rd.common, field{"Last-Modified", []string{f.LastModified.UTC().Format(http.TimeFormat)}})
	}
	rd.common = append(rd.common, extra...)
	for _, c := range f.Codings {
		p := part{name: c.Name, etag: []string{c.ETag}, length: []string{strconv.Itoa(len(c.Body))}, body: c.Body}
		if c.Name != "" {
			p.encoding = []string{c.Name}
		}
		rd.parts = append(rd.parts, p)
	}
	return rd
}

// serve answers with the best coding, or 304, or 412 (RFC 9110 §13.2.2).
func (s *server) serve(w *recorder, r *http.Request, rd *ready) error {
	i := chooseCoding(r.Header["Accept-Encoding"], rd.parts)
	if i < 0 {
		w.Header()["Vary"] = varyEncoding
		return &statusError{http.StatusNotAcceptable, "none of the codings that Accept-Encoding allows is offered, and it refuses identity"}
	}
	h := w.Header()
	for _, f := range rd.common {
		h[f.name] = f.values
	}
	p := &rd.parts[i]
	switch verdict, match := s.condition(r, rd); verdict {
	case http.StatusPreconditionFailed:
		return &statusError{http.StatusPreconditionFailed, "the feed is not in the state that the request asks for"}
	case http.StatusNotModified:
		// A cache freshens the stored answer whose tag it is told (RFC 9111 §4.3.4): where the caller holds another
		// coding of this very state, that is the tag to say.
		if match >= 0 {
			p = &rd.parts[match]
		}
		h["Etag"] = p.etag
		delete(h, "Content-Type")
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h["Etag"] = p.etag
	h["Content-Length"] = p.length
	if p.encoding != nil {
		h["Content-Encoding"] = p.encoding
	}
	w.WriteHeader(http.StatusOK)
	if r.Method != http.MethodHead {
		_, _ = w.Write(p.body) // a caller that hung up is no error of ours
	}
	return nil
}

// condition evaluates a conditional request: 0 to answer in full, else 304 or 412. match is the coding whose tag the
// caller holds, -1 where it named none.
func (s *server) condition(r *http.Request, rd *ready) (verdict, match int) {
	if lines := r.Header["If-Match"]; lines != nil {
		if _, ok := matchTags(lines, rd.parts, true); !ok {
			return http.StatusPreconditionFailed, -1
		}
	} else if since := r.Header.Get("If-Unmodified-Since"); since != "" && !rd.strict.IsZero() {
		if t, err := http.ParseTime(since); err == nil && rd.strict.After(t) {
			return http.StatusPreconditionFailed, -1
		}
	}
	if lines := r.Header["If-None-Match"]; lines != nil {
		if i, ok := matchTags(lines, rd.parts, false); ok {
			return http.StatusNotModified, i
		}
		return 0, -1
	}
	since := r.Header.Get("If-Modified-Since")
	if since == "" || rd.strict.IsZero() {
		return 0, -1
	}
	t, err := http.ParseTime(since)
	if err != nil || rd.strict.After(t) {
		return 0, -1
	}
	// A date of whole seconds cannot tell two states of one second apart, so within it a date is no proof.
	if !s.Now().Truncate(time.Second).After(rd.strict) {
		return 0, -1
	}
	return http.StatusNotModified, -1
}

// matchTags looks for one of ours in a list of entity tags (RFC 9110 §8.8.3), or "*". The comparison is weak unless
// strong is asked for. i is -1 for "*".
func matchTags(lines []string, parts []part, strong bool) (i int, ok bool) {
	for _, line := range lines {
		for line = textproto.TrimString(line); line != ""; {
			switch {
			case line[0] == ',' || line[0] == ' ' || line[0] == '\t':
				line = line[1:]
				continue
			case line[0] == '*':
				return -1, true
			}
			weak := strings.HasPrefix(line, "W/")
			if weak {
				line = line[2:]
			}
			if line == "" || line[0] != '"' {
				break
			}
			end := strings.IndexByte(line[1:], '"')
			if end < 0 {
				break
			}
			tag := line[:end+2]
			line = line[end+2:]
			if weak && strong {
				continue
			}
			for i := range parts {
				if parts[i].etag[0] == tag {
					return i, true
				}
			}
		}
	}
	return -1, false
}
