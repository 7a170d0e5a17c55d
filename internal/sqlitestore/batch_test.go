package sqlitestore

import (
	"fmt"
	"testing"
	"time"

	"tinhub/internal/hub"
)

func TestOnlyKeysOfTextsAreKeptAsNumbers(t *testing.T) {
	for _, key := range []string{"", "#", "#.0", "#1", "#1.2", "#01.0", "#1z141z4.1", "#A.0", "#-1.0", "#+1.0", "#1.00", "1.0", "example.org/#1.0"} {
		if n, ok := textNumber(key); ok {
			t.Errorf("%q is kept as %d", key, n)
		}
	}
	seen := map[int64]string{}
	for _, key := range append([]string{"#0.0", "#0.1", "#1.0", "#1z141z3.1"}, hub.NewFingerprint("title", words(1)).Keys()...) {
		n, ok := textNumber(key)
		if !ok || seen[n] != "" {
			t.Errorf("%q is %d (%v), as is %q", key, n, ok, seen[n])
		}
		seen[n] = key
	}
}

// A put reads what it has not written yet: each item is known by what came before it in the document.
func TestItemsOfOneDocumentKnowEachOther(t *testing.T) {
	s := mustOpen(t, memoryPath, standard())
	var items []hub.Incoming
	for n := range 45 { // more than one statement writes
		items = append(items, item(fmt.Sprint(n), 1))
		items[n].Text = hub.NewFingerprint(items[n].Item.Title, words(n))
	}
	again := items[3]
	again.Item.Title, again.Item.Hash = "A new title", "new"
	copied := items[40]
	copied.Item.ID, copied.Item.Source, copied.URLKey = hub.NewID("other", "copied"), "other", "other.example/copied"
	last := item("last", 1)
	items = append(items, again, copied, last)
	out, err := s.Put(t.Context(), time.Now(), items)
	if err != nil {
		t.Fatal(err)
	}
	if o := out[45]; o.Change != hub.ChangeUpdated || o.ID != items[3].Item.ID || o.Seq != 46 {
		t.Errorf("the second coming of an item: %+v", o)
	}
	if o := out[46]; o.ID != items[40].Item.ID {
		t.Errorf("a copy of an item is %s, want %s", o.ID, items[40].Item.ID)
	}
	if o := out[47]; o.Change != hub.ChangeCreated || o.Seq != 47 {
		t.Errorf("the last: %+v", o)
	}
	if r := onlyRecord(t, s, items[3].Item.ID); r.Title != "A new title" || r.Text != items[3].Text {
		t.Errorf("it is %q with the fingerprint %q", r.Title, r.Text)
	}
	if log := readWholeLog(t, s); len(log) != 46 {
		t.Errorf("the log tells of %d items created", len(log))
	}
}
