package fetch

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/http/httpguts"
)

// maxFresh bounds what an answer may say about time, so that nobody computes with a thousand years.
const maxFresh = 366 * 24 * time.Hour

// maxValidator bounds a validator, in bytes.
const maxValidator = 1024

// validator is a header as it came, "" where it could not be sent back: an answer must not be able to make every later
// request invalid.
func validator(h http.Header, name string) string {
	s := h.Get(name)
	if len(s) > maxValidator || !httpguts.ValidHeaderFieldValue(s) {
		return ""
	}
	return s
}

// maxLanguage bounds a language tag, in bytes (RFC 5646 §4.4.1).
const maxLanguage = 35

// language is Content-Language where it names one language (RFC 9110 §8.5), else "".
func language(h http.Header) string {
	all := h.Values("Content-Language")
	if len(all) != 1 {
		return ""
	}
	tag := strings.TrimSpace(all[0])
	for n := range len(tag) {
		if c := tag[n]; !isLetter(c) && c != '-' && (c < '0' || c > '9') {
			return ""
		}
	}
	if len(tag) > maxLanguage {
		return ""
	}
	return tag
}

// retryAfter reads Retry-After in both its forms (RFC 9110 §10.2.3); zero where there is none, or where it has passed.
func retryAfter(h http.Header, now time.Time) time.Time {
	s := strings.TrimSpace(h.Get("Retry-After"))
	if s == "" {
		return time.Time{}
	}
	if d, ok := seconds(s); ok {
		if d == 0 {
			return time.Time{}
		}
		return now.Add(d)
	}
	at, err := http.ParseTime(s)
	if err != nil || !at.After(now) {
		return time.Time{}
	}
	if at.Sub(now) > maxFresh {
		return now.Add(maxFresh)
	}
	return at
}

// maxAge is how long an answer stays fresh from now (RFC 9111 §4.2.1): max-age above Expires, less the Age it comes with.
func maxAge(h http.Header, now time.Time) time.Duration {
	fresh, ok := cacheControl(h)
	if !ok {
		fresh = expires(h, now)
	}
	if age, ok := seconds(strings.TrimSpace(h.Get("Age"))); ok {
		fresh -= age
	}
	return max(fresh, 0)
}

// cacheControl finds max-age; ok is false where Expires decides. A private cache has no use for s-maxage.
func cacheControl(h http.Header) (fresh time.Duration, ok bool) {
	for d := range strings.SplitSeq(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(d), "=")
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "no-store", "no-cache":
			return 0, true
		case "max-age":
			if age, valid := seconds(strings.Trim(strings.TrimSpace(value), `"`)); valid && !ok {
				fresh, ok = age, true
			}
		}
	}
	return fresh, ok
}

// expires is Expires less Date: the server's clock is compared with itself.
func expires(h http.Header, now time.Time) time.Duration {
	at, err := http.ParseTime(h.Get("Expires"))
	if err != nil {
		return 0 // also for 0 and -1, which mean the past (RFC 9111 §5.3)
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return min(at.Sub(now), maxFresh)
}

// seconds reads delta-seconds (RFC 9111 §1.2.2), bounded.
func seconds(s string) (time.Duration, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n > int64(maxFresh/time.Second) {
		return maxFresh, true
	}
	return time.Duration(n) * time.Second, true
}
