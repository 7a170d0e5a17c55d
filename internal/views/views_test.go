package views

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"tinhub/internal/hub"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	itemA = hub.NewID("test", "a")
	itemB = hub.NewID("test", "b")
	home  = netip.MustParseAddr("203.0.113.7")
)

const browser = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"

// book is a store that keeps its promise: a batch counts once. fail answers before it is written, doubt after.
type book struct {
	mu     sync.Mutex
	totals map[hub.ID]uint64
	seen   map[string]string // batch id → content
	calls  int
	fail   func(call int) error
	doubt  func(call int) error
}

func newBook() *book { return &book{totals: map[hub.ID]uint64{}, seen: map[string]string{}} }

func (b *book) AddViews(ctx context.Context, batch hub.ViewBatch) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.calls++
	if b.fail != nil {
		if err := b.fail(b.calls); err != nil {
			return err
		}
	}
	content := fmt.Sprint(batch.Bucket, batch.Counts)
	if was, ok := b.seen[batch.ID]; !ok {
		b.seen[batch.ID] = content
		for id, n := range batch.Counts {
			b.totals[id] += n
		}
	} else if was != content {
		return fmt.Errorf("batch %s came back with other content", batch.ID)
	}
	if b.doubt != nil {
		if err := b.doubt(b.calls); err != nil {
			return err
		}
	}
	return ctx.Err()
}

func (b *book) total(id hub.ID) uint64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.totals[id]
}

// tally is a Meter.
type tally struct {
	mu sync.Mutex
	n  map[string]int
}

func (t *tally) Counted(outcome string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n == nil {
		t.n = map[string]int{}
	}
	t.n[outcome] += n
}

