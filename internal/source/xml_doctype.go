package source

import (
	"bytes"
	"fmt"
	"html"
	"regexp"
	"strings"

	"tinhub/internal/hub"
)

var entityDeclaration = regexp.MustCompile(`<!ENTITY\s+(%\s+)?([A-Za-z_:][\w.:-]*)\s+(SYSTEM|PUBLIC)?\s*(?:"([^"]*)"|'([^']*)')`)

// dropDoctype gives what follows the DOCTYPE, with the few plain entities that it declares put where they are named. Nothing
// outside the document is ever read. Entities made of entities are an attack, not a feed.
func dropDoctype(b []byte, n *notes) ([]byte, error) {
	s := xmlScanner{b: b}
	for {
		t, ok := s.next()
		if !ok || t.kind == tokStart || t.kind == tokCut {
			return b, nil
		}
		if t.kind != tokDoctype {
			continue
		}
		declared := entityDeclaration.FindAllSubmatch(b[t.start:t.end], maxEntities+1)
		if len(declared) == 0 {
			return b[t.end:], nil
		}
		return expand(b[t.end:], declared, n)
	}
}

func expand(b []byte, declared [][][]byte, n *notes) ([]byte, error) {
	if len(declared) > maxEntities {
		return nil, hub.Errorf(hub.Invalid, "the document declares more than %d entities", maxEntities)
	}
	var pairs []string
	growth := 0
	for _, m := range declared {
		name, value := string(m[2]), string(m[4])+string(m[5])
		if len(m[1]) > 0 || len(m[3]) > 0 {
			n.add(fmt.Sprintf("the entity %s stands outside the document and was left out", clip(name, 40)))
			value = ""
		}
		if isEntityOfEntities(value) || len(value) > maxEntityLen {
			return nil, hub.Errorf(hub.Invalid, "the document declares an entity that unfolds into others or is too long: %s", clip(name, 40))
		}
		ref := "&" + name + ";"
		growth += bytes.Count(b, []byte(ref)) * len(value)
		pairs = append(pairs, ref, value)
	}
	if growth > len(b)+1<<20 {
		return nil, hub.Errorf(hub.Invalid, "the entities that the document declares unfold to too much text")
	}
	return []byte(strings.NewReplacer(pairs...).Replace(string(b))), nil
}

// isEntityOfEntities says whether an entity's value names other entities than XML's own.
func isEntityOfEntities(value string) bool {
	plain := html.UnescapeString(value)
	for {
		i := strings.IndexByte(plain, '&')
		if i < 0 {
			return strings.Contains(plain, "%")
		}
		plain = plain[i+1:]
		if end := strings.IndexByte(plain, ';'); end > 0 && plain[0] != '#' && !strings.ContainsAny(plain[:end], " \t\n") {
			return true
		}
	}
}
