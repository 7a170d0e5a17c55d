package web

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"tinhub/internal/hub"
)

func TestTheClientIsTheRightmostAddressThatIsNoProxyOfOurs(t *testing.T) {
	const ours = "10.1.2.3:80"
	for _, tc := range []struct {
		name, peer string
		header     []string
		want       string
	}{
		{"no proxy", "198.51.100.9:1", nil, "198.51.100.9"},
		{"no proxy, and a claim", "198.51.100.9:1", []string{"X-Forwarded-For: 1.2.3.4", "Forwarded: for=1.2.3.4"}, "198.51.100.9"},
		{"our proxy, and no word", ours, nil, "10.1.2.3"},
		{"our proxy", ours, []string{"X-Forwarded-For: 203.0.113.5"}, "203.0.113.5"},
		{"our proxy, and a claim before it", ours, []string{"X-Forwarded-For: 1.2.3.4, 203.0.113.5"}, "203.0.113.5"},
		{"two proxies of ours", ours, []string{"X-Forwarded-For: 1.2.3.4, 203.0.113.5, 10.9.9.9"}, "203.0.113.5"},
		{"two lines", ours, []string{"X-Forwarded-For: 1.2.3.4", "X-Forwarded-For: 203.0.113.5"}, "203.0.113.5"},
		{"only proxies of ours", ours, []string{"X-Forwarded-For: 10.5.5.5, 10.9.9.9"}, "10.5.5.5"},
		{"rubbish on the left", ours, []string{"X-Forwarded-For: x, 203.0.113.5"}, "203.0.113.5"},
		{"rubbish on the right", ours, []string{"X-Forwarded-For: 203.0.113.5, x"}, "10.1.2.3"},
		{"a port", ours, []string{"X-Forwarded-For: 203.0.113.5:4711"}, "203.0.113.5"},
		{"Forwarded", ours, []string{"Forwarded: for=1.2.3.4, for=203.0.113.5;proto=https;by=10.1.2.3"}, "203.0.113.5"},
		{"Forwarded with IPv6", ours, []string{`Forwarded: For="[2001:db8::5]:4711"`}, "2001:db8::5"},
		{"Forwarded by nobody to be named", ours, []string{"Forwarded: for=203.0.113.5, for=_hidden"}, "10.1.2.3"},
		{"both, of one mind", ours, []string{"Forwarded: for=203.0.113.5", "X-Forwarded-For: 203.0.113.5"}, "203.0.113.5"},
		{"both, of two minds: one is a claim", ours, []string{"Forwarded: for=1.2.3.4", "X-Forwarded-For: 203.0.113.5"}, "10.1.2.3"},
		{"a peer in IPv6 clothes", "[::ffff:10.1.2.3]:80", []string{"X-Forwarded-For: 203.0.113.5"}, "203.0.113.5"},
		{"a socket without an address", "@", []string{"X-Forwarded-For: 203.0.113.5"}, "invalid IP"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s, err := newServer(newHouse().options())
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = tc.peer
			for _, line := range tc.header {
				k, v, _ := strings.Cut(line, ": ")
				r.Header.Add(k, v)
			}
			if got := s.client(r); got.String() != tc.want {
				t.Errorf("the client is %s, want %s", got, tc.want)
			}
		})
	}
}

func TestAReadingIsReportedWithWhatDecidesWhetherItCounts(t *testing.T) {
	for _, tc := range []struct {
		name, request, body string
		header              []string
		want                viewCall
	}{
		{"a link", "GET /go/" + idAlias.Bare(), "", []string{"User-Agent: ua"}, viewCall{item: idNews, agent: "ua"}},
		{"a link's head", "HEAD /go/" + idNews.Bare(), "", nil, viewCall{item: idNews, head: true}},
		{"a link prefetched", "GET /go/" + idNews.Bare(), "", []string{"Sec-Purpose: prefetch;prerender"}, viewCall{item: idNews, prefetch: true}},
		{"a link prefetched by an old browser", "GET /go/" + idNews.Bare(), "", []string{"X-Moz: prefetch"}, viewCall{item: idNews, prefetch: true}},
		{"a beacon by an alias", "POST /views", string(idAlias), nil, viewCall{item: idNews}},
		{"a picture", "GET /views.gif?id=" + string(idNews), "", nil, viewCall{item: idNews}},
		{"a picture's head", "HEAD /views.gif?id=" + string(idNews), "", nil, viewCall{item: idNews, head: true}},
		{"an unknown item", "POST /views", string(idUnknown), nil, viewCall{}},
		{"a held item", "POST /views", string(idHeld), nil, viewCall{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			h := newHouse()
			ask(h.door(t), tc.request, tc.body, tc.header...)
			tc.want.addr = netip.MustParseAddr("198.51.100.9")
			if len(h.viewed) != 1 || h.viewed[0] != tc.want {
				t.Errorf("reported %+v, want %+v", h.viewed, tc.want)
			}
		})
	}
	h := newHouse()
	door := h.door(t)
	for _, request := range []string{"GET /items/" + idNews.Bare(), "GET /go/" + idOut.Bare(), "GET /go/" + idUnknown.Bare(), "GET /feeds/all"} {
		ask(door, request, "", browserAccept)
	}
	if len(h.viewed) != 0 {
		t.Errorf("reported %+v for what is no reading", h.viewed)
	}
}

