package storetest

import (
	"context"
	"time"

	"tinhub/internal/hub"
)

// leasing is a store that leases otherwise.
type leasing struct {
	*handle
	lease   func(ctx context.Context, name, holder string, ttl time.Duration) (uint64, error)
	unlease func(ctx context.Context, name, holder string) error
	save    func(ctx context.Context, name string, token uint64, seq hub.Seq) error
}

func (l *leasing) Lease(ctx context.Context, name, holder string, ttl time.Duration) (uint64, error) {
	if l.lease != nil {
		return l.lease(ctx, name, holder, ttl)
	}
	return l.handle.Lease(ctx, name, holder, ttl)
}

func (l *leasing) Unlease(ctx context.Context, name, holder string) error {
	if l.unlease != nil {
		return l.unlease(ctx, name, holder)
	}
	return l.handle.Unlease(ctx, name, holder)
}

func (l *leasing) SaveCursor(ctx context.Context, name string, token uint64, seq hub.Seq) error {
	if l.save != nil {
		return l.save(ctx, name, token, seq)
	}
	return l.handle.SaveCursor(ctx, name, token, seq)
}

func faultsOfLeases() []broken {
	return []broken{
		{"lets two holders have a lease", leaseExclusive, func(h *handle) hub.Store {
			return &leasing{handle: h, lease: func(ctx context.Context, name, holder string, ttl time.Duration) (uint64, error) {
				h.locked(func() { delete(h.leases, name) })
				return h.Lease(ctx, name, holder, ttl)
			}}
		}},
		{"looks first and takes then", leaseRace, func(h *handle) hub.Store {
			return &leasing{handle: h, lease: func(ctx context.Context, name, holder string, ttl time.Duration) (uint64, error) {
				var held bool
				h.locked(func() { held = time.Now().Before(h.leases[name].until) })
				if !held {
					time.Sleep(5 * time.Millisecond)
					h.locked(func() { h.leases[name] = lease{} })
				}
				return h.Lease(ctx, name, holder, ttl)
			}}
		}},
		{"gives the next holder the same token", leaseExpires, func(h *handle) hub.Store {
			return &leasing{handle: h, lease: func(ctx context.Context, name, holder string, ttl time.Duration) (uint64, error) {
				_, err := h.Lease(ctx, name, holder, ttl)
				return 1, err
			}}
		}},
		{"lets anybody give a lease back", leaseGivenBack, func(h *handle) hub.Store {
			return &leasing{handle: h, unlease: func(ctx context.Context, name, _ string) error {
				return h.Unlease(ctx, name, h.leases[name].holder)
			}}
		}},
		{"moves a cursor under any token", cursorFenced, func(h *handle) hub.Store {
			return &leasing{handle: h, save: func(ctx context.Context, name string, _ uint64, seq hub.Seq) error {
				return h.SaveCursor(ctx, name, h.leases[name].token, seq)
			}}
		}},
		{"forgets cursors when it is opened", cursorOutlives, func(h *handle) hub.Store {
			h.locked(func() { clear(h.cursors) })
			return h
		}},
	}
}

// timing is a store whose time with its callers is otherwise.
type timing struct {
	*handle
	wait   func(ctx context.Context, generation string, since hub.Seq) error
	head   func(ctx context.Context) (hub.Head, error)
	ping   func(ctx context.Context, write bool) error
	reseed func(ctx context.Context, records []hub.Record) (int, error)
	close  func() error
}

func (s *timing) Wait(ctx context.Context, generation string, since hub.Seq) error {
	if s.wait != nil {
		return s.wait(ctx, generation, since)
	}
	return s.handle.Wait(ctx, generation, since)
}

func (s *timing) Head(ctx context.Context) (hub.Head, error) {
	if s.head != nil {
		return s.head(ctx)
	}
	return s.handle.Head(ctx)
}

func (s *timing) Ping(ctx context.Context, write bool) error {
	if s.ping != nil {
		return s.ping(ctx, write)
	}
	return s.handle.Ping(ctx, write)
}

func (s *timing) Reseed(ctx context.Context, records []hub.Record) (int, error) {
	if s.reseed != nil {
		return s.reseed(ctx, records)
	}
	return s.handle.Reseed(ctx, records)
}

func (s *timing) Close() error {
	if s.close != nil {
		return s.close()
	}
	return s.handle.Close()
}

func faultsOfTime() []broken {
	return []broken{
		{"looks at no context", endedContext, func(h *handle) hub.Store {
			return &spoiled{handle: h, put: func(ctx context.Context, at time.Time, items []hub.Incoming) ([]hub.Outcome, error) {
				return h.Put(context.WithoutCancel(ctx), at, items)
			}}
		}},
		{"begins a generation with every opening", logOutlives, func(h *handle) hub.Store {
			h.locked(func() { h.generation += "+" })
			return h
		}},
		{"answers from what it read before", visibleAtOnce, func(h *handle) hub.Store {
			var seen hub.Head
			var until time.Time
			return &timing{handle: h, head: func(ctx context.Context) (hub.Head, error) {
				var err error
				if time.Now().After(until) {
					seen, err = h.Head(ctx)
					until = time.Now().Add(50 * time.Millisecond)
				}
				return seen, err
			}}
		}},
		{"writes an event to see that it can write", pingAnswers, func(h *handle) hub.Store {
			return &timing{handle: h, ping: func(ctx context.Context, write bool) error {
				if write {
					_, err := h.Put(ctx, at(0), []hub.Incoming{article("ping", "ping")})
					return err
				}
				return h.Ping(ctx, false)
			}}
		}},
		{"writes back over what it knows", reseedLeavesAlone, func(h *handle) hub.Store {
			return &timing{handle: h, reseed: func(ctx context.Context, records []hub.Record) (int, error) {
				h.locked(func() {
					for _, r := range records {
						delete(h.records, r.ID)
					}
				})
				return h.Reseed(ctx, records)
			}}
		}},
		{"writes back no identity", reseedWritesBack, func(h *handle) hub.Store {
			return &timing{handle: h, reseed: func(ctx context.Context, records []hub.Record) (int, error) {
				defer h.locked(func() { clear(h.keys) })
				return h.Reseed(ctx, records)
			}}
		}},
		{"answers after it was closed", closedFails, func(h *handle) hub.Store {
			return &timing{handle: h, close: func() error { return nil }}
		}},
		{"calls everybody up to date", waitBehind, func(h *handle) hub.Store {
			return &timing{handle: h, wait: func(ctx context.Context, generation string, since hub.Seq) error {
				return hub.Errorf(hub.Unavailable, "nothing new since %d of %s (%v)", since, generation, ctx.Err())
			}}
		}},
		{"wakes for nothing", waitWakes, func(h *handle) hub.Store {
			return &timing{handle: h, wait: func(ctx context.Context, _ string, _ hub.Seq) error { return ctx.Err() }}
		}},
		{"wakes a waiter late", waitWakesForAnother, func(h *handle) hub.Store {
			return &timing{handle: h, wait: func(ctx context.Context, generation string, since hub.Seq) error {
				err := h.Wait(ctx, generation, since)
				time.Sleep(2500 * time.Millisecond)
				return err
			}}
		}},
		{"wakes a waiter when its context ends", waitEnds, func(h *handle) hub.Store {
			return &timing{handle: h, wait: func(ctx context.Context, generation string, since hub.Seq) error {
				_ = h.Wait(ctx, generation, since)
				return nil
			}}
		}},
	}
}
