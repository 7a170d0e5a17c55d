package ingest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tinhub/internal/hub"
)

// story is an item of a made-up feed.
type story struct{ guid, link, title, text string }

func feedOf(stories ...story) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><link>https://news.example/</link>`)
	for _, s := range stories {
		fmt.Fprintf(&b, "<item><title>%s</title><link>%s</link><guid isPermaLink=\"false\">%s</guid><description>%s</description></item>",
			s.title, strings.ReplaceAll(s.link, "&", "&amp;"), strings.ReplaceAll(s.guid, "&", "&amp;"), s.text)
	}
	b.WriteString("</channel></rss>")
	return b.String()
}

func stories(n int, change func(n int, s *story)) []story {
	list := make([]story, n)
	for n := range list {
		list[n] = story{fmt.Sprint("g", n), fmt.Sprint("https://news.example/", n), fmt.Sprint("Story ", n), fmt.Sprint("What happened in case ", n)}
		change(n, &list[n])
	}
	return list
}

func same(int, *story) {}

// rounds asks one source for each body in turn and gives what was put each time.
func rounds(t *testing.T, m *memory, bodies ...string) (puts [][]string, st hub.SourceState) {
	t.Helper()
	w := newWorld()
	round := New(Options{Sources: []hub.Source{feedSource("a", feedA, time.Minute)}, Store: m, Fetch: w, Holder: "x"})
	for n, body := range bodies {
		w.on(feedA, gives(feedA, body))
		before := len(m.put())
		reports, err := round.Once(t.Context(), nil, nil)
		if err != nil || len(reports) != 1 || reports[0].Outcome == OutcomeFailed {
			t.Fatalf("round %d: %+v, %v", n, reports, err)
		}
		puts = append(puts, m.put()[before:])
	}
	return puts, m.state("a")
}

func TestWhatCameAsItWasIsNotStoredAgain(t *testing.T) {
	old := stories(20, same)
	edited := slices.Clone(old)
	edited[3].text = "What really happened"
	added := append([]story{{"g-new", "https://news.example/new", "New", "Quite new"}}, edited...)
	puts, st := rounds(t, newMemory(), feedOf(old...), feedOf(edited...), feedOf(added...), feedOf(slices.Concat(added[10:], added[:10])...))
	want := [][]string{nil, {"Story 3"}, {"New"}, {}}
	if len(puts[0]) != 20 {
		t.Errorf("the first round stored %d", len(puts[0]))
	}
	for n := 1; n < len(puts); n++ {
		if !slices.Equal(puts[n], want[n]) {
			t.Errorf("round %d stored %q, want %q", n, puts[n], want[n])
		}
	}
	if st.Items != 21 || len(unpackSeen(st.Seen)) != 21 {
		t.Errorf("%d items, %d remembered", st.Items, len(unpackSeen(st.Seen)))
	}
}

