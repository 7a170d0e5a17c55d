package clean

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tinhub/internal/hub"
)

func TestCanonicalURL(t *testing.T) {
	const base = "https://paper.example/news/list.html?page=2"
	for _, c := range []struct{ raw, want string }{
		{"https://paper.example/a", "https://paper.example/a"},
		{"  https://paper.example/a \n", "https://paper.example/a"},
		{"HTTPS://Paper.Example/A", "https://paper.example/A"},
		{"https://paper.example", "https://paper.example/"},
		{"https://paper.example:443/a", "https://paper.example/a"},
		{"http://paper.example:80/a", "http://paper.example/a"},
		{"http://paper.example:8080/a", "http://paper.example:8080/a"},
		{"https://user:secret@paper.example/a", "https://paper.example/a"},
		{"https://paper.example./a", "https://paper.example/a"},
		{"https://báo.example/a", "https://xn--bo-mia.example/a"},
		{"https://BÁO.example/a", "https://xn--bo-mia.example/a"},
		{"https://paper.example/a#comments", "https://paper.example/a"},
		{"https://paper.example/#!/a", "https://paper.example/#!/a"},
		{"https://paper.example/a?utm_source=x&id=3&fbclid=y&UTM_Medium=z", "https://paper.example/a?id=3"},
		{"https://paper.example/a?utm_source=x", "https://paper.example/a"},
		{"https://paper.example/a?b=2&a=1", "https://paper.example/a?b=2&a=1"},
		{"https://paper.example/a?", "https://paper.example/a"},
		{"https://paper.example/%7euser/%c3%a9t%C3%A9", "https://paper.example/~user/%C3%A9t%C3%A9"},
		{"https://paper.example/tin tức", "https://paper.example/tin%20t%E1%BB%A9c"},
		{"https://paper.example/a%2Fb", "https://paper.example/a%2Fb"},
		{"https://paper.example/100%", "https://paper.example/100%25"},
		{"https://paper.example/a/../b/./c", "https://paper.example/b/c"},
		{"https://paper.example\\a\\b", "https://paper.example/a/b"},
		{"https://paper.example/a?q=tin tức&x=[1]", "https://paper.example/a?q=tin%20t%E1%BB%A9c&x=[1]"},
		{"/b", "https://paper.example/b"},
		{"b.html", "https://paper.example/news/b.html"},
		{"../b.html", "https://paper.example/b.html"},
		{"?page=3", "https://paper.example/news/list.html?page=3"},
		{"//cdn.example/a.jpg", "https://cdn.example/a.jpg"},
		{"https://[2001:DB8::1]:443/a", "https://[2001:db8::1]/a"},
		{"http://127.0.0.1:8080/a", "http://127.0.0.1:8080/a"},
		{"http://under_score.example/a", "http://under_score.example/a"},
		{"htt\nps://paper.example/a", "https://paper.example/a"},
		{"", ""},
		{"   ", ""},
		{"javascript:alert(1)", ""},
		{"java\tscript:alert(1)", ""},
		{"data:text/plain,x", ""},
		{"mailto:a@b.example", ""},
		{"tel:+84123", ""},
		{"ftp://paper.example/a", ""},
		{"file:///etc/passwd", ""},
		{"https:paper.example", ""},
		{"https://", ""},
		{"https:///a", ""},
		{"https://paper .example/a", ""},
		{"https://paper.example:99999999/a", ""},
		{"https://[fe80::1%25eth0]/", ""},
		{"https://paper.example/" + strings.Repeat("a", maxURL), ""},
	} {
		got, ok := canonicalURL(base, c.raw)
		if got != c.want || ok != (c.want != "") {
			t.Errorf("canonicalURL(%q) = %q %v, want %q", c.raw, got, ok, c.want)
		}
	}
	for _, raw := range []string{"/a", "a", "?x", "#x"} {
		if got, ok := canonicalURL("", raw); ok {
			t.Errorf("without a base %q became %q", raw, got)
		}
	}
	if got, _ := canonicalURL("", "//cdn.example/a"); got != "https://cdn.example/a" {
		t.Errorf("without a base //cdn.example/a became %q", got)
	}
}

