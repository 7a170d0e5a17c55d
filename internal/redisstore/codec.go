package redisstore

import (
	"bytes"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"tinhub/internal/hub"
)

// gobMark begins a value that JSON cannot hold.
const gobMark = 'g'

// encode writes JSON, which an operator can read; where a string is not valid UTF-8 or a year has five digits, which JSON
// would change or refuse, it writes gob.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	if err == nil && !bytes.Contains(b.Bytes(), []byte(`\ufffd`)) && !bytes.Contains(b.Bytes(), []byte("\ufffd")) {
		return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
	}
	b.Reset()
	b.WriteByte(gobMark)
	if err := gob.NewEncoder(&b).Encode(v); err != nil {
		return nil, fmt.Errorf("encoding %T: %w", v, err)
	}
	return b.Bytes(), nil
}

func decode(data string, v any) error {
	var err error
	if data != "" && data[0] == gobMark {
		err = gob.NewDecoder(strings.NewReader(data[1:])).Decode(v)
	} else {
		err = json.Unmarshal([]byte(data), v)
	}
	if err != nil {
		return fmt.Errorf("decoding %T: %w", v, err)
	}
	return nil
}

// entry is a record as the spine has it: without content, which Body names.
type entry struct {
	Record  hub.Record
	Body    string   // name of the body; "" for none
	Graves  []string // sections that say it was retracted: where it stood then, whatever changes meanwhile
	version string   // rises with every write; "0" where there is no record
	fresh   []byte   // the body's bytes, where a plan is to write it; Body is then what encodeBody calls it
}

// record is nil where there is no entry.
func (e *entry) record() *hub.Record {
	if e == nil {
		return nil
	}
	return &e.Record
}

// spineRecord is what stands in a record's hash field after its header.
type spineRecord struct {
	hub.Record
	Body   string   `json:"body,omitempty"`
	Graves []string `json:"graves,omitempty"`
}

// A record's value is a header line, "version seq firstSeq changed", which scripts read and write, and the rest encoded.
// The header has the numbers that are known only inside the script.
func parseEntry(value string) (*entry, error) {
	head, payload, ok := strings.Cut(value, "\n")
	parts := strings.Split(head, " ")
	if !ok || len(parts) != 4 {
		return nil, errors.New("record without header")
	}
	var r spineRecord
	if err := decode(payload, &r); err != nil {
		return nil, err
	}
	seq, err1 := strconv.ParseUint(parts[1], 10, 64)
	first, err2 := strconv.ParseUint(parts[2], 10, 64)
	changed, err3 := strconv.ParseInt(parts[3], 10, 64)
	if err := errors.Join(err1, err2, err3); err != nil {
		return nil, fmt.Errorf("record's header: %w", err)
	}
	e := &entry{Record: r.Record, Body: r.Body, Graves: r.Graves, version: parts[0]}
	e.Record.Seq, e.Record.FirstSeq, e.Record.Changed = hub.Seq(seq), hub.Seq(first), unixTime(changed)
	return e, nil
}

// encodeRecord leaves the header's numbers out.
func encodeRecord(r hub.Record, body string, graves []string) ([]byte, error) {
	r.Item, _ = split(r.Item)
	zero := hub.Record{}
	r.Seq, r.FirstSeq, r.Changed = zero.Seq, zero.FirstSeq, zero.Changed
	return encode(spineRecord{Record: r, Body: body, Graves: graves})
}

// aliasValue is what stands in an alias's name field. Before aliases told where they come from, the bare item id stood
// there, which begins with neither of encode's first bytes.
type aliasValue struct {
	Item       hub.ID    `json:"item"`
	Source     string    `json:"source"`
	OriginalID string    `json:"original_id,omitempty"`
	Why        hub.Why   `json:"why"`
	When       time.Time `json:"when"`
	Apart      bool      `json:"apart,omitempty"`
}

func encodeAlias(a hub.Alias) ([]byte, error) {
	return encode(aliasValue{Item: a.Item, Source: a.Source, OriginalID: a.OriginalID, Why: a.Why, When: a.When, Apart: a.Apart})
}

func parseAlias(id hub.ID, value string) (hub.Alias, error) {
	if value != "" && value[0] != '{' && value[0] != gobMark {
		return hub.Alias{ID: id, Item: hub.ID(value)}, nil
	}
	var v aliasValue
	if err := decode(value, &v); err != nil {
		return hub.Alias{}, fmt.Errorf("alias %s: %w", id, err)
	}
	return hub.Alias{
		ID: id, Item: v.Item, Source: v.Source, OriginalID: v.OriginalID, Why: v.Why, When: v.When, Apart: v.Apart,
	}, nil
}

// split parts an item into what the spine keeps – what decisions look at – and its content.
func split(i hub.Item) (spine, content hub.Item) {
	spine = hub.Item{
		ID: i.ID, Source: i.Source, OriginalID: i.OriginalID, URL: i.URL, Title: i.Title, Published: i.Published,
		Modified: i.Modified, OriginalDate: i.OriginalDate, Language: i.Language, Hash: i.Hash,
	}
	return spine, join(hub.Item{}, i)
}

// join is split's way back.
func join(spine, content hub.Item) hub.Item {
	content.ID, content.Source, content.OriginalID, content.URL = spine.ID, spine.Source, spine.OriginalID, spine.URL
	content.Title, content.Published, content.Modified = spine.Title, spine.Published, spine.Modified
	content.OriginalDate, content.Language, content.Hash = spine.OriginalDate, spine.Language, spine.Hash
	return content
}
