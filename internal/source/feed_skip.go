package source

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// skipHours reads RSS 2.0 skipHours: hours of the day, GMT, 0 to 23 (24 was midnight in earlier versions). A list that
// forbids every hour is a mistake and says nothing.
func skipHours(raw []string) []int {
	var hours []int
	for _, s := range raw {
		n, err := strconv.Atoi(strings.TrimSpace(s))
		if err == nil && n >= 0 && n <= 24 && !slices.Contains(hours, n%24) {
			hours = append(hours, n%24)
		}
	}
	if len(hours) == 24 {
		return nil
	}
	slices.Sort(hours)
	return hours
}

// skipDays reads RSS 2.0 skipDays: English names of days, GMT. A list that forbids every day says nothing.
func skipDays(raw []string) []time.Weekday {
	var days []time.Weekday
	for _, s := range raw {
		for d := range time.Weekday(7) {
			if strings.EqualFold(strings.TrimSpace(s), d.String()) && !slices.Contains(days, d) {
				days = append(days, d)
			}
		}
	}
	if len(days) == 7 {
		return nil
	}
	slices.Sort(days)
	return days
}
