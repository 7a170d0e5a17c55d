package clean

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"tinhub/internal/hub"
)

// maxRounds bounds how often a body is gone over: what one removal uncovers, the next round sees, so that cleaning a
// cleaned item finds nothing more.
const maxRounds = 8

// repeats takes out of a body what it says twice, and what belongs to the page rather than the article. Every removal
// leaves a step. A paragraph that merely occurs twice stays: only places where pages double things count.
type repeats struct {
	item   *hub.Item
	title  string // folded
	trace  *trace
	arena  *arena
	blocks []*node
	named  []string // captions that the document names beside the body, folded
	taken  int      // how often something was taken out
}

func (r *repeats) remove() {
	for range maxRounds {
		before, authors := r.taken, len(r.item.Authors)
		r.wholeSummary()
		r.furniture()
		r.compact()
		r.leading()
		r.lateTitle()
		r.captions()
		r.compact()
		r.pullQuotes()
		r.bylines()
		r.compact()
		r.closing()
		if r.taken == before && len(r.item.Authors) == authors {
			break
		}
	}
}

// wholeSummary drops a summary that is nothing but the body's whole text, of several paragraphs, run together.
func (r *repeats) wholeSummary() {
	if len(r.blocks) < 2 || r.item.Summary == "" {
		return
	}
	size, most := 0, 2*len(r.item.Summary)+200
	for _, k := range r.blocks {
		if size += k.size(most); size > most {
			return
		}
	}
	var texts []string
	for _, k := range r.blocks {
		if w := fold(k.saying()); w != "" {
			texts = append(texts, w)
		}
	}
	if len(texts) > 1 && strings.Join(texts, " ") == fold(r.item.Summary) {
		r.dropSummary()
	}
}

func (r *repeats) dropSummary() {
	r.trace.add("summary repeats the body", "summary", r.item.Summary, "")
	r.item.Summary = ""
	r.taken++
}

// drop takes block i out; compact closes the gap, so that a body of nothing but furniture costs no more than another.
func (r *repeats) drop(i int, step, kept string) {
	r.trace.add(step, "content_html", r.blocks[i].saying(), kept)
	r.blocks[i] = nil
	r.taken++
}

// dropText takes the words of block i out; the pictures among them stay.
func (r *repeats) dropText(i int, step, kept string) {
	media := r.mediaOf(r.blocks[i])
	r.drop(i, step, kept)
	var figures []*node
	for _, m := range media {
		figures = append(figures, r.arena.element("figure", m))
	}
	r.blocks = slices.Insert(r.blocks, i, figures...)
	r.compact()
}

// mediaOf gives the pictures of a paragraph that stand apart from its words.
func (r *repeats) mediaOf(k *node) []*node {
	if k.tag != "p" || !k.showsMore() {
		return nil
	}
	media, rest := r.arena.apart(k.kids)
	if slices.ContainsFunc(rest, (*node).showsMore) {
		return nil
	}
	return media
}

func (r *repeats) compact() {
	r.blocks = slices.DeleteFunc(r.blocks, func(k *node) bool { return k == nil })
}

// captions removes what stands beside a figure and says its caption again: the picture's alt text, the next paragraph, a
// second figure that is nothing but the caption.
func (r *repeats) captions() {
	for i := 0; i < len(r.blocks); i++ {
		f := r.blocks[i]
		if f.tag != "figure" {
			continue
		}
		next := i + 1
		if next < len(r.blocks) && r.adopt(f, next) {
			next++
		}
		caption := captionOf(f)
		if text := fold(caption); text != "" {
			r.quietAlt(f, text, caption)
			for next < len(r.blocks) && sameCaption(r.blocks[next], text) {
				r.drop(next, "caption repeated", caption)
				next++
			}
		}
		i = next - 1
	}
}

// quietAlt empties an alt text that says the caption again: a reader's voice would read it twice.
func (r *repeats) quietAlt(f *node, text, caption string) {
	f.each(func(k *node) bool {
		if k.tag == "img" && isCaptionText(fold(k.get("alt")), text) {
			r.trace.add("caption repeated", "content_html", "alt: "+k.get("alt"), caption)
			k.set("alt", "")
		}
		if k.tag == "img" && fold(k.get("title")) == text {
			k.attrs = without(k.attrs, "title")
		}
		return true
	})
}

// adopt makes block j the caption of f where it says what the picture's alt text or a named caption says, and f has no caption.
func (r *repeats) adopt(f *node, j int) bool {
	img, next := f.first("img"), r.blocks[j]
	if img == nil || captionOf(f) != "" || next.tag != "p" || next.showsMore() {
		return false
	}
	text := fold(next.saying())
	if text == "" || text != fold(img.get("alt")) && !slices.Contains(r.named, text) {
		return false
	}
	r.drop(j, "caption found", next.saying())
	f.kids, f.asked = append(f.kids, element("figcaption", next.kids...)), false
	return true
}

// sameCaption says whether a block is nothing but that caption.
func sameCaption(k *node, text string) bool {
	return (k.tag == "p" || k.tag == "figure") && !k.showsMore() && isCaptionText(fold(k.saying()), text)
}

// isCaptionText says whether a folded text says what a folded caption says, but maybe for the picture's credit.
func isCaptionText(text, caption string) bool {
	rest, ok := strings.CutPrefix(caption, text)
	return ok && (rest == "" || text != "" && creditRest.MatchString(rest))
}

// creditRest is what a caption with its credit has beyond one without, folded.
var creditRest = regexp.MustCompile(`^ (?:ảnh|nguồn|photo|photograph|photos|picture|image|credit|source|đồ họa)(?: |$)`)

func captionOf(f *node) string {
	if c := f.first("figcaption"); c != nil {
		return c.saying()
	}
	return ""
}

func without(attrs []attr, key string) []attr {
	var out []attr
	for _, a := range attrs {
		if a.key != key {
			out = append(out, a)
		}
	}
	return out
}

// bylines removes the author's name where it stands alone in the text, and finds it there where nothing else names one.
func (r *repeats) bylines() {
	if i := r.firstText(); i >= 0 && len(r.blocks) > 1 {
		r.byline(i, startByline)
		r.compact()
	}
	for i := len(r.blocks) - 1; i > 0; i-- {
		k := r.blocks[i]
		if k.tag == "p" {
			r.byline(i, r.endByline)
			return
		}
		if k.tag != "figure" && k.tag != "hr" {
			return
		}
	}
}

func (r *repeats) byline(i int, find func(string) []string) {
	k := r.blocks[i]
	words := k.saying()
	if k.tag != "p" || utf8.RuneCountInString(words) > 120 || k.showsMore() {
		return
	}
	words = line(words)
	known := r.item.Authors
	if len(known) > 0 {
		if names := find(words); allKnown(known, names) || allKnown(known, splitNames(stripBy(words))) {
			r.drop(i, "byline repeated", joinNames(known))
		}
		return
	}
	names := find(words)
	if len(names) == 0 || len(r.blocks) < 2 {
		return
	}
	for _, n := range names {
		r.item.Authors = append(r.item.Authors, hub.Author{Name: n})
	}
	r.drop(i, "byline found", joinNames(r.item.Authors))
}

func allKnown(known []hub.Author, names []string) bool {
	for _, n := range names {
		found := false
		for _, a := range known {
			found = found || fold(a.Name) == fold(n) && fold(n) != ""
		}
		if !found {
			return false
		}
	}
	return len(names) > 0
}

func joinNames(authors []hub.Author) string {
	var names []string
	for _, a := range authors {
		names = append(names, a.Name)
	}
	return strings.Join(names, ", ")
}
