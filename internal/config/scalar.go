package config

import (
	"fmt"
	"log/slog"
	"math"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
	"golang.org/x/text/language"
)

// scalar is the text of a single value. Where there is none it has noted why, unless the key is simply not there.
func (v value) scalar() (string, bool) {
	switch {
	case v.node == nil:
		return "", false
	case v.isNull():
		v.mistake("", "has no value", "")
		return "", false
	case v.node.Kind != yaml.ScalarNode:
		v.mistake("", "is "+kindName(v.node)+", not a single value", "")
		return "", false
	}
	return strings.TrimSpace(v.node.Value), true
}

// text is a string that is not empty, or def where the key is not there.
func (v value) text(def string) string {
	s, ok := v.scalar()
	switch {
	case !ok:
		return def
	case s == "":
		v.mistake("", "is empty", "")
		return def
	case len(s) > 10_000:
		v.mistake("", "is longer than 10000 bytes", "")
		return def
	}
	return s
}

// oneOf is a word of a fixed list.
func (v value) oneOf(def string, words ...string) string {
	s, ok := v.scalar()
	if !ok {
		return def
	}
	for _, w := range words {
		if s == w {
			return w
		}
	}
	v.mistake("", quote(s)+" is not known"+hint(s, words), strings.Join(words, ", "))
	return def
}

func hint(s string, words []string) string {
	if near := nearest(s, words); near != "" {
		return ", did you mean " + near + "?"
	}
	return ""
}

func (v value) boolean(def bool) bool {
	s, ok := v.scalar()
	if !ok {
		return def
	}
	switch strings.ToLower(s) {
	case "true", "yes", "on":
		return true
	case "false", "no", "off":
		return false
	}
	v.mistake("", quote(s)+" is neither true nor false", "true, false")
	return def
}

// number is a whole number from low to high.
func (v value) number(def, low, high int64) int64 {
	s, ok := v.scalar()
	if !ok {
		return def
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(s, "_", ""), 10, 64)
	if err != nil || n < low || n > high {
		problem := quote(s) + " is not a whole number"
		if err == nil {
			problem = s + " is out of range"
		}
		v.mistake("", problem, fmt.Sprintf("%d to %d", low, high))
		return def
	}
	return n
}

// duration is a span from low to high, in Go's units or days.
func (v value) duration(def, low, high time.Duration) time.Duration {
	s, ok := v.scalar()
	if !ok {
		return def
	}
	allowed := spell(low) + " to " + spell(high) + ", e.g. 30s, 15m, 6h, 1d"
	d, ok := parseDuration(s)
	switch {
	case !ok:
		v.mistake("", quote(s)+" is not a duration", allowed)
		return def
	case d < low || d > high:
		v.mistake("", s+" is out of range", allowed)
		return def
	}
	return d
}

var days = regexp.MustCompile(`^([0-9]{1,6}(?:\.[0-9]{1,6})?)d(.*)$`)

