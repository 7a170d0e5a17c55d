package web

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/html"

	"tinhub/internal/hub"
)

// evil is text that does harm wherever it is taken for markup, a URL or a script.
const evil = `"><script>alert(1)</script><img src=x onerror=alert(1)>'</style></title><!--{{.}}` + "\u2028</script>"

func evilHouse() *house {
	h := newHouse()
	h.site.Title, h.site.Description, h.site.Rights = "Báo "+evil, evil, evil
	h.site.Image = "javascript:alert(1)"
	h.sections = []hub.Section{{ID: `x"><script>alert(1)`, Title: evil, Description: evil, Language: `vi"><script>`}}
	at := noon.In(saigon())
	bad := hub.Record{State: hub.StateLive, Sections: []string{h.sections[0].ID}, Item: hub.Item{
		ID: idNews, Source: evil, OriginalID: evil, URL: "javascript:alert(1)", Title: evil, Summary: evil, ContentText: evil + "\n" + evil,
		Image: "javascript:alert(1)", Published: at, Modified: at.Add(time.Hour), OriginalDate: evil, Language: `en"><script>`,
		Authors: []hub.Author{{Name: evil, URL: "javascript:alert(1)"}}, Tags: []string{evil},
		Pictures:    []hub.Picture{{URL: "https://x.example/a.jpg?" + evil, Alt: evil, Caption: evil, Credit: evil}, {URL: "javascript:alert(1)"}},
		Captions:    []string{evil + "2"},
		Attachments: []hub.Attachment{{URL: "javascript:alert(1)", Title: evil, Type: evil}},
		Alternates:  []hub.Alternate{{Language: evil, URL: "https://x.example/" + evil}, {Language: "en", URL: "javascript:alert(1)"}},
		Via:         &hub.Via{Title: evil, URL: "javascript:alert(1)"}, Paywalled: true,
	}}
	second := bad
	second.ID, second.Image = idOwn, "https://x.example/b.jpg?"+evil
	h.put(bad, second, hub.Record{State: hub.StateRetracted, Item: hub.Item{ID: idOut}, Retraction: &hub.Retraction{Reason: evil, Note: evil}})
	h.snaps = map[string]*hub.Snapshot{}
	h.freeze("all", second, bad)
	h.freeze(h.sections[0].ID, bad, second)
	h.popular = h.snaps
	h.ranked = []hub.Ranked{{ID: idNews, Views: 1}, {ID: idOwn, Views: 1}}
	return h
}

func TestHostileTextNeverBecomesMarkup(t *testing.T) {
	h := evilHouse()
	door := h.door(t)
	section := "x%22%3E%3Cscript%3Ealert(1)"
	for _, path := range []string{
		"/", "/feeds", "/feeds/all", "/feeds/" + section, "/items/" + idNews.Bare(), "/items/" + idOwn.Bare(), "/items/" + idOut.Bare(),
		"/embed/all?layout=cards&from=%22%3E%3Cscript%3E", "/embed/" + section, "/feeds/%22%3E%3Cscript%3Ealert(1)", "/%3Cscript%3E",
	} {
		w := ask(door, "GET "+path, "", browserAccept)
		if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
			t.Errorf("%s is %d %s", path, w.Code, w.Header().Get("Content-Type"))
		}
		checkPage(t, path, w.Body.String())
		policy := w.Header().Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "script-src") {
			t.Errorf("%s has the policy %q", path, policy)
		}
		if framed := strings.HasPrefix(path, "/embed/"); framed == (w.Header().Get("X-Frame-Options") == "DENY") {
			t.Errorf("%s: framing is wrong", path)
		}
	}
}

