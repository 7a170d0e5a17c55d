package sourcetest

import (
	"fmt"
	"io"
	"net"
	"strings"
	"time"
)

const okLine = "HTTP/1.1 200 OK\r\n"

// reset says text and breaks the connection off.
func reset(text string) func(net.Conn, *scene) {
	return func(c net.Conn, s *scene) {
		_, _ = io.WriteString(c, text)
		s.sleep(20 * time.Millisecond) // so that the text is read first
		if t, ok := c.(*net.TCPConn); ok {
			_ = t.SetLinger(0)
		}
	}
}

func hostileWires() []Behaviour {
	list := []Behaviour{
		{Name: "a length that promises too much", Reason: "protocol", talk: func(c net.Conn, s *scene) {
			_, _ = io.WriteString(c, okLine+"Content-Length: 99999\r\n\r\n"+s.feed(1, 2))
		}},
		{Name: "a length that promises too little", Reason: OK, Then: Same, talk: func(c net.Conn, s *scene) {
			text := s.feed(1, 2)
			_, _ = fmt.Fprintf(c, "%sContent-Length: %d\r\n\r\n%s", okLine, len(text)-100, text)
		}},
		{Name: "a negative length", Reason: "protocol", talk: say(okLine + "Content-Length: -5\r\n\r\nshort")},
		{Name: "two lengths", Reason: "protocol", talk: say(okLine + "Content-Length: 5\r\nContent-Length: 9\r\n\r\nshort")},
		{Name: "a broken chunk", Reason: "protocol", talk: say(okLine + "Transfer-Encoding: chunked\r\n\r\nzz\r\nshort\r\n")},
		{Name: "chunks cut off", Reason: "protocol", talk: say(okLine + "Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n")},
		{Name: "a chunk larger than the world", Reason: "protocol", talk: say(okLine + "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n")},
		{Name: "chunks of endless extensions", Reason: "protocol", talk: pour(okLine+"Transfer-Encoding: chunked\r\n\r\n", "1;"+strings.Repeat("x", 2000)+"\r\na\r\n")},
		{Name: "trailers without an end", Reason: "protocol", talk: pour(okLine+"Transfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n5\r\nshort\r\n0\r\n", "X-T: "+strings.Repeat("a", 90)+"\r\n")},
		{Name: "a transfer coding of its own", Reason: "protocol", talk: say(okLine + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n")},
		{Name: "a length and chunks", Reason: OK, Then: Same, talk: func(c net.Conn, s *scene) {
			text := s.feed(1, 2)
			_, _ = fmt.Fprintf(c, "%sContent-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", okLine, len(text), text)
		}},
		{Name: "two answers to one question", Reason: OK, Then: Same, talk: func(c net.Conn, s *scene) {
			text := s.feed(1, 2)
			_, _ = fmt.Fprintf(c, "%sContent-Length: %d\r\n\r\n%s%sContent-Length: 4\r\n\r\nevil", okLine, len(text), text, okLine)
		}},
		{Name: "garbage on the port", Reason: "protocol", talk: say("\x00\x01\x02\x03\x04\r\n\r\n")},
		{Name: "garbage without an end", Reason: "too-large", talk: pour("", "\xff\xfe\xfd")},
		{Name: "HTTP/0.9", Reason: "protocol", talk: func(c net.Conn, s *scene) { _, _ = io.WriteString(c, s.feed(1)) }},
		{Name: "HTTP of another age", Reason: "protocol", talk: say("HTTP/9.9 two hundred\r\n\r\n")},
		{Name: "a shell on the port", Reason: "protocol", first: true, talk: say("SSH-2.0-OpenSSH_9.9\r\n")},
		{Name: "a mail server on the port", Reason: "protocol", first: true, talk: say("220 mail.example ESMTP ready\r\n")},
		{Name: "an alert of TLS on the port", Reason: "protocol", talk: say("\x15\x03\x01\x00\x02\x02\x46")},
		{Name: "nothing at all", Reason: "connect", talk: func(net.Conn, *scene) {}},
		{Name: "a reset at once", Reason: "connect", talk: reset("")},
		{Name: "a reset in the head", Reason: "protocol", talk: reset(okLine + "Content-")},
		{Name: "a reset in the body", Reason: "connect", talk: reset(okLine + "Content-Length: 900\r\n\r\n<rss>")},
		{Name: "another protocol instead of an answer", Reason: "status", talk: say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: chat\r\nConnection: Upgrade\r\n\r\n")},
	}
	for n := range list {
		list[n].Expect = "one failed fetch with its reason, or the part that is whole"
	}
	return list
}

func hostileHeads() []Behaviour {
	list := []Behaviour{
		{Name: "a head that drips", Reason: "timeout", Slow: true, talk: func(c net.Conn, s *scene) {
			_, _ = io.WriteString(c, okLine+"X-Slow: ")
			s.drip(c, "so slow ", 100*time.Millisecond)
		}},
		{Name: "a first line that drips", Reason: "timeout", Slow: true, talk: func(c net.Conn, s *scene) { s.drip(c, "HTTP/1.1 200 OK", 500*time.Millisecond) }},
		{Name: "a head without an end", Reason: "too-large", talk: pour(okLine, "X-More: of the same\r\n")},
		{Name: "a header without an end", Reason: "too-large", talk: pour(okLine+"X-Long: ", "x")},
		{Name: "a flood of cookies", Reason: "too-large", talk: pour(okLine, "Set-Cookie: a="+strings.Repeat("b", 200)+"\r\n")},
		{Name: "early hints without an end", Reason: "too-large", talk: pour("", "HTTP/1.1 103 Early Hints\r\nLink: <a>; rel=preload\r\n\r\n")},
		{Name: "promises to continue without an end", Reason: "too-large", talk: pour("", "HTTP/1.1 100 Continue\r\nX: "+strings.Repeat("a", 90)+"\r\n\r\n")},
		{Name: "a header without a colon", Reason: "protocol", talk: say(okLine + "nonsense\r\n\r\n")},
		{Name: "a header with a NUL", Reason: "protocol", talk: say(okLine + "X-\x00: a\r\n\r\n")},
		{Name: "a status that is no number", Reason: "protocol", talk: say("HTTP/1.1 OK\r\n\r\n")},
		{Name: "a status of 999", Reason: "status", talk: say("HTTP/1.1 999 Denied\r\nContent-Length: 0\r\n\r\n")},
		{Name: "a head cut off", Reason: "protocol", talk: say(okLine + "Content-Ty")},
		{Name: "an ETag of control characters", Reason: "protocol", talk: func(c net.Conn, s *scene) {
			_, _ = io.WriteString(c, okLine+"ETag: \"\x01\x7f\"\r\nConnection: close\r\n\r\n"+s.feed(1, 2))
		}},
	}
	for n := range list {
		list[n].Expect = "one failed fetch with its reason"
	}
	return list
}

func hostileRedirects() []Behaviour {
	to := func(place string) func(*scene) { return func(c *scene) { c.redirect(302, place) } }
	list := []Behaviour{
		{Name: "a circle", Reason: "redirects", serve: func(c *scene) { c.redirect(301, c.r.URL.Path) }},
		{Name: "a circle of two", Reason: "redirects", serve: func(c *scene) {
			next := map[string]string{"/feed": "/b", "/b": "/feed"}[c.r.URL.Path]
			c.redirect(302, next)
		}},
		{Name: "a way without an end", Reason: "redirects", serve: func(c *scene) { c.redirect(302, c.r.URL.Path+"x") }},
		{Name: "a redirect to a file", Reason: "redirects", serve: to("file:///etc/passwd")},
		{Name: "a redirect to a script", Reason: "redirects", serve: to("javascript:alert(1)")},
		{Name: "a redirect to data", Reason: "redirects", serve: to("data:text/xml,<rss/>")},
		{Name: "a redirect to gopher", Reason: "redirects", serve: to("gopher://127.0.0.1:70/x")},
		{Name: "a redirect to ftp", Reason: "redirects", serve: to("ftp://127.0.0.1/x")},
		{Name: "a redirect to no host", Reason: "redirects", serve: to("http:///x")},
		{Name: "a redirect to a very long place", Reason: "redirects", serve: to("/" + strings.Repeat("a", 9<<10))},
		{Name: "a redirect to what is no URL", Reason: "protocol", serve: to("http://[::1")},
		{Name: "a redirect whose body drips", Reason: "redirects", serve: func(c *scene) {
			c.redirect(302, c.r.URL.Path)
			c.drip(c.w, "this way ", 100*time.Millisecond)
		}},
	}
	for n := range list {
		list[n].Expect = "does not go there"
	}
	return list
}

func hostileAddresses() []Behaviour {
	var list []Behaviour
	for _, a := range []struct{ name, host string }{
		{"the metadata address", "169.254.169.254"},
		{"the metadata address as one number", "2852039166"},
		{"the metadata address in hexadecimal", "0xa9fea9fe"},
		{"the metadata address in octal", "0251.0376.0251.0376"},
		{"the metadata address cut short", "169.254.43518"},
		{"the metadata address in IPv6", "[::ffff:169.254.169.254]"},
		{"the metadata address translated", "[64:ff9b::a9fe:a9fe]"},
		{"the metadata address tunnelled", "[2002:a9fe:a9fe::]"},
		{"the metadata address behind a name", "news.example@169.254.169.254"},
		{"the metadata address in wide digits", "１６９.254.169.254"},
		{"another cloud's metadata address", "[fd00:ec2::254]"},
		{"a link-local address", "[fe80::1]"},
		{"this network", "0.0.0.0"},
		{"everybody", "255.255.255.255"},
		{"a group", "224.0.0.1"},
		{"an address for documents", "192.0.2.1"},
	} {
		list = append(list, Behaviour{
			Name: "a redirect to " + a.name, Reason: "refused-address", Expect: "does not connect",
			serve: func(c *scene) { c.redirect(302, "http://"+a.host+"/latest/meta-data/") },
		})
	}
	return list
}

func hostileTLS() []Behaviour {
	return []Behaviour{
		{Name: "a certificate that nobody signed", Reason: "tls", secure: true, Expect: "does not trust it", serve: func(c *scene) { c.give(c.feed(1, 2)) }},
		{Name: "plain HTTP where TLS is due", Reason: "tls", https: true, first: true, Expect: "does not talk", talk: say("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")},
		{Name: "garbage where TLS is due", Reason: "tls", https: true, first: true, Expect: "does not talk", talk: say(strings.Repeat("\x16\x03\x01\xff", 50))},
		{Name: "silence where TLS is due", Reason: "timeout", https: true, first: true, Slow: true, Expect: "gives it up", talk: silence},
	}
}
