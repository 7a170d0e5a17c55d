package ingest

import (
	"encoding/base64"
	"encoding/binary"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"tinhub/internal/hub"
)

// What a source's last document held, hash by hash: an item that stands in the next one as it was is neither cleaned nor
// stored again, and guids that change at each fetch are found out. 64 bits are enough to tell apart what nobody made to
// look alike but the source itself, which would only keep its own correction from being seen.

const (
	maxSeen   = 2000 // items of a document that are remembered
	seenBytes = 24   // of one: name, guid, whole

	churnItems  = 3 // known again by links and titles, at least, before their guids tell anything
	churnShare  = 80
	churnInARow = 2 // documents: once is a move to another CMS
)

// seenItem is what is remembered of one item: name is of its link and title, 0 where it has no link; guid is 0 where it has none.
type seenItem struct{ name, guid, whole uint64 }

func packSeen(items []seenItem) string {
	items = items[:min(len(items), maxSeen)]
	b := make([]byte, 0, len(items)*seenBytes)
	for _, it := range items {
		for _, h := range []uint64{it.name, it.guid, it.whole} {
			b = binary.LittleEndian.AppendUint64(b, h)
		}
	}
	return base64.RawStdEncoding.EncodeToString(b)
}

// unpackSeen reads what packSeen wrote; what is damaged is forgotten.
func unpackSeen(s string) []seenItem {
	b, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil || len(b)%seenBytes != 0 {
		return nil
	}
	items := make([]seenItem, 0, len(b)/seenBytes)
	for ; len(b) > 0; b = b[seenBytes:] {
		items = append(items, seenItem{
			binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:]), binary.LittleEndian.Uint64(b[16:]),
		})
	}
	return items
}

// lookOver compares a document with the last one that the state remembers, takes out the drafts that came as they were, and
// writes what is to be remembered into the state. It gives the number of drafts taken out.
func lookOver(doc *hub.Document, st *hub.SourceState) (known int) {
	judgeLinks(st, doc.Drafts)
	if len(st.Volatile) > 0 {
		for n := range doc.Drafts {
			d := &doc.Drafts[n]
			d.URL, d.OriginalID = without(d.URL, st.Volatile), without(d.OriginalID, st.Volatile)
		}
	}
	last := unpackSeen(st.Seen)
	now, links := make([]seenItem, len(doc.Drafts)), make([]string, len(doc.Drafts))
	h := newDraftHash(doc)
	for n := range doc.Drafts {
		links[n] = linkOf(&doc.Drafts[n])
		now[n] = h.item(&doc.Drafts[n], links[n])
	}
	judgeDates(st, doc, now, h)
	judgeGuids(st, last, now)
	if st.Churns {
		for n := range now {
			d := doc.Drafts[n]
			d.OriginalID = ""
			now[n].whole = h.whole(&d)
		}
	}
	st.Seen = packSeen(now)
	if len(last) == 0 {
		return 0
	}
	was := make(map[uint64]bool, len(last))
	for _, it := range last {
		was[it.whole] = true
	}
	crowded := crowds(doc.Drafts, links)
	kept := doc.Drafts[:0]
	for n, d := range doc.Drafts {
		if was[now[n].whole] && settled(&d) && !crowded[n] {
			known++
			continue
		}
		kept = append(kept, d)
	}
	clear(doc.Drafts[len(kept):])
	doc.Drafts = kept
	return known
}

// settled says whether a draft that came before can change nothing now: a tombstone may have come before its item, and a
// restoration or an embargo before its time.
func settled(d *hub.Draft) bool { return !d.Deleted && !d.Restore && d.PublishAt == "" }

// crowds marks the drafts that share their link or title with another of the document: what becomes of one depends on the
// others, so they are looked at together.
func crowds(drafts []hub.Draft, links []string) []bool {
	byLink, byTitle := map[string]int{}, map[string]int{}
	for n := range drafts {
		byLink[links[n]]++
		byTitle[drafts[n].Title.Value]++
	}
	out := make([]bool, len(drafts))
	for n := range drafts {
		out[n] = links[n] != "" && byLink[links[n]] > 1 || byTitle[drafts[n].Title.Value] > 1
	}
	return out
}

// judgeGuids finds out whether a source's guids change at each fetch: items known again by their links and titles, nearly
// all of them under other guids, in two documents running. Of those that share both, one that kept its guid is enough.
func judgeGuids(st *hub.SourceState, last, now []seenItem) {
	guids := make(map[[2]uint64]bool, len(last)) // names with each of their guids, and with 0 where they have any
	for _, it := range last {
		if it.name != 0 && it.guid != 0 {
			guids[[2]uint64{it.name, it.guid}], guids[[2]uint64{it.name}] = true, true
		}
	}
	kept := map[uint64]bool{} // by name
	for _, it := range now {
		if it.guid != 0 && guids[[2]uint64{it.name}] {
			kept[it.name] = kept[it.name] || guids[[2]uint64{it.name, it.guid}]
		}
	}
	again, changed := len(kept), 0
	for _, same := range kept {
		if !same {
			changed++
		}
	}
	switch {
	case again < min(churnItems, len(now)) || again == 0: // tells nothing
	case 100*changed >= churnShare*again:
		st.Churned = min(st.Churned+1, churnInARow)
	default:
		st.Churned = 0
	}
	st.Churns = st.Churns || st.Churned >= churnInARow
}

