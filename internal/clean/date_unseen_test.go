package clean

import (
	"os"
	"strings"
	"testing"
	"time"
)

// refusedByDecision are lines of testdata/dates/unseen that a person understands and the reader refuses.
var refusedByDecision = map[string]string{
	"9 ottobre 2024 h 11:26": "an h stands after its hour",
}

// The sets in testdata/dates/unseen were written by other hands, from a calendar and without sight of the reader: a string,
// the source's zone, its language, the moment or "none", and the class. docs/conformance.md has the counts at first sight.
func TestUnseenDates(t *testing.T) {
	seen := map[string]bool{}
	for _, set := range []struct {
		file string
		rows int
	}{{"set1.tsv", 1093}, {"set2.tsv", 920}, {"set3.tsv", 1402}} {
		data, err := os.ReadFile("testdata/dates/unseen/" + set.file)
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		for l := range strings.Lines(string(data)) {
			p := strings.Split(strings.TrimSuffix(l, "\n"), "\t")
			if len(p) != 5 {
				t.Fatalf("%s: %q has not five columns", set.file, l)
			}
			rows++
			raw, zone, want := p[0], p[1], p[3]
			if refusedByDecision[raw] != "" {
				seen[raw], want = true, "none"
			}
			got, ok := readDate(raw, mustZone(t, zone))
			switch moment, err := time.Parse(time.RFC3339, want); {
			case want == "none":
				if ok {
					t.Errorf("%s: %q in %s = %s, want it refused", set.file, raw, zone, got.Format(time.RFC3339))
				}
			case err != nil:
				t.Fatalf("%s: %v", set.file, err)
			case !ok:
				t.Errorf("%s: %q in %s was refused, want %s (%s)", set.file, raw, zone, want, p[4])
			case !got.Equal(moment):
				t.Errorf("%s: %q in %s = %s, want %s", set.file, raw, zone, got.Format(time.RFC3339), want)
			}
		}
		if rows != set.rows {
			t.Errorf("%s has %d rows, want %d", set.file, rows, set.rows)
		}
	}
	for raw := range refusedByDecision {
		if !seen[raw] {
			t.Errorf("%q is in no set", raw)
		}
	}
}
