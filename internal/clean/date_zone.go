package clean

import (
	"strings"
	"time"
)

// zoneWord reads a zone's name, and the offset after GMT or UTC.
func (p *dateParser) zoneWord(t token) bool {
	if !p.haveTime && (!p.haveDate || p.needYear) {
		return false
	}
	p.i++
	at := p.i
	value, known := t.word.value, t.word.kind != localZone && t.word.kind != namedZone
	if t.word.kind == utcBase && (p.is(0, "+") || p.is(0, "-")) && p.at(1).kind == numeral && !p.at(0).dash && (!p.at(1).spaced || p.at(0).spaced && p.at(1).digits <= 2 && !p.is(2, ":")) && p.at(1).digits <= 4 {
		return p.numericZone()
	}
	if p.zoned() {
		return p.haveZone && (!known || value == p.offset) // "+0700 ICT" names it twice
	}
	if p.is(0, ".") {
		p.i++
	}
	switch t.word.kind {
	case localZone:
		p.localAt = at
		return true
	case namedZone: // ET is EST or EDT, as the day says
		p.namedAt = at
		return true
	}
	p.haveZone, p.offset = true, value
	if t.word.kind == zone && value != 0 {
		p.localAt = at // CST is Chinese at a Chinese source
	}
	return true
}

// isOffset says whether the sign here begins an offset rather than a date or a second time. A longer dash is no sign.
func (p *dateParser) isOffset() bool {
	sign, n := p.at(0), p.at(1)
	if sign.dash || n.kind != numeral || n.spaced || n.digits > 4 {
		return false
	}
	if sign.text == "+" {
		return p.haveTime || p.haveDate && p.yearLed && !sign.spaced && n.digits == 2 && p.is(2, ":") // 2022-01-14+07:00
	}
	if !p.haveTime || p.is(2, "/") || p.is(2, "-") || p.is(2, ".") {
		return false
	}
	if n.digits >= 3 || p.exact {
		return n.digits == 4 || p.exact && (n.digits > 1 || sign.spaced)
	}
	// "14/01/2022 08:00-11:00" is a span of time, and "2022-01-14 08:00-11:00" may be one; no span runs backwards.
	m := p.at(3)
	backwards := n.value*60+m.value < p.hour*60+p.minute
	if p.half != 0 { // the end of a span may say no AM or PM, but has no 0 in front
		backwards = sign.spaced && n.text[0] == '0'
	}
	return p.haveDate && p.is(2, ":") && m.digits == 2 && backwards && (p.iso || sign.spaced)
}

// isOffsetOnEarth says whether clocks anywhere have stood so far from UTC, in minutes, since 1970: whole hours from -12:00
// to +14:00, and the halves and quarters of those who keep them. -11:30 is nobody's, and rather the end of a span of time.
func isOffsetOnEarth(minutes int) bool {
	switch minutes {
	case -9*60 - 30, -4*60 - 30, -3*60 - 30, -2*60 - 30, // Marquesas, Venezuela, Newfoundland
		3*60 + 30, 4*60 + 30, 5*60 + 30, 6*60 + 30, 7*60 + 30, 8*60 + 30, 9*60 + 30, 10*60 + 30, 11*60 + 30, // Iran to Norfolk Island
		5*60 + 45, 8*60 + 45, 12*60 + 45, 13*60 + 45: // Nepal, Eucla, Chatham Islands
		return true
	}
	return minutes%60 == 0 && minutes >= -12*60 && minutes <= 14*60
}

// numericZone reads +0700, +07:00, +7, and the zone's own name or offset after it.
func (p *dateParser) numericZone() bool {
	sign := 1
	if p.is(0, "-") {
		sign = -1
	}
	n := p.at(1)
	p.i += 2
	offset := zoneMinutes(n)
	if n.digits <= 2 && p.is(0, ":") && !p.at(0).spaced && p.at(1).kind == numeral {
		if p.at(1).digits != 2 || p.at(1).value > 59 {
			return false
		}
		offset += p.at(1).value
		p.i += 2
	}
	if n.digits > 4 || offset < 0 || !isOffsetOnEarth(sign*offset) {
		return false
	}
	if p.zoned() {
		return p.haveZone && p.offset == sign*offset // Go prints a zone without a name as its offset, twice
	}
	p.haveZone, p.offset = true, sign*offset
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

// ianaZone reads Asia/Ho_Chi_Minh, alone or after an offset.
func (p *dateParser) ianaZone() bool {
	start, end := p.at(0).start, p.at(0).start
	slash := false
	for ; end < len(p.raw); end++ {
		c := p.raw[end]
		if c == '/' {
			slash = true
		} else if c != '_' && c != '-' && c != '+' && (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') {
			break
		}
	}
	if !slash {
		return false
	}
	for p.i < len(p.tokens) && p.at(0).start < end {
		p.i++
	}
	if p.ianaTo > 0 || p.namedAt > 0 || p.localAt > 0 && !p.haveZone {
		return false
	}
	if !p.haveZone {
		p.ianaFrom, p.ianaTo = start, end
	}
	return true
}

// inZone finds the moment of a wall clock's time, which stands in wall as UTC.
func (p *dateParser) inZone(wall time.Time, loc *time.Location) (time.Time, bool) {
	if p.localAt > 0 {
		// The name means different things in the world; where the source's own zone has it, in any season, that counts.
		if offset, ok := offsetNamed(p.tokens[p.localAt-1].text, wall, loc); ok {
			return wall.Add(-offset), true
		}
		if !p.haveZone {
			return time.Time{}, false
		}
	}
	name := ""
	switch {
	case p.placeAt > 0:
		return p.inPlace(wall, loc)
	case p.haveZone:
		return wall.Add(-time.Duration(p.offset) * time.Minute), true
	case p.namedAt > 0:
		name = usZones[p.tokens[p.namedAt-1].text]
	case p.ianaTo > 0:
		name = p.raw[p.ianaFrom:p.ianaTo]
	}
	if name != "" && name != loc.String() {
		named, err := time.LoadLocation(strings.Clone(name))
		if err != nil {
			return time.Time{}, false
		}
		loc = named
	}
	return wallTime(wall, loc), true
}

// offsetNamed is the offset that a zone's short name stands for in loc, at that time or half a year off.
func offsetNamed(name string, wall time.Time, loc *time.Location) (time.Duration, bool) {
	for _, months := range [...]int{0, 3, 6, 9} {
		n, offset := wall.AddDate(0, months, 0).In(loc).Zone()
		if strings.EqualFold(n, name) {
			return time.Duration(offset) * time.Second, true
		}
	}
	return 0, false
}

// wallTime is the moment when clocks in loc show wall. As in RFC 5545: the first of two such moments, and where clocks are
// put forward over it, the moment that they would have shown it.
func wallTime(wall time.Time, loc *time.Location) time.Time {
	t := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, loc)
	_, before := t.Add(-6 * time.Hour).Zone()
	_, after := t.Add(6 * time.Hour).Zone()
	if before == after {
		return t
	}
	first, second := wall.Add(-time.Duration(before)*time.Second), wall.Add(-time.Duration(after)*time.Second)
	if _, o := first.In(loc).Zone(); o == before {
		return first
	}
	if _, o := second.In(loc).Zone(); o == after {
		return second
	}
	return first
}
