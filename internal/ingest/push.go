package ingest

import (
	"context"
	"fmt"
	"strings"
	"time"

	"tinhub/internal/clean"
	"tinhub/internal/hub"
	"tinhub/internal/source"
)

const (
	maxPushItems = 1000
	pushDeadline = 30 * time.Second
)

// Push is a document that a source sent. Whoever took it in has checked the source's key and the size.
type Push struct {
	Source      string
	ContentType string
	OriginalID  string // ?original_id=…: the item's own id where the document is one item that brings neither id nor URL
	Body        []byte
}

// Push reads, cleans and stores a document, whole or not at all; the outcomes stand in its items' order and are durable.
// Errors are *hub.Error: NotFound for what is not a push source, Invalid with the place in the document, UnsupportedType,
// TooLarge, and Unavailable where the store is away: nothing is kept then, the pusher tries again.
func (i *Ingest) Push(ctx context.Context, p Push) ([]hub.Outcome, error) {
	start := i.o.Now()
	src, ok := i.pushes[p.Source]
	if !ok {
		return nil, hub.Errorf(hub.NotFound, "no source %q takes pushes", p.Source)
	}
	outcomes, err := i.take(ctx, src, p)
	if err != nil {
		i.o.Meter.Fetched(src.ID, string(hub.KindOf(err)))
		i.o.Log.WarnContext(ctx, "a push was not taken", "source", src.ID, "reason", hub.KindOf(err),
			"error", err, "bytes", len(p.Body), "took", i.o.Now().Sub(start))
		return nil, err
	}
	rep := Report{Source: src.ID}
	rep.count(outcomes)
	i.meter(rep)
	i.o.Meter.Fetched(src.ID, OutcomeOK)
	i.o.Log.InfoContext(ctx, "took a push", "source", src.ID, "outcome", OutcomeOK, "items", len(outcomes), "created", rep.Created,
		"updated", rep.Updated, "retracted", rep.Retracted, "restored", rep.Restored, "took", i.o.Now().Sub(start))
	return outcomes, nil
}

func (i *Ingest) take(ctx context.Context, src hub.Source, p Push) ([]hub.Outcome, error) {
	in := source.Input{Body: p.Body, ContentType: p.ContentType, Kind: src.Format, Select: src.Select}
	_, items, err := i.understand(ctx, src, in, i.pushed, func(doc *hub.Document, _ *clean.Setting) error {
		if n := len(doc.Drafts); n > maxPushItems {
			return hub.Errorf(hub.TooLarge, "%d items; one push may bring %d", n, maxPushItems)
		}
		nameItem(doc, p.OriginalID)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if id := strings.TrimSpace(p.OriginalID); id != "" && len(items) == 1 {
		items[0].Known = hub.NewID(src.ID, id) // whoever names it so withdraws it so, whatever id the document has
	}
	if len(items) == 0 { // a CMS that has nothing to say sends an empty document
		return []hub.Outcome{}, nil
	}
	var outcomes []hub.Outcome
	err = bounded(ctx, pushDeadline, func(ctx context.Context) (err error) {
		outcomes, err = i.o.Store.Put(ctx, i.o.Now(), items)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store what source %s pushed: %w", src.ID, err)
	}
	return outcomes, nil
}

// nameItem gives a single item the id of the query. It takes the place a file's path has, because what the document itself
// says (its id, else its URL) stands above it.
func nameItem(doc *hub.Document, originalID string) {
	if len(doc.Drafts) == 1 {
		doc.Drafts[0].Path = strings.TrimSpace(originalID)
	}
}

// Withdraw retracts a push source's own item, the one whose original_id this is. What is not this source's is NotFound.
func (i *Ingest) Withdraw(ctx context.Context, sourceID, originalID string) (hub.Outcome, error) {
	src, ok := i.pushes[sourceID]
	if !ok {
		return hub.Outcome{}, hub.Errorf(hub.NotFound, "no source %q takes pushes", sourceID)
	}
	if originalID = strings.TrimSpace(originalID); originalID == "" {
		return hub.Outcome{}, hub.Errorf(hub.Invalid, "original_id is missing: say which item")
	}
	var out hub.Outcome
	err := bounded(ctx, pushDeadline, func(ctx context.Context) (err error) {
		out, err = i.o.Store.Mark(ctx, i.o.Now(), hub.Order{
			ID: hub.NewID(src.ID, originalID), By: hub.BySource, Source: src.ID,
		})
		return err
	})
	if err != nil {
		return hub.Outcome{}, fmt.Errorf("retract an item of source %s: %w", src.ID, err)
	}
	i.o.Log.InfoContext(ctx, "a source retracted its item", "source", src.ID, "item", out.ID, "change", out.Change)
	return out, nil
}
