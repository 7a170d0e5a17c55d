package clean

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"
)

// What is quick must give what the long way gives.

func TestCalmTextIsTidy(t *testing.T) {
	n := 0
	for r := range rune(0x110000) {
		s := "a" + string(r) + "b"
		if !calm(s) {
			continue
		}
		n++
		if !isTidy(s) || norm.NFC.String(s+"\u0301") != norm.NFC.String(s[:len(s)-1])+norm.NFC.String("b\u0301") {
			t.Errorf("%U is called calm", r)
		}
	}
	if n < 25000 {
		t.Errorf("only %d characters are calm", n)
	}
	for _, s := range []string{"e\u0301", "\xc3", "\xe1\xba", "\xc2\x85", "a\u2028b", "a\u202eb", "\ufeff", "\u0338", "\x80", "\u00e9\u0323", "a\x00", "\xc0\x80", "\xed\xa0\x80"} {
		if calm(s) {
			t.Errorf("%q is called calm", s)
		}
	}
}

func TestLettersOfEveryRune(t *testing.T) {
	for r := range rune(0x110000) {
		want := ""
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			want = string(unicode.ToLower(r))
		}
		if got := lettersOf(string(r)); got != want && !(r >= 0xD800 && r <= 0xDFFF) {
			t.Errorf("%U: %q, want %q", r, got, want)
		}
	}
}

func TestSpacedIsFields(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	bits := []string{" ", " ", "a", "ữ", "“", "\t", "\n", "\v", "\u0085", "\u00a0", "\u1680", "\u2003", "\u200b", "\u2028", "\u202f", "\u205f", "\u3000", "\xc2", "\xe2\x80", "à"}
	for range 20000 {
		s := ""
		for range r.IntN(8) {
			s += bits[r.IntN(len(bits))]
		}
		if got, want := spaced(s), strings.Join(strings.Fields(s), " "); got != want {
			t.Fatalf("%q: %q, want %q", s, got, want)
		}
	}
}

func TestQuickLinkIsResolve(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	bases := []string{"", "https://x.example", "https://x.example/", "https://x.example/a/b?c#d", "http://x.example:8080/a", "HTTPS://X.example/a", "https://u@x.example/", "https://xn--a-ecp.example/", "ftp://x.example/", "https://x.example?q", "/a"}
	bits := []string{"https://", "http://", "HTTP://", "//", "/", "/", "x.example", "X.example", "a", "b.html", "..", ".", "?", "a=1", "&", "utm_source=x", "fbclid=y", "=", "#", "c", "%41", "%C3%A1", "%zz", "ữ", " ", ":", "@", "80", ";", "'", "\\", "[", "+", "~", "javascript:", "-"}
	quick := 0
	for range 60000 {
		base, raw := bases[r.IntN(len(bases))], ""
		if r.IntN(3) > 0 {
			raw = []string{"https://x.example/", "/", "http://y.example/a?"}[r.IntN(3)]
		}
		for range r.IntN(7) {
			raw += bits[r.IntN(len(bits))]
		}
		got, ok := quickLink(base, raw)
		if !ok {
			continue
		}
		quick++
		if u, ok := resolve(base, raw); !ok || u.String() != got || u.Fragment != "" {
			t.Fatalf("quickLink(%q, %q) = %q, want %v %v", base, raw, got, u, ok)
		}
		if u, _ := resolve("", got); u.String() != got {
			t.Fatalf("%q is not canonical", got)
		}
	}
	if quick < 3000 {
		t.Errorf("only %d links were quick", quick)
	}
}

func TestPhraseIsTextBlock(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	phrases := 0
	for range 30000 {
		markup := "<p>" + scrapBody(r) + "</p>"
		if r.IntN(4) == 0 {
			markup = "<h1>" + scrapBody(r) + "</h1>"
		}
		b := &builder{base: "https://x.example/", trace: &trace{}, arena: new(arena)}
		b.tidied = calm(markup) && !strings.ContainsAny(markup, "&\u00a0")
		b.even = b.tidied && !strings.ContainsAny(markup, "\n\t\r") && !strings.Contains(markup, "  ")
		for n := parseLong(t, markup).FirstChild; n != nil; n = n.NextSibling {
			if n.Type != html.ElementNode || tags[n.Data] != textBlock || hidden(n) {
				continue
			}
			p := b.phrase(n)
			if p == nil {
				continue
			}
			phrases++
			tag := n.Data
			if tag == "h1" {
				tag = "h2"
			}
			long := b.textBlock(tag, n)
			if got, want := string(render(nil, []*node{p})), string(render(nil, long)); got != want {
				t.Fatalf("%q:\n%s\nwant\n%s", markup, got, want)
			}
			if straight([]*node{p}) != straight(long) || p.words() != long[0].words() {
				t.Fatalf("%q: not the same nodes", markup)
			}
		}
	}
	if phrases < 3000 {
		t.Errorf("only %d phrases", phrases)
	}
}

func TestArenaForgets(t *testing.T) {
	var a arena
	a.node().text = "a"
	a.tree(html.TextNode, "b")
	list := append(a.list(3), &node{})
	a.reset()
	if n := a.node(); n.text != "" || n.kids != nil {
		t.Error("a node of the draft before")
	}
	if n := a.tree(html.TextNode, ""); n.FirstChild != nil || n.Data != "" {
		t.Error("a tree of the draft before")
	}
	if again := a.list(3); len(again) != 0 || again[:1][0] != nil || len(list) != 1 {
		t.Error("a list of the draft before")
	}
	if big := a.list(5000); cap(big) < 5000 || len(a.lists) > arenaNodes {
		t.Error("the arena keeps what is large")
	}
	for range 3 * arenaNodes {
		a.node()
	}
	if len(a.nodes) > arenaNodes || slices.ContainsFunc(a.nodes[a.nodesOut:], func(n node) bool { return n.text != "" }) {
		t.Error("the arena keeps too much")
	}
}

func TestOneForeignWordSaidTwiceIsNoLanguage(t *testing.T) {
	if got := detectLanguage("Storm hits coast", "Plain text para one. Plain text para two."); got != "" {
		t.Errorf("language %q", got)
	}
}
