package clean

import (
	"strings"
	"time"
)

// maxDate is the longest string taken for a date, in bytes.
const maxDate = 128

// Years that are believed. Below are the zero values of other people's systems.
const (
	minYear = 1602
	maxYear = 9998
)

// readDate reads a date as documents write it: RFC 3339 and ISO 8601, RFC 822 and its relatives, numeric dates with the day
// first, dates in words in nine languages, Unix time. The result stands in loc (nil is UTC), in whole seconds; a string
// that names no zone is read in loc. The whole string must be understood: what is relative, impossible or uncertain gives
// false, never a guess.
func readDate(raw string, loc *time.Location) (time.Time, bool) {
	if loc == nil {
		loc = time.UTC
	}
	raw = strings.TrimSpace(raw)
	if raw == "" || len(raw) > maxDate {
		return time.Time{}, false
	}
	var buf [maxTokens]token
	tokens, ok := tokenize(raw, buf[:0])
	if !ok {
		return time.Time{}, false
	}
	p := dateParser{tokens: tokens, loc: loc}
	if t, ok := p.unix(); ok {
		return t.In(loc), true
	}
	if !p.parse() {
		return time.Time{}, false
	}
	return p.result()
}

// dateParser reads the tokens from left to right; each piece may be given once.
type dateParser struct {
	tokens []token
	i      int
	loc    *time.Location

	year, month, day int
	haveDate         bool
	weekdayMonth     bool // the month may yet turn out to be a weekday
	loose            [3]token
	looseCount       int

	hour, minute, second int
	haveTime, hourOnly   bool
	half                 wordKind // am, pm, noon, evening

	offset    int // minutes
	haveZone  bool
	localName string // a zone name that only loc can tell
}

func (p *dateParser) at(n int) token {
	if p.i+n < len(p.tokens) {
		return p.tokens[p.i+n]
	}
	return token{}
}

func (p *dateParser) is(n int, text string) bool {
	t := p.at(n)
	return t.kind == punct && t.text == text
}

// unix reads seconds or milliseconds since 1970, from 2001 on.
func (p *dateParser) unix() (time.Time, bool) {
	n := len(p.tokens)
	if n == 0 || n == 2 || n > 3 || p.at(0).kind != numeral || n == 3 && (!p.is(1, ".") || p.at(2).kind != numeral) {
		return time.Time{}, false
	}
	switch t := p.at(0); {
	case t.text[0] == '0':
	case t.digits == 10:
		return time.Unix(int64(t.value), 0), true
	case t.digits == 13 && n == 1:
		return time.UnixMilli(int64(t.value)).Truncate(time.Second), true
	}
	return time.Time{}, false
}

func (p *dateParser) parse() bool {
	for p.i < len(p.tokens) {
		ok := false
		switch t := p.at(0); t.kind {
		case numeral:
			ok = p.number()
		case letterRun:
			ok = p.word()
		case punct:
			ok = p.punct()
		}
		if !ok {
			return false
		}
	}
	return true
}

func (p *dateParser) number() bool {
	t := p.at(0)
	next := p.at(1)
	switch {
	case p.compact():
		return true
	case next.kind == punct && next.text == ":" && p.at(2).kind == numeral:
		return p.clock()
	case next.kind == letterRun && next.word.kind != noWord:
		if done, ok := p.numberWord(t, next); done {
			return ok
		}
	case p.numeric():
		return true
	case p.dottedTime():
		return true
	}
	if p.looseCount == len(p.loose) {
		return false
	}
	p.loose[p.looseCount] = t
	p.looseCount++
	p.i++
	if p.is(0, ".") || p.is(0, "º") || p.is(0, "ª") || p.is(0, "°") {
		p.i++
	}
	return true
}

// numberWord reads a number with the unit after it; done is false where the word is no unit.
func (p *dateParser) numberWord(t, w token) (done, ok bool) {
	switch w.word.kind {
	case hours:
		return true, p.wordClock()
	case yearUnit:
		ok = p.year == 0 && t.digits == 4
		p.year = t.value
	case monthUnit:
		ok = p.month == 0 && t.digits <= 2 && t.value >= 1 && t.value <= 12
		p.month = t.value
	case dayUnit:
		ok = p.day == 0 && t.digits <= 2
		p.day = t.value
	case am, pm, noon, evening:
		if p.haveTime || t.digits > 2 {
			return false, false
		}
		if !p.setTime(t.value, 0, 0) {
			return true, false
		}
		p.hourOnly = true
		p.i++
		return true, true
	case ordinal:
		if w.spaced || t.digits > 2 {
			return true, w.text == "th" && p.thMonth(t)
		}
		ok = p.looseCount < len(p.loose)
		if ok {
			p.loose[p.looseCount] = t
			p.looseCount++
		}
	default:
		return false, false
	}
	p.i += 2
	if ok && (w.word.kind == dayUnit || w.word.kind == yearUnit) {
		p.haveDate = p.year != 0 && p.month != 0 && p.day != 0
	}
	return true, ok
}

// thMonth reads "14 Th1 2022", where th is short for tháng.
func (p *dateParser) thMonth(day token) bool {
	if m := p.at(2); m.kind != numeral || p.looseCount == len(p.loose) {
		return false
	}
	p.loose[p.looseCount] = day
	p.looseCount++
	p.i++
	return p.thang()
}

