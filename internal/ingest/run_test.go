package ingest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tinhub/internal/clean"
	"tinhub/internal/fetch"
	"tinhub/internal/hub"
)

const feedA, feedB = "https://a.example/rss", "https://b.example/rss"

func TestASourceIsAskedAtOnceAndThenInItsRhythm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		w.on(feedA, gives(feedA, rss("one", "two")))
		start(t, New(Options{Sources: []hub.Source{feedSource("a", feedA, 10*time.Minute)}, Store: m, Fetch: w, Holder: "x"}))
		begin := time.Now()
		time.Sleep(3 * time.Hour)
		synctest.Wait()
		at := w.times(feedA)
		if len(at) < 15 || at[0].Sub(begin) > time.Second {
			t.Fatalf("asked %d times in three hours, first after %s", len(at), at[0].Sub(begin))
		}
		for n := 1; n < len(at); n++ {
			longest := 11 * time.Minute
			if n == 1 {
				longest = 15 * time.Minute
			}
			if gap := at[n].Sub(at[n-1]); gap < 10*time.Minute || gap > longest {
				t.Errorf("gap %d is %s", n, gap)
			}
		}
		if got := m.titles(); !slices.Equal(got, []string{"one", "two"}) {
			t.Errorf("stored %q", got)
		}
		if n := len(m.sizes()); n != 1 {
			t.Errorf("the same bytes were stored %d times", n)
		}
	})
}

func TestFirstFetchesAreAtOnceAndLaterOnesSpread(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		var sources []hub.Source
		for n := range 60 {
			url := fmt.Sprintf("https://s%d.example/rss", n)
			w.on(url, gives(url, rss("x")))
			sources = append(sources, feedSource(fmt.Sprint("s", n), url, 10*time.Minute))
		}
		begin := time.Now()
		start(t, New(Options{Sources: sources, Store: m, Fetch: w, Holder: "x"}))
		time.Sleep(time.Second)
		synctest.Wait()
		for _, s := range sources {
			if at := w.times(s.URL); len(at) != 1 {
				t.Fatalf("%s was asked %d times in the first second", s.ID, len(at))
			}
		}
		time.Sleep(20 * time.Minute)
		synctest.Wait()
		var minutes [30]int
		for _, s := range sources {
			minutes[int(w.times(s.URL)[1].Sub(begin).Minutes())]++
		}
		if most := slices.Max(minutes[:]); most > 30 {
			t.Errorf("%d of 60 second fetches fall into one minute", most)
		}
	})
}

func TestTheAnswersOwnWordsLengthenTheGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		first := true
		w.on(feedA, func(r fetch.Request) (*fetch.Response, error) {
			if first {
				first = false
				body := strings.Replace(rss("one"), "<title>News", "<ttl>120</ttl><title>News", 1)
				return &fetch.Response{Status: 200, URL: feedA, Body: []byte(body), ETag: `"1"`}, nil
			}
			return &fetch.Response{Status: 304, NotModified: true, ETag: r.ETag}, nil
		})
		start(t, New(Options{Sources: []hub.Source{feedSource("a", feedA, time.Minute)}, Store: m, Fetch: w, Holder: "x"}))
		time.Sleep(24 * time.Hour)
		synctest.Wait()
		at := w.times(feedA)
		if len(at) < 8 || len(at) > 12 {
			t.Errorf("a ttl of two hours, 304s after it: asked %d times in a day", len(at))
		}
		if r := w.last(t, feedA); r.ETag != `"1"` {
			t.Errorf("the validator went lost: %+v", r)
		}
		if st := m.state("a"); !strings.Contains(st.NextReason, "ttl") {
			t.Errorf("reason %q", st.NextReason)
		}
	})
}

func TestFailuresBackOffAndRecoveryIsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		w.on(feedA, refuses(500, 0))
		start(t, New(Options{Sources: []hub.Source{feedSource("a", feedA, time.Minute)}, Store: m, Fetch: w, Holder: "x"}))
		time.Sleep(6 * time.Hour)
		synctest.Wait()
		at := w.times(feedA)
		for n := 1; n < len(at); n++ {
			least := min(time.Minute<<n, time.Hour)
			if gap := at[n].Sub(at[n-1]); gap < least || gap > least*6/5+time.Second {
				t.Errorf("gap %d is %s, want %s and a fifth at most", n, gap, least)
			}
		}
		if st := m.state("a"); st.Failures != len(at) || st.LastError == "" || !strings.Contains(st.NextReason, "failures in a row") {
			t.Errorf("state %+v after %d failures", st, len(at))
		}
		w.on(feedA, gives(feedA, rss("one")))
		time.Sleep(90 * time.Minute)
		synctest.Wait()
		if st := m.state("a"); st.Failures != 0 || st.LastError != "" || len(m.titles()) != 1 {
			t.Errorf("not recovered: %+v", st)
		}
	})
}

func TestRetryAfterHoldsBackEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		w.on(feedA, refuses(429, 3*time.Hour))
		i := New(Options{Sources: []hub.Source{feedSource("a", feedA, time.Minute)}, Store: m, Fetch: w, Holder: "x"})
		start(t, i)
		time.Sleep(time.Minute)
		synctest.Wait()
		if err := i.Refresh(t.Context(), "a"); hub.KindOf(err) != hub.Conflict || !strings.Contains(err.Error(), "Retry-After") {
			t.Errorf("Refresh: %v", err)
		}
		reports, err := i.Once(t.Context(), []string{"a"}, nil)
		if err != nil || reports[0].Outcome != OutcomeHeld || reports[0].Next.IsZero() {
			t.Errorf("Once: %+v, %v", reports, err)
		}
		w.on(feedA, gives(feedA, rss("one")))
		time.Sleep(4 * time.Hour)
		synctest.Wait()
		at := w.times(feedA)
		if len(at) < 2 || at[1].Sub(at[0]) < 3*time.Hour || at[1].Sub(at[0]) > 3*time.Hour+time.Minute {
			t.Errorf("asked at %v", at)
		}
	})
}

func TestGoneIsForEverUntilTheURLChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		w.on(feedA, refuses(410, 0))
		w.on(feedB, gives(feedB, rss("one")))
		run := func(url string) {
			i := New(Options{Sources: []hub.Source{feedSource("a", url, time.Minute)}, Store: m, Fetch: w, Holder: "x"})
			stop := start(t, i)
			time.Sleep(48 * time.Hour)
			synctest.Wait()
			stop()
		}
		run(feedA)
		run(feedA)
		if n := len(w.times(feedA)); n != 1 || !m.state("a").Gone {
			t.Errorf("asked %d times, state %+v", n, m.state("a"))
		}
		run(feedB)
		if st := m.state("a"); st.Gone || st.Declared != feedB || len(m.titles()) != 1 {
			t.Errorf("not revived: %+v", st)
		}
	})
}

func TestAPermanentMoveIsRememberedAndTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		w.on(feedA, func(fetch.Request) (*fetch.Response, error) {
			return &fetch.Response{Status: 200, URL: feedB, Moved: feedB, ETag: `"b"`, Body: []byte(rss("one"))}, nil
		})
		w.on(feedB, gives(feedB, rss("one", "two")))
		src := feedSource("a", feedA, time.Minute)
		src.Username, src.Password, src.Headers = "u", "p", map[string]string{"X-Key": "k"}
		start(t, New(Options{Sources: []hub.Source{src}, Store: m, Fetch: w, Holder: "x"}))
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if a, b := len(w.times(feedA)), len(w.times(feedB)); a != 1 || b < 5 {
			t.Errorf("asked %d times at the old place, %d at the new one", a, b)
		}
		if r := w.last(t, feedB); r.Declared != feedA || r.Headers["X-Key"] != "k" {
			t.Errorf("fetch must know whom the secrets were meant for: %+v", r)
		}
		w.on(feedB, refuses(404, 0))
		time.Sleep(30 * time.Minute)
		synctest.Wait()
		if a := len(w.times(feedA)); a < 2 {
			t.Errorf("the declared place was not asked again after the new one answered 404")
		}
		if r := w.last(t, feedA); r.ETag != "" {
			t.Errorf("with the other place's validator %q", r.ETag)
		}
	})
}

func TestARestartKeepsValidatorsAndOtherSettingsDropThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		w.on(feedA, func(r fetch.Request) (*fetch.Response, error) {
			if r.ETag == "W/\"odd" && r.LastModified == "yesterday" {
				return &fetch.Response{Status: 304, NotModified: true, ETag: r.ETag, LastModified: r.LastModified}, nil
			}
			return &fetch.Response{Status: 200, URL: feedA, Body: []byte(rss("one")), ETag: "W/\"odd", LastModified: "yesterday"}, nil
		})
		src := feedSource("a", feedA, time.Minute)
		once := func(src hub.Source) Report {
			reports, err := New(Options{Sources: []hub.Source{src}, Store: m, Fetch: w}).Once(t.Context(), nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			return reports[0]
		}
		if r := once(src); r.Outcome != OutcomeOK || r.Created != 1 {
			t.Fatalf("first: %+v", r)
		}
		if r := once(src); r.Outcome != OutcomeNotModified {
			t.Errorf("after a restart: %+v", r)
		}
		src.Sections = []string{"news", "more"}
		if r := once(src); r.Outcome != OutcomeOK || r.Updated != 1 {
			t.Errorf("in another section: %+v", r)
		}
		if r := once(src); r.Outcome != OutcomeNotModified {
			t.Errorf("and again: %+v", r)
		}
	})
}