func TestAKnownItemIsNotAskedForAgain(t *testing.T) {
	h := newHouse()
	door := h.door(t)
	ask(door, "POST /views", string(idOut)) // retracted, and in no snapshot
	h.storeErr = errAway
	if w := ask(door, "POST /views", string(idOut)); w.Code != 204 || len(h.viewed) != 2 {
		t.Errorf("%d, %d views", w.Code, len(h.viewed))
	}
	if w := ask(door, "POST /views", string(idOld)); w.Code != 503 || w.Header().Get("Retry-After") == "" {
		t.Errorf("what cannot be looked up is %d", w.Code)
	}
}

func TestWhileTheStoreIsAwayReadersNoticeLittle(t *testing.T) {
	h := newHouse()
	h.storeErr, h.degraded, h.writeErr = errAway, "the store is away", errAway
	door := h.door(t)
	for request, want := range map[string]int{
		"GET /": 200, "GET /feeds/all.rss": 200, "GET /feeds/xay-dung-dang": 200, "GET /items/" + idNews.Bare(): 200,
		"GET /go/" + idNews.Bare(): 302, "GET /items/" + idOld.Bare(): 503, "GET /api/events": 503, "GET /healthz": 200,
		"GET /readyz": 200, "GET /readyz?write=1": 503,
	} {
		w := ask(door, request, "")
		if w.Code != want {
			t.Errorf("%s is %d, want %d", request, w.Code, want)
		}
		if strings.Contains(request, "readyz") && w.Body.String() != "degraded: the store is away\n" {
			t.Errorf("%s says %q", request, w.Body)
		}
	}
	h.degraded = ""
	if w := ask(door, "GET /readyz?write=1", ""); w.Code != 503 || !strings.HasPrefix(w.Body.String(), "degraded: ") {
		t.Errorf("a store that takes no writes is %d %q", w.Code, w.Body)
	}
}

func TestAnErrorOfOursIsLoggedAndNotShown(t *testing.T) {
	h := newHouse()
	h.storeErr = errBug
	var log strings.Builder
	o := h.options()
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	door, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	w := ask(door, "GET /items/"+idNews.Bare(), "")
	if w.Code != 500 || strings.Contains(w.Body.String(), "hunter2") || !strings.Contains(log.String(), "select from nowhere") {
		t.Errorf("%d %s\nlog: %s", w.Code, w.Body, log.String())
	}
}

func TestWhereTheStoreStandsIsToldToTheOperatorAlone(t *testing.T) {
	h := newHouse()
	h.storeErr = fmt.Errorf("look up an item: %w", &hub.Error{Kind: hub.Unavailable, Detail: "redis at 10.1.2.3:6379 does not answer", Err: errBug})
	var log strings.Builder
	o := h.options()
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	door, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, request := range []string{"GET /items/" + idOut.Bare(), "GET /go/" + idOut.Bare(), "POST /views", "GET /api/events"} {
		w := ask(door, request, string(idOut))
		if w.Code != 503 || strings.Contains(w.Body.String(), "10.1.2.3") || w.Header().Get("Retry-After") == "" {
			t.Errorf("%s: %d %s", request, w.Code, w.Body)
		}
	}
	if !strings.Contains(log.String(), "10.1.2.3") {
		t.Errorf("the log does not know: %s", log.String())
	}
	h.notReady = true
	control, err := Control(o)
	if err != nil {
		t.Fatal(err)
	}
	if w := ask(control, "GET /feeds/all.rss", ""); w.Code != 503 || !strings.Contains(w.Body.String(), "the first snapshot is not up yet") {
		t.Errorf("the operator is told %d %s", w.Code, w.Body)
	}
}

func TestAPanicIsA500AndTheDoorStaysOpen(t *testing.T) {
	h := newHouse()
	h.panics = true
	var log strings.Builder
	o := h.options()
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	door, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	w := ask(door, "GET /feeds/all.rss", "")
	checkProblem(t, w.Header(), w.Body.Bytes(), 500)
	if w.Code != 500 || !strings.Contains(log.String(), "a bug") || h.metered[0] != "/feeds/{section}.{format} 500" {
		t.Errorf("%d, metered %v, log: %s", w.Code, h.metered, log.String())
	}
	h.panics = false
	if w := ask(door, "GET /feeds/all.rss", ""); w.Code != 200 {
		t.Errorf("the next request is %d", w.Code)
	}
}

