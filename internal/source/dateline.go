package source

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxDateline is the longest line, in characters, that is asked whether it is a date.
const maxDateline = 90

const (
	monthsEN = `jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?`
	daysEN   = `mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs?(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?`
	// monthsOther are the months in the other languages that dates are read in; a few are written as in English.
	monthsOther = `janv(?:ier)?|f[ée]vr(?:ier)?|mars|avr(?:il)?|mai|juin|juil(?:let)?|ao[ûu]t|septembre|octobre|novembre|d[ée]cembre|` +
		`januar|jänner|februar|märz|juni|juli|oktober|dezember|` +
		`enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre|` +
		`gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|` +
		`janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro|` +
		`января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря`
	daysOther = `lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|` +
		`lunes|martes|mi[ée]rcoles|jueves|viernes|s[áa]bado|domingo|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|` +
		`(?:segunda|terça|quarta|quinta|sexta)-feira|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|` +
		`[月火水木金土日]曜日?|星期[一二三四五六日天]|周[一二三四五六日]|[월화수목금토일]요일`
	monthsVI = `giêng|một|hai|ba|tư|bốn|năm|sáu|bảy|tám|chín|mười(?:\s+(?:một|hai))?|chạp`
	daysVI   = `thứ\s+(?:hai|ba|tư|năm|sáu|bảy|[2-7])|chủ\s+nhật|t[2-7]|cn`
)

// dateCore is a day with its year in the ways newspapers write it.
var dateCore = regexp.MustCompile(`(?i)(?:` + strings.Join([]string{
	`\b\d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?(?:19|20)\d{2}\b`,
	`\b(?:19|20)\d{2}[/.-]\d{1,2}[/.-]\d{1,2}(?:t\d{2}:\d{2}(?::\d{2})?(?:\.\d+)?(?:z|[+-]\d{2}:?\d{2})?)?`,
	`\b\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?(?:` + monthsEN + `)\.?,?\s+(?:19|20)\d{2}\b`,
	`\b(?:` + monthsEN + `)\.?\s+\d{1,2}(?:st|nd|rd|th)?,?\s+(?:19|20)\d{2}\b`,
	`(?:ngày\s+)?\b\d{1,2}\s+tháng\s+\d{1,2}\s*,?\s*(?:năm\s+)?(?:19|20)\d{2}\b`,
	`(?:ngày\s+)?\b\d{1,2}\s+tháng\s+(?:` + monthsVI + `)\s*,?\s*(?:năm\s+)?(?:19|20)\d{2}\b`,
	`\b(?:` + monthsEN + `)\.?,?\s+\d{1,2}\s?[/,-]\s?(?:19|20)\d{2}\b`,
	`\b\d{1,2}[-\s](?:` + monthsEN + `)[-\s](?:19|20)\d{2}\b`,
	`\b\d{1,2}(?:er|º|°|\.)?\s+(?:de\s+)?(?:` + monthsOther + `|` + monthsEN + `)\.?,?\s+(?:del?\s+)?(?:19|20)\d{2}\b`,
	`(?:19|20)\d{2}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]`,
}, `|`) + `)`)

// countWords are what pages count beside a date: readings, and the minutes that one takes.
const countWords = `\d{1,3}\s*(?:-\s*)?min(?:ute)?s?\s+read\b|\d{1,3}\s+phút\s+đọc|(?:lượt\s+(?:xem|đọc)|views?|đã\s+xem)\s*:?\s*\d[\d.,]*|\d[\d.,]*\s+(?:lượt\s+(?:xem|đọc)|views\b)`

var countsBeside = regexp.MustCompile(`(?i)\s*(?:[|·•–—,;/-]\s*)?(?:` + countWords + `)\s*`)

// accountWords name the system's account that put an article online, beside its date.
const accountWords = `(?:người\s+đăng|(?:(?:đăng|viết|posted|published)\s+)?(?:bởi|by))\s*:?\s+(?:admin(?:istrator)?|quản trị(?:\s+viên)?|ban biên tập|bbt|webmaster|văn phòng)`

var accountBeside = regexp.MustCompile(`(?i)\s*(?:[|·•–—,;/-]\s*)?` + accountWords + `\s*`)

