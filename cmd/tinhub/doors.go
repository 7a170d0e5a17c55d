package main

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"tinhub/internal/hub"
	"tinhub/internal/ingest"
	"tinhub/internal/publish"
	"tinhub/internal/views"
)

// pushDoor lets web hand pushes to ingest; neither knows the other. Whoever got an answer finds what it says in the feeds:
// a pusher that looks at once sees its item, and an editor whose DELETE was answered sees it gone.
type pushDoor struct {
	*ingest.Ingest
	publish *publish.Publisher
	log     *slog.Logger
}

// showTimeout is how long an answer waits for the feeds. What was asked for is durable already, so running out of it is no
// error.
const showTimeout = 2 * time.Second

// Push hands over one pushed document.
func (p pushDoor) Push(ctx context.Context, source, contentType, originalID string, body []byte) ([]hub.Outcome, error) {
	out, err := p.Ingest.Push(ctx, ingest.Push{Source: source, ContentType: contentType, OriginalID: originalID, Body: body})
	if err != nil {
		return nil, err
	}
	var newest hub.Seq
	for _, o := range out {
		newest = max(newest, o.Seq)
	}
	p.shown(ctx, source, newest)
	return out, nil
}

// Withdraw takes a source's own item out.
func (p pushDoor) Withdraw(ctx context.Context, source, originalID string) (hub.Outcome, error) {
	out, err := p.Ingest.Withdraw(ctx, source, originalID)
	if err == nil {
		p.shown(ctx, source, out.Seq)
	}
	return out, err
}

func (p pushDoor) shown(ctx context.Context, source string, seq hub.Seq) {
	ctx, cancel := context.WithTimeout(ctx, showTimeout)
	defer cancel()
	if err := p.publish.WaitFor(ctx, seq); err != nil {
		p.log.Warn("answered before the feeds show it", "source", source, "seq", seq, "error", err)
	}
}

// viewDoor lets web report views.
type viewDoor struct{ counter *views.Counter }

// Count reports one reading.
func (v viewDoor) Count(item hub.ID, addr netip.Addr, userAgent string, prefetch, head bool) string {
	return v.counter.Count(views.View{Item: item, Addr: addr, UserAgent: userAgent, Prefetch: prefetch, Head: head})
}

// roundDoor lets web tell where the sources stand.
type roundDoor struct{ round *ingest.Ingest }

// Sources is the list of tinhub sources --json.
func (r roundDoor) Sources(ctx context.Context) (any, error) { return r.round.Status(ctx) }
