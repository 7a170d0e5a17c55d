package redisstore

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"tinhub/internal/hub"
)

// writer puts a plan into the arguments of scripts/commit.lua, which reads them in the same order.
type writer struct {
	keys   keys
	all    []string // KEYS
	number map[string]int
	args   []any
}

func (w *writer) add(args ...string) {
	for _, a := range args {
		w.args = append(w.args, a)
	}
}

func (w *writer) count(n int) { w.add(strconv.Itoa(n)) }

// key gives a key's number among KEYS, naming it where it is not there yet.
func (w *writer) key(k string) {
	n, ok := w.number[k]
	if !ok {
		w.all = append(w.all, k)
		n = len(w.all)
		w.number[k] = n
	}
	w.count(n)
}

// commitLimit is how long the script may take once it is sent.
const commitLimit = 5 * time.Second

// commit runs the script. names holds the names of the plan's fresh bodies.
func (s *Store) commit(ctx context.Context, p *plan, names map[string]string) (hub.Seq, error) {
	w := &writer{keys: s.keys, number: map[string]int{}}
	w.all = []string{s.keys.head(), s.keys.log(), s.keys.touch(), s.keys.due(), s.keys.age(), s.keys.loose(), s.keys.aliased()}
	w.add(p.head.gen, strconv.FormatInt(p.time, 10))
	w.checks(p)
	w.bodies(p, names)
	w.names(p.led)
	if err := w.told(p); err != nil {
		return 0, err
	}
	if err := w.ops(p, names); err != nil {
		return 0, err
	}
	// What is sent will be carried out, so the answer is waited for even where the caller's context ends meanwhile: a call
	// that failed for its context has then written nothing.
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	sent, cancel := context.WithTimeout(context.WithoutCancel(ctx), commitLimit)
	defer cancel()
	reply, err := s.write(sent, s.scripts.commit, w.all, w.args...)
	if err != nil {
		return 0, err
	}
	answer, err := stringsOf(reply)
	if err != nil || len(answer) != 2 {
		return 0, fmt.Errorf("commit answered %v: %w", reply, err)
	}
	switch answer[0] {
	case "ok":
	case "generation":
		if _, err := s.renew(ctx); err != nil {
			return 0, err
		}
		return 0, errLost
	case "body":
		return 0, errSwept
	default:
		return 0, errConflict
	}
	base, err := parseSeq(answer[1])
	if err == nil {
		s.sight.note(place{seq: base + hub.Seq(p.events), base: p.head.base, gen: p.head.gen, time: p.newest()})
	}
	return base, err
}

// newest is the time of the newest event once the plan is written.
func (p *plan) newest() int64 {
	if p.events == 0 {
		return p.head.time
	}
	return p.time
}

// checks are all records and names that were read.
func (w *writer) checks(p *plan) {
	w.count(len(p.wasRec))
	for id, e := range p.wasRec {
		w.key(w.keys.records(shardOf(string(id))))
		w.add(string(id), e.version)
	}
	w.names(p.wasFor)
}

// bodies are those now named, then those given up.
func (w *writer) bodies(p *plan, names map[string]string) {
	var claimed, freed []string
	for id := range p.changed() {
		e := p.recs[id]
		if e.fresh != nil {
			claimed = append(claimed, names[e.Body])
		}
		if old := p.wasRec[id].Body; old != "" && (old != e.Body || e.fresh != nil) {
			freed = append(freed, old)
		}
	}
	w.count(len(claimed))
	w.add(claimed...)
	w.count(len(freed))
	w.add(freed...)
}

// pairsStep is how many names one command of the script takes: what Lua can unpack is bounded.
const pairsStep = 500

// names puts names and values, those of one hash together.
func (w *writer) names(values map[string]string) {
	by := map[int][]string{}
	for field, value := range values {
		n := shardOf(field)
		by[n] = append(by[n], field, value)
	}
	steps := 0
	for _, pairs := range by {
		steps += (len(pairs) + 2*pairsStep - 1) / (2 * pairsStep)
	}
	w.count(steps)
	for n, all := range by {
		for pairs := range slices.Chunk(all, 2*pairsStep) {
			w.key(w.keys.names(n))
			w.count(len(pairs))
			w.add(pairs...)
		}
	}
}

