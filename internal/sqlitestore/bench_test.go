package sqlitestore

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"tinhub/internal/hub"
)

// filled is a file with that many items of 4 KiB in ten sections.
func filled(b *testing.B, n int) *Store {
	b.Helper()
	s := mustOpen(b, filepath.Join(b.TempDir(), "hub.db"), standard())
	for i := 0; i < n; i += 500 {
		batch := make([]hub.Incoming, 500)
		for j := range batch {
			batch[j] = spread(i + j)
		}
		if _, err := s.Put(b.Context(), time.Now(), batch); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

func spread(i int) hub.Incoming {
	in := item(fmt.Sprintf("bench %d", i), 4)
	in.Sections = []string{fmt.Sprintf("section %d", i%10)}
	in.Item.Published = time.Unix(1_700_000_000+int64(i)*60, 0).UTC()
	return in
}

func BenchmarkPutOf50New(b *testing.B) {
	s := filled(b, 1000)
	n := 1000
	for b.Loop() {
		batch := make([]hub.Incoming, 50)
		for j := range batch {
			batch[j] = spread(n)
			n++
		}
		if _, err := s.Put(b.Context(), time.Now(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*50/b.Elapsed().Seconds(), "items/s")
}

func BenchmarkPutOf50Unchanged(b *testing.B) {
	s := filled(b, 1000)
	batch := make([]hub.Incoming, 50)
	for j := range batch {
		batch[j] = spread(j)
	}
	for b.Loop() {
		if _, err := s.Put(b.Context(), time.Now(), batch); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLatest50(b *testing.B) {
	s := filled(b, 10_000)
	for b.Loop() {
		if shelf, err := s.Shelf(b.Context(), "section 3", 50); err != nil || len(shelf.Items) != 50 {
			b.Fatal(len(shelf.Items), err)
		}
	}
}

func BenchmarkTop20Over24Hours(b *testing.B) {
	s := filled(b, 10_000)
	now := time.Now()
	for h := range 24 {
		counts := map[hub.ID]uint64{}
		for i := h; i < 10_000; i += 3 {
			counts[spread(i).Item.ID] = uint64(1 + i%97)
		}
		batch := hub.ViewBatch{ID: fmt.Sprint(h), Bucket: hub.ViewBucket(now.Add(-time.Duration(h) * time.Hour)), Counts: counts}
		if err := s.AddViews(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if top, err := s.Top(b.Context(), now, hub.AllSection, hub.WindowDay, 20); err != nil || len(top) != 20 {
			b.Fatal(len(top), err)
		}
	}
}

func BenchmarkAddViewsOf2000(b *testing.B) {
	s := filled(b, 2000)
	counts := map[hub.ID]uint64{}
	for i := range 2000 {
		counts[spread(i).Item.ID] = 1
	}
	n := 0
	for b.Loop() {
		n++
		if err := s.AddViews(b.Context(), hub.ViewBatch{ID: fmt.Sprint(n), Bucket: hub.ViewBucket(time.Now()), Counts: counts}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*2000/b.Elapsed().Seconds(), "views/s")
}
