package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"
)

const wholeHouse = `
site: {title: Báo Sông Xanh, url: SITE, language: vi, timezone: Asia/Ho_Chi_Minh}
listen: LISTEN
store: STORE
sections:
  - {id: thoi-su, title: Thời sự}
  - {id: news, title: News, language: en}
  - {id: trong, title: Trống}
sources:
  - {id: feed, kind: feed, url: ORIGIN/rss.xml, section: thoi-su, every: 1s}
  - {id: broken, kind: feed, url: ORIGIN/broken.xml, section: thoi-su, every: 1s}
  - {id: page, kind: page, url: ORIGIN/page.html, section: news, every: 1s}
  - {id: files, kind: files, path: articles/*.txt, section: thoi-su, every: 1s}
  - {id: cms, kind: push, section: news, key: ` + pushKey + `}
fetch: {allow_private_networks: true}
admin: {token: ` + adminToken + `}
views: {dedupe: 30m}
`

// origin plays the sources' own servers. Validators are compared to the letter.
func origin(t *testing.T) (*httptest.Server, *atomic.Int64) {
	t.Helper()
	var notModified atomic.Int64
	feed, err := os.ReadFile("testdata/origin/rss.xml")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("testdata/origin/page.html")
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/rss.xml", func(w http.ResponseWriter, r *http.Request) {
		const tag = `W/"odd tag, with comma"`
		if r.Header.Get("If-None-Match") == tag {
			notModified.Add(1)
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("ETag", tag)
		w.Header().Set("Content-Type", "application/rss+xml")
		w.Write(feed)
	})
	mux.HandleFunc("/page.html", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(page)
	})
	mux.HandleFunc("/broken.xml", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		w.Write([]byte("<!doctype html><title>Down for maintenance</title>"))
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s, &notModified
}

func openHouse(t *testing.T, store string) (*process, *atomic.Int64) {
	t.Helper()
	o, notModified := origin(t)
	dir, url := house(t, store, strings.ReplaceAll(wholeHouse, "ORIGIN", o.URL))
	dump, err := os.ReadFile("testdata/origin/dump.txt")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "articles", "dump.txt"), string(dump))
	return start(t, dir, url), notModified
}

func (p *process) feed(section, format string) *gofeed.Feed {
	p.t.Helper()
	r := p.must(http.MethodGet, "/feeds/"+section+"."+format, http.StatusOK, "")
	f, err := gofeed.NewParser().Parse(bytes.NewReader(r.body))
	if err != nil {
		p.t.Fatalf("gofeed on %s.%s: %v\n%s", section, format, err, r.body)
	}
	return f
}

func titles(f *gofeed.Feed) []string {
	var list []string
	for _, i := range f.Items {
		list = append(list, i.Title)
	}
	return list
}

func TestArticlesComeInAndEverySectionCanBeSubscribedTo(t *testing.T) {
	for name, store := range storeURLs(t) {
		t.Run(name, func(t *testing.T) {
			p, notModified := openHouse(t, store)
			got := p.push("application/json", `{"id":"cms-1","title":"School opens <b>early</b> &amp; well","content_html":"<p>Text.</p>","date_published":"2026-11-18T08:00:00+07:00"}`)
			if len(got) != 1 || got[0].Change != "created" || got[0].Seq == 0 {
				t.Fatalf("push answered %+v", got)
			}
			p.until("all sources are in", func() error {
				if n := len(p.feed("all", "rss").Items); n != 6 {
					return fmt.Errorf("%d items", n)
				}
				return nil
			})
			for _, section := range []string{"all", "thoi-su", "news"} {
				rss, atom, js := p.feed(section, "rss"), p.feed(section, "atom"), p.feed(section, "json")
				if !slices.Equal(titles(rss), titles(atom)) || !slices.Equal(titles(rss), titles(js)) {
					t.Errorf("%s: titles differ:\n%q\n%q\n%q", section, titles(rss), titles(atom), titles(js))
				}
				for i := range rss.Items {
					a, b, c := rss.Items[i], atom.Items[i], js.Items[i]
					if a.GUID != b.GUID || a.GUID != c.GUID || !strings.HasPrefix(a.GUID, "urn:uuid:") {
						t.Errorf("%s item %d: guids %s %s %s", section, i, a.GUID, b.GUID, c.GUID)
					}
					if !a.PublishedParsed.Equal(*b.PublishedParsed) || !a.PublishedParsed.Equal(*c.PublishedParsed) {
						t.Errorf("%s item %d: dates %s %s %s", section, i, a.Published, b.Published, c.Published)
					}
				}
			}
			if n := len(p.feed("trong", "rss").Items); n != 0 {
				t.Errorf("an empty section has %d items", n)
			}
			p.until("the source answers 304 to its own validator", func() error {
				if notModified.Load() == 0 {
					return fmt.Errorf("no conditional request yet")
				}
				return nil
			})
			metrics := string(p.must(http.MethodGet, "/metrics", http.StatusOK, "").body)
			if !strings.Contains(metrics, `tinhub_source_fetches_total{outcome="document",source="broken"}`) {
				t.Error("the failing source is not named in /metrics")
			}
		})
	}
}

