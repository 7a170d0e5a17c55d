package main

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The laws of the house, checked against the sources themselves with go/parser: `go list` would hide a broken law behind
// the test cache. ARCHITECTURE.md says why each stands.

// mayImport lists what a room may import of the house beside hub, which anything may. A room that is not here may import
// hub alone.
var mayImport = map[string][]string{
	"hub":     {},
	"ingest":  {"fetch", "source", "clean"},
	"publish": {"format", "lint"},
	"desk":    {"clean"},
}

// pureRooms touch no network, no disk and no clock.
var pureRooms = []string{"hub", "source", "clean", "format", "lint"}

// engines says which room alone may import an engine.
var engines = map[string]string{
	"modernc.org/sqlite":        "sqlitestore",
	"database/sql":              "sqlitestore",
	"github.com/redis/go-redis": "redisstore",
}

var forbiddenNames = []string{"util", "utils", "common", "shared", "models", "types", "helpers", "helper", "misc", "lib"}

const (
	maxFile, p95File         = 500, 350
	maxFunction, p95Function = 80, 50
	fewestFiles              = 60
)

type sourceFile struct {
	path  string // from the module's root, slash-separated
	room  string // first folder below internal, or cmd
	test  bool
	lines int
	ast   *ast.File
}

type function struct {
	place string
	lines int
}

var positions = token.NewFileSet()

func readHouse(t *testing.T) []sourceFile {
	t.Helper()
	root := filepath.Join("..", "..")
	var files []sourceFile
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() {
			if p != root && (strings.HasPrefix(name, ".") && name != ".." || name == "testdata" || name == "node_modules") {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		f, err := parser.ParseFile(positions, p, nil, parser.ParseComments)
		if err != nil {
			return fmt.Errorf("parse %s: %w", p, err)
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		files = append(files, sourceFile{
			path: rel, room: roomOf(rel), test: strings.HasSuffix(rel, "_test.go"),
			lines: positions.Position(f.FileEnd).Line, ast: f,
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < fewestFiles {
		t.Fatalf("saw %d Go files, expected at least %d: the laws were not checked", len(files), fewestFiles)
	}
	return files
}

func roomOf(rel string) string {
	parts := strings.Split(rel, "/")
	if parts[0] == "internal" && len(parts) > 2 {
		return parts[1]
	}
	return parts[0]
}

func imports(f sourceFile) []string {
	var list []string
	for _, s := range f.ast.Imports {
		p, err := strconv.Unquote(s.Path.Value)
		if err == nil {
			list = append(list, p)
		}
	}
	return list
}

func TestRoomsImportOnlyWhatTheirDoorsAllow(t *testing.T) {
	for _, f := range readHouse(t) {
		if f.test || f.room == "cmd" || f.room == "bench" {
			continue
		}
		for _, p := range imports(f) {
			room, ours := strings.CutPrefix(p, "tinhub/internal/")
			room, _, _ = strings.Cut(room, "/")
			if ours && room != "hub" && room != f.room && !slices.Contains(mayImport[f.room], room) {
				t.Errorf("%s imports %s: room %s may not", f.path, p, f.room)
			}
			if f.room == "hub" && strings.Contains(p, ".") {
				t.Errorf("%s imports %s: hub uses the standard library only", f.path, p)
			}
		}
	}
}

func TestOnlyTheirOwnRoomsReachEnginesAndTheNetwork(t *testing.T) {
	for _, f := range readHouse(t) {
		for _, p := range imports(f) {
			for engine, room := range engines {
				if (p == engine || strings.HasPrefix(p, engine+"/")) && f.room != room {
					t.Errorf("%s imports %s: only %s may", f.path, p, room)
				}
			}
			if p == "testing" && !f.test && f.room != "storetest" {
				t.Errorf("%s imports testing outside a test", f.path)
			}
		}
		if f.test || f.room == "fetch" || f.room == "bench" {
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if lit, ok := n.(*ast.CompositeLit); ok && selector(lit.Type) == "http.Client" && !controlClient(f.path) {
				t.Errorf("%s builds an http.Client: only fetch may", positions.Position(lit.Pos()))
			}
			if s, ok := n.(*ast.SelectorExpr); ok && selector(s) == "http.DefaultClient" {
				t.Errorf("%s uses http.DefaultClient: only fetch talks to the world", positions.Position(s.Pos()))
			}
			return true
		})
	}
}

// controlClient is the one exception: a verb asking the daemon over the socket beside the store, which is not the world.
func controlClient(p string) bool { return p == "cmd/tinhub/control.go" }

func TestPureRoomsTouchNoNetworkDiskOrClock(t *testing.T) {
	banned := []string{"net", "net/http", "os", "os/exec", "database/sql", "io/ioutil"}
	clock := []string{"time.Now", "time.Since", "time.Until", "time.Sleep", "time.After", "time.NewTimer", "time.NewTicker", "time.Tick"}
	for _, f := range readHouse(t) {
		if f.test || !slices.Contains(pureRooms, f.room) {
			continue
		}
		for _, p := range imports(f) {
			if slices.Contains(banned, p) {
				t.Errorf("%s imports %s: %s is pure", f.path, p, f.room)
			}
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && slices.Contains(clock, selector(s)) {
				t.Errorf("%s reads a clock: %s is pure", positions.Position(s.Pos()), f.room)
			}
			return true
		})
	}
}

func selector(e ast.Expr) string {
	s, ok := e.(*ast.SelectorExpr)
	if !ok {
		return ""
	}
	x, ok := s.X.(*ast.Ident)
	if !ok {
		return ""
	}
	return x.Name + "." + s.Sel.Name
}

func TestPackagesAreNamedForWhatTheyDoAndSaySo(t *testing.T) {
	comments := map[string]bool{}
	for _, f := range readHouse(t) {
		dir := path.Dir(f.path)
		for part := range strings.SplitSeq(f.path, "/") {
			if slices.Contains(forbiddenNames, strings.TrimSuffix(part, ".go")) {
				t.Errorf("%s: %q says nothing about what is inside", f.path, part)
			}
		}
		if !f.test {
			comments[dir] = comments[dir] || f.ast.Doc != nil
		}
	}
	for dir, has := range comments {
		if !has {
			t.Errorf("%s has no package comment", dir)
		}
	}
}

func TestNothingRunsOrChangesBehindTheProgramsBack(t *testing.T) {
	files := readHouse(t)
	globals := map[string]map[string]token.Pos{} // package folder → package-level variables
	for _, f := range files {
		if f.test {
			continue
		}
		for _, d := range f.ast.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Recv == nil && d.Name.Name == "init" {
					t.Errorf("%s: an init function", positions.Position(d.Pos()))
				}
			case *ast.GenDecl:
				collectGlobals(globals, path.Dir(f.path), d)
			}
		}
	}
	for _, f := range files {
		if !f.test {
			checkAssignments(t, f, globals[path.Dir(f.path)])
		}
	}
}

func collectGlobals(globals map[string]map[string]token.Pos, dir string, d *ast.GenDecl) {
	if d.Tok != token.VAR {
		return
	}
	if globals[dir] == nil {
		globals[dir] = map[string]token.Pos{}
	}
	for _, s := range d.Specs {
		for _, name := range s.(*ast.ValueSpec).Names {
			globals[dir][name.Name] = name.Pos()
		}
	}
}

// checkAssignments finds writes to package-level variables: a name that resolves to no local declaration and is assigned,
// or whose element or field is.
func checkAssignments(t *testing.T, f sourceFile, globals map[string]token.Pos) {
	written := func(e ast.Expr) {
		for {
			switch x := e.(type) {
			case *ast.IndexExpr:
				e = x.X
				continue
			case *ast.SelectorExpr:
				e = x.X
				continue
			case *ast.Ident:
				if _, global := globals[x.Name]; global && x.Name != "_" && (x.Obj == nil || x.Obj.Pos() == globals[x.Name]) {
					t.Errorf("%s writes the package variable %s", positions.Position(x.Pos()), x.Name)
				}
			}
			return
		}
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			if n.Tok != token.DEFINE {
				for _, e := range n.Lhs {
					written(e)
				}
			}
		case *ast.IncDecStmt:
			written(n.X)
		}
		return true
	})
}

