package source

import (
	"testing"

	"tinhub/internal/hub"
)

// What the tests outside the package need of those within.

// Update says that golden files are to be written.
var Update = update

// Fixture is one archive below testdata.
type Fixture struct {
	fixture
	Name string
}

// Fixtures are all of them, at least so many.
func Fixtures(t testing.TB, fewest int) []Fixture {
	t.Helper()
	var list []Fixture
	for _, f := range fixtures(t, "*", fewest) {
		list = append(list, Fixture{fixture: f, Name: f.name})
	}
	return list
}

// Document is what the readers make of it.
func (f Fixture) Document(t *testing.T) (hub.Document, error) {
	t.Helper()
	return f.read(t)
}

// File is the archive's file of that name, nil where it has none.
func (f Fixture) File(name string) []byte { return fileOf(f.Archive, name) }

// Write puts data into the archive's file of that name.
func (f Fixture) Write(t *testing.T, name string, data []byte) {
	t.Helper()
	f.write(t, name, data)
}
