package clean

import (
	"strings"
	"time"
)

// compactDate reads dates without separators: 20220114, 202201140201, 20220114020100.
func (p *dateParser) compactDate() bool {
	t := p.at(0)
	if t.digits != 8 && t.digits != 12 && t.digits != 14 || p.haveDate {
		return false
	}
	s := t.text
	if y := digits(s[:4]); y < 1900 || y > 2100 {
		return false // some other number
	}
	if t.digits > 8 {
		sec := 0
		if t.digits == 14 {
			sec = digits(s[12:14])
		}
		if !p.setTime(digits(s[8:10]), digits(s[10:12]), sec) {
			return false
		}
		p.exact = true
	}
	p.i++
	return p.setDate(digits(s[:4]), digits(s[4:6]), digits(s[6:8]))
}

func digits(s string) int {
	v := 0
	for i := range len(s) {
		v = v*10 + int(s[i]-'0')
	}
	return v
}

// exif reads 2022:01:14, as cameras write it.
func (p *dateParser) exif() bool {
	y, m, d := p.at(0), p.at(2), p.at(4)
	if y.digits != 4 || !p.is(1, ":") || m.digits != 2 || !p.is(3, ":") || d.digits != 2 || p.is(5, ":") {
		return false
	}
	p.i += 5
	return p.setDate(y.value, m.value, d.value)
}

// numericDate reads three numbers with one separator: the year first where it has four digits, else the day first; the month
// first only where that alone gives a date, and only with the separators of those who write so.
func (p *dateParser) numericDate() bool {
	a, b, c := p.at(0), p.at(2), p.at(4)
	sep := p.at(1)
	if sep.kind != punct || sep.text != "/" && sep.text != "-" && sep.text != "." || b.kind != numeral || c.kind != numeral || !p.is(3, sep.text) {
		return false
	}
	if sep.text != "." && (sep.spaced != p.at(3).spaced || b.spaced != c.spaced) {
		return false
	}
	if p.is(5, sep.text) && !p.at(5).spaced && p.at(6).kind == numeral && !p.at(6).spaced {
		return false // four numbers are an address, a version
	}
	y, m, d := c, b, a
	switch {
	case a.digits == 4:
		y, d = a, c
	case c.digits == 2 && p.yearFirst:
		y, d = a, c
		if a.digits != 2 {
			return false
		}
	case c.digits == 2 && p.eastAsian:
		return false // 22.01.14 may have its year first
	case c.digits == 2 && sep.text == "-" && a.digits == 2 && b.digits == 2 && c.value >= 1 && c.value <= 31:
		return false // 22-01-14: ISO 8601 without its century, or a day first
	case c.digits != 4 && c.digits != 2 || c.digits == 2 && p.thai:
		return false
	}
	if m.digits > 2 || d.digits > 2 {
		return false
	}
	month, day := m.value, d.value
	if a.digits != 4 && !p.yearFirst && sep.text != "." && month > 12 && day <= 12 {
		month, day = day, month
	}
	p.yearLed = a.digits == 4
	p.shortYear = y.digits == 2
	if p.yearLed && m.text[0] == '0' && d.digits == 1 && !p.yearFirst {
		return false // "2022-01-1" is cut off
	}
	p.iso = p.yearLed && sep.text == "-" && !sep.dash
	p.i += 5
	if sep.text == "." && p.is(0, ".") { // 2022. 1. 14.
		p.i++
	}
	return p.setDate(fullYear(y), month, day)
}

// spacedDate reads 14 01 2022: two digits, two and four, for other numbers stand beside each other too.
func (p *dateParser) spacedDate() bool {
	d, m, y := p.at(0), p.at(1), p.at(2)
	if d.digits != 2 || m.kind != numeral || m.digits != 2 || y.kind != numeral || y.digits != 4 || p.at(3).kind == numeral && !p.is(4, ":") && !p.isWord(4, hours) {
		return false
	}
	if p.is(-1, "+") || p.is(-1, "-") && !p.at(0).spaced {
		return false
	}
	p.i += 3
	return p.setDate(y.value, m.value, d.value)
}

// isoDay reads 2022-W02-5, 2022W025 and 2022-014.
func (p *dateParser) isoDay() bool {
	y := p.at(0)
	if y.digits != 4 || y.value < minYear || y.value > maxYear {
		return false
	}
	if b := p.at(2); p.is(1, "-") && b.kind == numeral && b.digits == 3 && !b.spaced && !p.at(1).spaced && !p.is(3, "-") {
		t := time.Date(y.value, 1, b.value, 0, 0, 0, 0, time.UTC)
		p.i += 3
		return b.value >= 1 && t.Year() == y.value && p.setDate(y.value, int(t.Month()), t.Day())
	}
	var week, day int
	switch {
	case p.is(1, "-") && p.isWord(2, weekW) && p.at(3).digits == 2 && p.is(4, "-") && p.at(5).digits == 1:
		week, day = p.at(3).value, p.at(5).value
		p.i += 6
	case p.isWord(1, weekW) && !p.at(1).spaced && p.at(2).digits == 3 && !p.at(2).spaced:
		week, day = p.at(2).value/10, p.at(2).value%10
		p.i += 3
	default:
		return false
	}
	first := time.Date(y.value, 1, 4, 0, 0, 0, 0, time.UTC) // always in week 1
	t := first.AddDate(0, 0, (week-1)*7+day-1-(int(first.Weekday())+6)%7)
	iy, iw := t.ISOWeek()
	return iy == y.value && iw == week && day >= 1 && day <= 7 && p.setDate(t.Year(), int(t.Month()), t.Day())
}

