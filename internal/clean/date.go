package clean

import (
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// maxDate is the longest string taken for a date, in bytes.
const maxDate = 128

// Years that are believed. Below are the zero values of other people's systems, and the years of other calendars: 1443 of
// the Hijra and 1400 of the Persian calendar are none of ours. Buddhist years are read where Thai words say so.
const (
	minYear       = 1602
	maxYear       = 9998
	firstBuddhist = 2443
	lastBuddhist  = 2743
)

// readDate reads a date as documents write it; docs/decisions/0008-dates.md has the rules and their reasons. The result
// stands in loc (nil is UTC), in whole seconds; a string that names no zone is read in loc. The whole string must be
// understood: what is relative, impossible, incomplete or open to two readings gives false, never a guess.
//
// Dates that machines write take the fast way (date_fast.go), which reads nothing that the slow one does not read just so.
// The slow one cuts the string into tokens (date_tokens.go) with the words of all languages at once (date_words.go) and
// takes pieces from left to right: a date (date_day.go), a time (date_clock.go), a zone (date_zone.go), each once, and words
// that say nothing.
func readDate(raw string, loc *time.Location) (time.Time, bool) {
	if loc == nil {
		loc = time.UTC
	}
	raw = strings.TrimSpace(raw)
	if raw == "" || len(raw) > maxDate {
		return time.Time{}, false
	}
	if t, ok := fastDate(raw, loc); ok {
		return t, true
	}
	return slowDate(raw, loc)
}

func slowDate(raw string, loc *time.Location) (time.Time, bool) {
	if !norm.NFC.IsNormalString(raw) {
		raw = norm.NFC.String(raw)
	}
	var buf [maxTokens]token
	tokens, ok := tokenize(raw, buf[:0])
	if !ok {
		return time.Time{}, false
	}
	p := dateParser{raw: raw, tokens: tokens} // without loc: what it holds stays on the stack
	switch loc.String() {
	case "Asia/Tokyo", "Asia/Seoul", "Asia/Shanghai", "Asia/Taipei", "Asia/Hong_Kong", "Asia/Pyongyang", "Asia/Macau":
		p.eastAsian = true
	}
	for _, t := range tokens {
		p.thai = p.thai || t.thai
		p.yearFirst = p.yearFirst || t.cjk
	}
	if t, ok := p.unix(); ok {
		return t.In(loc), true
	}
	if n := len(tokens); n > 2 && p.is(0, "\"") && tokens[n-1].text == "\"" { // a string's own quotes
		p.tokens, p.i = tokens[:n-1], 1
	}
	if !p.parse() {
		return time.Time{}, false
	}
	return p.result(loc)
}

// dateParser reads the tokens from left to right; each piece may be given once.
type dateParser struct {
	raw    string
	tokens []token
	dateState
}

// dateState is what was read so far. It holds no pointer: what is tried and taken back is copied, and would else put the
// tokens on the heap.
type dateState struct {
	i int

	year, month, day int
	haveDate         bool
	needYear         bool // "Jan 14 02:01:00 2022": the year comes after the time
	iso              bool // the date was 2022-01-14
	shortYear        bool // the date was three numbers, the year of two digits
	yearLed          bool // the date was three numbers, the year first
	era              int  // of eras, 0 where none is named
	buddhist         bool // a word says so
	thai             bool // Thai words stand in it
	yearFirst        bool // Chinese, Japanese or Korean words do
	eastAsian        bool // the source is of a place where the year comes first

	hour, minute, second int
	haveTime, hourOnly   bool
	exact                bool // the time has seconds, or the T of ISO 8601
	half                 int  // am to gogo

	offset   int // minutes
	haveZone bool
	localAt  int // the token after a short name that the source's zone may know better
	namedAt  int // the token after ET
	placeAt  int // of zonePlaces, the one that was named, counted from 1
	ianaFrom int // where Asia/… stands in raw
	ianaTo   int
}

// zoned says whether a zone was read that stands after its time.
func (s *dateState) zoned() bool {
	return s.haveZone || s.localAt > 0 || s.namedAt > 0 || s.ianaTo > 0
}

func (p *dateParser) at(n int) token {
	if n += p.i; n >= 0 && n < len(p.tokens) {
		return p.tokens[n]
	}
	return token{}
}

func (p *dateParser) is(n int, text string) bool {
	t := p.at(n)
	return t.kind == punct && t.text == text
}

func (p *dateParser) isWord(n int, k wordKind) bool {
	t := p.at(n)
	return t.kind == letterRun && t.word.kind == k
}

// Unix times that are believed: of 1980 to 2100. A number is more often an id than a moment outside.
const (
	minUnix = 315532800
	maxUnix = 4102444800
)

// unix reads seconds or milliseconds since 1970. What may as well be a year, month, day and hour is refused.
func (p *dateParser) unix() (time.Time, bool) {
	n := len(p.tokens)
	t := p.at(0)
	if n != 1 && n != 3 || t.kind != numeral || t.text[0] == '0' || n == 3 && (!p.is(1, ".") || p.at(2).kind != numeral || p.at(2).spaced || p.at(1).spaced) {
		return time.Time{}, false
	}
	switch t.digits {
	case 9, 10:
		if t.value < minUnix || t.value >= maxUnix {
			return time.Time{}, false
		}
		if t.digits == 10 {
			y, m, d, h := digits(t.text[:4]), digits(t.text[4:6]), digits(t.text[6:8]), digits(t.text[8:])
			if y >= 1980 && y <= 2100 && m >= 1 && m <= 12 && d >= 1 && d <= daysIn(y, m) && h <= 24 {
				return time.Time{}, false
			}
		}
		return time.Unix(int64(t.value), 0), true
	case 12, 13:
		if n != 1 || t.value < minUnix*1000 || t.value >= maxUnix*1000 {
			return time.Time{}, false
		}
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
			ok = p.wordAt(t)
		case punct:
			ok = p.mark(t)
		}
		if !ok {
			return false
		}
	}
	return true
}