// dateRest is what may stand beside the day: time, weekday, zone, words that introduce a date.
var dateRest = regexp.MustCompile(`(?i)\b\d{1,2}(?:\s?[:h]\s?|\.)\d{2}(?::\d{2})?(?:\s?(?:am|pm|sa|ch)\b|\s?[ap]\.\s?m\.|\b)|\b\d{1,2}\s?(?:am|pm)\b|\b\d{1,2}\s?[ap]\.\s?m\.|` +
	countWords + `|` +
	`\b\d{1,2}\s+giờ(?:\s+\d{1,2}(?:\s+phút)?)?|` +
	`\(?\s?(?:gmt|utc)\s?(?:[+-]\s?\d{1,2}(?::?\d{2})?)?\s?\)?|\b(?:ict|est|edt|pst|pdt|cet|cest|bst)\b|[+-]\d{2}:?\d{2}\b|` +
	`\b\d{1,2}\s?g(?:\s?\d{2})?\b|\b\d{1,2}\s?(?:h|uhr)\b|(?:午前|午後|上午|下午|오전|오후)?\s?\d{1,2}\s?[時时点시](?:\s?\d{1,2}\s?[分분])?|` +
	`(?:` + daysVI + `)|^\s*(?:hai|ba|tư|năm|sáu|bảy)\s*,|\b(?:` + daysEN + `)\b|(?:` + daysOther + `)|` +
	`publi[ée]e?|mise? à jour|veröffentlicht|aktualisiert|publicado|actualizado|atualizado|pubblicato|aggiornato|опубликовано|обновлено|` +
	`\b(?:le|am|um|uhr|stand|el|las?|em|il|alle|ore|del|de)\b|(?:^|\s)(?:à|às|в|г\.?|года)(?:[\s,]|$)|発表|更新|公開|发布|게시|` +
	`ngày\s+(?:tạo|xuất\s+bản)|` + accountWords + `|đăng\s+lúc|đăng\s+ngày|ngày\s+đăng|xuất\s+bản|cập\s+nhật(?:\s+lần\s+cuối)?|cập\s+nhật\s+lúc|thời\s+gian|ngày|lúc|vào|giờ|phút|sáng|chiều|tối|trưa|` +
	`\b(?:first\s+published|publish(?:ed|ing)?|publication|created|issued|posted|updated?|last|modified|date|on|at|time|release[d]?|local)\b`)

// isDateline says whether a line is a date and nothing else: what is left without the date and the words that go with
// dates is punctuation. A sentence with a date in it is none.
func isDateline(line string) bool {
	if utf8.RuneCountInString(line) > maxDateline || !namesYear(line) {
		return false
	}
	at := dateCore.FindStringIndex(line)
	if at == nil {
		return false
	}
	rest := dateRest.ReplaceAllString(line[:at[0]]+" "+line[at[1]:], " ")
	if second := dateCore.FindStringIndex(rest); second != nil { // "Posted … - updated …"
		rest = rest[:second[0]] + rest[second[1]:]
	}
	for _, r := range rest {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return false
		}
	}
	return true
}

// bareWeekday is a weekday without the word for day, which no reader of dates knows: Sáu, 14/01/2022.
var bareWeekday = regexp.MustCompile(`(?i)^\s*(?:hai|ba|tư|năm|sáu|bảy)\s*,\s*`)

// namesYear is the cheap part of dateCore.
func namesYear(line string) bool { return strings.Contains(line, "20") || strings.Contains(line, "19") }

// dateWord introduces a date.
var dateWord = regexp.MustCompile(`(?i)(?:publi[ée]|mise? à jour|aktualisiert|ac?tualizado|aggiornato|обновлено|cập\s+nhật|đăng|xuất\s+bản|updated|last\s+(?:updated|modified)|modified|published|posted)`)

// splitDates divides a dateline that tells when an article was published and when it was changed: "Posted … | Updated …".
func splitDates(line string) (published, updated []string) {
	parts := []string{line}
	if at := dateCore.FindStringIndex(line); at != nil && dateCore.MatchString(line[at[1]:]) {
		if word := dateWord.FindStringIndex(line[at[1]:]); word != nil {
			cut := at[1] + word[0]
			parts = []string{strings.TrimRight(line[:cut], " |•·–—-,;("), line[cut:]}
		}
	}
	for _, p := range parts {
		if isUpdateLine(p) {
			updated = append(updated, p)
		} else {
			published = append(published, p)
		}
	}
	return published, updated
}

