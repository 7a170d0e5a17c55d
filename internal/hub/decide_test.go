package hub

import (
	"slices"
	"testing"
	"time"
)

var (
	noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	ict  = time.FixedZone("", 7*3600)
)

func incoming(source, original, hash string, change ...func(*Incoming)) Incoming {
	in := Incoming{
		Item: Item{
			ID: NewID(source, original), Source: source, OriginalID: original, Title: "Cầu mới thông xe",
			Hash: hash, Published: noon.Add(-time.Hour),
		},
		Sections: []string{"thoi-su"}, Location: ict, URLKey: "sx.example/cau-moi",
	}
	for _, c := range change {
		c(&in)
	}
	return in
}

// played puts a decision into effect the way a store does.
func played(d Decision, seq Seq, at time.Time) *Record {
	r := d.Record
	if d.Event != "" {
		r.Seq, r.Changed = seq, at
		if r.FirstSeq == 0 {
			r.FirstSeq = seq
		}
	}
	return &r
}

func stored(change ...func(*Incoming)) *Record {
	return played(Decide(nil, "", incoming("a", "1", "h1", change...), noon), 1, noon)
}

func published(t time.Time) func(*Incoming) {
	return func(in *Incoming) { in.Item.Published = t }
}

func retracted(by Authority) *Record {
	d, err := DecideOrder(stored(), Order{By: by, Source: "a", Reason: "Sai tên"}, noon.Add(time.Minute))
	if err != nil {
		panic(err)
	}
	return played(d, 2, noon.Add(time.Minute))
}

func TestWhatBecomesOfAnIncomingItem(t *testing.T) {
	later := noon.Add(time.Hour)
	held := func(in *Incoming) { in.PublishAt = noon.Add(30 * time.Minute) }
	for _, c := range []struct {
		name   string
		cur    *Record
		in     Incoming
		change Change
		event  EventType
		state  State
		write  bool
	}{
		{"a new one is created", nil, incoming("a", "1", "h1"), ChangeCreated, Created, StateLive, true},
		{"the same again is nothing", stored(), incoming("a", "1", "h1"), ChangeUnchanged, "", StateLive, false},
		{"another text updates", stored(), incoming("a", "1", "h2"), ChangeUpdated, Updated, StateLive, true},
		{"a move to another section updates", stored(), incoming("a", "1", "h1", func(in *Incoming) { in.Sections = []string{"b"} }), ChangeUpdated, Updated, StateLive, true},
		{"another source's copy with another text is nothing", stored(), incoming("b", "x", "h9", func(in *Incoming) { in.Sections = []string{"thoi-su"} }), ChangeUnchanged, "", StateLive, true},
		{"another source's copy brings its section", stored(), incoming("b", "x", "h9", func(in *Incoming) { in.Sections = []string{"kinh-te"} }), ChangeUpdated, Updated, StateLive, true},
		{"a source of higher priority takes over", stored(), incoming("b", "x", "h9", func(in *Incoming) { in.Priority = 1 }), ChangeUpdated, Updated, StateLive, true},
		{"what the desk retracted stays out", retracted(ByDesk), incoming("a", "1", "h2"), ChangeRetracted, "", StateRetracted, true},
		{"what the desk retracted its source cannot restore", retracted(ByDesk), incoming("a", "1", "h2", func(in *Incoming) { in.Restore = true }), ChangeRetracted, "", StateRetracted, true},
		{"what a source retracted stays out", retracted(BySource), incoming("a", "1", "h1"), ChangeRetracted, "", StateRetracted, false},
		{"what a source retracted it restores by saying so", retracted(BySource), incoming("a", "1", "h2", func(in *Incoming) { in.Restore = true }), ChangeRestored, Restored, StateLive, true},
		{"another source cannot restore it", retracted(BySource), incoming("b", "1", "h2", func(in *Incoming) { in.Restore = true }), ChangeRetracted, "", StateRetracted, true},
		{"a copy of a retracted one stays out", retracted(ByDesk), incoming("b", "1", "h2"), ChangeRetracted, "", StateRetracted, true},
		{"a tombstone retracts", stored(), incoming("a", "1", "", func(in *Incoming) { in.Retract = true }), ChangeRetracted, Retracted, StateRetracted, true},
		{"another source's tombstone does not", stored(), incoming("b", "1", "", func(in *Incoming) { in.Retract = true }), ChangeUnchanged, "", StateLive, false},
		{"a tombstone of nothing is nothing", nil, incoming("a", "1", "", func(in *Incoming) { in.Retract = true }), ChangeUnchanged, "", "", false},
		{"an embargo is kept", nil, incoming("a", "1", "h1", func(in *Incoming) { in.PublishAt = later.Add(time.Hour) }), ChangeCreated, "", StateHeld, true},
		{"a lifted embargo creates", stored(func(in *Incoming) { held(in); in.PublishAt = later.Add(time.Hour) }), incoming("a", "1", "h1"), ChangeCreated, Created, StateLive, true},
		{
			"a correction under an embargo is quiet", stored(func(in *Incoming) { held(in); in.PublishAt = later.Add(time.Hour) }),
			incoming("a", "1", "h2", func(in *Incoming) { in.PublishAt = later.Add(time.Hour) }), ChangeUpdated, "", StateHeld, true,
		},
		{"what was trimmed is not new", played(DecideTrim(*stored()), 0, later), incoming("a", "1", "h2"), ChangeUnchanged, "", StateTrimmed, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := Decide(c.cur, WhyID, c.in, later)
			if d.Change != c.change || d.Event != c.event || d.Record.State != c.state || d.Write != c.write {
				t.Errorf("change %q event %q state %q write %t; want %q %q %q %t",
					d.Change, d.Event, d.Record.State, d.Write, c.change, c.event, c.state, c.write)
			}
			if c.cur != nil && d.Record.ID != c.cur.ID {
				t.Errorf("the id moved from %s to %s", c.cur.ID, d.Record.ID)
			}
			if d.Event != "" && len(d.Touched) == 0 {
				t.Error("an event without sections")
			}
		})
	}
}

