package publish

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"tinhub/internal/hub"
)

func TestWhileTheStoreIsAwayWhatIsKnownIsServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		p := running(t, store)
		waitFor(t, p, store.put(article(1, "news", "Known")))
		popularFeed(t, p, "news", "rss", hub.WindowDay)
		before := store.count("Head")
		store.do(func() { store.down = hub.Errorf(hub.Unavailable, "redis at 10.0.0.7:6379 does not answer") })
		time.Sleep(10 * time.Minute)
		// What it is, and not where: the probe that says it stands on the public door.
		if up, why := p.Status(); !up || !strings.Contains(why, "unavailable") || strings.Contains(why, "10.0.0.7") {
			t.Errorf("status %t %q", up, why)
		}
		for _, f := range []*hub.Feed{feed(t, p, "news", "rss"), popularFeed(t, p, "news", "rss", hub.WindowDay)} {
			if !strings.Contains(body(f), "Known") {
				t.Errorf("%s is without what was known", f.Self)
			}
		}
		if _, err := p.Popular(t.Context(), "trong", "rss", hub.WindowHour, 0); hub.KindOf(err) != hub.Unavailable {
			t.Errorf("a feed that must be ranked first: %v, want unavailable", err)
		}
		// Retries: 0.1, 0.2, … then every 10 s, give or take half.
		if n := store.count("Head") - before; n < 40 || n > 140 {
			t.Errorf("asked %d times in ten minutes", n)
		}
		store.do(func() { store.down = nil })
		seq := store.put(article(2, "news", "Missed"))
		time.Sleep(30 * time.Second)
		if up, why := p.Status(); !up || why != "" {
			t.Errorf("well again, but status %t %q", up, why)
		}
		waitFor(t, p, seq)
		if !strings.Contains(body(feed(t, p, "news", "rss")), "Missed") {
			t.Error("what happened meanwhile is missing")
		}
	})
}

// hanging answers Top only when the caller gives up.
type hanging struct{ *fake }

func (h hanging) Top(ctx context.Context, _ time.Time, _ string, _ hub.Window, _ int) ([]hub.Ranked, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestAStoreThatHangsHoldsNobodyForLongerThanACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := running(t, hanging{newFake()})
		ready(t, p)
		start := time.Now()
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if _, err := p.Popular(context.Background(), "news", "rss", hub.WindowDay, 0); hub.KindOf(err) != hub.Unavailable {
					t.Errorf("%v, want unavailable", err)
				}
			})
		}
		wg.Wait()
		if took := time.Since(start); took > callTimeout {
			t.Errorf("the last one waited %s", took)
		}
	})
}

func TestAStoreThatIsAwayAtTheStartIsWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		store.down = fmt.Errorf("dial: %w", hub.Errorf(hub.Unavailable, "connection refused"))
		p := running(t, store)
		time.Sleep(time.Minute)
		if up, why := p.Status(); up || why == "" {
			t.Errorf("status %t %q", up, why)
		}
		store.do(func() { store.down = nil })
		time.Sleep(30 * time.Second)
		ready(t, p)
	})
}

func TestAStoreThatWakesForNothingMakesNoBusyLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		store.idle = true
		p := running(t, store)
		ready(t, p)
		time.Sleep(10 * time.Second)
		if n := store.count("Wait"); n < 10 || n > 110 {
			t.Errorf("waited %d times in ten seconds", n)
		}
	})
}

func TestAHeadWithoutEventsIsAFaultAndNoBusyLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		p := running(t, store)
		ready(t, p)
		store.do(func() { store.head.Seq = 5 })
		time.Sleep(10 * time.Second)
		if _, why := p.Status(); why == "" {
			t.Error("nobody is told")
		}
		if n := store.count("Events"); n < 2 || n > 15 {
			t.Errorf("asked %d times in ten seconds", n)
		}
	})
}

func TestAReaderWhosePlaceWasTrimmedReadsEverythingAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		p := running(t, store)
		waitFor(t, p, store.put(article(1, "news", "First")))
		popularFeed(t, p, "thoi-su", "rss", hub.WindowDay)
		var last hub.Seq
		store.do(func() { store.down = hub.Errorf(hub.Unavailable, "away") })
		for n := 2; n < 10; n++ {
			last = store.put(article(n, "thoi-su", fmt.Sprint("Missed ", n)))
		}
		store.do(func() { store.oldest, store.log, store.down = last, store.log[len(store.log)-1:], nil })
		waitFor(t, p, last)
		for _, f := range []*hub.Feed{feed(t, p, "thoi-su", "rss"), popularFeed(t, p, "thoi-su", "rss", hub.WindowDay)} {
			if !strings.Contains(body(f), "Missed 2") {
				t.Errorf("%s is without the event that was trimmed from the log", f.Self)
			}
		}
	})
}

