package ingest

import (
	"strconv"
	"strings"

	"tinhub/internal/hub"
)

// Some systems date every item with the clock, anew at each fetch. Such a date tells nothing: its articles would be told of
// again and again, each time as the newest of all. It is found out from items that differ in nothing but their date, in two
// documents running; from then on they have the date at which they were first seen.

// judgeDates compares the dates of a document with those of the last one, and takes them out where they tell nothing. items
// are what is remembered of the drafts, in the same places.
func judgeDates(st *hub.SourceState, doc *hub.Document, items []seenItem, h *draftHash) {
	last := make(map[string]string, len(st.Dates))
	for _, s := range st.Dates {
		if what, date, ok := strings.Cut(s, " "); ok {
			last[what] = date
		}
	}
	again, moved := 0, 0
	st.Dates = nil
	for n := range doc.Drafts {
		d := doc.Drafts[n]
		if items[n].name == 0 || len(d.Published) == 0 || len(st.Dates) == maxSample {
			continue
		}
		date := mark(d.Published[0])                         // the one that counts: others stand in for it
		d.OriginalID, d.Published, d.Modified = "", nil, nil // guids may change as well
		what := strconv.FormatUint(h.whole(&d), 36)
		st.Dates = append(st.Dates, what+" "+date)
		if before, ok := last[what]; ok {
			again++
			if before != date {
				moved++
			}
		}
	}
	switch {
	case again < churnItems: // tells nothing
	case 100*moved >= churnShare*again:
		st.Redated = min(st.Redated+1, churnInARow)
	default:
		st.Redated = 0
	}
	if st.Undated = st.Undated || st.Redated >= churnInARow; !st.Undated {
		return
	}
	st.Dates = nil
	for n := range doc.Drafts {
		doc.Drafts[n].Published, doc.Drafts[n].Modified = nil, nil
		items[n].whole = h.whole(&doc.Drafts[n])
	}
}
