package redisstore

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

func bodyTests() []live {
	return []live{
		{"a body that was written and never named is kept for a while, then swept", unnamedSwept},
		{"a body that a newer version replaced is swept at once", replacedSwept},
		{"a plan whose body was swept meanwhile writes it again", sweptWrittenAgain},
		{"a stray body that nothing knows of is found", strayFound},
		{"what is named is never swept, whatever writers and sweepers do at once", sweptBesideWriters},
		{"an item whose body is lost is shown without", bodyLost},
		{"a body that was changed behind the store's back is an error", bodyDamaged},
		{"fifty writers of one item make it once", fiftyWriters},
	}
}

func mustTrim(t *testing.T, s *Store, keep hub.Keep) hub.Trimmed {
	t.Helper()
	out, err := s.Trim(t.Context(), noon, keep)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func (s *Store) countBodies(t *testing.T) (n int) {
	t.Helper()
	nodes, err := s.masters(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, node := range nodes {
		it := node.Scan(t.Context(), 0, escapeGlob(s.keys.body(""))+"*", 1000).Iterator()
		for it.Next(t.Context()) {
			n++
		}
		if err := it.Err(); err != nil {
			t.Fatal(err)
		}
	}
	return n
}

// age makes a loose body as old as if its grace were over.
func (s *Store) age(t *testing.T, name string) {
	t.Helper()
	old := redis.Z{Score: float64(time.Now().Add(-bodyGrace - time.Minute).Unix()), Member: name}
	if n, err := s.client.ZAddArgs(t.Context(), s.keys.loose(), redis.ZAddArgs{XX: true, Ch: true, Members: []redis.Z{old}}).Result(); err != nil || n != 1 {
		t.Fatalf("body %s is not loose: %d, %v", name, n, err)
	}
}

func fresh(t *testing.T, id hub.ID, html string) body {
	t.Helper()
	bytes, by, err := encodeBody(hub.Item{ID: id, ContentHTML: html})
	if err != nil {
		t.Fatal(err)
	}
	return body{by: by, name: nameBody(by), bytes: bytes}
}

func unnamedSwept(t *testing.T) {
	s := open(t, storeURL(t))
	b := fresh(t, "x", "<p>never named</p>")
	if err := s.putBodies(t.Context(), []body{b}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if out := mustTrim(t, s, hub.Keep{}); out.Bodies != 0 || s.countBodies(t) != 1 {
			t.Fatalf("a body just written was swept: %+v", out)
		}
	}
	s.age(t, b.name)
	if out := mustTrim(t, s, hub.Keep{}); out.Bodies != 1 || s.countBodies(t) != 0 {
		t.Fatalf("trim: %+v, and %d bodies are left", out, s.countBodies(t))
	}
	if n, err := s.client.ZCard(t.Context(), s.keys.loose()).Result(); err != nil || n != 0 {
		t.Errorf("the list of loose bodies holds %d: %v", n, err)
	}
}

func replacedSwept(t *testing.T) {
	s := open(t, storeURL(t))
	mustPut(t, s, noon, item("feed", "a", "Một", "news", noon))
	mustPut(t, s, noon, item("feed", "a", "Hai", "news", noon))
	// The same item twice in one document: the version in between is never written.
	mustPut(t, s, noon, item("feed", "b", "Một", "news", noon), item("feed", "b", "Hai", "news", noon))
	if n := s.countBodies(t); n != 3 {
		t.Errorf("%d bodies are stored, want 3", n)
	}
	if out := mustTrim(t, s, hub.Keep{}); out.Bodies != 1 {
		t.Errorf("trim: %+v", out)
	}
	shelf, err := s.Shelf(t.Context(), "news", 10)
	if err != nil || len(shelf.Items) != 2 || shelf.Items[0].ContentHTML != "<p>Hai</p>" || shelf.Items[1].ContentHTML != "<p>Hai</p>" {
		t.Errorf("%+v, %v", shelf, err)
	}
	if n := s.countBodies(t); n != 2 {
		t.Errorf("%d bodies are left, want 2", n)
	}
}

func sweptWrittenAgain(t *testing.T) {
	s := open(t, storeURL(t))
	in := item("feed", "a", "Một", "news", noon)
	k, err := s.readSought(t.Context(), []sought{seek(in)})
	if err != nil {
		t.Fatal(err)
	}
	p := newPlan(k, noon)
	if _, err := p.put(seek(in)); err != nil {
		t.Fatal(err)
	}
	names := map[string]string{}
	if err := s.writeBodies(t.Context(), p, names); err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		s.age(t, name)
	}
	mustTrim(t, s, hub.Keep{})
	if _, err := s.commit(t.Context(), p, names); !errors.Is(err, errSwept) {
		t.Fatalf("a plan named a body that is gone: %v", err)
	}
	mustPut(t, s, noon, in)
	if recs, err := s.Records(t.Context(), []hub.ID{in.Item.ID}); err != nil || recs[0].ContentHTML != "<p>Một</p>" {
		t.Errorf("%+v, %v", recs, err)
	}
}

func strayFound(t *testing.T) {
	s := open(t, storeURL(t))
	mustPut(t, s, noon, articles(3)...)
	b := fresh(t, articles(1)[0].Item.ID, "<p>left behind</p>")
	if err := s.client.Set(t.Context(), s.keys.body(b.name), b.bytes, 0).Err(); err != nil {
		t.Fatal(err)
	}
	until(t, 10*time.Second, func() error {
		if out := mustTrim(t, s, hub.Keep{}); out.Bodies != 0 {
			t.Fatalf("swept without grace: %+v", out)
		}
		return s.client.ZScore(t.Context(), s.keys.loose(), b.name).Err()
	})
	if n, err := s.client.ZCard(t.Context(), s.keys.loose()).Result(); err != nil || n != 1 {
		t.Fatalf("%d bodies are taken for strays: %v", n, err)
	}
	s.age(t, b.name)
	if out := mustTrim(t, s, hub.Keep{}); out.Bodies != 1 || s.countBodies(t) != 3 {
		t.Errorf("trim: %+v, %d bodies are left", out, s.countBodies(t))
	}
}

func sweptBesideWriters(t *testing.T) {
	s := open(t, storeURL(t))
	stop := make(chan struct{})
	var sweeping, writing sync.WaitGroup
	sweeping.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := s.Trim(t.Context(), noon, hub.Keep{}); err != nil {
				t.Error(err)
				return
			}
		}
	})
	for w := range 4 {
		writing.Go(func() {
			for i := range 40 {
				// Two texts by turns, so that the same bytes come and go.
				in := item("feed", fmt.Sprint(w%2), fmt.Sprint("Tin ", i%2), "news", noon)
				if _, err := s.Put(t.Context(), noon, []hub.Incoming{in}); err != nil {
					t.Error(err)
				}
				recs, err := s.Records(t.Context(), []hub.ID{in.Item.ID})
				if err != nil || recs[0].ContentHTML != "<p>"+recs[0].Title+"</p>" {
					t.Errorf("%+v, %v", recs, err)
				}
			}
		})
	}
	writing.Wait()
	close(stop)
	sweeping.Wait()
	mustTrim(t, s, hub.Keep{})
	// What writers that were outrun had written is on the list.
	loose, err := s.client.ZCard(t.Context(), s.keys.loose()).Result()
	if n := s.countBodies(t); err != nil || n != 2+int(loose) {
		t.Errorf("%d bodies for two items, %d of them loose: %v", n, loose, err)
	}
}

