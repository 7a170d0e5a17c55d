package audience

import (
	"fmt"
	"math"
	"net/netip"
	"sync"
	"testing"
	"time"
)

const browser = "NetNewsWire (RSS Reader; https://netnewswire.com/)"

type clock struct{ now time.Time }

func (c *clock) read() time.Time { return c.now }

func counter(sections ...string) (*Counter, *clock) {
	c := &clock{time.Date(2026, 5, 4, 9, 0, 0, 0, time.UTC)}
	return New(sections, c.read), c
}

func v4(n int) netip.Addr {
	return netip.AddrFrom4([4]byte{203, byte(n >> 16), byte(n >> 8), byte(n)})
}

func TestAReaderCountsOnceHoweverOftenItComes(t *testing.T) {
	c, _ := counter("news")
	for range 1000 {
		c.Seen("news", v4(1), browser)
	}
	if n := c.Count("news"); n != 1 {
		t.Errorf("one reader counts %d", n)
	}
	c.Seen("news", v4(1), "Another/1.0")
	c.Seen("news", v4(2), browser)
	if n := c.Count("news"); n != 3 {
		t.Errorf("three readers count %d", n)
	}
}

func TestAboutAsManyAreCountedAsThereAre(t *testing.T) {
	for _, readers := range []int{0, 1, 5, 20, 100, 1000, 20_000, 300_000} {
		c, _ := counter("news")
		for n := range readers {
			c.Seen("news", v4(n), browser)
		}
		got := float64(c.Count("news"))
		if off := math.Abs(got-float64(readers)) / math.Max(float64(readers), 1); off > 0.15 || readers <= 5 && off > 0.21 {
			t.Errorf("%d readers count %.0f", readers, got)
		}
	}
}

func TestWhoReadsSeveralSectionsCountsOnceForASourceThatFeedsThem(t *testing.T) {
	c, _ := counter("a", "b", "c")
	for n := range 50 {
		c.Seen("a", v4(n), browser)
		c.Seen("b", v4(n), browser)
		c.Seen("c", v4(1000+n), browser)
	}
	if both, one := c.Count("a", "b"), c.Count("a"); both != one {
		t.Errorf("the same readers at two sections: %d, at one: %d", both, one)
	}
	if n := c.Count("a", "b", "c"); n < 92 || n > 108 {
		t.Errorf("100 readers count %d", n)
	}
	if n := c.Count("nowhere"); n != 0 {
		t.Errorf("an unknown section has %d readers", n)
	}
}

func TestAnAggregatorCountsForItsReadersOnce(t *testing.T) {
	for agent, want := range map[string]int{
		"Feedly/1.0 (+http://www.feedly.com/fetcher.html; 16 subscribers; like FeedFetcher-Google)":          16,
		"Feedbin feed-id:1373711 - 142 subscribers":                                                          142,
		"Mozilla/5.0 (compatible; inoreader.com-like FeedFetcher-Google; 1 subscriber)":                      1,
		"Bot/1.0 (999999999999999999999999 subscribers)":                                                     1_000_000,
		"Mozilla/5.0 (compatible; BazQux/2.4; +https://bazqux.com/fetcher; 0 subscribers)":                   0,
		"Tinhub/1.2 (+https://hub.example/about; 12 subscribers)":                                            12,
		"NewsBlur Feed Fetcher - 5 subscribers - https://www.newsblur.com/site/6/ (Mozilla/5.0 (Macintosh))": 5,
	} {
		c, _ := counter("a", "b")
		for n := range 40 { // from many addresses, for several sections
			c.Seen("a", v4(n), agent)
			c.Seen("b", v4(n), agent)
		}
		if got := c.Count("a", "b"); got != want {
			t.Errorf("%s counts %d", agent, got)
		}
	}
	c, _ := counter("a")
	c.Seen("a", v4(1), "Feedly/1.0 (16 subscribers; feed-id=1)")
	c.Seen("a", v4(1), "Feedly/1.1 (3 subscribers; feed-id=22)") // its feed of another format
	if n := c.Count("a"); n != 16 {
		t.Errorf("one aggregator with two feeds counts %d", n)
	}
	c.Seen("a", v4(1), "I have no subscribers")
	if n := c.Count("a"); n != 17 {
		t.Errorf("a word without a number: %d", n)
	}
}

