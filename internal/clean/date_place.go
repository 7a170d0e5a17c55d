package clean

import (
	"strings"
	"time"
)

// zonePlaces are the places whose time a date names in words; "" is the source's own. What Chinese, Japanese and Korean call
// local (当地时间, 現地時間) is the time of the place in the story, and none.
var zonePlaces = []struct{ zone, names string }{
	{"", "local time"},
	{"Asia/Ho_Chi_Minh", "giờ việt nam|giờ vn|giờ hà nội|gio viet nam|gio ha noi|vietnam time|viet nam time|hanoi time|ha noi time"},
	{"Europe/London", "london time|uk time"},
	{"Europe/Paris", "paris time|heure de paris|heure française|heure de france"},
	{"Europe/Brussels", "heure de bruxelles|heure belge"},
	{"Europe/Zurich", "heure suisse|heure de genève|schweizer zeit"},
	{"America/Toronto", "heure de montréal|heure de l'est"},
	{"Europe/Berlin", "deutscher zeit|deutsche zeit|berlin time|mitteleuropäische zeit|mitteleuropäischer zeit"},
	{"Europe/Madrid", "hora de madrid|hora española|hora peninsular"},
	{"America/Argentina/Buenos_Aires", "hora argentina|hora de argentina|hora de buenos aires"},
	{"America/Mexico_City", "hora de méxico|hora del centro de méxico|hora de la ciudad de méxico"},
	{"America/Bogota", "hora de colombia|hora colombiana"},
	{"Europe/Rome", "ora italiana|ora di roma|rome time"},
	{"Europe/Lisbon", "hora de lisboa|horário de lisboa"},
	{"America/Sao_Paulo", "hora de brasília|horário de brasília|hora de brasilia|horario de brasilia"},
	{"Europe/Moscow", "moscow time|по москве|по московскому времени|московское время|московского времени"},
	{"America/New_York", "new york time|eastern time"},
	{"America/Chicago", "chicago time"},
	{"America/Los_Angeles", "pacific time|los angeles time"},
	{"Asia/Tokyo", "日本時間|tokyo time|japan time"},
	{"Asia/Seoul", "한국시간|seoul time|korea time"},
	{"Asia/Shanghai", "北京时间|北京時間|beijing time|china time"},
	{"Asia/Taipei", "台北时间|台北時間|台灣時間|taipei time"},
	{"Asia/Hong_Kong", "香港时间|香港時間|hong kong time"},
	{"Asia/Singapore", "singapore time"},
	{"Asia/Bangkok", "bangkok time|thailand time"},
}

// zonePlaceWords finds a place by the first word of one of its names.
var zonePlaceWords = newPlaceWords()

type placeWords struct {
	rest  []string
	place int // of zonePlaces, counted from 1
}

func newPlaceWords() map[string][]placeWords {
	m := map[string][]placeWords{}
	for i, p := range zonePlaces {
		for n := range strings.SplitSeq(p.names, "|") {
			w := strings.Fields(strings.ReplaceAll(n, "'", " ' "))
			m[w[0]] = append(m[w[0]], placeWords{w[1:], i + 1})
		}
	}
	return m
}

// placeZone reads "giờ Việt Nam" and "heure de Paris": which zone that is the place settles. Before a time it is read too.
func (p *dateParser) placeZone() bool {
next:
	for _, w := range zonePlaceWords[p.at(0).text] {
		for n, text := range w.rest {
			if p.at(n+1).text != text {
				continue next
			}
		}
		if p.placeAt > 0 {
			return false
		}
		p.placeAt = w.place
		p.i += 1 + len(w.rest)
		return p.afterWord()
	}
	return false
}

// inPlace finds the moment of a wall clock in the place that was named; a zone beside it must be of that place.
func (p *dateParser) inPlace(wall time.Time, loc *time.Location) (time.Time, bool) {
	if name := zonePlaces[p.placeAt-1].zone; name != "" && name != loc.String() {
		place, err := time.LoadLocation(name)
		if err != nil {
			return time.Time{}, false
		}
		loc = place
	}
	t := wallTime(wall, loc)
	if _, offset := t.In(loc).Zone(); !p.haveTime || p.zoned() && (!p.haveZone || offset != p.offset*60) {
		return time.Time{}, false
	}
	return t, true
}