func bodyLost(t *testing.T) {
	s := open(t, storeURL(t))
	mustPut(t, s, noon, articles(2)...)
	k, err := s.read(t.Context(), []hub.ID{articles(1)[0].Item.ID}, nil)
	if err != nil {
		t.Fatal(err)
	}
	key := s.keys.body(k.get(articles(1)[0].Item.ID).Body)
	if n, err := s.client.Unlink(t.Context(), key).Result(); err != nil || n != 1 {
		t.Fatal(n, err)
	}
	s.log = slog.New(slog.DiscardHandler) // it tells, and a test log that tells of errors is noise
	shelf, err := s.Shelf(t.Context(), "news", 10)
	if err != nil || len(shelf.Items) != 2 || shelf.Items[0].ContentHTML == "" || shelf.Items[1].ContentHTML != "" || shelf.Items[1].Title != "Tin 0" {
		t.Errorf("%+v, %v", shelf, err)
	}
}

func bodyDamaged(t *testing.T) {
	s := open(t, storeURL(t))
	mustPut(t, s, noon, articles(1)...)
	id := articles(1)[0].Item.ID
	k, err := s.read(t.Context(), []hub.ID{id}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.client.Set(t.Context(), s.keys.body(k.get(id).Body), `{"content_html":"<p>another</p>"}`, 0).Err(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Records(t.Context(), []hub.ID{id}); err == nil || !strings.Contains(err.Error(), "hash differs") {
		t.Errorf("it said %v", err)
	}
}

func fiftyWriters(t *testing.T) {
	s := open(t, storeURL(t))
	var wg sync.WaitGroup
	created := make(chan hub.Change, 50)
	for range 50 {
		wg.Go(func() {
			out, err := s.Put(t.Context(), noon, []hub.Incoming{item("feed", "a", "Một", "news", noon)})
			if err != nil {
				t.Error(err)
				return
			}
			created <- out[0].Change
		})
	}
	wg.Wait()
	close(created)
	n := 0
	for c := range created {
		if c == hub.ChangeCreated {
			n++
		} else if c != hub.ChangeUnchanged {
			t.Errorf("a writer was told %q", c)
		}
	}
	if h := mustHead(t, s); n != 1 || h.Seq != 1 {
		t.Errorf("created %d times, head %d", n, h.Seq)
	}
}
