package storetest

import (
	"testing"

	"tinhub/internal/hub"
)

// modelEngine serves the plain model, or what wrap makes of it. Its data outlives a handle, as a file outlives a process.
func modelEngine(wrap func(*handle) hub.Store) Engine {
	under := map[hub.Store]*handle{}
	give := func(t testing.TB, h *handle) hub.Store {
		s := wrap(h)
		under[s] = h
		t.Cleanup(func() { _ = h.Close() })
		return s
	}
	return Engine{
		Open: func(t testing.TB) hub.Store { return give(t, newModel()) },
		Reopen: func(t testing.TB, s hub.Store) hub.Store {
			_ = s.Close()
			return give(t, under[s].open())
		},
		Another: func(t testing.TB, s hub.Store) hub.Store { return give(t, under[s].open()) },
	}
}

func TestModelKeepsEveryPromise(t *testing.T) {
	Run(t, modelEngine(func(h *handle) hub.Store { return h }))
}