func (w *writer) told(p *plan) error {
	w.count(len(p.told))
	for _, a := range p.told {
		value, err := encodeAlias(a.Alias)
		if err != nil {
			return err
		}
		field, number := aliasField(a.ID), countField(a.Item, a.Source)
		shard := shardOf(field)
		w.key(w.keys.names(shard))
		w.add(field, string(value))
		w.key(w.keys.aliasesOf(a.Item))
		w.add(shardName(shard)+string(a.ID), choose(a.list, unixArg(a.When)))
		w.key(w.keys.names(shardOf(number)))
		w.add(number, strconv.Itoa(a.by))
	}
	return nil
}

func (w *writer) ops(p *plan, names map[string]string) error {
	w.count(hub.FeedSize)
	w.count(len(p.ops))
	for _, o := range p.ops {
		id := o.now.ID
		e := p.recs[id]
		name := e.Body
		if e.fresh != nil {
			name = names[e.Body]
		}
		payload, err := encodeRecord(o.now, name, o.graves)
		if err != nil {
			return err
		}
		sections := ""
		if o.event != "" {
			b, err := encode(o.touched)
			if err != nil {
				return err
			}
			sections = string(b)
		}
		shard := shardOf(string(id))
		w.key(w.keys.records(shard))
		w.add(string(id), shardName(shard)+string(id), strconv.FormatUint(o.version, 10))
		w.add(seqArg(o.now.Seq), seqArg(o.now.FirstSeq), unixArg(o.now.Changed), seqArg(o.was.Seq), seqArg(o.was.FirstSeq))
		w.add(string(o.event), sections, string(payload))
		was, now := standingOf(o.was, o.wasGraves), standingOf(o.now, o.graves)
		w.add(now.due, now.age)
		w.places(o, was, now)
	}
	return nil
}

// places are the sections where the item stood or stands.
func (w *writer) places(o op, was, now standing) {
	var touch map[string]bool
	if o.touchAt >= 0 {
		touch = set(append(slices.Clone(o.touched), hub.AllSection))
	}
	all := map[string]bool{}
	for _, where := range []map[string]bool{touch, was.shelves, now.shelves, was.graves, now.graves} {
		for section := range where {
			all[section] = true
		}
	}
	if len(touch) > 0 {
		w.add(strconv.FormatInt(o.touchAt, 10))
	} else {
		w.add("")
	}
	w.count(len(all))
	for _, section := range slices.Sorted(maps.Keys(all)) {
		w.add(section)
		w.key(w.keys.shelf(section))
		w.add(flag(was.shelves[section]), choose(now.shelves[section], now.date))
		w.key(w.keys.grave(section))
		w.add(flag(was.graves[section]), choose(now.graves[section], now.when))
	}
}

func flag(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func choose(b bool, s string) string {
	if b {
		return s
	}
	return ""
}

// standing is where a record stands in the indexes; scores are Unix seconds, "" for not at all.
type standing struct {
	shelves, graves map[string]bool
	date, when      string
	due, age        string
}

func standingOf(r hub.Record, graves []string) standing {
	st := standing{graves: set(graves)}
	if r.Retraction != nil {
		st.when = unixArg(r.Retraction.When)
	}
	switch r.State {
	case hub.StateLive:
		st.shelves, st.date = set(append(slices.Clone(r.Sections), hub.AllSection)), unixArg(r.Published)
	case hub.StateHeld:
		due := r.PublishAt
		if due.Nanosecond() > 0 {
			due = due.Add(time.Second)
		}
		st.due = unixArg(due)
	}
	if r.Seq != 0 && (r.State == hub.StateLive || r.State == hub.StateRetracted && !r.Bodiless) {
		st.age = unixArg(r.Changed)
	}
	return st
}

func set(list []string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, s := range list {
		m[s] = true
	}
	return m
}

// seqArg is a seq as the script reads it: one of the plan's own counts from the head.
func seqArg(s hub.Seq) string {
	if s >= provisional {
		return "+" + strconv.FormatUint(uint64(s-provisional), 10)
	}
	return strconv.FormatUint(uint64(s), 10)
}

// settled is a seq once the plan is written: base is what provisional ones count from.
func settled(s, base hub.Seq) hub.Seq {
	if s >= provisional {
		return s - provisional + base
	}
	return s
}

func unixArg(t time.Time) string {
	if t.IsZero() {
		return "0"
	}
	return strconv.FormatInt(t.Unix(), 10)
}
