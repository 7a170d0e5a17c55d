package clean

import "strings"

// wordKind says what a word means in a date.
type wordKind uint8

const (
	noWord      wordKind = iota
	link                 // a label or a small word: says nothing about the moment
	clockLink            // the same, and a time follows: um, lúc, kl.
	weekday              // tolerated, also a wrong one
	month                // value 1 to 12
	maybeDay             // a month, or a weekday where another month is named ("mar, 15 mar"); value is the month
	half                 // a half or another part of the day; value says which
	noon                 // a time by itself
	zone                 // value is the offset in minutes
	localZone            // a zone name that means different things; only the source's own zone can tell
	namedZone            // ET: a zone with summer time in it
	utcBase              // GMT, UTC: an offset may follow
	continent            // Asia/…
	thang                // tháng: a month follows
	thu                  // thứ: a Vietnamese weekday follows
	hours                // the number before it is hours: giờ, h, 时
	minutes              // …minutes
	seconds              // …seconds
	halfHour             // half past it: 半, rưỡi
	yearUnit             // …year: 年
	monthUnit            // …month: 月
	dayUnit              // …day: 日
	ordinal              // 1st, 1er
	timeT                // the T of ISO 8601
	weekW                // the W of ISO 8601 weeks
	eraWord              // 令和
	firstYear            // 元, the first year of an era
	buddhistEra          // พ.ศ.
	placeName            // 北京时间: of zonePlaces
)

// The parts of the day.
const (
	am         = iota + 1 // 12 is midnight
	pm                    // 12 is noon
	morning               // sáng: never 12
	midday                // trưa: 10 to 14
	afternoon             // chiều: 12 to 20
	evening               // tối: 17 to 23
	night                 // đêm behind the time: 19 to 23, and 1 to 4
	lateNight             // before it: 19 to 23, for after midnight it may be the day after
	smallHours            // 凌晨: 0 to 6
	gozen                 // 午前: 0 to 11; 12 is said for noon and for midnight
	gogo                  // 午後: 0 and 12 are noon
)

type word struct {
	kind  wordKind
	value int
}

// lexicon is the words of all languages. exact has them as they are written; plain those with marks without them, where
// what is left is no other word.
type lexicon struct{ exact, plain map[string]word }

// phrase is words of one meaning, separated by spaces.
type phrase struct {
	kind  wordKind
	value int
	words string
}

var dateWords = newLexicon(monthWords, dayWords, smallWords, clockWords, zoneWords, asianWords)

func newLexicon(lists ...[]phrase) lexicon {
	l := lexicon{exact: map[string]word{}, plain: map[string]word{}}
	clash := map[string]bool{}
	for _, list := range lists {
		for _, p := range list {
			for w := range strings.FieldsSeq(p.words) {
				l.exact[w] = word{p.kind, p.value}
				bare := withoutMarks(w)
				if old, ok := l.plain[bare]; ok && old != (word{p.kind, p.value}) {
					clash[bare] = true
				}
				if bare != w {
					l.plain[bare] = word{p.kind, p.value}
				}
			}
		}
	}
	for w := range clash {
		delete(l.plain, w)
	}
	return l
}

