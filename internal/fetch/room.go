package fetch

import (
	"context"
	"errors"
	"sync"
)

// freeRoom is what every body may take without asking. As many bodies are read at once as Options.Total says.
const freeRoom = 1 << 20

// overRoom is how many times its limit the one body may take that goes over the room: packed, decoded, and once more while
// it grows.
const overRoom = 3

// room bounds what all bodies together take beyond their free part. One body at a time may go over it: else each of
// several could hold a part, wait for what the others hold, and none would ever be whole.
type room struct {
	mu    sync.Mutex
	left  int64
	over  bool          // a body goes over it
	freed chan struct{} // closed whenever there is more
}

func newRoom(size int64) *room { return &room{left: size, freed: make(chan struct{})} }

// share is what one body takes of a room.
type share struct {
	room *room
	n    int64
	over bool
}

// take waits for n bytes.
func (s *share) take(ctx context.Context, n int64) error {
	for {
		freed, ok := s.try(n)
		if ok {
			return nil
		}
		select {
		case <-freed:
		case <-ctx.Done():
			return &Error{Reason: reasonOf(ctx.Err()), Err: errors.New("the other bodies under way left no room for this one in time")}
		}
	}
}

func (s *share) try(n int64) (freed <-chan struct{}, ok bool) {
	r := s.room
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case s.over:
	case r.left >= n:
		r.left -= n
		s.n += n
	case !r.over:
		r.over, s.over = true, true
	default:
		return r.freed, false
	}
	return nil, true
}

// give returns n bytes; where the body went over the room, it gives back what it had of it first.
func (s *share) give(n int64) {
	r := s.room
	r.mu.Lock()
	defer r.mu.Unlock()
	n = min(n, s.n)
	if n == 0 {
		return
	}
	s.n -= n
	r.left += n
	close(r.freed)
	r.freed = make(chan struct{})
}

// end returns everything.
func (s *share) end() {
	s.give(s.n)
	r := s.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if s.over {
		s.over, r.over = false, false
		close(r.freed)
		r.freed = make(chan struct{})
	}
}
