package web

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"

	"tinhub/internal/hub"
)

// digest is a secret's hash: comparing digests takes the same time whatever a caller sends, its length too. The zero
// digest, of an empty secret, lets nobody in.
type digest struct {
	sum [sha256.Size]byte
	set bool
}

func digestOf(secret string) digest {
	if secret == "" {
		return digest{}
	}
	return digest{sha256.Sum256([]byte(secret)), true}
}

func (d digest) admits(secret string) bool {
	sum := sha256.Sum256([]byte(secret))
	return subtle.ConstantTimeCompare(d.sum[:], sum[:]) == 1 && d.set
}

// bearer is the token of Authorization: Bearer (RFC 6750 §2.1).
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// admit checks that the caller may call an endpoint.
func (s *server) admit(a access, w *recorder, r *http.Request) error {
	var want digest
	switch a {
	case anyone:
		return nil
	case adminOnly:
		want = s.admin
	case sourceKey:
		src, err := s.pushSource(r)
		if err != nil {
			return err
		}
		want = digestOf(src.Key)
	}
	if want.admits(bearer(r)) {
		return nil
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="tinhub"`)
	return hub.Errorf(hub.Unauthorized, "this needs Authorization: Bearer with the right key")
}

// pushSource is the source {id} of a push.
func (s *server) pushSource(r *http.Request) (hub.Source, error) {
	id := r.PathValue("id")
	src, ok := s.sources[id]
	if !ok {
		return hub.Source{}, hub.Errorf(hub.NotFound, "no source %q", id)
	}
	if src.Kind != hub.KindPush {
		return hub.Source{}, hub.Errorf(hub.NotFound, "source %q takes no pushes: it is of kind %s", id, src.Kind)
	}
	return src, nil
}
