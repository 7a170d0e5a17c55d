// Command tinhub is a syndication hub for newsrooms: it takes in articles from their sources, keeps the latest of them and
// their view counters, and publishes every section as RSS, Atom and JSON Feed.
//
// main only reads the command line; one file per verb does the rest. daemon.go is the program as a value: the rooms of
// internal/ opened, wired, run and closed in order. Here the rooms meet; they do not know one another.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // a scratch image has no zone files, and a source's zone must always be found

	"github.com/alecthomas/kong"
)

// Exit statuses, as docs/operations.md has them.
const (
	exitDone     = 0
	exitFailures = 1 // done, with failures
	exitNoStart  = 2 // could not start
)

// terminal is what a verb has of the world it was started in.
type terminal struct {
	in       io.Reader
	out, err io.Writer
	env      func(string) (string, bool)
	std      *standardLog // nil where the standard library's log is left alone
}

// commands is the command line; kong reads the tags.
type commands struct {
	LogLevel string `help:"Least level that is logged: debug, info, warn, error." placeholder:"LEVEL"`

	Serve   serveVerb   `cmd:"" help:"Run the hub."`
	Ingest  ingestVerb  `cmd:"" help:"Ask every source now, then exit."`
	Inspect inspectVerb `cmd:"" help:"Show what the hub makes of a document; nothing is stored."`
	Render  renderVerb  `cmd:"" help:"Print a section's feed from the store, byte for byte what the server serves."`
	Retract retractVerb `cmd:"" help:"Take an item out of everything: the kill switch."`
	Restore restoreVerb `cmd:"" help:"Let a retracted item back in."`
	Sources sourcesVerb `cmd:"" help:"Show where every source stands: asked when, asked next when and why, and what is wrong."`
	Alias   aliasVerb   `cmd:"" help:"Show or undo what the hub took for one article."`
	Check   checkVerb   `cmd:"" help:"Check the configuration."`
	OPML    opmlVerb    `cmd:"" name:"opml" help:"Carry the sources to another program and back."`
	Version versionVerb `cmd:"" help:"Print the version."`
}

// failures is the error of a verb that did its work but met failures it has already told of.
type failures struct{ n int }

func (f failures) Error() string { return fmt.Sprintf("%d failed", f.n) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal finds the default handler again and ends the process at once.
	context.AfterFunc(ctx, stop)
	std := &standardLog{}
	log.SetFlags(0)
	log.SetOutput(std)
	code := run(ctx, os.Args[1:], terminal{in: os.Stdin, out: os.Stdout, err: os.Stderr, env: os.LookupEnv, std: std})
	stop()
	os.Exit(code)
}

// run is the whole program but for the process around it.
func run(ctx context.Context, args []string, term terminal) int {
	var line commands
	exited := -1
	parser, err := kong.New(&line,
		kong.Name("tinhub"),
		kong.Description("A syndication hub for newsrooms."),
		kong.Writers(term.out, term.err),
		kong.Exit(func(code int) { exited = code }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(term),
	)
	if err != nil {
		fmt.Fprintln(term.err, "tinhub:", err)
		return exitNoStart
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	verb, err := parser.Parse(args)
	if exited >= 0 { // --help printed itself
		return exited
	}
	if err != nil {
		fmt.Fprintf(term.err, "tinhub: %v\n", err)
		fmt.Fprintln(term.err, "Run tinhub --help, or --help after a verb, for what it takes.")
		return exitNoStart
	}
	return exitCode(verb.Run(logSetting(line.LogLevel)), term)
}

// exitCode tells a person what went wrong and the shell how badly.
func exitCode(err error, term terminal) int {
	if err == nil {
		return exitDone
	}
	if _, told := errors.AsType[failures](err); told {
		return exitFailures
	}
	fmt.Fprintf(term.err, "tinhub: %v\n", err)
	if _, done := errors.AsType[docError](err); done {
		return exitFailures
	}
	return exitNoStart
}

// docError is an error about what was asked for, after the program had started well.
type docError struct{ error }

func (e docError) Unwrap() error { return e.error }
