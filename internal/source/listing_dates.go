package source

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// dateMarks are what papers set around a date.
const dateMarks = "()[]-–—|·•, "

// datesComeFirst says whether the first thing in a list's element, before its first article, is a date.
func (l *listing) datesComeFirst(parent *html.Node) bool {
	if parent == nil {
		return false
	}
	i := 0
	for c := parent.FirstChild; c != nil && i < 2*maxGap; c = c.NextSibling {
		if l.isOwned(c) {
			return false
		}
		if isDateNode(c) {
			return true
		}
		i++
	}
	return false
}

func isDateNode(n *html.Node) bool {
	return n.Type == html.ElementNode && n.Data == "time" || isDateText(shortNodeText(n))
}

// relativeDate is "2 giờ trước", "hôm qua", "5 hours ago": handed on as written, and never a date.
var relativeDate = regexp.MustCompile(`(?i)^(?:khoảng\s+|about\s+|cách đây\s+)?(?:\d{1,3}|một|vài|an?|one)\s*(?:giây|phút|giờ|tiếng|ngày|tuần|tháng|năm|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|weeks?|months?|years?)\s*(?:trước|ago)$|^(?:vừa xong|mới đây|just now|yesterday|today|hôm qua|hôm nay)(?:[ ,]+(?:lúc\s+|at\s+)?\d{1,2}[:h]\d{2})?$`)

// clockDate is a day without its year, with a time: 14/01 02:01.
var clockDate = regexp.MustCompile(`^\d{1,2}[:h]\d{2}[ ,|-]+\d{1,2}[/.-]\d{1,2}$|^\d{1,2}[/.-]\d{1,2}[ ,|-]+\d{1,2}[:h]\d{2}$`)

func isDateText(s string) bool {
	if s == "" || len(s) > 4*maxDateline {
		return false
	}
	return isDateline(s) || hasDigit(s) && isWorldDate(s) || relativeDate.MatchString(s) || clockDate.MatchString(s)
}

var (
	dateSeparator = regexp.MustCompile(`\s+[-–—|/]\s+|\s*[|•·]\s*`)
	bylineDate    = regexp.MustCompile(`(?i)^(?:(?:posted|written|đăng)\s+(?:by|bởi)|by|bởi|tác\s+giả)\s`)
)

// datePart is the date in a line that says other things beside it: the section, the writer, how many comments. "" where
// there is none.
func datePart(line string) string {
	if utf8.RuneCountInString(line) > maxDateline || !hasDigit(line) {
		return ""
	}
	if date, _ := splitDateline(line); date != "" {
		return date
	}
	cuts := dateSeparator.FindAllStringIndex(line, 6)
	starts, ends := []int{0}, []int{}
	for _, c := range cuts {
		starts, ends = append(starts, c[1]), append(ends, c[0])
	}
	ends = append(ends, len(line))
	for i := range starts { // the longest from each place: the time may stand apart from the day
		for j := len(ends) - 1; j >= i; j-- {
			if part := line[starts[i]:ends[j]]; isDateline(part) || isWorldDate(part) {
				return part
			}
		}
	}
	if core := dateCore.FindStringIndex(line); core != nil && bylineDate.MatchString(line) && isDateline(line[core[0]:]) {
		return line[core[0]:]
	}
	return ""
}

// dateAttributes hold what the page's script shows as a date.
func dateAttributes() []string {
	return []string{"datetime", "data-datetime", "data-date", "data-time", "data-timestamp", "data-published", "data-publish-date", "data-utime", "content"}
}

const maxDates = 4

// dates are the dates that stand beside a headline: when it was published, and when it was changed.
func (l *listing) dates(parts []*html.Node) (published, modified []string) {
	var f dateFinder
	if s := l.in.Select.Date; s != "" {
		for _, n := range parts {
			found := l.within(n, s).First()
			for _, name := range append(dateAttributes(), "title") {
				f.sure = append(f.sure, found.AttrOr(name, ""))
			}
			f.likely = append(f.likely, lineOf(found))
		}
		return f.all()
	}
	for _, n := range parts {
		for c := range withSelf(n) {
			if len(f.sure)+len(f.named)+len(f.likely) < 2*maxDates {
				f.look(c)
			}
		}
	}
	return f.all()
}

