package ingest

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// dated is a feed whose stories have the dates that at gives.
func dated(list []story, at func(n int) time.Time) string {
	parts := strings.SplitAfter(feedOf(list...), "</item>")
	for n := range list {
		parts[n] = strings.Replace(parts[n], "</item>", "<pubDate>"+at(n).Format(time.RFC1123Z)+"</pubDate></item>", 1)
	}
	return strings.Join(parts, "")
}

func TestDatesThatAreTheClocksAreNoNews(t *testing.T) {
	for _, name := range []string{"guids stay", "guids change as well"} {
		var bodies []string
		for fetch := range 7 {
			list := stories(5+fetch/6, func(_ int, s *story) {
				if name != "guids stay" {
					s.guid = fmt.Sprint(s.guid, "-", fetch)
				}
			})
			bodies = append(bodies, dated(list, func(int) time.Time { return noonUTC.Add(time.Duration(fetch) * time.Minute) }))
		}
		puts, st := rounds(t, newMemory(), bodies...)
		if !st.Undated || len(puts[3])+len(puts[4])+len(puts[5]) > 0 {
			t.Errorf("%s: undated is %v, put %v", name, st.Undated, puts)
		}
		if len(puts[6]) != 1 || puts[6][0] != "Story 5" {
			t.Errorf("%s: a new story came as %v", name, puts[6])
		}
	}
}

func TestADateOfChangeThatIsTheClocksIsNoNewsEither(t *testing.T) {
	for _, published := range []string{"", "<published>2026-11-19T08:00:00Z</published>"} {
		var bodies []string
		for fetch := range 6 {
			var b strings.Builder
			b.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><id>urn:news</id>`)
			for _, s := range stories(5, same) {
				fmt.Fprintf(&b, `<entry><id>%s</id><title>%s</title><link href="%s"/>%s<updated>%s</updated><content>%s</content></entry>`,
					s.guid, s.title, s.link, published, noonUTC.Add(time.Duration(fetch)*time.Minute).Format(time.RFC3339), s.text)
			}
			bodies = append(bodies, b.String()+"</feed>")
		}
		puts, st := rounds(t, newMemory(), bodies...)
		switch {
		case published != "" && st.Undated:
			t.Error("the good date of publication went with it")
		case published == "" && (!st.Undated || len(puts[3])+len(puts[4])+len(puts[5]) > 0):
			t.Errorf("undated is %v, put %v", st.Undated, puts)
		}
	}
}

func TestDatesThatChangeWithTheirArticlesAreBelieved(t *testing.T) {
	for name, at := range map[string]func(fetch, n int) time.Duration{
		"some of them are moved each time": func(fetch, n int) time.Duration {
			return time.Duration(max(n, 2)*fetch%7) * time.Minute * time.Duration(n/3)
		},
		"all of them are moved once": func(fetch, _ int) time.Duration { return time.Duration(fetch/3) * time.Hour },
	} {
		var bodies []string
		for fetch := range 6 {
			bodies = append(bodies, dated(stories(5+fetch, same), func(n int) time.Time { return noonUTC.Add(at(fetch, n)) }))
		}
		if _, st := rounds(t, newMemory(), bodies...); st.Undated {
			t.Errorf("%s, and the source counts as undated", name)
		}
	}
	var bodies []string
	for fetch := range 6 { // a live page: each date with a new text
		list := stories(5, func(_ int, s *story) { s.text += fmt.Sprint(" and then ", fetch) })
		bodies = append(bodies, dated(list, func(int) time.Time { return noonUTC.Add(time.Duration(fetch) * time.Minute) }))
	}
	if _, st := rounds(t, newMemory(), bodies...); st.Undated {
		t.Error("articles are edited, and the source counts as undated")
	}
}
