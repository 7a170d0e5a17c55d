package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

const browserAccept = "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"

// answers is the surface as a table: what is asked, and what comes back.
var answers = []struct {
	name    string
	request string
	body    string
	header  []string
	status  int
	want    []string // "Name: value" of the header; "body: part" of the body; "-Name" for none
}{
	// Pages.
	{"the front page", "GET /", "", nil, 200, []string{"Content-Type: text/html; charset=utf-8", "X-Frame-Options: DENY", "body: Hội nghị tổng kết", "body: /go/" + idNews.Bare(), `body: type="application/rss+xml"`, "body: Tin xem nhiều"}},
	{"the list of sections", "GET /feeds", "", nil, 200, []string{"body: " + siteURL + "/feeds/english.atom", "body: /feeds.opml"}},
	{"a section's page", "GET /feeds/xay-dung-dang", "", nil, 200, []string{"body: Công việc của các cấp ủy", "body: " + siteURL + "/feeds/xay-dung-dang.json", `body: aria-current="true"`}},
	{"a section's page in its own language", "GET /feeds/english", "", nil, 200, []string{`body: <html lang="en">`, "body: Most read", "body: There is nothing in this section yet"}},
	{"the page of everything", "GET /feeds/all", "", nil, 200, []string{"body: Tất cả tin"}},
	{"an unknown section's page", "GET /feeds/nix", "", nil, 404, []string{"Content-Type: application/problem+json", "Cache-Control: no-store"}},
	{"an unknown section's page, for a browser", "GET /feeds/nix", "", []string{browserAccept}, 404, []string{"Content-Type: text/html; charset=utf-8", "Cache-Control: no-store", "body: Không tìm thấy trang"}},
	{"a format asked for in the query", "GET /feeds/english?format=atom", "", nil, 301, []string{"Location: /feeds/english.atom"}},
	{"a format and a filter", "GET /feeds/english?limit=3&format=rss", "", nil, 301, []string{"Location: /feeds/english.rss?limit=3"}},
	{"no such format", "GET /feeds/english?format=docx", "", nil, 400, []string{"Content-Type: application/problem+json"}},
	{"a path that is not there", "GET /nix", "", nil, 404, []string{"Content-Type: application/problem+json"}},
	{"robots", "GET /robots.txt", "", nil, 200, []string{"body: Disallow: /go/"}},

	// Feeds.
	{"RSS", "GET /feeds/xay-dung-dang.rss", "", nil, 200, []string{
		"Content-Type: application/rss+xml; charset=utf-8", "Cache-Control: public, max-age=60, stale-while-revalidate=30, stale-if-error=3600",
		"Vary: Accept-Encoding", "Link: <" + siteURL + `/feeds/xay-dung-dang.rss>; rel="self"`, "Access-Control-Allow-Origin: *",
		"X-Content-Type-Options: nosniff", "Last-Modified: Mon, 04 May 2026 11:00:00 GMT", "body: the rss feed of xay-dung-dang",
	}},
	{"Atom", "GET /feeds/xay-dung-dang.atom", "", nil, 200, []string{"Content-Type: application/atom+xml; charset=utf-8"}},
	{"JSON Feed", "GET /feeds/all.json", "", nil, 200, []string{"Content-Type: application/feed+json; charset=utf-8"}},
	{"a feed with a parameter nobody knows", "GET /feeds/all.json?_=1714", "", nil, 200, []string{"body: the json feed of all"}},
	{"a feed's head", "HEAD /feeds/all.rss", "", nil, 200, []string{"Content-Length: 800"}},
	{"an unknown section's feed, even for a browser", "GET /feeds/nix.rss", "", []string{browserAccept}, 404, []string{"Content-Type: application/problem+json", "Cache-Control: no-store", "-Etag"}},
	{"the most read", "GET /feeds/all/popular.rss", "", nil, 200, []string{"-Last-Modified", "body: popular the rss feed"}},
	{"the most read of a week", "GET /feeds/all/popular.json?window=7d", "", nil, 200, []string{"Link: <" + siteURL + `/feeds/all/popular.json?window=7d>; rel="self"`}},
	{"the most read of a month", "GET /feeds/all/popular.rss?window=30d", "", nil, 400, []string{"body: window"}},
	{"an empty window", "GET /feeds/all/popular.rss?window=", "", nil, 400, nil},
	{"the most read of an unknown section", "GET /feeds/nix/popular.rss", "", nil, 404, nil},
	{"something else below a section", "GET /feeds/english/archive", "", nil, 404, nil},
	{"the list of feeds", "GET /feeds.opml", "", nil, 200, []string{"Content-Type: text/x-opml; charset=utf-8"}},

	// What people try.
	{"/feed", "GET /feed", "", nil, 301, []string{"Location: /feeds/all.rss"}},
	{"/rss", "GET /rss", "", nil, 301, []string{"Location: /feeds/all.rss"}},
	{"/rss.xml with a query", "GET /rss.xml?limit=5", "", nil, 301, []string{"Location: /feeds/all.rss?limit=5"}},
	{"/index.xml", "GET /index.xml", "", nil, 301, []string{"Location: /feeds/all.rss"}},
	{"/atom.xml", "GET /atom.xml", "", nil, 301, []string{"Location: /feeds/all.atom"}},
	{"/feed.json", "GET /feed.json", "", nil, 301, []string{"Location: /feeds/all.json"}},
	{"a section's /feed", "GET /feeds/english/feed", "", nil, 301, []string{"Location: /feeds/english.rss"}},
	{"an unknown section's /feed", "GET /feeds/nix/feed", "", nil, 404, nil},
	{"/feeds/", "GET /feeds/", "", nil, 301, []string{"Location: /feeds"}},
	{"a section with a slash too many", "GET /feeds/english/", "", nil, 301, []string{"Location: /feeds/english"}},

	// Items.
	{"an item as JSON", "GET /items/" + idNews.Bare(), "", nil, 200, []string{"Content-Type: application/json; charset=utf-8", "Vary: Accept, Accept-Encoding", `body: "total":1234`}},
	{"an item by its whole id", "GET /items/" + string(idNews), "", []string{"Accept: */*"}, 200, []string{"Content-Type: application/json; charset=utf-8"}},
	{"an item by its id in capitals", "GET /items/" + strings.ToUpper(idNews.Bare()), "", nil, 200, nil},
	{"an item for a browser", "GET /items/" + idNews.Bare(), "", []string{browserAccept}, 200, []string{
		"Content-Type: text/html; charset=utf-8", "Vary: Accept, Accept-Encoding", "body: <p>Toàn văn bản tin.</p>", "body: Phương Hằng",
		"body: 09:30, 04/05/2026", "body: Cập nhật lúc", "body: 1.234", "body: Quang cảnh", "body: Ảnh: CTV", `body: "@type":"NewsArticle"`,
		`body: <meta property="og:title" content="Hội nghị tổng kết">`, `body: <link rel="canonical" href="https://news.example/tin/1.html?a=1&amp;b=2">`,
	}},
	{"an item without a URL of its own for a browser", "GET /items/" + idOwn.Bare(), "", []string{browserAccept}, 200, []string{"body: <p>Dòng một.</p>", `body: <link rel="canonical" href="` + siteURL + "/items/" + idOwn.Bare() + `">`}},
	{"an alias", "GET /items/" + idAlias.Bare(), "", nil, 301, []string{"Location: /items/" + idNews.Bare()}},
	{"a retracted item", "GET /items/" + idOut.Bare(), "", nil, 410, []string{"Content-Type: application/problem+json", `body: "reason":"Sai tên \u003cngười\u003e"`, "Cache-Control: no-store"}},
	{"a retracted item for a browser", "GET /items/" + idOut.Bare(), "", []string{browserAccept}, 410, []string{"Content-Type: text/html; charset=utf-8", "body: Sai tên &lt;người&gt;"}},
	{"a trimmed item", "GET /items/" + idOld.Bare(), "", nil, 410, []string{"body: too old"}},
	{"a trimmed item for a browser", "GET /items/" + idOld.Bare(), "", []string{browserAccept}, 410, []string{"body: quá thời hạn lưu trữ"}},
	{"a held item", "GET /items/" + idHeld.Bare(), "", nil, 404, nil},
	{"an unknown item", "GET /items/" + idUnknown.Bare(), "", nil, 404, nil},
	{"what is no id", "GET /items/1234", "", nil, 404, nil},

	// Readings.
	{"a link to follow", "GET /go/" + idNews.Bare(), "", nil, 302, []string{"Location: https://news.example/tin/1.html?a=1&b=2", "Cache-Control: no-store"}},
	{"a link with a partner's name", "GET /go/" + string(idNews) + "?from=doi-tac&url=https://evil.example", "", nil, 302, []string{"Location: https://news.example/tin/1.html?a=1&b=2"}},
	{"a link to an item without a URL", "GET /go/" + idOwn.Bare(), "", nil, 302, []string{"Location: " + siteURL + "/items/" + idOwn.Bare()}},
	{"a link by an alias", "GET /go/" + idAlias.Bare(), "", nil, 302, []string{"Location: https://news.example/tin/1.html?a=1&b=2"}},
	{"a link to a retracted item", "GET /go/" + idOut.Bare(), "", nil, 410, []string{"-Location"}},
	{"a link to an unknown item", "GET /go/" + idUnknown.Bare(), "", nil, 404, nil},
	{"a view as JSON", "POST /views", `{"id":"` + string(idNews) + `"}`, []string{"Content-Type: application/json"}, 204, []string{"Access-Control-Allow-Origin: *"}},
	{"a view as a form", "POST /views", "id=" + idNews.Bare(), []string{"Content-Type: application/x-www-form-urlencoded"}, 204, nil},
	{"a view as a beacon's text", "POST /views", string(idNews), []string{"Content-Type: text/plain;charset=UTF-8"}, 204, nil},
	{"a view as JSON sent as text", "POST /views", `{"id":"` + idNews.Bare() + `"}`, []string{"Content-Type: text/plain"}, 204, nil},
	{"a view as a beacon's text in quotes", "POST /views", `"` + string(idNews) + `"`, []string{"Content-Type: text/plain;charset=UTF-8"}, 204, nil},
	{"a view as a JSON string", "POST /views", `"` + idNews.Bare() + `"`, []string{"Content-Type: application/json"}, 204, nil},
	{"a view as a beacon's form", "POST /views", "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n" +
		string(idNews) + "\r\n--b--\r\n", []string{"Content-Type: multipart/form-data; boundary=b"}, 204, nil},
	{"a view as a beacon's form without the id", "POST /views", "--b--\r\n", []string{"Content-Type: multipart/form-data; boundary=b"}, 400, nil},
	{"a view as a broken form", "POST /views", "--b\r\nContent", []string{"Content-Type: multipart/form-data; boundary=b"}, 400, nil},
	{"a view as form sent as text", "POST /views", "id=" + idNews.Bare(), nil, 204, nil},
	{"a view of an unknown item", "POST /views", string(idUnknown), nil, 404, []string{"Access-Control-Allow-Origin: *"}},
	{"a view of nothing", "POST /views", "", nil, 400, nil},
	{"a view of what is no id", "POST /views", "1234", nil, 404, nil},
	{"a view of null", "POST /views", "null", []string{"Content-Type: application/json"}, 400, nil},
	{"a view of a number", "POST /views", `{"id":5}`, []string{"Content-Type: application/json"}, 400, nil},
	{"a view in an open quote", "POST /views", `"` + string(idNews), nil, 400, nil},
	{"a view in broken JSON", "POST /views", `{"id":`, []string{"Content-Type: application/json"}, 400, nil},
	{"a view as XML", "POST /views", "<id/>", []string{"Content-Type: application/xml"}, 415, nil},
	{"a view too large", "POST /views", strings.Repeat("x", smallBody+1), nil, 413, nil},
	{"a view before it is sent from another origin", "OPTIONS /views", "", []string{"Origin: https://a.example"}, 204, []string{"Access-Control-Allow-Methods: POST, OPTIONS"}},
	// A beacon is sent with credentials, whatever the page wants, and a browser then takes no star for an answer.
	{"a JSON beacon before it is sent", "OPTIONS /views", "", []string{"Origin: https://a.example", "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: content-type"}, 204, []string{
		"Access-Control-Allow-Origin: https://a.example", "Access-Control-Allow-Credentials: true", "Vary: Origin",
	}},
	{"a beacon from another origin", "POST /views", string(idNews), []string{"Origin: https://a.example"}, 204, []string{
		"Access-Control-Allow-Origin: https://a.example", "Access-Control-Allow-Credentials: true", "Vary: Origin",
	}},
	{"a feed from another origin", "GET /feeds/all.json", "", []string{"Origin: https://a.example"}, 200, []string{
		"Access-Control-Allow-Origin: *", "-Access-Control-Allow-Credentials", "Vary: Accept-Encoding",
	}},
	{"a picture", "GET /views.gif?id=" + idNews.Bare(), "", nil, 200, []string{"Content-Type: image/gif", "Cache-Control: no-store", "Content-Length: 43"}},
	{"a picture of an unknown item", "GET /views.gif?id=" + idUnknown.Bare(), "", nil, 404, nil},
	{"a picture of nothing", "GET /views.gif", "", nil, 400, nil},

	// A feed of another length.
	{"a short feed", "GET /feeds/english.rss?limit=3", "", nil, 200, []string{
		"Link: <" + siteURL + `/feeds/english.rss?limit=3>; rel="self"`, "body: 3 items of ", "Content-Type: application/rss+xml; charset=utf-8",
		"Cache-Control: public, max-age=60, stale-while-revalidate=30, stale-if-error=3600", "Vary: Accept-Encoding", "Access-Control-Allow-Origin: *",
	}},
	{"a short feed, unchanged", "GET /feeds/english.rss?x=1&limit=03", "", []string{`If-None-Match: "limit-3"`}, 304, nil},
	{"a feed of the usual length", "GET /feeds/english.rss?limit=50&x=1", "", nil, 200, []string{"Link: <" + siteURL + `/feeds/english.rss>; rel="self"`, "body: the rss feed of english"}},
	{"a feed of the most items", "GET /feeds/english.rss?limit=1000", "", nil, 200, []string{"body: 1000 items of "}},
	{"a feed of more items than the most", "GET /feeds/english.json?limit=1001", "", nil, 200, []string{"body: 1000 items of "}},
	{"a feed of far more items than the most", "GET /feeds/english.json?limit=99999999999999999999999", "", nil, 200, []string{"body: 1000 items of "}},
	{"a feed of no items", "GET /feeds/english.rss?limit=0", "", nil, 400, []string{`body: "place":"limit"`, "-Link"}},
	{"a feed of fewer than none", "GET /feeds/english.rss?limit=-5", "", nil, 400, nil},
	{"a feed of no number of items", "GET /feeds/english.rss?limit=abc", "", nil, 400, nil},
	{"a feed of half an item", "GET /feeds/english.rss?limit=1.5", "", nil, 400, nil},
	{"a feed of an empty limit", "GET /feeds/english.rss?limit=", "", nil, 400, nil},
	{"an unknown section's short feed", "GET /feeds/nix.rss?limit=3", "", nil, 404, nil},
	{"a page that leads to a short feed", "GET /feeds/english?format=atom&limit=3", "", nil, 301, []string{"Location: /feeds/english.atom?limit=3"}},

	// Elsewhere.
	{"an embed", "GET /embed/xay-dung-dang?limit=1&from=doi-tac", "", nil, 200, []string{
		"Content-Type: text/html; charset=utf-8", "-X-Frame-Options", "Access-Control-Allow-Origin: *",
		"body: " + siteURL + "/go/" + idNews.Bare() + "?from=doi-tac", `body: target="_blank" rel="noopener"`,
	}},
	{"an embed with another look", "GET /embed/all?layout=cards&theme=dark", "", nil, 200, []string{`body: data-theme="dark"`, `body: class="cards"`}},
	{"an embed with no such look", "GET /embed/all?layout=round", "", nil, 400, nil},
	{"an embed of none", "GET /embed/all?limit=0", "", nil, 400, nil},
	{"an unknown section's embed", "GET /embed/nix", "", nil, 404, nil},
	{"the embeds' script", "GET /embed.js", "", nil, 200, []string{"Content-Type: text/javascript; charset=utf-8", "Access-Control-Allow-Origin: *", "Cross-Origin-Resource-Policy: cross-origin"}},

	// The log.
	{"the log", "GET /api/events", "", nil, 200, []string{`body: "next":5`, `body: {"seq":1,"type":"created","item":"` + string(idNews) + `","sections":["english"],"time":"2026-05-04T12:00:00Z"}`, "Access-Control-Allow-Origin: *"}},
	{"a part of the log", "GET /api/events?since=2&limit=2", "", nil, 200, []string{`body: "next":4`}},
	{"the end of the log", "GET /api/events?since=5", "", nil, 200, []string{`body: {"events":[],"next":5}`}},
	{"more of the log than there may be", "GET /api/events?limit=100000", "", nil, 200, nil},
	{"the log from no number", "GET /api/events?since=x", "", nil, 400, nil},
	{"none of the log", "GET /api/events?limit=0", "", nil, 400, nil},

	// Pushes and orders.
	{"a push", "POST /api/sources/cms/items?original_id=a", "{}", []string{"Authorization: Bearer " + cmsKey, "Content-Type: application/json"}, 200, []string{`body: {"items":[{"id":"` + string(idNews) + `","seq":9,"change":"updated"}]}`}},
	{"a push without a key", "POST /api/sources/cms/items", "{}", nil, 401, []string{`WWW-Authenticate: Bearer realm="tinhub"`}},
	{"a push with a wrong key", "POST /api/sources/cms/items", "{}", []string{"Authorization: Bearer x"}, 401, nil},
	{"a push with the admin's token", "POST /api/sources/cms/items", "{}", []string{"Authorization: Bearer " + adminToken}, 401, nil},
	{"a push to a source without a key", "POST /api/sources/keyless/items", "{}", []string{"Authorization: Bearer "}, 401, nil},
	{"a push to an unknown source", "POST /api/sources/nix/items", "{}", []string{"Authorization: Bearer " + cmsKey}, 404, nil},
	{"a push to a feed", "POST /api/sources/bdn/items", "{}", []string{"Authorization: Bearer " + cmsKey}, 404, nil},
	{"a push compressed", "POST /api/sources/cms/items", "{}", []string{"Authorization: Bearer " + cmsKey, "Content-Encoding: gzip"}, 415, nil},
	{"a source's own retraction", "DELETE /api/sources/cms/items?original_id=own", "", []string{"Authorization: bearer " + cmsKey}, 200, []string{`body: {"id":"` + string(idOwn) + `","seq":10,"state":"retracted"}`}},
	{"a source's retraction of another's", "DELETE /api/sources/cms/items?original_id=news", "", []string{"Authorization: Bearer " + cmsKey}, 404, nil},
	{"a source's retraction of nothing", "DELETE /api/sources/cms/items", "", []string{"Authorization: Bearer " + cmsKey}, 400, nil},
	{"a refresh", "POST /api/sources/bdn/refresh", "", []string{"Authorization: Bearer " + adminToken}, 202, []string{`body: {"source":"bdn"}`}},
	{"a refresh of an unknown source", "POST /api/sources/nix/refresh", "", []string{"Authorization: Bearer " + adminToken}, 404, nil},
	{"a refresh with a source's key", "POST /api/sources/cms/refresh", "", []string{"Authorization: Bearer " + cmsKey}, 401, nil},
	{"where the sources stand", "GET /api/sources", "", []string{"Authorization: Bearer " + adminToken}, 200, []string{`body: {"sources":[{"id":"bdn","state":"well"}]}`, "Cache-Control: no-store", "Content-Type: application/json; charset=utf-8"}},
	{"where the sources stand, to a stranger", "GET /api/sources", "", nil, 401, []string{"Www-Authenticate: Bearer realm=\"tinhub\""}},
	{"where the sources stand, with a source's key", "GET /api/sources", "", []string{"Authorization: Bearer " + cmsKey}, 401, nil},
	{"a retraction", "POST /api/items/" + idNews.Bare() + "/retract", `{"reason":"r","note":"n"}`, []string{"Authorization: Bearer " + adminToken}, 200, []string{`body: {"id":"` + string(idNews) + `","seq":11,"state":"retracted"}`}},
	{"a retraction without a token", "POST /api/items/" + idNews.Bare() + "/retract", `{"reason":"r"}`, nil, 401, nil},
	{"a retraction with the token as Basic", "POST /api/items/" + idNews.Bare() + "/retract", `{"reason":"r"}`, []string{"Authorization: Basic " + adminToken}, 401, nil},
	{"a retraction without a reason", "POST /api/items/" + idNews.Bare() + "/retract", `{}`, []string{"Authorization: Bearer " + adminToken}, 400, []string{`body: "place":"reason"`}},
	{"a retraction in broken JSON", "POST /api/items/" + idNews.Bare() + "/retract", `reason`, []string{"Authorization: Bearer " + adminToken}, 400, nil},
	{"a retraction of an unknown item", "POST /api/items/" + idUnknown.Bare() + "/retract", `{"reason":"r"}`, []string{"Authorization: Bearer " + adminToken}, 404, nil},
	{"a restoration", "POST /api/items/" + string(idNews) + "/restore", "", []string{"Authorization: Bearer " + adminToken}, 200, []string{`body: "state":"live"`}},
	{"a restoration of what is no id", "POST /api/items/1/restore", "", []string{"Authorization: Bearer " + adminToken}, 404, nil},

	// Operations.
	{"alive", "GET /healthz", "", nil, 200, []string{"body: ok"}},
	{"ready", "GET /readyz", "", nil, 200, []string{"body: ok"}},
	{"ready to write", "GET /readyz?write=1", "", nil, 200, []string{"body: ok"}},
	{"metrics", "GET /metrics", "", nil, 200, []string{"body: tinhub_up 1"}},

	// Later issues.
	{"the WebSub hub, not yet", "POST /hub", "", nil, 404, nil},
	{"the stream, not yet", "GET /events", "", nil, 404, nil},
	{"oEmbed, not yet", "GET /oembed?url=x", "", nil, 404, nil},
	{"the admin's pages, not yet", "GET /admin", "", nil, 404, nil},
}

