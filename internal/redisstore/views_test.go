package redisstore

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

func viewTests() []live {
	return []live{
		{"a batch that was left half-way is finished by trim, once", batchFinished},
		{"a batch whose context ends while it is added is added whole", batchWhole},
		{"what was sent first under a batch's id counts, even in doubt", firstSentCounts},
		{"the ranking follows what other processes count, late views too", rankingFollows},
		{"the ranking holds with more items than are looked up at once", rankingOfMany},
		{"counts that are kept in memory are bounded", talliesBounded},
		{"old buckets are taken by trim and totals stay", bucketsTrimmed},
		{"a bucket that cannot be read is an error, not a bucket without views", unreadableBucket},
	}
}

func mustAdd(t *testing.T, s *Store, id string, bucket time.Time, counts map[hub.ID]uint64) {
	t.Helper()
	if err := s.AddViews(t.Context(), hub.ViewBatch{ID: id, Bucket: hub.ViewBucket(bucket), Counts: counts}); err != nil {
		t.Fatal(err)
	}
}

func mustViews(t *testing.T, s *Store, at time.Time, ids ...hub.ID) []hub.ViewCounts {
	t.Helper()
	out, err := s.Views(t.Context(), at, ids)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func mustTop(t *testing.T, s *Store, at time.Time, window hub.Window, limit int) []hub.Ranked {
	t.Helper()
	out, err := s.Top(t.Context(), at, "news", window, limit)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// halfway puts a batch where a process that died would have left it: kept, and in one of its buckets.
func halfway(t *testing.T, s *Store, batch hub.ViewBatch) {
	t.Helper()
	ctx, name := t.Context(), batchName(batch.ID)
	copied, err := encode(batch)
	if err != nil {
		t.Fatal(err)
	}
	long := redis.Z{Score: float64(time.Now().Add(-2 * batchOverdue).Unix()), Member: name}
	if err := s.client.ZAdd(ctx, s.keys.pending(), long).Err(); err != nil {
		t.Fatal(err)
	}
	if err := s.client.Set(ctx, s.keys.batch(name), copied, batchCopy).Err(); err != nil {
		t.Fatal(err)
	}
	bucket := s.keys.bucket("h", batch.Bucket.Truncate(time.Hour).Unix())
	args := []any{name, seconds(batchMemory), "0"}
	for id, n := range batch.Counts {
		args = append(args, string(id), n)
	}
	if err := s.client.Eval(ctx, viewsSource, []string{bucket + "n", bucket + "m"}, args...).Err(); err != nil {
		t.Fatal(err)
	}
}

func batchFinished(t *testing.T) {
	s := open(t, storeURL(t))
	batch := hub.ViewBatch{ID: "b", Bucket: hub.ViewBucket(noon), Counts: map[hub.ID]uint64{"x": 3, "y": 4, "z": 5}}
	halfway(t, s, batch)
	mustTrim(t, s, hub.Keep{})
	want := []hub.ViewCounts{{Total: 3, Hour: 3, Day: 3, Week: 3}, {Total: 4, Hour: 4, Day: 4, Week: 4}, {Total: 5, Hour: 5, Day: 5, Week: 5}}
	check := func() {
		t.Helper()
		for i, got := range mustViews(t, s, noon, "x", "y", "z") {
			if got != want[i] {
				t.Errorf("views of item %d: %+v, want %+v", i, got, want[i])
			}
		}
	}
	check()
	mustTrim(t, s, hub.Keep{})
	if err := s.AddViews(t.Context(), batch); err != nil { // its own process comes back
		t.Fatal(err)
	}
	check()
	if n, err := s.client.Exists(t.Context(), s.keys.pending()).Result(); err != nil || n != 0 {
		t.Errorf("a batch is still under way: %v", err)
	}
}

func firstSentCounts(t *testing.T) {
	s := open(t, storeURL(t))
	halfway(t, s, hub.ViewBatch{ID: "b", Bucket: hub.ViewBucket(noon), Counts: map[hub.ID]uint64{"x": 3}})
	mustAdd(t, s, "b", noon, map[hub.ID]uint64{"x": 9, "y": 9})
	if got := mustViews(t, s, noon, "x", "y"); got[0].Total != 3 || got[0].Week != 3 || got[1].Total != 0 {
		t.Errorf("%+v", got)
	}
}

// endAfter ends a context when its script has run so often.
type endAfter struct {
	recorder
	end func()
}

func (e *endAfter) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		e.end()
		return next(ctx, cmds)
	}
}

func batchWhole(t *testing.T) {
	s := open(t, storeURL(t))
	ctx, cancel := context.WithCancel(t.Context())
	s.client.AddHook(&endAfter{end: cancel})
	err := s.AddViews(ctx, hub.ViewBatch{ID: "b", Bucket: hub.ViewBucket(noon), Counts: map[hub.ID]uint64{"x": 3, "y": 4}})
	if err != nil || ctx.Err() == nil {
		t.Fatalf("%v; the context: %v", err, ctx.Err())
	}
	if got := mustViews(t, s, noon, "x", "y"); got[0].Week != 3 || got[1].Total != 4 {
		t.Errorf("%+v", got)
	}
}

