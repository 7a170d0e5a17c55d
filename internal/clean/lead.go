package clean

import (
	"slices"
	"strings"
	"unicode/utf8"

	"tinhub/internal/hub"
)

// maxLeadCopies is how often a page says its lead in a row; what repeats more often is meant to.
const maxLeadCopies = 3

// leading removes title, dateline and lead from the start of the body, and finds the lead where the document has no
// summary but says its first paragraph twice.
func (r *repeats) leading() {
	for range maxRounds {
		r.quotedLead()
		i := r.firstText()
		if i < 0 {
			return
		}
		k := r.blocks[i]
		words := k.saying()
		text, summary := fold(words), fold(r.item.Summary)
		lead := r.item.Summary != "" && text == summary
		title := text == r.title
		more := k.showsMore()
		if more && lead && len(r.blocks) == 1 {
			r.dropSummary()
			return
		}
		if more && (!title && !lead && (r.item.Summary != "" || r.copies(i, text) < 2) || r.mediaOf(k) == nil) {
			return
		}
		date := !more && r.isDateline(words)
		if !title && !lead && len(text) < len(summary) && r.splitLead(i, summary) {
			continue
		}
		if text != "" && k.tag == "p" && i == 0 && r.item.Summary != "" && !lead && len(r.blocks) > 1 && !more && slices.Contains(r.named, text) {
			r.dropText(i, "caption repeated", words)
			continue
		}
		if text == "" || r.item.Summary != "" && !title && !date && !lead {
			return
		}
		copies := r.copies(i, text)
		switch {
		case copies > maxLeadCopies:
			return
		case title:
			r.dropText(i, "title repeated", r.item.Title)
		case date:
			r.dropText(i, "date repeated", r.item.OriginalDate)
		case r.item.Summary == "" && copies > 1 && i+copies < len(r.blocks) && utf8.RuneCountInString(words) <= maxSummary && plain(hub.Text{Value: words}) == words && !r.comesAgain(i+copies, text):
			r.item.Summary = words
			r.dropText(i, "lead found", r.item.Summary)
		case lead:
			if len(r.blocks) == 1 && k.first("a") != nil {
				// The whole article is its lead, and the body's form of it has links.
				r.dropSummary()
				return
			}
			r.dropText(i, "lead repeated", r.item.Summary)
		default:
			return
		}
	}
}

// quotedLead removes a quotation that is nothing but the lead from the start of the body.
func (r *repeats) quotedLead() {
	for i, k := range r.blocks {
		if k.tag == "figure" && k.showsMore() || k.tag == "hr" {
			continue
		}
		if r.item.Summary != "" && i < len(r.blocks)-1 && isPlainQuote(k) && fold(k.saying()) == fold(r.item.Summary) {
			r.drop(i, "lead repeated", r.item.Summary)
			r.compact()
		}
		return
	}
}

// minClosing is from how many words on a last paragraph that says the lead is taken for its repeat: shorter ones are refrains.
const minClosing = 4

// closing removes the lead from the end of the body.
func (r *repeats) closing() {
	i := len(r.blocks) - 1
	for i > 1 && (r.blocks[i].tag == "figure" || r.blocks[i].tag == "hr") {
		i--
	}
	if i < 2 || r.item.Summary == "" {
		return
	}
	k := r.blocks[i]
	if k.tag != "p" && !isPlainQuote(k) || !mayFold(k, r.item.Summary) || k.first("a") != nil || k.showsMore() && r.mediaOf(k) == nil {
		return
	}
	lead := fold(r.item.Summary)
	if strings.Count(lead, " ") < minClosing-1 || fold(k.saying()) != lead || r.comesAgain(0, lead) {
		return
	}
	r.dropText(i, "lead repeated", r.item.Summary)
}

// mayFold spares most blocks the folding: it says whether a block is so short, or so long, that it may be that text folded.
func mayFold(k *node, text string) bool {
	most := 2*len(text) + maxLabel
	size := k.size(most)
	return size <= most && 2*size+maxLabel >= len(text)
}

// comesAgain says whether a folded text stands among the blocks from i on, but for the last: then it is a refrain.
func (r *repeats) comesAgain(i int, text string) bool {
	last := len(r.blocks) - 1
	for last > 0 && (r.blocks[last].tag == "figure" || r.blocks[last].tag == "hr") {
		last--
	}
	for _, k := range r.blocks[i:max(i, last)] {
		if mayFold(k, text) && fold(k.saying()) == text {
			return true
		}
	}
	return false
}

// lateTitle removes a heading that says the title again behind a sub-headline or a lead.
func (r *repeats) lateTitle() {
	for i := 1; i < min(3, len(r.blocks)-1); i++ {
		k := r.blocks[i]
		if k.tag == "h2" && r.title != "" && !k.showsMore() && fold(k.saying()) == r.title {
			r.drop(i, "title repeated", r.item.Title)
			r.compact()
			return
		}
	}
}

// maxLeadParts is into how many paragraphs a body may cut what the summary says in one.
const maxLeadParts = 4

// splitLead removes the paragraphs from i on that together are the summary, folded, no more and no less, where more follows.
func (r *repeats) splitLead(i int, want string) bool {
	got := ""
	for j := i; j < len(r.blocks)-1 && j < i+maxLeadParts; j++ {
		k := r.blocks[j]
		if k.tag != "p" || k.showsMore() || k.first("a") != nil || k.size(len(want)*2+maxLabel) > len(want)*2+maxLabel {
			return false
		}
		got = strings.TrimPrefix(got+" "+fold(k.saying()), " ")
		switch {
		case got == want && j > i:
			for d := i; d <= j; d++ {
				r.drop(d, "lead repeated", r.item.Summary)
			}
			r.compact()
			return true
		case got == "" || !strings.HasPrefix(want, got+" "):
			return false
		}
	}
	return false
}

// copies counts how often the paragraph at i, whose folded text is given, stands there in a row.
func (r *repeats) copies(i int, text string) int {
	n := 1
	for _, k := range r.blocks[i+1:] {
		if n > maxLeadCopies || k.tag != "p" || k.showsMore() || fold(k.saying()) != text {
			break
		}
		n++
	}
	return n
}

// firstText is the first block that is a paragraph or heading; only pictures may stand before it.
func (r *repeats) firstText() int {
	for i, k := range r.blocks {
		switch {
		case k.kind == textBlock:
			return i
		case k.tag != "figure" && k.tag != "hr":
			return -1
		}
	}
	return -1
}

func (r *repeats) isDateline(words string) bool {
	if r.item.Published.IsZero() || len(words) > maxDate {
		return false
	}
	t, ok := readDate(words, r.item.Published.Location())
	return ok && t.Equal(r.item.Published)
}
