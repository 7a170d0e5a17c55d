package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"tinhub/internal/hub"
)

// histories draws random histories of puts, orders, releases and trims, lives them in the store and in the model, and
// compares all that can be seen of both.
func histories(t *testing.T, e Engine) {
	rapid.Check(t, func(rt *rapid.T) {
		s := e.Open(t)
		defer func() { _ = s.Close() }() // rapid runs many; the engine's own cleanup comes only at the end
		if err := live(t.Context(), rt, s, newModel()); err != nil {
			rt.Fatal(err)
		}
	})
}

// step is one thing that is done to both stores; each answers with what its caller saw.
type step struct {
	name string
	do   func(hub.Store) (any, error)
}

func live(ctx context.Context, rt *rapid.T, s hub.Store, m hub.Store) error {
	now := 0
	for i := range rapid.IntRange(1, 25).Draw(rt, "steps") {
		now += rapid.IntRange(-3, 40).Draw(rt, "minutes")
		st := drawStep(ctx, rt, at(now))
		want, wantErr := st.do(m)
		got, err := st.do(s)
		if hub.KindOf(err) != hub.KindOf(wantErr) || (err == nil) != (wantErr == nil) {
			return fmt.Errorf("step %d, %s: the store said %w, the model %w", i, st.name, err, wantErr)
		}
		if diff := diffOf(want, got); diff != "" {
			return fmt.Errorf("step %d, %s (- model, + store):\n%s", i, st.name, diff)
		}
		if err := compare(ctx, s, m); err != nil {
			return fmt.Errorf("after step %d, %s: %w", i, st.name, err)
		}
	}
	return nil
}

func diffOf(want, got any) string {
	if reflect.DeepEqual(want, got) {
		return ""
	}
	return gocmp.Diff(want, got, cmpopts.EquateEmpty(), asText())
}

func drawStep(ctx context.Context, rt *rapid.T, now time.Time) step {
	switch rapid.IntRange(0, 9).Draw(rt, "step") {
	case 0, 1, 2, 3, 4:
		items := rapid.SliceOfN(rapid.Custom(drawItem(now)), 1, 4).Draw(rt, "items")
		return step{fmt.Sprintf("put of %d", len(items)), func(s hub.Store) (any, error) { return s.Put(ctx, now, items) }}
	case 5, 6:
		o := drawOrder(rt)
		return step{fmt.Sprintf("order %+v", o), func(s hub.Store) (any, error) { return s.Mark(ctx, now, o) }}
	case 7:
		// The order of what falls due at one moment is the engine's own, so all of it is released.
		return step{"release", func(s hub.Store) (any, error) {
			n, next, err := s.Release(ctx, now, 1000)
			return []any{n, next.UTC()}, err
		}}
	case 8:
		id := drawID(rt)
		return step{"views", func(s hub.Store) (any, error) {
			// Counted under the item's own id: what a reading under an alias counts for is not promised.
			recs, err := s.Records(ctx, []hub.ID{id})
			if err != nil {
				return nil, err
			}
			counts := map[hub.ID]uint64{cmp.Or(recs[0].ID, id): 1}
			return nil, s.AddViews(ctx, hub.ViewBatch{ID: now.String(), Bucket: bucketNow(), Counts: counts})
		}}
	}
	keep := hub.Keep{
		Items:  time.Duration(rapid.IntRange(0, 200).Draw(rt, "keep items")) * time.Minute,
		Events: rapid.Uint64Range(0, 12).Draw(rt, "keep events"),
	}
	return step{fmt.Sprintf("trim %+v", keep), func(s hub.Store) (any, error) {
		t, err := s.Trim(ctx, now, keep)
		t.Bodies = 0 // how bodies are shared is the engine's own
		return t, err
	}}
}

// A world small enough that everything meets: two sources, four items each, three URLs, three sections.
func drawSource(rt *rapid.T) string {
	return rapid.SampledFrom([]string{"feed", "other"}).Draw(rt, "source")
}

func drawOriginal(rt *rapid.T) string {
	return rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(rt, "original id")
}

func drawID(rt *rapid.T) hub.ID { return hub.NewID(drawSource(rt), drawOriginal(rt)) }

