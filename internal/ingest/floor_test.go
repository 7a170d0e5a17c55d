package ingest

import "testing"

func TestTheFloorIsSharedFairly(t *testing.T) {
	f := newFloor(8)
	for n, c := range []struct {
		host  string
		trust trust
		want  bool
	}{
		{"a", failing, true},
		{"a", failing, true},
		{"a", failing, false}, // half of a host's room at most for the failing
		{"a", untried, true},
		{"a", untried, false}, // one place is kept from all that are not proven
		{"a", proven, true},
		{"a", proven, false}, // a host's room is used up
		{"b", failing, true},
		{"b", failing, true},
		{"c", failing, false}, // half of all the room at most for the failing
		{"", failing, false},
		{"", untried, true},
		{"d", proven, true},
		{"d", proven, false}, // all the room is used up
	} {
		if got := f.enter(c.host, c.trust); got != c.want {
			t.Errorf("step %d, %+v: got %t", n, c, got)
		}
	}
	f.leave("a", failing)
	if !f.enter("d", failing) || f.enter("d", failing) {
		t.Error("a place that was left is one place")
	}
	for _, w := range []struct {
		host  string
		trust trust
	}{
		{"a", failing}, {"a", untried}, {"a", proven}, {"b", failing}, {"b", failing}, {"", untried}, {"d", proven}, {"d", failing},
	} {
		f.leave(w.host, w.trust)
	}
	if small := newFloor(2); !small.enter("", untried) || small.enter("", failing) || small.enter("", untried) || !small.enter("", proven) {
		t.Error("one place of all is kept from those that are not proven")
	}
	if f.all != (crowd{}) || len(f.hosts) != 0 {
		t.Errorf("when all have left: %+v", f)
	}
}
