package clean

import (
	"math/rand/v2"
	"strings"
	"testing"

	"tinhub/internal/hub"
)

// gated has one of everything that the gate lets pass.
const gated = `<p>Chữ &amp; <b>đậm</b>, <i>a</i><em>b</em><strong>c</strong><u>d</u><s>e</s><sub>f</sub><sup>g</sup><small>h</small><mark>i</mark>` +
	`<cite>j</cite><q>k</q><code>l</code> &#34;m&#34; &#39;n&#39; &lt;o&gt;<br>p <abbr title="q &amp; r">s</abbr> <time datetime="2026-11-18T08:00:00+07:00">t</time></p>` +
	`<p><a href="https://x.example/a?b=1&amp;c=%C3%A1#d" title="&#34;u&#34;" rel="nofollow ugc">v</a> <a href="http://x.example:8080/">w</a> <a href="mailto:a@x.example?subject=b">x</a></p>` +
	`<h2>1</h2><h3>2</h3><h4>3</h4><h5>4</h5><h6>5</h6><ul><li>6</li></ul><ol start="3"><li>7</li></ol><blockquote cite="https://x.example/q"><p>8</p></blockquote><pre>9` + "\n" + `0</pre><hr>` +
	`<table><caption>a</caption><thead><tr><th colspan="2">b</th></tr></thead><tbody><tr><td rowspan="2">c</td><td>d</td></tr></tbody><tfoot><tr><td>e</td></tr></tfoot></table>` +
	`<figure><a href="https://x.example/"><img src="https://x.example/i.jpg" alt="f &#39;g&#39;" width="640" height="480" title="h"></a><figcaption>i</figcaption></figure>` +
	`<dl><dt>j</dt><dd>k</dd></dl><video src="https://x.example/v.mp4" poster="https://x.example/p.jpg" width="640" height="480" controls=""><source src="https://x.example/v.webm" type="video/webm"></video>` +
	`<audio src="https://x.example/a.mp3" controls=""></audio>`

func TestGateTakesWhatRenderWrites(t *testing.T) {
	if !admits(gated) || !admits("") {
		t.Error("the gate refuses what is written")
	}
	if got := policy.Sanitize(gated); got != gated {
		t.Errorf("the policy changes it to\n%s", got)
	}
	in, err := cleanDraft(hub.Draft{URL: "https://paper.example/a", Body: hub.Text{Value: benchBody(), HTML: true}}, hub.Document{}, Setting{})
	if err != nil || !admits(in.Item.ContentHTML) {
		t.Errorf("an ordinary article does not pass: %v", err)
	}
}

// checkGate wants that nothing passes which the policy would change, or that is not balanced.
func checkGate(tb testing.TB, markup string) bool {
	tb.Helper()
	if !admits(markup) {
		return false
	}
	if got := policy.Sanitize(markup); got != markup {
		tb.Errorf("the gate lets pass\n%q\nthe policy makes of it\n%q", markup, got)
	}
	return true
}

// What may stand in a mutant: each byte that means something in markup, and what attacks are made of.
var mutants = []string{
	"<", ">", "&", `"`, "'", "=", "/", " ", "\t", "\n", "\r", "\x00", "\x0b", "\x0c", "\x7f", "\xc0", "\xff", ":", ";", "#", "%", "!", "?", "-", "`", "\\", "a", "A", "0", "\u2028", "ữ",
	"&colon;", "&#58;", "&#x3a;", "&Tab;", "&quot;", "&apos;", "&#0;", "&", "<!--", "-->", "<![CDATA[", "<?", "</p>", "<p>", "<script>", "<svg>", "<math>", "<a>", "<style>", "<b ", ` onclick="a"`,
	` style="a"`, ` id="a"`, ` name="a"`, ` class="a"`, ` target="_blank"`, ` srcset="a"`, ` HREF="a"`, "javascript:", "data:", "vbscript:", "//", "@", "[", "]", "%zz", "..",
}

