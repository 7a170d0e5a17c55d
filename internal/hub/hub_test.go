package hub

import (
	"errors"
	"fmt"
	"testing"
	"time"
)

func TestAnIDDependsOnSourceAndOriginalAlone(t *testing.T) {
	// These stand in readers' databases: a change here shows every item to everybody again.
	for _, c := range []struct {
		source, original string
		want             ID
	}{
		{"bdn-feed", "https://news.example/a.html", "urn:uuid:094703a5-4eb8-5bd0-9c8d-e49958c49a03"},
	} {
		if got := NewID(c.source, c.original); got != c.want {
			t.Errorf("NewID(%q, %q) = %s, want %s", c.source, c.original, got, c.want)
		}
	}
	if NewID("ab", "c") == NewID("a", "bc") {
		t.Error("source and original run together")
	}
}

func TestAnIDIsReadWithAndWithoutItsPrefix(t *testing.T) {
	id := NewID("s", "1")
	for _, s := range []string{string(id), id.Bare(), "URN:UUID:" + id.Bare(), " " + id.Bare() + " "} {
		got, err := ParseID(s)
		if err != nil || got != id {
			t.Errorf("ParseID(%q) = %s, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "urn:uuid:", "urn:uuid:zz", id.Bare()[:35], id.Bare() + "0", "7a1c5e0b-3d52-4f86-9b11-54696e68756g"} {
		if got, err := ParseID(s); err == nil {
			t.Errorf("ParseID(%q) = %s, want an error", s, got)
		}
	}
}

func TestAnErrorKeepsItsKindThroughWrapping(t *testing.T) {
	err := fmt.Errorf("push to cms: %w", &Error{Kind: TooLarge, Place: "items[3]", Detail: "too long"})
	if KindOf(err) != TooLarge || KindOf(err).Status() != 413 {
		t.Errorf("kind %s, status %d", KindOf(err), KindOf(err).Status())
	}
	if KindOf(errors.New("x")).Status() != 500 || KindOf(&LogGoneError{Oldest: 3}).Status() != 410 {
		t.Error("plain errors are 500 and a trimmed log is 410")
	}
}

func TestAWindowHoldsNoBucketOlderThanItself(t *testing.T) {
	at := time.Date(2026, 11, 20, 10, 32, 10, 0, time.UTC)
	for w, want := range map[Window]time.Time{
		WindowHour: time.Date(2026, 11, 20, 9, 35, 0, 0, time.UTC),
		WindowDay:  time.Date(2026, 11, 19, 11, 0, 0, 0, time.UTC),
		WindowWeek: time.Date(2026, 11, 13, 11, 0, 0, 0, time.UTC),
		"1y":       {},
	} {
		if got := WindowStart(w, at); !got.Equal(want) {
			t.Errorf("WindowStart(%s) = %s, want %s", w, got, want)
		}
	}
}
