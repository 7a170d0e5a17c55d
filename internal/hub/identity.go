package hub

import (
	"crypto/sha1" //nolint:gosec // RFC 9562 §5.5 names it; this is identity, not security
	"encoding/hex"
	"errors"
	"strings"
)

// ID is the permanent id of an item: "urn:uuid:" and a version 5 UUID (RFC 9562 §5.5) in lower case. It stands in push
// answers, events, JSON ids, RSS guids and Atom ids alike.
type ID string

const urnPrefix = "urn:uuid:"

// namespace is the UUID that item ids are hashed under. It must never change: every guid a reader has seen depends on it.
var namespace = [16]byte{0x7a, 0x1c, 0x5e, 0x0b, 0x3d, 0x52, 0x4f, 0x86, 0x9b, 0x11, 0x54, 0x69, 0x6e, 0x68, 0x75, 0x62}

// NewID makes the id of the item that source calls original. It depends on nothing else, so it is the same on every node
// and after the store is lost.
func NewID(source, original string) ID {
	h := sha1.New() //nolint:gosec // see the import
	h.Write(namespace[:])
	h.Write([]byte(source))
	h.Write([]byte{0}) // source ids hold no NUL, so the pair cannot be read in two ways
	h.Write([]byte(original))
	b := h.Sum(nil)[:16]
	b[6] = b[6]&0x0f | 0x50
	b[8] = b[8]&0x3f | 0x80
	x := hex.EncodeToString(b)
	return ID(urnPrefix + x[:8] + "-" + x[8:12] + "-" + x[12:16] + "-" + x[16:20] + "-" + x[20:])
}

// ParseID reads an id with or without its prefix, in any case.
func ParseID(s string) (ID, error) {
	s = strings.ToLower(strings.TrimSpace(s))
	s = strings.TrimPrefix(s, urnPrefix)
	if len(s) != 36 {
		return "", errNotID
	}
	for i, c := range []byte(s) {
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return "", errNotID
			}
		default:
			if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
				return "", errNotID
			}
		}
	}
	return ID(urnPrefix + s), nil
}

var errNotID = errors.New("not an item id: want urn:uuid: and a UUID")

// Bare is the id without its prefix, as it stands in paths.
func (id ID) Bare() string { return strings.TrimPrefix(string(id), urnPrefix) }
