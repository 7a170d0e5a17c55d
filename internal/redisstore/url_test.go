package redisstore

import (
	"strings"
	"testing"
	"time"

	"tinhub/internal/hub"
)

func TestStoreURLs(t *testing.T) {
	for _, c := range []struct {
		name, url   string
		host        string
		prefix      string
		wait        int
		addrs       string
		user, pass  string
		master      string
		db          int
		readTimeout time.Duration
		tls         bool
	}{
		{name: "a bare host has the default port and prefix", url: "redis://cache", host: "cache", prefix: "tinhub", addrs: "cache:6379"},
		{
			name: "everything of one server", url: "redis://u:p%40ss@cache:7000/3?prefix=paper&wait=2&read_timeout=7s", host: "cache:7000",
			prefix: "paper", wait: 2, addrs: "cache:7000", user: "u", pass: "p@ss", db: 3, readTimeout: 7 * time.Second,
		},
		{name: "TLS by its scheme", url: "rediss://:secret@cache:7000", host: "cache:7000", prefix: "tinhub", addrs: "cache:7000", pass: "secret", tls: true},
		{name: "an IPv6 address", url: "redis://[::1]:7000", host: "[::1]:7000", prefix: "tinhub", addrs: "::1:7000"},
		{
			name: "a cluster of three", url: "redis+cluster://u:p@a:7001,b:7002,c?prefix=x", host: "a:7001,b:7002,c", prefix: "x",
			addrs: "a:7001 b:7002 c:6379", user: "u", pass: "p",
		},
		{name: "a cluster with TLS", url: "rediss+cluster://a:7001,b:7002", host: "a:7001,b:7002", prefix: "tinhub", addrs: "a:7001 b:7002", tls: true},
		{
			name: "Sentinel with master and database", url: "redis+sentinel://u:p@a,b:26380/mymaster/2?wait=1", host: "a,b:26380", prefix: "tinhub",
			wait: 1, addrs: "a:26379 b:26380", user: "u", pass: "p", master: "mymaster", db: 2,
		},
		{name: "Sentinel with the master in the query", url: "redis+sentinel://a?master_name=m", host: "a", prefix: "tinhub", addrs: "a:26379", master: "m"},
	} {
		t.Run(c.name, func(t *testing.T) {
			set, err := parseURL(c.url)
			if err != nil {
				t.Fatal(err)
			}
			if set.host != c.host || set.prefix != c.prefix || set.wait != c.wait {
				t.Errorf("host %q, prefix %q, wait %d", set.host, set.prefix, set.wait)
			}
			var addrs []string
			var user, pass, master string
			var db int
			var tls, ends bool
			var retries int
			switch {
			case set.single != nil:
				o := set.single
				addrs, user, pass, db, tls, ends, retries = []string{o.Addr}, o.Username, o.Password, o.DB, o.TLSConfig != nil, o.ContextTimeoutEnabled, o.MaxRetries
				if strings.HasPrefix(o.Addr, "[::1]") {
					addrs = []string{"::1:7000"}
				}
				if o.ReadTimeout != c.readTimeout {
					t.Errorf("read timeout %s", o.ReadTimeout)
				}
			case set.cluster != nil:
				o := set.cluster
				addrs, user, pass, tls, ends, retries = o.Addrs, o.Username, o.Password, o.TLSConfig != nil, o.ContextTimeoutEnabled, o.MaxRetries
			default:
				o := set.failover
				addrs, user, pass, db, master = o.SentinelAddrs, o.Username, o.Password, o.DB, o.MasterName
				tls, ends, retries = o.TLSConfig != nil, o.ContextTimeoutEnabled, o.MaxRetries
				if o.SentinelUsername != "" || o.SentinelPassword != "" {
					t.Error("the data nodes' password went to Sentinel")
				}
			}
			if got := strings.Join(addrs, " "); got != c.addrs {
				t.Errorf("addresses %q, want %q", got, c.addrs)
			}
			if user != c.user || pass != c.pass || db != c.db || master != c.master || tls != c.tls {
				t.Errorf("user %q, password %q, db %d, master %q, TLS %t", user, pass, db, master, tls)
			}
			if !ends || retries != -1 {
				t.Errorf("contexts end calls: %t; retries: %d", ends, retries)
			}
		})
	}
}

func TestStoreURLsThatAreRefused(t *testing.T) {
	const password = "hunter2"
	for _, c := range []struct{ name, url, says string }{
		{"another scheme", "http://u:" + password + "@cache", "redis://"},
		{"no scheme", "cache:6379", "redis://"},
		{"a prefix that would break the hash tag", "redis://u:" + password + "@cache?prefix=a}b", "prefix="},
		{"an empty prefix", "redis://u:" + password + "@cache?prefix=", "prefix="},
		{"a wait that is no number", "redis://u:" + password + "@cache?wait=all", "wait="},
		{"a negative wait", "redis://cache?wait=-1", "wait="},
		{"an unknown option", "redis://u:" + password + "@cache?prefx=a", "prefx"},
		{"a database that is no number", "redis://u:" + password + "@cache/news", "database"},
		{"reads from replicas", "redis+cluster://u:" + password + "@a,b?read_only=true", "read_only="},
		{"several hosts of one server", "redis://u:" + password + "@a,b", "redis+cluster://"},
		{"Sentinel without a master", "redis+sentinel://u:" + password + "@a,b", "redis+sentinel://host:26379/NAME"},
		{"a broken escape in the password", "redis://u:" + password + "%zz@cache", "percent-encoded"},
		{"a broken query", "redis://u:" + password + "@cache?a=%zz", "key=value"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Open(t.Context(), c.url, nil)
			if err := isKind(err, hub.Invalid); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("%q does not say %q", err, c.says)
			}
			if strings.Contains(err.Error(), password) {
				t.Errorf("%q tells the password", err)
			}
		})
	}
}
