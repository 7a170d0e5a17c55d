package hub

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unicode"
)

// Alias is another id that leads to an item, or was kept from it by an operator.
type Alias struct {
	ID         ID        `json:"id"`
	Item       ID        `json:"item"` // where it leads, or led before it was set apart
	Source     string    `json:"source"`
	OriginalID string    `json:"original_id"` // as that source calls it
	Why        Why       `json:"why"`
	When       time.Time `json:"when"`            // when it was first met
	Apart      bool      `json:"apart,omitempty"` // undone: it leads to its own item, and to no other again
}

// Why says by what an incoming item was known for one that is there.
type Why string

// The reasons, in the order they are looked for.
const (
	WhyID    Why = "id"       // its own id, or one it was already known by
	WhyKnown Why = "known as" // its source calls it so as well (?original_id=)
	WhyOurs  Why = "our own"  // it carries an id of ours
	WhyURL   Why = "url"      // one of its addresses
	WhyText  Why = "text"     // its text
	WhyApart Why = "apart"    // its own id, the only thing left to know it by
)

// Lookup lists what a store looks an incoming item up by: ids, in order of weight, the first its own; then keys, those of
// its addresses before those of its text.
func Lookup(in Incoming) (ids []ID, keys []string) {
	ids = []ID{in.Item.ID}
	if in.Known != "" && in.Known != in.Item.ID {
		ids = append(ids, in.Known)
	}
	if id, ok := in.ours(); ok && !slices.Contains(ids, id) {
		ids = append(ids, id)
	}
	return ids, append(in.addresses(), in.Text.Keys()...)
}

// ours is the id of ours that the item carries.
func (in Incoming) ours() (ID, bool) {
	if !strings.HasPrefix(in.Item.OriginalID, urnPrefix) {
		return "", false
	}
	id, err := ParseID(in.Item.OriginalID)
	return id, err == nil
}

