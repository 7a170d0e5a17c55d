package source

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tinhub/internal/hub"
)

// Limits on feeds behind a feed, which a broken cache or a join of files leaves there.
const (
	maxMoreRoots = 5
	maxMoreBytes = 4 << 20
)

// readMoreRoots adds the items of the feeds that follow the first, but those that it had.
func readMoreRoots(doc *hub.Document, rest []byte, in Input, n *notes) {
	for range maxMoreRoots {
		at := nextRoot(rest)
		if at < 0 {
			return
		}
		var more hub.Document
		var err error
		if more, rest, err = readRoot(rest[at:], in, n); err != nil {
			return
		}
		had := map[string]bool{}
		for _, d := range doc.Drafts {
			had[first(d.OriginalID, d.URL)] = true
		}
		added := 0
		for _, d := range more.Drafts {
			if key := first(d.OriginalID, d.URL); (key == "" || !had[key]) && len(doc.Drafts) < maxFeedItems {
				doc.Drafts = append(doc.Drafts, d)
				added++
			}
		}
		if added > 0 {
			n.add(fmt.Sprintf("another feed follows the first: %d items of it were added", added))
		}
	}
}

// nextRoot is where in b another feed begins, -1 for nowhere.
func nextRoot(b []byte) int {
	if len(b) > maxMoreBytes {
		return -1
	}
	s := xmlScanner{b: b}
	for t, ok := s.next(); ok; t, ok = s.next() {
		if t.kind == tokStart {
			if name := strings.ToLower(local(t.name)); name == "rss" || name == "feed" || name == "rdf" {
				return t.start
			}
			return -1
		}
	}
	return -1
}

// settleDeleted decides between an item and a tombstone with the same id in one feed: the newer of them stands. An item says when by its date of
// change, else of publication (date_modified, date_published; updated, published), a tombstone by its own (when). Of equal
// dates, and where either has none that can be read, the tombstone stands: what was taken out must not come back by mistake.
func settleDeleted(doc *hub.Document, n *notes) {
	gone := map[string]time.Time{} // zero where a tombstone does not say when
	dateless := map[string]bool{}
	for _, d := range doc.Drafts {
		if !d.Deleted {
			continue
		}
		when, ok := saidAt(d)
		dateless[d.OriginalID] = dateless[d.OriginalID] || !ok
		if before, known := gone[d.OriginalID]; !known || when.After(before) {
			gone[d.OriginalID] = when
		}
	}
	if len(gone) == 0 {
		return
	}
	back := map[string]bool{} // written after their tombstone
	kept := doc.Drafts[:0]
	for _, d := range doc.Drafts {
		if when, dead := gone[d.OriginalID]; dead && !d.Deleted {
			at, ok := saidAt(d)
			switch {
			case !ok, dateless[d.OriginalID]:
				n.add("an entry was left out: a tombstone in the same feed retracts it, and nothing says which is newer")
				continue
			case !at.After(when):
				n.add("an entry was left out: a later tombstone in the same feed retracts it")
				continue
			}
			back[d.OriginalID] = true
		}
		kept = append(kept, d)
	}
	doc.Drafts = slices.DeleteFunc(kept, func(d hub.Draft) bool { return d.Deleted && back[d.OriginalID] })
}

// saidAt is when a draft says that it was changed, else published.
func saidAt(d hub.Draft) (time.Time, bool) {
	for _, s := range append(slices.Clone(d.Modified), d.Published...) {
		if t, err := time.Parse(time.RFC3339, strings.TrimSpace(s)); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
