package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestATableFitsTheTerminalAndIsWholeElsewhere(t *testing.T) {
	long := strings.Repeat("dial tcp 203.0.113.9:443: connect: connection refused; ", 8)
	for _, width := range []int{0, 40, 80, 100, 200} {
		var out bytes.Buffer
		table := newTable(&out, "SOURCE", "OUTCOME", "REMARKS")
		table.width = width
		table.row("thoi-su", "ok", "")
		table.row("thể-thao-quốc-tế", "failed", long)
		table.row("x", "failed", "\x1b[2Jclear\x07 \u202esdrawkcab\nnext line")
		if err := table.flush(); err != nil {
			t.Fatal(err)
		}
		text := out.String()
		for line := range strings.Lines(text) {
			if n := columns(strings.TrimSuffix(line, "\n")); width > 0 && n > width {
				t.Errorf("at %d columns a line has %d: %s", width, n, line)
			}
		}
		if whole := strings.Contains(text, strings.TrimSpace(long)); whole != (width == 0) {
			t.Errorf("at %d columns the error is whole: %v\n%s", width, whole, text)
		}
		if width > 0 && !strings.Contains(text, "…") {
			t.Errorf("at %d columns nothing says that it was cut:\n%s", width, text)
		}
		if strings.ContainsAny(text, "\x1b\x07\u202e") || !strings.Contains(text, "[2Jclear sdrawkcab next line") {
			t.Errorf("a terminal would obey it: %q", text)
		}
		if !strings.Contains(text, "thoi-su           ok") {
			t.Errorf("the columns do not stand in line:\n%s", text)
		}
	}
}
