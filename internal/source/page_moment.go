package source

import (
	"regexp"
	"strconv"
	"strings"
)

var (
	// isoStart is a day as machines write it, at the beginning of a date.
	isoStart = regexp.MustCompile(`^\s*(\d{4})-(\d{2})-(\d{2})`)

	// dayTime is a time of day. It begins no number and no offset of a zone.
	dayTime = regexp.MustCompile(`(?i)(?:^|[^\d.:+-])\d{1,2}\s?(?:[:hg]\s?\d{2}|[hg]\b|[時时点點시]|giờ|uhr)|\b\d{1,2}\s?[ap]\.?\s?m\b`)

	// midnight is the time that systems write where they know the day alone.
	midnight = regexp.MustCompile(`(?:^|[^\d:+-])00?:00(?::\d\d)?(?:\.\d+)?(?:$|[^\d:])`)

	monthName = regexp.MustCompile(`(?i)\p{L}{3,}`)
)

// monthStarts are the first three letters of the months' names in the languages of dateCore.
var monthStarts = map[string]int{
	"jan": 1, "jän": 1, "ene": 1, "gen": 1, "янв": 1, "feb": 2, "fév": 2, "fev": 2, "фев": 2, "mar": 3, "mär": 3, "мар": 3, "apr": 4, "avr": 4, "abr": 4, "апр": 4,
	"may": 5, "mai": 5, "mag": 5, "мая": 5, "giu": 6, "июн": 6, "lug": 7, "июл": 7, "aug": 8, "ago": 8, "aoû": 8, "aou": 8, "авг": 8, "sep": 9, "set": 9, "сен": 9,
	"oct": 10, "okt": 10, "ott": 10, "out": 10, "окт": 10, "nov": 11, "ноя": 11, "dec": 12, "dez": 12, "dic": 12, "déc": 12, "дек": 12,
}

// monthOf is the month that a word names, 0 where it names none.
func monthOf(word string) int {
	word = strings.ToLower(word)
	switch {
	case strings.HasPrefix(word, "juin"), strings.HasPrefix(word, "jun"):
		return 6
	case strings.HasPrefix(word, "juil"), strings.HasPrefix(word, "jul"):
		return 7
	}
	letters := []rune(word)
	return monthStarts[string(letters[:min(3, len(letters))])]
}

// exactFirst puts in front of a day without its time another date of the same day that has it: what a page tells machines is
// often the day alone, or its midnight. A day that has a time stays where it is.
func exactFirst(dates []string) []string {
	if len(dates) < 2 || hasClock(dates[0]) {
		return dates
	}
	m := isoStart.FindStringSubmatch(dates[0])
	if m == nil {
		return dates
	}
	year, month, day := number(m[1]), number(m[2]), number(m[3])
	for i, d := range dates[1:] {
		if !isUpdateLine(d) && hasClock(d) && saysDay(d, year, month, day) {
			return append([]string{d}, append(append([]string{}, dates[:i+1]...), dates[i+2:]...)...)
		}
	}
	return dates
}

// hasClock says whether a date has a time of day that is more than its midnight.
func hasClock(date string) bool { return dayTime.MatchString(date) && !midnight.MatchString(date) }

// saysDay says whether a date, in any of the ways papers write it, may mean a day.
func saysDay(date string, year, month, day int) bool {
	at := dateCore.FindString(date)
	if at == "" {
		if at = worldDay.FindString(date); at == "" {
			return false
		}
	}
	if m := isoStart.FindStringSubmatch(at); m != nil {
		return number(m[1]) == year && number(m[2]) == month && number(m[3]) == day
	}
	var numbers []int
	for _, s := range strings.FieldsFunc(at, func(r rune) bool { return r < '0' || r > '9' }) {
		if n, err := strconv.Atoi(s); err == nil {
			numbers = append(numbers, n)
		}
	}
	for _, word := range monthName.FindAllString(at, -1) {
		if n := monthOf(word); n > 0 {
			return len(numbers) >= 2 && n == month && numbers[0] == day && numbers[1] == year
		}
	}
	if len(numbers) < 3 {
		return false
	}
	a, b, c := numbers[0], numbers[1], numbers[2]
	// 05/11 may be the eleventh of May, but is read as the fifth of November.
	return c == year && (a == day && b == month || a == month && b == day && b > 12) || a == year && b == month && c == day
}
