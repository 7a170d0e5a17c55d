package source

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"github.com/mmcdole/gofeed/atom"
	ext "github.com/mmcdole/gofeed/extensions"
	"github.com/mmcdole/gofeed/rss"
)

// marked is the document without the texts that are held back; ok is false where there are none, or where the parser would
// not see the items that we see.
func (p *xmlPass) marked() (doc []byte, ok bool) {
	if len(p.held.texts) == 0 || p.index.stray || bytes.Contains(p.b, []byte(textMark)) {
		return nil, false
	}
	p.held.texts = markEach(p.held.texts)
	edits := make([]edit, 0, len(p.edits)+len(p.held.texts))
	edits = append(edits, p.edits...)
	for i, h := range p.held.texts {
		if h.marked {
			edits = append(edits, edit{h.start, h.end, textMark + strconv.Itoa(i)})
		} else {
			edits = append(edits, edit{start: h.tag, end: h.after})
		}
	}
	return p.apply(edits), true
}

// markEach chooses the mark of each item: its title, else its description. Without one the parser keeps what would need it.
func markEach(texts []heldText) []heldText {
	kept := texts[:0]
	for len(texts) > 0 {
		n := 1
		for n < len(texts) && texts[n].entry == texts[0].entry {
			n++
		}
		mark := slices.IndexFunc(texts[:n], func(h heldText) bool { return h.kind == heldTitle })
		if mark < 0 {
			mark = slices.IndexFunc(texts[:n], func(h heldText) bool { return h.kind == heldDescription })
		}
		for i, h := range texts[:n] {
			if h.marked = i == mark || h.kind&heldMarked != 0 || mark < 0 && h.kind == heldBody; h.marked || mark >= 0 {
				kept = append(kept, h)
			}
		}
		texts = texts[n:]
	}
	return kept
}

// putBack puts the texts into what the parser made of the marked document. It says whether each found its one place.
func putBack(parsed any, b []byte, texts []heldText) bool {
	r := heldReturn{b: b, texts: texts, done: make([]bool, len(texts))}
	switch f := parsed.(type) {
	case *rss.Feed:
		for _, it := range f.Items {
			at, other := r.at(&it.Title), r.at(&it.Description)
			if at >= 0 && other >= 0 || r.at(&it.Content) == textTwice {
				return false
			}
			if at = max(at, other); at >= 0 && !r.rest(it, texts[at].entry) {
				return false
			}
		}
	case *atom.Feed:
		for _, e := range f.Entries {
			if r.at(&e.Summary) == textTwice || e.Content != nil && r.at(&e.Content.Value) == textTwice {
				return false
			}
		}
	}
	return !slices.Contains(r.done, false)
}

// heldReturn is the way back of the texts.
type heldReturn struct {
	b     []byte
	texts []heldText
	done  []bool
}

// What at finds in a place beside the number of a text.
const (
	noText    = -1
	textTwice = -2 // or a mark that is none of ours
)

// at puts a text into the place that has its mark.
func (r *heldReturn) at(place *string) int {
	number, ok := strings.CutPrefix(*place, textMark)
	if !ok {
		return noText
	}
	i, err := strconv.Atoi(number)
	if err != nil || i < 0 || i >= len(r.texts) || r.done[i] || !r.texts[i].marked {
		return textTwice
	}
	*place, r.done[i] = r.texts[i].value(r.b), true
	return i
}

// rest puts the texts of an item that were removed into it, and says whether their places were free.
func (r *heldReturn) rest(it *rss.Item, entry int) bool {
	from, _ := slices.BinarySearchFunc(r.texts, entry, func(h heldText, entry int) int { return h.entry - entry })
	var links []string
	var categories []*rss.Category
	var creators []ext.Extension
	free := true
	for i := from; i < len(r.texts) && r.texts[i].entry == entry; i++ {
		h := &r.texts[i]
		if h.marked {
			continue
		}
		r.done[i] = true
		value := h.value(r.b)
		switch h.kind {
		case heldDescription:
			free = free && it.Description == ""
			it.Description = value
		case heldDate:
			free = free && it.PubDate == ""
			it.PubDate = value
		case heldGUID:
			free = free && it.GUID == nil
			it.GUID = &rss.GUID{Value: value, IsPermalink: h.permalink}
		case heldLink:
			links = append(links, value)
		case heldCategory:
			categories = append(categories, &rss.Category{Value: value})
		case heldBody:
			free = free && it.Content == ""
			it.Content = value
		case heldCreator:
			creators = append(creators, ext.Extension{Name: "creator", Value: strings.TrimSpace(value)})
		}
	}
	if links != nil {
		free = free && it.Links == nil
		it.Links = links
	}
	if categories != nil {
		free = free && it.Categories == nil
		it.Categories = categories
	}
	if creators != nil {
		free = free && it.Extensions["dc"]["creator"] == nil
		if it.Extensions == nil {
			it.Extensions = ext.Extensions{}
		}
		if it.Extensions["dc"] == nil {
			it.Extensions["dc"] = map[string][]ext.Extension{}
		}
		it.Extensions["dc"]["creator"] = creators
	}
	return free
}