func drawItem(now time.Time) func(*rapid.T) hub.Incoming {
	return func(rt *rapid.T) hub.Incoming {
		source, original := drawSource(rt), drawOriginal(rt)
		url := rapid.SampledFrom([]string{"", "example.org/1", "example.org/2", "example.org/3"}).Draw(rt, "url key")
		sections := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"news", "world", "sport"}), 0, 2, rapid.ID).Draw(rt, "sections")
		return article(source, original, keyed(url), shelved(sections...), func(in *hub.Incoming) {
			in.Item.Title = rapid.SampledFrom([]string{"One", "Two"}).Draw(rt, "title")
			in.Item.Published = time.Time{}
			if d := rapid.IntRange(-4, 4).Draw(rt, "date"); d < 4 {
				in.Item.Published = at(d * 5).In(hanoi())
			}
			in.Item.ContentHTML = rapid.SampledFrom([]string{"", "<p>1</p>", "<p>2</p>"}).Draw(rt, "body")
			in.Priority = rapid.IntRange(0, 1).Draw(rt, "priority")
			switch rapid.IntRange(0, 9).Draw(rt, "special") {
			case 0:
				in.Retract = true
			case 1:
				in.Restore = true
			case 2:
				in.PublishAt = now.Add(time.Duration(rapid.IntRange(-5, 60).Draw(rt, "embargo")) * time.Minute)
			case 3:
				in.Item.OriginalID = string(drawID(rt))
			}
		})
	}
}

func drawOrder(rt *rapid.T) hub.Order {
	return hub.Order{
		ID: drawID(rt), By: rapid.SampledFrom([]hub.Authority{hub.ByDesk, hub.BySource}).Draw(rt, "by"), Source: drawSource(rt),
		Restore: rapid.Bool().Draw(rt, "restore"), Reason: rapid.SampledFrom([]string{"", "wrong", "private"}).Draw(rt, "reason"),
	}
}

// seen is all that can be seen of a store in the small world of drawItem.
type seen struct {
	Shelves map[string]hub.Shelf
	Events  []hub.Event
	Oldest  hub.Seq
	Records []hub.Record
	Top     []hub.Ranked
}

func compare(ctx context.Context, s, m hub.Store) error {
	want, err := look(ctx, m)
	if err != nil {
		return fmt.Errorf("reading the model: %w", err)
	}
	got, err := look(ctx, s)
	if err != nil {
		return err
	}
	if diff := diffOf(want, got); diff != "" {
		return fmt.Errorf("(- model, + store):\n%s", diff)
	}
	return nil
}

func look(ctx context.Context, s hub.Store) (v seen, err error) {
	v.Shelves = map[string]hub.Shelf{}
	for _, section := range []string{"news", "world", "sport", hub.AllSection} {
		if v.Shelves[section], err = s.Shelf(ctx, section, hub.FeedSize); err != nil {
			return v, err
		}
		shelf := v.Shelves[section]
		shelf.Touched = shelf.Touched.UTC()
		v.Shelves[section] = shelf
	}
	since := hub.Seq(0)
	if v.Oldest, err = oldest(ctx, s); err != nil {
		return v, err
	} else if v.Oldest > 0 {
		since = v.Oldest - 1
	}
	if v.Events, err = s.Events(ctx, since, 1000); err != nil {
		return v, err
	}
	var ids []hub.ID
	for _, source := range []string{"feed", "other"} {
		for _, original := range []string{"a", "b", "c", "d"} {
			ids = append(ids, hub.NewID(source, original))
		}
	}
	if v.Records, err = s.Records(ctx, ids); err != nil {
		return v, err
	}
	v.Top, err = s.Top(ctx, time.Now(), hub.AllSection, hub.WindowDay, 5)
	return v, err
}

// oldest is where a trimmed log begins, 0 for one that is whole.
func oldest(ctx context.Context, s hub.Store) (hub.Seq, error) {
	_, err := s.Events(ctx, 0, 1)
	if gone, ok := errors.AsType[*hub.LogGoneError](err); ok {
		return gone.Oldest, nil
	}
	return 0, err
}
