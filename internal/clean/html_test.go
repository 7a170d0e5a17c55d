package clean

import (
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"tinhub/internal/hub"
)

// cleanBody cleans a body alone, with a base to resolve against.
func cleanBody(t testing.TB, markup string) hub.Item {
	t.Helper()
	in, err := cleanDraft(hub.Draft{
		OriginalID: "1", URL: "https://paper.example/news/a.html", Title: hub.Text{Value: "Tiêu đề không lặp lại"},
		Body: hub.Text{Value: markup, HTML: true}, Authors: []hub.DraftAuthor{{Name: "Someone Else"}},
	}, hub.Document{}, Setting{Source: hub.Source{ID: "s"}})
	if err != nil {
		t.Fatalf("cleaning %q: %v", markup, err)
	}
	return in.Item
}

// allowedTags and allowedAttrs say once more, on their own, what may be in a body.
var allowedTags = strings.Fields("p br h2 h3 h4 h5 h6 ul ol li blockquote pre code table caption thead tbody tfoot tr td th figure figcaption img hr dl dt dd a em strong b i u s sub sup small mark abbr time cite q audio video source")

var allowedAttrs = map[string]string{
	"a": "href title rel", "img": "src alt title width height", "td": "colspan rowspan", "th": "colspan rowspan", "ol": "start", "blockquote": "cite",
	"abbr": "title", "time": "datetime", "audio": "src controls", "video": "src controls poster width height", "source": "src type",
}

// unsafe says what is wrong with a cleaned body, "" where nothing is.
func unsafe(body string) string {
	context := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	nodes, err := html.ParseFragment(strings.NewReader(body), context)
	if err != nil {
		return err.Error()
	}
	var walk func(n *html.Node) string
	walk = func(n *html.Node) string {
		switch n.Type {
		case html.TextNode:
		case html.ElementNode:
			if n.Namespace != "" || !contains(allowedTags, n.Data) {
				return "element " + n.Data
			}
			for _, a := range n.Attr {
				if !contains(strings.Fields(allowedAttrs[n.Data]), a.Key) {
					return fmt.Sprintf("attribute %s of %s", a.Key, n.Data)
				}
				switch a.Key {
				case "href", "src", "cite", "poster":
					u, err := url.Parse(a.Val)
					if err != nil || u.Scheme != "http" && u.Scheme != "https" && !(u.Scheme == "mailto" && n.Data == "a") || u.User != nil || u.Host == "" && u.Scheme != "mailto" {
						return fmt.Sprintf("%s=%q", a.Key, a.Val)
					}
				}
			}
		default:
			return fmt.Sprintf("node of type %d", n.Type)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if s := walk(c); s != "" {
				return s
			}
		}
		return ""
	}
	for _, n := range nodes {
		if s := walk(n); s != "" {
			return s
		}
	}
	// What a browser parses must be what is written: no tag left open, no tag closed twice.
	var b strings.Builder
	for _, n := range nodes {
		if err := html.Render(&b, n); err != nil {
			return err.Error()
		}
	}
	if got := strings.ReplaceAll(strings.ReplaceAll(b.String(), "/>", ">"), "<pre>\n", "<pre>"); got != strings.ReplaceAll(body, "/>", ">") {
		return fmt.Sprintf("a browser reads %q", got)
	}
	return ""
}

func contains(list []string, s string) bool {
	for _, l := range list {
		if l == s {
			return true
		}
	}
	return false
}

