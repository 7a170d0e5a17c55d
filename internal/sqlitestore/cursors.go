package sqlitestore

import (
	"context"
	"encoding/json"
	"time"

	"tinhub/internal/hub"
)

const (
	sqlSource    = `SELECT state FROM sources WHERE id = ?`
	sqlSetSource = `INSERT INTO sources (id, state) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state`
)

// SourceStates implements hub.Store.
func (s *Store) SourceStates(ctx context.Context, ids []string) ([]hub.SourceState, error) {
	out := make([]hub.SourceState, len(ids))
	err := s.read(ctx, "reading the states of sources", func(t *tx) error {
		for i, id := range ids {
			out[i].ID = id
			var text []byte
			ok, err := t.one(sqlSource, []any{id}, []any{&text})
			if err != nil {
				return err
			}
			if !ok {
				continue
			}
			if err := json.Unmarshal(text, &out[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// SaveSourceState implements hub.Store.
func (s *Store) SaveSourceState(ctx context.Context, state hub.SourceState) error {
	return s.write(ctx, "saving the state of a source", func(t *tx) error {
		text, err := toJSON(state)
		if err != nil {
			return err
		}
		return t.exec(sqlSetSource, state.ID, text)
	})
}

// A lease that ends keeps its row: the tokens of a name must go on rising.
const (
	sqlLease    = `SELECT holder, token, until FROM leases WHERE name = ?`
	sqlSetLease = `INSERT INTO leases (name, holder, token, until) VALUES (?, ?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, token = excluded.token, until = excluded.until`
	sqlUnlease = `UPDATE leases SET until = 0 WHERE name = ? AND holder = ?`
)

type lease struct {
	holder string
	token  int64
	until  int64 // unix milliseconds
}

func (t *tx) lease(name string) (l lease, err error) {
	_, err = t.one(sqlLease, []any{name}, []any{&l.holder, &l.token, &l.until})
	return l, err
}

// Lease implements hub.Store. Time is the wall's, since a lease must mean something to other processes and after a restart.
func (s *Store) Lease(ctx context.Context, name, holder string, ttl time.Duration) (token uint64, err error) {
	err = s.write(ctx, "taking a lease", func(t *tx) error {
		l, err := t.lease(name)
		if err != nil {
			return err
		}
		now := time.Now()
		held := now.UnixMilli() < l.until
		switch {
		case held && l.holder != holder:
			return hub.Errorf(hub.Conflict, "the lease %q is held by another until %s", name, time.UnixMilli(l.until).UTC().Format(time.RFC3339))
		case !held:
			l.token++
		}
		token = uint64(l.token)
		// Rounded up: no lease is shorter than was asked for.
		return t.exec(sqlSetLease, name, holder, l.token, now.Add(ttl+time.Millisecond-1).UnixMilli())
	})
	if err != nil {
		return 0, err
	}
	return token, nil
}

// Unlease implements hub.Store.
func (s *Store) Unlease(ctx context.Context, name, holder string) error {
	return s.write(ctx, "giving a lease back", func(t *tx) error { return t.exec(sqlUnlease, name, holder) })
}

const (
	sqlCursor    = `SELECT seq FROM cursors WHERE name = ?`
	sqlSetCursor = `INSERT INTO cursors (name, seq) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq`
)

// Cursor implements hub.Store.
func (s *Store) Cursor(ctx context.Context, name string) (hub.Seq, error) {
	var seq int64
	err := s.read(ctx, "reading a cursor", func(t *tx) error {
		_, err := t.one(sqlCursor, []any{name}, []any{&seq})
		return err
	})
	return hub.Seq(seq), err
}

// SaveCursor implements hub.Store.
func (s *Store) SaveCursor(ctx context.Context, name string, token uint64, seq hub.Seq) error {
	return s.write(ctx, "saving a cursor", func(t *tx) error {
		l, err := t.lease(name)
		if err != nil {
			return err
		}
		if l.token == 0 || uint64(l.token) != token {
			return hub.Errorf(hub.Conflict, "the cursor %q was not moved: the lease has passed to another holder", name)
		}
		return t.exec(sqlSetCursor, name, int64(seq))
	})
}
