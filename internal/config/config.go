// Package config turns one YAML file and the environment into the hub's values, and finds every mistake in it at once,
// each with its line and what is allowed there.
//
// It reads the file and the secrets the file points at, nothing else; it opens no store, asks no network, and never puts a
// secret into an error. Only cmd imports it. Start with Load and Config, then rootKeys below: it names every key there is.
package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"

	"tinhub/internal/hub"
)

// maxFile bounds the configuration and every secret file, in bytes.
const maxFile = 4 << 20

// What stands where the file says nothing.
const (
	defaultListen   = "127.0.0.1:8080"
	defaultStore    = "file:data/tinhub.db"
	defaultLanguage = "en"
	defaultEvery    = 15 * time.Minute
	defaultFiles    = 5 * time.Second
	defaultDedupe   = 30 * time.Minute
	day             = 24 * time.Hour
)

// Config is a configuration without mistakes.
type Config struct {
	Site           hub.Site
	Listen         string // host:port
	Store          string // file:/absolute/path, memory: or a Redis URL, which may hold a password
	TrustedProxies []netip.Prefix
	Sections       []hub.Section
	Sources        []hub.Source
	AllowPrivate   bool          // fetch.allow_private_networks
	AdminToken     string        // "" where none is set: then there is no admin
	Dedupe         time.Duration // views.dedupe; 0 counts every call
	Keep           hub.Keep
	LogLevel       slog.Level
	Unused         []string // keys that were read and checked but do nothing in this version, for the log
}

// example is the smallest useful configuration; it stands in the error for a missing or empty file.
const example = `site:
  title: Our Town News
  url: https://feeds.example.org
  language: en
  timezone: Asia/Ho_Chi_Minh
sections:
  - id: news
    title: News
sources:
  - id: front-page
    kind: feed
    url: https://www.example.org/rss.xml
    section: news
`

// Load reads the configuration at path; env (os.LookupEnv) wins over the file. To let flags win over both, answer
// TINHUB_LISTEN and TINHUB_STORE in env with them. What is wrong inside the file is a Mistakes; a file that is not
// there wraps fs.ErrNotExist and says how to write one.
func Load(path string, env func(string) (string, bool)) (*Config, error) {
	data, err := readBounded(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("there is no configuration: %w\n%s", err, howTo(path))
	case err != nil:
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return Parse(path, data, env)
}

// Parse is Load for a file already read; name is its path, which relative paths in it are taken from. Data above 4 MiB is
// refused. Secret files it names are read from disk.
func Parse(name string, data []byte, env func(string) (string, bool)) (*Config, error) {
	abs, err := filepath.Abs(name)
	if err != nil {
		return nil, fmt.Errorf("find the folder of %s: %w", name, err)
	}
	r := &reader{file: name, folder: filepath.Dir(abs), env: env}
	c := &Config{}
	if root, ok := r.tree(data); ok {
		r.root(root, c)
	}
	if len(r.mistakes) > 0 {
		return nil, r.sorted()
	}
	slices.Sort(r.unused)
	c.Unused = slices.Compact(r.unused)
	return c, nil
}

func howTo(path string) string {
	return fmt.Sprintf("Write %s, for example:\n\n%s\nor look around first, without any file: tinhub serve --demo",
		path, indent(example))
}

// readBounded reads a file of at most maxFile bytes.
func readBounded(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() //nolint:errcheck // opened for reading: nothing can be lost
	if st, err := f.Stat(); err == nil && st.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errors.New("it is a folder")}
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, &fs.PathError{Op: "read", Path: path, Err: errTooLarge}
	}
	return data, nil
}

var errTooLarge = errors.New("it is larger than 4 MiB")

func rootKeys() []string {
	return []string{
		"site", "listen", "store", "trusted_proxies", "sections", "sources", "fetch", "push", "admin", "views",
		"keep", "partners", "webhooks", "log_level",
	}
}

// root reads the whole file into c. Sections come first, for sources and partners name them.
func (r *reader) root(v value, c *Config) {
	top := v.fields(rootKeys()...)
	r.site(top.get("site"), c)
	c.Listen = r.listen(top.get("listen"))
	c.Store = r.store(top.get("store"))
	c.LogLevel = r.logLevel(top.get("log_level"))
	for _, p := range top.get("trusted_proxies").list() {
		if prefix, ok := p.prefix(); ok {
			c.TrustedProxies = append(c.TrustedProxies, prefix)
		}
	}
	c.Sections = r.sections(top.get("sections"), v, c.Site.Language)
	c.Sources = r.sources(top.get("sources"), c.Site)

	f := top.get("fetch").fields("allow_private_networks")
	c.AllowPrivate = f.get("allow_private_networks").boolean(false)
	a := top.get("admin")
	c.AdminToken = r.secret(a.fields("token", "token_env", "token_file"), a, "token", false)
	w := top.get("views").fields("dedupe")
	c.Dedupe = w.get("dedupe").duration(defaultDedupe, 0, day)
	c.Keep = r.keep(top.get("keep"))

	r.push(top.get("push"))
	r.partners(top.get("partners"))
	r.webhooks(top.get("webhooks"))
}

// site reads the house's own values; TINHUB_SITE_URL wins over site.url.
func (r *reader) site(v value, c *Config) {
	f := v.fields("title", "description", "url", "language", "timezone", "image", "rights")
	u := f.get("url").webURL()
	if e, ok := r.environment("TINHUB_SITE_URL"); ok {
		u = e.webURL()
	} else if !f.get("url").given() {
		v.mistake("url", "is missing", "the public address of the hub, such as https://feeds.example.org; or TINHUB_SITE_URL")
	}
	c.Site = hub.Site{
		Title:       f.get("title").text(hostOf(u)),
		Description: f.get("description").text(""),
		URL:         u,
		Language:    f.get("language").language(defaultLanguage),
		Location:    f.get("timezone").location(time.UTC),
		Image:       f.get("image").link(),
		Rights:      f.get("rights").text(""),
	}
}

// keep reads how long things stay. Zero keeps all.
func (r *reader) keep(v value) hub.Keep {
	f := v.fields("items", "events", "versions", "source_bytes", "views")
	const long = 100 * 365 * day
	k := hub.Keep{
		Items:  f.get("items").duration(365*day, 0, long),
		Events: uint64(f.get("events").number(1_000_000, 0, 1_000_000_000)), //nolint:gosec // never negative
		Views:  f.get("views").duration(35*day, 0, long),
	}
	f.get("versions").number(20, 0, 100_000)
	f.get("source_bytes").size()
	r.notUsed(f.get("versions"), f.get("source_bytes"))
	return k
}
