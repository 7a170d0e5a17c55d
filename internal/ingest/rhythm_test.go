package ingest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinhub/internal/fetch"
	"tinhub/internal/hub"
)

// even is a pace whose chance always falls in the middle.
func even() pace { return pace{random: func() float64 { return 0.5 }} }

func ok(fresh time.Duration) result {
	return result{outcome: OutcomeOK, reason: OutcomeOK, fresh: fresh}
}

func failed(reason string, status int) result {
	return result{outcome: OutcomeFailed, reason: reason, status: status, err: fmt.Errorf("%s", reason)}
}

func TestAGapIsAsLongAsTheLongestWord(t *testing.T) {
	for _, c := range []struct {
		name       string
		every      time.Duration
		fresh, ttl time.Duration
		want       time.Duration
		why        string
	}{
		{"every alone", 15 * time.Minute, 0, 0, 15 * time.Minute, "every 15m"},
		{"a shorter max-age shortens nothing", 15 * time.Minute, time.Minute, 0, 15 * time.Minute, "every 15m"},
		{"max-age lengthens", 5 * time.Minute, time.Hour, 0, time.Hour, "max-age or Expires, 1h"},
		{"ttl lengthens", 5 * time.Minute, 0, 90 * time.Minute, 90 * time.Minute, "ttl, 1h30m"},
		{"the longer of both", 5 * time.Minute, 2 * time.Hour, time.Hour, 2 * time.Hour, "max-age"},
		{"never beyond a day", 5 * time.Minute, 300 * time.Hour, 0, 24 * time.Hour, "24h"},
		{"but every may be longer", 48 * time.Hour, 300 * time.Hour, 0, 48 * time.Hour, "every 48h"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, why := gapOf(hub.Source{Kind: hub.KindFeed, Every: c.every}, c.fresh, c.ttl)
			if got != c.want || !strings.Contains(why, c.why) {
				t.Errorf("got %s because of %q, want %s because of %q", got, why, c.want, c.why)
			}
		})
	}
}

func TestBackOffDoublesToItsLimit(t *testing.T) {
	feed := hub.Source{Kind: hub.KindFeed, Every: 15 * time.Minute}
	minutes := func(n ...int) (d []time.Duration) {
		for _, m := range n {
			d = append(d, time.Duration(m)*time.Minute)
		}
		return d
	}
	for _, c := range []struct {
		name string
		r    result
		want []time.Duration
	}{
		{"a 500", failed(fetch.ReasonStatus, 500), minutes(30, 60, 60, 60)},
		{"a 429 without a word", failed(fetch.ReasonStatus, 429), minutes(30, 60, 60)},
		{"a time-out", failed(fetch.ReasonTimeout, 0), minutes(30, 60, 60)},
		{"a document that is none", failed("document", 0), minutes(30, 60, 60)},
		{"a 404", failed(fetch.ReasonStatus, 404), minutes(30, 60, 120, 240, 480, 960, 1440, 1440)},
		{"a 401", failed(fetch.ReasonStatus, 401), minutes(30, 60, 120)},
		{"a 403", failed(fetch.ReasonStatus, 403), minutes(30, 60, 120)},
		{"an address the guard refuses", failed(fetch.ReasonRefusedAddress, 0), minutes(30, 60, 120)},
	} {
		t.Run(c.name, func(t *testing.T) {
			for n, want := range c.want {
				if got := backoff(feed, c.r, n+1); got != want {
					t.Errorf("after %d failures: got %s, want %s", n+1, got, want)
				}
			}
			if got := backoff(feed, c.r, 1_000_000); got != c.want[len(c.want)-1] && got > 24*time.Hour {
				t.Errorf("after a million failures: %s", got)
			}
		})
	}
	if got := backoff(hub.Source{Kind: hub.KindFeed, Every: 3 * time.Hour}, failed(fetch.ReasonStatus, 500), 1); got != 3*time.Hour {
		t.Errorf("a source that is seldom asked is asked no oftener when it fails: %s", got)
	}
}

