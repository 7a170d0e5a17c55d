package audience

import (
	"bytes"
	"hash/maphash"
	"strings"
	"sync"
)

const (
	agentBytes     = 512       // what is looked at of a User-Agent
	maxClaim       = 1_000_000 // what an aggregator is believed at most
	maxAggregators = 64        // of one section on one day; what comes after them is not counted
)

// claim is for how many people an aggregator says that it fetches ("Feedly/1.0 (…; 16 subscribers; …)"), and a key for it:
// its User-Agent without the digits, so that neither the number, nor its version, nor its name for the feed makes it another.
func claim(seed maphash.Seed, agent string) (n int, key uint64, ok bool) {
	at := strings.Index(agent, " subscriber")
	if at < 0 {
		if at = strings.Index(agent, " reader"); at < 0 {
			return 0, 0, false
		}
	}
	first := at
	for first > 0 && isDigit(agent[first-1]) {
		first--
	}
	if first == at {
		return 0, 0, false
	}
	for _, c := range []byte(agent[first:at]) {
		n = min(n*10+int(c-'0'), maxClaim)
	}
	var h maphash.Hash
	h.SetSeed(seed)
	for i := range len(agent) {
		if !isDigit(agent[i]) {
			_ = h.WriteByte(agent[i])
		}
	}
	return n, h.Sum64(), true
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// aggregators are those of one section with the most each has said: its feed of another format may have fewer readers.
type aggregators struct {
	mu   sync.Mutex
	told [maxAggregators]struct {
		key    uint64
		people int
	}
	n int
}

func (a *aggregators) note(key uint64, people int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := range a.n {
		if a.told[i].key == key {
			a.told[i].people = max(a.told[i].people, people)
			return
		}
	}
	if a.n < maxAggregators {
		a.told[a.n].key, a.told[a.n].people = key, people
		a.n++
	}
}

// take adds them to those of other sections, each once.
func (a *aggregators) take(told map[uint64]int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for _, t := range a.told[:a.n] {
		told[t.key] = max(told[t.key], t.people)
	}
}

// machines are words of programs that fetch a feed for no reader, in lower case. Programs that read feeds are not among them,
// though lists of crawlers often have those too.
var machines = [...]string{
	"bot", "crawl", "spider", "slurp", "curl", "wget", "python", "go-http-client", "java/", "libwww", "perl", "php", "ruby", "scrapy", "headless",
	"monitor", "uptime", "pingdom", "statuscake", "lighthouse", "validator", "w3c", "checker", "scan", "archive", "facebookexternalhit", "preview",
	"httpclient", "axios", "node-fetch", "undici", "postman", "insomnia", "httpie", "prometheus", "kube-probe", "elb-health", "externalhit",
}

// crawler says whether a User-Agent is of a program that fetches for no reader.
func crawler(agent string) bool {
	var low [agentBytes]byte
	n := copy(low[:], agent)
	for i, c := range low[:n] {
		if 'A' <= c && c <= 'Z' {
			low[i] = c + 'a' - 'A'
		}
	}
	for _, word := range machines {
		if bytes.Contains(low[:n], []byte(word)) {
			return true
		}
	}
	return false
}