// dateFinder gathers dates: what machines are told, what <time> or a class shows, and what looks like a date.
type dateFinder struct{ sure, named, likely, changed []string }

func (f *dateFinder) all() (published, modified []string) {
	list := raws(append(append(f.sure, f.named...), f.likely...)...)
	changed := raws(f.changed...)
	return list[:min(len(list), maxDates)], changed[:min(len(changed), maxDates)]
}

var (
	dateName    = regexp.MustCompile(`(?:^|[\s_-])(?:date|time|datetime|timeago|time-ago|ngay|thoigian|thoi-gian|published|pubdate|timestamp|ngaydang)(?:$|[\s_-])`)
	changedName = regexp.MustCompile(`(?:^|[\s_-])(?:updated|modified)(?:$|[\s_-])`)
)

func (f *dateFinder) look(n *html.Node) {
	text := shortNodeText(n)
	if n.Type == html.TextNode {
		if n.Parent != nil && (n.Parent.Data == "time" || dateName.MatchString(strings.ToLower(attribute(n.Parent, "class")))) {
			return // its element was looked at
		}
		if isDateText(text) {
			f.likely = append(f.likely, text)
		} else if n.Parent != nil && n.Parent.Data != "a" && !isHeading(n.Parent) {
			f.likely = append(f.likely, datePart(text))
		}
		return
	}
	class := strings.ToLower(attribute(n, "class"))
	isTime := n.Data == "time"
	named := dateName.MatchString(class) || attribute(n, "itemprop") == "datePublished" || hasDigit(attribute(n, "data-date")) || hasDigit(attribute(n, "data-datetime"))
	if n.Type != html.ElementNode || !isTime && !named || !isTime && goquery.NewDocumentFromNode(n).Find("time").Length() > 0 {
		return
	}
	sure, shown := &f.sure, &f.named
	if changedName.MatchString(class) && !strings.Contains(class, "published") || attribute(n, "itemprop") == "dateModified" {
		sure, shown = &f.changed, &f.changed
	}
	for _, name := range dateAttributes() {
		if v := attribute(n, name); hasDigit(v) && len(v) < maxDateline {
			*sure = append(*sure, v)
		}
	}
	if v := attribute(n, "title"); isDateText(v) {
		*sure = append(*sure, v)
	}
	if text != "" && utf8.RuneCountInString(text) <= maxDateline && (isTime || hasDigit(text) && headlineWords(text) <= 8) {
		text = first(datePart(text), text)
		*shown = append(*shown, text)
	}
}

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

// fewestDays is how many headings that are days make a page one of days; a single one may be today's date.
const fewestDays = 2

// readDays finds the days that stand as headings above the links of a list: "3. Mai 2025", and three headlines below it.
func (l *listing) readDays() {
	l.days = map[*html.Node]string{}
	seen := map[string]bool{}
	var day string
	var level int
	var scope *html.Node // what the heading speaks for
	for n := range l.doc.Nodes[0].Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		if at := headingLevel(n); at > 0 && l.weight[n] == 0 {
			text := shortNodeText(n)
			switch {
			case hasDigit(text) && namesYear(text) && isDateText(text):
				day, level, scope = text, at, n.Parent
				for scope != nil && l.weight[scope] == 0 {
					scope = scope.Parent
				}
				if scope == nil || !l.shared[scope] {
					day = "" // it is one article's own date
				} else {
					seen[day] = true
				}
			case at <= level:
				day = ""
			}
			continue
		}
		if n.Data == "a" && day != "" && isBelow(n, scope) {
			l.days[n] = day
		}
	}
	if len(seen) < fewestDays {
		l.days = nil
	}
}

// headingLevel is 1 to 6 for headings, more for what heads the rows of a table or list, 0 for all else.
func headingLevel(n *html.Node) int {
	switch {
	case isHeading(n):
		return int(n.Data[1] - '0')
	case n.Data == "dt", n.Data == "th", n.Data == "caption":
		return 7
	}
	return 0
}

func isBelow(n, above *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == above {
			return true
		}
	}
	return false
}
