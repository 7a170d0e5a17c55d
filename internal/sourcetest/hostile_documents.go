package sourcetest

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"
)

func hostileBodies() []Behaviour {
	const xml = "application/rss+xml"
	block := []byte(strings.Repeat(" ", 64<<10))
	return []Behaviour{
		{Name: "a body that drips", Reason: "slow", Slow: true, Expect: "gives it up", serve: func(c *scene) {
			c.set("Content-Type", xml)
			c.drip(c.w, c.feed(1, 2), 100*time.Millisecond)
		}},
		{Name: "a body that stops half-way", Reason: "slow", Slow: true, Expect: "gives it up", serve: func(c *scene) {
			c.set("Content-Type", xml, "Content-Length", "90000").give(c.feed(1, 2))
			c.flush()
			c.hold()
		}},
		{Name: "a body without an end", Reason: "too-large", Expect: "stops at its limit", serve: func(c *scene) {
			c.give(c.feed(1, 2))
			endless(c.w, block)
		}},
		{Name: "a feed without an end", Reason: "too-large", Expect: "stops at its limit", serve: func(c *scene) {
			c.give(strings.TrimSuffix(c.feed(1, 2), "</channel></rss>\n"))
			endless(c.w, []byte(strings.Repeat(c.article(3).item(""), 50)))
		}},
		{Name: "two gigabytes, announced", Reason: "too-large", Expect: "does not begin", serve: func(c *scene) {
			c.set("Content-Type", xml, "Content-Length", strconv.Itoa(2<<30))
			endless(c.w, block)
		}},
		{Name: "an error without an end", Reason: "status", Expect: "does not listen to it", serve: func(c *scene) {
			c.w.WriteHeader(500)
			endless(c.w, block)
		}},
		{Name: "an error that drips", Reason: "status", Expect: "does not listen to it", serve: func(c *scene) {
			c.w.WriteHeader(404)
			c.drip(c.w, "no such thing ", 100*time.Millisecond)
		}},
		{Name: "silence", Reason: "timeout", Slow: true, Expect: "gives it up", talk: silence},
		{Name: "silence before the request was read", Reason: "timeout", Slow: true, Expect: "gives it up", first: true, talk: silence},
	}
}

func hostileCodings() []Behaviour {
	packed := func(coding string, body func(c *scene) []byte) func(*scene) {
		return func(c *scene) {
			c.set("Content-Type", "application/rss+xml", "Content-Encoding", coding)
			_, _ = c.w.Write(body(c))
		}
	}
	text := func(c *scene) []byte { return []byte(c.feed(1, 2)) }
	const limit, no = "stops at its limit", "says that it cannot be decoded"
	return []Behaviour{
		{Name: "a bomb", Reason: "too-large", Expect: limit, serve: packed("gzip", func(*scene) []byte { return large() })},
		{Name: "a bomb in a feed", Reason: "too-large", Expect: limit, serve: packed("gzip", func(c *scene) []byte {
			return append(zipped(text(c)), large()...)
		})},
		{Name: "a bomb inside a parcel", Reason: "too-large", Expect: limit, serve: packed("gzip, gzip", func(*scene) []byte { return zipped(large()) })},
		{Name: "a bomb of brotli", Reason: "too-large", Expect: limit, serve: packed("br", func(*scene) []byte { return sheer() })},
		{Name: "empty parcels without an end", Reason: "too-large", Expect: limit, serve: func(c *scene) {
			c.set("Content-Encoding", "gzip")
			endless(c.w, bytes.Repeat(zipped(nil), 500))
		}},
		{Name: "a body packed three times", Reason: "protocol", Expect: no, serve: packed("gzip, gzip, gzip", text)},
		{Name: "a body packed thousands of times", Reason: "protocol", Expect: no, serve: packed(strings.Repeat("gzip,", 5000), text)},
		{Name: "brotli in brotli", Reason: "protocol", Expect: no, serve: packed("br, br", func(c *scene) []byte { return brotlied(brotlied(text(c))) })},
		{Name: "gzip that is none", Reason: "protocol", Expect: no, serve: packed("gzip", text)},
		{Name: "gzip cut off", Reason: "protocol", Expect: no, serve: packed("gzip", func(c *scene) []byte { return zipped(text(c))[:80] })},
		{Name: "gzip with a wrong sum", Reason: "protocol", Expect: no, serve: packed("gzip", func(c *scene) []byte {
			b := zipped(text(c))
			b[len(b)-6] ^= 0xff
			return b
		})},
		{Name: "a coding nobody asked for", Reason: "protocol", Expect: no, serve: packed("zstd", text)},
	}
}

