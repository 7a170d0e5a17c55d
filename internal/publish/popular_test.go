package publish

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tinhub/internal/hub"
)

func TestTheMostReadComeFirstThenTheNewest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		p := running(t, store)
		for n := range 60 {
			store.put(article(n, "news", fmt.Sprint("n", n)))
		}
		waitFor(t, p, store.put(article(100, "thoi-su", "elsewhere")))
		store.do(func() {
			store.views[hub.NewID("cms", "2")] = 5 // not among the newest 50
			store.views[hub.NewID("cms", "40")] = 9
			store.views[hub.NewID("cms", "100")] = 99
		})
		snap, ranked, err := p.PopularSnapshot(t.Context(), "news", hub.WindowHour)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"n40", "n2"}
		for n := 59; len(want) < hub.FeedSize; n-- {
			if n != 40 {
				want = append(want, fmt.Sprint("n", n))
			}
		}
		if got := titlesOf(snap); !slices.Equal(got, want) {
			t.Errorf("order %q", got)
		}
		if len(ranked) != 2 || ranked[0].Views != 9 || ranked[1].ID != hub.NewID("cms", "2") {
			t.Errorf("ranked %+v", ranked)
		}
		f := popularFeed(t, p, "news", "rss", hub.WindowHour)
		if f.Self != site.URL+"/feeds/news/popular.rss?window=1h" || !f.LastModified.IsZero() {
			t.Errorf("self %s, modified %s", f.Self, f.LastModified)
		}
		if !strings.Contains(body(f), "<title>News: most read in the last hour – Báo Sông Xanh</title>") {
			t.Errorf("title: %.600s", body(f))
		}
		if day := popularFeed(t, p, "thoi-su", "rss", ""); day.Self != site.URL+"/feeds/thoi-su/popular.rss" || !strings.Contains(body(day), "đọc nhiều trong 24 giờ qua") {
			t.Errorf("the default window is %s", day.Self)
		}
	})
}

func TestANewRankingIsANewStateWithTheTimeOfItsItems(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		p := running(t, store)
		var changed time.Time
		for n := range 3 {
			time.Sleep(time.Hour)
			waitFor(t, p, store.put(article(n, "news", fmt.Sprint("n", n))))
			changed = time.Now().UTC().Truncate(time.Second)
		}
		first := popularFeed(t, p, "news", "rss", hub.WindowDay)
		time.Sleep(time.Hour)
		if again := popularFeed(t, p, "news", "rss", hub.WindowDay); again.Codings[0].ETag != first.Codings[0].ETag {
			t.Error("the tag changed without a new ranking")
		}
		store.do(func() { store.views[hub.NewID("cms", "0")] = 1 })
		popularFeed(t, p, "news", "rss", hub.WindowDay)
		time.Sleep(2 * tickEvery)
		second := popularFeed(t, p, "news", "rss", hub.WindowDay)
		if second.Codings[0].ETag == first.Codings[0].ETag {
			t.Error("a new order has the old tag")
		}
		snap, _, err := p.PopularSnapshot(t.Context(), "news", hub.WindowDay)
		if err != nil || !snap.Updated.Equal(changed) {
			t.Errorf("updated %s, want %s (%v)", snap.Updated, changed, err)
		}
		empty, _, err := p.PopularSnapshot(t.Context(), "trong", hub.WindowDay)
		if err != nil || empty.Updated.IsZero() || len(empty.Items) != 0 {
			t.Errorf("an empty section: %+v, %v", empty, err)
		}
	})
}

func TestAFeedIsRankedAtMostOnceASecondAndOnlyWhileAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		p := running(t, store)
		ready(t, p)
		time.Sleep(time.Minute)
		if n := store.count("Top news"); n != 0 {
			t.Errorf("ranked %d times before anybody asked", n)
		}
		for range 5 {
			for range 1000 {
				popularFeed(t, p, "news", "rss", hub.WindowDay)
			}
			time.Sleep(time.Second)
		}
		if n := store.count("Top news"); n < 5 || n > 7 {
			t.Errorf("ranked %d times in five seconds", n)
		}
		time.Sleep(keepPopular + 2*tickEvery)
		n := store.count("Top news")
		if kept := len(p.state.Load().popular); kept != 0 {
			t.Errorf("%d feeds are kept though nobody asked", kept)
		}
		time.Sleep(time.Hour)
		if m := store.count("Top news"); m != n || m > 610 {
			t.Errorf("ranked %d times, then %d", n, m)
		}
	})
}

func TestNoMoreThanSoManyMostReadFeedsAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var many []hub.Section
		for n := range maxPopular {
			many = append(many, hub.Section{ID: fmt.Sprint("s", n)})
		}
		p := running(t, newFake(), func(o *Options) { o.Sections = many })
		ready(t, p)
		for _, s := range many {
			popularFeed(t, p, s.ID, "rss", hub.WindowDay)
		}
		time.Sleep(2 * time.Minute)
		for _, s := range many[:10] {
			popularFeed(t, p, s.ID, "rss", hub.WindowDay)
		}
		for _, s := range many[11:] {
			popularFeed(t, p, s.ID, "rss", hub.WindowDay)
		}
		popularFeed(t, p, hub.AllSection, "rss", hub.WindowDay)
		st := p.state.Load()
		_, all := st.popular[popularKey{hub.AllSection, hub.WindowDay}]
		_, forgotten := st.popular[popularKey{"s10", hub.WindowDay}]
		if len(st.popular) != maxPopular || !all || forgotten {
			t.Errorf("%d kept; the newest: %t, the one asked for longest ago: %t", len(st.popular), all, forgotten)
		}
	})
}

