package clean

import "time"

// fastDate reads the two forms that most feeds are written in, RFC 3339 and RFC 1123, strictly; anything else is for the
// slow way, which reads these the same.
func fastDate(s string, loc *time.Location) (time.Time, bool) {
	switch {
	case len(s) >= 19 && s[4] == '-':
		return fastISO(s, loc)
	case len(s) >= 28 && s[3] == ',':
		return fastRFC1123(s, loc)
	}
	return time.Time{}, false
}

// fastISO reads 2022-01-14T02:01:00, with a fraction and with Z or +07:00.
func fastISO(s string, loc *time.Location) (time.Time, bool) {
	if s[7] != '-' || s[10] != 'T' {
		return time.Time{}, false
	}
	y, ok1 := twoOrFour(s[0:4])
	m, ok2 := twoOrFour(s[5:7])
	d, ok3 := twoOrFour(s[8:10])
	clock, ok4 := fastClock(s[11:19])
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return time.Time{}, false
	}
	rest := s[19:]
	if len(rest) > 1 && rest[0] == '.' {
		n := 1
		for n < len(rest) && n < 10 && rest[n] >= '0' && rest[n] <= '9' {
			n++
		}
		if n == 1 {
			return time.Time{}, false
		}
		rest = rest[n:]
	}
	offset := 0
	switch {
	case rest == "":
		wall, ok := fastWall(y, m, d, clock)
		return wallTime(wall, loc).In(loc), ok
	case rest == "Z":
	case len(rest) == 6 && rest[3] == ':':
		var ok bool
		if offset, ok = fastOffset(rest[0], rest[1:3], rest[4:6]); !ok {
			return time.Time{}, false
		}
	default:
		return time.Time{}, false
	}
	wall, ok := fastWall(y, m, d, clock)
	return wall.Add(-time.Duration(offset) * time.Minute).In(loc), ok
}

// fastRFC1123 reads Fri, 14 Jan 2022 02:01:00 +0700, and GMT at the end. The weekday says nothing.
func fastRFC1123(s string, loc *time.Location) (time.Time, bool) {
	if len(s) < 29 || s[4] != ' ' || s[7] != ' ' || s[11] != ' ' || s[16] != ' ' || s[25] != ' ' || !englishDay(s[:3]) {
		return time.Time{}, false
	}
	d, ok1 := twoOrFour(s[5:7])
	m := englishMonth(s[8:11])
	y, ok2 := twoOrFour(s[12:16])
	clock, ok3 := fastClock(s[17:25])
	if !ok1 || !ok2 || !ok3 || m == 0 {
		return time.Time{}, false
	}
	offset := 0
	switch rest := s[26:]; {
	case rest == "GMT":
	case len(rest) == 5:
		var ok bool
		if offset, ok = fastOffset(rest[0], rest[1:3], rest[3:5]); !ok {
			return time.Time{}, false
		}
	default:
		return time.Time{}, false
	}
	wall, ok := fastWall(y, m, d, clock)
	return wall.Add(-time.Duration(offset) * time.Minute).In(loc), ok
}

func fastWall(y, m, d, clock int) (time.Time, bool) {
	if y < minYear || y >= firstBuddhist || m < 1 || m > 12 || d < 1 || d > 28 && d > daysIn(y, m) {
		return time.Time{}, false
	}
	return time.Date(y, time.Month(m), d, 0, 0, clock, 0, time.UTC), true
}

// fastClock reads 02:01:00 in seconds; the rarer 24:00:00 and :60 go the slow way.
func fastClock(s string) (int, bool) {
	h, ok1 := twoOrFour(s[0:2])
	m, ok2 := twoOrFour(s[3:5])
	sec, ok3 := twoOrFour(s[6:8])
	return h*3600 + m*60 + sec, ok1 && ok2 && ok3 && s[2] == ':' && s[5] == ':' && h < 24 && m < 60 && sec < 60
}

func fastOffset(sign byte, hh, mm string) (int, bool) {
	h, ok1 := twoOrFour(hh)
	m, ok2 := twoOrFour(mm)
	offset := h*60 + m
	if sign == '-' {
		offset = -offset
	}
	return offset, ok1 && ok2 && m < 60 && (sign == '+' || sign == '-') && isOffsetOnEarth(offset)
}

// twoOrFour reads a string of digits alone.
func twoOrFour(s string) (int, bool) {
	v := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		v = v*10 + int(s[i]-'0')
	}
	return v, true
}

func englishMonth(s string) int {
	const names = "JanFebMarAprMayJunJulAugSepOctNovDec"
	for i := 0; i < len(names); i += 3 {
		if names[i:i+3] == s {
			return i/3 + 1
		}
	}
	return 0
}

func englishDay(s string) bool {
	switch s {
	case "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun":
		return true
	}
	return false
}
