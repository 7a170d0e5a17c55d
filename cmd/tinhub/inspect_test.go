package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fullDisk takes nothing.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

const smallFeed = `<rss version="2.0"><channel><title>T</title><item><guid>1</guid><title>Chợ Cồn mở sớm</title></item></channel></rss>`

func TestInspectThatCannotPrintIsDoneWithFailures(t *testing.T) {
	var errs bytes.Buffer
	term := terminal{in: strings.NewReader(smallFeed), out: fullDisk{}, err: &errs, env: func(string) (string, bool) { return "", false }}
	if code := run(t.Context(), []string{"inspect", "-"}, term); code != exitFailures || !strings.Contains(errs.String(), "no space left") {
		t.Errorf("ended with %d, want %d:\n%s", code, exitFailures, errs.String())
	}
}

func TestInspectEndsAtOnceWhenASignalComes(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	reader, writer := io.Pipe() // a document that never ends
	t.Cleanup(func() { _ = writer.Close() })
	var errs bytes.Buffer
	term := terminal{in: reader, out: io.Discard, err: &errs, env: func(string) (string, bool) { return "", false }}
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, []string{"inspect", "-"}, term) }()
	if _, err := writer.Write([]byte("<rss>")); err != nil { // it is reading
		t.Fatal(err)
	}
	stop()
	select {
	case code := <-ended:
		if code != exitFailures || !strings.Contains(errs.String(), "stopped by a signal") {
			t.Errorf("ended with %d, want %d:\n%s", code, exitFailures, errs.String())
		}
	case <-time.After(10 * time.Second):
		t.Error("it goes on reading")
	}
}

func TestInspectSaysWhatToDoAboutADocumentThatIsTooLarge(t *testing.T) {
	big := filepath.Join(t.TempDir(), "big.xml")
	if err := os.WriteFile(big, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(big, maxDocument+1); err != nil {
		t.Fatal(err)
	}
	var errs bytes.Buffer
	term := terminal{in: strings.NewReader(""), out: io.Discard, err: &errs, env: func(string) (string, bool) { return "", false }}
	if code := run(t.Context(), []string{"inspect", big}, term); code != exitFailures || !strings.Contains(errs.String(), "64 MiB") || !strings.Contains(errs.String(), "split it") {
		t.Errorf("ended with %d:\n%s", code, errs.String())
	}
}

// What inspect prints it reads again without a change.
func TestInspectOfItsOwnOutputPrintsTheSame(t *testing.T) {
	const feed = `<rss version="2.0" xmlns:georss="http://www.georss.org/georss" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Tin</title><link>https://tin.example/</link><item><guid isPermaLink="false">n-1</guid><link>https://tin.example/1</link><title>Nước sông Bé lên &amp; xuống</title>
<pubDate>Sat, 14 Nov 2026 05:45:00 +0700</pubDate><description>Mực nước tăng 20 phân trong đêm.</description><georss:point>10.95 106.82</georss:point>
<atom:link rel="amphtml" href="https://tin.example/amp/1"/><media:content url="https://tin.example/1.jpg" medium="image" width="1200" height="800"><media:description>Bờ sông sáng nay</media:description><media:credit>Minh Hòa</media:credit></media:content></item></channel></rss>`
	inspect := func(doc string) string {
		t.Helper()
		var out, errs bytes.Buffer
		term := terminal{in: strings.NewReader(doc), out: &out, err: &errs, env: func(string) (string, bool) { return "", false }}
		if code := run(t.Context(), []string{"inspect", "-", "--timezone", "Asia/Ho_Chi_Minh"}, term); code != exitDone {
			t.Fatalf("ended with %d:\n%s", code, errs.String())
		}
		return out.String()
	}
	first := inspect(feed)
	for _, want := range []string{`"point"`, `"amp"`, `"credit": "Minh Hòa"`, `"original_id": "n-1"`, `"original_date": "Sat, 14 Nov 2026 05:45:00 +0700"`} {
		if !strings.Contains(first, want) {
			t.Errorf("no %s in\n%s", want, first)
		}
	}
	if again := inspect(first); again != first {
		t.Errorf("read again it is\n%s\nand was\n%s", again, first)
	}
}
