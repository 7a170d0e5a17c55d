package sqlitestore

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"time"

	"tinhub/internal/hub"
)

// stored is a record with what the tables call it.
type stored struct {
	n    int64         // records.n
	body sql.NullInt64 // bodies.n
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

// split parts a record into what is small and what is big.
func split(r hub.Record) (small string, big body, err error) {
	big = body{html: r.ContentHTML, text: r.ContentText}
	r.ContentHTML, r.ContentText = "", ""
	if small, err = toJSON(r); err != nil || len(small) <= maxSmall {
		return small, big, err
	}
	it := &r.Item
	rest := wide{it.Summary, it.Pictures, it.Authors, it.Tags, it.Attachments, it.Captions, it.Alternates}
	if big.rest, err = toJSON(rest); err != nil {
		return "", big, err
	}
	it.Summary, it.Pictures, it.Authors, it.Tags, it.Attachments, it.Captions, it.Alternates = "", nil, nil, nil, nil, nil, nil
	small, err = toJSON(r)
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

// hash is the address of a body: of each part with its length, so that no two can be read as one another.
func (b body) hash() []byte {
	h := sha256.New()
	for _, part := range []string{b.html, b.text, b.rest} {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		h.Write([]byte(part))
	}
	return h.Sum(nil)
}

const (
	columns = `r.n, r.body, r.record, coalesce(b.html, ''), coalesce(b.text, ''), coalesce(b.rest, '')`
	joined  = `records r LEFT JOIN bodies b ON b.n = r.body`

	sqlFind = `SELECT ` + columns + ` FROM ` + joined + `
		WHERE r.n = coalesce((SELECT n FROM records WHERE id = ?1), (SELECT record FROM aliases WHERE alias = ?1))`
	sqlFindURL = `SELECT ` + columns + ` FROM ` + joined + ` WHERE r.n = (SELECT record FROM urls WHERE key = ?)`
	sqlFindN   = `SELECT ` + columns + ` FROM ` + joined + ` WHERE r.n = ?`
)

// row is where the columns are scanned into.
type row struct {
	stored
	small string
	big   body
}

func (r *row) into() []any {
	return []any{&r.n, &r.body, &r.small, &r.big.html, &r.big.text, &r.big.rest}
}

func (r *row) read() (*stored, error) {
	rec, err := join(r.small, r.big)
	r.Record = rec
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
	sqlAddRecord = `INSERT INTO records (id, body, published, first_seq, changed, due, record) VALUES (?, ?, ?, ?, ?, ?, ?)`
	sqlSetRecord = `UPDATE records SET id = ?, body = ?, published = ?, first_seq = ?, changed = ?, due = ?, record = ? WHERE n = ?`
	sqlFindBody  = `SELECT n FROM bodies WHERE hash = ?`
	sqlAddBody   = `INSERT INTO bodies (hash, html, text, rest) VALUES (?, ?, ?, ?)`
	sqlLetGo     = `INSERT OR IGNORE INTO unnamed (body) VALUES (?)`
)

// save writes the record in the place of cur, or as a new one where cur is nil, and gives its number.
func (t *tx) save(cur *stored, r hub.Record) (n int64, err error) {
	small, big, err := split(r)
	if err != nil {
		return 0, err
	}
	named, err := t.nameBody(big)
	if err != nil {
		return 0, err
	}
	args := []any{string(r.ID), named, r.Published.Unix(), int64(r.FirstSeq), nil, nil, small}
	if r.Seq > 0 && (r.State == hub.StateLive || r.State == hub.StateRetracted && !r.Bodiless) {
		args[4] = r.Changed.Unix()
	}
	if r.State == hub.StateHeld {
		args[5] = ceilSeconds(r.PublishAt)
	}
	if cur == nil {
		res, err := t.result(sqlAddRecord, args...)
		if err != nil {
			return 0, err
		}
		if n, err = res.LastInsertId(); err != nil {
			return 0, err
		}
		return n, t.exec(sqlViewed, n, string(r.ID)) // it may have been read before it came, or after a loss
	}
	if cur.body.Valid && cur.body != named {
		if err := t.exec(sqlLetGo, cur.body.Int64); err != nil {
			return 0, err
		}
	}
	return cur.n, t.exec(sqlSetRecord, append(args, cur.n)...)
}

// nameBody finds the body with that content or adds it.
func (t *tx) nameBody(b body) (n sql.NullInt64, err error) {
	if b == (body{}) {
		return n, nil
	}
	hash := b.hash()
	if ok, err := t.one(sqlFindBody, []any{hash}, []any{&n}); ok || err != nil {
		return n, err
	}
	res, err := t.result(sqlAddBody, hash, b.html, b.text, b.rest)
	if err != nil {
		return n, err
	}
	n.Valid = true
	n.Int64, err = res.LastInsertId()
	return n, err
}

// ceilSeconds rounds up, so that nothing falls due before its time.
func ceilSeconds(t time.Time) int64 {
	if t.Nanosecond() > 0 {
		return t.Unix() + 1
	}
	return t.Unix()
}
