package clean

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"strconv"
	"strings"
	"time"

	"tinhub/internal/hub"
)

// item tells two versions of an item apart: it is over all that readers see but Modified, and over the instant of the
// declared date rather than its text or offset, so that a source that writes its dates another way changes nothing. Nor does
// a site that turns from http to https, or back at each fetch: addresses count without that difference, the item's own in
// the form that two sources' are compared by. Each field goes in with its length, lists with theirs, so that no two items run
// together.
func (h *digest) item(it *hub.Item) string {
	if h.Hash == nil {
		h.Hash, h.room = sha256.New(), make([]byte, 0, 512)
	}
	h.Reset()
	own := urlKey(it.URL)
	if own == "" {
		own = it.URL
	}
	for _, s := range []string{own, it.Title, it.Summary, it.ContentHTML, it.ContentText, it.Image, it.Language} {
		h.text(s)
	}
	h.time(it.Published)
	h.number(len(it.Pictures))
	for _, p := range it.Pictures {
		h.text(p.URL, p.Type, p.Alt, p.Caption, p.Credit)
		h.number(p.Width)
		h.number(p.Height)
	}
	h.number(len(it.Authors))
	for _, a := range it.Authors {
		h.text(a.Name, a.URL, a.Email)
	}
	h.number(len(it.Tags))
	h.text(it.Tags...)
	h.number(len(it.Attachments))
	for _, a := range it.Attachments {
		h.text(a.URL, a.Type, a.Title)
		h.number(int(a.Size))
		h.number(int(a.Duration))
	}
	h.number(len(it.Captions))
	h.text(it.Captions...)
	h.number(len(it.Alternates))
	for _, a := range it.Alternates {
		h.text(a.Language, a.URL)
	}
	if it.Paywalled {
		h.number(1)
	} else {
		h.number(0)
	}
	if it.Via != nil {
		h.text(it.Via.Title, it.Via.URL)
	}
	if p := it.Point; p != nil {
		h.text("point", strconv.FormatFloat(p.Lat, 'g', -1, 64), strconv.FormatFloat(p.Lon, 'g', -1, 64))
	}
	if it.AMP != "" {
		h.text("amp", it.AMP)
	}
	h.flush()
	sum := h.Sum(h.room)
	return string(hex.AppendEncode(sum, sum)[len(sum):])
}

// digest gathers what is hashed in its room, so that no string need be copied to the heap.
type digest struct {
	hash.Hash
	room []byte
}

func (h *digest) flush() {
	h.Write(h.room)
	h.room = h.room[:0]
}

func (h *digest) number(n int) {
	if len(h.room)+8 > cap(h.room) {
		h.flush()
	}
	h.room = binary.BigEndian.AppendUint64(h.room, uint64(n))
}

// text takes in texts, each with its length, as if every https in them were http.
func (h *digest) text(fields ...string) {
	for _, s := range fields {
		secure := 0
		for at := secureAt(s); at < len(s); at += 1 + secureAt(s[at+1:]) {
			secure++
		}
		h.number(len(s) - secure)
		for ; secure > 0; secure-- {
			at := secureAt(s)
			h.bytes(s[:at-1])
			s = s[at:]
		}
		h.bytes(s)
	}
}

// secureAt is where the colon of the first "https://" in s stands, len(s) where there is none. Colons are few, unlike
// the letter h.
func secureAt(s string) int {
	for at := 0; ; at++ {
		i := strings.IndexByte(s[at:], ':')
		if i < 0 {
			return len(s)
		}
		if at += i; strings.HasSuffix(s[:at], "https") && strings.HasPrefix(s[at:], "://") {
			return at
		}
	}
}

func (h *digest) bytes(s string) {
	for s != "" {
		if len(h.room) == cap(h.room) {
			h.flush()
		}
		n := min(len(s), cap(h.room)-len(h.room))
		h.room = append(h.room, s[:n]...)
		s = s[n:]
	}
}

func (h *digest) time(t time.Time) {
	if t.IsZero() {
		h.number(-1 << 62)
		return
	}
	h.number(int(t.Unix()))
}
