package source

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"tinhub/internal/hub"
)

// body takes the paragraphs after the head. Everything that is not the lead, a repeat or furniture stays, in order.
func (r *textReader) body(lead int) {
	copies := r.leadCopies(lead)
	for i := r.at; i < len(r.paras); i++ {
		p := r.paras[i]
		switch kind := furniture(p.text); {
		case i >= r.over:
			r.drop(p)
		case i == lead:
			if p.times > 1 && !r.textFollows(i) {
				r.put(i, hub.BlockParagraph, p.text) // it is all the article there is
			} else if p.times > 1 {
				r.step("lead repeated", "summary", p.text, p.text)
			}
		case i < lead && r.isButton(i) && !r.isCaption(i, false):
			r.drop(p)
		case i < r.at+3 && (sameText(p.text, r.draft.Title.Value) || isTitleOf(p.text, r.draft.Title.Value)):
			r.step("title repeated", "title", p.text, r.draft.Title.Value)
		case slices.Contains(copies, i):
			r.step("lead repeated", "summary", p.text, r.draft.Summary.Value)
		case r.form && (i > r.last || strings.HasPrefix(p.text, "[")) && r.tailField(&i):
		case kind == boxHead, kind == pointer:
			if i > r.last {
				r.closed = true
			}
			r.drop(p)
			i = r.box(i)
		case r.counter != "" && galleryCount.MatchString(p.text) && strings.HasSuffix(p.text, r.counter):
			r.drop(p)
		case kind == button, i > r.at && furniture(r.paras[i-1].text) == button && (p.text == "X" || mailField[foldLine(p.text)]):
			r.closed = r.closed || i > r.last
			r.drop(p)
		case i > r.last && r.tail(i):
		case r.tagLine(i):
		case len(r.draft.Published)+len(r.updated) == 0 && r.dateline(p):
		case i > r.at && i <= r.at+3 && len(r.draft.Authors) == 0 && (i-1 == lead || isDateline(r.paras[i-1].text)) && r.labelledByline(p):
		default:
			r.paragraph(i)
		}
	}
}

// labelledByline takes a byline that says it is one.
func (r *textReader) labelledByline(p para) bool {
	authors, labelled, ok := byline(p.text)
	if !ok || !labelled || p.times > 1 {
		return false
	}
	r.author(p.text, authors)
	return true
}

// put adds a block, and remembers which paragraph it is; -1 for none.
func (r *textReader) put(i int, kind hub.BlockKind, text string) {
	r.draft.Blocks = append(r.draft.Blocks, hub.Block{Kind: kind, Text: text})
	r.from = append(r.from, i)
}

func (r *textReader) paragraph(i int) {
	p := r.paras[i]
	switch {
	case r.captioned[p.text] && !endsSentence(p.text):
		r.step("caption repeated", "content_text", p.text, p.text)
	case r.isCaption(i, false):
		r.captioned[p.text] = r.again[p.text] == 2
		r.bare = r.bare || p.times == 1 && !p.picture && !photoCredit.MatchString(p.text)
		if p.times > 1 {
			r.step("caption repeated", "content_text", p.text, p.text)
		}
		r.put(i, hub.BlockCaption, p.text)
	case r.isHeading(i):
		r.put(i, hub.BlockHeading, p.text)
	default:
		for range p.times { // what rightly repeats stays
			r.put(i, hub.BlockParagraph, p.text)
		}
	}
}

// box takes the headlines below the heading of a box at i and gives the place of the last one. After a byline the article
// is over. Inside the article only a real list of headlines goes; a single line may be a caption or a heading.
func (r *textReader) box(i int) int {
	end, after := i+1, r.afterByline()
	for end < r.over && r.isHeadline(r.paras[end]) {
		end++
	}
	over := end >= r.over || i > r.last
	if !over && after && r.star <= i {
		over = true
	}
	if over {
		for end < r.over && (end <= r.last && after || r.isBoxed(end)) {
			end++
		}
	}
	least := 2
	if furniture(r.paras[i].text) == pointer {
		least = 1
	}
	if !over && end-i-1 < least {
		return i
	}
	for j := i + 1; j < end; j++ {
		p := r.paras[j]
		if over && !after && (j == end-1 || j > r.last) {
			authors, labelled, ok := byline(p.text)
			if ok && (labelled || j == end-1 && r.areNames(authors, p, true)) {
				return j - 1
			}
		}
		if _, ok := tagsOf(p.text); ok && j > r.last {
			return j - 1
		}
		r.drop(p)
	}
	return end - 1
}

