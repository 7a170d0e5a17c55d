package publish

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"go.uber.org/goleak"

	"tinhub/internal/hub"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	ict      = time.FixedZone("", 7*3600)
	site     = hub.Site{Title: "Báo Sông Xanh", URL: "https://songxanh.example", Language: "vi", Location: ict}
	sections = []hub.Section{{ID: "thoi-su", Title: "Thời sự"}, {ID: "news", Title: "News", Language: "en"}, {ID: "trong", Title: "Trống"}}
)

func article(n int, section, title string) hub.Incoming {
	return hub.Incoming{
		Item: hub.Item{
			ID: hub.NewID("cms", fmt.Sprint(n)), Source: "cms", OriginalID: fmt.Sprint(n), Title: title, Hash: title,
			URL: fmt.Sprintf("https://songxanh.example/bai/%d", n), ContentHTML: "<p>" + strings.Repeat(title+" ", 30) + "</p>",
			Published: time.Date(1999, 11, 1, 8, 0, n, 0, ict), Language: "vi",
		},
		Sections: []string{section}, Location: ict,
	}
}

// Articles are older than the clock of a synctest bubble, which begins in 2000, so that no date is clamped.

// running starts a Publisher that ends with the test.
func running(t *testing.T, store Store, change ...func(*Options)) *Publisher {
	t.Helper()
	o := Options{Site: site, Sections: sections, Store: store, Now: time.Now}
	for _, c := range change {
		c(&o)
	}
	p := New(o)
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		if err := p.Run(ctx); err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	t.Cleanup(func() { cancel(); wg.Wait() })
	return p
}

func ready(t *testing.T, p *Publisher) {
	t.Helper()
	select {
	case <-p.Ready():
	case <-time.After(20 * time.Second):
		_, why := p.Status()
		t.Fatalf("not ready: %s", why)
	}
}

func waitFor(t *testing.T, p *Publisher, seq hub.Seq) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := p.WaitFor(ctx, seq); err != nil {
		t.Fatalf("seq %d: %v", seq, err)
	}
}

func feed(t *testing.T, p *Publisher, section, format string) *hub.Feed {
	t.Helper()
	f, err := p.Feed(t.Context(), section, format, 0)
	if err != nil {
		t.Fatalf("%s.%s: %v", section, format, err)
	}
	return f
}

func popularFeed(t *testing.T, p *Publisher, section, format string, w hub.Window) *hub.Feed {
	t.Helper()
	f, err := p.Popular(t.Context(), section, format, w, 0)
	if err != nil {
		t.Fatalf("%s/popular.%s: %v", section, format, err)
	}
	return f
}

func body(f *hub.Feed) string { return string(f.Codings[0].Body) }

func titlesOf(s *hub.Snapshot) (titles []string) {
	for _, r := range s.Items {
		titles = append(titles, r.Title)
	}
	return titles
}

func TestEverySectionIsServedBeforeAnythingHappens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		store.down = hub.Errorf(hub.Unavailable, "not yet") // else the first state may be up before anybody looks
		p := running(t, store)
		if _, err := p.Feed(t.Context(), "news", "rss", 0); hub.KindOf(err) != hub.Unavailable {
			t.Errorf("before the first state: %v, want unavailable", err)
		}
		if up, _ := p.Status(); up {
			t.Error("ready before anything was read")
		}
		store.do(func() { store.down = nil })
		ready(t, p)
		opened := time.Now()
		for _, s := range p.Sections() {
			for _, format := range []string{"rss", "atom", "json"} {
				f := feed(t, p, s.ID, format)
				if !f.LastModified.Equal(opened.Truncate(time.Second)) || f.Self != site.URL+"/feeds/"+s.ID+"."+format {
					t.Errorf("%s.%s: modified %s, self %s", s.ID, format, f.LastModified, f.Self)
				}
			}
		}
		if ids := p.Sections(); len(ids) != 4 || ids[0].ID != hub.AllSection {
			t.Errorf("sections %+v", ids)
		}
		if o := p.OPML(); !strings.Contains(body(o), "/feeds/trong.rss") || o.Self != site.URL+"/feeds.opml" {
			t.Errorf("OPML %s\n%s", o.Self, body(o))
		}
	})
}

