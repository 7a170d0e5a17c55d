package clean

// clock reads 2:01, 02:01:00, 02:01:00.123.
func (p *dateParser) clock() bool {
	h, m := p.at(0), p.at(2)
	if !p.is(1, ":") || m.kind != numeral || h.digits > 2 || m.digits > 2 || p.haveTime {
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
		p.exact = true
		p.fraction()
	}
	if p.is(0, ":") {
		return false
	}
	// 02:1 is cut off; 2:1:5 is somebody's way to write.
	if m.digits == 1 && (s.digits == 0 || h.digits == 2 && h.value < 10) || s.digits == 1 && m.digits == 2 && m.value < 10 {
		return false
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
	if p.is(2, "/") || (p.is(2, "-") || p.is(2, ".")) && !p.haveDate {
		return
	}
	p.i += 2
}

// isoTime reads what follows the T: 02:01, 0201, 020100, 02.
func (p *dateParser) isoTime() bool {
	p.exact = true
	if p.is(1, ":") {
		return p.clock()
	}
	if p.isWord(1, hours) {
		return p.unitClock()
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

// unitClock reads 2h01, 2 giờ 01 phút, 9时30分, 14 Uhr 30.
func (p *dateParser) unitClock() bool {
	h := p.at(0)
	if !p.isWord(1, hours) || h.digits > 2 || p.haveTime {
		return false
	}
	p.i += 2
	if p.is(0, ".") && !p.at(0).spaced && (p.at(1).kind != numeral || p.at(1).spaced) { // 14 h.
		p.i++
	}
	if p.isWord(0, halfHour) {
		p.i++
		return p.setTime(h.value, 30, 0)
	}
	if !p.minutesFollow() {
		p.hourOnly = false
		return p.setTime(h.value, 0, 0)
	}
	m, s := p.at(0), 0
	p.i++
	if p.isWord(0, minutes) || p.is(0, "'") || p.is(0, "’") || p.at(0).text == "p" {
		p.i++
		if t := p.at(0); t.kind == numeral && t.digits <= 2 && (p.isWord(1, seconds) || p.is(1, "\"")) {
			s = t.value
			p.i += 2
		}
	} else if m.digits == 1 {
		return false // 14h5: a digit may be missing
	}
	return p.setTime(h.value, m.value, s)
}

// minutesFollow says whether the number here is minutes, not the day of the date after the time.
func (p *dateParser) minutesFollow() bool {
	t, next := p.at(0), p.at(1)
	if t.kind != numeral || t.digits > 2 || next.kind == punct && !next.spaced && (next.text == "/" || next.text == "-" || next.text == ".") && p.at(2).kind == numeral {
		return false
	}
	if p.isWord(1, minutes) || p.is(1, "'") {
		return true
	}
	if !t.spaced {
		return true
	}
	n := p.ordinalAt(1)
	n, _ = p.gap(n)
	if m, _ := p.monthAt(n); m != 0 {
		return false
	}
	return t.digits == 2 && !p.is(1, "/") && !p.is(1, ".") && !p.is(1, "-")
}

// hourWithHalf reads 2 pm, 9 sáng, 12 noon.
func (p *dateParser) hourWithHalf() bool {
	h := p.at(0)
	if h.digits > 2 || p.haveTime {
		return false
	}
	if p.isWord(1, noon) && h.value == 12 {
		p.i += 2
		return p.setTime(12, 0, 0)
	}
	n := 1
	for n < 3 && p.isWord(n, link) { // 8 de la tarde
		n++
	}
	if n > 1 && p.isWord(n, half) && p.at(n).word.value > pm {
		p.i += n - 1
	}
	if p.isWord(1, half) && p.at(1).word.value == night {
		return false // as many nights
	}
	short := p.at(1).text == "a" || p.at(1).text == "p"
	if !p.isWord(1, half) && !short && (p.half == 0 || !p.isWord(-1, half)) {
		return false
	}
	p.i++
	p.hourOnly = true
	return p.setTime(h.value, 0, 0) && (!short || p.meridiem(p.at(0)))
}

// dottedTime reads 14.30 where a time must stand: after the date, before "Uhr" or "pm", after "kl." or "ore".
func (p *dateParser) dottedTime() bool {
	h, m := p.at(0), p.at(2)
	if !p.is(1, ".") || p.at(1).spaced || m.kind != numeral || h.digits > 2 || m.digits != 2 || m.spaced || p.haveTime {
		return false
	}
	n, s := 3, 0
	if p.is(3, ".") && p.at(4).kind == numeral && !p.at(4).spaced {
		if s = p.at(4).value; p.at(4).digits != 2 {
			return false
		}
		n = 5
	}
	led := p.i > 0 && (p.isWord(-1, clockLink) || p.is(-1, ".") && p.isWord(-2, clockLink))
	units := p.isWord(n, hours) || p.isWord(n, half) || (p.at(n).text == "a" || p.at(n).text == "p") && p.is(n+1, ".")
	if !led && !units && !p.haveDate || n == 5 && !p.haveDate {
		return false
	}
	zoned := p.is(n, "+") || p.is(n, "-") || p.isWord(n, zone) || p.isWord(n, utcBase)
	if n == 5 && !units && !zoned && (!led || p.at(-1).text == "a") && h.value >= 1 && h.value <= 31 && m.value >= 1 && m.value <= 12 {
		return false // "2022.02.03, 14.01.22" is two days
	}
	if p.is(-1, "-") && !units && (p.yearLed || !p.at(0).spaced) && m.value >= 1 && m.value <= 31 {
		return false // "2022.01.14-01.16" is days
	}
	p.i += n
	return p.setTime(h.value, m.value, s)
}

// halfWord reads AM, sáng, chiều, 下午: before or after the time.
func (p *dateParser) halfWord(t token) bool {
	afterUnit := p.i > 0 && p.isWord(-1, hours) // 15:05 Uhr am 15. Januar
	p.i++
	if afterUnit && t.text == "am" && p.at(0).kind == numeral && p.is(1, ".") {
		return true
	}
	if !p.haveTime && (t.text == "am" || t.text == "sa") && p.at(0).kind != numeral || p.atMonthDay(t) {
		return p.afterWord() // Sa, 15 Jan
	}
	if p.half != 0 || p.haveZone {
		return false
	}
	if !p.haveTime && t.word.value <= pm && (p.at(0).kind != numeral || !p.is(1, ":") && !p.isWord(1, hours) && !p.is(1, ".")) {
		return false // CH is Switzerland too
	}
	p.half = t.word.value
	if p.half == night && !p.haveTime {
		p.half = lateNight
	}
	return p.afterWord()
}

// atMonthDay says whether "am" here is the German word before a day: am 14. Januar, am 14.01.2022.
func (p *dateParser) atMonthDay(t token) bool {
	if p.haveTime && (p.hourOnly || t.text != "am") || p.haveDate || t.text != "am" && t.text != "sa" {
		return false
	}
	if p.haveTime && !p.at(0).spaced {
		return false
	}
	d := p.at(0)
	if d.kind != numeral || p.is(1, ":") || p.isWord(1, hours) {
		return false
	}
	return p.is(1, ".") && !p.haveTime || !p.haveTime && p.at(1).kind != nothing && !p.is(1, ",")
}

// meridiem reads a.m. and p. m.
func (p *dateParser) meridiem(t token) bool {
	n := 1
	if p.is(n, ".") {
		n++
	}
	if p.at(n).text != "m" || p.half != 0 || p.haveZone || n == 1 && p.at(n).kind != letterRun || !p.haveTime {
		return false
	}
	p.half = am
	if t.text == "p" {
		p.half = pm
	}
	p.i += n + 1
	return p.afterWord()
}

// strayUnit takes a unit after a time that was read without it: 02:01h, 14.30 Uhr; and "gio" for giovedì.
func (p *dateParser) strayUnit(t token) bool {
	ok := p.haveTime && (t.word.kind == hours || !p.hourOnly) || t.text == "gio" && !p.haveDate || t.text == "g"
	if t.text == "g" && !p.haveTime { // г. is Cyrillic; a Latin g alone is nothing
		return false
	}
	p.i++
	return ok && p.afterWord()
}

// settleHour brings a 12-hour time into 24 hours. An hour that its half of the day does not have is refused, and so is 12 at
// night: the night of which day?
func (p *dateParser) settleHour() bool {
	if !p.haveTime {
		return p.half == 0
	}
	if p.hourOnly && p.half == 0 {
		return false
	}
	h, ok := p.hour, true
	switch p.half {
	case am:
		ok = h <= 12
		h %= 12
	case pm:
		ok = h > 0
		if h < 12 {
			h += 12
		}
	case morning:
		ok = h < 12
	case gozen:
		ok = h < 12
	case gogo:
		if h <= 12 {
			h = 12 + h%12
		}
	case midday:
		if h >= 1 && h <= 2 {
			h += 12
		}
		ok = h >= 10 && h <= 14
	case afternoon:
		if h >= 1 && h <= 8 {
			h += 12
		}
		ok = h >= 12 && h <= 20
	case evening:
		if h >= 5 && h < 12 {
			h += 12
		}
		ok = h >= 17 && h < 24
	case night, lateNight:
		if h >= 7 && h < 12 {
			h += 12
		}
		ok = h >= 19 && h < 24 || p.half == night && h >= 1 && h <= 4
	case smallHours:
		ok = h <= 6
	}
	p.hour = h
	return ok && h <= 24
}
