package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"tinhub/internal/audience"
	"tinhub/internal/config"
	"tinhub/internal/desk"
	"tinhub/internal/fetch"
	"tinhub/internal/format"
	"tinhub/internal/hub"
	"tinhub/internal/ingest"
	"tinhub/internal/publish"
	"tinhub/internal/views"
	"tinhub/internal/web"
)

// Bounds of the public server. A stop must be over within five seconds: requests get half of them, and what hangs is left.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 60 * time.Second // of all but a push, which sets its own (web)
	writeTimeout      = 60 * time.Second
	idleTimeout       = 120 * time.Second
	maxHeaderBytes    = 16 << 10
	requestGrace      = 2500 * time.Millisecond
	flushGrace        = 1200 * time.Millisecond
	closeGrace        = 800 * time.Millisecond
)

// daemon is the hub as a value: its rooms, opened and wired.
type daemon struct {
	cfg      *config.Config
	log      *slog.Logger
	metrics  *metrics
	store    hub.Store
	publish  *publish.Publisher
	ingest   *ingest.Ingest
	views    *views.Counter
	audience *audience.Counter
	fetch    *fetch.Client
	public   http.Handler
	control  http.Handler
}

// openDaemon opens the store and wires the rooms; nothing runs yet. extra are routes of the demo.
func openDaemon(ctx context.Context, cfg *config.Config, log *slog.Logger, extra map[string]http.Handler) (*daemon, error) {
	store, err := openStore(ctx, cfg.Store, log)
	if err != nil {
		return nil, err
	}
	d := &daemon{cfg: cfg, log: log, metrics: newMetrics()}
	d.store = timedStore{Store: store, m: d.metrics}
	d.fetch = newFetch(cfg.AllowPrivate, cfg.Site.URL, log)
	d.publish = publish.New(publish.Options{
		Site: cfg.Site, Sections: cfg.Sections, Store: d.store, Now: time.Now, Log: log, Meter: d.metrics,
	})
	d.audience = audience.New(append(sectionIDs(cfg.Sections), hub.AllSection), time.Now)
	round := roundOptions(cfg, d.store, d.fetch, d.metrics, log)
	round.Subscribers = d.subscribers
	d.ingest = ingest.New(round)
	d.metrics.watch(d.ingest.Status)
	if d.views, err = views.New(views.Options{
		Store: d.store, Dedupe: cfg.Dedupe, Now: time.Now, Log: log, Meter: d.metrics,
	}); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare the view counter: %w", err), store.Close())
	}
	if err := d.wireWeb(extra); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return d, nil
}

func newFetch(allowPrivate bool, site string, log *slog.Logger) *fetch.Client {
	return fetch.New(fetch.Options{
		Product: "Tinhub/" + release, Contact: site, AllowPrivate: allowPrivate, Log: log,
	})
}

// newIngest is the round of a verb that does without a daemon.
func newIngest(cfg *config.Config, store hub.Store, client *fetch.Client, m *metrics, log *slog.Logger) *ingest.Ingest {
	return ingest.New(roundOptions(cfg, store, client, m, log))
}

func roundOptions(cfg *config.Config, store hub.Store, client *fetch.Client, m *metrics, log *slog.Logger) ingest.Options {
	return ingest.Options{
		Site: cfg.Site, Sources: cfg.Sources, Store: store, Fetch: client, Keep: cfg.Keep,
		Now: time.Now, Log: log, Meter: m, Holder: holderName(cfg),
	}
}

func sectionIDs(sections []hub.Section) []string {
	ids := make([]string, len(sections))
	for n, s := range sections {
		ids[n] = s.ID
	}
	return ids
}

// subscribers is about how many readers what a source brings has: those of the sections that it feeds, and of everything.
func (d *daemon) subscribers(src hub.Source) int {
	return d.audience.Count(slices.Concat([]string{hub.AllSection}, src.Sections, slices.Collect(maps.Values(src.Match)))...)
}

// holderName tells this node from every other that shares the store, and is the same after a restart, so that a node that was
// killed need not wait for its own lease to run out.
func holderName(cfg *config.Config) string {
	if !strings.HasPrefix(cfg.Store, "redis") {
		return "the one process that has the file open"
	}
	host, err := os.Hostname()
	if err != nil {
		host = "host"
	}
	return host + " " + cfg.Listen
}