// checkPage reads a page as a browser does and looks for what runs, or leads where it must not.
func checkPage(t *testing.T, path, page string) {
	t.Helper()
	z := html.NewTokenizer(strings.NewReader(page))
	for {
		switch z.Next() {
		case html.ErrorToken:
			if z.Err() != io.EOF {
				t.Errorf("%s: %v", path, z.Err())
			}
			return
		case html.CommentToken:
			t.Errorf("%s has a comment: %s", path, z.Raw())
		case html.StartTagToken, html.SelfClosingTagToken:
			tok := z.Token()
			for _, a := range tok.Attr {
				value := strings.ToLower(strings.TrimSpace(a.Val))
				switch {
				case strings.HasPrefix(a.Key, "on"), a.Key == "style", a.Key == "srcdoc":
					t.Errorf("%s: %s", path, tok)
				case (a.Key == "href" || a.Key == "src") && strings.HasPrefix(value, "javascript:"):
					t.Errorf("%s: %s", path, tok)
				case a.Key == "target" && value == "_blank" && !strings.Contains(tok.String(), `rel="noopener"`):
					t.Errorf("%s: %s", path, tok)
				}
			}
			switch tok.Data {
			case "script":
				if tok.String() != `<script type="application/ld+json">` {
					t.Errorf("%s: %s", path, tok)
				}
				z.Next()
				text := string(z.Raw())
				if strings.Contains(text, "<") {
					t.Errorf("%s: linked data with markup in it: %s", path, text)
				}
				var ld map[string]any
				if err := json.Unmarshal([]byte(text), &ld); err != nil || ld["@type"] != "NewsArticle" || ld["headline"] == "" {
					t.Errorf("%s: linked data %s: %v", path, text, err)
				}
			case "img":
				if strings.Contains(tok.String(), `src="x"`) {
					t.Errorf("%s: %s", path, tok)
				}
			case "style", "iframe", "object", "base", "form":
				t.Errorf("%s: %s", path, tok)
			}
		}
	}
}

// full is a house with as much on its pages as there may be.
func fullHouse() *house {
	h := newHouse()
	h.sections = nil
	h.snaps = map[string]*hub.Snapshot{}
	var all []hub.Record
	for s := range 12 {
		id := fmt.Sprintf("chuyen-muc-%d", s)
		h.sections = append(h.sections, hub.Section{ID: id, Title: fmt.Sprintf("Chuyên mục số %d", s), Language: "vi"})
		var items []hub.Record
		for i := range hub.FeedSize {
			r := h.records[idNews]
			r.ID = hub.NewID(id, strconv.Itoa(i))
			r.Title = "Đảng bộ Khối các cơ quan tỉnh và khối doanh nghiệp tỉnh tổng kết công tác xây dựng Đảng"
			r.Summary = strings.Repeat("Sáng 14-1, Đảng ủy Khối đã tổng kết thực hiện nhiệm vụ công tác năm qua. ", 8)
			r.Sections = []string{id}
			items = append(items, r)
			h.put(r)
		}
		h.freeze(id, items...)
		all = append(all, items[:5]...)
	}
	h.freeze("all", all[:hub.FeedSize]...)
	h.popular = h.snaps
	for _, r := range all {
		h.ranked = append(h.ranked, hub.Ranked{ID: r.ID, Views: 3})
	}
	return h
}

func TestPagesAreSmallAndAskNobodyElse(t *testing.T) {
	h := fullHouse()
	door := h.door(t)
	for _, path := range []string{"/", "/feeds", "/feeds/chuyen-muc-3", "/feeds/all", "/items/" + hub.NewID("chuyen-muc-1", "1").Bare(), "/embed/all?limit=50"} {
		w := ask(door, "GET "+path, "", browserAccept)
		if w.Code != 200 {
			t.Fatalf("%s is %d", path, w.Code)
		}
		page := w.Body.String()
		size := len(page)
		for _, link := range regexp.MustCompile(`<link rel="(?:stylesheet|icon)"[^>]* href="([^"]+)"`).FindAllStringSubmatch(page, -1) {
			if !strings.HasPrefix(link[1], "/assets/") {
				t.Errorf("%s loads %s", path, link[1])
			}
			a := ask(door, "GET "+link[1], "")
			if a.Code != 200 || !strings.Contains(a.Header().Get("Cache-Control"), "immutable") {
				t.Errorf("%s is %d, %s", link[1], a.Code, a.Header().Get("Cache-Control"))
			}
			size += a.Body.Len()
		}
		if size > 64<<10 || len(page) > 50<<10 {
			t.Errorf("%s has %d bytes, %d with its style sheet", path, len(page), size)
		}
		if z := ask(door, "GET "+path, "", browserAccept, "Accept-Encoding: gzip"); z.Body.Len() > 20<<10 || z.Header().Get("Content-Encoding") != "gzip" {
			t.Errorf("%s has %d bytes compressed", path, z.Body.Len())
		}
		checkPage(t, path, page)
	}
}