func TestCrawlersAndTheNamelessAreNoReaders(t *testing.T) {
	c, _ := counter("news")
	for _, agent := range []string{
		"", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "curl/8.5.0", "Go-http-client/2.0", "python-requests/2.31",
		"Prometheus/2.50", "FeedValidator/1.3", "UptimeRobot/2.0",
	} {
		for n := range 30 {
			c.Seen("news", v4(n), agent)
		}
		if n := c.Count("news"); n != 0 {
			t.Errorf("%q counts as a reader", agent)
		}
	}
	for n, agent := range []string{
		browser, "Mozilla/5.0 (compatible; Miniflux/2.1.0; +https://miniflux.app)", "FreshRSS/1.23.1 (Linux; https://freshrss.org)",
		"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.0", "Tiny Tiny RSS/23.12 (https://tt-rss.org/)",
		"Reeder/5050001 CFNetwork/1490 Darwin/23", "newsboat/2.34 (Linux x86_64)", "Liferea/1.15 (Linux; https://lzone.de/liferea/) AppleWebKit",
		"Akregator/5.24; syndication",
	} {
		c.Seen("news", v4(1), agent)
		if got := c.Count("news"); got != n+1 {
			t.Errorf("%q does not count as a reader", agent)
		}
	}
}

func TestANetworkOfIPv6IsOneReader(t *testing.T) {
	c, _ := counter("news")
	c.Seen("news", netip.MustParseAddr("2001:db8:1:2::1"), browser)
	c.Seen("news", netip.MustParseAddr("2001:db8:1:2:3:4:5:6"), browser)
	c.Seen("news", netip.Addr{}, browser) // an address that cannot be told is one as well
	if n := c.Count("news"); n != 2 {
		t.Errorf("got %d", n)
	}
}

func TestACountStandsForADayAndIsThenForgotten(t *testing.T) {
	c, clock := counter("news")
	for n := range 10 {
		c.Seen("news", v4(n), browser)
	}
	seed := c.days.Load().today.seed
	for at, want := range map[time.Duration]int{14 * time.Hour: 10, 38 * time.Hour: 10} { // today, and all of tomorrow
		fresh, then := counter("news")
		for n := range 10 {
			fresh.Seen("news", v4(n), browser)
		}
		then.now = then.now.Add(at)
		if got := fresh.Count("news"); got != want {
			t.Errorf("after %s: %d, want %d", at, got, want)
		}
	}
	clock.now = clock.now.Add(24 * time.Hour)
	c.Seen("news", v4(1), browser)
	if n := c.Count("news"); n != 10 {
		t.Errorf("the next day has %d, want yesterday's 10", n)
	}
	if c.days.Load().today.seed == seed {
		t.Error("the key outlived its day")
	}
	clock.now = clock.now.Add(24 * time.Hour)
	if n := c.Count("news"); n != 1 {
		t.Errorf("the day after has %d, want 1", n)
	}
	clock.now = clock.now.Add(72 * time.Hour)
	if n := c.Count("news"); n != 0 {
		t.Errorf("days later there are %d", n)
	}
}

func TestAFloodOfAggregatorsIsBounded(t *testing.T) {
	c, _ := counter("news")
	for n := range 10_000 {
		c.Seen("news", v4(1), fmt.Sprintf("Fake%c%c%c/1 (1000000 subscribers)", 'a'+n%26, 'a'+n/26%26, 'a'+n/676%26))
	}
	if n := c.Count("news"); n > maxAggregators*maxClaim {
		t.Errorf("%d", n)
	}
}

func TestCountingCostsAFetchNothingOnTheHeap(t *testing.T) {
	c, _ := counter("news")
	for _, agent := range []string{browser, "curl/8.5.0", "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 16 subscribers; like FeedFetcher-Google)"} {
		n := 0
		if got := testing.AllocsPerRun(1000, func() { n++; c.Seen("news", v4(n), agent) }); got != 0 {
			t.Errorf("%s: %v allocations", agent, got)
		}
	}
}

func TestManyAtOnceCountAsOneAfterAnother(t *testing.T) {
	c, clock := counter("news")
	clock.now = clock.now.Truncate(24 * time.Hour).Add(24*time.Hour - time.Nanosecond)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for n := range 100 {
				c.Seen("news", v4(n), browser)
				_ = c.Count("news")
			}
		})
	}
	all.Wait()
	if n := c.Count("news"); n < 92 || n > 108 {
		t.Errorf("100 readers count %d", n)
	}
}

func BenchmarkSeen(b *testing.B) {
	c, _ := counter("news")
	for name, agent := range map[string]string{
		"reader": browser, "crawler": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "aggregator": "Feedbin feed-id:1373711 - 142 subscribers",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Seen("news", v4(1), agent)
			}
		})
	}
}