func TestAFeedsBytesAndTagChangeOnlyWithItsItems(t *testing.T) {
	for name, store := range storeURLs(t) {
		t.Run(name, func(t *testing.T) {
			dir, url := house(t, store, pushHouse)
			p := start(t, dir, url)
			p.push("application/json", `{"id":"1","url":"https://sx.example/1","title":"Một","content_text":"Một."}`)
			first := map[string]reply{}
			for _, ext := range []string{"rss", "atom", "json"} {
				first[ext] = p.must(http.MethodGet, "/feeds/news."+ext, http.StatusOK, "")
			}
			p.push("application/json", `{"id":"1","url":"https://sx.example/1","title":"Một","content_text":"Một."}`)
			if _, code := p.stop(); code != 0 {
				t.Fatalf("exit %d:\n%s", code, p.stderr)
			}
			time.Sleep(1100 * time.Millisecond) // another second on the clock
			p = start(t, dir, url)
			for ext, was := range first {
				is := p.must(http.MethodGet, "/feeds/news."+ext, http.StatusOK, "")
				if !bytes.Equal(was.body, is.body) || was.Header.Get("ETag") != is.Header.Get("ETag") {
					t.Errorf("%s changed over a restart:\n%s\n%s", ext, was.body, is.body)
				}
				p.must(http.MethodGet, "/feeds/news."+ext, http.StatusNotModified, "", "If-None-Match", was.Header.Get("ETag"))
				head := p.must(http.MethodHead, "/feeds/news."+ext, http.StatusOK, "")
				if head.Header.Get("Content-Length") != fmt.Sprint(len(is.body)) {
					t.Errorf("HEAD says %s bytes, GET gives %d", head.Header.Get("Content-Length"), len(is.body))
				}
			}
			p.push("application/json", `{"id":"1","url":"https://sx.example/1","title":"Một, sửa","content_text":"Một."}`)
			p.until("the correction shows", func() error {
				_, err := p.get(http.StatusOK, "/feeds/news.rss", "If-None-Match", first["rss"].Header.Get("ETag"))
				return err
			})
		})
	}
}

const pushHouse = `
site: {title: Sông Xanh, url: SITE, language: vi, timezone: Asia/Ho_Chi_Minh}
listen: LISTEN
store: STORE
sections: [{id: news, title: News}]
sources: [{id: cms, kind: push, section: news, key: ` + pushKey + `}]
admin: {token: ` + adminToken + `}
`

