package main

import (
	"context"
	"time"

	"tinhub/internal/hub"
)

// timedStore measures the calls that do work; waiting for events is not work.
type timedStore struct {
	hub.Store
	m *metrics
}

func (s timedStore) since(op string, start time.Time) {
	s.m.store.WithLabelValues(op).Observe(time.Since(start).Seconds())
}

func (s timedStore) Put(ctx context.Context, at time.Time, items []hub.Incoming) ([]hub.Outcome, error) {
	defer s.since("put", time.Now())
	return s.Store.Put(ctx, at, items)
}

func (s timedStore) Mark(ctx context.Context, at time.Time, order hub.Order) (hub.Outcome, error) {
	defer s.since("mark", time.Now())
	return s.Store.Mark(ctx, at, order)
}

func (s timedStore) Records(ctx context.Context, ids []hub.ID) ([]hub.Record, error) {
	defer s.since("records", time.Now())
	return s.Store.Records(ctx, ids)
}

func (s timedStore) Shelf(ctx context.Context, section string, limit int) (hub.Shelf, error) {
	defer s.since("shelf", time.Now())
	return s.Store.Shelf(ctx, section, limit)
}

func (s timedStore) Events(ctx context.Context, since hub.Seq, limit int) ([]hub.Event, error) {
	defer s.since("events", time.Now())
	return s.Store.Events(ctx, since, limit)
}

func (s timedStore) AddViews(ctx context.Context, batch hub.ViewBatch) error {
	defer s.since("add_views", time.Now())
	return s.Store.AddViews(ctx, batch)
}

func (s timedStore) Views(ctx context.Context, at time.Time, ids []hub.ID) ([]hub.ViewCounts, error) {
	defer s.since("views", time.Now())
	return s.Store.Views(ctx, at, ids)
}

func (s timedStore) Top(ctx context.Context, at time.Time, section string, w hub.Window, limit int) ([]hub.Ranked, error) {
	defer s.since("top", time.Now())
	return s.Store.Top(ctx, at, section, w, limit)
}

func (s timedStore) SaveSourceState(ctx context.Context, state hub.SourceState) error {
	defer s.since("save_source_state", time.Now())
	return s.Store.SaveSourceState(ctx, state)
}

func (s timedStore) Trim(ctx context.Context, at time.Time, keep hub.Keep) (hub.Trimmed, error) {
	defer s.since("trim", time.Now())
	return s.Store.Trim(ctx, at, keep)
}
