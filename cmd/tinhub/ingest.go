package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/schollz/progressbar/v3"

	"tinhub/internal/config"
	"tinhub/internal/hub"
	"tinhub/internal/ingest"
)

type ingestVerb struct {
	configFlags
	Source []string `help:"Only this source; may be given several times." placeholder:"ID"`
	JSON   bool     `help:"One JSON object a source on stdout."`
}

// Run asks the sources, in the daemon that has the store open or here.
func (v ingestVerb) Run(ctx context.Context, term terminal, l logSetting) error {
	cfg, log, err := v.load(term, l)
	if err != nil {
		return err
	}
	if err := v.known(cfg.Sources); err != nil {
		return err
	}
	reports, err := v.askDaemon(ctx, cfg)
	if errors.Is(err, errNoDaemon) {
		reports, err = v.ingestHere(ctx, term, cfg, log)
	}
	if err != nil {
		return err
	}
	return v.print(term, reports)
}

// known refuses ids that no source has, before anything is opened or asked.
func (v ingestVerb) known(sources []hub.Source) error {
	ids := make([]string, len(sources))
	for n, s := range sources {
		ids[n] = s.ID
	}
	for _, id := range v.Source {
		if !slices.Contains(ids, id) {
			return fmt.Errorf("--source %q: no source is called so; the configuration has %s", id, strings.Join(ids, ", "))
		}
	}
	return nil
}

func (v ingestVerb) askDaemon(ctx context.Context, cfg *config.Config) ([]ingest.Report, error) {
	answer, err := ask(ctx, storeFile(cfg.Store), http.MethodPost, "/ingest", ingestOrder{v.Source})
	if err != nil {
		return nil, err
	}
	var reports []ingest.Report
	if err := json.Unmarshal(answer, &reports); err != nil {
		return nil, fmt.Errorf("read the daemon's answer: %w", err)
	}
	return reports, nil
}

func (v ingestVerb) ingestHere(ctx context.Context, term terminal, cfg *config.Config, log *slog.Logger) ([]ingest.Report, error) {
	store, err := openStore(ctx, cfg.Store, log)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	client := newFetch(cfg.AllowPrivate, cfg.Site.URL, log)
	defer client.Close()
	round := newIngest(cfg, store, client, newMetrics(), log)
	report := func(ingest.Report) {}
	if onTerminal(term.err) {
		n := len(v.Source)
		if n == 0 {
			n = len(cfg.Sources)
		}
		bar := progressbar.NewOptions(n, progressbar.OptionSetWriter(term.err), progressbar.OptionClearOnFinish(),
			progressbar.OptionSetDescription("asking sources"), progressbar.OptionShowCount())
		defer func() { _ = bar.Finish() }()
		report = func(ingest.Report) { _ = bar.Add(1) }
	}
	return round.Once(ctx, v.Source, report)
}

func (v ingestVerb) print(term terminal, reports []ingest.Report) error {
	failed := 0
	table := tabwriter.NewWriter(term.out, 0, 8, 2, ' ', 0)
	if !v.JSON {
		fmt.Fprintln(table, "SOURCE\tOUTCOME\tITEMS\tNEW\tUPDATED\tTIME\t")
	}
	for _, r := range reports {
		if r.Outcome == ingest.OutcomeFailed { // one that is held back did not fail
			failed++
		}
		if v.JSON {
			line, err := json.Marshal(r)
			if err != nil {
				return fmt.Errorf("print the report of %s: %w", r.Source, err)
			}
			fmt.Fprintln(term.out, string(line))
			continue
		}
		fmt.Fprintf(table, "%s\t%s\t%d\t%d\t%d\t%s\t%s\n", r.Source, r.Outcome, r.Items, r.Created, r.Updated,
			r.Took.Round(time.Millisecond), r.Error)
	}
	if err := table.Flush(); err != nil {
		return fmt.Errorf("print the table: %w", err)
	}
	if failed > 0 {
		return failures{failed}
	}
	return nil
}