// parseDuration reads Go's durations, with days in front: 90s, 1d, 1d12h.
func parseDuration(s string) (time.Duration, bool) {
	var whole time.Duration
	if m := days.FindStringSubmatch(s); m != nil {
		n, err := strconv.ParseFloat(m[1], 64)
		if err != nil || n*float64(day) >= math.MaxInt64/2 {
			return 0, false
		}
		whole = time.Duration(n * float64(day)).Round(time.Second)
		if s = m[2]; s == "" {
			return whole, true
		}
		if s[0] == '-' || s[0] == '+' {
			return 0, false
		}
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 || d >= math.MaxInt64/2 {
		return 0, false
	}
	return whole + d, true
}

// spell writes a limit as an operator would.
func spell(d time.Duration) string {
	switch {
	case d == 0:
		return "0s"
	case d >= 2*day && d%day == 0:
		return strconv.FormatInt(int64(d/day), 10) + "d"
	case d%time.Hour == 0:
		return strconv.FormatInt(int64(d/time.Hour), 10) + "h"
	case d%time.Minute == 0:
		return strconv.FormatInt(int64(d/time.Minute), 10) + "m"
	}
	return d.String()
}

var sizes = regexp.MustCompile(`^([0-9]{1,12}) ?(B|KiB|MiB|GiB)$`)

// size checks a number of bytes with its unit.
func (v value) size() int64 {
	s, ok := v.scalar()
	if !ok {
		return 0
	}
	if m := sizes.FindStringSubmatch(s); m != nil {
		n, err := strconv.ParseInt(m[1], 10, 64)
		shift := map[string]int{"B": 0, "KiB": 10, "MiB": 20, "GiB": 30}[m[2]]
		if err == nil && n <= math.MaxInt64>>(shift+1) {
			return n << shift
		}
	}
	v.mistake("", quote(s)+" is not a size", "a whole number and B, KiB, MiB or GiB, e.g. 64MiB")
	return 0
}

// language is a BCP 47 tag in its canonical form.
func (v value) language(def string) string {
	s, ok := v.scalar()
	if !ok {
		return def
	}
	tag, err := language.Parse(s)
	if err != nil || tag == language.Und {
		v.mistake("", quote(s)+" is not a language", "a BCP 47 tag, e.g. vi, en, en-GB, zh-Hant")
		return def
	}
	return tag.String()
}

// location is a time zone by its name.
func (v value) location(def *time.Location) *time.Location {
	s, ok := v.scalar()
	if !ok {
		return def
	}
	loc, err := time.LoadLocation(s)
	if err != nil || s == "" || s == "Local" {
		v.mistake("", quote(s)+" is not a known time zone", "a name such as Asia/Ho_Chi_Minh, Europe/Berlin or UTC")
		return def
	}
	return loc
}

// prefix is a CIDR, or one address.
func (v value) prefix() (netip.Prefix, bool) {
	s, ok := v.scalar()
	if !ok {
		return netip.Prefix{}, false
	}
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), true
	}
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	v.mistake("", quote(s)+" is not a range of addresses", "CIDR, e.g. 10.0.0.0/8, 192.0.2.7/32, fd00::/8")
	return netip.Prefix{}, false
}

var idPattern = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$`)

const idAllowed = "1 to 64 of a-z 0-9 . _ - with a letter or digit at both ends"

// id is the name of a thing, unique among its kind (sources, sections …).
func (v value) id(kind string) string {
	s, ok := v.scalar()
	switch {
	case !ok:
		if !v.given() {
			v.mistake("", "is missing", idAllowed)
		}
		return ""
	case !idPattern.MatchString(s):
		v.mistake("", quote(s)+" is not an id", idAllowed)
		return ""
	}
	if v.r.taken == nil {
		v.r.taken = map[string]map[string]int{}
	}
	if v.r.taken[kind] == nil {
		v.r.taken[kind] = map[string]int{}
	}
	if line, twice := v.r.taken[kind][s]; twice {
		v.mistake("", quote(s)+" is taken by the one on line "+strconv.Itoa(line), "each id once in "+kind)
		return s
	}
	v.r.taken[kind][s] = v.line
	return s
}

// logLevel reads log_level; TINHUB_LOG_LEVEL wins.
func (r *reader) logLevel(v value) slog.Level {
	levels := []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError}
	words := []string{"debug", "info", "warn", "error"}
	read := func(v value) slog.Level {
		s := v.oneOf("info", words...)
		for i, w := range words {
			if s == w {
				return levels[i]
			}
		}
		return slog.LevelInfo
	}
	level := read(v)
	if e, ok := r.environment("TINHUB_LOG_LEVEL"); ok {
		e.node.Value = strings.ToLower(e.node.Value)
		level = read(e)
	}
	return level
}

// notUsed notes keys that are checked but have no function in this version.
func (r *reader) notUsed(vs ...value) {
	for _, v := range vs {
		if v.given() && len(r.unused) < maxKept {
			r.unused = append(r.unused, v.key)
		}
	}
}