func TestURLKeysOfOneArticleAreEqual(t *testing.T) {
	for _, c := range []struct {
		key  string
		urls []string
	}{
		{"paper.example/a/b", []string{
			"https://paper.example/a/b", "http://paper.example/a/b", "https://www.paper.example/a/b/", "http://m.paper.example/a/b", "https://amp.paper.example/a/b",
			"https://mobile.paper.example/a/b", "https://paper.example/a/b/amp", "https://paper.example/a/b/amp/", "https://paper.example/a/b?utm_campaign=x#top",
			"https://paper.example/a/b/index.html", "https://paper.example/a/b?amp=1", "https://PAPER.example:443/a/b", "https://paper.example/a/b?outputType=amp", "https://www.m.paper.example/a/b",
			"https://paper-example.cdn.ampproject.org/c/s/paper.example/a/b", "https://paper-example.cdn.ampproject.org/v/s/paper.example/a/b/amp", "https://cdn.ampproject.org/c/paper.example/a/b",
			"https://www.google.com/amp/s/amp.paper.example/a/b/",
		}},
		{"paper.example/s/a", []string{"https://paper.example/s/a;jsessionid=0A1B2C.node1", "https://paper.example/s;JSESSIONID=9/a?phpsessid=77", "https://paper.example/s/a"}},
		{"paper.example/a;b=1/c", []string{"https://paper.example/a;b=1/c"}},
		{"paper.example/a?a=1&b=2", []string{"https://paper.example/a?a=1&b=2", "https://paper.example/a/?b=2&a=1&gclid=3"}},
		{"paper.example:8080/a", []string{"http://paper.example:8080/a"}},
		{"m.com/a", []string{"https://m.com/a", "https://www.m.com/a"}},
		{"paper.example?id=3", []string{"https://paper.example/?id=3", "https://paper.example/index.php?id=3"}},
		{"paper.example#!/a", []string{"https://paper.example/#!/a"}},
		{"", []string{"https://paper.example/", "https://www.paper.example", "https://paper.example/?utm_source=x", "https://paper.example/#top", "", "x", "javascript:x", "https://paper.example/index.html", "https://paper.example/amp/"}},
	} {
		for _, u := range c.urls {
			if got := urlKey(u); got != c.key {
				t.Errorf("urlKey(%q) = %q, want %q", u, got, c.key)
			}
		}
	}
	if urlKey("https://paper.example/A") == urlKey("https://paper.example/a") {
		t.Error("the case of a path tells two pages apart")
	}
}

func TestCanonicalIsCanonicalAlready(t *testing.T) {
	piece := rapid.StringOf(rapid.SampledFrom([]rune("ab%2F.Z/é ~&=?#!:@[]\\-_+;,'\"<>\t")))
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.SampledFrom([]string{"https://paper.example/", "http://www.p.vn:80", "//h.example", "/", "", "HTTP://u:p@H.example./"}).Draw(t, "head") + piece.Draw(t, "tail")
		checkURL(t, raw)
	})
}

type failer interface {
	Helper()
	Fatalf(string, ...any)
}

func checkURL(t failer, raw string) {
	t.Helper()
	once, ok := canonicalURL("https://paper.example/dir/page?q=1", raw)
	if !ok {
		if once != "" {
			t.Fatalf("%q was refused with %q", raw, once)
		}
		return
	}
	if twice, ok := canonicalURL("https://other.example/", once); !ok || twice != once {
		t.Fatalf("%q became %q, and that %q", raw, once, twice)
	}
	if link, ok := linkURL("", raw); ok {
		if again, ok := linkURL("", link); !ok || again != link {
			t.Fatalf("link %q became %q, and that %q", raw, link, again)
		}
	}
	if !strings.HasPrefix(once, "http://") && !strings.HasPrefix(once, "https://") || strings.ContainsAny(once, " \t\r\n\"<>\\") {
		t.Fatalf("%q became %q", raw, once)
	}
	if key := urlKey(once); key != "" && urlKey("https://"+key) != key {
		t.Fatalf("the key %q of %q has the key %q", key, once, urlKey("https://"+key))
	}
}

