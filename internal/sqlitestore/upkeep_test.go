package sqlitestore

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinhub/internal/hub"
)

func TestLogNeverGrowsFarBeyondItsLimit(t *testing.T) {
	opt := standard()
	opt.walLimit, opt.idle = 1<<20, time.Hour // no idle moment in this test
	s := mustOpen(t, filepath.Join(t.TempDir(), "hub.db"), opt)
	const puts = 120
	largest, carried := int64(0), 0
	for i := range puts {
		before := s.walSize()
		if _, err := s.Put(t.Context(), time.Now(), []hub.Incoming{item(fmt.Sprint(i), 60)}); err != nil {
			t.Fatal(err)
		}
		size := s.walSize()
		largest = max(largest, size)
		if size < before {
			carried++
		}
	}
	// One commit may cross the limit; the next waits until the log is empty.
	if largest > opt.walLimit+(200<<10) {
		t.Errorf("the log reached %d bytes, its limit is %d", largest, opt.walLimit)
	}
	if carried < 3 {
		t.Errorf("%d checkpoints over %d puts of 60 KiB: nothing was tested", carried, puts)
	}
}

func TestLogIsEmptiedWhenNothingIsWritten(t *testing.T) {
	opt := standard()
	opt.idle = 30 * time.Millisecond
	s := mustOpen(t, filepath.Join(t.TempDir(), "hub.db"), opt)
	for i := range 3 {
		if _, err := s.Put(t.Context(), time.Now(), []hub.Incoming{item(fmt.Sprint(i), 5)}); err != nil {
			t.Fatal(err)
		}
		until(t, "the log is empty", func() bool { return s.walSize() == 0 })
	}
}

func TestReaderThatStaysHoldsUpWritersOnlyNowAndThen(t *testing.T) {
	opt := standard()
	opt.walLimit, opt.idle = 1<<20, time.Hour
	said := new(recorder)
	log := slog.New(slog.NewTextHandler(said, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s, err := open(t.Context(), filepath.Join(t.TempDir(), "hub.db"), log, opt)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	put := func(name string) {
		t.Helper()
		if _, err := s.Put(t.Context(), time.Now(), []hub.Incoming{item(name, 60)}); err != nil {
			t.Fatal(err)
		}
	}
	put("first")
	reading, err := s.reader.db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reading.Rollback() }()
	var n int
	if err := reading.QueryRowContext(t.Context(), `SELECT count(*) FROM records`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	const puts = 36 // a good two megabytes
	for i := range puts {
		put(fmt.Sprint(i))
	}
	// A checkpoint that does not get through waits a little; the next is due an eighth of the limit later, not at once.
	if tried := strings.Count(said.said(), "waits for readers"); tried == 0 || tried > puts/2 {
		t.Errorf("%d checkpoints waited for the reader over %d puts", tried, puts)
	}
	if err := reading.QueryRowContext(t.Context(), `SELECT count(*) FROM records`).Scan(&n); err != nil || n != 1 {
		t.Errorf("the reader sees %d records, want the one of its moment (%v)", n, err)
	}
	_ = reading.Rollback()
	until(t, "the log is emptied once the reader has gone", func() bool {
		put(fmt.Sprint(time.Now().UnixNano()))
		return s.walSize() < opt.walLimit
	})
}

func TestBodyGoesWithItsVersion(t *testing.T) {
	s := mustOpen(t, memoryPath, standard())
	ctx := t.Context()
	count := func() (n int) {
		t.Helper()
		if err := s.writer.db.QueryRowContext(ctx, `SELECT count(*) FROM bodies`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	a, b := item("a", 4), item("b", 4)
	b.Item.ContentHTML = a.Item.ContentHTML
	put := func(items ...hub.Incoming) {
		t.Helper()
		if _, err := s.Put(ctx, time.Now(), items); err != nil {
			t.Fatal(err)
		}
	}
	put(a, b)
	kept := a.Item.ContentHTML
	a.Item.Title, a.Item.Hash = "Only the title is new", "2"
	put(a)
	if r := onlyRecord(t, s, a.Item.ID); r.ContentHTML != kept || r.Title != a.Item.Title || count() != 2 {
		t.Errorf("after a new title it is %q with %d bytes, and there are %d bodies", r.Title, len(r.ContentHTML), count())
	}
	a.Item.ContentHTML, a.Item.Hash = "<p>rewritten</p>", "3"
	put(a)
	if r, other := onlyRecord(t, s, a.Item.ID), onlyRecord(t, s, b.Item.ID); r.ContentHTML != "<p>rewritten</p>" || other.ContentHTML != kept {
		t.Errorf("after a new body it is %q, and the other's has %d bytes", r.ContentHTML, len(other.ContentHTML))
	}
	b.Item.ContentHTML, b.Item.ContentText, b.Item.Hash = "", "", "4"
	put(b)
	if r := onlyRecord(t, s, b.Item.ID); r.ContentHTML != "" || count() != 1 {
		t.Errorf("an item that lost its body has %q, and there are %d bodies", r.ContentHTML, count())
	}
	trimmed, err := s.Trim(ctx, time.Now().Add(time.Hour), hub.Keep{Items: time.Minute})
	if err != nil || trimmed.Items != 2 || trimmed.Bodies != 1 || count() != 0 {
		t.Errorf("trim of all: %+v, %d bodies left (%v)", trimmed, count(), err)
	}
}

// The walks that readers wait for must not sort and must not scan.
func TestWalksFollowAnIndex(t *testing.T) {
	s := mustOpen(t, memoryPath, standard())
	for name, query := range map[string]string{
		"latest of a section": sqlShelf, "tombstones": sqlTombstones, "brink": sqlBrink, "events": sqlEvents, "find": sqlFind, "known": look(lookRecords, manyNames), "by alias": look(lookAliases, manyNames),
		"by address": look(lookKeys, manyNames), "by text": look(lookTexts, manyNames), "read before": look(lookViewed, manyNames),
		"aliases": sqlAliases, "aliases of an item": sqlAliasesOf, "other aliases": sqlOthers,
		"old": sqlOld, "due": sqlDue, "next due": sqlNextDue, "window": sqlWindow, "unbury": sqlUnbury,
	} {
		plan := planOf(t, s, query)
		for _, slow := range []string{"TEMP B-TREE", "SCAN r\n", "SCAN s\n", "SCAN shelf\n", "SCAN a\n", "SCAN aliases\n", "SCAN k\n", "SCAN viewed\n", "SCAN records\n"} {
			if strings.Contains(plan, slow) {
				t.Errorf("%s:\n%s", name, plan)
			}
		}
	}
}

func planOf(t *testing.T, s *Store, query string) string {
	t.Helper()
	n := strings.Count(query, "?")
	for i := 9; i > 0; i-- {
		if strings.Contains(query, fmt.Sprintf("?%d", i)) {
			n = i
			break
		}
	}
	rows, err := s.writer.db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, make([]any, n)...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var id, parent, unused int
		var detail string
		if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
			t.Fatal(err)
		}
		plan.WriteString(detail + "\n")
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return plan.String()
}

func TestWritersAreServedWhileATrimIsUnderWay(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "hub.db"), standard())
	items := make([]hub.Incoming, 1000)
	for i := range items {
		items[i] = item(fmt.Sprint(i), 0)
	}
	if _, err := s.Put(t.Context(), time.Now(), items); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := s.Trim(t.Context(), time.Now().Add(time.Hour), hub.Keep{Items: time.Minute, Events: 1})
		ended <- err
	}()
	// A put that comes in the middle finds some trimmed and some not.
	between := false
	for n := 0; ; n++ {
		select {
		case err := <-ended:
			if err != nil || !between {
				t.Errorf("trim ended (%v) and no put came between its steps", err)
			}
			return
		default:
		}
		if _, err := s.Put(t.Context(), time.Now(), []hub.Incoming{item(fmt.Sprintf("new %d", n), 0)}); err != nil {
			t.Fatal(err)
		}
		shelf, err := s.Shelf(t.Context(), "news", 5000)
		if err != nil {
			t.Fatal(err)
		}
		if old := len(shelf.Items) - n - 1; old > 0 && old < 1000 {
			between = true
		}
	}
}

