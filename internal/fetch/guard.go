package fetch

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"unicode/utf8"

	"code.dny.dev/ssrf"
	"golang.org/x/net/idna"
)

// guard refuses addresses no article comes from. It looks at the address of each connection at the moment it is made, so
// neither a name that changes its address, nor a redirect, nor an odd spelling goes round it.
type guard struct {
	safe *ssrf.Guardian
}

// errSpecial refuses an address that ssrf would let through.
var errSpecial = errors.New("prohibited address")

// metadataV6 serves instances' credentials in a large cloud, inside the range of private addresses.
var metadataV6 = netip.MustParseAddr("fd00:ec2::254")

// carrierRange holds addresses that networks share among their own (RFC 6598).
var carrierRange = netip.MustParsePrefix("100.64.0.0/10")

func newGuard(allowPrivate bool) *guard {
	options := []ssrf.Option{ssrf.WithAnyPort()}
	if allowPrivate {
		// Link-local is not among them: nobody runs a newspaper there, and clouds keep credentials on 169.254.169.254.
		options = append(options,
			ssrf.WithAllowedV4Prefixes(
				netip.MustParsePrefix("127.0.0.0/8"),
				netip.MustParsePrefix("10.0.0.0/8"),
				netip.MustParsePrefix("172.16.0.0/12"),
				netip.MustParsePrefix("192.168.0.0/16"),
				carrierRange,
			),
			ssrf.WithAllowedV6Prefixes(
				netip.MustParsePrefix("::1/128"),
				netip.MustParsePrefix("fc00::/7"),
			),
		)
	}
	return &guard{safe: ssrf.New(options...)}
}

func plainDialer() *net.Dialer { return &net.Dialer{Timeout: connectTimeout} }

func (g *guard) dialer() *net.Dialer {
	d := plainDialer()
	d.Control = g.control
	return d
}

func (g *guard) control(network, address string, conn syscall.RawConn) error {
	if err := g.safe.Safe(network, address, conn); err != nil {
		return err
	}
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %s", errSpecial, address)
	}
	return g.special(to.Addr())
}

func (g *guard) special(a netip.Addr) error {
	if a.WithZone("") == metadataV6 {
		return fmt.Errorf("%w: %s gives out credentials", errSpecial, a)
	}
	return nil
}

// name looks at a host before anything is connected to. Through a proxy it is all the guard can see.
func (g *guard) name(host string, proxied bool) error {
	if strings.IndexFunc(host, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
		// As net/http does on the way out: full-width and circled digits become plain ones.
		ascii, err := idna.Lookup.ToASCII(host)
		if err != nil {
			return &Error{Reason: ReasonDNS, Err: errors.New("the host is no name and no address")}
		}
		host = ascii
	}
	if addr, err := netip.ParseAddr(host); err == nil {
		if !proxied {
			return nil // control will see it
		}
		if err := g.safe.SafeAddr(addr.Unmap()); err != nil {
			return err
		}
		return g.special(addr.Unmap())
	}
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if endsInNumber(host) {
		return fmt.Errorf("%w: %q is an address in an odd spelling", errSpecial, host)
	}
	if isLocalhost(host) { // whatever a resolver makes of it (RFC 6761 §6.3)
		return g.safe.SafeAddr(netip.AddrFrom4([4]byte{127, 0, 0, 1}))
	}
	return nil
}

func isLocalhost(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// endsInNumber tells the hosts that some resolvers take for an IPv4 address although it is not written as one: 2130706433,
// 0x7f.1, 127.1 (WHATWG URL, "ends in a number"). No name on the internet ends so.
func endsInNumber(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if last == "" {
		return false
	}
	if strings.Trim(last, "0123456789") == "" {
		return true
	}
	hex, ok := strings.CutPrefix(last, "0x")
	return ok && strings.Trim(hex, "0123456789abcdef") == ""
}

// proxyKey is where a request's context keeps its proxy.
type proxyKey struct{}

// proxyOf gives a request its proxy. Without one it is an error: the connections of the proxied client are not guarded,
// because the operator declares proxies, and they stand on private addresses as a rule.
func proxyOf(req *http.Request) (*url.URL, error) {
	if u, ok := req.Context().Value(proxyKey{}).(*url.URL); ok {
		return u, nil
	}
	return nil, errors.New("no proxy was declared")
}

func parseProxy(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return nil, errors.New("the proxy is not a URL") // the cause would quote its password
	}
	switch u.Scheme {
	case "http", "https", "socks5":
		return u, nil
	}
	return nil, fmt.Errorf("a proxy of scheme %q; http, https and socks5 are known", u.Scheme)
}
