package ingest

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tinhub/internal/hub"
)

func pushing(m *memory) (*Ingest, *counts) {
	c := newCounts()
	return New(Options{
		Site: hub.Site{Language: "vi"}, Store: m, Meter: c,
		Sources: []hub.Source{
			{ID: "cms", Kind: hub.KindPush, Sections: []string{"news"}, Location: time.UTC},
			{ID: "cms2", Kind: hub.KindPush, Sections: []string{"news"}, Location: time.UTC},
			feedSource("feed", feedA, time.Hour),
		},
	}), c
}

const (
	jsonFeed = "application/feed+json"
	pageHTML = `<!DOCTYPE html><html><head><title>A page</title>%s</head><body><article><h1>A page</h1>
<p>There is enough text in this paragraph to be taken for an article by any reader of pages.</p>
<p>And there is a second paragraph that says more about it, so that nobody can doubt it.</p></article></body></html>`
)

func TestAPushIsStoredAndAnsweredInItsOrder(t *testing.T) {
	m := newMemory()
	i, c := pushing(m)
	body := `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[
		{"id":"1","title":"one","content_text":"Words."},{"id":"2","title":"two","content_text":"More words."}]}`
	for n, want := range []hub.Change{hub.ChangeCreated, hub.ChangeUnchanged} {
		out, err := i.Push(t.Context(), Push{Source: "cms", ContentType: jsonFeed, Body: []byte(body)})
		if err != nil {
			t.Fatal(err)
		}
		if len(out) != 2 || out[0].ID != hub.NewID("cms", "1") || out[1].ID != hub.NewID("cms", "2") || out[0].Change != want {
			t.Errorf("push %d: %+v", n, out)
		}
	}
	if c.stored["cms created"] != 2 || c.stored["cms unchanged"] != 2 || c.fetched["cms ok"] != 2 {
		t.Errorf("counted %+v", c)
	}
}

func TestAPushIsTakenWholeOrNotAtAll(t *testing.T) {
	item := `{"id":"%","title":"t%","content_text":"Words."}`
	many := make([]string, 1001)
	for n := range many {
		many[n] = strings.ReplaceAll(item, "%", strconv.Itoa(n))
	}
	for _, c := range []struct {
		name  string
		p     Push
		kind  hub.ErrorKind
		place string
	}{
		{"a source nobody knows", Push{Source: "none", ContentType: jsonFeed, Body: []byte("{}")}, hub.NotFound, ""},
		{"a source that is asked", Push{Source: "feed", ContentType: jsonFeed, Body: []byte("{}")}, hub.NotFound, ""},
		{"no type", Push{Source: "cms", Body: []byte("{}")}, hub.UnsupportedType, ""},
		{"another type", Push{Source: "cms", ContentType: "image/png", Body: []byte("{}")}, hub.UnsupportedType, ""},
		{"nothing", Push{Source: "cms", ContentType: jsonFeed}, hub.Invalid, ""},
		{"broken JSON", Push{Source: "cms", ContentType: jsonFeed, Body: []byte(`{"items":[`)}, hub.Invalid, "line 1"},
		{"a link that is none, behind a good item", Push{
			Source: "cms", ContentType: jsonFeed, Body: []byte(`{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[
				{"id":"1","title":"one","content_text":"Words."},{"id":"2","title":"two","url":"javascript:alert(1)","content_text":"x"}]}`),
		}, hub.Invalid, "items[1].url"},
		{"too many items", Push{
			Source: "cms", ContentType: jsonFeed,
			Body: []byte(`{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[` + strings.Join(many, ",") + `]}`),
		}, hub.TooLarge, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMemory()
			i, _ := pushing(m)
			out, err := i.Push(t.Context(), c.p)
			if hub.KindOf(err) != c.kind || out != nil {
				t.Fatalf("got %v, %v (%s), want %s", out, err, hub.KindOf(err), c.kind)
			}
			if e, ok := errors.AsType[*hub.Error](err); !ok || !strings.Contains(e.Place, c.place) {
				t.Errorf("error %v names place %q, want %q", err, e.Place, c.place)
			}
			if len(m.records) != 0 {
				t.Errorf("%d items were stored", len(m.records))
			}
		})
	}
}

func TestAThousandItemsAreOnePut(t *testing.T) {
	m := newMemory()
	i, _ := pushing(m)
	items := make([]string, 1000)
	for n := range items {
		items[n] = `{"id":"` + strconv.Itoa(n) + `","title":"t","content_text":"Words."}`
	}
	body := `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[` + strings.Join(items, ",") + `]}`
	out, err := i.Push(t.Context(), Push{Source: "cms", ContentType: "application/json", Body: []byte(body)})
	if err != nil || len(out) != 1000 || len(m.puts) != 1 {
		t.Errorf("%d outcomes, puts %v, %v", len(out), m.puts, err)
	}
}

