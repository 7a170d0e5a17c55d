package clean

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"
)

// dateRow is a line of testdata/dates: a string, the source's zone, and the moment in RFC 3339 or "none".
type dateRow struct{ file, raw, zone, want string }

func dateTable(t testing.TB) []dateRow {
	t.Helper()
	files, err := filepath.Glob("testdata/dates/*.tsv")
	if err != nil || len(files) == 0 {
		t.Fatalf("no tables: %v", err)
	}
	var rows []dateRow
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for l := range strings.Lines(string(data)) {
			p := strings.Split(strings.TrimSuffix(l, "\n"), "\t")
			if len(p) != 3 {
				t.Fatalf("%s: %q has not three columns", f, l)
			}
			rows = append(rows, dateRow{filepath.Base(f), p[0], p[1], p[2]})
		}
	}
	return rows
}

func readRow(t testing.TB, raw, zone string) string {
	t.Helper()
	got, ok := readDate(raw, mustZone(t, zone))
	if !ok {
		return "none"
	}
	return got.Format(time.RFC3339)
}

// Every row as it stands, in capitals, and with its marks taken apart.
func TestDateTable(t *testing.T) {
	rows := dateTable(t)
	if len(rows) < 800 {
		t.Errorf("%d rows", len(rows))
	}
	for _, r := range rows {
		if got := readRow(t, r.raw, r.zone); got != r.want {
			t.Errorf("%s: %q in %s = %s, want %s", r.file, r.raw, r.zone, got, r.want)
		}
		if got := readRow(t, norm.NFD.String(r.raw), r.zone); got != r.want {
			t.Errorf("%s: %q, marks apart, = %s, want %s", r.file, r.raw, got, r.want)
		}
		if got := readRow(t, " \u00a0"+strings.ReplaceAll(r.raw, " ", "\u202f")+"\n", r.zone); got != r.want {
			t.Errorf("%s: %q, other spaces, = %s, want %s", r.file, r.raw, got, r.want)
		}
	}
}
