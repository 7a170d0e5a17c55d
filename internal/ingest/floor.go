package ingest

import "sync"

// hostTurns bounds how many sources of one host are worked on at once, so that those who would only wait for each other
// take no worker from the rest.
const hostTurns = 4

// floor is the room there is to work in: so many sources at once, and so many of one host. Sources that did not answer well
// the last time never take more than half of either: whoever keeps a rhythm finds room.
type floor struct {
	workers int

	mu    sync.Mutex
	all   crowd
	hosts map[string]crowd
}

// crowd counts who is there.
type crowd struct{ busy, weak int }

func newFloor(workers int) *floor { return &floor{workers: workers, hosts: map[string]crowd{}} }

// enter takes a place where there is one; host is "" for what has none.
func (f *floor) enter(host string, weak bool) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.all.admits(f.workers, weak) || host != "" && !f.hosts[host].admits(hostTurns, weak) {
		return false
	}
	f.all = f.all.plus(1, weak)
	if host != "" {
		f.hosts[host] = f.hosts[host].plus(1, weak)
	}
	return true
}

// leave gives back what enter took with the same words.
func (f *floor) leave(host string, weak bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = f.all.plus(-1, weak)
	if host == "" {
		return
	}
	if f.hosts[host] = f.hosts[host].plus(-1, weak); f.hosts[host].busy == 0 {
		delete(f.hosts, host)
	}
}

func (c crowd) admits(limit int, weak bool) bool {
	return c.busy < limit && (!weak || c.weak < max(limit/2, 1))
}

func (c crowd) plus(n int, weak bool) crowd {
	c.busy += n
	if weak {
		c.weak += n
	}
	return c
}
