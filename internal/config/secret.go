package config

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// secret reads a secret that stands in name, name_file or name_env of m, at most one of them, exactly one where it is
// required. The secret itself never stands in a mistake.
func (r *reader) secret(m mapping, at value, name string, required bool) string {
	plain, file, env := m.get(name), m.get(name+"_file"), m.get(name+"_env")
	var given []value
	for _, v := range []value{plain, file, env} {
		if v.given() {
			given = append(given, v)
		}
	}
	choice := name + "_env, " + name + "_file or " + name
	switch {
	case len(given) == 0:
		if required {
			at.mistake(name, "is missing", "exactly one of "+choice)
		}
		return ""
	case len(given) > 1:
		given[1].mistake("", "stands beside "+lastKey(given[0].key), "only one of "+choice)
		return ""
	}
	v := given[0]
	s, ok := v.scalar()
	if !ok {
		return ""
	}
	switch v.key {
	case file.key:
		s, ok = r.secretFile(v, s)
	case env.key:
		s, ok = r.secretVariable(v, s)
	}
	if !ok {
		return ""
	}
	switch {
	case s == "":
		v.mistake("", "is empty", "a secret of at least one character")
	case len(s) > 4_096 || !utf8.ValidString(s) || strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == 0x7f }):
		v.mistake("", "is not one line of text", "at most 4096 bytes without control characters")
		return ""
	}
	return s
}

// secretFile reads a secret from a file; the line end after it is not part of it.
func (r *reader) secretFile(v value, path string) (string, bool) {
	if path == "" {
		v.mistake("", "is empty", "the path of a file")
		return "", false
	}
	data, err := readBounded(r.path(path))
	if err != nil {
		v.mistake("", "cannot be read: "+err.Error(), "")
		return "", false
	}
	return strings.TrimRight(string(data), "\r\n"), true
}

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,127}$`)

func (r *reader) secretVariable(v value, name string) (string, bool) {
	if !variableName.MatchString(name) {
		v.mistake("", "is not the name of a variable", "e.g. TINHUB_CMS_KEY")
		return "", false
	}
	if r.env != nil {
		if s, ok := r.env(name); ok && s != "" {
			return strings.TrimRight(s, "\r\n"), true
		}
	}
	v.mistake("", "the environment variable "+name+" is not set", "")
	return "", false
}

// lastKey is the end of a way: key of sources[0].key.
func lastKey(key string) string { return key[strings.LastIndexByte(key, '.')+1:] }
