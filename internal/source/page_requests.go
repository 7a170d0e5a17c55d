package source

import (
	"regexp"
	"strings"
)

// maxRequest and maxShortRequest are how long, in characters, what a page asks of its reader is, and how long where nothing but its
// words says so.
const (
	maxRequest      = 250
	maxShortRequest = 120
)

var (
	// sends names what papers send and where they are followed.
	sends = regexp.MustCompile(`(?i)newsletter|\b(?:your|in) inbox|our app\b|\bthe app\b|facebook|twitter|instagram|telegram|youtube|whatsapp|linkedin|tiktok|\bzalo\b|google news|google tin tức|podcast|push notification|e-?mail|bản tin|fanpage|ứng dụng|infolettre|lettre d[’']information|boletín|@\w{3}|https?://|www\.`)

	// ours speaks of the paper, or of the place and the moment in which the reader reads: a request is made here and now.
	ours = regexp.MustCompile(`(?i)(?:^|[^\p{L}])(?:us|our|ours|my|me|here|now|today|alerts?|updates?|subscribers?|below|this (?:story|article|post|page)|chúng tôi|của báo|tại đây|ngay|bên dưới|hôm nay|uns(?:er(?:e|en)?)?|jetzt|hier|nous|notre|nos|ici|nuestr[oa]s?|aquí|nosso|nossa|aqui|nostr[oa]|qui|нас|наш\p{L}*|здесь)(?:$|[^\p{L}])`)

	// tells is what follows, in a story, the words that somebody spoke.
	tells = regexp.MustCompile(`(?i)[,.!?…”"»’'–—-]\s*(?:[\p{L}\d’'.-]+\s+){0,6}?(?:said|says|say|shouted|cried|asked|told|called|wrote|writes|warned|warns|urged|urges|joked|jokes|laughed|added|adds|replied|whispered|yelled|begged|insisted|` +
		`dit|lance|lancé|déclaré|répond|répondu|crié|écrit|plaisanté|sagt|sagte|rief|ruft|schrieb|warnte|dijo|dice|gritó|escribió|bromeó|disse|diz|gritou|disse|detto|gridato|сказал\p{L}*|говорит|крикнул\p{L}*|nói|hô|dặn|kêu|gọi|hét|bảo|kể|đùa|viết|nhắn|hỏi|đáp|cho biết|chia sẻ|la lên|khẳng định)(?:$|[^\p{L}])`)

	// spoken begins words that somebody says.
	spoken = regexp.MustCompile(`^\s*[“”"«„‘’]`)
)

// isRequest says whether a passage asks the reader for something, and tells nothing. Its first words alone say little: stories
// begin with them too. A link that takes up a good part of it says so, or that it names what papers send; a line without a
// sentence's end, or one at the edge of the text, must at least speak of the paper, here and now.
func (t *passage) isRequest(edge bool) bool {
	if t.chars > maxRequest || !asking.MatchString(t.text) || tells.MatchString(t.text) {
		return false
	}
	named, linked := sends.MatchString(t.text), t.links*4 > t.chars
	switch {
	case spoken.MatchString(t.text):
		return named && linked
	case t.kind == "li": // the entries of a list tell how to do something
		return named && (linked || ours.MatchString(t.text))
	}
	switch {
	case named:
		return linked || t.links > 0 || t.chars < maxShortRequest
	case ours.MatchString(t.text), len(strings.Fields(t.text)) <= 2:
		return linked || t.chars < maxShortRequest && (edge || !t.good)
	}
	return t.links*2 > t.chars
}