// monthWords: English, French, German, Spanish, Italian, Portuguese, Russian, and other languages whose names nobody else
// uses for another month. Polish listopada is not here: it is November, and October in Croatia.
var monthWords = []phrase{
	{month, 1, "january jan janvier janv januar jänner jän jaenner enero ene gennaio gen genn janeiro января январь янв januari ocak stycznia styczeń sty ledna leden tammikuuta tammikuu január ianuarie ian ιανουαρίου ιανουάριος ιαν січня січень січ януари يناير januára"},
	{month, 2, "february feb febr février févr fév februar febbraio febrero fevereiro fev февраля февраль фев февр februari şubat şub lutego luty lut února únor helmikuuta helmikuu február februarie φεβρουαρίου φεβρουάριος φεβ лютого лютий лют февруари فبراير pebrero peb feber"},
	{month, 3, "march mars märz mrz mär maerz marzo março marco марта март мар maart mrt mart marca marzec března březen maaliskuuta maaliskuu március márc martie μαρτίου μάρτιος μαρ березня березень бер marts maret مارس mac"},
	{maybeDay, 3, "mar"},
	{month, 4, "april apr avril avr aprile abril abr апреля апрель апр nisan nis kwietnia kwiecień kwi dubna duben huhtikuuta huhtikuu április ápr aprilie απριλίου απρίλιος απρ квітня квітень кві април أبريل ابريل إبريل"},
	{month, 5, "may mai mayo maggio mag maio мая май mei mayıs maja maj května květen toukokuuta toukokuu május máj μαΐου μάιος μάϊος травня травень тра مايو"},
	{month, 6, "june jun juin juni junio giugno giu junho июня июнь июн haziran haz czerwca czerwiec cze června červen kesäkuuta kesäkuu június jún iunie iun ιουνίου ιούνιος ιουν червня червень чер юни يونيو يونيه"},
	{month, 7, "july jul juillet juill juil juli julio luglio lug julho июля июль июл temmuz tem lipca lipiec lip července červenec heinäkuuta heinäkuu július júl iulie iul ιουλίου ιούλιος ιουλ липня липень лип юли يوليو يوليه julai hulyo"},
	{month, 8, "august aug août aout agosto ago августа август авг augustus ağustos ağu sierpnia sierpień sie srpna srpen elokuuta elokuu augusztus αυγούστου αύγουστος αυγ серпня серпень сер augusti agustus agu agt ogos أغسطس اغسطس"},
	{month, 9, "september sep sept septembre septiembre setiembre settembre set sett setembro сентября сентябрь сен сент eylül eyl września wrzesień wrz září syyskuuta syyskuu szeptember szept septembrie σεπτεμβρίου σεπτέμβριος σεπ вересня вересень вер септември سبتمبر"},
	{month, 10, "october oct octobre oktober okt octubre ottobre ott outubro out октября октябрь окт ekim eki października październik paź října říjen lokakuuta lokakuu október octombrie οκτωβρίου οκτώβριος οκτ жовтня жовтень жов октомври أكتوبر اكتوبر"},
	{month, 11, "november nov novembre noviembre novembro ноября ноябрь ноя нояб kasım kas listopadu marraskuuta marraskuu noiembrie νοεμβρίου νοέμβριος νοε листопада ноември نوفمبر"},
	{month, 12, "december dec décembre déc dezember dez diciembre dic dicembre dezembro декабря декабрь дек aralık ara grudnia grudzień gru prosince prosinec joulukuuta joulukuu decembrie δεκεμβρίου δεκέμβριος δεκ грудня грудень гру декември desember des disember ديسمبر"},
	{month, 1, "มกราคม มค"},
	{month, 2, "กุมภาพันธ์ กพ"},
	{month, 3, "มีนาคม มีค"},
	{month, 4, "เมษายน เมย"},
	{month, 5, "พฤษภาคม พค"},
	{month, 6, "มิถุนายน มิย"},
	{month, 7, "กรกฎาคม กค"},
	{month, 8, "สิงหาคม สค"},
	{month, 9, "กันยายน กย"},
	{month, 10, "ตุลาคม ตค"},
	{month, 11, "พฤศจิกายน พย"},
	{month, 12, "ธันวาคม ธค"},
	{month, 1, "gener siječnja siječanj januarja januara जनवरी জানুয়ারি জানুয়ারী ژانویه ינואר ян"},
	{month, 2, "febrer veljače veljača februarja februara फरवरी फ़रवरी ফেব্রুয়ারি ফেব্রুয়ারী فوریه פברואר лют"},
	{month, 3, "març ožujka ožujak marta मार्च মার্চ marso מרץ берез"},
	{month, 4, "travnja travanj aprila apríla अप्रैल এপ্রিল آوریل אפריל квіт"},
	{month, 5, "maig svibnja svibanj mája मई মে מאי трав"},
	{month, 6, "juny lipnja lipanj junija juna júna जून জুন ژوئن hunyo יוני черв ιούν"},
	{month, 7, "juliol srpnja srpanj julija jula júla जुलाई জুলাই ژوئیه יולי ιούλ"},
	{month, 8, "agost kolovoza kolovoz avgusta augusta अगस्त আগস্ট اوت אוגוסט серп"},
	{month, 9, "setembre rujna rujan septembra सितंबर सितम्बर সেপ্টেম্বর سپتامبر setyembre ספטמבר верес"},
	{month, 10, "oktobra októbra अक्टूबर अक्तूबर অক্টোবর اکتبر oktubre אוקטובר жовт"},
	{month, 11, "studenoga studenog studeni novembra नवंबर नवम्बर নভেম্বর نوامبر nobyembre נובמבר листоп"},
	{month, 12, "desembre prosinca prosinac decembra दिसंबर दिसम्बर ডিসেম্বর دسامبر disyembre דצמבר груд"},
	{thang, 0, "tháng thg"},
}