var attacks = []string{
	`<script>alert(1)</script>`, `<SCRIPT SRC=//evil.example/x.js></SCRIPT>`, `<script/src=data:,alert(1)>`, `<scr<script>ipt>alert(1)</scr</script>ipt>`,
	`<img src=x onerror=alert(1)>`, `<img src="javascript:alert(1)">`, `<img src=JaVaScRiPt:alert(1)>`, `<img src="jav&#x09;ascript:alert(1)">`,
	`<img src="jav&#10;ascript:alert(1)">`, `<img src=" &#14; javascript:alert(1)">`, `<img src="data:text/html;base64,PHNjcmlwdD4=">`, `<img src="data:image/svg+xml,<svg onload=alert(1)>">`,
	`<img srcset="javascript:alert(1) 1x">`, `<img data-src="javascript:alert(1)">`, `<img data-srcset="data:text/html,x 2x" src="">`, `<img src="https://ok.example/a.jpg" style="background:url(javascript:alert(1))">`,
	`<a href="javascript:alert(1)">x</a>`, `<a href="java&Tab;script:alert(1)">x</a>`, `<a href="java&NewLine;script:alert(1)">x</a>`, `<a href="&#106;avascript:alert(1)">x</a>`,
	`<a href="\x01javascript:alert(1)">x</a>`, "<a href=\"\u0001javascript:alert(1)\">x</a>", `<a href="vbscript:msgbox(1)">x</a>`, `<a href="data:text/html,<script>alert(1)</script>">x</a>`,
	`<a href="file:///etc/passwd">x</a>`, `<a href="ftp://a.example/">x</a>`, `<a href="https://user:pass@paper.example/">x</a>`, `<a href="https://ok.example/" onclick="alert(1)" target="_blank" style="x">x</a>`,
	`<a href="javascript://%0aalert(1)">x</a>`, `<a href="//evil.example\@paper.example/">x</a>`, `<a href="mailto:a@b.c?body=x%0d%0aBcc:y" onmouseover=alert(1)>m</a>`, `<a href="mailto:javascript:alert(1)">m</a>`,
	`<svg onload=alert(1)>`, `<svg><script>alert(1)</script></svg>`, `<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>`, `<svg><style><img src=x onerror=alert(1)></style></svg>`,
	`<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>`, `<math><maction actiontype="statusline#" xlink:href="javascript:alert(1)">x</maction></math>`, `<math><annotation-xml encoding="text/html"><script>alert(1)</script></annotation-xml></math>`,
	`<iframe src="javascript:alert(1)"></iframe>`, `<iframe srcdoc="<script>alert(1)</script>"></iframe>`, `<iframe src="https://evil.example/"></iframe>`, `<iframe src="https://www.youtube.com.evil.example/embed/x"></iframe>`, `<iframe src="https://www.facebook.com/plugins/video.php?href=javascript:alert(1)"></iframe>`,
	`<object data="javascript:alert(1)"><embed src="javascript:alert(1)"></object>`, `<embed src="data:text/html,x">`, `<applet code="x"></applet>`, `<base href="https://evil.example/">`, `<meta http-equiv="refresh" content="0;url=javascript:alert(1)">`,
	`<link rel=stylesheet href=//evil.example/x.css>`, `<style>@import 'javascript:alert(1)';</style>`, `<style><!--</style><script>alert(1)//--></script>`, `<div style="width:expression(alert(1))">x</div>`, `<p class="x" id="y" style="position:fixed">x</p>`,
	`<form action="javascript:alert(1)"><input type=submit><button formaction="javascript:alert(1)">x</button></form>`, `<isindex action="javascript:alert(1)" type=image>`, `<input autofocus onfocus=alert(1)>`, `<select><option><script>alert(1)</script></select>`, `<textarea><script>alert(1)</script></textarea>`,
	`<video><source onerror="alert(1)"></video>`, `<video poster="javascript:alert(1)" src="https://ok.example/v.mp4"></video>`, `<audio src="javascript:alert(1)"></audio>`, `<video src="https://ok.example/v.mp4" onloadstart=alert(1)><track src="javascript:x"></video>`, `<video><source src="data:video/mp4;base64,AA" type="video/mp4"></video>`,
	`<details open ontoggle=alert(1)>x</details>`, `<marquee onstart=alert(1)>x</marquee>`, `<body onload=alert(1)>x</body>`, `<frameset onload=alert(1)><frame src="javascript:alert(1)"></frameset>`, `<dialog open onclose=alert(1)>x</dialog>`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<template><script>alert(1)</script></template>`, `<xmp><script>alert(1)</script></xmp>`, `<plaintext><script>alert(1)</script>`, `<noembed><script>alert(1)</script></noembed>`, `<title><script>alert(1)</script></title>`,
	`<!--><script>alert(1)</script>-->`, `<!-- --!><img src=x onerror=alert(1)> -->`, `<![CDATA[<script>alert(1)</script>]]>`, `<?xml version="1.0"?><script>alert(1)</script>`, `<!DOCTYPE x [<!ENTITY y "z">]><p>&y;</p>`,
	`<img src="x` + "`" + `onerror=alert(1)` + "`" + `">`, `<img """><script>alert(1)</script>">`, `<p/onclick=alert(1)>x`, `<p onclick
=alert(1)>x`, `<img src=x:x onerror=alert(1)//`, `<a<script>alert(1)//`, `<a href=https://ok.example/"onmouseover=alert(1)>x</a>`,
	`&lt;script&gt;alert(1)&lt;/script&gt;&lt;p&gt;x&lt;/p&gt;`, `&amp;lt;img src=x onerror=alert(1)&amp;gt;&amp;lt;/p&amp;gt;`, `&lt;a href="javascript:alert(1)"&gt;x&lt;/a&gt;`,
	`<table background="javascript:alert(1)"><tr><td background="javascript:alert(1)" colspan="javascript">x</td><td>y</td></tr></table>`, `<table><script>alert(1)</script><tr><td onclick=x>a<td>b</table>`, `<blockquote cite="javascript:alert(1)">x</blockquote>`, `<q cite="javascript:alert(1)">x</q>`,
	`<time datetime="&quot; onclick=alert(1)">x</time>`, `<ol start="1 onclick=x"><li value="x">x</ol>`, `<abbr title='"><script>alert(1)</script>'>x</abbr>`, `<a href="https://ok.example/" rel='"><script>'>x</a>`, `<img src="https://ok.example/a.jpg" alt='"><script>alert(1)</script>'>`, `<img src="https://ok.example/a.jpg" width="1e9999" height="-5">`,
	"<p>\x00<\x00script>alert(1)</script></p>", "<img src=\"https://ok.example/\u202Egpj.exe\">", `<a href="https://paper.example/&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;">x</a>`, `<p>` + "\xed\xa0\x80" + `x</p>`, `<custom-element onclick=alert(1)>x</custom-element>`,
}

func TestNothingHarmfulPasses(t *testing.T) {
	if len(attacks) < 90 {
		t.Fatalf("the corpus lost entries: %d", len(attacks))
	}
	for _, a := range attacks {
		for _, markup := range []string{a, "<p>before</p>" + a + "<p>after</p>", "<p>in " + a + " side</p>", "<ul><li>" + a + "</ul>", "<b><i>" + a, "<table><tr><td>1<td>" + a + "</table>"} {
			it := cleanBody(t, markup)
			if bad := unsafe(it.ContentHTML); bad != "" {
				t.Errorf("%q\n became %q\n with %s", markup, it.ContentHTML, bad)
			}
			in, err := cleanDraft(hub.Draft{OriginalID: "1", Title: hub.Text{Value: markup, HTML: true}, Summary: hub.Text{Value: markup, HTML: true}}, hub.Document{}, Setting{})
			if err != nil || strings.ContainsAny(in.Item.Title+in.Item.Summary, "\x00\u202E") {
				t.Errorf("title %q, summary %q, %v", in.Item.Title, in.Item.Summary, err)
			}
		}
	}
}

func TestBodiesBecomeWellFormedBlocks(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("Một câu của bài viết. ", 30))
	for _, c := range []struct{ name, in, html, text string }{
		{"line breaks twice end a paragraph", "One<br><br>Two<br/>three", "<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"},
		{"words at line breaks stay apart", "<div>one</div><div>two</div>three", "<p>one</p><p>two</p><p>three</p>", "one\n\ntwo\n\nthree"},
		{"open tags are closed", "<p><b>bold<p>next", "<p><b>bold</b></p><p><b>next</b></p>", "bold\n\nnext"},
		{"an inline element around blocks goes into each", "<b><p>a</p><p>b</p></b>", "<p><b>a</b></p><p><b>b</b></p>", "a\n\nb"},
		{"a first-rank heading is the title's", "<h1>Head</h1><p>x</p>", "<h2>Head</h2><p>x</p>", "Head\n\nx"},
		{"styles and classes go", `<p style="color:red" class="x" id="y">x <span style="x">y</span> <font color=red>z</font></p>`, "<p>x y z</p>", "x y z"},
		{"relative links become absolute", `<p><a href="/b?utm_source=x&amp;id=3#part">go</a></p>`, `<p><a href="https://paper.example/b?id=3#part">go</a></p>`, "go"},
		{"links that lead nowhere leave their words", `<p><a name="x">a</a> <a href="javascript:x">b</a></p>`, "<p>a b</p>", "a b"},
		{"mail links stay", `<p><a href="mailto:desk@paper.example">write</a></p>`, `<p><a href="mailto:desk@paper.example">write</a></p>`, "write"},
		{"lists keep their levels", "<ul><li>one<ul><li>two</ul><li>three</ul>", "<ul><li>one<ul><li>two</li></ul></li><li>three</li></ul>", "- one\n  - two\n- three"},
		{"a list in a list outside an entry finds one", "<ul><li>one</li><ul><li>two</li></ul></ul>", "<ul><li>one<ul><li>two</li></ul></li></ul>", "- one\n  - two"},
		{"entries without a list get one", "<li>one<li>two", "<ul><li>one</li><li>two</li></ul>", "- one\n- two"},
		{"table rows are lines", "<table><tr><th>a<th>b<tr><td>1<td>2</table>", "<table><tbody><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></tbody></table>", "a | b\n1 | 2"},
		{"a table of one cell is its content", "<table><tr><td><p>x</p><p>y</p></td></tr></table>", "<p>x</p><p>y</p>", "x\n\ny"},
		{"preformatted text keeps its lines", "<pre>\na\n  b<br>c</pre>", "<pre>a\n  b\nc</pre>", "a\n  b\nc"},
		{"code keeps its lines", "<pre><code>if x {\n\treturn\n}</code>\n</pre>", "<pre><code>if x {\n\treturn\n}</code></pre>", "if x {\n\treturn\n}"},
		{"empty paragraphs go", "<p></p><p>&nbsp;</p><p>x</p><p><br></p><p>\u200b</p>", "<p>x</p>", "x"},
		{"quotations hold paragraphs", "<blockquote>x<br><br>y</blockquote>", "<blockquote><p>x</p><p>y</p></blockquote>", "x\n\ny"},
		{"lazy pictures are found", `<img src="data:image/gif;base64,R0" data-src="/a.jpg" width="640px" alt="A &amp; B">`, `<figure><img src="https://paper.example/a.jpg" alt="A &amp; B" width="640"></figure>`, ""},
		{"the largest of a set is taken where nothing else is given", `<img srcset="/s.jpg 300w, /l.jpg 1200w, /m.jpg 600w" alt="">`, `<figure><img src="https://paper.example/l.jpg" alt=""></figure>`, ""},
		{"a noscript copy of a lazy picture is one picture", `<p><img class="lazy" src="/b.gif" data-src="/a.jpg"><noscript><img src="/a.jpg"></noscript></p>`, `<figure><img src="https://paper.example/a.jpg" alt=""></figure>`, ""},
		{"an unclosed player swallows no article", `<audio src="/a.mp3"><p>` + long + `</p><p>x</p>`, `<audio src="https://paper.example/a.mp3" controls=""></audio><p>` + long + `</p><p>x</p>`, long + "\n\nx"},
		{"nor does an unclosed noscript", `<p>x</p><noscript><p>` + long + `</p>`, `<p>x</p><p>` + long + `</p>`, "x\n\n" + long},
		{"what a noscript leaves open ends with it", `<p>x</p><noscript><p><img src="/a.jpg"></noscript><p>y</p><ul><li>z`, `<p>x</p><figure><img src="https://paper.example/a.jpg" alt=""></figure><p>y</p><ul><li>z</li></ul>`, "x\n\ny\n\n- z"},
		{"what a browser without players shows is no text", `<p>x</p><audio src="/a.mp3">No player here.</audio>`, `<p>x</p><audio src="https://paper.example/a.mp3" controls=""></audio>`, "x"},
		{"a noscript picture alone counts", `<img src="data:,x"><noscript><img src="/a.jpg"></noscript>`, `<figure><img src="https://paper.example/a.jpg" alt=""></figure>`, ""},
		{"picture sources serve", `<picture><source srcset="/a.webp 2x"><img src=""></picture>`, `<figure><img src="https://paper.example/a.webp" alt=""></figure>`, ""},
		{"counting pictures go", `<p>x<img src="https://t.example/c.gif" width="1" height="1"><img src="https://pixel.wp.com/g.gif"></p>`, "<p>x</p>", "x"},
		{"a caption under a picture belongs to it", `<p><img src="/a.jpg"></p><p class="caption">Cap</p><p>x</p>`, `<figure><img src="https://paper.example/a.jpg" alt=""><figcaption>Cap</figcaption></figure><p>x</p>`, "x"},
		{"a picture table is a figure", `<table class="picture"><tr><td><img src="/a.jpg"></td></tr><tr><td>Chú thích ảnh</td></tr></table>`, `<figure><img src="https://paper.example/a.jpg" alt=""><figcaption>Chú thích ảnh</figcaption></figure>`, ""},
		{"a picture and its italic caption in one paragraph", `<p><img src="/a.jpg"><br><em>Cap here</em></p>`, `<figure><img src="https://paper.example/a.jpg" alt=""><figcaption>Cap here</figcaption></figure>`, ""},
		{"linked pictures keep their link", `<a href="/big.jpg"><img src="/a.jpg"></a>`, `<figure><a href="https://paper.example/big.jpg"><img src="https://paper.example/a.jpg" alt=""></a></figure>`, ""},
		{"players become links", `<iframe src="//www.youtube.com/embed/abc?rel=0" title="Clip"></iframe>`, `<p><a href="https://www.youtube.com/watch?v=abc">Clip</a></p>`, "Clip"},
		{"video stays with its source", `<video><source src="/v.mp4" type="video/mp4"></video>`, `<video controls=""><source src="https://paper.example/v.mp4" type="video/mp4"></video>`, ""},
		{"escaped twice is unescaped", `&lt;p&gt;Xin &amp;amp; chào&lt;/p&gt;&lt;p&gt;bạn&lt;/p&gt;`, "<p>Xin &amp; chào</p><p>bạn</p>", "Xin & chào\n\nbạn"},
		{"a text that only speaks of a tag stays", `<p>Dùng &lt;b&gt; trong HTML</p>`, "<p>Dùng &lt;b&gt; trong HTML</p>", "Dùng <b> trong HTML"},
		{"a whole page is its body", "<!DOCTYPE html><html><head><title>T</title><style>x</style></head><body><main><p>x</p></main></body></html>", "<p>x</p>", "x"},
		{"strange elements leave their words", "<custom-x>a <blink>b</blink></custom-x>", "<p>a b</p>", "a b"},
		{"what the page hides is left out", `<p>x</p><div style="display: none">spam</div><p hidden>spam</p>`, "<p>x</p>", "x"},
		{"definitions", "<dl><dt>a<dd>b</dl>", "<dl><dt>a</dt><dd>b</dd></dl>", "a\n\nb"},
	} {
		it := cleanBody(t, c.in)
		if it.ContentHTML != c.html {
			t.Errorf("%s:\n got %s\nwant %s", c.name, it.ContentHTML, c.html)
		}
		if it.ContentText != c.text {
			t.Errorf("%s:\n got text %q\nwant %q", c.name, it.ContentText, c.text)
		}
	}
}

func TestHostileMarkupIsBounded(t *testing.T) {
	deep := strings.Repeat("<div>", 3000) + "kept" + strings.Repeat("</div>", 3000)
	if it := cleanBody(t, deep); it.ContentText != "kept" {
		t.Errorf("a deep body became %q", it.ContentText)
	}
	var b strings.Builder
	for i := range 400 {
		fmt.Fprintf(&b, `<b a%d="1">`, i)
	}
	for range 40_000 {
		b.WriteString("<p>x</p>")
	}
	it := cleanBody(t, b.String())
	if n := strings.Count(it.ContentText, "x"); n != 40_000 {
		t.Errorf("%d of 40000 paragraphs left", n)
	}
	if len(it.ContentHTML) > 2<<20 {
		t.Errorf("a body of %d bytes became %d", b.Len(), len(it.ContentHTML))
	}
	for _, costly := range []string{"<td>x", "x</b>", "x</td></q>", "<body>x"} {
		if err := affordable(strings.Repeat(costly, 1<<18)); err == nil {
			t.Errorf("%q a quarter million times is taken for cheap", costly)
		}
	}
	if err := affordable(benchBody()); err != nil {
		t.Errorf("an ordinary article is taken for costly: %v", err)
	}
	if it := cleanBody(t, strings.Repeat("a", maxBody+10)); len(it.ContentText) != maxBody {
		t.Errorf("a huge body became %d bytes", len(it.ContentText))
	}
}

func FuzzHTML(f *testing.F) {
	for _, a := range attacks {
		f.Add(a)
	}
	f.Fuzz(func(t *testing.T, markup string) {
		s := Setting{Source: hub.Source{ID: "s"}, Explain: true}
		d := hub.Draft{OriginalID: "1", URL: "https://paper.example/a", Title: hub.Text{Value: "Tiêu đề"}, Body: hub.Text{Value: markup, HTML: true}}
		in, err := cleanDraft(d, hub.Document{}, s)
		if err != nil {
			t.Fatal(err)
		}
		if bad := unsafe(in.Item.ContentHTML); bad != "" {
			t.Fatalf("%q became %q with %s", markup, in.Item.ContentHTML, bad)
		}
		checkIdempotent(t, markup, in, s)
	})
}

// What is cheap to write must not be dear to read: formatting left open is reopened in every paragraph, texts that ignored
// tags divide are joined.
func TestMendingIsBounded(t *testing.T) {
	for _, s := range []string{
		"<b><i><u><s><em><strong><tt><big><small><code><font>" + strings.Repeat("<p>x", 500_000),
		strings.Repeat("x</li>", 500_000), "<table>" + strings.Repeat("<tr><td><b>x", 100_000), strings.Repeat("<p><b>x", 200_000),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		cleanBody(t, s)
		runtime.ReadMemStats(&after)
		if took := time.Since(start); took > 2*time.Minute || after.TotalAlloc-before.TotalAlloc > 2<<30 {
			t.Errorf("%.40q… took %v and %d MiB", s, took, (after.TotalAlloc-before.TotalAlloc)>>20)
		}
	}
}
