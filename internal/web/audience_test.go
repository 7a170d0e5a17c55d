package web

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tinhub/internal/hub"
)

func TestWhoFetchesAFeedIsAReaderOfItsSection(t *testing.T) {
	h := newHouse()
	door := h.door(t)
	tag := h.feeds["english.atom"].Codings[0].ETag
	for _, call := range []struct {
		request string
		code    int
		header  []string
	}{
		{"GET /feeds/all.rss", 200, nil},
		{"GET /feeds/english.atom", 304, []string{"If-None-Match: " + tag}},
		{"GET /feeds/english/popular.json?window=7d", 200, nil},
		{"GET /feeds/english.rss?limit=5", 200, nil},
		{"HEAD /feeds/english.rss", 200, nil}, // nobody reads a head
		{"GET /feeds/english", 200, nil},      // a page
		{"GET /feeds.opml", 200, nil},
		{"GET /feeds/english/popular.rss?window=1y", 400, nil},
	} {
		if w := ask(door, call.request, "", append(call.header, "User-Agent: Reader/1")...); w.Code != call.code {
			t.Errorf("%s is %d, want %d", call.request, w.Code, call.code)
		}
	}
	want := []string{
		"all 198.51.100.9 Reader/1", "english 198.51.100.9 Reader/1", "english 198.51.100.9 Reader/1", "english 198.51.100.9 Reader/1",
	}
	if diff := cmp.Diff(want, h.readers); diff != "" {
		t.Error(diff)
	}
	control, err := Control(h.options())
	if err != nil {
		t.Fatal(err)
	}
	ask(control, "GET /feeds/all.rss", "")
	if len(h.readers) != len(want) {
		t.Error("the house counts as its own reader")
	}
	o := h.options()
	o.Audience = nil
	if quiet, err := New(o); err != nil || ask(quiet, "GET /feeds/all.rss", "").Code != 200 {
		t.Errorf("without an audience: %v", err)
	}
}

func TestWhereTheSourcesStandIsToldOrWhyNot(t *testing.T) {
	h := newHouse()
	token := "Authorization: Bearer " + adminToken
	h.storeErr = hub.Errorf(hub.Unavailable, "the store is away")
	if w := ask(h.door(t), "GET /api/sources", "", token); w.Code != 503 {
		t.Errorf("with the store away it is %d", w.Code)
	}
	h.storeErr = errors.New("a bug")
	if w := ask(h.door(t), "GET /api/sources", "", token); w.Code != 500 {
		t.Errorf("with a bug it is %d", w.Code)
	}
	o := h.options()
	o.Round = nil
	door, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	if w := ask(door, "GET /api/sources", "", token); w.Code != 404 {
		t.Errorf("with no round it is %d", w.Code)
	}
}
