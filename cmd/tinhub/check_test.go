package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestCheckOnlineTriesEverySourceAndStoresNothing(t *testing.T) {
	const feed = `<rss version="2.0"><channel><title>Sông Xanh</title><link>https://song.example/</link><item><title>Một</title><link>https://song.example/1</link><pubDate>Fri, 20 Nov 2026 08:00:00 +0700</pubDate></item></channel></rss>`
	mux := http.NewServeMux()
	mux.HandleFunc("/feed", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/rss+xml")
		_, _ = io.WriteString(w, feed)
	})
	mux.Handle("/old", http.RedirectHandler("/feed", http.StatusMovedPermanently))
	mux.HandleFunc("/front", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, `<!doctype html><title>Sông Xanh</title><link rel="alternate" type="application/rss+xml" href="/feed"><p>Trang nhất`)
	})
	server := httptest.NewServer(mux)
	defer server.Close()

	dir := t.TempDir()
	write(t, filepath.Join(dir, "in", "a.txt"), "Chợ nổi đông khách\n\n08:30, 18/11/2026\n\nSáng nay chợ nổi đón nhiều khách hơn mọi ngày.\n")
	config := filepath.Join(dir, "tinhub.yaml")
	write(t, config, fmt.Sprintf(`
site: {title: T, url: "http://127.0.0.1:8080", language: vi, timezone: Asia/Ho_Chi_Minh}
store: file:data/t.db
sections: [{id: a, title: A}]
fetch: {allow_private_networks: true}
sources:
  - {id: good, kind: feed, url: "%[1]s/feed", section: a}
  - {id: moved, kind: feed, url: "%[1]s/old", section: a}
  - {id: gone, kind: feed, url: "%[1]s/none", section: a}
  - {id: front, kind: feed, url: "%[1]s/front", section: a}
  - {id: folder, kind: files, path: "in/*.txt", section: a}
  - {id: cms, kind: push, key: for-tests-only, section: a}
`, server.URL))
	var out, errs bytes.Buffer
	term := terminal{in: strings.NewReader(""), out: &out, err: &errs, env: os.LookupEnv}
	if code := run(t.Context(), []string{"check", "--config", config, "--online"}, term); code != exitFailures {
		t.Errorf("exit %d, want %d\n%s", code, exitFailures, errs.String())
	}
	for _, want := range []string{
		`(?m)^good +feed +ok +1 +2026-11-20 `,
		`(?m)^moved +feed +ok +1 .*moved to ` + server.URL + `/feed`,
		`(?m)^gone +feed +status +0 .*404`,
		`(?m)^front +feed +document .*names the feed ` + server.URL + `/feed`,
		`(?m)^folder +files +ok +1 `,
		`(?m)^cms +push +ok `,
	} {
		if !regexp.MustCompile(want).Match(out.Bytes()) {
			t.Errorf("nothing like %s in\n%s", want, out.String())
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "data")); err == nil {
		t.Error("the store was touched")
	}
	out.Reset()
	if code := run(t.Context(), []string{"check", "--config", config, "--online", "--json", "--source", "good"}, term); code != exitDone || strings.Count(out.String(), "\n") != 1 || !strings.Contains(out.String(), `"found":"feed"`) {
		t.Errorf("exit %d: %s", code, out.String())
	}
}
