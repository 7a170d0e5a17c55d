package source

import (
	"slices"
	"strings"
	"testing"
)

func TestWhichDatesOfAPageAreThoseOfItsArticle(t *testing.T) {
	for name, c := range map[string]struct{ extra, published, modified string }{
		"a microformat":                       {`<p>At <abbr class="published" title="2026-06-13T06:45:00-07:00">6:45 AM</abbr></p>`, "2026-06-13T06:45:00-07:00", ""},
		"that of a reader's comment":          {`<div class="comments"><abbr class="published" title="2026-06-14T06:45:00-07:00">6:45 AM</abbr></div>`, "", ""},
		"a title that is no date":             {`<p><span class="published" title="more">13 June 2026, 06:45</span></p>`, "13 June 2026, 06:45", ""},
		"RDFa":                                {`<span property="dc:date dc:created" content="2026-05-11T18:20:00+01:00">Mon, 05/11/2026 - 18:20</span>`, "2026-05-11T18:20:00+01:00", ""},
		"a change beside the day":             {`<p class="date">13 June 2026</p><p class="date">Updated: 14 June 2026, 07:00</p>`, "13 June 2026", "Updated: 14 June 2026, 07:00"},
		"a change and nothing else":           {`<p class="date">Updated: 14 June 2026, 07:00</p>`, "Updated: 14 June 2026, 07:00", ""},
		"the hour that machines are not told": {`<meta itemprop="datePublished" content="2026-06-13"><p class="date">13 June 2026, 06:45</p>`, "13 June 2026, 06:45", ""},
	} {
		doc, err := Read(Input{Body: []byte(strings.Replace(pageOf(""), "</h1>", "</h1>"+c.extra, 1)), Kind: "page", URL: "https://tidewater.example/q/1"})
		if err != nil {
			t.Fatal(err)
		}
		d := doc.Drafts[0]
		if got := slices.Concat(d.Published, []string{""})[0]; got != c.published {
			t.Errorf("%s: published %q, want %q", name, d.Published, c.published)
		}
		if got := strings.Join(d.Modified, "|"); got != c.modified {
			t.Errorf("%s: modified %q, want %q", name, got, c.modified)
		}
	}
}
