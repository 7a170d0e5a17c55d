package sourcetest

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

func goodFeeds() []Behaviour {
	return []Behaviour{
		{Name: "a newsroom that publishes all the time", Reason: OK, Expect: "is asked in its rhythm, and every article comes once", serve: newsroom},
		{Name: "RSS", Reason: OK, Then: Same, Expect: "reads it; the same bytes again are no news", serve: func(c *scene) { c.give(c.feed(1, 2, 3)) }},
		{Name: "Atom", Reason: OK, Then: Same, Expect: "reads it", serve: func(c *scene) {
			c.set("Content-Type", "application/atom+xml").give(c.atom(c.articles(1, 2)...))
		}},
		{Name: "RDF", Reason: OK, Then: Same, Expect: "reads it", serve: func(c *scene) {
			c.set("Content-Type", "application/rdf+xml").give(c.rdf(c.articles(1, 2)...))
		}},
		{Name: "JSON Feed", Reason: OK, Then: Same, Expect: "reads it", serve: func(c *scene) {
			c.set("Content-Type", "application/feed+json").give(c.jsonFeed(c.articles(1, 2)...))
		}},
		{Name: "gzip", Reason: OK, Then: Same, Expect: "offers gzip, and unpacks it", serve: func(c *scene) {
			c.set("Content-Encoding", "gzip").give(string(zipped([]byte(c.feed(1, 2)))))
		}},
		{Name: "brotli", Reason: OK, Then: Same, Expect: "offers br, and unpacks it", serve: func(c *scene) {
			c.set("Content-Encoding", "br").give(string(brotlied([]byte(c.feed(1, 2)))))
		}},
		{Name: "a page", Kind: "page", Reach: "/story.html", Reason: OK, Then: Same, Expect: "asks robots.txt first, once", serve: func(c *scene) {
			c.set("Content-Type", "text/html; charset=utf-8").give(c.page(1))
		}},
	}
}

// newsroom has one article more every newsEvery, shows the last twenty, and answers 304 in between.
func newsroom(c *scene) {
	newest := c.Published(time.Now())
	tag := fmt.Sprintf(`"n%d"`, newest)
	c.set("ETag", tag)
	if c.r.Header.Get("If-None-Match") == tag {
		c.w.WriteHeader(http.StatusNotModified)
		return
	}
	var numbers []int
	for n := newest; n >= 1 && len(numbers) < 20; n-- {
		numbers = append(numbers, n)
	}
	c.give(c.feed(numbers...))
}

// validated gives a feed with these validators, and 304 to whoever sends all of them back exactly as they were.
func validated(etag, modified string) func(*scene) {
	return func(c *scene) {
		h := c.w.Header()
		if etag != "" {
			h["Etag"] = []string{etag}
		}
		if modified != "" {
			h.Set("Last-Modified", modified)
		}
		if c.r.Header.Get("If-None-Match") == etag && c.r.Header.Get("If-Modified-Since") == modified {
			c.w.WriteHeader(http.StatusNotModified)
			return
		}
		c.give(c.rss(fmt.Sprintf("<generator>fetch %d</generator>", c.n), c.articles(1, 2)...))
	}
}

// told gives a feed with these headers, and head in its channel.
func told(head string, headers ...string) func(*scene) {
	return func(c *scene) { c.set(headers...).give(c.rss(head, c.articles(1, 2)...)) }
}