func TestAStoreThatLostDataHearsAllAgain(t *testing.T) {
	m, w := newMemory(), newWorld()
	w.on(feedA, gives(feedA, feedOf(stories(5, same)...)))
	round := New(Options{Sources: []hub.Source{feedSource("a", feedA, time.Minute)}, Store: m, Fetch: w, Holder: "x"})
	for _, generation := range []string{"one", "one", "two"} {
		m.set(func() { m.generation = generation })
		if _, err := round.Once(t.Context(), nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	if n := m.sizes(); !slices.Equal(n, []int{5, 5}) {
		t.Errorf("stored %v, want the document once in each generation", n)
	}
}

func TestATombstoneThatCameBeforeItsItemIsHeardAgain(t *testing.T) {
	entry := `<entry><id>urn:x:1</id><title>One</title><link href="https://news.example/1"/><updated>2026-11-20T10:00:00Z</updated><content>What there is to say</content></entry>`
	tomb := `<at:deleted-entry ref="urn:x:1" when="2026-11-20T11:00:00Z"/>`
	feed := func(inner string) string {
		return `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0"><title>T</title><id>urn:x</id><updated>2026-11-20T10:00:00Z</updated>` + inner + `</feed>`
	}
	m := newMemory()
	rounds(t, m, feed(tomb), feed(entry), feed(tomb+entry+"<!-- -->"))
	for _, r := range m.records {
		if r.State != hub.StateRetracted {
			t.Errorf("%s is %s", r.OriginalID, r.State)
		}
	}
}

func TestGuidsThatChangeAtEachFetchAreFoundOut(t *testing.T) {
	body := func(round int) string {
		return feedOf(stories(10, func(n int, s *story) {
			s.guid = fmt.Sprint("g", n, "-", round)
			s.text += fmt.Sprint(", as told on day ", round) // so that each is looked at
		})...)
	}
	m := newMemory()
	_, st := rounds(t, m, body(1), body(2), body(3), body(4), body(5))
	if !st.Churns {
		t.Fatalf("not found out: %+v", st)
	}
	if _, ok := m.records[hub.NewID("a", "https://news.example/7")]; !ok {
		t.Error("its items are not known by their URLs")
	}
	for _, r := range m.records {
		if strings.HasSuffix(r.OriginalID, "-4") || strings.HasSuffix(r.OriginalID, "-5") {
			t.Errorf("a guid of a later fetch still made the item %s", r.OriginalID)
		}
	}
}

func TestAMoveToAnotherSystemIsNoChurn(t *testing.T) {
	moved := func(share int) func(int, *story) {
		return func(n int, s *story) {
			if n < share {
				s.guid = fmt.Sprint("new-", n)
			}
		}
	}
	for _, share := range []int{3, 10} {
		old, now := stories(10, same), stories(10, moved(share))
		later := append([]story{{"g-new", "https://news.example/new", "New", "Quite new"}}, now...)
		_, st := rounds(t, newMemory(), feedOf(old...), feedOf(now...), feedOf(later...), feedOf(later[:9]...))
		if st.Churns || st.Churned != 0 {
			t.Errorf("%d of 10 guids changed once, and the source churns: %d", share, st.Churned)
		}
	}
}

func TestItemsThatShareOneLinkTellNothingOfTheGuids(t *testing.T) {
	show := func(_ int, s *story) { s.link = "https://news.example/show" }
	var bodies []string
	for day := range 5 {
		bodies = append(bodies, feedOf(stories(20+day, show)...))
	}
	m := newMemory()
	puts, st := rounds(t, m, bodies...)
	if st.Churns || st.Churned != 0 {
		t.Errorf("their guids stayed, and the source churns: %d", st.Churned)
	}
	if len(m.titles()) != 24 {
		t.Errorf("%d items of 24, put %v", len(m.titles()), puts)
	}
}

func TestAFeedOfTheNewestItemAloneUnderOneLinkHasNewItems(t *testing.T) {
	var bodies []string
	for hour := range 6 {
		bodies = append(bodies, feedOf(story{fmt.Sprint("g", hour), "https://news.example/show", fmt.Sprint("The news at ", hour), fmt.Sprint("What happened in hour ", hour)}))
	}
	m := newMemory()
	if _, st := rounds(t, m, bodies...); st.Churns || len(m.titles()) != 6 {
		t.Errorf("%d items of 6; the source churns is %v", len(m.titles()), st.Churns)
	}
}

func TestAParameterThatChangesAtEachFetchIsNoNews(t *testing.T) {
	body := func(round int) string {
		return feedOf(stories(6, func(n int, s *story) {
			s.link = fmt.Sprintf("https://news.example/story?id=%d&sid=%d#top", n, 1000*round+n)
			s.guid = s.link
		})...)
	}
	puts, st := rounds(t, newMemory(), body(1), body(2), body(3), body(4), body(5))
	if !slices.Equal(st.Volatile, []string{"sid"}) {
		t.Fatalf("volatile %q", st.Volatile)
	}
	if len(puts[3]) != 0 || len(puts[4]) != 0 {
		t.Errorf("stored again: %q, %q", puts[3], puts[4])
	}
}

func TestAnIDThatIsAParameterStays(t *testing.T) {
	body := func(round int) string {
		return feedOf(stories(6, func(n int, s *story) {
			s.link = fmt.Sprintf("https://news.example/story?id=%d", n)
			s.text += fmt.Sprint(" and more ", round)
		})...)
	}
	if _, st := rounds(t, newMemory(), body(1), body(2), body(3)); len(st.Volatile) > 0 {
		t.Errorf("volatile %q", st.Volatile)
	}
}

func TestWhatIsDamagedInTheMemoryIsForgotten(t *testing.T) {
	for _, s := range []string{"", "x", "AAAA", packSeen([]seenItem{{1, 2, 3}})[:8]} {
		if got := unpackSeen(s); len(got) != 0 {
			t.Errorf("%q: %v", s, got)
		}
	}
	many := make([]seenItem, maxSeen+5)
	many[7] = seenItem{7, 8, 9}
	got := unpackSeen(packSeen(many))
	if len(got) != maxSeen || got[7] != (seenItem{7, 8, 9}) {
		t.Errorf("%d came back, %v", len(got), got[7])
	}
}

func TestASourceAtRestIsWrittenDownSeldomAndAllTheSameAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		w.on(feedA, gives(feedA, feedOf(stories(3, same)...)))
		options := Options{Sources: []hub.Source{feedSource("a", feedA, 10*time.Second)}, Store: m, Fetch: w, Holder: "x"}
		stop := start(t, New(options))
		time.Sleep(30 * time.Minute)
		synctest.Wait()
		if n, asked := m.saves(), len(w.times(feedA)); n > 8 || asked < 100 {
			t.Errorf("asked %d times, saved %d times", asked, n)
		}
		stop()
		at := w.times(feedA)
		if st := m.state("a"); st.LastFetch.Before(at[len(at)-1]) {
			t.Errorf("what is saved ends at %s, it was asked at %s", st.LastFetch, at[len(at)-1])
		}
		next := m.state("a").NextFetch
		start(t, New(options))
		time.Sleep(15 * time.Second)
		synctest.Wait()
		if at = w.times(feedA)[len(at):]; len(at) == 0 || at[0].Before(next) {
			t.Errorf("the rhythm did not outlive the restart: asked at %s, due at %s", at, next)
		}
	})
}

func TestAProcessThatNoLongerPollsWritesNothingOverWhatAnotherLearned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		w.on(feedA, gives(feedA, feedOf(stories(3, same)...)))
		stop := start(t, New(Options{Sources: []hub.Source{feedSource("a", feedA, 10*time.Second)}, Store: m, Fetch: w, Holder: "x"}))
		time.Sleep(2 * time.Minute)
		m.set(func() { m.leases[leaseIngest] = memoryLease{"y", time.Now().Add(time.Hour)} })
		time.Sleep(time.Minute)
		synctest.Wait()
		learned := m.state("a")
		learned.BodyHash, learned.LastFetch = "of another document", time.Now()
		if err := m.SaveSourceState(t.Context(), learned); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		stop()
		if st := m.state("a"); st.BodyHash != learned.BodyHash || !st.LastFetch.Equal(learned.LastFetch) {
			t.Errorf("the state of %s was written over: %+v", learned.LastFetch, st)
		}
	})
}
