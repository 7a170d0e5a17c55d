package views

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinhub/internal/hub"
)

func TestNoViewIsLostOrDoubledOnItsWayIntoBatches(t *testing.T) {
	start := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		p := newPending()
		want, got := map[hub.ID]uint64{}, map[hub.ID]uint64{}
		ids := map[string]bool{}
		take := func() {
			p.freeze()
			for _, b := range p.waiting {
				if ids[b.ID] || len(b.Counts) == 0 || len(b.Counts) > batchItems {
					t.Fatalf("batch %s of %d items", b.ID, len(b.Counts))
				}
				ids[b.ID] = true
				for id, n := range b.Counts {
					got[id] += n
				}
			}
			p.waiting = nil
		}
		for _, step := range rapid.SliceOf(rapid.IntRange(0, 399)).Draw(t, "steps") {
			if step == 0 {
				take()
				continue
			}
			id := hub.ID(fmt.Sprint("item ", step%7))
			bucket := start.Add(time.Duration(step) * 5 * time.Minute)
			if !p.add(bucket, id) {
				t.Fatal("no room")
			}
			want[id]++
			if len(p.open) > openBuckets {
				t.Fatalf("%d buckets are open", len(p.open))
			}
			entries := 0
			for _, counts := range p.open {
				entries += len(counts)
			}
			if entries != p.entries {
				t.Fatalf("%d entries are taken for %d", entries, p.entries)
			}
		}
		take()
		if fmt.Sprint(want) != fmt.Sprint(got) || p.left() != 0 {
			t.Fatalf("counted %v, batched %v, left %d", want, got, p.left())
		}
	})
}

func TestManyItemsGoInSeveralBatches(t *testing.T) {
	p := newPending()
	bucket := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	for i := range 2*batchItems + 1 {
		p.add(bucket, hub.ID(fmt.Sprint(i)))
	}
	p.freeze()
	if len(p.waiting) != 3 || p.left() != 2*batchItems+1 {
		t.Errorf("%d batches with %d views", len(p.waiting), p.left())
	}
}

func TestOnlyAfterAQuarterOfAMillionItemsIsThereNoRoom(t *testing.T) {
	counter := newCounter(t, Options{Store: newBook()})
	for i := range pendingItems {
		if got := counter.Count(View{Item: hub.ID(fmt.Sprint(i))}); got != Counted {
			t.Fatalf("item %d is %s", i, got)
		}
	}
	if got := counter.Count(View{Item: "one more"}); got != Dropped {
		t.Errorf("one item more is %s", got)
	}
	if got := counter.Count(View{Item: "7"}); got != Counted {
		t.Errorf("another view of an item that waits is %s", got)
	}
}

func TestAViewAfterTheClockWentBackIsCountedThoughThereIsNoRoom(t *testing.T) {
	p := newPending()
	later := time.Date(2026, 5, 1, 0, 5, 0, 0, time.UTC)
	before := later.Add(-5 * time.Minute)
	p.add(before, "a")
	p.add(later, "a")
	p.add(later, "b")
	p.entries = pendingItems // full but for what the two buckets have in common
	if !p.add(before, "c") {
		t.Fatal("no room, though a count could be merged")
	}
	if got := p.left(); got != 4 {
		t.Errorf("%d views wait, want 4", got)
	}
}
