package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
)

const turningHouse = `
site: {title: Sông Xanh, url: SITE, language: vi, timezone: Asia/Ho_Chi_Minh}
listen: LISTEN
store: STORE
sections: [{id: news, title: News}]
sources:
  - {id: turning, kind: feed, url: ORIGIN/feed, section: news, every: 1s}
  - {id: cms, kind: push, section: news, key: ` + pushKey + `}
fetch: {allow_private_networks: true}
admin: {token: ` + adminToken + `}
`

func TestASourceThatTurnsBadLeavesWhatIsStoredAlone(t *testing.T) {
	good, err := os.ReadFile("testdata/origin/rss.xml")
	if err != nil {
		t.Fatal(err)
	}
	bad := map[string][]byte{
		"HTML":      []byte("<!doctype html><html><head><title>Bảo trì</title></head><body><p>Bảo trì</p></body></html>"),
		"empty":     {},
		"50 MB":     append([]byte(`<?xml version="1.0"?><rss version="2.0"><channel><title>x</title><description>`), bytes.Repeat([]byte("lũ "), 50<<20/5)...),
		"JSON":      []byte(`{"error":"rate limited"}`),
		"truncated": good[:len(good)/2],
		"binary":    bytes.Repeat([]byte{0, 255, 7}, 4096),
	}
	for name, body := range bad {
		t.Run(name, func(t *testing.T) {
			var turned atomic.Bool
			var asked atomic.Int64
			o := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "application/rss+xml")
				if turned.Load() {
					asked.Add(1)
					w.Write(body)
					return
				}
				w.Write(good)
			}))
			defer o.Close()
			dir, url := house(t, "file:t.db", strings.ReplaceAll(turningHouse, "ORIGIN", o.URL))
			p := start(t, dir, url)
			p.until("the good feed is in", func() error {
				if n := len(p.feed("news", "rss").Items); n != 3 {
					return fmt.Errorf("%d items", n)
				}
				return nil
			})
			before := p.must(http.MethodGet, "/feeds/news.rss", http.StatusOK, "")
			turned.Store(true)
			p.until("the bad one was asked for", func() error {
				if asked.Load() == 0 {
					return fmt.Errorf("not yet")
				}
				return nil
			})
			p.push("application/json", `{"id":"still","title":"Vẫn chạy","content_text":"Vẫn chạy."}`)
			f := p.feed("news", "rss")
			if len(f.Items) != 4 {
				t.Errorf("%d items after the bad document, want 4", len(f.Items))
			}
			for _, item := range before.items(t) {
				if !bytes.Contains(p.must(http.MethodGet, "/feeds/news.rss", http.StatusOK, "").body, []byte(item)) {
					t.Errorf("%s is lost", item)
				}
			}
		})
	}
}