func TestEveryAddressAnswersAsTheSurfaceSays(t *testing.T) {
	door := newHouse().door(t)
	for _, tc := range answers {
		t.Run(tc.name, func(t *testing.T) {
			w := ask(door, tc.request, tc.body, tc.header...)
			if w.Code != tc.status {
				t.Fatalf("%s is %d, want %d: %s", tc.request, w.Code, tc.status, w.Body)
			}
			for _, want := range tc.want {
				name, value, _ := strings.Cut(want, ": ")
				switch {
				case name == "body":
					if !strings.Contains(w.Body.String(), value) {
						t.Errorf("the body lacks %q:\n%s", value, w.Body)
					}
				case strings.HasPrefix(name, "-"):
					if got := w.Header().Get(name[1:]); got != "" {
						t.Errorf("%s is %q, want none", name[1:], got)
					}
				default:
					if got := w.Header().Get(name); got != value {
						t.Errorf("%s is %q, want %q", name, got, value)
					}
				}
			}
			if w.Code >= 400 {
				checkProblem(t, w.Header(), w.Body.Bytes(), w.Code)
			}
			if w.Code != 304 && w.Code != 204 && w.Header().Get("X-Content-Type-Options") == "" && !strings.Contains(tc.request, "metrics") {
				t.Error("the answer may be sniffed")
			}
			if strings.Contains(w.Body.String(), "chuyện nội bộ") {
				t.Error("the note of a retraction got out")
			}
		})
	}
}

