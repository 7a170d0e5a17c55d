package sqlitestore

import (
	"context"
	"database/sql"
	"time"

	"tinhub/internal/hub"
)

const (
	aliasColumns = `SELECT a.n, a.alias, r.n, r.id, a.source, a.original, a.why, a.met, a.apart
		FROM aliases a CROSS JOIN records r ON r.n = a.record ` // CROSS: the walk is along the aliases

	sqlAliases    = aliasColumns + `ORDER BY a.met DESC, a.n DESC LIMIT ?`
	sqlAliasesOf  = aliasColumns + `WHERE a.record = ` + ledTo + ` ORDER BY a.met DESC, a.n DESC LIMIT ?2`
	sqlAliasNamed = aliasColumns + `WHERE a.alias = ?`
	sqlOthers     = `SELECT EXISTS (SELECT 1 FROM aliases WHERE record = ? AND source = ? AND NOT apart AND n <> ?)`
	sqlApart      = `UPDATE aliases SET apart = 1 WHERE n = ?`
)

// alias is one with what the tables call it.
type alias struct {
	n, record int64 // aliases.n, records.n
	met       int64
	hub.Alias
}

func (a *alias) into() []any {
	return []any{&a.n, &a.ID, &a.record, &a.Item, &a.Source, &a.OriginalID, &a.Why, &a.met, &a.Apart}
}

func (a *alias) read() hub.Alias {
	a.When = time.Unix(a.met, 0).UTC()
	return a.Alias
}

// Aliases implements hub.Aliases.
func (s *Store) Aliases(ctx context.Context, item hub.ID, limit int) (out []hub.Alias, err error) {
	query, args := sqlAliases, []any{max(limit, 0)}
	if item != "" {
		query, args = sqlAliasesOf, []any{string(item), max(limit, 0)}
	}
	err = s.read(ctx, "listing aliases", func(t *tx) error {
		return t.each(query, args, func(rows *sql.Rows) error {
			var a alias
			err := rows.Scan(a.into()...)
			out = append(out, a.read())
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// SetApart implements hub.Aliases.
func (s *Store) SetApart(ctx context.Context, at time.Time, id hub.ID) (out hub.Outcome, err error) {
	err = s.write(ctx, "setting an alias apart", func(t *tx) error {
		var a alias
		found, err := t.one(sqlAliasNamed, []any{string(id)}, a.into())
		if err != nil {
			return err
		}
		if !found {
			return hub.Errorf(hub.NotFound, "no alias %s", id)
		}
		cur, err := t.find(sqlFindN, a.record)
		if err != nil {
			return err
		}
		if a.Apart {
			out = hub.Outcome{ID: cur.ID, Seq: cur.Seq, Change: hub.ChangeUnchanged, State: cur.State}
			return nil
		}
		var others bool
		if _, err := t.one(sqlOthers, []any{a.record, a.Source, a.n}, []any{&others}); err != nil {
			return err
		}
		if err := t.exec(sqlApart, a.n); err != nil {
			return err
		}
		now := t.eventTime(at)
		out, err = t.apply(cur, hub.DecideApart(&cur.Record, a.read(), !others, now), now)
		return err
	})
	if err != nil {
		return hub.Outcome{}, err
	}
	return out, nil
}
