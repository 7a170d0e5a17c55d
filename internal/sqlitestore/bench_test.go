package sqlitestore

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
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
	in.Text = hub.NewFingerprint("", words(i))
	return in
}

// words is a text of sixty words of its own for each i.
func words(i int) string {
	var b strings.Builder
	for j := range 60 {
		fmt.Fprintf(&b, "%c%c%d ", 'a'+rune(i*31+j*7)%26, 'a'+rune(i/26+j*11)%26, (i*7919+j*104729)%1_000_003)
	}
	return b.String()
}

// spreadFrom makes the next fifty while the clock of the benchmark stands.
func spreadFrom(b *testing.B, n int) []hub.Incoming {
	b.StopTimer()
	defer b.StartTimer()
	batch := make([]hub.Incoming, 50)
	for j := range batch {
		batch[j] = spread(n + j)
	}
	return batch
}

func BenchmarkPutOf50New(b *testing.B) {
	s := filled(b, 1000)
	n := 1000
	for b.Loop() {
		batch := spreadFrom(b, n)
		n += len(batch)
		if _, err := s.Put(b.Context(), time.Now(), batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)*50/b.Elapsed().Seconds(), "items/s")
}

func BenchmarkPutOf50Unchanged(b *testing.B) {
	s := filled(b, 1000)
	batch := spreadFrom(b, 0)
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

// Three hundred sources that come back at one moment, each with fifty new items and its state.
func BenchmarkRoundOf300Sources(b *testing.B) {
	for _, bench := range []struct {
		name   string
		shared int
		items  int
	}{{"alone/50", 1, 50}, {"shared/50", maxShared, 50}, {"alone/0", 1, 0}, {"shared/0", maxShared, 0}} {
		b.Run(bench.name, func(b *testing.B) {
			opt := standard()
			opt.shared = bench.shared
			s := mustOpen(b, filepath.Join(b.TempDir(), "hub.db"), opt)
			n := 0
			for b.Loop() {
				b.StopTimer()
				batches := make([][]hub.Incoming, 300)
				for i := range batches {
					for range bench.items {
						batches[i] = append(batches[i], spread(n))
						n++
					}
				}
				b.StartTimer()
				errs := make(chan error, len(batches))
				for i, batch := range batches {
					go func() {
						_, err := s.Put(b.Context(), time.Now(), batch)
						errs <- errors.Join(err, s.SaveSourceState(b.Context(), hub.SourceState{ID: fmt.Sprint(i), Items: n}))
					}()
				}
				for range batches {
					if err := <-errs; err != nil {
						b.Fatal(err)
					}
				}
			}
		})
	}
}