func TestTheQuerysIdNamesAnItemThatHasNone(t *testing.T) {
	plain := "A title\n\nA paragraph with enough words to stand for an article, and some more of them.\n"
	for _, c := range []struct {
		name, contentType, body, want string
	}{
		{"plain text", "text/plain; charset=utf-8", plain, "q-1"},
		{"a page without a URL", "text/html", strings.Replace(pageHTML, "%s", "", 1), "q-1"},
		{
			"a page with its URL", "text/html", strings.Replace(pageHTML, "%s", `<link rel="canonical" href="https://news.example/a">`, 1),
			"https://news.example/a",
		},
		{"a JSON item with its id", jsonFeed, `{"id":"own","title":"t","content_text":"Words."}`, "own"},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newMemory()
			i, _ := pushing(m)
			out, err := i.Push(t.Context(), Push{Source: "cms", ContentType: c.contentType, OriginalID: " q-1 ", Body: []byte(c.body)})
			if err != nil {
				t.Fatal(err)
			}
			if len(out) != 1 || out[0].ID != hub.NewID("cms", c.want) {
				t.Fatalf("got %+v, want the id of %q", out, c.want)
			}
			if got := m.records[out[0].ID].OriginalID; got != c.want {
				t.Errorf("original_id %q, want %q", got, c.want)
			}
			gone, err := i.Withdraw(t.Context(), "cms", c.want)
			if err != nil || gone.Change != hub.ChangeRetracted || gone.ID != out[0].ID {
				t.Errorf("Withdraw: %+v, %v", gone, err)
			}
		})
	}
}

func TestASourceTakesBackItsOwnAndNothingElse(t *testing.T) {
	m := newMemory()
	i, _ := pushing(m)
	push := func(body string) hub.Outcome {
		t.Helper()
		out, err := i.Push(t.Context(), Push{Source: "cms", ContentType: jsonFeed, Body: []byte(body)})
		if err != nil {
			t.Fatal(err)
		}
		return out[0]
	}
	const item = `{"id":"1","title":"one","content_text":"Words."}`
	push(item)
	for _, c := range []struct {
		source, id string
		kind       hub.ErrorKind
	}{
		{"cms2", "1", hub.NotFound},
		{"cms", "2", hub.NotFound},
		{"cms", "", hub.Invalid},
		{"cms", " ", hub.Invalid},
		{"feed", "1", hub.NotFound},
		{"none", "1", hub.NotFound},
	} {
		if _, err := i.Withdraw(t.Context(), c.source, c.id); hub.KindOf(err) != c.kind {
			t.Errorf("%s takes back %q: %v, want %s", c.source, c.id, err, c.kind)
		}
	}
	first, err := i.Withdraw(t.Context(), "cms", "1")
	if err != nil || first.State != hub.StateRetracted {
		t.Fatalf("got %+v, %v", first, err)
	}
	if again, err := i.Withdraw(t.Context(), "cms", "1"); err != nil || again.Seq != first.Seq {
		t.Errorf("twice: %+v, %v", again, err)
	}
	if out := push(item); out.Change != hub.ChangeRetracted {
		t.Errorf("sent again it must stay out: %+v", out)
	}
	if out := push(strings.Replace(item, `"id"`, `"_tinhub":{"restore":true},"id"`, 1)); out.Change != hub.ChangeRestored {
		t.Errorf("sent with restore: %+v", out)
	}
}

func TestAPushToAStoreThatIsAwayIsUnavailable(t *testing.T) {
	m := newMemory()
	i, c := pushing(m)
	m.away = true
	_, err := i.Push(t.Context(), Push{Source: "cms", ContentType: jsonFeed, Body: []byte(`{"id":"1","title":"one","content_text":"x"}`)})
	if hub.KindOf(err) != hub.Unavailable || c.fetched["cms unavailable"] != 1 {
		t.Errorf("got %v, counted %v", err, c.fetched)
	}
	if _, err := i.Withdraw(t.Context(), "cms", "1"); hub.KindOf(err) != hub.Unavailable {
		t.Errorf("Withdraw: %v", err)
	}
}

// silent is a store that takes a call and never answers.
type silent struct{ *memory }

func (silent) Put(ctx context.Context, _ time.Time, _ []hub.Incoming) ([]hub.Outcome, error) {
	<-ctx.Done()
	return nil, fmt.Errorf("storing items: %w", ctx.Err())
}

func TestAPushToAStoreThatHangsIsUnavailable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newCounts()
		i := New(Options{
			Store: silent{newMemory()}, Meter: c,
			Sources: []hub.Source{{ID: "cms", Kind: hub.KindPush, Sections: []string{"news"}, Location: time.UTC}},
		})
		_, err := i.Push(t.Context(), Push{Source: "cms", ContentType: jsonFeed, Body: []byte(`{"id":"1","title":"one","content_text":"Words."}`)})
		if hub.KindOf(err) != hub.Unavailable || c.fetched["cms "+string(hub.Unavailable)] != 1 {
			t.Errorf("%v, counted %v", err, c.fetched)
		}
	})
}
