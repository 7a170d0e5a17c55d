package ingest

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"tinhub/internal/hub"
)

// Some systems write a session's or a moment's mark into the query of every link, another one at each fetch. Such a
// parameter identifies nothing, and an article must not be told of again because of it. It is found out from links of one
// title that differ in nothing but its value, in two documents running.

const (
	maxSample   = 10
	maxVolatile = 8
	maxLink     = 2 << 10 // bytes of one that is looked at
)

// judgeLinks compares the links with queries of a document with those of the last one.
func judgeLinks(st *hub.SourceState, drafts []hub.Draft) {
	now := sampleOf(drafts)
	if len(now) == 0 && len(st.Sample) == 0 {
		return
	}
	again, strayed, names := 0, 0, map[string]int{}
	for title, link := range pairs(st.Sample) {
		for title2, link2 := range pairs(now) {
			if title != title2 {
				continue
			}
			changed, same := changedParameters(link, link2)
			if !same {
				continue
			}
			again++
			if len(changed) > 0 {
				strayed++
			}
			for _, name := range changed {
				names[name]++
			}
		}
	}
	st.Sample = now
	switch {
	case again < churnItems:
		return
	case 100*strayed < churnShare*again:
		st.Strayed = 0
		return
	}
	if st.Strayed = min(st.Strayed+1, churnInARow); st.Strayed < churnInARow {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if 100*names[name] >= churnShare*again && len(st.Volatile) < maxVolatile && !slices.Contains(st.Volatile, name) {
			st.Volatile = append(slices.Clone(st.Volatile), name)
		}
	}
}

// sampleOf is a few links with queries, each behind the hash of its title, which no other of the document has.
func sampleOf(drafts []hub.Draft) []string {
	titles := map[string]int{}
	for _, d := range drafts {
		titles[d.Title.Value]++
	}
	var sample []string
	for _, d := range drafts {
		if d.Title.Value == "" || titles[d.Title.Value] > 1 || !strings.Contains(d.URL, "?") || len(d.URL) > maxLink {
			continue
		}
		if sample = append(sample, mark(d.Title.Value)+" "+d.URL); len(sample) == maxSample {
			break
		}
	}
	return sample
}

// pairs gives the title hashes and links of a sample.
func pairs(sample []string) func(yield func(title, link string) bool) {
	return func(yield func(title, link string) bool) {
		for _, s := range sample {
			if title, link, ok := strings.Cut(s, " "); ok && !yield(title, link) {
				return
			}
		}
	}
}

// changedParameters names the query parameters whose values differ between two links that are the same otherwise.
func changedParameters(a, b string) (names []string, same bool) {
	u, errA := url.Parse(a)
	v, errB := url.Parse(b)
	if errA != nil || errB != nil || u.Scheme != v.Scheme || u.Host != v.Host || u.EscapedPath() != v.EscapedPath() {
		return nil, false
	}
	x, y := u.Query(), v.Query()
	if len(x) != len(y) {
		return nil, false
	}
	for name, values := range x {
		switch other, ok := y[name]; {
		case !ok:
			return nil, false
		case !slices.Equal(values, other):
			names = append(names, name)
		}
	}
	return names, true
}

// without is a link without these query parameters; what is no link with a query stays as it is.
func without(link string, names []string) string {
	head, query, ok := strings.Cut(link, "?")
	if !ok {
		return link
	}
	query, fragment, hasFragment := strings.Cut(query, "#")
	parts := slices.DeleteFunc(strings.Split(query, "&"), func(p string) bool {
		name, _, _ := strings.Cut(p, "=")
		plain, err := url.QueryUnescape(name)
		return err == nil && slices.Contains(names, plain)
	})
	if query = strings.Join(parts, "&"); query != "" {
		head += "?" + query
	}
	if hasFragment {
		head += "#" + fragment
	}
	return head
}
