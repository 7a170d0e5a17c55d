package main

import (
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"

	"tinhub/internal/config"
)

// configFlags are the flags of every verb that works on a configured hub.
type configFlags struct {
	Config string `help:"Configuration file." default:"tinhub.yaml" env:"TINHUB_CONFIG" placeholder:"FILE"`
	Store  string `help:"Store URL, over the file's." placeholder:"URL"`
}

// load reads the configuration and makes the log.
func (f configFlags) load(term terminal, l logSetting) (*config.Config, *slog.Logger, error) {
	cfg, err := config.Load(f.Config, term.env)
	if err != nil {
		return nil, nil, err
	}
	return finish(cfg, f.Store, term, l)
}

func finish(cfg *config.Config, store string, term terminal, l logSetting) (*config.Config, *slog.Logger, error) {
	if store != "" {
		switch store { // as the file may spell it
		case "memory":
			store = "memory:"
		case "file:":
			return nil, nil, errors.New("--store file: names no file; want file:PATH")
		}
		// A path on the command line is from the working folder, not from the file's.
		if path := storeFile(store); path != "" {
			abs, err := filepath.Abs(path)
			if err != nil {
				return nil, nil, fmt.Errorf("--store %s: %w", store, err)
			}
			store = "file:" + abs
		}
		cfg.Store = store
	}
	level, err := l.level(cfg.LogLevel)
	if err != nil {
		return nil, nil, err
	}
	log := newLog(term.err, level)
	term.std.use(log)
	return cfg, log, nil
}