// isBoxed says whether a paragraph in the tail belongs to the box before it: another headline, a date, furniture, imprint.
func (r *textReader) isBoxed(i int) bool {
	p := r.paras[i]
	if i <= r.last {
		return false
	}
	return r.isHeadline(p) || isFrame(p.text) || isImprint(p.text)
}

// isHeadline says whether a paragraph may be another article's headline in a box.
func (r *textReader) isHeadline(p para) bool {
	size := utf8.RuneCountInString(p.text)
	if p.times > 1 || size > 160 || strings.HasPrefix(p.text, "* ") || photoCredit.MatchString(p.text) && !mediaHeadline.MatchString(p.text) || isWriterLine(p.text) {
		return false
	}
	// Headlines ask and cry out, but do not end with a full stop.
	return !endsSentence(p.text) || size < 110 && strings.ContainsAny(p.text[len(p.text)-1:], "?!") || isDateline(p.text)
}

func (r *textReader) afterByline() bool {
	n := len(r.draft.Blocks)
	if n < 2 {
		return false
	}
	authors, labelled, ok := byline(r.draft.Blocks[n-1].Text)
	return ok && (labelled || r.signs(n-1, authors))
}

// maxParts is of how many parts with a byline of their own an article may be; each name is looked for in all of the text.
const maxParts = 50

// bylines takes the writers' names off the end of the body, and off the end of each part that a * follows.
func (r *textReader) bylines() {
	blocks := r.draft.Blocks
	gone := make([]bool, len(blocks))
	parts := 0
	for i, b := range blocks {
		if parts == maxParts {
			break
		}
		if i == 0 || i+1 >= len(blocks) || !strings.HasPrefix(blocks[i+1].Text, "*") || b.Kind == hub.BlockCaption {
			continue
		}
		authors, labelled, ok := byline(b.Text)
		if !ok {
			continue
		}
		if parts++; labelled || r.signs(i, authors) {
			r.author(b.Text, authors)
			gone[i] = true
		}
	}
	first, found := len(blocks), 0
	for k := len(blocks) - 1; k >= max(0, len(blocks)-8); k-- {
		if k == 0 && r.draft.Summary.Value == "" || r.from[k] <= r.last && k < len(blocks)-1 {
			break
		}
		if r.isByline(k, found > 0) {
			gone[k] = true
			first, found = k, found+1
			continue
		}
		// What a paper sets below the byline (the next part of a series) ends no sentence.
		if endsSentence(blocks[k].Text) || found > 0 || r.from[k] <= r.last {
			break
		}
	}
	for k := first; k < len(blocks); k++ {
		if isRole(blocks[k].Text) {
			if gone[k] = gone[k] && gone[k-1]; gone[k] {
				r.step("byline", "authors", blocks[k].Text, "")
			}
		} else if authors, _, ok := tailByline(blocks[k].Text); ok && gone[k] {
			r.author(blocks[k].Text, authors)
		}
	}
	var kept []hub.Block
	for k, b := range blocks {
		if !gone[k] {
			kept = append(kept, b)
		}
	}
	r.draft.Blocks = kept
}

// isByline says whether block k at the body's end names who made the article.
func (r *textReader) isByline(k int, found bool) bool {
	b := r.draft.Blocks[k]
	if isRole(b.Text) {
		return k > 0 && isBareName(r.draft.Blocks[k-1].Text)
	}
	authors, labelled, ok := tailByline(b.Text)
	switch {
	case !ok, r.isSpeaker(b.Text), found && !labelled && b.Kind == hub.BlockCaption, r.from[k] < 0:
		return false
	case partLabel.MatchString(b.Text) && !creditLabel.MatchString(b.Text): // Ảnh: Thu Hà
		return k > 0 && (isBylineText(r.draft.Blocks[k-1].Text) || r.onlyNamed(k))
	case labelled:
		return true
	}
	// A bare name that other lines follow must stand directly below the text.
	name := authors[0].Name
	last := k == len(r.draft.Blocks)-1 || found ||
		r.from[k] == r.last+1 && (r.viet && strings.Contains(name, " ") || beginsLikePerson(name) || agencyName.MatchString(name))
	return last && r.signs(k, authors)
}

