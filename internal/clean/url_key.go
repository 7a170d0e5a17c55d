package clean

import (
	"slices"
	"strings"
)

// urlKey is the form that two sources' addresses of one article are compared in: no scheme, no www., m. or amp. before
// the host, no trailing slash, /amp or index.html, the query sorted. It leads to no page. "" where the address identifies
// nothing: a site's root without a query, or no canonical address at all.
func urlKey(canonical string) string {
	canonical = behindCache(canonical)
	host, path, query, fragment := "", "", "", ""
	if own := originOf(canonical); own != "" && isQuick(canonical[len(own):]) {
		_, host, _ = strings.Cut(own, "//")
		path, query, _ = strings.Cut(canonical[len(own):], "?")
	} else {
		u, ok := resolve("", canonical)
		if !ok {
			return ""
		}
		host, path, query = u.Host, u.EscapedPath(), u.RawQuery
		if strings.HasPrefix(u.Fragment, "!") {
			fragment = "#" + u.EscapedFragment()
		}
	}
	for {
		p := strings.TrimRight(path, "/")
		p = strings.TrimSuffix(p, "/amp")
		for _, index := range []string{"/index.html", "/index.htm", "/index.php"} {
			p = strings.TrimSuffix(p, index)
		}
		if p == path {
			break
		}
		path = p
	}
	if query != "" {
		query = comparedQuery(query)
	}
	if path == "" && query == "" && fragment == "" {
		return ""
	}
	key := bareHost(host) + path
	if query != "" {
		key += "?" + query
	}
	return key + fragment
}

// behindCache is the address that a page of a public AMP cache or viewer was made of; any other address itself.
func behindCache(canonical string) string {
	_, door, _ := strings.Cut(canonical, "://")
	host, path, _ := strings.Cut(door, "/")
	rest := ""
	switch {
	case host == "cdn.ampproject.org" || strings.HasSuffix(host, ".cdn.ampproject.org"):
		for _, kind := range []string{"c/", "v/", "wp/s/"} { // documents, viewer, packaged
			if r, ok := strings.CutPrefix(path, kind); ok {
				rest = r
				break
			}
		}
	case bareHost(host) == "google.com":
		rest, _ = strings.CutPrefix(path, "amp/")
		if rest == path {
			rest = ""
		}
	}
	if rest == "" {
		return canonical
	}
	rest = strings.TrimPrefix(rest, "s/")
	if u, ok := canonicalURL("", "https://"+rest); ok && strings.Contains(rest, "/") {
		return u
	}
	return canonical
}

// comparedQuery is a query sorted, without what asks for the AMP page.
func comparedQuery(query string) string {
	params := slices.DeleteFunc(strings.Split(query, "&"), func(p string) bool {
		p = strings.ToLower(p)
		return p == "" || p == "amp" || p == "amp=1" || p == "amp=true" || p == "outputtype=amp"
	})
	slices.Sort(params)
	return strings.Join(params, "&")
}

// bareHost is the host without the prefixes that sites give their other faces.
func bareHost(host string) string {
	for {
		before, rest, ok := strings.Cut(host, ".")
		if !ok || !strings.Contains(rest, ".") {
			return host
		}
		switch before {
		case "www", "m", "amp", "mobile":
			host = rest
		default:
			return host
		}
	}
}
