package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// The door beside an embedded store: one process at a time may have the file open, so the verbs ask the daemon that has it
// over a socket that only its owner may use.

const socketSuffix = ".sock"

// maxSocketPath is what a Unix socket's address holds on Linux (sun_path, less its NUL).
const maxSocketPath = 107

// socketPath is where the socket of the store file stands, in a spelling short enough for the kernel. release must be
// called when the path has been used.
func socketPath(file string) (path string, release func(), err error) {
	path = file + socketSuffix
	if len(path) <= maxSocketPath {
		return path, func() {}, nil
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return "", nil, err
	}
	short := "/proc/self/fd/" + strconv.Itoa(int(dir.Fd())) + "/" + filepath.Base(path)
	return short, func() { _ = dir.Close() }, nil
}

// listenControl opens the socket beside the store file; nil for a store that is no file. The caller holds the store's lock,
// so a socket that is there was left by a process that was killed.
func listenControl(ctx context.Context, file string) (net.Listener, error) {
	if file == "" {
		return nil, nil
	}
	path, release, err := socketPath(file)
	if err != nil {
		return nil, fmt.Errorf("open the control socket beside %s: %w", file, err)
	}
	defer release()
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("remove the old control socket %s: %w", file+socketSuffix, err)
	}
	old := syscall.Umask(0o177) // no moment at which others could open it
	listener, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	syscall.Umask(old)
	if err != nil {
		return nil, fmt.Errorf("open the control socket %s: %w", file+socketSuffix, err)
	}
	// It would remove the spelling it was opened under, which may be short-lived.
	listener.(*net.UnixListener).SetUnlinkOnClose(false)
	return controlSocket{listener, file + socketSuffix}, nil
}

// controlSocket takes its file away when it is closed.
type controlSocket struct {
	net.Listener
	path string
}

// Close implements net.Listener.
func (s controlSocket) Close() error {
	err := s.Listener.Close()
	if gone := os.Remove(s.path); !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	return err
}

// errNoDaemon says that no daemon has the store open.
var errNoDaemon = errors.New("no daemon is running on this store")

// askTimeout is how long a verb waits for a daemon that has nothing to fetch for its answer.
const askTimeout = time.Minute

// ask sends one request to the daemon that has the store file open and gives the answer's body. A problem in the answer
// becomes a docError that says what the daemon said.
func ask(ctx context.Context, file, method, target string, body any) (answer []byte, err error) {
	err = converse(ctx, file, method, target, body, func(r io.Reader) (err error) {
		answer, err = io.ReadAll(io.LimitReader(r, maxAnswer))
		return err
	})
	return answer, err
}

// askLines is ask where the answer comes bit by bit, one told value a line, and may take as long as ctx allows.
func askLines[T any](ctx context.Context, file, method, target string, body any, hear func(T)) error {
	return converse(ctx, file, method, target, body, func(r io.Reader) error {
		for lines := json.NewDecoder(r); ; {
			var line told[T]
			if err := lines.Decode(&line); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return fmt.Errorf("it broke off: %w; tinhub sources says how far it came", err)
			}
			if line.Problem != "" {
				return docError{errors.New(line.Problem)}
			}
			hear(line.Value)
		}
	})
}

// told is one line of an answer that comes bit by bit. A problem is the last.
type told[T any] struct {
	Value   T      `json:"value,omitzero"`
	Problem string `json:"problem,omitempty"`
}

const maxAnswer = 256 << 20

// converse sends one request to the daemon and has read take the answer's body.
func converse(ctx context.Context, file, method, target string, body any, read func(io.Reader) error) error {
	if file == "" {
		return errNoDaemon
	}
	path, release, err := socketPath(file)
	if errors.Is(err, fs.ErrNotExist) {
		return errNoDaemon
	} else if err != nil {
		return err
	}
	defer release()
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", path)
		},
	}}
	payload, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://tinhub"+target, bytes.NewReader(payload))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) {
		return errNoDaemon
	}
	if err != nil {
		return fmt.Errorf("ask the running daemon: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode >= http.StatusBadRequest {
		problem, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
		if err != nil {
			return fmt.Errorf("read the daemon's answer: %w", err)
		}
		return problemOf(res.StatusCode, problem)
	}
	if err := read(res.Body); err != nil {
		return fmt.Errorf("read the daemon's answer: %w", err)
	}
	return nil
}

func problemOf(status int, body []byte) error {
	var p struct{ Title, Detail string }
	if json.Unmarshal(body, &p) != nil || p.Detail == "" && p.Title == "" {
		return docError{fmt.Errorf("the daemon answered %d", status)}
	}
	if p.Detail == "" {
		p.Detail = p.Title
	}
	return docError{errors.New(p.Detail)}
}