func checkProblem(t *testing.T, h http.Header, body []byte, code int) {
	t.Helper()
	if h.Get("Cache-Control") != "no-store" {
		t.Errorf("an error may be cached: %q", h.Get("Cache-Control"))
	}
	if h.Get("Content-Type") != "application/problem+json" {
		return
	}
	var p problem
	if err := json.Unmarshal(body, &p); err != nil || p.Status != code || p.Title == "" || p.Type == "" {
		t.Errorf("the problem is %s (%v)", body, err)
	}
}

func TestEveryRouteHasItsMethodsAndNoOthers(t *testing.T) {
	want := map[string]string{
		"/{$}": "GET, HEAD", "/feeds": "GET, HEAD", "/feeds/{$}": "GET, HEAD", "/feeds/{section}/{$}": "GET, HEAD", "/assets/{file}": "GET, HEAD, OPTIONS", "/robots.txt": "GET, HEAD",
		"/feeds/{file}": "GET, HEAD, OPTIONS", "/feeds/{section}/{file}": "GET, HEAD, OPTIONS", "/feeds.opml": "GET, HEAD, OPTIONS",
		"/items/{id}": "GET, HEAD, OPTIONS", "/go/{id}": "GET, HEAD", "/views": "POST, OPTIONS", "/views.gif": "GET, HEAD, OPTIONS",
		"/embed/{section}": "GET, HEAD, OPTIONS", "/embed.js": "GET, HEAD, OPTIONS", "/api/events": "GET, HEAD, OPTIONS",
		"/api/sources": "GET, HEAD", "/api/sources/{id}/items": "POST, DELETE", "/api/sources/{id}/refresh": "POST",
		"/api/items/{id}/retract": "POST", "/api/items/{id}/restore": "POST",
		"/healthz": "GET, HEAD", "/readyz": "GET, HEAD", "/metrics": "GET, HEAD",
		"/feed": "GET, HEAD, OPTIONS", "/rss": "GET, HEAD, OPTIONS", "/rss.xml": "GET, HEAD, OPTIONS", "/index.xml": "GET, HEAD, OPTIONS",
		"/atom.xml": "GET, HEAD, OPTIONS", "/feed.json": "GET, HEAD, OPTIONS",
	}
	h := newHouse()
	s, err := newServer(h.options())
	if err != nil {
		t.Fatal(err)
	}
	door := h.door(t)
	fill := strings.NewReplacer("{$}", "", "{file}", "all.rss", "{section}", "all", "{id}", "cms")
	for _, rt := range s.routes() {
		methods := strings.Join(rt.methods(), ", ")
		if methods != want[rt.pattern] {
			t.Errorf("%s has %q, want %q", rt.pattern, methods, want[rt.pattern])
		}
		delete(want, rt.pattern)
		for _, m := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} {
			w := ask(door, m+" "+fill.Replace(rt.pattern), "")
			known := strings.Contains(", "+methods+",", ", "+m+",")
			if known == (w.Code == http.StatusMethodNotAllowed) {
				t.Errorf("%s %s is %d", m, rt.pattern, w.Code)
			}
			if !known && w.Header().Get("Allow") != methods {
				t.Errorf("%s %s allows %q", m, rt.pattern, w.Header().Get("Allow"))
			}
		}
		for _, ep := range rt.endpoints {
			if (ep.method == "POST" || ep.method == "DELETE") && rt.pattern != "/views" && ep.access == anyone {
				t.Errorf("%s %s lets anyone in", ep.method, rt.pattern)
			}
		}
	}
	for pattern := range want {
		t.Errorf("%s is not served", pattern)
	}
}

