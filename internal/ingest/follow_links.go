package ingest

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/binary"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/publicsuffix"

	"tinhub/internal/hub"
)

const (
	maxLinks   = 2000   // pages that are remembered one by one
	maxOld     = 50_000 // pages that are remembered as known, and no more
	maxWaiting = 500    // new pages that wait for their turns
	firstLinks = 50     // of a list never seen before, the newest that are wanted
	seenGrain  = 12 * time.Hour
	oldDays    = 48 * time.Hour // what is dated further back is not new where not every known page could be remembered

	maxHintText = 500
	maxHintTags = 30
)

// listed is one link of a list.
type listed struct {
	key, url string
	changed  string // as written
	old      bool   // it stands in a sitemap that was there before, read for the first time
	since    time.Time
	hint     hub.Hint
}

// keyOf is what a link is known by: its URL in the form two addresses of one page have in common.
func keyOf(in hub.Incoming) string {
	if in.URLKey != "" {
		return in.URLKey
	}
	return in.Item.URL
}

// linksOf gives the links of a list that may be followed: to the list's own site, unless the editor chose them.
func (f *following) linksOf(doc hub.Document, items []hub.Incoming, at string) []listed {
	seen := map[string]bool{withoutScheme(f.src.URL): true, withoutScheme(at): true}
	var links []listed
	for n, in := range items {
		it, d := in.Item, doc.Drafts[n]
		key := keyOf(in)
		if it.URL == "" || seen[key] || seen[withoutScheme(it.URL)] || !f.mayFollow(it.URL, at) {
			continue
		}
		seen[key] = true
		l := listed{key: key, url: it.URL, changed: first(d.Modified)}
		l.hint = hub.Hint{
			Title: clipText(it.Title), Date: clipText(first(d.Published)), Language: clipText(d.Language), Paywalled: d.Paywalled,
			When: it.Published, Rank: n,
		}
		for _, tag := range it.Tags[:min(len(it.Tags), maxHintTags)] {
			l.hint.Tags = append(l.hint.Tags, clipText(tag))
		}
		if l.hint.When.IsZero() {
			l.hint.When = it.Modified
		}
		l.hint.When = l.hint.When.UTC().Truncate(time.Second)
		links = append(links, l)
	}
	return links
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

func clipText(s string) string {
	return strings.ToValidUTF8(s[:min(len(s), maxHintText)], "")
}

// withoutScheme is an address without its scheme and last slash.
func withoutScheme(link string) string {
	_, rest, ok := strings.Cut(link, "://")
	if !ok {
		rest = link
	}
	return strings.TrimSuffix(rest, "/")
}

// mayFollow says whether a link leads to the site of the list.
func (f *following) mayFollow(link, at string) bool {
	if f.src.Select.Link != "" {
		return true
	}
	site := siteOf(link)
	return site != "" && (site == siteOf(f.src.URL) || site == siteOf(at))
}

// siteOf is the registered domain of an address, its host where that is in none, "" where it has none.
func siteOf(link string) string {
	u, err := url.Parse(link)
	if err != nil {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	if _, err := netip.ParseAddr(host); err == nil {
		return host
	}
	if site, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return site
	}
	return host
}

// note holds the links of a list against those that are known: new ones wait for their turn, the newest first, and a page
// that the list says has changed is looked at again.
func (f *following) note(ctx context.Context, links []listed) {
	now, old := f.i.o.Now().UTC().Truncate(time.Second), readOld(f.st.OldLinks)
	var fresh []listed
	for _, l := range links {
		link, known := f.st.Links[l.key]
		switch {
		case known:
			f.st.Links[l.key] = again(link, l, now)
		case old.has(l.key):
		case f.tooOld(l):
		case l.old && !l.hint.When.After(l.since):
			old.add(l.key)
		default:
			fresh = append(fresh, l)
		}
	}
	slices.SortStableFunc(fresh, func(a, b listed) int { return newer(a.hint, b.hint) })
	wanted := maxWaiting - f.waiting()
	if f.few {
		wanted = firstLinks
	}
	wanted = min(max(wanted, 0), len(fresh))
	for _, l := range fresh[:wanted] {
		hint := l.hint
		f.st.Links[l.key] = hub.Link{URL: l.url, Seen: now, Next: now, Listed: l.changed, Hint: &hint}
	}
	for _, l := range slices.Backward(fresh[wanted:]) { // the newest last: it is remembered longest
		old.add(l.key)
	}
	if n := len(fresh) - wanted; n > 0 && !f.few {
		f.i.o.Log.WarnContext(ctx, "more new links than can wait; the oldest are not followed", "source", f.src.ID, "left_out", n)
	}
	f.evict(old)
	f.remember(old)
}

// again is a known link that stands in the list again.
func again(link hub.Link, l listed, now time.Time) hub.Link {
	if now.Sub(link.Seen) >= seenGrain {
		link.Seen = now
	}
	if l.changed == "" || l.changed == link.Listed {
		return link
	}
	if !link.Fetched.IsZero() {
		link.Next = now
	}
	link.Listed = l.changed
	return link
}

// newer puts what was published or changed last first, what has no date behind that, in the order of the list.
func newer(a, b hub.Hint) int {
	return cmp.Or(b.When.Compare(a.When), cmp.Compare(a.Rank, b.Rank))
}

// tooOld says whether a link that nobody remembers was known before all the same.
func (f *following) tooOld(l listed) bool {
	return !f.st.OldSince.IsZero() && !l.hint.When.After(f.st.OldSince)
}

// waiting counts the new pages that wait for their first fetch.
func (f *following) waiting() (n int) {
	for _, link := range f.st.Links {
		if waits(link) {
			n++
		}
	}
	return n
}

// waits says whether a page was not had yet, and is still wanted.
func waits(link hub.Link) bool { return link.Fetched.IsZero() && !link.Next.IsZero() }

// evict keeps no more links one by one than there is room for. Those go first that need not be looked at any more, and of
// these the ones longest not listed.
func (f *following) evict(old *oldLinks) {
	over := len(f.st.Links) - maxLinks
	if over <= 0 {
		return
	}
	keys := make([]string, 0, len(f.st.Links))
	for key := range f.st.Links {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(x, y string) int {
		a, b := f.st.Links[x], f.st.Links[y]
		return cmp.Or(order(!a.Next.IsZero(), !b.Next.IsZero()), order(waits(a), waits(b)),
			a.Seen.Compare(b.Seen), a.Fetched.Compare(b.Fetched), cmp.Compare(x, y))
	})
	for _, key := range keys[:over] {
		old.add(key)
		delete(f.st.Links, key)
	}
}

// remember writes the known links back.
func (f *following) remember(old *oldLinks) {
	if len(old.hashes) > maxOld {
		f.st.OldSince = f.i.o.Now().UTC().Truncate(time.Second).Add(-oldDays)
	}
	if old.changed {
		f.st.OldLinks = old.pack()
	}
}

// oldLinks are pages that are known and need not be looked at, each six bytes of a hash: a new page is taken for one of them
// once in billions of times, and 50,000 fit into 400 kB.
type oldLinks struct {
	hashes  []uint64 // the longest known first
	set     map[uint64]bool
	changed bool
}

const oldBytes = 6

func readOld(packed string) *oldLinks {
	o := &oldLinks{set: map[uint64]bool{}}
	b, err := base64.RawStdEncoding.DecodeString(packed)
	if err != nil || len(b)%oldBytes != 0 {
		return o
	}
	for ; len(b) > 0; b = b[oldBytes:] {
		h := uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint16(b[4:]))<<32
		o.hashes = append(o.hashes, h)
		o.set[h] = true
	}
	return o
}

func shortHash(key string) uint64 { return hashOf(key) & (1<<(8*oldBytes) - 1) }

func (o *oldLinks) has(key string) bool { return o.set[shortHash(key)] }

func (o *oldLinks) add(key string) {
	h := shortHash(key)
	if o.set[h] {
		return
	}
	o.set[h], o.changed = true, true
	o.hashes = append(o.hashes, h)
}

func (o *oldLinks) pack() string {
	b := make([]byte, 0, min(len(o.hashes), maxOld)*oldBytes)
	for _, h := range o.hashes[max(len(o.hashes)-maxOld, 0):] {
		b = binary.LittleEndian.AppendUint32(b, uint32(h))
		b = binary.LittleEndian.AppendUint16(b, uint16(h>>32))
	}
	return base64.RawStdEncoding.EncodeToString(b)
}