// Many clients send all of a body before they look at the answer.
func TestAClientThatSendsFirstAndReadsLaterLearnsWhyItsBodyWasRefused(t *testing.T) {
	dir, url := house(t, "file:t.db", pushHouse)
	p := start(t, dir, url)
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	const size = 33 << 20
	fmt.Fprintf(conn, "POST /api/sources/cms/items HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", pushKey, size)
	if n, err := conn.Write(bytes.Repeat([]byte("x"), size)); err != nil {
		t.Fatalf("cut off after %d bytes: %v", n, err)
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || !strings.Contains(answer, " 413 ") {
		t.Errorf("%q, %v", answer, err)
	}
}

func TestAnEmptyPushIsTakenAndChangesNothing(t *testing.T) {
	dir, url := house(t, "file:t.db", pushHouse)
	p := start(t, dir, url)
	if got := p.push("application/feed+json", `{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[]}`); len(got) != 0 {
		t.Errorf("answered %+v", got)
	}
}

// items are the guids of an RSS reply.
func (r reply) items(t *testing.T) []string {
	t.Helper()
	var guids []string
	for part := range strings.SplitSeq(string(r.body), `<guid isPermaLink="false">`) {
		if guid, _, ok := strings.Cut(part, "</guid>"); ok {
			guids = append(guids, guid)
		}
	}
	if len(guids) == 0 {
		t.Fatal("no guid in the feed")
	}
	return guids
}

func TestBadRequestsGetAClearProblemAndChangeNothing(t *testing.T) {
	dir, url := house(t, "file:t.db", pushHouse)
	p := start(t, dir, url)
	p.push("application/json", `{"id":"1","title":"Một","content_text":"Một."}`)
	head := p.must(http.MethodGet, "/api/events", http.StatusOK, "").body
	key := []string{"Authorization", "Bearer " + pushKey}
	with := func(more ...string) []string { return append(append([]string{}, key...), more...) }
	const push = "/api/sources/cms/items"
	doc := `{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[{"id":"2","title":"a","content_text":"x"},{"id":"3","url":"ftp://x/","title":"b","content_text":"x"}]}`
	for _, c := range []struct {
		name, method, path, body string
		headers                  []string
		status                   int
		says                     string
	}{
		{"an unknown section", "GET", "/feeds/nowhere.rss", "", nil, 404, "nowhere"},
		{"an unknown path", "GET", "/nowhere", "", nil, 404, ""},
		{"a bad window", "GET", "/feeds/news/popular.rss?window=2h", "", nil, 400, "1h"},
		{"an unknown item", "GET", "/items/urn:uuid:00000000-0000-5000-8000-000000000000", "", nil, 404, ""},
		{"something that is no id", "GET", "/items/xyz", "", nil, 404, ""},
		{"a bad place in the log", "GET", "/api/events?since=x", "", nil, 400, "since"},
		{"a push without a key", "POST", push, "{}", []string{"Content-Type", "application/json"}, 401, ""},
		{"a push with a wrong key", "POST", push, "{}", []string{"Content-Type", "application/json", "Authorization", "Bearer x"}, 401, ""},
		{"a push to no source", "POST", "/api/sources/nobody/items", "{}", with("Content-Type", "application/json"), 404, "nobody"},
		{"a broken body", "POST", push, "{\n\"id\": \"9\",\n\"title\": }", with("Content-Type", "application/json"), 400, "line 3"},
		{"a link that is not http", "POST", push, doc, with("Content-Type", "application/feed+json"), 400, "items[1].url"},
		{"a document that is none", "POST", push, `{"hello":"world"}`, with("Content-Type", "application/json"), 400, ""},
		{"a kind nobody reads", "POST", push, "%PDF", with("Content-Type", "application/pdf"), 415, ""},
		{"a body that is too large", "POST", push, `{"id":"9","title":"x","content_text":"` + strings.Repeat("x", 33<<20) + `"}`, with("Content-Type", "application/json"), 413, ""},
		{"too many items", "POST", push, `{"version":"https://jsonfeed.org/version/1.1","title":"x","items":[` + strings.Repeat(`{"id":"q","title":"q","content_text":"q"},`, 1000) + `{"id":"z","title":"z","content_text":"z"}]}`, with("Content-Type", "application/json"), 413, ""},
		{"a withdrawal without an id", "DELETE", push, "", key, 400, "original_id"},
		{"a withdrawal of what is not there", "DELETE", push + "?original_id=none", "", key, 404, ""},
		{"a wrong method", "PUT", "/feeds/news.rss", "", nil, 405, ""},
		{"a retraction without a token", "POST", "/api/items/00000000-0000-5000-8000-000000000000/retract", `{"reason":"x"}`, nil, 401, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := p.must(c.method, c.path, c.status, c.body, c.headers...)
			if ct := r.Header.Get("Content-Type"); !strings.HasPrefix(ct, "application/problem+json") {
				t.Errorf("content type %q", ct)
			}
			if r.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("cache-control %q", r.Header.Get("Cache-Control"))
			}
			if !json.Valid(r.body) || !strings.Contains(string(r.body), c.says) {
				t.Errorf("the problem must say %q: %s", c.says, r.body)
			}
			if strings.Contains(string(r.body), pushKey) || strings.Contains(string(r.body), adminToken) {
				t.Error("a secret in an answer")
			}
		})
	}
	if now := p.must(http.MethodGet, "/api/events", http.StatusOK, "").body; !bytes.Equal(now, head) {
		t.Errorf("the log changed:\n%s\n%s", head, now)
	}
}
