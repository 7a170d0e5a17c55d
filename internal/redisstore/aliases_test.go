package redisstore

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tinhub/internal/hub"
)

func aliasTests() []live {
	return []live{
		{"an alias kept before aliases told where they come from leads on, and can be set apart", olderAlias},
		{"a long list of aliases is read in steps, whole and in order", longList},
		{"the aliases of each source are counted, and those set apart no longer", aliasesCounted},
		{"an alias is set apart once, and writers beside it make one item of it", apartBesideWriters},
		{"a text leads to the newest item that has it, after a write back to the first", textLeads},
		{"nothing is written where a key led to another item meanwhile", keyMovedMeanwhile},
	}
}

func mustAliases(t *testing.T, s *Store, item hub.ID, limit int) []hub.Alias {
	t.Helper()
	list, err := s.Aliases(t.Context(), item, limit)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func mustSetApart(t *testing.T, s *Store, at time.Time, alias hub.ID) hub.Outcome {
	t.Helper()
	out, err := s.SetApart(t.Context(), at, alias)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// copyOf is another source's copy of an item, at the same address.
func copyOf(in hub.Incoming, source, original string, sections ...string) hub.Incoming {
	in.Item.Source, in.Item.OriginalID, in.Item.ID = source, original, hub.NewID(source, original)
	in.Sections = sections
	return in
}

func addressed(in hub.Incoming) hub.Incoming {
	in.URLKey = "news.example/" + in.Item.OriginalID
	return in
}

func olderAlias(t *testing.T) {
	s := open(t, storeURL(t))
	a := addressed(item("feed", "a", "Tin", "news", noon))
	mustPut(t, s, noon, a)
	old := hub.NewID("other", "o")
	field := aliasField(old)
	if err := s.client.HSet(t.Context(), s.keys.names(shardOf(field)), field, string(a.Item.ID)).Err(); err != nil {
		t.Fatal(err)
	}
	record := func() hub.Record {
		recs, err := s.Records(t.Context(), []hub.ID{old})
		if err != nil {
			t.Fatal(err)
		}
		return recs[0]
	}
	if got := record().ID; got != a.Item.ID {
		t.Fatalf("the alias leads to %q", got)
	}
	again := copyOf(a, "other", "o", "news")
	if out := mustPut(t, s, noon, again); out[0].ID != a.Item.ID || len(mustAliases(t, s, "", 10)) != 0 {
		t.Fatalf("%+v, and the aliases are %+v", out, mustAliases(t, s, "", 10))
	}
	if out := mustSetApart(t, s, noon, old); out.ID != a.Item.ID || out.Change != hub.ChangeUnchanged {
		t.Errorf("%+v", out)
	}
	if list := mustAliases(t, s, a.Item.ID, 10); len(list) != 1 || list[0].ID != old || list[0].Item != a.Item.ID || !list[0].Apart {
		t.Errorf("the aliases are %+v", list)
	}
	if got := record().ID; got != "" {
		t.Errorf("set apart, it leads to %q", got)
	}
	if out := mustPut(t, s, noon, again); out[0].ID != old || out[0].Change != hub.ChangeCreated {
		t.Errorf("the next coming: %+v", out)
	}
}

func longList(t *testing.T) {
	s := open(t, storeURL(t))
	a, b := addressed(item("feed", "a", "Tin", "news", noon)), addressed(item("feed", "b", "Khác", "news", noon))
	mustPut(t, s, noon, a, b)
	const all = 2*aliasStep + 7
	var copies []hub.Incoming
	var ofA []hub.ID
	for i := range all {
		first := a
		if i%3 == 0 {
			first = b
		}
		copies = append(copies, copyOf(first, "other", strconv.Itoa(i), "news"))
		if i%3 != 0 {
			ofA = append(ofA, copies[i].Item.ID)
		}
	}
	for chunk := range slices.Chunk(copies, 200) {
		mustPut(t, s, noon.Add(time.Minute), chunk...)
	}
	ids := func(list []hub.Alias) (ids []hub.ID) {
		for _, a := range list {
			ids = append(ids, a.ID)
		}
		return ids
	}
	var want []hub.ID
	for _, c := range slices.Backward(copies) {
		want = append(want, c.Item.ID)
	}
	slices.Reverse(ofA)
	for _, limit := range []int{0, 1, aliasStep - 1, aliasStep, aliasStep + 1, 2 * aliasStep, all, all + aliasStep} {
		if diff := cmp.Diff(want[:min(limit, all)], ids(mustAliases(t, s, "", limit)), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("of all, at most %d: %s", limit, diff)
		}
		if diff := cmp.Diff(ofA[:min(limit, len(ofA))], ids(mustAliases(t, s, ofA[5], limit)), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("of one item, at most %d: %s", limit, diff)
		}
	}
	if list := mustAliases(t, s, "unknown", 10); len(list) != 0 {
		t.Errorf("an unknown id has the aliases %+v", list)
	}
}

func aliasesCounted(t *testing.T) {
	s := open(t, storeURL(t))
	a := addressed(item("feed", "a", "Tin", "news", noon))
	mustPut(t, s, noon, a)
	one, two := copyOf(a, "other", "1", "world"), copyOf(a, "other", "2", "world")
	third := copyOf(a, "third", "1", "sport")
	mustPut(t, s, noon, one, two, third, one)
	number := func(source string) string {
		field := countField(a.Item.ID, source)
		return s.client.HGet(t.Context(), s.keys.names(shardOf(field)), field).Val()
	}
	if other, third := number("other"), number("third"); other != "2" || third != "1" {
		t.Fatalf("counted %q and %q aliases", other, third)
	}
	before := mustHead(t, s)
	if out := mustSetApart(t, s, noon, one.Item.ID); out.Change != hub.ChangeUnchanged || mustHead(t, s) != before {
		t.Errorf("the first of two: %+v", out)
	}
	mustSetApart(t, s, noon, one.Item.ID)
	if n := number("other"); n != "1" {
		t.Errorf("%q aliases are left", n)
	}
	out := mustSetApart(t, s, noon, two.Item.ID)
	if out.Change != hub.ChangeUpdated || out.Seq != before.Seq+1 || number("other") != "0" {
		t.Errorf("the last one: %+v, %q are left", out, number("other"))
	}
	recs, err := s.Records(t.Context(), []hub.ID{a.Item.ID})
	if err != nil || !slices.Equal(recs[0].Sections, []string{"news", "sport"}) {
		t.Errorf("it stands in %v, %v", recs[0].Sections, err)
	}
	if shelf, err := s.Shelf(t.Context(), "world", 10); err != nil || len(shelf.Items) != 0 {
		t.Errorf("the other's section: %+v, %v", shelf, err)
	}
	if err := isKind(errOf(s.SetApart(t.Context(), noon, a.Item.ID)), hub.NotFound); err != nil {
		t.Errorf("an item of its own: %v", err)
	}
}

func errOf(_ hub.Outcome, err error) error { return err }

func apartBesideWriters(t *testing.T) {
	s := open(t, storeURL(t))
	a := addressed(item("feed", "a", "Tin", "news", noon))
	other := copyOf(a, "other", "1", "world")
	mustPut(t, s, noon, a, other)
	before := mustHead(t, s)
	var wg sync.WaitGroup
	updated, created := make(chan hub.Outcome, 20), make(chan hub.Outcome, 20)
	for range 20 {
		wg.Go(func() {
			out, err := s.SetApart(t.Context(), noon, other.Item.ID)
			if err != nil {
				t.Error(err)
			}
			if out.Change == hub.ChangeUpdated {
				updated <- out
			}
		})
		wg.Go(func() {
			out, err := s.Put(t.Context(), noon, []hub.Incoming{other})
			if err != nil {
				t.Error(err)
				return
			}
			if out[0].Change == hub.ChangeCreated {
				created <- out[0]
			}
		})
	}
	wg.Wait()
	mustPut(t, s, noon, other)
	if len(updated) != 1 || len(created) > 1 {
		t.Errorf("set apart %d times, made anew %d times", len(updated), len(created))
	}
	if h := mustHead(t, s); h.Seq != before.Seq+2 {
		t.Errorf("%d events came of it", h.Seq-before.Seq)
	}
	recs, err := s.Records(t.Context(), []hub.ID{a.Item.ID, other.Item.ID})
	if err != nil || recs[0].ID != a.Item.ID || recs[1].ID != other.Item.ID || !slices.Equal(recs[0].Sections, []string{"news"}) {
		t.Errorf("%+v, %v", recs, err)
	}
}

func textLeads(t *testing.T) {
	s := open(t, storeURL(t))
	text := hub.NewFingerprint("tin", strings.Repeat("mưa lớn ở miền trung ", 10))
	one, two := item("feed", "1", "Một", "news", noon), item("feed", "2", "Hai", "news", noon)
	one.Text, two.Text = text, text
	mustPut(t, s, noon, one, two)
	leads := func() hub.ID {
		k, err := s.read(t.Context(), nil, text.Keys())
		if err != nil {
			t.Fatal(err)
		}
		e := k.keyed(text.Keys()[0])
		if e == nil {
			return ""
		}
		return e.Record.ID
	}
	if got := leads(); got != two.Item.ID {
		t.Errorf("it leads to %q, not to the newest", got)
	}
	// An item that its id leads to takes its new text with it, also before the eyes of the next in one document.
	three := item("feed", "3", "Hai", "news", noon)
	mustPut(t, s, noon, three)
	three.Text, three.Item.Hash = text, "edited"
	four := item("other", "4", "Hai", "news", noon)
	four.Text = text
	if out := mustPut(t, s, noon, three, four); out[0].ID != three.Item.ID || out[1].ID != three.Item.ID {
		t.Errorf("the copy of the newest became %+v", out)
	}
	if got := leads(); got != three.Item.ID {
		t.Errorf("it leads to %q, not to the one edited", got)
	}
	recs, err := s.Records(t.Context(), []hub.ID{one.Item.ID, two.Item.ID})
	if err != nil || recs[0].Text != text {
		t.Fatalf("%+v, %v", recs, err)
	}
	s = open(t, storeURL(t)) // as if all were lost
	if n, err := s.Reseed(t.Context(), recs); n != 2 || err != nil {
		t.Fatal(n, err)
	}
	if got := leads(); got != one.Item.ID {
		t.Errorf("written back, it leads to %q, not to the first", got)
	}
}

func keyMovedMeanwhile(t *testing.T) {
	s := open(t, storeURL(t))
	text := hub.NewFingerprint("tin", strings.Repeat("mưa lớn ở miền trung ", 10))
	one, two := item("feed", "1", "Một", "news", noon), item("feed", "2", "Hai", "news", noon)
	one.Text, two.Text = text, text
	k, err := s.readSought(t.Context(), []sought{seek(two)})
	if err != nil {
		t.Fatal(err)
	}
	p := newPlan(k, noon)
	if _, err := p.put(seek(two)); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	if err := s.writeBodies(t.Context(), p, names); err != nil {
		t.Fatal(err)
	}
	mustPut(t, s, noon, one)
	if _, err := s.commit(t.Context(), p, names); !errors.Is(err, errConflict) {
		t.Fatalf("a plan made on what its text led to before: %v", err)
	}
	if h := mustHead(t, s); h.Seq != 1 {
		t.Errorf("the head is %+v", h)
	}
}
