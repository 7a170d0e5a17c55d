package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"tinhub/internal/desk"
	"tinhub/internal/hub"
)

type retractVerb struct {
	configFlags
	Item   string `arg:"" help:"The item's id, with or without urn:uuid:."`
	Reason string `help:"Why, for everybody: it stands where the item stood." required:""`
	Note   string `help:"A note for the house alone."`
}

type restoreVerb struct {
	configFlags
	Item string `arg:"" help:"The item's id, with or without urn:uuid:."`
}

// answer is what retract and restore print: the same as the API's.
type answer struct {
	ID    hub.ID    `json:"id"`
	Seq   hub.Seq   `json:"seq"`
	State hub.State `json:"state"`
}

// Run takes the item out.
func (v retractVerb) Run(ctx context.Context, term terminal, l logSetting) error {
	id, err := hub.ParseID(v.Item)
	if err != nil {
		return fmt.Errorf("%q: %w", v.Item, err)
	}
	if strings.TrimSpace(v.Reason) == "" {
		return errors.New("--reason is empty: the public reads why")
	}
	body := map[string]string{"reason": v.Reason, "note": v.Note}
	return v.decide(ctx, term, l, "/api/items/"+id.Bare()+"/retract", body, func(d *desk.Desk) (hub.Outcome, error) {
		return d.Retract(ctx, id, v.Reason, v.Note)
	})
}

// Run lets the item back in.
func (v restoreVerb) Run(ctx context.Context, term terminal, l logSetting) error {
	id, err := hub.ParseID(v.Item)
	if err != nil {
		return fmt.Errorf("%q: %w", v.Item, err)
	}
	return v.decide(ctx, term, l, "/api/items/"+id.Bare()+"/restore", struct{}{}, func(d *desk.Desk) (hub.Outcome, error) {
		return d.Restore(ctx, id)
	})
}

// decide has the daemon carry an order out, or does it on the store where none has it open.
func (f configFlags) decide(ctx context.Context, term terminal, l logSetting, path string, body any,
	here func(*desk.Desk) (hub.Outcome, error),
) error {
	cfg, log, err := f.load(term, l)
	if err != nil {
		return err
	}
	asking, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	told, err := ask(asking, storeFile(cfg.Store), http.MethodPost, path, body)
	if err == nil {
		_, err = fmt.Fprintf(term.out, "%s\n", bytes.TrimSpace(told))
		return err
	}
	if !errors.Is(err, errNoDaemon) {
		return err
	}
	store, err := openStore(ctx, cfg.Store, log)
	if err != nil {
		return err
	}
	defer store.Close()
	outcome, err := here(desk.New(desk.Options{Store: store, Published: nobody{}, Now: time.Now, Log: log}))
	if err != nil {
		return docError{err}
	}
	line, err := json.Marshal(answer{outcome.ID, outcome.Seq, outcome.State})
	if err != nil {
		return fmt.Errorf("print the answer: %w", err)
	}
	_, err = fmt.Fprintf(term.out, "%s\n", line)
	return err
}

// nobody publishes from this process: a daemon elsewhere follows the log by itself.
type nobody struct{}

// WaitFor has nothing to wait for.
func (nobody) WaitFor(context.Context, hub.Seq) error { return nil }
