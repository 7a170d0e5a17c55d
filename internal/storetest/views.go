package storetest

import (
	"fmt"
	"time"

	"tinhub/internal/hub"
)

func viewChecks() []check {
	return []check{
		{promise: "views counted by fifty goroutines at once are exact", steps: exactUnderFifty},
		{promise: "a batch counts once however often it is sent", steps: batchOnce},
		{promise: "views move out of the windows as time goes on", steps: windowsMove},
		{promise: "totals stay when buckets are trimmed", steps: totalsStay},
		{promise: "the most read are ranked by views, then date, then first seq", steps: topRanked},
		{promise: "only what is live is ranked", steps: topLive},
		{promise: "views outlive the process, and a batch is known again", steps: viewsOutlive, reopens: true},
	}
}

// bucketNow is the five minutes of this moment: an engine may let old buckets go by the clock on the wall.
func bucketNow() time.Time { return hub.ViewBucket(time.Now()) }

func (k *kit) count(batch string, bucket time.Time, counts map[hub.ID]uint64) {
	k.ok(k.s.AddViews(k.ctx, hub.ViewBatch{ID: batch, Bucket: bucket, Counts: counts}), "add views")
}

func (k *kit) views(now time.Time, ids ...hub.ID) []hub.ViewCounts {
	counts, err := k.s.Views(k.ctx, now, ids)
	k.ok(err, "views")
	if len(counts) != len(ids) {
		k.fail("views of %d ids answered %d", len(ids), len(counts))
	}
	return counts
}

func exactUnderFifty(k *kit) {
	const people, batches = 50, 8
	a, b := article("feed", "a"), article("feed", "b")
	k.put(at(0), a, b)
	bucket := bucketNow()
	errs := make(chan error, people)
	for p := range people {
		go func() {
			var err error
			for i := 0; i < batches && err == nil; i++ {
				batch := hub.ViewBatch{
					ID: fmt.Sprintf("%d/%d", p, i), Bucket: bucket,
					Counts: map[hub.ID]uint64{a.Item.ID: 1, b.Item.ID: uint64(p)},
				}
				err = k.s.AddViews(k.ctx, batch)
				if err == nil && i%3 == 0 { // the answer was lost: sent again
					err = k.s.AddViews(k.ctx, batch)
				}
			}
			errs <- err
		}()
	}
	for range people {
		k.ok(<-errs, "add views beside 49 others")
	}
	wantA, wantB := uint64(people*batches), uint64(batches*people*(people-1)/2)
	now := bucket.Add(time.Minute)
	same(k, "the counts", k.views(now, a.Item.ID, b.Item.ID), []hub.ViewCounts{
		{Total: wantA, Hour: wantA, Day: wantA, Week: wantA}, {Total: wantB, Hour: wantB, Day: wantB, Week: wantB},
	})
}

func batchOnce(k *kit) {
	a, b := article("feed", "a").Item.ID, article("feed", "b").Item.ID
	k.put(at(0), article("feed", "a"), article("feed", "b"))
	bucket := bucketNow()
	for range 3 {
		k.count("one", bucket, map[hub.ID]uint64{a: 2})
	}
	// The id decides, whatever else is in it.
	k.count("one", bucket, map[hub.ID]uint64{a: 5, b: 5})
	k.count("two", bucket, map[hub.ID]uint64{a: 1})
	got := k.views(bucket, a, b, hub.NewID("feed", "never seen"))
	same(k, "the totals", []uint64{got[0].Total, got[1].Total, got[2].Total}, []uint64{3, 0, 0})
	k.count("empty", bucket, nil)
	same(k, "no ids", k.views(bucket), nil)
}

func windowsMove(k *kit) {
	a := article("feed", "a").Item.ID
	k.put(at(0), article("feed", "a"))
	bucket := bucketNow()
	k.count("one", bucket, map[hub.ID]uint64{a: 7})
	for _, after := range []time.Duration{
		0, time.Minute, 30 * time.Minute, 50 * time.Minute, 55 * time.Minute, time.Hour, 2 * time.Hour, 22 * time.Hour, 23 * time.Hour,
		24 * time.Hour, 25 * time.Hour, 6 * 24 * time.Hour, 7*24*time.Hour - time.Hour, 7 * 24 * time.Hour, 8 * 24 * time.Hour, 900 * 24 * time.Hour,
	} {
		now := bucket.Add(after)
		want := hub.ViewCounts{Total: 7}
		for _, w := range hub.Windows() {
			_, size, _ := w.Span()
			n := uint64(0)
			if !bucket.Truncate(size).Before(hub.WindowStart(w, now)) {
				n = 7
			}
			switch w {
			case hub.WindowHour:
				want.Hour = n
			case hub.WindowDay:
				want.Day = n
			case hub.WindowWeek:
				want.Week = n
			}
			top, err := k.s.Top(k.ctx, now, "news", w, 5)
			k.ok(err, "top")
			if (len(top) == 1) != (n > 0) {
				k.fail("%s after a view, %d items are ranked over %s", after, len(top), w)
			}
		}
		same(k, fmt.Sprintf("the counts %s after the view", after), k.views(now, a), []hub.ViewCounts{want})
	}
	_, err := k.s.Top(k.ctx, bucket, "news", "a fortnight", 5)
	k.kind(err, hub.Invalid, "top over an unknown window")
}