type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func newCounter(t testing.TB, o Options) *Counter {
	t.Helper()
	if o.Store == nil {
		o.Store = newBook()
	}
	c, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAVisitorCountsOncePerItemWithinTheSpan(t *testing.T) {
	noon := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	v6 := netip.MustParseAddr("2001:db8:1:2:aaaa::1")
	for _, tc := range []struct {
		name   string
		dedupe time.Duration
		first  View
		later  time.Duration
		second View
		want   string
	}{
		{"the same again", 30 * time.Minute, View{Item: itemA, Addr: home}, time.Minute, View{Item: itemA, Addr: home}, Repeat},
		{"the same just before the span is over", 30 * time.Minute, View{Item: itemA, Addr: home}, 30*time.Minute - 1, View{Item: itemA, Addr: home}, Repeat},
		{"the same when the span is over", 30 * time.Minute, View{Item: itemA, Addr: home}, 30 * time.Minute, View{Item: itemA, Addr: home}, Counted},
		{"another item", 30 * time.Minute, View{Item: itemA, Addr: home}, 0, View{Item: itemB, Addr: home}, Counted},
		{"another address", 30 * time.Minute, View{Item: itemA, Addr: home}, 0, View{Item: itemA, Addr: netip.MustParseAddr("203.0.113.8")}, Counted},
		{"another browser", 30 * time.Minute, View{Item: itemA, Addr: home}, 0, View{Item: itemA, Addr: home, UserAgent: browser}, Counted},
		{"another address of the same IPv6 network", 30 * time.Minute, View{Item: itemA, Addr: v6}, 0, View{Item: itemA, Addr: netip.MustParseAddr("2001:db8:1:2:bbbb::9")}, Repeat},
		{"another IPv6 network", 30 * time.Minute, View{Item: itemA, Addr: v6}, 0, View{Item: itemA, Addr: netip.MustParseAddr("2001:db8:1:3::1")}, Counted},
		{"an IPv4 address written as IPv6", 30 * time.Minute, View{Item: itemA, Addr: home}, 0, View{Item: itemA, Addr: netip.MustParseAddr("::ffff:203.0.113.7")}, Repeat},
		{"no span at all", 0, View{Item: itemA, Addr: home}, 0, View{Item: itemA, Addr: home}, Counted},
		{"no address at all", 30 * time.Minute, View{Item: itemA}, 0, View{Item: itemA}, Repeat},
		{"across midnight, long after the span", 30 * time.Minute, View{Item: itemA, Addr: home}, 12*time.Hour + 10*time.Minute, View{Item: itemA, Addr: home}, Counted},
	} {
		t.Run(tc.name, func(t *testing.T) {
			c := &clock{noon}
			counter := newCounter(t, Options{Dedupe: tc.dedupe, Now: c.now})
			if got := counter.Count(tc.first); got != Counted {
				t.Fatalf("the first reading is %q", got)
			}
			c.at = noon.Add(tc.later)
			if got := counter.Count(tc.second); got != tc.want {
				t.Errorf("the second reading is %q, want %q", got, tc.want)
			}
		})
	}
}

func TestARepeatDoesNotProlongTheSpan(t *testing.T) {
	c := &clock{time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	counter := newCounter(t, Options{Dedupe: 30 * time.Minute, Now: c.now})
	got := ""
	for range 7 { // at 0, 10, 20, 30 … minutes
		got += counter.Count(View{Item: itemA, Addr: home})[:1]
		c.at = c.at.Add(10 * time.Minute)
	}
	if got != "crrcrrc" {
		t.Errorf("readings every ten minutes are %s, want crrcrrc", got)
	}
}

func TestARepeatJustAfterMidnightIsStillKnown(t *testing.T) {
	c := &clock{time.Date(2026, 5, 1, 23, 50, 0, 0, time.UTC)}
	counter := newCounter(t, Options{Dedupe: 30 * time.Minute, Now: c.now})
	counter.Count(View{Item: itemA, Addr: home})
	c.at = time.Date(2026, 5, 2, 0, 5, 0, 0, time.UTC)
	if got := counter.Count(View{Item: itemA, Addr: home}); got != Repeat {
		t.Errorf("after a quarter of an hour it is %q, want a repeat", got)
	}
	yesterday := counter.seen.before
	c.at = time.Date(2026, 5, 2, 0, 30, 0, 0, time.UTC)
	if got := counter.Count(View{Item: itemA, Addr: home}); got != Counted {
		t.Errorf("after forty minutes it is %q, want it counted", got)
	}
	if yesterday == (salt{}) || counter.seen.before != (salt{}) {
		t.Error("yesterday's salt must be kept for one span after midnight and no longer")
	}
}

func TestAFloodOfVisitorsShortensTheMemoryAndRefusesNobody(t *testing.T) {
	c := &clock{time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)}
	s := newSeen(time.Hour, c.at)
	s.limit = 100
	addr := netip.MustParseAddr("10.0.0.0")
	for i := range 10_000 {
		addr = addr.Next()
		if !s.first(addr, "", itemA, c.at) {
			t.Fatalf("visitor %d is taken for a repeat", i)
		}
		if n := len(s.young) + len(s.old); n > 2*s.limit {
			t.Fatalf("%d readings are remembered after %d visitors, more than twice %d", n, i, s.limit)
		}
	}
	if s.first(addr, "", itemA, c.at) {
		t.Error("the newest visitor is forgotten already")
	}
}

func TestWhatNobodyReadsIsNotCounted(t *testing.T) {
	meter := &tally{}
	counter := newCounter(t, Options{Meter: meter})
	for want, v := range map[string]View{
		Unknown:  {Addr: home},
		Prefetch: {Item: itemA, Addr: home, Prefetch: true},
		Crawler:  {Item: itemA, Addr: home, UserAgent: "Googlebot/2.1 (+http://www.google.com/bot.html)"},
		Counted:  {Item: itemA, Addr: home},
	} {
		if got := counter.Count(v); got != want {
			t.Errorf("%+v is %q, want %q", v, got, want)
		}
	}
	if got := counter.Count(View{Item: itemA, Addr: home, Head: true}); got != Prefetch {
		t.Errorf("HEAD is %q", got)
	}
	if meter.n[Prefetch] != 2 || meter.n[Counted] != 1 || meter.n[Unknown] != 1 || meter.n[Crawler] != 1 {
		t.Errorf("the meter was told %v", meter.n)
	}
}

func TestCrawlersAreKnownAndPeopleAreNot(t *testing.T) {
	list, err := newCrawlers()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile("testdata/crawlers.json")
	if err != nil {
		t.Fatal(err)
	}
	var agents []string
	if err := json.Unmarshal(raw, &agents); err != nil || len(agents) < 100 {
		t.Fatalf("%d agents: %v", len(agents), err)
	}
	for _, a := range agents {
		for _, from := range []string{"the list", "the cache"} {
			if !list.is(a) {
				t.Errorf("%q is not known as a crawler from %s", a, from)
			}
		}
	}
	people, err := os.ReadFile("testdata/people.txt")
	if err != nil {
		t.Fatal(err)
	}
	for a := range strings.Lines(string(people)) {
		a = strings.TrimSpace(a)
		for _, from := range []string{"the list", "the cache"} {
			if list.is(a) {
				t.Errorf("%q is taken for a crawler from %s", a, from)
			}
		}
	}
	if list.is("") {
		t.Error("a missing agent is taken for a crawler")
	}
	if list.is(strings.Repeat("x", 1<<20) + "Googlebot") {
		t.Error("more of an agent is read than its bound")
	}
}

func TestTheCacheOfAgentsIsBounded(t *testing.T) {
	list, err := newCrawlers()
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 * agentCache {
		list.is(fmt.Sprintf("agent %d", i))
	}
	if n := len(list.young) + len(list.old); n > 2*agentCache {
		t.Errorf("%d agents are kept", n)
	}
}

// run runs counter.Run in a synctest bubble until stop is called, which gives its error.
func run(counter *Counter) (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- counter.Run(ctx) }()
	return func() error {
		cancel()
		return <-done
	}
}

func TestAViewIsDurableWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		counter := newCounter(t, Options{Store: b})
		stop := run(counter)
		for range 5 {
			counter.Count(View{Item: itemA, Addr: home})
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if got := b.total(itemA); got != 5 {
			t.Errorf("%d views are stored after a second, want 5", got)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		if b.calls != 1 {
			t.Errorf("the store was called %d times for one batch", b.calls)
		}
	})
}

func TestABatchInDoubtIsSentAgainUnchangedAndNewCountsMerge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		b.doubt = func(call int) error {
			if call <= 4 {
				return errors.New("the answer was lost")
			}
			return nil
		}
		counter := newCounter(t, Options{Store: b})
		stop := run(counter)
		want := uint64(0)
		for range 100 {
			counter.Count(View{Item: itemA, Addr: home})
			want++
			time.Sleep(100 * time.Millisecond)
			counter.mu.Lock()
			n := len(counter.pending.waiting)
			counter.mu.Unlock()
			if n > 3 {
				t.Fatalf("%d batches wait", n)
			}
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
		if got := b.total(itemA); got != want {
			t.Errorf("%d views are stored of %d", got, want)
		}
	})
}

func TestTheStoreAwayForHoursLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBook()
		away := true
		b.fail = func(int) error {
			if away {
				return hub.Errorf(hub.Unavailable, "away")
			}
			return nil
		}
		counter := newCounter(t, Options{Store: b})
		stop := run(counter)
		want := uint64(0)
		for range 5 * 60 {
			counter.Count(View{Item: itemA, Addr: home})
			counter.Count(View{Item: itemB, Addr: home})
			want++
			time.Sleep(time.Minute)
		}
		b.mu.Lock()
		away = false
		b.mu.Unlock()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if a, b := b.total(itemA), b.total(itemB); a != want || b != want {
			t.Errorf("%d and %d views are stored of %d", a, b, want)
		}
		if err := stop(); err != nil {
			t.Error(err)
		}
	})
}

func TestTheEndStoresWhatIsLeftWithinItsOwnTime(t *testing.T) {
	for _, tc := range []struct {
		name  string
		fails int
		lost  bool
	}{
		{"at once", 0, false}, {"after some failures", 10, false}, {"never, and says so", 1 << 20, true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBook()
				b.fail = func(call int) error {
					if call <= tc.fails {
						return errors.New("away")
					}
					return nil
				}
				counter := newCounter(t, Options{Store: b})
				stop := run(counter)
				counter.Count(View{Item: itemA, Addr: home})
				counter.Count(View{Item: itemB, Addr: home})
				began := time.Now()
				err := stop()
				if took := time.Since(began); took > finalWait+finalBackOff {
					t.Errorf("the end took %s", took)
				}
				if tc.lost {
					if err == nil || !strings.Contains(err.Error(), "2 views are lost") {
						t.Errorf("the error is %v", err)
					}
					return
				}
				if err != nil || b.total(itemA) != 1 || b.total(itemB) != 1 {
					t.Errorf("stored %d and %d, error %v", b.total(itemA), b.total(itemB), err)
				}
			})
		})
	}
}

func TestAStoreThatHangsDoesNotHoldUpCounting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := &hanging{}
		counter := newCounter(t, Options{Store: b})
		stop := run(counter)
		counter.Count(View{Item: itemA, Addr: home})
		time.Sleep(time.Second)
		began := time.Now()
		if got := counter.Count(View{Item: itemA, Addr: home}); got != Counted || time.Since(began) != 0 {
			t.Errorf("%s after %s", got, time.Since(began))
		}
		if err := stop(); err == nil {
			t.Error("two views are lost and nobody says so")
		}
	})
}

type hanging struct{}

func (*hanging) AddViews(ctx context.Context, _ hub.ViewBatch) error {
	<-ctx.Done()
	return ctx.Err()
}

func TestCountsAreExactUnderFiftyGoroutines(t *testing.T) {
	b := newBook()
	meter := &tally{}
	counter := newCounter(t, Options{Store: b, Meter: meter})
	stop := run(counter)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			for range 200 {
				counter.Count(View{Item: itemA, Addr: home, UserAgent: browser})
			}
		})
	}
	wg.Wait()
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	if got := b.total(itemA); got != 10_000 || meter.n[Counted] != 10_000 {
		t.Errorf("stored %d, metered %d, want 10000", got, meter.n[Counted])
	}
}

func TestNewNeedsAStore(t *testing.T) {
	if _, err := New(Options{}); err == nil {
		t.Error("a counter without a store was made")
	}
}