// number takes what begins with a number. The order matters: what is longer and stricter comes first.
func (p *dateParser) number() bool {
	was := p.dateState
	return p.compactDate() || p.back(&was) || p.isoDay() || p.back(&was) || p.exif() || p.back(&was) || p.numericDate() || p.back(&was) || p.spacedDate() || p.back(&was) ||
		p.cjkDate() || p.back(&was) || p.clock() || p.back(&was) || p.unitClock() || p.back(&was) || p.hourWithHalf() || p.back(&was) ||
		p.dayMonth() || p.back(&was) || p.yearMonthDay() || p.back(&was) || p.dottedTime() || p.back(&was) || p.lateYear()
}

// back undoes what a piece began and could not end.
func (p *dateParser) back(was *dateState) bool {
	p.dateState = *was
	return false
}

func (p *dateParser) wordAt(t token) bool {
	if (t.text == "a" || t.text == "p") && p.meridiem(t) || p.placeZone() || p.dayLetter(t) {
		return true
	}
	switch t.word.kind {
	case clockLink:
		p.i++
		next := p.at(0)
		if len(t.text) == 1 && next.kind == numeral && !next.spaced { // the a of a serial number
			return false
		}
		return p.afterWord() && (next.kind != nothing && next.kind != letterRun || next.word.kind != noWord)
	case link, weekday:
		if (t.text == "r" || t.text == "г" || t.text == "р") && !p.haveDate { // short for year, after it
			return false
		}
		if t.text == "do" && p.untilDay() {
			return false
		}
		p.i++
		return p.afterWord()
	case month, thang:
		return p.monthDay()
	case maybeDay:
		return p.weekdayOrMonth()
	case ordinal:
		return t.text == "th" && (p.thDay() || p.monthDay())
	case thu:
		return p.thu(t)
	case half:
		return p.halfWord(t)
	case noon:
		p.i++
		return p.setTime(12, 0, 0) || p.haveTime && p.hour == 12 && p.minute == 0 // 12:00 noon
	case hours, minutes:
		return p.strayUnit(t)
	case zone, utcBase, localZone, namedZone:
		return p.zoneWord(t)
	case continent:
		return p.ianaZone()
	case eraWord:
		return p.eraYear(t)
	case buddhistEra:
		p.i++
		p.buddhist = true
		return p.afterWord()
	case timeT:
		return p.letterT()
	}
	if (t.text == "chủ" || t.text == "chúa" || t.text == "chu") && (p.at(1).text == "nhật" || p.at(1).text == "nhat") {
		p.i += 2
		return p.afterWord()
	}
	return false
}

// letterT is the T between date and time, or of T6, thứ sáu.
func (p *dateParser) letterT() bool {
	p.i++
	if !p.haveDate && p.is(0, ".") && !p.at(0).spaced {
		p.i++
	}
	if n := p.at(0); !p.haveDate && n.kind == numeral && !n.spaced && n.digits == 1 && n.value >= 2 && n.value <= 7 {
		p.i++
		return p.afterWord()
	}
	return p.at(0).kind == numeral && p.haveDate && !p.shortYear && p.isoTime()
}

