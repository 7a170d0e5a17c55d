package redisstore

import (
	"context"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"tinhub/internal/hub"
)

func layoutTests() []live {
	return []live{
		{"every script and every command of several keys stays in one slot", oneSlotEach},
		{"every script is used", everyScript},
		{"hubs of two prefixes on one server know nothing of each other", twoPrefixes},
	}
}

// slotOf is the slot of a key (Redis Cluster specification: CRC16 of the hash tag, XMODEM).
func slotOf(key string) uint16 {
	if open := strings.IndexByte(key, '{'); open >= 0 {
		if n := strings.IndexByte(key[open+1:], '}'); n > 0 {
			key = key[open+1 : open+1+n]
		}
	}
	var crc uint16
	for _, b := range []byte(key) {
		crc ^= uint16(b) << 8
		for range 8 {
			if crc&0x8000 != 0 {
				crc = crc<<1 ^ 0x1021
			} else {
				crc <<= 1
			}
		}
	}
	return crc % 16384
}

func TestSlotsAreCountedAsRedisDoes(t *testing.T) {
	// From the specification: CRC16("123456789") is 0x31C3; a tag alone counts.
	if got := slotOf("123456789"); got != 0x31C3%16384 {
		t.Errorf("slot %d", got)
	}
	if slotOf("{user1000}.following") != slotOf("user1000") || slotOf("foo{}{bar}") == slotOf("bar") {
		t.Error("hash tags are read wrongly")
	}
}

func TestTheSpineIsOneSlot(t *testing.T) {
	for _, hostile := range []string{"", "}", "{", "{x}", "a:b", "\x00", "báo", "}{tinhub}"} {
		k := keysFor("tinhub")
		want := slotOf(k.head())
		all := append([]string{
			k.log(), k.touch(), k.due(), k.age(), k.loose(), k.leases(), k.cursors(), k.sources(), k.batches(), k.pending(), k.ping(),
			k.buckets("5m"), k.wake(hostile), k.shelf(hostile), k.grave(hostile), k.names(shardOf(hostile)),
			k.aliased(), k.aliasesOf(hub.ID(hostile)),
		}, slices.Concat(k.allRecords(), k.allNames())...)
		for _, key := range all {
			if slotOf(key) != want {
				t.Errorf("%q is not in the spine's slot", key)
			}
		}
	}
}

func TestNoTwoNamesMakeOneKey(t *testing.T) {
	names := []string{"", "a", "a:b", "a%3Ab", "a b", "a+b", "{a}", "}", "\x00", "s:a", "A"}
	seen := map[string]string{}
	k := keysFor("tinhub")
	for _, name := range names {
		for _, key := range []string{k.shelf(name), k.grave(name), k.body(name), k.batch(name), k.wake(name), k.aliasesOf(hub.ID(name))} {
			if other, ok := seen[key]; ok {
				t.Errorf("%q and %q make the key %q", name, other, key)
			}
			seen[key] = name
		}
	}
}

func TestNoTwoNamesMakeOneField(t *testing.T) {
	long := "#" + strings.Repeat("a", plainKey)
	keys := []string{"", "#", "#a.1", "#a.0", "a.1", "news.example/", "ia", "ua", "c1:a", long, long + "a", "\x00", keyField(long), keyField("a.1")}
	seen := map[string]string{}
	note := func(field, what string) {
		if other, ok := seen[field]; ok {
			t.Errorf("%s and %s make the field %q", what, other, field)
		}
		seen[field] = what
	}
	for _, key := range keys {
		note(keyField(key), fmt.Sprintf("the key %q", key))
		note(aliasField(hub.ID(key)), fmt.Sprintf("the alias %q", key))
		for _, source := range []string{"", "a", ":a", "1:a"} {
			note(countField(hub.ID(key), source), fmt.Sprintf("the number of %q by %q", key, source))
		}
	}
	if got := keyField("#1abc.1"); got != "#1abc.1" {
		t.Errorf("the key of a text stands as %q", got)
	}
	if n := len(keyField(strings.Repeat("a", 5000))); n > 50 {
		t.Errorf("a long key makes a field of %d bytes", n)
	}
}

// recorder keeps what a client sent.
type recorder struct {
	mu   sync.Mutex
	cmds [][]string
}

func (r *recorder) DialHook(next redis.DialHook) redis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (r *recorder) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		r.record(cmd)
		return next(ctx, cmd)
	}
}

func (r *recorder) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		for _, cmd := range cmds {
			r.record(cmd)
		}
		return next(ctx, cmds)
	}
}

func (r *recorder) record(cmd redis.Cmder) {
	r.mu.Lock()
	defer r.mu.Unlock()
	args := make([]string, len(cmd.Args()))
	for i, a := range cmd.Args() {
		args[i] = fmt.Sprint(a)
	}
	r.cmds = append(r.cmds, args)
}

// keysOf lists the keys of the commands this store uses.
func keysOf(t *testing.T, args []string) []string {
	t.Helper()
	switch name := strings.ToLower(args[0]); name {
	case "eval", "evalsha":
		n, err := strconv.Atoi(args[2])
		if err != nil {
			t.Fatal(err)
		}
		return args[3 : 3+n]
	case "xread":
		i := slices.Index(args, "streams")
		rest := args[i+1:]
		return rest[:len(rest)/2]
	case "unlink", "exists", "del":
		return args[1:]
	case "get", "set", "hget", "hmget", "hset", "hgetall", "hsetnx", "zrange", "zadd", "zrem", "zmscore", "xtrim", "xlen", "xadd", "pexpire":
		return args[1:2]
	case "ping", "info", "config", "hello", "scan", "client", "wait":
		return nil
	default:
		t.Fatalf("%q is no command this test knows the keys of", name)
		return nil
	}
}

