package hub

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// Decision is what a store must write for one incoming item or one order. Record is complete but for what only the store
// knows: where Event is not "" the store sets Seq to the event's number, Changed to its time, and FirstSeq where it is 0.
type Decision struct {
	Record  Record
	Write   bool // whether anything about the record changes; without it only Aliases and URLKey may
	Change  Change
	Event   EventType // "" for none
	Touched []string  // the event's sections: where the item stands and where it stood
	Aliases []ID      // other ids that lead to Record.ID from now on unless they already lead somewhere
	URLKey  string    // leads to Record.ID from now on unless it already leads somewhere; "" for none
}

// Lookup lists what a store looks an incoming item up by: ids, in order of weight, then Incoming.URLKey.
func Lookup(in Incoming) []ID {
	ids := []ID{in.Item.ID}
	if in.Known != "" && in.Known != in.Item.ID {
		ids = append(ids, in.Known)
	}
	// An item that carries an id of ours is our own coming back.
	if strings.HasPrefix(in.Item.OriginalID, urnPrefix) {
		if id, err := ParseID(in.Item.OriginalID); err == nil && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}

// Identify says which stored record an incoming item is: byID holds what Lookup's ids led to, byURL what its URLKey led
// to; each may be nil. It is nil where the item is new.
//
// An id always decides. A URL decides across sources, and for a killed item, which must not come back under a new guid.
// Within one source it decides only together with the title: feeds give several articles one link.
func Identify(in Incoming, byID []*Record, byURL *Record) *Record {
	for _, r := range byID {
		if r != nil {
			return r
		}
	}
	switch {
	case byURL == nil:
		return nil
	case byURL.Source != in.Item.Source, byURL.State == StateRetracted:
		return byURL
	case foldTitle(byURL.Title) == foldTitle(in.Item.Title):
		return byURL
	}
	return nil
}

func foldTitle(s string) string { return strings.Join(strings.Fields(strings.ToLower(s)), " ") }

// Decide says what becomes of an incoming item. cur is the record it is, nil where it is new; cur is not changed. at is the
// time its event gets, in whole seconds.
func Decide(cur *Record, in Incoming, at time.Time) Decision {
	at = at.Truncate(time.Second)
	if cur == nil {
		return decideNew(in, at)
	}
	d := Decision{Record: cur.clone(), Change: ChangeUnchanged, URLKey: in.URLKey}
	d.Aliases = in.aliases(cur.ID)
	owner := in.Item.Source == cur.Source
	switch {
	case cur.State == StateTrimmed:
	case in.Retract && owner:
		d.retract(Order{By: BySource}, at)
	case in.Retract:
	case !owner && in.Priority <= cur.Priority:
		d.sight(in)
	default:
		d.renew(cur, in, at)
	}
	if d.Record.State == StateRetracted && d.Change == ChangeUnchanged {
		d.Change = ChangeRetracted
	}
	return d
}

func decideNew(in Incoming, at time.Time) Decision {
	if in.Retract {
		// A tombstone of something never seen leaves nothing to take out.
		return Decision{Record: Record{Item: Item{ID: in.Item.ID, Source: in.Item.Source}}, Change: ChangeUnchanged}
	}
	seen := at
	if in.Location != nil {
		seen = at.In(in.Location)
	}
	r := Record{
		Item: in.Item, State: StateLive, FirstSeen: seen, Declared: in.Item.Published,
		PublishAt: in.PublishAt, Priority: in.Priority, URLKey: in.URLKey,
	}
	r.Published = publishedAt(in, nil, seen, at)
	if r.Modified.Sub(at) > FutureTolerance {
		r.Modified = time.Time{}
	}
	r.shelve(in.Item.Source, in.Sections)
	d := Decision{Record: r, Write: true, Change: ChangeCreated, Aliases: in.aliases(r.ID), URLKey: in.URLKey}
	if in.PublishAt.After(at) {
		d.Record.State = StateHeld
		return d
	}
	d.Event, d.Touched = Created, r.Sections
	return d
}

// aliases are the ids the incoming item is known by beside id.
func (in Incoming) aliases(id ID) []ID {
	var list []ID
	for _, a := range []ID{in.Item.ID, in.Known} {
		if a != "" && a != id && !slices.Contains(list, a) {
			list = append(list, a)
		}
	}
	return list
}

// publishedAt clamps: a missing date, or one too far ahead, is the time the item was first seen, once and for good; a date
// lost by a later version stays what it was.
func publishedAt(in Incoming, cur *Record, seen, at time.Time) time.Time {
	date := in.Item.Published
	switch {
	case cur != nil && (date.IsZero() || date.Equal(cur.Declared)):
		return cur.Published
	case date.IsZero():
		return seen
	case date.Sub(at) > FutureTolerance && !in.PublishAt.After(at):
		return seen
	}
	return date
}

// sight notes another source's copy: it brings its sections and nothing else.
func (d *Decision) sight(in Incoming) {
	before := d.Record.Sections
	if !d.Record.shelve(in.Item.Source, in.Sections) {
		return
	}
	d.Write = true
	if d.Record.State == StateLive && !slices.Equal(before, d.Record.Sections) {
		d.update(before)
	}
}

func (d *Decision) update(before []string) {
	d.Change, d.Event, d.Touched = ChangeUpdated, Updated, union(before, d.Record.Sections)
}

// renew takes a version from the source that owns the item, or from one that takes it over.
func (d *Decision) renew(cur *Record, in Incoming, at time.Time) {
	r := &d.Record
	content := in.Item.Hash != cur.Hash
	if content {
		r.Item = in.Item
		r.ID, r.OriginalID = cur.ID, cur.OriginalID
		r.Published = publishedAt(in, cur, cur.FirstSeen, at)
		if !in.Item.Published.IsZero() {
			r.Declared = in.Item.Published
		}
		if !r.Modified.After(cur.Modified) || r.Modified.Sub(at) > FutureTolerance {
			r.Modified = at.In(cur.FirstSeen.Location())
		}
	}
	taken := in.Item.Source != cur.Source
	r.Source, r.Priority = in.Item.Source, in.Priority
	shelved := r.shelve(in.Item.Source, in.Sections)
	embargo := cur.State == StateHeld && !in.PublishAt.Equal(cur.PublishAt)
	if cur.State == StateHeld {
		r.PublishAt = in.PublishAt
	}
	if r.Bodiless {
		r.strip()
	}
	d.Write = content || taken || shelved || embargo || in.Priority != cur.Priority
	switch cur.State {
	case StateRetracted:
		d.Change = ChangeRetracted
		if in.Restore && cur.Retraction != nil && cur.Retraction.By == BySource {
			d.restore(at)
		}
	case StateHeld:
		if content || embargo {
			d.Change = ChangeUpdated
		}
		if !r.PublishAt.After(at) {
			d.raise()
		}
	case StateLive:
		if content || !slices.Equal(cur.Sections, r.Sections) {
			d.update(cur.Sections)
		}
	}
}

// raise makes an item live that was held or retracted.
func (d *Decision) raise() {
	r := &d.Record
	d.Touched = r.Sections
	if r.Retraction != nil {
		d.Touched = union(r.Retraction.Sections, r.Sections)
	}
	r.State, r.Retraction, d.Write = StateLive, nil, true
	if r.FirstSeq == 0 {
		d.Change, d.Event = ChangeCreated, Created
	} else {
		d.Change, d.Event = ChangeRestored, Restored
	}
}

func (d *Decision) restore(at time.Time) {
	r := &d.Record
	switch {
	case r.Bodiless:
		r.State, r.Retraction, d.Write, d.Change = StateTrimmed, nil, true, ChangeUnchanged
	case r.FirstSeq == 0 && r.PublishAt.After(at):
		r.State, r.Retraction, d.Write, d.Change = StateHeld, nil, true, ChangeUnchanged
	default:
		d.raise()
	}
}

func (d *Decision) retract(o Order, at time.Time) {
	r := &d.Record
	d.Change = ChangeRetracted
	if r.State == StateRetracted {
		// The desk's word stands above the source's, and it may correct its own; neither is news to anyone.
		if o.By == ByDesk && (r.Retraction.By != ByDesk || o.Reason != "" && o.Reason != r.Retraction.Reason) {
			r.Retraction.By, r.Retraction.Reason, r.Retraction.Note = ByDesk, o.Reason, o.Note
			d.Write = true
		}
		return
	}
	told := r.State != StateHeld // an item nobody was told of goes quietly
	if r.State == StateTrimmed {
		r.Bodiless = true
	}
	r.State, d.Write = StateRetracted, true
	r.Retraction = &Retraction{By: o.By, Reason: o.Reason, Note: o.Note, When: at.UTC()}
	if told {
		r.Retraction.Sections = r.Sections
		d.Event, d.Touched = Retracted, r.Sections
	}
}

// DecideOrder says what becomes of an order on the record cur, nil where the id is unknown; cur is not changed.
func DecideOrder(cur *Record, o Order, at time.Time) (Decision, error) {
	if cur == nil || o.By == BySource && cur.Source != o.Source {
		return Decision{}, Errorf(NotFound, "no item %s", o.ID)
	}
	at = at.Truncate(time.Second)
	d := Decision{Record: cur.clone(), Change: ChangeUnchanged}
	switch {
	case !o.Restore:
		d.retract(o, at)
	case cur.State != StateRetracted:
	case o.By == BySource && cur.Retraction != nil && cur.Retraction.By == ByDesk:
		d.Change = ChangeRetracted
	default:
		d.restore(at)
	}
	return d, nil
}

// DecideRelease says what becomes of a held record whose hour has come; cur is not changed.
func DecideRelease(cur Record) Decision {
	d := Decision{Record: cur.clone()}
	d.raise()
	return d
}

// DecideTrim says what stays of a record whose body is too old to be kept; cur is not changed.
func DecideTrim(cur Record) Decision {
	d := Decision{Record: cur.clone(), Write: true, Touched: cur.Sections}
	if cur.State == StateRetracted {
		d.Record.Bodiless = true
	} else {
		d.Record.State = StateTrimmed
	}
	d.Record.strip()
	return d
}

// strip leaves identity and history. The title is identity where a source changes its guids (Identify); that of a killed
// article goes all the same, since its URL alone decides.
func (r *Record) strip() {
	title := r.Title
	if r.State == StateRetracted {
		title = ""
	}
	r.Item = Item{
		Title: title, ID: r.ID, Source: r.Source, OriginalID: r.OriginalID, URL: r.URL, Hash: r.Hash,
		Published: r.Published, Modified: r.Modified, OriginalDate: r.OriginalDate, Language: r.Language,
	}
}

// shelve puts the item where source wants it and says whether anything changed.
func (r *Record) shelve(source string, sections []string) bool {
	sections = slices.Compact(slices.Sorted(slices.Values(sections)))
	if have, ok := r.Shelves[source]; ok && slices.Equal(have, sections) {
		return false
	}
	if r.Shelves == nil {
		r.Shelves = map[string][]string{}
	}
	r.Shelves[source] = sections
	r.Sections = union(slices.Collect(maps.Values(r.Shelves))...)
	return true
}

func union(lists ...[]string) []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(lists...))))
}

func (r *Record) clone() Record {
	c := *r
	c.Sections = slices.Clone(r.Sections)
	if r.Shelves != nil {
		c.Shelves = make(map[string][]string, len(r.Shelves))
		for k, v := range r.Shelves {
			c.Shelves[k] = slices.Clone(v)
		}
	}
	if r.Retraction != nil {
		t := *r.Retraction
		t.Sections = slices.Clone(t.Sections)
		c.Retraction = &t
	}
	return c
}
