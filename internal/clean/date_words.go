package clean

// wordKind says what a word means in a date.
type wordKind uint8

const (
	noWord    wordKind = iota
	filler             // a label or a small word: says nothing about the moment
	weekday            // tolerated, also a wrong one
	month              // value 1 to 12
	maybeDay           // a month, or a weekday where another month is named ("mar, 15 mar"); value is the month
	am                 // before noon
	pm                 // after noon
	noon               // trưa: 11 and 12, 1 and 2 after noon
	evening            // tối, đêm: never 12
	zone               // value is the offset in minutes
	localZone          // a zone name that means different things; only the source's own zone can tell
	utcBase            // GMT, UTC: an offset may follow
	thang              // tháng: a month follows
	thu                // thứ: a Vietnamese weekday follows
	hours              // the number before it is hours: giờ, h, 时
	minutes            // …minutes
	seconds            // …seconds
	yearUnit           // …year: 年
	monthUnit          // …month: 月
	dayUnit            // …day: 日
	ordinal            // 1st, 1er
	timeT              // the T of ISO 8601
	weekW              // the W of ISO 8601 weeks
)

type word struct {
	kind  wordKind
	value int
}

// dateWords are folded: lower case, without marks, đ as d. TestDateWordsAreFolded holds them to that.
var dateWords = map[string]word{
	// English
	"january": {month, 1}, "february": {month, 2}, "march": {month, 3}, "april": {month, 4}, "may": {month, 5}, "june": {month, 6},
	"july": {month, 7}, "august": {month, 8}, "september": {month, 9}, "october": {month, 10}, "november": {month, 11}, "december": {month, 12},
	"jan": {month, 1}, "feb": {month, 2}, "mar": {maybeDay, 3}, "apr": {month, 4}, "jun": {month, 6}, "jul": {month, 7}, "aug": {month, 8},
	"sep": {month, 9}, "sept": {month, 9}, "oct": {month, 10}, "nov": {month, 11}, "dec": {month, 12},
	"monday": {weekday, 0}, "tuesday": {weekday, 0}, "wednesday": {weekday, 0}, "thursday": {weekday, 0}, "friday": {weekday, 0},
	"saturday": {weekday, 0}, "sunday": {weekday, 0}, "mon": {weekday, 0}, "tue": {weekday, 0}, "tues": {weekday, 0}, "wed": {weekday, 0},
	"thur": {weekday, 0}, "thurs": {weekday, 0}, "fri": {weekday, 0}, "sat": {weekday, 0}, "sun": {weekday, 0},
	"am": {am, 0}, "pm": {pm, 0}, "st": {ordinal, 0}, "nd": {ordinal, 0}, "rd": {ordinal, 0}, "th": {ordinal, 0},
	"on": {filler, 0}, "at": {filler, 0}, "of": {filler, 0}, "the": {filler, 0}, "published": {filler, 0}, "updated": {filler, 0}, "posted": {filler, 0},
	"last": {filler, 0}, "modified": {filler, 0}, "date": {filler, 0}, "created": {filler, 0}, "publication": {filler, 0}, "first": {filler, 0},
	"release": {filler, 0}, "released": {filler, 0}, "update": {filler, 0}, "time": {filler, 0}, "hrs": {minutes, 0},

	// Vietnamese
	"thang": {thang, 0}, "thg": {thang, 0}, "thu": {thu, 0}, "nam": {filler, 0}, "ngay": {filler, 0}, "luc": {filler, 0}, "vao": {filler, 0},
	"dang": {filler, 0}, "cap": {filler, 0}, "nhat": {filler, 0}, "xuat": {filler, 0}, "ban": {filler, 0}, "gio": {hours, 0}, "phut": {minutes, 0},
	"giay": {seconds, 0}, "h": {hours, 0}, "g": {hours, 0}, "p": {minutes, 0}, "s": {seconds, 0}, "m": {minutes, 0}, "sang": {am, 0}, "trua": {noon, 0}, "chieu": {pm, 0},
	"toi": {evening, 0}, "dem": {evening, 0}, "sa": {am, 0}, "ch": {pm, 0}, "cn": {weekday, 0}, "gui": {filler, 0}, "thoi": {filler, 0}, "gian": {filler, 0}, "tao": {filler, 0},

	// French
	"janvier": {month, 1}, "fevrier": {month, 2}, "mars": {month, 3}, "avril": {month, 4}, "mai": {month, 5}, "juin": {month, 6}, "juillet": {month, 7},
	"aout": {month, 8}, "septembre": {month, 9}, "octobre": {month, 10}, "novembre": {month, 11}, "decembre": {month, 12},
	"janv": {month, 1}, "fevr": {month, 2}, "fev": {month, 2}, "avr": {month, 4}, "juil": {month, 7}, "lundi": {weekday, 0}, "mardi": {weekday, 0},
	"mercredi": {weekday, 0}, "jeudi": {weekday, 0}, "vendredi": {weekday, 0}, "samedi": {weekday, 0}, "dimanche": {weekday, 0},
	"lun": {weekday, 0}, "mer": {weekday, 0}, "jeu": {weekday, 0}, "ven": {weekday, 0}, "sam": {weekday, 0}, "dim": {weekday, 0},
	"er": {ordinal, 0}, "º": {ordinal, 0}, "ª": {ordinal, 0}, "le": {filler, 0}, "a": {filler, 0}, "de": {filler, 0}, "publie": {filler, 0}, "mis": {filler, 0}, "jour": {filler, 0}, "modifie": {filler, 0},

	// German
	"januar": {month, 1}, "janner": {month, 1}, "februar": {month, 2}, "marz": {month, 3}, "juni": {month, 6}, "juli": {month, 7}, "oktober": {month, 10},
	"dezember": {month, 12}, "mrz": {month, 3}, "okt": {month, 10}, "dez": {month, 12}, "montag": {weekday, 0}, "dienstag": {weekday, 0}, "mittwoch": {weekday, 0},
	"donnerstag": {weekday, 0}, "freitag": {weekday, 0}, "samstag": {weekday, 0}, "sonnabend": {weekday, 0}, "sonntag": {weekday, 0},
	"mo": {weekday, 0}, "di": {weekday, 0}, "mi": {weekday, 0}, "do": {weekday, 0}, "fr": {weekday, 0}, "so": {weekday, 0},
	"uhr": {hours, 0}, "um": {filler, 0}, "den": {filler, 0}, "vom": {filler, 0}, "stand": {filler, 0}, "veroffentlicht": {filler, 0}, "aktualisiert": {filler, 0},

	// Spanish
	"enero": {month, 1}, "febrero": {month, 2}, "marzo": {month, 3}, "abril": {month, 4}, "mayo": {month, 5}, "junio": {month, 6}, "julio": {month, 7},
	"agosto": {month, 8}, "septiembre": {month, 9}, "setiembre": {month, 9}, "octubre": {month, 10}, "noviembre": {month, 11}, "diciembre": {month, 12},
	"ene": {month, 1}, "abr": {month, 4}, "ago": {month, 8}, "dic": {month, 12}, "lunes": {weekday, 0}, "martes": {weekday, 0}, "miercoles": {weekday, 0},
	"jueves": {weekday, 0}, "viernes": {weekday, 0}, "sabado": {weekday, 0}, "domingo": {weekday, 0}, "mie": {weekday, 0}, "jue": {weekday, 0},
	"vie": {weekday, 0}, "sab": {weekday, 0}, "dom": {weekday, 0}, "del": {filler, 0}, "las": {filler, 0}, "la": {filler, 0}, "el": {filler, 0},
	"publicado": {filler, 0}, "actualizado": {filler, 0},

	// Italian
	"gennaio": {month, 1}, "febbraio": {month, 2}, "aprile": {month, 4}, "maggio": {month, 5}, "giugno": {month, 6}, "luglio": {month, 7},
	"settembre": {month, 9}, "ottobre": {month, 10}, "dicembre": {month, 12}, "gen": {month, 1}, "mag": {month, 5}, "giu": {month, 6},
	"lug": {month, 7}, "set": {month, 9}, "ott": {month, 10}, "lunedi": {weekday, 0}, "martedi": {weekday, 0}, "mercoledi": {weekday, 0}, "giovedi": {weekday, 0},
	"venerdi": {weekday, 0}, "sabato": {weekday, 0}, "domenica": {weekday, 0}, "ore": {filler, 0}, "alle": {filler, 0}, "il": {filler, 0},
	"pubblicato": {filler, 0}, "aggiornato": {filler, 0},

	// Portuguese
	"janeiro": {month, 1}, "fevereiro": {month, 2}, "marco": {month, 3}, "maio": {month, 5}, "junho": {month, 6}, "julho": {month, 7},
	"setembro": {month, 9}, "outubro": {month, 10}, "novembro": {month, 11}, "dezembro": {month, 12}, "out": {month, 10},
	"segunda": {weekday, 0}, "terca": {weekday, 0}, "quarta": {weekday, 0}, "quinta": {weekday, 0}, "sexta": {weekday, 0}, "feira": {weekday, 0},
	"seg": {weekday, 0}, "ter": {weekday, 0}, "qua": {weekday, 0}, "qui": {weekday, 0}, "sex": {weekday, 0}, "as": {filler, 0}, "em": {filler, 0}, "atualizado": {filler, 0},

	// Russian
	"января": {month, 1}, "февраля": {month, 2}, "марта": {month, 3}, "апреля": {month, 4}, "мая": {month, 5}, "июня": {month, 6}, "июля": {month, 7},
	"августа": {month, 8}, "сентября": {month, 9}, "октября": {month, 10}, "ноября": {month, 11}, "декабря": {month, 12},
	"январь": {month, 1}, "февраль": {month, 2}, "март": {month, 3}, "апрель": {month, 4}, "маи": {month, 5}, "июнь": {month, 6}, "июль": {month, 7},
	"август": {month, 8}, "сентябрь": {month, 9}, "октябрь": {month, 10}, "ноябрь": {month, 11}, "декабрь": {month, 12},
	"янв": {month, 1}, "фев": {month, 2}, "февр": {month, 2}, "мар": {month, 3}, "апр": {month, 4}, "июн": {month, 6}, "июл": {month, 7}, "авг": {month, 8},
	"сен": {month, 9}, "сент": {month, 9}, "окт": {month, 10}, "ноя": {month, 11}, "нояб": {month, 11}, "дек": {month, 12},
	"понедельник": {weekday, 0}, "вторник": {weekday, 0}, "среда": {weekday, 0}, "четверг": {weekday, 0}, "пятница": {weekday, 0}, "суббота": {weekday, 0},
	"воскресенье": {weekday, 0}, "пн": {weekday, 0}, "вт": {weekday, 0}, "ср": {weekday, 0}, "чт": {weekday, 0}, "пт": {weekday, 0}, "сб": {weekday, 0}, "вс": {weekday, 0},
	"г": {filler, 0}, "года": {filler, 0}, "в": {filler, 0}, "опубликовано": {filler, 0}, "обновлено": {filler, 0}, "мск": {zone, 180},

	// Chinese, Japanese, Korean: matched piece by piece, longest first
	"年": {yearUnit, 0}, "月": {monthUnit, 0}, "日": {dayUnit, 0}, "号": {dayUnit, 0}, "號": {dayUnit, 0}, "时": {hours, 0}, "時": {hours, 0}, "点": {hours, 0}, "點": {hours, 0},
	"分": {minutes, 0}, "秒": {seconds, 0}, "上午": {am, 0}, "下午": {pm, 0}, "午前": {am, 0}, "午後": {pm, 0}, "星期": {weekday, 0}, "周": {weekday, 0}, "週": {weekday, 0},
	"一": {weekday, 0}, "二": {weekday, 0}, "三": {weekday, 0}, "四": {weekday, 0}, "五": {weekday, 0}, "六": {weekday, 0}, "天": {weekday, 0},
	"曜日": {weekday, 0}, "曜": {weekday, 0}, "火": {weekday, 0}, "水": {weekday, 0}, "木": {weekday, 0}, "金": {weekday, 0}, "土": {weekday, 0},
	"发布": {filler, 0}, "發布": {filler, 0}, "更新": {filler, 0}, "时间": {filler, 0}, "時間": {filler, 0}, "于": {filler, 0}, "於": {filler, 0}, "公開": {filler, 0}, "日時": {filler, 0}, "日期": {filler, 0}, "配信": {filler, 0},
	"년": {yearUnit, 0}, "월": {monthUnit, 0}, "일": {dayUnit, 0}, "시": {hours, 0}, "분": {minutes, 0}, "초": {seconds, 0}, "오전": {am, 0}, "오후": {pm, 0},
	"월요일": {weekday, 0}, "화요일": {weekday, 0}, "수요일": {weekday, 0}, "목요일": {weekday, 0}, "금요일": {weekday, 0}, "토요일": {weekday, 0}, "일요일": {weekday, 0},
	"화": {weekday, 0}, "수": {weekday, 0}, "목": {weekday, 0}, "금": {weekday, 0}, "토": {weekday, 0}, "입력": {filler, 0}, "수정": {filler, 0}, "승인": {filler, 0}, "등록": {filler, 0},

	// Zones with one meaning (RFC 2822 §4.3 and newsrooms' own)
	"z": {zone, 0}, "gmt": {utcBase, 0}, "utc": {utcBase, 0}, "ut": {zone, 0}, "wet": {zone, 0}, "west": {zone, 60}, "bst": {zone, 60}, "cet": {zone, 60}, "cest": {zone, 120},
	"mez": {zone, 60}, "mesz": {zone, 120}, "eet": {zone, 120}, "eest": {zone, 180}, "msk": {zone, 180}, "est": {zone, -300}, "edt": {zone, -240},
	"cst": {zone, -360}, "cdt": {zone, -300}, "mst": {zone, -420}, "mdt": {zone, -360}, "pst": {zone, -480}, "pdt": {zone, -420}, "akst": {zone, -540},
	"akdt": {zone, -480}, "hst": {zone, -600}, "brt": {zone, -180}, "ict": {zone, 420}, "wib": {zone, 420}, "wita": {zone, 480}, "wit": {zone, 540}, "sgt": {zone, 480},
	"hkt": {zone, 480}, "pht": {zone, 480}, "jst": {zone, 540}, "kst": {zone, 540}, "awst": {zone, 480}, "acst": {zone, 570}, "acdt": {zone, 630}, "aest": {zone, 600},
	"aedt": {zone, 660}, "nzst": {zone, 720}, "nzdt": {zone, 780}, "sast": {zone, 120}, "pkt": {zone, 300}, "npt": {zone, 345},
	"ist": {localZone, 0}, "ast": {localZone, 0}, "sst": {localZone, 0}, "gst": {localZone, 0}, "art": {localZone, 0},

	"t": {timeT, 0}, "w": {weekW, 0},
}

// vietnameseMonths and vietnameseDays are what follows tháng and thứ, folded.
var vietnameseMonths = map[string]int{
	"mot": 1, "gieng": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10, "chap": 12,
}

var vietnameseDays = map[string]bool{"hai": true, "ba": true, "tu": true, "nam": true, "sau": true, "bay": true}
