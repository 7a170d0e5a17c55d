package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// binary is the program as an operator gets it, built once for all tests of this package.
var binary = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "tinhub-binary-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "tinhub")
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-X main.release=1.2.3-test", "-o", path, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the binary: %w\n%s", err, out)
	}
	return path, nil
})

func TestMain(m *testing.M) {
	// In scripts `tinhub` is this test binary itself, so that the race detector watches the verbs as well.
	testscript.Main(cleanUp{m}, map[string]func(){"tinhub": main})
}

type cleanUp struct{ m *testing.M }

func (c cleanUp) Run() int {
	code := c.m.Run()
	if path, err := binary(); err == nil {
		_ = os.RemoveAll(filepath.Dir(path))
	}
	stopRedis()
	return code
}

// process is a running hub.
type process struct {
	t      *testing.T
	cmd    *exec.Cmd
	url    string
	dir    string
	stderr *lockedBuffer
	ended  chan error
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// house writes a configuration into a new folder; LISTEN, SITE and STORE in it are filled in.
func house(t *testing.T, store, config string) (dir, url string) {
	t.Helper()
	dir = t.TempDir()
	addr := freeAddress(t)
	url = "http://" + addr
	config = strings.NewReplacer("LISTEN", addr, "SITE", url, "STORE", store).Replace(config)
	write(t, filepath.Join(dir, "tinhub.yaml"), config)
	return dir, url
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// start runs `tinhub serve` on the house in dir and waits until it is ready.
func start(t *testing.T, dir, url string, args ...string) *process {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, url: url, dir: dir, stderr: &lockedBuffer{}, ended: make(chan error, 1)}
	p.cmd = exec.Command(path, append([]string{"serve"}, args...)...)
	p.cmd.Dir, p.cmd.Stderr, p.cmd.Stdout = dir, p.stderr, p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.ended <- p.cmd.Wait() }()
	t.Cleanup(func() { p.kill() })
	p.until("ready", func() error { _, err := p.get(http.StatusOK, "/readyz"); return err })
	return p
}

func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	select {
	case err := <-p.ended:
		p.ended <- err
	case <-time.After(10 * time.Second):
		p.t.Error("the hub did not die")
	}
}

// stop sends SIGTERM and says how long the end took and with which status.
func (p *process) stop() (time.Duration, int) {
	p.t.Helper()
	begin := time.Now()
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		p.t.Fatal(err)
	}
	select {
	case err := <-p.ended:
		p.ended <- err
	case <-time.After(30 * time.Second):
		p.t.Fatalf("no end 30 s after SIGTERM:\n%s", p.stderr)
	}
	return time.Since(begin), p.cmd.ProcessState.ExitCode()
}

// until polls, for ten seconds at most.
func (p *process) until(what string, check func() error) {
	p.t.Helper()
	eventually(p.t, what, func() error {
		select {
		case err := <-p.ended:
			p.ended <- err
			p.t.Fatalf("the hub ended (%v) before %s:\n%s", err, what, p.stderr)
		default:
		}
		return check()
	}, func() string { return p.stderr.String() })
}

func eventually(t testing.TB, what string, check func() error, more func() string) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		err := check()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("not in time: %s: %v\n%s", what, err, more())
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// door is the tests' own client; it follows no redirect.
var door = &http.Client{
	Timeout:       30 * time.Second,
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

type reply struct {
	*http.Response
	body []byte
}

func (p *process) do(method, path string, body io.Reader, headers ...string) (reply, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, p.url+path, body)
	if err != nil {
		return reply{}, err
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := door.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return reply{res, b}, err
}

func (p *process) get(status int, path string, headers ...string) (reply, error) {
	r, err := p.do(http.MethodGet, path, nil, headers...)
	if err == nil && r.StatusCode != status {
		err = fmt.Errorf("GET %s answered %d, want %d: %.300s", path, r.StatusCode, status, r.body)
	}
	return r, err
}

func (p *process) must(method, path string, status int, body string, headers ...string) reply {
	p.t.Helper()
	r, err := p.do(method, path, strings.NewReader(body), headers...)
	if err != nil {
		p.t.Fatalf("%s %s: %v\n%s", method, path, err, p.stderr)
	}
	if r.StatusCode != status {
		p.t.Fatalf("%s %s answered %d, want %d: %.500s", method, path, r.StatusCode, status, r.body)
	}
	return r
}

type pushed struct {
	ID     string `json:"id"`
	Seq    uint64 `json:"seq"`
	Change string `json:"change"`
}

// push sends one document with the key every house of these tests has.
func (p *process) push(contentType, body string) []pushed {
	p.t.Helper()
	r := p.must(http.MethodPost, "/api/sources/cms/items", http.StatusOK, body, "Content-Type", contentType, "Authorization", "Bearer "+pushKey)
	var answer struct{ Items []pushed }
	if err := json.Unmarshal(r.body, &answer); err != nil {
		p.t.Fatalf("the push's answer: %v: %s", err, r.body)
	}
	return answer.Items
}

const (
	pushKey    = "khoa-cua-toa-soan-0123456789"
	adminToken = "the-desk-has-this-token-0123456789"
)

// command runs the binary to its end and gives all it printed and its status.
func command(t *testing.T, dir, path string, args ...string) (string, int) {
	t.Helper()
	cmd := exec.Command(path, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if _, ended := errors.AsType[*exec.ExitError](err); err != nil && !ended {
		t.Fatalf("tinhub %v: %v", args, err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}
