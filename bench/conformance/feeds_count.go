package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Corpora without expectations in a form that a program reads: each document that is a feed is one to read, and each item
// in it one to find.

var (
	feedRoot = regexp.MustCompile(`(?is)^(?:\s|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>)*<(?:[\w.-]+:)?(rss|rdf|feed|channel|entry)\b`)
	itemTag  = regexp.MustCompile(`(?i)<(?:[\w.-]+:)?(item|entry)(?:\s[^>]*)?>`)
	asideTag = regexp.MustCompile(`(?s)<!--.*?-->|<!\[CDATA\[.*?\]\]>`)
	goString = regexp.MustCompile("(?s)`([^`]*)`")
)

// countSuite reads every feed below a folder and counts.
func countSuite(under string, inGo bool) func(dir string) ([]table, error) {
	return func(dir string) ([]table, error) {
		c := &counter{}
		err := filepath.WalkDir(filepath.Join(dir, filepath.FromSlash(under)), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
				return err // a link to a folder
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			rel, _ := filepath.Rel(dir, path)
			if !inGo {
				c.document(rel, raw)
				return nil
			}
			if strings.HasSuffix(path, "_test.go") {
				for i, m := range goString.FindAllSubmatch(raw, -1) {
					c.document(rel+" #"+strconv.Itoa(i), m[1])
				}
			}
			return nil
		})
		return []table{c.table()}, err
	}
}

type counter struct {
	documents, items int
	read, found      [2]int
	unread, short    []string
}

func (c *counter) document(name string, raw []byte) {
	text := decoded(raw)
	if !feedRoot.MatchString(strings.TrimPrefix(text, "\ufeff")) && !strings.Contains(text[:min(len(text), 400)], "jsonfeed.org") {
		return
	}
	text = strings.ReplaceAll(asideTag.ReplaceAllString(text, ""), "<content:item", "<") // a module's own
	held := len(itemTag.FindAllString(text, -1))
	ours, alone := feedByOurs(raw, "", ""), feedByGofeed(raw)
	if ours.err != nil && alone.err != nil {
		c.unread = append(c.unread, fmt.Sprintf("%s: %v", name, ours.err))
		return // no feed by anybody's word
	}
	c.documents++
	held = max(held, len(alone.items), len(ours.items))
	c.items += held
	for i, r := range []feedRead{ours, alone} {
		c.read[i] += one(r.err == nil)
		c.found[i] += len(r.items)
	}
	if len(ours.items) < held {
		c.short = append(c.short, fmt.Sprintf("%s: %d of %d items (gofeed %d) %v", name, len(ours.items), held, len(alone.items), ours.err))
	}
}

func (c *counter) table() table {
	t := table{
		head: []string{"", "there", "ours", "gofeed alone"},
		rows: [][]string{
			{"documents read", strconv.Itoa(c.documents), share(c.read[0], c.documents), share(c.read[1], c.documents)},
			{"items found", strconv.Itoa(c.items), share(c.found[0], c.items), share(c.found[1], c.items)},
		},
	}
	slices.Sort(c.short)
	for _, s := range c.short[:min(len(c.short), 30)] {
		t.notes = append(t.notes, "`"+strings.ReplaceAll(s, "`", "'")+"`")
	}
	if len(c.unread) > 0 {
		t.notes = append(t.notes, fmt.Sprintf("%d documents begin like a feed and are none to either reader, such as `%s`", len(c.unread), strings.ReplaceAll(c.unread[0], "`", "'")))
	}
	return t
}
