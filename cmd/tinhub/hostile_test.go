package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tinhub/internal/fetch"
	"tinhub/internal/sourcetest"
)

// The hub among enemies: every hostile source there is beside ten good ones, for a minute (make rude) or, where nothing
// else is said, for a quarter of one.

const (
	goodSources  = 10
	rudeVariable = "TINHUB_TEST_RUDE" // how long, as in 1m
	rudeDefault  = 15 * time.Second
	rudeMemory   = 512 << 20
	rudeStop     = 5 * time.Second
	rudeEvery    = 2 * time.Second
	rudeLongest  = 4 * time.Second // between two visits to a good source: every, a tenth, and what a busy machine adds
	rudeSlowest  = 40 * time.Second
)

// enemies is a hub in the field.
type enemies struct {
	*process
	hostile map[string]*sourcetest.Site
	good    []*sourcetest.Site
	config  strings.Builder
}

func deployAmongEnemies(t *testing.T) *enemies {
	t.Helper()
	server := sourcetest.New()
	t.Cleanup(server.Close)
	e := &enemies{hostile: map[string]*sourcetest.Site{}}
	e.config.WriteString("site: {title: Field, url: SITE, language: en, timezone: UTC}\nlisten: LISTEN\nstore: STORE\n" +
		"fetch: {allow_private_networks: true}\nsections:\n  - {id: news, title: News}\n  - {id: rest, title: Rest}\nsources:\n")
	add := func(id, section string, b sourcetest.Behaviour) *sourcetest.Site {
		site, err := server.Play(id, b)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&e.config, "  - {id: %s, kind: %s, url: %q, section: %s, every: %s}\n", id, b.Kind, site.URL(), section, rudeEvery)
		return site
	}
	for n, b := range sourcetest.Behaviours() {
		if b.Class == sourcetest.Hostile {
			id := fmt.Sprint("hostile-", n)
			e.hostile[id] = add(id, "rest", b)
		}
	}
	newsroom, ok := sourcetest.Find("a newsroom that publishes all the time")
	if !ok {
		t.Fatal("no newsroom to play")
	}
	for n := range goodSources {
		e.good = append(e.good, add(fmt.Sprint("good-", n), "news", newsroom))
	}
	dir, url := house(t, "file:data/hub.db", e.config.String())
	e.process = start(t, dir, url)
	return e
}

func TestAMinuteAmongHostileSourcesCostsTheGoodOnesNothing(t *testing.T) {
	span := rudeDefault
	if s := os.Getenv(rudeVariable); s != "" {
		var err error
		if span, err = time.ParseDuration(s); err != nil {
			t.Fatalf("%s: %v", rudeVariable, err)
		}
	}
	e := deployAmongEnemies(t)
	if len(e.hostile) < 60 {
		t.Fatalf("only %d hostile sources", len(e.hostile))
	}
	begin := time.Now()
	peak := e.watchMemory(span)
	end := time.Now()
	e.checkGood(begin, end)
	e.checkReports(span)
	e.checkLinks()
	took, code := e.stop()
	if took > rudeStop || code != 0 {
		t.Errorf("the end took %s, status %d", took, code)
	}
	t.Logf("%d hostile sources beside %d good ones for %s: at most %d MB, the end in %s", len(e.hostile), len(e.good), span, peak>>20, took.Round(time.Millisecond))
}

// watchMemory looks at the process each second for so long, and gives the most it took.
func (e *enemies) watchMemory(span time.Duration) (peak int64) {
	e.t.Helper()
	for end := time.Now().Add(span); time.Now().Before(end); time.Sleep(time.Second) {
		rss := resident(e.t, e.cmd.Process.Pid)
		if peak = max(peak, rss); rss > rudeMemory {
			e.t.Errorf("%d MB in use", rss>>20)
		}
		if _, err := e.get(http.StatusOK, "/readyz"); err != nil {
			e.t.Errorf("not ready among enemies: %v", err)
		}
	}
	return peak
}

