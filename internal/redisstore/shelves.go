package redisstore

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

// Shelf implements hub.Items: one script reads the section, so that all of it is of one moment; bodies, which never change
// under their name, come after.
func (s *Store) Shelf(ctx context.Context, section string, limit int) (hub.Shelf, error) {
	doing := "reading section " + section
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return hub.Shelf{}, err
	}
	defer cancel()
	var shelf hub.Shelf
	err = s.again(ctx, func(last bool) error {
		keys := append([]string{s.keys.head(), s.keys.touch(), s.keys.shelf(section), s.keys.grave(section)}, s.keys.allRecords()...)
		p, fields, err := s.ask(ctx, s.scripts.shelf, keys, section, limit, hub.FeedSize)
		if err != nil {
			return err
		}
		var entries []*entry
		if shelf, entries, err = parseShelf(p, fields); err != nil {
			return err
		}
		shelf.Items, err = s.fill(ctx, entries, last)
		return err
	})
	if err != nil {
		return hub.Shelf{}, s.fail(doing, err)
	}
	return shelf, nil
}

// parseShelf reads what scripts/shelf.lua answers behind the head.
func parseShelf(p place, fields []string) (hub.Shelf, []*entry, error) {
	shelf := hub.Shelf{Head: p.seq}
	if len(fields) < 2 {
		return shelf, nil, errors.New("shelf without touch time")
	}
	if fields[0] != "" {
		t, err := strconv.ParseInt(fields[0], 10, 64)
		if err != nil {
			return shelf, nil, err
		}
		shelf.Touched = time.Unix(t, 0).UTC()
	}
	graves, err := strconv.Atoi(fields[1])
	fields = fields[2:]
	if err != nil || len(fields) < 2*graves {
		return shelf, nil, errors.New("shelf with too few retractions")
	}
	for i := range graves {
		_, id, err := parseMember(fields[2*i])
		if err != nil {
			return shelf, nil, err
		}
		when, err := strconv.ParseFloat(fields[2*i+1], 64)
		if err != nil {
			return shelf, nil, err
		}
		shelf.Retracted = append(shelf.Retracted, hub.Tombstone{ID: id, When: time.Unix(int64(when), 0).UTC()})
	}
	var entries []*entry
	for _, value := range fields[2*graves:] {
		e, err := parseEntry(value)
		if err != nil {
			return shelf, nil, err
		}
		entries = append(entries, e)
	}
	return shelf, entries, nil
}

// OpenSections implements hub.Housekeeping.
func (s *Store) OpenSections(ctx context.Context, at time.Time, ids []string) error {
	const doing = "opening sections"
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return err
	}
	defer cancel()
	if len(ids) == 0 {
		return nil
	}
	err = s.acknowledged(ctx, s.keys.touch(), func(c redis.Cmdable) error {
		_, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
			for _, id := range ids {
				p.HSetNX(ctx, s.keys.touch(), id, at.Unix())
			}
			return nil
		})
		return err
	})
	return s.fail(doing, err)
}