// addresses are the keys of its URLs, the canonical one's first.
func (in Incoming) addresses() []string {
	var keys []string
	for _, k := range append([]string{in.URLKey}, in.OtherKeys...) {
		if k != "" && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return keys
}

// Found is what a store holds under what Lookup named: records in the places of the ids and keys, nil where there is none.
type Found struct {
	ByID  []*Record
	ByKey []*Record
	Apart bool // the item's own id was set apart (Aliases.SetApart)
}

// Identify says which stored record an incoming item is and by what it was known; nil where it is new.
//
// An id always decides. An address decides across sources, and for a killed item, which must not come back under a new
// guid; within one source it decides together with the title or the text, because feeds give several articles one link.
// The text decides where two are nearly the same and their dates and numbers do not speak against it. What an operator
// set apart is known by its own id alone.
func Identify(in Incoming, f Found) (*Record, Why) {
	if f.Apart {
		if len(f.ByID) > 0 && f.ByID[0] != nil && f.ByID[0].ID == in.Item.ID {
			return f.ByID[0], WhyApart
		}
		return nil, ""
	}
	for n, r := range f.ByID {
		switch {
		case r == nil:
		case n == 0:
			return r, WhyID
		case in.Known != "" && n == 1:
			return r, WhyKnown
		default:
			return r, WhyOurs
		}
	}
	urls := len(in.addresses())
	for n, r := range f.ByKey {
		switch {
		case r == nil:
		case n < urls && sameAddress(in, r):
			return r, WhyURL
		case sameText(in, r):
			return r, WhyText
		}
	}
	return nil, ""
}

// MarkTwins marks those items of one document that are copies of another in it, as where a feed lists an article once for
// each of its categories, and moves them behind all others. Of copies under one id the newest version stands, of others the
// one with the lowest id, unless the stored item is called after another of them (Incoming.stands): so neither their order nor
// which of them came first makes a difference. Each brings the sections of all.
func MarkTwins(items []Incoming) {
	byID, byTitle := map[ID][]*Incoming{}, map[string][]*Incoming{}
	for i := range items {
		if in := &items[i]; !in.Retract {
			byID[in.Item.ID] = append(byID[in.Item.ID], in)
		}
	}
	found := false
	for _, same := range byID {
		first := slices.MaxFunc(same, func(a, b *Incoming) int {
			return cmp.Or(a.Item.Modified.Compare(b.Item.Modified), a.Item.Published.Compare(b.Item.Published), cmp.Compare(a.Item.Hash, b.Item.Hash))
		})
		for _, in := range same {
			if in != first {
				in.Twin, found = true, true
				shareSections(first, in)
			}
		}
		if first.Text != "" {
			title := foldTitle(first.Item.Title)
			byTitle[title] = append(byTitle[title], first)
		}
	}
	for _, same := range byTitle {
		found = markCopies(same) || found
	}
	if found {
		slices.SortStableFunc(items, func(a, b Incoming) int {
			switch {
			case a.Twin == b.Twin:
				return 0
			case a.Twin:
				return 1
			}
			return -1
		})
	}
}

// markCopies marks the twins among items of one title.
func markCopies(same []*Incoming) (found bool) {
	slices.SortFunc(same, func(a, b *Incoming) int { return cmp.Compare(a.Item.ID, b.Item.ID) })
	same = same[:min(len(same), maxTwins)]
	for n, in := range same {
		for _, first := range same[:n] {
			r := Record{Item: first.Item, Declared: first.Item.Published, Text: first.Text}
			if !first.Twin && sameText(*in, &r) {
				in.Twin, found = true, true
				in.Copies, first.Copies = append(in.Copies, first.Item.ID), append(first.Copies, in.Item.ID)
				shareSections(first, in)
				break
			}
		}
	}
	for _, in := range same {
		for _, first := range same {
			if slices.Contains(in.Copies, first.Item.ID) {
				in.Sections = union(in.Sections, first.Sections) // those of copies that came behind in
			}
		}
	}
	return found
}

// shareSections puts two copies where either of them is.
func shareSections(a, b *Incoming) {
	if !slices.Equal(a.Sections, b.Sections) {
		a.Sections = union(a.Sections, b.Sections)
		b.Sections = a.Sections
	}
}

// stands says whether, of the copies of an article in one document, this is the one that cur is a version of.
func (in Incoming) stands(cur *Record) bool {
	switch {
	case len(in.Copies) == 0:
		return !in.Twin
	case in.Item.ID == cur.ID:
		return true
	case slices.Contains(in.Copies, cur.ID):
		return false
	}
	return !in.Twin
}

// maxTwins is how many items of one title are compared with each other.
const maxTwins = 100

// sameAddress says whether an item at an address of r is r.
func sameAddress(in Incoming, r *Record) bool {
	return r.Source != in.Item.Source || r.State == StateRetracted || foldTitle(r.Title) == foldTitle(in.Item.Title) ||
		in.Text.words() >= longWords && in.Text.alike(r.Text) >= nearly // its title was corrected
}

// How far apart the dates of one article may stand.
const (
	teaserDates      = time.Minute      // a text so short that many have it tells nothing without its very minute
	sameSourceDates  = 10 * time.Minute // a source that brings it again keeps its date
	otherSourceDates = 72 * time.Hour   // another prints it later
)

const (
	nearly  = 0.75 // of the runs of words in common: one article, edited
	surely  = 0.85 // the same where the titles differ
	wording = 0.5  // of the words of two titles in common: they speak of one thing
)

// sameText says whether an item whose text led to r is r: nearly the same text, and nothing that speaks against it.
func sameText(in Incoming, r *Record) bool {
	alike := in.Text.alike(r.Text)
	if alike < nearly {
		return false
	}
	same := foldTitle(r.Title) == foldTitle(in.Item.Title)
	short := in.Text.words() < longWords
	gap, dated := dateGap(in, r)
	switch {
	case short:
		return same && dated && gap < teaserDates
	case r.Source == in.Item.Source:
		return same && (!dated || gap <= sameSourceDates)
	case dated && gap > otherSourceDates:
		return false
	}
	return same || sharedWords(r.Title, in.Item.Title) >= wording || alike >= surely && in.Text.words() >= sureWords
}

// dateGap is how far apart the two dates stand; false where one is unknown.
func dateGap(in Incoming, r *Record) (time.Duration, bool) {
	if in.Item.Published.IsZero() || r.Declared.IsZero() {
		return 0, false
	}
	return in.Item.Published.Sub(r.Declared).Abs(), true
}

func foldTitle(s string) string { return strings.Join(titleWords(s), " ") }

func titleWords(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
}

// sharedWords is the share of the shorter title's words that stand in the other.
func sharedWords(a, b string) float64 {
	x, y := titleWords(a), titleWords(b)
	if len(x) > len(y) {
		x, y = y, x
	}
	if len(x) == 0 {
		return 0
	}
	common := 0
	for _, w := range x {
		if slices.Contains(y, w) {
			common++
		}
	}
	return float64(common) / float64(len(x))
}

// aliases are the ids the incoming item is known by beside id.
func (in Incoming) aliases(id ID, why Why) []Alias {
	var list []Alias
	for n, a := range []ID{in.Item.ID, in.Known} {
		if a == "" || a == id || slices.ContainsFunc(list, func(l Alias) bool { return l.ID == a }) {
			continue
		}
		if n == 1 {
			why = WhyKnown
		}
		list = append(list, Alias{ID: a, Item: id, Source: in.Item.Source, OriginalID: in.Item.OriginalID, Why: why})
	}
	return list
}

// DecideApart says what becomes of the item cur that an alias is taken from; cur is not changed. last says that no other
// alias of the alias's source leads to it: then that source's sighting ends too.
func DecideApart(cur *Record, a Alias, last bool, at time.Time) Decision {
	d := Decision{Record: cur.clone(), Change: ChangeUnchanged}
	r := &d.Record
	if a.Source == cur.Source || !last {
		return d
	}
	if _, ok := r.Shelves[a.Source]; !ok {
		return d
	}
	before := r.Sections
	delete(r.Shelves, a.Source)
	r.gather()
	d.Write = true
	if r.State == StateLive && !slices.Equal(before, r.Sections) {
		d.update(before)
	}
	return d
}
