package redisstore

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

// A body is the content of one version of one item. Its name is the hash of its bytes, a nonce and the item's id, so that
// a name is given once: whoever deletes a body that was given up takes it from nobody. The way of a body:
//
//	announced (loose, by the clock) → written under its name → named by its record (no longer loose)
//	→ given up by a newer version (loose, 0) → swept by Trim
//
// One that is announced and never named – its writer died – is given up after bodyGrace.

const (
	// bodyGrace is more than any call takes (callLimit).
	bodyGrace = 10 * time.Minute
	// bodyChunk bounds the bytes of one pipeline of bodies.
	bodyChunk = 4 << 20
	// readChunk bounds how many bodies one pipeline asks for.
	readChunk = 50
	// hashDigits is the length of the hash at the head of a body's name.
	hashDigits = 32
)

// body is one to be written: what encodeBody calls it, the name it gets, its bytes.
type body struct {
	by, name string
	bytes    []byte
}

// encodeBody gives the body of an item and what it is known by within one call; "" where the item has no content.
func encodeBody(i hub.Item) (content []byte, by string, err error) {
	_, c := split(i)
	content, err = encode(c)
	if err != nil {
		return nil, "", err
	}
	nothing, err := encode(hub.Item{})
	if err != nil {
		return nil, "", err
	}
	if string(content) == string(nothing) {
		return nil, "", nil
	}
	return content, hashOfBody(content) + "." + string(i.ID), nil
}

func hashOfBody(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:hashDigits/2])
}

// nameBody puts the nonce into what encodeBody gave.
func nameBody(by string) string {
	sum, id, _ := strings.Cut(by, ".")
	return sum + "." + rand.Text()[:12] + "." + id
}

// itemOfBody is the item that a body's name says it belongs to.
func itemOfBody(name string) (hub.ID, bool) {
	parts := strings.SplitN(name, ".", 3)
	if len(parts) != 3 {
		return "", false
	}
	return hub.ID(parts[2]), true
}

// putBodies announces bodies and writes them.
func (s *Store) putBodies(ctx context.Context, bodies []body) error {
	if len(bodies) == 0 {
		return nil
	}
	names, keys := make([]any, len(bodies)), make([]string, len(bodies))
	for i, b := range bodies {
		names[i], keys[i] = b.name, s.keys.body(b.name)
	}
	if _, err := s.write(ctx, s.scripts.announce, []string{s.keys.loose()}, names...); err != nil {
		return err
	}
	for from := 0; from < len(bodies); {
		to, size := from, 0
		for to < len(bodies) && (to == from || size+len(bodies[to].bytes) <= bodyChunk) {
			size += len(bodies[to].bytes)
			to++
		}
		err := s.spread(ctx, keys[from:to], func(p redis.Pipeliner, i int) {
			p.Set(ctx, keys[from+i], bodies[from+i].bytes, 0)
		})
		if err != nil {
			return err
		}
		from = to
	}
	return nil
}

// errBodyGone says that a body a record names is not there: a newer version came, and Trim swept the old one, since the
// record was read – or Redis lost it.
var errBodyGone = errors.New("a body is gone")

// fill gives records their content; a nil entry is the zero Record. A body that is not there is errBodyGone, but for the
// last try: then the record goes without, and the log says so.
func (s *Store) fill(ctx context.Context, entries []*entry, last bool) ([]hub.Record, error) {
	out := make([]hub.Record, len(entries))
	var places []int
	for i, e := range entries {
		if e == nil {
			continue
		}
		out[i] = e.Record
		switch {
		case e.Record.State == hub.StateTrimmed, e.Record.Bodiless: // no body to read
		case e.Body != "":
			places = append(places, i)
		}
	}
	for len(places) > 0 {
		now := places[:min(readChunk, len(places))]
		places = places[len(now):]
		got := make([]*redis.StringCmd, len(now))
		_, err := s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
			for j, i := range now {
				got[j] = p.Get(ctx, s.keys.body(entries[i].Body))
			}
			return nil
		})
		if err != nil && !errors.Is(err, redis.Nil) {
			return nil, err
		}
		for j, i := range now {
			content, err := readBody(entries[i].Body, got[j])
			switch {
			case errors.Is(err, errBodyGone) && last:
				s.log.Error("an item's content is gone from redis; it is shown without", "item", string(out[i].ID))
			case err != nil:
				return nil, err
			default:
				out[i].Item = join(out[i].Item, content)
			}
		}
	}
	return out, nil
}

func readBody(name string, got *redis.StringCmd) (hub.Item, error) {
	var content hub.Item
	value, err := got.Result()
	if errors.Is(err, redis.Nil) {
		return content, errBodyGone
	}
	if err != nil {
		return content, err
	}
	if hashOfBody([]byte(value)) != name[:min(hashDigits, len(name))] {
		return content, errors.New("body " + name + " is not what was written: its hash differs")
	}
	return content, decode(value, &content)
}
