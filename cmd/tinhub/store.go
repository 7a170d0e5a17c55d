package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"tinhub/internal/hub"
	"tinhub/internal/redisstore"
	"tinhub/internal/sqlitestore"
)

// openStore opens the engine a store URL names.
func openStore(ctx context.Context, url string, log *slog.Logger) (hub.Store, error) {
	scheme, rest, found := strings.Cut(url, ":")
	switch {
	case found && scheme == "file":
		return opened(sqlitestore.Open(ctx, rest, log))
	case found && scheme == "memory":
		return opened(sqlitestore.Open(ctx, ":memory:", log))
	case found && strings.HasPrefix(scheme, "redis"):
		return opened(redisstore.Open(ctx, url, log))
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
