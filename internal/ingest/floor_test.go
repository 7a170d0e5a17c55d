package ingest

import "testing"

func TestTheFloorIsSharedFairly(t *testing.T) {
	f := newFloor(8)
	for n, c := range []struct {
		host string
		weak bool
		want bool
	}{
		{"a", true, true},
		{"a", true, true},
		{"a", true, false}, // half of a host's room at most for the weak
		{"a", false, true},
		{"a", false, true},
		{"a", false, false}, // a host's room is used up
		{"b", true, true},
		{"b", true, true},
		{"c", true, false}, // half of all the room at most for the weak
		{"", true, false},
		{"", false, true},
		{"", false, true},
		{"d", false, false}, // all the room is used up
	} {
		if got := f.enter(c.host, c.weak); got != c.want {
			t.Errorf("step %d, %+v: got %t", n, c, got)
		}
	}
	f.leave("a", true)
	if !f.enter("d", true) || f.enter("d", true) {
		t.Error("a place that was left is one place")
	}
	for _, w := range []struct {
		host string
		weak bool
	}{{"a", true}, {"a", false}, {"a", false}, {"b", true}, {"b", true}, {"", false}, {"", false}, {"d", true}} {
		f.leave(w.host, w.weak)
	}
	if f.all != (crowd{}) || len(f.hosts) != 0 {
		t.Errorf("when all have left: %+v", f)
	}
}
