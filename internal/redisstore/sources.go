package redisstore

import (
	"context"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

// SourceStates implements hub.Sources.
func (s *Store) SourceStates(ctx context.Context, ids []string) ([]hub.SourceState, error) {
	const doing = "reading source states"
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return nil, err
	}
	defer cancel()
	if len(ids) == 0 {
		return nil, nil
	}
	values, err := s.client.HMGet(ctx, s.keys.sources(), ids...).Result()
	if err != nil {
		return nil, s.fail(doing, err)
	}
	out := make([]hub.SourceState, len(ids))
	for i, v := range values {
		if value, ok := v.(string); ok {
			if err := decode(value, &out[i]); err != nil {
				return nil, s.fail(doing, err)
			}
		}
		out[i].ID = ids[i]
	}
	return out, nil
}

// SaveSourceState implements hub.Sources.
func (s *Store) SaveSourceState(ctx context.Context, state hub.SourceState) error {
	doing := "saving the state of source " + state.ID
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return err
	}
	defer cancel()
	value, err := encode(state)
	if err != nil {
		return s.fail(doing, err)
	}
	err = s.acknowledged(ctx, s.keys.sources(), func(c redis.Cmdable) error {
		return c.HSet(ctx, s.keys.sources(), state.ID, value).Err()
	})
	return s.fail(doing, err)
}