// cjkDate reads 2022年1月14日 and 2022년 1월 14일, and after an era's name 4年1月14日.
func (p *dateParser) cjkDate() bool {
	y, m, d := p.at(0), p.at(2), p.at(4)
	if p.era > 0 && p.isWord(0, firstYear) {
		y = token{kind: numeral, value: 1, digits: 1}
	}
	if y.kind != numeral || !p.isWord(1, yearUnit) || m.kind != numeral || !p.isWord(3, monthUnit) || d.kind != numeral || m.digits > 2 || d.digits > 2 || p.haveDate {
		return false
	}
	year := y.value
	switch {
	case p.era > 0:
		if y.digits > 3 {
			return false
		}
		year += eras[p.era].base
	case y.digits == 2 && p.at(1).text == "년":
		year = fullYear(y)
	case y.digits != 4:
		return false // 22年 may be of the emperor's
	}
	if !p.isWord(5, dayUnit) {
		return false
	}
	p.i += 6
	return p.setDate(year, m.value, d.value)
}

// monthAt says which month begins n tokens from here, and after how many tokens it ends; 0 where none does.
func (p *dateParser) monthAt(n int) (value, end int) {
	t := p.at(n)
	if t.kind != letterRun {
		return 0, n
	}
	switch t.word.kind {
	case month, maybeDay:
		end = n + 1
		if p.is(end, ".") && !p.at(end).spaced {
			end++
		}
		return t.word.value, end
	case thang:
		end = n + 1
		if p.is(end, ".") {
			end++
		}
	case ordinal: // Th1
		end = n + 1
		if t.text != "th" || p.is(end, ".") || p.at(end).kind != numeral || p.at(end).spaced {
			return 0, n
		}
	default:
		return 0, n
	}
	m := p.at(end)
	if m.kind == numeral && m.digits <= 2 && m.value >= 1 && m.value <= 12 {
		return m.value, end + 1
	}
	if v := vietnameseMonths[m.text]; m.kind == letterRun && v != 0 {
		if p.raw[m.start] == 'n' && v == 5 && p.at(end+1).digits == 4 {
			return 0, n // "ngày 14 tháng năm 2022" may lack its month; Tháng Năm is May
		}
		if more := vietnameseMonths[p.at(end+1).text]; v == 10 && p.at(end+1).kind == letterRun && (more == 1 || more == 2) && p.at(end+1).text != "giêng" && p.at(end+1).text != "gieng" {
			return v + more, end + 2
		}
		return v, end + 1
	}
	return 0, n
}

// gap skips what may stand between day, month and year: one separator, and small words. sep is the separator.
func (p *dateParser) gap(n int) (end int, sep string) {
	for k := 0; k < 5; k++ {
		t := p.at(n)
		switch {
		case t.kind == punct && sep == "" && (t.text == "-" || t.text == "/" || t.text == "," || t.text == "."):
			sep = t.text
		case t.kind == letterRun && (t.word.kind == link || t.word.kind == buddhistEra):
			if t.word.kind == buddhistEra {
				p.buddhist = true
			}
			if p.is(n+1, ".") && !p.at(n+1).spaced {
				n++
			}
		default:
			return n, sep
		}
		n++
	}
	return n, sep
}

// dayMonth reads 14 January 2022, 14-Jan-22, 14. Januar, 14 de enero de 2022, ngày 14 tháng 1 năm 2022.
func (p *dateParser) dayMonth() bool {
	d := p.at(0)
	if d.digits > 2 {
		return false
	}
	n := p.ordinalAt(1)
	n, before := p.gap(n)
	if before == "," { // "14, January" is no day of a month
		return false
	}
	m, n := p.monthAt(n)
	if m == 0 {
		return false
	}
	return p.yearOf(d, m, n, before, true)
}

// ordinalAt skips what a day is counted with: 14th, 1er, 1º, 14-го.
func (p *dateParser) ordinalAt(n int) int {
	if p.is(n, "-") && p.at(n+1).text == "го" {
		return n + 2
	}
	if p.is(n, ".") && !p.at(n).spaced && (p.at(n+1).text == "º" || p.at(n+1).text == "ª") { // 1.º de enero
		n++
	}
	t := p.at(n)
	if t.kind == letterRun && t.word.kind == ordinal && !t.spaced && (t.text != "th" || p.at(n+1).kind != numeral || p.at(n+1).spaced) || p.is(n, "°") {
		n++
	}
	return n
}

