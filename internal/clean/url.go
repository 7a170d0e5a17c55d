package clean

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"
)

// maxURL is the longest address taken, in bytes; real ones stay far below, and readers cut off longer ones.
const maxURL = 8 << 10

// hosts maps names to punycode the way browsers do: lower case, no transitional sharp s, underscores allowed.
var hosts = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

// canonicalURL resolves raw against base ("" where none is known) and gives the address in its canonical form: http or
// https, lower-case scheme and punycode host, no userinfo, default port, fragment or tracking parameter, one way of
// escaping. A fragment that starts with "!" names a page of its own and stays. False where there is no such address.
func canonicalURL(base, raw string) (string, bool) {
	if u, ok := quickLink(base, raw); ok {
		return u, true
	}
	u, ok := resolve(base, raw)
	if !ok {
		return "", false
	}
	if !strings.HasPrefix(u.Fragment, "!") {
		u.Fragment, u.RawFragment = "", ""
	}
	return u.String(), true
}

// linkURL is canonicalURL for a link inside a text, where the fragment leads to a place on the page.
func linkURL(base, raw string) (string, bool) {
	if u, ok := quickLink(base, raw); ok {
		return u, true
	}
	u, ok := resolve(base, raw)
	if !ok {
		return "", false
	}
	if strings.Contains(u.Fragment, "=") {
		// What only tracks goes; a place on the page stays as it is written.
		if whole := u.EscapedFragment(); strings.Contains(whole, "&") || withoutTracking(whole) == "" {
			kept := withoutTracking(whole)
			if place, err := url.PathUnescape(kept); err == nil {
				u.Fragment, u.RawFragment = place, kept
			}
		}
	}
	return u.String(), true
}

// originOf is the scheme and host of a canonical address, where it has no port and its host is a plain one.
func originOf(canonical string) string {
	if len(canonical) > maxURL {
		return ""
	}
	rest, ok := strings.CutPrefix(canonical, "https://")
	if !ok {
		if rest, ok = strings.CutPrefix(canonical, "http://"); !ok {
			return ""
		}
	}
	host, _, _ := strings.Cut(rest, "/")
	if !plainHost(host) {
		return ""
	}
	return canonical[:len(canonical)-len(rest)+len(host)]
}

// quickLink is what canonicalURL and linkURL give for the addresses that most links have: a path on the page's own site, or
// a plain host and a path, in characters that stand for themselves, without a fragment. False for all others.
func quickLink(base, raw string) (string, bool) {
	if len(raw) > maxURL/4 || raw == "" {
		return "", false
	}
	own, path := "", raw
	if raw[0] == '/' {
		own = originOf(base)
	} else {
		own = originOf(raw)
		path = raw[len(own):]
	}
	if own == "" {
		return "", false
	}
	canonical, ok := quickPath(path)
	if ok && canonical == path && len(path) < len(raw) {
		return raw, true
	}
	return own + canonical, ok
}

// quickPath gives a path with its query in canonical form, where that is known without parsing it.
func quickPath(s string) (string, bool) {
	path, query, hasQuery := strings.Cut(s, "?")
	if path == "" || path[0] != '/' || strings.IndexByte(path, ';') >= 0 || hasQuery && query == "" || strings.Contains(path, "//") || strings.Contains(path, "/.") {
		return "", false
	}
	if !all(path, func(c byte) bool { return unreserved(c) || strings.IndexByte(pathKeeps, c) >= 0 }) ||
		!all(query, func(c byte) bool { return unreserved(c) || strings.IndexByte(queryKeeps, c) >= 0 }) {
		return "", false
	}
	switch kept := withoutTracking(query); {
	case kept == query:
		return s, true
	case kept == "":
		return path, true
	default:
		return path + "?" + kept, true
	}
}

// isQuick says whether a path with its query is in its canonical form without a doubt.
func isQuick(s string) bool {
	canonical, ok := quickPath(s)
	return ok && canonical == s
}

func resolve(base, raw string) (*url.URL, bool) {
	u, ok := parseURL(raw)
	if !ok {
		return nil, false
	}
	if !u.IsAbs() {
		b, ok := parseURL(base)
		switch {
		case u.Host == "" && isBareHost(u.Path):
			if u, ok = parseURL("https://" + strings.TrimSpace(raw)); !ok {
				return nil, false
			}
		case ok && b.IsAbs():
			u = b.ResolveReference(u)
		case u.Host != "":
			u.Scheme = "https" // "//host/path" without a page it stands on
		default:
			return nil, false
		}
	}
	if !normalize(u) {
		return nil, false
	}
	return u, true
}

