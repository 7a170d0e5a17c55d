package views

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
	"sync"
)

// patternsJSON is the list of crawlers (crawlers/README.md says where it comes from).
//
//go:embed crawlers/patterns.json
var patternsJSON string

const (
	agentBytes = 1024 // what is looked at of a User-Agent; no browser's comes near
	agentCache = 4096 // agents a generation of the cache holds
)

// crawlers knows a machine by its User-Agent. Most of the list is plain text, which is found by its first two bytes; the
// rest are regular expressions. Answers are kept for the agents met lately.
type crawlers struct {
	literals map[[2]byte][]string
	patterns []*regexp.Regexp

	mu    sync.Mutex
	young map[string]bool
	old   map[string]bool
}

func newCrawlers() (*crawlers, error) {
	var list []string
	if err := json.Unmarshal([]byte(patternsJSON), &list); err != nil {
		return nil, fmt.Errorf("views: read the list of crawlers: %w", err)
	}
	c := &crawlers{literals: map[[2]byte][]string{}, young: map[string]bool{}}
	for _, p := range list {
		if text, ok := literal(p); ok {
			k := [2]byte{text[0], text[1]}
			c.literals[k] = append(c.literals[k], text)
			continue
		}
		re, err := regexp.Compile(p)
		if err != nil {
			return nil, fmt.Errorf("views: read the list of crawlers: %w", err)
		}
		c.patterns = append(c.patterns, re)
	}
	return c, nil
}

// literal is the text that pattern stands for where it is nothing but text.
func literal(pattern string) (string, bool) {
	re, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil || re.Op != syntax.OpLiteral || re.Flags&syntax.FoldCase != 0 {
		return "", false
	}
	text := string(re.Rune)
	return text, len(text) >= 2
}

// is says whether agent is a crawler's. A missing agent is not.
func (c *crawlers) is(agent string) bool {
	if agent == "" {
		return false
	}
	agent = agent[:min(len(agent), agentBytes)]
	c.mu.Lock()
	yes, known := c.young[agent]
	if !known {
		if yes, known = c.old[agent]; known {
			c.keep(agent, yes)
		}
	}
	c.mu.Unlock()
	if known {
		return yes
	}
	yes = c.match(agent)
	c.mu.Lock()
	c.keep(strings.Clone(agent), yes)
	c.mu.Unlock()
	return yes
}

// keep remembers an answer; mu is held. The cache is two generations, so that a flood of made-up agents costs a bounded
// room and agents in use survive it.
func (c *crawlers) keep(agent string, yes bool) {
	if len(c.young) >= agentCache {
		c.old, c.young = c.young, make(map[string]bool, agentCache)
	}
	c.young[agent] = yes
}

func (c *crawlers) match(agent string) bool {
	for i := range len(agent) - 1 {
		for _, text := range c.literals[[2]byte{agent[i], agent[i+1]}] {
			if strings.HasPrefix(agent[i:], text) {
				return true
			}
		}
	}
	for _, re := range c.patterns {
		if re.MatchString(agent) {
			return true
		}
	}
	return false
}
