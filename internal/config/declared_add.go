package config

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Add puts sections and sources behind those of a configuration file and gives it back. What stands in the file stays as it
// was written, to the byte where its lists are written one key a line; else it is written anew, with its comments and order.
// An empty file becomes one of nothing but the new ones.
func Add(data []byte, sections, sources []Entry) ([]byte, error) {
	if len(bytes.TrimSpace(data)) == 0 {
		doc := &yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode, Tag: "!!map"}}}
		return anew(doc, sections, sources)
	}
	doc, err := document(data)
	if err != nil {
		return nil, err
	}
	spliced := data
	for _, part := range parts(sections, sources) {
		if spliced, err = splice(spliced, part.key, part.list); err != nil {
			return nil, err
		}
	}
	if added(data, spliced, sections, sources) {
		return spliced, nil
	}
	return anew(doc, sections, sources)
}

type addition struct {
	key  string
	list []Entry
}

func parts(sections, sources []Entry) []addition {
	return []addition{{"sections", sections}, {"sources", sources}}
}

// added says whether a file is what it was, and the new entries behind the old ones.
func added(before, after []byte, sections, sources []Entry) bool {
	haveSections, haveSources, err := Declared(before)
	if err != nil {
		return false
	}
	gotSections, gotSources, err := Declared(after)
	if err != nil || len(gotSections) != len(haveSections)+len(sections) || len(gotSources) != len(haveSources)+len(sources) {
		return false
	}
	for n, e := range append(haveSections, sections...) {
		if !reflect.DeepEqual(e.Settings, gotSections[n].Settings) {
			return false
		}
	}
	for n, e := range append(haveSources, sources...) {
		if len(e.Settings) != len(gotSources[n].Settings) {
			return false
		}
		for k, s := range e.Settings { // JSON may be spelt differently
			if got := gotSources[n].Settings[k]; got != s && !(structured(s.Key) && got.Key == s.Key) {
				return false
			}
		}
	}
	return true
}

// splice writes a list's new entries into the text of a file. Where it does not know how, it gives the file as it was.
func splice(data []byte, key string, list []Entry) ([]byte, error) {
	if len(list) == 0 {
		return data, nil
	}
	doc, err := document(data)
	if err != nil {
		return nil, err
	}
	root := doc.Content[0]
	if root.Style&yaml.FlowStyle != 0 {
		return data, nil
	}
	lines := strings.SplitAfter(string(data), "\n")
	all := member(root, key)
	at, indent := len(lines), 2
	switch {
	case all == nil:
		if slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "...") }) {
			return data, nil
		}
	case all.Kind == yaml.SequenceNode && len(all.Content) > 0 && all.Style&yaml.FlowStyle == 0:
		indent = all.Column - 1
		at = endOfBlock(lines, all.Content[len(all.Content)-1].Line, indent)
	case all.Kind == yaml.SequenceNode && len(all.Content) == 0, all.Kind == yaml.ScalarNode && all.Tag == "!!null":
		if at = keyLine(root, key); !emptied(lines, at, all) {
			return data, nil
		}
	default:
		return data, nil
	}
	text, err := block(list, indent)
	if err != nil {
		return nil, err
	}
	if all == nil {
		text = key + ":\n" + text
	}
	if at > 0 && lines[at-1] != "" && !strings.HasSuffix(lines[at-1], "\n") {
		text = "\n" + text
	}
	if bytes.Contains(data, []byte("\r\n")) {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return []byte(strings.Join(slices.Insert(lines, at, text), "")), nil
}

// endOfBlock is the line behind the entry that begins at a line (from 1): what follows it is indented as its dash or less.
func endOfBlock(lines []string, begin, indent int) int {
	end := begin
	for n := begin; n < len(lines); n++ {
		text := strings.TrimSpace(lines[n])
		if text == "" {
			continue
		}
		if len(lines[n])-len(strings.TrimLeft(lines[n], " ")) <= indent {
			break
		}
		end = n + 1
	}
	return end
}

func keyLine(root *yaml.Node, key string) int {
	for n := 0; n+1 < len(root.Content); n += 2 {
		if root.Content[n].Value == key {
			return root.Content[n].Line
		}
	}
	return 0
}

// emptied takes the sign of an empty list off its key's line (from 1).
func emptied(lines []string, line int, all *yaml.Node) bool {
	if all.Kind == yaml.ScalarNode && all.Value == "" {
		return true
	}
	if all.Line != line {
		return false
	}
	text, at := lines[line-1], all.Column-1
	for _, empty := range []string{"[]", "[ ]", "~", "null"} {
		if at < len(text) && strings.HasPrefix(text[at:], empty) {
			lines[line-1] = strings.TrimRight(text[:at], " ") + text[at+len(empty):]
			return true
		}
	}
	return false
}

// block is a list with its dashes at an indentation.
func block(list []Entry, indent int) (string, error) {
	seq := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
	for _, e := range list {
		node, err := e.node()
		if err != nil {
			return "", err
		}
		seq.Content = append(seq.Content, node)
	}
	text, err := encode(seq)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for line := range strings.Lines(string(text)) {
		if strings.TrimSpace(line) != "" {
			b.WriteString(strings.Repeat(" ", indent))
		}
		b.WriteString(line)
	}
	return b.String(), nil
}

// anew writes the whole file.
func anew(doc *yaml.Node, sections, sources []Entry) ([]byte, error) {
	root := doc.Content[0]
	for _, part := range parts(sections, sources) {
		if len(part.list) == 0 {
			continue
		}
		all := member(root, part.key)
		if all == nil {
			all = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
			root.Content = append(root.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: part.key}, all)
		}
		switch {
		case all.Kind == yaml.AliasNode:
			return nil, fmt.Errorf("line %d: %s is an alias, *%s: write the list itself there, so that it can grow", all.Line, part.key, all.Value)
		case all.Kind == yaml.ScalarNode && all.Tag == "!!null":
			*all = yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		case all.Kind != yaml.SequenceNode:
			return nil, fmt.Errorf("line %d: %s is not a list", all.Line, part.key)
		}
		all.Style &^= yaml.FlowStyle
		for _, e := range part.list {
			node, err := e.node()
			if err != nil {
				return nil, err
			}
			all.Content = append(all.Content, node)
		}
	}
	return encode(doc)
}

func encode(node *yaml.Node) ([]byte, error) {
	var b bytes.Buffer
	enc := yaml.NewEncoder(&b)
	enc.SetIndent(2)
	err := enc.Encode(node)
	if err == nil {
		err = enc.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("write the configuration: %w", err)
	}
	return b.Bytes(), nil
}