// parseURL reads an address as browsers do: surrounding space, line breaks inside and backslashes are forgiven.
func parseURL(raw string) (*url.URL, bool) {
	if len(raw) > maxURL {
		return nil, false
	}
	raw = strings.Map(func(r rune) rune {
		if r == '\t' || r == '\n' || r == '\r' {
			return -1
		}
		return r
	}, strings.TrimFunc(raw, func(r rune) bool { return r <= ' ' || r == 0xA0 || r == 0xFEFF }))
	if raw == "" {
		return nil, false
	}
	head, tail := raw, ""
	if i := strings.IndexAny(raw, "?#"); i >= 0 {
		head, tail = raw[:i], raw[i:]
	}
	raw = strings.ReplaceAll(head, `\`, "/") + tail
	path, fragment, hasFragment := strings.Cut(raw, "#")
	path, query, hasQuery := strings.Cut(path, "?")
	u, err := url.Parse(escapeAsNeeded(path))
	if err != nil {
		return nil, false
	}
	u.RawQuery, u.ForceQuery = escape(query, queryKeeps), false
	if hasQuery && query == "" && u.Path == "" && u.Host == "" {
		u.ForceQuery = true // "?" alone means the page without its query
	}
	if hasFragment {
		f := escape(fragment, fragmentKeeps)
		if plain, err := url.PathUnescape(f); err == nil {
			u.Fragment, u.RawFragment = plain, f
		}
	}
	return u, true
}

// escapeAsNeeded escapes what url.Parse refuses in a path (a lone %, spaces) and leaves the authority alone.
func escapeAsNeeded(s string) string {
	start := 0
	if i := strings.Index(s, "//"); i >= 0 && (i == 0 || s[i-1] == ':') {
		start = len(s)
		if j := strings.IndexByte(s[i+2:], '/'); j >= 0 {
			start = i + 2 + j
		}
	}
	return s[:start] + escape(s[start:], pathKeeps)
}

// normalize brings an absolute address into its one form; false where it is not one of ours.
func normalize(u *url.URL) bool {
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "" {
		return false
	}
	u.User = nil
	host, ok := normalHost(u)
	if !ok {
		return false
	}
	u.Host = host
	path := withoutSession(escape(u.EscapedPath(), pathKeeps))
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	if strings.Contains(path, "/.") {
		path = u.ResolveReference(&url.URL{Path: path, RawPath: path}).Path
	}
	plain, err := url.PathUnescape(path)
	if err != nil {
		return false
	}
	u.Path, u.RawPath = plain, path
	u.RawQuery = withoutTracking(u.RawQuery)
	u.ForceQuery = false
	return len(u.String()) <= maxURL
}

func normalHost(u *url.URL) (string, bool) {
	name, port := u.Hostname(), u.Port()
	if strings.Contains(name, ":") { // an IPv6 literal; zones lead nowhere from outside
		addr, err := netip.ParseAddr(name)
		if err != nil || addr.Zone() != "" {
			return "", false
		}
		name = "[" + addr.String() + "]"
	} else if !plainHost(name) {
		ascii, err := hosts.ToASCII(strings.TrimSuffix(name, "."))
		if err != nil || ascii == "" || strings.ContainsAny(ascii, " \"<>\\^`{|}%/?#@:") || strings.HasPrefix(ascii, ".") ||
			strings.HasSuffix(ascii, ".") || strings.Contains(ascii, "..") {
			return "", false
		}
		name = strings.ToLower(ascii)
		if again, err := hosts.ToASCII(name); err != nil || again != name {
			return "", false // a name that is not its own canonical form leads nowhere
		}
	}
	if n, err := strconv.ParseUint(port, 10, 16); port != "" && (err != nil || n == 0) {
		return "", false
	}
	port = strings.TrimLeft(port, "0")
	if port == "" || u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443" {
		return name, true
	}
	return name + ":" + port, true
}

// plainHost says whether a name is in lower-case letters, digits, single hyphens and dots as its punycode would be.
func plainHost(name string) bool {
	start := 0
	for i := range len(name) + 1 {
		switch {
		case i == len(name) || name[i] == '.':
			if i == start || i-start > 63 || name[start] == '-' || name[i-1] == '-' {
				return false
			}
			start = i + 1
		case name[i] == '-':
			if i > 0 && name[i-1] == '-' {
				return false // it may be punycode that is not canonical
			}
		case (name[i] < 'a' || name[i] > 'z') && (name[i] < '0' || name[i] > '9'):
			return false
		}
	}
	return len(name) <= 253
}

// What each part of an address may hold unescaped beside letters, digits and -._~ (RFC 3986 §3.3–3.5).
const (
	pathKeeps     = "!$&'()*+,;=:@/"
	queryKeeps    = "!$&'()*+,;=:@/?[]"
	fragmentKeeps = "!$&'()*+,;=:@/?"
)

