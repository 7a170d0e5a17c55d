package hub

import (
	"maps"
	"slices"
	"time"
)

// Decision is what a store must write for one incoming item or one order. Record is complete but for what only the store
// knows: where Event is not "" the store sets Seq to the event's number, Changed to its time, and FirstSeq where it is 0.
type Decision struct {
	Record  Record
	Write   bool // whether anything about the record changes; without it only Aliases and Keys may
	Change  Change
	Event   EventType // "" for none
	Touched []string  // the event's sections: where the item stands and where it stood
	Aliases []Alias   // other ids that lead to Record.ID from now on unless they already lead somewhere or were set apart
	Keys    []string  // lead to Record.ID from now on unless they already lead somewhere
	Newest  []string  // lead to Record.ID from now on, wherever they led before
}

// Decide says what becomes of an incoming item. cur is the record it is, nil where it is new, and why what it was known by
// (Identify); cur is not changed. at is the time its event gets, in whole seconds.
func Decide(cur *Record, why Why, in Incoming, at time.Time) Decision {
	at = at.Truncate(time.Second)
	if cur == nil {
		return decideNew(in, at)
	}
	d := Decision{Record: cur.clone(), Change: ChangeUnchanged, Keys: in.addresses()}
	d.Aliases = in.aliases(cur.ID, why)
	owner := in.Item.Source == cur.Source
	switch {
	case why != WhyApart && !in.stands(cur):
	case cur.State == StateTrimmed:
		d.follow(cur, in)
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
		PublishAt: in.PublishAt, Priority: in.Priority, URLKey: in.URLKey, OtherKeys: in.OtherKeys, Text: in.Text,
	}
	r.Published = publishedAt(in, nil, seen, at)
	if r.Modified.Sub(at) > FutureTolerance {
		r.Modified = time.Time{}
	}
	r.shelve(in.Item.Source, in.Sections)
	d := Decision{Record: r, Write: true, Change: ChangeCreated, Aliases: in.aliases(r.ID, ""), Keys: in.addresses(), Newest: in.Text.Keys()}
	if in.PublishAt.After(at) {
		d.Record.State = StateHeld
		return d
	}
	d.Event, d.Touched = Created, r.Sections
	return d
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

// follow keeps what a trimmed item is known by up with its source, whose next guid may leave nothing else.
func (d *Decision) follow(cur *Record, in Incoming) {
	r := &d.Record
	if in.Item.Source != cur.Source || in.Retract || in.Item.Title == cur.Title && in.Text == cur.Text {
		return
	}
	r.Title, d.Write = in.Item.Title, true
	if in.Text != "" && in.Text != cur.Text {
		r.Text, d.Newest = in.Text, in.Text.Keys()
	}
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
		r.URLKey, r.OtherKeys = in.URLKey, in.OtherKeys
		if in.Text != cur.Text {
			r.Text, d.Newest = in.Text, in.Text.Keys()
		}
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
	r.gather()
	return true
}

// gather makes the sections out of what each source says.
func (r *Record) gather() { r.Sections = union(slices.Collect(maps.Values(r.Shelves))...) }

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
