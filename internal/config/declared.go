package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Entry is a section or a source as a file declares it: its keys in their order.
type Entry struct {
	Settings []Setting
	Withheld []string // keys that hold a secret, which does not leave the file
	Comments []string // lines for people, without #
}

// Setting is one key. Its value is text: a scalar as it is written, all else as JSON on one line.
type Setting struct{ Key, Value string }

// Get is the value of a key, "" where there is none.
func (e Entry) Get(key string) string {
	for _, s := range e.Settings {
		if s.Key == key {
			return s.Value
		}
	}
	return ""
}

// secretKeys hold secrets, or may.
func secretKeys() []string { return []string{"key", "password", "headers"} }

// Declared gives the sections and sources of a configuration as its file declares them, without the secrets in it, so that
// they can be carried elsewhere and back (Add) with nothing lost. Load says whether they are right.
func Declared(data []byte) (sections, sources []Entry, err error) {
	root, err := document(data)
	if err != nil {
		return nil, nil, err
	}
	if sections, err = entries(root, "sections"); err != nil {
		return nil, nil, err
	}
	sources, err = entries(root, "sources")
	return sections, sources, err
}

func document(data []byte) (*yaml.Node, error) {
	var doc yaml.Node
	if err := yaml.Load(bareMemory.ReplaceAll(data, []byte(`${1}"memory:"${2}`)), &doc); err != nil {
		return nil, fmt.Errorf("it is not YAML: %w", err)
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("it is not a mapping of keys to values")
	}
	return &doc, nil
}

// member is the value of a key of a mapping, nil where there is none.
func member(mapping *yaml.Node, key string) *yaml.Node {
	for n := 0; n+1 < len(mapping.Content); n += 2 {
		if mapping.Content[n].Value == key {
			return mapping.Content[n+1]
		}
	}
	return nil
}

func entries(doc *yaml.Node, list string) ([]Entry, error) {
	all := target(member(doc.Content[0], list))
	if all == nil {
		return nil, nil
	}
	var out []Entry
	for _, node := range all.Content {
		if node = target(node); node.Kind != yaml.MappingNode {
			return nil, fmt.Errorf("line %d: an entry of %s is not a mapping of keys to values", node.Line, list)
		}
		e, err := entry(node)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	return out, nil
}

// target is the node an alias stands for, or the node itself.
func target(n *yaml.Node) *yaml.Node {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// mergeDepth is how far merge keys may lead through one another; Load takes no more either.
const mergeDepth = 10

// flattened are the keys and values of a mapping, and behind them those of the mappings it merges (<<); what stands here wins.
func flattened(node *yaml.Node, depth int) (list [][2]*yaml.Node, err error) {
	if depth > mergeDepth {
		return nil, fmt.Errorf("line %d: merges (<<) more than ten deep", node.Line)
	}
	var merged []*yaml.Node
	for n := 0; n+1 < len(node.Content); n += 2 {
		key, value := target(node.Content[n]), target(node.Content[n+1])
		switch {
		case key.Tag != "!!merge":
			list = append(list, [2]*yaml.Node{key, value})
		case value.Kind == yaml.SequenceNode:
			merged = append(merged, value.Content...)
		default:
			merged = append(merged, value)
		}
	}
	for _, m := range merged {
		if m = target(m); m.Kind != yaml.MappingNode {
			return nil, fmt.Errorf("line %d: merges (<<) something that is not a mapping", node.Line)
		}
		more, err := flattened(m, depth+1)
		if err != nil {
			return nil, err
		}
		for _, kv := range more {
			if !slices.ContainsFunc(list, func(have [2]*yaml.Node) bool { return have[0].Value == kv[0].Value }) {
				list = append(list, kv)
			}
		}
	}
	return list, nil
}

func entry(node *yaml.Node) (e Entry, err error) {
	list, err := flattened(node, 0)
	if err != nil {
		return e, err
	}
	for _, kv := range list {
		key, value := kv[0].Value, kv[1]
		if slices.Contains(secretKeys(), key) {
			e.Withheld = append(e.Withheld, key)
			continue
		}
		if value.Tag == "!!null" {
			continue // as if it were not there
		}
		text := value.Value
		if value.Kind != yaml.ScalarNode {
			var v any
			if err := value.Decode(&v); err != nil {
				return e, fmt.Errorf("line %d: read %s: %w", value.Line, key, err)
			}
			b, err := json.Marshal(v)
			if err != nil {
				return e, fmt.Errorf("line %d: %s cannot be written as JSON: %w", value.Line, key, err)
			}
			text = string(b)
		}
		if key == "url" || key == "proxy" {
			bare, secret := withoutUser(text)
			if secret {
				e.Withheld = append(e.Withheld, key)
			}
			if text = bare; text == "" {
				continue
			}
		}
		e.Settings = append(e.Settings, Setting{key, text})
	}
	return e, nil
}

// withoutUser is a URL without a name and password in it; nothing is left of one that cannot be read and may have them.
func withoutUser(text string) (bare string, secret bool) {
	u, err := url.Parse(text)
	switch {
	case err != nil && strings.Contains(text, "@"):
		return "", true
	case err != nil || u.User == nil:
		return text, false
	}
	u.User = nil
	return u.String(), true
}

// structured says whether a key's value is written as JSON, which is YAML too.
func structured(key string) bool {
	return slices.Contains([]string{"sections", "match", "select", "paths", "headers", "priority", "quota"}, key)
}

func (e Entry) node() (*yaml.Node, error) {
	out := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
	for _, s := range e.Settings {
		value := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s.Value}
		if structured(s.Key) {
			var doc yaml.Node
			if err := yaml.Load([]byte(s.Value), &doc); !json.Valid([]byte(s.Value)) || err != nil || len(doc.Content) != 1 {
				return nil, fmt.Errorf("%s: the value of %s is not JSON: %.100q", e.Get("id"), s.Key, s.Value)
			}
			value = doc.Content[0]
			plain(value)
		}
		out.Content = append(out.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s.Key}, value)
	}
	lines := slices.Clone(e.Comments)
	for _, key := range e.Withheld {
		lines = append(lines, "fill in "+key+": it is secret and was left out")
	}
	if len(lines) > 0 {
		for n, line := range lines {
			lines[n] = "# " + strings.Join(strings.Fields(strings.Map(printable, line)), " ")
		}
		out.HeadComment = strings.Join(lines, "\n")
	}
	return out, nil
}

// plain lets YAML choose the quotes of what was read as JSON, and keeps it on one line.
func plain(n *yaml.Node) {
	n.Style &^= yaml.DoubleQuotedStyle
	n.Line, n.Column = 0, 0
	if n.Kind != yaml.ScalarNode {
		n.Style = yaml.FlowStyle
	}
	for _, child := range n.Content {
		plain(child)
	}
}

// printable keeps what YAML has no escape for out of a comment.
func printable(r rune) rune {
	if unicode.IsControl(r) || r == utf8.RuneError || r == '\ufeff' || r == 0xFFFE || r == 0xFFFF {
		return ' '
	}
	return r
}
