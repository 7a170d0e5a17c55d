package main

import "fmt"

type checkVerb struct {
	configFlags
}

// Run reads the configuration; every mistake in it is the error.
func (v checkVerb) Run(term terminal, l logSetting) error {
	cfg, _, err := v.load(term, l)
	if err != nil {
		return err
	}
	fmt.Fprintf(term.out, "%s: ok: %d sections, %d sources\n", v.Config, len(cfg.Sections), len(cfg.Sources))
	return nil
}
