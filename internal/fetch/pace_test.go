package fetch

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"
)

// starts is a server that notes when each request came, but for robots.txt.
func starts(t *testing.T, robots string) (url string, since func() []time.Duration) {
	t.Helper()
	var mu sync.Mutex
	var all []time.Time
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/robots.txt" {
			says(robots)(w, r)
			return
		}
		mu.Lock()
		defer mu.Unlock()
		all = append(all, time.Now())
	})
	return s.URL, func() []time.Duration {
		mu.Lock()
		defer mu.Unlock()
		var d []time.Duration
		for _, at := range all {
			d = append(d, at.Sub(all[0]))
		}
		all = nil
		return d
	}
}

// together sends n requests at once.
func together(t *testing.T, c *Client, n int, r Request) {
	t.Helper()
	var g sync.WaitGroup
	for range n {
		g.Go(func() {
			if _, err := c.Get(t.Context(), r); err != nil {
				t.Error(err)
			}
		})
	}
	g.Wait()
}

// mustStandApart allows the last start to come a little early: what is measured is measured at the server.
func mustStandApart(t *testing.T, what string, got []time.Duration, burst int, gap time.Duration) {
	t.Helper()
	want := time.Duration(len(got)-burst)*gap - gap/2
	if last := got[len(got)-1]; last < want {
		t.Errorf("%s: %d requests started within %s, want at least %s", what, len(got), last, want)
	}
	if early := got[burst-1]; burst > 1 && early > time.Duration(burst-1)*gap {
		t.Errorf("%s: the first %d took %s to start", what, burst, early)
	}
}

func TestRequestsToOneHostStandApart(t *testing.T) {
	url, since := starts(t, "")
	c := client(t, Options{PaceLocal: true, PerHost: 32})
	together(t, c, 12, Request{URL: url})
	mustStandApart(t, "feeds", since(), paceBurst, paceGap)

	c.pacer.pageGap = 150 * time.Millisecond
	together(t, c, 4, Request{URL: url, Robots: true})
	mustStandApart(t, "pages", since(), 1, c.pacer.pageGap)
}

func TestACrawlDelayPacesPagesAndNoFeed(t *testing.T) {
	url, since := starts(t, "User-agent: *\nCrawl-delay: 0.2\n")
	c := client(t, Options{PerHost: 32}) // a private host that says so is paced all the same
	together(t, c, 4, Request{URL: url, Robots: true})
	mustStandApart(t, "pages", since(), 1, 200*time.Millisecond)
	start := time.Now()
	together(t, c, 20, Request{URL: url})
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("feeds of that host took %s", took)
	}
}

func TestTheHousesOwnNetworkIsNotPaced(t *testing.T) {
	url, since := starts(t, "")
	together(t, client(t, Options{PerHost: 32}), 40, Request{URL: url, Robots: true})
	if got := since(); got[len(got)-1] > 5*time.Second {
		t.Errorf("40 requests took %s to start", got[len(got)-1])
	}
	for host, want := range map[string]bool{
		"localhost": true, "LocalHost.": true, "a.localhost": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true, "10.1.2.3": true,
		"192.168.0.1": true, "172.16.0.1": true, "100.64.0.1": true, "fd00::1": true, "::ffff:10.0.0.1": true,
		"8.8.8.8": false, "news.example": false, "localhost.example": false, "2606:4700::1111": false, "": false,
	} {
		if got := isLocal(host); got != want {
			t.Errorf("%q: got %t", host, got)
		}
	}
}

func TestAWaitForATurnEndsWithItsCallerAndCostsNoTimeOfTheRequest(t *testing.T) {
	url, since := starts(t, "User-agent: *\nCrawl-delay: 0.6\n")
	c := client(t, Options{Timeout: time.Second})
	together(t, c, 3, Request{URL: url, Robots: true}) // the last waits for longer than its own time
	mustStandApart(t, "pages", since(), 1, 600*time.Millisecond)

	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	_, err := c.Get(ctx, Request{URL: url, Robots: true})
	mustFail(t, err, ReasonCancelled)
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = c.Get(ctx, Request{URL: url, Robots: true})
	mustFail(t, err, ReasonTimeout)
}

func TestHostsWhoseTurnsAreOverAreForgotten(t *testing.T) {
	p := newPacer(true)
	p.gap, p.pageGap = time.Microsecond, time.Microsecond
	for n := range 5 * sweepFrom {
		u, err := parseURL(fmt.Sprintf("http://h%d.example/", n))
		if err != nil {
			t.Fatal(err)
		}
		if err := p.wait(t.Context(), u, n%2 == 0, 0); err != nil {
			t.Fatal(err)
		}
	}
	if len(p.hosts) > sweepFrom {
		t.Errorf("%d hosts are remembered", len(p.hosts))
	}
}
