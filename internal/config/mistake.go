package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

const (
	maxPrinted = 50    // mistakes an error prints
	maxKept    = 1_000 // mistakes it holds
)

// Mistake is one thing that is wrong with a configuration.
type Mistake struct {
	File    string // "environment" for a variable
	Line    int    // from 1; 0 where there is none
	Column  int    // from 1; 0 where there is none
	Key     string // sources[0].every, or a variable's name; "" for the file as a whole
	Problem string // never holds a secret
	Allowed string // "" where Problem says it all
}

// String prints the mistake on one line, as compilers do.
func (m Mistake) String() string {
	var b strings.Builder
	b.WriteString(m.File)
	if m.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", m.Line, m.Column)
	}
	b.WriteString(": ")
	if m.Key != "" {
		b.WriteString(m.Key + ": ")
	}
	b.WriteString(m.Problem)
	if m.Allowed != "" {
		b.WriteString("; allowed: " + m.Allowed)
	}
	return b.String()
}

// Mistakes are all that was found, in the order of the file. It is an error; it prints one mistake a line, at most 50.
type Mistakes []Mistake

// Error implements error.
func (ms Mistakes) Error() string {
	lines := make([]string, 0, min(len(ms), maxPrinted)+1)
	for i, m := range ms {
		if i == maxPrinted {
			lines = append(lines, fmt.Sprintf("… and %d more", len(ms)-maxPrinted))
			break
		}
		lines = append(lines, m.String())
	}
	return strings.Join(lines, "\n")
}

// sorted gives the mistakes in the order of the file, what has no line last.
func (r *reader) sorted() Mistakes {
	slices.SortStableFunc(r.mistakes, func(a, b Mistake) int {
		if (a.Line == 0) != (b.Line == 0) {
			return cmp.Compare(b.Line, a.Line)
		}
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return r.mistakes
}

// nearest is the word of allowed that differs from s by at most two letters (one in short words), or "".
func nearest(s string, allowed []string) string {
	best, at := "", 3
	if len(s) <= 4 {
		at = 2
	}
	if len(s) > 64 {
		return ""
	}
	for _, w := range allowed {
		if d := distance(s, w); d < at {
			best, at = w, d
		}
	}
	return best
}

// distance is the number of letters to add, drop, change or swap with their neighbour to make b of a.
func distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	rows := make([][]int, len(s)+1)
	for i := range rows {
		rows[i] = make([]int, len(t)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(s); i++ {
		for j := 1; j <= len(t); j++ {
			change := 1
			if s[i-1] == t[j-1] {
				change = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+change)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(s)][len(t)]
}

// quote shows a value in a message: at most 40 characters of it.
func quote(s string) string {
	if rs := []rune(s); len(rs) > 40 {
		s = string(rs[:40]) + "…"
	}
	return fmt.Sprintf("%q", s)
}

func indent(s string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(s, "\n"), "\n", "\n    ") + "\n"
}
