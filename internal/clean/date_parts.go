package clean

import "time"

// compact reads dates without separators: 20220114, 202201140201, 20220114020100.
func (p *dateParser) compact() bool {
	t := p.at(0)
	if t.digits != 8 && t.digits != 12 && t.digits != 14 || p.haveDate {
		return false
	}
	s := t.text
	if t.digits > 8 {
		sec := 0
		if t.digits == 14 {
			sec = digits(s[12:14])
		}
		if !p.setTime(digits(s[8:10]), digits(s[10:12]), sec) {
			return false
		}
	}
	if !p.setDate(digits(s[:4]), digits(s[4:6]), digits(s[6:8])) {
		return false
	}
	p.i++
	return true
}

func digits(s string) int {
	v := 0
	for i := range len(s) {
		v = v*10 + int(s[i]-'0')
	}
	return v
}

// numeric reads three numbers with one separator: the year first where it has four digits, else the day first, unless it
// cannot be a month's neighbour that way round. Also a month in words between them, and ISO weeks and day numbers.
func (p *dateParser) numeric() bool {
	a, sep := p.at(0), p.at(1)
	if sep.kind != punct || sep.text != "/" && sep.text != "-" && sep.text != "." {
		return false
	}
	if sep.text == "-" && a.digits == 4 && p.isoDay() {
		return true
	}
	b := p.at(2)
	if b.kind == letterRun && (b.word.kind == month || b.word.kind == maybeDay) && p.is(3, sep.text) && p.at(4).kind == numeral {
		return p.namedMonth(a, b, p.at(4))
	}
	c := p.at(4)
	if b.kind != numeral || c.kind != numeral || !p.is(3, sep.text) {
		return false
	}
	if sep.text != "." && (sep.spaced != p.at(3).spaced || b.spaced != c.spaced) {
		return false
	}
	y, m, d := c, b, a
	if a.digits == 4 {
		y, d = a, c
	} else if c.digits != 4 && c.digits != 2 {
		return false
	}
	if m.digits > 2 || d.digits > 2 {
		return false
	}
	month, day := m.value, d.value
	if a.digits != 4 && month > 12 && day <= 12 {
		month, day = day, month
	}
	if !p.setDate(fullYear(y), month, day) {
		return false
	}
	p.i += 5
	if sep.text == "." && p.is(0, ".") { // 2022. 1. 14.
		p.i++
	}
	return true
}

// namedMonth reads 14-Jan-2022 and 2022-Jan-14.
func (p *dateParser) namedMonth(a, m, c token) bool {
	y, d := c, a
	if a.digits == 4 {
		y, d = a, c
	}
	if d.digits > 2 || y.digits != 4 && y.digits != 2 || !p.setDate(fullYear(y), m.word.value, d.value) {
		return false
	}
	p.i += 5
	return true
}

// isoDay reads 2022-W02-5 and 2022-014.
func (p *dateParser) isoDay() bool {
	year, b := p.at(0).value, p.at(2)
	if year < minYear || year > maxYear {
		return false
	}
	if b.kind == numeral && b.digits == 3 && !p.is(3, "-") {
		t := time.Date(year, 1, b.value, 0, 0, 0, 0, time.UTC)
		if b.value < 1 || t.Year() != year || !p.setDate(year, int(t.Month()), t.Day()) {
			return false
		}
		p.i += 3
		return true
	}
	if b.kind != letterRun || b.word.kind != weekW || p.at(3).digits != 2 || !p.is(4, "-") || p.at(5).digits != 1 {
		return false
	}
	week, day := p.at(3).value, p.at(5).value
	first := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC) // always in week 1
	t := first.AddDate(0, 0, (week-1)*7+day-1-(int(first.Weekday())+6)%7)
	if y, w := t.ISOWeek(); y != year || w != week || day < 1 || day > 7 || !p.setDate(t.Year(), int(t.Month()), t.Day()) {
		return false
	}
	p.i += 6
	return true
}

// clock reads 2:01, 02:01:00, 02:01:00.123.
func (p *dateParser) clock() bool {
	h, m := p.at(0), p.at(2)
	if h.digits > 2 || m.digits > 2 {
		return false
	}
	p.i += 3
	s := token{}
	if p.is(0, ":") && p.at(1).kind == numeral {
		s = p.at(1)
		if s.digits > 2 {
			return false
		}
		p.i += 2
		p.fraction()
	}
	return p.setTime(h.value, m.value, s.value)
}

