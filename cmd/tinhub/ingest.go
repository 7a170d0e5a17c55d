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
	"time"

	"tinhub/internal/config"
	"tinhub/internal/hub"
	"tinhub/internal/ingest"
)

type ingestVerb struct {
	configFlags
	Source []string `help:"Only this source; may be given several times." placeholder:"ID"`
	JSON   bool     `help:"One JSON object a source on stdout, as each is done."`
}

// Run asks the sources, in the daemon that has the store open or here, and tells of each. Ctrl-C ends it with what was done
// so far.
func (v ingestVerb) Run(ctx context.Context, term terminal, l logSetting) error {
	cfg, log, err := v.load(term, l)
	if err != nil {
		return err
	}
	if err := knownSources(v.Source, cfg.Sources); err != nil {
		return err
	}
	asked := v.Source
	if len(asked) == 0 {
		for _, s := range cfg.Sources {
			if s.Kind != hub.KindPush {
				asked = append(asked, s.ID)
			}
		}
	}
	advance, end := func() {}, func() {}
	if !v.JSON || !onTerminal(term.out) { // lines and a bar would be printed over each other
		advance, end = progress(term, len(asked), "asking sources")
	}
	if onTerminal(term.err) && l == "" {
		log = newLog(term.err, slog.LevelError) // the table says what failed; lines of a log would tear the bar
	}
	told := &ingestReports{term: term, lines: v.JSON, asked: asked}
	hear := func(r ingest.Report) {
		if ctx.Err() != nil && r.Outcome == ingest.OutcomeFailed {
			return // it was cut off; that is nothing to say of the source
		}
		told.hear(r)
		advance()
	}
	err = v.askDaemon(ctx, cfg, hear)
	if errors.Is(err, errNoDaemon) {
		err = v.ingestHere(ctx, cfg, log, hear)
	}
	end()
	switch {
	case ctx.Err() != nil:
		err = docError{fmt.Errorf("interrupted: %d of %d sources were done", len(told.reports), len(asked))}
	case err != nil && len(told.reports) > 0:
		err = docError{err} // it had started
	case err != nil:
		return err
	}
	return told.finish(err)
}

// knownSources refuses ids that no source has, before anything is opened or asked.
func knownSources(asked []string, sources []hub.Source) error {
	ids := make([]string, len(sources))
	for n, s := range sources {
		ids[n] = s.ID
	}
	for _, id := range asked {
		if !slices.Contains(ids, id) {
			return fmt.Errorf("--source %q: no source is called so; the configuration has %s", id, strings.Join(ids, ", "))
		}
	}
	return nil
}

func (v ingestVerb) askDaemon(ctx context.Context, cfg *config.Config, hear func(ingest.Report)) error {
	return askLines(ctx, storeFile(cfg.Store), http.MethodPost, "/ingest", ingestOrder{v.Source}, hear)
}

func (v ingestVerb) ingestHere(ctx context.Context, cfg *config.Config, log *slog.Logger, hear func(ingest.Report)) error {
	store, err := openStore(ctx, cfg.Store, log)
	if err != nil {
		return err
	}
	defer store.Close()
	client := newFetch(cfg.AllowPrivate, cfg.Site.URL, log)
	defer client.Close()
	_, err = newIngest(cfg, store, client, newMetrics(), log).Once(ctx, v.Source, hear)
	return err
}

// ingestReports is what a round came to, for the person or program that asked for it.
type ingestReports struct {
	term    terminal
	lines   bool     // JSON, one as each source is done; else a table at the end
	asked   []string // ids, in the order of the table
	reports []ingest.Report
	failed  error // of printing
}

func (i *ingestReports) hear(r ingest.Report) {
	i.reports = append(i.reports, r)
	if !i.lines {
		return
	}
	line, err := json.Marshal(r)
	if err == nil {
		_, err = fmt.Fprintf(i.term.out, "%s\n", line)
	}
	if err != nil && i.failed == nil {
		i.failed = fmt.Errorf("print the report of %s: %w", r.Source, err)
	}
}

// finish prints the table and the sum of all, and gives the error that the verb ends with: after, or that sources failed.
func (i *ingestReports) finish(after error) error {
	if !i.lines {
		i.failed = errors.Join(i.failed, i.table())
	}
	var created, updated, gone, failed, held int
	for _, r := range i.reports {
		created += r.Created
		updated += r.Updated
		gone += r.Retracted
		switch r.Outcome {
		case ingest.OutcomeFailed:
			failed++
		case ingest.OutcomeHeld: // one that is held back did not fail
			held++
		}
	}
	sum := counted(len(i.reports), "source") + ": " + counted(created, "new item")
	for _, part := range []struct {
		n    int
		what string
	}{{updated, "updated"}, {gone, "retracted"}, {held, "held back"}, {failed, "failed"}} {
		if part.n > 0 {
			sum += fmt.Sprintf(", %d %s", part.n, part.what)
		}
	}
	fmt.Fprintln(i.term.err, sum)
	if err := errors.Join(i.failed, after); err != nil {
		return err
	}
	if failed > 0 {
		return failures{failed}
	}
	return nil
}

func (i *ingestReports) table() error {
	slices.SortStableFunc(i.reports, func(a, b ingest.Report) int {
		return slices.Index(i.asked, a.Source) - slices.Index(i.asked, b.Source)
	})
	t := newTable(i.term.out, "SOURCE", "OUTCOME", "ITEMS", "NEW", "UPDATED", "TIME", "REMARKS")
	for _, r := range i.reports {
		t.row(r.Source, r.Outcome, fmt.Sprint(r.Items), fmt.Sprint(r.Created), fmt.Sprint(r.Updated), r.Took.Round(time.Millisecond).String(), bareError(r.Error))
	}
	if err := t.flush(); err != nil {
		return fmt.Errorf("print the table: %w", err)
	}
	return nil
}

// bareError is an error without the source's own address at its head, which leaves no room for what went wrong.
func bareError(s string) string {
	if rest, ok := strings.CutPrefix(s, "fetch "); ok {
		if address, what, ok := strings.Cut(rest, ": "); ok && !strings.Contains(address, " ") {
			return what
		}
	}
	return s
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