func TestARetractedItemIsOutOfEverythingAtOnceAndStaysOut(t *testing.T) {
	for name, store := range storeURLs(t) {
		t.Run(name, func(t *testing.T) {
			dir, url := house(t, store, pushHouse)
			p := start(t, dir, url)
			const article = `{"id":"1","url":"https://sx.example/1","title":"Tin sai","content_text":"Sai."}`
			id := p.push("application/json", article)[0].ID
			p.must(http.MethodPost, "/api/items/"+id+"/retract", http.StatusUnauthorized, `{"reason":"x"}`)
			r := p.must(http.MethodPost, "/api/items/"+id+"/retract", http.StatusOK, `{"reason":"Sai tên nhân vật","note":"gọi luật sư"}`,
				"Authorization", "Bearer "+adminToken, "Content-Type", "application/json")
			if !strings.Contains(string(r.body), `"retracted"`) {
				t.Errorf("answer %s", r.body)
			}
			// No waiting here: the answer promises that it is out.
			for _, path := range []string{"/feeds/news.rss", "/feeds/news.atom", "/feeds/news.json", "/feeds/all.rss", "/feeds/all/popular.json", "/", "/feeds/news", "/embed/news"} {
				if b := p.must(http.MethodGet, path, http.StatusOK, "").body; bytes.Contains(b, []byte("Tin sai")) {
					t.Errorf("%s still has it", path)
				}
			}
			gone := p.must(http.MethodGet, "/items/"+id, http.StatusGone, "")
			if !bytes.Contains(gone.body, []byte("Sai tên nhân vật")) || bytes.Contains(gone.body, []byte("luật sư")) {
				t.Errorf("the 410 must have the reason and not the note: %s", gone.body)
			}
			if again := p.push("application/json", article)[0]; again.Change != "retracted" || again.ID != id {
				t.Errorf("sent again: %+v", again)
			}
			out := p.verb("restore", id)
			if !strings.Contains(out, `"live"`) {
				t.Errorf("restore printed %s", out)
			}
			// On Redis the verb writes to the store itself, and the daemon hears of it from the log.
			p.until("the restored item is back", func() error {
				if n := len(p.feed("news", "json").Items); n != 1 {
					return fmt.Errorf("%d items", n)
				}
				return nil
			})
			p.must(http.MethodDelete, "/api/sources/cms/items?original_id=1", http.StatusOK, "", "Authorization", "Bearer "+pushKey)
			if len(p.feed("news", "json").Items) != 0 {
				t.Error("the source's own DELETE left it in")
			}
			if back := p.push("application/json", strings.Replace(article, `"id"`, `"_tinhub":{"restore":true},"id"`, 1))[0]; back.Change != "restored" {
				t.Errorf("restore by push: %+v", back)
			}
			var log struct{ Events []struct{ Type string } }
			if err := json.Unmarshal(p.must(http.MethodGet, "/api/events?since=0", http.StatusOK, "").body, &log); err != nil {
				t.Fatal(err)
			}
			var types []string
			for _, e := range log.Events {
				types = append(types, e.Type)
			}
			if want := []string{"created", "retracted", "restored", "retracted", "restored"}; !slices.Equal(types, want) {
				t.Errorf("the log has %v, want %v", types, want)
			}
		})
	}
}

// A CMS names a page by ?original_id=. The page's own canonical URL stands above that as its identity, but the CMS must
// be able to take it out, and to send it again from another address, by the name it gave.
func TestAPushedPageIsKnownByTheNameItsCMSGaveIt(t *testing.T) {
	for name, store := range storeURLs(t) {
		t.Run(name, func(t *testing.T) {
			dir, url := house(t, store, pushHouse)
			p := start(t, dir, url)
			page, err := os.ReadFile("testdata/origin/page.html")
			if err != nil {
				t.Fatal(err)
			}
			send := func(page string) pushed {
				r := p.must(http.MethodPost, "/api/sources/cms/items?original_id=cms-7", http.StatusOK, page,
					"Content-Type", "text/html; charset=utf-8", "Authorization", "Bearer "+pushKey)
				var answer struct{ Items []pushed }
				if err := json.Unmarshal(r.body, &answer); err != nil || len(answer.Items) != 1 {
					t.Fatalf("%v: %s", err, r.body)
				}
				return answer.Items[0]
			}
			first := send(string(page))
			moved := send(strings.ReplaceAll(string(page), "/en/night-ferry.html", "/en/2026/night-ferry-returns.html"))
			if moved.ID != first.ID || moved.Change != "updated" {
				t.Errorf("from its new address it is %+v, first it was %+v", moved, first)
			}
			p.must(http.MethodDelete, "/api/sources/cms/items?original_id=cms-7", http.StatusOK, "", "Authorization", "Bearer "+pushKey)
			p.must(http.MethodGet, "/items/"+first.ID, http.StatusGone, "")
		})
	}
}

// verb runs another verb of the same binary in the house, beside the running daemon.
func (p *process) verb(args ...string) string {
	p.t.Helper()
	path, err := binary()
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = p.dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		p.t.Fatalf("tinhub %v: %v\n%s", args, err, stderr.String())
	}
	return string(out)
}

func TestRenderPrintsWhatTheServerServes(t *testing.T) {
	for name, store := range storeURLs(t) {
		t.Run(name, func(t *testing.T) {
			dir, url := house(t, store, pushHouse)
			p := start(t, dir, url)
			p.push("text/plain; charset=utf-8", "Chợ nổi đông khách\n\n08:30, 18/11/2026\n\nSáng nay chợ nổi đón nhiều khách hơn mọi ngày.\n\nNgười bán nói hàng hết sớm.\n")
			for _, format := range []string{"rss", "atom", "json"} {
				var served []byte
				p.until("the item is in", func() error {
					r, err := p.get(http.StatusOK, "/feeds/news."+format)
					if err == nil && !bytes.Contains(r.body, []byte("Chợ nổi")) {
						err = fmt.Errorf("not yet")
					}
					served = r.body
					return err
				})
				if out := p.verb("render", "news", "--format", format); out != string(served) {
					t.Errorf("render %s beside the daemon differs", format)
				}
			}
			served := p.must(http.MethodGet, "/feeds/news.atom", http.StatusOK, "").body
			p.stop()
			if out := p.verb("render", "news", "--format", "atom"); out != string(served) {
				t.Error("render without the daemon differs")
			}
		})
	}
}

