package clean

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// parseLong is the whole HTML5 algorithm, as builder.parse uses it.
func parseLong(tb testing.TB, markup string) *html.Node {
	tb.Helper()
	context := &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body}
	roots, err := html.ParseFragmentWithOptions(strings.NewReader(markup), context, html.ParseOptionEnableScripting(false))
	if err != nil {
		tb.Fatal(err)
	}
	root := &html.Node{Type: html.ElementNode, Data: "body"}
	for _, n := range roots {
		root.AppendChild(n)
	}
	return root
}

func outline(b *strings.Builder, n *html.Node) {
	fmt.Fprintf(b, "(%d %q %q", n.Type, n.Namespace, n.Data)
	// The order of attributes has no meaning, and HTML5's algorithm sorts those of formatting elements.
	for _, a := range slices.SortedFunc(slices.Values(n.Attr), func(a, b html.Attribute) int { return strings.Compare(a.Key, b.Key) }) {
		fmt.Fprintf(b, " %q:%q=%q", a.Namespace, a.Key, a.Val)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		outline(b, c)
	}
	b.WriteByte(')')
}

func sameTree(tb testing.TB, markup string) bool {
	tb.Helper()
	quick := nested(new(arena), markup)
	if quick == nil {
		return false
	}
	var got, want strings.Builder
	outline(&got, quick)
	outline(&want, parseLong(tb, markup))
	if got.String() != want.String() {
		tb.Errorf("nested reads %q as\n%s\nHTML5 as\n%s", markup, got.String(), want.String())
	}
	return true
}

func TestNestedTakesOrdinaryMarkup(t *testing.T) {
	for _, s := range []string{
		`<p>Một <b>hai</b> <a href="/x?a=1&amp;b=2&c=3" title='"'>ba</a><br>bốn<br/>năm<br /></p>`,
		"<div class=\"c\">\r\n<h2>Tiêu đề</h2><ul><li>a</li><li><p>b</p></li></ul></div>",
		`<figure><img src="a.jpg" alt="A &quot;b&quot;"/><figcaption>Ảnh: B</figcaption></figure><hr>`,
		`<!-- wp:paragraph --><P Class="x">A</P><!-- /wp:paragraph --><iframe src="https://www.youtube.com/embed/a"></iframe>`,
		`<strong><p>in it</p></strong><blockquote><p>q</p></blockquote><dl><dt>a</dt><dd>b</dd></dl>`,
		`<p>left open <em>both`, `plain &amp; text`, `<a href="b">c</a></br>d`, `<noscript><img src="x"></noscript><video src="v" controls></video>`,
	} {
		if !sameTree(t, s) {
			t.Errorf("took the long way: %s", s)
		}
	}
}

func TestNestedMendsWhatPagesLeaveOpen(t *testing.T) {
	for _, s := range []string{
		`<p>a<p>b`, `<p><div>a</div></p>`, `<b>a<i>b</b>c</i>d`, `</p>`, `<li>a<li>b`, `<ul><p><li>c`, `<h1>a<h2>b</h1>`, `<p a=b>`, `<p><b>a<p>b</b>c`, `a</div>b</b></h2></li></em>c`,
		`<p><font face="Times New Roman" size=3><b>a <i>b</b> c</i> d</font><p>e`, `<table><tr><td>a<td><b>b<tr><th>c</table>d`, "<b><table>\n<tbody><tr>\n<td>a</td>\n</tr></tbody></table>b",
		`<table><caption>a<b>b</caption><thead><tr><th>c</thead><tbody><tr><td><table><tr><td>d</table>e</table>`, `<ul><li><p>a<li><b>b</ul>c`, `<dl><dt>a<dd>b<p>c<dt>d</dl>`,
		`<script>if (a < b) "</p>"</script><style>p > b {}</style>`, `<iframe>a</iframe>`, `<iframe></IFRAME>`, `<o:p>a<b>b</o:p>c`, `<img src=/a.jpg/><a href=/b?c=1&d=2>e</a>`,
	} {
		if !sameTree(t, s) {
			t.Errorf("took the long way: %s", s)
		}
	}
}

