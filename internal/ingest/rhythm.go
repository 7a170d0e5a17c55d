package ingest

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"tinhub/internal/fetch"
	"tinhub/internal/hub"
)

const (
	maxGap        = 24 * time.Hour     // what max-age, ttl and back-off lengthen a gap to
	maxTransient  = time.Hour          // back-off from what tends to pass
	minDeliberate = time.Minute        // the least that back-off from a refusal begins with
	maxHold       = 7 * 24 * time.Hour // what Retry-After is believed
	robotsGap     = 6 * time.Hour      // after which a robots.txt that forbids a source is looked at again
	restartSpread = 30 * time.Second   // over which the sources overdue at a start are dealt
)

// pace says when a source is asked again. It keeps no clock; random gives numbers in [0,1).
type pace struct {
	random func() float64
}

// result is what a turn found out about its source.
type result struct {
	outcome string
	reason  string        // one word for counting; OutcomeOK, OutcomeNotModified or why it failed
	err     error         // the failure, or what was wrong with a part
	status  int           // the failing answer's
	retry   time.Time     // Retry-After
	fresh   time.Duration // max-age, Expires
	detour  bool          // it failed behind a temporary redirect
	news    bool          // something new or changed came
}

// settle writes a turn's result into the state: what it means for the source, and when it is asked again.
func (p pace) settle(src hub.Source, st *hub.SourceState, r result, now time.Time) {
	st.LastFetch, st.LastReason, st.LastError = now, "", ""
	if r.err != nil {
		st.LastReason, st.LastError = r.reason, clip(r.err)
	}
	switch r.outcome {
	case OutcomeHeld: // by robots.txt, which may change; nobody failed
		gap, why := max(src.Every, robotsGap), "robots.txt forbids it; it is looked at again"
		if r.retry.After(now) {
			gap, why = r.retry.Sub(now), "robots.txt could not be had; it is asked for again"
		}
		st.NextFetch, st.NextReason = now.Add(gap+p.spread(src, gap, false)), why
		return
	case OutcomeOK, OutcomeNotModified:
		p.settleWell(src, st, r, now)
		return
	}
	st.Failures++
	moved := st.URL != ""
	if moved && refused(r) {
		// Where it moved to turns us away: ask where it was declared, from the beginning.
		st.URL, st.ETag, st.LastModified, st.BodyHash = "", "", "", ""
	}
	if r.status == http.StatusGone && !moved && !r.detour {
		st.Gone, st.HoldUntil, st.NextFetch = true, time.Time{}, time.Time{}
		st.NextReason = "never: it answered 410 Gone; a new URL in the configuration revives it"
		return
	}
	gap := backoff(src, r, st.Failures)
	gap += time.Duration(p.random() * float64(gap) / 5)
	st.NextFetch, st.NextReason = now.Add(gap), fmt.Sprintf("back-off after %s", times(st.Failures, r.reason))
	if src.Kind == hub.KindFiles {
		st.NextFetch, st.NextReason = now.Add(src.Every), "every "+words(src.Every)
	}
	if r.retry.After(now) {
		st.HoldUntil = r.retry
		if limit := now.Add(maxHold); st.HoldUntil.After(limit) {
			st.HoldUntil = limit
		}
		if st.HoldUntil.After(st.NextFetch) {
			// A second more, so that clocks that differ a little do not come early.
			st.NextFetch, st.NextReason = st.HoldUntil.Add(time.Second), "Retry-After"
		}
	}
}

func (p pace) settleWell(src hub.Source, st *hub.SourceState, r result, now time.Time) {
	first := st.LastSuccess.IsZero()
	st.LastSuccess, st.Failures, st.HoldUntil = now, 0, time.Time{}
	remember(st, r.news, now)
	gap, why := gapOf(src, r.fresh, st.TTL)
	if quiet := quietGap(src, *st, now); quiet > gap {
		gap, why = quiet, "quiet for "+roughly(now.Sub(st.LastNews))+": every "+words(quiet.Round(time.Second))
	}
	if until := min(r.retry.Sub(now), maxGap); until > gap {
		gap, why = until, "Retry-After"
	}
	st.NextFetch, st.NextReason = now.Add(gap+p.spread(src, gap, first)), why
	if next, ok := outOf(st.NextFetch, st.SkipHours, st.SkipDays); ok && src.Kind != hub.KindFiles {
		st.NextFetch, st.NextReason = next, "the document's skipHours and skipDays"
	}
}