func TestPagesCanBeReadWithoutEyes(t *testing.T) {
	door := fullHouse().door(t)
	for _, path := range []string{"/", "/feeds", "/feeds/all", "/items/" + hub.NewID("chuyen-muc-1", "1").Bare(), "/nix"} {
		doc, err := html.Parse(ask(door, "GET "+path, "", browserAccept).Body)
		if err != nil {
			t.Fatal(err)
		}
		count, ids := map[string]int{}, map[string]int{}
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			count[n.Data]++
			attr := map[string]string{}
			for _, a := range n.Attr {
				attr[a.Key] = a.Val
			}
			if id, ok := attr["id"]; ok {
				ids[id]++
			}
			if _, ok := attr["alt"]; n.Data == "img" && !ok {
				t.Errorf("%s has a picture without alt", path)
			}
			if n.Data == "html" && attr["lang"] == "" {
				t.Errorf("%s says no language", path)
			}
			if n.Data == "nav" && attr["aria-label"] == "" {
				t.Errorf("%s has a navigation without a name", path)
			}
		}
		if count["h1"] != 1 || count["main"] != 1 || count["header"] == 0 || count["footer"] == 0 || ids["main"] != 1 {
			t.Errorf("%s has landmarks %v", path, count)
		}
		for id, n := range ids {
			if n > 1 {
				t.Errorf("%s has %d elements with the id %s", path, n, id)
			}
		}
	}
}

