package source

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tinhub/internal/hub"
)

// givenNames are first names that English editions print often; a phrase that begins with one is a person's name.
var givenNames = lineSet(`adam|alan|alex|alice|amy|andrew|anna|anne|ann|anthony|arthur|barbara|ben|benjamin|brian|carol|caroline|catherine|charles|
	charlotte|chris|christine|christopher|claire|daniel|david|deborah|diana|dora|edward|elizabeth|ella|emily|emma|eric|fiona|frank|fred|gary|
	george|grace|graham|hannah|harry|helen|henry|ian|jack|james|jane|janet|jason|jennifer|jessica|jim|joan|joe|john|jonathan|joseph|julia|
	julie|karen|kate|katherine|keith|kelly|kevin|laura|lauren|linda|lisa|louise|lucy|margaret|maria|mark|martin|mary|matthew|michael|michelle|
	mike|nancy|nicholas|nick|oliver|olivia|owen|patricia|patrick|paul|peter|philip|rachel|rebecca|richard|robert|roger|rose|ruth|sam|samuel|sandra|
	aaron|adrian|albert|alfred|alison|amanda|angela|anita|barry|beth|bruce|carl|carla|cathy|cecilia|clara|colin|dennis|derek|donna|doris|dorothy|duncan|
	edith|eileen|ellen|esther|eva|evelyn|felix|gavin|geoff|gerald|gillian|gordon|greg|greta|harriet|heather|hilary|howard|hugh|irene|isabel|ivan|jacob|jake|jamie|
	jeff|jenny|jeremy|jill|joanna|joel|josh|judith|judy|ken|kyle|leo|leonard|lewis|liam|lloyd|lucas|luke|lynn|malcolm|marcus|marion|marjorie|megan|melissa|miriam|
	molly|muriel|naomi|natalie|nathan|neil|nigel|nina|nora|norman|pamela|peggy|pete|phil|polly|ralph|rita|ron|roy|russell|sally|shirley|stella|susie|teresa|terry|
	tess|theresa|tina|tracy|trevor|vera|vincent|vivian|wendy|zoe|sarah|sean|sharon|simon|sophie|stephen|steve|steven|stuart|susan|thomas|tim|timothy|tom|tony|victoria|walter|william`)

// surnames are Vietnamese ones as English editions print them, without marks.
var surnames = lineSet(`nguyen|tran|le|pham|hoang|huynh|phan|vu|vo|dang|bui|do|ho|ngo|duong|ly|dinh|trinh|truong|mai|luong|cao|ha|ta|to|thai|chau|lam|quach|doan|dao`)

// commonWords stand in capitals in headings and closing phrases, and hardly ever in names. ("Said" and "Long" are names too,
// but a name has another word beside it.)
var commonWords = lineSet(`a|about|accomplished|again|all|always|amen|an|and|any|are|as|at|away|back|be|before|bye|can|case|christmas|closed|coming|complete|conclusion|
	congratulations|continued|day|days|details|done|down|easter|editor|editors|end|enough|even|evening|ever|every|farewell|final|finally|first|for|forever|
	free|from|full|game|go|goes|good|goodbye|great|guide|happy|has|have|here|history|home|hooray|how|in|into|is|it|its|just|know|last|later|less|life|list|
	live|lives|local|look|luck|made|make|matters|maybe|me|men|merry|mission|months|more|morning|most|much|must|my|never|new|news|next|night|no|none|not|
	note|notes|nothing|now|of|off|ok|on|once|one|only|or|our|out|over|part|people|perhaps|please|point|problem|put|question|quite|read|ready|really|report|
	rest|results|right|said|same|say|says|see|set|simple|simply|so|solved|some|soon|staff|start|still|stop|stories|story|sure|take|tale|test|thank|thanks|
	that|the|their|them|then|there|these|they|thing|things|think|this|time|to|today|together|told|tomorrow|too|top|true|truth|two|under|until|up|us|very|
	video|want|was|watch|way|we|week|well|were|what|when|where|who|why|will|win|with|without|word|words|work|world|worth|would|writer|year|years|yes|
	yesterday|yet|york|you|your`)

// areNames weighs whether a bare line names its writers. beside says that its place speaks for it: a date, a page's foot or
// bold letters stand by.
func (r *textReader) areNames(list []hub.DraftAuthor, p para, beside bool) bool {
	for _, a := range list {
		if a.Name == "" {
			continue // an address
		}
		if !r.isPenName(a.Name, beside || p.bold) {
			return false
		}
	}
	return len(list) > 0
}

// isPenName weighs one name. In Vietnamese every word of a name has a capital and a phrase has only one, so two words are
// enough; in English a phrase may be all capitals, so its words must not be words of the language.
func (r *textReader) isPenName(name string, beside bool) bool {
	if initials.MatchString(name) {
		return true
	}
	if paperName.MatchString(name) || isSection(name) {
		return false
	}
	words := strings.Fields(name)
	if len(words) == 1 {
		letters := utf8.RuneCountInString(name)
		if agencyName.MatchString(name) && r.last >= 0 {
			return true
		}
		return beside && letters > 1 && r.last >= 0 && !r.isCommon(name)
	}
	if r.viet && (hasMark(name) || isSyllables(words)) {
		return true
	}
	if first := strings.ToLower(words[0]); givenNames[first] || surnames[first] {
		return true
	}
	for _, w := range words {
		if r.isCommon(w) {
			return false
		}
	}
	return true
}

