package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/feeds"
	"github.com/mmcdole/gofeed"

	"tinhub/internal/desk"
	"tinhub/internal/format"
	"tinhub/internal/hub"
	"tinhub/internal/publish"
	"tinhub/internal/sqlitestore"
	"tinhub/internal/views"
	"tinhub/internal/web"
)

const itemsPerFeed = 50

var quiet = slog.New(slog.DiscardHandler)

// rssFeed is a feed of fifty full articles; with another round every item is another article.
func rssFeed(round int) []byte {
	var b bytes.Buffer
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>Báo Sông Xanh</title><link>https://songxanh.example/</link><description>Tin</description><language>vi</language>`)
	for i := range itemsPerFeed {
		n := round*itemsPerFeed + i
		fmt.Fprintf(&b, `<item><title>Bài số %d: đường ven sông thông xe</title><link>https://songxanh.example/bai/%d.html</link><guid isPermaLink="false">sx-%d</guid><pubDate>%s</pubDate><dc:creator>Lê Minh Tú</dc:creator><category>Giao thông</category><description>Đoạn đường ven sông dài sáu cây số thông xe sáng nay.</description><media:content url="https://songxanh.example/anh/%d.jpg" type="image/jpeg" width="1200" height="675"><media:description>Đoàn xe đầu tiên</media:description></media:content><content:encoded><![CDATA[`,
			n, n, n, time.Date(2026, 11, 18, 8, 0, 0, 0, time.UTC).Add(-time.Duration(n)*time.Minute).Format(time.RFC1123Z), n)
		for p := range 8 {
			fmt.Fprintf(&b, `<p>Đoạn %d của bài %d: <a href="/tin/%d">theo ban quản lý</a>, mặt đường rộng mười hai mét, có <strong>làn xe đạp</strong> và hai hàng cây. Người dân hai bên đường nói từ nay đi chợ chỉ mất mười phút, trước kia phải đi vòng qua cầu cũ gần nửa giờ.</p>`, p, n, p)
		}
		b.WriteString(`]]></content:encoded></item>`)
	}
	b.WriteString(`</channel></rss>`)
	return b.Bytes()
}

func normalise(tb testing.TB, raw []byte) []hub.Incoming {
	return normaliseAs(tb, "application/rss+xml", raw)
}

func parseAlone(tb testing.TB, raw []byte) {
	if f, err := gofeed.NewParser().Parse(bytes.NewReader(raw)); err != nil || len(f.Items) != itemsPerFeed {
		tb.Fatal(err)
	}
}

// Per item: read, normalise and store durably in a file, every item new, beside gofeed alone.
func BenchmarkReadNormaliseStore(b *testing.B) {
	store, err := sqlitestore.Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"), quiet)
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	round := 0
	var raw []byte
	beside(b, itemsPerFeed, func() { round++; raw = rssFeed(round); parseAlone(b, raw) }, func() {
		round++
		if _, err := store.Put(b.Context(), time.Now(), normalise(b, rssFeed(round))); err != nil {
			b.Fatal(err)
		}
	})
}

// hubOf is a running hub of one section with fifty items, and its public handler.
func hubOf(b *testing.B) (*publish.Publisher, *sqlitestore.Store, http.Handler) {
	b.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	store, err := sqlitestore.Open(ctx, ":memory:", quiet)
	if err != nil {
		b.Fatal(err)
	}
	out, err := store.Put(ctx, time.Now(), normalise(b, rssFeed(0)))
	if err != nil {
		b.Fatal(err)
	}
	site := hub.Site{Title: "Báo Sông Xanh", URL: "http://127.0.0.1:8080", Language: "vi", Location: time.UTC}
	sections := []hub.Section{{ID: "thoi-su", Title: "Thời sự", Language: "vi"}}
	p := publish.New(publish.Options{Site: site, Sections: sections, Store: store, Now: time.Now, Log: quiet, Meter: nothing{}})
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	b.Cleanup(func() { cancel(); <-done; store.Close() })
	if err := p.WaitFor(ctx, out[len(out)-1].Seq); err != nil {
		b.Fatal(err)
	}
	counter, err := views.New(views.Options{Store: store, Now: time.Now, Log: quiet, Meter: nothing{}})
	if err != nil {
		b.Fatal(err)
	}
	h, err := web.New(web.Options{
		Site: site, Sections: sections, Feeds: p, Items: store, Views: counting{counter}, Push: noPush{},
		Desk:     desk.New(desk.Options{Store: store, Published: p, Now: time.Now, Log: quiet}),
		ItemJSON: func(s hub.Site, r hub.Record, v *hub.ViewCounts) ([]byte, error) { return format.Item(s, r, v, nil) },
		Metrics:  http.NotFoundHandler(), Meter: nothing{}, Now: time.Now, Log: quiet,
	})
	if err != nil {
		b.Fatal(err)
	}
	return p, store, h
}

type nothing struct{}

func (nothing) Published(time.Duration)            {}
func (nothing) Counted(string, int)                {}
func (nothing) Request(string, int, time.Duration) {}

// noPush stands where a push would go; nothing here pushes.
type noPush struct{}

func (noPush) Push(context.Context, string, string, string, []byte) ([]hub.Outcome, error) {
	return nil, hub.Errorf(hub.NotFound, "no source")
}