// escape gives s with one way of escaping: unreserved characters plain, escapes in upper case, all else as %XX.
func escape(s, keeps string) string {
	const hexDigits = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]) {
			d := unhex(s[i+1])<<4 | unhex(s[i+2])
			i += 2
			if unreserved(d) {
				b.WriteByte(d)
				continue
			}
			b.WriteByte('%')
			b.WriteByte(hexDigits[d>>4])
			b.WriteByte(hexDigits[d&15])
			continue
		}
		if unreserved(c) || strings.IndexByte(keeps, c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&15])
	}
	return b.String()
}

func unreserved(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '.' || c == '_' || c == '~'
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func unhex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	}
	return c - 'a' + 10
}

// withoutSession takes the mark that Java servers write into paths for browsers without cookies out of one.
func withoutSession(path string) string {
	const mark = ";jsessionid="
	at := strings.IndexByte(path, ';')
	if at < 0 {
		return path
	}
	if at = strings.Index(strings.ToLower(path), mark); at < 0 {
		return path
	}
	rest := path[at+len(mark):]
	if end := strings.IndexAny(rest, ";/"); end >= 0 {
		return withoutSession(path[:at] + rest[end:])
	}
	return path[:at]
}

func withoutTracking(query string) string {
	if query == "" {
		return ""
	}
	parts := strings.Split(query, "&")
	parts = slices.DeleteFunc(parts, func(p string) bool {
		name, _, _ := strings.Cut(p, "=")
		return p == "" || isTracking(name)
	})
	return strings.Join(parts, "&")
}

// isTracking says whether a query parameter only says where a reader came from.
func isTracking(name string) bool {
	name = strings.ToLower(name)
	for _, prefix := range trackingPrefixes {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	_, found := slices.BinarySearch(trackingNames, name)
	return found
}

var trackingPrefixes = []string{"utm_", "mc_", "mtm_", "pk_", "piwik_", "matomo_", "hsa_", "oly_", "__hs", "_hs", "guce_", "fb_action_", "cx_"}

// trackingNames is sorted.
var trackingNames = []string{
	"__twitter_impression", "_ga", "_gl", "_openstat", "at_campaign", "at_custom1", "at_custom2", "at_custom3", "at_custom4",
	"at_link_id", "at_link_origin", "at_link_type", "at_medium", "cmpid", "dclid", "echobox", "epik", "fb_ref", "fb_source", "fbclid",
	"ga_source", "gbraid", "gclid", "gclsrc", "gidzl", "guccounter", "hsctatracking", "icid", "igsh", "igshid", "jsessionid", "li_fat_id",
	"mkt_tok", "ml_subscriber", "ml_subscriber_hash", "msclkid", "ncid", "ocid", "phpsessid", "rb_clickid", "ref_src", "ref_url",
	"s_cid", "sc_campaign", "sc_channel", "spm", "sr_share", "srsltid", "trk", "trkcampaign", "ttclid", "twclid", "vero_conv",
	"vero_id", "wbraid", "wickedid", "wprov", "wt.mc_id", "wt_mc", "xtor", "yclid", "ysclid", "zanpid", "zarsrc",
}

// behind is the address that a link through a site's exit door leads to; any other link itself.
func behind(canonical string) string {
	at := strings.IndexByte(canonical, '?')
	if at < 0 {
		return canonical
	}
	_, door, _ := strings.Cut(canonical[:at], "://")
	key := ""
	switch strings.TrimPrefix(door, "www.") {
	case "google.com/url", "youtube.com/redirect":
		key = "q"
	case "l.facebook.com/l.php", "lm.facebook.com/l.php", "l.instagram.com/":
		key = "u"
	case "out.reddit.com/", "linkedin.com/redir/redirect":
		key = "url"
	default:
		return canonical
	}
	values, err := url.ParseQuery(canonical[at+1:])
	if err != nil {
		return canonical
	}
	for _, k := range []string{key, "url"} {
		if u, ok := linkURL("", values.Get(k)); ok && isAbsolute(values.Get(k)) {
			return u
		}
	}
	return canonical
}

// sameSite says whether two canonical addresses belong to one registered domain.
func sameSite(a, b string) bool {
	ua, oka := resolve("", a)
	ub, okb := resolve("", b)
	if !oka || !okb {
		return false
	}
	return site(ua.Hostname()) == site(ub.Hostname())
}

func site(host string) string {
	if s, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		return s
	}
	return host
}

// isRoot says whether a canonical address is a site's front page.
func isRoot(canonical string) bool {
	if own := originOf(canonical); own != "" && len(canonical) > len(own)+1 && isQuick(canonical[len(own):]) {
		return false
	}
	u, err := url.Parse(canonical)
	return err == nil && (u.Path == "" || u.Path == "/") && u.RawQuery == "" && u.Fragment == ""
}
