package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The verbs as a person at a shell meets them: what is printed where, and with which status.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{Dir: "testdata/script"})
}
