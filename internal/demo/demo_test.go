package demo_test

import (
	"bytes"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"tinhub/internal/clean"
	"tinhub/internal/config"
	"tinhub/internal/demo"
	"tinhub/internal/hub"
	"tinhub/internal/source"
)

const site = "http://127.0.0.1:8080"

func newsroom(t *testing.T) *demo.Newsroom {
	t.Helper()
	n, err := demo.New(site)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// taken is one article as the hub's own readers give it back.
type taken struct {
	hub.Item
	section string
}

// takeIn does with the unpacked paper what the hub does: its configuration, its readers, its cleaning.
func takeIn(t *testing.T) []taken {
	t.Helper()
	n, dir := newsroom(t), t.TempDir()
	if err := n.Unpack(dir); err != nil {
		t.Fatal(err)
	}
	c, err := config.Parse(filepath.Join(dir, "tinhub.yaml"), n.Config(dir, "127.0.0.1:8080", "memory:"), nil)
	if err != nil {
		t.Fatalf("the demo's configuration is refused:\n%v", err)
	}
	if c.Site.URL != site || c.Listen != "127.0.0.1:8080" || c.Store != "memory:" || c.Site.Image != site+"/demo/logo.png" {
		t.Errorf("the configuration gives site %+v, listen %s, store %s", c.Site, c.Listen, c.Store)
	}
	var out []taken
	for _, src := range c.Sources {
		paths, err := filepath.Glob(src.Path)
		if err != nil || len(paths) == 0 {
			t.Fatalf("%s finds no files at %s (%v)", src.ID, src.Path, err)
		}
		for _, path := range paths {
			body, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			rel, err := filepath.Rel(src.Root, path)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := source.Read(source.Input{Body: body, Path: filepath.ToSlash(rel), Kind: src.Format})
			if err != nil {
				t.Errorf("%s: %v", rel, err)
				continue
			}
			items, err := clean.Document(doc, clean.Setting{Source: src, Language: c.Site.Language})
			if err != nil {
				t.Errorf("%s: %v", rel, err)
			}
			for _, in := range items {
				out = append(out, taken{in.Item, src.Sections[0]})
			}
		}
	}
	return out
}

func find(t *testing.T, all []taken, title string) taken {
	t.Helper()
	i := slices.IndexFunc(all, func(a taken) bool { return strings.HasPrefix(a.Title, title) })
	if i < 0 {
		t.Fatalf("no article is called %q…", title)
	}
	return all[i]
}

func TestThePaperIsAsLargeAsItPromises(t *testing.T) {
	all := takeIn(t)
	sections, languages, pictured, ids := map[string]int{}, map[string]int{}, 0, map[hub.ID]bool{}
	for _, a := range all {
		sections[a.section]++
		languages[a.Language]++
		if len(a.Captions) > 0 {
			pictured++
		}
		ids[a.ID] = true
	}
	if len(all) < 44 || len(ids) != len(all) {
		t.Errorf("%d articles with %d ids, want at least 44, each its own", len(all), len(ids))
	}
	if len(sections) < 6 || len(languages) != 2 || languages["vi"] < 20 || languages["en"] < 10 {
		t.Errorf("sections %v, languages %v", sections, languages)
	}
	if pictured*3 < len(all)*2 {
		t.Errorf("%d of %d have a captioned picture, want most", pictured, len(all))
	}
}

func TestEveryArticleComesOutOfTheHubsReadersWhole(t *testing.T) {
	from, until := time.Date(2026, 11, 5, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)
	for _, a := range takeIn(t) {
		t.Run(a.section+"/"+a.Title, func(t *testing.T) {
			if a.Title == "" || a.Summary == "" || len(a.Authors) != 1 || a.Authors[0].Name == "" {
				t.Errorf("title %q, lead %q, authors %v", a.Title, a.Summary, a.Authors)
			}
			if a.Published.Before(from) || !a.Published.Before(until) {
				t.Errorf("published %s", a.Published)
			}
			if _, offset := a.Published.Zone(); offset != 7*3600 {
				t.Errorf("published %s, not in the paper's zone", a.Published)
			}
			if want := map[bool]string{true: "en", false: "vi"}[a.section == "province" || a.section == "life"]; a.Language != want {
				t.Errorf("language %s, want %s", a.Language, want)
			}
			if words := len(strings.Fields(a.ContentText)); words < 60 {
				t.Errorf("the text has %d words:\n%s", words, a.ContentText)
			}
			for _, part := range []string{"Tin xem nhiều", "Most read", "Theo dõi mục", "Follow this section", "hư cấu", "RSS", "Cập nhật:", "Updated "} {
				if strings.Contains(a.ContentText, part) {
					t.Errorf("the page's furniture %q stands in the text:\n%s", part, a.ContentText)
				}
			}
			for what, s := range map[string]string{"lead": a.Summary, "title": a.Title} {
				if strings.Contains(a.ContentText, s) {
					t.Errorf("the %s stands in the text again", what)
				}
			}
			for _, line := range strings.Split(a.ContentText, "\n") {
				if line == a.Authors[0].Name {
					t.Error("the byline stands in the text")
				}
			}
			for _, c := range a.Captions {
				if c == "" || strings.Count(strings.Join(a.Captions, "\n"), c) != 1 {
					t.Errorf("captions %q", a.Captions)
				}
			}
			if !norm.NFC.IsNormalString(a.Title + a.ContentText) {
				t.Error("the text is not NFC")
			}
			if a.URL != "" && !strings.HasPrefix(a.URL, site+"/demo/") || a.Image != "" && !strings.HasPrefix(a.Image, site+"/demo/pictures/") {
				t.Errorf("url %s, image %s", a.URL, a.Image)
			}
		})
	}
}

// The files are read here in the plainest way, so that a paragraph lost anywhere on its way is missed.
func TestNoParagraphIsLostOrDoubled(t *testing.T) {
	all := takeIn(t)
	paths, err := filepath.Glob("articles/*/*.txt")
	if err != nil || len(paths) != len(all) {
		t.Fatalf("%d files for %d articles (%v)", len(paths), len(all), err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		head, body, _ := strings.Cut(string(data), "\n---\n")
		title, _, _ := strings.Cut(strings.TrimPrefix(head, "title: "), "\n")
		a := find(t, all, title)
		blocks := strings.Split(strings.TrimSpace(body), "\n\n")
		if a.Summary != blocks[0] {
			t.Errorf("%s: the lead is %q", path, a.Summary)
		}
		at := 0
		for _, b := range blocks[1:] {
			b = strings.TrimLeft(b, "#>!- ")
			if strings.HasPrefix(b, "| ") || strings.HasPrefix(b, "[[") {
				continue
			}
			first, _, _ := strings.Cut(b, "\n") // of a list
			i := strings.Index(a.ContentText[at:], first)
			if i < 0 || strings.Count(a.ContentText, first) != 1 {
				t.Errorf("%s: not there once and in its place: %q in\n%s", path, first, a.ContentText)
				continue
			}
			at += i
		}
	}
}

func TestPairsNameEachOther(t *testing.T) {
	all := takeIn(t)
	pairs := 0
	for _, a := range all {
		for _, alt := range a.Alternates {
			if alt.URL == "" {
				continue
			}
			pairs++
			i := slices.IndexFunc(all, func(b taken) bool { return b.URL == alt.URL })
			if i < 0 || all[i].Language != alt.Language || all[i].Language == a.Language {
				t.Errorf("%s names %+v", a.URL, alt)
				continue
			}
			if !slices.Contains(all[i].Alternates, hub.Alternate{Language: a.Language, URL: a.URL}) {
				t.Errorf("%s does not name %s back", alt.URL, a.URL)
			}
		}
	}
	if pairs != 8 {
		t.Errorf("%d halves of pairs, want 8", pairs)
	}
}

func TestTheSpecialArticlesAreThere(t *testing.T) {
	all := takeIn(t)
	corrected := find(t, all, "Mưa lớn trái mùa")
	if want := time.Date(2026, 11, 17, 1, 5, 0, 0, time.UTC); !corrected.Modified.Equal(want) || !strings.Contains(corrected.ContentText, "Đính chính:") {
		t.Errorf("the corrected article: modified %s, text\n%s", corrected.Modified, corrected.ContentText)
	}
	if two := find(t, all, "Đêm hoa đăng"); len(two.Captions) != 2 {
		t.Errorf("the article with two pictures has the captions %q", two.Captions)
	}
	if table := find(t, all, "Triều cường cuối tuần"); !strings.Contains(table.ContentHTML, "<td>1,48 m</td>") {
		t.Errorf("the article with a table:\n%s", table.ContentHTML)
	}
	if list := find(t, all, "Nuôi tôm hai giai đoạn"); strings.Count(list.ContentHTML, "<li>") != 4 {
		t.Errorf("the article with a list:\n%s", list.ContentHTML)
	}
	if long := find(t, all, "Một năm theo con nước"); len(strings.Fields(long.ContentText)) < 700 || strings.Count(long.ContentHTML, "<h2") < 5 {
		t.Errorf("the long read has %d words:\n%s", len(strings.Fields(long.ContentText)), long.ContentHTML)
	}
	furnished := find(t, all, "Sông Xanh FC thắng ngược")
	if len(furnished.Alternates) != 1 || furnished.Alternates[0].Language != "en" || furnished.Authors[0].Name != "Minh Khoa" {
		t.Errorf("the text with furniture: alternates %v, authors %v", furnished.Alternates, furnished.Authors)
	}
}

func get(t *testing.T, h http.Handler, path string, header ...string) (*http.Response, []byte) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Result(), body
}

var links = regexp.MustCompile(`(?:href|src|content)="` + regexp.QuoteMeta(site) + `(/[^"#]*)`)

// Links outside /demo/ lead into the hub, which this room does not serve.
func TestEveryLinkOfThePaperLeadsSomewhere(t *testing.T) {
	h := newsroom(t).Handler()
	seen, queue, pictures := map[string]bool{"/demo/": true}, []string{"/demo/"}, 0
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		res, body := get(t, h, path)
		if res.StatusCode != http.StatusOK {
			t.Errorf("%s answers %d", path, res.StatusCode)
			continue
		}
		if strings.HasSuffix(path, ".jpg") {
			pictures++
			if c, err := jpeg.DecodeConfig(bytes.NewReader(body)); err != nil || c.Width != 960 || c.Height != 540 {
				t.Errorf("%s is %+v (%v)", path, c, err)
			}
			continue
		}
		for _, m := range links.FindAllSubmatch(body, -1) {
			if next := string(m[1]); strings.HasPrefix(next, "/demo/") && !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	if len(seen) < 44+16 || pictures < 16 {
		t.Errorf("%d addresses and %d pictures were found", len(seen), pictures)
	}
}

func TestAServedPageCountsItsReadersUnderTheHubsID(t *testing.T) {
	h := newsroom(t).Handler()
	for _, a := range takeIn(t) {
		if a.URL == "" {
			continue
		}
		_, body := get(t, h, strings.TrimPrefix(a.URL, site))
		if !bytes.Contains(body, []byte(`src="`+site+`/views.gif?id=`+a.ID.Bare()+`"`)) {
			t.Errorf("%s does not count views of %s", a.URL, a.ID)
		}
		if !bytes.Contains(body, []byte(`<link rel="canonical" href="`+a.URL+`">`)) || !bytes.Contains(body, []byte(`<html lang="`+a.Language+`">`)) {
			t.Errorf("%s names another canonical address or language", a.URL)
		}
	}
}

func TestPagesAreServedWithTheirHeaders(t *testing.T) {
	h := newsroom(t).Handler()
	const page = "/demo/thoi-su/cau-lach-dao-thong-xe.html"
	res, body := get(t, h, page)
	if ct := res.Header.Get("Content-Type"); ct != "text/html; charset=utf-8" {
		t.Errorf("Content-Type %s", ct)
	}
	if res.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(res.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("headers %v", res.Header)
	}
	if again, _ := get(t, h, page, "If-Modified-Since", res.Header.Get("Last-Modified")); again.StatusCode != http.StatusNotModified {
		t.Errorf("a page that did not change answers %d", again.StatusCode)
	}
	if _, second := get(t, h, page); !bytes.Equal(body, second) {
		t.Error("two readings of one page differ")
	}
	for path, status := range map[string]int{
		"/demo/logo.svg": 200, "/demo/logo.png": 200, "/demo/pictures/logo.svg": 404, "/demo/pictures/none.jpg": 404, "/demo/none": 404,
		"/demo/thoi-su/none.html": 404, "/demo/thoi-su/cau-lach-dao-thong-xe": 404, "/demo/bridge.jpg": 404, "/demo/pictures/svg": 404,
	} {
		if res, _ := get(t, h, path); res.StatusCode != status {
			t.Errorf("%s answers %d, want %d", path, res.StatusCode, status)
		}
	}
}

func TestUnpackingTwiceGivesTheSameBytes(t *testing.T) {
	read := func() map[string]string {
		dir, out := t.TempDir(), map[string]string{}
		if err := newsroom(t).Unpack(dir); err != nil {
			t.Fatal(err)
		}
		paths, err := filepath.Glob(dir + "/*/*")
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range paths {
			b, err := os.ReadFile(p)
			if err != nil {
				t.Fatal(err)
			}
			out[strings.TrimPrefix(p, dir)] = string(b)
		}
		return out
	}
	a, b := read(), read()
	if len(a) < 39 || len(a) != len(b) {
		t.Fatalf("%d and %d files", len(a), len(b))
	}
	for name, text := range a {
		if b[name] != text {
			t.Errorf("%s differs", name)
		}
		if strings.Contains(text, "views.gif") {
			t.Errorf("%s carries the view counter into the hub", name)
		}
	}
}

func TestConfigurationsHoldAnyFolder(t *testing.T) {
	for _, dir := range []string{`/tmp/a b`, `/tmp/it's "here": #1`, `/tmp/[x]*?\`, "/tmp/tiếng Việt"} {
		c, err := config.Parse("/etc/tinhub.yaml", newsroom(t).Config(dir, ":0", "memory:"), nil)
		if err != nil {
			t.Errorf("%s: %v", dir, err)
			continue
		}
		if ok, err := filepath.Match(c.Sources[0].Path, filepath.Join(dir, "thoi-su", "a.html")); err != nil || !ok {
			t.Errorf("%s: %s does not find its files (%v)", dir, c.Sources[0].Path, err)
		}
	}
}

func TestASiteURLThatIsNoneIsRefused(t *testing.T) {
	for _, u := range []string{"", "127.0.0.1:8080", "ftp://x.example", "/demo", "http://"} {
		if _, err := demo.New(u); err == nil {
			t.Errorf("%q is accepted", u)
		}
	}
	n, err := demo.New("https://news.example/hub/")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(n.Config("/d", ":1", "memory:"), []byte(`url: "https://news.example/hub"`)) {
		t.Error("the trailing slash stays")
	}
}
