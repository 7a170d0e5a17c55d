package ingest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tinhub/internal/hub"
	"tinhub/internal/source"
)

// folder is a files source over a folder of the test's own.
type folder struct {
	t    *testing.T
	dir  string
	src  hub.Source
	m    *memory
	read []string // what the reader was given, in order
	i    *Ingest
}

func newFolder(t *testing.T, pattern string) *folder {
	t.Helper()
	f := &folder{t: t, dir: filepath.Join(t.TempDir(), "in"), m: newMemory()}
	if err := os.MkdirAll(f.dir, 0o755); err != nil {
		t.Fatal(err)
	}
	f.src = hub.Source{
		ID: "files", Kind: hub.KindFiles, Path: filepath.Join(f.dir, pattern), Root: f.dir, Every: 5 * time.Second,
		Sections: []string{"news"}, Location: time.UTC,
	}
	f.restart()
	return f
}

// restart is a new process over the same store.
func (f *folder) restart() {
	f.i = New(Options{Sources: []hub.Source{f.src}, Store: f.m, MaxBytes: 64 << 10})
	read := f.i.read
	f.i.read = func(in source.Input) (hub.Document, error) {
		f.read = append(f.read, in.Path)
		return read(in)
	}
}

// write makes a file that was changed an hour ago.
func (f *folder) write(name, text string) {
	f.t.Helper()
	path := filepath.Join(f.dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		f.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		f.t.Fatal(err)
	}
	f.age(name, time.Hour)
}

func (f *folder) age(name string, age time.Duration) {
	f.t.Helper()
	at := time.Now().Add(-age)
	if err := os.Chtimes(filepath.Join(f.dir, name), at, at); err != nil {
		f.t.Fatal(err)
	}
}

// look is one round; it says what was read in it.
func (f *folder) look() (Report, []string) {
	f.t.Helper()
	f.read = nil
	reports, err := f.i.Once(f.t.Context(), nil, nil)
	if err != nil {
		f.t.Fatal(err)
	}
	return reports[0], f.read
}

const article = "%s\n\n14/01/2022 02:01\n\nThe first paragraph says what happened, and where it happened.\n\n" +
	"The second paragraph says who was there, and what they said.\n"

func TestFilesAreReadWhenTheyAreNewOrChanged(t *testing.T) {
	f := newFolder(t, "*.txt")
	f.write("a.txt", fmt.Sprintf(article, "First"))
	f.write("b.txt", fmt.Sprintf(article, "Second"))
	f.write("c.md", "not meant")
	if r, read := f.look(); r.Outcome != OutcomeOK || r.Created != 2 || !slices.Equal(read, []string{"a.txt", "b.txt"}) {
		t.Fatalf("first: %+v, read %q", r, read)
	}
	if r, read := f.look(); r.Outcome != OutcomeNotModified || len(read) != 0 {
		t.Errorf("nothing new: %+v, read %q", r, read)
	}
	f.restart()
	if r, read := f.look(); r.Outcome != OutcomeNotModified || len(read) != 0 {
		t.Errorf("nothing new after a restart: %+v, read %q", r, read)
	}
	f.age("a.txt", time.Minute) // touched, and the same
	if r, read := f.look(); r.Outcome != OutcomeNotModified || len(read) != 0 {
		t.Errorf("only touched: %+v, read %q", r, read)
	}
	f.write("a.txt", fmt.Sprintf(article, "First, corrected"))
	if r, read := f.look(); r.Updated != 1 || r.Items != 1 || !slices.Equal(read, []string{"a.txt"}) {
		t.Errorf("corrected: %+v, read %q", r, read)
	}
	if err := os.Remove(filepath.Join(f.dir, "b.txt")); err != nil {
		t.Fatal(err)
	}
	if r, _ := f.look(); r.Outcome != OutcomeNotModified || len(f.m.titles()) != 2 {
		t.Errorf("one taken away: %+v, stored %q", r, f.m.titles())
	}
	if got := f.m.state("files").Files; len(got) != 1 || got["a.txt"] == "" {
		t.Errorf("remembered %v", got)
	}
}

func TestAFileIsKnownByItsPathBelowTheRoot(t *testing.T) {
	f := newFolder(t, "*/*.txt")
	f.write("2022/a.txt", fmt.Sprintf(article, "First"))
	f.write("2023/a.txt", fmt.Sprintf(article, "Second"))
	f.write("a.txt", "too high")
	if _, read := f.look(); !slices.Equal(read, []string{"2022/a.txt", "2023/a.txt"}) {
		t.Fatalf("read %q", read)
	}
	for _, path := range []string{"2022/a.txt", "2023/a.txt"} {
		if _, ok := f.m.records[hub.NewID("files", path)]; !ok {
			t.Errorf("%s has another id", path)
		}
	}
}

