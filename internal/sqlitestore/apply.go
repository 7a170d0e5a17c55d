package sqlitestore

import (
	"cmp"
	"slices"
	"time"

	"tinhub/internal/hub"
)

// apply writes what was decided about cur, nil for a new item: the event, the record, its identity, where it stands, who
// is touched. at is the time of the event, and of the touch where there is none.
func (t *tx) apply(cur *stored, d hub.Decision, at time.Time) (hub.Outcome, error) {
	r := &d.Record
	n := int64(0)
	if cur != nil {
		n = cur.n
	}
	if d.Write {
		if err := t.number(&d, at); err != nil {
			return hub.Outcome{}, err
		}
		var err error
		if n, err = t.save(cur, *r); err != nil {
			return hub.Outcome{}, err
		}
		if t.led != nil {
			t.led.records[string(r.ID)] = n
			t.led.prints[n] = r.Text
		}
		if err := t.place(n, cur, d, at); err != nil {
			return hub.Outcome{}, err
		}
		if err := t.bury(cur, d); err != nil {
			return hub.Outcome{}, err
		}
	}
	if n != 0 {
		t.lead(n, d, at)
	}
	return hub.Outcome{ID: r.ID, Seq: r.Seq, Change: d.Change, State: r.State}, nil
}

// number appends the decision's event, if it has one, and dates its record by it.
func (t *tx) number(d *hub.Decision, at time.Time) error {
	if d.Event == "" {
		return nil
	}
	t.head.Seq++
	t.last, t.moved = at, true
	r := &d.Record
	r.Seq, r.Changed = t.head.Seq, at
	if r.FirstSeq == 0 {
		r.FirstSeq = r.Seq
	}
	sections, err := toJSON(d.Touched)
	if err != nil {
		return err
	}
	t.add(inEvents, int64(r.Seq), string(d.Event), string(r.ID), sections, at.Unix())
	return nil
}

const sqlUnshelve = `DELETE FROM shelf WHERE section = ? AND published = ? AND first_seq = ? AND record = ?`

// spot is a place on the shelves of some sections; none where the item does not stand.
type spot struct {
	sections            []string
	published, first, n int64
}

// spotOf is where a record stands.
func spotOf(n int64, r *hub.Record) spot {
	if r == nil || r.State != hub.StateLive {
		return spot{}
	}
	return spot{around(r.Sections), r.Published.Unix(), int64(r.FirstSeq), n}
}

// around adds the section of everything, which every item stands in.
func around(sections []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(sections), hub.AllSection))))
}

// place moves the item from where it stood to where it stands, and touches the sections that show the difference.
func (t *tx) place(n int64, cur *stored, d hub.Decision, at time.Time) error {
	var from spot
	if cur != nil {
		from = spotOf(n, &cur.Record)
	}
	to := spotOf(n, &d.Record)
	// What has neither an event nor was trimmed shows no difference.
	shows := d.Event != "" || cur != nil && d.Record.State == hub.StateTrimmed && cur.State == hub.StateLive
	if shows {
		if err := t.touch(from, at); err != nil {
			return err
		}
	}
	if d.Event.Tombstones() {
		for _, section := range around(d.Touched) {
			t.touchSection(section, at)
		}
	}
	if err := t.move(from, to); err != nil {
		return err
	}
	if shows {
		return t.touch(to, at)
	}
	return nil
}

func (t *tx) move(from, to spot) error {
	same := from.published == to.published && from.first == to.first && from.n == to.n
	for _, s := range from.sections {
		if same && slices.Contains(to.sections, s) {
			continue
		}
		if err := t.exec(sqlUnshelve, s, from.published, from.first, from.n); err != nil {
			return err
		}
		delete(t.brinks, s)
	}
	for _, s := range to.sections {
		if same && slices.Contains(from.sections, s) {
			continue
		}
		t.add(inShelf, s, to.published, to.first, to.n)
		if !to.below(t.brinks[s]) {
			delete(t.brinks, s)
		}
	}
	return nil
}

const sqlBrink = `SELECT published, first_seq, record FROM shelf
	WHERE section = ? ORDER BY published DESC, first_seq DESC, record DESC LIMIT 1 OFFSET ?`

// brink is the last of the first places of a section: what stands below it shows in no feed. full is false where there are
// fewer than those.
type brink struct {
	spot
	full bool
}

func (s spot) below(f brink) bool {
	return f.full && cmp.Or(cmp.Compare(s.published, f.published), cmp.Compare(s.first, f.first), cmp.Compare(s.n, f.n)) < 0
}

func (t *tx) brink(section string) (f brink, err error) {
	f, ok := t.brinks[section]
	if !ok {
		f.full, err = t.one(sqlBrink, []any{section, hub.FeedSize - 1}, []any{&f.published, &f.first, &f.n})
		t.brinks[section] = f
	}
	return f, err
}

// touch notes at for every section where the spot is among the first.
func (t *tx) touch(s spot, at time.Time) error {
	for _, section := range s.sections {
		if !t.touched[section].Before(at) { // as in most of a large put
			continue
		}
		f, err := t.brink(section)
		if err != nil {
			return err
		}
		if s.below(f) {
			continue
		}
		t.touchSection(section, at)
	}
	return nil
}

func (t *tx) touchSection(section string, at time.Time) {
	t.add(inSections, section, at.Unix())
	t.touched[section] = at
}

const (
	sqlBury   = `INSERT OR REPLACE INTO tombstones (section, seq, item, time) VALUES (?, ?, ?, ?)`
	sqlUnbury = `DELETE FROM tombstones WHERE item = ?`
)

// bury names a retraction in every section that was told of it, and forgets it when the item is let back in.
func (t *tx) bury(cur *stored, d hub.Decision) error {
	r := &d.Record
	if d.Event == hub.Retracted {
		return t.entomb(*r, d.Touched)
	}
	if cur != nil && cur.State == hub.StateRetracted && r.State != hub.StateRetracted {
		return t.exec(sqlUnbury, string(r.ID))
	}
	return nil
}

func (t *tx) entomb(r hub.Record, sections []string) error {
	for _, s := range around(sections) {
		if err := t.exec(sqlBury, s, int64(r.Seq), string(r.ID), r.Retraction.When.Unix()); err != nil {
			return err
		}
	}
	return nil
}