var dayWords = []phrase{
	{weekday, 0, "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed weds thur thurs fri sat sun"},
	{weekday, 0, "lundi mardi mercredi jeudi vendredi samedi dimanche lun mer jeu ven sam dim"},
	{weekday, 0, "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag mo di mi do fr so die mit don fre son"},
	{weekday, 0, "lunes martes miércoles jueves viernes sábado domingo mié jue vie sáb dom"},
	{weekday, 0, "lunedì martedì mercoledì giovedì venerdì sabato domenica lunedí martedí mercoledí giovedí venerdí"},
	{weekday, 0, "segunda terça quarta quinta sexta feira seg ter qua qui sex"},
	{weekday, 0, "понедельник вторник среда среду четверг пятница пятницу суббота субботу воскресенье пн вт ср чт пт сб вс пнд втр срд чтв птн сбт вск"},
	{weekday, 0, "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr za zo måndag tisdag onsdag torsdag fredag lördag söndag mån tis ons tor lör sön"},
	{weekday, 0, "mandag tirsdag lørdag søndag man tir lør søn poniedziałek wtorek środa czwartek piątek sobota niedziela pon wt śr czw sob niedz"},
	{weekday, 0, "pazartesi salı çarşamba perşembe cuma cumartesi pazar senin selasa rabu kamis jumat sabtu minggu ahad isnin khamis jumaat sabtu"},
	{weekday, 0, "pondělí úterý středa čtvrtek pátek neděle maanantai tiistai keskiviikko torstai perjantai lauantai sunnuntai hétfő kedd szerda csütörtök péntek szombat vasárnap"},
	{weekday, 0, "luni marți marţi miercuri joi vineri sâmbătă duminică δευτέρα τρίτη τετάρτη πέμπτη παρασκευή σάββατο κυριακή δευ τρι τετ πεμ παρ σαβ κυρ"},
	{weekday, 0, "понеділок вівторок середа четвер п'ятниця субота неділя الاثنين الإثنين الثلاثاء الأربعاء الاربعاء الخميس الجمعة السبت الأحد الاحد"},
	{weekday, 0, "วันจันทร์ วันอังคาร วันพุธ วันพฤหัสบดี วันพฤหัส วันศุกร์ วันเสาร์ วันอาทิตย์ วันจันทร์ที่ วันอังคารที่ วันพุธที่ วันพฤหัสบดีที่ วันศุกร์ที่ วันเสาร์ที่ วันอาทิตย์ที่ จันทร์ อังคาร พุธ พฤหัสบดี ศุกร์ เสาร์ อาทิตย์"},
	{weekday, 0, "सोमवार मंगलवार बुधवार गुरुवार शुक्रवार शनिवार रविवार ponedjeljak utorak srijeda četvrtak petak subota nedjelja dilluns dimarts dimecres dijous divendres dissabte diumenge lunes"},
	{weekday, 0, "cn"},
	{thu, 0, "thứ thu"},
	{ordinal, 0, "st nd rd th er ro ero º ª го ste ème e o"},
}

