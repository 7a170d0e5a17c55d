package main

import (
	"bytes"
	"log"
	"log/slog"
	"strings"
	"testing"
)

func TestWhatTheStandardLibraryComplainsOfIsADebugLineAndBounded(t *testing.T) {
	var out bytes.Buffer
	std := &standardLog{}
	complain := log.New(std, "", 0)
	complain.Print("before there is a log")
	std.use(slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug})))
	for range 1000 {
		complain.Print("Unsolicited response received on idle HTTP channel starting with " + strings.Repeat("é", 1000))
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != standardLines || len(lines[0]) > standardBytes+200 || !strings.Contains(lines[0], `"level":"DEBUG"`) {
		t.Errorf("%d lines, the first of %d bytes: %.200s", len(lines), len(lines[0]), lines[0])
	}
	std.began = std.began.Add(-2 * 60e9) // a minute later
	complain.Print("again")
	if !strings.Contains(out.String(), `"lines":980`) || !strings.Contains(out.String(), "again") {
		t.Errorf("nothing says what was left out: %s", out.String()[len(out.String())-300:])
	}
	std.use(slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelInfo})))
	at := out.Len()
	if complain.Print("quiet"); out.Len() != at {
		t.Error("it is more than debug")
	}
}
