package redisstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

// passing lists the beginnings of Redis's answers that say "not now" or "not you": the operator or time helps, the caller
// may try again.
var passing = [...]string{
	"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "NOREPLICAS", "OOM", "MISCONF", "BUSY", "MOVED", "ASK",
	"NOAUTH", "WRONGPASS", "NOPERM", "ERR max number of clients", "UNBLOCKED", "ERR Script attempted to access a non local key",
}

// fail says what was being done when err came up; nil stays nil. Whatever Redis did not say itself – network, time-outs, a
// closed client – is kind Unavailable.
func (s *Store) fail(doing string, err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*hub.Error](err); ok {
		return err
	}
	if _, ok := errors.AsType[*hub.LogGoneError](err); ok {
		return err
	}
	if errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	said, ok := errors.AsType[redis.Error](err)
	if !ok {
		if errors.Is(err, redis.ErrClosed) {
			return &hub.Error{Kind: hub.Unavailable, Detail: doing + ": the store is closed", Err: err}
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			err = fmt.Errorf("%w: %w", context.DeadlineExceeded, err) // the connection noticed the same end first
		}
		if errors.Is(err, context.DeadlineExceeded) {
			return &hub.Error{Kind: hub.Unavailable, Detail: fmt.Sprintf("%s: redis at %s did not answer in time", doing, s.host), Err: err}
		}
		return &hub.Error{Kind: hub.Unavailable, Detail: fmt.Sprintf("%s: redis at %s does not answer", doing, s.host), Err: err}
	}
	for _, p := range passing {
		if strings.HasPrefix(said.Error(), p) {
			return &hub.Error{Kind: hub.Unavailable, Detail: fmt.Sprintf("%s: redis at %s refuses", doing, s.host), Err: err}
		}
	}
	return fmt.Errorf("%s: redis at %s: %w", doing, s.host, err)
}
