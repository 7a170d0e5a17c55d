package ingest

import "sync"

// hostTurns bounds how many sources of one host are worked on at once, so that those who would only wait for each other
// take no worker from the rest.
const hostTurns = 4

// trust is how surely a source can be expected to answer soon and well.
type trust int

const (
	proven  trust = iota // it did the last time
	untried              // nobody knows yet
	failing              // it did not, or its turns are long by their nature
)

// floor is the room there is to work in: so many sources at once, and so many of one host. Failing sources never take more
// than half of either, and one place is always kept from those that are not proven: whoever keeps a rhythm finds room, and a
// newcomer does not stand behind those that hang.
type floor struct {
	workers int

	mu    sync.Mutex
	all   crowd
	hosts map[string]crowd
}

// crowd counts who is there: all, those not proven among them, the failing among those.
type crowd struct{ busy, doubtful, failing int }

func newFloor(workers int) *floor { return &floor{workers: workers, hosts: map[string]crowd{}} }

// enter takes a place where there is one; host is "" for what has none.
func (f *floor) enter(host string, t trust) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.all.admits(f.workers, t) || host != "" && !f.hosts[host].admits(hostTurns, t) {
		return false
	}
	f.all = f.all.plus(1, t)
	if host != "" {
		f.hosts[host] = f.hosts[host].plus(1, t)
	}
	return true
}

// leave gives back what enter took with the same words.
func (f *floor) leave(host string, t trust) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = f.all.plus(-1, t)
	if host == "" {
		return
	}
	if f.hosts[host] = f.hosts[host].plus(-1, t); f.hosts[host].busy == 0 {
		delete(f.hosts, host)
	}
}

func (c crowd) admits(limit int, t trust) bool {
	switch {
	case c.busy >= limit:
		return false
	case t == failing:
		return c.failing < max(limit/2, 1) && c.doubtful < max(limit-1, 1)
	case t == untried:
		return c.doubtful < max(limit-1, 1)
	}
	return true
}

func (c crowd) plus(n int, t trust) crowd {
	c.busy += n
	if t != proven {
		c.doubtful += n
	}
	if t == failing {
		c.failing += n
	}
	return c
}
