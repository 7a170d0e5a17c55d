package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"tinhub/internal/config"
	"tinhub/internal/hub"
	"tinhub/internal/ingest"
)

type sourcesVerb struct {
	configFlags
	Source  []string `arg:"" optional:"" name:"id" help:"Only these sources."`
	Failing bool     `help:"Only those that fail, are held or gone."`
	JSON    bool     `help:"One JSON object a source on stdout."`
}

// standing is the answer of GET /api/sources.
type standing struct {
	Sources []ingest.SourceStatus `json:"sources"`
}

// Run tells where every source stands: when it was asked, when it is asked next and why then, and what is wrong with it.
func (v sourcesVerb) Run(ctx context.Context, term terminal, l logSetting) error {
	answer, err := v.askOrOpen(ctx, term, l, http.MethodGet, "/api/sources", struct{}{}, func(_ *config.Config, _ hub.Store, round *ingest.Ingest) (any, error) {
		list, err := round.Status(ctx)
		return standing{list}, err
	})
	if err != nil {
		return err
	}
	var all standing
	if err := json.Unmarshal(answer, &all); err != nil {
		return fmt.Errorf("read the list of sources: %w", err)
	}
	list := all.Sources
	ids := make([]string, len(list))
	for n, s := range list {
		ids[n] = s.ID
	}
	for _, id := range v.Source {
		if !slices.Contains(ids, id) {
			return fmt.Errorf("%q: no source is called so; there are %s", id, strings.Join(ids, ", "))
		}
	}
	list = slices.DeleteFunc(list, func(s ingest.SourceStatus) bool {
		well := s.State == ingest.StateWell || s.State == ingest.StatePush || s.State == ingest.StateNew
		return len(v.Source) > 0 && !slices.Contains(v.Source, s.ID) || v.Failing && well
	})
	return printSources(term.out, list, v.JSON, time.Now())
}

func printSources(out io.Writer, list []ingest.SourceStatus, asJSON bool, now time.Time) error {
	if asJSON {
		lines := json.NewEncoder(out)
		lines.SetEscapeHTML(false)
		for _, s := range list {
			if err := lines.Encode(s); err != nil {
				return fmt.Errorf("print source %s: %w", s.ID, err)
			}
		}
		return nil
	}
	t := newTable(out, "SOURCE", "KIND", "STATE", "ITEMS", "LAST", "NEXT", "WHY")
	for _, s := range list {
		why := bareError(s.Error)
		if s.Failures > 1 {
			why = fmt.Sprintf("%d× %s", s.Failures, why)
		}
		if why != "" && s.NextReason != "" {
			why += "; "
		}
		t.row(s.ID, s.Kind, s.State, fmt.Sprint(s.Items), away(s.LastFetch, now), away(s.NextFetch, now), why+s.NextReason)
	}
	return t.flush()
}

// away is a moment as people say it: 5m ago, in 10m.
func away(t *time.Time, now time.Time) string {
	if t == nil {
		return "–"
	}
	d := t.Sub(now)
	span := d.Abs().Round(time.Second)
	switch {
	case span > 48*time.Hour:
		return t.UTC().Format("2006-01-02 15:04")
	case span > time.Hour:
		span = span.Round(time.Minute)
	}
	words := strings.TrimSuffix(span.String(), "m0s")
	if words != span.String() {
		words += "m"
	}
	if d < 0 {
		return words + " ago"
	}
	return "in " + words
}
