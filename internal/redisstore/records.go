package redisstore

import (
	"context"
	"fmt"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

// known is what one call has read of records and names; a plan is made from it and refused where it is no longer so.
type known struct {
	head   place
	recs   map[hub.ID]*entry // an entry of version "0" without ID: looked for, not there
	names  map[string]hub.ID // by name field; "": looked for, not there
	listed []hub.ID          // where an index led here: its order
}

// get is the record with that very id, nil where there is none.
func (k *known) get(id hub.ID) *entry {
	if e := k.recs[id]; e != nil && e.Record.State != "" {
		return e
	}
	return nil
}

// follow is the record that id leads to, itself or as an alias.
func (k *known) follow(id hub.ID) *entry {
	if e := k.get(id); e != nil {
		return e
	}
	if to := k.names[aliasField(id)]; to != "" {
		return k.get(to)
	}
	return nil
}

// read looks up ids, the records that they are aliases of, and those that URL keys lead to.
func (s *Store) read(ctx context.Context, ids []hub.ID, urlKeys []string) (*known, error) {
	m := s.sight.mark()
	k := &known{recs: map[hub.ID]*entry{}, names: map[string]hub.ID{}}
	fields := make([]string, 0, len(ids)+len(urlKeys))
	for _, id := range ids {
		fields = append(fields, aliasField(id))
	}
	for _, u := range urlKeys {
		fields = append(fields, urlField(u))
	}
	if err := s.readOnce(ctx, k, ids, fields); err != nil {
		return nil, err
	}
	var more []hub.ID
	for _, id := range k.names {
		if _, ok := k.recs[id]; !ok && id != "" {
			more = append(more, id)
		}
	}
	if len(more) > 0 {
		if err := s.readOnce(ctx, k, more, nil); err != nil {
			return nil, err
		}
	}
	return k, s.check(ctx, m, k.head)
}

// readOnce reads head, records and names in one pipeline, one command a shard.
func (s *Store) readOnce(ctx context.Context, k *known, ids []hub.ID, fields []string) error {
	records, names := map[int][]string{}, map[int][]string{}
	for _, id := range ids {
		if _, ok := k.recs[id]; !ok {
			k.recs[id] = &entry{version: "0"}
			records[shardOf(string(id))] = append(records[shardOf(string(id))], string(id))
		}
	}
	for _, f := range fields {
		if _, ok := k.names[f]; !ok {
			k.names[f] = ""
			names[shardOf(f)] = append(names[shardOf(f)], f)
		}
	}
	var head *redis.SliceCmd
	gotRecords, gotNames := map[int]*redis.SliceCmd{}, map[int]*redis.SliceCmd{}
	_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		head = p.HMGet(ctx, s.keys.head(), headFields...)
		for n, f := range records {
			gotRecords[n] = p.HMGet(ctx, s.keys.records(n), f...)
		}
		for n, f := range names {
			gotNames[n] = p.HMGet(ctx, s.keys.names(n), f...)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if k.head, err = placeOf(head); err != nil {
		return err
	}
	for n, cmd := range gotNames {
		for i, v := range cmd.Val() {
			to, _ := v.(string)
			k.names[names[n][i]] = hub.ID(to)
		}
	}
	for n, cmd := range gotRecords {
		for i, v := range cmd.Val() {
			if value, ok := v.(string); ok {
				id := hub.ID(records[n][i])
				if k.recs[id], err = parseEntry(value); err != nil {
					return fmt.Errorf("item %s: %w", id, err)
				}
			}
		}
	}
	return nil
}

// Records implements hub.Items.
func (s *Store) Records(ctx context.Context, ids []hub.ID) ([]hub.Record, error) {
	const doing = "reading records"
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return nil, err
	}
	defer cancel()
	if len(ids) == 0 {
		return nil, nil
	}
	var out []hub.Record
	err = s.again(ctx, func(last bool) error {
		k, err := s.read(ctx, ids, nil)
		if err != nil {
			return err
		}
		found := make([]*entry, len(ids))
		for i, id := range ids {
			if e := k.follow(id); e != nil {
				c := *e
				found[i] = &c
			}
		}
		out, err = s.fill(ctx, found, last)
		return err
	})
	if err != nil {
		return nil, s.fail(doing, err)
	}
	return out, nil
}
