package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// What Python does with values: indexing, truth, equality.

func length(v any) any {
	switch t := v.(type) {
	case pyList:
		return float64(len(t))
	case entryList:
		return float64(len(t))
	case absent:
		return -1.0
	case string:
		return float64(utf8.RuneCountInString(t))
	case field:
		if len(t.candidates) > 0 {
			return float64(utf8.RuneCountInString(t.candidates[0]))
		}
	}
	return 0.0
}

func index(v, key any) any {
	switch t := v.(type) {
	case pyDict:
		name, _ := key.(string)
		e, ok := t[name]
		if !ok {
			panic(noField{name})
		}
		return e
	case absent:
		if _, ok := t.like[fmt.Sprint(key)]; !ok && len(t.like) > 0 {
			panic(noField{fmt.Sprint(key)})
		}
		return absent{}
	case entryList:
		f, _ := key.(float64)
		if i := int(f); i >= 0 && i < len(t) {
			return t[i]
		}
		return absent{article{}.names()}
	case pyList:
		f, ok := key.(float64)
		if !ok {
			panic(noField{fmt.Sprint(key)})
		}
		i := int(f)
		if i < 0 {
			i += len(t)
		}
		if i < 0 || i >= len(t) {
			panic(missing{"element " + strconv.Itoa(i)})
		}
		return t[i]
	}
	panic(noField{fmt.Sprint(key)})
}

func truth(v any) bool {
	switch t := v.(type) {
	case bool:
		return t
	case string:
		return t != ""
	case float64:
		return t != 0
	case field:
		return t.has()
	case pyList:
		return len(t) > 0
	case pyDict:
		return len(t) > 0
	}
	return false
}

func (f field) has() bool {
	return slices.ContainsFunc(f.candidates, func(s string) bool { return s != "" })
}

func contains(needle, hay any) bool {
	switch t := hay.(type) {
	case pyDict:
		name, _ := needle.(string)
		v, ok := t[name]
		if !ok {
			panic(noField{name})
		}
		return truth(v)
	case pyList:
		return slices.ContainsFunc(t, func(e any) bool { return equal(e, needle) })
	case field:
		s, _ := needle.(string)
		return slices.ContainsFunc(t.candidates, func(c string) bool { return strings.Contains(c, s) })
	case string:
		s, _ := needle.(string)
		return strings.Contains(t, s)
	}
	panic("in")
}

func equal(a, b any) bool {
	if f, ok := b.(field); ok {
		if _, both := a.(field); !both {
			return f.equals(a)
		}
	}
	if _, ok := b.(absent); ok {
		return false
	}
	switch t := a.(type) {
	case absent:
		return false
	case field:
		return t.equals(b)
	case ordinal:
		n, _ := b.(float64)
		return equal(t.of, string(rune(n)))
	case pyNone:
		return b == any(pyNone{})
	case pyDict:
		other, ok := b.(pyDict)
		if !ok {
			return false
		}
		same := true
		for k, v := range other {
			mine, ok := t[k]
			if !ok {
				panic(noField{k})
			}
			same = same && equal(mine, v)
		}
		return same
	case pyList:
		return equalLists(t, b)
	case pyTuple:
		if other, ok := b.(pyTuple); ok && len(t) == 2 && len(other) == 3 {
			b = other[:2] // a height is not a field of ours
		}
		return equalLists(pyList(t), b)
	}
	return a == b
}

func equalLists(a pyList, b any) bool {
	var other []any
	switch t := b.(type) {
	case pyList:
		other = t
	case pyTuple:
		other = t
	}
	if len(a) != len(other) {
		return false
	}
	for i := range a {
		if !equal(a[i], other[i]) {
			return false
		}
	}
	return true
}
