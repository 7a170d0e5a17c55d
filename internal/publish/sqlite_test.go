package publish

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tinhub/internal/hub"
	"tinhub/internal/sqlitestore"
)

// The same against the store that people run.

func opened(t *testing.T, path string) *sqlitestore.Store {
	t.Helper()
	store, err := sqlitestore.Open(t.Context(), path, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	return store
}

func put(t *testing.T, store hub.Store, items ...hub.Incoming) hub.Seq {
	t.Helper()
	out, err := store.Put(t.Context(), time.Now(), items)
	if err != nil {
		t.Fatal(err)
	}
	return out[len(out)-1].Seq
}

func everyFeed(t *testing.T, p *Publisher) map[string]*hub.Feed {
	t.Helper()
	all := map[string]*hub.Feed{}
	for _, s := range p.Sections() {
		for _, format := range []string{"rss", "atom", "json"} {
			all[s.ID+"."+format] = feed(t, p, s.ID, format)
		}
	}
	return all
}

func TestAStoreOpenedAgainIsServedWithTheSameBytesAndTags(t *testing.T) {
	path := filepath.Join(t.TempDir(), "hub.db")
	serve := func(store *sqlitestore.Store, seq hub.Seq) map[string]*hub.Feed {
		p := New(Options{Site: site, Sections: sections, Store: store, Now: time.Now})
		ctx, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if err := p.Run(ctx); err != nil {
				t.Errorf("Run: %v", err)
			}
		})
		defer wg.Wait()
		defer cancel()
		ready(t, p)
		if seq == 0 {
			for n := range 8 {
				put(t, store, article(n, "news", fmt.Sprint("Item ", n)))
			}
			out, err := store.Mark(t.Context(), time.Now(), hub.Order{ID: hub.NewID("cms", "5"), By: hub.ByDesk, Reason: "Sai"})
			if err != nil {
				t.Fatal(err)
			}
			seq = out.Seq
		}
		waitFor(t, p, seq)
		return everyFeed(t, p)
	}
	first := opened(t, path)
	before := serve(first, 0)
	head, err := first.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	after := serve(opened(t, path), head.Seq)
	if len(before) != len(after) || !strings.Contains(body(before["news.json"]), "Item 7") || strings.Contains(body(before["all.rss"]), "Item 5") {
		t.Fatalf("%d feeds, then %d", len(before), len(after))
	}
	for name, a := range before {
		if d := cmp.Diff(a.Codings, after[name].Codings); d != "" || !a.LastModified.Equal(after[name].LastModified) {
			t.Errorf("%s: %s, then %s\n%s", name, a.LastModified, after[name].LastModified, d)
		}
	}
}

func TestViewsRankAndRetractionsLeaveTheMostReadAtOnce(t *testing.T) {
	store := opened(t, ":memory:")
	p := running(t, store)
	ready(t, p)
	var seq hub.Seq
	for n := range 4 {
		seq = put(t, store, article(n, "news", fmt.Sprint("n", n)))
	}
	waitFor(t, p, seq)
	kill := hub.NewID("cms", "1")
	now := time.Now()
	err := store.AddViews(t.Context(), hub.ViewBatch{ID: "b1", Bucket: hub.ViewBucket(now), Counts: map[hub.ID]uint64{kill: 7, hub.NewID("cms", "0"): 2}})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range hub.Windows() {
		snap, ranked, err := p.PopularSnapshot(t.Context(), "news", w)
		if err != nil || !slices.Equal(titlesOf(snap), []string{"n1", "n0", "n3", "n2"}) || len(ranked) != 2 {
			t.Fatalf("%s: %v %v", w, snap, err)
		}
	}
	out, err := store.Mark(t.Context(), now, hub.Order{ID: kill, By: hub.ByDesk})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := p.WaitFor(ctx, out.Seq); err != nil {
		t.Fatal(err)
	}
	for _, w := range hub.Windows() {
		snap, ranked, err := p.PopularSnapshot(t.Context(), "news", w)
		if err != nil || !slices.Equal(titlesOf(snap), []string{"n0", "n3", "n2"}) || len(ranked) != 1 {
			t.Errorf("%s: %q %v", w, titlesOf(snap), err)
		}
	}
}

