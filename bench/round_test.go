package bench

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tinhub/internal/fetch"
	"tinhub/internal/hub"
	"tinhub/internal/ingest"
	"tinhub/internal/sqlitestore"
)

const (
	roundFeeds = 300
	roundHosts = 20
)

// roundSources starts the servers of three hundred feeds of fifty full articles each, on twenty loopback addresses, and
// gives the sources. They give no validators, so that every pass brings every byte.
func roundSources(b *testing.B) []hub.Source {
	b.Helper()
	feeds := make([][]byte, roundFeeds)
	for n := range feeds {
		feeds[n] = rssFeed(n)
	}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(strings.TrimPrefix(r.URL.Path, "/"))
		if err != nil || n < 0 || n >= len(feeds) {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/rss+xml; charset=utf-8")
		_, _ = w.Write(feeds[n])
	})
	hosts := make([]string, roundHosts)
	for n := range hosts {
		listener, err := new(net.ListenConfig).Listen(b.Context(), "tcp", fmt.Sprintf("127.0.1.%d:0", n+1))
		if err != nil {
			b.Fatal(err)
		}
		server := &http.Server{Handler: handler, ReadHeaderTimeout: time.Minute}
		go func() { _ = server.Serve(listener) }()
		b.Cleanup(func() { _ = server.Close() })
		hosts[n] = listener.Addr().String()
	}
	sources := make([]hub.Source, roundFeeds)
	for n := range sources {
		sources[n] = hub.Source{
			ID: fmt.Sprintf("feed-%d", n), Kind: hub.KindFeed, URL: fmt.Sprintf("http://%s/%d", hosts[n%roundHosts], n),
			Sections: []string{fmt.Sprintf("section-%d", n%10)}, Every: time.Hour, Location: time.UTC,
		}
	}
	return sources
}

// bareLoop fetches and parses the sources with nothing but net/http and gofeed, so many at a time.
func bareLoop(b *testing.B, sources []hub.Source, workers int) {
	b.Helper()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: workers}}
	defer client.CloseIdleConnections()
	queue := make(chan string)
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for url := range queue {
				if err := bareFeed(b.Context(), b, client, url); err != nil {
					b.Error(err)
				}
			}
		})
	}
	for _, s := range sources {
		queue <- s.URL
	}
	close(queue)
	wait.Wait()
}

func bareFeed(ctx context.Context, b *testing.B, client *http.Client, url string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil {
		parseAlone(b, body)
	}
	return err
}

// pass asks every source once and fails unless each brought what was expected of it.
func pass(b *testing.B, round *ingest.Ingest, outcome string, items int) {
	b.Helper()
	reports, err := round.Once(b.Context(), nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	created := 0
	for _, r := range reports {
		if r.Outcome != outcome {
			b.Fatalf("source %s: %s %s, want %s", r.Source, r.Outcome, r.Error, outcome)
		}
		created += r.Created
	}
	if created != items {
		b.Fatalf("%d items created, want %d", created, items)
	}
}

// roundOver is a hub's round over the sources with an empty store in a file.
func roundOver(b *testing.B, sources []hub.Source) (round *ingest.Ingest, end func()) {
	b.Helper()
	store, err := sqlitestore.Open(b.Context(), filepath.Join(b.TempDir(), "bench.db"), quiet)
	if err != nil {
		b.Fatal(err)
	}
	client := fetch.New(fetch.Options{AllowPrivate: true})
	round = ingest.New(ingest.Options{
		Site: hub.Site{URL: "https://tin.example", Language: "vi", Location: time.UTC}, Sources: sources, Store: store, Fetch: client,
	})
	return round, func() {
		client.Close()
		if err := store.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// Per item: three hundred feeds fetched for the first time, every item new and durable in a SQLite file, beside a bare loop
// that fetches and parses the same feeds eight at a time.
func BenchmarkRoundFirstPass(b *testing.B) {
	sources := roundSources(b)
	round, end := roundOver(b, sources)
	besideBest(b, roundFeeds*itemsPerFeed, sources, func() {
		pass(b, round, ingest.OutcomeOK, roundFeeds*itemsPerFeed)
	}, func() {
		end()
		round, end = roundOver(b, sources)
	})
	end()
}

// Per item: the same bytes once more, without validators.
func BenchmarkRoundSecondPass(b *testing.B) {
	sources := roundSources(b)
	round, end := roundOver(b, sources)
	defer end()
	pass(b, round, ingest.OutcomeOK, roundFeeds*itemsPerFeed)
	besideBest(b, roundFeeds*itemsPerFeed, sources, func() { pass(b, round, ingest.OutcomeNotModified, 0) }, func() {})
}

// besideBest measures ours beside the quicker of the bare loops with one and with eight workers. again makes all as it was
// for the next turn, outside of what is measured.
func besideBest(b *testing.B, units int, sources []hub.Source, ours, again func()) {
	b.Helper()
	best, least := 1, time.Duration(1<<62)
	for _, workers := range []int{1, 8, 1, 8} {
		start := time.Now()
		bareLoop(b, sources, workers)
		if took := time.Since(start); took < least {
			best, least = workers, took
		}
	}
	betweenTurns(b, units, func() { bareLoop(b, sources, best) }, ours, again)
	b.ReportMetric(float64(best), "base-workers")
}
