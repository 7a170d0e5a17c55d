package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// release is set by the linker: -ldflags "-X main.release=1.2.3".
var release = "0.1.0-dev"

type versionVerb struct{}

// Run prints one line.
func (versionVerb) Run(term terminal) error {
	fmt.Fprintf(term.out, "tinhub %s %s %s/%s%s\n", release, runtime.Version(), runtime.GOOS, runtime.GOARCH, revision())
	return nil
}

// revision is the commit the binary was built from, "" where the build did not note it.
func revision() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return " " + s.Value
		}
	}
	return ""
}
