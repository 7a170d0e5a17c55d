package sqlitestore

import (
	"database/sql"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhub/internal/hub"
)

// schemaOne is what tinhub made before aliases told whose they are.
const schemaOne = `
CREATE TABLE log (one INTEGER PRIMARY KEY CHECK (one = 1), generation TEXT NOT NULL, head INTEGER NOT NULL, last INTEGER NOT NULL,
	pinged INTEGER NOT NULL DEFAULT 0);
CREATE TABLE events (seq INTEGER PRIMARY KEY, type TEXT NOT NULL, item TEXT NOT NULL, sections TEXT NOT NULL, time INTEGER NOT NULL);
CREATE TABLE records (n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, body INTEGER, published INTEGER NOT NULL, first_seq INTEGER NOT NULL,
	changed INTEGER, due INTEGER, record TEXT NOT NULL);
CREATE INDEX records_body ON records (body) WHERE body IS NOT NULL;
CREATE INDEX records_changed ON records (changed) WHERE changed IS NOT NULL;
CREATE INDEX records_due ON records (due, n) WHERE due IS NOT NULL;
CREATE TABLE bodies (n INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, html TEXT NOT NULL, text TEXT NOT NULL, rest TEXT NOT NULL);
CREATE TABLE unnamed (body INTEGER PRIMARY KEY);
CREATE TABLE aliases (alias TEXT PRIMARY KEY, record INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE urls (key TEXT PRIMARY KEY, record INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE shelf (section TEXT NOT NULL, published INTEGER NOT NULL, first_seq INTEGER NOT NULL, record INTEGER NOT NULL,
	PRIMARY KEY (section, published DESC, first_seq DESC, record DESC)) WITHOUT ROWID;
CREATE TABLE sections (id TEXT PRIMARY KEY, touched INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE tombstones (section TEXT NOT NULL, seq INTEGER NOT NULL, item TEXT NOT NULL, time INTEGER NOT NULL,
	PRIMARY KEY (section, seq DESC, item)) WITHOUT ROWID;
CREATE INDEX tombstones_item ON tombstones (item);
CREATE TABLE viewed (n INTEGER PRIMARY KEY, item TEXT NOT NULL UNIQUE, total INTEGER NOT NULL, record INTEGER);
CREATE TABLE buckets (viewed INTEGER NOT NULL, size INTEGER NOT NULL, start INTEGER NOT NULL, count INTEGER NOT NULL,
	PRIMARY KEY (viewed, size, start)) WITHOUT ROWID;
CREATE INDEX buckets_start ON buckets (size, start, viewed, count);
CREATE TABLE batches (id TEXT PRIMARY KEY, added INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (id TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, token INTEGER NOT NULL, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE cursors (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) WITHOUT ROWID;
PRAGMA application_id = 1416195656;
PRAGMA user_version = 1;
INSERT INTO log (one, generation, head, last) VALUES (1, 'GENERATION', 3, 1768358460);
INSERT INTO sections (id, touched) VALUES ('all', 1768358460), ('news', 1768358460);
`

// recordOne is a record as schema 1 kept it: without a fingerprint.
const recordOne = `{"id":"ID","source":"feed","original_id":"ORIGINAL","url":"https://example.org/KEY","title":"Title of ORIGINAL",
	"published":"2026-01-14T09:00:00+07:00","hash":"HASH","state":"live","first_seen":"2026-01-14T09:01:00+07:00","first_seq":SEQ,"seq":SEQ,
	"changed":"2026-01-14T02:01:00Z","sections":["news"],"shelves":{"feed":["news"]},"declared":"2026-01-14T09:00:00+07:00","url_key":"KEY"}`