// isSpeaker says whether what stands before a line's colon speaks elsewhere too: PV: Cảm ơn ông.
func (r *textReader) isSpeaker(line string) bool {
	label, _, ok := strings.Cut(line, ":")
	n := 0
	for i := 0; ok && i < len(r.paras) && n < 2; i++ {
		if strings.HasPrefix(strings.TrimLeft(r.paras[i].text, "-*•– "), label+":") {
			n++
		}
	}
	return n > 1
}

// onlyNamed says whether block k is the last and the only one that names anybody: whose pictures they are, whose piece it is.
func (r *textReader) onlyNamed(k int) bool {
	before := r.draft.Blocks[k-1]
	return len(r.draft.Authors) == 0 && k == len(r.draft.Blocks)-1 && before.Kind == hub.BlockParagraph && endsSentence(before.Text)
}

func isBylineText(text string) bool {
	_, _, ok := byline(text)
	return ok
}

// tailByline is byline, and reads also the line of who made the pictures.
func tailByline(text string) ([]hub.DraftAuthor, bool, bool) {
	if authors, labelled, ok := byline(text); ok {
		return authors, labelled, ok
	}
	if name, dotted := strings.CutSuffix(text, "."); dotted && hasMark(name) && strings.Contains(name, " ") && isName(name) {
		return byline(name)
	}
	if m := partLabel.FindString(text); m != "" {
		authors, _, ok := byline(text[len(m):])
		return authors, true, ok
	}
	return nil, false, false
}

// sourceCredit says where an article was taken from, which is a writer only where nobody else is named.
var sourceCredit = regexp.MustCompile(`(?i)^[\s(*–—-]*(?:nguồn(?: tin)?|source|via)\s*[:：]`)

// isPlace says whether what follows a writer's name is where the writer was: the article says that things are in it.
func (r *textReader) isPlace(name string) bool {
	if r.viet || name == "" || agencyName.MatchString(name) {
		return false
	}
	size := 0
	for _, p := range r.paras {
		if size += len(p.text); size > maxLookedAt {
			break
		}
		if (strings.Contains(p.text, " in "+name) || strings.Contains(p.text, " at "+name) || strings.Contains(p.text, " near "+name)) && isProse(p) {
			return true
		}
	}
	return false
}

// author adds the writers that a line names, each once; an e-mail address alone is that of the writer before it.
func (r *textReader) author(line string, list []hub.DraftAuthor) {
	var names []string
	if len(r.draft.Authors) > 0 && sourceCredit.MatchString(line) {
		r.step("source beside a byline", "authors", line, "")
		return
	}
	if n := len(r.draft.Authors); n > 0 && len(list) == 1 && r.draft.Authors[0].Name != "" && agencyName.MatchString(list[0].Name) && !agencyName.MatchString(r.draft.Authors[0].Name) {
		r.step("source beside a byline", "authors", line, "")
		return
	}
next:
	for i, a := range list {
		if i > 0 && r.isPlace(a.Name) || isAccount(a.Name) {
			continue
		}
		names = append(names, strings.TrimSpace(a.Name+" "+a.Email))
		if n := len(r.draft.Authors); a.Name == "" && n > 0 && r.draft.Authors[n-1].Email == "" {
			r.draft.Authors[n-1].Email = a.Email
			continue
		}
		for k, have := range r.draft.Authors {
			if have.Name != "" && strings.HasSuffix(a.Name, " "+have.Name) && hasMark(a.Name) { // the pen name in full
				r.draft.Authors[k].Name = a.Name
				continue next
			}
			if strings.EqualFold(have.Name, a.Name) && (a.Name != "" || have.Email == a.Email) {
				continue next
			}
		}
		r.draft.Authors = append(r.draft.Authors, a)
	}
	r.step("byline", "authors", line, strings.Join(names, ", "))
}