func TestEveryKindOfFileIsFoundOut(t *testing.T) {
	f := newFolder(t, "*")
	f.write("dump.txt", fmt.Sprintf(article, "A dump"))
	f.write("feed.rss", rss("one", "two"))
	f.write("feed.json", `{"version":"https://jsonfeed.org/version/1.1","title":"J","items":[{"id":"3","title":"three","content_text":"Words."}]}`)
	f.write("page.html", `<!DOCTYPE html><html><head><title>A page</title></head><body><article><h1>A page</h1>`+
		strings.Repeat("<p>There is enough text in this paragraph to be taken for an article by any reader.</p>", 5)+`</article></body></html>`)
	if r, _ := f.look(); r.Outcome != OutcomeOK || r.Created != 5 {
		t.Errorf("got %+v, stored %q", r, f.m.titles())
	}
}

func TestABadFileIsReportedAndTheOthersGoOn(t *testing.T) {
	f := newFolder(t, "*.rss")
	f.write("a.rss", "<html><body>This is no feed.")
	f.src.Format = "feed"
	f.restart()
	f.write("b.rss", rss("fine"))
	f.write("empty.rss", "")
	f.write("huge.rss", rss("x")+strings.Repeat(" ", 64<<10))
	f.write("secret.rss", rss("secret"))
	outside := filepath.Join(filepath.Dir(f.dir), "outside.rss")
	if err := os.WriteFile(outside, []byte(rss("outside")), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"link.rss": outside, "up.rss": "../outside.rss", "dangling.rss": "nowhere", "inner.rss": "b.rss"} {
		if err := os.Symlink(to, filepath.Join(f.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	bad := 6
	if pipe(t, filepath.Join(f.dir, "pipe.rss")) {
		bad++
	}
	if err := os.Mkdir(filepath.Join(f.dir, "folder.rss"), 0o755); err != nil {
		t.Fatal(err)
	}
	r, _ := f.look()
	if r.Outcome != OutcomeFailed || !strings.HasPrefix(r.Error, fmt.Sprintf("%d of %d files", bad, bad+3)) {
		t.Errorf("got %+v", r)
	}
	for _, word := range []string{"a.rss: ", "dangling.rss: ", "empty.rss: ", "huge.rss: more than 65536 bytes", "link.rss: ", fmt.Sprintf("and %d more", bad-5)} {
		if !strings.Contains(r.Error, word) {
			t.Errorf("%q does not say %q", r.Error, word)
		}
	}
	if got := f.m.titles(); !slices.Equal(got, []string{"fine", "secret"}) {
		t.Errorf("stored %q", got)
	}
	// What stays bad stays said, and is not read again.
	again, read := f.look()
	if again.Outcome != OutcomeFailed || again.Error != r.Error || len(read) != 0 {
		t.Errorf("again: %+v, read %q", again, read)
	}
	if st := f.m.state("files"); st.LastError == "" || st.NextFetch.Sub(st.LastFetch) != 5*time.Second {
		t.Errorf("files keep their rhythm: %+v", st)
	}
	f.write("a.rss", rss("mended"))
	if r, read := f.look(); !slices.Equal(read, []string{"a.rss"}) || r.Created != 1 || !strings.HasPrefix(r.Error, fmt.Sprintf("%d of %d", bad-1, bad+3)) {
		t.Errorf("mended: %+v, read %q", r, read)
	}
}

func TestAFileThatIsBeingWrittenIsReadTheNextTime(t *testing.T) {
	f := newFolder(t, "*.txt")
	f.write("done.txt", fmt.Sprintf(article, "Done"))
	f.write("growing.txt", "Half of")
	f.age("growing.txt", 0)
	stop := make(chan struct{})
	written := make(chan struct{})
	go func() {
		defer close(written)
		file, err := os.OpenFile(filepath.Join(f.dir, "growing.txt"), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return
		}
		defer file.Close()
		for {
			select {
			case <-stop:
				return
			case <-time.After(5 * time.Millisecond):
				_, _ = file.WriteString(" more")
			}
		}
	}()
	r, read := f.look()
	close(stop)
	<-written
	if r.Outcome != OutcomeOK || !slices.Equal(read, []string{"done.txt"}) {
		t.Errorf("while it grew: %+v, read %q", r, read)
	}
	if err := os.WriteFile(filepath.Join(f.dir, "growing.txt"), fmt.Appendf(nil, article, "Grown"), 0o644); err != nil {
		t.Fatal(err)
	}
	if r, read := f.look(); r.Created != 1 || !slices.Equal(read, []string{"growing.txt"}) {
		t.Errorf("when it was done: %+v, read %q", r, read)
	}
	// Young as it is it is looked at once more, and its bytes are the same.
	if r, read := f.look(); r.Outcome != OutcomeNotModified || len(read) != 0 {
		t.Errorf("at rest: %+v, read %q", r, read)
	}
}

func TestAChangeWithinTheSameMomentIsSeen(t *testing.T) {
	f := newFolder(t, "*.txt")
	moment := time.Now()
	set := func(title string) {
		if err := os.WriteFile(filepath.Join(f.dir, "a.txt"), fmt.Appendf(nil, article, title), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(filepath.Join(f.dir, "a.txt"), moment, moment); err != nil {
			t.Fatal(err)
		}
	}
	set("Title 1")
	f.look()
	set("Title 2") // the same size, and on a coarse clock the same time
	if r, _ := f.look(); r.Updated != 1 {
		t.Errorf("got %+v", r)
	}
}

func TestAFolderThatIsNotThereIsAFailureAndForgetsNothing(t *testing.T) {
	f := newFolder(t, "*.txt")
	f.write("a.txt", fmt.Sprintf(article, "First"))
	f.look()
	if err := os.Rename(f.dir, f.dir+".away"); err != nil {
		t.Fatal(err)
	}
	if r, _ := f.look(); r.Outcome != OutcomeFailed || !strings.Contains(r.Error, "no such file") {
		t.Errorf("got %+v", r)
	}
	if err := os.Rename(f.dir+".away", f.dir); err != nil {
		t.Fatal(err)
	}
	if r, read := f.look(); r.Outcome != OutcomeNotModified || len(read) != 0 {
		t.Errorf("back again: %+v, read %q", r, read)
	}
}

func TestFilesCountAsReadOnlyOnceTheyAreStored(t *testing.T) {
	f := newFolder(t, "*.txt")
	f.write("a.txt", fmt.Sprintf(article, "First"))
	f.m.set(func() { f.m.away = true })
	synctest.Test(t, func(t *testing.T) {
		if reports, _ := f.i.Once(t.Context(), nil, nil); reports[0].Outcome != OutcomeFailed {
			t.Errorf("with the store away: %+v", reports)
		}
	})
	f.m.set(func() { f.m.away = false })
	f.restart()
	if r, _ := f.look(); r.Created != 1 {
		t.Errorf("when it was back: %+v", r)
	}
}

func TestManyFilesAreStoredInPieces(t *testing.T) {
	f := newFolder(t, "*.rss")
	for n := range 7 {
		var titles []string
		for k := range 150 {
			titles = append(titles, fmt.Sprintf("t%d-%d", n, k))
		}
		f.write(fmt.Sprintf("%d.rss", n), rss(titles...))
	}
	if r, _ := f.look(); r.Created != 1050 || slices.Max(f.m.puts) > 500 || len(f.m.puts) > 4 {
		t.Errorf("got %+v, puts %v", r, f.m.puts)
	}
}

func TestAPathWithoutWildcardIsOneFile(t *testing.T) {
	f := newFolder(t, "a.txt")
	f.write("a.txt", fmt.Sprintf(article, "First"))
	f.write("b.txt", fmt.Sprintf(article, "Second"))
	if r, read := f.look(); r.Created != 1 || !slices.Equal(read, []string{"a.txt"}) {
		t.Errorf("got %+v, read %q", r, read)
	}
}

func TestAFolderAtRestIsNotWrittenDownAgainAndAgain(t *testing.T) {
	f := newFolder(t, "*.txt")
	f.write("a.txt", fmt.Sprintf(article, "First"))
	for range 5 {
		f.look()
	}
	if f.m.saved != 1 {
		t.Errorf("saved %d times", f.m.saved)
	}
	f.write("b.txt", "")
	for range 3 {
		f.look()
	}
	if f.m.saved != 2 || f.m.state("files").LastError == "" {
		t.Errorf("with a bad file: saved %d times, state %+v", f.m.saved, f.m.state("files"))
	}
}

func TestRealFeedsInAFolderAllGoIn(t *testing.T) {
	real, err := filepath.Glob("../../../shared/data/feeds/*")
	if err != nil {
		t.Fatal(err)
	}
	f := newFolder(t, "*")
	f.i.o.MaxBytes = 16 << 20
	for _, path := range real {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f.write(filepath.Base(path), string(text))
	}
	f.write("own.rss", rss("own"))
	if r, read := f.look(); r.Outcome != OutcomeOK || len(read) != len(real)+1 || r.Items < len(real)+1 || r.Created == 0 {
		t.Errorf("got %+v, read %q", r, read)
	}
	if r, read := f.look(); r.Outcome != OutcomeNotModified || len(read) != 0 {
		t.Errorf("again: %+v, read %q", r, read)
	}
}
