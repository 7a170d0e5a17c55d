package sqlitestore

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"tinhub/internal/hub"
)

// ahead is what the ids and keys of a document's items lead to. It is read in few statements before the first of them, and
// kept up with what they change. What is not there leads nowhere.
type ahead struct {
	records map[string]int64 // records.n by the record's own id
	aliases map[string]int64 // by an alias that leads there
	apart   map[string]bool
	keys    map[string]int64
	prints  map[int64]hub.Fingerprint // of the records that keys lead to
	viewed  map[string]bool           // ids that were read before any record had them
	wanted  []wanted                  // of each item of the document
}

// wanted is what an item is looked up by.
type wanted struct {
	ids  []hub.ID
	keys []string
}

// The lists that are looked up: a name, a number and a text of each.
const (
	lookRecords = `SELECT id, n, '' FROM records WHERE id IN (`
	lookAliases = `SELECT alias, record, iif(apart, 'apart', '') FROM aliases WHERE alias IN (`
	lookKeys    = `SELECT k.key, r.n, r.fingerprint FROM keys k CROSS JOIN records r ON r.n = k.record WHERE k.key IN (`
	lookTexts   = `SELECT k.key, r.n, r.fingerprint FROM texts k CROSS JOIN records r ON r.n = k.record WHERE k.key IN (`
	lookViewed  = `SELECT item, n, '' FROM viewed WHERE record IS NULL AND item IN (`
)

// A few at a time for a single item, many for a document. Places left over are NULL.
const fewNames, manyNames = 8, 64

func look(head string, names int) string { return head + `?` + strings.Repeat(`, ?`, names-1) + `)` }

func lookStatements() (all []string) {
	for _, head := range []string{lookRecords, lookAliases, lookKeys, lookTexts, lookViewed} {
		all = append(all, look(head, fewNames), look(head, manyNames))
	}
	return all
}

// lookAhead reads what the ids and keys lead to; each may be named more than once.
func (t *tx) lookAhead(ids, keys []string) error {
	led := &ahead{
		records: map[string]int64{}, aliases: map[string]int64{}, apart: map[string]bool{}, keys: map[string]int64{},
		prints: map[int64]hub.Fingerprint{}, viewed: map[string]bool{},
	}
	t.led = led
	var names, addresses, texts []any
	for _, id := range distinct(ids) {
		names = append(names, id)
	}
	byNumber := map[int64]string{}
	for _, key := range distinct(keys) {
		if n, ok := textNumber(key); ok {
			texts, byNumber[n] = append(texts, n), key
		} else {
			addresses = append(addresses, key)
		}
	}
	return errors.Join(
		lookUp(t, lookRecords, names, func(id string, n int64, _ string) { led.records[id] = n }),
		lookUp(t, lookAliases, names, func(id string, n int64, apart string) {
			if apart != "" {
				led.apart[id] = true
			} else {
				led.aliases[id] = n
			}
		}),
		lookUp(t, lookViewed, names, func(id string, _ int64, _ string) { led.viewed[id] = true }),
		lookUp(t, lookKeys, addresses, func(key string, n int64, print string) {
			led.keys[key], led.prints[n] = n, hub.Fingerprint(print)
		}),
		lookUp(t, lookTexts, texts, func(key, n int64, print string) {
			led.keys[byNumber[key]], led.prints[n] = n, hub.Fingerprint(print)
		}),
	)
}

func distinct(names []string) []string { return slices.Compact(slices.Sorted(slices.Values(names))) }

func lookUp[K string | int64](t *tx, head string, names []any, found func(name K, n int64, text string)) error {
	for len(names) > 0 {
		args := make([]any, fewNames)
		if len(names) > fewNames {
			args = make([]any, manyNames)
		}
		names = names[copy(args, names):]
		err := t.each(look(head, len(args)), args, func(rows *sql.Rows) error {
			var name K
			var n int64
			var text string
			err := rows.Scan(&name, &n, &text)
			found(name, n, text)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// lookAheadOf does it for a document.
func (t *tx) lookAheadOf(items []hub.Incoming) error {
	var all, allKeys []string
	each := make([]wanted, len(items))
	for n, in := range items {
		w := &each[n]
		w.ids, w.keys = hub.Lookup(in)
		for _, id := range w.ids {
			all = append(all, string(id))
		}
		allKeys = append(allKeys, w.keys...)
	}
	err := t.lookAhead(all, allKeys)
	t.led.wanted = each
	return err
}

// number gives the record that an id leads to, 0 for none.
func (a *ahead) number(id hub.ID) int64 {
	if n, ok := a.records[string(id)]; ok {
		return n
	}
	return a.aliases[string(id)]
}

func record(s *stored) *hub.Record {
	if s == nil {
		return nil
	}
	return &s.Record
}

// identify finds the record that the incoming item is, nil where it is new, and says by what it was known. The document of
// the item was looked up before.
func (t *tx) identify(in hub.Incoming, by *wanted) (*stored, hub.Why, error) {
	f := hub.Found{Apart: t.led.apart[string(in.Item.ID)]}
	var read map[int64]*stored
	find := func(n int64) (*hub.Record, error) {
		if _, ok := read[n]; !ok && n != 0 {
			r, err := t.find(sqlFindN, n)
			if err != nil {
				return nil, err
			}
			if read == nil {
				read = map[int64]*stored{}
			}
			read[n] = r
		}
		return record(read[n]), nil
	}
	for _, id := range by.ids {
		r, err := find(t.led.number(id))
		if err != nil {
			return nil, "", err
		}
		f.ByID = append(f.ByID, r)
	}
	// An id always decides, and what is apart is known by nothing else: the keys would not be looked at.
	if len(read) == 0 && !f.Apart {
		for _, key := range by.keys {
			n := t.led.keys[key]
			if _, ofText := textNumber(key); ofText && n != 0 && !in.Text.Near(t.led.prints[n]) {
				n = 0 // as good as nothing: by its text it is no other (hub.Identify)
			}
			r, err := find(n)
			if err != nil {
				return nil, "", err
			}
			f.ByKey = append(f.ByKey, r)
		}
	}
	is, why := hub.Identify(in, f)
	for _, r := range read {
		if is != nil && is == record(r) {
			return r, why, nil
		}
	}
	return nil, "", nil
}

// lead makes the decision's aliases and keys lead to the record. They were looked up before.
func (t *tx) lead(n int64, d hub.Decision, at time.Time) {
	for _, a := range d.Aliases {
		id := string(a.ID)
		if t.led.number(a.ID) != 0 || t.led.apart[id] {
			continue
		}
		t.add(inAliases, id, n, a.Source, a.OriginalID, string(a.Why), at.Unix())
		t.led.aliases[id] = n
	}
	for i, key := range slices.Concat(d.Keys, d.Newest) {
		leads := t.led.keys[key]
		if key == "" || leads == n || i < len(d.Keys) && leads != 0 {
			continue
		}
		t.addKey(key, n)
		t.led.keys[key] = n
	}
}