// fraction skips a fraction of a second; the moment is kept in whole ones. What looks like one may be the date after the
// time, or an offset may follow it.
func (p *dateParser) fraction() {
	point, n := p.at(0), p.at(1)
	if !p.is(0, ".") && !p.is(0, ",") || point.spaced || n.kind != numeral || n.spaced {
		return
	}
	if p.is(2, "/") || p.is(2, "-") && !p.haveDate {
		return
	}
	p.i += 2
}

// isoTime reads what follows the T: 02:01, 0201, 020100, 02.
func (p *dateParser) isoTime() bool {
	if p.is(1, ":") {
		return p.clock()
	}
	t := p.at(0)
	p.i++
	switch t.digits {
	case 2:
		return p.setTime(t.value, 0, 0)
	case 4:
		return p.setTime(digits(t.text[:2]), digits(t.text[2:]), 0)
	case 6:
		ok := p.setTime(digits(t.text[:2]), digits(t.text[2:4]), digits(t.text[4:]))
		p.fraction()
		return ok
	}
	return false
}

// wordClock reads 2h01, 2 giờ 01 phút, 9时30分, 14 Uhr 30.
func (p *dateParser) wordClock() bool {
	h := p.at(0)
	if h.digits > 2 {
		return false
	}
	unit := p.at(1)
	p.i += 2
	if !p.minutesFollow(unit) {
		return p.setTime(h.value, 0, 0)
	}
	m, s := p.at(0).value, 0
	p.i++
	if p.at(0).word.kind == minutes || p.is(0, "'") || p.is(0, "’") {
		p.i++
		if t := p.at(0); t.kind == numeral && t.digits <= 2 && p.at(1).word.kind == seconds {
			s = t.value
			p.i += 2
		}
	}
	return p.setTime(h.value, m, s)
}

// minutesFollow says whether the number here is minutes, not the day of the date after the time.
func (p *dateParser) minutesFollow(unit token) bool {
	t, next := p.at(0), p.at(1)
	if t.kind != numeral || t.digits > 2 || p.is(1, "/") || p.is(1, "-") || p.is(1, ".") {
		return false
	}
	switch next.word.kind {
	case minutes:
		return true
	case month, maybeDay, thang, dayUnit, monthUnit:
		return false
	}
	return !t.spaced || unit.text != "h"
}

// dottedTime reads 14.30 where a time must stand: after the date, or before "Uhr".
func (p *dateParser) dottedTime() bool {
	h, m := p.at(0), p.at(2)
	if !p.is(1, ".") || m.kind != numeral || h.digits > 2 || m.digits != 2 || m.spaced || p.is(3, ".") {
		return false
	}
	uhr := p.at(3).kind == letterRun && p.at(3).text == "uhr"
	dated := p.haveDate || p.month != 0 && p.looseCount == 2
	if !uhr && !dated || !p.setTime(h.value, m.value, 0) {
		return false
	}
	p.i += 3
	return true
}

// monthWord takes a month's name. "mar" may be Tuesday, where another month is named.
func (p *dateParser) monthWord(t token) bool {
	if p.month != 0 && !p.weekdayMonth && t.word.kind == maybeDay || p.haveDate {
		if t.word.kind == maybeDay { // a weekday after the date
			p.i++
			return p.afterWord()
		}
		return false
	}
	if p.month != 0 && !p.weekdayMonth {
		return false
	}
	p.weekdayMonth = p.month == 0 && t.word.kind == maybeDay && p.looseCount == 0
	p.month = t.word.value
	p.i++
	return p.afterWord()
}

// thang reads tháng 1, Tháng Một, thg 1, Th1.
func (p *dateParser) thang() bool {
	if p.month != 0 || p.haveDate {
		return false
	}
	p.i++
	if p.is(0, ".") {
		p.i++
	}
	t := p.at(0)
	switch {
	case t.kind == numeral && t.digits <= 2:
		p.month = t.value
	case t.kind == letterRun && vietnameseMonths[t.text] != 0:
		p.month = vietnameseMonths[t.text]
		if next := p.at(1); p.month == 10 && next.kind == letterRun && (next.text == "mot" || next.text == "hai") {
			p.month += vietnameseMonths[next.text]
			p.i++
		}
	}
	p.i++
	return p.month >= 1 && p.month <= 12
}

