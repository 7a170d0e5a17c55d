package main

import (
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/term"
)

// table prints rows in columns. On a terminal no line is longer than that is wide: the last column, which is for words, is
// cut, or stands on a line of its own where hardly any room is left for it. Elsewhere all of it is printed.
type table struct {
	out   io.Writer
	width int // of the terminal, 0 where there is none
	rows  [][]string
}

const (
	fewestWords = 24 // characters that a last column needs to be worth reading
	longestCell = 4096
)

// newTable begins a table with its head; every row has as many cells.
func newTable(out io.Writer, head ...string) *table {
	t := &table{out: out}
	if f, ok := out.(*os.File); ok {
		if width, _, err := term.GetSize(int(f.Fd())); err == nil {
			t.width = max(width, 40)
		}
	}
	t.row(head...)
	return t
}

func (t *table) row(cells ...string) {
	for n, c := range cells {
		cells[n] = shortened(c, longestCell)
	}
	t.rows = append(t.rows, cells)
}

func (t *table) flush() error {
	widths := make([]int, len(t.rows[0])-1)
	for _, row := range t.rows {
		for n := range widths {
			widths[n] = max(widths[n], columns(row[n]))
		}
	}
	before := 0
	for _, w := range widths {
		before += w + len(gap)
	}
	var b strings.Builder
	for n, row := range t.rows {
		words := row[len(widths)]
		line := padded(row[:len(widths)], widths)
		switch room := t.width - before; {
		case t.width == 0:
			line += words
		case room >= fewestWords || n == 0:
			line += shortened(words, max(room, len(t.rows[0][len(widths)])))
		case words != "":
			line = strings.TrimRight(line, " ") + "\n    " + shortened(words, t.width-4)
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	_, err := io.WriteString(t.out, b.String())
	return err
}

const gap = "  "

func padded(cells []string, widths []int) string {
	var b strings.Builder
	for n, c := range cells {
		b.WriteString(c + strings.Repeat(" ", widths[n]-columns(c)) + gap)
	}
	return b.String()
}

// columns is how wide a text is on the screen, but for scripts with double-width signs.
func columns(s string) int {
	n := utf8.RuneCountInString(s)
	for _, r := range s {
		if unicode.Is(unicode.Mn, r) {
			n--
		}
	}
	return n
}

// shortened is a text of at most so many characters on one line; control characters, which a terminal would obey, are left
// out.
func shortened(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s)
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	runes := []rune(s)
	return string(runes[:max(most-1, 0)]) + "…"
}