func TestAnEventShowsInEveryFeedItTouchesAndInNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		p := running(t, store)
		ready(t, p)
		before := feed(t, p, "news", "rss")
		seq := store.put(article(1, "thoi-su", "Cầu mới"))
		waitFor(t, p, seq)
		for _, section := range []string{"thoi-su", hub.AllSection} {
			for _, format := range []string{"rss", "atom", "json"} {
				if f := feed(t, p, section, format); !strings.Contains(body(f), "Cầu mới") || f.Head < seq {
					t.Errorf("%s.%s at %d is without it", section, format, f.Head)
				}
			}
		}
		if feed(t, p, "news", "rss") != before {
			t.Error("a feed that nothing touched was made anew")
		}
		untouched, err := p.Feed(t.Context(), "news", "rss", seq)
		if err != nil || untouched.Head < seq || untouched.Codings[0].ETag != before.Codings[0].ETag {
			t.Errorf("asked for seq %d, the untouched feed says %d, %v", seq, untouched.Head, err)
		}
		if n := store.count("Shelf news"); n != 1 {
			t.Errorf("the untouched section was read %d times", n)
		}
	})
}

func TestBytesAndTagChangeOnlyWithTheItems(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		p := running(t, store)
		waitFor(t, p, store.put(article(1, "news", "One")))
		first := feed(t, p, "news", "rss")
		time.Sleep(2 * time.Minute) // sweeps, clocks
		store.put(article(1, "news", "One"))
		waitFor(t, p, store.put(article(2, "thoi-su", "Elsewhere")))
		if again := feed(t, p, "news", "rss"); again.Codings[0].ETag != first.Codings[0].ETag {
			t.Error("the tag changed without a change")
		}
		waitFor(t, p, store.put(article(1, "news", "One, corrected")))
		second := feed(t, p, "news", "rss")
		if second.Codings[0].ETag == first.Codings[0].ETag || !second.LastModified.After(first.LastModified) {
			t.Errorf("a correction left tag %s and time %s", second.Codings[0].ETag, second.LastModified)
		}
	})
}

func TestAnotherProcessServesTheSameBytes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		p := running(t, store)
		ready(t, p)
		for n := range 5 {
			waitFor(t, p, store.put(article(n, "news", fmt.Sprint("Item ", n))))
		}
		waitFor(t, p, store.order(hub.Order{ID: hub.NewID("cms", "3"), By: hub.ByDesk}))
		time.Sleep(time.Hour)
		q := running(t, store)
		ready(t, q)
		for _, s := range p.Sections() {
			for _, format := range []string{"rss", "atom", "json"} {
				a, b := feed(t, p, s.ID, format), feed(t, q, s.ID, format)
				if d := cmp.Diff(a.Codings, b.Codings); d != "" || !a.LastModified.Equal(b.LastModified) {
					t.Errorf("%s.%s: %s %s\n%s", s.ID, format, a.LastModified, b.LastModified, d)
				}
			}
		}
	})
}

func TestARetractionIsOutOfEverythingWhenItsSeqIsServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		p := running(t, store)
		waitFor(t, p, store.put(article(1, "news", "Keep this")))
		waitFor(t, p, store.put(article(2, "news", "Kill this")))
		id := hub.NewID("cms", "2")
		store.do(func() { store.views[id] = 9 })
		for _, w := range hub.Windows() {
			if f := popularFeed(t, p, "news", "json", w); !strings.Contains(body(f), "Kill this") {
				t.Fatalf("popular %s is without the item that is read most", w)
			}
		}
		seq := store.order(hub.Order{ID: id, By: hub.ByDesk, Reason: "Sai"})
		waitFor(t, p, seq)
		all := []*hub.Feed{}
		for _, section := range []string{"news", hub.AllSection} {
			for _, format := range []string{"rss", "atom", "json"} {
				all = append(all, feed(t, p, section, format))
				for _, w := range hub.Windows() {
					all = append(all, popularFeed(t, p, section, format, w))
				}
			}
		}
		for _, f := range all {
			if strings.Contains(body(f), "Kill this") || !strings.Contains(body(f), "Keep this") {
				t.Errorf("%s:\n%s", f.Self, body(f))
			}
		}
		if f := feed(t, p, "news", "atom"); !strings.Contains(body(f), `<at:deleted-entry ref="`+string(id)) {
			t.Error("no tombstone")
		}
		waitFor(t, p, store.order(hub.Order{ID: id, By: hub.ByDesk, Restore: true}))
		if f := feed(t, p, "news", "atom"); strings.Contains(body(f), "deleted-entry") || !strings.Contains(body(f), "Kill this") {
			t.Error("the restored item is not back")
		}
	})
}

func TestWhoAsksForASeqWaitsForItButNotForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := newFake()
		p := running(t, store)
		ready(t, p)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		if _, err := p.Feed(ctx, "news", "rss", 1); hub.KindOf(err) != hub.Unavailable {
			t.Errorf("a seq that does not come: %v, want unavailable", err)
		}
		got := make(chan *hub.Feed, 1)
		go func() {
			f, err := p.Popular(context.Background(), "news", "rss", "", 1)
			if err != nil {
				t.Errorf("popular: %v", err)
			}
			got <- f
		}()
		time.Sleep(time.Second)
		store.put(article(1, "news", "Comes late"))
		if f := <-got; f == nil || !strings.Contains(body(f), "Comes late") {
			t.Error("the waiting request got a feed without the event")
		}
	})
}

