package ingest

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tinhub/internal/hub"
)

// lived is what a simulated source's year with the hub came to.
type lived struct {
	fetches int
	news    int
	delay   time.Duration // mean, from the news to the fetch that brought it
	worst   time.Duration
}

// live plays a source whose next news comes when next says, asked every so often, for a span.
func live(every, span time.Duration, next func(time.Time) time.Time) lived {
	chance := rand.New(rand.NewPCG(7, 7))
	p := pace{random: chance.Float64}
	src := hub.Source{ID: "a", Kind: hub.KindFeed, Every: every}
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	end := now.Add(span)
	var st hub.SourceState
	var out lived
	var sum time.Duration
	for news := next(now); now.Before(end); now = st.NextFetch {
		r := ok(0)
		for !news.After(now) {
			r.news = true
			out.news++
			sum += now.Sub(news)
			out.worst = max(out.worst, now.Sub(news))
			news = next(news)
		}
		p.settle(src, &st, r, now)
		out.fetches++
	}
	out.delay = sum / time.Duration(max(out.news, 1))
	return out
}

func TestTheRhythmFollowsTheSourcesHabit(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 1))
	about := func(mean time.Duration) func(time.Time) time.Time {
		return func(at time.Time) time.Time {
			return at.Add(time.Minute + time.Duration(chance.ExpFloat64()*float64(mean)))
		}
	}
	daily := func(at time.Time) time.Time { // twenty articles from six to ten at night, as a newspaper
		next := at.Add(time.Duration(10+chance.IntN(80)) * time.Minute)
		if h := next.Hour(); h < 6 || h > 22 {
			next = time.Date(next.Year(), next.Month(), next.Day(), 6, chance.IntN(30), 0, 0, time.UTC)
			if !next.After(at) {
				next = next.AddDate(0, 0, 1)
			}
		}
		return next
	}
	const year = 365 * 24 * time.Hour
	for _, c := range []struct {
		name  string
		next  func(time.Time) time.Time
		every time.Duration
		share float64       // of the fetches that a fixed rhythm makes, at most
		delay time.Duration // mean, at most
	}{
		{"every ten minutes", about(10 * time.Minute), 5 * time.Minute, 1, 4 * time.Minute},
		{"a newspaper's day", daily, 5 * time.Minute, 0.95, 5 * time.Minute},
		{"once a day", about(24 * time.Hour), 5 * time.Minute, 0.4, 25 * time.Minute},
		{"once a week", about(7 * 24 * time.Hour), 15 * time.Minute, 0.35, 45 * time.Minute},
		{"once a quarter", about(90 * 24 * time.Hour), 15 * time.Minute, 0.25, 50 * time.Minute},
	} {
		got := live(c.every, year, c.next)
		fixed := float64(year / (c.every + c.every/20))
		t.Logf("%s: %d news, mean delay %s, worst %s, %.2f of the fetches", c.name, got.news, got.delay.Round(time.Second), got.worst.Round(time.Second), float64(got.fetches)/fixed)
		if share := float64(got.fetches) / fixed; share > c.share+0.01 {
			t.Errorf("%s: %.2f of the fetches of a fixed rhythm, want %.2f at most", c.name, share, c.share)
		}
		if got.delay > c.delay || got.worst > c.every+c.every/5+maxTransient+7*time.Minute {
			t.Errorf("%s: news waited %s, at worst %s", c.name, got.delay, got.worst)
		}
	}
}

func TestASourceIsNotAskedInTheHoursItForbids(t *testing.T) {
	src := hub.Source{ID: "a", Kind: hub.KindFeed, Every: 30 * time.Minute}
	st := hub.SourceState{SkipHours: []int{22, 23, 0, 1}, SkipDays: []time.Weekday{time.Sunday}}
	zone := time.FixedZone("", 7*3600)
	now := time.Date(2026, 11, 22, 4, 45, 0, 0, zone) // Saturday, 21:45 UTC
	even().settle(src, &st, ok(0), now)
	if want := time.Date(2026, 11, 23, 2, 0, 0, 0, time.UTC); !st.NextFetch.Equal(want) || !strings.Contains(st.NextReason, "skipHours") {
		t.Errorf("next fetch %s because of %q, want %s", st.NextFetch.UTC(), st.NextReason, want)
	}
	st = hub.SourceState{SkipDays: []time.Weekday{0, 1, 2, 3, 4, 5}, SkipHours: []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23}}
	even().settle(src, &st, ok(0), now)
	if gap := st.NextFetch.Sub(now); gap > time.Hour {
		t.Errorf("a source that forbids every hour is asked after %s", gap)
	}
}

func TestASourceThatRobotsTxtForbidsIsHeldAndNotFailing(t *testing.T) {
	st := hub.SourceState{LastSuccess: noonUTC, Failures: 2, LastNews: noonUTC}
	r := result{outcome: OutcomeHeld, reason: "robots", err: errRunning}
	even().settle(hub.Source{ID: "a", Kind: hub.KindPage, Every: time.Minute}, &st, r, noonUTC)
	if gap := st.NextFetch.Sub(noonUTC); gap < robotsGap || gap > 2*robotsGap || st.Failures != 2 || st.LastReason != "robots" {
		t.Errorf("next after %s, %+v", gap, st)
	}
	r.retry = noonUTC.Add(10 * time.Minute)
	even().settle(hub.Source{ID: "a", Kind: hub.KindPage, Every: time.Minute}, &st, r, noonUTC)
	if gap := st.NextFetch.Sub(noonUTC); gap < 10*time.Minute || gap > 11*time.Minute {
		t.Errorf("where it could not be had, next after %s", gap)
	}
}

var noonUTC = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
