package sqlitestore

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// What a call adds is gathered and written in few statements: a new item is a row in five tables, and a statement for each
// would cost more than the rows. It is written before the next statement that could read it, and at the end of the call.

// The tables that are added to by the batch.
const (
	inEvents = iota
	inRecords
	inBodies
	inShelf
	inSections
	inAliases
	inKeys
	inTexts
	tables
)

// insertion is how rows come into a table. A row that cannot stand undoes the whole call, so that SQLite need not keep
// what each statement would undo (FAIL, not ABORT).
type insertion struct {
	head, row, tail string
	width           int
}

func into(table int) insertion {
	switch table {
	case inEvents:
		return insertion{`INSERT OR FAIL INTO events (seq, type, item, sections, time) VALUES `, `(?, ?, ?, ?, ?)`, ``, 5}
	case inRecords:
		return insertion{
			`INSERT OR FAIL INTO records (n, id, published, first_seq, changed, due, fingerprint, record) VALUES `,
			`(?, ?, ?, ?, ?, ?, ?, ?)`, ``, 8,
		}
	case inBodies:
		return insertion{`INSERT OR FAIL INTO bodies (n, html, text, rest) VALUES `, `(?, ?, ?, ?)`, ``, 4}
	case inShelf:
		return insertion{`INSERT OR FAIL INTO shelf (section, published, first_seq, record) VALUES `, `(?, ?, ?, ?)`, ``, 4}
	case inSections:
		return insertion{
			`INSERT INTO sections (id, touched) VALUES `, `(?, ?)`,
			` ON CONFLICT (id) DO UPDATE SET touched = excluded.touched WHERE excluded.touched > touched`, 2,
		}
	case inAliases:
		return insertion{`INSERT OR FAIL INTO aliases (alias, record, source, original, why, met) VALUES `, `(?, ?, ?, ?, ?, ?)`, ``, 6}
	case inKeys:
		return insertion{`INSERT OR REPLACE INTO keys (key, record) VALUES `, `(?, ?)`, ``, 2}
	default:
		return insertion{`INSERT OR REPLACE INTO texts (key, record) VALUES `, `(?, ?)`, ``, 2}
	}
}

func (i insertion) statement(rows int) string {
	return i.head + i.row + strings.Repeat(`, `+i.row, rows-1) + i.tail
}

// sizes are the numbers of rows that statements are prepared for, largest first.
func sizes() [3]int { return [3]int{32, 8, 1} }

func insertStatements() (all []string) {
	for table := range tables {
		for _, size := range sizes() {
			all = append(all, into(table).statement(size))
		}
	}
	return all
}

// batch is what is gathered. The order of rows is that of their coming; of keys only the last word counts.
type batch struct {
	rows  [tables][]any // one row after another
	keys  map[string]int64
	texts map[int64]int64
}

func (t *tx) add(table int, row ...any) {
	t.batch.rows[table] = append(t.batch.rows[table], row...)
}

func (t *tx) addKey(key string, n int64) {
	if number, ok := textNumber(key); ok {
		if t.batch.texts == nil {
			t.batch.texts = map[int64]int64{}
		}
		t.batch.texts[number] = n
		return
	}
	if t.batch.keys == nil {
		t.batch.keys = map[string]int64{}
	}
	t.batch.keys[key] = n
}

// textNumber is the number that stands for the key of a text, by which it is kept more cheaply than by its name; false
// for any other key.
func textNumber(key string) (int64, bool) {
	digits, long, ok := strings.Cut(key, ".")
	if !ok || len(digits) < 2 || digits[0] != '#' || long != "0" && long != "1" {
		return 0, false
	}
	hash, err := strconv.ParseUint(digits[1:], 36, 32)
	if err != nil || strconv.FormatUint(hash, 36) != digits[1:] {
		return 0, false
	}
	return int64(hash)<<1 | int64(long[0]-'0'), true
}

// flush writes what is gathered, in the middle of a call.
func (t *tx) flush() error {
	if t.batch.empty() {
		return nil
	}
	if err := t.guard(); err != nil {
		return err
	}
	return t.write()
}

func (b *batch) empty() bool {
	n := len(b.keys) + len(b.texts)
	for _, rows := range b.rows {
		n += len(rows)
	}
	return n == 0
}

// write writes it at the end.
func (t *tx) write() error {
	// In the order of the tables' own keys, so that neighbours are written together.
	for _, key := range slices.Sorted(maps.Keys(t.batch.keys)) {
		t.add(inKeys, key, t.batch.keys[key])
	}
	clear(t.batch.keys)
	for _, key := range slices.Sorted(maps.Keys(t.batch.texts)) {
		t.add(inTexts, key, t.batch.texts[key])
	}
	clear(t.batch.texts)
	for table := range tables {
		rows := t.batch.rows[table]
		t.batch.rows[table] = rows[:0]
		if err := t.insert(into(table), rows); err != nil {
			return err
		}
		clear(rows)
	}
	return nil
}

func (t *tx) insert(to insertion, args []any) error {
	for _, size := range sizes() {
		for n := size * to.width; len(args) >= n; args = args[n:] {
			if _, err := t.run(to.statement(size), args[:n]...); err != nil {
				return err
			}
		}
	}
	return nil
}