// smallWords are the labels that dates carry, and the words between their parts.
var smallWords = []phrase{
	{link, 0, "on of the an published publish pub pubdate updated update posted last latest modified date dated created edited issued release released publication first originally time datetime added uploaded submitted filed day year revised reviewed aired written"},
	{link, 0, "năm ngày vào đăng cập nhật xuất bản gửi thời gian tạo phát hành lần cuối chỉnh sửa viết đã được bài tin đưa"},
	{link, 0, "le de du publié publiée mis mise jour en ligne modifié modifiée dernière créé créée paru posté rédigé parution"},
	{link, 0, "den der vom stand veröffentlicht aktualisiert zuletzt letzte aktualisierung erstellt erschienen publiziert geändert bearbeitet änderung datum veröffentlichung veröffentlichungsdatum erscheinungsdatum"},
	{link, 0, "del el la publicado publicada publicación actualizado actualizada última actualización fecha creado modificado editado día"},
	{link, 0, "il pubblicato pubblicata pubblicazione aggiornato aggiornata ultimo aggiornamento data modificato creato ultima modifica"},
	{link, 0, "em dia publicação atualizado atualizada atualização postado postada criado às"},
	{link, 0, "г года г. от опубликовано опубликована обновлено дата публикации публикация размещено добавлено создано изменено последнее обновление время"},
	{link, 0, "gepubliceerd bijgewerkt geplaatst laatst publicatie op opublikowano aktualizacja dodano publikacji dnia r publicerad uppdaterad senast publiceret opdateret publisert oppdatert julkaistu päivitetty"},
	{link, 0, "yayınlanma tarihi yayın güncelleme güncellenme giriş diterbitkan diperbarui dipublikasikan tanggal tayang dibuat terbit publikováno aktualizováno közzétéve frissítve publicat actualizat р року у"},
	{link, 0, "تاريخ النشر نشر في يوم آخر تحديث เผยแพร่ อัปเดต วันที่ โพสต์ ที่ に で ค.ศ. คศ"},
	{clockLink, 0, "at lúc um à a las alle ore ora orario в о kl klo klockan klokken godz hora saat pukul jam om เวลา ώρα godzina الساعة"},
	{buddhistEra, 0, "พศ"},
}

var clockWords = []phrase{
	{hours, 0, "h hs giờ g gio uhr heures heure horas часов часа час ч uur u น นาฬิกา"},
	{minutes, 0, "phút m mn min minuten minutes minuti minutos hrs минут минуты минута мин"},
	{seconds, 0, "giây s sec сек секунд"},
	{half, am, "am sa ص"},
	{half, pm, "pm ch م"},
	{half, morning, "sáng mañana matin mattina manhã morgens vormittags утра pagi"},
	{half, midday, "trưa"},
	{half, afternoon, "chiều tarde pomeriggio nachmittags дня midi siang"},
	{half, evening, "tối noche soir sera noite abends вечера malam"},
	{half, night, "đêm khuya"},
	{halfHour, 0, "rưỡi rưởi"},
	{half, smallHours, "madrugada ночи"},
	{noon, 0, "noon"},
	{timeT, 0, "t"},
	{weekW, 0, "w"},
}

// zoneWords have one meaning (RFC 2822 §4.3 and newsrooms' own), or are marked to have more.
var zoneWords = []phrase{
	{utcBase, 0, "gmt utc"},
	{zone, 0, "z ut wet"},
	{zone, 60, "west cet mez met wat"},
	{zone, 120, "cest mesz mest eet sast cat"},
	{zone, 180, "eest msk мск eat trt"},
	{zone, 210, "irst"},
	{zone, 300, "pkt"},
	{zone, 345, "npt"},
	{zone, 420, "ict wib"},
	{zone, 480, "wita sgt hkt pht myt awst"},
	{zone, 540, "wit jst kst"},
	{zone, 570, "acst"},
	{zone, 600, "aest"},
	{zone, 630, "acdt"},
	{zone, 660, "aedt"},
	{zone, 720, "nzst"},
	{zone, 780, "nzdt"},
	{zone, -180, "brt"},
	{zone, -240, "edt"},
	{zone, -300, "est cdt"},
	{zone, -360, "cst mdt"},
	{zone, -420, "mst pdt"},
	{zone, -480, "pst akdt"},
	{zone, -540, "akst"},
	{zone, -600, "hst"},
	{localZone, 0, "bst ist ast sst gst adt wst"},
	{namedZone, 0, "et ct mt pt"},
	{continent, 0, "africa america antarctica arctic asia atlantic australia europe indian pacific etc"},
}