func TestMemoryOutlivesInterruptedCalls(t *testing.T) {
	s := mustOpen(t, memoryPath, standard())
	if _, err := s.Put(t.Context(), time.Now(), []hub.Incoming{item("a", 1)}); err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i)*40*time.Microsecond)
		_, _ = s.Shelf(ctx, "news", 50)
		_, _ = s.Put(ctx, time.Now(), []hub.Incoming{item(fmt.Sprint(i), 30)})
		cancel()
	}
	if r := onlyRecord(t, s, item("a", 1).Item.ID); r.ID == "" {
		t.Error("the data went with an interrupted connection")
	}
}

func TestLockOfAnOutsideToolIsSaid(t *testing.T) {
	opt := standard()
	opt.busy = 30 * time.Millisecond
	s := mustOpen(t, filepath.Join(t.TempDir(), "hub.db"), opt)
	tool, err := sql.Open("sqlite", s.file+"?_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer tool.Close()
	held, err := tool.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context(), true); hub.KindOf(err) != hub.Unavailable || !strings.Contains(err.Error(), "locked by another program") {
		t.Errorf("a write beside a tool that holds the lock said %v", err)
	}
	if err := s.Ping(t.Context(), false); err != nil {
		t.Errorf("a read beside it said %v", err)
	}
	_ = held.Rollback()
	if err := s.Ping(t.Context(), true); err != nil {
		t.Errorf("a write after it said %v", err)
	}
}

func TestWhatHasNoJSONIsRefusedWhole(t *testing.T) {
	s := mustOpen(t, memoryPath, standard())
	late := item("late", 0)
	late.Item.Modified = time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC)
	late.Item.Published = time.Date(-5, 1, 1, 0, 0, 0, 0, time.UTC)
	_, err := s.Put(t.Context(), time.Now(), []hub.Incoming{item("a", 0), late})
	if hub.KindOf(err) != hub.Invalid {
		t.Errorf("an item of the year -5 was answered with %v", err)
	}
	if head, err := s.Head(t.Context()); err != nil || head.Seq != 0 {
		t.Errorf("the head is %d after a refused document (%v)", head.Seq, err)
	}
}

func TestCallsThatChangeNothingDoNotKeepTheLogFull(t *testing.T) {
	opt := standard()
	opt.idle = 60 * time.Millisecond
	s := mustOpen(t, filepath.Join(t.TempDir(), "hub.db"), opt)
	if _, err := s.Put(t.Context(), time.Now(), []hub.Incoming{item("one", 5)}); err != nil {
		t.Fatal(err)
	}
	// A daemon looks for ended embargoes all day long.
	until(t, "the log is empty", func() bool {
		if _, _, err := s.Release(t.Context(), time.Now(), 10); err != nil {
			t.Fatal(err)
		}
		return s.walSize() == 0
	})
}
