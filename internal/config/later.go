package config

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/andybalholm/cascadia"
	"go.yaml.in/yaml/v4"

	"tinhub/internal/hub"
)

// This file reads the keys whose function comes in a later version. They are checked as strictly as the others, so that a
// file that loads today loads then.

const sequence = yaml.SequenceNode

// selector checks one CSS selector.
func selector(v value) string {
	s := v.text("")
	if s == "" {
		return ""
	}
	if _, err := cascadia.ParseGroup(s); err != nil {
		v.mistake("", quote(s)+" is not a CSS selector", "e.g. article h1, .date, #content > p")
		return ""
	}
	return s
}

// push reads how long WebSub leases are and how bodies are signed.
func (r *reader) push(v value) {
	f := v.fields("min_lease", "default_lease", "max_lease", "signatures")
	const longest = 10 * 365 * day
	low := f.get("min_lease").duration(5*time.Minute, time.Second, longest)
	def := f.get("default_lease").duration(10*day, time.Second, longest)
	high := f.get("max_lease").duration(30*day, time.Second, longest)
	if low > def || def > high {
		v.mistake("", "min_lease "+spell(low)+", default_lease "+spell(def)+" and max_lease "+spell(high)+" are not in order",
			"min_lease ≤ default_lease ≤ max_lease")
	}
	for _, p := range f.get("signatures").pairs() {
		if p.name == "" || strings.ContainsAny(p.name, "/@ ?#") {
			p.mistake("", "is not a host", "a callback's host, e.g. callbacks.example: sha1")
		}
		p.oneOf("", "sha1", "sha256", "sha384", "sha512")
	}
	r.notUsed(v)
}

var (
	rate      = regexp.MustCompile(`^[1-9][0-9]{0,8}/(s|m|h|d)$`)
	tokenText = regexp.MustCompile(`^[A-Za-z0-9._~-]+$`)
	paramName = regexp.MustCompile(`^[A-Za-z0-9._~-]{1,100}$`)
)

// partners reads the contracts of those who take our feeds.
func (r *reader) partners(v value) {
	for _, v := range v.list() {
		r.partner(v)
	}
	r.notUsed(v)
}

func (r *reader) partner(v value) {
	f := v.fields("id", "title", "key", "key_file", "key_env", "sections", "delay", "formats", "profile", "body", "images",
		"rate", "origins", "expires", "link_params")
	f.get("id").id("partners")
	f.get("title").text("")
	if s := r.secret(f, v, "key", true); s != "" && !tokenText.MatchString(s) {
		v.mistake("key", "has characters that cannot stand in /p/{token}/…", "A-Z a-z 0-9 . _ ~ -")
	}
	r.sectionsOrAll(f.get("sections"), v)
	r.delay(f.get("delay"))
	for _, v := range f.get("formats").list() {
		v.oneOf("", "rss", "atom", "json")
	}
	f.get("profile").oneOf("", "msn", "flipboard", "smartnews")
	if b := f.get("body"); b.given() {
		if s, ok := b.scalar(); ok && s != "full" && s != "summary" {
			if n, err := strconv.Atoi(s); err != nil || n < 1 || n > 1_000_000 {
				b.mistake("", quote(s)+" is not known", "full, summary, a number of characters from 1 to 1000000")
			}
		}
	}
	f.get("images").boolean(true)
	if s, ok := f.get("rate").scalar(); ok && !rate.MatchString(s) {
		f.get("rate").mistake("", quote(s)+" is not a rate", "a number and /s, /m, /h or /d, e.g. 60/m")
	}
	for _, v := range f.get("origins").list() {
		origin(v)
	}
	expires(f.get("expires"))
	for _, p := range f.get("link_params").pairs() {
		if !paramName.MatchString(p.name) {
			p.mistake("", "is not the name of a parameter", "A-Z a-z 0-9 . _ ~ -")
		}
		p.text("")
	}
}

// sectionsOrAll reads a list of declared sections, or [all].
func (r *reader) sectionsOrAll(v, at value) {
	list := v.list()
	if len(list) == 0 && (!v.given() || v.isNull() || v.is(sequence)) {
		at.mistake("sections", "is missing or empty", "[all] or a list of "+r.sectionList())
		return
	}
	for _, s := range list {
		if s.is(yaml.ScalarNode) && s.node.Value == hub.AllSection {
			if len(list) > 1 {
				s.mistake("", `"all" stands beside other sections`, "[all] alone")
			}
			continue
		}
		s.sectionName()
	}
}

// delay is one duration, or one for each section.
func (r *reader) delay(v value) {
	if !v.is(yaml.MappingNode) {
		v.duration(0, 0, 365*day)
		return
	}
	for _, p := range v.pairs() {
		p.duration(0, 0, 365*day)
		named := p.value
		named.node = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: p.name}
		named.sectionName()
	}
}

// origin checks an origin as browsers send it (RFC 6454 §6.2).
func origin(v value) {
	u, ok := v.url("http", "https")
	if ok && (u.Path != "" || u.RawQuery != "" || u.ForceQuery || u.User != nil) {
		v.mistake("", "is more than an origin", "scheme, host and port, e.g. https://partner.example")
	}
}

// expires checks the last day of a contract.
func expires(v value) {
	s, ok := v.scalar()
	if !ok {
		return
	}
	if _, err := time.Parse(time.DateOnly, s); err == nil {
		return
	}
	if _, err := time.Parse(time.RFC3339, s); err != nil {
		v.mistake("", quote(s)+" is not a date", "2027-12-31, or 2027-12-31T18:00:00+07:00")
	}
}

// webhooks reads who is called at each event.
func (r *reader) webhooks(v value) {
	for _, v := range v.list() {
		f := v.fields("id", "url", "secret", "secret_file", "secret_env", "sections")
		f.get("id").id("webhooks")
		if u := f.get("url"); u.given() {
			u.link()
		} else {
			v.mistake("url", "is missing", "where events are posted, http or https")
		}
		r.secret(f, v, "secret", false)
		r.sectionsOrAll(f.get("sections"), v)
	}
	r.notUsed(v)
}
