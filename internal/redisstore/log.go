package redisstore

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

// Events implements hub.Events.
func (s *Store) Events(ctx context.Context, since hub.Seq, limit int) ([]hub.Event, error) {
	const doing = "reading the log"
	ctx, cancel, err := s.enter(ctx, doing)
	if err != nil {
		return nil, err
	}
	defer cancel()
	var events []hub.Event
	err = s.again(ctx, func(bool) error {
		p, fields, err := s.ask(ctx, s.scripts.events, []string{s.keys.head(), s.keys.log()}, uint64(since), limit)
		if err != nil {
			return err
		}
		events, err = parseEvents(p, since, fields)
		return err
	})
	if err != nil {
		return nil, s.fail(doing, err)
	}
	return events, nil
}

// parseEvents reads what scripts/events.lua answers behind the head.
func parseEvents(p place, since hub.Seq, fields []string) ([]hub.Event, error) {
	if since >= p.seq {
		return nil, nil
	}
	oldest := p.seq + 1
	if fields[0] != "" {
		var err error
		if oldest, err = parseStreamID(fields[0]); err != nil {
			return nil, err
		}
	}
	if since+1 < oldest {
		return nil, &hub.LogGoneError{Oldest: oldest}
	}
	fields = fields[1:]
	if len(fields)%5 != 0 {
		return nil, errors.New("event without all its fields")
	}
	events := make([]hub.Event, 0, len(fields)/5)
	for ; len(fields) > 0; fields = fields[5:] {
		seq, err := parseStreamID(fields[0])
		if err != nil {
			return nil, err
		}
		ev := hub.Event{Seq: seq, Type: hub.EventType(fields[1]), Item: hub.ID(fields[2])}
		if err := decode(fields[3], &ev.Sections); err != nil {
			return nil, err
		}
		sec, err := strconv.ParseInt(fields[4], 10, 64)
		if err != nil {
			return nil, err
		}
		ev.Time = time.Unix(sec, 0).UTC()
		events = append(events, ev)
	}
	return events, nil
}

func parseStreamID(id string) (hub.Seq, error) {
	n, _, _ := strings.Cut(id, "-")
	return parseSeq(n)
}

// ask runs a script that answers with the head and then its fields, at one moment of the log, and checks that no data were
// lost before it.
func (s *Store) ask(ctx context.Context, script *redis.Script, keys []string, args ...any) (place, []string, error) {
	m := s.sight.mark()
	reply, err := script.Run(ctx, s.client, keys, args...).Result()
	if err != nil {
		return place{}, nil, err
	}
	fields, err := stringsOf(reply)
	if err != nil {
		return place{}, nil, err
	}
	p, err := parsePlace(fields)
	if err != nil {
		return place{}, nil, err
	}
	return p, fields[4:], s.check(ctx, m, p)
}
