package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"tinhub/internal/config"
	"tinhub/internal/hub"
	"tinhub/internal/publish"
)

type renderVerb struct {
	configFlags
	Section string `arg:"" help:"The section's id, or all."`
	Format  string `help:"rss, atom or json." enum:"rss,atom,json" default:"rss"`
}

// Run prints the feed.
func (v renderVerb) Run(ctx context.Context, term terminal, l logSetting) error {
	cfg, log, err := v.load(term, l)
	if err != nil {
		return err
	}
	asking, stop := context.WithTimeout(ctx, askTimeout)
	defer stop()
	feed, err := ask(asking, storeFile(cfg.Store), http.MethodGet, "/feeds/"+url.PathEscape(v.Section)+"."+v.Format, nil)
	if errors.Is(err, errNoDaemon) {
		feed, err = v.renderHere(ctx, cfg, log)
	}
	if err != nil {
		return err
	}
	_, err = term.out.Write(feed)
	return err
}

// renderTimeout is how long the feeds may take to be made.
const renderTimeout = time.Minute

// renderHere does what the daemon's publisher does, once.
func (v renderVerb) renderHere(ctx context.Context, cfg *config.Config, log *slog.Logger) ([]byte, error) {
	store, err := openStore(ctx, cfg.Store, log)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	p := publish.New(publish.Options{
		Site: cfg.Site, Sections: cfg.Sections, Store: store, Now: time.Now, Log: log, Meter: newMetrics(),
	})
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- p.Run(ctx) }()
	select {
	case <-p.Ready():
	case err := <-done:
		return nil, fmt.Errorf("read the feeds from the store: %w", cmp.Or(err, context.Cause(ctx)))
	case <-time.After(renderTimeout):
		return nil, fmt.Errorf("the store gave no feeds in %s; the log says why", renderTimeout)
	}
	feed, err := p.Feed(ctx, v.Section, v.Format, 0)
	cancel()
	if runErr := ended("publish", <-done); err == nil {
		err = runErr
	}
	if err != nil {
		if hub.KindOf(err) == hub.NotFound {
			return nil, docError{err}
		}
		return nil, err
	}
	return feed.Codings[0].Body, nil
}
