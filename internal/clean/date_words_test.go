package clean

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

// A word with two meanings would be read by one language's and be wrong in the other's.
func TestDateWordsHaveOneMeaning(t *testing.T) {
	seen := map[string]word{}
	for _, list := range [][]phrase{monthWords, dayWords, smallWords, clockWords, zoneWords, asianWords} {
		for _, p := range list {
			for w := range strings.FieldsSeq(p.words) {
				was, twice := seen[w]
				if twice && was != (word{p.kind, p.value}) {
					t.Errorf("%q is %v and %v", w, was, word{p.kind, p.value})
				}
				seen[w] = word{p.kind, p.value}
				if norm.NFC.String(strings.ToLower(w)) != w {
					t.Errorf("%q is never found: it is looked up in lower case and NFC", w)
				}
			}
		}
	}
}
