package views

import (
	"cmp"
	"crypto/rand"
	"encoding/hex"
	"maps"
	"slices"
	"time"

	"tinhub/internal/hub"
)

const (
	batchItems   = 5000    // items in one batch, so that a store's transaction stays short
	openBuckets  = 24      // two hours: as long as the store keeps buckets of five minutes apart
	pendingItems = 1 << 18 // counts that wait while the store is away, over all buckets
)

// pending holds what is counted and not yet stored. Its owner locks.
//
// Counts gather in open; freeze cuts them into batches, and a batch once frozen never changes, so that sending it twice
// counts once. While batches wait, new counts gather on: there are never more batches than one freeze made.
type pending struct {
	open    map[time.Time]map[hub.ID]uint64
	entries int // in open
	waiting []hub.ViewBatch
}

func newPending() *pending { return &pending{open: map[time.Time]map[hub.ID]uint64{}} }

// add counts one view; false where there is no room for another item.
func (p *pending) add(bucket time.Time, item hub.ID) bool {
	if p.open[bucket][item] == 0 {
		if p.entries >= pendingItems {
			p.fold()
		}
		if p.entries >= pendingItems {
			return false
		}
		p.entries++
	}
	counts := p.open[bucket] // not before the fold: where the clock went back it may have taken this very bucket
	if counts == nil {
		if len(p.open) >= openBuckets {
			p.fold()
		}
		counts = map[hub.ID]uint64{}
		p.open[bucket] = counts
	}
	counts[item]++
	return true
}

// fold puts the oldest bucket into the next one: after hours without a store the place in time of a view is worth less
// than the view.
func (p *pending) fold() {
	if len(p.open) < 2 {
		return
	}
	buckets := slices.SortedFunc(maps.Keys(p.open), time.Time.Compare)
	from, into := p.open[buckets[0]], p.open[buckets[1]]
	for id, n := range from {
		if into[id] > 0 {
			p.entries--
		}
		into[id] += n
	}
	delete(p.open, buckets[0])
}

// freeze moves what is open into batches that wait, oldest bucket first, unless some wait already.
func (p *pending) freeze() {
	if len(p.waiting) > 0 || len(p.open) == 0 {
		return
	}
	for _, bucket := range slices.SortedFunc(maps.Keys(p.open), time.Time.Compare) {
		counts := p.open[bucket]
		if len(counts) <= batchItems {
			p.waiting = append(p.waiting, newBatch(bucket, counts))
			continue
		}
		ids := slices.SortedFunc(maps.Keys(counts), cmp.Compare)
		for part := range slices.Chunk(ids, batchItems) {
			m := make(map[hub.ID]uint64, len(part))
			for _, id := range part {
				m[id] = counts[id]
			}
			p.waiting = append(p.waiting, newBatch(bucket, m))
		}
	}
	clear(p.open)
	p.entries = 0
}

func newBatch(bucket time.Time, counts map[hub.ID]uint64) hub.ViewBatch {
	var id [16]byte
	_, _ = rand.Read(id[:]) // never fails: it ends the program instead
	return hub.ViewBatch{ID: hex.EncodeToString(id[:]), Bucket: bucket, Counts: counts}
}

// left is the number of views not stored yet.
func (p *pending) left() (n uint64) {
	for _, counts := range p.open {
		for _, c := range counts {
			n += c
		}
	}
	for _, b := range p.waiting {
		for _, c := range b.Counts {
			n += c
		}
	}
	return n
}
