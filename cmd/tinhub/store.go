package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"tinhub/internal/hub"
	"tinhub/internal/redisstore"
	"tinhub/internal/sqlitestore"
)

// lookTimeout is how long a store may take to show its first shelf.
const lookTimeout = 10 * time.Second

// openStore opens the engine a store URL names, and looks whether it can be read: a file may be damaged beyond its head, and
// whoever starts with that must hear of it instead of waiting for feeds that never come.
func openStore(ctx context.Context, url string, log *slog.Logger) (hub.Store, error) {
	store, err := openEngine(ctx, url, log)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	if _, err := store.Shelf(ctx, hub.AllSection, hub.FeedSize); err != nil {
		return nil, errors.Join(fmt.Errorf("look into the store: %w", err), store.Close())
	}
	return store, nil
}

func openEngine(ctx context.Context, url string, log *slog.Logger) (hub.Store, error) {
	scheme, rest, found := strings.Cut(url, ":")
	switch {
	case found && scheme == "file":
		return opened(sqlitestore.Open(ctx, rest, log))
	case found && scheme == "memory":
		return opened(sqlitestore.Open(ctx, ":memory:", log))
	case found && strings.HasPrefix(scheme, "redis"):
		store, err := opened(redisstore.Open(ctx, url, log))
		if hub.KindOf(err) == hub.Unavailable {
			err = fmt.Errorf("%w; start it, or name another store with --store or TINHUB_STORE", err)
		}
		return store, err
	}
	return nil, fmt.Errorf("store %q: want file:PATH, memory:, redis://…, rediss://…, redis+cluster://… or redis+sentinel://…", scheme)
}

// opened keeps a nil *Store from becoming a hub.Store that is not nil.
func opened[S hub.Store](s S, err error) (hub.Store, error) {
	if err != nil {
		return nil, fmt.Errorf("open the store: %w", err)
	}
	return s, nil
}

// storeFile is the file of an embedded store, "" for every other.
func storeFile(url string) string {
	path, ok := strings.CutPrefix(url, "file:")
	if !ok {
		return ""
	}
	return path
}
