package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"tinhub/internal/ingest"
)

// twoSources are a feed that answers at once and one that hangs while held is set.
func twoSources(t *testing.T) (config string, held *atomic.Bool) {
	t.Helper()
	held = &atomic.Bool{}
	done := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" && held.Load() {
			select {
			case <-r.Context().Done():
			case <-done:
			}
			return
		}
		_, _ = fmt.Fprintf(w, `<rss version="2.0"><channel><title>T</title><link>https://song.example/</link><item><title>Tin %s</title><link>https://song.example%[1]s</link></item></channel></rss>`, r.URL.Path)
	}))
	t.Cleanup(func() {
		close(done)
		server.Close()
	})
	return fmt.Sprintf(`
site: {title: T, url: "SITE", language: vi, timezone: Asia/Ho_Chi_Minh}
listen: LISTEN
store: STORE
sections: [{id: a, title: A}]
fetch: {allow_private_networks: true}
admin: {token: `+adminToken+`}
sources:
  - {id: slow, kind: feed, url: "%[1]s/slow", section: a, every: 1h}
  - {id: fast, kind: feed, url: "%[1]s/fast", section: a, every: 1h}
  - {id: cms, kind: push, key: `+pushKey+`, section: a}
`, server.URL), held
}

// interruptible starts an ingest and gives its lines as they come, and its end.
func interruptible(t *testing.T, dir string) (first func() string, interrupt func() (stderr string, code int)) {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "ingest", "--json")
	cmd.Dir = dir
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	lines := make(chan string, 16)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			lines <- s.Text()
		}
	}()
	first = func() string {
		select {
		case line := <-lines:
			return line
		case <-time.After(20 * time.Second):
			t.Fatalf("nothing was told of the source that was done: %s", errs.String())
			return ""
		}
	}
	return first, func() (string, int) {
		begin := time.Now()
		if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		for line := range lines {
			t.Errorf("after the interruption: %s", line)
		}
		_ = cmd.Wait()
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("the end took %s", took)
		}
		return errs.String(), cmd.ProcessState.ExitCode()
	}
}

func TestIngestTellsOfEachSourceAsItIsDoneAndAnInterruptionKeepsThat(t *testing.T) {
	for _, through := range []string{"a daemon", "the store"} {
		t.Run("through "+through, func(t *testing.T) {
			config, held := twoSources(t)
			dir, url := house(t, "file:data/t.db", config)
			var p *process
			if through == "a daemon" {
				p = start(t, dir, url)
				p.until("both sources asked", func() error {
					if out := p.verb("sources", "--json"); strings.Count(out, `"state":"well"`) != 2 {
						return fmt.Errorf("%s", out)
					}
					return nil
				})
			}
			held.Store(true)
			first, interrupt := interruptible(t, dir)
			var rep ingest.Report
			if line := first(); json.Unmarshal([]byte(line), &rep) != nil || rep.Source != "fast" || rep.Outcome == ingest.OutcomeFailed {
				t.Errorf("the first line is %s", line)
			}
			stderr, code := interrupt()
			if code != exitFailures || !strings.Contains(stderr, "interrupted: 1 of 2 sources were done") || !strings.Contains(stderr, "1 source: ") {
				t.Errorf("exit %d: %s", code, stderr)
			}
			held.Store(false)
			if p == nil {
				return
			}
			if out := p.verb("sources", "--json", "slow"); !strings.Contains(out, `"state":"well"`) {
				t.Errorf("the interruption counts as the source's failure: %s", out)
			}
			if out := p.verb("ingest", "--source", "slow"); !strings.Contains(out, "slow") {
				t.Errorf("the daemon asks no more: %s", out)
			}
		})
	}
}

