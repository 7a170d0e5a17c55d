package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/lmittmann/tint"
	"golang.org/x/term"
)

// logSetting is the level named on the command line, "" for none.
type logSetting string

// level is the flag's, else the environment's or the file's.
func (l logSetting) level(configured slog.Level) (slog.Level, error) {
	if l == "" {
		return configured, nil
	}
	var level slog.Level
	if err := level.UnmarshalText([]byte(l)); err != nil {
		return 0, fmt.Errorf("--log-level %q: want debug, info, warn or error", string(l))
	}
	return level, nil
}

// newLog logs for a person where there is a terminal, as JSON lines where a machine collects them.
func newLog(w io.Writer, level slog.Level) *slog.Logger {
	if onTerminal(w) {
		return slog.New(tint.NewTextHandler(w, &tint.Options{Level: level, TimeFormat: time.TimeOnly}))
	}
	return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: level}))
}

func onTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
