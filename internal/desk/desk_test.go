package desk

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"tinhub/internal/hub"
)

// shelf is a store of one item and one alias of it, which decides as every store must.
type shelf struct {
	rec   hub.Record
	alias hub.ID
	head  hub.Seq
	err   error
	last  hub.Order
}

func newShelf() *shelf {
	id := hub.NewID("bdn", "a")
	return &shelf{
		rec:   hub.Record{Item: hub.Item{ID: id, Source: "bdn"}, State: hub.StateLive, Seq: 1, FirstSeq: 1},
		alias: hub.NewID("other", "b"), head: 1,
	}
}

func (s *shelf) Records(_ context.Context, ids []hub.ID) ([]hub.Record, error) {
	if s.err != nil {
		return nil, s.err
	}
	out := make([]hub.Record, len(ids))
	for i, id := range ids {
		if id == s.rec.ID || id == s.alias {
			out[i] = s.rec
		}
	}
	return out, nil
}

func (s *shelf) Mark(_ context.Context, at time.Time, o hub.Order) (hub.Outcome, error) {
	s.last = o
	var cur *hub.Record
	if o.ID == s.rec.ID {
		cur = &s.rec
	}
	d, err := hub.DecideOrder(cur, o, at)
	if err != nil {
		return hub.Outcome{}, err
	}
	if d.Event != "" {
		s.head++
		d.Record.Seq = s.head
	}
	s.rec = d.Record
	return hub.Outcome{ID: s.rec.ID, Seq: s.rec.Seq, Change: d.Change, State: s.rec.State}, nil
}

// feeds hold events up to a place, after a while.
type feeds struct {
	after time.Duration
	asked []hub.Seq
}