func TestSettlingWritesWhatATurnMeans(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	src := hub.Source{ID: "a", Kind: hub.KindFeed, URL: "https://a.example/", Every: 10 * time.Minute}
	known := hub.SourceState{ID: "a", ETag: `"e"`, LastModified: "m", BodyHash: "h", LastSuccess: now.Add(-time.Hour)}
	for _, c := range []struct {
		name  string
		st    hub.SourceState
		r     result
		check func(st hub.SourceState) bool
	}{
		{"the first success is spread by half a gap", hub.SourceState{}, ok(0), func(st hub.SourceState) bool {
			return st.NextFetch.Equal(now.Add(12*time.Minute+30*time.Second)) && st.LastSuccess.Equal(now)
		}},
		{"later ones by a tenth", known, ok(0), func(st hub.SourceState) bool { return st.NextFetch.Equal(now.Add(10*time.Minute + 30*time.Second)) }},
		{"a success ends a row of failures", hub.SourceState{Failures: 7, LastError: "x", HoldUntil: now}, ok(0), func(st hub.SourceState) bool {
			return st.Failures == 0 && st.LastError == "" && st.HoldUntil.IsZero()
		}},
		{"a failure keeps the validators", known, failed(fetch.ReasonStatus, 500), func(st hub.SourceState) bool {
			return st.ETag == `"e"` && st.LastModified == "m" && st.BodyHash == "h" && st.Failures == 1 && st.LastError != "" &&
				st.NextFetch.Equal(now.Add(22*time.Minute)) && strings.Contains(st.NextReason, "failure (status)")
		}},
		{
			"Retry-After holds", known,
			result{outcome: OutcomeFailed, reason: fetch.ReasonStatus, status: 429, retry: now.Add(3 * time.Hour)},
			func(st hub.SourceState) bool {
				return st.HoldUntil.Equal(now.Add(3*time.Hour)) && st.NextFetch.After(st.HoldUntil) && st.NextReason == "Retry-After"
			},
		},
		{
			"a short Retry-After does not shorten the back-off", known,
			result{outcome: OutcomeFailed, reason: fetch.ReasonStatus, status: 503, retry: now.Add(time.Minute)},
			func(st hub.SourceState) bool {
				return st.HoldUntil.Equal(now.Add(time.Minute)) && st.NextFetch.Equal(now.Add(22*time.Minute))
			},
		},
		{
			"an absurd Retry-After is believed for a week", known,
			result{outcome: OutcomeFailed, reason: fetch.ReasonStatus, status: 503, retry: now.Add(9999 * time.Hour)},
			func(st hub.SourceState) bool { return st.HoldUntil.Equal(now.Add(7 * 24 * time.Hour)) },
		},
		{
			"Retry-After on a document lengthens the gap", known,
			result{outcome: OutcomeOK, retry: now.Add(time.Hour)},
			func(st hub.SourceState) bool {
				return st.HoldUntil.IsZero() && st.NextFetch.After(now.Add(time.Hour)) && st.NextReason == "Retry-After"
			},
		},
		{"410 ends it", known, failed(fetch.ReasonStatus, 410), func(st hub.SourceState) bool {
			return st.Gone && st.NextFetch.IsZero() && strings.Contains(st.NextReason, "410")
		}},
		{
			"410 behind a temporary redirect does not", known,
			result{outcome: OutcomeFailed, status: 410, detour: true},
			func(st hub.SourceState) bool { return !st.Gone && !st.NextFetch.IsZero() },
		},
		{
			"410 where it moved to leads back to where it was declared",
			hub.SourceState{URL: "https://b.example/", ETag: "e", BodyHash: "h"},
			failed(fetch.ReasonStatus, 410), func(st hub.SourceState) bool {
				return !st.Gone && st.URL == "" && st.ETag == "" && st.BodyHash == "" && !st.NextFetch.IsZero()
			},
		},
		{
			"500 where it moved to does not",
			hub.SourceState{URL: "https://b.example/", ETag: "e"},
			failed(fetch.ReasonStatus, 500),
			func(st hub.SourceState) bool { return st.URL == "https://b.example/" && st.ETag == "e" },
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			st := c.st
			even().settle(src, &st, c.r, now)
			if !c.check(st) {
				t.Errorf("got %+v", st)
			}
		})
	}
}

