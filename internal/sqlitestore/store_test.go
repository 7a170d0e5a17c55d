package sqlitestore

import (
	"log/slog"
	"path/filepath"
	"testing"

	"tinhub/internal/hub"
	"tinhub/internal/storetest"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func mustOpen(t testing.TB, path string, opt options) *Store {
	t.Helper()
	s, err := open(t.Context(), path, quiet(), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func TestFileKeepsEveryPromise(t *testing.T) {
	storetest.Run(t, storetest.Engine{
		Open: func(t testing.TB) hub.Store { return mustOpen(t, filepath.Join(t.TempDir(), "hub.db"), standard()) },
		Reopen: func(t testing.TB, s hub.Store) hub.Store {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			return mustOpen(t, s.(*Store).path, standard())
		},
		Another: func(t testing.TB, s hub.Store) hub.Store {
			opt := standard()
			opt.unlocked = true
			return mustOpen(t, s.(*Store).path, opt)
		},
	})
}

func TestMemoryKeepsEveryPromiseButTheLastingOnes(t *testing.T) {
	storetest.Run(t, storetest.Engine{
		Open: func(t testing.TB) hub.Store { return mustOpen(t, memoryPath, standard()) },
	})
}
