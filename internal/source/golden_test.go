package source

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/tools/txtar"

	"tinhub/internal/hub"
)

var update = flag.Bool("update", false, "write what the readers say into the golden files")

// TestGolden reads every fixture below testdata: a txtar archive whose comment sets the input's fields (kind, url, path,
// type, push, encoding, select.…), whose file "input" is the document and whose file "want" is what comes out, without
// empty fields, or "error: …".
func TestGolden(t *testing.T) {
	for _, f := range fixtures(t, "*", 70) {
		t.Run(f.name, func(t *testing.T) {
			doc, err := f.read(t)
			got := outcome(t, doc, err)
			if *update {
				f.write(t, "want", got)
				return
			}
			if diff := cmp.Diff(string(fileOf(f.Archive, "want")), string(got)); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// fixture is one archive below testdata.
type fixture struct {
	*txtar.Archive
	name, path string
}

// fixtures are those of a folder, at least so many.
func fixtures(t testing.TB, folder string, fewest int) []fixture {
	t.Helper()
	files, err := filepath.Glob("testdata/" + folder + "/*.txtar")
	if err != nil || len(files) < fewest {
		t.Fatalf("found %d fixtures in %s (%v): the folder is not what it was", len(files), folder, err)
	}
	list := make([]fixture, len(files))
	for i, file := range files {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name, _ := filepath.Rel("testdata", strings.TrimSuffix(file, ".txtar"))
		list[i] = fixture{Archive: ar, name: filepath.ToSlash(name), path: file}
	}
	return list
}

func (f fixture) read(t *testing.T) (hub.Document, error) {
	t.Helper()
	in, push := fixtureInput(t, f.Archive)
	if push {
		return ReadPush(in)
	}
	return Read(in)
}

// write puts data into the archive's file of that name.
func (f fixture) write(t *testing.T, name string, data []byte) {
	t.Helper()
	setFile(f.Archive, name, data)
	if err := os.WriteFile(f.path, txtar.Format(f.Archive), 0o644); err != nil {
		t.Fatal(err)
	}
}

func fixtureInput(t *testing.T, ar *txtar.Archive) (in Input, push bool) {
	t.Helper()
	in.Body = fileOf(ar, "input")
	for line := range strings.Lines(string(ar.Comment)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if !ok || strings.ContainsAny(key, " ,;") { // prose
			continue
		}
		switch key {
		case "kind":
			in.Kind = value
		case "url":
			in.URL = value
		case "path":
			in.Path = value
		case "type":
			in.ContentType = value
		case "push":
			push = value == "yes"
		case "cut": // the document ends before this text
			before, _, found := bytes.Cut(in.Body, []byte(value))
			if !found {
				t.Fatalf("nothing to cut at: %s", value)
			}
			in.Body = before
		case "escapes": // bytes that no text file may hold, written \xNN
			in.Body = unescape(in.Body)
		case "encoding":
			enc, err := htmlindex.Get(value)
			if err != nil {
				t.Fatal(err)
			}
			if value == "windows-1258" {
				in.Body = tonesApart(in.Body)
			}
			if in.Body, err = enc.NewEncoder().Bytes(in.Body); err != nil {
				t.Fatal(err)
			}
		case "crlf":
			in.Body = bytes.ReplaceAll(in.Body, []byte("\n"), []byte("\r\n"))
		case "select.items":
			in.Select.Items = value
		case "select.link":
			in.Select.Link = value
		case "select.title":
			in.Select.Title = value
		case "select.date":
			in.Select.Date = value
		case "select.body":
			in.Select.Body = value
		case "select.remove":
			in.Select.Remove = value
		default:
			t.Fatalf("unknown key %q", key)
		}
	}
	return in, push
}

// tonesApart spells Vietnamese as windows-1258 does: the letter with its circumflex, breve or horn, then the tone.
func tonesApart(b []byte) []byte {
	var out, letter []rune
	flush := func() {
		out = append(out, []rune(norm.NFC.String(string(letter)))...)
		letter = letter[:0]
	}
	for _, r := range norm.NFD.String(string(b)) {
		switch {
		case strings.ContainsRune("\u0300\u0301\u0303\u0309\u0323", r):
			flush()
			out = append(out, r)
			// What follows belongs to the letter before the tone.
		case unicode.Is(unicode.Mn, r):
			if len(letter) == 0 && len(out) > 1 {
				n := len(out) - 1
				tone := out[n]
				base := []rune(norm.NFC.String(string([]rune{out[n-1], r})))
				out = append(append(out[:n-1], base...), tone)
				continue
			}
			letter = append(letter, r)
		default:
			flush()
			letter = append(letter, r)
		}
	}
	flush()
	return []byte(string(out))
}

func unescape(b []byte) []byte {
	var out []byte
	for i := 0; i < len(b); i++ {
		if bytes.HasPrefix(b[i:], []byte(`\x`)) && i+3 < len(b) {
			var c byte
			for _, d := range b[i+2 : i+4] {
				c = c<<4 | byte(strings.IndexByte("0123456789abcdef", d))
			}
			out = append(out, c)
			i += 3
			continue
		}
		out = append(out, b[i])
	}
	return out
}

func fileOf(ar *txtar.Archive, name string) []byte {
	for _, f := range ar.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

func setFile(ar *txtar.Archive, name string, data []byte) {
	for i := range ar.Files {
		if ar.Files[i].Name == name {
			ar.Files[i].Data = data
			return
		}
	}
	ar.Files = append(ar.Files, txtar.File{Name: name, Data: data})
}

// outcome is a document as JSON without its empty fields, or the error.
func outcome(t testing.TB, doc hub.Document, err error) []byte {
	t.Helper()
	if err != nil {
		return []byte("error: " + string(hub.KindOf(err)) + ": " + err.Error() + "\n")
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(withoutEmpty(v)); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func withoutEmpty(v any) any {
	switch t := v.(type) {
	case map[string]any:
		for k, e := range t {
			if t[k] = withoutEmpty(e); t[k] == nil {
				delete(t, k)
			}
		}
		if len(t) == 0 {
			return nil
		}
	case []any:
		if len(t) == 0 {
			return nil
		}
		for i := range t {
			t[i] = withoutEmpty(t[i])
		}
	case string:
		if t == "" {
			return nil
		}
	case float64:
		if t == 0 {
			return nil
		}
	case bool:
		if !t {
			return nil
		}
	}
	return v
}
