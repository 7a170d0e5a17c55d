package clean

import (
	"strings"
	"testing"

	"tinhub/internal/hub"
)

// What a parser and a browser read in two ways, what runs without a script element, and what looks like something else.
var twists = map[string][]string{
	"mutation": {
		`<noscript><style></noscript><img src=1 onerror=go()>`, `<svg></p><style><a title="</style><img src=1 onerror=go()>">`, `<svg><p><style><g title="</style><img src=1 onerror=go()>">`,
		`<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=go()&gt;">`, `<form><math><mtext></form><form><mglyph><style></math><img src onerror=go()>`,
		`<math><annotation-xml encoding="text/html"><p><style><!--</style><img src=1 onerror=go()>--></style>`, `<svg><title><style><img src="</style><img src=1 onerror=go()>">`,
		`<svg><desc><noscript><img src="</noscript><img src=1 onerror=go()>">`, `<svg><foreignObject><iframe srcdoc="<img src=1 onerror=go()>"></iframe>`, `<select><style></select><img src=1 onerror=go()></style>`,
		`<select><template><img src=1 onerror=go()></template></select>`, `<table><td><select><table><img src=1 onerror=go()>`, `<table><a href=javascript:go()><tr><td></a><img src=1 onerror=go()>`,
		`<template><s><template><img src=1 onerror=go()></s>x</template>`, `<textarea><img title="</textarea><img src=1 onerror=go()>">`, `<title><a title="</title><img src=1 onerror=go()>">`,
		`<xmp><p title="</xmp><img src=1 onerror=go()>">`, `<listing>&lt;img src=1 onerror=go()&gt;</listing>`, `<noembed><img title="</noembed><img src=1 onerror=go()>"></noembed>`,
		`<noframes><img title="</noframes><img src=1 onerror=go()>"></noframes>`, `<iframe><img title="</iframe><img src=1 onerror=go()>"></iframe>`, `<plaintext>&lt;/plaintext&gt;<img src=1 onerror=go()>`,
		`<style><style/><img src=1 onerror=go()>`, `<a><b><a><i><table><a></i><img src=1 onerror=go()>`, `<p id="</p><img src=1 onerror=go()>"></p>`, `<img alt="` + "`" + `><img src=1 onerror=go()>">`,
		`<option><style></option></select><b><img src=1 onerror=go()></style></option>`, `<frameset><noframes><style></noframes><img src=1 onerror=go()></style>`, `<button><p><button onclick=go()>x</button>`,
	},
	"comments and markup declarations": {
		`<!--><img src=1 onerror=go()>-->`, `<!---><img src=1 onerror=go()>-->`, `<!-- a --!><img src=1 onerror=go()>`, `<!-- <!-- --><img src=1 onerror=go()> -->`, `<!-><img src=1 onerror=go()>`,
		`<![CDATA[ ]]><img src=1 onerror=go()>]]>`, `<svg><![CDATA[</svg><img src=1 onerror=go()>]]>`, `<?go <img src=1 onerror=go()>?>`, `<!go <img src=1 onerror=go()>>`, `<%<img src=1 onerror=go()>%>`,
		`</ <img src=1 onerror=go()>>`, `</!><img src=1 onerror=go()>`, `<!DOCTYPE html PUBLIC "><img src=1 onerror=go()>`, `<!--[if gte IE 4]><script>go()</script><![endif]-->`, `<comment><img src="</comment><img src=1 onerror=go()>">`,
	},
	"addresses": {
		"<a href=\"java\tscript:go()\">x</a>", "<a href=\"java\nscript:go()\">x</a>", "<a href=\"java\x00script:go()\">x</a>", "<a href=\"\x1fjavascript:go()\">x</a>", `<a href="&#x6A&#x61&#x76&#x61script&colon;go()">x</a>`,
		`<a href="&#0000106avascript:go()">x</a>`, `<a href="JAVASCRIPT&#58;go()">x</a>`, "<a href=\"\u00a0javascript:go()\">x</a>", "<a href=\"\ufeffjavascript:go()\">x</a>", "<a href=\"java\u00adscript:go()\">x</a>",
		"<a href=\"javascript\uff1ago()\">x</a>", "<a href=\"\u2028javascript:go()\">x</a>", `<a href="feed:javascript:go()">x</a>`, `<a href="view-source:javascript:go()">x</a>`, `<a href="blob:https://x.example/y">x</a>`,
		`<a href="filesystem:https://x.example/y">x</a>`, `<a href="jar:https://x.example!/y">x</a>`, `<a href="livescript:go()">x</a>`, `<a href="mhtml:https://x.example!go">x</a>`, `<a href="intent://x#Intent;scheme=javascript;end">x</a>`,
		`<a href="https:javascript:go()">x</a>`, `<a href="http:\\\\x.example">x</a>`, `<a href="https://x.example%00.y.example/">x</a>`, `<a href="https://[::1%25eth0]/">x</a>`, `<a href="data&colon;text/html,go">x</a>`,
		`<a href="https://x.example/"ping="https://y.example/">x</a>`, `<a href="x" xlink:href="javascript:go()" download>x</a>`, `<area href="javascript:go()">`, `<img src="https://x.example/a.jpg" lowsrc="javascript:go()" dynsrc="javascript:go()" usemap="#m" longdesc="javascript:go()">`,
		`<img srcset="javascript:go() 9x, data:text/html,go 8x">`, `<img data-src="vbscript:go()" src="blob:x">`, `<video src="javascript:go()" poster="data:image/svg+xml,go"></video>`, `<audio><source src="javascript:go()"></audio>`,
		`<blockquote cite="vbscript:go()">x</blockquote>`, `<ins cite="javascript:go()">x</ins>`, `<iframe data-src="javascript:go()"></iframe>`, `<amp-iframe src="javascript:go()"></amp-iframe>`, `<amp-facebook data-href="javascript:go()"></amp-facebook>`,
		`<object><param name=movie value="javascript:go()"></object>`, `<blockquote class="twitter-embed" cite="javascript:go()"></blockquote>`, `<div class="fb-post" data-href="data:text/html,go"></div>`,
		`<iframe src="https://player.vimeo.com/video/1%22onload=go()"></iframe>`, `<iframe src="https://www.youtube.com/embed/%22%3E%3Cscript%3Ego()"></iframe>`, `<iframe src="https://w.soundcloud.com/player/?url=https://u:p@soundcloud.com/x"></iframe>`,
	},
	"styles, handlers, names": {
		`<p style="background:url(javascript:go())">x</p>`, `<p style="behavior:url(#x);-moz-binding:url(x)">x</p>`, `<p style="@import 'x'">x</p>`, `<style>*{background:url(//x.example)}</style>`, `<link rel=import href=//x.example>`,
		`<p onmouseover=go()>x</p>`, `<p ONCLICK="go()">x</p>`, `<p on click=go()>x</p>`, "<p\x0conclick=go()>x</p>", `<p/onclick=go()/>x`, `<img/src=1/onerror=go()>`, `<img src=1 onerror=&#x67;o()>`, `<p "onclick=go()>x</p>`, `<p x=">" onclick=go()>y</p>`,
		`<form id=x><input name=attributes><input name=innerHTML></form>`, `<img name=getElementById src=/a.jpg>`, `<a id=location href="https://x.example/" name=body>x</a>`, `<p is=x-y slot=z part=w nonce=v>x</p>`, `<p contenteditable autofocus tabindex=1 onfocus=go()>x</p>`,
		`<table background=javascript:go()><td background=javascript:go()>x<td>y</table>`, `<body background=javascript:go() onload=go()>`, `<bgsound src=javascript:go()>`, `<layer src=x></layer><ilayer src=x>`, `<meta http-equiv=set-cookie content=x>`,
		`<base target=_blank><base href=javascript:go()//>`, `<embed code=x allowscriptaccess=always src=//x.example/x.swf>`, `<isindex action=javascript:go()>`, `<keygen autofocus onfocus=go()>`, `<portal src=x>`, `<fencedframe>x</fencedframe>`,
		`<svg><animate onbegin=go() attributeName=x>`, `<svg><set attributeName=href to=javascript:go()>`, `<svg><use href="data:image/svg+xml,<svg id=x>#x">`, `<svg/onload=go()//`, `<svg><handler>go()</handler>`, `<math href=javascript:go()>x</math>`,
		`<marquee onfinish=go() loop=1>x</marquee>`, `<dialog open oncancel=go()>x</dialog>`, `<input type=image src=1 onerror=go() formaction=javascript:go()>`, `<video><source onerror=go()>`, `<track onerror=go() src=x>`, `<x onclick=go()>y</x>`,
	},
	"characters": {
		"<\u0000script>go()</script>", "<\u017fcript>go()</script>", "<img src=1 \u2028onerror=go()>", "\xc0\xbcscript\xc0\xbego()", "\xf0\x80\x80\xbcscript>", "+ADw-script+AD4-go()+ADw-/script+AD4-", "<script\u2028>go()</script>", "<p>\u202ego()\u2066<b>x</b>",
		"<img alt=\"\u202e\" src=/a.jpg>", "\ufeff<script>go()</script>", "<ſcript>go()</ſcript>", "＜script＞go()＜/script＞", "<img\u3000src=1\u3000onerror=go()>", "<a href=\"https://x.example/\u0338\">\u0338x</a>", "<p>\ud7ff\ue000\ufffe\uffff</p>",
	},
}