func TestManyWritersEachSeeTheirOwnEvent(t *testing.T) {
	store := opened(t, ":memory:")
	p := running(t, store)
	ready(t, p)
	var wg sync.WaitGroup
	for w := range 6 {
		wg.Go(func() {
			for n := range 8 {
				in := article(w*100+n, []string{"news", "thoi-su"}[w%2], fmt.Sprintf("bài %d của %d", n, w))
				in.Item.Published = time.Date(1999, 11, 1, 8, 0, n, 0, ict)
				outcome, err := store.Put(t.Context(), time.Now(), []hub.Incoming{in})
				if err != nil {
					t.Error(err)
					return
				}
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				f, err := p.Feed(ctx, in.Sections[0], "json", outcome[0].Seq)
				cancel()
				if err != nil || f.Head < outcome[0].Seq || !strings.Contains(body(f), string(in.Item.ID)) {
					t.Errorf("%s: %v", in.Item.Title, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

// BenchmarkFreshen is one event from the store to finished feeds: read the two shelves it touches, render, encode.
func BenchmarkFreshen(b *testing.B) {
	store, err := sqlitestore.Open(b.Context(), ":memory:", slog.New(slog.DiscardHandler))
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	p := New(Options{Site: site, Sections: sections, Store: store, Now: time.Now})
	ctx, cancel := context.WithCancel(b.Context())
	var wg sync.WaitGroup
	wg.Go(func() { _ = p.Run(ctx) })
	defer wg.Wait()
	defer cancel()
	add := func(n int, title string) {
		in := article(n, "news", title)
		in.Item.ContentHTML = strings.Repeat("<p>"+title+": người dân hai bờ sông qua cầu trong buổi sáng đầu tiên.</p>\n", 40)
		out, err := store.Put(b.Context(), time.Now(), []hub.Incoming{in})
		if err != nil {
			b.Fatal(err)
		}
		if err := p.WaitFor(b.Context(), out[0].Seq); err != nil {
			b.Fatal(err)
		}
	}
	for n := range hub.FeedSize {
		add(n, fmt.Sprint("Bài ", n))
	}
	round := 0
	for b.Loop() {
		round++
		add(1, fmt.Sprint("Sửa ", round))
	}
}

// BenchmarkFeed is what a request costs here.
func BenchmarkFeed(b *testing.B) {
	store := newFake()
	p := New(Options{Site: site, Sections: sections, Store: store, Now: time.Now})
	ctx, cancel := context.WithCancel(b.Context())
	var wg sync.WaitGroup
	wg.Go(func() { _ = p.Run(ctx) })
	defer wg.Wait()
	defer cancel()
	if err := p.WaitFor(b.Context(), store.put(article(1, "news", "One"))); err != nil {
		b.Fatal(err)
	}
	b.Run("section", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := p.Feed(ctx, "news", "rss", 0); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("popular", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := p.Popular(ctx, "news", "rss", hub.WindowDay, 0); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// The usual feed lists the section's retractions, so that its time must tell of one that it did not reach.
func TestARetractionFurtherDownThanAFeedReachesMovesItsTime(t *testing.T) {
	store := opened(t, ":memory:")
	at := time.Now().Add(-time.Hour)
	p := running(t, store, func(o *Options) { o.Now = func() time.Time { return at } })
	var items []hub.Incoming
	for n := range hub.FeedSize + 10 {
		items = append(items, article(n, "news", fmt.Sprint("n", n)))
	}
	if _, err := store.Put(t.Context(), at, items); err != nil {
		t.Fatal(err)
	}
	waitFor(t, p, hub.Seq(len(items)))
	before := feed(t, p, "news", "json")
	out, err := store.Mark(t.Context(), at.Add(time.Minute), hub.Order{ID: hub.NewID("cms", "3"), By: hub.ByDesk})
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, p, out.Seq)
	for _, format := range []string{"rss", "atom", "json"} {
		f := feed(t, p, "news", format)
		if want := at.Add(time.Minute).Truncate(time.Second); !f.LastModified.Equal(want) {
			t.Errorf("%s: modified %s, want %s", format, f.LastModified, want)
		}
	}
	if f := feed(t, p, "news", "json"); f.Codings[0].ETag == before.Codings[0].ETag {
		t.Error("the retraction does not show")
	}
	retracted := feed(t, p, "news", "json")
	out, err = store.Mark(t.Context(), at.Add(2*time.Minute), hub.Order{ID: hub.NewID("cms", "3"), By: hub.ByDesk, Restore: true})
	if err != nil {
		t.Fatal(err)
	}
	waitFor(t, p, out.Seq)
	if f := feed(t, p, "news", "json"); !f.LastModified.After(retracted.LastModified) || strings.Contains(body(f), string(out.ID)) {
		t.Errorf("restored: modified %s, and before %s:\n%s", f.LastModified, retracted.LastModified, body(f))
	}
}
