package clean

import "strings"

// weekdayOrMonth settles "mar": Tuesday where a date follows or went before, else March.
func (p *dateParser) weekdayOrMonth() bool {
	if p.haveDate {
		p.i++
		return !p.needYear && p.afterWord() // "21 maio mar. 2023" is two months
	}
	was := p.dateState
	p.i++
	p.afterWord()
	if n, _ := p.gap(0); p.at(n).kind == numeral {
		p.i += n
		if (p.numericDate() || p.dayMonth()) && !p.needYear {
			return true
		}
	}
	return p.back(&was) || p.monthDay()
}

// thu reads thứ sáu and Thứ 6; a bare "Thu" is Thursday.
func (p *dateParser) thu(t token) bool {
	p.i++
	if p.is(0, "-") && t.text == "thứ" {
		p.i++
	}
	next := p.at(0)
	switch {
	case next.kind == letterRun && vietnameseDays[next.text]:
		p.i++
	case next.kind == numeral && next.digits == 1 && (t.text == "thứ" || p.saigonDay()):
		if next.value < 2 || next.value > 7 {
			return false
		}
		p.i++
	case t.text == "thứ":
		return false
	}
	return p.afterWord()
}

// thDay reads "Th 3, 15/03/2022", thứ ba; Th3 is a month.
func (p *dateParser) thDay() bool {
	n := p.at(1)
	if n.kind != numeral || !n.spaced || n.digits != 1 || n.value < 2 || n.value > 7 || p.haveDate {
		return false
	}
	was := p.dateState
	p.i++
	if !p.saigonDay() {
		return p.back(&was)
	}
	p.i++
	return true
}

// saigonDay tells "thu 6, 14/01/2022" from "Thu 6 Jan 2022".
func (p *dateParser) saigonDay() bool {
	n := 1
	if p.is(n, ",") {
		n++
	}
	if p.isWord(n, link) {
		n++
	}
	return p.at(n).kind == numeral
}

// dayLetter skips 金 and 수 between the date and the time, or after both.
func (p *dateParser) dayLetter(t token) bool {
	next := p.at(1)
	if !p.haveDate || !t.spaced || !t.cjk || p.at(-1).kind != numeral && !p.is(-1, ".") || next.kind != nothing && (next.kind != numeral || !next.spaced) || !strings.Contains(bracketedDays, t.text) {
		return false
	}
	p.i++
	return true
}

// germanMonths are the months that the weekday "do" stands with.
const germanMonths = " januar jänner februar feber märz april mai juni juli august september oktober november dezember januari februari maart mei augustus december jan jän feb mär mrz mrt apr jun jul aug sep sept okt nov dez dec "

// untilDay tells the Polish and Czech "do", until, from the German and Dutch Thursday.
func (p *dateParser) untilDay() bool {
	for n := 1; p.i+n < len(p.tokens); n++ {
		if t := p.at(n); t.kind == letterRun && (t.word.kind == month || t.word.kind == maybeDay) {
			return !strings.Contains(germanMonths, " "+t.text+" ")
		}
	}
	return p.raw[p.at(0).start] == 'd' && p.at(1).kind == numeral && p.is(2, ".")
}
