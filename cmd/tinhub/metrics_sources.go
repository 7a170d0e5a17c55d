package main

import (
	"context"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tinhub/internal/ingest"
)

// sourceTimes are the moments of every source as metrics. They are read at a scrape, at most every few seconds; where they
// cannot be read in time, those that were read last stand: no fetch and no success has been missed by that.
type sourceTimes struct {
	status              func(context.Context) ([]ingest.SourceStatus, error)
	next, success, news *prometheus.Desc

	mu   sync.Mutex
	list []ingest.SourceStatus
	read time.Time
}

const (
	sourceTimesFresh = 10 * time.Second
	sourceTimesWait  = 2 * time.Second // a scrape's own patience is ten seconds, ordinarily
)

// watch has the moments of the sources told. It is called once.
func (m *metrics) watch(status func(context.Context) ([]ingest.SourceStatus, error)) {
	labels := []string{"source"}
	m.registry.MustRegister(&sourceTimes{
		status: status,
		next: prometheus.NewDesc("tinhub_source_next_fetch_timestamp_seconds",
			"When a source is asked next; no series where never, and before it was first asked.", labels, nil),
		success: prometheus.NewDesc("tinhub_source_last_success_timestamp_seconds",
			"When a source last gave what was asked for, or the word that nothing is new.", labels, nil),
		news: prometheus.NewDesc("tinhub_source_last_news_timestamp_seconds",
			"When a source last brought something new.", labels, nil),
	})
}

// Describe implements prometheus.Collector.
func (s *sourceTimes) Describe(out chan<- *prometheus.Desc) {
	out <- s.next
	out <- s.success
	out <- s.news
}

// Collect implements prometheus.Collector.
func (s *sourceTimes) Collect(out chan<- prometheus.Metric) {
	for _, src := range s.latest() {
		for _, m := range []struct {
			desc *prometheus.Desc
			at   *time.Time
		}{{s.next, src.NextFetch}, {s.success, src.LastSuccess}, {s.news, src.LastNews}} {
			if m.at != nil {
				out <- prometheus.MustNewConstMetric(m.desc, prometheus.GaugeValue, float64(m.at.Unix()), src.ID)
			}
		}
	}
}

func (s *sourceTimes) latest() []ingest.SourceStatus {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Since(s.read) < sourceTimesFresh {
		return s.list
	}
	ctx, cancel := context.WithTimeout(context.Background(), sourceTimesWait)
	defer cancel()
	if list, err := s.status(ctx); err == nil {
		s.list = list
	}
	s.read = time.Now() // also where it failed: one scrape in a while waits for a store that is away
	return s.list
}
