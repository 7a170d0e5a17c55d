package redisstore

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"hash/fnv"
	"net/url"
	"strconv"

	"tinhub/internal/hub"
)

// shards is the number of hashes that records, and names, are dealt over: few enough that a script can name them all as
// its keys, many enough that none grows too big to be moved between nodes of a Cluster. It must never change.
const shards = 64

// totalShards is the number of hashes (and slots) that view totals are dealt over. It must never change.
const totalShards = 16

// keys is the layout. All of the spine has the hash tag {prefix}; what is big or busy has slots of its own:
//
//	{tinhub}:head          hash   seq, gen, base, time: the place of the log (head.go)
//	{tinhub}:log           stream events, id SEQ-0
//	{tinhub}:r:NN          hash   item id → record (codec.go)
//	{tinhub}:n:NN          hash   "i"+alias or "u"+hash of a URL key → item id
//	{tinhub}:s:SECTION     zset   live items by date; member: first seq, shard, id
//	{tinhub}:g:SECTION     zset   retractions by date; member: seq, shard, id
//	{tinhub}:touch         hash   section → touch time
//	{tinhub}:due           zset   held items by the time they are due
//	{tinhub}:age           zset   items with a body by the time of their newest event
//	{tinhub}:loose         zset   bodies nobody names: 0 for those given up, else when they were announced
//	{tinhub}:leases        hash   name → token, end, holder
//	{tinhub}:cursors       hash   name → seq
//	{tinhub}:sources       hash   source id → state
//	{tinhub}:pending       zset   view batches under way
//	{tinhub}:batches       zset   view batches that are counted, for as long as one may be sent again
//	{tinhub}:buckets:KIND  zset   the view buckets there are
//	{tinhub}:ping          string written to see that writes are taken
//	{tinhub}:wake:HANDLE   stream written to wake a process that is closing
//	tinhub:b:NAME          string a body
//	tinhub:q:BATCH         string a view batch under way
//	tinhub:{v:KIND:AT}:n   hash   views of one bucket (KIND 5m, h, d) or of one shard of the totals (KIND all)
//	tinhub:{v:KIND:AT}:m   zset   the batches that are in it
//
// An ACL for it is ~{tinhub}:* ~tinhub:* +@all -@dangerous +info +config|get.
//
// What a caller chose stands last in a key or in a hash field, so that no two names make one key and no brace or colon in
// them counts.
type keys struct{ spine, spread string }

func keysFor(prefix string) keys { return keys{spine: "{" + prefix + "}:", spread: prefix + ":"} }

func (k keys) head() string              { return k.spine + "head" }
func (k keys) log() string               { return k.spine + "log" }
func (k keys) touch() string             { return k.spine + "touch" }
func (k keys) due() string               { return k.spine + "due" }
func (k keys) age() string               { return k.spine + "age" }
func (k keys) loose() string             { return k.spine + "loose" }
func (k keys) leases() string            { return k.spine + "leases" }
func (k keys) cursors() string           { return k.spine + "cursors" }
func (k keys) sources() string           { return k.spine + "sources" }
func (k keys) batches() string           { return k.spine + "batches" }
func (k keys) wake(handle string) string { return k.spine + "wake:" + handle }
func (k keys) pending() string           { return k.spine + "pending" }
func (k keys) ping() string              { return k.spine + "ping" }

func (k keys) buckets(kind string) string { return k.spine + "buckets:" + kind }

// Section names are escaped for the operator's eyes only: they stand last.
func (k keys) shelf(section string) string { return k.spine + "s:" + url.QueryEscape(section) }
func (k keys) grave(section string) string { return k.spine + "g:" + url.QueryEscape(section) }

func (k keys) records(shard int) string { return k.spine + "r:" + shardName(shard) }
func (k keys) names(shard int) string   { return k.spine + "n:" + shardName(shard) }

func (k keys) allRecords() []string {
	all := make([]string, shards)
	for i := range all {
		all[i] = k.records(i)
	}
	return all
}

func (k keys) body(name string) string { return k.spread + "b:" + name }
func (k keys) batch(id string) string  { return k.spread + "q:" + id }

// bucket is what all keys of one view bucket begin with: its hash tag.
func (k keys) bucket(kind string, at int64) string {
	return fmt.Sprintf("%s{v:%s:%d}:", k.spread, kind, at)
}

func (k keys) total(id hub.ID) string {
	return k.bucket("all", int64(hashOf(string(id))%totalShards))
}

func hashOf(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s))
	return h.Sum32()
}

func shardOf(s string) int { return int(hashOf(s) % shards) }

func shardName(i int) string {
	return string([]byte{"0123456789abcdef"[i>>4], "0123456789abcdef"[i&15]})
}

// aliasField and urlField are the two kinds of name; URL keys are hashed, as they may be long.
func aliasField(id hub.ID) string { return "i" + string(id) }

func urlField(key string) string {
	sum := sha256.Sum256([]byte(key))
	return "u" + base64.RawURLEncoding.EncodeToString(sum[:])
}

// parseMember takes a member of a shelf or grave apart: twenty digits, two of shard, the id.
func parseMember(m string) (seq hub.Seq, id hub.ID, err error) {
	if len(m) < 22 {
		return 0, "", fmt.Errorf("member of %d bytes is no shelf mark", len(m))
	}
	n, err := strconv.ParseUint(m[:20], 10, 64)
	if err != nil {
		return 0, "", fmt.Errorf("shelf mark: %w", err)
	}
	return hub.Seq(n), hub.ID(m[22:]), nil
}
