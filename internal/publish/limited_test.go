package publish

import (
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

func limitedFeed(t *testing.T, p *Publisher, section, format string, limit int) *hub.Feed {
	t.Helper()
	f, err := p.Limited(t.Context(), section, format, limit, 0)
	if err != nil {
		t.Fatalf("%s.%s?limit=%d: %v", section, format, limit, err)
	}
	return f
}

// stocked is a store with n articles in news, titled "n0." and so on, the last the newest.
func stocked(n int) (*fake, hub.Seq) {
	store := newFake()
	var seq hub.Seq
	for i := range n {
		seq = store.put(article(i, "news", fmt.Sprintf("n%d.", i)))
	}
	return store, seq
}

func (l *limitedFeeds) room() (feeds, bytes int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.kept), l.bytes
}

func TestALimitedFeedIsAsLongAsAskedForUpToAThousand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, seq := stocked(1100)
		p := running(t, store)
		waitFor(t, p, seq)
		for limit, want := range map[int]int{1: 1, 3: 3, 49: 49, 50: 50, 51: 51, 200: 200, 1000: 1000, 1001: 1000, 1 << 40: 1000} {
			for format, mark := range map[string]string{"rss": "<item>", "atom": "<published>", "json": `"content_html":`} {
				f := limitedFeed(t, p, "news", format, limit)
				if n := strings.Count(body(f), mark); n != want || !strings.Contains(body(f), "n1099.") {
					t.Errorf("limit %d as %s: %d items, want %d", limit, format, n, want)
				}
				self := site.URL + "/feeds/news." + format
				if want != hub.FeedSize {
					self += fmt.Sprintf("?limit=%d", want)
				}
				if f.Self != self || !strings.Contains(body(f), self) || f.LastModified.IsZero() {
					t.Errorf("limit %d: self %s, modified %s", limit, f.Self, f.LastModified)
				}
			}
		}
		if limitedFeed(t, p, "news", "rss", 50) != feed(t, p, "news", "rss") {
			t.Error("the usual number is not the usual feed")
		}
		for _, limit := range []int{0, -1} {
			if _, err := p.Limited(t.Context(), "news", "rss", limit, 0); hub.KindOf(err) != hub.Invalid {
				t.Errorf("limit %d: %v", limit, err)
			}
		}
		if _, err := p.Limited(t.Context(), "nobody", "rss", 5, 0); hub.KindOf(err) != hub.NotFound {
			t.Errorf("an unknown section: %v", err)
		}
	})
}

func TestALimitedFeedIsMadeOnceAndStaysTheSameWhileItsItemsDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, seq := stocked(100)
		p := running(t, store)
		waitFor(t, p, seq)
		short, long := limitedFeed(t, p, "news", "json", 5), limitedFeed(t, p, "news", "json", 80)
		reads := store.count("Shelf news")
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if limitedFeed(t, p, "news", "json", 5) != short || limitedFeed(t, p, "news", "json", 80) != long {
					t.Error("made again though nothing happened")
				}
			})
		}
		wg.Wait()
		if n := store.count("Shelf news"); n != reads {
			t.Errorf("%d reads of the store for feeds that are made", n-reads)
		}
		time.Sleep(time.Hour)
		again := limitedFeed(t, p, "news", "json", 80)
		if again.Codings[0].ETag != long.Codings[0].ETag || !again.LastModified.Equal(long.LastModified) {
			t.Error("time alone changed a feed")
		}
		// An item beyond the short one's reach, and within the long one's.
		waitFor(t, p, store.put(article(60, "news", "n60. corrected")))
		if f := limitedFeed(t, p, "news", "json", 5); f.Codings[0].ETag != short.Codings[0].ETag || !f.LastModified.Equal(short.LastModified) {
			t.Error("what happened beyond its items changed a feed")
		}
		f := limitedFeed(t, p, "news", "json", 80)
		if !strings.Contains(body(f), "n60. corrected") || !f.LastModified.After(long.LastModified) {
			t.Errorf("a correction does not show, or not in the time %s", f.LastModified)
		}
	})
}

func TestARetractionIsOutOfLimitedFeedsWhenItsSeqIsServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, seq := stocked(100)
		p := running(t, store)
		waitFor(t, p, seq)
		for _, n := range []int{99, 60, 5} {
			before := map[int]*hub.Feed{}
			for _, limit := range []int{2, 70, 1000} {
				before[limit] = limitedFeed(t, p, "news", "atom", limit)
			}
			time.Sleep(time.Minute / 2)
			seq := store.order(hub.Order{ID: hub.NewID("cms", fmt.Sprint(n)), By: hub.ByDesk, Reason: "Sai"})
			waitFor(t, p, seq)
			for limit, was := range before {
				f := limitedFeed(t, p, "news", "atom", limit)
				if strings.Contains(body(f), fmt.Sprintf("<title>n%d.", n)) || !strings.Contains(body(f), string(hub.NewID("cms", fmt.Sprint(n)))) {
					t.Errorf("limit %d: item %d is still in it, or no tombstone", limit, n)
				}
				if f.Head < seq || !f.LastModified.After(was.LastModified) {
					t.Errorf("limit %d, item %d: head %d, modified %s after %s", limit, n, f.Head, f.LastModified, was.LastModified)
				}
			}
		}
	})
}

