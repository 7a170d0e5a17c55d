// Command conformance holds the readers against public corpora and prints one Markdown table a suite, with what others make
// of the same documents in the same run. `make conformance CORPUS=DIR` runs it; docs/conformance.md keeps the figures.
//
// DIR holds the corpora as folders of any name, each a checkout of the repository that its suite names; a suite finds its
// own by a file that only it has. Nothing of a corpus is copied into this tree. The module is one of its own so that the
// readers compared with are no dependency of the program.
package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// suite is one public corpus and how it is read.
type suite struct {
	name   string // short, unique; an argument of the command runs this one alone
	get    string // what to get: the repository's name, and where it is published
	marker string // a path below the corpus's folder that no other corpus has
	run    func(dir string) ([]table, error)
}

// table is one result.
type table struct {
	title string
	head  []string
	rows  [][]string
	notes []string // printed below as list items
}

func suites() []suite {
	return slices.Concat(feedSuites(), pageSuites(), wireSuites(), dateSuites())
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) == 0 || args[0] == "" {
		fmt.Println("Name the folder that holds the corpora: make conformance CORPUS=DIR. In it, as folders of any name, checkouts of:")
		for _, s := range suites() {
			fmt.Printf("  %-24s %s\n", s.name, s.get)
		}
		return nil
	}
	only := args[1:]
	missing := 0
	for _, name := range only {
		if !slices.ContainsFunc(suites(), func(s suite) bool { return s.name == name }) {
			return fmt.Errorf("no suite is called %q; without CORPUS the command names them all", name)
		}
	}
	for _, s := range suites() {
		if len(only) > 0 && !slices.Contains(only, s.name) {
			continue
		}
		dir := find(args[0], s.marker)
		if dir == "" {
			missing++
			fmt.Printf("## %s\n\nNot there: get %s.\n\n", s.name, s.get)
			continue
		}
		tables, err := s.run(dir)
		if err != nil {
			return fmt.Errorf("suite %s in %s: %w", s.name, dir, err)
		}
		fmt.Printf("## %s\n\n", s.name)
		for _, t := range tables {
			t.print()
		}
	}
	if missing > 0 {
		return fmt.Errorf("%d corpora are not in %s", missing, args[0])
	}
	return nil
}

// find is the folder below dir that holds marker, or "".
func find(dir, marker string) string {
	hits, _ := filepath.Glob(filepath.Join(dir, "*", filepath.FromSlash(marker)))
	if len(hits) == 0 {
		return ""
	}
	slices.SortFunc(hits, func(a, b string) int { return cmp.Compare(len(a), len(b)) })
	return strings.TrimSuffix(hits[0], filepath.FromSlash("/"+marker))
}

func (t table) print() {
	if t.title != "" {
		fmt.Printf("### %s\n\n", t.title)
	}
	if len(t.head) > 0 {
		fmt.Printf("| %s |\n|%s\n", strings.Join(t.head, " | "), strings.Repeat(" --- |", len(t.head)))
		for _, r := range t.rows {
			fmt.Printf("| %s |\n", strings.Join(r, " | "))
		}
		fmt.Println()
	}
	for _, n := range t.notes {
		fmt.Printf("- %s\n", n)
	}
	if len(t.notes) > 0 {
		fmt.Println()
	}
}
