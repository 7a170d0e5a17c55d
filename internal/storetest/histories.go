package storetest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"tinhub/internal/hub"
)

// histories draws random histories of puts, orders, releases, aliases set apart, trims and restarts, lives them in the store
// and in the model, and compares all that can be seen of both.
func histories(t *testing.T, e Engine) {
	rapid.Check(t, func(rt *rapid.T) {
		s := e.Open(t)
		defer func() { _ = s.Close() }() // rapid runs many; the engine's own cleanup comes only at the end
		restart := func() {
			if e.Reopen != nil {
				s = e.Reopen(t, s)
			}
		}
		if err := live(t.Context(), rt, func() hub.Store { return s }, newModel(), restart); err != nil {
			rt.Fatal(err)
		}
	})
}

// step is one thing that is done to both stores; each answers with what its caller saw.
type step struct {
	name string
	do   func(hub.Store) (any, error)
}

// live lives one history. current gives the store as it is opened at that moment, restart opens it anew.
func live(ctx context.Context, rt *rapid.T, current func() hub.Store, m hub.Store, restart func()) error {
	now := 0
	for i := range rapid.IntRange(1, 25).Draw(rt, "steps") {
		now += rapid.IntRange(-3, 40).Draw(rt, "minutes")
		if rapid.IntRange(0, 11).Draw(rt, "restart") == 0 {
			restart()
		}
		s, st := current(), drawStep(ctx, rt, at(now))
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

// seen is all that can be seen of a store in the small world of drawItem.
type seen struct {
	Shelves map[string]hub.Shelf
	Events  []hub.Event
	Oldest  hub.Seq
	Records []hub.Record
	Top     []hub.Ranked
	Aliases [][]hub.Alias // of all, then of each
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
	for _, source := range sourcesDrawn() {
		for _, original := range originalsDrawn() {
			ids = append(ids, hub.NewID(source, original))
		}
	}
	if v.Records, err = s.Records(ctx, ids); err != nil {
		return v, err
	}
	for _, id := range append([]hub.ID{""}, ids...) {
		list, err := s.Aliases(ctx, id, 1000)
		if err != nil {
			return v, err
		}
		if !slices.IsSortedFunc(list, lastMet) {
			return v, fmt.Errorf("the aliases of %q are not listed the last met first: %+v", id, list)
		}
		// Those that were met at one moment have no order among them.
		slices.SortFunc(list, func(a, b hub.Alias) int { return cmp.Or(lastMet(a, b), cmp.Compare(a.ID, b.ID)) })
		v.Aliases = append(v.Aliases, list)
	}
	v.Top, err = s.Top(ctx, time.Now(), hub.AllSection, hub.WindowDay, 5)
	return v, err
}

func lastMet(a, b hub.Alias) int { return b.When.Compare(a.When) }

// oldest is where a trimmed log begins, 0 for one that is whole.
func oldest(ctx context.Context, s hub.Store) (hub.Seq, error) {
	_, err := s.Events(ctx, 0, 1)
	if gone, ok := errors.AsType[*hub.LogGoneError](err); ok {
		return gone.Oldest, nil
	}
	return 0, err
}
