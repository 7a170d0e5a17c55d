package main

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"tinhub/internal/hub"
	"tinhub/internal/views"
)

// metrics is what every room reports to; the rooms know only the one or two methods they call.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	fetches  *prometheus.CounterVec
	failing  *prometheus.GaugeVec
	items    *prometheus.CounterVec
	lag      prometheus.Histogram
	views    *prometheus.CounterVec
	store    *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tinhub_http_requests_total", Help: "Requests answered, by route and status.",
		}, []string{"route", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tinhub_http_request_seconds", Help: "Time to answer a request, by route.",
			Buckets: []float64{.0001, .0005, .001, .005, .01, .05, .1, .5, 1, 5, 30},
		}, []string{"route"}),
		fetches: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tinhub_source_fetches_total", Help: "Fetches of a source, by outcome.",
		}, []string{"source", "outcome"}),
		failing: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "tinhub_source_failing", Help: "Failures of a source in a row, by the reason of the last; no series while it is well.",
		}, []string{"source", "reason"}),
		items: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tinhub_items_total", Help: "Items taken in, by source and what became of them.",
		}, []string{"source", "change"}),
		lag: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "tinhub_publish_lag_seconds", Help: "From an event in the log to the feeds that show it.",
			Buckets: []float64{.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 30},
		}),
		views: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "tinhub_views_total", Help: "Views reported, by what they counted as.",
		}, []string{"outcome"}),
		store: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "tinhub_store_seconds", Help: "Time the store took, by operation.",
			Buckets: []float64{.0001, .0005, .001, .005, .01, .05, .1, .5, 1, 5, 30},
		}, []string{"op"}),
	}
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "tinhub_build_info", Help: "1, with what this binary was built from.",
	}, []string{"version", "go"})
	build.WithLabelValues(release, runtime.Version()).Set(1)
	// A series that is not there until something happens cannot be seen to rise from nothing.
	for _, outcome := range []string{views.Counted, views.Repeat, views.Crawler, views.Prefetch, views.Unknown, views.Dropped} {
		m.views.WithLabelValues(outcome)
	}
	m.registry.MustRegister(m.requests, m.seconds, m.fetches, m.failing, m.items, m.lag, m.views, m.store, build,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Request is what web reports; a route is a pattern of its table, never a path, so that the number of series is bounded.
func (m *metrics) Request(route string, code int, took time.Duration) {
	m.requests.WithLabelValues(route, strconv.Itoa(code)).Inc()
	m.seconds.WithLabelValues(route).Observe(took.Seconds())
}

// Fetched is what ingest reports of one fetch.
func (m *metrics) Fetched(source, outcome string) { m.fetches.WithLabelValues(source, outcome).Inc() }

// Failing is what ingest reports of a source after each turn: one series at most, named after what is wrong now.
func (m *metrics) Failing(source, reason string, failures int) {
	m.failing.DeletePartialMatch(prometheus.Labels{"source": source})
	if failures > 0 {
		m.failing.WithLabelValues(source, reason).Set(float64(failures))
	}
}

// Stored is what ingest reports of the items of one document.
func (m *metrics) Stored(source string, change hub.Change, n int) {
	m.items.WithLabelValues(source, string(change)).Add(float64(n))
}

// Published is what publish reports once the feeds show an event.
func (m *metrics) Published(lag time.Duration) { m.lag.Observe(lag.Seconds()) }

// Counted is what views reports.
func (m *metrics) Counted(outcome string, n int) { m.views.WithLabelValues(outcome).Add(float64(n)) }
