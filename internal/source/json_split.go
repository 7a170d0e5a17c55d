package source

import "encoding/json"

// Valid JSON is cut into its members and elements where it stands: encoding/json would copy a document once for each level
// of it that is looked into.

// maxMembers bounds the members of one object that are looked at, and the elements of any list but that of the items.
const maxMembers = 10_000

// members are an object's, by name; the last of a name counts. raw is valid JSON.
func members(raw []byte) map[string]json.RawMessage {
	fields := map[string]json.RawMessage{}
	at := nextJSON(raw, 0) + 1
	for at < len(raw) && len(fields) < maxMembers {
		if at = nextJSON(raw, at); at >= len(raw) || raw[at] != '"' {
			return fields
		}
		end := afterJSON(raw, at)
		var key string
		if json.Unmarshal(raw[at:end], &key) != nil {
			return fields
		}
		at = nextJSON(raw, nextJSON(raw, end)+1) // over the colon
		end = afterJSON(raw, at)
		fields[key] = json.RawMessage(raw[at:end:end])
		if at = nextJSON(raw, end); at >= len(raw) || raw[at] != ',' {
			return fields
		}
		at++
	}
	return fields
}

// elements are the first of a list, at most so many, and whether there are more. raw is valid JSON.
func elements(raw []byte, most int) (list []json.RawMessage, more bool) {
	at := nextJSON(raw, nextJSON(raw, 0)+1)
	for at < len(raw) && raw[at] != ']' {
		if len(list) >= most {
			return list, true
		}
		end := afterJSON(raw, at)
		list = append(list, json.RawMessage(raw[at:end:end]))
		if at = nextJSON(raw, end); at < len(raw) && raw[at] == ',' {
			at = nextJSON(raw, at+1)
		}
	}
	return list, false
}

// nextJSON is the place of the next byte that is no space.
func nextJSON(b []byte, at int) int {
	for at < len(b) && (b[at] == ' ' || b[at] == '\t' || b[at] == '\n' || b[at] == '\r') {
		at++
	}
	return at
}

// afterJSON is the end of the value that begins at at.
func afterJSON(b []byte, at int) int {
	depth := 0
	for at < len(b) {
		switch b[at] {
		case '"':
			at = afterString(b, at)
		case '{', '[':
			depth++
			at++
		case '}', ']':
			depth--
			at++
		default:
			at++
			if depth == 0 {
				for at < len(b) && b[at] > ' ' && b[at] != ',' && b[at] != '}' && b[at] != ']' {
					at++
				}
			}
		}
		if depth <= 0 {
			return at
		}
	}
	return len(b)
}

func afterString(b []byte, at int) int {
	for at++; at < len(b); at++ {
		switch b[at] {
		case '\\':
			at++
		case '"':
			return at + 1
		}
	}
	return len(b)
}