var updateWord = regexp.MustCompile(`(?i)^\W*(?:mise? à jour|aktualisiert|ac?tualizado|aggiornato|обновлено|cập\s+nhật|updated?|last\s+(?:updated|modified)|modified)`)

// isUpdateLine says whether a dateline tells of a change, not of the first publication.
func isUpdateLine(line string) bool { return updateWord.MatchString(line) }

// splitDateline divides "Phương Hằng - 14/01/2022 02:01" into what is date and what is not; date is "" where there is none.
func splitDateline(line string) (date, other string) {
	if isDateline(line) {
		return line, ""
	}
	if utf8.RuneCountInString(line) > 2*maxDateline || !namesYear(line) || !dateCore.MatchString(line) {
		return "", line
	}
	for _, sep := range []string{" | ", " • ", " · ", " – ", " — ", " - ", " / "} {
		if before, after, ok := strings.Cut(line, sep); ok {
			before, after = strings.TrimSpace(before), strings.TrimSpace(after)
			switch {
			case isDateline(after) && isName(before):
				return after, before
			case isDateline(before) && isName(after):
				return before, after
			}
		}
	}
	return "", line
}

// dateAndName divides a text's line as splitDateline does, and also where the name, its label or the paper's town stands
// directly beside the date: "Published on 14 March 2024 by Owen Marsh", "Biên Hòa, ngày 14 tháng 1 năm 2022".
func dateAndName(line string) (date, other string) {
	if date, other = splitDateline(line); date != "" {
		return date, other
	}
	if utf8.RuneCountInString(line) > 2*maxDateline || !namesYear(line) {
		return "", line
	}
	at := dateCore.FindStringIndex(line)
	if at == nil {
		return "", line
	}
	// What is neither the date nor a word that goes with dates must be one piece, before or after it.
	rest := line[:at[0]] + strings.Repeat("\x00", at[1]-at[0]) + line[at[1]:]
	blank := func(s string) string { return strings.Repeat("\x00", len(s)) }
	rest = dateRest.ReplaceAllStringFunc(dateCore.ReplaceAllStringFunc(rest, blank), blank)
	from := strings.IndexFunc(rest, isWordRune)
	if from < 0 {
		return "", line
	}
	to := strings.LastIndexFunc(rest, isWordRune)
	_, size := utf8.DecodeRuneInString(rest[to:])
	to += size
	if strings.Contains(rest[from:to], "\x00") {
		return "", line
	}
	if close := rest[to:]; strings.HasPrefix(close, ")") || strings.HasPrefix(close, ".") {
		to++
	}
	piece := strings.TrimSpace(line[from:to])
	words := strings.TrimSpace(line[:from] + " " + line[to:])
	if _, _, ok := byline(piece); ok || isRole(piece) || isSection(piece) || enders[foldLine(piece)] && from < at[0] {
		if from < at[0] && (townDate.MatchString(line[to:]) || enders[foldLine(piece)]) {
			piece = "" // a letter's head: the town, then the day
		}
		return strings.Trim(words, " |•·–—-,;/"), piece
	}
	return "", line
}

// townDate is what follows the town in a letter's head.
var townDate = regexp.MustCompile(`(?i)^\s*,\s*ngày\s+\d{1,2}(?:\s+tháng|\s?[/.-])`)

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// findDateline finds a date inside longer text, for pages whose date stands only there.
func findDateline(text string) string {
	if loc := dateCore.FindStringIndex(text); loc != nil && utf8.RuneCountInString(text) <= 3*maxDateline {
		// Take the time that stands directly beside the day with it.
		from, to := loc[0], loc[1]
		if m := timeBefore.FindStringIndex(text[:from]); m != nil {
			from = m[0]
		}
		if m := timeAfter.FindStringIndex(text[to:]); m != nil {
			to += m[1]
		}
		return strings.TrimSpace(text[from:to])
	}
	return ""
}

var (
	timeBefore = regexp.MustCompile(`(?i)\d{1,2}[:h]\d{2}(?::\d{2})?\s*,?\s*(?:ngày\s+)?$`)
	timeAfter  = regexp.MustCompile(`(?i)^\s*(?:,|-|\||lúc|at)?\s*\d{1,2}[:h]\d{2}(?::\d{2})?(?:\s?(?:am|pm)\b)?(?:\s*\(?(?:gmt|utc)\s?[+-]\s?\d{1,2}(?::?\d{2})?\)?)?`)
)
