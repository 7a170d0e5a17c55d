package fetch

import (
	"net/http"
	"testing"
	"time"
)

func TestRetryAfterIsReadInBothForms(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	for s, want := range map[string]time.Time{
		"":                                {},
		"120":                             now.Add(2 * time.Minute),
		" 120 ":                           now.Add(2 * time.Minute),
		"0":                               {},
		"-5":                              {},
		"1.5":                             {},
		"soon":                            {},
		"99999999999999999999999":         now.Add(maxFresh),
		"Tue, 24 Nov 2026 13:00:00 GMT":   now.Add(time.Hour),
		"Tuesday, 24-Nov-26 13:00:00 GMT": now.Add(time.Hour),
		"Tue Nov 24 13:00:00 2026":        now.Add(time.Hour),
		"Tue, 24 Nov 2026 11:00:00 GMT":   {},
		"Tue, 24 Nov 3026 11:00:00 GMT":   now.Add(maxFresh),
	} {
		if got := retryAfter(http.Header{"Retry-After": {s}}, now); !got.Equal(want) {
			t.Errorf("%q: got %s, want %s", s, got, want)
		}
	}
}

func TestFreshnessIsReadAsTheRFCSays(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	const hourAhead, hourAgo = "Tue, 24 Nov 2026 13:00:00 GMT", "Tue, 24 Nov 2026 11:00:00 GMT"
	for _, c := range []struct {
		name string
		h    http.Header
		want time.Duration
	}{
		{"nothing said", http.Header{}, 0},
		{"max-age", http.Header{"Cache-Control": {"public, max-age=300"}}, 5 * time.Minute},
		{"max-age in capitals and quotes", http.Header{"Cache-Control": {`MAX-AGE="300"`}}, 5 * time.Minute},
		{"max-age in the second line", http.Header{"Cache-Control": {"public", "max-age=300"}}, 5 * time.Minute},
		{"the first of two", http.Header{"Cache-Control": {"max-age=300, max-age=900"}}, 5 * time.Minute},
		{"s-maxage is not for us", http.Header{"Cache-Control": {"s-maxage=300"}}, 0},
		{"no-cache", http.Header{"Cache-Control": {"no-cache, max-age=300"}}, 0},
		{"no-store after it", http.Header{"Cache-Control": {"max-age=300, no-store"}}, 0},
		{"a broken max-age", http.Header{"Cache-Control": {"max-age=soon"}}, 0},
		{"a negative max-age", http.Header{"Cache-Control": {"max-age=-1"}}, 0},
		{"a monstrous max-age", http.Header{"Cache-Control": {"max-age=99999999999999"}}, maxFresh},
		{"less its age", http.Header{"Cache-Control": {"max-age=300"}, "Age": {"100"}}, 200 * time.Second},
		{"older than it may be", http.Header{"Cache-Control": {"max-age=300"}, "Age": {"900"}}, 0},
		{"Expires by our clock", http.Header{"Expires": {hourAhead}}, time.Hour},
		{"Expires by its own clock", http.Header{"Expires": {hourAhead}, "Date": {hourAgo}}, 2 * time.Hour},
		{"Expires in the past", http.Header{"Expires": {hourAgo}}, 0},
		{"Expires 0", http.Header{"Expires": {"0"}}, 0},
		{"max-age above Expires", http.Header{"Expires": {hourAhead}, "Cache-Control": {"max-age=60"}}, time.Minute},
		{"max-age=0 above Expires", http.Header{"Expires": {hourAhead}, "Cache-Control": {"max-age=0"}}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := maxAge(c.h, now); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func FuzzHeadersNeverLeadIntoThePastOrTooFar(f *testing.F) {
	f.Add("120", "max-age=300", "0", "Tue, 24 Nov 2026 13:00:00 GMT", "")
	f.Add("Tue, 24 Nov 2026 13:00:00 GMT", "no-store", "-1", "0", "x")
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, retry, control, age, expires, date string) {
		h := http.Header{"Retry-After": {retry}, "Cache-Control": {control}, "Age": {age}, "Expires": {expires}, "Date": {date}}
		if got := retryAfter(h, now); !got.IsZero() && (got.Before(now) || got.Sub(now) > maxFresh) {
			t.Errorf("Retry-After %q is %s", retry, got)
		}
		if got := maxAge(h, now); got < 0 || got > maxFresh {
			t.Errorf("fresh for %s", got)
		}
	})
}
