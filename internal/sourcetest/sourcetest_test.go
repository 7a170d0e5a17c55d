package sourcetest_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"go.uber.org/goleak"

	"tinhub/internal/sourcetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestThereAreBehavioursOfEveryClassAndEachSaysWhatIsDue(t *testing.T) {
	names, classes := map[string]bool{}, map[sourcetest.Class]int{}
	for _, b := range sourcetest.Behaviours() {
		if names[b.Name] {
			t.Errorf("two behaviours are called %q", b.Name)
		}
		names[b.Name] = true
		classes[b.Class]++
		if b.Reason == "" || b.Then == "" || b.Expect == "" || b.Kind == "" {
			t.Errorf("%q does not say what is due: %+v", b.Name, b)
		}
		if again, ok := sourcetest.Find(b.Name); !ok || again.Class != b.Class {
			t.Errorf("%q is not found by its name", b.Name)
		}
	}
	if len(names) < 100 || classes[sourcetest.Hostile] < 60 || classes[sourcetest.Good] < 20 || classes[sourcetest.Rude] < 20 {
		t.Errorf("%d behaviours, by class %v", len(names), classes)
	}
}

func TestASiteWritesDownWhatReachesIt(t *testing.T) {
	s := sourcetest.New()
	defer s.Close()
	b, _ := sourcetest.Find("a 301")
	site, err := s.Play("first", b)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for range 2 {
		resp, err := client.Get(site.URL())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
	got := site.Requests()
	if len(got) != 4 || got[0].Path != "/feed" || got[1].Path != "/new" || got[3].Conn != 1 || got[0].Header.Get("User-Agent") == "" || got[0].At.IsZero() {
		t.Errorf("written down: %+v", got)
	}
	if site.Busiest() != 1 {
		t.Errorf("%d at once", site.Busiest())
	}
}

func TestEverySiteEndsWhenTheServerCloses(t *testing.T) {
	s := sourcetest.New()
	client := &http.Client{Transport: &http.Transport{}, Timeout: 300 * time.Millisecond}
	defer client.CloseIdleConnections()
	for _, b := range sourcetest.Behaviours() {
		site, err := s.Play("x", b)
		if err != nil {
			t.Fatal(err)
		}
		if !b.Slow {
			continue
		}
		if resp, err := client.Get(site.URL()); err == nil {
			_ = resp.Body.Close()
		}
		if b.Kind == "feed" && len(site.Requests()) == 0 && site.URL()[:5] != "https" {
			t.Errorf("%q saw nobody", b.Name)
		}
	}
	begin := time.Now()
	s.Close()
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("the end took %s", took)
	}
	if _, err := s.Play("late", sourcetest.Behaviours()[0]); err == nil {
		t.Error("a closed server plays on")
	}
}