func TestNestedLeavesOddMarkup(t *testing.T) {
	for _, s := range []string{
		`<a><a>`, `<b><b>x</b></b>`, `</br a>`, `<p/>`, `<p a="1" a="2">`,
		"<pre>\na</pre>", `<pre>&#10;a</pre>`, `a < b`, `<table>a`, `<table><p>`, `<table></td>`, `<td>a`, `<table><col>`, `<b><p>a</b>`, `<p><noscript><div>a`,
		`<noscript><b>a</noscript>`, `<script><!--a--></script>`, `<script>a</script >`, `<svg><p>`, `<math>`, `<script>`, `<style>`, `<textarea>`,
		`<select>`, `<template>`, `<!doctype html>`, `<![CDATA[a]]>`, `<?php ?>`, `<!--a`, `<!-->-->`, `<!--a--!>b-->`, `<!---a-->`, `<p a="`,
		`<p a="x"b="y">`, `<p title="&copy">`, `<p title="&notit;">`, "<p>a\x00</p>", "<p a='\x00'>", `<x-y>`, `<form>`,
		`<nobr>`, `<plaintext>`, `<image>`, `<p a = "b">`, `<p =a>`, strings.Repeat("<div>", nestDepth),
	} {
		if sameTree(t, s) {
			t.Errorf("took the short way: %s", s)
		}
	}
}

// scraps are what generated bodies are made of.
var scraps = []string{
	"<p>", "</p>", "<b>", "</b>", `<i class="x">`, "</i>", `<a href="/x?a=1&b=2&amp;c">`, "</a>", "<br>", "<br/>", "<br />", `<img src="a" alt='"b"'/>`,
	"<figure>", "</figure>", "<figcaption>", "</figcaption>", "<div>", "</div>", "<ul>", "</ul>", "<ol>", "</ol>", "<li>", "</li>", "<h2>", "</h2>", "<H3 id=a>", "</H3 >",
	"<blockquote>", "</blockquote>", "<pre>", "</pre>", "<!-- c -->", "<!--->", "<!-- a -- b -->", "<span hidden>", "</span>", "<table>", "<td>", "</table>", "<dl>", "<dt>",
	"</dt>", "</dl>", "<hr>", `<iframe src="x"></iframe>`, "<tr>", "</tr>", "</td>", "<th>", "<tbody>", "</tbody>", "<caption>", "</caption>", "<font size=2>", "</font>", "<script>a</script>", "<o:p>", "</o:p>", "<dd>", "</p>", "<noscript>", "</noscript>", "<em>", "</em>", "<code>", "</code>", "chữ", " ", "\n", "\r\n", "&amp;", "&nbsp;",
	"&copy", "&#0;", "&#x41;", "&notit;", "<", ">", "&", `"`, "'", "=", "/", "\x00", "<p a='&lt;&copy;'>", "<p a b c='d'>", "<q>", "</q>", "<svg>", "<script>", "</", "<!", "Đoạn văn.",
}

func TestNestedIsHTML5(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	short, total := 0, 40000
	for range total {
		if sameTree(t, scrapBody(r)) {
			short++
		}
	}
	if short < total/10 {
		t.Errorf("only %d of %d bodies took the short way", short, total)
	}
}

// scrapBody puts scraps together, most often so that what is opened is closed in its turn.
func scrapBody(r *rand.Rand) string {
	var b strings.Builder
	var open []string
	wild := r.IntN(3) == 0
	for range 1 + r.IntN(14) {
		s := scraps[r.IntN(len(scraps))]
		if !wild && strings.HasPrefix(s, "</") {
			continue
		}
		b.WriteString(s)
		if name := tagOf(s); !wild && grown[name].growth != 0 && !slices.Contains([]string{"br", "img", "hr", "iframe"}, name) {
			open = append(open, name)
			if r.IntN(2) == 0 {
				b.WriteString("chữ")
			}
		}
		for len(open) > 0 && r.IntN(2) == 0 {
			b.WriteString("</" + open[len(open)-1] + ">")
			open = open[:len(open)-1]
		}
	}
	for _, name := range slices.Backward(open) {
		b.WriteString("</" + name + ">")
	}
	return b.String()
}

// tagOf is the name of the tag that s begins with.
func tagOf(s string) string {
	s = strings.ToLower(strings.TrimLeft(s, "<"))
	if i := strings.IndexAny(s, " >/"); i >= 0 {
		return s[:i]
	}
	return s
}

func FuzzNested(f *testing.F) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 100 {
		f.Add(scrapBody(r))
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) < 4096 && affordable(s) == nil {
			sameTree(t, s)
		}
	})
}