var usZones = map[string]string{"et": "America/New_York", "ct": "America/Chicago", "mt": "America/Denver", "pt": "America/Los_Angeles"}

// asianWords are matched piece by piece, longest first.
var asianWords = []phrase{
	{yearUnit, 0, "年 년"},
	{monthUnit, 0, "月 월"},
	{dayUnit, 0, "日 号 號 일"},
	{hours, 0, "时 時 点 點 시"},
	{minutes, 0, "分 분"},
	{seconds, 0, "秒 초"},
	{halfHour, 0, "半 반"},
	{half, am, "오전"},
	{half, pm, "下午 오후"},
	{half, morning, "上午 早上 早晨 清晨 아침"},
	{half, midday, "中午"},
	{half, evening, "晚上 晚 저녁 밤"},
	{half, smallHours, "凌晨 새벽"},
	{half, gozen, "午前"},
	{half, gogo, "午後"},
	{weekday, 0, "星期一 星期二 星期三 星期四 星期五 星期六 星期日 星期天 周一 周二 周三 周四 周五 周六 周日 周天 週一 週二 週三 週四 週五 週六 週日 礼拜一 礼拜二 礼拜三 礼拜四 礼拜五 礼拜六 礼拜天 礼拜日 禮拜一 禮拜二 禮拜三 禮拜四 禮拜五 禮拜六 禮拜日 禮拜天"},
	{weekday, 0, "月曜日 火曜日 水曜日 木曜日 金曜日 土曜日 日曜日 月曜 火曜 水曜 木曜 金曜 土曜 日曜 월요일 화요일 수요일 목요일 금요일 토요일 일요일"},
	{link, 0, "发布 發布 發佈 更新 时间 時間 于 於 公開 公開日 公開日時 日時 日期 配信 配信日 发表 發表 發表於 刊登 刊載 掲載 掲載日 投稿 投稿日 最終 最后 最後 更新日 更新日時 作成 作成日 発行 発行日 創建 创建 上传 配信日時 掲載日時 投稿日時 作成日時 発行日時 登録日 登録日時 发表于 发布日 发布日期 公元 西暦 公布 出版"},
	{link, 0, "입력 수정 승인 등록 등록일 기사입력 최종수정 최종 게재 발행 발행일 작성 작성일 업데이트 송고 날짜 일시 기사 입력시간 송고시간 수정시간 등록시간 발행시간 작성시간 게시시간 입력일 수정일 송고일 입력일시 수정일시 등록일시 작성일시 발행일시 최초입력 최종업데이트 최초 게시 게시일 서기"},
	{eraWord, 1, "令和"},
	{eraWord, 2, "平成"},
	{eraWord, 3, "昭和"},
	{eraWord, 4, "大正"},
	{eraWord, 5, "民國 民国"},
	{placeName, 0, "北京时间 北京時間 台北时间 台北時間 台灣時間 香港时间 香港時間 日本時間 한국시간"},
	{firstYear, 0, "元"},
}

// bracketedDays are weekdays in one letter, which mean that in brackets alone.
const bracketedDays = "月火水木金土日祝一二三四五六월화수목금토일"

// era is a count of years that began with a reign, and the days that it has.
type era struct {
	base        int // the year before its first
	first, last string
}

// eras are counted by the value of an eraWord.
var eras = [...]era{
	1: {2018, "20190501", "99981231"}, 2: {1988, "19890108", "20190430"}, 3: {1925, "19261225", "19890107"}, 4: {1911, "19120730", "19261225"},
	5: {1911, "19120101", "99981231"},
}

// vietnameseMonths and vietnameseDays are what follows tháng and thứ. Chạp, the twelfth, is a month of the moon alone.
var vietnameseMonths = map[string]int{
	"một": 1, "giêng": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9, "mười": 10,
	"mot": 1, "gieng": 1, "tu": 4, "bon": 4, "nam": 5, "sau": 6, "bay": 7, "tam": 8, "chin": 9, "muoi": 10,
}

var vietnameseDays = map[string]bool{
	"hai": true, "ba": true, "tư": true, "năm": true, "sáu": true, "bảy": true, "bẩy": true, "tu": true, "nam": true, "sau": true, "bay": true,
}
