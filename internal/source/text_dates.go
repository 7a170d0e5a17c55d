package source

import (
	"regexp"
	"slices"
	"strings"
)

// clock is a time of day.
var clock = regexp.MustCompile(`\d{1,2}\s?[:hg]\s?\d{2}`)

// pageClock puts a date that stands above the title behind one that stands below it, or nearer to it and says the hour: the
// first is the day of the visit.
func (r *textReader) pageClock() {
	if n := r.early; n > 0 && len(r.draft.Published) > n {
		r.draft.Published = slices.Concat(r.draft.Published[n:], r.draft.Published[:n])
	} else if n > 1 && clock.MatchString(r.draft.Published[n-1]) && !clock.MatchString(r.draft.Published[0]) {
		r.draft.Published = slices.Concat(r.draft.Published[n-1:], r.draft.Published[:n-1])
	}
}

// date takes a line that has a date, and what it says of it.
func (r *textReader) date(line, date string) {
	published, updated := splitDates(date)
	field := "date_published"
	if len(published) == 0 {
		field = "date_modified"
	}
	r.step("dateline", field, line, date)
	r.draft.Published = append(r.draft.Published, published...)
	r.updated = append(r.updated, updated...)
}

// dateline takes a line that is a date, or a date with the writer's name or the paper's town.
func (r *textReader) dateline(p para) bool {
	if timeAgo.MatchString(foldLine(p.text)) && r.at < len(r.paras) && p.text == r.paras[r.at].text && r.draft.Title.Value != "" {
		r.step("dateline", "date_published", p.text, p.text) // from when, the document does not say
		r.draft.Published = append(r.draft.Published, p.text)
		return true
	}
	if date, ok := shortDate(p.text); ok && r.at < len(r.paras) && p.text == r.paras[r.at].text && !r.form {
		r.date(p.text, date)
		return true
	}
	date, other := dateAndName(p.text)
	if date == "" {
		return false
	}
	r.date(p.text, strings.Trim(bareWeekday.ReplaceAllString(accountBeside.ReplaceAllString(countsBeside.ReplaceAllString(date, " "), " "), ""), " |·•–—-,;/"))
	if isSection(other) {
		r.step("section's name", "tags", p.text, other)
		r.draft.Tags = raws(append(r.draft.Tags, other)...)
	} else if authors, _, ok := byline(other); ok {
		r.author(p.text, authors)
	}
	return true
}

// shortDates are dates without a century, or a day with an hour and no year at all: 15-12-22, 02g01 ngày 14/1.
var shortDates = regexp.MustCompile(`(?i)^\(?(?:(?:đăng|cập nhật|posted|updated|published|ngày|lúc|thứ \p{L}+|chủ nhật)[\s:,]+)*(\d{1,2}\s?[:hg]\s?\d{2})?[\s,|–-]*(?:ngày\s+)?` +
	`((?:0?[1-9]|[12]\d|3[01])\s?[-/.]\s?(?:0?[1-9]|1[0-2]))(\s?[-/.]\s?\d{2})?(?:[\s,|–-]+(\d{1,2}\s?[:hg]\s?\d{2}))?\)?$`)

// shortDate reads such a line, which only a place above the text makes a date. Days before months, as they are written here.
func shortDate(line string) (string, bool) {
	if len(line) > maxDateline {
		return "", false
	}
	m := shortDates.FindStringSubmatch(line)
	if m == nil || m[3] == "" && m[1] == "" && m[4] == "" {
		return "", false
	}
	if m[3] == "" {
		return line, true
	}
	day := strings.NewReplacer("-", "/", ".", "/", " ", "").Replace(m[2] + m[3])
	return strings.TrimSpace(strings.TrimSpace(m[1]+m[4]) + " " + day), true
}

// dated says whether a date stands above the line, or below it, where only the writer's address or office is between: a bare
// name beside one is the writer's, and a bare name without one may be a subtitle.
func (r *textReader) dated() bool {
	if len(r.draft.Published)+len(r.updated) > 0 {
		return true
	}
	for i := r.at + 1; i < len(r.paras) && i <= r.at+4; i++ {
		text := r.paras[i].text
		if date, _ := dateAndName(text); date != "" {
			return true
		}
		if leadMark.MatchString(text) || r.isLeadAbove(i) {
			return true
		}
		if !isRole(text) && !mailAddress.MatchString(text) && !isFrame(text) {
			return false
		}
	}
	return false
}

// isLeadAbove says whether the paragraph is a lead, once or twice, with the date below it.
func (r *textReader) isLeadAbove(i int) bool {
	if !isProse(r.paras[i]) {
		return false
	}
	next := i + 1
	for next < len(r.paras) && next < i+3 && sameText(r.paras[next].text, r.paras[i].text) {
		next++
	}
	if next >= len(r.paras) {
		return false
	}
	date, _ := dateAndName(r.paras[next].text)
	return date != ""
}
