package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime/debug"
	"slices"
	"strings"

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
	Kind        string `help:"What it is: auto (found out), feed, page, listing, sitemap, text, ninjs, newsml or nitf." placeholder:"KIND"`
	BaseURL     string `help:"URL that relative links stand on." placeholder:"URL"`
	Timezone    string `help:"Zone of dates that name none, such as Asia/Ho_Chi_Minh; UTC unless said." placeholder:"ZONE"`
	ContentType string `help:"Content-Type to read it as." placeholder:"TYPE"`
	Source      string `help:"Read it as this source of the configuration would: its timezone, language, format, select rules, sections and ids. The flags above win." placeholder:"ID"`
	Config      string `help:"Configuration file that has the source; tinhub.yaml unless said." placeholder:"FILE"`
	Explain     bool   `help:"Add every step of normalisation to each item."`
}

// Run prints one JSON Feed of what the hub makes of the document. A signal ends it at once, whatever it is at: nothing it does
// outlasts the process, so the work is left where it stands.
func (v inspectVerb) Run(ctx context.Context, term terminal, l logSetting) error {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(inspectMemory))
	level, err := l.level(slog.LevelWarn)
	if err != nil {
		return err
	}
	setting, err := v.setting(term)
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() { done <- v.inspect(ctx, term, setting, newLog(term.err, level)) }() // ends with its bounded document, else with the process
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		return docError{fmt.Errorf("inspect %s: stopped by a signal before it was done", v.Document)}
	}
}

func (v inspectVerb) inspect(ctx context.Context, term terminal, setting clean.Setting, log *slog.Logger) error {
	in, err := v.input(ctx, term, setting.Source, log)
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
	items, err := clean.Document(doc, setting)
	if err != nil {
		return docError{fmt.Errorf("normalise %s: %w", v.Document, err)}
	}
	out := bufio.NewWriter(term.out)
	err = format.Inspect(out, clean.About(doc, clean.Setting{Source: hub.Source{URL: in.URL}}), items, v.Explain)
	if err == nil {
		err = out.Flush()
	}
	if err != nil {
		return docError{fmt.Errorf("print what was made of %s: %w", v.Document, err)}
	}
	return nil
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

func (v inspectVerb) input(ctx context.Context, term terminal, src hub.Source, log *slog.Logger) (source.Input, error) {
	in := source.Input{ContentType: v.ContentType, URL: v.BaseURL, Kind: v.kind(src), Select: src.Select}
	var err error
	switch {
	case v.Document == "-":
		in.Body, err = readBounded(term.in)
	case strings.HasPrefix(v.Document, "http://"), strings.HasPrefix(v.Document, "https://"):
		return v.fetch(ctx, in, src, log)
	default:
		in.Path = pathBelow(src.Root, v.Document)
		var f *os.File
		if f, err = os.Open(v.Document); err == nil {
			in.Body, err = readBounded(f)
			err = errors.Join(err, f.Close())
		}
	}
	if err != nil {
		return in, docError{fmt.Errorf("read the document: %w", err)}
	}
	if in.URL == "" {
		in.URL = src.URL
	}
	in.Handed = true
	return in, nil
}

// fetch asks for a URL a person typed: the person, not a stranger, chose the address, so private ones are allowed. What a
// source sends along goes to its own address only.
func (v inspectVerb) fetch(ctx context.Context, in source.Input, src hub.Source, log *slog.Logger) (source.Input, error) {
	client := fetch.New(fetch.Options{UserAgent: "Tinhub/" + release, AllowPrivate: true, Log: log})
	defer client.Close()
	ask := fetch.Request{URL: v.Document}
	if src.URL == v.Document {
		ask.Username, ask.Password, ask.Headers, ask.Proxy = src.Username, src.Password, src.Headers, src.Proxy
	}
	res, err := client.Get(ctx, ask)
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
		err = fmt.Errorf("it is larger than %d MiB, which is all that is read of one document: split it, or cut it down to the items in question", maxDocument>>20)
	}
	return body, err
}
