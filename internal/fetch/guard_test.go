package fetch

import (
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"code.dny.dev/ssrf"
)

func TestTheGuardRefusesEverySpellingOfAnInnerAddress(t *testing.T) {
	var reached atomic.Int32
	s := serve(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	port := s.URL[strings.LastIndexByte(s.URL, ':'):]
	c := New(Options{})
	t.Cleanup(c.Close)
	for _, host := range []string{
		"127.0.0.1", "127.0.0.1.", "127.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7F.0.0.1", "0177.0.0.1", "0", "0.0.0.0",
		"localhost", "LOCALHOST", "①②⑦.⓪.⓪.①", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
		"[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fe80::1%25lo]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]",
		"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "100.100.100.200", "169.254.169.254", "192.0.0.192",
		"198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1",
	} {
		t.Run(host, func(t *testing.T) {
			_, err := c.Get(t.Context(), Request{URL: "http://" + host + port + "/"})
			mustFail(t, err, ReasonRefusedAddress)
		})
	}
	if reached.Load() != 0 {
		t.Errorf("%d requests came through", reached.Load())
	}
}

func TestPrivateMeansPrivateAndNothingElse(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1": true, "127.9.9.9": true, "10.1.2.3": true, "172.20.0.1": true, "192.168.0.1": true, "100.64.1.1": true,
		"::1": true, "fd12:3456::1": true, "8.8.8.8": true, "2606:4700::1111": true,
		"169.254.169.254": false, "fd00:ec2::254": false, "fe80::1": false, "0.0.0.0": false, "::": false, "224.0.0.1": false,
		"255.255.255.255": false, "192.0.2.1": false, "64:ff9b::a00:1": false, "2002:a00:1::": false,
	} {
		err := newGuard(true).control("tcp4", netip.AddrPortFrom(netip.MustParseAddr(address), 8080).String(), nil)
		if (err == nil) != want {
			t.Errorf("%s: got %v, want allowed %t", address, err, want)
		}
	}
	if err := newGuard(true).control("udp", "127.0.0.1:80", nil); err == nil {
		t.Error("a network that is not TCP was allowed")
	}
}

func TestARedirectInwardsIsRefused(t *testing.T) {
	var reached atomic.Int32
	inner := serve(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	for _, place := range []string{strings.Replace(inner.URL, "127.0.0.1", "127.0.0.2", 1), "http://[::1]:80/", "http://169.254.169.254/"} {
		outer := serve(t, to(place))
		c := New(Options{})
		t.Cleanup(c.Close)
		// Only the outer server's address is allowed: the guard that stands before every connection must see the second one.
		c.guard.safe = ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(netip.MustParsePrefix("127.0.0.1/32")))
		_, err := c.Get(t.Context(), Request{URL: outer.URL})
		mustFail(t, err, ReasonRefusedAddress)
	}
	if reached.Load() != 0 {
		t.Error("the redirect came through")
	}
}