// A source that has been silent for long is asked less often, so that news waits little beside the time it took to come:
// one part in quietShare of the silence, and never more than maxQuiet times every, nor an hour longer. What is asked every
// few seconds is meant to be, until an hour went by.
const (
	quietShare = 24
	maxQuiet   = 8
	minQuiet   = time.Hour
)

// quietGap is the gap that a source's silence asks for, 0 for none. A silence no longer than twice what is usual for the
// source says nothing.
func quietGap(src hub.Source, st hub.SourceState, now time.Time) time.Duration {
	silence := now.Sub(st.LastNews)
	if src.Kind == hub.KindFiles || st.LastNews.IsZero() || silence < max(quietShare*src.Every, minQuiet) {
		return 0
	}
	if st.Habit > 0 && st.Habit < quietShare*src.Every && silence < 2*st.Habit {
		return 0
	}
	return min(silence/quietShare, maxQuiet*src.Every, src.Every+maxTransient)
}

// roughly is a long time in words: 3 days, 40m.
func roughly(d time.Duration) string {
	switch days := int(d / (24 * time.Hour)); {
	case days >= 2:
		return fmt.Sprintf("%d days", days)
	case d >= time.Hour:
		return words(d.Round(time.Hour))
	case d >= time.Minute:
		return words(d.Round(time.Minute))
	}
	return words(d.Round(time.Second))
}

// gapOf is the time between two fetches of a source that is well, and which word made it so long.
func gapOf(src hub.Source, fresh, ttl time.Duration) (time.Duration, string) {
	gap, why := src.Every, "every "+words(src.Every)
	if src.Kind == hub.KindFiles {
		return gap, why
	}
	for _, l := range []struct {
		d    time.Duration
		name string
	}{{fresh, "the answer's max-age or Expires, "}, {ttl, "the document's ttl, "}} {
		if d := min(l.d, maxGap); d > gap {
			gap, why = d, l.name+words(d)
		}
	}
	return gap, why
}

// spread only ever lengthens a gap. The first one by up to half, because the first fetches all fall into one moment.
func (p pace) spread(src hub.Source, gap time.Duration, first bool) time.Duration {
	switch {
	case src.Kind == hub.KindFiles:
		return 0
	case first:
		return time.Duration(p.random() * float64(gap) / 2)
	}
	return time.Duration(p.random() * float64(gap) / 10)
}

// refused says whether a failure is somebody's decision, not a bad day.
func refused(r result) bool {
	switch r.status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone:
		return true
	}
	return r.reason == fetch.ReasonRefusedAddress
}

// backoff doubles the gap with each failure in a row: up to an hour for what passes (errors of the server, the network,
// the document), up to a day for what somebody has to change.
func backoff(src hub.Source, r result, failures int) time.Duration {
	base, limit := src.Every, max(src.Every, maxTransient)
	if refused(r) {
		base, limit = max(src.Every, minDeliberate), max(src.Every, maxGap)
	}
	for range failures {
		if base >= limit {
			break
		}
		base *= 2
	}
	return min(base, limit)
}

// resume says when a source is asked whose state was found in the store, and whether it is asked at all.
func (p pace) resume(src hub.Source, st hub.SourceState, now time.Time) time.Time {
	switch {
	case st.Gone:
		return time.Time{}
	case st.LastFetch.IsZero(), src.Kind == hub.KindFiles, st.NextFetch.IsZero():
		return later(now, st.HoldUntil)
	case st.NextFetch.After(now):
		return later(st.NextFetch, st.HoldUntil)
	}
	overdue := now.Add(time.Duration(p.random() * float64(min(src.Every, restartSpread))))
	return later(overdue, st.HoldUntil)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func times(n int, reason string) string {
	if n == 1 {
		return "a failure (" + reason + ")"
	}
	return fmt.Sprintf("%d failures in a row (%s)", n, reason)
}

// words is a duration without its zero parts: 1h, not 1h0m0s.
func words(d time.Duration) string {
	s := d.Round(time.Second).String()
	if d < time.Second {
		return d.String()
	}
	if t, ok := strings.CutSuffix(s, "m0s"); ok {
		s = t + "m"
	}
	if t, ok := strings.CutSuffix(s, "h0m"); ok {
		s = t + "h"
	}
	return s
}
