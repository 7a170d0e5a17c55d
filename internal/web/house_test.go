package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tinhub/internal/hub"
)

// house is a small hub behind the door: everything the door needs, in memory.
type house struct {
	mu       sync.Mutex
	site     hub.Site
	sections []hub.Section
	records  map[hub.ID]hub.Record
	aliases  map[hub.ID]hub.ID
	snaps    map[string]*hub.Snapshot
	feeds    map[string]*hub.Feed
	popular  map[string]*hub.Snapshot
	ranked   []hub.Ranked
	opml     *hub.Feed
	events   []hub.Event
	oldest   hub.Seq
	counts   map[hub.ID]hub.ViewCounts
	now      time.Time

	notReady  bool
	rankHangs bool
	degraded  string
	storeErr  error // of every read
	writeErr  error
	writes    atomic.Int64 // pings that write
	panics    bool

	pushed    []pushCall
	pushErr   error
	refreshed []string
	orders    []string
	viewed    []viewCall
	readers   []string
	metered   []string
}

type pushCall struct {
	source, contentType, originalID string
	size                            int
}

type viewCall struct {
	item           hub.ID
	addr           netip.Addr
	agent          string
	prefetch, head bool
}

const (
	siteURL    = "https://tin.example"
	adminToken = "let-me-in"
	cmsKey     = "cms-secret"
)

var (
	noon      = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	idNews    = hub.NewID("bdn", "news")
	idOwn     = hub.NewID("cms", "own") // without a URL of its own
	idOut     = hub.NewID("bdn", "out")
	idOld     = hub.NewID("bdn", "old")
	idHeld    = hub.NewID("bdn", "held")
	idAlias   = hub.NewID("bdn", "alias")
	idUnknown = hub.NewID("bdn", "nobody")
)

func saigon() *time.Location { return time.FixedZone("+07", 7*3600) }

func newHouse() *house {
	h := &house{
		site: hub.Site{
			Title: "Báo Đồng Nai", Description: "Tin tức trong tỉnh", URL: siteURL, Language: "vi", Location: saigon(),
		},
		sections: []hub.Section{
			{ID: "xay-dung-dang", Title: "Xây dựng Đảng", Language: "vi", Description: "Công việc của các cấp ủy"},
			{ID: "english", Title: "English", Language: "en"},
		},
		records: map[hub.ID]hub.Record{}, aliases: map[hub.ID]hub.ID{idAlias: idNews},
		counts: map[hub.ID]hub.ViewCounts{idNews: {Total: 1234}}, now: noon,
	}
	at := time.Date(2026, 5, 4, 9, 30, 0, 0, saigon())
	news := hub.Record{State: hub.StateLive, Sections: []string{"xay-dung-dang"}, Seq: 3, FirstSeq: 1, Item: hub.Item{
		ID: idNews, Source: "bdn", URL: "https://news.example/tin/1.html?a=1&b=2", Title: "Hội nghị tổng kết", Summary: "Sáng nay, tỉnh họp.",
		ContentHTML: "<p>Toàn văn bản tin.</p>", Image: "https://news.example/1.jpg", Published: at, Modified: at.Add(time.Hour),
		Language: "vi", Authors: []hub.Author{{Name: "Phương Hằng"}}, Tags: []string{"hội nghị"},
		Pictures: []hub.Picture{{URL: "https://news.example/1.jpg", Width: 1200, Height: 800, Caption: "Quang cảnh", Credit: "Ảnh: CTV"}},
	}}
	own := hub.Record{State: hub.StateLive, Sections: []string{"xay-dung-dang"}, Item: hub.Item{
		ID: idOwn, Source: "cms", Title: "Tin nhận trực tiếp", ContentText: "Dòng một.\nDòng hai.", Published: at.Add(-time.Hour), Language: "vi",
	}}
	out := hub.Record{
		State: hub.StateRetracted, Sections: []string{"xay-dung-dang"}, Item: hub.Item{ID: idOut, Title: "Tin sai", URL: "https://news.example/sai"},
		Retraction: &hub.Retraction{By: hub.ByDesk, Reason: "Sai tên <người>", Note: "chuyện nội bộ"},
	}
	h.put(news, own, out,
		hub.Record{State: hub.StateTrimmed, Item: hub.Item{ID: idOld, URL: "https://news.example/cu"}},
		hub.Record{State: hub.StateHeld, Item: hub.Item{ID: idHeld, Title: "Chưa đăng"}})
	h.snaps = map[string]*hub.Snapshot{}
	h.freeze("all", news, own)
	h.freeze("xay-dung-dang", news, own)
	h.freeze("english")
	h.popular = map[string]*hub.Snapshot{"all": h.snaps["all"], "xay-dung-dang": h.snaps["xay-dung-dang"], "english": h.snaps["english"]}
	h.ranked = []hub.Ranked{{ID: idNews, Views: 7}}
	h.feeds = map[string]*hub.Feed{}
	for section := range h.snaps {
		for format, typ := range map[string]string{"rss": "application/rss+xml", "atom": "application/atom+xml", "json": "application/feed+json"} {
			body := []byte(strings.Repeat("the "+format+" feed of "+section+"\n", 40))
			f := feedOf(typ+"; charset=utf-8", siteURL+"/feeds/"+section+"."+format, body)
			f.LastModified = noon.Add(-time.Hour)
			h.feeds[section+"."+format] = f
			p := feedOf(typ+"; charset=utf-8", siteURL+"/feeds/"+section+"/popular."+format, append([]byte("popular "), body...))
			h.feeds[section+"/popular."+format] = p
		}
	}
	h.opml = feedOf("text/x-opml; charset=utf-8", siteURL+"/feeds.opml", []byte("<opml/>"))
	for i := range 5 {
		h.events = append(h.events, hub.Event{Seq: hub.Seq(i + 1), Type: hub.Created, Item: idNews, Sections: []string{"english"}, Time: noon})
	}
	return h
}

