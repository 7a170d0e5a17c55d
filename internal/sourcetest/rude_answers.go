package sourcetest

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

func rudeStatuses() []Behaviour {
	var list []Behaviour
	for _, code := range []int{204, 206, 304, 400, 401, 403, 404, 405, 418, 429, 451, 500, 502, 503, 504} {
		does := "backs off"
		switch code {
		case 204, 206, 304:
			does = "says that no whole document came, and backs off"
		case 401, 403, 404:
			does = "slows down"
		}
		list = append(list, Behaviour{Name: fmt.Sprintf("a %d", code), Reason: "status", Expect: does, serve: func(c *scene) {
			if code == 304 || code == 204 {
				c.w.WriteHeader(code)
				return
			}
			c.status(code)
		}})
	}
	return append(
		list,
		Behaviour{Name: "a 410", Reason: "status", Then: Held, Expect: "never asks again", serve: func(c *scene) { c.status(410) }},
		Behaviour{Name: "a 301 to a 410", Reason: "status", Then: Held, Expect: "never asks again", serve: func(c *scene) {
			if c.r.URL.Path == "/feed" {
				c.redirect(301, "/gone")
				return
			}
			c.status(410)
		}},
		Behaviour{Name: "a 302 to a 410", Reason: "status", Expect: "slows down", serve: func(c *scene) {
			if c.r.URL.Path == "/feed" {
				c.redirect(302, "/gone")
				return
			}
			c.status(410)
		}},
		Behaviour{Name: "a 301 to a 404", Reason: "status", Expect: "asks at the old place again", serve: func(c *scene) {
			if c.r.URL.Path == "/feed" {
				c.redirect(301, "/lost")
				return
			}
			c.status(404)
		}},
		Behaviour{Name: "a redirect without a place", Reason: "status", Expect: "backs off", serve: func(c *scene) { c.status(302) }},
	)
}

// rudeWaits ask to be left alone for a while.
func rudeWaits() []Behaviour {
	wait := func(code int, how func() string) func(*scene) {
		return func(c *scene) {
			c.set("Retry-After", how())
			c.status(code)
		}
	}
	says := func(s string) func() string { return func() string { return s } }
	list := []Behaviour{
		{Name: "a 429 for an hour", Then: Held, Expect: "waits an hour", serve: wait(429, says("3600"))},
		{Name: "a 503 for an hour", Then: Held, Expect: "waits an hour", serve: wait(503, says("3600"))},
		{Name: "a 503 until a date", Then: Held, Expect: "waits an hour", serve: wait(503, func() string {
			return time.Now().Add(time.Hour).UTC().Format(http.TimeFormat)
		})},
		{Name: "a 429 for a year", Then: Held, Expect: "waits a week at most", serve: wait(429, says("31536000"))},
		{Name: "a 429 for nobody knows how long", Expect: "backs off", serve: wait(429, says("soon, please"))},
		{Name: "a 429 for ever", Then: Held, Expect: "waits a week at most", serve: wait(429, says("99999999999"))},
		{Name: "a 503 until yesterday", Expect: "backs off", serve: wait(503, func() string {
			return time.Now().Add(-24 * time.Hour).UTC().Format(http.TimeFormat)
		})},
	}
	for n := range list {
		list[n].Reason = "status"
	}
	return list
}