func TestAPanicAfterHalfAnAnswerBreaksItOff(t *testing.T) {
	h := newHouse()
	o := h.options()
	o.Extra = map[string]http.Handler{"/half": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "half")
		panic("a bug")
	})}
	door, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(door)
	defer srv.Close()
	resp, err := srv.Client().Get(srv.URL + "/half")
	if err == nil {
		defer func() { _ = resp.Body.Close() }()
		_, err = io.ReadAll(resp.Body)
	}
	if err == nil {
		t.Error("half an answer passes for a whole one")
	}
}

func TestAPushIsTakenUpToItsLimitAndNoFurther(t *testing.T) {
	h := newHouse()
	srv := httptest.NewServer(h.door(t))
	defer srv.Close()
	push := func(size int64, announced bool) int {
		body := io.LimitReader(zeros{}, size)
		r, _ := http.NewRequestWithContext(t.Context(), "POST", srv.URL+"/api/sources/cms/items?original_id=x", body)
		if announced {
			r.ContentLength = size
		}
		r.Header.Set("Authorization", "Bearer "+cmsKey)
		r.Header.Set("Content-Type", "text/plain")
		r.Header.Set("Expect", "100-continue")
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		return resp.StatusCode
	}
	if code := push(pushBody, true); code != 200 || len(h.pushed) != 1 || h.pushed[0] != (pushCall{"cms", "text/plain", "x", pushBody}) {
		t.Errorf("32 MiB are %d, %v", code, h.pushed)
	}
	if code := push(pushBody+1, true); code != 413 {
		t.Errorf("one byte more is %d", code)
	}
	if code := push(pushBody+1, false); code != 413 {
		t.Errorf("one byte more, not announced, is %d", code)
	}
	if len(h.pushed) != 1 {
		t.Errorf("%d pushes got through", len(h.pushed))
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

func TestAMistakeInAPushNamesItsPlace(t *testing.T) {
	h := newHouse()
	h.pushErr = fmt.Errorf("push: %w", &hub.Error{Kind: hub.Invalid, Place: "items[3].url", Detail: "want http or https"})
	w := ask(h.door(t), "POST /api/sources/cms/items", "{}", "Authorization: Bearer "+cmsKey)
	var p problem
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || w.Code != 400 || p.Place != "items[3].url" || p.Detail != "items[3].url: want http or https" {
		t.Errorf("%d %s (%v)", w.Code, w.Body, err)
	}
}

func TestAPlaceOfTheLogThatIsGoneIsSaidSo(t *testing.T) {
	h := newHouse()
	h.oldest = 3
	w := ask(h.door(t), "GET /api/events?since=1", "")
	if w.Code != 410 || !strings.Contains(w.Body.String(), `"oldest":3`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := ask(h.door(t), "GET /api/events?since=2", ""); w.Code != 200 {
		t.Errorf("the oldest place is %d", w.Code)
	}
}

func TestSecretsAreComparedWhole(t *testing.T) {
	d := digestOf("secret")
	for guess, want := range map[string]bool{"secret": true, "": false, "secre": false, "secrets": false, "Secret": false} {
		if d.admits(guess) != want {
			t.Errorf("%q is let in: %t", guess, !want)
		}
	}
	if digestOf("").admits("") {
		t.Error("an empty secret lets people in")
	}
}

func TestNothingLetsNobodyInWithoutAToken(t *testing.T) {
	h := newHouse()
	o := h.options()
	o.AdminToken = ""
	door, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	for _, header := range []string{"Authorization: Bearer ", "Authorization: Bearer", "X: y"} {
		if w := ask(door, "POST /api/items/"+idNews.Bare()+"/restore", "", header); w.Code != 401 {
			t.Errorf("%q is %d", header, w.Code)
		}
	}
}

func TestAskingWhetherTheStoreTakesWritesCostsOneWriteASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHouse()
		door := h.door(t)
		burst := func() {
			for range 20 {
				if w := ask(door, "GET /readyz?write=1", ""); w.Code != http.StatusOK {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			}
		}
		burst()
		if n := h.writes.Load(); n != 1 {
			t.Errorf("%d writes for twenty questions", n)
		}
		time.Sleep(time.Second)
		var all sync.WaitGroup
		for range 5 {
			all.Go(burst)
		}
		all.Wait()
		if n := h.writes.Load(); n != 2 {
			t.Errorf("%d writes within the next second", n-1)
		}
		h.writeErr = errAway
		time.Sleep(time.Second)
		if w := ask(door, "GET /readyz?write=1", ""); w.Code != http.StatusServiceUnavailable {
			t.Errorf("a store that takes no writes any more is %d after a second", w.Code)
		}
	})
}