// liveThrough uses every method of a store.
func liveThrough(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	items := articles(30)
	for i := range items {
		items[i].URLKey, items[i].Sections = fmt.Sprint("news.example/", i), []string{"news", fmt.Sprint("s", i%3)}
		items[i].Text = hub.NewFingerprint("tin", strings.Repeat(fmt.Sprint("bài ", i, " "), 20))
	}
	items[29].PublishAt = noon.Add(time.Hour)
	mustPut(t, s, noon, items...)
	other := items[0]
	other.Item.Source, other.Item.ID, other.Sections = "other", hub.NewID("other", "0"), []string{"x"}
	mustPut(t, s, noon, other)
	items[1].Item.Hash, items[1].Item.ContentHTML = "new", "<p>new</p>"
	mustPut(t, s, noon, items[1])
	_, err := s.Mark(ctx, noon, hub.Order{ID: items[2].Item.ID, By: hub.ByDesk, Reason: "wrong"})
	check(err)
	_, _, err = s.Release(ctx, noon.Add(2*time.Hour), 10)
	check(err)
	recs, err := s.Records(ctx, []hub.ID{items[0].Item.ID, other.Item.ID})
	check(err)
	known, err := s.Aliases(ctx, items[0].Item.ID, 10)
	check(err)
	if len(known) != 1 || known[0].ID != other.Item.ID {
		t.Fatalf("the aliases are %+v", known)
	}
	_, err = s.SetApart(ctx, noon, other.Item.ID)
	check(err)
	_, err = s.Shelf(ctx, "news", 50)
	check(err)
	_, err = s.Events(ctx, 0, 100)
	check(err)
	head, err := s.Head(ctx)
	check(err)
	check(s.Wait(ctx, head.Generation, 0))
	counts := map[hub.ID]uint64{}
	for _, in := range items {
		counts[in.Item.ID] = 1
	}
	check(s.AddViews(ctx, hub.ViewBatch{ID: "batch", Bucket: hub.ViewBucket(noon), Counts: counts}))
	_, err = s.Views(ctx, noon, []hub.ID{items[0].Item.ID})
	check(err)
	_, err = s.Top(ctx, noon, "news", hub.WindowWeek, 10)
	check(err)
	check(s.SaveSourceState(ctx, hub.SourceState{ID: "feed"}))
	_, err = s.SourceStates(ctx, []string{"feed", "other"})
	check(err)
	token, err := s.Lease(ctx, "push", "node", time.Minute)
	check(err)
	check(s.SaveCursor(ctx, "push", token, 1))
	_, err = s.Cursor(ctx, "push")
	check(err)
	check(s.Unlease(ctx, "push", "node"))
	check(s.OpenSections(ctx, noon, []string{"news", "empty"}))
	_, err = s.Trim(ctx, noon.Add(100*24*time.Hour), hub.Keep{Items: time.Hour, Events: 2, Views: time.Hour})
	check(err)
	_, err = s.Reseed(ctx, recs)
	check(err)
	check(s.Ping(ctx, true))
}

func record(t *testing.T) *recorder {
	t.Helper()
	s := open(t, storeURL(t))
	r := &recorder{}
	s.client.AddHook(r)
	liveThrough(t, s)
	r.mu.Lock()
	defer r.mu.Unlock()
	return &recorder{cmds: slices.Clone(r.cmds)}
}

func oneSlotEach(t *testing.T) {
	r := record(t)
	slots := map[uint16]bool{}
	for _, args := range r.cmds {
		if name := strings.ToLower(args[0]); name == "multi" || name == "exec" || name == "mget" || name == "mset" {
			t.Errorf("%s is used, which a Cluster refuses over several slots", name)
		}
		keys := keysOf(t, args)
		for _, key := range keys {
			slots[slotOf(key)] = true
			if slotOf(key) != slotOf(keys[0]) {
				t.Errorf("%s has %q and %q, of two slots", args[0], keys[0], key)
			}
		}
	}
	if len(slots) < 30 {
		t.Errorf("bodies and views are spread over %d slots only", len(slots))
	}
}

func everyScript(t *testing.T) {
	r := record(t)
	used := map[string]bool{}
	for _, args := range r.cmds {
		if name := strings.ToLower(args[0]); name == "eval" || name == "evalsha" {
			used[args[1]] = true
		}
	}
	s := loadScripts()
	for name, script := range map[string]*redis.Script{
		"commit": s.commit, "announce": s.announce, "giveup": s.giveup, "shelf": s.shelf, "events": s.events, "rank": s.rank, "aliases": s.aliases,
		"viewbegin": s.viewBegin, "viewend": s.viewEnd, "lease": s.lease, "unlease": s.unlease, "cursor": s.cursor,
	} {
		if !used[script.Hash()] {
			t.Errorf("living through all calls never ran %s.lua, so its slots are not checked", name)
		}
	}
	if !used[viewsSource] {
		t.Error("living through all calls never ran views.lua, so its slots are not checked")
	}
}

func twoPrefixes(t *testing.T) {
	a, b := open(t, storeURL(t)), open(t, storeURL(t))
	mustPut(t, a, noon, articles(3)...)
	if shelf, err := b.Shelf(t.Context(), "news", 10); err != nil || len(shelf.Items) != 0 || shelf.Head != 0 {
		t.Errorf("the other hub sees %+v, %v", shelf, err)
	}
}
