package sqlitestore

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"

	"tinhub/internal/hub"
)

const (
	applicationID = 0x54696e48 // "TinH": tells a store of ours from another program's SQLite file
	schemaVersion = 1
)

// schema is the whole of it. Times are unix seconds unless said; text columns compare byte for byte.
//
// What is small stands in records and is read on every walk along a shelf; what is big stands in bodies, under the hash of
// what it is, and may be named by several records. unnamed lists bodies that a record has let go of, for Trim to look at,
// so that nothing ever scans them all. A shelf row exists for each section of each live record, and for AllSection; the
// key is the order of the feed, so the newest items of a section are one walk along the index.
const schema = `
CREATE TABLE log (
	one INTEGER PRIMARY KEY CHECK (one = 1),
	generation TEXT NOT NULL,
	head INTEGER NOT NULL,            -- seq of the newest event ever
	last INTEGER NOT NULL,            -- its time
	pinged INTEGER NOT NULL DEFAULT 0 -- unix milliseconds
);
CREATE TABLE events (
	seq INTEGER PRIMARY KEY,
	type TEXT NOT NULL,
	item TEXT NOT NULL,
	sections TEXT NOT NULL, -- a JSON list
	time INTEGER NOT NULL
);
CREATE TABLE records (
	n INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	body INTEGER,        -- bodies.n
	published INTEGER NOT NULL,
	first_seq INTEGER NOT NULL,
	changed INTEGER,     -- time of the newest event, while there is something to trim
	due INTEGER,         -- end of the embargo, while it is held
	record TEXT NOT NULL -- JSON, without what is in the body; last, so that the others are read without it
);
CREATE INDEX records_body ON records (body) WHERE body IS NOT NULL;
CREATE INDEX records_changed ON records (changed) WHERE changed IS NOT NULL;
CREATE INDEX records_due ON records (due, n) WHERE due IS NOT NULL;
CREATE TABLE bodies (
	n INTEGER PRIMARY KEY,
	hash BLOB NOT NULL UNIQUE,
	html TEXT NOT NULL,
	text TEXT NOT NULL,
	rest TEXT NOT NULL -- JSON of what else of the item is too big for the record, or ''
);
CREATE TABLE unnamed (body INTEGER PRIMARY KEY);
CREATE TABLE aliases (alias TEXT PRIMARY KEY, record INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE urls (key TEXT PRIMARY KEY, record INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE shelf (
	section TEXT NOT NULL,
	published INTEGER NOT NULL,
	first_seq INTEGER NOT NULL,
	record INTEGER NOT NULL,
	PRIMARY KEY (section, published DESC, first_seq DESC, record DESC)
) WITHOUT ROWID;
CREATE TABLE sections (id TEXT PRIMARY KEY, touched INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE tombstones (
	section TEXT NOT NULL,
	seq INTEGER NOT NULL, -- of the retraction
	item TEXT NOT NULL,
	time INTEGER NOT NULL,
	PRIMARY KEY (section, seq DESC, item)
) WITHOUT ROWID;
CREATE INDEX tombstones_item ON tombstones (item);
CREATE TABLE viewed (
	n INTEGER PRIMARY KEY,
	item TEXT NOT NULL UNIQUE,
	total INTEGER NOT NULL,
	record INTEGER -- records.n, where the item is known
);
CREATE TABLE buckets (
	viewed INTEGER NOT NULL, -- viewed.n
	size INTEGER NOT NULL,   -- seconds
	start INTEGER NOT NULL,
	count INTEGER NOT NULL,
	PRIMARY KEY (viewed, size, start)
) WITHOUT ROWID;
CREATE INDEX buckets_start ON buckets (size, start, viewed, count);
CREATE TABLE batches (id TEXT PRIMARY KEY, added INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (id TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE leases (
	name TEXT PRIMARY KEY,
	holder TEXT NOT NULL,
	token INTEGER NOT NULL,
	until INTEGER NOT NULL -- unix milliseconds
) WITHOUT ROWID;
CREATE TABLE cursors (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
`

// migrate makes the schema in an empty file and refuses a file that is another program's or a newer version's.
func (s *Store) migrate(ctx context.Context) error {
	sqltx, err := s.writer.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = sqltx.Rollback() }()
	var app, version, tables int
	for query, to := range map[string]*int{
		`PRAGMA application_id`: &app, `PRAGMA user_version`: &version, `SELECT count(*) FROM sqlite_schema`: &tables,
	} {
		if err := sqltx.QueryRowContext(ctx, query).Scan(to); err != nil {
			return err
		}
	}
	switch {
	case app == 0 && version == 0 && tables == 0:
	case app != applicationID:
		return s.foreign()
	case version > schemaVersion:
		return hub.Errorf(hub.Invalid, "store %s was written by a newer tinhub (schema %d, this one knows up to %d): "+
			"run that version, or restore a backup made by this one; nothing was changed", s.path, version, schemaVersion)
	default:
		return nil
	}
	for _, text := range []string{
		schema, fmt.Sprintf(`PRAGMA application_id = %d`, applicationID), fmt.Sprintf(`PRAGMA user_version = %d`, schemaVersion),
	} {
		if _, err := sqltx.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	if _, err := sqltx.ExecContext(ctx, `INSERT INTO log (one, generation, head, last) VALUES (1, ?, 0, ?)`, rand.Text(), zeroTime); err != nil {
		return err
	}
	return sqltx.Commit()
}

// zeroTime is the zero time.Time in unix seconds.
const zeroTime = -62135596800

// readStatements lists what the readers prepare, statements what the writer does: all of them, since its transactions read
// too and in memory there is no other connection.
func readStatements() []string {
	return []string{
		sqlLog, sqlEvents, sqlFind, sqlShelf, sqlTombstones, sqlTouched, sqlNamed, sqlTotal, sqlWindow, sqlTop,
		sqlSource, sqlCursor,
	}
}

func statements() []string {
	return slices.Concat(readStatements(), []string{
		sqlPing, sqlSetLog, sqlAppend, sqlFindURL, sqlFindN, sqlAddRecord, sqlSetRecord, sqlFindBody, sqlAddBody, sqlLetGo,
		sqlAlias, sqlURL, sqlShelve, sqlUnshelve, sqlAhead, sqlTouch, sqlOpenSection, sqlBury, sqlUnbury, sqlDue, sqlNextDue,
		sqlOld, sqlTrimEvents, sqlUnnamed, sqlSweep, sqlLooked, sqlTrimBuckets, sqlTrimBatches, sqlBatch, sqlView, sqlViewed, sqlBucket,
		sqlSetSource, sqlLease, sqlSetLease, sqlUnlease, sqlSetCursor,
	})
}
