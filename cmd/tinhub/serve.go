package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"

	"tinhub/internal/config"
	"tinhub/internal/demo"
)

type serveVerb struct {
	configFlags
	Listen string `help:"Address to listen on, over the file's; port 0 takes a free one." placeholder:"ADDR"`
	Demo   bool   `help:"A built-in hub over sample articles: no configuration, no network, nothing kept."`
}

// Run serves until it is told to stop.
func (v serveVerb) Run(ctx context.Context, term terminal, l logSetting) error {
	if v.Demo {
		return v.serveDemo(ctx, term, l)
	}
	cfg, log, err := v.load(term, l)
	if err != nil {
		return err
	}
	public, err := v.listen(ctx, cfg.Listen)
	if err != nil {
		return err
	}
	if len(cfg.Unused) > 0 {
		log.Warn("the configuration has keys that do nothing in this version", "keys", cfg.Unused)
	}
	cfg.Listen = public.Addr().String()
	log.Info("tinhub is starting", "version", release, "listen", public.Addr().String(), "site", cfg.Site.URL)
	return serve(ctx, cfg, log, public, nil, func(*daemon) error { return nil })
}

// listen takes the port first, so that everything after it knows the address that people will use.
func (v serveVerb) listen(ctx context.Context, configured string) (net.Listener, error) {
	addr := configured
	if v.Listen != "" {
		addr = v.Listen
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("listen on %s: another program has that port; stop it or choose another with --listen", addr)
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; --listen takes HOST:PORT", addr, err)
	}
	return listener, nil
}

// serve opens and runs the hub, with first in between; it owns the listener.
func serve(ctx context.Context, cfg *config.Config, log *slog.Logger, public net.Listener, extra map[string]http.Handler,
	first func(*daemon) error,
) error {
	d, err := openDaemon(ctx, cfg, log, extra)
	if err != nil {
		return errors.Join(err, public.Close())
	}
	control, err := listenControl(ctx, storeFile(cfg.Store))
	if err != nil {
		return errors.Join(err, public.Close(), d.store.Close())
	}
	if err := first(d); err != nil {
		err = errors.Join(err, public.Close(), d.store.Close())
		if control != nil {
			err = errors.Join(err, control.Close())
		}
		return err
	}
	return d.run(ctx, public, control)
}

func (v serveVerb) serveDemo(ctx context.Context, term terminal, l logSetting) error {
	addr := "127.0.0.1:8080"
	for _, name := range []string{"PORT", "TINHUB_LISTEN"} { // the later wins
		if value, ok := term.env(name); ok && value != "" {
			addr = value
			if name == "PORT" {
				addr = ":" + value
			}
		}
	}
	public, err := v.listen(ctx, addr)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "tinhub-demo-")
	if err != nil {
		return errors.Join(fmt.Errorf("make the demo's folder: %w", err), public.Close())
	}
	defer os.RemoveAll(dir)

	site := siteOf(public.Addr())
	newsroom, err := demo.New(site)
	if err != nil {
		return errors.Join(fmt.Errorf("open the demo newsroom: %w", err), public.Close())
	}
	articles := filepath.Join(dir, "articles")
	if err := newsroom.Unpack(articles); err != nil {
		return errors.Join(fmt.Errorf("unpack the demo's articles: %w", err), public.Close())
	}
	text := newsroom.Config(articles, public.Addr().String(), "file:"+filepath.Join(dir, "tinhub.db"))
	cfg, err := config.Parse(filepath.Join(dir, "demo.yaml"), text, demoEnv(term.env))
	if err != nil {
		return errors.Join(fmt.Errorf("the demo's configuration: %w", err), public.Close())
	}
	cfg, log, err := finish(cfg, v.Store, term, l)
	if err != nil {
		return errors.Join(err, public.Close())
	}
	return serve(ctx, cfg, log, public, map[string]http.Handler{"/demo/": newsroom.Handler()}, func(d *daemon) error {
		// The newsroom is in before the doors open, so that whoever comes first sees a whole paper.
		if _, err := d.ingest.Once(ctx, nil, nil); err != nil {
			return fmt.Errorf("take in the demo's articles: %w", err)
		}
		printAddresses(term, site, cfg)
		return nil
	})
}

// demoEnv hides what would turn the demo into a part of somebody's real hub.
func demoEnv(env func(string) (string, bool)) func(string) (string, bool) {
	return func(name string) (string, bool) {
		if name == "TINHUB_LOG_LEVEL" {
			return env(name)
		}
		return "", false
	}
}

// siteOf is the URL that a browser on this machine reaches a listener by.
func siteOf(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "http://" + addr.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

func printAddresses(term terminal, site string, cfg *config.Config) {
	fmt.Fprintf(term.out, "%s is on the air. Open:\n\n", cfg.Site.Title)
	fmt.Fprintf(term.out, "  %-42s the front page\n", site+"/")
	for _, s := range cfg.Sections {
		fmt.Fprintf(term.out, "  %-42s %s\n", site+"/feeds/"+s.ID, s.Title)
	}
	fmt.Fprintf(term.out, "\n  %-42s everything as RSS (.atom, .json)\n", site+"/feeds/all.rss")
	fmt.Fprintf(term.out, "  %-42s most read\n", site+"/feeds/all/popular.json?window=24h")
	fmt.Fprintf(term.out, "  %-42s every feed, for a reader to import\n", site+"/feeds.opml")
	fmt.Fprintf(term.out, "  %-42s the articles' own pages\n\n", site+"/demo/")
	fmt.Fprintln(term.out, "Nothing is kept. Ctrl-C stops it.")
}
