package sqlitestore

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"

	"tinhub/internal/hub"
)

// stored is a record with what the tables call it.
type stored struct {
	n   int64 // records.n, bodies.n
	big body
	hub.Record
}

// wide is what of an item moves into its body where the record would be too big to be read on every walk along a shelf.
type wide struct {
	Summary     string           `json:"summary,omitempty"`
	Pictures    []hub.Picture    `json:"pictures,omitempty"`
	Authors     []hub.Author     `json:"authors,omitempty"`
	Tags        []string         `json:"tags,omitempty"`
	Attachments []hub.Attachment `json:"attachments,omitempty"`
	Captions    []string         `json:"captions,omitempty"`
	Alternates  []hub.Alternate  `json:"alternates,omitempty"`
}

// maxSmall is how many bytes of JSON a record may have before its wide fields move: it keeps about the size of a few pages.
const maxSmall = 8 << 10

// body is the big part of an item as the table has it.
type body struct{ html, text, rest string }

// split parts a record into what is small and what is big. Its fingerprint has a column of its own.
func split(r hub.Record) (small string, big body, err error) {
	big = body{html: r.ContentHTML, text: r.ContentText}
	r.ContentHTML, r.ContentText, r.Text = "", "", ""
	if small, err = recordJSON(&r); err != nil || len(small) <= maxSmall {
		return small, big, err
	}
	it := &r.Item
	rest := wide{it.Summary, it.Pictures, it.Authors, it.Tags, it.Attachments, it.Captions, it.Alternates}
	if big.rest, err = toJSON(rest); err != nil {
		return "", big, err
	}
	it.Summary, it.Pictures, it.Authors, it.Tags, it.Attachments, it.Captions, it.Alternates = "", nil, nil, nil, nil, nil, nil
	small, err = recordJSON(&r)
	return small, big, err
}

// join is the way back.
func join(small string, big body) (r hub.Record, err error) {
	if err := json.Unmarshal([]byte(small), &r); err != nil {
		return r, fmt.Errorf("a record cannot be read: %w", err)
	}
	r.ContentHTML, r.ContentText = big.html, big.text
	if big.rest == "" {
		return r, nil
	}
	var w wide
	if err := json.Unmarshal([]byte(big.rest), &w); err != nil {
		return r, fmt.Errorf("the body of %s cannot be read: %w", r.ID, err)
	}
	it := &r.Item
	it.Summary, it.Pictures, it.Authors, it.Tags = w.Summary, w.Pictures, w.Authors, w.Tags
	it.Attachments, it.Captions, it.Alternates = w.Attachments, w.Captions, w.Alternates
	return r, nil
}

func toJSON(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return "", &hub.Error{Kind: hub.Invalid, Detail: "it holds what cannot be stored (a date beyond the year 9999)", Err: err}
	}
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), nil
}

const (
	columns = `r.n, r.fingerprint, r.record, coalesce(b.html, ''), coalesce(b.text, ''), coalesce(b.rest, '')`
	joined  = `records r LEFT JOIN bodies b ON b.n = r.n`

	// The number of the record that an id leads to.
	ledTo = `coalesce((SELECT n FROM records WHERE id = ?1), (SELECT record FROM aliases WHERE alias = ?1 AND NOT apart))`

	sqlFind  = `SELECT ` + columns + ` FROM ` + joined + ` WHERE r.n = ` + ledTo
	sqlFindN = `SELECT ` + columns + ` FROM ` + joined + ` WHERE r.n = ?`
)

// row is where the columns are scanned into.
type row struct {
	stored
	fingerprint string
	small       string
}

func (r *row) into() []any {
	return []any{&r.n, &r.fingerprint, &r.small, &r.big.html, &r.big.text, &r.big.rest}
}

func (r *row) read() (*stored, error) {
	rec, err := join(r.small, r.big)
	r.Record = rec
	r.Text = hub.Fingerprint(r.fingerprint)
	return &r.stored, err
}

// find gives the record that arg leads to by one of the queries above, nil where there is none.
func (t *tx) find(query string, arg any) (*stored, error) {
	var r row
	ok, err := t.one(query, []any{arg}, r.into())
	if err != nil || !ok {
		return nil, err
	}
	return r.read()
}

const (
	sqlNewest    = `SELECT coalesce(max(n), 0) FROM records`
	sqlSetRecord = `UPDATE records SET id = ?, published = ?, first_seq = ?, changed = ?, due = ?, fingerprint = ?, record = ? WHERE n = ?`
	sqlSetBody   = `INSERT OR REPLACE INTO bodies (n, html, text, rest) VALUES (?, ?, ?, ?)`
	sqlDropBody  = `DELETE FROM bodies WHERE n = ?`
)

// save writes the record in the place of cur, or as a new one where cur is nil, and gives its number.
func (t *tx) save(cur *stored, r hub.Record) (n int64, err error) {
	small, big, err := split(r)
	if err != nil {
		return 0, err
	}
	var changed, due any
	if r.Seq > 0 && (r.State == hub.StateLive || r.State == hub.StateRetracted && !r.Bodiless) {
		changed = r.Changed.Unix()
	}
	if r.State == hub.StateHeld {
		due = ceilSeconds(r.PublishAt)
	}
	if cur != nil {
		if err := t.setBody(cur, big); err != nil {
			return 0, err
		}
		return cur.n, t.exec(sqlSetRecord, string(r.ID), r.Published.Unix(), int64(r.FirstSeq), changed, due, string(r.Text), small, cur.n)
	}
	if n, err = t.nextNumber(); err != nil {
		return 0, err
	}
	t.add(inRecords, n, string(r.ID), r.Published.Unix(), int64(r.FirstSeq), changed, due, string(r.Text), small)
	if big != (body{}) {
		t.add(inBodies, n, big.html, big.text, big.rest)
	}
	if t.led.viewed[string(r.ID)] { // it was read before it came, or after a loss
		return n, t.exec(sqlViewed, n, string(r.ID))
	}
	return n, nil
}

// nextNumber gives a new record its number.
func (t *tx) nextNumber() (int64, error) {
	if t.newest == 0 {
		if _, err := t.one(sqlNewest, nil, []any{&t.newest}); err != nil {
			return 0, err
		}
	}
	t.newest++
	return t.newest, nil
}

func (t *tx) setBody(cur *stored, big body) error {
	switch big {
	case cur.big:
		return nil
	case body{}:
		return t.exec(sqlDropBody, cur.n)
	}
	return t.exec(sqlSetBody, cur.n, big.html, big.text, big.rest)
}

// ceilSeconds rounds up, so that nothing falls due before its time.
func ceilSeconds(t time.Time) int64 {
	if t.Nanosecond() > 0 {
		return t.Unix() + 1
	}
	return t.Unix()
}