func hostileDocuments() []Behaviour {
	xml := func(body func(c *scene) string) func(*scene) { return plain("application/rss+xml", body) }
	json := func(body string) func(*scene) {
		return plain("application/feed+json", func(*scene) string { return body })
	}
	var laughs strings.Builder
	laughs.WriteString(`<!ENTITY e0 "ha">`)
	for n := range 30 {
		fmt.Fprintf(&laughs, `<!ENTITY e%d "&e%d;&e%d;&e%d;&e%d;">`, n+1, n, n, n, n)
	}
	const unharmed = "reads what is there or says why not, within its limits"
	list := []Behaviour{
		{Name: "laughs by the billion", serve: xml(func(c *scene) string {
			return "<!DOCTYPE rss [" + laughs.String() + "]>" + strings.Replace(trimDeclaration(c.feed(1)), "reports", "&e30;", 1)
		})},
		{Name: "an entity that is a file", serve: xml(func(c *scene) string {
			return `<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]>` + strings.ReplaceAll(trimDeclaration(c.feed(1)), "reports", "reports &f;")
		})},
		{Name: "an entity that is a URL", serve: func(c *scene) {
			c.give(`<!DOCTYPE rss SYSTEM "` + c.elsewhere() + `/rss.dtd" [<!ENTITY f SYSTEM "` + c.elsewhere() + `/entity">]>` +
				strings.ReplaceAll(trimDeclaration(c.feed(1)), "reports", "reports &f;"))
		}},
		{Name: "a hundred thousand levels", serve: xml(func(c *scene) string {
			return strings.Replace(c.feed(1), "</item>", strings.Repeat("<a>", 100_000)+"</item>", 1)
		})},
		{Name: "a hundred thousand levels of HTML", serve: xml(func(c *scene) string {
			return strings.Replace(c.feed(1), "<description>News", "<description>"+strings.Repeat("&lt;div&gt;", 100_000)+"News", 1)
		})},
		{Name: "a million items", serve: xml(func(c *scene) string {
			return strings.Replace(c.feed(), "</channel>", strings.Repeat("<item/>", 1_000_000)+"</channel>", 1)
		})},
		{Name: "a hundred thousand attributes", serve: xml(func(c *scene) string {
			var b strings.Builder
			for n := range 100_000 {
				fmt.Fprintf(&b, ` a%d="1"`, n)
			}
			return strings.Replace(c.feed(1), "<item>", "<item"+b.String()+">", 1)
		})},
		{Name: "a title of ten megabytes", serve: xml(func(c *scene) string {
			return strings.Replace(c.feed(1), "reports", strings.Repeat("long ", 2_000_000), 1)
		})},
		{Name: "a name of ten megabytes", serve: xml(func(c *scene) string {
			return strings.Replace(c.feed(1), "<item>", "<item><"+strings.Repeat("x", 10<<20)+"/>", 1)
		})},
		{Name: "a comment without an end", serve: xml(func(c *scene) string { return c.feed(1)[:300] + "<!--" + strings.Repeat("-", 5<<20) })},
		{Name: "angle brackets alone", serve: xml(func(*scene) string { return "<rss>" + strings.Repeat("<", 3_000_000) })},
		{Name: "a hundred thousand levels of JSON", serve: json(strings.Repeat("[", 100_000))},
		{Name: "numbers too large for JSON", serve: json(`{"version":"https://jsonfeed.org/version/1.1","title":"n","items":[{"id":` + strings.Repeat("9", 5000) + `,"title":"x","content_text":"y"}]}`)},
		{Name: "noise", serve: xml(func(c *scene) string {
			var b strings.Builder
			for n := range 200_000 {
				b.WriteByte(byte(n * n >> 3))
			}
			return b.String()
		})},
		{Name: "new articles by the hundred at each fetch", Reason: OK, serve: func(c *scene) {
			numbers := make([]int, 100)
			for n := range numbers {
				numbers[n] = c.n*100 + n
			}
			c.give(c.feed(numbers...))
		}},
	}
	unread := []string{
		"laughs by the billion", "a hundred thousand levels", "a comment without an end", "angle brackets alone",
		"a hundred thousand levels of JSON", "noise",
	}
	for n := range list {
		b := &list[n]
		b.Expect = unharmed
		switch {
		case slices.Contains(unread, b.Name):
			b.Reason = Document
		case b.Reason == "":
			b.Reason, b.Then = OK, Same
		}
	}
	return list
}