func TestAfterARestartEverythingGoesOnAsItWas(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	src := hub.Source{Kind: hub.KindFeed, Every: 10 * time.Minute}
	past, ahead := now.Add(-time.Hour), now.Add(time.Hour)
	for _, c := range []struct {
		name string
		src  hub.Source
		st   hub.SourceState
		want time.Time
	}{
		{"one never asked is due at once", src, hub.SourceState{}, now},
		{"one not due yet waits", src, hub.SourceState{LastFetch: past, NextFetch: ahead}, ahead},
		{"the overdue are dealt over half a minute", src, hub.SourceState{LastFetch: past, NextFetch: past}, now.Add(15 * time.Second)},
		{
			"or over their own gap",
			hub.Source{Kind: hub.KindFeed, Every: 4 * time.Second},
			hub.SourceState{LastFetch: past, NextFetch: past},
			now.Add(2 * time.Second),
		},
		{"one that ended never", src, hub.SourceState{LastFetch: past, Gone: true}, time.Time{}},
		{"one that is held waits", src, hub.SourceState{LastFetch: past, NextFetch: past, HoldUntil: ahead}, ahead},
		{"files are looked at at once", hub.Source{Kind: hub.KindFiles}, hub.SourceState{LastFetch: past, NextFetch: ahead}, now},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := even().resume(c.src, c.st, now); !got.Equal(c.want) {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestNoHistoryMakesASourceImpoliteOrForgotten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		src := hub.Source{ID: "a", Kind: hub.KindFeed, Every: time.Duration(rapid.IntRange(1, 200_000).Draw(t, "every")) * time.Second}
		p := pace{random: func() float64 { return rapid.Float64Range(0, 0.999).Draw(t, "chance") }}
		now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
		st := hub.SourceState{ID: "a"}
		for range rapid.IntRange(1, 30).Draw(t, "turns") {
			r := result{
				outcome: rapid.SampledFrom([]string{OutcomeOK, OutcomeNotModified, OutcomeFailed}).Draw(t, "outcome"),
				status:  rapid.SampledFrom([]int{0, 401, 404, 410, 429, 500}).Draw(t, "status"),
				fresh:   time.Duration(rapid.IntRange(0, 1_000_000).Draw(t, "fresh")) * time.Second,
				detour:  rapid.Bool().Draw(t, "detour"),
			}
			if rapid.Bool().Draw(t, "retry") {
				r.retry = now.Add(time.Duration(rapid.IntRange(-100, 2_000_000).Draw(t, "retry after")) * time.Second)
			}
			p.settle(src, &st, r, now)
			if st.Gone {
				return
			}
			if gap := st.NextFetch.Sub(now); gap < src.Every {
				t.Fatalf("asked again after %s, every %s", gap, src.Every)
			} else if longest := max(src.Every, maxGap)*3/2 + maxHold; gap > longest {
				t.Fatalf("asked again after %s only", gap)
			}
			if st.HoldUntil.After(st.NextFetch) {
				t.Fatalf("asked at %s, held until %s", st.NextFetch, st.HoldUntil)
			}
			if st.NextReason == "" {
				t.Fatal("nobody knows why")
			}
			now = st.NextFetch
		}
	})
}

func TestDurationsReadLikeWords(t *testing.T) {
	for d, want := range map[time.Duration]string{
		time.Hour: "1h", 90 * time.Minute: "1h30m", time.Minute: "1m", 61 * time.Second: "1m1s", 10 * time.Second: "10s",
		24 * time.Hour: "24h", time.Hour + time.Second: "1h0m1s", 250 * time.Millisecond: "250ms", 20 * time.Minute: "20m",
	} {
		if got := words(d); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
