package sqlitestore

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"

	"tinhub/internal/hub"
)

// upgrades lists what leads from each schema to the next, the first from schema 1. What is said here was released: it is
// added to and never changed.
func upgrades() []string {
	return []string{
		// 2: an alias tells whose it is, why and since when; texts are keys beside the addresses; a body belongs to one record.
		`ALTER TABLE urls RENAME TO keys;
		ALTER TABLE aliases RENAME TO aliases_before;
		` + aliasesTable + `
		INSERT INTO aliases (alias, record, source, original, why, met)
			SELECT alias, record, '', '', '', ` + strconv.Itoa(zeroTime) + ` FROM aliases_before
			WHERE NOT EXISTS (SELECT 1 FROM records WHERE id = alias);
		DROP TABLE aliases_before;
		ALTER TABLE records RENAME TO records_before;
		ALTER TABLE bodies RENAME TO bodies_before;
		DROP INDEX records_body;
		DROP INDEX records_changed;
		DROP INDEX records_due;
		` + recordsTables + `
		INSERT INTO records (n, id, published, first_seq, changed, due, fingerprint, record)
			SELECT n, id, published, first_seq, changed, due, '', record FROM records_before ORDER BY n;
		INSERT INTO bodies (n, html, text, rest)
			SELECT r.n, b.html, b.text, b.rest FROM records_before r JOIN bodies_before b ON b.n = r.body ORDER BY r.n;
		DROP TABLE records_before;
		DROP TABLE bodies_before;
		DROP TABLE unnamed;
		` + textsTable + viewedIndex,
	}
}

// migrate makes the schema in an empty file, brings an older one up to it and refuses a file that is another program's or a
// newer version's. It does all of it or nothing.
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
	var texts []string
	switch {
	case app == 0 && version == 0 && tables == 0:
		texts = []string{
			schema, fmt.Sprintf(`PRAGMA application_id = %d`, applicationID),
			fmt.Sprintf(`INSERT INTO log (one, generation, head, last) VALUES (1, '%s', 0, %d)`, rand.Text(), zeroTime),
		}
	case app != applicationID:
		return s.foreign()
	case version > schemaVersion:
		return hub.Errorf(hub.Invalid, "store %s was written by a newer tinhub (schema %d, this one knows up to %d): "+
			"run that version, or restore a backup made by this one; nothing was changed", s.path, version, schemaVersion)
	case version == schemaVersion:
		return nil
	default:
		texts = upgrades()[version-1:]
		s.log.Info("the store is brought up to a newer schema", "store", s.path, "from", version, "to", schemaVersion)
	}
	for _, text := range append(texts, fmt.Sprintf(`PRAGMA user_version = %d`, schemaVersion)) {
		if _, err := sqltx.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return sqltx.Commit()
}

// zeroTime is the zero time.Time in unix seconds.
const zeroTime = -62135596800
