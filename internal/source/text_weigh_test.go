package source

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestLinesLikeAFrameStay puts lines into a body that above or below an article would be the page's.
func TestLinesLikeAFrameStay(t *testing.T) {
	const (
		above = "Town keeps its heat map\n\n14 March 2024, 08:15\n\nThe council will measure the heat in every street, it said on Thursday.\n\nIt was warm all week, and the nights were no better than the days.\n\n"
		below = "\n\nThe map will be ready in June, and the council will print it for every house.\n"
	)
	for _, line := range []string{
		"Otterham 39°C", "- Email address", "1/3", "Follow the old road on foot to the mill", "The sum is 5*3*2, or 30*1.", "Water costs 5* and milk 6* here.",
		"In 1962 the town had 3 wells.", "Share of the vote: 20", "14 of them are new",
	} {
		doc, err := Read(Input{Body: []byte(above + line + below), Kind: "text"})
		if err != nil {
			t.Fatal(err)
		}
		kept := false
		for _, b := range doc.Drafts[0].Blocks {
			kept = kept || b.Text == line
		}
		if !kept {
			t.Errorf("%q is gone: %+v", line, doc.Drafts[0].Steps)
		}
	}
}

// TestManyBylinesTakeNoMinutes reads texts of thousands of signed parts, whose names are looked for in the whole text.
func TestManyBylinesTakeNoMinutes(t *testing.T) {
	const prose = "The ferry to Lismore will run every hour from June, the island council said on Monday.\n\n"
	for name, after := range map[string]string{
		"parts": "* On the same day, the quay was opened again for all.\n\n", "boxes": "Related\n\nOne headline\n\nTwo headlines\n\n",
	} {
		var text strings.Builder
		text.WriteString("Many parts\n\n3 May 2023, 08:15\n\n")
		for i := range 1000 {
			fmt.Fprintf(&text, "%s%s%c%c%c Marsh, Otterham\n\n%s", prose, prose, 'A'+i%26, 'a'+i/26%26, 'a'+i/676, after)
		}
		start := time.Now()
		if _, err := Read(Input{Body: []byte(text.String()), Kind: "text"}); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took > hang {
			t.Errorf("%s: took %s", name, took)
		}
	}
}
