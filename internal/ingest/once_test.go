package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"tinhub/internal/fetch"
	"tinhub/internal/hub"
	"tinhub/internal/source"
)

func TestRefreshIsAtOnceAndOnlyWhereARoundRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		w.on(feedA, gives(feedA, rss("one")))
		i := New(Options{
			Sources: []hub.Source{feedSource("a", feedA, time.Hour), {ID: "cms", Kind: hub.KindPush}}, Store: m, Fetch: w, Holder: "x",
		})
		if err := i.Refresh(t.Context(), "a"); hub.KindOf(err) != hub.Unavailable {
			t.Errorf("without a round: %v", err)
		}
		start(t, i)
		time.Sleep(time.Minute)
		if err := i.Refresh(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if n := len(w.times(feedA)); n != 2 {
			t.Errorf("asked %d times, want 2", n)
		}
		if err := i.Refresh(t.Context(), "none"); hub.KindOf(err) != hub.NotFound {
			t.Errorf("unknown: %v", err)
		}
		if err := i.Refresh(t.Context(), "cms"); hub.KindOf(err) != hub.Invalid {
			t.Errorf("push: %v", err)
		}
		if err := i.Run(t.Context()); !errors.Is(err, errRunning) {
			t.Errorf("a second Run: %v", err)
		}
	})
}

func TestARefreshDuringATurnIsAnotherTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		w.on(feedA, func(fetch.Request) (*fetch.Response, error) {
			time.Sleep(10 * time.Second)
			return gives(feedA, rss("one"))(fetch.Request{})
		})
		i := New(Options{Sources: []hub.Source{feedSource("a", feedA, time.Hour)}, Store: m, Fetch: w, Holder: "x"})
		start(t, i)
		time.Sleep(5 * time.Second)
		if err := i.Refresh(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if n := len(w.times(feedA)); n != 2 {
			t.Errorf("asked %d times, want 2", n)
		}
	})
}

func TestOnceAsksTheseOrAllAndTellsOfEach(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		w.on(feedA, gives(feedA, rss("one")))
		w.on(feedB, breaks(fetch.ReasonTimeout))
		i := New(Options{Sources: []hub.Source{
			feedSource("a", feedA, time.Hour), feedSource("b", feedB, time.Hour), {ID: "cms", Kind: hub.KindPush},
		}, Store: m, Fetch: w})
		var told []string
		reports, err := i.Once(t.Context(), nil, func(r Report) { told = append(told, r.Source) })
		if err != nil || len(reports) != 2 || reports[0].Source != "a" || reports[1].Source != "b" || len(told) != 2 {
			t.Fatalf("got %+v, told %q, %v", reports, told, err)
		}
		if reports[0].Outcome != OutcomeOK || reports[1].Outcome != OutcomeFailed || reports[1].Error == "" {
			t.Errorf("got %+v", reports)
		}
		reports, err = i.Once(t.Context(), []string{"cms", "b"}, nil)
		if err != nil || len(reports) != 2 || reports[0].Outcome != OutcomeHeld || reports[1].Outcome != OutcomeFailed {
			t.Errorf("got %+v, %v", reports, err)
		}
		if _, err := i.Once(t.Context(), []string{"a", "none"}, nil); hub.KindOf(err) != hub.NotFound {
			t.Errorf("unknown: %v", err)
		}
		if n := len(w.times(feedA)); n != 1 {
			t.Errorf("an unknown id beside it, and still a was asked: %d", n)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := i.Once(ctx, nil, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("a context that has ended: %v", err)
		}
	})
}

func TestOnceDoesNotWaitForAStoreForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		w.on(feedA, gives(feedA, rss("one")))
		m.away = true
		begin := time.Now()
		reports, err := New(Options{Sources: []hub.Source{feedSource("a", feedA, time.Hour)}, Store: m, Fetch: w}).Once(t.Context(), nil, nil)
		if err != nil || reports[0].Outcome != OutcomeFailed || time.Since(begin) > oncePatience {
			t.Errorf("got %+v, %v after %s", reports, err, time.Since(begin))
		}
	})
}

func TestALongDocumentIsStoredInPieces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		var titles []string
		for n := range 1203 {
			titles = append(titles, fmt.Sprint("t", n))
		}
		w.on(feedA, gives(feedA, rss(titles...)))
		reports, err := New(Options{Sources: []hub.Source{feedSource("a", feedA, time.Hour)}, Store: m, Fetch: w}).Once(t.Context(), nil, nil)
		if err != nil || reports[0].Created != 1203 || !slices.Equal(m.puts, []int{500, 500, 203}) {
			t.Errorf("got %+v, puts %v, %v", reports, m.puts, err)
		}
	})
}

func TestAnEmptyFeedIsFine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		w.on(feedA, gives(feedA, rss()))
		reports, err := New(Options{Sources: []hub.Source{feedSource("a", feedA, time.Hour)}, Store: m, Fetch: w}).Once(t.Context(), nil, nil)
		if err != nil || reports[0].Outcome != OutcomeOK || reports[0].Items != 0 || len(m.puts) != 0 {
			t.Errorf("got %+v, puts %v, %v", reports, m.puts, err)
		}
	})
}

func TestTheKindOfASourceIsTheKindOfItsDocuments(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, m := newWorld(), newMemory()
		w.on(feedA, gives(feedA, "whatever"))
		var got source.Input
		for _, c := range []struct {
			src  hub.Source
			want string
		}{
			{hub.Source{ID: "a", Kind: hub.KindFeed, URL: feedA}, "feed"},
			{hub.Source{ID: "a", Kind: hub.KindPage, URL: feedA}, "page"},
			{hub.Source{ID: "a", Kind: hub.KindPage, URL: feedA, Format: "text"}, "text"},
		} {
			i := New(Options{Sources: []hub.Source{c.src}, Store: m, Fetch: w})
			i.read = func(in source.Input) (hub.Document, error) { got = in; return hub.Document{}, nil }
			if _, err := i.Once(t.Context(), nil, nil); err != nil || got.Kind != c.want || got.URL != feedA || got.ContentType == "" {
				t.Errorf("%+v read as %+v, %v", c.src, got, err)
			}
		}
	})
}