func TestFilesAndFunctionsFitInTheHead(t *testing.T) {
	var sizes []int
	var functions []function
	for _, f := range readHouse(t) {
		if f.test || f.room == "storetest" {
			continue
		}
		sizes = append(sizes, f.lines)
		if f.lines > maxFile {
			t.Errorf("%s has %d lines, more than %d", f.path, f.lines, maxFile)
		}
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			n := positions.Position(fn.End()).Line - positions.Position(fn.Pos()).Line + 1
			functions = append(functions, function{f.path + " " + fn.Name.Name, n})
			if n > maxFunction {
				t.Errorf("%s: %s has %d lines, more than %d", f.path, fn.Name.Name, n, maxFunction)
			}
		}
	}
	slices.Sort(sizes)
	slices.SortFunc(functions, func(a, b function) int { return cmp.Compare(a.lines, b.lines) })
	if p := sizes[len(sizes)*95/100]; p > p95File {
		t.Errorf("95%% of files have at most %d lines, want %d", p, p95File)
	}
	if p := functions[len(functions)*95/100]; p.lines > p95Function {
		t.Errorf("95%% of functions have at most %d lines (%s), want %d", p.lines, p.place, p95Function)
	}
}

func TestExportedNamesAreDocumented(t *testing.T) {
	for _, f := range readHouse(t) {
		if f.test || f.room == "cmd" {
			continue
		}
		for _, d := range f.ast.Decls {
			switch d := d.(type) {
			case *ast.FuncDecl:
				if d.Name.IsExported() && exportedReceiver(d) && d.Doc == nil {
					t.Errorf("%s: %s has no doc comment", positions.Position(d.Pos()), d.Name.Name)
				}
			case *ast.GenDecl:
				for name, pos := range undocumented(d) {
					t.Errorf("%s: %s has no doc comment", positions.Position(pos), name)
				}
			}
		}
	}
}

func exportedReceiver(d *ast.FuncDecl) bool {
	if d.Recv == nil {
		return true
	}
	e := d.Recv.List[0].Type
	if s, ok := e.(*ast.StarExpr); ok {
		e = s.X
	}
	id, ok := e.(*ast.Ident)
	return ok && id.IsExported()
}

func undocumented(d *ast.GenDecl) map[string]token.Pos {
	bare := map[string]token.Pos{}
	for _, s := range d.Specs {
		switch s := s.(type) {
		case *ast.TypeSpec:
			if s.Name.IsExported() && d.Doc == nil && s.Doc == nil {
				bare[s.Name.Name] = s.Pos()
			}
		case *ast.ValueSpec:
			for _, n := range s.Names {
				if n.IsExported() && d.Doc == nil && s.Doc == nil && s.Comment == nil {
					bare[n.Name] = n.Pos()
				}
			}
		}
	}
	return maps.Clone(bare)
}