func (f *feeds) WaitFor(ctx context.Context, seq hub.Seq) error {
	f.asked = append(f.asked, seq)
	select {
	case <-time.After(f.after):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func TestAnItemGoesOutAndComesBackAndTwiceIsNoEvent(t *testing.T) {
	st := newShelf()
	d := New(Options{Store: st})
	for _, tc := range []struct {
		name    string
		restore bool
		seq     hub.Seq
		change  hub.Change
		state   hub.State
	}{
		{"restored while live", true, 1, hub.ChangeUnchanged, hub.StateLive},
		{"retracted", false, 2, hub.ChangeRetracted, hub.StateRetracted},
		{"retracted again", false, 2, hub.ChangeRetracted, hub.StateRetracted},
		{"restored", true, 3, hub.ChangeRestored, hub.StateLive},
		{"restored again", true, 3, hub.ChangeUnchanged, hub.StateLive},
	} {
		var out hub.Outcome
		var err error
		if tc.restore {
			out, err = d.Restore(t.Context(), st.rec.ID)
		} else {
			out, err = d.Retract(t.Context(), st.rec.ID, "a wrong name", "asked by phone")
		}
		want := hub.Outcome{ID: st.rec.ID, Seq: tc.seq, Change: tc.change, State: tc.state}
		if err != nil || out != want {
			t.Errorf("%s: %+v, %v; want %+v", tc.name, out, err, want)
		}
	}
}

func TestAnAliasLeadsToTheItem(t *testing.T) {
	st := newShelf()
	out, err := New(Options{Store: st}).Retract(t.Context(), st.alias, "why", "")
	if err != nil || out.ID != st.rec.ID || st.rec.State != hub.StateRetracted {
		t.Errorf("%+v, %v; the item is %s", out, err, st.rec.State)
	}
}

func TestAnUnknownItemIsNotFound(t *testing.T) {
	d := New(Options{Store: newShelf()})
	_, err := d.Retract(t.Context(), hub.NewID("x", "y"), "why", "")
	if hub.KindOf(err) != hub.NotFound {
		t.Errorf("retract: %v", err)
	}
	if _, err = d.Restore(t.Context(), hub.NewID("x", "y")); hub.KindOf(err) != hub.NotFound {
		t.Errorf("restore: %v", err)
	}
}

func TestTheReasonIsPlainTextOfABoundedLength(t *testing.T) {
	for _, tc := range []struct {
		name, reason, note string
		kept               string
		place              string // of the error
	}{
		{name: "a sentence", reason: "Sai tên người bị nạn", kept: "Sai tên người bị nạn"},
		{name: "white space around and within", reason: "  hai \n\t dòng ", kept: "hai dòng"},
		{name: "letters apart from their marks", reason: "Đo\u0302\u0300ng Nai", kept: "Đồng Nai"},
		{name: "control characters and turned text", reason: "a\x00b\u202Ec\x1b[31m", kept: "abc[31m"},
		{name: "markup is text", reason: "<b>x</b>", kept: "<b>x</b>"},
		{name: "broken UTF-8", reason: "a\xffb", kept: "a\uFFFDb"},
		{name: "nothing", reason: "", place: "reason"},
		{name: "nothing to be seen", reason: " \u0007\n", place: "reason"},
		{name: "as long as it may be", reason: strings.Repeat("ư", 500), kept: strings.Repeat("ư", 500)},
		{name: "too long", reason: strings.Repeat("ư", 501), place: "reason"},
		{name: "a note too long", reason: "x", note: strings.Repeat("ư", 2001), place: "note"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			st := newShelf()
			_, err := New(Options{Store: st}).Retract(t.Context(), st.rec.ID, tc.reason, tc.note)
			if tc.place != "" {
				e, ok := errors.AsType[*hub.Error](err)
				if !ok || e.Kind != hub.Invalid || e.Place != tc.place {
					t.Errorf("the error is %v, want one at %s", err, tc.place)
				}
				if st.rec.State != hub.StateLive {
					t.Error("the item went out all the same")
				}
				return
			}
			if err != nil || st.rec.Retraction.Reason != tc.kept {
				t.Errorf("kept %q, %v; want %q", st.rec.Retraction.Reason, err, tc.kept)
			}
			if st.last.By != hub.ByDesk {
				t.Errorf("the order is by %q", st.last.By)
			}
		})
	}
}

func TestTheAnswerWaitsForTheFeedsAndNoLongerThanTwoSeconds(t *testing.T) {
	for _, tc := range []struct {
		name        string
		after, want time.Duration
	}{
		{"feeds that follow at once", 0, 0},
		{"feeds a moment behind", 700 * time.Millisecond, 700 * time.Millisecond},
		{"feeds that do not follow", time.Hour, 2 * time.Second},
	} {
		t.Run(tc.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				st, f := newShelf(), &feeds{after: tc.after}
				began := time.Now()
				out, err := New(Options{Store: st, Published: f}).Retract(t.Context(), st.rec.ID, "why", "")
				if err != nil || out.State != hub.StateRetracted {
					t.Errorf("%+v, %v", out, err)
				}
				if took := time.Since(began); took != tc.want {
					t.Errorf("the answer took %s, want %s", took, tc.want)
				}
				if len(f.asked) != 1 || f.asked[0] != 2 {
					t.Errorf("feeds were asked for %v, want the event's seq 2", f.asked)
				}
			})
		})
	}
}

func TestAnItemNobodyWasToldOfIsNotWaitedFor(t *testing.T) {
	st, f := newShelf(), &feeds{}
	st.rec.State, st.rec.Seq, st.rec.FirstSeq = hub.StateHeld, 0, 0
	if _, err := New(Options{Store: st, Published: f}).Retract(t.Context(), st.rec.ID, "why", ""); err != nil {
		t.Fatal(err)
	}
	if len(f.asked) != 0 {
		t.Errorf("feeds were asked for %v", f.asked)
	}
}

func TestAStoreThatIsAwayIsSaidSo(t *testing.T) {
	st := newShelf()
	st.err = hub.Errorf(hub.Unavailable, "away")
	if _, err := New(Options{Store: st}).Restore(t.Context(), st.rec.ID); hub.KindOf(err) != hub.Unavailable {
		t.Errorf("the error is %v", err)
	}
}
