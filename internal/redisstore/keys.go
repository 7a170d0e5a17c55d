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
//	{tinhub}:n:NN          hash   "i"+alias → alias (codec.go); "u"+hash of a URL key, or a text key as it is → item id;
//	                              "c"+item and source → how many aliases of that source lead there
//	{tinhub}:aliased       zset   all aliases by the time they were met; member: twelve digits of a rising number, shard, id
//	{tinhub}:a:ITEM        zset   those of one item, the same members
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
func (k keys) aliased() string           { return k.spine + "aliased" }
func (k keys) wake(handle string) string { return k.spine + "wake:" + handle }
func (k keys) pending() string           { return k.spine + "pending" }
func (k keys) ping() string              { return k.spine + "ping" }

func (k keys) buckets(kind string) string { return k.spine + "buckets:" + kind }

// Section names are escaped for the operator's eyes only: they stand last.
func (k keys) shelf(section string) string { return k.spine + "s:" + url.QueryEscape(section) }
func (k keys) grave(section string) string { return k.spine + "g:" + url.QueryEscape(section) }

func (k keys) records(shard int) string { return k.spine + "r:" + shardName(shard) }
func (k keys) names(shard int) string   { return k.spine + "n:" + shardName(shard) }

func (k keys) aliasesOf(item hub.ID) string { return k.spine + "a:" + string(item) }

func (k keys) allRecords() []string { return eachShard(k.records) }
func (k keys) allNames() []string   { return eachShard(k.names) }

func eachShard(key func(shard int) string) []string {
	all := make([]string, shards)
	for i := range all {
		all[i] = key(i)
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

// The fields of names, told from one another by their first byte.
const (
	aliasMark = 'i'
	urlMark   = 'u'
	textMark  = '#' // what hub.Fingerprint.Keys begin with
	countMark = 'c'
)

func aliasField(id hub.ID) string { return string(aliasMark) + string(id) }

// isText says whether a key is that of a text.
func isText(key string) bool { return key != "" && key[0] == textMark }

// plainKey is the length up to which the key of a text stands as it is.
const plainKey = 40

// keyField is the field of a key: one of a text is short, one of a URL is hashed, as it may be long.
func keyField(key string) string {
	if isText(key) && len(key) <= plainKey {
		return key
	}
	sum := sha256.Sum256([]byte(key))
	return string(urlMark) + base64.RawURLEncoding.EncodeToString(sum[:])
}

// countField counts the aliases of one source that lead to an item.
func countField(item hub.ID, source string) string {
	return string(countMark) + strconv.Itoa(len(item)) + ":" + string(item) + source
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

// parseAliasMember gives the id of a member of a list of aliases: twelve digits, two of shard, the id.
func parseAliasMember(m string) (hub.ID, error) {
	if len(m) < 14 {
		return "", fmt.Errorf("member of %d bytes is no alias", len(m))
	}
	return hub.ID(m[14:]), nil
}
