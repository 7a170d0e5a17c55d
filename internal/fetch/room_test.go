package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestBodiesShareTheirRoomAndAlwaysGetDone(t *testing.T) {
	const size, each = 100, 60 // two bodies alone would fill it, each with a part of what it wants
	r := newRoom(size)
	var held, most atomic.Int64
	var g sync.WaitGroup
	for n := range 40 {
		g.Go(func() {
			random := rand.New(rand.NewPCG(uint64(n), 1))
			s := &share{room: r}
			defer s.end()
			var mine int64
			defer func() { held.Add(-mine) }()
			for got := int64(0); got < each; {
				step := 1 + random.Int64N(20)
				if err := s.take(t.Context(), step); err != nil {
					t.Error(err)
					return
				}
				got += step
				if !s.over {
					mine += step
					for now, m := held.Add(step), most.Load(); now > m && !most.CompareAndSwap(m, now); m = most.Load() {
					}
				}
				runtime.Gosched()
			}
		})
	}
	g.Wait()
	if r.left != size || r.over {
		t.Errorf("%d of %d are left, over: %t", r.left, size, r.over)
	}
	if most.Load() > size {
		t.Errorf("%d of %d were taken", most.Load(), size)
	}
}

func TestAGivenPartIsThereForTheNext(t *testing.T) {
	r := newRoom(10)
	a, b, c := &share{room: r}, &share{room: r}, &share{room: r}
	for _, s := range []*share{a, b} { // b goes over
		if err := s.take(t.Context(), 8); err != nil {
			t.Fatal(err)
		}
	}
	if a.over || !b.over {
		t.Fatal("the second should be the one that goes over")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	mustFail(t, c.take(ctx, 8), ReasonTimeout)
	time.AfterFunc(20*time.Millisecond, func() { a.give(8) })
	if err := c.take(t.Context(), 8); err != nil {
		t.Fatal(err)
	}
	for _, s := range []*share{a, b, c} {
		s.end()
	}
	if r.left != 10 || r.over {
		t.Errorf("%d are left, over: %t", r.left, r.over)
	}
}

// half serves a body of which it sends the first part at once and the rest when release is closed.
func half(t *testing.T, first, rest int, release <-chan struct{}) (url string, sent <-chan struct{}) {
	t.Helper()
	done := make(chan struct{}, 100)
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write(make([]byte, first))
		_ = http.NewResponseController(w).Flush()
		done <- struct{}{}
		select {
		case <-release:
		case <-r.Context().Done():
		}
		_, _ = w.Write(make([]byte, rest))
	}).URL, done
}

func TestALargeBodyWaitsForRoomAndASmallOneDoesNot(t *testing.T) {
	o := Options{MaxBytes: 4 << 20, InFlight: 16 << 20, PerHost: 100} // 4 MiB, and one body more
	release := make(chan struct{})
	slow, sent := half(t, 3<<20, 100, release)
	c := client(t, o)
	var g sync.WaitGroup
	for range 4 {
		g.Go(func() {
			resp, err := c.Get(t.Context(), Request{URL: slow})
			if err != nil {
				t.Error(err)
			} else if len(resp.Body) != 3<<20+100 {
				t.Errorf("%d bytes", len(resp.Body))
			}
		})
	}
	for range 2 { // one whose buffer fills the room, one that goes over it; the others are stuck in their sending
		<-sent
	}
	small := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 900<<10)) })
	if resp := get(t, c, Request{URL: small.URL}); len(resp.Body) != 900<<10 {
		t.Errorf("%d bytes", len(resp.Body))
	}
	close(release)
	g.Wait()
	if c.room.left != 4<<20 || c.room.over {
		t.Errorf("%d are left, over: %t", c.room.left, c.room.over)
	}
}

func TestWhoGetsNoRoomInTimeIsToldSo(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	slow, sent := half(t, 3<<20, 100, release)
	c := client(t, Options{MaxBytes: 4 << 20, InFlight: 16 << 20, PerHost: 100, Timeout: time.Second})
	other := client(t, Options{MaxBytes: 4 << 20, Timeout: 20 * time.Second})
	other.room = c.room // whose bodies take longer than the other's time
	ctx, cancel := context.WithCancel(t.Context())
	var g sync.WaitGroup
	for range 2 {
		g.Go(func() {
			if _, err := other.Get(ctx, Request{URL: slow}); err == nil {
				t.Error("a body that nobody sent came whole")
			}
		})
		<-sent
	}
	deadline := time.Now().Add(10 * time.Second)
	for !func() bool { c.room.mu.Lock(); defer c.room.mu.Unlock(); return c.room.over }() {
		if time.Now().After(deadline) {
			t.Fatal("nobody went over the room")
		}
		time.Sleep(time.Millisecond)
	}
	full := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, 4<<20)) })
	_, err := c.Get(t.Context(), Request{URL: full.URL})
	if e := mustFail(t, err, ReasonTimeout); !strings.Contains(e.Error(), "no room") {
		t.Errorf("%q does not say what it waited for", e)
	}
	cancel()
	g.Wait()
}