func TestNoTwistPasses(t *testing.T) {
	n := 0
	for kind, list := range twists {
		for _, a := range list {
			for _, markup := range []string{
				a, "<p>x " + a + " y</p>", "<ul><li>" + a, "<table><tr><td>1<td>" + a, "<b><i><a href='https://x.example/'>" + a, "<svg>" + a, "<math><mi>" + a, "<noscript>" + a, "<select>" + a, "<template>" + a, "<pre>" + a,
				"<figure><img src=/a.jpg><figcaption>" + a, strings.NewReplacer("<", "&lt;", ">", "&gt;").Replace("<p>x</p>" + a),
			} {
				n++
				it := cleanBody(t, markup)
				if bad := unsafe(it.ContentHTML); bad != "" {
					t.Errorf("%s: %q\n became %q\n with %s", kind, markup, it.ContentHTML, bad)
				}
				if got := policy.Sanitize(it.ContentHTML); got != it.ContentHTML {
					t.Errorf("%s: %q\n became %q\n and the policy makes of it %q", kind, markup, it.ContentHTML, got)
				}
			}
		}
	}
	if n < 1800 {
		t.Fatalf("the list lost entries: %d", n)
	}
}

func TestTrackersGo(t *testing.T) {
	for _, img := range []string{
		`<img src="https://x.example/p" width=1 height=1>`, `<img src="https://x.example/p" width="0">`, `<img src="https://x.example/p" style="width:1px;height:1px">`, `<img src="https://x.example/p" style="display: none">`,
		`<img src="https://x.example/img/pixel.gif?id=3">`, `<img src="https://x.example/spacer.gif">`, `<img src="https://counter.yadro.ru/hit">`, `<img src="https://mc.yandex.ru/watch/1">`, `<img src="https://www.google-analytics.com/collect?v=1">`,
		`<img src="https://www.facebook.com/tr?id=1">`, `<img src="https://sb.scorecardresearch.com/p?c1=2">`, `<img src="https://feeds.feedburner.com/~r/x/~4/y">`, `<img src="https://pixel.wp.com/b.gif">`, `<img hidden src="https://stats.wordpress.com/b.gif">`,
	} {
		if it := cleanBody(t, "<p>x</p>"+img); it.ContentHTML != "<p>x</p>" || len(it.Pictures) > 0 {
			t.Errorf("%s became %s", img, it.ContentHTML)
		}
	}
	for raw, want := range map[string]string{
		"https://x.example/a?utm_source=a&id=3&UTM_Medium=b&fbclid=c&gclid=d&mc_cid=e&mc_eid=f&igshid=g&yclid=h&_hsenc=i&msclkid=j&ttclid=k#top": "https://x.example/a?id=3#top",
		"/a?utm_campaign=x": "https://paper.example/a", "https://www.google.com/url?q=https%3A%2F%2Fy.example%2Fb%3Fc%3D1&sa=D": "https://y.example/b?c=1",
		"https://l.facebook.com/l.php?u=https%3A%2F%2Fy.example%2F%3Ffbclid%3Dx&h=A": "https://y.example/", "https://www.google.com/url?q=javascript:x": "https://www.google.com/url?q=javascript:x",
		"https://x.example/watch?v=utm_source": "https://x.example/watch?v=utm_source",
	} {
		it := cleanBody(t, `<p>see <a href="`+strings.ReplaceAll(raw, "&", "&amp;")+`">it</a></p>`)
		if got := `<p>see <a href="` + strings.ReplaceAll(want, "&", "&amp;") + `">it</a></p>`; it.ContentHTML != got {
			t.Errorf("%s became %s", raw, it.ContentHTML)
		}
	}
}

