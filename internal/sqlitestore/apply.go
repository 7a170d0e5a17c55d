package sqlitestore

import (
	"slices"
	"time"

	"tinhub/internal/hub"
)

const (
	sqlAppend = `INSERT INTO events (seq, type, item, sections, time) VALUES (?, ?, ?, ?, ?)`
	sqlAlias  = `INSERT OR IGNORE INTO aliases (alias, record) VALUES (?, ?)`
	sqlURL    = `INSERT OR IGNORE INTO urls (key, record) VALUES (?, ?)`
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
		if err := t.place(n, cur, d, at); err != nil {
			return hub.Outcome{}, err
		}
		if err := t.bury(cur, d); err != nil {
			return hub.Outcome{}, err
		}
	}
	if n != 0 {
		if err := t.lead(n, d); err != nil {
			return hub.Outcome{}, err
		}
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
	return t.exec(sqlAppend, int64(r.Seq), string(d.Event), string(r.ID), sections, at.Unix())
}

// lead makes the aliases and the URL key lead to the record.
func (t *tx) lead(n int64, d hub.Decision) error {
	for _, alias := range d.Aliases {
		if err := t.exec(sqlAlias, string(alias), n); err != nil {
			return err
		}
	}
	if d.URLKey == "" {
		return nil
	}
	return t.exec(sqlURL, d.URLKey, n)
}

const (
	sqlShelve   = `INSERT INTO shelf (section, published, first_seq, record) VALUES (?, ?, ?, ?)`
	sqlUnshelve = `DELETE FROM shelf WHERE section = ? AND published = ? AND first_seq = ? AND record = ?`
)

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
			if err := t.touchSection(section, at); err != nil {
				return err
			}
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
	}
	for _, s := range to.sections {
		if same && slices.Contains(from.sections, s) {
			continue
		}
		if err := t.exec(sqlShelve, s, to.published, to.first, to.n); err != nil {
			return err
		}
	}
	return nil
}

const (
	// How many stand ahead of a place, counted no further than matters.
	sqlAhead = `SELECT count(*) FROM (SELECT 1 FROM shelf
		WHERE section = ? AND (published, first_seq, record) > (?, ?, ?) LIMIT ?)`
	sqlTouch = `INSERT INTO sections (id, touched) VALUES (?, ?)
		ON CONFLICT (id) DO UPDATE SET touched = excluded.touched WHERE excluded.touched > touched`
)

// touch notes at for every section where the spot is among the first.
func (t *tx) touch(s spot, at time.Time) error {
	for _, section := range s.sections {
		if !t.touched[section].Before(at) { // as in most of a large put
			continue
		}
		var ahead int
		if _, err := t.one(sqlAhead, []any{section, s.published, s.first, s.n, hub.FeedSize}, []any{&ahead}); err != nil {
			return err
		}
		if ahead >= hub.FeedSize {
			continue
		}
		if err := t.touchSection(section, at); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) touchSection(section string, at time.Time) error {
	if err := t.exec(sqlTouch, section, at.Unix()); err != nil {
		return err
	}
	t.touched[section] = at
	return nil
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
