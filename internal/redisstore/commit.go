package redisstore

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

// provisional is added to the seqs of a plan's own events, which only the script can number.
const provisional hub.Seq = 1 << 62

// plan is what one call will write: made from what was read (known), it is written whole by scripts/commit.lua, or not at
// all where any of that has changed.
type plan struct {
	*known
	clock  int64 // the caller's, Unix seconds
	time   int64 // of its events: the clock, or the newest event's where that is ahead
	events int
	ops    []op
	led    map[string]string // fields of keys, and the items that they lead to from now on
	told   []telling         // aliases that are new or set apart, in order
	wasRec map[hub.ID]entry  // records as they were read
	wasFor map[string]string // names as they were read
}

// op is one record's change.
type op struct {
	was, now          hub.Record // the zero Record where it is new
	graves, wasGraves []string
	version           uint64
	event             hub.EventType
	touched           []string // the event's sections
	touchAt           int64    // what the touch times of those and of all become, Unix seconds; -1 for no change
}

// telling is an alias as it will stand.
type telling struct {
	hub.Alias
	by   int  // what it adds to the number of those of its source that lead to its item
	list bool // whether it is not listed yet
}

func newPlan(k *known, at time.Time) *plan {
	p := &plan{
		known: k, clock: at.Unix(), time: max(at.Unix(), k.head.time), led: map[string]string{},
		wasRec: map[hub.ID]entry{}, wasFor: maps.Clone(k.names),
	}
	for id, e := range k.recs {
		p.wasRec[id] = *e
	}
	return p
}

// at is the time that the plan's events get.
func (p *plan) at() time.Time { return time.Unix(p.time, 0).UTC() }

// empty says that there is nothing to write.
func (p *plan) empty() bool { return len(p.ops) == 0 && len(p.led) == 0 && len(p.told) == 0 }

// carry takes a decision on cur (nil: a new record) into the plan; content is the new version's, nil where it stays. The
// answer is the record as it will be, its seqs provisional.
func (p *plan) carry(cur *entry, d hub.Decision, content *hub.Item) (hub.Record, error) {
	rec := d.Record
	if d.Write {
		o := op{now: rec, event: d.Event, touched: d.Touched, touchAt: -1, version: 1}
		e := &entry{}
		if cur != nil {
			o.was, e.Body, e.fresh, o.wasGraves = cur.Record, cur.Body, cur.fresh, cur.Graves
			n, err := strconv.ParseUint(cur.version, 10, 64)
			if err != nil {
				return rec, fmt.Errorf("version of item %s: %w", rec.ID, err)
			}
			o.version = n + 1
		}
		switch {
		case d.Event != "":
			p.events++
			o.touchAt = p.time
			o.now.Seq, o.now.Changed = provisional+hub.Seq(p.events), p.at()
			if o.now.FirstSeq == 0 {
				o.now.FirstSeq = o.now.Seq
			}
		case cur != nil && cur.Record.State == hub.StateTrimmed: // it shows nowhere
		case rec.State == hub.StateTrimmed, rec.Bodiless:
			o.touchAt = p.clock
		}
		if err := e.embody(o.now, content); err != nil {
			return rec, err
		}
		o.graves = gravesOf(o)
		e.Graves = o.graves
		o.now.Item, _ = split(o.now.Item)
		e.Record, e.version = o.now, strconv.FormatUint(o.version, 10)
		p.ops = append(p.ops, o)
		p.recs[rec.ID] = e
		rec = o.now
	}
	for _, a := range d.Aliases {
		p.alias(a)
	}
	for _, key := range d.Keys {
		if field := keyField(key); p.names[field] == "" {
			p.lead(field, rec.ID)
		}
	}
	for _, key := range d.Newest {
		p.lead(keyField(key), rec.ID)
	}
	return rec, nil
}

// gravesOf says which sections tell that the item was retracted: those it was told of then.
func gravesOf(o op) []string {
	switch {
	case o.now.State != hub.StateRetracted:
		return nil
	case o.event == hub.Retracted:
		return append(slices.Clone(o.touched), hub.AllSection)
	}
	return o.wasGraves
}