func rudeManners() []Behaviour {
	list := []Behaviour{
		{Name: "an ETag that changes with the same bytes", Then: Same, Expect: "does not read the same bytes twice", serve: func(c *scene) {
			c.set("ETag", fmt.Sprintf(`"%d"`, c.n)).give(c.feed(1, 2))
		}},
		{Name: "an ETag that is no ASCII", Then: Same, Expect: "sends it back exactly as it came", serve: validated("\"caf\xe9\"", "")},
		{Name: "an ETag of 5000 bytes", Then: Same, Expect: "does not send it back", serve: func(c *scene) {
			c.set("ETag", `"`+strings.Repeat("x", 5000)+`"`).give(c.feed(1, 2))
		}},
		{Name: "cookies", Then: Same, Expect: "sends none back", serve: func(c *scene) {
			for n := range 30 {
				c.w.Header().Add("Set-Cookie", fmt.Sprintf("visitor%d=%d; Path=/; Max-Age=99999", n, c.n))
			}
			c.give(c.feed(1, 2))
		}},
		{Name: "a redirect to another host", Then: Same, Expect: "takes no secret along", serve: func(c *scene) {
			c.redirect(302, c.elsewhere()+"/feed")
		}},
		{Name: "a slow answer", Then: Same, Expect: "waits", serve: func(c *scene) {
			if c.sleep(200 * time.Millisecond) {
				c.give(c.feed(1, 2))
			}
		}},
		{Name: "a Location with a fragment", Then: Same, Expect: "follows it", serve: func(c *scene) {
			if c.r.URL.Path == "/feed" {
				c.redirect(302, "new#top")
				return
			}
			c.give(c.feed(1, 2))
		}},
		{Name: "HTTP/1.0 without a length", Then: Same, Expect: "reads to the end", talk: func(c net.Conn, s *scene) {
			_, _ = io.WriteString(c, "HTTP/1.0 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n"+s.feed(1, 2))
		}},
		{Name: "a status without words", Then: Same, Expect: "reads it", talk: func(c net.Conn, s *scene) {
			_, _ = io.WriteString(c, "HTTP/1.1 200\r\nConnection: close\r\n\r\n"+s.feed(1, 2))
		}},
		{Name: "lines that end as on Unix", Then: Same, Expect: "reads it", talk: func(c net.Conn, s *scene) {
			_, _ = io.WriteString(c, "HTTP/1.1 200 OK\nContent-Type: application/rss+xml\nConnection: close\n\n"+s.feed(1, 2))
		}},
		{Name: "max-age of nonsense", Then: Same, Expect: "asks in its own rhythm", serve: told("", "Cache-Control", "max-age=lots, =, ,,public")},
		{Name: "max-age of a thousand years", Then: Same, Expect: "asks again after a day", serve: told("", "Cache-Control", "max-age=31536000000")},
		{Name: "a ttl of minus one", Then: Same, Expect: "asks in its own rhythm", serve: told("<ttl>-1</ttl>")},
	}
	for n := range list {
		list[n].Reason = OK
	}
	return append(list, Behaviour{
		Name: "a door that opens to cookies alone", Reason: "redirects", Expect: "sees the circle", serve: func(c *scene) {
			c.set("Set-Cookie", "let-me-in=1")
			c.redirect(302, c.r.URL.RequestURI())
		},
	})
}

func rudeLists() []Behaviour {
	listing := func(later func(c *scene) string) func(*scene) {
		return func(c *scene) {
			switch {
			case c.pages():
			case c.n == 1:
				c.set("Content-Type", "text/html; charset=utf-8").give(c.front(1, 2, 3, 4, 5))
			default:
				c.set("Content-Type", "text/html; charset=utf-8").give(later(c))
			}
		}
	}
	return []Behaviour{
		{Name: "a listing that lists nothing any more", Kind: "listing", Reach: "/news/", Reason: OK, Then: Empty, Expect: "takes it for a fault, not for no news", serve: listing(func(c *scene) string {
			return c.front()
		})},
		{Name: "a listing with a clock", Kind: "listing", Reach: "/news/", Reason: OK, Expect: "finds nothing new, and asks for no page twice", serve: listing(func(c *scene) string {
			return strings.Replace(c.front(1, 2, 3, 4, 5), "About us", fmt.Sprint("It is ", time.Now().UnixNano()), 1)
		})},
	}
}

func rudeRobots() []Behaviour {
	page := func(c *scene) { c.set("Content-Type", "text/html; charset=utf-8").give(c.page(1)) }
	list := []Behaviour{
		{Name: "a robots.txt of 500", Reason: "robots", Expect: "stays away for now", robots: func(c *scene) { c.status(500) }},
		{Name: "a robots.txt that is the front page", Reason: OK, Then: Same, Expect: "finds no rule in it", robots: func(c *scene) {
			c.set("Content-Type", "text/html").give("<!DOCTYPE html><html><body>Disallow: everything</body></html>")
		}},
		{Name: "a robots.txt without an end", Reason: OK, Then: Same, Expect: "reads its first part", robots: func(c *scene) {
			c.set("Content-Type", "text/plain")
			endless(c.w, []byte(strings.Repeat("# nothing to see here\n", 500)))
		}},
		{Name: "a robots.txt elsewhere", Reason: "robots", Expect: "follows it there", robots: func(c *scene) {
			c.redirect(301, "/rules.txt")
		}, serve: func(c *scene) {
			if c.r.URL.Path == "/rules.txt" {
				c.set("Content-Type", "text/plain").give("User-agent: *\nDisallow: /\n")
				return
			}
			page(c)
		}},
		{Name: "a robots.txt in circles", Reason: OK, Then: Same, Expect: "takes it for none", robots: func(c *scene) { c.redirect(302, "/robots.txt") }},
		{Name: "a robots.txt that nobody sends", Reason: "robots", Slow: true, Expect: "stays away for now", robots: func(c *scene) { c.hold() }},
	}
	for n := range list {
		b := &list[n]
		b.Kind, b.Reach = "page", "/story.html"
		if b.serve == nil {
			b.serve = page
		}
	}
	return list
}
