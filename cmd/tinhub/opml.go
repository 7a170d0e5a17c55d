package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tinhub/internal/config"
	"tinhub/internal/opml"
)

type opmlVerb struct {
	Export opmlExportVerb `cmd:"" help:"Write the sources as OPML, for a feed reader or another hub."`
	Import opmlImportVerb `cmd:"" help:"Make sources of an OPML file: YAML for the configuration."`
}

type opmlExportVerb struct {
	Config string `help:"The configuration file." default:"tinhub.yaml" env:"TINHUB_CONFIG" placeholder:"FILE"`
	File   string `arg:"" optional:"" help:"Where to write; standard output where none is named."`
}

type opmlImportVerb struct {
	Config  string `help:"The configuration file whose sources are known already." default:"tinhub.yaml" env:"TINHUB_CONFIG" placeholder:"FILE"`
	File    string `arg:"" help:"The OPML file; - for standard input."`
	Into    bool   `help:"Add them to the configuration file, in place of printing them."`
	Section string `help:"Section of the feeds that stand in no folder; one is made where it is not there." default:"feeds" placeholder:"ID"`
}

// Run writes every source with every setting but its secrets.
func (v opmlExportVerb) Run(_ context.Context, term terminal) error {
	data, err := os.ReadFile(v.Config)
	if err != nil {
		return fmt.Errorf("read the configuration: %w", err)
	}
	sections, sources, err := config.Declared(data)
	if err != nil {
		return fmt.Errorf("%s: %w; tinhub check says more", v.Config, err)
	}
	out := opml.Write(opml.List{Title: "Tinhub", Outlines: outlines(sections, sources)})
	withheld := 0
	for _, e := range sources {
		withheld += len(e.Withheld)
	}
	if withheld > 0 {
		fmt.Fprintf(term.err, "not in the list: %s (keys, passwords, headers); tinhub:withheld says where, and %s still has them\n", counted(withheld, "secret"), v.Config)
	}
	if v.File == "" {
		_, err = term.out.Write(out)
		return err
	}
	return replaceFile(v.File, out, 0o644)
}

// own are the settings of an entry as attributes of our namespace.
func own(e config.Entry, leaveOut ...string) []opml.Attr {
	var list []opml.Attr
	for _, s := range e.Settings {
		if !slices.Contains(leaveOut, s.Key) {
			list = append(list, opml.Attr{Name: s.Key, Value: s.Value})
		}
	}
	if len(e.Withheld) > 0 {
		list = append(list, opml.Attr{Name: "withheld", Value: strings.Join(e.Withheld, " ")})
	}
	return list
}

// outlines puts each source into the folder of its section, and those of none, or of several, behind them.
func outlines(sections, sources []config.Entry) []opml.Outline {
	var folders []opml.Outline
	for _, s := range sections {
		folders = append(folders, opml.Outline{Text: firstOf(s.Get("title"), s.Get("id")), Own: own(s)})
	}
	var rest []opml.Outline
	for _, s := range sources {
		o := opml.Outline{Text: firstOf(s.Get("title"), s.Get("id")), URL: s.Get("url"), Own: own(s, "url")}
		if k := s.Get("kind"); k == "feed" || k == "websub" {
			o.Type = "rss" // what readers look for; it says nothing of the dialect
		}
		at := slices.IndexFunc(folders, func(f opml.Outline) bool { return f.Get("id") == s.Get("section") })
		if at < 0 {
			rest = append(rest, o)
			continue
		}
		folders[at].Outlines = append(folders[at].Outlines, o)
	}
	return append(folders, rest...)
}

func firstOf(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}

// Run turns the list into sections and sources.
func (v opmlImportVerb) Run(_ context.Context, term terminal) error {
	data, err := v.read(term)
	if err != nil {
		return fmt.Errorf("read the list: %w", err)
	}
	list, err := opml.Read(data)
	if err != nil {
		return docError{fmt.Errorf("%s: %w", v.File, err)}
	}
	have, err := os.ReadFile(v.Config)
	if err != nil && (v.Into || !errors.Is(err, fs.ErrNotExist)) {
		return fmt.Errorf("read the configuration: %w", err)
	}
	sections, sources, err := config.Declared(orEmpty(have))
	if err != nil {
		return fmt.Errorf("%s: %w; tinhub check says more", v.Config, err)
	}
	i := newImport(sections, sources, v.Section)
	i.take(list)
	i.print(term.err)
	if !v.Into {
		out, err := config.Add(nil, i.sections, i.sources)
		if err != nil {
			return docError{err}
		}
		_, err = term.out.Write(out)
		return err
	}
	out, err := config.Add(have, i.sections, i.sources)
	if err != nil {
		return docError{fmt.Errorf("%s: %w", v.Config, err)}
	}
	mode := fs.FileMode(0o600)
	if info, err := os.Stat(v.Config); err == nil {
		mode = info.Mode().Perm()
	}
	if err := replaceFile(v.Config, out, mode); err != nil {
		return err
	}
	if _, err := config.Load(v.Config, term.env); err != nil {
		fmt.Fprintf(term.err, "%s now has them; what is still to be done there:\n%v\n", v.Config, err)
	}
	return nil
}

// maxList is more than opml.Read takes.
const maxList = 64 << 20

func (v opmlImportVerb) read(term terminal) ([]byte, error) {
	if v.File == "-" {
		return io.ReadAll(io.LimitReader(term.in, maxList))
	}
	f, err := os.Open(v.File)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxList))
}

func orEmpty(data []byte) []byte {
	if len(data) == 0 {
		return []byte("{}")
	}
	return data
}

// replaceFile writes a file whole or not at all; a link to it stays a link.
func replaceFile(path string, data []byte, mode fs.FileMode) error {
	if to, err := filepath.EvalSymlinks(path); err == nil {
		path = to
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return fmt.Errorf("write %s: its folder takes no new file, and it is replaced whole or not at all; make the folder writable, or have it printed: %w", path, err)
	}
	defer func() { _ = os.Remove(f.Name()) }() // there is none where all went well
	_, err = f.Write(data)
	for _, step := range []func() error{func() error { return f.Chmod(mode) }, f.Sync} {
		if err == nil {
			err = step()
		}
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}