func feedOf(typ, self string, body []byte) *hub.Feed {
	var gz bytes.Buffer
	w := gzip.NewWriter(&gz)
	_, _ = w.Write(body)
	_ = w.Close()
	tag := fmt.Sprintf("%x", len(body))
	return &hub.Feed{ContentType: typ, Self: self, Codings: []hub.Coding{
		{ETag: `"` + tag + `"`, Body: body}, {Name: "gzip", ETag: `"` + tag + `-gzip"`, Body: gz.Bytes()},
	}}
}

func (h *house) put(recs ...hub.Record) {
	for _, r := range recs {
		h.records[r.ID] = r
	}
}

func (h *house) freeze(section string, items ...hub.Record) {
	h.snaps[section] = &hub.Snapshot{Site: h.site, Section: hub.Section{ID: section}, Items: items}
}

func (h *house) options() Options {
	return Options{
		Site: h.site, Sections: h.sections, AdminToken: adminToken,
		Sources: []hub.Source{
			{ID: "bdn", Kind: hub.KindFeed, URL: "https://news.example/rss"},
			{ID: "cms", Kind: hub.KindPush, Key: cmsKey},
			{ID: "keyless", Kind: hub.KindPush},
		},
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
		Feeds:          h, Items: h, Push: pushDoor{h}, Desk: deskDoor{h}, Views: h, Round: h, Audience: h,
		ItemJSON: func(site hub.Site, r hub.Record, v *hub.ViewCounts) ([]byte, error) {
			return json.Marshal(map[string]any{"id": r.ID, "title": r.Title, "site": site.URL, "views": v})
		},
		Metrics: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "tinhub_up 1\n") }),
		Meter:   h, Now: func() time.Time { return h.now },
	}
}

func (h *house) door(t testing.TB) http.Handler {
	t.Helper()
	door, err := New(h.options())
	if err != nil {
		t.Fatal(err)
	}
	return door
}

func (h *house) Sources(context.Context) (any, error) {
	return []map[string]string{{"id": "bdn", "state": "well"}}, h.storeErr
}

func (h *house) Seen(section string, addr netip.Addr, agent string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.readers = append(h.readers, section+" "+addr.String()+" "+agent)
}

// ask sends a request of the form "GET /path" with header lines "Name: value".
func ask(door http.Handler, request, body string, header ...string) *httptest.ResponseRecorder {
	method, target, _ := strings.Cut(request, " ")
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.RemoteAddr = "198.51.100.9:4711"
	for _, line := range header {
		k, v, _ := strings.Cut(line, ": ")
		r.Header.Add(k, v)
	}
	w := httptest.NewRecorder()
	door.ServeHTTP(w, r)
	return w
}

func (h *house) Feed(_ context.Context, section, format string, _ hub.Seq) (*hub.Feed, error) {
	return h.feed(section + "." + format)
}

func (h *house) Limited(_ context.Context, section, format string, limit int, _ hub.Seq) (*hub.Feed, error) {
	f, err := h.feed(section + "." + format)
	if err != nil || limit == hub.FeedSize {
		return f, err
	}
	return &hub.Feed{
		ContentType: f.ContentType, Self: fmt.Sprintf("%s?limit=%d", f.Self, limit), LastModified: f.LastModified,
		Codings: []hub.Coding{{ETag: fmt.Sprintf(`"limit-%d"`, limit), Body: fmt.Appendf(nil, "%d items of %s.%s", limit, section, format)}},
	}, nil
}

func (h *house) Popular(_ context.Context, section, format string, w hub.Window, _ hub.Seq) (*hub.Feed, error) {
	f, err := h.feed(section + "/popular." + format)
	if err == nil && w != hub.WindowDay {
		c := *f
		c.Self += "?window=" + string(w)
		return &c, nil
	}
	return f, err
}

