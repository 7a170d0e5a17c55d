package views

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"net/netip"
	"sync"
	"time"

	"tinhub/internal/hub"
)

// seenLimit is how many readings one generation of seen remembers. Two generations of it take about 40 MB.
const seenLimit = 1 << 19

// salt keys the hashes of one day. It is random, lives in this process only and is forgotten after its day, so that no
// hash can be led back to an address, not even by the house itself.
type salt [32]byte

// seen remembers who read what lately, as hashes.
//
// Every reading is kept with its time in the younger of two generations. When that is a whole span old, or full, the
// older generation is dropped and the younger takes its place. So a flood of distinct visitors shortens the memory, down
// to seenLimit readings, and never grows it: then a repeat may count again, and no first reading is ever left out.
type seen struct {
	span  time.Duration
	limit int

	mu      sync.Mutex
	young   map[uint64]int64 // hash → when, in Unix nanoseconds
	old     map[uint64]int64
	began   time.Time // of young
	day     time.Time // of today's salt
	today   salt
	before  salt // yesterday's, as long as a reading under it may still be repeated
	overlap bool // whether before is still needed
}

func newSeen(span time.Duration, now time.Time) *seen {
	s := &seen{span: span, limit: seenLimit, young: map[uint64]int64{}, began: now, day: dayOf(now), today: newSalt()}
	return s
}

func dayOf(t time.Time) time.Time { return t.UTC().Truncate(24 * time.Hour) }

func newSalt() (s salt) {
	_, _ = rand.Read(s[:]) // never fails: it ends the program instead
	return s
}

// first says whether this is the first reading of item by this visitor within the span, and remembers it if so. A span
// of zero remembers nothing.
func (s *seen) first(addr netip.Addr, agent string, item hub.ID, now time.Time) bool {
	if s.span <= 0 {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn(now)
	if s.overlap && s.has(s.before.hash(addr, agent, item), now) {
		return false
	}
	key := s.today.hash(addr, agent, item)
	if s.has(key, now) {
		return false
	}
	s.young[key] = now.UnixNano()
	return true
}

func (s *seen) has(key uint64, now time.Time) bool {
	at, ok := s.young[key]
	if !ok {
		at, ok = s.old[key]
	}
	return ok && now.UnixNano()-at < int64(s.span)
}

// turn changes salts at midnight and generations when they are due; mu is held.
func (s *seen) turn(now time.Time) {
	if day := dayOf(now); day.After(s.day) {
		s.before, s.today, s.day, s.overlap = s.today, newSalt(), day, true
	}
	if s.overlap && now.Sub(s.day) >= s.span {
		s.before, s.overlap = salt{}, false
	}
	if len(s.young) >= s.limit || now.Sub(s.began) >= s.span {
		s.old, s.young, s.began = s.young, make(map[uint64]int64, min(len(s.young), s.limit)), now
	}
}

// hash is what is kept of a visitor and an item. An IPv6 visitor is its /64, which a household or a phone moves about in.
func (s *salt) hash(addr netip.Addr, agent string, item hub.ID) uint64 {
	addr = addr.Unmap()
	ip := addr.As16()
	if addr.Is6() {
		clear(ip[8:])
	}
	buf := make([]byte, 0, 512)
	buf = append(buf, s[:]...)
	buf = append(buf, ip[:]...)
	buf = binary.LittleEndian.AppendUint64(buf, uint64(len(item)))
	buf = append(buf, item...)
	buf = append(buf, agent[:min(len(agent), agentBytes)]...)
	sum := sha256.Sum256(buf)
	return binary.LittleEndian.Uint64(sum[:8])
}