func goodManners() []Behaviour {
	const date = "Fri, 14 Jan 2022 02:01:00 GMT"
	list := []Behaviour{
		{Name: "a strong ETag", serve: validated(`"v1"`, "")},
		{Name: "a weak ETag", serve: validated(`W/"v;1"`, "")},
		{Name: "an ETag with commas and blanks", serve: validated(`"a, b; c/ d"`, "")},
		{Name: "an ETag without quotes", serve: validated(`v1-unquoted`, "")},
		{Name: "an ETag of 900 bytes", serve: validated(`"`+strings.Repeat("x", 900)+`"`, "")},
		{Name: "Last-Modified", serve: validated("", date)},
		{Name: "Last-Modified in a zone of its own", serve: validated("", "Fri, 14 Jan 2022 09:01:00 +0700")},
		{Name: "Last-Modified that is no date", serve: validated("", "yesterday, about noon")},
		{Name: "both validators", serve: validated(`"v1"`, date)},
	}
	for n := range list {
		list[n].Reason, list[n].Then, list[n].Expect = OK, Same, "sends the validators back exactly as they came"
	}
	waits := []Behaviour{
		{Name: "max-age of two hours", serve: told("", "Cache-Control", "public, max-age=7200")},
		{Name: "Expires in two hours", serve: func(c *scene) {
			now := time.Now()
			told("", "Date", now.UTC().Format(http.TimeFormat), "Expires", now.Add(2*time.Hour).UTC().Format(http.TimeFormat))(c)
		}},
		{Name: "a ttl of two hours", serve: told("<ttl>120</ttl>")},
		{Name: "two hours of sy:", serve: told("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>1</sy:updateFrequency><ttl>120</ttl>")},
		{Name: "sy: alone, twelve times a day", serve: told("<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>12</sy:updateFrequency>")},
		{Name: "a fresh answer with an Age", serve: told("", "Cache-Control", "max-age=9000", "Age", "1800")},
	}
	for n := range waits {
		waits[n].Reason, waits[n].Then, waits[n].Expect = OK, Same, "asks again after two hours, not earlier"
	}
	list = append(list, waits...)
	return append(list, goodWays()...)
}

// moved answers /feed with a redirect, and /new with the feed.
func moved(code int) func(*scene) {
	return func(c *scene) {
		if c.r.URL.Path == "/feed" {
			c.redirect(code, "/new")
			return
		}
		c.give(c.feed(1, 2))
	}
}

func goodWays() []Behaviour {
	const remembers, forgets = "asks at the new place from now on", "asks at the old place again"
	return []Behaviour{
		{Name: "a 301", Reason: OK, Then: Same, Expect: remembers, serve: moved(301)},
		{Name: "a 308", Reason: OK, Then: Same, Expect: remembers, serve: moved(308)},
		{Name: "a 302", Reason: OK, Then: Same, Expect: forgets, serve: moved(302)},
		{Name: "a 303", Reason: OK, Then: Same, Expect: forgets, serve: moved(303)},
		{Name: "a 307", Reason: OK, Then: Same, Expect: forgets, serve: moved(307)},
		{Name: "a 301 and a 302 behind it", Reason: OK, Then: Same, Expect: forgets, serve: func(c *scene) {
			switch c.r.URL.Path {
			case "/feed":
				c.redirect(301, "/half")
			case "/half":
				c.redirect(302, "/new")
			default:
				c.give(c.feed(1, 2))
			}
		}},
		{Name: "all hours but one skipped", Reason: OK, Then: Same, Expect: "does not ask in the hours that are skipped", serve: func(c *scene) {
			told(skipHours(time.Now().UTC().Add(5 * time.Hour).Hour()))(c)
		}},
		{Name: "a long day off", Reason: OK, Then: Same, Expect: "does not ask on the days that are skipped", serve: func(c *scene) {
			day := time.Now().UTC().Add(24 * time.Hour).Weekday()
			told("<skipDays><day>" + time.Now().UTC().Weekday().String() + "</day><day>" + day.String() + "</day></skipDays>")(c)
		}},
		{Name: "a connection closed each time", Reason: OK, Then: Same, Expect: "opens another", serve: told("", "Connection", "close")},
		{Name: "no-store", Reason: OK, Then: Same, Expect: "asks in its own rhythm", serve: told("", "Cache-Control", "no-store")},
		{Name: "early hints", Reason: OK, Then: Same, Expect: "waits for the answer behind them", serve: func(c *scene) {
			c.w.Header().Set("Link", "</style.css>; rel=preload")
			c.w.WriteHeader(http.StatusEarlyHints)
			c.give(c.feed(1, 2))
		}},
		{Name: "trailers", Reason: OK, Then: Same, Expect: "reads the body", serve: func(c *scene) {
			c.w.Header().Set("Trailer", "X-Checked")
			c.give(c.feed(1, 2))
			c.w.Header().Set("X-Checked", "yes")
		}},
	}
}

// skipHours skips all hours of the day but one.
func skipHours(but int) string {
	var b strings.Builder
	b.WriteString("<skipHours>")
	for h := range 24 {
		if h != but {
			fmt.Fprintf(&b, "<hour>%d</hour>", h)
		}
	}
	return b.String() + "</skipHours>"
}