func (noPush) Withdraw(context.Context, string, string) (hub.Outcome, error) {
	return hub.Outcome{}, hub.Errorf(hub.NotFound, "no source")
}

func (noPush) Refresh(context.Context, string) error { return hub.Errorf(hub.NotFound, "no source") }

type counting struct{ c *views.Counter }

func (v counting) Count(item hub.ID, addr netip.Addr, agent string, prefetch, head bool) string {
	return v.c.Count(views.View{Item: item, Addr: addr, UserAgent: agent, Prefetch: prefetch, Head: head})
}

// blackHole takes an answer and keeps nothing of it.
type blackHole struct {
	header http.Header
	status int
	n      int
}

func (w *blackHole) Header() http.Header         { return w.header }
func (w *blackHole) WriteHeader(status int)      { w.status = status }
func (w *blackHole) Write(p []byte) (int, error) { w.n += len(p); return len(p), nil }

func (w *blackHole) reset() *blackHole {
	clear(w.header)
	w.status, w.n = 0, 0
	return w
}

const burst = 200 // requests a turn

// A GET of a fifty-item feed, beside http.ServeContent of the same bytes with the same ETag.
func BenchmarkServe200(b *testing.B) { serveBeside(b, "", http.StatusOK) }

// The same, answered 304.
func BenchmarkServe304(b *testing.B) { serveBeside(b, "match", http.StatusNotModified) }

func serveBeside(b *testing.B, match string, status int) {
	p, _, h := hubOf(b)
	feed, err := p.Feed(b.Context(), "thoi-su", "rss", 0)
	if err != nil {
		b.Fatal(err)
	}
	body, tag := feed.Codings[0].Body, feed.Codings[0].ETag
	req := httptest.NewRequest(http.MethodGet, "http://127.0.0.1:8080/feeds/thoi-su.rss", nil)
	if match != "" {
		req.Header.Set("If-None-Match", tag)
	}
	plain := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
		w.Header().Set("ETag", tag)
		http.ServeContent(w, r, "", feed.LastModified, bytes.NewReader(body))
	})
	w := &blackHole{header: http.Header{}}
	run := func(h http.Handler) func() {
		return func() {
			for range burst {
				h.ServeHTTP(w.reset(), req)
				if w.status != status && !(status == http.StatusOK && w.status == 0) {
					b.Fatalf("status %d", w.status)
				}
			}
		}
	}
	beside(b, burst, run(plain), run(h))
}

// A fifty-item feed rendered, per format, beside gorilla/feeds with the fields it knows.
func BenchmarkRender(b *testing.B) {
	p, _, _ := hubOf(b)
	snap, err := p.Snapshot(b.Context(), "thoi-su")
	if err != nil {
		b.Fatal(err)
	}
	plain := &feeds.Feed{Title: snap.Section.Title, Link: &feeds.Link{Href: snap.Site.URL}, Updated: snap.Updated}
	for _, r := range snap.Items {
		plain.Items = append(plain.Items, &feeds.Item{
			Id: string(r.ID), Title: r.Title, Link: &feeds.Link{Href: r.URL}, Description: r.Summary, Content: r.ContentHTML,
			Created: r.Published, Author: &feeds.Author{Name: "Lê Minh Tú"},
		})
	}
	alone := map[string]func() (string, error){"rss": plain.ToRss, "atom": plain.ToAtom, "json": plain.ToJSON}
	for _, f := range format.Formats() {
		b.Run(f.Name, func(b *testing.B) {
			beside(b, 1, func() {
				if _, err := alone[f.Name](); err != nil {
					b.Fatal(err)
				}
			}, func() {
				if _, err := f.Render(*snap); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
}

// A view counted, beside a plain map under a mutex that knows neither repeats nor crawlers.
func BenchmarkCountView(b *testing.B) {
	_, store, _ := hubOf(b)
	counter, err := views.New(views.Options{Store: store, Dedupe: 30 * time.Minute, Now: time.Now, Log: quiet, Meter: nothing{}})
	if err != nil {
		b.Fatal(err)
	}
	id := hub.NewID("bench", "sx-1")
	var mu sync.Mutex
	counts := map[hub.ID]uint64{}
	n := uint32(0)
	const agent = "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
	beside(b, burst, func() {
		for range burst {
			mu.Lock()
			counts[id]++
			mu.Unlock()
		}
	}, func() {
		for range burst {
			n++
			addr := netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
			counter.Count(views.View{Item: id, Addr: addr, UserAgent: agent})
		}
	})
}

// A view reported over the public handler, beside a bare handler that reads the body and answers 204.
func BenchmarkReportView(b *testing.B) {
	_, _, h := hubOf(b)
	body := `{"id":"` + string(hub.NewID("bench", "sx-1")) + `"}`
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, http.MaxBytesReader(w, r.Body, 1<<10))
		w.WriteHeader(http.StatusNoContent)
	})
	w := &blackHole{header: http.Header{}}
	run := func(h http.Handler) func() {
		return func() {
			for range burst {
				req := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:8080/views", strings.NewReader(body))
				req.Header.Set("Content-Type", "application/json")
				req.Header.Set("User-Agent", "Mozilla/5.0 (Linux; Android 16)")
				h.ServeHTTP(w.reset(), req)
				if w.status != http.StatusNoContent {
					b.Fatalf("status %d", w.status)
				}
			}
		}
	}
	beside(b, burst, run(bare), run(h))
}