func TestAnItemThatMovedAwayLeavesTheMostReadOfItsSection(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		p := running(t, store)
		waitFor(t, p, store.put(article(1, "news", "Moves")))
		store.do(func() { store.views[hub.NewID("cms", "1")] = 3 })
		popularFeed(t, p, "news", "json", hub.WindowDay)
		waitFor(t, p, store.put(article(1, "thoi-su", "Moves")))
		if strings.Contains(body(popularFeed(t, p, "news", "json", hub.WindowDay)), "Moves") {
			t.Error("it still stands where it was")
		}
		if !strings.Contains(body(popularFeed(t, p, "thoi-su", "json", hub.WindowDay)), "Moves") {
			t.Error("it is not where it went")
		}
	})
}

// late ranks what was retracted a moment before.
type late struct {
	*fake
	gone hub.ID
}

func (l late) Top(context.Context, time.Time, string, hub.Window, int) ([]hub.Ranked, error) {
	return []hub.Ranked{{ID: l.gone, Views: 9}}, nil
}

func TestWhatIsRetractedBetweenRankingAndReadingIsNotShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		id := hub.NewID("cms", "1")
		store := newFake()
		p := running(t, late{store, id})
		store.put(article(1, "news", "Killed"))
		waitFor(t, p, store.order(hub.Order{ID: id, By: hub.ByDesk}))
		snap, ranked, err := p.PopularSnapshot(t.Context(), "news", hub.WindowDay)
		if err != nil || len(snap.Items) != 0 || len(ranked) != 0 {
			t.Errorf("%q, %v, %v", titlesOf(snap), ranked, err)
		}
	})
}

func TestRankingAgainReadsNoRecordTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		p := running(t, store)
		var last hub.Seq
		for n := range hub.FeedSize + 1 {
			last = store.put(article(n, "news", fmt.Sprint("n", n)))
		}
		waitFor(t, p, last)
		store.do(func() { store.views[hub.NewID("cms", "0")] = 1 }) // the one that the shelf does not show
		popularFeed(t, p, "news", "rss", hub.WindowDay)
		time.Sleep(10 * tickEvery)
		if n := store.count("Records"); n != 1 {
			t.Errorf("read %d times", n)
		}
	})
}

func TestEventsDoNotWaitForARankingThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		p := running(t, store)
		waitFor(t, p, store.put(article(1, "news", "n1.")))
		hang := make(chan struct{})
		store.do(func() { store.topHangs = hang })
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				if _, err := p.Popular(t.Context(), "news", "rss", hub.WindowDay, 0); err != nil {
					t.Errorf("the ranking: %v", err)
				}
			})
		}
		synctest.Wait()
		began := time.Now()
		waitFor(t, p, store.order(hub.Order{ID: hub.NewID("cms", "1"), By: hub.ByDesk}))
		if took := time.Since(began); took > 100*time.Millisecond {
			t.Errorf("the retraction was served after %s", took)
		}
		close(hang)
		wg.Wait()
		if n := store.count("Top news"); n != 1 {
			t.Errorf("ranked %d times for three who asked at once", n)
		}
		if got := body(popularFeed(t, p, "news", "rss", hub.WindowDay)); strings.Contains(got, "n1.") {
			t.Error("what was taken out during the ranking is in it")
		}
	})
}

func TestEventsDoNotWaitForARankingNorFailWithIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		p := running(t, store)
		for n := range 3 {
			waitFor(t, p, store.put(article(n, "news", fmt.Sprintf("n%d.", n))))
		}
		id := hub.NewID("cms", "0")
		store.do(func() { store.views[id] = 9 })
		popularFeed(t, p, "news", "rss", hub.WindowDay)
		store.do(func() { store.topDown = errors.New("the counters are away") })
		before := store.count("Top news")
		began := time.Now()
		waitFor(t, p, store.order(hub.Order{ID: id, By: hub.ByDesk}))
		if took := time.Since(began); took > 100*time.Millisecond {
			t.Errorf("the retraction was served after %s", took)
		}
		waitFor(t, p, store.put(article(7, "news", "n7.")))
		got := body(popularFeed(t, p, "news", "rss", hub.WindowDay))
		if strings.Contains(got, "n0.") || !strings.Contains(got, "n7.") {
			t.Errorf("most read:\n%s", got)
		}
		if n := store.count("Top news"); n != before {
			t.Errorf("ranked %d times for two events", n-before)
		}
		if strings.Contains(body(feed(t, p, "news", "rss")), "n0.") {
			t.Error("the item taken out is still served")
		}
	})
}
