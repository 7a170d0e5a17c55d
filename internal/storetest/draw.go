package storetest

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"tinhub/internal/hub"
)

// drawStep draws what happens next in a random history (histories.go).
func drawStep(ctx context.Context, rt *rapid.T, now time.Time) step {
	switch rapid.IntRange(0, 10).Draw(rt, "step") {
	case 0, 1, 2, 3, 4:
		items := rapid.SliceOfN(rapid.Custom(drawItem(now)), 1, 4).Draw(rt, "items")
		hub.MarkTwins(items)
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
	case 9:
		alias := drawID(rt)
		return step{fmt.Sprintf("%s set apart", alias), func(s hub.Store) (any, error) { return s.SetApart(ctx, now, alias) }}
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

// A world small enough that everything meets: three sources, four guids each, three addresses and a few texts that go from
// guid to guid, three sections.
func sourcesDrawn() []string { return []string{"feed", "other", "third"} }

func originalsDrawn() []string { return []string{"a", "b", "c", "d"} }

func drawSource(rt *rapid.T) string { return rapid.SampledFrom(sourcesDrawn()).Draw(rt, "source") }

func drawID(rt *rapid.T) hub.ID {
	return hub.NewID(drawSource(rt), rapid.SampledFrom(originalsDrawn()).Draw(rt, "original id"))
}

func drawItem(now time.Time) func(*rapid.T) hub.Incoming {
	return func(rt *rapid.T) hub.Incoming {
		source, original := drawSource(rt), rapid.SampledFrom(originalsDrawn()).Draw(rt, "original id")
		sections := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"news", "world", "sport"}), 0, 2, rapid.ID).Draw(rt, "sections")
		title := rapid.SampledFrom([]string{"Một", "Hai"}).Draw(rt, "title")
		text := rapid.SampledFrom([]string{"", "1", bridge, bridge, bridgeEdited(), prices("1 2 3 4"), prices("5 6 7 8")}).Draw(rt, "text")
		return article(source, original, keyed(drawKey(rt)), shelved(sections...), worded(title, text), func(in *hub.Incoming) {
			in.Item.Published = time.Time{}
			if d := rapid.IntRange(-4, 4).Draw(rt, "date"); d < 4 {
				in.Item.Published = at(d * 5).In(hanoi())
			}
			in.Priority = rapid.IntRange(0, 1).Draw(rt, "priority")
			switch rapid.IntRange(0, 11).Draw(rt, "special") {
			case 0:
				in.Retract = true
			case 1:
				in.Restore = true
			case 2:
				in.PublishAt = now.Add(time.Duration(rapid.IntRange(-5, 60).Draw(rt, "embargo")) * time.Minute)
			case 3:
				in.Item.OriginalID = string(drawID(rt))
			case 4:
				in.Known = drawID(rt)
			case 5:
				in.OtherKeys = []string{drawKey(rt), drawKey(rt)}
			}
		})
	}
}

func drawKey(rt *rapid.T) string {
	return rapid.SampledFrom([]string{"", "", "example.org/1", "example.org/2", "example.org/3"}).Draw(rt, "url key")
}

func drawOrder(rt *rapid.T) hub.Order {
	return hub.Order{
		ID: drawID(rt), By: rapid.SampledFrom([]hub.Authority{hub.ByDesk, hub.BySource}).Draw(rt, "by"), Source: drawSource(rt),
		Restore: rapid.Bool().Draw(rt, "restore"), Reason: rapid.SampledFrom([]string{"", "wrong", "private"}).Draw(rt, "reason"),
	}
}