func TestGateFallsOnEveryBadByte(t *testing.T) {
	passed, total := 0, 0
	for i := range len(gated) + 1 {
		for _, m := range mutants {
			checkGate(t, gated[:i]+m+gated[i:])
			if i < len(gated) && checkGate(t, gated[:i]+m+gated[i+1:]) {
				passed++
			}
			total++
		}
		if i < len(gated) {
			checkGate(t, gated[:i]+gated[i+1:])
		}
	}
	if passed == 0 || passed > total*2/3 {
		t.Errorf("%d of %d mutants pass", passed, total)
	}
}

func TestGateRefuses(t *testing.T) {
	for what, s := range map[string]string{
		"an unknown element":     `<p><font>a</font></p>`,
		"a script":               `<script>a</script>`,
		"foreign content":        `<svg></svg>`,
		"upper case":             `<P>a</P>`,
		"what is left open":      `<p>a`,
		"what nobody opened":     `a</p>`,
		"what crosses":           `<b><i>a</b></i>`,
		"a void element's end":   `<br></br>`,
		"a slash":                `<br/>`,
		"a space before the end": `<p >a</p>`,
		"two spaces":             `<p><a  href="https://x.example/">a</a></p>`,
		"no quotes":              `<p><a href=https://x.example/>a</a></p>`,
		"single quotes":          `<p><a href='https://x.example/'>a</a></p>`,
		"an attribute twice":     `<img src="https://x.example/" alt="" alt="">`,
		"a handler":              `<img src="https://x.example/" onerror="a">`,
		"an unlisted attribute":  `<p title="a">a</p>`,
		"no address":             `<p><a title="a">a</a></p>`,
		"script in an address":   `<p><a href="javascript:a">a</a></p>`,
		"an entity for a colon":  `<p><a href="javascript&colon;a">a</a></p>`,
		"a relative address":     `<p><a href="/a">a</a></p>`,
		"another scheme":         `<p><a href="ftp://x.example/">a</a></p>`,
		"mail in a picture":      `<img src="mailto:a@x.example">`,
		"upper case in a host":   `<p><a href="https://X.example/">a</a></p>`,
		"a user in a host":       `<p><a href="https://a@x.example/">a</a></p>`,
		"a broken escape":        `<p><a href="https://x.example/%g0">a</a></p>`,
		"a space in an address":  `<p><a href="https://x.example/ a">a</a></p>`,
		"letters for a number":   `<img src="https://x.example/" width="a">`,
		"percent for a number":   `<img src="https://x.example/" width="1%">`,
		"a target for rel":       `<p><a href="https://x.example/" rel="A">a</a></p>`,
		"another media type":     `<video src="https://x.example/v"><source src="https://x.example/a" type="text/html"></video>`,
		"a bare ampersand":       `<p>a & b</p>`,
		"another entity":         `<p>&nbsp;</p>`,
		"a bare quote":           `<p>"a"</p>`,
		"a comment":              `<p><!-- a --></p>`,
		"a declaration":          `<!doctype html>`,
		"an instruction":         `<?a?>`,
		"a NUL":                  "<p>\x00</p>",
		"a control":              "<p>\x0b</p>",
		"an overlong byte":       "<p>\xc0\xbc</p>",
		"what is deep":           strings.Repeat("<ul><li>", gateDepth) + strings.Repeat("</li></ul>", gateDepth),
	} {
		if admits(s) {
			t.Errorf("the gate admits %s: %q", what, s)
		}
	}
}

func FuzzGate(f *testing.F) {
	f.Add(gated)
	r := rand.New(rand.NewPCG(5, 6))
	for range 50 {
		i, m := r.IntN(len(gated)), mutants[r.IntN(len(mutants))]
		f.Add(gated[:i] + m + gated[i:])
	}
	f.Fuzz(func(t *testing.T, s string) { checkGate(t, s) })
}