func TestIngestSumsUpOnStderr(t *testing.T) {
	config, held := twoSources(t)
	dir, url := house(t, "file:data/t.db", config)
	path := filepath.Join(dir, "tinhub.yaml")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, string(text)+"  - {id: missing, kind: files, path: \"nowhere/*.txt\", section: a}\n  - {id: nobody, kind: feed, url: \"http://127.0.0.1:1/\", section: a}\n")
	var out, errs bytes.Buffer
	term := terminal{in: strings.NewReader(""), out: &out, err: &errs, env: os.LookupEnv}
	code := run(t.Context(), []string{"ingest", "--config", path}, term)
	if code != exitFailures || !strings.Contains(errs.String(), "4 sources: 2 new items, 2 failed") {
		t.Errorf("exit %d: %s\n%s", code, errs.String(), out.String())
	}
	if lines := strings.Split(out.String(), "\n"); !strings.HasPrefix(lines[1], "slow ") || !strings.HasPrefix(lines[2], "fast ") {
		t.Errorf("the table is not in the configuration's order:\n%s", out.String())
	}
	p := start(t, dir, url)
	held.Store(false)
	binary, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	p.until("a table through the daemon", func() error {
		table, code := command(t, dir, binary, "ingest", "--source", "cms", "--source", "fast", "--source", "nobody")
		if code != exitFailures || !strings.Contains(table, "3 sources: 0 new items, 1 held back, 1 failed") || strings.Index(table, "cms ") > strings.Index(table, "fast ") {
			return fmt.Errorf("exit %d: %s", code, table)
		}
		return nil
	})
	standing := p.must("GET", "/api/sources", http.StatusOK, "", "Authorization", "Bearer "+adminToken)
	if !strings.Contains(string(standing.body), `{"sources":[{"id":"slow"`) || !strings.Contains(string(standing.body), `"next_reason"`) {
		t.Errorf("%s", standing.body)
	}
}

func TestTheMomentsOfASourceAreMetrics(t *testing.T) {
	config, _ := twoSources(t)
	dir, url := house(t, "file:data/t.db", config)
	p := start(t, dir, url)
	p.until("the moments of both sources", func() error {
		text, err := p.get(http.StatusOK, "/metrics")
		if err != nil {
			return err
		}
		for _, name := range []string{"next_fetch", "last_success", "last_news"} {
			for _, source := range []string{"slow", "fast"} {
				if want := fmt.Sprintf("tinhub_source_%s_timestamp_seconds{source=%q} 1.", name, source); !strings.Contains(string(text.body), want) {
					return fmt.Errorf("nothing like %s", want)
				}
			}
		}
		if strings.Contains(string(text.body), `timestamp_seconds{source="cms"}`) {
			return fmt.Errorf("who pushes is not asked: %s", text.body)
		}
		return nil
	})
}

func TestASourceIsToldHowManyReadItsSections(t *testing.T) {
	agents := make(chan string, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case agents <- r.UserAgent():
		default:
		}
		_, _ = io.WriteString(w, `<rss version="2.0"><channel><title>T</title><link>https://song.example/</link></channel></rss>`)
	}))
	defer server.Close()
	dir, url := house(t, "memory:", fmt.Sprintf(`
site: {title: T, url: "SITE", language: vi, timezone: Asia/Ho_Chi_Minh}
listen: LISTEN
store: STORE
sections: [{id: a, title: A}, {id: b, title: B}, {id: c, title: C}]
fetch: {allow_private_networks: true}
admin: {token: %s}
sources:
  - {id: s, kind: feed, url: "%s/", sections: [a], match: {Kinh tế: b}, every: 1h}
`, adminToken, server.URL))
	p := start(t, dir, url)
	for _, visit := range [][2]string{
		{"/feeds/a.rss", "Reeder/5"},
		{"/feeds/a.rss", "Reeder/5"},
		{"/feeds/b.atom", "Reeder/5"},
		{"/feeds/all.json", "newsboat/2"},
		{"/feeds/c.rss", "elsewhere/1"},
		{"/feeds/b.rss", "Feedly/1.0 (16 subscribers)"},
		{"/feeds/a.rss", "Googlebot/2.1"},
	} {
		if _, err := p.get(http.StatusOK, visit[0], "User-Agent", visit[1]); err != nil {
			t.Fatal(err)
		}
	}
	p.until("a fetch that says it", func() error {
		p.must("POST", "/api/sources/s/refresh", http.StatusAccepted, "", "Authorization", "Bearer "+adminToken)
		agent := <-agents
		if !strings.Contains(agent, "; 18 subscribers)") {
			return fmt.Errorf("the source is told %q", agent)
		}
		return nil
	})
}
