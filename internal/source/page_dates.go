package source

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// dates lists what the page says of when, the most trusted first.
func (p *page) dates() {
	d := &p.draft
	chosen := datesOf(p.find(p.in.Select.Date).First())
	published := chosen
	if !p.ld.micro {
		published = append(published, p.ld.published...)
	}
	for _, name := range []string{
		"article:published_time", "datePublished", "og:published_time", "published_time", "publishdate", "publish-date",
		"pubdate", "publication_date", "article.published", "article:published", "og:article:published_time", "parsely-pub-date", "sailthru.date",
		"cxenseparse:recs:publishtime", "citation_publication_date", "citation_date", "citation_online_date", "dc.date.issued", "dc.date.created", "dc.date",
		"dcterms.issued", "dcterms.created", "dcterms.date", "dc.terms.created", "date_published", "dateCreated", "rnews:datepublished", "schema:datepublished",
		"displaydate", "publish_date", "article_date_original", "release_date", "date",
	} {
		published = append(published, p.meta(name))
	}
	if p.ld.micro {
		published = append(published, p.ld.published...)
	}
	published = append(published, datesOf(p.doc.Find(`[itemprop~="datePublished"], [property~="datePublished"], [property~="schema:datePublished"], [property~="dc:date"], [property~="dc:created"], [property~="dcterms:created"], time[pubdate]`).Not("meta").First())...)
	published = append(published, datesOf(p.doc.Find(".published[title], .dtpublished[title]").FilterFunction(func(_ int, s *goquery.Selection) bool { return s.Closest(aside).Length() == 0 }).First())...)
	published = append(published, p.shownDates()...)
	published = append(published, dateInAddress(first(p.draft.URL, p.draft.Canonical)))
	modified := append([]string{}, p.ld.modified...)
	for _, name := range []string{"article:modified_time", "og:updated_time", "dateModified", "article:modified", "og:modified_time", "lastmod", "last-modified", "dcterms.modified", "dc.date.modified", "schema:datemodified", "parsely-updated", "revised"} {
		modified = append(modified, p.meta(name))
	}
	modified = append(modified, datesOf(p.doc.Find(`[itemprop~="dateModified"], [property~="dateModified"], [property~="schema:dateModified"]`).Not("meta").First())...)
	modified = append(modified, p.changed...)
	d.Modified = raws(modified...)
	d.Published = exactFirst(raws(published...))
}

// dayInPath is a whole day in an address: /2023/05/12/, /2023-05-12-…
var dayInPath = regexp.MustCompile(`/((?:19|20)\d{2})[/-](0[1-9]|1[0-2])[/-](0[1-9]|[12]\d|3[01])(?:[/-]|$)`)

// dateInAddress is the day that news systems put into an article's address, the last that is asked.
func dateInAddress(link string) string {
	m := dayInPath.FindStringSubmatch(link)
	if m == nil {
		return ""
	}
	return m[1] + "-" + m[2] + "-" + m[3]
}

// datesOf are the dates an element carries: in attributes, then as its text.
func datesOf(s *goquery.Selection) []string {
	if s.Length() == 0 {
		return nil
	}
	text := lineOf(s)
	if utf8.RuneCountInString(text) > 3*maxDateline {
		text = ""
	}
	title := s.AttrOr("title", "") // where microformats have the date
	if !isoStart.MatchString(title) {
		title = ""
	}
	return raws(s.AttrOr("content", ""), s.AttrOr("datetime", ""), title, text)
}

// shownDates are the dates that people see: <time>, elements called date or time, and last a line that is nothing but a
// date. Those after the title come first, for above it stands the clock of the day.
func (p *page) shownDates() []string {
	order := map[*html.Node]int{}
	i := 0
	for n := range p.doc.Nodes[0].Descendants() {
		order[n] = i
		i++
	}
	title := -1
	if h1 := p.doc.Find("h1").First(); h1.Length() > 0 {
		title = order[h1.Nodes[0]]
	}
	var after, before, updates []string
	lines := map[string]bool{}
	note := func(s *goquery.Selection, dates ...string) {
		if s.Closest(aside).Length() > 0 || isTeaserEntry(s.Closest("li")) {
			return
		}
		if order[s.Nodes[0]] > title && isOnlyDate(s) {
			lines[lineOf(s)] = true
			if p.dateline == nil {
				p.dateline = s
			}
		}
		for i, date := range dates {
			dates[i] = strings.Trim(countsBeside.ReplaceAllString(date, " "), " ,;|·•–—-")
		}
		if len(dates) == 1 && isUpdateLine(dates[0]) {
			updates = append(updates, dates...)
			return
		}
		if order[s.Nodes[0]] > title {
			after = append(after, dates...)
		} else if s.Closest("header").Length() == 0 || s.Closest("article").Length() > 0 {
			before = append(before, dates...)
		}
	}
	p.doc.Find("time[datetime]").EachWithBreak(func(i int, s *goquery.Selection) bool {
		note(s, s.AttrOr("datetime", ""))
		return i < maxShownDates
	})
	p.doc.Find(`time, [class*="date" i], [class*="time" i], [class*="publish" i], [id*="date" i]`).EachWithBreak(func(i int, s *goquery.Selection) bool {
		text := lineOf(s)
		if at := changed.FindString(text); namesYear(at) && utf8.RuneCountInString(text) <= maxDateline {
			p.changed = append(p.changed, strings.Trim(at, " ,;|(–-"))
		}
		if date, _ := dateBeside(text); date != "" {
			note(s, date)
		} else if date := longer(findDateline(text), findWorldDate(text)); date != "" {
			note(s, date)
		}
		return i < maxShownDates
	})
	p.datesInText(note)
	if len(lines) > maxDatelines {
		p.dateline = nil // the times of a live blog's entries belong to them
	}
	const most = 6
	if len(after) > 0 {
		before = nil
	}
	if len(after)+len(before) == 0 {
		after = updates // the only date that is shown
	} else {
		p.changed = append(p.changed, updates[:min(len(updates), most)]...)
	}
	list := raws(append(after, before...)...)
	return list[:min(len(list), most)]
}

