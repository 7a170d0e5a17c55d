package sqlitestore

import (
	"bytes"
	"database/sql"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhub/internal/hub"
)

func TestSecondOpenIsRefusedAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hub.db")
	s := mustOpen(t, path, standard())
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{path, link} {
		began := time.Now()
		_, err := Open(t.Context(), name, quiet())
		if hub.KindOf(err) != hub.Conflict || !strings.Contains(err.Error(), name) || !strings.Contains(err.Error(), fmt.Sprintf("process %d", os.Getpid())) {
			t.Errorf("a second opening as %s said %v", name, err)
		}
		if took := time.Since(began); took > 2*time.Second {
			t.Errorf("the refusal took %s", took)
		}
	}
	if _, err := s.Put(t.Context(), time.Now(), []hub.Incoming{item("a", 1)}); err != nil {
		t.Errorf("the first was disturbed: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	mustOpen(t, path, standard())
}

func TestDamagedAndForeignFilesAreRefusedAndLeftAlone(t *testing.T) {
	dir := t.TempDir()
	good := filepath.Join(dir, "good.db")
	s := mustOpen(t, good, standard())
	if _, err := s.Put(t.Context(), time.Now(), []hub.Incoming{item("a", 9)}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	sound, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	torn := bytes.Clone(sound)
	for i := 100; i < 4096; i++ { // the page that holds the schema
		torn[i] = 0xa5
	}
	foreign, newer := filepath.Join(dir, "foreign.db"), filepath.Join(dir, "newer.db")
	execFile(t, foreign, `CREATE TABLE theirs (x)`)
	if err := os.WriteFile(newer, sound, 0o600); err != nil {
		t.Fatal(err)
	}
	execFile(t, newer, `PRAGMA user_version = 99`)
	for _, tc := range []struct {
		name    string
		content []byte
		says    []string
	}{
		{"a text file", []byte("store: file:data/tinhub.db\n" + strings.Repeat("x", 5000)), []string{"damaged", "backup", "aside"}},
		{"a few bytes", []byte("SQL"), []string{"damaged", "backup", "aside"}},
		{"a torn schema", torn, []string{"damaged", "backup", "aside"}},
		{"another program's database", read(t, foreign), []string{"another program"}},
		{"a newer schema", read(t, newer), []string{"newer", "99", "backup"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "hub.db")
			if err := os.WriteFile(path, tc.content, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Open(t.Context(), path, quiet())
			if hub.KindOf(err) != hub.Invalid {
				t.Fatalf("opening said %v", err)
			}
			for _, word := range append(tc.says, path) {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("%q does not say %q", err, word)
				}
			}
			if !bytes.Equal(read(t, path), tc.content) {
				t.Error("the file was changed")
			}
			lock, err := lockFile(path + ".lock")
			if err != nil {
				t.Fatalf("the lock was kept: %v", err)
			}
			lock.release()
		})
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func execFile(t *testing.T, path, query string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), query); err != nil {
		t.Fatal(err)
	}
}

func TestFoldersAndFileAreMadeForTheirOwnerAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a #folder", "with ?odd %41 name")
	path := filepath.Join(dir, "hub & co.db")
	s := mustOpen(t, path, standard())
	if _, err := s.Put(t.Context(), time.Now(), []hub.Incoming{item("a", 1)}); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]fs.FileMode{dir: fs.ModeDir | 0o700, path: 0o600, path + "-wal": 0o600, path + ".lock": 0o600} {
		info, err := os.Stat(name)
		if err != nil {
			t.Error(err)
		} else if info.Mode() != want {
			t.Errorf("%s is %s, want %s", name, info.Mode(), want)
		}
	}
	var file string
	if err := s.writer.db.QueryRowContext(t.Context(), `SELECT file FROM pragma_database_list WHERE name = 'main'`).Scan(&file); err != nil || file != s.file {
		t.Errorf("SQLite has %q open, want %q (%v)", file, s.file, err)
	}
}

func TestWhatIsNoPlaceForAStoreIsNamed(t *testing.T) {
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain")
	if err := os.WriteFile(plain, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, filepath.Join(plain, "hub.db")} {
		if _, err := Open(t.Context(), path, quiet()); hub.KindOf(err) != hub.Unavailable || !strings.Contains(err.Error(), path) {
			t.Errorf("opening %s said %v", path, err)
		}
	}
}

func TestCommitsAreSyncedInFullAndLogged(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "hub.db"), standard())
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "wal_autocheckpoint": "0", "user_version": "2"} {
		var got string
		if err := s.writer.db.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
			t.Errorf("%s is %q, want %q (%v)", pragma, got, want, err)
		}
	}
	if _, err := s.reader.db.ExecContext(t.Context(), `DELETE FROM log`); err == nil {
		t.Error("a reader may write")
	}
}

func TestDiskFullIsSaidAndLeavesNothing(t *testing.T) {
	s := mustOpen(t, filepath.Join(t.TempDir(), "hub.db"), standard())
	if _, err := s.Put(t.Context(), time.Now(), []hub.Incoming{item("a", 1)}); err != nil {
		t.Fatal(err)
	}
	var pages int
	if err := s.writer.db.QueryRowContext(t.Context(), `PRAGMA page_count`).Scan(&pages); err != nil {
		t.Fatal(err)
	}
	limit := func(n int) {
		t.Helper()
		if _, err := s.writer.db.ExecContext(t.Context(), fmt.Sprintf(`PRAGMA max_page_count = %d`, n)); err != nil {
			t.Fatal(err)
		}
	}
	limit(pages + 4)
	_, err := s.Put(t.Context(), time.Now(), []hub.Incoming{item("b", 1), item("c", 400)})
	if hub.KindOf(err) != hub.Unavailable || !strings.Contains(err.Error(), "disk is full") {
		t.Errorf("a put on a full disk said %v", err)
	}
	if r := onlyRecord(t, s, item("b", 1).Item.ID); r.ID != "" {
		t.Error("half of the put is there")
	}
	limit(1 << 20)
	if out, err := s.Put(t.Context(), time.Now(), []hub.Incoming{item("c", 400)}); err != nil || out[0].Seq != 2 {
		t.Errorf("with room again the put answered %+v, %v", out, err)
	}
}

// record keeps what was logged.
type recorder struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *recorder) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

func (r *recorder) said() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

func TestDamageInsideTheFileIsLoggedAfterOpening(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hub.db")
	s := mustOpen(t, path, standard())
	for i := range 40 {
		if _, err := s.Put(t.Context(), time.Now(), []hub.Incoming{item(fmt.Sprint(i), 3)}); err != nil {
			t.Fatal(err)
		}
	}
	var root int64
	if err := s.reader.db.QueryRowContext(t.Context(), `SELECT rootpage FROM sqlite_schema WHERE name = 'bodies'`).Scan(&root); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(bytes.Repeat([]byte{0xa5}, 4096), (root-1)*4096); err != nil {
		t.Fatal(err)
	}
	_ = f.Close()
	said := new(recorder)
	s, err = open(t.Context(), path, slog.New(slog.NewTextHandler(said, nil)), standard())
	if err != nil {
		t.Fatalf("damage inside must not keep the store from opening: %v", err)
	}
	defer s.Close()
	until(t, "the damage is logged", func() bool {
		text := said.said()
		return strings.Contains(text, "level=ERROR") && strings.Contains(text, path)
	})
}

// until polls with a deadline.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(15 * time.Second); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("it did not come to pass that %s", what)
		}
	}
}
