package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
)

var openAddress = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// startDemo runs `tinhub serve --demo` on a free port, in a folder of its own.
func startDemo(t *testing.T) *process {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{t: t, dir: t.TempDir(), stderr: &lockedBuffer{}, ended: make(chan error, 1)}
	p.cmd = exec.Command(path, "serve", "--demo", "--listen", "127.0.0.1:0")
	p.cmd.Dir, p.cmd.Stderr, p.cmd.Stdout = p.dir, p.stderr, p.stderr
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { p.ended <- p.cmd.Wait() }()
	t.Cleanup(p.kill)
	p.until("the demo prints its addresses", func() error {
		p.url = openAddress.FindString(p.stderr.String())
		if p.url == "" {
			return http.ErrServerClosed
		}
		_, err := p.get(http.StatusOK, "/readyz")
		return err
	})
	return p
}

type demoFeed struct {
	Items []struct {
		ID, URL, Title, Image, Summary string
		ContentHTML                    string `json:"content_html"`
		Language                       string
		Authors                        []struct{ Name string }
		Ours                           struct{ Captions []string } `json:"_tinhub"`
	}
}

func TestTheDemoIsAWholeHubThatNeedsNoNetwork(t *testing.T) {
	p := startDemo(t)
	var feed demoFeed // whole as soon as it is ready
	if err := json.Unmarshal(p.must(http.MethodGet, "/feeds/all.json?limit=1000", http.StatusOK, "").body, &feed); err != nil {
		t.Fatal(err)
	}
	if len(feed.Items) < 40 {
		t.Fatalf("%d articles", len(feed.Items))
	}
	captioned, pictured, bylined, languages := 0, 0, 0, map[string]int{}
	for _, i := range feed.Items {
		if i.Title == "" || i.Summary == "" && i.ContentHTML == "" {
			t.Errorf("%s (%q) is empty", i.ID, i.Title)
		}
		if len(i.Ours.Captions) > 0 {
			captioned++
		}
		if i.Image != "" {
			pictured++
		}
		if len(i.Authors) > 0 {
			bylined++
		}
		languages[strings.ToLower(i.Language[:2])]++
	}
	if captioned < 20 || pictured < 20 || bylined < 30 || languages["vi"] < 20 || languages["en"] < 8 {
		t.Errorf("%d with captions, %d with pictures, %d with bylines, languages %v", captioned, pictured, bylined, languages)
	}
	crawl(t, p)
	if took, code := p.stop(); code != 0 || took > 5*time.Second {
		t.Errorf("the demo ended after %s with %d", took, code)
	}
}

// crawl follows every link, picture, script and style of every page from the front page on: all must be here, and none may
// lead elsewhere.
func crawl(t *testing.T, p *process) {
	t.Helper()
	base, err := url.Parse(p.url)
	if err != nil {
		t.Fatal(err)
	}
	queue, seen := []string{"/", "/demo/", "/feeds"}, map[string]bool{}
	for len(queue) > 0 && len(seen) < 2000 {
		path := queue[0]
		queue = queue[1:]
		if seen[path] {
			continue
		}
		seen[path] = true
		r, err := p.do(http.MethodGet, path, nil, "Accept", "text/html,*/*;q=0.8", "User-Agent", "Mozilla/5.0 demo reader")
		if err != nil {
			t.Fatal(err)
		}
		if r.StatusCode >= 300 && r.StatusCode < 400 {
			queue = append(queue, local(t, base, path, r.Header.Get("Location"))...)
			continue
		}
		if r.StatusCode != http.StatusOK {
			t.Errorf("%s answers %d", path, r.StatusCode)
			continue
		}
		if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
			continue
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(string(r.body)))
		if err != nil {
			t.Fatal(err)
		}
		for _, attr := range []string{"href", "src"} {
			doc.Find("[" + attr + "]").Each(func(_ int, s *goquery.Selection) {
				queue = append(queue, local(t, base, path, s.AttrOr(attr, ""))...)
			})
		}
	}
	if len(seen) < 60 {
		t.Errorf("only %d addresses found", len(seen))
	}
}

// local gives the path of a link of ours; a link to anywhere else is an error of the demo.
func local(t *testing.T, base *url.URL, page, link string) []string {
	t.Helper()
	at, err := base.Parse(page)
	if err != nil {
		t.Fatal(err)
	}
	u, err := at.Parse(link)
	if err != nil {
		t.Errorf("%s links to %q: %v", page, link, err)
		return nil
	}
	if u.Scheme == "mailto" || u.Scheme == "feed" {
		return nil
	}
	if u.Host != base.Host {
		t.Errorf("%s links to %s, which is not here", page, link)
		return nil
	}
	return []string{u.RequestURI()}
}
