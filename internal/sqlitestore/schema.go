package sqlitestore

import "slices"

const (
	applicationID = 0x54696e48 // "TinH": tells a store of ours from another program's SQLite file
	schemaVersion = 2
)

// These stand by themselves because older files are given them as well (upgrades).
const (
	// An alias that is apart keeps its row: nothing makes it lead to an item again.
	aliasesTable = `
CREATE TABLE aliases (
	n INTEGER PRIMARY KEY,
	alias TEXT NOT NULL UNIQUE,
	record INTEGER NOT NULL,
	source TEXT NOT NULL,   -- '' where a file of schema 1 did not say, as with the next two
	original TEXT NOT NULL,
	why TEXT NOT NULL,
	met INTEGER NOT NULL,
	apart INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX aliases_met ON aliases (met);
CREATE INDEX aliases_record ON aliases (record, met);
`
	recordsTables = `
CREATE TABLE records (
	n INTEGER PRIMARY KEY,
	id TEXT NOT NULL UNIQUE,
	published INTEGER NOT NULL,
	first_seq INTEGER NOT NULL,
	changed INTEGER,     -- time of the newest event, while there is something to trim
	due INTEGER,         -- end of the embargo, while it is held
	fingerprint TEXT NOT NULL,
	record TEXT NOT NULL -- JSON, without the fingerprint and what is in the body; last, so that the others are read without it
);
CREATE INDEX records_changed ON records (changed) WHERE changed IS NOT NULL;
CREATE INDEX records_due ON records (due, n) WHERE due IS NOT NULL;
CREATE TABLE bodies (
	n INTEGER PRIMARY KEY, -- records.n
	html TEXT NOT NULL,
	text TEXT NOT NULL,
	rest TEXT NOT NULL -- JSON of what else of the item is too big for the record, or ''
);
`
	textsTable = `
CREATE TABLE texts (key INTEGER PRIMARY KEY, record INTEGER NOT NULL); -- keys of texts (textNumber)
`
	viewedIndex = `
CREATE INDEX viewed_unknown ON viewed (item) WHERE record IS NULL;
`
)

// schema is the whole of it. Times are unix seconds unless said; text columns compare byte for byte.
//
// What is small stands in records and is read on every walk along a shelf; what is big stands in bodies, under the record's
// number. Nothing but ids and keys has an index in no order: each new row of such a one writes a page of its own. A shelf
// row exists for each section of each live record, and for AllSection; the key is the order of the feed, so the newest items
// of a section are one walk along the index.
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
` + recordsTables + aliasesTable + textsTable + `
CREATE TABLE keys (key TEXT PRIMARY KEY, record INTEGER NOT NULL) WITHOUT ROWID; -- of addresses
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
` + viewedIndex

// readStatements lists what the readers prepare, statements what the writer does: all of them, since its transactions read
// too and in memory there is no other connection.
func readStatements() []string {
	return []string{
		sqlLog, sqlEvents, sqlFind, sqlShelf, sqlTombstones, sqlTouched, sqlNamed, sqlTotal, sqlWindow, sqlTop,
		sqlSource, sqlCursor, sqlAliases, sqlAliasesOf,
	}
}

func statements() []string {
	return slices.Concat(readStatements(), []string{
		sqlSavepoint, sqlRelease, sqlUndo, sqlPing, sqlSetLog, sqlFindN, sqlNewest, sqlSetRecord, sqlSetBody, sqlDropBody,
		sqlAliasNamed, sqlOthers, sqlApart, sqlUnshelve, sqlBrink, sqlOpenSection, sqlBury, sqlUnbury, sqlDue, sqlNextDue,
		sqlOld, sqlTrimEvents, sqlTrimBuckets, sqlTrimBatches, sqlBatch, sqlView, sqlViewed, sqlBucket,
		sqlSetSource, sqlLease, sqlSetLease, sqlUnlease, sqlSetCursor,
	}, insertStatements(), lookStatements())
}
