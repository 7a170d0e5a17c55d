package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	araddon "github.com/araddon/dateparse"
	itlightning "github.com/itlightning/dateparse"
	dateparser "github.com/markusmobius/go-dateparser"
	"github.com/mmcdole/gofeed"

	"tinhub/internal/clean"
	"tinhub/internal/hub"
)

func dateSuites() []suite {
	return []suite{
		{
			name: "dates-feedparser", get: "kurtmckee/feedparser from github.com/kurtmckee/feedparser", marker: "tests/test_date_parsers.py",
			run: func(dir string) ([]table, error) { return runDates(dir, "tests/test_date_parsers.py", feedparserDates) },
		},
		{
			name: "dates-dateparser", get: "scrapinghub/dateparser from github.com/scrapinghub/dateparser", marker: "tests/test_freshness_date_parser.py",
			run: func(dir string) ([]table, error) {
				absolute, err := runDates(dir, "tests/test_date_parser.py", dateparserDates)
				if err != nil {
					return nil, err
				}
				relative, err := runDates(dir, "tests/test_freshness_date_parser.py", relativeDates)
				if err != nil {
					return nil, err
				}
				own, err := ownDates()
				return slices.Concat(absolute, relative, own), err
			},
		},
	}
}

// dateCase is a string and the moment that it is expected to be; zero where none.
type dateCase struct {
	raw  string
	zone string // "" is UTC
	want time.Time
}

// dateReaders are ours and the peers, each told the zone and, where it can be told, that the day comes first.
var dateReaders = []struct {
	name string
	read func(string, *time.Location) (time.Time, bool)
}{
	{"Tinhub", dateByTinhub},
	{"gofeed", dateByGofeed},
	{"araddon/dateparse", func(s string, loc *time.Location) (time.Time, bool) {
		t, err := araddon.ParseIn(s, loc, araddon.PreferMonthFirst(false))
		return t, err == nil
	}},
	{"itlightning/dateparse", func(s string, loc *time.Location) (time.Time, bool) {
		t, err := itlightning.ParseIn(s, loc, itlightning.PreferMonthFirst(false))
		return t, err == nil
	}},
	{"go-dateparser", func(s string, loc *time.Location) (time.Time, bool) {
		t, err := dateparser.Parse(&dateparser.Configuration{DateOrder: dateparser.DMY, DefaultTimezone: loc, StrictParsing: true}, s)
		return t.Time, err == nil && !t.IsZero()
	}},
}

// dateByTinhub goes the way of an item, which is the only door to the reader.
func dateByTinhub(s string, loc *time.Location) (time.Time, bool) {
	in, err := clean.Document(hub.Document{Drafts: []hub.Draft{{OriginalID: "1", Published: []string{s}}}}, clean.Setting{Source: hub.Source{ID: "s", Location: loc}})
	if err != nil || len(in) != 1 {
		return time.Time{}, false
	}
	t := in[0].Item.Published
	return t, !t.IsZero()
}

// dateByGofeed reads a feed of one item, for its date parser has no door of its own.
func dateByGofeed(s string, _ *time.Location) (time.Time, bool) {
	var b bytes.Buffer
	b.WriteString(`<rss version="2.0"><channel><title>t</title><item><title>i</title><pubDate>`)
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return time.Time{}, false
	}
	b.WriteString(`</pubDate></item></channel></rss>`)
	f, err := gofeed.NewParser().ParseString(b.String())
	if err != nil || len(f.Items) != 1 || f.Items[0].PublishedParsed == nil {
		return time.Time{}, false
	}
	return *f.Items[0].PublishedParsed, true
}

func runDates(dir, file string, scan func(string) ([]dateCase, []string)) ([]table, error) {
	data, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
	if err != nil {
		return nil, err
	}
	cases, notes := scan(string(data))
	if len(cases) == 0 {
		return nil, fmt.Errorf("no dates found in %s", file)
	}
	t, err := compareDates(file, cases)
	if err != nil {
		return nil, err
	}
	t.notes = append(t.notes, notes...)
	return []table{t}, nil
}