func TestADripIsASlowBodyAndASlowLineIsNot(t *testing.T) {
	for _, c := range []struct {
		name  string
		chunk int
		every time.Duration
		count int
		slow  bool
	}{
		{"a byte now and then", 1, 50 * time.Millisecond, 1000, true},
		{"nothing after the head", 0, 50 * time.Millisecond, 1000, true},
		{"a line of 20,000 bytes a second", 2000, 100 * time.Millisecond, 15, false},
		{"a thought, then all", 1, 150 * time.Millisecond, 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				for range c.count {
					_ = http.NewResponseController(w).Flush()
					select {
					case <-time.After(c.every):
					case <-r.Context().Done():
						return
					}
					_, _ = w.Write(make([]byte, c.chunk))
				}
			})
			cl := client(t, Options{Timeout: 20 * time.Second})
			cl.slowAfter = time.Second
			resp, err := cl.Get(t.Context(), Request{URL: s.URL})
			if !c.slow {
				if err != nil {
					t.Fatal(err)
				}
				if len(resp.Body) != c.chunk*c.count {
					t.Errorf("%d bytes", len(resp.Body))
				}
				return
			}
			if e := mustFail(t, err, ReasonSlow); !strings.Contains(e.Error(), "256 bytes a second") {
				t.Errorf("%q does not say how fast it has to be", e)
			}
		})
	}
}

func TestABodyOnlyWaitingForRoomIsNotSlow(t *testing.T) {
	end := make(chan error, 1)
	w := newWatch(30*time.Millisecond, func(err error) { end <- err })
	w.pause()
	time.Sleep(100 * time.Millisecond)
	w.resume()
	w.got(10_000)
	time.Sleep(100 * time.Millisecond)
	w.stop()
	select {
	case err := <-end:
		t.Errorf("it was ended: %v", err)
	default:
	}
}

// TestManyBombsAtOnceStayWithinTheirRoom asks for as many bodies as may be under way, each too large. What is not packed
// halts where it is nearly whole, so that all would be there at a time.
func TestManyBombsAtOnceStayWithinTheirRoom(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(20)) // so that little garbage counts
	zero := make([]byte, 5<<20)
	for coding, body := range map[string][]byte{"gzip": zip(t, zero), "br": br(t, zero), "": zero} {
		t.Run(coding, func(t *testing.T) {
			s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				if coding != "" {
					w.Header().Set("Content-Encoding", coding)
				}
				_ = http.NewResponseController(w).Flush() // so that no length gives it away
				if coding == "" {
					_, _ = w.Write(body[:3<<20])
					time.Sleep(150 * time.Millisecond)
				}
				_, _ = w.Write(body)
			})
			c := client(t, Options{MaxBytes: 4 << 20, InFlight: 24 << 20, PerHost: defaultTotal, Timeout: 5 * time.Minute})
			runtime.GC()
			// Unlike ReadMemStats it stops nobody.
			heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
			metrics.Read(heap)
			before, peak := heap[0].Value.Uint64(), uint64(0)
			done := make(chan struct{})
			var sampler, g sync.WaitGroup
			sampler.Go(func() {
				for {
					select {
					case <-done:
						return
					case <-time.After(5 * time.Millisecond):
						metrics.Read(heap)
						peak = max(peak, heap[0].Value.Uint64())
					}
				}
			})
			for n := range defaultTotal {
				g.Go(func() {
					_, err := c.Get(t.Context(), Request{URL: fmt.Sprintf("%s/%d", s.URL, n)})
					if e, ok := errors.AsType[*Error](err); !ok || e.Reason != ReasonTooLarge {
						t.Errorf("got %v", err)
					}
				})
			}
			g.Wait()
			close(done)
			sampler.Wait()
			used := (max(peak, before) - before) >> 20
			t.Logf("%d MiB at most, garbage included", used)
			if used > 100 {
				t.Errorf("%d bombs took %d MiB", defaultTotal, used)
			}
		})
	}
}

func TestABodyOfManyStepsComesWhole(t *testing.T) {
	text := bytes.Repeat([]byte("0123456789abcdef"), 3<<16+1)
	for _, known := range []bool{true, false} {
		s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			if !known {
				_ = http.NewResponseController(w).Flush()
			}
			w.Header().Set("Content-Length", fmt.Sprint(len(text)))
			_, _ = w.Write(text)
		})
		for _, limit := range []int64{int64(len(text)), int64(len(text)) + 1, 16 << 20} {
			resp := get(t, client(t, Options{}), Request{URL: s.URL, MaxBytes: limit})
			if !bytes.Equal(resp.Body, text) {
				t.Errorf("limit %d: got %d bytes, want %d", limit, len(resp.Body), len(text))
			}
		}
	}
}

func TestABodyOnlyWaitingToBeDecodedIsNotSlow(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(zip(t, []byte("news")))
	})
	c := client(t, Options{})
	c.slowAfter = 50 * time.Millisecond
	if cap(c.decoders) > maxDecoders {
		t.Errorf("%d bodies are decoded at once", cap(c.decoders))
	}
	for range cap(c.decoders) {
		c.decoders <- struct{}{}
	}
	time.AfterFunc(300*time.Millisecond, func() {
		for range cap(c.decoders) {
			<-c.decoders
		}
	})
	if resp := get(t, c, Request{URL: s.URL}); string(resp.Body) != "news" {
		t.Errorf("got %q", resp.Body)
	}
}

func TestAStoppedWatchLooksNoMore(t *testing.T) {
	for range 200 {
		w := newWatch(time.Microsecond, func(error) {})
		time.Sleep(10 * time.Microsecond) // it may be looking
		w.got(1 << 20)
		w.stop()
		w.mu.Lock()
		running := w.timer.Stop()
		w.mu.Unlock()
		if running {
			t.Fatal("it looks again")
		}
	}
}
