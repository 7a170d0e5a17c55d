package web

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// client is the address of who asks: the peer's, or where the peer is a trusted proxy the right-most address in
// Forwarded (RFC 7239) or X-Forwarded-For that is not one. A proxy writes one of the two and may pass the other on
// unread, so where both are there and differ neither is believed.
func (s *server) client(r *http.Request) netip.Addr {
	peer, ok := address(r.RemoteAddr)
	if !ok || !s.isProxy(peer) {
		return peer
	}
	forwarded, hasForwarded := s.lastForeign(peer, forwardedFor(r.Header["Forwarded"]))
	plain, hasPlain := s.lastForeign(peer, elements(r.Header["X-Forwarded-For"]))
	switch {
	case hasForwarded && hasPlain && forwarded != plain:
		return peer
	case hasForwarded:
		return forwarded
	case hasPlain:
		return plain
	}
	return peer
}

// lastForeign walks a chain of proxies from ours outwards: to the first address that is no trusted proxy's, or the last
// one that can be read.
func (s *server) lastForeign(peer netip.Addr, chain []string) (netip.Addr, bool) {
	last := peer
	for _, hop := range slices.Backward(chain) {
		addr, ok := address(hop)
		if !ok {
			break
		}
		last = addr
		if !s.isProxy(addr) {
			break
		}
	}
	return last, len(chain) > 0
}

func (s *server) isProxy(a netip.Addr) bool {
	return slices.ContainsFunc(s.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// elements are the members of a list field, in order over its lines.
func elements(lines []string) (list []string) {
	for _, line := range lines {
		for e := range strings.SplitSeq(line, ",") {
			list = append(list, strings.TrimSpace(e))
		}
	}
	return list
}

// forwardedFor are the for= parameters of Forwarded, "" for a hop that names none.
func forwardedFor(lines []string) (list []string) {
	for _, e := range elements(lines) {
		hop := ""
		for p := range strings.SplitSeq(e, ";") {
			k, v, _ := strings.Cut(strings.TrimSpace(p), "=")
			if strings.EqualFold(k, "for") {
				hop = strings.Trim(v, `"`)
			}
		}
		list = append(list, hop)
	}
	return list
}

// address reads an address with or without port and brackets.
func address(s string) (netip.Addr, bool) {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone(""), true
	}
	a, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	return a.Unmap().WithZone(""), err == nil
}