func trimDeclaration(s string) string { return s[strings.Index(s, "\n")+1:] }

func hostileLinks() []Behaviour {
	bad := []string{"javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "file:///etc/passwd", "data:text/html,<script>alert(1)</script>", "vbscript:x", "&#106;avascript:alert(1)"}
	html := `<script>alert(1)</script><img src="x" onerror="alert(1)"><a href="javascript:alert(1)">a</a><a href=" file:///etc/passwd">b</a>` +
		`<iframe src="data:text/html,x"></iframe><svg><use href="javascript:alert(1)"/></svg><meta http-equiv="refresh" content="0;url=javascript:alert(1)">` +
		`<p style="background:url(javascript:alert(1))">c</p><form action="javascript:alert(1)"><button formaction="javascript:alert(1)">d</button></form><base href="javascript:">`
	escaped := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace
	list := []Behaviour{
		{Name: "links to scripts and files", serve: func(c *scene) {
			var all []article
			for n, link := range bad {
				a := c.article(n + 1)
				a.link = escaped(link)
				all = append(all, a)
			}
			c.give(c.rss("", all...))
		}},
		{Name: "guids that are scripts", serve: func(c *scene) {
			list := c.articles(1, 2)
			list[0].guid, list[0].link, list[1].guid, list[1].link = "javascript:alert(1)", "", "file:///etc/passwd", ""
			c.give(strings.ReplaceAll(c.rss("", list...), ` isPermaLink="false"`, ""))
		}},
		{Name: "a base that is a script", serve: func(c *scene) {
			list := c.articles(1, 2)
			list[0].link, list[1].link = "alert(1)", "//x"
			c.give(strings.Replace(c.atom(list...), "<feed ", `<feed xml:base="javascript:alert(1)/" `, 1))
		}},
		{Name: "scripts in JSON", serve: func(c *scene) {
			list := c.articles(1, 2)
			list[0].link, list[1].link = bad[0], bad[3]
			c.set("Content-Type", "application/feed+json").give(c.jsonFeed(list...))
		}},
		{Name: "scripts in the text", serve: func(c *scene) {
			a := c.article(1)
			a.text += escaped(html)
			c.give(c.rss("", a))
		}},
		{Name: "files attached", serve: func(c *scene) {
			c.give(strings.ReplaceAll(c.feed(1, 2), "</item>", `<enclosure url="file:///etc/passwd" type="audio/mpeg" length="1"/>`+
				`<enclosure url="javascript:alert(1)" type="image/png" length="1"/><comments>javascript:alert(1)</comments><source url="file:///x">x</source></item>`))
		}},
		{Name: "a page full of scripts", Kind: "page", Reach: "/story.html", serve: func(c *scene) {
			c.set("Content-Type", "text/html").give(strings.Replace(c.page(1), "<article>", `<link rel="canonical" href="javascript:alert(1)"><meta property="og:image" content="file:///etc/passwd"><article>`+html, 1))
		}},
	}
	for n := range list {
		list[n].Reason, list[n].Then, list[n].Expect = OK, Same, "lets no such link through"
	}
	return list
}

// say talks on a bare connection: this and no more.
func say(text string) func(net.Conn, *scene) {
	return func(c net.Conn, _ *scene) { _, _ = io.WriteString(c, text) }
}

// pour says text, then b without an end.
func pour(text, b string) func(net.Conn, *scene) {
	block := bytes.Repeat([]byte(b), 1+4096/len(b))
	return func(c net.Conn, _ *scene) {
		_, _ = io.WriteString(c, text)
		endless(c, block)
	}
}