// embody gives an entry the body of its new version, nil content leaving the one it has.
func (e *entry) embody(now hub.Record, content *hub.Item) error {
	if now.Bodiless || now.State == hub.StateTrimmed {
		e.Body, e.fresh = "", nil
		return nil
	}
	if content == nil {
		return nil
	}
	c := *content
	c.ID = now.ID
	var err error
	e.fresh, e.Body, err = encodeBody(c)
	return err
}

// lead lets a key lead to an item.
func (p *plan) lead(field string, to hub.ID) {
	if p.names[field] != string(to) {
		p.names[field], p.led[field] = string(to), string(to)
	}
}

// alias lets an id lead to an item unless it leads somewhere or was set apart.
func (p *plan) alias(a hub.Alias) {
	if _, ok := p.aliases[a.ID]; ok || p.get(a.ID) != nil {
		return
	}
	a.When = p.at()
	p.aliases[a.ID] = a
	p.told = append(p.told, telling{Alias: a, by: 1, list: true})
}

var (
	errConflict = errors.New("another writer was quicker")
	errSwept    = errors.New("a body was swept before it was named")
)

// again calls f until it is neither outrun, nor met by a loss, nor missing a body, or ctx ends. last is true when f should
// do without bodies that stay away.
func (s *Store) again(ctx context.Context, f func(last bool) error) error {
	gone := 0
	for try := 0; ; try++ {
		err := f(gone >= 3)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, errBodyGone):
			gone++
		case errors.Is(err, errConflict), errors.Is(err, errLost), errors.Is(err, errSwept):
		default:
			return err
		}
		// A short pause of random length, so that writers of one record don't keep meeting.
		pause := time.Duration(rand.Int64N(int64(min(try+1, 20)) * int64(time.Millisecond)))
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// transact reads, decides and writes until nobody came in between: read gives what make decides on. The answer is the seq
// that the plan's provisional seqs count from.
func (s *Store) transact(ctx context.Context, at time.Time, read func() (*known, error), decide func(*plan) error) (hub.Seq, error) {
	var base hub.Seq
	names := map[string]string{} // bodies that are written already, by what encodeBody calls them
	err := s.again(ctx, func(bool) error {
		k, err := read()
		if err != nil {
			return err
		}
		p := newPlan(k, at)
		if err := decide(p); err != nil {
			return err
		}
		base = p.head.seq
		if p.empty() {
			return s.confirm(ctx)
		}
		if err := s.writeBodies(ctx, p, names); err != nil {
			return err
		}
		base, err = s.commit(ctx, p, names)
		if errors.Is(err, errSwept) || errors.Is(err, errLost) {
			clear(names)
		}
		return err
	})
	return base, err
}

// confirm makes sure, where replicas are waited for, that they have what an earlier call in doubt may have written: the
// stream of replication is one, so a small write covers all before it.
func (s *Store) confirm(ctx context.Context) error {
	if s.wait == 0 {
		return nil
	}
	return s.acknowledged(ctx, s.keys.ping(), func(c redis.Cmdable) error {
		return c.Set(ctx, s.keys.ping(), time.Now().Unix(), time.Minute).Err()
	})
}

// writeBodies writes the plan's fresh bodies that are not in names yet, and puts them there.
func (s *Store) writeBodies(ctx context.Context, p *plan, names map[string]string) error {
	var fresh []body
	for id := range p.changed() {
		e := p.recs[id]
		if _, ok := names[e.Body]; !ok && e.fresh != nil {
			fresh = append(fresh, body{by: e.Body, name: nameBody(e.Body), bytes: e.fresh})
		}
	}
	if err := s.putBodies(ctx, fresh); err != nil {
		return err
	}
	for _, b := range fresh {
		names[b.by] = b.name
	}
	return nil
}

// changed gives each record of the plan's changes once, in order.
func (p *plan) changed() iter.Seq[hub.ID] {
	return func(yield func(hub.ID) bool) {
		seen := map[hub.ID]bool{}
		for _, o := range p.ops {
			if !seen[o.now.ID] && !yield(o.now.ID) {
				return
			}
			seen[o.now.ID] = true
		}
	}
}
