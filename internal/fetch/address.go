package fetch

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// maxURL bounds a URL, also one that a redirect gives.
const maxURL = 8 << 10

// bare is u without what is not sent: user information and fragment.
func bare(u *url.URL) *url.URL {
	b := *u
	b.User, b.Fragment, b.RawFragment = nil, "", ""
	return &b
}

func parseURL(s string) (*url.URL, error) {
	if len(s) > maxURL {
		return nil, fmt.Errorf("a URL of %d bytes; %d are allowed", len(s), maxURL)
	}
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil {
		return nil, errors.New("not a URL") // the cause would quote it, and it may hold a password
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("scheme %q; only http and https are fetched", u.Scheme)
	}
	if u.Hostname() == "" {
		return nil, errors.New("a URL without a host")
	}
	return u, nil
}

// sameHost says whether b may see what was meant for a: the same host and port, or the same host one step up from http
// to https on the ordinary ports; never down.
func sameHost(a, b *url.URL) bool {
	if !strings.EqualFold(a.Hostname(), b.Hostname()) {
		return false
	}
	if a.Scheme == b.Scheme {
		return port(a) == port(b)
	}
	return a.Scheme == "http" && port(a) == "80" && b.Scheme == "https" && port(b) == "443"
}

func port(u *url.URL) string {
	switch p := u.Port(); {
	case p != "":
		return p
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}
