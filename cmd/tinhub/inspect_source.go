package main

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"tinhub/internal/clean"
	"tinhub/internal/config"
	"tinhub/internal/hub"
)

// setting is what cleaning must know: the flags over the source that --source names, over what stands without one.
func (v inspectVerb) setting(term terminal) (clean.Setting, error) {
	s := clean.Setting{Source: hub.Source{ID: "inspect", Location: time.UTC}, Explain: v.Explain}
	if err := v.check(); err != nil {
		return s, err
	}
	if v.Source != "" || v.Config != "" {
		cfg, err := v.configured(term)
		if err != nil {
			return s, err
		}
		i := slices.IndexFunc(cfg.Sources, func(src hub.Source) bool { return src.ID == v.Source })
		if i < 0 {
			return s, v.noSource(cfg.Sources)
		}
		s.Source, s.Language = cfg.Sources[i], cfg.Site.Language
	}
	if v.Timezone != "" {
		zone, err := time.LoadLocation(v.Timezone)
		if err != nil {
			return s, fmt.Errorf("--timezone %q is no time zone; want a name such as Asia/Ho_Chi_Minh", v.Timezone)
		}
		s.Source.Location = zone
	}
	return s, nil
}

// check refuses flags that say nothing a document could be read by.
func (v inspectVerb) check() error {
	if err := knownKind(v.Kind); v.Kind != "" && err != nil {
		return err
	}
	base, err := url.Parse(v.BaseURL)
	if v.BaseURL != "" && (err != nil || !strings.HasPrefix(base.Scheme, "http") || base.Host == "") {
		return fmt.Errorf("--base-url %q: want an absolute http or https URL", v.BaseURL)
	}
	return nil
}

// configured reads the configuration that --source is from.
func (v inspectVerb) configured(term terminal) (*config.Config, error) {
	file := v.Config
	if file == "" {
		file, _ = term.env("TINHUB_CONFIG")
	}
	if file == "" {
		file = "tinhub.yaml"
	}
	return config.Load(file, term.env)
}

func (v inspectVerb) noSource(sources []hub.Source) error {
	ids := make([]string, len(sources))
	for i, s := range sources {
		ids[i] = s.ID
	}
	list := strings.Join(ids, ", ")
	switch {
	case len(ids) == 0:
		return errors.New("--source: the configuration has no sources")
	case v.Source == "":
		return fmt.Errorf("--config without --source: say which source the document is to be read as; the configuration has %s", list)
	}
	return fmt.Errorf("--source %q: no source is called so; the configuration has %s", v.Source, list)
}

// kind is what the document is: as the flag says, else as the hub would take what the source brings, "" to find it out.
func (v inspectVerb) kind(src hub.Source) string {
	switch {
	case v.Kind != "":
		return v.Kind
	case src.Format != "":
		return src.Format
	case src.Kind == hub.KindFeed, src.Kind == hub.KindPage:
		return string(src.Kind)
	}
	return ""
}

// pathBelow is a file's path below the folder of a source of files; "" where it lies elsewhere.
func pathBelow(root, file string) string {
	if root == "" {
		return ""
	}
	whole, err := filepath.Abs(file)
	if err != nil {
		return ""
	}
	if path, err := filepath.Rel(root, whole); err == nil && filepath.IsLocal(path) {
		return filepath.ToSlash(path)
	}
	return ""
}
