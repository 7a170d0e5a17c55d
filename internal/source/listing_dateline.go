package source

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Lists of papers all over the world show dates in the paper's language, each alone in its element. The lines of an
// article's text are asked for fewer languages (isDateline).
const worldMonths = `jan(?:uar|vier|eiro|uari)?|jänner|ene(?:ro)?|gen(?:naio)?|feb(?:ruar|braio|rero|ruari)?|févr?(?:ier)?|fev(?:ereiro)?|märz?|mrz|mars|mar(?:zo|ço)?|maart|apr(?:ile?)?|avr(?:il)?|abr(?:il)?|` +
	`ma[iy]|mag(?:gio)?|mayo|maio|mei|ju[nl]i?|juin|giu(?:gno)?|ju[nl](?:io|ho)|juil(?:let)?|lug(?:lio)?|aug(?:ust(?:us)?)?|août|ago(?:sto)?|sep(?:t(?:ember|embre|iembre)?)?|set(?:t(?:embre)?|embro)?|` +
	`o[kc]t(?:ober|obre|ubre)?|ott(?:obre)?|out(?:ubro)?|nov(?:ember|embre|iembre|embro)?|de[zc](?:ember|embre|embro)?|déc(?:embre)?|dic(?:embre|iembre)?|` +
	`января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря`

var (
	// worldDay is a day with its year: 3. Mai 2025, 7 de marzo de 2026, 2026年3月1日, 2026년 3월 1일, 03.12.25.
	worldDay = regexp.MustCompile(`(?i)(?:^|[^\d\pL.])(?:(?:\d{1,2}(?:\.|er|º|°)?\s+(?:de\s+)?(?:` + worldMonths + `)\.?,?\s+(?:de\s+|del\s+)?(?:19|20)\d{2}|\d{2}\.\d{2}\.\d{2})(?:$|[^\d\pL.])|` +
		`(?:19|20)\d{2}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일])`)
	worldTime = regexp.MustCompile(`(?i)\d{1,2}\s?(?::|\.|h|時|时|点|點|시)\s?\d{2}(?:\s?[分분]|:\d{2}|\s?h)?`)

	// worldWords stand beside such a day and mean nothing else.
	worldWords = lineSet(`montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|mo|di|mi|do|fr|sa|so|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|
		lunes|martes|miércoles|jueves|viernes|sábado|domingo|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|segunda|terça|quarta|quinta|sexta|feira|
		понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|月|火|水|木|金|土|日|月曜日|火曜日|水曜日|木曜日|金曜日|土曜日|日曜日|월|화|수|목|금|토|일|
		publié|publiée|mis|mise|à|jour|le|du|veröffentlicht|erschienen|aktualisiert|stand|vom|am|um|uhr|datum|publicado|publicada|actualizado|el|de|del|a|las|los|
		pubblicato|aggiornato|il|alle|ore|atualizado|em|às|опубликовано|обновлено|в|г|公開|掲載|更新|発表|发布|發布|时间|入力|입력|등록|수정`)
)

// isWorldDate says whether a line is a day in one of the languages of worldMonths, and what goes with it.
func isWorldDate(line string) bool {
	if utf8.RuneCountInString(line) > maxDateline || !hasDigit(line) {
		return false
	}
	at := worldDay.FindStringIndex(line)
	if at == nil {
		if at = dateCore.FindStringIndex(line); at == nil { // Mi., 05.11.2025
			return false
		}
	}
	rest := worldTime.ReplaceAllString(line[at[1]:], " ")
	for _, word := range strings.FieldsFunc(line[:at[0]]+" "+rest, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if !worldWords[strings.ToLower(word)] {
			return false
		}
	}
	return true
}