func TestColoursStandOutEnough(t *testing.T) {
	sheet, err := files.ReadFile("static/site.css")
	if err != nil {
		t.Fatal(err)
	}
	schemes := regexp.MustCompile(`(?s):root \{(.*?)\n\s*\}`).FindAllStringSubmatch(string(sheet), -1)
	if len(schemes) != 2 {
		t.Fatalf("%d colour schemes, want light and dark", len(schemes))
	}
	for i, name := range []string{"light", "dark"} {
		colour := map[string]float64{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]+);`).FindAllStringSubmatch(schemes[i][1], -1) {
			colour[m[1]] = luminance(t, m[2])
		}
		for _, pair := range [][2]string{{"ink", "paper"}, {"ink", "wash"}, {"soft", "paper"}, {"soft", "wash"}, {"red", "paper"}, {"red", "wash"}, {"on-red", "red"}, {"link", "paper"}} {
			a, b := colour[pair[0]], colour[pair[1]]
			// WCAG 2.2 §1.4.3: 4.5 to 1.
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 4.5 {
				t.Errorf("%s: %s on %s is %.2f to 1", name, pair[0], pair[1], ratio)
			}
		}
	}
}

func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		t.Fatal(err)
	}
	linear := func(c uint64) float64 {
		v := float64(c&0xff) / 255
		if v <= 0.04045 {
			return v / 12.92
		}
		return math.Pow((v+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(n>>16) + 0.7152*linear(n>>8) + 0.0722*linear(n)
}

func TestEveryLanguageHasAllItsWords(t *testing.T) {
	for _, words := range []*texts{&vietnamese, &english} {
		v := reflect.ValueOf(*words)
		for i := range v.NumField() {
			if v.Field(i).String() == "" {
				t.Errorf("%s lacks %s", words.Lang, v.Type().Field(i).Name)
			}
		}
	}
	if textsFor("vi-VN") != &vietnamese || textsFor("en-GB") != &english || textsFor("") != &english {
		t.Error("a language gets the wrong words")
	}
	for n, want := range map[uint64]string{0: "0", 7: "7", 999: "999", 1000: "1.000", 1234567: "1.234.567", 1000000: "1.000.000"} {
		if got := vietnamese.number(n); got != want {
			t.Errorf("%d is %q, want %q", n, got, want)
		}
	}
}

func TestARetractionIsGoneFromPagesWithTheNextSnapshot(t *testing.T) {
	h := newHouse()
	door := h.door(t)
	before := ask(door, "GET /", "")
	h.mu.Lock()
	h.freeze("all", h.records[idOwn])
	h.freeze("xay-dung-dang", h.records[idOwn])
	h.popular = h.snaps
	h.mu.Unlock()
	for _, path := range []string{"/", "/feeds/xay-dung-dang", "/feeds/all", "/feeds", "/embed/all"} {
		if w := ask(door, "GET "+path, ""); strings.Contains(w.Body.String(), "Hội nghị tổng kết") {
			t.Errorf("%s still shows it", path)
		}
	}
	if w := ask(door, "GET /", "", "If-None-Match: "+before.Header().Get("Etag")); w.Code != 200 {
		t.Errorf("the old page's tag is %d", w.Code)
	}
}

func TestAFirstReadingShowsInTheMostReadBox(t *testing.T) {
	h := newHouse()
	h.ranked = nil
	door := h.door(t)
	if w := ask(door, "GET /", ""); !strings.Contains(w.Body.String(), vietnamese.NoViews) {
		t.Error("a box without readings says nothing")
	}
	h.ranked = []hub.Ranked{{ID: idNews, Views: 1}} // the order, and so the snapshot, is what it was
	if w := ask(door, "GET /", ""); strings.Contains(w.Body.String(), vietnamese.NoViews) {
		t.Error("the first reading does not show")
	}
}

func TestAPageDoesNotWaitForItsMostReadBox(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse()
		h.rankHangs = true
		door := h.door(t)
		for _, path := range []string{"/", "/feeds/all"} {
			began := time.Now()
			w := ask(door, "GET "+path, "")
			if took := time.Since(began); w.Code != 200 || took > boxWait || !strings.Contains(w.Body.String(), "Hội nghị tổng kết") {
				t.Errorf("%s: %d after %s", path, w.Code, took)
			}
		}
	})
}

func TestAPageTheSameIsNotSentAgain(t *testing.T) {
	door := newHouse().door(t)
	for _, path := range []string{"/", "/feeds", "/feeds/all", "/items/" + idNews.Bare(), "/embed/all", "/embed.js"} {
		w := ask(door, "GET "+path, "", browserAccept)
		if w := ask(door, "GET "+path, "", browserAccept, "Accept-Encoding: gzip", "If-None-Match: "+w.Header().Get("Etag")); w.Code != 304 {
			t.Errorf("%s is %d", path, w.Code)
		}
	}
}

func TestTheEmbedsScriptSetsTextAsText(t *testing.T) {
	script := ask(newHouse().door(t), "GET /embed.js", "").Body.String()
	for _, forbidden := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", ".style", "cookie", "localStorage"} {
		if strings.Contains(script, forbidden) {
			t.Errorf("the script uses %s", forbidden)
		}
	}
	if len(script) > 8<<10 {
		t.Errorf("the script has %d bytes", len(script))
	}
}

func TestPicturesAndCaptionsStandOnAnItemsPageOnce(t *testing.T) {
	h := newHouse()
	r := h.records[idNews]
	r.Pictures = append(r.Pictures, hub.Picture{URL: "https://news.example/2.jpg?a=1&b=2", Caption: "Trong bài"}, hub.Picture{URL: "https://news.example/3.jpg", Caption: "Cuối bài"})
	r.ContentHTML = `<p>Bài.</p><figure><img src="https://news.example/2.jpg?a=1&amp;b=2" alt=""/><figcaption>Trong bài</figcaption></figure>`
	r.Captions = []string{"Quang cảnh", "Trong bài", "Cuối bài", "Ảnh không có địa chỉ"}
	h.put(r)
	page := ask(h.door(t), "GET /items/"+idNews.Bare(), "", browserAccept).Body.String()
	_, page, _ = strings.Cut(page, "<main")
	page, _, _ = strings.Cut(page, "<aside")
	for _, once := range []string{`src="https://news.example/1.jpg"`, "2.jpg?", "3.jpg", "Quang cảnh", "Trong bài", "Cuối bài", "Ảnh không có địa chỉ"} {
		if n := strings.Count(page, once); n != 1 {
			t.Errorf("%s stands on the page %d times", once, n)
		}
	}
}
