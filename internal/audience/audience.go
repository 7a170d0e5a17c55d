// Package audience counts how many readers a section's feeds have, so that the hub can tell its own sources an honest number
// (the "N subscribers" of its User-Agent).
//
// A reader is an address and a User-Agent that fetched one of the section's feeds; an aggregator that says for how many people
// it fetches counts as many. Crawlers are no readers. Nothing is kept that leads back to anybody: of a reader one of 1,024 small
// numbers a section may rise, by a hash whose key is random, lives in memory only and is forgotten with its day. It never writes
// to disk, never blocks a fetch and never grows with the number of readers. Start with Counter.Seen.
package audience

import (
	"hash/maphash"
	"net/netip"
	"sync/atomic"
	"time"
)

// Counter counts readers. It is safe for concurrent use. A count covers a whole day (UTC) as soon as there is one: it is that
// of yesterday or, where that is more, of today so far.
type Counter struct {
	now      func() time.Time
	sections []string
	days     atomic.Pointer[days]
}

// days are today and the day before; which of them is today changes by replacing both.
type days struct {
	began, until time.Time // of today
	today        *day
	before       *day // nil where nothing was counted then
}

// day is what was met on one day.
type day struct {
	seed    maphash.Seed
	shelves map[string]*shelf // nothing is added after newDay
}

// shelf is what was met on one day at the feeds of one section.
type shelf struct {
	readers     sketch
	aggregators aggregators
}

// New counts the readers of these sections; the feeds of others are not counted.
func New(sections []string, now func() time.Time) *Counter {
	c := &Counter{now: now, sections: sections}
	c.days.Store(c.from(now(), nil))
	return c
}

// from begins the day that at falls in; before is what was counted on the day before it.
func (c *Counter) from(at time.Time, before *day) *days {
	began := at.UTC().Truncate(24 * time.Hour)
	today := &day{seed: maphash.MakeSeed(), shelves: make(map[string]*shelf, len(c.sections))}
	for _, id := range c.sections {
		today.shelves[id] = &shelf{}
	}
	return &days{began: began, until: began.Add(24 * time.Hour), today: today, before: before}
}

// current are today and yesterday.
func (c *Counter) current() *days {
	now := c.now()
	for {
		d := c.days.Load()
		if now.Before(d.until) {
			return d
		}
		before := d.today
		if !now.Before(d.until.Add(24 * time.Hour)) {
			before = nil // a day was slept through
		}
		if next := c.from(now, before); c.days.CompareAndSwap(d, next) {
			return next
		}
	}
}

// Seen notes that a feed of the section was fetched. It allocates nothing.
func (c *Counter) Seen(section string, addr netip.Addr, userAgent string) {
	d := c.current().today
	s := d.shelves[section]
	if s == nil || userAgent == "" { // who does not say what it is, is not counted as a reader
		return
	}
	userAgent = userAgent[:min(len(userAgent), agentBytes)]
	if n, key, ok := claim(d.seed, userAgent); ok {
		s.aggregators.note(key, n)
		return
	}
	hash := d.hash(addr, userAgent)
	// Most fetches are of a reader that was met today; whether it is a crawler has to be asked of the others alone.
	if s.readers.would(hash) && !crawler(userAgent) {
		s.readers.add(hash)
	}
}

// hash is of a reader. One of IPv6 is its /64, which a household or a phone moves about in.
func (d *day) hash(addr netip.Addr, agent string) uint64 {
	ip := addr.As16()
	if addr.Is6() && !addr.Is4In6() {
		clear(ip[8:])
	}
	var h maphash.Hash
	h.SetSeed(d.seed)
	_, _ = h.Write(ip[:])
	_, _ = h.WriteString(agent)
	return h.Sum64()
}

// Count is about how many readers the feeds of these sections have: who reads several counts once.
func (c *Counter) Count(sections ...string) int {
	d := c.current()
	n := d.today.count(sections)
	if d.before != nil {
		n = max(n, d.before.count(sections))
	}
	return n
}

func (d *day) count(sections []string) int {
	var all merged
	told := map[uint64]int{}
	for _, id := range sections {
		if s := d.shelves[id]; s != nil {
			all.take(&s.readers)
			s.aggregators.take(told)
		}
	}
	n := all.estimate()
	for _, people := range told {
		n += people
	}
	return n
}
