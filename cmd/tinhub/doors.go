package main

import (
	"context"
	"net/netip"

	"tinhub/internal/hub"
	"tinhub/internal/ingest"
	"tinhub/internal/views"
)

// pushDoor lets web hand pushes to ingest; neither knows the other.
type pushDoor struct{ *ingest.Ingest }

// Push hands over one pushed document.
func (p pushDoor) Push(ctx context.Context, source, contentType, originalID string, body []byte) ([]hub.Outcome, error) {
	return p.Ingest.Push(ctx, ingest.Push{Source: source, ContentType: contentType, OriginalID: originalID, Body: body})
}

// viewDoor lets web report views.
type viewDoor struct{ counter *views.Counter }

// Count reports one reading.
func (v viewDoor) Count(item hub.ID, addr netip.Addr, userAgent string, prefetch, head bool) string {
	return v.counter.Count(views.View{Item: item, Addr: addr, UserAgent: userAgent, Prefetch: prefetch, Head: head})
}