func TestALimitedFeedNeverTellsAnEarlierTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, seq := stocked(100)
		p := running(t, store)
		waitFor(t, p, seq)
		var times []time.Time
		look := func() {
			times = append(times, limitedFeed(t, p, "news", "rss", 70).LastModified)
			time.Sleep(time.Minute)
		}
		look()
		waitFor(t, p, store.put(article(35, "news", "corrected")))
		look()
		waitFor(t, p, store.put(article(35, "thoi-su", "corrected"))) // to another section
		look()
		id := hub.NewID("cms", "40")
		waitFor(t, p, store.order(hub.Order{ID: id, By: hub.ByDesk}))
		look()
		waitFor(t, p, store.order(hub.Order{ID: id, By: hub.ByDesk, Restore: true}))
		look()
		if !slices.IsSortedFunc(times, time.Time.Compare) || times[0].Equal(times[4]) {
			t.Errorf("the times went %s", times)
		}
	})
}

func TestALongFeedLosesWhatWasTrimmedWithinAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, seq := stocked(100)
		p := running(t, store)
		waitFor(t, p, seq)
		limitedFeed(t, p, "news", "rss", 100)
		store.do(func() {
			r := store.records[hub.NewID("cms", "0")]
			store.records[r.ID] = hub.DecideTrim(r).Record
		})
		time.Sleep(limitedAge + time.Second)
		if f := limitedFeed(t, p, "news", "rss", 100); strings.Contains(body(f), "n0.") {
			t.Error("the trimmed item is still there")
		}
	})
}

func TestWhileTheStoreIsAwayLimitedFeedsAreServedUnlessTheyAreOutdated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, seq := stocked(100)
		p := running(t, store)
		waitFor(t, p, seq)
		long := limitedFeed(t, p, "news", "rss", 80)
		away := func(err error) { store.do(func() { store.down = err }) }
		away(&hub.Error{Kind: hub.Unavailable, Err: errors.New("connection refused")})
		time.Sleep(2 * limitedAge)
		if f := limitedFeed(t, p, "news", "rss", 80); f != long {
			t.Error("another feed without a store")
		}
		if n := strings.Count(body(limitedFeed(t, p, "news", "rss", 7)), "<item>"); n != 7 {
			t.Errorf("a short feed has %d items", n)
		}
		if _, err := p.Limited(t.Context(), "news", "rss", 81, 0); hub.KindOf(err) != hub.Unavailable {
			t.Errorf("a long feed that was never made: %v", err)
		}
		away(nil)
		time.Sleep(time.Minute)
		waitFor(t, p, store.order(hub.Order{ID: hub.NewID("cms", "30"), By: hub.ByDesk}))
		away(&hub.Error{Kind: hub.Unavailable})
		if _, err := p.Limited(t.Context(), "news", "rss", 80, 0); hub.KindOf(err) != hub.Unavailable {
			t.Errorf("a feed with an item that was taken out: %v", err)
		}
	})
}

func TestLimitedFeedsTakeABoundedRoomAndGoWhenUnused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, seq := stocked(10)
		p := running(t, store)
		waitFor(t, p, seq)
		for limit := 51; limit < 51+2*maxLimited; limit++ {
			limitedFeed(t, p, "news", "rss", limit)
			time.Sleep(time.Millisecond)
			limitedFeed(t, p, "news", "rss", 5) // always in use
		}
		if n, _ := p.limited.room(); n != maxLimited {
			t.Errorf("%d are kept", n)
		}
		if p.limited.last(limitedKey{"news", "rss", 5}) == nil || p.limited.last(limitedKey{"news", "rss", 51}) != nil {
			t.Error("the wrong ones went")
		}
		time.Sleep(keepLimited + 2*tickEvery)
		if n, size := p.limited.room(); n != 0 || size != 0 {
			t.Errorf("%d with %d bytes are kept though nobody asks", n, size)
		}
	})
}

func TestTheRoomOfLimitedFeedsIsMeasuredInBytes(t *testing.T) {
	l, of := newLimitedFeeds(), &hub.Snapshot{}
	now := time.Now()
	for n := range 10 {
		l.keep(limitedKey{"news", "rss", n + 1}, &limited{feed: &hub.Feed{}, of: of, asked: now.Add(time.Duration(n)), bytes: limitedBytes / 4})
		if l.bytes > limitedBytes {
			t.Errorf("%d bytes", l.bytes)
		}
	}
	if len(l.kept) != 4 || l.current(limitedKey{"news", "rss", 10}, of, now) == nil {
		t.Errorf("%d are kept", len(l.kept))
	}
	l.keep(limitedKey{"news", "rss", 99}, &limited{feed: &hub.Feed{}, of: of, asked: now, bytes: 2 * limitedBytes})
	if len(l.kept) != 1 || l.bytes != 2*limitedBytes {
		t.Errorf("beside a huge one %d are kept, %d bytes", len(l.kept), l.bytes)
	}
}

func TestAnotherProcessServesTheSameLimitedFeeds(t *testing.T) {
	store := opened(t, ":memory:")
	var seq hub.Seq
	for n := range 70 {
		seq = put(t, store, article(n, "news", fmt.Sprint("n", n)))
	}
	a := running(t, store)
	waitFor(t, a, seq)
	limitedFeed(t, a, "news", "json", 60)
	out, err := store.Mark(t.Context(), time.Now(), hub.Order{ID: hub.NewID("cms", "30"), By: hub.ByDesk})
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, a, out.Seq)
	b := running(t, store)
	waitFor(t, b, out.Seq)
	for _, limit := range []int{1, 20, 60, 1000} {
		fa, fb := limitedFeed(t, a, "news", "json", limit), limitedFeed(t, b, "news", "json", limit)
		if body(fa) != body(fb) || !fa.LastModified.Equal(fb.LastModified) {
			t.Errorf("limit %d: %s and %s", limit, fa.LastModified, fb.LastModified)
		}
	}
}
