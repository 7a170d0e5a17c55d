package fetch

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"code.dny.dev/ssrf"
	"golang.org/x/net/dns/dnsmessage"
)

func TestTheGuardRefusesEverySpellingOfAnInnerAddress(t *testing.T) {
	var reached atomic.Int32
	s := serve(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	port := s.URL[strings.LastIndexByte(s.URL, ':'):]
	c := New(Options{})
	t.Cleanup(c.Close)
	for _, host := range []string{
		"127.0.0.1", "127.0.0.1.", "127.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7F.0.0.1", "0177.0.0.1", "0", "0.0.0.0",
		"localhost", "LOCALHOST", "localhost.", "a.localhost", "A.b.LocalHost.", "①②⑦.⓪.⓪.①", "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
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

// nameServer answers every question for an address with the next of answers, over UDP.
func nameServer(t *testing.T, answers map[string][]string) string {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(buf[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			m.Response, m.Additionals = true, nil
			for _, s := range answers[strings.ToLower(q.Name.String())] {
				a := netip.MustParseAddr(s)
				h := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class, TTL: 1}
				switch {
				case q.Type == dnsmessage.TypeA && a.Is4():
					m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AResource{A: a.As4()}})
				case q.Type == dnsmessage.TypeAAAA && a.Is6():
					m.Answers = append(m.Answers, dnsmessage.Resource{Header: h, Body: &dnsmessage.AAAAResource{AAAA: a.As16()}})
				}
			}
			if out, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(out, from)
			}
		}
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-done
	})
	return conn.LocalAddr().String()
}

func TestANameThatLeadsInwardsIsRefused(t *testing.T) {
	var reached atomic.Int32
	s := serve(t, func(http.ResponseWriter, *http.Request) { reached.Add(1) })
	port := s.URL[strings.LastIndexByte(s.URL, ':'):]
	names := map[string][]string{
		"loopback.test.":  {"127.0.0.1"},
		"private.test.":   {"10.0.0.1", "192.168.1.1"},
		"metadata.test.":  {"169.254.169.254"},
		"six.test.":       {"::1"},
		"mapped.test.":    {"::ffff:127.0.0.1"},
		"nat64.test.":     {"64:ff9b::7f00:1"},
		"sixtofour.test.": {"2002:7f00:1::"},
		"credentials.test.": {
			"fd00:ec2::254",
		},
		"several.test.": {"127.0.0.1", "::1", "10.0.0.1"},
		"nothing.test.": {"0.0.0.0", "::"},
	}
	server := nameServer(t, names)
	c := New(Options{})
	t.Cleanup(c.Close)
	d := c.guard.dialer()
	d.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server)
	}}
	c.direct.Transport.(*http.Transport).DialContext = d.DialContext
	for name := range names {
		for _, spelled := range []string{name, strings.TrimSuffix(name, "."), strings.ToUpper(name)} {
			_, err := c.Get(t.Context(), Request{URL: "http://" + spelled + port + "/"})
			mustFail(t, err, ReasonRefusedAddress)
		}
	}
	_, err := c.Get(t.Context(), Request{URL: "http://unknown.test" + port + "/"})
	mustFail(t, err, ReasonDNS)
	if reached.Load() != 0 {
		t.Errorf("%d requests came through", reached.Load())
	}
}

func TestARedirectInwardsIsRefusedInEverySpelling(t *testing.T) {
	var reached atomic.Int32
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	inner := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	_ = inner.Listener.Close()
	inner.Listener = l
	inner.Start()
	t.Cleanup(inner.Close)
	port := inner.URL[strings.LastIndexByte(inner.URL, ':'):]
	for _, place := range []string{
		"http://127.0.0.2", "//127.0.0.2", "http://127.0.0.2.", "http://127.2", "http://2130706434", "http://0x7f000002", "http://0x7f.2",
		"http://0177.0.0.2", "http://017700000002", "http://127.0.0.1@127.0.0.2", "http://127.0.0.1:80@127.0.0.2", "http://[::ffff:127.0.0.2]",
		"http://[::ffff:7f00:2]", "http://[::127.0.0.2]", "http://[::ffff:0:127.0.0.2]", "http://[64:ff9b::127.0.0.2]",
		"http://[64:ff9b:1::7f00:2]", "http://[2002:7f00:2::]", "http://[2001:0:7f00:2::]", "http://[fec0::1]", "http://[100::1]",
		"http://①②⑦.0.0.②", "http://127。0。0。2",
		"http://0", "http://0.0.0.0", "http://[::]", "http://192.88.99.1",
	} {
		t.Run(place, func(t *testing.T) {
			outer := serve(t, to(place+port+"/"))
			c := New(Options{})
			t.Cleanup(c.Close)
			c.guard.safe = ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(netip.MustParsePrefix("127.0.0.1/32")))
			_, err := c.Get(t.Context(), Request{URL: outer.URL})
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Reason != ReasonRefusedAddress {
				t.Errorf("got %v", err)
			}
		})
	}
	if reached.Load() != 0 {
		t.Errorf("%d requests came through", reached.Load())
	}
}