// draftHash hashes drafts of one document.
type draftHash struct {
	d    *xxhash.Digest
	doc  uint64
	room []byte
}

func newDraftHash(doc *hub.Document) *draftHash {
	h := &draftHash{d: xxhash.New()}
	h.text(doc.Kind, doc.Home, doc.Feed, doc.Language) // links and languages that drafts leave open come from there
	h.doc = h.d.Sum64()
	return h
}

func (h *draftHash) item(d *hub.Draft, link string) seenItem {
	var name uint64
	if link != "" {
		name = hashOf(link + "\n" + d.Title.Value)
	}
	return seenItem{name: name, guid: hashOf(strings.TrimSpace(d.OriginalID)), whole: h.whole(d)}
}

// linkOf is a draft's link without scheme and fragment: a site that turns to https changes no article.
func linkOf(d *hub.Draft) string {
	raw := strings.TrimSpace(d.URL)
	if u, err := url.Parse(raw); err == nil && u.Host != "" {
		u.Scheme, u.Fragment, u.RawFragment = "", "", ""
		return strings.ToLower(u.Host) + u.RequestURI()
	}
	return raw
}

func hashOf(s string) uint64 {
	if s == "" {
		return 0
	}
	return max(xxhash.Sum64String(s), 1)
}

// whole is over all that an item is made of, in a fixed order, each text with its length.
func (h *draftHash) whole(d *hub.Draft) uint64 {
	h.d.Reset()
	h.number(h.doc)
	h.text(d.OriginalID, d.URL, d.Canonical, d.Base, d.Path, d.Language, d.Point, d.AMP, d.PublishAt)
	h.texts(d.Title, d.Summary, d.Body)
	h.number(uint64(len(d.Blocks)))
	for _, b := range d.Blocks {
		h.text(string(b.Kind), b.Text)
	}
	h.pictures(d.Image)
	h.number(uint64(len(d.Pictures)))
	h.pictures(d.Pictures...)
	for _, list := range [][]string{d.Published, d.Modified, d.Tags} {
		h.number(uint64(len(list)))
		h.text(list...)
	}
	h.number(uint64(len(d.Authors)))
	for _, a := range d.Authors {
		h.text(a.Name, a.URL, a.Email)
	}
	h.number(uint64(len(d.Attachments)))
	for _, a := range d.Attachments {
		h.text(a.URL, a.Type, a.Title)
		h.number(uint64(a.Size))
		h.number(uint64(a.Duration))
	}
	h.number(uint64(len(d.Alternates)))
	for _, a := range d.Alternates {
		h.text(a.Language, a.URL)
	}
	if d.Via != nil {
		h.text("via", d.Via.Title, d.Via.URL)
	}
	for _, b := range []bool{d.Paywalled, d.Restore, d.Deleted} {
		if b {
			h.number(1)
		} else {
			h.number(0)
		}
	}
	return h.d.Sum64()
}

func (h *draftHash) texts(list ...hub.Text) {
	for _, t := range list {
		h.text(t.Value)
		if t.HTML {
			h.number(1)
		}
	}
}

func (h *draftHash) pictures(list ...hub.DraftPicture) {
	for _, p := range list {
		h.text(p.URL, p.Type, p.Alt, p.Credit)
		h.texts(p.Caption)
		h.number(uint64(p.Width))
		h.number(uint64(p.Height))
	}
}

func (h *draftHash) text(list ...string) {
	for _, s := range list {
		h.number(uint64(len(s)))
		_, _ = h.d.WriteString(s) // a hash takes all it is given
	}
}

func (h *draftHash) number(n uint64) {
	h.room = binary.LittleEndian.AppendUint64(h.room[:0], n)
	_, _ = h.d.Write(h.room)
}

// remember notes a success that brought news, or none, at this moment: the habit is a moving mean of the gaps between news.
func remember(st *hub.SourceState, news bool, now time.Time) {
	switch {
	case st.LastNews.IsZero():
		st.LastNews = now
	case news:
		gap := max(now.Sub(st.LastNews), 0)
		if st.Habit == 0 {
			st.Habit = gap
		}
		st.Habit += (gap - st.Habit) / 4
		st.LastNews = now
	}
}

// outOf moves a time out of the hours and days that a document asked to be left alone in, UTC. ok is false where it stands
// in none.
func outOf(at time.Time, hours []int, days []time.Weekday) (next time.Time, ok bool) {
	next = at
	for range 8 * 24 {
		u := next.UTC()
		switch {
		case slices.Contains(days, u.Weekday()):
			next = time.Date(u.Year(), u.Month(), u.Day()+1, 0, 0, 0, 0, time.UTC)
		case slices.Contains(hours, u.Hour()):
			next = u.Truncate(time.Hour).Add(time.Hour)
		default:
			return next.In(at.Location()), !next.Equal(at)
		}
	}
	return at, false // every hour of every day that is left: nonsense
}
