package web

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"tinhub/internal/hub"
)

// smallBody is the most that is read of a request that carries a few words.
const smallBody = 64 << 10

// gif is one transparent pixel.
const gif = "GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"

// view counts a reading that a page reports.
func (s *server) view(w *recorder, r *http.Request) error {
	raw, err := viewedID(w, r)
	if err != nil {
		return err
	}
	if err := s.countID(r, raw); err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// viewGIF counts a reading where only pictures are loaded: mail, AMP.
func (s *server) viewGIF(w *recorder, r *http.Request) error {
	raw := r.URL.Query().Get("id")
	if raw == "" {
		return &hub.Error{Kind: hub.Invalid, Place: "id", Detail: "name the item in ?id="}
	}
	if err := s.countID(r, raw); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "image/gif")
	h.Set("Cache-Control", "no-store")
	h["Cross-Origin-Resource-Policy"] = crossOrigin
	h["X-Content-Type-Options"] = noSniff
	writeBody(w, r, http.StatusOK, []byte(gif))
	return nil
}

// viewedID reads the id out of {"id":…}, a form or plain text. These are what sendBeacon sends for a Blob of JSON, for
// URLSearchParams or FormData, and for a string, which may be JSON too, since many give it JSON.stringify(id).
func viewedID(w *recorder, r *http.Request) (string, error) {
	body, err := readBody(w, r, smallBody)
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(body))
	typ, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	id := ""
	switch {
	case typ == "application/json", strings.HasPrefix(text, "{"), strings.HasPrefix(text, `"`):
		if id, err = jsonID(text); err != nil {
			return "", &hub.Error{Kind: hub.Invalid, Detail: `the body is not JSON of the form {"id":"…"}`, Err: err}
		}
	case typ == "multipart/form-data":
		if id, err = partID(text, params["boundary"]); err != nil {
			return "", &hub.Error{Kind: hub.Invalid, Detail: "the body is not a form", Err: err}
		}
	case typ == "application/x-www-form-urlencoded", strings.HasPrefix(text, "id="):
		form, err := url.ParseQuery(text)
		if err != nil {
			return "", &hub.Error{Kind: hub.Invalid, Detail: "the body is not a form", Err: err}
		}
		id = form.Get("id")
	case typ == "", typ == "text/plain":
		id = text
	default:
		return "", hub.Errorf(hub.UnsupportedType, "want application/json, a form or text/plain")
	}
	if id == "" {
		return "", &hub.Error{Kind: hub.Invalid, Place: "id", Detail: "name the item"}
	}
	return id, nil
}

// jsonID reads {"id":"…"} or "…".
func jsonID(text string) (id string, err error) {
	if strings.HasPrefix(text, `"`) {
		err = json.Unmarshal([]byte(text), &id)
		return id, err //nolint:wrapcheck // the caller says what it is about
	}
	var v struct {
		ID string `json:"id"`
	}
	err = json.Unmarshal([]byte(text), &v)
	return v.ID, err //nolint:wrapcheck // as above
}

// partID reads the field id of a form in parts (RFC 7578); "" where there is none.
func partID(text, boundary string) (string, error) {
	form := multipart.NewReader(strings.NewReader(text), boundary)
	for {
		part, err := form.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return "", nil
		case err != nil:
			return "", err //nolint:wrapcheck // the caller says what it is about
		case part.FormName() == "id":
			id, err := io.ReadAll(part)
			return strings.TrimSpace(string(id)), err //nolint:wrapcheck // as above
		}
	}
}

// readBody reads a body of at most limit bytes.
func readBody(w *recorder, r *http.Request, limit int64) ([]byte, error) {
	if enc := r.Header.Get("Content-Encoding"); enc != "" && !strings.EqualFold(enc, "identity") {
		return nil, hub.Errorf(hub.UnsupportedType, "Content-Encoding is not taken here; send the body as it is")
	}
	if r.ContentLength > limit {
		drain(w, r, limit)
		return nil, hub.Errorf(hub.TooLarge, "the body has %d bytes; at most %d are taken", r.ContentLength, limit)
	}
	body, err := io.ReadAll(http.MaxBytesReader(w.ResponseWriter, r.Body, limit))
	if err == nil {
		return body, nil
	}
	if int64(len(body)) >= limit {
		drain(w, r, limit)
		return nil, hub.Errorf(hub.TooLarge, "the body has more than %d bytes", limit)
	}
	return nil, &hub.Error{Kind: hub.Invalid, Detail: "the body broke off", Err: err}
}

// drainTime bounds how long a body that is too large is read on.
const drainTime = 10 * time.Second

// drain reads on a body that is not wanted, as much again as was allowed: many clients send all of it before they look at
// the answer, and would see a reset instead. One that waits to be told to go on (RFC 9110 §10.1.1) is told at once.
func drain(w *recorder, r *http.Request, limit int64) {
	w.Header().Set("Connection", "close")
	if r.Header.Get("Expect") != "" {
		return
	}
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(drainTime))
	_, _ = io.CopyN(io.Discard, r.Body, limit)
}

// countID counts a reading of the item that raw names.
func (s *server) countID(r *http.Request, raw string) error {
	id, err := hub.ParseID(raw)
	if err == nil {
		id, err = s.known.resolve(r.Context(), s, id)
	} else {
		err = hub.Errorf(hub.NotFound, "no item has such an id")
	}
	if err != nil {
		if hub.KindOf(err) == hub.NotFound {
			s.count(r, "")
		}
		return err
	}
	s.count(r, id)
	return nil
}

func (s *server) count(r *http.Request, id hub.ID) {
	s.Views.Count(id, s.client(r), r.UserAgent(), isPrefetch(r), r.Method == http.MethodHead)
}

// isPrefetch says whether a browser asks before anybody looks.
func isPrefetch(r *http.Request) bool {
	for _, name := range []string{"Sec-Purpose", "Purpose", "X-Purpose", "X-Moz"} {
		v := strings.ToLower(r.Header.Get(name))
		if strings.Contains(v, "prefetch") || strings.Contains(v, "prerender") || strings.Contains(v, "preview") {
			return true
		}
	}
	return false
}

// knownItems remembers ids that were found in the store, so that a hot article does not cost a read for every view. An
// identity is kept for ever, so what was known stays known. Two generations bound it.
type knownItems struct {
	mu    sync.Mutex
	young map[hub.ID]hub.ID // id → the item's own id
	old   map[hub.ID]hub.ID
}

const knownLimit = 1 << 15 // ids in one generation

func newKnownItems() *knownItems { return &knownItems{young: map[hub.ID]hub.ID{}} }

// resolve is the item's own id; NotFound where there is none to read.
func (k *knownItems) resolve(ctx context.Context, s *server, id hub.ID) (hub.ID, error) {
	k.mu.Lock()
	own, ok := k.young[id]
	if !ok {
		own, ok = k.old[id]
	}
	k.mu.Unlock()
	if ok {
		return own, nil
	}
	rec, err := s.record(ctx, id)
	switch {
	case err != nil:
		return "", err
	case rec.State == hub.StateHeld:
		return "", hub.Errorf(hub.NotFound, "no item %s", id)
	}
	k.mu.Lock()
	if len(k.young) >= knownLimit {
		k.old, k.young = k.young, make(map[hub.ID]hub.ID, knownLimit)
	}
	k.young[id] = rec.ID
	k.mu.Unlock()
	return rec.ID, nil
}
