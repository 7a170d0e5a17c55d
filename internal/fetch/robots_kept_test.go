package fetch

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestARobotsTxtHoldsForADayOrLess(t *testing.T) {
	for _, c := range []struct {
		name string
		h    map[string]string
		code int
		want time.Duration
	}{
		{"nothing said", nil, 200, 24 * time.Hour},
		{"an hour", map[string]string{"Cache-Control": "max-age=3600"}, 200, time.Hour},
		{"a week", map[string]string{"Cache-Control": "max-age=604800"}, 200, 24 * time.Hour},
		{"a second", map[string]string{"Cache-Control": "max-age=1"}, 200, 5 * time.Minute},
		{"not at all", map[string]string{"Cache-Control": "no-store"}, 200, 5 * time.Minute},
		{"something else", map[string]string{"Cache-Control": "public"}, 200, 24 * time.Hour},
		{"long over", map[string]string{"Expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 200, 5 * time.Minute},
		{"absent", nil, 404, 24 * time.Hour},
		{"absent for an hour", map[string]string{"Cache-Control": "max-age=3600"}, 404, time.Hour},
		{"broken", nil, 500, 5 * time.Minute},
		{"broken for an hour", map[string]string{"Retry-After": "3600"}, 503, time.Hour},
		{"too often", map[string]string{"Retry-After": "1"}, 429, 5 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serveSite(t, func(w http.ResponseWriter, _ *http.Request) {
				for k, v := range c.h {
					w.Header().Set(k, v)
				}
				w.WriteHeader(c.code)
			})
			cl := client(t, Options{})
			start := time.Now()
			var ahead atomic.Int64
			cl.robots.now = func() time.Time { return start.Add(time.Duration(ahead.Load())) }
			// A Retry-After is counted by the real clock, which goes on meanwhile.
			for _, at := range []time.Duration{0, c.want - 10*time.Second, c.want + 10*time.Second} {
				ahead.Store(int64(at))
				_, _ = cl.Get(t.Context(), Request{URL: s.URL + "/a", Robots: true})
				want := int32(1)
				if at > c.want {
					want = 2
				}
				if got := s.robots.Load(); got != want {
					t.Errorf("after %s robots.txt was asked for %d times, want %d", at, got, want)
				}
			}
		})
	}
}

func TestThoseWhoAskAtATimeShareOneRobotsTxt(t *testing.T) {
	asked, release := make(chan struct{}), make(chan struct{})
	s := serveSite(t, func(w http.ResponseWriter, _ *http.Request) {
		close(asked) // a second time would panic
		<-release
		_, _ = w.Write([]byte("User-agent: *\nDisallow: /p"))
	})
	c := client(t, Options{})
	first, leave := context.WithCancel(t.Context())
	result := make(chan error, 1)
	go func() {
		_, err := c.Get(first, Request{URL: s.URL + "/a", Robots: true})
		result <- err
	}()
	<-asked
	var g sync.WaitGroup
	for range 20 {
		g.Go(func() {
			if _, err := c.Get(t.Context(), Request{URL: s.URL + "/a", Robots: true}); err != nil {
				t.Error(err)
			}
		})
	}
	leave()
	mustFail(t, <-result, ReasonCancelled) // whoever came first goes, and the others get theirs
	close(release)
	g.Wait()
	if s.robots.Load() != 1 || s.pages.Load() != 20 {
		t.Errorf("robots.txt was asked for %d times, pages %d times", s.robots.Load(), s.pages.Load())
	}
}

func TestCloseEndsTheWaitForRobotsTxt(t *testing.T) {
	asked := make(chan struct{})
	s := serveSite(t, func(_ http.ResponseWriter, r *http.Request) {
		close(asked)
		<-r.Context().Done()
	})
	c := client(t, Options{Timeout: time.Minute})
	result := make(chan error, 1)
	go func() {
		_, err := c.Get(t.Context(), Request{URL: s.URL + "/a", Robots: true})
		result <- err
	}()
	<-asked
	c.Close()
	mustFail(t, <-result, ReasonCancelled)
	_, err := c.Get(t.Context(), Request{URL: s.URL + "/a", Robots: true})
	mustFail(t, err, ReasonCancelled)
	if len(c.robots.origins) != 0 {
		t.Error("an answer nobody got is remembered")
	}
}

func TestRobotsFilesAreBoundedInNumberAndMemory(t *testing.T) {
	long := &robotsFile{rules: make([]robotsRule, maxRobotsRules)}
	for name, c := range map[string]struct {
		file  *robotsFile
		count int
	}{
		"number": {&robotsFile{}, robotsHosts},
		"memory": {long, robotsMemory / long.cost()},
	} {
		t.Run(name, func(t *testing.T) {
			r := &robots{now: time.Now, closed: t.Context(), origins: map[string]*robotsEntry{}}
			var asked atomic.Int32
			r.fetch = func(context.Context, string, string) (robotsAnswer, error) {
				asked.Add(1)
				return robotsAnswer{file: c.file, hold: time.Hour}, nil
			}
			clock := time.Now()
			r.now = func() time.Time { clock = clock.Add(time.Millisecond); return clock }
			total := c.count + 50
			for n := range total {
				// The first stays in use and must outlive those that are not.
				for _, place := range []string{"first", fmt.Sprint(n)} {
					if _, err := r.entry(t.Context(), place, ""); err != nil {
						t.Fatal(err)
					}
				}
			}
			r.end()
			if got := asked.Load(); got != int32(total)+1 {
				t.Errorf("%d were asked for, want %d", got, total+1)
			}
			if len(r.origins) > robotsHosts || r.memory > robotsMemory {
				t.Errorf("keeps %d files, %d bytes", len(r.origins), r.memory)
			}
			if len(r.origins) < c.count-1 {
				t.Errorf("keeps %d files only", len(r.origins))
			}
		})
	}
}