// syllable is a Vietnamese one that needs no marks.
var syllable = regexp.MustCompile(`(?i)^(?:b|c|d|g|h|k|l|m|n|p|qu|r|s|t|v|x|ch|gh|gi|kh|ng|ngh|nh|ph|th|tr)?[aeiouy]{1,3}(?:c|m|n|p|t|ch|ng|nh)?$`)

func isSyllables(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !syllable.MatchString(w) })
}

// hasMark says whether a name has a letter that is not plain Latin, as most Vietnamese names do.
func hasMark(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII && unicode.IsLetter(r) }) >= 0
}

// isCommon says whether a word is one of the language: it is known, or the article has it without its capital.
func (r *textReader) isCommon(word string) bool {
	lower := strings.ToLower(strings.Trim(word, ".'’-"))
	if commonWords[lower] || isVerbForm(lower) {
		return true
	}
	if r.lower == nil {
		r.lower = map[string]bool{}
		size := 0
		for _, p := range r.paras {
			if size += len(p.text); size > maxLookedAt {
				break
			}
			for _, w := range strings.FieldsFunc(p.text, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.Is(unicode.Mn, c) }) {
				if c, _ := utf8.DecodeRuneInString(w); unicode.IsLower(c) {
					r.lower[w] = true
				}
			}
		}
	}
	return r.lower[lower]
}

// isNameInside says whether a word is a name: the text has it with its capital inside a sentence, and never without.
func (r *textReader) isNameInside(word string) bool {
	if first, _ := utf8.DecodeRuneInString(word); !unicode.IsUpper(first) || r.isCommon(word) {
		return false
	}
	if r.inside == nil {
		r.inside = map[string]bool{}
		size := 0
		for _, p := range r.paras {
			if size += len(p.text); size > maxLookedAt {
				break
			}
			open := false // the word before has no capital and ends no sentence
			for w := range strings.FieldsSeq(p.text) {
				first, _ := utf8.DecodeRuneInString(w)
				if open && unicode.IsUpper(first) {
					r.inside[strings.TrimRight(w, ".,;:!?”\"")] = true
				}
				last, _ := utf8.DecodeLastRuneInString(w)
				open = unicode.IsLower(first) && unicode.IsLower(last)
			}
		}
	}
	return r.inside[word]
}

// isVerbForm says whether a word ends as hardly any name does that no given name stands before.
func isVerbForm(lower string) bool {
	return len(lower) > 6 && (strings.HasSuffix(lower, "ed") || strings.HasSuffix(lower, "ing") || strings.HasSuffix(lower, "tion") || strings.HasSuffix(lower, "ness"))
}

// maxLookedAt is how much of a text is looked through for evidence, in bytes.
const maxLookedAt = 1 << 20

// spokenOf says whether the article's own sentences speak of somebody: a speaker's name below a quotation signs nothing.
func (r *textReader) spokenOf(name string) bool {
	size := 0
	for _, p := range r.paras {
		if size += len(p.text); size > maxLookedAt {
			return false
		}
		if strings.Contains(p.text, name) && isProse(p) {
			return true
		}
	}
	return false
}

// signs says whether the bare names in block k of the body, with tail blocks behind it that are bare names too, sign the
// article: they follow a finished sentence or a verse, not a heading or the head of a list.
func (r *textReader) signs(k int, list []hub.DraftAuthor) bool {
	blocks := r.draft.Blocks
	p := r.paras[r.from[k]]
	first := k
	for first > 0 && isBareName(blocks[first-1].Text) {
		first--
	}
	until := k + 1
	for until < len(blocks) && isBareName(blocks[until].Text) {
		until++
	}
	if until-first > 3 || r.isTopic(blocks[k].Text) || !r.areNames(list, p, r.closed || len(r.draft.Published) > 0) {
		return false
	}
	before := r.draft.Summary.Value
	if first > 0 {
		before = blocks[first-1].Text
	}
	switch {
	case strings.HasSuffix(before, ":"):
		return false
	case isQuote(before) && r.anySpoken(list), !r.viet && r.anySpoken(list):
		return false
	case endsSentence(before), first > 0 && blocks[first-1].Kind == hub.BlockCaption, isLabelledByline(before):
		return true
	}
	return p.bold || r.closed || len(strings.Fields(before)) >= 5
}

func (r *textReader) anySpoken(list []hub.DraftAuthor) bool {
	for _, a := range list {
		if strings.Contains(a.Name, " ") && r.spokenOf(a.Name) {
			return true
		}
	}
	return false
}

func isBareName(text string) bool {
	_, labelled, ok := byline(text)
	return ok && !labelled
}

// isQuote says whether a paragraph is nothing but somebody's words.
func isQuote(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(s, ". "))
	return strings.ContainsRune("\"“«", first) && strings.ContainsRune("\"”»", last)
}
