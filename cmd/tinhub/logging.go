package main

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
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

// standardLog is where the standard library's own log goes: net/http complains there of peers that misbehave, at their
// pleasure. It becomes lines of the hub's log at debug, so many a minute.
type standardLog struct {
	mu    sync.Mutex
	log   *slog.Logger // nil until the configuration is read; what comes before is dropped
	began time.Time    // of this minute
	lines int          // in it
	left  int          // out of it
}

const (
	standardLines = 20  // a minute
	standardBytes = 500 // of one
)

// use names the log that the lines become part of.
func (s *standardLog) use(log *slog.Logger) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = log
}

// Write implements io.Writer for log.SetOutput.
func (s *standardLog) Write(line []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.log == nil {
		return len(line), nil
	}
	if now := time.Now(); now.Sub(s.began) >= time.Minute {
		if s.left > 0 {
			s.log.Debug("the standard library said more than was logged", "lines", s.left)
		}
		s.began, s.lines, s.left = now, 0, 0
	}
	if s.lines++; s.lines > standardLines {
		s.left++
		return len(line), nil
	}
	text := strings.TrimSpace(string(line[:min(len(line), standardBytes)]))
	s.log.Debug("the standard library says", "line", strings.ToValidUTF8(text, ""))
	return len(line), nil
}
