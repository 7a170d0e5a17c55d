package fetch

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// A body that drips holds a slot and its memory. So slow a line as minSpeed still brings a small feed within the time of a Get,
// and a server that writes its head first and then thinks has slowAfter to think.
const (
	minSpeed  = 256 // bytes a second, on average and as they come over the wire
	slowAfter = 10 * time.Second
	watchStep = time.Second
)

// watch ends the delivery of a body that is slower than minSpeed. A nil watch watches nothing.
type watch struct {
	after time.Duration
	end   context.CancelCauseFunc

	mu     sync.Mutex
	timer  *time.Timer
	start  time.Time
	paused time.Time // zero while it counts
	done   bool
	bytes  int64
}

// newWatch starts to watch. Stop it when the body is there.
func newWatch(after time.Duration, end context.CancelCauseFunc) *watch {
	w := &watch{after: after, end: end, start: time.Now()}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timer = time.AfterFunc(after, w.look)
	return w
}

func (w *watch) look() {
	w.mu.Lock()
	defer w.mu.Unlock()
	took := time.Since(w.start)
	switch {
	case w.done: // stopped just now
		return
	case !w.paused.IsZero(), took < w.after:
	case float64(w.bytes) < minSpeed*took.Seconds():
		w.end(&Error{Reason: ReasonSlow, Err: fmt.Errorf("%d bytes in %s; a body has to come at %d bytes a second or faster",
			w.bytes, took.Round(100*time.Millisecond), minSpeed)})
		return
	}
	w.timer.Reset(min(watchStep, w.after))
}

func (w *watch) got(n int) {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.bytes += int64(n)
}

func (w *watch) pause() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.paused = time.Now()
}

func (w *watch) resume() {
	if w == nil {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.start = w.start.Add(time.Since(w.paused))
	w.paused = time.Time{}
}

// stop ends the watch.
func (w *watch) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.done = true
	w.timer.Stop()
}
