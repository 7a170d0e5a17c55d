package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Two daemons on one Redis are one hub: what one takes in the other serves, to the byte, and what is retracted at one is
// out at both.
func TestTwoNodesOnOneRedisServeTheSameBytes(t *testing.T) {
	store, ok := storeURLs(t)["redis"]
	if !ok {
		return // storeURLs has said so, and fails in the CI
	}
	config := strings.ReplaceAll(pushHouse, "SITE", "https://tin.songxanh.example")
	dirA, urlA := house(t, store, config)
	dirB, urlB := house(t, store, config)
	a, b := start(t, dirA, urlA), start(t, dirB, urlB)
	id := a.push("application/json", `{"id":"1","url":"https://songxanh.example/1","title":"Một","content_text":"Một.","date_published":"2026-11-18T08:00:00+07:00"}`)[0].ID
	b.push("application/json", `{"id":"2","url":"https://songxanh.example/2","title":"Hai","content_text":"Hai.","date_published":"2026-11-19T08:00:00+07:00"}`)
	for _, path := range []string{"/feeds/news.rss", "/feeds/news.atom", "/feeds/news.json", "/feeds/all.rss", "/feeds.opml"} {
		b.until("both nodes serve the same", func() error {
			ra, err := a.get(http.StatusOK, path)
			if err != nil {
				return err
			}
			rb, err := b.get(http.StatusOK, path)
			if err != nil {
				return err
			}
			if !bytes.Equal(ra.body, rb.body) || ra.Header.Get("ETag") != rb.Header.Get("ETag") {
				return fmt.Errorf("%s differs", path)
			}
			if strings.HasPrefix(path, "/feeds/") && !bytes.Contains(ra.body, []byte("Hai")) {
				return fmt.Errorf("%s is not up to date", path)
			}
			return nil
		})
	}
	b.must(http.MethodPost, "/api/items/"+id+"/retract", http.StatusOK, `{"reason":"Sai"}`, "Authorization", "Bearer "+adminToken, "Content-Type", "application/json")
	a.must(http.MethodGet, "/items/"+id, http.StatusGone, "")
	a.until("it is out at the other node", func() error {
		if r, err := a.get(http.StatusOK, "/feeds/news.rss"); err != nil || bytes.Contains(r.body, []byte(id)) {
			return fmt.Errorf("still there: %w", err)
		}
		return nil
	})
	// A node that dies takes nothing with it.
	a.kill()
	if got := b.push("application/json", `{"id":"1","url":"https://songxanh.example/1","title":"Một","content_text":"Một."}`); got[0].Change != "retracted" {
		t.Errorf("after the other node died: %+v", got)
	}
}

func TestASecondHubOnTheSameFileIsRefused(t *testing.T) {
	dir, url := house(t, "file:data/tinhub.db", pushHouse)
	p := start(t, dir, url)
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	out, code := command(t, dir, path, "serve", "--listen", "127.0.0.1:0")
	if code != exitNoStart || !strings.Contains(out, filepath.Join("data", "tinhub.db")) || !strings.Contains(out, "in use") {
		t.Errorf("exit %d:\n%s", code, out)
	}
	out, code = command(t, dir, path, "serve", "--store", "memory:")
	if code != exitNoStart || !strings.Contains(out, strings.TrimPrefix(url, "http://")) || !strings.Contains(out, "--listen") {
		t.Errorf("a taken port: exit %d:\n%s", code, out)
	}
	p.must(http.MethodGet, "/readyz?write=1", http.StatusOK, "")
}

func TestAFileThatIsDamagedInsideIsRefusedWithAWayOut(t *testing.T) {
	dir, url := house(t, "file:tinhub.db", pushHouse)
	p := start(t, dir, url)
	p.push("application/json", `{"id":"a","title":"A","content_text":"a"}`)
	p.stop()
	file := filepath.Join(dir, "tinhub.db")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for n := 2 << 12; n < len(data); n++ { // the head and the schema stay
		data[n] = 0xA5
	}
	write(t, file, string(data))
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range [][]string{{"serve"}, {"render", "news"}, {"ingest"}} {
		out, code := command(t, dir, path, verb...)
		if code != exitNoStart || !strings.Contains(out, file) || !strings.Contains(out, "restore a backup") {
			t.Errorf("%s: exit %d:\n%s", verb, code, out)
		}
	}
}

func TestTheControlSocketComesAndGoesAlsoUnderALongPath(t *testing.T) {
	long := strings.Repeat("x", 60) + "/" + strings.Repeat("y", 60) + "/tinhub.db"
	dir, url := house(t, "file:"+long, pushHouse)
	p := start(t, dir, url)
	id := p.push("application/json", `{"id":"a","title":"A","content_text":"a"}`)[0].ID
	socket := filepath.Join(dir, long) + socketSuffix
	info, err := os.Stat(socket)
	if err != nil {
		t.Fatal(err)
	}
	if mode := info.Mode().Perm(); mode != 0o600 {
		t.Errorf("the socket has mode %o", mode)
	}
	if out := p.verb("retract", id, "--reason", "sai"); strings.Count(out, "\n") != 1 || !strings.Contains(out, `"state":"retracted"`) {
		t.Errorf("retract beside the daemon printed %q", out)
	}
	p.stop()
	if _, err := os.Stat(socket); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("after the stop the socket is still there: %v", err)
	}
	if out := p.verb("restore", id); strings.Count(out, "\n") != 1 || !strings.Contains(out, `"state":"live"`) {
		t.Errorf("restore without a daemon printed %q", out)
	}
}