func TestWhatIsNotThereIsNotFoundAtOnce(t *testing.T) {
	p := New(Options{Site: site, Sections: sections, Store: newFake()}) // not running: nothing is waited for
	for name, ask := range map[string]func() error{
		"section":          func() error { _, err := p.Feed(t.Context(), "nope", "rss", 7); return err },
		"format":           func() error { _, err := p.Feed(t.Context(), "news", "xls", 7); return err },
		"snapshot":         func() error { _, err := p.Snapshot(t.Context(), "nope"); return err },
		"popular":          func() error { _, err := p.Popular(t.Context(), "nope", "rss", "", 0); return err },
		"popular snapshot": func() error { _, _, err := p.PopularSnapshot(t.Context(), "nope", ""); return err },
	} {
		if err := ask(); hub.KindOf(err) != hub.NotFound {
			t.Errorf("%s: %v, want not found", name, err)
		}
	}
	if _, err := p.Popular(t.Context(), "news", "rss", "2h", 0); hub.KindOf(err) != hub.Invalid {
		t.Errorf("a window of two hours: %v, want invalid", err)
	}
}

func TestEveryCodingIsTheSameBodyUnderItsOwnTag(t *testing.T) {
	c, err := newCoder()
	if err != nil {
		t.Fatal(err)
	}
	text := []byte(strings.Repeat("<p>Nước sông lên, chợ nổi vẫn họp.</p>\n", 500))
	decode := map[string]func([]byte) (io.Reader, error){
		"": func(b []byte) (io.Reader, error) { return bytes.NewReader(b), nil },
		"gzip": func(b []byte) (io.Reader, error) {
			if !bytes.Equal(b[4:8], make([]byte, 4)) || b[3] != 0 {
				t.Error("the gzip header names a time or a file")
			}
			return gzip.NewReader(bytes.NewReader(b))
		},
		"br": func(b []byte) (io.Reader, error) { return brotli.NewReader(bytes.NewReader(b)), nil },
		"zstd": func(b []byte) (io.Reader, error) {
			d, err := zstd.NewReader(bytes.NewReader(b), zstd.WithDecoderConcurrency(1))
			if err != nil {
				return nil, err
			}
			return d.IOReadCloser(), nil
		},
	}
	for range 2 { // the encoders are used again
		codings, err := c.codings(text)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		tags := map[string]bool{}
		for _, coding := range codings {
			names = append(names, coding.Name)
			tags[coding.ETag] = true
			r, err := decode[coding.Name](coding.Body)
			if err != nil {
				t.Fatalf("%q: %v", coding.Name, err)
			}
			got, err := io.ReadAll(r)
			if err != nil || !bytes.Equal(got, text) {
				t.Errorf("%q decodes to %d bytes, %v; want %d", coding.Name, len(got), err, len(text))
			}
			if z, ok := r.(io.Closer); ok {
				z.Close()
			}
			plain := strings.TrimSuffix(codings[0].ETag, `"`)
			if want := plain + map[bool]string{true: `"`, false: "-" + coding.Name + `"`}[coding.Name == ""]; coding.ETag != want || len(plain) != 33 {
				t.Errorf("%q has the tag %s", coding.Name, coding.ETag)
			}
		}
		if !slices.Equal(names, []string{"", "gzip", "br", "zstd"}) || len(tags) != 4 {
			t.Errorf("codings %q, %d tags", names, len(tags))
		}
	}
	short, err := c.codings([]byte("ok"))
	if err != nil || len(short) != 1 {
		t.Errorf("a body that no coding makes smaller has %d codings, %v", len(short), err)
	}
}

type lags struct {
	mu   sync.Mutex
	list []time.Duration
}

func (l *lags) Published(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, d)
}

func TestTheMeterHearsOfEveryEventOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, meter := newFake(), &lags{}
		p := running(t, store, func(o *Options) { o.Meter = meter })
		ready(t, p)
		for n := range 3 {
			waitFor(t, p, store.put(article(n, "news", "x")))
		}
		synctest.Wait()
		meter.mu.Lock()
		defer meter.mu.Unlock()
		if len(meter.list) != 3 || slices.Max(meter.list) > time.Second || slices.Min(meter.list) < 0 {
			t.Errorf("lags %v", meter.list)
		}
	})
}