func TestViewsAreCountedDurablyWithinASecondAndOnce(t *testing.T) {
	for name, store := range storeURLs(t) {
		t.Run(name, func(t *testing.T) {
			dir, url := house(t, store, pushHouse)
			p := start(t, dir, url)
			a := p.push("application/json", `{"id":"a","url":"https://sx.example/a","title":"A","content_text":"a","date_published":"2026-11-18T08:00:00+07:00"}`)[0].ID
			b := p.push("application/json", `{"id":"b","url":"https://sx.example/b","title":"B","content_text":"b","date_published":"2026-11-17T08:00:00+07:00"}`)[0].ID
			const phone = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 Mobile"
			view := func(id, agent string) {
				p.must(http.MethodPost, "/views", http.StatusNoContent, `{"id":"`+id+`"}`, "User-Agent", agent, "Content-Type", "application/json")
			}
			view(b, phone)
			view(b, phone) // the same reader
			view(b, phone+" Other/1")
			view(b, "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)")
			p.must(http.MethodGet, "/views.gif?id="+a, http.StatusOK, "", "User-Agent", phone)
			to := p.must(http.MethodGet, "/go/"+b+"?from=x&url=https://evil.example/", http.StatusFound, "", "User-Agent", "Lynx/2.9").Header.Get("Location")
			if to != "https://sx.example/b" {
				t.Errorf("/go leads to %s", to)
			}
			p.must(http.MethodPost, "/views", http.StatusNotFound, `{"id":"urn:uuid:00000000-0000-5000-8000-000000000000"}`)
			time.Sleep(time.Second) // the promise: durable within a second
			p.kill()
			p = start(t, dir, url)
			total := func(id string) uint64 {
				var item struct {
					X struct{ Views struct{ Total uint64 } } `json:"_tinhub"`
				}
				if err := json.Unmarshal(p.must(http.MethodGet, "/items/"+id, http.StatusOK, "").body, &item); err != nil {
					t.Fatal(err)
				}
				return item.X.Views.Total
			}
			if total(a) != 1 || total(b) != 3 {
				t.Errorf("after SIGKILL: a %d, b %d; want 1 and 3", total(a), total(b))
			}
			for _, w := range []string{"1h", "24h", "7d"} {
				r := p.must(http.MethodGet, "/feeds/news/popular.json?window="+w, http.StatusOK, "")
				f, err := gofeed.NewParser().Parse(bytes.NewReader(r.body))
				if err != nil || !slices.Equal(titles(f), []string{"B", "A"}) || r.Header.Get("Last-Modified") != "" {
					t.Errorf("popular %s: %v %q", w, err, titles(f))
				}
			}
			p.must(http.MethodGet, "/feeds/news/popular.rss?window=1y", http.StatusBadRequest, "")
		})
	}
}

func TestAStopFinishesRequestsFlushesCountersAndEndsWithZero(t *testing.T) {
	for name, store := range storeURLs(t) {
		t.Run(name, func(t *testing.T) {
			dir, url := house(t, store, pushHouse)
			p := start(t, dir, url)
			id := p.push("application/json", `{"id":"a","title":"A","content_text":"a"}`)[0].ID
			p.must(http.MethodPost, "/views", http.StatusNoContent, `{"id":"`+id+`"}`, "User-Agent", "Mozilla/5.0 (X11; Linux x86_64)")
			took, code := p.stop()
			if took > 5*time.Second || code != 0 {
				t.Errorf("stopped after %s with %d:\n%s", took, code, p.stderr)
			}
			p = start(t, dir, url)
			if b := p.must(http.MethodGet, "/items/"+id, http.StatusOK, "").body; !bytes.Contains(b, []byte(`"total":1`)) && !bytes.Contains(b, []byte(`"total": 1`)) {
				t.Errorf("the view of the last moment is lost: %s", b)
			}
		})
	}
}