func (d *daemon) wireWeb(extra map[string]http.Handler) error {
	wires := web.Options{
		Site: d.cfg.Site, Sections: d.cfg.Sections, Sources: d.cfg.Sources, AdminToken: d.cfg.AdminToken,
		TrustedProxies: d.cfg.TrustedProxies, Feeds: d.publish, Items: d.store, Push: pushDoor{d.ingest, d.publish, d.log},
		Desk:  desk.New(desk.Options{Store: d.store, Published: d.publish, Now: time.Now, Log: d.log}),
		Views: viewDoor{d.views}, Round: roundDoor{d.ingest}, Audience: d.audience, ItemJSON: itemJSON, Metrics: d.metrics.handler(), Meter: d.metrics, Extra: extra,
		Now: time.Now, Log: d.log,
	}
	var err error
	if d.public, err = web.New(wires); err != nil {
		return fmt.Errorf("prepare the pages: %w", err)
	}
	door, err := web.Control(wires)
	if err != nil {
		return fmt.Errorf("prepare the control socket: %w", err)
	}
	d.control = d.controlHandler(door)
	return nil
}

func itemJSON(site hub.Site, r hub.Record, v *hub.ViewCounts) ([]byte, error) {
	return format.Item(site, r, v, nil)
}

// run serves on the listeners until ctx ends, then stops in the order that loses nothing: no new requests, requests under
// way finished, counters flushed, rounds ended, store closed.
func (d *daemon) run(ctx context.Context, public, control net.Listener) error {
	rooms, stopRooms := context.WithCancel(context.WithoutCancel(ctx))
	defer stopRooms()
	work, workCtx := errgroup.WithContext(rooms)
	work.Go(func() error { return ended("publish", d.publish.Run(workCtx)) })
	work.Go(func() error { return ended("ingest", d.ingest.Run(workCtx)) })
	work.Go(func() error { return ended("views", d.views.Run(workCtx)) })

	server := &http.Server{
		Handler: d.public, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes, ErrorLog: slog.NewLogLogger(d.log.Handler(), slog.LevelDebug),
	}
	servers := []*http.Server{server}
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(public) }()
	if control != nil {
		door := &http.Server{Handler: d.control, ReadHeaderTimeout: readHeaderTimeout, ErrorLog: server.ErrorLog}
		servers = append(servers, door)
		go func() { failed <- door.Serve(control) }()
	}

	var err error
	select {
	case <-ctx.Done():
		d.log.Info("stopping: finishing requests and flushing counters")
	case <-workCtx.Done():
	case err = <-failed:
		err = fmt.Errorf("serve: %w", err)
	}
	d.stopServers(servers)
	stopRooms()
	return errors.Join(err, d.waitAndClose(work))
}

// stopServers lets requests finish for a while, then cuts them off.
func (d *daemon) stopServers(servers []*http.Server) {
	grace, cancel := context.WithTimeout(context.Background(), requestGrace)
	defer cancel()
	var group errgroup.Group
	for _, s := range servers {
		group.Go(func() error {
			if err := s.Shutdown(grace); err != nil {
				d.log.Warn("requests cut off at the stop", "error", err)
				return s.Close()
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		d.log.Warn("close the server", "error", err)
	}
}

func (d *daemon) waitAndClose(work *errgroup.Group) error {
	ok, err := within(flushGrace, work.Wait)
	if !ok {
		d.log.Error("a room did not end in time; leaving it")
	}
	d.fetch.Close()
	ok, closeErr := within(closeGrace, d.store.Close)
	if !ok {
		d.log.Error("the store did not close in time; leaving it, nothing acknowledged is lost")
	}
	if closeErr != nil {
		err = errors.Join(err, fmt.Errorf("close the store: %w", closeErr))
	}
	return err
}

// within waits for f, and says whether it ended in time; the process ends soon after, and f with it.
func within(d time.Duration, f func() error) (inTime bool, err error) {
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return true, err
	case <-time.After(d):
		return false, nil
	}
}

// ended makes the end of a room that was told to end no error.
func ended(room string, err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return nil
	}
	return fmt.Errorf("%s: %w", room, err)
}