func TestAfterALossWhatIsKnownHereIsWrittenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		p := running(t, store)
		waitFor(t, p, store.put(article(1, "news", "Lives")))
		waitFor(t, p, store.put(article(2, "thoi-su", "Lives too")))
		waitFor(t, p, store.put(article(3, "news", "Killed")))
		waitFor(t, p, store.order(hub.Order{ID: hub.NewID("cms", "3"), By: hub.ByDesk, Reason: "Sai"}))
		before := map[string]string{}
		for _, s := range p.Sections() {
			before[s.ID] = body(feed(t, p, s.ID, "json"))
		}
		lost := store.lose()
		time.Sleep(time.Minute)
		head, _ := store.Head(t.Context())
		waitFor(t, p, head.Seq)
		for id, was := range before {
			if d := cmp.Diff(was, body(feed(t, p, id, "json"))); d != "" {
				t.Errorf("%s changed over the loss:\n%s", id, d)
			}
		}
		for _, id := range []string{"1", "2"} {
			id := hub.NewID("cms", id)
			if d := cmp.Diff(lost[id], store.records[id]); d != "" {
				t.Errorf("%s came back as another:\n%s", id, d)
			}
		}
		killed := store.records[hub.NewID("cms", "3")]
		if killed.State != hub.StateRetracted || killed.Retraction.By != hub.ByDesk || !slices.Equal(killed.Sections, []string{"news"}) {
			t.Errorf("the killed item came back as %+v", killed)
		}
		// Its source sends it again, in a corrected form: it stays out, and the newest version is kept for the desk.
		store.put(article(3, "news", "Killed, corrected"))
		if r := store.records[hub.NewID("cms", "3")]; r.State != hub.StateRetracted || r.Title != "Killed, corrected" || r.Source != "cms" {
			t.Errorf("sent again it is %+v", r)
		}
		if len(store.reseeded) != 3 {
			t.Errorf("%d records written back, want each once", len(store.reseeded))
		}
	})
}

func TestWhatLeavesAShelfWithoutAnEventIsNoticed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		p := running(t, store)
		waitFor(t, p, store.put(article(1, "news", "Old")))
		store.do(func() {
			r := store.records[hub.NewID("cms", "1")]
			store.records[r.ID] = hub.DecideTrim(r).Record
			store.touched["news"], store.touched[hub.AllSection] = time.Now().UTC(), time.Now().UTC()
		})
		time.Sleep((sweepTicks + 1) * tickEvery)
		for _, section := range []string{"news", hub.AllSection} {
			if strings.Contains(body(feed(t, p, section, "rss")), "Old") {
				t.Errorf("%s still has the trimmed item", section)
			}
		}
	})
}

// Many write, each asks for its own seq: every feed must have what it was asked for, whoever else writes.
func TestNobodyGetsAFeedWithoutTheEventAskedFor(t *testing.T) {
	store := newFake()
	p := running(t, store)
	ready(t, p)
	var wg sync.WaitGroup
	for w := range 6 {
		wg.Go(func() {
			for n := range 8 { // 48 in all: every one of them stands in the feed
				title := fmt.Sprintf("<%d-%d>", w, n)
				in := article(w*100+n, []string{"news", "thoi-su"}[w%2], title)
				in.Item.Published = time.Date(1999, 11, 1, 8, 0, n, w, ict) // among the newest
				seq := store.put(in)
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				f, err := p.Feed(ctx, hub.AllSection, "json", seq)
				pop, perr := p.Popular(ctx, in.Sections[0], "json", hub.WindowHour, seq)
				cancel()
				if err != nil || perr != nil || f.Head < seq || pop.Head < seq {
					t.Errorf("%s: %v, %v", title, err, perr)
					return
				}
				if !strings.Contains(body(f), fmt.Sprintf(`"title": "%s"`, title)) {
					t.Errorf("all.json at %d, asked for %d, is without %s", f.Head, seq, title)
				}
				runtime.Gosched()
			}
		})
	}
	wg.Wait()
}