func TestAFailingStoreIsWaitedForWithTheItemsInHand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		w.on(feedA, func(fetch.Request) (*fetch.Response, error) {
			m.set(func() { m.away = true })
			return gives(feedA, rss("one"))(fetch.Request{})
		})
		start(t, New(Options{Sources: []hub.Source{feedSource("a", feedA, time.Minute)}, Store: m, Fetch: w, Holder: "x"}))
		time.Sleep(time.Second)
		synctest.Wait()
		before := m.called()
		time.Sleep(time.Hour)
		synctest.Wait()
		// Three loops and a turn ask: at most every few seconds each.
		if n := m.called() - before; n > 2500 {
			t.Errorf("%d calls in an hour to a store that is away", n)
		}
		if n := len(w.times(feedA)); n != 1 {
			t.Errorf("the source was asked %d times meanwhile", n)
		}
		w.on(feedA, gives(feedA, rss("one")))
		m.set(func() { m.away = false })
		time.Sleep(40 * time.Second)
		synctest.Wait()
		if len(m.titles()) != 1 || len(w.times(feedA)) != 1 {
			t.Errorf("stored %q after asking %d times", m.titles(), len(w.times(feedA)))
		}
	})
}

func TestABrokenStoreIsNoBusyLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		w.on(feedA, gives(feedA, rss("one")))
		start(t, New(Options{Sources: []hub.Source{feedSource("a", feedA, time.Second)}, Store: m, Fetch: w, Holder: "x"}))
		time.Sleep(time.Second)
		synctest.Wait()
		m.set(func() { m.broken = errors.New("the disk is full"); m.calls = 0 })
		time.Sleep(time.Hour)
		synctest.Wait()
		if n := m.called(); n > 3600 || n < 100 {
			t.Errorf("%d calls in an hour", n)
		}
		m.set(func() { m.broken = nil })
		w.on(feedA, gives(feedA, rss("one", "two")))
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if len(m.titles()) != 2 {
			t.Errorf("not recovered: %q", m.titles())
		}
	})
}

func TestOneDaemonPollsAndAnotherTakesOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, w1, w2 := newMemory(), newWorld(), newWorld()
		for _, w := range []*world{w1, w2} {
			w.on(feedA, gives(feedA, rss("one")))
		}
		sources := []hub.Source{feedSource("a", feedA, 10*time.Second)}
		stop := start(t, New(Options{Sources: sources, Store: m, Fetch: w1, Holder: "one"}))
		time.Sleep(time.Second)
		second := New(Options{Sources: sources, Store: m, Fetch: w2, Holder: "two"})
		start(t, second)
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		if a, b := len(w1.times(feedA)), len(w2.times(feedA)); a < 50 || b != 0 {
			t.Fatalf("the first asked %d times, the second %d", a, b)
		}
		if err := second.Refresh(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if n := len(w2.times(feedA)); n != 1 {
			t.Errorf("the one that stands by asked %d times for an order", n)
		}
		stop()
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if n := len(w2.times(feedA)); n < 3 {
			t.Errorf("the second did not take over: %d", n)
		}
		// One that dies without a word is followed once its lease has run out.
		m.set(func() { m.leases[leaseIngest] = memoryLease{"dead", time.Now().Add(10 * time.Minute)} })
		time.Sleep(leaseProlong + time.Second)
		synctest.Wait()
		before := len(w2.times(feedA))
		time.Sleep(9 * time.Minute)
		synctest.Wait()
		if n := len(w2.times(feedA)); n != before {
			t.Errorf("it went on polling after another had taken the lease: %d, then %d", before, n)
		}
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		if after := len(w2.times(feedA)); after < before+3 {
			t.Errorf("nobody followed the dead: %d, then %d", before, after)
		}
	})
}

func TestEmbargoesEndWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		due := time.Now().Add(90 * time.Second).Truncate(time.Second)
		start(t, New(Options{Store: m, Holder: "x"}))
		time.Sleep(10 * time.Second)
		in := hub.Incoming{Item: hub.Item{ID: hub.NewID("a", "1"), Source: "a", Title: "later", Hash: "h"}, PublishAt: due}
		if _, err := m.Put(t.Context(), time.Now(), []hub.Incoming{in}); err != nil {
			t.Fatal(err)
		}
		live := func() bool {
			m.mu.Lock()
			defer m.mu.Unlock()
			return m.records[in.Item.ID].State == hub.StateLive
		}
		time.Sleep(time.Until(due) - time.Millisecond)
		synctest.Wait()
		if live() {
			t.Error("too early")
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if !live() {
			t.Error("too late")
		}
	})
}