// datesInText notes the dates that stand in texts of their own, whatever the element around them is called.
func (p *page) datesInText(note func(s *goquery.Selection, dates ...string)) {
	found, asked := 0, 0
	for n := range p.doc.Nodes[0].Descendants() {
		if n.Type != html.TextNode || n.Parent == nil || n.Parent.Data == "script" || n.Parent.Data == "style" || len(n.Data) >= 4*maxDateline || !namesYear(n.Data) {
			continue
		}
		if date, _ := dateBeside(lineOfText(n.Data)); date != "" {
			note(goquery.NewDocumentFromNode(n.Parent).Selection, date)
			found++
		}
		if asked++; found > maxShownDates || asked > maxAsked {
			break
		}
	}
}

// maxShownDates is how many elements of a kind are asked for a date, maxAsked how many lines that have a number like a year's.
const (
	maxShownDates = 200
	maxAsked      = 500
)

// maxDatelines is how many different dates of its own an article may show below its title.
const maxDatelines = 2

// isOnlyDate says whether an element shows a date and nothing else, and is no part of a sentence.
func isOnlyDate(s *goquery.Selection) bool {
	text := lineOf(s)
	switch goquery.NodeName(s.Parent()) {
	case "p", "li", "td", "a", "em", "strong":
		return isPageDate(text) && sameText(text, lineOf(s.Parent()))
	}
	return isPageDate(text) || goquery.NodeName(s) == "time" && utf8.RuneCountInString(text) <= 40
}

// isPageDate says whether a line is a date and nothing else, in any language that pages are read in.
func isPageDate(line string) bool {
	if !namesYear(line) || utf8.RuneCountInString(line) > maxDateline {
		return false
	}
	if isDateline(line) || isWorldDate(dayHalf.ReplaceAllString(line, " ")) {
		return true
	}
	at := changed.FindStringIndex(line)
	return at != nil && isPageDate(line[:at[0]])
}

// changed introduces, behind the date of an article, that of its last change.
var changed = regexp.MustCompile(`(?i)\s*[,;|(–-]\s*(?:updated|modifié|mise? à jour|aktualisiert|zuletzt|actualizado|aggiornato|atualizado|обновлено|更新|cập nhật).*$`)

// dayHalf is before or after noon.
var dayHalf = regexp.MustCompile(`오전|오후|午前|午後|上午|下午`)

// besideDate stands between a date and what else is on its line.
var besideDate = regexp.MustCompile(`\s+[|•·–—/-]\s+|\s*[|•·]\s*`)

// dateBeside divides a line into its date and what stands beside it, a name or what the page counts; date is "" where
// the line is a sentence, or has none.
func dateBeside(line string) (date, other string) {
	if isPageDate(line) {
		return changed.ReplaceAllString(line, ""), ""
	}
	if utf8.RuneCountInString(line) > 2*maxDateline || !namesYear(line) || !dateCore.MatchString(line) && !worldDay.MatchString(line) {
		return "", line
	}
	if date, other = dateAndName(line); date != "" {
		return date, other
	}
	parts := besideDate.Split(line, -1)
	for i, part := range parts {
		if part = strings.TrimSpace(part); isPageDate(part) {
			return changed.ReplaceAllString(part, ""), strings.Join(append(parts[:i:i], parts[i+1:]...), " | ")
		}
	}
	return "", line
}

// findWorldDate is findDateline for the languages of worldMonths.
func findWorldDate(text string) string {
	if utf8.RuneCountInString(text) > 3*maxDateline || !namesYear(text) {
		return ""
	}
	at := worldDay.FindStringIndex(text)
	if at == nil {
		return ""
	}
	day := text[at[0]:at[1]]
	if time := worldTime.FindStringIndex(text[at[1]:]); time != nil && time[0] <= maxTimeGap {
		day = text[at[0] : at[1]+time[1]]
	}
	return strings.Trim(day, " ,;|()")
}

// maxTimeGap is how far behind the day, in bytes, its time may begin: "9 mai 2023 à 18h12".
const maxTimeGap = 8

// isTeaserEntry says whether an entry of a list is hardly more than a link to another article: the date in it is that one's.
func isTeaserEntry(entry *goquery.Selection) bool {
	if entry.Length() == 0 || textSize(entry.Nodes[0]) > 300 {
		return false
	}
	return utf8.RuneCountInString(lineOf(entry.Find("a[href]").First())) >= 20
}