func totalsStay(k *kit) {
	a := article("feed", "a").Item.ID
	k.put(at(0), article("feed", "a"))
	bucket := bucketNow()
	k.count("one", bucket, map[hub.ID]uint64{a: 7})
	k.trim(bucket.Add(time.Hour), hub.Keep{Views: 35 * 24 * time.Hour})
	same(k, "within every window nothing is trimmed", k.views(bucket, a), []hub.ViewCounts{{Total: 7, Hour: 7, Day: 7, Week: 7}})
	k.trim(bucket.Add(4*time.Hour), hub.Keep{Views: 35 * 24 * time.Hour})
	same(k, "five minutes are kept for two hours", k.views(bucket, a), []hub.ViewCounts{{Total: 7, Hour: 0, Day: 7, Week: 7}})
	k.trim(bucket.Add(10*24*time.Hour), hub.Keep{Views: 35 * 24 * time.Hour})
	same(k, "hours are kept for eight days", k.views(bucket, a), []hub.ViewCounts{{Total: 7}})
	k.trim(bucket.Add(4000*24*time.Hour), hub.Keep{Views: 35 * 24 * time.Hour, Items: time.Hour, Events: 1})
	same(k, "totals for ever", k.views(bucket.Add(4000*24*time.Hour), a), []hub.ViewCounts{{Total: 7}})
}

func (k *kit) top(now time.Time, section string, limit int) []hub.Ranked {
	top, err := k.s.Top(k.ctx, now, section, hub.WindowDay, limit)
	k.ok(err, "top")
	return top
}

func topRanked(k *kit) {
	a := article("feed", "a", dated(at(-5)))
	b := article("feed", "b", dated(at(-5).In(hanoi())), shelved("news", "world"))
	c := article("feed", "c", dated(at(-4)))
	d := article("feed", "d", dated(at(-50)), shelved("world"))
	unread := article("feed", "unread")
	k.put(at(0), a, b, c, d, unread)
	ids := idsIn(a, b, c, d)
	bucket := bucketNow()
	k.count("one", bucket, map[hub.ID]uint64{ids[0]: 1, ids[1]: 2, ids[2]: 2, ids[3]: 10})
	k.count("two", bucket.Add(-5*time.Minute), map[hub.ID]uint64{ids[0]: 1, hub.NewID("feed", "unknown"): 100})
	now := bucket.Add(time.Minute)
	// d leads by views; c by date among equals; b before a by its higher first seq.
	same(k, "all", k.top(now, hub.AllSection, 10), []hub.Ranked{{ID: ids[3], Views: 10}, {ID: ids[2], Views: 2}, {ID: ids[1], Views: 2}, {ID: ids[0], Views: 2}})
	same(k, "cut at the limit", k.top(now, hub.AllSection, 2), []hub.Ranked{{ID: ids[3], Views: 10}, {ID: ids[2], Views: 2}})
	same(k, "a section", k.top(now, "news", 10), []hub.Ranked{{ID: ids[2], Views: 2}, {ID: ids[1], Views: 2}, {ID: ids[0], Views: 2}})
	same(k, "another", k.top(now, "world", 10), []hub.Ranked{{ID: ids[3], Views: 10}, {ID: ids[1], Views: 2}})
	same(k, "an unknown one", k.top(now, "nowhere", 10), nil)
	for range 5 {
		same(k, "the order again", k.top(now, "news", 10), []hub.Ranked{{ID: ids[2], Views: 2}, {ID: ids[1], Views: 2}, {ID: ids[0], Views: 2}})
	}
	// An hour's views may stand in two buckets: over a week they are one sum.
	week, err := k.s.Top(k.ctx, now, hub.AllSection, hub.WindowWeek, 1)
	k.ok(err, "top of the week")
	same(k, "the week", week, []hub.Ranked{{ID: ids[3], Views: 10}})
}

func topLive(k *kit) {
	a, b := article("feed", "a", dated(at(-2))), article("feed", "b", dated(at(-1)))
	held := article("feed", "held", embargoed(at(50)))
	k.put(at(0), a, b, held)
	bucket := bucketNow()
	k.count("one", bucket, map[hub.ID]uint64{a.Item.ID: 3, b.Item.ID: 2, held.Item.ID: 9})
	now := bucket.Add(time.Minute)
	both := []hub.Ranked{{ID: a.Item.ID, Views: 3}, {ID: b.Item.ID, Views: 2}}
	same(k, "what is held is not ranked", k.top(now, "news", 10), both)
	k.mark(at(1), retract(a))
	same(k, "what is retracted leaves at once", k.top(now, "news", 10), both[1:])
	same(k, "from all too", k.top(now, hub.AllSection, 10), both[1:])
	same(k, "its views are kept", k.views(now, a.Item.ID)[0].Day, 3)
	k.mark(at(2), restore(a))
	same(k, "what is restored is back", k.top(now, "news", 10), both)
	k.put(at(3), article("feed", "a", shelved("world"), dated(at(-2))))
	same(k, "what moved is ranked where it stands", k.top(now, "news", 10), both[1:])
	same(k, "and there", k.top(now, "world", 10), both[:1])
	k.trim(at(9000), hub.Keep{Items: time.Hour})
	same(k, "what is trimmed is not ranked", k.top(now, hub.AllSection, 10), nil)
}

func viewsOutlive(k *kit) {
	a := article("feed", "a")
	k.put(at(0), a)
	bucket := bucketNow()
	k.count("one", bucket, map[hub.ID]uint64{a.Item.ID: 4})
	k.reopen()
	k.count("one", bucket, map[hub.ID]uint64{a.Item.ID: 4})
	same(k, "the counts", k.views(bucket, a.Item.ID), []hub.ViewCounts{{Total: 4, Hour: 4, Day: 4, Week: 4}})
	same(k, "the ranking", k.top(bucket, "news", 3), []hub.Ranked{{ID: a.Item.ID, Views: 4}})
}