func TestLazyPicturesAreFound(t *testing.T) {
	for in, want := range map[string]string{
		`<img src="/lo.jpg" data-src="/hi.jpg">`: "hi.jpg", `<img src="/lo.jpg" data-original="/hi.jpg">`: "hi.jpg", `<img src="/loading.gif" data-lazy-src="/hi.jpg">`: "hi.jpg",
		`<img data-lazy-srcset="/s.jpg 1x, /hi.jpg 2x" src="data:image/gif;base64,R0">`: "hi.jpg", `<img src="/a.jpg" srcset="/s.jpg 300w">`: "a.jpg", `<img src="/placeholder.png" srcset="/s.jpg 300w, /hi.jpg 900w">`: "hi.jpg",
		`<img data-src="data:image/gif;base64,R0" src="/a.jpg">`: "a.jpg", `<img src="/a.jpg" data-url="/share">`: "a.jpg", `<picture><source srcset="/s.webp 1x, /hi.webp 2x"><img src="data:,"></picture>`: "hi.webp",
		`<img class="lazyload" data-cfsrc="/hi.jpg" style="display:none"><noscript><img src="/hi.jpg"></noscript>`: "hi.jpg", `<amp-img src="/hi.jpg" width=640 height=480></amp-img>`: "hi.jpg", `<noscript><img src="/hi.jpg"></noscript>`: "hi.jpg",
	} {
		it := cleanBody(t, "<p>x</p>"+in)
		if len(it.Pictures) != 1 || it.Image != "https://paper.example/"+want || strings.Count(it.ContentHTML, "<img") != 1 {
			t.Errorf("%s: %s, %+v", in, it.ContentHTML, it.Pictures)
		}
	}
}