func rankingFollows(t *testing.T) {
	url := storeURL(t)
	a, b := open(t, url), open(t, url)
	items := articles(3)
	mustPut(t, a, noon, items...)
	x, y := items[0].Item.ID, items[1].Item.ID
	mustAdd(t, a, "1", noon, map[hub.ID]uint64{x: 2})
	for range 2 {
		if top := mustTop(t, a, noon, hub.WindowWeek, 5); len(top) != 1 || top[0] != (hub.Ranked{ID: x, Views: 2}) {
			t.Fatalf("%+v", top)
		}
	}
	mustAdd(t, b, "2", noon.Add(-48*time.Hour), map[hub.ID]uint64{y: 5}) // into an hour that a has read already
	if top := mustTop(t, a, noon, hub.WindowWeek, 5); len(top) != 2 || top[0] != (hub.Ranked{ID: y, Views: 5}) {
		t.Fatalf("%+v", top)
	}
	if top := mustTop(t, a, noon.Add(6*24*time.Hour), hub.WindowWeek, 5); len(top) != 1 || top[0] != (hub.Ranked{ID: x, Views: 2}) {
		t.Fatalf("six days on: %+v", top)
	}
	if top := mustTop(t, a, noon, hub.WindowWeek, 5); len(top) != 2 {
		t.Fatalf("a clock that goes back: %+v", top)
	}
}

func rankingOfMany(t *testing.T) {
	s := open(t, storeURL(t))
	const n = rankChunk + 300
	items := articles(n)
	counts := map[hub.ID]uint64{}
	for i := range items {
		items[i].Item.Published = noon
		if i%2 == 1 {
			items[i].Sections = []string{"sport"}
		}
		counts[items[i].Item.ID] = 7 // all equal: the shelf's order decides over the edge of a chunk
	}
	mustPut(t, s, noon, items...)
	counts["gone"] = 9
	mustAdd(t, s, "1", noon, counts)
	for _, limit := range []int{1, 10, n} {
		top := mustTop(t, s, noon, hub.WindowDay, limit)
		if len(top) != min(limit, n/2) {
			t.Fatalf("%d are ranked, want %d", len(top), min(limit, n/2))
		}
		for i, r := range top {
			if want := items[n-2-2*i].Item.ID; r != (hub.Ranked{ID: want, Views: 7}) {
				t.Fatalf("place %d of %d: %+v, want %s", i, limit, r, want)
			}
		}
	}
}

func talliesBounded(t *testing.T) {
	s := open(t, storeURL(t))
	s.kept = 1000
	mustPut(t, s, noon, articles(1)...)
	for hour := range 3 {
		counts := map[hub.ID]uint64{articles(1)[0].Item.ID: 1}
		for i := range s.kept / 2 {
			counts[hub.ID(fmt.Sprint(i))] = 1
		}
		mustAdd(t, s, fmt.Sprint(hour), noon.Add(-time.Duration(hour)*time.Hour), counts)
	}
	for range 2 {
		if top := mustTop(t, s, noon, hub.WindowDay, 5); len(top) != 1 || top[0].Views != 3 {
			t.Fatalf("%+v", top)
		}
		kept := <-s.tally
		if len(kept.windows) != 0 {
			t.Error("more counts are kept than the bound says")
		}
		s.tally <- kept
	}
}

func bucketsTrimmed(t *testing.T) {
	s := open(t, storeURL(t))
	mustAdd(t, s, "1", noon, map[hub.ID]uint64{"x": 1})
	trim := func(after time.Duration) {
		t.Helper()
		if _, err := s.Trim(t.Context(), noon.Add(after), hub.Keep{Views: 35 * 24 * time.Hour}); err != nil {
			t.Fatal(err)
		}
	}
	there := func() (n int64) {
		t.Helper()
		for _, kind := range bucketKinds() {
			got, err := s.client.Exists(t.Context(), s.keys.bucket(kind.name, noon.Truncate(kind.size).Unix())+"n").Result()
			if err != nil {
				t.Fatal(err)
			}
			n += got
		}
		return n
	}
	for _, c := range []struct {
		after time.Duration
		want  int64
	}{{2 * time.Hour, 3}, {2*time.Hour + time.Second, 2}, {8 * 24 * time.Hour, 2}, {9 * 24 * time.Hour, 1}, {36 * 24 * time.Hour, 0}} {
		trim(c.after)
		if n := there(); n != c.want {
			t.Errorf("%s after, %d buckets are there, want %d", c.after, n, c.want)
		}
	}
	if got := mustViews(t, s, noon, "x"); got[0] != (hub.ViewCounts{Total: 1}) {
		t.Errorf("%+v", got[0])
	}
}

// unreadableBucket: the answers before the one that fails say that there is nothing, which is no error and must not hide it.
func unreadableBucket(t *testing.T) {
	s := open(t, storeURL(t))
	mustAdd(t, s, "b", noon, map[hub.ID]uint64{"x": 3})
	for kind, window := range map[string]hub.Window{"5m": hub.WindowHour, "h": hub.WindowDay} {
		size := map[string]time.Duration{"5m": 5 * time.Minute, "h": time.Hour}[kind]
		key := s.keys.bucket(kind, noon.Truncate(size).Unix()) + "n"
		if err := s.client.Set(t.Context(), key, "no hash", 0).Err(); err != nil {
			t.Fatal(err)
		}
		if out, err := s.Views(t.Context(), noon, []hub.ID{"nobody", "x"}); err == nil {
			t.Errorf("views of %s: %v and no error", window, out)
		}
		if out, err := s.Top(t.Context(), noon, "news", window, 10); err == nil {
			t.Errorf("ranking of %s: %v and no error", window, out)
		}
		if err := s.client.Del(t.Context(), key).Err(); err != nil {
			t.Fatal(err)
		}
	}
}
