// Package desk is what an editor does to an item: it takes one out everywhere, with a reason the public may read, and
// lets it back in.
//
// It never changes what an item says, renders anything or asks who is asking: that is the door's business. Start with
// Desk.Retract.
package desk

import (
	"context"
	"log/slog"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"tinhub/internal/hub"
)

const (
	reasonRunes = 500
	noteRunes   = 2000
	publishWait = 2 * time.Second
)

// Store is what the desk needs of a store (hub.Items).
type Store interface {
	Mark(ctx context.Context, at time.Time, order hub.Order) (hub.Outcome, error)
	Records(ctx context.Context, ids []hub.ID) ([]hub.Record, error)
}

// Published says when feeds hold an event.
type Published interface {
	// WaitFor returns nil once every feed holds the events up to seq, or the context's error.
	WaitFor(ctx context.Context, seq hub.Seq) error
}

// Options are what a Desk is made of. Store is needed; without Published the desk does not wait.
type Options struct {
	Store     Store
	Published Published
	Now       func() time.Time
	Log       *slog.Logger
}

// Desk takes items out and lets them back in.
type Desk struct {
	store     Store
	published Published
	now       func() time.Time
	log       *slog.Logger
}

// New makes a Desk.
func New(o Options) *Desk {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Desk{store: o.Store, published: o.Published, now: o.Now, log: o.Log}
}

// Retract takes an item out of everything. When it returns the feeds of this process are without it, unless that took
// longer than two seconds. reason is public, plain text of at most 500 characters, and must be there; note is the
// house's own, at most 2,000 characters. A second call makes no event. Kinds of error: Invalid, NotFound, and what the
// store gives.
func (d *Desk) Retract(ctx context.Context, id hub.ID, reason, note string) (hub.Outcome, error) {
	reason, err := plain("reason", reason, reasonRunes)
	if err != nil {
		return hub.Outcome{}, err
	}
	if reason == "" {
		return hub.Outcome{}, &hub.Error{Kind: hub.Invalid, Place: "reason", Detail: "a retraction needs a reason; the public reads it"}
	}
	if note, err = plain("note", note, noteRunes); err != nil {
		return hub.Outcome{}, err
	}
	return d.mark(ctx, hub.Order{ID: id, By: hub.ByDesk, Reason: reason, Note: note})
}

// Restore lets an item back in that the desk or its source took out, with the newest version that came meanwhile. An
// item that is not out stays as it is, without an event. It waits as Retract does.
func (d *Desk) Restore(ctx context.Context, id hub.ID) (hub.Outcome, error) {
	return d.mark(ctx, hub.Order{ID: id, By: hub.ByDesk, Restore: true})
}

func (d *Desk) mark(ctx context.Context, order hub.Order) (hub.Outcome, error) {
	asked := order.ID
	recs, err := d.store.Records(ctx, []hub.ID{asked})
	if err != nil {
		return hub.Outcome{}, err
	}
	if len(recs) != 1 || recs[0].ID == "" {
		return hub.Outcome{}, hub.Errorf(hub.NotFound, "no item %s", asked)
	}
	before := recs[0]
	order.ID = before.ID // an alias leads to the item itself
	out, err := d.store.Mark(ctx, d.now(), order)
	if err != nil {
		return hub.Outcome{}, err
	}
	verb := "item retracted"
	if order.Restore {
		verb = "item restored"
	}
	d.log.InfoContext(ctx, verb, "item", string(out.ID), "asked", string(asked), "source", before.Source, "was", string(before.State),
		"is", string(out.State), "seq", uint64(out.Seq), "reason", order.Reason)
	d.await(ctx, out)
	return out, nil
}

// await holds the answer back until the feeds say the same. The order is durable already, so that a wait that runs out
// fails nobody.
func (d *Desk) await(ctx context.Context, out hub.Outcome) {
	if d.published == nil || out.Seq == 0 {
		return
	}
	wait, cancel := context.WithTimeout(ctx, publishWait)
	defer cancel()
	if err := d.published.WaitFor(wait, out.Seq); err != nil {
		d.log.WarnContext(ctx, "feeds do not show the order yet", "item", string(out.ID), "seq", uint64(out.Seq), "error", err)
	}
}

// plain makes text fit to be shown anywhere: one line, composed characters, nothing a terminal or XML stumbles over.
func plain(place, text string, limit int) (string, error) {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), r >= 0xFDD0 && r <= 0xFDEF, r&0xFFFE == 0xFFFE, bidi(r):
			return -1
		}
		return r
	}, text)
	text = norm.NFC.String(strings.Join(strings.Fields(text), " "))
	if n := utf8.RuneCountInString(text); n > limit {
		return "", &hub.Error{Kind: hub.Invalid, Place: place, Detail: place + " is longer than it may be"}
	}
	return text, nil
}

// bidi characters turn the order of the text around them.
func bidi(r rune) bool { return r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 }
