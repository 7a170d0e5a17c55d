package sourcetest

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf16"
)

// plain gives the same body each time.
func plain(contentType string, body func(c *scene) string) func(*scene) {
	return func(c *scene) { c.set("Content-Type", contentType).give(body(c)) }
}

func rudeBodies() []Behaviour {
	const rss = "application/rss+xml"
	two := func(c *scene) string { return c.feed(1, 2) }
	list := []Behaviour{
		{Name: "a feed called plain text", serve: plain("text/plain", two)},
		{Name: "a feed called HTML", serve: plain("text/html; charset=utf-8", two)},
		{Name: "a feed called a picture", serve: plain("image/png", two)},
		{Name: "a feed called bytes", serve: plain("application/octet-stream", two)},
		{Name: "a feed without a type", serve: func(c *scene) {
			c.w.Header()["Content-Type"] = nil
			_, _ = c.w.Write([]byte(c.feed(1, 2)))
		}},
		{Name: "a BOM", serve: plain(rss, func(c *scene) string { return "\uFEFF" + c.feed(1, 2) })},
		{Name: "blank lines before the declaration", serve: plain(rss, func(c *scene) string { return "\n\n  " + c.feed(1, 2) })},
		{Name: "a warning before the feed", serve: plain(rss, func(c *scene) string {
			return "<br />\n<b>Warning</b>: something about line 12<br />\n" + c.feed(1, 2)
		})},
		{Name: "a script behind the feed", serve: plain(rss, func(c *scene) string { return c.feed(1, 2) + "<script>count()</script>" })},
		{Name: "UTF-16", serve: plain(rss, func(c *scene) string {
			b := []byte{0xff, 0xfe}
			for _, u := range utf16.Encode([]rune(strings.Replace(c.feed(1, 2), "UTF-8", "UTF-16", 1))) {
				b = append(b, byte(u), byte(u>>8))
			}
			return string(b)
		})},
		{Name: "an encoding that lies", serve: plain(rss+"; charset=iso-8859-1", func(c *scene) string {
			return strings.Replace(c.feed(1, 2), "reports", "báo cáo", 1)
		})},
		{Name: "invalid UTF-8", serve: plain(rss, func(c *scene) string { return strings.Replace(c.feed(1, 2), "reports", "rep\xff\xc3(orts", 1) })},
		{Name: "NUL bytes", serve: plain(rss, func(c *scene) string { return strings.Replace(c.feed(1, 2), "reports", "re\x00po\x00rts", 1) })},
		{Name: "entities nobody declared", serve: plain(rss, func(c *scene) string { return strings.ReplaceAll(c.feed(1, 2), "reports", "reports&nbsp;&mdash;") })},
		{Name: "bare ampersands", serve: plain(rss, func(c *scene) string { return strings.ReplaceAll(c.feed(1, 2), "reports", "asks & answers") })},
		{Name: "a feed cut off", serve: plain(rss, func(c *scene) string { s := c.feed(1, 2, 3); return s[:len(s)-200] })},
		{Name: "tags that nobody closes", serve: plain(rss, func(c *scene) string { return strings.ReplaceAll(c.feed(1, 2), "</item>", "") })},
	}
	for n := range list {
		list[n].Reason, list[n].Then, list[n].Expect = OK, Same, "reads what is there"
	}
	const no = "says what came instead of a document, and keeps what it has"
	for _, b := range []Behaviour{
		{Name: "an error page under 200", serve: plain("text/html", func(*scene) string {
			return "<!DOCTYPE html><html><head><title>Sorry</title></head><body><h1>We are moving</h1></body></html>"
		})},
		{Name: "an empty body", serve: plain(rss, func(*scene) string { return "" })},
		{Name: "blanks alone", serve: plain(rss, func(*scene) string { return "  \n \n" })},
		{Name: "an error in JSON", serve: plain("application/json", func(*scene) string { return `{"error":"no"}` })},
		{Name: "a picture instead of a feed", serve: plain("image/png", func(*scene) string { return "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" })},
		{Name: "an archive instead of a feed", serve: plain("application/zip", func(*scene) string { return "PK\x03\x04" + strings.Repeat("\x00\x07", 500) })},
		{Name: "a redirect to the front page", serve: func(c *scene) {
			if c.r.URL.Path == "/feed" {
				c.redirect(302, "/")
				return
			}
			c.set("Content-Type", "text/html").give("<!DOCTYPE html><html><body><h1>Welcome</h1></body></html>")
		}},
	} {
		b.Reason, b.Expect = Document, no
		list = append(list, b)
	}
	return list
}

