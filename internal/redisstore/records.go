package redisstore

import (
	"context"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

// known is what one call has read of records and names; a plan is made from it and refused where it is no longer so.
type known struct {
	head    place
	recs    map[hub.ID]*entry    // an entry of version "0" without ID: looked for, not there
	names   map[string]string    // values by name field; "": looked for, not there
	aliases map[hub.ID]hub.Alias // what stands in the names of aliases
	listed  []hub.ID             // where an index led here: its order
}

// get is the record with that very id, nil where there is none.
func (k *known) get(id hub.ID) *entry {
	if e := k.recs[id]; e != nil && e.Record.State != "" {
		return e
	}
	return nil
}

// follow is the record that id leads to, itself or as an alias that was not set apart.
func (k *known) follow(id hub.ID) *entry {
	if e := k.get(id); e != nil {
		return e
	}
	if a, ok := k.aliases[id]; ok && !a.Apart {
		return k.get(a.Item)
	}
	return nil
}

// keyed is the record that a key leads to.
func (k *known) keyed(key string) *entry {
	if to := k.names[keyField(key)]; to != "" {
		return k.get(hub.ID(to))
	}
	return nil
}

// read looks up ids, the records that they are aliases of, and those that keys lead to.
func (s *Store) read(ctx context.Context, ids []hub.ID, keys []string) (*known, error) {
	m := s.sight.mark()
	k := &known{recs: map[hub.ID]*entry{}, names: map[string]string{}, aliases: map[hub.ID]hub.Alias{}}
	fields := make([]string, 0, len(ids)+len(keys))
	for _, id := range ids {
		fields = append(fields, aliasField(id))
	}
	for _, key := range keys {
		fields = append(fields, keyField(key))
	}
	if err := s.readOnce(ctx, k, ids, fields); err != nil {
		return nil, err
	}
	if err := s.readLed(ctx, k); err != nil {
		return nil, err
	}
	return k, s.check(ctx, m, k.head)
}

// sought is an incoming item and what it is looked up by.
type sought struct {
	hub.Incoming
	ids               []hub.ID
	keys              []string // those of its addresses, then those of its text
	addresses, byText []string // the two parts of keys
}

func seek(in hub.Incoming) sought {
	ids, keys := hub.Lookup(in)
	texts := slices.IndexFunc(keys, isText)
	if texts < 0 {
		texts = len(keys)
	}
	return sought{Incoming: in, ids: ids, keys: keys, addresses: keys[:texts], byText: keys[texts:]}
}

// readSought looks up what incoming items may be. Those that an id leads to are not looked up by their texts, since an id
// decides.
func (s *Store) readSought(ctx context.Context, items []sought) (*known, error) {
	var ids []hub.ID
	var addresses []string
	for _, in := range items {
		ids, addresses = append(ids, in.ids...), append(addresses, in.addresses...)
	}
	m := s.sight.mark()
	k, err := s.read(ctx, ids, addresses)
	if err != nil {
		return nil, err
	}
	var texts []string
	for _, in := range items {
		if slices.ContainsFunc(in.ids, func(id hub.ID) bool { return k.follow(id) != nil }) {
			continue
		}
		for _, key := range in.byText {
			texts = append(texts, keyField(key))
		}
	}
	if len(texts) == 0 {
		return k, nil
	}
	if err := s.readOnce(ctx, k, nil, texts); err != nil {
		return nil, err
	}
	if err := s.readLed(ctx, k); err != nil {
		return nil, err
	}
	return k, s.check(ctx, m, k.head)
}

// readLed reads the records that the names read lead to.
func (s *Store) readLed(ctx context.Context, k *known) error {
	var more []hub.ID
	for field, value := range k.names {
		if value == "" {
			continue
		}
		to := hub.ID(value)
		if field[0] == aliasMark {
			id := hub.ID(field[1:])
			a, err := parseAlias(id, value)
			if err != nil {
				return err
			}
			k.aliases[id], to = a, a.Item
		}
		if _, ok := k.recs[to]; !ok {
			more = append(more, to)
		}
	}
	if len(more) == 0 {
		return nil
	}
	return s.readOnce(ctx, k, more, nil)
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
			k.names[names[n][i]], _ = v.(string)
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