// thu reads thứ sáu and Thứ 6; a bare "Thu" is Thursday.
func (p *dateParser) thu() bool {
	t := p.at(0)
	p.i++
	next := p.at(0)
	switch {
	case next.kind == letterRun && vietnameseDays[next.text]:
		p.i++
	case t.marked && next.kind == numeral:
		if next.digits != 1 || next.value < 2 || next.value > 7 {
			return false
		}
		p.i++
	}
	return p.afterWord()
}

// halfDay reads AM, p.m., sáng, chiều: before or after the time.
func (p *dateParser) halfDay(t token) bool {
	kind := t.word.kind
	if t.text == "a" || t.text == "p" {
		if !p.is(1, ".") || p.at(2).text != "m" {
			return false
		}
		kind = am
		if t.text == "p" {
			kind = pm
		}
		p.i += 2
	}
	p.i++
	if !p.haveTime && (t.text == "am" || t.text == "sa") {
		return p.afterWord() // am 14. Januar; Sa, 15 Jan
	}
	if p.half != noWord {
		return false
	}
	p.half = kind
	return p.afterWord()
}

// strayUnit takes a unit after a time that was read without it: 02:01h, 14.30 Uhr; and "gio" for giovedì.
func (p *dateParser) strayUnit(t token) bool {
	ok := p.haveTime && (t.word.kind == hours || t.word.kind == minutes && !p.hourOnly) || t.text == "gio" && !t.marked && !p.haveDate
	p.i++
	return ok && p.afterWord()
}

// zoneWord reads a zone's name, and the offset after GMT or UTC.
func (p *dateParser) zoneWord(t token) bool {
	p.i++
	if p.haveZone || p.localName != "" {
		return p.haveTime && (t.word.kind != utcBase || p.haveZone && p.offset == 0) // "+0700 ICT" names it twice
	}
	switch t.word.kind {
	case localZone:
		p.localName = t.text
		return true
	case utcBase:
		if (p.is(0, "+") || p.is(0, "-")) && p.at(1).kind == numeral && !p.at(1).spaced {
			return p.numericZone()
		}
	}
	p.haveZone, p.offset = true, t.word.value
	if t.word.kind == zone && t.word.value != 0 {
		p.localName = t.text // CST is Chinese at a Chinese source
	}
	return true
}

// isOffset says whether the sign here begins an offset rather than a date.
func (p *dateParser) isOffset() bool {
	n := p.at(1)
	if n.kind != numeral || n.spaced || !p.haveTime {
		return false
	}
	if p.is(2, "/") || p.is(2, "-") || p.is(2, ".") {
		return false
	}
	return p.haveDate || p.looseCount >= 2 || p.is(0, "+") || p.month != 0 && p.looseCount == 1 && n.digits == 4
}

// numericZone reads +0700, +07:00, +7, and the zone's own name or offset after it.
func (p *dateParser) numericZone() bool {
	sign := 1
	if p.is(0, "-") {
		sign = -1
	}
	n := p.at(1)
	if p.haveZone {
		// Go prints a zone without a name as its offset, twice.
		p.i += 2
		return n.digits <= 4 && sign*zoneMinutes(n) == p.offset
	}
	p.i += 2
	minutes := zoneMinutes(n)
	if n.digits <= 2 && p.is(0, ":") && p.at(1).kind == numeral {
		if p.at(1).digits != 2 || p.at(1).value > 59 {
			return false
		}
		minutes += p.at(1).value
		p.i += 2
	}
	if n.digits > 4 || minutes < 0 || minutes > 14*60 {
		return false
	}
	p.haveZone, p.offset = true, sign*minutes
	return true
}

// zoneMinutes reads the digits of an offset; negative where they are none.
func zoneMinutes(n token) int {
	h, m := n.value, 0
	if n.digits > 2 {
		h, m = n.value/100, n.value%100
	}
	if m > 59 {
		return -1
	}
	return h*60 + m
}
