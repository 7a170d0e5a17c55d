package sqlitestore

import (
	"errors"
	"os"
	"syscall"
)

// fileLock is a file that nobody else can open while this process has it; the system closes it when the process ends.
type fileLock struct{ h syscall.Handle }

// heldError says who holds the lock.
type heldError struct{ by string }

func (e *heldError) Error() string { return "held by " + e.by }

const sharingViolation = syscall.Errno(32)

func lockFile(path string) (*fileLock, error) {
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	h, err := syscall.CreateFile(name, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil, syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, sharingViolation) {
		return nil, &heldError{by: "another process"}
	}
	if err != nil {
		return nil, &os.PathError{Op: "lock", Path: path, Err: err}
	}
	return &fileLock{h}, nil
}

func (l *fileLock) release() {
	if l != nil {
		_ = syscall.CloseHandle(l.h)
	}
}
