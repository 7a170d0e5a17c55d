package redisstore

import (
	"cmp"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"tinhub/internal/hub"
)

const defaultPrefix = "tinhub"

// settings is a store URL taken apart; one of the three option sets is there.
type settings struct {
	prefix   string
	wait     int
	host     string
	single   *redis.Options
	cluster  *redis.ClusterOptions
	failover *redis.FailoverOptions
}

// address is a URL of ours before go-redis sees it. net/url refuses a list of hosts, so it is cut by hand.
type address struct {
	scheme, user, path string
	hosts              []string
	query              url.Values
}

// parseURL never puts the URL itself into an error: it may hold a password.
func parseURL(raw string) (settings, error) {
	a, err := cutURL(raw)
	if err != nil {
		return settings{}, err
	}
	set := settings{prefix: defaultPrefix, host: strings.Join(a.hosts, ",")}
	if a.query.Has("prefix") {
		set.prefix = a.query.Get("prefix")
	}
	if set.prefix == "" || strings.ContainsAny(set.prefix, "{}") {
		return settings{}, hub.Errorf(hub.Invalid, "store: prefix= must not be empty or hold { or }: it is the hash tag of the keys")
	}
	if w := a.query.Get("wait"); w != "" {
		set.wait, err = strconv.Atoi(w)
		if err != nil || set.wait < 0 {
			return settings{}, hub.Errorf(hub.Invalid, "store: wait= must be a number of replicas, 0 or more")
		}
	}
	for _, stale := range []string{"read_only", "route_by_latency", "route_randomly", "replica_only"} {
		if on, _ := strconv.ParseBool(a.query.Get(stale)); on {
			return settings{}, hub.Errorf(hub.Invalid, "store: %s= reads from replicas, which may not have what was just written; take it out", stale)
		}
	}
	a.query.Del("prefix")
	a.query.Del("wait")
	if err := set.choose(a); err != nil {
		return settings{}, err
	}
	return set, nil
}

func cutURL(raw string) (address, error) {
	scheme, rest, ok := strings.Cut(raw, "://")
	if !ok {
		return address{}, errScheme()
	}
	a := address{scheme: strings.ToLower(scheme)}
	rest, query, _ := strings.Cut(rest, "?")
	var err error
	if a.query, err = url.ParseQuery(query); err != nil {
		return address{}, hub.Errorf(hub.Invalid, "store: what stands after ? cannot be read as key=value&key=value")
	}
	authority, path, _ := strings.Cut(rest, "/")
	a.path = path
	if i := strings.LastIndexByte(authority, '@'); i >= 0 {
		a.user, authority = authority[:i+1], authority[i+1:]
	}
	for h := range strings.SplitSeq(authority, ",") {
		if h = strings.TrimSpace(h); h != "" {
			a.hosts = append(a.hosts, h)
		}
	}
	if len(a.hosts) == 0 {
		a.hosts = []string{"localhost:6379"}
	}
	return a, nil
}

func errScheme() error {
	return hub.Errorf(hub.Invalid, "store: want redis://, rediss://, redis+cluster:// or redis+sentinel://")
}

// plain is the URL go-redis reads: one host, the others as addr=.
func (a address) plain(port, path string) string {
	scheme, _, _ := strings.Cut(a.scheme, "+")
	hosts := make([]string, len(a.hosts))
	for i, h := range a.hosts {
		hosts[i] = withPort(h, port)
	}
	a.query["addr"] = hosts[1:]
	if len(hosts) == 1 {
		a.query.Del("addr")
	}
	return scheme + "://" + a.user + hosts[0] + "/" + path + "?" + a.query.Encode()
}

func withPort(host, port string) string {
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		return host
	}
	return host + ":" + port
}

func (set *settings) choose(a address) error {
	var err error
	switch a.scheme {
	case "redis", "rediss":
		if len(a.hosts) > 1 {
			return hub.Errorf(hub.Invalid, "store: several hosts want redis+cluster:// or redis+sentinel://")
		}
		set.single, err = redis.ParseURL(a.plain("6379", a.path))
	case "redis+cluster", "rediss+cluster":
		set.cluster, err = redis.ParseClusterURL(a.plain("6379", ""))
	case "redis+sentinel", "rediss+sentinel":
		set.failover, err = parseSentinel(a)
	default:
		return errScheme()
	}
	if err != nil {
		return refused(err)
	}
	set.harden()
	return nil
}

// parseSentinel: the credentials of the URL are those of the data nodes; Sentinel's own are in the query.
func parseSentinel(a address) (*redis.FailoverOptions, error) {
	user, password := a.query.Get("sentinel_username"), a.query.Get("sentinel_password")
	a.query.Del("sentinel_username")
	a.query.Del("sentinel_password")
	master, db, _ := strings.Cut(a.path, "/")
	if master != "" {
		a.query.Set("master_name", master)
	}
	opt, err := redis.ParseFailoverURL(a.plain("26379", db))
	if err != nil {
		return nil, err
	}
	if opt.MasterName == "" {
		return nil, fmt.Errorf("redis: no master name: write redis+sentinel://host:26379/NAME")
	}
	if a.user != "" {
		opt.Username, opt.Password = opt.SentinelUsername, opt.SentinelPassword
	}
	opt.SentinelUsername, opt.SentinelPassword = user, password
	return opt, nil
}

// refused passes go-redis's reason on, except where it could quote the URL.
func refused(err error) error {
	reason, ok := strings.CutPrefix(err.Error(), "redis: ")
	if !ok {
		reason = "it cannot be read as a URL; a password with special characters must be percent-encoded"
	}
	return hub.Errorf(hub.Invalid, "store: %s", reason)
}

// harden sets what no URL may leave open: contexts end calls, and go-redis does not send a write twice behind our back –
// a script that was carried out but not answered would meet its own work.
func (set *settings) harden() {
	quiet := &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	switch {
	case set.single != nil:
		o := set.single
		o.ContextTimeoutEnabled, o.DisableIdentity, o.MaintNotificationsConfig = true, true, quiet
		o.MaxRetries, o.DialTimeout, o.DialerRetries = cmp.Or(o.MaxRetries, -1), cmp.Or(o.DialTimeout, dialTimeout), 1
	case set.cluster != nil:
		o := set.cluster
		o.ContextTimeoutEnabled, o.DisableIdentity, o.MaintNotificationsConfig = true, true, quiet
		o.MaxRetries, o.DialTimeout, o.DialerRetries = cmp.Or(o.MaxRetries, -1), cmp.Or(o.DialTimeout, dialTimeout), 1
	default:
		o := set.failover
		o.ContextTimeoutEnabled, o.DisableIdentity = true, true
		o.MaxRetries, o.DialTimeout, o.DialerRetries = cmp.Or(o.MaxRetries, -1), cmp.Or(o.DialTimeout, dialTimeout), 1
	}
}

// dialTimeout is how long a connection may take to come about.
const dialTimeout = 2 * time.Second

func (set settings) client() redis.UniversalClient {
	switch {
	case set.single != nil:
		return redis.NewClient(set.single)
	case set.cluster != nil:
		return redis.NewClusterClient(set.cluster)
	}
	return redis.NewFailoverClient(set.failover)
}