// fileOne writes a store of schema 1 with three items, aliases that lead to two of them, and one that an item's own id
// stands in the way of.
func fileOne(t *testing.T, path string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	run := func(query string, args ...any) {
		t.Helper()
		if _, err := db.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
	run(`PRAGMA journal_mode = wal`)
	run(schemaOne)
	for n, original := range []string{"a", "b", "c"} {
		id, key := string(hub.NewID("feed", original)), "example.org/"+original
		text := strings.NewReplacer("ID", id, "ORIGINAL", original, "KEY", key, "HASH", original, "SEQ", string(rune('1'+n))).Replace(recordOne)
		body := []any{7, 7, nil}[n] // a and b have one
		run(`INSERT INTO records (n, id, body, published, first_seq, changed, record) VALUES (?, ?, ?, 1768356000, ?, 1768356060, ?)`, n+1, id, body, n+1, text)
		run(`INSERT INTO events VALUES (?, 'created', ?, '["news"]', 1768356060)`, n+1, id)
		run(`INSERT INTO urls VALUES (?, ?)`, key, n+1)
		for _, section := range []string{hub.AllSection, "news"} {
			run(`INSERT INTO shelf VALUES (?, 1768356000, ?, ?)`, section, n+1, n+1)
		}
	}
	run(`INSERT INTO aliases VALUES (?, 1), (?, 2), (?, 1)`, hub.NewID("feed", "old-a"), hub.NewID("other", "b"), hub.NewID("feed", "c"))
	run(`INSERT INTO bodies VALUES (7, x'07', '<p>html</p>', 'text', '{"captions":["caption"]}')`)
	run(`INSERT INTO sources VALUES ('feed', '{"id":"feed","etag":"x"}')`)
}

func TestFileOfTheFirstSchemaOpensAndItsAliasesGoOnLeading(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hub.db")
	fileOne(t, path)
	s := mustOpen(t, path, standard())
	for from, to := range map[hub.ID]hub.ID{
		hub.NewID("feed", "old-a"): hub.NewID("feed", "a"), hub.NewID("other", "b"): hub.NewID("feed", "b"),
		hub.NewID("feed", "a"): hub.NewID("feed", "a"), hub.NewID("feed", "c"): hub.NewID("feed", "c"),
	} {
		if got := onlyRecord(t, s, from).ID; got != to {
			t.Errorf("%s leads to %q, want %s", from, got, to)
		}
	}
	for original, html := range map[string]string{"a": "<p>html</p>", "b": "<p>html</p>", "c": ""} {
		r := onlyRecord(t, s, hub.NewID("feed", original))
		if r.ContentHTML != html || (r.ContentText == "text") != (html != "") || (len(r.Captions) == 1) != (html != "") {
			t.Errorf("%s has the body %q, %q, %q; want %q", original, r.ContentHTML, r.ContentText, r.Captions, html)
		}
	}
	list, err := s.Aliases(t.Context(), "", 10)
	if err != nil || len(list) != 2 || !list[0].When.IsZero() || list[0].Source+list[0].OriginalID+string(list[0].Why) != "" {
		t.Errorf("aliases %+v, %v; want the two that lead, with nothing else known of them", list, err)
	}
	// What stood under a URL is known by it, and from now on by its text.
	moved := item("moved", 0)
	moved.Item.Title, moved.Item.Published, moved.URLKey = "Title of a", time.Date(2026, 1, 14, 2, 0, 0, 0, time.UTC), "example.org/a"
	moved.Text = hub.NewFingerprint("title of a", words(1))
	out, err := s.Put(t.Context(), time.Now(), []hub.Incoming{moved})
	if err != nil || out[0].ID != hub.NewID("feed", "a") || out[0].Seq != 4 {
		t.Fatalf("a new guid under a known URL: %+v, %v", out, err)
	}
	theirs := item("theirs", 0)
	theirs.Item.Source, theirs.Item.Title, theirs.Item.Published, theirs.Text = "other", "Title of a", moved.Item.Published, moved.Text
	if out, err := s.Put(t.Context(), time.Now(), []hub.Incoming{theirs}); err != nil || out[0].ID != hub.NewID("feed", "a") {
		t.Errorf("a copy of its text: %+v, %v", out, err)
	}
	if _, err := s.SetApart(t.Context(), time.Now(), hub.NewID("other", "b")); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := mustOpen(t, path, standard())
	if got := onlyRecord(t, again, hub.NewID("other", "b")).ID; got != "" {
		t.Errorf("what was set apart leads to %s after another opening", got)
	}
	if list, err := again.Aliases(t.Context(), "", 10); err != nil || len(list) != 4 {
		t.Errorf("aliases after another opening: %+v, %v", list, err)
	}
	if head, err := again.Head(t.Context()); err != nil || head.Generation != "GENERATION" {
		t.Errorf("the head is %+v (%v), want the generation it had", head, err)
	}
}

func TestSchemasMadeAndBroughtUpAreTheSame(t *testing.T) {
	old := filepath.Join(t.TempDir(), "hub.db")
	fileOne(t, old)
	tables := func(path string) string {
		t.Helper()
		var all string
		err := mustOpen(t, path, standard()).writer.db.QueryRowContext(t.Context(),
			`SELECT group_concat(type || ' ' || name || ' on ' || tbl_name, char(10) ORDER BY name) FROM sqlite_schema`).Scan(&all)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	made, brought := tables(memoryPath), tables(old)
	if made != brought || !strings.Contains(made, "aliases_met") {
		t.Errorf("made anew:\n%s\n\nbrought up:\n%s", made, brought)
	}
}

func TestUpgradeThatFailsLeavesTheFileAsItWas(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hub.db")
	fileOne(t, path)
	execFile(t, path, `CREATE TABLE aliases_before (x)`)
	if _, err := Open(t.Context(), path, quiet()); err == nil {
		t.Fatal("it opened")
	}
	execFile(t, path, `DROP TABLE aliases_before`)
	s := mustOpen(t, path, standard())
	if got := onlyRecord(t, s, hub.NewID("feed", "old-a")).ID; got != hub.NewID("feed", "a") {
		t.Errorf("the alias leads to %q", got)
	}
}