// front is a listing of links to these articles' pages.
func (c *scene) front(numbers ...int) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<!DOCTYPE html><html lang="en"><head><title>%s</title></head><body><header><a href="/about">About us</a></header><main>`, c.name)
	for _, a := range c.articles(numbers...) {
		fmt.Fprintf(&b, `<article><h2><a href="%s">%s</a></h2><time datetime="%s"></time><p>%s</p></article>`,
			c.pagePath(a), a.title, a.date.Format(time.RFC3339), a.text[:80])
	}
	return b.String() + "</main></body></html>"
}

// pagePath is where an article's page stands on its own site.
func (c *scene) pagePath(a article) string {
	return "/news/story-" + strings.TrimPrefix(a.guid, c.name+"-") + ".html"
}

// pages answers for the page of an article; false where the request is for something else.
func (c *scene) pages() bool {
	var n int
	if _, err := fmt.Sscanf(c.r.URL.Path, "/news/story-%d.html", &n); err != nil {
		return false
	}
	c.set("Content-Type", "text/html; charset=utf-8").give(c.page(n))
	return true
}

func goodLists() []Behaviour {
	const follows = "follows its links, a few at a time, and robots.txt first"
	return []Behaviour{
		{Name: "a listing", Kind: "listing", Reach: "/news/", Reason: OK, Then: Same, Expect: follows, serve: func(c *scene) {
			if !c.pages() {
				c.set("Content-Type", "text/html; charset=utf-8").give(c.front(1, 2, 3, 4, 5))
			}
		}},
		{Name: "a sitemap", Kind: "sitemap", Reach: "/sitemap.xml", Reason: OK, Then: Same, Expect: follows, serve: func(c *scene) {
			if c.pages() {
				return
			}
			var b strings.Builder
			b.WriteString(`<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">`)
			for _, a := range c.articles(1, 2, 3) {
				fmt.Fprintf(&b, "<url><loc>%s%s</loc><lastmod>%s</lastmod></url>", c.base(), c.pagePath(a), a.date.Format(time.RFC3339))
			}
			c.set("Content-Type", "application/xml").give(b.String() + "</urlset>")
		}},
	}
}

func goodRobots() []Behaviour {
	page := func(c *scene) { c.set("Content-Type", "text/html; charset=utf-8").give(c.page(1)) }
	robots := func(text string) func(*scene) {
		return func(c *scene) { c.set("Content-Type", "text/plain").give(text) }
	}
	shut := robots("User-agent: *\nDisallow: /\n")
	const asks = "reads robots.txt first, and keeps to it"
	return []Behaviour{
		{Name: "a page that robots.txt allows", Kind: "page", Reach: "/story.html", Reason: OK, Then: Same, Expect: asks, serve: page, robots: robots("User-agent: *\nDisallow: /private/\nAllow: /\n")},
		{Name: "a page that robots.txt forbids", Kind: "page", Reach: "/story.html", Reason: "robots", Expect: asks, serve: page, robots: shut},
		{Name: "a page forbidden to us by name", Kind: "page", Reach: "/story.html", Reason: "robots", Expect: asks, serve: page, robots: robots("User-agent: tinhub\nDisallow: /\n\nUser-agent: *\nAllow: /\n")},
		{Name: "a page with a Crawl-delay", Kind: "page", Reach: "/story.html", Reason: OK, Then: Same, Expect: "keeps that distance between two pages", serve: page, robots: robots("User-agent: *\nCrawl-delay: 1\n")},
		{Name: "a listing that robots.txt forbids", Kind: "listing", Reach: "/news/", Reason: "robots", Expect: asks, serve: page, robots: shut},
		{Name: "a sitemap that robots.txt forbids", Kind: "sitemap", Reach: "/sitemap.xml", Reason: "robots", Expect: asks, serve: page, robots: shut},
		{Name: "a feed on a site closed to robots", Reason: OK, Then: Same, Expect: "does not ask robots.txt for a feed", robots: shut, serve: func(c *scene) { c.give(c.feed(1, 2)) }},
		{Name: "a redirect to what robots.txt forbids", Kind: "page", Reach: "/old.html", Reason: "robots", Expect: asks, serve: func(c *scene) {
			if c.r.URL.Path == "/old.html" {
				c.redirect(302, "/closed/story.html")
				return
			}
			page(c)
		}, robots: robots("User-agent: *\nDisallow: /closed/\n")},
	}
}
