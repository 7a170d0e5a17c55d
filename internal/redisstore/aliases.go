package redisstore

import (
	"context"
	"errors"
	"strconv"
	"time"

	"tinhub/internal/hub"
)

// aliasStep is how many aliases one script reads.
const aliasStep = 500

// Aliases implements hub.Aliases.
func (s *Store) Aliases(ctx context.Context, item hub.ID, limit int) ([]hub.Alias, error) {
	doing := "listing aliases"
	if item != "" {
		doing += " of item " + string(item)
	}
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return nil, err
	}
	defer cancel()
	var out []hub.Alias
	err = s.again(ctx, func(bool) error {
		list := s.keys.aliased()
		if item != "" {
			k, err := s.read(ctx, []hub.ID{item}, nil)
			if err != nil {
				return err
			}
			e := k.follow(item)
			if e == nil {
				out = nil
				return nil
			}
			list = s.keys.aliasesOf(e.Record.ID)
		}
		out, err = s.listAliases(ctx, list, limit)
		return err
	})
	if err != nil {
		return nil, s.fail(doing, err)
	}
	return out, nil
}

// listAliases reads a list from its end, in steps; those met meanwhile stand before where it goes on.
func (s *Store) listAliases(ctx context.Context, list string, limit int) ([]hub.Alias, error) {
	keys := append([]string{s.keys.head(), list}, s.keys.allNames()...)
	var out []hub.Alias
	for before := ""; len(out) < limit; {
		step := min(limit-len(out), aliasStep)
		_, fields, err := s.ask(ctx, s.scripts.aliases, keys, before, step)
		if err != nil {
			return nil, err
		}
		if len(fields)%2 != 0 {
			return nil, errors.New("alias without its value")
		}
		for f := fields; len(f) > 0; f = f[2:] {
			id, err := parseAliasMember(f[0])
			if err != nil {
				return nil, err
			}
			a, err := parseAlias(id, f[1])
			if err != nil {
				return nil, err
			}
			out, before = append(out, a), f[0]
		}
		if len(fields) < 2*step {
			break
		}
	}
	return out, nil
}

// SetApart implements hub.Aliases.
func (s *Store) SetApart(ctx context.Context, at time.Time, alias hub.ID) (hub.Outcome, error) {
	doing := "setting alias " + string(alias) + " apart"
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return hub.Outcome{}, err
	}
	defer cancel()
	var out hub.Outcome
	base, err := s.transact(ctx, at,
		func() (*known, error) {
			k, err := s.read(ctx, []hub.ID{alias}, nil)
			if err != nil {
				return nil, err
			}
			if a, ok := k.aliases[alias]; ok {
				err = s.readOnce(ctx, k, nil, []string{countField(a.Item, a.Source)})
			}
			return k, err
		},
		func(p *plan) (err error) {
			out, err = p.setApart(alias)
			return err
		})
	if err != nil {
		return hub.Outcome{}, s.fail(doing, err)
	}
	out.Seq = settled(out.Seq, base)
	return out, nil
}

func (p *plan) setApart(alias hub.ID) (hub.Outcome, error) {
	a, ok := p.aliases[alias]
	cur := p.get(a.Item)
	switch {
	case !ok || cur == nil:
		return hub.Outcome{}, hub.Errorf(hub.NotFound, "no alias %s", alias)
	case a.Apart:
		r := cur.Record
		return hub.Outcome{ID: r.ID, Seq: r.Seq, Change: hub.ChangeUnchanged, State: r.State}, nil
	}
	number := 0 // of an alias kept before they were counted and listed
	if value := p.names[countField(a.Item, a.Source)]; value != "" {
		var err error
		if number, err = strconv.Atoi(value); err != nil {
			return hub.Outcome{}, err
		}
	}
	d := hub.DecideApart(&cur.Record, a, number <= 1, p.at())
	now, err := p.carry(cur, d, nil)
	a.Apart = true
	p.told = append(p.told, telling{Alias: a, by: -min(number, 1), list: number == 0})
	return hub.Outcome{ID: now.ID, Seq: now.Seq, Change: d.Change, State: now.State}, err
}
