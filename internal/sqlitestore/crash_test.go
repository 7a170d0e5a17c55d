package sqlitestore

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tinhub/internal/hub"
)

// crashFile names, in the environment, the store that a child process is to write until it is killed.
const crashFile = "TINHUB_TEST_CRASH_STORE"

func TestMain(m *testing.M) {
	if path := os.Getenv(crashFile); path != "" {
		if err := writeUntilKilled(path); err != nil {
			fmt.Fprintln(os.Stderr, err)
		}
		os.Exit(1)
	}
	// Random histories in a file and in memory are most of what these tests take; -rapid.checks asks for more of them.
	if err := flag.Set("rapid.checks", "30"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

// writeUntilKilled puts documents of changing size, from several goroutines so that they share commits, and prints each id
// once the store has acknowledged it. Corrections, retractions and small checkpoints run along, so that a kill meets them too.
func writeUntilKilled(path string) error {
	opt := standard()
	opt.walLimit, opt.idle = 256<<10, 20*time.Millisecond
	ctx := context.Background()
	s, err := open(ctx, path, quiet(), opt)
	if err != nil {
		return err
	}
	const writers = 3
	errs := make(chan error, writers)
	for w := range writers {
		go func() { errs <- writeOn(ctx, s, w) }()
	}
	return <-errs
}

func writeOn(ctx context.Context, s *Store, writer int) error {
	for round := 0; ; round++ {
		items := make([]hub.Incoming, 1+round%7)
		for i := range items {
			items[i] = item(fmt.Sprintf("%d-%d-%d-%d", os.Getpid(), writer, round, i), round%50)
		}
		out, err := s.Put(ctx, time.Now(), items)
		if err != nil {
			return err
		}
		for _, o := range out {
			fmt.Printf("put %s %d\n", o.ID, o.Seq)
		}
		if round%2 == 1 {
			o, err := s.Mark(ctx, time.Now(), hub.Order{ID: out[0].ID, By: hub.ByDesk})
			if err != nil {
				return err
			}
			fmt.Printf("out %s %d\n", o.ID, o.Seq)
		}
	}
}

// item is an article with a body of that many KiB.
func item(original string, kib int) hub.Incoming {
	body := "<p>" + strings.Repeat("Tin tức và sự kiện trong ngày. ", 1+kib*28) + original + "</p>"
	return hub.Incoming{
		Item: hub.Item{
			ID: hub.NewID("feed", original), Source: "feed", OriginalID: original, Title: "Title of " + original, ContentHTML: body,
			URL: "https://example.org/" + original, Published: time.Now().Truncate(time.Second), Hash: original,
		},
		URLKey: "example.org/" + original, Sections: []string{"news"}, Location: time.UTC,
	}
}

func TestEverythingAcknowledgedIsThereAfterSIGKILL(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hub.db")
	acked := map[hub.ID]hub.Seq{}
	retracted := map[hub.ID]hub.Seq{}
	for round := range 6 {
		writeAndKill(t, path, time.Duration(30+rand.IntN(250))*time.Millisecond, acked, retracted)
		s := mustOpen(t, path, standard())
		var verdict string
		if err := s.reader.db.QueryRowContext(t.Context(), `PRAGMA integrity_check`).Scan(&verdict); err != nil || verdict != "ok" {
			t.Fatalf("round %d: integrity check: %q, %v", round, verdict, err)
		}
		created := readWholeLog(t, s)
		for id, seq := range acked {
			r := onlyRecord(t, s, id)
			if r.FirstSeq != seq || created[id] != 1 || r.ContentHTML == "" {
				t.Errorf("round %d: %s was acknowledged at seq %d; it stands at %d, created %d times", round, id, seq, r.FirstSeq, created[id])
			}
		}
		for id, seq := range retracted {
			if r := onlyRecord(t, s, id); r.State != hub.StateRetracted || r.Seq != seq {
				t.Errorf("round %d: %s was retracted at seq %d and is %s at %d", round, id, seq, r.State, r.Seq)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if len(acked) == 0 || len(retracted) == 0 {
		t.Fatalf("%d items and %d retractions were acknowledged before the kills: nothing was tested", len(acked), len(retracted))
	}
	t.Logf("%d items and %d retractions acknowledged over 6 kills", len(acked), len(retracted))
}

// writeAndKill starts a writer, lets it work for that long after its first word, and kills it; what it acknowledged goes
// into the maps.
func writeAndKill(t *testing.T, path string, after time.Duration, acked, retracted map[hub.ID]hub.Seq) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), crashFile+"="+path)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	started := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if !started {
			started = true
			timer := time.AfterFunc(after, func() { _ = cmd.Process.Kill() })
			defer timer.Stop()
		}
		var what string
		var id hub.ID
		var seq hub.Seq
		if n, _ := fmt.Sscan(lines.Text(), &what, &id, &seq); n != 3 || len(id) != len(hub.NewID("", "")) {
			continue // the line that the kill cut
		}
		switch what {
		case "put":
			acked[id] = seq
		case "out":
			retracted[id] = seq
		}
	}
	if err := cmd.Wait(); err == nil || !started {
		t.Fatalf("the writer ended by itself: %v", err)
	}
}

// readWholeLog checks that seqs run from 1 without gaps and times never go back, and counts how often each item was created.
func readWholeLog(t *testing.T, s *Store) map[hub.ID]int {
	t.Helper()
	created := map[hub.ID]int{}
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	last := time.Time{}
	for since := hub.Seq(0); since < head.Seq; {
		events, err := s.Events(t.Context(), since, 500)
		if err != nil || len(events) == 0 {
			t.Fatalf("%d events since %d: %v", len(events), since, err)
		}
		for _, ev := range events {
			if ev.Seq != since+1 || ev.Time.Before(last) {
				t.Fatalf("after seq %d of %s comes %d of %s", since, last, ev.Seq, ev.Time)
			}
			if ev.Type == hub.Created {
				created[ev.Item]++
			}
			since, last = ev.Seq, ev.Time
		}
	}
	return created
}

func onlyRecord(t *testing.T, s *Store, id hub.ID) hub.Record {
	t.Helper()
	recs, err := s.Records(t.Context(), []hub.ID{id})
	if err != nil {
		t.Fatal(err)
	}
	return recs[0]
}

func TestLockOfAKilledProcessIsGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hub.db")
	writeAndKill(t, path, 0, map[hub.ID]hub.Seq{}, map[hub.ID]hub.Seq{})
	if left, err := os.ReadFile(path + ".lock"); err != nil || strings.TrimSpace(string(left)) == "" {
		t.Fatalf("the killed process left no lock file with its number: %q, %v", left, err)
	}
	mustOpen(t, path, standard())
}
