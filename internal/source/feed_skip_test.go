package source

import (
	"slices"
	"testing"
	"time"
)

func TestAFeedSaysWhenItDoesNotWantToBeAsked(t *testing.T) {
	read := func(skip string) ([]int, []time.Weekday) {
		doc, err := Read(Input{ContentType: "application/rss+xml", Body: []byte(`<rss version="2.0"><channel><title>T</title><link>https://x.example/</link>` + skip +
			`<item><title>A</title><link>https://x.example/a</link></item></channel></rss>`)})
		if err != nil {
			t.Fatal(err)
		}
		return doc.SkipHours, doc.SkipDays
	}
	hours, days := read(`<skipHours><hour>22</hour><hour> 3 </hour><hour>24</hour><hour>25</hour><hour>x</hour><hour>3</hour></skipHours><skipDays><day>Sunday</day><day>saturday</day><day>Today</day></skipDays>`)
	if !slices.Equal(hours, []int{0, 3, 22}) || !slices.Equal(days, []time.Weekday{time.Sunday, time.Saturday}) {
		t.Errorf("hours %v, days %v", hours, days)
	}
	all := ""
	for h := range 24 {
		all += "<hour>" + string(rune('0'+h/10)) + string(rune('0'+h%10)) + "</hour>"
	}
	if hours, _ := read("<skipHours>" + all + "</skipHours>"); hours != nil {
		t.Errorf("a feed that forbids every hour forbids %v", hours)
	}
}