// compareDates counts for each reader what is right (the moment expected, or none where none is), silently wrong, refused.
func compareDates(title string, cases []dateCase) (table, error) {
	moments := 0
	for _, c := range cases {
		if !c.want.IsZero() {
			moments++
		}
	}
	t := table{
		title: fmt.Sprintf("%s: %d strings, %d of them moments", title, len(cases), moments),
		head:  []string{"reader", "right", "silently wrong", "refused", "right %", "time a string"},
	}
	for i, r := range dateReaders {
		var right, wrong, refused int
		var asides []string
		start := time.Now()
		for _, c := range cases {
			loc, err := time.LoadLocation(c.zone)
			if err != nil {
				return table{}, err
			}
			got, ok := r.read(c.raw, loc)
			switch {
			case ok && !c.want.IsZero() && got.Truncate(time.Second).Equal(c.want), !ok && c.want.IsZero():
				right++
				continue
			case !ok:
				refused++
				asides = append(asides, fmt.Sprintf("refused `%s`", c.raw))
			default:
				wrong++
				asides = append(asides, fmt.Sprintf("**wrong** `%s` read as %s", c.raw, got.UTC().Format(time.RFC3339)))
			}
		}
		each := time.Since(start) / time.Duration(len(cases))
		t.rows = append(t.rows, []string{r.name, strconv.Itoa(right), strconv.Itoa(wrong), strconv.Itoa(refused), fmt.Sprintf("%.1f", 100*float64(right)/float64(len(cases))), each.Round(100 * time.Nanosecond).String()})
		if i == 0 && len(asides) > 0 {
			t.notes = append(t.notes, "Tinhub: "+strings.Join(asides, "; "))
		}
	}
	t.notes = append(t.notes, "Tinhub's time is of the whole way from draft to item, gofeed's of a feed of one item.")
	return t, nil
}

// pyString is a Python string literal as these files write them.
const pyString = `(?:u?"((?:[^"\\]|\\.)*)"|u?'((?:[^'\\]|\\.)*)')`

var escapes = regexp.MustCompile(`\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))`)

func unquotePython(s string) string {
	return escapes.ReplaceAllStringFunc(s, func(e string) string {
		m := escapes.FindStringSubmatch(e)
		if hex := m[1] + m[2]; hex != "" {
			v, _ := strconv.ParseUint(hex, 16, 32)
			return string(rune(v))
		}
		switch m[3] {
		case "n":
			return "\n"
		case "t":
			return "\t"
		}
		return m[3]
	})
}

var feedparserCase = regexp.MustCompile(`\(\s*(_parse_date_\w+),\s*` + pyString + `,\s*(None|\(([\d, -]+)\))`)

// feedparserDates reads (parser, string, nine numbers in UTC or None).
func feedparserDates(src string) ([]dateCase, []string) {
	var out []dateCase
	for _, m := range feedparserCase.FindAllStringSubmatch(src, -1) {
		c := dateCase{raw: unquotePython(m[2] + m[3])}
		if m[1] == "_parse_date_nate" || m[1] == "_parse_date_onblog" {
			c.zone = "Asia/Seoul" // those two are of Korean houses
		}
		if m[4] != "None" {
			n := integers(m[5])
			c.want = time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC)
		}
		out = append(out, c)
	}
	return out, []string{"Expected as feedparser has it, also where a month or a year alone becomes its first day."}
}

func integers(s string) []int {
	var n []int
	for f := range strings.SplitSeq(s, ",") {
		if v, err := strconv.Atoi(strings.TrimSpace(f)); err == nil {
			n = append(n, v)
		}
	}
	return n
}

var (
	pyTest         = regexp.MustCompile(`\n    def (test_\w+)\(`)
	dateparserCase = regexp.MustCompile(`param\(\s*` + pyString + `,\s*(?:datetime\(([\d,\s]+)\)|(` + pyString + `))\s*,?\s*\)`)
	relativeCase   = regexp.MustCompile(`param\(\s*` + pyString + `\s*(?:,\s*(?:ago|in_future)=\{|,?\s*\))`)
	threeNumbers   = regexp.MustCompile(`\d+[./-] ?\d+[./-] ?\d+`)
	plainNumber    = regexp.MustCompile(`\pN+`)
)

// beforeTest calls each with a test's name and the text of its parameters, which stand before it.
func beforeTest(src string, each func(name, params string)) {
	from := 0
	for _, m := range pyTest.FindAllStringSubmatchIndex(src, -1) {
		text := src[from:m[0]]
		if i := strings.LastIndex(text, "@parameterized.expand"); i >= 0 {
			each(src[m[2]:m[3]], text[i:])
		}
		from = m[1]
	}
}

