package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"tinhub/internal/config"
	"tinhub/internal/hub"
	"tinhub/internal/ingest"
)

type aliasVerb struct {
	List aliasListVerb `cmd:"" help:"Show which other ids lead to items, and why: guids that changed, copies from other sources."`
	Undo aliasUndoVerb `cmd:"" help:"Take an alias from its item: what brings that id becomes an item of its own."`
}

type aliasListVerb struct {
	configFlags
	Item  string `arg:"" optional:"" help:"Only the aliases of this item; any of its ids will do."`
	Limit int    `help:"At most so many, the last met first." default:"100"`
	JSON  bool   `help:"One JSON object an alias on stdout."`
}

type aliasUndoVerb struct {
	configFlags
	Alias string `arg:"" help:"The alias, with or without urn:uuid:."`
}

// aliasOrder is what the verbs ask of the store, here or through the daemon's socket.
type aliasOrder struct {
	Item  hub.ID `json:"item,omitempty"`
	Limit int    `json:"limit,omitempty"`
}

// titledAlias is an alias with what a person knows its item by.
type titledAlias struct {
	hub.Alias
	Title string `json:"title,omitempty"`
}

const maxAliasList = 10_000

// Run prints the aliases.
func (v aliasListVerb) Run(ctx context.Context, term terminal, l logSetting) error {
	order := aliasOrder{Limit: v.Limit}
	if v.Limit < 1 || v.Limit > maxAliasList {
		return fmt.Errorf("--limit %d: 1 to %d", v.Limit, maxAliasList)
	}
	if v.Item != "" {
		id, err := hub.ParseID(v.Item)
		if err != nil {
			return fmt.Errorf("%q: %w", v.Item, err)
		}
		order.Item = id
	}
	answer, err := v.askOrOpen(ctx, term, l, http.MethodPost, "/aliases", order, func(_ *config.Config, store hub.Store, _ *ingest.Ingest) (any, error) {
		return listAliases(ctx, store, order)
	})
	if err != nil {
		return err
	}
	var list []titledAlias
	if err := json.Unmarshal(answer, &list); err != nil {
		return fmt.Errorf("read the list of aliases: %w", err)
	}
	return printAliases(term.out, list, v.JSON)
}

func listAliases(ctx context.Context, store hub.Store, order aliasOrder) ([]titledAlias, error) {
	aliases, err := store.Aliases(ctx, order.Item, order.Limit)
	if err != nil {
		return nil, fmt.Errorf("list aliases: %w", err)
	}
	ids := make([]hub.ID, len(aliases))
	for n, a := range aliases {
		ids[n] = a.Item
	}
	records, err := store.Records(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("read the items of the aliases: %w", err)
	}
	list := make([]titledAlias, len(aliases))
	for n, a := range aliases {
		list[n] = titledAlias{a, records[n].Title}
	}
	return list, nil
}

func printAliases(out io.Writer, list []titledAlias, asJSON bool) error {
	if asJSON {
		lines := json.NewEncoder(out)
		lines.SetEscapeHTML(false)
		for _, a := range list {
			if err := lines.Encode(a); err != nil {
				return fmt.Errorf("print alias %s: %w", a.ID, err)
			}
		}
		return nil
	}
	t := newTable(out, "ALIAS", "SOURCE", "KNOWN BY", "SINCE", "ITEM")
	for _, a := range list {
		why := string(a.Why)
		if a.Apart {
			why = "set apart"
		}
		item := a.Item.Bare()
		for _, more := range []string{shortened(a.Title, 60), a.OriginalID} {
			if more != "" {
				item += " · " + more
			}
		}
		t.row(a.ID.Bare(), a.Source, why, a.When.UTC().Format("2006-01-02 15:04"), item)
	}
	return t.flush()
}

// Run sets the alias apart and has its source read anew, so that what it brings comes as an item of its own.
func (v aliasUndoVerb) Run(ctx context.Context, term terminal, l logSetting) error {
	id, err := hub.ParseID(v.Alias)
	if err != nil {
		return fmt.Errorf("%q: %w", v.Alias, err)
	}
	answer, err := v.askOrOpen(ctx, term, l, http.MethodPost, "/aliases/undo", aliasOrder{Item: id}, func(_ *config.Config, store hub.Store, round *ingest.Ingest) (any, error) {
		return undoAlias(ctx, store, round, id)
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(term.out, "%s\n", answer)
	return err
}

// undone is the answer to an undo: the alias as it is now, and the item it was taken from.
type undone struct {
	Alias  hub.ID  `json:"alias"`
	Item   hub.ID  `json:"item"`
	Seq    hub.Seq `json:"seq"`
	Source string  `json:"source,omitempty"`
}

func undoAlias(ctx context.Context, store hub.Store, round *ingest.Ingest, id hub.ID) (undone, error) {
	outcome, err := store.SetApart(ctx, time.Now(), id)
	if err != nil {
		return undone{}, err
	}
	done := undone{Alias: id, Item: outcome.ID, Seq: outcome.Seq}
	aliases, err := store.Aliases(ctx, outcome.ID, maxAliasList)
	if err != nil {
		return done, fmt.Errorf("the alias is set apart; looking for its source: %w", err)
	}
	for _, a := range aliases {
		if a.ID == id {
			done.Source = a.Source
		}
	}
	// A source that is not in the configuration any more brings nothing, and a store that is away is read anew at the next change.
	if err := round.Reread(ctx, done.Source); err != nil && hub.KindOf(err) != hub.NotFound {
		return done, fmt.Errorf("the alias is set apart; its source %s could not be made to be read anew: %w", done.Source, err)
	}
	return done, nil
}

// askOrOpen has the daemon that has the store open answer an order at the path of its socket, or does it here; the answer
// is JSON.
func (f configFlags) askOrOpen(ctx context.Context, term terminal, l logSetting, method, path string, order any,
	here func(*config.Config, hub.Store, *ingest.Ingest) (any, error),
) ([]byte, error) {
	cfg, log, err := f.load(term, l)
	if err != nil {
		return nil, err
	}
	asking, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	told, err := ask(asking, storeFile(cfg.Store), method, path, order)
	if err == nil || !errors.Is(err, errNoDaemon) {
		return bytes.TrimSpace(told), err
	}
	store, err := openStore(ctx, cfg.Store, log)
	if err != nil {
		return nil, err
	}
	defer store.Close()
	answer, err := here(cfg, store, newIngest(cfg, store, nil, newMetrics(), log))
	if err != nil {
		return nil, docError{err}
	}
	return json.Marshal(answer)
}
