package fetch

import (
	"bytes"
	"strconv"
	"strings"
	"time"
)

// Bounds of a robots.txt. RFC 9309 §2.5 asks that at least 500 KiB be read; what follows is not.
const (
	maxRobotsBytes = 500 << 10
	maxRobotsRules = 10_000           // of the groups that concern us
	maxCrawlDelay  = 60 * time.Second // a longer one is taken for this
)

// robotsFile is what a robots.txt says to one product (RFC 9309); its zero value allows everything.
type robotsFile struct {
	rules []robotsRule
	delay time.Duration // Crawl-delay or Request-rate, whichever is slower; 0 for none
}

// robotsRule allows or disallows paths, both written in one escaping.
type robotsRule struct {
	allow bool
	end   bool     // $: the path ends where the pattern does
	parts []string // the pattern, split at its stars; the first part stands at the path's start
	size  int      // octets of the pattern as RFC 9309 §2.2.2 counts them: the longest match decides
	line  int      // in the file, from 1
}

// robotsGroup collects the rules of the groups for one product token: there may be several (§2.2.1).
type robotsGroup struct {
	robotsFile
	found bool
}

// parseRobots reads a robots.txt as it concerns product. It never fails: what is no rule is passed over, so that an HTML
// page or garbage in its place allows everything (§2.2.4 and §2.3.1.1).
func parseRobots(body []byte, product string) *robotsFile {
	body = bytes.TrimPrefix(body, []byte("\uFEFF"))
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) {
		return &robotsFile{}
	}
	// A file that says \r alone ends its lines too; of \r\n the second makes an empty line, which means nothing.
	text := strings.ReplaceAll(strings.ReplaceAll(string(body), "\r\n", "\n"), "\r", "\n")
	var ours, all robotsGroup
	var forUs, forAll, inRules bool
	line := 0
	for raw := range strings.SplitSeq(text, "\n") {
		line++
		key, value := robotsLine(raw)
		switch key {
		case "user-agent", "useragent", "user agent":
			if inRules {
				forUs, forAll, inRules = false, false, false
			}
			forUs = forUs || strings.EqualFold(productToken(value), product)
			forAll = forAll || value == "*" || strings.HasPrefix(value, "* ")
			ours.found = ours.found || forUs
		case "allow", "disallow", "dissallow", "disalow", "dissalow":
			inRules = true
			rule, ok := newRobotsRule(value, key == "allow", line)
			if !ok {
				continue // an empty rule means nothing
			}
			ours.add(forUs, rule)
			all.add(forAll, rule)
		// Neither of these is of RFC 9309, which says that they must not end a list of agents either (§2.2.4).
		case "crawl-delay", "crawldelay":
			ours.slow(forUs, crawlDelay(value))
			all.slow(forAll, crawlDelay(value))
		case "request-rate":
			ours.slow(forUs, requestRate(value))
			all.slow(forAll, requestRate(value))
		}
	}
	if ours.found {
		return &ours.robotsFile
	}
	return &all.robotsFile
}

func (g *robotsGroup) add(concerned bool, r robotsRule) {
	if concerned && len(g.rules) < maxRobotsRules {
		g.rules = append(g.rules, r)
	}
}

func (g *robotsGroup) slow(concerned bool, d time.Duration) {
	if concerned {
		g.delay = max(g.delay, d)
	}
}

// robotsLine takes a line apart: its key in lower case, its value without comment. A line without a colon counts where it
// has two words ("Disallow /x"), as other readers have it.
func robotsLine(raw string) (key, value string) {
	raw, _, _ = strings.Cut(raw, "#")
	key, value, found := strings.Cut(raw, ":")
	if !found {
		words := strings.Fields(raw)
		if len(words) != 2 {
			return "", ""
		}
		key, value = words[0], words[1]
	}
	if len(key) > 40 {
		return "", ""
	}
	return strings.ToLower(strings.TrimSpace(key)), strings.TrimSpace(value)
}

