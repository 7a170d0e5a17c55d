package clean

import (
	"strings"
	"unicode"
)

// isBareHost says whether a path begins with the name of a host: www, a dot, and a name that ends like a domain's. By RFC 3986
// §4.2 it is a path, but whoever wrote it meant the site, and no site has a folder of that name.
func isBareHost(path string) bool {
	host, _, below := strings.Cut(path, "/")
	labels := strings.Split(strings.ToLower(host), ".")
	if len(host) > 253 || len(labels) < 3 || labels[0] != "www" {
		return false
	}
	last := labels[len(labels)-1]
	for _, l := range labels {
		if l == "" || strings.ContainsFunc(l, func(r rune) bool { return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			return false
		}
	}
	if len(last) < 2 || strings.ContainsFunc(last, func(r rune) bool { return !unicode.IsLetter(r) }) && !strings.HasPrefix(last, "xn--") {
		return false
	}
	switch last { // files
	case "html", "htm", "xhtml", "shtml", "php", "asp", "aspx", "jsp", "cgi", "xml", "rss", "json", "txt", "pdf", "css", "js", "jpg", "jpeg", "png",
		"gif", "webp", "svg", "avif", "doc", "docx", "zip", "gz":
		return below
	}
	return true
}
