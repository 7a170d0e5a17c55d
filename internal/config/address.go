package config

import (
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// environment is the value of a variable; one that is empty counts as not set.
func (r *reader) environment(name string) (value, bool) {
	if r.env == nil {
		return value{}, false
	}
	s, ok := r.env(name)
	if !ok || s == "" {
		return value{}, false
	}
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	return value{r: r, node: n, key: name, from: "environment"}, true
}

// listen reads where to listen. TINHUB_LISTEN wins over PORT, PORT over the file; PORT listens on every IPv4 address, for
// that is what the hosts that set it expect.
func (r *reader) listen(v value) string {
	at := hostPort(v, defaultListen)
	if e, ok := r.environment("TINHUB_LISTEN"); ok {
		return hostPort(e, at)
	}
	if e, ok := r.environment("PORT"); ok {
		return "0.0.0.0:" + strconv.FormatInt(e.number(0, 1, 65535), 10)
	}
	return at
}

func hostPort(v value, def string) string {
	s, ok := v.scalar()
	if !ok {
		return def
	}
	host, port, err := net.SplitHostPort(s)
	n, perr := strconv.ParseUint(port, 10, 16)
	if err != nil || perr != nil || strings.ContainsAny(host, "/@ ") {
		v.mistake("", quote(s)+" is not an address to listen on", "host:port, e.g. 127.0.0.1:8080, :8080, [::1]:8080")
		return def
	}
	return net.JoinHostPort(host, strconv.FormatUint(n, 10))
}

// store reads where the items live. TINHUB_STORE wins over REDIS_URL, REDIS_URL over the file.
func (r *reader) store(v value) string {
	s := r.storeURL(v, defaultStore)
	if e, ok := r.environment("TINHUB_STORE"); ok {
		return r.storeURL(e, s)
	}
	if e, ok := r.environment("REDIS_URL"); ok {
		return r.storeURL(e, s)
	}
	return s
}

const storeAllowed = "file:path, memory:, redis://…, rediss://…, redis+cluster://h1:p,h2:p, redis+sentinel://…"

// redisSchemes are one server, Cluster and Sentinel; with the second s over TLS.
var redisSchemes = [...]string{"redis", "rediss", "redis+cluster", "rediss+cluster", "redis+sentinel", "rediss+sentinel"}

// storeURL normalises a store's URL. It never shows the value, which may hold a password.
func (r *reader) storeURL(v value, def string) string {
	s, ok := v.scalar()
	if !ok {
		s = def
	}
	scheme, rest, found := strings.Cut(s, ":")
	switch {
	case found && scheme == "file":
		path := rest
		if strings.HasPrefix(path, "//") {
			path = "/" + strings.TrimLeft(path, "/")
			if !strings.HasPrefix(rest, "///") {
				v.mistake("", "names a host before its path", "file:data/tinhub.db or file:///var/lib/tinhub/tinhub.db")
				return ""
			}
		}
		if path == "" || strings.HasSuffix(path, "/") || strings.ContainsAny(path, "\x00?#") {
			v.mistake("", "names no file", "file:data/tinhub.db or file:/var/lib/tinhub/tinhub.db")
			return ""
		}
		return "file:" + r.path(path)
	case s == "memory:" || s == "memory":
		return "memory:"
	case found && slices.Contains(redisSchemes[:], scheme):
		hosts, _, _ := strings.Cut(strings.TrimPrefix(rest, "//"), "/")
		hosts, _, _ = strings.Cut(hosts, "?")
		if !strings.HasPrefix(rest, "//") || hosts[strings.LastIndex(hosts, "@")+1:] == "" {
			v.mistake("", "names no Redis server", scheme+"://host:6379")
			return ""
		}
		return s
	}
	v.mistake("", "is not the URL of a store", storeAllowed)
	return ""
}

// path makes a path of the file absolute, from the file's folder.
func (r *reader) path(p string) string {
	if filepath.IsAbs(p) {
		return filepath.Clean(p)
	}
	return filepath.Join(r.folder, p)
}

// webURL is the public address of a site: absolute, http or https, its trailing slash removed.
func (v value) webURL() string {
	u, ok := v.url("http", "https")
	switch {
	case !ok, v.tellsUser(u):
		return ""
	case u.RawQuery != "" || u.ForceQuery:
		v.mistake("", "has a query (?…)", "an address such as https://feeds.example.org")
		return ""
	}
	return strings.TrimRight(u.String(), "/")
}

// link is an absolute http or https URL as it was written.
func (v value) link() string {
	u, ok := v.url("http", "https")
	if !ok || v.tellsUser(u) {
		return ""
	}
	return strings.TrimSpace(v.node.Value)
}

// url is an absolute URL of one of the schemes, with a host, without a fragment. Its text is never shown: it may hold a key.
func (v value) url(schemes ...string) (*url.URL, bool) {
	s, ok := v.scalar()
	if !ok {
		return nil, false
	}
	allowed := "an absolute URL with " + strings.Join(schemes, ", ")
	u, err := url.Parse(s)
	switch {
	case err != nil, u.Hostname() == "", u.Opaque != "", len(s) > 8_000:
		v.mistake("", "is not an absolute URL", allowed)
		return nil, false
	case u.Port() != "" && !isPort(u.Port()):
		v.mistake("", "has a port that cannot be", "1 to 65535")
		return nil, false
	}
	for _, scheme := range schemes {
		if u.Scheme != scheme {
			continue
		}
		if u.Fragment != "" {
			v.mistake("", "has a fragment (#…)", allowed)
			return nil, false
		}
		u.Host = strings.ToLower(u.Host)
		return u, true
	}
	v.mistake("", "has another scheme", allowed)
	return nil, false
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0
}

func hostOf(raw string) string {
	if u, err := url.Parse(raw); err == nil {
		return u.Hostname()
	}
	return ""
}

// tellsUser refuses a URL that carries a name and password, which have keys of their own.
func (v value) tellsUser(u *url.URL) bool {
	if u.User == nil {
		return false
	}
	v.mistake("", "carries a user name (name@host)", "a URL without one")
	return true
}