func TestTrimmingRunsEveryMinuteInOneProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		start(t, New(Options{Store: m, Holder: "one"}))
		start(t, New(Options{Store: m, Holder: "two"}))
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		trims := m.trimmed()
		if len(trims) < 10 || len(trims) > 22 {
			t.Errorf("%d times in ten minutes", len(trims))
		}
		for n := 1; n < len(trims); n++ {
			if gap := trims[n].Sub(trims[n-1]); gap > time.Minute {
				t.Errorf("a gap of %s", gap)
			}
		}
	})
}

func TestAPanicCostsItsDocumentOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m, c := newWorld(), newMemory(), newCounts()
		w.on(feedA, gives(feedA, rss("boom")))
		w.on(feedB, gives(feedB, rss("fine")))
		i := New(Options{
			Sources: []hub.Source{feedSource("a", feedA, time.Minute), feedSource("b", feedB, time.Minute)},
			Store:   m, Fetch: w, Meter: c, Holder: "x",
		})
		i.clean = func(doc hub.Document, s clean.Setting) ([]hub.Incoming, error) {
			if s.Source.ID == "a" {
				panic("as the test wants it")
			}
			return clean.Document(doc, s)
		}
		reports, err := i.Once(t.Context(), nil, nil)
		if err != nil || reports[0].Outcome != OutcomeFailed || reports[1].Outcome != OutcomeOK {
			t.Fatalf("got %+v, %v", reports, err)
		}
		if !strings.Contains(reports[0].Error, "panicked") || c.fetched["a document"] != 1 || c.fetched["b ok"] != 1 || c.stored["b created"] != 1 {
			t.Errorf("report %+v, counts %+v", reports[0], c)
		}
		if len(i.parses) != 0 {
			t.Error("the panic kept its place among the readers")
		}
	})
}

func TestSlowSourcesLeaveRoomForTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		var sources []hub.Source
		slow := func(url string) {
			w.on(url, func(fetch.Request) (*fetch.Response, error) {
				time.Sleep(30 * time.Second)
				return nil, &fetch.Error{Reason: fetch.ReasonTimeout}
			})
		}
		for n := range 60 {
			url := fmt.Sprintf("https://slow%d.example/", n)
			slow(url)
			sources = append(sources, feedSource(fmt.Sprint("slow", n), url, 10*time.Second))
		}
		for n := range 40 { // many of one slow host
			url := fmt.Sprintf("https://host.example/%d", n)
			slow(url)
			sources = append(sources, feedSource(fmt.Sprint("host", n), url, 10*time.Second))
		}
		for n := range 10 {
			url := fmt.Sprintf("https://good%d.example/", n)
			w.on(url, gives(url, rss("x")))
			sources = append(sources, feedSource(fmt.Sprint("good", n), url, 10*time.Second))
		}
		start(t, New(Options{Sources: sources, Store: m, Fetch: w, Holder: "x"}))
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		for n := range 10 {
			at := w.times(fmt.Sprintf("https://good%d.example/", n))
			if at[0].Sub(w.times(sources[0].URL)[0]) > 2*time.Minute || len(at) < 40 {
				t.Errorf("good source %d was asked %d times in ten minutes", n, len(at))
			}
		}
	})
}

func TestNewSourcesDoNotStandBehindOnesOfTheirHostThatHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		var sources []hub.Source
		for n := range 12 {
			url := fmt.Sprintf("https://host.example/%d", n)
			w.on(url, gives(url, rss(fmt.Sprint("item ", n))))
			if n < 2 {
				w.on(url, func(fetch.Request) (*fetch.Response, error) {
					time.Sleep(30 * time.Second)
					return nil, &fetch.Error{Reason: fetch.ReasonTimeout}
				})
			}
			sources = append(sources, feedSource(fmt.Sprint("s", n), url, time.Second))
		}
		start(t, New(Options{Sources: sources, Store: m, Fetch: w, Holder: "x"}))
		time.Sleep(time.Second)
		synctest.Wait()
		if got := len(m.titles()); got != 10 {
			t.Errorf("after a second the items of %d sources are there, want those of the 10 that answer", got)
		}
	})
}

func TestStoppingIsQuickAndLeavesNoTrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m, c := newWorld(), newMemory(), newCounts()
		stop := start(t, New(Options{ // feedA never answers
			Sources: []hub.Source{feedSource("a", feedA, time.Minute)}, Store: m, Fetch: w, Meter: c, Holder: "x",
		}))
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if took := stop(); took > time.Second {
			t.Errorf("it took %s", took)
		}
		if len(w.times(feedA)) != 1 || m.saves() != 0 || len(c.fetched) != 0 || len(m.leases) != 0 {
			t.Errorf("asked %d, saved %d, counted %v, leases %v", len(w.times(feedA)), m.saves(), c.fetched, m.leases)
		}
	})
}
