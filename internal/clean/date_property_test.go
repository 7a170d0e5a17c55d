package clean

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// dateNames are how a language writes its months and days.
type dateNames struct{ months, days, forms []string }

// Forms use {d} {m} {y}: day, month and year as numbers, {M} the month's name, {W} the weekday's, {t} 15:04:05.
var dateLanguages = map[string]dateNames{
	"vi": {
		strings.Split("tháng 1,tháng hai,Tháng Ba,tháng tư,tháng năm,Tháng 6,thg 7,tháng tám,tháng 9,tháng mười,tháng mười một,tháng mười hai", ","),
		strings.Split("Chủ nhật,Thứ hai,thứ ba,Thứ Tư,Thứ 5,T6,thứ bảy", ","),
		[]string{"{W}, ngày {d} {M} năm {y}, {t}", "{W}, {d}/{m}/{y} {t}", "{t} ngày {d}/{m}/{y}", "Cập nhật: {d} {M}, {y} lúc {t}", "{t} | {d}.{m}.{y}"},
	},
	"en": {
		strings.Fields("January Feb March Apr. May June Jul August Sept. Oct November Dec."),
		strings.Fields("Sunday Mon Tuesday Wed Thursday Fri Saturday"),
		[]string{"{W}, {M} {d}, {y} {t}", "{t}, {d} {M} {y}", "Published on {d} {M} {y} at {t}", "{W} {M} {d} {t} {y}", "{d}-{M}-{y} {t}"},
	},
	"fr": {
		strings.Fields("janvier févr. mars avril mai juin juillet août septembre octobre nov. décembre"),
		strings.Fields("dimanche lundi mar. mercredi jeudi ven. samedi"),
		[]string{"{W} {d} {M} {y} à {t}", "Publié le {d} {M} {y} - {t}", "{d}/{m}/{y} à {t}"},
	},
	"de": {
		strings.Fields("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
		strings.Fields("Sonntag Mo. Dienstag Mi Donnerstag Fr Samstag"),
		[]string{"{W}, {d}. {M} {y}, {t} Uhr", "am {d}. {M} {y} um {t} Uhr", "{d}.{m}.{y} {t}"},
	},
	"es": {
		strings.Fields("enero febrero mar. abril mayo junio julio ago. septiembre octubre noviembre dic."),
		strings.Fields("domingo lunes martes miércoles jueves viernes sáb."),
		[]string{"{W}, {d} de {M} de {y} a las {t}", "{d} {M} {y} {t}", "{t} del {d} de {M} de {y}"},
	},
	"ru": {
		strings.Fields("января февраля марта апр. мая июня июля августа сент. октября ноября декабря"),
		strings.Fields("воскресенье пн вторник ср четверг пт суббота"),
		[]string{"{W}, {d} {M} {y} г., {t}", "{d} {M} {y} в {t}", "{t}, {d} {M} {y} года"},
	},
	"ja": {strings.Split("1月,2月,3月,4月,5月,6月,7月,8月,9月,10月,11月,12月", ","), strings.Split("日,月,火,水,木,金,土", ","), []string{"{y}年{M}{d}日({W}) {t}", "更新日：{y}年{M}{d}日 {t}", "{y}/{m}/{d}（{W}） {t}"}},
	"ko": {strings.Split("1월,2월,3월,4월,5월,6월,7월,8월,9월,10월,11월,12월", ","), strings.Split("일,월,화,수,목,금,토", ","), []string{"{y}년 {M} {d}일 {W}요일 {t}", "입력 {y}. {m}. {d}. {t}"}},
}

func TestEveryLanguageReadsBack(t *testing.T) {
	names := make([]string, 0, len(dateLanguages))
	for n := range dateLanguages {
		names = append(names, n)
	}
	slices.Sort(names)
	zones := []*time.Location{time.UTC, mustZone(t, "Asia/Ho_Chi_Minh"), mustZone(t, "Europe/Berlin"), mustZone(t, "America/New_York"), mustZone(t, "Australia/Lord_Howe")}
	ends := []string{"", " +0300", " GMT-5", " (UTC+05:30)", " UTC"}
	offsets := []int{0, 180, -300, 330, 0}
	rapid.Check(t, func(t *rapid.T) {
		l := dateLanguages[rapid.SampledFrom(names).Draw(t, "language")]
		loc := rapid.SampledFrom(zones).Draw(t, "zone")
		end := rapid.IntRange(0, len(ends)-1).Draw(t, "end")
		form := rapid.SampledFrom(l.forms).Draw(t, "form")
		in := loc
		if strings.HasSuffix(form, "{t}") && end > 0 {
			in = time.FixedZone("", offsets[end]*60)
			form += ends[end]
		}
		want := time.Unix(rapid.Int64Range(0, 4_000_000_000).Draw(t, "unix"), 0).In(in)
		raw := strings.NewReplacer("{d}", strconv.Itoa(want.Day()), "{m}", strconv.Itoa(int(want.Month())), "{y}", strconv.Itoa(want.Year()), "{M}", l.months[want.Month()-1],
			"{W}", l.days[want.Weekday()], "{t}", want.Format("15:04:05")).Replace(form)
		raw = strings.ReplaceAll(raw, ".-", "-")
		got, ok := readDate(raw, loc)
		// An hour that comes twice is read as the first of the two.
		if !ok || !got.Equal(want) && (got.After(want) || got.In(in).Format(time.DateTime) != want.Format(time.DateTime)) {
			t.Fatalf("readDate(%q, %s) = %s %v, want %s", raw, loc, got, ok, want)
		}
	})
}

// The fast way reads nothing that the slow one does not read just so.
func TestFastAndSlowAgree(t *testing.T) {
	loc := mustZone(t, "Europe/Berlin")
	rapid.Check(t, func(t *rapid.T) {
		when := time.Unix(rapid.Int64Range(-5_000_000_000, 9_000_000_000).Draw(t, "unix"), 0).UTC()
		layout := rapid.SampledFrom([]string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02T15:04:05.000Z07:00", time.RFC1123Z, "Mon, 02 Jan 2006 15:04:05 GMT"}).Draw(t, "layout")
		raw := mutate(t, when.Format(layout))
		fast, ok := fastDate(raw, loc)
		if !ok {
			return
		}
		if slow, ok := slowDate(raw, loc); !ok || !slow.Equal(fast) {
			t.Fatalf("%q is %s fast and %s slowly (%v)", raw, fast, slow, ok)
		}
	})
}

// mutate changes, takes out, puts in or doubles one character, or leaves the string as it is.
func mutate(t *rapid.T, s string) string {
	i := rapid.IntRange(0, len(s)-1).Draw(t, "at")
	c := string(rapid.SampledFrom([]rune("0123456789/-.,: aTpm()'")).Draw(t, "char"))
	switch rapid.IntRange(0, 4).Draw(t, "how") {
	case 0:
		return s[:i] + c + s[i+1:]
	case 1:
		return s[:i] + s[i+1:]
	case 2:
		return s[:i] + c + s[i:]
	case 3:
		return s[:i] + s[i:i+1] + s[i:]
	}
	return s
}

var (
	numbers   = regexp.MustCompile(`[0-9]+`)
	offsetEnd = regexp.MustCompile(`T[0-9:.,]+-[0-9]+$`) // as good ISO 8601 as any
	fractions = regexp.MustCompile(`(:[0-9]+:[0-9]+)[.,][0-9]+`)
)

// A date with one character wrong is refused, or says what its numbers say: each of them is the year, the month, the day, the
// hour, the minute or the second, once, and none is left over.
func TestOneWrongCharacterIsNeverAnotherDate(t *testing.T) {
	layouts := []string{"02/01/2006 15:04", "15:04, 02/01/2006", "2006-01-02 15:04:05", "2006-01-02T15:04:05", "02.01.2006 15:04:05", "2-1-2006 15:04", "2006/01/02"}
	rapid.Check(t, func(t *rapid.T) {
		when := time.Unix(rapid.Int64Range(946684800, 2_000_000_000).Draw(t, "unix"), 0).UTC()
		raw := mutate(t, when.Format(rapid.SampledFrom(layouts).Draw(t, "layout")))
		got, ok := readDate(raw, time.UTC)
		if !ok || offsetEnd.MatchString(raw) {
			return
		}
		said := map[string]bool{}
		for _, f := range []string{"2006 1 2", "6 1 2"} {
			for _, c := range []string{"", " 15", " 15 4", " 15 4 5", " 3", " 3 4", " 3 4 5"} {
				said[sortedNumbers(got.Format(f+c))] = true
			}
			said[sortedNumbers(got.AddDate(0, 0, -1).Format(f)+" 24 0")] = true
			said[sortedNumbers(got.AddDate(0, 0, -1).Format(f)+" 24 0 0")] = true
		}
		plain := fractions.ReplaceAllString(raw, "$1")
		if !said[sortedNumbers(plain)] {
			t.Fatalf("readDate(%q) = %s", raw, got)
		}
	})
}

func sortedNumbers(s string) string {
	var n []int
	for _, d := range numbers.FindAllString(s, -1) {
		v, _ := strconv.Atoi(d)
		n = append(n, v)
	}
	slices.Sort(n)
	return fmt.Sprint(n)
}

// Beside the parsers that a feed reader would try in turn.
func BenchmarkDateForms(b *testing.B) {
	loc := mustZone(b, "Asia/Ho_Chi_Minh")
	for _, c := range []struct{ name, raw, layout string }{
		{"RFC3339", "2022-01-14T02:01:00+07:00", time.RFC3339},
		{"RFC1123Z", "Fri, 14 Jan 2022 02:01:00 +0700", time.RFC1123Z},
		{"numbers", "14/01/2022 02:01", "02/01/2006 15:04"},
		{"words", "January 14, 2022 2:01 AM", "January 2, 2006 3:04 PM"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				readDate(c.raw, loc)
			}
		})
		b.Run(c.name+"/time.Parse", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = time.ParseInLocation(c.layout, c.raw, loc)
			}
		})
	}
}