func (p *dateParser) word() bool {
	t := p.at(0)
	if (t.text == "a" || t.text == "p") && p.is(1, ".") && p.at(2).text == "m" {
		return p.halfDay(t)
	}
	switch t.word.kind {
	case filler, weekday:
		p.i++
		return p.afterWord()
	case dayUnit, monthUnit: // (日), (月): weekdays
		p.i++
		return true
	case month, maybeDay:
		return p.monthWord(t)
	case thang:
		return p.thang()
	case ordinal:
		return t.text == "th" && p.at(1).kind == numeral && !p.at(1).spaced && p.thang()
	case thu:
		return p.thu()
	case am, pm, noon, evening:
		return p.halfDay(t)
	case hours, minutes, seconds:
		return p.strayUnit(t)
	case zone, utcBase, localZone:
		return p.zoneWord(t)
	case timeT:
		p.i++
		if n := p.at(0); !p.haveDate && p.looseCount == 0 && n.kind == numeral && !n.spaced && n.digits == 1 && n.value >= 2 && n.value <= 7 {
			p.i++ // T6: thứ sáu
			return true
		}
		return p.at(0).kind == numeral && (p.haveDate || p.looseCount > 0) && p.isoTime()
	}
	if t.text == "chu" && p.at(1).text == "nhat" { // chủ nhật, Sunday
		p.i += 2
		return true
	}
	return false
}

// afterWord swallows the mark that a label or a short form ends in.
func (p *dateParser) afterWord() bool {
	if p.is(0, ":") || p.is(0, ".") {
		p.i++
	}
	return true
}

func (p *dateParser) punct() bool {
	t := p.at(0)
	switch t.text {
	case "+", "-":
		if p.isOffset() {
			return p.numericZone()
		}
		p.i++
		return t.text == "-"
	case "(", "[":
		if p.haveZone && p.haveTime {
			return p.comment()
		}
		p.i++
		return true
	case ",", ";", "|", ")", "]", "/", "•", "·", ".", "'", "’", "@":
		p.i++
		return true
	}
	return false
}

// comment skips a parenthesis after the zone was read, as in "GMT+0700 (Indochina Time)"; it must end the string.
func (p *dateParser) comment() bool {
	for n := 1; p.i+n < len(p.tokens); n++ {
		if p.is(n, ")") || p.is(n, "]") {
			p.i += n + 1
			return p.i == len(p.tokens)
		}
		if p.at(n).kind == numeral && p.at(n).digits > 2 {
			return false
		}
	}
	return false
}

func (p *dateParser) setDate(y, m, d int) bool {
	if p.haveDate || p.month != 0 || p.looseCount > 0 {
		return false
	}
	p.year, p.month, p.day, p.haveDate = y, m, d, true
	return true
}

func (p *dateParser) setTime(h, m, s int) bool {
	if p.haveTime || h > 24 || m > 59 || s > 60 || h == 24 && (m > 0 || s > 0) {
		return false
	}
	p.hour, p.minute, p.second, p.haveTime = h, m, s, true
	return true
}

// result puts the pieces together, or finds that they are not one moment.
func (p *dateParser) result() (time.Time, bool) {
	if !p.settleWords() || !p.haveDate || !p.settleHour() {
		return time.Time{}, false
	}
	if p.year < minYear || p.year > maxYear || p.month < 1 || p.month > 12 || p.day < 1 || p.day > daysIn(p.year, p.month) {
		return time.Time{}, false
	}
	loc := p.loc
	if p.haveZone {
		loc = time.FixedZone("", p.offset*60)
	}
	t := time.Date(p.year, time.Month(p.month), p.day, p.hour, p.minute, p.second, 0, loc)
	if p.localName != "" {
		// The name means different things in the world; it counts where it is the source's own, at that very time.
		local := time.Date(p.year, time.Month(p.month), p.day, p.hour, p.minute, p.second, 0, p.loc)
		name, _ := local.Zone()
		switch {
		case strings.EqualFold(name, p.localName):
			t = local
		case !p.haveZone:
			return time.Time{}, false
		}
	}
	return t.In(p.loc), true
}

// settleWords makes a date of a month in words and the loose numbers around it.
func (p *dateParser) settleWords() bool {
	if p.haveDate {
		return p.looseCount == 0
	}
	if p.month == 0 {
		return false
	}
	if p.looseCount != 2 || p.year != 0 || p.day != 0 {
		return false
	}
	day, year := p.loose[0], p.loose[1]
	if day.digits == 4 {
		day, year = year, day
	}
	if day.digits > 2 || year.digits != 2 && year.digits != 4 {
		return false
	}
	p.day, p.year, p.haveDate = day.value, fullYear(year), true
	return true
}

// fullYear completes two digits as RFC 2822 §4.3 says.
func fullYear(t token) int {
	switch {
	case t.digits > 2:
		return t.value
	case t.value < 50:
		return 2000 + t.value
	}
	return 1900 + t.value
}

// settleHour brings a 12-hour time into 24 hours.
func (p *dateParser) settleHour() bool {
	if !p.haveTime {
		return p.half == noWord
	}
	if p.hourOnly && p.half == noWord {
		return false
	}
	switch p.half {
	case am:
		if p.hour > 12 {
			return false
		}
		p.hour %= 12
	case pm:
		if p.hour == 0 {
			return false
		}
		if p.hour < 12 {
			p.hour += 12
		}
	case noon:
		switch {
		case p.hour <= 2 && p.hour > 0:
			p.hour += 12
		case p.hour < 10 || p.hour > 14:
			return false
		}
	case evening:
		switch {
		case p.hour >= 6 && p.hour < 12:
			p.hour += 12
		case p.hour < 17:
			return false // 12 at night is the end of which day?
		}
	}
	return p.hour <= 24
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