func FuzzURL(f *testing.F) {
	for _, s := range []string{"https://a.example/b?c=d#e", "//x/y", "javascript:x", "/../..", "?%zz", "http://[::1]/", "https://báo.vn/%e1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) { checkURL(t, raw) })
}

func TestIdentity(t *testing.T) {
	const u = "https://www.paper.example/a?utm_source=rss"
	for _, c := range []struct {
		name string
		d    hub.Draft
		want string
	}{
		{"the document's own id as given", hub.Draft{OriginalID: "  tag:x,2022:A#1 \n", URL: u}, "tag:x,2022:A#1"},
		{"a guid that is a link is not touched", hub.Draft{OriginalID: u, URL: u}, u},
		{"else the canonical address", hub.Draft{URL: u, Path: "x.txt"}, "https://www.paper.example/a"},
		{"else the path", hub.Draft{Path: "2022/x.txt", Title: hub.Text{Value: "T"}}, "2022/x.txt"},
	} {
		in, err := cleanDraft(c.d, hub.Document{}, Setting{Source: hub.Source{ID: "s"}})
		if err != nil || in.Item.OriginalID != c.want || in.Item.ID != hub.NewID("s", c.want) {
			t.Errorf("%s: %q %s, %v", c.name, in.Item.OriginalID, in.Item.ID, err)
		}
	}
	id := func(title, date, body string) string {
		in, err := cleanDraft(hub.Draft{Title: hub.Text{Value: title}, Published: []string{date}, Body: hub.Text{Value: body}}, hub.Document{}, Setting{})
		if err != nil {
			t.Fatal(err)
		}
		return in.Item.OriginalID
	}
	if id("A title", "2022-01-14", "x") != id("A  Title!", "14/01/2022", "y") {
		t.Error("the same title and date must be the same item, however they are written and whatever the text became")
	}
	if id("A title", "2022-01-14", "x") == id("A title", "2022-01-15", "x") || id("A", "", "x") == id("B", "", "x") || id("", "", "x") == id("", "", "y") {
		t.Error("different items must have different ids")
	}
}

func TestCanonicalLinksAreBelievedWithCare(t *testing.T) {
	for _, c := range []struct{ name, url, canonical, want string }{
		{"on the same site", "https://m.paper.example/a?x=1", "https://www.paper.example/a", "https://www.paper.example/a"},
		{"not the front page", "https://paper.example/a", "https://paper.example/", "https://paper.example/a"},
		{"not another site", "https://paper.example/a", "https://other.example/b", "https://paper.example/a"},
		{"not a relative one", "https://paper.example/a", "/b", "https://paper.example/a"},
		{"behind a redirector", "http://feedproxy.google.com/~r/x/~3/y/", "https://paper.example/a", "https://paper.example/a"},
		{"where there is no other", "", "https://paper.example/a", "https://paper.example/a"},
		{"not another scheme", "https://paper.example/a", "javascript://paper.example/b", "https://paper.example/a"},
	} {
		in, err := cleanDraft(hub.Draft{URL: c.url, Canonical: c.canonical}, hub.Document{}, Setting{})
		if err != nil || in.Item.URL != c.want {
			t.Errorf("%s: %q, %v", c.name, in.Item.URL, err)
		}
	}
}

func TestKeysSharedInADocumentTellNothing(t *testing.T) {
	d := func(id, u string) hub.Draft { return hub.Draft{OriginalID: id, URL: u, Title: hub.Text{Value: id}} }
	out, err := Document(hub.Document{Drafts: []hub.Draft{
		d("1", "https://paper.example/live"), d("2", "https://www.paper.example/live/"), d("3", "https://paper.example/c"), d("3", "https://paper.example/c"), d("4", "https://paper.example/live#x"),
	}}, Setting{})
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, in := range out {
		keys = append(keys, in.URLKey)
	}
	if got := strings.Join(keys, "|"); got != "||paper.example/c|paper.example/c|" {
		t.Errorf("keys %q", got)
	}
}

func TestAPushedLinkThatIsNoneIsNamed(t *testing.T) {
	push := Setting{Source: hub.Source{ID: "cms", Kind: hub.KindPush}}
	ok := hub.Draft{OriginalID: "1", URL: "https://paper.example/a", Title: hub.Text{Value: "T"}}
	for _, c := range []struct {
		d     hub.Draft
		place string
	}{
		{hub.Draft{OriginalID: "2", URL: "javascript:alert(1)", Title: hub.Text{Value: "T"}}, "items[1].url"},
		{hub.Draft{OriginalID: "2", URL: "/relative", Title: hub.Text{Value: "T"}}, "items[1].url"},
		{hub.Draft{OriginalID: "2", Title: hub.Text{Value: "T"}, Attachments: []hub.Attachment{{URL: "https://a.example/x"}, {URL: "ftp://a.example/x"}}}, "items[1].attachments[1].url"},
		{hub.Draft{OriginalID: "2"}, "items[1]"},
	} {
		_, err := Document(hub.Document{Drafts: []hub.Draft{ok, c.d}}, push)
		e, isHub := err.(*hub.Error)
		if !isHub || e.Kind != hub.Invalid || e.Place != c.place || e.Detail == "" {
			t.Errorf("want a mistake at %s, got %v", c.place, err)
		}
		if _, err := Document(hub.Document{Drafts: []hub.Draft{ok, c.d}}, Setting{Source: hub.Source{ID: "f", Kind: hub.KindFeed}}); err != nil {
			t.Errorf("a feed is never refused for one item: %v", err)
		}
	}
}

func TestAnAddressThatBeginsWithWWWIsAHost(t *testing.T) {
	const base = "https://tin.example/a/b"
	for raw, want := range map[string]string{
		"www.d.example/x":        "https://www.d.example/x",
		" WWW.D.example?b=1 ":    "https://www.d.example/?b=1",
		"www.báo-tin.vn/1":       "https://www.xn--bo-tin-pta.vn/1",
		"www.notes.html":         "https://tin.example/a/www.notes.html",
		"www/x":                  "https://tin.example/a/www/x",
		"www.x":                  "https://tin.example/a/www.x",
		"www.d.2026/x":           "https://tin.example/a/www.d.2026/x",
		"d.example/x":            "https://tin.example/a/d.example/x",
		"/www.d.example/x":       "https://tin.example/www.d.example/x",
		"./www.d.example/x":      "https://tin.example/a/www.d.example/x",
		"http://www.d.example/x": "http://www.d.example/x",
	} {
		if got, ok := canonicalURL(base, raw); !ok || got != want {
			t.Errorf("%q is %q, want %q", raw, got, want)
		}
	}
	if got, ok := canonicalURL("", "www.d.example/x"); !ok || got != "https://www.d.example/x" {
		t.Errorf("without a base it is %q, %v", got, ok)
	}
}