// productToken is the name at the start of a product, without its version (§2.2.1).
func productToken(s string) string {
	for n := range len(s) {
		if c := s[n]; !isLetter(c) && c != '-' && c != '_' {
			return s[:n]
		}
	}
	return s
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func newRobotsRule(pattern string, allow bool, line int) (robotsRule, bool) {
	if pattern == "" || len(pattern) > maxURL {
		return robotsRule{}, false
	}
	if pattern[0] != '/' && pattern[0] != '*' {
		pattern = "/" + pattern
	}
	pattern, end := strings.CutSuffix(pattern, "$")
	pattern = robotsEscape(pattern, false)
	r := robotsRule{allow: allow, end: end, size: len(pattern), line: line}
	if end {
		r.size++
	}
	for n, part := range strings.Split(pattern, "*") {
		if n > 0 && part == "" && r.parts[len(r.parts)-1] == "" && len(r.parts) > 1 {
			continue // two stars are one
		}
		r.parts = append(r.parts, part)
	}
	return r, true
}

// robotsEscape writes a path or a pattern in the one escaping in which both can be compared (§2.2.2): what needs an escape
// has one, what needs none has none. In a path a star and a dollar sign are ordinary, in a pattern they keep their meaning.
func robotsEscape(s string, path bool) string {
	const hex = "0123456789ABCDEF"
	b := make([]byte, 0, len(s)+8)
	for n := 0; n < len(s); n++ {
		c := s[n]
		escaped := false
		if c == '%' && n+2 < len(s) {
			if v, err := strconv.ParseUint(s[n+1:n+3], 16, 8); err == nil {
				c, escaped = byte(v), true
				n += 2
			}
		}
		plain := isLetter(c) || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0
		if !plain && !escaped {
			plain = strings.IndexByte("/:?#[]@!&'()+,;=", c) >= 0 || c == '*' && !path
		}
		if plain {
			b = append(b, c)
		} else {
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return string(b)
}

// decide finds the rule for a path with its query: the longest that matches, Allow where two are as long (§2.2.2); nil
// where none does.
func (f *robotsFile) decide(path string) *robotsRule {
	path = robotsEscape(path, true)
	var best *robotsRule
	for n := range f.rules {
		r := &f.rules[n]
		if best != nil && (r.size < best.size || r.size == best.size && (best.allow || !r.allow)) {
			continue
		}
		if r.matches(path) {
			best = r
		}
	}
	return best
}

// matches goes through the pattern once, part by part: no pattern makes it look at a path again and again.
func (r *robotsRule) matches(path string) bool {
	rest, ok := strings.CutPrefix(path, r.parts[0])
	if !ok {
		return false
	}
	last := len(r.parts) - 1
	if last == 0 {
		return !r.end || rest == ""
	}
	for _, part := range r.parts[1:last] {
		_, after, ok := strings.Cut(rest, part)
		if !ok {
			return false
		}
		rest = after
	}
	if r.end {
		return strings.HasSuffix(rest, r.parts[last])
	}
	return strings.Contains(rest, r.parts[last])
}

// String is the rule as its file writes it, but for its escaping; short enough for an error.
func (r *robotsRule) String() string {
	s := strings.Join(r.parts, "*")
	if r.end {
		s += "$"
	}
	if len(s) > 80 {
		s = s[:80] + "…"
	}
	if r.allow {
		return "Allow: " + s
	}
	return "Disallow: " + s
}

// cost is about how many bytes the file takes in memory.
func (f *robotsFile) cost() int {
	n := 200
	for _, r := range f.rules {
		n += 64 + r.size + 16*len(r.parts)
	}
	return n
}

func crawlDelay(s string) time.Duration {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v > 0) { // also for what is not a number
		return 0
	}
	return time.Duration(min(v, maxCrawlDelay.Seconds()) * float64(time.Second))
}

// requestRate reads "1/5", "1/10s", "2/1m": so many requests in so long.
func requestRate(s string) time.Duration {
	s, _, _ = strings.Cut(s, " ") // a time of day may follow
	count, span, ok := strings.Cut(s, "/")
	n, err := strconv.Atoi(count)
	if !ok || err != nil || n < 1 || span == "" {
		return 0
	}
	unit := 1.0
	switch span[len(span)-1] | 0x20 {
	case 's':
		span = span[:len(span)-1]
	case 'm':
		unit, span = 60, span[:len(span)-1]
	case 'h':
		unit, span = 3600, span[:len(span)-1]
	}
	v, err := strconv.ParseFloat(span, 64)
	if err != nil || !(v > 0) {
		return 0
	}
	return time.Duration(min(v*unit/float64(n), maxCrawlDelay.Seconds()) * float64(time.Second))
}