// dateparserDates reads the absolute dates. Those without a year, day or month are expected to be none, for a moment must not
// be made up; those that mean the month first, where the day may come first, are left out.
func dateparserDates(src string) ([]dateCase, []string) {
	wanted := []string{
		"test_dates_parsing", "test_dates_parsing_with_normalization", "test_parsing_with_time_zones_and_converting_to_UTC",
		"test_parsing_with_utc_offsets", "test_dates_not_parsed", "test_preferably_past_dates",
	}
	seen := map[string]dateCase{}
	monthFirst, partial := 0, 0
	beforeTest(src, func(name, params string) {
		if !slices.Contains(wanted, name) {
			return
		}
		for _, m := range dateparserCase.FindAllStringSubmatch(params, -1) {
			c := dateCase{raw: unquotePython(m[1] + m[2])}
			if _, ok := seen[c.raw]; ok {
				continue
			}
			if m[3] != "" {
				n := append(integers(m[3]), 0, 0, 0)
				c.want = time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], 0, time.UTC)
				switch {
				case isMonthFirst(c.raw, c.want):
					monthFirst++
					continue
				case !hasYear(c.raw, c.want.Year()) && !hasYear(c.raw, c.want.AddDate(0, 0, -1).Year()):
					c.want = time.Time{}
					partial++
				}
			}
			seen[c.raw] = c
		}
	})
	return inOrder(seen), []string{
		fmt.Sprintf("%d that take the month first where the day may be first are left out; %d without a year or day are expected to be none.", monthFirst, partial),
	}
}

// isMonthFirst says whether three numbers were meant month first though the day can be.
func isMonthFirst(raw string, want time.Time) bool {
	n := plainNumber.FindAllString(threeNumbers.FindString(raw), -1)
	if len(n) != 3 || len(n[0]) == 4 {
		return false
	}
	a, _ := strconv.Atoi(n[0])
	b, _ := strconv.Atoi(n[1])
	return a == int(want.Month()) && b == want.Day() && a != b && b <= 12
}

// hasYear says whether the year stands in the string, in four digits of any script or in two beside another number.
func hasYear(raw string, year int) bool {
	four, two := strconv.Itoa(year), fmt.Sprintf("%02d", year%100)
	found := plainNumber.FindAllString(raw, -1)
	for i, n := range found {
		if strings.HasPrefix(n, four) || n == two && i >= 1 && !strings.Contains(raw, ":"+n) && !strings.Contains(raw, n+":") || []rune(n)[0] > 0x7f {
			return true
		}
	}
	return false
}

// relativeDates reads what is relative to now, which a document's reader must not believe.
func relativeDates(src string) ([]dateCase, []string) {
	seen := map[string]dateCase{}
	for _, m := range relativeCase.FindAllStringSubmatch(src, -1) {
		raw := unquotePython(m[1] + m[2])
		seen[raw] = dateCase{raw: raw}
	}
	return inOrder(seen), []string{"All of these are relative to now, or no dates: none is right."}
}

func inOrder(cases map[string]dateCase) []dateCase {
	out := make([]dateCase, 0, len(cases))
	for _, raw := range slices.Sorted(maps.Keys(cases)) {
		out = append(out, cases[raw])
	}
	return out
}

// ownDates holds the peers against our own table, so that it is seen what the rows are worth.
func ownDates() ([]table, error) {
	files, err := filepath.Glob("../../internal/clean/testdata/dates/*.tsv")
	if err != nil || len(files) == 0 {
		return nil, err
	}
	var cases []dateCase
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		for l := range strings.Lines(string(data)) {
			p := strings.Split(strings.TrimSuffix(l, "\n"), "\t")
			if len(p) != 3 {
				return nil, fmt.Errorf("%s: %q has not three columns", f, l)
			}
			c := dateCase{raw: p[0], zone: p[1]}
			if p[2] != "none" {
				if c.want, err = time.Parse(time.RFC3339, p[2]); err != nil {
					return nil, err
				}
			}
			cases = append(cases, c)
		}
	}
	t, err := compareDates("our own table", cases)
	return []table{t}, err
}
