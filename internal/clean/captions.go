package clean

import (
	"slices"

	"tinhub/internal/hub"
)

// captionList keeps each caption once. Of two that differ in the credit alone the one that has it stays.
type captionList struct{ texts, folded []string }

func (l *captionList) add(s string) {
	if s == "" || len(l.texts) >= maxPictures {
		return
	}
	s = cut(line(s), maxCaption)
	f := fold(s)
	if f == "" {
		return
	}
	for i, have := range l.folded {
		if isCaptionText(f, have) {
			return
		}
		if isCaptionText(have, f) {
			l.texts[i], l.folded[i] = s, f
			return
		}
	}
	l.texts, l.folded = append(l.texts, s), append(l.folded, f)
}

// captions lists every caption in the order of the document: first those of pictures that stand outside the body, the main
// one's before all; then the body's, those without a picture too, and what the document says elsewhere of a picture where
// that stands; last those of pictures that it only speaks of.
func (m *maker) captions(loose []string) {
	list := bodyCaptions(m.blocks)
	var named map[string]string // by picture, what no figure says
	for _, p := range m.item.Pictures {
		if p.Caption != "" && (len(list.folded) == 0 || !list.has(fold(p.Caption))) {
			if named == nil {
				named = map[string]string{}
			}
			named[pictureKey(p.URL)] = p.Caption
		}
	}
	if named != nil {
		list = m.withNamed(named)
	}
	for _, c := range loose {
		list.add(c)
	}
	m.item.Captions = list.texts
}

// withNamed lists the body's captions and, each in its place, those that are named beside it by picture.
func (m *maker) withNamed(named map[string]string) *captionList {
	var body []string
	within := map[string]bool{}
	for _, b := range m.blocks {
		b.each(func(k *node) bool {
			switch k.tag {
			case "img":
				if u, ok := canonicalURL(m.base, k.get("src")); ok {
					if key := pictureKey(u); named[key] != "" && !within[key] {
						within[key] = true
						body = append(body, named[key])
					}
				}
			case "figcaption":
				body = append(body, k.words())
			}
			return true
		})
	}
	var list captionList
	for _, p := range m.item.Pictures {
		if key := pictureKey(p.URL); named[key] != "" && !within[key] {
			list.add(named[key])
		}
	}
	for _, c := range body {
		list.add(c)
	}
	return &list
}

// bodyCaptions gives the captions that stand in the body.
func bodyCaptions(blocks []*node) *captionList {
	var list captionList
	for _, b := range blocks {
		b.each(func(k *node) bool {
			if k.tag == "figcaption" {
				list.add(k.words())
			}
			return true
		})
	}
	return &list
}

// has says whether a folded caption is among the list's, there maybe with its credit.
func (l *captionList) has(folded string) bool {
	for _, have := range l.folded {
		if isCaptionText(folded, have) {
			return true
		}
	}
	return false
}

// namedBeside are the captions that the document gives beside the body alone, folded: what a figure says is said there.
func (m *maker) namedBeside() []string {
	var out []string
	add := func(caption hub.Text) {
		if caption.Value == "" || len(out) == maxPictures {
			return
		}
		if c := fold(cut(short(caption), maxCaption)); c != "" {
			out = append(out, c)
		}
	}
	add(m.draft.Image.Caption)
	for _, p := range m.draft.Pictures {
		add(p.Caption)
	}
	if len(out) == 0 {
		return nil
	}
	return slices.DeleteFunc(out, bodyCaptions(m.blocks).has)
}