// afterWord swallows the mark that a label or a short form ends in.
func (p *dateParser) afterWord() bool {
	if p.is(0, ":") || p.is(0, ".") {
		p.i++
	}
	return true
}

func (p *dateParser) mark(t token) bool {
	switch t.text {
	case "+", "-":
		if p.isOffset() {
			return !p.is(-1, "-") && p.numericZone()
		}
		after := p.is(-1, "(") || p.is(-1, "[") || p.is(-1, "-")
		p.i++
		if n := p.at(0); t.text == "+" || after && n.kind == numeral && !n.spaced || n.kind == numeral && !n.spaced && (p.i == 1 || t.spaced && p.is(1, ":") && n.value <= 14) {
			return false // a date has no sign; and "2022-01-14 -5:00" may say a zone
		}
		return true
	case "(", "[":
		if p.bracketedDay() {
			return true
		}
		if p.haveZone && p.haveTime {
			return p.comment()
		}
		p.i++
		return true
	case ":": // [14/Jan/2022:02:01:00 +0700]
		p.i++
		return p.haveDate && !p.haveTime && !t.spaced && p.at(0).kind == numeral && !p.at(0).spaced
	case "_": // 2022-01-14_02:01:00
		p.i++
		return p.iso && !p.haveTime && !t.spaced && p.is(1, ":") && !p.at(0).spaced
	case "/":
		p.i++
		next := p.at(0)
		return t.spaced || next.spaced || next.kind == nothing || p.i > 1 && next.kind == numeral // not the slash of a path
	case ",", ";", "|", ")", "]", "•", "·", ".", "'", "’", "@":
		p.i++
		return true
	}
	return false
}

// bracketedDay skips (金) and (수); one such letter alone says nothing elsewhere.
func (p *dateParser) bracketedDay() bool {
	t := p.at(1)
	if (p.is(2, ")") || p.is(2, "]")) && t.kind == letterRun && strings.Contains(bracketedDays, t.text) {
		p.i += 3
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
		if p.isWord(n, yearUnit) || p.at(n).kind == numeral && (p.at(n).digits > 2 && !p.is(n-1, "+") && !p.is(n-1, "-") || p.is(n+1, "/")) {
			return false
		}
	}
	return false
}

func (p *dateParser) setDate(y, m, d int) bool {
	if p.haveDate {
		return p.year == y && p.month == m && p.day == d && !p.needYear // said twice
	}
	p.year, p.month, p.day, p.haveDate = y, m, d, true
	return true
}

// setTime takes the time; a zone never stands before it.
func (p *dateParser) setTime(h, m, s int) bool {
	if p.haveTime || p.zoned() || h > 24 || m > 59 || s > 60 || h == 24 && (m > 0 || s > 0) {
		return false
	}
	p.hour, p.minute, p.second, p.haveTime = h, m, s, true
	return true
}

// result puts the pieces together, or finds that they are not one moment.
func (p *dateParser) result(loc *time.Location) (time.Time, bool) {
	if !p.haveDate || p.needYear || !p.settleYear() || !p.settleHour() {
		return time.Time{}, false
	}
	if p.year < minYear || p.year > maxYear || p.month < 1 || p.month > 12 || p.day < 1 || p.day > daysIn(p.year, p.month) || !p.inEra() {
		return time.Time{}, false
	}
	t, ok := p.inZone(time.Date(p.year, time.Month(p.month), p.day, p.hour, p.minute, p.second, 0, time.UTC), loc)
	if !ok || p.second == 60 && !p.leaps(t) {
		return time.Time{}, false
	}
	return t.In(loc), true
}

// leaps says whether a second 60 can be: at the end of a day, there or in UTC.
func (p *dateParser) leaps(t time.Time) bool {
	u := t.UTC()
	return p.hour == 23 && p.minute == 59 || u.Hour() == 0 && u.Minute() == 0
}

// settleYear brings a Buddhist year into ours: where a word says so, or Thai words stand with a year that can be no other.
func (p *dateParser) settleYear() bool {
	inRange := p.year >= firstBuddhist && p.year <= lastBuddhist
	if p.buddhist || p.thai && inRange {
		p.year -= 543
		return inRange
	}
	return !inRange
}

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
