package redisstore

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tinhub/internal/hub"
)

func benchStore(b *testing.B) *Store {
	b.Helper()
	if shared == "" {
		b.Fatal("redis-server is not on PATH: install it, or name a server in " + envServer)
	}
	return open(b, storeURL(b))
}

// bigArticles are articles of 4 KB with dates, addresses and texts of their own.
func bigArticles(round, n int) []hub.Incoming {
	body := make([]byte, 4096)
	for i := range body {
		body[i] = 'a' + byte(i%26)
	}
	items := make([]hub.Incoming, n)
	for i := range items {
		var words strings.Builder
		for w := range 40 {
			fmt.Fprintf(&words, "w%d ", (round*n+i)*40+w)
		}
		items[i] = item("feed", fmt.Sprintf("%d-%d", round, i), fmt.Sprintf("Tin %d", i), "news", noon.Add(time.Duration(round*n+i)*time.Second))
		items[i].Item.ContentHTML = string(body)
		items[i].URLKey = "news.example/" + items[i].Item.OriginalID
		items[i].Text = hub.NewFingerprint("", words.String())
	}
	return items
}

func BenchmarkPut50(b *testing.B) {
	s := benchStore(b)
	round := 0
	for b.Loop() {
		if _, err := s.Put(b.Context(), noon, bigArticles(round, 50)); err != nil {
			b.Fatal(err)
		}
		round++
	}
	b.ReportMetric(float64(50*b.N)/b.Elapsed().Seconds(), "items/s")
}

func BenchmarkPut50Unchanged(b *testing.B) {
	s := benchStore(b)
	items := bigArticles(0, 50)
	mustPut(b, s, noon, items...)
	for b.Loop() {
		if _, err := s.Put(b.Context(), noon, items); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(50*b.N)/b.Elapsed().Seconds(), "items/s")
}

func BenchmarkShelf50(b *testing.B) {
	s := benchStore(b)
	for round := range 20 {
		mustPut(b, s, noon, bigArticles(round, 50)...)
	}
	for b.Loop() {
		if shelf, err := s.Shelf(b.Context(), "news", 50); err != nil || len(shelf.Items) != 50 {
			b.Fatal(len(shelf.Items), err)
		}
	}
}

func BenchmarkAddViews2000(b *testing.B) {
	s := benchStore(b)
	counts := map[hub.ID]uint64{}
	for i := range 2000 {
		counts[hub.NewID("feed", fmt.Sprint(i))] = uint64(i)
	}
	n := 0
	for b.Loop() {
		err := s.AddViews(b.Context(), hub.ViewBatch{ID: fmt.Sprint(n), Bucket: hub.ViewBucket(noon), Counts: counts})
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	b.ReportMetric(float64(2000*b.N)/b.Elapsed().Seconds(), "items/s")
}

func BenchmarkTop20OfADay(b *testing.B) {
	s := benchStore(b)
	for round := range 40 {
		items := bigArticles(round, 50)
		mustPut(b, s, noon, items...)
		counts := map[hub.ID]uint64{}
		for i, in := range items {
			counts[in.Item.ID] = uint64(i + round)
		}
		for hour := range 24 {
			bucket := hub.ViewBucket(noon.Add(-time.Duration(hour) * time.Hour))
			if err := s.AddViews(b.Context(), hub.ViewBatch{ID: fmt.Sprint(round, hour), Bucket: bucket, Counts: counts}); err != nil {
				b.Fatal(err)
			}
		}
	}
	for b.Loop() {
		if top, err := s.Top(b.Context(), noon, "news", hub.WindowDay, 20); err != nil || len(top) != 20 {
			b.Fatal(len(top), err)
		}
	}
}
