//go:build unix

package ingest

import (
	"syscall"
	"testing"
)

// pipe makes a named pipe, which nobody may wait for; false where the system has none.
func pipe(t *testing.T, path string) bool {
	t.Helper()
	if err := syscall.Mkfifo(path, 0o644); err != nil {
		t.Fatal(err)
	}
	return true
}
