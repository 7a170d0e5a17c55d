package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"

	"tinhub/internal/ingest"
)

type checkVerb struct {
	configFlags
	Online bool     `help:"Try each source once; nothing is stored, and no store is needed."`
	Source []string `help:"With --online, only this source; may be given several times." placeholder:"ID"`
	JSON   bool     `help:"With --online, one JSON object a source on stdout."`
}

// Run reads the configuration; every mistake in it is the error. Online, it then tries the sources.
func (v checkVerb) Run(ctx context.Context, term terminal, l logSetting) error {
	cfg, log, err := v.load(term, l)
	if err != nil {
		return err
	}
	ok := fmt.Sprintf("%s: ok: %d sections, %d sources\n", v.Config, len(cfg.Sections), len(cfg.Sources))
	if !v.Online {
		_, err = io.WriteString(term.out, ok)
		return err
	}
	fmt.Fprint(term.err, ok)
	if err := knownSources(v.Source, cfg.Sources); err != nil {
		return err
	}
	client := newFetch(cfg.AllowPrivate, cfg.Site.URL, log)
	defer client.Close()
	n := len(v.Source)
	if n == 0 {
		n = len(cfg.Sources)
	}
	advance, end := progress(term, n, "trying sources")
	trials, err := newIngest(cfg, nil, client, newMetrics(), log).Try(ctx, v.Source, func(ingest.Trial) { advance() })
	end()
	if err != nil {
		return err
	}
	return printTrials(term.out, trials, v.JSON, cfg.Site.Location)
}

// progress shows how far something is, on a terminal alone.
func progress(term terminal, n int, what string) (advance, end func()) {
	if !onTerminal(term.err) {
		return func() {}, func() {}
	}
	bar := progressbar.NewOptions(n, progressbar.OptionSetWriter(term.err), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetDescription(what), progressbar.OptionShowCount())
	return func() { _ = bar.Add(1) }, func() { _ = bar.Finish() }
}

func printTrials(out io.Writer, trials []ingest.Trial, asJSON bool, zone *time.Location) error {
	failed := 0
	table := newTable(out, "SOURCE", "KIND", "RESULT", "ITEMS", "NEWEST", "TIME", "REMARKS")
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	for _, t := range trials {
		if !t.OK {
			failed++
		}
		if asJSON {
			if err := lines.Encode(t); err != nil {
				return fmt.Errorf("print the trial of %s: %w", t.Source, err)
			}
			continue
		}
		result, remarks := "ok", strings.Join(t.Warnings, "; ")
		if !t.OK {
			result, remarks = t.Reason, bareError(t.Error)
		}
		newest := "–"
		if t.Newest != nil {
			newest = t.Newest.In(zone).Format("2006-01-02 15:04")
		}
		table.row(t.Source, t.Kind, result, fmt.Sprint(t.Items), newest, t.Took.Round(time.Millisecond).String(), remarks)
	}
	if !asJSON {
		if err := table.flush(); err != nil {
			return fmt.Errorf("print the table: %w", err)
		}
	}
	if failed > 0 {
		return failures{failed}
	}
	return nil
}