func rudeItems() []Behaviour {
	list := []Behaviour{
		{Name: "a clock in the body", Expect: "finds nothing new in it", serve: func(c *scene) {
			c.give(c.rss(fmt.Sprintf("<lastBuildDate>%s</lastBuildDate><generator>%d</generator>", time.Now().Format(time.RFC1123Z), c.n), c.articles(1, 2)...))
		}},
		{Name: "guids that change at each fetch", Expect: "tells of each article once", serve: func(c *scene) {
			list := c.articles(1, 2, 3, 4)
			for n := range list {
				list[n].guid = fmt.Sprintf("%s-%d-%d", c.name, n, c.n)
			}
			c.give(c.rss("", list...))
		}},
		{Name: "links that change at each fetch", Expect: "tells of each article once", serve: func(c *scene) {
			list := c.articles(1, 2, 3, 4)
			for n := range list {
				list[n].link += fmt.Sprintf("?sid=%d%d", c.n, n)
			}
			c.give(c.rss("", list...))
		}},
		{Name: "guids and links that change at each fetch", Expect: "tells of each article once", serve: func(c *scene) {
			list := c.articles(1, 2, 3, 4)
			for n := range list {
				list[n].link += fmt.Sprintf("?sid=%d%d", c.n, n)
				list[n].guid = list[n].link
			}
			c.give(c.rss("", list...))
		}},
		{Name: "links that turn to https", Expect: "tells of each article once", serve: func(c *scene) {
			list := c.articles(1, 2, 3)
			for n := range list {
				if c.n == 1 {
					list[n].link = strings.Replace(list[n].link, "https:", "http:", 1)
				}
				list[n].guid = list[n].link
			}
			c.give(c.rss("", list...))
		}},
		{Name: "an order that changes at each fetch", Expect: "tells of each article once", serve: func(c *scene) {
			if c.n%2 == 0 {
				c.give(c.feed(3, 1, 2))
				return
			}
			c.give(c.feed(1, 2, 3))
		}},
		{Name: "an empty feed after a full one", Expect: "keeps what it has", serve: func(c *scene) {
			if c.n > 1 {
				c.give(c.feed())
				return
			}
			c.give(c.feed(1, 2))
		}},
	}
	list = append(list, rudeFields()...)
	for n := range list {
		list[n].Reason = OK
	}
	return list
}

// rudeFields leave out of their items, or lie about, what items are known and sorted by.
func rudeFields() []Behaviour {
	return []Behaviour{
		{Name: "dates years ahead", Then: Same, Expect: "takes the time it saw them first", serve: func(c *scene) {
			list := c.articles(1, 2)
			for n := range list {
				list[n].date = c.start.Add(900 * 24 * time.Hour)
			}
			c.give(c.rss("", list...))
		}},
		{Name: "dates that cannot be", Then: Same, Expect: "takes the time it saw them first", serve: func(c *scene) {
			c.give(strings.ReplaceAll(c.feed(1, 2), "<pubDate>", "<pubDate>Someday, 31 Feb 0000 "))
		}},
		{Name: "no dates", Then: Same, Expect: "takes the time it saw them first", serve: func(c *scene) {
			list := c.articles(1, 2)
			for n := range list {
				list[n].date = time.Time{}
			}
			c.give(c.rss("", list...))
		}},
		{Name: "no guids and no links", Then: Same, Expect: "knows them by their titles", serve: func(c *scene) {
			list := c.articles(1, 2)
			for n := range list {
				list[n].guid, list[n].link = "", ""
			}
			c.give(c.rss("", list...))
		}},
		{Name: "an article listed for each of its categories", Then: Same, Expect: "takes it once", serve: func(c *scene) {
			list := c.articles(1, 1, 2)
			list[1].guid += "-again"
			c.give(c.rss("", list...))
		}},
		{Name: "one guid for all", Then: Same, Expect: "does not fail", serve: func(c *scene) {
			list := c.articles(1, 2, 3)
			for n := range list {
				list[n].guid = "the-only-one"
			}
			c.give(c.rss("", list...))
		}},
	}
}
