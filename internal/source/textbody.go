package source

import (
	"strings"
	"unicode/utf8"

	"tinhub/internal/hub"
)

// body takes the paragraphs after the head. Everything that is not the lead, a repeat or furniture stays, in order.
func (r *textReader) body(lead int) {
	leads := 0
	for i := r.at; i < len(r.paras); i++ {
		p := r.paras[i]
		switch {
		case i == lead:
			if p.times > 1 && !r.textFollows(i) {
				r.put(hub.BlockParagraph, p.text) // it is all the article there is
			}
		case sameText(p.text, r.draft.Title.Value) && i < r.at+3:
		case lead >= 0 && leads == 0 && i <= lead+3 && sameText(p.text, r.draft.Summary.Value):
			leads++
		case furniture(p.text) == boxHead, furniture(p.text) == pointer:
			r.drop(p)
			i = r.box(i)
		case furniture(p.text) == button:
			r.drop(p)
		case r.isTail(i) && r.tail(p):
		case len(r.draft.Published)+len(r.updated) == 0 && isDateline(p.text):
			r.date(p.text)
		default:
			r.paragraph(i)
		}
	}
}

func (r *textReader) put(kind hub.BlockKind, text string) {
	r.draft.Blocks = append(r.draft.Blocks, hub.Block{Kind: kind, Text: text})
}

func (r *textReader) paragraph(i int) {
	p := r.paras[i]
	switch {
	case r.isCaption(i, false):
		r.put(hub.BlockCaption, p.text)
	case r.isHeading(i):
		r.put(hub.BlockHeading, p.text)
	default:
		for range p.times { // what rightly repeats stays
			r.put(hub.BlockParagraph, p.text)
		}
	}
}

// isTail says whether paragraph i is among the last few.
func (r *textReader) isTail(i int) bool { return i >= len(r.paras)-4 }

// tail takes what stands at an article's end and is no text: keywords, links to editions, a date.
func (r *textReader) tail(p para) bool {
	if tags, ok := tagsOf(p.text); ok {
		r.draft.Tags = raws(append(r.draft.Tags, tags...)...)
		return true
	}
	if list := editions(p.text); list != nil {
		r.edition(list)
		return true
	}
	date, other := splitDateline(p.text)
	if date == "" {
		return false
	}
	r.date(date)
	if authors, _, ok := byline(other); ok {
		r.author(authors)
	}
	return true
}

// box takes the headlines below the heading of a box at i and gives the place of the last one. After a byline the article
// is over. Inside the article only a real list of headlines goes; a single line may be a caption or a heading.
func (r *textReader) box(i int) int {
	end := i + 1
	for end < len(r.paras) && r.isHeadline(r.paras[end]) {
		end++
	}
	over := end >= len(r.paras)
	if !over && r.afterByline() && r.star <= i {
		end, over = len(r.paras), true
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
		if over && j == end-1 && !r.afterByline() {
			if _, _, ok := byline(p.text); ok {
				return j - 1
			}
		}
		r.drop(p)
	}
	return end - 1
}

// isHeadline says whether a paragraph may be another article's headline in a box.
func (r *textReader) isHeadline(p para) bool {
	size := utf8.RuneCountInString(p.text)
	if p.times > 1 || size > 160 || strings.HasPrefix(p.text, "* ") || photoCredit.MatchString(p.text) {
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
	_, _, ok := byline(r.draft.Blocks[n-1].Text)
	return ok
}

// bylines takes the writers' names off the end of the body, and off the end of each part that a * follows.
func (r *textReader) bylines() {
	blocks := r.draft.Blocks
	var kept []hub.Block
	for i, b := range blocks {
		last := i+1 < len(blocks) && strings.HasPrefix(blocks[i+1].Text, "*")
		if authors, _, ok := byline(b.Text); last && ok && len(kept) > 0 && b.Kind != hub.BlockCaption {
			r.author(authors)
			continue
		}
		kept = append(kept, b)
	}
	var tail []hub.DraftAuthor
	for range 4 {
		n := len(kept)
		if n == 0 || n == 1 && r.draft.Summary.Value == "" {
			break
		}
		authors, labelled, ok := byline(kept[n-1].Text)
		if !ok || len(tail) > 0 && !labelled && kept[n-1].Kind == hub.BlockCaption {
			break
		}
		tail = append(authors, tail...)
		kept = kept[:n-1]
	}
	r.author(tail)
	r.draft.Blocks = kept
}

// author adds writers, each once; an e-mail address alone is that of the writer before it.
func (r *textReader) author(list []hub.DraftAuthor) {
next:
	for _, a := range list {
		if n := len(r.draft.Authors); a.Name == "" && n > 0 && r.draft.Authors[n-1].Email == "" {
			r.draft.Authors[n-1].Email = a.Email
			continue
		}
		for _, have := range r.draft.Authors {
			if strings.EqualFold(have.Name, a.Name) && (a.Name != "" || have.Email == a.Email) {
				continue next
			}
		}
		r.draft.Authors = append(r.draft.Authors, a)
	}
}