func TestTheSocketsDoorNeedsNoTokenAndServesNoMore(t *testing.T) {
	h := newHouse()
	door, err := Control(h.options())
	if err != nil {
		t.Fatal(err)
	}
	for request, want := range map[string]int{
		"POST /api/items/" + idNews.Bare() + "/restore": 200, "POST /api/sources/bdn/refresh": 202, "GET /feeds/all.rss": 200,
		"GET /feeds/all/popular.rss": 200, "GET /api/sources": 200, "POST /api/sources/cms/items": 404, "POST /views": 404, "GET /": 404,
	} {
		if w := ask(door, request, ""); w.Code != want {
			t.Errorf("%s is %d, want %d", request, w.Code, want)
		}
	}
	if w := ask(door, "POST /api/items/"+idNews.Bare()+"/retract", `{"reason":"r"}`); w.Code != 200 {
		t.Errorf("retract is %d", w.Code)
	}
}

func TestExtraHandlersAreServedAndMayNotTakeOurs(t *testing.T) {
	h := newHouse()
	o := h.options()
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("hello " + r.URL.Path)) })
	o.Extra = map[string]http.Handler{"/demo/": hello}
	door, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if w := ask(door, "GET /demo/a.html", ""); w.Body.String() != "hello /demo/a.html" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if h.metered[len(h.metered)-1] != "/demo/ 200" {
		t.Errorf("metered %v", h.metered)
	}
	o.Extra = map[string]http.Handler{"/feeds.opml": hello}
	if _, err := New(o); err == nil {
		t.Error("a route of ours was taken")
	}
}