func TestTheNewestVersionShowsOnceTheDeskRestores(t *testing.T) {
	cur := played(Decide(retracted(ByDesk), WhyID, incoming("a", "1", "h2"), noon.Add(2*time.Minute)), 0, noon)
	d, err := DecideOrder(cur, Order{By: ByDesk, Restore: true}, noon.Add(3*time.Minute))
	if err != nil || d.Event != Restored || d.Record.Hash != "h2" || d.Record.Retraction != nil {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestAnOrderDoneTwiceIsNoEvent(t *testing.T) {
	again, err := DecideOrder(retracted(ByDesk), Order{By: ByDesk, Reason: "Sai tên"}, noon)
	if err != nil || again.Event != "" || again.Write {
		t.Errorf("retract: %+v, %v", again, err)
	}
	again, err = DecideOrder(stored(), Order{By: ByDesk, Restore: true}, noon)
	if err != nil || again.Event != "" || again.Write {
		t.Errorf("restore: %+v, %v", again, err)
	}
}

func TestTheDeskTakesASourcesRetractionOver(t *testing.T) {
	d, err := DecideOrder(retracted(BySource), Order{By: ByDesk, Reason: "Theo yêu cầu"}, noon)
	if err != nil || d.Event != "" || !d.Write || d.Record.Retraction.By != ByDesk {
		t.Fatalf("%+v, %v", d, err)
	}
	back := Decide(&d.Record, WhyID, incoming("a", "1", "h2", func(in *Incoming) { in.Restore = true }), noon)
	if back.Change != ChangeRetracted {
		t.Errorf("the source restored what the desk had taken over: %s", back.Change)
	}
}

func TestTheEndOfARetractionIsToldWhereTheRetractionWas(t *testing.T) {
	moved := Decide(retracted(ByDesk), WhyID, incoming("a", "1", "h1", func(in *Incoming) { in.Sections = []string{"kinh-te"} }), noon)
	d, err := DecideOrder(&moved.Record, Order{By: ByDesk, Restore: true}, noon)
	if want := []string{"kinh-te", "thoi-su"}; err != nil || !slices.Equal(d.Touched, want) {
		t.Errorf("told %v, want %v; %v", d.Touched, want, err)
	}
}

func TestASourceRetractsOnlyItsOwn(t *testing.T) {
	for name, cur := range map[string]*Record{"unknown": nil, "another's": stored()} {
		if _, err := DecideOrder(cur, Order{By: BySource, Source: "b"}, noon); KindOf(err) != NotFound {
			t.Errorf("%s: %v, want not found", name, err)
		}
	}
}

func TestADateAheadIsTheTimeFirstSeenAndNeverMoves(t *testing.T) {
	ahead := noon.Add(24 * time.Hour)
	r := stored(published(ahead))
	if !r.Published.Equal(noon) || r.Published.Format("-07:00") != "+07:00" {
		t.Fatalf("published %s, want first seen in the source's zone", r.Published)
	}
	d := Decide(r, WhyID, incoming("a", "1", "h2", published(ahead)), ahead.Add(time.Hour))
	if !d.Record.Published.Equal(noon) {
		t.Errorf("it moved to %s when its date had come", d.Record.Published)
	}
	if r := stored(published(noon.Add(5 * time.Minute))); !r.Published.Equal(noon.Add(5 * time.Minute)) {
		t.Errorf("a clock five minutes ahead is no mistake, got %s", r.Published)
	}
}

func TestAnUndatedItemKeepsTheTimeItWasFirstSeen(t *testing.T) {
	r := stored(published(time.Time{}))
	d := Decide(r, WhyID, incoming("a", "1", "h2", published(time.Time{})), noon.Add(time.Hour))
	if !d.Record.Published.Equal(noon) {
		t.Errorf("published %s", d.Record.Published)
	}
	dated := Decide(&d.Record, WhyID, incoming("a", "1", "h3", published(noon.Add(-48*time.Hour))), noon.Add(2*time.Hour))
	if !dated.Record.Published.Equal(noon.Add(-48 * time.Hour)) {
		t.Errorf("a date that came later was not taken: %s", dated.Record.Published)
	}
}

func TestAnUpdateSaysWhenItWasMade(t *testing.T) {
	at := noon.Add(time.Hour)
	if d := Decide(stored(), WhyID, incoming("a", "1", "h2"), at); !d.Record.Modified.Equal(at) {
		t.Errorf("modified %s, want %s", d.Record.Modified, at)
	}
	said := noon.Add(30 * time.Minute)
	d := Decide(stored(), WhyID, incoming("a", "1", "h2", func(in *Incoming) { in.Item.Modified = said }), at)
	if !d.Record.Modified.Equal(said) {
		t.Errorf("modified %s, want what the source said", d.Record.Modified)
	}
}

func TestADecisionLeavesTheRecordItWasGivenAlone(t *testing.T) {
	cur := stored()
	Decide(cur, WhyID, incoming("b", "x", "h9", func(in *Incoming) { in.Sections = []string{"kinh-te"} }), noon)
	if !slices.Equal(cur.Sections, []string{"thoi-su"}) || len(cur.Shelves) != 1 {
		t.Errorf("cur changed: %v %v", cur.Sections, cur.Shelves)
	}
}
