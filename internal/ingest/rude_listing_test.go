package ingest

import (
	"strings"
	"testing"
	"time"

	"tinhub/internal/fetch"
)

func TestEtiquetteTheLinksOfAListingAreFollowedOneByOneAndOnce(t *testing.T) {
	for _, name := range []string{"a listing", "a listing with a clock", "a sitemap"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkFollowed(t, name)
		})
	}
}

func checkFollowed(t *testing.T, name string) {
	s := newStage(t, fetch.Options{PaceLocal: true})
	site := s.play("a", name)
	created := 0
	for range 3 {
		created += s.visit("a")[0].Created
		s.restart()
	}
	requests := site.Requests()
	if len(requests) == 0 || requests[0].Path != "/robots.txt" {
		t.Fatalf("%s: robots.txt was not asked first: %s", name, paths(site))
	}
	seen := map[string]int{}
	var last time.Time
	for _, r := range requests[1:] {
		seen[r.Path]++
		if gap := r.At.Sub(last); gap < 900*time.Millisecond {
			t.Errorf("%s: %s was asked for %s after the one before", name, r.Path, gap)
		}
		last = r.At
		if r.Path == "/robots.txt" || strings.Contains(r.Path, "about") || strings.Contains(r.Path, "story") && seen[r.Path] > 1 {
			t.Errorf("%s: %s was asked for the %dth time", name, r.Path, seen[r.Path])
		}
	}
	want := len(seen) - 1
	if created != want || want < 3 {
		t.Errorf("%s: %d articles of %d pages: %s", name, created, want, paths(site))
	}
}

func TestEtiquetteAListingThatGivesNothingWhereItGaveSomethingHasFailed(t *testing.T) {
	s := newStage(t, fetch.Options{})
	s.play("a", "a listing that lists nothing any more")
	first := s.visit("a")[0]
	second := s.visit("a")[0]
	if first.Created == 0 || second.Outcome != OutcomeFailed || s.state("a").Failures != 1 {
		t.Errorf("first %+v, then %+v", first, second)
	}
	if shelf, err := s.store.Shelf(t.Context(), "news", 10); err != nil || len(shelf.Items) != first.Created {
		t.Errorf("%d items are left of %d, %v", len(shelf.Items), first.Created, err)
	}
}