// yearOf reads the year after day and month, the last n tokens from here; or leaves it to come after the time.
func (p *dateParser) yearOf(d token, m, n int, before string, short bool) bool {
	end, sep := p.gap(n)
	if before == "-" || before == "/" {
		if sep != before && !(sep == "" && p.at(n).kind != numeral) {
			return false
		}
	} else if sep == "-" {
		end, sep = n, "" // 14 January - 02:01
	}
	quoted := p.is(end, "'") || p.is(end, "’")
	y := p.at(end)
	if quoted {
		y = p.at(end + 1)
		end++
	}
	if y.kind == numeral && p.isYear(y, end, short || quoted) {
		p.i += end + 1
		if p.is(0, "'") || p.is(0, ".") && (p.at(1).kind != numeral || p.at(1).spaced) {
			p.i++
		}
		return p.setDate(fullYear(y), m, d.value)
	}
	if p.haveDate || before == "-" || before == "/" {
		return false
	}
	p.i += n
	p.month, p.day, p.haveDate, p.needYear = m, d.value, true, true
	return true
}

// isYear says whether the number n tokens from here is a year, and not the hour of a time after the date.
func (p *dateParser) isYear(y token, n int, short bool) bool {
	if y.digits != 4 && (y.digits != 2 || !short || p.thai) { // 65 is 2565 in Thailand
		return false
	}
	next := p.at(n + 1)
	if y.digits == 4 {
		return true
	}
	switch {
	case next.kind == punct && (next.text == ":" || (next.text == "." || next.text == "/" || next.text == "-") && !next.spaced && p.at(n+2).kind == numeral && !p.at(n+2).spaced):
		return false
	case next.kind == letterRun && (next.word.kind == hours || next.word.kind == half || next.word.kind == noon || next.text == "a" || next.text == "p" || next.word.kind == yearUnit):
		return false
	case next.kind == letterRun && next.word.kind == ordinal && !next.spaced:
		return false
	}
	return true
}

// monthDay reads January 14, 2022, Jan/14/2022, Tháng Một 14, 2022 and Jan 14 with the year to come.
func (p *dateParser) monthDay() bool {
	m, n := p.monthAt(0)
	if m == 0 || p.haveDate && p.at(-1).kind == numeral && !p.at(0).spaced {
		return false
	}
	first := p.at(0)
	from := n
	n, before := p.gap(n)
	if before != "" && before != "." && first.word.kind == thang && p.at(from-1).kind == numeral || strings.Contains(afterDayOnly, " "+first.text+" ") {
		return false // "tháng 8, 9 năm 2021", "tháng 3/2/2022", "Marta 14 2022"
	}
	for k := from; k < n; k++ {
		if w := p.at(k); w.kind == letterRun && w.text != "the" && w.text != "ngày" && w.text != "ngay" {
			return false // "a set of 14"
		}
	}
	d := p.at(n)
	if d.kind != numeral || d.digits > 2 || p.is(n+1, ":") || p.isWord(n+1, hours) && p.at(n+1).text != "h" && before == "" {
		return false
	}
	if before == "," || before == "." {
		before = ""
	}
	return p.yearOf(d, m, p.ordinalAt(n+1), before, false)
}

// afterDayOnly are months in a form that follows the day, and that are people's names before a number.
const afterDayOnly = " marta augusta maja juna jula "

// yearMonthDay reads 2022 Jan 14, 2022-Jan-14, 2022. január 14.
func (p *dateParser) yearMonthDay() bool {
	y := p.at(0)
	if y.digits != 4 || p.haveDate {
		return false
	}
	n, before := p.gap(1)
	m, n := p.monthAt(n)
	if m == 0 {
		return false
	}
	n, sep := p.gap(n)
	d := p.at(n)
	if d.kind != numeral || d.digits > 2 || p.is(n+1, ":") || (before == "-" || before == "/") != (sep == "-" || sep == "/") {
		return false
	}
	p.i += p.ordinalAt(n + 1)
	if p.is(0, ".") && !p.at(0).spaced {
		p.i++
	}
	return p.setDate(y.value, m, d.value)
}

// lateYear takes the year after the time.
func (p *dateParser) lateYear() bool {
	t := p.at(0)
	if !p.needYear || t.digits != 4 || p.is(-1, "-") { // "10:00–2021" may be a span
		return false
	}
	p.year, p.needYear = t.value, false
	p.i++
	return true
}

// eraYear reads 令和4年1月14日, 令和元年5月1日 and 民國111年1月14日.
func (p *dateParser) eraYear(t token) bool {
	if p.era > 0 {
		return false
	}
	p.era = t.word.value
	p.i++
	return p.cjkDate()
}

// inEra says whether the date is of the era that it names.
func (p *dateParser) inEra() bool {
	if p.era == 0 {
		return true
	}
	day := time.Date(p.year, time.Month(p.month), p.day, 0, 0, 0, 0, time.UTC).Format("20060102")
	return day >= eras[p.era].first && day <= eras[p.era].last
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