func (h *house) feed(name string) (*hub.Feed, error) {
	if h.panics {
		panic("a bug")
	}
	if h.notReady {
		return nil, hub.Errorf(hub.Unavailable, "the first snapshot is not up yet")
	}
	f, ok := h.feeds[name]
	if !ok {
		return nil, hub.Errorf(hub.NotFound, "no feed %s", name)
	}
	return f, nil
}

func (h *house) Snapshot(_ context.Context, section string) (*hub.Snapshot, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.notReady {
		return nil, hub.Errorf(hub.Unavailable, "the first snapshot is not up yet")
	}
	s, ok := h.snaps[section]
	if !ok {
		return nil, hub.Errorf(hub.NotFound, "no section %q", section)
	}
	return s, nil
}

func (h *house) PopularSnapshot(ctx context.Context, section string, _ hub.Window) (*hub.Snapshot, []hub.Ranked, error) {
	if h.rankHangs {
		<-ctx.Done()
		return nil, nil, ctx.Err()
	}
	s, ok := h.popular[section]
	if !ok {
		return nil, nil, hub.Errorf(hub.NotFound, "no section %q", section)
	}
	return s, h.ranked, nil
}

func (h *house) OPML() *hub.Feed        { return h.opml }
func (h *house) Status() (bool, string) { return !h.notReady, h.degraded }

func (h *house) Records(_ context.Context, ids []hub.ID) ([]hub.Record, error) {
	if h.storeErr != nil {
		return nil, h.storeErr
	}
	out := make([]hub.Record, len(ids))
	for i, id := range ids {
		if to, ok := h.aliases[id]; ok {
			id = to
		}
		out[i] = h.records[id]
	}
	return out, nil
}

func (h *house) Views(_ context.Context, _ time.Time, ids []hub.ID) ([]hub.ViewCounts, error) {
	if h.storeErr != nil {
		return nil, h.storeErr
	}
	out := make([]hub.ViewCounts, len(ids))
	for i, id := range ids {
		out[i] = h.counts[id]
	}
	return out, nil
}

func (h *house) Events(_ context.Context, since hub.Seq, limit int) ([]hub.Event, error) {
	if since+1 < h.oldest {
		return nil, fmt.Errorf("read the log: %w", &hub.LogGoneError{Oldest: h.oldest})
	}
	var out []hub.Event
	for _, e := range h.events {
		if e.Seq > since && len(out) < limit {
			out = append(out, e)
		}
	}
	return out, h.storeErr
}

func (h *house) Ping(_ context.Context, write bool) error {
	if write {
		h.writes.Add(1)
		return h.writeErr
	}
	return h.storeErr
}

func (h *house) Count(item hub.ID, addr netip.Addr, agent string, prefetch, head bool) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.viewed = append(h.viewed, viewCall{item, addr, agent, prefetch, head})
	return "counted"
}

func (h *house) Request(route string, code int, _ time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.metered = append(h.metered, fmt.Sprint(route, " ", code))
}

type pushDoor struct{ *house }

func (p pushDoor) Push(_ context.Context, source, contentType, originalID string, body []byte) ([]hub.Outcome, error) {
	p.pushed = append(p.pushed, pushCall{source, contentType, originalID, len(body)})
	if p.pushErr != nil {
		return nil, p.pushErr
	}
	return []hub.Outcome{{ID: idNews, Seq: 9, Change: hub.ChangeUpdated, State: hub.StateLive}}, nil
}

func (p pushDoor) Withdraw(_ context.Context, source, originalID string) (hub.Outcome, error) {
	if source != "cms" || originalID != "own" {
		return hub.Outcome{}, hub.Errorf(hub.NotFound, "source %q has no item %q", source, originalID)
	}
	return hub.Outcome{ID: idOwn, Seq: 10, State: hub.StateRetracted}, nil
}

func (p pushDoor) Refresh(_ context.Context, source string) error {
	p.refreshed = append(p.refreshed, source)
	return nil
}

type deskDoor struct{ *house }

func (d deskDoor) Retract(_ context.Context, id hub.ID, reason, note string) (hub.Outcome, error) {
	if reason == "" {
		return hub.Outcome{}, &hub.Error{Kind: hub.Invalid, Place: "reason", Detail: "a retraction needs a reason"}
	}
	if id == idUnknown {
		return hub.Outcome{}, hub.Errorf(hub.NotFound, "no item %s", id)
	}
	d.orders = append(d.orders, "retract "+reason+"/"+note)
	return hub.Outcome{ID: id, Seq: 11, State: hub.StateRetracted}, nil
}

func (d deskDoor) Restore(_ context.Context, id hub.ID) (hub.Outcome, error) {
	d.orders = append(d.orders, "restore")
	return hub.Outcome{ID: id, Seq: 12, State: hub.StateLive}, nil
}

var errAway = hub.Errorf(hub.Unavailable, "the store is away")

var errBug = errors.New("select from nowhere: password=hunter2")