// resident is a process's memory in bytes; 0 where the system does not tell it this way.
func resident(t *testing.T, pid int) int64 {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`VmRSS:\s*(\d+) kB`).FindSubmatch(b)
	if m == nil {
		t.Fatalf("no VmRSS in %s", b)
	}
	kb, err := strconv.ParseInt(string(m[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kb << 10
}

// checkGood holds the visits to the good sources against their rhythm, and their articles against the feed.
func (e *enemies) checkGood(begin, end time.Time) {
	e.t.Helper()
	for _, site := range e.good {
		visits := site.Requests()
		last, longest := begin, time.Duration(0)
		for _, r := range visits {
			longest = max(longest, r.At.Sub(last))
			last = r.At
		}
		longest = max(longest, end.Sub(last))
		if longest > rudeLongest {
			e.t.Errorf("%s was left alone for %s", site.Name(), longest)
		}
		if least := int(end.Sub(begin)*3/4/rudeEvery) - 1; len(visits) < least {
			e.t.Errorf("%s was visited %d times in %s", site.Name(), len(visits), end.Sub(begin).Round(time.Second))
		}
	}
	eventually(e.t, "every article of the good sources once", func() error {
		r, err := e.get(http.StatusOK, "/feeds/news.json?limit=1000")
		if err != nil {
			return err
		}
		var feed struct{ Items []struct{ Title string } }
		if err := json.Unmarshal(r.body, &feed); err != nil {
			return err
		}
		seen := map[string]int{}
		for _, item := range feed.Items {
			seen[item.Title]++
		}
		for _, site := range e.good {
			for n := 1; n <= site.Published(end); n++ {
				if seen[site.Title(n)] != 1 {
					return fmt.Errorf("%q is there %d times", site.Title(n), seen[site.Title(n)])
				}
			}
		}
		return nil
	}, func() string { return "" })
}

// checkReports looks for each hostile source and its reason in the metrics and in the log.
func (e *enemies) checkReports(span time.Duration) {
	e.t.Helper()
	series := regexp.MustCompile(`(?m)^tinhub_source_fetches_total\{outcome="([^"]+)",source="([^"]+)"\}`)
	failing := regexp.MustCompile(`(?m)^tinhub_source_failing\{reason="([^"]+)",source="([^"]+)"\}`)
	metrics := string(e.must(http.MethodGet, "/metrics", http.StatusOK, "").body)
	counted, now := map[string][]string{}, map[string]string{}
	for _, m := range series.FindAllStringSubmatch(metrics, -1) {
		counted[m[2]] = append(counted[m[2]], m[1])
	}
	for _, m := range failing.FindAllStringSubmatch(metrics, -1) {
		now[m[2]] = m[1]
	}
	log := map[string]bool{}
	for line := range strings.Lines(e.stderr.String()) {
		var entry struct{ Msg, Source, Reason, Error string }
		switch err := json.Unmarshal([]byte(line), &entry); {
		case err != nil:
			e.t.Errorf("a line in the log that is none of ours: %.200s", line)
		case entry.Error != "":
			log[entry.Source+" "+entry.Reason] = true
		}
	}
	for id, site := range e.hostile {
		b := site.Behaviour()
		if b.Slow && span < rudeSlowest {
			continue // it is still being waited for
		}
		want := b.Reason
		if want == fetch.ReasonTooLarge && !slices.Contains(counted[id], want) {
			want = fetch.ReasonTimeout // a bomb that this machine could not unpack to the limit in time
		}
		if !slices.Contains(counted[id], want) {
			e.t.Errorf("%s (%q): counted %v, want %s", id, b.Name, counted[id], want)
		}
		if b.Reason == sourcetest.OK {
			continue
		}
		if said := now[id]; said != want && said != b.Reason || !log[id+" "+said] {
			e.t.Errorf("%s (%q): the metrics say %q, the log %t; want %s", id, b.Name, said, log[id+" "+said], want)
		}
	}
	for _, site := range e.good {
		if reason := now[site.Name()]; reason != "" {
			e.t.Errorf("%s fails as well: %s", site.Name(), reason)
		}
	}
}

// badLink finds a link that must not come out, in an attribute, an element or a JSON field.
var badLink = regexp.MustCompile(`(?i)((href|src|srcset|action|formaction|data|poster|cite|url|background|content)\s*=\s*["']?\s*|` +
	`<(link|url|comments|guid isPermaLink="true"|id|loc)>\s*|"(url|external_url|image|banner_image|icon|home_page_url|feed_url)"\s*:\s*")(java\s*script|file|data|vbscript):`)

// checkLinks reads everything that comes out.
func (e *enemies) checkLinks() {
	e.t.Helper()
	list := []string{"/", "/feeds", "/feeds.opml", "/sitemap-news.xml", "/embed/rest", "/embed/all", "/feeds/rest/popular.rss", "/feeds/rest/archive/1.rss"}
	for _, section := range []string{"all", "rest", "news"} {
		list = append(list, "/feeds/"+section)
		for _, format := range []string{"rss", "atom", "json"} {
			list = append(list, "/feeds/"+section+"."+format+"?limit=1000")
		}
	}
	var feed struct {
		Items []struct {
			ID  string
			Hub struct{ Source string } `json:"_tinhub"`
		}
	}
	if err := json.Unmarshal(e.must(http.MethodGet, "/feeds/rest.json?limit=1000", http.StatusOK, "").body, &feed); err != nil {
		e.t.Fatal(err)
	}
	if len(feed.Items) < 20 {
		e.t.Errorf("only %d items came from the hostile sources", len(feed.Items))
	}
	pages := map[string]int{}
	for _, item := range feed.Items {
		if pages[item.Hub.Source]++; pages[item.Hub.Source] <= 10 { // one of them brings hundreds
			list = append(list, "/items/"+item.ID)
		}
	}
	for n, path := range list {
		accept := "text/html"
		if n%2 == 0 {
			accept = "*/*"
		}
		r, err := e.do(http.MethodGet, path, nil, "Accept", accept)
		if err != nil || r.StatusCode >= 500 {
			e.t.Errorf("%s: %d, %v", path, r.StatusCode, err)
			continue
		}
		for _, bad := range badLink.FindAllIndex(r.body, 3) {
			e.t.Errorf("%s: a link that leads astray: %.200s", path, r.body[max(0, bad[0]-60):])
		}
		if strings.Contains(string(r.body), "root:x:0") {
			e.t.Errorf("%s holds a file of ours", path)
		}
	}
}

func TestABadLinkIsSeenWhereverItStands(t *testing.T) {
	for _, bad := range []string{
		`<a href="javascript:alert(1)">`, `<img src=' file:///etc/passwd'>`, `<link>JavaScript:alert(1)</link>`, `<enclosure url="file:///x" length="1"/>`,
		`<guid isPermaLink="true">javascript:x</guid>`, `"url": "data:text/html,x"`, `<form action=vbscript:x>`, `<loc> file:///x</loc>`,
	} {
		if !badLink.MatchString(bad) {
			t.Errorf("not seen: %s", bad)
		}
	}
	for _, fine := range []string{`<a href="https://news.example/javascript:alert">`, `<guid isPermaLink="false">javascript:x</guid>`, `"url": "https://x.example/"`, `the word javascript: in a text`} {
		if badLink.MatchString(fine) {
			t.Errorf("taken for bad: %s", fine)
		}
	}
}