func TestTextKeepsTheStructure(t *testing.T) {
	for in, want := range map[string]string{
		"<p>a<br>b<br/>c</p>": "a\nb\nc", "<td>a</td><td>b</td>": "ab", "<table><tr><td>a<td>b<tr><td>c<td>d</table>": "a | b\nc | d", "<h2>A</h2>b<h3>C</h3>": "A\n\nb\n\nC",
		"<ol><li>a<li>b<ol><li>c</ol></ol>": "1. a\n2. b\n   1. c", "<ol start=9><li>a<li>b<br>c</ol>": "9. a\n10. b\n   c", "<ul><li>a<ul><li>b</ul><li>c</ul>": "- a\n  - b\n- c",
		"<blockquote><p>a</p><p>b</p></blockquote>": "a\n\nb", "<pre>a\n  b</pre>": "a\n  b", "<dl><dt>a<dd>b</dl>": "a\n\nb", "a<div>b</div>c": "a\n\nb\n\nc", "<p>a</p><hr><p>b</p>": "a\n\nb",
		"a<script>x</script>b": "ab", "<p>H<sub>2</sub>O</p>": "H2O", "<div>a<span>b</span></div>": "ab", "<p>a</p>\n\n<p>b</p>": "a\n\nb",
	} {
		if it := cleanBody(t, in); it.ContentText != want {
			t.Errorf("%s: %q, want %q", in, it.ContentText, want)
		}
	}
	in, err := cleanDraft(hub.Draft{URL: "https://p.example/a", Body: hub.Text{Value: "<p>a</p><p><img src=/a.jpg></p><p><em>Ảnh: TTXVN</em></p>", HTML: true}}, hub.Document{}, Setting{})
	if err != nil || in.Item.ContentText != "a" || strings.Join(in.Item.Captions, "") != "Ảnh: TTXVN" {
		t.Errorf("a credit in italics below a picture: %q, %q", in.Item.ContentText, in.Item.Captions)
	}
}
