package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"tinhub/internal/clean"
	"tinhub/internal/fetch"
	"tinhub/internal/format"
	"tinhub/internal/hub"
	"tinhub/internal/source"
)

// maxDocument bounds what inspect reads, in bytes, as package source bounds a document of any origin.
const maxDocument = 64 << 20

// inspectMemory is where the collector stops waiting for more, in bytes: a hostile document of that size stays below 256 MiB.
const inspectMemory = 144 << 20

type inspectVerb struct {
	Document    string `arg:"" help:"A file, an http(s) URL, or - for standard input."`
	Kind        string `help:"What it is: auto, feed, page, listing, sitemap, text, ninjs, newsml or nitf." default:"auto" placeholder:"KIND"`
	BaseURL     string `help:"URL that relative links stand on." placeholder:"URL"`
	Timezone    string `help:"Zone of dates that name none, such as Asia/Ho_Chi_Minh." default:"UTC" placeholder:"ZONE"`
	ContentType string `help:"Content-Type to read it as." placeholder:"TYPE"`
	Explain     bool   `help:"Add every step of normalisation to each item."`
}

// Run prints one JSON Feed of what the hub makes of the document.
func (v inspectVerb) Run(ctx context.Context, term terminal, l logSetting) error {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(inspectMemory))
	zone, err := time.LoadLocation(v.Timezone)
	if err != nil {
		return fmt.Errorf("--timezone %q is no time zone; want a name such as Asia/Ho_Chi_Minh", v.Timezone)
	}
	if err := knownKind(v.Kind); err != nil {
		return err
	}
	if base, err := url.Parse(v.BaseURL); v.BaseURL != "" && (err != nil || !strings.HasPrefix(base.Scheme, "http") || base.Host == "") {
		return fmt.Errorf("--base-url %q: want an absolute http or https URL", v.BaseURL)
	}
	level, err := l.level(slog.LevelWarn)
	if err != nil {
		return err
	}
	log := newLog(term.err, level)
	in, err := v.input(ctx, term, log)
	if err != nil {
		return err
	}
	doc, err := source.Read(in)
	if err != nil {
		return docError{fmt.Errorf("read %s: %w", v.Document, err)}
	}
	for _, w := range doc.Warnings {
		log.Warn(w, "document", v.Document)
	}
	items, err := clean.Document(doc, clean.Setting{Source: hub.Source{ID: "inspect", Location: zone}, Explain: v.Explain})
	if err != nil {
		return docError{fmt.Errorf("normalise %s: %w", v.Document, err)}
	}
	out := bufio.NewWriter(term.out)
	if err := format.Inspect(out, clean.About(doc, clean.Setting{Source: hub.Source{URL: in.URL}}), items, v.Explain); err != nil {
		return docError{fmt.Errorf("print %s: %w", v.Document, err)}
	}
	return out.Flush()
}

func knownKind(kind string) error {
	names := []string{"auto"}
	for _, k := range source.Kinds() {
		names = append(names, k.Name)
	}
	if !slices.Contains(names, kind) {
		return fmt.Errorf("--kind %q: this version reads %s", kind, strings.Join(names, ", "))
	}
	return nil
}

func (v inspectVerb) input(ctx context.Context, term terminal, log *slog.Logger) (source.Input, error) {
	in := source.Input{ContentType: v.ContentType, URL: v.BaseURL, Kind: v.Kind}
	var err error
	switch {
	case v.Document == "-":
		in.Body, err = readBounded(term.in)
	case strings.HasPrefix(v.Document, "http://"), strings.HasPrefix(v.Document, "https://"):
		return v.fetch(ctx, in, log)
	default:
		var f *os.File
		if f, err = os.Open(v.Document); err == nil {
			in.Body, err = readBounded(f)
			err = errors.Join(err, f.Close())
		}
	}
	if err != nil {
		return in, docError{fmt.Errorf("read the document: %w", err)}
	}
	in.Handed = true
	return in, nil
}

// fetch asks for a URL a person typed: the person, not a stranger, chose the address, so private ones are allowed.
func (v inspectVerb) fetch(ctx context.Context, in source.Input, log *slog.Logger) (source.Input, error) {
	client := fetch.New(fetch.Options{UserAgent: "Tinhub/" + release, AllowPrivate: true, Log: log})
	defer client.Close()
	res, err := client.Get(ctx, fetch.Request{URL: v.Document})
	if err != nil {
		return in, docError{err} // it names the URL
	}
	in.Body = res.Body
	if in.ContentType == "" {
		in.ContentType = res.ContentType
	}
	if in.URL == "" {
		in.URL = res.URL
	}
	return in, nil
}

func readBounded(r io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxDocument+1))
	if err == nil && len(body) > maxDocument {
		err = fmt.Errorf("it is larger than %d MiB", maxDocument>>20)
	}
	return body, err
}