func TestTheMetricsKnowRoutesAndNoPaths(t *testing.T) {
	h := newHouse()
	door := h.door(t)
	for request, want := range map[string]string{
		"GET /feeds/all.rss": "/feeds/{section}.{format} 200", "GET /feeds/english": "/feeds/{section} 200",
		"GET /feeds/all/popular.atom": "/feeds/{section}/popular.{format} 200", "GET /secret/path": "other 404",
		"GET /items/" + idNews.Bare(): "/items/{id} 200", "PUT /": "/{$} 405",
	} {
		h.metered = nil
		ask(door, request, "")
		if len(h.metered) != 1 || h.metered[0] != want {
			t.Errorf("%s is metered as %q, want %q", request, h.metered, want)
		}
	}
}

func TestNewNeedsItsParts(t *testing.T) {
	for name, breakIt := range map[string]func(*Options){
		"no feeds": func(o *Options) { o.Feeds = nil }, "no items": func(o *Options) { o.Items = nil },
		"no desk": func(o *Options) { o.Desk = nil }, "no URL": func(o *Options) { o.Site.URL = "" },
		"a URL of no web": func(o *Options) { o.Site.URL = "ftp://x/" },
	} {
		o := newHouse().options()
		breakIt(&o)
		if _, err := New(o); err == nil {
			t.Errorf("%s: a door was made", name)
		}
	}
}

func TestASiteBelowAPathKeepsItsLinksThere(t *testing.T) {
	h := newHouse()
	h.site.URL = "https://tin.example/tin/"
	door := h.door(t)
	if w := ask(door, "GET /rss", ""); w.Header().Get("Location") != "/tin/feeds/all.rss" {
		t.Errorf("Location is %q", w.Header().Get("Location"))
	}
	w := ask(door, "GET /", "")
	for _, want := range []string{`href="/tin/go/` + idNews.Bare() + `"`, `href="/tin/assets/site.`, `href="https://tin.example/tin/feeds/all.rss"`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}
